//! From the flags of `dedup` to checked settings.

use super::Job;
use crate::args::{DedupArgs, EditsArg, FolderArgs, UnitArg};
use crate::resolve;
use crate::resume::{self, Fingerprint};
use std::collections::BTreeMap;
use wirecopy::corpus::Corpus;
use wirecopy::detect::{CutConfig, DedupConfig, Keep, Measure, Unit};
use wirecopy::error::Result;
use wirecopy::export::Form;
use wirecopy::output as outputs;
use wirecopy::sketch::{Banding, SKETCH_VERSION, Wanted};

/// The name of the form that kept documents have without one.
const SAME: &str = "same";

/// The settings of a deduplication.
pub(super) fn config(args: &DedupArgs) -> Result<DedupConfig> {
    // Before anything is opened: the engine would say the same, but later.
    banding(args)?;
    dry(&args.write)?;
    resolve::ngram_size(resolve::shingle(&args.lsh), 1)?;
    resolve::threads(&args.run)?;
    if args.seed != 0 {
        return resolve::refuse(
            "--seed",
            format!("{} is not a seed this version has signatures for", args.seed),
            "leave it out, or give 0",
        );
    }
    resolve::readable(&args.inputs, &args.against)?;
    if let Some(folder) = args.temp_dir.as_ref().filter(|folder| !folder.is_dir()) {
        return resolve::refuse(
            "--temp-dir",
            format!("{} is no folder", folder.display()),
            "make it first, or check the path",
        );
    }
    let (measure, usual) = resolve::measure(&args.lsh);
    let lowest = args.until.filter(|_| args.lsh.threshold.is_none());
    let threshold = lowest.map_or(usual, |_| measure.lowest_threshold());
    if measure == Measure::Coverage {
        coverage(args, threshold)?;
    } else if args.lsh.edits.is_some() && !args.passages {
        return resolve::refuse(
            "--edits",
            "sets of shingles are compared as they are",
            "leave it out, or compare by --measure coverage",
        );
    }
    if args.until == Some(0) {
        return resolve::refuse("--until", "0 documents would be left", "give 1 or more");
    }
    let limits = resolve::limits(&args.read)?;
    Ok(DedupConfig {
        inputs: args.inputs.clone(),
        against: args.against.clone(),
        against_documents: None,
        read: resolve::read_options(&args.read, &limits)?,
        measure,
        edits: resolve::edits(edits(args)),
        within: args.within.clone(),
        threshold,
        until: args.until,
        ngram_size: resolve::shingle(&args.lsh),
        unit: match args.unit {
            UnitArg::Word => Unit::Word,
            UnitArg::Char => Unit::Char,
        },
        num_perm: args.lsh.num_perm,
        bands: args.lsh.bands,
        rows: args.lsh.rows,
        keep: keep(&args.keep)?,
        threads: args.run.threads,
        memory: args.memory,
        temp_dir: args.temp_dir.clone(),
        strict: args.run.strict,
    })
}

/// Refuses what says how a result is written where none is.
fn dry(args: &FolderArgs) -> Result<()> {
    let writes = [
        ("--output-format", args.output_format.is_some()),
        ("--force", args.force),
        ("--resume", args.resume),
    ];
    match writes.into_iter().find(|(_, given)| args.dry_run && *given) {
        Some((flag, _)) => {
            resolve::refuse(flag, "a dry run writes nothing", "leave it out, or --dry-run")
        }
        None => Ok(()),
    }
}

/// How much rewording is tolerated: a copy may differ much, what is cut must be there elsewhere.
fn edits(args: &DedupArgs) -> EditsArg {
    let usual = if args.passages { EditsArg::Low } else { EditsArg::High };
    args.lsh.edits.unwrap_or(usual)
}

/// The settings of a run that cuts passages.
pub(super) fn cut(args: &DedupArgs, dedup: &DedupConfig) -> Result<CutConfig> {
    if !matches!(args.write.output_format.as_deref(), None | Some("same" | "jsonl")) {
        return resolve::refuse(
            "--output-format",
            "what is left of documents is written as the input, or as JSON Lines",
            "leave it out, or give jsonl",
        );
    }
    if args.read.html_text {
        return resolve::refuse(
            "--html-text",
            "passages are cut out of texts as they are written, with their tags",
            "leave it out, or make plain texts of them first",
        );
    }
    if args.min_tokens < 5 {
        return resolve::refuse(
            "--min-tokens",
            format!("{} is below the 5 tokens by which passages are noticed", args.min_tokens),
            "give 5 or more; the default is 50",
        );
    }
    let dedup = dedup.clone();
    Ok(CutConfig { dedup, min_tokens: args.min_tokens, min_left: args.min_left })
}

/// Refuses what coverage cannot work with.
fn coverage(args: &DedupArgs, threshold: f64) -> Result<()> {
    resolve::coverage_threshold(threshold)?;
    if args.unit == UnitArg::Char {
        return resolve::refuse(
            "--unit",
            "passages are made of words, not of characters",
            "leave it out, or compare by --measure jaccard",
        );
    }
    Ok(())
}

/// The banding that the flags ask for.
pub(super) fn banding(args: &DedupArgs) -> Result<Banding> {
    let lsh = &args.lsh;
    let wanted = Wanted { lanes: lsh.num_perm, bands: lsh.bands, rows: lsh.rows };
    Banding::choose(resolve::lookup(lsh), wanted)
}

/// The form of the kept documents that was asked for; none: that of the input.
pub(super) fn form(args: &DedupArgs) -> Result<Option<Form>> {
    match args.write.output_format.as_deref().unwrap_or(SAME) {
        SAME => Ok(None),
        "jsonl" => Ok(Some(Form::Objects)),
        "parquet" => {
            resolve::built("--output-format", &outputs::parquet::Parquet)?;
            Ok(Some(Form::Rows))
        }
        "csv" => Ok(Some(Form::Table)),
        other => resolve::refuse(
            "--output-format",
            format!("`{other}` is not a format this version writes"),
            "it writes same (the format of the input), jsonl, csv and parquet",
        ),
    }
}

fn keep(text: &str) -> Result<Keep> {
    Ok(match text {
        "first" => Keep::First,
        "longest" => Keep::Longest,
        "earliest" => Keep::Earliest,
        "latest" => Keep::Latest,
        other => match other.strip_prefix("column:").filter(|name| !name.is_empty()) {
            Some(name) => Keep::Column(name.to_owned()),
            None => {
                return resolve::refuse(
                    "--keep",
                    format!("`{other}` names no document of a cluster"),
                    "give first, longest, earliest, latest, or column:NAME",
                );
            }
        },
    })
}

/// What the result of a run over these sources depends on.
pub(super) fn fingerprint(job: &Job<'_>, corpora: &[&Corpus]) -> Fingerprint {
    let version = format!("{} (signatures {SKETCH_VERSION})", env!("CARGO_PKG_VERSION"));
    Fingerprint::new(version, flags(job), corpora)
}

/// Every flag that changes the result, with its value.
fn flags(job: &Job<'_>) -> BTreeMap<String, String> {
    let config = &job.config;
    let number = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
    let own = [
        ("--measure", config.measure.name().to_owned()),
        ("--edits", config.edits.name().to_owned()),
        ("--within", config.within.clone().unwrap_or_default()),
        ("--threshold", config.threshold.to_string()),
        ("--until", config.until.map_or(String::new(), |most| most.to_string())),
        ("--ngram-size", config.ngram_size.to_string()),
        ("--unit", config.unit.name().to_owned()),
        ("--num-perm", number(config.num_perm)),
        ("--bands", number(config.bands)),
        ("--rows", number(config.rows)),
        ("--keep", config.keep.name()),
        ("--strict", config.strict.to_string()),
        ("--output-format", job.args.write.output_format.as_deref().unwrap_or(SAME).to_owned()),
        ("--passages", passages(job.args)),
        ("INPUT", resume::inputs(&config.inputs)),
        ("--against", resume::inputs(&config.against)),
    ];
    let own = own.map(|(flag, value)| (flag.to_owned(), value));
    own.into_iter().chain(resume::reading(&config.read)).collect()
}

/// What a run that cuts passages cuts; empty for any other.
fn passages(args: &DedupArgs) -> String {
    if args.passages { format!("{} {}", args.min_tokens, args.min_left) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use crate::flags::flag;
    use clap::Parser as _;

    fn parse(flags: &[&str]) -> DedupArgs {
        let words = ["wirecopy", "dedup", "in", "-o", "out"].iter().chain(flags);
        match Args::try_parse_from(words).unwrap().command {
            Command::Dedup(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn refusals_name_flag_cause_and_cure() {
        let refusal = |flags: &[&str]| {
            let args = parse(flags);
            config(&args)
                .and_then(|_| form(&args).map(drop))
                .unwrap_err()
                .with_names(flag)
                .to_string()
        };
        let refusals = [
            refusal(&["--threshold", "0"]),
            refusal(&["--threshold", "-1"]),
            refusal(&["--threshold", "NaN"]),
            refusal(&["--num-perm", "0"]),
            refusal(&["--measure", "coverage", "--threshold", "1.5"]),
            refusal(&["--measure", "coverage", "--unit", "char"]),
            refusal(&["--edits", "low"]),
            refusal(&["--until", "0"]),
            refusal(&["--bands", "20"]),
            refusal(&["--num-perm", "128", "--bands", "20", "--rows", "7"]),
            refusal(&["--ngram-size", "0"]),
            refusal(&["--threads", "5000"]),
            refusal(&["--seed", "1"]),
            refusal(&["--keep", "shortest"]),
            refusal(&["--keep", "column:"]),
            refusal(&["--output-format", "xml"]),
            refusal(&["--dry-run", "--output-format", "csv"]),
            refusal(&["--dry-run", "--force"]),
            refusal(&["--dry-run", "--resume"]),
            refusal(&["--temp-dir", "no/such/folder"]),
            refusal(&["-", "--against", "-"]),
        ];
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn flags_reach_the_settings() {
        let args = parse(&[
            "--threshold",
            "0.5",
            "--ngram-size",
            "3",
            "--unit",
            "char",
            "--keep",
            "column:rank",
            "--against",
            "old",
            "--memory",
            "1MiB",
            "--temp-dir",
            ".",
            "--strict",
        ]);
        let config = config(&args).unwrap();
        assert_eq!((config.ngram_size, config.unit), (3, Unit::Char));
        assert_eq!(config.keep, Keep::Column("rank".to_owned()));
        assert_eq!((config.memory, config.strict), (Some(1 << 20), true));
        assert_eq!(config.against, ["old"]);
        assert_eq!(config.temp_dir, Some(".".into()));
        assert_eq!(form(&args).unwrap(), None);
    }
}

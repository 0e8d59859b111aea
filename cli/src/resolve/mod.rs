//! From what was typed to checked settings. Every refusal names the flag, the cause and the cure.

mod apart;
mod refuse;
mod results;

pub(super) use apart::Apart;
pub(super) use refuse::refuse;
use results::tables;
pub(super) use results::{
    OutputFormat, Target, built, csv_only, json_lines, look, report, stdout_look, table,
    table_form, target,
};

use super::args::{
    CompareArgs, EditsArg, FindArgs, LshArgs, MeasureArg, ReadArgs, RunArgs, ScanArgs, ScopeArg,
    WriteArgs,
};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use wirecopy::corpus::{Access, Column, DateFormat, Encoding, ReadOptions};
use wirecopy::detect::{Edits, Measure, NGRAM_SIZES, ScanConfig, Scope};
use wirecopy::error::{Error, Result};
use wirecopy::index::{Reader, is_index};
use wirecopy::limits::Limits;
use wirecopy::record::Kind;

/// More workers than this do not help.
const MOST_THREADS: usize = 1024;

/// Words of a shingle where nothing is said.
const USUAL_SHINGLE: u32 = 5;

/// The settings of a scan, which may be set against an index.
pub(super) fn scan(args: &ScanArgs, index: Option<&Reader>) -> Result<ScanConfig> {
    let mut config = settings(&args.read, (&args.find, index), &args.run)?;
    report_size(&args.write, &mut config.read.limits)?;
    let beside = [&args.families, &args.copies, &args.flows].map(|path| path.as_deref());
    csv_only(&args.write, &beside)?;
    config.inputs.clone_from(&args.inputs);
    config.against.clone_from(&args.against);
    config.scope = match args.scope {
        ScopeArg::Auto => Scope::Auto,
        ScopeArg::Outlets => Scope::Outlets,
        ScopeArg::Documents => Scope::Documents,
        ScopeArg::All => Scope::All,
    };
    config.memory = args.memory;
    config.temp_dir = temp_dir(args.temp_dir.as_deref())?;
    config.max_days = args.max_days;
    config.ignore.clone_from(&args.ignore);
    if let Some(most) = args.max_pairs {
        config.max_pairs = most;
    }
    readable(&config.inputs, &config.against)?;
    Ok(config)
}

/// What a scan writes and reads; a table in a format that has none is refused.
pub(super) fn apart(args: &ScanArgs) -> Result<Apart<'_>> {
    tables(args)?;
    let index = args.against.iter().map(Path::new).find(|path| is_index(path));
    let apart = Apart::of(&args.run, &args.read)
        .writes("--output", args.write.output.as_deref())
        .writes("--families", args.families.as_deref())
        .writes("--copies", args.copies.as_deref())
        .writes("--flows", args.flows.as_deref())
        .reads("INPUT", &args.inputs)
        .reads("--against", &args.against)
        .reads_file("--ignore", args.ignore.as_deref())
        .index(index);
    Ok(apart)
}

/// Refuses standard input that is named twice, since it is read once, and an index among what is
/// read: its files are no articles.
pub(super) fn readable(inputs: &[String], against: &[String]) -> Result<()> {
    if inputs.iter().chain(against).filter(|input| *input == "-").count() > 1 {
        return refuse("INPUT", "standard input (-) is named twice", "name it once");
    }
    match inputs.iter().find(|input| is_index(Path::new(input))) {
        None => Ok(()),
        Some(index) => refuse(
            "INPUT",
            format!("{index} is an index and no folder of articles"),
            "name it after --against, or ask it with `index query`",
        ),
    }
}

/// The index that `--against` names, if it names one; an index beside others is refused.
pub(super) fn against(against: &[String]) -> Result<Option<&str>> {
    match (against, against.iter().find(|path| is_index(Path::new(path)))) {
        (_, None) => Ok(None),
        ([only], Some(_)) => Ok(Some(only)),
        (_, Some(index)) => refuse(
            "--against",
            format!("{index} is an index, and it is named beside others"),
            "name one index, or files and folders",
        ),
    }
}

/// The folder of temporary files, which is made where there is none.
pub(super) fn temp_dir(folder: Option<&Path>) -> Result<Option<PathBuf>> {
    let Some(folder) = folder else { return Ok(None) };
    if folder.exists() && !folder.is_dir() {
        let cause = format!("{} is no folder", folder.display());
        return refuse("--temp-dir", cause, "name a folder");
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    Ok(Some(folder.to_path_buf()))
}

/// The settings of a comparison.
pub(super) fn compare(args: &CompareArgs) -> Result<ScanConfig> {
    let mut config = settings(&args.read, (&args.find, None), &args.run)?;
    report_size(&args.write, &mut config.read.limits)?;
    csv_only(&args.write, &[])?;
    config.inputs = vec![args.a.clone()];
    config.against = vec![args.b.clone()];
    config.scope = Scope::Documents;
    let both = [args.a.clone(), args.b.clone()];
    readable(&both, &[])?;
    Ok(config)
}

/// The settings that all commands which look for passages share. An index that is asked says how
/// long shingles are, where nobody else does.
pub(super) fn settings(
    read: &ReadArgs,
    (find, index): (&FindArgs, Option<&Reader>),
    run: &RunArgs,
) -> Result<ScanConfig> {
    threads(run)?;
    let limits = limits(read)?;
    let config = ScanConfig {
        read: read_options(read, &limits)?,
        min_tokens: find.min_tokens,
        edits: edits(find.edits),
        threads: run.threads,
        seed: find.seed,
        strict: run.strict,
        ..ScanConfig::default()
    };
    let config = match (find.ngram_size, index) {
        (Some(ngram_size), _) => ScanConfig { ngram_size, ..config },
        (None, Some(index)) => config.with_ngram_size(index.info().ngram_size),
        (None, None) => config,
    };
    config.check()?;
    Ok(config)
}

/// How much rewording is tolerated.
pub(super) fn edits(choice: EditsArg) -> Edits {
    match choice {
        EditsArg::Low => Edits::Low,
        EditsArg::Normal => Edits::Normal,
        EditsArg::High => Edits::High,
    }
}

/// By what documents are compared, and from what threshold on they are duplicates.
pub(super) fn measure(lsh: &LshArgs) -> (Measure, f64) {
    let measure = match lsh.measure {
        MeasureArg::Jaccard => Measure::Jaccard,
        MeasureArg::Coverage => Measure::Coverage,
    };
    (measure, lsh.threshold.unwrap_or_else(|| measure.usual_threshold()))
}

/// Refuses a threshold that coverage cannot have.
pub(super) fn coverage_threshold(threshold: f64) -> Result<()> {
    if threshold > 0.0 && threshold <= 1.0 {
        return Ok(());
    }
    refuse(
        "--threshold",
        format!("{threshold} is out of range"),
        "give a number above 0 and at most 1; 0.45 finds edited and cut copies",
    )
}

/// Words of a shingle.
pub(super) fn shingle(lsh: &LshArgs) -> u32 {
    lsh.ngram_size.unwrap_or(USUAL_SHINGLE)
}

/// The threshold by which signatures are looked up.
pub(super) fn lookup(lsh: &LshArgs) -> f64 {
    match measure(lsh) {
        (Measure::Jaccard, threshold) => threshold,
        (Measure::Coverage, _) => Measure::Jaccard.usual_threshold(),
    }
}

/// Refuses shingles the engine does not know; `low` is the shortest that makes sense.
pub(super) fn ngram_size(size: u32, low: u32) -> Result<()> {
    let high = *NGRAM_SIZES.end();
    if (low..=high).contains(&size) {
        return Ok(());
    }
    refuse(
        "--ngram-size",
        format!("{size} is out of range"),
        format!("give a number from {low} to {high}; the default is 5"),
    )
}

/// Refuses a number of workers that is a slip.
pub(super) fn threads(run: &RunArgs) -> Result<()> {
    if run.threads <= MOST_THREADS {
        return Ok(());
    }
    refuse(
        "--threads",
        format!("{} is more than {MOST_THREADS}", run.threads),
        "leave it out to use all cores",
    )
}

/// The bounds of a run.
pub(super) fn limits(args: &ReadArgs) -> Result<Limits> {
    let mut limits = Limits::default();
    if let Some(bytes) = args.max_record_bytes {
        let usable = usize::try_from(bytes).ok().filter(|&bytes| bytes > 0);
        let Some(bytes) = usable else {
            return refuse(
                "--max-record-bytes",
                format!("{bytes} is out of range"),
                "give a size such as 64MiB",
            );
        };
        limits.record_bytes = bytes;
    }
    limits.expanded_bytes = args.max_expanded_bytes.unwrap_or(limits.expanded_bytes);
    if let Some(bytes) = args.max_page_bytes {
        limits.page_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    limits.columns = args.max_columns.unwrap_or(limits.columns);
    limits.open_files = args.max_open_files.or_else(open_files).unwrap_or(limits.open_files);
    Ok(limits)
}

/// Files that the system lets this process hold open, where it says so.
fn open_files() -> Option<usize> {
    #[cfg(unix)]
    {
        let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current?;
        usize::try_from(most).ok()
    }
    #[cfg(not(unix))]
    None
}

/// Smallest report that can be asked for.
const LEAST_REPORT_BYTES: u64 = 64 << 10;

/// The bounds of an HTML report, for `--report-size`.
pub(super) fn report_size(args: &WriteArgs, limits: &mut Limits) -> Result<()> {
    let Some(bytes) = args.report_size else { return Ok(()) };
    if bytes < LEAST_REPORT_BYTES {
        let cause = format!("{bytes} bytes hold no report");
        return refuse("--report-size", cause, "give 64KiB or more; the default is 72MiB");
    }
    if target(args)?.format.name() != "html" {
        let cure = "add --format html, or a name such as -o report.html";
        return refuse("--report-size", "the result is no HTML report", cure);
    }
    limits.scale_report(bytes);
    Ok(())
}

/// How documents are read.
pub(super) fn read_options(args: &ReadArgs, limits: &Limits) -> Result<ReadOptions> {
    let encoding = match &args.input_encoding {
        None => None,
        Some(name) => match Encoding::named(name) {
            Some(encoding) => Some(encoding),
            None => {
                return refuse(
                    "--input-encoding",
                    format!("`{name}` is not an encoding this version knows"),
                    "give a name such as utf-8, latin1, windows-1251, gbk, shift_jis or utf-16le",
                );
            }
        },
    };
    let choose = |default: Column, name: &Option<String>| match name {
        Some(name) => Column { name: name.clone(), chosen: true },
        None => default,
    };
    let default = ReadOptions::default();
    Ok(ReadOptions {
        format: args.input_format,
        encoding,
        text: choose(default.text, &args.text_column),
        id: choose(default.id, &args.id_column),
        outlet: choose(default.outlet, &args.outlet_column),
        date: choose(default.date, &args.date_column),
        title: choose(default.title, &args.title_column),
        url: choose(default.url, &args.url_column),
        date_format: args.date_format.as_deref().map(date_format).transpose()?,
        html_text: args.html_text,
        access: access(),
        limits: limits.clone(),
        ..ReadOptions::default()
    })
}

/// The pattern of dates.
fn date_format(pattern: &str) -> Result<DateFormat> {
    DateFormat::new(pattern).or_else(|cause| {
        let cause = format!("`{pattern}` is no pattern of dates: {cause}");
        refuse("--date-format", cause, "give one such as %d/%m/%Y or %d.%m.%y %H:%M")
    })
}

/// What the environment says of object stores.
fn access() -> Access {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let all = std::env::vars_os().filter_map(text);
    Access(all.filter(|(name, _)| Access::takes(name)).collect())
}

/// The kinds to keep; `None` keeps all.
pub(super) fn kinds(names: &[String]) -> Result<Option<Vec<Kind>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut kinds = Vec::new();
    for name in names {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == name.trim()) else {
            let known = Kind::ALL.map(Kind::name).join(", ");
            return refuse(
                "--kind",
                format!("`{name}` is not a kind this version tells apart"),
                format!("the kinds are {known}"),
            );
        };
        kinds.push(kind);
    }
    Ok(Some(kinds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use crate::flags::flag;
    use clap::Parser as _;

    fn parse(flags: &[&str]) -> ScanArgs {
        let words = ["wirecopy", "scan", "in"].iter().chain(flags);
        match Args::try_parse_from(words).unwrap().command {
            Command::Scan(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    fn refusal(flags: &[&str]) -> String {
        let args = parse(flags);
        let checked = scan(&args, None)
            .and_then(|_| target(&args.write))
            .and_then(|_| kinds(&args.kind))
            .and_then(|_| apart(&args))
            .and_then(|apart| apart.check(&mut ReadOptions::default()));
        checked.unwrap_err().with_names(flag).to_string()
    }

    #[test]
    fn refusals_name_flag_cause_and_cure() {
        let refusals = [
            refusal(&["--min-tokens", "0"]),
            refusal(&["--min-tokens", "4"]),
            refusal(&["--ngram-size", "1"]),
            refusal(&["--threads", "5000"]),
            refusal(&["-o", "x.xlsx"]),
            refusal(&["-o", "none/x.csv"]),
            refusal(&["--families", "x.html"]),
            refusal(&["--families", "none/x.csv"]),
            refusal(&["--max-record-bytes", "0"]),
            refusal(&["-o", "x.csv", "--families", "x.csv"]),
            refusal(&["-o", "in", "--format", "jsonl"]),
            refusal(&["-", "--against", "-"]),
            refusal(&["--date-format", "%d/%m"]),
            refusal(&["--date-format", "%!"]),
            refusal(&["--report-size", "1GiB"]),
            refusal(&["--report-size", "0", "-o", "x.html"]),
        ];
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn the_format_follows_the_name() {
        let format = |flags: &[&str]| target(&parse(flags).write).unwrap().format.name();
        assert_eq!(format(&[]), "text");
        assert_eq!(format(&["-o", "x.jsonl"]), "jsonl");
        assert_eq!(format(&["-o", "x.jsonl.zst"]), "jsonl");
        assert_eq!(format(&["-o", "x.csv.gz"]), "csv");
        assert_eq!(format(&["-o", "x.jsonl", "--format", "passim"]), "passim");
        assert_eq!(format(&["-o", "x.TXT"]), "text");
        assert_eq!(format(&["-o", "x.txt.gz"]), "text");
        assert_eq!(format(&["-o", "x.Json"]), "json");
        assert_eq!(format(&["-o", "/dev/null"]), "text");
        assert_eq!(format(&["-o", "x.html"]), "html");
        assert_eq!(format(&["-o", "x.out", "--format", "jsonl"]), "jsonl");
        assert_eq!(format(&["-o", "x.jsonl", "--format", "text"]), "text");
    }

    #[test]
    fn flags_reach_the_settings() {
        let config = scan(
            &parse(&[
                "--min-tokens",
                "9",
                "--scope",
                "all",
                "--max-days",
                "3",
                "--edits",
                "high",
                "--max-pairs",
                "7",
                "--text-column",
                "body",
                "--max-record-bytes",
                "1KiB",
            ]),
            None,
        )
        .unwrap();
        assert_eq!((config.min_tokens, config.scope, config.max_days), (9, Scope::All, Some(3)));
        assert_eq!((config.edits, config.max_pairs), (Edits::High, 7));
        assert_eq!((config.read.text.name.as_str(), config.read.text.chosen), ("body", true));
        assert!(!config.read.id.chosen);
        assert_eq!(config.read.limits.record_bytes, 1024);
        let report = scan(&parse(&["--report-size", "36MiB", "-o", "x.html"]), None).unwrap();
        assert_eq!(report.read.limits.report_families, 10_000);
        assert_eq!(kinds(&["internal".to_owned()]).unwrap(), Some(vec![Kind::Internal]));
        assert_eq!(kinds(&[]).unwrap(), None);
    }
}

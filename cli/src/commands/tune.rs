//! `wirecopy tune`: what a setting of `dedup` finds, misses and costs.

use crate::args::{SummaryArg, TuneArgs};
use crate::exit::Outcome;
use crate::view::Look;
use crate::view::tune::{self, Setting, Tuning};
use crate::view::tune_coverage::{self, CoverageTuning};
use crate::{publish, resolve};
use serde::Serialize;
use std::io::Write;
use wirecopy::detect::Measure;
use wirecopy::error::Result;
use wirecopy::sketch::{Banding, Wanted};

/// Documents that are reckoned with where no number is given.
const DOCUMENTS: u64 = 1_000_000;

/// Why a setting is refused with coverage, and what to do.
const THRESHOLD_ALONE: &str = "what becomes of a copy by coverage depends on the threshold alone";
/// The cure.
const ALONE: &str = "leave it out, or tune --measure jaccard";
/// The same of levels of edits.
const LEAVE: &str = "leave it out";

/// Runs the command.
pub(super) fn run(args: &TuneArgs) -> anyhow::Result<Outcome> {
    let (measure, threshold) = resolve::measure(&args.lsh);
    if measure == Measure::Coverage {
        resolve::coverage_threshold(threshold)?;
        for (flag, given) in beside_the_threshold(args) {
            if given {
                return Ok(resolve::refuse(flag, THRESHOLD_ALONE, ALONE)?);
            }
        }
        return show(args, &CoverageTuning::new(threshold), tune_coverage::view);
    }
    if args.lsh.edits.is_some() {
        return Ok(resolve::refuse("--edits", "sets of shingles are compared as they are", LEAVE)?);
    }
    show(args, &tuning(args)?, tune::view)
}

/// What only counts for signatures or for a search, and whether it was given.
fn beside_the_threshold(args: &TuneArgs) -> [(&'static str, bool); 6] {
    let lsh = &args.lsh;
    [
        ("--num-perm", lsh.num_perm.is_some()),
        ("--bands", lsh.bands.is_some()),
        ("--rows", lsh.rows.is_some()),
        ("--ngram-size", lsh.ngram_size.is_some()),
        ("--documents", args.documents.is_some()),
        ("--edits", lsh.edits.is_some()),
    ]
}

/// Prints numbers in the form that was asked for.
fn show<T: Serialize>(
    args: &TuneArgs,
    tuning: &T,
    view: impl Fn(&T, Look, &mut String),
) -> anyhow::Result<Outcome> {
    let mut page = Vec::new();
    match args.format {
        SummaryArg::Json => {
            serde_json::to_writer_pretty(&mut page, tuning)?;
            page.push(b'\n');
        }
        SummaryArg::Text => {
            let mut text = String::new();
            view(tuning, resolve::stdout_look(args.color), &mut text);
            page = text.into_bytes();
        }
    }
    publish::to_stdout(&|out: &mut dyn Write| out.write_all(&page))?;
    Ok(Outcome::Done)
}

fn tuning(args: &TuneArgs) -> Result<Tuning> {
    let lsh = &args.lsh;
    let ngram_size = resolve::shingle(lsh);
    resolve::ngram_size(ngram_size, 1)?;
    let wanted = Wanted { lanes: lsh.num_perm, bands: lsh.bands, rows: lsh.rows };
    Ok(Tuning::new(Setting {
        threshold: resolve::lookup(lsh),
        ngram_size,
        banding: Banding::choose(resolve::lookup(lsh), wanted)?,
        documents: args.documents.unwrap_or(DOCUMENTS),
    }))
}

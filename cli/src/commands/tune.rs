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

/// Runs the command.
pub(super) fn run(args: &TuneArgs) -> anyhow::Result<Outcome> {
    let (measure, threshold) = resolve::measure(&args.lsh);
    if measure == Measure::Coverage {
        resolve::coverage_threshold(threshold)?;
        return show(args, &CoverageTuning::new(threshold), tune_coverage::view);
    }
    show(args, &tuning(args)?, tune::view)
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
    resolve::ngram_size(lsh.ngram_size, 1)?;
    let wanted = Wanted { lanes: lsh.num_perm, bands: lsh.bands, rows: lsh.rows };
    Ok(Tuning::new(Setting {
        threshold: resolve::lookup(lsh),
        ngram_size: lsh.ngram_size,
        banding: Banding::choose(resolve::lookup(lsh), wanted)?,
        documents: args.documents,
    }))
}

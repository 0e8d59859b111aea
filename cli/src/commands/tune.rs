//! `wirecopy tune`: what a setting of `dedup` finds, misses and costs.

use crate::args::{SummaryArg, TuneArgs};
use crate::exit::Outcome;
use crate::view::tune::{self, Setting, Tuning};
use crate::{publish, resolve};
use std::io::Write;
use wirecopy::error::Result;
use wirecopy::sketch::{Banding, Wanted};

/// Runs the command.
pub(super) fn run(args: &TuneArgs) -> anyhow::Result<Outcome> {
    let tuning = tuning(args)?;
    let mut page = Vec::new();
    match args.format {
        SummaryArg::Json => {
            serde_json::to_writer_pretty(&mut page, &tuning)?;
            page.push(b'\n');
        }
        SummaryArg::Text => {
            let mut text = String::new();
            tune::view(&tuning, resolve::stdout_look(args.color), &mut text);
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

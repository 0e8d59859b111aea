//! What an interrupted scan has left, and what it must be for another run to go on with it.

use super::fingerprint::{self, Fingerprint, RUN};
use crate::args::ScanArgs;
use std::path::Path;
use wirecopy::corpus::Corpus;
use wirecopy::detect::ScanConfig;
use wirecopy::error::{Error, Result};
use wirecopy::store::WorkFolder;
use wirecopy::trace;

/// Why a run over a stream starts again.
const UNCERTAIN: &str = "an input is a stream, which may be another now";

/// The work folder of a run that may be resumed; none where nothing is to be kept.
pub(crate) fn open(
    args: &ScanArgs,
    config: &ScanConfig,
    output: Option<&Path>,
) -> Result<Option<WorkFolder>> {
    let wanted = args.resume || config.memory.is_some();
    let Some(output) = output.filter(|path| wanted && !is_stream(path)) else { return Ok(None) };
    let work = WorkFolder::open(output, config.temp_dir.as_deref())?;
    let now = of(args, config)?;
    let left = args.resume && now.is_certain() && is_left(&work, &now)?;
    if !left {
        if args.resume {
            let nothing = "there is nothing that an interrupted run has left";
            trace::starts_again(if now.is_certain() { nothing } else { UNCERTAIN });
        }
        work.clear()?;
        work.keep_state(RUN, &now.to_bytes()?)?;
    }
    work.sweep()?;
    work.leave(false);
    Ok(Some(work))
}

/// Leaves the work folder in place where the user stopped the run.
pub(crate) fn unless_interrupted<T>(result: Result<T>, work: Option<&WorkFolder>) -> Result<T> {
    let Some(work) = work else { return result };
    result.map_err(|error| match error {
        Error::Interrupted { .. } => {
            work.leave(true);
            Error::Interrupted { cure: "--resume goes on".to_owned() }
        }
        other => other,
    })
}

/// Devices and pipes cannot be published later.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file())
}

/// Whether the folder holds the state of a run over the same.
fn is_left(work: &WorkFolder, now: &Fingerprint) -> Result<bool> {
    let Some(bytes) = work.state(RUN)? else { return Ok(false) };
    // What is refused stays for the user to decide about.
    now.check_same_run(&bytes).inspect_err(|_| work.leave(true))?;
    Ok(true)
}

/// What the search of a run depends on; how its result is shown may change.
fn of(args: &ScanArgs, config: &ScanConfig) -> Result<Fingerprint> {
    let (inputs, _) = Corpus::open(&config.inputs, config.read.clone())?;
    let mut corpora = vec![inputs];
    if !config.against.is_empty() {
        corpora.push(Corpus::open(&config.against, config.read.clone())?.0);
    }
    let own = [
        ("--min-tokens", config.min_tokens.to_string()),
        ("--ngram-size", config.ngram_size.to_string()),
        ("--edits", format!("{:?}", config.edits).to_lowercase()),
        ("--scope", config.scope.name().to_owned()),
        ("--max-days", config.max_days.map_or(String::new(), |days| days.to_string())),
        ("--seed", config.seed.to_string()),
        ("--strict", config.strict.to_string()),
        ("INPUT", fingerprint::inputs(&args.inputs)),
        ("--against", fingerprint::inputs(&args.against)),
    ];
    let own = own.map(|(flag, value)| (flag.to_owned(), value));
    let settings = own.into_iter().chain(fingerprint::reading(&config.read)).collect();
    let corpora: Vec<&Corpus> = corpora.iter().collect();
    let endian = if cfg!(target_endian = "little") { "" } else { ", big-endian" };
    let version = format!("{} (scan{endian})", env!("CARGO_PKG_VERSION"));
    Ok(Fingerprint::new(version, settings, &corpora))
}

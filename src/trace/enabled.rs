//! The events, by way of `tracing`.

use std::path::Path;
use tracing::span::EnteredSpan;
use tracing::{debug, info, info_span, trace};

const CORPUS: &str = "wirecopy::corpus";
const DETECT: &str = "wirecopy::detect";
const STORE: &str = "wirecopy::store";

/// A stage, which ends when this is dropped.
#[derive(Debug)]
pub struct Stage {
    _entered: EnteredSpan,
}

/// A stage begins; `total` units, 0 where unknown.
#[must_use]
pub fn stage(name: &'static str, total: u64) -> Stage {
    Stage { _entered: info_span!(target: DETECT, "stage", name, total).entered() }
}

/// What is left of an interrupted run is used.
pub fn goes_on(what: &'static str) {
    info!(target: DETECT, what, "goes on with what an interrupted run has left");
}

/// What is left of an interrupted run is not used.
pub fn starts_again(why: &'static str) {
    info!(target: DETECT, why, "starts again");
}

/// Fewer threads work than were asked for.
pub(crate) fn few_workers(workers: usize, wanted: usize, open_files: usize) {
    info!(target: DETECT, workers, wanted, open_files, "fewer threads, for few open files");
}

/// A temporary file is begun.
pub(crate) fn spills(what: &str, place: &Path) {
    debug!(target: DETECT, what, place = %place.display(), "begins a temporary file");
}

/// A source is read.
pub(crate) fn reads(path: &Path, format: &'static str, bytes: u64) {
    debug!(target: CORPUS, path = %path.display(), format, bytes, "reads");
}

/// A file of one document is read.
pub(crate) fn reads_text(path: &Path, bytes: u64) {
    trace!(target: CORPUS, path = %path.display(), bytes, "reads");
}

/// A source is copied as it is read.
pub(crate) fn copies(path: &Path) {
    debug!(target: CORPUS, path = %path.display(), "is copied, to be read again");
}

/// A file or folder is in its place.
pub(crate) fn published(path: &Path) {
    debug!(target: STORE, path = %path.display(), "published");
}

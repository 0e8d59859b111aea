//! Documents for other uses than a search: read as a scan reads them, made into something else.
//!
//! Used by index, which makes postings of them. Invariant: what is read, left out and reported is
//! what a scan of the same inputs reads, leaves out and reports.

use super::clock::{Clock, in_pool};
use super::{Progress, ScanConfig, read};
use crate::corpus::Document;
use crate::error::Result;

/// What was made of some documents, in no order.
#[derive(Debug)]
pub struct Made<T> {
    /// Everything that was made.
    pub all: Vec<T>,
    /// Records left out.
    pub skipped: u64,
    /// Records used in part.
    pub partly: u64,
}

/// Reads the inputs of `config`; `each` makes something of each block of documents, on any worker.
///
/// # Errors
/// As of [`scan`](super::scan), and what `each` returns.
pub fn each_document<T: Send>(
    config: &ScanConfig,
    progress: &dyn Progress,
    each: &(dyn Fn(Vec<Document>) -> Result<Vec<T>> + Sync),
) -> Result<Made<T>> {
    in_pool(config.threads, config.read.limits.open_files, || {
        let mut clock = Clock::new(progress);
        let read = read::read_each((&config.inputs, &|_| Ok(())), config, &mut clock, each)?;
        Ok(Made { all: read.documents, skipped: read.skipped, partly: read.partly })
    })
}

/// Runs `work` among the workers of a run of this configuration.
///
/// # Errors
/// What `work` returns, and what the system says of threads.
pub fn in_workers<T: Send>(
    config: &ScanConfig,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    in_pool(config.threads, config.read.limits.open_files, work)
}

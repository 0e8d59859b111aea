//! What every command does around its stages: the pool they run in, their times, and the question
//! between them whether to go on.

use super::{Progress, Stage};
use crate::error::{Error, Result};
use std::time::Instant;

/// The clock of one run.
pub(super) struct Clock<'a> {
    pub(super) progress: &'a dyn Progress,
    stages: Vec<(&'static str, u64)>,
    open: Option<(&'static str, Instant)>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(progress: &'a dyn Progress) -> Self {
        Self { progress, stages: Vec::new(), open: None }
    }

    /// Begins a stage of `total` units (0: unknown), which ends the one before.
    pub(super) fn start(&mut self, name: &'static str, total: u64) -> Result<()> {
        self.close();
        go_on(self.progress)?;
        self.progress.start(Stage { name, total });
        self.open = Some((name, Instant::now()));
        Ok(())
    }

    fn close(&mut self) {
        if let Some((name, since)) = self.open.take() {
            let ns = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.stages.push((name, ns));
        }
    }

    /// Ends the last stage; name and wall time of each in nanoseconds.
    pub(super) fn finish(&mut self) -> Vec<(&'static str, u64)> {
        self.close();
        std::mem::take(&mut self.stages)
    }
}

/// Runs `work` in a pool of `threads` workers (0: all cores).
pub(super) fn in_pool<T: Send>(
    threads: usize,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Setting {
        flag: "--threads",
        cause: error.to_string(),
        cure: "ask for fewer".to_owned(),
    })?;
    pool.install(work)
}

/// Fails once the user asked to stop.
pub(super) fn go_on(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() {
        return Err(Error::Interrupted { cure: "run it again".to_owned() });
    }
    Ok(())
}

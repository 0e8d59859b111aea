//! What every command does around its stages: the pool they run in, their times, and the question
//! between them whether to go on.

use super::{Progress, Stage};
use crate::error::{Error, Result};
use crate::trace;
use std::time::Instant;

/// The clock of one run.
pub(super) struct Clock<'a> {
    pub(super) progress: &'a dyn Progress,
    stages: Vec<(&'static str, u64)>,
    open: Option<(&'static str, Instant, trace::Stage)>,
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
        self.open = Some((name, Instant::now(), trace::stage(name, total)));
        Ok(())
    }

    fn close(&mut self) {
        if let Some((name, since, _)) = self.open.take() {
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

/// Files that a run holds open beside the one that each worker reads, at most: standard streams,
/// results, locks, temporary files, the source that is being cut.
const OTHER_FILES: usize = 20;

/// Runs `work` in a pool of `threads` workers (0: all cores), or fewer where `open_files` does not
/// allow a file for each.
pub(super) fn in_pool<T: Send>(
    threads: usize,
    open_files: usize,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let threads = workers(threads, open_files)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Setting {
        name: "threads".into(),
        cause: error.to_string(),
        cure: "ask for fewer".to_owned(),
    })?;
    pool.install(work)
}

/// Workers of a run that may hold so many files open.
fn workers(threads: usize, open_files: usize) -> Result<usize> {
    let most = open_files.saturating_sub(OTHER_FILES);
    if most == 0 {
        return Err(Error::Setting {
            name: "max_open_files".into(),
            cause: format!("{open_files} files open at once are too few for a run"),
            cure: format!("allow {} or more, here and by `ulimit -n`", OTHER_FILES + 1),
        });
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wanted = if threads == 0 { cores } else { threads };
    if wanted <= most {
        return Ok(threads);
    }
    trace::few_workers(most, wanted, open_files);
    Ok(most)
}

/// Fails once the user asked to stop.
pub(super) fn go_on(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() {
        return Err(Error::Interrupted { cure: "run it again".to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_make_few_workers() {
        assert_eq!(workers(8, 1024).unwrap(), 8);
        assert_eq!(workers(0, 1 << 20).unwrap(), 0);
        assert_eq!(workers(64, OTHER_FILES + 12).unwrap(), 12);
        assert_eq!(workers(0, OTHER_FILES + 1).unwrap().max(1), 1);
        let refused = workers(1, OTHER_FILES).unwrap_err().to_string();
        assert!(refused.starts_with("max_open_files: 20 files"), "{refused}");
        assert!(refused.contains("allow 21"), "{refused}");
    }
}

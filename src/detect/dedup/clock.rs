//! Times the stages, and asks between them whether to go on.

use crate::detect::{Progress, Stage};
use crate::error::{Error, Result};
use std::time::Instant;

/// The clock of one run.
pub(super) struct Clock<'a> {
    progress: &'a dyn Progress,
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

    /// Name and wall time of each stage in nanoseconds.
    pub(super) fn finish(mut self) -> Vec<(&'static str, u64)> {
        self.close();
        self.stages
    }
}

/// Fails once the user asked to stop.
pub(super) fn go_on(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() {
        return Err(Error::Interrupted { cure: "run it again".to_owned() });
    }
    Ok(())
}

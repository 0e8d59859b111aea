//! What a run tells while it works: a bar on a terminal, warnings, and whether to stop.

use super::args::{LogArg, RunArgs};
use super::warn::Warnings;
use super::{output, signal};
use crate::corpus::Problem;
use crate::detect::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The stage whose units are bytes of input.
const READING: &str = "read";
/// Times a second the bar is drawn.
const DRAWS_PER_SECOND: u8 = 10;
/// Between two turns of the spinner.
const TICK: Duration = Duration::from_millis(100);

/// Tells the events of a run on standard error.
#[derive(Debug)]
pub(super) struct Teller {
    bar: ProgressBar,
    warnings: Mutex<Warnings>,
    warns: bool,
}

impl Teller {
    /// Tells what `args` ask for; at most `printed_warnings` warnings in full.
    pub(super) fn new(args: &RunArgs, printed_warnings: usize) -> Self {
        let shown = !args.quiet && !args.no_progress && output::stderr_is_terminal();
        let bar = if shown {
            ProgressBar::with_draw_target(
                None,
                ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND),
            )
        } else {
            ProgressBar::hidden()
        };
        let warns = !args.quiet && args.log >= LogArg::Warn;
        Self { bar, warnings: Mutex::new(Warnings::new(printed_warnings)), warns }
    }

    /// Takes the bar away and prints the closing line of the warnings.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
        if let Some(closing) = self.warnings().closing().filter(|_| self.warns) {
            output::message(&closing);
        }
    }

    fn warnings(&self) -> std::sync::MutexGuard<'_, Warnings> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Teller {
    fn start(&self, stage: Stage) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.reset();
        self.bar.set_message(stage.name);
        self.bar.set_style(style(stage));
        self.bar.enable_steady_tick(TICK);
        match stage.total {
            0 => self.bar.unset_length(),
            total => self.bar.set_length(total),
        }
    }

    fn advance(&self, units: u64) {
        self.bar.inc(units);
    }

    fn problem(&self, problem: &Problem) {
        let text = self.warnings().admit(problem);
        if let Some(text) = text.filter(|_| self.warns) {
            self.bar.suspend(|| output::message(&text));
        }
    }

    fn stopped(&self) -> bool {
        signal::stopped()
    }
}

/// The look of the bar: bytes where the stage reads, else parts of the work.
fn style(stage: Stage) -> ProgressStyle {
    let template = match (stage.name == READING, stage.total == 0) {
        (true, true) => "{msg:<8} {spinner} {binary_bytes}  {binary_bytes_per_sec}",
        (true, false) => {
            "{msg:<8} {wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta}"
        }
        (false, true) => "{msg:<8} {spinner} {elapsed}",
        (false, false) => "{msg:<8} {wide_bar} {percent} %  {eta}",
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸ ")
}

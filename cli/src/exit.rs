//! Exit status: 0 done, 1 a test that was asked for failed, 2 failed and nothing published, 130
//! stopped by Ctrl-C.
//!
//! Fed by every command. Invariant: what failed says so on standard error.

use super::flags::flag;
use super::{output, signal};
use std::io::ErrorKind;
use std::process::ExitCode;
use wirecopy::error::Error;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Done.
    Done,
    /// Done; the test asked for with `--exit-code` found nothing.
    Nothing,
}

/// Prints an error as `wirecopy: place: cause. cure` and returns the status of the program.
pub(super) fn status(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let interrupted = matches!(error.downcast_ref(), Some(Error::Interrupted { .. }));
            output::message(&describe(error));
            ExitCode::from(if interrupted { signal::INTERRUPTED } else { 2 })
        }
    }
}

/// The error in the words of the program: every setting by its flag.
fn describe(error: anyhow::Error) -> String {
    match error.downcast::<Error>() {
        Ok(error) => error.with_names(flag).to_string(),
        Err(error) => error.to_string(),
    }
}

/// Whether the reader of a pipe that was named as a file (`/dev/stdout`) went away, which
/// is not a failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<Error>(),
        Some(Error::Io { source, .. }) if source.kind() == ErrorKind::BrokenPipe
    )
}

//! What every command that reads documents opens before it starts, and closes when it is done.
//!
//! Used by `scan`, `dedup` and `compare`. Invariant: signals and the log are listened to before
//! anything is read.

use super::args::{ReadArgs, RunArgs, WriteArgs};
use super::progress::Reporter;
use super::saved::Saved;
use super::{log, resolve, signal};
use wirecopy::corpus::ReadOptions;
use wirecopy::detect::Progress as _;
use wirecopy::error::Result;

/// What a run reports to, and the texts it saves.
pub(super) struct Session {
    /// Progress and warnings.
    pub(super) reporter: Reporter,
    saved: Saved,
}

impl Session {
    /// Listens to Ctrl-C and to the log, opens the folder of `--save-text`, and lets every record
    /// left out be reported for `--skipped`.
    pub(super) fn open(run: &RunArgs, read: &ReadArgs, options: &mut ReadOptions) -> Result<Self> {
        signal::listen();
        log::listen(&run.log, run.quiet)?;
        if let Some(path) = &run.skipped {
            resolve::table("--skipped", path)?;
            let limits = &mut options.limits;
            (limits.block_problems, limits.told_problems) = (usize::MAX, usize::MAX);
        }
        let saved = Saved::begin(read, options)?;
        Ok(Self { reporter: Reporter::new(run, options.limits.printed_warnings), saved })
    }

    /// The same for a command whose tables have a form of their own.
    pub(super) fn open_to_write(
        run: &RunArgs,
        read: &ReadArgs,
        write: &WriteArgs,
        options: &mut ReadOptions,
    ) -> Result<Self> {
        let mut session = Self::open(run, read, options)?;
        session.reporter.write_tables(resolve::table_form(write));
        Ok(session)
    }

    /// Publishes the saved texts, after the result.
    pub(super) fn close(self) -> Result<()> {
        if self.saved.lacks_texts() {
            self.reporter
                .note("no text was taken out of a page or file: --save-text has an empty folder");
        }
        self.saved.publish()
    }
}

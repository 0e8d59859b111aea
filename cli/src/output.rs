//! The one place that writes to the standard streams.
//!
//! Invariant: messages are made safe before they reach a terminal; a reader who went away (broken
//! pipe) ends the writing quietly.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::process::ExitCode;
use wirecopy::output::escape;

/// Bytes gathered before standard output is written.
const BUFFER_BYTES: usize = 1 << 16;
/// Width of the text view where there is no terminal.
pub(super) const DEFAULT_WIDTH: usize = 80;

/// Runs `write` on buffered standard output. A closed pipe is not an error: the reader has
/// seen enough.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still buffered has no reader; writing it again on drop would fail again.
            let (_, _unread) = out.into_parts();
            Ok(())
        }
        other => other,
    }
}

/// Prints a message as `wirecopy: text` on standard error.
pub(super) fn message(text: &str) {
    line(&format!("wirecopy: {text}"));
}

/// Prints a line on standard error; where that fails, there is no other place to say so.
pub(super) fn line(text: &str) {
    let mut safe = escape::line(text).into_owned();
    safe.push('\n');
    io::stderr().lock().write_all(safe.as_bytes()).ok();
}

/// Prints a usage error, or the help or version that was asked for, and returns the status.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    error.print().ok();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Whether standard output is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Columns of the terminal of standard output.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}

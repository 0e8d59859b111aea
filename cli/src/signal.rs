//! Ctrl-C: the first asks the run to stop after the current piece of work, the second ends
//! it at once. So does the first while the run waits for standard input, for no piece of work ends
//! then.
//!
//! Asked by progress for detect. Invariant: a run that stops leaves no half result.

use super::output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);
/// Standard input is read, or will be.
static READS: AtomicBool = AtomicBool::new(false);

/// Time in which a run that is not waiting stops by itself.
const GRACE: Duration = Duration::from_millis(500);

/// Status of a program that a signal ended: 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// Listens for Ctrl-C (and a request to terminate) from now on.
pub(super) fn listen() {
    // Where this fails (another handler is there) the system's own way of stopping stays.
    ctrlc::set_handler(on_signal).ok();
}

/// Says which inputs are read from now on, until [`read`] says that they were.
pub(super) fn reads(inputs: &[String]) {
    READS.store(inputs.iter().any(|input| input == "-"), Ordering::Relaxed);
}

/// Says that the inputs were read.
pub(super) fn read() {
    READS.store(false, Ordering::Relaxed);
}

/// Whether the user asked to stop.
pub(super) fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

#[expect(clippy::exit, reason = "the second Ctrl-C means: now, whatever is unfinished")]
fn on_signal() {
    if STOP.swap(true, Ordering::Relaxed) {
        std::process::exit(INTERRUPTED.into());
    }
    if waits() {
        output::message("interrupted while waiting for standard input. nothing was written");
        std::process::exit(INTERRUPTED.into());
    }
}

/// Whether the run waits for standard input: there is nothing to read, nor is there after a moment
/// in which a run that was at work would have stopped.
fn waits() -> bool {
    let waits = || READS.load(Ordering::Relaxed) && stdin_is_silent();
    waits() && {
        std::thread::sleep(GRACE);
        waits()
    }
}

/// Whether standard input is open and has nothing to read.
#[cfg(unix)]
fn stdin_is_silent() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = std::io::stdin();
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&now)).is_ok_and(|ready| ready == 0)
}

/// The system is not asked: while standard input is read, a run at work stops within the moment.
#[cfg(not(unix))]
fn stdin_is_silent() -> bool {
    true
}

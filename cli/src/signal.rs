//! Ctrl-C: the first asks the run to stop after the current piece of work, the second ends
//! it at once.
//!
//! Asked by progress for detect. Invariant: a run that stops leaves no half result.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// Status of a program that a signal ended: 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// Listens for Ctrl-C (and a request to terminate) from now on.
pub(super) fn listen() {
    // Where this fails (another handler is there) the system's own way of stopping stays.
    ctrlc::set_handler(on_signal).ok();
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
}

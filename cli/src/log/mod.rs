//! `--log`: how much standard error reports, in all or of one part of the library.
//!
//! Errors, warnings and the summary are printed by the commands themselves; the events that the
//! library sends through `tracing` are printed by the listener.

mod level;
#[cfg(feature = "trace")]
mod listener;
#[cfg(feature = "trace")]
pub(super) use listener::listen;

#[cfg(not(feature = "trace"))]
mod deaf;
#[cfg(not(feature = "trace"))]
pub(super) use deaf::listen;

pub(super) use level::{Level, Log, parse};

//! Going on with an interrupted run.
//!
//! Used by scan ([`open`]) and by dedup, which keeps its state in the folder of its result.
//! Invariant: a run is gone on with only where everything that its result depends on, the
//! [`Fingerprint`], is as it was.

mod fingerprint;
mod scan;

pub(crate) use fingerprint::{Fingerprint, RUN, inputs, reading};
pub(crate) use scan::{open, unless_interrupted};

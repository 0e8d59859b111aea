//! What replaces the events in a build without them.

use std::path::Path;

/// A stage.
#[derive(Debug)]
pub struct Stage;

/// Says nothing.
#[must_use]
pub fn stage(_: &'static str, _: u64) -> Stage {
    Stage
}

/// Says nothing.
pub fn goes_on(_: &'static str) {}

/// Says nothing.
pub fn starts_again(_: &'static str) {}

/// Says nothing.
pub(crate) fn few_workers(_: usize, _: usize, _: usize) {}

/// Says nothing.
pub(crate) fn spills(_: &str, _: &Path) {}

/// Says nothing.
pub(crate) fn reads(_: &Path, _: &'static str, _: u64) {}

/// Says nothing.
pub(crate) fn reads_text(_: &Path, _: u64) {}

/// Says nothing.
pub(crate) fn copies(_: &Path) {}

/// Says nothing.
pub(crate) fn published(_: &Path) {}

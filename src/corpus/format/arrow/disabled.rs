//! What replaces Arrow in a build without it.

use crate::corpus::format::reader::{JsonLine, RowGroups};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::error::{Error, Result};
use std::ops::Range;
use std::path::Path;

/// Nothing to compare.
pub(super) fn same_columns(_: &Path, _: &Path) -> bool {
    true
}

/// Refuses.
pub(super) fn to_json(
    inputs: &Inputs,
    source: usize,
    _: &[Range<u64>],
    _: JsonLine<'_>,
) -> Result<()> {
    let Refusal { cause, cure } = Refusal::not_built("Arrow", "arrow");
    Err(Error::Input { path: inputs.path(source).to_path_buf(), cause, cure })
}

/// Refuses.
pub(super) fn open_rows(_: &Inputs, _: usize) -> std::result::Result<Box<dyn RowGroups>, Refusal> {
    Err(Refusal::not_built("Arrow", "arrow"))
}

//! What stands in for Arrow in a build without it: its files are refused before.

use super::RowCopy;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

/// Refuses.
pub(super) fn like(_: BufWriter<File>, path: &Path, _: usize) -> Result<Box<dyn RowCopy>> {
    Err(Error::io(path, io::Error::other("this build has no feature `arrow`")))
}

//! Kept rows of files of rows, copied as they are into another file of the same format.
//!
//! Used by kept. Invariant: the new file has the schema and the metadata of the first one that rows
//! come from, and is compressed alike.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(not(feature = "arrow"))]
#[path = "disabled.rs"]
mod arrow;

use super::layout::PARQUET;
use crate::corpus::{Edit, Format};
use crate::error::Result;
use crate::output::parquet;
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::Range;
use std::path::Path;

/// A file of copied rows.
pub(super) trait RowCopy {
    /// Copies rows (1-based, ascending) of the file at `path`, with the strings that `edit` has
    /// something else for.
    fn add(&mut self, path: &Path, rows: &[Range<u64>], edit: Edit<'_>) -> Result<()>;

    /// Writes the end of the file.
    fn finish(self: Box<Self>) -> io::Result<BufWriter<File>>;
}

impl RowCopy for parquet::Copy<BufWriter<File>> {
    fn add(&mut self, path: &Path, rows: &[Range<u64>], edit: Edit<'_>) -> Result<()> {
        self.add(path, rows, edit)
    }

    fn finish(self: Box<Self>) -> io::Result<BufWriter<File>> {
        (*self).finish()
    }
}

/// Starts a file of a format, like the one at `path`; `most` bounds what is read of it at once.
pub(super) fn like(
    format: Format,
    out: BufWriter<File>,
    path: &Path,
    most: usize,
) -> Result<Box<dyn RowCopy>> {
    if format.extension() == PARQUET {
        return Ok(Box::new(parquet::Copy::new(out, path, most)?));
    }
    arrow::like(out, path, most)
}

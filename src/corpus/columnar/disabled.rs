//! What stands in for Parquet in a build without it.

use crate::corpus::encoding::Refusal;
use crate::corpus::found::Emit;
use crate::corpus::{Batch, Corpus, sniff};
use crate::error::{Error, Result};
use std::ops::Range;
use std::path::Path;

/// Rows of a file; there are none.
#[derive(Debug)]
pub(in crate::corpus) enum Rows {}

/// A file; there is none.
#[derive(Debug)]
pub(in crate::corpus) enum Table {}

impl Table {
    /// Refuses.
    pub(in crate::corpus) fn open(_: &Corpus, _: usize) -> std::result::Result<Self, Refusal> {
        Err(sniff::not_built("Parquet", "parquet"))
    }

    /// There are no rows.
    pub(in crate::corpus) fn next_rows(&mut self, _: &Corpus) -> Option<Rows> {
        match *self {}
    }
}

/// Bytes of the file that the rows take.
impl Rows {
    pub(in crate::corpus) fn stored_bytes(&self) -> u64 {
        match *self {}
    }
}

/// Nothing to compare.
pub(in crate::corpus) fn same_columns(_: &Path, _: &Path) -> bool {
    true
}

/// Refuses.
pub(in crate::corpus) fn to_json(
    corpus: &Corpus,
    source: usize,
    _: &[Range<u64>],
    _: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let Refusal { cause, cure } = sniff::not_built("Parquet", "parquet");
    Err(Error::Input { path: corpus.source_path(source).to_path_buf(), cause, cure })
}

/// Reads nothing.
pub(in crate::corpus) fn each(_: &Corpus, rows: &Rows, _: &mut Batch, _: Emit<'_>) {
    match *rows {}
}

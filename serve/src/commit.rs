//! One commit of an index, opened.
//!
//! Held by archive, asked by answer and browse. Invariant: the name is that of what is open.

use std::path::Path;
use wirecopy::error::Result;
use wirecopy::hash::xxh3_64;
use wirecopy::index::Reader;
use wirecopy::store::Shelf;

/// One commit of an index.
#[derive(Debug)]
pub(crate) struct Commit {
    /// Its name: a hash of the manifest, in 16 hex digits.
    pub(crate) name: String,
    /// How many other commits this server opened before it.
    pub(crate) order: u64,
    pub(crate) reader: Reader,
}

impl Commit {
    /// Opens the index at `path` as it is now.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let shelf = Shelf::at(path);
        loop {
            let before = shelf.manifest()?;
            let reader = Reader::open(path)?;
            // The name is that of what was opened, also where a writer came between.
            if shelf.manifest()? == before {
                let bytes = before.unwrap_or_default();
                let name = format!("{:016x}", xxh3_64(&bytes));
                return Ok(Self { name, order: 0, reader });
            }
        }
    }
}

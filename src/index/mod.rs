//! The persistent index: add documents as they come, ask what a text shares with them.
//!
//! On top of `store`, which publishes its files, and `detect`, which judges what it proposes; read
//! by the program. `docs/format.md` has every byte.
//!
//! An index is a folder: segments, which never change, and a manifest that names those that count
//! and the documents removed from them. A segment holds postings (from hashes of shingles to
//! documents), a table of documents, and their texts. Of a stored document only some shingles are
//! kept, chosen by content (`keys`); of a query all are looked up. What is found that way are only
//! candidates: their texts are read and searched by the engine of `scan`.
//!
//! Families are kept beside the segments, found anew with each commit, under keys that go on where
//! a family changes (`families`).
//!
//! Invariants: an answer is one that `scan` would give over the query and its candidates; a reader
//! sees a whole commit or none; every page is checked against its checksum before it is used.

mod book;
mod browse;
mod candidates;
mod documents;
mod families;
mod family;
mod keys;
mod live;
mod manifest;
mod merge;
mod packed;
mod page;
mod postings;
mod prepared;
mod reader;
mod recent;
mod runs;
mod segment;
#[cfg(test)]
mod tests;
mod verify;
mod words;
mod writer;

pub use browse::{FamilyFilter, FamilyPage, Listed, OutletCount};
pub use family::{FamilyState, KeptFamily, KeptFirst, KeptMember};
pub use live::Known;
pub use reader::{Answer, Held, Info, QueryConfig, Reader};
pub use verify::{Checked, check};
pub use writer::{Added, Writer};

use crate::store::Shelf;
use std::path::Path;

/// Version of the format of segments and manifests.
pub const FORMAT_VERSION: u64 = 2;

/// Whether there is an index at `path`: a folder with the manifest of one.
#[must_use]
pub fn is_index(path: &Path) -> bool {
    Shelf::at(path).is_there()
}

//! The documents of one block, with everything that was noted while it was read.
//!
//! Filled by the formats, read by detect. Invariant: a block of garbage stays small, because
//! problems beyond a bound are only counted.

use super::columns::{ColumnsSeen, TEXT};
use super::document::Document;
use super::problem::Problem;
use std::collections::BTreeMap;

/// The documents of one block, in input order.
#[derive(Debug, Default)]
pub struct Batch {
    /// Number of the block: 0, 1, 2.. in input order.
    pub index: u64,
    /// Bytes of input (as stored, so before decompression) that the block took.
    pub input_bytes: u64,
    /// Readable documents.
    pub documents: Vec<Document>,
    /// Documents handed to the visitor of [`Corpus::visit`](super::Corpus::visit).
    pub visited: u64,
    /// Records left out or used in part, at most `limits.block_problems`.
    pub problems: Vec<Problem>,
    /// Records left out that are not in `problems` any more.
    pub unlisted_skipped: u64,
    /// Records used in part that are not in `problems` any more.
    pub unlisted_noted: u64,
    /// Records of crawls that are nothing to read, by what they are: a status, a media type, a
    /// type of record.
    pub passed_over: BTreeMap<String, u64>,
    /// Which columns were there.
    pub columns: ColumnsSeen,
}

/// Kinds of records that are told apart where they are passed over.
const MOST_KINDS: usize = 64;

impl Batch {
    /// Takes over what a part of the block left beside documents.
    pub(super) fn absorb(&mut self, part: Self) {
        self.input_bytes += part.input_bytes;
        self.visited += part.visited;
        self.problems.extend(part.problems);
        self.unlisted_skipped += part.unlisted_skipped;
        self.unlisted_noted += part.unlisted_noted;
        self.columns.merge(&part.columns);
        add_kinds(&mut self.passed_over, &part.passed_over);
    }

    /// Whether the records of the block, or the table that it starts, have a column of the text.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.columns.found.get(TEXT).is_some_and(|found| *found)
    }

    /// Counts a record that is nothing to read.
    pub(super) fn pass_over(&mut self, kind: &str) {
        add_kind(&mut self.passed_over, kind, 1);
    }

    /// Notes a problem; beyond `most` it is only counted.
    pub(super) fn report(&mut self, problem: Problem, most: usize) {
        if self.problems.len() < most {
            self.problems.push(problem);
        } else if problem.skipped {
            self.unlisted_skipped += 1;
        } else {
            self.unlisted_noted += 1;
        }
    }
}

/// Adds counts to those of the same kinds.
pub(super) fn add_kinds(to: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (kind, count) in more {
        add_kind(to, kind, *count);
    }
}

/// A stranger decides how many kinds there are, so beyond a bound they are one.
fn add_kind(to: &mut BTreeMap<String, u64>, kind: &str, count: u64) {
    let kind = if to.len() < MOST_KINDS || to.contains_key(kind) { kind } else { "other" };
    match to.get_mut(kind) {
        Some(known) => *known += count,
        None => drop(to.insert(kind.to_owned(), count)),
    }
}

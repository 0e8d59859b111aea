//! What the search finds: passages, each with its places and counts.
//!
//! Made by merge, gathered into families by family, turned into records by detect.
//! Invariant: every count can be recomputed from the tokens of the two documents.

use crate::text::Span;

/// A passage of two documents (or two places of one), in tokens of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// Document with the smaller number.
    pub doc_a: u32,
    /// The other document.
    pub doc_b: u32,
    /// Tokens of `doc_a`.
    pub a: Span,
    /// Tokens of `doc_b`.
    pub b: Span,
    /// Columns of the alignment.
    pub columns: u32,
    /// Columns of equal tokens.
    pub matched: u32,
    /// Alignment score.
    pub score: i32,
    /// Both places are already in better passages of these two documents (of a line that occurs
    /// three times in each, three pairs say all): known to the family, not listed.
    pub shadow: bool,
}

/// The passages of some or all pairs of documents.
#[derive(Debug, Default)]
pub struct Aligned {
    /// Passages in order of documents and places.
    pub passages: Vec<Passage>,
    /// Shared passages that were seen but fell short of the minimum length.
    pub below_minimum: u64,
}

impl Aligned {
    /// Adds the passages of other pairs of documents, which come after these.
    pub(crate) fn append(&mut self, other: Self) {
        self.passages.extend(other.passages);
        self.below_minimum += other.below_minimum;
    }
}

//! What is cut out of texts and how, and what became of each.
//!
//! Set by `cut`, obeyed by `exact` and `joins`. Invariant: the cuts of a text do not overlap.

use super::edited::Cut;
use crate::store::Vault;

/// What is cut and how.
pub(super) struct Rules<'a> {
    /// Shortest repeat.
    pub(super) min_tokens: usize,
    /// A text of which less is left after a cut goes whole.
    pub(super) min_left: usize,
    /// Repeats count only between texts of one group.
    pub(super) group: &'a (dyn Fn(u32) -> u64 + Sync),
    /// Texts of which nothing is cut.
    pub(super) fixed: &'a (dyn Fn(u32) -> bool + Sync),
    /// Bytes that the hashes of windows may take while they are sorted, about.
    pub(super) memory: u64,
    /// Where what is as large as all texts goes; none: it stays in memory.
    pub(super) vault: Option<&'a Vault<'a>>,
}

/// What became of one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Ascending, not overlapping.
    pub(super) cuts: Vec<Cut>,
    /// What is left goes too.
    pub(super) whole: bool,
}

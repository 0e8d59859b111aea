//! What is judged and what is found: families as cases, and the verdicts on them.
//!
//! Cases are made by detect from families and their places, verdicts go back to it and from there
//! into records. Invariant: the origins of a verdict are in the order of the places of its case.

use super::direction::{Earliest, Origin};
use super::evidence::Evidence;
use super::kind::Kind;
use std::ops::Range;

/// One place of a family's passage, in bytes of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Document.
    pub(crate) doc: u32,
    /// First byte.
    pub(crate) start: u32,
    /// First byte after it.
    pub(crate) end: u32,
}

/// A family to judge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    /// All its places.
    pub(crate) places: Vec<Witness>,
    /// Index of the place whose text represents the family.
    pub(crate) exemplar: usize,
}

/// The families of a run, each made when it is asked for: twice, so that not all are in memory.
pub(crate) trait Cases: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them.
    fn case(&self, n: usize) -> Case;

    /// Whether any of them has a place in a document.
    fn has_place(&self, doc: u32) -> bool;
}

/// What was found about a family.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Verdict {
    /// What sort of overlap it is.
    pub(crate) kind: Kind,
    /// How sure the kind is, from 0 to 1.
    pub(crate) sureness: f32,
    /// The first to print it, where known.
    pub(crate) first: Option<Earliest>,
    /// For each place, where it most likely has the passage from.
    pub(crate) origins: Vec<Option<Origin>>,
    /// For each place of a quotation the bytes of the quoted words, where they are known; empty
    /// where none are.
    pub(crate) quotes: Vec<Option<Range<u32>>>,
    /// The evidence for the kind, the weightiest first.
    pub(crate) why: Vec<Evidence>,
    /// Independent outlets; the names of one house count once.
    pub(crate) houses: u32,
    /// What the rank is computed from: the larger, the earlier.
    pub(crate) weight: f32,
}

//! How alike two documents are, and what was found among all texts by one measure.
//!
//! Made by `jaccard` and `cover`, read by outcome. Invariant: every likeness was computed exactly
//! from the two texts.

use crate::cluster::Cluster;

/// How alike two documents are, by the measure that decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Likeness {
    /// Jaccard similarity of the sets of shingles.
    Jaccard(f64),
    /// Shares of the first and of the second text inside passages that they share.
    Coverage(f64, f64),
}

impl Likeness {
    /// The same with the sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Jaccard(_) => self,
            Self::Coverage(a, b) => Self::Coverage(b, a),
        }
    }

    /// One number, by which pairs are compared.
    pub(super) fn degree(self) -> f64 {
        match self {
            Self::Jaccard(jaccard) => jaccard,
            Self::Coverage(a, b) => f64::midpoint(a, b),
        }
    }

    /// The similarity, where it decided.
    pub(super) fn jaccard(self) -> Option<f64> {
        match self {
            Self::Jaccard(jaccard) => Some(jaccard),
            Self::Coverage(..) => None,
        }
    }

    /// The shares, where they decided.
    pub(super) fn shares(self) -> Option<(f64, f64)> {
        match self {
            Self::Jaccard(_) => None,
            Self::Coverage(a, b) => Some((a, b)),
        }
    }
}

/// A pair of texts, the lower first, that are alike.
pub(super) type Near = (u32, u32, Likeness);

/// What one measure found among the texts.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) clusters: Vec<Cluster>,
    /// Texts that are connected through pairs, each ascending.
    pub(super) components: Vec<Vec<u32>>,
    /// The pairs that reach the threshold, in order.
    pub(super) near: Vec<Near>,
    /// Pairs that were proposed.
    pub(super) candidates: u64,
    /// Pairs that were measured.
    pub(super) verified: u64,
    pub(super) mega_buckets: u64,
    /// The threshold that decided.
    pub(super) threshold: f64,
    /// Other thresholds, ascending, and how many documents they would remove.
    pub(super) others: Vec<(f64, usize)>,
}

impl Found {
    /// How alike two texts of a cluster are, seen from `a`.
    pub(super) fn likeness(&self, a: u32, b: u32) -> Option<Likeness> {
        let key = (a.min(b), a.max(b));
        let at = self.near.binary_search_by_key(&key, |&(a, b, _)| (a, b)).ok()?;
        let (.., likeness) = self.near[at];
        Some(if a > b { likeness.turned() } else { likeness })
    }
}

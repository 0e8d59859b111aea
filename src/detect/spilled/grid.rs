//! How documents fall into blocks, and pairs of blocks into cells.

use super::search::Search;
use super::tokens::Shard;
use crate::hash;
use crate::limits::narrow;
use crate::passage::Hit;

/// Most blocks: the hits of every pair of blocks are gathered apart.
const MOST_BLOCKS: usize = 32;

/// How documents fall into blocks, and pairs of blocks into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// Tokens of a block.
    pub(super) tokens: usize,
    pub(super) blocks: usize,
}

impl Grid {
    pub(super) fn of(search: &Search<'_>) -> Self {
        // Of documents that were left out after they were written, the tokens are in the file too.
        let total = search.shard.len().max(search.shard.tokens().len());
        let quarter = usize::try_from(search.memory / 16).unwrap_or(usize::MAX);
        let tokens = quarter.max(total.div_ceil(MOST_BLOCKS)).max(1);
        Self { tokens, blocks: total.div_ceil(tokens).max(1) }
    }

    /// Where each block ends: after the last document that starts in it.
    pub(super) fn ends(self, shard: &Shard) -> Vec<usize> {
        let mut ends: Vec<usize> = (1..=self.blocks).map(|n| n * self.tokens).collect();
        for doc in 0..narrow(shard.documents()) {
            let place = shard.place(doc);
            if let Some(end) = ends.get_mut(place / self.tokens) {
                *end = (*end).max(place + shard.range(doc).len());
            }
        }
        ends
    }

    /// The cell of a pair of documents.
    pub(super) fn cell(self, shard: &Shard, x: u32, y: u32) -> usize {
        // A document without tokens has no hits, so every place is below the total.
        let (x, y) = (shard.place(x) / self.tokens, shard.place(y) / self.tokens);
        x.min(y) * self.blocks + x.max(y)
    }

    /// Cells, with those below the diagonal, which have no hits.
    pub(super) fn cells(self) -> usize {
        self.blocks * self.blocks
    }
}

/// Hits of a cell in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) count: u64,
    /// Hash of the hits.
    pub(super) sum: u64,
}

/// Hash of hits.
pub(super) fn sum(hits: &[Hit]) -> u64 {
    hits.iter().fold(hits.len() as u64, |sum, &hit| hash::mix(sum ^ hit))
}

//! A search of one shard within a budget, and what its steps share.

use super::super::table::Filing;
use super::tokens::Shard;
use crate::error::Error;
use crate::passage::{GoOn, Settings};
use crate::store::Vault;

/// A search of one shard within a budget.
pub(in crate::detect) struct Search<'a> {
    /// The documents.
    pub(in crate::detect) shard: &'a mut Shard,
    /// What counts as a passage.
    pub(in crate::detect) settings: &'a Settings,
    /// Where temporary files are.
    pub(in crate::detect) vault: &'a Vault<'a>,
    /// Where what is found is sorted and kept.
    pub(in crate::detect) filing: Filing<'a>,
    /// Bytes of memory for the search.
    pub(in crate::detect) memory: u64,
    /// Asks whether to go on.
    pub(in crate::detect) go_on: GoOn<'a, Error>,
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Search").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl Search<'_> {
    /// Bytes of hits that are aligned together, at most; each worker may have as many.
    pub(super) fn part_bytes(&self) -> u64 {
        (self.work_bytes() as u64 / 4).max(512)
    }

    /// Bytes of memory for each worker.
    pub(super) fn work_bytes(&self) -> usize {
        usize::try_from(self.memory).unwrap_or(usize::MAX) / rayon::current_num_threads().max(1)
    }
}

/// A number of hits or parts, which the budget keeps far below 32 bits.
pub(super) fn narrow_count(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

//! Hits: pairs of positions with equal windows, packed in 64 bits each.
//!
//! For a search that keeps them in files, since it has no room for the groups of all shingles:
//! seed makes them partition by partition, and search aligns those of some documents.
//! Invariant: the hits are those that [`matches`](super::Seeds::matches) extends in memory.

use super::mem::group_hits;
use super::poor::{Stretches, is_poor_at};
use super::postings::Sorter;
use super::seed::{Mark, Pairing, SeedCounts, SharedShingles};
use super::settings::Settings;
use super::shard::{Shard, Tokens};

/// A hit: the smaller position in the upper half, the larger in the lower.
pub(crate) type Hit = u64;

/// Packs two positions.
pub(crate) fn hit(first: u32, second: u32) -> Hit {
    u64::from(first) << 32 | u64::from(second)
}

/// The first position, which decides the order of hits.
#[must_use]
pub(crate) fn first_position(hit: Hit) -> u32 {
    (hit >> 32) as u32
}

/// The second position.
#[must_use]
pub(crate) fn second_position(hit: Hit) -> u32 {
    (hit & 0xffff_ffff) as u32
}

/// The hit (its larger position in the lower half) by its diagonal: the distance of the positions
/// in the upper half, the smaller position in the lower, so that the hits of one match follow each
/// other when they are sorted.
pub(super) fn of_diagonal(hit: Hit) -> u64 {
    u64::from(second_position(hit) - first_position(hit)) << 32 | u64::from(first_position(hit))
}

/// The positions of a hit that is given by its diagonal.
pub(super) fn positions(of_diagonal: u64) -> (u32, u32) {
    let x = second_position(of_diagonal);
    (x, x + first_position(of_diagonal))
}

/// The hit with its positions exchanged.
pub(super) fn exchanged(hit: Hit) -> Hit {
    hit.rotate_left(32)
}

/// Sorted hits in stretches of one document each; `end` returns where that of a hit ends.
pub(super) fn split(mut hits: &mut [Hit], end: impl Fn(Hit) -> usize) -> Vec<&mut [Hit]> {
    let mut parts = Vec::new();
    while let Some(&first) = hits.first() {
        let end = end(first);
        let count = hits.partition_point(|&hit| (first_position(hit) as usize) < end);
        let (part, rest) = hits.split_at_mut(count);
        parts.push(part);
        hits = rest;
    }
    parts
}

/// Makes the hits of one partition after the other; keeps its scratch space.
#[derive(Debug, Default)]
pub(crate) struct Partitions {
    sorter: Sorter,
    sorted: Vec<u64>,
    hubs: Vec<u32>,
    run_hubs: Vec<u32>,
}

impl Partitions {
    /// Calls `sink` with every hit of one partition of [postings](super::Postings) and the two
    /// documents, given the poor [stretches](Stretches) of all; returns how many shingles are
    /// shared.
    pub(crate) fn hits<T: Tokens>(
        &mut self,
        (shard, settings, stretches): (&Shard<T>, &Settings, &Stretches),
        postings: &[u64],
        sink: impl FnMut(Hit, (u32, u32)),
    ) -> SeedCounts {
        let is_poor = |place| is_poor_at(shard, settings, place);
        self.hits_but_poor((shard, settings, stretches), postings, is_poor, sink)
    }

    /// As [`hits`](Self::hits), where it is known which runs are poor.
    pub(crate) fn hits_but_poor<T: Tokens>(
        &mut self,
        at: (&Shard<T>, &Settings, &Stretches),
        postings: &[u64],
        is_poor: impl Fn((u32, u32)) -> bool,
        mut sink: impl FnMut(Hit, (u32, u32)),
    ) -> SeedCounts {
        let shard = at.0;
        let sorted = self.sorter.shared(std::iter::once(postings), &mut self.sorted);
        let (hubs, run_hubs) = (&mut self.hubs, &mut self.run_hubs);
        hubs.clear();
        run_hubs.clear();
        let mark = |mark, position| match mark {
            Mark::Hub => hubs.push(position),
            Mark::RunHub => run_hubs.push(position),
            Mark::Followed | Mark::Sampled | Mark::Run => {}
        };
        let groups = SharedShingles::of(at, sorted, is_poor, mark);
        hubs.sort_unstable();
        run_hubs.sort_unstable();
        for group in groups.iter() {
            let of_group = if group.1 == Pairing::RunHubs { &*run_hubs } else { &*hubs };
            let is_hub = |position| of_group.binary_search(&position).is_ok();
            group_hits(shard, group, is_hub, &mut |(x, doc_x), (y, doc_y)| {
                sink(hit(x, y), (doc_x, doc_y));
            });
        }
        groups.counts()
    }
}

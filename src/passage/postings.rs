//! Postings: the shingles of documents with their positions, in partitions by hash.
//!
//! Fed by shard, feeds seed. Only 32 bits of a hash are kept beside a position: with those that
//! name the partition, 42 bits decide which shingles are grouped, and windows are compared before
//! a match counts.
//! Invariant: the entries of a partition are in the order of its documents and their positions.

use super::nibbles::Nibbles;
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use std::ops::Range;

/// Bits of the hash that name the partition: its highest.
const PARTITION_BITS: u32 = 10;
/// Partitions of all shingles.
pub(crate) const PARTITIONS: usize = 1 << PARTITION_BITS;

/// Postings of one chunk of documents and one round of partitions, ordered by partition.
#[derive(Debug)]
pub(crate) struct Postings {
    /// Lower bits of the hash above, position below.
    pub(crate) entries: Vec<u64>,
    /// End of each partition in `entries`.
    pub(crate) ends: Vec<u32>,
}

impl Postings {
    /// The postings of documents that fall into the partitions of a round.
    #[must_use]
    pub(crate) fn collect<T: Tokens>(
        shard: &Shard<T>,
        settings: &Settings,
        docs: impl Iterator<Item = u32> + Clone,
        round: Range<usize>,
    ) -> Self {
        let tokens: usize = docs.clone().map(|doc| shard.range(doc).len()).sum();
        // Hashed once, in order of place; then scattered to the partitions.
        let mut hashed: Vec<(u64, u32)> =
            Vec::with_capacity(tokens * round.len() / PARTITIONS * 9 / 8);
        for doc in docs {
            let first = shard.range(doc).start;
            settings.shingles(shard.document(doc), |at, hash| {
                if round.contains(&partition_of(hash)) {
                    hashed.push((hash, narrow(first + at)));
                }
            });
        }
        Self::scattered(&hashed, &round)
    }

    /// The postings of a round, given by hash and position in order of place.
    fn scattered(hashed: &[(u64, u32)], round: &Range<usize>) -> Self {
        let mut ends = vec![0_u32; round.len()];
        for &(hash, _) in hashed {
            ends[partition_of(hash) - round.start] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // Counts up from the start of the partition to its end below.
            total += std::mem::replace(end, total);
        }
        let mut entries = vec![0_u64; total as usize];
        for &(hash, position) in hashed {
            let end = &mut ends[partition_of(hash) - round.start];
            let rest = hash << PARTITION_BITS & 0xffff_ffff_0000_0000;
            entries[*end as usize] = rest | u64::from(position);
            *end += 1;
        }
        Self { entries, ends }
    }

    pub(super) fn partition(&self, slot: usize) -> &[u64] {
        let start = if slot == 0 { 0 } else { self.ends[slot - 1] as usize };
        &self.entries[start..self.ends[slot] as usize]
    }
}

/// The bits of a hash by which shingles are grouped: those of the partition and the 32 that are
/// kept beside a position.
pub(crate) fn shingle_of(hash: u64) -> u64 {
    hash >> (32 - PARTITION_BITS)
}

/// The partition of a shingle.
#[inline]
fn partition_of(hash: u64) -> usize {
    (hash >> (64 - PARTITION_BITS)) as usize
}

/// The partitions whose postings are held at a time.
#[derive(Debug, Clone)]
pub(super) struct Round {
    pub(super) partitions: Range<usize>,
    /// The value of the places whose shingles are in them.
    name: u8,
}

impl Round {
    /// All rounds, one for each name.
    pub(super) fn all(names: &[u8]) -> impl Iterator<Item = Self> {
        let first = |n: usize| (n * PARTITIONS).div_ceil(names.len());
        let rounds = names.iter().enumerate();
        rounds.map(move |(n, &name)| Self { partitions: first(n)..first(n + 1), name })
    }

    /// Writes the round of every shingle of some documents to its place, so that each round need
    /// hash its own alone.
    pub(super) fn plan<T: Tokens>(
        (shard, settings): (&Shard<T>, &Settings),
        docs: Range<u32>,
        names: &[u8],
        places: &Nibbles,
    ) {
        let mut writer = places.writer();
        for doc in docs {
            let first = shard.range(doc).start;
            settings.shingles(shard.document(doc), |at, hash| {
                let round = (partition_of(hash) * names.len()) >> PARTITION_BITS;
                writer.put(first + at, names[round]);
            });
        }
    }

    /// The postings of some documents in this round, whose places are free afterwards; `hashed` is
    /// scratch space.
    pub(super) fn postings<T: Tokens>(
        &self,
        (shard, settings): (&Shard<T>, &Settings),
        docs: Range<u32>,
        places: &Nibbles,
        hashed: &mut Vec<(u64, u32)>,
    ) -> Postings {
        hashed.clear();
        for doc in docs {
            let (range, tokens) = (shard.range(doc), shard.document(doc));
            let first = range.start;
            places.take(range, self.name, |at| {
                let hash = settings.shingle_at(tokens, at - first);
                hashed.extend(hash.map(|hash| (hash, narrow(at))));
            });
        }
        Postings::scattered(hashed, &self.partitions)
    }
}

/// Sorts the postings of one partition, given in parts, without most of those whose shingle occurs
/// only once: five in six or more are of that kind, and nothing is asked about them.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    /// Two bits for each remainder of a hash: it has occurred, and it has occurred again.
    seen: Vec<u64>,
    scratch: Vec<u64>,
}

/// Remainders for each posting.
const REMAINDERS: usize = 4;
/// Remainders of one word of [`Sorter::seen`].
const PER_WORD: usize = 32;

impl Sorter {
    /// The postings of `parts` in order, but for some whose shingle no other has; `sorted` is
    /// scratch space.
    pub(super) fn shared<'a, 's>(
        &mut self,
        parts: impl Iterator<Item = &'a [u64]> + Clone,
        sorted: &'s mut Vec<u64>,
    ) -> &'s [u64] {
        let count: usize = parts.clone().map(<[u64]>::len).sum();
        let words = (count * REMAINDERS / PER_WORD).next_power_of_two();
        self.seen.clear();
        self.seen.resize(words, 0);
        // Neighbouring bits of the hash: the word of a remainder and the place in it.
        let place = |entry: u64| {
            let word = (entry >> 37) as usize & (words - 1);
            (word, 2 * (entry >> 32 & (PER_WORD as u64 - 1)))
        };
        for &entry in parts.clone().flatten() {
            let (word, shift) = place(entry);
            let seen = &mut self.seen[word];
            let bit = 1 << shift;
            *seen |= (*seen & bit) << 1 | bit;
        }
        // What is there already is written over: to fill it anew for every partition takes long.
        if sorted.len() < count {
            sorted.resize(count, 0);
        }
        let mut kept = 0;
        for &entry in parts.flatten() {
            let (word, shift) = place(entry);
            // Written in any case: no processor could foresee which are kept.
            sorted[kept] = entry;
            kept += usize::from(self.seen[word] >> shift & 2 != 0);
        }
        let sorted = &mut sorted[..kept];
        self.sort(sorted);
        sorted
    }

    /// Sorts postings: an LSD radix sort over some of the upper bits. What is still equal there are
    /// mostly the postings of one shingle, already in order.
    fn sort(&mut self, entries: &mut [u64]) {
        if entries.len() < 256 {
            return entries.sort_unstable();
        }
        // Two passes leave a few dozen times as many different values as there are postings.
        let bits = u32::midpoint(entries.len().ilog2(), 6).min(11);
        if self.scratch.len() < entries.len() {
            self.scratch.resize(entries.len(), 0);
        }
        let scratch = &mut self.scratch[..entries.len()];
        scatter(entries, scratch, (64 - 2 * bits, bits));
        scatter(scratch, entries, (64 - bits, bits));
        let lower = 64 - 2 * bits;
        for run in entries.chunk_by_mut(|x, y| x >> lower == y >> lower) {
            if !run.is_sorted() {
                run.sort_unstable();
            }
        }
    }
}

/// Writes entries to `to` in the order of so many of their bits from a place on; those that are
/// equal there stay in their order.
fn scatter(from: &[u64], to: &mut [u64], (shift, bits): (u32, u32)) {
    let digit = |e: u64| ((e >> shift) & 2047) as usize & ((1 << bits) - 1);
    let mut ends = [0_u32; 2048];
    let ends = &mut ends[..1 << bits];
    for &entry in from {
        ends[digit(entry)] += 1;
    }
    let mut total = 0;
    for end in ends.iter_mut() {
        total += std::mem::replace(end, total);
    }
    for &entry in from {
        let end = &mut ends[digit(entry)];
        to[*end as usize] = entry;
        *end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Most numbers that are sorted.
    const SORTED: usize = if cfg!(miri) { 100 } else { 2000 };

    proptest! {
        #[test]
        fn what_is_sorted_has_every_posting_of_a_shared_shingle(
            entries in prop::collection::vec(
                prop_oneof![any::<u64>(), (0_u64..99).prop_map(|n| n << 32)], 0..SORTED),
            cut in 0..SORTED,
        ) {
            let mut expected = entries.clone();
            expected.sort_unstable();
            let mut sorter = Sorter::default();
            let mut all = entries.clone();
            sorter.sort(&mut all);
            prop_assert_eq!(&all, &expected);
            let (front, back) = entries.split_at(cut.min(entries.len()));
            let mut sorted = Vec::new();
            // Scratch space that holds what was there before.
            sorter.shared(std::iter::once(&entries[..]), &mut sorted);
            let sorted = sorter.shared([front, back].into_iter(), &mut sorted);
            prop_assert!(sorted.is_sorted());
            let shared = |entries: &[u64]| -> Vec<u64> {
                let runs = entries.chunk_by(|x, y| x >> 32 == y >> 32);
                runs.filter(|run| run.len() > 1).flatten().copied().collect()
            };
            prop_assert_eq!(shared(sorted), shared(&expected));
        }
    }

    #[test]
    fn most_postings_that_are_alone_are_left_out() {
        let alone: Vec<u64> = (0..4000_u64).map(|n| crate::hash::mix(n) << 32 | n).collect();
        let mut sorted = Vec::new();
        let sorted = Sorter::default().shared(std::iter::once(&alone[..]), &mut sorted);
        assert!(sorted.len() < 1200, "{}", sorted.len());
    }

    /// Every shingle by the definition, as (partition, entry).
    fn plain(shard: &Shard, settings: &Settings) -> Vec<(usize, u64)> {
        let mut all = Vec::new();
        for doc in 0..narrow(shard.documents()) {
            let first = shard.range(doc).start as u64;
            settings.shingles(shard.document(doc), |at, hash| {
                // Ten bits name the partition, the next 32 are kept.
                let kept = hash >> 22 & 0xffff_ffff;
                all.push(((hash >> 54) as usize, kept << 32 | (first + at as u64)));
            });
        }
        all.sort_unstable();
        all
    }

    #[test]
    fn every_shingle_is_in_the_partition_of_its_hash() {
        let tokens: Vec<u32> = (0..900).map(|n| (n % 700) << 2).collect();
        let roles = vec![super::super::Role::default(); 3];
        let shard = Shard::new(tokens, vec![0, 400, 500, 900], roles);
        let settings = Settings::default();
        let expected = plain(&shard, &settings);
        let mut found = Vec::new();
        for round in [0..100, 100..101, 101..PARTITIONS] {
            let postings = Postings::collect(&shard, &settings, 0..3, round.clone());
            for (slot, partition) in round.enumerate() {
                let entries = postings.partition(slot);
                assert!(entries.is_sorted_by_key(|entry| entry & 0xffff_ffff), "by position");
                found.extend(entries.iter().map(|&entry| (partition, entry)));
            }
        }
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn planned_rounds_hold_the_same_postings() {
        let tokens: Vec<u32> = (0..900).map(|n| ((n * n % 700) << 2) | (n % 2)).collect();
        let roles = vec![super::super::Role::default(); 4];
        let shard = Shard::new(tokens, vec![0, 403, 406, 500, 900], roles);
        let settings = Settings::default();
        for names in [&[8][..], &[8, 9, 10, 11, 5, 13]] {
            let places = Nibbles::new(shard.len());
            for docs in [0..2, 2..4] {
                Round::plan((&shard, &settings), docs, names, &places);
            }
            for round in Round::all(names) {
                let partitions = round.partitions.clone();
                let mut hashed = Vec::new();
                for docs in [0..2, 2..4] {
                    let plain =
                        Postings::collect(&shard, &settings, docs.clone(), partitions.clone());
                    let planned = round.postings((&shard, &settings), docs, &places, &mut hashed);
                    assert_eq!(planned.entries, plain.entries);
                    assert_eq!(planned.ends, plain.ends);
                }
            }
            assert!((0..shard.len()).all(|at| places.get(at) == 0), "every place is free again");
        }
    }
}

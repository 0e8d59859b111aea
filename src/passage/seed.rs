//! Shingles that documents share.
//!
//! Every shingle of every document is a posting `(hash, position)`. Postings are cut into
//! partitions by the upper bits of the hash, worked off in rounds that bound the memory, sorted
//! and grouped. Groups held by one document alone (85 to 93 % of all postings in news) go.
//!
//! A group of more than [`Settings::max_documents`] documents would have too many pairs. It is
//! not dropped: the documents with the smallest hashes of their names become its **hubs**, and
//! every holder is paired with the hubs alone. The hubs are the bottom-s sketch of the set of
//! holders (`MinHash`, Broder 1997): neighbouring shingles of one viral passage have nearly the
//! same holders, hence nearly the same hubs, so that the matches still line up into passages.

use super::GoOn;
use super::settings::Settings;
use super::shard::Shard;
use crate::hash;
use crate::limits::narrow;
use crate::shingle;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Partitions by the upper bits of the hash.
const PARTITION_BITS: u32 = 10;
pub(super) const PARTITIONS: usize = 1 << PARTITION_BITS;
/// Rounds of a large shard: postings of only so large a share are held at a time.
const ROUNDS: usize = 2;
/// Postings of a shard that is worked off in one round, in bytes.
const ROUND_BYTES: usize = 4 << 20;
/// Tokens of one unit of parallel work.
const CHUNK_TOKENS: usize = 1 << 18;

/// Shared shingles: groups of positions with equal windows.
#[derive(Debug, Default)]
pub struct Seeds {
    /// Groups of each partition.
    pub(super) groups: Vec<Groups>,
    /// Positions whose group is followed in all its wanted pairs.
    pub(super) followed: Bits,
    /// Positions whose group goes through hubs.
    pub(super) sampled: Bits,
    /// Positions that are hubs of their group.
    pub(super) hubs: Bits,
}

/// Groups of positions, laid end to end.
#[derive(Debug, Default)]
pub(super) struct Groups {
    positions: Vec<u32>,
    /// End of each group in `positions`; the upper bit says the group goes through hubs.
    ends: Vec<u32>,
}

const THROUGH_HUBS: u32 = 1 << 31;

impl Groups {
    /// Positions of each group, ascending, and whether it goes through hubs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u32], bool)> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let stop = (end & !THROUGH_HUBS) as usize;
            let group = &self.positions[start..stop];
            start = stop;
            (group, end & THROUGH_HUBS != 0)
        })
    }
}

/// A bit for every position, set from many threads.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<AtomicU64>);

impl Bits {
    fn new(len: usize) -> Self {
        Self(std::iter::repeat_with(AtomicU64::default).take(len.div_ceil(64)).collect())
    }

    fn set(&self, at: u32) {
        self.0[at as usize / 64].fetch_or(1 << (at % 64), Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn get(&self, at: u32) -> bool {
        self.0[at as usize / 64].load(Ordering::Relaxed) >> (at % 64) & 1 == 1
    }
}

/// How many shingles are shared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeedCounts {
    /// Groups of two or more.
    pub shared: u64,
    /// Of these, groups that go through hubs.
    pub through_hubs: u64,
}

impl Seeds {
    /// Finds the shared shingles of a shard.
    ///
    /// # Errors
    /// The first error of `go_on`.
    pub fn find<E: Send>(
        shard: &Shard,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Self, E> {
        let chunks = chunks(shard);
        let size = shard.len() * size_of::<u64>();
        let rounds = if size > ROUND_BYTES { ROUNDS } else { 1 };
        let per_round = PARTITIONS / rounds;
        let bits = || Bits::new(shard.len());
        let mut seeds =
            Self { groups: Vec::new(), followed: bits(), sampled: bits(), hubs: bits() };
        for first in (0..PARTITIONS).step_by(per_round) {
            let postings: Vec<Postings> = chunks
                .par_iter()
                .map(|docs| {
                    go_on()?;
                    let round = first..first + per_round;
                    Ok(Postings::collect(shard, settings, docs.clone(), round))
                })
                .collect::<Result<_, E>>()?;
            let groups = (0..per_round).into_par_iter().map_init(Vec::new, |scratch, partition| {
                go_on()?;
                let mut sorted = Vec::new();
                for part in &postings {
                    sorted.extend_from_slice(part.partition(partition));
                }
                sort_by_hash(&mut sorted, scratch);
                Ok(Groups::of(shard, settings, &sorted, |mark, position| match mark {
                    Mark::Followed => seeds.followed.set(position),
                    Mark::Sampled => seeds.sampled.set(position),
                    Mark::Hub => seeds.hubs.set(position),
                }))
            });
            let groups: Vec<Groups> = groups.collect::<Result<_, E>>()?;
            seeds.groups.extend(groups);
        }
        Ok(seeds)
    }

    /// How many shingles are shared.
    #[must_use]
    pub fn counts(&self) -> SeedCounts {
        let mut counts = SeedCounts::default();
        self.groups.iter().for_each(|groups| counts.add(groups));
        counts
    }
}

/// What a position is to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The group is followed in all its wanted pairs.
    Followed,
    /// The group goes through hubs.
    Sampled,
    /// It is one of these hubs.
    Hub,
}

impl Groups {
    /// Keeps the groups of one sorted partition that can make wanted pairs.
    pub(super) fn of(
        shard: &Shard,
        settings: &Settings,
        sorted: &[u64],
        mut mark: impl FnMut(Mark, u32),
    ) -> Self {
        let mut groups = Self::default();
        let mut holders = Holders::default();
        for run in sorted.chunk_by(|x, y| x >> 32 == y >> 32).filter(|run| run.len() > 1) {
            if !holders.fill(shard, run) {
                continue;
            }
            let sampled = holders.documents > settings.max_documents;
            for &(position, _) in holders.kept(settings.max_repeats) {
                groups.positions.push(position);
                mark(if sampled { Mark::Sampled } else { Mark::Followed }, position);
            }
            if sampled {
                holders.choose_hubs(shard, settings, |position| mark(Mark::Hub, position));
            }
            let flag = if sampled { THROUGH_HUBS } else { 0 };
            groups.ends.push(narrow(groups.positions.len()) | flag);
        }
        groups.positions.shrink_to_fit();
        groups.ends.shrink_to_fit();
        groups
    }
}

impl SeedCounts {
    /// Counts the groups of one partition.
    pub(super) fn add(&mut self, groups: &Groups) {
        let through_hubs = groups.ends.iter().filter(|&&end| end & THROUGH_HUBS != 0);
        self.shared += groups.ends.len() as u64;
        self.through_hubs += through_hubs.count() as u64;
    }
}

/// Documents of a shard in chunks of about equal tokens.
fn chunks(shard: &Shard) -> Vec<std::ops::Range<u32>> {
    let mut chunks = Vec::new();
    let mut first = 0;
    for doc in 0..narrow(shard.documents()) {
        if shard.range(doc).end - shard.range(first).start >= CHUNK_TOKENS {
            chunks.push(first..doc + 1);
            first = doc + 1;
        }
    }
    if (first as usize) < shard.documents() {
        chunks.push(first..narrow(shard.documents()));
    }
    chunks
}

/// Postings of one chunk of documents and one round of partitions, ordered by partition.
pub(super) struct Postings {
    pub(super) entries: Vec<u64>,
    /// End of each partition in `entries`.
    pub(super) ends: Vec<u32>,
}

impl Postings {
    pub(super) fn collect(
        shard: &Shard,
        settings: &Settings,
        docs: impl Iterator<Item = u32> + Clone,
        round: std::ops::Range<usize>,
    ) -> Self {
        let tokens: usize = docs.clone().map(|doc| shard.range(doc).len()).sum();
        let mut ends = vec![0_u32; round.len()];
        // Hashed once, in order of place; then scattered to the partitions.
        let mut hashed: Vec<(u64, u32)> =
            Vec::with_capacity(tokens * round.len() / PARTITIONS * 9 / 8);
        for doc in docs {
            let first = shard.range(doc).start;
            shingle::shingles(shard.document(doc), settings.shingle, |at, hash| {
                let slot = ((hash >> (64 - PARTITION_BITS)) as usize).wrapping_sub(round.start);
                if let Some(end) = ends.get_mut(slot) {
                    *end += 1;
                    hashed.push((hash, narrow(first + at)));
                }
            });
        }
        let mut total = 0;
        for end in &mut ends {
            // Becomes the place of the next entry, and in the end the end.
            total += std::mem::replace(end, total);
        }
        let mut entries = vec![0_u64; total as usize];
        for &(hash, position) in &hashed {
            let end = &mut ends[(hash >> (64 - PARTITION_BITS)) as usize - round.start];
            let rest = hash << PARTITION_BITS & 0xffff_ffff_0000_0000;
            entries[*end as usize] = rest | u64::from(position);
            *end += 1;
        }
        Self { entries, ends }
    }

    fn partition(&self, slot: usize) -> &[u64] {
        let start = if slot == 0 { 0 } else { self.ends[slot - 1] as usize };
        &self.entries[start..self.ends[slot] as usize]
    }
}

/// Sorts postings (an LSD radix sort over the upper 22 bits; what is still equal there are mostly
/// the postings of one shingle, already in order).
pub(super) fn sort_by_hash(entries: &mut Vec<u64>, scratch: &mut Vec<u64>) {
    if entries.len() < 256 {
        return entries.sort_unstable();
    }
    scratch.clear();
    scratch.resize(entries.len(), 0);
    for shift in [42, 53] {
        let digit = |e: u64| ((e >> shift) & 2047) as usize;
        let mut ends = [0_u32; 2048];
        for &entry in entries.iter() {
            ends[digit(entry)] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        for &entry in entries.iter() {
            let end = &mut ends[digit(entry)];
            scratch[*end as usize] = entry;
            *end += 1;
        }
        std::mem::swap(entries, scratch);
    }
    for run in entries.chunk_by_mut(|x, y| x >> 42 == y >> 42) {
        if !run.is_sorted() {
            run.sort_unstable();
        }
    }
}

/// The holders of one shingle.
#[derive(Debug, Default)]
struct Holders {
    /// Position and document of every occurrence, ascending.
    all: Vec<(u32, u32)>,
    documents: usize,
    most_repeats: usize,
    /// Cell of days, key and number of every document.
    by_key: Vec<(i64, u64, u32)>,
}

impl Holders {
    /// Takes the postings of one shingle; false if no pair of them can be wanted.
    fn fill(&mut self, shard: &Shard, run: &[u64]) -> bool {
        self.all.clear();
        let (mut repeats, mut mixed) = (0, false);
        (self.documents, self.most_repeats) = (0, 0);
        let first = shard.role(shard.document_at((run[0] & 0xffff_ffff) as u32));
        let mut last = None;
        for entry in run {
            let position = (entry & 0xffff_ffff) as u32;
            let doc = shard.document_at(position);
            if last != Some(doc) {
                self.documents += 1;
                repeats = 0;
                last = Some(doc);
                let role = shard.role(doc);
                mixed |= (shard.internal || role.group != first.group)
                    && (role.side == 2 || role.side != first.side);
            }
            repeats += 1;
            self.most_repeats = self.most_repeats.max(repeats);
            self.all.push((position, doc));
        }
        // With one outlet or one side only, nothing is wanted (all runs of a page's furniture).
        mixed
    }

    /// Keeps the first `most` occurrences in each document.
    fn kept(&mut self, most: usize) -> &[(u32, u32)] {
        if self.most_repeats > most {
            let (mut last, mut repeats) = (None, 0);
            self.all.retain(|&(_, doc)| {
                repeats = if last == Some(doc) { repeats + 1 } else { 1 };
                last = Some(doc);
                repeats <= most
            });
        }
        &self.all
    }

    /// Names the hubs: of each cell of days those with the smallest keys. Where pairs must be
    /// dated near each other also the first and the last of the cell, so that a holder whose only
    /// neighbours in time lie in the next cell is paired with one of them.
    fn choose_hubs(&mut self, shard: &Shard, settings: &Settings, mut hub: impl FnMut(u32)) {
        let mut last = None;
        self.by_key.clear();
        for &(_, doc) in &self.all {
            if last.replace(doc) != Some(doc)
                && let Some(cell) = shard.cell(doc)
            {
                let key = hash::mix(shard.role(doc).key ^ settings.seed);
                self.by_key.push((cell, key, doc));
            }
        }
        self.by_key.sort_unstable();
        let mut chosen = Vec::new();
        for cell in self.by_key.chunk_by_mut(|x, y| x.0 == y.0) {
            pick(shard, cell.iter(), settings.hubs, &mut chosen);
            if shard.max_days.is_some() {
                cell.sort_unstable_by_key(|&(_, key, doc)| (shard.role(doc).day, key, doc));
                pick(shard, cell.iter(), EDGE_HUBS, &mut chosen);
                pick(shard, cell.iter().rev(), EDGE_HUBS, &mut chosen);
            }
        }
        chosen.sort_unstable();
        for &(position, doc) in &self.all {
            if chosen.binary_search(&doc).is_ok() {
                hub(position);
            }
        }
    }
}

/// Hubs at either end of a cell of days: of two groups, one is not that of the neighbour.
const EDGE_HUBS: usize = 2;

/// Takes the first `most` of `holders`, one of each group of documents, for either side of a
/// set-against-set run.
fn pick<'a>(
    shard: &Shard,
    holders: impl Iterator<Item = &'a (i64, u64, u32)>,
    most: usize,
    chosen: &mut Vec<u32>,
) {
    let mut taken: Vec<(u8, u32)> = Vec::new();
    for &(_, _, doc) in holders {
        let role = shard.role(doc);
        let of_side = taken.iter().filter(|t| t.0 == role.side).count();
        let new_group = shard.internal || !taken.contains(&(role.side, role.group));
        if of_side < most && new_group {
            taken.push((role.side, role.group));
            chosen.push(doc);
        }
        if of_side >= most && role.side == 2 {
            break;
        }
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
        fn the_radix_sort_sorts(
            mut entries in prop::collection::vec(
                prop_oneof![any::<u64>(), (0_u64..99).prop_map(|n| n << 32)], 0..SORTED)
        ) {
            let mut expected = entries.clone();
            expected.sort_unstable();
            sort_by_hash(&mut entries, &mut Vec::new());
            prop_assert_eq!(entries, expected);
        }
    }
}

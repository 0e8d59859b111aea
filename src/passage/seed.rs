//! Shingles that documents share.
//!
//! Every shingle of every document is a posting `(hash, position)`. Postings are cut into
//! partitions by the upper bits of the hash, processed in rounds that bound the memory, sorted
//! and grouped. Groups held by one document alone (85 to 93 % of all postings in news) are dropped.
//! Fed by postings and hubs, feeds mem.
//!
//! A group of more than [`Settings::max_documents`] documents would have too many pairs. It is
//! not dropped: the documents with the smallest hashes of their names become its **hubs**, and
//! every holder is paired with the hubs alone. The hubs are the bottom-s sketch of the set of
//! holders (`MinHash`, Broder 1997): neighbouring shingles of one viral passage have nearly the
//! same holders, hence nearly the same hubs, so that the matches still line up into passages.
//! Holders of an equal **run** of the minimum length whom these hubs leave unpaired have hubs of
//! their own, so that no holder of a viral passage is lost (see hubs).

use super::control::GoOn;
use super::hubs::Holders;
use super::nibbles::Nibbles;
use super::poor::{Stretches, poor_runs_of};
use super::postings::{Postings, Round, Sorter};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The rounds of a large shard: only the postings of one round are held at a time. Until its round
/// has come, a position has the name of its round in [`Parts`], so these are values that no marks
/// make: a position that is a hub of a run is in the run, and none of a run is followed.
const ROUNDS: [u8; 6] = [8, 9, 10, 11, 5, 13];
/// Most bytes of postings that are processed in one round.
const ROUND_BYTES: usize = 4 << 20;
/// Postings between a prefetch and its use.
const AHEAD: usize = 12;
/// Tokens of one unit of parallel work.
const CHUNK_TOKENS: usize = 1 << 18;

/// Shared shingles: groups of positions with equal windows.
#[derive(Debug, Default)]
pub struct Seeds {
    /// Groups of each partition.
    pub(super) groups: Vec<SharedShingles>,
    /// What each position is to its groups.
    pub(super) parts: Parts,
}

/// Groups of positions, laid end to end.
#[derive(Debug, Default)]
pub(super) struct SharedShingles {
    positions: Vec<u32>,
    /// End of each group in `positions`, and how it is paired.
    ends: Vec<(u32, Pairing)>,
}

/// How the positions of a group are paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairing {
    /// Each with each.
    All,
    /// Each with the hubs of the shingle.
    Hubs,
    /// Each with the hubs of the run that all have: some of the positions of a group before.
    RunHubs,
}

impl SharedShingles {
    /// Positions of each group, ascending, and how they are paired.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u32], Pairing)> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, pairing)| {
            let group = &self.positions[start..end as usize];
            start = end as usize;
            (group, pairing)
        })
    }

    /// All positions, in the order of [`iter`](Self::iter).
    pub(super) fn positions(&self) -> &[u32] {
        &self.positions
    }

    /// How many groups there are.
    pub(super) fn counts(&self) -> SeedCounts {
        let count = |pairing| self.ends.iter().filter(|end| end.1 == pairing).count() as u64;
        let through_hubs = count(Pairing::Hubs);
        SeedCounts { shared: count(Pairing::All) + through_hubs, through_hubs }
    }

    /// Ends a group with the last position.
    fn end(&mut self, pairing: Pairing) {
        self.ends.push((narrow(self.positions.len()), pairing));
    }
}

/// What each position is to its groups, set from many threads.
#[derive(Debug, Default)]
pub(super) struct Parts(Nibbles);

impl Parts {
    pub(super) fn new(len: usize) -> Self {
        Self(Nibbles::new(len))
    }

    pub(super) fn set(&self, at: u32, mark: Mark) {
        self.0.add(at as usize, mark.part().0);
    }

    /// Asks the memory for what a position is to its groups.
    #[inline]
    pub(super) fn prefetch(&self, at: u32) {
        self.0.prefetch(at as usize);
    }

    /// What a position is to its groups.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Part {
        Part(self.0.get(at as usize))
    }
}

/// Marks that are set together, so that the memory can be asked for their places ahead.
struct Marks<'a> {
    parts: &'a Parts,
    waiting: Vec<(Mark, u32)>,
}

/// Most marks that wait.
const WAITING: usize = 64;

impl Marks<'_> {
    fn add(&mut self, mark: Mark, position: u32) {
        self.parts.prefetch(position);
        self.waiting.push((mark, position));
        if self.waiting.len() >= WAITING {
            self.set();
        }
    }

    fn set(&mut self) {
        self.waiting.drain(..).for_each(|(mark, position)| self.parts.set(position, mark));
    }
}

/// A set of positions, made from many threads.
struct Positions(Vec<AtomicU64>);

impl Positions {
    #[inline]
    fn has(&self, at: u32) -> bool {
        self.0[at as usize / 64].load(Ordering::Relaxed) >> (at % 64) & 1 == 1
    }
}

/// The places of poor runs in all documents (see poor): asked once, in order, instead of for every
/// shingle.
fn poor_places<T: Tokens, E: Send>(
    shard: &Shard<T>,
    settings: &Settings,
    chunks: &[Range<u32>],
    go_on: GoOn<'_, E>,
) -> Result<Positions, E> {
    let words = std::iter::repeat_with(AtomicU64::default).take(shard.len().div_ceil(64));
    let poor = Positions(words.collect());
    chunks.par_iter().try_for_each(|docs| {
        go_on()?;
        for doc in docs.clone() {
            let first = shard.range(doc).start;
            poor_runs_of(shard.document(doc), settings, |at| {
                let at = first + at;
                poor.0[at / 64].fetch_or(1 << (at % 64), Ordering::Relaxed);
            });
        }
        Ok(())
    })?;
    Ok(poor)
}

/// What a position is to the groups it is in, in four bits: of the group of its shingle the lowest
/// says that it is followed, the second that it goes through hubs, both that the position is a hub;
/// the third says that its run has hubs of its own, the fourth that it is one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part(u8);

impl Part {
    const FOLLOWED: u8 = 1;
    const SAMPLED: u8 = 2;
    const HUB: u8 = 3;
    const RUN: u8 = 4;
    const RUN_HUB: u8 = 8;

    /// Whether the group of its shingle is followed in all its pairs.
    #[inline]
    pub(super) fn is_followed(self) -> bool {
        self.0 & Self::HUB == Self::FOLLOWED
    }

    /// Whether it is a hub of its shingle.
    #[inline]
    pub(super) fn is_hub(self) -> bool {
        self.0 & Self::HUB == Self::HUB
    }

    /// Whether it is a hub of its run.
    #[inline]
    pub(super) fn is_run_hub(self) -> bool {
        self.0 & Self::RUN_HUB != 0
    }

    /// Whether this position and another, from which `len` tokens or more are equal, are paired
    /// when the groups of their shingle are processed.
    #[inline]
    pub(super) fn pairs_up(self, other: Self, len: usize, settings: &Settings) -> bool {
        let (both, either) = (self.0 & other.0, self.0 | other.0);
        either & Self::HUB == Self::FOLLOWED && both & Self::FOLLOWED != 0
            || both & Self::SAMPLED != 0 && either & Self::HUB == Self::HUB
            // Equal runs are one group, but the last of very many repeats are left out of it.
            || both & Self::RUN != 0
                && either & Self::RUN_HUB != 0
                && len >= settings.min_tokens as usize
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

impl SeedCounts {
    /// The sum of both.
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            shared: self.shared + other.shared,
            through_hubs: self.through_hubs + other.through_hubs,
        }
    }
}

impl Seeds {
    /// Finds the shared shingles of a shard.
    ///
    /// # Errors
    /// The first error of `go_on`.
    pub fn find<T: Tokens, E: Send>(
        shard: &Shard<T>,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Self, E> {
        let chunks = chunks(shard);
        let names = rounds(shard.len());
        let mut seeds = Self { groups: Vec::new(), parts: Parts::new(shard.len()) };
        let poor = poor_places(shard, settings, &chunks, go_on)?;
        let stretches = chunks.par_iter().map(|docs| Stretches::of(shard, docs.clone()));
        let stretches = Stretches::all(shard, &stretches.collect::<Vec<_>>());
        let places = &seeds.parts.0;
        let plan = |docs: &Range<u32>| {
            go_on()?;
            Round::plan((shard, settings), docs.clone(), names, places);
            Ok(())
        };
        chunks.par_iter().try_for_each(plan)?;
        for round in Round::all(names) {
            let postings = |hashed: &mut Vec<(u64, u32)>, docs: &Range<u32>| {
                go_on()?;
                Ok(round.postings((shard, settings), docs.clone(), places, hashed))
            };
            let postings: Vec<Postings> =
                chunks.par_iter().map_init(Vec::new, postings).collect::<Result<_, E>>()?;
            let groups = |(sorted, sorter): &mut (Vec<u64>, Sorter), partition| {
                go_on()?;
                let parts = postings.iter().map(|part| part.partition(partition));
                let sorted = sorter.shared(parts, sorted);
                let mut marks = Marks { parts: &seeds.parts, waiting: Vec::new() };
                let mark = |mark, position| marks.add(mark, position);
                let is_poor = |(position, _)| poor.has(position);
                let at = (shard, settings, &stretches);
                let groups = SharedShingles::of(at, sorted, is_poor, mark);
                marks.set();
                Ok(groups)
            };
            let groups =
                (0..round.partitions.len()).into_par_iter().map_init(Default::default, groups);
            let groups: Vec<SharedShingles> = groups.collect::<Result<_, E>>()?;
            seeds.groups.extend(groups);
        }
        Ok(seeds)
    }

    /// How many shingles are shared.
    #[must_use]
    pub fn counts(&self) -> SeedCounts {
        let of_partitions = self.groups.iter().map(SharedShingles::counts);
        of_partitions.fold(SeedCounts::default(), SeedCounts::plus)
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
    /// Its run has hubs of its own.
    Run,
    /// It is one of these hubs.
    RunHub,
}

impl Mark {
    fn part(self) -> Part {
        Part(match self {
            Self::Followed => Part::FOLLOWED,
            Self::Sampled => Part::SAMPLED,
            Self::Hub => Part::HUB,
            Self::Run => Part::RUN,
            Self::RunHub => Part::RUN | Part::RUN_HUB,
        })
    }
}

impl SharedShingles {
    /// Adds the positions of a run, of which some are its hubs.
    fn add_run(&mut self, run: &[(u32, bool)], mark: &mut impl FnMut(Mark, u32)) {
        for &(position, hub) in run {
            self.positions.push(position);
            mark(Mark::Run, position);
            if hub {
                mark(Mark::RunHub, position);
            }
        }
        self.end(Pairing::RunHubs);
    }

    /// Keeps the groups of one sorted partition that can make wanted pairs.
    pub(super) fn of<T: Tokens>(
        (shard, settings, stretches): (&Shard<T>, &Settings, &Stretches),
        sorted: &[u64],
        is_poor: impl Fn((u32, u32)) -> bool,
        mut mark: impl FnMut(Mark, u32),
    ) -> Self {
        let mut groups = Self::default();
        let mut holders = Holders::default();
        let later =
            |before: usize| sorted.iter().skip(before).map(|entry| (entry & 0xffff_ffff) as u32);
        let (mut far, mut near) = (later(2 * AHEAD), later(AHEAD));
        for run in sorted.chunk_by(|x, y| x >> 32 == y >> 32) {
            far.by_ref().take(run.len()).for_each(|at| shard.prefetch_hint(at));
            near.by_ref().take(run.len()).for_each(|at| shard.prefetch_ends(at));
            if run.len() < 2 || !holders.fill(shard, run) {
                continue;
            }
            let sampled = holders.documents > settings.max_documents;
            holders.part_poor((shard, settings), stretches, &is_poor);
            holders.poor_runs(shard, settings, |run| groups.add_run(run, &mut mark));
            if holders.len() < 2 {
                continue;
            }
            holders.late_runs(shard, settings, |run| groups.add_run(run, &mut mark));
            let of_group = match (sampled, holders.has_known_runs()) {
                (true, _) => Mark::Sampled,
                // All pairs of hubs are followed too, and a hub may be in a run of its own.
                (false, true) => Mark::Hub,
                (false, false) => Mark::Followed,
            };
            for &(position, _) in holders.kept(settings.max_repeats) {
                groups.positions.push(position);
                mark(of_group, position);
            }
            if !sampled {
                groups.end(Pairing::All);
                continue;
            }
            groups.end(Pairing::Hubs);
            holders.choose_hubs(shard, settings, |position| mark(Mark::Hub, position));
            holders.unpaired_runs(shard, settings, |run| groups.add_run(run, &mut mark));
        }
        groups.positions.shrink_to_fit();
        groups.ends.shrink_to_fit();
        groups
    }
}

/// The rounds of a shard with this many tokens: no more than it needs.
fn rounds(tokens: usize) -> &'static [u8] {
    let needed = (tokens * size_of::<u64>()).div_ceil(ROUND_BYTES);
    &ROUNDS[..needed.clamp(1, ROUNDS.len())]
}

/// Documents of a shard in chunks of about equal tokens.
fn chunks<T>(shard: &Shard<T>) -> Vec<Range<u32>> {
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

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;

    #[test]
    fn two_positions_are_paired_by_their_shingle_or_by_their_run() {
        use Mark::{Followed, Hub, Run, RunHub, Sampled};
        let kinds: [&[Mark]; 7] = [
            &[],
            &[Followed],
            &[Sampled],
            &[Sampled, Hub],
            &[Run],
            &[Sampled, Run, RunHub],
            &[Sampled, Hub, Run],
        ];
        let parts = Parts::new(20 * kinds.len());
        for (n, marks) in kinds.iter().enumerate() {
            marks.iter().for_each(|&mark| parts.set(narrow(15 * n), mark));
            assert!(!ROUNDS.contains(&parts.get(narrow(15 * n)).0), "marks look like a round");
        }
        let settings = Settings::default();
        for (n, x) in kinds.iter().enumerate() {
            for (m, y) in kinds.iter().enumerate() {
                let both = |mark| x.contains(&mark) && y.contains(&mark);
                let one = |mark| x.contains(&mark) || y.contains(&mark);
                let short = both(Followed) || (both(Sampled) && one(Hub));
                let long = short || (both(Run) && one(RunHub));
                let (x, y) = (parts.get(narrow(15 * n)), parts.get(narrow(15 * m)));
                assert_eq!(x.pairs_up(y, 14, &settings), short, "{n}, {m}");
                assert_eq!(x.pairs_up(y, 15, &settings), long, "{n}, {m}");
            }
        }
    }

    #[test]
    fn postings_are_held_in_rounds_of_four_mebibytes_and_in_sixths_at_most() {
        let half = 512 << 10;
        for (tokens, expected) in
            [(0, 1), (half, 1), (half + 1, 2), (2 * half, 2), (5 * half, 5), (99 * half, 6)]
        {
            assert_eq!(rounds(tokens).len(), expected, "{tokens}");
        }
    }

    #[test]
    fn chunks_end_with_the_document_that_fills_them() {
        let chunks = |lengths: &[u32]| {
            let mut starts = vec![0];
            starts.extend(lengths.iter().scan(0, |end, len| {
                *end += len;
                Some(*end)
            }));
            super::chunks(&Shard::new((), starts, vec![Role::default(); lengths.len()]))
        };
        let half = 1 << 17;
        assert_eq!(chunks(&[half, half, half - 1, half, 1, 9]), [0..2, 2..5, 5..6]);
        assert_eq!(chunks(&[half, half, half, half]), [0..2, 2..4]);
        assert_eq!(chunks(&[]), []);
    }

    /// Counts over documents of these words, as their roles say.
    fn counts(texts: &[(&[u32], Role)], internal: bool, max_documents: usize) -> SeedCounts {
        let (mut tokens, mut starts) = (Vec::new(), vec![0]);
        for (text, _) in texts {
            tokens.extend(text.iter().map(|n| n << 2 | 2));
            starts.push(narrow(tokens.len()));
        }
        let roles = texts.iter().map(|(_, role)| *role).collect();
        let mut shard = Shard::new(tokens, starts, roles);
        shard.internal = internal;
        let settings = Settings { shingle: 3, max_documents, ..Settings::default() };
        let go_on: GoOn<'_, ()> = &|| Ok(());
        Seeds::find(&shard, &settings, go_on).unwrap().counts()
    }

    fn role(group: u32, side: u8) -> Role {
        Role { group, side, ..Role::default() }
    }

    #[test]
    fn a_shingle_is_shared_where_a_pair_of_its_holders_is_wanted() {
        let text: &[u32] = &[1, 2, 3, 4];
        let shared = |roles: [Role; 2], internal| {
            counts(&[(text, roles[0]), (text, roles[1]), (&[7, 8, 9], role(3, 2))], internal, 50)
                .shared
        };
        assert_eq!(shared([role(0, 2), role(1, 2)], false), 2);
        assert_eq!(shared([role(0, 2), role(0, 2)], false), 0, "one outlet");
        assert_eq!(shared([role(0, 2), role(0, 2)], true), 2);
        assert_eq!(shared([role(0, 0), role(1, 1)], false), 2);
        assert_eq!(shared([role(0, 0), role(1, 0)], false), 0, "one side");
        assert_eq!(shared([role(0, 0), role(0, 1)], false), 0, "one outlet");
    }

    #[test]
    fn a_shingle_that_a_document_repeats_is_shared_where_repeats_are_wanted() {
        let twice = [(&[1, 2, 3, 50, 51, 1, 2, 3][..], role(0, 2))];
        assert_eq!(counts(&twice, true, 50).shared, 1);
        assert_eq!(counts(&twice, false, 50).shared, 0);
    }

    #[test]
    fn a_shingle_in_more_documents_than_the_cap_goes_through_hubs() {
        let texts: Vec<(&[u32], Role)> = (0..5).map(|n| (&[1, 2, 3][..], role(n, 2))).collect();
        let counted = |cap| {
            let counts = counts(&texts, false, cap);
            (counts.shared, counts.through_hubs)
        };
        assert_eq!(counted(5), (1, 0));
        assert_eq!(counted(4), (1, 1));
    }
}

//! The matches of a whole shard, gathered by first document.
//!
//! Fed by seed with the groups, feeds search. Every pair of positions of a group is judged from
//! copies of the tokens around them where that is enough (`around`), and what is alone and can be
//! no passage is dropped before anything is sorted (`weak`).
//! Invariant: what is dropped would be put aside by merge.

use super::around::{Around, COPIED, Judged, LEFT, Rule, is_weak, places};
use super::control::GoOn;
use super::hits::{Hit, first_position, hit, second_position};
use super::mem::{Hubs, Mem, Places, extend, run_from};
use super::merge::DROP;
use super::outlook::may_be_passage;
use super::seed::{Pairing, Parts, Seeds, SharedShingles};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use super::weak::{Filter, diagonal, drop_alone, is_short, may_be_linked};
use crate::limits::narrow;
use crate::simd::Kernel;
use rayon::prelude::*;
use std::borrow::Borrow;

/// Buckets into which matches are gathered, by first document, at most.
const BUCKETS: usize = 256;
/// Units of parallel work of the groups.
const PARTS: usize = 64;
/// Positions between a prefetch and its use.
const AHEAD: usize = 12;

/// The maximal exact matches of a shard.
#[derive(Debug, Default)]
pub struct Matches {
    /// Buckets of first documents, each sorted by documents and places.
    pub buckets: Vec<Vec<Mem>>,
    /// Short matches beside these that can be part of no passage.
    pub alone: u64,
}

/// Matches of some groups, by first document.
struct Gathered {
    per_bucket: u32,
    /// Matches that are kept whether they are alone or not.
    matches: Vec<Vec<Mem>>,
    /// Where short matches start that can be no passage by themselves.
    weak: Vec<Blocks>,
}

/// Hits in blocks of one size: a list that doubles would have room for a third in vain.
#[derive(Debug, Clone, Default)]
struct Blocks(Vec<Vec<Hit>>);

/// Hits of one block.
const BLOCK: usize = 64;

impl Blocks {
    #[inline]
    fn push(&mut self, hit: Hit) {
        match self.0.last_mut() {
            Some(last) if last.len() < BLOCK => last.push(hit),
            _ => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(hit);
                self.0.push(block);
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Hit> {
        self.0.iter().flatten()
    }

    fn len(&self) -> usize {
        self.0.len().saturating_sub(1) * BLOCK + self.0.last().map_or(0, Vec::len)
    }
}

impl Gathered {
    fn new(documents: usize) -> Self {
        let per_bucket = documents.div_ceil(BUCKETS).max(1);
        // Of a few documents, which a text is compared with, most buckets would be empty.
        let buckets = documents.div_ceil(per_bucket);
        Self {
            per_bucket: narrow(per_bucket),
            matches: vec![Vec::new(); buckets],
            weak: vec![Blocks::default(); buckets],
        }
    }

    fn push(&mut self, mem: Mem) {
        self.matches[(mem.doc_a / self.per_bucket) as usize].push(mem);
    }

    fn push_weak(&mut self, doc: u32, weak: Hit) {
        self.weak[(doc / self.per_bucket) as usize].push(weak);
    }

    /// Takes what there is of one bucket.
    fn take(&mut self, bucket: usize) -> Bucket {
        Bucket {
            matches: std::mem::take(&mut self.matches[bucket]),
            weak: std::mem::take(&mut self.weak[bucket]),
        }
    }
}

impl Seeds {
    /// All maximal exact matches of wanted pairs but those that can be part of no passage.
    ///
    /// # Errors
    /// The first error of `go_on`.
    pub fn matches<T: Tokens, E: Send>(
        &self,
        shard: &Shard<T>,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Matches, E> {
        let chunks = self.groups.par_chunks(per_part(&self.groups)).map(<[_]>::iter);
        let gathered = gathered(chunks, (&self.parts, shard, settings), go_on)?;
        sorted(gathered, (shard, settings), go_on)
    }

    /// As [`matches`](Self::matches), but not in order yet. Every group is gone as soon as its
    /// matches are gathered, since there may be no room for both.
    ///
    /// # Errors
    /// The first error of `go_on`.
    pub fn into_unsorted<T: Tokens, E: Send>(
        self,
        shard: &Shard<T>,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Unsorted, E> {
        let Self { mut groups, parts } = self;
        let size = per_part(&groups);
        let chunks = groups.par_chunks_mut(size).map(|chunk| chunk.iter_mut().map(std::mem::take));
        gathered(chunks, (&parts, shard, settings), go_on).map(Unsorted::of)
    }
}

/// Partitions of one unit of parallel work.
fn per_part(groups: &[SharedShingles]) -> usize {
    groups.len().div_ceil(PARTS).max(1)
}

/// The matches of all groups, in parts.
fn gathered<T: Tokens, E: Send, G: Borrow<SharedShingles>>(
    chunks: impl ParallelIterator<Item = impl Iterator<Item = G>>,
    (parts, shard, settings): (&Parts, &Shard<T>, &Settings),
    go_on: GoOn<'_, E>,
) -> Result<Vec<Gathered>, E> {
    let (needed, kernel) = (settings.least_matched(), Kernel::best());
    let judge = Judge { parts, shard, settings, needed, kernel };
    chunks
        .map(|chunk| {
            let (mut gathered, mut copies) = (Gathered::new(shard.documents()), Vec::new());
            for groups in chunk {
                go_on()?;
                judge.partition(groups.borrow(), &mut copies, &mut gathered);
            }
            Ok(gathered)
        })
        .collect()
}

/// The matches of all parts in order.
fn sorted<T: Tokens, E: Send>(
    parts: Vec<Gathered>,
    (shard, settings): (&Shard<T>, &Settings),
    go_on: GoOn<'_, E>,
) -> Result<Matches, E> {
    let mut unsorted = Unsorted::of(parts);
    let buckets = unsorted.0.par_iter_mut().map_init(Filter::default, |filter, parts| {
        go_on()?;
        Ok(bucket((shard, settings), filter, std::mem::take(parts)))
    });
    let buckets: Vec<(Vec<Mem>, u64)> = buckets.collect::<Result<_, E>>()?;
    let alone = buckets.iter().map(|bucket| bucket.1).sum();
    Ok(Matches { buckets: buckets.into_iter().map(|bucket| bucket.0).collect(), alone })
}

/// The matches of a shard by first document, each bucket as the parts have gathered it: put in
/// order by `bucket` one by one, as they are aligned.
pub struct Unsorted(pub(super) Vec<Vec<Bucket>>);

impl Unsorted {
    fn of(mut parts: Vec<Gathered>) -> Self {
        let buckets = parts.first().map_or(0, |part| part.matches.len());
        let of_bucket = |n| parts.iter_mut().map(|part| part.take(n)).collect();
        Self((0..buckets).map(of_bucket).collect())
    }
}

impl std::fmt::Debug for Unsorted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unsorted").field("buckets", &self.0.len()).finish_non_exhaustive()
    }
}

/// What a part has gathered for one bucket.
pub(super) struct Bucket {
    matches: Vec<Mem>,
    weak: Blocks,
}

/// The matches of one bucket in order, and how many were alone and can be no passage.
pub(super) fn bucket<T: Tokens>(
    (shard, settings): (&Shard<T>, &Settings),
    filter: &mut Filter,
    parts: Vec<Bucket>,
) -> (Vec<Mem>, u64) {
    let start = |doc: u32| narrow(shard.range(doc).start);
    let count = |part: &Bucket| part.matches.len() + part.weak.len();
    filter.clear(parts.iter().map(count).sum());
    for mem in parts.iter().flat_map(|part| &part.matches) {
        let places = hit(start(mem.doc_a) + mem.a, start(mem.doc_b) + mem.b);
        filter.add(diagonal(mem.doc_a, places), mem.len, settings);
    }
    let near = Near::of(shard, parts.iter().flat_map(|part| part.weak.iter().copied()));
    let of = |hit: Hit| diagonal(near.document_at(first_position(hit)), hit);
    for &hit in parts.iter().flat_map(|part| part.weak.iter()) {
        filter.add_short(of(hit));
    }
    let (mut all, mut kept, mut alone) = (Vec::new(), Vec::new(), 0);
    for part in parts {
        all.extend_from_slice(&part.matches);
        for &hit in part.weak.iter() {
            if filter.may_have_other(of(hit)) {
                kept.push(hit);
            } else {
                alone += 1;
            }
        }
    }
    let later = |before: usize| kept.iter().skip(before).copied().map(second_position);
    later(0).take(2 * AHEAD).for_each(|at| shard.prefetch_hint(at));
    let (mut far, mut next) = (later(2 * AHEAD), later(AHEAD));
    all.reserve(kept.len());
    for &hit in &kept {
        far.next().into_iter().for_each(|at| shard.prefetch_hint(at));
        next.next().into_iter().for_each(|at| shard.prefetch_ends(at));
        all.push(weak_match(shard, hit, near.document_at(first_position(hit))));
    }
    drop(kept);
    all.sort_unstable_by_key(order);
    all.dedup();
    let alone = alone + drop_weak(&mut all, settings);
    measure(shard, &mut all);
    all.dedup();
    all.shrink_to_fit();
    (all, alone)
}

/// The documents of a stretch of positions, quick to find.
struct Near<'a, T> {
    shard: &'a Shard<T>,
    /// Steps before the first position.
    first: u32,
    /// The document at the start of each step, and the end of that document.
    documents: Vec<(u32, u32)>,
}

/// Positions of one step, as a power of two: far fewer than most documents have, so that the
/// document at the start of a step is nearly always that of all its positions.
const STEP: u32 = 6;

impl<'a, T: Tokens> Near<'a, T> {
    /// For the first positions of some hits.
    fn of(shard: &'a Shard<T>, hits: impl Iterator<Item = Hit>) -> Self {
        let ends = hits.map(first_position).fold(None, |ends, at| {
            let (first, last) = ends.unwrap_or((at, at));
            Some((at.min(first), at.max(last)))
        });
        let Some((first, last)) = ends.map(|(first, last)| (first >> STEP, last >> STEP)) else {
            return Self { shard, first: 0, documents: Vec::new() };
        };
        let document = |step: u32| {
            let doc = shard.document_at(step << STEP);
            (doc, narrow(shard.range(doc).end))
        };
        Self { shard, first, documents: (first..=last).map(document).collect() }
    }

    #[inline]
    fn document_at(&self, position: u32) -> u32 {
        let (doc, end) = self.documents[((position >> STEP) - self.first) as usize];
        if position < end { doc } else { self.shard.document_at(position) }
    }
}

/// Documents, places and length of a match, which is the order of matches, in few numbers.
fn order(mem: &Mem) -> (u64, u64, u32) {
    let both = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    (both(mem.doc_a, mem.doc_b), both(mem.a, mem.b), mem.len)
}

/// A weak match that starts at both places of a hit, the first in `doc_a`; how long it is is not
/// needed yet.
fn weak_match<T: Tokens>(shard: &Shard<T>, hit: Hit, doc_a: u32) -> Mem {
    let (x, y) = (first_position(hit), second_position(hit));
    let doc_b = shard.document_at(y);
    let start = |doc: u32| narrow(shard.range(doc).start);
    Mem { doc_a, doc_b, a: x - start(doc_a), b: y - start(doc_b), len: 0 }
}

/// Most matches of two documents that are compared each with each.
const FEW: usize = 8;

/// Drops the weak matches that are alone, for certain, of matches in order; returns how many.
fn drop_weak(all: &mut Vec<Mem>, settings: &Settings) -> u64 {
    let is_weak = |mem: &Mem| mem.len == 0;
    let (mut pair, mut first, mut kept, before) = (Vec::new(), 0, 0, all.len());
    while let Some(&mem) = all.get(first) {
        let rest = all[first..].iter();
        let count = rest.take_while(|other| other.documents() == mem.documents()).count();
        pair.clear();
        pair.extend_from_slice(&all[first..first + count]);
        first += count;
        if count > FEW {
            drop_alone(&mut pair, settings, is_weak);
        }
        for (n, mem) in pair.iter().enumerate() {
            let linked = |other: &Mem| may_be_linked(mem, other, settings);
            let others = || pair[..n].iter().chain(&pair[n + 1..]);
            if count > FEW || !is_weak(mem) || others().any(linked) {
                all[kept] = *mem;
                kept += 1;
            }
        }
    }
    all.truncate(kept);
    (before - kept) as u64
}

/// Tokens at the start of a weak match that tell how long it is, nearly always.
const RUN: usize = 8;

/// Finds out how long the weak matches are.
fn measure<T: Tokens>(shard: &Shard<T>, all: &mut [Mem]) {
    for n in 0..all.len() {
        if let Some(later) = all.get(n + AHEAD).filter(|later| later.len == 0) {
            shard.prefetch(narrow(shard.range(later.doc_b).start) + later.b, 0, RUN);
        }
        let mem = all[n];
        if mem.len == 0 {
            all[n].len = run_from(shard, (mem.doc_a, mem.a), (mem.doc_b, mem.b));
        }
    }
}

/// Whether a short match that is alone may be a passage.
fn has_outlook<T: Tokens>(shard: &Shard<T>, settings: &Settings, mem: &Mem) -> bool {
    let documents = (shard.document(mem.doc_a), shard.document(mem.doc_b));
    may_be_passage(mem, documents, settings, DROP)
}

/// Judges pairs of positions.
struct Judge<'a, T> {
    parts: &'a Parts,
    shard: &'a Shard<T>,
    settings: &'a Settings,
    /// Equal tokens without which nothing is a passage.
    needed: u32,
    kernel: Kernel,
}

impl<T: Tokens> Judge<'_, T> {
    /// Matches of the groups of one partition.
    fn partition(
        &self,
        groups: &SharedShingles,
        copies: &mut Vec<Around>,
        gathered: &mut Gathered,
    ) {
        let mut far = groups.positions().iter().skip(2 * AHEAD);
        let is_outer = |&(positions, pairing): &(&[u32], Pairing)| {
            for later in far.by_ref().take(positions.len()).filter_map(|at| at.checked_sub(1)) {
                self.shard.prefetch_one(later);
                self.parts.prefetch(later);
            }
            pairing != Pairing::All || !self.is_inner(positions)
        };
        let outer: Vec<(&[u32], Pairing)> = groups.iter().filter(is_outer).collect();
        let mut ahead = outer.iter().flat_map(|group| group.0).skip(AHEAD);
        for &(positions, pairing) in &outer {
            for &later in ahead.by_ref().take(positions.len()) {
                self.shard.prefetch(later, LEFT, COPIED);
            }
            if pairing == Pairing::All {
                self.all_pairs(positions, copies, gathered);
            } else {
                self.hub_pairs((positions, pairing), copies, gathered);
            }
        }
    }

    /// Whether all pairs of a group go on from the left: before each of its positions is the same
    /// token, and the group of the shingle that starts there is followed in all its pairs too.
    /// Most groups are inside of what was copied.
    fn is_inner(&self, positions: &[u32]) -> bool {
        let tokens = |at: u32| Some((self.shard.token(at.checked_sub(1)?), self.shard.token(at)));
        let Some((left, own)) = positions.first().and_then(|&at| tokens(at)) else { return false };
        // A shingle of two tokens or more that starts before a position is of the same document.
        let size = self.settings.window(left);
        size > 1
            && size <= self.settings.window(own) + 1
            && positions
                .iter()
                .all(|&at| tokens(at) == Some((left, own)) && self.parts.get(at - 1).is_followed())
    }

    /// How the pairs of a group are judged.
    fn rule(&self, pairing: Pairing) -> Rule<'_> {
        let least = match pairing {
            Pairing::RunHubs => self.settings.min_tokens as usize,
            _ => 0,
        };
        Rule { settings: self.settings, needed: self.needed, least, kernel: self.kernel }
    }

    /// A position with what is around it; those of a group that are compared have different names.
    fn around(&self, position: u32, name: usize) -> Around {
        Around::of(self.shard, position, self.parts, name)
    }

    /// Matches of a group that is followed in all its pairs.
    fn all_pairs(&self, positions: &[u32], copies: &mut Vec<Around>, gathered: &mut Gathered) {
        let rule = self.rule(Pairing::All);
        copies.clear();
        copies.extend(positions.iter().enumerate().map(|(n, &p)| self.around(p, n)));
        for (n, x) in copies.iter().enumerate() {
            for y in &copies[n + 1..] {
                self.pair((x, y), rule, gathered);
            }
        }
    }

    /// Matches of a group that goes through hubs.
    fn hub_pairs(
        &self,
        (positions, pairing): (&[u32], Pairing),
        copies: &mut Vec<Around>,
        gathered: &mut Gathered,
    ) {
        let rule = self.rule(pairing);
        let is_hub = |position: u32| {
            let part = self.parts.get(position);
            if pairing == Pairing::RunHubs { part.is_run_hub() } else { part.is_hub() }
        };
        let hubs = Hubs::of(self.shard, positions, is_hub);
        copies.clear();
        copies.extend(hubs.positions().enumerate().map(|(n, p)| self.around(p, n)));
        for &position in positions {
            let mut around = None;
            hubs.each(self.shard, position, is_hub(position), |n| {
                let hub = &copies[n];
                let other = around.get_or_insert_with(|| self.around(position, copies.len()));
                let pair = if hub.position < position { (hub, &*other) } else { (&*other, hub) };
                self.pair(pair, rule, gathered);
            });
        }
    }

    /// The match of two positions of a group, if they start one.
    #[inline]
    fn pair(&self, (x, y): (&Around, &Around), rule: Rule<'_>, gathered: &mut Gathered) {
        if !self.shard.wants_of((x.doc, x.group), (y.doc, y.group)) {
            return;
        }
        match x.judge(y, rule) {
            Judged::Nothing => {}
            Judged::Weak => gathered.push_weak(x.doc, hit(x.position, y.position)),
            Judged::Match(mem) if self.is_hopeless(&mem, x.outlook(y, mem.len, rule)) => {
                gathered.push_weak(x.doc, hit(x.position, y.position));
            }
            Judged::Match(mem) => gathered.push(mem),
            Judged::Open => self.plain(places(x, y), rule.least, gathered),
        }
    }

    /// The match that a hit starts, if it does, judged from the documents.
    fn plain(&self, hit: Places, least: usize, gathered: &mut Gathered) {
        let parts = self.parts;
        let is_hit = |x, y, len| parts.get(x).pairs_up(parts.get(y), len, self.settings);
        let Some(mem) = extend(self.shard, self.settings, (hit, least), is_hit) else { return };
        let is_weak = || mem.doc_a != mem.doc_b && is_weak(self.shard, &mem, self.needed);
        if is_weak() || self.is_hopeless(&mem, None) {
            gathered.push_weak(mem.doc_a, self.places(&mem));
        } else {
            gathered.push(mem);
        }
    }

    /// Whether a match is short and can be no passage by itself; `outlook` says whether it may be
    /// one, where that is known.
    fn is_hopeless(&self, mem: &Mem, outlook: Option<bool>) -> bool {
        is_short(mem, self.settings)
            && !outlook.unwrap_or_else(|| has_outlook(self.shard, self.settings, mem))
    }

    /// Where a match starts in both documents.
    fn places(&self, mem: &Mem) -> Hit {
        let at = |doc: u32, at: u32| narrow(self.shard.range(doc).start) + at;
        hit(at(mem.doc_a, mem.a), at(mem.doc_b, mem.b))
    }
}

#[cfg(test)]
impl Seeds {
    /// All matches as often as a group starts them, in no order.
    pub(super) fn started<T: Tokens>(&self, shard: &Shard<T>, settings: &Settings) -> Vec<Mem> {
        let kernel = Kernel::best();
        let judge = Judge { parts: &self.parts, shard, settings, needed: 0, kernel };
        let mut gathered = Gathered::new(shard.documents());
        for groups in &self.groups {
            judge.partition(groups, &mut Vec::new(), &mut gathered);
        }
        let weak = gathered.weak.iter().flat_map(Blocks::iter);
        let weak = weak.map(|&hit| weak_match(shard, hit, shard.document_at(first_position(hit))));
        let mut all: Vec<Mem> = weak.chain(gathered.matches.concat()).collect();
        measure(shard, &mut all);
        all
    }
}

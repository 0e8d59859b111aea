//! The matches of a whole shard, gathered by first document.
//!
//! Fed by seed with the groups, feeds search. Every pair of positions of a group is judged from
//! copies of the tokens around them where that is enough (`around`), and what is alone and can be
//! no passage is dropped before anything is sorted (`weak`).
//! Invariant: what is dropped would be put aside by merge.

use super::around::{Around, Judged, Rule, is_weak, places};
use super::control::GoOn;
use super::hits::{Hit, first_position, hit, second_position};
use super::mem::{Hubs, Mem, Places, extend, run_from};
use super::merge::DROP;
use super::outlook::may_be_passage;
use super::seed::{Pairing, Seeds, SharedShingles};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use super::weak::{Filter, diagonal, is_short};
use crate::limits::narrow;
use rayon::prelude::*;

/// Buckets into which matches are gathered, by first document.
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
    /// Matches that are not short.
    matches: Vec<Vec<Mem>>,
    /// Where short matches start that have company.
    short: Vec<Blocks>,
    /// Where short matches start that are weak.
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
        Self {
            per_bucket: narrow(documents.div_ceil(BUCKETS).max(1)),
            matches: vec![Vec::new(); BUCKETS],
            short: vec![Blocks::default(); BUCKETS],
            weak: vec![Blocks::default(); BUCKETS],
        }
    }

    fn push(&mut self, mem: Mem) {
        self.matches[(mem.doc_a / self.per_bucket) as usize].push(mem);
    }

    fn push_short(&mut self, doc: u32, short: Hit) {
        self.short[(doc / self.per_bucket) as usize].push(short);
    }

    fn push_weak(&mut self, doc: u32, weak: Hit) {
        self.weak[(doc / self.per_bucket) as usize].push(weak);
    }

    /// Takes what there is of one bucket.
    fn take(&mut self, bucket: usize) -> Bucket {
        let take = |hits: &mut Vec<Blocks>| std::mem::take(&mut hits[bucket]);
        Bucket {
            matches: std::mem::take(&mut self.matches[bucket]),
            short: take(&mut self.short),
            weak: take(&mut self.weak),
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
        sorted(self.gathered(shard, settings, go_on)?, (shard, settings), go_on)
    }

    /// As [`matches`](Self::matches); the seeds are gone before the matches are sorted, since there
    /// may be no room for both.
    ///
    /// # Errors
    /// The first error of `go_on`.
    pub fn into_matches<T: Tokens, E: Send>(
        self,
        shard: &Shard<T>,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Matches, E> {
        let gathered = self.gathered(shard, settings, go_on)?;
        drop(self);
        sorted(gathered, (shard, settings), go_on)
    }

    /// The matches of all groups, in parts.
    fn gathered<T: Tokens, E: Send>(
        &self,
        shard: &Shard<T>,
        settings: &Settings,
        go_on: GoOn<'_, E>,
    ) -> Result<Vec<Gathered>, E> {
        let judge = Judge { seeds: self, shard, settings, needed: settings.least_matched() };
        self.groups
            .par_chunks(self.groups.len().div_ceil(PARTS).max(1))
            .map(|groups| {
                let (mut gathered, mut copies) = (Gathered::new(shard.documents()), Vec::new());
                for groups in groups {
                    go_on()?;
                    judge.partition(groups, &mut copies, &mut gathered);
                }
                Ok(gathered)
            })
            .collect()
    }
}

/// The matches of all parts in order.
fn sorted<T: Tokens, E: Send>(
    mut parts: Vec<Gathered>,
    (shard, settings): (&Shard<T>, &Settings),
    go_on: GoOn<'_, E>,
) -> Result<Matches, E> {
    let mut of_buckets: Vec<Vec<Bucket>> =
        (0..BUCKETS).map(|n| parts.iter_mut().map(|part| part.take(n)).collect()).collect();
    drop(parts);
    let buckets = of_buckets.par_iter_mut().map_init(Filter::default, |filter, parts| {
        go_on()?;
        Ok(bucket((shard, settings), filter, std::mem::take(parts)))
    });
    let buckets: Vec<(Vec<Mem>, u64)> = buckets.collect::<Result<_, E>>()?;
    let alone = buckets.iter().map(|bucket| bucket.1).sum();
    Ok(Matches { buckets: buckets.into_iter().map(|bucket| bucket.0).collect(), alone })
}

/// What a part has gathered for one bucket.
struct Bucket {
    matches: Vec<Mem>,
    short: Blocks,
    weak: Blocks,
}

/// The matches of one bucket in order, and how many were alone and can be no passage.
fn bucket<T: Tokens>(
    (shard, settings): (&Shard<T>, &Settings),
    filter: &mut Filter,
    parts: Vec<Bucket>,
) -> (Vec<Mem>, u64) {
    let start = |doc: u32| narrow(shard.range(doc).start);
    let count = |part: &Bucket| part.matches.len() + part.short.len() + part.weak.len();
    filter.clear(parts.iter().map(count).sum());
    for mem in parts.iter().flat_map(|part| &part.matches) {
        let places = hit(start(mem.doc_a) + mem.a, start(mem.doc_b) + mem.b);
        filter.add(diagonal(mem.doc_a, places), mem.len, settings);
    }
    let of = |hit: Hit| diagonal(shard.document_at(first_position(hit)), hit);
    for &hit in parts.iter().flat_map(|part| part.short.iter().chain(part.weak.iter())) {
        filter.add_short(of(hit));
    }
    let (mut all, mut alone) = (Vec::new(), 0);
    for part in parts {
        all.extend_from_slice(&part.matches);
        for (hits, weak) in [(&part.short, false), (&part.weak, true)] {
            let mut ahead = hits.iter().skip(AHEAD);
            for &hit in hits.iter() {
                if let Some(&later) = ahead.next().filter(|_| !weak) {
                    shard.prefetch(second_position(later));
                }
                let lone = !filter.may_have_other(of(hit));
                let mem = (!(lone && weak)).then(|| match_of(shard, hit));
                match mem.filter(|mem| !lone || has_outlook(shard, settings, mem)) {
                    Some(mem) => all.push(mem),
                    None => alone += 1,
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all.shrink_to_fit();
    (all, alone)
}

/// The match that starts at both places of a hit.
fn match_of<T: Tokens>(shard: &Shard<T>, hit: Hit) -> Mem {
    let (x, y) = (first_position(hit), second_position(hit));
    let (doc_a, doc_b) = (shard.document_at(x), shard.document_at(y));
    let start = |doc: u32| narrow(shard.range(doc).start);
    let (a, b) = (x - start(doc_a), y - start(doc_b));
    let len = run_from(shard, (doc_a, a), (doc_b, b));
    Mem { doc_a, doc_b, a, b, len }
}

/// Whether a short match that is alone may be a passage.
fn has_outlook<T: Tokens>(shard: &Shard<T>, settings: &Settings, mem: &Mem) -> bool {
    let documents = (shard.document(mem.doc_a), shard.document(mem.doc_b));
    may_be_passage(mem, documents, settings, DROP)
}

/// Judges pairs of positions.
struct Judge<'a, T> {
    seeds: &'a Seeds,
    shard: &'a Shard<T>,
    settings: &'a Settings,
    /// Equal tokens without which nothing is a passage.
    needed: u32,
}

impl<T: Tokens> Judge<'_, T> {
    /// Matches of the groups of one partition.
    fn partition(
        &self,
        groups: &SharedShingles,
        copies: &mut Vec<Around>,
        gathered: &mut Gathered,
    ) {
        let mut ahead = groups.positions().iter().skip(AHEAD);
        for (positions, pairing) in groups.iter() {
            for &later in ahead.by_ref().take(positions.len()) {
                self.shard.prefetch(later);
            }
            if pairing == Pairing::All {
                self.all_pairs(positions, copies, gathered);
            } else {
                self.hub_pairs((positions, pairing), copies, gathered);
            }
        }
    }

    /// How the pairs of a group are judged.
    fn rule(&self, pairing: Pairing) -> Rule<'_> {
        let least = match pairing {
            Pairing::RunHubs => self.settings.min_tokens as usize,
            _ => 0,
        };
        Rule { settings: self.settings, needed: self.needed, least }
    }

    /// A position with what is around it; those of a group that are compared have different names.
    fn around(&self, position: u32, name: usize) -> Around {
        Around::of(self.shard, position, &self.seeds.parts, name)
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
            let part = self.seeds.parts.get(position);
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
            Judged::Match(mem) => self.push(&mem, gathered),
            Judged::Open => self.plain(places(x, y), rule.least, gathered),
        }
    }

    /// The match that a hit starts, if it does, judged from the documents.
    fn plain(&self, hit: Places, least: usize, gathered: &mut Gathered) {
        let parts = &self.seeds.parts;
        let is_hit = |x, y, len| parts.get(x).pairs_up(parts.get(y), len, self.settings);
        let Some(mem) = extend(self.shard, self.settings, (hit, least), is_hit) else { return };
        if mem.doc_a != mem.doc_b && is_weak(self.shard, &mem, self.needed) {
            gathered.push_weak(mem.doc_a, self.places(&mem));
        } else {
            self.push(&mem, gathered);
        }
    }

    /// Takes a match that is not weak.
    fn push(&self, mem: &Mem, gathered: &mut Gathered) {
        if is_short(mem, self.settings) {
            gathered.push_short(mem.doc_a, self.places(mem));
        } else {
            gathered.push(*mem);
        }
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
        let judge = Judge { seeds: self, shard, settings, needed: 0 };
        let mut gathered = Gathered::new(shard.documents());
        for groups in &self.groups {
            judge.partition(groups, &mut Vec::new(), &mut gathered);
        }
        assert!(gathered.weak.iter().all(|weak| weak.0.is_empty()), "all have company of no token");
        let short = gathered.short.iter().flat_map(Blocks::iter).map(|&hit| match_of(shard, hit));
        short.chain(gathered.matches.concat()).collect()
    }
}

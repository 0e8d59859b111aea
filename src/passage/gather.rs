//! The matches of a whole shard, gathered by first document.
//!
//! Fed by seed with the groups, feeds search. Every pair of positions of a group is judged from
//! copies of the tokens around them where that is enough (`around`), and what is weak and alone is
//! dropped before anything is sorted (`weak`).
//! Invariant: what is dropped would be put aside by merge.

use super::around::{Around, Judged, Rule, is_weak, places};
use super::control::GoOn;
use super::hits::{Hit, first_position, hit, second_position};
use super::mem::{Hubs, Mem, Places, extend, run_from};
use super::seed::{Pairing, Seeds, SharedShingles};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use super::weak::{Filter, diagonal};
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
    matches: Vec<Vec<Mem>>,
    weak: Vec<Vec<Hit>>,
}

impl Gathered {
    fn new(documents: usize) -> Self {
        Self {
            per_bucket: narrow(documents.div_ceil(BUCKETS).max(1)),
            matches: vec![Vec::new(); BUCKETS],
            weak: vec![Vec::new(); BUCKETS],
        }
    }

    fn push(&mut self, mem: Mem) {
        self.matches[(mem.doc_a / self.per_bucket) as usize].push(mem);
    }

    fn push_weak(&mut self, doc: u32, weak: Hit) {
        self.weak[(doc / self.per_bucket) as usize].push(weak);
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
        let judge = Judge { seeds: self, shard, settings, needed: settings.least_matched() };
        let mut parts: Vec<Gathered> = self
            .groups
            .par_chunks(self.groups.len().div_ceil(PARTS).max(1))
            .map(|groups| {
                let (mut gathered, mut copies) = (Gathered::new(shard.documents()), Vec::new());
                for groups in groups {
                    go_on()?;
                    judge.partition(groups, &mut copies, &mut gathered);
                }
                Ok(gathered)
            })
            .collect::<Result<_, E>>()?;
        let mut of_buckets: Vec<Bucket> = (0..BUCKETS)
            .map(|n| {
                let matches = parts.iter_mut().map(|part| std::mem::take(&mut part.matches[n]));
                let matches = matches.collect();
                let weak = parts.iter_mut().map(|part| std::mem::take(&mut part.weak[n]));
                (matches, weak.collect())
            })
            .collect();
        let buckets = of_buckets.par_iter_mut().map_init(Filter::default, |filter, parts| {
            go_on()?;
            Ok(bucket((shard, settings), filter, std::mem::take(parts)))
        });
        let buckets: Vec<(Vec<Mem>, u64)> = buckets.collect::<Result<_, E>>()?;
        let alone = buckets.iter().map(|bucket| bucket.1).sum();
        Ok(Matches { buckets: buckets.into_iter().map(|bucket| bucket.0).collect(), alone })
    }
}

/// What the parts have gathered for one bucket: matches, and weak ones.
type Bucket = (Vec<Vec<Mem>>, Vec<Vec<Hit>>);

/// The matches of one bucket in order, and how many weak ones were alone.
fn bucket<T: Tokens>(
    (shard, settings): (&Shard<T>, &Settings),
    filter: &mut Filter,
    (matches, weak): Bucket,
) -> (Vec<Mem>, u64) {
    let start = |doc: u32| narrow(shard.range(doc).start);
    let mut all = matches.concat();
    drop(matches);
    let count: usize = weak.iter().map(Vec::len).sum();
    filter.clear(all.len() + count);
    for mem in &all {
        let places = hit(start(mem.doc_a) + mem.a, start(mem.doc_b) + mem.b);
        filter.add(diagonal(mem.doc_a, places), mem.len, settings);
    }
    let of = |hit: Hit| diagonal(shard.document_at(first_position(hit)), hit);
    for &hit in weak.iter().flatten() {
        filter.add_weak(of(hit));
    }
    let mut alone = 0;
    for &hit in weak.iter().flatten() {
        if !filter.may_have_other(of(hit)) {
            alone += 1;
            continue;
        }
        let (x, y) = (first_position(hit), second_position(hit));
        let (doc_a, doc_b) = (shard.document_at(x), shard.document_at(y));
        let (a, b) = (x - start(doc_a), y - start(doc_b));
        let len = run_from(shard, (doc_a, a), (doc_b, b));
        all.push(Mem { doc_a, doc_b, a, b, len });
    }
    all.sort_unstable();
    all.dedup();
    (all, alone)
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
            Judged::Match(mem) => gathered.push(mem),
            Judged::Open => self.plain(places(x, y), rule.least, gathered),
        }
    }

    /// The match that a hit starts, if it does, judged from the documents.
    fn plain(&self, hit: Places, least: usize, gathered: &mut Gathered) {
        let parts = &self.seeds.parts;
        let is_hit = |x, y, len| parts.get(x).pairs_up(parts.get(y), len, self.settings);
        let Some(mem) = extend(self.shard, self.settings, (hit, least), is_hit) else { return };
        // The length of a repeat inside one document is more than a matter of its start.
        if mem.doc_a != mem.doc_b && is_weak(self.shard, &mem, self.needed) {
            let at = |doc: u32, at: u32| narrow(self.shard.range(doc).start) + at;
            let weak = self::hit(at(mem.doc_a, mem.a), at(mem.doc_b, mem.b));
            gathered.push_weak(mem.doc_a, weak);
        } else {
            gathered.push(mem);
        }
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
        assert!(gathered.weak.concat().is_empty(), "every match has company of no token");
        gathered.matches.concat()
    }
}

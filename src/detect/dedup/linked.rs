//! Copies become clusters around representatives.
//!
//! Fed by `cover` with all pairs that reach the threshold; cut by cluster. Two things are its own.
//! A text that holds several others which are no copies of each other (an anthology, an article
//! that took in another) links what does not belong together, so it comes last and represents
//! others only where nothing else does. And of a passage that very many texts have, not all pairs
//! were searched: a text is then also compared with the representatives that its families name.
//! Invariant: every member and its representative are copies by a measurement of the two.

use super::claims::Claims;
use super::likeness::{Found, Likeness, Near};
use super::neighbours::Neighbours;
use super::score::Scored;
use crate::cluster::{Cluster, Similar, Splitter};
use crate::detect::ScanConfig;
use crate::detect::copies::Measured;
use crate::detect::result::ScanResult;
use crate::detect::scan;
use crate::error::Result;
use crate::hash::{Map, Set};
use crate::limits::narrow;
use crate::passage::Passage;
use crate::text::Span;
use std::cell::RefCell;

/// Neighbours of a text that are looked at to see whether it holds several articles.
const LOOKED_AT: usize = 64;
/// Representatives that a text is compared with where not all pairs were searched.
const COMPARED: usize = 8;
/// Places of representatives that are counted to choose them.
const COUNTED: usize = 4096;
/// Share of the threshold that the families of two texts must promise to compare them.
const PROMISED: f64 = 0.6;
/// Mean share of two texts from which they may be one text, so that furniture counts too.
const WHOLE: f64 = 0.6;

/// The search that was made, and how copies are told.
pub(super) struct Copies<'a> {
    pub(super) result: &'a ScanResult,
    /// Of each family whether it is furniture.
    pub(super) furniture: &'a [bool],
    pub(super) search: &'a ScanConfig,
    pub(super) threshold: f64,
    /// The lowest threshold that may be asked for.
    pub(super) least: f64,
    pub(super) claims: &'a Claims<'a>,
    /// Pairs that were measured on demand.
    pub(super) on_demand: &'a OnDemand,
}

/// What pairs that were measured on demand have in common.
pub(super) type OnDemand = RefCell<Map<(u32, u32), Measured>>;

/// Makes the clusters, and adds the pairs that had to be measured for them.
pub(super) fn cluster(copies: &Copies<'_>, common: &mut Common, found: &mut Found) -> Result<()> {
    let texts = copies.claims.texts.count();
    let scored = |near: &[Near]| -> Vec<Scored> {
        near.iter().map(|&(a, b, likeness)| (a, b, likeness.degree())).collect()
    };
    let neighbours = Neighbours::new(texts, &scored(&found.near));
    common.representatives.values_mut().for_each(Vec::clear);
    let order = order(copies.claims, &neighbours, common);
    let mut known = Known { copies, neighbours: &neighbours, common, next: 0, more: Vec::new() };
    let mut clusters = Splitter::new(texts).split(&order, &mut known)?;
    found.near.append(&mut known.more);
    let neighbours = Neighbours::new(texts, &scored(&found.near));
    move_to_nearest(&mut clusters, &neighbours, &order);
    clusters.retain(|cluster| !cluster.members.is_empty());
    found.clusters = clusters;
    Ok(())
}

/// Texts that may be in a cluster, in the order in which they may represent it.
fn order(claims: &Claims<'_>, neighbours: &Neighbours, common: &Common) -> Vec<u32> {
    let linked = |text: &u32| !neighbours.of(*text).is_empty() || common.has(*text);
    let linked: Vec<u32> = (0..claims.texts.count()).filter(linked).collect();
    let mut order = claims.order_of_texts(&linked);
    order.sort_by_key(|&text| (!claims.is_foreign(text), holds_several(text, neighbours)));
    order
}

/// Whether the copies of a text fall apart into groups that have nothing to do with each other.
fn holds_several(text: u32, neighbours: &Neighbours) -> bool {
    let around: Vec<u32> =
        neighbours.of(text).iter().take(LOOKED_AT).map(|(other, _)| *other).collect();
    let Some((&first, rest)) = around.split_first() else { return false };
    let linked =
        |x: u32, y: u32| neighbours.of(x).binary_search_by_key(&y, |(other, _)| *other).is_ok();
    let (mut reached, mut left) = (vec![first], rest.to_vec());
    while let Some(from) = reached.pop() {
        left.retain(|&other| {
            let near = linked(from, other);
            if near {
                reached.push(other);
            }
            !near
        });
    }
    !left.is_empty()
}

/// Moves every member to the representative that it is most alike, of those that come before it.
fn move_to_nearest(clusters: &mut [Cluster], neighbours: &Neighbours, order: &[u32]) {
    let mut at: Map<u32, usize> = Map::default();
    let mut place: Map<u32, usize> = Map::default();
    for (n, cluster) in clusters.iter().enumerate() {
        at.insert(cluster.representative, n);
    }
    for (n, &text) in order.iter().enumerate() {
        place.insert(text, n);
    }
    let mut moved: Vec<(usize, (u32, f64))> = Vec::new();
    for (n, cluster) in clusters.iter_mut().enumerate() {
        cluster.members.retain(|&(member, degree)| {
            let better = neighbours
                .of(member)
                .iter()
                .filter(|(other, much)| *much > degree && place.get(other) < place.get(&member))
                .filter_map(|(other, much)| Some((*at.get(other)?, *much)))
                .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0)));
            let Some((to, much)) = better.filter(|(to, _)| *to != n) else { return true };
            moved.push((to, (member, much)));
            false
        });
    }
    for (to, member) in moved {
        clusters[to].members.push(member);
        clusters[to].members.sort_unstable_by_key(|(member, _)| *member);
    }
}

/// Answers the splitter.
struct Known<'a> {
    copies: &'a Copies<'a>,
    neighbours: &'a Neighbours,
    common: &'a mut Common,
    /// Number of the next representative.
    next: usize,
    /// Pairs that were measured on the way, and are copies.
    more: Vec<Near>,
}

impl Similar for Known<'_> {
    fn joins(&mut self, node: u32, representatives: &[u32]) -> Result<Option<(usize, f64)>> {
        self.next = representatives.len();
        for at in self.common.promising(node, self.copies) {
            let other = representatives[at];
            if !self.copies.claims.may_pair(node, other) {
                continue;
            }
            let (a, b) = (node.min(other), node.max(other));
            if let Some(likeness) = self.copies.measure(a, b, self.common)? {
                self.more.push((a, b, likeness));
                return Ok(Some((at, likeness.degree())));
            }
        }
        Ok(None)
    }

    fn near(&mut self, node: u32, _: &Splitter) -> Result<Vec<(u32, f64)>> {
        self.common.represent(node, self.next);
        Ok(self.neighbours.of(node).to_vec())
    }
}

impl Copies<'_> {
    /// Measures two texts.
    fn measure(&self, a: u32, b: u32, common: &Common) -> Result<Option<Likeness>> {
        let known = self.on_demand.borrow().get(&(a, b)).copied();
        let measured = match known {
            Some(measured) => measured,
            None => self.compare(a, b, common)?,
        };
        let coverage = measured.at(self.threshold);
        Ok(coverage.map(|coverage| Likeness::Coverage(coverage.of_a, coverage.of_b)))
    }

    fn compare(&self, a: u32, b: u32, common: &Common) -> Result<Measured> {
        let text = |n: u32| &*self.result.documents[n as usize].text;
        let passages = scan::between([text(a), text(b)], self.search)?;
        let counts = |p: &&Passage| !common.is_furniture(a, p.a) && !common.is_furniture(b, p.b);
        let counted = passages.iter().filter(counts);
        let measured = Measured::of(counted, &passages, &self.result.sides(a, b, self.least));
        self.on_demand.borrow_mut().insert((a, b), measured);
        Ok(measured)
    }
}

/// A place of a family in a text.
#[derive(Debug, Clone, Copy)]
struct Holding {
    family: u32,
    tokens: u32,
    /// The same, or 0 where the family is furniture.
    counted: u32,
    /// So many texts have the family that not all its pairs were searched.
    common: bool,
}

/// What two texts hold of the same families.
#[derive(Debug, Clone, Copy, Default)]
struct Promise {
    /// The representative.
    other: u32,
    /// Tokens of the two texts, and how many of them count.
    tokens: [u32; 2],
    counted: [u32; 2],
    common: bool,
}

/// Texts with a passage that is so common that not all its pairs were searched.
#[derive(Default)]
pub(super) struct Common {
    /// For each of these texts what it holds.
    families: Map<u32, Vec<Holding>>,
    /// For each family number and text of the representatives that have it, and what they hold.
    representatives: Map<u32, Vec<(usize, u32, Holding)>>,
    /// Where these texts have furniture.
    furniture: Map<u32, Vec<Span>>,
    /// Room for what a text and each representative hold, and the numbers of those in use. Clusters
    /// are made at many thresholds, so this is asked very often.
    sums: Vec<Option<Promise>>,
    summed: Vec<usize>,
}

impl Common {
    pub(super) fn of(copies: &Copies<'_>) -> Self {
        let most = copies.search.read.limits.shingle_documents / 2;
        let members = &copies.result.families.members;
        let is_common = |n: usize| {
            let documents = members[n].chunk_by(|x, y| x.doc == y.doc).take(most + 1);
            documents.count() > most
        };
        let common: Vec<bool> = (0..members.len()).map(is_common).collect();
        let of_common = members.iter().zip(&common).filter(|(_, common)| **common);
        let texts: Set<u32> = of_common.flat_map(|(places, _)| places).map(|p| p.doc).collect();
        let mut found = Self::default();
        for (n, places) in members.iter().enumerate() {
            for place in places.iter().filter(|place| texts.contains(&place.doc)) {
                if copies.furniture[n] {
                    found.furniture.entry(place.doc).or_default().push(place.span);
                }
                found.families.entry(place.doc).or_default().push(Holding {
                    family: narrow(n),
                    tokens: place.span.len(),
                    counted: if copies.furniture[n] { 0 } else { place.span.len() },
                    common: common[n],
                });
            }
        }
        found
    }

    /// Whether a text has such a passage.
    fn has(&self, text: u32) -> bool {
        self.families.contains_key(&text)
    }

    /// Whether most of a passage of a text is furniture.
    fn is_furniture(&self, text: u32, span: Span) -> bool {
        let spans = self.furniture.get(&text).map(Vec::as_slice).unwrap_or_default();
        spans.iter().any(|furniture| 2 * furniture.overlap(span) > span.len())
    }

    /// Notes a text as the representative of this number.
    fn represent(&mut self, text: u32, number: usize) {
        for &holding in self.families.get(&text).into_iter().flatten() {
            let known = self.representatives.entry(holding.family).or_default();
            known.push((number, text, holding));
        }
    }

    /// The representatives that share most with a text by their families, the best first.
    fn promising(&mut self, text: u32, copies: &Copies<'_>) -> Vec<usize> {
        let Self { families, representatives, sums, summed, .. } = self;
        let mut counted = 0;
        for own in families.get(&text).into_iter().flatten() {
            let holders = representatives.get(&own.family).map(Vec::as_slice);
            for &(number, other, of_other) in holders.unwrap_or_default() {
                counted += 1;
                if counted > COUNTED {
                    break;
                }
                if sums.len() <= number {
                    sums.resize(number + 1, None);
                }
                let sum = sums[number].get_or_insert_with(|| {
                    summed.push(number);
                    Promise { other, ..Promise::default() }
                });
                sum.tokens[0] += own.tokens;
                sum.tokens[1] += of_other.tokens;
                sum.counted[0] += own.counted;
                sum.counted[1] += of_other.counted;
                sum.common |= own.common;
            }
        }
        let share = |tokens: u32, text: u32| {
            let all = copies.result.lengths[text as usize].max(1);
            f64::from(tokens.min(all)) / f64::from(all)
        };
        let mean = |[own, of_other]: [u32; 2], other| {
            f64::midpoint(share(own, text), share(of_other, other))
        };
        let all = summed.drain(..).filter_map(|number| Some((number, sums[number].take()?)));
        let mut promising: Vec<(f64, usize)> = all
            .filter(|(_, promise)| promise.common)
            .map(|(number, promise)| {
                let whole = mean(promise.tokens, promise.other);
                let whole = if whole < WHOLE { 0.0 } else { whole };
                (mean(promise.counted, promise.other).max(whole), number)
            })
            .filter(|(promise, _)| *promise >= PROMISED * copies.threshold)
            .collect();
        promising.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        promising.truncate(COMPARED);
        promising.into_iter().map(|(_, number)| number).collect()
    }
}

//! Copies become clusters around representatives.
//!
//! Fed by `cover` with all pairs that reach the threshold; cut by cluster. Two things are its own.
//! A text that holds several others which are no copies of each other (an anthology, an article
//! that took in another) links what does not belong together, so it comes last and represents
//! others only where nothing else does. And of a passage that very many texts have, not all pairs
//! were searched: a text is then also compared with the representatives that its families name.
//! Invariant: every member and its representative are copies by a measurement of the two.

use super::claims::Claims;
use super::common::Common;
use super::likeness::{Found, Likeness, Near};
use super::neighbours::Neighbours;
use super::score::Scored;
use crate::cluster::{Cluster, Similar, Splitter};
use crate::detect::ScanConfig;
use crate::detect::copies::Measured;
use crate::detect::result::ScanResult;
use crate::detect::scan;
use crate::error::Result;
use crate::hash::Map;
use crate::passage::Passage;
use std::cell::RefCell;

/// Neighbours of a text that are looked at to see whether it holds several articles.
const LOOKED_AT: usize = 64;

/// The search that was made, and how copies are told.
pub(super) struct Copies<'a> {
    pub(super) result: &'a ScanResult,
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
    common.start();
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
        let Copies { result, threshold, .. } = self.copies;
        for at in self.common.promising(node, &result.lengths, *threshold) {
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
        let of = |p: &Passage| common.furniture(a, p.a).max(common.furniture(b, p.b));
        let sided = passages.iter().map(|passage| (of(passage), passage));
        let measured = Measured::of(sided, &self.result.sides(a, b, self.least));
        self.on_demand.borrow_mut().insert((a, b), measured);
        Ok(measured)
    }
}

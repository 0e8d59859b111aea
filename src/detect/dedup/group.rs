//! Candidate edges become verified components, and these become clusters of texts.
//!
//! A small component of candidates is verified pair by pair. In a large one every text's best
//! unverified edge that leads to another component is verified, round by round, until none is
//! left: that is enough to know the component, and linear.
//! Invariant: what is verified depends on the edges alone, not on threads or memory.

use super::claims::Claims;
use super::neighbours::Neighbours;
use super::score::{Pair, Scored, Scorer};
use super::search::Filter;
use crate::cluster::{Cluster, Similar, Splitter};
use crate::components::Components;
use crate::error::Result;
use crate::limits::Limits;
use crate::lsh::Edge;

/// Comparisons by signature for each exact one that the budget of a split allows.
const SKETCHED: usize = 16;

/// Groups texts by verified edges.
pub(super) struct Grouping<'a> {
    pub(super) filter: &'a Filter<'a>,
    pub(super) limits: &'a Limits,
    pub(super) claims: &'a Claims<'a>,
    /// Pairs of large components that were scored; sorted.
    pub(super) scored: Vec<Pair>,
}

impl Grouping<'_> {
    fn is_small(&self, component: &[u32]) -> bool {
        component.len() <= self.limits.listed_component
    }

    /// The components of the verified edges, texts ascending.
    pub(super) fn components(
        &mut self,
        edges: &[Edge],
        scorer: &mut Scorer<'_>,
    ) -> Result<Vec<Vec<u32>>> {
        let texts = self.claims.texts.count();
        let mut proposed = Components::new(texts);
        for edge in edges {
            proposed.union(edge.low, edge.high);
        }
        let mut large = vec![false; texts as usize];
        let mut pairs = Vec::new();
        for group in proposed.groups() {
            let small = self.is_small(&group);
            for &text in &group {
                large[text as usize] = !small;
                scorer.homes[text as usize] = group[0];
            }
            if small {
                self.all_pairs(&group, &mut pairs);
            }
        }
        let mut verified = Components::new(texts);
        join(&mut verified, &scorer.score_components(pairs)?, scorer);
        self.rounds(edges, &large, &mut verified, scorer)?;
        let groups = verified.groups();
        let mut pairs = Vec::new();
        for group in groups.iter().filter(|group| large[group[0] as usize] && self.is_small(group))
        {
            self.all_pairs(group, &mut pairs);
        }
        pairs.retain(|pair| self.scored.binary_search(pair).is_err());
        scorer.score(pairs)?;
        Ok(groups)
    }

    /// Adds all pairs of a group that can be similar enough.
    fn all_pairs(&self, group: &[u32], pairs: &mut Vec<Pair>) {
        for (at, &high) in group.iter().enumerate() {
            let similar = group[..at].iter().filter(|&&low| self.filter.passes(low, high));
            pairs.extend(similar.map(|&low| (low, high)));
        }
    }

    /// Verifies the edges of large components, each text's best first, as far as they can join
    /// what is still apart.
    fn rounds(
        &mut self,
        edges: &[Edge],
        large: &[bool],
        verified: &mut Components,
        scorer: &mut Scorer<'_>,
    ) -> Result<()> {
        let of_large = |own: &&[Edge]| own.first().is_some_and(|edge| large[edge.high as usize]);
        let mut open: Vec<&[Edge]> =
            edges.chunk_by(|a, b| a.high == b.high).filter(of_large).collect();
        loop {
            let mut pairs = Vec::new();
            open.retain_mut(|own| {
                while let Some((edge, rest)) = own.split_first() {
                    *own = rest;
                    if verified.find(edge.low) != verified.find(edge.high) {
                        pairs.push((edge.low, edge.high));
                        return true;
                    }
                }
                false
            });
            if pairs.is_empty() {
                self.scored.sort_unstable();
                return Ok(());
            }
            self.scored.extend_from_slice(&pairs);
            join(verified, &scorer.score(pairs)?, scorer);
        }
    }

    /// Splits the components: every member is within the threshold of its representative.
    pub(super) fn clusters(
        &self,
        components: &[Vec<u32>],
        scorer: &mut Scorer<'_>,
    ) -> Result<Vec<Cluster>> {
        let texts = self.claims.texts.count();
        let neighbours = Neighbours::new(texts, scorer.near());
        let mut splitter = Splitter::new(texts);
        let seen = vec![0; texts as usize];
        let around = Surroundings { neighbours: &neighbours, seen, round: 0, steps: 0 };
        let mut similar = Verified { grouping: self, scorer, around, pairs: 0, sketched: 0 };
        let mut clusters = Vec::new();
        for component in components {
            let order = self.claims.order_of_texts(component);
            // Of a small component all edges are known.
            similar.allow(if self.is_small(component) { 0 } else { component.len() });
            clusters.extend(splitter.split(&order, &mut similar)?);
        }
        Ok(clusters)
    }
}

/// Answers the splitter by exact similarity, within a budget for each component.
struct Verified<'a, 'b, 's> {
    grouping: &'a Grouping<'a>,
    scorer: &'b mut Scorer<'s>,
    around: Surroundings<'a>,
    /// Exact comparisons left.
    pairs: usize,
    /// Comparisons by signature left.
    sketched: usize,
}

impl Verified<'_, '_, '_> {
    /// Sets the budget of a component of so many texts.
    fn allow(&mut self, texts: usize) {
        self.pairs = texts.saturating_mul(self.grouping.limits.split_comparisons);
        self.sketched = self.pairs.saturating_mul(SKETCHED);
        self.around.steps = self.sketched;
    }

    /// Whether a pair is worth an exact comparison.
    fn may_be_near(&self, a: u32, b: u32) -> bool {
        let known = || self.grouping.scored.binary_search(&(a.min(b), a.max(b))).is_ok();
        self.grouping.filter.passes(a, b) && !known()
    }

    /// Two documents of the other corpus are never each other's duplicates.
    fn are_foreign(&self, a: u32, b: u32) -> bool {
        self.grouping.claims.is_foreign(a) && self.grouping.claims.is_foreign(b)
    }
}

impl Similar for Verified<'_, '_, '_> {
    /// In a large component not all edges were verified, so a text may be similar to an earlier
    /// representative although no edge says so.
    fn joins(&mut self, node: u32, representatives: &[u32]) -> Result<Option<(usize, f64)>> {
        if representatives.len() > self.sketched {
            return Ok(None);
        }
        self.sketched -= representatives.len();
        for (at, &other) in representatives.iter().enumerate() {
            if self.pairs == 0 {
                break;
            }
            if self.may_be_near(node, other) && !self.are_foreign(node, other) {
                self.pairs -= 1;
                let scored = self.scorer.score(vec![(node.min(other), node.max(other))])?;
                let near = scored.iter().find(|(.., jaccard)| self.scorer.is_near(*jaccard));
                if let Some(&(.., jaccard)) = near {
                    return Ok(Some((at, jaccard)));
                }
            }
        }
        Ok(None)
    }

    /// The neighbours by verified edges; in a large component the search goes on from every text
    /// that is found near to its neighbours, as long as the budget lasts.
    fn near(&mut self, node: u32, splitter: &Splitter) -> Result<Vec<(u32, f64)>> {
        let mut near = self.around.neighbours.of(node).to_vec();
        let mut fresh: Vec<u32> = near.iter().map(|(other, _)| *other).collect();
        self.around.begin(node, &fresh);
        while !fresh.is_empty() {
            let mut pairs = Vec::new();
            for other in self.around.step(&fresh, splitter) {
                if self.pairs > pairs.len() && self.may_be_near(node, other) {
                    pairs.push((node.min(other), node.max(other)));
                }
            }
            self.pairs -= pairs.len();
            fresh.clear();
            for (a, b, jaccard) in self.scorer.score(pairs)? {
                if self.scorer.is_near(jaccard) {
                    let other = if a == node { b } else { a };
                    near.push((other, jaccard));
                    fresh.push(other);
                }
            }
        }
        near.retain(|(other, _)| !self.are_foreign(node, *other));
        Ok(near)
    }
}

/// Finds what lies around a text.
struct Surroundings<'a> {
    neighbours: &'a Neighbours,
    /// The round in which each text was seen last.
    seen: Vec<u32>,
    round: u32,
    /// Steps from neighbour to neighbour left.
    steps: usize,
}

impl Surroundings<'_> {
    /// Begins the search around `node`, whose neighbours are known.
    fn begin(&mut self, node: u32, neighbours: &[u32]) {
        self.round += 1;
        self.seen[node as usize] = self.round;
        for &other in neighbours {
            self.seen[other as usize] = self.round;
        }
    }

    /// The free neighbours of `from` that were not seen yet in this round.
    fn step(&mut self, from: &[u32], splitter: &Splitter) -> Vec<u32> {
        let mut found = Vec::new();
        for &text in from {
            let neighbours = self.neighbours.of(text);
            if neighbours.len() > self.steps {
                break;
            }
            self.steps -= neighbours.len();
            for &(other, _) in neighbours {
                let seen = std::mem::replace(&mut self.seen[other as usize], self.round);
                if seen != self.round && splitter.is_free(other) {
                    found.push(other);
                }
            }
        }
        found
    }
}

/// Joins the ends of pairs that reach the threshold.
fn join(components: &mut Components, pairs: &[Scored], scorer: &Scorer<'_>) {
    for &(a, b, _) in pairs.iter().filter(|(.., jaccard)| scorer.is_near(*jaccard)) {
        components.union(a, b);
    }
}

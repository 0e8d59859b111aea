//! Families: all places of one passage.
//!
//! Fed by merge, feeds detect. A node is a place (document and span); places of one document
//! that overlap nine tenths both ways are one node; passages connect nodes. Components alone
//! would drift: A shares a sentence with B, B another with C. So every family keeps its
//! **core**, the stretch that all its members hold, in the coordinates of one member (a
//! union-find with offsets), and a union that would leave less than half of the shortest member
//! as core is refused. Passages refused form families among themselves. Last, places of one
//! document that overlap by half bring their families together where half of the longest member
//! is left as core: a paragraph that some reprint in full and some in part is one family.
//! Invariant: the result depends on the set of passages, not on their order.

use super::aligned::Passage;
use super::shard::{Shard, Tokens};
use crate::hash::{self, Map};
use crate::limits::narrow;
use crate::shingle;
use crate::text::Span;
use rayon::prelude::*;

/// A place of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// Document.
    pub doc: u32,
    /// Tokens of the document.
    pub span: Span,
}

/// The families of a run.
#[derive(Debug, Default)]
pub struct Families {
    /// Family of each passage, in the order of the passages.
    pub of_passage: Vec<u32>,
    /// Members of each family, by document and place.
    pub members: Vec<Vec<Occurrence>>,
    /// For each family the index of the member that stands for it: the one nearest to what most
    /// members have.
    pub exemplar: Vec<usize>,
}

/// Rounds in which refused passages may form families before each stands alone.
const ROUNDS: u32 = 8;
/// Nodes of a document that a new place is compared with.
const LOOK_BACK: usize = 16;

impl Families {
    /// Gathers passages (sorted) of a shard into families, numbered by their first member.
    #[must_use]
    pub fn gather<T: Tokens>(passages: &[Passage], shard: &Shard<T>) -> Self {
        let mut component = vec![u32::MAX; passages.len()];
        let mut open: Vec<u32> = (0..narrow(passages.len())).collect();
        let mut components = 0;
        for round in 0..=ROUNDS {
            if open.is_empty() {
                break;
            }
            let (taken, refused) = unite(passages, &open, round == ROUNDS);
            let mut names: Vec<u32> = taken.iter().map(|t| t.1).collect();
            names.sort_unstable();
            names.dedup();
            for (passage, root) in taken {
                let name = names.partition_point(|&n| n < root);
                component[passage as usize] = components + narrow(name);
            }
            components += narrow(names.len());
            open = refused;
        }
        Self::number(passages, shard, &component, components)
    }

    /// Members of every component, in order of their first places.
    fn number<T: Tokens>(
        passages: &[Passage],
        shard: &Shard<T>,
        component: &[u32],
        components: u32,
    ) -> Self {
        let mut places: Vec<(u32, Occurrence)> = Vec::with_capacity(2 * passages.len());
        for (passage, &family) in passages.iter().zip(component) {
            places.push((family, Occurrence { doc: passage.doc_a, span: passage.a }));
            places.push((family, Occurrence { doc: passage.doc_b, span: passage.b }));
        }
        places.sort_unstable();
        let mut families: Vec<(Vec<Occurrence>, u32)> = Vec::with_capacity(components as usize);
        for group in places.chunk_by(|x, y| x.0 == y.0) {
            families.push((members(group), group[0].0));
        }
        families.sort_unstable();
        let mut number = vec![0; components as usize];
        for (n, family) in families.iter().enumerate() {
            number[family.1 as usize] = narrow(n);
        }
        let mut result = Self {
            of_passage: component.iter().map(|&c| number[c as usize]).collect(),
            ..Self::default()
        };
        result.members = families.into_iter().map(|family| family.0).collect();
        result.exemplar = result.members.par_iter().map(|m| exemplar(m, shard)).collect();
        result
    }
}

/// Overlapping places of one document are one member.
fn members(group: &[(u32, Occurrence)]) -> Vec<Occurrence> {
    let mut members: Vec<Occurrence> = Vec::new();
    for &(_, place) in group {
        match members.last_mut() {
            Some(last) if last.doc == place.doc && place.span.start < last.span.end => {
                last.span.end = last.span.end.max(place.span.end);
            }
            _ => members.push(place),
        }
    }
    members
}

/// Wordings of a family that are weighed against each other.
const WORDINGS: usize = 32;

/// The member that stands for a family: the wording nearest to what most members have. Every
/// shingle is voted on by the members whose wording has it; a wording gains by what the majority
/// has and loses by what only a minority has.
fn exemplar<T: Tokens>(members: &[Occurrence], shard: &Shard<T>) -> usize {
    let tokens = |place: &Occurrence| {
        &shard.document(place.doc)[place.span.start as usize..place.span.end as usize]
    };
    let wording = |place: &Occurrence| {
        tokens(place).iter().fold(0, |hash, &token| hash::mix(hash ^ u64::from(token)))
    };
    // Each wording once: its hash, first member, and number of members, the most common first.
    let hashed = members.iter().enumerate().map(|(n, place)| (wording(place), n));
    let mut sorted: Vec<(u64, usize)> = hashed.collect();
    sorted.sort_unstable();
    let mut wordings: Vec<(usize, usize)> =
        sorted.chunk_by(|x, y| x.0 == y.0).map(|same| (same.len(), same[0].1)).collect();
    wordings.sort_unstable_by_key(|&(count, first)| (std::cmp::Reverse(count), first));
    wordings.truncate(WORDINGS);
    let votes: Vec<(Vec<u64>, i64)> = wordings
        .iter()
        .map(|&(count, first)| (shingle_set(tokens(&members[first])), i64::from(narrow(count))))
        .collect();
    let all: i64 = votes.iter().map(|(_, count)| count).sum();
    let mut tally: Map<u64, i64> = Map::default();
    for (shingles, count) in &votes {
        for shingle in shingles {
            *tally.entry(*shingle).or_default() += count;
        }
    }
    let gain = |shingles: &[u64]| -> i64 {
        shingles.iter().map(|s| 2 * tally.get(s).copied().unwrap_or(0) - all).sum()
    };
    let best = wordings.iter().zip(&votes).max_by_key(|((count, first), (shingles, _))| {
        (gain(shingles), *count, std::cmp::Reverse(*first))
    });
    best.map_or(0, |((_, first), _)| *first)
}

/// Distinct shingles of three tokens: short, so that an edit spoils few of them.
fn shingle_set(tokens: &[u32]) -> Vec<u64> {
    let mut all = Vec::new();
    shingle::shingles(tokens, 3, |_, hash| all.push(hash));
    all.sort_unstable();
    all.dedup();
    all
}

/// Passages with the root of their component, and the passages refused.
type United = (Vec<(u32, u32)>, Vec<u32>);

/// Unites the nodes of the passages `open`, best first.
fn unite(passages: &[Passage], open: &[u32], alone: bool) -> United {
    let (nodes, mut forest) = nodes(passages, open);
    let mut order: Vec<usize> = (0..open.len()).collect();
    order.sort_by_key(|&n| {
        let passage = passages[open[n] as usize];
        (std::cmp::Reverse(passage.score), open[n])
    });
    let (mut taken, mut refused) = (Vec::with_capacity(open.len()), Vec::new());
    for n in order {
        let passage = &passages[open[n] as usize];
        let [x, y] = nodes.of_passage[n];
        let apart = i64::from(passage.a.start) - i64::from(passage.b.start);
        if !alone && forest.unite(x, y, apart, Guard::Shortest) {
            taken.push((open[n], x));
        } else {
            refused.push(open[n]);
        }
    }
    if alone {
        let single = refused.drain(..).enumerate().map(|(n, p)| (p, narrow(n)));
        return (single.collect(), Vec::new());
    }
    for (x, y) in nodes.overlaps {
        forest.unite(x, y, 0, Guard::Longest);
    }
    for (_, root) in &mut taken {
        *root = forest.find(*root).0;
    }
    refused.sort_unstable();
    (taken, refused)
}

/// The nodes of a round.
struct Nodes {
    /// The two nodes of each open passage.
    of_passage: Vec<[u32; 2]>,
    /// Nodes of one document that overlap by half of the longer, most alike first.
    overlaps: Vec<(u32, u32)>,
}

/// The nodes of the open passages, and the forest of all nodes, each alone.
fn nodes(passages: &[Passage], open: &[u32]) -> (Nodes, Forest) {
    let mut places: Vec<(Occurrence, u32, usize)> = Vec::with_capacity(2 * open.len());
    for (n, &passage) in open.iter().enumerate() {
        let passage = &passages[passage as usize];
        places.push((Occurrence { doc: passage.doc_a, span: passage.a }, narrow(n), 0));
        places.push((Occurrence { doc: passage.doc_b, span: passage.b }, narrow(n), 1));
    }
    places.sort_unstable();
    let mut of_passage = vec![[0; 2]; open.len()];
    let mut overlaps: Vec<(u32, u32, u32)> = Vec::new();
    let mut forest = Forest::default();
    let mut spans: Vec<Occurrence> = Vec::new();
    for (place, n, side) in places {
        let near = || {
            let behind = spans.iter().enumerate().rev().take(LOOK_BACK);
            behind.take_while(|(_, known)| known.doc == place.doc)
        };
        let same = near().find(|(_, known)| known.span.nearly_equals(place.span));
        let node = if let Some((node, _)) = same {
            narrow(node)
        } else {
            let node = narrow(spans.len());
            for (other, known) in near() {
                let percent = 100 * u64::from(known.span.overlap(place.span))
                    / u64::from(known.span.len().max(place.span.len()).max(1));
                if percent >= 50 {
                    overlaps.push((100 - (percent & 127) as u32, narrow(other), node));
                }
            }
            spans.push(place);
            forest.push(place.span)
        };
        of_passage[n as usize][side] = node;
    }
    overlaps.sort_unstable();
    (Nodes { of_passage, overlaps: overlaps.into_iter().map(|o| (o.1, o.2)).collect() }, forest)
}

/// What the core of a family must measure up to when two are united: half of the shortest or
/// half of the longest member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// For two places that a passage connects.
    Shortest,
    /// For two places of one document that overlap.
    Longest,
}

/// Union-find whose nodes know their offset to the root, so that spans of different documents
/// can be laid over one another.
#[derive(Debug, Default)]
struct Forest {
    parent: Vec<u32>,
    /// Position in the root's document = position here + offset.
    offset: Vec<i64>,
    /// At a root: what all members hold, in the root's positions.
    core: Vec<(i64, i64)>,
    /// At a root: tokens of the shortest member and of the longest.
    lengths: Vec<(i64, i64)>,
    size: Vec<u32>,
}

impl Forest {
    fn push(&mut self, span: Span) -> u32 {
        let node = narrow(self.parent.len());
        self.parent.push(node);
        self.offset.push(0);
        self.core.push((i64::from(span.start), i64::from(span.end)));
        self.lengths.push((i64::from(span.len()), i64::from(span.len())));
        self.size.push(1);
        node
    }

    /// Root of a node and the offset to it.
    fn find(&mut self, node: u32) -> (u32, i64) {
        let (mut root, mut total) = (node, 0);
        while self.parent[root as usize] != root {
            total += self.offset[root as usize];
            root = self.parent[root as usize];
        }
        let (mut at, mut rest) = (node, total);
        while at != root {
            let next = self.parent[at as usize];
            let step = self.offset[at as usize];
            self.parent[at as usize] = root;
            self.offset[at as usize] = rest;
            rest -= step;
            at = next;
        }
        (root, total)
    }

    /// Unites the families of `x` and `y`, where a position in `y` plus `apart` is the position
    /// in `x`; false if too little would be common to all.
    fn unite(&mut self, x: u32, y: u32, apart: i64, guard: Guard) -> bool {
        let ((x, from_x), (y, from_y)) = (self.find(x), self.find(y));
        if x == y {
            return true;
        }
        // Root y + shift = root x.
        let shift = apart + from_x - from_y;
        let (core_x, core_y) = (self.core[x as usize], self.core[y as usize]);
        let core = (core_x.0.max(core_y.0 + shift), core_x.1.min(core_y.1 + shift));
        let (of_x, of_y) = (self.lengths[x as usize], self.lengths[y as usize]);
        let lengths = (of_x.0.min(of_y.0), of_x.1.max(of_y.1));
        let measure = if guard == Guard::Shortest { lengths.0 } else { lengths.1 };
        if 2 * (core.1 - core.0) < measure {
            return false;
        }
        let (root, child, shift) = if self.size[x as usize] >= self.size[y as usize] {
            (x as usize, y as usize, shift)
        } else {
            (y as usize, x as usize, -shift)
        };
        let moved = if root == x as usize { 0 } else { shift };
        self.parent[child] = narrow(root);
        self.offset[child] = shift;
        self.core[root] = (core.0 + moved, core.1 + moved);
        self.lengths[root] = lengths;
        self.size[root] += self.size[child];
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;
    use proptest::prelude::*;

    const fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// A passage between places of two documents.
    fn passage((doc_a, a): (u32, Span), (doc_b, b): (u32, Span), score: i32) -> Passage {
        let columns = a.len().max(b.len());
        Passage { doc_a, doc_b, a, b, columns, matched: columns, score, shadow: false }
    }

    /// Documents of 1000 tokens, none of which occurs twice.
    fn shard(documents: u32) -> Shard {
        let roles = vec![Role::default(); documents as usize];
        Shard::new(
            (0..1000 * documents).collect(),
            (0..=documents).map(|n| 1000 * n).collect(),
            roles,
        )
    }

    /// The members of each family, and the family of each passage.
    fn families(passages: &[Passage]) -> (Vec<Vec<(u32, Span)>>, Vec<u32>) {
        let mut sorted = passages.to_vec();
        sorted.sort_unstable();
        let families = Families::gather(&sorted, &shard(9));
        let members = |family: &Vec<Occurrence>| family.iter().map(|p| (p.doc, p.span)).collect();
        (families.members.iter().map(members).collect(), families.of_passage)
    }

    #[test]
    fn half_of_the_shortest_member_is_common_to_all() {
        // Of 100 tokens and 60 in the coordinates of the first; 30 is half of the shorter.
        let unite = |apart: i64| {
            let mut forest = Forest::default();
            let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 60)));
            forest.unite(x, y, apart, Guard::Shortest)
        };
        assert!(unite(70));
        assert!(!unite(71));
        assert!(unite(-30));
        assert!(!unite(-31));
    }

    #[test]
    fn half_of_the_longest_member_is_common_where_places_overlap() {
        let unite = |apart: i64| {
            let mut forest = Forest::default();
            let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 60)));
            forest.unite(x, y, apart, Guard::Longest)
        };
        assert!(unite(50));
        assert!(!unite(51));
    }

    #[test]
    fn the_core_is_kept_in_the_coordinates_of_the_root() {
        // Two nodes of one family are joined by a smaller one: what all share is 1000..1080 in
        // the coordinates of the larger family, whichever side is named first.
        for turned in [false, true] {
            let mut forest = Forest::default();
            let [x, y, z] =
                [span(0, 100), span(1000, 1100), span(1000, 1100)].map(|span| forest.push(span));
            assert!(forest.unite(y, z, 0, Guard::Shortest));
            let united = if turned {
                forest.unite(y, x, 980, Guard::Shortest)
            } else {
                forest.unite(x, y, -980, Guard::Shortest)
            };
            assert!(united);
            let root = forest.find(x).0;
            assert_eq!((root, forest.core[root as usize]), (y, (1000, 1080)));
            assert_eq!(forest.size[root as usize], 3);
            let late = forest.push(span(1031, 1131));
            assert!(!forest.unite(y, late, 0, Guard::Shortest), "49 tokens are left");
            let late = forest.push(span(1030, 1130));
            assert!(forest.unite(y, late, 0, Guard::Shortest), "50 tokens are left");
        }
    }

    #[test]
    fn members_of_one_family_are_united_without_asking() {
        let mut forest = Forest::default();
        let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 100)));
        assert!(forest.unite(x, y, 0, Guard::Shortest));
        assert!(forest.unite(x, y, 5000, Guard::Shortest), "they are united already");
        assert_eq!(forest.core[0], (0, 100));
    }

    proptest! {
        #[test]
        fn offsets_lay_all_members_over_one_another(
            bases in prop::collection::vec(0_i64..5000, 2..20),
            unions in prop::collection::vec((0_usize..20, 0_usize..20), 0..40),
        ) {
            // All members are copies of one stretch, each at its base.
            let mut forest = Forest::default();
            for &base in &bases {
                let start = u32::try_from(base).unwrap();
                forest.push(span(start, start + 10));
            }
            for (x, y) in unions {
                let (x, y) = (x % bases.len(), y % bases.len());
                prop_assert!(forest.unite(narrow(x), narrow(y), bases[x] - bases[y],
                    Guard::Longest));
            }
            let mut members = vec![0; bases.len()];
            for (node, &base) in bases.iter().enumerate() {
                let (root, offset) = forest.find(narrow(node));
                prop_assert_eq!(base + offset, bases[root as usize]);
                prop_assert_eq!(forest.core[root as usize].0, bases[root as usize]);
                members[root as usize] += 1;
            }
            for (root, count) in members.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                prop_assert_eq!(forest.size[root], count);
            }
        }
    }

    #[test]
    fn a_paragraph_reprinted_in_full_and_in_part_is_one_family() {
        let pairs = |part: Span, full: Span| {
            families(&[
                passage((0, span(0, 100)), (1, full), 400),
                passage((0, part), (2, part), 200),
            ])
        };
        let (members, of_passage) = pairs(span(50, 150), span(0, 100));
        let all = vec![(0, span(0, 150)), (1, span(0, 100)), (2, span(50, 150))];
        assert_eq!((members, of_passage), (vec![all], vec![0, 0]));
        assert_eq!(pairs(span(51, 151), span(0, 100)).0.len(), 2, "less than half overlaps");
        // Half of the shortest member is common to all, but not of the longest.
        assert_eq!(pairs(span(50, 150), span(0, 120)).0.len(), 2);
        assert_eq!(pairs(span(40, 140), span(0, 120)).0.len(), 1);
    }

    #[test]
    fn passages_that_are_refused_form_families_among_themselves() {
        // Document 0 shares its first part with 1, its second with 2, 3 and 4.
        let (first, second) = (span(0, 60), span(40, 120));
        let (members, of_passage) = families(&[
            passage((0, first), (1, first), 300),
            passage((1, second), (2, second), 200),
            passage((2, second), (3, second), 190),
            passage((0, span(45, 60)), (4, span(45, 60)), 60),
        ]);
        assert_eq!(members.len(), 3);
        assert_eq!(members[0], [(0, first), (1, first)]);
        assert_eq!(members[1], [(0, span(45, 60)), (4, span(45, 60))]);
        assert_eq!(members[2], [(1, second), (2, second), (3, second)]);
        assert_eq!(of_passage, [0, 1, 2, 2]);
    }

    #[test]
    fn places_that_are_nearly_the_same_are_one_member() {
        let pairs = |other: Span| {
            families(&[
                passage((0, span(0, 100)), (1, span(0, 100)), 400),
                passage((0, other), (2, span(500, 500 + other.len())), 390),
            ])
        };
        assert_eq!(
            pairs(span(5, 104)).0,
            [[(0, span(0, 104)), (1, span(0, 100)), (2, span(500, 599)),]]
        );
        assert_eq!(pairs(span(100, 200)).0.len(), 2, "they touch");
    }

    /// The member that stands for texts, which are the same but for their edits.
    fn stands_for(texts: &[&[u32]]) -> usize {
        let mut starts = vec![0];
        starts.extend(texts.iter().scan(0, |end, text| {
            *end += narrow(text.len());
            Some(*end)
        }));
        let roles = vec![Role::default(); texts.len()];
        let members: Vec<Occurrence> = (0..)
            .zip(texts)
            .map(|(doc, text)| Occurrence { doc, span: span(0, narrow(text.len())) })
            .collect();
        exemplar(&members, &Shard::new(texts.concat(), starts, roles))
    }

    #[test]
    fn the_most_common_wording_stands_for_a_family() {
        let (usual, edited) = ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 90, 91, 92, 7, 8]);
        assert_eq!(stands_for(&[&edited, &usual, &edited, &usual, &usual]), 1);
        assert_eq!(stands_for(&[&edited, &usual, &edited, &usual, &edited]), 0);
    }

    #[test]
    fn the_wording_nearest_to_the_majority_stands_for_a_family() {
        // Each has an edit of its own but one; most shingles are those of the unedited text.
        let text = |edit: usize| {
            let mut text: Vec<u32> = (0..24).collect();
            text.extend([100, 101]);
            if let Some(word) = text.get_mut(edit) {
                *word += 200;
            }
            text
        };
        let texts = [2, 8, 14, 99, 20].map(text);
        let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        assert_eq!(stands_for(&texts), 3);
    }

    #[test]
    fn what_only_a_minority_has_counts_against_a_wording() {
        let text: Vec<u32> = (0..20).collect();
        let longer: Vec<u32> = (0..30).collect();
        assert_eq!(
            stands_for(&[&longer, &text, &(0..20).rev().collect::<Vec<_>>(), &text[..19]]),
            1
        );
    }
}

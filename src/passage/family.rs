//! Families: all places of one passage.
//!
//! Fed by merge, feeds detect. A node is a place (document and span); places of one document
//! that overlap nine tenths both ways are one node; passages connect nodes. Components alone
//! would drift: A shares a sentence with B, B another with C. So every family keeps its
//! **core**, the stretch that all its members hold, in the coordinates of one member (a
//! union-find with offsets), and a union that would leave less than half of the shortest member
//! as core is refused. Passages that are refused form families among themselves. Last, places of
//! one document that overlap by half bring their families together where half of the longest member
//! is left as core: a paragraph that some reprint in full and some in part is one family.
//! Invariant: the result depends on the set of passages, not on their order.

use super::aligned::Passage;
use super::doc_span::DocSpan;
use super::exemplar::exemplar;
use super::forest::{CoreBound, Forest};
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use rayon::prelude::*;

/// The families of a run.
#[derive(Debug, Default)]
pub struct Families {
    /// Family of each passage, in the order of the passages.
    pub of_passage: Vec<u32>,
    /// Members of each family, by document and place.
    pub members: Vec<Vec<DocSpan>>,
    /// For each family the index of the member that represents it: the one nearest to what most
    /// members have.
    pub exemplar: Vec<usize>,
}

/// Rounds in which refused passages may form families before each is a family alone.
const ROUNDS: u32 = 8;
/// How many earlier nodes of its document a new place is compared with.
const LOOK_BACK: usize = 16;

impl Families {
    /// Gathers passages (sorted) of a shard into families, numbered by their first member.
    #[must_use]
    pub fn gather<T: Tokens>(passages: &[Passage], shard: &Shard<T>) -> Self {
        let mut families = Self::of(passages);
        let tokens = |place: &DocSpan| {
            &shard.document(place.doc)[place.span.start as usize..place.span.end as usize]
        };
        let representative =
            |members: &Vec<DocSpan>| exemplar(&members.iter().map(tokens).collect::<Vec<_>>());
        families.exemplar = families.members.par_iter().map(representative).collect();
        families
    }

    /// The families, all but their exemplars.
    fn of(passages: &[Passage]) -> Self {
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
        Self::number(passages, &component, components)
    }

    /// Members of every component, in order of their first places.
    fn number(passages: &[Passage], component: &[u32], components: u32) -> Self {
        let mut places: Vec<(u32, DocSpan)> = Vec::with_capacity(2 * passages.len());
        for (passage, &family) in passages.iter().zip(component) {
            places.push((family, DocSpan { doc: passage.doc_a, span: passage.a }));
            places.push((family, DocSpan { doc: passage.doc_b, span: passage.b }));
        }
        places.sort_unstable();
        let mut families: Vec<(Vec<DocSpan>, u32)> = Vec::with_capacity(components as usize);
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
        result
    }
}

/// Overlapping places of one document are one member.
fn members(group: &[(u32, DocSpan)]) -> Vec<DocSpan> {
    let mut members: Vec<DocSpan> = Vec::new();
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
        if !alone && forest.unite(x, y, apart, CoreBound::Shortest) {
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
        forest.unite(x, y, 0, CoreBound::Longest);
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
    let mut places: Vec<(DocSpan, u32, usize)> = Vec::with_capacity(2 * open.len());
    for (n, &passage) in open.iter().enumerate() {
        let passage = &passages[passage as usize];
        places.push((DocSpan { doc: passage.doc_a, span: passage.a }, narrow(n), 0));
        places.push((DocSpan { doc: passage.doc_b, span: passage.b }, narrow(n), 1));
    }
    places.sort_unstable();
    let mut of_passage = vec![[0; 2]; open.len()];
    let mut overlaps: Vec<(u32, u32, u32)> = Vec::new();
    let mut forest = Forest::default();
    let mut spans: Vec<DocSpan> = Vec::new();
    for (place, n, side) in places {
        let near = || {
            let before = spans.iter().enumerate().rev().take(LOOK_BACK);
            before.take_while(|(_, known)| known.doc == place.doc)
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

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;
    use crate::text::Span;

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
        let members = |family: &Vec<DocSpan>| family.iter().map(|p| (p.doc, p.span)).collect();
        (families.members.iter().map(members).collect(), families.of_passage)
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

    #[test]
    fn places_that_touch_are_two_members() {
        let (members, _) = families(&[
            passage((0, span(0, 100)), (1, span(0, 100)), 400),
            passage((0, span(100, 200)), (1, span(0, 100)), 390),
        ]);
        assert_eq!(members, [[(0, span(0, 100)), (0, span(100, 200)), (1, span(0, 100))]]);
    }

    #[test]
    fn places_overlap_by_half_of_the_longer_whatever_their_length() {
        let pairs = |one: Span, other: Span| {
            let copy = |doc: u32, place: Span| passage((0, place), (doc, place), 400);
            families(&[copy(1, one), copy(2, other)]).0.len()
        };
        for len in [20, 60, 400] {
            assert_eq!(pairs(span(0, len), span(len / 2, len + len / 2)), 1, "{len}");
            assert_eq!(pairs(span(0, len), span(len / 2 + 1, len + len / 2 + 1)), 2, "{len}");
        }
        assert_eq!(pairs(span(0, 100), span(0, 200)), 1);
        assert_eq!(pairs(span(0, 99), span(0, 200)), 2);
    }

    #[test]
    fn places_that_overlap_most_come_together_first() {
        // The second overlaps the first by eighty, the third by sixty; all three have forty.
        let places = [span(0, 100), span(20, 120), span(60, 160)];
        let copy = |n: u32| passage((0, places[n as usize]), (n + 1, places[n as usize]), 400);
        let (members, _) = families(&[copy(0), copy(1), copy(2)]);
        assert_eq!(
            members,
            [
                vec![(0, span(0, 120)), (1, places[0]), (2, places[1])],
                vec![(0, places[2]), (3, places[2])],
            ]
        );
        // The other way about.
        let places = [span(0, 100), span(40, 140), span(60, 160)];
        let copy = |n: u32| passage((0, places[n as usize]), (n + 1, places[n as usize]), 400);
        let (members, _) = families(&[copy(0), copy(1), copy(2)]);
        assert_eq!(members[0], [(0, places[0]), (1, places[0])]);
    }
}

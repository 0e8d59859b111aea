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
use super::room::{Held, Room, Rows, Sorter, Writer};
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use crate::text::Span;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::convert::Infallible;

/// The families of a run, in memory.
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

/// Passages, in order, wherever they are.
pub trait Passages: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them.
    fn passage(&self, n: usize) -> Passage;
}

impl Passages for [Passage] {
    fn count(&self) -> usize {
        self.len()
    }

    fn passage(&self, n: usize) -> Passage {
        self[n]
    }
}

/// Takes what is found out about families.
pub trait FamilySink<E> {
    /// Takes the next family: its members, by document and place, and the index of the one that
    /// represents it.
    ///
    /// # Errors
    /// As the sink has them.
    fn family(&mut self, members: &[DocSpan], exemplar: usize) -> Result<(), E>;

    /// Takes the family of the next passage.
    ///
    /// # Errors
    /// As the sink has them.
    fn passage(&mut self, family: u32) -> Result<(), E>;
}

impl<E> FamilySink<E> for Families {
    fn family(&mut self, members: &[DocSpan], exemplar: usize) -> Result<(), E> {
        self.members.push(members.to_vec());
        self.exemplar.push(exemplar);
        Ok(())
    }

    fn passage(&mut self, family: u32) -> Result<(), E> {
        self.of_passage.push(family);
        Ok(())
    }
}

/// Rounds in which refused passages may form families before each is a family alone.
const ROUNDS: u32 = 8;
/// How many earlier nodes of its document a new place is compared with.
const LOOK_BACK: usize = 16;
/// Members whose families are read together.
const WINDOW: usize = 1 << 14;

impl Families {
    /// Gathers passages (sorted) of a shard into families, numbered by their first member.
    #[must_use]
    pub fn gather<T: Tokens>(passages: &[Passage], shard: &Shard<T>) -> Self {
        match Self::gather_in(passages, shard, &Held::<Infallible>::default()) {
            Ok(families) => families,
            Err(never) => match never {},
        }
    }

    /// As [`gather`](Self::gather), with `room` for what is sorted on the way.
    ///
    /// # Errors
    /// Those of `room`.
    pub fn gather_in<T: Tokens, R: Room>(
        passages: &(impl Passages + ?Sized),
        shard: &Shard<T>,
        room: &R,
    ) -> Result<Self, R::Error> {
        let mut families = Self::default();
        gather(passages, shard, room, &mut families)?;
        Ok(families)
    }
}

/// Gathers passages (sorted) of a shard into families, which go to `sink` in the order of their
/// numbers, that of their first members. Records are sorted and kept in `room`; in memory are
/// some numbers for each passage and place.
///
/// # Errors
/// Those of `room` and `sink`.
pub fn gather<T: Tokens, R: Room>(
    passages: &(impl Passages + ?Sized),
    shard: &Shard<T>,
    room: &R,
    sink: &mut impl FamilySink<R::Error>,
) -> Result<(), R::Error> {
    let mut component = vec![u32::MAX; passages.count()];
    let mut open: Vec<u32> = (0..narrow(passages.count())).collect();
    let mut components = 0;
    for round in 0..=ROUNDS {
        if open.is_empty() {
            break;
        }
        let names = (&mut component[..], &mut components);
        open = unite(passages, &open, round == ROUNDS, names, room)?;
    }
    let number = number(passages, (&component, components), (shard, room), sink)?;
    component.iter().try_for_each(|&of| sink.passage(number[of as usize]))
}

/// Both places of a passage.
fn places(passage: &Passage) -> [DocSpan; 2] {
    [
        DocSpan { doc: passage.doc_a, span: passage.a },
        DocSpan { doc: passage.doc_b, span: passage.b },
    ]
}

fn place(doc: u32, start: u32, end: u32) -> DocSpan {
    DocSpan { doc, span: Span { start, end } }
}

/// Hands the families on in order of their first members, then of the others; returns the number of
/// each component.
fn number<T: Tokens, R: Room>(
    passages: &(impl Passages + ?Sized),
    (component, components): (&[u32], u32),
    (shard, room): (&Shard<T>, &R),
    sink: &mut impl FamilySink<R::Error>,
) -> Result<Vec<u32>, R::Error> {
    let mut sorter = room.sorter::<4>();
    for (n, &family) in component.iter().enumerate() {
        for place in places(&passages.passage(n)) {
            sorter.push([family, place.doc, place.span.start, place.span.end])?;
        }
    }
    // All members, component by component; and of each the first, and where the rest is.
    let (mut all, mut firsts) = (room.writer::<3>(), room.sorter::<7>());
    let (mut own, mut of): (Vec<DocSpan>, u32) = (Vec::new(), 0);
    let mut end = |own: &mut Vec<DocSpan>, of: u32| -> Result<(), R::Error> {
        let Some(first) = own.first() else { return Ok(()) };
        let at = all.len() as u64;
        let (high, low) = ((at >> 32) as u32, (at & 0xffff_ffff) as u32);
        let (first, count) = ([first.doc, first.span.start, first.span.end], narrow(own.len()));
        firsts.push([first[0], first[1], first[2], of, high, low, count])?;
        own.drain(..).try_for_each(|m| all.push([m.doc, m.span.start, m.span.end]))
    };
    for row in sorter.sorted()? {
        let [family, doc, start, last] = row?;
        if family != of {
            end(&mut own, of)?;
            of = family;
        }
        // Overlapping places of one document are one member.
        match own.last_mut() {
            Some(known) if known.doc == doc && start < known.span.end => {
                known.span.end = known.span.end.max(last);
            }
            _ => own.push(place(doc, start, last)),
        }
    }
    end(&mut own, of)?;
    let all = all.finish()?;
    let mut hand = HandOn { shard, sink, waiting: Vec::new(), members: 0 };
    let (mut number, mut next) = (vec![0; components as usize], 0);
    let mut same: Vec<(Vec<DocSpan>, u32)> = Vec::new();
    for row in firsts.sorted()? {
        let [_, _, _, of, high, low, count] = row?;
        let at = u64::from(high) << 32 | u64::from(low);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let member = |n: usize| {
            let [doc, start, end] = all.row(n);
            place(doc, start, end)
        };
        let own: Vec<DocSpan> = (at..at + count as usize).map(member).collect();
        if same.first().is_some_and(|other| other.0.first() != own.first()) {
            hand.take(&mut same, (&mut number, &mut next))?;
        }
        same.push((own, of));
    }
    hand.take(&mut same, (&mut number, &mut next))?;
    hand.flush()?;
    Ok(number)
}

/// Hands families on in windows, the representatives of which are chosen in parallel.
struct HandOn<'a, T, S> {
    shard: &'a Shard<T>,
    sink: &'a mut S,
    waiting: Vec<Vec<DocSpan>>,
    /// Members of those that wait.
    members: usize,
}

impl<T: Tokens, S> HandOn<'_, T, S> {
    /// Takes families of one first member, each with its component.
    fn take<E>(
        &mut self,
        same: &mut Vec<(Vec<DocSpan>, u32)>,
        (number, next): (&mut [u32], &mut u32),
    ) -> Result<(), E>
    where
        S: FamilySink<E>,
    {
        same.sort_unstable();
        for (members, of) in same.drain(..) {
            number[of as usize] = *next;
            *next += 1;
            self.members += members.len();
            self.waiting.push(members);
        }
        if self.members >= WINDOW { self.flush() } else { Ok(()) }
    }

    fn flush<E>(&mut self) -> Result<(), E>
    where
        S: FamilySink<E>,
    {
        let shard = self.shard;
        let tokens = |place: &DocSpan| shard.stretch(place.doc, place.span.places());
        let representative =
            |members: &Vec<DocSpan>| exemplar(members.len(), |n| tokens(&members[n]));
        let exemplars: Vec<usize> = self.waiting.par_iter().map(representative).collect();
        self.members = 0;
        for (members, exemplar) in self.waiting.drain(..).zip(exemplars) {
            self.sink.family(&members, exemplar)?;
        }
        Ok(())
    }
}

/// Unites the nodes of the passages `open`, best first, and names their components; returns the
/// passages refused.
fn unite<R: Room>(
    passages: &(impl Passages + ?Sized),
    open: &[u32],
    alone: bool,
    (component, components): (&mut [u32], &mut u32),
    room: &R,
) -> Result<Vec<u32>, R::Error> {
    let Nodes { of_passage, overlaps, mut forest, count } = nodes(passages, open, room)?;
    let mut order = room.sorter::<4>();
    for (n, &passage) in open.iter().enumerate() {
        let passage = passages.passage(passage as usize);
        // The best score first.
        let score = !(passage.score.cast_unsigned() ^ 1 << 31);
        order.push([score, narrow(n), passage.a.start, passage.b.start])?;
    }
    let mut refused = Vec::new();
    for row in order.sorted()? {
        let [_, n, start_a, start_b] = row?;
        let [x, y] = of_passage[n as usize];
        let apart = i64::from(start_a) - i64::from(start_b);
        if alone || !forest.unite(x, y, apart, CoreBound::Shortest) {
            refused.push(n);
        }
    }
    if alone {
        for n in refused {
            component[open[n as usize] as usize] = *components;
            *components += 1;
        }
        return Ok(Vec::new());
    }
    for row in overlaps.sorted()? {
        let [_, x, y] = row?;
        forest.unite(x, y, 0, CoreBound::Longest);
    }
    let mut taken = vec![true; open.len()];
    for &n in &refused {
        taken[n as usize] = false;
    }
    let taken = || of_passage.iter().zip(open).zip(&taken).filter(|(_, taken)| **taken);
    let mut names = vec![0_u32; count as usize];
    for (([node, _], _), _) in taken() {
        names[forest.find(*node).0 as usize] = 1;
    }
    // Components are named in the order of their roots.
    for name in names.iter_mut().filter(|name| **name == 1) {
        *name = *components;
        *components += 1;
    }
    for (([node, _], passage), _) in taken() {
        component[*passage as usize] = names[forest.find(*node).0 as usize];
    }
    refused.sort_unstable();
    Ok(refused.into_iter().map(|n| open[n as usize]).collect())
}

/// The nodes of a round.
struct Nodes<S> {
    /// The two nodes of each open passage.
    of_passage: Vec<[u32; 2]>,
    /// Nodes of one document that overlap by half of the longer, most alike first.
    overlaps: S,
    /// All nodes, each alone.
    forest: Forest,
    count: u32,
}

/// The nodes of the open passages.
fn nodes<R: Room>(
    passages: &(impl Passages + ?Sized),
    open: &[u32],
    room: &R,
) -> Result<Nodes<R::Sorter<3>>, R::Error> {
    let mut sorter = room.sorter::<5>();
    for (n, &passage) in open.iter().enumerate() {
        for (side, place) in (0..).zip(places(&passages.passage(passage as usize))) {
            sorter.push([place.doc, place.span.start, place.span.end, narrow(n), side])?;
        }
    }
    let mut of_passage = vec![[0; 2]; open.len()];
    let mut overlaps = room.sorter::<3>();
    let (mut forest, mut count) = (Forest::default(), 0);
    // The latest nodes, the last one first.
    let mut latest: VecDeque<(u32, DocSpan)> = VecDeque::with_capacity(LOOK_BACK + 1);
    for row in sorter.sorted()? {
        let [doc, start, end, n, side] = row?;
        let place = place(doc, start, end);
        let near = || latest.iter().take_while(|(_, known)| known.doc == doc);
        let same = near().find(|(_, known)| known.span.nearly_equals(place.span));
        let node = if let Some(&(node, _)) = same {
            node
        } else {
            for (other, known) in near() {
                let percent = 100 * u64::from(known.span.overlap(place.span))
                    / u64::from(known.span.len().max(place.span.len()).max(1));
                if percent >= 50 {
                    overlaps.push([100 - (percent & 127) as u32, *other, count])?;
                }
            }
            latest.truncate(LOOK_BACK - 1);
            latest.push_front((count, place));
            count += 1;
            forest.push(place.span)
        };
        of_passage[n as usize][side as usize] = node;
    }
    Ok(Nodes { of_passage, overlaps, forest, count })
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

//! Passages of two documents that say nothing new beside better ones.
//!
//! Used by merge. Where a line occurs several times in both documents, every pair of its places is
//! a match: one that lies inside a better passage on both sides is dropped, one whose places are
//! in different passages is a shadow (known to the family, not listed).

use super::aligned::Passage;
use crate::text::Span;

/// Drops passages of two documents that lie mostly inside a better one on both sides, and marks
/// shadows; the rest is in order of score.
pub(super) fn drop_covered(passages: &mut Vec<Passage>) {
    if passages.len() < 2 {
        return;
    }
    passages.sort_by_key(|p| (std::cmp::Reverse(p.score), *p));
    let mut kept: Vec<Passage> = Vec::with_capacity(passages.len());
    for passage in passages.iter() {
        let better = || kept.iter().rev().take(COMPARED);
        if better().any(|k| is_covered(passage, k)) {
            continue;
        }
        let same = passage.doc_a == passage.doc_b;
        let listed = |place: Span, second: bool| {
            better().filter(|k| !k.shadow).any(|k| {
                let (here, there) = if second { (k.b, k.a) } else { (k.a, k.b) };
                place.lies_in(here) || (same && place.lies_in(there))
            })
        };
        let half = better().any(|k| !k.shadow && is_half_in(passage, k));
        let shadow = half || (listed(passage.a, false) && listed(passage.b, true));
        kept.push(Passage { shadow, ..*passage });
    }
    *passages = kept;
}

/// Whether a passage says nothing beside a better one: nearly all of it lies there.
fn is_covered(passage: &Passage, better: &Passage) -> bool {
    passage.a.lies_in(better.a) && passage.b.lies_in(better.b)
}

/// Whether more than half of both sides lies in a better passage.
fn is_half_in(passage: &Passage, better: &Passage) -> bool {
    let half = |inner: Span, outer: Span| 2 * inner.overlap(outer) > inner.len();
    half(passage.a, better.a) && half(passage.b, better.b)
}

/// Better passages of a pair of documents that a passage is compared with.
const COMPARED: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// A passage of two documents at these places.
    fn passage(a: Span, b: Span, score: i32) -> Passage {
        let columns = a.len().max(b.len());
        Passage { doc_a: 0, doc_b: 1, a, b, columns, matched: columns, score, shadow: false }
    }

    /// What is kept of the passages of two documents, best first, and which are shadows.
    fn kept(passages: &[Passage]) -> Vec<(Span, Span, bool)> {
        let mut passages = passages.to_vec();
        drop_covered(&mut passages);
        passages.iter().map(|p| (p.a, p.b, p.shadow)).collect()
    }

    #[test]
    fn a_passage_inside_a_better_one_is_dropped() {
        let whole = passage(span(0, 100), span(200, 300), 400);
        let inside = |a, b| kept(&[passage(a, b, 100), whole]).len() == 1;
        assert!(inside(span(10, 50), span(210, 250)));
        // Nine tenths of 80 tokens are 72.
        assert!(inside(span(28, 108), span(228, 308)));
        assert!(!inside(span(29, 109), span(228, 308)));
        assert!(!inside(span(28, 108), span(229, 309)));
        assert!(!inside(span(10, 50), span(410, 450)), "the second place is elsewhere");
        assert!(!inside(span(310, 350), span(210, 250)), "the first place is elsewhere");
    }

    #[test]
    fn a_line_that_occurs_twice_in_both_documents_is_listed_twice_and_known_four_times() {
        let (first, second) = (span(0, 20), span(100, 120));
        let found = kept(&[
            passage(first, first, 80),
            passage(second, second, 79),
            passage(first, second, 60),
            passage(second, first, 59),
        ]);
        let shadows: Vec<bool> = found.iter().map(|p| p.2).collect();
        assert_eq!(shadows, [false, false, true, true]);
    }

    #[test]
    fn a_passage_with_a_place_of_its_own_is_listed() {
        // The first document quotes once what the second has twice, and the other way about.
        let (first, second) = (span(0, 20), span(100, 120));
        let shadows = |x: Passage| kept(&[passage(first, first, 80), x])[1].2;
        assert!(!shadows(passage(first, second, 60)));
        assert!(!shadows(passage(second, first, 60)));
    }

    #[test]
    fn a_passage_of_which_more_than_half_is_in_a_better_one_on_both_sides_is_a_shadow() {
        let better = passage(span(0, 100), span(200, 300), 400);
        let shadows = |a, b| kept(&[better, passage(a, b, 100)])[1].2;
        assert!(shadows(span(79, 119), span(279, 319)));
        assert!(!shadows(span(80, 120), span(279, 319)), "half of the first place is its own");
        assert!(!shadows(span(79, 119), span(280, 320)), "half of the second place is its own");
    }

    #[test]
    fn what_is_not_listed_makes_no_shadow() {
        let (first, second) = (span(0, 20), span(100, 120));
        let crossed = passage(first, second, 70);
        let listed = [passage(first, first, 80), passage(second, second, 79), crossed];
        // More than half of both places is in the shadow, and in no listed passage.
        let aside = passage(span(8, 28), span(108, 128), 60);
        let found = kept(&[&listed[..], &[aside]].concat());
        assert_eq!([found[2].2, found[3].2], [true, false]);
        // Each place is in some passage, the first only in a shadow.
        let found = kept(&[
            passage(span(0, 100), span(0, 100), 400),
            passage(span(40, 120), span(40, 120), 300),
            passage(span(600, 620), span(500, 520), 80),
            passage(span(100, 120), span(500, 520), 60),
        ]);
        assert_eq!(found.iter().map(|p| p.2).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn three_places_of_one_document_are_two_pairs_and_a_shadow() {
        let [first, second, third] = [span(0, 20), span(50, 70), span(100, 120)];
        let pairs =
            [passage(first, second, 80), passage(first, third, 79), passage(second, third, 78)];
        let shadows = |pairs: &[Passage]| kept(pairs).iter().map(|p| p.2).collect::<Vec<_>>();
        assert_eq!(shadows(&pairs), [false; 3], "two documents: the third pair has a new place");
        let inside = pairs.map(|pair| Passage { doc_b: 0, ..pair });
        assert_eq!(shadows(&inside), [false, false, true]);
    }
}

//! How much of two documents lies inside the passages that they share.
//!
//! Fed by detect with the passages of one pair of documents; what it measures goes into the table
//! of copies. A copy that was cut, reworded or scanned badly keeps its passages long after its
//! shingles are lost, so this ranks copies where the Jaccard similarity is near 0. A gallery or a
//! box that two articles carry in their middle covers much of both too, so the shape counts as well
//! as the share. Invariant: a token counts once, however many passages hold it, and the order of
//! the passages does not matter.

use super::{DocSpan, Passage};
use crate::text::Span;
use std::cmp::Reverse;

/// What two documents share, measured in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    /// Share of the tokens of the first document inside passages, 0 to 1.
    pub of_a: f64,
    /// The same of the second.
    pub of_b: f64,
    /// Columns of the alignments of all passages.
    pub columns: u32,
    /// Columns of equal tokens.
    pub matched: u32,
    /// Passages that were counted.
    pub passages: u32,
    /// What is shared is one block in the middle of other text: two articles that carry the same
    /// box, not two copies of one article.
    pub embedded: bool,
}

/// Share of a text from which it is a copy, whatever surrounds it in the other.
const WHOLE: f64 = 0.9;
/// Share of both texts from which they are one text.
const TOTAL: f64 = 0.8;
/// Share of the tokens between the first and the last shared one from which these are one block.
const DENSE: f64 = 0.85;
/// Share of a text before a block, and after it, from which the block is in its middle.
const FLANK: f64 = 0.1;
/// Tokens before and after a block, in both texts, from which it is in the middle of both.
const FLANK_TOKENS: u32 = 25;
/// Shares of the one text and of the other from which a block is an article that another house
/// printed, with what each put before and after it.
const MOST: f64 = 0.75;
const HALF: f64 = 0.5;
/// Share of what is shared that makes its shape: the longest passages. A sentence far from a
/// gallery does not change that the gallery is one.
const SHAPE: f64 = 0.97;

impl Coverage {
    /// Measures the passages of one pair of documents, which have `tokens_a` and `tokens_b` tokens.
    #[must_use]
    pub fn of<'p>(
        passages: impl IntoIterator<Item = &'p Passage>,
        tokens_a: u32,
        tokens_b: u32,
    ) -> Self {
        let (mut spans, mut coverage) = (Vec::new(), Self::default());
        for passage in passages {
            spans.push((passage.columns, passage.a, passage.b));
            coverage.columns = coverage.columns.saturating_add(passage.columns);
            coverage.matched = coverage.matched.saturating_add(passage.matched);
            coverage.passages += 1;
        }
        let [a, b] = sides(&spans, [tokens_a, tokens_b]);
        (coverage.of_a, coverage.of_b) = (a.share(), b.share());
        let whole = a.share().max(b.share()) >= WHOLE;
        let longest = shape(&mut spans);
        spans.truncate(longest);
        let [a, b] = sides(&spans, [tokens_a, tokens_b]);
        coverage.embedded = coverage.passages > 0
            && !whole
            && a.is_dense()
            && b.is_dense()
            && (a.is_surrounded() || b.is_surrounded() || a.flank().min(b.flank()) >= FLANK_TOKENS);
        coverage
    }

    /// Those of the passages of two documents that share something new: what the one text repeats
    /// counts once in the other. A caption that one page has twice, or a notice that is also its
    /// first line, makes the pages no more alike.
    #[must_use]
    pub(crate) fn once<'p>(
        passages: &[&'p Passage],
        tokens_a: u32,
        tokens_b: u32,
    ) -> Vec<&'p Passage> {
        let mut passages = passages.to_vec();
        // The same for both orders of the two documents.
        let rank = |p: &Passage| {
            let (a, b) = (p.a.start, p.b.start);
            (Reverse(p.columns), u64::from(a) + u64::from(b), a.min(b))
        };
        passages.sort_unstable_by_key(|p| (rank(p), p.a, p.b));
        let mut seen = [tokens_a, tokens_b].map(|tokens| vec![false; tokens as usize]);
        let mut left: Vec<&Passage> = Vec::with_capacity(passages.len());
        for same in passages.chunk_by(|x, y| rank(x) == rank(y)) {
            let is_new = |seen: &[bool], span: Span| {
                let tokens = seen.get(span.places()).unwrap_or_default();
                2 * tokens.iter().filter(|seen| **seen).count() <= tokens.len()
            };
            let [a, b] = &mut seen;
            let first = left.len();
            left.extend(same.iter().copied().filter(|p| is_new(a, p.a) && is_new(b, p.b)));
            for passage in &left[first..] {
                for (seen, span) in [(&mut *a, passage.a), (&mut *b, passage.b)] {
                    seen.get_mut(span.places()).unwrap_or_default().fill(true);
                }
            }
        }
        left
    }

    /// The same for two documents of different houses. No box or gallery of one house is in both,
    /// so a block that is nearly all of the one text and half of the other is an article (of an
    /// agency, say) under a teaser of each house.
    #[must_use]
    pub fn between_houses(self) -> Self {
        let article = self.is_most_of_one() && self.of_a.min(self.of_b) >= HALF;
        Self { embedded: self.embedded && !article, ..self }
    }

    /// Whether two documents are copies of each other at this threshold of the mean.
    #[must_use]
    pub fn reaches(&self, threshold: f64) -> bool {
        !self.embedded && self.passages > 0 && self.mean() >= threshold
    }

    /// Whether most of one of the two texts is in the other.
    #[must_use]
    pub(crate) fn is_most_of_one(&self) -> bool {
        self.of_a.max(self.of_b) >= MOST
    }

    /// Whether the two are one text from end to end, so that it does not matter what is furniture.
    #[must_use]
    pub(crate) fn is_total(&self) -> bool {
        self.of_a.min(self.of_b) >= TOTAL
    }

    /// The mean of both sides, by which pairs are compared.
    #[must_use]
    pub fn mean(&self) -> f64 {
        f64::midpoint(self.of_a, self.of_b)
    }
}

/// Length of a passage and its places in both documents.
type Place = (u32, Span, Span);

/// Both sides of what is shared.
fn sides(places: &[Place], [tokens_a, tokens_b]: [u32; 2]) -> [Side; 2] {
    let mut a: Vec<Span> = places.iter().map(|(_, a, _)| *a).collect();
    let mut b: Vec<Span> = places.iter().map(|(_, _, b)| *b).collect();
    [Side::of(&mut a, tokens_a), Side::of(&mut b, tokens_b)]
}

/// Puts the longest passages first, and says how many of them make up the shape: of those of one
/// length all or none.
fn shape(places: &mut [Place]) -> usize {
    places.sort_unstable_by(|x, y| y.cmp(x));
    let all: u64 = places.iter().map(|(length, ..)| u64::from(*length)).sum();
    let (mut sum, mut count) = (0, 0);
    for same in places.chunk_by(|x, y| x.0 == y.0) {
        if sum as f64 >= SHAPE * all as f64 {
            break;
        }
        sum += same.iter().map(|(length, ..)| u64::from(*length)).sum::<u64>();
        count += same.len();
    }
    count
}

/// What one document has of what is shared.
struct Side {
    covered: u32,
    /// From the first shared token to the last.
    hull: Span,
    tokens: u32,
}

impl Side {
    fn of(spans: &mut [Span], tokens: u32) -> Self {
        let covered = Span::union(spans);
        let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
        let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
        Self { covered, hull: Span { start, end }, tokens }
    }

    fn share(&self) -> f64 {
        f64::from(self.covered) / f64::from(self.tokens.max(1))
    }

    fn is_dense(&self) -> bool {
        f64::from(self.covered) >= DENSE * f64::from(self.hull.end - self.hull.start)
    }

    /// Tokens before what is shared or after it, whichever are fewer.
    fn flank(&self) -> u32 {
        self.hull.start.min(self.tokens.saturating_sub(self.hull.end))
    }

    fn is_surrounded(&self) -> bool {
        f64::from(self.flank()) >= FLANK * f64::from(self.tokens)
    }
}

/// Whether the places of a family are in so many documents, over so long a time, that they may be
/// furniture of a house: a gallery, a service box. A story that is printed again within fewer than
/// `span` days is not. `day` is the day of a document, where it is known.
#[must_use]
pub(crate) fn recurs(places: &[DocSpan], span: i32, day: impl Fn(u32) -> Option<i32>) -> bool {
    /// Documents that hold a piece of furniture, at least.
    const DOCUMENTS: usize = 3;
    // Places are in order of their documents.
    let documents = places.chunk_by(|x, y| x.doc == y.doc).count();
    let days = || places.iter().filter_map(|place| day(place.doc));
    let (first, last) = (days().min(), days().max());
    documents >= DOCUMENTS
        && first.zip(last).is_some_and(|(first, last)| last.saturating_sub(first) >= span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passage(a: (u32, u32), b: (u32, u32)) -> Passage {
        let span = |(start, end)| Span { start, end };
        Passage {
            doc_a: 0,
            doc_b: 1,
            a: span(a),
            b: span(b),
            columns: a.1 - a.0,
            matched: a.1 - a.0,
            score: 0,
            shadow: false,
        }
    }

    #[test]
    fn a_token_counts_once_on_each_side() {
        let passages = [passage((0, 40), (10, 50)), passage((20, 60), (10, 50))];
        let coverage = Coverage::of(&passages, 120, 50);
        assert_eq!((coverage.of_a, coverage.of_b), (0.5, 0.8));
        assert_eq!((coverage.columns, coverage.matched, coverage.passages), (80, 80, 2));
        assert!((coverage.mean() - 0.65).abs() < 1e-12);
        assert_eq!(Coverage::of(&[], 0, 0), Coverage::default());
    }

    #[test]
    fn a_block_in_the_middle_of_other_text_makes_no_copies() {
        let shared = |a, b, tokens: (u32, u32)| {
            let coverage = Coverage::of(&[passage(a, b)], tokens.0, tokens.1);
            assert!(coverage.mean() >= 0.45, "{coverage:?}");
            coverage.reaches(0.45)
        };
        // A gallery between two stories, and a long passage in the middle of a longer article.
        assert!(!shared((160, 1460), (500, 1800), (2400, 2600)));
        assert!(!shared((5, 275), (200, 470), (330, 640)));
        // A sentence that the two stories share as well, far from the gallery.
        let stray = [passage((160, 1460), (500, 1800)), passage((2300, 2330), (20, 50))];
        let coverage = Coverage::of(&stray, 2400, 2600);
        assert!(coverage.embedded && coverage.mean() > 0.5, "{coverage:?}");
        assert!(!Coverage::of(&[stray[1], stray[1], stray[1]], 40, 40).embedded);
        // A reprint with a new lede that was cut from the end, and one that was taken whole.
        assert!(shared((40, 540), (60, 560), (1000, 560)));
        assert!(shared((300, 600), (0, 300), (1000, 310)));
        // Half of the sentences were dropped: what is left of the source has holes.
        let halves: Vec<Passage> =
            (1..6).map(|n| passage((150 * n, 150 * n + 75), (75 * n, 75 * n + 75))).collect();
        let coverage = Coverage::of(&halves, 1000, 500);
        assert!(!coverage.embedded && coverage.reaches(0.45), "{coverage:?}");
        assert!(!Coverage::default().reaches(0.0));
    }

    #[test]
    fn what_one_text_repeats_counts_once_in_the_other() {
        // A page with every caption twice, and a gallery of which a caption is also a subtitle.
        let twice: Vec<Passage> = (0..10)
            .flat_map(|n| {
                [0, 20].map(|m| passage((40 * n + m, 40 * n + m + 20), (30 * n, 30 * n + 20)))
            })
            .collect();
        let once = |passages: &[Passage], tokens: (u32, u32)| {
            let all: Vec<&Passage> = passages.iter().collect();
            let once = Coverage::once(&all, tokens.0, tokens.1);
            let turned: Vec<Passage> =
                passages.iter().map(|p| Passage { a: p.b, b: p.a, ..*p }).collect();
            let turned: Vec<&Passage> = turned.iter().rev().collect();
            let turned = Coverage::once(&turned, tokens.1, tokens.0);
            let places = |all: &[&Passage], turn: bool| {
                let place = |p: &&Passage| if turn { (p.b, p.a) } else { (p.a, p.b) };
                all.iter().map(place).collect::<Vec<_>>()
            };
            assert_eq!(places(&once, false), places(&turned, true));
            (all.len(), once.len(), Coverage::of(once, tokens.0, tokens.1))
        };
        let (all, left, coverage) = once(&twice, (900, 420));
        assert_eq!((all, left), (20, 10));
        assert!(Coverage::of(&twice, 900, 420).reaches(0.45) && !coverage.reaches(0.45));
        let caption = [passage((60, 80), (300, 320)), passage((190, 630), (150, 590))];
        assert!(Coverage::of(&caption, 1000, 660).reaches(0.45));
        assert!(once(&caption, (1000, 660)).2.embedded);
        // Passages that lie in both texts side by side, or overlap by less than half, all stay.
        let story = [passage((0, 90), (10, 100)), passage((90, 180), (100, 190))];
        let (all, left, coverage) = once(&story, (200, 200));
        assert_eq!((all, left, coverage.of_a), (2, 2, 0.9));
        let overlap = [passage((0, 90), (10, 100)), passage((60, 150), (70, 160))];
        assert_eq!(once(&overlap, (200, 200)).1, 2);
        assert_eq!(once(&[], (0, 0)).1, 0);
    }

    #[test]
    fn an_article_that_two_houses_print_has_a_teaser_of_each() {
        let coverage = |a, b, tokens: (u32, u32)| {
            let coverage = Coverage::of(&[passage(a, b)], tokens.0, tokens.1);
            assert!(coverage.embedded, "{coverage:?}");
            coverage.between_houses().reaches(0.45)
        };
        assert!(coverage((60, 460), (50, 450), (570, 480)));
        // A box that makes up most of a short article, and long passages of two articles.
        assert!(!coverage((150, 450), (30, 330), (1000, 370)));
        assert!(!coverage((60, 360), (70, 370), (420, 480)));
    }

    #[test]
    fn furniture_is_in_three_documents_over_a_week() {
        let place = |doc| DocSpan { doc, span: Span { start: 0, end: 20 } };
        let recurs = |docs: &[u32], days: &[Option<i32>]| {
            let places: Vec<DocSpan> = docs.iter().map(|&doc| place(doc)).collect();
            super::recurs(&places, 7, |doc| days[doc as usize])
        };
        assert!(recurs(&[0, 1, 2], &[Some(1), Some(3), Some(8)]));
        // A story that is printed again within days, places of two documents, dates unknown.
        assert!(!recurs(&[0, 1, 2], &[Some(1), Some(3), Some(7)]));
        assert!(!recurs(&[0, 0, 1], &[Some(1), Some(90)]));
        assert!(!recurs(&[0, 1, 2], &[None, None, Some(90)]));
        assert!(recurs(&[0, 1, 2], &[None, Some(1), Some(90)]));
    }

    proptest! {
        #[test]
        fn the_union_is_that_of_the_tokens(
            spans in prop::collection::vec((0_u32..99, 0_u32..99), 0..9),
        ) {
            let mut spans: Vec<Span> =
                spans.iter().map(|&(x, y)| Span { start: x.min(y), end: x.max(y) }).collect();
            let covered = |token: &u32| spans.iter().any(|s| (s.start..s.end).contains(token));
            let plain = (0..99).filter(covered).count();
            prop_assert_eq!(Span::union(&mut spans) as usize, plain);
        }
    }
}

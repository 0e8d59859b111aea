//! Passages of two documents that say nothing new beside better ones.
//!
//! Used by merge. Where a line occurs several times in both documents, every pair of its places is
//! a match: one that lies inside a better passage on both sides is dropped, one whose places are
//! in different passages is a shadow (known to the family, not listed). One that lies across the
//! edge of a better passage, as where one text has a sentence twice, becomes part of it.
//! Invariant: either side of a verbatim run of the minimum length is inside a listed passage, and
//! both are inside one passage that is kept.

use super::align::EDIT;
use super::aligned::Passage;
use super::mem::Mem;
use super::settings::Settings;
use crate::text::Span;

/// The verbatim runs of the minimum length that passages hold.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Both places of every run.
    places: Vec<(Span, Span)>,
    /// End of those of each passage in `places`.
    ends: Vec<usize>,
}

impl Runs {
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.ends.clear();
    }

    /// Adds a run to the passage that is next to end.
    pub(super) fn push(&mut self, mem: &Mem) {
        let place = |start: u32| Span { start, end: start + mem.len };
        self.places.push((place(mem.a), place(mem.b)));
    }

    /// Ends the runs of a passage.
    pub(super) fn end(&mut self) {
        self.ends.push(self.places.len());
    }

    /// The runs of passage `n`.
    fn of(&self, n: usize) -> &[(Span, Span)] {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[start..self.ends[n]]
    }
}

/// Drops passages of two documents that lie mostly inside a better one on both sides, and marks
/// shadows; the rest is in order of the score that it was found with. `runs` are those of every
/// passage.
pub(super) fn drop_covered(passages: &mut Vec<Passage>, runs: &Runs, settings: &Settings) {
    if passages.len() < 2 {
        return;
    }
    let mut order: Vec<usize> = (0..passages.len()).collect();
    order.sort_by_key(|&n| (std::cmp::Reverse(passages[n].score), passages[n]));
    let mut kept: Vec<Passage> = Vec::with_capacity(passages.len());
    for n in order {
        let passage = &passages[n];
        let better = Better { kept: &kept };
        match better.shadow(passage, runs.of(n)) {
            Some(false) if absorb(passage, &mut kept, settings) => {}
            Some(shadow) => kept.push(Passage { shadow, ..*passage }),
            None => {}
        }
    }
    *passages = kept;
}

/// Makes a passage part of a better one that is listed and of which it lies across an edge, if the
/// evidence supports that; returns whether it did.
fn absorb(passage: &Passage, kept: &mut [Passage], settings: &Settings) -> bool {
    let longer = kept
        .iter_mut()
        .rev()
        .take(COMPARED)
        .filter(|k| !k.shadow)
        .find_map(|k| with(k, passage, settings).map(|longer| (k, longer)));
    longer.is_some_and(|(k, longer)| {
        *k = longer;
        true
    })
}

/// A passage with one that lies across its edge: what the other adds on either side is counted as
/// edits, since its other place is in this one. At either end the two places are those of one of
/// the two, so that they are equal there.
fn with(better: &Passage, passage: &Passage, settings: &Settings) -> Option<Passage> {
    let is_near = is_half_in(passage, better)
        || (passage.a.overlap(better.a) > 0 && passage.b.lies_in(better.b))
        || (passage.b.overlap(better.b) > 0 && passage.a.lies_in(better.a));
    let hull = |x: Span, y: Span| Span { start: x.start.min(y.start), end: x.end.max(y.end) };
    let (a, b) = (hull(better.a, passage.a), hull(better.b, passage.b));
    let before = (better.a.start - a.start).max(better.b.start - b.start);
    let after = (a.end - better.a.end).max(b.end - better.b.end);
    let columns = better.columns + before + after;
    let starts = |p: &Passage| (p.a.start, p.b.start) == (a.start, b.start);
    let ends = |p: &Passage| (p.a.end, p.b.end) == (a.end, b.end);
    let is_even = (starts(better) || starts(passage)) && (ends(better) || ends(passage));
    // The two places of a repeat never overlap.
    let is_apart = better.doc_a != better.doc_b || a.end <= b.start;
    (is_near && is_even && is_apart && settings.supports(better.matched, columns)).then(|| {
        let score =
            better.score.saturating_add(EDIT.saturating_mul((before + after).cast_signed()));
        Passage { a, b, columns, score, ..*better }
    })
}

/// The better passages with which one is compared.
struct Better<'a> {
    kept: &'a [Passage],
}

impl Better<'_> {
    fn all(&self) -> impl Iterator<Item = &Passage> {
        self.kept.iter().rev().take(COMPARED)
    }

    fn listed(&self) -> impl Iterator<Item = &Passage> {
        self.all().filter(|k| !k.shadow)
    }

    /// Whether a passage with these runs is a shadow; nothing if it is to be dropped.
    fn shadow(&self, passage: &Passage, runs: &[(Span, Span)]) -> Option<bool> {
        let covered = self.all().any(|k| is_covered(passage, k));
        let shadow = covered
            || self.listed().any(|k| is_half_in(passage, k))
            || self.lists(passage, (passage.a, passage.b), Span::lies_in);
        let within = |k: &Passage, run: &(Span, Span)| run.0.is_in(k.a) && run.1.is_in(k.b);
        if !shadow || !runs.iter().all(|&run| self.lists(passage, run, Span::is_in)) {
            Some(false)
        } else if covered && runs.iter().all(|run| self.all().any(|k| within(k, run))) {
            None
        } else {
            Some(true)
        }
    }

    /// Whether either of two places of the documents of `passage` is `inside` a listed passage.
    fn lists(
        &self,
        passage: &Passage,
        (a, b): (Span, Span),
        inside: fn(Span, Span) -> bool,
    ) -> bool {
        let same = passage.doc_a == passage.doc_b;
        self.listed().any(|k| inside(a, k.a) || (same && inside(a, k.b)))
            && self.listed().any(|k| inside(b, k.b) || (same && inside(b, k.a)))
    }
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

    /// As many passages hold no run of the minimum length.
    fn without_runs(passages: &[Passage]) -> Runs {
        Runs { places: Vec::new(), ends: vec![0; passages.len()] }
    }

    /// What is kept of the passages of two documents, best first, and which are shadows.
    fn kept(passages: &[Passage]) -> Vec<(Span, Span, bool)> {
        let mut passages = passages.to_vec();
        let runs = without_runs(&passages);
        drop_covered(&mut passages, &runs, &Settings::default());
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

    /// What becomes of a passage beside a better one, if this is a run in it; with what becomes of
    /// the better one.
    fn beside(better: Passage, other: Passage, run: (Span, Span)) -> (Option<bool>, Passage) {
        let mut passages = vec![better, other];
        let runs = Runs { places: vec![run], ends: vec![0, 1] };
        drop_covered(&mut passages, &runs, &Settings::default());
        (passages.get(1).map(|p| p.shadow), passages[0])
    }

    #[test]
    fn a_passage_with_a_run_that_goes_over_the_edge_of_a_listed_one_becomes_part_of_it() {
        let better = passage(span(0, 100), span(200, 300), 400);
        let longer = |a: Span, b: Span, more: u32| {
            let score = 400 - 3 * more.cast_signed();
            (None, Passage { a, b, columns: 100 + more, score, ..better })
        };
        let covered = passage(span(28, 108), span(228, 308), 100);
        let within = (span(28, 100), span(228, 300));
        assert_eq!(beside(better, covered, within), (None, better));
        let over = (span(28, 101), span(228, 301));
        assert_eq!(beside(better, covered, over), longer(span(0, 108), span(200, 308), 8));
        let half = passage(span(79, 119), span(279, 319), 100);
        assert_eq!(beside(better, half, (span(79, 99), span(279, 299))), (Some(true), better));
        for run in [(span(82, 102), span(279, 299)), (span(79, 99), span(282, 302))] {
            assert_eq!(beside(better, half, run), longer(span(0, 119), span(200, 319), 19));
        }
        // One text has the sentence at the end of the passage twice.
        let again = passage(span(90, 130), span(260, 300), 100);
        let run = (again.a, again.b);
        assert_eq!(beside(better, again, run), longer(span(0, 130), span(200, 300), 30));
    }

    #[test]
    fn a_passage_that_would_not_make_a_better_one_longer_evenly_is_listed() {
        let better = passage(span(0, 100), span(200, 300), 400);
        let is_listed = |better: Passage, a: Span, b: Span| {
            let listed = beside(better, passage(a, b, 100), (a, b));
            assert_eq!(listed, (Some(false), better));
        };
        is_listed(better, span(80, 120), span(250, 290));
        is_listed(better, span(90, 130), span(290, 330));
        // A hundred equal tokens of 151.
        is_listed(better, span(91, 151), span(240, 300));
        let inside = Passage { doc_b: 0, b: span(110, 210), ..better };
        let again = Passage { doc_b: 0, ..passage(span(90, 120), span(180, 210), 100) };
        let run = (again.a, again.b);
        assert_eq!(beside(inside, again, run), (Some(false), inside), "the places overlap");
    }

    #[test]
    fn a_passage_with_a_run_that_only_it_holds_is_known_to_the_family() {
        // Nearly all of it is in a shadow, all of its run in two listed passages.
        let listed = [
            passage(span(0, 100), span(0, 100), 400),
            passage(span(200, 300), span(200, 300), 399),
        ];
        let shadow = passage(span(20, 60), span(220, 260), 200);
        let last = passage(span(22, 62), span(222, 262), 100);
        let mut passages = [&listed[..], &[shadow, last]].concat();
        let run = (span(24, 62), span(224, 262));
        let runs = Runs { places: vec![run], ends: vec![0, 0, 0, 1] };
        drop_covered(&mut passages, &runs, &Settings::default());
        assert_eq!(
            passages.iter().map(|p| p.shadow).collect::<Vec<_>>(),
            [false, false, true, true]
        );
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

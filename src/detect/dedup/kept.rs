//! Where what was cut is kept in the end.
//!
//! Made by `cut` of all that `exact` has cut. What a text kept when a repeat of it was cut may have
//! been cut later, since it is kept in a third place; so every cut is followed to where its words
//! still are. Where that is in several places, the cut is split. Invariant: a cut of equal tokens
//! that names a place has the tokens of that place, of which nothing was cut; and a cut that names
//! none is one whose words are not known to be left as a whole.

use super::edited::Cut;
use super::left::Tokens;
use super::rules::Outcome;
use crate::passage::DocSpan;
use crate::text::Span;
use std::ops::Range;

/// Pieces in which a cut may be split; one that would be split further names no place.
const MOST_PIECES: usize = 8;

/// A stretch that was cut, in tokens, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text that keeps it, and its tokens there, of which nothing was cut.
    pub(super) kept: Option<DocSpan>,
    /// The tokens there are the same.
    equal: bool,
}

/// What one text lost.
#[derive(Debug, Clone, Default)]
pub(super) struct Loss {
    /// Ascending, not overlapping.
    pub(super) cuts: Vec<Lost>,
    /// What is left goes too.
    pub(super) whole: bool,
}

impl Lost {
    /// A stretch of which nothing was cut, which is where it is.
    pub(super) fn left(text: u32, start: u32, end: u32) -> Self {
        let kept = Some(DocSpan { doc: text, span: Span { start, end } });
        Self { start, end, kept, equal: true }
    }

    /// A part of it. Of an edited one only the whole is known to be kept.
    fn part(&self, range: Range<u32>) -> Self {
        let Range { start, end } = range;
        let shift = |kept: DocSpan| {
            let from = kept.span.start + (start - self.start);
            DocSpan { span: Span { start: from, end: from + (end - start) }, ..kept }
        };
        let is_all = (start, end) == (self.start, self.end);
        let kept = if self.equal { self.kept.map(shift) } else { self.kept.filter(|_| is_all) };
        Self { start, end, kept, equal: self.equal }
    }
}

/// Follows the cuts of all texts, which come in the order of their claims: a cut is kept in a text
/// before its own, or before itself.
pub(super) fn settle(outcomes: &[Outcome], order: &[u32], tokens: &Tokens) -> Vec<Loss> {
    let begun = |outcome: &Outcome| Loss { cuts: Vec::new(), whole: outcome.whole };
    let mut settled = Settled { tokens, losses: outcomes.iter().map(begun).collect() };
    for &text in order {
        for cut in &outcomes[text as usize].cuts {
            let pieces = settled.follow(text, cut);
            settled.losses[text as usize].cuts.extend(pieces);
        }
    }
    settled.losses
}

struct Settled<'a> {
    tokens: &'a Tokens,
    losses: Vec<Loss>,
}

impl Settled<'_> {
    /// Where the tokens of a cut are in the end.
    fn follow(&self, text: u32, cut: &Cut) -> Vec<Lost> {
        let Cut { start, end, kept_in, kept_start, kept_end } = *cut;
        let nowhere = Lost { start, end, kept: None, equal: false };
        // Of what repeats itself right behind itself only the first time is left.
        if kept_in == text && kept_end > start {
            return vec![nowhere];
        }
        let pieces = self.pieces(kept_in, kept_start..kept_end);
        if cut.is_equal(text, self.tokens) {
            let place = |piece: &Lost| {
                let at = |place: u32| place - kept_start + start;
                Lost { start: at(piece.start), end: at(piece.end), ..*piece }
            };
            return pieces.map_or(vec![nowhere], |pieces| pieces.iter().map(place).collect());
        }
        match pieces.as_deref() {
            Some([one]) => vec![Lost { kept: one.kept, ..nowhere }],
            _ => vec![nowhere],
        }
    }

    /// A stretch of a text in pieces that are kept in one place each; none where they are many.
    fn pieces(&self, text: u32, range: Range<u32>) -> Option<Vec<Lost>> {
        let Loss { cuts, whole } = self.losses.get(text as usize)?;
        let (mut pieces, mut at) = (Vec::new(), range.start);
        let left = |from: u32, to: u32, pieces: &mut Vec<Lost>| {
            if from < to {
                let piece = Lost::left(text, from, to);
                pieces.push(Lost { kept: piece.kept.filter(|_| !whole), ..piece });
            }
        };
        let first = cuts.partition_point(|lost| lost.end <= range.start);
        for lost in cuts[first..].iter().take_while(|lost| lost.start < range.end) {
            left(at, lost.start, &mut pieces);
            let inside = at.max(lost.start)..range.end.min(lost.end);
            at = inside.end;
            pieces.push(lost.part(inside));
            if pieces.len() > MOST_PIECES {
                return None;
            }
        }
        left(at, range.end, &mut pieces);
        Some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::super::edited::Gathering;
    use super::super::exact;
    use super::super::rules::Rules;
    use super::*;
    use crate::detect::table::Filing;
    use crate::limits::narrow;
    use crate::store::Words;
    use proptest::prelude::*;

    /// What texts lose in the end; those of a passage are cut as a whole.
    fn losses(
        texts: &[Vec<u32>],
        order: &[u32],
        passages: &[(u32, Cut)],
        (min_tokens, min_left): (usize, usize),
    ) -> Vec<Loss> {
        let tokens = Tokens::new(Words::Held(texts.concat()), texts.iter().map(Vec::len));
        let mut ranks = vec![0; texts.len()];
        (0..).zip(order).for_each(|(rank, &text)| ranks[text as usize] = rank);
        let filing = Filing::new(None, u64::MAX);
        let mut gathering = Gathering::new(&ranks, &filing);
        for (text, cut) in passages {
            gathering.add(*text, *cut).unwrap();
        }
        let (group, fixed) = (&|_: u32| 0, &|_: u32| false);
        let rules = Rules { min_tokens, min_left, group, fixed, memory: u64::MAX, vault: None };
        let outcomes =
            exact::cut(&tokens, order, &mut gathering.finish().unwrap(), &rules).unwrap();
        let losses = settle(&outcomes, order, &tokens);
        for (loss, outcome) in losses.iter().zip(&outcomes) {
            let cut = |ranges: Vec<(u32, u32)>| -> Vec<u32> {
                ranges.into_iter().flat_map(|(start, end)| start..end).collect()
            };
            let before = cut(outcome.cuts.iter().map(|cut| (cut.start, cut.end)).collect());
            let after = cut(loss.cuts.iter().map(|lost| (lost.start, lost.end)).collect());
            assert_eq!(before, after, "a cut is split, and nothing else");
        }
        losses
    }

    /// What a cut names is there as a whole, and has the same tokens.
    fn check(texts: &[Vec<u32>], losses: &[Loss]) {
        let some =
            |text: u32, start: u32, end: u32| &texts[text as usize][start as usize..end as usize];
        for (text, loss) in (0..).zip(losses) {
            for lost in &loss.cuts {
                let Some(DocSpan { doc, span }) = lost.kept else { continue };
                let keeper = &losses[doc as usize];
                assert!(!keeper.whole, "{lost:?} of {text}");
                let is_apart = |other: &Lost| other.end <= span.start || span.end <= other.start;
                assert!(keeper.cuts.iter().all(is_apart), "{lost:?} of {text}: {keeper:?}");
                if lost.equal {
                    let own = some(text, lost.start, lost.end);
                    assert_eq!(own, some(doc, span.start, span.end));
                }
            }
        }
    }

    fn kept(lost: &Lost) -> (u32, u32, Option<(u32, u32, u32)>) {
        (lost.start, lost.end, lost.kept.map(|at| (at.doc, at.span.start, at.span.end)))
    }

    /// Of two copies in one text the first one loses its begin to another text.
    #[test]
    fn a_cut_is_followed_to_where_its_words_are_left() {
        let (first, second): (Vec<u32>, Vec<u32>) = ((0..10).collect(), (20..30).collect());
        let texts = [
            [first.clone(), vec![90, 91]].concat(),
            [&first[..], &second, &[70, 71], &first, &second].concat(),
        ];
        let own = Cut { start: 22, end: 42, kept_in: 1, kept_start: 0, kept_end: 20 };
        let found = losses(&texts, &[0, 1], &[(1, own)], (6, 0));
        let all: Vec<_> = found[1].cuts.iter().map(kept).collect();
        let second = (32, 42, Some((1, 10, 20)));
        assert_eq!(all, [(0, 10, Some((0, 0, 10))), (22, 32, Some((0, 0, 10))), second]);
        check(&texts, &found);
    }

    #[test]
    fn an_edited_cut_whose_place_is_broken_names_none() {
        let (first, second): (Vec<u32>, Vec<u32>) = ((0..10).collect(), (20..30).collect());
        let texts = [
            [first.clone(), vec![90, 91]].concat(),
            [&first[..], &second, &[70, 71], &first[..9], &[80], &second].concat(),
        ];
        let own = Cut { start: 22, end: 42, kept_in: 1, kept_start: 0, kept_end: 20 };
        let found = losses(&texts, &[0, 1], &[(1, own)], (6, 0));
        let all: Vec<_> = found[1].cuts.iter().map(kept).collect();
        assert_eq!(all, [(0, 10, Some((0, 0, 10))), (22, 42, None)]);
        check(&texts, &found);
    }

    #[test]
    fn what_repeats_right_behind_itself_or_in_a_text_that_goes_names_no_place() {
        let found = losses(&[vec![7; 40]], &[0], &[], (6, 0));
        assert_eq!(found[0].cuts.iter().map(kept).collect::<Vec<_>>(), [(6, 40, None)]);
        let twice = [(0..8).collect::<Vec<u32>>(), vec![50], (0..8).collect()].concat();
        let found = losses(&[twice], &[0], &[], (6, 20));
        assert!(found[0].whole);
        assert_eq!(found[0].cuts.iter().map(kept).collect::<Vec<_>>(), [(9, 17, None)]);
    }

    proptest! {
        #[test]
        fn what_a_cut_names_is_left_and_has_its_words(
            parts in prop::collection::vec(prop::collection::vec(0_u32..6, 0..7), 1..7),
            shuffle in any::<u64>(),
            passages in prop::collection::vec(
                (0_u32..9, 0_u32..40, 4_u32..30, 0_u32..9, 0_u32..40), 0..5
            ),
            (min_tokens, min_left) in (2_usize..7, 0_usize..9),
        ) {
            // Texts are made of a few runs of five words of their own.
            let run = |part: &u32| part * 5..part * 5 + 5;
            let texts: Vec<Vec<u32>> =
                parts.iter().map(|parts| parts.iter().flat_map(run).collect()).collect();
            let count = narrow(texts.len());
            let mut order: Vec<u32> = (0..count).collect();
            order.sort_unstable_by_key(|text| crate::hash::mix(shuffle ^ u64::from(*text)));
            let fits = |text: u32, end: u32| end as usize <= texts[text as usize].len();
            let passage = |numbers: &(u32, u32, u32, u32, u32)| {
                let (text, start, length, kept_in, kept_start) = *numbers;
                let (end, kept_end) = (start + length, kept_start + length);
                (text % count, Cut { start, end, kept_in: kept_in % count, kept_start, kept_end })
            };
            let passages: Vec<(u32, Cut)> = passages
                .iter()
                .map(passage)
                .filter(|(text, cut)| fits(*text, cut.end) && fits(cut.kept_in, cut.kept_end))
                .collect();
            check(&texts, &losses(&texts, &order, &passages, (min_tokens, min_left)));
        }
    }
}

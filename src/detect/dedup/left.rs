//! What is left of texts of which stretches are cut.
//!
//! Used by `exact`, which looks again and again at what is left. The tokens of all texts are in one
//! array, or in a file where the run has a memory budget, and never change; of a text that lost
//! something only the borders of what is left are noted. Invariant: what is left of a text is its
//! tokens without those that were cut, in order.

use crate::limits::narrow;
use crate::store::Words;
use std::collections::BTreeMap;
use std::ops::Range;

/// The tokens of all texts.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    words: Words,
    /// Where each text begins, and the end of the last.
    starts: Vec<usize>,
}

impl Tokens {
    /// Texts one after the other, of these lengths.
    pub(super) fn new(words: Words, lengths: impl Iterator<Item = usize>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        starts.extend(lengths.map(|length| {
            end += length;
            end
        }));
        Self { words, starts }
    }

    /// How many texts there are.
    pub(super) fn texts(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many tokens there are.
    pub(super) fn count(&self) -> usize {
        self.words.len()
    }

    /// The text and the place in it of a token, by its number among those of all texts.
    pub(super) fn place(&self, n: usize) -> (u32, u32) {
        let text = self.starts.partition_point(|start| *start <= n).saturating_sub(1);
        (narrow(text), narrow(n - self.starts[text]))
    }

    /// The number of a token among those of all texts.
    pub(super) fn number(&self, text: u32, place: u32) -> u32 {
        narrow(self.starts[text as usize] + place as usize)
    }

    pub(super) fn length(&self, text: u32) -> u32 {
        let text = text as usize;
        narrow(self.starts[text + 1] - self.starts[text])
    }

    pub(super) fn some(&self, text: u32, range: Range<u32>) -> &[u32] {
        let start = self.starts[text as usize];
        self.words.at(start + range.start as usize..start + range.end as usize)
    }
}

/// What was cut of a text: stretches that do not touch.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone(BTreeMap<u32, u32>);

impl Gone {
    /// The stretches that a range overlaps, in order.
    fn inside(&self, range: &Range<u32>) -> impl Iterator<Item = Range<u32>> {
        let first = self.0.range(..range.start).next_back();
        let (start, end) = (range.start, range.end);
        let all = first.into_iter().chain(self.0.range(start..end));
        all.map(move |(&from, &to)| from.max(start)..to.min(end)).filter(|some| !some.is_empty())
    }

    /// Tokens of a range that are gone.
    pub(super) fn count(&self, range: &Range<u32>) -> u32 {
        self.inside(range).map(|some| some.end - some.start).sum()
    }

    /// Takes a range, and returns what of it was there until now.
    pub(super) fn take(&mut self, range: Range<u32>) -> Vec<Range<u32>> {
        let (mut free, mut at) = (Vec::new(), range.start);
        for some in self.inside(&range) {
            free.push(at..some.start);
            at = some.end;
        }
        free.push(at..range.end);
        free.retain(|some| !some.is_empty());
        let (mut start, mut end) = (range.start, range.end);
        while let Some((&from, &to)) =
            self.0.range(..=end).next_back().filter(|last| *last.1 >= start)
        {
            (start, end) = (start.min(from), end.max(to));
            self.0.remove(&from);
        }
        if start < end {
            self.0.insert(start, end);
        }
        free
    }

    /// All stretches, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = Range<u32>> {
        self.0.iter().map(|(&from, &to)| from..to)
    }

    /// The stretch in which a place is, if it is gone.
    pub(super) fn around(&self, place: u32) -> Option<Range<u32>> {
        let (&from, &to) = self.0.range(..=place).next_back()?;
        (place < to).then_some(from..to)
    }

    /// What is left of a text of `length` tokens from a place on, in order.
    pub(super) fn left(&self, place: u32, length: u32) -> impl Iterator<Item = Range<u32>> {
        let start = self.around(place).map_or(place, |gone| gone.end);
        let gone = self.0.range(start..).map(|(&from, &to)| (from, to)).chain([(length, length)]);
        let stretch = move |at: &mut u32, (from, to): (u32, u32)| {
            let left = *at..from;
            *at = to;
            Some(left)
        };
        gone.scan(start, stretch).filter(|left| !left.is_empty())
    }

    /// The first of the `count` tokens that are left before a place, or of as many as there are.
    pub(super) fn back(&self, place: u32, mut count: u32) -> u32 {
        let mut end = place;
        for (&from, &to) in self.0.range(..place).rev() {
            if end.saturating_sub(to) >= count {
                break;
            }
            count -= end.saturating_sub(to);
            end = from;
        }
        end.saturating_sub(count)
    }
}

/// A stretch that is left: its first token in what is left, and in the text.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: u32,
    place: u32,
}

/// What is left of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Left {
    /// None: the text lost nothing.
    pieces: Option<(Vec<Piece>, u32)>,
}

impl Left {
    /// What is left of a text of which this is gone.
    pub(super) fn without(gone: &Gone, tokens: &Tokens, text: u32) -> Self {
        let mut at = 0;
        let stretches = gone.left(0, tokens.length(text));
        let pieces = stretches.map(|Range { start, end }| {
            let piece = Piece { at, place: start };
            at += end - start;
            piece
        });
        let pieces = pieces.collect();
        Self { pieces: Some((pieces, at)) }
    }
}

/// What is left of one text, to look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    tokens: &'a Tokens,
    text: u32,
    left: &'a Left,
}

impl<'a> View<'a> {
    pub(super) fn new(tokens: &'a Tokens, text: u32, left: &'a Left) -> Self {
        Self { tokens, text, left }
    }

    /// Tokens that are left.
    pub(super) fn len(&self) -> usize {
        self.left.pieces.as_ref().map_or(self.tokens.length(self.text), |(_, total)| *total)
            as usize
    }

    /// The stretches of the text from token `at` of what is left on.
    fn from(&self, at: u32) -> impl Iterator<Item = Range<u32>> + use<'a> {
        let (pieces, total) = match &self.left.pieces {
            Some((pieces, total)) => (pieces.as_slice(), *total),
            None => (&[][..], 0),
        };
        let first = pieces.partition_point(|piece| piece.at <= at).saturating_sub(1);
        let ends = pieces.iter().skip(first + 1).map(|piece| piece.at).chain([total]);
        let some = pieces.iter().skip(first).zip(ends).map(move |(piece, end)| {
            let skip = at.saturating_sub(piece.at);
            piece.place + skip..piece.place + (end - piece.at).max(skip)
        });
        let whole = at..self.tokens.length(self.text).max(at);
        some.chain(self.left.pieces.is_none().then_some(whole))
    }

    /// The place in the text of a token of what is left.
    pub(super) fn place(&self, n: usize) -> Option<u32> {
        (n < self.len()).then(|| self.from(narrow(n)).next().map(|some| some.start)).flatten()
    }

    /// A token of what is left.
    pub(super) fn token(&self, n: usize) -> Option<u32> {
        let place = self.place(n)?;
        self.tokens.some(self.text, place..place + 1).first().copied()
    }

    /// Whether what is left goes on with `window` from token `at` on.
    pub(super) fn goes_on(&self, at: u32, mut window: &[u32]) -> bool {
        for some in self.from(at) {
            let count = (some.len()).min(window.len());
            let here = self.tokens.some(self.text, some.start..some.start + narrow(count));
            let (now, rest) = window.split_at(count);
            if here != now {
                return false;
            }
            window = rest;
            if window.is_empty() {
                break;
            }
        }
        window.is_empty()
    }

    /// All tokens that are left.
    pub(super) fn fill(&self, into: &mut Vec<u32>) {
        into.clear();
        self.from(0).for_each(|some| into.extend_from_slice(self.tokens.some(self.text, some)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The plain twin: a mark for every token.
        #[test]
        fn what_is_left_is_what_was_not_taken(
            length in 0_u32..40,
            takes in prop::collection::vec((0_u32..40, 0_u32..12), 0..12),
            window in 0_usize..6,
        ) {
            let words: Vec<u32> = (0..5).chain((0..length).map(|n| n % 3)).chain([9]).collect();
            let tokens = Tokens::new(Words::Held(words), [5, length as usize, 1].into_iter());
            prop_assert_eq!((tokens.texts(), tokens.count()), (3, length as usize + 6));
            let (mut gone, mut marks) = (Gone::default(), vec![false; length as usize]);
            for (start, count) in takes {
                let range = start.min(length)..(start + count).min(length);
                let marked = |n: &u32| marks[*n as usize];
                let there = range.clone().filter(|n| !marked(n)).collect::<Vec<u32>>();
                prop_assert_eq!(gone.count(&range) as usize, range.len() - there.len());
                let taken = gone.take(range.clone());
                prop_assert_eq!(taken.into_iter().flatten().collect::<Vec<u32>>(), there);
                range.for_each(|n| marks[n as usize] = true);
            }
            let places: Vec<u32> = (0..length).filter(|n| !marks[*n as usize]).collect();
            let plain: Vec<u32> = places.iter().map(|place| place % 3).collect();
            let left = Left::without(&gone, &tokens, 1);
            let view = View::new(&tokens, 1, &left);
            let mut all = Vec::new();
            view.fill(&mut all);
            prop_assert_eq!(&all, &plain);
            prop_assert_eq!(view.len(), plain.len());
            for n in 0..=plain.len() {
                prop_assert_eq!(view.place(n), places.get(n).copied());
                prop_assert_eq!(view.token(n), plain.get(n).copied());
                let end = (n + window).min(plain.len());
                prop_assert!(view.goes_on(narrow(n), &plain[n..end]));
                let other = [&plain[n..end], &[7]].concat();
                prop_assert!(!view.goes_on(narrow(n), &other));
            }
            let untouched = Left::default();
            let view = View::new(&tokens, 1, &untouched);
            prop_assert_eq!(view.len(), length as usize);
            prop_assert_eq!(view.place(length as usize), None);
            view.fill(&mut all);
            prop_assert!(all.iter().copied().eq((0..length).map(|n| n % 3)));
        }
    }
}

//! The words of a passage that other places of it have.
//!
//! A passage goes over what one side put between two shared parts, so its length says less than
//! its words. Used by whoever counts how much of a text is printed elsewhere. Invariant: what is
//! left out is stretches of at least [`LEAST`] tokens, so that an edited word here and there counts
//! as printed, and holds no run of [`RUN`] tokens that another place has; linear in the tokens.

use super::Tokenizer;
use crate::hash::Map;
use std::ops::Range;

/// Tokens in a row that show that a place has the same words.
const RUN: usize = 3;
/// Tokens of a stretch that only one place has, at least: fewer are an edit of what is shared.
const LEAST: usize = 8;

/// A passage as other places have it, by the runs of their tokens.
///
/// A place is read once, however often it is asked about: of one question, the same few passages
/// are compared with each other in pairs and again in families.
///
/// ```
/// use wirecopy::text::Elsewhere;
///
/// let mut elsewhere = Elsewhere::of(["Eleven ships were waiting at anchor by noon on Friday."]);
/// let own = "Eleven ships were waiting at anchor, and the two of us who had come to count them \
///            from the pier went home, by noon on Friday.";
/// let held: Vec<&str> = elsewhere.held(own).into_iter().map(|range| &own[range]).collect();
/// assert_eq!(held, ["Eleven ships were waiting at anchor, ", ", by noon on Friday."]);
/// elsewhere.turn_to(["And the two of us who had come to count them from the pier went home."]);
/// let held: Vec<&str> = elsewhere.held(own).into_iter().map(|range| &own[range]).collect();
/// // A few words beside what is shared are an edit of it.
/// assert_eq!(held, [own]);
/// ```
#[derive(Debug, Default)]
pub struct Elsewhere<'t> {
    tokenizer: Tokenizer,
    /// A number for every run of any place.
    numbers: Map<[u64; RUN], usize>,
    places: Vec<Place>,
    /// Where in `places` that of a text is.
    read: Map<&'t str, usize>,
    /// Of each run, by its number, the last turn in which another place had it.
    turns: Vec<usize>,
    /// The turn of now, from 1.
    turn: usize,
    /// Whether the other places of now have any run.
    is_known: bool,
}

/// What is kept of a place.
#[derive(Debug)]
struct Place {
    /// The number of the run that starts at each token but the last ones.
    runs: Vec<usize>,
    /// Where each token is, in bytes.
    spans: Vec<Range<usize>>,
}

impl<'t> Elsewhere<'t> {
    /// From the texts of the other places; empty where the texts are not kept.
    #[must_use]
    pub fn of(others: impl IntoIterator<Item = &'t str>) -> Self {
        let mut elsewhere = Self::default();
        elsewhere.turn_to(others);
        elsewhere
    }

    /// Takes these for the other places from now on.
    pub fn turn_to(&mut self, others: impl IntoIterator<Item = &'t str>) {
        self.turn += 1;
        self.is_known = false;
        for other in others {
            let place = self.place(other);
            let Some(Place { runs, .. }) = self.places.get(place) else { continue };
            self.is_known |= !runs.is_empty();
            for &run in runs {
                if let Some(turn) = self.turns.get_mut(run) {
                    *turn = self.turn;
                }
            }
        }
    }

    /// The bytes of `passage` that other places have, in order. All of it where nothing is known of
    /// the others.
    #[must_use]
    pub fn held(&mut self, passage: &'t str) -> Vec<Range<usize>> {
        let mut held = Vec::new();
        let mut from = 0;
        for own in self.own(passage) {
            held.push(from..own.start);
            from = own.end;
        }
        held.push(from..passage.len());
        held.retain(|range| !range.is_empty());
        held
    }

    /// The stretches of `passage` that no other place has.
    fn own(&mut self, passage: &'t str) -> Vec<Range<usize>> {
        let mut stretches = Vec::new();
        if !self.is_known {
            return stretches;
        }
        let place = self.place(passage);
        let Some(Place { runs, spans }) = self.places.get(place) else { return stretches };
        let mut held = vec![false; spans.len()];
        for (at, &run) in runs.iter().enumerate() {
            if self.turns.get(run) == Some(&self.turn) {
                held[at..at + RUN].fill(true);
            }
        }
        let mut at = 0;
        for same in held.chunk_by(|x, y| x == y) {
            let (first, next) = (at, at + same.len());
            at = next;
            if !same[0] && same.len() >= LEAST {
                stretches.push(spans[first].start..spans[next - 1].end);
            }
        }
        stretches
    }

    /// The number of the place with this text, which is read where it was not before.
    fn place(&mut self, text: &'t str) -> usize {
        if let Some(&place) = self.read.get(text) {
            return place;
        }
        let (mut hashes, mut spans) = (Vec::new(), Vec::new());
        self.tokenizer.tokenize(text, |token| {
            hashes.push(token.hash);
            spans.push(token.start..token.end);
        });
        let mut runs = Vec::with_capacity(hashes.len());
        for run in hashes.windows(RUN).filter_map(run) {
            let next = self.turns.len();
            let number = *self.numbers.entry(run).or_insert(next);
            if number == next {
                self.turns.push(0);
            }
            runs.push(number);
        }
        self.places.push(Place { runs, spans });
        self.read.insert(text, self.places.len() - 1);
        self.places.len() - 1
    }
}

fn run(tokens: &[u64]) -> Option<[u64; RUN]> {
    tokens.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own<'t>(passage: &'t str, others: &[&'t str]) -> Vec<String> {
        let mut elsewhere = Elsewhere::of(others.iter().copied());
        let stretches = elsewhere.own(passage);
        stretches.into_iter().map(|range| passage[range].to_owned()).collect()
    }

    #[test]
    fn what_only_one_side_has_is_told_from_edits() {
        let held = "The dam holds until spring and nobody will be told when the gates open again";
        assert_eq!(own(held, &[held]), [""; 0]);
        assert_eq!(own(&held.replace("spring", "autumn"), &[held]), [""; 0]);
        let put = "as he said in a long aside of his own that day";
        let with = held.replace("nobody", &format!("{put} nobody"));
        assert_eq!(own(&with, &[held]), [put]);
        assert_eq!(own(&with, &[held, &with]), [""; 0]);
        assert_eq!(own(&with, &[""]), [""; 0], "no texts are kept");
        assert_eq!(own("", &[held]), [""; 0]);
    }

    proptest! {
        #[test]
        fn stretches_are_in_order_and_hold_no_shared_run(
            passage in "([ab ]{0,6}|\\PC){0,40}", other in "([ab ]{0,6}|\\PC){0,40}",
        ) {
            // What was asked before changes nothing.
            let mut elsewhere = Elsewhere::of([passage.as_str(), "c c c"]);
            prop_assert!(elsewhere.own(&passage).is_empty());
            elsewhere.turn_to([other.as_str()]);
            let (stretches, held) = (elsewhere.own(&passage), elsewhere.held(&passage));
            // Together they are the passage.
            let mut parts: Vec<_> = stretches.iter().chain(&held).cloned().collect();
            parts.sort_by_key(|part| part.start);
            prop_assert!(parts.windows(2).all(|two| two[0].end == two[1].start));
            let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
            prop_assert_eq!(length, passage.len());
            let tokens = |text: &str| {
                let mut hashes = Vec::new();
                Tokenizer::default().tokenize(text, |token| hashes.push(token.hash));
                hashes
            };
            let theirs = tokens(&other);
            let shared = |run: &[u64]| theirs.windows(RUN).any(|other| other == run);
            for stretch in stretches {
                let own = tokens(&passage[stretch]);
                prop_assert!(own.len() >= LEAST && !own.windows(RUN).any(shared));
            }
        }
    }
}

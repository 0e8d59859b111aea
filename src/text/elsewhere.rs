//! The words of a passage that other places of it have.
//!
//! A passage goes over what one side put between two shared parts, so its length says less than
//! its words. Used by whoever counts how much of a text is printed elsewhere. Invariant: what is
//! left out is stretches of at least [`LEAST`] tokens, so that an edited word here and there counts
//! as printed, and holds no run of [`RUN`] tokens that another place has; linear in the tokens.

use super::Tokenizer;
use crate::hash::Set;
use std::ops::Range;

/// Tokens in a row that show that a place has the same words.
const RUN: usize = 3;
/// Tokens of a stretch that only one place has, at least: fewer are an edit of what is shared.
const LEAST: usize = 8;

/// A passage as other places have it, by the runs of their tokens.
///
/// ```
/// use wirecopy::text::Elsewhere;
///
/// let elsewhere = Elsewhere::of(["Eleven ships were waiting at anchor by noon on Friday."]);
/// let own = "Eleven ships were waiting at anchor, and the two of us who had come to count them \
///            from the pier went home, by noon on Friday.";
/// let held: Vec<&str> = elsewhere.held(own).into_iter().map(|range| &own[range]).collect();
/// assert_eq!(held, ["Eleven ships were waiting at anchor, ", ", by noon on Friday."]);
/// ```
#[derive(Debug, Default)]
pub struct Elsewhere {
    runs: Set<[u64; RUN]>,
}

impl Elsewhere {
    /// From the texts of the other places; empty where the texts are not kept.
    #[must_use]
    pub fn of<'t>(others: impl IntoIterator<Item = &'t str>) -> Self {
        let (mut tokenizer, mut hashes) = (Tokenizer::default(), Vec::new());
        let mut runs = Set::default();
        for other in others {
            hashes.clear();
            tokenizer.tokenize(other, |token| hashes.push(token.hash));
            runs.extend(hashes.windows(RUN).filter_map(run));
        }
        Self { runs }
    }

    /// The bytes of `passage` that other places have, in order. All of it where nothing is known of
    /// the others.
    #[must_use]
    pub fn held(&self, passage: &str) -> Vec<Range<usize>> {
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
    fn own(&self, passage: &str) -> Vec<Range<usize>> {
        let mut stretches = Vec::new();
        if self.runs.is_empty() {
            return stretches;
        }
        let (mut hashes, mut spans) = (Vec::new(), Vec::new());
        Tokenizer::default().tokenize(passage, |token| {
            hashes.push(token.hash);
            spans.push(token.start..token.end);
        });
        let mut held = vec![false; spans.len()];
        for (at, tokens) in hashes.windows(RUN).enumerate() {
            if run(tokens).is_some_and(|run| self.runs.contains(&run)) {
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
}

fn run(tokens: &[u64]) -> Option<[u64; RUN]> {
    tokens.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own(passage: &str, others: &[&str]) -> Vec<String> {
        let stretches = Elsewhere::of(others.iter().copied()).own(passage);
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
            let elsewhere = Elsewhere::of([other.as_str()]);
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

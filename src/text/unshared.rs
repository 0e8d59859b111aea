//! The stretches of a passage that no other place of it has.
//!
//! A passage goes over what one side put between two shared parts, so its length says less than
//! its words. Used by whoever counts how much of a text is printed elsewhere. Invariant: a stretch
//! holds no run of [`RUN`] tokens that another place has, and is at least [`LEAST`] tokens long, so
//! that an edited word here and there counts as printed; linear in the tokens of all places.

use super::Tokenizer;
use crate::hash::Set;
use std::ops::Range;

/// Tokens in a row that show that a place has the same words.
const RUN: usize = 3;
/// Tokens of a stretch, at least: fewer are an edit of what is shared.
const LEAST: usize = 8;

/// The bytes of `passage` that none of `others`, the passage as other places have it, holds. None
/// where the texts of the others are not kept.
///
/// ```
/// use wirecopy::text::unshared;
///
/// let held = "Eleven ships were waiting at anchor by noon on Friday.";
/// let own = "Eleven ships were waiting at anchor, and the two of us who had come to count them \
///            from the pier went home, by noon on Friday.";
/// let stretches = unshared(own, [held]);
/// assert_eq!(stretches.len(), 1);
/// assert!(own[stretches[0].clone()].ends_with("went home"));
/// ```
#[must_use]
pub fn unshared<'t>(passage: &str, others: impl IntoIterator<Item = &'t str>) -> Vec<Range<usize>> {
    let mut tokenizer = Tokenizer::default();
    let mut runs: Set<[u64; RUN]> = Set::default();
    let mut hashes: Vec<u64> = Vec::new();
    for other in others {
        hashes.clear();
        tokenizer.tokenize(other, |token| hashes.push(token.hash));
        runs.extend(hashes.windows(RUN).filter_map(|run| <[u64; RUN]>::try_from(run).ok()));
    }
    if runs.is_empty() {
        return Vec::new();
    }
    let mut spans: Vec<Range<usize>> = Vec::new();
    hashes.clear();
    tokenizer.tokenize(passage, |token| {
        hashes.push(token.hash);
        spans.push(token.start..token.end);
    });
    let mut held = vec![false; spans.len()];
    for (at, run) in hashes.windows(RUN).enumerate() {
        if <[u64; RUN]>::try_from(run).is_ok_and(|run| runs.contains(&run)) {
            held[at..at + RUN].fill(true);
        }
    }
    let mut stretches = Vec::new();
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own(passage: &str, others: &[&str]) -> Vec<String> {
        let stretches = unshared(passage, others.iter().copied());
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
            let stretches = unshared(&passage, [other.as_str()]);
            prop_assert!(stretches.windows(2).all(|two| two[0].end <= two[1].start));
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

//! The member that represents a family: the wording nearest to what most members have.
//!
//! Used by family once the members are known.
//! Invariant: the choice depends on the texts and the order of the members alone.

use crate::hash::{self, Map};
use crate::limits::narrow;
use crate::shingle;

/// Wordings of a family that are weighed against each other.
const WORDINGS: usize = 32;

/// The member that represents a family: the wording nearest to what most members have. Every
/// shingle is voted on by the members whose wording has it; a wording gains by what the majority
/// has and loses by what only a minority has.
///
/// `tokens` are those of each of `count` members, asked for when they are read, since they may lie
/// in a file of which little is to be in memory; what is returned is the index of a member.
pub(super) fn exemplar<'t>(count: usize, tokens: impl Fn(usize) -> &'t [u32]) -> usize {
    let wording =
        |tokens: &[u32]| tokens.iter().fold(0, |hash, &token| hash::mix(hash ^ u64::from(token)));
    // Each wording once: its hash, first member, and number of members, the most common first.
    let hashed = (0..count).map(|n| (wording(tokens(n)), n));
    let mut sorted: Vec<(u64, usize)> = hashed.collect();
    sorted.sort_unstable();
    let mut wordings: Vec<(usize, usize)> =
        sorted.chunk_by(|x, y| x.0 == y.0).map(|same| (same.len(), same[0].1)).collect();
    wordings.sort_unstable_by_key(|&(count, first)| (std::cmp::Reverse(count), first));
    wordings.truncate(WORDINGS);
    // What half of the members have is never in a minority, and what they have not never in a
    // majority: no wording gains more than theirs.
    let all: usize = wordings.iter().map(|(count, _)| count).sum();
    match wordings.first() {
        Some(&(count, first)) if 2 * count >= all => first,
        _ => weighed(&wordings, tokens),
    }
}

/// The first member of the wording that gains most, of wordings by number and first member.
fn weighed<'t>(wordings: &[(usize, usize)], tokens: impl Fn(usize) -> &'t [u32]) -> usize {
    let votes: Vec<(Vec<u64>, i64)> = wordings
        .iter()
        .map(|&(count, first)| (shingle_set(tokens(first)), i64::from(narrow(count))))
        .collect();
    let all: i64 = votes.iter().map(|(_, count)| count).sum();
    let mut tally: Map<u64, i64> = Map::default();
    for (shingles, count) in &votes {
        for shingle in shingles {
            *tally.entry(*shingle).or_default() += count;
        }
    }
    let gain = |shingles: &[u64]| -> i64 {
        shingles.iter().map(|s| 2 * tally.get(s).copied().unwrap_or(0) - all).sum()
    };
    let best = wordings.iter().zip(&votes).max_by_key(|((count, first), (shingles, _))| {
        (gain(shingles), *count, std::cmp::Reverse(*first))
    });
    best.map_or(0, |((_, first), _)| *first)
}

/// Distinct shingles of three tokens: short, so that an edit spoils few of them.
fn shingle_set(tokens: &[u32]) -> Vec<u64> {
    let mut all = Vec::new();
    shingle::shingles(tokens, 3, |_, hash| all.push(hash));
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chosen(members: &[&[u32]]) -> usize {
        exemplar(members.len(), |n| members[n])
    }

    proptest! {
        #[test]
        fn a_wording_that_half_of_the_members_have_gains_most(
            texts in prop::collection::vec(prop::collection::vec(0_u32..4, 0..9), 1..5),
            others in prop::collection::vec(1_usize..4, 4),
        ) {
            // Each wording, with the number of the members that have it, the most common first.
            let mut texts = texts;
            texts.sort_unstable();
            texts.dedup();
            let own: usize = others.iter().take(texts.len() - 1).sum();
            let counts = std::iter::once(own.max(1)).chain(others);
            let copies = texts.iter().zip(counts);
            let members: Vec<&[u32]> = copies
                .flat_map(|(text, count)| std::iter::repeat_n(text.as_slice(), count))
                .collect();
            let mut wordings: Vec<(usize, usize)> = texts
                .iter()
                .filter_map(|text| {
                    let count = members.iter().filter(|member| *member == text).count();
                    Some((count, members.iter().position(|member| member == text)?))
                })
                .collect();
            wordings.sort_unstable_by_key(|&(count, first)| (std::cmp::Reverse(count), first));
            prop_assert_eq!(chosen(&members), weighed(&wordings, |n| members[n]));
        }
    }

    #[test]
    fn the_most_common_wording_represents_a_family() {
        let (usual, edited) = ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 90, 91, 92, 7, 8]);
        assert_eq!(chosen(&[&edited, &usual, &edited, &usual, &usual]), 1);
        assert_eq!(chosen(&[&edited, &usual, &edited, &usual, &edited]), 0);
    }

    #[test]
    fn the_wording_nearest_to_the_majority_represents_a_family() {
        // Each has an edit of its own but one; most shingles are those of the unedited text.
        let text = |edit: usize| {
            let mut text: Vec<u32> = (0..24).collect();
            text.extend([100, 101]);
            if let Some(word) = text.get_mut(edit) {
                *word += 200;
            }
            text
        };
        let texts = [2, 8, 14, 99, 20].map(text);
        let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        assert_eq!(chosen(&texts), 3);
    }

    #[test]
    fn what_only_a_minority_has_counts_against_a_wording() {
        let text: Vec<u32> = (0..20).collect();
        let longer: Vec<u32> = (0..30).collect();
        assert_eq!(chosen(&[&longer, &text, &(0..20).rev().collect::<Vec<_>>(), &text[..19]]), 1);
    }

    #[test]
    fn a_wording_gains_by_what_more_than_half_of_the_members_have() {
        // Three of five members go on after the first ten words, each in its own way but one.
        let longer: Vec<u32> = (0..16).collect();
        let (short, other) = (&longer[..10], |last| [&longer[..], &[last]].concat());
        assert_eq!(chosen(&[short, short, &other(90), &other(91), &longer]), 4);
    }
}

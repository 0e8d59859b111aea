//! Windows of tokens, and their hashes.
//!
//! A window that starts with a character token (a script without spaces) spans `2 k` tokens, since
//! a word is worth about two characters. The length of a window depends only on its first token, so
//! two copies of a passage get the same shingles at the same places.
//!
//! Tokens are [compact](crate::text::Token::compact): 32 bits each.

use crate::hash;

/// Tokens in the window that starts with `token`, for shingles of `k` words.
#[inline(always)]
#[must_use]
pub fn window(token: u32, k: usize) -> usize {
    k << (token & 1)
}

/// As [`window`], but no longer than `most` tokens: a passage of `most` tokens must hold a window
/// in every script.
#[inline(always)]
#[must_use]
pub fn window_within(token: u32, k: usize, most: usize) -> usize {
    window(token, k).min(most)
}

/// Hash of one window: four tokens a folded multiply.
#[inline(always)]
pub(crate) fn hash_window(window: &[u32]) -> u64 {
    let pair = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    let (fours, rest) = window.as_chunks::<4>();
    let mut state = window.len() as u64;
    for &[a, b, c, d] in fours {
        state = hash::fold(state ^ pair(a, b) ^ hash::KEY0, pair(c, d) ^ hash::KEY1);
    }
    for &token in rest {
        state = hash::fold(state ^ u64::from(token), LAST);
    }
    state
}

/// Odd multiplier for the tokens after the last four (the golden ratio).
const LAST: u64 = 0x9e37_79b9_7f4a_7c15;

/// Appends the shingles of a whole document to `hashes`; returns whether it is short.
///
/// A document too short for any window is one shingle over all its tokens, so that it can be
/// compared at all; a document without tokens has no shingle and is not short.
pub fn document_shingles(tokens: &[u32], k: usize, hashes: &mut Vec<u64>) -> bool {
    let before = hashes.len();
    hashes.reserve(tokens.len());
    shingles(tokens, k, |_, hash| hashes.push(hash));
    let short = hashes.len() == before && !tokens.is_empty();
    if short {
        hashes.push(hash_window(tokens));
    }
    short
}

/// Whether some window of `k` words fits into `tokens`.
pub(crate) fn has_window(tokens: &[u32], k: usize) -> bool {
    let fits = |(at, &token): (usize, &u32)| window(token, k) <= tokens.len() - at;
    tokens.iter().enumerate().any(fits)
}

/// Calls `sink` with the start and the hash of every window of `tokens`, in order. A window must
/// fit: none starts at the last `k - 1` words (or `2 k - 1` characters).
#[inline(always)]
pub fn shingles(tokens: &[u32], k: usize, sink: impl FnMut(usize, u64)) {
    shingles_within(tokens, k, usize::MAX, sink);
}

/// As [`shingles`], with windows of at most `most` tokens.
#[inline(always)]
pub fn shingles_within(tokens: &[u32], k: usize, most: usize, mut sink: impl FnMut(usize, u64)) {
    for at in 0..tokens.len() {
        if let Some(hash) = shingle_at(tokens, at, k, most) {
            sink(at, hash);
        }
    }
}

/// The hash of the window that starts at a place, of at most `most` tokens, if it fits.
#[inline(always)]
#[must_use]
pub(crate) fn shingle_at(tokens: &[u32], at: usize, k: usize, most: usize) -> Option<u64> {
    let size = window_within(*tokens.get(at)?, k, most);
    let window = tokens.get(at..at + size)?;
    // The common size as a constant lets the compiler unroll.
    Some(if size == 5 { hash_window(&window[..5]) } else { hash_window(window) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(tokens: &[u32], k: usize) -> Vec<(usize, u64)> {
        let mut all = Vec::new();
        shingles(tokens, k, |at, hash| all.push((at, hash)));
        all
    }

    #[test]
    fn a_shingle_depends_on_its_window_alone() {
        let text: Vec<u32> = (0..20).map(|n| n << 2).collect();
        for k in 1..9 {
            let whole = hashes(&text, k);
            assert_eq!(whole.len(), 21 - k);
            for &(at, hash) in &whole {
                assert_eq!(hashes(&text[at..at + k], k), [(0, hash)]);
            }
        }
    }

    #[test]
    fn a_window_of_characters_is_twice_as_long() {
        let text: Vec<u32> = (0..12).map(|n| n << 2 | 1).collect();
        assert_eq!(hashes(&text, 5).len(), 3);
    }

    #[test]
    fn a_window_is_no_longer_than_its_bound() {
        let text: Vec<u32> = (0..12).map(|n| n << 2 | 1).collect();
        let count = |most| {
            let mut count = 0;
            shingles_within(&text, 5, most, |_, _| count += 1);
            count
        };
        assert_eq!([7, 10, 11].map(count), [6, 3, 3]);
    }

    #[test]
    fn a_document_without_a_window_is_short() {
        // A character in front of words, and every mixture of both.
        for bits in 0_u32..1 << 8 {
            for len in 0..=8_usize {
                let tokens: Vec<u32> = (0..len).map(|n| bits >> n & 1).collect();
                for k in 1..=5 {
                    let short = document_shingles(&tokens, k, &mut Vec::new());
                    assert_eq!(short, !tokens.is_empty() && !has_window(&tokens, k));
                }
            }
        }
    }

    /// Places that `edits` replaced tokens leave to shingles of `k` in a passage of `len`.
    fn intact(len: usize, k: usize, edits: &[usize]) -> usize {
        (0..=len - k).filter(|&s| !edits.iter().any(|&e| s <= e && e < s + k)).count()
    }

    /// Calls `each` with all ways to choose `count` places below `len`.
    fn choose(len: usize, count: usize, chosen: &mut Vec<usize>, each: &mut impl FnMut(&[usize])) {
        if chosen.len() == count {
            return each(chosen);
        }
        for at in chosen.last().map_or(0, |&last| last + 1)..len {
            chosen.push(at);
            choose(len, count, chosen, each);
            chosen.pop();
        }
    }

    #[test]
    fn the_edit_guarantee_holds_for_every_placement_and_is_tight() {
        for k in 2..=4 {
            for len in k..=if cfg!(miri) { 7 } else { 14 } {
                let survives = len / k - 1;
                let mut worst = usize::MAX;
                choose(len, survives, &mut Vec::new(), &mut |edits| {
                    worst = worst.min(intact(len, k, edits));
                });
                assert!(worst >= 1, "L {len}, k {k}, {survives} edits");
                let mut killed = false;
                choose(len, survives + 1, &mut Vec::new(), &mut |edits| {
                    killed |= intact(len, k, edits) == 0;
                });
                assert!(killed, "L {len}, k {k}: one edit more can hide it");
            }
        }
    }
}

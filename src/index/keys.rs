//! Which shingles of a text are kept, and what a posting says of them.
//!
//! Used by prepared for documents, by candidates for queries. Of every [`WINDOW`] shingles in a
//! row (fewer in a short text) the one with the smallest mixed hash is kept (minimisers; Roberts et
//! al., Bioinformatics 2004), which depends on these shingles alone. So two texts that share
//! [`WINDOW`] shingles in a row keep one of them in common: a run of 15 words or of 20 characters.
//!
//! A posting also has six bits of the tokens on either side of the shingle. Phrases of five words
//! that many texts have by chance mostly differ there, and in a shared run of 15 one side agrees.
//! Invariant: every shared run of so many tokens leads to a posting that agrees on a side.

use crate::hash::mix;
use crate::limits::narrow;
use crate::shingle::{shingles_within, window_within};

/// Shingles in a row of which one is kept, at most.
pub(super) const WINDOW: usize = 11;
/// Keys that a text is to have: a short one keeps one shingle of fewer, so that copies of it with
/// many edits, which share few shingles, still lead to it.
const LEAST_KEYS: usize = 24;
/// Longest shingle in tokens: one of characters is no longer.
pub(super) const MOST_TOKENS: usize = 15;
/// Tokens on either side that a posting knows.
const AROUND: usize = 2;

/// A shingle with what is around it: 28 bits of its hash, then six bits of the tokens on the left
/// and six of those on the right (0: the text ends there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

/// Bits of a posting that are the number of a document.
pub(super) const DOCUMENT_BITS: u32 = 24;

/// Bits of a key.
pub(super) const KEY_BITS: u32 = 40;
const SIDE_BITS: u32 = 6;
/// Those of the shingle.
pub(super) const SHINGLE_BITS: u32 = KEY_BITS - 2 * SIDE_BITS;

impl Key {
    fn new(high: u32, left: u64, right: u64) -> Self {
        let shingle = u64::from(high >> (u32::BITS - SHINGLE_BITS));
        Self(shingle << (2 * SIDE_BITS) | left << SIDE_BITS | right)
    }

    /// From its bits.
    pub(super) fn of_bits(bits: u64) -> Self {
        Self(bits & ((1 << KEY_BITS) - 1))
    }

    /// Its bits.
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// Bits of the hash alone: equal for the same shingle in any place.
    pub(super) fn shingle(self) -> u64 {
        self.0 >> (2 * SIDE_BITS)
    }

    /// On how many sides the tokens are the same, as far as the bits say.
    pub(super) fn agreement(self, other: Self) -> u32 {
        let side = |key: Self, shift: u32| key.0 >> shift & ((1 << SIDE_BITS) - 1);
        let same = |shift| side(self, shift) != 0 && side(self, shift) == side(other, shift);
        u32::from(same(0)) + u32::from(same(SIDE_BITS))
    }
}

/// Six bits of some tokens, never 0; 0 where there are none.
fn side(tokens: Option<&[u32]>) -> u64 {
    let Some(tokens) = tokens else { return 0 };
    let state = tokens.iter().fold(0, |state, &token| mix(state ^ u64::from(token)));
    state % ((1 << SIDE_BITS) - 1) + 1
}

/// A shingle of a text before its key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shingle {
    /// What is compared, of the whole hash.
    mixed: u64,
    /// The upper half of the hash.
    high: u32,
    /// Its first token.
    at: u32,
}

impl Shingle {
    /// All of a text, in order.
    fn all(tokens: &[u32], ngram_size: usize) -> Vec<Self> {
        let mut every = Vec::with_capacity(tokens.len());
        shingles_within(tokens, ngram_size, MOST_TOKENS, |at, hash| {
            let high = ((hash >> 32) & 0xffff_ffff) as u32;
            every.push(Self { mixed: mix(hash), high, at: narrow(at) });
        });
        every
    }

    /// Its key, with what is around it.
    fn key(self, tokens: &[u32], ngram_size: usize) -> Key {
        let at = self.at as usize;
        let size = window_within(tokens[at], ngram_size, MOST_TOKENS);
        let left = at.checked_sub(AROUND).and_then(|start| tokens.get(start..at));
        let right = tokens.get(at + size..at + size + AROUND);
        Key::new(self.high, side(left), side(right))
    }
}

/// A key of a text, and the first tokens of the first and the last shingle that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed {
    pub(super) key: Key,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// The keys of all shingles, ascending and different.
pub(super) fn all(tokens: &[u32], ngram_size: usize) -> Vec<Placed> {
    let every = Shingle::all(tokens, ngram_size);
    let placed =
        |one: Shingle| Placed { key: one.key(tokens, ngram_size), first: one.at, last: one.at };
    let mut keys: Vec<Placed> = every.into_iter().map(placed).collect();
    keys.sort_unstable();
    keys.dedup_by(|next, kept| {
        let is_same = next.key == kept.key;
        kept.last = if is_same { next.last } else { kept.last };
        is_same
    });
    keys
}

/// Shingles in a row of which one is kept, in a text of so many: of `n` in a row about one in
/// `(n + 1) / 2` is.
fn window(shingles: usize) -> usize {
    (2 * shingles / LEAST_KEYS).saturating_sub(1).clamp(1, WINDOW)
}

/// The keys that are kept of a document, ascending and different.
pub(super) fn kept(tokens: &[u32], ngram_size: usize) -> Vec<Key> {
    let every = Shingle::all(tokens, ngram_size);
    let mut keys = Vec::with_capacity(every.len() / 4 + 1);
    // The smallest of a window moves to the right only: it is looked for again once it is left.
    let (mut smallest, mut last) = (0, None);
    let first = window(every.len()).min(every.len());
    for end in first..=every.len() {
        let start = end - first;
        if smallest < start || end == first {
            smallest = (start..end).min_by_key(|&n| (every[n].mixed, n)).unwrap_or(start);
        } else if every[end - 1].mixed < every[smallest].mixed {
            smallest = end - 1;
        }
        if last.replace(smallest) != Some(smallest) {
            keys.extend(every.get(smallest).map(|one| one.key(tokens, ngram_size)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of every window the smallest, looked for in each.
    fn kept_plain(tokens: &[u32]) -> Vec<Key> {
        let every: Vec<(u64, Key)> = Shingle::all(tokens, 5)
            .into_iter()
            .map(|one| (one.mixed, one.key(tokens, 5)))
            .collect();
        let size = window(every.len()).min(every.len()).max(1);
        let smallest = |window: &[(u64, Key)]| window.iter().min_by_key(|one| one.0).unwrap().1;
        let mut keys: Vec<Key> = every.windows(size).map(smallest).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Tokens of words, and where `script` says so of characters.
    fn tokens(range: std::ops::Range<u32>, script: u32) -> Vec<u32> {
        let high = |n: u32| u32::try_from(mix(u64::from(n)) >> 32).unwrap_or_default();
        range.map(|n| high(n) & !3 | u32::from(n % 5 < script)).collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_is_the_smallest_of_every_window(
            tokens in prop::collection::vec((0_u32..9).prop_map(|n| n << 2 | n & 1), 0..200),
        ) {
            prop_assert_eq!(kept(&tokens, 5), kept_plain(&tokens));
        }

        #[test]
        fn a_shared_run_leads_to_a_key_that_agrees(
            before in 0_u32..40, after in 0_u32..40, seed in 0_u32..1_000, script in 0_u32..6,
        ) {
            let length = if script == 0 { 15 } else { 20 };
            let run = tokens(seed * 1_000..seed * 1_000 + length, script);
            let around = |from: u32, count: u32| tokens(from..from + count, script);
            let (left, right) = (around(2_000_000, before), around(3_000_000, after));
            let stored = [left, run.clone(), right].concat();
            let asked = [around(4_000_000, after), run, around(5_000_000, before)].concat();
            let (stored, asked) = (kept(&stored, 5), all(&asked, 5));
            let leads = |key: &Key| {
                asked.iter().any(|a| a.key.shingle() == key.shingle() && a.key.agreement(*key) > 0)
            };
            prop_assert!(stored.iter().any(leads));
        }
    }

    #[test]
    fn a_short_text_keeps_as_much_as_it_needs() {
        for count in [5, 20, 44, 60, 100, 150, 200, 300] {
            let kept = kept(&tokens(0..count, 0), 5).len();
            let shingles = count as usize - 4;
            assert!(kept >= shingles.min(17) && kept <= shingles.min(64), "{count}: {kept}");
        }
    }

    #[test]
    fn about_a_sixth_is_kept() {
        let kept = kept(&tokens(0..60_000, 0), 5).len();
        assert!((9_500..10_500).contains(&kept), "{kept}");
    }
}

//! Which shingles of a text are kept, and what a posting says of them.
//!
//! Used by prepared for documents, by candidates for queries. Of the shingles inside any [`RUN`]
//! tokens in a row (fewer in a short text) the one with the smallest mixed hash is kept
//! (minimisers; Roberts et al., Bioinformatics 2004), which depends on these shingles alone. So two
//! texts that share so many tokens in a row, words or characters, keep one of their shingles in
//! common.
//!
//! A posting also has six bits of the tokens on either side of the shingle. Phrases of five words
//! that many texts have by chance mostly differ there, and in a shared run of 15 one side agrees,
//! unless a shingle is nearly as long as the run ([`leads_by_a_side`]).
//! Invariant: every shared run of so many tokens leads to a posting, and to one that agrees on a
//! side where that is asked for.

use crate::hash::mix;
use crate::limits::narrow;
use crate::shingle::{shingles_within, window_within};

/// Tokens of a shared run that is to be found: those of a passage by default.
pub(super) const RUN: usize = 15;
/// Keys that a text is to have: a short one keeps one shingle of fewer, so that copies of it with
/// many edits, which share few shingles, still lead to it.
const LEAST_KEYS: usize = 24;
/// Longest shingle in tokens: one of characters is no longer, nor longer than the run.
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
    /// All of a text, in order, none with more tokens than the longest.
    fn all(tokens: &[u32], ngram_size: usize, longest: usize) -> Vec<Self> {
        let mut every = Vec::with_capacity(tokens.len());
        shingles_within(tokens, ngram_size, longest, |at, hash| {
            let high = ((hash >> 32) & 0xffff_ffff) as u32;
            every.push(Self { mixed: mix(hash), high, at: narrow(at) });
        });
        every
    }

    /// Its key, with what is around it.
    fn key(self, tokens: &[u32], ngram_size: usize, longest: usize) -> Key {
        let at = self.at as usize;
        let size = window_within(tokens[at], ngram_size, longest);
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

/// The keys of all shingles, ascending and different, for documents of which one of `window`
/// shingles is kept.
pub(super) fn all(tokens: &[u32], ngram_size: usize, window: usize) -> Vec<Placed> {
    let longest = longest(ngram_size, window);
    let every = Shingle::all(tokens, ngram_size, longest);
    let placed = |one: Shingle| {
        let key = one.key(tokens, ngram_size, longest);
        Placed { key, first: one.at, last: one.at }
    };
    let mut keys: Vec<Placed> = every.into_iter().map(placed).collect();
    keys.sort_unstable();
    keys.dedup_by(|next, kept| {
        let is_same = next.key == kept.key;
        kept.last = if is_same { next.last } else { kept.last };
        is_same
    });
    keys
}

/// Shingles of words in a row of which one is kept, so that a shared run of so many tokens keeps
/// one.
pub(super) fn window(ngram_size: usize, run: usize) -> usize {
    (run + 1).saturating_sub(ngram_size.min(MOST_TOKENS)).max(1)
}

/// Tokens of a shared run of which a shingle is kept, by the window.
pub(super) fn run(ngram_size: usize, window: usize) -> usize {
    window + ngram_size.min(MOST_TOKENS) - 1
}

/// Tokens of the longest shingle, which lies in a run.
fn longest(ngram_size: usize, window: usize) -> usize {
    run(ngram_size, window).min(MOST_TOKENS)
}

/// Whether a run of so many tokens, in any script, has the tokens on one side of each shingle, so
/// that what agrees on neither can be passed over.
pub(super) fn leads_by_a_side(ngram_size: usize, run: usize) -> bool {
    // Of one with less than `AROUND` tokens of the run on either side none is known.
    (2 * ngram_size).min(MOST_TOKENS) + 2 * AROUND <= run + 1
}

/// Shingles in a row of which one is kept, in a text of so many: of `n` in a row about one in
/// `(n + 1) / 2` is.
fn window_of(shingles: usize, most: usize) -> usize {
    (2 * shingles / LEAST_KEYS).saturating_sub(1).clamp(1, most.max(1))
}

/// The shingles of a text, and which of them are weighed against each other.
struct Windows<'a> {
    every: &'a [Shingle],
    tokens: &'a [u32],
    ngram_size: usize,
    longest: usize,
    /// Most shingles of a window.
    shingles: usize,
    /// Tokens in which they lie.
    run: usize,
}

impl Windows<'_> {
    /// The token after a shingle.
    fn end(&self, n: usize) -> usize {
        let at = self.every[n].at as usize;
        at + window_within(self.tokens[at], self.ngram_size, self.longest)
    }

    /// Whether the `n`th shingle is weighed in the window that starts with the `first`.
    fn holds(&self, first: usize, n: usize) -> bool {
        let within = first..self.every.len().min(first + self.shingles);
        let run = self.every[first].at as usize + self.run;
        n == first || within.contains(&n) && self.end(n) <= run
    }

    /// The smallest of the window that starts with the `first`.
    fn smallest(&self, first: usize) -> usize {
        let within = first..self.every.len().min(first + self.shingles);
        let held = within.filter(|&n| self.holds(first, n));
        held.min_by_key(|&n| (self.every[n].mixed, n)).unwrap_or(first)
    }

    /// Whether a whole run lies in the text from the `n`th shingle on.
    fn has_a_run_from(&self, n: usize) -> bool {
        self.every.get(n).is_some_and(|one| one.at as usize + self.run <= self.tokens.len())
    }

    /// The smallest of each window, in order: each is looked for.
    fn each(&self, mut sink: impl FnMut(usize)) {
        let last = self.every.len().saturating_sub(1);
        for first in 0..self.every.len() {
            sink(self.smallest(first));
            // What starts later holds less, but it may be a run of its own: the last shingle can
            // end before the text does where those of the scripts are of two sizes.
            if self.holds(first, last) && !self.has_a_run_from(first + 1) {
                return;
            }
        }
    }

    /// The same in texts of shingles of one size. The smallest of a window moves to the right
    /// only: it is looked for again once it is left.
    fn each_of_one_size(&self, mut sink: impl FnMut(usize)) {
        let every = self.every;
        let size = self.shingles.min(every.len());
        let mut smallest = 0;
        for end in size..=every.len() {
            let start = end - size;
            if smallest < start || end == size {
                let all = (start..end).min_by_key(|&n| (every[n].mixed, n));
                smallest = all.unwrap_or(start);
            } else if every[end - 1].mixed < every[smallest].mixed {
                smallest = end - 1;
            }
            sink(smallest);
        }
    }
}

/// The keys that are kept of a document, ascending and different, where of `most` shingles of
/// words in a row one is.
pub(super) fn kept(tokens: &[u32], ngram_size: usize, most: usize) -> Vec<Key> {
    let longest = longest(ngram_size, most);
    let every = Shingle::all(tokens, ngram_size, longest);
    let mut keys = Vec::with_capacity(every.len() / 4 + 1);
    let mut last = None;
    let keep = |smallest: usize| {
        if last.replace(smallest) != Some(smallest) {
            keys.extend(every.get(smallest).map(|one| one.key(tokens, ngram_size, longest)));
        }
    };
    let size = |&token: &u32| window_within(token, ngram_size, longest);
    let is_one_size = tokens.iter().map(size).is_sorted_by(|a, b| a == b);
    let (shingles, run) = (window_of(every.len(), most), run(ngram_size, most));
    let windows = Windows { every: &every, tokens, ngram_size, longest, shingles, run };
    if is_one_size && size(tokens.first().unwrap_or(&0)) + shingles <= run + 1 {
        windows.each_of_one_size(keep);
    } else {
        windows.each(keep);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOW: usize = RUN + 1 - 5;

    /// Of so many shingles in a row the smallest of those inside a run of tokens, looked for in
    /// each.
    fn kept_plain(tokens: &[u32], ngram_size: usize, most: usize) -> Vec<Key> {
        let longest = run(ngram_size, most).min(MOST_TOKENS);
        let every = Shingle::all(tokens, ngram_size, longest);
        let (shingles, run) = (window_of(every.len(), most), run(ngram_size, most));
        let mut keys = Vec::new();
        for (n, first) in every.iter().enumerate() {
            let inside = |one: &&Shingle| {
                let at = one.at as usize;
                let end = at + window_within(tokens[at], ngram_size, longest);
                one.at == first.at || end <= first.at as usize + run
            };
            let held: Vec<&Shingle> = every[n..].iter().take(shingles).filter(inside).collect();
            let smallest = held.iter().min_by_key(|one| (one.mixed, one.at));
            keys.extend(smallest.map(|one| one.key(tokens, ngram_size, longest)));
            let is_last_held = held.last().map(|one| one.at) == every.last().map(|one| one.at);
            let next = every.get(n + 1).map_or(tokens.len(), |one| one.at as usize);
            if is_last_held && next + run > tokens.len() {
                break;
            }
        }
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
            words: bool, ngram_size in 2_usize..20, most in 1_usize..14,
        ) {
            let one_size: Vec<u32> = tokens.iter().map(|token| token & !3).collect();
            let tokens = if words { one_size } else { tokens };
            let plain = kept_plain(&tokens, ngram_size, most);
            prop_assert_eq!(kept(&tokens, ngram_size, most), plain);
        }

        #[test]
        fn a_shared_run_leads_to_a_key_that_agrees(
            before in 0_u32..60, after in 0_u32..60, seed in 0_u32..1_000, script in 0_u32..6,
            ngram_size in 2_usize..20, run in 6_usize..20,
        ) {
            let run = run.max(ngram_size.min(MOST_TOKENS));
            let shared = tokens(seed * 1_000..seed * 1_000 + narrow(run), script);
            let around = |from: u32, count: u32| tokens(from..from + count, script);
            let (left, right) = (around(2_000_000, before), around(3_000_000, after));
            let stored = [left, shared.clone(), right].concat();
            let asked = [around(4_000_000, after), shared, around(5_000_000, before)].concat();
            let stored = kept(&stored, ngram_size, window(ngram_size, run));
            let asked = all(&asked, ngram_size, window(ngram_size, run));
            let needed = u32::from(leads_by_a_side(ngram_size, run));
            let leads = |key: &Key| {
                asked.iter().any(|a| {
                    a.key.shingle() == key.shingle() && a.key.agreement(*key) >= needed
                })
            };
            prop_assert!(stored.iter().any(leads));
        }
    }

    #[test]
    fn a_run_at_the_end_of_a_text_leads_though_its_last_shingle_ends_before() {
        let shared = tokens(57_000..57_010, 4);
        let stored = kept(&[tokens(2_000_000..2_000_046, 4), shared.clone()].concat(), 5, 6);
        let asked = all(&[shared, tokens(5_000_000..5_000_046, 4)].concat(), 5, 6);
        let leads = |key: &Key| asked.iter().any(|one| one.key.shingle() == key.shingle());
        assert!(stored.iter().any(leads));
    }

    #[test]
    fn a_short_text_keeps_as_much_as_it_needs() {
        for count in [5, 20, 44, 60, 100, 150, 200, 300] {
            let kept = kept(&tokens(0..count, 0), 5, WINDOW).len();
            let shingles = count as usize - 4;
            assert!(kept >= shingles.min(17) && kept <= shingles.min(64), "{count}: {kept}");
        }
    }

    #[test]
    fn about_a_sixth_is_kept() {
        let kept = kept(&tokens(0..60_000, 0), 5, WINDOW).len();
        assert!((9_500..10_500).contains(&kept), "{kept}");
    }
}

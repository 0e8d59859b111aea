//! Hashes of windows of tokens, and where each window is kept.
//!
//! Used by `exact` and `joins`. Invariant: the hash of a window depends on its tokens and on the
//! group of its text, so equal hashes mean equal windows of one group, but for chance.

use crate::hash;
use crate::limits::narrow;

/// Factor of the rolling hash: odd, with bits all over.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// Binary logarithms of the fewest and the most parts of the space of hashes that are looked at one
/// after the other, to hold few at a time.
const PARTS: (u32, u32) = (4, 8);

/// Binary logarithm of the parts in which so many bytes of hashes stay within `memory`, about.
pub(super) fn parts(bytes: u64, memory: u64) -> u32 {
    let needed = bytes / memory.max(1);
    (u64::BITS - needed.leading_zeros()).clamp(PARTS.0, PARTS.1)
}

/// The hashes of all windows of `length` tokens, in order.
pub(super) fn hashes(tokens: &[u32], length: usize, group: u64, hashes: &mut Vec<u64>) {
    hashes.clear();
    if tokens.len() < length {
        return;
    }
    let term = |token: u32| hash::mix(u64::from(token) + 1);
    let mut top = 1_u64;
    (1..length).for_each(|_| top = top.wrapping_mul(FACTOR));
    let mut sum = 0_u64;
    for (n, &token) in tokens.iter().enumerate() {
        sum = sum.wrapping_mul(FACTOR).wrapping_add(term(token));
        if n + 1 >= length {
            hashes.push(hash::mix(sum ^ group));
            sum = sum.wrapping_sub(term(tokens[n + 1 - length]).wrapping_mul(top));
        }
    }
}

/// Hashes in ascending order, found by their first bits.
#[derive(Debug)]
pub(super) struct Tops {
    /// Where the hashes begin that have these first bits.
    starts: Vec<u32>,
    /// Bits of a hash after these.
    rest: u32,
}

impl Tops {
    /// Room for the first `bits` bits, at least one.
    pub(super) fn new(bits: u32) -> Self {
        Self { starts: Vec::with_capacity((1 << bits) + 1), rest: u64::BITS - bits }
    }

    /// The first bits: fewer than a `usize` has, since they number the places of a vector.
    fn top(&self, hash: u64) -> usize {
        usize::try_from(hash >> self.rest).unwrap_or(usize::MAX)
    }

    /// Notes that the `n`-th hash is this one.
    pub(super) fn add(&mut self, n: u32, hash: u64) {
        self.starts.resize(self.starts.len().max(self.top(hash) + 1), n);
    }

    /// Notes that there are `count` hashes.
    pub(super) fn finish(&mut self, count: usize) {
        self.starts.resize((1 << (u64::BITS - self.rest)) + 1, narrow(count));
    }

    /// The numbers of the hashes that have the same first bits.
    pub(super) fn like(&self, hash: u64) -> std::ops::Range<usize> {
        let first = self.top(hash);
        self.starts[first] as usize..self.starts[first + 1] as usize
    }
}

/// Hashes of windows that occur twice, and where each is kept: text, and place in what is left of
/// it.
pub(super) struct Windows {
    /// Ascending.
    hashes: Vec<u64>,
    tops: Tops,
    kept: Vec<(u32, u32)>,
}

/// A window that no text keeps yet.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

impl Windows {
    pub(super) fn new(hashes: Vec<u64>) -> Self {
        let mut tops = Tops::new((usize::BITS - hashes.len().leading_zeros()).max(1));
        (0..).zip(&hashes).for_each(|(n, &hash)| tops.add(n, hash));
        tops.finish(hashes.len());
        let kept = vec![NOWHERE; hashes.len()];
        Self { hashes, tops, kept }
    }

    fn find(&self, hash: u64) -> Option<usize> {
        let like = self.tops.like(hash);
        Some(like.start + self.hashes[like].binary_search(&hash).ok()?)
    }

    /// Whether the window occurs twice.
    pub(super) fn contains(&self, hash: u64) -> bool {
        self.find(hash).is_some()
    }

    /// Where the window is kept.
    pub(super) fn kept(&self, hash: u64) -> Option<(u32, u32)> {
        self.find(hash).map(|n| self.kept[n]).filter(|place| *place != NOWHERE)
    }

    /// Notes where a window is kept, if it occurs twice and is not kept yet.
    pub(super) fn keep(&mut self, hash: u64, place: (u32, u32)) {
        if let Some(n) = self.find(hash).filter(|&n| self.kept[n] == NOWHERE) {
            self.kept[n] = place;
        }
    }
}

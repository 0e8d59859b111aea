//! Four bits for every position of a shard.
//!
//! Used by seed: first for the round in which the shingle at a position is grouped, then, once the
//! round has come, for what the position is to its groups. Shared by all threads.
//! Invariant: a value is one of the sixteen of four bits, and none is written beyond its position.

use crate::simd;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Positions of one word.
const PER_WORD: usize = 16;
/// The lowest bit of each value of a word.
const LOWEST: u64 = 0x1111_1111_1111_1111;

/// Four bits for every position, written from many threads.
#[derive(Debug, Default)]
pub(super) struct Nibbles(Vec<AtomicU64>);

impl Nibbles {
    pub(super) fn new(len: usize) -> Self {
        let words = len.div_ceil(PER_WORD);
        let mut values = Vec::with_capacity(words);
        simd::prefer_large_pages(&mut values);
        values.extend(std::iter::repeat_with(AtomicU64::default).take(words));
        Self(values)
    }

    /// The value of a position.
    #[inline]
    pub(super) fn get(&self, at: usize) -> u8 {
        (self.0[at / PER_WORD].load(Ordering::Relaxed) >> shift(at) & 15) as u8
    }

    /// Sets those bits of the value of a position that are set in `bits`.
    #[inline]
    pub(super) fn add(&self, at: usize, bits: u8) {
        self.0[at / PER_WORD].fetch_or(u64::from(bits & 15) << shift(at), Ordering::Relaxed);
    }

    /// Asks the memory for the value of a position.
    #[inline]
    pub(super) fn prefetch(&self, at: usize) {
        simd::prefetch(&self.0, at / PER_WORD, 1);
    }

    /// Writes values at positions in ascending order that have none.
    pub(super) fn writer(&self) -> Writer<'_> {
        Writer { all: self, word: 0, bits: 0 }
    }

    /// Calls `sink` with every position of `range` that has a value (in order), and takes the value
    /// away. Only positions of other ranges may be used meanwhile.
    pub(super) fn take(&self, range: Range<usize>, value: u8, mut sink: impl FnMut(usize)) {
        let wanted = u64::from(value & 15) * LOWEST;
        for word in range.start / PER_WORD..range.end.div_ceil(PER_WORD) {
            let first = word * PER_WORD;
            let bits = self.0[word].load(Ordering::Relaxed) ^ wanted;
            // The lowest bit of a value is left over where all its bits are zero.
            let mut equal = !(bits | bits >> 1 | bits >> 2 | bits >> 3) & LOWEST;
            if first < range.start {
                equal &= u64::MAX << shift(range.start);
            }
            if first + PER_WORD > range.end {
                equal &= !(u64::MAX << shift(range.end));
            }
            if equal == 0 {
                continue;
            }
            self.0[word].fetch_and(!(equal * 15), Ordering::Relaxed);
            while equal > 0 {
                sink(first + equal.trailing_zeros() as usize / 4);
                equal &= equal - 1;
            }
        }
    }
}

#[inline]
fn shift(at: usize) -> usize {
    4 * (at % PER_WORD)
}

/// Writes values word by word.
pub(super) struct Writer<'a> {
    all: &'a Nibbles,
    word: usize,
    bits: u64,
}

impl Writer<'_> {
    #[inline]
    pub(super) fn put(&mut self, at: usize, value: u8) {
        if at / PER_WORD != self.word {
            self.flush();
            self.word = at / PER_WORD;
        }
        self.bits |= u64::from(value & 15) << shift(at);
    }

    fn flush(&mut self) {
        let bits = std::mem::take(&mut self.bits);
        if bits > 0 {
            self.all.0[self.word].fetch_or(bits, Ordering::Relaxed);
        }
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_are_kept_and_taken_position_by_position(
            values in prop::collection::vec(0_u8..16, 1..90),
            (from, to) in (0_usize..90, 0_usize..90),
            (wanted, more) in (1_u8..16, 0_u8..16),
        ) {
            let all = Nibbles::new(values.len());
            let (front, back) = values.split_at(values.len() / 3);
            for (first, part) in [(0, front), (front.len(), back)] {
                let mut writer = all.writer();
                (first..).zip(part).for_each(|(at, &value)| writer.put(at, value));
            }
            let held = |n| all.get(n);
            prop_assert!((0..values.len()).map(held).eq(values.iter().copied()));
            let range = from.min(to).min(values.len())..from.max(to).min(values.len());
            let mut taken = Vec::new();
            all.take(range.clone(), wanted, |at| taken.push(at));
            let expected = range.filter(|&at| values[at] == wanted);
            prop_assert!(expected.eq(taken.iter().copied()));
            for (at, &value) in values.iter().enumerate() {
                let left = if taken.contains(&at) { 0 } else { value };
                prop_assert_eq!(all.get(at), left);
                all.add(at, more);
                prop_assert_eq!(all.get(at), left | more);
            }
        }
    }
}

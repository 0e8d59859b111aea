//! Entries of one band are sorted by key; equal keys are a bucket.
//!
//! Fed by bands, feeds candidates. Entries are [packed](super::bands::entry) in 8 bytes. Large runs
//! are first cut into partitions that fit the cache (one scatter by the upper bits of the key),
//! then each is radix-sorted from the lowest digit.
//! Invariant: the sort is stable, so entries of one key keep their order.

/// Bits of one digit: the counters of a digit fit the first cache.
const DIGIT: u32 = 11;
/// Upper bits by which large runs are cut; what remains are two digits.
const PARTITION: u32 = 10;
/// Entries from which a run is cut: 1 MiB. (Fewer under miri, which takes minutes for that.)
const LARGE: usize = if cfg!(miri) { 1 << 9 } else { 1 << 17 };
/// Entries up to which a comparison sort is quicker.
const SMALL: usize = if cfg!(miri) { 16 } else { 256 };

/// Sorts entries; keeps its scratch space from run to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sorter {
    scratch: Vec<u64>,
}

impl Sorter {
    /// Sorts `entries` by their keys (the upper halves); equal keys keep their order.
    pub(crate) fn sort(&mut self, entries: &mut Vec<u64>) {
        if entries.len() <= SMALL {
            entries.sort_by_key(|entry| entry >> 32);
            return;
        }
        self.scratch.clear();
        self.scratch.resize(entries.len(), 0);
        if entries.len() < LARGE {
            pass(entries, &mut self.scratch, 32, DIGIT);
            pass(&self.scratch, entries, 32 + DIGIT, DIGIT);
            pass(entries, &mut self.scratch, 32 + 2 * DIGIT, 32 - 2 * DIGIT);
        } else {
            let ends = pass(entries, &mut self.scratch, 64 - PARTITION, PARTITION);
            let mut start = 0;
            for end in ends {
                let (part, room) = (&mut self.scratch[start..end], &mut entries[start..end]);
                start = end;
                if part.len() <= SMALL {
                    part.sort_by_key(|entry| entry >> 32);
                    continue;
                }
                pass(part, room, 32, DIGIT);
                pass(room, part, 32 + DIGIT, DIGIT);
            }
        }
        std::mem::swap(entries, &mut self.scratch);
    }
}

/// Distributes `from` to `to` by the `bits` bits from `shift`; returns where the entries of every
/// digit end.
fn pass(from: &[u64], to: &mut [u64], shift: u32, bits: u32) -> Vec<usize> {
    let mask = (1_u64 << bits) - 1;
    let digit = |entry: u64| narrow_digit((entry >> shift) & mask);
    let mut places = vec![0_usize; 1 << bits];
    for &entry in from {
        places[digit(entry)] += 1;
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    for &entry in from {
        let place = &mut places[digit(entry)];
        to[*place] = entry;
        *place += 1;
    }
    places
}

/// Narrows a digit, which has few bits.
#[inline(always)]
fn narrow_digit(digit: u64) -> usize {
    (digit & 0xffff_ffff) as u32 as usize
}

/// The groups of two or more neighbouring entries with equal keys.
pub(crate) fn buckets(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries.chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::lsh::entry;
    use proptest::prelude::*;

    #[track_caller]
    fn check(mut entries: Vec<u64>) {
        let mut expected = entries.clone();
        expected.sort_by_key(|entry| entry >> 32);
        Sorter::default().sort(&mut entries);
        assert!(entries == expected, "{} entries", entries.len());
    }

    #[test]
    fn sizes_around_the_borders() {
        for size in [0, 1, SMALL, SMALL + 1, 5000, LARGE - 1, LARGE, 3 * LARGE] {
            check((0..size as u64).map(|i| mix(i) << 32 | i).collect());
        }
    }

    #[test]
    fn many_equal_keys() {
        check((0..2 * LARGE as u64).map(|i| (mix(i) % 3) << 32 | i).collect());
        check((0..2 * LARGE as u64).map(|i| 7 << 60 | i).collect());
    }

    #[test]
    fn buckets_are_the_keys_of_two_or_more() {
        let entries =
            [entry(1, 0), entry(2, 1), entry(2, 5), entry(3, 2), entry(9, 3), entry(9, 4)];
        let found: Vec<_> = buckets(&entries).map(<[u64]>::len).collect();
        assert_eq!(found, [2, 2]);
    }

    proptest! {
        #[test]
        fn sorts_like_the_library(keys in prop::collection::vec(0_u32..2000, 0..3000)) {
            let entries = keys.iter().zip(0..).map(|(&key, n)| entry(key << 20 | key, n));
            check(entries.collect());
        }
    }
}

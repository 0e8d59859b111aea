//! A candidate pair gets its exact similarity.
//!
//! Sixth stage of the flow of `dedup`: lsh proposes, cluster builds on what is verified here.
//! Sets of shingles are sorted slices of distinct 64-bit hashes ([`make_set`], [`overlap`]), for
//! sets that are kept and compared again, or rows of bits ([`Incidence`]), for a group whose pairs
//! are all compared at once.
//! Invariant: what is reported is `|A and B| / |A or B|` of the sets, never an estimate.

/// What two sets have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// Elements of both.
    pub shared: usize,
    /// Elements of either.
    pub union: usize,
}

impl Overlap {
    /// Jaccard similarity (Jaccard, 1901); 0 where both sets are empty.
    #[must_use]
    pub fn jaccard(self) -> f64 {
        self.shared as f64 / self.union.max(1) as f64
    }
}

/// Makes a set of the hashes in `hashes`: sorted, each once.
pub fn make_set(hashes: &mut Vec<u64>) {
    if hashes.len() < FEW || u32::try_from(hashes.len()).is_err() || !scatter(hashes) {
        hashes.sort_unstable();
    }
    hashes.dedup();
}

/// Below this a plain sort is as quick.
const FEW: usize = 48;
/// Most hashes of one bucket: what lies within is sorted by insertion.
const CROWD: u32 = 24;

/// Sorts hashes that lie evenly, as good hashes do, in one pass: each goes to the bucket of its
/// upper bits, and those of a bucket are put in order by insertion. Where some bucket is crowded
/// (a text that repeats itself, or one made to defeat this) all is left as it was.
fn scatter(hashes: &mut Vec<u64>) -> bool {
    // Two hashes in a bucket on average, as long as the sixteen upper bits suffice.
    let bits = hashes.len().ilog2().clamp(2, 17) - 1;
    let bucket = |hash: u64| (hash >> 48) as usize >> (16 - bits);
    let mut ends = vec![0_u32; 1 << bits];
    for &hash in hashes.iter() {
        ends[bucket(hash)] += 1;
    }
    if ends.iter().any(|&count| count > CROWD) {
        return false;
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut sorted = vec![0; hashes.len()];
    for &hash in hashes.iter() {
        let end = &mut ends[bucket(hash)];
        sorted[*end as usize] = hash;
        *end += 1;
    }
    for at in 1..sorted.len() {
        let hash = sorted[at];
        let mut to = at;
        while to > 0 && sorted[to - 1] > hash {
            sorted[to] = sorted[to - 1];
            to -= 1;
        }
        sorted[to] = hash;
    }
    *hashes = sorted;
    true
}

/// Which of a few sets hold which hashes: every distinct hash has a number, every set a bit for
/// each number. All pairs of a group are compared without sorting anything.
///
/// # Examples
/// ```
/// use wirecopy::verify::Incidence;
/// let mut incidence = Incidence::default();
/// assert!(incidence.fill(&[&[3, 1, 2, 2], &[2, 3, 4]]));
/// assert_eq!(incidence.overlap(0, 1).jaccard(), 0.5);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Incidence {
    /// Hash of each slot (open addressing by the upper bits).
    slots: Vec<u64>,
    /// The rows of bits: slots that are taken, then the slots of each set.
    rows: Vec<u64>,
    /// Words of a row.
    words: usize,
    /// Elements of each set.
    sizes: Vec<usize>,
}

/// Probes that one hash may cost on average; more means hashes made to collide.
const PROBES: usize = 16;
/// Bits of a word of a row.
const WORD: usize = 64;
/// Slots at most: they are numbered by the upper half of a hash.
const MOST_SLOTS: usize = 1 << 31;

impl Incidence {
    /// Takes the hashes of some sets, in any order and with repeats. Returns false where they
    /// crowd (a text made to defeat this) or number more than 2^30: then nothing can be compared
    /// here, and [`make_set`] is the way.
    #[must_use]
    pub fn fill(&mut self, sets: &[&[u64]]) -> bool {
        let largest = sets.iter().map(|set| set.len()).max().unwrap_or(0);
        let mut slots = largest.saturating_mul(2).clamp(WORD, MOST_SLOTS + 1).next_power_of_two();
        while slots <= MOST_SLOTS {
            match self.try_fill(sets, slots) {
                Filled::All => return true,
                Filled::Crowded => return false,
                // Sets with little in common: twice as many slots.
                Filled::Full => slots *= 2,
            }
        }
        false
    }

    fn try_fill(&mut self, sets: &[&[u64]], slots: usize) -> Filled {
        self.words = slots / WORD;
        self.slots.resize(slots, 0);
        self.rows.clear();
        self.rows.resize(self.words * (sets.len() + 1), 0);
        self.sizes.clear();
        let (mask, shift) = (slots - 1, u32::BITS - slots.ilog2());
        let (taken, rows) = self.rows.split_at_mut(self.words);
        let mut probes = PROBES * sets.iter().map(|set| set.len()).sum::<usize>();
        // Three quarters: above, probing takes long.
        let mut free = slots - slots / 4;
        for (row, set) in rows.chunks_exact_mut(self.words).zip(sets) {
            for &hash in *set {
                let mut slot = ((hash >> 32) as u32 >> shift) as usize;
                loop {
                    let (word, bit) = (slot / WORD, 1 << (slot % WORD));
                    if taken[word] & bit == 0 {
                        if free == 0 {
                            return Filled::Full;
                        }
                        free -= 1;
                        taken[word] |= bit;
                        self.slots[slot] = hash;
                    }
                    if self.slots[slot] == hash {
                        row[word] |= bit;
                        break;
                    }
                    let Some(left) = probes.checked_sub(1) else { return Filled::Crowded };
                    probes = left;
                    slot = (slot + 1) & mask;
                }
            }
            self.sizes.push(row.iter().map(|word| word.count_ones() as usize).sum());
        }
        Filled::All
    }

    /// Compares two of the sets by their numbers; sets beyond the last count as empty.
    #[must_use]
    pub fn overlap(&self, a: usize, b: usize) -> Overlap {
        let row = |n: usize| self.rows.get((n + 1) * self.words..(n + 2) * self.words);
        let (row_a, row_b) = (row(a).unwrap_or_default(), row(b).unwrap_or_default());
        let both = row_a.iter().zip(row_b).map(|(x, y)| (x & y).count_ones() as usize);
        let shared = both.sum();
        let size = |n: usize| self.sizes.get(n).copied().unwrap_or(0);
        Overlap { shared, union: size(a) + size(b) - shared }
    }
}

/// How filling ended.
enum Filled {
    All,
    Full,
    Crowded,
}

/// Compares two sets.
///
/// # Examples
/// ```
/// use wirecopy::verify::{make_set, overlap};
/// let (mut a, mut b) = (vec![3, 1, 2, 2], vec![2, 3, 4]);
/// make_set(&mut a);
/// make_set(&mut b);
/// assert_eq!(overlap(&a, &b).jaccard(), 0.5);
/// ```
#[must_use]
pub fn overlap(a: &[u64], b: &[u64]) -> Overlap {
    let (mut at_a, mut at_b, mut shared) = (0, 0, 0);
    // Without branches on the data: which side is less cannot be predicted.
    while let (Some(&x), Some(&y)) = (a.get(at_a), b.get(at_b)) {
        shared += usize::from(x == y);
        at_a += usize::from(x <= y);
        at_b += usize::from(y <= x);
    }
    Overlap { shared, union: a.len() + b.len() - shared }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn empty_sets() {
        assert_eq!(overlap(&[], &[]), Overlap { shared: 0, union: 0 });
        assert!(overlap(&[], &[]).jaccard().abs() < 1e-12);
        assert_eq!(overlap(&[1], &[]), Overlap { shared: 0, union: 1 });
    }

    #[test]
    fn jaccard_is_the_shared_part_of_the_union() {
        let jaccard = |shared, union| Overlap { shared, union }.jaccard();
        assert!((jaccard(3, 4) - 0.75).abs() < 1e-12);
        assert!((jaccard(4, 4) - 1.0).abs() < 1e-12);
        assert!(jaccard(0, 4).abs() < 1e-12);
    }

    /// The set by a plain sort.
    fn plain(hashes: &[u64]) -> Vec<u64> {
        hashes.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    #[test]
    fn crowded_hashes_make_the_same_set() {
        let mixed = |n: u64| crate::hash::mix(n % 700);
        for count in [FEW as u64 - 1, FEW as u64, 1000, 5000] {
            let even: Vec<u64> = (0..count).map(mixed).collect();
            let crowded: Vec<u64> = even.iter().map(|hash| hash >> 20).collect();
            let one: Vec<u64> = vec![7; even.len()];
            for hashes in [even, crowded, one] {
                let mut set = hashes.clone();
                make_set(&mut set);
                assert_eq!(set, plain(&hashes));
            }
        }
    }

    #[test]
    fn even_hashes_are_scattered_and_crowded_ones_left_as_they_are() {
        for count in [FEW as u64, 1000, 60_000, if cfg!(miri) { 100 } else { 300_000 }] {
            let even: Vec<u64> = (0..count).map(crate::hash::mix).collect();
            let mut sorted = even.clone();
            assert!(scatter(&mut sorted), "{count}");
            assert!(sorted.is_sorted());
            let crowded: Vec<u64> = even.iter().map(|hash| hash >> 30).collect();
            let mut left = crowded.clone();
            assert!(!scatter(&mut left), "{count}");
            assert_eq!(left, crowded);
        }
    }

    #[test]
    fn hashes_made_to_collide_are_refused() {
        let mut incidence = Incidence::default();
        let crowd: Vec<u64> = (0..2000).collect();
        assert!(!incidence.fill(&[&crowd, &crowd]), "all of one slot");
        let even: Vec<u64> = (0..2000).map(crate::hash::mix).collect();
        assert!(incidence.fill(&[&even, &even]));
        assert_eq!(incidence.overlap(0, 1), Overlap { shared: 2000, union: 2000 });
    }

    #[test]
    fn sets_with_nothing_in_common_find_room() {
        let (count, size): (u64, u64) = if cfg!(miri) { (10, 30) } else { (50, 300) };
        let set = |n: u64| (0..size).map(|i| crate::hash::mix(n << 20 | i)).collect();
        let sets: Vec<Vec<u64>> = (0..count).map(set).collect();
        let sets: Vec<&[u64]> = sets.iter().map(Vec::as_slice).collect();
        let mut incidence = Incidence::default();
        assert!(incidence.fill(&sets));
        let apart = Overlap { shared: 0, union: sets[0].len() * 2 };
        assert_eq!(incidence.overlap(3, sets.len() - 1), apart);
    }

    proptest! {
        #[test]
        fn incidence_is_what_sorted_sets_give(
            sets in prop::collection::vec(prop::collection::vec(0_u64..400, 0..300), 0..7),
        ) {
            let spread = |n: u64| if n == 0 { 0 } else { crate::hash::mix(n) };
            let sets: Vec<Vec<u64>> =
                sets.iter().map(|set| set.iter().copied().map(spread).collect()).collect();
            let slices: Vec<&[u64]> = sets.iter().map(Vec::as_slice).collect();
            let mut incidence = Incidence::default();
            prop_assert!(incidence.fill(&slices));
            for (n, a) in slices.iter().enumerate() {
                for (m, b) in slices.iter().enumerate() {
                    prop_assert_eq!(incidence.overlap(n, m), overlap(&plain(a), &plain(b)));
                }
            }
        }

        #[test]
        fn make_set_is_a_plain_sort_without_repeats(
            hashes in prop::collection::vec(any::<u64>(), 0..400),
            shift in 0_u32..64,
        ) {
            let hashes: Vec<u64> = hashes.iter().map(|hash| hash >> shift).collect();
            let mut set = hashes.clone();
            make_set(&mut set);
            prop_assert_eq!(set, plain(&hashes));
        }

        #[test]
        fn overlap_is_that_of_the_library_sets(
            a in prop::collection::vec(0_u64..60, 0..50),
            b in prop::collection::vec(0_u64..60, 0..50),
        ) {
            let (x, y): (BTreeSet<u64>, BTreeSet<u64>) =
                (a.iter().copied().collect(), b.iter().copied().collect());
            let (mut a, mut b) = (a, b);
            make_set(&mut a);
            make_set(&mut b);
            let found = overlap(&a, &b);
            prop_assert_eq!(found.shared, x.intersection(&y).count());
            prop_assert_eq!(found.union, x.union(&y).count());
        }
    }
}

//! A candidate pair gets its exact similarity.
//!
//! Sixth stage of the flow of `dedup`: lsh proposes, cluster builds on what is verified here.
//! Sets of shingles are sorted slices of distinct 64-bit hashes.
//! Invariant: what is stated is `|A and B| / |A or B|` of the sets, never an estimate.

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
    // Without branches on the data: which side is less cannot be foreseen.
    while let (Some(&x), Some(&y)) = (a.get(at_a), b.get(at_b)) {
        shared += usize::from(x == y);
        at_a += usize::from(x <= y);
        at_b += usize::from(y <= x);
    }
    Overlap { shared, union: a.len() + b.len() - shared }
}

/// Whether sets of these sizes can be similar enough at all.
#[must_use]
pub fn sizes_allow(a: usize, b: usize, threshold: f64) -> bool {
    Overlap { shared: a.min(b), union: a.max(b) }.jaccard() >= threshold
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

    proptest! {
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
            threshold in 0.0..1.0,
        ) {
            let (x, y): (BTreeSet<u64>, BTreeSet<u64>) =
                (a.iter().copied().collect(), b.iter().copied().collect());
            let (mut a, mut b) = (a, b);
            make_set(&mut a);
            make_set(&mut b);
            let found = overlap(&a, &b);
            prop_assert_eq!(found.shared, x.intersection(&y).count());
            prop_assert_eq!(found.union, x.union(&y).count());
            if found.jaccard() >= threshold && found.union > 0 {
                prop_assert!(sizes_allow(a.len(), b.len(), threshold));
            }
        }
    }
}

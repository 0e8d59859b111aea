//! Signatures estimate how similar two documents are.
//!
//! Feeds lsh and detect. Invariant: an estimate only ever proposes; what is reported is computed
//! exactly by `verify`.

use super::minhash::Signature;

/// Estimated Jaccard similarity: the share of equal lanes.
///
/// Unbiased; the standard deviation is at most `sqrt(J (1 - J) / k)` for `k` lanes (0.035 at
/// `J = 0.8`, `k = 128`). Two documents without shingles count as equal (1), one with and one
/// without as disjoint (0), and so do signatures of different numbers of lanes.
#[must_use]
pub fn estimate(a: &Signature, b: &Signature) -> f64 {
    let (a, b) = (a.lanes(), b.lanes());
    if a.len() != b.len() {
        return 0.0;
    }
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    equal as f64 / a.len().max(1) as f64
}

/// Fewest equal lanes of a pair with this Jaccard similarity, except with probability `miss`: the
/// largest `m` with `P(Binomial(lanes, jaccard) < m) <= miss`.
///
/// Lanes of OPHK vary less than independent ones, so the bound is on the safe side.
#[must_use]
pub(crate) fn minimum_matches(lanes: usize, jaccard: f64, miss: f64) -> usize {
    if jaccard >= 1.0 {
        return lanes;
    }
    // P(X = m) by recursion in logarithms, so that no power underflows.
    let odds = (jaccard / (1.0 - jaccard)).ln();
    let mut log = lanes as f64 * (1.0 - jaccard).ln();
    let mut below = 0.0;
    for m in 0..lanes {
        below += log.exp();
        if below > miss {
            return m;
        }
        log += odds + ((lanes - m) as f64 / (m + 1) as f64).ln();
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::sketch::Sketcher;

    #[test]
    fn equal_disjoint_and_empty() {
        let mut sketcher = Sketcher::new(128).unwrap();
        let shingles: Vec<u64> = (0..500).map(mix).collect();
        let (a, b) = (sketcher.sketch(&shingles[..250]), sketcher.sketch(&shingles[250..]));
        let empty = sketcher.sketch(&[]);
        assert!((estimate(&a, &a) - 1.0).abs() < 1e-9);
        assert!(estimate(&a, &b) < 0.05);
        assert!(estimate(&a, &empty) < 1e-9);
        assert!((estimate(&empty, &empty) - 1.0).abs() < 1e-9);
        assert!(estimate(&a, &Sketcher::new(64).unwrap().sketch(&shingles)) < 1e-9);
    }

    #[test]
    fn minimum_matches_is_the_quantile() {
        // Binomial(4, 1/2): P(X < 1) = 1/16, P(X < 2) = 5/16.
        assert_eq!(minimum_matches(4, 0.5, 0.05), 0);
        assert_eq!(minimum_matches(4, 0.5, 0.07), 1);
        assert_eq!(minimum_matches(4, 0.5, 0.32), 2);
        assert_eq!(minimum_matches(128, 1.0, 1e-4), 128);
        // 128 x 0.7 = 89.6, less 3.7 standard deviations of 5.2.
        assert!((68..73).contains(&minimum_matches(128, 0.7, 1e-4)));
    }
}

//! Exact similarities: sets of five words in a row, as the tables of truth count them.
//!
//! Words are runs of letters, digits and underscores, lower-cased: independent of the tokeniser
//! under test.

use std::collections::BTreeSet;

/// The set of shingles of a text.
pub(crate) fn shingles(text: &str) -> BTreeSet<u64> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<String> =
        text.split(|c: char| !word(c)).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.windows(5).map(|w| wirecopy::hash::xxh3_64(w.join(" ").as_bytes())).collect()
}

/// Jaccard similarity, containment of the smaller, and shared shingles.
pub(crate) fn compare(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> (f64, f64, usize) {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    let share = |whole: usize| shared as f64 / whole.max(1) as f64;
    (share(all), share(a.len().min(b.len())), shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarities_by_hand() {
        let (a, b) =
            (shingles("One two, three four five six."), shingles("two three four five six seven"));
        assert_eq!((a.len(), b.len()), (2, 2));
        let (jaccard, containment, shared) = compare(&a, &b);
        assert_eq!(shared, 1);
        assert!((jaccard - 1.0 / 3.0).abs() < 1e-12 && (containment - 0.5).abs() < 1e-12);
        assert_eq!(compare(&shingles(""), &shingles("")), (0.0, 0.0, 0));
    }
}

//! Pairs of near-duplicate documents against exact similarities.
//!
//! Fed with a table of truth (`doc_a doc_b jaccard`) and the `pairs.jsonl` of `dedup`, feeds the
//! score of a result. Pairs below the threshold count on neither side. A pair within `slack` of the
//! threshold may fall on either side of it under another tokenisation, so the rates are also given
//! without such pairs.

use super::rates::{Rates, mean};
use super::table::{TruthRow, TruthTable};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Two documents, the smaller id first.
pub type Pair = (String, String);

/// A pair as `dedup` writes it.
#[derive(Debug, Clone, Deserialize)]
pub struct FoundPair {
    /// One document.
    pub a: String,
    /// The other.
    pub b: String,
    /// Jaccard similarity; a pair without one counts as found.
    pub jaccard: Option<f64>,
}

fn ordered(a: &str, b: &str) -> Pair {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    (a.to_owned(), b.to_owned())
}

/// True similarities of a table.
///
/// # Errors
/// A missing column, or a similarity that is not a number.
pub fn truth(rows: &TruthTable) -> Result<BTreeMap<Pair, f64>> {
    let read = |row: TruthRow<'_>| {
        Ok((ordered(row.get("doc_a")?, row.get("doc_b")?), row.number("jaccard")?))
    };
    rows.iter().map(read).collect()
}

/// Rates of one threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PairCounts {
    /// True pairs.
    pub truth: usize,
    /// Pairs found.
    pub found: usize,
    /// True pairs among the found ones.
    pub hit: usize,
    /// Precision, recall and F1 of these counts.
    #[serde(flatten)]
    pub rates: Rates,
}

/// The measures of one result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairScore {
    /// Smallest similarity that counts as a duplicate.
    pub threshold: f64,
    /// All pairs.
    pub all: PairCounts,
    /// Without the pairs whose true similarity is near the threshold.
    pub off_the_edge: PairCounts,
    /// True pairs near the threshold.
    pub edge_pairs: usize,
    /// Pairs in both whose similarities were compared.
    pub compared: usize,
    /// Mean absolute difference of their similarities.
    pub mean_difference: f64,
    /// Largest absolute difference.
    pub largest_difference: f64,
}

/// Scores pairs at a threshold.
#[must_use]
pub fn score(
    truth: &BTreeMap<Pair, f64>,
    found: &[FoundPair],
    threshold: f64,
    slack: f64,
) -> PairScore {
    let found: BTreeMap<Pair, Option<f64>> =
        found.iter().filter(|p| p.a != p.b).map(|p| (ordered(&p.a, &p.b), p.jaccard)).collect();
    let near = |pair: &Pair| truth.get(pair).is_some_and(|j| (j - threshold).abs() <= slack);
    let count = |wanted: &dyn Fn(&Pair) -> bool| {
        let is_true = |pair: &Pair| truth.get(pair).is_some_and(|j| *j >= threshold);
        let answers = found.iter().filter(|(_, j)| j.is_none_or(|j| j >= threshold));
        let answers: Vec<&Pair> = answers.map(|(pair, _)| pair).filter(|p| wanted(p)).collect();
        let hit = answers.iter().filter(|pair| is_true(pair)).count();
        let all = truth.keys().filter(|pair| is_true(pair) && wanted(pair)).count();
        let rates = Rates::of_counts(hit, answers.len(), all);
        PairCounts { truth: all, found: answers.len(), hit, rates }
    };
    let stated = found.iter().filter_map(|(pair, j)| Some(((*j)? - truth.get(pair)?).abs()));
    let differences: Vec<f64> = stated.collect();
    PairScore {
        threshold,
        all: count(&|_| true),
        off_the_edge: count(&|pair| !near(pair)),
        edge_pairs: truth.keys().filter(|pair| near(pair)).count(),
        compared: differences.len(),
        mean_difference: mean(&differences),
        largest_difference: differences.iter().copied().fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(a: &str, b: &str, jaccard: Option<f64>) -> FoundPair {
        FoundPair { a: a.to_owned(), b: b.to_owned(), jaccard }
    }

    #[test]
    fn rates_differences_and_the_edge() {
        let truth: BTreeMap<Pair, f64> = [("a", "b", 0.9), ("a", "c", 0.71), ("d", "e", 0.5)]
            .into_iter()
            .map(|(a, b, j)| (ordered(a, b), j))
            .collect();
        let answers = [
            found("b", "a", Some(0.88)),
            found("d", "e", Some(0.72)),
            found("x", "y", None),
            found("q", "q", Some(1.0)),
            found("u", "v", Some(0.3)),
        ];
        let score = score(&truth, &answers, 0.7, 0.02);
        assert_eq!((score.all.truth, score.all.found, score.all.hit), (2, 3, 1));
        assert!((score.all.rates.precision - 1.0 / 3.0).abs() < 1e-12);
        assert!((score.all.rates.recall - 0.5).abs() < 1e-12);
        // Without (a, c), which is on the edge, nothing is missed.
        assert_eq!((score.off_the_edge.truth, score.edge_pairs), (1, 1));
        assert!((score.off_the_edge.rates.recall - 1.0).abs() < 1e-12);
        assert_eq!(score.compared, 2);
        assert!((score.largest_difference - 0.22).abs() < 1e-12);
        assert!((score.mean_difference - 0.12).abs() < 1e-12);
    }
}

//! Precision, recall and their harmonic mean.
//!
//! Fed by every score, feeds their fields. Invariant: rates are from 0 to 1, also of empty sets.

use serde::Serialize;

/// Precision and recall of a set of answers, and their harmonic mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Rates {
    /// Share of the answers that are right.
    pub precision: f64,
    /// Share of the truth that was found.
    pub recall: f64,
    /// `2 P R / (P + R)`, 0 where both are 0.
    pub f1: f64,
}

impl Rates {
    /// Rates with their harmonic mean.
    pub(super) fn new(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }

    /// Rates of `hit` right answers among `found` answers, where `truth` right ones exist. The
    /// precision of no answer is 1, and so is the recall of no truth.
    pub(super) fn of_counts(hit: usize, found: usize, truth: usize) -> Self {
        let rate = |whole: usize| if whole == 0 { 1.0 } else { hit as f64 / whole as f64 };
        Self::new(rate(found), rate(truth))
    }
}

/// Mean of some values; 0 of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The share of a part in a whole that may be empty.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_rates() {
        let rates = Rates::of_counts(2, 4, 8);
        assert!((rates.precision - 0.5).abs() < 1e-12 && (rates.recall - 0.25).abs() < 1e-12);
        assert!((rates.f1 - 1.0 / 3.0).abs() < 1e-12);
        assert!((Rates::of_counts(0, 0, 3).precision - 1.0).abs() < 1e-12);
        assert!(Rates::of_counts(0, 3, 3).f1.abs() < 1e-12);
    }
}

//! What other thresholds would remove, and the threshold that leaves a wanted number of documents.
//!
//! Fed by `jaccard` and `cover`, which make clusters at any threshold out of what one search found.
//! Invariant: a threshold is chosen by what it leaves, never by the order in which it is tried.

use super::DedupConfig;
use crate::error::Result;

/// How many documents a threshold removes.
pub(super) type Removed<'r> = &'r mut dyn FnMut(f64) -> Result<usize>;

/// Steps of the table between 0 and 1.
const STEPS: u32 = 20;
/// Steps in which a threshold is looked for, coarse and fine.
const COARSE: u32 = 100;
const FINE: u32 = 10;

/// The threshold of the run: as it was set, or the highest from it on that leaves the wanted number
/// of `documents` at most.
pub(super) fn choose(config: &DedupConfig, documents: u32, removed: Removed<'_>) -> Result<f64> {
    let Some(until) = config.until else { return Ok(config.threshold) };
    let mut reaches =
        |threshold: f64| Ok((documents as usize).saturating_sub(removed(threshold)?) <= until);
    for step in (0..=COARSE).rev() {
        let coarse = f64::from(step) / f64::from(COARSE);
        if coarse < config.threshold {
            break;
        }
        if !reaches(coarse)? {
            continue;
        }
        for fine in (1..FINE).rev() {
            let fine = f64::from(step * FINE + fine) / f64::from(COARSE * FINE);
            if fine <= 1.0 && reaches(fine)? {
                return Ok(fine);
            }
        }
        return Ok(coarse);
    }
    Ok(config.threshold)
}

/// The same by halves, where steps are dear: a threshold that leaves the wanted number at most, and
/// whose next step leaves more. That is the highest such one, unless some higher threshold leaves
/// fewer documents than a lower one, as it can by chance.
pub(super) fn choose_by_halves(
    config: &DedupConfig,
    documents: u32,
    removed: Removed<'_>,
) -> Result<f64> {
    let Some(until) = config.until else { return Ok(config.threshold) };
    let threshold = |step: u32| f64::from(step) / f64::from(COARSE * FINE);
    let mut high = COARSE * FINE;
    let above = |step: &u32| threshold(*step) > config.threshold;
    let mut low = (1..=high).find(above).unwrap_or(high + 1);
    let mut chosen = config.threshold;
    while low <= high {
        let step = u32::midpoint(low, high);
        if (documents as usize).saturating_sub(removed(threshold(step))?) <= until {
            chosen = threshold(step);
            low = step + 1;
        } else {
            high = step - 1;
        }
    }
    Ok(chosen)
}

/// What the thresholds of the table from `least` on remove, other than the one of the run.
pub(super) fn others(own: f64, least: f64, removed: Removed<'_>) -> Result<Vec<(f64, usize)>> {
    let steps = (1..=STEPS).map(|step| f64::from(step) / f64::from(STEPS));
    let wanted = steps.filter(|&step| step >= least && (step - own).abs() > 1e-9);
    wanted.map(|step| Ok((step, removed(step)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many steps of one in `all` a threshold is up.
    fn steps(threshold: f64, all: u32) -> usize {
        (1..=all).take_while(|&step| f64::from(step) <= threshold * f64::from(all) + 0.5).count()
    }

    /// Of 1000 documents a threshold leaves as many as its thousandths say.
    fn chosen(until: usize, least: f64) -> f64 {
        let config = DedupConfig { until: Some(until), threshold: least, ..DedupConfig::default() };
        let mut removed = |threshold: f64| Ok(1000 - steps(threshold, 1000));
        let chosen = choose(&config, 1000, &mut removed).unwrap();
        let by_halves = choose_by_halves(&config, 1000, &mut removed).unwrap();
        assert_eq!(chosen.to_bits(), by_halves.to_bits());
        chosen
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "thresholds are thousandths, and are stated exactly")]
    fn the_highest_threshold_that_reaches_the_number() {
        assert_eq!([chosen(1000, 0.4), chosen(2000, 0.4)], [1.0, 1.0]);
        assert_eq!([chosen(999, 0.4), chosen(703, 0.4), chosen(700, 0.4)], [0.999, 0.703, 0.7]);
        assert_eq!([chosen(400, 0.4), chosen(12, 0.4)], [0.4, 0.4], "the lowest of the search");
    }

    #[test]
    fn the_table_leaves_out_the_threshold_of_the_run() {
        let table = others(0.7, 0.6, &mut |threshold| Ok(steps(threshold, 100)));
        let steps: Vec<usize> = table.unwrap().into_iter().map(|(_, removed)| removed).collect();
        assert_eq!(steps, [60, 65, 75, 80, 85, 90, 95, 100]);
    }
}

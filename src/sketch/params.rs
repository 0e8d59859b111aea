//! Lanes, bands and rows from the threshold.
//!
//! Made by detect from the settings of a run, used by lsh and sketch.
//! A signature is cut into `b` bands of `r` lanes, and two documents become candidates where all
//! lanes of some band agree: with probability `P(J) = 1 - (1 - J^r)^b` (Leskovec, Rajaraman,
//! Ullman, "Mining of Massive Datasets", chapter 3). Candidates are cheap, since a comparison of
//! signatures drops nearly all that are not similar and the rest is verified exactly; a pair that
//! is no candidate is lost. Hence recall comes first: the most rows (the fewest candidates) for
//! which pairs at the threshold are still found in [`RECALL`] of all cases.

use super::minhash::MAX_LANES;
use crate::error::{Error, Result};

/// Expected recall at the threshold that the choice guarantees.
const RECALL: f64 = 0.999;
/// Share of the pairs at half the threshold that may become candidates before more lanes (and
/// with them more rows) are worth their cost.
const WASTE: f64 = 0.75;
/// Numbers of lanes that are tried.
const CHOICES: [u32; 3] = [128, 256, 512];

/// What the caller asked for; what is `None` is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Lanes of a signature: the number of permutations.
    pub lanes: Option<u32>,
    /// Bands.
    pub bands: Option<u32>,
    /// Lanes of a band.
    pub rows: Option<u32>,
}

/// How signatures are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Banding {
    lanes: usize,
    bands: usize,
    rows: usize,
}

impl Banding {
    /// The banding for pairs with a Jaccard similarity of `threshold` or more.
    ///
    /// # Errors
    /// [`Error::Setting`], with the name of the setting and the cure: a threshold outside (0, 1];
    /// lanes out of range; bands and rows that are not given together or need more lanes than there
    /// are.
    ///
    /// # Examples
    /// ```
    /// use wirecopy::sketch::{Banding, Wanted};
    /// let banding = Banding::choose(0.7, Wanted::default())?;
    /// assert_eq!((banding.bands(), banding.rows()), (32, 4));
    /// assert!(banding.probability(0.7) > 0.999);
    /// # Ok::<(), wirecopy::error::Error>(())
    /// ```
    pub fn choose(threshold: f64, wanted: Wanted) -> Result<Self> {
        // NaN is in no range.
        if !(threshold > 0.0 && threshold <= 1.0) {
            let cause = format!("{threshold} is not a Jaccard similarity that documents can reach");
            let cure = "give a number above 0 and at most 1, such as 0.7";
            return Err(setting("threshold", cause, cure));
        }
        if let Some(lanes) = wanted.lanes.filter(|&n| n == 0 || n as usize > MAX_LANES) {
            let cause = format!("a signature cannot have {lanes} lanes");
            return Err(setting("num_perm", cause, &format!("ask for 1 to {MAX_LANES}")));
        }
        match (wanted.bands, wanted.rows) {
            (None, None) => Ok(Self::best(threshold, wanted.lanes)),
            (Some(bands), Some(rows)) => Self::given(bands, rows, wanted.lanes),
            (Some(_), None) => {
                let cause = "bands need rows".to_owned();
                Err(setting("bands", cause, "give {rows} too, or neither"))
            }
            (None, Some(_)) => {
                let cause = "rows need bands".to_owned();
                Err(setting("rows", cause, "give {bands} too, or neither"))
            }
        }
    }

    fn given(bands: u32, rows: u32, lanes: Option<u32>) -> Result<Self> {
        for (name, value) in [("bands", bands), ("rows", rows)] {
            if value == 0 {
                return Err(setting(name, "0 finds nothing".to_owned(), "ask for at least 1"));
            }
        }
        let needed = u64::from(bands) * u64::from(rows);
        let most = lanes.map_or(MAX_LANES as u64, u64::from);
        if needed > most {
            let cause = format!("{bands} bands x {rows} rows need {needed} lanes of {most}");
            let cure = match lanes {
                Some(_) => "ask for fewer bands or rows, or for more lanes ({num_perm})",
                None => "ask for fewer bands or rows",
            };
            return Err(setting("bands", cause, cure));
        }
        let (bands, rows) = (bands as usize, rows as usize);
        let lanes = lanes.map_or(bands * rows, |lanes| lanes as usize);
        Ok(Self { lanes, bands, rows })
    }

    /// The fewest lanes whose candidates are not too many.
    fn best(threshold: f64, lanes: Option<u32>) -> Self {
        let waste = |banding: &Self| banding.probability(threshold / 2.0);
        if let Some(lanes) = lanes {
            return Self::most_rows(threshold, lanes as usize);
        }
        let all = CHOICES.map(|lanes| Self::most_rows(threshold, lanes as usize));
        let enough = all.iter().filter(|banding| banding.probability(threshold) >= RECALL);
        let good = enough.clone().find(|banding| waste(banding) <= WASTE);
        let least = enough.min_by(|a, b| waste(a).total_cmp(&waste(b)));
        // Below a threshold of 0.014 even single lanes are too few.
        let [.., most] = all;
        good.or(least).copied().unwrap_or(most)
    }

    /// The most rows with the recall that is asked for.
    fn most_rows(threshold: f64, lanes: usize) -> Self {
        let banding = |rows: usize| Self { lanes, bands: lanes / rows, rows };
        let enough = |rows: &usize| banding(*rows).probability(threshold) >= RECALL;
        banding((1..=lanes).rev().find(enough).unwrap_or(1))
    }

    /// Lanes of a signature; those after `bands * rows` only serve the estimate.
    #[must_use]
    pub fn lanes(self) -> usize {
        self.lanes
    }

    /// Bands.
    #[must_use]
    pub fn bands(self) -> usize {
        self.bands
    }

    /// Lanes of a band.
    #[must_use]
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Probability that a pair of this Jaccard similarity shares a band.
    #[must_use]
    pub fn probability(self, jaccard: f64) -> f64 {
        let band = (self.rows as f64 * jaccard.clamp(0.0, 1.0).ln()).exp();
        -(self.bands as f64 * (-band).ln_1p()).exp_m1()
    }
}

fn setting(name: &'static str, cause: String, cure: &str) -> Error {
    Error::Setting { name: name.into(), cause, cure: cure.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(threshold: f64) -> Banding {
        Banding::choose(threshold, Wanted::default()).unwrap()
    }

    #[test]
    fn as_many_lanes_as_a_signature_can_have_are_accepted() {
        let ask = |lanes: usize| {
            let lanes = Some(u32::try_from(lanes).unwrap());
            Banding::choose(0.7, Wanted { lanes, ..Wanted::default() })
        };
        assert!(ask(MAX_LANES).unwrap().lanes() <= MAX_LANES);
        assert!(ask(MAX_LANES + 1).unwrap_err().to_string().contains("num_perm"));
    }

    #[test]
    fn recall_comes_first() {
        for percent in 1..=100 {
            let threshold = f64::from(percent) / 100.0;
            let banding = choose(threshold);
            assert!(banding.bands * banding.rows <= banding.lanes);
            assert!(banding.lanes <= 512);
            let recall = banding.probability(threshold);
            assert!(recall >= RECALL || (banding.rows == 1 && threshold < 0.014), "{threshold}");
        }
    }

    #[test]
    fn the_usual_thresholds() {
        let shape = |threshold| {
            let banding = choose(threshold);
            (banding.lanes, banding.bands, banding.rows)
        };
        assert_eq!(shape(0.5), (256, 85, 3));
        assert_eq!(shape(0.7), (128, 32, 4));
        assert_eq!(shape(0.8), (128, 25, 5));
        assert_eq!(shape(1.0), (128, 1, 128));
    }

    #[test]
    fn probability_is_the_formula() {
        let banding = Banding { lanes: 126, bands: 21, rows: 6 };
        for (jaccard, expected) in [(0.7, 0.93), (0.8, 0.998), (0.5, 0.28), (0.3, 0.015)] {
            assert!((banding.probability(jaccard) - expected).abs() < 0.005, "{jaccard}");
        }
        assert!(banding.probability(0.0).abs() < 1e-12);
        assert!((banding.probability(1.0) - 1.0).abs() < 1e-12);
    }

    #[track_caller]
    fn refused(threshold: f64, wanted: Wanted, name: &str) {
        let error = Banding::choose(threshold, wanted).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let none = Wanted::default();
        for threshold in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
            refused(threshold, none, "threshold");
        }
        refused(0.7, Wanted { lanes: Some(0), ..none }, "num_perm");
        refused(0.7, Wanted { lanes: Some(1_000_000), ..none }, "num_perm");
        refused(0.7, Wanted { bands: Some(3), ..none }, "bands");
        refused(0.7, Wanted { rows: Some(3), ..none }, "rows");
        refused(0.7, Wanted { bands: Some(0), rows: Some(3), ..none }, "bands");
        refused(0.7, Wanted { bands: Some(3), rows: Some(0), ..none }, "rows");
        let (bands, rows) = (Some(20), Some(7));
        refused(0.7, Wanted { lanes: Some(128), bands, rows }, "bands");
        refused(0.7, Wanted { lanes: None, bands: Some(u32::MAX), rows: Some(u32::MAX) }, "bands");
        let fits = Banding::choose(0.7, Wanted { lanes: Some(140), bands, rows }).unwrap();
        assert_eq!(fits, Banding { lanes: 140, bands: 20, rows: 7 });
    }
}

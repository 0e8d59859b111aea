//! The summary of a deduplication, as one JSON object.
//!
//! Fed by cli with the counts of detect and with what became of the files. Invariant: field names
//! are the contract (`docs/cli.md`), and everything before [`Summary::run`] is the same for every
//! run over the same input with the same settings.

use crate::record::{DedupCounts, DedupSettings, DedupSummary, OutletCounts, ThresholdCounts};
use serde::{Deserialize, Serialize};

/// What `summary.json` holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program.
    pub version: String,
    /// What was read and found.
    #[serde(flatten)]
    pub counts: DedupCounts,
    /// With what settings.
    #[serde(flatten)]
    pub settings: DedupSettings,
    /// What each outlet loses.
    #[serde(default)]
    pub outlets: Vec<OutletCounts>,
    /// What other thresholds would remove.
    #[serde(default)]
    pub thresholds: Vec<ThresholdCounts>,
    /// Names of the files of the result, the kept ones first.
    pub files: Vec<String>,
    /// Hash of inputs, settings and version, by which a resumed run knows a result; none where
    /// standard input was read.
    pub fingerprint: Option<String>,
    /// What differs from run to run.
    pub run: RunFacts,
}

/// What differs from run to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Wall time of the run that ended.
    pub seconds: f64,
    /// Name and wall time in nanoseconds of each stage, in order.
    pub stages: Vec<(String, u64)>,
    /// Highest resident memory; none where the system does not report it.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes that went to temporary files.
    pub spilled_bytes: u64,
    /// The search was done by an earlier run, which was interrupted.
    pub resumed: bool,
}

impl Summary {
    /// The summary of what was found; files, fingerprint and the time of the run are added later.
    #[must_use]
    pub fn new(found: &DedupSummary) -> Self {
        let stages = found.stages.iter().map(|&(name, ns)| (name.to_owned(), ns)).collect();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            counts: found.counts.clone(),
            settings: found.settings.clone(),
            outlets: found.outlets.clone(),
            thresholds: found.thresholds.clone(),
            files: Vec::new(),
            fingerprint: None,
            run: RunFacts { stages, spilled_bytes: found.spilled_bytes, ..RunFacts::default() },
        }
    }

    /// Appends the summary as one JSON object over several lines.
    ///
    /// # Errors
    /// None in practice: numbers and strings always have a form.
    pub fn to_json(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_can_be_read_back() {
        let counts = DedupCounts { documents: 12, kept: 9, removed: 3, ..DedupCounts::default() };
        let settings = DedupSettings { threshold: 0.7, ..DedupSettings::default() };
        let stages = vec![("read", 150_000_000), ("search", 12_000_000)];
        let outlets = vec![OutletCounts { outlet: None, documents: 12, removed: 3 }];
        let thresholds = vec![ThresholdCounts { threshold: 0.7, removed: 3, kept: 9 }];
        let found =
            DedupSummary { counts, settings, spilled_bytes: 7, stages, outlets, thresholds };
        let summary = Summary {
            files: vec!["kept.jsonl".to_owned(), "summary.json".to_owned()],
            fingerprint: Some("0af".to_owned()),
            ..Summary::new(&found)
        };
        let bytes = summary.to_json().unwrap();
        assert_eq!(serde_json::from_slice::<Summary>(&bytes).unwrap(), summary);
        assert_eq!((summary.counts, summary.run.spilled_bytes), (found.counts, 7));
    }
}

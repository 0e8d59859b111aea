//! The summary of a deduplication, as one JSON object.
//!
//! Fed by cli with the counts of detect and with what became of the files. Invariant: field names
//! are the contract (`docs/cli.md`), and everything before [`Summary::run`] is the same for every
//! run over the same input with the same settings.

use crate::record::DedupSummary;
use serde::{Deserialize, Serialize};

/// What `summary.json` holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program.
    pub version: String,
    /// What was read and found.
    #[serde(flatten)]
    pub counts: Counts,
    /// With what settings.
    #[serde(flatten)]
    pub settings: Settings,
    /// Names of the files of the result, the kept ones first.
    pub files: Vec<String>,
    /// Hash of inputs, settings and version, by which a resumed run knows a result; none where
    /// standard input was read.
    pub fingerprint: Option<String>,
    /// What differs from run to run.
    pub run: RunFacts,
}

/// What was read and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Documents read from the inputs.
    pub documents: usize,
    /// Documents kept.
    pub kept: usize,
    /// Documents removed.
    pub removed: usize,
    /// Of these, documents with the token stream of one that stays.
    pub exact_duplicates: usize,
    /// Of these, documents that are only similar to one that stays.
    pub near_duplicates: usize,
    /// Clusters of two or more documents.
    pub clusters: usize,
    /// Documents of the largest cluster.
    pub largest_cluster: usize,
    /// Pairs listed.
    pub pairs: usize,
    /// Clusters too large to list all their pairs: those that tie them together are listed.
    pub partly_listed: usize,
    /// Documents read from the other corpus.
    pub against: usize,
    /// Records left out.
    pub skipped: usize,
    /// Documents without any token, which are kept.
    pub empty_documents: usize,
    /// Documents shorter than a shingle.
    pub short_documents: usize,
    /// Tokens of all documents.
    pub tokens: u64,
    /// Bytes of input, as stored.
    pub input_bytes: u64,
    /// Bytes of the kept records, as decompressed.
    pub kept_bytes: u64,
    /// Pairs that the search proposed.
    pub candidates: u64,
    /// Pairs whose similarity was computed exactly.
    pub verified: u64,
    /// Groups so large that only leaders were compared.
    pub mega_buckets: u64,
}

/// With what settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Smallest Jaccard similarity of duplicates.
    pub threshold: f64,
    /// Tokens or characters of a shingle.
    pub ngram_size: u32,
    /// What shingles are made of.
    pub unit: String,
    /// Which document of a cluster is kept.
    pub keep: String,
    /// Lanes of a signature.
    pub num_perm: usize,
    /// Bands of the search.
    pub bands: usize,
    /// Lanes of a band.
    pub rows: usize,
    /// Share of the pairs exactly at the threshold that the search is expected to find.
    pub expected_recall: f64,
    /// The same at the threshold + 0.1 (at most 1).
    pub expected_recall_above: f64,
    /// Version of the signatures.
    pub sketch_version: u32,
}

/// What differs from run to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Wall time of the run that ended.
    pub seconds: f64,
    /// Name and wall time in nanoseconds of each stage, in order.
    pub stages: Vec<(String, u64)>,
    /// Highest resident memory; none where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes that went to temporary files.
    pub spilled_bytes: u64,
    /// The search was done by an earlier run, which was interrupted.
    pub resumed: bool,
}

impl Summary {
    /// The summary of what `found` counts; files, fingerprint and times are still to be told.
    /// `recall_above` is the chance to find a pair at the threshold + 0.1.
    #[must_use]
    pub fn new(found: &DedupSummary, recall_above: f64) -> Self {
        let stages = found.stages.iter().map(|&(name, ns)| (name.to_owned(), ns)).collect();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            counts: counts(found),
            settings: settings(found, recall_above),
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

fn counts(found: &DedupSummary) -> Counts {
    Counts {
        documents: found.documents,
        kept: found.kept,
        removed: found.removed,
        exact_duplicates: found.exact_duplicates,
        near_duplicates: found.near_duplicates,
        clusters: found.clusters,
        largest_cluster: found.largest_cluster,
        pairs: found.pairs,
        partly_listed: found.partly_listed,
        against: found.against,
        skipped: found.skipped,
        empty_documents: found.empty_documents,
        short_documents: found.short_documents,
        tokens: found.tokens,
        input_bytes: found.input_bytes,
        kept_bytes: 0,
        candidates: found.candidates,
        verified: found.verified,
        mega_buckets: found.mega_buckets,
    }
}

fn settings(found: &DedupSummary, recall_above: f64) -> Settings {
    Settings {
        threshold: found.threshold,
        ngram_size: found.ngram_size,
        unit: found.unit.to_owned(),
        keep: found.keep.clone(),
        num_perm: found.num_perm,
        bands: found.bands,
        rows: found.rows,
        expected_recall: found.expected_recall,
        expected_recall_above: recall_above,
        sketch_version: found.sketch_version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Summary {
        let found = DedupSummary {
            documents: 12_000,
            kept: 10_812,
            removed: 1188,
            exact_duplicates: 812,
            near_duplicates: 376,
            clusters: 640,
            largest_cluster: 24,
            pairs: 1204,
            input_bytes: 74_498_905,
            threshold: 0.7,
            ngram_size: 5,
            unit: "word",
            keep: "first".to_owned(),
            num_perm: 128,
            bands: 32,
            rows: 4,
            expected_recall: 0.999_8,
            stages: vec![("read", 150_000_000), ("search", 12_000_000), ("verify", 8_000_000)],
            ..DedupSummary::default()
        };
        let mut summary = Summary::new(&found, 0.999_999);
        summary.counts.kept_bytes = 67_300_000;
        summary.run.seconds = 0.21;
        summary.files = ["kept.jsonl", "duplicates.jsonl", "pairs.jsonl", "summary.json"]
            .map(str::to_owned)
            .to_vec();
        summary
    }

    #[test]
    fn the_json_can_be_read_back() {
        let summary = sample();
        let bytes = summary.to_json().unwrap();
        assert_eq!(serde_json::from_slice::<Summary>(&bytes).unwrap(), summary);
    }
}

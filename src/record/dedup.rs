//! The records of `dedup`: pairs, removed documents and passages, and the counts of a run.
//!
//! Part of `record`: made by detect, written by output. Invariant: as there.

use super::fields::fields;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

fields! {
    /// Two near-duplicate documents, with the similarity that was computed exactly.
    pub struct DocumentPair<'a> {
        /// Id of the document that stands first in the input.
        pub a: Cow<'a, str>,
        /// Id of the other.
        pub b: Cow<'a, str>,
        /// Jaccard similarity of their sets of shingles.
        pub jaccard: f64,
    }
}

fields! {
    /// A document in a cluster of two or more.
    pub struct Duplicate<'a> {
        /// Document id.
        pub id: Cow<'a, str>,
        /// Number of the cluster, in the input order of the first members.
        pub cluster: u32,
        /// Documents in it.
        pub cluster_size: usize,
        /// Whether this is the one that is kept.
        pub representative: bool,
        /// Id of the representative; none for the representative itself.
        pub duplicate_of: Option<Cow<'a, str>>,
        /// Jaccard similarity with the representative, computed exactly.
        pub jaccard: f64,
    }
}

fields! {
    /// Two near-duplicate documents by the passages that they share, or, where one is shorter than
    /// a passage, by their sets of shingles. What did not decide is unknown.
    pub struct CoveredPair<'a> {
        /// Id of the document that is first in the input.
        pub a: Cow<'a, str>,
        /// Id of the other.
        pub b: Cow<'a, str>,
        /// Mean of `cover_a` and `cover_b`.
        pub coverage: Option<f64>,
        /// Share of the tokens of `a` inside passages that it shares with `b`, without furniture.
        pub cover_a: Option<f64>,
        /// The same of `b`.
        pub cover_b: Option<f64>,
        /// Jaccard similarity of the sets of shingles.
        pub jaccard: Option<f64>,
    }
}

fields! {
    /// A document in a cluster of two or more, by the passages that it shares with the one that
    /// represents it.
    pub struct CoveredDuplicate<'a> {
        /// Document id.
        pub id: Cow<'a, str>,
        /// Number of the cluster, in the input order of the first members.
        pub cluster: u32,
        /// Documents in it.
        pub cluster_size: usize,
        /// Whether this is the one that is kept.
        pub representative: bool,
        /// Id of the representative; none for the representative itself.
        pub duplicate_of: Option<Cow<'a, str>>,
        /// Mean of `cover` and `cover_of_representative`.
        pub coverage: Option<f64>,
        /// Share of the tokens of this document inside passages shared with the representative.
        pub cover: Option<f64>,
        /// The same of the representative.
        pub cover_of_representative: Option<f64>,
        /// Jaccard similarity with the representative, where either is shorter than a passage.
        pub jaccard: Option<f64>,
    }
}

fields! {
    /// A stretch that was cut from a document, or what was left of one that went whole.
    pub struct RemovedPassage<'a> {
        /// Document id.
        pub id: Cow<'a, str>,
        /// First byte.
        pub start: usize,
        /// Byte after the last.
        pub end: usize,
        /// First code point.
        pub char_start: usize,
        /// Code point after the last.
        pub char_end: usize,
        /// Tokens.
        pub tokens: usize,
        /// Number of all cuts of what is kept in one place; none where `kept_in` is none.
        pub family: Option<u32>,
        /// What was removed.
        pub text: &'a str,
        /// Id of the document that keeps it; none of what was left, and where that is not known.
        pub kept_in: Option<Cow<'a, str>>,
        /// First byte there.
        pub kept_start: Option<usize>,
        /// Byte after the last.
        pub kept_end: Option<usize>,
    }
}

/// What was read, and cut, where repeated passages are taken out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CutCounts {
    /// Documents read from the inputs.
    pub documents: usize,
    /// Documents kept, whole or in part.
    pub kept: usize,
    /// Documents removed whole.
    pub removed: usize,
    /// Of the kept ones, those that lost something.
    pub cut_documents: usize,
    /// Stretches that were cut.
    pub cuts: usize,
    /// Tokens of all documents of the inputs.
    pub tokens: u64,
    /// Tokens in stretches that were cut.
    pub cut_tokens: u64,
    /// Documents read from the other corpus.
    pub against: usize,
    /// Records left out, each reported as a warning.
    pub skipped: usize,
    /// Bytes of input read, as stored.
    pub input_bytes: u64,
    /// Bytes of the kept records, as decompressed; 0 until they are written.
    pub kept_bytes: u64,
    /// Documents whose text could not be found again in their record, and which were kept as they
    /// are, each reported as a warning.
    pub left_alone: usize,
}

/// Counts, settings and times of a deduplication.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DedupSummary {
    /// What was read and found.
    pub counts: DedupCounts,
    /// With what settings.
    pub settings: DedupSettings,
    /// Bytes that went to temporary files.
    pub spilled_bytes: u64,
    /// Name and wall time of each stage in nanoseconds, in order.
    pub stages: Vec<(&'static str, u64)>,
    /// What each outlet loses, by name; none where no document has an outlet.
    pub outlets: Vec<OutletCounts>,
    /// What other thresholds would remove, ascending, the one of the run among them.
    pub thresholds: Vec<ThresholdCounts>,
}

/// What one outlet loses by a deduplication.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutletCounts {
    /// Its name; none for all documents without an outlet.
    pub outlet: Option<String>,
    /// Documents read from the inputs.
    pub documents: usize,
    /// Of these, documents removed.
    pub removed: usize,
}

impl OutletCounts {
    /// Whether so much goes that the corpus may no longer speak for the outlet: nine tenths of ten
    /// documents or more.
    #[must_use]
    pub fn loses_most(&self) -> bool {
        const FEW: usize = 10;
        self.documents >= FEW && self.removed * 10 >= self.documents * 9
    }
}

/// What a deduplication at one threshold removes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ThresholdCounts {
    /// Smallest similarity, or smallest coverage, of duplicates.
    pub threshold: f64,
    /// Documents removed.
    pub removed: usize,
    /// Documents kept.
    pub kept: usize,
}

/// What a deduplication read and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DedupCounts {
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
    /// Clusters and groups too large to list all their pairs: those that tie them together are.
    pub partly_listed: usize,
    /// Documents read from the other corpus (setting `against`).
    pub against: usize,
    /// Records left out, each reported as a warning.
    pub skipped: usize,
    /// Documents without any token: kept, and compared with nothing.
    pub empty_documents: usize,
    /// Documents too short for a window: one shingle over all their tokens.
    pub short_documents: usize,
    /// Tokens of all documents.
    pub tokens: u64,
    /// Bytes of input read, as stored.
    pub input_bytes: u64,
    /// Bytes of the kept records, as decompressed; 0 until they are written.
    pub kept_bytes: u64,
    /// Pairs of distinct texts that share a band and pass the filter by signature. Where coverage
    /// is the measure: passages that were found.
    pub candidates: u64,
    /// Pairs of distinct texts whose similarity was computed exactly, copies or not.
    pub verified: u64,
    /// Buckets so large that only leaders were compared.
    pub mega_buckets: u64,
}

/// With what settings a deduplication ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DedupSettings {
    /// By what documents are compared: `jaccard` or `coverage`.
    pub measure: String,
    /// How much rewording a passage may have, where coverage is the measure.
    pub edits: Option<String>,
    /// The column inside one value of which copies count; none: everywhere.
    pub within: Option<String>,
    /// Smallest similarity, or smallest coverage, of duplicates.
    pub threshold: f64,
    /// The number of documents that was to be left at most: the threshold is then the highest that
    /// reaches it, or the lowest of the search.
    pub until: Option<usize>,
    /// Tokens (or characters) of a shingle.
    pub ngram_size: u32,
    /// What shingles are made of: `word` or `char`.
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

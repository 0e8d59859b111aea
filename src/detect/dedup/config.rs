//! Settings of a deduplication.

use crate::corpus::ReadOptions;
use crate::detect::config::Edits;
use crate::detect::copies::COPY_COVERAGE;
use crate::shingle::Unit;
use std::path::PathBuf;

/// Which document of a cluster is kept. Ties go to the lower id, then to the earlier record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keep {
    /// The first in the input.
    #[default]
    First,
    /// The one with most tokens.
    Longest,
    /// The one with the earliest date; unknown dates last.
    Earliest,
    /// The one with the latest date; unknown dates last.
    Latest,
    /// The one with the highest number in this column (a number, or a string that holds one);
    /// others last.
    Column(String),
}

impl Keep {
    /// The name in flags and records.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::First => "first".to_owned(),
            Self::Longest => "longest".to_owned(),
            Self::Earliest => "earliest".to_owned(),
            Self::Latest => "latest".to_owned(),
            Self::Column(name) => format!("column:{name}"),
        }
    }
}

/// By what documents are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Jaccard similarity of their sets of shingles.
    #[default]
    Jaccard,
    /// Share of both texts inside passages that they share, which finds edited, cut and noisy
    /// copies too. Texts that are shorter than a passage are compared by their sets of shingles.
    Coverage,
}

impl Measure {
    /// The name in flags and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jaccard => "jaccard",
            Self::Coverage => "coverage",
        }
    }

    /// The lowest threshold that is worth a search where a number of documents is to be reached.
    #[must_use]
    pub fn lowest_threshold(self) -> f64 {
        match self {
            Self::Jaccard => 0.4,
            Self::Coverage => LEAST_COVERAGE,
        }
    }

    /// The threshold that serves most corpora.
    #[must_use]
    pub fn usual_threshold(self) -> f64 {
        match self {
            Self::Jaccard => 0.7,
            Self::Coverage => COPY_COVERAGE,
        }
    }
}

/// Coverage below which two documents hardly count as copies.
pub(super) const LEAST_COVERAGE: f64 = 0.3;

/// What to deduplicate and how.
#[derive(Debug, Clone)]
pub struct DedupConfig {
    /// Files, folders, globs or `-`.
    pub inputs: Vec<String>,
    /// Another corpus: what is in it is removed from the inputs too.
    pub against: Vec<String>,
    /// Documents of the other corpus, where `against` names only those of them that can be copies.
    pub against_documents: Option<usize>,
    /// How to read both, and the bounds of the whole run.
    pub read: ReadOptions,
    /// By what documents are compared.
    pub measure: Measure,
    /// Rewording that is tolerated inside a passage, where coverage is the measure.
    pub edits: Edits,
    /// Copies count only inside one value of this column; none: everywhere. A document without a
    /// value is no copy of any other.
    pub within: Option<String>,
    /// Smallest similarity, or smallest coverage, of duplicates: above 0, at most 1. With `until`
    /// the lowest that may be chosen.
    pub threshold: f64,
    /// Documents to leave at most: the highest threshold (in thousandths) that does is taken; none:
    /// the threshold is as it is set.
    pub until: Option<usize>,
    /// Tokens (or characters) of a shingle.
    pub ngram_size: u32,
    /// What shingles are made of.
    pub unit: Unit,
    /// Lanes of a signature; none: chosen from the threshold.
    pub num_perm: Option<u32>,
    /// Bands of the search; none: chosen from the threshold.
    pub bands: Option<u32>,
    /// Lanes of a band; none: chosen from the threshold.
    pub rows: Option<u32>,
    /// Which document of a cluster is kept.
    pub keep: Keep,
    /// Worker threads; 0: all cores.
    pub threads: usize,
    /// Bytes of memory to stay within by way of temporary files; none: what the documents take
    /// (about a third of a kilobyte each).
    pub memory: Option<u64>,
    /// Folder of temporary files; none: the system's.
    pub temp_dir: Option<PathBuf>,
    /// Any record left out is a failure.
    pub strict: bool,
}

impl Default for DedupConfig {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            against: Vec::new(),
            against_documents: None,
            read: ReadOptions::default(),
            measure: Measure::default(),
            edits: Edits::High,
            within: None,
            threshold: Measure::Jaccard.usual_threshold(),
            until: None,
            ngram_size: 5,
            unit: Unit::default(),
            num_perm: None,
            bands: None,
            rows: None,
            keep: Keep::default(),
            threads: 0,
            memory: None,
            temp_dir: None,
            strict: false,
        }
    }
}

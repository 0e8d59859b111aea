//! Settings of a run.

use crate::corpus::ReadOptions;
use crate::limits::Limits;
use std::path::PathBuf;

/// Which pairs of documents are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Different outlets where outlets are known, else different documents.
    #[default]
    Auto,
    /// Different outlets (a document without an outlet is an outlet of its own).
    Outlets,
    /// Different documents.
    Documents,
    /// All, also repeats inside one document.
    All,
}

impl Scope {
    /// The name in flags and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Outlets => "outlets",
            Self::Documents => "documents",
            Self::All => "all",
        }
    }
}

/// How much rewording is tolerated inside a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edits {
    /// Nearly verbatim.
    Low,
    /// Edited copy.
    #[default]
    Normal,
    /// Heavily reworded.
    High,
}

/// What to scan and how.
#[derive(Debug, Clone)]
pub struct ScanConfig {
    /// Files, folders, globs or `-`.
    pub inputs: Vec<String>,
    /// The other set: where not empty, only pairs with one side in each.
    pub against: Vec<String>,
    /// How to read both.
    pub read: ReadOptions,
    /// Shortest passage in tokens.
    pub min_tokens: u32,
    /// Tokens of a seed shingle.
    pub ngram_size: u32,
    /// Tolerated rewording.
    pub edits: Edits,
    /// Wanted pairs.
    pub scope: Scope,
    /// Only documents dated within this many days of each other.
    pub max_days: Option<u32>,
    /// Passages known and unwanted: one a line, or a families file.
    pub ignore: Option<PathBuf>,
    /// Most pairs listed; families stay complete.
    pub max_pairs: usize,
    /// Worker threads; 0: all cores.
    pub threads: usize,
    /// Seed of the hub sampling.
    pub seed: u64,
    /// Any record left out is a failure.
    pub strict: bool,
    /// Bounds.
    pub limits: Limits,
}

impl Default for ScanConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            inputs: Vec::new(),
            against: Vec::new(),
            read: ReadOptions::default(),
            min_tokens: 15,
            ngram_size: 5,
            edits: Edits::default(),
            scope: Scope::default(),
            max_days: None,
            ignore: None,
            max_pairs: limits.reported_pairs,
            threads: 0,
            seed: 0,
            strict: false,
            limits,
        }
    }
}

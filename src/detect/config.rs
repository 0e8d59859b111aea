//! Settings of a run.

use crate::corpus::ReadOptions;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::store;
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

impl Edits {
    /// The name in flags and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What to scan and how.
#[derive(Debug, Clone)]
pub struct ScanConfig {
    /// Files, folders, globs or `-`.
    pub inputs: Vec<String>,
    /// The other set: where not empty, only pairs with one side in each.
    pub against: Vec<String>,
    /// How to read both, and the bounds of the whole run.
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
    /// Passages known and unwanted: one a line, or families or pairs of a run, also compressed.
    pub ignore: Option<PathBuf>,
    /// Most pairs listed; families stay complete.
    pub max_pairs: usize,
    /// Worker threads; 0: all cores.
    pub threads: usize,
    /// Seed of the hub sampling.
    pub seed: u64,
    /// Bytes of memory to stay within by way of temporary files; none: what the texts take.
    pub memory: Option<u64>,
    /// Folder of temporary files; none: the system's.
    pub temp_dir: Option<PathBuf>,
    /// Any record left out is a failure.
    pub strict: bool,
}

/// Shortest and longest seed shingle the passage engine knows, in tokens.
pub const NGRAM_SIZES: std::ops::RangeInclusive<u32> = 2..=32;

impl ScanConfig {
    /// Folder of temporary files.
    #[must_use]
    pub fn temp_folder(&self) -> PathBuf {
        store::temporary_folder(self.temp_dir.as_deref())
    }

    /// The same for documents whose shingles have so many tokens: no passage is shorter than one.
    #[must_use]
    pub fn with_ngram_size(self, ngram_size: u32) -> Self {
        Self { ngram_size, min_tokens: self.min_tokens.max(ngram_size), ..self }
    }

    /// Refuses settings that the engine cannot work with.
    ///
    /// # Errors
    /// The first setting out of its range, by its name.
    pub fn check(&self) -> Result<()> {
        let refuse = |name: &'static str, cause, cure| {
            Err(Error::Setting { name: name.into(), cause, cure })
        };
        let (low, high) = (*NGRAM_SIZES.start(), *NGRAM_SIZES.end());
        if !NGRAM_SIZES.contains(&self.ngram_size) {
            return refuse(
                "ngram_size",
                format!("{} is out of range", self.ngram_size),
                format!("give a number from {low} to {high}; the default is 5"),
            );
        }
        if self.min_tokens == 0 {
            return refuse(
                "min_tokens",
                "0 is not a length of a passage".to_owned(),
                "give 1 or more; the default is 15".to_owned(),
            );
        }
        if self.min_tokens < self.ngram_size {
            return refuse(
                "min_tokens",
                format!(
                    "{} is below the {} tokens by which passages are noticed",
                    self.min_tokens, self.ngram_size
                ),
                format!("lower {{ngram_size}} too, or give {} or more", self.ngram_size),
            );
        }
        Ok(())
    }
}

impl Default for ScanConfig {
    fn default() -> Self {
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
            max_pairs: Limits::default().reported_pairs,
            threads: 0,
            seed: 0,
            memory: None,
            temp_dir: None,
            strict: false,
        }
    }
}

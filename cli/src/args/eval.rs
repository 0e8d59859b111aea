//! What may be typed after `wirecopy eval`.

use super::{ColorArg, SummaryArg};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `wirecopy eval`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy scan docs.jsonl --scope documents -o found.jsonl
  wirecopy eval passages truth.tsv found.jsonl --by kind
      precision, recall, granularity and plagdet, and recall for each kind of truth
  wirecopy eval pairs truth.tsv clean/pairs.jsonl --threshold 0.7
      near-duplicate documents against exact similarities

Tables of truth are tab-separated with a header line; docs/eval.md names their columns.")]
pub(crate) struct EvalArgs {
    /// What is scored
    #[command(subcommand)]
    pub what: EvalWhat,
}

/// What `eval` scores.
#[derive(Debug, Subcommand)]
pub(crate) enum EvalWhat {
    /// Passages of `scan` against places of copied passages
    Passages(EvalPassagesArgs),
    /// Pairs of `dedup` against exact similarities
    Pairs(EvalPairsArgs),
    /// Clusters of `dedup` against true clusters
    Clusters(EvalClustersArgs),
    /// Kinds of families against labels given by hand
    Kinds(EvalKindsArgs),
}

/// What every score needs.
#[derive(Debug, ClapArgs)]
pub(crate) struct EvalFiles {
    /// Table of truth
    #[arg(value_name = "TRUTH")]
    pub truth: PathBuf,
    /// Result to score, JSON Lines
    #[arg(value_name = "FOUND")]
    pub found: PathBuf,
    /// How the score is printed
    #[arg(long, value_enum, default_value_t, value_name = "NAME", help_heading = "Output")]
    pub format: SummaryArg,
    /// Colours in the text format
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorArg,
}

/// `wirecopy eval passages`.
#[derive(Debug, ClapArgs)]
pub(crate) struct EvalPassagesArgs {
    #[command(flatten)]
    pub files: EvalFiles,
    /// The documents: checks that offsets in bytes and in code points agree
    #[arg(long, value_name = "INPUT", help_heading = "Rows")]
    pub docs: Vec<String>,
    /// More true passages, which count for precision but need not be found
    #[arg(long, value_name = "TABLE", help_heading = "Rows")]
    pub also: Vec<PathBuf>,
    /// Look only at the pairs of documents of this table (columns `doc_a`, `doc_b`)
    #[arg(long, value_name = "TABLE", help_heading = "Rows")]
    pub pairs: Option<PathBuf>,
    /// Leave out the pairs of documents of this table
    #[arg(long, value_name = "TABLE", help_heading = "Rows")]
    pub not_pairs: Option<PathBuf>,
    /// Leave out detections inside one outlet (needs --docs)
    #[arg(long, requires = "docs", help_heading = "Rows")]
    pub cross_outlet: bool,
    /// Only truth of this kind (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "Rows")]
    pub kind: Vec<String>,
    /// Only truth and detections of at least so many tokens
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Rows")]
    pub min_tokens: usize,
    /// Also recall for each group of truth
    #[arg(long, value_enum, value_name = "KEY", help_heading = "Output")]
    pub by: Option<EvalBy>,
}

/// How true passages are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalBy {
    /// The column `kind`
    Kind,
    /// The column `note`
    Note,
    /// Length
    Tokens,
}

/// `wirecopy eval pairs`.
#[derive(Debug, ClapArgs)]
pub(crate) struct EvalPairsArgs {
    #[command(flatten)]
    pub files: EvalFiles,
    /// Smallest Jaccard similarity that counts
    #[arg(long, value_name = "T", default_value_t = 0.7)]
    pub threshold: f64,
    /// Score again without the pairs so near to the threshold
    #[arg(long, value_name = "S", default_value_t = 0.02)]
    pub slack: f64,
}

/// `wirecopy eval clusters`.
#[derive(Debug, ClapArgs)]
pub(crate) struct EvalClustersArgs {
    #[command(flatten)]
    pub files: EvalFiles,
}

/// `wirecopy eval kinds`.
#[derive(Debug, ClapArgs)]
pub(crate) struct EvalKindsArgs {
    #[command(flatten)]
    pub files: EvalFiles,
    /// Only the labels with this value in the column `half`
    #[arg(long, value_name = "NAME")]
    pub half: Option<String>,
    /// List the families given another kind than their label, with the reasons for both
    #[arg(long)]
    pub wrong: bool,
}

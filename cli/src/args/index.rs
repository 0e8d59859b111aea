//! `wirecopy index` and `wirecopy check`.

use super::{ColorArg, FindArgs, ReadArgs, RunArgs, SummaryArg, WriteArgs};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// `wirecopy index`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy index create news.index
  wirecopy index add news.index today.jsonl
      articles as they come; one of an id that is there takes its place
  wirecopy index query news.index draft.txt
      who printed this before, as a scan of all articles would answer")]
pub(crate) struct IndexArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: IndexWhat,
}

/// What `wirecopy index` does.
#[derive(Debug, Subcommand)]
pub(crate) enum IndexWhat {
    /// Make an empty index
    Create(IndexCreateArgs),
    /// Add documents; one of an id that is there takes its place
    Add(Box<IndexAddArgs>),
    /// Remove documents by their ids
    Remove(IndexRemoveArgs),
    /// Find the passages that texts share with the documents of the index
    Query(Box<IndexQueryArgs>),
    /// Show what the index is made of
    Info(IndexInfoArgs),
    /// Check every byte of the index
    Check(IndexInfoArgs),
    /// Make one segment of all, without what was removed
    Compact(IndexPathArgs),
}

/// An index.
#[derive(Debug, ClapArgs)]
pub(crate) struct IndexPathArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX")]
    pub index: PathBuf,
}

/// `wirecopy index create`.
#[derive(Debug, ClapArgs)]
pub(crate) struct IndexCreateArgs {
    #[command(flatten)]
    pub path: IndexPathArgs,
    /// Words of a shingle
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub ngram_size: u32,
    /// Keep tokens in place of texts: answers are verified as ever, but no words of what was added
    /// can be shown, kinds are not sure, and no families are kept
    #[arg(long)]
    pub no_text: bool,
}

/// `wirecopy index add`.
#[derive(Debug, ClapArgs)]
pub(crate) struct IndexAddArgs {
    #[command(flatten)]
    pub path: IndexPathArgs,
    /// Files, folders, globs, @LIST (a file that names them), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Leave the families as they are: a later add without this finds them anew
    #[arg(long)]
    pub no_families: bool,
    /// Write what each new document shares with those that were there before; .jsonl, .csv, .html
    /// and others
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Stay within this much memory by way of temporary files, e.g. 512MiB; --report holds the new
    /// documents in memory all the same
    #[arg(long, value_name = "SIZE", value_parser = crate::size::parse, help_heading = "Run")]
    pub memory: Option<u64>,
    /// Folder of temporary files, made if need be [default: the system's]
    #[arg(long, value_name = "DIR", help_heading = "Run")]
    pub temp_dir: Option<PathBuf>,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `wirecopy index remove`.
#[derive(Debug, ClapArgs)]
pub(crate) struct IndexRemoveArgs {
    #[command(flatten)]
    pub path: IndexPathArgs,
    /// Ids of documents; @LIST is a file with one a line
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Say nothing on standard error but warnings
    #[arg(short, long)]
    pub quiet: bool,
    /// Leave the families as they are, less the documents that go
    #[arg(long)]
    pub no_families: bool,
}

/// `wirecopy index query`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy index query news.index draft.txt
  wirecopy index query news.index today.jsonl --format jsonl
      every passage that today's articles share with the index, one JSON object a line
  wirecopy index query news.index drafts/ --each -o answers.jsonl
      what is known of each draft, a line for each
  wirecopy index query news.index - --exit-code < draft.txt
      status 0 when something is shared, 1 when nothing is")]
pub(crate) struct IndexQueryArgs {
    #[command(flatten)]
    pub path: IndexPathArgs,
    /// Files, folders, globs, @LIST (a file that names them), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub find: FindArgs,
    /// Most documents of the index that are searched for one text
    #[arg(long, value_name = "N", default_value_t = 4_000, help_heading = "Passages")]
    pub max_candidates: usize,
    /// Answer one text after the other: a JSON object a line with its passages, families and copies
    #[arg(long, help_heading = "Output", conflicts_with = "format")]
    pub each: bool,
    /// Exit with status 1 when nothing is shared
    #[arg(long, help_heading = "Output")]
    pub exit_code: bool,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `wirecopy index info` and `check`.
#[derive(Debug, ClapArgs)]
pub(crate) struct IndexInfoArgs {
    #[command(flatten)]
    pub path: IndexPathArgs,
    /// Format: text or json
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: SummaryArg,
}

/// `wirecopy check`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy check draft.txt --against news.index
      how much of the draft is printed elsewhere, passage by passage
  wirecopy check drafts/*.txt --against articles/ --fail-above 30%
      status 1 where more than that of any draft is
  wirecopy check - --against news.index --format json < release.txt")]
pub(crate) struct CheckArgs {
    /// Files, folders, globs, @LIST (a file that names them), or - for standard input
    #[arg(required = true, value_name = "DRAFT")]
    pub drafts: Vec<String>,
    /// An index, or files, folders and globs to compare with; with a draft whose outlet is known,
    /// what other outlets printed
    #[arg(long, required = true, value_name = "INDEX|PATH", help_heading = "Input")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub find: FindArgs,
    /// Most documents of the index that are searched for one draft
    #[arg(long, value_name = "N", default_value_t = 4_000, help_heading = "Passages")]
    pub max_candidates: usize,
    /// Exit with status 1 when more than this share of a draft is printed elsewhere, e.g. 30%
    #[arg(long, value_name = "SHARE", help_heading = "Output")]
    pub fail_above: Option<String>,
    /// Format: text or json (one object a line for each draft)
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: SummaryArg,
    /// Colour in the text view
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorArg,
    #[command(flatten)]
    pub run: RunArgs,
}

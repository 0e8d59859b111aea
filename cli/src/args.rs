//! What the user may type; nothing here is checked beyond its shape.

mod eval;
mod index;
#[cfg(feature = "serve")]
mod serve;

pub(super) use eval::{
    EvalArgs, EvalBy, EvalFiles, EvalKindsArgs, EvalPairsArgs, EvalPassagesArgs, EvalWhat,
};

pub(super) use index::{
    CheckArgs, IndexAddArgs, IndexArgs, IndexInfoArgs, IndexQueryArgs, IndexRemoveArgs, IndexWhat,
};

#[cfg(feature = "serve")]
pub(super) use serve::ServeArgs;

#[cfg(feature = "color")]
use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use wirecopy::corpus::Format;
use wirecopy::record::Kind;

#[cfg(feature = "color")]
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Finds what was copied: passages that documents share, and the families they form.
#[derive(Debug, Parser)]
#[command(name = "wirecopy", version, max_term_width = 100)]
#[cfg_attr(feature = "color", command(styles = STYLES))]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  wirecopy scan articles/                       one folder of text files per outlet
  wirecopy scan news.jsonl.zst -o pairs.jsonl   every shared passage, one JSON object a line
  wirecopy dedup news.jsonl -o clean            near-duplicates out, one of each cluster kept
  wirecopy compare a.txt b.txt                  two documents side by side

`wirecopy COMMAND --help` tells more about a command.")]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find every passage shared between documents, and its family across outlets
    Scan(Box<ScanArgs>),
    /// Remove near-duplicate documents: verified pairs, clusters, the kept corpus
    Dedup(Box<DedupArgs>),
    /// Show what two documents share, passage by passage
    Compare(Box<CompareArgs>),
    /// Keep documents, and ask who printed a text before
    Index(Box<IndexArgs>),
    /// Show how much of a draft is printed elsewhere, by whom and of what kind
    Check(Box<CheckArgs>),
    /// Serve a web page and an HTTP interface over an index
    #[cfg(feature = "serve")]
    Serve(Box<ServeArgs>),
    /// Show what a setting finds, misses and costs, before anything is run
    Tune(TuneArgs),
    /// Score results against truth: passages, pairs, clusters, kinds
    Eval(EvalArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// `wirecopy scan`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy scan articles/
      articles/cnn/x.txt belongs to outlet cnn; shows the passages that outlets share
  wirecopy scan news.jsonl --outlet-column source --date-column published
      JSON Lines whose columns have other names
  wirecopy scan news.jsonl.gz -o pairs.jsonl --families families.jsonl
      everything, for programs; the format follows from the name
  wirecopy scan news.jsonl -o report.html
      a page to read: families, time lines, outlets, articles side by side
  wirecopy scan drafts/ --against archive.jsonl --min-tokens 30
      only what drafts share with the archive, in passages of 30 tokens and more
  wirecopy scan articles/ --scope all
      also repeats within an outlet and within one document")]
pub(super) struct ScanArgs {
    /// Files, folders, globs, @LIST (a file that names them), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub read: ReadArgs,
    /// Other set of documents, or an index: report only passages with one side in each set
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub find: FindArgs,
    /// Which documents are set against each other [auto: outlets where they are known]
    #[arg(long, value_enum, default_value_t, hide_default_value = true, value_name = "SCOPE")]
    #[arg(help_heading = "Passages")]
    pub scope: ScopeArg,
    /// Only documents dated within this many days of each other
    #[arg(long, value_name = "N", help_heading = "Passages")]
    pub max_days: Option<u32>,
    /// Keep only these kinds of passage (comma list of quotation, wire, reuse, template,
    /// boilerplate, internal)
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "Passages")]
    #[arg(value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
    #[arg(hide_possible_values = true)]
    pub kind: Vec<String>,
    /// Known passages to leave out: one a line, or the families or pairs of a run (JSON Lines, JSON,
    /// CSV, TSV, Parquet; also compressed), of which all members and both sides are known
    #[arg(long, value_name = "FILE", help_heading = "Passages")]
    pub ignore: Option<PathBuf>,
    /// Also write the families; the name says in which format (.jsonl, .json, .csv, .tsv, .parquet)
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub families: Option<PathBuf>,
    /// Also write the pairs of documents that are copies of each other, by the share of both texts
    /// in passages they share: JSON Lines, or by the name of the file CSV or Parquet
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub copies: Option<PathBuf>,
    /// Also write who printed how much after whom, summed up for each two outlets: of wire copy and
    /// reuse whose kind is at least 0.8 sure. JSON Lines, or by the name of the file CSV or Parquet
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub flows: Option<PathBuf>,
    /// Most pairs listed; families stay complete [default: 2000000]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub max_pairs: Option<usize>,
    /// Families in the text view (0: all) [default: 20]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub top: Option<usize>,
    /// Which families come first in the text view [default: rank]
    #[arg(long, value_enum, value_name = "KEY", help_heading = "Output")]
    pub sort: Option<SortArg>,
    #[command(flatten)]
    pub write: WriteArgs,
    /// Go on with an interrupted run of the same command; a run keeps what another may go on with
    /// if it has this flag, or is over its --memory
    #[arg(long, requires = "output", help_heading = "Output")]
    pub resume: bool,
    /// Stay within this much memory by way of temporary files, e.g. 512MiB; a run takes up to 64
    /// MiB and 500 bytes a document more
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse, help_heading = "Run")]
    pub memory: Option<u64>,
    /// Folder of temporary files, made if need be [default: the system's]
    #[arg(long, value_name = "DIR", help_heading = "Run")]
    pub temp_dir: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `wirecopy compare`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy compare agency.txt reprint.txt
  wirecopy compare agency.txt reprint.txt --min-tokens 8
      also shorter passages
  wirecopy compare a.txt b.txt --exit-code --quiet > /dev/null && echo copied
      as a test: status 0 when something is shared, 1 when nothing is")]
pub(super) struct CompareArgs {
    /// First document
    #[arg(value_name = "A")]
    pub a: String,
    /// Second document
    #[arg(value_name = "B")]
    pub b: String,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub find: FindArgs,
    /// Exit with status 1 when nothing is shared
    #[arg(long, help_heading = "Output")]
    pub exit_code: bool,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `wirecopy dedup`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy dedup news.jsonl -o clean
      clean/kept.jsonl, clean/duplicates.jsonl, clean/pairs.jsonl and clean/summary.json
  wirecopy dedup news.jsonl --dry-run --threshold 0.8
      only how many there are
  wirecopy dedup news.jsonl -o clean --measure coverage
      also copies that were cut, reworded or scanned badly
  wirecopy dedup news.jsonl -o clean --passages
      repeated passages of 50 words and more out, each kept in one document
  wirecopy dedup news.jsonl -o clean --until 100000
      the highest threshold that leaves at most 100,000 documents
  wirecopy dedup dump/*.jsonl.zst -o clean --keep longest --memory 512MiB
      several files in, one kept.jsonl.zst out
  wirecopy dedup today.jsonl --against archive.jsonl -o new
      what today has that the archive has not
  wirecopy dedup articles/ -o clean
      a folder of text files in, the kept files as a tree in clean/kept")]
pub(super) struct DedupArgs {
    /// Files, folders, globs, @LIST (a file that names them), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub read: ReadArgs,
    /// Another corpus, or an index: what is in it is removed from INPUT too
    #[arg(long, value_name = "PATH|INDEX", help_heading = "Input")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub lsh: LshArgs,
    /// Cut repeated passages out of all documents but one, instead of removing documents
    #[arg(long, help_heading = "Passages", conflicts_with_all = [
        "measure", "threshold", "unit", "ngram_size", "num_perm", "bands", "rows",
    ])]
    pub passages: bool,
    /// Shortest passage that is cut, in tokens
    #[arg(long, value_name = "N", default_value_t = 50, requires = "passages")]
    #[arg(help_heading = "Passages")]
    pub min_tokens: u32,
    /// A document of which fewer tokens are left by a cut goes whole
    #[arg(long, value_name = "N", default_value_t = 1, requires = "passages")]
    #[arg(help_heading = "Passages")]
    pub min_left: u32,
    /// Remove copies only inside one value of this column, such as the outlet
    #[arg(long, value_name = "COLUMN", help_heading = "Duplicates")]
    pub within: Option<String>,
    /// Leave at most this many documents: takes the highest threshold that does, in thousandths;
    /// --threshold is then the lowest [default: 0.4, and 0.3 with --measure coverage]
    #[arg(long, value_name = "N", conflicts_with = "passages", help_heading = "Duplicates")]
    pub until: Option<usize>,
    /// What shingles are made of
    #[arg(long, value_enum, default_value_t, value_name = "UNIT", help_heading = "Duplicates")]
    pub unit: UnitArg,
    /// Which of a cluster stays: first, longest, earliest, latest, or column:NAME (the highest
    /// number in that column)
    #[arg(long, value_name = "WHICH", default_value = "first", help_heading = "Duplicates")]
    pub keep: String,
    /// Seed of the signatures; this version has one set of signatures, with seed 0
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Duplicates")]
    pub seed: u64,
    #[command(flatten)]
    pub write: FolderArgs,
    /// Stay within this much memory by way of temporary files, e.g. 512MiB
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse, help_heading = "Run")]
    pub memory: Option<u64>,
    /// Folder of temporary files, made if need be [default: the system's]
    #[arg(long, value_name = "DIR", help_heading = "Run")]
    pub temp_dir: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

/// What near-duplicates are, and how they are looked for.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Duplicates")]
pub(super) struct LshArgs {
    /// By what documents are compared
    #[arg(long, value_enum, default_value_t, value_name = "MEASURE")]
    pub measure: MeasureArg,
    /// Smallest similarity (or coverage) of duplicates, above 0 and at most 1 [default: 0.7, and
    /// 0.45 with --measure coverage]
    #[arg(long, value_name = "J", allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// How much rewording is tolerated inside a passage [default: high with --measure coverage, low
    /// with --passages]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub edits: Option<EditsArg>,
    /// Tokens (or characters, with --unit char) of a shingle [default: 5]
    #[arg(long, value_name = "N")]
    pub ngram_size: Option<u32>,
    /// Lanes of a signature [default: chosen from the threshold]
    #[arg(long, value_name = "N")]
    pub num_perm: Option<u32>,
    /// Bands of the search, with --rows [default: chosen from the threshold]
    #[arg(long, value_name = "B")]
    pub bands: Option<u32>,
    /// Lanes of a band, with --bands [default: chosen from the threshold]
    #[arg(long, value_name = "R")]
    pub rows: Option<u32>,
}

/// Where a result of several files goes.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(super) struct FolderArgs {
    /// Folder for the result; it appears when all of it is there
    #[arg(short, long, value_name = "DIR", required_unless_present = "dry_run")]
    pub output: Option<PathBuf>,
    /// Print the summary and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the kept documents: same (as the input), jsonl, csv or parquet [default: same]
    #[arg(long, value_name = "FORMAT")]
    pub output_format: Option<String>,
    /// Replace the result of an earlier run
    #[arg(long)]
    pub force: bool,
    /// Go on with an interrupted run of the same command
    #[arg(long)]
    pub resume: bool,
    /// Format of the summary: text or json
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: SummaryArg,
    /// Colour in the summary
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorArg,
}

/// `wirecopy tune`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy tune
      the setting that dedup chooses by itself
  wirecopy tune --measure coverage --threshold 0.6
      what becomes of a copy that was cut by half, reworded, or both
  wirecopy tune --threshold 0.5 --documents 20000000
      what a lower threshold costs with 20 million documents
  wirecopy tune --threshold 0.8 --bands 20 --rows 6
      a setting of your own")]
pub(super) struct TuneArgs {
    #[command(flatten)]
    pub lsh: LshArgs,
    /// Documents to reckon memory and candidates for [default: 1000000]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub documents: Option<u64>,
    /// Format: text or json
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: SummaryArg,
    /// Colour in the text view
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorArg,
}

/// `wirecopy completions`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy completions bash > ~/.local/share/bash-completion/completions/wirecopy
  wirecopy completions zsh > ~/.zfunc/_wirecopy
  wirecopy completions fish > ~/.config/fish/completions/wirecopy.fish")]
pub(super) struct CompletionsArgs {
    /// Shell to complete for
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Takes the name of a format that the library knows.
fn input_format() -> impl TypedValueParser<Value = Format> {
    let value = |format: Format| PossibleValue::new(format.name()).help(format.about());
    PossibleValuesParser::new(Format::all().map(value))
        .try_map(|name| Format::named(&name).ok_or("is not a format"))
}

/// Takes the name of a format of results.
fn result_format() -> PossibleValuesParser {
    let all = wirecopy::output::FORMATS.iter().map(|format| format.name());
    PossibleValuesParser::new(std::iter::once("text").chain(all))
}

/// How inputs are read.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Input")]
pub(super) struct ReadArgs {
    /// Format of the input [default: judged by name and content]
    #[arg(long, value_parser = input_format(), value_name = "FORMAT")]
    pub input_format: Option<Format>,
    /// Encoding of the input, such as latin1 or gbk [default: told from the content]
    #[arg(long, value_name = "NAME")]
    pub input_encoding: Option<String>,
    /// Column with the text [default: text]
    #[arg(long, alias = "column", value_name = "NAME")]
    pub text_column: Option<String>,
    /// Column with the document's id [default: id]
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
    /// Column with the outlet [default: outlet]
    #[arg(long, alias = "series-column", value_name = "NAME")]
    pub outlet_column: Option<String>,
    /// Column with the date [default: date]
    #[arg(long, value_name = "NAME")]
    pub date_column: Option<String>,
    /// Column with the headline [default: title]
    #[arg(long, value_name = "NAME")]
    pub title_column: Option<String>,
    /// Column with the address [default: url]
    #[arg(long, value_name = "NAME")]
    pub url_column: Option<String>,
    /// How dates are written that could be read in several ways, such as %d/%m/%Y
    #[arg(long, value_name = "PATTERN")]
    pub date_format: Option<String>,
    /// Texts in columns are HTML: read them without tags and entities
    #[arg(long)]
    pub html_text: bool,
    /// Also write the texts extracted from web pages, to which offsets refer, into this folder
    #[arg(long, value_name = "DIR")]
    pub save_text: Option<PathBuf>,
    /// Longest record that is read [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse)]
    pub max_record_bytes: Option<u64>,
    /// Most that one compressed file may decompress to [default: 1TiB]
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse)]
    pub max_expanded_bytes: Option<u64>,
    /// Most columns of a table [default: 10000]
    #[arg(long, value_name = "N")]
    pub max_columns: Option<usize>,
    /// Most files held open at once, 21 or more [default: what `ulimit -n` allows]
    #[arg(long, value_name = "N")]
    pub max_open_files: Option<usize>,
    /// Longest web page that is read [default: 8MiB]
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse)]
    pub max_page_bytes: Option<u64>,
}

/// What counts as a passage.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Passages")]
pub(super) struct FindArgs {
    /// Shortest passage, in tokens (words, or characters in scripts without spaces)
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub min_tokens: u32,
    /// How much rewording is tolerated inside a passage
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub edits: EditsArg,
    /// Tokens that must stand together unchanged for a passage to be noticed [default: 5, or those of
    /// the index that is asked]
    #[arg(long, value_name = "N")]
    pub ngram_size: Option<u32>,
    /// Seed of the sampling of very common phrases
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// Where results go.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(super) struct WriteArgs {
    /// Write the result to this file; its name says in which format (.jsonl, .json, .csv, .tsv,
    /// .parquet, .html, .txt, most of them also with .gz, .zst or .bz2)
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Format of the result: text, jsonl, json (a list), csv, tsv, parquet, passim or html [default:
    /// by the name of --output; on standard output text]
    #[arg(long, value_name = "FORMAT", value_parser = result_format(), hide_possible_values = true)]
    pub format: Option<String>,
    /// Leave texts in CSV and TSV as they are, also where a spreadsheet would run them as formulas
    #[arg(long)]
    pub raw_csv: bool,
    /// Start CSV and TSV with a byte order mark, for spreadsheets
    #[arg(long)]
    pub bom: bool,
    /// Most text in an HTML report, before compression: passages and whole articles [default:
    /// 72MiB]. The bounds on families, places and pairs move with it
    #[arg(long, value_name = "SIZE", value_parser = super::size::parse)]
    pub report_size: Option<u64>,
    /// Colour in the text view
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorArg,
}

/// How the run behaves.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Run")]
pub(super) struct RunArgs {
    /// Worker threads (0: all cores)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub threads: usize,
    /// Fail, and publish nothing, when any record cannot be used
    #[arg(long)]
    pub strict: bool,
    /// Also write every record left out, with its reason (.jsonl, .json, .csv, .tsv or .parquet)
    #[arg(long, value_name = "FILE")]
    pub skipped: Option<PathBuf>,
    /// Print no warnings, progress or summary
    #[arg(short, long)]
    pub quiet: bool,
    /// Print no progress bar
    #[arg(long)]
    pub no_progress: bool,
    /// How much to tell on standard error: error, warn, info (also the time of each stage), debug
    /// (also every file), trace; also of a part, as in `warn,wirecopy::corpus=debug`
    #[arg(long, value_parser = super::log::parse, default_value = "warn", value_name = "LEVEL")]
    pub log: super::log::Log,
}

/// `--scope`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ScopeArg {
    /// Different outlets where outlets are known, else different documents
    #[default]
    Auto,
    /// Different outlets
    Outlets,
    /// Different documents
    Documents,
    /// Different documents, and repeats inside one document
    All,
}

/// `--edits`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum EditsArg {
    /// Nearly verbatim
    Low,
    /// Edited copy
    #[default]
    Normal,
    /// Heavily reworded
    High,
}

/// `--measure`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum MeasureArg {
    /// Jaccard similarity of sets of shingles
    #[default]
    Jaccard,
    /// Share of both texts in passages they share: also edited, cut and noisy copies
    Coverage,
}

/// `--sort`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SortArg {
    /// What matters: independent outlets, length, rarity, and no boilerplate
    #[default]
    Rank,
    /// Most outlets
    Outlets,
    /// Most documents
    Size,
    /// Longest passage
    Length,
    /// Earliest
    First,
}

/// `--unit`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum UnitArg {
    /// Words (characters in scripts without spaces)
    #[default]
    Word,
    /// Characters
    Char,
}

/// `--format` of a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SummaryArg {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_run_to_resume_has_an_output() {
        let parse =
            |flags: &[&str]| Args::try_parse_from(["wirecopy", "scan", "x"].iter().chain(flags));
        let error = parse(&["--resume"]).unwrap_err();
        assert_eq!(error.kind(), clap::error::ErrorKind::MissingRequiredArgument);
        parse(&["--resume", "-o", "out.jsonl"]).unwrap();
    }

    #[test]
    fn names_of_formats_and_kinds_are_suggested() {
        let said = |flags: &[&str]| {
            let words = ["wirecopy", "scan", "x"].iter().chain(flags);
            Args::try_parse_from(words).unwrap_err().to_string()
        };
        let format = said(&["--format", "jsnol"]);
        assert!(format.contains("'jsonl'") && format.contains("parquet"), "{format}");
        let kind = said(&["--kind", "reuse,quotations"]);
        assert!(kind.contains("'quotation'") && kind.contains("boilerplate"), "{kind}");
    }

    #[test]
    fn aliases_of_columns() {
        let args = ["wirecopy", "scan", "x", "--column", "body", "--series-column", "paper"];
        let Command::Scan(scan) = Args::try_parse_from(args).unwrap().command else {
            panic!("another command");
        };
        assert_eq!(scan.read.text_column.as_deref(), Some("body"));
        assert_eq!(scan.read.outlet_column.as_deref(), Some("paper"));
    }
}

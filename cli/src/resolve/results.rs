//! Where results go, in which format, and how they look.
//!
//! Asked by the commands before any work. Invariant: a result that could not be written is refused
//! first.

use super::refuse::refuse;
use crate::args::{ColorArg, ScanArgs, WriteArgs};
use crate::output;
use crate::view::Look;
use std::path::{Path, PathBuf};
use wirecopy::error::Result;
use wirecopy::output::packed::Packing;
use wirecopy::output::{self as outputs, Compressible, Format as ResultFormat, TableForm};

/// How results are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OutputFormat {
    /// For people: what a terminal shows.
    Text,
    /// In a format of the library.
    Of(&'static dyn ResultFormat),
}

impl OutputFormat {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Of(format) => format.name(),
        }
    }

    fn named(name: &str) -> Option<Self> {
        if name == "text" { Some(Self::Text) } else { outputs::named(name).map(Self::Of) }
    }
}

/// Where results go, checked.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// File; `None`: standard output.
    pub path: Option<PathBuf>,
    /// Format.
    pub format: OutputFormat,
}

/// What the end of a file's name says of its format, beside those of the library.
const VIEW: &str = "txt";

impl Target {
    /// What the text view is wrapped in; the library wraps its formats itself.
    pub(crate) fn packing(&self) -> Packing {
        self.path.as_deref().map_or(Packing::None, Packing::of)
    }

    /// Whether the result goes to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.path.is_none() && output::stdout_is_terminal()
    }
}

/// How tables of results are written.
pub(crate) fn table_form(args: &WriteArgs) -> TableForm {
    TableForm { raw: args.raw_csv, bom: args.bom }
}

/// Refuses settings of CSV where nothing is written as such: they would change nothing.
pub(crate) fn csv_only(args: &WriteArgs, beside: &[Option<&Path>]) -> Result<()> {
    let flag = match table_form(args) {
        TableForm { raw: true, .. } => "--raw-csv",
        TableForm { bom: true, .. } => "--bom",
        _ => return Ok(()),
    };
    let is_csv = |name: &str| matches!(name, "csv" | "tsv");
    let mut beside = beside.iter().flatten().filter_map(|path| outputs::of_path(path));
    if is_csv(target(args)?.format.name()) || beside.any(|format| is_csv(format.name())) {
        return Ok(());
    }
    refuse(flag, "no result is written as CSV or TSV", "leave it out, or add --format csv")
}

/// Where results go: `--format` wins, then the name of `--output`; standard output gets text.
pub(crate) fn target(args: &WriteArgs) -> Result<Target> {
    let path = args.output.clone().filter(|path| path.as_os_str() != "-");
    if let Some(path) = &path {
        in_a_folder("--output", path)?;
    }
    let named = |name: &str| match OutputFormat::named(name) {
        Some(format) => Ok(format),
        None => refuse(
            "--format",
            format!("`{name}` is not a format this version writes"),
            format!("it writes text, {}", format_names()),
        ),
    };
    let format = match (args.format.as_deref(), &path) {
        (Some(name), _) => named(name)?,
        (None, Some(path)) => of_path("--output", path)?,
        (None, None) => OutputFormat::Text,
    };
    if let OutputFormat::Of(format) = format {
        built("--format", format)?;
        // A page is text, but nothing to be read on a terminal.
        let shows = format.is_text() && format.compression() != Compressible::Never;
        if !shows && path.is_none() && output::stdout_is_terminal() {
            let cause = format!("{} is nothing that a terminal can show", format.name());
            return refuse("--format", cause, "name a file with -o");
        }
    }
    Ok(Target { path, format })
}

/// Where a report beside the work goes, in the format of its name: `-` is standard output.
pub(crate) fn report(path: &Path) -> Result<Target> {
    const FLAG: &str = "--report";
    if path.as_os_str() == "-" {
        return Ok(Target { path: None, format: OutputFormat::Text });
    }
    in_a_folder(FLAG, path)?;
    let format = of_path(FLAG, path)?;
    if let OutputFormat::Of(format) = format {
        built(FLAG, format)?;
    }
    Ok(Target { path: Some(path.to_path_buf()), format })
}

/// Refuses a name which says that what is written as JSON Lines is anything else.
pub(crate) fn json_lines(target: &Target) -> Result<()> {
    match &target.path {
        Some(path) if target.format.name() != "jsonl" && !is_stream(path) => refuse(
            "--output",
            format!("--each writes JSON Lines, and the name says {}", target.format.name()),
            "let the name end in .jsonl",
        ),
        _ => Ok(()),
    }
}

/// The format that the name of a file implies. Devices and pipes get text, as standard output does.
fn of_path(flag: &'static str, path: &Path) -> Result<OutputFormat> {
    if let Some(format) = outputs::of_path(path) {
        unpacked(flag, path, format)?;
        return Ok(OutputFormat::Of(format));
    }
    let inner = match Packing::of(path) {
        Packing::None => path.to_path_buf(),
        _ => path.with_extension(""),
    };
    let is_view = inner.extension().is_some_and(|end| end.eq_ignore_ascii_case(VIEW));
    if is_view || is_stream(path) {
        return Ok(OutputFormat::Text);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let more = if flag == "--output" { ", or add --format" } else { "" };
    refuse(
        flag,
        format!("no format is known by the name `{name}`"),
        format!("let it end in {}{more}", endings(|_| true, &[VIEW])),
    )
}

/// Refuses the name of a compression for a format that is compressed inside.
fn unpacked(flag: &'static str, path: &Path, format: &dyn ResultFormat) -> Result<()> {
    if format.compression() != Compressible::Inside || Packing::of(path) == Packing::None {
        return Ok(());
    }
    let name = path.with_extension("");
    refuse(
        flag,
        format!("{} is compressed inside, and never as a whole", format.name()),
        format!("call it {}", name.file_name().unwrap_or_default().to_string_lossy()),
    )
}

/// Devices and pipes have no names that say anything.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The ends of the names of the formats that are wanted: `.jsonl, .csv or .txt`.
fn endings(wanted: impl Fn(&dyn ResultFormat) -> bool, more: &[&str]) -> String {
    let all = outputs::FORMATS.iter().filter(|format| wanted(**format));
    let first = all.filter_map(|format| format.extensions().first().copied());
    let names: Vec<String> =
        first.chain(more.iter().copied()).map(|end| format!(".{end}")).collect();
    listed(&names, "or")
}

/// Names in a sentence: `a, b or c`.
fn listed<S: AsRef<str>>(names: &[S], conjunction: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("{} {conjunction} {last}", others.join(", "))
        }
        _ => names.concat(),
    }
}

/// Refuses a file in a folder that is not there, before any work.
fn in_a_folder(flag: &'static str, path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Some(folder) = folder.filter(|folder| !folder.is_dir()) else { return Ok(()) };
    let cause = if folder.exists() {
        format!("{} is no folder", folder.display())
    } else {
        format!("there is no folder {}", folder.display())
    };
    refuse(flag, cause, "make it first, or write elsewhere")
}

/// Refuses a table beside the result in a format that has none, or of no known name.
pub(crate) fn table(flag: &'static str, path: &Path) -> Result<()> {
    in_a_folder(flag, path)?;
    match outputs::of_path(path) {
        Some(format) if format.tables().is_some() => {
            unpacked(flag, path, format).and_then(|()| built(flag, format))
        }
        None if is_stream(path) => Ok(()),
        _ => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let what = match flag {
                "--skipped" => "lists of what is left out",
                flag => flag.trim_start_matches('-'),
            };
            refuse(
                flag,
                format!("{what} are in no format known by the name `{name}`"),
                format!("let it end in {}", endings(|format| format.tables().is_some(), &[])),
            )
        }
    }
}

/// The names of the library's formats: `a, b and c`.
fn format_names() -> String {
    let names: Vec<&str> = outputs::FORMATS.iter().map(|format| format.name()).collect();
    listed(&names, "and")
}

/// Refuses a format that this build does not write.
pub(crate) fn built(flag: &'static str, format: &dyn ResultFormat) -> Result<()> {
    let Some(feature) = format.missing_feature() else { return Ok(()) };
    refuse(
        flag,
        format!("this build does not write {}: it has no feature `{feature}`", format.name()),
        format!(
            "build it with `cargo install --path cli --features {feature}`, or choose another \
             format"
        ),
    )
}

/// Refuses tables beside the result of a scan in formats that have none.
pub(crate) fn tables(args: &ScanArgs) -> Result<()> {
    let results =
        [("--families", &args.families), ("--copies", &args.copies), ("--flows", &args.flows)];
    results
        .into_iter()
        .filter_map(|(flag, path)| Some((flag, path.as_ref()?)))
        .try_for_each(|(flag, path)| table(flag, path))
}

/// How the text view is to look: as wide as the terminal it goes to.
pub(crate) fn look(args: &WriteArgs, target: &Target) -> Look {
    look_of(args.color, target.is_terminal())
}

/// How a page for standard output is to look.
pub(crate) fn stdout_look(choice: ColorArg) -> Look {
    look_of(choice, output::stdout_is_terminal())
}

fn look_of(choice: ColorArg, terminal: bool) -> Look {
    let width = if terminal { output::width() } else { output::DEFAULT_WIDTH };
    Look { width, color: color(choice, terminal) }
}

/// Whether to colour what goes to a stream.
pub(crate) fn color(choice: ColorArg, is_terminal: bool) -> bool {
    match choice {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => {
            is_terminal
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

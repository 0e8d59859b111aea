//! What the kept files are called.
//!
//! Records of one format stay one file: `kept` with the extension and the compression that all of
//! them have (by their names). Records of several formats become JSON Lines, `kept.jsonl`. Text
//! files stay files: below `kept/`, at the path they have
//! below the input folder. Invariant: the names depend on the inputs alone, not on what is kept.

use crate::corpus::{Corpus, Format, FormatLayout};
use crate::error::{Error, Result};
use crate::output::packed::Packing;
use std::path::{Component, Path, PathBuf};

/// Name of the folder of kept text files, and of the kept file before its extension.
pub const KEPT: &str = "kept";
/// Extension of Parquet files.
pub(super) const PARQUET: &str = "parquet";
/// Extension of CSV files.
const CSV: &str = "csv";
/// Extension of JSON Lines that have none of their own.
const USUAL: &str = "jsonl";

/// In what form kept records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As they are in inputs that are all of this format.
    Same(Format),
    /// As JSON objects, one a line.
    Objects,
    /// As rows of a Parquet file.
    Rows,
    /// As rows of a CSV file.
    Table,
}

impl Form {
    /// The extension of a form that inputs may have already.
    fn extension(self) -> Option<&'static str> {
        match self {
            Self::Rows => Some(PARQUET),
            Self::Table => Some(CSV),
            Self::Same(_) | Self::Objects => None,
        }
    }

    /// How the inputs are made up where their records are kept as they are.
    pub(super) fn layout(self) -> Option<FormatLayout> {
        match self {
            Self::Same(format) => Some(format.layout()),
            Self::Objects | Self::Rows | Self::Table => None,
        }
    }
}

/// Name and form of the one file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Records {
    /// Its name below the folder of the result.
    pub(super) name: PathBuf,
    /// How it is compressed.
    pub(super) packing: Packing,
    /// How its records are written.
    pub(super) form: Form,
}

/// Where kept documents go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The one file of records, if there is one.
    pub(super) records: Option<Records>,
    /// The folder that text files are named below; none where they become records.
    pub(super) base: Option<PathBuf>,
}

impl Layout {
    /// The layout for these sources; `wanted` is the form that was asked for, which text files
    /// take too.
    ///
    /// # Errors
    /// Inputs that cannot be kept in this form: streams of text, tables with other columns.
    pub fn new(corpus: &Corpus, inputs: &[String], wanted: Option<Form>) -> Result<Self> {
        let convert = wanted.is_some();
        let of = |is_document: bool| {
            let is = move |n: &usize| corpus.source_format(*n).is_document() == is_document;
            (0..corpus.source_count()).filter(is)
        };
        let members = |n: &usize| corpus.source_format(*n).layout() == FormatLayout::Members;
        let once = (0..corpus.source_count()).find(|n| corpus.is_stream(*n) && members(n));
        if let Some(source) = once {
            return Err(Error::Input {
                path: corpus.source_path(source).to_path_buf(),
                cause: "is a crawl in a stream, which cannot be read twice".to_owned(),
                cure: "save it to a file first".to_owned(),
            });
        }
        for source in of(true) {
            let path = corpus.source_path(source);
            if corpus.is_remote(source) && !convert {
                return Err(Error::Input {
                    path: path.to_path_buf(),
                    cause: "is a text elsewhere, which cannot be kept as a file".to_owned(),
                    cure: "fetch or unpack it first, or use {output_format} jsonl".to_owned(),
                });
            }
            if path == Path::new("-") || path.metadata().is_ok_and(|found| !found.is_file()) {
                return Err(Error::Input {
                    path: path.to_path_buf(),
                    cause: "is a stream of text, which cannot be kept as a file".to_owned(),
                    cure: "save it to a file first, or give JSON Lines".to_owned(),
                });
            }
        }
        let files: Vec<&Path> = of(false).map(|n| corpus.source_path(n)).collect();
        let texts: Vec<&Path> = of(true).map(|n| corpus.source_path(n)).collect();
        let mut formats = of(false).map(|n| corpus.source_format(n));
        let form = match (wanted, formats.next()) {
            (Some(wanted), Some(first))
                if wanted.extension() == Some(first.extension())
                    && texts.is_empty()
                    && formats.all(|format| format == first)
                    && corpus.check_same_columns().is_ok() =>
            {
                Form::Same(first)
            }
            (Some(wanted), _) => wanted,
            (None, Some(first)) if formats.all(|format| format == first) => Form::Same(first),
            _ => Form::Objects,
        };
        if matches!(form, Form::Same(_)) {
            corpus.check_same_columns()?;
        }
        let named = || records(&files, form, texts.is_empty());
        let records = (!files.is_empty() || convert).then(named);
        let base = (!convert && !texts.is_empty()).then(|| base(inputs, &texts));
        Ok(Self { records, base })
    }

    /// The names of what is kept, for people.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let records = self.records.iter().map(|records| records.name.display().to_string());
        records.chain(self.base.iter().map(|_| format!("{KEPT}/"))).collect()
    }

    /// The name of a text file in the result; none where text files become records.
    pub(super) fn text(&self, source: &Path) -> Option<PathBuf> {
        let base = self.base.as_ref()?;
        let path = absolute(source);
        let below = path.strip_prefix(base).unwrap_or(&path);
        // What is left of a root would lead out of the result.
        let names = below.components().filter(|part| matches!(part, Component::Normal(_)));
        Some(Path::new(KEPT).join(names.collect::<PathBuf>()))
    }
}

/// The name of the file of records. Text files among them say nothing about its name.
fn records(files: &[&Path], form: Form, alone: bool) -> Records {
    let same = |of: &dyn Fn(&Path) -> String| {
        let mut all = files.iter().map(|path| of(path));
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    };
    let extension = match form {
        Form::Same(format) if format == Format::JSON_LINES => {
            same(&|path| extension(path).to_owned())
        }
        Form::Same(format) => Some(format.extension().to_owned()),
        Form::Objects | Form::Rows | Form::Table => form.extension().map(str::to_owned),
    };
    let extension = extension.unwrap_or_else(|| USUAL.to_owned());
    let packing = |path: &Path| Packing::of(path);
    let packed = same(&|path| packing(path).suffix().to_owned()).is_some() && alone;
    let is_rows = matches!(form, Form::Same(format) if format.layout() == FormatLayout::Rows);
    let packed = packed && extension != PARQUET && !is_rows;
    let packing = files.first().filter(|_| packed).map_or(Packing::None, |path| packing(path));
    let name = PathBuf::from(format!("{KEPT}.{extension}{}", packing.suffix()));
    Records { name, packing, form }
}

/// The extension of JSON Lines, without that of a compression.
fn extension(path: &Path) -> &'static str {
    let inner = match Packing::of(path) {
        Packing::None => path.to_path_buf(),
        _ => path.with_extension(""),
    };
    let found = inner.extension().map(std::ffi::OsStr::to_ascii_lowercase).unwrap_or_default();
    let known = ["jsonl", "ndjson", "jsonlines", "json"];
    known.into_iter().find(|known| found == *known).unwrap_or(USUAL)
}

/// The deepest folder above all inputs: of a folder the folder itself, of a file the one it is in.
fn base(inputs: &[String], texts: &[&Path]) -> PathBuf {
    let folders = inputs.iter().map(Path::new).filter(|path| path.is_dir());
    let mut roots: Vec<PathBuf> = folders.map(absolute).collect();
    let inside = roots.len();
    for text in texts {
        let path = absolute(text);
        if !roots.iter().take(inside).any(|root| path.starts_with(root)) {
            roots.push(path.parent().unwrap_or(&path).to_path_buf());
        }
    }
    roots.into_iter().reduce(|a, b| common(&a, &b)).unwrap_or_default()
}

fn common(a: &Path, b: &Path) -> PathBuf {
    let same = a.components().zip(b.components()).take_while(|(a, b)| a == b);
    same.map(|(part, _)| part).collect()
}

/// The absolute path by name alone: links are not followed, `..` takes back.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut plain = PathBuf::new();
    for part in full.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(files: &[&str]) -> String {
        let files: Vec<&Path> = files.iter().map(Path::new).collect();
        records(&files, Form::Same(Format::JSON_LINES), true).name.display().to_string()
    }

    #[test]
    fn the_kept_file_is_called_as_the_input() {
        assert_eq!(name(&["x.jsonl"]), "kept.jsonl");
        assert_eq!(name(&["x.NDJSON.gz"]), "kept.ndjson.gz");
        assert_eq!(name(&["a.json.zst", "b/c.json.zstd"]), "kept.json.zst");
        assert_eq!(name(&["a.jsonl.gz", "b.jsonl"]), "kept.jsonl");
        assert_eq!(name(&["a.ndjson", "b.json"]), "kept.jsonl");
        assert_eq!(name(&["-"]), "kept.jsonl");
        assert_eq!(name(&["data.txt"]), "kept.jsonl");
        assert_eq!(name(&[]), "kept.jsonl");
        let table = [Path::new("a.csv.bz2"), Path::new("b.csv.bz2")];
        let named = |form| records(&table, form, true).name.display().to_string();
        assert_eq!(named(Form::Same(Format::named("csv").unwrap())), "kept.csv.bz2");
        assert_eq!(named(Form::Objects), "kept.jsonl.bz2");
    }

    #[test]
    fn text_files_keep_their_place_below_the_input() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("in");
        std::fs::create_dir_all(folder.join("cnn")).unwrap();
        let inputs = [folder.display().to_string()];
        let text = folder.join("cnn/x.txt");
        let layout = |inputs: &[String], texts: &[&Path]| Layout {
            records: None,
            base: Some(base(inputs, texts)),
        };
        let kept = |layout: Layout, path: &Path| layout.text(path).unwrap();
        assert_eq!(kept(layout(&inputs, &[&text]), &text), Path::new("kept/cnn/x.txt"));
        assert_eq!(kept(layout(&[], &[&text]), &text), Path::new("kept/x.txt"));
        let (a, b) = (Path::new("a/x.txt"), Path::new("a/../b/x.txt"));
        assert_eq!(kept(layout(&[], &[a, b]), b), Path::new("kept/b/x.txt"));
        let outside = Path::new("../../elsewhere/x.txt");
        let name = kept(layout(&inputs, &[&text]), outside);
        assert!(name.components().all(|part| matches!(part, Component::Normal(_))));
    }
}

//! How inputs are to be read.

use super::encoding::Encoding;
use super::tally::COLUMNS;
use crate::error::Result;
use crate::limits::Limits;
use std::path::PathBuf;
use std::sync::Arc;

/// A format of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One document a file.
    Text,
    /// One JSON object a line.
    JsonLines,
    /// One JSON list of objects, or one object.
    Json,
    /// A header, then one record a row.
    Csv,
    /// The same with tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Web pages, one document a file.
    Html,
    /// A crawl.
    Warc,
}

impl Format {
    /// The name in flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
            Self::Html => "html",
            Self::Warc => "warc",
        }
    }

    /// Whether records stand in lines, one behind the other.
    #[must_use]
    pub fn is_lines(self) -> bool {
        matches!(self, Self::JsonLines | Self::Csv | Self::Tsv)
    }

    /// Whether records are told by their numbers, and their texts copied where they are read again.
    #[must_use]
    pub fn is_numbered(self) -> bool {
        matches!(self, Self::Parquet | Self::Warc)
    }

    /// Whether a file is one document.
    #[must_use]
    pub fn is_document(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}

/// A column's name, and whether the user chose it (then it must exist).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name of the key.
    pub name: String,
    /// Given by the user.
    pub chosen: bool,
}

impl Column {
    fn default_name(name: &str) -> Self {
        Self { name: name.to_owned(), chosen: false }
    }
}

type Save = dyn Fn(&str, &str) -> Result<()> + Send + Sync;

/// Takes name and text of every document whose text was extracted from a page.
#[derive(Clone)]
pub struct SaveText(Arc<Save>);

impl SaveText {
    /// Hands them to `save`, from any thread.
    pub fn new(save: impl Fn(&str, &str) -> Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(save))
    }

    /// Hands one on.
    pub(super) fn save(&self, id: &str, text: &str) -> Result<()> {
        (self.0)(id, text)
    }
}

impl std::fmt::Debug for SaveText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaveText")
    }
}

/// How inputs are to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Format of every input; `None`: sniffed.
    pub format: Option<Format>,
    /// Encoding of every input; `None`: told from the content.
    pub encoding: Option<Encoding>,
    /// Column of the text (required in every record).
    pub text: Column,
    /// Column of the id.
    pub id: Column,
    /// Column of the outlet.
    pub outlet: Column,
    /// Column of the date.
    pub date: Column,
    /// Column of the title.
    pub title: Column,
    /// Keep the bytes of every record beside its document, for those who write records back.
    pub keep_raw: bool,
    /// Records will be read again (see [`Corpus::again`](super::Corpus::again)): folder for copies
    /// of what can be read only once or only from its start (streams, compressed files).
    pub reread: Option<PathBuf>,
    /// Folder of temporary files; none: the system's.
    pub temp_dir: Option<PathBuf>,
    /// Where texts go that were extracted from pages.
    pub save_text: Option<SaveText>,
    /// Bounds.
    pub limits: Limits,
}

impl ReadOptions {
    /// The columns in the order in which records are taken apart.
    pub(super) fn columns(&self) -> [&Column; COLUMNS] {
        [&self.text, &self.id, &self.outlet, &self.date, &self.title]
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            text: Column::default_name("text"),
            id: Column::default_name("id"),
            outlet: Column::default_name("outlet"),
            date: Column::default_name("date"),
            title: Column::default_name("title"),
            keep_raw: false,
            reread: None,
            temp_dir: None,
            save_text: None,
            limits: Limits::default(),
        }
    }
}

//! How inputs are to be read.

use super::tally::COLUMNS;
use crate::limits::Limits;
use std::path::PathBuf;

/// A format of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One document a file.
    Text,
    /// One JSON object a line.
    JsonLines,
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

/// How inputs are to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Format of every input; `None`: sniffed.
    pub format: Option<Format>,
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
            text: Column::default_name("text"),
            id: Column::default_name("id"),
            outlet: Column::default_name("outlet"),
            date: Column::default_name("date"),
            title: Column::default_name("title"),
            keep_raw: false,
            reread: None,
            limits: Limits::default(),
        }
    }
}

//! How inputs are to be read.

use super::columns::{COLUMNS, Column};
use super::source::encoding::Encoding;
use super::source::kind::Format;
use super::source::remote::Access;
use crate::error::Result;
use crate::limits::Limits;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// Encoding of every input; `None`: judged by the content.
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
    /// One more column, which is handed to visitors as text.
    pub extra: Option<Column>,
    /// Records will be read again (see [`Corpus::reread`](super::Corpus::reread)): folder for
    /// copies of what can be read only once or only from its start (streams, compressed files).
    pub reread: Option<PathBuf>,
    /// Folder of temporary files; none: the system's.
    pub temp_dir: Option<PathBuf>,
    /// Where texts go that were extracted from pages.
    pub save_text: Option<SaveText>,
    /// What object stores are configured with.
    pub access: Access,
    /// Bounds: of the reading, and of all that a run does with what was read.
    pub limits: Limits,
}

impl ReadOptions {
    /// The columns in their order; none where no extra column is wanted.
    pub(super) fn columns(&self) -> [Option<&Column>; COLUMNS] {
        let Self { text, id, outlet, date, title, extra, .. } = self;
        [Some(text), Some(id), Some(outlet), Some(date), Some(title), extra.as_ref()]
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
            extra: None,
            reread: None,
            temp_dir: None,
            save_text: None,
            access: Access::default(),
            limits: Limits::default(),
        }
    }
}

//! What becomes of the rows of files of rows, such as Parquet: which are kept, and with what text.
//!
//! Filled while the texts are read; then the rows are copied as they are but for these texts.
//! Invariant: every text that is to be changed was changed, or the run fails.

use super::super::copied::{self, RowCopy};
use super::super::records::{go_on, length};
use crate::corpus::{Corpus, Format};
use crate::detect::Progress;
use crate::error::{Error, Result};
use crate::hash::{self, Map, Set};
use crate::store::FolderDraft;
use std::ops::Range;
use std::path::Path;

/// The rows of all sources, in their order.
#[derive(Debug, Default)]
pub(super) struct Edits {
    sources: Vec<Rows>,
}

/// The rows of one source.
#[derive(Debug)]
struct Rows {
    source: usize,
    /// Numbers of the rows, ascending.
    numbers: Vec<u64>,
    /// Numbers of those that are left out.
    gone: Set<u64>,
    /// By number of the row: the hash of its text, and what is left of it.
    texts: Map<u64, (u64, String)>,
}

impl Edits {
    /// Begins a source, all of whose rows in `rows` are kept for now.
    pub(super) fn begin(&mut self, source: usize, rows: impl Iterator<Item = u64>) {
        self.sources.push(Rows {
            source,
            numbers: rows.collect(),
            gone: Set::default(),
            texts: Map::default(),
        });
    }

    /// Leaves a row of the last source out.
    pub(super) fn drop_row(&mut self, row: u64) {
        if let Some(rows) = self.sources.last_mut() {
            rows.gone.insert(row);
        }
    }

    /// Has a row of the last source kept with what is left of its text.
    pub(super) fn edit(&mut self, row: u64, text: &str, left: String) {
        if let Some(rows) = self.sources.last_mut() {
            rows.texts.insert(row, (hash::xxh3_64(text.as_bytes()), left));
        }
    }

    /// Writes the file of all rows, and returns its bytes.
    pub(super) fn write(
        self,
        (corpus, format): (&Corpus, Format),
        folder: &FolderDraft,
        name: &Path,
        progress: &dyn Progress,
    ) -> Result<u64> {
        let most = corpus.options().limits.record_bytes;
        let like = corpus.source_file(0)?;
        let mut copy = copied::like(format, folder.create(name)?, &like, most)?;
        for rows in self.sources {
            go_on(progress)?;
            rows.copy(corpus, &mut *copy)?;
        }
        length(copy.finish(), &folder.target().join(name))
    }
}

impl Rows {
    fn copy(mut self, corpus: &Corpus, to: &mut dyn RowCopy) -> Result<()> {
        let path = corpus.source_file(self.source)?;
        self.numbers.retain(|row| !self.gone.contains(row));
        let ranges: Vec<Range<u64>> = self
            .numbers
            .chunk_by(|x, y| x + 1 == *y)
            .filter_map(|run| Some(*run.first()?..*run.last()? + 1))
            .collect();
        let texts = &mut self.texts;
        let mut edit = |row: u64, value: &[u8]| -> Option<Vec<u8>> {
            let (wanted, _) = texts.get(&row)?;
            let text = String::from_utf8_lossy(value);
            let is_text = hash::xxh3_64(text.as_bytes()) == *wanted;
            is_text.then(|| texts.remove(&row).map(|(_, left)| left.into_bytes())).flatten()
        };
        if ranges.is_empty() {
            return Ok(());
        }
        to.add(&path, &ranges, Some(&mut edit))?;
        match self.texts.keys().min() {
            None => Ok(()),
            Some(row) => Err(Error::Input {
                path: corpus.source_path(self.source).to_path_buf(),
                cause: format!("the text of row {row} is not one string in a column of strings"),
                cure: "use {output_format} jsonl".to_owned(),
            }),
        }
    }
}

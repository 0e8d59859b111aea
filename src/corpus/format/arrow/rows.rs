//! Rows with all their columns: as JSON objects, or as they are into another file.

use super::file::{OpenFile, open};
use super::json;
use super::parts::{self, Batches};
use crate::corpus::format::row_file::{Shared, Stop, inside};
use crate::error::{Error, Result};
use arrow_array::{BooleanArray, RecordBatch};
use arrow_buffer::BooleanBufferBuilder;
use arrow_ipc::CompressionType;
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Takes a record batch and the wanted ranges of its rows.
type Work<'w> = &'w mut dyn FnMut(&RecordBatch, &[Range<usize>]) -> Result<()>;

/// A file whose rows are read again.
#[derive(Debug)]
pub(crate) struct ArrowRows {
    open: OpenFile,
    path: PathBuf,
    /// Largest record, by which batches are bounded.
    most: usize,
}

impl ArrowRows {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is not what it claims to be.
    pub(crate) fn open(path: &Path, most: usize) -> Result<Self> {
        let shared = Shared::open(path).map_err(|error| Error::io(path, error))?;
        let open = open(shared).map_err(|refusal| Error::Input {
            path: path.to_path_buf(),
            cause: refusal.cause,
            cure: refusal.cure,
        })?;
        Ok(Self { open, path: path.to_path_buf(), most })
    }

    /// Columns and their types.
    pub(crate) fn declared(&self) -> &SchemaRef {
        &self.open.declared
    }

    /// Whether it is a file and no stream.
    pub(crate) fn is_file(&self) -> bool {
        self.open.is_file
    }

    /// How its columns are compressed.
    pub(crate) fn packing(&self) -> Option<CompressionType> {
        self.open.packing
    }

    /// Hands the rows of `wanted` (1-based, ascending) to `line`, each as a JSON object with a line
    /// feed.
    ///
    /// # Errors
    /// A damaged file; what `line` returns.
    pub(crate) fn to_json(
        &self,
        wanted: &[Range<u64>],
        line: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut out = Vec::new();
        self.each(wanted, &mut |batch, ranges| {
            ranges.iter().cloned().flatten().try_for_each(|row| {
                out.clear();
                json::row(batch, row, &mut out);
                out.push(b'\n');
                line(&out)
            })
        })
    }

    /// Hands the rows of `wanted` (1-based, ascending) to `take` as record batches, in which
    /// strings are bytes.
    ///
    /// # Errors
    /// A damaged file; what `take` returns.
    pub(crate) fn copy(
        &self,
        wanted: &[Range<u64>],
        take: &mut dyn FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        self.each(wanted, &mut |batch, ranges| {
            let mut chosen = BooleanBufferBuilder::new(batch.num_rows());
            for range in ranges {
                chosen.append_n(range.start - chosen.len(), false);
                chosen.append_n(range.len(), true);
            }
            chosen.append_n(batch.num_rows() - chosen.len(), false);
            let chosen = BooleanArray::new(chosen.finish(), None);
            let kept = filter_record_batch(batch, &chosen);
            take(&kept.map_err(|error| self.broken(Stop::from(error)))?)
        })
    }

    /// Runs `work` on each record batch that has wanted rows, with their ranges in it.
    fn each(&self, wanted: &[Range<u64>], work: Work<'_>) -> Result<()> {
        let mut batches = Batches::new(&self.open, None, self.most);
        while let Some(found) = batches.next(&self.open) {
            let rows = found.before + 1..found.before + 1 + found.rows;
            let ranges = inside(wanted, rows);
            if ranges.is_empty() {
                continue;
            }
            let each = || {
                let batch = parts::rows(&self.open, &found, None, self.most);
                work(&batch.map_err(|stop| self.broken(stop))?, &ranges)
            };
            let done = catch_unwind(AssertUnwindSafe(each));
            done.unwrap_or_else(|_| Err(self.broken(Stop::Broken("it is damaged".to_owned()))))?;
        }
        Ok(())
    }

    fn broken(&self, stop: Stop) -> Error {
        Error::Input {
            path: self.path.clone(),
            cause: format!("cannot be copied: {}", stop.cause()),
            cure: "fetch or write the file again".to_owned(),
        }
    }
}

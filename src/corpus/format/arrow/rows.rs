//! Rows with all their columns: as JSON objects, or as they are into another file.

use super::file::{OpenFile, open};
use super::json;
use super::parts::{self, Batches};
use crate::corpus::format::reader::{Edit, Rewrite};
use crate::corpus::format::row_file::{Shared, Stop, inside};
use crate::error::{Error, Result};
use arrow_array::builder::{BinaryBuilder, BinaryViewBuilder, LargeBinaryBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_buffer::BooleanBufferBuilder;
use arrow_ipc::CompressionType;
use arrow_schema::{ArrowError, DataType, SchemaRef};
use arrow_select::filter::filter_record_batch;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Takes a record batch, the wanted ranges of its rows and the number of rows before it.
type Work<'w> = &'w mut dyn FnMut(&RecordBatch, &[Range<usize>], u64) -> Result<()>;

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
        self.each(wanted, &mut |batch, ranges, _| {
            ranges.iter().cloned().flatten().try_for_each(|row| {
                out.clear();
                json::row(batch, row, &mut out);
                out.push(b'\n');
                line(&out)
            })
        })
    }

    /// Hands the rows of `wanted` (1-based, ascending) to `take` as record batches, in which
    /// strings are bytes, and those are changed that `edit` has something else for.
    ///
    /// # Errors
    /// A damaged file; what `take` returns.
    pub(crate) fn copy(
        &self,
        wanted: &[Range<u64>],
        mut edit: Edit<'_>,
        take: &mut dyn FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        self.each(wanted, &mut |batch, ranges, before| {
            let changed = edit.as_mut().map(|edit| edited(batch, ranges, before, edit));
            let changed = changed.transpose().map_err(|error| self.broken(Stop::from(error)))?;
            let batch = changed.as_ref().unwrap_or(batch);
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
                work(&batch.map_err(|stop| self.broken(stop))?, &ranges, found.before)
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

/// A batch in which strings of the wanted rows, that are columns of their own, are changed.
fn edited(
    batch: &RecordBatch,
    ranges: &[Range<usize>],
    before: u64,
    edit: &mut Rewrite<'_>,
) -> std::result::Result<RecordBatch, ArrowError> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for column in batch.columns() {
        let mut changes: Vec<(usize, Vec<u8>)> = Vec::new();
        for row in ranges.iter().cloned().flatten() {
            let value = bytes(column, row);
            let other = value.and_then(|value| edit(before + 1 + row as u64, value));
            changes.extend(other.map(|other| (row, other)));
        }
        columns.push(if changes.is_empty() { Arc::clone(column) } else { with(column, changes) });
    }
    RecordBatch::try_new(batch.schema(), columns)
}

/// The bytes of a string in a column of strings.
fn bytes(column: &ArrayRef, row: usize) -> Option<&[u8]> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Binary => Some(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Some(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => Some(column.as_binary_view().value(row)),
        _ => None,
    }
}

/// The column with other strings in some rows, ascending.
fn with(column: &ArrayRef, changes: Vec<(usize, Vec<u8>)>) -> ArrayRef {
    let mut changes = changes.into_iter().peekable();
    let mut each = |take: &mut dyn FnMut(Option<&[u8]>)| {
        for row in 0..column.len() {
            match changes.next_if(|(changed, _)| *changed == row) {
                Some((_, other)) => take(Some(&other)),
                None => take(bytes(column, row)),
            }
        }
    };
    match column.data_type() {
        DataType::LargeBinary => {
            let mut builder = LargeBinaryBuilder::new();
            each(&mut |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        DataType::BinaryView => {
            let mut builder = BinaryViewBuilder::new();
            each(&mut |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        _ => {
            let mut builder = BinaryBuilder::new();
            each(&mut |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
    }
}

//! Kept rows of Parquet files, with the schema and the key-value metadata of the first.

use super::enabled::{Buffer, failed, properties};
use crate::corpus::Edit;
use crate::corpus::rows::{Copier, ParquetRows};
use crate::error::{Error, Result};
use parquet::column::writer::ColumnWriter;
use parquet::errors::Result as Parquet;
use parquet::file::writer::SerializedFileWriter;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// A file of copied rows.
pub(crate) struct Copy<W> {
    out: W,
    buffer: Buffer,
    writer: SerializedFileWriter<Buffer>,
    page_bytes: usize,
}

impl<W> std::fmt::Debug for Copy<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copy").finish_non_exhaustive()
    }
}

impl<W: Write> Copy<W> {
    /// Starts a file like the one at `like`.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn new(out: W, like: &Path, page_bytes: usize) -> Result<Self> {
        let rows = ParquetRows::open(like, page_bytes)?;
        let buffer = Buffer::default();
        let (schema, metadata) = (rows.schema().root_schema_ptr(), rows.metadata());
        let writer = SerializedFileWriter::new(buffer.clone(), schema, properties(metadata));
        let writer = writer.map_err(|error| Error::io(like, failed(error)))?;
        Ok(Self { out, buffer, writer, page_bytes })
    }

    /// Copies rows (1-based, ascending) of the file at `path`, with the strings that `edit` has
    /// something else for.
    ///
    /// # Errors
    /// A file that cannot be read, or has other columns.
    pub(crate) fn add(&mut self, path: &Path, rows: &[Range<u64>], edit: Edit<'_>) -> Result<()> {
        let from = ParquetRows::open(path, self.page_bytes)?;
        from.copy(rows, edit, self)
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// What `out` returns.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.writer.close().map_err(failed)?;
        self.buffer.drain(&mut self.out)?;
        Ok(self.out)
    }
}

impl<W: Write> Copier for Copy<W> {
    fn group(
        &mut self,
        copy: &mut dyn FnMut(&mut ColumnWriter<'_>, usize) -> Parquet<()>,
    ) -> Parquet<()> {
        let mut group = self.writer.next_row_group()?;
        let mut number = 0;
        while let Some(mut column) = group.next_column()? {
            copy(column.untyped(), number)?;
            column.close()?;
            number += 1;
        }
        group.close()?;
        self.buffer.drain(&mut self.out)?;
        Ok(())
    }
}

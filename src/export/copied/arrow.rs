//! Kept rows of Arrow files and streams.
//!
//! A file is kept as a file and a stream as a stream. Invariant: the bytes of strings are copied as
//! they are, also where they are not UTF-8.

use super::RowCopy;
use crate::corpus::Edit;
use crate::corpus::arrow_rows::ArrowRows;
use crate::error::{Error, Result};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

type Out = BufWriter<File>;

/// The two forms of a file.
enum Writer {
    File(FileWriter<Out>),
    Stream(StreamWriter<Out>),
}

impl Writer {
    fn write(&mut self, batch: &RecordBatch) -> std::result::Result<(), ArrowError> {
        match self {
            Self::File(writer) => writer.write(batch),
            Self::Stream(writer) => writer.write(batch),
        }
    }
}

/// A file of copied rows.
struct Copy {
    writer: Writer,
    most: usize,
}

/// Starts a file like the one at `path`.
pub(super) fn like(out: Out, path: &Path, most: usize) -> Result<Box<dyn RowCopy>> {
    let rows = ArrowRows::open(path, most)?;
    let start = |out: Out, schema: &SchemaRef| {
        let options = IpcWriteOptions::default().try_with_compression(rows.packing())?;
        Ok(if rows.is_file() {
            Writer::File(FileWriter::try_new_with_options(out, schema, options)?)
        } else {
            Writer::Stream(StreamWriter::try_new_with_options(out, schema, options)?)
        })
    };
    let writer = start(out, rows.declared()).map_err(|error| Error::io(path, failed(error)))?;
    Ok(Box::new(Copy { writer, most }))
}

impl RowCopy for Copy {
    fn add(&mut self, path: &Path, rows: &[Range<u64>], edit: Edit<'_>) -> Result<()> {
        let from = ArrowRows::open(path, self.most)?;
        let writer = &mut self.writer;
        from.copy(rows, edit, &mut |batch| {
            let written = trimmed(batch).and_then(|batch| writer.write(&batch));
            written.map_err(|error| match error {
                ArrowError::IoError(_, error) => Error::io(path, error),
                // Such as a dictionary that differs from that of the file before.
                error => Error::Input {
                    path: path.to_path_buf(),
                    cause: format!("cannot be kept in one file with those before: {error}"),
                    cure: "use {output_format} jsonl, or run them one by one".to_owned(),
                },
            })
        })
    }

    fn finish(self: Box<Self>) -> io::Result<Out> {
        match self.writer {
            Writer::File(writer) => writer.into_inner(),
            Writer::Stream(writer) => writer.into_inner(),
        }
        .map_err(failed)
    }
}

/// A batch without the bytes of rows that are not in it, which views would keep.
fn trimmed(batch: &RecordBatch) -> std::result::Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.as_binary_view_opt() {
        Some(views) => Arc::new(views.gc()) as ArrayRef,
        None => Arc::clone(column),
    });
    RecordBatch::try_new(batch.schema(), columns.collect())
}

fn failed(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

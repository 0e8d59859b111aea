//! A Parquet file that is open: its bytes and its footer, shared by the workers.
//!
//! Invariant: whatever the bytes are, the crate that reads them cannot end the run.

use crate::corpus::format::row_file::{Shared, unreadable};
use crate::corpus::problem::Refusal;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::FileReader as _;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::SchemaDescriptor;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for Shared {
    type T = Window;

    fn get_read(&self, start: u64) -> Parquet<Window> {
        Ok(Window { shared: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        Ok(Bytes::from(Self::bytes(self, start, length)?))
    }
}

/// The rest of a file from some place.
#[derive(Debug)]
pub(crate) struct Window {
    shared: Shared,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.shared.length().saturating_sub(self.at);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..room) else { return Ok(0) };
        self.shared.fill(self.at, into)?;
        self.at += room as u64;
        Ok(room)
    }
}

/// A file whose footer was read, shared by the workers.
pub(super) struct OpenFile {
    pub(super) reader: SerializedFileReader<Shared>,
    shared: Shared,
}

impl std::fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenFile").field("bytes", &self.shared.length()).finish_non_exhaustive()
    }
}

/// Opens a file and reads its footer.
pub(super) fn open(path: &Path) -> Result<OpenFile, Refusal> {
    footer(Shared::open(path).map_err(|error| unreadable(&error))?)
}

/// Reads the footer of a file.
pub(super) fn footer(shared: Shared) -> Result<OpenFile, Refusal> {
    let broken = |what: String| {
        if what.contains("encrypted") {
            let cure = "write it again without encryption";
            return Refusal::new("is an encrypted Parquet file", cure);
        }
        let cause = format!("is not a whole Parquet file: {what}");
        Refusal::new(cause, "fetch or write the file again")
    };
    let reader = guarded(|| SerializedFileReader::new(shared.clone())).map_err(broken)?;
    Ok(OpenFile { reader, shared })
}

impl OpenFile {
    /// Columns and their types.
    pub(super) fn schema(&self) -> &SchemaDescriptor {
        self.reader.metadata().file_metadata().schema_descr()
    }

    /// The file under the reader.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }
}

/// Runs the crate on bytes that may be anything; a panic there is a broken file.
fn guarded<T>(work: impl FnOnce() -> Parquet<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(plain(&error)),
        Err(_) => Err("its parts do not fit together".to_owned()),
    }
}

/// Where a column starts in its file, and how many bytes it has.
pub(super) fn place(column: &ColumnChunkMetaData) -> Parquet<(u64, u64)> {
    // The crate panics where one of them is below zero.
    let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    match (u64::try_from(start), u64::try_from(column.compressed_size())) {
        (Ok(start), Ok(length)) => Ok((start, length)),
        _ => Err(ParquetError::General("a column starts before the file".to_owned())),
    }
}

/// What the crate says, in one short line.
pub(super) fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    text.trim_start_matches("Parquet error: ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_column_before_its_file_is_refused() {
        let rows =
            parquet::schema::parser::parse_message_type("message rows { REQUIRED INT64 n; }");
        let schema = SchemaDescriptor::new(Arc::new(rows.unwrap()));
        let placed = |start: i64, dictionary: Option<i64>, length: i64| {
            let column = ColumnChunkMetaData::builder(schema.column(0))
                .set_data_page_offset(start)
                .set_dictionary_page_offset(dictionary)
                .set_total_compressed_size(length);
            place(&column.build().unwrap())
        };
        assert_eq!(placed(4, None, 10).unwrap(), (4, 10));
        assert_eq!(placed(40, Some(4), 10).unwrap(), (4, 10));
        for (start, dictionary, length) in [(-1, None, 10), (4, Some(-4), 10), (4, None, -10)] {
            assert!(placed(start, dictionary, length).is_err(), "{start} {dictionary:?} {length}");
        }
    }
}

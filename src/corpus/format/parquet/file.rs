//! A Parquet file that is open: its bytes and its footer, shared by the workers.
//!
//! Invariant: whatever the bytes are, the crate that reads them cannot end the run.

use crate::corpus::problem::Refusal;
use crate::store;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedFileReader;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A file that several threads may read at the same time.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    file: Arc<File>,
    bytes: u64,
}

impl Shared {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), bytes })
    }

    /// Bytes `start..start + length`.
    pub(super) fn bytes(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        store::read_at(&self.file, &mut bytes, start)?;
        Ok(bytes)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Shared {
    type T = Window;

    fn get_read(&self, start: u64) -> Parquet<Window> {
        Ok(Window { shared: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        Ok(Bytes::from(self.bytes(start, length)?))
    }
}

/// The rest of a file from some place.
#[derive(Debug)]
pub(super) struct Window {
    shared: Shared,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.shared.bytes.saturating_sub(self.at);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..room) else { return Ok(0) };
        store::read_at(&self.shared.file, into, self.at)?;
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
        f.debug_struct("OpenFile").field("bytes", &self.shared.bytes).finish_non_exhaustive()
    }
}

/// Opens a file and reads its footer.
pub(super) fn open(path: &Path) -> Result<OpenFile, Refusal> {
    footer(Shared::open(path).map_err(|error| unreadable(&error))?)
}

pub(super) fn unreadable(error: &io::Error) -> Refusal {
    Refusal::new(error.to_string(), "check the file")
}

pub(super) fn footer(shared: Shared) -> Result<OpenFile, Refusal> {
    let broken = |what: String| {
        let cause = format!("is not a whole Parquet file: {what}");
        Refusal::new(cause, "fetch or write the file again")
    };
    let reader = guarded(|| SerializedFileReader::new(shared.clone())).map_err(broken)?;
    Ok(OpenFile { reader, shared })
}

impl OpenFile {
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

/// What the crate says, in one short line.
pub(super) fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    text.trim_start_matches("Parquet error: ").trim_end_matches('.').to_owned()
}

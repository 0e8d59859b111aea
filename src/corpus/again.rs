//! Records are read a second time.
//!
//! Used by detect, which reads candidates again rather than keep all texts in memory, and by
//! whoever writes records back unchanged.
//! Invariant: what is read again is what was read first, or the run fails: files are compared by
//! size, time and identity; streams and compressed files are copied as they are read.

use super::flat::{self, Flat};
use super::json::Keys;
use super::source::Source;
use super::tally::TEXT;
use super::{Corpus, Format, csv, json, text_dir};
use crate::error::{Error, Result};
use crate::simd::Marks;
use crate::store;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

/// Where a record stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Number of the source.
    pub source: u32,
    /// Length of the record: of a line without its line feed, of a text file the whole file.
    pub bytes: u32,
    /// First byte: in the source, or in the copy of it where it is compressed or a stream.
    pub offset: u64,
    /// 1-based line; 0 for a text file.
    pub line: u64,
}

/// What tells a file from a changed one.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(found);
        #[cfg(not(unix))]
        let inode = 0;
        Self { bytes: found.len(), modified: found.modified().ok(), inode }
    }
}

/// A piece of a source in the copy.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// First byte in the source as decompressed and decoded.
    from: u64,
    /// First byte in the copy.
    at: u64,
}

/// What is known of the sources for the second reading.
#[derive(Debug)]
pub(super) struct Copies {
    folder: Option<PathBuf>,
    stamps: Vec<OnceLock<Stamp>>,
    /// The copies of all sources, piece by piece.
    file: OnceLock<File>,
    end: AtomicU64,
    /// Of each source the pieces in its order.
    pieces: Vec<RwLock<Vec<Piece>>>,
    /// A copy could not be written.
    failed: Mutex<Option<Error>>,
}

impl Copies {
    pub(super) fn new(sources: usize, folder: Option<PathBuf>) -> Self {
        let count = if folder.is_some() { sources } else { 0 };
        Self {
            folder,
            stamps: (0..count).map(|_| OnceLock::new()).collect(),
            file: OnceLock::new(),
            end: AtomicU64::new(0),
            pieces: (0..count).map(|_| RwLock::default()).collect(),
            failed: Mutex::default(),
        }
    }

    /// Remembers a file before it is read first.
    pub(super) fn stamp(&self, number: usize, source: &Source) {
        let Some(slot) =
            self.stamps.get(number).filter(|_| !source.stream && source.object.is_none())
        else {
            return;
        };
        if let Ok(found) = fs::metadata(&source.path) {
            slot.get_or_init(|| Stamp::of(&found));
        }
    }

    /// Begins the copy; false where there will be no second reading.
    pub(super) fn begin(&self) -> Result<bool> {
        if self.folder.is_none() {
            return Ok(false);
        }
        if self.file.get().is_none() {
            let file = store::scratch(self.folder.as_deref())?;
            self.file.get_or_init(|| file);
        }
        Ok(true)
    }

    /// Copies decompressed bytes that stand at `offset` in a source.
    pub(super) fn copy(&self, number: usize, bytes: &[u8], offset: u64) -> Result<()> {
        let Some(pieces) = self.pieces.get(number).filter(|_| !bytes.is_empty()) else {
            return Ok(());
        };
        let at = self.append(bytes)?;
        let mut pieces = pieces.write().unwrap_or_else(PoisonError::into_inner);
        pieces.push(Piece { from: offset, at });
        Ok(())
    }

    /// Copies bytes that belong to no place in a source; tells where they are.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<u64> {
        let at = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let folder = || self.folder.clone().unwrap_or_default();
        let Some(file) = self.file.get() else { return Ok(at) };
        store::write_at(file, bytes, at).map_err(|error| Error::io(folder(), error))?;
        Ok(at)
    }

    /// Keeps a text that is costly to make again, and says where; 0 where there is no copy.
    pub(super) fn keep(&self, text: &str) -> u64 {
        let append = |begun: bool| if begun { self.append(text.as_bytes()) } else { Ok(0) };
        let kept = self.begin().and_then(append);
        match kept {
            Ok(at) => at,
            Err(error) => {
                self.fail(error);
                0
            }
        }
    }

    /// Notes a failure in a worker, which has nobody to return it to.
    pub(super) fn fail(&self, error: Error) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// The first failure that was noted.
    pub(super) fn failure(&self) -> Result<()> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// Reads from the copy; false where these bytes of the source are not in it.
    fn read(&self, number: usize, mut offset: u64, into: &mut [u8]) -> io::Result<bool> {
        let (Some(file), Some(pieces)) = (self.file.get(), self.pieces.get(number)) else {
            return Ok(false);
        };
        let pieces = pieces.read().unwrap_or_else(PoisonError::into_inner);
        let mut left = into;
        while !left.is_empty() {
            let next = pieces.partition_point(|piece| piece.from <= offset);
            let Some(piece) = next.checked_sub(1).and_then(|n| pieces.get(n)) else {
                return Ok(false);
            };
            let most = pieces.get(next).map_or(u64::MAX, |following| following.from - offset);
            let room = usize::try_from(most).unwrap_or(usize::MAX).min(left.len());
            let (now, later) = left.split_at_mut(room);
            store::read_at(file, now, piece.at + (offset - piece.from))?;
            (left, offset) = (later, offset + room as u64);
        }
        Ok(true)
    }

    pub(super) fn check(&self, sources: &[Source]) -> Result<()> {
        for (slot, source) in self.stamps.iter().zip(sources) {
            let Some(stamp) = slot.get() else { continue };
            let same = fs::metadata(&source.path).is_ok_and(|found| Stamp::of(&found) == *stamp);
            if !same {
                return Err(changed(&source.path));
            }
        }
        Ok(())
    }
}

fn changed(path: &Path) -> Error {
    Error::Input {
        path: path.to_path_buf(),
        cause: "changed while it was in use".to_owned(),
        cure: "leave the inputs alone during a run, and run it again".to_owned(),
    }
}

/// Reads records that were visited before; keeps its file and scratch space from record to record.
#[derive(Debug)]
pub struct Again<'a> {
    corpus: &'a Corpus,
    keys: Keys<'a>,
    file: Option<(u32, File)>,
    raw: Vec<u8>,
    marks: Marks,
    text: String,
}

impl<'a> Again<'a> {
    pub(super) fn new(corpus: &'a Corpus) -> Self {
        Self {
            corpus,
            keys: Keys::new(&corpus.options),
            file: None,
            raw: Vec::new(),
            marks: Marks::default(),
            text: String::new(),
        }
    }

    /// Reads bytes `offset..offset + into.len()` of a source as decompressed.
    ///
    /// # Errors
    /// What the system says; a file that has become shorter.
    pub fn read(&mut self, source: u32, offset: u64, into: &mut [u8]) -> Result<()> {
        let path = self.corpus.source_path(source as usize);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => changed(path),
            _ => Error::io(path, error),
        };
        if self.corpus.again.read(source as usize, offset, into).map_err(failed)? {
            return Ok(());
        }
        let file = match &mut self.file {
            Some((open, file)) if *open == source => file,
            slot => {
                let file = File::open(path).map_err(|error| Error::io(path, error))?;
                &slot.insert((source, file)).1
            }
        };
        store::read_at(file, into, offset).map_err(failed)
    }

    /// The text of a record, as [`Record::text`](super::Record) had it.
    ///
    /// # Errors
    /// What the system says; a file in which there is no such record any more.
    pub fn text(&mut self, place: &Place) -> Result<&str> {
        let path = self.corpus.source_path(place.source as usize);
        let format = self.corpus.source_format(place.source as usize);
        if format.is_numbered() || format == Format::Html {
            return self.kept(place);
        }
        if format == Format::Text {
            self.raw.clear();
            let source = self.corpus.sources.get(place.source as usize);
            let document = source.map(|s| text_dir::document(self.corpus, s, &mut self.raw));
            let Some(Ok((document, _))) = document else { return Err(changed(path)) };
            self.text = document.text.into_string();
            return Ok(&self.text);
        }
        let mut raw = std::mem::take(&mut self.raw);
        raw.resize(place.bytes as usize, 0);
        let read = self.read(place.source, place.offset, &mut raw);
        self.raw = raw;
        read?;
        if matches!(format, Format::Csv | Format::Tsv) {
            return self.field(place).ok_or_else(|| changed(path));
        }
        let Self { keys, raw, marks, text, .. } = self;
        let flat = flat::read(raw, keys, marks, None);
        let range = flat.and_then(|found| text_range(&found));
        if let Some(Ok(text)) = range.and_then(|range| raw.get(range)).map(std::str::from_utf8) {
            return Ok(text);
        }
        let line = String::from_utf8_lossy(raw);
        let values = json::values(&line, keys, None).map_err(|_| changed(path))?;
        let json::Kind::Text(inside) = json::kind(values[TEXT]) else { return Err(changed(path)) };
        *text = json::decode(inside, &mut String::new()).0;
        Ok(text)
    }
}

impl Again<'_> {
    /// A text that was kept when it was made.
    fn kept(&mut self, place: &Place) -> Result<&str> {
        let path = self.corpus.source_path(place.source as usize);
        self.raw.resize(place.bytes as usize, 0);
        if let Some(file) = self.corpus.again.file.get() {
            let read = store::read_at(file, &mut self.raw, place.offset);
            read.map_err(|error| Error::io(path, error))?;
        }
        std::str::from_utf8(&self.raw).map_err(|_| changed(path))
    }

    /// The text of the table's record that was read.
    fn field(&mut self, place: &Place) -> Option<&str> {
        let header = self.corpus.header(place.source as usize)?;
        let values = header.values(csv::without_end(&self.raw)).ok()?;
        let [text, ..] = csv::decoded(values).0;
        self.text = text?.into_owned();
        Some(&self.text)
    }
}

/// The inside of the text, if that is a string.
fn text_range(found: &Flat) -> Option<std::ops::Range<usize>> {
    found.strings[TEXT].then(|| found.values[TEXT].clone()).flatten()
}

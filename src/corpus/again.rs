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
use super::{Corpus, Format, json, text_dir};
use crate::error::{Error, Result};
use crate::simd::Marks;
use crate::store;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
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

/// What is known of the sources for the second reading.
#[derive(Debug)]
pub(super) struct Copies {
    folder: Option<PathBuf>,
    stamps: Vec<OnceLock<Stamp>>,
    files: Vec<OnceLock<File>>,
}

impl Copies {
    pub(super) fn new(sources: usize, folder: Option<PathBuf>) -> Self {
        let count = if folder.is_some() { sources } else { 0 };
        Self {
            folder,
            stamps: (0..count).map(|_| OnceLock::new()).collect(),
            files: (0..count).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Remembers a file before it is read first.
    pub(super) fn stamp(&self, number: usize, source: &Source) {
        let Some(slot) = self.stamps.get(number).filter(|_| !source.stream) else { return };
        if let Ok(found) = fs::metadata(&source.path) {
            slot.get_or_init(|| Stamp::of(&found));
        }
    }

    /// Begins the copy of a source; false where there will be no second reading.
    pub(super) fn begin(&self, number: usize) -> Result<bool> {
        let Some(slot) = self.files.get(number) else { return Ok(false) };
        let file = store::scratch(self.folder.as_deref())?;
        slot.get_or_init(|| file);
        Ok(true)
    }

    /// Copies decompressed bytes.
    pub(super) fn copy(&self, number: usize, bytes: &[u8], offset: u64) -> Result<()> {
        let Some(file) = self.files.get(number).and_then(OnceLock::get) else { return Ok(()) };
        let folder = || self.folder.clone().unwrap_or_default();
        store::write_at(file, bytes, offset).map_err(|error| Error::io(folder(), error))
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
        let copy = self.corpus.again.files.get(source as usize).and_then(OnceLock::get);
        let file = match (copy, &mut self.file) {
            (Some(copy), _) => copy,
            (None, Some((open, file))) if *open == source => file,
            (None, slot) => {
                let file = File::open(path).map_err(|error| Error::io(path, error))?;
                &slot.insert((source, file)).1
            }
        };
        store::read_at(file, into, offset).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => changed(path),
            _ => Error::io(path, error),
        })
    }

    /// The text of a record, as [`Record::text`](super::Record) had it.
    ///
    /// # Errors
    /// What the system says; a file in which there is no such record any more.
    pub fn text(&mut self, place: &Place) -> Result<&str> {
        let path = self.corpus.source_path(place.source as usize);
        if self.corpus.source_format(place.source as usize) == Format::Text {
            self.raw.clear();
            let source = self.corpus.sources.get(place.source as usize);
            let document = source.map(|s| text_dir::document(self.corpus, s, &mut self.raw));
            let Some(Ok((document, _))) = document else { return Err(changed(path)) };
            self.text = document.text;
            return Ok(&self.text);
        }
        let mut raw = std::mem::take(&mut self.raw);
        raw.resize(place.bytes as usize, 0);
        let read = self.read(place.source, place.offset, &mut raw);
        self.raw = raw;
        read?;
        let flat = flat::read(&mut self.raw, &self.keys, &mut self.marks, None);
        if let Some(range) = flat.and_then(|found| text_range(&found))
            && std::str::from_utf8(&self.raw).is_ok()
        {
            // Checked above: the borders are quotation marks.
            let text = self.raw.get(range).and_then(|text| std::str::from_utf8(text).ok());
            return text.ok_or_else(|| changed(path));
        }
        let line = String::from_utf8_lossy(&self.raw);
        let values = json::values(&line, &self.keys, None).map_err(|_| changed(path))?;
        let json::Kind::Text(inside) = json::kind(values[TEXT]) else { return Err(changed(path)) };
        self.text = json::decode(inside, &mut String::new()).0;
        Ok(&self.text)
    }
}

/// The inside of the text, if that is a string.
fn text_range(found: &Flat) -> Option<std::ops::Range<usize>> {
    found.strings[TEXT].then(|| found.values[TEXT].clone()).flatten()
}

//! Records are read a second time.
//!
//! Used by detect, which reads candidates again rather than keep all texts in memory, and by those
//! who write records back unchanged.
//! Invariant: what is read again is what was read first, or the run fails (see `source::copies`).

use super::files;
use super::format;
use super::format::reader::TextFinder;
use super::inputs::Inputs;
use super::place::RecordPlace;
use super::source::copies::changed;
use super::source::kind::Format;
use crate::error::{Error, Result};
use crate::store;
use std::fs::File;
use std::io;

/// Reads records that were visited before; keeps its file and scratch space from record to record.
pub struct Reread<'a> {
    inputs: &'a Inputs,
    file: Option<(u32, File)>,
    raw: Vec<u8>,
    text: String,
    /// Finds texts in records of the formats met so far.
    finders: Vec<(Format, Box<dyn TextFinder + 'a>)>,
}

impl std::fmt::Debug for Reread<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reread").field("file", &self.file).finish_non_exhaustive()
    }
}

impl<'a> Reread<'a> {
    pub(super) fn new(inputs: &'a Inputs) -> Self {
        let (raw, text, finders) = (Vec::new(), String::new(), Vec::new());
        Self { inputs, file: None, raw, text, finders }
    }

    /// Reads bytes `offset..offset + into.len()` of a source as decompressed.
    ///
    /// # Errors
    /// What the system says; a file that has become shorter.
    pub fn read(&mut self, source: u32, offset: u64, into: &mut [u8]) -> Result<()> {
        let path = self.inputs.path(source as usize);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => changed(path),
            _ => Error::io(path, error),
        };
        if self.inputs.copies.read(source as usize, offset, into).map_err(failed)? {
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

    /// The byte that ends the records of a source.
    pub(crate) fn line_end(&self, source: u32) -> u8 {
        self.inputs.header(source as usize).map_or(b'\n', |header| header.dialect.line_end)
    }

    /// Whether carriage returns are before the line feeds that end the rows of a table.
    pub(crate) fn has_returns(&self, source: u32) -> bool {
        self.line_end(source) == b'\n'
            && self
                .inputs
                .header(source as usize)
                .is_some_and(|header| header.raw.as_ref().is_some_and(|raw| raw.ends_with(b"\r")))
    }

    /// The text of a record, as [`Record::text`](super::Record) had it.
    ///
    /// # Errors
    /// What the system says; a file in which there is no such record any more.
    pub fn text(&mut self, place: &RecordPlace) -> Result<&str> {
        let number = place.source as usize;
        let path = self.inputs.path(number);
        let Some(source) = self.inputs.sources.get(number) else { return Err(changed(path)) };
        if source.format.is_numbered() || source.format.0.extracts {
            return self.kept(place);
        }
        if source.format.is_document() {
            self.raw.clear();
            let document = files::document(self.inputs, source, &mut self.raw);
            let Ok((document, _)) = document else { return Err(changed(path)) };
            self.text = document.text.into_string();
            return Ok(&self.text);
        }
        let mut raw = std::mem::take(&mut self.raw);
        raw.resize(place.bytes as usize, 0);
        let read = self.read(place.source, place.offset, &mut raw);
        self.raw = raw;
        read?;
        let known = self.finders.iter().position(|(format, _)| *format == source.format);
        let at = known.unwrap_or_else(|| {
            let finder = format::of(source.format).text_finder(self.inputs);
            self.finders.push((source.format, finder));
            self.finders.len() - 1
        });
        let finder = self.finders.get_mut(at);
        let text = finder.and_then(|(_, finder)| finder.text(number, &mut self.raw));
        text.ok_or_else(|| changed(path))
    }

    /// A text that was kept when it was extracted.
    fn kept(&mut self, place: &RecordPlace) -> Result<&str> {
        let path = self.inputs.path(place.source as usize);
        self.raw.resize(place.bytes as usize, 0);
        let read = self.inputs.copies.read_kept(place.offset, &mut self.raw);
        read.map_err(|error| Error::io(path, error))?;
        simdutf8::basic::from_utf8(&self.raw).map_err(|_| changed(path))
    }
}

//! The one file of kept records, one after the other.
//!
//! Used by kept. Invariant: what is before, between and after the records is as their format has
//! it.

use super::layout::Form;
use super::plan::Piece;
use crate::corpus::{Corpus, FormatLayout, Reread};
use crate::detect::Progress;
use crate::error::{Error, Result};
use crate::output::packed::{Packed, Packing};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes copied at once: small enough to stay in the cache between reading and writing.
pub(super) const COPY_BYTES: usize = 256 << 10;

/// A file of records, being written.
pub(super) struct Lines {
    out: Packed<BufWriter<File>>,
    /// Its name when it is published.
    path: PathBuf,
    buffer: Vec<u8>,
    filled: usize,
    /// How the records are written.
    pub(super) form: Form,
    packing: Packing,
    /// What comes before the first record is written.
    pub(super) begun: bool,
}

impl Lines {
    /// Starts a file.
    pub(super) fn new(
        out: Packed<BufWriter<File>>,
        path: PathBuf,
        form: Form,
        packing: Packing,
    ) -> Self {
        let buffer = vec![0; COPY_BYTES];
        Self { out, path, buffer, filled: 0, form, packing, begun: false }
    }

    /// Writes what comes before the next record: a table's header, the bracket of a list or the
    /// comma in it.
    pub(super) fn begin(&mut self, corpus: &Corpus, progress: &dyn Progress) -> Result<()> {
        let first = !std::mem::replace(&mut self.begun, true);
        match self.form.layout() {
            Some(FormatLayout::List) => self.bytes(if first { b"[\n" } else { b",\n" }, progress),
            Some(FormatLayout::Lines) if first => {
                let known = |n| Some((corpus.table_header(n)?, corpus.line_end(n)));
                let header = (0..corpus.source_count()).find_map(known);
                let Some((header, end)) = header else { return Ok(()) };
                self.bytes(header, progress)?;
                self.bytes(&[end], progress)
            }
            _ => Ok(()),
        }
    }

    /// Copies a run of records and ends it with a line feed.
    pub(super) fn run(
        &mut self,
        reread: &mut Reread<'_>,
        piece: Piece,
        progress: &dyn Progress,
    ) -> Result<()> {
        let Piece { source, mut offset, bytes } = piece;
        let (end, mut last) = (offset + bytes, None);
        while offset < end {
            let room = room(self.buffer.len() - self.filled, end - offset);
            let free = self.buffer.get_mut(self.filled..self.filled + room).unwrap_or_default();
            reread.read(source, offset, free)?;
            last = free.last().copied();
            self.filled += room;
            offset += room as u64;
            self.drain(progress, false)?;
        }
        if self.form.layout() == Some(FormatLayout::List) {
            return Ok(());
        }
        // The last row of a file may have no line end, of which the others kept their first half.
        if last != Some(b'\r') && reread.has_returns(source) {
            self.bytes(b"\r", progress)?;
        }
        self.bytes(&[reread.line_end(source)], progress)
    }

    /// Writes a record of a crawl, packed by itself where the crawl is packed.
    pub(super) fn member(&mut self, record: &[u8], progress: &dyn Progress) -> Result<()> {
        if self.packing == Packing::None {
            return self.bytes(record, progress);
        }
        let pack = || {
            let mut member = Packed::new(self.packing, Vec::new())?;
            member.write_all(record)?;
            member.finish()
        };
        let member = pack().map_err(|error| Error::io(&self.path, error))?;
        self.bytes(&member, progress)
    }

    pub(super) fn bytes(&mut self, mut bytes: &[u8], progress: &dyn Progress) -> Result<()> {
        while !bytes.is_empty() {
            let room = (self.buffer.len() - self.filled).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            if let Some(free) = self.buffer.get_mut(self.filled..self.filled + room) {
                free.copy_from_slice(now);
            }
            self.filled += room;
            bytes = later;
            self.drain(progress, false)?;
        }
        Ok(())
    }

    /// Writes the buffer when it is full, or what is in it.
    fn drain(&mut self, progress: &dyn Progress, last: bool) -> Result<()> {
        if self.filled < self.buffer.len() && !last {
            return Ok(());
        }
        go_on(progress)?;
        let full = self.buffer.get(..self.filled).unwrap_or_default();
        self.out.write_all(full).map_err(|error| Error::io(&self.path, error))?;
        progress.advance(self.filled as u64);
        self.filled = 0;
        Ok(())
    }

    /// Ends the file and returns its bytes.
    pub(super) fn finish(mut self, progress: &dyn Progress) -> Result<u64> {
        if self.form.layout() == Some(FormatLayout::List) {
            self.bytes(b"\n]\n", progress)?;
        }
        self.drain(progress, true)?;
        length(self.out.finish(), &self.path)
    }
}

/// Writes what is left and returns the bytes of the file.
pub(super) fn length(written: io::Result<BufWriter<File>>, path: &Path) -> Result<u64> {
    let length = written.and_then(|mut out| {
        out.flush()?;
        Ok(out.get_ref().metadata()?.len())
    });
    length.map_err(|error| Error::io(path, error))
}

pub(super) fn room(most: usize, left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(most)
}

pub(super) fn go_on(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() {
        return Err(Error::Interrupted { cure: "{resume} goes on where it stopped".to_owned() });
    }
    Ok(())
}

//! The kept documents, copied from the input as they stand there.
//!
//! Fed by the plan of what to copy; writes into the folder that will be published. Invariant: a
//! record is copied byte for byte with one line feed behind it, in input order; inputs that change
//! meanwhile fail the run.

use super::layout::{Form, Layout, Records};
use super::plan::Piece;
use crate::corpus::{Again, Corpus, Format, Place};
use crate::detect::{Progress, Stage};
use crate::error::{Error, Result};
use crate::report::json;
use crate::report::packed::Packed;
use crate::store::FolderDraft;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Bytes copied at once: small enough to stay in the cache between reading and writing.
const COPY_BYTES: usize = 256 << 10;

/// Writes kept documents.
pub(super) struct Keeper<'a> {
    corpus: &'a Corpus,
    again: Again<'a>,
    layout: &'a Layout,
    folder: &'a FolderDraft,
    progress: &'a dyn Progress,
    lines: Option<Lines>,
    /// Bytes of text files copied.
    files_bytes: u64,
    scratch: Vec<u8>,
}

impl<'a> Keeper<'a> {
    /// Begins the files; `corpus` has been read.
    pub(super) fn new(
        corpus: &'a Corpus,
        layout: &'a Layout,
        folder: &'a FolderDraft,
        progress: &'a dyn Progress,
    ) -> Result<Self> {
        let lines = layout.records.as_ref().map(|Records { name, packing, form }| {
            let path = folder.target().join(name);
            let out = Packed::new(*packing, folder.create(name)?);
            let out = out.map_err(|error| Error::io(&path, error))?;
            let (form, buffer) = (*form, vec![0; COPY_BYTES]);
            Ok(Lines { out, path, buffer, filled: 0, form, begun: false })
        });
        let lines = lines.transpose()?;
        let (again, scratch) = (corpus.again(), Vec::new());
        Ok(Self { corpus, again, layout, folder, progress, lines, files_bytes: 0, scratch })
    }

    /// Copies all pieces and gives the bytes of the files written.
    pub(super) fn copy(mut self, pieces: &mut dyn Iterator<Item = Result<Piece>>) -> Result<u64> {
        self.progress.start(Stage { name: "write", total: 0 });
        self.corpus.check_unchanged()?;
        for piece in pieces {
            self.piece(piece?)?;
        }
        // Also where nothing is kept.
        if let Some(lines) = self.lines.as_mut().filter(|lines| !lines.begun) {
            lines.begin(self.corpus, self.progress)?;
        }
        let lines = self.lines.take().map(|lines| lines.finish(self.progress)).transpose()?;
        self.corpus.check_unchanged()?;
        Ok(self.files_bytes + lines.unwrap_or(0))
    }

    fn piece(&mut self, piece: Piece) -> Result<()> {
        let source = piece.source as usize;
        let format = self.corpus.source_format(source);
        match &mut self.lines {
            Some(lines) if !format.is_document() => {
                lines.begin(self.corpus, self.progress)?;
                match lines.form {
                    Form::Objects if format != Format::JsonLines => self.converted(piece),
                    _ => lines.run(&mut self.again, piece, self.progress),
                }
            }
            Some(lines) if self.layout.base.is_none() => {
                let path = self.corpus.source_path(source);
                let place = Place { source: piece.source, line: 0, ..Place::default() };
                self.scratch.clear();
                let id = path.to_string_lossy();
                json::document(&id, self.again.text(&place)?, &mut self.scratch);
                lines.bytes(&self.scratch, self.progress)
            }
            _ => self.file(piece),
        }
    }

    /// Writes a run of records as JSON objects.
    fn converted(&mut self, piece: Piece) -> Result<()> {
        let mut raw = vec![0; usize::try_from(piece.bytes).unwrap_or(usize::MAX)];
        self.again.read(piece.source, piece.offset, &mut raw)?;
        self.scratch.clear();
        self.corpus.to_json_lines(piece.source as usize, &raw, &mut self.scratch);
        match &mut self.lines {
            Some(lines) => lines.bytes(&self.scratch, self.progress),
            None => Ok(()),
        }
    }

    /// Copies a text file as it is stored.
    fn file(&mut self, piece: Piece) -> Result<()> {
        let path = self.corpus.source_path(piece.source as usize);
        let Some(name) = self.layout.text(path) else { return Ok(()) };
        go_on(self.progress)?;
        if self.folder.path(&name).exists() {
            return Err(Error::Input {
                path: path.to_path_buf(),
                cause: format!(
                    "has the same name in the result as another input: {}",
                    name.display()
                ),
                cure: "rename one, or use --output-format jsonl".to_owned(),
            });
        }
        let stored = path.metadata().map_err(|error| Error::io(path, error))?.len();
        let target = self.folder.target().join(&name);
        let mut out = self.folder.create(&name)?;
        let mut at = 0;
        while at < stored {
            self.scratch.resize(room(COPY_BYTES, stored - at), 0);
            self.again.read(piece.source, at, &mut self.scratch)?;
            out.write_all(&self.scratch).map_err(|error| Error::io(&target, error))?;
            at += self.scratch.len() as u64;
        }
        out.flush().map_err(|error| Error::io(&target, error))?;
        self.files_bytes += stored;
        self.progress.advance(stored);
        Ok(())
    }
}

/// The one file of records, being written.
struct Lines {
    out: Packed<BufWriter<File>>,
    /// Its name when it is published.
    path: PathBuf,
    buffer: Vec<u8>,
    filled: usize,
    form: Form,
    /// What stands before the first record is written.
    begun: bool,
}

impl Lines {
    /// Writes what stands before the next record: a table's header, the bracket of a list or the
    /// comma in it.
    fn begin(&mut self, corpus: &Corpus, progress: &dyn Progress) -> Result<()> {
        let first = !std::mem::replace(&mut self.begun, true);
        match self.form {
            Form::Same(Format::Json) => self.bytes(if first { b"[\n" } else { b",\n" }, progress),
            Form::Same(Format::Csv | Format::Tsv) if first => {
                let header = (0..corpus.source_count()).find_map(|n| corpus.table_header(n));
                self.bytes(header.unwrap_or_default(), progress)?;
                self.bytes(b"\n", progress)
            }
            _ => Ok(()),
        }
    }

    /// Copies a run of records and ends it with a line feed.
    fn run(&mut self, again: &mut Again<'_>, piece: Piece, progress: &dyn Progress) -> Result<()> {
        let Piece { source, mut offset, bytes } = piece;
        let end = offset + bytes;
        while offset < end {
            let room = room(self.buffer.len() - self.filled, end - offset);
            let free = self.buffer.get_mut(self.filled..self.filled + room).unwrap_or_default();
            again.read(source, offset, free)?;
            self.filled += room;
            offset += room as u64;
            self.drain(progress, false)?;
        }
        if self.form == Form::Same(Format::Json) { Ok(()) } else { self.bytes(b"\n", progress) }
    }

    fn bytes(&mut self, mut bytes: &[u8], progress: &dyn Progress) -> Result<()> {
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

    fn finish(mut self, progress: &dyn Progress) -> Result<u64> {
        if self.form == Form::Same(Format::Json) {
            self.bytes(b"\n]\n", progress)?;
        }
        self.drain(progress, true)?;
        let end = |packed: Packed<BufWriter<File>>| {
            let mut out = packed.finish()?;
            out.flush()?;
            Ok(out.get_ref().metadata()?.len())
        };
        end(self.out).map_err(|error| Error::io(&self.path, error))
    }
}

fn room(most: usize, left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(most)
}

fn go_on(progress: &dyn Progress) -> Result<()> {
    if progress.stopped() {
        return Err(Error::Interrupted { cure: "--resume goes on where it stopped".to_owned() });
    }
    Ok(())
}

//! The kept documents, copied from the input as they are there, or in the form asked for.
//!
//! Fed by the plan of what to copy; writes into the folder that will be published. Invariant: a
//! record of lines is copied byte for byte with one line feed after it, in input order; inputs
//! that change meanwhile fail the run.

use super::copied::{self, RowCopy};
use super::layout::{Form, Layout, Records};
use super::plan::Piece;
use super::records::{COPY_BYTES, Lines, go_on, length, room};
use crate::corpus::{Corpus, Format, FormatLayout, Reread};
use crate::detect::{Progress, Stage};
use crate::error::{Error, Result};
use crate::output::packed::{Packed, Packing};
use crate::output::{csv, parquet};
use crate::store::FolderDraft;
use crate::trace;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _, Write};
use std::ops::Range;
use std::path::PathBuf;

/// Writes kept documents.
pub struct Keeper<'a> {
    corpus: &'a Corpus,
    reread: Reread<'a>,
    layout: &'a Layout,
    folder: &'a FolderDraft,
    progress: &'a dyn Progress,
    records: Option<RecordsFile>,
    /// Records of a source that are known by their numbers, until the next source.
    waiting: Option<(usize, Vec<Range<u64>>)>,
    /// Bytes of text files copied.
    files_bytes: u64,
    scratch: Vec<u8>,
}

/// The one file of records, being written.
enum RecordsFile {
    /// Bytes one after the other.
    Lines(Lines),
    /// Rows of files of rows, as they are; started with the first.
    Copied(PathBuf, Option<Box<dyn RowCopy>>),
    /// JSON objects that become rows when all are there, and the file that holds them till then.
    Rows(Records, Lines, File),
}

impl std::fmt::Debug for Keeper<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl<'a> Keeper<'a> {
    /// Starts the files; `corpus` has been read.
    ///
    /// # Errors
    /// A file that cannot be created.
    pub fn new(
        corpus: &'a Corpus,
        layout: &'a Layout,
        folder: &'a FolderDraft,
        progress: &'a dyn Progress,
    ) -> Result<Self> {
        let records = layout.records.as_ref().map(|records| begin(records, folder)).transpose()?;
        let (reread, scratch) = (corpus.reread(), Vec::new());
        let (waiting, files_bytes) = (None, 0);
        Ok(Self {
            corpus,
            reread,
            layout,
            folder,
            progress,
            records,
            waiting,
            files_bytes,
            scratch,
        })
    }

    /// Copies all pieces and returns the bytes of the files written.
    ///
    /// # Errors
    /// What reading and writing return; an input that has changed since it was read; two text files
    /// of one name; [`Error::Interrupted`] where `progress` says stop.
    pub fn copy(mut self, pieces: &mut dyn Iterator<Item = Result<Piece>>) -> Result<u64> {
        self.progress.start(Stage { name: "write", total: 0 });
        let _stage = trace::stage("write", 0);
        self.corpus.check_unchanged()?;
        for piece in pieces {
            self.piece(piece?)?;
        }
        self.flush()?;
        let written = self.finish()?;
        self.corpus.check_unchanged()?;
        Ok(self.files_bytes + written)
    }

    fn piece(&mut self, piece: Piece) -> Result<()> {
        let source = piece.source as usize;
        let format = self.corpus.source_format(source);
        if self.waiting.as_ref().is_some_and(|(other, _)| *other != source) {
            self.flush()?;
        }
        if format.is_document() {
            return self.document(piece);
        }
        if format.is_numbered() {
            let (_, ranges) = self.waiting.get_or_insert_with(|| (source, Vec::new()));
            ranges.push(piece.offset..piece.offset + piece.bytes);
            return Ok(());
        }
        let (Some(RecordsFile::Lines(lines) | RecordsFile::Rows(_, lines, _)), progress) =
            (&mut self.records, self.progress)
        else {
            return Ok(());
        };
        let same = matches!(lines.form, Form::Same(_)) || format == Format::JSON_LINES;
        if same {
            lines.begin(self.corpus, progress)?;
            return lines.run(&mut self.reread, piece, progress);
        }
        let mut raw = vec![0; usize::try_from(piece.bytes).unwrap_or(usize::MAX)];
        self.reread.read(piece.source, piece.offset, &mut raw)?;
        self.scratch.clear();
        self.corpus.records_to_json(source, &raw, &mut self.scratch);
        lines.bytes(&self.scratch, progress)
    }

    /// Writes the records that wait.
    fn flush(&mut self) -> Result<()> {
        let Some((source, ranges)) = self.waiting.take() else { return Ok(()) };
        let (corpus, progress) = (self.corpus, self.progress);
        let most = corpus.options().limits.record_bytes;
        match &mut self.records {
            Some(RecordsFile::Copied(name, copy)) => {
                go_on(progress)?;
                let path = &corpus.source_file(source)?;
                if copy.is_none() {
                    let out = self.folder.create(name)?;
                    *copy = Some(copied::like(corpus.source_format(source), out, path, most)?);
                }
                copy.as_mut().map_or(Ok(()), |copy| copy.add(path, &ranges, None))
            }
            Some(RecordsFile::Lines(lines))
                if lines.form.layout() == Some(FormatLayout::Members) =>
            {
                corpus.members(source, &ranges, &mut |_, record| lines.member(record, progress))
            }
            Some(RecordsFile::Lines(lines) | RecordsFile::Rows(_, lines, _)) => {
                corpus.numbered_to_json(source, &ranges, &mut |line| lines.bytes(line, progress))
            }
            None => Ok(()),
        }
    }

    /// Ends the file of records and returns its bytes.
    fn finish(&mut self) -> Result<u64> {
        let (corpus, progress, folder) = (self.corpus, self.progress, self.folder);
        match self.records.take() {
            None => Ok(0),
            Some(RecordsFile::Lines(mut lines)) => {
                // Also where nothing is kept.
                if !lines.begun {
                    lines.begin(corpus, progress)?;
                }
                lines.finish(progress)
            }
            Some(RecordsFile::Copied(name, copy)) => {
                let path = folder.target().join(&name);
                let empty = || {
                    let is = |n: &usize| corpus.source_format(*n).layout() == FormatLayout::Rows;
                    let like = (0..corpus.source_count()).find(is).unwrap_or(0);
                    let most = corpus.options().limits.record_bytes;
                    let (out, path) = (folder.create(&name)?, corpus.source_file(like)?);
                    copied::like(corpus.source_format(like), out, &path, most)
                };
                let copy = copy.map_or_else(empty, Ok)?;
                length(copy.finish(), &path)
            }
            Some(RecordsFile::Rows(Records { name, packing, form }, lines, spool)) => {
                lines.finish(progress)?;
                let path = folder.target().join(&name);
                let mut open = || -> io::Result<Box<dyn io::BufRead>> {
                    let mut file = spool.try_clone()?;
                    file.rewind()?;
                    Ok(Box::new(BufReader::with_capacity(COPY_BYTES, file)))
                };
                let columns = corpus.options().limits.columns;
                let out = folder.create(&name)?;
                if form == Form::Rows {
                    return length(parquet::from_json(&mut open, columns, out), &path);
                }
                let out = Packed::new(packing, out);
                let out = out.and_then(|out| csv::from_json(&mut open, columns, out));
                length(out.and_then(Packed::finish), &path)
            }
        }
    }

    /// Copies a one-document file, or makes a record of it.
    fn document(&mut self, piece: Piece) -> Result<()> {
        match &mut self.records {
            Some(RecordsFile::Lines(lines) | RecordsFile::Rows(_, lines, _))
                if self.layout.base.is_none() =>
            {
                self.scratch.clear();
                self.corpus.document_to_json(piece.source as usize, &mut self.scratch)?;
                lines.bytes(&self.scratch, self.progress)
            }
            _ => self.file(piece),
        }
    }

    /// Copies a text file as it is stored.
    fn file(&mut self, piece: Piece) -> Result<()> {
        let path = self.corpus.source_path(piece.source as usize);
        let Some(name) = self.layout.text(path) else { return Ok(()) };
        go_on(self.progress)?;
        if self.folder.has(&name) {
            return Err(Error::Input {
                path: path.to_path_buf(),
                cause: format!(
                    "has the same name in the result as another input: {}",
                    name.display()
                ),
                cure: "rename one, or use {output_format} jsonl".to_owned(),
            });
        }
        let stored = path.metadata().map_err(|error| Error::io(path, error))?.len();
        let target = self.folder.target().join(&name);
        let mut out = self.folder.create(&name)?;
        let mut at = 0;
        while at < stored {
            self.scratch.resize(room(COPY_BYTES, stored - at), 0);
            self.reread.read(piece.source, at, &mut self.scratch)?;
            out.write_all(&self.scratch).map_err(|error| Error::io(&target, error))?;
            at += self.scratch.len() as u64;
        }
        out.flush().map_err(|error| Error::io(&target, error))?;
        self.files_bytes += stored;
        self.progress.advance(stored);
        Ok(())
    }
}

/// Starts the file of records.
fn begin(records: &Records, folder: &FolderDraft) -> Result<RecordsFile> {
    let Records { name, packing, form } = records;
    let path = folder.target().join(name);
    let failed = |error| Error::io(&path, error);
    match form {
        Form::Same(format) if format.layout() == FormatLayout::Rows => {
            Ok(RecordsFile::Copied(name.clone(), None))
        }
        Form::Rows | Form::Table => {
            let spool = folder.scratch()?;
            let out = BufWriter::new(spool.try_clone().map_err(failed)?);
            let out = Packed::new(Packing::None, out).map_err(failed)?;
            let lines = Lines::new(out, path.clone(), Form::Objects, Packing::None);
            Ok(RecordsFile::Rows(records.clone(), lines, spool))
        }
        form => {
            // The records of a packed crawl are packed one by one.
            let members = form.layout() == Some(FormatLayout::Members);
            let whole = if members { Packing::None } else { *packing };
            let out = Packed::new(whole, folder.create(name)?).map_err(failed)?;
            Ok(RecordsFile::Lines(Lines::new(out, path, *form, *packing)))
        }
    }
}

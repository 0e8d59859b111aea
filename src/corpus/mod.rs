//! Bytes on disk become documents.
//!
//! First stage of the flow: feeds text (through detect). Nothing else in the project reads input.
//! [`Corpus::open`] finds the sources, [`Corpus::blocks`] cuts them into [`Block`]s (sequential,
//! cheap), [`Corpus::parse`] turns a block into a [`Batch`] (pure, run in parallel by detect), and
//! a [`Tally`] of all batches knows whether the reading was worth anything.
//! Invariant: a bad record costs that record, is counted, and is named as `PATH:LINE`; what comes
//! out does not depend on where the cuts fall.
//!
//! Where a new format enters: a variant of [`Format`]; its extensions and magic bytes in `sniff`;
//! one file beside `jsonl` (many records a file) or `text_dir` (one document a file), which cuts
//! and parses it; one arm each in [`Blocks`] and in [`Corpus::parse`]. A new compression is one arm
//! of `compressed::open`, an object store another way to open a `source::Source`.

mod again;
mod block;
mod compressed;
mod date;
mod document;
mod encoding;
mod flat;
mod json;
mod jsonl;
mod options;
mod sniff;
mod source;
mod tally;
mod text_dir;
mod visit;
mod walk;

pub use again::{Again, Place};
pub use block::{Block, Blocks};
pub use document::{Batch, Date, Document, Meta, Problem};
pub use options::{Column, Format, ReadOptions};
pub use tally::{ColumnsSeen, Tally};
pub use visit::Record;

use crate::error::Result;
use again::Copies;
use block::{Content, Pool};
use source::Source;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The sources of a run, in the order in which they are read.
#[derive(Debug)]
pub struct Corpus {
    sources: Vec<Source>,
    options: ReadOptions,
    first_input: String,
    pool: Pool,
    again: Copies,
    streams_read: AtomicBool,
}

impl Corpus {
    /// Finds all sources behind `inputs`: files, folders, globs and `-` (standard input).
    ///
    /// The problems are of files found on the way that cannot be read.
    ///
    /// # Errors
    /// An input that is named but missing, unreadable or of an unsupported format; a glob without
    /// any match.
    pub fn open(inputs: &[String], options: ReadOptions) -> Result<(Self, Vec<Problem>)> {
        let (sources, problems) = source::resolve(inputs, options.format)?;
        let corpus = Self {
            again: Copies::new(sources.len(), options.reread.clone()),
            sources,
            options,
            first_input: inputs.first().cloned().unwrap_or_default(),
            pool: Pool::default(),
            streams_read: AtomicBool::new(false),
        };
        Ok((corpus, problems))
    }

    /// Cuts the sources into blocks of whole records, in order.
    pub fn blocks(&self) -> Blocks<'_> {
        Blocks::new(self)
    }

    /// Turns a block into documents; pure but for the reading of text files, so call it in
    /// parallel.
    #[must_use]
    pub fn parse(&self, block: Block) -> Batch {
        let mut batch =
            Batch { index: block.index, input_bytes: block.input_bytes, ..Batch::default() };
        for problem in block.problems {
            batch.report(problem, self.options.limits.block_problems);
        }
        match block.content {
            Content::Lines(lines) => jsonl::parse(self, lines, &mut batch),
            Content::Files(range) => text_dir::parse(self, range, &mut batch),
        }
        batch
    }

    /// Hands the documents of a block to `sink` without copying their texts, where possible; the
    /// batch that is returned has no documents. Like [`Corpus::parse`], run it in parallel.
    pub fn visit(&self, block: Block, sink: &mut dyn FnMut(Record<'_>)) -> Batch {
        let mut batch =
            Batch { index: block.index, input_bytes: block.input_bytes, ..Batch::default() };
        for problem in block.problems {
            batch.report(problem, self.options.limits.block_problems);
        }
        match block.content {
            Content::Lines(lines) => visit::lines(self, lines, &mut batch, sink),
            Content::Files(range) => visit::files(self, range, &mut batch, sink),
        }
        batch
    }

    /// A reader of records already visited (see [`ReadOptions::reread`]).
    #[must_use]
    pub fn again(&self) -> Again<'_> {
        Again::new(self)
    }

    /// Fails if a file has changed since it was read first (see [`ReadOptions::reread`]).
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input), naming the file.
    pub fn check_unchanged(&self) -> Result<()> {
        self.again.check(&self.sources)
    }

    /// The path of a source as the user would write it.
    #[must_use]
    pub fn source_path(&self, source: usize) -> &Path {
        self.sources.get(source).map_or(Path::new(""), |source| &source.path)
    }

    /// The format of a source.
    #[must_use]
    pub fn source_format(&self, source: usize) -> Format {
        self.sources.get(source).map_or(Format::JsonLines, |source| source.format)
    }

    /// Takes a buffer back, so that memory stays flat.
    pub fn recycle(&self, raw: Vec<u8>) {
        self.pool.give(raw, self.options.limits.block_bytes);
    }

    /// Number of files and streams to read.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Bytes of all sources as stored; 0 where unknown (a stream among them).
    #[must_use]
    pub fn input_bytes(&self) -> u64 {
        if self.sources.iter().any(|source| source.stream) {
            return 0;
        }
        self.sources.iter().map(|source| source.bytes).sum()
    }

    /// How the inputs are read.
    #[must_use]
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// Whether this is the first reading of the streams; there can be no second.
    fn take_streams(&self) -> bool {
        !self.streams_read.swap(true, Ordering::Relaxed)
    }

    /// The first source of a format, else the first input.
    fn first_path(&self, format: Option<Format>) -> &Path {
        let wanted = |source: &&Source| format.is_none_or(|format| source.format == format);
        let source = format.and_then(|_| self.sources.iter().find(wanted));
        source.map_or(Path::new(&self.first_input), |source| &source.path)
    }
}

#[cfg(test)]
mod tests;

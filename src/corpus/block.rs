//! Sources are cut into blocks of whole records.
//!
//! Fed by source, feeds [`Corpus::parse`]. Sequential: only what must be read to find the cuts is
//! read here, text files are left to the workers.
//! Invariant: a block holds whole records only, and the blocks in order hold every record once.

use super::cut::{Cutter, Lines};
use super::encoding::Refusal;
use super::{Corpus, Format, Problem, columnar};
use crate::error::{Error, Result};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What a tiny file costs, so that blocks of them stay of even weight.
const FILE_COST_BYTES: u64 = 4096;

/// A piece of input: whole records, not parsed yet.
#[derive(Debug)]
pub struct Block {
    pub(super) index: u64,
    pub(super) input_bytes: u64,
    pub(super) content: Content,
    pub(super) problems: Vec<Problem>,
}

impl Block {
    /// Number of the block: 0, 1, 2.. in input order.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Bytes of input, as stored, that the block took.
    #[must_use]
    pub fn input_bytes(&self) -> u64 {
        self.input_bytes
    }
}

/// What a block is made of.
#[derive(Debug)]
pub(super) enum Content {
    /// Lines of one source.
    Lines(Lines),
    /// One-document sources, by number; their bytes are read by the worker.
    Files(Range<usize>),
    /// Rows of a Parquet file.
    Rows(columnar::Rows),
    /// A small source among many, by number; the worker cuts it.
    Whole(usize),
}

/// Iterator over the blocks of a corpus.
#[derive(Debug)]
pub struct Blocks<'a> {
    corpus: &'a Corpus,
    next_source: usize,
    cutter: Option<Cutter>,
    table: Option<columnar::Table>,
    index: u64,
    streams: Option<bool>,
    /// There are several small sources, for several workers.
    many: bool,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(corpus: &'a Corpus) -> Self {
        let small = (0..corpus.sources.len()).filter(|&source| corpus.is_small(source));
        let many = small.take(2).count() > 1;
        Self { corpus, next_source: 0, cutter: None, table: None, index: 0, streams: None, many }
    }

    /// A stream is gone once it was read.
    fn check_stream(&mut self, source: usize) -> Result<()> {
        let Some(found) = self.corpus.sources.get(source).filter(|found| found.stream) else {
            return Ok(());
        };
        if *self.streams.get_or_insert_with(|| self.corpus.take_streams()) {
            return Ok(());
        }
        Err(Error::Input {
            path: found.path.clone(),
            cause: "a stream can be read only once".to_owned(),
            cure: "write it to a file and name the file".to_owned(),
        })
    }

    /// A run of one-document files that together make up about one block.
    fn files(&mut self) -> Block {
        let (first, mut weight, mut input_bytes) = (self.next_source, 0, 0);
        let most = self.corpus.options.limits.block_bytes as u64;
        for source in self.corpus.sources.iter().skip(first) {
            let cost = source.bytes.max(FILE_COST_BYTES);
            let full = self.next_source > first && weight + cost > most;
            if !source.format.is_document() || full || (source.stream && self.next_source > first) {
                break;
            }
            weight += cost;
            input_bytes += source.bytes;
            self.next_source += 1;
        }
        let content = Content::Files(first..self.next_source);
        self.number(Block { index: 0, input_bytes, content, problems: Vec::new() })
    }

    /// The next row group of the file that is being cut.
    fn rows(&mut self) -> Option<Block> {
        let rows = self.table.as_mut()?.next_rows(self.corpus)?;
        let input_bytes = rows.stored_bytes();
        let content = Content::Rows(rows);
        Some(self.number(Block { index: 0, input_bytes, content, problems: Vec::new() }))
    }

    /// A source that cannot be read, as a block that says so.
    fn refused(&mut self, source: usize, refusal: Refusal) -> Block {
        let Refusal { cause, cure } = refusal;
        let problem = Problem::skipped(self.corpus.source_path(source), None, cause, cure);
        let content = Content::Files(source..source);
        self.number(Block { index: 0, input_bytes: 0, content, problems: vec![problem] })
    }

    /// A source that a worker reads from begin to end.
    fn whole(&mut self, source: usize) -> Block {
        // What it took is told by the worker.
        let content = Content::Whole(source);
        self.number(Block { index: 0, input_bytes: 0, content, problems: Vec::new() })
    }

    fn number(&mut self, mut block: Block) -> Block {
        block.index = self.index;
        self.index += 1;
        block
    }

    /// The next block of the source that is being cut.
    fn lines(&mut self) -> Option<Result<Block>> {
        let block = self.cutter.as_mut()?.next_block(self.corpus)?;
        Some(block.map(|block| self.number(block)))
    }
}

impl Iterator for Blocks<'_> {
    type Item = Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(block) = self.lines() {
                return Some(block);
            }
            self.cutter = None;
            if let Some(block) = self.rows() {
                return Some(Ok(block));
            }
            self.table = None;
            let source = self.corpus.sources.get(self.next_source)?;
            if let Err(error) = self.check_stream(self.next_source) {
                self.next_source += 1;
                return Some(Err(error));
            }
            match source.format {
                format if format.is_document() => return Some(Ok(self.files())),
                Format::Parquet => {
                    let number = self.next_source;
                    self.next_source += 1;
                    match columnar::Table::open(self.corpus, number) {
                        Ok(table) => self.table = Some(table),
                        Err(refusal) => return Some(Ok(self.refused(number, refusal))),
                    }
                }
                format => {
                    let number = self.next_source;
                    self.next_source += 1;
                    if self.many && self.corpus.is_small(number) {
                        return Some(Ok(self.whole(number)));
                    }
                    self.cutter = Some(Cutter::new(number, format));
                }
            }
        }
    }
}

/// Buffers waiting to be used again.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    /// An empty buffer, with room if one was given back.
    pub(super) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes a buffer back; what a giant record has blown up is freed instead.
    pub(super) fn give(&self, mut buffer: Vec<u8>, block_bytes: usize) {
        if buffer.capacity() == 0 || buffer.capacity() > block_bytes.saturating_mul(2) {
            return;
        }
        buffer.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

//! Sources are cut into blocks of whole records.
//!
//! Fed by source, feeds [`Corpus::parse`](super::Corpus::parse). Sequential: only what must be read
//! to find the cuts is read here, text files are left to the workers. Invariant: a block holds
//! whole records only, and the blocks in order hold every record once.

use super::cut::{Cut, Cutter};
use super::format;
use super::format::reader::{RowGroup, RowGroups};
use super::inputs::Inputs;
use super::problem::Problem;
use super::records::RawRecords;
use super::source::file::Source;
use super::source::kind::FormatLayout;
use crate::error::{Error, Result};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a tiny file costs, so that blocks of them stay of even weight.
const FILE_COST_BYTES: u64 = 4096;

/// A part of the input: whole records, not parsed yet.
#[derive(Debug)]
pub struct Block {
    pub(super) index: u64,
    pub(super) input_bytes: u64,
    pub(super) content: Content,
    pub(super) problems: Vec<Problem>,
}

impl Block {
    /// A block of records that were cut, with its number still to come.
    pub(super) fn cut(cut: Cut) -> Self {
        let Cut { records, input_bytes, problems } = cut;
        Self { index: 0, input_bytes, content: Content::Records(records), problems }
    }

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
    /// Records of one source.
    Records(RawRecords),
    /// One-document sources, by number; their bytes are read by the worker.
    Files(Range<usize>),
    /// A group of rows of a source, by number.
    Rows(usize, Box<dyn RowGroup>),
    /// A small source among many, by number; the worker cuts it.
    Whole(usize),
}

impl Content {
    /// The one source of records.
    pub(super) fn source(&self) -> Option<usize> {
        match self {
            Self::Records(records) => Some(records.source),
            Self::Rows(source, _) | Self::Whole(source) => Some(*source),
            Self::Files(_) => None,
        }
    }
}

/// Iterator over the blocks of a corpus.
#[derive(Debug)]
pub struct Blocks<'a> {
    inputs: &'a Inputs,
    streams_read: &'a AtomicBool,
    next_source: usize,
    cutter: Option<Cutter>,
    table: Option<Box<dyn RowGroups>>,
    index: u64,
    streams: Option<bool>,
    /// There are several small sources, for several workers.
    many: bool,
}

impl<'a> Blocks<'a> {
    /// `streams_read` is set by the first reading of the streams; there can be no second.
    pub(super) fn new(inputs: &'a Inputs, streams_read: &'a AtomicBool) -> Self {
        let small = inputs.sources.iter().filter(|source| is_small(inputs, source));
        Self {
            inputs,
            streams_read,
            next_source: 0,
            cutter: None,
            table: None,
            index: 0,
            streams: None,
            many: small.take(2).count() > 1,
        }
    }

    /// A stream is gone once it was read.
    fn check_stream(&mut self, source: usize) -> Result<()> {
        let Some(found) = self.inputs.sources.get(source).filter(|found| found.stream) else {
            return Ok(());
        };
        if *self.streams.get_or_insert_with(|| !self.streams_read.swap(true, Ordering::Relaxed)) {
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
        let most = self.inputs.options.limits.block_bytes as u64;
        for source in self.inputs.sources.iter().skip(first) {
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
        let rows = self.table.as_mut()?.next_group()?;
        let input_bytes = rows.stored_bytes();
        // The source that comes next follows the one that is being read.
        let content = Content::Rows(self.next_source.saturating_sub(1), rows);
        Some(self.number(Block { index: 0, input_bytes, content, problems: Vec::new() }))
    }

    /// A source that cannot be read, as a block that says so.
    fn refused(&mut self, source: usize, problem: Problem) -> Block {
        let content = Content::Files(source..source);
        self.number(Block { index: 0, input_bytes: 0, content, problems: vec![problem] })
    }

    /// A source that a worker reads from start to end.
    fn whole(&mut self, source: usize) -> Block {
        // The worker counts what it took.
        let content = Content::Whole(source);
        self.number(Block { index: 0, input_bytes: 0, content, problems: Vec::new() })
    }

    fn number(&mut self, mut block: Block) -> Block {
        block.index = self.index;
        self.index += 1;
        block
    }

    /// The next block of the source that is being cut.
    fn records(&mut self) -> Option<Result<Block>> {
        let block = self.cutter.as_mut()?.next_block(self.inputs)?;
        Some(block.map(|cut| self.number(Block::cut(cut))))
    }
}

impl Iterator for Blocks<'_> {
    type Item = Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(block) = self.records() {
                return Some(block);
            }
            self.cutter = None;
            if let Some(block) = self.rows() {
                return Some(Ok(block));
            }
            self.table = None;
            let source = self.inputs.sources.get(self.next_source)?;
            if let Err(error) = self.check_stream(self.next_source) {
                self.next_source += 1;
                return Some(Err(error));
            }
            let number = self.next_source;
            match source.format.layout() {
                FormatLayout::Document => return Some(Ok(self.files())),
                FormatLayout::Rows => {
                    self.next_source += 1;
                    match format::of(source.format).open_rows(self.inputs, number) {
                        Ok(table) => self.table = Some(table),
                        Err(refusal) => {
                            let problem = Problem::refused(&source.path, None, refusal);
                            return Some(Ok(self.refused(number, problem)));
                        }
                    }
                }
                FormatLayout::Lines | FormatLayout::List | FormatLayout::Members => {
                    self.next_source += 1;
                    if self.many && is_small(self.inputs, source) {
                        return Some(Ok(self.whole(number)));
                    }
                    self.cutter = Some(Cutter::new(number, source.format));
                }
            }
        }
    }
}

/// Whether a worker may read all of a source by itself.
fn is_small(inputs: &Inputs, source: &Source) -> bool {
    let is_cut = !matches!(source.format.layout(), FormatLayout::Document | FormatLayout::Rows);
    is_cut && !source.stream && source.bytes <= inputs.options.limits.small_source_bytes
}

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
mod columnar;
mod compressed;
mod csv;
mod cut;
mod date;
mod document;
mod encoding;
mod export;
mod flat;
mod found;
mod held;
mod html;
mod json;
mod json_list;
mod jsonl;
mod options;
mod remote;
mod sniff;
mod source;
mod split;
mod tally;
mod text_dir;
mod visit;
mod walk;
mod warc;

pub use again::{Again, Place};
pub use block::{Block, Blocks};
#[cfg(feature = "parquet")]
pub use columnar::rows;
pub use document::{Batch, Date, Document, Meta, Problem};
pub use encoding::Encoding;
pub use held::Text;
pub use options::{Column, Format, ReadOptions, SaveText};
pub use remote::shown;
pub use tally::{ColumnsSeen, Tally};
pub use visit::Record;

use crate::error::{Error, Result};
use again::Copies;
use block::{Content, Pool};
use csv::Header;
use cut::{Cutter, Lines};
use found::Found;
use source::Source;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// All documents of some inputs, in order and in memory: for truth, benches and small sets. Runs
/// over corpora go block by block.
///
/// # Errors
/// As of [`Corpus::open`] and of reading, and where no document is readable.
pub fn read_all(inputs: &[String]) -> Result<Vec<Document>> {
    let (corpus, problems) = Corpus::open(inputs, ReadOptions::default())?;
    let (mut documents, mut tally) = (Vec::new(), Tally::default());
    tally.add_problems(&problems);
    for block in corpus.blocks() {
        let mut batch = corpus.parse(block?);
        tally.add(&batch);
        documents.append(&mut batch.documents);
    }
    tally.finish(&corpus)?;
    Ok(documents)
}

/// Opens a file that is no corpus (a table, a list of results), freed of its compression, which
/// the first bytes tell. `most` bounds what a compressed file expands to, in bytes.
///
/// # Errors
/// As of opening and reading the file.
pub fn open_plain(path: &Path, most: u64) -> std::io::Result<Box<dyn std::io::Read + Send>> {
    compressed::open_file(path, most)
}

/// The sources of a run, in the order in which they are read.
#[derive(Debug)]
pub struct Corpus {
    sources: Vec<Source>,
    options: ReadOptions,
    first_input: String,
    pool: Pool,
    again: Copies,
    streams_read: AtomicBool,
    headers: Vec<OnceLock<Header>>,
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
        let headers = sources.iter().map(|_| OnceLock::new()).collect();
        let corpus = Self {
            again: Copies::new(sources.len(), options.reread.clone()),
            sources,
            options,
            first_input: inputs.first().map_or(String::new(), |input| shown(input).into_owned()),
            pool: Pool::default(),
            streams_read: AtomicBool::new(false),
            headers,
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
        let mut documents = Vec::new();
        let mut emit = |found: Found<'_>| documents.push(found.named(self));
        match block.content {
            Content::Lines(lines) if self.source_format(lines.source) == Format::JsonLines => {
                jsonl::parse(self, lines, &mut batch);
            }
            Content::Lines(lines) => self.each(lines, &mut batch, &mut emit),
            Content::Files(range) => text_dir::parse(self, range, &mut batch),
            Content::Rows(rows) => columnar::each(self, &rows, &mut batch, &mut emit),
            Content::Whole(source) => self.whole(source, &mut batch, &mut |block, batch| {
                let mut part = self.parse(block);
                batch.documents.append(&mut part.documents);
                batch.absorb(part);
            }),
        }
        batch.documents.append(&mut documents);
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
            Content::Lines(lines) if self.source_format(lines.source) == Format::JsonLines => {
                visit::lines(self, lines, &mut batch, sink);
            }
            content @ (Content::Lines(_) | Content::Rows(_)) => {
                let mut visited = 0;
                let mut emit = |found: Found<'_>| {
                    visited += 1;
                    visit::hand_over(found, sink);
                };
                match content {
                    Content::Lines(lines) => self.each(lines, &mut batch, &mut emit),
                    Content::Rows(rows) => columnar::each(self, &rows, &mut batch, &mut emit),
                    _ => {}
                }
                batch.visited += visited;
            }
            Content::Files(range) => visit::files(self, range, &mut batch, sink),
            Content::Whole(source) => self.whole(source, &mut batch, &mut |block, batch| {
                batch.absorb(self.visit(block, sink));
            }),
        }
        batch
    }

    /// Reads a block only for the copies that are kept of streams and compressed sources.
    ///
    /// # Errors
    /// What the system says of the copies.
    pub fn pass(&self, block: Block) -> Result<()> {
        match block.content {
            Content::Lines(lines) => self.recycle(lines.raw),
            Content::Files(_) | Content::Rows(_) => {}
            Content::Whole(source) => {
                let mut batch = Batch::default();
                self.whole(source, &mut batch, &mut |block, _| {
                    if let Content::Lines(lines) = block.content {
                        self.recycle(lines.raw);
                    }
                });
            }
        }
        self.again.failure()
    }

    /// The documents of records that stand one behind the other.
    fn each(&self, lines: Lines, batch: &mut Batch, emit: found::Emit<'_>) {
        match self.source_format(lines.source) {
            Format::Csv | Format::Tsv => csv::each(self, lines, batch, emit),
            Format::Warc => warc::each(self, lines, batch, emit),
            _ => json_list::each(self, lines, batch, emit),
        }
    }

    /// Cuts all of a source and hands its blocks on.
    fn whole(&self, source: usize, batch: &mut Batch, block: &mut dyn FnMut(Block, &mut Batch)) {
        let mut cutter = Cutter::new(source, self.source_format(source));
        while let Some(next) = cutter.next_block(self) {
            match next {
                Ok(next) => block(next, batch),
                Err(error) => return self.again.fail(error),
            }
        }
    }

    /// The name of a document without an id.
    #[must_use]
    pub fn name(&self, place: &Place) -> String {
        let source = place.source as usize;
        let path = self.source_path(source).to_string_lossy();
        if self.source_format(source).is_document() {
            return path.into_owned();
        }
        format!("{path}:{}", place.line)
    }

    /// Saves a text that was extracted, where that was asked for.
    fn save_text(&self, id: &str, text: &str) {
        let saved = self.options.save_text.as_ref().map_or(Ok(()), |save| save.save(id, text));
        if let Err(error) = saved {
            self.again.fail(error);
        }
    }

    /// The header of a table, once its first block was cut.
    fn header(&self, source: usize) -> Option<&Header> {
        self.headers.get(source).and_then(OnceLock::get)
    }

    fn set_header(&self, source: usize, header: Header) {
        if let Some(slot) = self.headers.get(source) {
            slot.get_or_init(|| header);
        }
    }

    /// A reader of records already visited (see [`ReadOptions::reread`]).
    #[must_use]
    pub fn again(&self) -> Again<'_> {
        Again::new(self)
    }

    /// Fails if a file has changed since it was read first (see [`ReadOptions::reread`]).
    ///
    /// # Errors
    /// [`Error::Input`], naming the file.
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

    /// Ends the run where the system lets it open no further file, or a transfer fails: that is no
    /// fault of the source, which must not be left out for it.
    fn note_failure(&self, path: &Path, error: &std::io::Error) {
        if let Some(failure) = source::failure(path, error) {
            self.again.fail(failure);
        }
    }

    /// The file that a source is read from, where it must be one: an object is fetched.
    ///
    /// # Errors
    /// A transfer that fails.
    pub fn source_file(&self, source: usize) -> Result<std::path::PathBuf> {
        let Some(found) = self.sources.get(source) else { return Ok(std::path::PathBuf::new()) };
        let folder = self.options.reread.as_deref().or(self.options.temp_dir.as_deref());
        found.file(folder).map_err(|error| {
            let failure = source::failure(&found.path, &error);
            failure.unwrap_or_else(|| Error::io(&found.path, error))
        })
    }

    /// Whether a source is no file of this machine.
    #[must_use]
    pub fn is_remote(&self, source: usize) -> bool {
        self.sources.get(source).is_some_and(|found| found.object.is_some())
    }

    /// Takes a buffer back, so that memory stays flat.
    pub fn recycle(&self, raw: Vec<u8>) {
        self.pool.give(raw, self.options.limits.block_bytes);
    }

    /// Whether a worker may read all of a source by itself.
    fn is_small(&self, source: usize) -> bool {
        let most = self.options.limits.small_source_bytes;
        let small = |source: &Source| {
            let cut = !source.format.is_document() && source.format != Format::Parquet;
            !source.stream && source.bytes <= most && cut
        };
        self.sources.get(source).is_some_and(small)
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

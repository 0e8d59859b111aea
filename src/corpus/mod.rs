//! Bytes on disk become documents.
//!
//! First stage of the flow: feeds text (through detect). Nothing else in the project reads input.
//! [`Corpus::open`] finds the sources, [`Corpus::blocks`] cuts them into [`Block`]s (sequential,
//! cheap), [`Corpus::parse`] turns a block into a [`Batch`] (pure, run in parallel by detect), and
//! a [`Tally`] of all batches knows whether the reading was worth anything.
//! Invariant: a bad record costs that record, is counted, and is named as `PATH:LINE`; what comes
//! out does not depend on where the cuts fall.
//!
//! `source` knows which bytes are read, `format` how each format is read; a new format is one file
//! and one line there. A new compression is one arm of `source::compressed`, an object store
//! another way to open a `source::file::Source`.

mod above;
mod batch;
mod blocks;
mod columns;
mod cut;
mod document;
mod export;
mod files;
mod format;
mod header;
mod held;
mod inputs;
mod options;
mod place;
mod pool;
mod problem;
mod records;
mod reread;
mod side;
mod source;
mod tally;
mod withheld;

pub use batch::Batch;
pub use blocks::{Block, Blocks};
pub use columns::{Column, ColumnsSeen};
pub use document::{Date, Document, Meta};
pub(crate) use format::Edit;
#[cfg(feature = "arrow")]
pub(crate) use format::arrow_rows;
pub use format::maker::Record;
#[cfg(feature = "parquet")]
pub(crate) use format::rows;
pub(crate) use format::{without_nan, written_date};
pub use held::Text;
pub use options::{DateFormat, Kept, ReadOptions, SaveText};
pub use place::{RecordPlace, is_place};
pub use problem::Problem;
pub(crate) use problem::shortened_to;
pub use reread::Reread;
pub use source::encoding::Encoding;
pub use source::kind::{Format, FormatLayout};
pub use source::remote::{Access, shown};
pub use tally::Tally;
pub use withheld::{TokenPlace, Withheld};

use crate::error::Result;
use above::Above;
use blocks::Content;
use cut::Cutter;
use inputs::Inputs;
use source::file;
use source::list::{self, Rules};
use source::sniff::Sniffer;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Reads a date as the formats do, for documents that are made in memory: by the pattern of
/// `options`, else in any form that has one reading (RFC 3339, RFC 2822, `2020-01-01`, month names,
/// seconds since 1970). `None` where it is in none of them.
///
/// # Examples
/// ```
/// use wirecopy::corpus::{ReadOptions, read_date};
/// let seconds = |text| read_date(&ReadOptions::default(), text).map(|date| date.seconds);
/// assert_eq!(seconds("1 January 2020"), Some(1_577_836_800));
/// assert_eq!(seconds("01/02/2020"), None);
/// ```
#[must_use]
pub fn read_date(options: &ReadOptions, text: &str) -> Option<Date> {
    format::parse_date(options, text)
}

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
    corpus.finish(&tally)?;
    Ok(documents)
}

/// Opens a file that is not a corpus (a table, a list of results), freed of its compression, which
/// the first bytes show. `most` bounds what a compressed file expands to, in bytes.
///
/// # Errors
/// As of opening and reading the file.
pub fn open_plain(path: &Path, most: u64) -> std::io::Result<Box<dyn std::io::Read + Send>> {
    source::compressed::open_file(path, most)
}

/// The sources of a run, in the order in which they are read.
#[derive(Debug)]
pub struct Corpus {
    inputs: Inputs,
    first_input: String,
    streams_read: AtomicBool,
}

impl Corpus {
    /// Finds all sources that `inputs` name: files, folders, globs and `-` (standard input).
    ///
    /// The problems are of files found on the way that cannot be read.
    ///
    /// # Errors
    /// An input that is named but missing, unreadable or of an unsupported format; a glob without
    /// any match; an input that is to be kept apart.
    pub fn open(inputs: &[String], options: ReadOptions) -> Result<(Self, Vec<Problem>)> {
        let formats: Vec<Format> = Format::all().collect();
        let asked = options.columns().into_iter().flatten().filter(|column| column.chosen);
        let asked: Vec<&str> = asked.map(|column| column.name.as_str()).collect();
        let rules = Rules {
            forced: options.format,
            stream: Format::JSON_LINES,
            sniffer: Sniffer(&formats, &asked),
            most_text: options.limits.record_bytes,
            kept_apart: &options.kept_apart,
            access: &options.access,
        };
        let (sources, problems) = list::resolve(inputs, rules)?;
        let corpus = Self {
            inputs: Inputs::new(sources, options),
            first_input: inputs.first().map_or(String::new(), |input| shown(input).into_owned()),
            streams_read: AtomicBool::new(false),
        };
        Ok((corpus, problems))
    }

    /// Cuts the sources into blocks of whole records, in order.
    pub fn blocks(&self) -> Blocks<'_> {
        Blocks::new(&self.inputs, &self.streams_read)
    }

    /// Turns a block into documents; pure but for the reading of text files, so call it in
    /// parallel.
    #[must_use]
    pub fn parse(&self, block: Block) -> Batch {
        let (content, mut batch) = self.start(block);
        let source = content.source();
        match content {
            Content::Records(records) => {
                format::of(self.source_format(records.source)).parse(
                    &self.inputs,
                    records,
                    &mut batch,
                );
            }
            Content::Files(range) => files::parse(&self.inputs, range, &mut batch),
            Content::Rows(_, rows) => {
                let mut documents = Vec::new();
                rows.each(&self.inputs, &mut batch, &mut |found| {
                    documents.push(found.named(&self.inputs));
                });
                batch.documents.append(&mut documents);
            }
            Content::Whole(source) => self.whole(source, &mut batch, &mut |block, batch| {
                let mut part = self.parse(block);
                batch.documents.append(&mut part.documents);
                batch.absorb(part);
            }),
        }
        if let Some(above) = Above::of(&self.inputs, source) {
            above.complete(&mut batch);
        }
        self.judge(source, &mut batch);
        batch
    }

    /// Hands the documents of a block to `sink` without copying their texts, where possible; the
    /// batch that is returned has no documents. Like [`Corpus::parse`], run it in parallel.
    pub fn visit(&self, block: Block, sink: &mut dyn FnMut(Record<'_>)) -> Batch {
        let Some(above) = Above::of(&self.inputs, block.content.source()) else {
            return self.visit_as_it_is(block, sink);
        };
        let mut batch =
            self.visit_as_it_is(block, &mut |record| sink(above.complete_record(record)));
        above.note(&mut batch);
        batch
    }

    fn visit_as_it_is(&self, block: Block, sink: &mut dyn FnMut(Record<'_>)) -> Batch {
        let (content, mut batch) = self.start(block);
        let source = content.source();
        match content {
            Content::Records(records) => {
                let format = format::of(self.source_format(records.source));
                format.visit(&self.inputs, records, &mut batch, sink);
            }
            Content::Files(range) => files::visit(&self.inputs, range, &mut batch, sink),
            Content::Rows(_, rows) => {
                let mut visited = 0;
                rows.each(&self.inputs, &mut batch, &mut |found| {
                    visited += 1;
                    format::maker::hand_over(found, sink);
                });
                batch.visited += visited;
            }
            Content::Whole(source) => self.whole(source, &mut batch, &mut |block, batch| {
                batch.absorb(self.visit(block, sink));
            }),
        }
        self.judge(source, &mut batch);
        batch
    }

    /// Attributes what was counted in a block of `source`, and judges what has no text.
    fn judge(&self, source: Option<usize>, batch: &mut Batch) {
        batch.columns.attribute(source.and_then(|source| self.inputs.plan(source)));
        side::judge(&self.inputs, source, batch);
    }

    /// The batch of a block, with the problems of cutting it.
    fn start(&self, block: Block) -> (Content, Batch) {
        let mut batch =
            Batch { index: block.index, input_bytes: block.input_bytes, ..Batch::default() };
        for problem in block.problems {
            batch.report(problem, self.inputs.options.limits.block_problems);
        }
        (block.content, batch)
    }

    /// Reads a block only for the copies that are kept of streams and compressed sources.
    ///
    /// # Errors
    /// What the system says of the copies.
    pub fn pass(&self, block: Block) -> Result<()> {
        match block.content {
            Content::Records(records) => self.inputs.recycle(records.raw),
            Content::Files(_) | Content::Rows(..) => {}
            Content::Whole(source) => {
                self.whole(source, &mut Batch::default(), &mut |block, _| {
                    if let Content::Records(records) = block.content {
                        self.inputs.recycle(records.raw);
                    }
                });
            }
        }
        self.inputs.copies.failure()
    }

    /// Cuts all of a source and hands its blocks on.
    fn whole(&self, source: usize, batch: &mut Batch, block: &mut dyn FnMut(Block, &mut Batch)) {
        let mut cutter = Cutter::new(source, self.source_format(source));
        while let Some(next) = cutter.next_block(&self.inputs) {
            match next {
                Ok(cut) => block(Block::cut(cut), batch),
                Err(error) => return self.inputs.copies.fail(error),
            }
        }
    }

    /// Ends the reading that `tally` has counted.
    ///
    /// # Errors
    /// The text column, or one that the user named, is in no record; there is no document at all.
    pub fn finish(&self, tally: &Tally) -> Result<()> {
        tally.judge(&self.inputs, Path::new(&self.first_input))
    }

    /// The name of a document without an id.
    #[must_use]
    pub fn name(&self, place: &RecordPlace) -> String {
        self.inputs.name(place)
    }

    /// A reader of records already visited (see [`ReadOptions::reread`]).
    #[must_use]
    pub fn reread(&self) -> Reread<'_> {
        Reread::new(&self.inputs)
    }

    /// Fails if a file has changed since it was read first (see [`ReadOptions::reread`]).
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input), naming the file.
    pub fn check_unchanged(&self) -> Result<()> {
        self.inputs.copies.check(&self.inputs.sources)
    }

    /// The path of a source as the user would write it.
    #[must_use]
    pub fn source_path(&self, source: usize) -> &Path {
        self.inputs.path(source)
    }

    /// The format of a source.
    #[must_use]
    pub fn source_format(&self, source: usize) -> Format {
        self.inputs.sources.get(source).map_or(Format::JSON_LINES, |source| source.format)
    }

    /// The file that a source is read from, where it must be one: an object is fetched.
    ///
    /// # Errors
    /// A transfer that fails.
    pub(crate) fn source_file(&self, source: usize) -> Result<PathBuf> {
        self.inputs.needed_file(source)
    }

    /// Whether a source is in an object store or an archive, and in no file of its own.
    #[must_use]
    pub fn is_remote(&self, source: usize) -> bool {
        self.inputs.sources.get(source).is_some_and(file::Source::is_apart)
    }

    /// Whether a source can be read only once.
    #[must_use]
    pub fn is_stream(&self, source: usize) -> bool {
        self.inputs.sources.get(source).is_some_and(|found| found.stream)
    }

    /// Number of files and streams to read.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.inputs.sources.len()
    }

    /// Bytes of all sources as stored; 0 where unknown (a stream among them).
    #[must_use]
    pub fn input_bytes(&self) -> u64 {
        if self.inputs.sources.iter().any(|source| source.stream) {
            return 0;
        }
        self.inputs.sources.iter().map(|source| source.bytes).sum()
    }

    /// Whether any source has columns: a file that is one document has none, but for those that
    /// folders above it give.
    #[must_use]
    pub fn has_columns(&self) -> bool {
        let has = |source: &file::Source| !source.format.is_document() || !source.keys.is_empty();
        self.inputs.sources.iter().any(has)
    }

    /// How the inputs are read.
    #[must_use]
    pub fn options(&self) -> &ReadOptions {
        &self.inputs.options
    }
}

/// What export needs to write records back.
impl Corpus {
    /// Appends neighbouring records of a source, given as they are, as JSON objects, one a line.
    pub(crate) fn records_to_json(&self, source: usize, raw: &[u8], out: &mut Vec<u8>) {
        format::of(self.source_format(source)).to_json((&self.inputs, source), raw, out);
    }

    /// Hands records that are known by their numbers (1-based, ascending) to `line` as JSON
    /// objects, one a line.
    ///
    /// # Errors
    /// What reading and `line` return.
    pub(crate) fn numbered_to_json(
        &self,
        source: usize,
        wanted: &[Range<u64>],
        line: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        export::numbered_to_json(&self.inputs, source, wanted, line)
    }

    /// Hands members, known by their numbers (1-based, ascending), to `take` as they are.
    ///
    /// # Errors
    /// What reading and `take` return.
    pub(crate) fn members(
        &self,
        source: usize,
        wanted: &[Range<u64>],
        take: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        export::members(&self.inputs, source, wanted, take)
    }

    /// Appends a one-document file as a JSON object with a line feed.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub(crate) fn document_to_json(&self, source: usize, out: &mut Vec<u8>) -> Result<()> {
        export::document_to_json(&self.inputs, source, out)
    }

    /// Fails where two tables among the sources have not the same columns: as they are, their
    /// records do not fit into one file.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input), naming the second.
    pub(crate) fn check_same_columns(&self) -> Result<()> {
        export::check_same_columns(&self.inputs)
    }

    /// The byte that ends the records of a source.
    pub(crate) fn line_end(&self, source: usize) -> u8 {
        self.inputs.header(source).map_or(b'\n', |header| header.dialect.line_end)
    }

    /// The header of a table with texts as written, without its line end, where it has one; it is
    /// known once the first block was cut.
    pub(crate) fn table_header(&self, source: usize) -> Option<&[u8]> {
        let header = self.inputs.header(source).filter(|header| header.has_text());
        header?.raw.as_deref()
    }
}

#[cfg(test)]
mod tests;

//! What a format must be able to do to be read.
//!
//! Each format is one file that implements [`InputFormat`], and one line in the table of `format`.
//! The cutter asks for a [`Splitter`] once a source, the workers ask for documents once a block, so
//! nothing is looked up for a record. Invariant: what comes out of a block depends on the block
//! alone, wherever the cuts fall.

pub(crate) use super::article::Article;
use super::maker::{Emit, Parsed, Sink, hand_over};
use crate::corpus::batch::Batch;
use crate::corpus::columns::Plan;
use crate::corpus::header::Header;
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding::{self, Decoded, Encoding};
use crate::corpus::source::kind::Facts;
use crate::error;
use std::ops::Range;

/// Takes lines of JSON.
pub(crate) type JsonLine<'l> = &'l mut dyn FnMut(&[u8]) -> error::Result<()>;

/// A format of input. Which methods are called depends on its
/// [`layout`](crate::corpus::FormatLayout): those of the other layouts keep their empty defaults.
pub(crate) trait InputFormat: Sync {
    fn facts(&self) -> &'static Facts;

    // Documents: a file is one.

    /// The article in the bytes of a file, and what must be reported of it.
    fn article(
        &self,
        inputs: &Inputs,
        bytes: &[u8],
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        let (text, note) = encoding::full(self.decoded(inputs, bytes)?)?;
        let (article, own) = self.article_in(inputs, &text)?;
        Ok((article, note.or(own)))
    }

    /// The text of a file that is text.
    fn decoded<'b>(&self, inputs: &Inputs, bytes: &'b [u8]) -> Result<Decoded<'b>, Refusal> {
        encoding::decode(bytes, inputs.options.encoding)
    }

    /// The article in the text of a file, which is not empty, and what must be reported of it.
    fn article_in(&self, _: &Inputs, _: &str) -> Result<(Article, Option<Refusal>), Refusal> {
        Ok((Article::default(), None))
    }

    // Lines, List and Members: records follow each other as bytes.

    /// Finds the ends of the records of one source.
    fn splitter(&self) -> Box<dyn Splitter> {
        Box::new(LineSplitter::default())
    }

    /// Looks at the start of a decoded source: how much of it precedes the first record, or why it
    /// is not in this format.
    fn start(&self, _: &[u8]) -> Result<usize, Refusal> {
        Ok(0)
    }

    /// Whether more of a source must be at hand before its start can be looked at.
    fn needs_more(&self, _: &[u8]) -> bool {
        false
    }

    /// The records of a source that holds them otherwise than one after the other, made from all
    /// of it; none where it holds them so.
    fn rearranged(&self, _: &Inputs, _: &[u8]) -> Option<Result<Vec<u8>, Refusal>> {
        None
    }

    /// What the wanted columns are called in a source, judged by its first block; none where that
    /// is known otherwise.
    fn plan(&self, _: &Inputs, _: &[u8]) -> Option<Plan> {
        None
    }

    /// Hands the documents of a block to `emit`.
    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        let _ = (batch, emit);
        inputs.recycle(records.raw);
    }

    /// Adds the documents of a block to its batch.
    fn parse(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch) {
        let mut documents = Vec::new();
        self.each(inputs, records, batch, &mut |found| documents.push(found.named(inputs)));
        batch.documents.append(&mut documents);
    }

    /// Hands the documents of a block to a visitor, where possible without copying their texts.
    fn visit(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, sink: Sink<'_>) {
        let mut visited = 0;
        self.each(inputs, records, batch, &mut |found: Parsed<'_>| {
            visited += 1;
            hand_over(found, sink);
        });
        batch.visited += visited;
    }

    /// Finds the texts of records that are read again.
    fn text_finder<'a>(&self, _: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(NoText)
    }

    /// Appends neighbouring records of a source, given as they are, as JSON objects, one a line.
    fn to_json(&self, _: (&Inputs, usize), raw: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(raw);
        out.push(b'\n');
    }

    /// Hands the members of a block, each with its number, to `sink` as they are.
    fn members(&self, _: &RawRecords, _: &mut dyn FnMut(u64, &[u8])) {}

    /// Appends a member, which has the name `id`, as a JSON object with a line feed; nothing where
    /// it is no document.
    fn member_to_json(&self, _: &Inputs, id: &str, member: &[u8], out: &mut Vec<u8>) {
        let _ = (id, member, out);
    }

    // Rows: read from the end of the file.

    /// Opens a source to be read row group by row group.
    fn open_rows(&self, _: &Inputs, _: usize) -> Result<Box<dyn RowGroups>, Refusal> {
        Err(self.facts().missing.map_or_else(
            || Refusal::new("has no rows", "check what should be in it"),
            |(name, feature)| Refusal::not_built(name, feature),
        ))
    }

    /// Hands rows, known by their numbers (1-based, ascending), to `line` as JSON objects. A format
    /// that this build leaves out refuses, as it does when it is opened.
    fn rows_to_json(
        &self,
        (inputs, source): (&Inputs, usize),
        _: &[Range<u64>],
        _: JsonLine<'_>,
    ) -> error::Result<()> {
        let Some((name, feature)) = self.facts().missing else { return Ok(()) };
        let Refusal { cause, cure } = Refusal::not_built(name, feature);
        Err(error::Error::Input { path: inputs.path(source).to_path_buf(), cause, cure })
    }

    /// Whether rows of one source fit into the file of another.
    fn same_columns(&self, _: &std::path::Path, _: &std::path::Path) -> bool {
        true
    }
}

/// Finds the ends of the records of one source. Invariant: every byte is looked at once, in
/// whatever pieces it arrives.
pub(crate) trait Splitter: Send {
    /// What comes next is the start of a record.
    fn reset(&mut self);

    /// The end of the last whole record in `raw`, which starts where the last reset was and is
    /// longer than at the last call; none where no record has ended since.
    fn last(&mut self, raw: &[u8]) -> Option<usize>;

    /// The end of the record that is open, in bytes that follow those looked at so far.
    fn first(&mut self, chunk: &[u8]) -> Option<usize>;

    /// Records in `raw`, which is whole records. Of lines all count, also blank ones.
    fn count(&self, raw: &[u8]) -> u64;

    /// The encoding in which the bytes are passed on, where it is not that of the source.
    fn encoding(&self) -> Option<Encoding> {
        None
    }

    /// Whether a problem with a record is reported with its line; else with its number.
    fn has_lines(&self) -> bool {
        false
    }

    /// Whether a table starts with a header.
    fn has_header(&self) -> bool {
        false
    }

    /// Looks at the start of a source, before the first border is looked for.
    fn look(&mut self, _: &Inputs, _: &[u8]) {}

    /// The header that `raw` starts with, and its length with the line end.
    fn header(&mut self, _: &Inputs, _: &[u8]) -> Result<Option<(usize, Header)>, Refusal> {
        Ok(None)
    }

    /// Whether a record that is too long would have been a document, judged by its start.
    fn matters(&self, _: &[u8]) -> bool {
        true
    }

    /// Whether a record that the source does not hold whole is used as far as it goes; such records
    /// are also read on with after a part of the source that is damaged.
    fn uses_cut(&self) -> bool {
        false
    }

    /// The start of another record inside one that claims too much.
    fn inner_start(&self, _: &[u8]) -> Option<usize> {
        None
    }
}

/// Records end at line feeds; holds the bytes looked at.
#[derive(Debug, Default)]
pub(crate) struct LineSplitter(usize);

impl Splitter for LineSplitter {
    fn reset(&mut self) {
        self.0 = 0;
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let from = std::mem::replace(&mut self.0, raw.len());
        let end = raw.get(from..).and_then(|fresh| memchr::memrchr(b'\n', fresh));
        end.map(|at| from + at + 1)
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', chunk).map(|at| at + 1)
    }

    fn count(&self, raw: &[u8]) -> u64 {
        memchr::memchr_iter(b'\n', raw).count() as u64
    }

    fn has_lines(&self) -> bool {
        true
    }
}

/// Finds the text of a record that is read again.
pub(crate) trait TextFinder: Send {
    /// The text of the record `raw` of a source; none where it is not what it was.
    fn text<'s>(&'s mut self, source: usize, raw: &'s mut [u8]) -> Option<&'s str>;
}

/// The texts of a format that is not read again record by record.
struct NoText;

impl TextFinder for NoText {
    fn text<'s>(&'s mut self, _: usize, _: &'s mut [u8]) -> Option<&'s str> {
        None
    }
}

/// A file of rows that is cut into groups.
pub(crate) trait RowGroups: std::fmt::Debug + Send {
    fn next_group(&mut self) -> Option<Box<dyn RowGroup>>;
}

/// A group of rows, read by one worker.
pub(crate) trait RowGroup: std::fmt::Debug + Send {
    /// Bytes of the file that it takes.
    fn stored_bytes(&self) -> u64;

    /// Hands its documents to `emit`.
    fn each(&self, inputs: &Inputs, batch: &mut Batch, emit: Emit<'_>);
}

/// Something else for a string in a row (1-based), where rows are copied; none: it is copied as it
/// is.
pub(crate) type Edit<'e> = Option<&'e mut Rewrite<'e>>;

/// Gives the other text of a row, by its number and the text it has; nothing where it stays.
pub(crate) type Rewrite<'e> = dyn FnMut(u64, &[u8]) -> Option<Vec<u8>> + 'e;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_line_feeds() {
        let mut splitter = LineSplitter::default();
        assert_eq!(splitter.last(b"one"), None);
        assert_eq!(splitter.last(b"one\ntwo\nthr"), Some(8));
        assert_eq!(splitter.last(b"one\ntwo\nthree"), None, "none has ended since");
        assert_eq!(splitter.last(b"one\ntwo\nthree\n"), Some(14));
        splitter.reset();
        assert_eq!(splitter.last(b"one\n"), Some(4), "what comes next is counted from its start");
        assert_eq!(splitter.first(b"rest\nmore\n"), Some(5));
        assert_eq!(splitter.first(b"rest"), None);
        assert_eq!(splitter.count(b"a\n\nb\n"), 3, "blank lines count");
        assert!(splitter.has_lines() && !splitter.has_header());
        assert!(splitter.matters(b"x") && splitter.inner_start(b"x").is_none());
    }
}

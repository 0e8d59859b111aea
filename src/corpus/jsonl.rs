//! JSON Lines: one object a line, one document an object.
//!
//! [`Cutter`] (sequential) reads a source and cuts it at line feeds; [`parse`] (parallel) turns
//! the lines of a block into documents.
//! Invariant: a line is in one block, whole; a line over `limits.record_bytes` is passed over
//! without being held; memory per source is one block, or one record where that is longer.

use super::block::{Block, Content};
use super::compressed::{self, Compression, Stream};
use super::encoding::{self, Refusal};
use super::json::{self, Keys, Kind};
use super::tally::{ID, OUTLET, TEXT, TITLE};
use super::{Batch, Corpus, Document, Meta, Problem, date};
use crate::error::{Error, Result};
use crate::hash::Map;
use memchr::{memchr, memchr_iter, memrchr};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const MEND: &str = "mend or remove the line";

/// Whole lines of one source.
#[derive(Debug)]
pub(super) struct Lines {
    /// Number of the source.
    pub source: usize,
    /// 1-based number of the first line.
    pub first_line: u64,
    /// The first block of its source.
    pub first: bool,
    /// Place of `raw` in the source as decompressed, or in the copy that is kept of it.
    pub offset: u64,
    /// The lines with their line feeds; the last of a source may lack it.
    pub raw: Vec<u8>,
}

/// Cuts one source.
pub(super) struct Cutter {
    source: usize,
    reader: Option<Stream>,
    taken: Arc<AtomicU64>,
    reported_bytes: u64,
    /// Begin of a line whose rest is not read yet.
    tail: Vec<u8>,
    /// Bytes read so far, as decompressed.
    position: u64,
    /// Bytes copied so far, where a copy is kept.
    copied: Option<u64>,
    /// A copy could not be written.
    failed: Option<Error>,
    /// Number of the line that comes next.
    line: u64,
    first: bool,
    done: bool,
    problems: Vec<Problem>,
}

impl std::fmt::Debug for Cutter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Cutter");
        shown.field("source", &self.source).field("line", &self.line).finish_non_exhaustive()
    }
}

/// How a read ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
    Broken,
}

impl Cutter {
    pub(super) fn new(source: usize) -> Self {
        Self {
            source,
            reader: None,
            taken: Arc::default(),
            reported_bytes: 0,
            tail: Vec::new(),
            position: 0,
            copied: None,
            failed: None,
            line: 1,
            first: true,
            done: false,
            problems: Vec::new(),
        }
    }

    /// The next block; `None` at the end of the source.
    pub(super) fn next_block(&mut self, corpus: &Corpus) -> Option<Result<Block>> {
        if self.done {
            return None;
        }
        let mut raw = corpus.pool.take();
        raw.append(&mut self.tail);
        self.cut(corpus, &mut raw);
        if raw.is_empty() && self.problems.is_empty() && !self.first {
            corpus.recycle(raw);
            return None;
        }
        if raw.is_empty() && self.problems.is_empty() {
            self.problem(corpus, None, "is empty", "remove it, or check what should be in it");
        }
        let offset = match self.place(corpus, &raw) {
            Ok(offset) => offset,
            Err(error) => {
                self.done = true;
                return Some(Err(error));
            }
        };
        Some(Ok(self.block(raw, offset)))
    }

    /// Where `raw` can be read again; copies it there if need be.
    fn place(&mut self, corpus: &Corpus, raw: &[u8]) -> Result<u64> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(offset) = self.copied else {
            return Ok(self.position - (self.tail.len() + raw.len()) as u64);
        };
        corpus.again.copy(self.source, raw, offset)?;
        self.copied = Some(offset + raw.len() as u64);
        Ok(offset)
    }

    fn block(&mut self, raw: Vec<u8>, offset: u64) -> Block {
        let taken = self.taken.load(Ordering::Relaxed);
        let input_bytes = taken - self.reported_bytes;
        self.reported_bytes = taken;
        let (source, first_line, first) = (self.source, self.line, self.first);
        self.line += memchr_iter(b'\n', &raw).count() as u64;
        self.first = false;
        Block {
            index: 0,
            input_bytes,
            content: Content::Lines(Lines { source, first_line, first, offset, raw }),
            problems: std::mem::take(&mut self.problems),
        }
    }

    /// Fills `raw` with whole lines, or to the end of the source.
    fn cut(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) {
        let limits = &corpus.options.limits;
        let block_bytes = limits.block_bytes.max(1);
        let mut fresh = self.first;
        let least = if fresh { encoding::HEAD_BYTES } else { raw.len() };
        let (mut goal, mut seen) = (block_bytes.max(least), 0);
        loop {
            let ended = self.fill(corpus, raw, goal);
            if std::mem::take(&mut fresh) && !self.begin(corpus, raw) {
                return;
            }
            match ended {
                Ended::Yes => {
                    self.done = true;
                    return;
                }
                Ended::Broken => {
                    self.done = true;
                    raw.truncate(memrchr(b'\n', raw).map_or(0, |at| at + 1));
                    return;
                }
                Ended::No => {}
            }
            if let Some(at) = raw.get(seen..).and_then(|fresh| memrchr(b'\n', fresh)) {
                self.tail.extend_from_slice(raw.get(seen + at + 1..).unwrap_or_default());
                raw.truncate(seen + at + 1);
                return;
            }
            seen = raw.len();
            goal = raw.len().saturating_mul(2).min(limits.record_bytes + 1).max(raw.len() + 1);
            if raw.len() > limits.record_bytes {
                self.pass_over(corpus, raw);
                (goal, seen) = (block_bytes.max(raw.len()), 0);
            }
        }
    }

    /// Reads until `raw` has `goal` bytes.
    fn fill(&mut self, corpus: &Corpus, raw: &mut Vec<u8>, goal: usize) -> Ended {
        let want = goal.saturating_sub(raw.len());
        match self.read(corpus, raw, want) {
            Ok(got) if got < want => Ended::Yes,
            Ok(_) => Ended::No,
            Err(error) => {
                let line = self.line + memchr_iter(b'\n', raw).count() as u64;
                let (cause, cure) =
                    compressed::explain(&error, corpus.options.limits.expanded_bytes);
                self.problem(corpus, self.reader.is_some().then_some(line), cause, cure);
                // Once is enough: what a broken reader says next means nothing.
                self.reader = Some(Box::new(io::empty()));
                Ended::Broken
            }
        }
    }

    fn read(&mut self, corpus: &Corpus, raw: &mut Vec<u8>, want: usize) -> io::Result<usize> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => {
                let Some(source) = corpus.sources.get(self.source) else { return Ok(0) };
                let most = corpus.options.limits.expanded_bytes;
                corpus.again.stamp(self.source, source);
                let (stream, compression) = compressed::open(source, most, &self.taken)?;
                if source.stream || compression != Compression::None {
                    match corpus.again.begin(self.source) {
                        Ok(begun) => self.copied = begun.then_some(0),
                        Err(error) => self.failed = Some(error),
                    }
                }
                none.insert(stream)
            }
        };
        raw.reserve_exact(want);
        let got = reader.take(want as u64).read_to_end(raw)?;
        self.position += got as u64;
        Ok(got)
    }

    /// Looks at the first bytes of the source: false where it is not JSON Lines.
    fn begin(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) -> bool {
        let mark = encoding::inspect(raw).and_then(|mark| shape(raw.get(mark..)).map(|()| mark));
        match mark {
            Ok(mark) => {
                raw.drain(..mark);
                true
            }
            Err(Refusal { cause, cure }) => {
                self.problem(corpus, None, cause, cure);
                raw.clear();
                self.done = true;
                false
            }
        }
    }

    /// Drops the line that `raw` is the begin of, keeps what was read behind it.
    fn pass_over(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) {
        let limits = &corpus.options.limits;
        let (line, (cause, cure)) = (self.line, too_long(limits.record_bytes));
        self.problem(corpus, Some(line), cause, cure);
        raw.clear();
        raw.shrink_to(limits.block_bytes);
        loop {
            raw.clear();
            let ended = self.fill(corpus, raw, limits.block_bytes.max(1));
            if let Some(at) = memchr(b'\n', raw) {
                raw.drain(..=at);
                self.line += 1;
                return;
            }
            if ended != Ended::No {
                raw.clear();
                return;
            }
        }
    }

    fn problem(
        &mut self,
        corpus: &Corpus,
        line: Option<u64>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) {
        let path = corpus.sources.get(self.source).map_or(Path::new(""), |source| &source.path);
        self.problems.push(Problem::skipped(path, line, cause, cure));
    }
}

/// Refuses what is JSON but not JSON Lines.
fn shape(start: Option<&[u8]>) -> std::result::Result<(), Refusal> {
    let start = start.unwrap_or_default().trim_ascii_start();
    if start.starts_with(b"[") {
        return Err(Refusal::new(
            "is a JSON list, not JSON Lines",
            "write one object a line, for example with `jq -c '.[]'`",
        ));
    }
    let first = memchr(b'\n', start).and_then(|end| start.get(..end));
    if first.is_some_and(|line| line.trim_ascii_end() == b"{") {
        return Err(Refusal::new(
            "holds JSON objects of several lines, not JSON Lines",
            "write one object a line, for example with `jq -c .`",
        ));
    }
    Ok(())
}

/// Cause and cure of a record over the limit.
pub(super) fn too_long(most: usize) -> (String, &'static str) {
    (
        format!("record over the limit: {most} bytes"),
        "split the document, or raise --max-record-bytes",
    )
}

/// Turns the lines of a block into documents.
pub(super) fn parse(corpus: &Corpus, lines: Lines, batch: &mut Batch) {
    let Some(mut parser) = Parser::new(corpus, &lines, batch) else { return };
    let raw = &lines.raw[..];
    // One check for the whole block is quicker than one a line; a bad block is read line by line.
    let valid = std::str::from_utf8(raw).ok();
    let (mut start, mut number) = (0, lines.first_line);
    for end in memchr_iter(b'\n', raw).chain(std::iter::once(raw.len())) {
        parser.line(raw, valid, start..end, number);
        start = end + 1;
        number += 1;
    }
    // What went wrong in cutting was noted first, wherever it stands.
    batch.problems.sort_by_key(|problem| problem.line);
    if corpus.options.keep_raw {
        batch.raw = lines.raw;
    } else {
        corpus.recycle(lines.raw);
    }
}

/// Reads the lines of one block.
pub(super) struct Parser<'a> {
    corpus: &'a Corpus,
    pub(super) keys: Keys<'a>,
    path: &'a Path,
    /// The path for ids, lossy.
    prefix: String,
    /// Whether the column names are noted.
    pub(super) sampling: bool,
    outlets: Map<String, Arc<str>>,
    scratch: String,
    pub(super) batch: &'a mut Batch,
}

impl<'a> Parser<'a> {
    /// A reader of `lines`; none where there is no such source.
    pub(super) fn new(corpus: &'a Corpus, lines: &Lines, batch: &'a mut Batch) -> Option<Self> {
        let source = corpus.sources.get(lines.source)?;
        Some(Self {
            corpus,
            keys: Keys::new(&corpus.options),
            path: &source.path,
            prefix: source.path.to_string_lossy().into_owned(),
            sampling: lines.first,
            outlets: Map::default(),
            scratch: String::new(),
            batch,
        })
    }

    fn line(&mut self, raw: &[u8], valid: Option<&str>, range: Range<usize>, number: u64) {
        let bytes = raw.get(range.clone()).unwrap_or_default();
        if !self.is_record(bytes, number) {
            return;
        }
        let document = if let Some(line) = valid.and_then(|text| text.get(range.clone())) {
            self.record(line, number)
        } else {
            self.repaired(bytes, number)
        };
        let Some(document) = document else { return };
        self.batch.documents.push(document);
        if self.corpus.options.keep_raw {
            self.batch.records.push(range);
        }
    }

    /// Whether a line is neither blank nor too long.
    pub(super) fn is_record(&mut self, bytes: &[u8], number: u64) -> bool {
        if bytes.trim_ascii().is_empty() {
            return false;
        }
        let most = self.corpus.options.limits.record_bytes;
        if bytes.len() > most {
            let (cause, cure) = too_long(most);
            self.skip(number, cause, cure);
        }
        bytes.len() <= most
    }

    /// The document of a line that may not be valid UTF-8.
    pub(super) fn repaired(&mut self, bytes: &[u8], number: u64) -> Option<Document> {
        let line = String::from_utf8_lossy(bytes);
        let document = self.record(&line, number);
        if document.is_some() && matches!(line, std::borrow::Cow::Owned(_)) {
            self.note(number, encoding::REPAIRED, encoding::REPAIRED_CURE);
        }
        document
    }

    fn record(&mut self, line: &str, number: u64) -> Option<Document> {
        let seen = self.sampling.then_some(&mut self.batch.columns);
        let values = match json::values(line, &self.keys, seen) {
            Ok(values) => values,
            Err(cause) => {
                self.skip(number, cause, MEND);
                return None;
            }
        };
        self.batch.columns.count(&values);
        let [text, id, outlet, date, title] = values;
        let Some(text) = self.text(text, number) else {
            // Which columns there are instead is told if no record has the text.
            let again = json::values(line, &self.keys, Some(&mut self.batch.columns));
            debug_assert!(again.is_ok());
            return None;
        };
        let id = self.field(id, ID, number).unwrap_or_else(|| format!("{}:{number}", self.prefix));
        let outlet = self.field(outlet, OUTLET, number).map(|name| self.intern(name));
        let date = self.date(date, number);
        let title = self.field(title, TITLE, number);
        Some(Document { id, text, meta: Meta { outlet, date, title } })
    }

    fn text(&mut self, value: Option<&str>, number: u64) -> Option<String> {
        let name = &self.corpus.options.text.name;
        let cause = match json::kind(value) {
            Kind::Text(inside) => return Some(self.decode(inside, TEXT, number)),
            Kind::Nothing if value.is_none() => format!("no text column: `{name}`"),
            Kind::Nothing => format!("the text is null: column `{name}`"),
            Kind::Number(_) => format!("the text is not a string but a number: column `{name}`"),
            Kind::Other(what) => format!("the text is not a string but {what}: column `{name}`"),
        };
        self.skip(
            number,
            cause,
            "name the column of the text with --text-column, or mend the record",
        );
        None
    }

    /// A column that may be absent: a string or number, unknown where empty.
    pub(super) fn field(
        &mut self,
        value: Option<&str>,
        column: usize,
        number: u64,
    ) -> Option<String> {
        let text = match json::kind(value) {
            Kind::Nothing => return None,
            Kind::Text(inside) => self.decode(inside, column, number),
            Kind::Number(digits) => digits.to_owned(),
            Kind::Other(what) => {
                let name = self.corpus.options.columns()[column].name.as_str();
                let cause = format!("column is not a string but {what}: `{name}`");
                self.note(number, cause, "it is taken as unknown; mend the record");
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn decode(&mut self, inside: &str, column: usize, number: u64) -> String {
        let (text, repaired) = json::decode(inside, &mut self.scratch);
        if repaired {
            let name = self.corpus.options.columns()[column].name.as_str();
            let cause = format!("lone surrogate escape, read as U+FFFD: column `{name}`");
            self.note(number, cause, "offsets refer to the repaired text; mend the record");
        }
        text
    }

    pub(super) fn date(&mut self, value: Option<&str>, number: u64) -> Option<super::Date> {
        let text = self.field(value, super::tally::DATE, number)?;
        let date = date::parse(&text);
        if date.is_none() {
            let shown: String = text.chars().take(40).collect();
            let cause = format!("unreadable date: `{shown}`");
            self.note(number, cause, "write it as YYYY-MM-DD or as RFC 3339; it is unknown now");
        }
        date
    }

    /// One copy of each outlet's name a block.
    fn intern(&mut self, name: String) -> Arc<str> {
        if let Some(known) = self.outlets.get(name.as_str()) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(name.as_str());
        self.outlets.insert(name, Arc::clone(&shared));
        shared
    }

    pub(super) fn skip(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::skipped(self.path, Some(number), cause, cure), most);
    }

    fn note(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::noted(self.path, Some(number), cause, cure), most);
    }
}

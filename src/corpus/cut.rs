//! A source is read and cut into pieces of whole records.
//!
//! Sequential within a source: run by [`Blocks`](super::Blocks), or by a worker for a small file
//! among many. Feeds the readers of the formats whose records follow each other as bytes.
//! Invariant: a record is in one piece, whole; a record over `limits.record_bytes` is passed over
//! without being held; memory per source is one block, or one record where that is longer.

use super::block::{Block, Content};
use super::compressed::{self, Opened, Stream};
use super::csv::Header;
use super::encoding::{self, Encoding, Refusal, Text, Told};
use super::split::Splitter;
use super::{Corpus, Format, Place, Problem, source, warc};
use crate::error::{Error, Result};
use crate::trace;
use memchr::{memchr, memchr_iter};
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes of a giant record read at once: they are looked at while they are in the cache.
const PASSED_BYTES: usize = 256 << 10;

/// Whole lines of one source.
#[derive(Debug)]
pub(super) struct Lines {
    /// Number of the source.
    pub source: usize,
    /// 1-based number of the first line.
    pub first_line: u64,
    /// 1-based number of the first record.
    pub first_record: u64,
    /// The first block of its source.
    pub first: bool,
    /// Place of `raw` in the source as decompressed and decoded.
    pub offset: u64,
    /// The records with their line feeds; the last of a source may lack it.
    pub raw: Vec<u8>,
}

impl Lines {
    /// Where a record stands that is `range` of `raw`.
    pub(super) fn place(&self, range: &Range<usize>, number: u64) -> Place {
        Place {
            source: u32::try_from(self.source).unwrap_or(u32::MAX),
            // A record is shorter than a block or than `limits.record_bytes`.
            bytes: u32::try_from(range.len()).unwrap_or(u32::MAX),
            offset: self.offset + range.start as u64,
            line: number,
        }
    }
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
    /// A copy is kept.
    copied: bool,
    /// The decoder had to replace something.
    repaired: Arc<AtomicBool>,
    /// A copy could not be written.
    failed: Option<Error>,
    /// Number of the line that comes next.
    line: u64,
    /// Number of the record that comes next.
    record: u64,
    splitter: Splitter,
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
    pub(super) fn new(source: usize, format: Format) -> Self {
        Self {
            source,
            reader: None,
            taken: Arc::default(),
            reported_bytes: 0,
            tail: Vec::new(),
            position: 0,
            copied: false,
            repaired: Arc::default(),
            failed: None,
            line: 1,
            record: 1,
            splitter: Splitter::new(format),
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
        self.splitter.reset();
        self.cut(corpus, &mut raw);
        let header = if self.first { self.header(corpus, &mut raw) } else { 0 };
        if self.done && self.repaired.swap(false, Ordering::Relaxed) {
            let path = corpus.source_path(self.source);
            let (cause, cure) = (encoding::BROKEN, encoding::REPAIRED_CURE);
            self.problems.push(Problem::noted(path, None, cause, cure));
        }
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
        self.line += raw.get(..header).map_or(0, |h| memchr_iter(b'\n', h).count() as u64);
        raw.drain(..header);
        Some(Ok(self.block(raw, offset + header as u64)))
    }

    /// Takes note of a table's header; gives its length with the line end.
    fn header(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) -> usize {
        let Splitter::Table(scan) = &mut self.splitter else { return 0 };
        if raw.is_empty() || self.problems.iter().any(|problem| problem.skipped) {
            return 0;
        }
        let mut end = raw.len();
        scan.fresh().ends(raw, &mut |first| {
            end = first;
            false
        });
        let format = corpus.source_format(self.source);
        match Header::read(corpus, format, raw.get(..end).unwrap_or_default()) {
            Ok(header) => {
                scan.set(header.dialect);
                corpus.set_header(self.source, header);
                end
            }
            Err(Refusal { cause, cure }) => {
                self.problem(corpus, None, cause, cure);
                (self.done, self.tail) = (true, Vec::new());
                raw.clear();
                0
            }
        }
    }

    /// Where `raw` can be read again; copies it there if need be.
    fn place(&mut self, corpus: &Corpus, raw: &[u8]) -> Result<u64> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let offset = self.position - (self.tail.len() + raw.len()) as u64;
        if self.copied {
            corpus.again.copy(self.source, raw, offset)?;
        }
        Ok(offset)
    }

    fn block(&mut self, raw: Vec<u8>, offset: u64) -> Block {
        let taken = self.taken.load(Ordering::Relaxed);
        let input_bytes = taken - self.reported_bytes;
        self.reported_bytes = taken;
        let (source, first) = (self.source, self.first);
        let (first_line, first_record) = (self.line, self.record);
        self.line += memchr_iter(b'\n', &raw).count() as u64;
        self.record += self.splitter.count(&raw);
        self.first = false;
        Block {
            index: 0,
            input_bytes,
            content: Content::Lines(Lines { source, first_line, first_record, first, offset, raw }),
            problems: std::mem::take(&mut self.problems),
        }
    }

    /// Fills `raw` with whole lines, or to the end of the source.
    fn cut(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) {
        let limits = &corpus.options.limits;
        let block_bytes = limits.block_bytes.max(1);
        let mut fresh = self.first;
        let least = if fresh { encoding::HEAD_BYTES } else { raw.len() };
        let mut goal = block_bytes.max(least);
        loop {
            let ended = self.fill(corpus, raw, raw.len()..goal);
            if std::mem::take(&mut fresh) && !self.begin(corpus, raw) {
                return;
            }
            let border = self.splitter.last(raw);
            match ended {
                Ended::Yes => {
                    self.done = true;
                    return;
                }
                Ended::Broken => {
                    self.done = true;
                    let whole = border.unwrap_or(0);
                    self.position -= raw.len().saturating_sub(whole) as u64;
                    raw.truncate(whole);
                    return;
                }
                Ended::No => {}
            }
            if let Some(border) = border {
                self.tail.extend_from_slice(raw.get(border..).unwrap_or_default());
                raw.truncate(border);
                return;
            }
            goal = raw.len().saturating_mul(2).min(limits.record_bytes + 1).max(raw.len() + 1);
            if raw.len() > limits.record_bytes {
                self.pass_over(corpus, raw);
                goal = block_bytes.max(raw.len());
            }
        }
    }

    /// Reads into `room` of `raw`, which ends with what was read.
    fn fill(&mut self, corpus: &Corpus, raw: &mut Vec<u8>, room: Range<usize>) -> Ended {
        let goal = room.end;
        match self.read(corpus, raw, room) {
            Ok(()) if raw.len() < goal => Ended::Yes,
            Ok(()) => Ended::No,
            Err(error) => {
                let path = corpus.source_path(self.source);
                self.failed = self.failed.take().or_else(|| source::failure(path, &error));
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

    fn read(&mut self, corpus: &Corpus, raw: &mut Vec<u8>, room: Range<usize>) -> io::Result<()> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => {
                let Some(source) = corpus.sources.get(self.source) else {
                    raw.truncate(room.start);
                    return Ok(());
                };
                let most = corpus.options.limits.expanded_bytes;
                corpus.again.stamp(self.source, source);
                trace::reads(&source.path, source.format.name(), source.bytes);
                let opened = compressed::open(source, most, &self.taken)?;
                let Opened { stream, compressed } = opened;
                // Each page of a crawl has an encoding of its own.
                let forced = (source.format == Format::Warc).then(Encoding::utf8);
                let Text { stream, told, repaired } =
                    encoding::text(stream, forced.or(corpus.options.encoding));
                self.repaired = repaired;
                if let Told::Guessed(encoding) = told {
                    let (cause, cure) = encoding::guessed(encoding);
                    self.problems.push(Problem::noted(&source.path, None, cause, cure));
                }
                let once = source.stream || source.object.is_some();
                if (once || compressed || told != Told::Utf8) && source.format != Format::Warc {
                    match corpus.again.begin() {
                        Ok(begun) => {
                            if begun {
                                trace::copies(&source.path);
                            }
                            self.copied = begun;
                        }
                        Err(error) => self.failed = Some(error),
                    }
                }
                none.insert(stream)
            }
        };
        let before = room.start;
        let read = read_into(reader, raw, room);
        self.position += raw.len().saturating_sub(before) as u64;
        read
    }

    /// Looks at the first bytes of the source: false where it is not JSON Lines.
    fn begin(&mut self, corpus: &Corpus, raw: &mut Vec<u8>) -> bool {
        if matches!(self.splitter, Splitter::Crawl(_)) {
            return true;
        }
        let mark = encoding::inspect(raw, corpus.options.encoding).and_then(|mark| {
            let start = raw.get(mark..).unwrap_or_default();
            Ok(mark + shape(corpus.source_format(self.source), start)?)
        });
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
        let (cause, cure) = too_long(limits.record_bytes);
        let crawl = matches!(self.splitter, Splitter::Crawl(_));
        if !crawl || warc::matters(raw) {
            // Where records have no lines of their own, their number says more.
            let lines = matches!(self.splitter, Splitter::Lines(_) | Splitter::Table(_));
            let at = if lines { self.line } else { self.record };
            self.problem(corpus, Some(at), cause, cure);
        }
        let over = if crawl { warc::over(raw) } else { None };
        if let Some(border) = over {
            raw.drain(..border);
            self.splitter.reset();
            self.record += 1;
            return;
        }
        let lines = memchr_iter(b'\n', raw).count() as u64;
        self.line += lines;
        let piece = PASSED_BYTES.min(limits.block_bytes).max(1);
        raw.truncate(piece);
        raw.shrink_to(limits.block_bytes);
        loop {
            let ended = self.fill(corpus, raw, 0..piece);
            let border = self.splitter.first(raw);
            let passed = raw.get(..border.unwrap_or(raw.len())).unwrap_or_default();
            self.line += memchr_iter(b'\n', passed).count() as u64;
            if let Some(border) = border {
                raw.drain(..border);
                self.splitter.reset();
                self.record += 1;
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

/// Reads into `room` of `raw` until that is full or the source ends; `raw` ends with what was read,
/// also where that fails. What `raw` has of the room already is read into as it is, since
/// `read_to_end` takes a few kilobytes at a time; what it has not is never filled with zeros first.
fn read_into(reader: &mut Stream, raw: &mut Vec<u8>, room: Range<usize>) -> io::Result<()> {
    let (mut at, there) = (room.start, room.end.min(raw.len()));
    while let Some(left) = raw.get_mut(at..there).filter(|left| !left.is_empty()) {
        match reader.read(left) {
            Ok(0) => {
                raw.truncate(at);
                return Ok(());
            }
            Ok(got) => at += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                raw.truncate(at);
                return Err(error);
            }
        }
    }
    raw.truncate(room.end);
    let want = room.end - raw.len();
    raw.reserve_exact(want);
    reader.take(want as u64).read_to_end(raw).map(|_| ())
}

/// The header of a table, from as much of it as is needed; none where it has none.
pub(super) fn header(corpus: &Corpus, source: usize) -> Option<Result<Header>> {
    let found = corpus.sources.get(source).filter(|found| !found.stream)?;
    let read = |most: u64| {
        let opened =
            compressed::open(found, corpus.options.limits.expanded_bytes, &Arc::default())?;
        let stream = encoding::text(opened.stream, corpus.options.encoding).stream;
        let mut raw = Vec::new();
        stream.take(most).read_to_end(&mut raw)?;
        Ok(raw)
    };
    let mut most = encoding::HEAD_BYTES as u64;
    loop {
        let raw = match read(most) {
            Ok(raw) => raw,
            Err(error) => return Some(Err(Error::io(&found.path, error))),
        };
        let mark = usize::from(raw.starts_with(b"\xef\xbb\xbf")) * 3;
        let text = raw.get(mark..).unwrap_or_default();
        let Splitter::Table(mut scan) = Splitter::new(found.format) else { return None };
        let mut end = None;
        scan.ends(text, &mut |first| {
            end = Some(first);
            false
        });
        let whole = (raw.len() as u64) < most || most > corpus.options.limits.record_bytes as u64;
        if let Some(end) = end.or(whole.then_some(text.len())) {
            let record = text.get(..end).unwrap_or_default();
            return Some(Header::read(corpus, found.format, record).map_err(|refusal| {
                let Refusal { cause, cure } = refusal;
                Error::Input { path: found.path.clone(), cause, cure }
            }));
        }
        most *= 16;
    }
}

/// Refuses what is JSON but not as its format says; the length of a bracket that opens a list.
fn shape(format: Format, whole: &[u8]) -> std::result::Result<usize, Refusal> {
    let start = whole.trim_ascii_start();
    match format {
        Format::Json if start.starts_with(b"[") => return Ok(whole.len() - start.len() + 1),
        Format::Json if !start.is_empty() && !start.starts_with(b"{") => {
            return Err(Refusal::new(
                "is neither a JSON list nor an object",
                "check the file, or say what it is with --input-format",
            ));
        }
        Format::JsonLines => {}
        _ => return Ok(0),
    }
    if start.starts_with(b"[") {
        return Err(Refusal::new(
            "is a JSON list, not JSON Lines",
            "say so with --input-format json",
        ));
    }
    let first = memchr(b'\n', start).and_then(|end| start.get(..end));
    if first.is_some_and(|line| line.trim_ascii_end() == b"{") {
        return Err(Refusal::new(
            "holds JSON objects of several lines, not JSON Lines",
            "say so with --input-format json",
        ));
    }
    Ok(0)
}

/// Cause and cure of a record over the limit.
pub(super) fn too_long(most: usize) -> (String, &'static str) {
    (
        format!("record over the limit: {most} bytes"),
        "split the document, or raise --max-record-bytes",
    )
}

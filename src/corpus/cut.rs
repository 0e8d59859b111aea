//! A source is read and cut into runs of whole records.
//!
//! Sequential within a source: run by [`Blocks`](super::Blocks), or by a worker for a small file
//! among many. Feeds the readers of the formats whose records follow each other as bytes, and asks
//! them for nothing but a [`Splitter`].
//! Invariant: a record is in one run, whole; a record over `limits.record_bytes` is passed over
//! without being held; memory per source is one block, or one record where that is longer.

use super::format;
use super::format::reader::Splitter;
use super::inputs::Inputs;
use super::problem::{Problem, Refusal};
use super::records::RawRecords;
use super::source::compressed::{self, Opened, Stream};
use super::source::encoding::{self, Detected, Utf8Stream};
use super::source::file;
use super::source::gzip;
use super::source::kind::{Format, FormatLayout};
use crate::error::{Error, Result};
use crate::trace;
use memchr::memchr_iter;
use std::io::{self, Read as _};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes of a giant record read at once: they are looked at while they are in the cache.
const PASSED_BYTES: usize = 256 << 10;

/// Whole records that were cut from a source.
pub(super) struct Cut {
    pub(super) records: RawRecords,
    /// Bytes of the source, as stored, that were read for them.
    pub(super) input_bytes: u64,
    pub(super) problems: Vec<Problem>,
}

/// Cuts one source.
pub(super) struct Cutter {
    source: usize,
    reader: Option<Stream>,
    taken: Arc<AtomicU64>,
    reported_bytes: u64,
    /// Start of a record whose rest is not read yet.
    tail: Vec<u8>,
    /// Bytes read so far, as decompressed.
    position: u64,
    /// A copy is kept.
    copied: bool,
    /// The decoder had to replace something.
    repaired: Arc<AtomicBool>,
    /// A copy could not be written.
    failed: Option<Error>,
    /// Damaged parts so far.
    damaged: usize,
    /// Number of the line that comes next.
    line: u64,
    /// Number of the record that comes next.
    record: u64,
    splitter: Box<dyn Splitter>,
    format: Format,
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
#[derive(Debug)]
enum Ended {
    No,
    Yes,
    Broken(io::Error),
}

/// Damaged parts of one source after which reading goes on: each is reported.
const MOST_DAMAGED: usize = 1000;

/// What ends a record that damage cut short, before the next.
const APART: &[u8] = b"\r\n\r\n";

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
            damaged: 0,
            line: 1,
            record: 1,
            splitter: format::of(format).splitter(),
            format,
            first: true,
            done: false,
            problems: Vec::new(),
        }
    }

    /// The next block; `None` at the end of the source.
    pub(super) fn next_block(&mut self, inputs: &Inputs) -> Option<Result<Cut>> {
        if self.done {
            return None;
        }
        let mut raw = inputs.pool.take();
        raw.append(&mut self.tail);
        self.splitter.reset();
        self.cut(inputs, &mut raw);
        let header = if self.first { self.header(inputs, &mut raw) } else { 0 };
        if self.first
            && let Some(plan) = format::of(self.format).plan(inputs, &raw)
        {
            inputs.set_plan(self.source, plan);
        }
        if self.done && self.repaired.swap(false, Ordering::Relaxed) {
            let Refusal { cause, cure } = encoding::broken();
            self.problems.push(Problem::noted(inputs.path(self.source), None, cause, cure));
        }
        if raw.is_empty() && self.problems.is_empty() && !self.first {
            inputs.recycle(raw);
            return None;
        }
        if raw.is_empty() && self.problems.is_empty() {
            self.problem(inputs, None, Refusal::empty());
        }
        let offset = match self.place(inputs, &raw) {
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

    /// Takes note of a table's header; returns its length with the line end.
    fn header(&mut self, inputs: &Inputs, raw: &mut Vec<u8>) -> usize {
        let skipped = self.problems.iter().any(|problem| problem.skipped);
        if raw.is_empty() || skipped || !self.splitter.has_header() {
            return 0;
        }
        match self.splitter.header(inputs, raw) {
            Ok(None) => 0,
            Ok(Some((end, header))) => {
                inputs.set_header(self.source, header);
                end
            }
            Err(refusal) => {
                self.problem(inputs, None, refusal);
                (self.done, self.tail) = (true, Vec::new());
                raw.clear();
                0
            }
        }
    }

    /// Where `raw` can be read again; copies it there if need be.
    fn place(&mut self, inputs: &Inputs, raw: &[u8]) -> Result<u64> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let offset = self.position - (self.tail.len() + raw.len()) as u64;
        if self.copied {
            inputs.copies.copy(self.source, raw, offset)?;
        }
        Ok(offset)
    }

    fn block(&mut self, raw: Vec<u8>, offset: u64) -> Cut {
        let taken = self.taken.load(Ordering::Relaxed);
        let input_bytes = taken - self.reported_bytes;
        self.reported_bytes = taken;
        let (source, first) = (self.source, self.first);
        let (first_line, first_record) = (self.line, self.record);
        self.line += memchr_iter(b'\n', &raw).count() as u64;
        self.record += self.splitter.count(&raw);
        self.first = false;
        Cut {
            records: RawRecords { source, first_line, first_record, first, offset, raw },
            input_bytes,
            problems: std::mem::take(&mut self.problems),
        }
    }

    /// Fills `raw` with whole lines, or to the end of the source.
    fn cut(&mut self, inputs: &Inputs, raw: &mut Vec<u8>) {
        let limits = &inputs.options.limits;
        let block_bytes = limits.block_bytes.max(1);
        let mut fresh = self.first;
        let least = if fresh { encoding::HEAD_BYTES } else { raw.len() };
        let mut goal = block_bytes.max(least);
        loop {
            let mut ended = self.fill(inputs, raw, raw.len()..goal);
            if std::mem::take(&mut fresh) {
                ended = self.fill_start(inputs, raw, ended);
                if !self.check_start(inputs, raw) {
                    return;
                }
                self.splitter.look(inputs, raw);
            }
            let border = self.splitter.last(raw);
            match ended {
                Ended::Yes => {
                    self.done = true;
                    return;
                }
                Ended::Broken(error) => {
                    let whole = border.unwrap_or(0);
                    if self.broken(inputs, (raw, whole), &error) {
                        if raw.len() > whole {
                            raw.extend_from_slice(APART);
                            self.position += APART.len() as u64;
                        }
                    } else {
                        self.done = true;
                        if !self.splitter.uses_cut() {
                            self.position -= raw.len().saturating_sub(whole) as u64;
                            raw.truncate(whole);
                        }
                        return;
                    }
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
                self.pass_over(inputs, raw);
                goal = block_bytes.max(raw.len());
            }
        }
    }

    /// Reads on until the start of the source can be looked at, or has the length of a record.
    fn fill_start(&mut self, inputs: &Inputs, raw: &mut Vec<u8>, mut ended: Ended) -> Ended {
        let most = inputs.options.limits.record_bytes;
        while matches!(ended, Ended::No)
            && raw.len() <= most
            && format::of(self.format).needs_more(raw)
        {
            let goal = raw.len().saturating_mul(2).min(most + 1).max(raw.len() + 1);
            ended = self.fill(inputs, raw, raw.len()..goal);
        }
        ended
    }

    /// Reads into `room` of `raw`, which ends with what was read.
    fn fill(&mut self, inputs: &Inputs, raw: &mut Vec<u8>, room: Range<usize>) -> Ended {
        let goal = room.end;
        match self.read(inputs, raw, room) {
            Ok(()) if raw.len() < goal => Ended::Yes,
            Ok(()) => Ended::No,
            Err(error) => Ended::Broken(error),
        }
    }

    /// Reports that the source cannot be read on after `raw`, of which so much is whole records;
    /// true where it is read on after the damage.
    fn broken(&mut self, inputs: &Inputs, (raw, whole): (&[u8], usize), error: &io::Error) -> bool {
        let failure = file::failure(inputs.path(self.source), error);
        self.failed = self.failed.take().or(failure);
        let uses_cut = self.splitter.uses_cut();
        let goes_on = gzip::is_passed(error) && uses_cut && self.damaged < MOST_DAMAGED;
        self.damaged += 1;
        let mut refusal = compressed::explain(error, inputs.options.limits.expanded_bytes);
        let at = if self.splitter.has_lines() {
            self.line + memchr_iter(b'\n', raw).count() as u64
        } else {
            let next = self.record + self.splitter.count(raw.get(..whole).unwrap_or_default());
            // Where all of the damaged record came out it is the last of those.
            let is_last = gzip::came_out(error) && raw.len() == whole;
            next.saturating_sub(u64::from(is_last)).max(1)
        };
        let opened = self.reader.is_some();
        if goes_on {
            refusal = compressed::passed(&refusal.cause);
        } else {
            if opened {
                refusal.cause.push_str(" (this record and all after it)");
            }
            // Once is enough: what a broken reader says next means nothing.
            self.reader = Some(Box::new(io::empty()));
        }
        self.problem(inputs, opened.then_some(at), refusal);
        goes_on
    }

    fn read(&mut self, inputs: &Inputs, raw: &mut Vec<u8>, room: Range<usize>) -> io::Result<()> {
        if self.reader.is_none() {
            self.reader = self.open(inputs)?;
        }
        let Some(reader) = &mut self.reader else {
            raw.truncate(room.start);
            return Ok(());
        };
        let before = room.start;
        let read = read_into(reader, raw, room);
        self.position += raw.len().saturating_sub(before) as u64;
        read
    }

    /// Opens the source, and decides whether a copy of it is kept.
    fn open(&mut self, inputs: &Inputs) -> io::Result<Option<Stream>> {
        let Some(source) = inputs.sources.get(self.source) else { return Ok(None) };
        inputs.copies.stamp(self.source, source);
        trace::reads(&source.path, source.format.name(), source.bytes);
        let opened = source.open(inputs.options.limits.expanded_bytes, &self.taken)?;
        let Opened { stream, compressed, cut } = opened;
        if let Some(cause) = cut {
            let cure = "fetch or save it again; the articles before are used";
            self.problems.push(Problem::skipped(&source.path, None, cause, cure));
        }
        let forced = self.splitter.encoding().or(inputs.options.encoding);
        let Utf8Stream { stream, detected, repaired } = encoding::to_utf8(stream, forced);
        self.repaired = repaired;
        if let Detected::Guessed(encoding) = detected {
            let Refusal { cause, cure } = encoding::guessed(encoding);
            self.problems.push(Problem::noted(&source.path, None, cause, cure));
        }
        let once = source.stream || source.is_apart();
        let changed = compressed || detected != Detected::Utf8;
        // Of members each text is copied by itself.
        if (once || changed) && self.format.layout() != FormatLayout::Members {
            match inputs.copies.start() {
                Ok(started) => {
                    if started {
                        trace::copies(&source.path);
                    }
                    self.copied = started;
                }
                Err(error) => self.failed = Some(error),
            }
        }
        Ok(Some(stream))
    }

    /// Looks at the first bytes of the source: false where they are not of its format.
    fn check_start(&mut self, inputs: &Inputs, raw: &mut Vec<u8>) -> bool {
        if self.splitter.encoding().is_some() {
            return true;
        }
        let mark = encoding::inspect(raw, inputs.options.encoding).and_then(|mark| {
            let start = raw.get(mark..).unwrap_or_default();
            Ok(mark + format::of(self.format).start(start)?)
        });
        match mark {
            Ok(mark) => {
                raw.drain(..mark);
                self.rearrange(inputs, raw)
            }
            Err(refusal) => {
                self.problem(inputs, None, refusal);
                raw.clear();
                self.done = true;
                false
            }
        }
    }

    /// Puts the records of a source one after the other that holds them otherwise, as if it had
    /// been read so: false where it cannot be told what they are.
    fn rearrange(&mut self, inputs: &Inputs, raw: &mut Vec<u8>) -> bool {
        let records = match format::of(self.format).rearranged(inputs, raw) {
            None => return true,
            Some(Ok(records)) => {
                if std::str::from_utf8(raw).is_err() {
                    let Refusal { cause, cure } = encoding::repair();
                    self.problems.push(Problem::noted(inputs.path(self.source), None, cause, cure));
                }
                records
            }
            Some(Err(refusal)) => {
                self.problem(inputs, None, refusal);
                raw.clear();
                self.done = true;
                return false;
            }
        };
        *raw = records;
        self.position = raw.len() as u64;
        match inputs.copies.start() {
            Ok(started) => self.copied = started,
            Err(error) => self.failed = Some(error),
        }
        true
    }

    /// Drops the record that `raw` is the start of, keeps what was read after it.
    fn pass_over(&mut self, inputs: &Inputs, raw: &mut Vec<u8>) {
        let limits = &inputs.options.limits;
        if self.splitter.matters(raw) {
            // Where records have no lines of their own, their number says more.
            let at = if self.splitter.has_lines() { self.line } else { self.record };
            self.problem(inputs, Some(at), Refusal::too_long(limits.record_bytes));
        }
        if let Some(border) = self.splitter.inner_start(raw) {
            raw.drain(..border);
            self.splitter.reset();
            self.record += 1;
            return;
        }
        let lines = memchr_iter(b'\n', raw).count() as u64;
        self.line += lines;
        let step = PASSED_BYTES.min(limits.block_bytes).max(1);
        raw.truncate(step);
        raw.shrink_to(limits.block_bytes);
        loop {
            let ended = self.fill(inputs, raw, 0..step);
            let border = self.splitter.first(raw);
            let passed = raw.get(..border.unwrap_or(raw.len())).unwrap_or_default();
            self.line += memchr_iter(b'\n', passed).count() as u64;
            if let Some(border) = border {
                raw.drain(..border);
                self.splitter.reset();
                self.record += 1;
                return;
            }
            let ends = match ended {
                Ended::No => false,
                Ended::Yes => true,
                Ended::Broken(error) => !self.broken(inputs, (raw, 0), &error),
            };
            if ends {
                raw.clear();
                return;
            }
        }
    }

    fn problem(&mut self, inputs: &Inputs, line: Option<u64>, refusal: Refusal) {
        self.problems.push(Problem::refused(inputs.path(self.source), line, refusal));
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

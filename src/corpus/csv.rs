//! CSV and TSV: a header, then one record a row; fields in quotation marks may hold anything.
//!
//! [`Scan`] finds the ends of records for split; [`Header`] is kept with the source; [`each`] turns
//! the records of a block into documents. The rules are those of RFC 4180: a quotation mark opens a
//! quoted field only where the field begins, two inside stand for one, and what follows the closing
//! one belongs to the field as it is.
//! Invariant: a row whose number of fields is not that of the header is left out, never guessed at.

use super::cut::{Lines, too_long};
use super::encoding::{self, Refusal};
use super::found::{Columns, Emit, Maker, which};
use super::tally::{COLUMNS, TEXT};
use super::{Batch, Corpus, Format, ReadOptions};
use memchr::{memchr, memchr_iter, memchr2};
use std::borrow::Cow;

/// Separators tried for `.csv`, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between fields.
    pub delimiter: u8,
}

impl Dialect {
    /// The usual one of a format.
    pub(super) fn of(format: Format) -> Self {
        Self { delimiter: if format == Format::Tsv { b'\t' } else { b',' } }
    }

    /// The one in which this header has most fields.
    fn told_by(header: &[u8]) -> Self {
        let count = |delimiter: u8| {
            let mut fields = 0;
            Self { delimiter }.fields(header, &mut |_, _| fields += 1);
            fields
        };
        let mut best = (1, b',');
        for delimiter in DELIMITERS {
            let fields = count(delimiter);
            if fields > best.0 {
                best = (fields, delimiter);
            }
        }
        Self { delimiter: best.1 }
    }

    /// Hands the fields of a record (without its line end) to `field`, each with its number.
    pub(super) fn fields<'a>(self, record: &'a [u8], field: &mut dyn FnMut(usize, Cow<'a, [u8]>)) {
        let (mut rest, mut number) = (record, 0);
        loop {
            let quoted = rest.first() == Some(&b'"');
            let (value, length) = if quoted { self.quoted(rest) } else { self.plain(rest) };
            field(number, value);
            number += 1;
            match rest.get(length..) {
                Some(more) if !more.is_empty() => rest = more.get(1..).unwrap_or_default(),
                _ => return,
            }
        }
    }

    fn plain(self, rest: &[u8]) -> (Cow<'_, [u8]>, usize) {
        let end = memchr(self.delimiter, rest).unwrap_or(rest.len());
        (Cow::Borrowed(rest.get(..end).unwrap_or_default()), end)
    }

    /// A field that begins with a quotation mark, and its length with all marks.
    fn quoted(self, rest: &[u8]) -> (Cow<'_, [u8]>, usize) {
        let mut value: Cow<'_, [u8]> = Cow::Borrowed(&[]);
        let mut at = 1;
        loop {
            let inside = rest.get(at..).unwrap_or_default();
            let mark = memchr(b'"', inside).unwrap_or(inside.len());
            let piece = inside.get(..mark).unwrap_or_default();
            join(&mut value, piece);
            at += (mark + 1).min(inside.len());
            if rest.get(at) == Some(&b'"') && mark < inside.len() {
                join(&mut value, b"\"");
                at += 1;
                continue;
            }
            // What stands behind the closing mark belongs to the field as it is.
            let behind = rest.get(at..).unwrap_or_default();
            let length = memchr(self.delimiter, behind).unwrap_or(behind.len());
            join(&mut value, behind.get(..length).unwrap_or_default());
            return (value, at + length);
        }
    }
}

/// Appends; the first piece is only borrowed.
fn join<'a>(value: &mut Cow<'a, [u8]>, piece: &'a [u8]) {
    if value.is_empty() {
        *value = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        value.to_mut().extend_from_slice(piece);
    }
}

/// Where in a record the scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the begin of a field.
    Start,
    /// In a field without quotation marks, or behind the closing one.
    Plain,
    /// Inside quotation marks.
    Quoted,
    /// Behind a quotation mark inside: it closes, or is the first of two.
    Mark,
}

/// Finds the ends of records.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    dialect: Dialect,
    state: At,
    at: usize,
}

impl Scan {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, state: At::Start, at: 0 }
    }

    /// What comes next is the begin of a record.
    pub(super) fn reset(&mut self) {
        (self.state, self.at) = (At::Start, 0);
    }

    /// The next bytes are counted from 0, and what has begun goes on.
    pub(super) fn go_on(&mut self) {
        self.at = 0;
    }

    /// A scan from the start of the same table.
    pub(super) fn fresh(&self) -> Self {
        Self::new(self.dialect)
    }

    /// The separator became known.
    pub(super) fn set(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    /// Whether a quotation mark is open.
    pub(super) fn is_open(&self) -> bool {
        self.state == At::Quoted
    }

    /// Hands each end of a record (behind its line feed) to `found`, until that says to stop.
    pub(super) fn ends(&mut self, raw: &[u8], found: &mut dyn FnMut(usize) -> bool) {
        while let Some(&byte) = raw.get(self.at) {
            let rest = raw.get(self.at..).unwrap_or_default();
            match self.state {
                At::Quoted => match memchr(b'"', rest) {
                    Some(mark) => {
                        self.at += mark + 1;
                        self.state = At::Mark;
                    }
                    None => self.at = raw.len(),
                },
                At::Mark | At::Start if byte == b'"' => {
                    self.at += 1;
                    self.state = At::Quoted;
                }
                At::Mark | At::Start | At::Plain => {
                    let Some(end) = memchr2(self.dialect.delimiter, b'\n', rest) else {
                        self.at = raw.len();
                        self.state = At::Plain;
                        return;
                    };
                    self.at += end + 1;
                    self.state = At::Start;
                    if rest.get(end) == Some(&b'\n') && !found(self.at) {
                        return;
                    }
                }
            }
        }
    }
}

/// The header of a table.
#[derive(Debug)]
pub(super) struct Header {
    pub dialect: Dialect,
    /// Names of the columns, in order.
    pub names: Vec<String>,
    /// Which of the wanted columns each is.
    wanted: Vec<[bool; COLUMNS]>,
    /// As it stands, without its line end.
    pub raw: Vec<u8>,
}

impl Header {
    /// Reads the header from its record.
    pub(super) fn read(corpus: &Corpus, format: Format, record: &[u8]) -> Result<Self, Refusal> {
        let record = without_end(record);
        if memchr(b'\r', record).is_some() && memchr(b'"', record).is_none() {
            return Err(Refusal::new(
                "has lines that end with a carriage return alone",
                "convert it, for example with `tr '\\r' '\\n'`",
            ));
        }
        let dialect = match format {
            Format::Csv => Dialect::told_by(record),
            format => Dialect::of(format),
        };
        let most = corpus.options.limits.columns;
        let (mut names, mut count) = (Vec::new(), 0);
        dialect.fields(record, &mut |_, field| {
            count += 1;
            if count <= most {
                names.push(String::from_utf8_lossy(&field).trim().to_owned());
            }
        });
        if count > most {
            return Err(Refusal::new(
                format!("has more columns than the limit of {most}: {count}"),
                "check the file; if it really has as many, raise --max-columns",
            ));
        }
        let wanted = names.iter().map(|name| which(corpus, name)).collect();
        Ok(Self { dialect, names, wanted, raw: record.to_vec() })
    }

    /// The values of the five columns, or how many fields there are instead.
    pub(super) fn values<'a>(
        &self,
        record: &'a [u8],
    ) -> Result<[Option<Cow<'a, [u8]>>; COLUMNS], usize> {
        let (mut values, mut count) = ([const { None }; COLUMNS], 0);
        self.dialect.fields(record, &mut |number, field| {
            count = number + 1;
            let Some(wanted) = self.wanted.get(number) else { return };
            for (slot, _) in values.iter_mut().zip(wanted).filter(|(_, wanted)| **wanted) {
                *slot = Some(field.clone());
            }
        });
        if count == self.names.len() { Ok(values) } else { Err(count) }
    }

    /// Whether records of the other table fit below this header.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.dialect == other.dialect && self.names == other.names
    }

    /// Notes the names of the columns.
    pub(super) fn note(&self, options: &ReadOptions, batch: &mut Batch) {
        for name in &self.names {
            batch.columns.name(name.as_bytes(), options.limits.named_columns);
        }
        let mut found = [false; COLUMNS];
        for wanted in &self.wanted {
            found.iter_mut().zip(wanted).for_each(|(found, wanted)| *found |= wanted);
        }
        batch.columns.found(found);
    }
}

/// A record without its line feed and the carriage return before that.
pub(super) fn without_end(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// Turns the records of a block into documents.
pub(super) fn each(corpus: &Corpus, lines: Lines, batch: &mut Batch, emit: Emit<'_>) {
    let Some(header) = corpus.header(lines.source) else { return corpus.recycle(lines.raw) };
    if lines.first {
        header.note(&corpus.options, batch);
    }
    let Some(mut maker) = Maker::new(corpus, lines.source, batch) else { return };
    maker.has_text = header.wanted.iter().any(|wanted| wanted[TEXT]);
    if lines.first && lines.raw.trim_ascii().is_empty() {
        let cure = "remove it, or check what should be in it";
        maker.skip(lines.first_line, "has a header and no record", cure);
    }
    let (line, number) = (lines.first_line, lines.first_record);
    let mut table = Table { header, maker, lines: &lines, line, number, emit };
    table.records();
    batch.problems.sort_by_key(|problem| problem.line);
    corpus.recycle(lines.raw);
}

/// The records of a block, on their way.
struct Table<'a, 'e> {
    header: &'a Header,
    maker: Maker<'a>,
    lines: &'a Lines,
    line: u64,
    number: u64,
    emit: Emit<'e>,
}

impl Table<'_, '_> {
    fn records(&mut self) {
        let raw = &self.lines.raw[..];
        let (mut start, mut mended) = (0, false);
        loop {
            let mut scan = Scan::new(self.header.dialect);
            let from = start;
            scan.ends(raw.get(from..).unwrap_or_default(), &mut |end| {
                self.record(start..from + end);
                start = from + end;
                true
            });
            if !scan.is_open() || mended {
                break;
            }
            // Only at the end of a source. What follows the line with the open mark is read as if
            // there were none, once.
            mended = true;
            let cause = "a quotation mark is opened and never closed";
            self.maker.skip(self.line, cause, "mend the line; what follows it is read");
            let rest = raw.get(start..).unwrap_or_default();
            start += memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            (self.line, self.number) = (self.line + 1, self.number + 1);
        }
        if start < raw.len() {
            self.record(start..raw.len());
        }
    }

    fn record(&mut self, range: std::ops::Range<usize>) {
        let whole = self.lines.raw.get(range.clone()).unwrap_or_default();
        let line = self.line;
        self.line += memchr_iter(b'\n', whole).count() as u64;
        if whole.trim_ascii().is_empty() {
            return;
        }
        let number = self.number;
        self.number += 1;
        let most = self.maker.corpus.options.limits.record_bytes;
        if whole.len() > most {
            let (cause, cure) = too_long(most);
            return self.maker.skip(line, cause, cure);
        }
        let record = without_end(whole);
        let values = match self.header.values(record) {
            Ok(values) => values,
            Err(count) => {
                let cause =
                    format!("has {count} fields where the header has {}", self.header.names.len());
                return self.maker.skip(line, cause, "mend the row; check its quotation marks");
            }
        };
        self.maker.batch.columns.record();
        let (values, repaired) = decoded(values);
        if repaired {
            self.maker.note(line, encoding::REPAIRED, encoding::REPAIRED_CURE);
        }
        // Without the line feed, with the carriage return: as it stands.
        let end = range.start + whole.strip_suffix(b"\n").unwrap_or(whole).len();
        let place = self.lines.place(&(range.start..end), number);
        if let Some(found) = self.maker.found(values, place, line) {
            (self.emit)(found);
        }
    }
}

/// The values as text; true where wrong bytes had to be replaced.
pub(super) fn decoded(values: [Option<Cow<'_, [u8]>>; COLUMNS]) -> (Columns<'_>, bool) {
    let mut repaired = false;
    let values = values.map(|value| {
        value.map(|bytes| match bytes {
            Cow::Borrowed(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                repaired |= matches!(text, Cow::Owned(_));
                text
            }
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Cow::Owned(text),
                Err(error) => {
                    repaired = true;
                    Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned())
                }
            },
        })
    });
    (values, repaired)
}

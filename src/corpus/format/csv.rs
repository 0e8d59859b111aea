//! CSV and TSV: a header, then one record a row; fields in quotation marks may hold anything.
//!
//! [`RecordEnds`] finds the ends of records for the cutter; the header is kept with the source;
//! `each` turns the records of a block into documents. The rules are those of RFC 4180: a quotation
//! mark opens a quoted field only where the field starts, two inside are one, and what follows the
//! closing one belongs to the field as it is. Ours and not the `csv` crate: the cutter needs the
//! ends of records alone, which take 0.39 of the crate's time, ends and fields together take 0.97
//! of it (12,000 articles, 73 MB, best of 15 in turn, optimised test build, 2 cores); kept rows
//! come back byte for byte, and a mark that is never closed costs its line alone, which the crate
//! does not report. Invariant: a row whose number of fields is not that of the header is left out,
//! never guessed at.

use super::json_text::string;
use super::maker::{Columns, Emit, Maker, which};
use super::reader::{InputFormat, Splitter, TextFinder};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::header::Header;
use crate::corpus::inputs::Inputs;
use crate::corpus::options::ReadOptions;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding;
use crate::corpus::source::kind::{Facts, FormatLayout};
use memchr::{memchr, memchr_iter, memchr2};
use std::borrow::Cow;

/// Tables with any of [`DELIMITERS`].
pub(crate) static CSV: Delimited = Delimited {
    facts: &Facts {
        name: "csv",
        about: "A header, then one record a row",
        extensions: &["csv"],
        layout: FormatLayout::Lines,
        ..Facts::PLAIN
    },
    delimiter: None,
};

/// Tables with tabs.
pub(crate) static TSV: Delimited = Delimited {
    facts: &Facts {
        name: "tsv",
        about: "The same with tabs",
        extensions: &["tsv", "tab"],
        layout: FormatLayout::Lines,
        ..Facts::PLAIN
    },
    delimiter: Some(b'\t'),
};

/// A format of tables.
#[derive(Debug)]
pub(crate) struct Delimited {
    facts: &'static Facts,
    /// The separator; none: the header shows it.
    delimiter: Option<u8>,
}

impl InputFormat for Delimited {
    fn facts(&self) -> &'static Facts {
        self.facts
    }

    fn splitter(&self) -> Box<dyn Splitter> {
        let dialect = Dialect { delimiter: self.delimiter.unwrap_or(b',') };
        let fixed = self.delimiter.is_some();
        Box::new(TableSplitter { ends: RecordEnds::new(dialect), fixed })
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        each(inputs, records, batch, emit);
    }

    fn text_finder<'a>(&self, inputs: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(FieldFinder { inputs, text: String::new() })
    }

    fn to_json(&self, (inputs, source): (&Inputs, usize), raw: &[u8], out: &mut Vec<u8>) {
        let Some(header) = inputs.header(source) else { return };
        let mut start = 0;
        RecordEnds::new(Dialect::of(header)).ends(raw, &mut |end| {
            row_to_json(header, raw.get(start..end).unwrap_or_default(), out);
            start = end;
            true
        });
        row_to_json(header, raw.get(start..).unwrap_or_default(), out);
    }
}

/// Separators tried for `.csv`, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dialect {
    /// Between fields.
    delimiter: u8,
}

impl Dialect {
    fn of(header: &Header) -> Self {
        Self { delimiter: header.delimiter }
    }

    /// The one in which this header has most fields.
    fn shown_by(header: &[u8]) -> Self {
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
    fn fields<'a>(self, record: &'a [u8], field: &mut dyn FnMut(usize, Cow<'a, [u8]>)) {
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

    /// A field that starts with a quotation mark, and its length with all marks.
    fn quoted(self, rest: &[u8]) -> (Cow<'_, [u8]>, usize) {
        let mut value: Cow<'_, [u8]> = Cow::Borrowed(&[]);
        let mut at = 1;
        loop {
            let inside = rest.get(at..).unwrap_or_default();
            let mark = memchr(b'"', inside).unwrap_or(inside.len());
            let part = inside.get(..mark).unwrap_or_default();
            join(&mut value, part);
            at += (mark + 1).min(inside.len());
            if rest.get(at) == Some(&b'"') && mark < inside.len() {
                join(&mut value, b"\"");
                at += 1;
                continue;
            }
            // What follows the closing mark belongs to the field as it is.
            let after = rest.get(at..).unwrap_or_default();
            let length = memchr(self.delimiter, after).unwrap_or(after.len());
            join(&mut value, after.get(..length).unwrap_or_default());
            return (value, at + length);
        }
    }
}

/// Appends; the first part is only borrowed.
fn join<'a>(value: &mut Cow<'a, [u8]>, part: &'a [u8]) {
    if value.is_empty() {
        *value = Cow::Borrowed(part);
    } else if !part.is_empty() {
        value.to_mut().extend_from_slice(part);
    }
}

/// Where in a record the search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the start of a field.
    Start,
    /// In a field without quotation marks, or after the closing one.
    Plain,
    /// Inside quotation marks.
    Quoted,
    /// After a quotation mark inside: it closes, or is the first of two.
    Mark,
}

/// Finds the ends of records.
#[derive(Debug, Clone)]
struct RecordEnds {
    dialect: Dialect,
    state: At,
    at: usize,
}

impl RecordEnds {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, state: At::Start, at: 0 }
    }

    /// Whether a quotation mark is open.
    fn is_open(&self) -> bool {
        self.state == At::Quoted
    }

    /// Hands each end of a record (after its line feed) to `found`, until that says to stop.
    fn ends(&mut self, raw: &[u8], found: &mut dyn FnMut(usize) -> bool) {
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

/// The cutter's view of a table.
#[derive(Debug)]
struct TableSplitter {
    ends: RecordEnds,
    /// The separator is known without a header.
    fixed: bool,
}

impl Splitter for TableSplitter {
    fn reset(&mut self) {
        (self.ends.state, self.ends.at) = (At::Start, 0);
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.ends.ends(raw, &mut |end| {
            last = Some(end);
            true
        });
        last
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        // These bytes are counted from 0, and the open record goes on.
        self.ends.at = 0;
        let mut first = None;
        self.ends.ends(chunk, &mut |end| {
            first = Some(end);
            false
        });
        first
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let (mut count, mut start) = (0, 0);
        RecordEnds::new(self.ends.dialect).ends(raw, &mut |end| {
            let record = raw.get(start..end).unwrap_or_default();
            count += u64::from(!record.trim_ascii().is_empty());
            start = end;
            true
        });
        count
    }

    fn has_lines(&self) -> bool {
        true
    }

    fn has_header(&self) -> bool {
        true
    }

    fn header(&mut self, inputs: &Inputs, raw: &[u8]) -> Result<Option<(usize, Header)>, Refusal> {
        let mut end = raw.len();
        RecordEnds::new(self.ends.dialect).ends(raw, &mut |first| {
            end = first;
            false
        });
        let record = without_end(raw.get(..end).unwrap_or_default());
        if memchr(b'\r', record).is_some() && memchr(b'"', record).is_none() {
            return Err(Refusal::new(
                "has lines that end with a carriage return alone",
                "convert it, for example with `tr '\\r' '\\n'`",
            ));
        }
        if !self.fixed {
            self.ends.dialect = Dialect::shown_by(record);
        }
        read_header(inputs, self.ends.dialect, record).map(|header| Some((end, header)))
    }
}

fn read_header(inputs: &Inputs, dialect: Dialect, record: &[u8]) -> Result<Header, Refusal> {
    let most = inputs.options.limits.columns;
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
            "check the file; if it really has as many, raise {max_columns}",
        ));
    }
    let wanted = names.iter().map(|name| which(&inputs.options, name)).collect();
    Ok(Header { delimiter: dialect.delimiter, names, wanted, raw: record.to_vec() })
}

/// The values of the wanted columns, or how many fields there are instead.
fn values<'a>(
    header: &Header,
    record: &'a [u8],
) -> Result<[Option<Cow<'a, [u8]>>; COLUMNS], usize> {
    let (mut values, mut count) = ([const { None }; COLUMNS], 0);
    Dialect::of(header).fields(record, &mut |number, field| {
        count = number + 1;
        let Some(wanted) = header.wanted.get(number) else { return };
        for (slot, _) in values.iter_mut().zip(wanted).filter(|(_, wanted)| **wanted) {
            *slot = Some(field.clone());
        }
    });
    if count == header.names.len() { Ok(values) } else { Err(count) }
}

/// Notes the names of the columns.
fn note(header: &Header, options: &ReadOptions, batch: &mut Batch) {
    for name in &header.names {
        batch.columns.name(name.as_bytes(), options.limits.named_columns);
    }
    let mut found = [false; COLUMNS];
    for wanted in &header.wanted {
        found.iter_mut().zip(wanted).for_each(|(found, wanted)| *found |= wanted);
    }
    batch.columns.found(found);
}

/// A record without its line feed and the carriage return before that.
fn without_end(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// Turns the records of a block into documents.
fn each(inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
    let Some(header) = inputs.header(records.source) else { return inputs.recycle(records.raw) };
    if records.first {
        note(header, &inputs.options, batch);
    }
    let Some(mut maker) = Maker::new(inputs, records.source, batch) else { return };
    maker.has_text = header.wanted.iter().any(|wanted| wanted[TEXT]);
    if records.first && records.raw.trim_ascii().is_empty() {
        let cure = "remove it, or check what should be in it";
        maker.skip(records.first_line, "has a header and no record", cure);
    }
    let (line, number) = (records.first_line, records.first_record);
    let mut reader = RowReader { header, maker, block: &records, line, number, emit };
    reader.records();
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(records.raw);
}

/// Reads the rows of a block.
struct RowReader<'a, 'e> {
    header: &'a Header,
    maker: Maker<'a>,
    block: &'a RawRecords,
    line: u64,
    number: u64,
    emit: Emit<'e>,
}

impl RowReader<'_, '_> {
    fn records(&mut self) {
        let raw = &self.block.raw[..];
        let (mut start, mut mended) = (0, false);
        loop {
            let mut ends = RecordEnds::new(Dialect::of(self.header));
            let from = start;
            ends.ends(raw.get(from..).unwrap_or_default(), &mut |end| {
                self.record(start..from + end);
                start = from + end;
                true
            });
            if !ends.is_open() || mended {
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
        let whole = self.block.raw.get(range.clone()).unwrap_or_default();
        let line = self.line;
        self.line += memchr_iter(b'\n', whole).count() as u64;
        if whole.trim_ascii().is_empty() {
            return;
        }
        let number = self.number;
        self.number += 1;
        let most = self.maker.inputs.options.limits.record_bytes;
        if whole.len() > most {
            return self.maker.refuse(line, Refusal::too_long(most));
        }
        let record = without_end(whole);
        let values = match values(self.header, record) {
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
            self.maker.report(line, encoding::repair());
        }
        // Without the line feed, with the carriage return: as it is.
        let end = range.start + whole.strip_suffix(b"\n").unwrap_or(whole).len();
        let place = self.block.place(&(range.start..end), number);
        if let Some(found) = self.maker.document(values, place, line) {
            (self.emit)(found);
        }
    }
}

/// The values as text; true where wrong bytes had to be replaced.
fn decoded(values: [Option<Cow<'_, [u8]>>; COLUMNS]) -> (Columns<'_>, bool) {
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

/// Finds the text column in a row that is read again.
struct FieldFinder<'a> {
    inputs: &'a Inputs,
    text: String,
}

impl TextFinder for FieldFinder<'_> {
    fn text<'s>(&'s mut self, source: usize, raw: &'s mut [u8]) -> Option<&'s str> {
        let values = values(self.inputs.header(source)?, without_end(raw)).ok()?;
        let [text, ..] = decoded(values).0;
        self.text = text?.into_owned();
        Some(&self.text)
    }
}

/// Appends a row as a JSON object with the names of the header.
fn row_to_json(header: &Header, record: &[u8], out: &mut Vec<u8>) {
    let record = without_end(record);
    if record.trim_ascii().is_empty() {
        return;
    }
    let mut separator = b'{';
    Dialect::of(header).fields(record, &mut |number, field| {
        let Some(name) = header.names.get(number) else { return };
        out.push(separator);
        separator = b',';
        string(name, out);
        out.push(b':');
        string(&String::from_utf8_lossy(&field), out);
    });
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests;

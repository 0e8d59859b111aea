//! CSV and TSV: a header, then one record a row; fields in quotation marks may hold anything.
//!
//! `ends` finds the ends of records for the cutter, `head` the header, which is kept with the
//! source; `each` turns the records of a block into documents. The rules of CSV are those of RFC
//! 4180, with what people's files need besides (short rows, blanks, backslashes, `sep=`); in TSV
//! quotation marks are text. Ours and not the `csv` crate: the cutter needs the ends of records
//! alone, which take 0.39 of the crate's time, ends and fields together take 0.97 of it (12,000
//! articles, 73 MB, best of 15 in turn, optimised test build, 2 cores); kept rows come back byte
//! for byte, and a mark that is never closed costs its line alone, which the crate does not report.
//! Invariant: fields that a row lacks are empty, and a row with more values than the header has
//! names, or without its text, is left out, never guessed at.

mod ends;
mod escapes;
mod fields;
mod head;

use super::json_text::{json_names, string};
use super::maker::{Columns, Emit, Maker, REPEATED};
use super::reader::{InputFormat, Splitter, TextFinder};
use super::tagged;
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::header::{Dialect, Escapes, Header};
use crate::corpus::inputs::Inputs;
use crate::corpus::options::ReadOptions;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding;
use crate::corpus::source::kind::{Facts, FormatLayout};
use ends::{End, RecordEnds};
use fields::without_end;
use memchr::memchr_iter;
use simdutf8::basic::from_utf8;
use std::borrow::Cow;
use std::ops::Range;

/// What old programs of DOS and Windows write after the last line of a text.
const DOS_END: &[u8] = b"\x1a";

/// The mark of UTF-8, which may be before every header where files were joined.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What Postgres writes after the last row of a copy.
const COPY_END: &[u8] = b"\\.";

/// Tables whose header shows their separator.
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
        let mut dialect = Dialect::with(self.delimiter.unwrap_or(b','));
        dialect.quotes = self.delimiter.is_none();
        Box::new(TableSplitter { ends: RecordEnds::new(dialect), fixed: self.delimiter })
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        each(inputs, records, batch, emit);
    }

    fn text_finder<'a>(&self, inputs: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(FieldFinder { inputs, text: String::new() })
    }

    fn to_json(&self, (inputs, source): (&Inputs, usize), raw: &[u8], out: &mut Vec<u8>) {
        let Some(header) = inputs.header(source) else { return };
        let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
        let names = json_names(&names);
        each_range(header.dialect, raw, &mut |range, _| {
            row_to_json(header, &names, raw.get(range).unwrap_or_default(), out);
        });
    }
}

/// Hands the range of each record to `found`, with its line end, and that of the last also without
/// one.
fn each_range(dialect: Dialect, raw: &[u8], found: &mut dyn FnMut(Range<usize>, End)) {
    let (mut ends, mut start) = (RecordEnds::new(dialect), 0);
    let mut one = |end: usize, kind: End| {
        found(start..end, kind);
        start = end;
        true
    };
    loop {
        ends.ends(raw, &mut one);
        if !ends.finish(raw, &mut one) {
            break;
        }
    }
    if start < raw.len() {
        let kind = if ends.is_open() { End::Damaged } else { ends.kind() };
        found(start..raw.len(), kind);
    }
}

/// The cutter's view of a table.
#[derive(Debug)]
struct TableSplitter {
    ends: RecordEnds,
    /// The separator where it is known without a header.
    fixed: Option<u8>,
}

impl Splitter for TableSplitter {
    fn reset(&mut self) {
        self.ends.restart(0);
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.ends.ends(raw, &mut |end, _| {
            last = Some(end);
            true
        });
        last
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        self.ends.pass();
        let mut first = None;
        self.ends.ends(chunk, &mut |end, _| {
            first = Some(end);
            false
        });
        first
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let mut count = 0;
        each_range(self.ends.dialect, raw, &mut |range, _| {
            let record = raw.get(range).unwrap_or_default();
            count += u64::from(!record.trim_ascii().is_empty());
        });
        count
    }

    fn has_lines(&self) -> bool {
        true
    }

    fn has_header(&self) -> bool {
        true
    }

    /// Where a row ends depends on the separator, which the header shows.
    fn look(&mut self, inputs: &Inputs, raw: &[u8]) {
        if let Ok((_, header)) = head::find(&inputs.options, raw, self.fixed) {
            self.ends.dialect = header.dialect;
        }
    }

    fn header(&mut self, inputs: &Inputs, raw: &[u8]) -> Result<Option<(usize, Header)>, Refusal> {
        let (end, header) = head::find(&inputs.options, raw, self.fixed)?;
        self.ends.dialect = header.dialect;
        Ok(Some((end, header)))
    }
}

/// What a row holds.
type Row<'a> = [Option<Cow<'a, [u8]>>; COLUMNS];

/// The values of the wanted columns, or how many fields there are where they do not fit.
fn values<'a>(header: &Header, record: &'a [u8]) -> Result<Row<'a>, usize> {
    let (mut values, mut count, mut surplus) = ([const { None }; COLUMNS], 0, false);
    header.dialect.fields(record, &mut |number, field| {
        count = number + 1;
        let Some(wanted) = header.wanted.get(number) else {
            surplus |= !field.trim_ascii().is_empty();
            return;
        };
        for (slot, _) in values.iter_mut().zip(wanted).filter(|(_, wanted)| **wanted) {
            *slot = Some(field.clone());
        }
    });
    let lacks_text = header.plan.at[TEXT].is_some_and(|at| at >= count);
    if surplus || lacks_text { Err(count) } else { Ok(values) }
}

/// Notes the names of the columns.
fn note(header: &Header, options: &ReadOptions, batch: &mut Batch) {
    for name in &header.names {
        batch.columns.name(name.as_bytes(), options.limits.named_columns);
    }
    batch.columns.found(header.plan.at.map(|at| at.is_some()));
}

/// Turns the records of a block into documents.
fn each(inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
    let Some(header) = inputs.header(records.source) else { return inputs.recycle(records.raw) };
    if records.first {
        note(header, &inputs.options, batch);
    }
    let Some(mut maker) = Maker::new(inputs, records.source, batch) else { return };
    maker.has_text = header.plan.at[TEXT].is_some();
    if records.first {
        about_header(header, &records, &mut maker);
    }
    let (line, number) = (records.first_line, records.first_record);
    let mut reader = RowReader { header, maker, block: &records, line, number, emit };
    each_range(header.dialect, &records.raw, &mut |range, end| reader.record(range, end));
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(records.raw);
}

/// Reports what is odd about the start of a table.
fn about_header(header: &Header, records: &RawRecords, maker: &mut Maker<'_>) {
    if records.raw.trim_ascii().is_empty() {
        let cure = "remove it, or check what should be in it";
        maker.skip(records.first_line, "has a header and no record", cure);
    }
    if header.preamble > 0 {
        let cause = format!("lines before the header are passed over: {}", header.preamble);
        maker.report(1, Refusal::new(cause, "remove them if they are no part of the table"));
    }
    for cause in header.plan.repeated() {
        maker.report(1, Refusal::new(cause, REPEATED));
    }
    if header.dialect.escapes == Escapes::Maybe {
        let cause = "backslashes may stand for line ends and tabs, and are read as text";
        let cure = "if they do, export the table as CSV";
        maker.report(records.first_line, Refusal::new(cause, cure));
    }
    if header.raw.is_none() {
        let cause = format!(
            "has no header, its first row looks like data: the columns are called #1 to #{}",
            header.names.len()
        );
        let cure = "name them so with {text_column} and the like, or write a header";
        maker.report(1, Refusal::new(cause, cure));
    }
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
    fn record(&mut self, range: Range<usize>, end: End) {
        let whole = self.block.raw.get(range.clone()).unwrap_or_default();
        let line_end = self.header.dialect.line_end;
        // Where lines end with carriage returns, the cutter counts none.
        let line = if line_end == b'\n' { self.line } else { self.number + 1 };
        self.line += memchr_iter(b'\n', whole).count() as u64;
        let is_end = self.header.dialect.escapes == Escapes::Yes && whole.trim_ascii() == COPY_END;
        if whole.trim_ascii().is_empty() || is_end || whole.trim_ascii() == DOS_END {
            return;
        }
        let number = self.number;
        self.number += 1;
        if self.is_header(whole) {
            let cause = "the header is there again: it is no record";
            let cure = "where files were joined, keep the first header alone";
            return self.maker.report(line, Refusal::new(cause, cure));
        }
        let most = self.maker.inputs.options.limits.record_bytes;
        if whole.len() > most {
            return self.maker.refuse(line, Refusal::too_long(most));
        }
        match end {
            End::Whole | End::Doubtful => {}
            End::Damaged => {
                let cause = "a quotation mark is opened and never closed";
                return self.maker.skip(line, cause, "mend the line; what follows it is read");
            }
            End::Literal => self.maker.report(
                line,
                Refusal::new(
                    "a quotation mark is opened and not closed in its row: it is read as text",
                    "enclose the field in marks, and double the marks inside",
                ),
            ),
        }
        let record = without_end(whole);
        let values = match values(self.header, record) {
            Ok(values) => values,
            Err(count) => return self.misfit(line, record, count),
        };
        if end == End::Doubtful {
            self.doubtful(line, record);
        }
        if !self.header.dialect.quotes && self.is_cut_short(record) {
            let cause = "a quotation mark is opened and the row ends before its last column";
            let cure = "marks are text where tabs separate fields; write the table as CSV";
            self.maker.report(line, Refusal::new(cause, cure));
        }
        self.maker.batch.columns.record();
        let (mut values, repaired) = decoded(values);
        if repaired {
            self.maker.report(line, encoding::repair());
        }
        if let Err(refusal) = self.maker.read_markup(&mut values) {
            return self.maker.refuse(line, refusal);
        }
        // Without the line feed, with a carriage return before it: as it is.
        let end = range.start + whole.strip_suffix(&[line_end]).unwrap_or(whole).len();
        let place = self.block.place(&(range.start..end), number);
        if let Some(found) = self.maker.document(values, place, line) {
            (self.emit)(found);
        }
    }

    /// Whether a row is the header once more, as where files were joined. That has more than one
    /// name, so that no text is taken for it.
    fn is_header(&self, whole: &[u8]) -> bool {
        let Some(header) = self.header.raw.as_deref() else { return false };
        let row = whole.strip_prefix(MARK).unwrap_or(whole).trim_ascii_end();
        let header = header.strip_prefix(MARK).unwrap_or(header).trim_ascii_end();
        self.header.names.len() > 1 && row.len() == header.len() && row == header
    }

    /// Whether a row of a table without marks lacks columns after a field that a mark opens: its
    /// writer may have meant a field of several lines.
    fn is_cut_short(&self, record: &[u8]) -> bool {
        let Dialect { delimiter, columns, .. } = self.header.dialect;
        let start = memchr::memrchr(delimiter, record).map_or(0, |at| at + 1);
        let last = record.get(start..).unwrap_or_default();
        last.starts_with(b"\"")
            && memchr_iter(b'"', last).count() % 2 == 1
            && memchr_iter(delimiter, record).count() + 1 < columns
    }

    /// Reports a row whose field may hold the rows after it.
    fn doubtful(&mut self, line: u64, record: &[u8]) {
        let last = line + memchr_iter(self.header.dialect.line_end, record).count() as u64;
        let cause = format!("is read as one row, but may be several (lines {line} to {last})");
        let cure = "check the quotation marks of these lines";
        self.maker.report(line, Refusal::new(cause, cure));
    }

    /// Leaves a row out that has other fields than the header, with all lines that it spans.
    fn misfit(&mut self, line: u64, record: &[u8], count: usize) {
        let more = memchr_iter(self.header.dialect.line_end, record).count() as u64;
        let lines =
            if more > 0 { format!(", lines {line} to {}", line + more) } else { String::new() };
        let columns = self.header.names.len();
        let fields = if count == 1 { "field" } else { "fields" };
        let separator = self.header.dialect.separator();
        let cause = format!(
            "has {count} {fields} where the header has {columns} (separated by {separator}{lines})"
        );
        self.maker.skip(line, cause, "mend the row; check its quotation marks");
    }
}

/// The values as text; true where wrong bytes had to be replaced.
fn decoded(values: Row<'_>) -> (Columns<'_>, bool) {
    let mut repaired = false;
    let values = values.map(|value| {
        value.map(|bytes| match bytes {
            // Nearly all is right, and the lossy search looks at each byte.
            Cow::Borrowed(bytes) => from_utf8(bytes).map_or_else(
                |_| {
                    repaired = true;
                    String::from_utf8_lossy(bytes)
                },
                Cow::Borrowed,
            ),
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
        let text = text?;
        let text = if tagged::is_read(self.inputs, source) {
            tagged::read(self.inputs, text).ok()?
        } else {
            text
        };
        self.text = text.into_owned();
        Some(&self.text)
    }
}

/// Appends a row as a JSON object with these keys.
fn row_to_json(header: &Header, names: &[Cow<'_, str>], record: &[u8], out: &mut Vec<u8>) {
    let record = without_end(record);
    if record.trim_ascii().is_empty() {
        return;
    }
    let mut separator = b'{';
    header.dialect.fields(record, &mut |number, field| {
        let Some(name) = names.get(number) else { return };
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

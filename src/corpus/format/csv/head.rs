//! The start of a table: its separator, its header, and what precedes it.
//!
//! Asked by the cutter once a source. Invariant: it looks at a bounded part of the source, so that
//! the same header is found wherever the first bytes were cut.

use super::ends::RecordEnds;
use super::escapes;
use super::fields::without_end;
use crate::corpus::columns::{COLUMNS, Plan, TEXT, are_of_articles, numbered};
use crate::corpus::header::{Dialect, Escapes, Header};
use crate::corpus::options::ReadOptions;
use crate::corpus::problem::Refusal;
use crate::corpus::source::table::named_separator;
use memchr::{memchr, memmem};

/// Separators tried for `.csv`, the likeliest first.
const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', b'^'];

/// Bytes of a table that are looked at.
const SAMPLE_BYTES: usize = 32 << 10;

/// Lines before a header that are passed over.
const PREAMBLE_LINES: u64 = 20;

/// Bytes of a field from which it is no name of a column.
const LONG_NAME_BYTES: usize = 120;

/// Words of a field from which it may be a text, and how many times longer a text below it is where
/// it is a name all the same.
const SENTENCE_WORDS: usize = 4;
const LONGER: usize = 4;

/// Finds the header of a table, and its length with all that precedes it and its line end. `fixed`
/// is the separator of a format that has one.
pub(super) fn find(
    options: &ReadOptions,
    raw: &[u8],
    fixed: Option<u8>,
) -> Result<(usize, Header), Refusal> {
    let blank = raw.len() - raw.trim_ascii_start().len();
    let blank = memchr::memrchr(b'\n', raw.get(..blank).unwrap_or_default()).map_or(0, |at| at + 1);
    let (named, after) = separator_line(raw.get(blank..).unwrap_or_default());
    let start = blank + after;
    let sample = raw.get(start..raw.len().min(start + SAMPLE_BYTES)).unwrap_or_default();
    let fixed = named.or(fixed);
    let line_end = line_end(sample);
    let text_marks =
        named.is_none() && fixed == Some(b'\t') && !is_enclosed(sample, line_end, b'\t');
    let form = Form { fixed, line_end, text_marks };
    let rest = raw.get(start..).unwrap_or_default();
    let first = Candidate::read(options, form, rest, sample)?;
    if first.has_text() {
        // Whoever asks for a column by its number may do so because there is no header.
        let is_row = first.is_by_number(options)
            && (first.holds_data() || first.is_like_next(options, form, rest));
        return Ok(if is_row {
            first.without_header(options, start)
        } else {
            first.header(start, 0)
        });
    }
    if let Some((length, lines, found)) = below_preamble(options, form, sample, &first) {
        return Ok(found.header(start + length, lines));
    }
    if first.looks_like_data() {
        return Ok(first.without_header(options, start));
    }
    Ok(first.header(start, 0))
}

/// What is known of a table before its header is.
#[derive(Debug, Clone, Copy)]
struct Form {
    fixed: Option<u8>,
    line_end: u8,
    /// Quotation marks are text.
    text_marks: bool,
}

/// The separator that a first line `sep=;` names, and the length of that line.
fn separator_line(raw: &[u8]) -> (Option<u8>, usize) {
    let end = raw.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let Some(end) = end else { return (None, 0) };
    let separator = named_separator(raw.get(..end).unwrap_or_default());
    if separator.is_none() {
        return (None, 0);
    }
    let returns = raw.get(end..).unwrap_or_default().iter().take_while(|byte| **byte == b'\r');
    let returns = returns.count();
    let feed = raw.get(end + returns) == Some(&b'\n');
    (separator, end + if feed { returns + 1 } else { 1 })
}

/// The byte that ends lines: a carriage return where the first line ends with one and no line feed
/// comes before. Several before a line feed are what is written where each end is made one of
/// Windows once more.
fn line_end(sample: &[u8]) -> u8 {
    let mut is_quoted = false;
    for at in memchr::memchr3_iter(b'"', b'\r', b'\n', sample) {
        match sample.get(at) {
            Some(b'"') => is_quoted = !is_quoted,
            Some(b'\r') if !is_quoted => {
                let after = sample.get(at..).unwrap_or_default();
                let after = after.iter().find(|byte| **byte != b'\r');
                return if after.is_some_and(|next| *next != b'\n') { b'\r' } else { b'\n' };
            }
            Some(b'\n') => return b'\n',
            _ => {}
        }
    }
    b'\n'
}

/// Whether every name of a header is in quotation marks: then its writer encloses values too, also
/// where tabs separate them.
fn is_enclosed(sample: &[u8], line_end: u8, delimiter: u8) -> bool {
    let blank = sample.len() - sample.trim_ascii_start().len();
    let rest = sample.get(blank..).unwrap_or_default();
    let line = rest.split(|byte| *byte == line_end).next().unwrap_or_default();
    let mut names = line.split(|byte| *byte == delimiter).map(<[u8]>::trim_ascii);
    names.all(|name| name.len() > 1 && name.starts_with(b"\"") && name.ends_with(b"\""))
}

/// A line that may be the header.
struct Candidate {
    dialect: Dialect,
    names: Vec<String>,
    plan: Plan,
    raw: Vec<u8>,
    /// Its length with the line end.
    length: usize,
}

impl Candidate {
    /// The record that `raw` starts with.
    fn read(options: &ReadOptions, form: Form, raw: &[u8], sample: &[u8]) -> Result<Self, Refusal> {
        let mut dialect = Dialect::with(form.fixed.unwrap_or(b','));
        (dialect.line_end, dialect.quotes) = (form.line_end, !form.text_marks);
        let mut length = raw.len();
        RecordEnds::new(dialect).ends(raw, &mut |first, _| {
            length = first;
            false
        });
        let written = raw.get(..length).unwrap_or_default();
        let written = written.strip_suffix(&[form.line_end]).unwrap_or(written);
        let record = without_end(written);
        if form.fixed.is_none() {
            dialect.delimiter = shown_by(dialect, record);
        }
        let below = sample.get(length..).unwrap_or_default();
        dialect.blanks = dialect.quotes && has_blanks(dialect, record, below);
        dialect.backslashes = dialect.quotes && has_backslashes(dialect, sample);
        let most = options.limits.columns;
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
        let is_enclosed = dialect.quotes && is_enclosed(record, form.line_end, dialect.delimiter);
        if is_enclosed && count < most && has_row_names(dialect, count, below) {
            // As in a header that names them, with an empty name.
            names.insert(0, String::new());
            count += 1;
        }
        dialect.columns = count;
        dialect.escapes = escapes::found(dialect, below);
        dialect.backslashes |= dialect.quotes && dialect.escapes == Escapes::Yes;
        let plan = Plan::new(options.columns(), &names);
        Ok(Self { dialect, names, plan, raw: written.to_vec(), length })
    }

    fn has_text(&self) -> bool {
        self.plan.at[TEXT].is_some()
    }

    /// The fields that are not empty: spreadsheets pad every line to the width of the table.
    fn filled(&self) -> usize {
        self.names.iter().filter(|name| !name.is_empty()).count()
    }

    /// Whether the text is known by the number of its column alone.
    fn is_by_number(&self, options: &ReadOptions) -> bool {
        numbered(&options.text.name).is_some() && !self.names.contains(&options.text.name)
    }

    /// Whether a field is a number, a date or an address, or is longer than names are.
    fn looks_like_data(&self) -> bool {
        self.names.len() > 1 && self.names.iter().any(|name| is_data(name))
    }

    /// The same of one field, too.
    fn holds_data(&self) -> bool {
        self.names.iter().any(|name| is_data(name))
    }

    /// Whether the field of the text is a sentence here as in the next row: a name is shorter than
    /// what is below it.
    fn is_like_next(&self, options: &ReadOptions, form: Form, raw: &[u8]) -> bool {
        let form = Form { fixed: Some(self.dialect.delimiter), ..form };
        let rest = raw.get(self.length..).unwrap_or_default();
        let sample = rest.get(..SAMPLE_BYTES).unwrap_or(rest);
        let at = self.plan.at[TEXT];
        let Some(own) = at.and_then(|at| self.names.get(at)) else { return false };
        let Ok(next) = Self::read(options, form, sample, sample) else { return false };
        let next = at.and_then(|at| next.names.get(at)).map_or(0, String::len);
        own.split_whitespace().count() >= SENTENCE_WORDS && own.len() * LONGER >= next
    }

    fn header(self, before: usize, preamble: u64) -> (usize, Header) {
        let Self { dialect, names, plan, raw, length } = self;
        let wanted = wanted(&plan, names.len());
        let header = Header { dialect, names, wanted, plan, raw: Some(raw), preamble };
        (before + length, header)
    }

    /// A table whose first row is a record: its columns have numbers.
    fn without_header(self, options: &ReadOptions, before: usize) -> (usize, Header) {
        let names: Vec<String> = (1..=self.names.len()).map(|n| format!("#{n}")).collect();
        let plan = Plan::new(options.columns(), &names);
        let wanted = wanted(&plan, names.len());
        let dialect = self.dialect;
        (before, Header { dialect, names, wanted, plan, raw: None, preamble: 0 })
    }
}

fn wanted(plan: &Plan, columns: usize) -> Vec<[bool; COLUMNS]> {
    (0..columns).map(|n| plan.at.map(|at| at == Some(n))).collect()
}

/// Whether a field of a first row is a value rather than a name.
fn is_data(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits > 0 && name.bytes().all(|byte| b"0123456789.-:/ TZ+".contains(&byte));
    name.len() > LONG_NAME_BYTES || is_number || name.contains("://")
}

/// The header below lines that are none: in the first lines of the sample, with a text and with
/// more names than any line before it has values, or with another name that is well known.
fn below_preamble(
    options: &ReadOptions,
    form: Form,
    sample: &[u8],
    first: &Candidate,
) -> Option<(usize, u64, Candidate)> {
    let (mut at, mut most) = (first.length, first.filled());
    for lines in 1..=PREAMBLE_LINES {
        let rest = sample.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr(form.line_end, rest).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length)?;
        let found = Candidate::read(options, form, line, rest).ok()?;
        let is_header = found.filled() > most || are_of_articles(&found.names);
        if found.has_text() && !found.is_by_number(options) && is_header {
            return Some((at, lines, found));
        }
        most = most.max(found.filled());
        at += length;
    }
    None
}

/// Rows that are looked at for names before their first columns.
const NAMED_ROWS: usize = 3;

/// Whether the first rows have one field more than the header has names, and all of them a value
/// in marks there, as R writes the names of rows.
fn has_row_names(dialect: Dialect, columns: usize, below: &[u8]) -> bool {
    let (mut start, mut rows, mut named) = (0, 0, true);
    RecordEnds::new(Dialect { columns: columns + 1, ..dialect }).ends(below, &mut |end, _| {
        let row = without_end(below.get(start..end).unwrap_or_default());
        (start, rows) = (end, rows + 1);
        named &= row.starts_with(b"\"") && !row.ends_with(&[dialect.delimiter]);
        named &= dialect.count(row) == columns + 1;
        named && rows < NAMED_ROWS
    });
    named && rows > 0
}

/// The separator with which a header has most fields.
fn shown_by(dialect: Dialect, header: &[u8]) -> u8 {
    let mut best = (1, b',');
    for delimiter in DELIMITERS {
        let fields = Dialect { delimiter, ..dialect }.count(header);
        if fields > best.0 {
            best = (fields, delimiter);
        }
    }
    best.1
}

/// Whether blanks follow every separator of the header, or are before a mark in the first row.
fn has_blanks(dialect: Dialect, header: &[u8], below: &[u8]) -> bool {
    if dialect.delimiter == b' ' {
        return false;
    }
    let mut parts = header.split(|byte| *byte == dialect.delimiter).skip(1).peekable();
    if parts.peek().is_some() && parts.all(|part| part.first() == Some(&b' ')) {
        return true;
    }
    let row = below.split(|byte| *byte == dialect.line_end).next().unwrap_or_default();
    memchr::memchr_iter(dialect.delimiter, row).any(|at| {
        let after = row.get(at + 1..).unwrap_or_default();
        let blanks = dialect.blanks_of(after);
        let next = after.get(blanks + 1);
        blanks > 0
            && after.get(blanks) == Some(&b'"')
            && next.is_some_and(|next| ![dialect.delimiter, b'"', b'\r'].contains(next))
    })
}

/// Whether marks inside fields are kept by backslashes, not by doubling them.
fn has_backslashes(dialect: Dialect, sample: &[u8]) -> bool {
    let inside = |byte: Option<&u8>| {
        byte.is_some_and(|byte| ![dialect.delimiter, b'\r', b'\n', b'"'].contains(byte))
    };
    let kept = memmem::find_iter(sample, b"\\\"").filter(|at| inside(sample.get(at + 2))).count();
    if kept == 0 {
        return false;
    }
    let doubled = memmem::find_iter(sample, b"\"\"").filter(|at| {
        let before = at.checked_sub(1).and_then(|at| sample.get(at));
        inside(before) && before != Some(&b'\\') && inside(sample.get(at + 2))
    });
    kept > doubled.count()
}

//! Tables with separated fields: CSV by RFC 4180, for spreadsheets and data frames.
//!
//! Fields are put in quotation marks where they need them, but for `tsv`, whose rows are lines.
//! Invariant: a reader that follows the same rules gets the same rows back. Spreadsheets run
//! formulas: a string that begins like one (`=`, `+`, `-`, `@`, a tab or a carriage return) gets a
//! `'` before it, unless the user asks for the text as it is.

use super::escape;
use super::format::{Format, ReportSize, Rows, TableForm, Tables, Wanted};
use super::objects::{each, place, value};
use super::rows::{self, Cell, Column, MEMBER, PAIR};
use crate::detect::FamilyPart;
use crate::record::{Family, PassagePair};
use std::borrow::Cow;
use std::io::{self, BufRead, Write};

/// The format.
pub(super) static CSV: Separated =
    Separated { name: "csv", extensions: &["csv"], separator: b',', marks: true };

/// A format of rows whose fields are separated by one byte.
#[derive(Debug)]
pub(super) struct Separated {
    /// Its name.
    pub(super) name: &'static str,
    /// Endings of its files.
    pub(super) extensions: &'static [&'static str],
    /// What is between two fields.
    pub(super) separator: u8,
    /// Fields may be in quotation marks; else a row is a line, and a field holds no tab.
    pub(super) marks: bool,
}

impl Format for Separated {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn tables(&self) -> Option<&dyn Tables> {
        Some(self)
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        self.head(&PAIR, wanted.table, out)?;
        let format = |pair: &PassagePair<'_>, to: &mut Vec<u8>| {
            let start = to.len();
            self.row(&rows::pair(pair), wanted.table, to);
            if wanted.to_terminal {
                harmless(start, to);
            }
        };
        wanted.pairs(&format, out)?;
        Ok(None)
    }
}

impl Tables for Separated {
    fn write_families(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.head(&MEMBER, wanted.table, out)?;
        let format = |family: &Family<'_>, _: FamilyPart, to: &mut Vec<u8>| {
            let members = family.members.iter();
            members.for_each(|member| self.row(&rows::member(family, member), wanted.table, to));
        };
        wanted.family_parts(&format, out)
    }

    fn write_rows(&self, rows: Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.head(rows.columns, rows.form, out)?;
        let mut line = Vec::new();
        for cells in rows.cells {
            line.clear();
            self.row(&cells, rows.form, &mut line);
            out.write_all(&line)?;
        }
        Ok(())
    }
}

/// Writes the JSON objects, one a line, that `open` gives each time from the start: read once for
/// the names of the columns, once for the values. A string is its text, what is no string stands
/// there as JSON, and null is an empty field. These are records, so that formulas stay as they are.
///
/// # Errors
/// What reading and writing return; more columns than `most`.
pub(crate) fn from_json<W: Write>(
    open: &mut dyn FnMut() -> io::Result<Box<dyn BufRead>>,
    most: usize,
    mut out: W,
) -> io::Result<W> {
    let mut columns = Vec::new();
    each(open()?, &mut |fields| {
        let mut names = fields.iter().map(|(name, _)| place(&mut columns, (name, ()), most));
        names.try_for_each(|placed| placed.map(drop))
    })?;
    let form = TableForm { raw: true, bom: false };
    let names: Vec<Cell<'_>> =
        columns.iter().map(|(name, ())| Cell::Text(Cow::Borrowed(name.as_str()))).collect();
    let mut line = Vec::new();
    CSV.row(&names, form, &mut line);
    out.write_all(&line)?;
    each(open()?, &mut |fields| {
        let cells: Vec<Cell<'_>> =
            columns.iter().map(|(name, ())| cell(value(fields, name))).collect();
        line.clear();
        CSV.row(&cells, form, &mut line);
        out.write_all(&line)
    })?;
    Ok(out)
}

/// A value of JSON as a field.
fn cell(value: Option<&str>) -> Cell<'_> {
    match value {
        None | Some("null") => Cell::Null,
        Some(value) if value.starts_with('"') => {
            let text = serde_json::from_str::<String>(value);
            Cell::Text(text.map_or(Cow::Borrowed(value), Cow::Owned))
        }
        Some(value) => Cell::Text(Cow::Borrowed(value)),
    }
}

/// Whether a spreadsheet would run a text.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Appends a text with a blank for each tab and each end of a line.
fn on_one_line(text: &str, out: &mut Vec<u8>) {
    let mut parts = text.split(['\t', '\n', '\r']);
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        out.push(b' ');
        out.extend_from_slice(part.as_bytes());
    }
}

/// Takes from the row that starts there what could steer a terminal.
fn harmless(start: usize, to: &mut Vec<u8>) {
    let row = String::from_utf8_lossy(to.get(start..).unwrap_or_default()).into_owned();
    to.truncate(start);
    to.extend_from_slice(escape::line(row.trim_end_matches('\n')).as_bytes());
    to.push(b'\n');
}

impl Separated {
    fn head(&self, columns: &[Column], form: TableForm, out: &mut dyn Write) -> io::Result<()> {
        let mut head = Vec::new();
        if form.bom {
            head.extend_from_slice(b"\xef\xbb\xbf");
        }
        self.header(columns, &mut head);
        out.write_all(&head)
    }

    /// Appends the names of columns; a group and the name in it are joined by `_`.
    fn header(&self, columns: &[Column], out: &mut Vec<u8>) {
        for (n, column) in columns.iter().enumerate() {
            if n > 0 {
                out.push(self.separator);
            }
            match column.group() {
                Some((group, name)) => self.field(&format!("{group}_{name}"), out),
                None => self.field(&column.name, out),
            }
        }
        out.push(b'\n');
    }

    /// Appends a row; no value is an empty field.
    pub(super) fn row(&self, cells: &[Cell<'_>], form: TableForm, out: &mut Vec<u8>) {
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                out.push(self.separator);
            }
            match cell {
                Cell::Null => {}
                // An empty string is told from no value.
                Cell::Text(text) if text.is_empty() && self.marks => {
                    out.extend_from_slice(b"\"\"");
                }
                Cell::Text(text) if !form.raw && self.misleads(text) => {
                    self.field(&format!("'{text}"), out);
                }
                Cell::Text(text) => self.field(text, out),
                Cell::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
                Cell::Float(number) => out.extend_from_slice(number.to_string().as_bytes()),
                Cell::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
            }
        }
        out.push(b'\n');
    }

    /// Whether a spreadsheet would run a text, or a reader of CSV take it for one in marks.
    fn misleads(&self, text: &str) -> bool {
        is_formula(text) || !self.marks && text.starts_with('"')
    }

    fn field(&self, text: &str, out: &mut Vec<u8>) {
        if !self.marks {
            return on_one_line(text, out);
        }
        let special = |byte| matches!(byte, b'"' | b'\n' | b'\r') || byte == self.separator;
        let plain = !text.bytes().any(special) && !text.starts_with(' ') && !text.ends_with(' ');
        if plain {
            out.extend_from_slice(text.as_bytes());
            return;
        }
        out.push(b'"');
        for part in text.split_inclusive('"') {
            out.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                out.push(b'"');
            }
        }
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::rows::Type;
    use proptest::prelude::*;

    #[test]
    fn objects_become_rows() {
        let lines = "{\"id\":1,\"text\":\"a, \\\"b\\\"\"}\n\n\
            {\"text\":\"=1+1\",\"tags\":[1,{\"x\":null}],\"id\":12345678901234567890,\"no\":null}\n\
            {\"text\":\"\",\"id\":1,\"id\":2}\n";
        let mut open = || -> io::Result<Box<dyn BufRead>> { Ok(Box::new(lines.as_bytes())) };
        let out = from_json(&mut open, 9, Vec::new()).unwrap();
        let expected = "id,text,tags,no\n1,\"a, \"\"b\"\"\",,\n\
            12345678901234567890,=1+1,\"[1,{\"\"x\"\":null}]\",\n2,\"\",,\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert!(from_json(&mut open, 3, Vec::new()).is_err(), "too many columns");
        let python = "{\"id\":NaN,\"text\":\"NaN\",\"l\":[-Infinity]}\n";
        let mut open = || -> io::Result<Box<dyn BufRead>> { Ok(Box::new(python.as_bytes())) };
        let out = from_json(&mut open, 9, Vec::new()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "id,text,l\n,NaN,[null]\n");
    }

    #[test]
    fn groups_are_joined_to_names() {
        let mut out = Vec::new();
        CSV.header(&PAIR, &mut out);
        assert!(out.starts_with(b"a_id,a_outlet,"));
        assert!(out.ends_with(b",rank,source_basis\n"));
        assert_eq!(PAIR[0].kind, Type::Text);
    }

    #[test]
    fn what_spreadsheets_would_run_is_a_text() {
        let texts = ["=1+1", "+a", "-b", "@c", "\td", "\re", "f", "a=1", ""];
        let cells = texts.map(|text| Cell::Text(text.into()));
        let row = |form: TableForm| {
            let mut out = Vec::new();
            CSV.row(&cells, form, &mut out);
            String::from_utf8(out).unwrap()
        };
        let safe = row(TableForm::default());
        assert_eq!(safe, "'=1+1,'+a,'-b,'@c,'\td,\"'\re\",f,a=1,\"\"\n");
        let raw = row(TableForm { raw: true, bom: false });
        assert_eq!(raw, "=1+1,+a,-b,@c,\td,\"\re\",f,a=1,\"\"\n");
        let mut head = Vec::new();
        CSV.head(&PAIR, TableForm { raw: false, bom: true }, &mut head).unwrap();
        assert!(head.starts_with(b"\xef\xbb\xbfa_id,"));
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_same_row(
            texts in prop::collection::vec(
                prop::collection::vec(prop_oneof![
                    Just("\""), Just(","), Just("\n"), Just("\r"), Just("a"), Just(" "),
                    Just("\u{e9}"),
                ], 0..6).prop_map(|parts| parts.concat()),
                1..5,
            )
        ) {
            let cells: Vec<Cell<'_>> =
                texts.iter().map(|text| Cell::Text(Cow::Borrowed(text))).collect();
            let mut out = Vec::new();
            CSV.row(&cells, TableForm { raw: true, bom: false }, &mut out);
            let mut reader = ::csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).from_reader(&out[..]);
            let back = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(back.iter().collect::<Vec<_>>(), texts);
        }
    }
}

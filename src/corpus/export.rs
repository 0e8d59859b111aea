//! Records as they stand become JSON objects, one a line, with all their columns.
//!
//! Used by whoever writes records of one format in another. Invariant: every column is there, in
//! its order and under its name; nothing is told of a record but what it holds.

use super::csv::{Header, Scan, without_end};
use super::{Corpus, Format, cut, json_list};
use crate::error::{Error, Result};
use std::io::Write as _;

impl Corpus {
    /// Appends a run of neighbouring records of a source, given as they stand, as JSON objects.
    pub fn to_json_lines(&self, source: usize, raw: &[u8], out: &mut Vec<u8>) {
        match self.source_format(source) {
            Format::Csv | Format::Tsv => self.table_rows(source, raw, out),
            Format::Json => json_list::Scan::default().values(raw, &mut |range| {
                compact(raw.get(range).unwrap_or_default(), out);
                true
            }),
            _ => {
                out.extend_from_slice(raw);
                out.push(b'\n');
            }
        }
    }

    fn table_rows(&self, source: usize, raw: &[u8], out: &mut Vec<u8>) {
        let Some(header) = self.header(source) else { return };
        let mut row = |record: &[u8]| {
            let record = without_end(record);
            if record.trim_ascii().is_empty() {
                return;
            }
            let mut separator = b'{';
            header.dialect.fields(record, &mut |number, field| {
                let Some(name) = header.names.get(number) else { return };
                out.push(separator);
                separator = b',';
                string(name, out);
                out.push(b':');
                string(&String::from_utf8_lossy(&field), out);
            });
            out.extend_from_slice(b"}\n");
        };
        let mut start = 0;
        Scan::new(header.dialect).ends(raw, &mut |end| {
            row(raw.get(start..end).unwrap_or_default());
            start = end;
            true
        });
        row(raw.get(start..).unwrap_or_default());
    }

    /// Fails where two tables among the sources have not the same columns: as they stand, their
    /// records do not fit into one file.
    ///
    /// # Errors
    /// [`Error::Input`], naming the second.
    pub fn check_same_columns(&self) -> Result<()> {
        let mut first: Option<(usize, Header)> = None;
        for source in 0..self.source_count() {
            let Some(Ok(header)) = cut::header(self, source) else { continue };
            match &first {
                None => first = Some((source, header)),
                Some((other, known)) if !known.is_like(&header) => {
                    return Err(Error::Input {
                        path: self.source_path(source).to_path_buf(),
                        cause: format!(
                            "has other columns than {}",
                            self.source_path(*other).display()
                        ),
                        cure: "use --output-format jsonl, or run them one by one".to_owned(),
                    });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The header of a table as it stands, without its line end; it is known once the first block
    /// was cut.
    #[must_use]
    pub fn table_header(&self, source: usize) -> Option<&[u8]> {
        self.header(source).map(|header| &header.raw[..])
    }
}

/// Appends a JSON string.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    serde_json::to_writer(out.by_ref(), text).ok();
}

/// Appends a JSON value without the white space between its tokens, and a line feed.
fn compact(value: &[u8], out: &mut Vec<u8>) {
    let (mut in_string, mut escaped) = (false, false);
    for &byte in value {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b' ' | b'\n' | b'\r' | b'\t' if !in_string => continue,
            _ => {}
        }
        out.push(byte);
    }
    out.push(b'\n');
}

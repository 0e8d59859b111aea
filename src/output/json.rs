//! One JSON list: for tools that read a file as a whole and take no JSON Lines.
//!
//! Feeds on the lines of [`jsonl`]. Invariant: an element of the list is the object that JSON Lines
//! have in its place.

use super::format::{Format, ReportSize, Rows, Tables, Wanted};
use super::jsonl;
use std::io::{self, Write};

/// The format.
#[derive(Debug)]
pub(super) struct JsonList;

impl Format for JsonList {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn tables(&self) -> Option<&dyn Tables> {
        Some(self)
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        list(out, |lines| wanted.pairs(&|pair, to| jsonl::line(pair, to), lines))?;
        Ok(None)
    }
}

impl Tables for JsonList {
    fn write_families(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
        list(out, |lines| wanted.family_parts(&jsonl::family, lines))
    }

    fn write_rows(&self, rows: Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
        list(out, |lines| jsonl::JsonLines.write_rows(rows, lines))
    }
}

/// Writes what `write` writes as lines as the elements of a list.
fn list(
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    out.write_all(b"[\n")?;
    let mut elements = Elements { out, open: false };
    write(&mut elements)?;
    let Elements { out, open } = elements;
    out.write_all(if open { b"\n]\n" } else { b"]\n" })
}

/// Puts a comma between lines, in whatever pieces they arrive. No line break is inside an object:
/// in strings it is escaped.
struct Elements<'o> {
    out: &'o mut dyn Write,
    /// An element was written, and its line break was not.
    open: bool,
}

impl Write for Elements<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match line.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (line, false),
            };
            if std::mem::take(&mut self.open) {
                self.out.write_all(b",\n")?;
            }
            self.out.write_all(text)?;
            self.open = ends;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(pieces: &[&str]) -> String {
        let mut out = Vec::new();
        list(&mut out, |lines| pieces.iter().try_for_each(|p| lines.write_all(p.as_bytes())))
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_become_elements_in_whatever_pieces_they_come() {
        assert_eq!(listed(&[]), "[\n]\n");
        let whole = "[\n{\"a\":1},\n{\"b\":\"\\n\"},\n3\n]\n";
        assert_eq!(listed(&["{\"a\":1}\n{\"b\":\"\\n\"}\n3\n"]), whole);
        assert_eq!(listed(&["{\"a\"", ":1}", "\n", "{\"b\":\"\\n\"}\n3", "\n"]), whole);
        let read: serde_json::Value = serde_json::from_str(whole).unwrap();
        assert_eq!(read.as_array().unwrap().len(), 3);
    }
}

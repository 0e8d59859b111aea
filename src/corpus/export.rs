//! Records as they stand become JSON objects, one a line, with all their columns.
//!
//! Used by whoever writes records of one format in another. Invariant: every column is there, in
//! its order and under its name; nothing is told of a record but what it holds.

use super::block::Content;
use super::csv::{Header, Scan, without_end};
use super::html::Article;
use super::{Corpus, Format, columnar, cut, json_list, text_dir, warc};
use crate::error::{Error, Result};
use std::io::Write as _;
use std::ops::Range;

impl Corpus {
    /// Whether a source is a crawl that can be read only once.
    #[must_use]
    pub fn is_crawl_stream(&self, source: usize) -> bool {
        let found = self.sources.get(source);
        found.is_some_and(|found| found.stream && found.format == Format::Warc)
    }

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

    /// Hands records of Parquet and WARC, told by their numbers (1-based, ascending), to `line` as
    /// JSON objects, one a line.
    ///
    /// # Errors
    /// What reading and `line` return.
    pub fn numbered_to_json(
        &self,
        source: usize,
        wanted: &[Range<u64>],
        line: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        if self.source_format(source) == Format::Parquet {
            return columnar::to_json(self, source, wanted, line);
        }
        let path = self.source_path(source).to_string_lossy().into_owned();
        let mut out = Vec::new();
        self.crawl_records(source, wanted, &mut |number, record| {
            let Ok(Some(entry)) = warc::entry(self, record) else { return Ok(()) };
            out.clear();
            let id = format!("{path}:{number}");
            page(&id, entry.address, &entry.article, &mut out);
            line(&out)
        })
    }

    /// Hands records of a WARC file, told by their numbers (1-based, ascending), to `take` as they
    /// stand.
    ///
    /// # Errors
    /// What reading and `take` return.
    pub fn crawl_records(
        &self,
        source: usize,
        wanted: &[Range<u64>],
        take: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut cutter = cut::Cutter::new(source, self.source_format(source));
        let mut next = 0;
        while let Some(block) = cutter.next_block(self) {
            let Content::Lines(lines) = block?.content else { continue };
            let mut done = Ok(());
            warc::numbered(&lines, &mut |number, record| {
                while wanted.get(next).is_some_and(|range| range.end <= number) {
                    next += 1;
                }
                let take_it = wanted.get(next).is_some_and(|range| range.contains(&number));
                if take_it && done.is_ok() {
                    done = take(number, record);
                }
            });
            self.recycle(lines.raw);
            done?;
        }
        Ok(())
    }

    /// Appends a one-document file as a JSON object with a line feed.
    ///
    /// # Errors
    /// A file that cannot be read any more.
    pub fn document_to_json(&self, source: usize, out: &mut Vec<u8>) -> Result<()> {
        let Some(found) = self.sources.get(source) else { return Ok(()) };
        let mut raw = Vec::new();
        let article = text_dir::article(self, found, &mut raw).map_err(|refusal| Error::Input {
            path: found.path.clone(),
            cause: refusal.cause,
            cure: refusal.cure,
        })?;
        page(&found.path.to_string_lossy(), None, &article, out);
        Ok(())
    }

    /// Fails where two tables among the sources have not the same columns: as they stand, their
    /// records do not fit into one file.
    ///
    /// # Errors
    /// [`Error::Input`], naming the second.
    pub fn check_same_columns(&self) -> Result<()> {
        self.check_same_schema()?;
        let mut first: Option<(usize, Header)> = None;
        for source in 0..self.source_count() {
            let Some(Ok(header)) = cut::header(self, source) else { continue };
            match &first {
                None => first = Some((source, header)),
                Some((other, known)) if !known.is_like(&header) => {
                    return Err(self.other_columns(*other, source));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn check_same_schema(&self) -> Result<()> {
        let is = |source: &usize| self.source_format(*source) == Format::Parquet;
        let mut all = (0..self.source_count()).filter(is);
        let Some(first) = all.next() else { return Ok(()) };
        let known = self.source_file(first)?;
        for source in all {
            if !columnar::same_columns(&known, &self.source_file(source)?) {
                return Err(self.other_columns(first, source));
            }
        }
        Ok(())
    }

    fn other_columns(&self, first: usize, second: usize) -> Error {
        Error::Input {
            path: self.source_path(second).to_path_buf(),
            cause: format!("has other columns than {}", self.source_path(first).display()),
            cure: "use --output-format jsonl, or run them one by one".to_owned(),
        }
    }

    /// The header of a table as it stands, without its line end; it is known once the first block
    /// was cut.
    #[must_use]
    pub fn table_header(&self, source: usize) -> Option<&[u8]> {
        self.header(source).map(|header| &header.raw[..])
    }
}

/// Appends what is known of a page or text.
fn page(id: &str, address: Option<&str>, article: &Article, out: &mut Vec<u8>) {
    let fields = [
        ("id", Some(id)),
        ("url", address),
        ("outlet", article.outlet.as_deref()),
        ("date", article.date.as_deref()),
        ("author", article.author.as_deref()),
        ("title", article.title.as_deref()),
        ("text", Some(article.text.as_str())),
    ];
    let mut separator = b'{';
    for (name, value) in fields {
        let Some(value) = value else { continue };
        out.push(separator);
        separator = b',';
        string(name, out);
        out.push(b':');
        string(value, out);
    }
    out.extend_from_slice(b"}\n");
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

//! JSON Lines: one object a line, one document an object.
//!
//! Fed by cut; [`parse`] (parallel) turns the lines of a block into documents.
//! Invariant: a bad line costs that line.

use super::cut::{Lines, too_long};
use super::encoding;
use super::json::{self, Keys, Kind};
use super::tally::{ID, OUTLET, TEXT, TITLE};
use super::{Batch, Corpus, Document, Meta, Problem, date};
use crate::hash::Map;
use memchr::memchr_iter;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

const MEND: &str = "mend or remove the line";

/// Turns the lines of a block into documents.
pub(super) fn parse(corpus: &Corpus, lines: Lines, batch: &mut Batch) {
    let Some(mut parser) = Parser::new(corpus, &lines, batch) else { return };
    let raw = &lines.raw[..];
    // One check for the whole block is quicker than one a line; a bad block is read line by line.
    let valid = std::str::from_utf8(raw).ok();
    let (mut start, mut number) = (0, lines.first_line);
    for end in memchr_iter(b'\n', raw).chain(std::iter::once(raw.len())) {
        parser.line(raw, valid, start..end, number);
        start = end + 1;
        number += 1;
    }
    // What went wrong in cutting was noted first, wherever it stands.
    batch.problems.sort_by_key(|problem| problem.line);
    if corpus.options.keep_raw {
        batch.raw = lines.raw;
    } else {
        corpus.recycle(lines.raw);
    }
}

/// Reads the lines of one block.
pub(super) struct Parser<'a> {
    corpus: &'a Corpus,
    pub(super) keys: Keys<'a>,
    path: &'a Path,
    /// The path for ids, lossy.
    prefix: String,
    /// Whether the column names are noted.
    pub(super) sampling: bool,
    outlets: Map<String, Arc<str>>,
    scratch: String,
    pub(super) batch: &'a mut Batch,
}

impl<'a> Parser<'a> {
    /// A reader of `lines`; none where there is no such source.
    pub(super) fn new(corpus: &'a Corpus, lines: &Lines, batch: &'a mut Batch) -> Option<Self> {
        let source = corpus.sources.get(lines.source)?;
        Some(Self {
            corpus,
            keys: Keys::new(&corpus.options),
            path: &source.path,
            prefix: source.path.to_string_lossy().into_owned(),
            sampling: lines.first,
            outlets: Map::default(),
            scratch: String::new(),
            batch,
        })
    }

    fn line(&mut self, raw: &[u8], valid: Option<&str>, range: Range<usize>, number: u64) {
        let bytes = raw.get(range.clone()).unwrap_or_default();
        if !self.is_record(bytes, number) {
            return;
        }
        let document = if let Some(line) = valid.and_then(|text| text.get(range.clone())) {
            self.record(line, number)
        } else {
            self.repaired(bytes, number)
        };
        let Some(document) = document else { return };
        self.batch.documents.push(document);
        if self.corpus.options.keep_raw {
            self.batch.records.push(range);
        }
    }

    /// Whether a line is neither blank nor too long.
    pub(super) fn is_record(&mut self, bytes: &[u8], number: u64) -> bool {
        if bytes.trim_ascii().is_empty() {
            return false;
        }
        let most = self.corpus.options.limits.record_bytes;
        if bytes.len() > most {
            let (cause, cure) = too_long(most);
            self.skip(number, cause, cure);
        }
        bytes.len() <= most
    }

    /// The document of a record that stands in a list.
    pub(super) fn found(
        &mut self,
        bytes: &[u8],
        number: u64,
        place: super::Place,
    ) -> Option<super::found::Found<'static>> {
        let Document { id, text, meta } = self.repaired(bytes, number)?;
        let text = text.into_string().into();
        Some(super::found::Found { id: Some(id), text, meta, place })
    }

    /// The document of a line that may not be valid UTF-8.
    pub(super) fn repaired(&mut self, bytes: &[u8], number: u64) -> Option<Document> {
        let line = String::from_utf8_lossy(bytes);
        let document = self.record(&line, number);
        if document.is_some() && matches!(line, std::borrow::Cow::Owned(_)) {
            self.note(number, encoding::REPAIRED, encoding::REPAIRED_CURE);
        }
        document
    }

    fn record(&mut self, line: &str, number: u64) -> Option<Document> {
        let seen = self.sampling.then_some(&mut self.batch.columns);
        let values = match json::values(line, &self.keys, seen) {
            Ok(values) => values,
            Err(cause) => {
                self.skip(number, cause, MEND);
                return None;
            }
        };
        self.batch.columns.count(&values);
        let [text, id, outlet, date, title] = values;
        let Some(text) = self.text(text, number) else {
            // Which columns there are instead is told if no record has the text.
            let again = json::values(line, &self.keys, Some(&mut self.batch.columns));
            debug_assert!(again.is_ok());
            return None;
        };
        let id = self.field(id, ID, number).unwrap_or_else(|| format!("{}:{number}", self.prefix));
        let outlet = self.field(outlet, OUTLET, number).map(|name| self.intern(name));
        let date = self.date(date, number);
        let title = self.field(title, TITLE, number);
        Some(Document { id, text: text.into(), meta: Meta { outlet, date, title } })
    }

    fn text(&mut self, value: Option<&str>, number: u64) -> Option<String> {
        let name = &self.corpus.options.text.name;
        let cause = match json::kind(value) {
            Kind::Text(inside) => return Some(self.decode(inside, TEXT, number)),
            Kind::Nothing if value.is_none() => format!("no text column: `{name}`"),
            Kind::Nothing => format!("the text is null: column `{name}`"),
            Kind::Number(_) => format!("the text is not a string but a number: column `{name}`"),
            Kind::Other(what) => format!("the text is not a string but {what}: column `{name}`"),
        };
        self.skip(
            number,
            cause,
            "name the column of the text with --text-column, or mend the record",
        );
        None
    }

    /// A column that may be absent: a string or number, unknown where empty.
    pub(super) fn field(
        &mut self,
        value: Option<&str>,
        column: usize,
        number: u64,
    ) -> Option<String> {
        let text = match json::kind(value) {
            Kind::Nothing => return None,
            Kind::Text(inside) => self.decode(inside, column, number),
            Kind::Number(digits) => digits.to_owned(),
            Kind::Other(what) => {
                let name = self.corpus.options.columns()[column].name.as_str();
                let cause = format!("column is not a string but {what}: `{name}`");
                self.note(number, cause, "it is taken as unknown; mend the record");
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn decode(&mut self, inside: &str, column: usize, number: u64) -> String {
        let (text, repaired) = json::decode(inside, &mut self.scratch);
        if repaired {
            let name = self.corpus.options.columns()[column].name.as_str();
            let cause = format!("lone surrogate escape, read as U+FFFD: column `{name}`");
            self.note(number, cause, "offsets refer to the repaired text; mend the record");
        }
        text
    }

    pub(super) fn date(&mut self, value: Option<&str>, number: u64) -> Option<super::Date> {
        let text = self.field(value, super::tally::DATE, number)?;
        let date = date::parse(&text);
        if date.is_none() {
            let shown: String = text.chars().take(40).collect();
            let cause = format!("unreadable date: `{shown}`");
            self.note(number, cause, "write it as YYYY-MM-DD or as RFC 3339; it is unknown now");
        }
        date
    }

    /// One copy of each outlet's name a block.
    fn intern(&mut self, name: String) -> Arc<str> {
        if let Some(known) = self.outlets.get(name.as_str()) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(name.as_str());
        self.outlets.insert(name, Arc::clone(&shared));
        shared
    }

    pub(super) fn skip(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::skipped(self.path, Some(number), cause, cure), most);
    }

    fn note(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::noted(self.path, Some(number), cause, cure), most);
    }
}

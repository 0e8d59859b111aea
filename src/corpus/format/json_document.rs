//! One JSON record becomes a document.
//!
//! Used by the formats of JSON: one object a line, or the values of a list. Invariant: a bad record
//! costs that record, and a column that is not what it should be costs only that column.

use super::date;
use super::excerpt;
use super::json_columns;
use super::json_envelope;
use super::json_flat::{self, FlatRecord};
use super::json_path;
use super::json_record::{self as json, Keys, Kind};
use super::maker::Parsed;
use super::reader::TextFinder;
use super::tagged;
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, DATE, EXTRA, ID, OUTLET, TEXT, TITLE, URL, is_missing};
use crate::corpus::document::{Date, Document, Meta};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::{Problem, Refusal};
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding;
use crate::hash::Map;
use crate::simd::Marks;
use simdutf8::basic::from_utf8;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

const MEND: &str = "mend or remove the line";

/// Reads the records of one block.
pub(crate) struct RecordParser<'a> {
    inputs: &'a Inputs,
    pub(crate) keys: Keys<'a>,
    path: &'a Path,
    /// The path for ids, lossy.
    prefix: String,
    /// Whether the column names are noted.
    pub(crate) sampling: bool,
    /// Texts that hold HTML are read as such.
    pub(crate) html_text: bool,
    /// The quick reader has found line ends as two signs before it left the record to this one.
    pub(crate) was_escaped: bool,
    outlets: Map<String, Arc<str>>,
    scratch: String,
    /// The extra column of the record that was read last.
    extra: Option<String>,
    pub(crate) batch: &'a mut Batch,
}

impl<'a> RecordParser<'a> {
    /// A reader of `records`; none where there is no such source.
    pub(crate) fn new(
        inputs: &'a Inputs,
        records: &RawRecords,
        batch: &'a mut Batch,
    ) -> Option<Self> {
        let source = inputs.sources.get(records.source)?;
        Some(Self {
            inputs,
            keys: Keys::new(&inputs.options, inputs.plan(records.source)),
            path: &source.path,
            prefix: source.path.to_string_lossy().into_owned(),
            sampling: records.first,
            html_text: tagged::is_read(inputs, records.source),
            was_escaped: false,
            outlets: Map::default(),
            scratch: String::new(),
            extra: None,
            batch,
        })
    }

    /// Whether a line is neither blank nor too long.
    pub(crate) fn is_record(&mut self, bytes: &[u8], number: u64) -> bool {
        // What old programs write after the last line is a line of its own.
        if matches!(bytes.trim_ascii(), b"" | b"\x1a") {
            return false;
        }
        let most = self.inputs.options.limits.record_bytes;
        if bytes.len() > most {
            let Refusal { cause, cure } = Refusal::too_long(most);
            self.skip(number, cause, &cure);
        }
        bytes.len() <= most
    }

    /// The document of a record that may not be valid UTF-8, with its place.
    pub(crate) fn parsed(
        &mut self,
        bytes: &[u8],
        number: u64,
        place: RecordPlace,
    ) -> Option<Parsed<'static>> {
        let Document { id, text, meta } = self.repaired(bytes, number)?;
        let text = text.into_string().into();
        let extra = self.extra.take();
        Some(Parsed { id: Some(id), text, meta, extra, place })
    }

    /// The document of a line that may not be valid UTF-8.
    pub(crate) fn repaired(&mut self, bytes: &[u8], number: u64) -> Option<Document> {
        let line = String::from_utf8_lossy(bytes);
        let document = self.record(&line, number);
        if document.is_some() && matches!(line, std::borrow::Cow::Owned(_)) {
            let Refusal { cause, cure } = encoding::repair();
            self.note(number, cause, &cure);
        }
        document
    }

    pub(crate) fn record(&mut self, line: &str, number: u64) -> Option<Document> {
        let seen = self.sampling.then_some(&mut self.batch.columns);
        let plain;
        let (line, read) = match json::record(line, &self.keys, seen) {
            Ok(found) => (line, Ok(found)),
            Err(cause) => match json_path::without_nan(line) {
                Some(text) => {
                    plain = text;
                    // A record that is wrong all the same is reported as it is.
                    let read = json::record(&plain, &self.keys, None).map_err(|_| cause);
                    (plain.as_str(), read)
                }
                None => (line, Err(cause)),
            },
        };
        let (values, again) = match read {
            Ok(found) => found,
            Err(cause) => {
                self.skip(number, cause, MEND);
                return None;
            }
        };
        if let Some(column) = again {
            let cause =
                format!("a key is there twice, its last value is read: `{}`", self.name(column));
            self.note(number, cause, "write each key once");
        }
        self.batch.columns.count(&values);
        self.count_known(&values);
        let [text, id, outlet, date, title, url, extra] = values;
        if text.is_some_and(|text| json_columns::holds_rows(text, id)) {
            let cause = "holds several records as one: its text and its id are lists of one length";
            self.skip(number, cause, json_columns::CURE);
            return None;
        }
        let Some(text) = self.text(text, line, number) else {
            // Which columns there are instead is reported if no record has the text.
            let again = json::values(line, &self.keys, Some(&mut self.batch.columns));
            debug_assert!(again.is_ok());
            return None;
        };
        let text = match self.read_markup(text) {
            Ok(text) => text,
            Err(Refusal { cause, cure }) => {
                self.skip(number, cause, &cure);
                return None;
            }
        };
        if excerpt::is_withheld(&text) {
            let Refusal { cause, cure } = excerpt::withheld();
            self.skip(number, cause, &cure);
            return None;
        }
        self.remark(&text, number);
        let id = self.field(id, ID, number).unwrap_or_else(|| format!("{}:{number}", self.prefix));
        let outlet = self.field(outlet, OUTLET, number).map(|name| self.intern(name));
        let date = self.date(date, number);
        let mut title = self.field(title, TITLE, number);
        if self.html_text {
            title = title.map(|title| tagged::title(self.inputs, &title));
        }
        let url = self.field(url, URL, number);
        let date = self.dated(date, url.as_deref());
        if extra.is_some() {
            self.extra = self.field(extra, EXTRA, number);
        }
        Some(Document { id, text: text.into(), meta: Meta { outlet, date, title, url } })
    }

    /// The text of markup where that is wanted; else it is counted if it holds any.
    fn read_markup(&mut self, text: String) -> Result<String, Refusal> {
        if self.html_text {
            return tagged::read(self.inputs, text.into()).map(Cow::into_owned);
        }
        let is_escaped = std::mem::take(&mut self.was_escaped) || tagged::has_escaped_ends(&text);
        self.count_markup(&text, is_escaped);
        Ok(text)
    }

    /// Counts a text that is read as it is though it holds HTML, line ends as two signs, or
    /// letters that were encoded twice.
    pub(crate) fn count_markup(&mut self, text: &str, is_escaped: bool) {
        self.batch.columns.tagged += u64::from(tagged::is_shown(text));
        self.batch.columns.escaped += u64::from(is_escaped);
        self.batch.columns.garbled += u64::from(tagged::is_twice_encoded(text));
    }

    /// Says where a text is not whole.
    pub(crate) fn remark(&mut self, text: &str, number: u64) {
        if let Some(Refusal { cause, cure }) = excerpt::cut_off(text) {
            self.note(number, cause, &cure);
        }
    }

    fn text(&mut self, value: Option<&str>, line: &str, number: u64) -> Option<String> {
        let name = &self.inputs.options.text.name;
        let cause = match json::kind(value) {
            Kind::Text(inside) => return Some(self.decode(inside, TEXT, number)),
            Kind::Other(what) => {
                if let Some(text) = value.and_then(json_path::paragraphs) {
                    return Some(text);
                }
                format!("the text is not a string but {what}: column `{name}`")
            }
            Kind::Nothing if value.is_none() => format!("no text column: `{name}`"),
            Kind::Nothing => format!("the text is null: column `{name}`"),
            Kind::Number(_) => format!("the text is not a string but a number: column `{name}`"),
        };
        let cure = if value.is_some_and(|value| value.starts_with('{')) {
            "name a value inside it by its path with {text_column}, as in content.body, or say \
             {input_format} json where the source is a table as one object"
        } else if value.is_none() && json_envelope::is_of_texts(line.as_bytes()) {
            "its records are in a list: say {input_format} json where the source is one object, \
             or write one record a line"
        } else {
            "name the column of the text with {text_column}, or mend the record"
        };
        self.skip(number, cause, cure);
        None
    }

    /// Counts the values of columns that are read by well-known names.
    pub(crate) fn count_known(&mut self, values: &[Option<&str>; COLUMNS]) {
        if !self.keys.known {
            return;
        }
        let with = &mut self.batch.columns.with;
        for (n, (count, value)) in with.iter_mut().zip(values).enumerate() {
            // A text may be a list of paragraphs.
            let is_value =
                |value: &str| n == TEXT && value != "null" || json_path::is_single(value);
            *count += u64::from(value.is_some_and(is_value));
        }
    }

    /// A column that may be absent: a string or number, unknown where empty.
    pub(crate) fn field(
        &mut self,
        value: Option<&str>,
        column: usize,
        number: u64,
    ) -> Option<String> {
        let kind = match (json::kind(value), value) {
            (Kind::Other(what), Some(value)) => match json_path::unwrapped(value) {
                Some(inside) => json::kind(Some(inside)),
                None => Kind::Other(what),
            },
            (kind, _) => kind,
        };
        let text = match kind {
            Kind::Nothing => return None,
            Kind::Text(inside) => self.decode(inside, column, number),
            Kind::Number(digits) => digits.to_owned(),
            Kind::Other(what) => {
                let name = self.name(column);
                let cause = format!("column is not a string but {what}: `{name}`");
                let cure = if value.is_some_and(|value| value.starts_with('{')) {
                    "it is taken as unknown; name a value inside it by its path, as in source.name"
                } else {
                    "it is taken as unknown; mend the record"
                };
                self.note(number, cause, cure);
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty() && !is_missing(column, text))
    }

    fn decode(&mut self, inside: &str, column: usize, number: u64) -> String {
        let (text, repaired) = json::decode(inside, &mut self.scratch);
        if repaired {
            let name = self.name(column);
            let cause = format!("lone surrogate escape, read as U+FFFD: column `{name}`");
            self.note(number, cause, "offsets refer to the repaired text; mend the record");
        }
        text
    }

    /// The name of a wanted column.
    fn name(&self, column: usize) -> &'a str {
        self.inputs.options.columns()[column].map_or("", |column| column.name.as_str())
    }

    pub(crate) fn date(&mut self, value: Option<&str>, number: u64) -> Option<Date> {
        let moment = value.and_then(json_path::moment);
        let text = moment.or_else(|| self.field(value, DATE, number))?;
        let date = date::parse(&text, self.inputs.options.date_format.as_ref());
        if date.is_none() {
            let Refusal { cause, cure } = date::unread(&text);
            self.note(number, cause, &cure);
        }
        date
    }

    /// The date, or else the day in the address.
    pub(crate) fn inferred(
        &mut self,
        date: Option<Date>,
        url: Option<&str>,
        number: u64,
    ) -> Option<Date> {
        let url = self.field(url, URL, number);
        self.dated(date, url.as_deref())
    }

    fn dated(&mut self, date: Option<Date>, url: Option<&str>) -> Option<Date> {
        let date = date.or_else(|| date::of_address(url?));
        self.batch.columns.inferred += u64::from(date.as_ref().is_some_and(|date| date.inferred));
        date
    }

    /// One copy of each outlet's name a block.
    pub(super) fn intern(&mut self, name: String) -> Arc<str> {
        if let Some(known) = self.outlets.get(name.as_str()) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(name.as_str());
        self.outlets.insert(name, Arc::clone(&shared));
        shared
    }

    pub(crate) fn skip(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.inputs.options.limits.block_problems;
        self.batch.report(Problem::skipped(self.path, Some(number), cause, cure), most);
    }

    fn note(&mut self, number: u64, cause: impl Into<String>, cure: &str) {
        let most = self.inputs.options.limits.block_problems;
        self.batch.report(Problem::noted(self.path, Some(number), cause, cure), most);
    }
}

/// Finds the text in a JSON record that is read again.
pub(crate) struct JsonTextFinder<'a> {
    inputs: &'a Inputs,
    /// Those of the source that was asked for last.
    keys: (usize, Keys<'a>),
    marks: Marks,
    text: String,
}

impl<'a> JsonTextFinder<'a> {
    pub(crate) fn new(inputs: &'a Inputs) -> Self {
        Self {
            inputs,
            keys: (0, Keys::new(&inputs.options, inputs.plan(0))),
            marks: Marks::default(),
            text: String::new(),
        }
    }
}

impl TextFinder for JsonTextFinder<'_> {
    fn text<'s>(&'s mut self, source: usize, raw: &'s mut [u8]) -> Option<&'s str> {
        if self.keys.0 != source {
            self.keys = (source, Keys::new(&self.inputs.options, self.inputs.plan(source)));
        }
        let keys = &self.keys.1;
        let is_html = tagged::is_read(self.inputs, source);
        // Escapes in the text are overwritten there, which markup does not survive.
        let marks = (&mut self.marks, &mut false);
        let flat = if is_html { None } else { json_flat::read(raw, keys, marks, None) };
        let range = flat.and_then(|found| text_range(&found));
        // The bytes are no longer changed from here on.
        let raw = &*raw;
        if let Some(Ok(text)) = range.and_then(|range| raw.get(range)).map(from_utf8) {
            return Some(text);
        }
        let line = String::from_utf8_lossy(raw);
        let plain;
        let values = if let Ok(values) = json::values(&line, keys, None) {
            values
        } else {
            plain = json_path::without_nan(&line)?;
            json::values(&plain, keys, None).ok()?
        };
        self.text = match json::kind(values[TEXT]) {
            Kind::Text(inside) => json::decode(inside, &mut String::new()).0,
            Kind::Other("a list") => json_path::paragraphs(values[TEXT]?)?,
            _ => return None,
        };
        if is_html {
            let text = std::mem::take(&mut self.text);
            self.text = tagged::read(self.inputs, text.into()).ok()?.into_owned();
        }
        Some(&self.text)
    }
}

/// The inside of the text, if that is a string.
fn text_range(found: &FlatRecord) -> Option<std::ops::Range<usize>> {
    found.strings[TEXT].then(|| found.values[TEXT].clone()).flatten()
}

//! A JSON list, or one object: each value of the list is a record.
//!
//! [`ValueRanges`] finds the borders of the values without building any, for the cutter and for
//! `each`, which turns the values of a block into documents.
//! Invariant: no recursion, so no nesting is too deep to be passed over.

use super::json_document::{JsonTextFinder, RecordParser};
use super::json_envelope::envelope;
use super::json_path::Names;
use super::maker::{Emit, Parsed};
use super::reader::{InputFormat, Splitter, TextFinder};
use crate::corpus::batch::Batch;
use crate::corpus::columns::Plan;
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::kind::{Facts, FormatLayout};
use memchr::memchr2;
use std::ops::Range;

/// One JSON list of objects, or one object.
#[derive(Debug)]
pub(crate) struct JsonList;

static FACTS: Facts = Facts {
    name: "json",
    about: "One JSON list of objects, or one object",
    extensions: &["json"],
    looks_like: |start| start.starts_with(b"{") || (start.starts_with(b"[") && is_list(start)),
    layout: FormatLayout::List,
    ..Facts::PLAIN
};

impl InputFormat for JsonList {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn splitter(&self) -> Box<dyn Splitter> {
        Box::new(ListSplitter(ValueRanges::default()))
    }

    fn start(&self, whole: &[u8]) -> Result<usize, Refusal> {
        let start = whole.trim_ascii_start();
        if start.starts_with(b"[") {
            return Ok(whole.len() - start.len() + 1);
        }
        if start.is_empty() || start.starts_with(b"{") {
            return Ok(envelope(whole).unwrap_or(0));
        }
        Err(Refusal::new(
            "is neither a JSON list nor an object",
            "check the file, or say what it is with {input_format}",
        ))
    }

    fn plan(&self, inputs: &Inputs, raw: &[u8]) -> Option<Plan> {
        let mut names = Names::default();
        ValueRanges::default()
            .values(raw, &mut |range| names.record(raw.get(range).unwrap_or_default()));
        names.plan(inputs)
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        each(inputs, records, batch, emit);
    }

    fn text_finder<'a>(&self, inputs: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(JsonTextFinder::new(inputs))
    }

    fn to_json(&self, _: (&Inputs, usize), raw: &[u8], out: &mut Vec<u8>) {
        ValueRanges::default().values(raw, &mut |range| {
            compact(raw.get(range).unwrap_or_default(), out);
            true
        });
    }
}

/// Whether a list of JSON objects starts here.
fn is_list(start: &[u8]) -> bool {
    let inside = start.get(1..).unwrap_or_default().trim_ascii_start();
    matches!(inside.first(), None | Some(b'{' | b']'))
}

/// The cutter's view of a list.
#[derive(Debug)]
struct ListSplitter(ValueRanges);

impl Splitter for ListSplitter {
    fn reset(&mut self) {
        let closed = self.0.closed.map(|_| 0);
        self.0 = ValueRanges { closed, ..ValueRanges::default() };
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.0.values(raw, &mut |range| {
            last = Some(range.end);
            true
        });
        last.or(self.0.closed)
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        // These bytes are counted from 0, and the open value goes on.
        self.0.at = 0;
        let mut first = None;
        self.0.values(chunk, &mut |range| {
            first = Some(range.end);
            false
        });
        first
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let mut count = 0;
        ValueRanges::default().values(raw, &mut |_| {
            count += 1;
            true
        });
        count
    }
}

/// Finds values, byte by byte.
#[derive(Debug, Default, Clone)]
struct ValueRanges {
    /// Bytes looked at.
    at: usize,
    /// Where the open value starts.
    start: Option<usize>,
    /// Lists and objects that are open inside it.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where the list was closed.
    closed: Option<usize>,
}

impl ValueRanges {
    /// Hands the ranges of whole values to `found`, until that says to stop.
    fn values(&mut self, raw: &[u8], found: &mut dyn FnMut(Range<usize>) -> bool) {
        while let Some(&byte) = raw.get(self.at) {
            if self.in_string {
                if !self.string(raw) {
                    return;
                }
                continue;
            }
            let Some(start) = self.start else {
                if !self.between(byte) {
                    self.at = raw.len();
                    return;
                }
                continue;
            };
            self.at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 && !self.end(start..self.at, found) {
                        return;
                    }
                }
                b',' | b']' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => {
                    self.at -= 1;
                    if !self.end(start..self.at, found) {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn end(&mut self, value: Range<usize>, found: &mut dyn FnMut(Range<usize>) -> bool) -> bool {
        self.start = None;
        found(value)
    }

    /// A byte between two values; false where the list is closed and no other follows.
    fn between(&mut self, byte: u8) -> bool {
        match (byte, self.closed) {
            (b' ' | b'\n' | b'\r' | b'\t', _) | (b',', None) => self.at += 1,
            (b'[', Some(_)) => {
                self.at += 1;
                self.closed = None;
            }
            (_, Some(_)) => return false,
            (b']', None) => {
                self.at += 1;
                self.closed = Some(self.at);
            }
            (_, None) => self.start = Some(self.at),
        }
        true
    }

    /// Goes on inside a string; false at the end of the bytes.
    fn string(&mut self, raw: &[u8]) -> bool {
        if std::mem::take(&mut self.escaped) {
            self.at += 1;
        }
        let rest = raw.get(self.at..).unwrap_or_default();
        let Some(mark) = memchr2(b'"', b'\\', rest) else {
            self.at = raw.len();
            return false;
        };
        self.at += mark + 1;
        if rest.get(mark) == Some(&b'\\') {
            self.escaped = true;
        } else {
            self.in_string = false;
        }
        true
    }
}

/// Turns the values of a block into documents.
fn each(inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
    let raw = &records.raw[..];
    let Some(mut parser) = RecordParser::new(inputs, &records, batch) else { return };
    let (mut number, mut end) = (records.first_record, 0);
    let mut ranges = ValueRanges::default();
    ranges.values(raw, &mut |range| {
        end = range.end;
        value(&mut parser, &records, range, number, emit);
        number += 1;
        true
    });
    // At the end of the source something may be left.
    let left = raw.get(end..).unwrap_or_default();
    let closed = ranges.closed.is_some();
    let left_over = left.iter().any(|byte| !byte.is_ascii_whitespace() && !b",]".contains(byte));
    if left_over && !closed {
        let cause = "the last record is not complete (this record and all after it)";
        parser.skip(number, cause, "fetch or write the file again");
    }
    if let Some(at) = ranges.closed {
        // The rest of an envelope starts with a comma or a bracket.
        let after = raw.get(at..).unwrap_or_default().trim_ascii();
        if after.first().is_some_and(|byte| !b",}]".contains(byte)) {
            let cause = "something follows the end of the list, and is not read";
            parser.skip(number, cause, "write one list, or one object a line");
        }
    }
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(records.raw);
}

/// One value of the list.
fn value(
    parser: &mut RecordParser<'_>,
    records: &RawRecords,
    range: Range<usize>,
    number: u64,
    emit: &mut dyn FnMut(Parsed<'_>),
) {
    let bytes = records.raw.get(range.clone()).unwrap_or_default();
    if !parser.is_record(bytes, number) {
        return;
    }
    let place = records.place(&range, number);
    if let Some(parsed) = parser.parsed(bytes, number, place) {
        emit(parsed);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    #[test]
    fn values_end_where_they_are_closed() {
        let mut splitter = JsonList.splitter();
        assert_eq!(splitter.last(b"{\"a\":\"}\\\"}\"}, {\"b"), Some(12));
        assert_eq!(splitter.last(b"{\"a\":\"}\\\"}\"}, {\"b\":[{}]}"), Some(24));
        splitter.reset();
        assert_eq!(splitter.last(b"7 , x"), Some(1), "whatever follows ends a bare value");
        splitter.reset();
        assert_eq!(splitter.last(b"{\"a\":["), None);
        assert_eq!(splitter.first(b"1]}, {"), Some(3), "the value goes on");
        assert_eq!(splitter.first(b" 2"), None);
        assert_eq!(splitter.count(b"{},[1,2],3 \"a,b\","), 4);
        assert!(!splitter.has_lines());
    }

    #[test]
    fn the_end_of_the_list_is_a_border() {
        let mut splitter = JsonList.splitter();
        assert_eq!(splitter.last(b" \n]"), Some(3));
        splitter.reset();
        assert_eq!(splitter.last(b"  "), Some(0), "the list stays closed");
    }

    #[test]
    fn a_list_or_an_object_starts_the_source() {
        let start = |bytes: &[u8]| JsonList.start(bytes).ok();
        assert_eq!(start(b" \n[{"), Some(3));
        assert_eq!(start(b" {"), Some(0));
        assert_eq!(start(b"  "), Some(0));
        assert_eq!(start(b"7"), None);
        assert!(
            (FACTS.looks_like)(b"[ {") && (FACTS.looks_like)(b"[") && (FACTS.looks_like)(b"[]")
        );
        assert!(!(FACTS.looks_like)(b"[1") && (FACTS.looks_like)(b"{"));
    }

    #[test]
    fn what_is_left_at_the_end_is_reported() {
        let causes = |raw: &[u8]| {
            let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
            let (mut batch, mut texts) = (Batch::default(), Vec::new());
            JsonList.each(&inputs, RawRecords::first(raw), &mut batch, &mut |parsed| {
                texts.push((parsed.text.into_owned(), parsed.place.line, parsed.place.offset));
            });
            let cause = |problem: crate::corpus::Problem| (problem.line, problem.cause);
            (texts, batch.problems.into_iter().map(cause).collect::<Vec<_>>())
        };
        let (texts, problems) = causes(b"{\"text\":\"a\"}, {\"text\":\"b\"}] rest");
        assert_eq!(texts, [("a".to_owned(), 1, 0), ("b".to_owned(), 2, 14)]);
        assert_eq!(problems.len(), 1, "what follows the list is said");
        let (texts, problems) = causes(b"{\"text\":\"a\"}] \n [{\"text\":\"b\"}]}");
        assert_eq!((texts.len(), problems.len()), (2, 0), "two lists one after the other");
        let (texts, problems) = causes(b"{\"text\":\"a\"},\n{\"te");
        assert_eq!(texts.len(), 1);
        assert_eq!(
            problems,
            [(
                Some(2),
                "the last record is not complete (this record and all after it)".to_owned()
            )]
        );
        assert_eq!(causes(b"{\"text\":\"a\"} ,\n").1, []);
    }

    #[test]
    fn values_are_written_without_white_space() {
        let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
        let mut out = Vec::new();
        JsonList.to_json(
            (&inputs, 0),
            b"{ \"a b\" :\t\"c \\\" d\",\r\n\"e\":[ 1 ] } , {}",
            &mut out,
        );
        assert_eq!(String::from_utf8(out).unwrap(), "{\"a b\":\"c \\\" d\",\"e\":[1]}\n{}\n");
    }
}

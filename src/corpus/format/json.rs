//! A JSON list, or one object: each value of the list is a record.
//!
//! `json_records` finds the borders of the values, for the cutter and for `each`, which turns the
//! values of a block into documents.
//! Invariant: no recursion, so no nesting is too deep to be passed over.

use super::json_columns;
use super::json_document::{JsonTextFinder, RecordParser};
use super::json_envelope::{envelope, is_open};
use super::json_path::{Names, string};
use super::json_ranges::ValueRanges;
use super::json_records::{Found, ListRecords};
use super::maker::{Emit, Parsed};
use super::reader::{InputFormat, Splitter, TextFinder};
use crate::corpus::batch::Batch;
use crate::corpus::columns::Plan;
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::kind::{Facts, FormatLayout, past_separators};
use std::ops::Range;

/// One JSON list of objects, or one object.
#[derive(Debug)]
pub(crate) struct JsonList;

static FACTS: Facts = Facts {
    name: "json",
    about: "One JSON list of objects, or one object",
    extensions: &["json", "json-seq"],
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
        let start = past_separators(whole);
        if start.starts_with(b"[") {
            if is_printed(start) {
                let cause = "is written as Python prints it, with ' around keys, and is no JSON";
                return Err(Refusal::new(cause, "write it with json.dump"));
            }
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

    /// An object is looked at as a whole, unless the list in it starts before.
    fn needs_more(&self, start: &[u8]) -> bool {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        start.starts_with(b"{") && is_open(start) && envelope(start).is_none()
    }

    fn rearranged(&self, inputs: &Inputs, whole: &[u8]) -> Option<Result<Vec<u8>, Refusal>> {
        whole.trim_ascii_start().starts_with(b"{").then(|| json_columns::rows(inputs, whole))?
    }

    fn plan(&self, inputs: &Inputs, raw: &[u8]) -> Option<Plan> {
        let mut names = Names::default();
        let mut more = true;
        let mut records = ListRecords::new(raw);
        while let Some(found) = records.next().filter(|_| more) {
            more = names.record(raw.get(found.range).unwrap_or_default());
        }
        names.plan(inputs)
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        each(inputs, records, batch, emit);
    }

    fn text_finder<'a>(&self, inputs: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(JsonTextFinder::new(inputs))
    }

    fn to_json(&self, _: (&Inputs, usize), raw: &[u8], out: &mut Vec<u8>) {
        ListRecords::new(raw)
            .for_each(|found| compact(raw.get(found.range).unwrap_or_default(), out));
    }
}

/// Whether a list starts as Python prints a list of its objects.
fn is_printed(list: &[u8]) -> bool {
    let inside = list.get(1..).unwrap_or_default().trim_ascii_start();
    inside.strip_prefix(b"{").is_some_and(|object| object.trim_ascii_start().starts_with(b"'"))
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
        self.0.reset();
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.0.values(raw, &mut |range| {
            last = Some(range.end);
            true
        });
        last.or(self.0.closed())
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        self.0.go_on();
        let mut first = None;
        self.0.values(chunk, &mut |range| {
            first = Some(range.end);
            false
        });
        first
    }

    fn count(&self, raw: &[u8]) -> u64 {
        ListRecords::new(raw).map(|found| found.records).sum()
    }
}

/// Turns the values of a block into documents.
fn each(inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
    let raw = &records.raw[..];
    let Some(mut parser) = RecordParser::new(inputs, &records, batch) else { return };
    let (mut number, mut end) = (records.first_record, 0);
    let mut list = ListRecords::new(raw);
    for Found { range, records: count } in list.by_ref() {
        end = range.end;
        value(&mut parser, &records, range, number, emit);
        if count > 1 {
            let row = number + count - 1;
            let cause = format!("a damaged record took others in (rows {number} to {row})");
            parser.skip(number, cause, "mend the list; what follows them is read");
        }
        number += count;
    }
    let (open, closed) = list.rest();
    // At the end of the source something may be left.
    let left = raw.get(open.unwrap_or(end)..).unwrap_or_default();
    // A record separator, or what old programs write at the end of a text, is no record.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || b",]\x1e\x1a".contains(byte);
    let left_over = !left.iter().all(is_blank);
    if left_over && closed.is_none() {
        let cause = "the last record is not complete (this record and all after it)";
        parser.skip(number, cause, "fetch or write the file again");
    }
    if let Some(at) = closed {
        let after = raw.get(at..).unwrap_or_default().trim_ascii();
        let after = after.strip_suffix(b"\x1a").unwrap_or(after).trim_ascii_end();
        if !after.is_empty() && (!is_envelope_end(after) || follows_envelope(after)) {
            let cause = "something follows the end of the list, and is not read (all after it)";
            parser.skip(number, cause, "write one list, or one object a line");
        }
    }
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(records.raw);
}

/// Whether this is the rest of an envelope: a bracket, or a comma and another key.
fn is_envelope_end(after: &[u8]) -> bool {
    let key = |rest: &[u8]| rest.trim_ascii_start().starts_with(b"\"");
    after.starts_with(b"}") || after.starts_with(b"]") || after.strip_prefix(b",").is_some_and(key)
}

/// Whether another value follows the envelope whose end this is.
fn follows_envelope(after: &[u8]) -> bool {
    let (mut at, mut last) = (0, 0);
    while let Some(&byte) = after.get(at) {
        let rest = after.get(at..).unwrap_or_default();
        at += match byte {
            b'"' => string(rest),
            b'{' | b'[' if last == b'}' => return true,
            _ => 1,
        };
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    false
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
        assert_eq!(start(b"[{'text': 'a'}]"), None);
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
        let page = br#"{"text":"a"}],"n":{"m":1},"l":[{"x":[{}]},{"y":"}{"}]}"#;
        assert_eq!(causes(page).1, []);
        let two = [&page[..], br#" {"items":[{"text":"b"}]}"#].concat();
        assert_eq!(causes(&two).1.len(), 1, "another envelope");
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

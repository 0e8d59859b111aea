//! JSON Lines: one object a line, one document an object.
//!
//! Fed by the cutter. Two ways lead from lines to documents: `parse` copies every text, `visit`
//! hands texts on where they are in the block, for stages that look at each once and keep none.
//! Invariant: a bad line costs that line; both ways yield the same documents, problems and columns,
//! only the separators in a text may differ (see `json_flat`).

use super::excerpt;
use super::json_columns;
use super::json_document::{JsonTextFinder, RecordParser};
use super::json_envelope::envelope;
use super::json_flat;
use super::json_path::Names;
use super::maker::{Record, Sink, hand_over};
use super::reader::{InputFormat, TextFinder};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{DATE, EXTRA, ID, OUTLET, Plan, TEXT, TITLE, URL};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::kind::{Facts, FormatLayout, RECORD_SEPARATOR, past_separators};
use crate::simd::Marks;
use memchr::{memchr, memchr_iter};
use simdutf8::basic::from_utf8;
use std::ops::Range;

/// One JSON object a line.
#[derive(Debug)]
pub(crate) struct JsonLines;

pub(crate) static FACTS: Facts = Facts {
    name: "jsonl",
    about: "One JSON object a line",
    extensions: &["jsonl", "ndjson", "jsonlines", "json"],
    looks_like: |start| {
        start.starts_with(b"{") && is_line(start) && envelope(start).is_none() && !is_table(start)
    },
    layout: FormatLayout::Lines,
    ..Facts::PLAIN
};

impl InputFormat for JsonLines {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn start(&self, start: &[u8]) -> Result<usize, Refusal> {
        let start = past_separators(start);
        if let Some(inside) = start.strip_prefix(b"[") {
            if !matches!(inside.trim_ascii_start(), [] | [b'{' | b']', ..]) {
                let cure = "take it out, or check what should be in it";
                return Err(Refusal::new("is a JSON list of other things than records", cure));
            }
            return Err(Refusal::new(
                "is a JSON list, not JSON Lines",
                "say so with {input_format} json",
            ));
        }
        let first = memchr(b'\n', start).and_then(|end| start.get(..end));
        // Where whole records follow, one to a line, only the first line is damaged.
        if first.is_some_and(|line| line.trim_ascii_end() == b"{") && !has_record_line(start) {
            return Err(Refusal::new(
                "holds JSON objects of several lines, not JSON Lines",
                "say so with {input_format} json",
            ));
        }
        Ok(0)
    }

    fn plan(&self, inputs: &Inputs, raw: &[u8]) -> Option<Plan> {
        let mut names = Names::default();
        let mut start = 0;
        for end in memchr_iter(b'\n', raw).chain(std::iter::once(raw.len())) {
            let line = past_separator(raw.get(start..end).unwrap_or_default());
            start = end + 1;
            if !line.trim_ascii().is_empty() && !names.record(line) {
                break;
            }
        }
        names.plan(inputs)
    }

    fn parse(&self, inputs: &Inputs, lines: RawRecords, batch: &mut Batch) {
        parse(inputs, lines, batch);
    }

    fn visit(&self, inputs: &Inputs, lines: RawRecords, batch: &mut Batch, sink: Sink<'_>) {
        visit(inputs, lines, batch, sink);
    }

    fn text_finder<'a>(&self, inputs: &'a Inputs) -> Box<dyn TextFinder + 'a> {
        Box::new(JsonTextFinder::new(inputs))
    }
}

/// Bytes of a line that is not known to its end, of those that are looked at.
const LONG_LINE: usize = 60 << 10;

/// Lines after the first that are looked at for a whole record.
const LOOKED_AT: usize = 64;

/// Whether one of the next lines is a whole object, not indented as objects inside others are.
fn has_record_line(start: &[u8]) -> bool {
    let lines = start.split(|byte| *byte == b'\n').skip(1).take(LOOKED_AT);
    let mut objects = lines.map(past_separator).filter(|line| line.starts_with(b"{"));
    objects.any(|line| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok())
}

/// Whether the one line that there is holds a table.
fn is_table(start: &[u8]) -> bool {
    let line = start.trim_ascii_end();
    memchr(b'\n', line).is_none() && json_columns::may_be(line)
}

/// Whether the first line could be a record of its own. One that is longer than what is at hand may
/// be anything.
fn is_line(start: &[u8]) -> bool {
    let end = memchr(b'\n', start);
    if end.is_none() && start.len() >= LONG_LINE {
        return false;
    }
    let line = end.map_or(start, |end| start.get(..end).unwrap_or_default());
    if goes_on(line) {
        return false;
    }
    let Some(end) = end else { return true };
    let next = start.get(end..).unwrap_or_default().trim_ascii_start();
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() || next.starts_with(b"{")
}

/// Whether a whole object is followed by another one in its line, or by a comma, as in a list whose
/// bracket is lost.
fn goes_on(line: &[u8]) -> bool {
    let mut values =
        serde_json::Deserializer::from_slice(line).into_iter::<serde::de::IgnoredAny>();
    let is_whole = values.next().is_some_and(|value| value.is_ok());
    let rest = line.get(values.byte_offset()..).unwrap_or_default();
    is_whole && matches!(rest.trim_ascii_start().first(), Some(b'{' | b','))
}

/// A line without what precedes its record.
fn past_separator(line: &[u8]) -> &[u8] {
    line.get(before_record(line, 0)..).unwrap_or_default()
}

/// Bytes before the record of the line that starts there: what precedes it in a sequence of JSON
/// texts, or the mark of UTF-8 where files were joined.
fn before_record(raw: &[u8], start: usize) -> usize {
    match raw.get(start) {
        Some(&RECORD_SEPARATOR) => 1,
        Some(0xef) if raw.get(start..start + 3) == Some(b"\xef\xbb\xbf") => 3,
        _ => 0,
    }
}

/// Adds the documents of a block to its batch.
fn parse(inputs: &Inputs, lines: RawRecords, batch: &mut Batch) {
    let Some(mut parser) = RecordParser::new(inputs, &lines, batch) else { return };
    let raw = &lines.raw[..];
    // One check for the whole block is quicker than one a line; a bad block is read line by line.
    let valid = from_utf8(raw).ok();
    let (mut start, mut number) = (0, lines.first_line);
    for end in memchr_iter(b'\n', raw).chain(std::iter::once(raw.len())) {
        start += before_record(raw, start);
        let bytes = raw.get(start..end).unwrap_or_default();
        if parser.is_record(bytes, number) {
            let document = match valid.and_then(|text| text.get(start..end)) {
                Some(line) => parser.record(line, number),
                None => parser.repaired(bytes, number),
            };
            parser.batch.documents.extend(document);
        }
        start = end + 1;
        number += 1;
    }
    // What went wrong in cutting was noted first, whatever its line.
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(lines.raw);
}

/// Visits the lines of a block.
fn visit(inputs: &Inputs, mut lines: RawRecords, batch: &mut Batch, sink: Sink<'_>) {
    let mut raw = std::mem::take(&mut lines.raw);
    let Some(parser) = RecordParser::new(inputs, &lines, batch) else { return };
    let whole = inputs.options.whole;
    let mut visitor = Visitor { parser, whole, marks: Marks::default(), lines: &lines, sink };
    let (mut start, mut number) = (0, lines.first_line);
    while start < raw.len() {
        let end = raw.get(start..).and_then(|rest| memchr_iter(b'\n', rest).next());
        let end = end.map_or(raw.len(), |length| start + length);
        start += before_record(&raw, start);
        visitor.line(&mut raw, start..end, number);
        start = end + 1;
        number += 1;
    }
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(raw);
}

struct Visitor<'a, 's> {
    parser: RecordParser<'a>,
    /// Texts are wanted as they are.
    whole: bool,
    marks: Marks,
    lines: &'a RawRecords,
    sink: Sink<'s>,
}

impl Visitor<'_, '_> {
    fn line(&mut self, raw: &mut [u8], range: Range<usize>, number: u64) {
        let place = self.lines.place(&range, number);
        let Some(line) = raw.get_mut(range) else { return };
        if !self.parser.is_record(line, number) {
            return;
        }
        if u32::try_from(line.len()).is_err() {
            return self.parser.skip(number, "record over 4 GiB", "split the document");
        }
        let is_plain = !self.whole && !self.parser.html_text;
        if is_plain && self.in_place(line, number, place).is_some() {
            return;
        }
        if let Some(parsed) = self.parser.parsed(line, number, place) {
            self.parser.batch.visited += 1;
            hand_over(parsed, self.sink);
        }
    }

    /// The quick way; none where it does not lead to a document.
    fn in_place(&mut self, line: &mut [u8], number: u64, place: RecordPlace) -> Option<()> {
        let parser = &mut self.parser;
        let seen = parser.sampling.then_some(&mut parser.batch.columns);
        parser.was_escaped = false;
        let marks = (&mut self.marks, &mut parser.was_escaped);
        let found = json_flat::read(line, &parser.keys, marks, seen)?;
        if !found.strings[TEXT] {
            return None;
        }
        let line = from_utf8(line).ok()?;
        let text = line.get(found.values[TEXT].clone()?)?;
        // The other way says why it is left out.
        if excerpt::is_withheld(text) {
            return None;
        }
        let values =
            found.values.each_ref().map(|range| range.clone().and_then(|range| line.get(range)));
        // As `json_record` has them: strings with their quotation marks.
        let quoted = |n: usize| {
            let range = found.values[n].clone()?;
            if found.strings[n] { line.get(range.start - 1..range.end + 1) } else { values[n] }
        };
        parser.batch.columns.count(&values);
        parser.count_known(&values);
        let is_escaped = std::mem::take(&mut parser.was_escaped);
        parser.count_markup(text, is_escaped);
        parser.remark(text, number);
        let id = parser.field(quoted(ID), ID, number);
        // Not needed, but what is wrong with them is reported all the same.
        let mut check = |column: usize| {
            let odd = |value: &str| value.contains('\\');
            if !found.strings[column] || values[column].is_some_and(odd) {
                parser.field(quoted(column), column, number);
            }
        };
        check(TITLE);
        let outlet = parser.field(quoted(OUTLET), OUTLET, number);
        let outlet = outlet.map(|name| parser.intern(name));
        let date = parser.date(quoted(DATE), number);
        let date = match values[URL] {
            Some(_) => parser.inferred(date, quoted(URL), number),
            None => date,
        };
        let extra = quoted(EXTRA).and_then(|value| parser.field(Some(value), EXTRA, number));
        parser.batch.visited += 1;
        (self.sink)(Record { text, id, date, outlet, extra, place });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Column, Format, ReadOptions};

    #[test]
    fn other_forms_of_json_are_refused() {
        let cause = |start: &[u8]| JsonLines.start(start).err().map(|refusal| refusal.cause);
        for list in [&b" [ {}]"[..], b"[", b"[]"] {
            assert!(cause(list).unwrap().contains("JSON list, not"));
        }
        assert!(cause(b" [1, 2]").unwrap().contains("other things than records"));
        assert!(cause(b"\n{ \n \"a\": 1}").unwrap().contains("several lines"));
        assert!(cause(b"{\n  \"a\": [\n    {\"b\": 1}\n  ]\n}\n{\n").is_some(), "indented");
        let broken = b"{\n\"a\":1}\n{\"a\":2}\n";
        for start in [&b"{\"a\":1}\n"[..], b"{", b"", b"{ \"a\":\n", broken] {
            assert_eq!(cause(start), None);
            assert_eq!(JsonLines.start(start).ok(), Some(0));
        }
    }

    #[test]
    fn a_line_of_its_own() {
        assert!(is_line(b"{\"a\":") && is_line(b"{}\nx") && is_line(b"{bad}\n {}"));
        assert!(!is_line(b"{\n\"a\":1}"));
        assert!(!is_line(b"{\"a\":1} {\"a\":2}") && !is_line(b"{}{}\n{}{}\n"));
        assert!(!is_line(b"{\"a\":1},\n{\"a\":2}\n]"));
        assert!(is_line(b"{\"a\":{}}") && is_line(b"{}}{"));
        assert!(!(FACTS.looks_like)(b"[{}]"));
    }

    /// What a visitor sees of some lines: text, extra column and place.
    fn visited(
        raw: &[u8],
        options: ReadOptions,
    ) -> (Vec<(String, Option<String>, RecordPlace)>, Batch) {
        let inputs = Inputs::of_one(Format(&FACTS), options);
        let (mut batch, mut seen) = (Batch::default(), Vec::new());
        JsonLines.visit(&inputs, RawRecords::first(raw), &mut batch, &mut |record| {
            seen.push((record.text.to_owned(), record.extra, record.place));
        });
        (seen, batch)
    }

    #[test]
    fn the_extra_column_is_handed_on() {
        let extra = Some(Column { name: "rank".to_owned(), chosen: true });
        let lines = b"{\"text\":\"a\",\"rank\":7}\n{\"text\":\"b\"}\n\n\
            {\"text\":\"\\u0063\",\"rank\":\"9\"}\n{\"text\":\"\\u0064\"}";
        let (seen, batch) = visited(lines, ReadOptions { extra, ..ReadOptions::default() });
        let extras: Vec<_> =
            seen.iter().map(|(text, extra, _)| (text.as_str(), extra.as_deref())).collect();
        assert_eq!(extras, [("a", Some("7")), ("b", None), ("c", Some("9")), ("d", None)]);
        let places: Vec<_> =
            seen.iter().map(|(_, _, place)| (place.line, place.offset, place.bytes)).collect();
        assert_eq!(places, [(1, 0, 21), (2, 22, 12), (4, 36, 28), (5, 65, 17)]);
        assert_eq!((batch.visited, batch.problems.len()), (4, 0));
        let (seen, _) = visited(lines, ReadOptions::default());
        assert!(seen.iter().all(|(_, extra, _)| extra.is_none()), "only where it is wanted");
    }

    #[test]
    fn columns_that_are_not_needed_are_checked_all_the_same() {
        let lines = b"{\"text\":\"a\",\"outlet\":[1,2],\"title\":true}\n\
            {\"text\":\"b\",\"outlet\":\"\\ud800\",\"title\":\"\\ud800\"}\n";
        let (seen, batch) = visited(lines, ReadOptions::default());
        assert_eq!(seen.len(), 2);
        let noted: Vec<_> =
            batch.problems.iter().map(|problem| (problem.line, problem.skipped)).collect();
        assert_eq!(noted, [(Some(1), false), (Some(1), false), (Some(2), false), (Some(2), false)]);
    }

    #[test]
    fn records_are_json_already() {
        let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
        let mut out = b"x".to_vec();
        JsonLines.to_json((&inputs, 0), b"{}\n{}", &mut out);
        assert_eq!(out, b"x{}\n{}\n");
    }
}

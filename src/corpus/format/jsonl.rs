//! JSON Lines: one object a line, one document an object.
//!
//! Fed by the cutter. Two ways lead from lines to documents: `parse` copies every text, `visit`
//! hands texts on where they are in the block, for stages that look at each once and keep none.
//! Invariant: a bad line costs that line; both ways yield the same documents, problems and columns,
//! only the separators in a text may differ (see `json_flat`).

use super::json_document::{JsonTextFinder, RecordParser};
use super::json_flat;
use super::maker::{Record, Sink, hand_over};
use super::reader::{InputFormat, TextFinder};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{DATE, EXTRA, ID, OUTLET, TEXT, TITLE};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::kind::{Facts, FormatLayout};
use crate::simd::Marks;
use memchr::{memchr, memchr_iter};
use std::ops::Range;

/// One JSON object a line.
#[derive(Debug)]
pub(crate) struct JsonLines;

pub(crate) static FACTS: Facts = Facts {
    name: "jsonl",
    about: "One JSON object a line",
    extensions: &["jsonl", "ndjson", "jsonlines", "json"],
    looks_like: |start| start.starts_with(b"{") && is_line(start),
    layout: FormatLayout::Lines,
    ..Facts::PLAIN
};

impl InputFormat for JsonLines {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn start(&self, start: &[u8]) -> Result<usize, Refusal> {
        let start = start.trim_ascii_start();
        if start.starts_with(b"[") {
            return Err(Refusal::new(
                "is a JSON list, not JSON Lines",
                "say so with {input_format} json",
            ));
        }
        let first = memchr(b'\n', start).and_then(|end| start.get(..end));
        if first.is_some_and(|line| line.trim_ascii_end() == b"{") {
            return Err(Refusal::new(
                "holds JSON objects of several lines, not JSON Lines",
                "say so with {input_format} json",
            ));
        }
        Ok(0)
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

/// Whether the first line could be a record of its own.
fn is_line(start: &[u8]) -> bool {
    let Some(end) = memchr(b'\n', start) else { return true };
    let line = start.get(..end).unwrap_or_default();
    let next = start.get(end..).unwrap_or_default().trim_ascii_start();
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() || next.starts_with(b"{")
}

/// Adds the documents of a block to its batch.
fn parse(inputs: &Inputs, lines: RawRecords, batch: &mut Batch) {
    let Some(mut parser) = RecordParser::new(inputs, &lines, batch) else { return };
    let raw = &lines.raw[..];
    // One check for the whole block is quicker than one a line; a bad block is read line by line.
    let valid = std::str::from_utf8(raw).ok();
    let (mut start, mut number) = (0, lines.first_line);
    for end in memchr_iter(b'\n', raw).chain(std::iter::once(raw.len())) {
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
    let mut visitor = Visitor { parser, marks: Marks::default(), lines: &lines, sink };
    let (mut start, mut number) = (0, lines.first_line);
    while start < raw.len() {
        let end = raw.get(start..).and_then(|rest| memchr_iter(b'\n', rest).next());
        let end = end.map_or(raw.len(), |length| start + length);
        visitor.line(&mut raw, start..end, number);
        start = end + 1;
        number += 1;
    }
    batch.problems.sort_by_key(|problem| problem.line);
    inputs.recycle(raw);
}

struct Visitor<'a, 's> {
    parser: RecordParser<'a>,
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
        if self.in_place(line, number, place).is_some() {
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
        let found = json_flat::read(line, &parser.keys, &mut self.marks, seen)?;
        if !found.strings[TEXT] {
            return None;
        }
        let line = std::str::from_utf8(line).ok()?;
        let values =
            found.values.each_ref().map(|range| range.clone().and_then(|range| line.get(range)));
        // As `json_record` has them: strings with their quotation marks.
        let quoted = |n: usize| {
            let range = found.values[n].clone()?;
            if found.strings[n] { line.get(range.start - 1..range.end + 1) } else { values[n] }
        };
        parser.batch.columns.count(&values);
        let id = parser.field(quoted(ID), ID, number);
        // Not needed, but what is wrong with them is reported all the same.
        let mut check = |column: usize| {
            let odd = |value: &str| value.contains('\\');
            if !found.strings[column] || values[column].is_some_and(odd) {
                parser.field(quoted(column), column, number);
            }
        };
        check(OUTLET);
        check(TITLE);
        let date = parser.date(quoted(DATE), number);
        let extra = quoted(EXTRA).and_then(|value| parser.field(Some(value), EXTRA, number));
        parser.batch.visited += 1;
        (self.sink)(Record { text: values[TEXT]?, id, date, extra, place });
        Some(())
    }
}

//! Documents are handed on where they stand in the block, without a copy of their text.
//!
//! The quick twin of `parse`, for stages that look at every text once and keep none.
//! Invariant: the documents, problems and columns are those of [`Corpus::parse`]; only the
//! separators in a text may be others (see `flat`).

use super::again::Place;
use super::cut::Lines;
use super::flat;
use super::found::Found;
use super::jsonl::Parser;
use super::tally::{DATE, ID, OUTLET, TEXT, TITLE};
use super::{Batch, Corpus, Date, Document, Format, Problem, encoding, text_dir};
use crate::simd::Marks;
use memchr::memchr_iter;
use std::ops::Range;

/// A document as a visitor sees it.
#[derive(Debug)]
pub struct Record<'a> {
    /// A text with the tokens of the document's text (separators may differ).
    pub text: &'a str,
    /// The id column; none where there is none (then the name is `PATH:N`, or `PATH`).
    pub id: Option<String>,
    /// When, where known.
    pub date: Option<Date>,
    /// The title column, where known.
    pub title: Option<String>,
    /// Where the record stands.
    pub place: Place,
}

type Sink<'s> = &'s mut dyn FnMut(Record<'_>);

/// Visits the lines of a block.
pub(super) fn lines(corpus: &Corpus, mut lines: Lines, batch: &mut Batch, sink: Sink<'_>) {
    let mut raw = std::mem::take(&mut lines.raw);
    let Some(parser) = Parser::new(corpus, &lines, batch) else { return };
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
    corpus.recycle(raw);
}

struct Visitor<'a, 's> {
    parser: Parser<'a>,
    marks: Marks,
    lines: &'a Lines,
    sink: Sink<'s>,
}

impl Visitor<'_, '_> {
    fn line(&mut self, raw: &mut [u8], range: Range<usize>, number: u64) {
        let offset = self.lines.offset + range.start as u64;
        let Some(line) = raw.get_mut(range) else { return };
        if !self.parser.is_record(line, number) {
            return;
        }
        let Some(place) = place(self.lines.source, offset, line.len(), number) else {
            return self.parser.skip(number, "record over 4 GiB", "split the document");
        };
        if self.in_place(line, number, place).is_some() {
            return;
        }
        if let Some(document) = self.parser.repaired(line, number) {
            self.parser.batch.visited += 1;
            let Document { id, text, meta } = document;
            let text = text.into_string().into();
            hand_over(Found { id: Some(id), text, meta, place }, self.sink);
        }
    }

    /// The quick way; none where it does not lead to a document.
    fn in_place(&mut self, line: &mut [u8], number: u64, place: Place) -> Option<()> {
        let parser = &mut self.parser;
        let seen = parser.sampling.then_some(&mut parser.batch.columns);
        let found = flat::read(line, &parser.keys, &mut self.marks, seen)?;
        if !found.strings[TEXT] {
            return None;
        }
        let line = std::str::from_utf8(line).ok()?;
        let values =
            found.values.each_ref().map(|range| range.clone().and_then(|range| line.get(range)));
        // As `json` has them: strings with their quotation marks.
        let quoted = |n: usize| {
            let range = found.values[n].clone()?;
            if found.strings[n] { line.get(range.start - 1..range.end + 1) } else { values[n] }
        };
        parser.batch.columns.count(&values);
        let id = parser.field(quoted(ID), ID, number);
        // Not needed, but what is wrong with it is told all the same.
        if !found.strings[OUTLET] || values[OUTLET].is_some_and(|value| value.contains('\\')) {
            parser.field(quoted(OUTLET), OUTLET, number);
        }
        let date = parser.date(quoted(DATE), number);
        let title = parser.field(quoted(TITLE), TITLE, number);
        parser.batch.visited += 1;
        (self.sink)(Record { text: values[TEXT]?, id, date, title, place });
        Some(())
    }
}

fn place(source: usize, offset: u64, bytes: usize, line: u64) -> Option<Place> {
    let source = u32::try_from(source).ok()?;
    Some(Place { source, bytes: u32::try_from(bytes).ok()?, offset, line })
}

/// Hands a document on.
pub(super) fn hand_over(found: Found<'_>, sink: Sink<'_>) {
    let Found { id, text, meta, place } = found;
    sink(Record { text: &text, id, date: meta.date, title: meta.title, place });
}

/// Visits the text files of a block.
pub(super) fn files(corpus: &Corpus, files: Range<usize>, batch: &mut Batch, sink: Sink<'_>) {
    let mut raw = corpus.pool.take();
    let most = corpus.options.limits.block_problems;
    for number in files {
        let Some(source) = corpus.sources.get(number) else { continue };
        corpus.again.stamp(number, source);
        raw.clear();
        let problem = match text_dir::document(corpus, source, &mut raw) {
            Ok((document, problem)) => {
                // A text file is read again whole, so its length only serves those who copy it; the
                // text of a page is kept.
                let is_page = source.format == Format::Html;
                let length = if is_page { document.text.len() } else { raw.len() };
                let offset = if is_page { corpus.again.keep(&document.text) } else { 0 };
                let bytes = u32::try_from(length).unwrap_or(u32::MAX);
                let source = u32::try_from(number).unwrap_or(u32::MAX);
                batch.visited += 1;
                let place = Place { source, bytes, offset, line: 0 };
                let Document { text, meta, .. } = document;
                let text = text.into_string().into();
                hand_over(Found { id: None, text, meta, place }, sink);
                problem
            }
            Err(encoding::Refusal { cause, cure }) => {
                Some(Problem::skipped(&source.path, None, cause, cure))
            }
        };
        if let Some(problem) = problem {
            batch.report(problem, most);
        }
    }
    corpus.recycle(raw);
}

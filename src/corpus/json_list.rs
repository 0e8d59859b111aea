//! A JSON list, or one object: each value of the list is a record.
//!
//! [`Scan`] finds the borders of the values without building any, for split and for [`each`], which
//! turns the values of a block into documents.
//! Invariant: no recursion, so no nesting is too deep to be passed over.

use super::cut::Lines;
use super::found::Emit;
use super::jsonl::Parser;
use super::{Batch, Corpus};
use memchr::memchr2;
use std::ops::Range;

/// Finds values, byte by byte.
#[derive(Debug, Default, Clone)]
pub(super) struct Scan {
    /// Bytes looked at.
    at: usize,
    /// Where the value begins that has begun.
    start: Option<usize>,
    /// Lists and objects that are open inside it.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where the list was closed.
    closed: Option<usize>,
}

impl Scan {
    /// What comes next is between two values.
    pub(super) fn reset(&mut self) {
        *self = Self { closed: self.closed.map(|_| 0), ..Self::default() };
    }

    /// The next bytes are counted from 0, and what has begun goes on.
    pub(super) fn go_on(&mut self) {
        self.at = 0;
    }

    /// Behind the bracket that closes the list, if it was seen.
    pub(super) fn closed(&self) -> Option<usize> {
        self.closed
    }

    /// Hands the ranges of whole values to `found`, until that says to stop.
    pub(super) fn values(&mut self, raw: &[u8], found: &mut dyn FnMut(Range<usize>) -> bool) {
        while let Some(&byte) = raw.get(self.at) {
            if self.in_string {
                if !self.string(raw) {
                    return;
                }
                continue;
            }
            let Some(start) = self.start else {
                self.between(byte);
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

    /// A byte between two values.
    fn between(&mut self, byte: u8) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b',' => self.at += 1,
            b']' => {
                self.at += 1;
                self.closed = Some(self.at);
            }
            _ => self.start = Some(self.at),
        }
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
pub(super) fn each(corpus: &Corpus, lines: Lines, batch: &mut Batch, emit: Emit<'_>) {
    let raw = &lines.raw[..];
    let Some(mut parser) = Parser::new(corpus, &lines, batch) else { return };
    let (mut number, mut end) = (lines.first_record, 0);
    let mut scan = Scan::default();
    scan.values(raw, &mut |range| {
        end = range.end;
        value(&mut parser, &lines, range, number, emit);
        number += 1;
        true
    });
    // At the end of the source something may be left.
    let left = raw.get(end..).unwrap_or_default();
    let closed = scan.closed().is_some();
    let left_over = left.iter().any(|byte| !byte.is_ascii_whitespace() && !b",]".contains(byte));
    if left_over && !closed {
        let cause = "the last record is not complete";
        parser.skip(number, cause, "fetch or write the file again");
    }
    batch.problems.sort_by_key(|problem| problem.line);
    corpus.recycle(lines.raw);
}

/// One value of the list.
fn value(
    parser: &mut Parser<'_>,
    lines: &Lines,
    range: Range<usize>,
    number: u64,
    emit: &mut dyn FnMut(super::found::Found<'_>),
) {
    let bytes = lines.raw.get(range.clone()).unwrap_or_default();
    if !parser.is_record(bytes, number) {
        return;
    }
    let place = lines.place(&range, number);
    if let Some(found) = parser.found(bytes, number, place) {
        emit(found);
    }
}

//! The fields of one row.
//!
//! Used for headers and rows. A quotation mark opens a quoted field only where the field starts,
//! two inside are one, and what follows the closing one belongs to the field as it is. Invariant: a
//! mark that its row never closes is text.

use crate::corpus::header::{Dialect, Escapes};
use memchr::memchr;
use std::borrow::Cow;

/// What dumps of databases write for no value.
const NULL: &[u8] = b"\\N";

impl Dialect {
    /// A table in which nothing is special but its separator, as far as that is known.
    pub(super) fn with(delimiter: u8) -> Self {
        Self {
            delimiter,
            line_end: b'\n',
            quotes: true,
            blanks: false,
            backslashes: false,
            escapes: Escapes::No,
            columns: 0,
        }
    }

    /// What separates the fields, for people.
    pub(super) fn separator(self) -> String {
        match self.delimiter {
            b'\t' => "tabs".to_owned(),
            other => format!("`{}`", char::from(other)),
        }
    }

    /// Hands the fields of a record (without its line end) to `field`, each with its number.
    pub(super) fn fields<'a>(self, record: &'a [u8], field: &mut dyn FnMut(usize, Cow<'a, [u8]>)) {
        let (mut rest, mut number) = (record, 0);
        loop {
            if self.blanks {
                rest = rest.get(self.blanks_of(rest)..).unwrap_or_default();
            }
            let opened = self.quotes && rest.first() == Some(&b'"');
            let quoted = if opened { self.quoted(rest) } else { None };
            let (value, length) = quoted.unwrap_or_else(|| self.plain(rest));
            field(number, value);
            number += 1;
            match rest.get(length..) {
                Some(more) if !more.is_empty() => rest = more.get(1..).unwrap_or_default(),
                _ => return,
            }
        }
    }

    /// Number of fields of a record.
    pub(super) fn count(self, record: &[u8]) -> usize {
        let mut count = 0;
        self.fields(record, &mut |_, _| count += 1);
        count
    }

    /// Blanks at the start of some bytes.
    pub(super) fn blanks_of(self, bytes: &[u8]) -> usize {
        let is_blank = |byte: &u8| *byte == b' ' || (*byte == b'\t' && self.delimiter != b'\t');
        bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len())
    }

    fn plain(self, rest: &[u8]) -> (Cow<'_, [u8]>, usize) {
        if self.escapes == Escapes::Yes {
            return self.escaped(rest);
        }
        let end = memchr(self.delimiter, rest).unwrap_or(rest.len());
        let value = rest.get(..end).unwrap_or_default();
        (Cow::Borrowed(if value == NULL { &[] } else { value }), end)
    }

    /// A field without quotation marks in which backslashes stand for something.
    fn escaped(self, rest: &[u8]) -> (Cow<'_, [u8]>, usize) {
        let mut borders = memchr::memchr_iter(self.delimiter, rest);
        let end = borders.find(|at| !is_escaped(rest, *at)).unwrap_or(rest.len());
        match rest.get(..end).unwrap_or_default() {
            NULL => (Cow::Borrowed(&[]), end),
            value if value.contains(&b'\\') => (Cow::Owned(resolved(value)), end),
            value => (Cow::Borrowed(value), end),
        }
    }

    /// A field that starts with a quotation mark, and its length with all marks; none where no
    /// mark closes it.
    fn quoted(self, rest: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
        let mut value: Cow<'_, [u8]> = Cow::Borrowed(&[]);
        let mut at = 1;
        loop {
            let inside = rest.get(at..).unwrap_or_default();
            let mark = self.mark(inside)?;
            join(&mut value, inside.get(..mark).unwrap_or_default());
            at += mark + 1;
            if rest.get(at) == Some(&b'"') {
                join(&mut value, b"\"");
                at += 1;
                continue;
            }
            let after = rest.get(at..).unwrap_or_default();
            let length = memchr(self.delimiter, after).unwrap_or(after.len());
            let after = after.get(..length).unwrap_or_default();
            if !self.blanks || self.blanks_of(after) < after.len() {
                join(&mut value, after);
            }
            if self.escapes == Escapes::Yes && value.contains(&b'\\') {
                value = Cow::Owned(resolved(&value));
            } else if self.backslashes && value.contains(&b'\\') {
                value = Cow::Owned(unescaped(&value));
            }
            return Some((value, at + length));
        }
    }

    /// Whether a line, which starts with a mark, could be the first of a row: its fields are sound,
    /// and are as many as the table has, or the last of them goes on below.
    pub(super) fn starts_row(self, line: &[u8]) -> bool {
        let (mut rest, mut fields) = (line.trim_ascii_end(), 0);
        loop {
            fields += 1;
            let length = match rest.strip_prefix(b"\"") {
                None => memchr(self.delimiter, rest).unwrap_or(rest.len()),
                Some(inside) => match self.closing_mark(inside) {
                    Some(mark) => mark + 2,
                    None => return fields <= self.columns,
                },
            };
            match rest.get(length..) {
                None | Some([]) => return fields == self.columns,
                Some([next, more @ ..]) if *next == self.delimiter => rest = more,
                Some(_) => return false,
            }
        }
    }

    /// The mark that closes a field, in what follows the one that opens it.
    fn closing_mark(self, inside: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let mark = at + self.mark(inside.get(at..)?)?;
            if inside.get(mark + 1) != Some(&b'"') {
                return Some(mark);
            }
            at = mark + 2;
        }
    }

    /// The next quotation mark that means something.
    fn mark(self, inside: &[u8]) -> Option<usize> {
        if !self.backslashes {
            return memchr(b'"', inside);
        }
        memchr::memchr_iter(b'"', inside).find(|at| !is_escaped(inside, *at))
    }
}

/// A record without its line feed and the carriage returns before that.
pub(super) fn without_end(record: &[u8]) -> &[u8] {
    let mut record = record.strip_suffix(b"\n").unwrap_or(record);
    while let Some(shorter) = record.strip_suffix(b"\r") {
        record = shorter;
    }
    record
}

/// Whether an odd number of backslashes is before a place.
pub(super) fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Without the backslashes before marks and backslashes.
fn unescaped(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let next = bytes.next_if(|next| byte == b'\\' && matches!(next, b'"' | b'\\'));
        out.push(next.unwrap_or(byte));
    }
    out
}

/// What the letter after a backslash stands for; none where it stands for itself.
pub(super) fn meant(letter: u8) -> Option<u8> {
    Some(match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        _ => return None,
    })
}

/// With what the backslashes stand for. One before another letter or a digit stays, since it means
/// nothing that is known.
fn resolved(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let letter = if byte == b'\\' { bytes.peek().copied() } else { None };
        let Some(letter) = letter else {
            out.push(byte);
            continue;
        };
        if meant(letter).is_none() && letter.is_ascii_alphanumeric() {
            out.push(byte);
            continue;
        }
        bytes.next();
        out.push(meant(letter).unwrap_or(letter));
    }
    out
}

/// Appends; the first part is only borrowed.
fn join<'a>(value: &mut Cow<'a, [u8]>, part: &'a [u8]) {
    if value.is_empty() {
        *value = Cow::Borrowed(part);
    } else if !part.is_empty() {
        value.to_mut().extend_from_slice(part);
    }
}

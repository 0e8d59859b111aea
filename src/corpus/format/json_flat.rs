//! One JSON record in place: the common case, without copying its text.
//!
//! Used where documents are visited or read again. Finds the borders of the values from the
//! [`Marks`] of the line, and overwrites the two-character escapes in the text (`\n`, `\"` ..) by
//! two spaces: both are one separator, so the text has the same tokens. Whatever is not as expected
//! (a `\u` escape in the text, an error, an odd number) is left to `json_record`, which is slower
//! and accepts everything. Invariant: what is accepted here, `json_record` accepts with the same
//! values.

use super::json_record::Keys;
use super::tagged;
use crate::corpus::columns::{COLUMNS, ColumnsSeen, TEXT};
use crate::simd::{Kernel, Marks};
use serde_json::value::RawValue;
use std::ops::Range;

/// Borders of the values in the line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FlatRecord {
    /// Of a string the inside, of anything else the value as written.
    pub values: [Option<Range<usize>>; COLUMNS],
    /// Which of them are strings.
    pub strings: [bool; COLUMNS],
}

/// Reads a record; none where it needs a closer look.
///
/// The caller must check that the line is valid UTF-8 before it uses a value. `escaped` is set
/// where the text has line ends as two signs, also where the rest is left to the other reader,
/// which finds spaces in their place.
pub(crate) fn read(
    line: &mut [u8],
    keys: &Keys<'_>,
    (marks, escaped): (&mut Marks, &mut bool),
    mut seen: Option<&mut ColumnsSeen>,
) -> Option<FlatRecord> {
    if keys.has_paths() {
        return None;
    }
    marks.fill(line, Kernel::best());
    let mut cursor = Cursor { line, marks, at: 0, last: (0, 0), escaped };
    let mut found = FlatRecord::default();
    cursor.take(b'{')?;
    if cursor.peek()? == b'}' {
        cursor.at += 1;
        return cursor.end().then_some(found);
    }
    loop {
        cursor.take(b'"')?;
        let key = cursor.key()?;
        let wanted = keys.which(cursor.line.get(key)?, seen.as_deref_mut());
        cursor.take(b':')?;
        let string = cursor.peek()? == b'"';
        let value = if string {
            cursor.at += 1;
            cursor.string(match wanted.iter().filter(|&&is| is).count() {
                1 if wanted[TEXT] => Escapes::Blank,
                // A text that is the id as well must keep its escapes.
                2.. if wanted[TEXT] => Escapes::Refuse,
                _ => Escapes::Keep,
            })?
        } else {
            cursor.other(keys)?
        };
        if wanted != [false; COLUMNS] {
            for (n, _) in wanted.iter().enumerate().filter(|(_, is)| **is) {
                // Which of several values counts is for the other reader to say.
                if found.values[n].is_some() {
                    return None;
                }
                (found.values[n], found.strings[n]) = (Some(value.clone()), string);
            }
        }
        match cursor.peek()? {
            b',' => cursor.at += 1,
            b'}' => {
                cursor.at += 1;
                return cursor.end().then_some(found);
            }
            _ => return None,
        }
    }
}

/// What becomes of the escapes in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Keep,
    /// Overwritten by spaces.
    Blank,
    /// Left to the other reader.
    Refuse,
}

struct Cursor<'a> {
    line: &'a mut [u8],
    marks: &'a Marks,
    at: usize,
    /// The end of the last escape that was overwritten, and its letter.
    last: (usize, u8),
    /// Set where line ends are written as two signs in the text.
    escaped: &'a mut bool,
}

impl Cursor<'_> {
    /// The next byte that is not white space.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.line.get(self.at)? {
                b' ' | b'\t' | b'\r' => self.at += 1,
                &byte => return Some(byte),
            }
        }
    }

    #[inline(always)]
    fn take(&mut self, byte: u8) -> Option<()> {
        let found = self.peek()? == byte;
        self.at += usize::from(found);
        found.then_some(())
    }

    /// Whether nothing but white space follows.
    fn end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// A key without escapes, after its first quotation mark.
    fn key(&mut self) -> Option<Range<usize>> {
        let (start, end) = (self.at, self.marks.next(self.at)?);
        self.at = end + 1;
        (self.line.get(end) == Some(&b'"')).then_some(start..end)
    }

    /// The inside of a string, after its first quotation mark.
    fn string(&mut self, escapes: Escapes) -> Option<Range<usize>> {
        let start = self.at;
        loop {
            let mark = self.marks.next(self.at)?;
            match *self.line.get(mark)? {
                b'"' => {
                    self.at = mark + 1;
                    return Some(start..mark);
                }
                b'\\' if escapes != Escapes::Refuse => self.escape(mark, escapes)?,
                _ => return None,
            }
        }
    }

    /// Whether a line could end before a place, judged by what was there before it was overwritten.
    fn is_open_before(&self, mark: usize) -> bool {
        match self.last {
            (end, letter) if end == mark => matches!(letter, b'"' | b'n' | b'r' | b't'),
            _ => tagged::is_open_before(self.line.get(..mark).unwrap_or_default()),
        }
    }

    /// The escape at `mark`.
    #[inline(always)]
    fn escape(&mut self, mark: usize, escapes: Escapes) -> Option<()> {
        let escape = self.line.get_mut(mark..)?;
        match escape.get(1)? {
            &letter @ (b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                let is_break = escape.starts_with(br"\\n");
                if escapes == Escapes::Blank
                    && let Some(pair) = escape.get_mut(..2)
                {
                    pair.fill(b' ');
                    if is_break && self.is_open_before(mark) {
                        *self.escaped = true;
                    }
                    self.last = (mark + 2, letter);
                }
                self.at = mark + 2;
            }
            b'u' if escapes == Escapes::Keep
                && escape.get(2..6)?.iter().all(u8::is_ascii_hexdigit) =>
            {
                self.at = mark + 6;
            }
            _ => return None,
        }
        Some(())
    }

    /// A value that is no string.
    fn other(&mut self, keys: &Keys<'_>) -> Option<Range<usize>> {
        let start = self.at;
        let rest = self.line.get(start..)?;
        let length = match rest.first()? {
            b'n' => literal(rest, b"null")?,
            b't' => literal(rest, b"true")?,
            b'f' => literal(rest, b"false")?,
            b'[' | b'{' => nested(rest, keys)?,
            _ => number(rest)?,
        };
        self.at = start + length;
        Some(start..self.at)
    }
}

fn literal(rest: &[u8], name: &[u8]) -> Option<usize> {
    rest.starts_with(name).then_some(name.len())
}

/// Length of a list or object; left to `serde_json`.
fn nested(rest: &[u8], keys: &Keys<'_>) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
    let value = values.next()?.ok()?.get();
    (!keys.too_deep(value)).then_some(value.len())
}

/// Length of a number without an exponent.
fn number(rest: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
    };
    let start = usize::from(rest.first() == Some(&b'-'));
    let whole = digits(start);
    if whole == 0 || (whole > 1 && rest.get(start) == Some(&b'0')) {
        return None;
    }
    let mut end = start + whole;
    if rest.get(end) == Some(&b'.') {
        let part = digits(end + 1);
        end += 1 + part;
        if part == 0 {
            return None;
        }
    }
    (!matches!(rest.get(end), Some(b'e' | b'E'))).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::json_record as json;
    use crate::corpus::options::ReadOptions;
    use proptest::prelude::*;

    fn flat(line: &str) -> Option<(FlatRecord, String)> {
        let options = ReadOptions::default();
        let mut bytes = line.as_bytes().to_vec();
        let found = read(
            &mut bytes,
            &Keys::new(&options, None),
            (&mut Marks::default(), &mut false),
            None,
        )?;
        Some((found, String::from_utf8(bytes).unwrap()))
    }

    /// Whatever is accepted must be what `json_record` finds, but for blanked escapes in the text.
    fn check(line: &str) -> Result<bool, TestCaseError> {
        let Some((found, blanked)) = flat(line) else { return Ok(false) };
        let options = ReadOptions::default();
        let expected = json::values(line, &Keys::new(&options, None), None);
        prop_assert!(expected.is_ok(), "accepted: {}", line);
        for (n, expected) in expected.unwrap().into_iter().enumerate() {
            let value = found.values[n].clone().map(|range| &blanked[range]);
            let inside = match json::kind(expected) {
                json::Kind::Text(inside) => Some(inside),
                _ => expected,
            };
            prop_assert_eq!(found.strings[n], matches!(json::kind(expected), json::Kind::Text(_)));
            if n == TEXT
                && let (Some(text), Some(inside)) = (value, inside)
            {
                prop_assert_eq!(text.len(), inside.len());
                let decoded = json::decode(inside, &mut String::new()).0;
                let words = |text: &str| {
                    let word = |c: char| !c.is_alphanumeric();
                    text.split(word)
                        .filter(|w| !w.is_empty())
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                };
                prop_assert_eq!(words(text), words(&decoded));
            } else {
                prop_assert_eq!(value, inside);
            }
        }
        Ok(true)
    }

    #[track_caller]
    fn accepted(line: &str) {
        assert!(check(line).unwrap(), "{line}");
    }

    #[track_caller]
    fn left(line: &str) {
        assert!(flat(line).is_none(), "{line}");
    }

    #[test]
    fn usual_records_are_read_in_place() {
        accepted(r#"{"id": "a", "text": "one\ntwo \"three\" \\ four\/"}"#);
        accepted(r#"{"text":"x","id":7,"n":-0.25,"t":true,"f":false,"o":null,"l":[1,{"a":"]"}]} "#);
        accepted(r#"{"title":"caf\u00e9","text":"x"}"#);
        accepted("{}");
        accepted("\t{ \"text\" : \"x\" }\r");
    }

    #[test]
    fn what_is_odd_is_left_to_the_other_reader() {
        for line in [
            r#"{"text":"caf\u00e9"}"#,
            r#"{"text":"x","text":"y"}"#,
            r#"{"te\u0078t":"x"}"#,
            r#"{"text":"x"#,
            r#"{"text":"x"},"#,
            r#"{"text":"x",}"#,
            r#"{"text""x"}"#,
            r#"{"text":"\x"}"#,
            r#"{"n":01}"#,
            r#"{"n":1e5}"#,
            r#"{"n":1.}"#,
            r#"{"n":-}"#,
            r#"{"n":nul}"#,
            r#"{"l":[1}"#,
            "[]",
            "",
            "{",
            "\"a\"",
            "{\"text\":\"a\tb\"}",
            r#"{"title":"\u12"}"#,
        ] {
            left(line);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_accepted_is_right(
            line in prop::collection::vec(prop_oneof![
                Just("{"), Just("}"), Just("\""), Just(":"), Just(","), Just("\"text\":"),
                Just("\"id\":"), Just("\\n"), Just("\\\""), Just("\\"), Just("a b"), Just("1"),
                Just("0"), Just("."), Just("-"), Just("[1,2]"), Just("null"), Just(" "),
                Just("\u{e9}"), Just("\"x\""), Just("\\u00e9"),
            ], 0..14)
        ) {
            check(&line.concat())?;
            check(&format!("{{\"text\":\"{}\"}}", line.concat()))?;
            check(&format!("{{\"id\":{},\"text\":\"a\"}}", line.concat()))?;
        }
    }
}

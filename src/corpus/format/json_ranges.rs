//! Where the values of a JSON list start and end.
//!
//! Fed by the cutter of `json` with bytes in whatever pieces they come, and by `json_records`;
//! hands over ranges. A value that cannot be JSON (a brace that is never closed, a quotation mark
//! too many) ends where the next record starts, so damage costs one record and not all that follow.
//! Invariant: no recursion, each byte is looked at once, and the ranges are a function of the bytes
//! since the start of the first value.

use crate::corpus::source::kind::RECORD_SEPARATOR;
use memchr::memchr3;
use std::ops::Range;

/// Lists and objects in each other whose kinds are checked; deeper ones are counted.
const MOST_CHECKED: usize = 256;

/// Bytes of a first key that must be the same in the next record.
const MOST_KEY: usize = 64;

/// What precedes the next byte, outside of strings: this stands for a number or a bare word.
const WORD: u8 = b'0';

/// Finds values, byte by byte.
#[derive(Debug, Default, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own to the next byte")]
pub(super) struct ValueRanges {
    /// Bytes looked at.
    at: usize,
    /// Where the open value starts.
    start: Option<usize>,
    /// Lists and objects that are open inside it.
    depth: usize,
    /// The brackets of the outer ones.
    open: Vec<u8>,
    /// The last byte that means something: a bracket, a colon, a comma, the end of a string.
    before: u8,
    /// The first key of the open value with its quotation marks.
    key: Vec<u8>,
    /// No colon has followed the first key yet.
    is_key: bool,
    /// A brace that ended the last string, which may be the next record, and what precedes it.
    brace: Option<(usize, [u8; 2])>,
    in_string: bool,
    escaped: bool,
    /// The open value is no JSON: the start of the next record is looked for.
    lost: Option<Lost>,
    /// Where the list was closed.
    closed: Option<usize>,
    /// A comma follows the end of the list.
    goes_on: bool,
    /// What follows the list in its envelope.
    tail: Tail,
}

/// Where the search is in what follows the list.
#[derive(Debug, Default, Clone)]
struct Tail {
    /// Lists and objects that are open.
    depth: usize,
    /// The last byte that is not white space.
    before: u8,
    in_string: bool,
    escaped: bool,
}

/// A search for the start of a record.
#[derive(Debug, Default, Clone)]
struct Lost {
    /// The last two bytes that are not white space.
    before: [u8; 2],
    /// Where a record may start.
    brace: Option<usize>,
    /// Bytes of its first key that are as wanted.
    same: usize,
}

impl ValueRanges {
    /// Starts at a place between two values.
    pub(super) fn from(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    /// Starts anew; a list that was closed stays so.
    pub(super) fn reset(&mut self) {
        let (closed, goes_on) = (self.closed.map(|_| 0), self.goes_on);
        let tail = std::mem::take(&mut self.tail);
        *self = Self { closed, goes_on, tail, ..Self::default() };
    }

    /// Where a value starts that is still open.
    pub(super) fn start(&self) -> Option<usize> {
        self.start
    }

    /// The next bytes are counted from 0, and the open value goes on.
    pub(super) fn go_on(&mut self) {
        (self.at, self.brace) = (0, None);
        if let Some(lost) = &mut self.lost {
            lost.brace = None;
        }
    }

    /// Where the list was closed.
    pub(super) fn closed(&self) -> Option<usize> {
        self.closed
    }

    /// Hands the ranges of whole values to `found`, until that says to stop.
    pub(super) fn values(&mut self, raw: &[u8], found: &mut dyn FnMut(Range<usize>) -> bool) {
        while let Some(&byte) = raw.get(self.at) {
            if self.lost.is_some() {
                match self.next_record(byte) {
                    Some(next) if !self.end(self.trimmed(raw, next), found) => return,
                    _ => continue,
                }
            }
            if self.in_string {
                if !self.string(raw) {
                    return;
                }
                continue;
            }
            if self.start.is_none() {
                self.between(byte);
                continue;
            }
            if let Some(end) = self.inside(byte)
                && !self.end(end, found)
            {
                return;
            }
        }
    }

    /// Where the open value ends before another: before blanks and a comma.
    fn trimmed(&self, raw: &[u8], next: usize) -> usize {
        let start = self.start.filter(|&start| start < next).unwrap_or(0);
        let piece = raw.get(start..next).unwrap_or_default().trim_ascii_end();
        start + piece.strip_suffix(b",").unwrap_or(piece).trim_ascii_end().len()
    }

    fn end(&mut self, end: usize, found: &mut dyn FnMut(Range<usize>) -> bool) -> bool {
        let start = self.start.take().unwrap_or(0);
        (self.depth, self.before, self.lost) = (0, 0, None);
        (self.brace, self.is_key) = (None, false);
        self.open.clear();
        self.key.clear();
        found(start.min(end)..end)
    }

    /// A byte of the open value, outside of its strings; its end where this is it.
    fn inside(&mut self, byte: u8) -> Option<usize> {
        let at = self.at;
        self.at += 1;
        let list = self.open.last() == Some(&b'[');
        // Brackets beyond those that are checked are only counted.
        let checked = self.depth == self.open.len();
        let fits = match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b',' | b']' if self.depth == 0 => {
                return Some(self.back(at));
            }
            b' ' | b'\n' | b'\r' | b'\t' => return None,
            b'"' => {
                self.in_string = true;
                if self.is_key {
                    self.key.clear();
                }
                self.is_key = self.before == b'{' && self.open == [b'{'];
                if self.is_key {
                    self.key.push(byte);
                }
                matches!(self.before, 0 | b'{' | b'[' | b',' | b':')
            }
            b'{' | b'[' => {
                let fits =
                    self.depth == 0 || self.before == b':' || list && b"[,".contains(&self.before);
                self.opens(byte, at);
                fits || !checked
            }
            b'}' | b']' if self.depth == 0 => self.before != b'"',
            b'}' | b']' => {
                self.depth -= 1;
                let fits = !checked || self.open.pop() == Some(byte - 2);
                if fits && self.depth == 0 {
                    return Some(self.at);
                }
                fits
            }
            b':' => {
                self.is_key = false;
                !checked || self.depth > 0 && !list && self.before == b'"'
            }
            b',' => self.before != b':',
            _ => self.before != b'"',
        };
        self.before = if b"{[]}:,".contains(&byte) { byte } else { WORD };
        if !fits {
            self.loses(byte, at);
        }
        None
    }

    fn back(&mut self, at: usize) -> usize {
        self.at = at;
        at
    }

    /// A list or an object is opened.
    fn opens(&mut self, byte: u8, at: usize) {
        if byte == b'{' && self.open == [b'['] && self.before == b'[' {
            // Records in a list of their own are records.
            (self.start, self.depth) = (Some(at), 0);
            self.open.clear();
        }
        if self.depth == self.open.len() && self.depth < MOST_CHECKED {
            self.open.push(byte);
        }
        self.depth += 1;
    }

    /// The open value is no JSON, seen at this byte.
    fn loses(&mut self, byte: u8, at: usize) {
        self.in_string = false;
        if std::mem::take(&mut self.is_key) {
            self.key.clear();
        }
        let mut lost = Lost { before: [0, byte], ..Lost::default() };
        if byte == b'{' {
            lost.brace = Some(at);
        } else if let Some((brace, before)) = self.brace.take() {
            // What looked like a string went from the end of one record into the next.
            (self.at, lost.before) = (brace, before);
        }
        self.lost = Some(lost);
    }

    /// A byte of a value that is no JSON; the place of the next record where one starts there.
    fn next_record(&mut self, byte: u8) -> Option<usize> {
        let at = self.at;
        self.at += 1;
        let lost = self.lost.as_mut()?;
        if lost.same == 0 && matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | RECORD_SEPARATOR) {
            return None;
        }
        if let Some(brace) = lost.brace {
            let wanted = if self.key.is_empty() { &b"\""[..] } else { &self.key };
            if wanted.get(lost.same) == Some(&byte) {
                lost.same += 1;
                if lost.same == wanted.len() {
                    self.at = brace;
                    return Some(brace);
                }
                return None;
            }
            (lost.brace, lost.same) = (None, 0);
        }
        let follows = match lost.before {
            // With a key that is known only what is a value or the first in a list is none.
            [_, latest] if !self.key.is_empty() => !b":[".contains(&latest),
            [b'}', b','] | [_, b'}'] => true,
            _ => false,
        };
        if byte == b'{' && follows {
            lost.brace = Some(at);
        }
        lost.before = [lost.before[1], byte];
        None
    }

    /// A byte between two values; the mark of UTF-8 is there where files were joined.
    fn between(&mut self, byte: u8) {
        match (byte, self.closed) {
            (_, Some(_)) if self.tail.before != 0 => self.after(byte),
            (b' ' | b'\n' | b'\r' | b'\t' | RECORD_SEPARATOR | 0xef | 0xbb | 0xbf, _)
            | (b',', None) => self.at += 1,
            (b',', Some(_)) if !self.goes_on => {
                self.at += 1;
                self.goes_on = true;
            }
            (b'[', Some(_)) => {
                self.at += 1;
                (self.closed, self.goes_on) = (None, false);
            }
            // A bracket too many closed the list.
            (b'{', Some(_)) => (self.closed, self.goes_on) = (None, false),
            (_, Some(_)) => self.after(byte),
            (b']', None) => {
                self.at += 1;
                self.closed = Some(self.at);
            }
            (_, None) => self.start = Some(self.at),
        }
    }

    /// A byte of what follows the list. That is the rest of an envelope, an object, in which no
    /// object follows a comma: where one does, damage has closed the list, and it is a record.
    fn after(&mut self, byte: u8) {
        let tail = &mut self.tail;
        match byte {
            _ if std::mem::take(&mut tail.escaped) => {}
            b'\\' if tail.in_string => tail.escaped = true,
            b'"' => tail.in_string = !tail.in_string,
            b'\n' => tail.in_string = false,
            _ if tail.in_string => {}
            b'{' if tail.depth == 0 && tail.before == b',' => {
                (self.closed, self.goes_on, self.tail) = (None, false, Tail::default());
                return;
            }
            b'{' | b'[' => tail.depth += 1,
            b'}' | b']' => tail.depth = tail.depth.saturating_sub(1),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            tail.before = byte;
        }
        self.at += 1;
    }

    /// Goes on inside a string; false at the end of the bytes.
    fn string(&mut self, raw: &[u8]) -> bool {
        let from = self.at;
        if std::mem::take(&mut self.escaped) {
            self.at += 1;
        }
        let rest = raw.get(self.at..).unwrap_or_default();
        let Some(mark) = memchr3(b'"', b'\\', b'\n', rest) else {
            self.at = raw.len();
            self.keeps(raw.get(from..).unwrap_or_default());
            return false;
        };
        self.at += mark + 1;
        self.keeps(raw.get(from..self.at).unwrap_or_default());
        let seen = raw.get(..self.at - 1).unwrap_or_default();
        match rest.get(mark) {
            Some(b'\\') => self.escaped = true,
            // A string holds no line feed: a quotation mark is missing, or there is one too many.
            Some(b'\n') => {
                self.brace = None;
                self.loses(b'\n', self.at - 1);
                let before = last_two(seen);
                self.lost.iter_mut().for_each(|lost| lost.before = before);
            }
            _ => {
                (self.in_string, self.before) = (false, b'"');
                let brace = seen.strip_suffix(b"{").map(|seen| (seen.len(), last_two(seen)));
                self.brace = brace;
            }
        }
        true
    }

    /// Keeps the bytes of the first key.
    fn keeps(&mut self, bytes: &[u8]) {
        if self.is_key {
            let room = MOST_KEY.saturating_sub(self.key.len());
            self.key.extend(bytes.iter().take(room));
        }
    }
}

/// The last two bytes that are not white space.
fn last_two(seen: &[u8]) -> [u8; 2] {
    let near = seen.get(seen.len().saturating_sub(64)..).unwrap_or_default();
    let mut back = near.iter().rev().copied().filter(|byte| !byte.is_ascii_whitespace());
    let last = back.next().unwrap_or_default();
    [back.next().unwrap_or_default(), last]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of a list, after its bracket.
    fn values(list: &str) -> Vec<&str> {
        let (mut found, mut ranges) = (Vec::new(), ValueRanges::default());
        ranges.values(list.as_bytes(), &mut |range| {
            found.push(&list[range]);
            true
        });
        found
    }

    #[test]
    fn damage_ends_where_the_next_record_starts() {
        let rest = r#"{"id":2,"text":"b, {c}"},{"id":3,"x":[{"id":1},{"id":{"id":4}}]}"#;
        let whole = values(rest);
        assert_eq!(whole.len(), 2);
        for damaged in [
            r#"{"id":1,"text":"a""#,
            r#"{"id":1,"text":"a"#,
            r#"{"id":1,"text":"a}"#,
            r#"{"id":1,"text":{"a"}"#,
            r#"{"id":1,"text":["a"}"#,
            r#"{"id":1,"text":"a" b"}"#,
            r#"{"id":1,"text":"a"]}"#,
            r#"{"id":1,"text":a"}"#,
            "{\"id\":1,\"text\":\"a\n\"}",
            r#"{"id:1,"text":"a"}"#,
        ] {
            for between in [",", ",\n", ", "] {
                let list = format!("{damaged}{between}{rest}");
                let found = values(&list);
                assert_eq!(found.get(1..), Some(&whole[..]), "{list}: {found:?}");
            }
        }
    }

    #[test]
    fn brackets_too_many_cost_nothing() {
        assert_eq!(values(r#"{"a":1}],{"a":2}]"#), [r#"{"a":1}"#, r#"{"a":2}"#]);
        assert_eq!(values(r#"[{"a":1},{"a":2}],[{"a":3}]"#).len(), 3);
        assert_eq!(values(r#"{"a":1}],"facets":[{"a":2},{"a":3}]"#), [r#"{"a":1}"#]);
        assert_eq!(values(r#"{"a":1}],"n":{"x":"},{\""},"m":[{},{}]}} ,"k":1}"#).len(), 1);
        let closed = values(r#"{"a":1},{"a":2}],"b":{"c":"x]"}},{"a":3},{"a":4}]}"#);
        assert_eq!(closed[2..], [r#"{"a":3}"#, r#"{"a":4}"#], "damage has closed the list");
        assert_eq!(values(r#"{{"a":1},{"a":2}"#).last(), Some(&r#"{"a":2}"#));
    }

    #[test]
    fn pieces_do_not_matter() {
        let list =
            r#"{"id":1,"text":"a},{"id":2,"t":"\"b"}, [1, {"c":[]}] 7,{"id":3,"a"},{"id":4}]"#;
        let mut pieces = ValueRanges::default();
        let mut found = Vec::new();
        for end in 0..=list.len() {
            pieces.values(&list.as_bytes()[..end], &mut |range| {
                found.push(&list[range]);
                true
            });
        }
        assert_eq!(found, values(list));
        assert_eq!(pieces.closed(), Some(list.len()));
    }

    #[test]
    fn any_depth_is_passed_over() {
        let deep = format!("{}{},{{\"a\":1}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(values(&deep).len(), 2);
    }
}

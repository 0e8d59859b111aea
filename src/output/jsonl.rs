//! JSON Lines: one object a line, for programs.
//!
//! Written by hand because this is where a large run spends its output time; the tests hold it to
//! what serde makes of the same records. Names and order of the fields are those that
//! [`record`](crate::record) declares. Invariant: unsafe characters (see [`escape`]) are written as
//! `\uXXXX`, which means the same to a parser and nothing to a terminal.

use super::escape;
use super::format::{Format, ReportSize, Rows, Tables, Wanted};
use super::rows::{Cell, Column};
use crate::detect::FamilyPart;
use crate::record::{Evidence, Family, Key, Record, Value, Visitor};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The format.
#[derive(Debug)]
pub(super) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn tables(&self) -> Option<&dyn Tables> {
        Some(self)
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        wanted.pairs(&|pair, to| line(pair, to), out)?;
        Ok(None)
    }
}

impl Tables for JsonLines {
    fn write_families(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
        wanted.family_parts(&family, out)
    }

    fn write_rows(&self, rows: Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut line = Vec::new();
        for cells in rows.cells {
            line.clear();
            row(rows.columns, &cells, &mut line);
            out.write_all(&line)?;
        }
        Ok(())
    }
}

/// Appends a record and a newline.
pub fn line(record: &impl Record, out: &mut Vec<u8>) {
    object(record, out);
    out.push(b'\n');
}

/// Appends part of the line of a family, whose members are its last field.
pub(super) fn family(family: &Family<'_>, part: FamilyPart, out: &mut Vec<u8>) {
    /// What follows the last member.
    const END: &[u8] = b"]}\n";
    if part.is_first {
        line(family, out);
        out.truncate(out.len() - END.len());
    } else {
        for member in &family.members {
            out.push(b',');
            object(member, out);
        }
    }
    if part.is_last {
        out.extend_from_slice(END);
    }
}

/// Appends a row as an object, and a newline.
fn row(columns: &[Column], cells: &[Cell<'_>], out: &mut Vec<u8>) {
    out.push(b'{');
    for (n, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if n > 0 {
            out.push(b',');
        }
        string(&column.name, out);
        match cell {
            Cell::Null => null(":", out),
            Cell::Text(text) => field(":", text, out),
            Cell::Int(value) => write!(out, ":{value}").unwrap_or_default(),
            Cell::Float(value) => fraction(":", *value, out),
            Cell::Bool(value) => truth(":", *value, out),
        }
    }
    out.extend_from_slice(b"}\n");
}

/// Appends a record as an object.
fn object(record: &impl Record, out: &mut Vec<u8>) {
    out.push(b'{');
    record.visit(&mut Object { out });
    // Every field leaves a comma, of which the last is in the place of the brace.
    if let Some(last) = out.last_mut() {
        *last = b'}';
    }
}

/// Appends the fields of a record, each followed by a comma.
struct Object<'o> {
    out: &'o mut Vec<u8>,
}

impl<'a> Visitor<'a> for Object<'_> {
    #[inline]
    fn value(&mut self, key: Key, value: Value<'a>) {
        match value {
            Value::Null => null(key.json, self.out),
            Value::Text(text) => field(key.json, text, self.out),
            Value::Int(value) => number(key.json, value, self.out),
            Value::Float(value) => fraction(key.json, value, self.out),
            Value::Bool(value) => truth(key.json, value, self.out),
            Value::Evidence(list) => evidence(key.json, list, self.out),
        }
        self.out.push(b',');
    }

    fn absent(&mut self, _: Key) {}

    #[inline]
    fn record(&mut self, key: Key, record: Option<&'a impl Record>) {
        match record {
            Some(record) => {
                self.out.extend_from_slice(key.json.as_bytes());
                object(record, self.out);
            }
            None => null(key.json, self.out),
        }
        self.out.push(b',');
    }

    fn list(&mut self, key: Key, records: &'a [impl Record]) {
        self.out.extend_from_slice(key.json.as_bytes());
        self.out.push(b'[');
        for (n, record) in records.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            object(record, self.out);
        }
        self.out.extend_from_slice(b"],");
    }
}

pub(super) fn field(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    string(value, out);
}

pub(super) fn optional(key: &str, value: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    match value {
        Some(value) => string(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

fn null(key: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"null");
}

fn truth(key: &str, value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Room for a piece of evidence.
const EVIDENCE_BYTES: usize = 32;

fn evidence(key: &str, list: &[Evidence], out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.push(b'[');
    let mut text = String::with_capacity(EVIDENCE_BYTES);
    for (n, evidence) in list.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        text.clear();
        // Writing to a string cannot fail.
        write!(text, "{evidence}").ok();
        string(&text, out);
    }
    out.push(b']');
}

const DIGIT: &[u8; 10] = b"0123456789";
/// Most digits of a number of 64 bits.
const DIGITS: usize = 20;

pub(super) fn number(key: &str, mut value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    let mut digits = [0_u8; DIGITS];
    let mut at = DIGITS;
    loop {
        at -= 1;
        digits[at] = DIGIT[(value % 10) as usize];
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// The shortest text that reads back as the same number.
fn fraction(key: &str, value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    debug_assert!(value.is_finite(), "a share of a count above zero");
    // Writing a number to memory cannot fail.
    serde_json::to_writer(out, &value).ok();
}

/// What to do at a byte of UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Copy it.
    Copy,
    /// Escape it: quote, backslash, ASCII control.
    Escape,
    /// First byte of characters of which some are unsafe.
    Look,
}

static ACTS: [Act; 256] = {
    let mut acts = [Act::Copy; 256];
    let mut byte = 0;
    while byte < 0x20 {
        acts[byte] = Act::Escape;
        byte += 1;
    }
    acts[0x7f] = Act::Escape;
    acts[b'"' as usize] = Act::Escape;
    acts[b'\\' as usize] = Act::Escape;
    // U+0080.., U+061C, U+180E, U+2000.., U+FEFF and U+FFF9.., U+E0000..
    acts[0xc2] = Act::Look;
    acts[0xd8] = Act::Look;
    acts[0xe1] = Act::Look;
    acts[0xe2] = Act::Look;
    acts[0xef] = Act::Look;
    acts[0xf3] = Act::Look;
    acts
};

fn act(byte: u8) -> Act {
    ACTS[usize::from(byte)]
}

fn string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let (mut done, mut at) = (0, 0);
    while let Some(plain) = bytes[at..].iter().position(|&byte| act(byte) != Act::Copy) {
        at += plain;
        let Some(character) = text[at..].chars().next() else { break };
        let end = at + character.len_utf8();
        if act(bytes[at]) == Act::Escape || escape::is_unsafe(character) {
            out.extend_from_slice(&bytes[done..at]);
            escaped(character, out);
            done = end;
        }
        at = end;
    }
    out.extend_from_slice(&bytes[done..]);
    out.push(b'"');
}

#[cold]
fn escaped(character: char, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match character {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\x08' => b'b',
        '\x0c' => b'f',
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(b"\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(HEX[usize::from(*unit >> shift & 15)]);
                }
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Family, First, Kind, Mark, Member, PassagePair, Side};
    use proptest::prelude::*;

    fn side_of<'a>(id: &'a str, text: &'a str) -> Side<'a> {
        let outlet = Some("bay-herald");
        let (start, end) = (2230, 2230 + text.len());
        let (char_start, char_end) = (2201, 2201 + text.chars().count());
        let (date, title, date_inferred) = (None, None, Mark(true));
        Side {
            id,
            outlet,
            date,
            title,
            start,
            end,
            char_start,
            char_end,
            text,
            quote_start: None,
            quote_end: None,
            char_quote_start: None,
            char_quote_end: None,
            date_inferred,
        }
    }

    fn sample<'a>(id: &'a str, text: &'a str, identity: f64) -> PassagePair<'a> {
        PassagePair {
            a: side_of(id, text),
            b: Side { date: Some("2024-03-01"), title: Some(text), ..side_of("b", "x") },
            tokens: 23,
            matched: 22,
            identity,
            kind: Kind::Reuse,
            kind_confidence: 0.9,
            family: u32::MAX,
            why: vec![Evidence::share("quoted", 0.98), Evidence::count("documents", 2)].into(),
            first: Some(id),
            source: None,
            confidence: Some(0.85),
            rank: 3,
            source_basis: None,
        }
    }

    #[test]
    fn a_pair_is_the_contract() {
        let mut out = Vec::new();
        line(&sample("a\n.txt", "She said \"no\".\u{202e}", 22.0 / 23.0), &mut out);
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }

    #[test]
    fn a_family_is_the_contract() {
        let member = Member {
            id: "a/1",
            outlet: Some("a"),
            date: None,
            start: 1,
            end: 4,
            char_start: 1,
            char_end: 3,
            source: None,
            confidence: None,
            title: Some("A headline"),
            url: Some("https://a.example/1"),
            text: "né".into(),
            quote_start: None,
            quote_end: None,
            char_quote_start: None,
            char_quote_end: None,
            date_inferred: Mark(false),
            source_basis: None,
        };
        let family_of_two = Family {
            family: 17,
            key: "0123456789abcdef".into(),
            tokens: 20,
            kind: Kind::Internal,
            kind_confidence: 0.9,
            size: 2,
            outlets: 1,
            first: Some(First { id: "a/1", outlet: Some("a"), date: Some("2024-03-01") }),
            text: "né",
            why: vec![Evidence::ONE_OUTLET].into(),
            confidence: Some(0.95),
            rank: 1,
            houses: 1,
            members: vec![
                member.clone(),
                Member { source: Some("a/1"), confidence: Some(0.5), ..member },
            ],
        };
        let mut out = Vec::new();
        line(&family_of_two, &mut out);
        let ours: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(ours, serde_json::to_value(&family_of_two).unwrap());
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }

    #[test]
    fn numbers_of_any_length() {
        for value in [0, 9, 10, 1234, u64::MAX] {
            let mut out = Vec::new();
            number("", value, &mut out);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }

    proptest! {
        #[test]
        fn reads_back_as_what_serde_writes(
            id in any::<String>(),
            text in any::<String>(),
            n in 1_u32..99,
        ) {
            let record = sample(&id, &text, f64::from(n) / 99.0);
            let mut out = Vec::new();
            line(&record, &mut out);
            let read = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
            prop_assert_eq!(read(&out), read(&serde_json::to_vec(&record).unwrap()));
            let text = String::from_utf8(out).unwrap();
            prop_assert_eq!(text.find(escape::is_unsafe), Some(text.len() - 1));
        }

        #[test]
        fn every_unsafe_character_is_escaped(code in 0_u32..0x11_0000) {
            let Some(character) = char::from_u32(code) else { return Ok(()) };
            let mut out = Vec::new();
            string(&character.to_string(), &mut out);
            let back: String = serde_json::from_slice(&out).unwrap();
            prop_assert_eq!(back, character.to_string());
            prop_assert!(!String::from_utf8(out).unwrap().contains(escape::is_unsafe));
        }
    }

    #[test]
    fn the_table_looks_at_every_unsafe_character() {
        for character in ('\0'..=char::MAX).filter(|&c| escape::is_unsafe(c)) {
            let mut bytes = [0; 4];
            let first = character.encode_utf8(&mut bytes).as_bytes()[0];
            assert!(ACTS[usize::from(first)] != Act::Copy, "{character:?}");
        }
    }
}

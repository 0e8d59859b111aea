//! One JSON record: the wanted columns as written, nothing else built.
//!
//! Used by the readers of JSON. `serde_json` finds the borders of every value (without recursion
//! and without building any); only the strings of the wanted columns are decoded, each copied once.
//! Invariant: numbers keep their digits as written; a lone surrogate becomes U+FFFD and is
//! reported.

use super::json_path::descend;
use crate::corpus::columns::{COLUMNS, ColumnsSeen, Plan};
use crate::corpus::options::ReadOptions;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What no key of a text can be, for a column that is not wanted.
const NO_KEY: &[u8] = b"\xff";

/// The columns by name, in their order.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    wanted: [&'a [u8]; COLUMNS],
    paths: Vec<Path<'a>>,
    /// Some columns are read by well-known names, so that their values are counted.
    pub(crate) known: bool,
    depth: usize,
    sample: usize,
}

/// A column whose name is a path: the key of a group, and what is wanted in it.
#[derive(Debug)]
struct Path<'a> {
    group: &'a [u8],
    rest: &'a str,
    column: usize,
}

impl<'a> Keys<'a> {
    /// What the columns are called in a source.
    pub(crate) fn new(options: &'a ReadOptions, plan: Option<&'a Plan>) -> Self {
        let mut names = options.columns().map(|column| column.map(|column| column.name.as_str()));
        if let Some(plan) = plan {
            names = plan.names.each_ref().map(Option::as_deref);
        }
        let path = |(column, name): (usize, Option<&'a str>)| {
            let (group, rest) = name?.split_once('.')?;
            Some(Path { group: group.as_bytes(), rest, column })
        };
        Self {
            wanted: names.map(|name| name.map_or(NO_KEY, str::as_bytes)),
            paths: names.into_iter().enumerate().filter_map(path).collect(),
            known: plan.is_some_and(|plan| plan.known.contains(&true)),
            depth: options.limits.json_depth,
            sample: options.limits.named_columns,
        }
    }

    /// Whether a column is looked for inside groups.
    pub(crate) fn has_paths(&self) -> bool {
        !self.paths.is_empty()
    }

    /// Which of the columns a key is; with `seen` also notes its name.
    pub(crate) fn which(&self, key: &[u8], seen: Option<&mut ColumnsSeen>) -> [bool; COLUMNS] {
        if let Some(seen) = seen {
            seen.name(key, self.sample);
        }
        self.wanted.map(|name| name == key)
    }

    /// Whether a list or object nests too deeply.
    pub(crate) fn too_deep(&self, value: &str) -> bool {
        deeper(value, self.depth)
    }
}

/// The JSON of the wanted values, where present.
pub(crate) type Values<'a> = [Option<&'a str>; COLUMNS];

/// Reads a record; with `seen` also notes the names of all its columns.
pub(crate) fn values<'a>(
    line: &'a str,
    keys: &Keys<'_>,
    seen: Option<&mut ColumnsSeen>,
) -> Result<Values<'a>, String> {
    record(line, keys, seen).map(|(values, _)| values)
}

/// The same, with a column that has several values, of which the last counts.
pub(crate) fn record<'a>(
    line: &'a str,
    keys: &Keys<'_>,
    seen: Option<&mut ColumnsSeen>,
) -> Result<(Values<'a>, Option<usize>), String> {
    let mut reader = serde_json::Deserializer::from_str(line);
    let visitor = Record { keys, seen };
    let found = reader.deserialize_map(visitor).and_then(|values| {
        reader.end()?;
        Ok(values)
    });
    found.map_err(|error| describe(&error, line))
}

/// The parser's message without its line, which is always 1.
fn describe(error: &serde_json::Error, line: &str) -> String {
    let text = error.to_string();
    let cause = text.split(" at line ").next().unwrap_or(&text);
    if !error.is_data() {
        return format!("is not valid JSON: {cause} (byte {})", error.column());
    }
    if line.trim_start().starts_with('{') {
        return cause.to_owned();
    }
    "is not a JSON object".to_owned()
}

struct Record<'n, 's> {
    keys: &'n Keys<'n>,
    seen: Option<&'s mut ColumnsSeen>,
}

impl<'de> Visitor<'de> for Record<'_, '_> {
    type Value = (Values<'de>, Option<usize>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut values, mut again) = (Values::default(), None);
        let mut direct = [false; COLUMNS];
        loop {
            let key = Key { keys: self.keys, seen: self.seen.as_deref_mut() };
            let Some(found) = map.next_key_seed(key)? else {
                return Ok((values, again));
            };
            let value = map.next_value::<&RawValue>()?.get();
            if value.starts_with(['[', '{']) && self.keys.too_deep(value) {
                return Err(A::Error::custom(format!(
                    "is nested too deeply: more than {} levels",
                    self.keys.depth
                )));
            }
            // The last of equal keys wins; one column may play several parts.
            for (n, slot) in values.iter_mut().enumerate().filter(|(n, _)| found.wanted[*n]) {
                if direct[n] && *slot != Some(value) {
                    again = Some(n);
                }
                (*slot, direct[n]) = (Some(value), true);
            }
            for (_, path) in self.keys.paths.iter().enumerate().filter(|(n, _)| found.in_group(*n))
            {
                // A key that has the point in it goes first.
                if !direct[path.column]
                    && let Some(inside) = descend(value, path.rest)
                {
                    values[path.column] = Some(inside);
                }
            }
        }
    }
}

/// What a key is.
struct Match {
    wanted: [bool; COLUMNS],
    /// The paths that start with it, one bit each.
    paths: u8,
}

impl Match {
    fn in_group(&self, path: usize) -> bool {
        self.paths & (1 << path) != 0
    }
}

/// Finds out which of the columns a key is.
struct Key<'n, 's> {
    keys: &'n Keys<'n>,
    seen: Option<&'s mut ColumnsSeen>,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = Match;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        // As bytes: a key with a lone surrogate is no wanted column, but no reason to fail.
        reader.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = Match;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
        let mut paths = 0;
        for (n, path) in self.keys.paths.iter().enumerate() {
            paths |= u8::from(path.group == key) << n;
        }
        Ok(Match { wanted: self.keys.which(key, self.seen), paths })
    }
}

/// Whether a list or object, itself one level inside the record, nests deeper than `most`.
fn deeper(value: &str, most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (1_usize, false, false);
    for byte in value.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
    }
    false
}

/// What a value is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// Absent or null.
    Nothing,
    /// The inside of a string, escapes and all.
    Text(&'a str),
    /// A number as written.
    Number(&'a str),
    /// Something else, by name.
    Other(&'static str),
}

/// Returns what a value is.
pub(crate) fn kind(value: Option<&str>) -> Kind<'_> {
    let Some(value) = value else { return Kind::Nothing };
    match value.as_bytes().first() {
        Some(b'"') => Kind::Text(value.get(1..value.len() - 1).unwrap_or_default()),
        Some(b'n') | None => Kind::Nothing,
        Some(b't' | b'f') => Kind::Other("true or false"),
        Some(b'[') => Kind::Other("a list"),
        Some(b'{') => Kind::Other("an object"),
        Some(_) => Kind::Number(value),
    }
}

/// Decodes the inside of a string that `serde_json` found well formed.
///
/// `scratch` is reused, so that the copy has exactly the length of the text. True where a lone
/// surrogate had to be replaced.
pub(crate) fn decode(inside: &str, scratch: &mut String) -> (String, bool) {
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return (inside.to_owned(), false);
    }
    scratch.clear();
    let repaired = unescape(inside, scratch);
    (scratch.as_str().to_owned(), repaired)
}

fn unescape(mut rest: &str, out: &mut String) -> bool {
    let mut repaired = false;
    while let Some(at) = next_escape(rest.as_bytes()) {
        let (plain, escape) = rest.split_at(at);
        out.push_str(plain);
        let (letter, length) = match escape.as_bytes().get(1) {
            Some(b'n') => ('\n', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'u') => unicode(escape.as_bytes(), &mut repaired),
            Some(&other) => (char::from(other), 2),
            None => ('\\', 1),
        };
        out.push(letter);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    repaired
}

/// Texts written as ASCII are one escape after the other: not worth a search each.
fn next_escape(rest: &[u8]) -> Option<usize> {
    if rest.first() == Some(&b'\\') { Some(0) } else { memchr::memchr(b'\\', rest) }
}

/// The character of `\uXXXX` or of a surrogate pair, and how long its escape is.
fn unicode(escape: &[u8], repaired: &mut bool) -> (char, usize) {
    let first = unit(escape).unwrap_or(0xd800);
    if let Some(letter) = char::from_u32(first) {
        return (letter, 6);
    }
    let second = escape.get(6..).and_then(unit);
    if let (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) = (first, second) {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    *repaired = true;
    (char::REPLACEMENT_CHARACTER, 6)
}

/// The number after `\u`.
fn unit(escape: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = escape.get(..6)? else { return None };
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn get(line: &str) -> Result<Vec<Option<String>>, String> {
        let options = ReadOptions::default();
        let values = values(line, &Keys::new(&options, None), None)?;
        Ok(values.iter().map(|value| value.map(str::to_owned)).collect())
    }

    fn text(line: &str) -> (String, bool) {
        let options = ReadOptions::default();
        let values = values(line, &Keys::new(&options, None), None).unwrap();
        match kind(values[0]) {
            Kind::Text(inside) => decode(inside, &mut String::new()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn columns_are_picked_and_the_last_key_wins() {
        let line = r#"{"x":[1,{"text":"no"}],"text":"a","id":7,"text" : "b" ,"date":null}"#;
        let values = get(line).unwrap();
        assert_eq!(values[0].as_deref(), Some("\"b\""));
        assert_eq!(values[1].as_deref(), Some("7"));
        assert_eq!(values[2], None);
        assert_eq!(kind(values[3].as_deref()), Kind::Nothing);
    }

    #[test]
    fn keys_are_decoded() {
        assert_eq!(text(r#"{"te\u0078t":"a"}"#).0, "a");
        assert_eq!(text(r#"{"\ud800":1,"text":"a"}"#).0, "a", "a hopeless key does no harm");
    }

    #[test]
    fn escapes_and_surrogates() {
        let all = r#"{"text":"\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00."}"#;
        assert_eq!(text(all), ("\"\\/\u{8}\u{c}\n\r\t\0é😀.".to_owned(), false));
        assert_eq!(text(r#"{"text":"a\ud83dz"}"#), ("a\u{fffd}z".to_owned(), true));
        assert_eq!(text(r#"{"text":"a\ude00z"}"#), ("a\u{fffd}z".to_owned(), true));
        assert_eq!(text(r#"{"text":"\ud83d\ud83d\ude00"}"#), ("\u{fffd}😀".to_owned(), true));
        assert_eq!(text(r#"{"text":"\ud83d"}"#), ("\u{fffd}".to_owned(), true));
    }

    #[test]
    fn big_numbers_keep_their_digits() {
        let values = get(r#"{"id":123456789012345678901234567890,"text":"a"}"#).unwrap();
        assert_eq!(values[1].as_deref(), Some("123456789012345678901234567890"));
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = |levels: usize| {
                let inner = open.repeat(levels) + "1" + &close.repeat(levels);
                get(&format!("{{\"x\":{inner},\"text\":\"a\"}}"))
            };
            assert!(deep(99).is_ok());
            assert!(deep(100).unwrap_err().contains("nested too deeply"));
            assert!(deep(100_000).unwrap_err().contains("nested too deeply"));
        }
        assert!(get(&"[".repeat(100_000)).is_err());
        assert!(get(&"{\"a\":".repeat(100_000)).is_err());
    }

    #[test]
    fn values_beside_each_other_are_no_depth() {
        let line = format!("{{\"x\":[{}[]],\"text\":\"a\"}}", "[{}],".repeat(200));
        assert!(get(&line).is_ok());
    }

    #[test]
    fn brackets_in_strings_are_no_depth() {
        let line = format!("{{\"x\":[\"{}\\\"[\"],\"text\":\"a\"}}", "[".repeat(500));
        assert!(get(&line).is_ok());
    }

    #[test]
    fn messages_name_the_place() {
        assert_eq!(get("[1]").unwrap_err(), "is not a JSON object");
        assert_eq!(get("\"a\"").unwrap_err(), "is not a JSON object");
        let error = get(r#"{"text":"a""#).unwrap_err();
        assert!(error.starts_with("is not valid JSON: EOF while parsing"), "{error}");
        let error = get(r#"{"text":"a"} x"#).unwrap_err();
        assert!(error.contains("trailing characters (byte 14)"), "{error}");
    }

    proptest! {
        #[test]
        fn decoding_equals_serde_json(text in "\\PC*|[\\x00-\\x7f]*") {
            let inside = serde_json::to_string(&text).unwrap();
            let Kind::Text(inside) = kind(Some(&inside)) else { unreachable!() };
            prop_assert_eq!(decode(inside, &mut String::new()), (text, false));
        }

        #[test]
        fn every_unit_decodes_as_utf16(units in prop::collection::vec(0xd700_u16..0xe100, 0..9)) {
            let escapes: Vec<_> = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let inside = escapes.concat();
            let (text, repaired) = decode(&inside, &mut String::new());
            prop_assert_eq!(&text, &String::from_utf16_lossy(&units));
            prop_assert_eq!(repaired, String::from_utf16(&units).is_err());
        }
    }
}

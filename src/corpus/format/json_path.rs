//! Values inside the groups of a JSON record, and the names of all of them.
//!
//! Used by the readers of JSON for columns whose names are paths (`source.name`), and to find out
//! which columns a source has. Invariant: every value is looked at once for each part of a path;
//! how deep a record nests is checked before.

use crate::corpus::columns::Plan;
use crate::corpus::inputs::Inputs;
use crate::hash::Set;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Records of a source whose names are looked at, and bytes of them.
const SAMPLE_RECORDS: usize = 4;
const SAMPLE_BYTES: usize = 32 << 10;

/// Most names of a source, and parts of one.
const MOST_NAMES: usize = 1000;
const MOST_PARTS: usize = 4;

/// The value at a path inside an object: a key with points in it goes before a group.
pub(crate) fn descend<'v>(value: &'v str, path: &str) -> Option<&'v str> {
    if !value.starts_with('{') {
        return None;
    }
    serde_json::Deserializer::from_str(value).deserialize_map(Step { path }).ok()?
}

/// Looks for a path in an object.
struct Step<'p> {
    path: &'p str,
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut direct, mut inside) = (None, None);
        let split = self.path.split_once('.');
        while let Some(key) = map.next_key_seed(AnyKey)? {
            let value = map.next_value::<&'de RawValue>()?.get();
            if key == self.path.as_bytes() {
                direct = Some(value);
            } else if let Some((group, rest)) = split
                && key == group.as_bytes()
            {
                inside = descend(value, rest).or(inside);
            }
        }
        Ok(direct.or(inside))
    }
}

/// A key as its bytes: one with a lone surrogate is no reason to fail.
struct AnyKey;

impl<'de> DeserializeSeed<'de> for AnyKey {
    type Value = Cow<'de, [u8]>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_bytes(self)
    }
}

impl<'de> Visitor<'de> for AnyKey {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_bytes<E>(self, key: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_vec()))
    }
}

/// Names of the columns of some records: those of the records, then those inside their groups. A
/// group is no column, but what is in it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    plain: Vec<String>,
    inside: Vec<String>,
    /// Names that a record has with a value, and those that one has with a group.
    values: Set<String>,
    groups: Set<String>,
    records: usize,
    bytes: usize,
}

impl Names {
    /// Notes the names of a record; false once enough were seen.
    pub(crate) fn record(&mut self, record: &[u8]) -> bool {
        self.bytes += record.len();
        let text = String::from_utf8_lossy(record);
        let found = self.object(&text, "", 1);
        let found = found.is_some()
            || without_nan(&text).is_some_and(|text| self.object(&text, "", 1).is_some());
        self.records += usize::from(found);
        self.records < SAMPLE_RECORDS && self.bytes < SAMPLE_BYTES
    }

    /// What the columns are called.
    pub(crate) fn plan(mut self, inputs: &Inputs) -> Option<Plan> {
        if self.plain.is_empty() {
            return None;
        }
        self.plain.append(&mut self.inside);
        let Self { mut plain, values, groups, .. } = self;
        // A group has its number, and a name that is none of a column.
        let is_group = |name: &&mut String| groups.contains(&**name) && !values.contains(&**name);
        for name in plain.iter_mut().filter(is_group) {
            name.push('.');
        }
        let mut plan = Plan::new(inputs.options.columns(), &plain);
        for name in plan.names.iter_mut().flatten() {
            if let Some(group) = name.strip_suffix('.').filter(|group| groups.contains(*group)) {
                *name = group.to_owned();
            }
        }
        Some(plan)
    }

    fn object(&mut self, value: &str, before: &str, part: usize) -> Option<()> {
        let mut reader = serde_json::Deserializer::from_str(value.trim());
        let members = reader.deserialize_map(Members).ok()?;
        reader.end().ok()?;
        for (key, value) in members {
            let name = format!("{before}{key}");
            let known = if part == 1 { &mut self.plain } else { &mut self.inside };
            if known.len() < MOST_NAMES && !known.contains(&name) {
                known.push(name.clone());
            }
            let is_group = value.starts_with('{') && unwrapped(value).is_none();
            if is_group && self.groups.len() < MOST_NAMES {
                self.groups.insert(name.clone());
            } else if value != "null" && self.values.len() < MOST_NAMES {
                self.values.insert(name.clone());
            }
            if value.starts_with('{') && part < MOST_PARTS {
                self.object(value, &format!("{name}."), part + 1);
            }
        }
        Some(())
    }
}

/// Takes an object apart.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key_seed(AnyKey)? {
            let value = map.next_value::<&'de RawValue>()?.get();
            if members.len() < MOST_NAMES {
                members.push((String::from_utf8_lossy(&key).into_owned(), value));
            }
        }
        Ok(members)
    }
}

/// The record with `NaN`, `Infinity` and `-Infinity`, which Python writes, as null; none where it
/// has none of them.
pub(crate) fn without_nan(record: &str) -> Option<String> {
    let bytes = record.as_bytes();
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..)?;
        let length = match byte {
            b'"' => {
                at += string(rest);
                continue;
            }
            b'N' if rest.starts_with(b"NaN") => 3,
            b'I' if rest.starts_with(b"Infinity") => 8,
            b'-' if rest.starts_with(b"-Infinity") => 9,
            _ => {
                at += 1;
                continue;
            }
        };
        out.push_str(record.get(done..at)?);
        out.push_str("null");
        at += length;
        done = at;
    }
    out.push_str(record.get(done..)?);
    (done > 0).then_some(out)
}

/// Length of a string with its quotation marks; of one that is not closed all there is.
pub(crate) fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(mark) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += mark + 1;
        if bytes.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Whether a value can be read as one: a group or a list is none.
pub(crate) fn is_single(value: &str) -> bool {
    let is_many = value.starts_with(['{', '[']);
    value != "null" && (!is_many || unwrapped(value).is_some())
}

/// The text of a list of paragraphs; none where something else is in it.
pub(crate) fn paragraphs(value: &str) -> Option<String> {
    let parts: Vec<Option<Cow<'_, str>>> = serde_json::from_str(value).ok()?;
    let parts: Vec<Cow<'_, str>> = parts.into_iter().flatten().collect();
    Some(parts.join("\n\n"))
}

/// What is in the envelope of a single value: `{"$date": ..}` of a database, or a list of one.
pub(crate) fn unwrapped(value: &str) -> Option<&str> {
    if value.starts_with('[') {
        let one: [&RawValue; 1] = serde_json::from_str(value).ok()?;
        return Some(one[0].get());
    }
    if !value.starts_with('{') {
        return None;
    }
    let members = serde_json::Deserializer::from_str(value).deserialize_map(Members).ok()?;
    match members.as_slice() {
        [(key, inside)] if key.starts_with('$') => Some(unwrapped(inside).unwrap_or(inside)),
        _ => None,
    }
}

/// The moment of `{"$date":{"$numberLong":".."}}`, which is in milliseconds however few digits it
/// has, where the digits alone would not say so; none where it is nothing else.
pub(crate) fn moment(value: &str) -> Option<String> {
    let digits = value.strip_prefix('{')?.trim_start().strip_prefix("\"$date\"")?;
    let inside = unwrapped(value).filter(|_| digits.contains("\"$numberLong\""))?;
    let digits = inside.strip_prefix('"')?.strip_suffix('"')?;
    if matches!(digits.len(), 12 | 13) && !digits.starts_with('-') {
        return None;
    }
    Some(jiff::Timestamp::from_millisecond(digits.parse().ok()?).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::columns::DATE;
    use crate::corpus::{Format, ReadOptions};

    #[test]
    fn paths_lead_into_groups() {
        let value = r#"{"a":1,"b":{"c":{"d":"x"},"c.d":"y"},"b.e":[2],"b":{"c":{"d":"z"}}}"#;
        assert_eq!(descend(value, "a"), Some("1"));
        assert_eq!(descend(value, "b.c.d"), Some("\"z\""), "the last of equal keys");
        assert_eq!(descend(value, "b.e"), Some("[2]"));
        assert_eq!(descend(r#"{"b":{"c":{"d":"x"},"c.d":"y"}}"#, "b.c.d"), Some("\"y\""));
        for path in ["b.x", "a.x", "", "."] {
            assert_eq!(descend(value, path), None, "{path}");
        }
        assert_eq!((descend("[1]", "a"), descend("{bad", "a")), (None, None));
    }

    #[test]
    fn names_of_records_and_of_their_groups() {
        let mut names = Names::default();
        assert!(names.record(br#"{"_id":"1","_source":{"body":"x","n":NaN}}"#));
        assert!(names.record(b"{bad"), "no record");
        assert!(names.record(br#"{"_id":"2","link":"y"}"#));
        let inputs = Inputs::of_one(Format::named("json").unwrap(), ReadOptions::default());
        let plan = names.plan(&inputs).unwrap();
        assert_eq!(plan.reading(), "`_source.body` as text, `_id` as id, `link` as address");
        assert!(Names::default().plan(&inputs).is_none());
        let mut names = Names::default();
        names.record(br#"{"text":"x","publisher":null,"date":{"$date":"2020-01-05"}}"#);
        names.record(br#"{"text":"x","publisher":{"name":"P"},"headline":{"main":"H"}}"#);
        let plan = names.plan(&inputs).unwrap();
        assert_eq!(plan.reading(), "`publisher.name` as outlet, `headline.main` as title");
        assert_eq!(plan.names[DATE].as_deref(), Some("date"), "one value in an envelope");
        let mut names = Names::default();
        assert!(!names.record(format!("{{\"a\":\"{}\"}}", "x".repeat(SAMPLE_BYTES)).as_bytes()));
    }

    #[test]
    fn what_python_writes_becomes_null() {
        assert_eq!(
            without_nan(r#"{"a":NaN,"b":[-Infinity, Infinity],"c":"NaN \" NaN"}"#).as_deref(),
            Some(r#"{"a":null,"b":[null, null],"c":"NaN \" NaN"}"#)
        );
        assert_eq!(without_nan(r#"{"a":"NaN"}"#), None);
        assert_eq!(without_nan(r#"{"a":"open"#), None);
    }

    #[test]
    fn lists_and_envelopes_of_values() {
        assert_eq!(paragraphs(r#"["a","b \u00e9",null]"#).as_deref(), Some("a\n\nb \u{e9}"));
        assert_eq!((paragraphs("[1]"), paragraphs("[]").as_deref()), (None, Some("")));
        assert_eq!(unwrapped(r#"{"$date":"2020-01-05"}"#), Some("\"2020-01-05\""));
        assert_eq!(unwrapped(r#"{"$date":{"$numberLong":"7"}}"#), Some("\"7\""));
        let before = r#"{"$date":{"$numberLong":"-86400000"}}"#;
        assert_eq!(moment(before).as_deref(), Some("1969-12-31T00:00:00Z"));
        let early = r#"{ "$date" : {"$numberLong":"345600000"}}"#;
        assert_eq!(moment(early).as_deref(), Some("1970-01-05T00:00:00Z"));
        for other in [r#"{"$date":{"$numberLong":"1578218400000"}}"#, r#"{"$date":"-1"}"#, "7"] {
            assert_eq!(moment(other), None, "{other}");
        }
        assert_eq!(unwrapped(r#"["a"]"#), Some("\"a\""));
        for value in [r#"["a","b"]"#, r#"{"a":1}"#, r#"{"$a":1,"$b":2}"#, "7", "[]"] {
            assert_eq!(unwrapped(value), None, "{value}");
        }
    }
}

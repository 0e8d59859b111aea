//! The records of a JSON list, also after one that is damaged.
//!
//! A brace too many or a quotation mark too few makes one value of all records up to the next that
//! happens to close it, or to the end. `json` asks here for the borders of records, to count them
//! and to read them. Invariant: a value that is valid JSON is read as one record, whatever is in
//! it; what is read on from after a damaged one is a whole object with the keys of a record before
//! it; all other objects of that kind are counted as records.

use super::json_path::without_nan;
use super::json_ranges::ValueRanges;
use memchr::memmem;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::ops::Range;

/// A record, or what is left of a damaged one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// How many records start in it, as far as can be seen: more than 1 only in what is damaged.
    pub(super) records: u64,
}

/// How often the bytes of a block are looked at for the ends of damaged records, at most.
const LOOKS: usize = 64;

/// Goes over the records of a block.
#[derive(Debug)]
pub(super) struct ListRecords<'a> {
    raw: &'a [u8],
    ranges: ValueRanges,
    /// How the first record starts, to the end of its first key.
    opener: Option<&'a [u8]>,
    /// The last value that holds no other records.
    last: Option<Range<usize>>,
    /// The last of them that was whole.
    whole: Option<Range<usize>>,
    /// Bytes that may still be looked at for the sake of damaged records.
    fuel: usize,
}

/// What a damaged value holds.
struct Damage {
    /// Where the next whole record starts.
    next: Option<usize>,
    /// Records that start before it.
    records: u64,
}

impl<'a> ListRecords<'a> {
    pub(super) fn new(raw: &'a [u8]) -> Self {
        let fuel = raw.len().saturating_mul(LOOKS);
        Self { raw, ranges: ValueRanges::default(), opener: None, last: None, whole: None, fuel }
    }

    /// Where a record starts that has no end, and where the list was closed.
    pub(super) fn rest(&self) -> (Option<usize>, Option<usize>) {
        (self.ranges.start(), self.ranges.closed())
    }

    /// The first record after a list that a damaged record has closed.
    fn reopened(&mut self) -> Option<Found> {
        let last = self.last.take()?;
        let at = self.ranges.closed().filter(|_| self.fuel > 0)?;
        if is_valid(self.raw.get(last)?) {
            return None;
        }
        self.fuel = self.fuel.saturating_sub(self.raw.len() - at);
        let Damage { next, .. } = self.damage(&(at..self.raw.len()), true)?;
        self.ranges = ValueRanges::from(next?);
        self.next()
    }

    /// What a value is that seems to hold other records; none where it is a record.
    fn damage(&mut self, value: &Range<usize>, is_open: bool) -> Option<Damage> {
        let raw = self.raw;
        let first = value.start + 1;
        let mut starts = memmem::find_iter(raw.get(first..value.end)?, self.opener?)
            .map(|at| first + at)
            .filter(|&at| follows_comma(raw, at))
            .peekable();
        starts.peek()?;
        let is_whole = |range: &Range<usize>| raw.get(range.clone()).is_some_and(is_valid);
        let whole = self.last.clone().filter(is_whole);
        self.whole = whole.or_else(|| self.whole.clone());
        let like = self.whole.clone().and_then(|range| keys(raw.get(range)?));
        if !is_open && is_valid(raw.get(value.clone())?) {
            // A value without keys of a record that holds objects with them took these in.
            let own = keys(raw.get(value.clone())?)?;
            let lacks = like.as_ref()?.iter().any(|key| !own.contains(key));
            let held = starts.filter(|&at| keys(raw.get(at..).unwrap_or_default()) == like);
            let records = 1 + held.take(if lacks { usize::MAX } else { 0 }).count() as u64;
            return (records > 1).then_some(Damage { next: None, records });
        }
        self.fuel = self.fuel.saturating_sub(value.len());
        let mut records = 1;
        for at in starts {
            let own = if self.fuel > 0 { keys(raw.get(at..)?) } else { None };
            if own.is_some() && (like.is_none() || own == like) {
                return Some(Damage { next: Some(at), records });
            }
            records += 1;
        }
        Some(Damage { next: None, records })
    }
}

impl Iterator for ListRecords<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let mut found = None;
        self.ranges.values(self.raw, &mut |range| {
            found = Some(range);
            false
        });
        let is_open = found.is_none();
        let Some(value) = found.or_else(|| Some(self.ranges.start()?..self.raw.len())) else {
            return self.reopened();
        };
        if self.opener.is_none() {
            self.opener = opener(self.raw.get(value.clone())?);
        }
        match self.damage(&value, is_open) {
            Some(Damage { next: Some(next), records }) => {
                self.ranges = ValueRanges::from(next);
                Some(Found { range: value.start..trimmed(self.raw, value.start, next), records })
            }
            _ if is_open => None,
            Some(Damage { next: None, records }) => Some(Found { range: value, records }),
            None => {
                self.last = Some(value.clone());
                Some(Found { range: value, records: 1 })
            }
        }
    }
}

/// The start of an object, to the end of its first key.
fn opener(value: &[u8]) -> Option<&[u8]> {
    let blank = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let inside = value.strip_prefix(b"{")?;
    let key = 1 + blank(inside);
    let rest = value.get(key..)?.strip_prefix(b"\"")?;
    value.get(..key + 2 + memchr::memchr(b'"', rest)?)
}

/// Whether the last byte before `at` that is no blank is a comma.
fn follows_comma(raw: &[u8], at: usize) -> bool {
    raw.get(..at).unwrap_or_default().trim_ascii_end().ends_with(b",")
}

/// Where a record ends that is before another one: before blanks and a comma.
fn trimmed(raw: &[u8], start: usize, end: usize) -> usize {
    let piece = raw.get(start..end).unwrap_or_default().trim_ascii_end();
    start + piece.strip_suffix(b",").unwrap_or(piece).trim_ascii_end().len()
}

fn is_valid(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    is_json(&text) || without_nan(&text).is_some_and(|plain| is_json(&plain))
}

/// The keys of the whole object that starts here.
#[expect(clippy::zero_sized_map_values, reason = "serde reads objects into maps")]
fn keys(bytes: &[u8]) -> Option<Vec<String>> {
    let mut values =
        serde_json::Deserializer::from_slice(bytes).into_iter::<BTreeMap<String, IgnoredAny>>();
    Some(values.next()?.ok()?.into_keys().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, each with its number of records.
    fn found(list: &str) -> Vec<(&str, u64)> {
        let all = ListRecords::new(list.as_bytes());
        all.map(|found| (&list[found.range], found.records)).collect()
    }

    #[test]
    fn whole_records_are_one_each_whatever_is_in_them() {
        let list = r#"{"t":"a"}, {"t":"b","l":[{"t":"x"},{"t":"y"}]},{"l":[{"t":"x"}]} ]"#;
        let counts: Vec<u64> = found(list).iter().map(|(_, records)| *records).collect();
        assert_eq!(counts, [1, 1, 1]);
        let nan = r#"{"t":"a"},{"t":"b","n":NaN,"l":[1,{"t":"x"}]}"#;
        assert_eq!(found(nan).len(), 2);
    }

    #[test]
    fn reading_goes_on_after_a_brace_too_many_and_a_mark_too_few() {
        let list = "{\"t\":\"a\"},\n{{\"t\":\"b\"},\n{\"t\":\"c\"},\n{\"t\":\"d\"}\n]";
        let whole = [("{\"t\":\"c\"}", 1), ("{\"t\":\"d\"}", 1)];
        assert_eq!(found(list)[1..3], [("{", 1), ("{\"t\":\"b\"}", 1)]);
        assert_eq!(found(list)[3..], whole);
        let list = "{\"t\":\"a\"},\n{\"t\":\"b},\n{\"t\":\"c\"},\n{\"t\":\"d\"}\n]";
        assert_eq!(found(list)[1], ("{\"t\":\"b}", 1));
        assert_eq!(found(list)[2..], whole);
    }

    #[test]
    fn objects_of_another_kind_inside_a_damaged_record_are_no_records() {
        let list = r#"{"t":"a","l":[]},{"t":"b","l":[{"t":"x"},{"t":"y"}]]},{"t":"c","l":[]}]"#;
        let texts: Vec<&str> = found(list).iter().map(|(text, _)| *text).collect();
        assert!(!texts.contains(&r#"{"t":"y"}"#), "{texts:?}");
        assert!(texts.contains(&r#"{"t":"c","l":[]}"#), "{texts:?}");
    }

    #[test]
    fn records_that_a_valid_value_took_in_are_counted() {
        let list = r#"{"i":1,"t":"a"},{"i":2,"l":[1,{"x":"b"},{"i":3,"t":"c"},{"i":4,"t":"d"}]}"#;
        let counts: Vec<u64> = found(list).iter().map(|(_, records)| *records).collect();
        assert_eq!(counts, [1, 3]);
    }

    #[test]
    fn a_damaged_record_does_not_close_the_list() {
        let list = "{\"t\":\"a\"},\n{\"t\":]\"b\"}],\n{\"t\":\"c\"},\n{\"t\":\"d\"}\n]";
        let texts: Vec<&str> = found(list).iter().map(|(text, _)| *text).collect();
        assert!(texts.ends_with(&["{\"t\":\"c\"}", "{\"t\":\"d\"}"]), "{texts:?}");
        let envelope = r#"{"t":"a"},{"t":"b"}],"more":[{"t":"c"},{"t":"d"}]}"#;
        assert_eq!(found(envelope).len(), 2);
    }

    #[test]
    fn many_damaged_records_take_linear_time() {
        let list =
            format!("{{\"t\":\"a\"}},\n{}", "{{\"t\":\"b\"},\n{\"t\":\"c\"},\n".repeat(10_000));
        let since = std::time::Instant::now();
        let records: u64 = ListRecords::new(list.as_bytes()).map(|found| found.records).sum();
        assert!(records >= 64, "{records}");
        assert!(since.elapsed().as_secs() < 20, "each damaged record costs the rest of the block");
    }
}

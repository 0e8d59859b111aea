//! A JSON object that holds a whole table: column by column, or row by row under the rows' keys.
//!
//! Asked by the formats of JSON about a source that is one object, because pandas, R and databases
//! write tables so: `{"text":["a","b"],"id":[1,2]}`, `{"text":{"0":"a"},"id":{"0":1}}`,
//! `{"0":{"text":"a"}}`, `{"columns":["text"],"data":[["a"]]}`. What is told beyond doubt becomes
//! the objects of a list, which `json` reads as any. Invariant: one document whose text is a list
//! of paragraphs, or that has groups, is no table; nothing of a table is left out of its rows.

use super::json_path::{Names, descend, without_nan};
use super::json_text::string;
use crate::corpus::columns::{DATE, ID, OUTLET, Plan, TEXT, URL, is_of_text};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::{Refusal, shortened};
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Most rows and columns of such a table.
const MOST_MEMBERS: usize = 1 << 20;

/// How many times larger than the source its rows may become, since each repeats all names.
const MOST_TIMES: usize = 4;

/// Objects of one value that may be around it, with itself.
const MOST_LEVELS: usize = 3;

/// How to write records instead.
pub(super) const CURE: &str = "write one record a line, as pandas does with \
     `to_json(path, orient=\"records\", lines=True)`";

/// The rows of a source that is a table as one object, as objects with commas between them; none
/// where it is not, and a refusal where it cannot be told what its records are.
pub(super) fn rows(inputs: &Inputs, whole: &[u8]) -> Option<Result<Vec<u8>, Refusal>> {
    let text = String::from_utf8_lossy(whole);
    let plain = without_nan(&text);
    let mut table = members(plain.as_deref().unwrap_or(&text))?;
    for _ in 0..MOST_LEVELS {
        if let Some(rows) = read(inputs, &table, whole.len().saturating_mul(MOST_TIMES)) {
            return Some(rows);
        }
        let inside = only_group(inputs, &table)?;
        if let Some(record) = keyed(inputs, std::slice::from_ref(&inside)) {
            return Some(Ok(record));
        }
        table = members(inside.1)?;
    }
    None
}

/// The one group of an object that tells nothing of a document itself: what databases put around a
/// table, and services around an article.
fn only_group<'a>(inputs: &Inputs, table: &[Member<'a>]) -> Option<Member<'a>> {
    let is_open = |value: &str| value.starts_with(['{', '[']);
    let mut groups = table.iter().filter(|(_, value)| is_open(value));
    let group = groups.next().filter(|(_, value)| value.starts_with('{'))?;
    let names: Vec<String> = table.iter().map(|(name, _)| name.clone()).collect();
    let plan = Plan::new(inputs.options.columns(), &names);
    let is_told = plan.at.iter().flatten().any(|at| names.get(*at) != Some(&group.0));
    (groups.next().is_none() && !is_told).then(|| group.clone())
}

/// Whether a line that is all of a source may be such a table, by its form alone.
pub(super) fn may_be(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let plain = without_nan(line);
    let Some(table) = members(plain.as_deref().unwrap_or(line)) else { return false };
    let is_column = |value: &str| list(value).is_some_and(|values| values.len() > 1);
    let are_columns = table.len() > 1 && table.iter().all(|(_, value)| is_column(value));
    let are_groups = !table.is_empty() && table.iter().all(|(_, value)| value.starts_with('{'));
    are_columns || are_groups || is_wrapper(&table) || split(&table).is_some()
}

/// Whether an object may only be what is around one that is a document.
fn is_wrapper(table: &[Member<'_>]) -> bool {
    let is_open = |value: &str| value.starts_with(['{', '[']);
    let mut groups = table.iter().filter(|(_, value)| is_open(value));
    let group = groups.next().filter(|(_, value)| value.starts_with('{'));
    let has_text = table.iter().any(|(name, _)| is_of_text(name.as_bytes()));
    group.is_some() && groups.next().is_none() && !has_text
}

/// Whether a record holds many: its text and its id are lists of one length.
pub(super) fn holds_rows(text: &str, id: Option<&str>) -> bool {
    let length = |value: &str| {
        let values = value.starts_with('[').then(|| serde_json::from_str::<Vec<IgnoredAny>>(value));
        values?.ok().map(|values| values.len())
    };
    let texts = length(text);
    texts.is_some_and(|count| count > 1) && id.and_then(length) == texts
}

/// A key with its value.
type Member<'a> = (String, &'a str);

/// The rows of a table.
struct Rows<'a> {
    names: Vec<String>,
    /// The values of each column.
    columns: Vec<Vec<Cow<'a, str>>>,
}

impl Rows<'_> {
    fn count(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// All rows as objects.
    fn written(&self, most: usize) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::new();
        for row in 0..self.count() {
            let mut separator: &[u8] = if row > 0 { b",\n{" } else { b"{" };
            for (name, column) in self.names.iter().zip(&self.columns) {
                out.extend_from_slice(separator);
                separator = b",";
                string(name, &mut out);
                out.push(b':');
                out.extend_from_slice(column.get(row).map_or("null", |value| value).as_bytes());
            }
            out.push(b'}');
            if out.len() > most {
                let cause = "holds a table as one object, with names far longer than its values";
                return Err(Refusal::new(cause, CURE));
            }
        }
        Ok(out)
    }
}

/// The rows of an object, of so many bytes at most; none where it is one record.
fn read(inputs: &Inputs, table: &[Member<'_>], most: usize) -> Option<Result<Vec<u8>, Refusal>> {
    if let Some(rows) = split(table) {
        return Some(rows.written(most));
    }
    let names: Vec<String> = table.iter().map(|(name, _)| name.clone()).collect();
    let plan = Plan::new(inputs.options.columns(), &names);
    let texts = plan.at[TEXT].and_then(|at| table.get(at)).and_then(|(_, value)| list(value));
    if let Some(texts) = texts {
        let rows = of_lists((table, names), &plan, texts.len())?;
        return Some(rows.and_then(|rows| rows.written(most)));
    }
    match of_groups((table, names), &plan) {
        Some(rows) => Some(rows.written(most)),
        None => keyed(inputs, table).map(Ok),
    }
}

/// Columns that are lists. A text may be a list of paragraphs, but no document has several ids.
fn of_lists<'a>(
    (table, names): (&[Member<'a>], Vec<String>),
    plan: &Plan,
    rows: usize,
) -> Option<Result<Rows<'a>, Refusal>> {
    let lists: Vec<Option<Vec<&'a str>>> = table.iter().map(|(_, value)| list(value)).collect();
    let is_column = |at: usize| lists.get(at).is_some_and(|values| has(values.as_ref(), rows));
    let of_rows = |columns: std::ops::RangeInclusive<usize>| {
        rows > 1
            && plan.at.get(columns).unwrap_or_default().iter().flatten().any(|at| is_column(*at))
    };
    if !of_rows(ID..=URL) {
        return None;
    }
    let odd = lists.iter().position(|values| !has(values.as_ref(), rows));
    let Some(odd) = odd.and_then(|at| names.get(at)) else {
        let columns = lists.into_iter().flatten().map(borrowed).collect();
        return Some(Ok(Rows { names, columns }));
    };
    if !of_rows(ID..=ID) {
        return None;
    }
    let odd = shortened(odd);
    let cause = format!("holds a table as one object, with other than {rows} values in `{odd}`");
    Some(Err(Refusal::new(cause, CURE)))
}

fn has(values: Option<&Vec<&str>>, count: usize) -> bool {
    values.is_some_and(|values| values.len() == count)
}

/// Columns that are objects, with the keys of the rows. One document may be in several languages:
/// keys that are no numbers are those of rows only where there are several ids, outlets or dates.
fn of_groups<'a>(
    (table, mut names): (&[Member<'a>], Vec<String>),
    plan: &Plan,
) -> Option<Rows<'a>> {
    let groups: Vec<Vec<Member<'a>>> =
        table.iter().map(|(_, value)| members(value)).collect::<Option<_>>()?;
    let keys: Vec<&str> = groups.first()?.iter().map(|(key, _)| key.as_str()).collect();
    let told = keys.iter().all(|key| is_number(key))
        || [ID, OUTLET, DATE].iter().any(|column| plan.at[*column].is_some());
    let is_same = |group: &Vec<Member<'_>>| {
        group.len() == keys.len() && group.iter().zip(&keys).all(|((key, _), known)| key == known)
    };
    let texts = plan.at[TEXT].and_then(|at| groups.get(at))?;
    let are_texts = texts.iter().all(|(_, value)| value.starts_with('"') || *value == "null");
    let is_table = table.len() > 1 && !keys.is_empty() && told && are_texts;
    if !is_table || !groups.iter().all(is_same) {
        return None;
    }
    let mut columns: Vec<Vec<Cow<'a, str>>> = Vec::new();
    if let Some(name) = name_of_keys(&keys, &names, plan) {
        names.insert(0, name.to_owned());
        columns.push(keys.iter().map(|key| Cow::Owned(quoted(key))).collect());
    }
    let values =
        |group: &Vec<Member<'a>>| group.iter().map(|(_, value)| Cow::Borrowed(*value)).collect();
    columns.extend(groups.iter().map(values));
    Some(Rows { names, columns })
}

/// What the keys of rows are called, where they say more than the order of these.
fn name_of_keys(keys: &[&str], names: &[String], plan: &Plan) -> Option<&'static str> {
    let counts = |first: usize| {
        keys.iter().zip(first..).all(|(key, number)| key.parse::<usize>() == Ok(number))
    };
    let name = if plan.at[ID].is_none() { "id" } else { "index" };
    let is_free = !names.iter().any(|known| known == name);
    (is_free && !counts(0) && !counts(1)).then_some(name)
}

/// Rows under their keys, as objects that all have a text.
fn keyed(inputs: &Inputs, table: &[Member<'_>]) -> Option<Vec<u8>> {
    let (mut known, mut more) = (Names::default(), true);
    for (_, value) in table {
        more = more && known.record(value.as_bytes());
    }
    let plan = known.plan(inputs)?;
    let text = plan.at[TEXT].and(plan.names[TEXT].as_deref())?;
    let has_text = |value: &str| {
        let found = if value.starts_with('{') { descend(value, text) } else { None };
        found.is_some_and(|text| text.starts_with(['"', '[']) || text == "null")
    };
    let keys: Vec<&str> = table.iter().map(|(key, _)| key.as_str()).collect();
    if !table.iter().all(|(_, value)| has_text(value)) {
        return None;
    }
    // One key may be that of an envelope.
    let name = name_of_keys(&keys, &[], &plan);
    let name = name.filter(|_| keys.len() > 1 || keys.iter().all(|key| is_number(key)));
    let mut out = Vec::new();
    for (row, (key, value)) in table.iter().enumerate() {
        if row > 0 {
            out.extend_from_slice(b",\n");
        }
        let name = name.filter(|name| descend(value, name).is_none());
        let Some((name, inside)) = name.zip(value.strip_prefix('{')) else {
            out.extend_from_slice(value.as_bytes());
            continue;
        };
        out.push(b'{');
        string(name, &mut out);
        out.push(b':');
        string(key, &mut out);
        out.push(b',');
        out.extend_from_slice(inside.as_bytes());
    }
    Some(out)
}

/// Rows as lists beside the names of the columns.
fn split<'a>(table: &[Member<'a>]) -> Option<Rows<'a>> {
    let of = |name: &str| table.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let is_known = |(key, _): &(String, &str)| ["columns", "index", "data"].contains(&key.as_str());
    if !table.iter().all(is_known) {
        return None;
    }
    let names: Vec<String> = serde_json::from_str(of("columns")?).ok()?;
    let rows = list(of("data")?)?;
    let mut columns: Vec<Vec<Cow<'a, str>>> = names.iter().map(|_| Vec::new()).collect();
    for row in rows {
        let values = list(row).filter(|values| values.len() == names.len())?;
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(Cow::Borrowed(value));
        }
    }
    Some(Rows { names, columns })
}

fn is_number(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A string as JSON.
fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    string(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn borrowed(values: Vec<&str>) -> Vec<Cow<'_, str>> {
    values.into_iter().map(Cow::Borrowed).collect()
}

/// The values of a list.
fn list(value: &str) -> Option<Vec<&str>> {
    let values: Vec<&RawValue> =
        value.starts_with('[').then(|| serde_json::from_str(value).ok())??;
    Some(values.into_iter().map(RawValue::get).collect())
}

/// The members of an object.
fn members(value: &str) -> Option<Vec<Member<'_>>> {
    let value = value.trim();
    if !value.starts_with('{') {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(value);
    let members = reader.deserialize_map(AllMembers).ok()?;
    reader.end().ok()?;
    Some(members)
}

/// Takes an object apart.
struct AllMembers;

impl<'de> Visitor<'de> for AllMembers {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            members.push((key, map.next_value::<&'de RawValue>()?.get()));
            if members.len() > MOST_MEMBERS {
                return Err(A::Error::custom("more rows than are looked at"));
            }
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    fn made(whole: &str) -> Option<Result<String, String>> {
        let inputs = Inputs::of_one(Format::named("json").unwrap(), ReadOptions::default());
        let made = rows(&inputs, whole.as_bytes())?;
        Some(made.map(|rows| String::from_utf8(rows).unwrap()).map_err(|refusal| refusal.cause))
    }

    #[track_caller]
    fn read(whole: &str, expected: &str) {
        assert_eq!(made(whole).unwrap().unwrap(), expected, "{whole}");
        assert!(may_be(whole.as_bytes()), "{whole}");
    }

    #[test]
    fn columns_become_rows() {
        read(
            r#"{"body":["a","b"],"id":[1,2],"tags":[["x"],[]]}"#,
            "{\"body\":\"a\",\"id\":1,\"tags\":[\"x\"]},\n{\"body\":\"b\",\"id\":2,\"tags\":[]}",
        );
        read(
            r#"{"text":{"0":"a","1":null},"date":{"0":"2020-01-05","1":null}}"#,
            "{\"text\":\"a\",\"date\":\"2020-01-05\"},\n{\"text\":null,\"date\":null}",
        );
        read(
            r#"{"text":{"7":"a","9":"b"},"n":{"7":1,"9":2}}"#,
            "{\"id\":\"7\",\"text\":\"a\",\"n\":1},\n{\"id\":\"9\",\"text\":\"b\",\"n\":2}",
        );
        read(
            r#"{"text":{"x":"a","y":"b"},"outlet":{"x":"A","y":"B"},"id":{"x":1,"y":2}}"#,
            "{\"index\":\"x\",\"text\":\"a\",\"outlet\":\"A\",\"id\":1},\n\
             {\"index\":\"y\",\"text\":\"b\",\"outlet\":\"B\",\"id\":2}",
        );
    }

    #[test]
    fn rows_under_keys_or_beside_names_become_rows() {
        read(
            r#"{"0":{"text":"a"},"1":{"text":null,"n":1}}"#,
            "{\"text\":\"a\"},\n{\"text\":null,\"n\":1}",
        );
        read(
            r#"{"-Mx":{"body":"a"},"-My":{"body":"b","id":3}}"#,
            "{\"index\":\"-Mx\",\"body\":\"a\"},\n{\"index\":\"-My\",\"body\":\"b\",\"id\":3}",
        );
        read(r#"{"article":{"text":"a"}}"#, "{\"text\":\"a\"}");
        read(
            r#"{"db":{"docs":{"x":{"text":"a"},"y":{"text":"b","id":1}}}}"#,
            "{\"index\":\"x\",\"text\":\"a\"},\n{\"index\":\"y\",\"text\":\"b\",\"id\":1}",
        );
        read(
            r#"{"columns":["text","n"],"index":[0,1],"data":[["a",1],["b",NaN]]}"#,
            "{\"text\":\"a\",\"n\":1},\n{\"text\":\"b\",\"n\":null}",
        );
    }

    #[test]
    fn one_document_is_no_table() {
        for one in [
            r#"{"text":["a","b"],"id":"x","authors":["A","B"]}"#,
            r#"{"text":["a","b"],"outlet":["A","B"],"id":7}"#,
            r#"{"text":["a"],"id":["x"]}"#,
            r#"{"text":["a","b"],"notes":["c","d"]}"#,
            r#"{"text":{"de":"a","en":"b"},"title":{"de":"c","en":"d"}}"#,
            r#"{"text":{"0":"a","1":"b"},"id":"x"}"#,
            r#"{"text":{"0":"a","1":"b"}}"#,
            r#"{"content":{"rendered":"a","protected":false},"id":{"rendered":1,"protected":2}}"#,
            r#"{"source":{"name":"x"},"story":{"text":"b"}}"#,
            r#"{"text":"a"}"#,
            r#"{"text":"a"} {"text":"b"}"#,
            "[]",
            "{}",
            "{bad",
        ] {
            assert_eq!(made(one), None, "{one}");
        }
    }

    #[test]
    fn a_table_that_does_not_fit_is_refused() {
        let cause = made(r#"{"text":["a","b"],"id":[1,2],"n":[1]}"#).unwrap().unwrap_err();
        assert_eq!(cause, "holds a table as one object, with other than 2 values in `n`");
        let long = "n".repeat(9000);
        let table = format!(r#"{{"text":[{0}"a"],"id":[{0}1],"{long}":[{0}1]}}"#, "1,".repeat(999));
        assert!(made(&table).unwrap().unwrap_err().contains("far longer"));
        assert!(holds_rows(r#"["a","b"]"#, Some("[1,2]")));
        assert!(!holds_rows(r#"["a","b"]"#, Some("1")) && !holds_rows(r#"["a"]"#, Some("[1]")));
        assert!(!holds_rows("\"a\"", Some("[1]")) && !holds_rows(r#"["a","b"]"#, Some("[1]")));
    }
}

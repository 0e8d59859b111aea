//! A list of records inside an object, as services and search engines answer.
//!
//! Asked once a source, before records are cut: `{"articles":[..]}`, `{"hits":{"hits":[..]}}`. Of
//! several lists the first counts whose first record has a text by a well-known name, else the
//! first.
//! Invariant: an object that is a document itself is no envelope, and the search looks at the start
//! of a source once, without recursion into lists.

use super::json_path::string;
use crate::corpus::columns::is_of_text;

/// Keys of lists of records.
const LISTS: [&[u8]; 21] = [
    b"articles",
    b"article",
    b"feed",
    b"data",
    b"results",
    b"items",
    b"docs",
    b"documents",
    b"records",
    b"hits",
    b"entries",
    b"posts",
    b"stories",
    b"news",
    b"rows",
    b"value",
    b"list",
    b"children",
    b"response",
    b"item",
    b"entry",
];

/// Keys of groups in which the list may be.
const GROUPS: [&[u8]; 12] = [
    b"hits",
    b"response",
    b"data",
    b"result",
    b"results",
    b"feed",
    b"channel",
    b"body",
    b"articles",
    b"documents",
    b"rss",
    b"db",
];

/// Keys of groups that are in a list by themselves, as `Ghost` exports a site.
const LISTED_GROUPS: [&[u8]; 1] = [b"db"];

/// Keys of texts: an object with one is a document.
const TEXTS: [&[u8]; 5] = [b"text", b"content", b"article_text", b"articleBody", b"full_text"];

/// Bytes in which the list is looked for where the start of its envelope is damaged.
const DAMAGED_BYTES: usize = 4096;

/// Bytes of a key with what is around it.
const LONG_KEY_BYTES: usize = 64;

/// Groups around a list, and around a text in its records.
const MOST_GROUPS: usize = 3;

/// A list of records: where it starts, after its bracket, and whether its first record has a text.
type List = (usize, bool);

/// Where the list of records starts, after its bracket, in a source that is an envelope.
pub(crate) fn envelope(start: &[u8]) -> Option<usize> {
    let object = blanks(start, 0);
    if start.get(object) != Some(&b'{') {
        return None;
    }
    inside(start, object, 0).map(|(list, _)| list)
}

/// Whether a source that starts with an object is an envelope of records with texts, and no record.
pub(crate) fn is_of_texts(start: &[u8]) -> bool {
    let object = blanks(start, 0);
    start.get(object) == Some(&b'{')
        && inside(start, object, 0).is_some_and(|(_, has_text)| has_text)
        && !has_text(start, object, MOST_GROUPS - 1)
}

/// Whether the object that a source starts with is not all there is, or may not be.
pub(crate) fn is_open(start: &[u8]) -> bool {
    let object = blanks(start, 0);
    let end = value_end(start, object);
    end.is_none_or(|end| blanks(start, end) == start.len())
}

/// The list in the object at a place.
fn inside(bytes: &[u8], object: usize, groups: usize) -> Option<List> {
    let (mut at, mut list) = (blanks(bytes, object + 1), None::<List>);
    while bytes.get(at) == Some(&b'"') {
        let length = string(bytes.get(at..)?);
        let key = bytes.get(at + 1..at + length - 1)?;
        at = blanks(bytes, at + length);
        if bytes.get(at) != Some(&b':') {
            return shown(bytes, at).map(|list| (list, false));
        }
        at = blanks(bytes, at + 1);
        let is_open = list.is_none_or(|(_, has_text)| !has_text);
        let first = bytes.get(at).copied();
        match first {
            Some(b'"') if TEXTS.contains(&key) => return None,
            Some(b'[') if is_open && LISTS.contains(&key) => {
                let value = blanks(bytes, at + 1);
                if bytes.get(value) == Some(&b'{') {
                    list = better(list, Some((at + 1, has_text(bytes, value, 0))));
                }
            }
            Some(b'[') if is_open && LISTED_GROUPS.contains(&key) && groups < MOST_GROUPS => {
                let group = blanks(bytes, at + 1);
                if bytes.get(group) == Some(&b'{') {
                    list = better(list, inside(bytes, group, groups + 1));
                }
            }
            Some(b'{') if is_open && GROUPS.contains(&key) && groups < MOST_GROUPS => {
                list = better(list, inside(bytes, at, groups + 1));
            }
            _ => {}
        }
        // A value that goes beyond what is at hand hides nothing that comes before it.
        let Some(end) = value_end(bytes, at) else { break };
        at = blanks(bytes, end);
        match bytes.get(at) {
            Some(b',') => at = blanks(bytes, at + 1),
            None | Some(b'}') => break,
            Some(_) => return list.or_else(|| shown(bytes, at).map(|list| (list, false))),
        }
    }
    list
}

/// The first of two lists, unless the second has a text.
fn better(first: Option<List>, second: Option<List>) -> Option<List> {
    match second {
        Some((_, true)) => second,
        _ => first.or(second),
    }
}

/// Whether the object at a place has a text by a well-known name, in itself or in a group.
fn has_text(bytes: &[u8], object: usize, groups: usize) -> bool {
    let mut at = blanks(bytes, object + 1);
    while bytes.get(at) == Some(&b'"') {
        let length = string(bytes.get(at..).unwrap_or_default());
        let key = bytes.get(at + 1..at + length - 1).unwrap_or_default();
        at = blanks(bytes, at + length);
        if bytes.get(at) != Some(&b':') {
            return false;
        }
        at = blanks(bytes, at + 1);
        let found = match bytes.get(at) {
            Some(b'"' | b'[') => is_of_text(key),
            Some(b'{') => groups + 1 < MOST_GROUPS && has_text(bytes, at, groups + 1),
            _ => false,
        };
        let end = value_end(bytes, at).map(|end| blanks(bytes, end));
        match end.filter(|end| bytes.get(*end) == Some(&b',')) {
            _ if found => return true,
            Some(end) => at = blanks(bytes, end + 1),
            None => return false,
        }
    }
    false
}

/// The list that follows where an envelope is no JSON: its key is in front of it.
fn shown(bytes: &[u8], from: usize) -> Option<usize> {
    // What was taken for a value may be the key.
    let from = from.saturating_sub(LONG_KEY_BYTES);
    let near = bytes.get(from..bytes.len().min(from + DAMAGED_BYTES))?;
    let is = |before: &[u8], names: &[&[u8]]| {
        let key = before.trim_ascii_end().strip_suffix(b"\"");
        names.iter().any(|name| key.is_some_and(|key| key.ends_with(name)))
    };
    for at in memchr::memchr2_iter(b'[', b':', near) {
        let before = near.get(..at)?;
        if near.get(at) == Some(&b':') {
            if is(before, &TEXTS) {
                return None;
            }
            continue;
        }
        let key = before.trim_ascii_end().strip_suffix(b":").unwrap_or_default();
        if is(key, &LISTS) && near.get(blanks(near, at + 1)) == Some(&b'{') {
            return Some(from + at + 1);
        }
    }
    None
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where the value at a place ends; none where that is not at hand.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (at, 0_usize);
    loop {
        match *bytes.get(at)? {
            b'"' => {
                at += string(bytes.get(at..)?);
                if depth == 0 {
                    return Some(at);
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth > 1 => {
                depth -= 1;
                at += 1;
            }
            b'}' | b']' => return Some(at + usize::from(depth == 1)),
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows the bracket of the list.
    fn after(start: &str) -> Option<&str> {
        envelope(start.as_bytes()).map(|at| &start[at..])
    }

    #[test]
    fn lists_in_envelopes() {
        assert_eq!(
            after(r#"{"status":"ok","articles":[{"a":1}],"n":2}"#),
            Some(r#"{"a":1}],"n":2}"#)
        );
        assert_eq!(after(" { \"data\" : [ {"), Some(" {"));
        let hits = r#"{"took":3,"hits":{"total":{"value":2},"hits":[{"_id":"1"}]}}"#;
        assert_eq!(after(hits), Some(r#"{"_id":"1"}]}}"#));
        assert_eq!(after(r#"{"x":["[{",{"articles":[]}],"docs":[{}]}"#), Some("{}]}"));
        let facets = r#"{"results":[{"facet":"a"}],"n":1,"articles":[{"f":{"body":"x"}}]}"#;
        assert_eq!(after(facets), Some(r#"{"f":{"body":"x"}}]}"#), "the list with a text");
        let first = r#"{"results":[{"a":1}],"articles":[{"b":1}]}"#;
        assert_eq!(after(first), Some(r#"{"a":1}],"articles":[{"b":1}]}"#));
        assert_eq!(after(r#"{"data":{"children":[{"data":{}}]}}"#), Some(r#"{"data":{}}]}}"#));
        let pages = r#"{"articles":{"page":1,"results":[{"body":"x"}],"pages":1}}"#;
        assert_eq!(after(pages), Some(r#"{"body":"x"}],"pages":1}}"#));
        let site = r#"{"db":[{"meta":{"n":1},"data":{"tags":[{"a":1}],"posts":[{"html":"x"}]}}]}"#;
        assert_eq!(after(site), Some(r#"{"html":"x"}]}}]}"#));
    }

    #[test]
    fn the_list_of_a_damaged_envelope() {
        let rest = Some(r#"{"a":1}]}}"#);
        for start in [
            r#"{"took":3,"hits":"hits":[{"a":1}]}}"#,
            r#"{"took":3 "hits":{"hits":[{"a":1}]}}"#,
            r#"{"took,"hits":{"hits":[{"a":1}]}}"#,
        ] {
            assert_eq!(after(start), rest, "{start}");
        }
        assert_eq!(after(r#"{"id":1 "text":"x","items":[{"a":1}]}"#), None, "a document");
        assert_eq!(after(r#"{"id":1 "tags":[{"a":1}]}"#), None);
    }

    #[test]
    fn what_an_object_is_shows_once_it_is_whole() {
        for open in ["{", "{\"a\":[1", "{\"a\":1}", " {\"a\":{}} \n"] {
            assert!(is_open(open.as_bytes()), "{open}");
        }
        assert!(!is_open(b"{} {") && !is_open(b"{\"a\":1}\n{\"a\":2"));
        let texts = |start: &str| is_of_texts(start.as_bytes());
        assert!(texts(r#"{"n":1,"items":[{"body":"a"}]}"#));
        assert!(!texts(r#"{"body":"x","items":[{"body":"a"}]}"#), "a document");
        assert!(!texts(r#"{"items":[{"n":1}]}"#) && !texts("[]"));
    }

    #[test]
    fn documents_are_no_envelopes() {
        for start in [
            r#"{"text":"a","items":[{"x":1}]}"#,
            r#"{"items":[{"x":1}],"content":"a"}"#,
            r#"{"tags":[{"x":1}]}"#,
            r#"{"articles":[]}"#,
            r#"{"articles":["a"]}"#,
            r#"[{"articles":[{}]}]"#,
            r#"{"articles""#,
            r#"{"a":"open"#,
            "{",
            "",
            "{\"",
        ] {
            assert_eq!(after(start), None, "{start}");
        }
    }
}

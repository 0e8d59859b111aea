//! Reads the JSON of a page's scripts as people write it, not only as the standard has it.
//!
//! Used by `json_ld`. Invariant: a script that is JSON is read as it is; only where it is not, what
//! hides it, comments in it and small faults are passed over.

use crate::hash::Set;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What names of schema.org are written with, where they are not bare.
const VOCABULARIES: [&str; 4] =
    ["schema:", "http://schema.org/", "https://schema.org/", "http://www.schema.org/"];

/// The values of a script: one, or several after each other.
pub(super) fn values(script: &str) -> Vec<Value> {
    let script = with_quotes(script);
    let json = unwrapped(&script);
    if let Ok(value) = serde_json::from_str(json) {
        return vec![bare(value)];
    }
    let mended = mended(json);
    let values = serde_json::Deserializer::from_str(&mended).into_iter();
    values.map_while(Result::ok).map(bare).collect()
}

/// A script whose quotation marks are entities, with the marks themselves.
fn with_quotes(script: &str) -> Cow<'_, str> {
    let is_escaped = !script.contains('"') && script.contains("&quot;");
    if is_escaped { html_escape::decode_html_entities(script) } else { script.into() }
}

/// A script without the marks that hide it from old browsers.
fn unwrapped(script: &str) -> &str {
    let start = script.find(['{', '[']).unwrap_or(script.len());
    let (before, json) = script.split_at(start);
    // The bracket of the mark itself is not the start.
    let json = match json.strip_prefix("[CDATA[") {
        Some(rest) if before.ends_with("<!") => {
            rest.get(rest.find(['{', '[']).unwrap_or(rest.len())..).unwrap_or_default()
        }
        _ => json,
    };
    json.get(..json.rfind(['}', ']']).map_or(0, |end| end + 1))
        .map(without_mark)
        .unwrap_or_default()
}

/// JSON without the brackets of a closing mark.
fn without_mark(json: &str) -> &str {
    let Some(rest) = json.strip_suffix("]]") else { return json };
    let rest =
        rest.trim_end_matches(|letter: char| "/*".contains(letter) || letter.is_whitespace());
    let opens = json.matches('[').count();
    if json.matches(']').count() > opens { rest } else { json }
}

/// JSON in which line breaks within strings, marks that need no escape, commas after the last item
/// and comments are put right.
fn mended(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = after_comment(rest) {
            rest = after;
            continue;
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if letter == '"' {
            rest = string(rest, &mut out);
            continue;
        }
        if matches!(letter, '}' | ']') {
            let end = out.trim_end().len();
            if out.get(..end).is_some_and(|out| out.ends_with(',')) {
                out.truncate(end - 1);
            }
        }
        out.push(letter);
    }
    out
}

/// What follows a comment; none where the text does not begin with one.
fn after_comment(text: &str) -> Option<&str> {
    let end = if let Some(inner) = text.strip_prefix("/*") {
        inner.find("*/").map(|at| at + 4)
    } else if text.starts_with("//") {
        text.find('\n')
    } else {
        return None;
    };
    text.get(end.unwrap_or(text.len())..)
}

/// Takes the rest of a string, in which escapes that JSON does not know are the letters themselves;
/// returns what follows it.
fn string<'t>(text: &'t str, out: &mut String) -> &'t str {
    out.push('"');
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if escaped {
            if matches!(letter, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                out.push('\\');
            }
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
            continue;
        } else if letter == '"' {
            out.push('"');
            return text.get(at + 1..).unwrap_or_default();
        }
        out.push(if letter.is_control() { ' ' } else { letter });
    }
    ""
}

/// A value whose keys are the bare names of schema.org, whatever the context says they start with.
fn bare(value: Value) -> Value {
    let mut prefixes: Set<String> = VOCABULARIES.map(str::to_owned).into_iter().collect();
    let items = value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice);
    for context in items.iter().filter_map(|item| item.get("@context")) {
        let parts = context.as_array().map_or(std::slice::from_ref(context), Vec::as_slice);
        for (name, to) in parts.iter().filter_map(Value::as_object).flatten() {
            if !name.starts_with('@') && to.as_str().is_some_and(|to| to.contains("schema.org")) {
                prefixes.insert(format!("{name}:"));
            }
        }
    }
    with_bare_keys(value, &prefixes)
}

/// As deep as the parser of JSON lets a value be.
fn with_bare_keys(value: Value, prefixes: &Set<String>) -> Value {
    match value {
        Value::Array(items) => {
            items.into_iter().map(|item| with_bare_keys(item, prefixes)).collect()
        }
        Value::Object(object) => {
            let mut out = Map::new();
            for (key, value) in object {
                let end = key.rfind([':', '/']).map_or(0, |at| at + 1);
                let (prefix, name) = key.split_at(end);
                let known = end > 0 && prefixes.contains(prefix);
                let key = if known { name.to_owned() } else { key };
                out.insert(key, with_bare_keys(value, prefixes));
            }
            Value::Object(out)
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> String {
        values(script).iter().map(Value::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_small_faults_are_passed_over() {
        let plain = r#"{"a":"x","b":[1]}"#;
        for script in [
            plain,
            r#"/* the page */ {"a":"x", /* its "list" */ "b":[1]} // end"#,
            "{\"a\":\"x\", // one\n\"b\":[1,],}",
            "{&quot;a&quot;:&quot;x&quot;,&quot;b&quot;:[1]}",
            r#"{"a":"\x","b":[1]};"#,
        ] {
            assert_eq!(read(script), plain, "{script}");
        }
        assert_eq!(read(r#"{"a":"it\'s // no /* comment", }"#), r#"{"a":"it's // no /* comment"}"#);
        assert_eq!(read("{\"a\":\"\\u00e9\\\"\n\"}"), "{\"a\":\"\u{e9}\\\" \"}");
        for open in ["{\"a\":1, /* ", "{\"a\":\"\\", "{\"a\" // ", "/", "{\"a\":1 /"] {
            assert_eq!(read(open), "", "{open}");
        }
    }

    #[test]
    fn keys_are_bare() {
        let plain = r#"{"@type":"schema:Article","headline":{"name":"x"}}"#;
        for prefix in ["schema:", "https://schema.org/"] {
            let script = format!(
                "{{\"@type\":\"schema:Article\",\"{prefix}headline\":{{\"{prefix}name\":\"x\"}}}}"
            );
            assert_eq!(read(&script), plain);
        }
        let own = r#"{"@context":[{"s":"http://schema.org/","o":"x"}],"o:b":2,"s:a":1}"#;
        let found = values(own).remove(0);
        assert_eq!((&found["a"], &found["o:b"]), (&Value::from(1), &Value::from(2)));
    }
}

//! JSON objects, one a line, as fields.
//!
//! Used by the formats that make rows of them: Parquet with types, CSV without. Invariant: columns
//! are in the order in which their names come first, and of equal keys the last counts.

use crate::corpus::without_nan;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};

/// Key and value of an object's fields.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// Hands the fields of each object to `take`; blank lines are none.
pub(super) fn each(
    mut lines: Box<dyn BufRead>,
    take: &mut dyn FnMut(&Fields<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        // Records may hold what was read as null there too.
        let plain;
        let fields = match fields(&text) {
            Ok(fields) => fields,
            Err(error) => {
                plain = without_nan(&text).ok_or(error)?;
                fields(&plain)?
            }
        };
        take(&fields)?;
    }
}

fn fields(object: &str) -> serde_json::Result<Fields<'_>> {
    serde_json::Deserializer::from_str(object).deserialize_map(Object)
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<&RawValue>()? {
            // A key with a lone surrogate keeps its escape.
            let name = serde_json::from_str::<String>(key.get());
            let name = name.unwrap_or_else(|_| key.get().trim_matches('"').to_owned());
            fields.push((Cow::Owned(name), map.next_value::<&RawValue>()?));
        }
        Ok(fields)
    }
}

/// The place of a column among those known so far, where it is put if it is new.
pub(super) fn place<T>(
    columns: &mut Vec<(String, T)>,
    (name, of): (&str, T),
    most: usize,
) -> io::Result<usize> {
    if let Some(n) = columns.iter().position(|(known, _)| known == name) {
        return Ok(n);
    }
    if columns.len() == most {
        return Err(io::Error::other(format!("more than {most} columns; raise {{max_columns}}")));
    }
    columns.push((name.to_owned(), of));
    Ok(columns.len() - 1)
}

/// The value of a column, as JSON.
pub(super) fn value<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a str> {
    fields.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.get())
}

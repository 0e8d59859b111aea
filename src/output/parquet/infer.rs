//! JSON objects become typed columns.
//!
//! Read twice: once for the names and types, once for the values. A column of whole numbers, of
//! numbers, of truth values or of strings has that type; any other is a string, and what is not a
//! string in it stands there as JSON.

use super::Table;
use crate::output::rows::{Cell, Column, Type};
use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Write};

/// Writes the JSON objects, one a line, that `open` gives each time from the start.
///
/// # Errors
/// What reading and writing return; more columns than `most`.
pub fn from_json<W: Write>(
    open: &mut dyn FnMut() -> io::Result<Box<dyn BufRead>>,
    most: usize,
    out: W,
) -> io::Result<W> {
    let mut columns: Vec<(String, Option<Type>)> = Vec::new();
    each(open()?, &mut |fields| {
        for (name, value) in fields {
            let kind = kind(value.get());
            match columns.iter().position(|(known, _)| known == name) {
                Some(n) => {
                    let known = &mut columns[n].1;
                    *known = join(*known, kind);
                }
                None if columns.len() == most => {
                    let what = format!("more than {most} columns; raise {{max_columns}}");
                    return Err(io::Error::other(what));
                }
                None => columns.push((name.clone().into_owned(), kind)),
            }
        }
        Ok(())
    })?;
    let column = |(name, kind): &(String, Option<Type>)| {
        // A point would make a group of columns.
        Column {
            name: Cow::Owned(name.clone()),
            kind: kind.unwrap_or(Type::Text),
            nullable: true,
            flat: true,
        }
    };
    let columns: Vec<Column> = columns.iter().map(column).collect();
    let mut table = Table::new(out, &columns)?;
    each(open()?, &mut |fields| {
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|column| {
                // The last of equal keys wins.
                let found = fields.iter().rev().find(|(name, _)| *name == column.name);
                found.map_or(Cell::Null, |(_, value)| cell(value.get(), column.kind))
            })
            .collect();
        table.row(&cells)
    })?;
    table.finish()
}

/// Key and value of an object's fields.
type Fields<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

fn each(
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
        let mut json = serde_json::Deserializer::from_str(&text);
        take(&json.deserialize_map(Object)?)?;
    }
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
            let name = serde_json::from_str::<Cow<'_, str>>(key.get());
            let name = name.map(|name| Cow::Owned(name.into_owned())).map_err(A::Error::custom)?;
            fields.push((name, map.next_value::<&RawValue>()?));
        }
        Ok(fields)
    }
}

/// The type of a value; none for null.
fn kind(value: &str) -> Option<Type> {
    match value.as_bytes().first()? {
        b'n' => None,
        b't' | b'f' => Some(Type::Bool),
        b'-' | b'0'..=b'9' if value.parse::<i64>().is_ok() => Some(Type::Int),
        b'-' | b'0'..=b'9' if value.parse::<f64>().is_ok_and(f64::is_finite) => Some(Type::Float),
        _ => Some(Type::Text),
    }
}

fn join(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    match (a, b) {
        (None, one) | (one, None) => one,
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(Type::Int | Type::Float), Some(Type::Int | Type::Float)) => Some(Type::Float),
        _ => Some(Type::Text),
    }
}

fn cell(value: &str, kind: Type) -> Cell<'_> {
    if value.starts_with('n') {
        return Cell::Null;
    }
    match kind {
        Type::Bool => Cell::Bool(value.starts_with('t')),
        Type::Int => value.parse().map_or(Cell::Null, Cell::Int),
        Type::Float => value.parse().map_or(Cell::Null, Cell::Float),
        Type::Text if value.starts_with('"') => {
            let text = serde_json::from_str::<String>(value);
            Cell::Text(text.map_or(Cow::Borrowed(value), Cow::Owned))
        }
        Type::Text => Cell::Text(Cow::Borrowed(value)),
    }
}

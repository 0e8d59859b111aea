//! JSON objects become typed columns.
//!
//! Read twice: once for the names and types, once for the values. A column of whole numbers, of
//! numbers, of truth values or of strings has that type; any other is a string, and what is not a
//! string in it stands there as JSON.

use super::Table;
use crate::output::objects::{each, place, value};
use crate::output::rows::{Cell, Column, Type};
use std::borrow::Cow;
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
    let columns = columns(open()?, most)?;
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
        let cell = |column: &Column| {
            value(fields, &column.name).map_or(Cell::Null, |value| cell(value, column.kind))
        };
        table.row(&columns.iter().map(cell).collect::<Vec<_>>())
    })?;
    table.finish()
}

/// The columns of some objects, with the types of their values.
fn columns(lines: Box<dyn BufRead>, most: usize) -> io::Result<Vec<(String, Option<Type>)>> {
    let mut columns: Vec<(String, Option<Type>)> = Vec::new();
    each(lines, &mut |fields| {
        for (name, value) in fields {
            let n = place(&mut columns, (name, None), most)?;
            if let Some((_, known)) = columns.get_mut(n) {
                *known = join(*known, kind(value.get()));
            }
        }
        Ok(())
    })?;
    Ok(columns)
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

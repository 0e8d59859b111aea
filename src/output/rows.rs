//! Records as rows: the columns that tables have, whatever they are written in.
//!
//! Feeds csv and parquet. Invariant: every field that [`record`](crate::record) declares is a
//! column, groups of fields are together, and a dot separates the name of a group from the name in
//! it.

use crate::record::{Evidence, Family, Key, Member, PassagePair, Record, Schema, Value, Visitor};
use std::borrow::Cow;
use std::sync::LazyLock;

pub use crate::record::Type;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Type,
    /// Some rows may have no value.
    pub nullable: bool,
    /// A point in the name means nothing.
    pub flat: bool,
}

impl Column {
    fn of(name: String, kind: Type, nullable: bool) -> Self {
        Self { name: Cow::Owned(name), kind, nullable, flat: false }
    }

    /// Names of the group and in the group.
    #[must_use]
    pub fn group(&self) -> Option<(&str, &str)> {
        self.name.split_once('.').filter(|_| !self.flat)
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A string.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A truth value.
    Bool(bool),
}

impl<'a> From<Value<'a>> for Cell<'a> {
    fn from(value: Value<'a>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Text(text) => Self::Text(Cow::Borrowed(text)),
            Value::Int(count) => Self::Int(i64::try_from(count).unwrap_or(i64::MAX)),
            Value::Float(number) => Self::Float(number),
            Value::Bool(value) => Self::Bool(value),
            Value::Evidence(list) => Self::Text(Cow::Owned(Evidence::join(list, "; "))),
        }
    }
}

/// Columns of a kind of record.
#[must_use]
pub fn columns<R: Record>() -> Vec<Column> {
    let mut columns = Columns::new(Level::Row);
    R::describe(&mut columns);
    columns.all
}

/// The row of a record.
#[must_use]
pub fn row(record: &impl Record) -> Vec<Cell<'_>> {
    let mut cells = Cells { all: Vec::new(), of_family: false };
    record.visit(&mut cells);
    cells.all
}

/// Columns of a pair of places.
pub static PAIR: LazyLock<Vec<Column>> = LazyLock::new(columns::<PassagePair<'_>>);

/// Columns of a member of a family: one row for each, with what is known of the family. The
/// family's own text comes last, after that of the member.
pub static MEMBER: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let mut columns = Columns::new(Level::Family);
    Family::describe(&mut columns);
    columns.level = Level::Group("member");
    Member::describe(&mut columns);
    columns.all.push(Column::of(TEXT.to_owned(), Type::Text, false));
    columns.all
});

/// The field of a family that is the last column of its members.
const TEXT: &str = "text";
/// The field of a record that stands for it in the row of a member.
const ID: &str = "id";

/// The row of a pair.
#[must_use]
pub fn pair<'r>(pair: &'r PassagePair<'_>) -> Vec<Cell<'r>> {
    let mut cells = Cells { all: Vec::with_capacity(PAIR.len()), of_family: false };
    pair.visit(&mut cells);
    cells.all
}

/// The row of a member.
#[must_use]
pub fn member<'r>(family: &'r Family<'_>, member: &'r Member<'_>) -> Vec<Cell<'r>> {
    let mut cells = Cells { all: Vec::with_capacity(MEMBER.len()), of_family: true };
    family.visit(&mut cells);
    cells.of_family = false;
    member.visit(&mut cells);
    cells.all.push(Cell::Text(Cow::Borrowed(family.text)));
    cells.all
}

/// Where fields are described.
#[derive(Debug, Clone, Copy)]
enum Level {
    /// Those of a row.
    Row,
    /// Those of a family, of which its members' rows have all but text and members.
    Family,
    /// Those of a record in a row, by its name.
    Group(&'static str),
}

/// Gathers columns.
struct Columns {
    all: Vec<Column>,
    level: Level,
}

impl Columns {
    fn new(level: Level) -> Self {
        Self { all: Vec::new(), level }
    }
}

impl Schema for Columns {
    fn value(&mut self, key: Key, kind: Type, nullable: bool) {
        let name = match self.level {
            Level::Family if key.name == TEXT => return,
            Level::Row | Level::Family => key.name.to_owned(),
            Level::Group(group) => format!("{group}.{}", key.name),
        };
        self.all.push(Column::of(name, kind, nullable));
    }

    fn record<R: Record>(&mut self, key: Key, nullable: bool) {
        if let Level::Family = self.level {
            self.all.push(Column::of(key.name.to_owned(), Type::Text, nullable));
            return;
        }
        let around = std::mem::replace(&mut self.level, Level::Group(key.name));
        R::describe(self);
        self.level = around;
    }

    /// A list has no columns: its records have rows of their own.
    fn list<R: Record>(&mut self, _: Key) {}
}

/// Gathers the cells of a row.
struct Cells<'a> {
    all: Vec<Cell<'a>>,
    /// The fields are those of a family, for the row of a member.
    of_family: bool,
}

impl<'a> Visitor<'a> for Cells<'a> {
    #[inline]
    fn value(&mut self, key: Key, value: Value<'a>) {
        if !(self.of_family && key.name == TEXT) {
            self.all.push(value.into());
        }
    }

    #[inline]
    fn record(&mut self, _: Key, record: Option<&'a impl Record>) {
        match record {
            Some(record) if self.of_family => record.visit(&mut Id(self)),
            Some(record) => record.visit(self),
            None => self.all.push(Cell::Null),
        }
    }

    fn list(&mut self, _: Key, _: &'a [impl Record]) {}
}

/// Adds only what names a record.
struct Id<'c, 'a>(&'c mut Cells<'a>);

impl<'a> Visitor<'a> for Id<'_, 'a> {
    #[inline]
    fn value(&mut self, key: Key, value: Value<'a>) {
        if key.name == ID {
            self.0.all.push(value.into());
        }
    }

    fn record(&mut self, _: Key, _: Option<&'a impl Record>) {}

    fn list(&mut self, _: Key, _: &'a [impl Record]) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Basis, First, Kind, Mark, Side};
    use serde_json::Value;

    /// Names of a record's fields as columns have them.
    fn names(value: &Value) -> Vec<String> {
        let mut names = Vec::new();
        for (name, value) in value.as_object().unwrap() {
            match value {
                Value::Object(inside) if name == "a" || name == "b" => {
                    names.extend(inside.keys().map(|inner| format!("{name}.{inner}")));
                }
                _ => names.push(name.clone()),
            }
        }
        names.sort();
        names
    }

    /// A family of one member, in which nothing is unknown but how the member came by its text.
    fn family() -> Family<'static> {
        let first = First { id: "x", outlet: Some("o"), date: Some("2024-03-04") };
        let member = Member {
            id: first.id,
            outlet: first.outlet,
            date: first.date,
            start: 0,
            end: 1,
            char_start: 0,
            char_end: 1,
            source: None,
            confidence: None,
            title: Some("h"),
            url: Some("u"),
            text: "t".into(),
            quote_start: None,
            quote_end: None,
            char_quote_start: None,
            char_quote_end: None,
            date_inferred: Mark(true),
            source_basis: Some(Basis::Date),
        };
        Family {
            family: 4,
            key: "0123456789abcdef".into(),
            tokens: 20,
            kind: Kind::Reuse,
            kind_confidence: 0.9,
            size: 1,
            outlets: 1,
            confidence: Some(0.95),
            first: Some(first),
            text: "t",
            why: vec![Evidence::share("covered", 0.6), Evidence::count("documents", 1)].into(),
            rank: 5,
            houses: 1,
            members: vec![member],
        }
    }

    #[test]
    fn every_field_of_a_pair_is_a_column() {
        let side = Side {
            id: "x",
            outlet: None,
            date: None,
            title: None,
            start: 0,
            end: 1,
            char_start: 0,
            char_end: 1,
            text: "t",
            quote_start: None,
            quote_end: None,
            char_quote_start: None,
            char_quote_end: None,
            date_inferred: Mark(true),
        };
        let family = family();
        let record = PassagePair {
            a: side.clone(),
            b: side,
            tokens: 1,
            matched: 1,
            identity: 1.0,
            kind: family.kind,
            kind_confidence: family.kind_confidence,
            family: 0,
            why: vec![Evidence::count("x", 1), Evidence::count("y", 2)].into(),
            first: None,
            source: None,
            confidence: None,
            rank: 1,
            source_basis: Some(Basis::Date),
        };
        let mut columns: Vec<String> = PAIR.iter().map(|column| column.name.to_string()).collect();
        columns.sort();
        assert_eq!(columns, names(&serde_json::to_value(&record).unwrap()));
        let cells = pair(&record);
        assert_eq!(cells.len(), PAIR.len());
        for (cell, column) in cells.iter().zip(&*PAIR) {
            let fits = match cell {
                Cell::Null => column.nullable,
                Cell::Text(_) => column.kind == Type::Text,
                Cell::Int(_) => column.kind == Type::Int,
                Cell::Float(_) => column.kind == Type::Float,
                Cell::Bool(_) => column.kind == Type::Bool,
            };
            assert!(fits, "{}", column.name);
        }
    }

    #[test]
    fn every_field_of_a_family_and_its_members_is_a_column() {
        let family = family();
        let value = serde_json::to_value(&family).unwrap();
        let known: Vec<&str> = MEMBER.iter().map(|column| &*column.name).collect();
        for name in names(&value).iter().filter(|name| *name != "members") {
            assert!(known.contains(&name.as_str()), "{name}");
        }
        for name in value["members"][0].as_object().unwrap().keys() {
            assert!(known.contains(&format!("member.{name}").as_str()), "{name}");
        }
        assert_eq!(member(&family, &family.members[0]).len(), MEMBER.len());
    }
}

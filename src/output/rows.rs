//! Records as rows: the columns that tables have, whatever they are written in.
//!
//! Feeds csv and columnar. Invariant: every field of a record is a column (a test compares them
//! with what serde makes of the same record), groups of fields stand together, and a point stands
//! between the name of a group and the name in it.

use crate::record::{Evidence, Family, Member, PassagePair, Side};
use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Strings.
    Text,
    /// Whole numbers.
    Int,
    /// Numbers.
    Float,
    /// Truth values.
    Bool,
}

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
    const fn of(name: &'static str, kind: Type, nullable: bool) -> Self {
        Self { name: Cow::Borrowed(name), kind, nullable, flat: false }
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

impl<'a> Cell<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    fn count(count: usize) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn share(share: Option<f64>) -> Self {
        share.map_or(Self::Null, Self::Float)
    }

    /// Evidence in one string.
    fn evidence(list: &[Evidence]) -> Self {
        Self::Text(Cow::Owned(Evidence::join(list, "; ")))
    }
}

/// Columns of a pair of places.
pub static PAIR: [Column; 28] = [
    Column::of("a.id", Type::Text, false),
    Column::of("a.outlet", Type::Text, true),
    Column::of("a.date", Type::Text, true),
    Column::of("a.title", Type::Text, true),
    Column::of("a.start", Type::Int, false),
    Column::of("a.end", Type::Int, false),
    Column::of("a.char_start", Type::Int, false),
    Column::of("a.char_end", Type::Int, false),
    Column::of("a.text", Type::Text, false),
    Column::of("b.id", Type::Text, false),
    Column::of("b.outlet", Type::Text, true),
    Column::of("b.date", Type::Text, true),
    Column::of("b.title", Type::Text, true),
    Column::of("b.start", Type::Int, false),
    Column::of("b.end", Type::Int, false),
    Column::of("b.char_start", Type::Int, false),
    Column::of("b.char_end", Type::Int, false),
    Column::of("b.text", Type::Text, false),
    Column::of("tokens", Type::Int, false),
    Column::of("matched", Type::Int, false),
    Column::of("identity", Type::Float, false),
    Column::of("kind", Type::Text, false),
    Column::of("family", Type::Int, false),
    Column::of("why", Type::Text, false),
    Column::of("first", Type::Text, true),
    Column::of("source", Type::Text, true),
    Column::of("confidence", Type::Float, true),
    Column::of("rank", Type::Int, false),
];

/// The row of a pair.
#[must_use]
pub fn pair<'r>(pair: &'r PassagePair<'_>) -> Vec<Cell<'r>> {
    let mut cells = Vec::with_capacity(PAIR.len());
    side(&pair.a, &mut cells);
    side(&pair.b, &mut cells);
    cells.extend([
        Cell::Int(i64::from(pair.tokens)),
        Cell::Int(i64::from(pair.matched)),
        Cell::Float(pair.identity),
        Cell::text(pair.kind.name()),
        Cell::Int(i64::from(pair.family)),
        Cell::evidence(&pair.why),
        Cell::maybe(pair.first),
        Cell::maybe(pair.source),
        Cell::share(pair.confidence),
        Cell::Int(i64::from(pair.rank)),
    ]);
    cells
}

fn side<'r>(side: &'r Side<'_>, cells: &mut Vec<Cell<'r>>) {
    cells.extend([
        Cell::text(side.id),
        Cell::maybe(side.outlet),
        Cell::maybe(side.date),
        Cell::maybe(side.title),
        Cell::count(side.start),
        Cell::count(side.end),
        Cell::count(side.char_start),
        Cell::count(side.char_end),
        Cell::text(side.text),
    ]);
}

/// Columns of a member of a family: one row for each, with what is known of the family.
pub static MEMBER: [Column; 21] = [
    Column::of("family", Type::Int, false),
    Column::of("kind", Type::Text, false),
    Column::of("size", Type::Int, false),
    Column::of("outlets", Type::Int, false),
    Column::of("houses", Type::Int, false),
    Column::of("rank", Type::Int, false),
    Column::of("first", Type::Text, true),
    Column::of("confidence", Type::Float, true),
    Column::of("why", Type::Text, false),
    Column::of("member.id", Type::Text, false),
    Column::of("member.outlet", Type::Text, true),
    Column::of("member.date", Type::Text, true),
    Column::of("member.title", Type::Text, true),
    Column::of("member.start", Type::Int, false),
    Column::of("member.end", Type::Int, false),
    Column::of("member.char_start", Type::Int, false),
    Column::of("member.char_end", Type::Int, false),
    Column::of("member.source", Type::Text, true),
    Column::of("member.confidence", Type::Float, true),
    Column::of("member.text", Type::Text, false),
    Column::of("text", Type::Text, false),
];

/// The row of a member.
#[must_use]
pub fn member<'r>(family: &'r Family<'_>, member: &'r Member<'_>) -> Vec<Cell<'r>> {
    vec![
        Cell::Int(i64::from(family.family)),
        Cell::text(family.kind.name()),
        Cell::count(family.size),
        Cell::count(family.outlets),
        Cell::count(family.houses),
        Cell::Int(i64::from(family.rank)),
        Cell::maybe(family.first.as_ref().map(|first| first.id)),
        Cell::share(family.confidence),
        Cell::evidence(&family.why),
        Cell::text(member.id),
        Cell::maybe(member.outlet),
        Cell::maybe(member.date),
        Cell::maybe(member.title),
        Cell::count(member.start),
        Cell::count(member.end),
        Cell::count(member.char_start),
        Cell::count(member.char_end),
        Cell::maybe(member.source),
        Cell::share(member.confidence),
        Cell::text(member.text),
        Cell::text(family.text),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{First, Kind};
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
            text: "t",
        };
        Family {
            family: 4,
            kind: Kind::Reuse,
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
        };
        let family = family();
        let record = PassagePair {
            a: side.clone(),
            b: side,
            tokens: 1,
            matched: 1,
            identity: 1.0,
            kind: family.kind,
            family: 0,
            why: vec![Evidence::count("x", 1), Evidence::count("y", 2)].into(),
            first: None,
            source: None,
            confidence: None,
            rank: 1,
        };
        let mut columns: Vec<String> = PAIR.iter().map(|column| column.name.to_string()).collect();
        columns.sort();
        assert_eq!(columns, names(&serde_json::to_value(&record).unwrap()));
        let cells = pair(&record);
        assert_eq!(cells.len(), PAIR.len());
        for (cell, column) in cells.iter().zip(&PAIR) {
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

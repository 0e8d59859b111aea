//! The fields of records, one list for every format.
//!
//! `record` declares each record once, with [`fields!`](crate::record); output asks it for names,
//! types and values in the order of that declaration, for objects and for tables alike. Invariant:
//! what a record shows of itself is what it declares, so that no format can leave a field out.
//! The visitors are type parameters: nothing is allocated or chosen at run time between a record
//! and its bytes.

use crate::judge::{Basis, Evidence, Kind};
use std::borrow::Cow;

/// The name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// The same as the key of a JSON object: `"name":`.
    pub json: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Strings; pieces of evidence are joined.
    Text,
    /// Whole numbers.
    Int,
    /// Numbers.
    Float,
    /// Truth values.
    Bool,
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Unknown.
    Null,
    /// A string.
    Text(&'a str),
    /// A whole number.
    Int(u64),
    /// A number.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// Pieces of evidence.
    Evidence(&'a [Evidence]),
}

/// Takes the fields of one record, in order.
pub trait Visitor<'a> {
    /// A field with one value.
    fn value(&mut self, key: Key, value: Value<'a>);
    /// A field that says nothing here.
    fn absent(&mut self, key: Key) {
        self.value(key, Value::Null);
    }
    /// A field that is a record, or unknown.
    fn record(&mut self, key: Key, record: Option<&'a impl Record>);
    /// A field that is a list of records.
    fn list(&mut self, key: Key, records: &'a [impl Record]);
}

/// Takes the names and types of the fields of a kind of record, in order.
pub trait Schema {
    /// A field with one value.
    fn value(&mut self, key: Key, kind: Type, nullable: bool);
    /// A field that is a record.
    fn record<R: Record>(&mut self, key: Key, nullable: bool);
    /// A field that is a list of records.
    fn list<R: Record>(&mut self, key: Key);
}

/// Something that is written field by field.
pub trait Record {
    /// Shows the values.
    fn visit<'a>(&'a self, visitor: &mut impl Visitor<'a>);
    /// Shows names and types.
    fn describe(schema: &mut impl Schema);
}

/// A type that a field can have.
pub trait Field {
    /// Shows the value.
    fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>);
    /// Shows name and type.
    fn describe(key: Key, schema: &mut impl Schema);
}

/// Implements [`Field`] for types with one value.
macro_rules! values {
    ($($type:ty, $kind:ident, $nullable:literal, |$it:ident| $of:expr;)*) => {$(
        impl Field for $type {
            #[inline]
            fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>) {
                let $it = self;
                visitor.value(key, $of);
            }

            fn describe(key: Key, schema: &mut impl Schema) {
                schema.value(key, Type::$kind, $nullable);
            }
        }
    )*};
}

values! {
    &str, Text, false, |text| Value::Text(text);
    Cow<'_, str>, Text, false, |text| Value::Text(text);
    Option<&str>, Text, true, |text| text.map_or(Value::Null, Value::Text);
    Option<Cow<'_, str>>, Text, true, |text| text.as_deref().map_or(Value::Null, Value::Text);
    Kind, Text, false, |kind| Value::Text(kind.name());
    u32, Int, false, |number| Value::Int(u64::from(*number));
    usize, Int, false, |number| Value::Int(*number as u64);
    Option<usize>, Int, true, |number| number.map_or(Value::Null, |n| Value::Int(n as u64));
    Option<u32>, Int, true, |number| number.map_or(Value::Null, |n| Value::Int(u64::from(n)));
    f64, Float, false, |number| Value::Float(*number);
    Option<f64>, Float, true, |number| number.map_or(Value::Null, Value::Float);
    bool, Bool, false, |value| Value::Bool(*value);
    Cow<'_, [Evidence]>, Text, false, |list| Value::Evidence(list);
}

/// Something that is said only where it holds: objects leave it out where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Mark(pub bool);

impl Mark {
    /// Whether it does not hold.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub(crate) fn is_off(&self) -> bool {
        !self.0
    }
}

impl Field for Mark {
    #[inline]
    fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>) {
        if self.0 { visitor.value(key, Value::Bool(true)) } else { visitor.absent(key) }
    }

    fn describe(key: Key, schema: &mut impl Schema) {
        schema.value(key, Type::Bool, true);
    }
}

/// Objects leave it out where it is not known.
impl Field for Option<Basis> {
    #[inline]
    fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>) {
        match self {
            Some(basis) => visitor.value(key, Value::Text(basis.name())),
            None => visitor.absent(key),
        }
    }

    fn describe(key: Key, schema: &mut impl Schema) {
        schema.value(key, Type::Text, true);
    }
}

impl<R: Record> Field for Option<R> {
    #[inline]
    fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>) {
        visitor.record(key, self.as_ref());
    }

    fn describe(key: Key, schema: &mut impl Schema) {
        schema.record::<R>(key, true);
    }
}

impl<R: Record> Field for Vec<R> {
    #[inline]
    fn visit<'a>(&'a self, key: Key, visitor: &mut impl Visitor<'a>) {
        visitor.list(key, self);
    }

    fn describe(key: Key, schema: &mut impl Schema) {
        schema.list::<R>(key);
    }
}

/// Declares a record: the type, with what serde makes of it, and the list of its fields.
macro_rules! fields {
    (
        $(#[$about:meta])*
        pub struct $record:ident<$life:lifetime> {
            $($(#[$doc:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $record<$life> {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl<$life> $crate::record::Record for $record<$life> {
            #[inline]
            fn visit<'v>(&'v self, visitor: &mut impl $crate::record::Visitor<'v>) {
                $($crate::record::Field::visit(
                    &self.$field,
                    $crate::record::fields::key!($field),
                    visitor,
                );)*
            }

            fn describe(schema: &mut impl $crate::record::Schema) {
                $(<$type as $crate::record::Field>::describe(
                    $crate::record::fields::key!($field),
                    schema,
                );)*
            }
        }

        impl $crate::record::Field for $record<'_> {
            #[inline]
            fn visit<'v>(
                &'v self,
                key: $crate::record::Key,
                visitor: &mut impl $crate::record::Visitor<'v>,
            ) {
                visitor.record(key, Some(self));
            }

            fn describe(key: $crate::record::Key, schema: &mut impl $crate::record::Schema) {
                schema.record::<Self>(key, false);
            }
        }
    };
}

/// The key of a field.
macro_rules! key {
    ($field:ident) => {
        $crate::record::Key {
            name: stringify!($field),
            json: concat!("\"", stringify!($field), "\":"),
        }
    };
}

pub(crate) use {fields, key};

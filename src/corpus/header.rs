//! The header of a table and how its rows are written, kept with its source.
//!
//! Found by the format of the table when the first block is cut, used for every later one.

use super::columns::{COLUMNS, Plan, TEXT};

/// Whether backslashes stand for something, as dumps of databases have them: `\n`, `\t`, `\\`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// A backslash is text.
    No,
    /// They may, but are read as text.
    Maybe,
    /// They do.
    Yes,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Byte between fields.
    pub(super) delimiter: u8,
    /// Byte that ends a row: a line feed, or a carriage return where there is no line feed.
    pub(super) line_end: u8,
    /// Fields in quotation marks may hold anything.
    pub(super) quotes: bool,
    /// Blanks around a field mean nothing.
    pub(super) blanks: bool,
    /// A backslash keeps a quotation mark from closing the field.
    pub(super) backslashes: bool,
    /// Backslashes stand for what a field may not hold.
    pub(super) escapes: Escapes,
    /// Columns; 0 where they are not known yet.
    pub(super) columns: usize,
}

/// The header of a table.
#[derive(Debug)]
pub(super) struct Header {
    /// How its rows are written.
    pub(super) dialect: Dialect,
    /// Names of the columns, in order.
    pub(super) names: Vec<String>,
    /// Which of the wanted columns each is.
    pub(super) wanted: Vec<[bool; COLUMNS]>,
    /// What the wanted columns are called.
    pub(super) plan: Plan,
    /// As written, without its line feed; none where the first row is a record already.
    pub(super) raw: Option<Vec<u8>>,
    /// Lines before the header.
    pub(super) preamble: u64,
}

impl Header {
    /// Whether there is a column of the text; else the table only lies beside others.
    pub(super) fn has_text(&self) -> bool {
        self.wanted.iter().any(|wanted| wanted[TEXT])
    }

    /// Why records of the other table do not fit below this header, in words that go before its
    /// name; none where they do.
    pub(super) fn difference(&self, other: &Self) -> Option<&'static str> {
        let (own, other_form) = (self.dialect, other.dialect);
        let form = |dialect: Dialect| {
            let is_escaped = dialect.escapes == Escapes::Yes;
            (dialect.quotes, dialect.blanks, dialect.backslashes, is_escaped)
        };
        if own.delimiter != other_form.delimiter {
            Some("separates its fields by another sign than")
        } else if self.names != other.names {
            Some("has other columns than")
        } else if own.line_end != other_form.line_end {
            Some("ends its lines otherwise than")
        } else if form(own) != form(other_form) {
            Some("encloses its fields otherwise than")
        } else {
            None
        }
    }
}

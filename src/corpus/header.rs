//! The header of a table, kept with its source.
//!
//! Read by the format of the table when the first block is cut, used for every later one.

use super::columns::{COLUMNS, TEXT};

/// The header of a table.
#[derive(Debug)]
pub(super) struct Header {
    /// Byte between fields.
    pub(super) delimiter: u8,
    /// Names of the columns, in order.
    pub(super) names: Vec<String>,
    /// Which of the wanted columns each is.
    pub(super) wanted: Vec<[bool; COLUMNS]>,
    /// As written, without its line end.
    pub(super) raw: Vec<u8>,
}

impl Header {
    /// Whether there is a column of the text; else the table only lies beside others.
    pub(super) fn has_text(&self) -> bool {
        self.wanted.iter().any(|wanted| wanted[TEXT])
    }

    /// Whether records of the other table fit below this header.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.delimiter == other.delimiter && self.names == other.names
    }
}

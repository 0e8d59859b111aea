//! The columns with a meaning, and which of them the records have.
//!
//! Used by every format that has columns, and by the tally. Invariant: the columns are numbered
//! once, here, and everything that holds one value for each is in this order.

use std::collections::{BTreeMap, BTreeSet};

/// Number of columns with a meaning.
pub(super) const COLUMNS: usize = 7;
/// Place of the text among them, and so on.
pub(super) const TEXT: usize = 0;
pub(super) const ID: usize = 1;
pub(super) const OUTLET: usize = 2;
pub(super) const DATE: usize = 3;
pub(super) const TITLE: usize = 4;
pub(super) const URL: usize = 5;
pub(super) const EXTRA: usize = 6;

/// A column's name, and whether the user chose it (then it must exist).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name of the key.
    pub name: String,
    /// Given by the user.
    pub chosen: bool,
}

impl Column {
    pub(super) fn default_name(name: &str) -> Self {
        Self { name: name.to_owned(), chosen: false }
    }
}

/// Which columns some records have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnsSeen {
    pub(super) records: u64,
    pub(super) found: [bool; COLUMNS],
    pub(super) names: BTreeSet<String>,
    /// Of each source that was named as an input and has records, whether one has a text.
    pub(super) named: BTreeMap<usize, bool>,
}

impl ColumnsSeen {
    /// Notes a column's name, up to `most` different ones.
    pub(super) fn name(&mut self, key: &[u8], most: usize) {
        let key = String::from_utf8_lossy(key);
        if self.names.len() < most && !self.names.contains(key.as_ref()) {
            self.names.insert(key.into_owned());
        }
    }

    /// Counts a record, and notes which of the wanted columns it has.
    pub(super) fn count(&mut self, values: &[Option<&str>; COLUMNS]) {
        self.records += 1;
        for (found, value) in self.found.iter_mut().zip(values) {
            *found |= value.is_some();
        }
    }

    /// Notes which of the wanted columns a table has.
    pub(super) fn found(&mut self, columns: [bool; COLUMNS]) {
        self.found.iter_mut().zip(columns).for_each(|(found, has)| *found |= has);
    }

    /// Counts a record of a table.
    pub(super) fn record(&mut self) {
        self.records += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.records += other.records;
        for (found, other) in self.found.iter_mut().zip(other.found) {
            *found |= other;
        }
        self.names.extend(other.names.iter().cloned());
        for (source, has_text) in &other.named {
            *self.named.entry(*source).or_default() |= has_text;
        }
    }
}

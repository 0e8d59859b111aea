//! Was the reading worth anything?
//!
//! Fed with every [`Batch`], asked once at the end. Partial tallies of parallel workers merge in
//! any order to the same.
//! Invariant: an empty result is never silent (a missing column and a corpus without documents
//! are errors that say what was there instead).

use super::json::Values;
use super::options::Column;
use super::{Batch, Corpus, Format, Problem};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Number of columns with a meaning.
pub(super) const COLUMNS: usize = 5;
/// Place of the text among them, and so on.
pub(super) const TEXT: usize = 0;
pub(super) const ID: usize = 1;
pub(super) const OUTLET: usize = 2;
pub(super) const DATE: usize = 3;
pub(super) const TITLE: usize = 4;

const FLAGS: [&str; COLUMNS] =
    ["--text-column", "--id-column", "--outlet-column", "--date-column", "--title-column"];

/// Causes told apart in the message about a corpus without documents.
const CAUSES: usize = 3;

/// Which columns some records have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnsSeen {
    records: u64,
    found: [bool; COLUMNS],
    names: BTreeSet<String>,
}

impl ColumnsSeen {
    /// Notes a column's name, up to `most` different ones.
    pub(super) fn name(&mut self, key: &[u8], most: usize) {
        let key = String::from_utf8_lossy(key);
        if self.names.len() < most && !self.names.contains(key.as_ref()) {
            self.names.insert(key.into_owned());
        }
    }

    /// Notes which of the wanted columns a record has.
    pub(super) fn count(&mut self, values: &Values<'_>) {
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
    }
}

/// Counts of a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    documents: u64,
    skipped: u64,
    noted: u64,
    columns: ColumnsSeen,
    causes: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the problems that [`Corpus::open`] met.
    pub fn add_problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            if !problem.skipped {
                self.noted += 1;
                continue;
            }
            self.skipped += 1;
            // What varies stands behind the colon.
            let cause = problem.cause.split([':', '(']).next().unwrap_or_default().trim();
            match self.causes.get_mut(cause) {
                Some(count) => *count += 1,
                None => {
                    self.causes.insert(cause.to_owned(), 1);
                }
            }
        }
    }

    /// Counts a batch.
    pub fn add(&mut self, batch: &Batch) {
        self.documents += batch.documents.len() as u64 + batch.visited;
        self.add_problems(&batch.problems);
        self.skipped += batch.unlisted_skipped;
        self.noted += batch.unlisted_noted;
        self.columns.merge(&batch.columns);
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: &Self) {
        self.documents += other.documents;
        self.skipped += other.skipped;
        self.noted += other.noted;
        self.columns.merge(&other.columns);
        for (cause, count) in &other.causes {
            *self.causes.entry(cause.clone()).or_default() += count;
        }
    }

    /// Documents read.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Records and files left out.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Records and files used with a part unknown or repaired.
    #[must_use]
    pub fn noted(&self) -> u64 {
        self.noted
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The text column, or one that the user named, is in no record; there is no document at all.
    pub fn finish(&self, corpus: &Corpus) -> Result<()> {
        corpus.again.failure()?;
        self.check_columns(corpus)?;
        if self.documents > 0 {
            return Ok(());
        }
        let (cause, cure) = if corpus.sources.is_empty() && self.skipped == 0 {
            ("no file was found".to_owned(), "check the path; hidden files are not read")
        } else if self.skipped == 0 {
            ("there are only blank lines".to_owned(), "check what should be in it")
        } else {
            (self.skipped_by_cause(), "see the warnings, each with its cure")
        };
        let path = corpus.first_path(None).to_path_buf();
        Err(Error::NoDocuments { path, cause, cure: cure.to_owned() })
    }

    fn check_columns(&self, corpus: &Corpus) -> Result<()> {
        if self.columns.records == 0 {
            return Ok(());
        }
        let columns = corpus.options.columns().into_iter().zip(self.columns.found).zip(FLAGS);
        for (at, ((column, found), flag)) in columns.enumerate() {
            if !found && (column.chosen || at == TEXT) {
                return Err(self.missing(corpus, column, flag));
            }
        }
        Ok(())
    }

    fn missing(&self, corpus: &Corpus, column: &Column, flag: &'static str) -> Error {
        let most = corpus.options.limits.named_columns;
        Error::MissingColumn {
            path: corpus.first_path(Some(Format::JsonLines)).to_path_buf(),
            column: column.name.clone(),
            found: self.columns.names.iter().take(most).cloned().collect(),
            flag,
        }
    }

    /// `all 12 skipped: 7 is empty, 5 is a binary file`.
    fn skipped_by_cause(&self) -> String {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let mut parts: Vec<_> =
            causes.iter().take(CAUSES).map(|(cause, count)| format!("{count} x {cause}")).collect();
        if causes.len() > CAUSES {
            parts.push("others".to_owned());
        }
        format!("all {} files and records were left out ({})", self.skipped, parts.join(", "))
    }
}

//! Was the reading worth anything?
//!
//! Fed with every [`Batch`], asked once at the end. Partial tallies of parallel workers merge in
//! any order to the same.
//! Invariant: an empty result is never silent (a missing column and a corpus without documents
//! are errors that say what was there instead).

use super::batch::{Batch, add_kinds};
use super::columns::{COLUMNS, Column, ColumnsSeen, TEXT};
use super::inputs::Inputs;
use super::problem::Problem;
use super::source::kind::FormatLayout;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The settings that name the columns.
const SETTINGS: [&str; COLUMNS] = [
    "text_column",
    "id_column",
    "outlet_column",
    "date_column",
    "title_column",
    "url_column",
    "keep",
];

/// Causes listed in the message about a corpus without documents.
const CAUSES: usize = 3;

/// Kinds of records that are listed where crawls are read.
const KINDS: usize = 6;

/// Lines about columns that are read by well-known names.
const MOST_READINGS: usize = 8;

/// Counts of a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    documents: u64,
    skipped: u64,
    noted: u64,
    columns: ColumnsSeen,
    causes: BTreeMap<String, u64>,
    passed_over: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the problems that [`Corpus::open`](super::Corpus::open) met.
    pub fn add_problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            if !problem.skipped {
                self.noted += 1;
                continue;
            }
            self.skipped += 1;
            // What varies follows the colon.
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
        add_kinds(&mut self.passed_over, &batch.passed_over);
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: &Self) {
        self.documents += other.documents;
        self.skipped += other.skipped;
        self.noted += other.noted;
        self.columns.merge(&other.columns);
        add_kinds(&mut self.passed_over, &other.passed_over);
        for (cause, count) in &other.causes {
            *self.causes.entry(cause.clone()).or_default() += count;
        }
    }

    /// What a batch reads as what by well-known names, where no batch before it did.
    #[must_use]
    pub fn fresh_readings(&self, batch: &Batch) -> Vec<String> {
        let known = &self.columns.readings;
        let fresh = batch.columns.readings.iter().filter(|reading| !known.contains(*reading));
        let room = MOST_READINGS.saturating_sub(known.len());
        let say = |reading: &String| {
            format!("reads {reading}. {{text_column}} and the like name other columns")
        };
        fresh.take(room).map(say).collect()
    }

    /// In how many documents the columns were that were read by well-known names, how many dates
    /// are those of addresses and file names, and how many texts hold HTML, line ends as two signs,
    /// or letters that were encoded twice.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let days = (self.columns.inferred > 0)
            .then(|| format!("dates read from addresses or file names: {}", self.columns.inferred));
        let tagged = (self.columns.tagged > 0).then(|| {
            format!(
                "texts with tags or entities of HTML, which are read as words: {}. {{html_text}} \
                 leaves them out",
                self.columns.tagged
            )
        });
        let escaped = (self.columns.escaped > 0).then(|| {
            format!(
                "texts with line ends written as `\\n`, which are read as words: {}. write them \
                 as line ends",
                self.columns.escaped
            )
        });
        let garbled = (self.columns.garbled > 0).then(|| {
            format!(
                "texts with letters that were encoded twice (`\u{c3}\u{bc}` for `\u{fc}`), read as \
                 they are: {}. mend them, for example with ftfy",
                self.columns.garbled
            )
        });
        let forms = [days, tagged, escaped, garbled];
        self.columns.summary().into_iter().chain(forms.into_iter().flatten()).collect()
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

    /// What crawls and exports hold beside texts, the most frequent kind first; none where nothing
    /// was passed over.
    #[must_use]
    pub fn passed_over(&self) -> Option<String> {
        let all = self.passed_over.values().sum::<u64>();
        let records = if all == 1 { "record" } else { "records" };
        let kinds = || listed(&self.passed_over, KINDS);
        (all > 0).then(|| format!("{all} {records} passed over: {}", kinds()))
    }

    /// Fails where the reading was worth nothing; `first` is the first input.
    pub(super) fn judge(&self, inputs: &Inputs, first: &Path) -> Result<()> {
        inputs.copies.failure()?;
        self.check_columns(inputs, first)?;
        if self.documents > 0 {
            return Ok(());
        }
        let (cause, cure) = if inputs.sources.is_empty() && self.skipped == 0 {
            ("no file was found".to_owned(), "check the path; hidden files are not read")
        } else if !self.passed_over.is_empty() && self.skipped == 0 {
            (self.no_page(), "check what was crawled; only pages and texts are read")
        } else if self.skipped == 0 && are_all(inputs, FormatLayout::Rows) {
            ("there are no rows".to_owned(), "check what should be in it")
        } else if self.skipped == 0 && are_all(inputs, FormatLayout::List) {
            ("there are no records".to_owned(), "check what should be in it")
        } else if self.skipped == 0 {
            ("there are only blank lines".to_owned(), "check what should be in it")
        } else {
            (self.skipped_by_cause(), "see the warnings, each with its cure")
        };
        let path = first.to_path_buf();
        Err(Error::NoDocuments { path, cause, cure: cure.to_owned() })
    }

    fn check_columns(&self, inputs: &Inputs, first: &Path) -> Result<()> {
        if self.columns.records == 0 {
            return Ok(());
        }
        let without = self.columns.named.iter().find(|(_, found)| !found.has_text);
        if let Some((source, found)) = without {
            let text = (&inputs.options.text, "text_column");
            return Err(missing(inputs, inputs.path(*source), text, &found.names));
        }
        // Texts beside tables that were only found are enough.
        let needs_text = self.documents == 0;
        let columns = inputs.options.columns().into_iter().zip(self.columns.found).zip(SETTINGS);
        for (at, ((column, found), setting)) in columns.enumerate() {
            let Some(column) = column.filter(|_| !found) else { continue };
            if column.chosen || (at == TEXT && needs_text) {
                let path = where_records_are(inputs, first);
                return Err(missing(inputs, &path, (column, setting), &self.columns.names));
            }
        }
        Ok(())
    }

    /// `2 records, none of them a page with status 200 (1 x 301, 1 x 404)`.
    fn no_page(&self) -> String {
        let all = self.passed_over.values().sum::<u64>();
        let records = if all == 1 { "1 record, which is not" } else { "records, none of them" };
        let count = if all == 1 { String::new() } else { format!("{all} ") };
        let kinds = listed(&self.passed_over, KINDS);
        format!("{count}{records} a page with status 200 ({kinds})")
    }

    /// `all 12 skipped: 7 is empty, 5 is a binary file`.
    fn skipped_by_cause(&self) -> String {
        let causes = listed(&self.causes, CAUSES);
        format!("all {} files and records were left out ({causes})", self.skipped)
    }
}

/// What is named where all records lack a column: their file, or all files by the first input.
fn where_records_are(inputs: &Inputs, first: &Path) -> PathBuf {
    let mut records = inputs.sources.iter().filter(|source| !source.format.is_document());
    match (records.next(), records.next()) {
        (Some(one), None) => one.path.clone(),
        (Some(one), Some(_)) if one.path == first => {
            PathBuf::from(format!("{} and others", first.display()))
        }
        _ => first.to_path_buf(),
    }
}

/// The error about a column that is not among the `names` that are there.
fn missing(
    inputs: &Inputs,
    path: &Path,
    (column, setting): (&Column, &'static str),
    names: &BTreeSet<String>,
) -> Error {
    let most = inputs.options.limits.named_columns;
    Error::MissingColumn {
        path: path.to_path_buf(),
        column: column.name.clone(),
        found: names.iter().take(most).cloned().collect(),
        setting: setting.into(),
    }
}

/// `7 x is empty, 5 x is a binary file`, the most frequent first, `most` of them.
fn listed(counts: &BTreeMap<String, u64>, most: usize) -> String {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let named = all.iter().take(most).map(|(what, count)| format!("{count} x {what}"));
    let mut parts: Vec<String> = named.collect();
    let others: u64 = all.iter().skip(most).map(|(_, count)| **count).sum();
    if others > 0 {
        parts.push(format!("{others} x others"));
    }
    parts.join(", ")
}

/// Whether all sources have a layout, of those that have no lines.
fn are_all(inputs: &Inputs, layout: FormatLayout) -> bool {
    inputs.sources.iter().all(|source| source.format.layout() == layout)
}

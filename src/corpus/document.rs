//! A document and what is known about it.

use super::held::Text;
use super::tally::ColumnsSeen;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One text with its name and metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Unique name: the id column, else `PATH` or `PATH:N` (N: 1-based record).
    pub id: String,
    /// The text as read: after decompression and decoding, before normalisation.
    pub text: Text,
    /// Outlet, date and title where known.
    pub meta: Meta,
}

/// What is known about a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Who printed it.
    pub outlet: Option<Arc<str>>,
    /// When.
    pub date: Option<Date>,
    /// Headline.
    pub title: Option<String>,
}

/// A publication date: as written, and as a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date {
    /// As the input has it.
    pub text: String,
    /// Seconds since 1970-01-01 UTC (midnight for a bare date).
    pub seconds: i64,
    /// Only the day is known.
    pub day_only: bool,
}

/// A record (or file) that could not be used, or only in part; the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File concerned.
    pub path: PathBuf,
    /// 1-based line or record, where there is one.
    pub line: Option<u64>,
    /// What is wrong.
    pub cause: String,
    /// What the user can do.
    pub cure: String,
    /// Whether the record was left out (`false`: it was used, with a part unknown).
    pub skipped: bool,
}

impl Problem {
    /// A record or file that is left out.
    pub(super) fn skipped(
        path: &Path,
        line: Option<u64>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (cause, cure) = (cause.into(), cure.into());
        Self { path: path.to_path_buf(), line, cause, cure, skipped: true }
    }

    /// A record or file that is used, with a part unknown or repaired.
    pub(super) fn noted(
        path: &Path,
        line: Option<u64>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { skipped: false, ..Self::skipped(path, line, cause, cure) }
    }
}

/// The documents of one block, in input order.
#[derive(Debug, Default)]
pub struct Batch {
    /// Number of the block: 0, 1, 2.. in input order.
    pub index: u64,
    /// Bytes of input (as stored, so before decompression) that the block took.
    pub input_bytes: u64,
    /// Readable documents.
    pub documents: Vec<Document>,
    /// For each document, the bytes of its record in `raw`: of a line all but the line feed, of a
    /// text file the whole file. Empty unless [`ReadOptions::keep_raw`](super::ReadOptions).
    pub records: Vec<std::ops::Range<usize>>,
    /// The block as read, for those who write records back unchanged. Empty unless
    /// [`ReadOptions::keep_raw`](super::ReadOptions); give it back to
    /// [`Corpus::recycle`](super::Corpus::recycle).
    pub raw: Vec<u8>,
    /// Documents handed to the visitor of [`Corpus::visit`](super::Corpus::visit).
    pub visited: u64,
    /// Records left out or used in part, at most `limits.block_problems`.
    pub problems: Vec<Problem>,
    /// Records left out that are not in `problems` any more.
    pub unlisted_skipped: u64,
    /// Records used in part that are not in `problems` any more.
    pub unlisted_noted: u64,
    /// Which columns were there.
    pub columns: ColumnsSeen,
}

impl Batch {
    /// Takes over what a part of the block gave beside documents.
    pub(super) fn absorb(&mut self, part: Self) {
        self.input_bytes += part.input_bytes;
        self.visited += part.visited;
        self.problems.extend(part.problems);
        self.unlisted_skipped += part.unlisted_skipped;
        self.unlisted_noted += part.unlisted_noted;
        self.columns.merge(&part.columns);
    }

    /// Notes a problem; beyond `most` it is only counted, so that a block of garbage stays small.
    pub(super) fn report(&mut self, problem: Problem, most: usize) {
        if self.problems.len() < most {
            self.problems.push(problem);
        } else if problem.skipped {
            self.unlisted_skipped += 1;
        } else {
            self.unlisted_noted += 1;
        }
    }
}

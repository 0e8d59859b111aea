//! A document and what is known about it.
//!
//! Made by the formats, used by every later stage.

use super::held::Text;
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

impl Document {
    /// A text with a name, of which nothing else is known.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<Text>) -> Self {
        Self { id: id.into(), text: text.into(), meta: Meta::default() }
    }
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
    /// Its canonical address, where the input has one.
    pub url: Option<String>,
}

/// A publication date: as written, and as a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Date {
    /// As the input has it.
    pub text: String,
    /// Seconds since 1970-01-01 UTC (midnight for a bare date).
    pub seconds: i64,
    /// Only the day is known.
    pub day_only: bool,
    /// Read from the address or the file name, because the document has no date of its own.
    pub inferred: bool,
}

impl Date {
    /// Days since 1970-01-01 UTC.
    pub(crate) fn day(&self) -> i64 {
        self.seconds.div_euclid(86_400)
    }
}

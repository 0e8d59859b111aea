//! An article as the readers of files that are one document return it.
//!
//! Made by these readers and by warc, turned into a document by the corpus.

use crate::corpus::problem::Refusal;

/// An article and what its page says of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Article {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) outlet: Option<String>,
    pub(crate) author: Option<String>,
    /// As the page has it.
    pub(crate) date: Option<String>,
    /// The address that the page gives as its own.
    pub(crate) url: Option<String>,
    /// What must be said of the text.
    pub(crate) note: Option<Refusal>,
}

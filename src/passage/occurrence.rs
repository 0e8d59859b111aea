//! Where a passage occurs.

use crate::text::Span;

/// An occurrence of a passage: a stretch of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// Document.
    pub doc: u32,
    /// Tokens of the document.
    pub span: Span,
}

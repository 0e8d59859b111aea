//! A span and the document it is in.

use crate::text::Span;

/// A span of a document: where a passage occurs.
#[derive(Default, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocSpan {
    /// Document.
    pub doc: u32,
    /// Tokens of the document.
    pub span: Span,
}

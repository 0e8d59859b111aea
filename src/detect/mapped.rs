//! Texts and tokens that are in files instead of memory.
//!
//! Fed by overflow, which writes the files; prepare makes a shard of them. Invariant: the files are
//! complete before they are mapped.

use crate::corpus::Text;
use crate::store::{Map, MappedText, Words};
use std::sync::Arc;

/// Text and tokens of a document in temporary files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// First byte of the text.
    pub(super) text: u64,
    /// Bytes of the text.
    pub(super) bytes: u32,
    /// First token.
    pub(super) tokens: u64,
    /// Tokens.
    pub(super) count: u32,
}

/// The files, complete.
#[derive(Debug)]
pub(super) struct Mapped {
    pub(super) texts: Arc<Map>,
    pub(super) tokens: Words,
}

impl Mapped {
    /// The text of a document in the file.
    pub(super) fn text(&self, spot: Spot) -> Text {
        Text::mapped(MappedText::new(Arc::clone(&self.texts), spot.text, spot.bytes))
    }
}

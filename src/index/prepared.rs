//! A document on its way into a segment: its record, its text compressed, its keys.
//!
//! Made by writer from what corpus reads, on any worker; merge makes the same of what old segments
//! hold. Invariant: it depends on the document and the parameters alone.

use super::documents;
use super::keys::{self, Key};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::hash::xxh3_64;
use crate::limits::narrow;
use crate::text::Tokenizer;

/// Effort of the compression: about 300 MB a second, and half the size.
const LEVEL: i32 = 1;

/// A document that is to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) id: String,
    pub(super) record: Vec<u8>,
    pub(super) tokens: u32,
    pub(super) stored: Vec<u8>,
    pub(super) text_bytes: u32,
    pub(super) text_hash: u64,
    pub(super) keys: Vec<Key>,
}

impl Prepared {
    /// What comes first of two documents of one id, and whether they are the same.
    pub(super) fn order(&self) -> (&str, u64, &[u8]) {
        (&self.id, self.text_hash, &self.record)
    }
}

/// Prepares some documents.
///
/// # Errors
/// A text of more than 4 GiB; a failure of the compression.
pub(super) fn prepare(documents: Vec<Document>, ngram_size: usize) -> Result<Vec<Prepared>> {
    let (mut tokenizer, mut tokens) = (Tokenizer::default(), Vec::new());
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(|e| failed("", &e))?;
    let each = documents.into_iter().map(|document| {
        let text = document.text.as_str();
        let Ok(text_bytes) = u32::try_from(text.len()) else {
            return Err(Error::Limit {
                what: format!("bytes in the text of `{}`", document.id),
                got: text.len() as u64,
                limit: u64::from(u32::MAX),
                cure: "cut it into several documents".to_owned(),
            });
        };
        tokens.clear();
        tokenizer.compact_tokens(text, &mut tokens);
        let stored = compressor.compress(text.as_bytes()).map_err(|e| failed(&document.id, &e))?;
        Ok(Prepared {
            record: documents::write(&document.id, &document.meta),
            tokens: narrow(tokens.len()),
            stored,
            text_bytes,
            text_hash: xxh3_64(text.as_bytes()),
            keys: keys::kept(&tokens, ngram_size),
            id: document.id,
        })
    });
    each.collect()
}

fn failed(id: &str, error: &std::io::Error) -> Error {
    Error::Internal { id: id.to_owned(), what: format!("the text cannot be compressed: {error}") }
}

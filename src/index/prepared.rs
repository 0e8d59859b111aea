//! A document on its way into a segment: its record, its text (or tokens) compressed, its keys.
//!
//! Made by writer from what detect reads, on any worker; merge takes it into a segment. What is
//! long (text and keys) waits in a temporary file, so that the memory of an `add` is not that of
//! what it writes. Invariant: it depends on the document and the parameters alone.

use super::documents;
use super::keys::{self, Key};
use super::manifest::Parameters;
use crate::corpus::Withheld;
use crate::detect::Tokenised;
use crate::error::{Error, Result};
use crate::limits::narrow;
use crate::store::{Spill, Vault};
use crate::text::Tokenizer;
use std::cmp::Reverse;
use std::path::PathBuf;

/// Effort of the compression: about 300 MB a second, and half the size.
const LEVEL: i32 = 1;

/// A document that is to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) id: String,
    pub(super) record: Vec<u8>,
    pub(super) tokens: u32,
    pub(super) text_bytes: u32,
    pub(super) text_hash: u64,
    /// Number among those that were prepared with it.
    pub(super) number: usize,
    /// First byte of the compressed text in the file.
    stored: u64,
    pub(super) stored_bytes: u32,
    /// First byte of the keys in the file.
    keys: u64,
    pub(super) key_count: u32,
}

impl Prepared {
    /// By id; of several documents of one id the last comes first.
    pub(super) fn order(&self) -> (&str, Reverse<usize>) {
        (&self.id, Reverse(self.number))
    }
}

/// Texts and keys that wait for their segment.
#[derive(Debug)]
pub(super) struct Waiting {
    file: Spill,
    parameters: Parameters,
}

impl Waiting {
    /// In a temporary file in `folder`, else in the system's folder for such files.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn new(folder: Option<PathBuf>, parameters: Parameters) -> Result<Self> {
        let file = Vault::scratch(folder).nameless()?;
        Ok(Self { file, parameters })
    }

    /// Prepares a block of documents.
    ///
    /// # Errors
    /// A failure of the compression; what the system says.
    pub(super) fn prepare(&self, block: &[Tokenised<'_>]) -> Result<Vec<Prepared>> {
        let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(|e| failed("", &e))?;
        let (mut tokenizer, mut places) = (Tokenizer::default(), Vec::new());
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        let mut all = Vec::with_capacity(block.len());
        for Tokenised { document, tokens, text_hash } in block {
            let text = document.text.as_bytes();
            let stored = if self.parameters.texts {
                compressor.compress(text)
            } else {
                places.clear();
                tokenizer.tokenize(&document.text, |token| places.push((token.start, token.end)));
                let withheld = Withheld::of(&document.text, *text_hash, tokens, &places);
                compressor.compress(&withheld.write())
            };
            let stored = stored.map_err(|e| failed(&document.id, &e))?;
            let Parameters { ngram_size, .. } = self.parameters;
            let kept = keys::kept(tokens, ngram_size as usize, self.parameters.window());
            all.push(Prepared {
                id: document.id.clone(),
                record: documents::write(&document.id, &document.meta),
                tokens: narrow(tokens.len()),
                text_bytes: narrow(text.len()),
                text_hash: *text_hash,
                number: 0,
                stored: texts.len() as u64,
                stored_bytes: narrow(stored.len()),
                keys: 8 * numbers.len() as u64,
                key_count: narrow(kept.len()),
            });
            texts.extend_from_slice(&stored);
            numbers.extend(kept.into_iter().map(Key::bits));
        }
        let (text_start, key_start) = (self.file.append(&texts)?, self.file.longs(&numbers)?);
        for one in &mut all {
            one.stored += text_start;
            one.keys += key_start;
        }
        Ok(all)
    }

    /// Appends the compressed text of a document.
    pub(super) fn stored(&self, one: &Prepared, to: &mut Vec<u8>) -> Result<()> {
        self.file.read_bytes(one.stored, one.stored_bytes as usize, to)
    }

    /// Appends the bits of the keys of a document.
    pub(super) fn keys(&self, one: &Prepared, to: &mut Vec<u64>) -> Result<()> {
        self.file.read_longs(one.keys, one.key_count as usize, to)
    }
}

fn failed(id: &str, error: &std::io::Error) -> Error {
    Error::Internal { id: id.to_owned(), what: format!("the text cannot be compressed: {error}") }
}

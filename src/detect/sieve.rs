//! Fetches the documents that a keeper proposes for one text, without those that share nothing.
//!
//! Asked by index, feeds scan. Where documents are is not known here: [`Keeper`] is what the place
//! has to answer, and it may remember tokens, so that a document that shares nothing with the next
//! text either is not even read. Invariant: a document that shares a passage with the text is never
//! left out, and the tokens beside a document are those of its text.

use super::ScanConfig;
use super::prepare::{self, Fetched};
use super::scan::settings;
use crate::corpus::Document;
use crate::error::Result;
use crate::passage::{Comparer, Lone};
use crate::text::Tokenizer;
use rayon::prelude::*;
use std::sync::Arc;

/// Where documents are kept.
pub(crate) trait Keeper: Sync {
    /// The place of a document.
    type Place: Sync;
    /// What a worker reads documents with.
    type Reader: Default;

    /// Reads a document.
    ///
    /// # Errors
    /// Damage.
    fn read(&self, reader: &mut Self::Reader, place: &Self::Place) -> Result<Document>;

    /// The tokens of a document, if they are remembered.
    fn tokens(&self, place: &Self::Place) -> Option<Arc<[u32]>>;

    /// Says what the tokens of a document are.
    fn remember(&self, place: &Self::Place, tokens: &Arc<[u32]>);

    /// Takes note of a document that is searched, and gives it back.
    fn note(&self, place: &Self::Place, document: Document) -> Document;
}

/// A document that is to be read for a search for passages with one text.
pub(crate) struct Wanted<P> {
    /// Where it is.
    pub(crate) place: P,
    /// Whether it is to be compared with the text alone first.
    pub(crate) is_doubtful: bool,
}

/// Least documents that a worker reads at a time.
const READ_TOGETHER: usize = 16;

/// Reads the wanted documents on all workers. Given the tokens of the one text that they are
/// wanted for, leaves out those doubtful ones that are found to share no passage with it.
///
/// # Errors
/// What the keeper says; a panic in the tokeniser (a bug), as an error that names the document.
pub(crate) fn fetch<K: Keeper>(
    keeper: &K,
    wanted: &[Wanted<K::Place>],
    text: Option<Vec<u32>>,
    config: &ScanConfig,
) -> Result<Vec<Fetched>> {
    let lone = text.map(|tokens| Lone::new(tokens, settings(config)));
    let worker = || (K::Reader::default(), lone.as_ref().map(Sieve::of));
    let parts = wanted.par_iter().with_min_len(READ_TOGETHER).map_init(worker, |worker, one| {
        match worker {
            (reader, Some(sieve)) => sieve.fetch(keeper, reader, one),
            // The search makes the tokens of many at once, which takes less memory.
            (reader, None) => Ok(Some(keeper.read(reader, &one.place)?.into())),
        }
    });
    parts.filter_map(Result::transpose).collect()
}

/// What a worker compares documents with a text by.
struct Sieve<'a> {
    comparer: Comparer<'a>,
    tokenizer: Tokenizer,
    scratch: Vec<u32>,
}

impl<'a> Sieve<'a> {
    fn of(lone: &'a Lone) -> Self {
        let comparer = lone.comparer();
        Self { comparer, tokenizer: Tokenizer::default(), scratch: Vec::new() }
    }

    /// A document with its tokens; none if it is doubtful and shares no passage with the text.
    fn fetch<K: Keeper>(
        &mut self,
        keeper: &K,
        reader: &mut K::Reader,
        Wanted { place, is_doubtful }: &Wanted<K::Place>,
    ) -> Result<Option<Fetched>> {
        let mut read = None;
        let tokens = if let Some(tokens) = keeper.tokens(place) {
            tokens
        } else {
            let document = read.insert(keeper.read(reader, place)?);
            self.scratch.clear();
            prepare::tokenise(document, &mut self.tokenizer, &mut self.scratch)?;
            let tokens = Arc::from(self.scratch.as_slice());
            keeper.remember(place, &tokens);
            tokens
        };
        if *is_doubtful && !self.comparer.may_share(&tokens) {
            return Ok(None);
        }
        let document = read.map_or_else(|| keeper.read(reader, place), Ok)?;
        let document = keeper.note(place, document);
        Ok(Some(Fetched { document, tokens: Some(tokens) }))
    }
}

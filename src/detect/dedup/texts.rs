//! Equal texts collapse: everything later works on distinct texts.
//!
//! Texts are numbered in the order of their hashes, which depends on what the documents say and
//! not on where they are. Where copies count only inside one value of a column, equal texts of
//! different values are different texts. Invariant: whatever goes by these numbers is independent
//! of the order of the input.

use super::documents::Documents;
use crate::limits::narrow;
use rayon::prelude::*;

/// The distinct texts, and the documents of each.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Text of each document; [`Texts::NONE`] where it has no token.
    of: Vec<u32>,
    /// The same for the first document of each text, [`Texts::NONE`] for all others.
    heads: Vec<u32>,
    /// Documents text by text, ascending within each.
    documents: Vec<u32>,
    /// Where each text's documents start, and where the last one's end.
    starts: Vec<u32>,
}

impl Texts {
    /// The text of a document without tokens.
    pub(super) const NONE: u32 = u32::MAX;

    pub(super) fn collapse(documents: &Documents) -> Self {
        let mut all: Vec<(u128, u32)> = Vec::with_capacity(documents.count() as usize);
        for (first, part) in documents.parts() {
            let numbered = part.hashes.iter().zip(&part.tokens).zip(first..).enumerate();
            let worded = numbered.filter(|(_, ((_, tokens), _))| **tokens > 0);
            let group = |n: usize| part.groups.get(n).map_or(0, |&group| u128::from(group));
            all.extend(worded.map(|(n, ((&hash, _), document))| (hash ^ group(n), document)));
        }
        all.par_sort_unstable();
        let mut texts = Self {
            of: vec![Self::NONE; documents.count() as usize],
            heads: vec![Self::NONE; documents.count() as usize],
            documents: Vec::with_capacity(all.len()),
            starts: vec![0],
        };
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let text = narrow(texts.starts.len() - 1);
            if let Some(&(_, first)) = same.first() {
                texts.heads[first as usize] = text;
            }
            for &(_, document) in same {
                texts.of[document as usize] = text;
                texts.documents.push(document);
            }
            texts.starts.push(narrow(texts.documents.len()));
        }
        texts
    }

    /// Number of distinct texts.
    pub(super) fn count(&self) -> u32 {
        narrow(self.starts.len() - 1)
    }

    /// Whether a document is the first of its text, and which text that is.
    pub(super) fn headed(&self, document: u32) -> Option<u32> {
        let text = self.heads[document as usize];
        (text != Self::NONE).then_some(text)
    }

    /// The text of a document.
    pub(super) fn of(&self, document: u32) -> u32 {
        self.of[document as usize]
    }

    /// The documents of a text, ascending; never none.
    pub(super) fn documents(&self, text: u32) -> &[u32] {
        let text = text as usize;
        &self.documents[self.starts[text] as usize..self.starts[text + 1] as usize]
    }

    /// The first document of a text.
    pub(super) fn head(&self, text: u32) -> u32 {
        self.documents[self.starts[text as usize] as usize]
    }
}

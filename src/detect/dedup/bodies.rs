//! The documents as they were read, where passages are to be found in them.
//!
//! Filled by ingest, emptied by `cover` and `cut`, which take the documents that are searched in
//! the order in which they are. Without a memory budget the tokens of all documents are in one
//! array, since an array for each would leave holes that no later stage can fill. Invariant: a
//! document's tokens are those of its text, wherever they are.

use crate::detect::prepare::Prepared;
use std::ops::Range;

/// Documents of a run and their tokens.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// By number; none once it was taken.
    documents: Vec<Option<Prepared>>,
    /// Where the tokens of each document begin in `tokens`; empty where documents have their own.
    starts: Vec<usize>,
    tokens: Vec<u32>,
}

impl Bodies {
    /// Documents that have their own tokens, or have them in files.
    pub(super) fn apart(documents: Vec<Prepared>) -> Self {
        let documents = documents.into_iter().map(Some).collect();
        Self { documents, ..Self::default() }
    }

    /// Documents whose tokens begin at these places of one array.
    pub(super) fn pooled(documents: Vec<Prepared>, starts: Vec<usize>, tokens: Vec<u32>) -> Self {
        Self { starts, tokens, ..Self::apart(documents) }
    }

    pub(super) fn get(&self, document: u32) -> Option<&Prepared> {
        self.documents.get(document as usize)?.as_ref()
    }

    pub(super) fn take(&mut self, document: u32) -> Option<Prepared> {
        self.documents.get_mut(document as usize)?.take()
    }

    /// The tokens of these documents, which were taken, one after the other; none where they have
    /// their own. Frees those of all others.
    pub(super) fn into_tokens(self, chosen: &[(u32, u32)]) -> Option<Vec<u32>> {
        if self.starts.is_empty() {
            return None;
        }
        let range = |&(document, count): &(u32, u32)| -> Range<usize> {
            let start = self.starts.get(document as usize).copied().unwrap_or(0);
            start..start + count as usize
        };
        let total = chosen.iter().map(|(_, count)| *count as usize).sum();
        let mut ordered = Vec::with_capacity(total);
        for own in chosen.iter().map(range) {
            ordered.extend_from_slice(self.tokens.get(own).unwrap_or_default());
        }
        Some(ordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;

    #[test]
    fn tokens_come_in_the_order_of_the_documents_that_were_chosen() {
        let one = |count| Prepared {
            document: Document::new("d", "text"),
            tokens: Vec::new(),
            count,
            spot: None,
            side: 0,
            text_hash: 0,
        };
        let all = || vec![one(2), one(1), one(3)];
        let mut bodies = Bodies::pooled(all(), vec![4, 0, 1], vec![7, 1, 2, 3, 5, 6]);
        assert_eq!(bodies.take(2).map(|one| one.count), Some(3));
        assert!(bodies.take(2).is_none() && bodies.get(2).is_none() && bodies.get(0).is_some());
        assert_eq!(bodies.into_tokens(&[(2, 3), (0, 2)]), Some(vec![1, 2, 3, 5, 6]));
        assert_eq!(Bodies::apart(all()).into_tokens(&[(0, 2)]), None);
    }
}

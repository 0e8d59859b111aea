//! The documents as they were read, where passages are to be found in them.
//!
//! Filled by ingest, emptied by `cover` and `cut`, which take the documents that are searched in
//! the order in which they are. Without a memory budget the tokens of all documents are in one
//! array, since an array for each would leave holes that no later stage can fill. Invariant: a
//! document's tokens are those of its text, wherever they are.

use crate::detect::prepare::Prepared;
use rayon::prelude::*;

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
    /// their own. They are moved in parts, and what was moved is given back, so that few are in
    /// memory twice.
    pub(super) fn into_tokens(self, chosen: &[(u32, u32)]) -> Option<Vec<u32>> {
        let Self { starts, mut tokens, .. } = self;
        if starts.is_empty() {
            return None;
        }
        let start = |&(document, _): &(u32, u32)| starts.get(document as usize).copied();
        let mut at: Vec<usize> = chosen.iter().map(|one| start(one).unwrap_or(0)).collect();
        let count = |n: usize| chosen.get(n).map_or(0, |(_, count)| *count as usize);
        let mut left: Vec<usize> = (0..chosen.len()).collect();
        left.sort_unstable_by_key(|&n| at[n]);
        // Of zeros no page is taken before a worker writes there.
        let mut ordered = vec![0; (0..chosen.len()).map(count).sum()];
        let mut free = &mut ordered[..];
        let size = chosen.len().div_ceil(PARTS).max(1);
        for from in (0..chosen.len()).step_by(size) {
            let to = (from + size).min(chosen.len());
            let mut own: Vec<(usize, &mut [u32])> = Vec::with_capacity(to - from);
            for (n, &start) in at.iter().enumerate().take(to).skip(from) {
                let (one, after) = free.split_at_mut(count(n));
                own.push((start, one));
                free = after;
            }
            own.into_par_iter().for_each(|(start, one)| {
                if let Some(tokens) = tokens.get(start..start + one.len()) {
                    one.copy_from_slice(tokens);
                }
            });
            left.retain(|&n| n >= to);
            let mut end = 0;
            for &n in &left {
                tokens.copy_within(at[n]..at[n] + count(n), end);
                at[n] = end;
                end += count(n);
            }
            tokens.truncate(end);
            tokens.shrink_to_fit();
        }
        Some(ordered)
    }
}

/// Parts in which tokens are moved.
const PARTS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;
    use crate::limits::narrow;

    #[test]
    fn tokens_come_in_the_order_of_the_documents_that_were_chosen() {
        let one = |count| Prepared {
            document: Document::new("d", "text"),
            tokens: Vec::new(),
            count,
            spot: None,
            aside: None,
            side: 0,
            text_hash: 0,
        };
        let all = || vec![one(2), one(1), one(3)];
        let mut bodies = Bodies::pooled(all(), vec![4, 0, 1], vec![7, 1, 2, 3, 5, 6]);
        assert_eq!(bodies.take(2).map(|one| one.count), Some(3));
        assert!(bodies.take(2).is_none() && bodies.get(2).is_none() && bodies.get(0).is_some());
        assert_eq!(bodies.into_tokens(&[(2, 3), (0, 2)]), Some(vec![1, 2, 3, 5, 6]));
        assert_eq!(Bodies::apart(all()).into_tokens(&[(0, 2)]), None);
        // Every second document, from the last to the first, of more than there are parts.
        let many: Vec<u32> = (0..99).map(|n| n % 7).collect();
        let starts = many.iter().scan(0, |at, n| {
            *at += *n as usize;
            Some(*at - *n as usize)
        });
        let starts: Vec<usize> = starts.collect();
        let tokens: Vec<u32> = (0..many.iter().sum()).collect();
        let chosen: Vec<(u32, u32)> =
            (0..99).rev().step_by(2).map(|n| (n, many[n as usize])).collect();
        let of = |(n, count): &(u32, u32)| (narrow(starts[*n as usize])..).take(*count as usize);
        let plain: Vec<u32> = chosen.iter().flat_map(of).collect();
        let bodies = many.iter().map(|&count| one(count)).collect();
        assert_eq!(Bodies::pooled(bodies, starts, tokens).into_tokens(&chosen), Some(plain));
    }
}

//! The tokens of all documents of a run, in canonical order.
//!
//! Made by detect, read by every other part of passage. Positions count the tokens of all documents
//! in that order, wherever the tokens themselves are.
//! Invariant: it does not change during a search.

use crate::limits::narrow;
use crate::simd;
use std::ops::Range;

/// What decides whether a pair of documents is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Role {
    /// Documents of one group make no pairs with each other: the outlet, or the document alone.
    pub group: u32,
    /// Side of a set-against-set run: 0 or 1; 2 where there is only one set.
    pub side: u8,
    /// Day of publication, days since 1970.
    pub day: Option<i32>,
    /// Order-independent name of the document (hash of its id).
    pub key: u64,
}

/// Where the tokens of a shard are: in memory, or anywhere that can be read as if they were.
pub trait Tokens: Sync {
    /// The tokens of a range, which must lie within them all.
    fn at(&self, range: Range<usize>) -> &[u32];
}

impl Tokens for Vec<u32> {
    #[inline(always)]
    fn at(&self, range: Range<usize>) -> &[u32] {
        &self[range]
    }
}

/// Documents as token sequences, one after the other.
#[derive(Debug, Default)]
pub struct Shard<T = Vec<u32>> {
    /// Compact tokens ([`compact`](crate::text::Token::compact)) of all documents.
    tokens: T,
    /// First token of each document, and after the last the number of tokens.
    starts: Vec<u32>,
    /// Where the tokens of each document start in `tokens`, if they are in another order there.
    places: Option<Vec<u32>>,
    roles: Vec<Role>,
    /// The group of each document once more, which is asked for far more often than the rest.
    groups: Vec<u32>,
    /// There is only one set of documents.
    one_set: bool,
    /// Document of the first token of every `1 << hint` tokens.
    hints: Vec<u32>,
    hint: u32,
    /// Also pairs inside one group, and repeats inside a document.
    pub internal: bool,
    /// Pairs must be dated within this many days.
    pub max_days: Option<u32>,
}

/// Tokens of one hint, fewest and most, as powers of two: a quarter to a half of the documents'
/// mean, so that few hints are needed and few documents tried.
const HINTS: (u32, u32) = (4, 10);
/// Documents after a hint that are tried at once.
const NEAR: usize = 4;

/// Most tokens a shard holds: positions are 32 bits wide.
pub(crate) const MAX_TOKENS: usize = u32::MAX as usize - 1;

impl<T> Shard<T> {
    /// A shard of documents whose tokens follow each other, in canonical order; `starts` are where
    /// they start, and where the last ends.
    #[must_use]
    pub fn new(tokens: T, starts: Vec<u32>, roles: Vec<Role>) -> Self {
        debug_assert_eq!(starts.len(), roles.len() + 1);
        let total = starts.last().map_or(0, |&end| end as usize);
        let mean = total / roles.len().max(1);
        let hint = (mean.max(1).ilog2().saturating_sub(1)).clamp(HINTS.0, HINTS.1);
        let mut hints = Vec::with_capacity((total >> hint) + 1);
        let mut doc = 0;
        for at in (0..total).step_by(1 << hint) {
            while starts[doc + 1] as usize <= at {
                doc += 1;
            }
            hints.push(narrow(doc));
        }
        let groups = roles.iter().map(|role| role.group).collect();
        let one_set = roles.iter().all(|role| role.side == 2);
        Self {
            tokens,
            starts,
            places: None,
            roles,
            groups,
            one_set,
            hints,
            hint,
            internal: false,
            max_days: None,
        }
    }

    /// As [`new`](Self::new), where those of each document start at its place in `tokens`.
    #[must_use]
    pub(crate) fn scattered(
        tokens: T,
        places: Vec<u32>,
        starts: Vec<u32>,
        roles: Vec<Role>,
    ) -> Self {
        Self { places: Some(places), ..Self::new(tokens, starts, roles) }
    }

    /// What holds the tokens.
    #[must_use]
    pub(crate) fn tokens(&self) -> &T {
        &self.tokens
    }

    /// What holds the tokens, to make them quicker to read; it must not change them.
    pub(crate) fn tokens_mut(&mut self) -> &mut T {
        &mut self.tokens
    }

    /// Number of documents.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.roles.len()
    }

    /// Number of tokens, which is that of positions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    /// Whether no document has a token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where those of a document start in [`tokens`](Self::tokens).
    #[inline]
    #[must_use]
    pub(crate) fn place(&self, doc: u32) -> usize {
        let places = self.places.as_ref().unwrap_or(&self.starts);
        places[doc as usize] as usize
    }

    /// Positions of a document.
    #[inline]
    #[must_use]
    pub fn range(&self, doc: u32) -> Range<usize> {
        self.starts[doc as usize] as usize..self.starts[doc as usize + 1] as usize
    }

    /// Tokens of a document.
    #[inline]
    #[must_use]
    pub fn document(&self, doc: u32) -> &[u32]
    where
        T: Tokens,
    {
        let range = self.range(doc);
        let place = self.place(doc);
        self.tokens.at(place..place + range.len())
    }

    /// Tokens of a stretch of a document, counted from its first: where the tokens are in a file,
    /// no more than these are taken as read.
    #[inline]
    #[must_use]
    pub fn stretch(&self, doc: u32, stretch: Range<usize>) -> &[u32]
    where
        T: Tokens,
    {
        debug_assert!(stretch.end <= self.range(doc).len(), "it ends within the document");
        let place = self.place(doc);
        self.tokens.at(place + stretch.start..place + stretch.end)
    }

    /// As [`stretch`](Self::stretch), from a position on: `most` tokens, or what the document has.
    #[inline]
    pub(super) fn following(&self, (position, doc): (u32, u32), most: usize) -> &[u32]
    where
        T: Tokens,
    {
        let range = self.range(doc);
        let at = position as usize - range.start;
        self.stretch(doc, at..range.len().min(at + most))
    }

    /// Document that holds a position.
    #[inline]
    #[must_use]
    pub fn document_at(&self, position: u32) -> u32 {
        let hint = position as usize >> self.hint;
        let first = self.hints[hint];
        // Most documents are longer than the step, so it is nearly always one of the next few. How
        // many of them end before is counted without a branch, which no processor could foresee.
        let ends = self.starts.get(first as usize + 1..).unwrap_or_default();
        if let Some(near) = ends.first_chunk::<NEAR>() {
            let before: u32 = near.iter().map(|&end| u32::from(end <= position)).sum();
            if (before as usize) < NEAR {
                return first + before;
            }
        }
        // Many short or empty documents: the ends up to the next hint are in order.
        let last = self.hints.get(hint + 1).map_or(self.documents() - 1, |&doc| doc as usize);
        let ends = &self.starts[first as usize + 1..=last];
        first + narrow(ends.partition_point(|&end| end <= position))
    }

    /// Asks the memory for where the document of a position is looked up first ..
    #[inline]
    pub(super) fn prefetch_hint(&self, position: u32) {
        simd::prefetch(&self.hints, position as usize >> self.hint, 1);
    }

    /// .. and for what is looked up then, once the first has come.
    #[inline]
    pub(super) fn prefetch_ends(&self, position: u32) {
        if let Some(&first) = self.hints.get(position as usize >> self.hint) {
            simd::prefetch(&self.starts, first as usize + 1, 1);
            simd::prefetch(&self.groups, first as usize, 1);
        }
    }

    /// Asks the memory for `count` tokens, of which `before` are before a position, which will soon
    /// be looked at.
    #[inline]
    pub(super) fn prefetch(&self, position: u32, before: usize, count: usize)
    where
        T: Tokens,
    {
        // Where the tokens are in another order, it is not worth finding the place.
        if self.places.is_none() {
            simd::prefetch(&self.hints, position as usize >> self.hint, 1);
            let first = (position as usize).saturating_sub(before);
            // One more, so that the line of the cache that the last is in is asked for too.
            simd::prefetch(self.tokens.at(0..self.len()), first, count + 1);
        }
    }

    /// Asks the memory for the token at a position that will soon be looked at.
    #[inline]
    pub(super) fn prefetch_one(&self, position: u32)
    where
        T: Tokens,
    {
        if self.places.is_none() {
            simd::prefetch(self.tokens.at(0..self.len()), position as usize, 1);
        }
    }

    /// The token at a position.
    #[inline]
    pub(super) fn token(&self, position: u32) -> u32
    where
        T: Tokens,
    {
        let at = position as usize;
        if self.places.is_none() {
            return self.tokens.at(at..at + 1)[0];
        }
        self.following((position, self.document_at(position)), 1)[0]
    }

    /// Role of a document.
    #[inline]
    #[must_use]
    pub fn role(&self, doc: u32) -> Role {
        self.roles[doc as usize]
    }

    /// Group of a document, as its [`role`](Self::role) has it.
    #[inline]
    pub(super) fn group(&self, doc: u32) -> u32 {
        self.groups[doc as usize]
    }

    /// Whether there is only one set of documents, so that all are of one side.
    #[inline]
    pub(super) fn is_one_set(&self) -> bool {
        self.one_set
    }

    /// Whether passages between two documents (or inside one) are wanted.
    #[inline]
    #[must_use]
    pub fn wants(&self, a: u32, b: u32) -> bool {
        self.wants_of((a, self.group(a)), (b, self.group(b)))
    }

    /// [`wants`](Self::wants) for documents whose groups are known.
    #[inline]
    pub(super) fn wants_of(&self, (a, group_a): (u32, u32), (b, group_b): (u32, u32)) -> bool {
        if !self.internal && group_a == group_b {
            return false;
        }
        (self.one_set && self.max_days.is_none()) || self.may_meet(self.role(a), self.role(b))
    }

    /// Whether documents with these roles are of the two sets, and dated near each other.
    fn may_meet(&self, x: Role, y: Role) -> bool {
        (x.side == 2 || x.side != y.side) && self.near(x, y)
    }

    /// Cell of days that a document falls into, such that documents within `max_days` lie in one
    /// cell or in neighbours; none where a document without a date can have no pair.
    #[must_use]
    pub(super) fn cell(&self, doc: u32) -> Option<i64> {
        let Some(most) = self.max_days else { return Some(0) };
        let width = i64::from(most) + 1;
        self.role(doc).day.map(|day| i64::from(day).div_euclid(width))
    }

    /// [`Self::cell`] of the document that holds a position.
    #[inline]
    #[must_use]
    pub(super) fn cell_at(&self, position: u32) -> Option<i64> {
        if self.max_days.is_none() { Some(0) } else { self.cell(self.document_at(position)) }
    }

    fn near(&self, x: Role, y: Role) -> bool {
        match (self.max_days, x.day, y.day) {
            (None, ..) => true,
            (Some(most), Some(a), Some(b)) => a.abs_diff(b) <= most,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(day: Option<i32>) -> Role {
        Role { day, ..Role::default() }
    }

    #[test]
    fn documents_are_found_wherever_their_tokens_are() {
        let (starts, roles) = (vec![0, 2, 2, 5], vec![Role::default(); 3]);
        let shard = Shard::scattered(vec![3, 4, 5, 1, 2], vec![3, 0, 0], starts, roles);
        let documents: Vec<&[u32]> = (0..3).map(|doc| shard.document(doc)).collect();
        assert_eq!(documents, [&[1, 2][..], &[], &[3, 4, 5]]);
        assert_eq!((shard.place(0), shard.range(0)), (3, 0..2));
        assert_eq!(shard.tokens(), &[3, 4, 5, 1, 2]);
        assert_eq!((shard.stretch(2, 1..3), shard.token(4)), (&[4, 5][..], 5));
        let following = |at, most| shard.following((at, 2), most);
        assert_eq!((following(2, 2), following(3, 9)), (&[3, 4][..], &[4, 5][..]));
    }

    #[test]
    fn every_position_and_the_end_fit_32_bits() {
        assert_eq!(u32::try_from(MAX_TOKENS + 1), Ok(u32::MAX));
    }

    #[test]
    fn a_shard_without_tokens_is_empty() {
        assert!(Shard::new(Vec::<u32>::new(), vec![0, 0], vec![Role::default()]).is_empty());
        assert!(!Shard::new(vec![1], vec![0, 1], vec![Role::default()]).is_empty());
    }

    #[test]
    fn documents_within_the_days_are_in_one_cell_or_in_neighbours() {
        let days = [Some(0), Some(10), Some(11), Some(-1), None];
        let starts = (0..=5).map(|n| 2 * n).collect();
        let mut shard = Shard::new(vec![0; 10], starts, days.map(dated).to_vec());
        let cells = |shard: &Shard| (0..5).map(|n| shard.cell_at(2 * n + 1)).collect::<Vec<_>>();
        assert_eq!(cells(&shard), [Some(0); 5], "without a bound");
        shard.max_days = Some(10);
        assert_eq!(cells(&shard), [Some(0), Some(0), Some(1), Some(-1), None]);
    }
}

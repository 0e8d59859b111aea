//! Repeated passages that a search found, in the order in which they are cut.
//!
//! Filled by `cut`, read by `exact` text by text. Within a memory budget they are sorted in files.
//! Invariant: every passage comes once, with the text that loses it, after the text that keeps it.

use super::left::Tokens;
use crate::detect::table::{ExternalSorter, Filing, Sorted};
use crate::error::Result;
use crate::passage::{Room as _, Sorter as _};
use std::iter::Peekable;

/// A stretch that is cut, in tokens of the text, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Text that keeps it, and its tokens there.
    pub(super) kept_in: u32,
    pub(super) kept_start: u32,
    pub(super) kept_end: u32,
}

impl Cut {
    /// Whether `text`, of which it is a cut, has the same tokens there as the text that keeps it.
    pub(super) fn is_equal(&self, text: u32, tokens: &Tokens) -> bool {
        let kept = || tokens.some(self.kept_in, self.kept_start..self.kept_end);
        let is_as_long = self.end - self.start == self.kept_end - self.kept_start;
        is_as_long && tokens.some(text, self.start..self.end) == kept()
    }
}

/// Numbers of a row: rank of the text, its length turned round, and the cut.
const NUMBERS: usize = 7;

/// Takes the passages, in any order.
pub(super) struct Gathering<'v, 'r> {
    sorter: ExternalSorter<'v, NUMBERS>,
    /// The place of every text in the order of their claims.
    ranks: &'r [u32],
}

impl<'v, 'r> Gathering<'v, 'r> {
    pub(super) fn new(ranks: &'r [u32], filing: &Filing<'v>) -> Self {
        Self { sorter: filing.sorter(), ranks }
    }

    /// Takes what `text` has in common with another text, or with an earlier place of its own, if
    /// that is where it is kept.
    pub(super) fn add(&mut self, text: u32, cut: Cut) -> Result<()> {
        let rank = |text: u32| self.ranks.get(text as usize).copied().unwrap_or(u32::MAX);
        let (own, other) = (rank(text), rank(cut.kept_in));
        let before = other < own || (text == cut.kept_in && cut.kept_end <= cut.start);
        if !before {
            return Ok(());
        }
        // The longest first.
        let length = u32::MAX - (cut.end - cut.start);
        let Cut { start, end, kept_in, kept_start, kept_end } = cut;
        self.sorter.push([own, length, start, end, kept_in, kept_start, kept_end])
    }

    pub(super) fn finish(self) -> Result<Edited<'v>> {
        Ok(Edited { rows: self.sorter.sorted()?.peekable() })
    }
}

/// The passages in order.
pub(super) struct Edited<'v> {
    rows: Peekable<Sorted<'v, NUMBERS>>,
}

impl Edited<'_> {
    /// The next passage of the text of this rank. The ranks must ascend.
    pub(super) fn next_of(&mut self, rank: u32) -> Result<Option<Cut>> {
        let is_of = |row: &Result<[u32; NUMBERS]>| row.as_ref().map_or(true, |row| row[0] == rank);
        let Some(row) = self.rows.next_if(is_of) else { return Ok(None) };
        let [_, _, start, end, kept_in, kept_start, kept_end] = row?;
        Ok(Some(Cut { start, end, kept_in, kept_start, kept_end }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Vault;

    #[test]
    fn passages_come_by_rank_and_length_and_only_where_they_are_kept_before() {
        let cut = |start, end, kept_in, kept_start| Cut {
            start,
            end,
            kept_in,
            kept_start,
            kept_end: kept_start + end - start,
        };
        let (long, short) = (cut(5, 40, 2, 0), cut(0, 20, 2, 7));
        let (own, back) = (cut(50, 60, 0, 40), cut(40, 50, 0, 50));
        let vault = Vault::scratch(None);
        for filing in [Filing::new(None, u64::MAX), Filing::new(Some(&vault), 1)] {
            let mut gathering = Gathering::new(&[1, 2, 0], &filing);
            for cut in [short, back, own, long] {
                gathering.add(0, cut).unwrap();
            }
            gathering.add(2, cut(0, 35, 0, 5)).unwrap();
            gathering.add(1, short).unwrap();
            let mut edited = gathering.finish().unwrap();
            let mut all = |rank| std::iter::from_fn(|| edited.next_of(rank).unwrap()).collect();
            let of: Vec<Vec<Cut>> = vec![all(0), all(1), all(2)];
            assert_eq!(of, [vec![], vec![long, short, own], vec![short]]);
        }
    }
}

//! Postings on their way into a segment, sorted in memory or, beyond a budget, by way of a file.
//!
//! Filled by merge, emptied by segment. Invariant: what comes out is what went in, ascending,
//! whatever the budget.

use crate::detect::sort_numbers;
use crate::error::Result;
use crate::store::{Spill, Vault};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::PathBuf;

/// Least postings that are sorted at a time.
const LEAST: usize = 1 << 10;
/// Parts of a budget of which postings take one.
const SHARE: u64 = 4;

/// What takes postings.
type Sink<'a> = &'a mut dyn FnMut(u64) -> io::Result<()>;

/// Postings that are being gathered.
#[derive(Debug)]
pub(super) struct Runs {
    folder: Option<PathBuf>,
    /// Postings to hold in memory.
    most: usize,
    held: Vec<u64>,
    /// Sorted runs in the file: the first byte, and how many postings.
    sorted: Vec<(u64, usize)>,
    file: Option<Spill>,
    count: usize,
}

impl Runs {
    /// Within `memory` bytes, if that is given, with files in `folder`.
    pub(super) fn new(memory: Option<u64>, folder: Option<PathBuf>) -> Self {
        let most = |memory: u64| usize::try_from(memory / SHARE / 8).unwrap_or(usize::MAX);
        let most = memory.map_or(usize::MAX, most).max(LEAST);
        Self { folder, most, held: Vec::new(), sorted: Vec::new(), file: None, count: 0 }
    }

    /// Makes room for so many more, as far as they are held.
    pub(super) fn reserve(&mut self, postings: usize) {
        self.held.reserve_exact(postings.min(self.most));
    }

    /// Takes more postings.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn extend(&mut self, postings: impl Iterator<Item = u64>) -> Result<()> {
        let before = self.held.len();
        self.held.extend(postings);
        self.count += self.held.len() - before;
        if self.held.len() >= self.most { self.write() } else { Ok(()) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Ends a run.
    fn write(&mut self) -> Result<()> {
        sort_numbers(&mut self.held);
        let file = match self.file.take() {
            Some(file) => file,
            None => Vault::scratch(self.folder.clone()).nameless()?,
        };
        self.sorted.push((file.longs(&self.held)?, self.held.len()));
        self.file = Some(file);
        self.held.clear();
        Ok(())
    }

    /// All of them, ascending, to `sink`.
    ///
    /// # Errors
    /// What the system and `sink` say.
    pub(super) fn ascending(mut self, sink: Sink<'_>) -> io::Result<()> {
        if self.sorted.is_empty() {
            sort_numbers(&mut self.held);
            return self.held.into_iter().try_for_each(sink);
        }
        self.write().map_err(io::Error::other)?;
        let Some(file) = self.file else { return Ok(()) };
        let room = (self.most / self.sorted.len()).max(LEAST);
        let mut runs: Vec<Run<'_>> =
            self.sorted.iter().map(|&(at, left)| Run::new(&file, (at, left), room)).collect();
        let mut heads = BinaryHeap::new();
        for (n, run) in runs.iter_mut().enumerate() {
            heads
                .extend(run.next().map_err(io::Error::other)?.map(|posting| Reverse((posting, n))));
        }
        while let Some(Reverse((posting, n))) = heads.pop() {
            sink(posting)?;
            let next = runs.get_mut(n).map(Run::next).transpose();
            let next = next.map_err(io::Error::other)?.flatten();
            heads.extend(next.map(|posting| Reverse((posting, n))));
        }
        Ok(())
    }
}

/// A sorted run, read a piece at a time.
struct Run<'a> {
    file: &'a Spill,
    at: u64,
    /// Postings that are still in the file.
    left: usize,
    /// Postings to read at once.
    room: usize,
    piece: Vec<u64>,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(file: &'a Spill, (at, left): (u64, usize), room: usize) -> Self {
        Self { file, at, left, room, piece: Vec::new(), next: 0 }
    }

    fn next(&mut self) -> Result<Option<u64>> {
        if self.next == self.piece.len() {
            let count = self.left.min(self.room);
            self.piece.clear();
            self.file.read_longs(self.at, count, &mut self.piece)?;
            self.at += 8 * count as u64;
            (self.left, self.next) = (self.left - count, 0);
        }
        self.next += 1;
        Ok(self.piece.get(self.next - 1).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out_ascending(
            parts in prop::collection::vec(prop::collection::vec(0_u64..900, 0..900), 0..9),
            memory in prop::option::of(0_u64..200_000),
        ) {
            let mut runs = Runs::new(memory, None);
            let mut expected = parts.concat();
            for part in parts {
                runs.extend(part.into_iter()).unwrap();
            }
            expected.sort_unstable();
            prop_assert_eq!(runs.len(), expected.len());
            let mut found = Vec::new();
            let mut sink = |posting| {
                found.push(posting);
                Ok(())
            };
            runs.ascending(&mut sink).unwrap();
            prop_assert_eq!(found, expected);
        }
    }
}

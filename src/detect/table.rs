//! Tables and sorters of a run within a budget: in memory while they are small, then in files.
//!
//! What the stages after the search hand on to each other (passages, places, families, verdicts) is
//! rows of numbers. Sorting is external: runs that fit are sorted and written, and merged as they
//! are read. Used by spilled, families, locate and scan; without a vault all stays in memory.
//! Invariant: what is read is what was written, and a sorter returns every row, in order.

use crate::error::{Error, Result};
use crate::passage::{Room, Rows, Sorter, Writer};
use crate::store::{Spill, Vault, Words};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::marker::PhantomData;

/// Makes tables and sorters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filing<'v> {
    /// Where files go; none where all is to stay in memory.
    pub(super) vault: Option<&'v Vault<'v>>,
    /// Bytes of memory that each table and each sorter may take.
    pub(super) bytes: usize,
}

/// Tables and sorters that may be in use at a time.
const AT_ONCE: u64 = 16;
/// Bytes that a table or sorter may take in any case.
const LEAST_BYTES: usize = 256;
/// Rows for which there is room at first.
const FIRST_ROWS: usize = 64;

impl<'v> Filing<'v> {
    /// Tables and sorters of a run: within `memory` where there is a vault.
    pub(super) fn new(vault: Option<&'v Vault<'v>>, memory: u64) -> Self {
        let bytes = usize::try_from(memory / AT_ONCE).unwrap_or(usize::MAX).max(LEAST_BYTES);
        Self { vault, bytes }
    }

    /// Rows of so many numbers that fit.
    fn rows(&self, numbers: usize) -> usize {
        (self.bytes / 4 / numbers).max(1)
    }
}

impl<'v> Room for Filing<'v> {
    type Error = Error;
    type Sorter<const N: usize> = ExternalSorter<'v, N>;
    type Writer<const N: usize> = TableWriter<'v, N>;

    fn sorter<const N: usize>(&self) -> ExternalSorter<'v, N> {
        ExternalSorter { staged: Staged::new(self), runs: Vec::new() }
    }

    fn writer<const N: usize>(&self) -> TableWriter<'v, N> {
        TableWriter { staged: Staged::new(self), written: 0 }
    }
}

/// Rows in memory on their way to a file.
#[derive(Debug)]
struct Staged<'v, const N: usize> {
    vault: Option<&'v Vault<'v>>,
    /// Rows to hold.
    most: usize,
    held: Vec<[u32; N]>,
    spill: Option<Spill>,
}

impl<'v, const N: usize> Staged<'v, N> {
    fn new(filing: &Filing<'v>) -> Self {
        Self { vault: filing.vault, most: filing.rows(N), held: Vec::new(), spill: None }
    }

    /// Whether they have to be written before another row comes.
    fn is_full(&self) -> bool {
        self.vault.is_some() && self.held.len() >= self.most
    }

    /// Takes a row, with room for no more rows than may be held.
    fn push(&mut self, row: [u32; N]) {
        let held = self.held.len();
        if held == self.held.capacity() && self.vault.is_some() && held < self.most {
            self.held.reserve_exact(held.max(FIRST_ROWS).min(self.most - held));
        }
        self.held.push(row);
    }

    /// Writes them, if there is a vault: the first byte, and how many rows.
    fn write(&mut self) -> Result<Option<(u64, usize)>> {
        let Some(vault) = self.vault else { return Ok(None) };
        let spill = match self.spill.take() {
            Some(spill) => spill,
            None => vault.nameless()?,
        };
        let written = (spill.words(self.held.as_flattened())?, self.held.len());
        self.held.clear();
        self.spill = Some(spill);
        Ok(Some(written))
    }
}

/// A table that is being written.
#[derive(Debug)]
pub(super) struct TableWriter<'v, const N: usize> {
    staged: Staged<'v, N>,
    /// Rows in the file.
    written: usize,
}

impl<const N: usize> TableWriter<'_, N> {
    fn write(&mut self) -> Result<()> {
        self.written += self.staged.write()?.map_or(0, |(_, rows)| rows);
        Ok(())
    }
}

impl<const N: usize> Writer<N> for TableWriter<'_, N> {
    type Error = Error;
    type Table = Table<N>;

    fn push(&mut self, row: [u32; N]) -> Result<()> {
        if self.staged.is_full() {
            self.write()?;
        }
        self.staged.push(row);
        Ok(())
    }

    fn len(&self) -> usize {
        self.written + self.staged.held.len()
    }

    fn finish(mut self) -> Result<Table<N>> {
        if self.written == 0 {
            return Ok(Table(Place::Held(self.staged.held)));
        }
        self.write()?;
        let spill = self.staged.spill.map(Words::of_rows).transpose()?.unwrap_or_default();
        Ok(Table(Place::Filed(spill)))
    }
}

/// Rows that do not change any more.
#[derive(Debug)]
pub(super) struct Table<const N: usize>(Place<N>);

#[derive(Debug)]
enum Place<const N: usize> {
    Held(Vec<[u32; N]>),
    Filed(Words),
}

impl<const N: usize> Default for Table<N> {
    fn default() -> Self {
        Self(Place::Held(Vec::new()))
    }
}

impl<const N: usize> Rows<N> for Table<N> {
    #[inline]
    fn row(&self, n: usize) -> [u32; N] {
        match &self.0 {
            Place::Held(rows) => rows[n],
            Place::Filed(words) => {
                let mut row = [0; N];
                row.copy_from_slice(words.at(n * N..(n + 1) * N));
                row
            }
        }
    }
}

impl<const N: usize> Table<N> {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match &self.0 {
            Place::Held(rows) => rows.len(),
            Place::Filed(words) => words.len() / N,
        }
    }
}

/// A number of 64 bits as two of a row, ordered as it is.
pub(super) fn halves(number: u64) -> [u32; 2] {
    [(number >> 32) as u32, (number & 0xffff_ffff) as u32]
}

/// The number of two halves.
pub(super) fn whole([high, low]: [u32; 2]) -> usize {
    usize::try_from(u64::from(high) << 32 | u64::from(low)).unwrap_or(usize::MAX)
}

/// Sorts more rows than fit into memory.
#[derive(Debug)]
pub(super) struct ExternalSorter<'v, const N: usize> {
    staged: Staged<'v, N>,
    /// Sorted runs in the file: the first byte, and how many rows.
    runs: Vec<(u64, usize)>,
}

impl<const N: usize> ExternalSorter<'_, N> {
    /// Ends a run.
    fn write(&mut self) -> Result<()> {
        self.staged.held.par_sort_unstable();
        self.runs.extend(self.staged.write()?);
        Ok(())
    }
}

impl<'v, const N: usize> Sorter<N> for ExternalSorter<'v, N> {
    type Error = Error;
    type Sorted = Sorted<'v, N>;

    fn push(&mut self, row: [u32; N]) -> Result<()> {
        if self.staged.is_full() {
            self.write()?;
        }
        self.staged.push(row);
        Ok(())
    }

    fn sorted(mut self) -> Result<Sorted<'v, N>> {
        if !self.runs.is_empty() {
            self.write()?;
        }
        let Staged { most, mut held, spill, .. } = self.staged;
        if self.runs.is_empty() {
            held.par_sort_unstable();
        } else {
            // Those of the runs take its room.
            held = Vec::new();
        }
        let room = most / self.runs.len().max(1);
        let run = |(at, left)| Run { at, left, rows: Vec::new(), next: 0, room: room.max(64) };
        let mut sorted = Sorted {
            held: held.into_iter(),
            spill,
            runs: self.runs.into_iter().map(run).collect(),
            heads: BinaryHeap::new(),
            vault: PhantomData,
        };
        for n in 0..sorted.runs.len() {
            sorted.refill(n)?;
        }
        Ok(sorted)
    }
}

/// Rows in order: from memory, or merged from the runs of a file.
#[derive(Debug)]
pub(super) struct Sorted<'v, const N: usize> {
    held: std::vec::IntoIter<[u32; N]>,
    spill: Option<Spill>,
    runs: Vec<Run<N>>,
    /// The next row of every run that is not at its end.
    heads: BinaryHeap<Reverse<([u32; N], usize)>>,
    vault: PhantomData<&'v ()>,
}

/// A sorted run, read a piece at a time.
#[derive(Debug)]
struct Run<const N: usize> {
    at: u64,
    /// Rows that are still in the file.
    left: usize,
    rows: Vec<u32>,
    /// The next number in `rows`.
    next: usize,
    /// Rows to read at once.
    room: usize,
}

impl<const N: usize> Sorted<'_, N> {
    /// Brings the next row of a run to the heads.
    fn refill(&mut self, n: usize) -> Result<()> {
        let (Some(run), Some(spill)) = (self.runs.get_mut(n), &self.spill) else { return Ok(()) };
        if run.next == run.rows.len() {
            let count = run.left.min(run.room);
            (run.next, run.left) = (0, run.left - count);
            run.rows.clear();
            spill.read_words(run.at, count * N, &mut run.rows)?;
            run.at += 4 * (count * N) as u64;
        }
        if let Some(row) = run.rows.get(run.next..).and_then(|rest| rest.first_chunk::<N>()) {
            run.next += N;
            self.heads.push(Reverse((*row, n)));
        }
        Ok(())
    }
}

impl<const N: usize> Iterator for Sorted<'_, N> {
    type Item = Result<[u32; N]>;

    fn next(&mut self) -> Option<Result<[u32; N]>> {
        if self.spill.is_none() {
            return self.held.next().map(Ok);
        }
        let Reverse((row, run)) = self.heads.pop()?;
        Some(self.refill(run).map(|()| row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_in_files_are_those_in_memory(
            rows in prop::collection::vec(prop::array::uniform3(0_u32..40), 0..600),
            bytes in 0_u64..40_000,
        ) {
            let vault = Vault::scratch(None);
            let (filed, held) = (Filing::new(Some(&vault), bytes), Filing::new(None, bytes));
            for filing in [filed, held] {
                let (mut sorter, mut writer) = (filing.sorter::<3>(), filing.writer::<3>());
                for &row in &rows {
                    sorter.push(row).unwrap();
                    writer.push(row).unwrap();
                }
                prop_assert_eq!(writer.len(), rows.len());
                let table = writer.finish().unwrap();
                prop_assert!((0..rows.len()).all(|n| table.row(n) == rows[n]));
                let sorted: Vec<[u32; 3]> = sorter.sorted().unwrap().map(Result::unwrap).collect();
                let mut expected = rows.clone();
                expected.sort_unstable();
                prop_assert_eq!(sorted, expected);
            }
        }

        #[test]
        fn halves_are_ordered_as_the_whole(x in any::<u64>(), y in any::<u64>()) {
            prop_assert_eq!(halves(x).cmp(&halves(y)), x.cmp(&y));
            prop_assert_eq!(whole(halves(x)) as u64, x);
        }
    }
}

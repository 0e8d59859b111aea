//! Cells of hits become passages, one cell after the other.
//!
//! Fed by hits; passage aligns what a cell holds, a part at a time where that is much (`deal`). The
//! tokens of the two blocks of a cell are loaded, and the passages of a row of cells are kept where
//! the run may be resumed.

use super::super::found::{Found, row};
use super::hits::Hits;
use super::rows::RowFile;
use super::search::Search;
use crate::error::{Error, Result};
use crate::passage::{Aligned, Guard, Room, Sorter, Writer, passages_of_hits};

/// Takes the passages of some pairs of documents.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Aligned) -> Result<()>;

impl Search<'_> {
    /// Aligns the hits of every pair of documents into passages, each pair under `guard`; `done`
    /// hears of every cell that is finished. Returns as well how many fell short of the minimum.
    ///
    /// # Errors
    /// The first error of `guard`; what the system says of the files; damage to one of them.
    pub(in crate::detect) fn passages(
        &mut self,
        hits: &Hits,
        guard: Guard<'_, Error>,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<(Found, u64)> {
        let (mut sorter, mut below) = (self.filing.sorter(), 0);
        let mut take = |found: Aligned| {
            below += found.below_minimum;
            found.passages.iter().try_for_each(|passage| sorter.push(row(passage)))
        };
        let ends = hits.grid.ends(self.shard);
        for x in 0..hits.grid.blocks {
            let Some(work) = self.vault.work() else {
                self.row(hits, (x, &ends), (guard, done), &mut take)?;
                continue;
            };
            let file = if let Some(file) = RowFile::known(self.vault, work, x, hits.mark)? {
                file
            } else {
                let mut file = RowFile::new(self.vault, x)?;
                self.row(hits, (x, &ends), (guard, done), &mut |found| file.add(&found))?;
                file.keep(work, x, hits.mark)?;
                file
            };
            file.read(&mut take)?;
        }
        self.shard.tokens_mut().unload();
        let mut writer = self.filing.writer();
        for passage in sorter.sorted()? {
            writer.push(passage?)?;
        }
        Ok((Found::Filed(writer.finish()?), below))
    }

    /// Passages of all cells of one row; every other row from its end, whose blocks are at hand.
    fn row(
        &mut self,
        hits: &Hits,
        (x, ends): (usize, &[usize]),
        (guard, done): (Guard<'_, Error>, &(dyn Fn(u64) + Sync)),
        sink: Sink<'_>,
    ) -> Result<()> {
        let mut columns: Vec<usize> = (x..hits.grid.blocks).collect();
        if x % 2 == 1 {
            columns.reverse();
        }
        let block = |n: usize| n * hits.grid.tokens..ends[n];
        self.shard.tokens_mut().load(0, block(x))?;
        for y in columns {
            if y != x {
                self.shard.tokens_mut().load(1, block(y))?;
            }
            let cell = &hits.cells[x * hits.grid.blocks + y];
            let bytes: u64 = cell.iter().map(|extent| 8 * extent.count).sum();
            (self.go_on)()?;
            if bytes <= self.part_bytes() {
                let mut all = Vec::new();
                cell.iter().try_for_each(|extent| hits.read(extent, &mut all))?;
                sink(passages_of_hits(&*self.shard, self.settings, &mut all, guard)?)?;
            } else {
                self.deal(hits, cell)?.passages(self, guard, sink)?;
            }
            done(1);
        }
        Ok(())
    }
}

//! Cells of hits become passages, one cell after the other.
//!
//! Fed by hits; passage aligns what a cell holds, a part at a time where that is much (`deal`). The
//! tokens of the two blocks of a cell are loaded, and the passages of a row of cells are kept where
//! the run may be resumed.

use super::hits::Hits;
use super::record;
use super::search::Search;
use crate::error::{Error, Result};
use crate::passage::{Aligned, Guard, passages_of_hits};
use rayon::prelude::*;

impl Search<'_> {
    /// Aligns the hits of every pair of documents into passages, each pair under `guard`; `done`
    /// hears of every cell that is finished.
    ///
    /// # Errors
    /// The first error of `guard`; what the system says of the files; damage to one of them.
    pub(in crate::detect) fn passages(
        &mut self,
        hits: &Hits,
        guard: Guard<'_, Error>,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<Aligned> {
        let mut all = Aligned::default();
        let ends = hits.grid.ends(self.shard);
        for x in 0..hits.grid.blocks {
            let name = format!("row-{x}");
            let known = self.vault.work().map(|work| work.checked(&name)).transpose()?.flatten();
            let row = if let Some(row) =
                known.as_deref().and_then(|row| record::read_row(row, hits.mark))
            {
                row
            } else {
                let row = self.row(hits, (x, &ends), guard, done)?;
                if let Some(work) = self.vault.work() {
                    work.keep_checked(&name, &record::row(&row, hits.mark))?;
                }
                row
            };
            all.append(row);
        }
        self.shard.tokens_mut().unload();
        all.passages.par_sort_unstable();
        Ok(all)
    }

    /// Passages of all cells of one row; every other row from its end, whose blocks are at hand.
    fn row(
        &mut self,
        hits: &Hits,
        (x, ends): (usize, &[usize]),
        guard: Guard<'_, Error>,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<Aligned> {
        let mut row = Aligned::default();
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
                row.append(passages_of_hits(&*self.shard, self.settings, &mut all, guard)?);
            } else {
                self.deal(hits, cell)?.passages(self, guard, &mut row)?;
            }
            done(1);
        }
        Ok(row)
    }
}

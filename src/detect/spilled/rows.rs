//! The passages of one row of cells, in a file that a later run can go on with.
//!
//! Used by cells where the run may be resumed. Invariant: what reads back is what was written, of
//! these hits, or nothing.

use super::super::found::{self, NUMBERS};
use super::grid::Extent;
use super::record;
use super::search::narrow_count;
use crate::error::Result;
use crate::hash;
use crate::passage::Aligned;
use crate::store::{Spill, Vault, WorkFolder};

/// Passages that are written together.
const PIECE: usize = 4096;

/// The file, and where its pieces are.
#[derive(Debug)]
pub(super) struct RowFile {
    spill: Spill,
    pieces: Vec<Extent>,
    below_minimum: u64,
}

impl RowFile {
    /// Begins the file of a row.
    pub(super) fn new(vault: &Vault<'_>, x: usize) -> Result<Self> {
        let spill = vault.spill(&format!("passages-{x}"))?;
        Ok(Self { spill, pieces: Vec::new(), below_minimum: 0 })
    }

    /// What an earlier run has left of a row, if it is all there.
    pub(super) fn known(
        vault: &Vault<'_>,
        work: &WorkFolder,
        x: usize,
        mark: u64,
    ) -> Result<Option<Self>> {
        let list = work.checked(&format!("row-{x}"))?;
        let list = list.as_deref().and_then(|list| record::read_row(list, mark));
        let Some((pieces, below_minimum)) = list else { return Ok(None) };
        let count: u64 = pieces.iter().map(|piece| piece.count).sum();
        let spill = vault.reopen(&format!("passages-{x}"), 4 * NUMBERS as u64 * count)?;
        Ok(spill.map(|spill| Self { spill, pieces, below_minimum }))
    }

    /// Adds passages.
    pub(super) fn add(&mut self, found: &Aligned) -> Result<()> {
        self.below_minimum += found.below_minimum;
        for piece in found.passages.chunks(PIECE) {
            let rows: Vec<[u32; NUMBERS]> = piece.iter().map(found::row).collect();
            let start = self.spill.words(rows.as_flattened())?;
            let (count, sum) = (rows.len() as u64, sum(rows.as_flattened()));
            self.pieces.push(Extent { start, count, sum });
        }
        Ok(())
    }

    /// Makes it last, for a run that goes on with it.
    pub(super) fn keep(&self, work: &WorkFolder, x: usize, mark: u64) -> Result<()> {
        self.spill.settle()?;
        let list = record::row(&self.pieces, self.below_minimum, mark);
        work.keep_checked(&format!("row-{x}"), &list)
    }

    /// Hands all passages to `sink`, a piece at a time.
    pub(super) fn read(&self, sink: &mut dyn FnMut(Aligned) -> Result<()>) -> Result<()> {
        let below_minimum = self.below_minimum;
        sink(Aligned { passages: Vec::new(), below_minimum })?;
        let mut words = Vec::new();
        for piece in &self.pieces {
            words.clear();
            let count = NUMBERS * narrow_count(piece.count) as usize;
            self.spill.read_words(piece.start, count, &mut words)?;
            if sum(&words) != piece.sum {
                return Err(self.spill.damaged());
            }
            let rows = words.as_chunks::<NUMBERS>().0;
            let passages = rows.iter().map(|row| found::passage(*row)).collect();
            sink(Aligned { passages, below_minimum: 0 })?;
        }
        Ok(())
    }
}

/// Hash of numbers.
fn sum(words: &[u32]) -> u64 {
    words.iter().fold(words.len() as u64, |sum, &word| hash::mix(sum ^ u64::from(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::Passage;
    use crate::text::Span;
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_row_is_found_again_as_it_was_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let work = WorkFolder::open(&root.path().join("out"), None).unwrap();
        let vault = Vault::lasting(&work);
        let passage = |n: u32| Passage {
            doc_a: n,
            doc_b: n + 1,
            a: Span { start: n, end: 2 * n },
            b: Span { start: 7, end: 9 },
            columns: 3,
            matched: 2,
            score: -5,
            shadow: n.is_multiple_of(2),
        };
        let passages: Vec<Passage> = (0..9000).map(passage).collect();
        let mut file = RowFile::new(&vault, 3).unwrap();
        file.add(&Aligned { passages: passages.clone(), below_minimum: 11 }).unwrap();
        assert!(RowFile::known(&vault, &work, 3, 5).unwrap().is_none(), "not kept yet");
        file.keep(&work, 3, 5).unwrap();
        let read = |file: &RowFile| {
            let mut all = Aligned::default();
            let read = file.read(&mut |found| {
                all.append(found);
                Ok(())
            });
            read.map(|()| (all.passages, all.below_minimum))
        };
        let known = || RowFile::known(&vault, &work, 3, 5).unwrap();
        assert_eq!(read(&known().unwrap()).unwrap(), (passages, 11));
        assert!(RowFile::known(&vault, &work, 3, 6).unwrap().is_none(), "of other hits");
        let path: &Path = &work.state_path("passages-3");
        let mut bytes = fs::read(path).unwrap();
        bytes[200_000] ^= 1;
        fs::write(path, &bytes).unwrap();
        assert!(read(&known().unwrap()).unwrap_err().to_string().contains("damaged"));
        fs::write(path, &bytes[..200_000]).unwrap();
        assert!(known().is_none(), "cut off");
    }
}

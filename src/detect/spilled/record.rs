//! What a search within a budget keeps for a run that goes on with it: bytes and back.
//!
//! Numbers, little-endian. Invariant: what does not read as it was written reads as nothing.

use super::grid::{Extent, Grid};
use crate::passage::SeedCounts;

/// The list of hits.
pub(super) fn hits(cells: &[Vec<Extent>], grid: Grid, counts: SeedCounts) -> Vec<u8> {
    let mut out = Vec::new();
    let mut put = |n: u64| out.extend_from_slice(&n.to_le_bytes());
    put(grid.tokens as u64);
    put(grid.blocks as u64);
    put(counts.shared);
    put(counts.through_hubs);
    for cell in cells {
        put(cell.len() as u64);
        for extent in cell {
            [extent.start, extent.count, extent.sum].into_iter().for_each(&mut put);
        }
    }
    out
}

/// What [`hits`] wrote.
pub(super) fn read_hits(bytes: &[u8]) -> Option<(Vec<Vec<Extent>>, Grid, SeedCounts)> {
    let mut numbers = longs(bytes);
    let grid = Grid { tokens: size(numbers.next()?)?, blocks: size(numbers.next()?)? };
    let counts = SeedCounts { shared: numbers.next()?, through_hubs: numbers.next()? };
    let mut cells = Vec::new();
    for _ in 0..grid.blocks.checked_mul(grid.blocks)? {
        let count = numbers.next()?;
        let mut cell = Vec::new();
        for _ in 0..count {
            let (start, count, sum) = (numbers.next()?, numbers.next()?, numbers.next()?);
            cell.push(Extent { start, count, sum });
        }
        cells.push(cell);
    }
    Some((cells, grid, counts))
}

/// Where the passages of a row of cells are, and how many fell short of the minimum; `mark` says of
/// which hits.
pub(super) fn row(pieces: &[Extent], below_minimum: u64, mark: u64) -> Vec<u8> {
    let numbers = pieces.iter().flat_map(|piece| [piece.start, piece.count, piece.sum]);
    [mark, below_minimum].into_iter().chain(numbers).flat_map(u64::to_le_bytes).collect()
}

/// What [`row`] wrote.
pub(super) fn read_row(bytes: &[u8], mark: u64) -> Option<(Vec<Extent>, u64)> {
    let numbers: Vec<u64> = longs(bytes).collect();
    let (&[of, below_minimum], rest) = numbers.split_first_chunk::<2>()?;
    let (pieces, over) = rest.as_chunks::<3>();
    if of != mark || !over.is_empty() || !bytes.len().is_multiple_of(8) {
        return None;
    }
    let piece = |&[start, count, sum]: &[u64; 3]| Extent { start, count, sum };
    Some((pieces.iter().map(piece).collect(), below_minimum))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks::<8>().0.iter().map(|long| u64::from_le_bytes(*long))
}

fn size(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_as_it_was() {
        let extent = |start| Extent { start, count: 3, sum: 99 };
        let pieces = vec![extent(0), extent(120)];
        let bytes = row(&pieces, 1 << 40, 7);
        assert_eq!(read_row(&bytes, 7), Some((pieces, 1 << 40)));
        assert!(read_row(&bytes, 8).is_none());
        assert!(read_row(&bytes[..bytes.len() - 1], 7).is_none());
        let cells = vec![vec![], vec![extent(0), extent(24)], vec![], vec![extent(48)]];
        let (grid, counts) =
            (Grid { tokens: 8, blocks: 2 }, SeedCounts { shared: 5, through_hubs: 1 });
        let bytes = hits(&cells, grid, counts);
        assert_eq!(read_hits(&bytes), Some((cells, grid, counts)));
        assert_eq!(read_hits(&bytes[..bytes.len() - 8]), None);
    }
}

//! What a search within a budget keeps for a run that goes on with it: bytes and back.
//!
//! Numbers, little-endian. Invariant: what does not read as it was written reads as nothing.

use super::grid::{Extent, Grid};
use crate::passage::{Aligned, Passage, SeedCounts};
use crate::text::Span;

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

/// The passages of a row of cells; `mark` says of which hits.
pub(super) fn row(found: &Aligned, mark: u64) -> Vec<u8> {
    let mut out = mark.to_le_bytes().to_vec();
    out.extend_from_slice(&found.below_minimum.to_le_bytes());
    for p in &found.passages {
        let numbers = [p.doc_a, p.doc_b, p.a.start, p.a.end, p.b.start, p.b.end, p.columns];
        let rest = [p.matched, p.score.cast_unsigned(), u32::from(p.shadow)];
        for number in numbers.into_iter().chain(rest) {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
    out
}

/// What [`row`] wrote.
pub(super) fn read_row(bytes: &[u8], mark: u64) -> Option<Aligned> {
    let (of, bytes) = bytes.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*of) != mark {
        return None;
    }
    let (below, rest) = bytes.split_first_chunk::<8>()?;
    let (words, left) = rest.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let (passages, over) = words.as_chunks::<10>();
    if !(left.is_empty() && over.is_empty()) {
        return None;
    }
    let passage =
        |&[doc_a, doc_b, a, a_end, b, b_end, columns, matched, score, shadow]: &[u32; 10]| {
            let (a, b) = (Span { start: a, end: a_end }, Span { start: b, end: b_end });
            let (score, shadow) = (score.cast_signed(), shadow == 1);
            Passage { doc_a, doc_b, a, b, columns, matched, score, shadow }
        };
    let passages = passages.iter().map(passage).collect();
    Some(Aligned { passages, below_minimum: u64::from_le_bytes(*below) })
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
        let span = |start| Span { start, end: start + 9 };
        let (columns, matched, score) = (10, 9, -3);
        let passage = Passage {
            doc_a: 1,
            doc_b: 4,
            a: span(5),
            b: span(70),
            columns,
            matched,
            score,
            shadow: true,
        };
        let found = Aligned { passages: vec![passage; 3], below_minimum: 1 << 40 };
        let bytes = row(&found, 7);
        let again = read_row(&bytes, 7).unwrap();
        assert!(read_row(&bytes, 8).is_none());
        assert_eq!((again.passages, again.below_minimum), (found.passages, 1 << 40));
        assert!(read_row(&bytes[..bytes.len() - 1], 7).is_none());
        let extent = |start| Extent { start, count: 3, sum: 99 };
        let cells = vec![vec![], vec![extent(0), extent(24)], vec![], vec![extent(48)]];
        let (grid, counts) =
            (Grid { tokens: 8, blocks: 2 }, SeedCounts { shared: 5, through_hubs: 1 });
        let bytes = hits(&cells, grid, counts);
        assert_eq!(read_hits(&bytes), Some((cells, grid, counts)));
        assert_eq!(read_hits(&bytes[..bytes.len() - 8]), None);
    }
}

//! The hits of all shared shingles, in a file, cell by cell.
//!
//! Fed by the shard, feeds cells. Postings go to a file of their own first; they are read back
//! partition by partition.

use super::grid::{Extent, Grid, sum};
use super::record;
use super::search::{Search, narrow_count};
use crate::error::Result;
use crate::hash;
use crate::limits::narrow;
use crate::passage::{Hit, PARTITIONS, Partitions, Postings, SeedCounts, Stretches};
use crate::store::Spill;
use crate::trace;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Tokens of one unit of postings, at most.
const CHUNK_TOKENS: usize = 1 << 20;
/// Bytes that the postings of one token take while they are sorted.
const POSTING_BYTES: usize = 24;
/// Hits gathered for a cell before they are written, at most.
const GATHERED: usize = 8192;
/// And at least: where each lot of them is written is known in memory.
const LEAST_GATHERED: usize = 128;
/// State: the list of hits.
const LIST: &str = "hits.list";
/// File of hits.
const HITS: &str = "hits";

/// All hits: in a file, cell by cell.
#[derive(Debug)]
pub(in crate::detect) struct Hits {
    spill: Spill,
    pub(super) cells: Vec<Vec<Extent>>,
    pub(super) grid: Grid,
    counts: SeedCounts,
    /// Hash of the list of hits: passages of other hits are not of these.
    pub(super) mark: u64,
}

impl Hits {
    /// Pairs of blocks to process.
    pub(in crate::detect) fn cells(&self) -> u64 {
        let blocks = self.grid.blocks as u64;
        blocks * (blocks + 1) / 2
    }

    /// How many shingles are shared.
    pub(in crate::detect) fn counts(&self) -> SeedCounts {
        self.counts
    }

    /// Reads hits that were written together to the end of `into`.
    pub(super) fn read(&self, extent: &Extent, into: &mut Vec<Hit>) -> Result<()> {
        let from = into.len();
        self.spill.read_longs(extent.start, narrow_count(extent.count) as usize, into)?;
        if sum(&into[from..]) == extent.sum { Ok(()) } else { Err(self.spill.damaged()) }
    }
}

impl Search<'_> {
    /// Units of work of [`hits`](Self::hits).
    pub(in crate::detect) const UNITS: u64 = 2 * PARTITIONS as u64;

    /// Finds the shared shingles and writes down their hits.
    ///
    /// # Errors
    /// What the system says of the files; an interrupt.
    pub(in crate::detect) fn hits(&self, done: &(dyn Fn(u64) + Sync)) -> Result<Hits> {
        if let Some(hits) = self.known_hits()? {
            return Ok(hits);
        }
        let postings = self.vault.spill("postings")?;
        let (chunks, stretches) = self.write_postings(&postings, done)?;
        let grid = Grid::of(self);
        let writer = Writer {
            spill: self.vault.spill(HITS)?,
            cells: Mutex::new(vec![Vec::new(); grid.cells()]),
            most: (self.work_bytes() / 8 / 8 / (grid.cells())).clamp(LEAST_GATHERED, GATHERED),
        };
        let bytes = 8 * self.shard.len() / PARTITIONS + 1;
        let at_once = (self.work_bytes() / 4 / (3 * bytes)).clamp(1, 32);
        let firsts: Vec<usize> = (0..PARTITIONS).step_by(at_once).collect();
        let empty = || (SeedCounts::default(), vec![Vec::new(); grid.cells()]);
        let counts = firsts
            .into_par_iter()
            .try_fold(empty, |(counts, mut cells), first| {
                (self.go_on)()?;
                let partitions = first..PARTITIONS.min(first + at_once);
                let sorted = read_partitions(&postings, &chunks, partitions)?;
                let more = self.group(sorted, &mut cells, (grid, &writer, &stretches))?;
                done(at_once as u64);
                Ok((counts.plus(more), cells))
            })
            .map(|gathered| {
                let (counts, mut cells) = gathered?;
                let mut left = cells.iter_mut().enumerate();
                left.try_for_each(|(cell, hits)| writer.write(cell, hits)).map(|()| counts)
            })
            .try_reduce(SeedCounts::default, |x, y| Ok(x.plus(y)))?;
        let cells = writer.cells.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut hits = Hits { spill: writer.spill, cells, grid, counts, mark: 0 };
        if let Some(work) = self.vault.work() {
            hits.spill.settle()?;
            let list = record::hits(&hits.cells, grid, counts);
            hits.mark = hash::xxh3_64(&list);
            work.keep_checked(LIST, &list)?;
            work.forget("postings");
        }
        Ok(hits)
    }

    /// The hits that an interrupted run has written down.
    fn known_hits(&self) -> Result<Option<Hits>> {
        let Some(work) = self.vault.work() else { return Ok(None) };
        let Some(list) = work.checked(LIST)? else { return Ok(None) };
        let Some((cells, grid, counts)) = record::read_hits(&list) else { return Ok(None) };
        let bytes = cells.iter().flatten().map(|extent| 8 * extent.count).sum();
        let spill = self.vault.reopen(HITS, bytes)?;
        let mark = hash::xxh3_64(&list);
        if spill.is_some() {
            trace::goes_on("shared shingles");
        }
        Ok(spill.map(|spill| Hits { spill, cells, grid, counts, mark }))
    }

    /// Writes the postings of all documents, in the order of the token file; returns also their
    /// poor stretches.
    fn write_postings(
        &self,
        spill: &Spill,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<(Vec<Chunk>, Stretches)> {
        let shard = &*self.shard;
        let most = (self.work_bytes() / 4 / POSTING_BYTES).clamp(1024, CHUNK_TOKENS);
        let mut order: Vec<u32> = (0..narrow(shard.documents())).collect();
        order.sort_unstable_by_key(|&doc| (shard.place(doc), doc));
        let mut units: Vec<&[u32]> = Vec::new();
        let (mut first, mut tokens) = (0, 0);
        for (n, &doc) in order.iter().enumerate() {
            tokens += shard.range(doc).len();
            if tokens >= most || n + 1 == order.len() {
                units.push(&order[first..=n]);
                (first, tokens) = (n + 1, 0);
            }
        }
        let chunk = |docs: &&[u32]| {
            (self.go_on)()?;
            if let (Some(&first), Some(&last)) = (docs.first(), docs.last()) {
                let end = shard.place(last) + shard.range(last).len();
                shard.tokens().expect(shard.place(first)..end.min(shard.tokens().len()));
            }
            let docs = docs.iter().copied();
            let postings = Postings::collect(shard, self.settings, docs.clone(), 0..PARTITIONS);
            let stretches = Stretches::of(shard, docs);
            Ok((Chunk { start: spill.longs(&postings.entries)?, ends: postings.ends }, stretches))
        };
        let chunks: Vec<(Chunk, _)> = units.par_iter().map(chunk).collect::<Result<_>>()?;
        done(PARTITIONS as u64);
        let (chunks, stretches): (_, Vec<_>) = chunks.into_iter().unzip();
        Ok((chunks, Stretches::all(shard, &stretches)))
    }

    /// Groups partitions, and adds the hits of the groups to `cells`, each of which goes to the
    /// writer when it is full.
    fn group(
        &self,
        postings: Vec<Vec<u64>>,
        cells: &mut [Vec<Hit>],
        (grid, writer, stretches): (Grid, &Writer, &Stretches),
    ) -> Result<SeedCounts> {
        let (shard, mut counts) = (&*self.shard, SeedCounts::default());
        let at = (shard, self.settings, stretches);
        let (mut partitions, mut written) = (Partitions::default(), Ok(()));
        for postings in postings {
            let of_partition = partitions.hits(at, &postings, |hit, (doc_x, doc_y)| {
                let hits = &mut cells[grid.cell(shard, doc_x, doc_y)];
                hits.push(hit);
                if hits.len() >= writer.most {
                    if written.is_ok() {
                        written = writer.write(grid.cell(shard, doc_x, doc_y), hits);
                    }
                    // After a failure what comes is of no use, and must not pile up.
                    hits.clear();
                }
            });
            std::mem::replace(&mut written, Ok(()))?;
            counts = counts.plus(of_partition);
        }
        Ok(counts)
    }
}

/// Postings of some documents in the file, ordered by partition.
struct Chunk {
    start: u64,
    ends: Vec<u32>,
}

/// The postings of some partitions, from all chunks.
fn read_partitions(
    spill: &Spill,
    chunks: &[Chunk],
    partitions: Range<usize>,
) -> Result<Vec<Vec<u64>>> {
    let mut all = vec![Vec::new(); partitions.len()];
    let mut buffer = Vec::new();
    for chunk in chunks {
        let end = |n: usize| n.checked_sub(1).map_or(0, |n| chunk.ends[n] as usize);
        let (from, to) = (end(partitions.start), end(partitions.end));
        buffer.clear();
        spill.read_longs(chunk.start + 8 * from as u64, to - from, &mut buffer)?;
        for (postings, n) in all.iter_mut().zip(partitions.clone()) {
            postings.extend_from_slice(&buffer[end(n) - from..end(n + 1) - from]);
        }
    }
    Ok(all)
}

/// Writes hits, cell by cell.
struct Writer {
    spill: Spill,
    cells: Mutex<Vec<Vec<Extent>>>,
    /// Hits gathered before they are written.
    most: usize,
}

impl Writer {
    fn write(&self, cell: usize, hits: &mut Vec<u64>) -> Result<()> {
        if hits.is_empty() {
            return Ok(());
        }
        let start = self.spill.longs(hits)?;
        let extent = Extent { start, count: hits.len() as u64, sum: sum(hits) };
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)[cell].push(extent);
        hits.clear();
        Ok(())
    }
}

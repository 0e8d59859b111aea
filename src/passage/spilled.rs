//! The search within a memory budget.
//!
//! The same seeds, matches and passages as in memory, in another order: postings go to a file,
//! partition by partition they are grouped, and the hits of the groups are sorted into **cells**
//! of a grid, by the blocks of tokens in which their two documents lie. One cell after the other
//! is then matched and aligned, so that at any time the tokens of two blocks are at work however
//! large the corpus is. Fed by shard, used by detect where `--memory` asks for it; groups come
//! from seed, matches from mem, passages from merge, as without a budget.
//! Invariant: the passages are those of [`passages`](super::passages), in the same order.

use super::mem::{Mem, extend, group_hits};
use super::merge::Merger;
use super::record;
use super::seed::{Groups, Mark, PARTITIONS, Postings, SeedCounts, sort_by_hash};
use super::settings::Settings;
use super::shard::Shard;
use super::{Found, GoOn, Guard};
use crate::error::{Error, Result};
use crate::hash;
use crate::limits::narrow;
use crate::store::{Spill, Vault};
use crate::trace;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// A search of one shard within a budget.
pub struct Search<'a> {
    /// The documents.
    pub shard: &'a mut Shard,
    /// What counts as a passage.
    pub settings: &'a Settings,
    /// Where temporary files stand.
    pub vault: &'a Vault<'a>,
    /// Bytes of memory for the search.
    pub memory: u64,
    /// Asks whether to go on.
    pub go_on: GoOn<'a, Error>,
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Search").field("memory", &self.memory).finish_non_exhaustive()
    }
}

/// Most blocks: the hits of every pair of blocks are gathered apart.
const MOST_BLOCKS: usize = 32;
/// Tokens of one unit of postings, at most.
const CHUNK_TOKENS: usize = 1 << 20;
/// Bytes that the postings of one token take while they are sorted.
const POSTING_BYTES: usize = 24;
/// Hits gathered for a cell before they are written, at most.
const GATHERED: usize = 8192;
/// State: the list of hits.
const LIST: &str = "hits.list";
/// File of hits.
const HITS: &str = "hits";

/// Hits of a cell in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) count: u64,
    /// Hash of the hits.
    pub(super) sum: u64,
}

/// All hits: in a file, cell by cell.
#[derive(Debug)]
pub struct Hits {
    spill: Spill,
    pub(super) cells: Vec<Vec<Extent>>,
    grid: Grid,
    pub(super) counts: SeedCounts,
    /// Hash of the list of hits: passages of other hits are not of these.
    mark: u64,
}

/// How documents fall into blocks, and pairs of blocks into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// Tokens of a block.
    pub(super) tokens: usize,
    pub(super) blocks: usize,
}

impl Grid {
    fn of(search: &Search<'_>) -> Self {
        let total = search.shard.len();
        let quarter = usize::try_from(search.memory / 16).unwrap_or(usize::MAX);
        let tokens = quarter.max(total.div_ceil(MOST_BLOCKS)).max(1);
        Self { tokens, blocks: total.div_ceil(tokens).max(1) }
    }

    /// Where each block ends: behind the last document that begins in it.
    fn ends(self, shard: &Shard) -> Vec<usize> {
        let mut ends: Vec<usize> = (1..=self.blocks).map(|n| n * self.tokens).collect();
        for doc in 0..narrow(shard.documents()) {
            let place = shard.place(doc);
            if let Some(end) = ends.get_mut(place / self.tokens) {
                *end = (*end).max(place + shard.range(doc).len());
            }
        }
        ends
    }

    fn cell(self, shard: &Shard, x: u32, y: u32) -> usize {
        // A document without tokens has no hits, so every place is below the total.
        let (x, y) = (shard.place(x) / self.tokens, shard.place(y) / self.tokens);
        x.min(y) * self.blocks + x.max(y)
    }
}

impl Hits {
    /// Pairs of blocks to work off.
    #[must_use]
    pub fn cells(&self) -> u64 {
        let blocks = self.grid.blocks as u64;
        blocks * (blocks + 1) / 2
    }

    /// How many shingles are shared.
    #[must_use]
    pub fn counts(&self) -> SeedCounts {
        self.counts
    }
}

impl Search<'_> {
    fn work_bytes(&self) -> usize {
        usize::try_from(self.memory).unwrap_or(usize::MAX) / rayon::current_num_threads().max(1)
    }

    /// Units of work of [`hits`](Self::hits).
    #[must_use]
    pub fn units(&self) -> u64 {
        2 * PARTITIONS as u64
    }

    /// Finds the shared shingles and writes down their hits.
    ///
    /// # Errors
    /// What the system says of the files; an interrupt.
    pub fn hits(&self, done: &(dyn Fn(u64) + Sync)) -> Result<Hits> {
        if let Some(hits) = self.known_hits()? {
            return Ok(hits);
        }
        let postings = self.vault.spill("postings")?;
        let chunks = self.write_postings(&postings, done)?;
        let grid = Grid::of(self);
        let writer = Writer {
            spill: self.vault.spill(HITS)?,
            cells: Mutex::new(vec![Vec::new(); grid.blocks * grid.blocks]),
            most: (self.work_bytes() / 8 / 8 / (grid.blocks * grid.blocks)).clamp(16, GATHERED),
        };
        let bytes = 8 * self.shard.len() / PARTITIONS + 1;
        let at_once = (self.work_bytes() / 4 / (3 * bytes)).clamp(1, 32);
        let firsts: Vec<usize> = (0..PARTITIONS).step_by(at_once).collect();
        let counts = firsts
            .into_par_iter()
            .map(|first| {
                (self.go_on)()?;
                let partitions = first..PARTITIONS.min(first + at_once);
                let sorted = read_partitions(&postings, &chunks, partitions)?;
                let counts = self.group(sorted, grid, &writer);
                done(at_once as u64);
                counts
            })
            .try_reduce(SeedCounts::default, |mut x, y| {
                x.shared += y.shared;
                x.through_hubs += y.through_hubs;
                Ok(x)
            })?;
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

    /// Writes the postings of all documents, in the order of the token file.
    fn write_postings(&self, spill: &Spill, done: &(dyn Fn(u64) + Sync)) -> Result<Vec<Chunk>> {
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
                shard.expect(shard.place(first)..shard.place(last) + shard.range(last).len());
            }
            let docs = docs.iter().copied();
            let postings = Postings::collect(shard, self.settings, docs, 0..PARTITIONS);
            Ok(Chunk { start: spill.longs(&postings.entries)?, ends: postings.ends })
        };
        let chunks = units.par_iter().map(chunk).collect();
        done(PARTITIONS as u64);
        chunks
    }

    /// Groups partitions, and hands the hits of the groups to the writer.
    fn group(&self, sorted: Vec<Vec<u64>>, grid: Grid, writer: &Writer) -> Result<SeedCounts> {
        let (shard, mut counts) = (&*self.shard, SeedCounts::default());
        let mut cells: Vec<Vec<u64>> = vec![Vec::new(); grid.blocks * grid.blocks];
        let (mut scratch, mut hubs) = (Vec::new(), Vec::new());
        let mut failed = None;
        for mut postings in sorted {
            sort_by_hash(&mut postings, &mut scratch);
            hubs.clear();
            let groups = Groups::of(shard, self.settings, &postings, |mark, position| {
                if mark == Mark::Hub {
                    hubs.push(position);
                }
            });
            hubs.sort_unstable();
            counts.add(&groups);
            let is_hub = |position| hubs.binary_search(&position).is_ok();
            for group in groups.iter() {
                group_hits(shard, group, is_hub, &mut |(x, doc_x), (y, doc_y)| {
                    let cell = grid.cell(shard, doc_x, doc_y);
                    cells[cell].push(u64::from(x) << 32 | u64::from(y));
                    if cells[cell].len() >= writer.most && failed.is_none() {
                        failed = writer.write(cell, &mut cells[cell]).err();
                    }
                });
                if let Some(error) = failed {
                    return Err(error);
                }
            }
        }
        for (cell, hits) in cells.iter_mut().enumerate() {
            writer.write(cell, hits)?;
        }
        Ok(counts)
    }

    /// Aligns the hits of every pair of documents into passages, each pair under `guard`; `done`
    /// hears of every cell that is finished.
    ///
    /// # Errors
    /// The first error of `guard`; what the system says of the files; damage to one of them.
    pub fn passages(
        &mut self,
        hits: &Hits,
        guard: Guard<'_, Error>,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<Found> {
        let mut all = Found::default();
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
            all.passages.extend(row.passages);
            all.below_minimum += row.below_minimum;
        }
        self.shard.unload();
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
    ) -> Result<Found> {
        let mut row = Found::default();
        let mut columns: Vec<usize> = (x..hits.grid.blocks).collect();
        if x % 2 == 1 {
            columns.reverse();
        }
        let block = |n: usize| n * hits.grid.tokens..ends[n];
        self.shard.load(0, block(x))?;
        for y in columns {
            if y != x {
                self.shard.load(1, block(y))?;
            }
            let cell = &hits.cells[x * hits.grid.blocks + y];
            let bytes: u64 = cell.iter().map(|extent| 8 * extent.count).sum();
            let parts = narrow_count(bytes.div_ceil((self.memory / 8).max(4096)).max(1));
            for part in 0..parts {
                (self.go_on)()?;
                let found = self.cell(hits, cell, (part, parts), guard)?;
                row.passages.extend(found.passages);
                row.below_minimum += found.below_minimum;
            }
            done(1);
        }
        Ok(row)
    }

    /// Passages of a share of the first documents of one cell.
    fn cell(
        &self,
        hits: &Hits,
        cell: &[Extent],
        (part, parts): (u32, u32),
        guard: Guard<'_, Error>,
    ) -> Result<Found> {
        let shard = &*self.shard;
        let mut all: Vec<u64> = Vec::new();
        for extent in cell {
            let from = all.len();
            hits.spill.read_longs(extent.start, narrow_count(extent.count) as usize, &mut all)?;
            if sum(&all[from..]) != extent.sum {
                return Err(hits.spill.damaged());
            }
            if parts > 1 {
                let mut kept = from;
                for n in from..all.len() {
                    if shard.document_at(upper(all[n])) % parts == part {
                        all[kept] = all[n];
                        kept += 1;
                    }
                }
                all.truncate(kept);
            }
        }
        all.par_sort_unstable();
        let work = split(&mut all, |hit| shard.range(shard.document_at(upper(hit))).end);
        let found: Vec<Found> = work
            .into_par_iter()
            .with_min_len(8)
            .map_init(
                || Merger::new(shard, self.settings),
                |merger, hits| self.first_document(hits, merger, guard),
            )
            .collect::<Result<_>>()?;
        let mut together = Found::default();
        for part in found {
            together.passages.extend(part.passages);
            together.below_minimum += part.below_minimum;
        }
        Ok(together)
    }

    /// Passages of the hits of one first document.
    fn first_document(
        &self,
        hits: &mut [u64],
        merger: &mut Merger<'_>,
        guard: Guard<'_, Error>,
    ) -> Result<Found> {
        let (shard, mut found) = (&*self.shard, Found::default());
        let Some(&first) = hits.first() else { return Ok(found) };
        let doc_x = shard.document_at(upper(first));
        for hit in hits.iter_mut() {
            *hit = hit.rotate_left(32);
        }
        hits.sort_unstable();
        let mut mems: Vec<Mem> = Vec::new();
        for pair in split(hits, |hit| shard.range(shard.document_at(upper(hit))).end) {
            let doc_y = shard.document_at(upper(pair[0]));
            let is_hit =
                |x: u32, y: u32| pair.binary_search(&(u64::from(y) << 32 | u64::from(x))).is_ok();
            mems.clear();
            for &hit in pair.iter() {
                let at = ((lower(hit), doc_x), (upper(hit), doc_y));
                mems.extend(extend(shard, self.settings, at, is_hit));
            }
            mems.sort_unstable();
            mems.dedup();
            if !mems.is_empty() {
                guard(doc_x, &mut || merger.pair(&mems, &mut found))?;
            }
        }
        Ok(found)
    }
}

fn upper(hit: u64) -> u32 {
    (hit >> 32) as u32
}

fn lower(hit: u64) -> u32 {
    (hit & 0xffff_ffff) as u32
}

/// A number of hits or parts, which the budget keeps far below 32 bits.
fn narrow_count(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Hash of hits.
fn sum(hits: &[u64]) -> u64 {
    hits.iter().fold(hits.len() as u64, |sum, &hit| hash::mix(sum ^ hit))
}

/// Sorted hits in stretches of one document each; `end` tells where that of a hit ends.
fn split(mut hits: &mut [u64], end: impl Fn(u64) -> usize) -> Vec<&mut [u64]> {
    let mut parts = Vec::new();
    while let Some(&first) = hits.first() {
        let end = end(first);
        let count = hits.partition_point(|&hit| (upper(hit) as usize) < end);
        let (part, rest) = hits.split_at_mut(count);
        parts.push(part);
        hits = rest;
    }
    parts
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
    partitions: std::ops::Range<usize>,
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

//! The hits of one cell, dealt out into parts that fit into memory.
//!
//! Used by cells where a cell holds more hits than may be aligned together: the documents of a
//! block may share very much. Every hit is written once more, into the part that the hash of its
//! pair of documents names, so the work is linear in the hits however small the budget is. What a
//! part holds is a chain of pieces in the file, each of which says where the one before is; only
//! the last of each is known in memory.
//! Invariant: all hits of a pair of documents are in one part.

use super::cells::Sink;
use super::grid::Extent;
use super::hits::Hits;
use super::search::{Search, narrow_count};
use super::tokens::Shard;
use crate::error::{Error, Result};
use crate::hash;
use crate::passage::{Aligned, Guard, Hit, first_position, passages_of_hits, second_position};
use crate::store::Spill;
use rayon::prelude::*;

/// Most parts that are dealt out at a time: each has a buffer.
const MOST_PARTS: u64 = 512;
/// Hits of a piece, at least and at most.
const PIECE: std::ops::RangeInclusive<usize> = 16..=8192;
/// How often parts that are still too large are dealt out again. What is left then is a pair of
/// documents.
const ROUNDS: u64 = 3;

/// Parts whose passages are in memory at a time.
const AT_ONCE: usize = 32;

/// A part: the last piece of every chain, and the bytes of all.
#[derive(Debug, Default, Clone)]
struct Part {
    chains: Vec<Piece>,
    bytes: u64,
}

/// Hits in the file: where they start, and how many. Before them are those of the piece before.
type Piece = (u64, u64);

/// The parts of a cell.
#[derive(Debug)]
pub(super) struct Parts {
    spill: Spill,
    all: Vec<Part>,
    round: u64,
}

/// Deals out the hits that one worker reads.
struct Dealer<'a> {
    shard: &'a Shard,
    spill: &'a Spill,
    round: u64,
    /// Hits gathered before they are written.
    most: usize,
    /// Of each part what is to be written, and what was: the last piece and the bytes.
    parts: Vec<(Vec<u64>, Piece, u64)>,
}

impl Dealer<'_> {
    fn take(&mut self, hits: &[Hit]) -> Result<()> {
        let count = self.parts.len() as u64;
        for &hit in hits {
            let document = |position| u64::from(self.shard.document_at(position));
            let pair = document(first_position(hit)) << 32 | document(second_position(hit));
            // The pairs of a part fall apart in the next round.
            let n = hash::mix(pair ^ hash::mix(self.round)) % count;
            let waiting = &mut self.parts[narrow_count(n) as usize].0;
            waiting.push(hit);
            if waiting.len() >= self.most {
                self.write(narrow_count(n) as usize)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, n: usize) -> Result<()> {
        let (waiting, last, bytes) = &mut self.parts[n];
        if !waiting.is_empty() {
            let count = waiting.len() as u64;
            waiting.extend([last.0, last.1]);
            *last = (self.spill.longs(waiting)?, count);
            *bytes += 8 * count;
            waiting.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(Piece, u64)>> {
        (0..self.parts.len()).try_for_each(|n| self.write(n))?;
        Ok(self.parts.into_iter().map(|(_, last, bytes)| (last, bytes)).collect())
    }
}

impl Search<'_> {
    /// Deals out the hits of a cell.
    pub(super) fn deal(&self, hits: &Hits, cell: &[Extent]) -> Result<Parts> {
        let bytes = cell.iter().map(|extent| 8 * extent.count).sum();
        self.dealt(0, bytes, cell, |extent, sink| {
            let mut read = Vec::new();
            hits.read(extent, &mut read)?;
            sink(&read)
        })
    }

    /// Deals out the hits of `sources`, each of which is read by `read`.
    fn dealt<S: Sync>(
        &self,
        round: u64,
        bytes: u64,
        sources: &[S],
        read: impl Fn(&S, &mut dyn FnMut(&[Hit]) -> Result<()>) -> Result<()> + Sync,
    ) -> Result<Parts> {
        let spill = self.vault.spill(&format!("part-{round}"))?;
        let count = narrow_count(bytes.div_ceil(self.part_bytes()).clamp(2, MOST_PARTS)) as usize;
        let share = sources.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
        let most = (self.work_bytes() / 4 / 8 / count).clamp(*PIECE.start(), *PIECE.end());
        let dealt: Vec<Vec<(Piece, u64)>> = sources
            .par_chunks(share)
            .map(|sources| {
                let parts = vec![(Vec::new(), (0, 0), 0); count];
                let mut dealer = Dealer { shard: self.shard, spill: &spill, round, most, parts };
                for source in sources {
                    (self.go_on)()?;
                    read(source, &mut |hits| dealer.take(hits))?;
                }
                dealer.finish()
            })
            .collect::<Result<_>>()?;
        let mut parts = vec![Part::default(); count];
        for of_worker in dealt {
            for (part, (last, bytes)) in parts.iter_mut().zip(of_worker) {
                part.chains.extend((last.1 > 0).then_some(last));
                part.bytes += bytes;
            }
        }
        Ok(Parts { spill, all: parts, round })
    }
}

impl Parts {
    /// Hands the passages of all parts to `sink`.
    pub(super) fn passages(
        &self,
        search: &Search<'_>,
        guard: Guard<'_, Error>,
        sink: Sink<'_>,
    ) -> Result<()> {
        let fits = |part: &&Part| part.bytes <= search.part_bytes() || self.round + 1 == ROUNDS;
        let (small, large): (Vec<&Part>, Vec<&Part>) = self.all.iter().partition(fits);
        let of_part = |part: &&Part| {
            (search.go_on)()?;
            let mut all = Vec::new();
            for chain in &part.chains {
                self.read(chain, &mut |hits| {
                    all.extend_from_slice(hits);
                    Ok(())
                })?;
            }
            passages_of_hits(&*search.shard, search.settings, &mut all, guard)
        };
        for parts in small.chunks(AT_ONCE) {
            let found: Vec<Aligned> = parts.par_iter().map(of_part).collect::<Result<_>>()?;
            found.into_iter().try_for_each(&mut *sink)?;
        }
        for part in large {
            let read =
                |chain: &Piece, sink: &mut dyn FnMut(&[Hit]) -> Result<()>| self.read(chain, sink);
            search
                .dealt(self.round + 1, part.bytes, &part.chains, read)?
                .passages(search, guard, &mut *sink)?;
        }
        Ok(())
    }

    /// Reads the hits of a chain, the last piece first.
    fn read(&self, last: &Piece, sink: &mut dyn FnMut(&[Hit]) -> Result<()>) -> Result<()> {
        let (mut piece, mut read) = (*last, Vec::new());
        while piece.1 > 0 {
            read.clear();
            self.spill.read_longs(piece.0, narrow_count(piece.1) as usize + 2, &mut read)?;
            let (hits, before) = read.split_at(read.len().saturating_sub(2));
            sink(hits)?;
            piece = (before[0], before[1]);
        }
        Ok(())
    }
}

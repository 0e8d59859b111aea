//! Whether one text may share a passage with another at all.
//!
//! Asked by detect, before texts that little leads to become part of a search. Of two texts that
//! share few shingles all matches are looked at, as a search does; others are left to the search.
//! Invariant: texts of which a search finds a passage are never said to share none.

use super::aligned::Aligned;
use super::mem::{Mem, maximal};
use super::merge::Merger;
use super::settings::Settings;
use crate::limits::narrow;

/// A text that others are compared with, one by one.
pub(crate) struct Lone {
    settings: Settings,
    tokens: Vec<u32>,
    /// Its shingles, ascending, each with its first token.
    shingles: Vec<(u64, u32)>,
    /// A bit for what the upper bits of a shingle may be.
    held: Vec<u64>,
}

/// What a worker compares others with it by.
pub(crate) struct Comparer<'a> {
    lone: &'a Lone,
    merger: Merger<'a>,
    /// Where equal shingles start: scratch space.
    hits: Vec<(u32, u32)>,
    mems: Vec<Mem>,
}

/// Pairs of equal shingles of two texts up to which these are looked at. Those of a phrase of
/// twelve words, and too few for any shingle to be in one of them more often than is followed.
const FEW: usize = 8;
/// Bits of a shingle that say where its bit is.
const HELD_BITS: u32 = 18;

/// Number and bit of a shingle among those that are held.
fn place(shingle: u64) -> (usize, u64) {
    let bit = shingle >> (u64::BITS - HELD_BITS);
    (usize::try_from(bit / 64).unwrap_or_default(), 1 << (bit % 64))
}

impl Lone {
    /// The text of these tokens.
    pub(crate) fn new(tokens: Vec<u32>, settings: Settings) -> Self {
        let (mut shingles, mut held) = (Vec::new(), vec![0; 1 << HELD_BITS >> 6]);
        settings.shingles(&tokens, |at, hash| {
            let (word, bit) = place(hash);
            held[word] |= bit;
            shingles.push((hash, narrow(at)));
        });
        shingles.sort_unstable();
        Self { settings, tokens, shingles, held }
    }

    /// For a worker.
    pub(crate) fn comparer(&self) -> Comparer<'_> {
        let merger = Merger::new(&self.settings);
        Comparer { lone: self, merger, hits: Vec::new(), mems: Vec::new() }
    }
}

impl Comparer<'_> {
    /// Whether it may share a passage with the text of some other tokens.
    pub(crate) fn may_share(&mut self, other: &[u32]) -> bool {
        let Self { lone: Lone { settings, shingles, held, .. }, hits, .. } = self;
        hits.clear();
        settings.shingles(other, |at, hash| {
            let (word, bit) = place(hash);
            if held[word] & bit == 0 || hits.len() > FEW {
                return;
            }
            let first = shingles.partition_point(|one| one.0 < hash);
            let equal = shingles.iter().skip(first).take_while(|one| one.0 == hash);
            hits.extend(equal.take(FEW + 1).map(|one| (one.1, narrow(at))));
        });
        hits.len() > FEW || self.shares(other)
    }

    /// Whether the few matches that there are make a passage, whichever of the texts is the first.
    fn shares(&mut self, other: &[u32]) -> bool {
        let Self { lone: Lone { settings, tokens, .. }, merger, hits, mems } = self;
        mems.clear();
        mems.extend(hits.iter().filter_map(|&(a, b)| {
            let (x, y) = ((tokens.as_slice(), a as usize), (other, b as usize));
            let (a, b, len) = maximal(settings, x, y, 0, |_, _, _| false)?;
            Some(Mem { doc_a: 0, doc_b: 1, a: narrow(a), b: narrow(b), len: narrow(len) })
        }));
        if mems.is_empty() {
            return false;
        }
        mems.sort_unstable();
        mems.dedup();
        let mut found = Aligned::default();
        merger.pair((tokens.as_slice(), other), mems, &mut found);
        if found.passages.is_empty() {
            for mem in mems.iter_mut() {
                (mem.a, mem.b) = (mem.b, mem.a);
            }
            mems.sort_unstable();
            merger.pair((other, tokens.as_slice()), mems, &mut found);
        }
        !found.passages.is_empty()
    }
}

//! Tokens become shared passages and families of them.
//!
//! The heart of the flow: text and shingle feed it, detect turns its spans into records. Its
//! stages, in order: [`shard`](Shard) holds the tokens of all documents; `seed` finds the
//! shingles that documents share; `mem` makes maximal exact matches of them; `chain` strings the
//! matches of two documents; `align` scores what lies between and around them; `merge` joins
//! what the evidence bears and trims the rest; `family` gathers all places of one passage.
//! `spilled` runs the same stages within a memory budget; `record` is what it keeps in files.
//! Everything here is a pure function of tokens and settings.
//! Invariant: every exact match is equal token for token, every reported count can be recomputed
//! from the two texts, and no group of documents is ever expanded into all its pairs without a
//! bound.

mod align;
mod chain;
mod family;
mod mem;
mod merge;
mod record;
mod seed;
mod settings;
mod shard;
mod spilled;

pub use family::{Families, Place};
pub use mem::Mem;
pub use merge::Passage;
pub use seed::{SeedCounts, Seeds};
pub use settings::Settings;
pub use shard::{Role, Shard};
pub use spilled::{Hits, Search};

use rayon::prelude::*;

/// What the search of one shard gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Passages in order of documents and places.
    pub passages: Vec<Passage>,
    /// Shared passages that were seen but fell short of the minimum length.
    pub below_minimum: u64,
}

/// Asks between pieces of work whether to go on; its error ends the search.
pub type GoOn<'a, E> = &'a (dyn Fn() -> Result<(), E> + Sync);

/// Runs a piece of work on a document; turns a panic into the caller's error.
pub type Guard<'a, E> = &'a (dyn Fn(u32, &mut dyn FnMut()) -> Result<(), E> + Sync);

/// Matches that lie between a prefetch and its use.
const AHEAD: usize = 8;

/// Aligns the exact matches of every pair of documents into passages, each pair under `guard`.
///
/// # Errors
/// The first error of `guard`.
pub fn passages<E: Send>(
    shard: &Shard,
    settings: &Settings,
    mems: &[Vec<Mem>],
    guard: Guard<'_, E>,
) -> Result<Found, E> {
    let bucket = |bucket: &Vec<Mem>| {
        let mut found = Found::default();
        let mut merger = merge::Merger::new(shard, settings);
        let mut done = 0;
        for pair in bucket.chunk_by(|x, y| x.documents() == y.documents()) {
            done += pair.len();
            if let Some(later) = bucket.get(done + AHEAD) {
                merger.expect(later);
            }
            guard(pair[0].doc_a, &mut || merger.pair(pair, &mut found))?;
        }
        Ok(found)
    };
    let parts: Vec<Found> = mems.par_iter().map(bucket).collect::<Result<_, E>>()?;
    let mut all = Found::default();
    for part in parts {
        all.passages.extend(part.passages);
        all.below_minimum += part.below_minimum;
    }
    Ok(all)
}

#[cfg(test)]
mod tests;

//! Shingles become a signature, from which the similarity of two documents is estimated.
//!
//! Fourth stage of the flow of `dedup`: shingle feeds it, lsh cuts its signatures into bands.
//! A signature has one lane for each of `k` random orders of all shingles, and a lane says which
//! shingle of the document is least in its order. Two documents agree in a lane with probability
//! `J = |A and B| / |A or B|`, the Jaccard similarity of their sets of shingles.
//! Invariant: a signature depends on the set of shingles and on the number of lanes alone: not on
//! the order or number of times in which shingles come, the processor or the machine.

mod estimate;
mod minhash;
mod params;
#[cfg(test)]
mod statistics;

pub use estimate::estimate;
pub(crate) use estimate::minimum_matches;
pub use minhash::{MAX_LANES, Signature, Sketcher};
pub use params::{Banding, Wanted};

/// Version of the signatures: changes whenever any set of shingles can get other lanes.
pub const SKETCH_VERSION: u32 = 1;

//! Signatures become candidate pairs, without comparing all with all.
//!
//! Fifth stage of the flow of `dedup`: sketch feeds it, verify scores what it proposes.
//! [`band_keys`] turns the lanes of every band into a key, `buckets` brings documents with equal
//! keys together, `candidates` proposes edges within each such bucket, and [`Lsh`] does all of it
//! in memory (Indyk, Motwani, STOC 1998; Broder et al., 1997, for the
//! banding of min-hashes).
//! Invariant: the number of candidates is linear in the number of documents, whatever they hold,
//! and they depend on the documents' numbers and signatures alone, never on threads.

mod bands;
mod buckets;
mod candidates;
mod gather;

pub use bands::band_keys;
pub(crate) use bands::entry;
pub(crate) use buckets::{Sorter, buckets};
pub use candidates::Edge;
pub(crate) use candidates::{Candidates, Rules, lead};
pub use gather::Lsh;

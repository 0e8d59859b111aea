//! Tokens become shared passages and families of them.
//!
//! The heart of the flow: text and shingle feed it, detect turns its spans into records. Its
//! stages, in order: [`shard`](Shard) holds the tokens of all documents; `seed` finds the
//! shingles that documents share (`postings` sorts them in rounds, which `nibbles` note, `hubs`
//! bounds the pairs of those that very many documents have, and `poor` knows where they say
//! little); `mem` makes maximal exact matches of them, which `gather` collects but for those that
//! are `weak` and alone; `chain` strings the matches of two documents; `align` scores what lies
//! between and around them; `merge` joins what the evidence supports and trims the rest; `search`
//! does so for all pairs of documents; `family` gathers all places of one passage, in a `room`
//! that may have files. `lone` says of two texts whether a search is worth while, and `hits` is for
//! detect, where there is no room for all shared shingles at once. Everything here is a pure
//! function of tokens and settings; it runs in the caller's rayon pool.
//! Invariant: every exact match is equal token for token, every reported count can be recomputed
//! from the two texts, and no group of documents is ever expanded into all its pairs without a
//! bound.

mod align;
mod aligned;
mod around;
mod block;
mod chain;
mod company;
mod control;
mod coverage;
mod covered;
mod doc_span;
mod evidence;
mod exemplar;
mod family;
mod forest;
mod gather;
mod hits;
mod hubs;
mod lone;
mod mem;
mod merge;
mod nibbles;
mod outlook;
mod poor;
mod postings;
mod room;
mod search;
mod seed;
mod settings;
mod shadow;
mod shard;
mod weak;

pub use aligned::{Aligned, Passage};
pub use control::{GoOn, Guard};
pub use coverage::Coverage;
pub(crate) use coverage::recurs;
pub use doc_span::DocSpan;
pub use family::{Families, FamilySink, Passages, gather};
pub use gather::{Matches, Unsorted};
pub(crate) use hits::{Hit, Partitions, first_position, hit, second_position};
pub(crate) use hubs::FREQUENT;
pub(crate) use lone::{Comparer, Lone};
pub use mem::Mem;
pub(crate) use poor::{Stretches, add_stretches, is_along, poor_runs_of};
pub(crate) use postings::{PARTITIONS, Postings, shingle_of};
pub use room::{Held, Room, Rows, Sorter, Writer};
pub(crate) use search::passages_of_hits;
pub use search::{passages, passages_of_unsorted};
pub use seed::{SeedCounts, Seeds};
pub use settings::Settings;
pub(crate) use shard::MAX_TOKENS;
pub use shard::{Role, Shard, Tokens};

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

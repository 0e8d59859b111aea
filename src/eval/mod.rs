//! How good results are, measured against ground truth.
//!
//! Outside the flow of a run: fed with what `scan` and `dedup` wrote and with tables of truth,
//! feeds the `eval` command, the benchmarks and the tests. One file for each sort of truth:
//! [`passages`] (copied passages), [`pairs`] (near-duplicate documents), [`clusters`] (partitions
//! of documents), [`kinds`] (labelled families); [`offsets`] checks the offsets of detections.
//! Invariant: a score depends on the set of rows, not on their order, and every row of truth and of
//! the result is either counted or left out by a filter that the user named.

pub mod clusters;
pub mod kinds;
pub mod offsets;
pub mod pairs;
pub mod passages;
mod rates;
mod table;

pub use rates::Rates;
pub use table::{TruthTable, json_lines};

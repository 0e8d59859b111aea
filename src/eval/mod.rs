//! How good results are, measured against truth.
//!
//! Stands behind detect and beside the flow: reads what `scan` and `dedup` wrote and tables of
//! truth, gives numbers to the `eval` command, the benchmarks and the tests. One file per sort of
//! truth: [`passages`] (places of copied passages), [`pairs`] (near-duplicate documents),
//! [`clusters`] (partitions of documents), [`kinds`] (labels of families).
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
pub use table::{Row, Rows, json_lines};

//! The search within a memory budget.
//!
//! The same seeds, matches and passages as in memory, in another order: postings go to a file,
//! partition by partition they are grouped, and the hits of the groups are sorted into **cells**
//! of a grid, by the blocks of tokens in which their two documents lie (`hits`). One cell after
//! the other is then matched and aligned (`cells`), so that at any time the tokens of two blocks
//! are in use however large the corpus is; a cell of very many hits is dealt out into parts
//! (`deal`).
//! Used by scan where a budget is set; what is searched is
//! the business of passage. `record` and `rows` are what a run that may be resumed keeps.
//! Invariant: the passages are those of [`passages`](crate::passage::passages), in the same order.

mod cells;
mod deal;
mod grid;
mod hits;
mod record;
mod rows;
mod search;
mod tokens;

pub(super) use search::Search;
pub(super) use tokens::Shard;

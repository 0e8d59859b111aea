//! What a terminal shows: the views of results and the closing words, for people.
//!
//! Fed by the commands with records of the library; writes into a string that the command prints.
//! Nothing here opens a file or prints. Invariant: a view depends on the records and on its
//! [`Look`] alone, and no byte of corpus text reaches it that could steer a terminal
//! ([`escape`](wirecopy::output::escape)).

pub(crate) mod check;
pub(crate) mod closing;
pub(crate) mod compare;
mod curve;
mod dates;
pub(crate) mod dedup;
mod diff;
pub(crate) mod eval;
pub(crate) mod flows;
mod holders;
mod marked;
pub(crate) mod numbers;
mod page;
mod piece;
#[cfg(test)]
mod samples;
mod sources;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod tune;
pub(crate) mod tune_coverage;
mod wrap;

pub(crate) use page::Look;

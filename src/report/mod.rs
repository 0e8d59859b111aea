//! Results become bytes.
//!
//! Last stage of the flow but the command line: reads the types of [`record`](crate::record),
//! writes what people and programs read. One file per format; what the formats share stands in
//! files of its own (escaping, wrapping, the word diff). Nothing here opens a file or prints: the
//! caller hands in a writer or a buffer.
//! Invariant: the output depends on the records and the settings of the view alone, and no byte of
//! corpus text reaches it that could steer a terminal ([`escape`]).

pub mod closing;
pub mod columnar;
pub mod compare;
pub mod csv;
mod curve;
mod dates;
pub mod dedup;
mod diff;
pub mod escape;
pub mod eval;
mod holders;
pub mod html;
pub mod json;
mod marked;
pub mod packed;
mod page;
pub mod passim;
pub mod rows;
#[cfg(test)]
mod samples;
pub mod text;
pub mod tune;
#[cfg(test)]
mod view_tests;
mod wrap;

pub use page::Look;

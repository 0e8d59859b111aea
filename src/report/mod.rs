//! Results become bytes.
//!
//! Last stage of the flow: reads the types of [`record`](crate::record), writes what programs
//! read, and the page of a browser. One file per format; what the formats share is in files of its
//! own. Nothing here opens a file or prints: the caller hands in a writer or a buffer.
//! Invariant: the output depends on the records and the settings alone, and what came from a corpus
//! is escaped for its format ([`escape`] for terminals, used by the program).

pub mod columnar;
pub mod csv;
pub mod dedup;
pub mod escape;
pub mod html;
pub mod json;
pub mod packed;
pub mod passim;
pub mod rows;

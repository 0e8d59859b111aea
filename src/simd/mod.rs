//! The vector kernels: byte classes of a text as bit masks, places of JSON marks, lane minima,
//! equal tokens near a match.
//!
//! Beside the mapped files of store the only module with `unsafe` code. Feeds corpus (marks), text
//! (masks), sketch (lanes) and passage (near). Each kernel has a plain twin; the processor is asked
//! once which to use (AVX-512, AVX2, else the twin), and tests hold that all agree.
//! Invariant: results depend on the input alone, never on the kernel that made them.

#![expect(unsafe_code, reason = "vector instructions; every block says why it is sound")]

mod kernel;
mod lanes;
mod marks;
mod masks;
mod near;
mod prefetch;

pub use kernel::Kernel;
pub(crate) use lanes::{LANES, equal_bytes, least_products};
pub use marks::Marks;
pub(crate) use masks::Masks;
pub(crate) use near::{BANDS, BESIDE, SIDE, Sides, equal_beside, held};
pub(crate) use prefetch::{prefer_large_pages, prefetch};

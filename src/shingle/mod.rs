//! Tokens become shingles: a hash for every window of `k` tokens.
//!
//! Third stage of the flow: text feeds it, passage and sketch read it. [`Shingler`] leads from a
//! text to its shingles; [`shingles`] and [`document_shingles`] start from tokens.
//! Invariant: a shingle hash depends on the tokens of its window and on nothing else.

mod shingler;
mod window;

pub use shingler::{Shingler, Unit};
pub use window::{document_shingles, shingles, shingles_within, window, window_within};
pub(crate) use window::{hash_window, shingle_at};

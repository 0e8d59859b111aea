//! Promises of the library, over its source tree and through its public names: one file for each.
//!
//! One test binary, so that it links once. What the program promises is in `cli/tests`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and says what it skipped by printing"
)]

mod architecture;
mod budget;
mod checkout;
mod fuzzed;
mod instructions;
#[cfg(feature = "trace")]
mod trace;

//! The promises of the library, tested on its sources and through its public names: one file each.
//!
//! There is one test binary so that it links once. The promises of the program are in `cli/tests`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and prints what it skips"
)]

mod architecture;
mod budget;
mod checkout;
mod fuzzed;
mod instructions;
mod reliability;
#[cfg(feature = "trace")]
mod trace;

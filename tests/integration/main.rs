//! Tests through the binary and over the source tree: one file for each promise.
//!
//! One test binary, so that it links once. A test that needs what the machine does not have
//! passes and says so in a line `SKIPPED: ...`.
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
mod corpora;
mod dedup;
mod dedup_crash;
mod determinism;
mod disk;
mod eval;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod faults;
#[cfg(all(feature = "parquet", feature = "html"))]
mod formats;
mod fuzzed;
#[cfg(all(feature = "parquet", feature = "html"))]
mod hostile;
mod html;
mod instructions;
mod limits;
#[cfg(feature = "trace")]
mod log;
mod readme;
mod remote;
mod scan;
mod scan_crash;
mod score;
mod scripts;
mod tune;
mod util;

//! The promises of the program, tested through its binary: one file each.
//!
//! There is one test binary so that it links once. A test that needs something the machine lacks
//! passes and prints a line `SKIPPED: ...`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and prints what it skips"
)]

mod asked;
#[path = "../../../tests/integration/checkout.rs"]
mod checkout;
mod copies;
mod corpora;
mod dedup;
mod dedup_crash;
mod determinism;
mod disk;
mod eval;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod faults;
mod flows;
#[cfg(all(feature = "parquet", feature = "html"))]
mod formats;
#[cfg(all(feature = "parquet", feature = "html"))]
mod hostile;
mod html;
mod index;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod index_crash;
mod intruders;
#[cfg(all(feature = "parquet", feature = "html"))]
mod known;
mod limits;
#[cfg(feature = "trace")]
mod log;
mod passages;
mod readme;
mod remote;
#[cfg(feature = "parquet")]
mod replaced;
mod scan;
mod scan_crash;
mod score;
mod scripts;
mod tune;
mod unused;
mod util;

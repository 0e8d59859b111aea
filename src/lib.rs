//! wirecopy finds what was copied.

// Lowest first: a module names only modules above it in this list, which
// tests/integration/architecture.rs holds.
pub mod limits;

pub mod error;

pub mod hash;

pub mod store;

pub mod simd;

pub mod corpus;

pub mod text;

pub mod shingle;

pub mod passage;

pub mod record;

pub mod detect;

pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

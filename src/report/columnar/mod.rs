//! Parquet with typed columns, compressed by zstd.
//!
//! Used by cli for results ([`Table`]), for kept records of other formats ([`from_json`]) and for
//! kept rows of Parquet files (`Copy`). Invariant: the same rows give the same bytes.

#[cfg(feature = "parquet")]
mod copy;
#[cfg(feature = "parquet")]
mod enabled;
#[cfg(feature = "parquet")]
mod infer;
#[cfg(feature = "parquet")]
pub use copy::Copy;
#[cfg(feature = "parquet")]
pub use enabled::Table;
#[cfg(feature = "parquet")]
pub use infer::from_json;

#[cfg(not(feature = "parquet"))]
mod disabled;
#[cfg(not(feature = "parquet"))]
pub use disabled::{Copy, Table, from_json};

/// Whether this build writes the format.
pub const WRITES: bool = cfg!(feature = "parquet");

#[cfg(test)]
mod tests;

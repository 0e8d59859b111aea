//! Apache Parquet: the columns that are wanted, row group by row group.
//!
//! A row group is a block, so that several workers read one file. The place of a document is the
//! number of its row; its text is copied where it will be read again. Invariant: a file that is not
//! what its footer says costs itself, and no more memory than `limits.page_bytes` for each column.

#[cfg(feature = "parquet")]
mod enabled;
#[cfg(feature = "parquet")]
mod header;
#[cfg(feature = "parquet")]
pub mod rows;
#[cfg(feature = "parquet")]
mod values;
#[cfg(feature = "parquet")]
pub(super) use enabled::{Rows, Table, each, same_columns, to_json};

#[cfg(not(feature = "parquet"))]
mod disabled;
#[cfg(not(feature = "parquet"))]
pub(super) use disabled::{Rows, Table, each, same_columns, to_json};

/// Whether this build reads the format.
pub(super) const READS: bool = cfg!(feature = "parquet");

//! Apache Parquet: the columns that are wanted, row group by row group.
//!
//! A row group is a block, so that several workers read one file. The place of a document is the
//! number of its row; its text is copied where it will be read again. Invariant: a file that is not
//! what its footer says costs itself, and no more memory than `limits.record_bytes` for each page.

#[cfg(feature = "parquet")]
mod apart;
#[cfg(feature = "parquet")]
mod file;
#[cfg(feature = "parquet")]
mod groups;
#[cfg(feature = "parquet")]
mod page_sizes;
#[cfg(feature = "parquet")]
pub(crate) mod rows;
#[cfg(feature = "parquet")]
mod values;

use super::reader::InputFormat;
use crate::corpus::source::kind::{Facts, FormatLayout};
#[cfg(feature = "parquet")]
use {
    super::reader::{JsonLine, RowGroups},
    crate::corpus::inputs::Inputs,
    crate::corpus::problem::Refusal,
    crate::error::Result,
    std::ops::Range,
    std::path::Path,
};

/// Apache Parquet.
#[derive(Debug)]
pub(crate) struct Parquet;

static FACTS: Facts = Facts {
    name: "parquet",
    about: "Apache Parquet",
    extensions: &["parquet", "pq"],
    magic: |head| head.starts_with(b"PAR1"),
    layout: FormatLayout::Rows,
    missing: if cfg!(feature = "parquet") { None } else { Some(("Parquet", "parquet")) },
    ..Facts::PLAIN
};

impl InputFormat for Parquet {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    #[cfg(feature = "parquet")]
    fn open_rows(
        &self,
        inputs: &Inputs,
        source: usize,
    ) -> std::result::Result<Box<dyn RowGroups>, Refusal> {
        groups::open_rows(inputs, source)
    }

    #[cfg(feature = "parquet")]
    fn rows_to_json(
        &self,
        (inputs, source): (&Inputs, usize),
        rows: &[Range<u64>],
        line: JsonLine<'_>,
    ) -> Result<()> {
        groups::to_json(inputs, source, rows, line)
    }

    #[cfg(feature = "parquet")]
    fn same_columns(&self, a: &Path, b: &Path) -> bool {
        groups::same_columns(a, b)
    }
}

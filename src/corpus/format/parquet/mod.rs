//! Apache Parquet: the columns that are wanted, row group by row group.
//!
//! A row group is a block, so that several workers read one file. The place of a document is the
//! number of its row; its text is copied where it will be read again. Invariant: a file that is not
//! what its footer says costs itself, and no more memory than `limits.record_bytes` for each page.

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
#[cfg(feature = "parquet")]
use groups as imp;

#[cfg(not(feature = "parquet"))]
mod disabled;
#[cfg(not(feature = "parquet"))]
use disabled as imp;

use super::reader::{InputFormat, JsonLine, RowGroups};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::{Facts, FormatLayout};
use crate::error::Result;
use std::ops::Range;
use std::path::Path;

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

    fn open_rows(
        &self,
        inputs: &Inputs,
        source: usize,
    ) -> std::result::Result<Box<dyn RowGroups>, Refusal> {
        imp::open_rows(inputs, source)
    }

    fn rows_to_json(
        &self,
        (inputs, source): (&Inputs, usize),
        rows: &[Range<u64>],
        line: JsonLine<'_>,
    ) -> Result<()> {
        imp::to_json(inputs, source, rows, line)
    }

    fn same_columns(&self, a: &Path, b: &Path) -> bool {
        imp::same_columns(a, b)
    }
}

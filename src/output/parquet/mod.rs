//! Parquet with typed columns, compressed by zstd.
//!
//! Used for results ([`Table`]), and by export for kept records of other formats ([`from_json`])
//! and for kept rows of Parquet files (`Copy`). Invariant: the same rows give the same bytes.

#[cfg(feature = "parquet")]
mod copy;
#[cfg(feature = "parquet")]
mod enabled;
#[cfg(feature = "parquet")]
mod infer;
#[cfg(feature = "parquet")]
pub(crate) use copy::Copy;
#[cfg(feature = "parquet")]
pub use enabled::Table;
#[cfg(feature = "parquet")]
pub use infer::from_json;

#[cfg(not(feature = "parquet"))]
mod disabled;
#[cfg(not(feature = "parquet"))]
pub(crate) use disabled::Copy;
#[cfg(not(feature = "parquet"))]
pub use disabled::{Table, from_json};

use super::format::{Compressible, Format, ReportSize, Rows, Tables, Wanted};
use super::rows::{self, MEMBER, PAIR};
use std::io::{self, Write};

/// The format.
#[derive(Debug)]
pub struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet"]
    }

    fn missing_feature(&self) -> Option<&'static str> {
        (!cfg!(feature = "parquet")).then_some("parquet")
    }

    fn is_text(&self) -> bool {
        false
    }

    fn compression(&self) -> Compressible {
        Compressible::Inside
    }

    fn tables(&self) -> Option<&dyn Tables> {
        Some(self)
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        let mut table = Table::new(out, &PAIR)?;
        for n in 0..wanted.result.pair_count() {
            let pair = wanted.result.pair(n);
            if (wanted.keeps)(pair.kind) {
                table.row(&rows::pair(&pair))?;
            }
        }
        table.finish()?;
        Ok(None)
    }
}

impl Tables for Parquet {
    fn write_families(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(out, &MEMBER)?;
        for n in 0..wanted.result.family_count() {
            if !(wanted.keeps)(wanted.result.family_kind(n)) {
                continue;
            }
            let family = wanted.result.family(n);
            for member in &family.members {
                table.row(&rows::member(&family, member))?;
            }
        }
        table.finish().map(drop)
    }

    fn write_rows(&self, rows: Rows<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(out, rows.columns)?;
        for cells in rows.cells {
            table.row(&cells)?;
        }
        table.finish().map(drop)
    }
}

#[cfg(test)]
mod tests;

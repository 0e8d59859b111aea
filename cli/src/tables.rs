//! Results of a scan as lines and tables: JSON Lines, CSV, Parquet, passim's records.
//!
//! Used by scan and compare. Invariant: every format has the same pairs and families, in the same
//! order.

use super::output;
use super::resolve::{OutputFormat, Target};
use std::io::{self, Write};
use std::path::Path;
use wirecopy::detect::ScanResult;
use wirecopy::record::{Family, Kind, PassagePair};
use wirecopy::report::packed::{Packed, Packing};
use wirecopy::report::rows::{MEMBER, PAIR};
use wirecopy::report::{columnar, csv, escape, json, passim, rows};

/// What of a result is written.
pub(super) struct Tables<'a> {
    pub result: &'a ScanResult,
    /// Whether families and pairs of a kind are wanted.
    pub keeps: &'a (dyn Fn(Kind) -> bool + Sync),
}

impl Tables<'_> {
    /// The main result: pairs, or families in passim's form.
    pub(super) fn main(&self, target: &Target, out: &mut dyn Write) -> io::Result<()> {
        packed(target.path.as_deref(), target.format, out, &|out| match target.format {
            OutputFormat::Csv => self.csv(target.path.is_none(), out),
            OutputFormat::Parquet => self.parquet(out),
            OutputFormat::Passim => self.passim(out),
            _ => self.json(out),
        })
    }

    /// The families beside it, in the format that the name of their file tells.
    pub(super) fn families(&self, path: &Path, out: &mut dyn Write) -> io::Result<()> {
        let format = OutputFormat::of(path).unwrap_or(OutputFormat::JsonLines);
        packed(Some(path), format, out, &|out| match format {
            OutputFormat::Csv => self.csv_members(out),
            OutputFormat::Parquet => self.parquet_members(out),
            _ => self.json_families(out),
        })
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let format = |pair: &PassagePair<'_>, to: &mut Vec<u8>| {
            if (self.keeps)(pair.kind) {
                json::pair(pair, to);
            }
        };
        self.result.write_pairs(&format, out)
    }

    fn json_families(&self, out: &mut dyn Write) -> io::Result<()> {
        let format = |family: &Family<'_>, to: &mut Vec<u8>| {
            if (self.keeps)(family.kind) {
                json::family(family, to);
            }
        };
        self.result.write_families(&format, out)
    }

    fn passim(&self, out: &mut dyn Write) -> io::Result<()> {
        let format = |family: &Family<'_>, to: &mut Vec<u8>| {
            if (self.keeps)(family.kind) {
                passim::family(family, to);
            }
        };
        self.result.write_families(&format, out)
    }

    /// Pairs as CSV; on a terminal nothing of a text may steer it.
    fn csv(&self, to_stdout: bool, out: &mut dyn Write) -> io::Result<()> {
        let safe = to_stdout && output::stdout_is_terminal();
        let mut head = Vec::new();
        csv::header(&PAIR, &mut head);
        out.write_all(&head)?;
        let format = |pair: &PassagePair<'_>, to: &mut Vec<u8>| {
            if !(self.keeps)(pair.kind) {
                return;
            }
            let start = to.len();
            csv::row(&rows::pair(pair), to);
            if safe {
                let row = String::from_utf8_lossy(&to[start..]).into_owned();
                to.truncate(start);
                to.extend_from_slice(escape::line(row.trim_end_matches('\n')).as_bytes());
                to.push(b'\n');
            }
        };
        self.result.write_pairs(&format, out)
    }

    fn csv_members(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut head = Vec::new();
        csv::header(&MEMBER, &mut head);
        out.write_all(&head)?;
        let format = |family: &Family<'_>, to: &mut Vec<u8>| {
            if (self.keeps)(family.kind) {
                let members = family.members.iter();
                members.for_each(|member| csv::row(&rows::member(family, member), to));
            }
        };
        self.result.write_families(&format, out)
    }

    fn parquet(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = columnar::Table::new(out, &PAIR)?;
        for n in 0..self.result.pair_count() {
            let pair = self.result.pair(n);
            if (self.keeps)(pair.kind) {
                table.row(&rows::pair(&pair))?;
            }
        }
        table.finish().map(drop)
    }

    fn parquet_members(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = columnar::Table::new(out, &MEMBER)?;
        for n in 0..self.result.family_count() {
            if !(self.keeps)(self.result.family_kind(n)) {
                continue;
            }
            let family = self.result.family(n);
            for member in &family.members {
                table.row(&rows::member(&family, member))?;
            }
        }
        table.finish().map(drop)
    }
}

/// Compresses what is written as the name of its file says; Parquet is compressed inside.
fn packed(
    path: Option<&Path>,
    format: OutputFormat,
    out: &mut dyn Write,
    write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let packing = path.map_or(Packing::None, Packing::of);
    if packing == Packing::None || format == OutputFormat::Parquet {
        return write(out);
    }
    let mut out = Packed::new(packing, out)?;
    write(&mut out)?;
    out.finish().map(drop)
}

//! What an output format is, and what of a result it writes.
//!
//! Feeds the files of the formats beside it, which implement [`Format`]. Invariant: every format
//! has the same pairs and families, in the same order.

use super::rows::{Cell, Column};
use crate::detect::{FamilyPart, ScanResult};
use crate::limits::Limits;
use crate::record::{Family, Kind, PassagePair};
use serde::Serialize;
use std::fmt::Debug;
use std::io::{self, Write};

/// A result, and what of it is written.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What was found.
    pub result: &'a ScanResult,
    /// Which kinds of passage are wanted.
    pub keeps: &'a (dyn Fn(Kind) -> bool + Sync),
    /// What a report is about, as the user named it.
    pub title: &'a str,
    /// How much a report may hold.
    pub limits: &'a Limits,
    /// The bytes go to a terminal, which nothing of a corpus may steer.
    pub to_terminal: bool,
    /// How tables with separated fields are written.
    pub table: TableForm,
}

/// How tables with separated fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableForm {
    /// A text that a spreadsheet would run as a formula is written as it is; else a `'` before it
    /// makes it a text.
    pub raw: bool,
    /// A byte order mark comes first, which spreadsheets take as a sign of UTF-8.
    pub bom: bool,
}

/// Rows of one kind of record.
pub struct Rows<'a> {
    /// Their columns.
    pub(super) columns: &'a [Column],
    /// The cells of each.
    pub(super) cells: &'a mut dyn Iterator<Item = Vec<Cell<'a>>>,
    /// How they are written where fields are separated.
    pub(super) form: TableForm,
}

impl Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("title", &self.title).finish_non_exhaustive()
    }
}

/// Members of a family that are in one part of it, at most.
const PART_MEMBERS: usize = 1024;

impl Wanted<'_> {
    /// Formats the pairs of wanted kinds in parallel and writes them in order.
    pub(super) fn pairs(
        &self,
        format: &(dyn Fn(&PassagePair<'_>, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let kept = |pair: &PassagePair<'_>, to: &mut Vec<u8>| {
            if (self.keeps)(pair.kind) {
                format(pair, to);
            }
        };
        self.result.write_pairs(&kept, out)
    }

    /// Formats the families of wanted kinds in parallel and writes them in order.
    pub(super) fn families(
        &self,
        format: &(dyn Fn(&Family<'_>, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.parts(usize::MAX, &|family, _, to| format(family, to), out)
    }

    /// The same where those of many members are formatted in parts.
    pub(super) fn family_parts(
        &self,
        format: &(dyn Fn(&Family<'_>, FamilyPart, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.parts(PART_MEMBERS, format, out)
    }

    fn parts(
        &self,
        most: usize,
        format: &(dyn Fn(&Family<'_>, FamilyPart, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let kept = |family: &Family<'_>, part: FamilyPart, to: &mut Vec<u8>| {
            if (self.keeps)(family.kind) {
                format(family, part, to);
            }
        };
        self.result.write_family_parts(most, &kept, out)
    }
}

/// How large a report became, and what is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportSize {
    /// Bytes of the file.
    pub bytes: u64,
    /// What had to be left out.
    pub left_out: LeftOut,
}

/// What is not in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// Families.
    pub families: usize,
    /// Places of families that are in the report.
    pub members: usize,
    /// Pairs of families that are in the report: the places are there, their exact ends are not.
    pub pairs: usize,
    /// Documents of which only the passages are in the report.
    pub texts: usize,
}

/// How the files of a format are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compressible {
    /// As a whole, where the name of the file asks for it (`.csv.gz`).
    Whole,
    /// Inside, always; the ending of a compression in the name changes nothing.
    Inside,
    /// Not at all: a name with the ending of a compression implies another format.
    Never,
}

/// A format of results.
pub trait Format: Sync + Debug {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Endings of the names of its files, in lower case and without their dots; none where no
    /// name implies the format.
    fn extensions(&self) -> &'static [&'static str];

    /// The feature of the library without which this build cannot write it.
    fn missing_feature(&self) -> Option<&'static str> {
        None
    }

    /// Whether it is text, which may go to a terminal.
    fn is_text(&self) -> bool {
        true
    }

    /// Whether and how its files are compressed.
    fn compression(&self) -> Compressible {
        Compressible::Whole
    }

    /// Writes the main result: pairs, families or a report. Returns the size of a report.
    ///
    /// # Errors
    /// What `out` returns.
    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>>;

    /// How it holds tables, where it does.
    fn tables(&self) -> Option<&dyn Tables> {
        None
    }
}

/// A format that holds tables: that of families, and those of any other records.
pub trait Tables {
    /// Writes the families.
    ///
    /// # Errors
    /// What `out` returns.
    fn write_families(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Writes rows of any records.
    ///
    /// # Errors
    /// What `out` returns.
    fn write_rows(&self, rows: Rows<'_>, out: &mut dyn Write) -> io::Result<()>;
}

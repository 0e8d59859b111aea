//! Results become bytes.
//!
//! Last stage of the flow: reads the types of [`record`](crate::record), writes what programs
//! read, and the page of a browser. One file per format behind [`Format`]; what the formats share
//! is in files of its own. Nothing here opens a file or prints: the caller hands in a writer or a
//! buffer.
//! Invariant: the output depends on the records and the settings alone, and what came from a corpus
//! is escaped for its format ([`escape`] for terminals, used by the program).
//!
//! A new format is one new file, which implements [`Format`], and one line in [`FORMATS`].

pub mod csv;
pub mod dedup;
pub mod escape;
mod format;
pub mod html;
mod json;
pub mod jsonl;
mod objects;
pub mod packed;
pub mod parquet;
mod passim;
pub mod rows;
mod tsv;

pub use format::{Compressible, Format, LeftOut, ReportSize, Rows, TableForm, Tables, Wanted};

use crate::record::Record;
use packed::{Packed, Packing};
use std::io::{self, Write};
use std::path::Path;

/// The formats of results, in the order in which help lists them.
pub static FORMATS: &[&dyn Format] = &[
    &jsonl::JsonLines,
    &json::JsonList,
    &csv::CSV,
    &tsv::TSV,
    &parquet::Parquet,
    &passim::Passim,
    &html::Html,
];

/// The format of a name, such as `jsonl`.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The format that the name of a file implies, looking through that of a compression.
#[must_use]
pub fn of_path(path: &Path) -> Option<&'static dyn Format> {
    let packed = Packing::of(path) != Packing::None;
    let inner = if packed { path.with_extension("") } else { path.to_path_buf() };
    let extension = inner.extension()?.to_str()?.to_ascii_lowercase();
    FORMATS.iter().copied().find(|format| {
        let fits = !packed || format.compression() != Compressible::Never;
        fits && format.extensions().contains(&extension.as_str())
    })
}

/// Writes the main result in a format, compressed as the name of its file says. Returns the size
/// of a report.
///
/// # Errors
/// What `out` returns.
pub fn write(
    format: &dyn Format,
    path: Option<&Path>,
    wanted: Wanted<'_>,
    out: &mut dyn Write,
) -> io::Result<Option<ReportSize>> {
    let mut out = Packed::new(packing(format, path), out)?;
    let size = format.write(wanted, &mut out)?;
    out.finish()?;
    Ok(size)
}

/// Writes the families in the format that the name of their file implies: JSON Lines where it
/// implies none, or one without a table of families.
///
/// # Errors
/// What `out` returns.
pub fn write_families(path: &Path, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (format, tables) = table_format(path);
    let mut out = Packed::new(packing(format, Some(path)), out)?;
    tables.write_families(wanted, &mut out)?;
    out.finish().map(drop)
}

/// Writes a table of records, one a row, in the format that the name of its file implies.
///
/// # Errors
/// What `out` returns.
pub fn write_table<R: Record>(
    path: &Path,
    records: &[R],
    form: TableForm,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (format, tables) = table_format(path);
    let mut out = Packed::new(packing(format, Some(path)), out)?;
    let mut cells = records.iter().map(rows::row);
    let rows = Rows { columns: &rows::columns::<R>(), cells: &mut cells, form };
    tables.write_rows(rows, &mut out)?;
    out.finish().map(drop)
}

/// The format of a table: JSON Lines where the name implies none, or one without tables.
fn table_format(path: &Path) -> (&'static dyn Format, &'static dyn Tables) {
    let format = of_path(path);
    let tables = format.and_then(|format| Some((format, format.tables()?)));
    tables.unwrap_or((&jsonl::JsonLines, &jsonl::JsonLines))
}

/// What a file is wrapped in.
fn packing(format: &dyn Format, path: Option<&Path>) -> Packing {
    let whole = format.compression() == Compressible::Whole;
    path.filter(|_| whole).map_or(Packing::None, Packing::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;
    use crate::detect::{ScanConfig, ScanResult, Silent, scan_documents};
    use crate::record::{Family, Member};

    #[test]
    fn the_name_of_a_file_implies_its_format() {
        let of = |name: &str| of_path(Path::new(name)).map(Format::name);
        assert_eq!(of("a/x.jsonl"), Some("jsonl"));
        assert_eq!([of("x.ndjson.gz"), of("x.jsonl.zst")], [Some("jsonl"); 2]);
        assert_eq!([of("x.csv"), of("x.csv.bz2")], [Some("csv"); 2]);
        assert_eq!([of("x.html"), of("x.HTM")], [Some("html"); 2]);
        assert_eq!([of("x.json"), of("x.JSON.GZ")], [Some("json"); 2]);
        assert_eq!([of("x.parquet"), of("x.parquet.gz")], [Some("parquet"); 2]);
        // A page is opened by a browser as it is.
        assert_eq!([of("x.html.gz"), of("x.out"), of("jsonl"), of("x.gz")], [None; 4]);
    }

    /// Families of two to nine members, one of each size.
    fn families() -> ScanResult {
        let words = |from: usize| -> Vec<String> { (from..from + 20).map(word).collect() };
        let document = |family: usize, n: usize| {
            let own = words(1000 * (10 * family + n + 10));
            let text = format!("{} {}", words(100 * family).join(" "), own.join(" "));
            Document::new(format!("{family} {n}"), text)
        };
        let of = |family: usize| (0..family).map(move |n| document(family, n));
        let documents = (2..10).flat_map(of).collect();
        scan_documents(documents, Vec::new(), &ScanConfig::default(), &Silent).unwrap()
    }

    /// A word for each number.
    fn word(n: usize) -> String {
        format!("{}st{n}", ["ea", "we", "mo", "po"][n % 4])
    }

    #[test]
    fn families_in_parts_are_those_that_are_whole() {
        let result = families();
        let sizes: Vec<usize> = (0..result.family_count()).map(|n| result.family(n).size).collect();
        assert_eq!(sizes, [2, 3, 4, 5, 6, 7, 8, 9]);
        let row = |family: &Family<'_>, member: &Member<'_>, to: &mut Vec<u8>| {
            csv::CSV.row(&rows::member(family, member), TableForm::default(), to);
        };
        let table = |family: &Family<'_>, to: &mut Vec<u8>| {
            family.members.iter().for_each(|member| row(family, member, to));
        };
        let [mut lines, mut rows] = [Vec::new(), Vec::new()];
        result.write_families(&|family, to| jsonl::line(family, to), &mut lines).unwrap();
        result.write_families(&table, &mut rows).unwrap();
        for most in [1, 2, 3, 5, 8, 9] {
            let [mut some_lines, mut some_rows] = [Vec::new(), Vec::new()];
            result.write_family_parts(most, &jsonl::family, &mut some_lines).unwrap();
            let part = |family: &Family<'_>, _, to: &mut Vec<u8>| {
                assert!(family.members.len() <= most);
                table(family, to);
            };
            result.write_family_parts(most, &part, &mut some_rows).unwrap();
            assert!(some_lines == lines && some_rows == rows, "parts of {most}");
        }
    }

    #[test]
    fn names_and_extensions_are_of_one_format_each() {
        let mut names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
        let mut extensions: Vec<&str> =
            FORMATS.iter().flat_map(|format| format.extensions()).copied().collect();
        for all in [&mut names, &mut extensions] {
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{all:?}");
        }
        assert!(FORMATS.iter().all(|format| named(format.name()).is_some()));
    }
}

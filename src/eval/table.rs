//! Tables of truth and records of results, plain or compressed.
//!
//! Fed with files, feeds every score. Tables are tab-separated with a header line, in any order of
//! columns; results are JSON Lines as `scan` and `dedup` write them.
//! Tables have no quoting, so a row is split at its tabs and nothing more.
//! Invariant: a row that cannot be read is an error with its line number, never left out.

use crate::corpus;
use crate::error::{Error, Result};
use crate::limits::Limits;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The rows of a tab-separated table.
#[derive(Debug)]
pub struct TruthTable {
    path: PathBuf,
    names: Vec<String>,
    lines: Vec<(u64, String)>,
}

/// One row, which knows its line number.
#[derive(Debug, Clone, Copy)]
pub(super) struct TruthRow<'a> {
    table: &'a TruthTable,
    line: u64,
    text: &'a str,
}

impl TruthTable {
    /// Reads a table; its first line names the columns.
    ///
    /// # Errors
    /// An unreadable file, or one without a header.
    pub fn read(path: &Path) -> Result<Self> {
        let mut lines = lines(path)?;
        let Some((_, head)) = lines.next().transpose()? else {
            return Err(Error::Input {
                path: path.to_path_buf(),
                cause: "the table is empty".to_owned(),
                cure: "its first line names the columns, separated by tabs".to_owned(),
            });
        };
        let head = head.trim_start_matches('\u{feff}').trim_start_matches('#');
        let names = head.split('\t').map(|name| name.trim().to_owned()).collect();
        let lines = lines.collect::<Result<Vec<_>>>()?;
        let lines = lines.into_iter().filter(|(_, line)| !line.trim().is_empty()).collect();
        Ok(Self { path: path.to_path_buf(), names, lines })
    }

    /// All rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = TruthRow<'_>> {
        self.lines.iter().map(|(line, text)| TruthRow { table: self, line: *line, text })
    }

    /// Whether the table has a column of this name.
    pub(super) fn has(&self, column: &str) -> bool {
        self.names.iter().any(|name| name == column)
    }
}

impl<'a> TruthRow<'a> {
    /// The value of a column.
    ///
    /// # Errors
    /// The table has no such column, or the row ends before it.
    pub(super) fn get(&self, column: &'static str) -> Result<&'a str> {
        let Some(at) = self.table.names.iter().position(|name| name == column) else {
            return Err(Error::Input {
                path: self.table.path.clone(),
                cause: format!(
                    "no column `{column}`; the columns are {}",
                    self.table.names.join(", ")
                ),
                cure: "separate columns by tabs and name them in the first line".to_owned(),
            });
        };
        let value = self.text.split('\t').nth(at);
        value.ok_or_else(|| self.broken(&format!("ends before column `{column}`")))
    }

    /// The value of a column as a number.
    ///
    /// # Errors
    /// As of [`TruthRow::get`], and a value that is not a number of this type.
    pub(super) fn number<T: std::str::FromStr>(&self, column: &'static str) -> Result<T> {
        let value = self.get(column)?;
        let wrong = || self.broken(&format!("`{value}` in column `{column}` is not such a number"));
        value.trim().parse().map_err(|_| wrong())
    }

    /// An error that names this row.
    pub(super) fn broken(&self, what: &str) -> Error {
        broken(&self.table.path, self.line, what)
    }
}

/// The records of a JSON Lines file, in order.
///
/// # Errors
/// A file that cannot be read, or a line that is not such a record.
pub fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let mut records = Vec::new();
    for line in lines(path)? {
        let (number, line) = line?;
        if line.trim().is_empty() {
            continue;
        }
        let record = serde_json::from_str(&line);
        records.push(record.map_err(|error| broken(path, number, &error.to_string()))?);
    }
    Ok(records)
}

fn broken(path: &Path, line: u64, what: &str) -> Error {
    Error::Input {
        path: PathBuf::from(format!("{}:{line}", path.display())),
        cause: what.to_owned(),
        cure: "correct the line: a score of half the rows would mislead".to_owned(),
    }
}

/// The numbered lines of a file, decompressed.
fn lines(path: &Path) -> Result<impl Iterator<Item = Result<(u64, String)>>> {
    let most = Limits::default().expanded_bytes;
    let reader = corpus::open_plain(path, most).map_err(|error| Error::io(path, error))?;
    let owned = path.to_path_buf();
    let lines = BufReader::new(reader).lines();
    Ok((1..).zip(lines).map(move |(n, line)| Ok((n, line.map_err(|e| Error::io(&owned, e))?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn columns_are_found_by_name_in_plain_and_packed_tables() {
        let text = b"#b\ta\n2\tx\n\n7\ty\n";
        for bytes in [text.to_vec(), zstd::encode_all(&text[..], 1).unwrap()] {
            let file = file(&bytes);
            let rows = TruthTable::read(file.path()).unwrap();
            let read: Vec<(String, u32)> = rows
                .iter()
                .map(|row| (row.get("a").unwrap().to_owned(), row.number("b").unwrap()))
                .collect();
            assert_eq!(read, [("x".to_owned(), 2), ("y".to_owned(), 7)]);
            assert!(rows.has("a") && !rows.has("c"));
        }
    }

    #[test]
    fn errors_name_file_line_and_column() {
        let table = file(b"a\tb\n1\tx\n2\n");
        let rows = TruthTable::read(table.path()).unwrap();
        let message = |error: Error| error.to_string();
        assert!(message(rows.iter().next().unwrap().get("c").unwrap_err()).contains("a, b"));
        let word = rows.iter().next().unwrap().number::<u32>("b").unwrap_err();
        assert!(message(word).contains(":2: `x` in column `b`"));
        assert!(
            message(rows.iter().nth(1).unwrap().get("b").unwrap_err()).contains(":3: ends before")
        );
        assert!(message(TruthTable::read(file(b"").path()).unwrap_err()).contains("empty"));
        let lines = json_lines::<u32>(file(b"1\n\nx\n").path()).unwrap_err();
        assert!(message(lines).contains(":3: "));
        assert!(TruthTable::read(Path::new("/no/such/table")).is_err());
    }
}

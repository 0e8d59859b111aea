//! What is to be copied, kept in the work folder so that an interrupted run need not search again.
//!
//! One line for each run of neighbouring kept records: source, first byte, bytes. Invariant: a
//! plan that is there is complete, and everything it relies on is durable.

use crate::detect::Run;
use crate::error::{Error, Result};
use crate::store::FolderDraft;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// Neighbouring kept records of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Number of the source.
    pub source: u32,
    /// First byte.
    pub offset: u64,
    /// Bytes without the line feed after the last record.
    pub bytes: u64,
}

impl From<Run> for Piece {
    fn from(run: Run) -> Self {
        Self { source: run.source, offset: run.offset, bytes: run.bytes }
    }
}

/// Keeps a plan under `name` in the work folder.
///
/// # Errors
/// A file that cannot be written.
pub fn write(
    folder: &FolderDraft,
    name: &str,
    mut pieces: impl Iterator<Item = Piece>,
) -> Result<()> {
    folder.keep_written(name, |out| {
        pieces.try_for_each(|Piece { source, offset, bytes }| {
            writeln!(out, "{source} {offset} {bytes}")
        })
    })
}

/// Reads a plan back; `None` where there is none.
///
/// # Errors
/// A file that cannot be opened.
pub fn read(
    folder: &FolderDraft,
    name: &str,
) -> Result<Option<impl Iterator<Item = Result<Piece>> + use<>>> {
    lines(folder, name, parse)
}

/// Reads what was kept under `name`, line by line; `None` where nothing is there.
pub(super) fn lines<T>(
    folder: &FolderDraft,
    name: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<impl Iterator<Item = Result<T>> + use<T>>> {
    let path = folder.state_path(name);
    let Some(file) = folder.state_file(name)? else { return Ok(None) };
    Ok(Some(BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(|error| Error::io(&path, error))?;
        parse(&line).ok_or_else(|| damaged(&path))
    })))
}

/// The error of a plan that is not as it was written.
#[must_use]
pub fn damaged(path: &Path) -> Error {
    Error::Input {
        path: path.to_path_buf(),
        cause: "is damaged".to_owned(),
        cure: "leave out {resume} to start again".to_owned(),
    }
}

fn parse(line: &str) -> Option<Piece> {
    let mut fields = line.split(' ');
    let source = fields.next()?.parse().ok()?;
    let offset = fields.next()?.parse().ok()?;
    let bytes = fields.next()?.parse().ok()?;
    fields.next().is_none().then_some(Piece { source, offset, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_back() {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderDraft::begin(&root.path().join("out")).unwrap();
        assert!(read(&folder, "plan").unwrap().is_none());
        let pieces = [
            Piece { source: 0, offset: 0, bytes: 12 },
            Piece { source: u32::MAX, offset: u64::MAX, bytes: 0 },
        ];
        write(&folder, "plan", pieces.into_iter()).unwrap();
        let back: Result<Vec<Piece>> = read(&folder, "plan").unwrap().unwrap().collect();
        assert_eq!(back.unwrap(), pieces);
        folder.keep_state("plan", b"0 1\n").unwrap();
        let mut damaged = read(&folder, "plan").unwrap().unwrap();
        let error = damaged.next().unwrap().unwrap_err().to_string();
        assert!(error.contains("damaged"), "{error}");
    }
}

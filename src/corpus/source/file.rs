//! A file, stream or object to be read.
//!
//! Made by list, used by everything that reads bytes.

use super::compressed::{self, Opened, Stream};
use super::kind::Format;
use super::remote::{self, Object};
use crate::error::Error;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// A file or stream to be read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path as the user would write it; `-` for standard input.
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) format: Format,
    /// The sub-directory it was found in.
    pub(crate) outlet: Option<Arc<str>>,
    /// Columns and values in the names of the folders above it.
    pub(crate) keys: Box<[(String, String)]>,
    /// Was named as an input, rather than found in a folder or by a pattern.
    pub(crate) named: bool,
    /// Size as stored; 0 where unknown.
    pub(crate) bytes: u64,
    /// Can be read only once.
    pub(crate) stream: bool,
    /// Is standard input.
    pub(crate) stdin: bool,
    /// Is in an object store, not on this machine.
    pub(crate) object: Option<Object>,
}

impl Source {
    /// Opens it, freed of compression; `taken` counts the stored bytes as they are read, and `most`
    /// bounds what it expands to.
    pub(crate) fn open(&self, most: u64, taken: &Arc<AtomicU64>) -> io::Result<Opened> {
        let raw: Stream = if self.stdin {
            Box::new(io::stdin())
        } else if let Some(object) = &self.object {
            object.open()?
        } else {
            return compressed::counted(File::open(&self.path)?, most, taken);
        };
        compressed::counted(raw, most, taken)
    }

    /// The value that a folder above it gives to a column.
    pub(crate) fn key(&self, column: &str) -> Option<&str> {
        let known = self.keys.iter().rev().find(|(name, _)| name == column);
        known.map(|(_, value)| value.as_str())
    }

    /// A file with its content; an object is fetched into `folder`.
    pub(crate) fn file(&self, folder: Option<&Path>) -> io::Result<PathBuf> {
        self.object.as_ref().map_or_else(|| Ok(self.path.clone()), |object| object.file(folder))
    }
}

/// What ends the run, if an error says nothing about the file.
pub(crate) fn failure(path: &Path, error: &io::Error) -> Option<Error> {
    if let Some(code) = error.raw_os_error().filter(|_| Error::is_out_of_files(error)) {
        return Some(Error::io(path, io::Error::from_raw_os_error(code)));
    }
    let (cause, cure) = remote::failure(error)?;
    Some(Error::Input { path: path.to_path_buf(), cause, cure })
}

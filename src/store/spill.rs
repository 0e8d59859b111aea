//! Temporary files of a run that does not fit into memory.
//!
//! A [`Vault`] is where they are: nameless files that are gone when the process ends, or named
//! ones in the work folder of a run that can be resumed.

use super::{WorkFolder, read_at, scratch, temporary_folder, write_at};
use crate::error::{Error, Result};
use crate::trace;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the temporary files of a run are.
#[derive(Debug)]
pub struct Vault<'a> {
    folder: Option<PathBuf>,
    work: Option<&'a WorkFolder>,
}

impl<'a> Vault<'a> {
    /// Nameless files in `folder`, else in the system's folder for temporary files.
    #[must_use]
    pub fn scratch(folder: Option<PathBuf>) -> Self {
        Self { folder, work: None }
    }

    /// Files of a work folder, which outlive a kill.
    #[must_use]
    pub fn lasting(work: &'a WorkFolder) -> Self {
        Self { folder: Some(work.path().to_path_buf()), work: Some(work) }
    }

    /// The work folder, if the files are to outlive a kill.
    #[must_use]
    pub fn work(&self) -> Option<&'a WorkFolder> {
        self.work
    }

    /// Begins a file; an old one of this name is emptied.
    ///
    /// # Errors
    /// What the system says.
    pub fn spill(&self, name: &str) -> Result<Spill> {
        let (file, path) = if let Some(work) = self.work {
            (work.create(name)?, work.state_path(name))
        } else {
            let folder = temporary_folder(self.folder.as_deref());
            (scratch(Some(&folder))?, folder)
        };
        trace::spills(name, &path);
        Ok(Spill { file, path, end: AtomicU64::new(0) })
    }

    /// Begins a file that nobody will look for: it is gone when it is closed, in a work folder too.
    ///
    /// # Errors
    /// What the system says.
    pub fn nameless(&self) -> Result<Spill> {
        let path = temporary_folder(self.folder.as_deref());
        let file = scratch(Some(&path))?;
        trace::spills("rows", &path);
        Ok(Spill { file, path, end: AtomicU64::new(0) })
    }

    /// Opens a file of `bytes` bytes that an earlier run has completed; none if it is not there
    /// in full.
    ///
    /// # Errors
    /// What the system says.
    pub fn reopen(&self, name: &str, bytes: u64) -> Result<Option<Spill>> {
        let Some(work) = self.work else { return Ok(None) };
        let path = work.state_path(name);
        let Some(file) = work.reopen(name)? else { return Ok(None) };
        let found = file.metadata().map_err(|error| Error::io(&path, error))?.len();
        let spill = Spill { file, path, end: AtomicU64::new(bytes) };
        Ok((found == bytes).then_some(spill))
    }
}

/// Numbers that are read at once.
const PIECE: usize = 1 << 18;
/// Bytes that are written at once. Linux caches what one call writes as one piece, if it can, and
/// brings such a piece into a mapping as a whole where one byte of it is read: large pieces would
/// fill the memory of a run that reads here and there.
const WRITTEN: usize = 64 << 10;

/// A file that many threads append to.
#[derive(Debug)]
pub struct Spill {
    file: File,
    /// The file, or the folder of a nameless one: for messages.
    path: PathBuf,
    end: AtomicU64,
}

impl Spill {
    /// Bytes written.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    /// Appends bytes; returns where they start.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&self, bytes: &[u8]) -> Result<u64> {
        let start = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        for (at, piece) in (start..).step_by(WRITTEN).zip(bytes.chunks(WRITTEN)) {
            write_at(&self.file, piece, at).map_err(|error| self.error(error))?;
        }
        Ok(start)
    }

    /// Appends numbers, little-endian; returns the byte at which they start.
    ///
    /// # Errors
    /// What the system says.
    pub fn words(&self, words: &[u32]) -> Result<u64> {
        let mut bytes = vec![0; 4 * words.len()];
        for (to, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        self.append(&bytes)
    }

    /// Appends numbers of 64 bits, little-endian; returns the byte at which they start.
    ///
    /// # Errors
    /// What the system says.
    pub fn longs(&self, longs: &[u64]) -> Result<u64> {
        let mut bytes = vec![0; 8 * longs.len()];
        for (to, long) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(longs) {
            *to = long.to_le_bytes();
        }
        self.append(&bytes)
    }

    /// Appends `count` bytes from byte `start` on to `into`.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_bytes(&self, start: u64, count: usize, into: &mut Vec<u8>) -> Result<()> {
        let before = into.len();
        into.resize(before + count, 0);
        read_at(&self.file, &mut into[before..], start).map_err(|error| self.error(error))
    }

    /// Reads `count` numbers of 64 bits from byte `start` to the end of `into`.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_longs(&self, start: u64, count: usize, into: &mut Vec<u64>) -> Result<()> {
        let mut bytes = vec![0; 8 * count];
        read_at(&self.file, &mut bytes, start).map_err(|error| self.error(error))?;
        into.extend(bytes.as_chunks::<8>().0.iter().map(|long| u64::from_le_bytes(*long)));
        Ok(())
    }

    /// Reads `count` numbers from byte `start` to the end of `into`, a piece at a time.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_words(&self, start: u64, count: usize, into: &mut Vec<u32>) -> Result<()> {
        into.reserve_exact(count);
        let mut bytes = vec![0; 4 * count.min(PIECE)];
        let end = start + 4 * count as u64;
        for at in (start..end).step_by(4 * PIECE) {
            let size = usize::try_from(end - at).unwrap_or(usize::MAX).min(4 * PIECE);
            read_at(&self.file, &mut bytes[..size], at).map_err(|error| self.error(error))?;
            let words = bytes[..size].as_chunks::<4>().0;
            into.extend(words.iter().map(|word| u32::from_le_bytes(*word)));
        }
        Ok(())
    }

    /// The file is not what was written.
    #[must_use]
    pub fn damaged(&self) -> Error {
        Error::Input {
            path: self.path.clone(),
            cause: "is damaged".to_owned(),
            cure: "check the disk; leave out {resume} to start again".to_owned(),
        }
    }

    /// Makes everything written durable.
    ///
    /// # Errors
    /// What the system says.
    pub fn settle(&self) -> Result<()> {
        self.file.sync_all().map_err(|error| self.error(error))
    }

    /// A failure to write it.
    #[must_use]
    pub fn failed(&self, error: std::io::Error) -> Error {
        self.error(error)
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// A failure of this file.
    pub(super) fn error(&self, error: std::io::Error) -> Error {
        Error::io(&self.path, error)
    }
}

//! Copies of what can be read only once or only from its start, and what shows that a file changed.
//!
//! Filled by cut and by the formats that extract texts, read by reread. Invariant: what is read a
//! second time is what was read first, or the run fails: files are compared by size, time and
//! identity; streams and compressed files are copied as they are read.

use super::file::Source;
use crate::error::{Error, Result};
use crate::store;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

/// What distinguishes a file from a changed one.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(found);
        #[cfg(not(unix))]
        let inode = 0;
        Self { bytes: found.len(), modified: found.modified().ok(), inode }
    }
}

/// Bytes of a source that follow each other in the copy.
#[derive(Debug, Clone, Copy)]
struct CopiedRun {
    /// First byte in the source as decompressed and decoded.
    from: u64,
    /// First byte in the copy.
    at: u64,
}

/// What is known of the sources for the second reading.
#[derive(Debug)]
pub(crate) struct Copies {
    folder: Option<PathBuf>,
    stamps: Vec<OnceLock<Stamp>>,
    /// The copies of all sources, run by run.
    file: OnceLock<File>,
    end: AtomicU64,
    /// Of each source its runs, in order.
    runs: Vec<RwLock<Vec<CopiedRun>>>,
    /// A copy could not be written.
    failed: Mutex<Option<Error>>,
}

impl Copies {
    pub(crate) fn new(sources: usize, folder: Option<PathBuf>) -> Self {
        let count = if folder.is_some() { sources } else { 0 };
        Self {
            folder,
            stamps: (0..count).map(|_| OnceLock::new()).collect(),
            file: OnceLock::new(),
            end: AtomicU64::new(0),
            runs: (0..count).map(|_| RwLock::default()).collect(),
            failed: Mutex::default(),
        }
    }

    /// Remembers a file before it is read first.
    pub(crate) fn stamp(&self, number: usize, source: &Source) {
        let Some(slot) =
            self.stamps.get(number).filter(|_| !source.stream && source.object.is_none())
        else {
            return;
        };
        if let Ok(found) = fs::metadata(source.stored()) {
            slot.get_or_init(|| Stamp::of(&found));
        }
    }

    /// Opens the copy; false where there will be no second reading.
    pub(crate) fn start(&self) -> Result<bool> {
        if self.folder.is_none() {
            return Ok(false);
        }
        if self.file.get().is_none() {
            let file = store::scratch(self.folder.as_deref())?;
            self.file.get_or_init(|| file);
        }
        Ok(true)
    }

    /// Copies decompressed bytes that are at `offset` in a source.
    pub(crate) fn copy(&self, number: usize, bytes: &[u8], offset: u64) -> Result<()> {
        let Some(runs) = self.runs.get(number).filter(|_| !bytes.is_empty()) else {
            return Ok(());
        };
        let at = self.append(bytes)?;
        let mut runs = runs.write().unwrap_or_else(PoisonError::into_inner);
        runs.push(CopiedRun { from: offset, at });
        Ok(())
    }

    /// Copies bytes that belong to no place in a source; returns where they are.
    pub(crate) fn append(&self, bytes: &[u8]) -> Result<u64> {
        let at = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let folder = || self.folder.clone().unwrap_or_default();
        let Some(file) = self.file.get() else { return Ok(at) };
        store::write_at(file, bytes, at).map_err(|error| Error::io(folder(), error))?;
        Ok(at)
    }

    /// Keeps a text that is costly to make again; returns where, or 0 where there is no copy.
    pub(crate) fn keep(&self, text: &str) -> u64 {
        let append = |started: bool| if started { self.append(text.as_bytes()) } else { Ok(0) };
        let kept = self.start().and_then(append);
        match kept {
            Ok(at) => at,
            Err(error) => {
                self.fail(error);
                0
            }
        }
    }

    /// Notes a failure in a worker, which cannot return it.
    pub(crate) fn fail(&self, error: Error) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// The first failure that was noted.
    pub(crate) fn failure(&self) -> Result<()> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// Reads from the copy; false where these bytes of the source are not in it.
    pub(crate) fn read(&self, number: usize, mut offset: u64, into: &mut [u8]) -> io::Result<bool> {
        let (Some(file), Some(runs)) = (self.file.get(), self.runs.get(number)) else {
            return Ok(false);
        };
        let runs = runs.read().unwrap_or_else(PoisonError::into_inner);
        let mut left = into;
        while !left.is_empty() {
            let next = runs.partition_point(|run| run.from <= offset);
            let Some(run) = next.checked_sub(1).and_then(|n| runs.get(n)) else {
                return Ok(false);
            };
            let most = runs.get(next).map_or(u64::MAX, |following| following.from - offset);
            let room = usize::try_from(most).unwrap_or(usize::MAX).min(left.len());
            let (now, later) = left.split_at_mut(room);
            store::read_at(file, now, run.at + (offset - run.from))?;
            (left, offset) = (later, offset + room as u64);
        }
        Ok(true)
    }

    /// Reads a text that was kept; none of it where there is no copy.
    pub(crate) fn read_kept(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.get().map_or(Ok(()), |file| store::read_at(file, into, offset))
    }

    /// Fails where a file has changed since it was read first.
    pub(crate) fn check(&self, sources: &[Source]) -> Result<()> {
        for (slot, source) in self.stamps.iter().zip(sources) {
            let Some(stamp) = slot.get() else { continue };
            let same = fs::metadata(source.stored()).is_ok_and(|found| Stamp::of(&found) == *stamp);
            if !same {
                return Err(changed(&source.path));
            }
        }
        Ok(())
    }
}

pub(crate) fn changed(path: &Path) -> Error {
    Error::Input {
        path: path.to_path_buf(),
        cause: "changed while it was in use".to_owned(),
        cure: "leave the inputs alone during a run, and run it again".to_owned(),
    }
}

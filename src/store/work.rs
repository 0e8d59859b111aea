//! The work folder of a run that can be resumed.
//!
//! Always the same folder for the same target, so that a later run finds what an earlier one left.
//! Invariant: only one run holds it; state in it is published whole or not at all; unless the run
//! is interrupted the folder is gone at its end. What no run has put there is refused (`own`).

use super::folder::read_state;
use super::own::Own;
use crate::error::{Error, Result};
use crate::hash;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A hidden folder beside the target of a run (or in the folder of temporary files).
#[derive(Debug)]
pub struct WorkFolder {
    own: Own,
    leave: AtomicBool,
}

impl WorkFolder {
    /// Opens the work folder of `target`: beside it, or in `temporary`.
    ///
    /// # Errors
    /// Another run at the same target; something in the place of the folder that no run has made;
    /// what the system says.
    pub fn open(target: &Path, temporary: Option<&Path>) -> Result<Self> {
        let own = Own::open(&name(target, temporary)?, target)?;
        let leave = AtomicBool::new(own.was_found());
        Ok(Self { own, leave })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.own.path()
    }

    /// Where a file of it is, for messages.
    #[must_use]
    pub fn state_path(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// What an earlier run left under this name.
    ///
    /// # Errors
    /// What the system says.
    pub fn state(&self, name: &str) -> Result<Option<Vec<u8>>> {
        read_state(&self.own, name)
    }

    /// Keeps `bytes` for a later run, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_state(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.keep(name, |out| out.write_all(bytes))
    }

    /// Keeps `bytes` with a checksum, to be read by [`checked`](Self::checked).
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_checked(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.keep(name, |out| {
            out.write_all(&hash::xxh3_128(bytes).to_le_bytes())?;
            out.write_all(bytes)
        })
    }

    fn keep(&self, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        self.own.keep(name, write).map_err(|error| Error::io(self.state_path(name), error))
    }

    /// What was kept by [`keep_checked`](Self::keep_checked); none where it is not there or is
    /// not what was written.
    ///
    /// # Errors
    /// What the system says.
    pub fn checked(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(mut bytes) = self.state(name)? else { return Ok(None) };
        let sum = bytes.first_chunk::<16>().map(|sum| u128::from_le_bytes(*sum));
        if sum.is_none() || sum != bytes.get(16..).map(hash::xxh3_128) {
            return Ok(None);
        }
        bytes.drain(..16);
        Ok(Some(bytes))
    }

    /// Begins a file to be written and read back.
    pub(super) fn create(&self, name: &str) -> Result<File> {
        self.own.create(name).map_err(|error| Error::io(self.state_path(name), error))
    }

    /// Opens a file that an earlier run may have left.
    pub(super) fn reopen(&self, name: &str) -> Result<Option<File>> {
        self.own.read(name).map_err(|error| Error::io(self.state_path(name), error))
    }

    /// Removes a file that is not needed any more, if it is there.
    pub fn forget(&self, name: &str) {
        self.own.handle().remove(Path::new(name)).ok();
    }

    /// Throws away what an earlier run left.
    ///
    /// # Errors
    /// What the system says; anything in the folder that no run has put there.
    pub fn clear(&self) -> Result<()> {
        self.leave(false);
        self.own.clear()
    }

    /// Removes drafts that a kill left in the folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn sweep(&self) -> Result<()> {
        self.own.sweep().map_err(|error| Error::io(self.path(), error))
    }

    /// Whether the folder stays when this is dropped.
    pub fn leave(&self, leave: bool) {
        self.leave.store(leave, Ordering::Relaxed);
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if !self.leave.load(Ordering::Relaxed) {
            self.own.vanish();
        }
        self.own.unlock();
    }
}

/// The hidden folder of a target.
fn name(target: &Path, temporary: Option<&Path>) -> Result<PathBuf> {
    let Some(file) = target.file_name() else {
        return Err(Error::io(target, io::ErrorKind::InvalidInput.into()));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(file);
    let Some(temporary) = temporary else {
        hidden.push(".wirecopy-work");
        return Ok(super::folder(target).join(hidden));
    };
    // Two targets of one name must not meet in one folder.
    let full = std::path::absolute(target).map_err(|error| Error::io(target, error))?;
    let mark = hash::xxh3_64(full.as_os_str().as_encoded_bytes());
    hidden.push(format!(".{mark:016x}.wirecopy-work"));
    Ok(temporary.join(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn state_is_found_again_and_damage_is_noticed() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out.jsonl");
        let work = WorkFolder::open(&target, None).unwrap();
        let second = WorkFolder::open(&target, None).unwrap_err().to_string();
        assert!(second.contains("another run"), "{second}");
        work.keep_checked("shard", b"what was found").unwrap();
        work.leave(true);
        drop(work);
        let work = WorkFolder::open(&target, None).unwrap();
        assert_eq!(work.checked("shard").unwrap().as_deref(), Some(&b"what was found"[..]));
        let path = work.state_path("shard");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            fs::write(&path, &flipped).unwrap();
            assert_eq!(work.checked("shard").unwrap(), None, "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(work.checked("shard").unwrap(), None, "cut at {at}");
        }
        fs::write(work.state_path(".wirecopy-x.tmp"), "half").unwrap();
        work.sweep().unwrap();
        assert!(!work.state_path(".wirecopy-x.tmp").exists());
        work.clear().unwrap();
        assert_eq!(work.checked("shard").unwrap(), None);
        drop(work);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn targets_of_one_name_have_folders_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        let open = |target: &str| WorkFolder::open(Path::new(target), Some(root.path())).unwrap();
        let (a, b) = (open("a/out"), open("b/out"));
        assert_ne!(a.path(), b.path());
    }
}

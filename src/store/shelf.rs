//! A folder of files that never change, and one manifest that names those that count.
//!
//! Used by index. A commit writes new files beside the old ones and then renames a new manifest
//! into place. Invariant: a reader that has read the manifest finds every file that it names whole;
//! what no manifest names is removed by the next writer, of which there is one at a time.

use super::{Draft, Map, folder, sync_folder};
use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Name of the manifest.
const MANIFEST: &str = "wirecopy-index";
/// Name of the file that a writer holds locked.
const LOCK: &str = "lock";
/// Longest manifest that is read.
const MANIFEST_BYTES: u64 = 1 << 30;
/// Names of drafts, which a kill may leave.
const DRAFT: (&str, &str) = (".wirecopy-", ".tmp");

/// A folder with a manifest.
#[derive(Debug, Clone)]
pub struct Shelf {
    path: PathBuf,
}

/// The right to change a shelf, until it is dropped.
#[derive(Debug)]
pub struct ShelfLock {
    _file: File,
}

impl Shelf {
    /// The shelf at `path`, whether or not anything is there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Makes the folder, which must not be there or be empty.
    ///
    /// # Errors
    /// A folder that holds something; what the system says.
    pub fn create(&self) -> Result<()> {
        let failed = |error| Error::io(&self.path, error);
        match fs::create_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => {
                done.map_err(failed)?;
                return sync_folder(folder(&self.path)).map_err(failed);
            }
        }
        let refuse = |cause: &str| {
            Err(Error::Input {
                path: self.path.clone(),
                cause: cause.to_owned(),
                cure: "name a folder that is not there yet".to_owned(),
            })
        };
        let mut entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return refuse("is a file, and an index is a folder");
            }
            entries => entries.map_err(failed)?,
        };
        match entries.find(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name() != LOCK)) {
            None => Ok(()),
            Some(_) => refuse("the folder is there and is not empty"),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a file of it is.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where its manifest is.
    #[must_use]
    pub fn manifest_path(&self) -> PathBuf {
        self.file(MANIFEST)
    }

    /// Whether there is a manifest.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.manifest_path().is_file()
    }

    /// Takes the lock of the only writer.
    ///
    /// # Errors
    /// Another writer; what the system says.
    pub fn lock(&self) -> Result<ShelfLock> {
        self.try_lock()?.ok_or_else(|| Error::Input {
            path: self.path.clone(),
            cause: "another process is writing to this index".to_owned(),
            cure: "wait for it to end; queries are possible meanwhile".to_owned(),
        })
    }

    /// As [`Shelf::lock`]; none where another writer has it.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_lock(&self) -> Result<Option<ShelfLock>> {
        let path = self.file(LOCK);
        let failed = |error| Error::io(&path, error);
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ShelfLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The bytes of the manifest; none where there is none.
    ///
    /// # Errors
    /// What the system says.
    pub fn manifest(&self) -> Result<Option<Vec<u8>>> {
        let path = self.manifest_path();
        let failed = |error| Error::io(&path, error);
        let file = match File::open(&path) {
            // A file in the place of the folder has none either.
            Err(error) if is_absent(error.kind()) => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        let mut bytes = Vec::new();
        file.take(MANIFEST_BYTES).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(bytes))
    }

    /// Makes `bytes` the manifest, durably.
    ///
    /// # Errors
    /// What the system says; then the old manifest holds.
    pub fn commit(&self, bytes: &[u8]) -> Result<()> {
        let path = self.manifest_path();
        let mut draft = Draft::create(&path)?;
        draft.write_all(bytes).map_err(|error| Error::io(&path, error))?;
        draft.publish()
    }

    /// Begins a file of the shelf.
    ///
    /// # Errors
    /// What the system says.
    pub fn draft(&self, name: &str) -> Result<Draft> {
        Draft::create(self.file(name))
    }

    /// Maps a file of the shelf.
    ///
    /// # Errors
    /// What the system says.
    pub fn map(&self, name: &str) -> Result<Map> {
        Map::published(&self.file(name))
    }

    /// Removes files that end in `suffix` and are not to be kept, and drafts that a kill has left.
    /// What cannot be removed stays: it costs space and nothing else.
    pub fn sweep(&self, _lock: &ShelfLock, suffix: &str, keep: &dyn Fn(&str) -> bool) {
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let is_draft = name.starts_with(DRAFT.0) && name.ends_with(DRAFT.1);
            if is_draft || (name.ends_with(suffix) && !keep(&name)) {
                fs::remove_file(entry.path()).ok();
            }
        }
    }
}

/// Whether an error of the system says that there is no such file.
fn is_absent(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_no_shelf_and_its_place_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        fs::write(&path, "x").unwrap();
        let shelf = Shelf::at(&path);
        assert!(shelf.manifest().unwrap().is_none());
        let refused = shelf.create().unwrap_err().to_string();
        assert!(refused.contains("notes.txt: is a file, and an index is a folder"), "{refused}");
    }

    #[test]
    fn a_second_writer_is_refused_and_orphans_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::at(&folder.path().join("ix"));
        shelf.create().unwrap();
        let lock = shelf.lock().unwrap();
        let refused = shelf.lock().unwrap_err().to_string();
        assert!(refused.contains("ix: another process is writing to this index"), "{refused}");
        assert!(shelf.manifest().unwrap().is_none() && !shelf.is_there());
        shelf.commit(b"a").unwrap();
        for name in ["x.segment", "y.segment", ".wirecopy-1.tmp", "notes"] {
            fs::write(shelf.file(name), "x").unwrap();
        }
        shelf.sweep(&lock, ".segment", &|name| name == "x.segment");
        let names = ["x.segment", "y.segment", ".wirecopy-1.tmp", "notes"];
        assert_eq!(names.map(|name| shelf.file(name).exists()), [true, false, false, true]);
        assert_eq!(shelf.manifest().unwrap().unwrap(), b"a");
        let refused = shelf.create().unwrap_err().to_string();
        assert!(refused.contains("not empty"), "{refused}");
        drop(lock);
        shelf.lock().unwrap();
    }
}

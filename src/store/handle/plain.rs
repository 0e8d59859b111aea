//! The handle where calls relative to an open folder are not to be had: by path, each asked for
//! what it is before it is used.

use super::{Access, Facts, Kind, not_ours};
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder, by its path.
#[derive(Debug)]
pub(in crate::store) struct Handle(PathBuf);

impl Handle {
    /// Takes the folder `path`, which must not be a link.
    pub(in crate::store) fn open(path: &Path) -> io::Result<Self> {
        if !fs::symlink_metadata(path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path.to_path_buf()))
    }

    /// Takes a folder in this one.
    pub(in crate::store) fn enter(&self, name: &Path) -> io::Result<Self> {
        Self::open(&self.0.join(name))
    }

    /// Makes a folder in this one.
    pub(in crate::store) fn make(&self, name: &Path) -> io::Result<()> {
        make(&self.0.join(name))
    }

    /// What the system says about the folder itself.
    pub(in crate::store) fn facts(&self) -> io::Result<Facts> {
        Ok(facts(&fs::symlink_metadata(&self.0)?))
    }

    /// What is in the folder under this name; none where nothing is.
    pub(in crate::store) fn look(&self, name: &Path) -> io::Result<Option<Facts>> {
        match fs::symlink_metadata(self.0.join(name)) {
            Ok(found) => Ok(Some(facts(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names in the folder.
    pub(in crate::store) fn names(&self) -> io::Result<Vec<OsString>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    /// Opens a plain file that has no other name.
    pub(in crate::store) fn file(&self, name: &Path, access: Access) -> io::Result<File> {
        if access != Access::New && self.look(name)?.is_some_and(|facts| !facts.is_own_file()) {
            return Err(not_ours());
        }
        let mut options = OpenOptions::new();
        let options = options.read(true).write(access != Access::Read);
        options.create_new(access == Access::New).open(self.0.join(name))
    }

    /// Removes the name of something that is no folder.
    pub(in crate::store) fn remove(&self, name: &Path) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Removes an empty folder.
    pub(in crate::store) fn remove_folder(&self, name: &Path) -> io::Result<()> {
        fs::remove_dir(self.0.join(name))
    }

    /// Renames something in the folder.
    pub(in crate::store) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    /// Moves something from the folder to a path.
    pub(in crate::store) fn move_out(&self, name: &Path, to: &Path) -> io::Result<()> {
        fs::rename(self.0.join(name), to)
    }

    /// Moves something from a path into the folder.
    pub(in crate::store) fn move_in(&self, from: &Path, name: &Path) -> io::Result<()> {
        fs::rename(from, self.0.join(name))
    }

    /// Swaps two folders: not to be had here.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the twin can fail")]
    pub(in crate::store) fn swap(&self, _: &Path, _: &Path) -> io::Result<bool> {
        Ok(false)
    }

    /// Makes the names in the folder durable: the system does so by itself.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the twin can fail")]
    pub(in crate::store) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// Syncs the file system of the folder: there is no such call.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the twin can fail")]
    pub(in crate::store) fn sync_all(&self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Makes the folder `path`.
pub(in crate::store) fn make(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

fn facts(found: &Metadata) -> Facts {
    let kind = match (found.is_file(), found.is_dir()) {
        (true, _) => Kind::File,
        (_, true) => Kind::Folder,
        _ => Kind::Other,
    };
    Facts { kind, owned: true, private: true, names: names(found), bytes: found.len() }
}

/// In how many folders a file has a name.
fn names(found: &Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(found);
    #[cfg(not(unix))]
    return {
        let _ = found;
        1
    };
}

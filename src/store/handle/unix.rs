//! The handle on unix: every call relative to a descriptor, links not followed.

use super::{Access, Facts, Kind, not_ours};
use rustix::fs::{self, AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// A folder held open.
#[derive(Debug)]
pub(in crate::store) struct Handle(OwnedFd);

impl Handle {
    /// Opens the folder `path`, which must not be a link.
    pub(in crate::store) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(fs::openat(CWD, path, folder_flags(), Mode::empty())?))
    }

    /// Opens a folder in this one.
    pub(in crate::store) fn enter(&self, name: &Path) -> io::Result<Self> {
        Ok(Self(fs::openat(&self.0, name, folder_flags(), Mode::empty())?))
    }

    /// Makes a folder in this one.
    pub(in crate::store) fn make(&self, name: &Path) -> io::Result<()> {
        Ok(fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))?)
    }

    /// What the system says about the folder itself.
    pub(in crate::store) fn facts(&self) -> io::Result<Facts> {
        Ok(facts(&fs::fstat(&self.0)?))
    }

    /// What is in the folder under this name; none where nothing is.
    pub(in crate::store) fn look(&self, name: &Path) -> io::Result<Option<Facts>> {
        match fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(facts(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The names in the folder.
    pub(in crate::store) fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.push(OsStr::from_bytes(name).to_os_string());
            }
        }
        Ok(names)
    }

    /// Opens a plain file of this user that has no other name.
    pub(in crate::store) fn file(&self, name: &Path, access: Access) -> io::Result<File> {
        // A pipe or a device is not even opened: that can wait for ever, or have effects.
        if access != Access::New && self.look(name)?.is_some_and(|facts| !facts.is_own_file()) {
            return Err(not_ours());
        }
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let flags = flags
            | match access {
                Access::Read => OFlags::RDONLY,
                Access::Write => OFlags::RDWR,
                Access::New => OFlags::RDWR | OFlags::CREATE | OFlags::EXCL,
            };
        let file = fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?;
        if access != Access::New && !facts(&fs::fstat(&file)?).is_own_file() {
            return Err(not_ours());
        }
        Ok(file.into())
    }

    /// Removes the name of something that is no folder.
    pub(in crate::store) fn remove(&self, name: &Path) -> io::Result<()> {
        Ok(fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(in crate::store) fn remove_folder(&self, name: &Path) -> io::Result<()> {
        Ok(fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Renames something in the folder.
    pub(in crate::store) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Ok(fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Moves something from the folder to a path.
    pub(in crate::store) fn move_out(&self, name: &Path, to: &Path) -> io::Result<()> {
        Ok(fs::renameat(&self.0, name, CWD, to)?)
    }

    /// Moves something from a path into the folder.
    pub(in crate::store) fn move_in(&self, from: &Path, name: &Path) -> io::Result<()> {
        Ok(fs::renameat(CWD, from, &self.0, name)?)
    }

    /// Swaps something in the folder with what is at a path; false where the system or the file
    /// system cannot.
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    pub(in crate::store) fn swap(&self, name: &Path, path: &Path) -> io::Result<bool> {
        match fs::renameat_with(&self.0, name, CWD, path, fs::RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the twin can fail")]
    pub(in crate::store) fn swap(&self, _: &Path, _: &Path) -> io::Result<bool> {
        Ok(false)
    }

    /// Makes the names in the folder durable; some file systems do not know how and need not.
    pub(in crate::store) fn sync(&self) -> io::Result<()> {
        match fs::fsync(&self.0) {
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Syncs the file system of the folder; false where the system has no such call.
    #[cfg(target_os = "linux")]
    pub(in crate::store) fn sync_all(&self) -> io::Result<bool> {
        fs::syncfs(&self.0)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the twin can fail")]
    pub(in crate::store) fn sync_all(&self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Makes the folder `path`, in which no other user may write.
pub(in crate::store) fn make(path: &Path) -> io::Result<()> {
    Ok(fs::mkdirat(CWD, path, Mode::from_raw_mode(0o700))?)
}

fn folder_flags() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}

fn facts(stat: &Stat) -> Facts {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        _ => Kind::Other,
    };
    Facts {
        kind,
        owned: stat.st_uid == rustix::process::geteuid().as_raw(),
        private: stat.st_mode & 0o022 == 0,
        names: count(stat.st_nlink),
        bytes: count(stat.st_size),
    }
}

/// A count, whose type differs between systems.
fn count(n: impl TryInto<u64>) -> u64 {
    n.try_into().unwrap_or_default()
}

//! Publishing files: whole or not at all.
//!
//! Used by whoever has a result (cli through report, later index). Writes to a temporary file in
//! the same folder, then flush, fsync, rename, fsync of the folder.
//! Invariant: the only code that publishes files; whatever fails, the final path has either its
//! old content or all of the new, and no temporary file is left. (Only a kill leaves one, hidden,
//! named `.wirecopy-*.tmp`.)

mod folder;
mod handle;
mod map;
mod own;
mod set;
mod shelf;
mod spill;
pub(crate) mod varint;
mod work;

pub use folder::FolderDraft;
pub use map::{Map, MappedText, Words};
pub use set::publish_all;
pub use shelf::{Shelf, ShelfLock};
pub use spill::{Spill, Vault};
pub use work::WorkFolder;

use crate::error::{Error, Result};
use crate::trace;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 256 << 10;
/// Bytes after which the system is asked to bring them to the disk.
const STARTED_BYTES: u64 = 1 << 20;

/// Writes `path` by way of `write`, and publishes it if that succeeds.
///
/// Devices, pipes and `/dev/stdout` are written to directly, since they cannot be replaced.
///
/// # Errors
/// What `write` returns and what the system says, each with `path`.
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("out.txt");
/// wirecopy::store::publish(&path, |out| out.write_all(b"done\n"))?;
/// assert_eq!(std::fs::read(&path)?, b"done\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn publish<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> Result<T> {
    let mut draft = Draft::create(path)?;
    let result = write(&mut draft).map_err(|error| Error::io(path, error))?;
    draft.publish()?;
    Ok(result)
}

/// The folder of temporary files: the one that was named, else the system's.
///
/// This is the one question that the library asks the environment. A caller that names a folder
/// leaves nothing to it.
#[must_use]
pub fn temporary_folder(named: Option<&Path>) -> PathBuf {
    named.map_or_else(std::env::temp_dir, Path::to_path_buf)
}

/// A nameless file in `folder` (else in the system's folder for temporary files), to be written and
/// read back by this process; it is gone when closed, even after a kill.
///
/// # Errors
/// What the system says, with the folder.
pub fn scratch(folder: Option<&Path>) -> Result<File> {
    let folder = &temporary_folder(folder);
    tempfile::tempfile_in(folder).map_err(|error| Error::io(folder, error))
}

/// Reads exactly `into.len()` bytes from byte `offset` of a file.
///
/// # Errors
/// What the system says; `UnexpectedEof` where the file is shorter.
pub fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, into, offset);
    #[cfg(not(unix))]
    return {
        use io::{Read as _, Seek as _};
        // One position for all: only one reader or writer at a time.
        let _one = POSITION.lock();
        let mut file = file;
        file.seek(io::SeekFrom::Start(offset)).and_then(|_| file.read_exact(into))
    };
}

/// Writes all of `bytes` to byte `offset` of a file.
///
/// # Errors
/// What the system says.
pub fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, offset);
    #[cfg(not(unix))]
    return {
        use io::Seek as _;
        let _one = POSITION.lock();
        let mut file = file;
        file.seek(io::SeekFrom::Start(offset)).and_then(|_| file.write_all(bytes))
    };
}

#[cfg(not(unix))]
static POSITION: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// A file that is being written; dropped without [`Draft::publish`] it leaves no trace.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    writer: BufWriter<File>,
    /// `None`: written directly.
    replaces: Option<(TempPath, PathBuf)>,
    failed: bool,
    /// Bytes written, those that wait in the buffer among them.
    written: u64,
    /// Of these, the bytes that are on their way to the disk.
    started: u64,
}

impl Draft {
    /// Begins a file that will be published as `path`.
    ///
    /// # Errors
    /// What the system says about the folder or, for a device or pipe, about `path`.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::begin(path, None).map_err(|error| Error::io(path, error))
    }

    /// As [`Draft::create`], with the temporary file in `work` where that lies beside `path`, so
    /// that a later run can clear what a kill leaves.
    ///
    /// # Errors
    /// What the system says about the folder or, for a device or pipe, about `path`.
    pub fn create_in(path: &Path, work: Option<&Path>) -> Result<Self> {
        let beside = |work: &&Path| {
            let parents = (folder(work).canonicalize(), folder(path).canonicalize());
            matches!(parents, (Ok(a), Ok(b)) if a == b) && !path.is_symlink()
        };
        Self::begin(path, work.filter(beside)).map_err(|error| Error::io(path, error))
    }

    fn begin(path: &Path, work: Option<&Path>) -> io::Result<Self> {
        let old = match fs::metadata(path) {
            Ok(old) => Some(old),
            // To replace a link would remove what this program did not make.
            Err(_) if path.is_symlink() => {
                return Err(io::Error::other("is a symbolic link that leads nowhere"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let (file, replaces) = match &old {
            Some(old) if !old.is_file() || is_own_stream(path) => {
                // Append: the stream may be a file that others have written to.
                (OpenOptions::new().append(true).open(path)?, None)
            }
            _ => temporary(path, old.as_ref(), work)?,
        };
        let writer = BufWriter::with_capacity(BUFFER_BYTES, file);
        let path = path.to_path_buf();
        Ok(Self { path, writer, replaces, failed: false, written: 0, started: 0 })
    }

    /// Makes everything written so far the content of the path.
    ///
    /// # Errors
    /// What the system says; also where an earlier write failed.
    pub fn publish(self) -> Result<()> {
        let path = self.path.clone();
        self.finish().map_err(|error| Error::io(&path, error))?;
        trace::published(&path);
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        let Some((temporary, target)) = self.settle()? else { return Ok(()) };
        let fresh = !target.exists();
        temporary.persist(&target).map_err(|error| error.error)?;
        sync_folder(folder(&target)).inspect_err(|_| {
            // Nothing is published where the run fails, unless it has replaced what was there.
            if fresh {
                fs::remove_file(&target).ok();
            }
        })
    }

    /// Makes what was written durable; the temporary file and the path it is for, unless the path
    /// is written directly.
    fn settle(&mut self) -> io::Result<Option<(TempPath, PathBuf)>> {
        self.check()?;
        self.writer.flush()?;
        if self.replaces.is_some() {
            self.writer.get_ref().sync_all()?;
        }
        Ok(self.replaces.take())
    }

    /// Where `least` bytes or more have gone to the system since this was last done, asks it to
    /// start bringing them to the disk: at the end all of it is waited for.
    fn start(&mut self, least: u64) {
        let given = self.written.saturating_sub(self.writer.buffer().len() as u64);
        let more = given.saturating_sub(self.started);
        if more < least || self.replaces.is_none() {
            return;
        }
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(more) = std::num::NonZeroU64::new(more) {
            // What is on its way stays in memory. Advice only: a failure to write is told at the
            // end.
            let advice = rustix::fs::Advice::DontNeed;
            rustix::fs::fadvise(self.writer.get_ref(), self.started, Some(more), advice).ok();
        }
        self.started = given;
    }

    /// After a failed write the content has a hole: nothing more is accepted.
    fn check(&self) -> io::Result<()> {
        if self.failed { Err(io::Error::other("an earlier write failed")) } else { Ok(()) }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        let written = self.writer.write(bytes).inspect_err(|_| self.failed = true)?;
        self.written += written as u64;
        self.start(STARTED_BYTES);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        self.writer.flush().inspect_err(|_| self.failed = true)
    }
}

/// A temporary file beside the target, and the target with symbolic links followed.
fn temporary(
    path: &Path,
    old: Option<&fs::Metadata>,
    work: Option<&Path>,
) -> io::Result<(File, Option<(TempPath, PathBuf)>)> {
    // Replacing a symbolic link would leave the file it leads to as it was.
    let target = if old.is_some() { fs::canonicalize(path)? } else { path.to_path_buf() };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wirecopy-").suffix(".tmp");
    let permissions = permissions(old);
    if let Some(permissions) = &permissions {
        builder.permissions(permissions.clone());
    }
    let (file, temporary) = builder.tempfile_in(work.unwrap_or(folder(&target)))?.into_parts();
    if let (Some(permissions), Some(_)) = (permissions, old) {
        file.set_permissions(permissions)?;
    }
    Ok((file, Some((temporary, target))))
}

/// Permissions of the file that is replaced, else what any new file gets.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is nothing to set")]
fn permissions(old: Option<&fs::Metadata>) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(old.map_or_else(|| fs::Permissions::from_mode(0o666), fs::Metadata::permissions))
}

#[cfg(not(unix))]
fn permissions(_: Option<&fs::Metadata>) -> Option<fs::Permissions> {
    None
}

/// Names of the program's own open files, which may be regular files but are not ours to replace.
fn is_own_stream(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"]
        .iter()
        .any(|own| path.starts_with(own))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes the rename durable; some file systems do not know how and need not.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn fail<T>() -> io::Result<T> {
        Err(io::ErrorKind::StorageFull.into())
    }

    #[test]
    fn a_new_file_appears_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let given = publish(&path, |out| {
            out.write_all(b"one\n")?;
            assert!(!path.exists(), "not before it is whole");
            Ok(7)
        });
        assert_eq!(given.unwrap(), 7);
        assert_eq!(fs::read(&path).unwrap(), b"one\n");
        assert_eq!(names(folder.path()), ["out.jsonl"]);
    }

    #[test]
    fn an_old_file_is_replaced_only_on_success() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        fs::write(&path, "old").unwrap();
        let error = publish::<()>(&path, |out| {
            out.write_all(&vec![b'x'; 2 * BUFFER_BYTES])?;
            fail()
        })
        .unwrap_err();
        assert!(error.to_string().contains("out"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["out"]);
        publish(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn a_failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        publish::<()>(&folder.path().join("out"), |_| fail()).unwrap_err();
        drop(Draft::create(folder.path().join("other")).unwrap());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_panic_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let run = std::panic::AssertUnwindSafe(|| publish::<()>(&path, |_| panic!("on purpose")));
        std::panic::catch_unwind(run).unwrap_err();
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_missing_folder_and_a_folder_in_the_way_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/out");
        let error = publish(&missing, |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("no/such/out"), "{error}");
        let error = publish(folder.path(), |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("directory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_to_and_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        publish(Path::new("/dev/null"), |out| out.write_all(b"gone")).unwrap();
        let error = publish(Path::new("/dev/full"), |out| out.write_all(b"gone")).unwrap_err();
        assert!(error.to_string().contains("/dev/full"), "{error}");
        for device in ["/dev/null", "/dev/full"] {
            assert!(fs::metadata(device).unwrap().file_type().is_char_device());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        publish(&link, |out| out.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        publish(&folder.path().join("fresh"), |_| Ok(())).unwrap();
        let fresh = fs::metadata(folder.path().join("fresh")).unwrap().permissions().mode();
        let plain = folder.path().join("plain");
        File::create(&plain).unwrap();
        assert_eq!(fresh, fs::metadata(&plain).unwrap().permissions().mode());
    }

    #[test]
    fn after_a_failed_write_nothing_is_published() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut draft = Draft::create(&path).unwrap();
        draft.write_all(b"x").unwrap();
        draft.failed = true;
        assert!(draft.write_all(b"y").is_err());
        assert!(draft.publish().is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn own_streams() {
        assert!(is_own_stream(Path::new("/dev/stdout")));
        assert!(is_own_stream(Path::new("/dev/fd/5")));
        assert!(!is_own_stream(Path::new("/dev/shm/out")));
        assert!(!is_own_stream(Path::new("out")));
        assert_eq!(folder(Path::new("out")), Path::new("."));
    }
}

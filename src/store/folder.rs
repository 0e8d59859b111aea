//! Publishing a folder: whole or not at all.
//!
//! The files are written into a hidden work folder beside the target, made durable, and renamed
//! into place as one folder. Used by cli for results of several files.
//! Invariant: the target is absent, or what it was, or all of the new; whoever finds a work folder
//! can go on with it or clear it, and two runs never share one.

use super::{folder, publish, read_state, sync_folder};
use crate::error::{Error, Result};
use crate::trace;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Name inside the work folder of what will be published.
const RESULT: &str = "result";
/// Name inside the work folder of the file that a run holds locked.
const LOCK: &str = "lock";
/// Name inside the work folder of a folder that is being replaced.
const OLD: &str = "old";
/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 256 << 10;
/// From this many files on, the whole file system is asked to sync instead of each file.
const MANY_FILES: usize = 64;

/// A folder that is being written; dropped without [`FolderDraft::publish`] it leaves no trace,
/// unless it was told to [`leave`](FolderDraft::leave) one.
#[derive(Debug)]
pub struct FolderDraft {
    target: PathBuf,
    work: PathBuf,
    lock: File,
    /// The work folder stays when the draft is dropped.
    leave: bool,
}

impl FolderDraft {
    /// Begins a folder that will be published as `target`, whose parent must exist.
    ///
    /// A work folder that an earlier run left is taken over as it is: see
    /// [`state`](FolderDraft::state) and [`clear`](FolderDraft::clear).
    ///
    /// # Errors
    /// A name that cannot be a new folder; another run at the same target; what the system says.
    pub fn begin(target: &Path) -> Result<Self> {
        let target = real(target)?;
        let work = work_folder(&target)?;
        let found = match fs::create_dir(&work) {
            Ok(()) => false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
            Err(error) => return Err(Error::io(&target, error)),
        };
        let lock = lock(&target, &work).inspect_err(|_| {
            // An empty folder belongs to no run.
            fs::remove_dir(&work).ok();
        })?;
        if !target.exists() {
            // A kill in the middle of a replacement in two steps: the old folder goes back.
            fs::rename(work.join(OLD), &target).ok();
        }
        let draft = Self { target, work, lock, leave: found };
        if !found {
            draft.clear_inside()?;
        }
        Ok(draft)
    }

    /// The path that will be published, with symbolic links followed.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What an earlier run left under this name in [`state_path`](FolderDraft::state_path).
    ///
    /// # Errors
    /// What the system says.
    pub fn state(&self, name: &str) -> Result<Option<Vec<u8>>> {
        read_state(&self.state_path(name))
    }

    /// Keeps `bytes` for a later run, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_state(&self, name: &str, bytes: &[u8]) -> Result<()> {
        publish(&self.state_path(name), |out| out.write_all(bytes))
    }

    /// Where state for a later run is kept; not part of the result.
    #[must_use]
    pub fn state_path(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Where a file of the result is before it is published.
    #[must_use]
    pub fn path(&self, name: &Path) -> PathBuf {
        self.work.join(RESULT).join(name)
    }

    /// Throws away what an earlier run left.
    ///
    /// # Errors
    /// What the system says.
    pub fn clear(&mut self) -> Result<()> {
        self.leave = false;
        self.clear_inside()
    }

    fn clear_inside(&self) -> Result<()> {
        let clear = || {
            for entry in fs::read_dir(&self.work)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())?;
                } else if entry.file_name() != LOCK {
                    fs::remove_file(entry.path())?;
                }
            }
            fs::create_dir(self.work.join(RESULT))
        };
        clear().map_err(|error| Error::io(&self.work, error))
    }

    /// Begins a file of the result, and the folders above it. An unfinished one is replaced.
    ///
    /// # Errors
    /// What the system says, with the path it will have.
    pub fn create(&self, name: &Path) -> Result<BufWriter<File>> {
        let path = self.path(name);
        let open = || {
            fs::create_dir_all(folder(&path))?;
            OpenOptions::new().write(true).create(true).truncate(true).open(&path)
        };
        let file = open().map_err(|error| Error::io(self.target.join(name), error))?;
        Ok(BufWriter::with_capacity(BUFFER_BYTES, file))
    }

    /// Writes a file of the result in one go.
    ///
    /// # Errors
    /// What the system says, with the path it will have.
    pub fn write(&self, name: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = self.create(name)?;
        let written = file.write_all(bytes).and_then(|()| file.flush());
        written.map_err(|error| Error::io(self.target.join(name), error))
    }

    /// Makes everything written so far durable, before state is kept that relies on it.
    ///
    /// # Errors
    /// What the system says.
    pub fn settle(&self) -> Result<()> {
        sync_tree(&self.work.join(RESULT)).map_err(|error| Error::io(&self.target, error))
    }

    /// Makes all files durable and renames the folder into place; `replace` allows a folder to be
    /// there, which is then gone.
    ///
    /// # Errors
    /// What the system says; a folder that is there, unless it is empty or may be replaced.
    pub fn publish(mut self, replace: bool) -> Result<()> {
        let done = sync_tree(&self.work.join(RESULT)).and_then(|()| self.rename(replace));
        done.map_err(|error| Error::io(&self.target, error))?;
        self.leave = false;
        trace::published(&self.target);
        Ok(())
    }

    /// Renames the result into place; back again where that cannot be made durable.
    fn rename(&self, replace: bool) -> io::Result<()> {
        let (result, target) = (self.work.join(RESULT), &self.target);
        let empty = fs::read_dir(target).is_ok_and(|mut all| all.next().is_none());
        let swapped = replace && target.is_dir() && !empty;
        if swapped {
            exchange(&result, target, &self.work.join(OLD))?;
        } else {
            fs::rename(&result, target)?;
        }
        sync_folder(folder(target)).inspect_err(|_| {
            // Nothing is published where the run fails; what remains of that is the first error.
            if swapped && result.exists() {
                exchange(&result, target, &self.work.join(OLD)).ok();
            } else if !swapped {
                fs::rename(target, &result).ok();
            }
        })
    }

    /// Leaves the work folder for a later run to go on with.
    pub fn leave(mut self) {
        self.leave = true;
    }

    /// Removes the work folder if nothing was put into it. By name, since to read a folder takes
    /// an open file, and that there was none may be why the run failed.
    fn remove_empty(&self) -> io::Result<()> {
        fs::remove_dir(self.work.join(RESULT)).ok();
        fs::remove_file(self.work.join(LOCK))?;
        fs::remove_dir(&self.work)
    }
}

impl Drop for FolderDraft {
    fn drop(&mut self) {
        if !self.leave {
            // The failure cannot be reported; the next run at this target clears what remains.
            fs::remove_dir_all(&self.work).or_else(|_| self.remove_empty()).ok();
        }
        self.lock.unlock().ok();
    }
}

/// The target with symbolic links followed, so that what they lead to is replaced.
fn real(target: &Path) -> Result<PathBuf> {
    let refuse = |cause: &str, cure: &str| Error::Input {
        path: target.to_path_buf(),
        cause: cause.to_owned(),
        cure: cure.to_owned(),
    };
    if target.file_name().is_none() {
        return Err(refuse("is no name for a new folder", "name a folder inside it"));
    }
    match fs::metadata(target) {
        Ok(found) if !found.is_dir() => Err(refuse("is a file", "name a folder")),
        Ok(_) => fs::canonicalize(target).map_err(|error| Error::io(target, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if folder(target).is_dir() {
                return Ok(target.to_path_buf());
            }
            Err(refuse("the folder above it does not exist", "make it first, or check the path"))
        }
        Err(error) => Err(Error::io(target, error)),
    }
}

/// The hidden folder beside the target: always the same, so that a later run finds it.
fn work_folder(target: &Path) -> Result<PathBuf> {
    let Some(name) = target.file_name() else {
        return Err(Error::io(target, io::ErrorKind::InvalidInput.into()));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".wirecopy-work");
    Ok(folder(target).join(hidden))
}

/// Locks the work folder for this process; the system lets go when the process ends in any way.
pub(super) fn lock(target: &Path, work: &Path) -> Result<File> {
    let path = work.join(LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path);
    let file = file.map_err(|error| Error::io(&path, error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Error::Input {
            path: target.to_path_buf(),
            cause: "another run is writing it".to_owned(),
            cure: "wait for its end, or name another folder".to_owned(),
        }),
        // Some file systems know no locks: then it is for the user not to start two runs.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Makes a folder and everything below it durable.
fn sync_tree(root: &Path) -> io::Result<()> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_path_buf()]);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
        next += 1;
    }
    if files.len() > MANY_FILES && sync_all(root)? {
        return Ok(());
    }
    for file in &files {
        OpenOptions::new().write(true).open(file)?.sync_all()?;
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

/// Syncs the file system of `root`; false where the system has no such call.
#[cfg(target_os = "linux")]
fn sync_all(root: &Path) -> io::Result<bool> {
    rustix::fs::syncfs(File::open(root)?)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the twin on Linux can fail")]
fn sync_all(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Puts `new` in the place of `target`, in one step where the system can; otherwise by way of
/// `aside`, and a kill between the two steps leaves the old folder there.
fn exchange(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if swap(new, target)? {
        return Ok(());
    }
    fs::rename(target, aside)?;
    fs::rename(new, target).inspect_err(|_| drop(fs::rename(aside, target)))
}

/// Swaps two folders; false where the system or the file system cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn swap(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
#[expect(clippy::unnecessary_wraps, reason = "the twin elsewhere can fail")]
fn swap(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let all = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn written(target: &Path, text: &str) -> FolderDraft {
        let draft = FolderDraft::begin(target).unwrap();
        draft.write(Path::new("deep/er/file"), text.as_bytes()).unwrap();
        draft
    }

    #[test]
    fn a_folder_appears_whole() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        let draft = written(&target, "one");
        assert!(!target.exists(), "not before it is whole");
        draft.publish(false).unwrap();
        assert_eq!(fs::read(target.join("deep/er/file")).unwrap(), b"one");
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn an_old_folder_is_replaced_only_when_allowed() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        written(&target, "one").publish(false).unwrap();
        let error = written(&target, "two").publish(false).unwrap_err();
        assert!(error.to_string().contains("out"), "{error}");
        assert_eq!(fs::read(target.join("deep/er/file")).unwrap(), b"one");
        written(&target, "two").publish(true).unwrap();
        assert_eq!(fs::read(target.join("deep/er/file")).unwrap(), b"two");
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn without_the_one_step_the_old_folder_goes_aside() {
        let root = tempfile::tempdir().unwrap();
        let [new, target, aside] = ["new", "target", "aside"].map(|name| root.path().join(name));
        fs::create_dir(&target).unwrap();
        exchange(&new, &target, &aside).unwrap_err();
        assert_eq!(names(root.path()), ["target"], "what was there is there again");
        fs::create_dir(&new).unwrap();
        exchange(&new, &target, &aside).unwrap();
        assert!(target.exists());
    }

    #[test]
    fn a_replacement_cut_off_in_the_middle_is_undone() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        let draft = written(&target, "new");
        fs::create_dir(draft.state_path(OLD)).unwrap();
        draft.leave();
        let mut draft = FolderDraft::begin(&target).unwrap();
        draft.clear().unwrap();
        drop(draft);
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn an_empty_folder_is_filled_and_a_link_followed() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        fs::create_dir(&target).unwrap();
        written(&target, "one").publish(false).unwrap();
        #[cfg(unix)]
        {
            let link = root.path().join("link");
            std::os::unix::fs::symlink(&target, &link).unwrap();
            written(&link, "two").publish(true).unwrap();
            assert!(link.is_symlink());
        }
        assert!(target.join("deep/er/file").exists());
    }

    #[test]
    fn state_is_there_for_the_next_run_and_cleared() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        let draft = written(&target, "one");
        draft.keep_state("plan", b"x").unwrap();
        draft.leave();
        let mut draft = FolderDraft::begin(&target).unwrap();
        assert_eq!(draft.state("plan").unwrap().as_deref(), Some(&b"x"[..]));
        assert!(draft.path(Path::new("deep/er/file")).exists());
        draft.clear().unwrap();
        assert_eq!(draft.state("plan").unwrap(), None);
        drop(draft);
        assert!(names(root.path()).is_empty());
    }

    #[test]
    fn a_found_work_folder_stays_unless_cleared() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        written(&target, "one").leave();
        drop(FolderDraft::begin(&target).unwrap());
        assert_eq!(names(root.path()), [".out.wirecopy-work"]);
    }

    #[test]
    fn two_runs_never_share_a_target() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        let first = written(&target, "one");
        let error = FolderDraft::begin(&target).unwrap_err().to_string();
        assert!(error.contains("another run"), "{error}");
        first.publish(false).unwrap();
    }

    #[test]
    fn names_that_cannot_be_are_refused() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        for name in ["file", "no/such", "..", "file/below"] {
            let error = FolderDraft::begin(&root.path().join(name)).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        assert_eq!(names(root.path()), ["file"]);
    }
}

//! Publishing a folder: whole or not at all.
//!
//! The files are written into a hidden work folder beside the target, made durable, and renamed
//! into place as one folder. Used by cli for results of several files.
//! Invariant: the target is absent, or what it was, or all of the new; two runs never share a work
//! folder, and a later run can go on with one that was left, or clear it. What is in the place of
//! the work folder and was not made by an earlier run is refused (`own`).

use super::handle::{Access, Handle, Kind};
use super::own::{self, Own};
use super::{folder, sync_folder};
use crate::error::{Error, Result};
use crate::trace;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

/// Name inside the work folder of what will be published.
const RESULT: &str = "result";
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
    work: Own,
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
    /// A name that cannot be a new folder; another run at the same target; something in the place
    /// of the work folder that no run has made; what the system says.
    pub fn begin(target: &Path) -> Result<Self> {
        let target = real(target)?;
        let work = Own::open(&work_folder(&target)?, &target)?;
        if !target.exists() {
            // A kill in the middle of a replacement in two steps: the old folder goes back.
            work.handle().move_out(Path::new(OLD), &target).ok();
        }
        let draft = Self { target, leave: work.was_found(), work };
        if !draft.leave {
            draft.clear_inside()?;
        }
        Ok(draft)
    }

    /// The path that will be published, with symbolic links followed.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What an earlier run left under this name.
    ///
    /// # Errors
    /// What the system says.
    pub fn state(&self, name: &str) -> Result<Option<Vec<u8>>> {
        read_state(&self.work, name)
    }

    /// As [`state`](FolderDraft::state), as an open file.
    ///
    /// # Errors
    /// What the system says.
    pub fn state_file(&self, name: &str) -> Result<Option<File>> {
        self.work.read(name).map_err(|error| Error::io(self.state_path(name), error))
    }

    /// Whether an earlier run left something under this name.
    #[must_use]
    pub fn has_state(&self, name: &str) -> bool {
        self.work.has(name)
    }

    /// Keeps `bytes` for a later run, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_state(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.keep_written(name, |out| out.write_all(bytes))
    }

    /// Keeps what is written for a later run, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_written(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.work.keep(name, write).map_err(|error| Error::io(self.state_path(name), error))
    }

    /// The path of state for a later run, for messages.
    #[must_use]
    pub fn state_path(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    /// A file without a name in the work folder, gone when it is closed.
    ///
    /// # Errors
    /// What the system says.
    pub fn scratch(&self) -> Result<File> {
        self.work.scratch().map_err(|error| Error::io(self.work.path(), error))
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
        self.work.clear()?;
        self.result().map(drop).map_err(|error| Error::io(self.work.path(), error))
    }

    fn result(&self) -> io::Result<Handle> {
        self.work.folder(RESULT)
    }

    /// Begins a file of the result, and the folders above it. An unfinished one is replaced.
    ///
    /// # Errors
    /// What the system says, with the path it will have.
    pub fn create(&self, name: &Path) -> Result<BufWriter<File>> {
        let open = || {
            let (folder, name) = own::descend(self.result()?, name)?;
            own::emptied(&folder, name)
        };
        let file = open().map_err(|error| Error::io(self.target.join(name), error))?;
        Ok(BufWriter::with_capacity(BUFFER_BYTES, file))
    }

    /// Whether the result has a file of this name by now.
    #[must_use]
    pub fn has(&self, name: &Path) -> bool {
        let look = || {
            let (folder, name) = own::descend(self.result()?, name)?;
            folder.look(name)
        };
        look().is_ok_and(|found: Option<_>| found.is_some())
    }

    /// Removes a folder of the result that an earlier run has begun.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove_folder(&self, name: &Path) -> Result<()> {
        let removed = self.result().and_then(|result| match result.enter(name) {
            Ok(_) => own::remove(&result, name),
            Err(_) => Ok(()),
        });
        removed.map_err(|error| Error::io(self.target.join(name), error))
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
        let done = self.result().and_then(|result| sync_tree(&result));
        done.map_err(|error| Error::io(&self.target, error))
    }

    /// Makes all files durable and renames the folder into place; `replace` allows a folder to be
    /// there, which is then gone.
    ///
    /// # Errors
    /// What the system says; a folder that is there, unless it is empty or may be replaced.
    pub fn publish(mut self, replace: bool) -> Result<()> {
        self.settle()?;
        self.rename(replace).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => occupied(&self.target),
            _ => Error::io(&self.target, error),
        })?;
        self.leave = false;
        trace::published(&self.target);
        Ok(())
    }

    /// Refuses a folder in whose place the result cannot go, before it is made: one that is there
    /// and has something in it.
    ///
    /// # Errors
    /// Such a folder; what the system says of it.
    pub fn refuse_occupied(&self) -> Result<()> {
        let has_any = match fs::read_dir(&self.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            entries => entries.map_err(|error| Error::io(&self.target, error))?.next().is_some(),
        };
        if has_any { Err(occupied(&self.target)) } else { Ok(()) }
    }

    /// Renames the result into place; back again where that cannot be made durable.
    fn rename(&self, replace: bool) -> io::Result<()> {
        let (work, target, result) = (self.work.handle(), &self.target, Path::new(RESULT));
        let empty = fs::read_dir(target).is_ok_and(|mut all| all.next().is_none());
        let swapped = replace && target.is_dir() && !empty;
        if swapped {
            self.work.note(OLD)?;
            exchange(work, target)?;
        } else {
            work.move_out(result, target)?;
        }
        sync_folder(folder(target)).inspect_err(|_| {
            // Nothing is published where the run fails; what remains of that is the first error.
            if swapped && self.work.has(RESULT) {
                exchange(work, target).ok();
            } else if !swapped {
                work.move_in(target, result).ok();
            }
        })
    }

    /// Leaves the work folder for a later run to go on with.
    pub fn leave(mut self) {
        self.leave = true;
    }
}

impl Drop for FolderDraft {
    fn drop(&mut self) {
        if !self.leave {
            self.work.vanish();
        }
        self.work.unlock();
    }
}

/// The error of a folder that is in the way.
fn occupied(target: &Path) -> Error {
    Error::Input {
        path: target.to_path_buf(),
        cause: "the folder is there and is not empty".to_owned(),
        cure: "name one that is not there yet, or empty it".to_owned(),
    }
}

/// What an earlier run left under a name in its work folder.
pub(super) fn read_state(work: &Own, name: &str) -> Result<Option<Vec<u8>>> {
    let read = || {
        let Some(mut file) = work.read(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    };
    read().map_err(|error| Error::io(work.path().join(name), error))
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
            if target.is_symlink() {
                return Err(refuse("is a link that leads nowhere", "remove it, or name a folder"));
            }
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

/// Makes a folder and everything below it durable.
fn sync_tree(root: &Handle) -> io::Result<()> {
    let mut left = MANY_FILES;
    if has_more(root, &mut left)? && root.sync_all()? {
        return Ok(());
    }
    sync_below(root)
}

/// Whether a folder has more than `left` files, all in all.
fn has_more(folder: &Handle, left: &mut usize) -> io::Result<bool> {
    for name in folder.names()? {
        let name = Path::new(&name);
        if is_folder(folder, name)? {
            if has_more(&folder.enter(name)?, left)? {
                return Ok(true);
            }
            continue;
        }
        let Some(fewer) = left.checked_sub(1) else { return Ok(true) };
        *left = fewer;
    }
    Ok(false)
}

fn sync_below(folder: &Handle) -> io::Result<()> {
    for name in folder.names()? {
        let name = Path::new(&name);
        if is_folder(folder, name)? {
            sync_below(&folder.enter(name)?)?;
        } else {
            folder.file(name, Access::Write)?.sync_all()?;
        }
    }
    folder.sync()
}

fn is_folder(folder: &Handle, name: &Path) -> io::Result<bool> {
    Ok(folder.look(name)?.is_some_and(|facts| facts.kind == Kind::Folder))
}

/// Puts the result in the place of `target`, in one step where the system can; otherwise the old
/// folder goes aside first, and a kill between the two steps leaves it there.
fn exchange(work: &Handle, target: &Path) -> io::Result<()> {
    if work.swap(Path::new(RESULT), target)? {
        return Ok(());
    }
    in_two_steps(work, target)
}

fn in_two_steps(work: &Handle, target: &Path) -> io::Result<()> {
    work.move_in(target, Path::new(OLD))?;
    let moved = work.move_out(Path::new(RESULT), target);
    moved.inspect_err(|_| drop(work.move_out(Path::new(OLD), target)))
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
        let draft = written(&target, "two");
        for error in [draft.refuse_occupied(), draft.publish(false)].map(Result::unwrap_err) {
            assert!(error.to_string().contains("out: the folder is there and is not"), "{error}");
        }
        assert_eq!(fs::read(target.join("deep/er/file")).unwrap(), b"one");
        written(&target, "two").publish(true).unwrap();
        assert_eq!(fs::read(target.join("deep/er/file")).unwrap(), b"two");
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn without_the_one_step_the_old_folder_goes_aside() {
        let root = tempfile::tempdir().unwrap();
        let (work, target) = (root.path().join("work"), root.path().join("target"));
        fs::create_dir(&target).unwrap();
        fs::create_dir(&work).unwrap();
        let handle = Handle::open(&work).unwrap();
        in_two_steps(&handle, &target).unwrap_err();
        assert_eq!(names(root.path()), ["target", "work"], "what was there is there again");
        fs::create_dir(work.join(RESULT)).unwrap();
        in_two_steps(&handle, &target).unwrap();
        assert!(target.exists());
        assert_eq!(names(&work), [OLD]);
    }

    #[test]
    fn a_replacement_cut_off_in_the_middle_is_undone() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        let draft = written(&target, "new");
        draft.work.folder(OLD).unwrap();
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
        assert!(draft.has(Path::new("deep/er/file")));
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

//! A work folder that this program made, and nobody else.
//!
//! Used by `folder` and `work`. The name of a work folder can be foreseen, so anything may be in
//! its place: a link, a folder of somebody's, a folder of ours into which something was put. So it
//! is opened without following links, must belong to this user, and must hold our marker: a file
//! that lists the names of all that we put in. Invariant: what is not on that list, and what is no
//! plain file or folder of this user, is never entered, written to or removed; the run is refused
//! instead.

use super::handle::{self, Access, Facts, Handle, Kind};
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Name of the file that a run holds locked.
const LOCK: &str = "lock";
/// Name of the file that says that the folder is ours, and what in it is.
const MARKER: &str = "wirecopy-work";
/// First line of the marker.
const FIRST: &str = "work folder of wirecopy; what it put here:\n";
/// Longest marker that is read.
const MARKER_BYTES: u64 = 1 << 20;
/// Names of drafts, which a kill may leave.
const DRAFT: (&str, &str) = (".wirecopy-", ".tmp");

/// A work folder, locked for this process.
#[derive(Debug)]
pub(super) struct Own {
    path: PathBuf,
    handle: Handle,
    lock: File,
    marker: Mutex<Marker>,
    /// It was there already.
    found: bool,
}

/// The marker, and what it lists.
#[derive(Debug)]
struct Marker {
    file: File,
    names: BTreeSet<String>,
}

impl Own {
    /// Opens or makes the work folder `path` of a run at `target`.
    ///
    /// # Errors
    /// Something at `path` that is not ours, or in it; another run; what the system says.
    pub(super) fn open(path: &Path, target: &Path) -> Result<Self> {
        let found = match handle::make(path) {
            Ok(()) => false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
            Err(error) => return Err(Error::io(target, error)),
        };
        let opened = Self::take(path.to_path_buf(), target, found);
        if opened.is_err() && !found {
            // An empty folder belongs to no run.
            std::fs::remove_dir(path).ok();
        }
        opened
    }

    fn take(path: PathBuf, target: &Path, found: bool) -> Result<Self> {
        let handle = match Handle::open(&path) {
            Ok(handle) => handle,
            Err(error) if found && error.kind() != io::ErrorKind::PermissionDenied => {
                return Err(refused(&path, "is a link or no folder"));
            }
            Err(error) => return Err(Error::io(path, error)),
        };
        let failed = |error| Error::io(&path, error);
        let facts = handle.facts().map_err(failed)?;
        if !facts.owned {
            return Err(refused(&path, "belongs to another user"));
        }
        if found && !facts.private {
            return Err(refused(&path, "may be written to by other users"));
        }
        let fresh = is_fresh(&handle, &path)?;
        let lock = lock(&handle, &path, target)?;
        let begun = if fresh { begin(&handle) } else { read(&handle) };
        let begun = begun.map_err(|error| Error::io(path.join(MARKER), error));
        let marker = begun.inspect_err(|_| {
            if fresh {
                handle.remove(Path::new(MARKER)).ok();
                handle.remove(Path::new(LOCK)).ok();
            }
        })?;
        let own = Self { path, handle, lock, marker: Mutex::new(marker), found: !fresh };
        own.survey()?;
        Ok(own)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// An earlier run left it.
    pub(super) fn was_found(&self) -> bool {
        self.found
    }

    /// The folder.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Adds a name to the list of what we put into the folder.
    pub(super) fn note(&self, name: &str) -> io::Result<()> {
        let mut marker = self.marker();
        if !marker.names.contains(name) {
            marker.file.write_all(format!("{name}\n").as_bytes())?;
            marker.names.insert(name.to_owned());
        }
        Ok(())
    }

    /// Makes a folder in it, or enters the one that we made.
    pub(super) fn folder(&self, name: &str) -> io::Result<Handle> {
        self.note(name)?;
        enter_or_make(&self.handle, Path::new(name))
    }

    /// Begins a file in it; one that we left is emptied.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        self.note(name)?;
        emptied(&self.handle, Path::new(name))
    }

    /// Opens a file in it; none where there is none.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<File>> {
        match self.handle.file(Path::new(name), Access::Read) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether there is something of this name in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.handle.look(Path::new(name)).is_ok_and(|found| found.is_some())
    }

    /// Writes a file in it, whole or not at all, and makes it durable.
    pub(super) fn keep(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.note(name)?;
        let draft = format!("{}{name}{}", DRAFT.0, DRAFT.1);
        let draft = Path::new(&draft);
        let written = || {
            let mut out = io::BufWriter::new(emptied(&self.handle, draft)?);
            write(&mut out)?;
            out.flush()?;
            out.get_ref().sync_all()?;
            self.marker().file.sync_all()?;
            self.handle.rename(draft, Path::new(name))
        };
        written().inspect_err(|_| drop(self.handle.remove(draft)))?;
        self.handle.sync()
    }

    /// A file without a name.
    pub(super) fn scratch(&self) -> io::Result<File> {
        let name = format!("{}{}{}", DRAFT.0, std::process::id(), DRAFT.1);
        let file = self.handle.file(Path::new(&name), Access::New)?;
        self.handle.remove(Path::new(&name))?;
        Ok(file)
    }

    /// Removes all that we put into the folder, but lock and marker. Where anything else is in it,
    /// nothing is removed.
    pub(super) fn clear(&self) -> Result<()> {
        self.survey()?;
        let clear = || {
            for name in self.handle.names()? {
                if name != LOCK && name != MARKER {
                    remove(&self.handle, Path::new(&name))?;
                }
            }
            Ok(())
        };
        clear().map_err(|error| Error::io(&self.path, error))
    }

    /// Removes drafts that a kill left.
    pub(super) fn sweep(&self) -> io::Result<()> {
        for name in self.handle.names()? {
            if is_draft(&name) {
                self.handle.remove(Path::new(&name))?;
            }
        }
        Ok(())
    }

    /// Removes the folder, if nothing but ours is in it. The failure cannot be reported; the next
    /// run at this target clears what remains.
    pub(super) fn vanish(&self) {
        match self.clear() {
            Ok(()) => {}
            // What is not ours stays, and so does the list of what is.
            Err(Error::Input { .. }) => return,
            Err(_) if self.remove_listed() => {}
            Err(_) => return,
        }
        self.handle.remove(Path::new(MARKER)).ok();
        self.handle.remove(Path::new(LOCK)).ok();
        std::fs::remove_dir(&self.path).ok();
    }

    /// Removes what is listed by name, since to read a folder takes an open file, and that there
    /// was none may be why the run failed. Whether nothing of it is left.
    fn remove_listed(&self) -> bool {
        self.marker().names.iter().all(|name| {
            let draft = format!("{}{name}{}", DRAFT.0, DRAFT.1);
            [name, &draft].iter().all(|name| {
                let name = Path::new(name.as_str());
                match self.handle.look(name) {
                    Ok(None) => true,
                    Ok(Some(facts)) if facts.is_own_file() => self.handle.remove(name).is_ok(),
                    Ok(Some(_)) => self.handle.remove_folder(name).is_ok(),
                    Err(_) => false,
                }
            })
        })
    }

    /// Lets another run have it.
    pub(super) fn unlock(&self) {
        self.lock.unlock().ok();
    }

    fn marker(&self) -> MutexGuard<'_, Marker> {
        self.marker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses a folder with anything in it that we did not put there.
    fn survey(&self) -> Result<()> {
        let names = self.handle.names().map_err(|error| Error::io(&self.path, error))?;
        let marker = self.marker();
        for name in names {
            let known = name == LOCK || name == MARKER || is_draft(&name);
            if !known && name.to_str().is_none_or(|name| !marker.names.contains(name)) {
                return Err(refused(&self.path, &strange(&name)));
            }
            check(&self.handle, Path::new(&name), &self.path)?;
        }
        Ok(())
    }
}

/// Refuses what cannot be ours, in a folder and below.
fn check(folder: &Handle, name: &Path, path: &Path) -> Result<()> {
    let failed = |error| Error::io(path.join(name), error);
    let Some(facts) = folder.look(name).map_err(failed)? else { return Ok(()) };
    // A draft of a result may have a second name: that of the content it replaces.
    let one = facts.names == 1 || is_draft(name.as_os_str());
    match facts {
        Facts { owned: true, kind: Kind::File, .. } if one => Ok(()),
        Facts { owned: true, kind: Kind::Folder, .. } => {
            let below = folder.enter(name).map_err(failed)?;
            let path = path.join(name);
            let names = below.names().map_err(|error| Error::io(&path, error))?;
            names.iter().try_for_each(|name| check(&below, Path::new(name), &path))
        }
        _ => Err(refused(path, &strange(name.as_os_str()))),
    }
}

/// Removes a file, or a folder with all below it.
pub(super) fn remove(folder: &Handle, name: &Path) -> io::Result<()> {
    let Some(facts) = folder.look(name)? else { return Ok(()) };
    if facts.kind != Kind::Folder {
        return folder.remove(name);
    }
    let below = folder.enter(name)?;
    below.names()?.iter().try_for_each(|name| remove(&below, Path::new(name)))?;
    folder.remove_folder(name)
}

/// Makes a folder, or enters the one that is there.
pub(super) fn enter_or_make(folder: &Handle, name: &Path) -> io::Result<Handle> {
    match folder.make(name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => folder.enter(name),
    }
}

/// A file to be written: new, or one that was there, emptied.
pub(super) fn emptied(folder: &Handle, name: &Path) -> io::Result<File> {
    match folder.file(name, Access::New) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let file = folder.file(name, Access::Write)?;
            file.set_len(0)?;
            Ok(file)
        }
        done => done,
    }
}

/// The folder of `name` below `root`, made where it is missing, and the name in it.
pub(super) fn descend(root: Handle, name: &Path) -> io::Result<(Handle, &Path)> {
    let mut parts = name.components().map(|part| match part {
        Component::Normal(part) => Ok(Path::new(part)),
        _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
    });
    let last = parts.next_back().ok_or(io::ErrorKind::InvalidInput)??;
    let folder = parts.try_fold(root, |folder, part| enter_or_make(&folder, part?))?;
    Ok((folder, last))
}

/// Whether the folder is new: empty, or with what a kill leaves of its beginning.
fn is_fresh(handle: &Handle, path: &Path) -> Result<bool> {
    let failed = |error| Error::io(path, error);
    let marker = handle.look(Path::new(MARKER)).map_err(failed)?;
    if let Some(marker) = marker {
        let whole = marker.is_own_file() && read(handle).is_ok();
        if whole {
            return Ok(false);
        }
        // Cut off in its first line: then nothing else can have been put in.
        if !marker.is_own_file() || marker.bytes >= FIRST.len() as u64 {
            return Err(refused(path, &strange(OsStr::new(MARKER))));
        }
    }
    for name in handle.names().map_err(failed)? {
        let facts = handle.look(Path::new(&name)).map_err(failed)?;
        let begun = name == MARKER || name == LOCK && facts.is_none_or(|facts| facts.bytes == 0);
        if !begun {
            return Err(refused(path, &strange(&name)));
        }
    }
    Ok(true)
}

/// Locks the folder for this process; the system lets go when the process ends in any way.
fn lock(handle: &Handle, path: &Path, target: &Path) -> Result<File> {
    let name = Path::new(LOCK);
    if handle.look(name).is_ok_and(|found| found.is_some_and(|facts| !facts.is_own_file())) {
        return Err(refused(path, &strange(name.as_os_str())));
    }
    let file = match handle.file(name, Access::New) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            handle.file(name, Access::Write)
        }
        done => done,
    };
    let file = file.map_err(|error| Error::io(path.join(LOCK), error))?;
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

/// Writes a new marker.
fn begin(handle: &Handle) -> io::Result<Marker> {
    let mut file = emptied(handle, Path::new(MARKER))?;
    file.write_all(FIRST.as_bytes())?;
    Ok(Marker { file, names: BTreeSet::new() })
}

/// Reads the marker; what is written to it goes to its end.
fn read(handle: &Handle) -> io::Result<Marker> {
    let mut file = handle.file(Path::new(MARKER), Access::Write)?;
    let mut text = String::new();
    (&mut file).take(MARKER_BYTES).read_to_string(&mut text)?;
    // A last line that was cut off names nothing that was made.
    text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
    let names = text.strip_prefix(FIRST).ok_or(io::ErrorKind::InvalidData)?;
    file.set_len(text.len() as u64)?;
    file.seek(io::SeekFrom::Start(text.len() as u64))?;
    Ok(Marker { names: names.lines().map(str::to_owned).collect(), file })
}

fn is_draft(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(DRAFT.0) && name.ends_with(DRAFT.1))
}

fn strange(name: &OsStr) -> String {
    format!("holds {}, which this program did not put there", name.display())
}

fn refused(path: &Path, cause: &str) -> Error {
    Error::Input {
        path: path.to_path_buf(),
        cause: format!("is in the place of the work folder, and {cause}"),
        cure: "move it away, or name another output".to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! Several files are published together: all, or none.
//!
//! Used where a result is more than one file. Invariant: when any of them cannot be published, the
//! others are what they were before: gone, or with their old content. (Only a kill between two
//! renames leaves the first new and the second old, each whole.)

use super::{Draft, folder, sync_folder};
use crate::error::{Error, Result};
use crate::trace;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file that has its new content already.
struct Placed {
    target: PathBuf,
    /// Its old content; none where there was no such file.
    old: Option<TempPath>,
}

/// Publishes all of `drafts`, in order, or none.
///
/// # Errors
/// What the system says, with the path of the file that could not be published.
pub fn publish_all(mut drafts: Vec<Draft>) -> Result<()> {
    if drafts.len() < 2 {
        return drafts.into_iter().try_for_each(Draft::publish);
    }
    let mut ready = Vec::new();
    for draft in &mut drafts {
        // Those that come later are on their way while the first is waited for.
        draft.flush().map_err(|error| Error::io(&draft.path, error))?;
        draft.start(1);
    }
    for mut draft in drafts {
        let path = draft.path.clone();
        let settled = draft.settle().map_err(|error| Error::io(&path, error))?;
        ready.extend(settled.map(|(temporary, target)| (path, temporary, target)));
    }
    let (mut placed, mut folders) = (Vec::new(), Vec::new());
    let place_all = || {
        for (path, temporary, target) in ready {
            let failed = |error| Error::io(&path, error);
            place(temporary, &target, &mut placed).map_err(failed)?;
            if !folders.iter().any(|(_, known)| known == folder(&target)) {
                folders.push((path.clone(), folder(&target).to_path_buf()));
            }
        }
        folders
            .iter()
            .try_for_each(|(path, all)| sync_folder(all).map_err(|error| Error::io(path, error)))
    };
    if let Err(error) = place_all() {
        placed.into_iter().rev().for_each(take_back);
        return Err(error);
    }
    for done in &placed {
        trace::published(&done.target);
    }
    Ok(())
}

/// Gives `target` its new content, and keeps the old.
fn place(temporary: TempPath, target: &Path, placed: &mut Vec<Placed>) -> io::Result<()> {
    let old = keep(target, folder(&temporary))?;
    temporary.persist(target).map_err(|error| error.error)?;
    placed.push(Placed { target: target.to_path_buf(), old });
    Ok(())
}

/// A second name, in `beside`, for what is at `target`; a copy where there are no second names.
fn keep(target: &Path, beside: &Path) -> io::Result<Option<TempPath>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wirecopy-").suffix(".tmp");
    let linked = builder.make_in(beside, |path| fs::hard_link(target, path));
    let kept = match linked {
        Ok(kept) => kept.into_temp_path(),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !target.exists() => {
            return Ok(None);
        }
        Err(_) => {
            let copied = builder.make_in(beside, |path| fs::copy(target, path).map(drop));
            copied?.into_temp_path()
        }
    };
    Ok(Some(kept))
}

/// Gives a file back what it was. There is nobody to tell when that fails: the first failure is
/// told.
fn take_back(placed: Placed) {
    match placed.old {
        Some(old) => drop(old.persist(&placed.target)),
        None => drop(fs::remove_file(&placed.target)),
    }
    sync_folder(folder(&placed.target)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(path: &Path, content: &str) -> Draft {
        let mut draft = Draft::create(path).unwrap();
        draft.write_all(content.as_bytes()).unwrap();
        draft
    }

    fn names(folder: &Path) -> Vec<String> {
        let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = all.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_appear() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["one", "two", "three"].map(|name| folder.path().join(name));
        fs::write(&paths[1], "old").unwrap();
        publish_all(paths.iter().map(|path| draft(path, "new")).collect()).unwrap();
        assert!(paths.iter().all(|path| fs::read(path).unwrap() == b"new"));
        assert_eq!(names(folder.path()), ["one", "three", "two"]);
    }

    #[test]
    fn none_appears_where_one_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let [old, fresh, barred] = ["old", "fresh", "barred"].map(|name| folder.path().join(name));
        fs::write(&old, "old").unwrap();
        let drafts = [&old, &fresh, &barred].map(|path| draft(path, "new"));
        // A folder came into the way of the last one.
        fs::create_dir(&barred).unwrap();
        let error = publish_all(drafts.into()).unwrap_err();
        assert!(error.to_string().contains("barred"), "{error}");
        assert_eq!(fs::read(&old).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["barred", "old"]);
    }

    #[test]
    fn a_failed_write_of_one_publishes_none() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        let mut drafts = vec![draft(&one, "new"), draft(&two, "new")];
        drafts[1].failed = true;
        publish_all(drafts).unwrap_err();
        assert!(names(folder.path()).is_empty());
    }
}

//! What is in the place of the result.
//!
//! Invariant: only what is known to be a result of `dedup` is ever replaced, and only when asked;
//! a folder with anything else in it is never touched.

use super::{DUPLICATES, PAIRS, REMOVED, SUMMARY};
use crate::resume::Fingerprint;
use serde::Deserialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use wirecopy::corpus::Corpus;
use wirecopy::error::{Error, Result};
use wirecopy::export::{KEPT, absolute};
use wirecopy::store::FolderDraft;

/// What a summary says of the run that it is of.
#[derive(Deserialize)]
struct Of {
    fingerprint: Option<String>,
}

/// What is in the place of the result.
#[derive(Debug)]
pub(super) struct Existing {
    path: PathBuf,
    /// Names in the folder; none where there is no folder.
    names: Vec<String>,
    /// A link, a pipe or a device in it or below it: no run of `dedup` makes any.
    strange: Option<PathBuf>,
}

impl Existing {
    /// Looks.
    pub(super) fn of(folder: &FolderDraft) -> Result<Self> {
        let path = folder.target().to_path_buf();
        let (mut names, mut strange) = (Vec::new(), None);
        match fs::read_dir(&path) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(|error| Error::io(&path, error))?;
                    names.push(entry.file_name().to_string_lossy().into_owned());
                    let found = find_strange(&entry.path());
                    strange = strange.or(found.map_err(|error| Error::io(entry.path(), error))?);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(&path, error)),
        }
        names.sort();
        Ok(Self { path, names, strange })
    }

    /// Whether it is the whole result of a run over the same.
    pub(super) fn is_result_of(&self, now: &Fingerprint) -> Result<bool> {
        let Some(digest) = now.digest()? else { return Ok(false) };
        let Ok(bytes) = fs::read(self.path.join(SUMMARY)) else { return Ok(false) };
        let of = serde_json::from_slice::<Of>(&bytes).ok();
        Ok(of.is_some_and(|of| of.fingerprint == Some(digest)))
    }

    /// Refuses to replace what must stay.
    pub(super) fn check(&self, force: bool, corpora: &[&Corpus]) -> Result<()> {
        if self.names.is_empty() {
            return Ok(());
        }
        let refuse = |cause: String, cure: &str| {
            Err(Error::Input { path: self.path.clone(), cause, cure: cure.to_owned() })
        };
        let whole = self.names.iter().any(|name| name == SUMMARY);
        if let Some(name) = self.names.iter().find(|name| !whole || !is_ours(name)) {
            return refuse(
                format!("holds something else than a result of dedup, such as {name}"),
                "name another folder",
            );
        }
        if let Some(strange) = &self.strange {
            return refuse(
                format!("holds something else than a result of dedup: {}", strange.display()),
                "name another folder",
            );
        }
        if !force {
            return refuse(
                "holds a result already".to_owned(),
                "name another folder, or replace it with --force",
            );
        }
        for corpus in corpora {
            for source in 0..corpus.source_count() {
                let path = corpus.source_path(source);
                if self.holds(path) {
                    let cause =
                        format!("would be replaced, and holds an input: {}", path.display());
                    return refuse(cause, "name another folder");
                }
            }
        }
        Ok(())
    }

    fn holds(&self, path: &Path) -> bool {
        let inside = |path: &Path| path.starts_with(&self.path);
        let plain = absolute(path);
        plain.starts_with(absolute(&self.path)) || plain.canonicalize().is_ok_and(|p| inside(&p))
    }
}

/// The first thing at or below `path` that is neither a plain file nor a folder.
fn find_strange(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut left = vec![path.to_path_buf()];
    while let Some(path) = left.pop() {
        let found = fs::symlink_metadata(&path)?;
        if found.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
        } else if !found.is_file() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Whether a result of dedup has a file of this name.
fn is_ours(name: &str) -> bool {
    let kept = name.strip_prefix(KEPT).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let table = |table: &str| {
        [".jsonl", ".parquet"].iter().any(|form| name.strip_prefix(table) == Some(form))
    };
    kept || table(DUPLICATES) || table(PAIRS) || [REMOVED, SUMMARY].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_result() {
        for name in ["kept", "kept.jsonl.gz", "duplicates.jsonl", "pairs.parquet", "summary.json"] {
            assert!(is_ours(name), "{name}");
        }
        for name in ["keptsake", "notes.txt", ".git", "summary.json.bak", "pairs.txt"] {
            assert!(!is_ours(name), "{name}");
        }
    }
}

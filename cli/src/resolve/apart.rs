//! What a run writes is kept apart from what it reads.
//!
//! Asked by every command that writes files, before any work. What was typed is looked at here;
//! what it names in the end (lists, globs, folders) is known to the library when it opens the
//! inputs, which refuses the files that [`Apart::check`] hands to it. Invariant: no file that is
//! read is ever replaced, and no two results have one file, whatever their paths look like.

use super::refuse::refuse;
use crate::args::{ReadArgs, RunArgs};
use std::path::{Path, PathBuf};
use wirecopy::corpus::{Kept, ReadOptions};
use wirecopy::error::Result;

/// The files that a run writes, and what it was told to read, each with its flag.
#[derive(Debug, Default)]
pub(crate) struct Apart<'a> {
    written: Vec<(&'static str, &'a Path)>,
    read: Vec<(&'static str, &'a Path)>,
    index: Option<&'a Path>,
    /// A folder that is a result as a whole.
    folder: Option<(&'static str, &'a Path)>,
}

impl<'a> Apart<'a> {
    /// What the flags of every command name.
    pub(crate) fn of(run: &'a RunArgs, read: &'a ReadArgs) -> Self {
        let saved = Self::default().writes("--save-text", read.save_text.as_deref());
        saved.writes("--skipped", run.skipped.as_deref())
    }

    /// A file is written, which is not standard output.
    pub(crate) fn writes(mut self, flag: &'static str, path: Option<&'a Path>) -> Self {
        let file = path.filter(|path| path.as_os_str() != "-" && !is_stream(path));
        self.written.extend(file.map(|path| (flag, path)));
        self
    }

    /// A folder is written, and replaced as a whole.
    pub(crate) fn writes_folder(mut self, flag: &'static str, path: Option<&'a Path>) -> Self {
        self.folder = path.map(|path| (flag, path));
        self
    }

    /// Inputs are read.
    pub(crate) fn reads(mut self, flag: &'static str, inputs: &'a [String]) -> Self {
        for input in inputs {
            let path = Path::new(input);
            self.read.push((flag, path));
            if let Some(list) = input.strip_prefix('@').filter(|_| !path.exists()) {
                self.read.push((flag, Path::new(list)));
            }
        }
        self
    }

    /// A file beside the inputs is read.
    pub(crate) fn reads_file(mut self, flag: &'static str, path: Option<&'a Path>) -> Self {
        self.read.extend(path.map(|path| (flag, path)));
        self
    }

    /// An index is read or added to.
    pub(crate) fn index(mut self, path: Option<&'a Path>) -> Self {
        self.index = path;
        self
    }

    /// Refuses results that would overwrite each other, an input or a part of an index, and tells
    /// those who find the inputs of the others.
    pub(crate) fn check(mut self, options: &mut ReadOptions) -> Result<()> {
        // The main result is the one that the others are compared with.
        self.written.sort_by_key(|(flag, _)| *flag != "--output");
        for (n, (flag, path)) in self.written.iter().enumerate() {
            let mut earlier = self.written.iter().take(n);
            if let Some((other, _)) = earlier.find(|(_, other)| is_same(other, path)) {
                let cause = format!("names the same file as {other}");
                return refuse(flag, cause, "give it another name");
            }
            if let Some((read, input)) = self.read.iter().find(|(_, read)| is_same(read, path)) {
                let cause = format!("would replace an input: {read} {}", input.display());
                return refuse(flag, cause, "write to another file");
            }
            if let Some(index) = self.index.filter(|index| is_below(path, index)) {
                let cause = format!("would be among the files of the index {}", index.display());
                return refuse(flag, cause, "write to another folder");
            }
            let folder = self.folder.filter(|(_, folder)| is_below(path, folder));
            if let Some((other, folder)) = folder {
                let cause = format!("is in the folder of {other}, {}", folder.display());
                return refuse(flag, cause, "the folder is a result by itself; write elsewhere");
            }
        }
        // Only a file that is there can be an input.
        let there = self.written.iter().filter(|(_, path)| path.is_file());
        options.kept_apart = there.map(|(flag, path)| Kept::new(*flag, path)).collect();
        Ok(())
    }
}

/// Devices and pipes may be written to by several.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The one path of a file, also of one that is not there yet.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize();
        let name = path.file_name();
        folder.ok().zip(name).map_or_else(|| path.to_path_buf(), |(at, name)| at.join(name))
    })
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || identity(a) == identity(b)
}

fn is_below(path: &Path, folder: &Path) -> bool {
    identity(path).starts_with(identity(folder))
}

//! Walking a folder.
//!
//! Feeds list. Plain entries come before symbolic links, so that a file reached both ways keeps
//! its plain path whatever the links are called.
//! Invariant: ends for every tree (each folder is entered once, by its real path), never opens
//! anything but folders, and returns the files in the order of the bytes of their paths.

use crate::corpus::problem::{Problem, Refusal};
use crate::hash::Set;
use crate::store::Shelf;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file found.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its path, which starts as the folder was named.
    pub path: PathBuf,
    /// Its real path, which shows whether it was found before.
    pub real: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// State of a walk; `entered` lives on, so that overlapping inputs are read once.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    entered: &'a mut Set<PathBuf>,
    problems: &'a mut Vec<Problem>,
    entries: Vec<Entry>,
    linked: Vec<Entry>,
    folders: Vec<(PathBuf, PathBuf)>,
    links: BTreeSet<PathBuf>,
    /// Names that begin with `_` and are not known as marks.
    aside: BTreeSet<PathBuf>,
    /// What was computed of the rows beside it.
    caches: BTreeSet<PathBuf>,
    /// Folders of what pages that were saved show beside their text.
    parts: BTreeSet<PathBuf>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(entered: &'a mut Set<PathBuf>, problems: &'a mut Vec<Problem>) -> Self {
        let (entries, linked, folders) = (Vec::new(), Vec::new(), Vec::new());
        let (links, aside) = (BTreeSet::new(), BTreeSet::new());
        let (caches, parts) = (BTreeSet::new(), BTreeSet::new());
        Self { entered, problems, entries, linked, folders, links, aside, caches, parts }
    }

    /// All files below `root`, sorted.
    pub(crate) fn files(mut self, root: &Path) -> Vec<Entry> {
        let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        if self.entered.insert(real.clone()) {
            self.folders.push((root.to_path_buf(), real));
        }
        loop {
            while let Some((path, real)) = self.folders.pop() {
                if let Err(error) = self.folder(&path, &real) {
                    self.unreadable(&path, &error);
                }
            }
            let Some(link) = self.links.pop_first() else { break };
            if let Err(error) = self.link(&link) {
                self.unreadable(&link, &error);
            }
        }
        self.add_linked();
        self.report_aside();
        self.entries.sort_by(|a, b| bytes(&a.path).cmp(bytes(&b.path)));
        self.entries
    }

    /// Links to files that were not found otherwise, each file once.
    fn add_linked(&mut self) {
        if self.linked.is_empty() {
            return;
        }
        let mut plain: Set<PathBuf> = self.entries.iter().map(|entry| entry.real.clone()).collect();
        let fresh = self.linked.drain(..).filter(|entry| plain.insert(entry.real.clone()));
        self.entries.extend(fresh);
    }

    /// Says what was passed over for its name alone.
    fn report_aside(&mut self) {
        if let Some(first) = self.caches.first() {
            let cause = format!(
                "caches that data sets of Hugging Face keep beside their rows are passed over: {}",
                self.caches.len()
            );
            let cure = "name one as an input of its own to read it";
            self.problems.push(Problem::noted(first, None, cause, cure));
        }
        if let Some(first) = self.parts.first() {
            let cause = format!(
                "folders of pages that a browser saved (pictures, frames) are passed over: {}",
                self.parts.len()
            );
            let cure = "name one as an input of its own to read it";
            self.problems.push(Problem::noted(first, None, cause, cure));
        }
        let Some(first) = self.aside.first() else { return };
        let Refusal { cause, cure } = aside(self.aside.len());
        self.problems.push(Problem::skipped(first, None, cause, &cure));
    }

    fn folder(&mut self, path: &Path, real: &Path) -> io::Result<()> {
        if Shelf::at(path).is_there() {
            let cause = "is an index, whose files are no articles";
            self.problems.push(Problem::skipped(path, None, cause, "ask the index by itself"));
            return Ok(());
        }
        let before = self.entries.len();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            match name.as_encoded_bytes() {
                [b'.', ..] => continue,
                [b'_', mark @ ..] => {
                    if !is_mark(mark) {
                        self.aside.insert(path.join(&name));
                    }
                    continue;
                }
                name if is_note(name, path) || is_litter(name) => continue,
                _ => {}
            }
            let (path, real) = (path.join(&name), real.join(&name));
            match entry.metadata() {
                Ok(found) if found.is_symlink() => {
                    self.links.insert(path);
                }
                Ok(found) if found.is_dir() && is_part_of_page(&path) => {
                    self.parts.insert(path);
                }
                Ok(found) if found.is_dir() => {
                    if self.entered.insert(real.clone()) {
                        self.folders.push((path, real));
                    }
                }
                Ok(found) if found.is_file() => {
                    self.entries.push(Entry { path, real, bytes: found.len() });
                }
                Ok(_) => self.problems.push(special(&path)),
                Err(error) => self.unreadable(&path, &error),
            }
        }
        self.pass_caches(before);
        Ok(())
    }

    /// Takes the caches out of the files of one folder, those since `before`, where rows are beside
    /// them: a cache holds the same texts once more.
    fn pass_caches(&mut self, before: usize) {
        let is_arrow = |entry: &Entry| entry.path.extension().is_some_and(|end| end == "arrow");
        let is_cache = |entry: &Entry| {
            let name = entry.path.file_name().unwrap_or_default().as_encoded_bytes();
            is_arrow(entry) && name.starts_with(b"cache-")
        };
        let fresh = self.entries.get(before..).unwrap_or_default();
        if !fresh.iter().any(is_cache) || !fresh.iter().any(|e| is_arrow(e) && !is_cache(e)) {
            return;
        }
        let fresh = self.entries.split_off(before);
        for entry in fresh {
            if is_cache(&entry) {
                self.caches.insert(entry.path);
            } else {
                self.entries.push(entry);
            }
        }
    }

    fn link(&mut self, path: &Path) -> io::Result<()> {
        let real = fs::canonicalize(path)?;
        let found = fs::metadata(&real)?;
        if found.is_dir() {
            if self.entered.insert(real.clone()) {
                self.folders.push((path.to_path_buf(), real));
            } else {
                self.problems.push(Problem::noted(
                    path,
                    None,
                    "is a symbolic link to a folder that is read already (a loop?)",
                    "remove the link; the folder is read once",
                ));
            }
        } else if found.is_file() {
            self.linked.push(Entry { path: path.to_path_buf(), real, bytes: found.len() });
        } else {
            self.problems.push(special(path));
        }
        Ok(())
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        self.problems.push(Problem::refused(path, None, explain(path, error)));
    }
}

/// What is said of so many files that are passed over for their names alone.
pub(crate) fn aside(files: usize) -> Refusal {
    let cause = match files {
        1 => "is passed over, because its name begins with `_`".to_owned(),
        n => {
            format!("is passed over with {} others, because their names begin with `_`", n - 1)
        }
    };
    Refusal::new(cause, "name it as an input of its own, or rename it, to read it")
}

/// Whether a file holds what Hugging Face notes beside the rows of a data set in a folder.
fn is_note(name: &[u8], folder: &Path) -> bool {
    let beside = |other: &str| folder.join(other).is_file();
    match name {
        b"dataset_dict.json" => true,
        b"dataset_info.json" => beside("state.json"),
        b"state.json" => beside("dataset_info.json"),
        _ => false,
    }
}

/// Whether a name is that of what systems and programs leave in folders: thumbnails, settings of
/// the view, locks of documents that are open.
pub(crate) fn is_litter(name: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];
    name.starts_with(b"~$") || NAMES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether a folder holds what a page beside it shows: browsers save a page as a file and such a
/// folder, whose name ends in the word of their language.
fn is_part_of_page(folder: &Path) -> bool {
    const ENDS: [&str; 14] = [
        "_files",
        ".files",
        "-Dateien",
        "_Dateien",
        "-filer",
        "_filer",
        "_fichiers",
        "_archivos",
        "_arquivos",
        "_ficheiros",
        "_file",
        "_bestanden",
        "_pliki",
        "_tiedostot",
    ];
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { return false };
    let page = ENDS.iter().find_map(|end| name.strip_suffix(end)).filter(|page| !page.is_empty());
    page.is_some_and(|page| {
        ["html", "htm"].iter().any(|end| folder.with_file_name(format!("{page}.{end}")).is_file())
    })
}

/// Whether a name is that of a mark which programs leave in folders of tables; it comes without
/// its `_`.
pub(crate) fn is_mark(name: &[u8]) -> bool {
    const MARKS: [&[u8]; 7] = [
        b"SUCCESS",
        b"metadata",
        b"common_metadata",
        b"temporary",
        b"delta_log",
        b"spark_metadata",
        b"symlink_format_manifest",
    ];
    let numbered = |start: &[u8]| name.starts_with(start);
    MARKS.contains(&name) || numbered(b"committed_") || numbered(b"started_")
}

pub(crate) fn explain(path: &Path, error: &io::Error) -> Refusal {
    let cure = match error.kind() {
        io::ErrorKind::PermissionDenied => "check the permissions",
        _ if path.is_symlink() => "the symbolic link leads nowhere or back to itself; remove it",
        io::ErrorKind::NotFound => "leave the inputs alone during a run",
        _ => "check the disk and the file",
    };
    Refusal::new(error.to_string(), cure)
}

pub(crate) fn special(path: &Path) -> Problem {
    Problem::skipped(
        path,
        None,
        "is not a regular file (a FIFO, socket or device)",
        "take it out of the folder, or name it as an input of its own",
    )
}

/// Bytes of a path, for sorting.
pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

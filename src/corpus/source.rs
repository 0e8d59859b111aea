//! Inputs as the user names them become a list of sources.
//!
//! First step of the stage; feeds block. Uses walk for folders and sniff for formats.
//! Invariant: the list depends on the names and contents alone, not on the order in which the
//! file system lists them, and no file stands in it twice.

use super::encoding::Refusal;
use super::remote::{self, Object, Stores};
use super::sniff::{self, Asked};
use super::walk::{self, Walk};
use super::{Format, Problem, compressed};
use crate::error::{Error, Result};
use crate::hash::Set;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest list of inputs in bytes.
const LIST_BYTES: u64 = 256 << 20;

/// A file or stream to be read.
#[derive(Debug)]
pub(super) struct Source {
    /// Path as the user would write it; `-` for standard input.
    pub path: PathBuf,
    /// What it holds.
    pub format: Format,
    /// The sub-directory it was found in.
    pub outlet: Option<Arc<str>>,
    /// Size as stored; 0 where unknown.
    pub bytes: u64,
    /// Can be read only once.
    pub stream: bool,
    /// Is standard input.
    pub stdin: bool,
    /// Is no file of this machine.
    pub object: Option<Object>,
}

impl Source {
    /// A file with its content; an object is fetched into `folder`.
    pub(super) fn file(&self, folder: Option<&Path>) -> io::Result<PathBuf> {
        self.object.as_ref().map_or_else(|| Ok(self.path.clone()), |object| object.file(folder))
    }
}

/// What ends the run, if an error says nothing about the file.
pub(super) fn failure(path: &Path, error: &io::Error) -> Option<Error> {
    if let Some(code) = error.raw_os_error().filter(|_| Error::is_out_of_files(error)) {
        return Some(Error::io(path, io::Error::from_raw_os_error(code)));
    }
    let (cause, cure) = remote::failure(error)?;
    Some(Error::Input { path: path.to_path_buf(), cause, cure })
}

/// Finds the sources behind `inputs`.
pub(super) fn resolve(
    inputs: &[String],
    forced: Option<Format>,
) -> Result<(Vec<Source>, Vec<Problem>)> {
    let mut resolver = Resolver {
        forced,
        sources: Vec::new(),
        problems: Vec::new(),
        stores: Stores::default(),
        seen: Set::default(),
        entered: Set::default(),
    };
    for input in inputs {
        resolver.input(input)?;
    }
    Ok((resolver.sources, resolver.problems))
}

/// A file on its way into the list.
struct Candidate {
    path: PathBuf,
    real: PathBuf,
    bytes: u64,
    asked: Asked,
}

struct Resolver {
    forced: Option<Format>,
    sources: Vec<Source>,
    problems: Vec<Problem>,
    stores: Stores,
    seen: Set<PathBuf>,
    entered: Set<PathBuf>,
}

impl Resolver {
    fn input(&mut self, input: &str) -> Result<()> {
        let path = Path::new(input);
        if input == "-" {
            self.stream(path, true);
            return Ok(());
        }
        if remote::is_address(input) {
            return self.stores.find(input)?.into_iter().try_for_each(|found| self.object(found));
        }
        match fs::metadata(path) {
            Ok(found) => self.path(path, &found, Asked::Named),
            Err(_) if input.starts_with('@') => self.list(input),
            Err(_) if input.contains(['*', '?', '[']) => self.glob(input),
            Err(error) => Err(Error::io(path, error)),
        }
    }

    /// Inputs named one a line in a file (`@list.txt`).
    fn list(&mut self, input: &str) -> Result<()> {
        let path = Path::new(input.trim_start_matches('@'));
        let refuse = |cause: String, cure: &str| {
            Err(Error::Input { path: path.to_path_buf(), cause, cure: cure.to_owned() })
        };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let read = file.take(LIST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| Error::io(path, error))?;
        if bytes.len() as u64 > LIST_BYTES {
            return refuse(format!("list over the limit: {LIST_BYTES} bytes"), "split the list");
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return refuse("is not a list in UTF-8".to_owned(), "write one path a line");
        };
        let names = text.trim_start_matches('\u{feff}').lines().map(str::trim_end);
        for (n, name) in names.enumerate().filter(|(_, name)| !name.is_empty()) {
            if name == "-" || name.starts_with('@') {
                return refuse(
                    format!("line {} names a stream or another list: {name}", n + 1),
                    "name files, folders and globs",
                );
            }
            self.input(name)?;
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, found: &Metadata, asked: Asked) -> Result<()> {
        if found.is_dir() {
            self.folder(path);
            return Ok(());
        }
        if !found.is_file() {
            if asked == Asked::Named {
                self.stream(path, false);
            } else {
                self.problems.push(walk::special(path));
            }
            return Ok(());
        }
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let (path, bytes) = (path.to_path_buf(), found.len());
        self.file(Candidate { path, real, bytes, asked }, None)
    }

    fn folder(&mut self, root: &Path) {
        let entries = Walk::new(&mut self.entered, &mut self.problems).files(root);
        let mut outlet: Option<Arc<str>> = None;
        for entry in entries {
            outlet = below(root, &entry.path).map(|name| match &outlet {
                Some(last) if **last == *name => Arc::clone(last),
                _ => Arc::from(name),
            });
            let walk::Entry { path, real, bytes } = entry;
            let candidate = Candidate { path, real, bytes, asked: Asked::Found };
            // Found files never fail: what is wrong with them is a problem.
            let done = self.file(candidate, outlet.clone());
            debug_assert!(done.is_ok());
        }
    }

    fn glob(&mut self, pattern: &str) -> Result<()> {
        let refuse = |cause: String| Error::Input {
            path: pattern.into(),
            cause,
            cure: "check the pattern".to_owned(),
        };
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let matches =
            glob::glob_with(pattern, options).map_err(|e| refuse(format!("bad pattern: {e}")))?;
        let mut paths = Vec::new();
        for found in matches {
            match found {
                Ok(path) => paths.push(path),
                Err(error) => self.unreadable(error.path(), error.error(), Asked::Matched)?,
            }
        }
        if paths.is_empty() {
            return Err(refuse("no file matches".to_owned()));
        }
        paths.sort_by(|a, b| walk::bytes(a).cmp(walk::bytes(b)));
        for path in paths {
            match fs::metadata(&path) {
                Ok(found) => self.path(&path, &found, Asked::Matched)?,
                Err(error) => self.unreadable(&path, &error, Asked::Matched)?,
            }
        }
        Ok(())
    }

    /// A stream is JSON Lines unless its name or the user says otherwise: it cannot be sniffed.
    fn stream(&mut self, path: &Path, stdin: bool) {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if !self.seen.insert(real) {
            return;
        }
        let format = self.forced.or_else(|| sniff::known(path)).unwrap_or(Format::JsonLines);
        let path = path.to_path_buf();
        self.sources.push(Source {
            path,
            format,
            outlet: None,
            bytes: 0,
            stream: true,
            stdin,
            object: None,
        });
    }

    fn file(&mut self, file: Candidate, outlet: Option<Arc<str>>) -> Result<()> {
        let Candidate { path, real, bytes, asked } = file;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if asked == Asked::Named {
            // Better now than after hours of reading other inputs.
            File::open(&path).map_err(|error| Error::io(&path, error))?;
        }
        let head = |bytes| compressed::head(File::open(&path)?, bytes);
        let Some(format) = self.format(&path, asked, &head)? else { return Ok(()) };
        self.add((path, bytes), format, outlet, None);
        Ok(())
    }

    /// An object in a store.
    fn object(&mut self, found: remote::Found) -> Result<()> {
        let remote::Found { path, object, bytes, asked, outlet } = found;
        if !self.seen.insert(path.clone()) {
            return Ok(());
        }
        let head = |bytes| compressed::head(object.open()?, bytes);
        let Some(format) = self.format(&path, asked, &head)? else { return Ok(()) };
        self.add((path, bytes), format, outlet, Some(object));
        Ok(())
    }

    /// Adds a file or an object; only documents have the outlet of their folder.
    fn add(
        &mut self,
        (path, bytes): (PathBuf, u64),
        format: Format,
        outlet: Option<Arc<str>>,
        object: Option<Object>,
    ) {
        let outlet = outlet.filter(|_| format.is_document());
        let (stream, stdin) = (false, false);
        self.sources.push(Source { path, format, outlet, bytes, stream, stdin, object });
    }

    /// The format of a source of which `head` gives the first bytes; none where it is not read.
    fn format(
        &mut self,
        path: &Path,
        asked: Asked,
        head: sniff::Head<'_>,
    ) -> Result<Option<Format>> {
        if let Some(format) = self.forced {
            return Ok(Some(format));
        }
        match sniff::decide(path, asked, head) {
            Ok(Ok(format)) => return Ok(Some(format)),
            Ok(Err(refusal)) => self.refuse(path, refusal, asked)?,
            Err(error) => self.unreadable(path, &error, asked)?,
        }
        Ok(None)
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error, asked: Asked) -> Result<()> {
        if let Some(failure) = failure(path, error) {
            return Err(failure);
        }
        self.refuse(path, walk::explain(path, error), asked)
    }

    fn refuse(&mut self, path: &Path, refusal: Refusal, asked: Asked) -> Result<()> {
        let Refusal { cause, cure } = refusal;
        if asked == Asked::Named {
            return Err(Error::Input { path: path.to_path_buf(), cause, cure });
        }
        self.problems.push(Problem::skipped(path, None, cause, cure));
        Ok(())
    }
}

/// Name of the sub-directory directly below `root` that holds `path`; `None` where it is flat.
fn below<'a>(root: &Path, path: &'a Path) -> Option<std::borrow::Cow<'a, str>> {
    let mut parts = path.strip_prefix(root).ok()?.components();
    let first = parts.next()?;
    parts.next()?;
    Some(first.as_os_str().to_string_lossy())
}

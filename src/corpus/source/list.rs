//! Inputs as the user names them become a list of sources.
//!
//! First step of the stage; feeds blocks. Uses walk for folders and sniff for formats.
//! Invariant: the list depends on the names and contents alone, not on the order in which the
//! file system lists them, and no file is in it twice.

use super::archive::{self, Member};
use super::compressed::{self, Compression};
use super::file::{Pipe, Source, failure, inner_text, stdin_start};
use super::keys;
use super::kind::{Format, FormatLayout, Inner, Wanted};
use super::remote::{self, Access, Listed, Object, Stores};
use super::sniff::{Asked, EXPORT_BYTES, HEAD_BYTES, Head, MAGIC_BYTES, Sniffer};
use super::walk::{self, Walk};
use crate::corpus::options::Kept;
use crate::corpus::problem::{Problem, Refusal};
use crate::error::{Error, Result};
use crate::hash::Set;
use std::borrow::Cow;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest list of inputs in bytes.
const LIST_BYTES: u64 = 256 << 20;

/// Files of a folder, up to which every text is opened to see whether it is an export of a news
/// database; of more, those of the size below. To open each of a million articles would cost more
/// than to read them.
const FEW_FILES: usize = 256;
const EXPORT_FILE_BYTES: u64 = 16 << 10;

/// Bytes of the text in a file of a word processor that are looked at: as many as show a layout.
const INNER_BYTES: usize = 16 << 10;

/// How formats are recognised and stores are opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'r> {
    /// The format of every input, where the user says it.
    pub(crate) forced: Option<Format>,
    /// The format of a stream without a helpful name.
    pub(crate) stream: Format,
    pub(crate) sniffer: Sniffer<'r>,
    /// Bytes of a text that is looked into.
    pub(crate) most_text: usize,
    /// Files that the run writes, none of which may be a source.
    pub(crate) kept_apart: &'r [Kept],
    pub(crate) access: &'r Access,
}

/// Finds the sources that `inputs` name.
pub(crate) fn resolve(inputs: &[String], rules: Rules<'_>) -> Result<(Vec<Source>, Vec<Problem>)> {
    let mut resolver = Resolver {
        rules,
        sources: Vec::new(),
        problems: Vec::new(),
        stores: Stores::new(rules.access.clone()),
        seen: Set::default(),
        lists: Set::default(),
        entered: Set::default(),
    };
    let kept: Vec<(&Kept, PathBuf)> = rules
        .kept_apart
        .iter()
        .filter_map(|kept| Some((kept, fs::canonicalize(&kept.path).ok()?)))
        .collect();
    for input in inputs {
        resolver.input(input)?;
        // After each, so that it is known which of them leads there.
        let is_read =
            |real: &PathBuf| [&resolver.seen, &resolver.lists].iter().any(|set| set.contains(real));
        if let Some((kept, _)) = kept.iter().find(|(_, real)| is_read(real)) {
            return Err(replaced(kept, input));
        }
    }
    Ok((resolver.sources, resolver.problems))
}

/// A file on its way into the list.
struct Candidate {
    path: PathBuf,
    real: PathBuf,
    bytes: u64,
    asked: Asked,
    /// It is one of so many files that a text is not opened to see whether it is an export.
    crowded: bool,
}

/// Where a source is.
enum Place {
    File,
    Object(Object),
    Member(Member),
    Inner(Inner),
}

struct Resolver<'r> {
    rules: Rules<'r>,
    sources: Vec<Source>,
    problems: Vec<Problem>,
    stores: Stores,
    seen: Set<PathBuf>,
    /// The lists of inputs, which are read and are no sources.
    lists: Set<PathBuf>,
    entered: Set<PathBuf>,
}

impl Resolver<'_> {
    fn input(&mut self, input: &str) -> Result<()> {
        let path = Path::new(input);
        if input == "-" {
            return self.stream(path, true);
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
        self.lists.extend(fs::canonicalize(path));
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
                return self.stream(path, false);
            }
            self.problems.push(walk::special(path));
            return Ok(());
        }
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let (path, bytes) = (path.to_path_buf(), found.len());
        self.file(Candidate { path, real, bytes, asked, crowded: false }, None)
    }

    fn folder(&mut self, root: &Path) {
        let entries = Walk::new(&mut self.entered, &mut self.problems).files(root);
        let many = entries.len() > FEW_FILES;
        let mut outlet: Option<Arc<str>> = None;
        for entry in entries {
            outlet = below(root, &entry.path).map(|name| match &outlet {
                Some(last) if **last == *name => Arc::clone(last),
                _ => Arc::from(name),
            });
            let walk::Entry { path, real, bytes } = entry;
            let crowded = many && bytes < EXPORT_FILE_BYTES;
            let candidate = Candidate { path, real, bytes, asked: Asked::Found, crowded };
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

    /// A stream has the format of its name, or that of its first bytes.
    fn stream(&mut self, path: &Path, stdin: bool) -> Result<()> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if !self.seen.insert(real) {
            return Ok(());
        }
        let refuse = |Refusal { cause, cure }: Refusal| Error::Input {
            path: path.to_path_buf(),
            cause,
            cure,
        };
        let Rules { forced, sniffer, stream, .. } = self.rules;
        let failed = |error: io::Error| Error::io(path, error);
        let (mut pipe, known) = (None, forced.or_else(|| sniffer.known(path)));
        let format = if let Some(format) = known {
            format
        } else {
            let start = if stdin {
                stdin_start(HEAD_BYTES).map_err(failed)?.to_vec()
            } else {
                let opened = Pipe::open(path, HEAD_BYTES).map_err(failed)?;
                pipe.insert(opened).start().to_vec()
            };
            let head = compressed::head_of(start, HEAD_BYTES);
            sniffer.of_stream(&head, stream).map_err(refuse)?
        };
        if format.layout() == FormatLayout::Rows {
            let cause = format!("is a stream of {}, which is read from its end", format.name());
            return Err(refuse(Refusal::new(cause, "save it to a file and name the file")));
        }
        let path = path.to_path_buf();
        self.sources.push(Source {
            path,
            format,
            outlet: None,
            keys: Box::default(),
            named: true,
            bytes: 0,
            stream: true,
            stdin,
            pipe,
            object: None,
            member: None,
            inner: None,
        });
        Ok(())
    }

    fn file(&mut self, file: Candidate, outlet: Option<Arc<str>>) -> Result<()> {
        let Candidate { path, real, bytes, asked, crowded } = file;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if asked == Asked::Named {
            // Better now than after hours of reading other inputs.
            File::open(&path).map_err(|error| Error::io(&path, error))?;
        }
        let start = self.nameless_start(&path)?;
        if archive::is_archive(&path) || self.is_nameless_archive(start.as_deref()) {
            return self.archive(&path, asked, outlet.as_ref());
        }
        // The start of a file is read once, unless it has to be decompressed.
        let start = start.filter(|start| Compression::of(start) == Compression::None);
        let head = |most| match (most, &start) {
            (EXPORT_BYTES | MAGIC_BYTES, _) if crowded => Ok(Vec::new()),
            (HEAD_BYTES, Some(start)) => Ok(start.clone()),
            (most, _) => compressed::head(File::open(&path)?, most),
        };
        let Some(format) = self.format(&path, asked, &head)? else { return Ok(()) };
        match self.export_in(&path, format) {
            Some((export, inner)) => {
                self.add((path, bytes, asked), export, outlet, Place::Inner(inner));
            }
            None => self.add((path, bytes, asked), format, outlet, Place::File),
        }
        Ok(())
    }

    /// The start of a file whose name says nothing.
    fn nameless_start(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        if path.extension().is_some() || self.rules.forced.is_some() {
            return Ok(None);
        }
        let mut start = Vec::new();
        let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut start));
        read.map_err(|error| Error::io(path, error))?;
        Ok(Some(start))
    }

    /// Whether a file that starts so is an archive, and no document that is kept as one.
    fn is_nameless_archive(&self, start: Option<&[u8]>) -> bool {
        start.is_some_and(|start| {
            archive::starts_archive(start) && !self.rules.sniffer.is_sure(start)
        })
    }

    /// The layout of an export of a news database that is in a file of a word processor, judged by
    /// the start of its text: whole it is read once, by the workers.
    fn export_in(&self, path: &Path, format: Format) -> Option<(Format, Inner)> {
        let inner = format.0.inner.filter(|_| self.rules.forced.is_none())?;
        let wanted = (self.rules.most_text, Wanted::Start(INNER_BYTES));
        let (text, _) = inner_text(path, inner, wanted).ok()?;
        Some((self.rules.sniffer.export(&text)?, inner))
    }

    /// The members of an archive, as a folder has files.
    fn archive(&mut self, path: &Path, asked: Asked, outlet: Option<&Arc<str>>) -> Result<()> {
        let members = match archive::list(path) {
            Ok(members) => members,
            Err(refusal) => return self.refuse(path, refusal, asked),
        };
        let crawls = archive::crawls(path, &members);
        let is_read = |number: usize| {
            crawls.as_ref().is_none_or(|crawls| crawls.binary_search(&number).is_ok())
        };
        let members = members.into_iter().enumerate().filter(|(number, _)| is_read(*number));
        for (_, archive::Listed { name, member }) in members {
            let label = path.join(name);
            let member = match member {
                Ok(member) => member,
                Err(refusal) => {
                    self.problems.push(Problem::refused(&label, None, refusal));
                    continue;
                }
            };
            let head = |most| far(most, || archive::open(&member));
            let Some(format) = self.format(&label, Asked::Found, &head)? else { continue };
            if format.layout() == FormatLayout::Rows {
                let cause =
                    format!("is {} in an archive, which is read from its end", format.name());
                let refusal = Refusal::new(cause, "unpack it and name the file");
                self.problems.push(Problem::refused(&label, None, refusal));
                continue;
            }
            let outlet = outlet.cloned().or_else(|| below(path, &label).map(Arc::from));
            let bytes = member.stored();
            self.add((label, bytes, Asked::Found), format, outlet, Place::Member(member));
        }
        Ok(())
    }

    /// An object in a store.
    fn object(&mut self, found: Listed) -> Result<()> {
        let Listed { path, object, bytes, asked, outlet } = found;
        if !self.seen.insert(path.clone()) {
            return Ok(());
        }
        let head = |most| far(most, || object.open());
        let Some(format) = self.format(&path, asked, &head)? else { return Ok(()) };
        self.add((path, bytes, asked), format, outlet, Place::Object(object));
        Ok(())
    }

    /// Adds a file or an object; only documents have the outlet of their folder.
    fn add(
        &mut self,
        (path, bytes, asked): (PathBuf, u64, Asked),
        format: Format,
        outlet: Option<Arc<str>>,
        place: Place,
    ) {
        let outlet = outlet.filter(|_| format.is_document());
        let (stream, stdin, named) = (false, false, asked == Asked::Named);
        let keys = keys::keys(&path);
        let (object, member, inner) = match place {
            Place::File => (None, None, None),
            Place::Object(object) => (Some(object), None, None),
            Place::Member(member) => (None, Some(member), None),
            Place::Inner(inner) => (None, None, Some((inner, self.rules.most_text))),
        };
        self.sources.push(Source {
            path,
            format,
            outlet,
            keys,
            named,
            bytes,
            stream,
            stdin,
            pipe: None,
            object,
            member,
            inner,
        });
    }

    /// The format of a source of which `head` returns the first bytes; none where it is not read.
    fn format(&mut self, path: &Path, asked: Asked, head: Head<'_>) -> Result<Option<Format>> {
        if let Some(format) = self.rules.forced {
            return Ok(Some(format));
        }
        match self.rules.sniffer.decide(path, asked, head) {
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

/// Refuses to replace a file that an input names.
fn replaced(kept: &Kept, input: &str) -> Error {
    let Kept { setting, path } = kept;
    let cause = format!("would replace {}, which is read as part of {input}", path.display());
    Error::Setting { name: setting.clone(), cause, cure: "write to another file".to_owned() }
}

/// Name of the first sub-directory below `root` that holds `path` and names neither a column nor a
/// year, a month or a day; `None` where it is flat.
fn below<'a>(root: &Path, path: &'a Path) -> Option<Cow<'a, str>> {
    let folder = path.strip_prefix(root).ok()?.parent()?;
    let mut names = folder.components().map(|part| part.as_os_str().to_string_lossy());
    let mut dated = false;
    names.find(|name| {
        let is_date = is_date(name, dated);
        dated = dated || is_date;
        keys::key(name).is_none() && !is_date
    })
}

/// Whether a folder has the name of a year, or of a year with month and day; below one also that of
/// a month or a day.
fn is_date(name: &str, below_date: bool) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_year = |text: &str| text.len() == 4 && digits(text) && ("1600"..="2199").contains(&text);
    let is_part = |text: &str| (1..=2).contains(&text.len()) && digits(text);
    let mut parts = name.split(['-', '_', '.']);
    let year = parts.next().unwrap_or_default();
    let compact = [6, 8].contains(&name.len()) && digits(name) && is_year(&name[..4]);
    compact || is_year(year) && parts.all(is_part) || below_date && is_part(name)
}

/// The first bytes of what is far away: it is not opened for the sake of magic bytes alone.
fn far<R: Read + Send + 'static>(
    most: u64,
    open: impl FnOnce() -> io::Result<R>,
) -> io::Result<Vec<u8>> {
    if most == MAGIC_BYTES { Ok(Vec::new()) } else { compressed::head(open()?, most) }
}

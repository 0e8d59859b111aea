//! A file, stream or object to be read.
//!
//! Made by list, used by everything that reads bytes.

use super::archive::{self, Member};
use super::compressed::{self, Opened, Stream};
use super::kind::{Format, Inner, Wanted};
use super::remote::{self, Object};
use crate::error::Error;
use std::fs::File;
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A file or stream to be read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path as the user would write it; `-` for standard input.
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) format: Format,
    /// The sub-directory it was found in.
    pub(crate) outlet: Option<Arc<str>>,
    /// Columns and values in the names of the folders above it.
    pub(crate) keys: Box<[(String, String)]>,
    /// Was named as an input, rather than found in a folder or by a pattern.
    pub(crate) named: bool,
    /// Size as stored; 0 where unknown.
    pub(crate) bytes: u64,
    /// Can be read only once.
    pub(crate) stream: bool,
    /// Is standard input.
    pub(crate) stdin: bool,
    /// Is a pipe whose start was looked at.
    pub(crate) pipe: Option<Arc<Pipe>>,
    /// Is in an object store, not on this machine.
    pub(crate) object: Option<Object>,
    /// Is a member of an archive.
    pub(crate) member: Option<Member>,
    /// Is the text in a file of a word processor, which may have so many bytes.
    pub(crate) inner: Option<(Inner, usize)>,
}

impl Source {
    /// Opens it, freed of compression; `taken` counts the stored bytes as they are read, and `most`
    /// bounds what it expands to.
    pub(crate) fn open(&self, most: u64, taken: &Arc<AtomicU64>) -> io::Result<Opened> {
        let raw: Stream = if self.stdin {
            let start = STDIN_START.get().map_or(&[][..], Vec::as_slice);
            Box::new(start.chain(io::stdin()))
        } else if let Some(pipe) = &self.pipe {
            pipe.take()?
        } else if let Some(object) = &self.object {
            object.open()?
        } else if let Some(member) = &self.member {
            archive::open(member)?
        } else if let Some((inner, largest)) = self.inner {
            let (text, cut) = inner_text(&self.path, inner, (largest, Wanted::All(largest)))?;
            let opened = compressed::counted(Cursor::new(text), most, taken)?;
            return Ok(Opened { cut, ..opened });
        } else {
            return compressed::counted(File::open(&self.path)?, most, taken);
        };
        compressed::counted(raw, most, taken)
    }

    /// Whether it is somewhere else than in a file of its own, and can only be read from its start.
    pub(crate) fn is_apart(&self) -> bool {
        self.object.is_some() || self.member.is_some() || self.inner.is_some()
    }

    /// The file that changes when it does.
    pub(crate) fn stored(&self) -> &Path {
        self.member.as_ref().map_or(&self.path, Member::archive)
    }

    /// A file with its content; an object is fetched into `folder`.
    pub(crate) fn file(&self, folder: Option<&Path>) -> io::Result<PathBuf> {
        self.object.as_ref().map_or_else(|| Ok(self.path.clone()), |object| object.file(folder))
    }
}

/// The text in a file of a word processor that may have so many bytes, with an empty line after
/// each paragraph, as exports have it; and why it is not whole.
pub(crate) fn inner_text(
    path: &Path,
    inner: Inner,
    (most, wanted): (usize, Wanted),
) -> io::Result<(Vec<u8>, Option<String>)> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    let text = if bytes.len() > most { None } else { inner(&bytes, wanted) };
    let text = text.ok_or_else(|| io::Error::other("its text cannot be read any more"))?;
    let (text, cut) = text;
    Ok((text.replace('\n', "\n\n").into_bytes(), cut))
}

/// The first bytes of standard input, once they were looked at: the reading starts with them.
static STDIN_START: OnceLock<Vec<u8>> = OnceLock::new();

/// The first bytes of standard input, `most` at most.
pub(crate) fn stdin_start(most: u64) -> io::Result<&'static [u8]> {
    if STDIN_START.get().is_none() {
        let mut start = Vec::new();
        io::stdin().lock().take(most).read_to_end(&mut start)?;
        STDIN_START.get_or_init(|| start);
    }
    Ok(STDIN_START.get().map_or(&[], Vec::as_slice))
}

/// A named pipe: open since its first bytes were looked at, because they cannot be put back.
#[derive(Debug)]
pub(crate) struct Pipe {
    start: Vec<u8>,
    rest: Mutex<Option<File>>,
}

/// Pipes that are open and not read yet, by name: a run lists its inputs more than once.
static PIPES: Mutex<Vec<(PathBuf, Arc<Pipe>)>> = Mutex::new(Vec::new());

impl Pipe {
    /// Opens a pipe and looks at its first bytes, `most` at most; one that is open is found again.
    pub(crate) fn open(path: &Path, most: u64) -> io::Result<Arc<Self>> {
        let mut pipes = PIPES.lock().unwrap_or_else(PoisonError::into_inner);
        pipes.retain(|(_, pipe)| !pipe.is_taken());
        if let Some((_, pipe)) = pipes.iter().find(|(known, _)| known == path) {
            return Ok(Arc::clone(pipe));
        }
        let mut file = File::open(path)?;
        let mut start = Vec::new();
        file.by_ref().take(most).read_to_end(&mut start)?;
        let pipe = Arc::new(Self { start, rest: Mutex::new(Some(file)) });
        pipes.push((path.to_path_buf(), Arc::clone(&pipe)));
        Ok(pipe)
    }

    /// The first bytes.
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    fn is_taken(&self) -> bool {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Everything that is in it, once.
    fn take(&self) -> io::Result<Stream> {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rest = rest.ok_or_else(|| io::Error::other("a pipe can be read only once"))?;
        Ok(Box::new(Cursor::new(self.start.clone()).chain(rest)))
    }
}

/// What ends the run, if an error says nothing about the file.
pub(crate) fn failure(path: &Path, error: &io::Error) -> Option<Error> {
    if let Some(code) = error.raw_os_error().filter(|_| Error::is_out_of_files(error)) {
        return Some(Error::io(path, io::Error::from_raw_os_error(code)));
    }
    let (cause, cure) = remote::failure(error)?;
    Some(Error::Input { path: path.to_path_buf(), cause, cure })
}

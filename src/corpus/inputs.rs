//! What everything that reads a corpus shares: its sources, how they are read, buffers and copies.
//!
//! Held by the corpus, seen by the cutter and by every format. Invariant: it knows no format; what
//! a format wants to remember of a source (a header) is handed in and out.

use super::columns::Plan;
use super::header::Header;
use super::options::ReadOptions;
use super::place::RecordPlace;
use super::pool::Pool;
use super::source::copies::Copies;
use super::source::file::{self, Source};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The sources of a run, in the order in which they are read.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) sources: Vec<Source>,
    pub(super) options: ReadOptions,
    pub(super) pool: Pool,
    pub(super) copies: Copies,
    headers: Vec<OnceLock<Header>>,
    plans: Vec<OnceLock<Box<Plan>>>,
}

impl Inputs {
    pub(super) fn new(sources: Vec<Source>, options: ReadOptions) -> Self {
        Self {
            copies: Copies::new(sources.len(), options.reread.clone()),
            headers: sources.iter().map(|_| OnceLock::new()).collect(),
            plans: sources.iter().map(|_| OnceLock::new()).collect(),
            sources,
            options,
            pool: Pool::default(),
        }
    }

    /// The path of a source as the user would write it.
    pub(super) fn path(&self, source: usize) -> &Path {
        self.sources.get(source).map_or(Path::new(""), |source| &source.path)
    }

    /// The name of a document without an id.
    pub(super) fn name(&self, place: &RecordPlace) -> String {
        let found = self.sources.get(place.source as usize);
        let path = self.path(place.source as usize).to_string_lossy();
        if found.is_some_and(|source| source.format.is_document()) {
            return path.into_owned();
        }
        format!("{path}:{}", place.line)
    }

    /// Saves a text that was extracted, where that was asked for.
    pub(super) fn save_text(&self, id: &str, text: &str) {
        let saved = self.options.save_text.as_ref().map_or(Ok(()), |save| save.save(id, text));
        if let Err(error) = saved {
            self.copies.fail(error);
        }
    }

    /// The header of a table, once its first block was cut.
    pub(super) fn header(&self, source: usize) -> Option<&Header> {
        self.headers.get(source).and_then(OnceLock::get)
    }

    pub(super) fn set_header(&self, source: usize, header: Header) {
        if let Some(slot) = self.headers.get(source) {
            slot.get_or_init(|| header);
        }
    }

    /// What the wanted columns are called in a source, once its first block was cut.
    pub(super) fn plan(&self, source: usize) -> Option<&Plan> {
        let header = self.header(source).map(|header| &header.plan);
        header.or_else(|| self.plans.get(source)?.get().map(|plan| &**plan))
    }

    pub(super) fn set_plan(&self, source: usize, plan: Plan) {
        if let Some(slot) = self.plans.get(source) {
            slot.get_or_init(|| Box::new(plan));
        }
    }

    /// Ends the run where the system lets it open no further file, or a transfer fails: that is no
    /// fault of the source, which must not be left out for it.
    pub(super) fn note_failure(&self, path: &Path, error: &std::io::Error) {
        if let Some(failure) = file::failure(path, error) {
            self.copies.fail(failure);
        }
    }

    /// The file that a source is read from, where it must be one: an object is fetched.
    pub(super) fn file(&self, source: &Source) -> std::io::Result<PathBuf> {
        source.file(self.options.reread.as_deref().or(self.options.temp_dir.as_deref()))
    }

    /// The same, for those who cannot go on without it.
    pub(super) fn needed_file(&self, source: usize) -> Result<PathBuf> {
        let Some(found) = self.sources.get(source) else { return Ok(PathBuf::new()) };
        self.file(found).map_err(|error| {
            let failure = file::failure(&found.path, &error);
            failure.unwrap_or_else(|| Error::io(&found.path, error))
        })
    }

    /// Takes a buffer back, so that memory stays flat.
    pub(super) fn recycle(&self, raw: Vec<u8>) {
        self.pool.give(raw, self.options.limits.block_bytes);
    }
}

#[cfg(test)]
impl Inputs {
    /// One stream of a format, for tests of that format.
    pub(super) fn of_one(format: super::Format, options: ReadOptions) -> Self {
        let source = Source {
            path: PathBuf::from("in"),
            format,
            outlet: None,
            keys: Box::default(),
            named: true,
            bytes: 0,
            stream: true,
            stdin: false,
            pipe: None,
            object: None,
            member: None,
            inner: None,
        };
        Self::new(vec![source], options)
    }
}

//! What stands in for Parquet in a build without it. Nothing of it is ever made: whoever asks for
//! the format is refused before.

use crate::output::rows::{Cell, Column};
use std::io::{self, BufRead, Write};
use std::ops::Range;
use std::path::Path;

/// A file being written; there is none.
#[derive(Debug)]
pub enum Table<W> {
    /// Never made.
    Never(std::convert::Infallible, W),
}

fn refusal() -> io::Error {
    io::Error::other("this build has no feature `parquet`")
}

impl<W: Write> Table<W> {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub fn new(_: W, _: &[Column]) -> io::Result<Self> {
        Err(refusal())
    }

    /// There is no table.
    ///
    /// # Errors
    /// None.
    pub fn row(&mut self, _: &[Cell<'_>]) -> io::Result<()> {
        match self {
            Self::Never(never, _) => match *never {},
        }
    }

    /// There is no table.
    ///
    /// # Errors
    /// None.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Never(never, _) => match never {},
        }
    }
}

/// A file of copied rows; there is none.
#[derive(Debug)]
pub(crate) enum Copy<W> {
    /// Never made.
    #[expect(dead_code, reason = "a build without the format makes none")]
    Never(std::convert::Infallible, W),
}

impl<W: Write> Copy<W> {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn new(_: W, _: &Path, _: usize) -> crate::error::Result<Self> {
        Err(crate::error::Error::io("parquet", refusal()))
    }

    /// There is no file.
    ///
    /// # Errors
    /// None.
    pub(crate) fn add(
        &mut self,
        _: &Path,
        _: &[Range<u64>],
        _: crate::corpus::Edit<'_>,
    ) -> crate::error::Result<()> {
        match self {
            Self::Never(never, _) => match *never {},
        }
    }

    /// There is no file.
    ///
    /// # Errors
    /// None.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Never(never, _) => match never {},
        }
    }
}

/// Refuses.
///
/// # Errors
/// Always.
pub fn from_json<W: Write>(
    _: &mut dyn FnMut() -> io::Result<Box<dyn BufRead>>,
    _: usize,
    _: W,
) -> io::Result<W> {
    Err(refusal())
}

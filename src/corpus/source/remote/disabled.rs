//! What replaces object stores in a build without them.

use super::access::Access;
use super::listed;
use crate::error::{Error, Result};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// An object; there is none.
#[derive(Debug)]
pub(crate) enum Object {}

impl Object {
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match *self {}
    }

    pub(crate) fn file(&self, _: Option<&Path>) -> io::Result<PathBuf> {
        match *self {}
    }
}

/// Stores; there are none.
#[derive(Debug, Default)]
pub(crate) struct Stores {}

impl Stores {
    pub(crate) fn new(_: Access) -> Self {
        Self {}
    }

    /// Refuses.
    #[expect(clippy::unused_self, reason = "a build with object stores keeps them")]
    pub(crate) fn find(&mut self, input: &str) -> Result<Vec<listed::Listed<Object>>> {
        let cause = "is not on this machine, and this build reads files alone: it has no feature \
                     `object-store`";
        Err(Error::Input {
            path: input.into(),
            cause: cause.to_owned(),
            cure: "build it with `cargo install --path cli --features object-store`, or fetch the \
                   file"
                .to_owned(),
        })
    }
}

/// No failure of a transfer.
pub(crate) fn failure(_: &io::Error) -> Option<(String, String)> {
    None
}

//! What stands in for object stores in a build without them.

use super::Found;
use crate::error::{Error, Result};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// An object; there is none.
#[derive(Debug)]
pub(in crate::corpus) enum Object {}

impl Object {
    pub(in crate::corpus) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match *self {}
    }

    pub(in crate::corpus) fn file(&self, _: Option<&Path>) -> io::Result<PathBuf> {
        match *self {}
    }
}

/// Stores; there are none.
#[derive(Debug, Default)]
pub(in crate::corpus) struct Stores {}

impl Stores {
    /// Refuses.
    #[expect(clippy::unused_self, reason = "a build with object stores keeps them")]
    pub(in crate::corpus) fn find(&mut self, input: &str) -> Result<Vec<Found>> {
        let cause = "is not on this machine, and this build reads files alone: it has no feature \
                     `object-store`";
        Err(Error::Input {
            path: input.into(),
            cause: cause.to_owned(),
            cure: "build it with `cargo install --path cli --features object-store`, or fetch the file"
                .to_owned(),
        })
    }
}

/// No failure of a transfer.
pub(in crate::corpus) fn failure(_: &io::Error) -> Option<(String, String)> {
    None
}

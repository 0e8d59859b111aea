//! A build without the feature `archives` reads no archives.

use super::Listed;
use crate::corpus::problem::Refusal;
use std::io::{self, Read};
use std::path::Path;

/// There is none.
#[derive(Debug, Clone)]
pub(crate) enum Member {}

impl Member {
    pub(crate) fn archive(&self) -> &Path {
        match *self {}
    }

    pub(crate) fn stored(&self) -> u64 {
        match *self {}
    }
}

pub(crate) fn list(_: &Path) -> Result<Vec<Listed>, Refusal> {
    Err(Refusal::not_built("ZIP", "archives"))
}

pub(crate) fn open(member: &Member) -> io::Result<Box<dyn Read + Send>> {
    match *member {}
}

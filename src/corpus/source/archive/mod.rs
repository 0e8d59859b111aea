//! Files in ZIP archives.
//!
//! Asked by list, which makes a source of every member; opened by file. Invariant: a member is read
//! as a file of its own would be, nothing is unpacked to disk, and what its name says never leads
//! anywhere: it is a label.

use crate::corpus::problem::Refusal;
use std::path::{Path, PathBuf};

#[cfg(feature = "archives")]
mod enabled;
#[cfg(feature = "archives")]
pub(crate) use enabled::{Member, list, open};

#[cfg(not(feature = "archives"))]
mod disabled;
#[cfg(not(feature = "archives"))]
pub(crate) use disabled::{Member, list, open};

/// A member of an archive, with its name below it, or why it is not read.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) name: PathBuf,
    pub(crate) member: Result<Member, Refusal>,
}

/// Whether a file is an archive by its name.
pub(crate) fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

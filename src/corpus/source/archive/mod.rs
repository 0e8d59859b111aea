//! Files in ZIP archives.
//!
//! Asked by list, which makes a source of every member; opened by file. Invariant: a member is read
//! as a file of its own would be, nothing is unpacked to disk, and what its name says never leads
//! anywhere: it is a label.

use crate::corpus::problem::Refusal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "archives")]
mod enabled;
#[cfg(feature = "archives")]
pub(crate) use enabled::{list, open};

#[cfg(not(feature = "archives"))]
mod disabled;
#[cfg(not(feature = "archives"))]
pub(crate) use disabled::{list, open};

/// How a member is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
    Bzip2,
    Zstd,
    Xz,
}

/// Where a member is.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) archive: Arc<Path>,
    /// Place and number of its stored bytes.
    pub(crate) start: u64,
    pub(crate) stored: u64,
    pub(crate) method: Method,
    /// Bytes and checksum of what it expands to.
    pub(crate) bytes: u64,
    pub(crate) checksum: u32,
}

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

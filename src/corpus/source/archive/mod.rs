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

/// Whether a file is an archive by its name; `.wacz` is one of crawls.
pub(crate) fn is_archive(path: &Path) -> bool {
    let is =
        |end: &std::ffi::OsStr| ["zip", "wacz"].iter().any(|zip| end.eq_ignore_ascii_case(zip));
    path.extension().is_some_and(is)
}

/// The members of a web archive that hold what was crawled; none where an archive is no such. What
/// else is in it (the index, lists of pages, logs) describes these.
pub(crate) fn crawls(path: &Path, members: &[Listed]) -> Option<Vec<usize>> {
    let is_wacz = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("wacz"));
    let has_package = || members.iter().any(|listed| listed.name == Path::new("datapackage.json"));
    if !is_wacz && !has_package() {
        return None;
    }
    let is_crawl = |listed: &Listed| {
        let name = listed.name.file_name().unwrap_or_default().to_string_lossy();
        listed.name.starts_with("archive") && (is_wacz || name.contains(".warc"))
    };
    let crawls = members.iter().enumerate().filter(|(_, listed)| is_crawl(listed));
    let crawls: Vec<usize> = crawls.map(|(number, _)| number).collect();
    (!crawls.is_empty()).then_some(crawls)
}

/// Whether the first bytes of a file are those of an archive.
pub(crate) fn starts_archive(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

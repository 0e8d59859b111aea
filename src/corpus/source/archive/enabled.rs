//! The directory of an archive, and the bytes of its members.
//!
//! Invariant: members of one archive share no bytes (an archive in which they do is a bomb), and
//! a member that does not have the length and checksum it claims ends with an error.

use super::super::walk::{self, is_litter, is_mark};
use super::Listed;
use crate::corpus::problem::Refusal;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

/// How a member is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
    Bzip2,
    Zstd,
    Xz,
}

/// Where a member is.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    archive: Arc<Path>,
    /// Place and number of its stored bytes.
    start: u64,
    stored: u64,
    method: Method,
    /// Bytes and checksum of what it expands to.
    bytes: u64,
    checksum: u32,
}

impl Member {
    /// The file that it is in.
    pub(crate) fn archive(&self) -> &Path {
        &self.archive
    }

    /// Bytes that it takes there.
    pub(crate) fn stored(&self) -> u64 {
        self.stored
    }
}

/// The members of an archive, in the order of their names, without folders and hidden files.
pub(crate) fn list(path: &Path) -> Result<Vec<Listed>, Refusal> {
    let broken = |what: String| {
        let cure = "fetch or pack it again, or unpack it and name the folder";
        Refusal::new(format!("is not a whole ZIP archive: {what}"), cure)
    };
    let file = File::open(path).map_err(|error| broken(error.to_string()))?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| broken(error.to_string()))?;
    if archive.has_overlapping_entries().map_err(|error| broken(error.to_string()))? {
        return Err(Refusal::new(
            "is a ZIP archive whose members overlap, as in a bomb",
            "unpack it with care, and name the folder",
        ));
    }
    let shared: Arc<Path> = Arc::from(path);
    let mut all = Vec::new();
    for number in 0..archive.len() {
        let Ok(found) = archive.by_index_raw(number) else {
            let name = PathBuf::from(format!("#{}", number + 1));
            let cause = "cannot be found in its archive";
            all.push(Listed { name, member: Err(Refusal::new(cause, "pack the archive again")) });
            continue;
        };
        if found.is_dir() || is_hidden(found.name_raw()) {
            continue;
        }
        let name = found.enclosed_name();
        let member = match &name {
            Some(_) => member(&found, &shared),
            None => Err(Refusal::new(
                "has a name that leads out of its archive",
                "rename it in the archive, if you trust who packed it",
            )),
        };
        let label =
            || PathBuf::from(String::from_utf8_lossy(found.name_raw()).replace(['/', '\\'], "_"));
        all.push(Listed { name: name.unwrap_or_else(label), member });
    }
    all.sort_by(|a, b| bytes(&a.name).cmp(bytes(&b.name)));
    Ok(without_aside(without_top(all)))
}

/// Names without those that begin with `_`, as in a walk through a folder: marks are passed over,
/// the first of the others says how many there are.
fn without_aside(mut all: Vec<Listed>) -> Vec<Listed> {
    // A folder around everything is one that was named.
    let around = usize::from(has_one_top(&all));
    let hidden = |listed: &Listed| {
        let parts = listed.name.components().skip(around);
        let mut names =
            parts.filter_map(|part| part.as_os_str().as_encoded_bytes().strip_prefix(b"_"));
        names.next().map(is_mark)
    };
    let mut aside = 0;
    let mut first: Option<PathBuf> = None;
    all.retain(|listed| {
        let Some(is_mark) = hidden(listed).filter(|_| listed.member.is_ok()) else { return true };
        if !is_mark {
            aside += 1;
            first.get_or_insert_with(|| listed.name.clone());
        }
        false
    });
    all.extend(first.map(|name| Listed { name, member: Err(walk::aside(aside)) }));
    all
}

fn bytes(name: &Path) -> &[u8] {
    name.as_os_str().as_encoded_bytes()
}

/// Whether a part of the name is one that a walk through a folder passes over.
fn is_hidden(name: &[u8]) -> bool {
    let hides = |part: &[u8]| {
        let is_named = part.starts_with(b"__MACOSX") || is_litter(part);
        is_named || (part.starts_with(b".") && part != b".." && part != b".")
    };
    name.split(|byte| *byte == b'/').any(hides)
}

fn member<R: Read + io::Seek>(
    found: &ZipFile<'_, R>,
    archive: &Arc<Path>,
) -> Result<Member, Refusal> {
    if found.encrypted() {
        return Err(Refusal::new("is encrypted", "unpack it with its password"));
    }
    let method = match found.compression() {
        CompressionMethod::Stored => Method::Stored,
        CompressionMethod::DEFLATE => Method::Deflated,
        CompressionMethod::BZIP2 => Method::Bzip2,
        CompressionMethod::ZSTD => Method::Zstd,
        CompressionMethod::XZ => Method::Xz,
        other => {
            let cause = format!("is compressed in a way that is not read: {other:?}");
            return Err(Refusal::new(cause, "unpack it, or pack it with the usual method"));
        }
    };
    let Some(start) = found.data_start() else {
        return Err(Refusal::new("cannot be found in its archive", "pack the archive again"));
    };
    Ok(Member {
        archive: Arc::clone(archive),
        start,
        stored: found.compressed_size(),
        method,
        bytes: found.size(),
        checksum: found.crc32(),
    })
}

/// Names below the one folder that holds everything, where there are folders in that: they are
/// what a user would name.
fn without_top(mut all: Vec<Listed>) -> Vec<Listed> {
    let deeper = all.iter().any(|listed| listed.name.components().count() > 2);
    if deeper && has_one_top(&all) {
        for listed in &mut all {
            listed.name = listed.name.components().skip(1).collect();
        }
    }
    all
}

/// Whether one folder holds everything.
fn has_one_top(all: &[Listed]) -> bool {
    let top = |listed: &Listed| match listed.name.components().next() {
        Some(Component::Normal(first)) if listed.name.components().count() > 1 => {
            Some(first.to_owned())
        }
        _ => None,
    };
    let Some(first) = all.first().and_then(top) else { return false };
    all.iter().all(|listed| top(listed).as_ref() == Some(&first))
}

/// Opens a member.
pub(crate) fn open(member: &Member) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(&member.archive)?;
    file.seek(SeekFrom::Start(member.start))?;
    let raw = BufReader::new(file.take(member.stored));
    let inner: Box<dyn Read + Send> = match member.method {
        Method::Stored => Box::new(raw),
        Method::Deflated => Box::new(flate2::bufread::DeflateDecoder::new(raw)),
        Method::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(raw)),
        Method::Zstd => Box::new(zstd::Decoder::with_buffer(raw)?),
        Method::Xz => super::super::xz::reader(raw)?,
    };
    let (left, checksum) = (member.bytes, member.checksum);
    Ok(Box::new(Checked { inner, left, checksum, crc: flate2::Crc::new() }))
}

/// Compares what was read with what the directory says of it.
struct Checked<R> {
    inner: R,
    left: u64,
    checksum: u32,
    crc: flate2::Crc,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let Some(left) = self.left.checked_sub(got as u64) else {
            return Err(wrong("the member is longer than its archive says"));
        };
        self.left = left;
        self.crc.update(buf.get(..got).unwrap_or_default());
        if got == 0 && !buf.is_empty() && (left > 0 || self.crc.sum() != self.checksum) {
            return Err(wrong("the member has not the checksum that its archive says"));
        }
        Ok(got)
    }
}

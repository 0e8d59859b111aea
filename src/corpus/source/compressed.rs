//! The stored bytes of a source, freed of gzip, bzip2, zstd or xz.
//!
//! Used by file and sniff. The magic bytes decide, never the name.
//! Invariant: memory is bounded whatever the file says, and what a compressed file expands to is
//! bounded by `limits.expanded_bytes` (a few kilobytes can claim gigabytes).

use super::gzip::Members;
use super::xz;
use crate::corpus::problem::Refusal;
use bzip2::bufread::MultiBzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read from disk at once for a decompressor.
const BUFFER_BYTES: usize = 128 << 10;

/// Bytes that show a compression.
const MAGIC_BYTES: u64 = 8;

/// A reader that may change threads.
pub(crate) type Stream = Box<dyn Read + Send>;

/// What a file is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Bzip2,
    Zstd,
    Xz,
}

impl Compression {
    /// Judges by the first bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, 0x41 | 0x72, 0x59 | 0x45, ..] => {
                Self::Bzip2
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }
}

/// A source that was opened.
pub(crate) struct Opened {
    /// Freed of compression.
    pub stream: Stream,
    /// It was compressed.
    pub compressed: bool,
    /// Why it is only the start of what the file should hold, where that is known already.
    pub cut: Option<String>,
}

/// Frees stored bytes of their compression; `taken` counts them as they are read.
pub(crate) fn counted(
    raw: impl Read + Send + 'static,
    most: u64,
    taken: &Arc<AtomicU64>,
) -> io::Result<Opened> {
    peel(Counted { inner: raw, taken: Arc::clone(taken) }, most)
}

/// Opens a file that is no source of a corpus.
pub(crate) fn open_file(path: &Path, most: u64) -> io::Result<Stream> {
    Ok(peel(File::open(path)?, most)?.stream)
}

/// The first bytes of what a source holds, for sniffing.
pub(crate) fn head(raw: impl Read + Send + 'static, bytes: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    peel(raw, bytes)?.stream.take(bytes).read_to_end(&mut head)?;
    Ok(head)
}

/// The first bytes of what a stream holds, as far as they are in its own first bytes.
pub(crate) fn head_of(start: Vec<u8>, bytes: u64) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(opened) = peel(Cursor::new(start), bytes) {
        // It is cut off somewhere, so an error is no news.
        opened.stream.take(bytes).read_to_end(&mut head).ok();
    }
    head
}

fn peel(mut raw: impl Read + Send + 'static, most: u64) -> io::Result<Opened> {
    let mut head = Vec::new();
    raw.by_ref().take(MAGIC_BYTES).read_to_end(&mut head)?;
    let compression = Compression::of(&head);
    let whole = Cursor::new(head).chain(raw);
    let stream: Stream = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => {
            let inner = Members::new(BufReader::with_capacity(BUFFER_BYTES, whole));
            Box::new(Bounded { inner, left: most })
        }
        Compression::Bzip2 => {
            let inner = MultiBzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, whole));
            Box::new(Bounded { inner, left: most })
        }
        Compression::Zstd => {
            let inner = zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER_BYTES, whole))?;
            Box::new(Bounded { inner, left: most })
        }
        Compression::Xz => {
            let inner = xz::reader(BufReader::with_capacity(BUFFER_BYTES, whole))?;
            Box::new(Bounded { inner, left: most })
        }
    };
    Ok(Opened { stream, compressed: compression != Compression::None, cut: None })
}

/// Counts what passes.
struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.taken.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

/// Fails with [`io::ErrorKind::FileTooLarge`] once more than `left` bytes came out.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buf.is_empty() {
            // Exactly at the limit is fine: only a further byte is too much.
            let further = self.inner.read(&mut [0])?;
            return if further == 0 { Ok(0) } else { Err(io::ErrorKind::FileTooLarge.into()) };
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let got = self.inner.read(buf.get_mut(..room).unwrap_or_default())?;
        self.left -= got as u64;
        Ok(got)
    }
}

/// Cause and cure of a failed read.
pub(crate) fn explain(error: &io::Error, most: u64) -> Refusal {
    use io::ErrorKind;
    let (cause, cure) = match error.kind() {
        ErrorKind::FileTooLarge => (
            format!("decompresses to more than the limit: {most} bytes"),
            "check the file; if it really is as large as that, raise {max_expanded_bytes}",
        ),
        ErrorKind::UnexpectedEof => (
            "the compressed data end early".to_owned(),
            "fetch or write the file again; what is before the damage is used",
        ),
        ErrorKind::NotFound => ("is gone".to_owned(), "leave the inputs alone during a run"),
        ErrorKind::PermissionDenied => ("permission denied".to_owned(), "check the permissions"),
        _ => (
            format!("cannot be read on: {error}"),
            "fetch or write the file again; what is before the damage is used",
        ),
    };
    Refusal::new(cause, cure)
}

/// Cause and cure of a part that is damaged, where reading goes on after it.
pub(crate) fn passed(cause: &str) -> Refusal {
    let cause = format!("a part of the file is damaged (this record, perhaps the next): {cause}");
    Refusal::new(cause, "fetch or write the file again; what is after the damage is read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_bytes_decide() {
        assert_eq!(Compression::of(b"\x1f\x8b\x08\0"), Compression::Gzip);
        assert_eq!(Compression::of(b"\x28\xb5\x2f\xfd"), Compression::Zstd);
        assert_eq!(Compression::of(b"\x50\x2a\x4d\x18"), Compression::Zstd);
        assert_eq!(Compression::of(b"{\"a\""), Compression::None);
        assert_eq!(Compression::of(b""), Compression::None);
    }

    #[test]
    fn output_is_bounded_and_named() {
        let mut bounded = Bounded { inner: io::repeat(b'x'), left: 10_000 };
        let mut sink = Vec::new();
        let error = bounded.read_to_end(&mut sink).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(sink.len(), 10_000);
        let mut bounded = Bounded { inner: io::repeat(b'x').take(10_000), left: 10_000 };
        assert_eq!(bounded.read_to_end(&mut sink).unwrap(), 10_000);
        assert!(explain(&error, 10_000).cause.contains("10000 bytes"));
    }
}

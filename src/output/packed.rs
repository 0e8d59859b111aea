//! Compressed files of a result.
//!
//! Used by cli where the kept documents are to be compressed as the input was. Invariant: the same
//! bytes in give the same bytes out (no time stamp, one stream), and a file that is not finished
//! cannot pass for a whole one.

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use std::io::{self, Write};
use std::path::Path;

/// What a file is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Nothing.
    None,
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// zstd.
    Zstd,
}

impl Packing {
    /// Judges by the name of a file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        match extension.as_deref().and_then(std::ffi::OsStr::to_str) {
            Some("gz") => Self::Gzip,
            Some("bz2") => Self::Bzip2,
            Some("zst" | "zstd") => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The end of the names of such files, with its point.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Bzip2 => ".bz2",
            Self::Zstd => ".zst",
        }
    }
}

/// Compresses what is written; ends with [`Packed::finish`].
pub enum Packed<W: Write> {
    /// As it is.
    Plain(W),
    /// By gzip.
    Gzip(GzEncoder<W>),
    /// By bzip2.
    Bzip2(BzEncoder<W>),
    /// By zstd.
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> std::fmt::Debug for Packed<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Plain(_) => "Plain",
            Self::Gzip(_) => "Gzip",
            Self::Bzip2(_) => "Bzip2",
            Self::Zstd(_) => "Zstd",
        };
        f.debug_struct(name).finish_non_exhaustive()
    }
}

impl<W: Write> Packed<W> {
    /// Begins a file in `out`.
    ///
    /// # Errors
    /// A compressor that cannot be set up.
    pub fn new(packing: Packing, out: W) -> io::Result<Self> {
        Ok(match packing {
            Packing::None => Self::Plain(out),
            Packing::Gzip => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Packing::Bzip2 => Self::Bzip2(BzEncoder::new(out, bzip2::Compression::default())),
            Packing::Zstd => {
                let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// What the writer returns.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Bzip2(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Bzip2(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
            Self::Bzip2(out) => out.flush(),
            Self::Zstd(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn packed(packing: Packing, text: &[u8]) -> Vec<u8> {
        let mut out = Packed::new(packing, Vec::new()).unwrap();
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn names_tell() {
        let of = |name: &str| Packing::of(Path::new(name));
        assert_eq!(of("a/x.jsonl.GZ"), Packing::Gzip);
        assert_eq!([of("x.zst"), of("x.zstd")], [Packing::Zstd; 2]);
        assert_eq!([of("x.jsonl"), of("gz"), of("-")], [Packing::None; 3]);
    }

    #[test]
    fn what_goes_in_comes_out() {
        let text = b"the same line\n".repeat(1000);
        assert_eq!(packed(Packing::None, &text), text);
        let gzip = packed(Packing::Gzip, &text);
        let mut back = Vec::new();
        flate2::read::MultiGzDecoder::new(&gzip[..]).read_to_end(&mut back).unwrap();
        assert!(back == text && gzip.len() < 500);
        let zstd = packed(Packing::Zstd, &text);
        assert!(zstd::decode_all(&zstd[..]).unwrap() == text && zstd.len() < 500);
        assert_eq!(gzip, packed(Packing::Gzip, &text));
    }
}

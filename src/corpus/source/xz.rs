//! xz: files of one or more streams.
//!
//! Used by compressed and archive. Invariant: the memory of the decoder is bounded, whatever a file
//! says that it needs.

use std::io::{self, Read};

/// Memory that a stream may ask for, in KiB: enough for the highest level of `xz`.
#[cfg(feature = "archives")]
const MEMORY_KIB: u32 = 80 << 10;

/// Frees `raw` of its compression.
#[cfg(feature = "archives")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the feature refuses")]
pub(crate) fn reader<'r>(raw: impl Read + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
    Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(raw, true, MEMORY_KIB)))
}

/// Frees `raw` of its compression.
#[cfg(not(feature = "archives"))]
pub(crate) fn reader<'r>(_: impl Read + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
    let text = "is compressed by xz, which this build does not read: it has no feature `archives`";
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}

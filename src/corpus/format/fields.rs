//! The headers of records and responses in crawls.
//!
//! Used by everything that reads crawls. Invariant: names have no case, and no header is searched
//! for beyond the longest.

use memchr::memmem;

/// Longest header of a record or response.
pub(crate) const HEADER_BYTES: usize = 64 << 10;

/// Length of a header with the empty line after it.
pub(crate) fn header_end(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..HEADER_BYTES).unwrap_or(bytes);
    let crlf = memmem::find(head, b"\r\n\r\n").map(|at| at + 4);
    let lf = memmem::find(head, b"\n\n").map(|at| at + 2);
    [crlf, lf].into_iter().flatten().min()
}

/// The lines `Name: value` of a header.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn all(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.0.split(|byte| *byte == b'\n').filter_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
            Some((name.trim_ascii(), value.trim_ascii()))
        })
    }

    /// The value of a field, without regard to the case of its name.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        let mut all = self.all();
        let found = all.find(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes()))?;
        std::str::from_utf8(found.1).ok()
    }

    pub(crate) fn number(self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    pub(crate) fn media(self) -> &'a str {
        self.get("content-type").unwrap_or_default()
    }
}

//! Numbers and strings as bytes: little-endian words, lengths in seven bits a byte.
//!
//! Used by every file of the format. Invariant: reading never panics, and what is read back is what
//! was written.

use crate::store::varint;
use std::ops::Range;

/// Most bytes of the length of a string.
const LENGTH_BYTES: u32 = 9;

/// Appends a number.
pub(super) fn put(number: u64, to: &mut Vec<u8>) {
    to.extend_from_slice(&number.to_le_bytes());
}

/// The number in eight bytes.
pub(super) fn word(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

/// Appends a string with its length.
pub(super) fn put_text(text: &str, to: &mut Vec<u8>) {
    varint::put(text.len() as u64, to);
    to.extend_from_slice(text.as_bytes());
}

/// What is left of some bytes that are being read.
#[derive(Debug)]
pub(super) struct Left<'a>(pub(super) &'a [u8]);

impl<'a> Left<'a> {
    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    /// The next number.
    pub(super) fn word(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(word)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// The next string with its length.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = varint::take(&mut self.0, LENGTH_BYTES)?;
        std::str::from_utf8(self.take(usize::try_from(length).ok()?)?).ok()
    }
}

/// A range of bytes, if it can be one.
pub(super) fn range(start: u64, length: u64) -> Option<Range<u64>> {
    Some(start..start.checked_add(length)?)
}

/// A number as an index; what is too large is beyond the end of everything.
pub(super) fn at(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(texts in prop::collection::vec(".{0,300}", 0..9), n: u64) {
            let mut bytes = Vec::new();
            for text in &texts {
                put_text(text, &mut bytes);
            }
            put(n, &mut bytes);
            let mut left = Left(&bytes);
            for text in &texts {
                prop_assert_eq!(left.text(), Some(text.as_str()));
            }
            prop_assert_eq!((left.word(), left.byte()), (Some(n), None));
        }

        #[test]
        fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut left = Left(&bytes);
            while left.text().is_some() {}
            prop_assert!(left.0.len() <= bytes.len());
        }
    }
}

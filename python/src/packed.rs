//! Numbers in few bytes, for rows that an engine shuffles.
//!
//! Written and read by `scanning`. Invariant: what reads back is what was written, or nothing.

/// Numbers of seven bits a byte, the lowest first.
#[derive(Debug, Default)]
pub(crate) struct Packed(pub(crate) Vec<u8>);

impl Packed {
    /// Adds a number.
    pub(crate) fn push(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push((number & 0x7f) as u8);
    }

    /// Adds the low bytes of a number.
    pub(crate) fn push_bytes(&mut self, number: u64, count: usize) {
        self.0.extend(number.to_le_bytes().iter().take(count));
    }
}

/// Reads what [`Packed`] holds.
#[derive(Debug)]
pub(crate) struct Unpacked<'a>(pub(crate) &'a [u8]);

impl Unpacked<'_> {
    /// The next number; none at the end.
    pub(crate) fn next(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    /// The next number of so many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<u64> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}

/// Tokens as bytes.
pub(crate) fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Bytes as tokens.
pub(crate) fn words_of(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
}

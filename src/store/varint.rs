//! Numbers of few bytes: seven bits a byte, the lowest first, and one bit that says that more
//! follow (LEB128).
//!
//! Used by the index for lengths, and by corpus for the places of tokens. Invariant: reading never
//! panics, and what is read back is what was written.

/// Appends a number.
pub(crate) fn put(mut number: u64, to: &mut Vec<u8>) {
    while number > 127 {
        to.push(low_bits(number) | 128);
        number >>= 7;
    }
    to.push(low_bits(number));
}

fn low_bits(number: u64) -> u8 {
    number.to_le_bytes()[0] & 127
}

/// Takes a number off the front, of at most `most` bytes (fewer than ten).
pub(crate) fn take(left: &mut &[u8], most: u32) -> Option<u64> {
    let mut number = 0;
    for n in 0..most {
        let (&byte, rest) = left.split_first()?;
        *left = rest;
        number |= u64::from(byte & 127).checked_shl(7 * n)?;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(number: u64, shift in 1_u32..64) {
            let number = number >> shift;
            let mut bytes = Vec::new();
            put(number, &mut bytes);
            let length = u32::try_from(bytes.len()).unwrap();
            bytes.push(7);
            let mut left = &bytes[..];
            prop_assert_eq!(take(&mut left, 9), Some(number));
            prop_assert_eq!(left, [7]);
            prop_assert_eq!(take(&mut &bytes[..], length), Some(number));
            prop_assert_eq!(take(&mut &bytes[..], length - 1), None, "too long");
            prop_assert_eq!(take(&mut &bytes[..bytes.len() - 2], 9), None, "cut");
        }
    }
}

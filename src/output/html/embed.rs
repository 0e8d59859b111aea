//! Bytes compressed (DEFLATE without a header) and in Base64, as the page unpacks them.
//!
//! Feeds the page. Invariant: what is written holds letters, digits, `+`, `/` and `=` alone, so
//! that it can end no element of the page and begin none.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::{self, Write};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Bytes of input encoded at once; a multiple of three.
const CHUNK_BYTES: usize = 3 << 12;

/// Compresses `bytes` and writes them in Base64.
pub(super) fn write(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    base64(&encoder.finish()?, out)
}

/// Base64 with padding (RFC 4648).
pub(super) fn base64(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::with_capacity(CHUNK_BYTES / 3 * 4);
    for chunk in bytes.chunks(CHUNK_BYTES) {
        line.clear();
        for three in chunk.chunks(3) {
            let byte = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for n in 0..4 {
                let digit = ALPHABET[(bits >> (18 - 6 * n) & 63) as usize];
                line.push(if n <= three.len() { digit } else { b'=' });
            }
        }
        out.write_all(&line)?;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read as _;

    fn encoded(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        base64(bytes, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The plain way back.
    pub(in super::super) fn unpack(text: &str) -> Vec<u8> {
        let value = |byte: u8| ALPHABET.iter().position(|&a| a == byte).unwrap();
        let digits: Vec<usize> = text.trim_end_matches('=').bytes().map(value).collect();
        let mut bytes = Vec::new();
        for four in digits.chunks(4) {
            let bits = four.iter().fold(0, |bits, digit| bits << 6 | digit);
            let bits = bits << (6 * (4 - four.len()));
            let three = [bits >> 16, bits >> 8, bits].map(|b| u8::try_from(b & 255).unwrap());
            bytes.extend_from_slice(&three[..four.len() - 1]);
        }
        bytes
    }

    #[test]
    fn vectors_of_the_rfc() {
        let vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (n, expected) in vectors.into_iter().enumerate() {
            assert_eq!(encoded(&b"foobar"[..n]), expected);
        }
    }

    proptest! {
        #[test]
        fn comes_back_and_is_never_markup(bytes in any::<Vec<u8>>()) {
            let mut out = Vec::new();
            write(&bytes, &mut out).unwrap();
            let safe = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
            prop_assert!(out.iter().all(safe));
            let packed = unpack(std::str::from_utf8(&out).unwrap());
            let mut back = Vec::new();
            flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_end(&mut back).unwrap();
            prop_assert_eq!(back, bytes);
        }
    }
}

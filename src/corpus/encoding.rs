//! What kind of text some bytes are.
//!
//! Feeds jsonl and `text_dir`, which hand over the first bytes of a source and every record that
//! is not valid UTF-8.
//! Invariant: offsets refer to the text as decoded here; a repair is always reported.

use super::sniff;

/// Bytes from which the kind is judged.
pub(super) const HEAD_BYTES: usize = 1024;
/// Fewest bytes that can show the zero pattern of UTF-16.
const PATTERN_BYTES: usize = 8;

/// Cause of the problem that a repaired record gets.
pub(super) const REPAIRED: &str = "not valid UTF-8, the wrong bytes are read as U+FFFD";
/// Its cure.
pub(super) const REPAIRED_CURE: &str =
    "offsets refer to the repaired text; convert the input to UTF-8";

/// Why a source cannot be read at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong.
    pub cause: String,
    /// What the user can do.
    pub cure: String,
}

impl Refusal {
    pub(super) fn new(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { cause: cause.into(), cure: cure.into() }
    }
}

/// Looks at the start of a source: the length of its byte order mark, or why it is not readable.
pub(super) fn inspect(start: &[u8]) -> Result<usize, Refusal> {
    let head = start.get(..HEAD_BYTES).unwrap_or(start);
    if let Some(name) = utf16_or_32(head) {
        return Err(Refusal::new(
            format!("is {name}, not UTF-8"),
            format!("convert it, for example with `iconv -f {name} -t UTF-8`"),
        ));
    }
    match sniff::foreign(head) {
        Some(name) => Err(sniff::unsupported(name)),
        None if head.starts_with(b"\xef\xbb\xbf") => Ok(3),
        None => Ok(0),
    }
}

/// Recognises UTF-16 and UTF-32 by their mark, UTF-16 also by zeros at every other place.
fn utf16_or_32(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => return Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => return Some("UTF-32BE"),
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => return Some("UTF-16LE"),
        [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => return Some("UTF-16BE"),
        _ => {}
    }
    if head.len() < PATTERN_BYTES {
        return None;
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2;
    match (even, odd) {
        (0, odd) if odd * 4 >= most * 3 => Some("UTF-16LE"),
        (even, 0) if even * 4 >= most * 3 => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_marks() {
        assert_eq!(inspect(b"\xef\xbb\xbfabc"), Ok(3));
        for (head, name) in [
            (&b"\xff\xfea\0b\0"[..], "UTF-16LE"),
            (b"\xfe\xff\0a\0b", "UTF-16BE"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32LE"),
            (b"\0\0\xfe\xff\0\0\0a", "UTF-32BE"),
        ] {
            let refusal = inspect(head).unwrap_err();
            assert!(refusal.cause.contains(name), "{refusal:?}");
            assert!(refusal.cure.contains("iconv"), "{refusal:?}");
        }
    }

    #[test]
    fn utf16_without_a_mark() {
        let text: Vec<u8> = "Hello, world".encode_utf16().flat_map(u16_le).collect();
        assert!(inspect(&text).unwrap_err().cause.contains("UTF-16LE"));
        assert!(inspect(b"{\0\"\0").is_err());
    }

    fn u16_le(unit: u16) -> [u8; 2] {
        [(unit & 0xff) as u8, (unit >> 8) as u8]
    }

    #[test]
    fn plain_text_and_single_zeros_pass() {
        assert_eq!(inspect(b"Hello, world"), Ok(0));
        assert_eq!(inspect(b"a\0b, and then no more zeros"), Ok(0));
        assert_eq!(inspect(b""), Ok(0));
        assert_eq!(inspect(b"\xff"), Ok(0));
    }

    #[test]
    fn foreign_magic_is_named() {
        assert!(inspect(b"PAR1....").unwrap_err().cause.contains("Parquet"));
    }
}

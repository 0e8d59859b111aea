//! What kind of text some bytes are, and their text.
//!
//! Used by cut and the formats, which hand over the first bytes of a source or all of them. A mark
//! or the zeros of UTF-16 are certain; of other bytes that are not UTF-8 `chardetng` guesses the
//! encoding, and the guess is reported. What is mostly UTF-8 stays UTF-8, with its wrong bytes
//! replaced.
//! Invariant: offsets refer to the text as decoded here; a repair is always reported.

use super::compressed::Stream;
use super::foreign;
use super::gzip;
use crate::corpus::problem::Refusal;
use encoding_rs::{CoderResult, Decoder};
use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes from which the kind is judged.
pub(crate) const HEAD_BYTES: usize = 1024;
/// Fewest bytes that can show the zero pattern of UTF-16.
const PATTERN_BYTES: usize = 8;

/// Cure of a text in which bytes were replaced.
const REPAIRED_CURE: &str = "offsets refer to the repaired text; convert the input to UTF-8";

/// What is reported of a record that is not valid UTF-8.
pub(crate) fn repair() -> Refusal {
    Refusal::new("not valid UTF-8, the wrong bytes are read as U+FFFD", REPAIRED_CURE)
}

/// What is reported where the bytes of another encoding were wrong.
pub(crate) fn broken() -> Refusal {
    Refusal::new("has bytes its encoding does not know, read as U+FFFD", REPAIRED_CURE)
}

/// Bytes from which the encoding of a stream is judged.
const SAMPLE_BYTES: u64 = 64 << 10;
/// Bytes decoded at once.
const PIECE_BYTES: usize = 64 << 10;

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding of this name, as in web pages (`latin1`, `windows-1252`, `utf-16le`, `gbk`).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self)
    }

    /// UTF-8.
    pub(crate) fn utf8() -> Self {
        Self(encoding_rs::UTF_8)
    }

    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// All of `bytes` as text; true where something had to be replaced.
    pub(crate) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let (text, _, repaired) = self.0.decode(bytes);
        (text, repaired)
    }
}

/// What bytes were found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detected {
    /// UTF-8, perhaps with wrong bytes.
    Utf8,
    /// This, beyond doubt.
    Sure(Encoding),
    /// Most likely this.
    Guessed(Encoding),
}

/// Judges by some bytes from the start, or by all.
pub(crate) fn judge(sample: &[u8], forced: Option<Encoding>) -> Detected {
    if let Some(encoding) = forced {
        let utf8 = encoding.0 == encoding_rs::UTF_8;
        return if utf8 { Detected::Utf8 } else { Detected::Sure(encoding) };
    }
    let head = sample.get(..HEAD_BYTES).unwrap_or(sample);
    match utf16_or_32(head) {
        Some("UTF-16LE") => return Detected::Sure(Encoding(encoding_rs::UTF_16LE)),
        Some("UTF-16BE") => return Detected::Sure(Encoding(encoding_rs::UTF_16BE)),
        Some(_) => return Detected::Utf8,
        None => {}
    }
    if sample.is_ascii() && shifts_to_japanese(sample) {
        return Detected::Sure(Encoding(encoding_rs::ISO_2022_JP));
    }
    if sample.is_ascii() || std::str::from_utf8(sample).is_ok() || is_binary(sample) {
        return Detected::Utf8;
    }
    let lines = sample.split(|&byte| byte == b'\n').map(is_utf8);
    let right = lines.clone().filter(|line| *line == Some(true)).count();
    let wrong = lines.filter(|line| *line == Some(false)).count();
    // A sample may end in the middle of a character.
    if right >= wrong || foreign::by_content(head).is_some() {
        return Detected::Utf8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    Detected::Guessed(Encoding(detector.guess(None, chardetng::Utf8Detection::Deny)))
}

/// Whether text of seven bits has the sequences by which mails and pages of Japan change to two
/// bytes a character.
fn shifts_to_japanese(sample: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, sample).any(|at| {
        let rest = sample.get(at + 1..).unwrap_or_default();
        rest.starts_with(b"$B") || rest.starts_with(b"$@")
    })
}

/// Whether a line speaks for UTF-8 or against it; none where it is ASCII. A line has one voice, so
/// that one of garbage does not outvote a file.
fn is_utf8(line: &[u8]) -> Option<bool> {
    if line.is_ascii() {
        return None;
    }
    let (mut right, mut wrong) = (0, 0);
    for chunk in line.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    Some(right >= wrong)
}

/// A decoded text, and what must be reported of it.
pub(crate) type Decoded<'a> = (Cow<'a, str>, Option<Refusal>);

/// Refuses a text without a word.
pub(crate) fn full(decoded: Decoded<'_>) -> Result<Decoded<'_>, Refusal> {
    if decoded.0.trim_ascii().is_empty() { Err(Refusal::empty()) } else { Ok(decoded) }
}

/// Decodes all of `bytes`.
pub(crate) fn decode(bytes: &[u8], forced: Option<Encoding>) -> Result<Decoded<'_>, Refusal> {
    match judge(bytes, forced) {
        Detected::Utf8 => {
            let mark = inspect(bytes, forced)?;
            let text = String::from_utf8_lossy(bytes.get(mark..).unwrap_or_default());
            let repaired = matches!(text, Cow::Owned(_));
            Ok((text, repaired.then(repair)))
        }
        Detected::Sure(encoding) => {
            let (text, repaired) = encoding.decode(bytes);
            Ok((text, repaired.then(broken)))
        }
        Detected::Guessed(encoding) => Ok((encoding.decode(bytes).0, Some(guessed(encoding)))),
    }
}

/// Whether there are control characters that no text has.
fn is_binary(sample: &[u8]) -> bool {
    sample.iter().any(|byte| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f))
}

/// What is reported of a source whose encoding was guessed.
pub(crate) fn guessed(encoding: Encoding) -> Refusal {
    Refusal::new(
        format!("is not UTF-8, read as {}", encoding.name()),
        "if that is wrong, say what it is with {input_encoding}",
    )
}

/// A stream as UTF-8.
pub(crate) struct Utf8Stream {
    pub(crate) stream: Stream,
    /// What it was found to be.
    pub(crate) detected: Detected,
    /// Set where something had to be replaced by the decoder.
    pub(crate) repaired: Arc<AtomicBool>,
}

/// Decodes a stream that is not UTF-8.
pub(crate) fn to_utf8(mut stream: Stream, forced: Option<Encoding>) -> Utf8Stream {
    let mut sample = Vec::new();
    let read = stream.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample);
    let detected = judge(&sample, forced);
    // What is before a damage is used: the error follows it.
    let rest: Stream = match read {
        Ok(_) => stream,
        Err(error) if gzip::is_passed(&error) => Box::new(Failing(Some(error), stream)),
        Err(error) => Box::new(Failing(Some(error), Box::new(io::empty()))),
    };
    let whole = io::Cursor::new(sample).chain(rest);
    let repaired = Arc::default();
    let stream: Stream = match detected {
        Detected::Utf8 => Box::new(whole),
        Detected::Sure(encoding) | Detected::Guessed(encoding) => Box::new(Decoding {
            inner: whole,
            decoder: encoding.0.new_decoder_with_bom_removal(),
            repaired: Arc::clone(&repaired),
            input: Vec::new(),
            used: 0,
            output: Vec::new(),
            given: 0,
            ended: false,
        }),
    };
    Utf8Stream { stream, detected, repaired }
}

/// Fails once, then is what follows the damage, which mostly is nothing.
struct Failing(Option<io::Error>, Stream);

impl Read for Failing {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(error) => Err(error),
            None => self.1.read(buf),
        }
    }
}

/// Decodes what passes.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    repaired: Arc<AtomicBool>,
    input: Vec<u8>,
    used: usize,
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoding<R> {
    /// Fills the output; leaves it empty only at the end.
    fn fill(&mut self) -> io::Result<()> {
        (self.given, self.output) = (0, std::mem::take(&mut self.output));
        self.output.resize(PIECE_BYTES * 3, 0);
        let mut filled = 0;
        while filled == 0 && !self.ended {
            if self.used == self.input.len() {
                self.input.clear();
                self.used = 0;
                self.inner.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut self.input)?;
            }
            let last = self.input.is_empty();
            let input = self.input.get(self.used..).unwrap_or_default();
            let (result, read, written, repaired) =
                self.decoder.decode_to_utf8(input, &mut self.output, last);
            if repaired {
                self.repaired.store(true, Ordering::Relaxed);
            }
            self.used += read;
            filled = written;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        self.output.truncate(filled);
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() && !self.ended {
            self.fill()?;
        }
        let ready = self.output.get(self.given..).unwrap_or_default();
        let count = ready.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

/// Looks at the start of a source: the length of its byte order mark, or why it is not readable.
/// Zeros make no UTF-16 of what is said to be UTF-8.
pub(crate) fn inspect(start: &[u8], forced: Option<Encoding>) -> Result<usize, Refusal> {
    let head = start.get(..HEAD_BYTES).unwrap_or(start);
    let other = if forced.is_some() { marked(head) } else { utf16_or_32(head) };
    if let Some(name) = other {
        return Err(Refusal::new(
            format!("is {name}, not UTF-8"),
            format!("convert it, for example with `iconv -f {name} -t UTF-8`"),
        ));
    }
    match foreign::by_content(head) {
        Some(name) => Err(foreign::refusal(name)),
        None if head.starts_with(b"\xef\xbb\xbf") => Ok(3),
        None => Ok(0),
    }
}

/// Recognises UTF-16 and UTF-32 by their mark, UTF-16 also by zeros at every other place.
fn utf16_or_32(head: &[u8]) -> Option<&'static str> {
    marked(head).or_else(|| {
        if head.len() < PATTERN_BYTES { begins_as_utf16(head) } else { has_zeros_of_utf16(head) }
    })
}

/// Recognises UTF-16 and UTF-32 by their byte order mark.
fn marked(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// Recognises the start of a JSON object or list in UTF-16 in a source of few bytes.
fn begins_as_utf16(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'{' | b'[', 0, ..] => Some("UTF-16LE"),
        [0, b'{' | b'[', ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// Recognises UTF-16 by zeros at every other place.
fn has_zeros_of_utf16(head: &[u8]) -> Option<&'static str> {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2;
    match (even, odd) {
        // A few zeros are on the other side too, such as in U+0100 or U+1F600.
        (even, odd) if odd * 4 >= most * 3 && even * 16 <= odd => Some("UTF-16LE"),
        (even, odd) if even * 4 >= most * 3 && odd * 16 <= even => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_marks() {
        assert_eq!(inspect(b"\xef\xbb\xbfabc", None), Ok(3));
        for (head, name) in [
            (&b"\xff\xfea\0b\0"[..], "UTF-16LE"),
            (b"\xfe\xff\0a\0b", "UTF-16BE"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32LE"),
            (b"\0\0\xfe\xff\0\0\0a", "UTF-32BE"),
        ] {
            let refusal = inspect(head, None).unwrap_err();
            assert!(refusal.cause.contains(name), "{refusal:?}");
            assert!(refusal.cure.contains("iconv"), "{refusal:?}");
        }
    }

    #[test]
    fn utf16_without_a_mark() {
        let text: Vec<u8> = "Hello, world".encode_utf16().flat_map(u16_le).collect();
        assert!(inspect(&text, None).unwrap_err().cause.contains("UTF-16LE"));
        assert!(inspect(b"{\0\"\0", None).is_err());
        assert_eq!(inspect(b"{\0\"\0", Encoding::named("utf-8")), Ok(0), "it is said to be UTF-8");
        let line = b"{\0\n{\"id\": \"a\", \"text\": \"The dam held through the night.\"}";
        assert_eq!(inspect(line, None), Ok(0), "one zero is damage");
    }

    fn u16_le(unit: u16) -> [u8; 2] {
        [(unit & 0xff) as u8, (unit >> 8) as u8]
    }

    #[test]
    fn the_encoding_is_known_or_guessed() {
        let named = |name| Encoding::named(name).unwrap();
        assert_eq!(judge("Der Fu\u{df}".as_bytes(), None), Detected::Utf8);
        assert_eq!(judge(b"caf\xe9 au lait", None), Detected::Guessed(named("windows-1252")));
        assert_eq!(
            judge(b"good \xc3\xa9, one bad \xe9 byte", None),
            Detected::Utf8,
            "mostly UTF-8"
        );
        let garbage = [&[0xff; 500][..], "\nna\u{ef}ve\n".as_bytes()].concat();
        assert_eq!(judge(&garbage, None), Detected::Utf8, "one line of two");
        let latin = b"caf\xe9\nna\xefve\nplain\n\xc3\xa9\n";
        assert!(matches!(judge(latin, None), Detected::Guessed(_)), "two lines of three");
        assert_eq!(judge(b"a\0\xff\x01", None), Detected::Utf8, "binary");
        assert_eq!(judge(b"\xff\xfea\0", None), Detected::Sure(named("utf-16le")));
        assert_eq!(judge(b"plain", Some(named("latin1"))), Detected::Sure(named("windows-1252")));
        assert_eq!(judge(b"caf\xe9", Some(named("utf-8"))), Detected::Utf8);
        assert_eq!(Encoding::named("klingon"), None);
    }

    fn streamed(bytes: &[u8], forced: Option<Encoding>) -> (String, bool) {
        let text = to_utf8(Box::new(io::Cursor::new(bytes.to_vec())), forced);
        let (mut stream, mut read) = (text.stream, Vec::new());
        // In pieces of all sizes.
        let mut piece = [0; 7];
        loop {
            let got = stream.read(&mut piece).unwrap();
            if got == 0 {
                break;
            }
            read.extend_from_slice(&piece[..got]);
        }
        (String::from_utf8(read).unwrap(), text.repaired.load(Ordering::Relaxed))
    }

    #[test]
    fn a_stream_is_decoded_as_a_whole_would_be() {
        let long = "Grüße aus der Straße, \u{201e}sagte er\u{201c} \u{1f600}\n".repeat(9000);
        let utf16: Vec<u8> = long.encode_utf16().flat_map(u16_le).collect();
        assert_eq!(streamed(&utf16, None), (long.clone(), false));
        assert_eq!(streamed(&[&[0xff, 0xfe], &utf16[..]].concat(), None), (long, false));
        let latin: Vec<u8> = b"caf\xe9 ".repeat(50_000);
        assert_eq!(streamed(&latin, None).0, "caf\u{e9} ".repeat(50_000));
        let odd = [&utf16[..utf16.len() / 2 * 2 - 3], &[0x00]].concat();
        assert!(streamed(&odd[..odd.len() - 1], None).1, "half a unit at the end is reported");
    }

    #[test]
    fn plain_text_and_single_zeros_pass() {
        assert_eq!(inspect(b"Hello, world", None), Ok(0));
        assert_eq!(inspect(b"a\0b, and then no more zeros", None), Ok(0));
        assert_eq!(inspect(b"", None), Ok(0));
        assert_eq!(inspect(b"\xff", None), Ok(0));
    }

    #[test]
    fn foreign_magic_is_named() {
        assert!(inspect(b"%PDF-1.7", None).unwrap_err().cause.contains("PDF"));
    }
}

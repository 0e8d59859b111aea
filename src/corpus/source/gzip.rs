//! All members of a gzip file as one stream.
//!
//! Used by compressed. Invariant: zeros behind the last member, which tapes and block devices leave
//! there, and ends of lines, which servers and editors add, are no damage; anything else behind it
//! is. Who reads on after [`is_passed`] gets the members after the damaged one.

use flate2::bufread::GzDecoder;
use std::fmt;
use std::io::{self, BufRead, Chain, Cursor, Read};

/// How a member starts.
const START: [u8; 3] = [0x1f, 0x8b, 8];

/// Most bytes that are decoded at once: those that precede damage in one piece are lost with it.
const PIECE_BYTES: usize = 64 << 10;

/// Bytes that must be decoded before what looks like the start of a member is one.
const PROOF_BYTES: usize = 512;

/// What is read of a member: its start, where that was taken already, and the rest.
type Stored<R> = Chain<Cursor<&'static [u8]>, R>;

/// Reads members one after the other.
pub(crate) struct Members<R: BufRead> {
    /// The member that is read; none at the end.
    member: Option<GzDecoder<Stored<R>>>,
    /// What was decoded of it already, and why no more of it can be.
    ahead: Cursor<Vec<u8>>,
    failed: Option<io::Error>,
}

/// A member that is damaged, after which there is another.
#[derive(Debug)]
struct Passed {
    cause: String,
    /// All that it holds came out before the damage was seen.
    came_out: bool,
}

impl Passed {
    fn new(error: &io::Error) -> Self {
        let cause = error.to_string();
        // Only the checksum follows what a member holds.
        let came_out = cause.contains("checksum");
        Self { cause, came_out }
    }
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Passed {}

/// Whether an error is of a member, and what is read next is the member after it.
pub(crate) fn is_passed(error: &io::Error) -> bool {
    passed(error).is_some()
}

/// Whether an error is of a member of which all came out.
pub(crate) fn came_out(error: &io::Error) -> bool {
    passed(error).is_some_and(|passed| passed.came_out)
}

fn passed(error: &io::Error) -> Option<&Passed> {
    error.get_ref()?.downcast_ref()
}

impl<R: BufRead> Members<R> {
    pub(crate) fn new(raw: R) -> Self {
        Self { member: Some(member(&[], raw)), ahead: Cursor::default(), failed: None }
    }

    /// Goes to the next member after a damaged one; returns what is to be said.
    fn pass(&mut self, error: io::Error) -> io::Error {
        let is_damage =
            matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
        let stored = self.member.take().filter(|_| is_damage).map(GzDecoder::into_inner);
        let Some((_, mut raw)) = stored.map(Chain::into_inner) else { return error };
        while find_start(&mut raw).unwrap_or(false) {
            let mut next = member(&START, raw);
            let mut proof = Vec::new();
            let proved = next.by_ref().take(PROOF_BYTES as u64).read_to_end(&mut proof);
            // The next one may be damaged too, which is said by itself.
            if proved.is_ok() || !proof.is_empty() {
                (self.member, self.ahead) = (Some(next), Cursor::new(proof));
                self.failed = proved.err();
                return io::Error::new(error.kind(), Passed::new(&error));
            }
            (_, raw) = next.into_inner().into_inner();
        }
        error
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let ahead = self.ahead.read(buf)?;
        if ahead > 0 {
            return Ok(ahead);
        }
        if let Some(error) = self.failed.take() {
            return Err(self.pass(error));
        }
        let most = buf.len().min(PIECE_BYTES);
        let buf = buf.get_mut(..most).unwrap_or_default();
        while let Some(member) = &mut self.member {
            let got = match member.read(buf) {
                Ok(got) => got,
                Err(error) => return Err(self.pass(error)),
            };
            if got > 0 || buf.is_empty() {
                return Ok(got);
            }
            let ended = self.member.take().map(|member| member.into_inner().into_inner());
            let Some((_, mut raw)) = ended else { break };
            if pass_padding(&mut raw)? {
                self.member = Some(self::member(&[], raw));
            }
        }
        Ok(0)
    }
}

/// A member of which `start` was taken out of `raw`.
fn member<R: BufRead>(start: &'static [u8], raw: R) -> GzDecoder<Stored<R>> {
    GzDecoder::new(Cursor::new(start).chain(raw))
}

/// Consumes all up to the next start of a member, and that; returns whether there is one.
fn find_start(raw: &mut impl BufRead) -> io::Result<bool> {
    let mut matched = 0;
    loop {
        let buffered = raw.fill_buf()?;
        if buffered.is_empty() {
            return Ok(false);
        }
        let mut passed = 0;
        for &byte in buffered {
            passed += 1;
            matched = match START.get(matched) {
                Some(wanted) if *wanted == byte => matched + 1,
                // No part of the start is the start of it but its first byte.
                _ => usize::from(byte == START[0]),
            };
            if matched == START.len() {
                break;
            }
        }
        raw.consume(passed);
        if matched == START.len() {
            return Ok(true);
        }
    }
}

/// Consumes zeros and ends of lines; returns whether something follows them.
fn pass_padding(raw: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffered = raw.fill_buf()?;
        if buffered.is_empty() {
            return Ok(false);
        }
        let padding = buffered.iter().take_while(|byte| b"\0\r\n".contains(byte)).count();
        let all = padding == buffered.len();
        raw.consume(padding);
        if !all {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn packed(text: &str) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    }

    fn read(stored: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        // A small buffer, so that zeros span several fills of it.
        let raw = io::BufReader::with_capacity(7, stored);
        Members::new(raw).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn zeros_behind_members_are_no_damage() {
        let members = [packed("one "), packed(""), packed("two")].concat();
        assert_eq!(read(&members).unwrap(), "one two");
        let padded = [&members[..], &[0; 600]].concat();
        assert_eq!(read(&padded).unwrap(), "one two");
        assert_eq!(read(&[&members[..], b"\r\n"].concat()).unwrap(), "one two");
        let between = [&packed("one ")[..], &[0; 30], &packed("two")].concat();
        assert_eq!(read(&between).unwrap(), "one two");
        assert_eq!(read(&packed("")).unwrap(), "");
    }

    /// All that can be read, with the number of members that were passed.
    fn read_on(stored: &[u8]) -> (String, usize, bool) {
        let mut members = Members::new(io::BufReader::with_capacity(7, stored));
        let (mut text, mut passed) = (Vec::new(), 0);
        loop {
            match members.read_to_end(&mut text) {
                Ok(_) => return (String::from_utf8_lossy(&text).into_owned(), passed, true),
                Err(error) if is_passed(&error) => passed += 1,
                Err(_) => return (String::from_utf8_lossy(&text).into_owned(), passed, false),
            }
        }
    }

    #[test]
    fn members_after_a_damaged_one_are_read() {
        let [one, two, three] = ["one ", "two ", "three"].map(packed);
        let mut damaged = two.clone();
        let checksum = damaged.len() - 6;
        damaged[checksum] ^= 0x55;
        let (text, passed, whole) = read_on(&[&one[..], &damaged, &three].concat());
        assert!(text.starts_with("one ") && text.ends_with("three"), "{text}");
        assert_eq!((passed, whole), (1, true));
        let (text, passed, _) = read_on(&[&damaged[..], &damaged, &three].concat());
        assert!(text.ends_with("three"), "{text}");
        assert_eq!(passed, 2, "each is said");
        let noise = [&one[..], b"noise \x1f\x8b\x08\xff\x1f\x1f\x8b", &three].concat();
        assert_eq!(read_on(&noise), ("one three".to_owned(), 1, true));
        let (text, passed, whole) = read_on(&[&one[..], &damaged].concat());
        assert!(text.starts_with("one "), "{text}");
        assert_eq!((passed, whole), (0, false), "nothing follows it");
        assert_eq!(read_on(&one[..one.len() - 3]).1, 0, "the end is no damage to be passed");
    }

    #[test]
    fn what_else_follows_is_damage() {
        for behind in [&b"x"[..], b"\0\0x", &[0x1f], &[0x1f, 0x8b, 8, 0]] {
            assert!(read(&[&packed("one")[..], behind].concat()).is_err(), "{behind:?}");
        }
        let cut = packed("one two three");
        assert!(read(&cut[..cut.len() - 3]).is_err());
        assert!(read(&[]).is_err());
    }
}

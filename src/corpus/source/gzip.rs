//! All members of a gzip file as one stream.
//!
//! Used by compressed. Invariant: zeros behind the last member, which tapes and block devices leave
//! there, and ends of lines, which servers and editors add, are no damage; anything else behind it
//! is.

use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, Read};

/// Reads members one after the other.
pub(crate) struct Members<R: BufRead> {
    /// The member that is read; none at the end.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(crate) fn new(raw: R) -> Self {
        Self { member: Some(GzDecoder::new(raw)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let got = member.read(buf)?;
            if got > 0 || buf.is_empty() {
                return Ok(got);
            }
            let ended = self.member.take().map(GzDecoder::into_inner);
            let Some(mut raw) = ended else { break };
            if pass_padding(&mut raw)? {
                self.member = Some(GzDecoder::new(raw));
            }
        }
        Ok(0)
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

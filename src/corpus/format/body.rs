//! The body of a response, freed of chunks and compressions.
//!
//! Used by `http`. What its header says is tried first; a body that is compressed
//! all the same, or twice, is known by its first bytes. Invariant: what could be decoded before
//! damage is used, and at most `most` bytes are ever held of one step.

use super::fields::Fields;
use crate::corpus::problem::Refusal;
use crate::corpus::source::compressed::Compression;
use crate::corpus::source::gzip::Members;
use std::io::Read;

/// Compressions inside each other that are undone.
const MOST_LAYERS: usize = 5;

/// A body, and what must be reported of it.
pub(crate) type Decoded = (Vec<u8>, Option<Refusal>);

/// A body freed of what HTTP wraps it in; at most `most` bytes.
pub(crate) fn decoded(body: &[u8], http: Fields<'_>, most: usize) -> Result<Decoded, Refusal> {
    let chunked = http.get("transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    let plain = chunked.contains("chunked").then(|| unchunked(body)).flatten();
    let (mut plain, mut note) = plain.unwrap_or_else(|| (body.to_vec(), None));
    let encodings = http.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    let mut layers = 0;
    for encoding in encodings.rsplit(',').map(str::trim).take(MOST_LAYERS) {
        layers += 1;
        note = undo(encoding, &mut plain, most)?.or(note);
    }
    while layers < MOST_LAYERS
        && let Some(encoding) = sniffed(&plain)
    {
        layers += 1;
        note = undo(encoding, &mut plain, most)?.or(note);
    }
    Ok((plain, note))
}

/// The encoding that the first bytes show.
fn sniffed(body: &[u8]) -> Option<&'static str> {
    match Compression::of(body) {
        Compression::Gzip => Some("gzip"),
        Compression::Zstd if body.starts_with(b"\x28\xb5\x2f\xfd") => Some("zstd"),
        // The usual starts of zlib that no text has.
        _ if matches!(body, [0x78, 0x01 | 0x9c | 0xda, ..]) => Some("deflate"),
        _ => None,
    }
}

/// Undoes an encoding, unless the body is free of it: some crawlers store it decoded and leave the
/// header as it was.
fn undo(encoding: &str, body: &mut Vec<u8>, most: usize) -> Result<Option<Refusal>, Refusal> {
    let is_text = || std::str::from_utf8(body).is_ok();
    let (name, mut reader): (_, Box<dyn Read + '_>) = match encoding {
        "gzip" | "x-gzip" if sniffed(body) == Some("gzip") => {
            ("gzip", Box::new(Members::new(body.as_slice())))
        }
        "zstd" if sniffed(body) == Some("zstd") => match zstd::Decoder::new(body.as_slice()) {
            Ok(decoder) => ("zstd", Box::new(decoder)),
            Err(_) => return Err(lost("zstd")),
        },
        "deflate" | "x-deflate" if is_zlib(body) => {
            ("deflate", Box::new(flate2::bufread::ZlibDecoder::new(body.as_slice())))
        }
        "deflate" | "x-deflate" if !is_text() && sniffed(body).is_none() => {
            ("deflate", Box::new(flate2::bufread::DeflateDecoder::new(body.as_slice())))
        }
        "br" if !is_text() && !matches!(sniffed(body), Some("gzip" | "zstd")) => {
            ("Brotli", brotli(body)?)
        }
        _ => return Ok(None),
    };
    let (out, whole) = as_far_as_it_goes(&mut reader, most)?;
    drop(reader);
    if out.is_empty() && !body.is_empty() && !whole {
        return Err(lost(name));
    }
    *body = out;
    Ok((!whole).then(|| damaged(name)))
}

fn damaged(name: &str) -> Refusal {
    Refusal::new(
        format!("the page's {name} data are damaged"),
        "fetch the page again; what is before the damage is used",
    )
}

/// The same of a body of which nothing is before the damage: what comes in blocks is there when a
/// block is whole.
fn lost(name: &str) -> Refusal {
    let cause = format!("the page's {name} data are damaged, and nothing of it could be read");
    Refusal::new(cause, "fetch the page again")
}

/// Reads until the end or damage; whether it was the end.
fn as_far_as_it_goes(reader: &mut dyn Read, most: usize) -> Result<(Vec<u8>, bool), Refusal> {
    let mut out = Vec::new();
    let read = reader.take(most as u64 + 1).read_to_end(&mut out);
    if out.len() > most {
        return Err(Refusal::too_long(most));
    }
    Ok((out, read.is_ok()))
}

/// Whether data start as zlib has it, which is what `deflate` means in HTTP.
fn is_zlib(body: &[u8]) -> bool {
    let Some([first, second]) = body.first_chunk() else { return false };
    first & 0x0f == 8 && first >> 4 <= 7 && u16::from_le_bytes([*second, *first]) % 31 == 0
}

#[cfg(feature = "brotli")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the feature refuses")]
fn brotli(body: &[u8]) -> Result<Box<dyn Read + '_>, Refusal> {
    Ok(Box::new(brotli_decompressor::Decompressor::new(body, 4096)))
}

#[cfg(not(feature = "brotli"))]
fn brotli(_: &[u8]) -> Result<Box<dyn Read + '_>, Refusal> {
    Err(Refusal::not_built("compressed by Brotli", "brotli"))
}

/// The data of chunks, as far as they go; none where there are none.
fn unchunked(body: &[u8]) -> Option<Decoded> {
    let (mut rest, mut out) = (body, Vec::with_capacity(body.len()));
    while let Some((size, after)) = chunk_size(rest) {
        if size == 0 {
            return Some((out, None));
        }
        out.extend_from_slice(after.get(..size).unwrap_or(after));
        rest = after.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    let cut = Refusal::new("the page ends early", "fetch the page again; what is there is used");
    (!out.is_empty()).then_some((out, Some(cut)))
}

/// The size that a line gives to the chunk behind it.
fn chunk_size(rest: &[u8]) -> Option<(usize, &[u8])> {
    let line = memchr::memchr(b'\n', rest.get(..256).unwrap_or(rest))?;
    let size = std::str::from_utf8(rest.get(..line)?).ok()?;
    let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
    Some((size, rest.get(line + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn free(body: &[u8], fields: &str, most: usize) -> Result<(String, bool), String> {
        let found = decoded(body, Fields(fields.as_bytes()), most);
        found
            .map(|(body, note)| (String::from_utf8_lossy(&body).into_owned(), note.is_some()))
            .map_err(|refusal| refusal.cause)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what may fail")]
    fn whole(text: &str) -> Result<(String, bool), String> {
        Ok((text.to_owned(), false))
    }

    #[test]
    fn bodies_are_freed_of_what_wraps_them() {
        assert_eq!(free(b"ab", "", 9), whole("ab"));
        let packed = gzip(b"words");
        for fields in
            ["Content-Encoding: gzip\r\n", "content-encoding: X-GZIP\n", "", "Content-Encoding: br"]
        {
            assert_eq!(free(&packed, fields, 99), whole("words"), "{fields}");
        }
        let gzipped = "Content-Encoding: gzip\r\n";
        assert!(free(&packed, gzipped, 4).unwrap_err().contains("limit: 4"));
        assert_eq!(free(b"plain", gzipped, 9), whole("plain"), "decoded before");
        assert_eq!(free(&gzip(&packed), gzipped, 99), whole("words"), "twice");
        assert_eq!(free(&gzip(&packed), "Content-Encoding: gzip, gzip", 99), whole("words"));
        let zstd = zstd::encode_all(&b"words"[..], 3).unwrap();
        assert_eq!(free(&zstd, "Content-Encoding: zstd", 9), whole("words"));
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(b"words \xc3\xa9 words").unwrap();
        assert_eq!(
            free(&zlib.finish().unwrap(), "Content-Encoding: deflate", 99),
            whole("words é words")
        );
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"words \xc3\xa9 words").unwrap();
        assert_eq!(
            free(&raw.finish().unwrap(), "Content-Encoding: deflate", 99),
            whole("words é words")
        );
        assert_eq!(free(b"plain", "Content-Encoding: deflate", 9), whole("plain"));
    }

    #[test]
    fn zlib_and_padding_are_known_without_a_header() {
        let packed = gzip(b"words");
        let gzipped = "Content-Encoding: gzip\r\n";
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(b"words").unwrap();
        let zlib = zlib.finish().unwrap();
        for fields in ["", "Content-Encoding: x-deflate", "Content-Encoding: gzip"] {
            assert_eq!(free(&zlib, fields, 99), whole("words"), "{fields}");
        }
        assert_eq!(free(&gzip(&zlib), "Content-Encoding: deflate", 99), whole("words"));
        let ended = [&packed[..], b"\r\n"].concat();
        assert_eq!(free(&ended, gzipped, 99), whole("words"), "with the end of a line");
    }

    #[cfg(feature = "brotli")]
    #[test]
    fn brotli_is_read() {
        // "wordswordswords.." made by the reference encoder: one uncompressed meta-block.
        let stored = b"\x0b\x02\x80words\x03";
        assert_eq!(free(stored, "Content-Encoding: br", 99), whole("words"));
        assert_eq!(free(b"plain", "Content-Encoding: br", 99), whole("plain"));
        assert!(free(b"\xff\x01", "Content-Encoding: br", 9).unwrap_err().contains("Brotli"));
    }

    #[test]
    fn damage_costs_what_follows_it() {
        let text: String =
            (0..9000_u32).map(|n| char::from_digit(n * n % 23, 36).unwrap()).collect();
        let packed = gzip(text.as_bytes());
        let (part, noted) =
            free(&packed[..packed.len() / 2], "Content-Encoding: gzip", 1 << 20).unwrap();
        assert!(noted && text.starts_with(&part) && part.len() > 500, "{}", part.len());
        assert!(
            free(&packed[..9], "Content-Encoding: gzip", 99)
                .unwrap_err()
                .contains("gzip data are damaged")
        );
    }

    #[test]
    fn chunks_are_joined_as_far_as_they_go() {
        let chunked = "Transfer-Encoding: Chunked\r\n";
        assert_eq!(free(b"2\r\nab\r\n3;x\r\ncde\r\n0\r\n", chunked, 9), whole("abcde"));
        assert_eq!(free(b"2\nab\n0\n", chunked, 9), whole("ab"));
        assert_eq!(free(b"no chunks", chunked, 9), whole("no chunks"));
        assert_eq!(free(b"2\r\nab\r\n9\r\ncd", chunked, 9), Ok(("abcd".to_owned(), true)));
    }

    #[test]
    fn bombs_are_bounded() {
        let bomb = gzip(&gzip(&vec![b' '; 1 << 20]));
        assert!(free(&bomb, "", 1 << 16).unwrap_err().contains("limit"));
        let mut nested = gzip(b"words");
        for _ in 0..20 {
            nested = gzip(&nested);
        }
        assert!(free(&nested, "", 1 << 16).is_ok(), "only so many layers are undone");
    }
}

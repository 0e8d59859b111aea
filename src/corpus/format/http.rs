//! What an HTTP response in a crawl holds: its header, and its body freed of what wraps it.
//!
//! Used by the formats of crawls ([`warc`](super::warc), [`arc`](super::arc)). Invariant: a body
//! that is damaged is used as far as it goes and reported; one that is too long is never held.

use super::body;
use super::fields::{Fields, header_end};
use super::html;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding::Encoding;
use std::borrow::Cow;

/// Characters of a media type that are shown.
const SHOWN_TYPE: usize = 40;

/// What a record of a crawl holds.
pub(crate) enum Held<'a> {
    /// A page or a text.
    Text(Content<'a>),
    /// Something that is not read, by its kind: a status, a media type, a type of record.
    Other(Cow<'a, str>),
}

/// A page or text.
pub(crate) struct Content<'a> {
    pub(crate) payload: Cow<'a, [u8]>,
    pub(crate) is_page: bool,
    /// The encoding that came with it.
    pub(crate) declared: Option<Encoding>,
    /// What must be reported.
    pub(crate) note: Option<Refusal>,
}

/// What a response holds; of its body at most `most` bytes.
pub(crate) fn response(response: &[u8], most: usize) -> Result<Held<'_>, Refusal> {
    let Some((head, body)) = last_header(response) else {
        return Ok(Held::Other("no header".into()));
    };
    match status(head) {
        Some(200) => {}
        Some(other) => return Ok(Held::Other(other.to_string().into())),
        None => return Ok(Held::Other("no status".into())),
    }
    let fields = Fields(head);
    let media = fields.media();
    if says_type(media) && text_type(media).is_none() {
        return Ok(Held::Other(kind_of(media)));
    }
    let (payload, note) = body::decoded(body, fields, most)?;
    Ok(match typed(payload.into(), media) {
        Held::Text(content) => Held::Text(Content { note, ..content }),
        other @ Held::Other(_) => other,
    })
}

/// The header of the response itself and its body: others, which only say that it will come
/// (`100 Continue`), may be before it.
fn last_header(response: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = response;
    loop {
        let (head, body) = rest.split_at_checked(header_end(rest)?)?;
        let more = status(head).is_some_and(|status| (100..200).contains(&status));
        if !more || status(body).is_none() {
            return Some((head, body));
        }
        rest = body;
    }
}

/// Whether a media type says anything; these do not, and browsers look at the first bytes then.
fn says_type(media: &str) -> bool {
    let kind = first_type(media);
    kind.contains('/')
        && !["unknown/unknown", "application/unknown", "*/*"]
            .iter()
            .any(|nothing| kind.eq_ignore_ascii_case(nothing))
}

/// A media type without its parameters, the first where it is given twice.
fn first_type(media: &str) -> &str {
    media.split([';', ',']).next().unwrap_or_default().trim()
}

/// A payload of this media type; where none is given, its first bytes decide.
pub(crate) fn typed<'a>(payload: Cow<'a, [u8]>, media: &'a str) -> Held<'a> {
    let guessed = || (!says_type(media) && html::is_page(&payload)).then_some(true);
    let Some(is_page) = text_type(media).or_else(guessed) else {
        return Held::Other(kind_of(media));
    };
    let declared = media.split([';', ',']).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let charset = name.trim().eq_ignore_ascii_case("charset");
        charset.then(|| Encoding::named(value.trim().trim_matches('"'))).flatten()
    });
    Held::Text(Content { payload, is_page, declared, note: None })
}

/// The status of a response, read as browsers do: with or without a version, in any case, after any
/// blanks, with or without a reason.
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\n').next()?.trim_ascii();
    let name = line.get(..4).filter(|name| name.eq_ignore_ascii_case(b"http"))?;
    let rest = line.get(name.len()..)?;
    let blank = rest.iter().position(u8::is_ascii_whitespace)?;
    let code = rest.get(blank..)?.trim_ascii_start();
    let (digits, after) = (code.get(..3)?, code.get(3));
    let ends = after.is_none_or(|byte| !byte.is_ascii_digit());
    std::str::from_utf8(digits).ok().filter(|_| ends)?.parse().ok()
}

/// Whether a media type is that of a page; none where it is not text at all.
pub(crate) fn text_type(media: &str) -> Option<bool> {
    let kind = first_type(media).to_ascii_lowercase();
    match kind.as_str() {
        "text/html" | "application/xhtml+xml" => Some(true),
        "text/plain" => Some(false),
        _ => None,
    }
}

/// A media type by its name alone.
pub(crate) fn kind_of(media: &str) -> Cow<'_, str> {
    let kind = first_type(media);
    if kind.is_empty() {
        return "no media type".into();
    }
    kind.chars().take(SHOWN_TYPE).collect::<String>().to_ascii_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_leniently() {
        for line in
            ["HTTP/1.1 200 OK", "http/1.0 200", "HTTP/2 200 ", "HTTP  200\tfine", "HTTP/1.1 200OK"]
        {
            assert_eq!(status(format!("{line}\r\nA: b\r\n").as_bytes()), Some(200), "{line}");
            assert_eq!(status(line.as_bytes()), Some(200), "{line}");
        }
        assert_eq!(status(b"HTTP/1.1 404 Not Found\n"), Some(404));
        for line in ["FTP 200 ok", "HTTP/1.1", "HTTP/1.1 2000", "HTTP/1.1 OK", "", "HTTP/1.1 20"] {
            assert_eq!(status(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_response_is_a_text_or_says_what_it_is() {
        let kind =
            |head: &str, body: &str| match response(format!("{head}\r\n\r\n{body}").as_bytes(), 99)
            {
                Ok(Held::Text(content)) => format!("page {}", content.is_page),
                Ok(Held::Other(kind)) => kind.into_owned(),
                Err(refusal) => refusal.cause,
            };
        assert_eq!(kind("http/1.1 200\r\ncontent-TYPE: Text/HTML; charset=x", "x"), "page true");
        assert_eq!(kind("HTTP/1.1 200 OK\r\nContent-Type: text/plain", "x"), "page false");
        assert_eq!(kind("HTTP/1.1 301 Moved\r\nContent-Type: text/html", "x"), "301");
        assert_eq!(kind("HTTP/1.1 200 OK\r\nContent-Type: Image/PNG; a=b", "x"), "image/png");
        assert_eq!(kind("HTTP/1.1 200 OK", "<!doctype html>x"), "page true");
        assert_eq!(kind("HTTP/1.1 200 OK", "words"), "no media type");
        let typed = |media: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: {media}");
        assert_eq!(kind(&typed("text/html, text/html"), "x"), "page true");
        for nothing in ["unknown/unknown", "*/*", "html", "Application/Unknown"] {
            assert_eq!(kind(&typed(nothing), "<!doctype html>x"), "page true", "{nothing}");
        }
        assert_eq!(kind(&typed("unknown/unknown"), "words"), "unknown/unknown");
        assert_eq!(
            kind(&typed("application/octet-stream"), "<!doctype html>x"),
            "application/octet-stream"
        );
        let early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        assert_eq!(kind(&format!("{early}{}", typed("text/html")), "x"), "page true");
        assert_eq!(kind("HTTP/1.1 100 Continue", "x"), "100");
        assert_eq!(kind("words", ""), "no status");
    }

    #[test]
    fn the_charset_is_the_declared_one() {
        let declared = |media: &str| match typed(Cow::Borrowed(b"x"), media) {
            Held::Text(content) => content.declared,
            Held::Other(_) => None,
        };
        let latin = Encoding::named("windows-1252");
        assert_eq!(declared("text/html; a=b; Charset=\"latin1\""), latin);
        assert_eq!(declared("text/html;charset=windows-1252"), latin);
        assert_eq!(declared("text/html; set=latin1"), None);
    }
}

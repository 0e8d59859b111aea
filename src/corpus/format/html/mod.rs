//! Web pages: the article in a page, and what the page says of it.
//!
//! A format of its own, and used by warc for responses. Offsets refer to the text that is extracted
//! here. Invariant: a page that would grow beyond bounds when it is parsed (`shape`) is refused
//! before that.

use super::news;
use super::reader::{Article, InputFormat};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding::{self, Decoded, Detected, Encoding};
use crate::corpus::source::kind::Facts;
use memchr::memmem;

#[cfg(feature = "html")]
mod addresses;
#[cfg(feature = "html")]
mod apart;
#[cfg(feature = "html")]
mod blocks;
#[cfg(feature = "html")]
mod bound;
#[cfg(feature = "html")]
mod bylines;
#[cfg(feature = "html")]
mod clean;
#[cfg(feature = "html")]
mod dates;
#[cfg(feature = "html")]
mod elements;
#[cfg(feature = "html")]
mod enabled;
#[cfg(feature = "html")]
mod fragment;
#[cfg(feature = "html")]
mod house;
#[cfg(feature = "html")]
mod items;
#[cfg(feature = "html")]
mod json_ld;
#[cfg(feature = "html")]
mod lines;
#[cfg(feature = "html")]
mod marks;
#[cfg(feature = "html")]
mod markup;
#[cfg(feature = "html")]
mod metadata;
#[cfg(feature = "html")]
mod names;
#[cfg(feature = "html")]
mod open;
#[cfg(feature = "html")]
mod outline;
#[cfg(feature = "html")]
mod paragraphs;
#[cfg(feature = "html")]
mod phrases;
#[cfg(feature = "html")]
mod plain;
#[cfg(feature = "html")]
mod scripts;
#[cfg(feature = "html")]
mod several;
#[cfg(feature = "html")]
mod signs;
#[cfg(feature = "html")]
mod times;
#[cfg(feature = "html")]
mod titles;
#[cfg(feature = "html")]
mod traits;
#[cfg(feature = "html")]
mod weigh;
#[cfg(feature = "html")]
pub(crate) use fragment::fragment;

#[cfg(not(feature = "html"))]
mod disabled;
#[cfg(not(feature = "html"))]
pub(crate) use disabled::fragment;

mod host;
pub(crate) mod page;
pub(crate) use host::host;
pub(crate) use page::{is_page, read};

/// Bytes in which a page says its encoding.
const DECLARATION_BYTES: usize = 4096;

/// Web pages, one a file.
#[derive(Debug)]
pub(crate) struct Html;

static FACTS: Facts = Facts {
    name: "html",
    about: "Web pages, one document a file",
    extensions: &["html", "htm", "xhtml"],
    magic: is_page,
    extracts: true,
    missing: if cfg!(feature = "html") { None } else { Some(("HTML", "html")) },
    ..Facts::PLAIN
};

impl InputFormat for Html {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn decoded<'b>(&self, inputs: &Inputs, bytes: &'b [u8]) -> Result<Decoded<'b>, Refusal> {
        decode(bytes, inputs.options.encoding, None)
    }

    fn article_in(
        &self,
        inputs: &Inputs,
        text: &str,
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        let mut article = read(text, &inputs.options.limits)?;
        let note = news::several_in_page(text).or(article.note.take());
        Ok((article, note))
    }
}

/// The page in `bytes`; `declared` is what came with it (an HTTP header).
pub(crate) fn decode(
    bytes: &[u8],
    forced: Option<Encoding>,
    declared: Option<Encoding>,
) -> Result<Decoded<'_>, Refusal> {
    let detected = encoding::judge(bytes, forced);
    let open = forced.is_none() && !matches!(detected, Detected::Sure(_));
    if open
        && std::str::from_utf8(bytes).is_err()
        && let Some(encoding) = declared.or_else(|| declaration(bytes))
    {
        let (text, repaired) = encoding.decode(bytes);
        return Ok((text, repaired.then(encoding::broken)));
    }
    encoding::decode(bytes, forced)
}

/// The encoding that a page says it has.
fn declaration(bytes: &[u8]) -> Option<Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let at = memmem::find(&head, b"charset=")? + b"charset=".len();
    let rest = head.get(at..)?;
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte));
    let name = std::str::from_utf8(rest.get(..end.unwrap_or(rest.len()))?).ok()?;
    Encoding::named(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_their_start() {
        let late = b"<?xml version='1.0'?>\n<!-- saved -->\n<!-- by -->\n<!doctype html><html>";
        for start in [&b"<!DOCTYPE html>"[..], b"\xef\xbb\xbf\n <HTML lang=en>", late] {
            assert!(is_page(start));
        }
        assert!(!is_page(b"<p>html") && !is_page(b"text <html>"));
        assert!(!is_page(b"<!-- <html>") && !is_page(b"<?xml ?><svg><html>"));
    }

    fn decoded(bytes: &[u8], forced: Option<&str>, declared: Option<&str>) -> (String, bool) {
        let named = |name: Option<&str>| name.and_then(Encoding::named);
        let (text, note) = decode(bytes, named(forced), named(declared)).unwrap();
        (text.into_owned(), note.is_some())
    }

    #[test]
    fn a_page_says_its_encoding() {
        let page = b"<meta charset='iso-8859-5'>\xbc\xd8\xe0";
        assert_eq!(
            decoded(page, None, None),
            ("<meta charset='iso-8859-5'>\u{41c}\u{438}\u{440}".to_owned(), false)
        );
        let latin = "<meta charset='iso-8859-5'>\u{bc}\u{d8}\u{e0}";
        assert_eq!(decoded(page, None, Some("latin1")).0, latin, "the header goes first");
        assert_eq!(decoded(page, Some("latin1"), None).0, latin, "what the user says goes first");
        let utf8 = "<meta charset=\"latin1\">\u{e9}";
        assert_eq!(
            decoded(utf8.as_bytes(), None, None),
            (utf8.to_owned(), false),
            "valid UTF-8 is"
        );
        assert!(decoded(b"charset=utf-8 \xe9\xe9", None, None).1, "a repair is reported");
    }

    #[test]
    fn the_declaration_is_in_the_first_bytes() {
        let named = Encoding::named;
        assert_eq!(declaration(b"<meta charset=utf-16le>"), named("utf-16le"));
        assert_eq!(declaration(b"<META CHARSET=\"Latin1\" x>"), named("latin1"));
        assert_eq!(declaration(b"charset=klingon"), None);
        assert_eq!(declaration(b"charset="), None);
        let late = [&b" ".repeat(DECLARATION_BYTES)[..], b"charset=latin1"].concat();
        assert_eq!(declaration(&late), None);
    }
}

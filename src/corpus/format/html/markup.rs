//! Pieces of markup as an HTML tokenizer cuts them: tags with their attributes, comments, raw text.
//!
//! Used by `bound`, which looks at a page before it is parsed. Invariant: every function looks at a
//! byte a bounded number of times, and ends where the tokenizer of the parser would.

use memchr::{memchr, memchr_iter, memchr2_iter, memmem};
use std::ops::Range;

/// A tag from its `<` to what follows its `>`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'p> {
    pub(super) name: &'p [u8],
    pub(super) end: usize,
    pub(super) attributes: usize,
    /// Attributes after the first `most`, as a range of the page.
    pub(super) surplus: Option<Range<usize>>,
    pub(super) self_closing: bool,
}

/// Reads the tag whose name starts at `at`; none where the page ends in it, so that the parser
/// drops it.
pub(super) fn tag(page: &[u8], at: usize, most: usize) -> Option<Tag<'_>> {
    let rest = page.get(at..)?;
    let length = rest.iter().position(|&byte| ends_name(byte))?;
    let name = rest.get(..length)?;
    let (mut at, mut attributes, mut first, mut last) = (at + length, 0, None, at);
    loop {
        let from = at;
        at = skip(page, at, |byte| is_space(byte) || byte == b'/')?;
        if page.get(at) == Some(&b'>') {
            let self_closing = at > from && page.get(at - 1) == Some(&b'/');
            // An attribute that follows a slash takes it along: left alone before the `>`, the
            // slash would close the element.
            let start = |first: usize| first - usize::from(page.get(first - 1) == Some(&b'/'));
            let surplus = first.map(|first| start(first)..last);
            return Some(Tag { name, end: at + 1, attributes, surplus, self_closing });
        }
        attributes += 1;
        if attributes > most && first.is_none() {
            first = Some(at);
        }
        at = attribute(page, at)?;
        last = at;
    }
}

/// The end of the attribute that starts at `at`.
fn attribute(page: &[u8], at: usize) -> Option<usize> {
    // An equals sign as the first byte is part of the name.
    let end = skip(page, at + 1, |byte| !ends_name(byte) && byte != b'=')?;
    let sign = skip(page, end, is_space)?;
    if page.get(sign) != Some(&b'=') {
        return Some(end);
    }
    let value = skip(page, sign + 1, is_space)?;
    match page.get(value)? {
        quote @ (b'"' | b'\'') => {
            let length = memchr(*quote, page.get(value + 1..)?)?;
            Some(value + 1 + length + 1)
        }
        _ => skip(page, value, |byte| !is_space(byte) && byte != b'>'),
    }
}

/// The first place from `at` whose byte is not `wanted`; none at the end of the page.
fn skip(page: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    page.get(at..)?.iter().position(|&byte| !wanted(byte)).map(|length| at + length)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

/// What follows the comment that starts with `<!--` at `at`.
pub(super) fn after_comment(page: &[u8], at: usize) -> usize {
    let rest = page.get(at..).unwrap_or_default();
    let ends = |close: usize| {
        let before = rest.get(2..close).unwrap_or_default();
        before.ends_with(b"--") || (close >= 7 && before.ends_with(b"--!"))
    };
    let close = memchr_iter(b'>', rest).find(|&close| ends(close));
    close.map_or(page.len(), |close| at + close + 1)
}

/// What follows the next `mark`.
pub(super) fn after(page: &[u8], at: usize, mark: &[u8]) -> usize {
    let found = memmem::find(page.get(at..).unwrap_or_default(), mark);
    found.map_or(page.len(), |found| at + found + mark.len())
}

/// Where the closing tag of the element `name` starts, whose raw text starts at `at`.
pub(super) fn raw_end(page: &[u8], at: usize, name: &[u8]) -> usize {
    let rest = page.get(at..).unwrap_or_default();
    let script = name.eq_ignore_ascii_case(b"script");
    // A script in a comment in a script hides one closing tag.
    let (mut escaped, mut hidden) = (false, false);
    for place in memchr2_iter(b'<', b'-', rest) {
        let here = rest.get(place..).unwrap_or_default();
        if here.strip_prefix(b"</").is_some_and(|end| starts_tag(end, name)) {
            if !hidden {
                return at + place;
            }
            hidden = false;
        } else if script && here.starts_with(b"<!--") {
            escaped = true;
        } else if script && here.starts_with(b"-->") {
            (escaped, hidden) = (false, false);
        } else if escaped && here.strip_prefix(b"<").is_some_and(|tag| starts_tag(tag, name)) {
            hidden = true;
        }
    }
    page.len()
}

fn starts_tag(rest: &[u8], name: &[u8]) -> bool {
    let start = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    start && rest.get(name.len()).is_some_and(|&byte| ends_name(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(page: &str, most: usize) -> (String, usize, bool) {
        let tag = tag(page.as_bytes(), 1, most).unwrap();
        let mut kept = page[..tag.end].to_owned();
        if let Some(surplus) = tag.surplus {
            kept.replace_range(surplus, "");
        }
        (kept, tag.attributes, tag.self_closing)
    }

    #[test]
    fn attributes_end_where_the_tokenizer_ends_them() {
        for (page, kept, attributes, closing) in [
            ("<a>", "<a>", 0, false),
            ("<a/>", "<a/>", 0, true),
            ("<a b='>' c=\"'>\" d=e>", "<a b='>' c=\"'>\" >", 3, false),
            ("<a b = '1'c=2 d / >x>", "<a b = '1'c=2  / >", 3, false),
            ("<a b c=d/>", "<a b c=d/>", 2, false),
            ("<a b/c/d>", "<a b/c>", 3, false),
            ("<a b c d/>", "<a b c />", 3, true),
            ("<a b c =d e= >", "<a b c =d >", 3, false),
            ("<a =b ==c =d>", "<a =b ==c =d>", 2, false),
        ] {
            let most = 2;
            let found = cut(page, most);
            assert_eq!((found.0.as_str(), found.1, found.2), (kept, attributes, closing), "{page}");
        }
        for open in ["<a", "<a b", "<a b=", "<a b='>", "<a b=c", "<a b /"] {
            assert_eq!(tag(open.as_bytes(), 1, 2), None, "{open}");
        }
    }

    #[test]
    fn comments_and_raw_text() {
        for (page, end) in [
            ("<!-- a > b --> c", 14),
            ("<!-->x", 5),
            ("<!--->x", 6),
            ("<!--!> x -->y", 12),
            ("<!-- a --!>x", 11),
            ("<!-- a ->", 9),
        ] {
            assert_eq!(after_comment(page.as_bytes(), 0), end, "{page}");
        }
        let end = |page: &str, name: &str| raw_end(page.as_bytes(), 0, name.as_bytes());
        assert_eq!(end("a</b></style>", "style"), 5);
        assert_eq!(end("</styles></STYLE >", "style"), 9);
        assert_eq!(end("<!-- <script></script> --></script>", "script"), 26);
        assert_eq!(end("<!-- <script> --></script>", "script"), 17);
        assert_eq!(end("<script></script>", "script"), 8);
        assert_eq!(end("<!-- </title> -->", "title"), 5);
        assert_eq!(end("never", "title"), 5);
        assert_eq!(after(b"a]]>b", 0, b"]]>"), 4);
        assert_eq!(after(b"a", 0, b"]]>"), 1);
    }
}

//! Texts in columns that hold HTML: exports of content systems have the markup of their editors.
//!
//! Used by the readers of tables and JSON. Where that was asked for, or the column is one that
//! always holds HTML, the text of the markup is the text, and that of a whole page its article;
//! elsewhere such texts are counted and read as they are, and so are those in which line ends are
//! written as two signs. Invariant: a text without markup is never changed.

use super::html::{fragment, page};
use crate::corpus::columns::{Plan, TEXT};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use memchr::{memchr_iter, memchr2_iter};
use std::borrow::Cow;

/// Bytes of a text in which markup is looked for: each text is looked at.
const LOOKED_AT: usize = 512;

/// What the path of a column ends with that always holds HTML: in the interface of `WordPress`, in
/// that of `Drupal`.
const RENDERED: [&str; 2] = [".rendered", ".processed"];

/// Columns that always hold HTML: of JSON Feed, of content systems, of the Guardian and `Drupal`.
const MARKUP: [&str; 8] = [
    "content_html",
    "html_content",
    "body_html",
    "html_body",
    "bodyHtml",
    "html",
    "fields.body",
    "body.value",
];

/// Tags that show markup.
const TAGS: [&str; 22] = [
    "p",
    "br",
    "div",
    "span",
    "a",
    "b",
    "i",
    "u",
    "em",
    "strong",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "img",
    "figure",
    "blockquote",
    "table",
    "section",
];

/// Entities that show markup.
const ENTITIES: [&str; 17] = [
    "amp;", "nbsp;", "quot;", "apos;", "lt;", "gt;", "rsquo;", "lsquo;", "ldquo;", "rdquo;",
    "bdquo;", "laquo;", "raquo;", "ndash;", "mdash;", "hellip;", "shy;",
];

/// Whether texts of a source that hold HTML are read as such.
pub(crate) fn is_read(inputs: &Inputs, source: usize) -> bool {
    let name = |plan: &Plan| plan.names[TEXT].as_ref().is_some_and(|name| is_of_markup(name));
    inputs.options.html_text || inputs.plan(source).is_some_and(name)
}

/// Whether a column always holds HTML.
fn is_of_markup(name: &str) -> bool {
    // What is around a record says nothing of it.
    let is_end = |end: &&str| {
        let before = name.len().checked_sub(end.len());
        before.and_then(|at| name.split_at_checked(at)).is_some_and(|(group, own)| {
            own.eq_ignore_ascii_case(end) && (group.is_empty() || group.ends_with('.'))
        })
    };
    RENDERED.iter().any(|end| name.ends_with(end)) || MARKUP.iter().any(is_end)
}

/// The text of what may be markup.
pub(crate) fn read<'t>(inputs: &Inputs, text: Cow<'t, str>) -> Result<Cow<'t, str>, Refusal> {
    if !is_markup(&text, text.len()) {
        return Ok(text);
    }
    if page::is_page(text.as_bytes()) {
        let article = page::read(&text, &inputs.options.limits);
        return article.map(|article| Cow::Owned(article.text));
    }
    fragment(&text, &inputs.options.limits).map(Cow::Owned)
}

/// The text of a title that may be markup.
pub(crate) fn title(inputs: &Inputs, title: &str) -> String {
    read(inputs, Cow::Borrowed(title)).map_or_else(|_| title.to_owned(), Cow::into_owned)
}

/// Whether the start of a text shows that it holds markup.
pub(crate) fn is_shown(text: &str) -> bool {
    is_markup(text, LOOKED_AT)
}

/// Whether letters at the start of a text were encoded twice, as where UTF-8 was read as
/// Windows-1252 and written as UTF-8 again. Words of such a text equal no others.
pub(crate) fn is_twice_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    // The first letter, and one that stands for a byte that only follows another.
    let is_pair = |at: &usize| {
        matches!(
            start.get(at + 1..),
            Some(
                [0x83, 0xc2, 0x80..=0xbf, ..]
                    | [0x83, 0xc5, 0x92 | 0x93 | 0xa0 | 0xa1 | 0xb8 | 0xbd | 0xbe, ..]
                    | [0x83, 0xe2, 0x80 | 0x82 | 0x84, ..]
                    | [0xa2, 0xe2, 0x82, 0xac, ..]
            )
        )
    };
    memchr_iter(0xc3, start).filter(is_pair).nth(1).is_some()
}

/// Whether line ends are written as `\n`, as where a text was escaped twice. A path such as
/// `C:\new` is none.
pub(crate) fn has_escaped_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(b'\\', bytes).any(|at| {
        let (before, rest) = bytes.split_at(at);
        rest.starts_with(br"\n") && is_open_before(before)
    })
}

/// Whether a line could end after these bytes: after a sentence or a blank.
pub(crate) fn is_open_before(before: &[u8]) -> bool {
    before.last().is_none_or(|byte| b".!?\"')] \n\r\t".contains(byte))
}

/// Whether an entity follows the sign that starts one.
fn is_entity(rest: &[u8]) -> bool {
    let is_number = || {
        let digits = rest.strip_prefix(b"#").unwrap_or_default();
        let digits = digits.strip_prefix(b"x").unwrap_or(digits);
        let length = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        (2..=6).contains(&length) && digits.get(length) == Some(&b';')
    };
    ENTITIES.iter().any(|entity| rest.starts_with(entity.as_bytes())) || is_number()
}

/// Whether there is markup in so many bytes of a text.
fn is_markup(text: &str, most: usize) -> bool {
    let bytes = text.as_bytes();
    let start = bytes.get(..most).unwrap_or(bytes);
    memchr2_iter(b'<', b'&', start).any(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        if bytes.get(at) == Some(&b'&') {
            return is_entity(rest);
        }
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (name, after) = name.split_at(length);
        let is_known = TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag.as_bytes()));
        is_known && after.first().is_some_and(|byte| matches!(byte, b'>' | b' ' | b'/' | b'\n'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_known_by_tags_and_entities() {
        for text in [
            "<p>One</p>",
            "One<br/>two",
            "One <A HREF='x'>two</a>",
            "AT&amp;T",
            "It&#8217;s",
            "One &#8211; two",
            "Caf&#xe9;",
            "&laquo;So&raquo;",
            "x</p>",
        ] {
            assert!(is_shown(text), "{text}");
        }
        for text in [
            "One < two > one",
            "a <b",
            "if (a<p) b>c",
            "Q&A",
            "<pump>",
            "R&D; more",
            "<",
            "&",
            "&#;",
        ] {
            assert!(!is_shown(text), "{text}");
        }
        assert!(!is_shown(&format!("{}<p>", "x".repeat(LOOKED_AT))));
    }

    #[test]
    fn columns_of_markup_are_known_by_their_names() {
        for name in ["content.rendered", "html", "_source.body_HTML", "attributes.body.processed"] {
            assert!(is_of_markup(name), "{name}");
        }
        for name in ["xhtml", "text", "rendered", "html.text", "\u{e9}html", ""] {
            assert!(!is_of_markup(name), "{name}");
        }
    }

    #[test]
    fn letters_that_were_encoded_twice_are_seen() {
        let twice = |text: &str| {
            let (text, ..) = encoding_rs::WINDOWS_1252.decode(text.as_bytes());
            is_twice_encoded(&text)
        };
        for text in
            ["Pr\u{fc}fer erkl\u{e4}rten", "it\u{2019}s \u{201c}so\u{201d}", "\u{df}\u{c9}\u{c0}"]
        {
            assert!(twice(text) && !is_twice_encoded(text), "{text}");
        }
        for text in ["N\u{c3}O, IRM\u{c3}\u{bb}", "Words.", "\u{e2}ge \u{20ac}5", "\u{c3}", ""] {
            assert!(!is_twice_encoded(text), "{text}");
        }
    }

    #[test]
    fn line_ends_that_are_two_signs_are_seen() {
        for text in [r"One.\nTwo", r"One\n\nTwo. \nThree", r"\nOne", "One.\n\\nTwo", r#""So."\n"#] {
            assert!(has_escaped_ends(text), "{text}");
        }
        for text in [r"In C:\new\names", r"\\nas\x", "One.\nTwo", r"a\", "", r"One\nTwo"] {
            assert!(!has_escaped_ends(text), "{text}");
        }
    }
}

//! Texts in columns that hold HTML: exports of content systems have the markup of their editors.
//!
//! Used by the readers of tables and JSON. Where that was asked for, or the column is one that
//! always holds HTML, the text of the markup is the text; elsewhere such texts are counted and read
//! as they are. Invariant: a text without markup is never changed.

use super::html::fragment;
use crate::corpus::columns::{Plan, TEXT};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use memchr::memchr2_iter;
use std::borrow::Cow;

/// Bytes of a text in which markup is looked for: each text is looked at.
const LOOKED_AT: usize = 512;

/// What the path of a column ends with that always holds HTML: that of the interface of
/// `WordPress`.
const RENDERED: &str = ".rendered";

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
const ENTITIES: [&str; 9] =
    ["amp;", "nbsp;", "quot;", "lt;", "gt;", "rsquo;", "ldquo;", "#8217;", "#39;"];

/// Whether texts of a source that hold HTML are read as such.
pub(crate) fn is_read(inputs: &Inputs, source: usize) -> bool {
    let name = |plan: &Plan| plan.names[TEXT].as_ref().is_some_and(|name| name.ends_with(RENDERED));
    inputs.options.html_text || inputs.plan(source).is_some_and(name)
}

/// The text of what may be markup.
pub(crate) fn read<'t>(inputs: &Inputs, text: Cow<'t, str>) -> Result<Cow<'t, str>, Refusal> {
    if !is_markup(&text, text.len()) {
        return Ok(text);
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

/// Whether there is markup in so many bytes of a text.
fn is_markup(text: &str, most: usize) -> bool {
    let bytes = text.as_bytes();
    let start = bytes.get(..most).unwrap_or(bytes);
    memchr2_iter(b'<', b'&', start).any(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        if bytes.get(at) == Some(&b'&') {
            return ENTITIES.iter().any(|entity| rest.starts_with(entity.as_bytes()));
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
            "x</p>",
        ] {
            assert!(is_shown(text), "{text}");
        }
        for text in
            ["One < two > one", "a <b", "if (a<p) b>c", "Q&A", "<pump>", "R&D; more", "<", "&"]
        {
            assert!(!is_shown(text), "{text}");
        }
        assert!(!is_shown(&format!("{}<p>", "x".repeat(LOOKED_AT))));
    }
}

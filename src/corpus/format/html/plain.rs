//! Text from pieces of markup: entities resolved, blanks reduced.
//!
//! Used by all that reads a page. Invariant: what comes out has no markup and no blank at an end.

use std::borrow::Cow;

/// Longest line that is a title, a name or a date.
const LONGEST_LINE: usize = 1000;

/// A text that says something.
pub(super) fn full(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// One line of text. Writers of metadata escape it once more than they should.
pub(super) fn line(text: &str) -> String {
    let text = unescaped(start(text, LONGEST_LINE));
    let text = unescaped(&text);
    let text: Cow<'_, str> =
        if text.contains('<') && text.contains('>') { without_tags(&text).into() } else { text };
    joined(&text)
}

/// The words of a text with single blanks.
pub(super) fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The letters and digits of a text alone, in lower case.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The start of a text, of some bytes at most.
pub(super) fn start(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// A text in which entities are resolved.
fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains('&') { html_escape::decode_html_entities(text) } else { text.into() }
}

/// Paragraphs, apart from each other by an empty line, from a text that may hold markup.
pub(super) fn paragraphs(text: &str) -> String {
    let text = unescaped(text);
    let text = if text.contains("</") || text.contains("/>") || text.contains("<p>") {
        unescaped(&with_breaks(&text)).into_owned()
    } else {
        text.into_owned()
    };
    let lines = text.lines().map(joined).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n\n")
}

/// A text in which tags are line breaks where they part blocks.
fn with_breaks(text: &str) -> String {
    const INLINE: [&str; 12] =
        ["a", "b", "i", "em", "strong", "span", "u", "s", "sub", "sup", "font", "mark"];
    tags_as(text, |name| if INLINE.contains(&name) { "" } else { "\n" })
}

fn without_tags(text: &str) -> String {
    tags_as(text, |_| " ")
}

/// A text in which each tag is what `by` makes of its name.
fn tags_as(text: &str, by: impl Fn(&str) -> &'static str) -> String {
    let mut out = String::with_capacity(text.len());
    // Looked for once: a text full of signs that are no tags is read once too.
    let (mut rest, after) = text.split_at(text.rfind('>').map_or(0, |end| end + 1));
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let name = tag.trim_start_matches('<').trim_start_matches('/');
        let length = name.find(|letter: char| !letter.is_ascii_alphanumeric());
        let name = name.get(..length.unwrap_or(name.len())).unwrap_or_default();
        let end = tag.find('>').filter(|_| !name.is_empty() && name.len() < 20);
        let Some(end) = end else {
            out.push('<');
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        out.push_str(by(&name.to_ascii_lowercase()));
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push_str(after);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_no_markup() {
        for (text, plain) in [
            ("  Bread \n and  salt ", "Bread and salt"),
            ("Q&amp;A &#039;x&#8217;", "Q&A 'x\u{2019}"),
            ("Q&amp;amp;A", "Q&A"),
            ("<b>Bread</b> and&nbsp;salt", "Bread and salt"),
            ("1 < 2", "1 < 2"),
            ("a < b > c", "a < b > c"),
        ] {
            assert_eq!(line(text), plain, "{text}");
        }
        assert_eq!(line(&"\u{e9}".repeat(1000)).len(), 1000);
        assert_eq!(full(" \n"), None);
    }

    #[test]
    fn paragraphs_stay_apart() {
        for (text, plain) in [
            ("One.\n\n\n Two. ", "One.\n\nTwo."),
            ("<p>One <b>bold</b>.</p><p>Two.</p>", "One bold.\n\nTwo."),
            ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
            ("One.<br/>Two &amp; three.", "One.\n\nTwo & three."),
            ("1 < 2", "1 < 2"),
        ] {
            assert_eq!(paragraphs(text), plain, "{text}");
        }
        let signs = "< ".repeat(100_000) + "</p>";
        assert!(paragraphs(&signs).len() > 100_000);
    }
}

//! How large a page becomes when it is parsed, judged by its tags alone.
//!
//! An HTML parser opens formatting elements anew in every block after they were left open, so a
//! page of a few kilobytes can become millions of elements; and a tree a hundred thousand levels
//! deep is too deep to be walked by recursion. Invariant: one pass, no memory.

use memchr::{memchr, memmem};

/// Elements that have no content.
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param",
    b"source", b"track", b"wbr",
];
/// Elements that the next of their kind closes.
const OPEN_ENDED: [&[u8]; 12] = [
    b"p",
    b"li",
    b"td",
    b"th",
    b"tr",
    b"dt",
    b"dd",
    b"option",
    b"optgroup",
    b"tbody",
    b"thead",
    b"colgroup",
];
/// Elements that are opened anew in the next block.
const FORMATTING: [&[u8]; 14] = [
    b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike",
    b"strong", b"tt", b"u",
];
/// Elements whose content has no tags.
const RAW: [&[u8]; 4] = [b"script", b"style", b"textarea", b"title"];

/// What a page becomes at most.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Levels of the tree.
    pub depth: usize,
    /// Elements.
    pub elements: usize,
}

/// Judges a page.
pub(crate) fn of(page: &[u8]) -> Shape {
    let (mut shape, mut depth, mut formatting) = (Shape::default(), 0_usize, 0_usize);
    let mut rest = page;
    while let Some(at) = memchr(b'<', rest) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix(b"!--") {
            let end = memmem::find(comment, b"-->").map_or(comment.len(), |end| end + 3);
            rest = comment.get(end..).unwrap_or_default();
            continue;
        }
        let closes = rest.first() == Some(&b'/');
        let name = name(rest.get(usize::from(closes)..).unwrap_or_default());
        let is = |list: &[&[u8]]| list.iter().any(|one| name.eq_ignore_ascii_case(one));
        if name.is_empty() || is(&VOID) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(usize::from(!is(&OPEN_ENDED)));
            formatting = formatting.saturating_sub(usize::from(is(&FORMATTING)));
            continue;
        }
        depth += usize::from(!is(&OPEN_ENDED));
        formatting += usize::from(is(&FORMATTING));
        shape.depth = shape.depth.max(depth);
        shape.elements = shape.elements.saturating_add(1 + formatting);
        if is(&RAW) {
            rest = after(rest, name);
            depth = depth.saturating_sub(1);
        }
    }
    shape
}

fn name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = tag.get(..end).unwrap_or_default();
    if name.first().is_some_and(u8::is_ascii_alphabetic) { name } else { &[] }
}

/// What follows the closing tag.
fn after<'a>(mut rest: &'a [u8], element: &[u8]) -> &'a [u8] {
    while let Some(at) = memmem::find(rest, b"</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if name(rest).eq_ignore_ascii_case(element) {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_pages_are_flat() {
        let page = "<html><head><title>a < b</title><script>if (a<b) '<div>'</script></head>\
            <body><p>one<p>two <b>x</b><br><!-- <div> --><ul><li>a<li>b</ul></body></html>";
        assert_eq!(of(page.as_bytes()), Shape { depth: 3, elements: 12 });
        assert_eq!(of(b"1 < 2 and </ > <>"), Shape::default());
    }

    #[test]
    fn bombs_are_seen() {
        assert_eq!(of("<div>".repeat(100_000).as_bytes()).depth, 100_000);
        let page = "<b>".repeat(1000) + &"<p>x".repeat(1000);
        assert!(of(page.as_bytes()).elements > 1_000_000);
    }
}

//! Keeps what the parser makes of a page in proportion to the page.
//!
//! An HTML parser compares each attribute of an element with all before it, walks up the open
//! elements at most tags, and opens formatting elements anew in every block after they were left
//! open: a page of some megabytes could take minutes. Fed with the page as text, feeds the parser.
//! Invariant: one pass over the page. Taken out are attributes of an element after its first ones;
//! elements below the deepest level become siblings, as browsers have them; text stays.

use super::elements::{Element, Kind, element, leaves_foreign};
use super::markup::{Tag, after, after_comment, raw_end, tag};
use super::open::Open;
use crate::corpus::problem::Refusal;
use crate::limits::Limits;
use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

/// A page that may be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bounded<'p> {
    pub(super) page: Cow<'p, str>,
    /// Elements that the page becomes at most.
    pub(super) elements: usize,
    /// The levels of all elements together: readers look at what is in each element.
    pub(super) levels: usize,
}

/// Levels at which the elements of a page usually are, at most; deeper ones count for more.
const USUAL_LEVELS: usize = 8;

/// A page that is not over the limits, ready to be parsed.
pub(super) fn checked<'p>(page: &'p str, limits: &Limits) -> Result<Bounded<'p>, Refusal> {
    if page.len() > limits.page_bytes {
        return Err(Refusal::new(
            format!("page over the limit: {} bytes", limits.page_bytes),
            "check the file; if it really is a page of that size, raise {max_page_bytes}",
        ));
    }
    let bounded = bound(page, limits);
    let deep = bounded.levels / USUAL_LEVELS > limits.page_elements;
    if deep || bounded.elements > limits.page_elements {
        return Err(Refusal::new(
            format!("has more elements than the limit: {}", limits.page_elements),
            "check the file; it is not a page that people read",
        ));
    }
    Ok(bounded)
}

/// What is said of a page on which the parser fails.
pub(super) fn unparsed() -> Refusal {
    Refusal::new("is a page that cannot be parsed", "check the file")
}

/// Takes out of a page what would cost the parser more than it is worth.
pub(super) fn bound<'p>(page: &'p str, limits: &Limits) -> Bounded<'p> {
    let mut scan = Scan {
        page,
        cut: Cut { page, kept: String::new(), taken: 0 },
        open: Open::new(limits.page_depth),
        elements: 0,
        levels: 0,
    };
    let bytes = page.as_bytes();
    let mut at = 0;
    while let Some(next) = memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + next;
        let most = limits.page_attributes;
        at = match (bytes.get(start + 1), bytes.get(start + 2)) {
            (Some(b'!'), _) => scan.after_declaration(start),
            (Some(b'/'), Some(byte)) if byte.is_ascii_alphabetic() => {
                let Some(tag) = tag(bytes, start + 2, most) else { break };
                scan.close(start, &tag)
            }
            (Some(b'?' | b'/'), _) => after(bytes, start, b">"),
            (Some(byte), _) if byte.is_ascii_alphabetic() => {
                let Some(tag) = tag(bytes, start + 1, most) else { break };
                scan.open(start, &tag)
            }
            _ => start + 1,
        };
    }
    Bounded { page: scan.cut.finish(), elements: scan.elements, levels: scan.levels }
}

/// A pass over a page.
struct Scan<'p> {
    page: &'p str,
    cut: Cut<'p>,
    open: Open,
    elements: usize,
    levels: usize,
}

impl Scan<'_> {
    /// What follows a comment, a doctype or a section of character data.
    fn after_declaration(&self, start: usize) -> usize {
        let bytes = self.page.as_bytes();
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.starts_with(b"<!--") {
            return after_comment(bytes, start);
        }
        let data = self.open.is_foreign() && rest.starts_with(b"<![CDATA[");
        after(bytes, start, if data { b"]]>" } else { b">" })
    }

    /// Takes a start tag; returns where to go on.
    fn open(&mut self, start: usize, tag: &Tag<'_>) -> usize {
        if self.open.is_foreign() && leaves_foreign(tag.name) {
            self.open.leave_foreign();
        }
        let element = element(tag.name, self.open.is_foreign());
        let known = self.open.make_room(element);
        if element.kind.is_scope() {
            // Those of outside are not opened anew within.
            self.elements = self.elements.saturating_add(self.open.reopen());
        }
        self.elements = self.elements.saturating_add(1);
        self.levels = self.levels.saturating_add(self.open.depth());
        if known {
            self.nest(element, start, tag);
        } else {
            self.shorten(tag);
        }
        self.elements = self.elements.saturating_add(self.open.reopen());
        match element.kind {
            Kind::Raw => raw_end(self.page.as_bytes(), tag.end, tag.name),
            Kind::Rest => self.page.len(),
            _ => tag.end,
        }
    }

    /// Opens an element where it has content. Where the page is as deep as it may be, the element
    /// around ends before it, and formatting is left out.
    fn nest(&mut self, element: Element, start: usize, tag: &Tag<'_>) {
        match element.kind {
            Kind::Void | Kind::Root | Kind::Raw | Kind::Rest => {}
            Kind::Foreign | Kind::Point if tag.self_closing => {}
            Kind::Formatting(_) if self.open.is_full() => return self.cut.out(start..tag.end),
            Kind::Formatting(which) => self.open.push_formatting(which, tag.attributes > 0),
            _ => {
                if self.open.is_full() {
                    let Some(around) = self.open.displace() else {
                        return self.cut.out(start..tag.end);
                    };
                    self.cut.end_tag(start, around);
                }
                self.open.push(element, start + 1..start + 1 + tag.name.len());
            }
        }
        self.shorten(tag);
    }

    /// Takes the surplus attributes of a tag out.
    fn shorten(&mut self, tag: &Tag<'_>) {
        if let Some(surplus) = tag.surplus.clone() {
            self.cut.out(surplus);
        }
    }

    /// Takes an end tag; returns where to go on.
    fn close(&mut self, start: usize, tag: &Tag<'_>) -> usize {
        let element = element(tag.name, self.open.is_foreign());
        if self.open.close(element) {
            self.cut.out(start..tag.end);
        } else {
            self.shorten(tag);
        }
        tag.end
    }
}

/// A page of which pieces are taken out and into which end tags are put, in their order.
struct Cut<'p> {
    page: &'p str,
    kept: String,
    /// Bytes of the page that are in `kept` or were taken out.
    taken: usize,
}

impl<'p> Cut<'p> {
    fn out(&mut self, range: Range<usize>) {
        self.kept.push_str(self.page.get(self.taken..range.start).unwrap_or_default());
        self.taken = range.end;
    }

    /// Puts the end tag of the element whose name is at a place of the page before `at`.
    fn end_tag(&mut self, at: usize, name: Range<usize>) {
        self.out(at..at);
        self.kept.push_str("</");
        self.kept.push_str(self.page.get(name).unwrap_or_default());
        self.kept.push('>');
    }

    fn finish(mut self) -> Cow<'p, str> {
        if self.taken == 0 {
            return Cow::Borrowed(self.page);
        }
        self.kept.push_str(self.page.get(self.taken..).unwrap_or_default());
        Cow::Owned(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(depth: usize) -> Limits {
        Limits { page_depth: depth, page_attributes: 2, ..Limits::default() }
    }

    fn bounded(page: &str, depth: usize) -> String {
        bound(page, &limits(depth)).page.into_owned()
    }

    #[test]
    fn attributes_go_outside_of_text_alone() {
        for (page, kept) in [
            ("<p a b c>x<p a=1 b='2' c=\"3\" d>", "<p a b >x<p a=1 b='2' >"),
            ("</p a b c>", "</p a b >"),
            ("<!-- <p a b c> --><p a b c>", "<!-- <p a b c> --><p a b >"),
            ("<script>'<p a b c>'</script a b c>", "<script>'<p a b c>'</script a b >"),
            ("<TITLE><p a b c></title><p a b c>", "<TITLE><p a b c></title><p a b >"),
            ("<iframe><p a b c></iframe>", "<iframe><p a b c></iframe>"),
            ("<plaintext><p a b c>", "<plaintext><p a b c>"),
            (
                "<svg><![CDATA[<p a b c>]]><g a b c/></svg>",
                "<svg><![CDATA[<p a b c>]]><g a b /></svg>",
            ),
            ("<![CDATA[<p a b c>", "<![CDATA[<p a b c>"),
            ("<svg><title><p a b c></title></svg>", "<svg><title><p a b ></title></svg>"),
            ("<svg><style><p a b c>", "<svg><style><p a b >"),
            ("<p a='<p a b c>' b c>", "<p a='<p a b c>' b >"),
            ("<? <p a b c><p a b c>", "<? <p a b c><p a b >"),
            ("</ <p a b c>1 < 2 <p a b c", "</ <p a b c>1 < 2 <p a b c"),
        ] {
            assert_eq!(bounded(page, 100), kept, "{page}");
        }
        assert!(matches!(bound("<p a b>\u{e9}<br>", &limits(9)).page, Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_too_deep_is_flattened() {
        for (page, kept) in [
            ("<div><i><div><p>a</p></div>b<p>c</div>", "<div><i></div><div></div><p>a</p>b<p>c"),
            ("<div><q><q>a</q></q></div><q>b</q>", "<div><q></q><q>a</q></div><q>b</q>"),
            ("<div><div><br><img><hr>", "<div><div><br><img><hr>"),
            ("<svg><g/><g/><g><path/></g></svg>", "<svg><g/><g/><g><path/></g></svg>"),
            ("<ul><li>a<li>b<li>c</ul>", "<ul><li>a<li>b<li>c</ul>"),
            ("<p>a<p>b<p>c<h1>d</h2>e<p>f", "<p>a<p>b<p>c<h1>d</h2>e<p>f"),
            ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a<dd>b<dt>c</dl>"),
            ("<tr><td>a<td>b<div><div>c", "<tr><td>a<td>b<div><div>c"),
            ("<b><i><u>a</u><div>b", "<b><i>a</u>b"),
        ] {
            assert_eq!(bounded(page, 2), kept, "{page}");
        }
        let deep = "<div>x</div>".repeat(99);
        assert_eq!(bounded(&deep, 2), deep);
        let rows = "<table><tr><td><b>x</b><td>y<tr><td>z</table>".repeat(9);
        assert_eq!(bounded(&rows, 4), rows);
    }

    /// Levels of the tree that the parser makes of a page.
    fn levels(page: &str) -> usize {
        let document = dom_query::Document::from(page);
        let mut deepest = 0;
        let mut todo = vec![(document.root(), 0)];
        while let Some((node, level)) = todo.pop() {
            deepest = deepest.max(level);
            todo.extend(node.children().into_iter().map(|child| (child, level + 1)));
        }
        deepest
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn no_page_is_deeper_than_twice_the_limit(
            pieces in proptest::collection::vec((0..SOUP.len(), 1..40_usize), 1..40),
        ) {
            let page: String = pieces.iter().map(|&(at, times)| SOUP[at].repeat(times)).collect();
            let bounded = bound(&page, &limits(30)).page.into_owned();
            let levels = levels(&bounded);
            proptest::prop_assert!(levels <= 2 * 30 + 10, "{levels}: {page}");
        }
    }

    #[test]
    fn formatting_of_outside_stays_open_in_a_scope() {
        for scope in ["<object>", "<table><tr><td>", "<svg><title>", "<template>"] {
            let (opened, closed) = ("<b x=1>".repeat(20), "</b>".repeat(20));
            for between in ["", "<div></div>", "<p>"] {
                let page = format!("{opened}{between}{scope}{closed}").repeat(20);
                let bounded = bounded(&page, 30);
                let levels = levels(&bounded);
                assert!(levels <= 2 * 30 + 10, "{scope}{between}: {levels}");
            }
        }
    }

    /// What the random pages are made of.
    const SOUP: [&str; 32] = [
        "<div>",
        "</div>",
        "<p>x",
        "</p>",
        "<span><div></span>",
        "<form><div></form>",
        "<li>",
        "<ul><li>",
        "</ul>",
        "<table>",
        "<td>x",
        "<tr>",
        "</table>",
        "<b>",
        "</b>",
        "<i x>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<svg>",
        "<g>",
        "</svg>",
        "<title>",
        "<foreignObject>",
        "<button>",
        "<object>",
        "<h1>",
        "</h2>",
        "<b><p></b>",
        "<select><option>",
        "<caption>x",
        "<dd><dt>",
    ];

    #[test]
    fn elements_that_are_opened_anew_are_counted() {
        let count = |page: &str| bound(page, &Limits::default()).elements;
        assert_eq!(count("<p>a<p>b<br></p>"), 3);
        assert_eq!(count(&"<font size=1>x".repeat(3000)), 3000, "none of them is closed");
        let in_block = |tags: &str| format!("<div>{tags}</div>");
        assert_eq!(count(&(in_block(&"<b>".repeat(9)) + "<p>a<p>b<p>c")), 1 + 9 + 3 * (1 + 3));
        assert_eq!(count(&(in_block(&"<a x>".repeat(9)) + "<p>a<p>b</a><p>")), 1 + 9 + 2 * 2 + 1);
        let page = in_block(&"<b x>".repeat(400)) + &"<p>x".repeat(9000);
        assert!(count(&page) > 3_000_000);
    }
}

//! The text of a piece of HTML that is all article, as content systems keep it.
//!
//! Used for texts in columns. Invariant: nothing is weighed and nothing but markup is left out;
//! blocks are apart from each other by an empty line, as in the text of a page.

use super::blocks::Blocks;
use super::bound::{checked, unparsed};
use crate::corpus::problem::Refusal;
use crate::limits::Limits;
use dom_query::Document;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text of a piece of HTML.
pub(crate) fn fragment(markup: &str, limits: &Limits) -> Result<String, Refusal> {
    let markup = with_paragraphs(markup);
    let bounded = checked(&markup, limits)?;
    let read = || {
        let blocks = Blocks::of(&Document::from(&*bounded.page));
        blocks.all.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
    };
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| unparsed())
}

/// The same with its paragraphs marked: editors of content systems store an empty line for each.
fn with_paragraphs(markup: &str) -> Cow<'_, str> {
    let has = |tag: &str| markup.contains(tag);
    if has("<p>") || has("<p ") || has("<br") || has("<pre") || !has("\n") {
        return Cow::Borrowed(markup);
    }
    Cow::Owned(markup.replace("\r\n", "\n").replace("\n\n", "\n<p>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markup: &str) -> String {
        fragment(markup, &Limits::default()).unwrap()
    }

    #[test]
    fn tags_and_entities_are_no_text() {
        assert_eq!(
            read(
                "\n<p>Pumps &amp; <b>st</b>eam&#8217;s.</p>\n<p>One<br>two.</p><script>x()</script>"
            ),
            "Pumps & steam\u{2019}s.\n\nOne\ntwo."
        );
        assert_eq!(read("<ul><li>One</li><li>Two</li></ul>Rest"), "One\n\nTwo\n\nRest");
        assert_eq!(read("AT&amp;T and &quot;more&quot;"), "AT&T and \"more\"");
        assert_eq!(read("<img src=x>"), "");
    }

    #[test]
    fn empty_lines_part_paragraphs_where_no_tag_does() {
        assert_eq!(read("One <em>and</em>\ntwo.\r\n\r\nThree."), "One and two.\n\nThree.");
        assert_eq!(read("<p>One\n\ntwo.</p>"), "One two.");
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { page_bytes: 9, ..Limits::default() };
        assert!(fragment("<p>One two</p>", &limits).unwrap_err().cause.contains("limit"));
    }
}

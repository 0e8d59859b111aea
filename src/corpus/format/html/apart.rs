//! Takes out of a page what stands beside its article whatever it holds: dialogs that ask for
//! consent, what readers say, boxes that point to other articles.
//!
//! Runs before the page is read as blocks. Such parts may be longer than the article, so that their
//! length says nothing. Invariant: what holds the main heading or the main part of a page stays,
//! and a thread goes only where an article was seen before it.

use super::clean::remove;
use super::items::is_main;
use super::names::called;
use super::plain::start;
use super::times::LONG;
use crate::hash::Map;
use dom_query::{Document, NodeId, NodeRef};

/// Bytes of paragraphs that are an article.
const ENOUGH: usize = 250;
/// Pieces of text of a dialog that are looked at, and bytes of each.
const PIECES: usize = 300;
const PIECE: usize = 2000;
/// Words of dialogs that ask for consent, in small letters.
const CONSENT: [&str; 16] = [
    "cookie",
    "consent",
    "privacy",
    "personal data",
    "partner",
    "gdpr",
    "datenschutz",
    "einwillig",
    "personenbezogen",
    "vie priv\u{e9}e",
    "consentement",
    "rgpd",
    "privacidad",
    "consentimiento",
    "dati personali",
    "toestemming",
];

/// Takes out of a page what stands beside its article.
pub(super) fn part(document: &Document) {
    let Some(body) = document.body() else { return };
    let page = Page::of(&body);
    let mut before = 0;
    remove(&body, |node| {
        let goes = node.is_element() && page.is_beside(node, before);
        if !goes {
            before += page.prose(node);
        }
        goes
    });
}

/// What is known of a page as a whole.
struct Page {
    /// It has an article or main part.
    has_main: bool,
    /// Bytes of each paragraph.
    lengths: Map<NodeId, usize>,
    /// Bytes of the paragraphs of the article.
    prose: usize,
}

impl Page {
    fn of(body: &NodeRef<'_>) -> Self {
        let has_main = body.descendants_it().any(|inner| is_main(&inner));
        let paragraphs = body.descendants_it().filter(|inner| inner.has_name("p"));
        let lengths = paragraphs.map(|inner| (inner.id, inner.text().len())).collect();
        let mut page = Self { has_main, lengths, prose: 0 };
        page.prose = body.descendants_it().map(|inner| page.prose(&inner)).sum();
        page
    }

    /// Bytes of a paragraph of the article; 0 for all else.
    fn prose(&self, node: &NodeRef<'_>) -> usize {
        let length = self.lengths.get(&node.id).copied().unwrap_or_default();
        let is_own = || !self.has_main || node.ancestors_it(None).any(|around| is_main(&around));
        if length >= LONG && is_own() { length } else { 0 }
    }

    /// Bytes of the paragraphs in an element.
    fn paragraphs(&self, node: &NodeRef<'_>) -> usize {
        node.descendants_it().filter_map(|inner| self.lengths.get(&inner.id)).sum()
    }

    /// Whether the page has paragraphs of an article or main part without those of an element.
    fn has_rest(&self, node: &NodeRef<'_>) -> bool {
        let own: usize = node.descendants_it().map(|inner| self.prose(&inner)).sum();
        self.has_main && self.prose >= own + LONG
    }

    /// Whether an element stands beside the article, of which some bytes came before.
    fn is_beside(&self, node: &NodeRef<'_>, before: usize) -> bool {
        let called = called(node);
        let is_dialog = node.has_name("dialog")
            || node.attr("role").is_some_and(|role| matches!(&*role, "dialog" | "alertdialog"));
        let has_article = self.has_main && self.prose >= LONG;
        let may_be_consent = called.is_consent() || is_dialog && has_article;
        let is_comment = self.prose >= ENOUGH && is_comment(node);
        let may_be_thread = before >= ENOUGH && (called.is_thread() || called.is_reply());
        let may_point = called.are_pointers() && self.has_main && self.prose >= ENOUGH;
        if !may_be_consent && !is_comment && !may_be_thread && !may_point {
            return false;
        }
        let holds = |is: fn(&NodeRef<'_>) -> bool| node.descendants_it().any(|inner| is(&inner));
        if node.has_name("main") || holds(is_heading_or_main) {
            return false;
        }
        let has_other = is_main(node) || holds(is_main);
        let is_consent = || self.has_rest(node) || asks_for_consent(node);
        (may_be_consent && !has_other && is_consent())
            || is_comment
            || (may_be_thread && (called.is_thread() || self.paragraphs(node) < before))
            || (may_point && !is_main(node) && self.paragraphs(node) < self.prose * 4)
    }
}

fn is_heading_or_main(node: &NodeRef<'_>) -> bool {
    node.has_name("h1")
        || node.has_name("main")
        || node.attr("itemprop").is_some_and(|name| &*name == "articleBody")
}

/// Whether an element is marked as what a reader says.
fn is_comment(node: &NodeRef<'_>) -> bool {
    node.attr("itemtype").is_some_and(|kind| {
        let name = kind.rsplit('/').next().unwrap_or_default();
        matches!(name, "Comment" | "UserComments")
    })
}

/// Whether the text of an element is that of a dialog that asks for consent.
fn asks_for_consent(node: &NodeRef<'_>) -> bool {
    let mut pieces = node.descendants_it().filter(NodeRef::is_text).take(PIECES);
    pieces.any(|piece| {
        let text = start(&piece.text(), PIECE).to_lowercase();
        CONSENT.iter().any(|word| text.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(name: &str) -> String {
        format!(
            "<p>{name}: the old pump house on Canal Row will open to visitors on Saturday, after \
             four years of oiling, at noon.</p>"
        )
    }

    fn all(name: &str, times: usize) -> String {
        (0..times).map(|at| paragraph(&format!("{name}{at}"))).collect::<Vec<_>>().concat()
    }

    fn left(body: &str) -> String {
        let document = Document::from(format!("<html><body>{body}</body></html>"));
        part(&document);
        document.body().unwrap().inner_html().to_string()
    }

    #[test]
    fn what_is_longer_than_the_article_goes_too() {
        let article = |inner: &str| format!("<article><h1>x</h1>{}{inner}</article>", all("A", 3));
        let plea = format!("<p>We value your privacy</p>{}", all("X", 9));
        for dialog in [
            format!("<div role=\"dialog\">{}</div>", all("X", 9)),
            format!("<div id=\"CybotCookiebotDialog\">{plea}</div>"),
            format!("<div class=\"qc-cmp2-container\"><div>{plea}</div></div>"),
            format!("<div class=\"message-container sp_message\">{plea}</div>"),
            format!("<section class=\"weitere-artikel\">{}</section>", all("X", 5)),
        ] {
            assert_eq!(left(&(dialog.clone() + &article(""))), article(""), "{dialog}");
            assert_eq!(left(&(article("") + &dialog)), article(""), "{dialog}");
        }
        for thread in [
            format!("<section class=\"kommentare\">{}</section>", all("X", 40)),
            format!("<div id=\"disqus_thread\">{}</div>", all("X", 40)),
            format!("<div class=\"reply\">{}</div>", all("X", 1)),
            format!("<div itemtype=\"https://schema.org/Comment\">{}</div>", all("X", 9)),
            format!("<ol class=\"comments\"><article>{}</article></ol>", all("X", 40)),
        ] {
            assert_eq!(left(&article(&thread)), article(""), "{thread}");
            assert_eq!(left(&(article("") + &thread)), article(""), "{thread}");
        }
    }

    #[test]
    fn what_may_be_the_article_stays() {
        let (own, first) = (all("A", 9), paragraph("B"));
        for page in [
            format!("<div class=\"didomi-open\"><article>{own}</article></div>"),
            format!("<div role=\"dialog\">{own}</div>"),
            format!("<div id=\"cookie-consent\">{own}</div>"),
            format!("<div class=\"comments\"><h1>x</h1>{own}</div>"),
            format!("<article><h1>x</h1>{first}<div class=\"comments\">{own}</div></article>"),
            format!("<article>{first}{first}{first}<div class=\"comment\">{own}</div></article>"),
            format!("<main class=\"related-stories\">{own}</main>"),
            format!("<main><div role=\"dialog\">{own}</div></main>"),
        ] {
            assert_eq!(left(&page), page);
        }
    }
}

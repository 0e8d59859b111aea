//! Takes out of a page what is around an article: menus, captions, lists of other articles, pleas
//! to subscribe.
//!
//! Runs before the reader picks the article. Invariant: what holds a good part of the paragraphs of
//! the page stays, whatever it is called, and so does what holds the main heading.

use super::items::has_heading;
use dom_query::{Document, NodeRef};

/// Elements that are never the text of an article.
const ELEMENTS: [&str; 13] = [
    "nav",
    "footer",
    "form",
    "button",
    "figcaption",
    "dialog",
    "iframe",
    "select",
    "textarea",
    "menu",
    "noscript",
    "aside",
    "template",
];
/// Words of classes and ids that say the same.
const WORDS: [&str; 50] = [
    "related",
    "newsletter",
    "subscribe",
    "subscription",
    "signup",
    "share",
    "sharing",
    "social",
    "caption",
    "breadcrumb",
    "breadcrumbs",
    "recommended",
    "recommendations",
    "recommendation",
    "promo",
    "sidebar",
    "comments",
    "outbrain",
    "taboola",
    "cookie",
    "consent",
    "paywall",
    "tags",
    "byline",
    "advert",
    "advertisement",
    "ad",
    "ads",
    "popular",
    "trending",
    "footer",
    "navigation",
    "credit",
    "copyright",
    "disclaimer",
    "sponsored",
    "toolbar",
    "widget",
    "bio",
    "readmore",
    "teaser",
    "teasers",
    "recirc",
    "recirculation",
    "mostread",
    "metadata",
    "toc",
    "rating",
    "player",
    "login",
];
/// An element stays if it holds more than one in so many of the bytes of all paragraphs, or of the
/// text (menus may be long).
const PART: usize = 5;
const SHARE: usize = 3;

/// Takes out of a page what is around its article.
pub(super) fn clean(document: &Document) {
    let Some(body) = document.body() else { return };
    let (whole, text) = (prose(&body), body.text().len());
    remove(&body, |node| {
        is_around(node) && {
            let is_menu = node.has_name("nav") || node.has_name("footer");
            let is_small = is_menu || node.text().len() * SHARE <= text;
            is_small && prose(node) * PART <= whole && !has_heading(node)
        }
    });
}

/// Takes out what is to go, in the order of the page; what goes is not looked into.
pub(super) fn remove(body: &NodeRef<'_>, mut goes: impl FnMut(&NodeRef<'_>) -> bool) {
    let mut next = body.first_child();
    while let Some(node) = next {
        let goes = goes(&node);
        next = if goes { None } else { node.first_child() };
        let mut around = Some(node);
        while next.is_none()
            && let Some(here) = around
        {
            next = here.next_sibling();
            around = here.parent().filter(|parent| parent.id != body.id);
        }
        if goes {
            node.remove_from_parent();
        }
    }
}

/// Bytes of the paragraphs in an element.
fn prose(node: &NodeRef<'_>) -> usize {
    let own = node.descendants_it().filter(|inner| inner.has_name("p"));
    own.map(|paragraph| paragraph.text().len()).sum()
}

/// Whether an element is by its name, class or id none of an article.
fn is_around(node: &NodeRef<'_>) -> bool {
    let Some(name) = node.node_name() else { return false };
    if ELEMENTS.contains(&&*name) {
        return true;
    }
    if matches!(&*name, "article" | "main" | "p" | "h1" | "a") {
        return false;
    }
    [node.attr("class"), node.attr("id")].into_iter().flatten().any(|names| {
        let names = names.to_ascii_lowercase();
        names.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(body: &str) -> String {
        let document = Document::from(format!("<html><body>{body}</body></html>"));
        clean(&document);
        document.body().unwrap().inner_html().to_string()
    }

    #[test]
    fn what_is_around_an_article_goes() {
        let text = format!("<p>{}</p>", "The pump house opens on Saturday, at noon. ".repeat(20));
        for around in [
            "<nav><a href=\"/\">Home</a></nav>",
            "<figure><figcaption>The house.</figcaption></figure>",
            "<div class=\"story-newsletter\"><p>Subscribe to us.</p></div>",
            "<ul id=\"Related\"><li>Another house</li></ul>",
        ] {
            let page = format!("<article>{text}{around}</article>{around}");
            let cleaned = left(&page);
            assert!(cleaned.contains("opens on Saturday"), "{page}");
            for gone in ["Home", "The house.", "Subscribe", "Another"] {
                assert!(!cleaned.contains(gone), "{gone}: {cleaned}");
            }
        }
    }

    #[test]
    fn what_holds_the_article_stays() {
        let text = "The pump house opens on Saturday, at noon. ".repeat(20);
        for page in [
            format!("<form><p>{text}</p></form>"),
            format!("<div class=\"ad comments\"><p>{text}</p></div>"),
            format!("<div class=\"promo\">{text}<br>{text}</div>"),
            format!("<div class=\"shared adless\">x</div><p>{text}</p>"),
            format!("<div class=\"byline\"><h1>Pumps</h1></div><p>{text}</p>"),
        ] {
            assert_eq!(left(&page), page);
        }
    }
}

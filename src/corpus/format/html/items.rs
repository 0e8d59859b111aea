//! Which microdata of a page is that of its article.
//!
//! Used by `marks`. Invariant: a property of another item (a comment, a book, a film, the card of
//! another article) is none of the article's.

use super::names::called;
use crate::hash::Map;
use dom_query::{NodeId, NodeRef};

/// Properties that are looked at.
const MOST: usize = 2000;
/// Properties by which an item belongs to another one, and is what the page is about still.
const OWN: [&str; 5] = ["mainEntity", "mainEntityOfPage", "blogPost", "blogPosts", "hasPart"];

/// The items of a page, as far as they were looked at.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// Whether each is the article of the page.
    known: Map<NodeId, bool>,
    /// Whether each element that is called so stands beside the article.
    beside: Map<NodeId, bool>,
    looked: usize,
}

impl Items {
    /// Whether an element says something of the article of the page, by the item that it is a
    /// property of and by its place.
    pub(super) fn is_of_page(&mut self, node: &NodeRef<'_>) -> bool {
        self.owns(node) == Some(true)
    }

    /// Whether an element says something of the article of the page by its item, wherever it is, or
    /// else by its place: who printed a page is said at its foot.
    pub(super) fn is_of_page_anywhere(&mut self, node: &NodeRef<'_>) -> bool {
        self.owns(node).is_some()
    }

    /// Whether an element is in the right place for a property of the article; none where it is one
    /// of another item, or of none and in the wrong place.
    fn owns(&mut self, node: &NodeRef<'_>) -> Option<bool> {
        self.looked += 1;
        if self.looked > MOST {
            return None;
        }
        let (mut beside, mut in_part) = (false, false);
        for around in node.ancestors_it(None) {
            if around.has_attr("itemscope") {
                in_part = in_part && !around.ancestors_it(None).any(|outer| is_main(&outer));
                return self.is_article(&around).then_some(!beside && !in_part);
            }
            if is_main(&around) {
                in_part = false;
                break;
            }
            beside |= self.is_beside(&around);
            in_part |= is_part_beside(&around);
        }
        (!beside && !in_part).then_some(true)
    }

    /// Whether an element is a part of the page that is none of its article, or in one.
    pub(super) fn is_apart(&mut self, node: &NodeRef<'_>) -> bool {
        let is_part = |part: &NodeRef<'_>| {
            is_part_beside(part) || part.has_name("li") || part.has_name("blockquote")
        };
        let mut parts = std::iter::once(*node).chain(node.ancestors_it(None));
        parts.any(|part| is_part(&part) || self.is_beside(&part))
    }

    /// Whether an item is the article of the page, or the page.
    fn is_article(&mut self, scope: &NodeRef<'_>) -> bool {
        if let Some(known) = self.known.get(&scope.id) {
            return *known;
        }
        let is = is_of_article(scope) && (has_heading(scope) || !self.is_apart(scope));
        self.known.insert(scope.id, is);
        is
    }

    /// Whether an element is called something that is none of an article, and holds no heading of
    /// one.
    fn is_beside(&mut self, node: &NodeRef<'_>) -> bool {
        let is_page = node.has_name("html") || node.has_name("body");
        let known = self.beside.entry(node.id);
        *known.or_insert_with(|| !is_page && called(node).is_beside() && !has_heading(node))
    }
}

/// Whether an item is of the kind of an article, and no part of another item.
fn is_of_article(scope: &NodeRef<'_>) -> bool {
    let is_part = scope
        .attr("itemprop")
        .is_some_and(|names| !names.split_ascii_whitespace().any(|name| OWN.contains(&name)));
    !is_part && scope.attr("itemtype").is_none_or(|kinds| is_type_of_article(&kinds))
}

/// Whether an element holds the heading of an article.
pub(super) fn has_heading(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|inner| inner.has_name("h1"))
}

/// Whether a type is that of articles, or of pages that are one.
fn is_type_of_article(kinds: &str) -> bool {
    kinds.trim().is_empty()
        || kinds.split_ascii_whitespace().any(|kind| {
            let name = kind.rsplit(['/', '#', ':']).next().unwrap_or(kind);
            let ends = ["Article", "Posting", "Page"];
            let others = ["Report", "CreativeWork", "Review", "Recipe", "Blog"];
            ends.iter().any(|end| name.ends_with(end)) || others.contains(&name)
        })
}

/// Whether an element is an article or the main part of a page.
pub(super) fn is_main(node: &NodeRef<'_>) -> bool {
    node.has_name("article") || node.has_name("main")
}

fn is_part_beside(node: &NodeRef<'_>) -> bool {
    ["aside", "nav", "footer"].iter().any(|name| node.has_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    fn counts(body: &str) -> bool {
        let document = Document::from(format!("<body>{body}</body>"));
        Items::default().is_of_page(&document.select_single("[itemprop=datePublished]").nodes()[0])
    }

    #[test]
    fn properties_of_the_article_alone() {
        let date = "<meta itemprop=datePublished content=2024-05-06>";
        let item = |kind: &str, attributes: &str| {
            format!("<div {attributes} itemscope itemtype=https://schema.org/{kind}>{date}</div>")
        };
        for body in [
            date.to_owned(),
            format!("<article>{date}</article>"),
            format!("<article><footer>{date}</footer></article>"),
            item("NewsArticle", ""),
            item("BlogPosting", "itemprop=blogPost"),
            format!("<div itemscope itemtype=https://schema.org/Article><h1>x</h1>{date}</div>"),
        ] {
            assert!(counts(&body), "{body}");
        }
        for body in [
            item("Comment", "itemprop=comment"),
            item("Book", ""),
            item("VideoObject", "itemprop=video"),
            item("NewsArticle", "class=related"),
            item("NewsArticle", "itemprop=relatedLink"),
            format!("<aside>{date}</aside>"),
            format!("<aside>{}</aside>", item("NewsArticle", "")),
            format!("<div class=related>{date}</div>"),
            format!("<article><div class=comments>{date}</div></article>"),
        ] {
            assert!(!counts(&body), "{body}");
        }
        let foot = format!("<body itemscope itemtype=https://schema.org/Article><footer>{date}");
        let document = Document::from(foot);
        let node = document.select_single("meta").nodes()[0];
        assert!(Items::default().is_of_page_anywhere(&node) && !Items::default().is_of_page(&node));
    }
}

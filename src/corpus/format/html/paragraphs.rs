//! The paragraphs of a page, by which a pick is measured and, where it is poor, replaced.
//!
//! Fed with the parsed page before the reader changes it. Invariant: a paragraph of a dialog, side
//! bar, a footer, a form or a comment is none of the article.

use super::names::called;
use super::plain::joined;
use crate::hash::{Set, xxh3_64};
use dom_query::{Document, NodeId, NodeRef};

/// Bytes of a paragraph that counts.
const LONG: usize = 60;
/// Bytes of the paragraphs of an element that is an article.
const ENOUGH: usize = 250;
/// Paragraphs that are looked at.
const MOST: usize = 20_000;
/// Articles and main parts that are compared.
const MOST_HOMES: usize = 50;
/// Elements around a paragraph that make the kind of its block.
const CHAIN: usize = 3;
/// Bytes of its start by which a paragraph is found in a text.
const START: usize = 48;

/// The paragraphs of the article of a page, as far as its elements show.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraphs(Vec<String>);

impl Paragraphs {
    /// Reads the paragraphs of a page: those of its article where there is one.
    pub(super) fn of(document: &Document) -> Self {
        let mut all: Vec<(Home, String)> = Vec::new();
        for node in document.root().descendants_it().filter(|node| node.has_name("p")) {
            if all.len() >= MOST {
                break;
            }
            let text = joined(&node.text());
            if text.len() >= LONG
                && is_prose(&node, text.len())
                && let Some(home) = home(&node)
            {
                all.push((home, text));
            }
        }
        let mut homes: Vec<(Home, usize)> = Vec::new();
        for (home, text) in &all {
            if let Some(place) = homes.iter().position(|(known, _)| known == home) {
                homes.iter_mut().skip(place).take(1).for_each(|(_, mass)| *mass += text.len());
            } else if homes.len() < MOST_HOMES {
                homes.push((*home, text.len()));
            }
        }
        let is_article =
            |(home, mass): &&(Home, usize)| matches!(home, Home::Article(_)) && *mass >= ENOUGH;
        let largest = |(_, mass): &&(Home, usize)| *mass;
        let best = homes.iter().rev().filter(is_article).max_by_key(largest);
        let best = best.or_else(|| homes.iter().rev().max_by_key(largest)).map(|(home, _)| *home);
        let own = all.into_iter().filter(|(home, _)| Some(*home) == best);
        Self(own.map(|(_, text)| text).collect())
    }

    /// Bytes of all, and of those that a text holds.
    pub(super) fn held(&self, text: &str) -> (usize, usize) {
        let text = joined(text);
        let starts: Set<&str> = self.0.iter().filter_map(|own| start(own)).collect();
        let mut found: Set<&str> = Set::default();
        for (at, _) in text.char_indices() {
            let Some(window) = text.get(at..).and_then(start) else { continue };
            if starts.contains(window) {
                found.insert(window);
            }
        }
        let length = |own: &String| own.len();
        let held = self.0.iter().filter(|own| start(own).is_some_and(|own| found.contains(own)));
        (self.0.iter().map(length).sum(), held.map(length).sum())
    }

    /// All of them, apart from each other by an empty line.
    pub(super) fn text(&self) -> String {
        self.0.join("\n\n")
    }
}

/// The start of a text, in whole characters.
fn start(text: &str) -> Option<&str> {
    let end = (START..=START + 3).find(|&end| text.is_char_boundary(end))?;
    text.get(..end)
}

/// Whether most of a paragraph is not links.
fn is_prose(node: &NodeRef<'_>, length: usize) -> bool {
    let links = node.descendants_it().filter(|inner| inner.has_name("a"));
    links.map(|link| link.text().len()).sum::<usize>() * 2 < length
}

/// What a paragraph belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    /// The outermost article or main part around it.
    Article(NodeId),
    /// All blocks of one kind: a hash of the names and classes of the elements around it.
    Blocks(u64),
}

/// What a paragraph belongs to; none for a paragraph of something else than the article.
fn home(paragraph: &NodeRef<'_>) -> Option<Home> {
    const OTHERS: [&str; 8] =
        ["nav", "aside", "footer", "form", "dialog", "figcaption", "noscript", "template"];
    let (mut article, mut chain) = (None, String::new());
    for (level, around) in paragraph.ancestors_it(None).enumerate() {
        let Some(name) = around.node_name() else { continue };
        let is_page = matches!(&*name, "html" | "body" | "article" | "main");
        if matches!(&*name, "article" | "main") {
            article = Some(around.id);
        }
        let is_dialog = around.attr("role").is_some_and(|role| &*role == "dialog");
        let is_other = OTHERS.contains(&&*name) || is_dialog;
        if is_other || (!is_page && called(&around).is_other()) {
            return None;
        }
        if level < CHAIN {
            chain.push_str(&name);
            chain.push_str(&around.attr_or("class", ""));
            chain.push(' ');
        }
    }
    Some(article.map_or_else(|| Home::Blocks(xxh3_64(chain.as_bytes())), Home::Article))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Paragraphs {
        Paragraphs::of(&Document::from(format!("<html><body>{body}</body></html>")))
    }

    fn paragraph(name: &str) -> String {
        format!(
            "{name}: the old pump house on Canal Row will open to visitors on Saturday, at noon."
        )
    }

    fn all(names: &[&str]) -> String {
        let paragraphs = names.iter().map(|name| format!("<p>{}</p>", paragraph(name)));
        paragraphs.collect::<Vec<_>>().concat()
    }

    #[test]
    fn those_of_the_article_alone() {
        let own = all(&["A", "B", "C", "D"]);
        let others = all(&["X", "Y", "Z", "X2", "Y2", "Z2"]);
        let expected = of(&own);
        assert_eq!(expected.0.len(), 4);
        for page in [
            format!("<div role=dialog>{others}</div><article>{own}</article>"),
            format!("<main>{own}</main><aside>{others}</aside>"),
            format!("<div>{own}</div><div class='user comments'>{others}</div>"),
            format!("<article>{own}</article><footer>{others}</footer>"),
            format!("<article>{own}</article><div id=cookie-consent>{others}</div>"),
            format!("<div>{own}</div><p><a href=/x>{}</a></p>", paragraph("A link")),
        ] {
            assert_eq!(of(&page), expected, "{page}");
        }
    }

    #[test]
    fn a_text_is_measured() {
        let page = of(&all(&["A", "B", "C", "D"]));
        let (whole, none) = page.held("");
        assert_eq!((none, page.held(&page.text()).1), (0, whole));
        let half = format!("x\n{}\n\n{} y", paragraph("A"), paragraph("C"));
        assert_eq!(page.held(&half).1 * 2, whole);
    }
}

//! The places of a page that say something of it: `meta`, `link`, JSON-LD, microdata, headings.
//!
//! Read for `metadata` in one pass over the tree. Invariant: each value is one short line.

use super::plain::{full, letters, line};
use dom_query::{Document, NodeRef};

/// Places of each kind that are read.
const MOST: usize = 1000;
/// Times that are looked at.
const MOST_TIMES: usize = 50;
/// Bytes of what may name a site.
const LONGEST_NAME: usize = 100;
/// Bytes of a paragraph that is more than a teaser.
const LONG: usize = 80;

/// What a page has written where pages say such things.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// `meta` elements: the letters of their names, and what they say.
    metas: Vec<(String, String)>,
    /// Scripts of JSON-LD.
    pub(super) scripts: Vec<String>,
    pub(super) canonical: Option<String>,
    /// The `title` element.
    pub(super) title: Option<String>,
    /// The largest headings.
    pub(super) headings: Vec<String>,
    /// Elements that are marked as the date of publication.
    pub(super) published: Vec<String>,
    /// Elements that are marked as the author or publisher.
    pub(super) author: Option<String>,
    pub(super) publisher: Option<String>,
    /// What logos, links to the front page and feeds are called.
    pub(super) shown: Vec<String>,
}

impl Marks {
    /// What is said under any of some names, in their order; a name may be written with any signs
    /// between its words (`og:site_name`, `og:site:name`, `DC.date`, `dc:date`).
    pub(super) fn all<'m>(&'m self, names: &'m [&'m str]) -> impl Iterator<Item = String> + 'm {
        names.iter().flat_map(|name| {
            let name = letters(name);
            let own = self.metas.iter().filter(move |(known, _)| *known == name);
            own.map(|(_, value)| value.clone())
        })
    }
}

/// Reads the marks of a page.
pub(super) fn read(document: &Document) -> Marks {
    let (mut marks, mut times) = (Marks::default(), Vec::new());
    for node in document.root().descendants_it() {
        let Some(name) = node.node_name() else { continue };
        match &*name {
            "meta" => meta(&node, &mut marks),
            "link" => link(&node, &mut marks),
            "script" => script(&node, &mut marks),
            "title" if marks.title.is_none() => marks.title = full(&line(&node.text())),
            "h1" if marks.headings.len() < MOST => marks.headings.extend(full(&line(&node.text()))),
            _ => {}
        }
        if matches!(&*name, "a" | "img" | "svg" | "link") {
            shown(&node, &name, &mut marks);
        }
        if let Some(property) = node.attr("itemprop") {
            item(&node, &property, &mut marks);
        } else if &*name == "time" && times.len() < MOST_TIMES {
            times.push(node);
        }
    }
    let marked = times.iter().filter(|time| time.has_attr("pubdate"));
    marks.published.extend(marked.filter_map(moment));
    marks.published.extend(times.iter().filter(|time| is_of_article(time)).filter_map(moment));
    marks
}

/// Whether a time is that of the article: in it, and in no part of it that is of something else.
fn is_of_article(time: &NodeRef<'_>) -> bool {
    const OTHERS: [&str; 8] = ["nav", "aside", "footer", "li", "figure", "form", "dialog", "table"];
    if !time.has_attr("datetime") || is_named_as_other(time) {
        return false;
    }
    for around in time.ancestors_it(None) {
        let Some(name) = around.node_name() else { continue };
        if matches!(&*name, "article" | "main") {
            return has_text(&around);
        }
        if OTHERS.contains(&&*name) || is_named_as_other(&around) {
            return false;
        }
    }
    false
}

/// Whether the class or id of an element says that it is not the article.
pub(super) fn is_named_as_other(node: &NodeRef<'_>) -> bool {
    const WORDS: [&str; 18] = [
        "consent",
        "cookie",
        "newsletter",
        "cookies",
        "related",
        "sidebar",
        "comment",
        "comments",
        "recommended",
        "teaser",
        "card",
        "widget",
        "popular",
        "latest",
        "more",
        "updated",
        "modified",
        "update",
    ];
    [node.attr("class"), node.attr("id")].into_iter().flatten().any(|names| {
        let names = names.to_ascii_lowercase();
        names.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
    })
}

/// Whether an element is an article, not the card of one.
fn has_text(node: &NodeRef<'_>) -> bool {
    let (mut paragraphs, mut heading) = (0, false);
    for inner in node.descendants_it() {
        heading |= inner.has_name("h1");
        paragraphs += usize::from(inner.has_name("p") && inner.text().len() > LONG);
        if paragraphs > 2 || (heading && paragraphs > 0) {
            return true;
        }
    }
    false
}

fn meta(node: &NodeRef<'_>, marks: &mut Marks) {
    let Some(value) = node.attr("content").and_then(|value| full(&line(&value))) else { return };
    let names = ["property", "name", "itemprop", "http-equiv"];
    for name in names.iter().filter_map(|name| node.attr(name)) {
        if marks.metas.len() < MOST {
            marks.metas.push((letters(&name), value.clone()));
        }
    }
}

fn link(node: &NodeRef<'_>, marks: &mut Marks) {
    let is_canonical = node.attr("rel").is_some_and(|rel| {
        rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical"))
    });
    if is_canonical && marks.canonical.is_none() && !node.has_attr("hreflang") {
        marks.canonical = node.attr("href").and_then(|address| full(&address));
    }
}

/// Reads what a logo, a link to the front page or a feed is called.
fn shown(node: &NodeRef<'_>, name: &str, marks: &mut Marks) {
    let attr = |name: &str| node.attr(name).unwrap_or_default();
    let is_logo = || {
        let places = ["class", "id", "src", "alt", "aria-label"];
        places.iter().any(|place| attr(place).to_ascii_lowercase().contains("logo"))
    };
    let counts = match name {
        "a" => is_front(&attr("href")),
        "link" => attr("type").ends_with("+xml"),
        _ => is_logo(),
    };
    if counts && marks.shown.len() < MOST {
        let values = ["title", "alt", "aria-label"].into_iter().map(attr);
        let values = values.filter(|value| value.len() < LONGEST_NAME);
        marks.shown.extend(values.filter_map(|value| full(&line(&value))));
    }
}

/// Whether an address is that of the front page of its site.
fn is_front(address: &str) -> bool {
    let path = address.trim().split_once("//").map_or(address.trim(), |(_, rest)| {
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    });
    path == "/"
}

fn script(node: &NodeRef<'_>, marks: &mut Marks) {
    let is_json_ld = node.attr("type").is_some_and(|kind| {
        kind.trim().get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"))
    });
    if is_json_ld && marks.scripts.len() < MOST {
        marks.scripts.push(node.text().to_string());
    }
}

/// Reads an element of microdata.
fn item(node: &NodeRef<'_>, properties: &str, marks: &mut Marks) {
    for property in properties.split_ascii_whitespace() {
        match property {
            "datePublished" if marks.published.len() < MOST => {
                marks.published.extend(moment(node));
            }
            "author" if marks.author.is_none() => marks.author = named(node),
            "publisher" if marks.publisher.is_none() => marks.publisher = named(node),
            _ => {}
        }
    }
}

/// The moment that an element names.
pub(super) fn moment(node: &NodeRef<'_>) -> Option<String> {
    let stated = ["content", "datetime"].iter().find_map(|name| node.attr(name));
    full(&line(&stated.unwrap_or_else(|| node.text())))
}

/// The name that an element, or one inside it, has.
fn named(node: &NodeRef<'_>) -> Option<String> {
    let is_name = |inner: &NodeRef<'_>| inner.attr("itemprop").is_some_and(|name| &*name == "name");
    let inner = node.descendants_it().find(is_name);
    let node = inner.as_ref().unwrap_or(node);
    full(&line(&node.attr("content").unwrap_or_else(|| node.text())))
        .filter(|name| name.len() < 200)
}

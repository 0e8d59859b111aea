//! The places of a page that say something of it: `meta`, `link`, JSON-LD, microdata, headings.
//!
//! Read for `metadata` in one pass over the tree. Invariant: each value is one short line.

use super::items::Items;
use super::plain::{full, letters, line};
use super::times::{self, Way};
use dom_query::{Document, NodeRef};

/// Places of each kind that are read.
const MOST: usize = 1000;
/// Headings of the second size that are read.
const MOST_SUBHEADINGS: usize = 20;
/// Times that are looked at.
const MOST_TIMES: usize = 50;
/// Bytes of what may name a site.
const LONGEST_NAME: usize = 100;

/// What a page has written where pages say such things.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// `meta` elements: the letters of their names, and what they say.
    metas: Vec<(String, String)>,
    /// Scripts of JSON-LD.
    pub(super) scripts: Vec<String>,
    pub(super) canonical: Option<String>,
    /// What addresses without a host start from.
    pub(super) base: Option<String>,
    /// The `title` element.
    pub(super) title: Option<String>,
    /// The largest headings.
    pub(super) headings: Vec<String>,
    /// The headings of the next size.
    pub(super) subheadings: Vec<String>,
    /// How its language writes days.
    pub(super) way: Way,
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
    let (mut marks, mut times, mut items) = (Marks::default(), Vec::new(), Items::default());
    for node in document.root().descendants_it() {
        let Some(name) = node.node_name() else { continue };
        match &*name {
            "html" => marks.way = Way::of(&node.attr("lang").unwrap_or_default()),
            "meta" => meta(&node, &mut marks, &mut items),
            "base" if marks.base.is_none() => {
                marks.base = node.attr("href").and_then(|to| full(&to));
            }
            "link" => link(&node, &mut marks),
            "script" => script(&node, &mut marks),
            "title" if marks.title.is_none() => marks.title = full(&line(&node.text())),
            "h1" if marks.headings.len() < MOST => heading(&node, &mut marks),
            "h2" if marks.subheadings.len() < MOST_SUBHEADINGS => {
                marks.subheadings.extend(full(&line(&node.text())));
            }
            _ => {}
        }
        if matches!(&*name, "a" | "img" | "svg" | "link") {
            shown(&node, &name, &mut marks);
        }
        if let Some(property) = node.attr("itemprop") {
            item(&node, &property, &mut marks, &mut items);
        } else if is_hatom(&node, &name) && !items.is_apart(&node) {
            marks.published.extend(node.attr("title").and_then(|day| full(&day)));
        } else if &*name == "time" && times.len() < MOST_TIMES {
            times.push(node);
        }
    }
    let marked = times.iter().filter(|time| time.has_attr("pubdate"));
    let marked = marked.filter(|time| !items.is_apart(time));
    marks.published.extend(marked.filter_map(moment));
    marks
        .published
        .extend(times.iter().filter(|time| times::is_of_article(time)).filter_map(moment));
    marks
}

fn meta(node: &NodeRef<'_>, marks: &mut Marks, items: &mut Items) {
    let Some(value) = node.attr("content").and_then(|value| full(&line(&value))) else { return };
    let own = !node.has_attr("itemprop") || items.is_of_page(node);
    let names = ["property", "name", "itemprop", "http-equiv"];
    let names = names.iter().filter(|name| **name != "itemprop" || own);
    for name in names.filter_map(|name| node.attr(name)) {
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

/// Reads a large heading. One that is a link to the front page says what the site is called.
fn heading(node: &NodeRef<'_>, marks: &mut Marks) {
    let Some(text) = full(&line(&node.text())) else { return };
    let own = letters(&text);
    let names_site = node.descendants_it().any(|inner| {
        let to = inner.attr("href").filter(|_| inner.has_name("a"));
        to.is_some_and(|to| is_front(&to)) && letters(&inner.text()) == own
    });
    if names_site {
        marks.shown.push(text);
    } else {
        marks.headings.push(text);
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
fn item(node: &NodeRef<'_>, properties: &str, marks: &mut Marks, items: &mut Items) {
    for property in properties.split_ascii_whitespace() {
        match property {
            "datePublished" if marks.published.len() < MOST && items.is_of_page(node) => {
                marks.published.extend(moment(node));
            }
            "author" if marks.author.is_none() && items.is_of_page(node) => {
                marks.author = named(node);
            }
            "publisher" if marks.publisher.is_none() && items.is_of_page_anywhere(node) => {
                marks.publisher = named(node);
            }
            _ => {}
        }
    }
}

/// Whether an element is the day of publication as the microformat of posts has it.
fn is_hatom(node: &NodeRef<'_>, name: &str) -> bool {
    let class = || node.attr("class").unwrap_or_default();
    let is_published = || class().split_ascii_whitespace().any(|name| name == "published");
    name == "abbr" && is_published() && node.attr("title").is_some_and(|day| times::is_date(&day))
}

/// The moment that an element names.
fn moment(node: &NodeRef<'_>) -> Option<String> {
    let names = ["content", "datetime", "title"];
    // Only of an abbreviation is the title what it stands for.
    let names = names.iter().filter(|name| **name != "title" || node.has_name("abbr"));
    let stated = names.clone().find_map(|name| node.attr(name));
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

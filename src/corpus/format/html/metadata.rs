//! Who printed a page, when, by whom, under which title and address.
//!
//! Fed with the parsed page, feeds the article. Pages say these things in many ways; the surest is
//! first, and what cannot be read gives way to the next. Invariant: what a page says of other pages
//! (cards, side bars, comments, other languages) is not taken; unknown beats wrong.

use super::addresses::{address, same_address};
use super::bylines;
use super::dates::{date, impossible};
use super::host::host;
use super::house;
use super::json_ld::{Graph, Said};
use super::marks::{Marks, read};
use super::plain::{self, letters};
use super::titles::{SEPARATORS, same_title, stated, title};
use dom_query::Document;

/// Names of `meta` elements, the surest first.
const OUTLETS: [&str; 12] = [
    "og:site_name",
    "site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "publisher",
    "dc.publisher",
    "dcterms.publisher",
    "citation_journal_title",
    "citation_publisher",
    "prism.publicationname",
    "article:publisher",
    "parsely-network-canonical",
];
/// Names of what a text was taken from in some pages, and of who printed it in others.
const SOURCES: [&str; 2] = ["source", "syndication-source"];
/// Words by which the name of a company ends, in small letters.
const COMPANIES: [&str; 14] =
    ["gmbh", "ag", "kg", "mbh", "inc", "llc", "ltd", "plc", "corp", "spa", "sa", "srl", "bv", "ab"];
const AUTHORS: [&str; 14] = [
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "citation_author",
    "cxenseparse:author",
    "mediator_author",
    "byl",
    "byline",
    "creator",
];
const DESCRIPTIONS: [&str; 5] = [
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
];
/// Longest name of an outlet.
const LONGEST_NAME: usize = 100;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) date: Option<String>,
    /// What it gives as a date where it has none that can be.
    pub(super) impossible: Option<String>,
    pub(super) address: Option<String>,
    /// What the article is about, in a sentence or two.
    pub(super) description: Option<String>,
    /// The text of the article as JSON-LD has it.
    pub(super) body: Option<String>,
    /// Readers see only a part of the text for free.
    pub(super) paid: bool,
}

/// Collects what a page says of itself.
pub(super) fn of(document: &Document) -> Metadata {
    let marks = read(document);
    let address = address(&marks);
    let graph = Graph::new(marks.scripts.iter().map(String::as_str));
    let titles: Vec<String> = stated(&marks);
    let said = graph.said(&|own_address, own_title| {
        let address = address.as_deref().zip(own_address);
        address.is_some_and(|(a, b)| same_address(a, b))
            || own_title.is_some_and(|own| titles.iter().any(|title| same_title(title, own)))
    });
    let outlet = outlet((&marks, &titles), &said, &graph, address.as_deref());
    let title = title(&marks, &said, outlet.as_deref());
    let called = title.as_deref().unwrap_or_default();
    let shown = || bylines::shown(document.root(), called, marks.way);
    let date = date(&marks, &said, &shown);
    let impossible = if date.is_none() { impossible(&marks, &said) } else { None };
    let paid = said.paid || marks.all(&["article:content_tier"]).any(|tier| tier == "locked");
    let author = said.author.or_else(|| author(&marks));
    Metadata {
        title,
        author: author.and_then(|author| person(&author)),
        outlet,
        date,
        impossible,
        address: address.or(said.address),
        description: marks.all(&DESCRIPTIONS).next(),
        body: said.body,
        paid,
    }
}

/// Who printed the page. Of names that differ, one that the host bears out is first, then one that
/// is not written as an address.
fn outlet(
    (marks, titles): (&Marks, &[String]),
    said: &Said,
    graph: &Graph,
    address: Option<&str>,
) -> Option<String> {
    let first = marks.all(&OUTLETS[..2]).chain(said.outlet.clone()).chain(graph.site());
    let rest = marks.publisher.clone().into_iter().chain(marks.all(&OUTLETS[2..]));
    let is_name = |name: &String| {
        let is_title = titles.iter().any(|title| same_title(title, name));
        let length = 1..LONGEST_NAME;
        length.contains(&name.len()) && !name.starts_with('@') && !name.contains("://") && !is_title
    };
    let names = first.chain(rest).map(|name| trading(&cleaned(&name)));
    // The name of a company gives way to one under which it prints.
    let (companies, mut names): (Vec<String>, Vec<String>) =
        names.filter(is_name).partition(|name| is_company(name));
    let host = address.and_then(host);
    let core =
        host.as_deref().and_then(|host| host.rsplit_once('.')).map(|(core, _)| letters(core));
    let core = core.unwrap_or_default();
    let ends = title_ends(marks);
    let is_host_itself = |name: &&String| !core.is_empty() && letters(name) == core;
    let spoken = |name: &&String| !is_host(name);
    let borne_out = |name: &&String| borne_out(name, &core);
    let sources = marks.all(&SOURCES).chain(said.sender.clone());
    let sources = sources.map(|name| cleaned(&name)).filter(is_name);
    let sources: Vec<String> = sources.collect();
    let best = names.iter().filter(spoken).find(borne_out);
    // Of a name and a longer one that starts with it the host decides.
    let shorter = best.and_then(|best| {
        names.iter().filter(is_host_itself).find(|name| best.starts_with(name.as_str()))
    });
    let best = shorter.or(best).or_else(|| ends.iter().filter(spoken).find(is_host_itself));
    // A page that states no name but its host may show one.
    let is_last = |end: &&String| !SEPARATORS.iter().any(|separator| end.contains(separator));
    let own_end = || ends.iter().filter(is_last).filter(spoken).find(borne_out);
    let best = best.or_else(own_end);
    let has_none = best.is_none() && names.iter().all(|name| is_host(name));
    let host_shown = || host.as_deref().and_then(|host| house::name(host, &marks.shown));
    let end_shown = || ends.iter().find(|end| marks.shown.contains(end)).cloned();
    let shown = has_none.then(|| host_shown().or_else(end_shown)).flatten();
    let best = shown.as_ref().or(best);
    let mut others = names.iter().chain(&ends).chain(&companies).chain(&sources);
    let best = best.or_else(|| others.find(borne_out)).cloned();
    names.extend(companies.iter().cloned());
    let best = best.or_else(|| names.iter().find(spoken).or(names.first()).cloned()).or(host);
    // Of a page whose address is not known whoever sent it is the only one that is named.
    best.or_else(|| said.sender.clone())
}

/// Whether a name and the host of a page, without its last part, say the same.
fn borne_out(name: &str, core: &str) -> bool {
    let name = letters(name);
    let within = || name.len() > 2 && core.contains(name.trim_start_matches("the"));
    !core.is_empty() && (core.len() > 2 && name.contains(core) || within())
}

/// The name under which a company prints, where its own follows that: "The Post - Quill Press Ltd".
fn trading(name: &str) -> String {
    let parts = SEPARATORS.iter().find_map(|separator| name.split_once(separator));
    match parts {
        Some((first, rest)) if is_company(rest) && !is_company(first) => first.trim().to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether a name ends as that of a company does.
fn is_company(name: &str) -> bool {
    let last = name.split_whitespace().last().map(letters).unwrap_or_default();
    COMPANIES.contains(&last.as_str()) && name.contains(' ')
}

/// How the title of the page ends: with the name of the site, in many pages.
fn title_ends(marks: &Marks) -> Vec<String> {
    let title = marks.title.as_deref().unwrap_or_default();
    let ends = SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator));
    ends.map(|(_, end)| cleaned(end)).filter(|end| end.len() < LONGEST_NAME).collect()
}

/// Whether a name is written as the address of a site.
fn is_host(name: &str) -> bool {
    name.contains('.') && !name.contains(' ')
}

/// The name of an outlet without what does not belong to it.
fn cleaned(name: &str) -> String {
    let name = match name.split_once(" (") {
        Some((before, inner)) if inner.contains('.') => before,
        _ => name,
    };
    let bare = name.strip_prefix("www.").unwrap_or(name);
    bare.trim_matches(|letter: char| letter == '|' || letter.is_whitespace()).to_owned()
}

/// Who wrote the article.
fn author(marks: &Marks) -> Option<String> {
    let named = marks.all(&AUTHORS).find(|name| person(name).is_some());
    named.or_else(|| marks.author.clone())
}

/// A name without what introduces it.
fn person(name: &str) -> Option<String> {
    let start = name.get(..3).filter(|start| start.eq_ignore_ascii_case("by "));
    let name = if start.is_some() { name.get(3..)? } else { name };
    let looks_real = !name.contains("://") && !name.starts_with('@') && !name.contains("www.");
    plain::full(name).filter(|_| looks_real)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(head: &str, body: &str) -> Metadata {
        of(&Document::from(format!("<html><head>{head}</head><body>{body}</body></html>")))
    }

    #[test]
    fn every_name_in_use() {
        for (name, key) in [
            ("property", "article:published_time"),
            ("name", "DC.date.issued"),
            ("name", "dc:date"),
            ("name", "parsely-pub-date"),
            ("name", "sailthru.date"),
            ("name", "citation_publication_date"),
            ("itemprop", "datePublished"),
        ] {
            let head = format!("<meta {name}='{key}' content='2024-05-06'>");
            assert_eq!(found(&head, "").date.as_deref(), Some("2024-05-06"), "{key}");
        }
        for key in ["og:title", "parsely-title", "sailthru.title", "citation_title", "DC.title"] {
            let head = format!("<meta name='{key}' content='The pump house opens'>");
            assert_eq!(found(&head, "").title.as_deref(), Some("The pump house opens"), "{key}");
        }
        for key in ["author", "parsely-author", "sailthru.author", "citation_author", "dc.creator"]
        {
            let head = format!("<meta name='{key}' content='By Ada Quill'>");
            assert_eq!(found(&head, "").author.as_deref(), Some("Ada Quill"), "{key}");
        }
    }

    #[test]
    fn what_cannot_be_read_gives_way() {
        let next = "<meta name='date' content='2024-05-06'>";
        for first in ["soon", "0", "1970-01-01", "0001-01-01T00:00:00Z"] {
            let head = format!("<meta property='article:published_time' content='{first}'>{next}");
            assert_eq!(found(&head, "").date.as_deref(), Some("2024-05-06"), "{first}");
        }
        let head = "<meta name='author' content='https://x.example/ada'>\
            <meta name='byl' content='Ada Quill'>";
        assert_eq!(found(head, "").author.as_deref(), Some("Ada Quill"));
    }

    #[test]
    fn times_of_other_things_do_not_count() {
        let text = "<p>The old pump house on Canal Row will open to visitors on Saturday, after \
            four years of scraping, oiling and arguing.</p>";
        let time = "<time datetime='2024-05-06'>6 May</time>";
        let article = |inner: &str| format!("<article><h1>Pumps</h1>{inner}{text}</article>");
        assert_eq!(found("", &article(time)).date.as_deref(), Some("2024-05-06"));
        for (before, inner) in [
            (time.to_owned(), String::new()),
            (format!("<nav>{time}</nav>"), String::new()),
            (format!("<article><h3>A card</h3>{time}</article>"), String::new()),
            (String::new(), format!("<aside>{time}</aside>")),
            (String::new(), format!("<ul><li>{time}</li></ul>")),
            (String::new(), format!("<div class='related-news'>{time}</div>")),
            (String::new(), format!("<div id='comments'>{time}</div>")),
            (String::new(), time.replace("<time", "<time class='date-updated'")),
        ] {
            let body = before + &article(&inner);
            assert_eq!(found("", &body).date, None, "{body}");
        }
        let marked = "<aside><span itemprop='datePublished' content='2024-05-07'>x</span></aside>";
        assert_eq!(found("", marked).date, None, "of a side bar");
        let own = format!("<article>{marked}</article>");
        assert_eq!(found("", &own).date.as_deref(), Some("2024-05-07"));
        let other = "<div itemscope itemtype='https://schema.org/Comment'>\
            <b itemprop='author'>Ben</b><meta itemprop='datePublished' content='2024-05-08'></div>";
        let said = found("", other);
        assert_eq!((said.date, said.author), (None, None), "of a comment");
    }

    #[test]
    fn the_address_is_that_of_the_article() {
        let own = "<meta property='og:url' content='https://x.example/a'>";
        let address = |head: &str| found(head, "").address;
        assert_eq!(address(own).as_deref(), Some("https://x.example/a"));
        let other = "<link rel='alternate canonical' href='https://x.example/b'>";
        assert_eq!(address(&(own.to_owned() + other)).as_deref(), Some("https://x.example/b"));
        let language = "<link rel='alternate' hreflang='de' href='https://x.example/de'>";
        assert_eq!(address(&(language.to_owned() + own)).as_deref(), Some("https://x.example/a"));
        let front = "<link rel='canonical' href='https://x.example/'>";
        assert_eq!(address(&(front.to_owned() + own)).as_deref(), Some("https://x.example/a"));
        let bare = "<link rel='canonical' href='/a'>";
        assert_eq!(address(bare), None, "of an unknown host");
        let based = format!("<base href='https://x.example/'>{bare}");
        assert_eq!(address(&based).as_deref(), Some("https://x.example/a"));
    }

    #[test]
    fn the_outlet_is_the_name_that_the_host_bears_out() {
        let outlet = |name: &str, publisher: &str, host: &str| {
            let head = format!(
                "<meta property='og:site_name' content='{name}'>\
                 <link rel='canonical' href='https://www.{host}/a/b'>\
                 <script type='application/ld+json'>{{\"@type\":\"Article\",\"publisher\":\
                 {{\"name\":\"{publisher}\"}}}}</script>"
            );
            found(&head, "").outlet.unwrap()
        };
        assert_eq!(outlet("Security", "Meridian online", "meridian.example"), "Meridian online");
        assert_eq!(outlet("Harbor Courier", "Big Group", "courier.example"), "Harbor Courier");
        assert_eq!(outlet("courier.example", "Courier", "courier.example"), "Courier");
        assert_eq!(outlet("A", "B", "unlike.example"), "A");
        let head = "<title>Pumps open | harbor-courier.example</title>\
            <meta property='og:site_name' content='HCR'>\
            <link rel='canonical' href='https://www.harbor-courier.example/a'>";
        assert_eq!(found(head, "").outlet.as_deref(), Some("harbor-courier.example"));
        let head = "<link rel='canonical' href='https://www.x.example/a'>";
        assert_eq!(found(head, "").outlet.as_deref(), Some("x.example"));
        let company = "Big Courier - Quill Press Ltd";
        assert_eq!(outlet(company, "Quill Press Ltd", "big-courier.example"), "Big Courier");
        assert_eq!(outlet("", "Courier Press GmbH", "courier.example"), "Courier Press GmbH");
        assert_eq!(outlet("Courier Press Group", "Courier", "courier.example"), "Courier");
        let ended = |head: &str| {
            let head = format!(
                "<title>Pumps open - Lands - HCR</title>{head}\
                 <link rel='canonical' href='https://www.hcr.example/a'>"
            );
            found(&head, "").outlet
        };
        assert_eq!(ended("<meta name='publisher' content='hcr.example'>").as_deref(), Some("HCR"));
        assert_eq!(
            ended("<meta name='publisher' content='HCR Media GmbH'>").as_deref(),
            Some("HCR")
        );
        let taken = "<meta name='source' content='Northwire'>";
        assert_eq!(ended(taken).as_deref(), Some("HCR"), "a source is not who printed it");
    }
}

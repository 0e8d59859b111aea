//! The article by readability's rules, and the page's metadata.

use super::bound::bound;
use super::host::host;
use crate::corpus::format::reader::Article;
use crate::corpus::problem::Refusal;
use crate::limits::Limits;
use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where pages say when they were published, the surest first.
const DATES: [(&str, &str); 7] = [
    ("meta[property='article:published_time']", "content"),
    ("meta[itemprop='datePublished']", "content"),
    ("meta[name='date']", "content"),
    ("meta[name='DC.date.issued']", "content"),
    ("meta[name='pubdate']", "content"),
    ("time[itemprop='datePublished']", "datetime"),
    ("time[datetime]", "datetime"),
];
/// Where pages say who printed them, after `og:site_name`.
const OUTLETS: [&str; 2] = ["meta[name='application-name']", "meta[name='publisher']"];
/// Where pages say their address.
const ADDRESSES: [(&str, &str); 2] =
    [("link[rel='canonical']", "href"), ("meta[property='og:url']", "content")];

/// The article in a page.
pub(crate) fn article(page: &str, limits: &Limits) -> Result<Article, Refusal> {
    if page.len() > limits.page_bytes {
        return Err(Refusal::new(
            format!("page over the limit: {} bytes", limits.page_bytes),
            "check the file; if it really is a page of that size, raise {max_page_bytes}",
        ));
    }
    let bounded = bound(page, limits);
    if bounded.elements > limits.page_elements {
        return Err(Refusal::new(
            format!("has more elements than the limit: {}", limits.page_elements),
            "check the file; it is not a page that people read",
        ));
    }
    catch_unwind(AssertUnwindSafe(|| extract(&bounded.page)))
        .unwrap_or_else(|_| Err(Refusal::new("is a page that cannot be parsed", "check the file")))
}

fn extract(page: &str) -> Result<Article, Refusal> {
    let document = Document::from(page);
    let date = DATES.iter().find_map(|(selector, name)| attribute(&document, selector, name));
    let outlet = OUTLETS.iter().find_map(|selector| attribute(&document, selector, "content"));
    let host = ADDRESSES.iter().find_map(|(selector, name)| {
        attribute(&document, selector, name).and_then(|address| host(&address))
    });
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let none = || Refusal::new("holds no article text", "remove it, or check what it holds");
    let mut reader =
        Readability::with_document(document, None, Some(config)).map_err(|_| none())?;
    let found = reader.parse().map_err(|_| none())?;
    let full = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(Article {
        text: found.text_content.trim().to_owned(),
        title: full(found.title),
        outlet: found.site_name.and_then(full).or(outlet).or(host),
        author: found.byline.and_then(full),
        date: found.published_time.and_then(full).or(date),
    })
}

/// The first attribute of this name that says something.
fn attribute(document: &Document, selector: &str, name: &str) -> Option<String> {
    let found = document.try_select(selector)?.attr(name)?;
    Some(found.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with the article of our own prose, and `head` in its head.
    fn page(head: &str) -> String {
        let paragraph = "The old pump house on Canal Row will open to visitors on Saturday, after \
            four years in which volunteers scraped, oiled and argued over every one of its nine \
            hundred moving parts, and the whistle blows twice. ";
        format!(
            "<html><head><title>The pump house opens</title>{head}</head><body>\
             <nav><a href=/>Home</a> <a href=/x>Subscribe to our newsletter</a></nav>\
             <article><h1>The pump house opens</h1><p>{}</p><p>Second: {}</p></article>\
             <footer>All rights reserved</footer></body></html>",
            paragraph.repeat(3),
            paragraph.repeat(3)
        )
    }

    fn read(page: &str) -> Article {
        article(page, &Limits::default()).unwrap()
    }

    #[test]
    fn the_article_without_what_surrounds_it() {
        let found = read(&page(""));
        assert!(found.text.starts_with("The old pump house"), "{}", found.text);
        assert!(found.text.contains("blows twice.\n"), "paragraphs stay apart: {}", found.text);
        assert!(!found.text.contains("newsletter") && !found.text.contains("reserved"));
        assert_eq!(found.title.as_deref(), Some("The pump house opens"));
        assert_eq!((found.outlet, found.date, found.author), (None, None, None));
    }

    #[test]
    fn metadata_of_every_kind() {
        let found = read(&page(
            "<meta property='og:site_name' content='Harbor Courier'>\
             <meta property='article:published_time' content='2024-05-06T07:08:09Z'>\
             <meta name='author' content='Ada Quill'>",
        ));
        assert_eq!(found.outlet.as_deref(), Some("Harbor Courier"));
        assert_eq!(found.date.as_deref(), Some("2024-05-06T07:08:09Z"));
        assert_eq!(found.author.as_deref(), Some("Ada Quill"));
        let found = read(&page(
            "<script type='application/ld+json'>{\"@context\":\"https://schema.org\",\
             \"@type\":\"NewsArticle\",\"headline\":\"Pumps\",\"datePublished\":\"2024-05-07\",\
             \"author\":{\"@type\":\"Person\",\"name\":\"Ben Reed\"},\
             \"publisher\":{\"@type\":\"Organization\",\"name\":\"The Meridian\"}}</script>",
        ));
        assert_eq!(found.outlet.as_deref(), Some("The Meridian"));
        assert_eq!(found.date.as_deref(), Some("2024-05-07"));
        assert_eq!(found.author.as_deref(), Some("Ben Reed"));
        let found = read(
            &page("<link rel='canonical' href='https://www.Example.org/a/b'>")
                .replace("<h1>", "<time datetime='2024-05-08'>8 May</time><h1>"),
        );
        assert_eq!(found.outlet.as_deref(), Some("example.org"));
        assert_eq!(found.date.as_deref(), Some("2024-05-08"));
    }

    #[test]
    fn bombs_are_refused() {
        let refused = |page: String| article(&page, &Limits::default()).unwrap_err().cause;
        let block = format!("<div>{}</div>", "<b x=1>".repeat(400));
        assert!(refused(block + &"<p>x".repeat(9000)).contains("elements"));
        assert!(refused(" ".repeat(9 << 20)).contains("page over the limit"));
        assert!(refused("<p></p>".to_owned()).contains("no article text"));
    }

    #[test]
    fn depth_is_no_reason_to_refuse_a_page() {
        let whole = page("");
        let text = read(&whole).text;
        for (before, after) in [
            ("<div>".repeat(3000), "</div>".repeat(3000)),
            ("<div>".repeat(600), "</div>".repeat(600)),
            (String::new(), format!("<svg>{}</svg>", "<path d='M0 0'/>".repeat(600))),
            (String::new(), format!("<i data-embed='{}'></i>", "<div>".repeat(600))),
            (String::new(), format!("<iframe>{}</iframe>", "<div>".repeat(600))),
            (String::new(), format!("<template>{}</template>", "<div>".repeat(600))),
        ] {
            let article = format!("{before}<article>");
            let page = whole.replace("<article>", &article);
            let page = page.replace("</article>", &format!("{after}</article>"));
            let start = &page[..200];
            assert_eq!(read(&page).text, text, "{start}");
        }
    }

    /// The growth of the time that a page takes where it grows sixteenfold.
    fn growth(page: &dyn Fn(usize) -> String) -> f64 {
        let time = |size: usize| {
            let page = page(size);
            let times = (0..3).map(|_| {
                let start = std::time::Instant::now();
                article(&page, &Limits::default()).ok();
                start.elapsed()
            });
            times.min().unwrap().as_secs_f64()
        };
        let small = time(SMALL);
        time(16 * SMALL) / small
    }

    /// Pieces of the smaller page.
    const SMALL: usize = 150;

    #[test]
    fn the_cost_of_a_page_grows_with_its_length() {
        let numbered =
            |size: usize| (0..size).map(|at| format!("a{at}=1")).collect::<Vec<_>>().join(" ");
        let many = |piece: &'static str| move |size: usize| piece.repeat(size);
        let pages: [(&str, &dyn Fn(usize) -> String); 10] = [
            ("attributes", &|size| format!("<p {}>x", numbered(size * 8))),
            ("attributes of end tags", &|size| format!("<p>x</p {}>", numbered(size * 8))),
            ("nesting", &many("<div>x")),
            ("nesting of links", &many("<a href=x><div>x")),
            ("end tags that close nothing", &many("<span><div></span>x")),
            ("forms that end early", &many("<form><div></form>x")),
            ("formatting left open", &many("<font size=1>x")),
            ("formatting closed late", &many("<b><p></b>x")),
            ("text outside of cells", &many("<table>x<tr>y")),
            ("tables in cells", &many("<table><td>x")),
        ];
        for (name, page) in pages {
            let growth = growth(page);
            assert!(growth < 96.0, "{name}: {growth} times as long for 16 times the page");
        }
    }
}

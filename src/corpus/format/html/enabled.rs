//! The article by readability's rules, and the page's metadata.

use super::host::host;
use super::shape;
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
    let shape = shape::of(page.as_bytes());
    if shape.depth > limits.page_depth {
        return Err(Refusal::new(
            format!("is nested too deeply: more than {} levels", limits.page_depth),
            "check the file; it is not a page that people read",
        ));
    }
    if shape.elements > limits.page_elements {
        return Err(Refusal::new(
            format!("has more elements than the limit: {}", limits.page_elements),
            "check the file; it is not a page that people read",
        ));
    }
    catch_unwind(AssertUnwindSafe(|| extract(page)))
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
        assert!(refused("<div>".repeat(100_000)).contains("nested too deeply"));
        assert!(refused("<b x=1>".repeat(400) + &"<p>x".repeat(9000)).contains("elements"));
        assert!(refused(" ".repeat(9 << 20)).contains("page over the limit"));
        assert!(refused("<p></p>".to_owned()).contains("no article text"));
        let deep = Limits::default().page_depth - 10;
        let page = "<div>".repeat(deep) + "words in the deep " + &"</div>".repeat(deep);
        article(&page, &Limits::default()).ok();
    }
}

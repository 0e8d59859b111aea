//! What a page says of its article in JSON-LD, as schema.org has it.
//!
//! Fed with the scripts of a page by `metadata`. Invariant: a script that cannot be read is passed
//! over, whatever is wrong with it; what a page says of other articles (lists, cards, updates) is
//! not taken for what it says of its own.

use super::plain::{self, full};
use crate::hash::Map;
use serde_json::Value;

/// Objects that are looked at, and steps from a reference to what it names.
const MOST_OBJECTS: usize = 2000;
const MOST_STEPS: usize = 4;

/// What JSON-LD says of an article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) dates: Vec<String>,
    pub(super) address: Option<String>,
    /// The text, or the texts of a live blog.
    pub(super) body: Option<String>,
    /// Readers see only a part of the text for free.
    pub(super) paid: bool,
}

/// All that the scripts of a page say.
#[derive(Debug, Default)]
pub(super) struct Graph(Vec<Value>);

impl Graph {
    /// Reads the scripts.
    pub(super) fn new<'s>(scripts: impl Iterator<Item = &'s str>) -> Self {
        Self(scripts.flat_map(values).collect())
    }

    /// What is said of the article of this page, which `is_own` knows by its address and title.
    pub(super) fn said(&self, is_own: &dyn Fn(Option<&str>, Option<&str>) -> bool) -> Said {
        let nodes = self.nodes();
        let ids = ids(&nodes);
        let articles: Vec<&Value> =
            nodes.iter().copied().filter(|node| rank(node) == Some(Rank::Article)).collect();
        let own = |node: &&&Value| {
            let address = address(node);
            is_own(address.as_deref(), text(node.get("headline")).as_deref())
        };
        let known = articles.iter().find(own).or(match articles.as_slice() {
            [one] => Some(one),
            [first, ..] if says_one_thing(&articles) => Some(first),
            _ => None,
        });
        let page = nodes.iter().find(|node| rank(node) == Some(Rank::Page));
        let mut said = known.map(|node| of(node, &ids)).unwrap_or_default();
        if let Some(page) = page.filter(|_| articles.is_empty() || known.is_some()) {
            let page = of(page, &ids);
            said.outlet = said.outlet.or(page.outlet);
            said.dates.extend(page.dates);
            said.address = said.address.or(page.address);
            said.author = said.author.or(page.author);
        }
        said
    }

    /// The outlet as the page's site is called.
    pub(super) fn site(&self) -> Option<String> {
        let nodes = self.nodes();
        let site = nodes.iter().find(|node| types(node).any(|kind| kind == "WebSite"))?;
        text(site.get("name"))
    }

    /// The objects that the page itself is said to be: of lists, graphs and main entities.
    fn nodes(&self) -> Vec<&Value> {
        let (mut nodes, mut at) = (Vec::new(), 0);
        let mut todo: Vec<&Value> = self.0.iter().collect();
        while let Some(&value) = todo.get(at) {
            at += 1;
            match value {
                Value::Array(items) => todo.extend(items.iter().take(MOST_OBJECTS)),
                Value::Object(object) => {
                    nodes.push(value);
                    let inner = ["@graph", "mainEntity", "mainEntityOfPage"];
                    todo.extend(inner.iter().filter_map(|key| object.get(*key)));
                }
                _ => {}
            }
            if todo.len() > MOST_OBJECTS {
                break;
            }
        }
        nodes
    }
}

/// Whether several articles are the same one, said again.
fn says_one_thing(articles: &[&Value]) -> bool {
    let first = articles.first().and_then(|node| text(node.get("headline")));
    first.is_some() && articles.iter().all(|node| text(node.get("headline")) == first)
}

/// The values of a script: one, or several after each other.
fn values(script: &str) -> Vec<Value> {
    let json = unwrapped(script);
    if let Ok(value) = serde_json::from_str(json) {
        return vec![value];
    }
    let mended = mended(json);
    let values = serde_json::Deserializer::from_str(&mended).into_iter();
    values.map_while(Result::ok).collect()
}

/// A script without the marks that hide it from old browsers.
fn unwrapped(script: &str) -> &str {
    let start = script.find(['{', '[']).unwrap_or(script.len());
    let (before, json) = script.split_at(start);
    // The bracket of the mark itself is not the start.
    let json = match json.strip_prefix("[CDATA[") {
        Some(rest) if before.ends_with("<!") => {
            rest.get(rest.find(['{', '[']).unwrap_or(rest.len())..).unwrap_or_default()
        }
        _ => json,
    };
    json.get(..json.rfind(['}', ']']).map_or(0, |end| end + 1))
        .map(without_mark)
        .unwrap_or_default()
}

/// JSON without the brackets of a closing mark.
fn without_mark(json: &str) -> &str {
    let Some(rest) = json.strip_suffix("]]") else { return json };
    let rest =
        rest.trim_end_matches(|letter: char| "/*".contains(letter) || letter.is_whitespace());
    let opens = json.matches('[').count();
    if json.matches(']').count() > opens { rest } else { json }
}

/// JSON in which line breaks within strings, and commas after the last item, are put right.
fn mended(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for letter in json.chars() {
        if in_string {
            if letter.is_control() && !escaped {
                out.push(' ');
                continue;
            }
            in_string = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
        } else {
            in_string = letter == '"';
            if matches!(letter, '}' | ']') {
                let end = out.trim_end().len();
                if out.get(..end).is_some_and(|out| out.ends_with(',')) {
                    out.truncate(end - 1);
                }
            }
        }
        out.push(letter);
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Article,
    Page,
}

/// What an object says something of.
fn rank(node: &Value) -> Option<Rank> {
    let is = |wanted: fn(&str) -> bool| types(node).any(wanted);
    if is(|kind| kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind == "Report") {
        return Some(Rank::Article);
    }
    is(|kind| kind == "WebPage" || kind == "ItemPage").then_some(Rank::Page)
}

/// The types of an object, without what comes before their names.
fn types(node: &Value) -> impl Iterator<Item = &str> {
    let kind = node.get("@type");
    let list = kind.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names = kind.and_then(Value::as_str).into_iter();
    let names = names.chain(list.iter().filter_map(Value::as_str));
    names.map(|name| name.rsplit(['/', ':', '#']).next().unwrap_or(name))
}

type Ids<'v> = Map<&'v str, &'v Value>;

/// The objects by their names; of several with one name, that which says most.
fn ids<'v>(nodes: &[&'v Value]) -> Ids<'v> {
    let mut ids = Ids::default();
    let size = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
    for &node in nodes {
        let Some(id) = node.get("@id").and_then(Value::as_str) else { continue };
        let known = ids.entry(id).or_insert(node);
        if size(node) > size(known) {
            *known = node;
        }
    }
    ids
}

/// What an article says.
fn of(node: &Value, ids: &Ids<'_>) -> Said {
    let dates = ["datePublished", "dateCreated", "uploadDate"];
    let names = |key: &str| names(node.get(key), ids);
    Said {
        title: text(node.get("headline")).or_else(|| text(node.get("name"))),
        author: names("author").or_else(|| names("creator")),
        outlet: names("publisher").or_else(|| names("sourceOrganization")),
        dates: dates.iter().filter_map(|key| text(node.get(*key))).collect(),
        address: address(node),
        body: body(node),
        paid: node.get("isAccessibleForFree").is_some_and(|free| match free {
            Value::Bool(free) => !free,
            free => text(Some(free)).is_some_and(|free| free.eq_ignore_ascii_case("false")),
        }),
    }
}

/// The address of an object.
fn address(node: &Value) -> Option<String> {
    let page = node.get("mainEntityOfPage");
    let page_id = page.and_then(|page| page.get("@id").or_else(|| page.get("url")));
    let places = [node.get("url"), page_id, page, node.get("@id")];
    let mut addresses = places.into_iter().filter_map(|value| value.and_then(Value::as_str));
    addresses.find(|address| address.starts_with("http")).map(str::to_owned)
}

/// The text of an article, or of the updates of a live blog.
fn body(node: &Value) -> Option<String> {
    let own = paragraphs(node);
    let updates = node.get("liveBlogUpdate").and_then(Value::as_array);
    let updates = updates.map(Vec::as_slice).unwrap_or_default().iter();
    let parts = own.into_iter().chain(updates.filter_map(|update| {
        let headline = text(update.get("headline"));
        let text = paragraphs(update)?;
        Some(headline.map_or(text.clone(), |headline| format!("{headline}\n\n{text}")))
    }));
    full(&parts.collect::<Vec<_>>().join("\n\n"))
}

fn paragraphs(node: &Value) -> Option<String> {
    let body = match node.get("articleBody")? {
        Value::Array(parts) => {
            parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n\n")
        }
        body => body.as_str()?.to_owned(),
    };
    full(&plain::paragraphs(&body))
}

/// The names of persons or organisations, in one line.
fn names(value: Option<&Value>, ids: &Ids<'_>) -> Option<String> {
    let value = value?;
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let mut names: Vec<String> = Vec::new();
    for one in list.iter().take(MOST_OBJECTS) {
        let name = name(one, ids).filter(|name| !names.contains(name));
        names.extend(name.filter(|name| !name.starts_with("http")));
    }
    full(&names.join(", "))
}

/// The name of an object, or of that which it refers to.
fn name(value: &Value, ids: &Ids<'_>) -> Option<String> {
    let mut value = value;
    for _ in 0..MOST_STEPS {
        let name = if value.is_object() { value.get("name") } else { Some(value) };
        if let Some(name) = text(name) {
            return Some(name);
        }
        value = ids.get(value.get("@id")?.as_str()?)?;
    }
    None
}

/// The first text in a value.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => full(&plain::line(text)),
        Value::Array(items) => items.iter().find_map(|item| match item {
            Value::Array(_) => None,
            item => text(Some(item)),
        }),
        Value::Object(object) => match object.get("@value") {
            Some(Value::String(text)) => full(&plain::line(text)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = r#""@type":"NewsArticle","headline":"Pumps","datePublished":"2024-05-07",
        "author":{"@type":"Person","name":"Ben Reed"},
        "publisher":{"@type":"Organization","name":"The Meridian"}"#;

    fn said(scripts: &[&str]) -> Said {
        Graph::new(scripts.iter().copied()).said(&|_, title| title == Some("Own"))
    }

    fn whole(script: &str) {
        let said = said(&[script]);
        assert_eq!(said.title.as_deref(), Some("Pumps"), "{script}");
        assert_eq!(said.author.as_deref(), Some("Ben Reed"), "{script}");
        assert_eq!(said.outlet.as_deref(), Some("The Meridian"), "{script}");
        assert_eq!(said.dates, ["2024-05-07"], "{script}");
    }

    #[test]
    fn an_article_is_found_wherever_it_is() {
        let article = format!("{{{ARTICLE}}}");
        whole(&article);
        whole(&format!("[{{\"@type\":\"WebSite\"}}, {article}]"));
        whole(&format!("{{\"@graph\":[{{\"@type\":\"Person\"}},{article}]}}"));
        whole(&format!("{{\"@type\":\"WebPage\",\"mainEntity\":{article}}}"));
        whole(&format!("{{\"@type\":\"WebPage\"}}\n{article}"));
        for context in [
            r#""https://schema.org""#,
            r#"["http://www.schema.org/", {"@language":"en"}]"#,
            r#"{"@vocab":"http://schema.org/"}"#,
        ] {
            whole(&format!("{{\"@context\":{context},{ARTICLE}}}"));
        }
        whole(&article.replace("\"NewsArticle\"", "[\"Thing\",\"schema:NewsArticle\"]"));
    }

    #[test]
    fn marks_and_small_faults_are_passed_over() {
        let article = format!("{{{ARTICLE}}}");
        whole(&format!("<!--\n{article}\n-->"));
        whole(&format!("//<![CDATA[\n{article}\n//]]>"));
        whole(&format!("/* <![CDATA[ */ [{article}] /* ]]> */"));
        whole(&format!("<![CDATA[{article}]]>"));
        whole(&format!("{article};"));
        whole(&article.replace('}', ",}"));
        let broken = article.replace("Pumps", "Pu\n\tmps");
        assert_eq!(said(&[&broken]).title.as_deref(), Some("Pu mps"));
        assert_eq!(said(&["{\"@type\":", &article]).title.as_deref(), Some("Pumps"));
        for bad in ["", "x", "{", "[[[", "]", "{\"@type\":3}", "<![CDATA[", "\"Article\""] {
            assert_eq!(said(&[bad]), Said::default(), "{bad}");
        }
    }

    #[test]
    fn references_are_followed() {
        whole(
            r##"{"@graph":[{"@type":"Article","headline":"Pumps","datePublished":"2024-05-07",
            "author":{"@id":"#ben"},"publisher":{"@id":"#p"}},{"@id":"#ben","name":"Ben Reed"},
            {"@id":"#p","@type":"Organization","name":"The Meridian"}]}"##,
        );
        let circle = r##"[{"@type":"Article","@id":"#a","author":{"@id":"#b"}},
            {"@id":"#b","author":1,"x":{"@id":"#a"}}]"##;
        assert_eq!(said(&[circle]).author, None);
    }

    #[test]
    fn articles_of_others_are_not_taken() {
        let one = |title: &str, day: &str| {
            format!(
                "{{\"@type\":\"Article\",\"headline\":\"{title}\",\"datePublished\":\"{day}\"}}"
            )
        };
        let (a, b, own) =
            (one("A", "2024-01-01"), one("B", "2024-01-02"), one("Own", "2024-01-03"));
        assert_eq!(said(&[&a, &b]), Said::default(), "neither is known to be that of the page");
        assert_eq!(said(&[&a, &own, &b]).dates, ["2024-01-03"]);
        let list = format!("{{\"@type\":\"ItemList\",\"itemListElement\":[{a}]}}");
        assert_eq!(said(&[&list]), Said::default());
        assert_eq!(said(&[&a, &a]).dates, ["2024-01-01"], "the same one twice");
    }

    #[test]
    fn texts_of_articles_and_live_blogs() {
        let body = said(&[r#"{"@type":"Article","articleBody":"<p>One.</p><p>Two.</p>",
            "isAccessibleForFree":"False"}"#]);
        assert_eq!(body.body.as_deref(), Some("One.\n\nTwo."));
        assert!(body.paid);
        let live = said(&[r#"{"@type":"LiveBlogPosting","liveBlogUpdate":[
            {"@type":"BlogPosting","headline":"Noon","articleBody":"One."},
            {"@type":"BlogPosting","articleBody":"Two."}]}"#]);
        assert_eq!(live.body.as_deref(), Some("Noon\n\nOne.\n\nTwo."));
    }
}

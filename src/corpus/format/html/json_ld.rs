//! What a page says of its article in JSON-LD, as schema.org has it.
//!
//! Fed with the scripts of a page by `metadata`. Invariant: a script that cannot be read is passed
//! over, whatever is wrong with it; what a page says of other articles (lists, cards, updates) is
//! not taken for what it says of its own.

use super::plain::{self, full};
use super::scripts::values;
use crate::hash::{Map, Set};
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
    /// Who sent it to whoever printed it, or is called so.
    pub(super) sender: Option<String>,
    /// Dates of publication.
    pub(super) dates: Vec<String>,
    /// Dates that may be of something else: when a text was begun, or its page was made.
    pub(super) others: Vec<String>,
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
        let updates = ids_of_updates(&nodes);
        let is_article = |node: &&Value| {
            let id = node.get("@id").and_then(Value::as_str);
            rank(node) == Some(Rank::Article) && !id.is_some_and(|id| updates.contains(id))
        };
        let own = |node: &&&Value| {
            let address = address(node);
            is_own(address.as_deref(), text(node.get("headline")).as_deref())
        };
        let mut articles: Vec<&Value> = nodes.iter().copied().filter(is_article).collect();
        if articles.is_empty() {
            // What a page has parts of may be other articles, too.
            let parts = nodes.iter().flat_map(|node| list(node.get("hasPart")));
            let parts = parts.take(MOST_OBJECTS).filter(is_article);
            articles.extend(parts.filter(|part| own(&part)));
        }
        let known = articles.iter().find(own).or(match articles.as_slice() {
            [one] => Some(one),
            [first, ..] if says_one_thing(&articles) => Some(first),
            _ => None,
        });
        let page = nodes.iter().find(|node| rank(node) == Some(Rank::Page));
        let piece = || piece(&nodes, own).map(|node| dated(node, &ids));
        let said = known.map(|node| of(node, &ids));
        let mut said = said.or_else(|| piece().filter(|_| articles.is_empty())).unwrap_or_default();
        if let Some(known) = known.filter(|_| said.body.is_none()) {
            // A live blog is said to be the article, and the main thing in it, by turns.
            let title = text(known.get("headline"));
            let mut same = articles.iter().filter(|node| text(node.get("headline")) == title);
            said.body = same.find_map(|node| body(node, &ids));
        }
        if let Some(page) = page.filter(|_| articles.is_empty() || known.is_some()) {
            let page = of(page, &ids);
            said.outlet = said.outlet.or(page.outlet);
            said.others.extend(page.dates.into_iter().chain(page.others));
            said.address = said.address.or(page.address);
            said.author = said.author.or(page.author);
            said.paid |= page.paid;
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

/// What is printed on a page without an article around it: its own, or the only one.
fn piece<'v>(nodes: &[&'v Value], own: impl Fn(&&&Value) -> bool) -> Option<&'v Value> {
    let pieces = nodes.iter().filter(|node| rank(node) == Some(Rank::Piece));
    let pieces: Vec<&Value> = pieces.copied().collect();
    pieces.iter().find(own).or_else(|| pieces.first().filter(|_| pieces.len() == 1)).copied()
}

/// When and by whom a piece says that it was made; what it says beside that is of its parts.
fn dated(node: &Value, ids: &Ids<'_>) -> Said {
    let Said { author, dates, others, .. } = of(node, ids);
    Said { author, dates, others, ..Said::default() }
}

/// Whether several articles are the same one, said again.
fn says_one_thing(articles: &[&Value]) -> bool {
    let first = articles.first().and_then(|node| text(node.get("headline")));
    first.is_some() && articles.iter().all(|node| text(node.get("headline")) == first)
}

/// How the types of what is printed without an article end.
const PIECES: [&str; 2] = ["Posting", "Review"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Article,
    /// A recipe, a post of a forum, a review.
    Piece,
    Page,
}

/// What an object says something of.
fn rank(node: &Value) -> Option<Rank> {
    let is = |wanted: fn(&str) -> bool| types(node).any(wanted);
    if is(|kind| kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind == "Report") {
        return Some(Rank::Article);
    }
    if is(|kind| matches!(kind, "Recipe" | "HowTo") || PIECES.iter().any(|end| kind.ends_with(end)))
    {
        return Some(Rank::Piece);
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

/// The names of the updates of live blogs that are objects of their own.
fn ids_of_updates<'v>(nodes: &[&'v Value]) -> Set<&'v str> {
    let updates = nodes.iter().flat_map(|node| list(node.get("liveBlogUpdate")));
    let updates = updates.take(MOST_OBJECTS);
    updates.filter_map(|update| update.get("@id").and_then(Value::as_str)).collect()
}

/// The items of a list, or the one thing that is there.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// What an article says.
fn of(node: &Value, ids: &Ids<'_>) -> Said {
    let moments = |keys: &[&str]| -> Vec<String> {
        keys.iter().filter_map(|key| moment(node.get(*key))).collect()
    };
    let names = |key: &str| names(node.get(key), ids);
    let outlets = ["publisher", "copyrightHolder"];
    // Whoever sent it may be an agency.
    let senders = ["sourceOrganization", "provider"];
    Said {
        title: text(node.get("headline")).or_else(|| text(node.get("name"))),
        author: names("author").or_else(|| names("creator")),
        outlet: outlets.iter().find_map(|key| names(key)).or_else(|| printed_in(node)),
        sender: senders.iter().find_map(|key| names(key)),
        dates: moments(&["datePublished"]),
        others: moments(&["dateCreated", "uploadDate"]),
        address: address(node),
        body: body(node, ids),
        paid: is_paid(node) || list(node.get("hasPart")).iter().any(is_paid),
    }
}

/// Whether a text, or a part of one, is not for everyone.
fn is_paid(node: &Value) -> bool {
    node.get("isAccessibleForFree").is_some_and(|free| match free {
        Value::Bool(free) => !free,
        free => text(Some(free)).is_some_and(|free| {
            let free = free.rsplit('/').next().unwrap_or_default();
            free.eq_ignore_ascii_case("false")
        }),
    })
}

/// The site or newspaper that a text is said to be a part of.
fn printed_in(node: &Value) -> Option<String> {
    const KINDS: [&str; 6] =
        ["WebSite", "Newspaper", "Periodical", "PublicationIssue", "CreativeWork", "Blog"];
    let is_printed = |whole: &&Value| types(whole).any(|kind| KINDS.contains(&kind));
    text(list(node.get("isPartOf")).iter().find(is_printed)?.get("name"))
}

/// A date, which may be a number: seconds or milliseconds since 1970.
fn moment(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Number(number) => Some(number.to_string()),
        value => text(Some(value)),
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
fn body(node: &Value, ids: &Ids<'_>) -> Option<String> {
    let own = paragraphs(node);
    let updates = list(node.get("liveBlogUpdate")).iter().take(MOST_OBJECTS);
    let updates = updates.map(|update| referred(update, ids));
    let parts = own.into_iter().chain(updates.filter_map(|update| {
        let headline = text(update.get("headline"));
        let text = paragraphs(update)?;
        Some(headline.map_or(text.clone(), |headline| format!("{headline}\n\n{text}")))
    }));
    full(&parts.collect::<Vec<_>>().join("\n\n"))
}

/// An object, or that which it only refers to.
fn referred<'v>(value: &'v Value, ids: &Ids<'v>) -> &'v Value {
    let is_whole = value.get("articleBody").is_some();
    let id = value.get("@id").and_then(Value::as_str).filter(|_| !is_whole);
    id.and_then(|id| ids.get(id).copied()).unwrap_or(value)
}

fn paragraphs(node: &Value) -> Option<String> {
    let body = match node.get("articleBody").or_else(|| node.get("text"))? {
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
    fn a_piece_without_an_article_has_a_date() {
        let piece = |kind: &str| {
            format!("{{\"@type\":\"{kind}\",\"name\":\"Bread\",\"datePublished\":\"2024-05-06\"}}")
        };
        for kind in ["Recipe", "DiscussionForumPosting", "HowTo", "ClaimReview"] {
            let said = said(&[&piece(kind)]);
            assert_eq!((said.dates, said.title), (vec!["2024-05-06".to_owned()], None), "{kind}");
        }
        assert!(said(&[&piece("Book")]).dates.is_empty());
        assert!(said(&[&piece("Recipe"), &piece("Recipe")]).dates.is_empty(), "either");
        let article = format!("{{{ARTICLE}}}");
        assert_eq!(said(&[&piece("Recipe"), &article]).dates, ["2024-05-07"]);
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
    fn parts_of_a_page_are_its_article_where_they_have_its_title() {
        let page = |title: &str| {
            format!(
                "{{\"@type\":\"WebPage\",\"hasPart\":{{\"@type\":\"NewsArticle\",\
                 \"headline\":\"{title}\",\"datePublished\":\"2024-05-07\"}}}}"
            )
        };
        assert_eq!(said(&[&page("Own")]).dates, ["2024-05-07"]);
        assert!(said(&[&page("Pumps")]).dates.is_empty(), "of another article");
    }

    #[test]
    fn whoever_printed_it_may_be_called_by_other_names() {
        for (key, name) in [
            ("publisher", r#"{"name":"The Meridian"}"#),
            ("copyrightHolder", r#"["The Meridian"]"#),
            ("isPartOf", r#"{"@type":["CreativeWork","Product"],"name":"The Meridian"}"#),
        ] {
            let script = format!("{{\"@type\":\"Article\",\"{key}\":{name}}}");
            assert_eq!(said(&[&script]).outlet.as_deref(), Some("The Meridian"), "{script}");
        }
        let page = r#"{"@type":"Article","isPartOf":{"@type":"WebPage","name":"Pumps"}}"#;
        assert_eq!(said(&[page]).outlet, None);
    }

    #[test]
    fn dates_by_how_sure_they_are() {
        let said = said(&[r#"{"@type":"Article","dateCreated":"2024-05-06",
            "datePublished":1715040000}"#]);
        assert_eq!(
            (said.dates, said.others),
            (vec!["1715040000".to_owned()], vec!["2024-05-06".to_owned()])
        );
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
        let part = said(&[r#"{"@type":"Article","hasPart":[{"isAccessibleForFree":"False"}]}"#]);
        let page = said(&[r#"[{"@type":"WebPage","isAccessibleForFree":false},
            {"@type":"Article","text":"One."}]"#]);
        assert!(part.paid && page.paid && page.body.as_deref() == Some("One."));
    }

    #[test]
    fn updates_of_live_blogs_however_they_are_linked() {
        let updates = r##"{"@id":"#1","@type":"BlogPosting","headline":"Noon","articleBody":"One."},
            {"@id":"#2","@type":"BlogPosting","articleBody":"Two."}"##;
        let live =
            |rest: &str| format!("{{\"@type\":\"LiveBlogPosting\",\"headline\":\"Pumps\",{rest}}}");
        let inner = live(&format!("\"liveBlogUpdate\":[{updates}]"));
        let list = live(r##""liveBlogUpdate":[{"@id":"#1"},{"@id":"#2"}]"##);
        for script in [
            inner.clone(),
            format!("{{\"@graph\":[{list},{updates}]}}"),
            format!("{{\"@type\":\"NewsArticle\",\"headline\":\"Pumps\",\"mainEntity\":{inner}}}"),
        ] {
            assert_eq!(said(&[&script]).body.as_deref(), Some("Noon\n\nOne.\n\nTwo."), "{script}");
        }
        let one = live(r#""liveBlogUpdate":{"@type":"BlogPosting","articleBody":"One."}"#);
        assert_eq!(said(&[&one]).body.as_deref(), Some("One."));
    }
}

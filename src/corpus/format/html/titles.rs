//! What the article of a page is called.
//!
//! Used by `metadata`. Invariant: what follows a title beside a separator is dropped only where it
//! is the name of the site, or where another name of the page leaves it out.

use super::json_ld::Said;
use super::marks::Marks;
use super::plain::letters;

/// Names of `meta` elements, the surest first.
const TITLES: [&str; 10] = [
    "og:title",
    "headline",
    "parsely-title",
    "sailthru.title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "twitter:title",
    "weibo:article:title",
    "title",
];
/// What parts the title of an article from the name of its site.
pub(super) const SEPARATORS: [&str; 16] = [
    " * ",
    " | ",
    " - ",
    " \u{2013} ",
    " \u{2014} ",
    " \u{b7} ",
    " \u{bb} ",
    " \u{203a} ",
    " :: ",
    " \u{2022} ",
    " \u{22c6} ",
    " \u{2502} ",
    "\u{ff5c}",
    "--",
    "\u{ff1a}",
    "\u{3163}",
];
/// How what follows a title starts.
const MARKS: &str =
    "|-\u{2013}\u{2014}\u{b7}\u{bb}\u{203a}\u{2022}\u{22c6}\u{2502}\u{ff5c}\u{3163}";
/// Large headings that titles are compared with.
const MOST_HEADINGS: usize = 20;
/// Names of the site at the end of one title, at most.
const MOST_NAMES: usize = 3;
/// Letters of a heading that may be the title without what is added to it, at least.
const LONG: usize = 10;

/// What the page may be called.
pub(super) fn stated(marks: &Marks) -> Vec<String> {
    let headings = marks.headings.iter().cloned();
    marks.all(&TITLES).chain(marks.title.clone()).chain(headings).collect()
}

/// Whether one title is the other, or the start of it.
pub(super) fn same_title(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.chars().count() > 10 && long.starts_with(&short)
}

/// The title of the article, without the name of the site.
pub(super) fn title(marks: &Marks, said: &Said, outlet: Option<&str>) -> Option<String> {
    let site = outlet.map(letters).unwrap_or_default();
    // A page may have it once for every width of a screen.
    let first = marks.headings.first();
    let heading = first.filter(|first| marks.headings.iter().all(|other| other == *first));
    let stated = marks.all(&TITLES[..1]).chain(said.title.clone()).chain(marks.all(&TITLES[1..]));
    let all: Vec<String> = stated.chain(heading.cloned()).chain(marks.title.clone()).collect();
    let others: Vec<String> = all.iter().cloned().chain(only_part(marks).cloned()).collect();
    let named = all.iter().map(|title| shortened(title, &site, &others));
    let mut named = named.filter(|title| !title.is_empty() && letters(title) != site);
    let title = named.next().or_else(|| marks.title.clone())?;
    let bare = heading.filter(|heading| adds_to(heading, &title)).cloned();
    Some(bare.unwrap_or(title))
}

/// Whether a title is a heading to which something is added, for engines that search.
fn adds_to(heading: &str, title: &str) -> bool {
    let added = title.strip_prefix(heading).unwrap_or_default();
    heading.chars().count() > LONG
        && added.len() <= heading.len()
        && added.chars().next().is_some_and(|letter| !letter.is_alphanumeric())
}

/// The one large heading that is a part of the page's title: of several headings none is the title
/// by itself, but the title bears one out. Where it has two of them, one names the site. Where it
/// has none, a smaller one may be most of it.
fn only_part(marks: &Marks) -> Option<&String> {
    let title = marks.title.as_deref()?;
    let is_part = |heading: &&String| title.contains(heading.as_str());
    let parts: Vec<&String> = marks.headings.iter().take(MOST_HEADINGS).filter(is_part).collect();
    let is_most = |heading: &&String| is_part(heading) && 5 * heading.len() > 2 * title.len();
    let smaller = marks.subheadings.iter().find(is_most).filter(|_| parts.is_empty());
    let first = parts.first().copied();
    first.filter(|first| parts.iter().all(|other| other == first)).or(smaller)
}

/// A title without what follows it beside separators or in brackets: the name of the site, or
/// whatever another name of the page leaves out.
fn shortened(title: &str, site: &str, others: &[String]) -> String {
    let mut title = title;
    for _ in 0..MOST_NAMES {
        let Some(before) = before_site(title, site) else { break };
        title = before;
    }
    within(title, others)
}

/// What is before the name of the site in a title.
fn before_site<'t>(title: &'t str, site: &str) -> Option<&'t str> {
    let is_site = |part: &str| {
        let part = letters(part);
        let longer = part.len() > 3 && (site.starts_with(&part) || part.starts_with(site));
        !site.is_empty() && (part == site || longer)
    };
    let named = SEPARATORS.iter().find_map(|separator| {
        let mut places = title.match_indices(separator);
        let place = places.find(|(at, _)| {
            let after = title.get(at + separator.len()..).unwrap_or_default();
            is_site(after.split(separator).next().unwrap_or_default())
        })?;
        title.get(..place.0)
    });
    let in_brackets = || {
        let (before, name) = title.strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
        (!site.is_empty() && letters(name) == site).then_some(before)
    };
    let before = named.or_else(in_brackets)?.trim();
    (!before.is_empty()).then_some(before)
}

/// The shortest other name of the page that a title starts or ends with, beside a separator: what
/// is before or after that is a section. The longer name, where a quotation mark within cut the
/// title off. Else the title.
fn within(title: &str, others: &[String]) -> String {
    let is_mark = |letter: Option<char>| letter.is_some_and(|one| MARKS.contains(one));
    let long = |name: &&String| name.chars().count() > 10;
    let inner = others.iter().filter(long).filter(|other| {
        let after = title.strip_prefix(other.as_str()).map(str::trim_start);
        let before = title.strip_suffix(other.as_str()).map(str::trim_end);
        after.is_some_and(|after| is_mark(after.chars().next()))
            || before.is_some_and(|before| is_mark(before.chars().next_back()))
    });
    if let Some(inner) = inner.min_by_key(|other| other.len()) {
        return inner.clone();
    }
    // A section may follow where a word on the topic precedes, too.
    let end = others.iter().filter(|name| name.chars().count() > 30).find_map(|other| {
        let end = title.find(other.as_str())? + other.len();
        let after = title.get(end..).unwrap_or_default().trim_start();
        is_mark(after.chars().next()).then_some(end)
    });
    if let Some(topped) = end.and_then(|end| title.get(..end)) {
        return topped.to_owned();
    }
    let whole = others.iter().filter(|_| title.chars().count() > 10).find(|other| {
        let rest = other.strip_prefix(title).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with('"') && rest.len() > 1)
    });
    whole.cloned().unwrap_or_else(|| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::metadata::{Metadata, of};
    use dom_query::Document;

    fn found(head: &str, body: &str) -> Metadata {
        of(&Document::from(format!("<html><head>{head}</head><body>{body}</body></html>")))
    }

    #[test]
    fn a_heading_shows_which_part_of_a_title_it_is() {
        let head = |title: &str| format!("<title>{title}</title>");
        let title = |whole: &str, body: &str| found(&head(whole), body).title.unwrap();
        let two = "<h1>The pump house opens</h1><h1>More of today</h1>";
        for whole in [
            "The pump house opens | Quill and Brass",
            "Quill and Brass \u{bb} The pump house opens",
            "The pump house opens \u{203a} Quill and Brass",
        ] {
            assert_eq!(title(whole, two), "The pump house opens", "{whole}");
            let both = format!("<h1>Quill and Brass</h1>{two}");
            assert_eq!(title(whole, &both), whole, "either may be the site");
            assert_eq!(title(whole, "<h1>More</h1><h1>of today</h1>"), whole);
        }
    }

    #[test]
    fn titles_without_the_site() {
        let title = |title: &str, body: &str| {
            let head = format!(
                "<meta property='og:site_name' content='The Meridian'>\
                 <meta property='og:title' content='{title}'>"
            );
            found(&head, body).title.unwrap()
        };
        assert_eq!(title("Pumps open - The Meridian", ""), "Pumps open");
        assert_eq!(title("Pumps open * The Meridian * by Ada Quill", ""), "Pumps open");
        assert_eq!(title("Pumps | Meridian", ""), "Pumps | Meridian");
        assert_eq!(title("Pumps - and how", ""), "Pumps - and how");
        let heading = "<h1>The pump house opens</h1>";
        assert_eq!(
            title("The pump house opens \u{2013} News \u{2013} 6.5.", heading),
            "The pump house opens"
        );
        assert_eq!(
            title("The pump house opens - City | The Meridian", heading),
            "The pump house opens"
        );
        assert_eq!(title("Harbor | The pump house opens", heading), "The pump house opens");
        assert_eq!(title("The pump house opens\u{ff1a}The Meridian", ""), "The pump house opens");
        let cut = r#"A pump house that its keeper calls "royal""#;
        let head = format!("<meta property=\"og:title\" content=\"{cut}\">");
        let body = format!("<h1>{cut}</h1>");
        assert_eq!(
            found(&head, &body).title.as_deref(),
            Some(cut),
            "cut by its own quotation mark"
        );
    }

    #[test]
    fn a_site_may_be_named_twice_or_in_brackets() {
        for ending in [" \u{2013} Quill - Quill", " (Quill)", " [quill]", " \u{22c6} Quill"] {
            let head = format!(
                "<meta property='og:site_name' content='Quill'>\
                 <meta property='og:title' content='Pumps open{ending}'>"
            );
            assert_eq!(found(&head, "").title.as_deref(), Some("Pumps open"), "{ending}");
        }
    }

    #[test]
    fn the_heading_of_the_site_is_no_title() {
        let site = "<h1><a href='https://quill.example/'>Quill and Brass</a></h1>";
        let title = |whole: &str, body: &str| {
            let head = format!("<title>{whole}</title>");
            found(&head, &format!("{site}{body}")).title.unwrap()
        };
        let whole = "Quill and Brass \u{bb} The pump house opens";
        let small = "<h2>The pump house opens</h2><h2>Lands</h2>";
        assert_eq!(title(whole, "<h1>The pump house opens</h1>"), "The pump house opens");
        assert_eq!(title(whole, small), "The pump house opens");
        assert_eq!(
            title("Lands - The pump house opens", "<h2>Lands</h2>"),
            "Lands - The pump house opens"
        );
    }

    #[test]
    fn what_is_added_to_the_heading_is_no_title() {
        let title = |title: &str, heading: &str| {
            let head = format!("<meta property='og:title' content='{title}'>");
            found(&head, &format!("<h1>{heading}</h1>")).title.unwrap()
        };
        let heading = "The pump house opens";
        assert_eq!(title("The pump house opens [2024]: all times", heading), heading);
        assert_eq!(title("The pump house opens", "The pump"), "The pump house opens");
        let other = "The pump house opensesame";
        assert_eq!(title(other, heading), other);
        let longer = "The pump house opens, and what its keepers had to say of it";
        assert_eq!(title(longer, heading), longer);
    }
}

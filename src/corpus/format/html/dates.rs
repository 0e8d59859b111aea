//! When a page was published, of all that it says.
//!
//! Used by `metadata`. Invariant: what says that it is the day of publication goes before what may
//! be of something else; unknown beats wrong.

use super::json_ld::Said;
use super::marks::Marks;
use super::times::{is_date, is_impossible};
use crate::corpus::format::date;

/// Names of `meta` elements, the surest first: those that say that a text was published then.
const PUBLISHED: [&str; 50] = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date.published",
    "dc.date.publication",
    "rnews:datepublished",
    "prism.publicationdate",
    "bt:pubdate",
    "vr:published_time",
    "shareaholic:article_published_time",
    "mediator_published_time",
    "lp.article:published",
    "weibo:article:create_at",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxense:publishtime",
    "article.published",
    "article:publish_date",
    "article:publication_date",
    "article:post_time",
    "article_date_original",
    "original-publish-date",
    "originalpublicationdate",
    "iso-8601-publish-date",
    "cms-publish-date",
    "brightspot-publish-date",
    "sis-publish-date",
    "firstpublished",
    "publication_date",
    "published",
    "published_on",
    "publish_date",
    "published_date",
    "date_published",
    "published_at",
    "published_time",
    "publish_time",
    "pubdate",
    "pub_date",
    "pdate",
    "ptime",
];
/// Names that may be of the day on which a text was begun, shown or sent.
const OTHERS: [&str; 18] = [
    "dcterms.created",
    "dc.date.created",
    "dcterms.available",
    "dcterms.date",
    "dc.date",
    "article:date",
    "article:create_at",
    "displaydate",
    "post_date",
    "date",
    "article.created",
    "date.created",
    "date.available",
    "date_created",
    "dc.created",
    "eprints.date",
    "news_date",
    "release_date",
];
/// A name that may be of the moment at which the page was made.
const LAST: [&str; 1] = ["created"];

/// Digits of a date, at least.
const DIGITS: usize = 3;

/// The date of a page; one that only a pattern of the user may read where there is no other.
/// `shown` is the day by its title, which is looked for where no name says "published".
pub(super) fn date(
    marks: &Marks,
    said: &Said,
    shown: &dyn Fn() -> Option<String>,
) -> Option<String> {
    let stated = said.dates.iter().cloned().chain(marks.all(&PUBLISHED));
    let stated: Vec<String> = stated.chain(said.others.iter().cloned()).collect();
    let others: Vec<String> = marks.all(&OTHERS).chain(marks.all(&LAST)).collect();
    let read = |texts: &[String]| texts.iter().find(|text| is_date(text)).cloned();
    let unread = || {
        let mut all = stated.iter().chain(&marks.published).chain(&others);
        all.find(|text| date::parse(text, None).is_none() && may_be_date(text)).cloned()
    };
    let seen = || of_two(read(&marks.published), shown(), read(&others));
    read(&stated).or_else(seen).or_else(unread)
}

/// What a page gives as its date though nothing can have been published then.
pub(super) fn impossible(marks: &Marks, said: &Said) -> Option<String> {
    let mut stated = said.dates.iter().cloned().chain(marks.all(&PUBLISHED));
    stated.find(|text| is_impossible(text))
}

/// The day of what is marked and what is shown; where they differ, that which another name bears
/// out: either may be of something else on the page.
fn of_two(marked: Option<String>, shown: Option<String>, other: Option<String>) -> Option<String> {
    let day = |text: &str| date::parse(text, None).map(|date| date.day());
    // The zone of one of them may make another day of it.
    let near = |a: &str, b: &str| day(a).zip(day(b)).is_some_and(|(a, b)| a.abs_diff(b) <= 1);
    match (marked, shown) {
        (Some(marked), Some(shown)) if !near(&marked, &shown) => {
            let other = other?;
            [marked, shown].into_iter().find(|day| near(day, &other))
        }
        (marked, shown) => marked.or(shown).or(other),
    }
}

/// Whether a text that cannot be read may be a date: it has digits that are no time of day.
fn may_be_date(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| !word.contains(':'));
    words.flat_map(str::chars).filter(|letter| letter.is_numeric()).count() >= DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_it_was_published_goes_first() {
        let said = Said {
            dates: vec!["not yet".to_owned()],
            others: vec!["2024-05-01".to_owned()],
            ..Said::default()
        };
        let none = || None;
        let page = |name: &str| {
            let page = format!("<head><meta name='{name}' content='2024-05-06'></head>");
            date(&super::super::marks::read(&dom_query::Document::from(page)), &said, &none)
        };
        for name in ["bt:pubDate", "publishedAt", "article:published_time", "ptime"] {
            assert_eq!(page(name).as_deref(), Some("2024-05-06"), "{name}");
        }
        for name in ["date", "created", "unknown"] {
            assert_eq!(page(name).as_deref(), Some("2024-05-01"), "{name}");
        }
        for (text, expected) in [
            ("5/6/24 10:05", Some("5/6/24 10:05")),
            ("not yet", None),
            ("10:05", None),
            ("PT7M", None),
        ] {
            let unread = Said { dates: vec![text.to_owned()], ..Said::default() };
            assert_eq!(date(&Marks::default(), &unread, &none).as_deref(), expected, "{text}");
        }
        let shown = || Some("2024-05-07".to_owned());
        assert_eq!(date(&Marks::default(), &said, &shown).as_deref(), Some("2024-05-01"));
        let page = "<head><meta name=date content=2024-05-06></head>";
        let marks = super::super::marks::read(&dom_query::Document::from(page));
        let date = date(&marks, &Said::default(), &shown);
        assert_eq!(date.as_deref(), Some("2024-05-07"), "a reader sees this one");
    }

    #[test]
    fn a_date_on_which_nothing_was_published_is_told_from_none() {
        let of = |text: &str| {
            let said = Said { dates: vec![text.to_owned()], ..Said::default() };
            impossible(&Marks::default(), &said)
        };
        for text in ["2098-05-06", "1066-10-14T00:00:00Z"] {
            assert_eq!(of(text).as_deref(), Some(text));
        }
        for text in ["2024-05-06", "1970-01-01", "0001-01-01T00:00:00Z", "9999-12-31", "soon"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_marked_and_what_is_shown_bear_each_other_out() {
        let (may, june) = ("2024-05-06T23:30:00Z", "2024-06-01");
        for (marked, shown, other, expected) in [
            (Some(may), None, Some(june), Some(may)),
            (None, Some(may), Some(june), Some(may)),
            (None, None, Some(june), Some(june)),
            (Some(may), Some("2024-05-07"), None, Some(may)),
            (Some(may), Some(june), None, None),
            (Some(may), Some(june), Some("2024-06-02"), Some(june)),
            (Some(may), Some(june), Some("2024-05-06"), Some(may)),
            (Some(may), Some(june), Some("2024-07-06"), None),
        ] {
            let own = |text: Option<&str>| text.map(str::to_owned);
            let found = of_two(own(marked), own(shown), own(other));
            assert_eq!(found.as_deref(), expected, "{marked:?} {shown:?} {other:?}");
        }
    }
}

//! When a page was published, of all that it says.
//!
//! Used by `metadata`. Invariant: what says that it is the day of publication goes before what may
//! be of something else; unknown beats wrong.

use super::json_ld::Said;
use super::marks::Marks;
use crate::corpus::format::date;

/// Names of `meta` elements, the surest first: those that say that a text was published then.
const PUBLISHED: [&str; 48] = [
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

/// Seconds of a day, and the first and last day that are taken for one of publication, in seconds
/// since 1970.
const DAY: i64 = 24 * 3600;
const EARLIEST: i64 = -12_000_000_000;
const LATEST: i64 = 2_524_608_000;

/// The date of a page; one that only a pattern of the user may read where there is no other.
pub(super) fn date(marks: &Marks, said: &Said) -> Option<String> {
    let stated = said.dates.iter().cloned().chain(marks.all(&PUBLISHED));
    let stated = stated.chain(said.others.iter().cloned()).chain(marks.all(&OTHERS));
    let stated = stated.chain(marks.published.iter().cloned()).chain(marks.all(&LAST));
    let stated: Vec<String> = stated.collect();
    let date = stated.iter().find(|text| is_date(text));
    let unread = || stated.iter().find(|text| date::parse(text, None).is_none());
    date.or_else(unread).cloned()
}

/// Whether a text is a date of publication.
pub(super) fn is_date(text: &str) -> bool {
    // Programs write the start or the end of their calendar where they know no date.
    date::parse(text, None)
        .is_some_and(|date| date.seconds.abs() > DAY && (EARLIEST..LATEST).contains(&date.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_of_programs_is_no_date() {
        for (text, expected) in [
            ("2024-05-06", true),
            ("1851-09-18", true),
            ("1970-01-01", false),
            ("0001-01-01T00:00:00Z", false),
            ("3024-05-06", false),
            ("soon", false),
        ] {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }

    #[test]
    fn what_says_that_it_was_published_goes_first() {
        let said = Said {
            dates: vec!["not yet".to_owned()],
            others: vec!["2024-05-01".to_owned()],
            ..Said::default()
        };
        let page = |name: &str| {
            let page = format!("<head><meta name='{name}' content='2024-05-06'></head>");
            date(&super::super::marks::read(&dom_query::Document::from(page)), &said)
        };
        for name in ["bt:pubDate", "publishedAt", "article:published_time", "ptime"] {
            assert_eq!(page(name).as_deref(), Some("2024-05-06"), "{name}");
        }
        for name in ["date", "created", "unknown"] {
            assert_eq!(page(name).as_deref(), Some("2024-05-01"), "{name}");
        }
        let unread = Said { dates: vec!["not yet".to_owned()], ..Said::default() };
        assert_eq!(date(&Marks::default(), &unread).as_deref(), Some("not yet"));
    }
}

//! Which `<time>` of a page is that of its article, and which text is a date at all.
//!
//! Used by `marks`. Invariant: a time that may be of something else is none: of a card, a comment,
//! a quotation, a sentence of the text, or of the last change.

use super::names::called;
use super::plain::{joined, letters, line};
use crate::corpus::format::date;
use dom_query::NodeRef;

/// Bytes of a paragraph that is more than a teaser.
pub(super) const LONG: usize = 80;
/// Words before a time that ends a sentence.
const SENTENCE: usize = 4;
/// Bytes before a time in which a word may say what it is of.
pub(super) const LABEL: usize = 60;
/// Elements around a time in which its label may be.
const LEVELS: usize = 4;
/// Elements before a time that are looked at.
const BEFORE: usize = 10;
/// Elements that hold something else than the article's own words.
const OTHERS: [&str; 9] =
    ["nav", "aside", "footer", "li", "figure", "form", "dialog", "table", "blockquote"];
/// Parts of words that say that what follows is the time of a change, in small letters.
pub(super) const CHANGES: [&str; 23] = [
    "updat",
    "aktuali",
    "ge\u{e4}ndert",
    "bearbeitet",
    "mis \u{e0} jour",
    "mise \u{e0} jour",
    "modif",
    "actuali",
    "atuali",
    "aggiorna",
    "bijgewerkt",
    "gewijzigd",
    "uppdater",
    "\u{e4}ndrad",
    "oppdater",
    "opdater",
    "endret",
    "p\u{e4}ivitetty",
    "\u{43e}\u{431}\u{43d}\u{43e}\u{432}\u{43b}",
    "g\u{fc}ncel",
    "edited",
    "corrected",
    "revised",
];

/// Bytes of a time of day, at most, and one.
const DIGITS_OF_CLOCK: usize = 9;

/// Seconds of a day, and the first and last day that are taken for one of publication, in seconds
/// since 1970.
const DAY: i64 = 24 * 3600;
const EARLIEST: i64 = -12_000_000_000;
const LATEST: i64 = 2_524_608_000;

/// The end of the year 1 and the start of the year 9999, between which programs write no date for
/// nothing.
const FIRST_YEAR: i64 = -62_104_060_800;
const LAST_YEAR: i64 = 253_370_764_800;

/// Whether a text is a date of publication.
pub(super) fn is_date(text: &str) -> bool {
    // Programs write the start or the end of their calendar where they know no date.
    date::parse(text, None)
        .is_some_and(|date| date.seconds.abs() > DAY && (EARLIEST..LATEST).contains(&date.seconds))
}

/// Whether a text is a date on which nothing was published, though no program writes it where it
/// knows none.
pub(super) fn is_impossible(text: &str) -> bool {
    let nothing =
        |seconds: i64| seconds.abs() <= DAY || !(FIRST_YEAR..LAST_YEAR).contains(&seconds);
    !is_date(text) && date::parse(text, None).is_some_and(|date| !nothing(date.seconds))
}

/// How the pages of a language write days in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    /// The day is before the month, and the year is last.
    day_first: bool,
}

/// Languages in which the year is first in a date, or the month may be.
const OTHER_ORDERS: [&str; 9] = ["en", "ja", "zh", "ko", "hu", "lt", "mn", "fil", "fa"];
/// Countries whose English has the day first, and those where people write the month first in any
/// language.
const DAY_FIRST: [&str; 8] = ["gb", "uk", "au", "nz", "ie", "in", "za", "sg"];
const MONTH_FIRST: [&str; 4] = ["us", "ca", "ph", "pr"];

impl Way {
    /// The way of a language, by its tag.
    pub(super) fn of(language: &str) -> Self {
        let tag = language.trim().to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        let name = parts.next().unwrap_or_default();
        let (mut day, mut month) = (false, false);
        for part in parts {
            day |= DAY_FIRST.contains(&part);
            month |= MONTH_FIRST.contains(&part);
        }
        let is_other = name.is_empty() || OTHER_ORDERS.contains(&name);
        Self { day_first: !month && (!is_other || (name == "en" && day)) }
    }

    /// A date as it is written, or as everyone writes it where only the language says which of its
    /// numbers is the day.
    pub(super) fn read(self, text: &str) -> Option<String> {
        if is_date(text) {
            return Some(text.to_owned());
        }
        let mut words = text.split_whitespace();
        let first = words.next()?.trim_end_matches(',');
        let adds_nothing = |word: &str| {
            let is_clock = word.contains(':') && word.len() < DIGITS_OF_CLOCK;
            is_clock || date::is_filler(&word.to_lowercase())
        };
        if !self.day_first || !words.all(adds_nothing) {
            return None;
        }
        let sign = first.chars().find(|letter| !letter.is_ascii_digit())?;
        let mut parts = first.split(sign);
        let mut part = |digits: std::ops::RangeInclusive<usize>| {
            let part = parts.next().filter(|part| digits.contains(&part.len()))?;
            part.parse::<u16>().ok()
        };
        let (day, month, year) = (part(1..=2)?, part(1..=2)?, part(4..=4)?);
        let date = format!("{year:04}-{month:02}-{day:02}");
        (matches!(sign, '.' | '/' | '-') && parts.next().is_none() && is_date(&date))
            .then_some(date)
    }
}

/// Whether a time is that of the article: in it, and in no part of it that is of something else.
pub(super) fn is_of_article(time: &NodeRef<'_>) -> bool {
    let stated = time.has_attr("datetime") || is_date(&line(&time.text()));
    if !stated || is_other(time) || is_in_sentence(time) || is_of_change(time) {
        return false;
    }
    for around in time.ancestors_it(None) {
        let Some(name) = around.node_name() else { continue };
        if matches!(&*name, "article" | "main") {
            return has_text(&around);
        }
        let is_end = &*name == "footer" && is_published(time);
        let is_other = (OTHERS.contains(&&*name) && !is_end) || called(&around).is_other();
        if is_other || (&*name == "a" && says_more(&around)) {
            return false;
        }
    }
    false
}

/// Whether a time is called that of something else. One that is called that of publication too is
/// it: nothing was changed since.
fn is_other(time: &NodeRef<'_>) -> bool {
    let called = called(time);
    called.is_beside() || called.is_other() && !is_published(time)
}

/// Whether a time is called that of publication, as that of a post is that ends with it.
fn is_published(time: &NodeRef<'_>) -> bool {
    let class = time.attr("class").unwrap_or_default();
    class.split_ascii_whitespace().any(|name| name == "published")
}

/// Whether a link says more than the times in it: it leads to another article. (The time of an
/// article is a link to it in many blogs, with that of its last change.)
fn says_more(link: &NodeRef<'_>) -> bool {
    let times = link.descendants_it().filter(|inner| inner.has_name("time"));
    letters(&link.text()).len() > times.map(|time| letters(&time.text()).len()).sum::<usize>()
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

/// Whether a time is a part of a sentence of the text.
fn is_in_sentence(time: &NodeRef<'_>) -> bool {
    let is_line = |node: &NodeRef<'_>| {
        let name = node.node_name().unwrap_or_default();
        matches!(&*name, "span" | "b" | "strong" | "em" | "i" | "small" | "a" | "u" | "font")
    };
    let Some(block) = time.ancestors_it(None).find(|around| !is_line(around)) else {
        return false;
    };
    if joined(&block.immediate_text()).len() > LONG {
        return true;
    }
    let text = joined(&block.text());
    block.has_name("p") && text.ends_with('.') && {
        let before = text.split(&joined(&time.text())).next().unwrap_or_default();
        before.split(' ').filter(|word| !word.is_empty()).count() >= SENTENCE
    }
}

/// Whether the words before a time, or its own first ones, say that it is that of a change.
fn is_of_change(time: &NodeRef<'_>) -> bool {
    let says = |text: &str| CHANGES.iter().any(|change| text.contains(change));
    let own = joined(&time.text()).to_lowercase();
    let before = before(time).to_lowercase();
    // What another time is of says nothing of this one.
    let label = before.rsplit(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default();
    says(label) || CHANGES.iter().any(|change| own.starts_with(change))
}

/// The words right before an element, in its line or in a short element before it.
fn before(node: &NodeRef<'_>) -> String {
    let (mut at, mut text) = (*node, String::new());
    for _ in 0..LEVELS {
        let siblings = std::iter::successors(at.prev_sibling(), NodeRef::prev_sibling);
        for sibling in siblings.take(BEFORE) {
            let own = joined(&sibling.text());
            let name = sibling.node_name().unwrap_or_default();
            if own.len() > LABEL || matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
                return text;
            }
            text = format!("{own} {text}");
            if text.len() > LABEL {
                return text;
            }
        }
        if !text.trim().is_empty() {
            return text;
        }
        let Some(parent) = at.parent() else { break };
        at = parent;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    const TIME: &str = "<time datetime='2024-05-06'>6 May</time>";

    /// Whether the time in an article with some markup in it is that of the article.
    fn counts(inner: &str) -> bool {
        let text = "The old pump house on Canal Row will open to visitors on Saturday, after four \
            years of scraping, oiling and arguing.";
        let page =
            format!("<body><article><h1>Update: pumps</h1>{inner}<p>{text}</p></article></body>");
        let document = Document::from(page);
        is_of_article(&document.select_single("time").nodes()[0])
    }

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
    fn a_language_shows_which_number_is_the_day() {
        for (language, text, expected) in [
            ("de", "06.05.2024", Some("2024-05-06")),
            ("fr-FR", "6/5/2024, 10:05", Some("2024-05-06")),
            ("en_GB", "06-05-2024", Some("2024-05-06")),
            ("de", "16.05.2024", Some("16.05.2024")),
            ("de", "06.05.2024 10:05 Uhr", Some("2024-05-06")),
            ("de", "31.02.2024", None),
            ("de", "06.05.24", None),
            ("de", "06.05.2024 Ada", None),
            ("en", "06.05.2024", None),
            ("es-US", "06/05/2024", None),
            ("hu", "06.05.2024", None),
            ("", "06.05.2024", None),
        ] {
            assert_eq!(Way::of(language).read(text).as_deref(), expected, "{language} {text}");
        }
    }

    #[test]
    fn a_time_is_that_of_the_article() {
        for inner in [
            TIME.to_owned(),
            format!("<p class=meta>By Ada Quill, {TIME}</p>"),
            format!("<span>Posted on <a href=/pumps rel=bookmark>{TIME}</a></span>"),
            format!(
                "<a href=/pumps><i></i> {TIME}<time class=updated datetime=2024-05-07>7</time></a>"
            ),
            TIME.replace("<time", "<time class='entry-date published updated'"),
            format!("<footer>{}</footer>", TIME.replace("<time", "<time class=published")),
            format!("<p>Updated 7 May, first printed {TIME}</p>"),
            format!("<div><b>Published</b> {TIME}</div>"),
            "<time>May 6, 2024</time>".to_owned(),
        ] {
            assert!(counts(&inner), "{inner}");
        }
    }

    #[test]
    fn a_time_of_something_else_is_not() {
        for inner in [
            format!("<div class=most-read>{TIME}</div>"),
            format!("<section class=trending>{TIME} Hot</section>"),
            format!("<div class=author-bio>Ada joined in {TIME}</div>"),
            format!("<div class=reply>{TIME} I disagree</div>"),
            format!("<p><a href=/x>Another story {TIME}</a></p>"),
            format!("<blockquote><a href=x>{TIME}</a></blockquote>"),
            format!("<p>The hearing is set for {TIME}.</p>"),
            format!(
                "<p>The hearing on the pumps, which the council of the town put off twice in \
                winter, is set for {TIME} now</p>"
            ),
            format!("Updated: {TIME}"),
            format!("<p><span>Aktualisiert</span> am {TIME}</p>"),
            format!("<div><span>Mis \u{e0} jour le</span> <b>{TIME}</b></div>"),
            format!("<p>Published 5 May, updated {TIME}</p>"),
            "<time datetime='2024-05-06'>Updated 6 May</time>".to_owned(),
            "<time>two hours ago</time>".to_owned(),
        ] {
            assert!(!counts(&inner), "{inner}");
        }
    }
}

//! The day that a page shows by the title of its article.
//!
//! Used by `dates` where nothing that is made for programs says when the page was published: the
//! lines around the heading are read as a reader reads them. Invariant: a day counts only where it
//! is all that a line or a part of it says, or where a word or a class says what it is; two days
//! are none, and so is that of a change.

use super::lines::{Heading, Line, Lines};
use super::names::{called, words};
use super::plain::{joined, letters};
use super::times::{CHANGES, LABEL, LONG, Way, is_date};
use crate::corpus::format::date;
use crate::hash::Set;
use dom_query::{NodeId, NodeRef};

/// Headings that may be the title's.
const MOST_HEADINGS: usize = 3;
/// Bytes of the lines after a heading in which its day may be, and lines.
const AFTER: usize = 1200;
const MOST_AFTER: usize = 60;
/// Paragraphs after a heading, of which the last is the text and no longer a summary.
const PARAGRAPHS: usize = 2;
/// Lines before a heading that are looked at, and bytes between a day and the heading.
const MOST_BEFORE: usize = 6;
const BEFORE: usize = 120;
/// Elements around a heading in which what precedes it may be.
const LEVELS: usize = 4;
/// Longest line that has a day in it, in bytes and in words beside the day.
const LONGEST: usize = 200;
const MOST_WORDS: usize = 12;
/// Words beside a day that nothing but signs part from it.
const FEW_WORDS: usize = 6;
/// Words of a line that is a label of the next one, at most.
const LABEL_WORDS: usize = 4;
/// Elements around a day whose classes are looked at.
const CLASSES: usize = 3;
/// Letters of a link that has no other article in it, beside the day.
const LINK: usize = 60;
/// Nodes and bytes of the card of another article, at most, and elements around a line.
const CARD: usize = 200;
const CARD_BYTES: usize = 600;
const DEEPEST: usize = 50;
/// What may part a day from the rest of its line.
const PARTING: &str = "|\u{2022}\u{b7}\u{2013}\u{2014}-/,;:()[]\u{bb}\u{203a}\u{22c5}";
/// Words of classes that call something a day, or the line that has it.
const DAYS: [&str; 22] = [
    "date",
    "dates",
    "datum",
    "dateline",
    "pubdate",
    "postdate",
    "published",
    "publish",
    "posted",
    "publication",
    "timestamp",
    "time",
    "datetime",
    "byline",
    "meta",
    "postmeta",
    "fecha",
    "data",
    "tarih",
    "datetext",
    "created",
    "erstellt",
];
/// Words of classes that call it the day of something else.
const ELSE: [&str; 12] = [
    "event",
    "events",
    "termin",
    "termine",
    "veranstaltung",
    "deadline",
    "expires",
    "expiry",
    "born",
    "birthday",
    "birthdate",
    "copyright",
];
/// Words of classes that call it that of a change.
const CHANGED: [&str; 5] = ["updated", "modified", "update", "lastmod", "lastmodified"];
/// How words start that say that the day of publication follows, in small letters.
const PUBLISHED: [&str; 40] = [
    "publish",
    "posted",
    "written",
    "created",
    "issued",
    "released",
    "ver\u{f6}ffentlicht",
    "publiziert",
    "erschienen",
    "erstellt",
    "verfasst",
    "geschrieben",
    "gespeichert",
    "eingestellt",
    "pressemitteilung",
    "pressemeldung",
    "publi\u{e9}",
    "paru",
    "post\u{e9}",
    "publicad",
    "pubblicat",
    "postad",
    "gepubliceerd",
    "geplaatst",
    "publicera",
    "publisert",
    "publiceret",
    "udgivet",
    "julkaistu",
    "opublikowan",
    "dodano",
    "publikov\u{e1}n",
    "vyd\u{e1}no",
    "\u{43e}\u{43f}\u{443}\u{431}\u{43b}\u{438}\u{43a}",
    "yay\u{131}n",
    "publicat",
    "megjelent",
    "\u{3b4}\u{3b7}\u{3bc}\u{3bf}\u{3c3}\u{3b9}",
    "diterbitkan",
    "\u{53d1}\u{5e03}",
];
/// Words before the name of an author.
const BY: [&str; 11] = ["by", "von", "par", "por", "di", "da", "av", "af", "door", "od", "autor"];

/// A day that is shown, as it is written, and how sure it is that it is that of publication.
#[derive(Debug)]
struct Shown {
    text: String,
    /// Days since 1970, as it is shown: a zone that the page has for programs does not count.
    day: i64,
    /// A word says so.
    stated: bool,
    /// A class calls it the day of a change.
    changed: bool,
}

/// The day that a page shows by the heading of its article, whose title it is.
pub(super) fn shown(root: NodeRef<'_>, title: &str, way: Way) -> Option<String> {
    let lines = &Lines::new(root);
    lines.titled(title).iter().take(MOST_HEADINGS).find_map(|heading| by((lines, way), heading))
}

/// The day by a heading: in it, after it, or else before it.
fn by((lines, way): (&Lines<'_>, Way), heading: &Heading<'_>) -> Option<String> {
    let within = lines.all.get(heading.start..heading.end).unwrap_or_default();
    let around = std::iter::once(heading.node).chain(heading.node.ancestors_it(None));
    let around: Vec<NodeId> = around.map(|node| node.id).collect();
    let mut days: Vec<Shown> = within.iter().filter_map(|line| alone(line, way)).collect();
    let following = lines.all.get(heading.end..).unwrap_or_default();
    days.extend(after(following, &around, way));
    let preceding = lines.all.get(..heading.start).unwrap_or_default();
    the_one(days).or_else(|| the_one(before(preceding, (heading, &around), way)))
}

/// The one day of some: those that a word states go first, those of changes last.
fn the_one(mut days: Vec<Shown>) -> Option<String> {
    let ways: [fn(&Shown) -> bool; 2] = [|day| !day.changed, |day| day.stated];
    for is_better in ways {
        if days.iter().any(is_better) {
            days.retain(is_better);
        }
    }
    let first = days.first()?;
    let same = days.iter().all(|other| other.day == first.day);
    same.then(|| first.text.clone())
}

/// The days in the lines after a heading.
fn after(following: &[Line<'_>], around: &[NodeId], way: Way) -> Vec<Shown> {
    let (mut days, mut bytes, mut paragraphs) = (Vec::new(), 0, 0);
    let mut above = "";
    for line in following.iter().take(MOST_AFTER) {
        let found = day_in(line, above, way).filter(|_| is_by(line, around));
        paragraphs += usize::from(found.is_none() && line.text.len() > LONG);
        bytes += line.text.len();
        if paragraphs >= PARAGRAPHS || bytes > AFTER {
            break;
        }
        days.extend(found);
        above = &line.text;
    }
    days
}

/// The days in the lines before a heading, in what is close around it.
fn before(
    preceding: &[Line<'_>],
    (heading, around): (&Heading<'_>, &[NodeId]),
    way: Way,
) -> Vec<Shown> {
    let near = heading.node.ancestors_it(None).take(LEVELS);
    let near = near.filter(|node| !node.has_name("body") && !node.has_name("html"));
    let near: Set<NodeId> = near.map(|node| node.id).collect();
    let (mut days, mut bytes) = (Vec::new(), 0);
    for line in preceding.iter().rev().take(MOST_BEFORE) {
        let mut outer = std::iter::once(line.block).chain(line.block.ancestors_it(None));
        if bytes > BEFORE || !outer.any(|outer| near.contains(&outer.id)) {
            break;
        }
        days.extend(day_in(line, "", way).filter(|_| is_by(line, around)));
        bytes += line.text.len();
    }
    days
}

/// Whether a line is in nothing that stands beside the article: up to what is around the heading,
/// too, it is in no element that is called so, in no card and in no link to another article.
fn is_by(line: &Line<'_>, around: &[NodeId]) -> bool {
    let own: Vec<NodeRef<'_>> =
        std::iter::once(line.block).chain(line.block.ancestors_it(None)).take(DEEPEST).collect();
    for (at, node) in own.iter().enumerate().take_while(|(_, node)| !around.contains(&node.id)) {
        let within = own.get(..at).unwrap_or_default();
        let is_link = node.has_name("a") && letters(&node.text()).len() > LINK;
        if is_link
            || node.has_name("blockquote")
            || called(node).is_beside()
            || is_card(node, within)
        {
            return false;
        }
    }
    true
}

/// Whether an element is the card of another article: a little text with a heading in it, beside
/// those that are `within` and around a line.
fn is_card(node: &NodeRef<'_>, within: &[NodeRef<'_>]) -> bool {
    const HEADINGS: [&str; 5] = ["h1", "h2", "h3", "h4", "h5"];
    let (mut has_heading, mut bytes) = (false, 0);
    for (count, inner) in node.descendants_it().enumerate() {
        if count > CARD || bytes > CARD_BYTES {
            return false;
        }
        if inner.is_text() {
            bytes += joined(&inner.text()).len();
        }
        let is_heading = HEADINGS.iter().any(|name| inner.has_name(name));
        has_heading |= is_heading && within.iter().all(|node| node.id != inner.id);
    }
    has_heading
}

/// The day that is a part of a heading by itself.
fn alone(line: &Line<'_>, way: Way) -> Option<Shown> {
    let Found { text, start, .. } = day_at(&line.text, way)?;
    let (part, _) = line.part(start)?;
    let is_all = letters(part) == letters(&text) && part.len() < line.text.len();
    is_all.then(|| {
        let day = number(&text, way);
        Shown { text: way.read(&text).unwrap_or(text), day, stated: false, changed: false }
    })
}

/// The day in a line, where the line shows that it is the one of the article; `above` it is
/// another one.
fn day_in(line: &Line<'_>, above: &str, way: Way) -> Option<Shown> {
    let short = Some(&line.text).filter(|text| text.len() <= LONGEST)?;
    let Found { text, start, whole } = day_at(short, way)?;
    let preceding = line.text.get(..whole.0).unwrap_or_default();
    let following = line.text.get(whole.1..).unwrap_or_default();
    let to = line.text.get(..start).unwrap_or_default();
    let is_label = preceding.trim().is_empty()
        && above.len() < LABEL
        && above.split_whitespace().count() <= LABEL_WORDS;
    let above = if is_label { above } else { "" };
    // What another day in the line is of says nothing of this one.
    let label = to.rsplit(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default();
    let label = format!("{above} {label}").to_lowercase();
    if is_of_change(&label) {
        return None;
    }
    let beside = preceding.split_whitespace().chain(following.split_whitespace());
    let beside = beside.filter(|word| word.contains(char::is_alphanumeric)).count();
    let is_sentence = beside > 3 && following.trim_end().ends_with(['.', '!', '?']);
    if beside > MOST_WORDS || is_sentence {
        return None;
    }
    let (part, node) = line.part(start)?;
    let stated = says_published(&label) || says_by(preceding);
    let is_end = |text: &str, letter: Option<char>| {
        text.trim().is_empty() || letter.is_some_and(|letter| PARTING.contains(letter))
    };
    let is_part = is_end(preceding, preceding.trim_end().chars().next_back())
        && is_end(following, following.trim_start().chars().next());
    let is_whole = letters(part).len() <= letters(&text).len();
    let classes = classes(&node);
    if classes.iter().any(|word| is_in(word, &ELSE)) {
        return None;
    }
    let counts = stated
        || (is_part && beside <= FEW_WORDS)
        || is_whole
        || classes.iter().any(|word| is_in(word, &DAYS));
    let changed = classes.iter().any(|word| is_in(word, &CHANGED))
        && !classes.iter().any(|word| word == "published");
    counts.then(|| {
        let day = number(&text, way);
        let text = stated_in(&node).or_else(|| way.read(&text)).unwrap_or(text);
        Shown { text, day, stated, changed }
    })
}

/// The number of a day.
fn number(text: &str, way: Way) -> i64 {
    date::parse(&way.read(text).unwrap_or_default(), None).map_or(0, |date| date.day())
}

fn is_in(word: &str, words: &[&str]) -> bool {
    words.contains(&word)
}

/// Whether a word of a text says that something was published.
fn says_published(label: &str) -> bool {
    let mut words = label.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| PUBLISHED.iter().any(|start| word.starts_with(start)))
}

/// Whether a text starts as one that names an author.
fn says_by(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    BY.contains(&first.as_str())
}

/// The words of the classes and ids of an element and of the nearest around it, in small letters.
fn classes(node: &NodeRef<'_>) -> Vec<String> {
    let around = std::iter::once(*node).chain(node.ancestors_it(None)).take(CLASSES);
    let mut found = Vec::new();
    for node in around {
        for names in [node.attr("class"), node.attr("id")].into_iter().flatten() {
            found.extend(words(&names).iter().map(|word| word.to_ascii_lowercase()));
        }
    }
    found
}

/// The date that the element of a day has for programs.
fn stated_in(node: &NodeRef<'_>) -> Option<String> {
    let mut around = std::iter::once(*node).chain(node.ancestors_it(None)).take(2);
    let node = around.find(|node| node.has_name("time") || node.has_name("abbr"))?;
    let stated = node.attr(if node.has_name("time") { "datetime" } else { "title" })?;
    Some(stated.trim().to_owned()).filter(|stated| is_date(stated))
}

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    text: String,
    start: usize,
    /// Where it starts and ends with the words around it that add nothing to it.
    whole: (usize, usize),
}

/// The longest date in a text that has its year in it.
fn day_at(text: &str, way: Way) -> Option<Found> {
    const WORDS_BEFORE: usize = 6;
    const WORDS_AFTER: usize = 5;
    let words = ranges(text);
    let years = (0..words.len()).filter(|&at| {
        words.get(at).and_then(|&(start, end)| text.get(start..end)).is_some_and(has_year)
    });
    let is_sign = |letter: char| letter == ' ' || letter == '.' || PARTING.contains(letter);
    let between = |first: usize, last: usize| {
        let (start, end) = (words.get(first)?.0, words.get(last)?.1);
        let date = text.get(start..end)?.trim_start_matches(is_sign);
        Some((date.trim_end_matches(is_sign), end - date.len()))
    };
    for year in years {
        for first in year.saturating_sub(WORDS_BEFORE)..=year {
            for last in (year..words.len().min(year + WORDS_AFTER)).rev() {
                let whole = between(first, last).filter(|(date, _)| way.read(date).is_some());
                if let Some(whole) = whole {
                    let bounds =
                        bare((first, year, last), whole.0, &|a, b| Some(between(a, b)?.0), way);
                    let (date, start) = between(bounds.0, bounds.1)?;
                    let end = start + date.len();
                    let after = whole.1 + whole.0.len();
                    let rest = text.get(end..after).unwrap_or_default();
                    let end = if is_of_change(rest) { end } else { after };
                    return Some(Found { text: date.to_owned(), start, whole: (whole.1, end) });
                }
            }
        }
    }
    None
}

/// The first and last word of a date without those around it that add nothing to it.
fn bare<'t>(
    (mut first, year, mut last): (usize, usize, usize),
    whole: &str,
    between: &dyn Fn(usize, usize) -> Option<&'t str>,
    way: Way,
) -> (usize, usize) {
    let moment = |date: &str| Some(date::parse(&way.read(date)?, None)?.seconds);
    let same = |first: usize, last: usize| {
        let date = between(first, last).and_then(moment);
        date.is_some() && date == moment(whole)
    };
    while first < year && same(first + 1, last) {
        first += 1;
    }
    while last > year && same(first, last - 1) {
        last -= 1;
    }
    (first, last)
}

/// Whether a text says that what it is of was changed.
fn is_of_change(text: &str) -> bool {
    let text = text.to_lowercase();
    CHANGES.iter().any(|change| text.contains(change))
}

/// Where the words of a text are.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    let (mut ranges, mut at) = (Vec::new(), 0);
    for word in text.split(' ') {
        if !word.is_empty() {
            ranges.push((at, at + word.len()));
        }
        at += word.len() + 1;
    }
    ranges
}

/// Whether a word has four digits in it that may be a year.
fn has_year(word: &str) -> bool {
    let mut runs = word.split(|letter: char| !letter.is_ascii_digit());
    runs.any(|run| matches!(run.len(), 4 | 8) && (run.starts_with("19") || run.starts_with("20")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    const TITLE: &str = "The old pump house opens";

    fn day(before: &str, after: &str) -> Option<String> {
        let text = "The old pump house on Canal Row will open to visitors on Saturday, after four \
            years of scraping, oiling and arguing, the council of the town said.";
        let page = format!(
            "<body><div id=page><header><nav>Mon, 1 January 2001</nav><p>Quill Post</p></header>\
             <article><div>{before}</div><h1>{TITLE}</h1>{after}<p>{text}</p><p>{text}</p>\
             <p>2 January 2002</p></article></div></body>"
        );
        let document = Document::from(page);
        shown(document.root(), TITLE, Way::default())
    }

    #[test]
    fn a_day_by_the_title_is_that_of_the_article() {
        for (after, expected) in [
            ("<p>May 6, 2024</p>", "May 6, 2024"),
            ("<p>By <a href=/ada>Ada Quill</a> | May 6, 2024 | 3 comments</p>", "May 6, 2024"),
            ("<span>Ada Quill</span><span>6 May 2024</span><span>Lands</span>", "6 May 2024"),
            ("<p>Ver\u{f6}ffentlicht am 6. Mai 2024 in L\u{e4}nder</p>", "6. Mai 2024"),
            ("<p>von Ada Quill am 6. Mai 2024 um 10:05 Uhr</p>", "6. Mai 2024 um 10:05"),
            ("<div class=entry-date>Lands, dated 6 May 2024 here</div>", "6 May 2024"),
            ("<ul><li>Ada</li><li>6.5.2024, 9:30</li></ul>", "none"),
            ("<ul><li>Ada</li><li>16.5.2024, 9:30</li></ul>", "16.5.2024, 9:30"),
            ("<p>am 6. Mai 2024</p><p>Ada</p>", "6. Mai 2024"),
            ("<p>Stand: 16.05.2024 18:00 Uhr</p>", "16.05.2024 18:00"),
            ("<p>May 6, 2024 - Updated May 7, 2024</p>", "May 6, 2024"),
            ("<p>Harbor, 6 mai 2024 \u{2013} </p>", "6 mai 2024"),
            ("<p>Posted 6 May 2024</p><p>Updated 7 May 2024</p>", "6 May 2024"),
            ("<p>Published</p><p>6 May 2024</p><p>7 May 2024</p>", "6 May 2024"),
            (
                "<aside><time datetime=2024-05-06T09:30>6 May 2024</time></aside>",
                "2024-05-06T09:30",
            ),
        ] {
            let found = day("", after);
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{after}");
        }
        let above = day("<p>Monday, 6 May 2024</p>", "");
        assert_eq!(above.as_deref(), Some("6 May 2024"));
    }

    #[test]
    fn a_day_of_something_else_is_none() {
        for after in [
            "",
            "<p>Last updated: 6 May 2024</p>",
            "<dl><dt>Aktualisiert</dt><dd>6. Mai 2024</dd></dl>",
            "<p>6 May 2024</p><p>7 May 2024</p>",
            "<p>The pumps of 6 May 2024 were the last ones here.</p>",
            "<p>The hearing will be on 6 May 2024 in town</p>",
            "<div><h3>Another story</h3><span class=date>6 May 2024</span></div>",
            "<div class=related><span>6 May 2024</span></div>",
            "<blockquote><p>6 May 2024</p></blockquote>",
            "<p class=event-date>6 May 2024</p>",
            "<p>May 2024</p>",
            "<p>5/6/2024</p>",
        ] {
            assert_eq!(day("", after), None, "{after}");
        }
    }

    #[test]
    fn the_language_of_a_page_shows_which_number_is_the_day() {
        for (language, expected) in
            [("de-AT", "2024-05-06"), ("en", "none"), ("en-GB", "2024-05-06")]
        {
            let page = format!("<body><h1>{TITLE}</h1><p>06.05.2024 10:05 Uhr | Ada</p></body>");
            let document = Document::from(page);
            let found = shown(document.root(), TITLE, Way::of(language));
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{language}");
        }
    }

    #[test]
    fn days_in_lines() {
        for (text, expected) in [
            ("Lands, Monday, 6 May 2024, 10:05 | Ada", Some(("6 May 2024, 10:05", 15))),
            ("(2024-05-06 09:30:00)", Some(("2024-05-06 09:30:00", 1))),
            ("in 2024", None),
            ("", None),
        ] {
            let found = day_at(text, Way::default());
            let found = found.as_ref().map(|found| (found.text.as_str(), found.start));
            assert_eq!(found, expected, "{text}");
        }
    }
}

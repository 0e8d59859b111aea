//! Whether a text names a day after its own date: a page that was changed, or whose pictures and
//! links are younger than its article.
//!
//! Asked by `context` about the document that is dated before all others of a family, as `updates`
//! is about notes on what was changed. What is on such a page may have come there after its date. A
//! day that the sentence says is still to come is none, nor is a year alone or a month, which may
//! be that of a plan, unless it is under a picture. Invariant: days are read by the reader of
//! dates, and one that can be read in two ways is later only if it is so either way.

use super::lexicon::{COMING, PAST, TO_COME, UP_TO, WEEKDAYS};
use super::lines::{first_line, floor, last_line, line_end, line_start};
use crate::corpus::{Date, written_date};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days after its date that a text may name: of the morning after, and of another time zone.
const SLACK: i64 = 2;
/// Bytes before a year in which its day is.
const DAY_BYTES: usize = 32;
/// Bytes before a day in which its sentence may say that it is still to come ..
const SENTENCE_BYTES: usize = 120;
/// .. and bytes after its year, ..
const COMING_BYTES: usize = 40;
/// .. of which as many words are read.
const COMING_WORDS: usize = 3;

/// When a page was printed, by its own date.
struct Page {
    year: i64,
    seconds: i64,
    /// It is a gallery of pictures.
    gallery: bool,
}

impl Page {
    fn is_later(&self, seconds: i64) -> bool {
        seconds > self.seconds + SLACK * DAY
    }

    /// Whether a date as texts write it is later.
    fn is_before(&self, date: &str) -> bool {
        written_date(date).is_some_and(|date| self.is_later(date.seconds))
    }
}

/// Whether the text names a day after its date.
pub(super) fn names_later_day(text: &str, date: &Date) -> bool {
    // Years of 365.2425 days.
    let year = 1970 + date.day() * 10_000 / 3_652_425;
    let page = Page { year, seconds: date.seconds, gallery: is_gallery(text) };
    let century = (year / 100).to_string();
    let mut years = memchr::memmem::find_iter(text.as_bytes(), &century);
    years.any(|at| names_later(text, at, &page))
}

/// Whether the year at a byte is that of a later day.
fn names_later(text: &str, at: usize, page: &Page) -> bool {
    // Scripts without spaces have letters beside a year.
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && u32::from(c) < 0x2e80);
    let Some(year) = text.get(at..at + 4) else { return false };
    let whole = !digit(text[..at].chars().next_back()) && !digit(text[at + 4..].chars().next());
    let Some(number) = Some(year).filter(|_| whole).and_then(|year| year.parse::<i64>().ok())
    else {
        return false;
    };
    if number < page.year {
        return false;
    }
    let before = last_line(&text[floor(text, at.saturating_sub(DAY_BYTES))..at]);
    let names_day = starts_later(text, at, page)
        || ends_later(before, number, page)
        || is_after_words(before, year, page);
    names_day && !is_to_come(text, at)
        || is_pictured(text, at, page)
            && (number > page.year || is_of_later_month(before, year, page))
}

/// Bytes of a date that starts with its year.
const STARTED_BYTES: usize = 20;

/// Whether the year opens a later day: `2015-06-02`, `2015/6/2`, `2015年6月2日`.
fn starts_later(text: &str, at: usize, page: &Page) -> bool {
    let near = &text[at..floor(text, at + STARTED_BYTES)];
    let part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月' | '日');
    let day = near.find(|c| !part(c)).map_or(near, |end| &near[..end]);
    let day = day.trim_end_matches(['-', '/', '.']);
    day.len() > 4 && page.is_before(day)
}

/// Whether figures before the year make it that of a later day, whichever of them is the month:
/// `2.6.2015`, `6/2/2015`.
fn ends_later(before: &str, year: i64, page: &Page) -> bool {
    let figures = before.trim_end_matches(|c: char| c.is_ascii_digit() || "/.-".contains(c));
    let mut parts = before[figures.len()..].split(['/', '.', '-']);
    let (Some(one), Some(other), Some(""), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let day = |month: &str, day: &str| written_date(&format!("{year}-{month:0>2}-{day:0>2}"));
    // With full stops the day comes first.
    let american = (!before.ends_with('.')).then(|| day(one, other)).flatten();
    let readings = [day(other, one), american];
    let mut readings = readings.iter().flatten().peekable();
    readings.peek().is_some() && readings.all(|day| page.is_later(day.seconds))
}

/// Whether the words before the year make it that of a later day: `May 3, 2015`, `3 May 2015`,
/// `3 de mayo de 2015`. Most years have no day, and a date is slow to read.
fn is_after_words(before: &str, year: &str, page: &Page) -> bool {
    let words: Vec<&str> = before.split_whitespace().collect();
    let from_end = |n: usize| words.len().checked_sub(n).and_then(|at| words.get(at));
    let digits = |n| from_end(n).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let count = match [digits(1), digits(2), digits(4)] {
        [false, false, false] => return false,
        [false, false, true] => 4,
        _ => 2,
    };
    let Some(first) = words.len().checked_sub(count) else { return false };
    let lead = words[first].trim_start_matches(|c: char| !c.is_alphanumeric());
    let day = std::iter::once(lead).chain(words[first + 1..].iter().copied()).chain([year]);
    page.is_before(&day.collect::<Vec<_>>().join(" "))
}

/// Whether the sentence of a day says that it is still to come when it is written: `will be held
/// on`, `runs until`, `scheduled for`. Of what it says of the time the nearest before counts.
fn is_to_come(text: &str, at: usize) -> bool {
    let near = last_line(&text[floor(text, at.saturating_sub(SENTENCE_BYTES))..at]);
    let near = near.rsplit([';', '!', '?']).next().unwrap_or_default();
    let mut of_day = true;
    for (n, raw) in near.split_whitespace().rev().enumerate() {
        // The full stop after a day ends no sentence: `9. Mai 2022`.
        if n > 0 && raw.ends_with('.') && raw.len() > SHORTEST {
            break;
        }
        let word = bare(raw);
        if TO_COME.contains(&word.as_str()) || of_day && UP_TO.contains(&word.as_str()) {
            return true;
        }
        if PAST.contains(&word.as_str()) {
            return false;
        }
        of_day = of_day && is_of_day(&word);
    }
    let after = &text[at..floor(text, at + COMING_BYTES)];
    let mut next = first_line(after).split_whitespace().skip(1).take(COMING_WORDS);
    next.any(|word| COMING.contains(&bare(word).as_str()))
}

/// Whether a word may be part of a date, or between one and what leads to it.
fn is_of_day(word: &str) -> bool {
    word.chars().count() <= FILLER_LETTERS
        || word.starts_with(|sign: char| sign.is_ascii_digit())
        || WEEKDAYS.iter().any(|names| names.contains(&word))
        || written_date(&format!("1 {word} 2000")).is_some()
}

/// Letters of a word that may be a filler in a date.
const FILLER_LETTERS: usize = 3;
/// Bytes of a word up to which a full stop after it may be that of a number or of a month.
const SHORTEST: usize = 5;

/// A word in lower case without the signs around it.
fn bare(word: &str) -> String {
    word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase()
}

/// Longest line under a picture, in bytes.
const CAPTION_BYTES: usize = 300;
/// Words at the start of such a line of which one is of a picture.
const CAPTION_WORDS: usize = 3;
/// Words of pictures.
static PICTURES: &[&str] = &[
    "photo", "photos", "picture", "pictures", "pictured", "image", "images", "gallery", "foto",
    "fotos", "bild", "bilder", "imagen", "immagine", "imagem", "фото",
];
/// Lines above a gallery.
static GALLERIES: &[&str] = &[
    "gallery",
    "photo gallery",
    "photos",
    "pictures",
    "in pictures",
    "galerie",
    "fotogalerie",
    "bildergalerie",
    "bilderstrecke",
    "fotostrecke",
    "diaporama",
    "galer\u{ed}a",
    "fotogaler\u{ed}a",
    "galleria",
    "fotogallery",
    "galeria",
];

/// Whether a text opens with the heading of a gallery.
fn is_gallery(text: &str) -> bool {
    let line = first_line(&text[..floor(text, CAPTION_BYTES)]).trim();
    line.len() <= DAY_BYTES
        && GALLERIES.contains(&line.trim_end_matches(':').to_lowercase().as_str())
}

/// Whether a later year is in a line under a picture, in which the right to it is not claimed.
fn is_pictured(text: &str, at: usize, page: &Page) -> bool {
    let from = floor(text, at.saturating_sub(CAPTION_BYTES));
    let near = &text[from..floor(text, at + CAPTION_BYTES)];
    let line = &near[line_start(near, at - from)..line_end(near, at - from)];
    if line.len() > CAPTION_BYTES {
        return false;
    }
    let lower = line.to_lowercase();
    let of_picture = |word: &str| PICTURES.contains(&bare(word).as_str());
    let captioned = lower.split_whitespace().take(CAPTION_WORDS).any(of_picture);
    let before = last_line(&text[from..at]);
    // Of `by June 2015` the first word, too.
    let mut words = before.split_whitespace().rev().take(2);
    let to_come = words.any(|word| UP_TO.contains(&bare(word).as_str()));
    (captioned || page.gallery)
        && !to_come
        && !names_other_year(&lower, &text[at..at + 4], page)
        && !lower.contains('\u{a9}')
        && !lower.contains("copyright")
}

/// Whether a line names another year that is not later: then it may be of that one.
fn names_other_year(line: &str, own: &str, page: &Page) -> bool {
    let years = line.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() == 4);
    let years = years.filter(|word| *word != own);
    let mut years = years.filter_map(|word| word.parse::<i64>().ok());
    years.any(|year| (page.year - 100..=page.year).contains(&year))
}

/// Whether the year follows a month that is later.
fn is_of_later_month(before: &str, year: &str, page: &Page) -> bool {
    let month = before.split_whitespace().next_back();
    month.is_some_and(|month| page.is_before(&format!("1 {month} {year}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn later(text: &str) -> bool {
        // 14 March 2013.
        let date =
            Date { text: String::new(), seconds: 15_778 * DAY, day_only: true, inferred: false };
        names_later_day(text, &date)
    }

    #[test]
    fn days_after_the_date_of_a_page() {
        for text in [
            "Gates of the dam on Saturday, December 28, 2013, after the rain.",
            "This story was updated on Mar. 20, 2013.",
            "\u{2014} The Warden (@dam_warden) January 11, 2019",
            "Der Damm am 28. Dezember 2014.",
            "La presa, 28 de diciembre de 2014.",
            "This page was updated on 2013-04-09.",
            "Actualizado: 09/04/2013 10:15",
            "Stand: 09.04.2013, 10:15 Uhr",
            "Story last updated 5/9/2013",
            "\u{66f4}\u{65b0}\u{4e8e}2013\u{5e74}5\u{6708}9\u{65e5}",
            "2013\u{5e74}5\u{6708}9\u{65e5}\u{66f4}\u{65b0}",
            "A picture of 2015: the gates are open.",
            "Gallery: a crane lifts a gate in this July 2014 file picture.",
            "Gallery: a crane lifts a gate in this April 2013 file picture.",
            "Gallery\n\nIt held.\n\nThe gates are opened in June 2015.",
            "The election, which was held on November 8, 2013, was close.",
            "The gate was to open on June 3, 2013. It broke on June 9, 2013.",
        ] {
            assert!(later(text), "{text}");
        }
        for text in [
            "It was built on May 3, 1912, and raised on March 1, 2013.",
            "The gates open on March 15, 2013.",
            "Permits expire before March 5, 2018.",
            "They hope to open the gates in June 2015, and the next ones in 2020.",
            "It was read on 03/02/2013 and on 2013-03-14.",
            "It may be the second or the third: 05/03/2013.",
            "Pictures by Ann Other, copyright 2019 Bay Herald",
            "Photos of gates are due by June 2015",
            "The election will be held on November 8, 2013.",
            "The ferry runs until 2013-09-30.",
            "Die Wahl findet am 8. November 2013 statt.",
            "Am 8. November 2013 wird gew\u{e4}hlt.",
            "El voto ser\u{e1} el 8 de noviembre de 2013.",
            "Offer valid 1 June 2013",
            "The next meeting is on June 7, 2013.",
            "FILE PHOTO: A warden who stands for the 2014 vote, December 9, 2012",
            "Photos of the gates in March 2013, and of others in May 2012",
            "By 2015 there will be 2,018 gates, 20130 locks and a plan for 2020.",
        ] {
            assert!(!later(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in "(20[0-9]{2}|May |3, |[a-z ]|\n|\\PC){0,30}") {
            later(&text);
        }
    }
}

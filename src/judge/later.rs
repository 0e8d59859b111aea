//! Whether a text names a day after its own date: a page that was updated, or whose pictures and
//! links are younger than its article.
//!
//! Asked by `context` about the document that is dated before all others of a family. What is on
//! such a page may have come there after its date. Invariant: days are read by the reader of dates,
//! and only where a year follows them that is not before that of the document.

use super::lines::{floor, last_line};
use crate::corpus::{Date, written_date};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days after its date that a text may name: of the morning after, and of another time zone.
const SLACK: i64 = 2;
/// Bytes before a year in which its day is.
const DAY_BYTES: usize = 32;
/// Words before a day that is still to come.
static TO_COME: &[&str] = &[
    "by", "until", "till", "before", "through", "expire", "expires", "bis", "vor", "hasta", "avant",
];

/// Whether the text names a day after its date.
pub(super) fn names_later_day(text: &str, date: &Date) -> bool {
    // Years of 365.2425 days.
    let year = 1970 + date.seconds.div_euclid(DAY) * 10_000 / 3_652_425;
    let century = (year / 100).to_string();
    let mut years = memchr::memmem::find_iter(text.as_bytes(), &century);
    years.any(|at| names_later(text, at, (year, date.seconds)))
}

/// Whether the year at a byte is that of a later day.
fn names_later(text: &str, at: usize, (own, seconds): (i64, i64)) -> bool {
    let digit = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let Some(year) = text.get(at..at + 4) else { return false };
    let whole = !digit(text[..at].chars().next_back()) && !digit(text[at + 4..].chars().next());
    if !whole || year.parse::<i64>().is_ok_and(|year| year < own) {
        return false;
    }
    let before = last_line(&text[floor(text, at.saturating_sub(DAY_BYTES))..at]);
    let words: Vec<&str> = before.split_whitespace().collect();
    // Most years have no day, and a date is slow to read: `May 3, 2015`, `3 May 2015`, `3 de mayo
    // de 2015`.
    let from_end = |n: usize| words.len().checked_sub(n).and_then(|at| words.get(at));
    let digits = |n| from_end(n).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let count = match [digits(1), digits(2), digits(4)] {
        [false, false, false] => return false,
        [false, false, true] => 4,
        _ => 2,
    };
    let Some(first) = words.len().checked_sub(count) else { return false };
    let leads = first.checked_sub(1).map(|n| words[n].to_lowercase());
    if leads.is_some_and(|word| TO_COME.contains(&&*word)) {
        return false;
    }
    let lead = words[first].trim_start_matches(|c: char| !c.is_alphanumeric());
    let day = std::iter::once(lead).chain(words[first + 1..].iter().copied()).chain([year]);
    let day = written_date(&day.collect::<Vec<_>>().join(" "));
    day.is_some_and(|day| day.seconds > seconds + SLACK * DAY)
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
        ] {
            assert!(later(text), "{text}");
        }
        for text in [
            "It was built on May 3, 1912, and raised on March 1, 2013.",
            "The gates open on March 15, 2013.",
            "Permits expire before March 5, 2018.",
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

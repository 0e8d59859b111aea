//! The day in a line such as `Sunday, January 5, 2020` or `5. Januar 2020 Sonntag`.
//!
//! Used by the readers of all layouts. What a whole line means is asked of `date`; in a line that
//! says more, a day is a month by its full or usual name with the day and the year next to it.
//! Invariant: nothing is guessed from numbers alone, and a line with two days has none.

use crate::corpus::format::date;
use jiff::civil;

/// Words of a line that are looked at.
const MOST_WORDS: usize = 40;
/// Characters of a line that may be a date in a form that is not known.
const MOST_CHARACTERS: usize = 60;
/// What follows the number of a day.
const ORDINALS: [&str; 7] = ["st", "nd", "rd", "th", "er", "º", "ª"];

/// The day in a line, as `YYYY-MM-DD`.
pub(super) fn find(line: &str) -> Option<String> {
    let whole = date::as_written(line.trim());
    whole.or_else(|| Some(among_words(line)?.0)).map(|day| day.to_string())
}

/// Whether a line is a day, alone or with something after it: an edition, a time.
pub(super) fn begins(line: &str) -> bool {
    date::as_written(line.trim()).is_some() || among_words(line).is_some_and(|(_, first)| first)
}

/// Whether a line in the place of a date may be one, in words that are not known: it has a year,
/// or three numbers.
pub(super) fn seems(line: &str) -> bool {
    let numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let is_year = |digits: &str| digits.len() == 4 && year(digits).is_some();
    line.trim().chars().count() <= MOST_CHARACTERS
        && (numbers.clone().any(is_year) || numbers.count() == 3)
}

/// What the field of a date says: its day, or what is written there, so that a date in an unknown
/// form is reported and not passed over.
pub(super) fn or_as_written(value: &str) -> String {
    find(value).unwrap_or_else(|| value.to_owned())
}

/// The day that some of the words are, and whether the line starts with it.
fn among_words(line: &str) -> Option<(civil::Date, bool)> {
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(MOST_WORDS).map(str::to_lowercase).collect();
    let words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !date::is_filler(word)).collect();
    // `mar. 5 janv. 2021`: the short name of a weekday may be that of a month, too.
    let starts = |at| at == 0 || at == 1 && words.first().is_some_and(|w| date::month(w).is_some());
    let mut found = words
        .windows(3)
        .enumerate()
        .filter_map(|(at, words)| Some((triple(words.first_chunk()?)?, starts(at))));
    let (day, first) = found.next()?;
    (first || found.all(|(other, _)| other == day)).then_some((day, first))
}

/// The day that three words are.
fn triple(words: &[&str; 3]) -> Option<civil::Date> {
    let [a, b, c] = *words;
    let made = |year: Option<i16>, month: &str, day: Option<i8>| {
        civil::Date::new(year?, date::month(month)?, day?).ok()
    };
    made(year(c), b, number(a))
        .or_else(|| made(year(c), a, number(b)))
        .or_else(|| made(year(a), b, number(c)))
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| (1700..=2100).contains(year))
}

/// `5`, `05`, `5th`.
fn number(word: &str) -> Option<i8> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, rest) = word.split_at_checked(digits)?;
    let plain = rest.is_empty() || ORDINALS.contains(&rest);
    digits.parse().ok().filter(|day| plain && (1..=31).contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_in_lines() {
        for line in [
            "January 5, 2020 Sunday",
            "Sunday, January 5, 2020",
            "5 January 2020",
            "Jan 5, 2020",
            "5. Januar 2020 Sonntag",
            "dimanche 5 janvier 2020",
            "5 de enero de 2020 domingo",
            "05 Jan 2020: 12.",
            "January 5th, 2020 Late Edition - Final",
            "mardi 5 janvier 2020",
            "martes 5 enero 2020",
            "martedì 5 gennaio 2020",
            "maandag 5 januari 2020",
            "mar. 5 janv. 2020",
            "10:15 PM GMT, January 5, 2020",
            "January 5, 2020 Sunday 10:15 PM  EST",
            "5 января 2020 г.",
            "2020年1月5日",
            "2020-01-05",
            "den 5 januari 2020 söndag",
            "5 stycznia 2020 niedziela",
        ] {
            assert_eq!(find(line).as_deref(), Some("2020-01-05"), "{line}");
            assert!(begins(line) && seems(line), "{line}");
        }
        assert_eq!(find("3 juin 2021").as_deref(), Some("2021-06-03"));
        assert_eq!(find("14 juillet 2021").as_deref(), Some("2021-07-14"));
        assert_eq!(find("1. März 2021").as_deref(), Some("2021-03-01"));
        assert_eq!(find("5. maj 2021").as_deref(), Some("2021-05-05"));
        for line in ["January 2020", "2020", "5/1/2020", "The 5 of 2020", "", "Market 5, 2020"] {
            assert_eq!(find(line), None, "{line}");
        }
    }

    #[test]
    fn a_day_in_other_words_is_found_and_is_no_line_of_a_date() {
        let info = "Post, Late Edition (East Coast); Harbor [Harbor, N.J]05 Jan 2020: A.12.";
        for line in ["Corrections: January 5, 2020", "Letters to the editor, Jan. 5, 2020", info] {
            assert_eq!(find(line).as_deref(), Some("2020-01-05"), "{line}");
            assert!(!begins(line), "{line}");
        }
        assert_eq!(find("From January 5, 2020 to January 7, 2020"), None, "two days");
        let appended = "January 5, 2020 Sunday Correction Appended, January 7, 2020";
        assert_eq!(find(appended).as_deref(), Some("2020-01-05"), "the first, of the article");
    }

    #[test]
    fn what_seems_a_date_is_kept_as_written() {
        assert!(seems("March 2021") && seems("05/01/21") && seems("5 Ionawr 2021"));
        assert!(!seems("Ferry held at the pier") && !seems("Route 66") && !seems(""));
        assert_eq!(or_as_written("5 Ionawr 2021"), "5 Ionawr 2021");
        assert_eq!(or_as_written("5 May 2021"), "2021-05-05");
    }
}

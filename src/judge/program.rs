//! Programmes, calendars and tables of results: lists of days and times.
//!
//! Used by `context` for passages that may be reuse: who prints such a list has it from who holds
//! what is on it. Invariant: reads the stretch that it is given once.

use super::lexicon::WEEKDAYS;
use crate::corpus::written_date;

/// Times or days of which a list has as many.
const MANY: usize = 6;
/// Words to each of them, at most: a report of a match has times, too.
const WORDS: usize = 10;

/// Whether a stretch of text is a list of times, days or results: it has six of them or more, one
/// every few words.
pub(super) fn is_program(stretch: &str) -> bool {
    let (mut found, mut words) = (0, 0_usize);
    let mut before = "";
    for word in stretch.split_whitespace() {
        words += 1;
        let bare = word.trim_matches(|sign: char| !sign.is_alphanumeric());
        let is_date = is_day_of(before, bare) || is_day_of(bare, before);
        found += usize::from(is_time(bare) || is_weekday(bare) || is_date);
        before = bare;
    }
    found >= MANY && words <= found * WORDS
}

/// A time of the day, or a result: `19:30`, `19h30`, `8pm`, `2:1`, `3-0`.
fn is_time(word: &str) -> bool {
    let lower = |suffix: &str| {
        let at = word.len().checked_sub(suffix.len())?;
        let (number, end) = (word.get(..at)?, word.get(at..)?);
        end.eq_ignore_ascii_case(suffix).then_some(number)
    };
    let number = |text: &str| {
        (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let half = |text: &str| number(lower_of(text));
    let parted = word.split_once([':', 'h', '-', '\u{2013}']);
    let whole = ["am", "pm", "h"].iter().any(|suffix| lower(suffix).is_some_and(half));
    whole || parted.is_some_and(|(hour, rest)| number(hour) && half(rest))
}

/// A time without the half of the day that follows it: `30` of `30pm`.
fn lower_of(text: &str) -> &str {
    let end = text.trim_end_matches(['a', 'p', 'm', 'A', 'P', 'M']);
    // `19:30:00` and `7.30` are times as well.
    end.split([':', '.']).next().unwrap_or(end)
}

/// Whether these are the day and the month of a date: `3. Mai`, `May 3`.
fn is_day_of(day: &str, month: &str) -> bool {
    let number = (1..=2).contains(&day.len()) && day.bytes().all(|byte| byte.is_ascii_digit());
    number
        && month.starts_with(char::is_alphabetic)
        && written_date(&format!("1 {month} 2000")).is_some()
}

fn is_weekday(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && {
        let lower = word.to_lowercase();
        WEEKDAYS.iter().any(|names| names.contains(&lower.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_of_times_and_days_are_programmes() {
        for text in [
            "Monday: Choir at the hall. Tuesday: Chess. Wednesday: Yoga. Thursday: Film. Friday: \
             Market. Saturday: Fair on the green.",
            "19:30 The Weir, 20:15 News, 20:30 Weather, 21:00 The Lock, 22:45 Talk, 23:30 Film",
            "Montag Chor, Dienstag Schach, Mittwoch Film, Donnerstag Yoga, Freitag Markt, \
             Samstag Tanz",
            "Bay 2-1 Lock, Mill 0-0 Weir, Dam 3-2 Sluice, Pier 1-1 Quay, Reed 4-0 Sedge, \
             Ash 1-2 Elm",
            "3. Mai: Chor. 5. Mai: Markt. 8. Mai: Film. 11. Mai: Yoga. 14. Mai: Tanz. \
             18. Mai: Rat.",
            "8pm Choir 9pm Film 10am Yoga 11am Chess 7:30pm Dance 6.30pm Tea 5pm Swim 4pm Talk",
        ] {
            assert!(is_program(text), "{text}");
        }
        let story = "On Monday the board met at 19:30 and spoke for two hours about the old weir \
                     below the mill, which had held through the night. ";
        for text in [story, &story.repeat(8), "The dam holds.", "", "monday tuesday"] {
            assert!(!is_program(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,300}") {
            is_program(&text);
        }
    }
}

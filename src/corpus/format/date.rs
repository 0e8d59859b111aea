//! Publication dates.
//!
//! Used by every format that has dates. Reads every form that has one reading: RFC 3339,
//! `YYYY-MM-DD`, RFC 2822, a date with a time but no zone (UTC), month names, digits and seconds
//! since 1970; a pattern of the user reads the others. Invariant: what cannot be read is unknown,
//! never guessed; a day from an address or a file name is marked as such.

mod address;
mod forms;
mod numbers;
mod standard;
mod words;

use crate::corpus::document::Date;
use crate::corpus::options::DateFormat;
use crate::corpus::problem::Refusal;
use jiff::civil;
use jiff::fmt::rfc2822;
use numbers::Digits;
use std::path::Path;

/// Characters of a date that are shown.
const SHOWN_CHARACTERS: usize = 40;

/// Reads a date, by the user's pattern first; `None` where it is in none of the forms.
pub(crate) fn parse(text: &str, format: Option<&DateFormat>) -> Option<Date> {
    let trimmed = text.trim();
    let by_pattern = format.and_then(|format| format.read(trimmed));
    let read = by_pattern.or_else(|| seconds(trimmed));
    let (seconds, day_only) = read.or_else(|| other_digits(trimmed))?;
    Some(Date { text: text.to_owned(), seconds, day_only, inferred: false })
}

/// The day that a text is, as it is written there: whatever its time and zone make of it in UTC.
pub(crate) fn as_written(text: &str) -> Option<civil::Date> {
    forms::read(text).map(|found| found.local.date())
}

/// The number of the month that a word in lower case names.
pub(crate) fn month(word: &str) -> Option<i8> {
    words::month(word)
}

/// Whether a word in lower case adds nothing to a date: a day of the week, `of`.
pub(crate) fn is_filler(word: &str) -> bool {
    words::is_filler(word)
}

/// What must be said of a date that is not used.
pub(crate) fn unread(text: &str) -> Refusal {
    let shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
    let cure = if forms::has_two_readings(text.trim()) {
        "day and month could be either way; say how dates are written with {date_format}, such as \
         %d/%m/%Y. it is not used now"
    } else {
        "write it as YYYY-MM-DD, or say how dates are written with {date_format}; it is not used \
         now"
    };
    Refusal::new(format!("unreadable date: `{shown}`"), cure)
}

/// The day in the path of an address, for a document without a date.
pub(crate) fn of_address(address: &str) -> Option<Date> {
    address::in_address(address).map(inferred)
}

/// The day in the name of a file, for a document without a date.
pub(crate) fn of_name(path: &Path) -> Option<Date> {
    address::in_name(&path.file_name()?.to_string_lossy()).map(inferred)
}

/// A date in the digits of Arabic or in those of full width. The years of other calendars are
/// written so too, and none of them is one of the last century.
fn other_digits(text: &str) -> Option<(i64, bool)> {
    if text.is_ascii() || text.len() > 3 * words::MOST_BYTES {
        return None;
    }
    let digit = |c: char| match c {
        '\u{660}'..='\u{669}' => char::from_digit(u32::from(c) - 0x660, 10).unwrap_or(c),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10).unwrap_or(c),
        '\u{ff0f}' => '/',
        '\u{ff0d}' => '-',
        '\u{ff1a}' => ':',
        '\u{ff0e}' => '.',
        other => other,
    };
    let plain: String = text.chars().map(digit).collect();
    let first = since_epoch(civil::date(1900, 1, 1).at(0, 0, 0, 0));
    (plain != text).then(|| seconds(&plain)).flatten().filter(|(seconds, _)| *seconds >= first)
}

fn inferred(day: civil::Date) -> Date {
    let seconds = since_epoch(day.at(0, 0, 0, 0));
    Date { text: day.to_string(), seconds, day_only: true, inferred: true }
}

fn seconds(text: &str) -> Option<(i64, bool)> {
    if let Some(day) = bare_day(text) {
        return Some((since_epoch(day.at(0, 0, 0, 0)), true));
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some((moment.as_second(), false));
    }
    // An annotated zone without an offset would need the time zone database: unknown.
    if text.contains('[') {
        return None;
    }
    if text.contains(':')
        && let Ok(local) = text.parse::<civil::DateTime>()
    {
        return Some((since_epoch(local), false));
    }
    match numbers::read(text).or_else(|| standard::read(text)) {
        Some(Digits::Civil(moment, day_only)) => return Some((since_epoch(moment), day_only)),
        Some(Digits::Seconds(seconds)) => return Some((seconds, false)),
        None => {}
    }
    let mail = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if let Ok(moment) = mail.parse_timestamp(text) {
        return Some((moment.as_second(), false));
    }
    let found = forms::read(text)?;
    Some((since_epoch(found.local) - i64::from(found.ahead), found.day_only))
}

/// `YYYY-MM-DD` without the detour through the general parser.
fn bare_day(text: &str) -> Option<civil::Date> {
    let bytes = text.as_bytes();
    let shape = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if bytes.len() != 10 || !bytes.iter().enumerate().all(shape) {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    civil::Date::new(year, text.get(5..7)?.parse().ok()?, text.get(8..)?.parse().ok()?).ok()
}

fn since_epoch(moment: civil::DateTime) -> i64 {
    moment.duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_one_moment() {
        for text in [
            "2017-12-15T10:20:30Z",
            "2017-12-15T12:20:30+02:00",
            "2017-12-15 10:20:30Z",
            "2017-12-15T10:20:30.5Z",
            "2017-12-15T10:20:30",
            "2017-12-15 10:20:30",
            " 2017-12-15 10:20:30 ",
            "Fri, 15 Dec 2017 10:20:30 +0000",
            "15 Dec 2017 10:20:30 GMT",
            "Mon, 15 Dec 2017 10:20:30 +0000",
            "1513333230",
            "1513333230000",
            "20171215102030",
            "2017-12-15 11:20:30 +0100",
            "December 15, 2017 10:20:30 UTC",
        ] {
            assert_eq!(seconds(text.trim()), Some((1_513_333_230, false)), "{text}");
        }
    }

    #[test]
    fn days() {
        assert_eq!(seconds("1970-01-01"), Some((0, true)));
        assert_eq!(seconds("2017-12-15"), Some((1_513_296_000, true)));
        assert_eq!(seconds("1969-12-31"), Some((-86_400, true)));
        assert_eq!(seconds("2016-02-29"), Some((1_456_704_000, true)));
        assert_eq!(parse("2017-12-15", None).unwrap().text, "2017-12-15");
    }

    #[test]
    fn the_pattern_of_the_user_goes_first() {
        let read = |pattern: &str, text: &str| {
            let format = DateFormat::new(pattern).unwrap();
            parse(text, Some(&format)).map(|date| (date.seconds, date.day_only))
        };
        assert_eq!(read("%d/%m/%Y", "07/03/2021"), Some((1_615_075_200, true)));
        assert_eq!(read("%m/%d/%Y", " 07/03/2021"), Some((1_625_270_400, true)));
        assert_eq!(read("%d.%m.%y %H:%M", "07.03.21 01:00"), Some((1_615_078_800, false)));
        assert_eq!(read("%d/%m/%Y %z", "07/03/2021 +0100"), Some((1_615_075_200, true)));
        assert_eq!(read("%d/%m/%Y", "2021-03-07"), Some((1_615_075_200, true)), "a plain form");
        assert_eq!(read("%d/%m/%Y", "31/02/2021"), None);
        for pattern in ["%d/%m", "%!", "", "%H:%M"] {
            assert!(DateFormat::new(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn days_in_names_are_marked() {
        let found = of_name(Path::new("a/2021-03-07.txt")).unwrap();
        assert_eq!(
            (found.text.as_str(), found.inferred, found.day_only),
            ("2021-03-07", true, true)
        );
        assert!(!parse("2021-03-07", None).unwrap().inferred);
        assert_eq!(of_address("https://x.example/2021/03/07/a"), Some(found));
        assert_eq!(of_name(Path::new("2021-03-07/a.txt")), None);
    }

    #[test]
    fn the_cure_says_why_a_day_is_not_known() {
        assert!(unread("1/5/2020").cure.starts_with("day and month"));
        assert!(unread("soon").cure.starts_with("write it"));
    }

    #[test]
    fn unreadable() {
        for text in [
            "",
            "yesterday",
            "2017-02-29",
            "2017-13-01",
            "05.12.2017",
            "12/05/2017",
            "2017",
            "2017-12",
            "2017-12-15T10:20:30[Europe/Berlin]",
            "0000-00-00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        for text in ["١٤٤١-٠٥-١٢", "۱۳۹۹-۱۰-۱۵", "words"] {
            assert!(parse(text, None).is_none(), "{text}");
        }
    }

    #[test]
    fn digits_of_other_scripts() {
        for text in ["２０１７-12-15", "٢٠١٧-١٢-١٥", "١٥ ديسمبر ٢٠١٧", "２０１７年１２月１５日"]
        {
            assert_eq!(parse(text, None).map(|date| date.seconds), Some(1_513_296_000), "{text}");
        }
    }
}

//! Publication dates.
//!
//! Used by every format that has dates. Reads RFC 3339, `YYYY-MM-DD`, RFC 2822, and date with time
//! but no zone (UTC). Invariant: what cannot be read is unknown, never guessed.

use crate::corpus::document::Date;
use jiff::civil;
use jiff::fmt::rfc2822;

/// Reads a date; `None` where it is in none of the forms.
pub(crate) fn parse(text: &str) -> Option<Date> {
    let (seconds, day_only) = seconds(text.trim())?;
    Some(Date { text: text.to_owned(), seconds, day_only })
}

fn seconds(text: &str) -> Option<(i64, bool)> {
    if let Some(day) = bare_day(text) {
        return Some((since_epoch(day.at(0, 0, 0, 0)), true));
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some((moment.as_second(), false));
    }
    // An annotated zone without an offset would need the time zone database: unknown.
    if !text.contains('[')
        && text.contains(':')
        && let Ok(local) = text.parse::<civil::DateTime>()
    {
        return Some((since_epoch(local), false));
    }
    let mail = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    mail.parse_timestamp(text).ok().map(|moment| (moment.as_second(), false))
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
        assert_eq!(parse("2017-12-15").unwrap().text, "2017-12-15");
    }

    #[test]
    fn unreadable() {
        for text in [
            "",
            "yesterday",
            "2017-02-29",
            "2017-13-01",
            "15.12.2017",
            "12/15/2017",
            "1513333230",
            "2017",
            "2017-12",
            "2017-12-15T10:20:30[Europe/Berlin]",
            "0000-00-00",
            "２０１７-12-15",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}

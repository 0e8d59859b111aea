//! Dates that are digits alone: compact days, and seconds since 1970.
//!
//! Used by `date`. Invariant: digits that have two readings have none here.

use jiff::civil;

/// Years that a text with digits alone may be of.
const YEARS: std::ops::RangeInclusive<i16> = 1400..=2199;

/// What digits alone mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// A day, with its time where that is known.
    Civil(civil::DateTime, bool),
    /// Seconds since 1970.
    Seconds(i64),
}

/// Reads digits alone, with a fraction where they are seconds.
pub(super) fn read(text: &str) -> Option<Digits> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all(whole) || !all(fraction) || whole.len() > 19 {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    // Tables of numbers give whole ones a fraction of nothing.
    let is_whole = !text.contains('.') || whole.len() == 8 && fraction == "0";
    let compact = if is_whole { compact(whole) } else { None };
    let seconds = match whole.len() {
        9 | 10 => Some(value),
        12 | 13 => Some(value / 1000),
        16 => Some(value / 1_000_000),
        19 => Some(value / 1_000_000_000),
        _ => None,
    };
    match (compact, seconds) {
        (Some((moment, day_only)), None) => Some(Digits::Civil(moment, day_only)),
        (None, Some(seconds)) => Some(Digits::Seconds(seconds)),
        _ => None,
    }
}

/// `20200105`, with `10`, `1030` or `103000` after it; true where only the day is known.
fn compact(digits: &str) -> Option<(civil::DateTime, bool)> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    if !matches!(digits.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let year: i16 = digits.get(..4)?.parse().ok().filter(|year| YEARS.contains(year))?;
    let day = civil::Date::new(year, part(4, 6)?, part(6, 8)?).ok()?;
    let at = |from: usize| if digits.len() > from { part(from, from + 2) } else { Some(0) };
    let time = civil::Time::new(at(8)?, at(10)?, at(12)?, 0).ok()?;
    Some((day.to_datetime(time), digits.len() == 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(year: i16, month: i8, day: i8, hour: i8) -> Digits {
        Digits::Civil(civil::date(year, month, day).at(hour, 0, 0, 0), hour == 0)
    }

    #[test]
    fn digits_have_one_reading_or_none() {
        assert_eq!(read("20200105"), Some(civil(2020, 1, 5, 0)));
        assert_eq!(read("20200105.0"), Some(civil(2020, 1, 5, 0)));
        assert_eq!(read("20200105070000"), Some(civil(2020, 1, 5, 7)));
        for seconds in ["1577836800", "1577836800000", "1577836800.25", "1577836800000000"] {
            assert_eq!(read(seconds), Some(Digits::Seconds(1_577_836_800)), "{seconds}");
        }
        assert_eq!(read("978307200000"), Some(Digits::Seconds(978_307_200)), "no such month");
        assert_eq!(read("202001050700"), None, "a minute of 2020, or a moment of 1976");
        assert_eq!(read("2032010510"), None, "an hour of 2032, or a moment of 2034");
        for odd in ["", ".5", "2020", "202001", "20201301", "20200105.5", "1e9", "-1577836800"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}

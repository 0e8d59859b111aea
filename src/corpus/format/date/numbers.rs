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

/// Reads digits alone, with a fraction where they are seconds, and a minus where these are before
/// 1970.
pub(super) fn read(text: &str) -> Option<Digits> {
    if let Some(size) = text.strip_prefix('-') {
        return match unsigned(size)? {
            Digits::Seconds(seconds) => Some(Digits::Seconds(-seconds)),
            Digits::Civil(..) => None,
        };
    }
    unsigned(text)
}

/// Digits as a table of numbers may have them: `1.5782184E9`.
fn with_exponent(text: &str) -> Option<Digits> {
    let (number, exponent) = text.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, fraction) = number.split_once('.')?;
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || whole == "0" || !all(whole) || !all(fraction) || exponent > 18 {
        return None;
    }
    let digits = whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat(b'0'));
    let digits: String = digits.take(exponent + 1).map(char::from).collect();
    // What is left of the fraction is a part of a second.
    plain(&digits)
}

fn unsigned(text: &str) -> Option<Digits> {
    plain(text).or_else(|| with_exponent(text))
}

fn plain(text: &str) -> Option<Digits> {
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
        for odd in ["", ".5", "2020", "202001", "20201301", "20200105.5", "1e9", "-20200105"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn seconds_have_signs_and_exponents() {
        for seconds in ["-1577836800", "-1577836800000", "-1.5778368E9", "-1577836800.0"] {
            assert_eq!(read(seconds), Some(Digits::Seconds(-1_577_836_800)), "{seconds}");
        }
        for seconds in ["1.5782184E9", "1.5782184e+9", "1.57821840000025E9", "1.5782184E12"] {
            assert_eq!(read(seconds), Some(Digits::Seconds(1_578_218_400)), "{seconds}");
        }
        assert_eq!(read("2.0200105E7"), Some(civil(2020, 1, 5, 0)));
        for odd in ["--1577836800", "-", "1.5E99", "1.E9", "1.5E-9", "0.5E9", "15.7E8", "1.5E"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}

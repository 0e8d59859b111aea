//! Dates of standards that are read nowhere else: weeks and days of the year of ISO 8601, times
//! without signs, the day of old HTTP headers, and the moments of one kind of JSON.
//!
//! Used by `date` after the common forms. Invariant: a form is read only where it is written in
//! full, so that digits alone are never taken for a week or a day of the year.

use super::numbers::Digits;
use jiff::civil;

/// Reads a date; none where it is in none of the forms.
pub(super) fn read(text: &str) -> Option<Digits> {
    let day = |day: civil::Date| Digits::Civil(day.at(0, 0, 0, 0), true);
    week(text)
        .or_else(|| day_of_year(text))
        .or_else(|| zoned_day(text))
        .map(day)
        .or_else(|| basic(text))
        .or_else(|| old_header(text))
        .or_else(|| json_moment(text))
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    let all = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

/// `2020-W05-3` and `2020W053`: a day of a week.
fn week(text: &str) -> Option<civil::Date> {
    let (year, rest) = text.split_once(['W', 'w'])?;
    let (year, week, day) = match (year.strip_suffix('-'), rest.split_once('-')) {
        (Some(year), Some((week, day))) => (year, week, day),
        (None, None) => (year, rest.get(..2)?, rest.get(2..)?),
        _ => return None,
    };
    let day = civil::Weekday::from_monday_one_offset(i8::try_from(number(day, 1)?).ok()?).ok()?;
    let week = i8::try_from(number(week, 2)?).ok()?;
    Some(civil::ISOWeekDate::new(number(year, 4)?, week, day).ok()?.date())
}

/// `2020-032`: a day of a year.
fn day_of_year(text: &str) -> Option<civil::Date> {
    let (year, day) = text.split_once('-')?;
    let first = civil::Date::new(number(year, 4)?, 1, 1).ok()?;
    let day = number(day, 3).filter(|day| (1..=first.days_in_year()).contains(day))?;
    first.with().day_of_year(day).build().ok()
}

/// `2020-01-05Z` and `2020-01-05+01:00`: the day as it is written.
fn zoned_day(text: &str) -> Option<civil::Date> {
    let (day, zone) = text.split_at_checked(10)?;
    let is_zone = match zone.strip_prefix(['+', '-']).map(|zone| zone.split_once(':')) {
        Some(Some((hours, minutes))) => {
            (0..=14).contains(&number(hours, 2)?) && (0..60).contains(&number(minutes, 2)?)
        }
        Some(None) => false,
        None => zone == "Z",
    };
    super::bare_day(day).filter(|_| is_zone)
}

/// `20200105T1030` and `20200105T103000`, in the zone of the place.
fn basic(text: &str) -> Option<Digits> {
    let (day, time) = text.split_once(['T', 't'])?;
    let digits = |text: &str, digits| number(text, digits).and_then(|n| i8::try_from(n).ok());
    number(day.get(..4)?, 4).filter(|_| day.len() == 8 && matches!(time.len(), 4 | 6))?;
    let date = civil::Date::new(
        number(day.get(..4)?, 4)?,
        digits(day.get(4..6)?, 2)?,
        digits(day.get(6..)?, 2)?,
    );
    let (hour, minute) = (digits(time.get(..2)?, 2)?, digits(time.get(2..4)?, 2)?);
    let second = if time.len() == 6 { digits(time.get(4..)?, 2)? } else { 0 };
    let time = civil::Time::new(hour, minute, second, 0).ok()?;
    Some(Digits::Civil(date.ok()?.to_datetime(time), false))
}

/// `Sunday, 05-Jan-20 10:00:00 GMT`: the century is the one in which the day of the week is right.
fn old_header(text: &str) -> Option<Digits> {
    let (weekday, rest) = text.split_once(", ")?;
    let (day, time) = rest.strip_suffix(" GMT")?.split_once(' ')?;
    let mut parts = day.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = super::words::month(&month.to_lowercase()).filter(|_| parts.next().is_none())?;
    let (day, year) = (i8::try_from(number(day, 2)?).ok()?, number(year, 2)?);
    let time: civil::Time = time.parse().ok()?;
    let fits = |century: i16| {
        let date = civil::Date::new(century + year, month, day).ok()?;
        let name = date.strftime("%A").to_string();
        name.eq_ignore_ascii_case(weekday).then_some(date)
    };
    let date = fits(2000).or_else(|| fits(1900))?;
    Some(Digits::Civil(date.to_datetime(time), false))
}

/// `/Date(1578218400000)/`, with an offset that changes nothing of the moment.
fn json_moment(text: &str) -> Option<Digits> {
    let inside = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let digits = inside.rfind(['+', '-']).filter(|at| *at > 0).map_or(Some(inside), |at| {
        number(inside.get(at + 1..)?, 4)?;
        inside.get(..at)
    })?;
    let milliseconds: i64 = digits.parse().ok()?;
    Some(Digits::Seconds(milliseconds.div_euclid(1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Some(Digits::Civil(moment, true)) => moment.date().to_string(),
            Some(Digits::Civil(moment, false)) => moment.to_string(),
            Some(Digits::Seconds(seconds)) => seconds.to_string(),
            None => "unknown".to_owned(),
        }
    }

    #[test]
    fn forms_of_standards() {
        for (text, expected) in [
            ("2020-W01-7", "2020-01-05"),
            ("2020W017", "2020-01-05"),
            ("2020-W53-5", "2021-01-01"),
            ("2021-W53-1", "unknown"),
            ("2020-W01-8", "unknown"),
            ("2020-W01", "unknown"),
            ("2020-W017", "unknown"),
            ("2020-005", "2020-01-05"),
            ("2020-366", "2020-12-31"),
            ("2021-366", "unknown"),
            ("2020-000", "unknown"),
            ("2020005", "unknown"),
            ("20200105T1030", "2020-01-05T10:30:00"),
            ("20200105T103015", "2020-01-05T10:30:15"),
            ("20200105T10301", "unknown"),
            ("2020-01-05Z", "2020-01-05"),
            ("2020-01-05+01:00", "2020-01-05"),
            ("2020-01-05-05:00", "2020-01-05"),
            ("2020-01-05+25:00", "unknown"),
            ("2020-01-05x", "unknown"),
            ("20200105T2530", "unknown"),
            ("20201305T1030", "unknown"),
            ("Sunday, 05-Jan-20 10:00:00 GMT", "2020-01-05T10:00:00"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37"),
            ("Someday, 06-Nov-94 08:49:37 GMT", "unknown"),
            ("/Date(1578218400000)/", "1578218400"),
            ("/Date(-1000+0100)/", "-1"),
            ("/Date(1578218400000+0100)/", "1578218400"),
            ("/Date()/", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}

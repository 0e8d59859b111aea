//! Dates in addresses and file names: a last resort, where a document has no date of its own.
//!
//! Used by `date`. Invariant: two different days in one name are none.

use super::words;
use jiff::civil;

/// Years that a name may be of: a name with four digits is often no year.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2049;

/// The day in the path of an address.
pub(super) fn in_address(address: &str) -> Option<civil::Date> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let mut found = Only::default();
    for window in parts.windows(3) {
        let [year, month, day] = window else { continue };
        found.see(whole(year, month, day));
    }
    for part in parts {
        in_part(part, &mut found);
    }
    found.day()
}

/// The day in the name of a file.
pub(super) fn in_name(name: &str) -> Option<civil::Date> {
    let mut found = Only::default();
    in_part(name, &mut found);
    found.day()
}

/// The one day seen.
#[derive(Debug, Default)]
struct Only {
    day: Option<civil::Date>,
    several: bool,
}

impl Only {
    fn see(&mut self, day: Option<civil::Date>) {
        let Some(day) = day else { return };
        self.several |= self.day.is_some_and(|known| known != day);
        self.day = Some(day);
    }

    fn day(&self) -> Option<civil::Date> {
        self.day.filter(|_| !self.several)
    }
}

/// `2020-01-05`, `2020_01_05` or `20200105` between bytes that are no digits.
fn in_part(part: &str, found: &mut Only) {
    let numbers: Vec<(usize, &str)> = numbers(part);
    for (at, digits) in &numbers {
        if digits.len() == 8 {
            let (year, rest) = digits.split_at(4);
            let (month, day) = rest.split_at(2);
            found.see(whole(year, month, day));
        }
        let next = |after: usize| numbers.iter().find(|(start, _)| *start == after).map(|n| n.1);
        let sign = part.as_bytes().get(at + 4);
        if digits.len() != 4 || !matches!(sign, Some(b'-' | b'_' | b'.')) {
            continue;
        }
        let (Some(month), Some(day)) = (next(at + 5), next(at + 8)) else { continue };
        if month.len() == 2 && day.len() == 2 && part.as_bytes().get(at + 7) == sign {
            found.see(whole(digits, month, day));
        }
    }
}

/// The runs of digits, each with its place.
fn numbers(part: &str) -> Vec<(usize, &str)> {
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some(start) = part.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + start;
        let rest = part.get(start..).unwrap_or_default();
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        runs.push((start, rest.get(..length).unwrap_or_default()));
        at = start + length;
    }
    runs
}

/// A day in three parts; the month may be a name.
fn whole(year: &str, month: &str, day: &str) -> Option<civil::Date> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !(1..=2).contains(&day.len()) || !digits(day) {
        return None;
    }
    let year: i16 = year.parse().ok().filter(|year| YEARS.contains(year))?;
    let month = if digits(month) && (1..=2).contains(&month.len()) {
        month.parse().ok()?
    } else {
        words::month(&month.to_lowercase())?
    };
    civil::Date::new(year, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_names() {
        let day = Some(civil::date(2020, 1, 5));
        for address in [
            "https://www.alpha.example/2020/01/05/ferry.html",
            "https://www.alpha.example/news/2020/jan/5/ferry?x=2021-02-03",
            "http://alpha.example/a/ferry-2020-01-05.html",
            "alpha.example/20200105/ferry",
            "https://alpha.example/2020/01/05/ferry-2020-01-05",
        ] {
            assert_eq!(in_address(address), day, "{address}");
        }
        for address in [
            "https://alpha.example/2020/01/ferry",
            "https://2020-01-05.example/",
            "https://alpha.example/2020/01/05/since-2019-03-04",
            "https://alpha.example/120200105/x",
            "https://alpha.example/1066/01/05/x",
            "https://alpha.example/2099/01/05/x",
            "https://alpha.example/2020/13/05/x",
            "",
        ] {
            assert_eq!(in_address(address), None, "{address}");
        }
        assert_eq!(in_name("2020-01-05_ferry.txt"), day);
        assert_eq!(in_name("ferry.20200105.txt"), day);
        assert_eq!(in_name("2020-01_05.txt"), None);
        assert_eq!(in_name("05-01-2020.txt"), None);
    }
}

//! The day in a line such as `Sunday, January 5, 2020` or `5. Januar 2020 Sonntag`.
//!
//! Used by article. Invariant: a line has a day only if it names a month, a day of it and a year,
//! each once; nothing is guessed from numbers alone.

/// How the names of months begin in English, German, French, Spanish, Italian, Portuguese and
/// Dutch; the first that fits counts.
const MONTHS: [(&str, u32); 32] = [
    ("jan", 1),
    ("jän", 1),
    ("ene", 1),
    ("gen", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("maa", 3),
    ("mrt", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("mag", 5),
    ("mei", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("jul", 7),
    ("juil", 7),
    ("lug", 7),
    ("aug", 8),
    ("aoû", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];
/// The same, of names that are short.
const MORE_MONTHS: [(&str, u32); 6] =
    [("oct", 10), ("okt", 10), ("ott", 10), ("out", 10), ("déc", 12), ("dic", 12)];
/// Longest name of a month.
const MONTH_LETTERS: usize = 10;

/// The day in a line, as `YYYY-MM-DD`.
pub(super) fn find(line: &str) -> Option<String> {
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut year, mut month, mut day) = (None, None, None);
    for word in words.take(12) {
        if let Ok(number) = word.trim_end_matches(char::is_alphabetic).parse::<u32>() {
            let is_plain = word.bytes().all(|byte| byte.is_ascii_digit());
            if (1700..=2100).contains(&number) && is_plain {
                year = year.or(Some(number));
            } else if (1..=31).contains(&number) && word.len() <= 4 {
                day = day.or(Some(number));
            }
        } else if month.is_none() {
            month = month_of(word);
        }
    }
    let (year, month, day) = (year?, month?, day?);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

fn month_of(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let fits = |start: &str| word.starts_with(start) && word.chars().count() <= MONTH_LETTERS;
    let all = MONTHS.iter().chain(&MORE_MONTHS);
    // `Mars` is a month and `Market` is not, `Mar` and `March` are.
    let other =
        ["market", "marketing", "marine", "general", "decision", "outlook", "setting", "maximum"];
    let found = all.clone().find(|(start, _)| fits(start)).map(|(_, month)| *month);
    found.filter(|_| !other.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::find;

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
        ] {
            assert_eq!(find(line).as_deref(), Some("2020-01-05"), "{line}");
        }
        assert_eq!(find("3 juin 2021").as_deref(), Some("2021-06-03"));
        assert_eq!(find("14 juillet 2021").as_deref(), Some("2021-07-14"));
        assert_eq!(find("1. März 2021").as_deref(), Some("2021-03-01"));
        for line in ["January 2020", "2020", "5/1/2020", "The 5 of 2020", "", "Market 5, 2020"] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}

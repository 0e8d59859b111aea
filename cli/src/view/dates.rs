//! Dates as inputs have them, cut and ordered for the view.
//!
//! Used by the view of a family. Invariant: a date that is not understood is shown as it is, and has
//! no order.

/// The day of a date as written: `2017-10-01` of RFC 3339, `15 Dec 2017` of RFC 2822; anything
/// else as it is.
pub(super) fn day(date: &str) -> &str {
    if iso(date).is_some() {
        return &date[..10];
    }
    let rest = date.split_once(',').map_or(date, |(_, rest)| rest).trim();
    if mail(rest).is_none() {
        return date;
    }
    let year_end = rest.match_indices(' ').nth(2).map_or(rest.len(), |(at, _)| at);
    &rest[..year_end]
}

/// Year, month and day, for ordering.
pub(super) fn key(date: &str) -> Option<(u32, u32, u32)> {
    let rest = date.split_once(',').map_or(date, |(_, rest)| rest).trim();
    iso(date).or_else(|| mail(rest))
}

fn iso(date: &str) -> Option<(u32, u32, u32)> {
    let mut parts = date.get(..10)?.split('-');
    let mut next = || parts.next()?.parse().ok();
    Some((next()?, next()?, next()?))
}

fn mail(date: &str) -> Option<(u32, u32, u32)> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut parts = date.split(' ');
    let day = parts.next()?.parse().ok()?;
    let name = parts.next().filter(|name| name.len() == 3)?;
    let month = u32::try_from(MONTHS.find(name)? / 3 + 1).ok()?;
    Some((parts.next()?.parse().ok()?, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_formats() {
        assert_eq!(day("2017-10-01"), "2017-10-01");
        assert_eq!(day("2017-10-01T12:00:00Z"), "2017-10-01");
        assert_eq!(day("Fri, 15 Dec 2017 10:00:00 +0100"), "15 Dec 2017");
        assert_eq!(day("5 Dec 2017"), "5 Dec 2017");
        assert_eq!(day("last Monday"), "last Monday");
    }

    #[test]
    fn order_of_the_formats() {
        assert_eq!(key("2017-12-15T12:00:00Z"), Some((2017, 12, 15)));
        assert_eq!(key("Fri, 15 Dec 2017 10:00:00 +0100"), Some((2017, 12, 15)));
        assert_eq!(key("någon gång förra året"), None);
        assert_eq!(key(""), None);
    }
}

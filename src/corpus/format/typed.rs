//! Typed values as text: numbers, days, moments, decimals, UUIDs, strings and lists of them.
//!
//! Used by the readers of Parquet and Arrow, so that a value makes the same id, date or text
//! whichever of them holds it. Invariant: a value is printed as what its type says it is.

use jiff::{SignedDuration, Timestamp, civil};
use std::borrow::Cow;

/// What the stored values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As they are.
    Plain,
    /// Numbers without a sign.
    Unsigned,
    /// Days since 1970.
    Days,
    /// Such parts of a second since 1970.
    Moments(i64),
    /// Numbers with so many digits after the point.
    Decimal(i32),
    /// Sixteen bytes that are a UUID.
    Uuid,
}

impl Kind {
    /// A number of 32 bits as text.
    pub(crate) fn narrow(self, value: i32) -> Option<String> {
        match self {
            Self::Unsigned => Some(value.cast_unsigned().to_string()),
            _ => self.whole(i64::from(value)),
        }
    }

    /// A number as text.
    pub(crate) fn whole(self, value: i64) -> Option<String> {
        match self {
            Self::Plain | Self::Uuid => Some(value.to_string()),
            Self::Unsigned => Some(value.cast_unsigned().to_string()),
            Self::Days => {
                let days = SignedDuration::from_hours(value.checked_mul(24)?);
                Some(civil::date(1970, 1, 1).checked_add(days).ok()?.to_string())
            }
            Self::Moments(per_second) => moment(value, per_second),
            Self::Decimal(scale) => decimal(i128::from(value), scale),
        }
    }

    /// Bytes as text; true where wrong ones had to be replaced.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Option<Shown<'_>> {
        match self {
            Self::Uuid if bytes.len() == 16 => Some((Cow::Owned(uuid(bytes)), false)),
            Self::Decimal(scale) => {
                let value = big_endian(bytes)?;
                Some((Cow::Owned(decimal(value, scale)?), false))
            }
            _ => Some(lossy(bytes)),
        }
    }
}

/// A value as text; true where wrong bytes had to be replaced.
pub(crate) type Shown<'a> = (Cow<'a, str>, bool);

/// The values of a list, with `between` them; none where there are none.
pub(crate) fn joined<'a>(
    values: impl Iterator<Item = Option<Shown<'a>>>,
    between: &str,
) -> Option<Shown<'static>> {
    let (mut all, mut repaired, mut some) = (String::new(), false, false);
    for value in values {
        some = true;
        let Some((value, odd)) = value else { continue };
        if !all.is_empty() {
            all.push_str(between);
        }
        all.push_str(&value);
        repaired |= odd;
    }
    some.then_some((Cow::Owned(all), repaired))
}

/// A signed number in as many bytes as there are, the highest first; none where it is too large.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = bytes.first()?;
    if bytes.len() > 16 {
        return None;
    }
    let start = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte)))
}

/// A number with `scale` digits after the point.
pub(crate) fn decimal(value: i128, scale: i32) -> Option<String> {
    let sign = if value < 0 { "-" } else { "" };
    Some(format!("{sign}{}", point(&value.unsigned_abs().to_string(), scale)?))
}

/// Digits with `scale` of them after a point; of a scale below zero with so many zeros.
pub(crate) fn point(digits: &str, scale: i32) -> Option<String> {
    let places = usize::try_from(scale.unsigned_abs()).ok().filter(|places| *places <= 76)?;
    if scale <= 0 {
        let zeros = if digits == "0" { 0 } else { places };
        return Some(format!("{digits}{}", "0".repeat(zeros)));
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    Some(format!("{whole}.{fraction}"))
}

/// The usual form of a UUID.
pub(crate) fn uuid(bytes: &[u8]) -> String {
    let part = |(n, byte): (usize, &u8)| {
        let sign = if matches!(n, 4 | 6 | 8 | 10) { "-" } else { "" };
        format!("{sign}{byte:02x}")
    };
    bytes.iter().enumerate().map(part).collect::<Vec<_>>().concat()
}

/// A moment in RFC 3339.
pub(crate) fn moment(value: i64, per_second: i64) -> Option<String> {
    let second = value.div_euclid(per_second);
    let rest = value.rem_euclid(per_second) * (1_000_000_000 / per_second);
    Some(Timestamp::new(second, i32::try_from(rest).ok()?).ok()?.to_string())
}

/// Bytes as text; true where wrong ones had to be replaced.
pub(crate) fn lossy(bytes: &[u8]) -> Shown<'_> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (String::from_utf8_lossy(bytes), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_what_they_are() {
        assert_eq!(Kind::Unsigned.whole(-1).as_deref(), Some("18446744073709551615"));
        assert_eq!(Kind::Unsigned.narrow(-1_294_967_296).as_deref(), Some("3000000000"));
        assert_eq!(Kind::Plain.narrow(-7).as_deref(), Some("-7"));
        assert_eq!(Kind::Decimal(2).whole(-5).as_deref(), Some("-0.05"));
        assert_eq!(Kind::Decimal(-2).whole(-12).as_deref(), Some("-1200"));
        assert_eq!(Kind::Decimal(-2).whole(0).as_deref(), Some("0"));
        assert_eq!(Kind::Decimal(0).whole(12).as_deref(), Some("12"));
        let bytes = |kind: Kind, bytes: &[u8]| kind.bytes(bytes).map(|(text, _)| text.into_owned());
        assert_eq!(bytes(Kind::Decimal(3), &[0xff, 0x85]).as_deref(), Some("-0.123"));
        assert_eq!(bytes(Kind::Decimal(3), &[0, 0, 0x30, 0x39]).as_deref(), Some("12.345"));
        assert_eq!(bytes(Kind::Decimal(3), &[1; 17]), None);
        let id: Vec<u8> = (0..16).collect();
        let text = "00010203-0405-0607-0809-0a0b0c0d0e0f";
        assert_eq!(bytes(Kind::Uuid, &id).as_deref(), Some(text));
    }

    #[test]
    fn moments_are_written_in_full() {
        assert_eq!(moment(1_500, 1_000).as_deref(), Some("1970-01-01T00:00:01.5Z"));
        assert_eq!(moment(-1, 1_000_000).as_deref(), Some("1969-12-31T23:59:59.999999Z"));
        assert_eq!(moment(0, 1_000_000_000).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(moment(i64::MAX, 1_000), None, "beyond all years");
    }

    #[test]
    fn wrong_bytes_are_reported() {
        assert_eq!(lossy("caf\u{e9}".as_bytes()), (Cow::Borrowed("caf\u{e9}"), false));
        assert_eq!(lossy(b"caf\xe9"), (Cow::Borrowed("caf\u{fffd}"), true));
    }
}

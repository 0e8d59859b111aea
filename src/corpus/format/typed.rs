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
    /// Such parts of a second since midnight.
    Times(i64),
    /// Two bytes that are a number with a point, the lowest first.
    Half,
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
            Self::Plain | Self::Uuid | Self::Half => Some(value.to_string()),
            Self::Unsigned => Some(value.cast_unsigned().to_string()),
            Self::Days => {
                let days = SignedDuration::from_hours(value.checked_mul(24)?);
                Some(civil::date(1970, 1, 1).checked_add(days).ok()?.to_string())
            }
            Self::Moments(per_second) => moment(value, per_second),
            Self::Times(per_second) => time_of_day(value, per_second),
            Self::Decimal(scale) => decimal(i128::from(value), scale),
        }
    }

    /// Bytes as text; true where wrong ones had to be replaced.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Option<Shown<'_>> {
        match self {
            Self::Uuid if bytes.len() == 16 => Some((Cow::Owned(uuid(bytes)), false)),
            Self::Decimal(scale) => {
                let (is_negative, digits) = big_endian(bytes)?;
                let sign = if is_negative { "-" } else { "" };
                Some((Cow::Owned(format!("{sign}{}", point(&digits, scale)?)), false))
            }
            Self::Half if bytes.len() == 2 => {
                let bits = u16::from_le_bytes([*bytes.first()?, *bytes.get(1)?]);
                Some((Cow::Owned(half(bits).to_string()), false))
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

/// Longest decimal, in bytes: more digits than any type of decimals has.
const DECIMAL_BYTES: usize = 40;

/// A signed number in as many bytes as there are, the highest first: whether it is below zero, and
/// its digits.
fn big_endian(bytes: &[u8]) -> Option<(bool, String)> {
    let is_negative = bytes.first()? & 0x80 != 0;
    if bytes.len() > DECIMAL_BYTES {
        return None;
    }
    let mut size = bytes.to_vec();
    if is_negative {
        // The size of a number below zero: all bits turned over, and one more.
        let mut carry = true;
        for byte in size.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    let mut digits = Vec::new();
    while size.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut size {
            let value = rest << 8 | u16::from(*byte);
            (*byte, rest) = (u8::try_from(value / 10).ok()?, value % 10);
        }
        digits.push(b'0' + u8::try_from(rest).ok()?);
    }
    if digits.is_empty() {
        digits.push(b'0');
    }
    digits.reverse();
    Some((is_negative, String::from_utf8(digits).ok()?))
}

/// A number of two bytes: a sign, five bits of exponent, ten of fraction.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction / 1024.0 * 2_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

/// A time of day, `05:06:07`.
pub(crate) fn time_of_day(value: i64, per_second: i64) -> Option<String> {
    let since = civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let second = value.checked_div_euclid(per_second)?;
    let rest = value.rem_euclid(per_second) * (1_000_000_000 / per_second);
    // A day has no second beyond its last one.
    let passed = SignedDuration::new(second, i32::try_from(rest).ok()?);
    let at = since.checked_add(passed).ok().filter(|at| at.date() == since.date())?;
    Some(at.time().to_string())
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
    }

    #[test]
    fn bytes_are_printed_as_what_they_are() {
        let bytes = |kind: Kind, bytes: &[u8]| kind.bytes(bytes).map(|(text, _)| text.into_owned());
        assert_eq!(bytes(Kind::Decimal(3), &[0xff, 0x85]).as_deref(), Some("-0.123"));
        assert_eq!(bytes(Kind::Decimal(3), &[0, 0, 0x30, 0x39]).as_deref(), Some("12.345"));
        assert_eq!(bytes(Kind::Decimal(3), &[0; 17]).as_deref(), Some("0.000"));
        let mut long = [0; 17];
        long[0] = 1;
        let text = "340282366920938463463374607431768211.456";
        assert_eq!(bytes(Kind::Decimal(3), &long).as_deref(), Some(text), "2^128");
        let below = format!("-{text}");
        assert_eq!(bytes(Kind::Decimal(3), &[&[255], &[0; 16][..]].concat()), Some(below));
        assert_eq!(bytes(Kind::Decimal(0), &[0x80]).as_deref(), Some("-128"));
        assert_eq!(bytes(Kind::Decimal(3), &[1; 41]), None);
        for (pair, number) in
            [([0x00, 0x3e], "1.5"), ([0x00, 0xc0], "-2"), ([0x01, 0x00], "0.000000059604645")]
        {
            assert_eq!(bytes(Kind::Half, &pair).as_deref(), Some(number));
        }
        let id: Vec<u8> = (0..16).collect();
        let text = "00010203-0405-0607-0809-0a0b0c0d0e0f";
        assert_eq!(bytes(Kind::Uuid, &id).as_deref(), Some(text));
    }

    #[test]
    fn times_of_day() {
        assert_eq!(Kind::Times(1_000).narrow(18_367_000).as_deref(), Some("05:06:07"));
        assert_eq!(Kind::Times(1_000_000).whole(500_000).as_deref(), Some("00:00:00.5"));
        assert_eq!(Kind::Times(1).whole(86_400), None, "no second of a day");
        assert_eq!(Kind::Times(1).whole(-1), None);
        assert_eq!(Kind::Times(1_000_000_000).whole(i64::MIN), None);
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

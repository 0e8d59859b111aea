//! Numbers as people read them: grouped, with units, as shares.
//!
//! Used by every view. Invariant: no share is rounded up to certainty.

use std::time::Duration;

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 family`, `2 families`: the number and the word in the right form.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

/// A share in percent, with two digits where it is small.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 {
        return "0 %".to_owned();
    }
    if percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

/// How sure a kind is, in a word before it; nothing where it is sure.
pub(super) fn sureness(confidence: f64) -> &'static str {
    match confidence {
        SURE.. => "",
        EVEN.. => "probably ",
        _ => "perhaps ",
    }
}

/// How sure a kind must be to be stated without a word of doubt.
const SURE: f64 = 0.8;
/// As likely as not.
const EVEN: f64 = 0.5;

/// A probability near 1 without rounding it up to certainty.
pub(super) fn chance(probability: f64) -> String {
    if probability >= 1.0 {
        "100 %".to_owned()
    } else if probability >= 0.9999 {
        ">99.99 %".to_owned()
    } else {
        format!("{:.2} %", probability * 100.0)
    }
}

/// `75.1 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in units {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

/// `20 ms`, `1.25 s`, `2 min 5 s`.
pub(super) fn seconds(time: Duration) -> String {
    let (seconds, whole) = (time.as_secs_f64(), time.as_secs());
    if whole == 0 {
        return format!("{:.0} ms", seconds * 1000.0);
    }
    if whole < 60 {
        return format!("{seconds:.2} s");
    }
    format!("{} min {} s", grouped(whole / 60), whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "family", "families"), "1 family");
        assert_eq!(count(1000, "family", "families"), "1,000 families");
    }

    #[test]
    fn nothing_is_rounded_up_to_certainty() {
        assert_eq!(chance(1.0), "100 %");
        assert_eq!(chance(0.999_999_9), ">99.99 %");
        assert_eq!(chance(0.999_4), "99.94 %");
        assert_eq!([percent(0.0), percent(0.000_3), percent(0.099)], ["0 %", "0.03 %", "9.9 %"]);
        assert_eq!([size(0), size(1023), size(1536)], ["0 B", "1023 B", "1.5 KiB"]);
    }
}

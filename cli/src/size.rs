//! Sizes as people write them: `4096`, `64KiB`, `512MiB`, `2GiB`.
//!
//! Used by the arguments. Invariant: a size is exact or refused.

/// Parses a number of bytes.
///
/// # Errors
/// What is wrong with `text`, for the usage error of the flag.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    const HINT: &str = "use bytes, or a number with KiB, MiB or GiB, such as 64MiB";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" | "B" => 0,
        "KiB" | "K" | "k" => 10,
        "MiB" | "M" => 20,
        "GiB" | "G" => 30,
        unit => return Err(format!("unknown unit `{unit}`. {HINT}")),
    };
    let number: u64 = digits.trim().parse().map_err(|_| format!("not a size. {HINT}"))?;
    number.checked_mul(1 << shift).ok_or_else(|| format!("too large. {HINT}"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes() {
        assert_eq!(parse("0"), Ok(0));
        assert_eq!(parse("4096"), Ok(4096));
        assert_eq!(parse("64KiB"), Ok(65_536));
        assert_eq!(parse("2 MiB"), Ok(2 << 20));
        assert_eq!(parse("3G"), Ok(3 << 30));
        for bad in ["", "MiB", "-1", "1.5GiB", "7 parsecs", "99999999999GiB"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

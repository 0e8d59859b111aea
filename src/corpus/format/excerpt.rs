//! Texts that are not whole, by what services put in their place.
//!
//! Used by the readers of tables and JSON. Services of news hand out the start of an article and
//! the number of characters that are missing, or a sentence of their own for those who do not pay:
//! two such records would be copies of each other. Invariant: a text is judged by its start and its
//! end alone.

use crate::corpus::problem::Refusal;

/// How the end of a text starts that says how much is missing: `[+1234 chars]`.
const OPEN: [&str; 2] = [" [+", " ["];

/// How it ends.
const CLOSE: &str = " chars]";

/// Bytes of the end of a text that are looked at.
const END_BYTES: usize = 32;

/// Units of UTF-16 that a cell of Excel holds.
const CELL_UNITS: usize = 32_767;

/// Bytes that a column of texts holds in `MySQL`.
const COLUMN_BYTES: usize = 65_535;

/// What stands in the place of a text that is sold.
const SOLD: (&str, &str) = ("ONLY AVAILABLE IN ", " PLANS");

/// Bytes of such a sentence.
const SOLD_BYTES: usize = 80;

/// What is to be said of a text whose end says how much of it is missing.
#[inline]
pub(crate) fn cut_off(text: &str) -> Option<Refusal> {
    let rest = text.strip_suffix(CLOSE)?;
    let end = rest.get(rest.len().saturating_sub(END_BYTES)..).unwrap_or(rest);
    let missing = OPEN.iter().find_map(|open| end.rsplit_once(open)).map(|(_, number)| number)?;
    let is_number = !missing.is_empty() && missing.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| {
        let cause = format!("the text is cut off by its service (characters missing: {missing})");
        Refusal::new(cause, "fetch the article itself; what is there is used")
    })
}

/// What is to be said of a text of a table that is as long as a cell can be.
#[inline]
pub(crate) fn filled(text: &str) -> Option<Refusal> {
    let bytes = text.len();
    // A unit of UTF-16 has one to three bytes here.
    let may_be_cell = (CELL_UNITS..=3 * CELL_UNITS).contains(&bytes);
    let (writer, unit) = if may_be_cell && text.encode_utf16().count() == CELL_UNITS {
        ("Excel", "32767 characters")
    } else if bytes == COLUMN_BYTES {
        ("MySQL", "65535 bytes")
    } else {
        return None;
    };
    let cause = format!("the text has {unit}, where {writer} cuts it off");
    Some(Refusal::new(cause, "export it from where it is whole; what is there is used"))
}

/// Whether a sentence of its service stands in the place of the text.
#[inline]
pub(crate) fn is_withheld(text: &str) -> bool {
    text.len() <= SOLD_BYTES && text.starts_with(SOLD.0) && text.ends_with(SOLD.1)
}

/// What is to be said of it.
pub(crate) fn withheld() -> Refusal {
    let cause = "the text is not there, its service sells it (`ONLY AVAILABLE IN .. PLANS`)";
    Refusal::new(cause, "fetch the article itself, or name another column with {text_column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_says_what_is_missing() {
        let cause = |text: &str| cut_off(text).map(|refusal| refusal.cause);
        let expected = "the text is cut off by its service (characters missing: 1234)";
        for text in ["The pier\u{2026} [+1234 chars]", "The pier... [1234 chars]"] {
            assert_eq!(cause(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["[+1234 chars]", "The pier [+ chars]", "A line of 80 chars]", "chars]", ""] {
            assert_eq!(cause(text), None, "{text}");
        }
        let far = format!("\u{e9}{} chars]", "\u{e9}".repeat(40));
        assert_eq!(cause(&far), None);
    }

    #[test]
    fn a_cell_that_is_full_may_have_been_cut() {
        let cause = |text: &str| filled(text).map(|refusal| refusal.cause);
        let full = "the text has 32767 characters, where Excel cuts it off";
        assert_eq!(cause(&"a".repeat(32_767)).as_deref(), Some(full));
        assert_eq!(cause(&"\u{e9}".repeat(32_767)).as_deref(), Some(full));
        let column = cause(&"a".repeat(65_535));
        assert!(column.is_some_and(|cause| cause.contains("MySQL")));
        for bytes in [0, 32_766, 32_768, 65_534, 65_536] {
            assert_eq!(cause(&"a".repeat(bytes)), None, "{bytes}");
        }
    }

    #[test]
    fn what_is_sold_is_no_text() {
        assert!(is_withheld("ONLY AVAILABLE IN PAID PLANS"));
        assert!(is_withheld("ONLY AVAILABLE IN PROFESSIONAL AND CORPORATE PLANS"));
        assert!(!is_withheld("ONLY AVAILABLE IN PLANTS") && !is_withheld(""));
        let long = format!("ONLY AVAILABLE IN {} PLANS", "x".repeat(SOLD_BYTES));
        assert!(!is_withheld(&long));
    }
}

//! How letters open and end.
//!
//! Used by `occurrence` and `context`: a letter is somebody's words, and the names in its last
//! lines are of who signed it. Invariant: reads a bounded stretch at either end.

use super::lines::{first_line, floor};

/// Words that open a letter.
static SALUTATIONS: &[&str] = &[
    "Dear ",
    "Sehr geehrte",
    "Liebe ",
    "Lieber ",
    "Estimad",
    "Cher ",
    "Ch\u{e8}re ",
    "Gentile ",
    "Egregi",
    "Prezad",
];
/// Bytes at the start of a letter in which its salutation ends.
const SALUTATION_BYTES: usize = 80;

/// Words of a line that says that a letter follows.
static LETTERS: &[&str] = &["letter", "brief", "lettre", "carta", "lettera", "schreiben"];
/// Bytes at the start of a passage in which that line, the date and the address of a letter are.
const ADDRESS_BYTES: usize = 400;

/// Whether a passage opens with a salutation and what ends one, or with the line that says that a
/// letter follows, and its address.
pub(super) fn opens_letter(passage: &str) -> bool {
    let head = &passage[..floor(passage, ADDRESS_BYTES)];
    let lead = first_line(head);
    let says = || {
        let lower = lead.to_lowercase();
        LETTERS.iter().any(|word| lower.contains(word))
    };
    let short = lead.split_whitespace().take(LEAD_WORDS + 1).count() <= LEAD_WORDS;
    let mut lines = memchr::memchr_iter(b'\n', head.as_bytes());
    salutes(passage) || short && says() && lines.any(|end| salutes(&passage[end + 1..]))
}

/// Most words of a line that says that a letter follows.
const LEAD_WORDS: usize = 12;

/// Whether a line opens with a salutation and what ends one.
fn salutes(passage: &str) -> bool {
    let open = passage.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let opens = SALUTATIONS.iter().any(|words| open.starts_with(words));
    let head = &open[..floor(open, SALUTATION_BYTES)];
    opens && (head.contains([',', ':', '\n']) || head.contains("  "))
}

/// Words that close a letter, before the names of those who signed it.
static CLOSINGS: &[&str] = &[
    "Sincerely",
    "Respectfully",
    "Yours truly",
    "Yours faithfully",
    "Kind regards",
    "Best regards",
    "Mit freundlichen Gr\u{fc}\u{df}en",
    "Hochachtungsvoll",
    "Atentamente",
    "Cordialement",
    "Cordiali saluti",
    "Atenciosamente",
];

/// Bytes at the end of a letter in which it is closed and signed.
const CLOSING_BYTES: usize = 240;

/// Whether the text ends as letters do, so that the names in its last lines are of who wrote it.
pub(super) fn is_letter(text: &str) -> bool {
    let text = text.trim_end();
    let end = &text[floor(text, text.len().saturating_sub(CLOSING_BYTES))..];
    CLOSINGS.iter().any(|words| end.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_opens_with_a_salutation() {
        for letter in ["Dear Warden Other:\n\nWe ask", "\u{201e}Sehr geehrte Frau Other, wir"] {
            assert!(opens_letter(letter), "{letter}");
        }
        let late = "Dear friends of the dam and of all that is held by it and below it for long";
        let pasted = "The letter is below.\n\nMay 3, 2006\n\nDear Warden Other:\n\nWe ask";
        assert!(opens_letter(pasted) && !opens_letter(&pasted.replace("letter", "dam")));
        for other in ["It is dear, they say.", &format!("{late} years, it held"), ""] {
            assert!(!opens_letter(other), "{other}");
        }
    }

    #[test]
    fn a_letter_is_signed() {
        assert!(is_letter("We ask for a dam.\n\nSincerely,\n\nAnn Other\nRob Herald\n\n"));
        assert!(!is_letter("He sincerely thought that the dam held.\n\nHerald\n"));
    }
}

//! Agencies that the table of `credit` lacks, by the forms in which only agencies are credited.
//!
//! Fed by `context` with whole documents, feeds the provenance of places as `credit` does, and says
//! which outlets are agencies themselves: those whose own reports start in this form. The forms:
//! a place in capitals before a name in brackets and a dash (`SALTMARSH (Northwire) -`), a last
//! line such as `With material from Northwire.`, and one that is a name in brackets which says that
//! it is a wire or a service. Invariant: reads a bounded stretch of the text; the name is part of
//! it.

use super::lines::{floor, last_line};

/// Bytes of the head in which a dateline is looked for.
const HEAD_BYTES: usize = 300;
/// Longest name, in bytes.
const NAME_BYTES: usize = 32;
/// Bytes before the bracket in which the place is.
const PLACE_BYTES: usize = 48;
/// Fewest letters of a place in capitals.
const PLACE_LETTERS: usize = 3;

/// The agency that a text credits in one of these forms.
pub(super) fn agency_of(text: &str) -> Option<&str> {
    dateline(text).or_else(|| last(text))
}

/// The name in a dateline.
fn dateline(text: &str) -> Option<&str> {
    let head = &text[..floor(text, HEAD_BYTES)];
    memchr::memchr_iter(b'(', head.as_bytes()).find_map(|at| {
        let (name, after) = head[at + 1..].split_once(')')?;
        let dash = after.trim_start().starts_with(['-', '\u{2013}', '\u{2014}']);
        let place = last_line(&head[floor(head, at.saturating_sub(PLACE_BYTES))..at]);
        (dash && is_name(name) && is_place(place)).then_some(name)
    })
}

/// Whether a place in capitals is in front, and no word of a sentence.
fn is_place(before: &str) -> bool {
    let loud = |word: &str| {
        word.chars().filter(|c| c.is_uppercase()).count() >= PLACE_LETTERS
            && !word.chars().any(char::is_lowercase)
    };
    let words = || before.split_whitespace();
    words().next().is_some_and(loud) && !words().any(|word| word.starts_with(char::is_lowercase))
}

/// Words before a name that say that a text was made from its material.
static MADE_FROM: &[&str] = &[
    "With material from ",
    "With reporting from ",
    "Mit Material von ",
    "Mit Material der ",
    "Con informaci\u{f3}n de ",
    "Com informa\u{e7}\u{f5}es da ",
    "Avec ",
];

/// Parts of names of agencies.
static PARTS: &[&str] = &["wire", "news service", "press agency", "presse-agentur", "agencia de"];

/// The name in the last line.
fn last(text: &str) -> Option<&str> {
    let line = last_line(text.trim_end());
    let line = line.trim().trim_end_matches('.');
    if line.len() > 2 * NAME_BYTES {
        return None;
    }
    let made = MADE_FROM.iter().find_map(|words| line.strip_prefix(words));
    let inner = || line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let named = |name: &&str| {
        let lower = name.to_lowercase();
        PARTS.iter().any(|part| lower.contains(part))
    };
    made.or_else(|| inner().filter(named)).filter(|name| is_name(name))
}

/// Whether it is a name of one to three words with capitals.
fn is_name(name: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '&');
    // `(D-PA)` is the party of a politician.
    let plain = name.chars().any(char::is_lowercase) || !name.contains('-');
    plain
        && (3..=NAME_BYTES).contains(&name.len())
        && name.chars().all(letters)
        && (1..=3).contains(&name.split_whitespace().count())
        && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_in_which_only_agencies_are_credited() {
        for text in [
            "Dam holds\n\nUPPER LOCK (Northwire) - The dam held on Monday.",
            "UPPER LOCK, May 3 (Northwire) \u{2014} The dam held.",
            "The dam held.\n\nWith material from Northwire.\n",
            "The dam held.\n\n(Northwire)",
        ] {
            assert_eq!(agency_of(text), Some("Northwire"), "{text}");
        }
        for text in [
            "The DAM (Upper Lock) - which held - is old.",
            "UPPER LOCK (D-PA) - The dam held.",
            "UPPER LOCK (closed since May) - The dam held.",
            "The dam held.\n\n(Ann Other)",
            "The dam held.\n\nWith material from the archive.",
        ] {
            assert_eq!(agency_of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_part_of_any_text(text in "([A-Z]{1,4}|[a-z( )-]|\n|Wire|\\PC){0,40}") {
            prop_assert!(agency_of(&text).is_none_or(|name| text.contains(name)));
        }
    }
}

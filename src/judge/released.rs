//! Texts that say that they are somebody else's: press releases, letters, columns that are sold,
//! and what is reprinted from a place that all of a family name.
//!
//! Used by `context` for passages that may be reuse; feeds `kind` (such a passage is no proof of
//! reuse, and has no source by dates: whoever prints it has it from who wrote it). Invariant: reads
//! a bounded number of bytes at either end of a text.

use super::lexicon::{FIRST_BY, FROM, RELEASED};
use super::lines::{first_line, floor};
use super::naming;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// Bytes at the start of a text that are read ..
const HEAD_BYTES: usize = 320;
/// .. and bytes at its end.
const FOOT_BYTES: usize = 400;

/// The words of [`RELEASED`], found in one pass.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(RELEASED).ok());

/// Whether the head or the foot of a text has the words of a release, a letter or a sold column.
pub(super) fn is_released(text: &str) -> bool {
    let head = &text[..floor(text, HEAD_BYTES)];
    let foot = &text[floor(text, text.len().saturating_sub(FOOT_BYTES))..];
    let has = |part: &str| {
        FINDER.as_ref().is_some_and(|finder| finder.is_match(part.to_lowercase().as_bytes()))
    };
    has(head) || has(foot)
}

/// Whether a credit line says from where a text is: `Source: the water board`.
pub(super) fn names_source(line: &str) -> bool {
    let line = line.trim_start_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
    FROM.iter().filter(|words| words.ends_with([':', '\u{ff1a}'])).any(|words| {
        line.strip_prefix(words).is_some_and(|rest| rest.chars().any(char::is_alphanumeric))
    })
}

/// Bytes of a note below a passage.
const NOTE_BYTES: usize = 200;

/// The paragraph below a passage that ends its own, where it says where the text was printed
/// before, or who had it first.
pub(super) fn note_below(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let is_over = !first_line(&rest[..floor(rest, NOTE_BYTES)]).contains(char::is_alphanumeric);
    let line = memchr::memchr(b'\n', &rest.as_bytes()[..floor(rest, NOTE_BYTES)])?;
    let note = rest[line..].trim_start();
    let start = text.len() - note.len();
    let note = first_line(&note[..floor(note, NOTE_BYTES)]);
    let says = || naming::is_reprinted(note) || FIRST_BY.iter().any(|words| note.contains(words));
    (is_over && says()).then(|| start..start + note.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn releases_letters_and_columns_say_so() {
        for text in [
            "FOR IMMEDIATE RELEASE\n\nThe dam holds.",
            "NORDHAVEN, May 2 /PRNewswire/ -- The dam holds.",
            "The dam holds.\n\nMedia contact: Ann Other",
            "Die Staumauer h\u{e4}lt.\n\nQuelle: Pressemitteilung der Stadt",
            "The dam holds.\n\nAnn Other is a syndicated columnist.",
        ] {
            assert!(is_released(text), "{text}");
        }
        let long = "The dam holds. ".repeat(60);
        let middle = format!("{long}They wrote a press release. {long}");
        for text in ["The dam holds.", "", middle.as_str()] {
            assert!(!is_released(text), "{text}");
        }
    }

    #[test]
    fn a_line_names_a_source_or_something_else() {
        assert!(names_source("Source: Southern Water Board"));
        assert!(names_source("(Quelle: Wasserwerk)"));
        assert!(!names_source("Sources said so"));
        assert!(!names_source("Source:"));
        assert!(!names_source("According to all of them"));
    }

    #[test]
    fn a_note_below_a_passage_says_where_it_was_printed_before() {
        let note = |text: &str| {
            let below = note_below(text, "The dam holds".len());
            below.map(|below| text[below].to_owned())
        };
        let own = "The dam holds.\n\nThis article first appeared in the Bay Herald.\n\nMore.";
        let said = "This article first appeared in the Bay Herald.";
        assert_eq!(note(own).as_deref(), Some(said));
        let first = own.replace("This article first appeared in", "It was first reported by");
        assert_eq!(note(&first).as_deref(), Some("It was first reported by the Bay Herald."));
        for text in [
            "The dam holds.\n\nThe Bay Herald moved.",
            "The dam holds for now.\n\nThis article first appeared in the Bay Herald.",
            "The dam holds.",
            "The dam holds",
        ] {
            assert_eq!(note(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,900}") {
            is_released(&text);
            names_source(&text);
            note_below(&text, 0);
        }
    }
}

//! Paragraphs of transcripts, which open with the name of who speaks.
//!
//! Used by `occurrence`. Invariant: reads the start of the paragraph of a passage, and, if that may
//! name a speaker, the paragraphs within a bounded stretch around it.

use super::lines::{floor, line_start};

/// Furthest look around a passage, for its paragraph and those beside it.
const PARAGRAPH_BYTES: usize = 4000;
/// Longest name of a speaker, in bytes.
const SPEAKER_BYTES: usize = 48;
/// Fewest letters of one.
const SPEAKER_LETTERS: usize = 4;

/// Whether the paragraph at `start` opens with the name of a speaker in capitals and a colon, as in
/// transcripts: `ANN OTHER: The dam held.` Datelines and labels look the same, but others answer a
/// speaker: near by, another paragraph opens with another name, and one of the names comes again.
pub(super) fn is_spoken(text: &str, start: usize) -> bool {
    let from = floor(text, start.saturating_sub(PARAGRAPH_BYTES));
    let line = from + line_start(&text[from..], start - from);
    // A paragraph that starts before the window is too long for a transcript.
    let own = Some(&text[line..]).filter(|_| line > from || from == 0).and_then(loud_label);
    own.is_some_and(is_speaker) && {
        let near = &text[from..floor(text, start + PARAGRAPH_BYTES)];
        let mut names: Vec<&str> = near.lines().filter_map(loud_label).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        (2..all).contains(&names.len())
    }
}

/// The words in capitals before a colon that a paragraph opens with, unless one shows that they are
/// no name.
fn loud_label(paragraph: &str) -> Option<&str> {
    let head = &paragraph[..floor(paragraph, SPEAKER_BYTES)];
    // A search for one byte is far quicker to set up than one for two.
    let mut colons = memchr::memchr_iter(b':', head.as_bytes());
    let end = colons.find(|&at| head.as_bytes().get(at + 1) == Some(&b' '))?;
    let name = &head[..end];
    let other = |c: char| c.is_lowercase() || c.is_numeric();
    let loud = !name.contains(other) && name.chars().any(char::is_uppercase);
    let is_label = || name.split(|c: char| !c.is_alphabetic()).any(|word| LABELS.contains(&word));
    (loud && !is_label()).then_some(name)
}

/// Whether words in capitals can be the whole name of a speaker.
fn is_speaker(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_uppercase()).count();
    letters >= SPEAKER_LETTERS && name.contains(' ')
}

/// Words of labels and headings in capitals, which no name has.
static LABELS: &[&str] = &[
    "ABOUT",
    "ALERT",
    "ALSO",
    "ANALYSIS",
    "BREAKING",
    "BRIEF",
    "BY",
    "CORRECTION",
    "EDITOR",
    "EXCLUSIVE",
    "FACT",
    "FILE",
    "FROM",
    "GALLERY",
    "HERE",
    "HOW",
    "IN",
    "IS",
    "IT",
    "KEY",
    "LATEST",
    "LIVE",
    "MORE",
    "NEW",
    "NEWS",
    "NOTE",
    "OPINION",
    "PHOTO",
    "PHOTOS",
    "POINT",
    "READ",
    "RELATED",
    "REPORT",
    "SEE",
    "STORIES",
    "STORY",
    "THE",
    "THIS",
    "TO",
    "TOP",
    "UPDATE",
    "UPDATES",
    "VIDEO",
    "WATCH",
    "WHAT",
    "WHEN",
    "WHERE",
    "WHO",
    "WHY",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str, passage: &str) -> bool {
        is_spoken(text, text.find(passage).unwrap())
    }

    #[test]
    fn a_transcript_names_its_speakers() {
        let text = "The dam held.\n\nANN OTHER: We looked at it all night, and it held.\n\n\
                    WARDEN: It did.\n\nANN OTHER: Nobody slept.\n\n\
                    FILE PHOTO: The dam at night. Ida Brandt/AFP\n\nDam 2: It held, too.";
        assert!(spoken(text, "We looked at it all night"));
        for other in ["The dam held", "It did", "It held, too"] {
            assert!(!spoken(text, other), "{other}");
        }
        for label in [
            "UPPER LOCK: The gates are shut.",
            "It rained.\n\nUPPER LOCK: The gates are shut.\n\nLOWER LOCK: They are not.",
            "READ MORE: The gates are shut.\n\nREAD MORE: It held.\n\nBAY HERALD: It did.",
            "KEY POINT: The gates are shut.\n\nWHY NOW: It rained.\n\nKEY POINT: It held.",
        ] {
            assert!(!spoken(label, "The gates are shut"), "{label}");
        }
    }
}

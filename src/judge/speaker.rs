//! Who speaks: paragraphs of transcripts, which open with a name, talks, and words of the first
//! person.
//!
//! Used by `occurrence`, `quotes` and `context`. Invariant: reads the start of the paragraph of a
//! passage, and, if that may name a speaker, the paragraphs within a bounded stretch around it.

use super::lexicon::{FIRST_PERSON, FIRST_PERSON_BYTES};
use super::lines::{floor, line_start};
use std::sync::LazyLock;

/// For each byte the lengths of the pronouns that start with it, a bit for each: most words start
/// as none does.
static PRONOUNS: LazyLock<[u16; 256]> = LazyLock::new(|| {
    let mut lengths = [0; 256];
    for word in FIRST_PERSON {
        let first = word.as_bytes()[0];
        for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
            lengths[usize::from(byte)] |= 1 << word.len();
        }
    }
    lengths
});

/// Whether a word is a pronoun of the first person.
pub(super) fn is_pronoun(word: &str) -> bool {
    let first = word.as_bytes().first().map_or(0, |&byte| PRONOUNS[usize::from(byte)]);
    let may_be = word.len() <= FIRST_PERSON_BYTES && first >> word.len() & 1 == 1;
    may_be && FIRST_PERSON.iter().any(|own| own.eq_ignore_ascii_case(word))
}

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

/// Times that a speaker has to come in a talk, and speakers that do.
const TURNS: usize = 2;
/// Longest label of a speaker in running text, in bytes ..
const LABEL_BYTES: usize = 40;
/// .. and its most words.
const LABEL_WORDS: usize = 4;

/// Whether a stretch of text is a talk: two speakers or more, each named twice or more before a
/// colon at the start of a sentence, in paragraphs of their own or in one: `Mr. Other: It held.`
pub(super) fn is_talk(stretch: &str) -> bool {
    let mut names: Vec<&str> =
        stretch.match_indices(": ").filter_map(|(at, _)| label_before(&stretch[..at])).collect();
    names.sort_unstable();
    let often = names.chunk_by(|x, y| x == y).filter(|same| same.len() >= TURNS);
    often.count() >= TURNS
}

/// Abbreviations before a name.
const TITLES: [&str; 9] = ["Mr", "Ms", "Mrs", "Dr", "St", "Sen", "Rep", "Gov", "Hr"];

/// Whether a full stop after a word does not end its sentence.
fn is_title(word: &str) -> bool {
    TITLES.contains(&word) || word.len() == 1
}

/// The words in front of a colon from the start of its sentence, if all are capitalised.
fn label_before(before: &str) -> Option<&str> {
    let from = floor(before, before.len().saturating_sub(LABEL_BYTES));
    let near = &before[from..];
    let ends = |(at, sign): (usize, char)| {
        // `Mr. Other` is one name.
        let of_title = || near[..at].rsplit(' ').next().is_some_and(is_title);
        let is_end = matches!(sign, '\n' | '!' | '?' | '\u{201d}' | '"' | '\u{ab}' | '\u{bb}');
        (is_end || sign == '.' && !of_title()).then_some(at + sign.len_utf8())
    };
    let start = near.char_indices().rev().find_map(ends).or((from == 0).then_some(0))?;
    let label = near[start..].trim();
    let mut words = label.split_whitespace();
    let named = words.clone().count() <= LABEL_WORDS
        && words.all(|word| word.starts_with(char::is_uppercase))
        && !label.is_empty();
    named.then_some(label)
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
    fn talks_name_two_speakers_twice() {
        for text in [
            "Mr. Other: It held. Ms. Miller: Did it? Mr. Other: It did. Ms. Miller: Good.",
            "OTHER: It held. MILLER: Did it? OTHER: It did! MILLER: Good.",
            "Q: Did it hold?\nA: It did.\nQ: For how long?\nA: All night.",
            "Frage: Hielt sie? Other: Ja. Frage: Wie lange? Other: Die ganze Nacht.",
        ] {
            assert!(is_talk(text), "{text}");
        }
        for text in [
            "Mr. Other: It held. Ms. Miller: Did it?",
            "He said: It held. He said: It did. She asked: Did it? She asked: Why?",
            "Note: It held. Note: It did. Note: It will.",
            "",
        ] {
            assert!(!is_talk(text), "{text}");
        }
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

//! Texts that say that they are somebody else's: press releases, letters, columns that are sold,
//! notices of deaths and of offices, and what is reprinted from a place that all of a family name.
//!
//! Used by `context` for passages that may be reuse; feeds `kind` (such a passage is no proof of
//! reuse, and has no source by dates: whoever prints it has it from who wrote it). Invariant: reads
//! a bounded number of bytes at either end of a text.

use super::credit::BYLINES;
use super::finder::in_any_case;
use super::lexicon::{
    BETWEEN, FIRST_BY, FROM, OUGHT, PLACED, PLACED_PARTS, PRESENTS, RELEASED, TIMES, WEEKDAYS,
};
use super::lines::{first_line, floor, last_line};
use super::naming;
use crate::corpus::written_date;
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
    let ends = || foot.lines().any(|line| ENDS.contains(&line.trim()));
    has(head) || has(foot) || ends() || [head, foot].iter().any(|part| is_from_elsewhere(part))
}

/// Signs that end a release, on a line of their own.
const ENDS: [&str; 5] = ["###", "# # #", "-30-", "- 30 -", "(Ende)"];

/// Whether a text says where it was printed before, and not only when.
fn is_from_elsewhere(part: &str) -> bool {
    let name = |after: &str| {
        let mut words = after
            .split_whitespace()
            .map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()));
        let first = words.find(|word| !BETWEEN.contains(&word.to_lowercase().as_str()));
        first.is_some_and(|word| {
            let day = WEEKDAYS.iter().any(|names| names.contains(&word.to_lowercase().as_str()));
            let month = || written_date(&format!("1 {word} 2000")).is_some();
            word.starts_with(char::is_uppercase) && !day && !month()
        })
    };
    naming::reprinted(part).is_some_and(name)
}

/// Words of notices, each with what it counts.
static NOTICE_WORDS: LazyLock<Vec<(&str, u32)>> = LazyLock::new(|| {
    let of = |words: &'static [&'static str], count| words.iter().map(move |word| (*word, count));
    of(PLACED, ENOUGH).chain(of(PLACED_PARTS, 1)).chain(of(TIMES, 0)).collect()
});
/// The same, found in one pass.
static NOTICE_FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| in_any_case(NOTICE_WORDS.iter().map(|(word, _)| *word)));
/// What the words of a notice count together.
const ENOUGH: u32 = 2;

/// Times of a day in a programme or a calendar.
const MANY_TIMES: usize = 6;

/// Whether a stretch of text has the words of a notice that a family, an undertaker or an office
/// places in several papers, or of what else these have from one third, or is a calendar: none of
/// them has it from another.
pub(super) fn is_placed(stretch: &str) -> bool {
    let mut seen: Vec<usize> = Vec::new();
    let (mut count, mut times) = (0, 0);
    let found = NOTICE_FINDER.as_ref().into_iter().flat_map(|finder| finder.find_iter(stretch));
    for word in found.map(|found| found.pattern().as_usize()) {
        let own = NOTICE_WORDS.get(word).map_or(0, |(_, own)| *own);
        times += usize::from(own == 0);
        if !seen.contains(&word) {
            seen.push(word);
            count += own;
        }
    }
    count >= ENOUGH || times >= MANY_TIMES
}

/// Longest note on who wrote a text, in bytes.
const AUTHOR_BYTES: usize = 300;
/// Most words of a name.
const NAME_WORDS: usize = 4;

/// The last paragraph of a text that presents who wrote it: `Ann Other is a member of the board.`
/// Where two papers have the same, both have the text from there.
pub(super) fn author_note(text: &str) -> Option<&str> {
    let note = last_line(text.trim_end());
    let is_name = |word: &&str| word.starts_with(char::is_uppercase) && !word.ends_with(',');
    let mut words = note.split_whitespace().peekable();
    let mut count = 0;
    while words.next_if(|word| is_name(word)).is_some() {
        count += 1;
    }
    let presents = words.next().is_some_and(|verb| PRESENTS.contains(&verb));
    let is_note = note.len() <= AUTHOR_BYTES && (2..=NAME_WORDS).contains(&count) && presents;
    is_note.then_some(note)
}

/// Words that say what ought to be done, of which a column has as many ..
const MANY_OUGHT: usize = 3;
/// .. with at most so many words to each.
const WORDS_TO_OUGHT: usize = 60;

/// The words of [`OUGHT`], found in one pass.
static OUGHT_FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| in_any_case(OUGHT.iter().copied()));

/// Whether a stretch of text says again and again what ought to be done, as columns do that an
/// organisation or a politician offers to several papers.
pub(super) fn is_opinion(stretch: &str) -> bool {
    let found = OUGHT_FINDER.as_ref().into_iter().flat_map(|finder| finder.find_iter(stretch));
    let letter = |at: Option<char>| at.is_some_and(char::is_alphabetic);
    let count = found
        .filter(|found| {
            // `must` is no part of `mustard`.
            let end = stretch[..found.end()].ends_with(char::is_alphabetic);
            let before = letter(stretch[..found.start()].chars().next_back());
            let after = letter(stretch[found.end()..].chars().next());
            !(before || end && after)
        })
        .count();
    count >= MANY_OUGHT && stretch.split_whitespace().count() <= count * WORDS_TO_OUGHT
}

/// Longest byline, in bytes.
const BYLINE_BYTES: usize = 60;

/// The line near the head of a text that names nobody but who wrote it: `By Ann Other`. What two
/// papers print under one name they may both have from there.
pub(super) fn byline(text: &str) -> Option<&str> {
    let head = &text[..floor(text, HEAD_BYTES)];
    head.lines().map(str::trim).find(|line| {
        let mut words = line.split_whitespace();
        let opens = words.next().is_some_and(|word| {
            BYLINES.iter().any(|own| own.eq_ignore_ascii_case(word)) && line.len() <= BYLINE_BYTES
        });
        let is_name = |word: &str| {
            let letters =
                |sign: char| sign.is_alphabetic() || matches!(sign, '.' | '-' | '\u{2019}');
            word.starts_with(char::is_uppercase) && word.chars().all(letters)
        };
        opens && (2..=NAME_WORDS).contains(&words.clone().count()) && words.all(is_name)
    })
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
            "The dam holds.\n\n###\n\nThe board was set up long ago.",
            "The dam holds.\n\nThis story was originally published by Northwire.",
            "Dieser Text erschien zuerst im Boten.\n\nDie Staumauer h\u{e4}lt.",
        ] {
            assert!(is_released(text), "{text}");
        }
        let long = "The dam holds. ".repeat(60);
        let middle = format!("{long}They wrote a press release. {long}");
        let dated = "The dam holds.\n\nThis story was first published on May 3.";
        for text in ["The dam holds.", "", middle.as_str(), dated] {
            assert!(!is_released(text), "{text}");
        }
    }

    #[test]
    fn families_and_offices_place_notices() {
        for text in [
            "She is survived by two sons. In lieu of flowers, gifts may be made to the weir.",
            "Burial will follow. Arrangements are by Other Funeral Home.",
            "He passed away on Friday. Visitation is at noon.",
            "Die Trauerfeier findet am Donnerstag statt. In stiller Trauer: Ann Other",
            "Les obs\u{e8}ques auront lieu jeudi. Ni fleurs ni couronnes.",
            "Sus hijos ruegan una oraci\u{f3}n por su alma.",
            "Ne danno il triste annuncio i figli. I funerali avranno luogo gioved\u{ec}.",
            "A fam\u{ed}lia participa o falecimento. A missa do s\u{e9}timo dia ser\u{e1} cedo.",
            "De uitvaart vindt plaats op donderdag. Geen bloemen.",
            "Notice is hereby given that the board will meet.",
            "Aries (March 21-April 19): Wait. Taurus (April 20-May 20): Go.",
            "Beat a tablespoon of flour with a teaspoon of salt.",
            "Mostly cloudy. Low around 40. Sunny by noon.",
            "Excerpted from The Weir by Ann Other.",
            &"8 p.m. The Weir. ".repeat(6),
            "Mr. and Mrs. Other announce the engagement of a daughter. The bride-elect sails.",
        ] {
            assert!(is_placed(text), "{text}");
        }
        for text in [
            "The poet died on Sunday. She is survived by two sons.",
            "The burial of the treaty was quick.",
            "The funeral home burned down.",
            "",
        ] {
            assert!(!is_placed(text), "{text}");
        }
    }

    #[test]
    fn a_note_presents_who_wrote_it() {
        let note = "Ann Other is a member of the board.";
        assert_eq!(author_note(&format!("The dam holds.\n\n{note}\n")), Some(note));
        for text in ["The dam holds.", "Ann is a warden.", "Ann Other left.", ""] {
            assert_eq!(author_note(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_says_what_ought_to_be_done() {
        for text in [
            "It is time to oil the weir. We should vote yes, and the board must act.",
            "Es ist Zeit. Wir m\u{fc}ssen handeln, und alle sollten kommen.",
            "Hay que decirlo: la presa debe abrir, y debemos pagar. Es hora.",
        ] {
            assert!(is_opinion(text), "{text}");
        }
        let report = format!("It should, must and ought to hold. {}", "The dam holds. ".repeat(90));
        for text in ["The mustard must be good.", "The dam should hold.", "", &report] {
            assert!(!is_opinion(text), "{text}");
        }
    }

    #[test]
    fn third_parties_have_their_texts_in_many_papers() {
        for text in [
            "Pour six personnes : 300 g de farine et une pinc\u{e9}e de sel.",
            "F\u{fc}r vier Personen: eine Prise Salz in der Pfanne.",
            "Ariete: un amico. Toro: un piano. Gemelli: soldi. Vergine: la soffitta.",
            "We are looking for a lock keeper. Please send your application.",
            "Im \u{dc}brigen wird die Klage abgewiesen. Die Kosten des Rechtsstreits tragen beide.",
            "Do you approve or disapprove? The margin of error is three points.",
            "An earlier version of this article misstated the height of the weir.",
            "Decliners led advancing issues. The ten-year note yielded 2.31 percent.",
            "Il sera proc\u{e9}d\u{e9} \u{e0} une enqu\u{ea}te publique par arr\u{ea}t\u{e9} \
             pr\u{e9}fectoral.",
        ] {
            assert!(is_placed(text), "{text}");
        }
    }

    #[test]
    fn a_byline_names_who_wrote_it_and_nothing_else() {
        for line in ["By Ann Other", "BY ANN B. OTHER", "Von Ann-Marie Other", "Por Ana de Otro"] {
            let found = byline(&format!("The dam holds\n\n{line}\n\nIt rained.")).is_some();
            assert_eq!(found, !line.contains(" de "), "{line}");
        }
        let late = format!("{}\nBy Ann Other\n", "The dam holds. ".repeat(40));
        for text in ["By noon the dam held.", "By Ann Other, AP", "By Ann", "Ann Other", "", &late]
        {
            assert_eq!(byline(text), None, "{text}");
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
            is_placed(&text);
            names_source(&text);
            note_below(&text, 0);
            byline(&text);
            is_opinion(&text);
        }
    }
}

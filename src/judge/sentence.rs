//! Where sentences end.
//!
//! Used by `occurrence`, `form`, `quotes` and `context`. Invariant: inside a text, an initial or a
//! short abbreviation ends no sentence.

use std::ops::Range;

/// Words on either side of the end of a sentence that is inside a passage.
const INSIDE_WORDS: usize = 4;

/// Signs that end a sentence or introduce one.
const SENTENCE_ENDS: [char; 6] = ['.', '!', '?', ':', '\u{3002}', '\u{61f}'];
/// What may be between the end of a sentence and the next one.
const CLOSING: &str = " \u{a0}\"'\u{201c}\u{201d}\u{201e}\u{2018}\u{2019}\u{ab}\u{bb})(";

/// Whether a sentence ends well inside the text.
pub(super) fn ends_inside(text: &str) -> bool {
    text.match_indices(['.', '!', '?', '\u{3002}', '\u{61f}']).any(|(at, sign)| {
        let word = text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let after = text[at + sign.len()..]
            .trim_start_matches(|c: char| "\"'\u{201d}\u{2019})".contains(c));
        let spaced = sign.len() > 1 || after.starts_with(char::is_whitespace);
        let next = after.trim_start().chars().next();
        let words = |text: &str| text.split_whitespace().take(INSIDE_WORDS).count() == INSIDE_WORDS;
        let inside = words(&text[..at]) && words(after) || sign.len() > 1;
        spaced && inside && word.chars().count() >= 4 && next.is_some_and(|c| !c.is_lowercase())
    })
}

/// Whether what follows `before` starts a sentence or a line.
pub(super) fn starts_after(before: &str) -> bool {
    let rest = before.trim_end_matches(|c: char| CLOSING.contains(c));
    rest.is_empty() || rest.ends_with('\n') || rest.ends_with(SENTENCE_ENDS)
}

/// Whether a passage ends with a sentence or a line; the sign that ends it may be the first one
/// `after` the passage.
pub(super) fn ends_with(passage: &str, after: &str) -> bool {
    let after = after.trim_start_matches(|c: char| CLOSING.contains(c));
    starts_after(passage) || after.is_empty() || after.starts_with(['\n', '.', '!', '?'])
}

/// Whether a sign ends a sentence in running text or inside a quotation.
pub(super) fn closes(sign: char) -> bool {
    matches!(sign, '.' | '!' | '?' | '\u{2026}' | '\u{61f}')
}

/// The sentences of a text, or parts of lines.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        let ends = match sign {
            '\n' | '\u{3002}' | '\u{2022}' => true,
            '.' | '!' | '?' | ':' | '\u{61f}' => {
                let word = text[start..at].rsplit(|c: char| !c.is_alphanumeric()).next();
                let long = word.is_some_and(|word| word.chars().count() > 3);
                (long || sign != '.') && text[end..].starts_with(char::is_whitespace)
            }
            _ => false,
        };
        if ends {
            found.push(start..end);
            start = end;
        }
    }
    found.push(start..text.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_sentences_and_phrases() {
        let whole = |before, own, after| starts_after(before) && ends_with(own, after);
        assert!(whole("", "The dam held.", " It rained."));
        assert!(whole("He said: \u{201c}", "The dam held", ".\u{201d} It rained."));
        assert!(whole("It rained.\u{201d} ", "The dam held", "\n"));
        assert!(whole("\n", "The dam held", ""));
        assert!(!whole("They say ", "the dam held.", ""));
        assert!(!whole("It rained. ", "The dam held", " at noon."));
    }

    #[test]
    fn sentences_end_inside_a_passage() {
        assert!(ends_inside("nobody slept while the dam held. The warden of the lock wrote"));
        assert!(!ends_inside("nobody slept while the dam held at the lock"));
        assert!(!ends_inside("nobody slept while the dam held. the warden of the lock wrote"));
        assert!(!ends_inside("nobody at the house of A. Warden of the old lock slept"));
        assert!(!ends_inside("the dam held. The warden of the lock wrote"), "near the start");
        assert!(!ends_inside("nobody slept while the dam held. The warden"), "near the end");
    }

    #[test]
    fn sentences_of_a_text() {
        let text = "Mr. Other held firm. Who else?\nRain: none";
        let found: Vec<&str> = sentences(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, ["Mr. Other held firm.", " Who else?", "\n", "Rain:", " none"]);
    }
}

//! Where sentences end.
//!
//! Used by `occurrence`, `form`, `quotes` and `context`. Invariant: inside a text, an initial or a
//! short abbreviation ends no sentence.

use std::ops::Range;

/// Words on either side of the end of a sentence that is inside a passage.
const INSIDE_WORDS: usize = 4;

/// Signs that end a sentence inside a passage.
const INSIDE_ENDS: [char; 5] = ['.', '!', '?', '\u{3002}', '\u{61f}'];
/// Signs that end a sentence or introduce one.
const SENTENCE_ENDS: [char; 6] = ['.', '!', '?', ':', '\u{3002}', '\u{61f}'];
/// What may be between the end of a sentence and the next one.
const CLOSING: &str = " \u{a0}\"'\u{201c}\u{201d}\u{201e}\u{2018}\u{2019}\u{ab}\u{bb})(";

/// Whether a sentence ends well inside the text.
pub(super) fn ends_inside(text: &str) -> bool {
    let bytes = text.as_bytes().iter().enumerate();
    let signs = bytes.filter(|(_, byte)| MAY_END[usize::from(**byte)]).filter_map(|(at, _)| {
        let sign = text[at..].chars().next().filter(|sign| INSIDE_ENDS.contains(sign))?;
        Some((at, sign.len_utf8()))
    });
    signs.into_iter().any(|(at, len)| {
        let word = text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let after =
            text[at + len..].trim_start_matches(|c: char| "\"'\u{201d}\u{2019})".contains(c));
        let spaced = len > 1 || after.starts_with(char::is_whitespace);
        let next = after.trim_start().chars().next();
        let words = |text: &str| text.split_whitespace().take(INSIDE_WORDS).count() == INSIDE_WORDS;
        let inside = words(&text[..at]) && words(after) || len > 1;
        spaced && inside && word.chars().count() >= 4 && next.is_some_and(|c| !c.is_lowercase())
    })
}

/// Whether what follows `before` starts a sentence or a line.
pub(super) fn starts_after(before: &str) -> bool {
    let rest = before.trim_end_matches(|c: char| CLOSING.contains(c));
    rest.is_empty() || rest.ends_with('\n') || rest.ends_with(SENTENCE_ENDS)
}

/// Whether a sentence or a line ends before `after`; the sign that ends it may be the first one
/// there.
pub(super) fn ends_before(after: &str) -> bool {
    let after = after.trim_start_matches(|c: char| CLOSING.contains(c));
    after.is_empty() || after.starts_with(['\n', '.', '!', '?'])
}

/// Whether a sign ends a sentence in running text or inside a quotation.
pub(super) fn closes(sign: char) -> bool {
    matches!(sign, '.' | '!' | '?' | '\u{2026}' | '\u{61f}')
}

/// The sentences of a text, or parts of lines, that have something in common with the bytes
/// `span`. They are looked for from there, because long paragraphs have short passages.
pub(super) fn sentences<'t>(
    text: &'t str,
    span: &Range<usize>,
) -> impl Iterator<Item = Range<usize>> + 't {
    let last = span.end;
    let mut start = if span.is_empty() { last } else { sentence_start(text, span.start) };
    std::iter::from_fn(move || {
        if start >= last {
            return None;
        }
        let sentence = start..sentence_end(text, start);
        start = sentence.end;
        Some(sentence)
    })
}

/// Bytes with which a sign starts that may end a sentence.
static MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    let mut n = 0;
    let starts = b"\n.!?:\xe3\xe2\xd8";
    while n < starts.len() {
        table[starts[n] as usize] = true;
        n += 1;
    }
    table
};

/// Where the sentence of the byte `at` starts.
fn sentence_start(text: &str, at: usize) -> usize {
    let mut before = at;
    while let Some(sign) =
        text.as_bytes()[..before].iter().rposition(|&byte| MAY_END[usize::from(byte)])
    {
        if let Some(end) = ends_at(text, sign).filter(|&end| end <= at) {
            return end;
        }
        before = sign;
    }
    0
}

/// Where the sentence that starts at `start` ends.
fn sentence_end(text: &str, start: usize) -> usize {
    let mut from = start;
    while let Some(sign) =
        text.as_bytes()[from..].iter().position(|&byte| MAY_END[usize::from(byte)])
    {
        if let Some(end) = ends_at(text, from + sign) {
            return end;
        }
        from += sign + 1;
    }
    text.len()
}

/// Where the first sentence after `start` ends. A short word in lower case is no abbreviation if
/// the next word has a capital, and a colon ends none.
pub(super) fn first_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes().iter().enumerate().skip(start);
    let mut signs = bytes.filter(|(_, byte)| MAY_END[usize::from(**byte)] && **byte != b':');
    let end = signs.find_map(|(at, _)| ends_at(text, at).or_else(|| ends_after_short(text, at)));
    end.unwrap_or(text.len())
}

/// If the full stop at `at` ends a sentence after a word that is short: the byte after it.
fn ends_after_short(text: &str, at: usize) -> Option<usize> {
    let (before, after) = (text.get(..at)?, text.get(at..)?.strip_prefix('.')?);
    let word = before.rsplit(|sign: char| !sign.is_alphabetic()).next()?;
    let next = after.trim_start().chars().next();
    let ends = !word.is_empty()
        && word.chars().all(char::is_lowercase)
        && after.starts_with(char::is_whitespace)
        && next.is_some_and(|sign| !sign.is_lowercase());
    ends.then_some(at + 1)
}

/// If the sign at `at` ends a sentence: the byte after it.
fn ends_at(text: &str, at: usize) -> Option<usize> {
    let sign = text.get(at..)?.chars().next()?;
    let end = at + sign.len_utf8();
    let ends = match sign {
        '\n' | '\u{3002}' | '\u{2022}' => true,
        '.' | '!' | '?' | ':' | '\u{61f}' => {
            let long = || {
                let word = text[..at].chars().rev().take_while(|c| c.is_alphanumeric());
                word.take(4).count() > 3
            };
            text[end..].starts_with(char::is_whitespace) && (sign != '.' || long())
        }
        _ => false,
    };
    ends.then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_sentences_and_phrases() {
        let whole =
            |before, own, after| starts_after(before) && (starts_after(own) || ends_before(after));
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
    fn the_first_sentence_ends() {
        let first = |text: &'static str| &text[..first_end(text, 0)];
        assert_eq!(first("We hold it. The rain fell."), "We hold it.");
        assert_eq!(first("So it is: hold on! It fell."), "So it is: hold on!");
        assert_eq!(first("Mr. A. Other held. It fell."), "Mr. A. Other held.");
        assert_eq!(
            first("It held at 9 a.m. on the day. It fell."),
            "It held at 9 a.m. on the day."
        );
        assert_eq!(first("Und am 9. Mai hielt er"), "Und am 9. Mai hielt er");
        assert_eq!(first_end("\u{5ba4}\u{3002}\u{96e8}", 0), 6);
    }

    #[test]
    fn sentences_of_a_text() {
        let text = "Mr. Other held firm. Who else?\nRain: none";
        let within = |span| sentences(text, &span).map(|span| &text[span]).collect::<Vec<_>>();
        let all = ["Mr. Other held firm.", " Who else?", "\n", "Rain:", " none"];
        assert_eq!(within(0..text.len()), all);
        assert_eq!(within(20..21), [" Who else?"]);
        assert_eq!(within(19..21), all[..2]);
        assert_eq!(within(20..20), [""; 0]);
    }

    /// The sentences of a whole text, from its start.
    fn all(text: &str) -> Vec<Range<usize>> {
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

    proptest! {
        #[test]
        fn sentences_at_a_span_are_those_of_the_text(
            text in "([a-c]{1,5}|[.!?: \n\u{3002}\u{2022}\u{61f}\u{2019}]|\\PC){0,40}",
            x in 0_usize..80,
            y in 0_usize..80,
        ) {
            let (x, y) = (x.min(text.len()), y.min(text.len()));
            let span = x.min(y)..x.max(y);
            let shared = |s: &Range<usize>| s.end.min(span.end) > s.start.max(span.start);
            let expected: Vec<Range<usize>> = all(&text).into_iter().filter(shared).collect();
            prop_assert_eq!(sentences(&text, &span).collect::<Vec<_>>(), expected);
        }
    }
}

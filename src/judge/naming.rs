//! Outlets that texts name: as the source of a passage, or in a credit line.
//!
//! Fed by `context`, feeds `direction` (which outlet is named beside the passage) and `features`
//! (which outlet is credited at the foot of the text, as agencies are). A name counts as texts
//! would write it, with its capitals; the name of a folder (`bay-herald`) as `Bay Herald`.
//! Invariant: reads a bounded stretch around the passage and the last line of the text.

use super::lexicon::REPRINTED;
use super::lines::{first_line, floor, last_line};
use super::outlets::without_qualifier;
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// Shortest name that is looked for, in bytes.
const LEAST_BYTES: usize = 3;
/// Bytes read on either side of a passage.
const NEAR_BYTES: usize = 160;
/// Most words of a credit line: a longer one is a sentence, or a note on the author.
const LINE_WORDS: usize = 6;

/// How texts write the name of an outlet; none if it is too short to be recognised.
pub(super) fn written(outlet: &str) -> Option<String> {
    let main = without_qualifier(outlet).unwrap_or(outlet);
    let name = if main.chars().any(char::is_uppercase) {
        main.to_owned()
    } else {
        let words = main.split(['-', '_', ' ']).filter(|word| !word.is_empty());
        words.map(capitalised).collect::<Vec<_>>().join(" ")
    };
    let cased = name.chars().any(char::is_uppercase);
    (name.len() >= LEAST_BYTES && cased).then_some(name)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether the text contains `name` as words of their own.
pub(super) fn holds(text: &str, name: &str) -> bool {
    let Some(&first) = name.as_bytes().first() else { return false };
    // Names are short and start with a capital, so that a general search costs more to set up.
    let mut from = 0;
    memchr::memchr_iter(first, text.as_bytes()).any(|at| {
        if at < from || !starts_with(&text.as_bytes()[at..], name.as_bytes()) {
            return false;
        }
        from = at + name.len();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let after = text.get(at + name.len()..).unwrap_or_default();
        !letter(text.get(..at).unwrap_or_default().chars().next_back())
            && !letter(after.chars().next())
    })
}

/// Whether a text starts with a name; hyphens and blanks are alike, as in `Courier-Journal`.
fn starts_with(text: &[u8], name: &[u8]) -> bool {
    let plain = |byte: &u8| if *byte == b'-' { b' ' } else { *byte };
    text.len() >= name.len() && text.iter().map(plain).take(name.len()).eq(name.iter().map(plain))
}

/// The text before and after a passage, within its paragraph.
pub(super) fn beside<'t>(text: &'t str, span: &Range<usize>) -> [&'t str; 2] {
    let before = text.get(floor(text, span.start.saturating_sub(NEAR_BYTES))..span.start);
    let after = text.get(span.end..floor(text, span.end + NEAR_BYTES));
    [last_line(before.unwrap_or_default()), first_line(after.unwrap_or_default())]
}

/// The last line of a text, if it is short enough to be a credit, or what follows the words of its
/// last paragraph that say where it was printed before.
pub(super) fn credit_line(text: &str) -> &str {
    let last = last_line(text.trim_end());
    let short = |line: &str| line.split_whitespace().take(LINE_WORDS + 1).count() <= LINE_WORDS;
    if short(last) { last } else { reprinted(last).unwrap_or_default() }
}

/// Bytes at the end of a paragraph in which it may say where it was printed before ..
const REPRINT_BYTES: usize = 300;
/// .. and bytes after these words that may name the outlet.
const REPRINT_NAME_BYTES: usize = 60;

/// The words of [`REPRINTED`], made ready once: most passages ask for them at each of their places.
static FINDERS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| REPRINTED.iter().map(Finder::new).collect());

/// What follows `this column first appeared in` and the like.
fn reprinted(paragraph: &str) -> Option<&str> {
    let end = &paragraph[floor(paragraph, paragraph.len().saturating_sub(REPRINT_BYTES))..];
    let after = |words: &Finder<'_>| {
        let at = words.find(end.as_bytes())? + words.needle().len();
        end.get(at..)
    };
    let after = FINDERS.iter().find_map(after)?;
    let after = &after[..floor(after, REPRINT_NAME_BYTES)];
    after.split(['.', ',', ';', ':']).next()
}

/// Words with a capital that lead to an outlet, at the start of a credit line.
static LEADING: &[&str] = &[
    "Via",
    "From",
    "By",
    "Source",
    "Source:",
    "The",
    "Courtesy",
    "Copyright",
    "Von",
    "Aus",
    "Quelle:",
    "Mit",
    "With",
    "Fuente:",
    "Fonte:",
    "Par",
    "Por",
    "Di",
    "Da",
];

/// Whether a credit line names the outlet. A name of one word may be a surname, and the line a
/// signature: after another capital it does not count, unless that leads to it.
pub(super) fn credits(line: &str, name: &str) -> bool {
    let of_one_word = !name.contains([' ', '-']);
    let signed = || {
        let before = line.split(name).next().unwrap_or_default();
        let word = before.split_whitespace().next_back().unwrap_or_default();
        word.chars().next().is_some_and(char::is_uppercase)
            && before.ends_with(|sign: char| sign.is_whitespace())
            && !LEADING.contains(&word)
    };
    holds(line, name) && !(of_one_word && signed())
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
    use proptest::prelude::*;

    #[test]
    fn names_as_texts_write_them() {
        assert_eq!(written("bay-herald").as_deref(), Some("Bay Herald"));
        assert_eq!(written("Bay Herald (Online)").as_deref(), Some("Bay Herald"));
        assert_eq!(written("x"), None);
        assert_eq!(written("\u{65b0}\u{805e}"), None);
        assert!(holds("as the Bay Herald wrote", "Bay Herald"));
        assert!(!holds("as the Bay Heralds wrote", "Bay Herald"));
    }

    #[test]
    fn a_letter_is_signed() {
        assert!(is_letter("We ask for a dam.\n\nSincerely,\n\nAnn Other\nRob Herald\n\n"));
        assert!(!is_letter("He sincerely thought that the dam held.\n\nHerald\n"));
    }

    proptest! {
        #[test]
        fn names_are_held_as_words(
            text in "([ab]|[A-B]|[ \u{e9}]|Ba|\\PC){0,30}",
            name in "[A-B\u{c9}][a-b A-B]{0,3}",
        ) {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let (text, name) = (text.replace('-', " "), name.replace('-', " "));
            let held = text.match_indices(&name).any(|(at, _)| {
                !letter(text[..at].chars().next_back())
                    && !letter(text[at + name.len()..].chars().next())
            });
            prop_assert_eq!(holds(&text, &name), held);
        }
    }

    #[test]
    fn text_beside_a_passage() {
        let text = "No.\nThe Herald wrote: it held. So it did.\nYes.";
        let start = text.find("it held").unwrap();
        assert_eq!(beside(text, &(start..start + 7)), ["The Herald wrote: ", ". So it did."]);
        assert_eq!(credit_line("A story.\n\n(Northwire)\n"), "(Northwire)");
        assert_eq!(credit_line(""), "");
        let note = "Ann Other is a writer. This column first appeared in the Bay-Herald.";
        assert_eq!(credit_line(note), " the Bay-Herald");
        assert!(holds(credit_line(note), "Bay Herald"));
        assert!(credits("(Northwire)", "Northwire") && credits("via Northwire", "Northwire"));
        assert!(credits("with material from Northwire", "Northwire"));
        assert!(credits("Ann Other/Northwire", "Northwire") && credits("Source: Herald", "Herald"));
        assert!(!credits("Charles E. Northwire", "Northwire"));
        assert!(!credits("Ann Northwire", "Northwire") && !credits("R. Northwire.", "Northwire"));
        assert!(credits("Courtesy of the Bay Herald", "Bay Herald"));
        assert_eq!(credit_line("A long last paragraph that credits nobody at all for itself."), "");
    }
}

//! Articles before the name of an outlet, and the endings that its words take.
//!
//! Used by `naming`: texts write `the Bay Herald` of `The Bay Herald`, `au Phare` of `Le Phare`,
//! and `im Hafenboten` of `Der Hafenbote`. Invariant: a name without an article is found as it is,
//! and so is one with its own article.

/// Articles that names open with, and the forms of each in a sentence, in lower case.
static FORMS: &[(&str, &[&str])] = &[
    ("The ", &["the"]),
    ("Der ", &["der", "dem", "den", "des", "im", "vom", "beim", "zum"]),
    ("Die ", &["die", "der", "den", "zur"]),
    ("Das ", &["das", "dem", "des", "im", "vom", "beim", "zum"]),
    ("Le ", &["le", "du", "au"]),
    ("Les ", &["les", "des", "aux"]),
    ("La ", &["la", "alla", "dalla", "della", "nella", "sulla"]),
    ("El ", &["el", "al", "del"]),
    ("Los ", &["los"]),
    ("Las ", &["las"]),
    ("Il ", &["il", "al", "dal", "del", "nel", "sul"]),
    ("O ", &["o", "ao", "do", "no", "pelo"]),
    ("De ", &["de"]),
    ("Het ", &["het"]),
];

/// A name without the article that it opens with, and that article with the blank after it.
pub(super) fn parted(name: &str) -> (&str, &str) {
    let article = FORMS.iter().find(|(article, _)| name.starts_with(article));
    let length = article.map_or(0, |(article, _)| article.len());
    // What is left of a name must be one.
    let rest = &name[length..];
    if rest.starts_with(char::is_uppercase) { (&name[..length], rest) } else { ("", name) }
}

/// Whether a form of the article is the last word before a place. Signs may be between: `der
/// „Bote“`.
pub(super) fn is_before(before: &str, article: &str) -> bool {
    let Some((_, forms)) = FORMS.iter().find(|(own, _)| *own == article) else { return false };
    let bare = before.trim_end_matches(['"', '\u{201e}', '\u{201c}', '\u{ab}', '\u{bb}', '\'']);
    let bare = bare.trim_end_matches([' ', '\u{a0}']);
    let word = bare.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
    bare.len() < before.len() && forms.iter().any(|form| form.eq_ignore_ascii_case(word))
}

/// Whether a text leaves out the English article of a name of several words, which is not part of a
/// longer one: `a Bay Herald report`, but not `the East Bay Herald`.
pub(super) fn is_left(before: &str, name: &str) -> bool {
    let (article, core) = parted(name);
    let word = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let longer = word.starts_with(char::is_uppercase) && word.ends_with(char::is_alphanumeric);
    let leads = matches!(word, "Via" | "From" | "By" | "In" | "As" | "But" | "And" | "H/T");
    article == "The " && core.contains([' ', '-']) && (!longer || leads)
}

/// Endings that a word in `e` takes inside of a name: `Neue Zeitung`, `der Neuen Zeitung`.
const INNER: &[u8] = b"nrm";
/// The ending that the last one takes: `der Bote`, `im Boten`.
const LAST: &[u8] = b"n";

/// The bytes of a name that a text opens with; hyphens and blanks are alike (`Courier-Journal`),
/// and words in `e` may have an ending.
pub(super) fn length_in(text: &[u8], name: &[u8]) -> Option<usize> {
    let plain = |byte: u8| if byte == b'-' { b' ' } else { byte };
    let mut at = 0;
    for (n, &own) in name.iter().enumerate() {
        let ends_word = plain(own) == b' ' && n > 0 && name[n - 1] == b'e';
        if ends_word && text.get(at).is_some_and(|sign| INNER.contains(sign)) {
            at += 1;
        }
        if text.get(at).copied().map(plain) != Some(plain(own)) {
            return None;
        }
        at += 1;
    }
    let is_ending = name.ends_with(b"e")
        && text.get(at).is_some_and(|sign| LAST.contains(sign))
        && !text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    Some(at + usize::from(is_ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_forms_of_its_article() {
        assert_eq!(parted("The Bay Herald"), ("The ", "Bay Herald"));
        assert_eq!(parted("Theatre Today"), ("", "Theatre Today"));
        assert_eq!(parted("The day"), ("", "The day"));
        for (before, article) in [
            ("he told the ", "The "),
            ("laut dem ", "Der "),
            ("sagte sie der \u{201e}", "Die "),
            ("a dit le maire au ", "Le "),
            ("dijo al ", "El "),
        ] {
            assert!(is_before(before, article), "{before}");
        }
        assert!(is_left("a ", "The Bay Herald") && is_left("", "The Bay Herald"));
        assert!(is_left("H/T ", "The Bay Herald") && is_left("Via ", "The Bay Herald"));
        assert!(!is_left("the East ", "The Bay Herald") && !is_left("a ", "The Herald"));
        for (before, article) in [("bathe ", "The "), ("the", "The "), ("the ", ""), ("", "Il ")] {
            assert!(!is_before(before, article), "{before}");
        }
    }

    #[test]
    fn a_word_takes_an_ending() {
        let length = |text: &str, name: &str| length_in(text.as_bytes(), name.as_bytes());
        assert_eq!(length("Neuen Boten, so", "Neue Bote"), Some(11));
        assert_eq!(length("Courier-Journal", "Courier Journal"), Some(15));
        assert_eq!(length("Boteng", "Bote"), Some(4));
        assert_eq!(length("Bot", "Bote"), None);
    }
}

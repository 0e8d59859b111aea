//! Names of outlets that are of something else, or of the people of an outlet.
//!
//! Used by `attribution`: `according to the Bay Herald, a security firm` credits no paper, and
//! `told the Bay Herald's reporter to leave` nobody. Invariant: reads the sentence around a name.

use super::lexicon::{BETWEEN, COMPANIES, COMPANY_FORMS, INDEFINITE, MEDIA, REPORTERS, STAFF};

/// Most words of what is said of a name between commas.
const APPOSED_WORDS: usize = 10;
/// Words before a name in its sentence up to which a frame opens it: what follows is then more than
/// something said of the name, unless a comma ends it.
const OPENING_WORDS: usize = 3;

/// Whether the sentence says that a name is that of something else or of its people; `lead` is what
/// is before it, in lower case.
pub(super) fn is_other(lead: &str, after: &str) -> bool {
    let last = lead.split_whitespace().next_back().unwrap_or_default();
    COMPANIES.contains(&last)
        || is_company(after)
        || is_apposed(lead, after)
        || is_of_staff(after)
        || is_asked(lead, after)
}

/// A word in lower case without the signs around it.
fn bare(word: &str) -> String {
    word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase()
}

/// Whether the form of a company follows: `Bay Herald Ltd`, `Bay Herald, Inc.`
fn is_company(after: &str) -> bool {
    let rest = after.strip_prefix(", ").or_else(|| after.strip_prefix(' '));
    let word = rest.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    COMPANY_FORMS.contains(&word)
}

/// Whether the sentence says between commas that the name is that of a company.
fn is_apposed(lead: &str, after: &str) -> bool {
    let Some(rest) = after.strip_prefix(", ").or_else(|| after.strip_prefix(" (")) else {
        return false;
    };
    let end = rest.find([',', ';', '.', ')', '\u{2013}', '\u{2014}']);
    let (phrase, closed) = match end {
        Some(end) => (&rest[..end], rest[end..].starts_with([',', ')'])),
        None => (rest, false),
    };
    let words: Vec<String> = phrase.split_whitespace().take(APPOSED_WORDS + 1).map(bare).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let ends = |list: &[&str]| {
        words
            .iter()
            .any(|word| list.iter().any(|end| word.ends_with(end) && word.len() > end.len()))
    };
    let opens = words.first().is_some_and(|word| {
        INDEFINITE.contains(&word.as_str()) || COMPANIES.contains(&word.as_str())
    });
    // `According to the Herald, a security firm was hired` says nothing of the Herald.
    let apart = closed || lead.split_whitespace().nth(OPENING_WORDS).is_some();
    opens
        && apart
        && words.len() <= APPOSED_WORDS
        && (has(COMPANIES) || ends(&["firma", "unternehmen", "bedrijf", "f\u{f6}retag"]))
        && !has(MEDIA)
}

/// What follows a name without the ending of a genitive, and whether there is a blank.
fn following(after: &str) -> Option<&str> {
    let rest = after.strip_prefix("'s").or_else(|| after.strip_prefix("\u{2019}s"));
    rest.unwrap_or(after).strip_prefix(' ')
}

/// Whether the name is that of the house whose people or things follow: `Bay Herald lawyers`.
fn is_of_staff(after: &str) -> bool {
    let mut words = following(after).unwrap_or_default().split_whitespace().map(bare);
    let is_staff = words.next().is_some_and(|word| STAFF.contains(&word.as_str()));
    // `staff writer`.
    is_staff && !words.next().is_some_and(|word| REPORTERS.contains(&word.as_str()))
}

/// Whether an outlet or its reporter is told to do something.
fn is_asked(lead: &str, after: &str) -> bool {
    let mut before = lead.split_whitespace().rev().skip_while(|word| BETWEEN.contains(word));
    let told = before.next().is_some_and(|word| matches!(word, "told" | "tells" | "asked"));
    let mut words = following(after).unwrap_or_default().split_whitespace().peekable();
    while words.next_if(|word| REPORTERS.contains(word)).is_some() {}
    let to = words.next() == Some("to");
    told && to && words.next().is_some_and(|word| word.starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn other(text: &str) -> bool {
        let at = text.find("Bay Herald").unwrap();
        is_other(&text[..at].to_lowercase(), &text[at + "Bay Herald".len()..])
    }

    #[test]
    fn a_name_is_of_something_else() {
        for text in [
            "It held, according to Bay Herald, a security firm.",
            "According to the Bay Herald, a maker of boats, it held.",
            "Laut Bay Herald, einer Sicherheitsfirma, hielt er.",
            "Selon Bay Herald, une entreprise de s\u{e9}curit\u{e9}, la digue tient.",
            "Seg\u{fa}n Bay Herald, una empresa de seguridad, el dique aguanta.",
            "Secondo Bay Herald, societ\u{e0} di sicurezza, la diga tiene.",
            "The security firm Bay Herald reported it.",
            "It held, according to Bay Herald (a startup).",
            "according to Bay Herald Ltd., it held",
            "according to Bay Herald, Inc., it held",
            "told Bay Herald lawyers that it held",
            "obtained by the Bay Herald's rivals",
            "told the Bay Herald's reporter to leave",
            "told Bay Herald reporters to go home",
            "told the Bay Herald to stop",
        ] {
            assert!(other(text), "{text}");
        }
        for text in [
            "According to the Bay Herald, a security firm was hired.",
            "According to the Bay Herald, the company, which makes boats, has closed.",
            "It held, according to the Bay Herald, a paper owned by a company.",
            "It held, according to the Bay Herald, a day after it was built.",
            "told Bay Herald staff writer Ann Other that it held",
            "told the Bay Herald's reporter that it held",
            "told the Bay Herald to Ann's surprise",
            "the Bay Herald reported to them",
            "Bay Herald",
        ] {
            assert!(!other(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            lead in "(told |a |firm |\\PC){0,6}",
            after in "([,.( ]|'s|a |firm|to |reporter|\\PC){0,8}",
        ) {
            is_other(&lead, &after);
        }
    }
}

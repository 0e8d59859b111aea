//! Whether the text around a passage calls it a statement or a press release.
//!
//! Fed by the index with the places of a family, feeds the page, which lists such passages apart:
//! several printed them because somebody handed them out. It changes no verdict. Invariant: only a
//! bounded stretch on both sides of a place is read, so the cost grows with the places.

/// Bytes that are read on each side of a place.
const AROUND: usize = 200;

/// Words for what is sent to the press, in lower case.
const RELEASES: &[&str] = &[
    "press release",
    "news release",
    "media release",
    "prnewswire",
    "pr newswire",
    "business wire",
    "globenewswire",
    "for immediate release",
    "pressemitteilung",
    "presseaussendung",
    "medienmitteilung",
    "communiqué de presse",
    "comunicado de prensa",
    "nota de prensa",
    "comunicato stampa",
    "comunicado à imprensa",
    "persbericht",
    "pressmeddelande",
    "pressemelding",
];

/// Words for what somebody states in writing, in lower case.
const STATEMENTS: &[&str] = &[
    "statement",
    "open letter",
    "stellungnahme",
    "erklärung",
    "communiqué",
    "déclaration",
    "comunicado",
    "declaración",
    "dichiarazione",
    "verklaring",
    "uttalande",
];

/// What the text around a place says of it, the stronger last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Handed {
    Unsaid = 0,
    Statement = 1,
    Release = 2,
}

/// What the text around `start..end` says of it.
pub(super) fn handed(text: &str, start: usize, end: usize) -> Handed {
    let before = text.get(floor(text, start.saturating_sub(AROUND))..start).unwrap_or_default();
    let after = text.get(end..floor(text, end.saturating_add(AROUND))).unwrap_or_default();
    let sides = [before.to_lowercase(), after.to_lowercase()];
    let named =
        |words: &[&str]| sides.iter().any(|side| words.iter().any(|word| side.contains(word)));
    if named(RELEASES) {
        Handed::Release
    } else if named(STATEMENTS) {
        Handed::Statement
    } else {
        Handed::Unsaid
    }
}

/// The last border of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&n| text.is_char_boundary(n)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(before: &str, after: &str) -> Handed {
        let passage = "the ferry will not sail";
        let text = format!("{before}{passage}{after}");
        handed(&text, before.len(), before.len() + passage.len())
    }

    #[test]
    fn the_words_near_by_decide() {
        assert_eq!(around("The line said in a statement: ", "."), Handed::Statement);
        assert_eq!(around("", ", the line wrote in a Press Release."), Handed::Release);
        assert_eq!(around("In einer Pressemitteilung hieß es: ", ""), Handed::Release);
        assert_eq!(around("He said: ", "."), Handed::Unsaid);
    }

    #[test]
    fn words_far_away_count_for_nothing_and_borders_of_characters_hold() {
        let far = format!("A statement. {}", "ä".repeat(AROUND));
        assert_eq!(around(&far, &"é".repeat(AROUND)), Handed::Unsaid);
        assert_eq!(handed("short", 0, 99), Handed::Unsaid);
    }
}

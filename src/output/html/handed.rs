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
///
/// Releases are named anywhere near by. "Statement" is too common a word for that: it counts in the
/// sentence that leads to the passage or goes on from it alone.
pub(super) fn handed(text: &str, start: usize, end: usize) -> Handed {
    let before = text.get(floor(text, start.saturating_sub(AROUND))..start).unwrap_or_default();
    let after = text.get(end..floor(text, end.saturating_add(AROUND))).unwrap_or_default();
    let [before, after] = [before.to_lowercase(), after.to_lowercase()];
    if RELEASES.iter().any(|word| holds(&before, word) || holds(&after, word)) {
        return Handed::Release;
    }
    let (before, after) = (leading(&before), following(&after));
    if STATEMENTS.iter().any(|word| holds(before, word) || holds(after, word)) {
        Handed::Statement
    } else {
        Handed::Unsaid
    }
}

/// Whether `word` is in `text` as a word of its own.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let left = text.get(..at).and_then(|left| left.chars().next_back());
        let right = text.get(at + word.len()..).and_then(|right| right.chars().next());
        ![left, right].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// The sentence that leads to a passage; where the passage opens a quotation, that before it.
fn leading(before: &str) -> &str {
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
    let before = before.trim_end_matches(ENDS);
    before.rfind(ENDS).and_then(|at| before.get(at..)).unwrap_or(before)
}

/// What goes on after a passage, up to the end of its sentence; nothing where a full stop or a new
/// paragraph follows the passage.
fn following(after: &str) -> &str {
    let after =
        after.trim_start_matches(|c: char| is_mark(c) || matches!(c, ',' | '!' | '?' | ' '));
    after.find(ENDS).and_then(|at| after.get(..at)).unwrap_or(after)
}

/// What ends a sentence.
const ENDS: [char; 6] = ['.', '!', '?', '\n', '。', '…'];

/// Whether a character is a quotation mark.
fn is_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '‹' | '›' | '「' | '」')
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
    fn a_statement_counts_only_in_the_sentence_that_leads_to_the_passage_or_goes_on_from_it() {
        for (before, after) in [
            ("The line released a statement: “", "”."),
            ("The master said in a statement. “", ".”"),
            ("", ",” the line said in a statement on Sunday."),
            ("", "!” the statement read."),
        ] {
            assert_eq!(around(before, after), Handed::Statement, "{before:?} {after:?}");
        }
        for (before, after) in [
            ("They repeated the statement. But later, she said: “", "”."),
            ("", ".” His first statement came on Tuesday."),
            ("It was an understatement: ", "."),
            ("The financial statements say: ", "."),
            ("", "\nA statement follows."),
        ] {
            assert_eq!(around(before, after), Handed::Unsaid, "{before:?} {after:?}");
        }
    }

    #[test]
    fn words_far_away_count_for_nothing_and_borders_of_characters_hold() {
        let far = format!("A statement. {}", "ä".repeat(AROUND));
        assert_eq!(around(&far, &"é".repeat(AROUND)), Handed::Unsaid);
        assert_eq!(handed("short", 0, 99), Handed::Unsaid);
    }
}

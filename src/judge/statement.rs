//! Statements of somebody else that a text announces: before a colon, or by the heading of a press
//! release.
//!
//! Used by `form`. Invariant: reads the line that a passage starts in, the one above, and the start
//! of the passage.

use super::lines::{first_line, floor, last_line};
use super::quotes;
use std::ops::Range;

/// Longest line before the colon, in bytes.
const LEAD_BYTES: usize = 400;
/// Most letters before a passage that starts a paragraph or a statement.
const LEAD_LETTERS: usize = 12;
/// Fewest words before the colon that announce a statement.
const FEWEST_WORDS: usize = 4;
/// Bytes at the start of a passage in which a line or a lead may say that a statement follows.
const STATED_BYTES: usize = 90;

/// Whether the line at `line`, which the passage starts in, says before a colon that a statement
/// follows, and the rest of the passage is nothing else: it ends in that paragraph, or the colon
/// ends the line. A line that is nothing but the heading of a release says the same; the one above
/// is looked for from `from` on.
pub(super) fn is_announced(text: &str, (from, line): (usize, usize), span: &Range<usize>) -> bool {
    let above = text.get(from..line).unwrap_or_default().trim_end();
    // At the head of a document the heading says what the document is itself.
    let is_release = |line: &str| from > 0 && is_release(line);
    if text.get(line..span.start).is_some_and(starts) && is_release(last_line(above)) {
        return true;
    }
    let end = floor(text, span.end.min(span.start + STATED_BYTES));
    let Some(head) = text.get(line..end) else { return false };
    let Some(colon) = memchr::memrchr(b':', head.as_bytes()) else {
        let first = first_line(head);
        return first.len() < head.len() && is_release(first);
    };
    let lead = &head[..colon];
    let own_line = head[colon + 1..].trim_start_matches(' ').starts_with('\n');
    let after = line + lead.len() + 1;
    let near = after >= span.start || starts(&text[after..span.start]);
    let lead = last_line(lead);
    // What is hardly more than the lead is no statement, and marks are read by themselves.
    let whole = 2 * span.end.saturating_sub(after) >= span.len();
    let next = text[after..].chars().find(|c| !c.is_whitespace());
    near && whole
        && !next.is_some_and(quotes::is_mark)
        && lead.len() <= LEAD_BYTES
        && states(lead)
        && (own_line || !text[after.max(span.start)..span.end].trim_end().contains('\n'))
}

/// Whether a passage starts its paragraph, or follows a colon, after these words.
pub(super) fn starts(before: &str) -> bool {
    let letters = before.chars().filter(|c| c.is_alphanumeric());
    letters.take(LEAD_LETTERS + 1).count() <= LEAD_LETTERS
}

/// Whether the words before a colon lead to a statement.
fn states(lead: &str) -> bool {
    // Fewer words are those of a heading: `Floor Statement: the gates of the upper lock`.
    if lead.split_whitespace().take(FEWEST_WORDS).count() < FEWEST_WORDS {
        return false;
    }
    let lower = lead.to_lowercase();
    STATEMENTS.iter().any(|word| lower.contains(word))
}

/// Whether a line is nothing but the heading of a press release.
fn is_release(line: &str) -> bool {
    let line = line.trim().trim_end_matches(':');
    line.len() <= STATED_BYTES / 2 && RELEASES.contains(&line.to_lowercase().as_str())
}

/// Words for a statement of somebody else, before the colon after which it follows.
static STATEMENTS: &[&str] = &[
    "statement",
    "press release",
    "news release",
    "erkl\u{e4}rung",
    "pressemitteilung",
    "communiqu\u{e9}",
    "comunicado",
    "comunicato",
    "заявлени",
    "声明",
    "聲明",
];

/// Headings of press releases.
static RELEASES: &[&str] = &[
    "press release",
    "news release",
    "for immediate release",
    "pressemitteilung",
    "presseerkl\u{e4}rung",
    "communiqu\u{e9} de presse",
    "comunicado de prensa",
    "comunicado",
    "comunicato stampa",
    "nota de prensa",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn announced(text: &str, passage: &str) -> bool {
        let start = text.find(passage).unwrap();
        announces(text, &(start..start + passage.len()))
    }

    fn announces(text: &str, span: &Range<usize>) -> bool {
        let line = super::super::lines::line_start(text, span.start);
        is_announced(text, (floor(text, line.saturating_sub(LEAD_BYTES)), line), span)
    }

    #[test]
    fn a_statement_is_announced() {
        let words = "The gates stay shut until spring, whatever it costs.";
        for lead in [
            "The warden said in a statement: ",
            "In a statement, the warden said: ",
            "Die Warte schrieb in einer Erkl\u{e4}rung: ",
            "The wardens issued a press release:\n\n",
            "PRESS RELEASE\n\n",
        ] {
            let rain = "It rained on the upper lock and on the lower one. ".repeat(9);
            let text = format!("{rain}\n\n{lead}{words}\n\nRain fell.");
            // A block after a line with a colon is known without this.
            assert_eq!(announced(&text, words), !lead.ends_with(":\n\n"), "{lead}");
            let shared = lead.rsplit(' ').nth(1).filter(|_| lead.ends_with(' '));
            let shared = format!("{}{words}", shared.map_or(lead.to_owned(), |w| format!("{w} ")));
            assert!(announced(&text, &shared), "{shared}");
        }
        for other in [
            "The warden was clear: The gates stay shut until spring, whatever it costs.",
            "He read the statement and said: \u{201c}The gates stay shut until spring, whatever it \
             costs.\u{201d}",
            "Floor Statement: The gates stay shut until spring, whatever it costs.",
            "A statement came. The gates stay shut until spring, whatever it costs.",
            "In a statement: No. So it is, and nobody knows why. The gates stay shut until spring, \
             whatever it costs.",
        ] {
            assert!(!announced(other, words), "{other}");
        }
        let own = format!("PRESS RELEASE\n\n{words}");
        assert!(!announced(&own, words), "the document is one");
        let text = "The warden made a statement on the gates of the upper lock:\n\nThey stay shut.";
        assert!(!announced(text, text), "hardly more than the lead");
        let more = "In a statement: No.\n\nThe gates stay shut.";
        assert!(!announced(more, "No.\n\nThe gates stay shut"), "it goes on after it");
    }

    proptest! {
        #[test]
        fn any_place_of_any_text(
            text in "([a-z ]|statement: |press release|[:.]|\n|\\PC){0,60}",
            x in 0_usize..200,
            y in 0_usize..200,
        ) {
            let (x, y) = (floor(&text, x), floor(&text, y));
            announces(&text, &(x.min(y)..x.max(y)));
        }
    }
}

//! The source that a text names below an excerpt without marks.
//!
//! Used by `context`, beside what `naming` reads before a block. Invariant: reads a bounded stretch
//! after the passage.

use super::lines::{first_line, floor};
use super::naming;
use std::ops::Range;

/// Bytes after a passage that are read.
const NEAR_BYTES: usize = 160;
/// Letters after a passage on its line up to which it ends a paragraph.
const END_LETTERS: usize = 3;

/// The line after a passage that ends a paragraph, where an excerpt without marks may have its
/// source.
pub(super) fn after_block<'t>(text: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let after = text.get(span.end..floor(text, span.end + NEAR_BYTES))?;
    let rest = first_line(after);
    let below = after[rest.len()..].trim_start();
    (rest.trim_end().len() <= END_LETTERS).then(|| first_line(below).trim_end())
}

/// Words before the name of an outlet in a line that says whose excerpt ends there, in lower case.
static ENDS: &[&str] = &[
    "via",
    "from",
    "source",
    "quelle",
    "fuente",
    "fonte",
    "h/t",
    "hat tip",
    "hat tip to",
    "h/t to",
    "bron",
    "k\u{e4}lla",
    "kilde",
    "\u{17a}r\u{f3}d\u{142}o",
    "\u{438}\u{441}\u{442}\u{43e}\u{447}\u{43d}\u{438}\u{43a}",
    "kaynak",
];

/// Words of a line that leads to more, and says so whose excerpt ends there if that is a long one.
static MORE: &[&str] = &[
    "more at",
    "read more at",
    "read more on",
    "read more from",
    "read the rest at",
    "read the full story at",
    "read the whole story at",
    "continue reading at",
    "weiterlesen bei",
    "mehr bei",
    "lire la suite sur",
    "leer m\u{e1}s en",
    "leggi tutto su",
    "leia mais em",
];

/// Whether a line is nothing but the source of what ends there: `(Via the Bay Herald)`, or, of what
/// is `long`, `Read more at Bay Herald`. A colon leads to what follows.
pub(super) fn ends_with_source(line: &str, name: &str, long: bool) -> bool {
    if line.trim_end().ends_with([':', '\u{ff1a}']) {
        return false;
    }
    let line = line.trim_matches(|sign: char| !sign.is_alphanumeric());
    let Some(place) = naming::all_places(line, name).last() else { return false };
    let Some(lead) = line.get(..place.start).filter(|_| place.end == line.len()) else {
        return false;
    };
    let lead = lead.trim_end_matches([' ', ':']).to_lowercase();
    let lead = lead.strip_suffix(" the").unwrap_or(&lead).trim_end_matches([' ', ':', '\u{a0}']);
    ENDS.contains(&lead) || long && MORE.contains(&lead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_ends_with_its_source() {
        let below = |text: &str| {
            let start = text.find("The dam").unwrap();
            after_block(text, &(start..start + 12)).map(str::to_owned)
        };
        let source = "It rained.\n\nThe dam held.\n\n(Via the Bay Herald)\n\nSo.";
        assert_eq!(below(source).as_deref(), Some("(Via the Bay Herald)"));
        assert_eq!(below("The dam held. It rained.\n\n(Via the Bay Herald)"), None);
        for line in ["(Via the Bay Herald)", "Read more at Bay Herald", "Source: Bay Herald"] {
            assert!(ends_with_source(line, "Bay Herald", true), "{line}");
            assert_eq!(ends_with_source(line, "Bay Herald", false), !line.contains("more"));
        }
        for line in ["H/T Bay Herald", "h/t: the Bay Herald", "Hat tip: Bay Herald."] {
            assert!(ends_with_source(line, "The Bay Herald", false), "{line}");
        }
        assert!(!ends_with_source("Via the Bay Herald:", "Bay Herald", true), "it leads on");
        for line in ["Bay Herald", "Rain at the Bay Herald", "Via the Bay Heralds", "So it is"] {
            assert!(!ends_with_source(line, "Bay Herald", true), "{line}");
        }
    }
}

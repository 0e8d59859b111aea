//! The differences between two versions of a passage, marked for people.
//!
//! With colour, removed words are red and struck out, added ones green; without, they look like
//! `[-old-]{+new+}`. Spaces and punctuation between words come from the version that has the words.
//! Used by the views of a family and of two documents. Invariant: every change is shown, if only by
//! its ends.

use super::diff::{Difference, Edit, Word, compare, words};
use super::numbers::count;
use super::piece::{Ink, Piece};
use std::ops::Range;
use wirecopy::output::escape;
use wirecopy::text::Tokenizer;

/// Words shown unchanged on each side of a change.
const CONTEXT: usize = 5;
/// A changed stretch of more words is shown by its ends.
const LONG_CHANGE: usize = 24;
/// Words shown of each end of a long change.
const SHOWN_ENDS: usize = 8;

/// One version of a passage and its words.
#[derive(Debug)]
pub(super) struct Version<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
}

impl<'a> Version<'a> {
    pub(super) fn new(tokenizer: &mut Tokenizer, text: &'a str) -> Self {
        Self { text, words: words(tokenizer, text) }
    }

    /// The text of some words, without what is around them.
    pub(super) fn body(&self, range: Range<usize>) -> &'a str {
        match (self.words.get(range.start), self.words[..range.end].last()) {
            (Some(first), Some(last)) if !range.is_empty() => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// What is between word `at - 1` and word `at`, or at an end of the text.
    pub(super) fn gap(&self, at: usize) -> &'a str {
        let start = at.checked_sub(1).map_or(0, |before| self.words[before].end);
        let end = self.words.get(at).map_or(self.text.len(), |word| word.start);
        &self.text[start..end]
    }
}

/// How one version differs from another.
#[derive(Debug)]
pub(super) enum Marked {
    /// Each change with the words around it; changes close to each other are shown as one.
    Changes(Vec<Vec<Piece<'static>>>),
    /// Too different to mark: a sentence that says so.
    Apart(String),
}

/// Marks how `new` differs from `old`.
pub(super) fn mark(old: &Version<'_>, new: &Version<'_>, color: bool) -> Marked {
    match compare(&old.words, &new.words) {
        Difference::Edits(edits) => {
            let marker = Marker { old, new, color };
            Marked::Changes(
                groups(&edits).into_iter().map(|group| marker.group(&edits, group)).collect(),
            )
        }
        Difference::Counts { only_old, only_new } => Marked::Apart(format!(
            "too different to mark: {} only above, {} only here",
            count(only_old, "word", "words"),
            count(only_new, "word", "words")
        )),
    }
}

/// Changes with little between them, as ranges of edits.
fn groups(edits: &[Edit]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (n, _) in edits.iter().enumerate().filter(|(_, edit)| !edit.same) {
        match groups.last_mut() {
            Some(last) if edits[last.end..n].iter().all(|e| e.old.len() <= 2 * CONTEXT) => {
                last.end = n + 1;
            }
            _ => groups.push(n..n + 1),
        }
    }
    groups
}

/// Turns edits into pieces.
struct Marker<'v, 'a> {
    old: &'v Version<'a>,
    new: &'v Version<'a>,
    color: bool,
}

impl Marker<'_, '_> {
    fn group(&self, edits: &[Edit], group: Range<usize>) -> Vec<Piece<'static>> {
        let mut pieces = Vec::new();
        if let Some(before) = group.start.checked_sub(1).map(|n| &edits[n].new) {
            let start = before.end.saturating_sub(CONTEXT).max(before.start);
            if start > 0 {
                pieces.push(Piece::own(Ink::Faint, "…\u{a0}"));
            }
            pieces.push(flat(Ink::Plain, self.new.body(start..before.end)));
            pieces.push(self.gap_between(&edits[group.start - 1], edits.get(group.start)));
        }
        for n in group.clone() {
            self.edit(&edits[n], &mut pieces);
            if n + 1 < group.end {
                pieces.push(self.gap_between(&edits[n], edits.get(n + 1)));
            }
        }
        if let Some(after) = edits.get(group.end).map(|edit| &edit.new) {
            let end = (after.start + CONTEXT).min(after.end);
            pieces.push(self.gap_between(&edits[group.end - 1], edits.get(group.end)));
            pieces.push(flat(Ink::Plain, self.new.body(after.start..end)));
            if end < self.new.words.len() {
                pieces.push(Piece::own(Ink::Faint, "\u{a0}…"));
            }
        }
        pieces
    }

    fn edit(&self, edit: &Edit, pieces: &mut Vec<Piece<'static>>) {
        if edit.same {
            pieces.push(flat(Ink::Plain, self.new.body(edit.new.clone())));
            return;
        }
        if !edit.old.is_empty() {
            self.change(self.old, &edit.old, (Ink::Removed, "[-", "-]"), pieces);
        }
        if self.color && !edit.old.is_empty() && !edit.new.is_empty() {
            pieces.push(Piece::own(Ink::Plain, " "));
        }
        if !edit.new.is_empty() {
            self.change(self.new, &edit.new, (Ink::Added, "{+", "+}"), pieces);
        }
    }

    fn change(
        &self,
        version: &Version<'_>,
        range: &Range<usize>,
        (ink, open, close): (Ink, &str, &str),
        pieces: &mut Vec<Piece<'static>>,
    ) {
        if !self.color {
            pieces.push(Piece::own(ink, open));
        }
        if range.len() > LONG_CHANGE {
            let left_out = range.len() - 2 * SHOWN_ENDS;
            let head = range.start..range.start + SHOWN_ENDS;
            pieces.push(flat(ink, version.body(head)));
            pieces.push(Piece::own(Ink::Faint, format!(" …\u{a0}{left_out}\u{a0}words\u{a0}… ")));
            pieces.push(flat(ink, version.body(range.end - SHOWN_ENDS..range.end)));
        } else {
            pieces.push(flat(ink, version.body(range.clone())));
        }
        if !self.color {
            pieces.push(Piece::own(ink, close));
        }
    }

    /// Spaces and punctuation between two stretches: of the old version beside a pure removal.
    fn gap_between(&self, edit: &Edit, next: Option<&Edit>) -> Piece<'static> {
        let removal = |edit: &Edit| !edit.same && edit.new.is_empty();
        let text = if removal(edit) || next.is_some_and(removal) {
            self.old.gap(edit.old.end)
        } else {
            self.new.gap(edit.new.end)
        };
        flat(Ink::Plain, text)
    }
}

/// Text of a document on one line.
fn flat(ink: Ink, text: &str) -> Piece<'static> {
    Piece::own(ink, escape::prose(text).replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str, color: bool) -> Vec<String> {
        let mut tokenizer = Tokenizer::default();
        let (old, new) = (Version::new(&mut tokenizer, old), Version::new(&mut tokenizer, new));
        match mark(&old, &new, color) {
            Marked::Changes(all) => all
                .iter()
                .map(|pieces| {
                    pieces.iter().map(Piece::text).collect::<String>().replace('\u{a0}', " ")
                })
                .collect(),
            Marked::Apart(text) => vec![text],
        }
    }

    #[test]
    fn words_are_marked_and_punctuation_is_not() {
        assert_eq!(
            marked(
                "The ferry stays in port, he said.",
                "The ferry remains in port, he said!",
                false
            ),
            ["The [-stays-]{+remains+} in port, he said"].map(|line| line.replacen(
                "The",
                "The ferry",
                1
            ))
        );
        assert_eq!(
            marked("he said loudly, then left", "he said, then left", false),
            ["he said [-loudly-], then left"]
        );
        assert_eq!(
            marked("he said, then left", "he said on Monday, then left", false),
            ["he said {+on Monday+}, then left"]
        );
        assert_eq!(marked("“Same” words", "\"same\" WORDS", false), Vec::<String>::new());
    }

    #[test]
    fn colour_needs_no_brackets() {
        assert_eq!(marked("he said so", "he wrote so", true), ["he said wrote so"]);
    }

    #[test]
    fn far_changes_stand_apart_with_words_around_them() {
        let old = "one two three four five six seven eight nine ten eleven twelve 13 14 15 16";
        let new = "one 2 three four five six seven eight nine ten eleven twelve 13 14 XV 16";
        assert_eq!(
            marked(old, new, false),
            [
                "one [-two-]{+2+} three four five six seven …",
                "… ten eleven twelve 13 14 [-15-]{+XV+} 16"
            ]
        );
    }

    #[test]
    fn changes_at_the_ends_and_long_ones() {
        assert_eq!(marked("a b c d", "b c d e", false), ["[-a-] b c d {+e+}"]);
        let long: Vec<String> = (0..40).map(|n| format!("w{n}")).collect();
        let new = format!("b c {}", long.join(" "));
        assert_eq!(
            marked("b c", &new, false),
            ["b c {+w0 w1 w2 w3 w4 w5 w6 w7 … 24 words … w32 w33 w34 w35 w36 w37 w38 w39+}"]
        );
    }

    #[test]
    fn characters_are_words_where_there_are_no_spaces() {
        assert_eq!(marked("船は今日出る", "船は明日出る", false), ["船は[-今-]{+明+}日出る"]);
    }
}

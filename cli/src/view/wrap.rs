//! Text set in lines of a given width, wide characters counted as two columns.
//!
//! Used by page and the views. Lines end where Unicode allows it (UAX 14, by way of textwrap); a
//! word wider than the line is cut. A no-break space is set as a space. An empty line in the text
//! starts a new line.
//! Invariant: no line is wider than asked, unless one character is.

use super::piece::{Ink, Line, Piece};
use std::ops::Range;
use textwrap::WordSeparator;
use textwrap::core::Fragment;
use unicode_width::UnicodeWidthChar as _;

/// Columns of a character.
fn columns(character: char) -> usize {
    // The emoji selector makes its narrow neighbour wide.
    if character == '\u{fe0f}' { 1 } else { character.width().unwrap_or(0) }
}

/// Columns of safe text on one line.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// End of the longest start of `text` that fits into `room` columns.
pub(super) fn prefix(text: &str, room: usize) -> usize {
    let mut used = 0;
    let over = text.char_indices().find(|&(_, character)| {
        used += columns(character);
        used > room
    });
    over.map_or(text.len(), |(at, _)| at)
}

/// Start of the longest end of `text` that fits into `room` columns.
pub(super) fn suffix(text: &str, room: usize) -> usize {
    let (mut used, mut start) = (0, text.len());
    for (at, character) in text.char_indices().rev() {
        used += columns(character);
        if used > room {
            break;
        }
        start = at;
    }
    start
}

/// Sets `pieces` in lines of at most `width` columns.
pub(super) fn wrap(pieces: &[Piece<'_>], width: usize) -> Vec<Line> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in paragraphs(pieces) {
        let chunks = chunks(&paragraph.text, width);
        for line in textwrap::wrap_algorithms::wrap_first_fit(&chunks, &[width as f64]) {
            if let (Some(first), Some(last)) = (line.first(), line.last()) {
                lines.push(paragraph.line(first.place.start..last.place.end));
            }
        }
    }
    lines
}

/// A run of text between two places where a line may end.
#[derive(Debug)]
struct Chunk {
    place: Range<usize>,
    columns: usize,
    /// Whether a space follows, which is left out at the end of a line.
    space: bool,
}

impl Fragment for Chunk {
    fn width(&self) -> f64 {
        self.columns as f64
    }

    fn whitespace_width(&self) -> f64 {
        f64::from(u8::from(self.space))
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

fn chunks(text: &str, width: usize) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut start = 0;
    for word in WordSeparator::UnicodeBreakProperties.find_words(text) {
        let end = start + word.word.len();
        let mut at = start;
        loop {
            let cut = at + least_one(&text[at..end], width);
            let space = cut == end && !word.whitespace.is_empty();
            chunks.push(Chunk { place: at..cut, columns: width_of(&text[at..cut]), space });
            at = cut;
            if at >= end {
                break;
            }
        }
        start = end + word.whitespace.len();
    }
    chunks
}

/// As [`prefix`], but at least one character with the marks above and below it.
fn least_one(text: &str, room: usize) -> usize {
    let first = text.chars().next().map_or(0, columns);
    prefix(text, room.max(first))
}

/// Text with single spaces, and from where on it is of which ink.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    inks: Vec<(usize, Ink)>,
}

impl Paragraph {
    fn push(&mut self, ink: Ink, character: char) {
        if self.inks.last().is_none_or(|(_, last)| *last != ink) {
            self.inks.push((self.text.len(), ink));
        }
        self.text.push(character);
    }

    fn line(&self, place: Range<usize>) -> Line {
        let ends = self.inks.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        let runs = self
            .inks
            .iter()
            .zip(ends)
            .map(|(&(start, ink), end)| (ink, start.max(place.start)..end.min(place.end)));
        runs.filter(|(_, run)| !run.is_empty())
            .map(|(ink, run)| Piece::own(ink, self.text[run].replace('\u{a0}', " ")))
            .collect()
    }
}

fn paragraphs(pieces: &[Piece<'_>]) -> Vec<Paragraph> {
    let mut paragraphs = vec![Paragraph::default()];
    // Newlines, and the ink of the last space, since the last word.
    let mut gap: Option<(usize, Ink)> = None;
    let characters = pieces.iter().flat_map(|p| p.text().chars().map(move |c| (p.ink, c)));
    for (ink, character) in characters {
        if character.is_whitespace() && character != '\u{a0}' {
            let newlines = gap.map_or(0, |(newlines, _)| newlines);
            gap = Some((newlines + usize::from(character == '\n'), ink));
            continue;
        }
        match gap.take() {
            Some((newlines, _)) if newlines > 1 => paragraphs.push(Paragraph::default()),
            Some((_, gap_ink)) => {
                // The space belongs to a mark only if the mark goes on after it.
                let ink = if gap_ink == ink { ink } else { Ink::Plain };
                if let Some(open) = paragraphs.last_mut().filter(|open| !open.text.is_empty()) {
                    open.push(ink, ' ');
                }
            }
            None => {}
        }
        if let Some(open) = paragraphs.last_mut() {
            open.push(ink, character);
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str, width: usize) -> Vec<String> {
        let lines = wrap(&[Piece::prose(Ink::Plain, text)], width);
        lines.iter().map(|line| line.iter().map(Piece::text).collect()).collect()
    }

    #[test]
    fn breaks_at_spaces_and_empty_lines() {
        assert_eq!(plain("the ferry  stays\nin port", 10), ["the ferry", "stays in", "port"]);
        assert_eq!(plain("one\n \ntwo three", 80), ["one", "two three"]);
        assert_eq!(plain("", 10), Vec::<String>::new());
    }

    #[test]
    fn cuts_what_has_no_border() {
        assert_eq!(plain("a https://example.org/x", 10), ["a https://", "example.or", "g/x"]);
    }

    #[test]
    fn breaks_between_wide_characters_but_not_before_their_closing_marks() {
        assert_eq!(plain("港の船は「今日」出る。", 10), ["港の船は", "「今日」出", "る。"]);
        assert_eq!(plain("서울 시장은 말했다", 8), ["서울 시", "장은 말", "했다"]);
    }

    #[test]
    fn a_mark_runs_on_across_words_but_not_into_its_surroundings() {
        let pieces = [
            Piece::own(Ink::Plain, "he "),
            Piece::own(Ink::Removed, "said it"),
            Piece::own(Ink::Plain, " twice"),
        ];
        let lines = wrap(&pieces, 80);
        let inks: Vec<_> = lines[0].iter().map(|p| (p.ink, p.text())).collect();
        assert_eq!(inks, [(Ink::Plain, "he "), (Ink::Removed, "said it"), (Ink::Plain, " twice")]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(text in any::<String>(), width in 1_usize..60) {
            let lines = plain(&text, width);
            for line in &lines {
                let only_one = line.chars().filter(|&c| columns(c) > 0).count() == 1;
                prop_assert!(width_of(line) <= width || only_one, "{line:?}");
                prop_assert!(
                    unicode_width::UnicodeWidthStr::width(line.as_str()) <= width || only_one,
                    "{line:?}"
                );
            }
            let solid = |text: &str| text.split_whitespace().collect::<String>();
            let safe = wirecopy::output::escape::prose(&text);
            prop_assert_eq!(solid(&lines.concat()), solid(&safe));
        }
    }
}

//! Text set in lines of a given width, wide characters counted as two columns.
//!
//! Lines break at spaces and beside wide characters (Han, kana, Hangul), not before closing
//! punctuation of these; a word wider than the line is cut. A no-break space is set as a space. An
//! empty line in the text begins a new line.
//! Invariant: no line is wider than asked, unless one character is.

use super::piece::{Ink, Line, Piece};
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

/// End of the longest beginning of `text` that fits into `room` columns.
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

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing: the line may still break here.
    None,
    Space,
    /// An empty line.
    Paragraph,
}

/// What a line may not break inside of, unless it is wider than the line.
#[derive(Debug)]
struct Word {
    gap: Gap,
    cells: Vec<(Ink, char)>,
    /// Ink of the space before it, so that a mark runs on across words.
    gap_ink: Ink,
}

/// Sets `pieces` in lines of at most `width` columns.
pub(super) fn wrap(pieces: &[Piece<'_>], width: usize) -> Vec<Line> {
    let mut setter = Setter { width: width.max(1), used: 0, line: Vec::new(), lines: Vec::new() };
    for word in words(pieces) {
        setter.set(&word);
    }
    setter.end_line();
    setter.lines
}

/// Characters that may not begin a line.
fn clings_back(character: char) -> bool {
    "、。，．・：；！？)]}」』）】〉》〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
        .contains(character)
}

/// Characters that may not end a line.
fn clings_on(character: char) -> bool {
    "「『（【〈《〔".contains(character)
}

fn words(pieces: &[Piece<'_>]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    let (mut gap, mut newlines, mut gap_ink) = (Gap::None, 0, Ink::Plain);
    let cells = pieces.iter().flat_map(|p| p.text().chars().map(move |c| (p.ink, c)));
    for (ink, character) in cells {
        if matches!(character, ' ' | '\n' | '\t')
            || character.is_whitespace() && character != '\u{a0}'
        {
            newlines += usize::from(character == '\n');
            gap = if newlines > 1 { Gap::Paragraph } else { Gap::Space };
            gap_ink = ink;
            open = false;
            continue;
        }
        let last = words.last().and_then(|word| word.cells.last()).map(|&(_, c)| c);
        let wide = columns(character) == 2 || last.is_some_and(|c| columns(c) == 2);
        let border = wide && !clings_back(character) && !last.is_some_and(clings_on);
        let continues = open && (!border || columns(character) == 0);
        if let Some(word) = words.last_mut().filter(|_| continues) {
            word.cells.push((ink, character));
        } else {
            let gap = if words.is_empty() { Gap::None } else { gap };
            words.push(Word { gap, cells: vec![(ink, character)], gap_ink });
        }
        (open, gap, newlines) = (true, Gap::None, 0);
    }
    words
}

/// The line being set.
struct Setter {
    width: usize,
    used: usize,
    line: Vec<(Ink, String)>,
    lines: Vec<Line>,
}

impl Setter {
    fn set(&mut self, word: &Word) {
        let wide: usize = word.cells.iter().map(|&(_, c)| columns(c)).sum();
        let space = usize::from(word.gap == Gap::Space && self.used > 0);
        if word.gap == Gap::Paragraph || self.used > 0 && self.used + space + wide > self.width {
            self.end_line();
        } else if space > 0 {
            // The space belongs to a mark only if the mark goes on behind it.
            let first = word.cells.first().map_or(Ink::Plain, |&(ink, _)| ink);
            let ink = if first == word.gap_ink { first } else { Ink::Plain };
            self.push(ink, ' ');
        }
        for &(ink, character) in &word.cells {
            if self.used > 0 && self.used + columns(character) > self.width {
                self.end_line();
            }
            self.push(ink, character);
        }
    }

    fn push(&mut self, ink: Ink, character: char) {
        let character = if character == '\u{a0}' { ' ' } else { character };
        self.used += columns(character);
        match self.line.last_mut().filter(|(last, _)| *last == ink) {
            Some((_, text)) => text.push(character),
            None => self.line.push((ink, character.to_string())),
        }
    }

    fn end_line(&mut self) {
        self.used = 0;
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.lines.push(line.into_iter().map(|(ink, text)| Piece::own(ink, text)).collect());
        }
    }
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
        assert_eq!(plain("a https://example.org/x", 10), ["a", "https://ex", "ample.org/", "x"]);
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
            let safe = wirecopy::report::escape::prose(&text);
            prop_assert_eq!(solid(&lines.concat()), solid(&safe));
        }
    }
}

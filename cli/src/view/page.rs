//! A page of the terminal: lines of pieces, painted or plain.
//!
//! Fed by every view; writes into a string of the caller. Invariant: the output depends on the
//! pieces and the [`Look`] alone.

use super::piece::{Ink, Line, Piece};
use super::wrap::{self, width_of};
use anstyle::Style;
use std::borrow::Cow;

/// How a view is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Colours, by ANSI escape sequences.
    pub(crate) color: bool,
}

/// Fewer columns than this are not laid out for; the lines are longer than the terminal then.
const LEAST_WIDTH: usize = 20;
/// Running text is not set wider than this: longer lines are hard to read.
const MEASURE: usize = 100;

impl Look {
    /// Columns of a whole line.
    pub(super) fn columns(self) -> usize {
        self.width.max(LEAST_WIDTH)
    }

    /// Columns of running text.
    pub(super) fn measure(self) -> usize {
        self.columns().min(MEASURE)
    }
}

/// Lines being written.
#[derive(Debug)]
pub(super) struct Page<'o> {
    pub(super) look: Look,
    out: &'o mut String,
}

impl<'o> Page<'o> {
    /// Appends to what `out` holds.
    pub(super) fn new(look: Look, out: &'o mut String) -> Self {
        Self { look, out }
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// One line as it is; spaces at its end are dropped.
    pub(super) fn line(&mut self, pieces: &[Piece<'_>]) {
        let end = pieces.iter().rposition(|p| !p.text().trim_end().is_empty());
        for (n, piece) in pieces.iter().enumerate().take(end.map_or(0, |end| end + 1)) {
            let text = if Some(n) == end { piece.text().trim_end() } else { piece.text() };
            paint(piece.ink, text, self.look.color, self.out);
        }
        self.out.push('\n');
    }

    /// Running text, wrapped, `lead` before each line.
    pub(super) fn paragraph(&mut self, lead: &Piece<'_>, pieces: &[Piece<'_>]) {
        let room = self.look.measure().saturating_sub(width_of(lead.text()));
        self.lines(lead, wrap::wrap(pieces, room));
    }

    /// Text over the whole width, `lead` before the first line and its width before the others.
    pub(super) fn hanging(&mut self, lead: &Piece<'_>, pieces: &[Piece<'_>]) {
        let wide = width_of(lead.text());
        let mut lines = wrap::wrap(pieces, self.look.columns().saturating_sub(wide)).into_iter();
        self.lines(lead, lines.next());
        self.lines(&Piece::own(lead.ink, " ".repeat(wide)), lines);
    }

    /// Lines already wrapped, `lead` before each.
    pub(super) fn lines(&mut self, lead: &Piece<'_>, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            let mut all = Vec::with_capacity(line.len() + 1);
            all.push(lead.clone());
            all.extend(line);
            self.line(&all);
        }
    }
}

fn paint(ink: Ink, text: &str, color: bool, out: &mut String) {
    let style = ink.style();
    if !color || text.is_empty() || style == Style::new() {
        out.push_str(text);
        return;
    }
    out.push_str(&style.render().to_string());
    out.push_str(text);
    out.push_str(&style.render_reset().to_string());
}

/// Shortens a name to `columns`, keeping its end (`…/2024/ferry.txt`) or its start.
pub(super) fn shorten(text: &str, columns: usize, keep_end: bool) -> Cow<'_, str> {
    if width_of(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    if keep_end {
        let end = &text[wrap::suffix(text, room)..];
        // Whole names where possible: `…/ferry.txt`.
        let border = end.find('/').filter(|at| at + 1 < end.len()).unwrap_or(0);
        Cow::Owned(format!("…{}", &end[border..]))
    } else {
        let end = wrap::prefix(text, room);
        Cow::Owned(format!("{}…", text[..end].trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_only_when_asked_and_no_space_at_the_end() {
        let line = [
            Piece::own(Ink::Heading, "a"),
            Piece::own(Ink::Plain, " b "),
            Piece::own(Ink::Faint, " "),
        ];
        let mut out = String::new();
        Page::new(Look { width: 80, color: false }, &mut out).line(&line);
        Page::new(Look { width: 80, color: true }, &mut out).line(&line);
        assert_eq!(out, "a b\n\u{1b}[1ma\u{1b}[0m b\n");
    }

    #[test]
    fn names_are_shortened_at_either_end() {
        assert_eq!(shorten("short", 5, true), "short");
        assert_eq!(shorten("archive/2024/ferry.txt", 13, true), "…/ferry.txt");
        assert_eq!(shorten("archive/2024/ferry.txt", 8, true), "…rry.txt");
        assert_eq!(shorten("Ferry stays in port", 12, false), "Ferry stays…");
        assert_eq!(shorten("東京の港", 4, true), "…港");
    }
}

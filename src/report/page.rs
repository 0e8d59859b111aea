//! Lines of the terminal view: safe text in a few inks, painted or plain.
//!
//! Used by the text formats. Invariant: a [`Piece`] is made safe when it is made, so whatever is
//! painted is safe for a terminal.

use super::escape;
use super::wrap::{self, width_of};
use anstyle::{AnsiColor, Effects, Style};
use std::borrow::Cow;

/// How a view is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Colours, by ANSI escape sequences.
    pub color: bool,
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

/// What a piece of a line is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Heading,
    Faint,
    Outlet,
    Mark,
    Removed,
    Added,
}

impl Ink {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().effects(Effects::BOLD),
            Self::Faint => Style::new().effects(Effects::DIMMED),
            Self::Outlet => AnsiColor::Cyan.on_default(),
            Self::Mark => AnsiColor::Yellow.on_default(),
            Self::Removed => AnsiColor::Red.on_default().effects(Effects::STRIKETHROUGH),
            Self::Added => AnsiColor::Green.on_default().effects(Effects::BOLD),
        }
    }
}

/// Safe text in one ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) ink: Ink,
    text: Cow<'a, str>,
}

impl<'a> Piece<'a> {
    /// Running text of a document.
    pub(super) fn prose(ink: Ink, text: &'a str) -> Self {
        Self { ink, text: escape::prose(text) }
    }

    /// A name on one line: id, outlet, date.
    pub(super) fn name(ink: Ink, text: &'a str) -> Self {
        Self { ink, text: escape::line(text) }
    }

    /// Words of the view itself.
    pub(super) fn own(ink: Ink, text: impl Into<String>) -> Self {
        let text: String = text.into();
        debug_assert!(!text.contains(escape::is_unsafe), "names and prose come by another door");
        Self { ink, text: Cow::Owned(text) }
    }

    /// The text, safe.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// One line, as pieces.
pub(super) type Line = Vec<Piece<'static>>;

/// Lines being written.
#[derive(Debug)]
pub(super) struct Page<'o> {
    pub(super) look: Look,
    out: &'o mut String,
}

impl<'o> Page<'o> {
    /// Writes behind what `out` holds.
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

    /// Running text, wrapped, each line behind `lead`.
    pub(super) fn paragraph(&mut self, lead: &Piece<'_>, pieces: &[Piece<'_>]) {
        let room = self.look.measure().saturating_sub(width_of(lead.text()));
        self.lines(lead, wrap::wrap(pieces, room));
    }

    /// Lines already wrapped, each behind `lead`.
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

/// Shortens a name to `columns`, keeping its end (`…/2024/ferry.txt`) or its beginning.
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

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 family`, `2 families`: the number and the word in the right form.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
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

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "family", "families"), "1 family");
        assert_eq!(count(1000, "family", "families"), "1,000 families");
    }
}

//! Safe text in one of a few inks, from which the lines of the views are made.
//!
//! Fed by the views, read by wrap and page. Invariant: a [`Piece`] is made safe when it is made, so
//! whatever is painted is safe for a terminal.

use anstyle::{AnsiColor, Effects, Style};
use std::borrow::Cow;
use wirecopy::output::escape;

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
    /// The ANSI style.
    pub(super) fn style(self) -> Style {
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

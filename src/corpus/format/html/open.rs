//! The elements that are open at a place of a page, nearly as the parser has them.
//!
//! Filled by `bound` tag by tag. Invariant: of the elements that the parser has open, all that the
//! page wrote are held here too (it adds the rows of tables by itself), and a search looks at no
//! more elements than the page may be deep.

use super::elements::{Element, FORMATTING, Kind, closes_its_like};
use std::ops::Range;

/// The open elements.
#[derive(Debug)]
pub(super) struct Open {
    elements: Vec<Element>,
    /// Where each name is in the page; none where the parser has closed the element already.
    names: Vec<Option<Range<usize>>>,
    /// The elements that the parser has open.
    held: Vec<usize>,
    formatting: Formatting,
    /// Levels, and elements that a search looks at.
    most: usize,
}

impl Open {
    pub(super) fn new(most: usize) -> Self {
        let formatting = Formatting::default();
        Self { elements: Vec::new(), names: Vec::new(), held: Vec::new(), formatting, most }
    }

    /// Whether the page is in SVG or `MathML`.
    pub(super) fn is_foreign(&self) -> bool {
        self.elements.last().is_some_and(|element| element.foreign)
    }

    /// Ends SVG and `MathML`.
    pub(super) fn leave_foreign(&mut self) {
        while self.is_foreign() {
            self.keep(self.elements.len() - 1);
        }
    }

    /// Whether the page is as deep as it may be.
    pub(super) fn is_full(&self) -> bool {
        self.held.len() + self.formatting.count() >= self.most
    }

    /// Opens formatting elements anew, as the next content does; returns their number.
    pub(super) fn reopen(&mut self) -> usize {
        self.formatting.reopen(self.elements.len())
    }

    /// Levels of the page at this place.
    pub(super) fn depth(&self) -> usize {
        self.held.len()
    }

    /// Opens an element, whose name is at a place of the page.
    pub(super) fn push(&mut self, element: Element, name: Range<usize>) {
        self.held.push(self.elements.len());
        self.elements.push(element);
        self.names.push(Some(name));
    }

    /// Makes the parser close the deepest element that it has open; where its name is in the page.
    pub(super) fn displace(&mut self) -> Option<Range<usize>> {
        self.names.get_mut(self.held.pop()?)?.take()
    }

    /// Opens a formatting element.
    pub(super) fn push_formatting(&mut self, which: usize, attributes: bool) {
        let border = self.border();
        self.formatting.open(which, attributes, (self.elements.len(), border));
    }

    /// The first place within the nearest scope: what was opened outside of it stays open in it.
    fn border(&self) -> usize {
        // What is farther away than a search looks is outside.
        let far = self.elements.len().saturating_sub(self.most);
        self.find(in_scope).map_or(far, |place| place + 1)
    }

    /// Closes what an element closes where it starts; false where the parser ignores its tag.
    pub(super) fn make_room(&mut self, element: Element) -> bool {
        match element.kind {
            Kind::Item | Kind::Term => {
                let passes = |kind| matches!(kind, Kind::Block | Kind::Paragraph);
                let holds = |open: &Element| open.kind.is_special() && !passes(open.kind);
                self.close_to(|open| open.kind == element.kind, holds);
            }
            Kind::Heading | Kind::Choice => self.close_last(element.kind),
            Kind::Button => self.close_to(|open| open.kind == Kind::Button, in_scope),
            Kind::Cell | Kind::Row | Kind::Rows => return self.make_room_in_table(element.kind),
            _ => {}
        }
        if element.kind.closes_paragraph() {
            let holds = |open: &Element| in_scope(open) || open.kind == Kind::Button;
            self.close_to(|open| open.kind == Kind::Paragraph, holds);
        }
        true
    }

    /// Closes what the part of a table ends: all that is open below the part which may hold it.
    fn make_room_in_table(&mut self, kind: Kind) -> bool {
        let holds = |open: &Element| {
            matches!(open.kind, Kind::Scope | Kind::Point)
                || open.kind == Kind::Table
                || (open.kind == Kind::Rows && kind != Kind::Rows)
                || (open.kind == Kind::Row && kind == Kind::Cell)
        };
        let Some(place) = self.find(holds) else { return false };
        let in_table = self
            .elements
            .get(place)
            .is_some_and(|open| matches!(open.kind, Kind::Table | Kind::Rows | Kind::Row));
        if in_table {
            self.keep(place + 1);
        }
        in_table
    }

    /// Takes an end tag; whether the parser has closed its element already.
    pub(super) fn close(&mut self, element: Element) -> bool {
        if let Kind::Formatting(which) = element.kind {
            self.formatting.close(which, self.border());
            return false;
        }
        let holds = |open: &Element| match element.kind {
            Kind::Foreign | Kind::Point => !open.foreign && open.kind != Kind::Point,
            Kind::Inline | Kind::Choice => open.kind.is_special(),
            Kind::Paragraph => in_scope(open) || open.kind == Kind::Button,
            Kind::Item => in_scope(open) || open.kind == Kind::List,
            Kind::Cell | Kind::Row | Kind::Rows | Kind::Table => {
                matches!(open.kind, Kind::Table | Kind::Scope | Kind::Point)
            }
            _ => in_scope(open),
        };
        let mut held = false;
        let found = self.find(|open| {
            held = open.name != element.name && holds(open);
            held || open.name == element.name
        });
        let Some(place) = found.filter(|_| !held) else { return false };
        let displaced = self.names.get(place).is_some_and(Option::is_none);
        if element.kind == Kind::Form {
            self.elements.remove(place);
            self.names.remove(place);
            self.held.retain(|&held| held != place);
            let later = self.held.iter_mut().filter(|held| **held > place);
            later.for_each(|held| *held -= 1);
        } else {
            self.keep(place);
        }
        displaced
    }

    /// Closes the nearest element that is `wanted`, with what is in it, unless one `holds` before.
    fn close_to(&mut self, wanted: impl Fn(&Element) -> bool, holds: impl Fn(&Element) -> bool) {
        let found = self.find(|open| wanted(open) || holds(open));
        if let Some(place) = found
            && self.elements.get(place).is_some_and(wanted)
        {
            self.keep(place);
        }
    }

    /// Closes the innermost element where it is of a kind.
    fn close_last(&mut self, kind: Kind) {
        if self.elements.last().is_some_and(|open| open.kind == kind) {
            self.keep(self.elements.len() - 1);
        }
    }

    /// Closes all but the first elements.
    fn keep(&mut self, left: usize) {
        self.elements.truncate(left);
        self.names.truncate(left);
        while self.held.pop_if(|held| *held >= left).is_some() {}
        self.formatting.lose(left);
    }

    /// The place of the nearest element that is `wanted`.
    fn find(&self, mut wanted: impl FnMut(&Element) -> bool) -> Option<usize> {
        let near = self.elements.iter().enumerate().rev().take(self.most);
        near.into_iter().find(|(_, open)| wanted(open)).map(|(place, _)| place)
    }
}

fn in_scope(open: &Element) -> bool {
    open.kind.is_scope()
}

/// Formatting elements that were not closed. The parser opens those that went with their block anew
/// in the next one.
#[derive(Debug, Default)]
struct Formatting {
    /// Those that are open, each with the number of other elements around it.
    open: Vec<(Format, usize)>,
    /// Those that went with their block.
    lost: [usize; 2 * FORMATTING],
}

/// A kind of formatting element: twice its number, and one more where it has attributes.
type Format = usize;

impl Formatting {
    fn count(&self) -> usize {
        self.open.len() + self.lost.iter().sum::<usize>()
    }

    fn open(&mut self, which: usize, attributes: bool, (around, border): (usize, usize)) {
        if closes_its_like(which) {
            self.close(which, border);
        }
        self.open.push((2 * which + usize::from(attributes), around));
    }

    /// Closes the last of a kind that has at least `border` other elements around it. What is lost
    /// is of the same scope: outside of it all was opened anew before it began.
    fn close(&mut self, which: usize, border: usize) {
        let is_wanted =
            |&(format, around): &(Format, usize)| format / 2 == which && around >= border;
        if let Some(place) = self.open.iter().rposition(is_wanted) {
            self.open.remove(place);
        } else if let Some(lost) = self.lost.get_mut(2 * which..2 * which + 2)
            && let Some(lost) = lost.iter_mut().find(|lost| **lost > 0)
        {
            *lost -= 1;
        }
    }

    /// Only `left` of the other elements are open still. Of equal elements the parser remembers
    /// three; those without attributes are equal.
    fn lose(&mut self, left: usize) {
        while let Some((format, _)) = self.open.pop_if(|(_, around)| *around > left) {
            let most = if format % 2 == 0 { 3 } else { usize::MAX };
            if let Some(lost) = self.lost.get_mut(format) {
                *lost = (*lost + 1).min(most);
            }
        }
    }

    /// Opens those that were lost anew; returns their number.
    fn reopen(&mut self, around: usize) -> usize {
        let before = self.open.len();
        for (format, lost) in self.lost.iter_mut().enumerate() {
            self.open.extend(std::iter::repeat_n((format, around), std::mem::take(lost)));
        }
        self.open.len() - before
    }
}

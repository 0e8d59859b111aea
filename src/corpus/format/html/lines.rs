//! The lines of a page as a reader sees them, and where each of its headings is among them.
//!
//! Used by `bylines`. Invariant: a line is the text between two borders of blocks; each part of it
//! keeps the element that holds it.

use super::plain::{joined, letters};
use dom_query::NodeRef;

/// Lines and headings that are read.
const MOST: usize = 5000;
const MOST_HEADINGS: usize = 200;
/// Lines of a heading.
const LONGEST_HEADING: usize = 20;
/// Elements around a text, at most, among which the one of its line is.
const MOST_INLINE: usize = 20;
/// Bytes of a text of which the line is prose; nothing after them is looked for.
const LONGEST: usize = 2000;
/// Letters of the start of a title, at least, and bytes of a line that is one, at most.
const LONG: usize = 20;
const LONGEST_TITLE: usize = 400;
/// Elements that hold no line, or none by an article.
const SKIPPED: [&str; 15] = [
    "script", "style", "noscript", "template", "head", "nav", "dialog", "select", "textarea",
    "button", "svg", "math", "iframe", "object", "figure",
];
/// Elements within a line.
const INLINE: [&str; 25] = [
    "a", "abbr", "acronym", "b", "bdi", "big", "cite", "code", "data", "date", "em", "font", "i",
    "ins", "label", "mark", "nobr", "q", "s", "small", "span", "strong", "sub", "sup", "time",
];

/// A line.
#[derive(Debug)]
pub(super) struct Line<'p> {
    pub(super) text: String,
    /// The block that it is right in.
    pub(super) block: NodeRef<'p>,
    /// Where each part starts, and the element that it is right in.
    parts: Vec<(usize, NodeRef<'p>)>,
}

impl<'p> Line<'p> {
    /// The part in which a place is: its text, and the element that it is right in.
    pub(super) fn part(&self, at: usize) -> Option<(&str, NodeRef<'p>)> {
        let next = self.parts.partition_point(|(start, _)| *start <= at);
        let (start, node) = *self.parts.get(next.checked_sub(1)?)?;
        let end = self.parts.get(next).map_or(self.text.len(), |(end, _)| *end);
        Some((self.text.get(start..end)?, node))
    }
}

/// A heading: its element, and the lines that it is.
#[derive(Debug)]
pub(super) struct Heading<'p> {
    pub(super) node: NodeRef<'p>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct Lines<'p> {
    pub(super) all: Vec<Line<'p>>,
    headings: Vec<Heading<'p>>,
}

impl<'p> Lines<'p> {
    /// Reads the lines below an element.
    pub(super) fn new(root: NodeRef<'p>) -> Self {
        let (mut lines, mut open) = (Self::default(), None::<Line<'p>>);
        let mut todo = vec![root];
        while let Some(node) = todo.pop() {
            todo.extend(node.next_sibling().filter(|_| node.id != root.id));
            if node.is_text() {
                lines.add(&node, &mut open);
                continue;
            }
            let name = node.node_name().unwrap_or_default();
            if SKIPPED.contains(&&*name) {
                continue;
            }
            if !INLINE.contains(&&*name) {
                lines.close(&mut open);
            }
            if matches!(&*name, "h1" | "h2" | "h3" | "h4") && lines.headings.len() < MOST_HEADINGS {
                let start = lines.all.len();
                lines.headings.push(Heading { node, start, end: start });
            }
            if lines.all.len() >= MOST {
                break;
            }
            todo.extend(node.first_child());
        }
        lines.close(&mut open);
        for at in 0..lines.headings.len() {
            lines.end(at);
        }
        lines
    }

    /// Adds a text to the line that is open, or starts one where it is in another block.
    fn add(&mut self, node: &NodeRef<'p>, open: &mut Option<Line<'p>>) {
        let text = node.text();
        let text = joined(super::plain::start(&text, LONGEST));
        let Some(parent) = node.parent().filter(|_| !text.is_empty()) else { return };
        let around = std::iter::once(parent).chain(parent.ancestors_it(None));
        let is_inline =
            |node: &NodeRef<'p>| node.node_name().is_some_and(|name| INLINE.contains(&&*name));
        let block = around.take(MOST_INLINE).find(|node| !is_inline(node)).unwrap_or(parent);
        if open.as_ref().is_some_and(|line| line.block.id != block.id) {
            self.close(open);
        }
        let line =
            open.get_or_insert_with(|| Line { text: String::new(), block, parts: Vec::new() });
        if !line.text.is_empty() {
            line.text.push(' ');
        }
        line.parts.push((line.text.len(), parent));
        line.text.push_str(&text);
    }

    fn close(&mut self, open: &mut Option<Line<'p>>) {
        self.all.extend(open.take());
    }

    /// Finds where a heading ends.
    fn end(&mut self, at: usize) {
        let Some(heading) = self.headings.get_mut(at) else { return };
        let own = heading.node.id;
        let within = |line: &&Line<'p>| {
            let mut around = std::iter::once(line.block).chain(line.block.ancestors_it(None));
            around.any(|node| node.id == own)
        };
        let lines = self.all.get(heading.start..).unwrap_or_default();
        let own = lines.iter().take(LONGEST_HEADING).take_while(within);
        heading.end = heading.start + own.count();
    }

    /// The headings that are a title: those that say it, else those that start as it does, else the
    /// only one of the largest, else a line that says it.
    pub(super) fn titled(&self, title: &str) -> Vec<Heading<'p>> {
        let title = letters(title);
        let said = |heading: &Heading<'p>| {
            let lines = self.all.get(heading.start..heading.end).unwrap_or_default();
            lines.iter().map(|line| letters(&line.text)).collect::<String>()
        };
        let all = self.headings.iter().filter(|heading| heading.end > heading.start);
        let all: Vec<(String, &Heading<'p>)> = all.map(|one| (said(one), one)).collect();
        let starts = |said: &str| {
            let (short, long) =
                if said.len() < title.len() { (said, &*title) } else { (&*title, said) };
            short.chars().count() > 10 && (long.starts_with(short) || long.ends_with(short))
        };
        let copy = |one: &Heading<'p>| Heading { node: one.node, ..*one };
        let some = |is: &dyn Fn(&str) -> bool| -> Vec<Heading<'p>> {
            all.iter().filter(|(said, _)| is(said)).map(|(_, one)| copy(one)).collect()
        };
        let mut found = some(&|said| said == title);
        if found.is_empty() {
            found = some(&starts);
        }
        if found.is_empty() {
            let largest = all.iter().filter(|(_, one)| one.node.has_name("h1"));
            found = largest.map(|(_, one)| copy(one)).collect();
            if found.len() > 1 {
                found.clear();
            }
        }
        if found.is_empty() && !title.is_empty() {
            let says = |line: &Line<'p>| {
                let own = letters(&line.text);
                own == title || (own.len() > LONG && title.starts_with(&own))
            };
            let mut lines = self.all.iter().enumerate();
            let line = lines.find(|(_, line)| line.text.len() < LONGEST_TITLE && says(line));
            let heading = |(at, line): (usize, &Line<'p>)| (line.block, at);
            let line = line.map(heading);
            found.extend(line.map(|(node, start)| Heading { node, start, end: start + 1 }));
        }
        found
    }
}

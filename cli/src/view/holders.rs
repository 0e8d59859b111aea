//! Who has a passage: one row a document, or two lines where the terminal is narrow.
//!
//! Used by the view of a family. Invariant: no row is wider than the terminal; an id that is cut keeps
//! its end.

use super::dates;
use super::numbers::{count, grouped};
use super::page::{Page, shorten};
use super::piece::{Ink, Piece};
use super::wrap::width_of;
use std::collections::BTreeMap;
use wirecopy::output::escape;
use wirecopy::record::{Family, Member};

/// Below this width a document takes several lines.
const NARROW: usize = 60;
/// Widest column of dates.
const DATE_COLUMNS: usize = 16;
/// Widest column of outlets.
const OUTLET_COLUMNS: usize = 20;
/// Outlets named in the line that folds the rest of a list.
const FOLDED_OUTLETS: usize = 6;
/// Places named of a passage that occurs several times in a document.
const SHOWN_PLACES: usize = 4;
/// A headline is shown where there is room for this much of it.
const LEAST_TITLE: usize = 12;

/// A document that has the passage, once or several times.
#[derive(Debug)]
pub(super) struct Holder<'f, 'a> {
    pub(super) member: &'f Member<'a>,
    /// Where it starts (code points).
    places: Vec<usize>,
}

/// The documents of some members (sorted, so that those of one document are neighbours).
pub(super) fn holders<'f, 'a>(members: &[&'f Member<'a>]) -> Vec<Holder<'f, 'a>> {
    let mut holders: Vec<Holder<'f, 'a>> = Vec::new();
    for &member in members {
        // Another outlet's document may have the same id, one of each set.
        let is_same = |other: &Member<'_>| other.id == member.id && other.outlet == member.outlet;
        match holders.last_mut().filter(|last| is_same(last.member)) {
            Some(last) => last.places.push(member.char_start),
            None => holders.push(Holder { member, places: vec![member.char_start] }),
        }
    }
    holders
}

/// Widths of the columns, the same for all rows of a family; 0: not shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    first: usize,
    date: usize,
    outlet: usize,
    id: usize,
}

/// Left border of the rows.
const INDENT: usize = 2;
/// Between two columns.
const GAP: usize = 2;

impl Columns {
    /// Fits the columns to the holders that will be shown.
    pub(super) fn of(family: &Family<'_>, shown: &[&Member<'_>], width: usize) -> Self {
        let widest = |value: &dyn Fn(&Member<'_>) -> Option<usize>| {
            shown.iter().filter_map(|member| value(member)).max().unwrap_or(0)
        };
        let first = if family.first.is_some() && family.size > 1 { "first".len() } else { 0 };
        let date = widest(&|m| m.date.map(|date| name_width(dates::day(date))));
        let outlet = widest(&|m| m.outlet.map(name_width)).min(OUTLET_COLUMNS);
        let id = widest(&|m| Some(name_width(m.id)));
        let used = INDENT
            + [first, date, outlet].iter().map(|w| w + GAP * usize::from(*w > 0)).sum::<usize>();
        let room = width.saturating_sub(used);
        let titles = shown.iter().any(|m| m.title.is_some());
        // Headlines get half of what is left, or a third where ids would lose their last name.
        let name = widest(&|m| Some(name_width(last_name(m.id)) + 2));
        let half = (room / 2).max(name.min(room * 2 / 3));
        let most = if titles && room > 3 * LEAST_TITLE { half } else { room };
        let most = most.max(8);
        let id = id
            .min(most)
            .min(widest(&|m| Some(width_of(&shorten(&escape::line(m.id), most, true)))));
        Self { first, date: date.min(DATE_COLUMNS), outlet, id }
    }

    /// Where rows start, after the column that marks the first.
    pub(super) fn start(self, width: usize) -> usize {
        if self.first > 0 && width >= NARROW { INDENT + self.first + GAP } else { INDENT }
    }

    fn title_start(self) -> usize {
        [self.first, self.date, self.outlet, self.id]
            .iter()
            .filter(|w| **w > 0)
            .map(|w| w + GAP)
            .sum::<usize>()
            + INDENT
    }

    /// Writes a document's row.
    pub(super) fn row(self, family: &Family<'_>, holder: &Holder<'_, '_>, page: &mut Page<'_>) {
        let member = holder.member;
        let is_first = family.first.as_ref().is_some_and(|first| first.id == member.id);
        let mark = if is_first { "first" } else { "" };
        if page.look.columns() < NARROW {
            stacked(mark, holder, page);
            return;
        }
        let mut cells = vec![Piece::own(Ink::Plain, " ".repeat(INDENT))];
        let day = member.date.map_or("", dates::day);
        column(&mut cells, Piece::own(Ink::Mark, mark), self.first);
        column(&mut cells, fit(Ink::Faint, day, self.date, false), self.date);
        let outlet = member.outlet.unwrap_or("");
        column(&mut cells, fit(Ink::Outlet, outlet, self.outlet, false), self.outlet);
        column(&mut cells, fit(Ink::Plain, member.id, self.id, true), self.id);
        let room = page.look.columns().saturating_sub(self.title_start());
        match (note(holder), member.title) {
            (Some(note), _) => cells.push(fit(Ink::Mark, &note, room, false)),
            (None, Some(title)) if room >= LEAST_TITLE => {
                cells.push(fit(Ink::Faint, &title.replace(['\n', '\t'], " "), room, false));
            }
            _ => {}
        }
        page.line(&cells);
    }
}

/// A document on a narrow terminal: date and outlet, then its id, then what else there is to say.
fn stacked(mark: &str, holder: &Holder<'_, '_>, page: &mut Page<'_>) {
    let member = holder.member;
    let room = page.look.columns().saturating_sub(INDENT);
    let names = [
        (Ink::Faint, member.date.map_or("", dates::day)),
        (Ink::Outlet, member.outlet.unwrap_or("")),
        (Ink::Mark, mark),
    ];
    let mut head = Vec::new();
    for (ink, text) in names.into_iter().filter(|(_, text)| !text.is_empty()) {
        head.push(fit(ink, text, room.min(OUTLET_COLUMNS), false));
        head.push(Piece::own(Ink::Plain, " "));
    }
    page.paragraph(&Piece::own(Ink::Plain, " ".repeat(INDENT)), &head);
    let indent = INDENT + GAP * usize::from(!head.is_empty());
    let lead = Piece::own(Ink::Plain, " ".repeat(indent));
    let room = page.look.columns().saturating_sub(indent);
    page.line(&[lead.clone(), fit(Ink::Plain, member.id, room, true)]);
    if let Some(note) = note(holder) {
        page.paragraph(&lead, &[Piece::own(Ink::Mark, note)]);
    }
}

/// Columns of a name as it will be written.
fn name_width(name: &str) -> usize {
    width_of(&escape::line(name))
}

/// The part of an id that is kept when it is shortened.
fn last_name(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}

/// A name in at most `columns`; an id keeps its end.
fn fit(ink: Ink, name: &str, columns: usize, keep_end: bool) -> Piece<'static> {
    Piece::own(ink, shorten(&escape::line(name), columns, keep_end))
}

/// Appends a name, filled with spaces to its column; nothing where the column is not shown.
fn column(cells: &mut Vec<Piece<'_>>, piece: Piece<'static>, columns: usize) {
    if columns == 0 {
        return;
    }
    let fill = columns.saturating_sub(width_of(piece.text())) + GAP;
    cells.push(piece);
    cells.push(Piece::own(Ink::Plain, " ".repeat(fill)));
}

/// What is said of a document that has the passage several times.
fn note(holder: &Holder<'_, '_>) -> Option<String> {
    let times = holder.places.len();
    if times < 2 {
        return None;
    }
    let shown: Vec<String> =
        holder.places.iter().take(SHOWN_PLACES).map(usize::to_string).collect();
    let more = if times > SHOWN_PLACES { ", …" } else { "" };
    Some(format!("{times} times, at characters {}{more}", shown.join(", ")))
}

/// The line in place of the holders not shown: how many, and the outlets that have most of them.
pub(super) fn folded(rest: &[Holder<'_, '_>]) -> Vec<Piece<'static>> {
    let more = format!("and {}", count(rest.len(), "more document", "more documents"));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for outlet in rest.iter().filter_map(|holder| holder.member.outlet) {
        *counts.entry(outlet).or_default() += 1;
    }
    let mut pieces = vec![Piece::own(Ink::Plain, more)];
    if counts.is_empty() {
        return pieces;
    }
    let mut outlets: Vec<(&str, usize)> = counts.into_iter().collect();
    outlets.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    pieces.push(Piece::own(Ink::Plain, ": "));
    for (n, (outlet, times)) in outlets.iter().take(FOLDED_OUTLETS).enumerate() {
        let separator = if n > 0 { ", " } else { "" };
        pieces.push(Piece::own(Ink::Plain, separator));
        pieces.push(fit(Ink::Outlet, outlet, OUTLET_COLUMNS, false));
        if *times > 1 {
            pieces.push(Piece::own(Ink::Faint, format!(" ×{}", grouped(*times as u64))));
        }
    }
    if let Some(left) = outlets.len().checked_sub(FOLDED_OUTLETS).filter(|left| *left > 0) {
        let left = count(left, "more outlet", "more outlets");
        pieces.push(Piece::own(Ink::Plain, format!(" and {left}")));
    }
    pieces
}

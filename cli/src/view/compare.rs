//! The terminal view of two documents: each shared passage in both versions, differences marked.
//!
//! Side by side on a wide terminal, one below the other on a narrow one. Fed by `compare`, passage
//! by passage. Invariant: words of one place of the alignment are in the same line of both columns.

use super::diff::{self, Difference, Edit};
use super::marked::Version;
use super::numbers::{count, grouped, sureness};
use super::page::{Look, Page};
use super::piece::{Ink, Line, Piece};
use super::wrap::{self, width_of};
use std::ops::Range;
use wirecopy::output::escape;
use wirecopy::record::{CompareSummary, Compared, Evidence, PassagePair, Side};
use wirecopy::text::Tokenizer;

/// From this width on the versions are side by side.
const SIDE_BY_SIDE: usize = 100;
/// Columns of the bar before a version.
const BAR_COLUMNS: usize = 5;
/// Between the two columns.
const GUTTER: &str = " │ ";
/// Widest column of running text.
const WIDEST_COLUMN: usize = 76;

/// Writes a comparison; keeps its scratch space from passage to passage.
#[derive(Debug)]
pub(crate) struct CompareView {
    look: Look,
    tokenizer: Tokenizer,
}

impl CompareView {
    /// A view that looks like `look`.
    #[must_use]
    pub(crate) fn new(look: Look) -> Self {
        Self { look, tokenizer: Tokenizer::default() }
    }

    /// Appends what the documents are, and how much of each is shared in `passages` passages.
    pub(crate) fn summary(&self, summary: &CompareSummary<'_>, passages: usize, out: &mut String) {
        let mut page = Page::new(self.look, out);
        document("A", &summary.a, &mut page);
        document("B", &summary.b, &mut page);
        page.blank();
        let found = match passages {
            0 => "nothing shared".to_owned(),
            n => count(n, "shared passage", "shared passages"),
        };
        let alike = format!(
            "{found} · similarity {:.3} (shingles of {} tokens, Jaccard)",
            summary.jaccard, summary.ngram_size
        );
        page.paragraph(&Piece::own(Ink::Plain, ""), &[Piece::own(Ink::Plain, alike)]);
        page.blank();
    }

    /// Appends the passage with this number: its kind, why it is of that kind, and both versions,
    /// the one of document `a` first.
    pub(crate) fn passage(
        &mut self,
        number: usize,
        pair: &PassagePair<'_>,
        a: &str,
        out: &mut String,
    ) {
        let (a, b) = if pair.a.id == a { (&pair.a, &pair.b) } else { (&pair.b, &pair.a) };
        let mut page = Page::new(self.look, out);
        let same = match pair.tokens.saturating_sub(pair.matched) {
            0 => "word for word".to_owned(),
            n => format!("{} changed", grouped(u64::from(n))),
        };
        let text = format!(
            "{}{} · {} · {same} · characters {} of A and {} of B",
            sureness(pair.kind_confidence),
            pair.kind.name(),
            count(pair.tokens as usize, "token", "tokens"),
            place(a),
            place(b)
        );
        let lead = format!("{number}  ");
        page.hanging(&Piece::own(Ink::Heading, &*lead), &[Piece::own(Ink::Heading, text)]);
        if !pair.why.is_empty() {
            let lead = Piece::own(Ink::Plain, " ".repeat(lead.len()));
            let because = format!("because: {}", Evidence::join(&pair.why, ", "));
            page.paragraph(&lead, &[Piece::own(Ink::Faint, because)]);
        }
        page.blank();
        let old = Version::new(&mut self.tokenizer, a.text);
        let new = Version::new(&mut self.tokenizer, b.text);
        let edits = match diff::compare(&old.words, &new.words) {
            Difference::Edits(edits) => edits,
            Difference::Counts { .. } => {
                vec![Edit { old: 0..old.words.len(), new: 0..new.words.len(), same: false }]
            }
        };
        let both = Both { old: &old, new: &new, color: self.look.color };
        if self.look.columns() >= SIDE_BY_SIDE {
            both.beside(&edits, &mut page);
        } else {
            both.stacked(&edits, &mut page);
        }
        page.blank();
    }
}

fn place(side: &Side<'_>) -> String {
    format!("{} to {}", grouped(side.char_start as u64), grouped(side.char_end as u64))
}

/// `A  id · outlet · date · title`, and below it the share.
fn document(name: &str, of: &Compared<'_>, page: &mut Page<'_>) {
    let mut pieces = vec![Piece::name(Ink::Plain, of.id)];
    let known = [(Ink::Outlet, of.outlet), (Ink::Faint, of.date), (Ink::Faint, of.title)];
    for (ink, value) in known.into_iter().filter_map(|(ink, value)| Some((ink, value?))) {
        pieces.push(Piece::own(Ink::Faint, " · "));
        pieces.push(Piece::own(ink, escape::line(value)));
    }
    page.hanging(&Piece::own(Ink::Heading, format!("{name}  ")), &pieces);
    let share = format!("{}, {} shared", count(of.tokens, "token", "tokens"), share(of));
    page.paragraph(&Piece::own(Ink::Plain, "   "), &[Piece::own(Ink::Plain, share)]);
}

/// A share in per cent; neither "0 %" nor "100 %" unless it is.
fn share(of: &Compared<'_>) -> String {
    match (of.shared_tokens, of.tokens) {
        (0, _) => "none".to_owned(),
        (shared, all) if shared >= all => "all".to_owned(),
        (shared, all) => {
            let percent = (shared as f64 * 100.0 / all as f64).round().clamp(1.0, 99.0);
            format!("{percent:.0} %")
        }
    }
}

/// Which version a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Old,
    New,
}

/// Two versions on their way to the page.
struct Both<'v, 'a> {
    old: &'v Version<'a>,
    new: &'v Version<'a>,
    color: bool,
}

impl<'a> Both<'_, 'a> {
    /// One version after the other; one alone where all words are the same.
    fn stacked(&self, edits: &[Edit], page: &mut Page<'_>) {
        if edits.iter().all(|edit| edit.same) {
            let all: Vec<Piece<'_>> = vec![Piece::prose(Ink::Plain, self.old.text)];
            page.paragraph(&Piece::own(Ink::Faint, "   ┃ "), &all);
            return;
        }
        for (column, name) in [(Column::Old, "A"), (Column::New, "B")] {
            let pieces: Vec<Piece<'_>> =
                edits.iter().flat_map(|edit| self.stretch(edit, column)).collect();
            let room = page.look.measure().saturating_sub(BAR_COLUMNS);
            for (n, line) in wrap::wrap(&pieces, room).into_iter().enumerate() {
                let name = if n == 0 { name } else { " " };
                page.lines(&Piece::own(Ink::Faint, format!(" {name} ┃ ")), [line]);
            }
        }
    }

    /// Both versions in columns, words of the same place in the same line.
    fn beside(&self, edits: &[Edit], page: &mut Page<'_>) {
        let room = (page.look.columns() - width_of(GUTTER)) / 2;
        let width = room.min(WIDEST_COLUMN);
        for row in self.rows(edits, width) {
            let set = |column| {
                let pieces: Vec<Piece<'_>> =
                    row.iter().flat_map(|edit| self.stretch(edit, column)).collect();
                wrap::wrap(&pieces, width)
            };
            join(set(Column::Old), set(Column::New), width, page);
        }
    }

    /// The edits cut where either column is full.
    fn rows(&self, edits: &[Edit], width: usize) -> Vec<Vec<Edit>> {
        let mut rows: Vec<Vec<Edit>> = Vec::new();
        let mut used = (0, 0);
        let mut row: Vec<Edit> = Vec::new();
        for edit in edits {
            let marks = if edit.same || self.color { 0 } else { 4 };
            for n in 0..edit.old.len().max(edit.new.len()) {
                let old = step(&edit.old, n);
                let new = step(&edit.new, n);
                let wide = (self.columns(Column::Old, &old), self.columns(Column::New, &new));
                let is_full = used.0 + wide.0 + marks > width || used.1 + wide.1 + marks > width;
                if is_full && !row.is_empty() {
                    rows.push(std::mem::take(&mut row));
                    used = (0, 0);
                }
                used = (used.0 + wide.0, used.1 + wide.1);
                match row.last_mut().filter(|last| n > 0 && last.same == edit.same) {
                    Some(last) => {
                        last.old.end = old.end;
                        last.new.end = new.end;
                    }
                    None => row.push(Edit { old, new, same: edit.same }),
                }
            }
            used = (used.0 + marks, used.1 + marks);
        }
        rows.push(row);
        rows
    }

    /// Columns of some words, each with what follows it.
    fn columns(&self, column: Column, range: &Range<usize>) -> usize {
        let version = self.version(column);
        let words = width_of(&escape::prose(version.body(range.clone())));
        if range.is_empty() { 0 } else { words + width_of(&escape::prose(version.gap(range.end))) }
    }

    fn version(&self, column: Column) -> &Version<'a> {
        match column {
            Column::Old => self.old,
            Column::New => self.new,
        }
    }

    /// One stretch of one version with what follows it, marked where it differs.
    fn stretch(&self, edit: &Edit, column: Column) -> Vec<Piece<'a>> {
        let (range, ink, open, close) = match column {
            Column::Old => (&edit.old, Ink::Removed, "[-", "-]"),
            Column::New => (&edit.new, Ink::Added, "{+", "+}"),
        };
        if range.is_empty() {
            return Vec::new();
        }
        let version = self.version(column);
        let mut pieces = Vec::new();
        if range.start == 0 {
            pieces.push(Piece::prose(Ink::Plain, version.gap(0)));
        }
        let ink = if edit.same { Ink::Plain } else { ink };
        let bracketed = !edit.same && !self.color;
        if bracketed {
            pieces.push(Piece::own(ink, open));
        }
        pieces.push(Piece::prose(ink, version.body(range.clone())));
        if bracketed {
            pieces.push(Piece::own(ink, close));
        }
        pieces.push(Piece::prose(Ink::Plain, version.gap(range.end)));
        pieces
    }
}

/// Word `n` of a range, or nothing at its end.
fn step(range: &Range<usize>, n: usize) -> Range<usize> {
    let start = (range.start + n).min(range.end);
    start..(start + 1).min(range.end)
}

/// Lines of the two columns, the left one filled to `width`.
fn join(left: Vec<Line>, right: Vec<Line>, width: usize, page: &mut Page<'_>) {
    let lines = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    for _ in 0..lines {
        let mut line = left.next().unwrap_or_default();
        let used: usize = line.iter().map(|piece| width_of(piece.text())).sum();
        line.push(Piece::own(Ink::Plain, " ".repeat(width.saturating_sub(used))));
        line.push(Piece::own(Ink::Faint, GUTTER));
        line.extend(right.next().unwrap_or_default());
        page.line(&line);
    }
}

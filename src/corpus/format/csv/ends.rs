//! Where the rows of a table end, and which quotation marks open nothing.
//!
//! Used by the cutter and by the reader of blocks. A quoted field may span lines, and a mark that
//! was meant as text, or that lost its partner, would swallow rows that way. So when a field of
//! several lines closes, the lines are looked at: where each could be a row of its own, the mark is
//! text; where the mark that closes opens a field of a later row, the first line is damaged. Either
//! way the lines after the first are read. Invariant: what is decided depends on the row and the
//! lines it spans alone, wherever the bytes were cut, and every byte is looked at a bounded number
//! of times.

use super::fields::is_escaped;
use crate::corpus::header::Dialect;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// Lines after which a field that spans lines, each of which could be a row, is none.
const ENOUGH: usize = 32;

/// Where in a record the search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the start of a field.
    Start,
    /// In a field without quotation marks, or after the closing one.
    Plain,
    /// Inside quotation marks.
    Quoted,
    /// After a quotation mark inside: it closes, or is the first of two.
    Mark,
}

/// How a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Where it should.
    Whole,
    /// Where it seems to, but one of its fields may have taken in the next rows.
    Doubtful,
    /// With its line, though a mark is open: the mark is text.
    Literal,
    /// With its line, though a mark is open: the rest of the row is not known.
    Damaged,
}

/// Finds the ends of records.
#[derive(Debug, Clone)]
pub(super) struct RecordEnds {
    pub(super) dialect: Dialect,
    state: At,
    at: usize,
    /// Where the record starts.
    start: usize,
    /// Where the second line of the record starts, inside quotation marks.
    second: Option<usize>,
    /// The start of the record is not at hand.
    passing: bool,
    /// A mark that closes a field of several lines may be one that opens a field.
    doubtful: bool,
}

/// Takes the end of a row and its kind; false stops the search.
pub(super) type Found<'f> = &'f mut dyn FnMut(usize, End) -> bool;

impl RecordEnds {
    pub(super) fn new(dialect: Dialect) -> Self {
        let (second, passing, doubtful) = (None, false, false);
        Self { dialect, state: At::Start, at: 0, start: 0, second, passing, doubtful }
    }

    /// What comes at `start` is the start of a record.
    pub(super) fn restart(&mut self, start: usize) {
        *self = Self { at: start, start, ..Self::new(self.dialect) };
    }

    /// What comes is counted from 0, and the open record goes on.
    pub(super) fn pass(&mut self) {
        (self.at, self.passing, self.second) = (0, true, None);
    }

    /// Whether a quotation mark is open.
    pub(super) fn is_open(&self) -> bool {
        self.state == At::Quoted
    }

    /// How the record ends that is whole.
    pub(super) fn kind(&mut self) -> End {
        if std::mem::take(&mut self.doubtful) { End::Doubtful } else { End::Whole }
    }

    /// Hands each end of a record (after its line end) to `found`, until that says to stop.
    pub(super) fn ends(&mut self, raw: &[u8], found: Found<'_>) {
        while let Some(&byte) = raw.get(self.at) {
            let rest = raw.get(self.at..).unwrap_or_default();
            match self.state {
                At::Quoted => {
                    if !self.quoted(raw, found) {
                        return;
                    }
                }
                At::Mark | At::Start if byte == b'"' && self.dialect.quotes => {
                    self.at += 1;
                    self.state = At::Quoted;
                }
                At::Mark if self.second.is_some() => {
                    if !self.closed(raw, found) {
                        return;
                    }
                }
                At::Start if self.dialect.blanks && self.dialect.blanks_of(rest) > 0 => {
                    let blanks = self.dialect.blanks_of(rest);
                    match rest.get(blanks) {
                        // What follows the blanks decides, and is not there yet.
                        None => return,
                        Some(b'"') => self.at += blanks,
                        Some(_) => self.state = At::Plain,
                    }
                }
                At::Mark | At::Start | At::Plain => {
                    let line_end = self.dialect.line_end;
                    let Some(end) = memchr2(self.dialect.delimiter, line_end, rest) else {
                        self.at = raw.len();
                        self.state = At::Plain;
                        return;
                    };
                    self.at += end + 1;
                    self.state = At::Start;
                    if rest.get(end) == Some(&line_end) {
                        self.start = self.at;
                        let end = self.kind();
                        if !found(self.at, end) {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// The source or its block ends: a record that is open has its end with its first line. True
    /// where something was found, and what follows it is to be looked at again.
    pub(super) fn finish(&mut self, raw: &[u8], found: Found<'_>) -> bool {
        match (self.state, self.second) {
            (At::Mark, Some(_)) => {
                let start = self.start;
                self.closed(raw, found);
                self.start != start
            }
            (At::Quoted, Some(_)) if !self.passing => {
                let rows = self.lines_are_rows(raw, raw.len());
                let end = if rows.is_some() { End::Literal } else { End::Damaged };
                self.split(raw, raw.len(), end, found);
                true
            }
            _ => false,
        }
    }

    /// Inside quotation marks; false stops the search.
    fn quoted(&mut self, raw: &[u8], found: Found<'_>) -> bool {
        let rest = raw.get(self.at..).unwrap_or_default();
        let line_end = self.dialect.line_end;
        let next = match self.second {
            None => memchr2(b'"', line_end, rest),
            Some(_) => memchr(b'"', rest),
        };
        let Some(next) = next else {
            self.at = raw.len();
            // Enough lines that are rows need no closing mark.
            if self.lines_are_rows(raw, raw.len()) == Some(ENOUGH) {
                return self.split(raw, raw.len(), End::Literal, found);
            }
            return true;
        };
        let place = self.at + next;
        self.at = place + 1;
        if rest.get(next) == Some(&line_end) {
            self.second = Some(self.at);
        } else if !(self.dialect.backslashes && is_escaped(raw, place)) {
            self.state = At::Mark;
        }
        true
    }

    /// A field of several lines closes before `at`; false stops the search.
    fn closed(&mut self, raw: &[u8], found: Found<'_>) -> bool {
        let mark = self.at.saturating_sub(1);
        if let Some(end) = self.judge(raw, mark).filter(|_| !self.passing) {
            return self.split(raw, mark, end, found);
        }
        self.doubtful |= self.opens(raw, mark).is_some_and(|(separators, opens)| {
            opens && separators > 0 && separators < self.dialect.columns
        });
        self.second = None;
        true
    }

    /// Separators before a mark that closes several lines, in the last of these, and whether the
    /// mark could open a field there and close none.
    fn opens(&self, raw: &[u8], mark: usize) -> Option<(usize, bool)> {
        let closing = raw.get(self.last_line(raw, mark)?..mark)?;
        let after = raw.get(mark + 1..).unwrap_or_default();
        let blanks = if self.dialect.blanks { self.dialect.blanks_of(after) } else { 0 };
        let sound = match after.get(blanks) {
            None | Some(b'\r' | b'\n') => true,
            Some(byte) => *byte == self.dialect.delimiter,
        };
        let separators = memchr_iter(self.dialect.delimiter, closing).count();
        Some((separators, !sound && closing.last() == Some(&self.dialect.delimiter)))
    }

    /// What a mark at `mark` that closes several lines means; none where it closes them.
    fn judge(&self, raw: &[u8], mark: usize) -> Option<End> {
        let last = self.last_line(raw, mark)?;
        let closing = raw.get(last..mark)?;
        let (separators, opens) = self.opens(raw, mark)?;
        let starts = separators > 0 && separators < self.dialect.columns.max(1);
        let starts = starts && self.is_alike(raw, closing);
        let full = separators + 1 == self.dialect.columns;
        match self.lines_are_rows(raw, last) {
            Some(ENOUGH) => Some(End::Literal),
            Some(_) if starts && (full || opens) => Some(End::Literal),
            _ if starts && opens => Some(End::Damaged),
            _ => None,
        }
    }

    /// Where the last line before `end` starts, inside the open field.
    fn last_line(&self, raw: &[u8], end: usize) -> Option<usize> {
        let second = self.second?;
        let lines = raw.get(second..end)?;
        Some(second + memrchr(self.dialect.line_end, lines).map_or(0, |at| at + 1))
    }

    /// How many of the lines between the first and `end` were looked at, at most [`ENOUGH`], where
    /// each could be a row of its own and so could the first.
    fn lines_are_rows(&self, raw: &[u8], end: usize) -> Option<usize> {
        let second = self.second.filter(|_| !self.passing && self.dialect.columns > 1)?;
        let count = |line: &[u8]| memchr_iter(self.dialect.delimiter, line).count() + 1;
        let mut line = second;
        let (mut seen, lines) = (0, raw.get(..end)?);
        while seen < ENOUGH {
            let Some(length) = memchr(self.dialect.line_end, lines.get(line..)?) else { break };
            let row = lines.get(line..line + length)?;
            if count(row) != self.dialect.columns || !self.is_alike(raw, row) {
                return None;
            }
            line += length + 1;
            seen += 1;
        }
        let first = raw.get(self.start..second)?;
        (count(first) >= self.dialect.columns).then_some(seen)
    }

    /// Whether a line starts as the record does: with a number if that starts with one, with a
    /// word if that does.
    fn is_alike(&self, raw: &[u8], line: &[u8]) -> bool {
        let first = |line: &[u8]| {
            let end = memchr(self.dialect.delimiter, line).unwrap_or(line.len());
            let field = line.get(..end).unwrap_or_default().trim_ascii();
            let field = field.strip_prefix(b"\"").unwrap_or(field);
            let digits = !field.is_empty() && field.iter().all(u8::is_ascii_digit);
            (digits, field.contains(&b' '), field.len())
        };
        let known = first(raw.get(self.start..).unwrap_or_default());
        let other = first(line);
        known.0 == other.0 && (known.1 || !other.1) && other.2 > 0 && other.2 <= 4 * known.2 + 16
    }

    /// Ends the record with its first line, and each of the [`ENOUGH`] lines after it, up to that
    /// of `mark`, with itself.
    fn split(&mut self, raw: &[u8], mark: usize, end: End, found: Found<'_>) -> bool {
        let (Some(second), Some(last)) = (self.second, self.last_line(raw, mark)) else {
            return true;
        };
        self.restart(second);
        if !found(second, end) {
            return false;
        }
        let lines = raw.get(..last).unwrap_or_default();
        for _ in 0..ENOUGH {
            let rest = lines.get(self.at..).unwrap_or_default();
            let Some(length) = memchr(self.dialect.line_end, rest) else { break };
            self.restart(self.at + length + 1);
            if !found(self.at, End::Whole) {
                return false;
            }
        }
        true
    }
}

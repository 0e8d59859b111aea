//! Where the rows of a table end, and which quotation marks open nothing.
//!
//! Used by the cutter and by the reader of blocks. A quoted field may span lines, and a mark that
//! was meant as text, or that lost its partner, would swallow rows that way. So when a field of
//! several lines closes, the lines are looked at, the closing one to its end: where each could be a
//! row of its own, the mark is text; where the mark that closes opens a field of a later row, or
//! begins that row, the first line is damaged. Either way the lines after the first are read.
//! Invariant: what is decided depends on the row and the lines it spans alone, wherever the bytes
//! were cut, and every byte is looked at a bounded number of times.

use super::fields::is_escaped;
use crate::corpus::header::{Dialect, Escapes};
use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memrchr};

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

/// What a field of several lines is whose closing mark was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// A field.
    Field,
    /// A field that may have taken in the next rows.
    Doubtful,
    /// None: the record ends with its first line.
    Split(End),
}

/// Where a mark stands that closes a field of several lines, in the last of these.
#[derive(Debug, Clone, Copy)]
struct Closing {
    /// Where that line starts.
    start: usize,
    /// The separators before the mark.
    before: usize,
    /// What follows the mark is what follows a field.
    sound: bool,
    /// The mark could open a field there and close none.
    opens: bool,
    /// It is the first of a line that is a row, or the start of one: where all fields are enclosed,
    /// the row after one that was cut short has its mark there.
    begins: bool,
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
    /// Fields of several lines that the record has so far.
    closings: usize,
}

/// Takes the end of a row and its kind; false stops the search.
pub(super) type Found<'f> = &'f mut dyn FnMut(usize, End) -> bool;

impl RecordEnds {
    pub(super) fn new(dialect: Dialect) -> Self {
        let (second, passing, doubtful) = (None, false, false);
        let (state, at, start, closings) = (At::Start, 0, 0, 0);
        Self { dialect, state, at, start, second, passing, doubtful, closings }
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
                    // The rest of the line is looked at too, and is not there yet.
                    if self.judges() && memchr(self.dialect.line_end, rest).is_none() {
                        return;
                    }
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
                    let Some(end) = self.border(raw) else {
                        self.at = raw.len();
                        self.state = At::Plain;
                        return;
                    };
                    self.at += end + 1;
                    self.state = At::Start;
                    if rest.get(end) == Some(&line_end) {
                        (self.start, self.closings) = (self.at, 0);
                        let end = self.kind();
                        if !found(self.at, end) {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// How far it is to the end of the field, which may be that of the record.
    fn border(&self, raw: &[u8]) -> Option<usize> {
        let rest = raw.get(self.at..)?;
        let Dialect { delimiter, line_end, escapes, .. } = self.dialect;
        if escapes != Escapes::Yes {
            return memchr2(delimiter, line_end, rest);
        }
        let mut borders = memchr2_iter(delimiter, line_end, rest);
        borders.find(|at| !is_escaped(raw, self.at + at))
    }

    /// The source or its block ends: a record that is open has its end with its first line. True
    /// where something was found, and what follows it is to be looked at again.
    pub(super) fn finish(&mut self, raw: &[u8], found: Found<'_>) -> bool {
        match (self.state, self.second) {
            (At::Mark, Some(_)) => {
                let start = self.start;
                self.closed(raw, found);
                // The rest of the line is still to be looked at.
                self.start != start || self.at < raw.len()
            }
            (At::Quoted, Some(_)) if !self.passing => {
                let rows = self.lines_are_rows(raw, raw.len());
                let is_row = rows.is_some() && self.first_is_row(raw);
                let end = if is_row { End::Literal } else { End::Damaged };
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
            if self.lines_are_rows(raw, raw.len()) == Some(ENOUGH) && self.first_is_row(raw) {
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

    /// Whether it is asked what fields of several lines are: of as many as there are columns, since
    /// each asks for the first line of the record.
    fn judges(&self) -> bool {
        let columns = self.dialect.columns;
        !self.passing && columns > 1 && self.closings < columns
    }

    /// A field of several lines closes before `at`; false stops the search.
    fn closed(&mut self, raw: &[u8], found: Found<'_>) -> bool {
        let mark = self.at.saturating_sub(1);
        match self.judge(raw, mark) {
            Some(Verdict::Split(end)) if !self.passing => {
                return self.split(raw, mark, end, found);
            }
            Some(Verdict::Doubtful) => self.doubtful = true,
            _ => {}
        }
        self.second = None;
        self.closings += 1;
        true
    }

    /// What stands around a mark that closes several lines.
    fn closing(&self, raw: &[u8], mark: usize) -> Option<Closing> {
        let start = self.last_line(raw, mark)?;
        let before = raw.get(start..mark)?;
        let after = raw.get(mark + 1..).unwrap_or_default();
        let blanks = if self.dialect.blanks { self.dialect.blanks_of(after) } else { 0 };
        let sound = match after.get(blanks) {
            None | Some(b'\r' | b'\n') => true,
            Some(byte) => *byte == self.dialect.delimiter,
        };
        let opens = !sound && before.last() == Some(&self.dialect.delimiter);
        let is_first = !sound && self.judges() && before.iter().all(|byte| *byte == b'"');
        let begins = is_first && self.dialect.starts_row(self.line_at(raw, start)?);
        let before = memchr_iter(self.dialect.delimiter, before).count();
        Some(Closing { start, before, sound, opens, begins })
    }

    /// What a field of several lines is that closes at `mark`. Lines that could be rows are rows
    /// where their first column shows it, where there are some between the first and the last, or
    /// where the mark closes no field.
    fn judge(&self, raw: &[u8], mark: usize) -> Option<Verdict> {
        let Closing { start, before, sound, opens, begins } = self.closing(raw, mark)?;
        if begins {
            // As where the source ends with the lines that are split off here.
            let is_row = self.lines_are_rows(raw, start).is_some() && self.first_is_row(raw);
            return Some(Verdict::Split(if is_row { End::Literal } else { End::Damaged }));
        }
        let rows = self.lines_are_rows(raw, start);
        let is_late = self.closings > self.dialect.columns;
        if rows.is_none() && !opens || is_late {
            return Some(Verdict::Field);
        }
        let is_first = self.first_is_row(raw);
        if is_first && rows == Some(ENOUGH) {
            return Some(Verdict::Split(End::Literal));
        }
        let columns = self.dialect.columns;
        let inside = before > 0 && before < columns.max(1);
        let line = self.line_at(raw, start)?;
        let alike = self.is_alike(raw, line);
        let of_table = self.separators(if before > 0 { raw.get(start..mark)? } else { line }).1 > 0;
        let full = of_table && (before + 1 == columns || self.dialect.count(line) == columns);
        let between = rows.is_some_and(|rows| rows > 0);
        let row = alike && full;
        let shown = before > 0 || between || !sound;
        Some(match rows {
            Some(_) if is_first && (row && shown || alike && inside && opens) => {
                Verdict::Split(End::Literal)
            }
            Some(_) if row && between && !sound => Verdict::Split(End::Damaged),
            _ if inside && alike && opens => Verdict::Split(End::Damaged),
            _ if inside && opens || between || is_first && row => Verdict::Doubtful,
            _ => Verdict::Field,
        })
    }

    /// Where the last line before `end` starts, inside the open field.
    fn last_line(&self, raw: &[u8], end: usize) -> Option<usize> {
        let second = self.second?;
        let lines = raw.get(second..end)?;
        Some(second + memrchr(self.dialect.line_end, lines).map_or(0, |at| at + 1))
    }

    /// The line that starts at `start`, without its end.
    fn line_at<'r>(&self, raw: &'r [u8], start: usize) -> Option<&'r [u8]> {
        let rest = raw.get(start..)?;
        rest.get(..memchr(self.dialect.line_end, rest).unwrap_or(rest.len()))
    }

    /// How many of the lines between the first and `end` were looked at, at most [`ENOUGH`], where
    /// each could be a row of its own.
    fn lines_are_rows(&self, raw: &[u8], end: usize) -> Option<usize> {
        let mut line = self.second.filter(|_| self.judges())?;
        let (mut seen, lines) = (0, raw.get(..end)?);
        while seen < ENOUGH {
            let Some(length) = memchr(self.dialect.line_end, lines.get(line..)?) else { break };
            let row = lines.get(line..line + length)?;
            let (count, of_table) = self.separators(row);
            if count + 1 != self.dialect.columns || of_table == 0 || !self.is_alike(raw, row) {
                return None;
            }
            line += length + 1;
            seen += 1;
        }
        Some(seen)
    }

    /// The first line of the record.
    fn first_line<'r>(&self, raw: &'r [u8]) -> &'r [u8] {
        self.second.and_then(|second| raw.get(self.start..second)).unwrap_or_default()
    }

    /// Whether the first line has the separators of a row.
    fn first_is_row(&self, raw: &[u8]) -> bool {
        self.separators(self.first_line(raw)).1 + 1 >= self.dialect.columns
    }

    /// The separators of a line, and how many of them are as tables have them: in prose a comma is
    /// before a blank, or inside a number.
    fn separators(&self, line: &[u8]) -> (usize, usize) {
        let (mut count, mut of_table) = (0, 0);
        for at in memchr_iter(self.dialect.delimiter, line) {
            count += 1;
            of_table += usize::from(self.dialect.blanks || !is_of_prose(line, at));
        }
        (count, of_table)
    }

    /// Whether a line starts as the record does: with a number if that starts with one, with a
    /// word if that does, and with one that has digits if that has.
    fn is_alike(&self, raw: &[u8], line: &[u8]) -> bool {
        let first = |line: &[u8]| {
            let end = memchr(self.dialect.delimiter, line).unwrap_or(line.len());
            let field = line.get(..end).unwrap_or_default().trim_ascii();
            let field = field.strip_prefix(b"\"").unwrap_or(field);
            let digits = field.iter().filter(|byte| byte.is_ascii_digit()).count();
            let is_number = digits > 0 && digits == field.len();
            (is_number, field.contains(&b' '), digits > 0, field.len())
        };
        let (known, other) = (first(self.first_line(raw)), first(line));
        known.0 == other.0
            && (known.1 || !other.1 && known.2 <= other.2)
            && other.3 > 0
            && other.3 <= 4 * known.3 + 16
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

/// Whether a comma is written as in prose: before a blank, or between the thousands of a number.
fn is_of_prose(line: &[u8], at: usize) -> bool {
    let digit = |at: usize| line.get(at).is_some_and(u8::is_ascii_digit);
    let before = at.checked_sub(1).is_some_and(digit);
    let thousands = before && (1..=3).all(|n| digit(at + n)) && !digit(at + 4);
    thousands || line.get(at + 1) == Some(&b' ')
}

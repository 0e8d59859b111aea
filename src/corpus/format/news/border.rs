//! Where one article of an export ends and the next begins.
//!
//! Used by the cutter and by the readers of blocks. Invariant: a border is at the start of a line,
//! whatever pieces the bytes arrive in, and every byte is looked at once.

use super::{Layout, day};
use crate::corpus::format::reader::Splitter;
use std::ops::Range;

/// Bytes at the start of a file that show its layout.
const HEAD_BYTES: usize = 16 << 10;
/// Longest line that can be a mark.
const MARK_BYTES: usize = 200;
/// Underscores of a line between articles.
const UNDERSCORES: usize = 20;

/// On which side of its line a border is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
    /// Before it, where what precedes it is the field by which an article ends.
    BeforeField,
}

/// Whether a file that starts like this is an export in this layout.
pub(super) fn looks_like(head: &[u8], layout: Layout) -> bool {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let has = |mark: fn(&[u8]) -> bool| lines.clone().any(mark);
    match layout {
        Layout::LexisNexis => {
            let length = |line: &[u8]| LENGTHS.iter().any(|name| is_named(line, name));
            has(is_numbered) && has(length)
        }
        Layout::NexisUni => {
            let ends =
                has(|line| starts(line, b"Load-Date:")) || has(|line| line == b"End of Document");
            let words = |line: &[u8]| starts(line, b"Length:") && line.ends_with(b"words");
            (ends || has(words)) && has(|line| line == b"Body")
        }
        Layout::Factiva => {
            let fields = [&b"HD"[..], b"WC", b"PD", b"SN"];
            fields.iter().all(|code| lines.clone().any(|line| has_code(line, code)))
                || shows_display(lines.filter(|line| !line.is_empty()))
        }
        Layout::ProQuest => {
            let first = lines.find(|line| !line.is_empty());
            let full =
                |line: &[u8]| starts(line, b"Full text:") || starts(line, b"Publication title:");
            let marked = first.is_some_and(|line| is_underscores(line) || is_numbered(line));
            marked && lines.clone().any(full)
        }
    }
}

/// How the field of the length is called in the languages of `LexisNexis`.
const LENGTHS: [&str; 6] = ["LENGTH", "LÄNGE", "LONGUEUR", "LONGITUD", "LUNGHEZZA", "LENGTE"];

/// Whether a line is a field of that name.
fn is_named(line: &[u8], name: &str) -> bool {
    let rest = line.get(name.len()..).unwrap_or_default().trim_ascii_start();
    starts(line, name.as_bytes()) && rest.starts_with(b":")
}

/// Lines after the number of words in which the code of the source is.
const CODE_LINES: usize = 5;

/// Whether lines without blank ones between them have the head of an article as Factiva shows it:
/// its number of words, its day, its outlet and the outlet's code.
fn shows_display<'l>(lines: impl Iterator<Item = &'l [u8]>) -> bool {
    // The lines since a number of words.
    let mut since: Option<(usize, bool)> = None;
    for line in lines {
        if is_words(line) {
            since = Some((0, false));
            continue;
        }
        let Some((passed, dated)) = since else { continue };
        let is_day = std::str::from_utf8(line).is_ok_and(|line| day::find(line).is_some());
        if dated && is_source_code(line) {
            return true;
        }
        since = (passed < CODE_LINES && (passed > 0 || is_day)).then_some((passed + 1, true));
    }
    false
}

/// What Factiva calls words in its languages.
const WORDS: [&str; 8] =
    ["words", "mots", "Wörter", "palabras", "parole", "palavras", "woorden", "слов"];

/// `568 words`.
pub(super) fn is_words(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let mut parts = line.split_whitespace();
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || b",.".contains(&byte));
    parts.next().is_some_and(number)
        && parts.next().is_some_and(|word| WORDS.contains(&word))
        && parts.next().is_none()
}

/// `NYTF`: the code of an outlet.
pub(super) fn is_source_code(line: &[u8]) -> bool {
    let sign = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=10).contains(&line.len())
        && line.iter().all(sign)
        && line.first().is_some_and(u8::is_ascii_uppercase)
}

fn starts(line: &[u8], mark: &[u8]) -> bool {
    line.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
}

/// Whether a line has a field of Factiva.
pub(super) fn has_code(line: &[u8], code: &[u8]) -> bool {
    let rest = line.strip_prefix(code);
    rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// `3 of 50 DOCUMENTS`, `Document 3 of 50`, and the same in other languages.
pub(super) fn is_numbered(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let words: Vec<&str> = line.split_whitespace().take(6).collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let of = |word: &str| ["of", "von", "de", "di", "sur", "van"].contains(&word);
    let document = |word: &str| {
        let word = word.to_ascii_uppercase();
        word.starts_with("DOCUMENT") || word.starts_with("DOKUMENT")
    };
    match words.as_slice() {
        [a, between, b, what] => {
            is_number(a) && of(between) && is_number(b) && document(what)
                || document(a) && is_number(between) && of(b) && is_number(what)
        }
        _ => false,
    }
}

fn is_underscores(line: &[u8]) -> bool {
    line.len() >= UNDERSCORES && line.iter().all(|byte| *byte == b'_')
}

/// What Factiva calls a document in its languages.
pub(super) const DOCUMENTS: [&str; 4] = ["Document", "Dokument", "Documento", "Документ"];

/// `Document NYTF000020200105eg15000ab`, and the same in other languages.
pub(super) fn is_factiva_end(line: &[u8]) -> bool {
    let after = |name: &&str| line.strip_prefix(name.as_bytes())?.strip_prefix(b" ");
    let Some(number) = DOCUMENTS.iter().find_map(after) else { return false };
    number.len() >= 15
        && number.iter().all(u8::is_ascii_alphanumeric)
        && number.iter().any(u8::is_ascii_digit)
}

/// Whether what comes before a line is the name of the field whose value it is.
fn is_value(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    before.ends_with(b"\nAN") || before == b"AN"
}

/// The border that a line is, if it is one.
fn border(line: &[u8], layout: Layout) -> Option<Side> {
    if line.len() > MARK_BYTES {
        return None;
    }
    let line = line.trim_ascii();
    match layout {
        Layout::LexisNexis => is_numbered(line).then_some(Side::Before),
        Layout::NexisUni => (line == b"End of Document").then_some(Side::After),
        Layout::Factiva if is_factiva_end(line) => Some(Side::After),
        Layout::Factiva => {
            let first = [&b"HD"[..], b"SE", b"CLM"].iter().any(|code| has_code(line, code));
            first.then_some(Side::BeforeField)
        }
        Layout::ProQuest => is_underscores(line).then_some(Side::Before),
    }
}

/// Whether a text ends with the field of an article's number, which is the last of its fields.
fn ends_with_number(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    let (before, last) = text.split_at(start);
    let own = |value: &[u8]| is_factiva_end(value.trim_ascii());
    last.strip_prefix(b"AN").is_some_and(own) || own(last) && is_value(before)
}

/// Hands the ranges of all articles in `raw` to `found`; what follows the last border is one too,
/// unless it is blank.
pub(super) fn each(layout: Layout, raw: &[u8], found: &mut dyn FnMut(Range<usize>)) {
    let mut start = 0;
    let mut end = |at: usize, start: &mut usize| {
        let blank = raw.get(*start..at).unwrap_or_default().trim_ascii().is_empty();
        if !blank {
            found(*start..at);
            *start = at;
        }
    };
    borders(layout, raw, 0, &mut |at| end(at, &mut start));
    end(raw.len(), &mut start);
}

/// Hands the places of all borders to `found`, in lines that start at `from` or later; returns
/// where the line starts that is not whole yet.
fn borders(layout: Layout, raw: &[u8], from: usize, found: &mut dyn FnMut(usize)) -> usize {
    let mut start = from;
    while let Some(length) = raw.get(start..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let next = start + length + 1;
        match border(raw.get(start..next).unwrap_or_default(), layout) {
            Some(Side::Before) => found(start),
            // The same number is a field, too.
            Some(Side::After) if is_value(raw.get(..start).unwrap_or_default()) => {}
            Some(Side::After) => found(next),
            Some(Side::BeforeField) if ends_with_number(raw.get(..start).unwrap_or_default()) => {
                found(start);
            }
            Some(Side::BeforeField) | None => {}
        }
        start = next;
    }
    start
}

/// The cutter's view of an export.
#[derive(Debug)]
pub(super) struct Borders {
    layout: Layout,
    /// Where the line starts that was not whole at the last look.
    open: usize,
}

impl Borders {
    pub(super) fn new(layout: Layout) -> Self {
        Self { layout, open: 0 }
    }
}

impl Splitter for Borders {
    fn reset(&mut self) {
        self.open = 0;
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.open = borders(self.layout, raw, self.open, &mut |at| last = Some(at));
        last.filter(|at| *at > 0)
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut first = None;
        borders(self.layout, chunk, 0, &mut |at| first = first.or(Some(at)));
        first
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let mut count = 0;
        each(self.layout, raw, &mut |_| count += 1);
        count
    }
}

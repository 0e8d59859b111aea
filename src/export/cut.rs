//! Documents of which passages were cut, as JSON Lines, or as the table they are in.
//!
//! Fed by detect with what is cut from which document; writes into the folder that will be
//! published. The text is found again in its record by the hash of its tokens, and nothing else of
//! the record changes. Invariant: what is kept of a text and what is handed to the list of removed
//! passages are together the text, byte for byte.

use super::records::go_on;
use crate::corpus::{Corpus, Format, Problem, Reread};
use crate::detect::{CutDocument, CutPlace, CutResult, Progress, Stage};
use crate::error::{Error, Result};
use crate::output::packed::{Packed, Packing};
use crate::record::RemovedPassage;
use crate::shingle::Shingler;
use crate::store::FolderDraft;
use crate::text::{Tokenizer, char_offsets};
use crate::trace;
use memchr::{memchr2_iter, memmem};
use std::io::Write as _;
use std::ops::Range;
use std::path::PathBuf;

/// Takes the rows of what was removed.
pub type Removed<'r> = &'r mut dyn FnMut(&RemovedPassage<'_>) -> Result<()>;

/// How the documents that are kept are written.
#[derive(Debug, Clone)]
pub struct CutLayout {
    name: PathBuf,
    packing: Packing,
    /// Not all inputs are JSON Lines, in which records stay as they are but for the text.
    pub converted: bool,
    /// The one input is a table with separated fields, whose rows stay but for the text.
    table: bool,
}

impl CutLayout {
    /// The layout for these sources; `lines`: JSON Lines were asked for.
    #[must_use]
    pub fn new(corpus: &Corpus, lines: bool) -> Self {
        let all = || (0..corpus.source_count()).map(|n| (corpus.source_format(n), n));
        let is_table = |format: Format| matches!(format.name(), "csv" | "tsv");
        let table =
            !lines && corpus.source_count() == 1 && all().all(|(format, _)| is_table(format));
        let converted = !table && all().any(|(format, _)| format != Format::JSON_LINES);
        let mut packings = all().map(|(_, n)| Packing::of(corpus.source_path(n)));
        let first = packings.next().unwrap_or(Packing::None);
        let same = !converted && packings.all(|other| other == first);
        let packing = if same { first } else { Packing::None };
        let form = all().next().filter(|_| table).map_or("jsonl", |(format, _)| format.name());
        let name = PathBuf::from(format!("{}.{form}{}", super::KEPT, packing.suffix()));
        Self { name, packing, converted, table }
    }

    /// The name of the kept file.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.display().to_string()
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct CutWritten {
    /// Bytes of the kept records, as decompressed.
    pub bytes: u64,
    /// Documents whose text was not found again, and which were kept as they are.
    pub left_alone: usize,
}

/// Writes what is left of the documents, and hands on what was removed.
///
/// # Errors
/// What reading and writing return; an input that has changed since it was read;
/// [`Error::Interrupted`] where `progress` says stop.
pub fn write_cut(
    result: &CutResult,
    layout: &CutLayout,
    folder: &FolderDraft,
    removed: Removed<'_>,
    progress: &dyn Progress,
) -> Result<CutWritten> {
    progress.start(Stage { name: "write", total: 0 });
    let _stage = trace::stage("write", 0);
    let Some(corpus) = result.corpora().first() else { return Ok(CutWritten::default()) };
    corpus.check_unchanged()?;
    let path = folder.target().join(&layout.name);
    let failed = |error| Error::io(&path, error);
    let out = Packed::new(layout.packing, folder.create(&layout.name)?).map_err(failed)?;
    let mut writer = Writer {
        result,
        corpus,
        path: path.clone(),
        out,
        removed,
        progress,
        written: CutWritten::default(),
        shingler: Shingler::default(),
        line: Vec::new(),
    };
    if layout.table {
        writer.header()?;
    }
    writer.all(&mut corpus.reread(), layout.table)?;
    let written = writer.written;
    let mut out = writer.out.finish().map_err(failed)?;
    out.flush().map_err(failed)?;
    corpus.check_unchanged()?;
    Ok(written)
}

struct Writer<'a, W: std::io::Write> {
    result: &'a CutResult,
    corpus: &'a Corpus,
    path: PathBuf,
    out: Packed<W>,
    removed: Removed<'a>,
    progress: &'a dyn Progress,
    written: CutWritten,
    shingler: Shingler,
    line: Vec<u8>,
}

/// A document, and what it loses.
type Document<'d> = (u32, Option<&'d CutDocument>);

impl<W: std::io::Write> Writer<'_, W> {
    /// Writes the header of a table that has one.
    fn header(&mut self) -> Result<()> {
        let Some(header) = self.corpus.table_header(0) else { return Ok(()) };
        self.write(&[header, &[self.corpus.line_end(0)]])
    }

    fn all(&mut self, reread: &mut Reread<'_>, table: bool) -> Result<()> {
        let (result, corpus) = (self.result, self.corpus);
        // Records that are known by their numbers, until the next source.
        let mut waiting: Vec<(u32, u64, Option<&CutDocument>)> = Vec::new();
        let mut last = None;
        for (document, place, cut) in result.documents() {
            let source = place.source as usize;
            if let Some(last) = last.replace(source).filter(|last| *last != source) {
                self.numbered(last, std::mem::take(&mut waiting))?;
            }
            let format = corpus.source_format(source);
            if format.is_numbered() {
                waiting.push((document, place.line, cut));
                continue;
            }
            go_on(self.progress)?;
            let mut line = std::mem::take(&mut self.line);
            line.clear();
            if format.is_document() {
                corpus.document_to_json(source, &mut line)?;
            } else {
                let mut raw = vec![0; place.bytes as usize];
                reread.read(place.source, place.offset, &mut raw)?;
                if table {
                    self.row((document, cut), &raw)?;
                    continue;
                }
                if format == Format::JSON_LINES {
                    line = raw;
                } else {
                    corpus.records_to_json(source, &raw, &mut line);
                }
            }
            self.record((document, cut), &line)?;
            self.line = line;
        }
        last.map_or(Ok(()), |last| self.numbered(last, waiting))
    }

    /// Writes records of one source that are known by their numbers.
    fn numbered(
        &mut self,
        source: usize,
        waiting: Vec<(u32, u64, Option<&CutDocument>)>,
    ) -> Result<()> {
        if waiting.is_empty() {
            return Ok(());
        }
        let ranges: Vec<Range<u64>> = waiting.iter().map(|&(_, n, _)| n..n + 1).collect();
        let mut documents = waiting.into_iter();
        let corpus = self.corpus;
        corpus.numbered_to_json(source, &ranges, &mut |line| {
            let Some((document, _, cut)) = documents.next() else { return Ok(()) };
            go_on(self.progress)?;
            self.record((document, cut), line)
        })
    }

    /// Writes what is left of a record, a line of JSON.
    fn record(&mut self, (document, cut): Document<'_>, line: &[u8]) -> Result<()> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let Some(cut) = cut else { return self.write(&[line, b"\n"]) };
        let Some((range, text)) = self.find(document, line) else {
            self.leave_alone(document);
            return self.write(&[line, b"\n"]);
        };
        let left = self.rows(document, cut, &text)?;
        if cut.whole {
            return Ok(());
        }
        let left =
            serde_json::to_vec(&left).map_err(|error| Error::io(&self.path, error.into()))?;
        let (before, after) = (&line[..range.start], &line[range.end..]);
        self.write(&[before, &left, after, b"\n"])
    }

    /// Writes what is left of a row of a table.
    fn row(&mut self, (document, cut): Document<'_>, raw: &[u8]) -> Result<()> {
        let end = [self.corpus.line_end(0)];
        let Some(cut) = cut else { return self.write(&[raw, &end]) };
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        self.corpus.records_to_json(0, raw, &mut line);
        let found = self.find(document, &line);
        self.line = line;
        let plain_marks = self.corpus.source_format(0).name() == "tsv";
        let place = found.and_then(|(_, text)| Some((cell(raw, &text, plain_marks)?, text)));
        let Some((cell, text)) = place else {
            self.leave_alone(document);
            return self.write(&[raw, &end]);
        };
        let left = self.rows(document, cut, &text)?;
        if cut.whole {
            return Ok(());
        }
        let left = if cell.quoted { quoted(&left) } else { left };
        let (before, after) = (&raw[..cell.range.start], &raw[cell.range.end..]);
        self.write(&[before, left.as_bytes(), after, &end])
    }

    /// Says that a document stays as it is.
    fn leave_alone(&mut self, document: u32) {
        self.written.left_alone += 1;
        self.progress.problem(&Problem {
            path: self.path.clone(),
            line: None,
            cause: format!(
                "the text of `{}` is not one value of its record as it is written: nothing was cut",
                self.result.id(document)
            ),
            cure: "convert the input to JSON Lines first, one value a text".to_owned(),
            skipped: false,
        });
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<()> {
        for part in parts {
            self.out.write_all(part).map_err(|error| Error::io(&self.path, error))?;
            self.written.bytes += part.len() as u64;
        }
        Ok(())
    }

    /// Where the text of a document is in its record, and the text.
    fn find(&mut self, document: u32, line: &[u8]) -> Option<(Range<usize>, String)> {
        let wanted = self.result.text_hash(document);
        strings(line).find_map(|range| {
            let text: String = serde_json::from_slice(line.get(range.clone())?).ok()?;
            self.shingler.shingles(&text);
            (self.shingler.text_hash() == wanted).then_some((range, text))
        })
    }

    /// Hands on what is removed from a text, and returns what is left.
    fn rows(&mut self, document: u32, cut: &CutDocument, text: &str) -> Result<String> {
        let mut tokens: Vec<(usize, usize)> = Vec::new();
        Tokenizer::default().tokenize(text, |token| tokens.push((token.start, token.end)));
        let mut pieces: Vec<Piece<'_>> = Vec::new();
        let (mut left, mut at) = (String::new(), 0);
        let mut keep = |range: Range<usize>, pieces: &mut Vec<Piece<'_>>| {
            if cut.whole && !range.is_empty() {
                pieces.push((range.clone(), None));
            }
            left.push_str(text.get(range).unwrap_or_default());
        };
        for place in &cut.cuts {
            let start = tokens.get(place.start as usize).map_or(at, |token| token.0);
            let end = (place.end as usize).checked_sub(1).and_then(|n| tokens.get(n));
            let end = end.map_or(start, |token| token.1);
            keep(at..start, &mut pieces);
            pieces.push((start..end, Some(place)));
            at = end;
        }
        keep(at..text.len(), &mut pieces);
        let mut borders: Vec<usize> =
            pieces.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
        borders.sort_unstable();
        borders.dedup();
        let chars = char_offsets(text, borders.iter().copied());
        let char_at = |byte: usize| borders.binary_search(&byte).map_or(0, |n| chars[n]);
        let count = |range: &Range<usize>| {
            let inside = |token: &&(usize, usize)| range.start <= token.0 && token.1 <= range.end;
            tokens.iter().filter(inside).count()
        };
        for (range, place) in &pieces {
            let row = RemovedPassage {
                id: self.result.id(document),
                start: range.start,
                end: range.end,
                char_start: char_at(range.start),
                char_end: char_at(range.end),
                tokens: place.map_or_else(|| count(range), |p| (p.end - p.start) as usize),
                family: place.map(|place| place.family),
                text: text.get(range.clone()).unwrap_or_default(),
                kept_in: place.map(|place| self.result.id(place.kept_in)),
                kept_start: place.map(|place| place.kept_start as usize),
                kept_end: place.map(|place| place.kept_end as usize),
            };
            (self.removed)(&row)?;
        }
        Ok(left)
    }
}

/// A stretch that is removed, and where it is kept if it is.
type Piece<'p> = (Range<usize>, Option<&'p CutPlace>);

/// Where a text is in a row of a table.
struct Cell {
    range: Range<usize>,
    /// With quotation marks, which are part of the range.
    quoted: bool,
}

/// Finds the one field of a row that holds a text; none where it is written otherwise, or twice.
/// Quotation marks inside a field may be part of the text (`plain_marks`).
fn cell(raw: &[u8], text: &str, plain_marks: bool) -> Option<Cell> {
    let border = |byte: Option<&u8>| {
        byte.is_none_or(|byte| b",;\t|^:\r\n".contains(byte) || byte.is_ascii_whitespace())
    };
    let find = |wanted: &str| {
        let mut places = memmem::find_iter(raw, wanted).map(|start| start..start + wanted.len());
        let (first, second) = (places.next()?, places.next());
        let before = first.start.checked_sub(1).and_then(|n| raw.get(n));
        (second.is_none() && border(before) && border(raw.get(first.end))).then_some(first)
    };
    let cell = |quoted: bool| move |range| Cell { range, quoted };
    find(&quoted(text)).map(cell(true)).or_else(|| {
        // A mark that comes to the front of what is left would open a field.
        find(text).filter(|_| plain_marks || !text.contains('"')).map(cell(false))
    })
}

/// A text as a field with quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The strings of a line of JSON, with their quotation marks.
fn strings(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut open = None;
    let mut skip = 0;
    memchr2_iter(b'"', b'\\', line).filter_map(move |at| {
        if at < skip {
            return None;
        }
        if line[at] == b'\\' {
            skip = at + 2;
            return None;
        }
        match open.take() {
            None => {
                open = Some(at);
                None
            }
            Some(start) => Some(start..at + 1),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_a_text_is_found_in_its_row() {
        let found = |raw: &str, text: &str| {
            cell(raw.as_bytes(), text, raw.contains('\t'))
                .map(|cell| (raw[cell.range].to_owned(), cell.quoted))
        };
        let own = |text: &str, quoted: bool| Some((text.to_owned(), quoted));
        assert_eq!(found("a,\"b \"\"c\"\", d\",e", "b \"c\", d"), own("\"b \"\"c\"\", d\"", true));
        assert_eq!(found("a\tb \"c\" d\te\r", "b \"c\" d"), own("b \"c\" d", false));
        assert_eq!(found("a;b c;e", "b c"), own("b c", false));
        assert_eq!(found("a;b \"c\" d;e", "b \"c\" d"), None, "it could be opened by its marks");
        // Part of a field, and a text that is there twice.
        assert_eq!(found("a,xb c,e", "b c"), None);
        assert_eq!(found("b c,b c", "b c"), None);
    }

    #[test]
    fn strings_end_at_their_own_marks() {
        let line = br#"{"a":"x\"y\\","b":["z"],"c":1}"#;
        let found: Vec<&[u8]> = strings(line).map(|range| &line[range]).collect();
        let expected: [&[u8]; 5] = [br#""a""#, br#""x\"y\\""#, br#""b""#, br#""z""#, br#""c""#];
        assert_eq!(found, expected);
    }
}

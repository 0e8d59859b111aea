//! Documents of which passages were cut, as JSON Lines, or in the one format that they are in.
//!
//! Fed by detect with what is cut from which document, or by the state of an interrupted run;
//! writes into the folder that will be published. The text is found again in its record by the hash
//! of its tokens, and nothing else of the record changes.
//! Invariant: what is kept of a text and what is handed to the list of removed passages are
//! together the text, byte for byte.

mod places;
mod planned;
mod rows;

pub use planned::{Planned, keep_planned, read_planned};

use super::records::go_on;
use crate::corpus::{Corpus, Format, FormatLayout, Problem};
use crate::detect::{Progress, Stage};
use crate::error::{Error, Result};
use crate::output::packed::{Packed, Packing};
use crate::record::RemovedPassage;
use crate::shingle::Shingler;
use crate::store::FolderDraft;
use crate::text::{Tokenizer, char_offsets};
use crate::trace;
use places::{cell, quoted, strings};
use planned::{PlannedCut, PlannedPlace};
use rows::Edits;
use std::borrow::Cow;
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
    /// All inputs are files of rows of this format, whose rows stay but for the text.
    rows: Option<Format>,
}

impl CutLayout {
    /// The layout for these sources; `lines`: JSON Lines were asked for.
    ///
    /// # Errors
    /// Files of rows that cannot be kept in one, since they have not the same columns.
    pub fn new(corpus: &Corpus, lines: bool) -> Result<Self> {
        let all = || (0..corpus.source_count()).map(|n| (corpus.source_format(n), n));
        let is_table = |format: Format| matches!(format.name(), "csv" | "tsv");
        let table =
            !lines && corpus.source_count() == 1 && all().all(|(format, _)| is_table(format));
        let first = all().next().map(|(format, _)| format);
        let of_rows = first.filter(|first| !lines && first.layout() == FormatLayout::Rows);
        let rows = of_rows.filter(|first| all().all(|(format, _)| format == *first));
        if rows.is_some() {
            corpus.check_same_columns()?;
        }
        let same = table || rows.is_some();
        let converted = !same && all().any(|(format, _)| format != Format::JSON_LINES);
        let mut packings = all().map(|(_, n)| Packing::of(corpus.source_path(n)));
        let first_packing = packings.next().unwrap_or(Packing::None);
        let packed = rows.is_none() && !converted && packings.all(|other| other == first_packing);
        let packing = if packed { first_packing } else { Packing::None };
        let form = match (rows, first) {
            (Some(rows), _) => rows.extension(),
            (None, Some(first)) if table => first.name(),
            _ => "jsonl",
        };
        let name = PathBuf::from(format!("{}.{form}{}", super::KEPT, packing.suffix()));
        Ok(Self { name, packing, converted, table, rows })
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

/// Writes what is left of the documents of `corpus`, and hands on what was removed.
///
/// # Errors
/// What reading and writing return; an input that has changed since it was read;
/// [`Error::Interrupted`] where `progress` says stop.
pub fn write_cut(
    (corpus, layout): (&Corpus, &CutLayout),
    planned: &mut dyn Iterator<Item = Result<Planned>>,
    folder: &FolderDraft,
    removed: Removed<'_>,
    progress: &dyn Progress,
) -> Result<CutWritten> {
    progress.start(Stage { name: "write", total: 0 });
    let _stage = trace::stage("write", 0);
    corpus.check_unchanged()?;
    let path = folder.target().join(&layout.name);
    let failed = |error| Error::io(&path, error);
    // Files of rows are written once it is known what is left of their texts.
    let out: Box<dyn std::io::Write> = match layout.rows {
        Some(_) => Box::new(std::io::sink()),
        None => Box::new(folder.create(&layout.name)?),
    };
    let mut writer = Writer {
        corpus,
        path: path.clone(),
        out: Packed::new(layout.packing, out).map_err(failed)?,
        removed,
        progress,
        written: CutWritten::default(),
        shingler: Shingler::default(),
        line: Vec::new(),
        edits: layout.rows.map(|_| Edits::default()),
    };
    if layout.table {
        writer.header()?;
    }
    writer.all(planned, layout.table)?;
    let (mut written, edits) = (writer.written, writer.edits.take());
    let mut out = writer.out.finish().map_err(failed)?;
    out.flush().map_err(failed)?;
    if let (Some(edits), Some(format)) = (edits, layout.rows) {
        written.bytes = edits.write((corpus, format), folder, &layout.name, progress)?;
    }
    corpus.check_unchanged()?;
    Ok(written)
}

struct Writer<'a> {
    corpus: &'a Corpus,
    path: PathBuf,
    out: Packed<Box<dyn std::io::Write>>,
    removed: Removed<'a>,
    progress: &'a dyn Progress,
    written: CutWritten,
    shingler: Shingler,
    line: Vec<u8>,
    /// What becomes of the rows of files of rows.
    edits: Option<Edits>,
}

/// A document that is known by its number, and what it loses.
type Waiting = (u64, Option<PlannedCut>);

impl Writer<'_> {
    /// Writes the header of a table that has one.
    fn header(&mut self) -> Result<()> {
        let Some(header) = self.corpus.table_header(0) else { return Ok(()) };
        self.write(&[header, &[self.corpus.line_end(0)]])
    }

    fn all(
        &mut self,
        planned: &mut dyn Iterator<Item = Result<Planned>>,
        table: bool,
    ) -> Result<()> {
        let corpus = self.corpus;
        let mut reread = corpus.reread();
        // Records that are known by their numbers, until the next source.
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut last = None;
        for planned in planned {
            let planned = planned?;
            let (place, cut) = (planned.place(), planned.cut);
            let source = place.source as usize;
            if let Some(last) = last.replace(source).filter(|last| *last != source) {
                self.numbered(last, std::mem::take(&mut waiting))?;
            }
            let format = corpus.source_format(source);
            if format.is_numbered() {
                waiting.push((place.line, cut));
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
                    self.row(cut.as_ref(), &raw)?;
                    continue;
                }
                if format == Format::JSON_LINES {
                    line = raw;
                } else {
                    corpus.records_to_json(source, &raw, &mut line);
                }
            }
            self.record(cut.as_ref(), &line)?;
            self.line = line;
        }
        last.map_or(Ok(()), |last| self.numbered(last, waiting))
    }

    /// Writes records of one source that are known by their numbers.
    fn numbered(&mut self, source: usize, waiting: Vec<Waiting>) -> Result<()> {
        if waiting.is_empty() {
            return Ok(());
        }
        if self.edits.is_some() {
            return self.edited(source, &waiting);
        }
        let ranges: Vec<Range<u64>> = waiting.iter().map(|&(n, _)| n..n + 1).collect();
        let mut documents = waiting.into_iter();
        let corpus = self.corpus;
        corpus.numbered_to_json(source, &ranges, &mut |line| {
            let Some((_, cut)) = documents.next() else { return Ok(()) };
            go_on(self.progress)?;
            self.record(cut.as_ref(), line)
        })
    }

    /// Notes what becomes of the rows of a source, and hands on what is removed.
    fn edited(&mut self, source: usize, waiting: &[Waiting]) -> Result<()> {
        let with_cuts = || waiting.iter().filter_map(|(n, cut)| Some((*n, cut.as_ref()?)));
        let ranges: Vec<Range<u64>> = with_cuts().map(|(n, _)| n..n + 1).collect();
        let mut documents = with_cuts();
        let corpus = self.corpus;
        let mut edits = self.edits.take().unwrap_or_default();
        edits.begin(source, waiting.iter().map(|(n, _)| *n));
        corpus.numbered_to_json(source, &ranges, &mut |line| {
            let Some((number, cut)) = documents.next() else { return Ok(()) };
            go_on(self.progress)?;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let Some((_, text)) = self.find(cut, line) else {
                self.leave_alone(cut);
                return Ok(());
            };
            let left = self.rows(cut, &text)?;
            if cut.whole {
                edits.drop_row(number);
            } else {
                edits.edit(number, &text, left);
            }
            Ok(())
        })?;
        self.edits = Some(edits);
        Ok(())
    }

    /// Writes what is left of a record, a line of JSON.
    fn record(&mut self, cut: Option<&PlannedCut>, line: &[u8]) -> Result<()> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let Some(cut) = cut else { return self.write(&[line, b"\n"]) };
        let Some((range, text)) = self.find(cut, line) else {
            self.leave_alone(cut);
            return self.write(&[line, b"\n"]);
        };
        let left = self.rows(cut, &text)?;
        if cut.whole {
            return Ok(());
        }
        let left =
            serde_json::to_vec(&left).map_err(|error| Error::io(&self.path, error.into()))?;
        let (before, after) = (&line[..range.start], &line[range.end..]);
        self.write(&[before, &left, after, b"\n"])
    }

    /// Writes what is left of a row of a table.
    fn row(&mut self, cut: Option<&PlannedCut>, raw: &[u8]) -> Result<()> {
        let end = [self.corpus.line_end(0)];
        let Some(cut) = cut else { return self.write(&[raw, &end]) };
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        self.corpus.records_to_json(0, raw, &mut line);
        let found = self.find(cut, &line);
        self.line = line;
        let plain_marks = self.corpus.source_format(0).name() == "tsv";
        let place = found.and_then(|(_, text)| Some((cell(raw, &text, plain_marks)?, text)));
        let Some((cell, text)) = place else {
            self.leave_alone(cut);
            return self.write(&[raw, &end]);
        };
        let left = self.rows(cut, &text)?;
        if cut.whole {
            return Ok(());
        }
        let left = if cell.quoted { quoted(&left) } else { left };
        let (before, after) = (&raw[..cell.range.start], &raw[cell.range.end..]);
        self.write(&[before, left.as_bytes(), after, &end])
    }

    /// Says that a document stays as it is.
    fn leave_alone(&mut self, cut: &PlannedCut) {
        self.written.left_alone += 1;
        self.progress.problem(&Problem {
            path: self.path.clone(),
            line: None,
            cause: format!(
                "the text of `{}` is not one value of its record as it is written: nothing was cut",
                cut.id
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
    fn find(&mut self, cut: &PlannedCut, line: &[u8]) -> Option<(Range<usize>, String)> {
        let wanted = cut.hash();
        strings(line).find_map(|range| {
            let text: String = serde_json::from_slice(line.get(range.clone())?).ok()?;
            self.shingler.shingles(&text);
            (self.shingler.text_hash() == wanted).then_some((range, text))
        })
    }

    /// Hands on what is removed from a text, and returns what is left.
    fn rows(&mut self, cut: &PlannedCut, text: &str) -> Result<String> {
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
            let kept = place.and_then(|place| place.kept.as_ref());
            let row = RemovedPassage {
                id: Cow::Borrowed(&cut.id),
                start: range.start,
                end: range.end,
                char_start: char_at(range.start),
                char_end: char_at(range.end),
                tokens: place.map_or_else(|| count(range), |p| (p.end - p.start) as usize),
                family: kept.map(|kept| kept.family),
                text: text.get(range.clone()).unwrap_or_default(),
                kept_in: kept.map(|kept| Cow::Borrowed(&*kept.id)),
                kept_start: kept.map(|kept| kept.start as usize),
                kept_end: kept.map(|kept| kept.end as usize),
            };
            (self.removed)(&row)?;
        }
        Ok(left)
    }
}

/// A stretch that is removed, and where it is kept if it is.
type Piece<'p> = (Range<usize>, Option<&'p PlannedPlace>);

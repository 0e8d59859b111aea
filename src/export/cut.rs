//! Documents of which passages were cut, as JSON Lines.
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
use memchr::memchr2_iter;
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
}

impl CutLayout {
    /// The layout for these sources.
    #[must_use]
    pub fn new(corpus: &Corpus) -> Self {
        let all = || (0..corpus.source_count()).map(|n| (corpus.source_format(n), n));
        let converted = all().any(|(format, _)| format != Format::JSON_LINES);
        let mut packings = all().map(|(_, n)| Packing::of(corpus.source_path(n)));
        let first = packings.next().unwrap_or(Packing::None);
        let same = !converted && packings.all(|other| other == first);
        let packing = if same { first } else { Packing::None };
        let name = PathBuf::from(format!("{}.jsonl{}", super::KEPT, packing.suffix()));
        Self { name, packing, converted }
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
    writer.all(&mut corpus.reread())?;
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
    fn all(&mut self, reread: &mut Reread<'_>) -> Result<()> {
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
            self.written.left_alone += 1;
            self.progress.problem(&Problem {
                path: self.path.clone(),
                line: None,
                cause: format!(
                    "the text of `{}` is put together from several values: nothing was cut",
                    self.result.id(document)
                ),
                cure: "convert the input to one value a text first".to_owned(),
                skipped: false,
            });
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
    fn strings_end_at_their_own_marks() {
        let line = br#"{"a":"x\"y\\","b":["z"],"c":1}"#;
        let found: Vec<&[u8]> = strings(line).map(|range| &line[range]).collect();
        let expected: [&[u8]; 5] = [br#""a""#, br#""x\"y\\""#, br#""b""#, br#""z""#, br#""c""#];
        assert_eq!(found, expected);
    }
}

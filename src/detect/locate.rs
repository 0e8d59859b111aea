//! Where tokens are in the text: spans of tokens become spans of bytes and code points.
//!
//! Fed by scan with the places of passages and families, feeds result. The engine keeps no offsets.
//! Invariant: only documents with passages are tokenised again, each once.

use super::table::{Filing, Table, TableWriter};
use crate::corpus::{Document, TokenPlace, Withheld};
use crate::error::Result;
use crate::limits::narrow;
use crate::passage::{DocSpan, Room, Rows, Sorter, Writer};
use crate::text::{Span, Tokenizer, char_offsets};
use rayon::prelude::*;
use std::cmp::Ordering;

/// A span of a text in bytes and in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TextSpan {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) char_start: u32,
    pub(super) char_end: u32,
}

/// Places of a run with their spans in the texts.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// Where the places of each document start, and after the last their number.
    starts: Vec<u32>,
    /// Tokens of each place, ascending within a document.
    places: Table<2>,
    spans: Table<4>,
}

/// Places that are being found.
struct Finder<'a, 'v> {
    documents: &'a [Document],
    starts: Vec<u32>,
    places: TableWriter<'v, 2>,
    spans: TableWriter<'v, 4>,
}

/// Places that are looked up together.
const WINDOW: usize = 1 << 14;

impl Located {
    /// Finds the spans of `places` (any order, repeats allowed).
    pub(super) fn find(
        documents: &[Document],
        places: impl Iterator<Item = DocSpan>,
        filing: &Filing<'_>,
    ) -> Result<Self> {
        let mut sorter = filing.sorter::<3>();
        for place in places {
            sorter.push([place.doc, place.span.start, place.span.end])?;
        }
        let (places, spans) = (filing.writer(), filing.writer());
        let mut finder = Finder { documents, starts: Vec::new(), places, spans };
        let (mut last, mut waiting) = (None, Vec::new());
        for row in sorter.sorted()? {
            let row = row?;
            if last.replace(row) == Some(row) {
                continue;
            }
            let [doc, start, end] = row;
            let place = DocSpan { doc, span: Span { start, end } };
            let is_new = waiting.last().is_some_and(|before: &DocSpan| before.doc != doc);
            if is_new && waiting.len() >= WINDOW {
                finder.add(&mut waiting)?;
            }
            waiting.push(place);
        }
        finder.add(&mut waiting)?;
        finder.starts.resize(documents.len() + 1, narrow(finder.places.len()));
        let Finder { starts, places, spans, .. } = finder;
        Ok(Self { starts, places: places.finish()?, spans: spans.finish()? })
    }

    /// Span of one of the places asked for.
    pub(super) fn get(&self, place: DocSpan) -> TextSpan {
        let (mut own, wanted) = (self.of(place.doc), [place.span.start, place.span.end]);
        while !own.is_empty() {
            let middle = own.start + own.len() / 2;
            match self.places.row(middle).cmp(&wanted) {
                Ordering::Less => own.start = middle + 1,
                Ordering::Greater => own.end = middle,
                Ordering::Equal => {
                    let [start, end, char_start, char_end] = self.spans.row(middle);
                    return TextSpan { start, end, char_start, char_end };
                }
            }
        }
        TextSpan::default()
    }

    /// Whether a document has any place.
    pub(super) fn holds(&self, doc: u32) -> bool {
        !self.of(doc).is_empty()
    }

    fn of(&self, doc: u32) -> std::ops::Range<usize> {
        self.starts[doc as usize] as usize..self.starts[doc as usize + 1] as usize
    }
}

impl Finder<'_, '_> {
    /// Adds the places of some documents, ascending.
    fn add(&mut self, waiting: &mut Vec<DocSpan>) -> Result<()> {
        let by_document: Vec<&[DocSpan]> = waiting.chunk_by(|x, y| x.doc == y.doc).collect();
        let spans: Vec<Vec<TextSpan>> = by_document
            .par_iter()
            .map_init(Tokenizer::default, |tokenizer, places| {
                let text = &self.documents[places[0].doc as usize].text;
                match text.as_withheld() {
                    Some(withheld) => recalled(withheld, places),
                    None => locate(text, places, tokenizer),
                }
            })
            .collect();
        for (places, spans) in by_document.iter().zip(spans) {
            self.starts.resize(places[0].doc as usize + 1, narrow(self.places.len()));
            for (place, span) in places.iter().zip(spans) {
                self.places.push([place.span.start, place.span.end])?;
                self.spans.push([span.start, span.end, span.char_start, span.char_end])?;
            }
        }
        waiting.clear();
        Ok(())
    }
}

/// Spans of the places of one document.
fn locate(text: &str, places: &[DocSpan], tokenizer: &mut Tokenizer) -> Vec<TextSpan> {
    let ends = |place: &DocSpan| [place.span.start, place.span.end.saturating_sub(1)];
    let mut wanted: Vec<u32> = places.iter().flat_map(ends).collect();
    wanted.sort_unstable();
    wanted.dedup();
    // Those of all tokens would be several times the text.
    let mut found: Vec<(usize, usize)> = Vec::with_capacity(wanted.len());
    let mut number = 0;
    tokenizer.tokenize(text, |token| {
        if wanted.get(found.len()) == Some(&number) {
            found.push((token.start, token.end));
        }
        number += 1;
    });
    let token = |number: u32| {
        let at = wanted.binary_search(&number).ok();
        at.and_then(|at| found.get(at)).copied().unwrap_or_default()
    };
    let bytes = |place: &DocSpan| {
        let [first, last] = ends(place);
        (token(first).0, token(last).1)
    };
    let mut borders: Vec<usize> = places.iter().map(bytes).flat_map(|(s, e)| [s, e]).collect();
    borders.sort_unstable();
    borders.dedup();
    let chars = char_offsets(text, borders.iter().copied());
    let char_at = |byte: usize| borders.binary_search(&byte).map_or(0, |n| narrow(chars[n]));
    let span = |(start, end): (usize, usize)| TextSpan {
        start: narrow(start),
        end: narrow(end),
        char_start: char_at(start),
        char_end: char_at(end),
    };
    places.iter().map(bytes).map(span).collect()
}

/// Spans of the places of one document of which only the tokens are kept.
fn recalled(text: &Withheld, places: &[DocSpan]) -> Vec<TextSpan> {
    let tokens: Vec<TokenPlace> = text.places().collect();
    let of = |place: &DocSpan| {
        let first = tokens.get(place.span.start as usize)?;
        let last = tokens.get(place.span.end.checked_sub(1)? as usize)?;
        let ([start, _, char_start, _], [_, end, _, char_end]) = (*first, *last);
        Some(TextSpan { start, end, char_start, char_end })
    };
    places.iter().map(|place| of(place).unwrap_or_default()).collect()
}

//! Where tokens are in the text: spans of tokens become spans of bytes and code points.
//!
//! Fed by scan with the places of passages and families, feeds result. The engine keeps no offsets.
//! Invariant: only documents with passages are tokenised again, each once.

use super::table::Filing;
use crate::corpus::Document;
use crate::error::Result;
use crate::limits::narrow;
use crate::passage::{DocSpan, Room, Sorter};
use crate::text::{Span, Tokenizer, char_offsets};
use rayon::prelude::*;

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
    places: Vec<Span>,
    spans: Vec<TextSpan>,
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
        let mut located = Self::default();
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
                located.add(documents, &mut waiting);
            }
            waiting.push(place);
        }
        located.add(documents, &mut waiting);
        located.starts.resize(documents.len() + 1, narrow(located.places.len()));
        Ok(located)
    }

    /// Adds the places of some documents, ascending.
    fn add(&mut self, documents: &[Document], waiting: &mut Vec<DocSpan>) {
        let by_document: Vec<&[DocSpan]> = waiting.chunk_by(|x, y| x.doc == y.doc).collect();
        let spans: Vec<Vec<TextSpan>> = by_document
            .par_iter()
            .map_init(Tokenizer::default, |tokenizer, places| {
                locate(&documents[places[0].doc as usize].text, places, tokenizer)
            })
            .collect();
        for (places, spans) in by_document.iter().zip(spans) {
            self.starts.resize(places[0].doc as usize + 1, narrow(self.places.len()));
            self.places.extend(places.iter().map(|place| place.span));
            self.spans.extend(spans);
        }
        waiting.clear();
    }

    /// Span of one of the places asked for.
    pub(super) fn get(&self, place: DocSpan) -> TextSpan {
        let own = self.of(place.doc);
        let found = self.places[own.clone()].binary_search(&place.span);
        found.map_or_else(|_| TextSpan::default(), |n| self.spans[own.start + n])
    }

    /// Whether a document has any place.
    pub(super) fn holds(&self, doc: u32) -> bool {
        !self.of(doc).is_empty()
    }

    fn of(&self, doc: u32) -> std::ops::Range<usize> {
        self.starts[doc as usize] as usize..self.starts[doc as usize + 1] as usize
    }
}

/// Spans of the places of one document.
fn locate(text: &str, places: &[DocSpan], tokenizer: &mut Tokenizer) -> Vec<TextSpan> {
    let mut tokens: Vec<(usize, usize)> = Vec::new();
    tokenizer.tokenize(text, |t| tokens.push((t.start, t.end)));
    let bytes = |p: &DocSpan| (tokens[p.span.start as usize].0, tokens[p.span.end as usize - 1].1);
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

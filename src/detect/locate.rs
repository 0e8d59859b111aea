//! Where tokens are in the text: spans of tokens become spans of bytes and code points.
//!
//! The engine keeps no offsets. Only documents with passages are tokenised again, each once.

use crate::corpus::Document;
use crate::limits::narrow;
use crate::passage::DocSpan;
use crate::text::{Tokenizer, char_offsets};
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
    places: Vec<DocSpan>,
    spans: Vec<TextSpan>,
}

impl Located {
    /// Finds the spans of `places` (any order, repeats allowed).
    pub(super) fn find(documents: &[Document], mut places: Vec<DocSpan>) -> Self {
        places.par_sort_unstable();
        places.dedup();
        let by_document: Vec<&[DocSpan]> = places.chunk_by(|x, y| x.doc == y.doc).collect();
        let spans: Vec<Vec<TextSpan>> = by_document
            .into_par_iter()
            .map_init(Tokenizer::default, |tokenizer, places| {
                locate(&documents[places[0].doc as usize].text, places, tokenizer)
            })
            .collect();
        Self { spans: spans.concat(), places }
    }

    /// Span of one of the places asked for.
    pub(super) fn get(&self, place: DocSpan) -> TextSpan {
        self.places.binary_search(&place).map_or_else(|_| TextSpan::default(), |n| self.spans[n])
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

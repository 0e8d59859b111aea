//! The kept records as runs of neighbours, so that they are copied in long pieces.
//!
//! Fed by the documents and what is removed of them, read through
//! [`DedupResult::kept_runs`](super::DedupResult::kept_runs). Invariant: the runs in order hold
//! every kept record once.

use super::documents::Documents;
use crate::corpus::{Corpus, Format, FormatLayout, RecordPlace};

/// Neighbouring kept records of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Number of the source.
    pub source: u32,
    /// First byte of the first record, in the source as decompressed; of Parquet and WARC its
    /// number.
    pub offset: u64,
    /// Bytes to the end of the last record, with the line feeds between records and without the
    /// one after the last; of Parquet and WARC the number of records.
    pub bytes: u64,
    /// Number of the first document.
    pub first: u32,
    /// Records.
    pub documents: u32,
}

/// Iterator over the runs.
pub(super) struct Runs<'a> {
    places: Box<dyn Iterator<Item = (u32, RecordPlace)> + 'a>,
    next: Option<(u32, RecordPlace)>,
    corpus: Option<&'a Corpus>,
}

/// Bytes from which a run ends, so that it can be held.
const RUN_BYTES: u64 = 1 << 20;

impl<'a> Runs<'a> {
    /// The runs of all input documents but those of `removed` (ascending).
    pub(super) fn new(
        documents: &'a Documents,
        removed: &'a [u32],
        corpus: Option<&'a Corpus>,
    ) -> Self {
        let mut removed = removed.iter().copied().peekable();
        let inputs = documents.parts().filter(|(_, part)| part.side == 0);
        let all = inputs.flat_map(|(first, part)| (first..).zip(part.places.iter().copied()));
        let kept = all.filter(move |(document, _)| removed.next_if_eq(document).is_none());
        let mut places: Box<dyn Iterator<Item = (u32, RecordPlace)> + 'a> = Box::new(kept);
        let next = places.next();
        Self { places, next, corpus }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let (first, place) = self.next?;
        let RecordPlace { source, mut offset, .. } = place;
        let format = self.corpus.map(|corpus| corpus.source_format(source as usize));
        let in_runs = format.is_some_and(|format| format.layout() == FormatLayout::Lines);
        let numbered = format.is_some_and(Format::is_numbered);
        if numbered {
            offset = place.line;
        }
        let bytes = if numbered { 1 } else { u64::from(place.bytes) };
        let mut run = Run { source, offset, bytes, first, documents: 1 };
        loop {
            self.next = self.places.next();
            let Some((_, place)) = self.next else { return Some(run) };
            if numbered {
                if place.source != source || place.line != offset + run.bytes {
                    return Some(run);
                }
                run.documents += 1;
                run.bytes += 1;
                continue;
            }
            let follows = place.source == source && place.offset == offset + run.bytes + 1;
            if !follows || !in_runs || run.bytes > RUN_BYTES {
                return Some(run);
            }
            run.bytes = place.offset + u64::from(place.bytes) - offset;
            run.documents += 1;
        }
    }
}

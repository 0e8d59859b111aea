//! The passages of a run, in memory or in a file.
//!
//! Made by the search, read by every stage after it. Invariant: they are in order, wherever they
//! are.

use super::table::{Filing, Table};
use crate::error::Result;
use crate::passage::{Passage, Passages, Room, Rows, Writer};
use crate::text::Span;
use std::borrow::Cow;
use std::ops::Range;

/// Numbers of a passage.
pub(super) const NUMBERS: usize = 10;

/// The passages of a run.
#[derive(Debug)]
pub(super) enum Found {
    /// In memory.
    Held(Vec<Passage>),
    /// In a file, or small enough for memory.
    Filed(Table<NUMBERS>),
}

impl Default for Found {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

impl Found {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Held(passages) => passages.len(),
            Self::Filed(table) => table.len(),
        }
    }

    /// One of them.
    #[inline]
    pub(super) fn get(&self, n: usize) -> Passage {
        match self {
            Self::Held(passages) => passages[n],
            Self::Filed(table) => passage(table.row(n)),
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Passage> + '_ {
        (0..self.len()).map(|n| self.get(n))
    }

    /// Some of them.
    pub(super) fn some(&self, range: Range<usize>) -> Cow<'_, [Passage]> {
        match self {
            Self::Held(passages) => Cow::Borrowed(&passages[range]),
            Self::Filed(_) => range.map(|n| self.get(n)).collect(),
        }
    }

    /// Where those of each pair of documents are.
    pub(super) fn document_pairs(&self) -> Vec<Range<usize>> {
        let (mut pairs, mut last): (Vec<Range<usize>>, _) = (Vec::new(), None);
        for (n, passage) in self.iter().enumerate() {
            let documents = Some((passage.doc_a, passage.doc_b));
            match pairs.last_mut() {
                Some(pair) if last == documents => pair.end = n + 1,
                _ => pairs.push(n..n + 1),
            }
            last = documents;
        }
        pairs
    }

    /// Those that are to be kept.
    pub(super) fn filtered(
        self,
        keep: impl Fn(&Passage) -> bool,
        filing: &Filing<'_>,
    ) -> Result<Self> {
        if let Self::Held(mut passages) = self {
            passages.retain(keep);
            return Ok(Self::Held(passages));
        }
        let mut writer = filing.writer();
        self.iter().filter(keep).try_for_each(|passage| writer.push(row(&passage)))?;
        writer.finish().map(Self::Filed)
    }
}

impl Passages for Found {
    fn count(&self) -> usize {
        self.len()
    }

    fn passage(&self, n: usize) -> Passage {
        self.get(n)
    }
}

/// What turns the sign of a score, so that rows are ordered as passages are.
const SIGN: u32 = 1 << 31;

/// A passage as a row.
pub(super) fn row(p: &Passage) -> [u32; NUMBERS] {
    let score = p.score.cast_unsigned() ^ SIGN;
    let shadow = u32::from(p.shadow);
    let (a, b) = (p.a, p.b);
    [p.doc_a, p.doc_b, a.start, a.end, b.start, b.end, p.columns, p.matched, score, shadow]
}

/// The passage of a row.
pub(super) fn passage(row: [u32; NUMBERS]) -> Passage {
    let [doc_a, doc_b, a, a_end, b, b_end, columns, matched, score, shadow] = row;
    let (a, b) = (Span { start: a, end: a_end }, Span { start: b, end: b_end });
    let (score, shadow) = ((score ^ SIGN).cast_signed(), shadow == 1);
    Passage { doc_a, doc_b, a, b, columns, matched, score, shadow }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passages() -> impl Strategy<Value = Passage> {
        let span = || (0_u32..9, 0_u32..9).prop_map(|(start, end)| Span { start, end });
        let places = (0_u32..3, 0_u32..3, span(), span());
        (places, (0_u32..3, 0_u32..3, -9_i32..9, any::<bool>())).prop_map(|(places, counts)| {
            let ((doc_a, doc_b, a, b), (columns, matched, score, shadow)) = (places, counts);
            Passage { doc_a, doc_b, a, b, columns, matched, score, shadow }
        })
    }

    proptest! {
        #[test]
        fn rows_are_passages_and_in_their_order(x in passages(), y in passages()) {
            prop_assert_eq!(passage(row(&x)), x);
            prop_assert_eq!(row(&x).cmp(&row(&y)), x.cmp(&y));
        }

        #[test]
        fn passages_in_rows_are_those_in_memory(
            mut all in prop::collection::vec(passages(), 0..40),
        ) {
            all.sort_unstable();
            let filing = Filing::new(None, 0);
            let mut writer = filing.writer();
            for p in &all {
                writer.push(row(p)).unwrap();
            }
            let [filed, held] = [Found::Filed(writer.finish().unwrap()), Found::Held(all.clone())];
            prop_assert!(filed.iter().eq(all.iter().copied()));
            let pairs = held.document_pairs();
            prop_assert_eq!(&filed.document_pairs(), &pairs);
            let by_documents = all.chunk_by(|x, y| (x.doc_a, x.doc_b) == (y.doc_a, y.doc_b));
            prop_assert!(pairs.iter().map(|pair| filed.some(pair.clone())).eq(by_documents));
            let keep = |p: &Passage| p.score > 0;
            let kept = [held, filed].map(|found| found.filtered(keep, &filing).unwrap());
            prop_assert!(kept[0].iter().eq(kept[1].iter()));
        }
    }
}

//! What a scan found; records are made from it on demand.

use super::locate::{Located, TextSpan};
use crate::corpus::{Date, Document};
use crate::passage::{Families, Passage, Place};
use crate::record::{Family, First, Kind, Member, PassagePair, ScanSummary, Side};
use rayon::prelude::*;
use std::io::Write;

/// Everything a scan found.
#[derive(Debug, Default)]
pub struct ScanResult {
    pub(super) documents: Vec<Document>,
    /// All passages, sorted by documents and places.
    pub(super) passages: Vec<Passage>,
    pub(super) families: Families,
    pub(super) located: Located,
    /// Indices of the listed passages, ascending.
    pub(super) listed: Vec<u32>,
    pub(super) summary: ScanSummary,
}

/// Records formatted by one worker at a time.
const CHUNK: usize = 256;

impl ScanResult {
    /// Counts and times.
    #[must_use]
    pub fn summary(&self) -> &ScanSummary {
        &self.summary
    }

    /// Documents in canonical order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Pairs listed.
    #[must_use]
    pub fn pair_count(&self) -> usize {
        self.listed.len()
    }

    /// Families.
    #[must_use]
    pub fn family_count(&self) -> usize {
        self.families.members.len()
    }

    /// The pair at `index`, in output order.
    #[must_use]
    pub fn pair(&self, index: usize) -> PassagePair<'_> {
        let n = self.listed[index] as usize;
        let passage = &self.passages[n];
        let first = Place { doc: passage.doc_a, span: passage.a };
        let second = Place { doc: passage.doc_b, span: passage.b };
        let (a, b) =
            if self.comes_first(first, second) { (first, second) } else { (second, first) };
        PassagePair {
            a: self.side(a),
            b: self.side(b),
            tokens: passage.columns,
            matched: passage.matched,
            identity: f64::from(passage.matched) / f64::from(passage.columns.max(1)),
            kind: self.kind(passage.doc_a, passage.doc_b),
            family: self.families.of_passage[n],
        }
    }

    /// The family at `index`, which is its number.
    #[must_use]
    pub fn family(&self, index: usize) -> Family<'_> {
        let places = &self.families.members[index];
        let exemplar = places[self.families.exemplar[index]];
        let mut order: Vec<Place> = places.clone();
        let date = |p: &Place| self.date(*p).map_or((1, 0), |d| (0, d.seconds));
        order.sort_by_key(|p| (date(p), *p));
        let members: Vec<Member<'_>> = order.iter().map(|&p| self.member(p)).collect();
        let mut outlets: Vec<&str> = members.iter().filter_map(|m| m.outlet).collect();
        outlets.sort_unstable();
        outlets.dedup();
        let internal = places.iter().all(|p| self.kind(places[0].doc, p.doc) == Kind::Internal);
        Family {
            family: crate::limits::narrow(index),
            kind: if internal { Kind::Internal } else { Kind::Reuse },
            size: members.len(),
            outlets: outlets.len(),
            first: self.first(&order),
            text: self.text(exemplar.doc, self.located.get(exemplar)),
            members,
        }
    }

    /// Formats all pairs in parallel and writes them in order.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write_pairs(
        &self,
        format: &(dyn Fn(&PassagePair<'_>, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let each = |n: usize, to: &mut Vec<u8>| format(&self.pair(n), to);
        write_chunks(self.pair_count(), &each, out)
    }

    /// Formats all families in parallel and writes them in order.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write_families(
        &self,
        format: &(dyn Fn(&Family<'_>, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let each = |n: usize, to: &mut Vec<u8>| format(&self.family(n), to);
        write_chunks(self.family_count(), &each, out)
    }

    fn date(&self, place: Place) -> Option<&Date> {
        self.documents[place.doc as usize].meta.date.as_ref()
    }

    /// Order of the sides of a pair: date where both are known, then id, then place.
    fn comes_first(&self, x: Place, y: Place) -> bool {
        let by_date = match (self.date(x), self.date(y)) {
            (Some(a), Some(b)) => compare_dates(a, b),
            _ => std::cmp::Ordering::Equal,
        };
        let id = |p: Place| &self.documents[p.doc as usize].id;
        by_date.then_with(|| (id(x), x).cmp(&(id(y), y))).is_le()
    }

    /// The one document whose date is before all others; nothing where a date is missing or ties.
    fn first(&self, members: &[Place]) -> Option<First<'_>> {
        let first = *members.first()?;
        let earliest = self.date(first)?;
        let alone = members
            .iter()
            .filter(|p| p.doc != first.doc)
            .all(|p| self.date(*p).is_some_and(|date| compare_dates(earliest, date).is_lt()));
        let document = &self.documents[first.doc as usize];
        let several = members.iter().any(|p| p.doc != first.doc);
        (alone && several).then(|| First {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: Some(&earliest.text),
        })
    }

    fn kind(&self, x: u32, y: u32) -> Kind {
        let outlet = |n: u32| self.documents[n as usize].meta.outlet.as_ref();
        let same = x == y || outlet(x).is_some_and(|o| outlet(y) == Some(o));
        if same { Kind::Internal } else { Kind::Reuse }
    }

    fn text(&self, doc: u32, span: TextSpan) -> &str {
        let text = &self.documents[doc as usize].text;
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn side(&self, place: Place) -> Side<'_> {
        let document = &self.documents[place.doc as usize];
        let span = self.located.get(place);
        Side {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: document.meta.date.as_ref().map(|d| d.text.as_str()),
            title: document.meta.title.as_deref(),
            start: span.start as usize,
            end: span.end as usize,
            char_start: span.char_start as usize,
            char_end: span.char_end as usize,
            text: self.text(place.doc, span),
        }
    }

    fn member(&self, place: Place) -> Member<'_> {
        let side = self.side(place);
        Member {
            id: side.id,
            outlet: side.outlet,
            date: side.date,
            start: side.start,
            end: side.end,
            char_start: side.char_start,
            char_end: side.char_end,
            source: None,
            title: side.title,
            text: side.text,
        }
    }
}

/// Order of two dates; where one is only a day, by day.
fn compare_dates(x: &Date, y: &Date) -> std::cmp::Ordering {
    if x.day_only || y.day_only {
        return x.seconds.div_euclid(86_400).cmp(&y.seconds.div_euclid(86_400));
    }
    x.seconds.cmp(&y.seconds)
}

/// Formats records `0..count` in parallel, a window of chunks at a time, and writes in order.
fn write_chunks(
    count: usize,
    format: &(dyn Fn(usize, &mut Vec<u8>) + Sync),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let window = 4 * CHUNK * rayon::current_num_threads();
    for first in (0..count).step_by(window) {
        let last = count.min(first + window);
        let chunks: Vec<Vec<u8>> = (first..last)
            .into_par_iter()
            .step_by(CHUNK)
            .map(|start| {
                let mut bytes = Vec::new();
                (start..last.min(start + CHUNK)).for_each(|n| format(n, &mut bytes));
                bytes
            })
            .collect();
        chunks.iter().try_for_each(|bytes| out.write_all(bytes))?;
    }
    Ok(())
}

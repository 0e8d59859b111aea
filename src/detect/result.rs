//! What a scan found; records are made from it on demand.

use super::found::Found;
use super::locate::{Located, TextSpan};
use super::table::Filing;
use super::verdicts::{VerdictWriter, Verdicts};
use crate::corpus::{Date, Document};
use crate::error::Result;
use crate::hash::Map;
use crate::judge::{self, Basis, Case, Cases, Origin, Thresholds, Witness, compare_dates};
use crate::limits::narrow;
use crate::passage::{DocSpan, Families};
use crate::record::{
    Evidence, Excerpt, Family, First, Kind, Mark, Member, PassagePair, ScanSummary, Side,
};
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;
use std::sync::OnceLock;

/// Everything a scan found.
#[derive(Debug, Default)]
pub struct ScanResult {
    pub(super) documents: Vec<Document>,
    /// Of each document the house of its outlet.
    pub(super) houses: Vec<Option<u32>>,
    /// All passages, sorted by documents and places.
    pub(super) passages: Found,
    pub(super) families: Families,
    pub(super) located: Located,
    /// Kind, direction and rank of each family.
    pub(super) verdicts: Verdicts,
    /// Indices of the listed passages, ascending.
    pub(super) listed: Vec<u32>,
    /// Tokens of each document.
    pub(super) lengths: Vec<u32>,
    pub(super) summary: ScanSummary,
    /// What tells families apart that begin with the same place.
    pub(super) beginnings: OnceLock<Map<u32, u64>>,
}

/// Which part of a family's record is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FamilyPart {
    /// It has the first members.
    pub(crate) is_first: bool,
    /// It has the last members.
    pub(crate) is_last: bool,
}

/// Bytes of what is read of a family, about.
const READING_BYTES: usize = 512;
/// Bytes of records that are formatted while as many are written, about, for each worker: records
/// may be of a hundred bytes or of a million.
const WINDOW_BYTES: usize = 256 << 10;
/// Records that are formatted before they are written, at most, for each worker.
const WINDOW: usize = 1024;
/// Chunks of them.
const CHUNKS: usize = 4;

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
        let passage = self.passages.get(n);
        let [a, b] = self.pair_places(index);
        let number = self.families.of_passage[n];
        let judged = self.verdicts.kind(number as usize);
        let internal = self.same_outlet(a.doc, b.doc);
        let kind = if internal { Kind::Internal } else { judged };
        let is_read = !self.is_withheld(a) && !self.is_withheld(b);
        let sureness = || self.sureness(number as usize, is_read);
        let kind_confidence = if internal { CERTAIN } else { sureness() };
        let own = || self.verdicts.why(number as usize);
        let why = if kind == judged { own() } else { Cow::Borrowed(&ONE_OUTLET[..]) };
        let (first, source, confidence, basis) = self.direction(number, a, b);
        let quoted = |place| {
            let member = || self.member_at(number, place);
            let quote = (judged == Kind::Quotation).then(member).flatten();
            quote.and_then(|member| self.verdicts.quote(number as usize, member))
        };
        PassagePair {
            a: self.side(a, quoted(a)),
            b: self.side(b, quoted(b)),
            tokens: passage.columns,
            matched: passage.matched,
            identity: f64::from(passage.matched) / f64::from(passage.columns.max(1)),
            kind,
            kind_confidence,
            family: number,
            why,
            first,
            source,
            confidence,
            rank: self.verdicts.rank(number as usize),
            source_basis: basis,
        }
    }

    /// Numbers of the documents of a pair, that of `a` and that of `b`, in
    /// [`ScanResult::documents`], where those of the inputs come before those they are compared
    /// with.
    #[must_use]
    pub fn pair_documents(&self, index: usize) -> [usize; 2] {
        let [a, b] = self.pair_places(index);
        [a.doc as usize, b.doc as usize]
    }

    fn pair_places(&self, index: usize) -> [DocSpan; 2] {
        let passage = self.passages.get(self.listed[index] as usize);
        let first = DocSpan { doc: passage.doc_a, span: passage.a };
        let second = DocSpan { doc: passage.doc_b, span: passage.b };
        if self.comes_first(first, second) { [first, second] } else { [second, first] }
    }

    /// Who of a pair was first, who had it from the other, how sure that is, and what says so.
    fn direction(
        &self,
        family: u32,
        a: DocSpan,
        b: DocSpan,
    ) -> (Option<&str>, Option<&str>, Option<f64>, Option<Basis>) {
        let id = |place: DocSpan| self.documents[place.doc as usize].id.as_str();
        let first = self.is_earlier(a, b).then(|| id(a));
        let source = self.origin(family, b, a).map(|origin| (a, origin));
        let source = source.or_else(|| self.origin(family, a, b).map(|origin| (b, origin)));
        let basis = source.map(|(_, origin)| origin.basis);
        let confidence = source.map(|(_, origin)| share(origin.confidence));
        let confidence = confidence.or(first.map(|_| EARLIER));
        (first, source.map(|(place, _)| id(place)), confidence, basis)
    }

    /// What says that the member at `place` has the passage from the one at `from`.
    fn origin(&self, family: u32, place: DocSpan, from: DocSpan) -> Option<Origin> {
        let members = &self.families.members[family as usize];
        let origin = self.verdicts.origin(family as usize, self.member_at(family, place)?)?;
        (members[origin.member as usize].doc == from.doc).then_some(origin)
    }

    /// Index of the member of a family that is at a place.
    fn member_at(&self, family: u32, place: DocSpan) -> Option<usize> {
        let members = &self.families.members[family as usize];
        let start = members.partition_point(|m| m.doc < place.doc);
        let own = members[start..].iter().take_while(|m| m.doc == place.doc);
        Some(start + own.into_iter().position(|m| m.span.overlap(place.span) > 0)?)
    }

    /// The family at `index`, which is its number.
    #[must_use]
    pub fn family(&self, index: usize) -> Family<'_> {
        let member = |n: usize| self.member(index, n);
        let members: Vec<Member<'_>> = self.order(index).into_iter().map(member).collect();
        let head = self.head(index, members.first());
        Family { members, ..head }
    }

    /// The members of a family in the order of its record: by date, then place.
    pub(super) fn order(&self, family: usize) -> Vec<usize> {
        let places = &self.families.members[family];
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by_key(|&n| (self.by_date(places[n]), places[n]));
        order
    }

    /// What members are put in order by first: their dates, unknown ones last.
    pub(super) fn by_date(&self, place: DocSpan) -> (u8, i64) {
        self.date(place).map_or((1, 0), |date| (0, date.seconds))
    }

    /// The record of a family without its members, of which the first is given.
    fn head(&self, index: usize, first_member: Option<&Member<'_>>) -> Family<'_> {
        let places = &self.families.members[index];
        let verdicts = &self.verdicts;
        // Words are shown of a member that has them.
        let chosen = self.families.exemplar[index];
        let readable = || places.iter().position(|place| !self.is_withheld(*place));
        let spoken = if self.is_withheld(places[chosen]) { readable() } else { None };
        let spoken = spoken.unwrap_or(chosen);
        let exemplar = places[spoken];
        let mut outlets: Vec<u32> =
            places.iter().filter_map(|place| self.houses[place.doc as usize]).collect();
        outlets.sort_unstable();
        outlets.dedup();
        let first = verdicts.first(index);
        let located = self.located.get(exemplar);
        let text = verdicts.quote(index, spoken).unwrap_or(located.start..located.end);
        Family {
            family: narrow(index),
            key: first_member.map(|first| self.key(index, first)).unwrap_or_default().into(),
            tokens: exemplar.span.len(),
            kind: verdicts.kind(index),
            kind_confidence: self
                .sureness(index, !places.iter().any(|place| self.is_withheld(*place))),
            size: places.len(),
            outlets: outlets.len(),
            first: first.map(|first| self.first(places[first.member as usize])),
            text: self.text(exemplar.doc, &text),
            why: verdicts.why(index),
            confidence: first.map(|first| share(first.confidence)),
            rank: verdicts.rank(index),
            houses: verdicts.houses(index) as usize,
            members: Vec::new(),
        }
    }

    /// Whether only the tokens of the text at a place are there.
    fn is_withheld(&self, place: DocSpan) -> bool {
        self.documents[place.doc as usize].text.as_withheld().is_some()
    }

    /// How sure the kind of a family is, which no kind is where some of its words were not read.
    fn sureness(&self, family: usize, is_read: bool) -> f64 {
        let sureness = share(self.verdicts.sureness(family));
        if is_read { sureness } else { sureness.min(UNREAD) }
    }

    /// The kind of the family at `index`.
    #[must_use]
    pub fn family_kind(&self, index: usize) -> Kind {
        self.verdicts.kind(index)
    }

    /// Numbers of all families, in order of rank.
    #[must_use]
    pub fn ranked(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.family_count()).collect();
        order.sort_by_key(|&n| self.verdicts.rank(n));
        order
    }

    /// Judges the families, once they are found.
    pub(super) fn judge(&mut self, filing: &Filing<'_>) -> Result<()> {
        let mut writer = VerdictWriter::new(filing);
        // Without a budget there is room for what was read of every family.
        let kept = filing.vault.map_or(usize::MAX, |_| filing.bytes / READING_BYTES);
        let thresholds = (kept, &Thresholds::default());
        let mut sink = |verdict| writer.push(verdict);
        let ranks = judge::judge(&self.documents, &*self, thresholds, &mut sink)?;
        self.verdicts = writer.finish(ranks)?;
        Ok(())
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
        self.write_family_parts(usize::MAX, &|family, _, to| format(family, to), out)
    }

    /// The same where families are formatted in parts of at most so many members, which are written
    /// one after the other: a family may have a member in every document.
    pub(crate) fn write_family_parts(
        &self,
        most: usize,
        format: &(dyn Fn(&Family<'_>, FamilyPart, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let count = self.family_count();
        let mut done = 0;
        while done < count {
            let is_large = |n: usize| self.families.members[n].len() > most;
            let large = (done..count).find(|&n| is_large(n)).unwrap_or(count);
            let whole = FamilyPart { is_first: true, is_last: true };
            let each = |n: usize, to: &mut Vec<u8>| format(&self.family(done + n), whole, to);
            write_chunks(large - done, &each, out)?;
            if large < count {
                self.write_large(large, most, format, out)?;
            }
            done = large + 1;
        }
        Ok(())
    }

    /// Writes a family in parts of so many members.
    fn write_large(
        &self,
        family: usize,
        most: usize,
        format: &(dyn Fn(&Family<'_>, FamilyPart, &mut Vec<u8>) + Sync),
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let order = self.order(family);
        let member = |n: &usize| self.member(family, *n);
        let head = self.head(family, order.first().map(member).as_ref());
        let parts: Vec<&[usize]> = order.chunks(most).collect();
        let each = |n: usize, to: &mut Vec<u8>| {
            let part = FamilyPart { is_first: n == 0, is_last: n + 1 == parts.len() };
            let members = parts[n].iter().map(member).collect();
            format(&Family { members, ..head.clone() }, part, to);
        };
        write_chunks(parts.len(), &each, out)
    }

    pub(super) fn date(&self, place: DocSpan) -> Option<&Date> {
        self.documents[place.doc as usize].meta.date.as_ref()
    }

    /// Whether `a` was printed before `b`, as far as dates say.
    pub(super) fn is_earlier(&self, a: DocSpan, b: DocSpan) -> bool {
        match (self.date(a), self.date(b)) {
            (Some(x), Some(y)) if a.doc != b.doc => compare_dates(x, y).is_lt(),
            _ => false,
        }
    }

    /// Order of the sides of a pair: date where both are known, then id, then place.
    pub(super) fn comes_first(&self, x: DocSpan, y: DocSpan) -> bool {
        let by_date = match (self.date(x), self.date(y)) {
            (Some(a), Some(b)) => compare_dates(a, b),
            _ => std::cmp::Ordering::Equal,
        };
        let id = |p: DocSpan| &self.documents[p.doc as usize].id;
        by_date.then_with(|| (id(x), x).cmp(&(id(y), y))).is_le()
    }

    fn first(&self, place: DocSpan) -> First<'_> {
        let document = &self.documents[place.doc as usize];
        First {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: document.meta.date.as_ref().map(|date| date.text.as_str()),
        }
    }

    fn same_outlet(&self, x: u32, y: u32) -> bool {
        let outlet = |n: u32| self.documents[n as usize].meta.outlet.as_ref();
        x == y || outlet(x).is_some_and(|o| outlet(y) == Some(o))
    }

    fn text(&self, doc: u32, span: &Range<u32>) -> &str {
        self.excerpt(doc, span.clone()).as_str()
    }

    /// Words of a document, which are read later.
    fn excerpt(&self, doc: u32, span: Range<u32>) -> Excerpt<'_> {
        let text = &self.documents[doc as usize].text;
        if text.as_withheld().is_some() { "".into() } else { Excerpt::of(text, span) }
    }

    fn side(&self, place: DocSpan, quote: Option<Range<u32>>) -> Side<'_> {
        let span = self.located.get(place);
        let text = self.text(place.doc, &(span.start..span.end));
        Side { text, ..self.place(place, span, quote) }
    }

    /// A side without its words.
    fn place(&self, place: DocSpan, span: TextSpan, quote: Option<Range<u32>>) -> Side<'_> {
        let document = &self.documents[place.doc as usize];
        let quote = quote.and_then(|quote| self.quote(place.doc, span, &quote));
        Side {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: document.meta.date.as_ref().map(|d| d.text.as_str()),
            title: document.meta.title.as_deref(),
            start: span.start as usize,
            end: span.end as usize,
            char_start: span.char_start as usize,
            char_end: span.char_end as usize,
            text: "",
            quote_start: quote.map(|quote| quote.start as usize),
            quote_end: quote.map(|quote| quote.end as usize),
            char_quote_start: quote.map(|quote| quote.char_start as usize),
            char_quote_end: quote.map(|quote| quote.char_end as usize),
            date_inferred: Mark(document.meta.date.as_ref().is_some_and(|date| date.inferred)),
        }
    }

    /// The quoted words of a member that are within a span.
    fn quote(&self, doc: u32, span: TextSpan, quote: &Range<u32>) -> Option<TextSpan> {
        let (start, end) = (span.start.max(quote.start), span.end.min(quote.end));
        if start >= end {
            return None;
        }
        let signs = |from, to| narrow(self.text(doc, &(from..to)).chars().count());
        let char_start = span.char_start + signs(span.start, start);
        Some(TextSpan { start, end, char_start, char_end: char_start + signs(start, end) })
    }

    fn member(&self, family: usize, member: usize) -> Member<'_> {
        let places = &self.families.members[family];
        let place = places[member];
        let origin = self.verdicts.origin(family, member);
        let span = self.located.get(place);
        // The words of all members at once may be more than there is room for.
        let side = self.place(place, span, self.verdicts.quote(family, member));
        let source = |origin: Origin| {
            let doc = places[origin.member as usize].doc;
            self.documents[doc as usize].id.as_str()
        };
        Member {
            id: side.id,
            outlet: side.outlet,
            date: side.date,
            start: side.start,
            end: side.end,
            char_start: side.char_start,
            char_end: side.char_end,
            source: origin.map(source),
            confidence: origin.map(|origin| share(origin.confidence)),
            title: side.title,
            url: self.documents[place.doc as usize].meta.url.as_deref(),
            text: self.excerpt(place.doc, span.start..span.end),
            quote_start: side.quote_start,
            quote_end: side.quote_end,
            char_quote_start: side.char_quote_start,
            char_quote_end: side.char_quote_end,
            date_inferred: side.date_inferred,
            source_basis: origin.map(|origin| origin.basis),
        }
    }
}

impl Cases for ScanResult {
    fn count(&self) -> usize {
        self.family_count()
    }

    fn case(&self, n: usize) -> Case {
        let witness = |place: &DocSpan| {
            let span = self.located.get(*place);
            Witness { doc: place.doc, start: span.start, end: span.end }
        };
        let places = self.families.members[n].iter().map(witness).collect();
        Case { places, exemplar: self.families.exemplar[n] }
    }

    fn has_place(&self, doc: u32) -> bool {
        self.located.holds(doc)
    }
}

/// The evidence of a pair within an outlet, where its family has another kind.
static ONE_OUTLET: [Evidence; 1] = [Evidence::ONE_OUTLET];

/// How sure it is that a pair within an outlet is internal: it is by definition.
const CERTAIN: f64 = 0.99;

/// How sure a kind is at most where a text that it is judged by was not there to be read.
const UNREAD: f64 = 0.5;

/// How sure it is that of two dated documents the earlier one was first.
const EARLIER: f64 = 0.85;

/// A confidence as records have it: two decimals.
fn share(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}

/// Formats records `0..count` in parallel, a window of chunks at a time, and writes in order: those
/// of a window while the next are formatted, unless there is one worker only.
fn write_chunks(
    count: usize,
    format: &(dyn Fn(usize, &mut Vec<u8>) + Sync),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let threads = rayon::current_num_threads();
    let (mut first, mut window) = (0, threads);
    let mut before: Vec<Vec<u8>> = Vec::new();
    while first < count || !before.is_empty() {
        let last = count.min(first + window);
        let chunk = window.div_ceil(CHUNKS * threads);
        let formatted = || -> Vec<Vec<u8>> {
            let starts = (first..last).into_par_iter().step_by(chunk);
            let one = |start: usize| {
                let mut bytes = Vec::new();
                let end = last.min(start + chunk);
                (start..end).for_each(|n| format(n, &mut bytes));
                bytes
            };
            starts.map(one).collect()
        };
        let mut write = || before.iter().try_for_each(|bytes| out.write_all(bytes));
        let mut chunks = Vec::new();
        if threads > 1 {
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| chunks = formatted());
                write()
            })?;
        } else {
            write()?;
            chunks = formatted();
        }
        let bytes: usize = chunks.iter().map(Vec::len).sum();
        let fit = (last - first).saturating_mul(WINDOW_BYTES * threads) / bytes.max(1);
        // What comes next may be larger than what came before.
        window = fit.min(2 * window).clamp(threads, WINDOW * threads);
        (first, before) = (last, chunks);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Counts how many bytes were formatted and not written yet, at most.
    struct Counting<'a> {
        waiting: &'a AtomicUsize,
        written: Vec<u8>,
        most: usize,
    }

    impl Write for Counting<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.most = self.most.max(self.waiting.fetch_sub(bytes.len(), Ordering::Relaxed));
            self.written.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What record `n` consists of.
    fn letter(n: usize) -> u8 {
        b"abcdefghijklm"[n % 13]
    }

    /// Writes records of these sizes: what was written, and how much waited at most.
    fn written(sizes: &[usize]) -> (Vec<u8>, usize) {
        let waiting = AtomicUsize::new(0);
        let mut out = Counting { waiting: &waiting, written: Vec::new(), most: 0 };
        let format = |n: usize, to: &mut Vec<u8>| {
            to.resize(to.len() + sizes[n], letter(n));
            waiting.fetch_add(sizes[n], Ordering::Relaxed);
        };
        write_chunks(sizes.len(), &format, &mut out).unwrap();
        (out.written, out.most)
    }

    #[test]
    fn records_are_written_in_order_and_few_bytes_wait() {
        // A window is written while the next is formatted.
        let of_each = 2 * WINDOW_BYTES * rayon::current_num_threads();
        let mixed: Vec<usize> = (0..3000).map(|n| [0, 3, 900, 40_000][n % 4]).collect();
        for (sizes, most) in [
            (vec![], 0),
            (vec![0; 10], 0),
            (vec![7; 5000], of_each),
            (vec![WINDOW_BYTES; 200], of_each),
            (mixed, 2 * of_each),
        ] {
            let (bytes, waited) = written(&sizes);
            let record = |(n, &size): (usize, &usize)| vec![letter(n); size];
            assert!(bytes == sizes.iter().enumerate().flat_map(record).collect::<Vec<u8>>());
            assert!(waited <= most, "{waited} of {most}");
        }
    }
}

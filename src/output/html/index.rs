//! The index of the report: all that the page needs before it reads a text.
//!
//! Fed by the choice and the texts, written as JSON by the page. Columns instead of records: a
//! browser parses them faster, and they compress better. The names are those that
//! `model.js` reads. Invariant: places are in UTF-16 units, documents, outlets and families are
//! numbers of this report; nothing here depends on the time or the place of the run.

use super::choice::Chosen;
use super::handed::{Handed, handed};
use super::texts::Texts;
use crate::corpus::Document;
use crate::detect::{COPY_COVERAGE, ScanResult};
use crate::hash::Map;
use crate::judge;
use crate::limits::narrow;
use crate::output::format::{LeftOut, Wanted};
use crate::record::{Basis, Evidence, Flow};
use serde::Serialize;
use std::borrow::Cow;

/// Version of the layout; the page refuses any other.
const LAYOUT: u32 = 4;

#[derive(Debug, Serialize)]
pub(super) struct Index<'a> {
    layout: u32,
    program: &'static str,
    title: &'a str,
    summary: Summary,
    left_out: LeftOut,
    outlets: Vec<&'a str>,
    /// Of each outlet the agency that it is.
    agencies: Vec<Option<&'static str>>,
    kinds: Vec<&'static str>,
    documents: Documents<'a>,
    families: Families<'a>,
    members: Members,
    pairs: Pairs,
    copies: Copies,
    /// Number of all pairs of copies.
    all_copies: usize,
    /// Who printed how much after whom, most first.
    flows: Vec<Flow<'a>>,
    /// Number of all flows.
    all_flows: usize,
    blocks: usize,
}

/// Most flows in a report.
const FLOWS: usize = 500;

/// Counts of the run.
#[derive(Debug, Serialize)]
struct Summary {
    documents: usize,
    outlets: usize,
    families: usize,
    pairs: usize,
    tokens: u64,
    text_bytes: u64,
    without_date: usize,
    without_outlet: usize,
    skipped: usize,
    scope: &'static str,
}

#[derive(Debug, Default, Serialize)]
struct Documents<'a> {
    id: Vec<&'a str>,
    /// Number of the outlet, or -1.
    outlet: Vec<i64>,
    title: Vec<Option<&'a str>>,
    url: Vec<Option<&'a str>>,
    /// As the input has it.
    date: Vec<Option<&'a str>>,
    seconds: Vec<Option<i64>>,
    /// 1 where only the day is known.
    day_only: Vec<u8>,
    /// UTF-16 units of the whole text.
    units: Vec<u32>,
    block: Vec<u32>,
    at: Vec<u32>,
    /// Starts and ends of what is kept, where that is not all.
    parts: Vec<Option<Vec<u32>>>,
}

#[derive(Debug, Default, Serialize)]
struct Families<'a> {
    number: Vec<u32>,
    kind: Vec<usize>,
    /// The evidence for the kind.
    why: Vec<Cow<'a, [Evidence]>>,
    text: Vec<&'a str>,
    tokens: Vec<usize>,
    /// Members and outlets of the whole family, also where members are left out.
    size: Vec<usize>,
    outlets: Vec<usize>,
    /// Outlets that are independent of each other.
    houses: Vec<usize>,
    /// What names each family in any report.
    key: Vec<Cow<'a, str>>,
    /// How sure its kind is.
    sure: Vec<f64>,
    /// 2 where the text around a place calls it a press release, 1 where it says a statement.
    handed: Vec<u8>,
    /// Number of the document that was first, or -1.
    first: Vec<i64>,
    /// How sure that is.
    confidence: Vec<Option<f64>>,
    /// Members in the columns of `members`.
    members: Vec<usize>,
}

/// Members of the first family, then of the second, and so on.
#[derive(Debug, Default, Serialize)]
struct Members {
    document: Vec<u32>,
    start: Vec<u32>,
    end: Vec<u32>,
    /// The words that are quoted, or all of the passage.
    quote_start: Vec<u32>,
    quote_end: Vec<u32>,
    /// Number of the document it was taken from, or -1.
    source: Vec<i64>,
    /// How sure that is.
    confidence: Vec<Option<f64>>,
    /// What says so.
    basis: Vec<Option<Basis>>,
}

#[derive(Debug, Default, Serialize)]
struct Pairs {
    family: Vec<u32>,
    a: Vec<u32>,
    a_start: Vec<u32>,
    a_end: Vec<u32>,
    b: Vec<u32>,
    b_start: Vec<u32>,
    b_end: Vec<u32>,
    tokens: Vec<u32>,
    matched: Vec<u32>,
}

/// Pairs of documents that are copies of each other.
#[derive(Debug, Default, Serialize)]
struct Copies {
    a: Vec<u32>,
    b: Vec<u32>,
    /// Share of the tokens of `a` in passages that it shares with `b`.
    cover_a: Vec<f64>,
    cover_b: Vec<f64>,
    tokens: Vec<u32>,
}

impl Index<'_> {
    pub(super) fn left_out(&self) -> LeftOut {
        self.left_out
    }
}

/// Gathers the index.
pub(super) fn index<'a>(report: Wanted<'a>, chosen: &Chosen<'a>, texts: &Texts<'_>) -> Index<'a> {
    let all = report.result.documents();
    let documents: Vec<&Document> = chosen.documents.iter().map(|&n| &all[n]).collect();
    let mut outlets: Vec<&str> =
        documents.iter().filter_map(|document| document.meta.outlet.as_deref()).collect();
    outlets.sort_unstable();
    outlets.dedup();
    let mut kinds: Vec<&'static str> =
        chosen.families.iter().map(|family| family.record.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let found = report.result.summary();
    let mut flows = report.result.flows();
    let all_flows = flows.len();
    flows.truncate(FLOWS);
    let (copies, all_copies) = copies(report.result, chosen, report.limits.report_pairs);
    let agencies = outlets.iter().map(|outlet| judge::agency_named(outlet)).collect();
    let texts_left_out = texts.kept.iter().filter(|kept| !kept.whole).count();
    Index {
        layout: LAYOUT,
        program: env!("CARGO_PKG_VERSION"),
        title: report.title,
        summary: Summary {
            documents: found.documents,
            outlets: found.outlets,
            families: found.families,
            pairs: found.pairs,
            tokens: found.tokens,
            text_bytes: found.text_bytes,
            without_date: found.without_date,
            without_outlet: found.without_outlet,
            skipped: found.skipped,
            scope: found.scope,
        },
        left_out: LeftOut { texts: texts_left_out, ..chosen.left_out },
        documents: columns(&documents, &outlets, texts),
        families: families(all, chosen, &kinds),
        members: members(chosen, texts),
        pairs: pairs(chosen, texts),
        copies,
        all_copies,
        all_flows,
        flows,
        blocks: texts.block_count(),
        outlets,
        agencies,
        kinds,
    }
}

fn columns<'a>(
    documents: &[&'a Document],
    outlets: &[&'a str],
    texts: &Texts<'_>,
) -> Documents<'a> {
    let number: Map<&str, u32> =
        outlets.iter().enumerate().map(|(n, outlet)| (*outlet, narrow(n))).collect();
    let mut columns = Documents::default();
    for (document, kept) in documents.iter().zip(&texts.kept) {
        let (meta, date) = (&document.meta, document.meta.date.as_ref());
        let outlet = meta.outlet.as_deref().and_then(|outlet| number.get(outlet));
        columns.id.push(&document.id);
        columns.outlet.push(outlet.map_or(-1, |&n| i64::from(n)));
        columns.title.push(meta.title.as_deref());
        columns.url.push(meta.url.as_deref());
        columns.date.push(date.map(|date| date.text.as_str()));
        columns.seconds.push(date.map(|date| date.seconds));
        columns.day_only.push(u8::from(date.is_some_and(|date| date.day_only)));
        columns.units.push(kept.units);
        columns.block.push(kept.block);
        columns.at.push(kept.at);
        columns.parts.push(kept.parts_in_units());
    }
    columns
}

fn families<'a>(all: &[Document], chosen: &Chosen<'a>, kinds: &[&'static str]) -> Families<'a> {
    let mut columns = Families::default();
    for family in &chosen.families {
        let record = &family.record;
        let name = record.kind.name();
        columns.number.push(record.family);
        columns.kind.push(kinds.iter().position(|kind| *kind == name).unwrap_or_default());
        columns.why.push(record.why.clone());
        columns.text.push(record.text);
        columns.tokens.push(record.tokens as usize);
        columns.size.push(record.size);
        columns.outlets.push(record.outlets);
        columns.houses.push(record.houses);
        columns.key.push(record.key.clone());
        columns.sure.push(record.kind_confidence);
        let around = family.spots.iter().map(|spot| {
            let text = all[chosen.documents[spot.document as usize]].text.as_str();
            handed(text, spot.start, spot.end)
        });
        columns.handed.push(around.max().unwrap_or(Handed::Unsaid) as u8);
        columns.confidence.push(record.confidence);
        columns.first.push(known(chosen, record.first.as_ref().map(|first| first.id)));
        columns.members.push(family.spots.len());
    }
    columns
}

/// Number of a document in the report, or -1.
fn known(chosen: &Chosen<'_>, id: Option<&str>) -> i64 {
    id.and_then(|id| chosen.number(id)).map_or(-1, i64::from)
}

fn members(chosen: &Chosen<'_>, texts: &Texts<'_>) -> Members {
    let mut columns = Members::default();
    for family in &chosen.families {
        for (member, &spot) in family.record.members.iter().zip(&family.spots) {
            let (start, end) = texts.units(spot);
            columns.document.push(spot.document);
            columns.start.push(start);
            columns.end.push(end);
            let words = member.words();
            let before = member.quote_start.map_or(0, |quote| quote - member.start);
            let units = |text: &str| narrow(text.encode_utf16().count());
            let quote = start + member.text.get(..before).map_or(0, units);
            columns.quote_start.push(quote);
            columns.quote_end.push(quote + units(words));
            columns.source.push(known(chosen, member.source));
            columns.confidence.push(member.confidence);
            columns.basis.push(member.source_basis);
        }
    }
    columns
}

fn pairs(chosen: &Chosen<'_>, texts: &Texts<'_>) -> Pairs {
    let mut columns = Pairs::default();
    for pair in &chosen.pairs {
        let (a, b) = (texts.units(pair.a), texts.units(pair.b));
        columns.family.push(pair.family);
        columns.a.push(pair.a.document);
        columns.a_start.push(a.0);
        columns.a_end.push(a.1);
        columns.b.push(pair.b.document);
        columns.b_start.push(b.0);
        columns.b_end.push(b.1);
        columns.tokens.push(pair.tokens);
        columns.matched.push(pair.matched);
    }
    columns
}

/// The copies between documents of the report, those of most words first and at most `most`; and
/// how many pairs of copies there are in all.
fn copies(result: &ScanResult, chosen: &Chosen<'_>, most: usize) -> (Copies, usize) {
    let found = result.copies(COPY_COVERAGE);
    let mut pairs: Vec<_> = found
        .iter()
        .filter_map(|pair| Some((chosen.number(pair.a)?, chosen.number(pair.b)?, pair)))
        .collect();
    pairs.sort_by_key(|&(a, b, pair)| (std::cmp::Reverse(pair.tokens), a, b));
    pairs.truncate(most);
    let mut columns = Copies::default();
    for (a, b, pair) in pairs {
        columns.a.push(a);
        columns.b.push(b);
        columns.cover_a.push(hundredths(pair.cover_a));
        columns.cover_b.push(hundredths(pair.cover_b));
        columns.tokens.push(pair.tokens);
    }
    (columns, found.len())
}

/// A share with as many digits as the page shows.
fn hundredths(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

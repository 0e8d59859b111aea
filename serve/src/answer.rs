//! What a text shares with an index, as an answer: how much, with whom, who was first.
//!
//! Fed by api with the answer of the index, read by whoever asks and by the page. Invariant: every
//! token of the text counts once in a share, however many places have it.

use crate::commit::Commit;
use crate::packed;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;
use wirecopy::corpus::Document;
use wirecopy::detect::{LeaveOut, Printed, PrintedPassage, ScanConfig, ScanResult};
use wirecopy::error::{Error, Result};
use wirecopy::hash::Map;
use wirecopy::index::QueryConfig;
use wirecopy::record::Side;
use wirecopy::text::Elsewhere;

/// How a text is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) min_tokens: u32,
    pub(crate) max_candidates: usize,
    /// With the data of the page.
    pub(crate) report: bool,
}

/// What is said of a text.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    commit: String,
    id: String,
    tokens: usize,
    /// Shortest passage in tokens that was looked for.
    min_tokens: u32,
    /// Tokens of a verbatim passage that the index leads to in every case; of shorter ones some
    /// may be missing.
    sure_tokens: u32,
    /// Share of the tokens that is printed elsewhere.
    share: f64,
    /// Document that was printed first among those that share something; none where dates are
    /// missing or tie.
    first: Option<String>,
    /// Document with the largest part of the text.
    most_complete: Option<String>,
    kinds: Vec<KindShare>,
    outlets: Vec<OutletShare>,
    sources: Vec<Source>,
    passages: Box<RawValue>,
    families: Box<RawValue>,
    /// Documents that were searched, and those that few phrases led to.
    candidates: usize,
    left_out: usize,
    /// Whether words of the documents can be shown: the index keeps them.
    texts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
}

#[derive(Debug, Serialize)]
struct KindShare {
    kind: &'static str,
    tokens: usize,
    share: f64,
}

#[derive(Debug, Serialize)]
struct OutletShare {
    outlet: Option<String>,
    documents: usize,
    tokens: usize,
    share: f64,
    first_date: Option<String>,
}

/// A document that shares something.
#[derive(Debug, Serialize)]
struct Source {
    id: String,
    outlet: Option<String>,
    date: Option<String>,
    title: Option<String>,
    url: Option<String>,
    passages: usize,
    tokens: usize,
    share: f64,
}

/// The data of the page.
#[derive(Debug, Serialize)]
struct Report {
    index: Box<RawValue>,
    texts: Vec<String>,
    /// Families that the text is in, and how many of its tokens count for each.
    parts: Vec<(u32, usize)>,
}

/// Asks an index about a text.
///
/// # Errors
/// A setting out of range; damage.
pub(crate) fn answer(commit: &Commit, text: &Document, question: Question) -> Result<Answer> {
    let ngram_size = commit.reader.info().ngram_size;
    // One thread: as many questions as there are cores are worked on at once.
    let scan = ScanConfig { threads: 1, ..ScanConfig::default() }.with_ngram_size(ngram_size);
    let scan = ScanConfig { min_tokens: question.min_tokens, ..scan };
    let (max_candidates, leave_out) = (question.max_candidates, LeaveOut::SameId);
    let config = QueryConfig { scan, max_candidates, leave_out };
    let id = text.id.clone();
    let asked = commit.reader.query(text.clone(), &config)?;
    let mut elsewhere = Elsewhere::default();
    let printed = Printed::with(&mut elsewhere, &asked.result, text);
    let shared = Shared::of(&asked.result, &id, (&printed, &mut elsewhere));
    let report = question.report.then(|| report(&asked.result, &printed)).transpose()?;
    let (passages, families) = (pairs(&asked.result)?, families(&asked.result)?);
    let sources = shared.sources(&asked.result);
    Ok(Answer {
        commit: commit.name.clone(),
        tokens: printed.tokens(),
        min_tokens: question.min_tokens,
        sure_tokens: commit.reader.sure_tokens(),
        share: printed.share(),
        first: shared.first(&asked.result),
        most_complete: sources.first().map(|source| source.id.clone()),
        kinds: shared.kinds(),
        outlets: shared.outlets(&asked.result),
        sources,
        passages,
        families,
        candidates: asked.candidates,
        left_out: asked.left_out,
        texts: commit.reader.info().texts,
        report,
        id,
    })
}

/// Tokens of a text, each with whether it is shared.
#[derive(Debug, Clone, Default)]
struct Tokens(Vec<bool>);

impl Tokens {
    fn mark(&mut self, range: Range<usize>) {
        if self.0.len() < range.end {
            self.0.resize(range.end, false);
        }
        self.0.get_mut(range).unwrap_or_default().fill(true);
    }

    fn count(&self) -> usize {
        self.0.iter().filter(|shared| **shared).count()
    }
}

/// Which tokens of a text are shared with whom.
struct Shared<'a> {
    printed: &'a Printed,
    by_kind: BTreeMap<&'static str, Tokens>,
    by_outlet: BTreeMap<Option<&'a str>, Tokens>,
    by_document: BTreeMap<&'a str, (Tokens, usize)>,
}

impl<'a> Shared<'a> {
    fn of<'t: 'a>(
        result: &'t ScanResult,
        id: &str,
        (printed, elsewhere): (&'a Printed, &mut Elsewhere<'t>),
    ) -> Self {
        let mut shared = Self {
            printed,
            by_kind: BTreeMap::new(),
            by_outlet: BTreeMap::new(),
            by_document: BTreeMap::new(),
        };
        for pair in (0..result.pair_count()).map(|n| result.pair(n)) {
            let (own, other) = if pair.a.id == id { (pair.a, pair.b) } else { (pair.b, pair.a) };
            let ranges = shared.ranges(elsewhere, &own, &other);
            let kind = shared.by_kind.entry(pair.kind.name()).or_default();
            let outlet = shared.by_outlet.entry(other.outlet).or_default();
            let (document, passages) = shared.by_document.entry(other.id).or_default();
            *passages += 1;
            for range in ranges {
                for tokens in [&mut *kind, &mut *outlet, &mut *document] {
                    tokens.mark(range.clone());
                }
            }
        }
        shared
    }

    /// The tokens of a side, without those that it has by itself between two shared parts.
    fn ranges<'t>(
        &self,
        elsewhere: &mut Elsewhere<'t>,
        side: &Side<'t>,
        other: &Side<'t>,
    ) -> Vec<Range<usize>> {
        let starts = &self.printed.starts;
        let at = |byte: usize| starts.partition_point(|&start| start < side.start + byte);
        elsewhere.turn_to([other.text]);
        let held = elsewhere.held(side.text);
        held.into_iter().map(|held| at(held.start)..at(held.end)).collect()
    }

    fn kinds(&self) -> Vec<KindShare> {
        let mut kinds: Vec<KindShare> = self
            .by_kind
            .iter()
            .map(|(&kind, own)| (kind, own.count()))
            .map(|(kind, tokens)| KindShare { kind, tokens, share: self.printed.part(tokens) })
            .collect();
        kinds.sort_by(|x, y| y.tokens.cmp(&x.tokens).then(x.kind.cmp(y.kind)));
        kinds
    }

    /// The documents that share something, the largest part first.
    fn sources(&self, result: &ScanResult) -> Vec<Source> {
        let known: Map<&str, &Document> =
            result.documents().iter().map(|document| (document.id.as_str(), document)).collect();
        let mut sources: Vec<Source> = self
            .by_document
            .iter()
            .filter_map(|(id, (own, passages))| {
                let meta = &known.get(id)?.meta;
                let tokens = own.count();
                Some(Source {
                    id: (*id).to_owned(),
                    outlet: meta.outlet.as_deref().map(str::to_owned),
                    date: meta.date.as_ref().map(|date| date.text.clone()),
                    title: meta.title.clone(),
                    url: meta.url.clone(),
                    passages: *passages,
                    tokens,
                    share: self.printed.part(tokens),
                })
            })
            .collect();
        sources.sort_by(|x, y| y.tokens.cmp(&x.tokens).then_with(|| x.id.cmp(&y.id)));
        sources
    }

    /// The only earliest document, where all dates are known.
    fn first(&self, result: &ScanResult) -> Option<String> {
        let mut dated = Vec::new();
        for document in result.documents() {
            if self.by_document.contains_key(document.id.as_str()) {
                let date = document.meta.date.as_ref()?;
                let day = date.seconds.div_euclid(86_400);
                dated.push((if date.day_only { day * 86_400 } else { date.seconds }, document));
            }
        }
        dated.sort_by_key(|&(seconds, _)| seconds);
        match dated.as_slice() {
            [(first, _), (second, _), ..] if first == second => None,
            [(_, first), ..] => Some(first.id.clone()),
            [] => None,
        }
    }

    fn outlets(&self, result: &ScanResult) -> Vec<OutletShare> {
        let mut documents: BTreeMap<Option<&str>, Vec<&Document>> = BTreeMap::new();
        for document in result.documents() {
            if self.by_document.contains_key(document.id.as_str()) {
                documents.entry(document.meta.outlet.as_deref()).or_default().push(document);
            }
        }
        let row = |outlet: Option<&str>, own: &Tokens| {
            let theirs = documents.get(&outlet).map(Vec::as_slice).unwrap_or_default();
            let dates = theirs.iter().filter_map(|document| document.meta.date.as_ref());
            OutletShare {
                outlet: outlet.map(str::to_owned),
                documents: theirs.len(),
                tokens: own.count(),
                share: self.printed.part(own.count()),
                first_date: dates.min_by_key(|date| date.seconds).map(|date| date.text.clone()),
            }
        };
        let mut rows: Vec<OutletShare> =
            self.by_outlet.iter().map(|(outlet, own)| row(*outlet, own)).collect();
        rows.sort_by(|x, y| y.tokens.cmp(&x.tokens).then_with(|| x.outlet.cmp(&y.outlet)));
        rows
    }
}

fn pairs(result: &ScanResult) -> Result<Box<RawValue>> {
    let all: Vec<_> = (0..result.pair_count()).map(|n| result.pair(n)).collect();
    raw(&all)
}

fn families(result: &ScanResult) -> Result<Box<RawValue>> {
    let all: Vec<_> = result.ranked().into_iter().map(|n| result.family(n)).collect();
    raw(&all)
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal { id: "asked about".to_owned(), what: error.to_string() }
}

fn report(result: &ScanResult, printed: &Printed) -> Result<Report> {
    let data = packed::data(result, "")?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| failed(&error));
    let index = RawValue::from_string(text(data.index)?).map_err(|error| failed(&error))?;
    let texts = data.texts.into_iter().map(text).collect::<Result<_>>()?;
    let counted = printed.passages.iter().filter(|passage| passage.counted > 0);
    let part = |passage: &PrintedPassage| (result.family(passage.family).family, passage.counted);
    Ok(Report { index, texts, parts: counted.map(part).collect() })
}

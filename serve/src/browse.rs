//! What a scan over all documents of a commit found: families, flows, outlets, and the data of the
//! page.
//!
//! Made by archive for each commit, read by api and page. Invariant: it is what `wirecopy scan`
//! finds over the same documents.

use crate::commit::Commit;
use crate::packed::{self, Packed};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use wirecopy::detect::{ScanConfig, ScanResult, Silent, in_workers, scan_documents};
use wirecopy::error::{Error, Result};
use wirecopy::hash::Map;
use wirecopy::output::html;
use wirecopy::record::Kind;

/// What a scan found.
#[derive(Debug)]
pub(crate) struct Browse {
    /// Name of the commit.
    pub(crate) commit: String,
    pub(crate) result: ScanResult,
    /// The families in order of rank.
    pub(crate) families: Vec<Brief>,
    /// Places in `families`.
    by_key: Map<String, usize>,
    /// Of each document its number in the result.
    by_id: Map<String, usize>,
    /// Numbers of the documents in the order of their ids.
    pub(crate) documents: Vec<usize>,
    /// Of each document the places in `families`.
    families_of: Vec<Vec<usize>>,
    pub(crate) outlets: Vec<OutletRow>,
    pub(crate) flows: Vec<FlowRow>,
    /// Index and texts of the page.
    pub(crate) index: Packed,
    pub(crate) texts: Vec<Packed>,
}

/// What families are filtered by.
#[derive(Debug)]
pub(crate) struct Brief {
    /// Number in the result.
    pub(crate) number: usize,
    pub(crate) key: String,
    pub(crate) kind: Kind,
    pub(crate) outlets: BTreeSet<String>,
    /// The passage in lower case.
    pub(crate) text: String,
    /// First and last date of a member, in seconds.
    pub(crate) dates: Option<(i64, i64)>,
}

/// An outlet, and how much of it there is.
#[derive(Debug, Default, Serialize)]
pub(crate) struct OutletRow {
    pub(crate) outlet: Option<String>,
    documents: usize,
    /// Families with a member of it.
    families: usize,
    /// Documents that share something.
    sharing: usize,
    first_date: Option<String>,
    last_date: Option<String>,
    #[serde(skip)]
    dates: Option<(i64, i64)>,
}

/// A flow as the program prints it.
#[derive(Debug)]
pub(crate) struct FlowRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) kind: Kind,
    pub(crate) basis: Option<&'static str>,
    pub(crate) json: Box<RawValue>,
}

impl Browse {
    /// Scans the documents of a commit, on one thread.
    ///
    /// # Errors
    /// Damage of the index; what a scan returns.
    pub(crate) fn of(commit: &Commit) -> Result<Self> {
        let started = Instant::now();
        // One thread: questions come first.
        let config = ScanConfig { threads: 1, ..ScanConfig::default() };
        let config = config.with_ngram_size(commit.reader.info().ngram_size);
        let documents = commit.reader.documents()?;
        let browse = in_workers(&config, || {
            let result = scan_documents(documents, Vec::new(), &config, &Silent)?;
            let data = packed::data(&result, "the index")?;
            Self::gathered(commit, result, &data)
        })?;
        tracing::info!(
            commit = browse.commit,
            documents = browse.result.documents().len(),
            families = browse.families.len(),
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "families found"
        );
        Ok(browse)
    }

    fn gathered(commit: &Commit, result: ScanResult, data: &html::ReportData) -> Result<Self> {
        let all = result.documents();
        let by_id: Map<String, usize> =
            all.iter().enumerate().map(|(n, document)| (document.id.clone(), n)).collect();
        let mut documents: Vec<usize> = (0..all.len()).collect();
        documents.sort_unstable_by_key(|&n| all.get(n).map(|document| &document.id));
        let mut families_of = vec![Vec::new(); all.len()];
        let mut families = Vec::new();
        for (place, number) in result.ranked().into_iter().enumerate() {
            families.push(brief(&result, number, &by_id, |document| {
                let own: Option<&mut Vec<usize>> = families_of.get_mut(document);
                if let Some(own) = own {
                    own.push(place);
                }
            }));
        }
        families_of.iter_mut().for_each(Vec::dedup);
        let by_key = families.iter().enumerate().map(|(n, f)| (f.key.clone(), n)).collect();
        let outlets = outlets(&result, &families, &families_of);
        let flows = result.flows().iter().map(flow_row).collect::<Result<_>>()?;
        let index = Packed::of(&data.index)?;
        let texts = data.texts.iter().map(|text| Packed::of(text)).collect::<Result<_>>()?;
        let commit = commit.name.clone();
        Ok(Self {
            commit,
            result,
            families,
            by_key,
            by_id,
            documents,
            families_of,
            outlets,
            flows,
            index,
            texts,
        })
    }

    /// The place of the family with a key.
    pub(crate) fn family(&self, key: &str) -> Option<&Brief> {
        self.by_key.get(key).and_then(|&place| self.families.get(place))
    }

    /// The families of a document, in order of rank.
    pub(crate) fn families_of(&self, id: &str) -> impl Iterator<Item = &Brief> {
        let places = self.by_id.get(id).and_then(|&n| self.families_of.get(n));
        places.into_iter().flatten().filter_map(|&place| self.families.get(place))
    }
}

fn brief(
    result: &ScanResult,
    number: usize,
    by_id: &Map<String, usize>,
    mut is_in: impl FnMut(usize),
) -> Brief {
    let family = result.family(number);
    let mut dates = None;
    for member in &family.members {
        let Some(&document) = by_id.get(member.id) else { continue };
        is_in(document);
        let date = result.documents().get(document).and_then(|d| d.meta.date.as_ref());
        dates = wider(dates, date.map(|date| (date.seconds, date.seconds)));
    }
    let outlets = family.members.iter().filter_map(|member| member.outlet);
    Brief {
        number,
        kind: family.kind,
        outlets: outlets.map(str::to_owned).collect(),
        text: family.text.to_lowercase(),
        dates,
        key: family.key.into_owned(),
    }
}

fn wider(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((low, high)), Some((from, to))) => Some((low.min(from), high.max(to))),
        (one, other) => one.or(other),
    }
}

fn outlets(result: &ScanResult, families: &[Brief], of: &[Vec<usize>]) -> Vec<OutletRow> {
    let mut rows: BTreeMap<Option<&str>, OutletRow> = BTreeMap::new();
    for (document, own) in result.documents().iter().zip(of) {
        let outlet = document.meta.outlet.as_deref();
        let row = rows.entry(outlet).or_default();
        row.outlet = outlet.map(str::to_owned);
        row.documents += 1;
        row.sharing += usize::from(!own.is_empty());
        if let Some(date) = &document.meta.date {
            if row.dates.is_none_or(|(low, _)| date.seconds < low) {
                row.first_date = Some(date.text.clone());
            }
            if row.dates.is_none_or(|(_, high)| date.seconds > high) {
                row.last_date = Some(date.text.clone());
            }
            row.dates = wider(row.dates, Some((date.seconds, date.seconds)));
        }
    }
    for outlet in families.iter().flat_map(|family| &family.outlets) {
        rows.get_mut(&Some(outlet.as_str())).into_iter().for_each(|row| row.families += 1);
    }
    let mut rows: Vec<OutletRow> = rows.into_values().collect();
    rows.sort_by(|x, y| y.documents.cmp(&x.documents).then_with(|| x.outlet.cmp(&y.outlet)));
    rows
}

fn flow_row(flow: &wirecopy::record::Flow<'_>) -> Result<FlowRow> {
    let json = serde_json::value::to_raw_value(flow)
        .map_err(|error| Error::Internal { id: flow.from.to_owned(), what: error.to_string() })?;
    let (from, to) = (flow.from.to_owned(), flow.to.to_owned());
    Ok(FlowRow { from, to, kind: flow.kind, basis: flow.basis, json })
}

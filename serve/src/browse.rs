//! What a scan over all documents of a commit found: flows, and the data of the page.
//!
//! Made by archive for each commit, read by api and page. Invariant: it is what `wirecopy scan`
//! finds over the same documents.

use crate::commit::Commit;
use crate::packed::{self, Packed};
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Instant;
use wirecopy::detect::{ScanConfig, ScanResult, Silent, in_workers, scan_documents};
use wirecopy::error::{Error, Result};
use wirecopy::index::KeptFamily;
use wirecopy::record::Kind;

/// What a scan found. The documents themselves are not kept.
#[derive(Debug)]
pub(crate) struct Browse {
    /// Name of the commit.
    pub(crate) commit: String,
    pub(crate) summary: serde_json::Value,
    pub(crate) flows: Vec<FlowRow>,
    /// Index and texts of the page.
    pub(crate) index: Packed,
    pub(crate) texts: Vec<Packed>,
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
    /// Scans the documents of a commit, on one thread; and the families in order of rank, where
    /// they are wanted.
    ///
    /// # Errors
    /// Damage of the index; what a scan returns.
    pub(crate) fn of(commit: &Commit, wanted: bool) -> Result<(Self, Vec<KeptFamily>)> {
        let started = Instant::now();
        // One thread: questions come first.
        let config = ScanConfig { threads: 1, ..ScanConfig::default() };
        let config = config.with_ngram_size(commit.reader.info().ngram_size);
        let documents = commit.reader.documents()?;
        let (browse, families) = in_workers(&config, || {
            let result = scan_documents(documents, Vec::new(), &config, &Silent)?;
            let families = if wanted { families(&result)? } else { Vec::new() };
            Ok((Self::gathered(commit, &result)?, families))
        })?;
        tracing::info!(
            commit = browse.commit,
            documents = commit.reader.len(),
            flows = browse.flows.len(),
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "scanned"
        );
        Ok((browse, families))
    }

    fn gathered(commit: &Commit, result: &ScanResult) -> Result<Self> {
        let data = packed::data(result, "the index")?;
        let summary = result.summary();
        Ok(Self {
            commit: commit.name.clone(),
            summary: serde_json::json!({
                "commit": commit.name,
                "documents": summary.documents,
                "outlets": summary.outlets,
                "families": summary.families,
                "pairs": summary.pairs,
                "tokens": summary.tokens,
                "without_date": summary.without_date,
                "without_outlet": summary.without_outlet,
                "scope": summary.scope,
            }),
            flows: result.flows().iter().map(flow_row).collect::<Result<_>>()?,
            index: Packed::of(&data.index)?,
            texts: data.texts.iter().map(|text| Packed::of(text)).collect::<Result<_>>()?,
        })
    }
}

/// The families as an index would keep them.
fn families(result: &ScanResult) -> Result<Vec<KeptFamily>> {
    let kept = |number| {
        let family = serde_json::to_value(result.family(number)).map_err(|error| failed(&error))?;
        serde_json::from_value(family).map_err(|error| failed(&error))
    };
    result.ranked().into_iter().map(kept).collect()
}

fn flow_row(flow: &wirecopy::record::Flow<'_>) -> Result<FlowRow> {
    let json = raw(flow)?;
    let (from, to) = (flow.from.to_owned(), flow.to.to_owned());
    Ok(FlowRow { from, to, kind: flow.kind, basis: flow.basis, json })
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal { id: "of the page".to_owned(), what: error.to_string() }
}

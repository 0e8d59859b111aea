//! What a caller passes: tables of documents, and the settings of a run.
//!
//! Fed by Python with Arrow tables and dictionaries, feeds `results`. Invariant: a setting that is
//! absent has the library's default, so that Python and the program agree.

use crate::capsule;
use crate::columns::{self, Rows};
use crate::engine::Watch;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use wirecopy::detect::{DedupConfig, Edits, Keep, Measure, ScanConfig, Scope, Unit};

/// A table and its documents.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) rows: Rows,
}

impl Input {
    /// Reads a table, and says what was not read of it.
    pub(crate) fn read(
        table: &Bound<'_, PyAny>,
        names: &BTreeMap<String, String>,
        watch: &Watch,
    ) -> PyResult<Self> {
        let (schema, batches) = capsule::import(table)?;
        let rows = columns::read(&schema, &batches, &columns::options(names)?)?;
        if rows.without_text > 0 {
            watch.say(format!("{} rows have no text and were left out", rows.without_text));
        }
        if let (count, Some(first)) = &rows.unread_dates {
            watch.say(format!(
                "{count} dates cannot be read, the first: `{first}`. write them as YYYY-MM-DD; \
                 they are unknown now"
            ));
        }
        Ok(Self { schema, batches, rows })
    }
}

/// Settings of a scan; what is none has its default.
#[derive(Debug, Default, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct ScanSettings {
    min_tokens: Option<u32>,
    scope: Option<String>,
    edits: Option<String>,
    ngram_size: Option<u32>,
    max_days: Option<u32>,
    max_pairs: Option<usize>,
    seed: Option<u64>,
    ignore: Option<PathBuf>,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
    pub(crate) threads: Option<usize>,
}

impl ScanSettings {
    pub(crate) fn config(&self) -> PyResult<ScanConfig> {
        let usual = ScanConfig::default();
        let scopes = [Scope::Auto, Scope::Outlets, Scope::Documents, Scope::All];
        Ok(ScanConfig {
            min_tokens: self.min_tokens.unwrap_or(usual.min_tokens),
            scope: choose("scope", self.scope.as_deref(), &scopes, Scope::name)?,
            edits: edits(self.edits.as_deref(), usual.edits)?,
            ngram_size: self.ngram_size.unwrap_or(usual.ngram_size),
            max_days: self.max_days,
            max_pairs: self.max_pairs.unwrap_or(usual.max_pairs),
            seed: self.seed.unwrap_or(usual.seed),
            ignore: self.ignore.clone(),
            memory: self.memory,
            temp_dir: self.temp_dir.clone(),
            threads: self.threads.unwrap_or(usual.threads),
            ..usual
        })
    }
}

/// Settings of a deduplication; what is none has its default.
#[derive(Debug, Default, Clone, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct DedupSettings {
    measure: Option<String>,
    threshold: Option<f64>,
    edits: Option<String>,
    ngram_size: Option<u32>,
    unit: Option<String>,
    num_perm: Option<u32>,
    bands: Option<u32>,
    rows: Option<u32>,
    keep: Option<String>,
    until: Option<usize>,
    within: Option<String>,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
    pub(crate) threads: Option<usize>,
}

impl DedupSettings {
    /// The same settings with another threshold.
    pub(crate) fn at(&self, threshold: f64) -> Self {
        Self { threshold: Some(threshold), until: None, ..self.clone() }
    }

    pub(crate) fn config(&self) -> PyResult<DedupConfig> {
        let usual = DedupConfig::default();
        let measures = [Measure::Jaccard, Measure::Coverage];
        let measure = choose("measure", self.measure.as_deref(), &measures, Measure::name)?;
        let keeps = [Keep::First, Keep::Longest, Keep::Earliest, Keep::Latest];
        let keep = self.keep.as_deref().unwrap_or("first");
        let keep = keeps
            .into_iter()
            .find(|one| one.name() == keep)
            .ok_or_else(|| unknown("keep", keep, "first, longest, earliest or latest"))?;
        let units = [Unit::Word, Unit::Char];
        if self.until == Some(0) {
            return Err(PyValueError::new_err("until: 0 documents would be left. give 1 or more"));
        }
        let lowest = self.until.map(|_| measure.lowest_threshold());
        let usual_threshold = lowest.unwrap_or(measure.usual_threshold());
        Ok(DedupConfig {
            measure,
            threshold: self.threshold.unwrap_or(usual_threshold),
            edits: edits(self.edits.as_deref(), usual.edits)?,
            ngram_size: self.ngram_size.unwrap_or(usual.ngram_size),
            unit: choose("unit", self.unit.as_deref(), &units, Unit::name)?,
            num_perm: self.num_perm,
            bands: self.bands,
            rows: self.rows,
            keep,
            until: self.until,
            within: self.within.clone(),
            memory: self.memory,
            temp_dir: self.temp_dir.clone(),
            threads: self.threads.unwrap_or(usual.threads),
            ..usual
        })
    }
}

fn edits(name: Option<&str>, usual: Edits) -> PyResult<Edits> {
    let all = [Edits::Low, Edits::Normal, Edits::High];
    name.map_or(Ok(usual), |name| choose("edits", Some(name), &all, Edits::name))
}

/// The one of `all` that has this name; without a name the default.
fn choose<T: Copy + Default>(
    setting: &str,
    name: Option<&str>,
    all: &[T],
    named: fn(T) -> &'static str,
) -> PyResult<T> {
    let Some(name) = name else { return Ok(T::default()) };
    let all_names = || all.iter().map(|&one| named(one)).collect::<Vec<_>>().join(", ");
    let found = all.iter().copied().find(|&one| named(one) == name);
    found.ok_or_else(|| unknown(setting, name, &all_names()))
}

fn unknown(setting: &str, name: &str, names: &str) -> PyErr {
    PyValueError::new_err(format!("{setting}: `{name}` is not known. give one of {names}"))
}

//! What a run found, for Python: tables that are made when they are asked for.
//!
//! Fed by `inputs` and `engine`, which run `wirecopy::detect`; read by the Python classes of the
//! same names. Invariant: every table has the fields of the library's records.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::engine::{self, Watch};
use crate::inputs::{DedupSettings, Input, ScanSettings};
use crate::table::ArrowTable;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::ArrowError;
use arrow_select::filter::filter_record_batch;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use wirecopy::corpus::Document;
use wirecopy::detect::{self, DedupResult, ScanResult};
use wirecopy::record::Family;

/// The documents, and those of the other corpus.
type Tables<'py> = (Bound<'py, PyAny>, Option<Bound<'py, PyAny>>);

/// What a scan found.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ScanRun {
    result: Arc<ScanResult>,
    threads: usize,
    messages: Vec<String>,
}

/// Scans a table, against another one where there is one.
#[pyfunction]
#[pyo3(signature = (tables, columns, settings, progress))]
pub(crate) fn scan(
    py: Python<'_>,
    tables: Tables<'_>,
    columns: BTreeMap<String, String>,
    settings: ScanSettings,
    progress: Option<Py<PyAny>>,
) -> PyResult<ScanRun> {
    let watch = Arc::new(Watch::default());
    let config = settings.config()?;
    let (table, against) = tables;
    let documents = Input::read(&table, &columns, &watch)?.rows.documents;
    let against = against.map(|table| Input::read(&table, &columns, &watch)).transpose()?;
    let against = against.map(|input| input.rows.documents).unwrap_or_default();
    let threads = config.threads;
    let work = move |watch: &Watch| {
        detect::scan_documents(documents, against, &config, watch).map(Arc::new)
    };
    let result = engine::run(py, threads, progress.as_ref(), &watch, work)?;
    Ok(ScanRun { result, threads, messages: watch.messages() })
}

#[pymethods]
impl ScanRun {
    /// What the user should know about the run.
    #[getter]
    fn messages(&self) -> Vec<String> {
        self.messages.clone()
    }

    /// Counts and times, as JSON.
    #[getter]
    fn summary(&self) -> PyResult<String> {
        json(self.result.summary())
    }

    #[getter]
    fn pair_count(&self) -> usize {
        self.result.pair_count()
    }

    #[getter]
    fn family_count(&self) -> usize {
        self.result.family_count()
    }

    /// Listed pairs of passages.
    fn pairs(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, |found| ArrowTable::of((0..found.pair_count()).map(|n| found.pair(n))))
    }

    /// Families of passages, the most important first.
    fn families(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, |found| ArrowTable::of(found.ranked().into_iter().map(|n| found.family(n))))
    }

    /// Pairs of documents that are copies of each other.
    fn copies(&self, py: Python<'_>, threshold: Option<f64>) -> PyResult<ArrowTable> {
        let threshold = threshold.unwrap_or(detect::COPY_COVERAGE);
        self.table(py, move |found| ArrowTable::of(found.copies(threshold).into_iter()))
    }

    /// Who printed how much after whom.
    fn flows(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, |found| ArrowTable::of(found.flows().into_iter()))
    }

    /// The `count` most important families as a JSON list.
    fn top(&self, count: usize) -> PyResult<String> {
        let ranked = self.result.ranked();
        let top: Vec<Family<'_>> =
            ranked.into_iter().take(count).map(|n| self.result.family(n)).collect();
        json(&top)
    }
}

impl ScanRun {
    pub(crate) fn new(result: ScanResult, threads: usize, messages: Vec<String>) -> Self {
        Self { result: Arc::new(result), threads, messages }
    }

    fn table(
        &self,
        py: Python<'_>,
        make: impl FnOnce(&ScanResult) -> Result<ArrowTable, ArrowError> + Send + 'static,
    ) -> PyResult<ArrowTable> {
        let result = Arc::clone(&self.result);
        let watch = Arc::new(Watch::default());
        engine::run(py, self.threads, None, &watch, move |_| Ok(make(&result)))?
            .map_err(|error| failed(&error))
    }
}

/// Compares the only documents of two tables.
#[pyfunction]
#[pyo3(signature = (tables, settings))]
pub(crate) fn compare(
    py: Python<'_>,
    tables: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    settings: ScanSettings,
) -> PyResult<(ScanRun, String)> {
    let watch = Arc::new(Watch::default());
    let config = settings.config()?;
    let threads = config.threads;
    let columns = BTreeMap::new();
    let mut sides = Vec::new();
    for table in [tables.0, tables.1] {
        sides.extend(Input::read(&table, &columns, &watch)?.rows.documents);
    }
    let Ok([a, b]) = <[Document; 2]>::try_from(sides) else {
        return Err(PyValueError::new_err("compare takes two documents; scan compares many"));
    };
    let work = move |watch: &Watch| detect::compare_documents(a, b, &config, watch);
    let comparison = engine::run(py, threads, None, &watch, work)?;
    let summary = json(&comparison.summary())?;
    let result = Arc::new(comparison.into_result());
    Ok((ScanRun { result, threads, messages: watch.messages() }, summary))
}

/// What a deduplication read, kept for other thresholds.
#[derive(Debug)]
struct Read {
    input: Input,
    against: Option<Input>,
}

/// What a deduplication found.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct DedupRun {
    read: Arc<Read>,
    settings: DedupSettings,
    result: DedupResult,
    messages: Vec<String>,
}

/// Deduplicates a table; what is in the other one, where there is one, is removed too.
#[pyfunction]
#[pyo3(signature = (tables, columns, settings, progress))]
pub(crate) fn dedup(
    py: Python<'_>,
    tables: Tables<'_>,
    columns: BTreeMap<String, String>,
    settings: DedupSettings,
    progress: Option<Py<PyAny>>,
) -> PyResult<DedupRun> {
    let watch = Arc::new(Watch::default());
    settings.config()?;
    let (table, against) = tables;
    let input = Input::read(&table, &columns, &watch)?;
    let against = against.map(|table| Input::read(&table, &columns, &watch)).transpose()?;
    find(py, Arc::new(Read { input, against }), settings, progress, &watch)
}

fn find(
    py: Python<'_>,
    read: Arc<Read>,
    settings: DedupSettings,
    progress: Option<Py<PyAny>>,
    watch: &Arc<Watch>,
) -> PyResult<DedupRun> {
    let config = settings.config()?;
    let (threads, own) = (config.threads, Arc::clone(&read));
    let work = move |watch: &Watch| {
        let against = own.against.as_ref().map_or(&[][..], |input| &input.rows.documents);
        detect::dedup_documents(&own.input.rows.documents, against, &config, watch)
    };
    let result = engine::run(py, threads, progress.as_ref(), watch, work)?;
    Ok(DedupRun { read, settings, result, messages: watch.messages() })
}

#[pymethods]
impl DedupRun {
    /// What the user should know about the run.
    #[getter]
    fn messages(&self) -> Vec<String> {
        self.messages.clone()
    }

    /// Counts and settings, as JSON.
    #[getter]
    fn summary(&self) -> PyResult<String> {
        let summary = self.result.summary();
        json(&(&summary.counts, &summary.settings, &summary.stages))
    }

    /// The rows that are kept, as they are in the input.
    fn kept(&self) -> PyResult<ArrowTable> {
        let Input { schema, batches, rows } = &self.read.input;
        let kept = self.result.kept().filter_map(|n| rows.numbers.get(n as usize).copied());
        let batches = filtered(batches, kept).map_err(|error| failed(&error))?;
        Ok(ArrowTable::new(Arc::clone(schema), batches))
    }

    /// Numbers of the rows that are kept.
    #[getter]
    fn kept_rows(&self) -> Vec<u64> {
        let rows = &self.read.input.rows.numbers;
        self.result.kept().filter_map(|n| rows.get(n as usize).copied()).collect()
    }

    /// Documents in a cluster of two or more.
    fn duplicates(&self) -> PyResult<ArrowTable> {
        let table = if self.by_coverage() {
            ArrowTable::of(self.result.covered_duplicates())
        } else {
            ArrowTable::of(self.result.duplicates())
        };
        table.map_err(|error| failed(&error))
    }

    /// Verified pairs.
    fn pairs(&self) -> PyResult<ArrowTable> {
        let table = if self.by_coverage() {
            ArrowTable::of(self.result.covered_pairs())
        } else {
            ArrowTable::of(self.result.pairs())
        };
        table.map_err(|error| failed(&error))
    }

    /// The same documents at another threshold.
    #[pyo3(signature = (threshold, progress))]
    fn rethreshold(
        &self,
        py: Python<'_>,
        threshold: f64,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let settings = self.settings.at(threshold);
        let watch = Arc::new(Watch::default());
        find(py, Arc::clone(&self.read), settings, progress, &watch)
    }
}

impl DedupRun {
    fn by_coverage(&self) -> bool {
        self.result.summary().settings.measure == "coverage"
    }
}

/// The rows of these ascending numbers.
fn filtered(
    batches: &[RecordBatch],
    kept: impl Iterator<Item = u64>,
) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut kept = kept.peekable();
    let mut first = 0;
    let mut parts = Vec::new();
    for batch in batches {
        let rows = first..first + batch.num_rows() as u64;
        first = rows.end;
        let mask: BooleanArray = rows.map(|row| Some(kept.next_if_eq(&row).is_some())).collect();
        parts.push(filter_record_batch(batch, &mask)?);
    }
    Ok(parts)
}

fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

fn failed(error: &ArrowError) -> PyErr {
    PyRuntimeError::new_err(format!("internal error: {error}. please report it"))
}

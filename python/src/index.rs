//! Indexes for Python: documents that are kept in a folder, and what a text shares with them.
//!
//! Fed by `wirecopy/_index.py`, drives `wirecopy::index`. A writer is open only while a call lasts,
//! so no object holds the lock of an index. Invariant: what a call adds or removes is in the index
//! when it returns, or it is as it was.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::engine::{self, Watch};
use crate::inputs::{Input, ScanSettings};
use crate::results::ScanRun;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use wirecopy::index::{QueryConfig, Reader, Writer};

/// Makes an empty index.
#[pyfunction]
pub(crate) fn index_create(path: PathBuf, ngram_size: u32) -> PyResult<()> {
    Writer::create(path, ngram_size).map(drop).map_err(|error| engine::exception(&error))
}

/// Adds the documents of a table: how many are new, replaced, unchanged and repeated, and messages.
#[pyfunction]
pub(crate) fn index_add(
    py: Python<'_>,
    path: PathBuf,
    table: Bound<'_, PyAny>,
    columns: BTreeMap<String, String>,
) -> PyResult<([u64; 4], Vec<String>)> {
    let watch = Arc::new(Watch::default());
    let documents = Input::read(&table, &columns, &watch)?.rows.documents;
    let work = move |_: &Watch| Writer::open(path)?.add(documents);
    let added = engine::run(py, 0, None, &watch, work)?;
    Ok(([added.added, added.replaced, added.unchanged, added.repeated], watch.messages()))
}

/// Removes documents; returns the ids that were not there.
#[pyfunction]
pub(crate) fn index_remove(
    py: Python<'_>,
    path: PathBuf,
    ids: Vec<String>,
) -> PyResult<Vec<String>> {
    let watch = Arc::new(Watch::default());
    engine::run(py, 0, None, &watch, move |_: &Watch| Writer::open(path)?.remove(&ids))
}

/// Makes one segment of all.
#[pyfunction]
pub(crate) fn index_compact(py: Python<'_>, path: PathBuf) -> PyResult<()> {
    let watch = Arc::new(Watch::default());
    engine::run(py, 0, None, &watch, move |_: &Watch| Writer::open(path)?.compact())
}

/// What the index is made of, as JSON.
#[pyfunction]
pub(crate) fn index_info(path: PathBuf) -> PyResult<String> {
    let reader = Reader::open(path).map_err(|error| engine::exception(&error))?;
    let info = serde_json::to_string(&reader.info());
    info.map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// What the documents of a table share with those of an index.
#[pyfunction]
pub(crate) fn index_query(
    py: Python<'_>,
    path: PathBuf,
    table: Bound<'_, PyAny>,
    columns: BTreeMap<String, String>,
    settings: ScanSettings,
) -> PyResult<ScanRun> {
    let watch = Arc::new(Watch::default());
    let documents = Input::read(&table, &columns, &watch)?.rows.documents;
    let scan = settings.config()?;
    let threads = scan.threads;
    let config = QueryConfig { scan, skip_same_id: true, ..QueryConfig::default() };
    let work = move |_: &Watch| Reader::open(path)?.query_all(documents, &config);
    let answer = engine::run(py, threads, None, &watch, work)?;
    if answer.left_out > 0 {
        watch.say(format!(
            "{} documents of the index that few shingles led to were not searched",
            answer.left_out
        ));
    }
    Ok(ScanRun::new(answer.result, threads, watch.messages()))
}

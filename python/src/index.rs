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
use wirecopy::detect::LeaveOut;
use wirecopy::error::Result;
use wirecopy::index::{self, QueryConfig, Reader, Writer};

/// Makes an empty index, of tokens alone or of texts.
#[pyfunction]
pub(crate) fn index_create(path: PathBuf, ngram_size: u32, no_text: bool) -> PyResult<()> {
    let made = if no_text {
        Writer::create_without_texts(path, ngram_size)
    } else {
        Writer::create(path, ngram_size)
    };
    made.map(drop).map_err(|error| engine::exception(&error))
}

/// A writer that finds families anew with what it changes, or leaves them as they are.
fn writer(path: PathBuf, no_families: bool) -> Result<Writer> {
    let mut writer = Writer::open(path)?;
    if no_families {
        writer.set_families(false);
    }
    Ok(writer)
}

/// Adds the documents of a table: how many are new, replaced, unchanged and repeated, and messages.
#[pyfunction]
pub(crate) fn index_add(
    py: Python<'_>,
    path: PathBuf,
    table: Bound<'_, PyAny>,
    columns: BTreeMap<String, String>,
    no_families: bool,
) -> PyResult<([u64; 4], Vec<String>)> {
    let watch = Arc::new(Watch::default());
    let documents = Input::read(&table, &columns, &watch)?.rows.documents;
    let work = move |_: &Watch| writer(path, no_families)?.add(documents);
    let added = engine::run(py, 0, None, &watch, work)?;
    Ok(([added.added, added.replaced, added.unchanged, added.repeated], watch.messages()))
}

/// Removes documents; returns the ids that were not there.
#[pyfunction]
pub(crate) fn index_remove(
    py: Python<'_>,
    path: PathBuf,
    ids: Vec<String>,
    no_families: bool,
) -> PyResult<Vec<String>> {
    let watch = Arc::new(Watch::default());
    let work = move |_: &Watch| writer(path, no_families)?.remove(&ids);
    engine::run(py, 0, None, &watch, work)
}

/// Makes one segment of all.
#[pyfunction]
pub(crate) fn index_compact(py: Python<'_>, path: PathBuf) -> PyResult<()> {
    let watch = Arc::new(Watch::default());
    engine::run(py, 0, None, &watch, move |_: &Watch| Writer::open(path)?.compact())
}

/// Reads every byte of the index; what was seen and what is damaged, as JSON.
#[pyfunction]
pub(crate) fn index_check(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    let watch = Arc::new(Watch::default());
    let checked = engine::run(py, 0, None, &watch, move |_: &Watch| index::check(path))?;
    let said = serde_json::json!({
        "segments": checked.segments,
        "documents": checked.documents,
        "removed": checked.removed,
        "bytes": checked.bytes,
        "damage": checked.damage.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    Ok(said.to_string())
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
    asked: (ScanSettings, Option<usize>),
) -> PyResult<ScanRun> {
    let (settings, max_candidates) = asked;
    let watch = Arc::new(Watch::default());
    let documents = Input::read(&table, &columns, &watch)?.rows.documents;
    let scan = settings.config()?;
    let threads = scan.threads;
    let usual = QueryConfig::default();
    let max_candidates = max_candidates.unwrap_or(usual.max_candidates);
    let config = QueryConfig { scan, max_candidates, leave_out: LeaveOut::SameId };
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

//! Whole components become verified pairs and clusters.
//!
//! Fed by Python with the rows of one task, sorted by component: first the documents of each in the
//! order in which they are kept, then the sets of its texts, then its candidates. Feeds the result
//! of `wirecopy.spark`. Invariant: a component is grouped as a whole, and how rows are cut into
//! batches changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{bytes, numbers, signed, stages, texts, unsigned, whole, wrong};
use crate::engine::exception;
use crate::inputs::DedupSettings;
use crate::kinds;
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{Array, RecordBatch};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex};
use wirecopy::detect::{Candidate, GroupDocument, Stages, TextSet};

/// Documents and hashes after which complete components are grouped.
const MOST_DOCUMENTS: usize = 20_000;
const MOST_HASHES: usize = 4 << 20;

/// Kinds of rows.
const DOCUMENT: i64 = 0;
const SET: i64 = 1;
const CANDIDATE: i64 = 2;

/// Rows of components (`component`, `kind`, `text`, `low`, `unequal`, `id`, `tokens`, `claim`,
/// `lanes`, `hashes`) become the pairs and clusters of documents.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Groups {
    stages: Stages,
    held: Mutex<Held>,
}

/// Identity of a set, its lanes and its hashes.
type GroupSet = (u64, Box<[u8]>, Box<[u64]>);

/// Rows of complete components, and of the open one.
#[derive(Debug, Default)]
struct Held {
    component: Option<i64>,
    documents: Vec<GroupDocument>,
    sets: Vec<GroupSet>,
    hashes: usize,
    candidates: Vec<Candidate>,
}

#[pymethods]
impl Groups {
    #[new]
    fn new(settings: DedupSettings) -> PyResult<Self> {
        Ok(Self { stages: stages(&settings)?, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let mut out: Out = filled(py, &self.held, |held, out| self.take(&batch, held, out))?;
        out.finish()
    }

    /// Groups what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let mut out: Out = filled(py, &self.held, |held, out| self.group(held, out))?;
        out.finish()
    }
}

impl Groups {
    fn take(&self, batch: &RecordBatch, held: &mut Held, out: &mut Out) -> PyResult<()> {
        let number = |name| numbers(batch, name);
        let (component, kind, text) = (number("component")?, number("kind")?, number("text")?);
        let (low, unequal, tokens) = (number("low")?, number("unequal")?, number("tokens")?);
        let (lanes, hashes) = (bytes(batch, "lanes")?, bytes(batch, "hashes")?);
        let ids = texts(batch, "id")?;
        let claims = batch.column_by_name("claim");
        let claims = claims.map(|claims| kinds::fractions(claims).ok_or_else(|| wrong("claim")));
        let claims = claims.transpose()?;
        for row in 0..batch.num_rows() {
            let own = component.value(row);
            if held.component.replace(own) != Some(own) && held.is_full() {
                self.group(held, out)?;
            }
            let text = unsigned(text.value(row));
            let small = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
            match kind.value(row) {
                DOCUMENT => held.documents.push(GroupDocument {
                    text,
                    id: ids.value(row).to_owned(),
                    tokens: small(tokens.value(row)),
                    claim: claims
                        .as_ref()
                        .filter(|claims| claims.is_valid(row))
                        .map_or(f64::NEG_INFINITY, |claims| claims.value(row)),
                }),
                SET => held.add_set(text, lanes.value(row), hashes.value(row)),
                CANDIDATE => held.candidates.push(Candidate {
                    high: text,
                    unequal: small(unequal.value(row)),
                    low: unsigned(low.value(row)),
                }),
                other => return Err(PyValueError::new_err(format!("no row is of kind {other}"))),
            }
        }
        Ok(())
    }

    fn group(&self, held: &mut Held, out: &mut Out) -> PyResult<()> {
        let Held { documents, sets, candidates, .. } = std::mem::take(held);
        let sets: Vec<TextSet<'_>> = sets
            .iter()
            .map(|(text, lanes, hashes)| TextSet { text: *text, lanes, hashes })
            .collect();
        let found = self.stages.group(&documents, &sets, &candidates);
        let (result, clusters) = found.map_err(|error| exception(&error))?;
        for pair in result.pairs() {
            out.add("pair", (&pair.a, Some(&*pair.b)), (None, None, None), pair.jaccard);
        }
        for row in result.duplicates() {
            let cluster = clusters.get(row.cluster as usize).map(|&text| signed(text));
            let size = i64::try_from(row.cluster_size).ok();
            let place = (cluster, size, Some(row.representative));
            out.add("document", (&row.id, row.duplicate_of.as_deref()), place, row.jaccard);
        }
        Ok(())
    }
}

impl Held {
    fn is_full(&self) -> bool {
        self.documents.len() > MOST_DOCUMENTS || self.hashes > MOST_HASHES
    }

    fn add_set(&mut self, text: u64, lanes: &[u8], hashes: &[u8]) {
        let hashes: Box<[u64]> =
            hashes.as_chunks::<8>().0.iter().map(|&hash| u64::from_le_bytes(hash)).collect();
        self.hashes += hashes.len();
        self.sets.push((text, lanes.into(), hashes));
    }
}

/// Rows of the result: pairs (`a`, `b`) and documents (`a` is a duplicate of `b`).
#[derive(Debug, Default)]
struct Out {
    kind: StringBuilder,
    a: StringBuilder,
    b: StringBuilder,
    cluster: Int64Builder,
    size: Int64Builder,
    represents: BooleanBuilder,
    jaccard: Float64Builder,
}

impl Out {
    fn add(
        &mut self,
        kind: &str,
        (a, b): (&str, Option<&str>),
        (cluster, size, represents): (Option<i64>, Option<i64>, Option<bool>),
        jaccard: f64,
    ) {
        self.kind.append_value(kind);
        self.a.append_value(a);
        self.b.append_option(b);
        self.cluster.append_option(cluster);
        self.size.append_option(size);
        self.represents.append_option(represents);
        self.jaccard.append_value(jaccard);
    }

    fn finish(&mut self) -> PyResult<ArrowTable> {
        crate::batch::table(vec![
            ("kind", Arc::new(self.kind.finish())),
            ("a", Arc::new(self.a.finish())),
            ("b", Arc::new(self.b.finish())),
            ("cluster", Arc::new(self.cluster.finish())),
            ("cluster_size", Arc::new(self.size.finish())),
            ("representative", Arc::new(self.represents.finish())),
            ("jaccard", Arc::new(self.jaccard.finish())),
        ])
    }
}

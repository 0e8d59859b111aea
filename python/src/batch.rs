//! Batch functions: one Arrow table in, one out, for engines that call them in their tasks.
//!
//! Fed by Python (`wirecopy.batch`) with the batches of an engine, drives the stages of
//! `wirecopy::detect`. No function starts a thread or keeps anything from batch to batch, but for
//! the classes of `streams`. Invariant: what comes out depends on the rows alone, and an empty
//! batch gives an empty one with the same columns.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::capsule;
use crate::columns::{self, Rows};
use crate::engine::exception;
use crate::filter::TextFilter;
use crate::inputs::{DedupSettings, ScanSettings};
use crate::kinds;
use crate::table::ArrowTable;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{
    ArrayRef, BinaryArray, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray,
};
use arrow_schema::ArrowError;
use arrow_select::concat::concat_batches;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use wirecopy::corpus::Document;
use wirecopy::detect::{self, Comparison, ScanConfig, Scope, Silent, Stages};
use wirecopy::error::Error;
use wirecopy::shingle::Shingler;
use wirecopy::verify;

/// Names of columns by their meaning, where the caller has named them.
pub(crate) type Names = BTreeMap<String, String>;

/// The rows of a table as one batch.
pub(crate) fn whole(table: &Bound<'_, PyAny>) -> PyResult<RecordBatch> {
    let (schema, batches) = capsule::import(table)?;
    concat_batches(&schema, &batches).map_err(|error| failed(&error))
}

pub(crate) fn failed(error: &ArrowError) -> PyErr {
    PyRuntimeError::new_err(format!("internal error: {error}. please report it"))
}

/// Makes the table of these columns.
pub(crate) fn table(columns: Vec<(&str, ArrayRef)>) -> PyResult<ArrowTable> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    );
    let batch = batch.map_err(|error| failed(&error))?;
    Ok(ArrowTable::new(batch.schema(), vec![batch]))
}

/// A column of numbers.
pub(crate) fn numbers(batch: &RecordBatch, name: &str) -> PyResult<Int64Array> {
    kinds::numbers(column(batch, name)?).ok_or_else(|| wrong(name))
}

/// A column of bytes.
pub(crate) fn bytes(batch: &RecordBatch, name: &str) -> PyResult<BinaryArray> {
    kinds::bytes(column(batch, name)?).ok_or_else(|| wrong(name))
}

/// A column of texts.
pub(crate) fn texts(batch: &RecordBatch, name: &str) -> PyResult<LargeStringArray> {
    column(batch, name)?;
    let place = batch.schema_ref().index_of(name).map_err(|error| failed(&error))?;
    columns::strings(batch, place)
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> PyResult<&'b ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| {
        let names: Vec<&str> =
            batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        PyValueError::new_err(format!(
            "no column `{name}`; the columns are {}. name yours so",
            names.join(", ")
        ))
    })
}

pub(crate) fn wrong(name: &str) -> PyErr {
    PyValueError::new_err(format!("column `{name}` has another type. pass what `bands` returned"))
}

/// The number of a text as Arrow and SQL have it: signed, in the same order.
pub(crate) fn signed(number: u64) -> i64 {
    (number ^ (1 << 63)).cast_signed()
}

/// The number of a text as the library has it.
pub(crate) fn unsigned(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// The stages of a deduplication with these settings, in one thread.
pub(crate) fn stages(settings: &DedupSettings) -> PyResult<Stages> {
    let mut config = settings.config()?;
    config.threads = 1;
    Stages::new(config).map_err(|error| exception(&error))
}

pub(crate) fn read(input: &Bound<'_, PyAny>, names: &Names) -> PyResult<Rows> {
    let (schema, batches) = capsule::import(input)?;
    columns::read(&schema, &batches, &columns::options(names)?)
}

/// What is known of each document after one reading: its row, id, text number, tokens, claim to be
/// kept, signature and band keys.
#[pyfunction]
pub(crate) fn signatures(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    settings: DedupSettings,
) -> PyResult<ArrowTable> {
    let mut stages = stages(&settings)?;
    let rows = read(&input, &names)?;
    let mut found = Signatures::default();
    py.detach(|| rows.documents.iter().for_each(|document| found.add(&mut stages, document)));
    let row = rows.numbers.iter().map(|&row| row.cast_signed());
    table(vec![
        ("row", Arc::new(row.collect::<Int64Array>())),
        ("id", Arc::new(StringArray::from(found.ids))),
        ("text", Arc::new(Int64Array::from(found.texts))),
        ("text_low", Arc::new(Int64Array::from(found.lows))),
        ("tokens", Arc::new(Int32Array::from(found.tokens))),
        ("claim", Arc::new(Float64Array::from(found.claims))),
        ("lanes", Arc::new(found.lanes.finish())),
        ("keys", Arc::new(found.keys.finish())),
    ])
}

/// Columns of [`signatures`].
#[derive(Debug, Default)]
struct Signatures {
    ids: Vec<String>,
    texts: Vec<i64>,
    lows: Vec<i64>,
    tokens: Vec<i32>,
    claims: Vec<f64>,
    lanes: BinaryBuilder,
    keys: BinaryBuilder,
}

impl Signatures {
    fn add(&mut self, stages: &mut Stages, document: &Document) {
        let read = stages.read(&document.text);
        let tokens = read.tokens;
        self.texts.push(signed(Stages::number(read.hash)));
        self.lows.push(signed(Stages::number(read.hash << 64)));
        self.tokens.push(i32::try_from(tokens).unwrap_or(i32::MAX));
        self.lanes.append_value(read.lanes);
        let keys: Vec<u8> = read.keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        self.keys.append_value(keys);
        let seconds = document.meta.date.as_ref().map(|date| date.seconds);
        self.claims.push(stages.claim(tokens, seconds));
        self.ids.push(document.id.clone());
    }
}

/// A row for every band of every text: its number and the key, whose upper half is the band. Takes
/// documents, or what [`signatures`] returned.
#[pyfunction]
pub(crate) fn bands(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    settings: DedupSettings,
) -> PyResult<ArrowTable> {
    let (schema, batches) = capsule::import(&input)?;
    let (mut texts, mut keys) = (Vec::new(), Vec::new());
    if schema.column_with_name("keys").is_some() {
        let batch = concat_batches(&schema, &batches).map_err(|error| failed(&error))?;
        let (text, tokens) = (numbers(&batch, "text")?, numbers(&batch, "tokens")?);
        let packed = bytes(&batch, "keys")?;
        for row in (0..batch.num_rows()).filter(|&row| tokens.value(row) > 0) {
            for (band, key) in (0_i64..).zip(packed.value(row).as_chunks::<4>().0) {
                texts.push(text.value(row));
                keys.push(band << 32 | i64::from(u32::from_le_bytes(*key)));
            }
        }
    } else {
        let mut stages = stages(&settings)?;
        let rows = columns::read(&schema, &batches, &columns::options(&names)?)?;
        py.detach(|| {
            for document in &rows.documents {
                let read = stages.read(&document.text);
                for (band, &key) in (0_i64..).zip(read.keys).filter(|_| read.tokens > 0) {
                    texts.push(signed(Stages::number(read.hash)));
                    keys.push(band << 32 | i64::from(key));
                }
            }
        });
    }
    table(vec![
        ("text", Arc::new(Int64Array::from(texts))),
        ("key", Arc::new(Int64Array::from(keys))),
    ])
}

/// The sets of shingle hashes of the texts that `only` may hold, with their signatures.
#[pyfunction]
#[pyo3(signature = (input, names, settings, only=None))]
pub(crate) fn sets(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    settings: DedupSettings,
    only: Option<PyRef<'_, TextFilter>>,
) -> PyResult<ArrowTable> {
    let mut stages = stages(&settings)?;
    let rows = read(&input, &names)?;
    let only = only.as_deref();
    let (mut texts, mut lanes) = (Vec::new(), BinaryBuilder::new());
    let mut hashes = BinaryBuilder::new();
    py.detach(|| {
        for document in &rows.documents {
            let (hash, tokens) = stages.take(&document.text);
            let text = signed(Stages::number(hash));
            if tokens == 0 || only.is_some_and(|filter| !filter.may_hold(text)) {
                continue;
            }
            lanes.append_value(stages.lanes());
            let set: Vec<u8> = stages.set().iter().flat_map(|hash| hash.to_le_bytes()).collect();
            texts.push(text);
            hashes.append_value(set);
        }
    });
    table(vec![
        ("text", Arc::new(Int64Array::from(texts))),
        ("lanes", Arc::new(lanes.finish())),
        ("hashes", Arc::new(hashes.finish())),
    ])
}

/// A row for every shingle of every document: hash of its words, row of the document, and place
/// of its first word.
#[pyfunction]
pub(crate) fn postings(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    settings: ScanSettings,
) -> PyResult<ArrowTable> {
    let rows = read(&input, &names)?;
    let config = settings.config()?;
    let mut shingler = Shingler::new(detect::Unit::Word, config.ngram_size as usize);
    let (mut hashes, mut documents, mut places) = (Vec::new(), Vec::new(), Vec::new());
    py.detach(|| {
        for (document, row) in rows.documents.iter().zip(&rows.numbers) {
            for (&hash, place) in shingler.shingles(&document.text).iter().zip(0_i32..) {
                hashes.push(signed(hash));
                documents.push(row.cast_signed());
                places.push(place);
            }
        }
    });
    table(vec![
        ("shingle", Arc::new(Int64Array::from(hashes))),
        ("row", Arc::new(Int64Array::from(documents))),
        ("place", Arc::new(Int32Array::from(places))),
    ])
}

/// The exact similarity of pairs of texts: a row for each pair that reaches the threshold.
#[pyfunction]
pub(crate) fn verify_pairs(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    settings: DedupSettings,
) -> PyResult<ArrowTable> {
    let config = settings.config()?;
    let batch = whole(&input)?;
    let (a, b) = (texts(&batch, "text_a")?, texts(&batch, "text_b")?);
    let mut stages = stages(&settings)?;
    let mut set = |text: &str| {
        stages.take(text);
        stages.set().to_vec()
    };
    let (mut rows, mut degrees) = (Vec::new(), Vec::new());
    py.detach(|| {
        for (row, (a, b)) in (0_i64..).zip(a.iter().zip(&b)) {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let jaccard = verify::overlap(&set(a), &set(b)).jaccard();
            if jaccard >= config.threshold {
                rows.push(row);
                degrees.push(jaccard);
            }
        }
    });
    table(vec![
        ("row", Arc::new(Int64Array::from(rows))),
        ("jaccard", Arc::new(Float64Array::from(degrees))),
    ])
}

/// The passages that pairs of texts share, a row for each: the row of the pair, places in code
/// points, aligned tokens and the share of them that is equal.
#[pyfunction]
pub(crate) fn align_pairs(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    settings: ScanSettings,
) -> PyResult<ArrowTable> {
    let mut columns: [Vec<i64>; 6] = Default::default();
    let mut identities = Vec::new();
    each_comparison(py, &input, &settings, &mut |row, comparison| {
        let result = comparison.result();
        for pair in (0..result.pair_count()).map(|n| result.pair(n)) {
            let (a, b) = (&pair.a, &pair.b);
            let spans = [a.char_start, a.char_end, b.char_start, b.char_end];
            let spans = spans.map(|place| i64::try_from(place).unwrap_or(i64::MAX));
            let values = [row].into_iter().chain(spans).chain([i64::from(pair.tokens)]);
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
            identities.push(pair.identity);
        }
    })?;
    let names = ["row", "a_start", "a_end", "b_start", "b_end", "tokens"];
    let mut all: Vec<(&str, ArrayRef)> = Vec::new();
    for (name, column) in names.into_iter().zip(columns) {
        all.push((name, Arc::new(Int64Array::from(column))));
    }
    all.push(("identity", Arc::new(Float64Array::from(identities))));
    table(all)
}

/// How much of two texts lies in passages that they share: a row for each pair that shares one.
#[pyfunction]
pub(crate) fn coverage(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    settings: ScanSettings,
) -> PyResult<ArrowTable> {
    let (mut rows, mut passages) = (Vec::new(), Vec::new());
    let mut shares: [Vec<f64>; 3] = Default::default();
    each_comparison(py, &input, &settings, &mut |row, comparison| {
        for pair in comparison.result().copies(f64::MIN_POSITIVE) {
            rows.push(row);
            passages.push(i64::from(pair.passages));
            let values = [pair.coverage, pair.cover_a, pair.cover_b];
            shares.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        }
    })?;
    let [mean, of_a, of_b] = shares.map(|column| Arc::new(Float64Array::from(column)) as ArrayRef);
    table(vec![
        ("row", Arc::new(Int64Array::from(rows))),
        ("coverage", mean),
        ("cover_a", of_a),
        ("cover_b", of_b),
        ("passages", Arc::new(Int64Array::from(passages))),
    ])
}

/// Compares the texts of each row; rows without one of them are passed over.
fn each_comparison(
    py: Python<'_>,
    input: &Bound<'_, PyAny>,
    settings: &ScanSettings,
    take: &mut (dyn FnMut(i64, &Comparison) + Send),
) -> PyResult<()> {
    let batch = whole(input)?;
    let (a, b) = (texts(&batch, "text_a")?, texts(&batch, "text_b")?);
    let config = ScanConfig { threads: 1, scope: Scope::Documents, ..settings.config()? };
    py.detach(|| {
        for (row, (a, b)) in (0_i64..).zip(a.iter().zip(&b)) {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let (a, b) = (Document::new("a", a), Document::new("b", b));
            take(row, &detect::compare_documents(a, b, &config, &Silent)?);
        }
        Ok(())
    })
    .map_err(|error: Error| exception(&error))
}

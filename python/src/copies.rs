//! Copies among the documents of whole components.
//!
//! Fed by Python (`wirecopy.spark`) with the rows of one task, sorted by component: documents with
//! their texts, passages of pairs, and places of families. Feeds the result of `copies`. Invariant:
//! a component is measured as a whole, and how rows are cut into batches changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{Names, numbers, read, table, whole};
use crate::engine::exception;
use crate::scanning::torn;
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use wirecopy::corpus::Document;
use wirecopy::detect::{CopyStages, OutletCounts, Part};
use wirecopy::passage::{DocSpan, Passage};
use wirecopy::record::CopyPair;
use wirecopy::text::Span;

/// Bytes of text after which complete components are measured.
const MOST_BYTES: usize = 16 << 20;

/// The names of the outlets of all documents, the numbers of those that are agencies, and the house
/// of each.
type KnownOutlets = (Vec<String>, Vec<u32>, Vec<u32>);

fn stages(threshold: f64, (names, agencies, houses): KnownOutlets) -> CopyStages {
    CopyStages::new(threshold, names).with_outlets(&agencies, houses)
}

/// The outlets of documents (`text`, `outlet`) that are agencies by their own reports (`outlet`,
/// its number).
#[pyfunction]
pub(crate) fn agencies(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    outlets: Vec<String>,
) -> PyResult<ArrowTable> {
    let rows = read(&input, &names)?;
    let stages = CopyStages::new(1.0, outlets);
    let found = py.detach(|| stages.agencies(&rows.documents));
    let found = found.map_err(|error| exception(&error))?;
    table(vec![("outlet", Arc::new(found.into_iter().map(i64::from).collect::<Int64Array>()))])
}

/// The house of each outlet, of the rows of [`ComponentFurniture`] of all tasks.
#[pyfunction]
pub(crate) fn houses_by_furniture(
    input: Bound<'_, PyAny>,
    outlets: Vec<String>,
    agencies: Vec<u32>,
) -> PyResult<Vec<u32>> {
    let batch = whole(&input)?;
    let [family, outlet, documents] =
        [numbers(&batch, "family")?, numbers(&batch, "outlet")?, numbers(&batch, "documents")?];
    let mut furniture: BTreeMap<i64, OutletCounts> = BTreeMap::new();
    for row in 0..batch.num_rows() {
        let small = |column: &Int64Array| u32::try_from(column.value(row)).map_err(|_| torn());
        let counts = (small(&outlet)?, small(&documents)?);
        furniture.entry(family.value(row)).or_default().push(counts);
    }
    let mut furniture: Vec<OutletCounts> = furniture.into_values().collect();
    for counts in &mut furniture {
        counts.sort_unstable();
    }
    let stages = stages(1.0, (outlets, agencies, Vec::new()));
    stages.houses(&furniture).map_err(|error| exception(&error))
}

/// Documents with what they share, by numbers that hold for all tasks.
#[derive(Debug, Default)]
struct Held {
    component: Option<i64>,
    bytes: usize,
    documents: BTreeMap<i64, (Document, u32)>,
    /// Passages of pairs with their family.
    passages: Vec<([i64; 2], Passage, i64)>,
    /// Places by family, with the document and whether the place represents the family.
    places: BTreeMap<i64, Vec<(i64, Span, bool)>>,
}

impl Held {
    /// Takes a batch of rows; `done` is called with what is held where components are complete.
    fn take(
        &mut self,
        mut batch: Rows,
        done: &mut dyn FnMut(&mut Self) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut documents = std::mem::take(&mut batch.documents).into_iter();
        let [component, a, b, ..] = &batch.numbers;
        let family = |row: usize| batch.numbers[FAMILY].value(row);
        for row in 0..component.len() {
            let own = Some(component.value(row));
            if self.component != own && self.bytes > MOST_BYTES {
                done(self)?;
            }
            self.component = own;
            if batch.is_document[row] {
                let document = documents.next().ok_or_else(torn)?;
                let tokens = batch.small(row, TOKENS).ok_or_else(torn)?;
                self.bytes += document.text.len();
                self.documents.insert(a.value(row), (document, tokens));
            } else if b.is_valid(row) {
                let passage = batch.passage(row).ok_or_else(torn)?;
                self.passages.push(([a.value(row), b.value(row)], passage, family(row)));
            } else {
                let span = batch.span(row, A_START).ok_or_else(torn)?;
                let spoken = batch.representative.value(row);
                let places = self.places.entry(family(row)).or_default();
                places.push((a.value(row), span, spoken));
            }
        }
        Ok(())
    }

    /// The part that is held, and its families by the numbers that hold for all tasks.
    fn part(&mut self) -> Option<(Part, Vec<i64>)> {
        let Self { documents, passages, places, .. } = std::mem::take(self);
        let all: Vec<i64> = documents.keys().copied().collect();
        let place = |number: i64| u32::try_from(all.binary_search(&number).ok()?).ok();
        let names: Vec<i64> = places.keys().copied().collect();
        let family = |number: i64| u32::try_from(names.binary_search(&number).ok()?).ok();
        let passage = |([a, b], passage, own): ([i64; 2], Passage, i64)| {
            let (doc_a, doc_b) = (place(a)?, place(b)?);
            Some((Passage { doc_a, doc_b, ..passage }, family(own)))
        };
        let of_family = |places: Vec<(i64, Span, bool)>| {
            let own =
                |(number, span, spoken)| Some((DocSpan { doc: place(number)?, span }, spoken));
            let mut own: Vec<(DocSpan, bool)> =
                places.into_iter().map(own).collect::<Option<_>>()?;
            own.sort_unstable();
            let spoken = own.iter().position(|(_, spoken)| *spoken)?;
            Some((own.into_iter().map(|(place, _)| place).collect(), spoken))
        };
        let passages = passages.into_iter().map(passage).collect::<Option<_>>()?;
        let families = places.into_values().map(of_family).collect::<Option<_>>()?;
        let (documents, lengths) = documents.into_values().unzip();
        Some((Part { documents, lengths, passages, families }, names))
    }
}

/// The columns of a batch.
struct Rows {
    documents: Vec<Document>,
    numbers: [Int64Array; 10],
    is_document: Vec<bool>,
    representative: BooleanArray,
}

/// Names of the numbers of a row; `a` of a document is its own number, and so is `tokens`.
const NUMBERS: [&str; 10] =
    ["component", "a", "b", "a_start", "a_end", "b_start", "b_end", "tokens", "matched", "family"];
const A_START: usize = 3;
const B_START: usize = 5;
const TOKENS: usize = 7;
const MATCHED: usize = 8;
const FAMILY: usize = 9;

impl Rows {
    fn of(input: &Bound<'_, PyAny>, names: &Names) -> PyResult<Self> {
        let batch = whole(input)?;
        let mut columns = Vec::with_capacity(NUMBERS.len());
        for name in NUMBERS {
            columns.push(numbers(&batch, name)?);
        }
        let text = batch.column_by_name("text").ok_or_else(torn)?;
        let is_document = (0..batch.num_rows()).map(|row| text.is_valid(row)).collect();
        let representative = batch.column_by_name("representative");
        let representative = representative.and_then(|column| column.as_boolean_opt());
        Ok(Self {
            documents: read(input, names)?.documents,
            numbers: columns.try_into().map_err(|_| torn())?,
            is_document,
            representative: representative.ok_or_else(torn)?.clone(),
        })
    }

    fn small(&self, row: usize, column: usize) -> Option<u32> {
        let column = self.numbers.get(column)?;
        u32::try_from(column.value(row)).ok()
    }

    fn span(&self, row: usize, start: usize) -> Option<Span> {
        Some(Span { start: self.small(row, start)?, end: self.small(row, start + 1)? })
    }

    fn passage(&self, row: usize) -> Option<Passage> {
        Some(Passage {
            doc_a: 0,
            doc_b: 0,
            a: self.span(row, A_START)?,
            b: self.span(row, B_START)?,
            columns: self.small(row, TOKENS)?,
            matched: self.small(row, MATCHED)?,
            score: 0,
            shadow: false,
        })
    }
}

/// The components of one task as their rows come, with what is made of them.
#[derive(Debug)]
struct Components {
    stages: CopyStages,
    names: Names,
    held: Mutex<Held>,
}

impl Components {
    fn new(stages: CopyStages, names: Names) -> Self {
        Self { stages, names, held: Mutex::default() }
    }

    /// Takes the next rows, and returns what `make` makes of the parts that are complete.
    fn push<O: Default + Send>(
        &self,
        py: Python<'_>,
        input: &Bound<'_, PyAny>,
        make: fn(&CopyStages, &mut Held, &mut O) -> PyResult<()>,
    ) -> PyResult<O> {
        let batch = Rows::of(input, &self.names)?;
        filled(py, &self.held, |held: &mut Held, out: &mut O| {
            held.take(batch, &mut |held| make(&self.stages, held, out))
        })
    }

    /// What `make` makes of what is left.
    fn finish<O: Default + Send>(
        &self,
        py: Python<'_>,
        make: fn(&CopyStages, &mut Held, &mut O) -> PyResult<()>,
    ) -> PyResult<O> {
        filled(py, &self.held, |held, out| make(&self.stages, held, out))
    }
}

/// Rows of components become the outlets of the families that may be furniture (`family`, `outlet`,
/// `documents`). Needs no passages, and of families those in many documents alone.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ComponentFurniture(Components);

#[pymethods]
impl ComponentFurniture {
    #[new]
    fn new(names: Names, outlets: KnownOutlets) -> Self {
        Self(Components::new(stages(1.0, outlets), names))
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        self.0.push(py, &input, Furniture::read)?.finish()
    }

    /// Reads what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.0.finish(py, Furniture::read)?.finish()
    }
}

/// Columns of furniture.
#[derive(Debug, Default)]
struct Furniture([Vec<i64>; 3]);

impl Furniture {
    fn read(stages: &CopyStages, held: &mut Held, out: &mut Self) -> PyResult<()> {
        let (part, names) = held.part().ok_or_else(torn)?;
        let found = stages.furniture(part).map_err(|error| exception(&error))?;
        for (name, outlets) in names.into_iter().zip(found) {
            for (outlet, documents) in outlets {
                let row = [name, i64::from(outlet), i64::from(documents)];
                out.0.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
            }
        }
        Ok(())
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let names = ["family", "outlet", "documents"].into_iter();
        let columns =
            self.0.into_iter().map(|column| Arc::new(Int64Array::from(column)) as ArrayRef);
        table(names.zip(columns).collect())
    }
}

/// Rows of components become pairs of documents that are copies.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ComponentCopies(Components);

#[pymethods]
impl ComponentCopies {
    #[new]
    fn new(names: Names, threshold: f64, outlets: KnownOutlets) -> Self {
        Self(Components::new(stages(threshold, outlets), names))
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        self.0.push(py, &input, Copies::measure)?.finish()
    }

    /// Measures what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.0.finish(py, Copies::measure)?.finish()
    }
}

/// Columns of copies.
#[derive(Debug, Default)]
struct Copies {
    ids: [Vec<String>; 2],
    shares: [Vec<f64>; 4],
    counts: [Vec<i64>; 2],
    first: Vec<Option<String>>,
}

impl Copies {
    fn measure(stages: &CopyStages, held: &mut Held, out: &mut Self) -> PyResult<()> {
        let (part, _) = held.part().ok_or_else(torn)?;
        let found = stages.copies(part, &mut |pair| out.add(&pair));
        found.map_err(|error| exception(&error))
    }

    fn add(&mut self, pair: &CopyPair<'_>) {
        let ids = [pair.a, pair.b].into_iter();
        self.ids.iter_mut().zip(ids).for_each(|(column, id)| column.push(id.to_owned()));
        let shares = [pair.coverage, pair.cover_a, pair.cover_b, pair.identity];
        self.shares.iter_mut().zip(shares).for_each(|(column, share)| column.push(share));
        let counts = [i64::from(pair.tokens), i64::from(pair.passages)];
        self.counts.iter_mut().zip(counts).for_each(|(column, count)| column.push(count));
        self.first.push(pair.first.map(str::to_owned));
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let [a, b] = self.ids.map(|ids| Arc::new(StringArray::from(ids)) as ArrayRef);
        let [coverage, cover_a, cover_b, identity] =
            self.shares.map(|shares| Arc::new(Float64Array::from(shares)) as ArrayRef);
        let [tokens, passages] =
            self.counts.map(|counts| Arc::new(Int64Array::from(counts)) as ArrayRef);
        table(vec![
            ("a", a),
            ("b", b),
            ("coverage", coverage),
            ("cover_a", cover_a),
            ("cover_b", cover_b),
            ("tokens", tokens),
            ("identity", identity),
            ("passages", passages),
            ("first", Arc::new(StringArray::from(self.first))),
        ])
    }
}

//! The stages of a scan for the tasks of an engine.
//!
//! Fed by Python (`wirecopy.spark`) with the batches of one task, drives `ScanStages` of the
//! library. What is shuffled is packed: numbers of documents and differences of sorted hashes.
//! Invariant: how rows are cut into batches and documents into tasks changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{Names, bytes, numbers, read, signed, table, whole};
use crate::engine::exception;
use crate::filter::TextFilter;
use crate::inputs::ScanSettings;
use crate::packed::{Packed, Unpacked, bytes_of, words_of};
use crate::table::ArrowTable;
use arrow_array::builder::{BinaryBuilder, Int64Builder};
use arrow_array::{Array, Int64Array, StringArray};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};
use wirecopy::detect::ScanStages;
use wirecopy::hash::mix;

/// Values that are gathered before they are packed.
const GATHERED: usize = 1 << 22;

pub(crate) fn stages(settings: &ScanSettings) -> PyResult<ScanStages> {
    let mut config = settings.config()?;
    config.threads = 1;
    ScanStages::new(config).map_err(|error| exception(&error))
}

pub(crate) fn torn() -> PyErr {
    PyRuntimeError::new_err("internal error: a row of a shuffle is incomplete. please report it")
}

/// What is known of each document after one reading, with its tokens, and with its text if these are
/// kept.
#[pyfunction]
pub(crate) fn scan_documents(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    names: Names,
    keeps_texts: bool,
) -> PyResult<ArrowTable> {
    let rows = read(&input, &names)?;
    let (mut words, mut places) = (BinaryBuilder::new(), BinaryBuilder::new());
    let (mut hashes, mut keys, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    py.detach(|| {
        for document in &rows.documents {
            let (hash, key) = ScanStages::key(document);
            let own = ScanStages::tokens(&document.text);
            hashes.push(signed(hash));
            keys.push(key.cast_signed());
            tokens.push(i64::try_from(own.len()).unwrap_or(i64::MAX));
            words.append_value(bytes_of(&own));
            places.append_value(places_of(&document.text).0);
        }
    });
    let documents = || rows.documents.iter();
    let outlet = documents().map(|one| one.meta.outlet.as_deref()).collect::<StringArray>();
    let date = documents().map(|one| one.meta.date.as_ref().map(|date| date.text.as_str()));
    let seconds = documents().map(|one| one.meta.date.as_ref().map(|date| date.seconds));
    let text = documents().map(|one| keeps_texts.then_some(one.text.as_str()));
    let days = documents().map(|one| ScanStages::day(one).map(i64::from));
    table(vec![
        ("id", Arc::new(documents().map(|one| Some(one.id.as_str())).collect::<StringArray>())),
        ("outlet", Arc::new(outlet)),
        ("date", Arc::new(date.collect::<StringArray>())),
        ("seconds", Arc::new(seconds.collect::<Int64Array>())),
        ("day", Arc::new(days.collect::<Int64Array>())),
        ("hash", Arc::new(Int64Array::from(hashes))),
        ("key", Arc::new(Int64Array::from(keys))),
        ("tokens", Arc::new(Int64Array::from(tokens))),
        ("words", Arc::new(words.finish())),
        ("places", Arc::new(places.finish())),
        ("text", Arc::new(text.collect::<StringArray>())),
    ])
}

/// Where the tokens of a text start and end, in code points.
fn places_of(text: &str) -> Packed {
    let (mut packed, mut last) = (Packed::default(), 0);
    for (start, end) in ScanStages::offsets(text) {
        packed.push(u64::from(start - last));
        packed.push(u64::from(end - start));
        last = end;
    }
    packed
}

/// The number of the house of each outlet; names are sorted by their bytes and different.
#[pyfunction]
pub(crate) fn houses(names: Vec<String>) -> Vec<u32> {
    ScanStages::houses(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// How the values of shingles are dealt out.
#[derive(Debug, Clone, Copy)]
struct Deal {
    parts: u64,
    bits: u32,
}

impl Deal {
    fn new(parts: u64, bits: u32) -> Self {
        Self { parts: parts.max(1), bits: bits.clamp(1, ScanStages::BITS) }
    }

    /// The first bits of a shingle.
    fn value(self, shingle: u64) -> u64 {
        shingle >> (ScanStages::BITS - self.bits)
    }

    /// The part of a shingle; neighbours are in one part.
    fn part(self, shingle: u64) -> i64 {
        i64::try_from((shingle * self.parts) >> ScanStages::BITS).unwrap_or(i64::MAX)
    }
}

/// Packed rows (`part`, `packed`).
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) part: Int64Builder,
    pub(crate) packed: BinaryBuilder,
}

impl Parts {
    pub(crate) fn add(&mut self, part: i64, packed: &Packed) {
        self.part.append_value(part);
        self.packed.append_value(&packed.0);
    }

    pub(crate) fn finish(&mut self) -> PyResult<ArrowTable> {
        table(vec![
            ("part", Arc::new(self.part.finish())),
            ("packed", Arc::new(self.packed.finish())),
        ])
    }
}

/// Documents (`words`) become the first bits of their shingles, packed by part.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Shingles {
    stages: ScanStages,
    deal: Deal,
    held: Mutex<Vec<u64>>,
}

#[pymethods]
impl Shingles {
    #[new]
    fn new(settings: ScanSettings, parts: u64, bits: u32) -> PyResult<Self> {
        let (stages, deal) = (stages(&settings)?, Deal::new(parts, bits));
        Ok(Self { stages, deal, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is packed.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let words = bytes(&batch, "words")?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (held, mut out) = (&mut *held, Parts::default());
        py.detach(|| {
            let mut own = Vec::new();
            for words in words.iter().flatten() {
                own.clear();
                self.stages.shingles(&words_of(words), |shingle| own.push(shingle));
                if !self.stages.is_internal() {
                    // One document alone has nothing to share.
                    own.sort_unstable();
                    own.dedup();
                }
                held.extend_from_slice(&own);
                if held.len() >= GATHERED {
                    self.pack(held, &mut out);
                }
            }
        });
        out.finish()
    }

    /// Packs what is left.
    fn finish(&self) -> PyResult<ArrowTable> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Parts::default();
        self.pack(&mut held, &mut out);
        out.finish()
    }
}

impl Shingles {
    fn pack(&self, held: &mut Vec<u64>, out: &mut Parts) {
        held.sort_unstable();
        for own in held.chunk_by(|x, y| self.deal.part(*x) == self.deal.part(*y)) {
            let (mut packed, mut last) = (Packed::default(), 0);
            for &shingle in own {
                let value = self.deal.value(shingle);
                packed.push(value - last);
                last = value;
            }
            if let Some(&first) = own.first() {
                out.add(self.deal.part(first), &packed);
            }
        }
        held.clear();
    }
}

/// Rows of [`Shingles`] become the values (`text`) that occur more than once.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    held: Mutex<Vec<u64>>,
}

#[pymethods]
impl Repeated {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes the next rows; nothing is complete before the end.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for packed in bytes(&batch, "packed")?.iter().flatten() {
            let (mut unpacked, mut value) = (Unpacked(packed), 0);
            while let Some(more) = unpacked.next() {
                value += more;
                held.push(value);
            }
        }
        table(vec![("text", Arc::new(Int64Array::from(Vec::<i64>::new())))])
    }

    /// Returns the values.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let mut held =
            std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        let repeated: Vec<i64> = py.detach(|| {
            held.sort_unstable();
            let groups = held.chunk_by(|x, y| x == y).filter(|same| same.len() > 1);
            groups.filter_map(|same| same.first().map(|&value| signed(mix(value)))).collect()
        });
        table(vec![("text", Arc::new(Int64Array::from(repeated)))])
    }
}

/// A shingle in the documents of one task.
type Own = (u64, u32, u32, wirecopy::detect::OccurrenceRun);

/// Documents (`number`, `house`, `day`, `key`, `words`) become their occurrences of shingles that
/// a filter lets through, packed by part.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Occurrences {
    stages: ScanStages,
    deal: Deal,
    filter: TextFilter,
    held: Mutex<HeldOccurrences>,
}

#[derive(Debug, Default)]
struct HeldOccurrences {
    documents: Vec<[u64; 4]>,
    all: Vec<Own>,
}

#[pymethods]
impl Occurrences {
    #[new]
    fn new(settings: ScanSettings, parts: u64, bits: u32, filter: &[u8]) -> PyResult<Self> {
        let (stages, deal) = (stages(&settings)?, Deal::new(parts, bits));
        let filter = TextFilter::from_bytes(filter);
        Ok(Self { stages, deal, filter, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is packed.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let number = |name| numbers(&batch, name);
        let (named, house, key) = (number("number")?, number("house")?, number("key")?);
        let (day, words) = (number("day")?, bytes(&batch, "words")?);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (held, mut out) = (&mut *held, Parts::default());
        py.detach(|| {
            for row in 0..batch.num_rows() {
                let day = if day.is_valid(row) { zigzag(day.value(row)) + 1 } else { 0 };
                let document = held.documents.len() as u64;
                let document = u32::try_from(document).unwrap_or(u32::MAX);
                held.documents.push([
                    named.value(row).cast_unsigned(),
                    house.value(row).cast_unsigned(),
                    day,
                    key.value(row).cast_unsigned(),
                ]);
                let wanted = |s| self.filter.may_hold(signed(mix(self.deal.value(s))));
                self.stages.occurrences(&words_of(words.value(row)), wanted, |s, place, run| {
                    held.all.push((s, document, place, run));
                });
                if held.all.len() >= GATHERED {
                    self.pack(held, &mut out);
                }
            }
        });
        out.finish()
    }

    /// Packs what is left.
    fn finish(&self) -> PyResult<ArrowTable> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Parts::default();
        self.pack(&mut held, &mut out);
        out.finish()
    }
}

/// Flags of an occurrence above its class.
pub(crate) const POOR: u64 = 4;
pub(crate) const WHOLE: u64 = 8;
pub(crate) const ALONG: u64 = 16;
/// Bytes of the hash of a run: runs are compared where the shingle is equal already.
pub(crate) const RUN_BYTES: usize = 5;

impl Occurrences {
    fn pack(&self, held: &mut HeldOccurrences, out: &mut Parts) {
        let HeldOccurrences { documents, mut all } = std::mem::take(held);
        all.sort_unstable();
        for own in all.chunk_by(|x, y| self.deal.part(x.0) == self.deal.part(y.0)) {
            let mut used: Vec<u32> = own.iter().map(|one| one.1).collect();
            used.sort_unstable();
            used.dedup();
            let mut packed = Packed::default();
            packed.push(used.len() as u64);
            for &document in &used {
                let [number, house, day, key] = documents[document as usize];
                for value in [number, house, day] {
                    packed.push(value);
                }
                packed.push_bytes(key, 8);
            }
            let mut last = 0;
            for &(shingle, document, place, run) in own {
                packed.push(shingle - last);
                last = shingle;
                packed.push(used.partition_point(|&other| other < document) as u64);
                packed.push(u64::from(place));
                let poor = if run.poor { POOR } else { 0 };
                let whole = if run.hash.is_some() { WHOLE } else { 0 };
                let along = if run.along { ALONG } else { 0 };
                packed.push(u64::from(run.class) | poor | whole | along);
                if let Some(hash) = run.hash {
                    packed.push_bytes(hash, RUN_BYTES);
                }
            }
            if let Some(first) = own.first() {
                out.add(self.deal.part(first.0), &packed);
            }
        }
    }
}

/// Small numbers of either sign as small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The number back.
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

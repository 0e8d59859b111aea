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
use crate::packed::{Packed, Unpacked, bytes_of, expanded, words_of};
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::builder::{BinaryBuilder, Int64Builder};
use arrow_array::{Array, BooleanArray, Int64Array, StringArray};
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

/// What is known of each document after one reading, with its tokens, and with its text if these
/// are kept.
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
    pub(crate) fn add(&mut self, part: i64, packed: &Packed) -> PyResult<()> {
        self.part.append_value(part);
        self.packed.append_value(packed.compressed()?);
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> PyResult<ArrowTable> {
        table(vec![
            ("part", Arc::new(self.part.finish())),
            ("packed", Arc::new(self.packed.finish())),
        ])
    }
}

/// Documents (`words`) become the first bits of their shingles, packed by part, each with a bit
/// that says that what follows it counts.
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
        let work = |held: &mut Vec<u64>, out: &mut Parts| {
            let mut own = Vec::new();
            for words in words.iter().flatten() {
                own.clear();
                self.stages.shingles(&words_of(words), |shingle, along| {
                    own.push(shingle << 1 | u64::from(along));
                });
                if self.stages.is_internal() {
                    held.extend_from_slice(&own);
                } else {
                    // One document alone has nothing to share. How often it has it counts.
                    own.sort_unstable();
                    for same in own.chunk_by(|x, y| x >> 1 == y >> 1) {
                        let counts = u64::from(same.len() > 1);
                        held.extend(same.last().map(|shingle| shingle | counts));
                    }
                }
                if held.len() >= GATHERED {
                    self.pack(held, out)?;
                }
            }
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }

    /// Packs what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        filled(py, &self.held, |held, out| self.pack(held, out))?.finish()
    }
}

impl Shingles {
    fn pack(&self, held: &mut Vec<u64>, out: &mut Parts) -> PyResult<()> {
        held.sort_unstable();
        let part = |one: u64| self.deal.part(one >> 1);
        for own in held.chunk_by(|x, y| part(*x) == part(*y)) {
            let (mut packed, mut last) = (Packed::default(), 0);
            // Once the last bits of the shingles are gone, order is that of the rest.
            let mut values: Vec<u64> =
                own.iter().map(|one| self.deal.value(one >> 1) << 1 | (one & 1)).collect();
            values.sort_unstable();
            for value in values {
                packed.push(value - last);
                last = value;
            }
            if let Some(&first) = own.first() {
                out.add(part(first), &packed)?;
            }
        }
        held.clear();
        Ok(())
    }
}

/// Rows of [`Shingles`] become the values (`text`) that occur more than once, and whether what
/// follows them counts (`runs`).
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Repeated {
    stages: ScanStages,
    held: Mutex<Vec<u64>>,
}

#[pymethods]
impl Repeated {
    #[new]
    fn new(settings: ScanSettings) -> PyResult<Self> {
        Ok(Self { stages: stages(&settings)?, held: Mutex::default() })
    }

    /// Takes the next rows; nothing is complete before the end.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for packed in bytes(&batch, "packed")?.iter().flatten() {
            let packed = expanded(packed).ok_or_else(torn)?;
            let (mut unpacked, mut value) = (Unpacked(&packed), 0);
            while let Some(more) = unpacked.next() {
                value += more;
                held.push(value);
            }
        }
        Found::default().finish()
    }

    /// Returns the values.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let work = |held: &mut Vec<u64>, out: &mut Found| {
            held.sort_unstable();
            for same in held.chunk_by(|x, y| x >> 1 == y >> 1).filter(|same| same.len() > 1) {
                let Some(last) = same.last() else { continue };
                out.text.push(signed(mix(last >> 1)));
                out.runs.push(self.stages.asks_for_runs(same.len(), last & 1 == 1));
            }
            held.clear();
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }
}

/// Columns of [`Repeated`].
#[derive(Debug, Default)]
struct Found {
    text: Vec<i64>,
    runs: Vec<bool>,
}

impl Found {
    fn finish(self) -> PyResult<ArrowTable> {
        table(vec![
            ("text", Arc::new(Int64Array::from(self.text))),
            ("runs", Arc::new(BooleanArray::from(self.runs))),
        ])
    }
}

/// A shingle in the documents of one task.
type Own = (u64, u32, u32, wirecopy::detect::OccurrenceRun);

/// Documents (`number`, `house`, `day`, `key`, `words`) become their occurrences of shingles that
/// a filter lets through, packed by part; another filter knows where what follows is asked for.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Occurrences {
    stages: ScanStages,
    deal: Deal,
    filter: TextFilter,
    runs: TextFilter,
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
    fn new(settings: ScanSettings, deal: (u64, u32), filter: &[u8], runs: &[u8]) -> PyResult<Self> {
        let (stages, deal) = (stages(&settings)?, Deal::new(deal.0, deal.1));
        let [filter, runs] = [filter, runs].map(TextFilter::from_bytes);
        Ok(Self { stages, deal, filter, runs, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is packed.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let number = |name| numbers(&batch, name);
        let (named, house, key) = (number("number")?, number("house")?, number("key")?);
        let (day, words) = (number("day")?, bytes(&batch, "words")?);
        let work = |held: &mut HeldOccurrences, out: &mut Parts| {
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
                    self.pack(held, out)?;
                }
            }
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }

    /// Packs what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        filled(py, &self.held, |held, out| self.pack(held, out))?.finish()
    }
}

/// Flags of an occurrence above its class.
pub(crate) const POOR: u64 = 4;
pub(crate) const WHOLE: u64 = 8;
pub(crate) const ALONG: u64 = 16;
/// The hash of the run is there.
pub(crate) const KNOWN: u64 = 32;
/// Bytes of the hash of a run: runs are compared where the shingle is equal already.
pub(crate) const RUN_BYTES: usize = 5;

/// Columns of occurrences: shingles, how often each occurs, and of each occurrence the document,
/// the place, flags and what follows, if that is asked for.
pub(crate) const COLUMNS: usize = 6;

impl Occurrences {
    fn pack(&self, held: &mut HeldOccurrences, out: &mut Parts) -> PyResult<()> {
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
            packed.push_all(&self.columns(own, &used));
            if let Some(first) = own.first() {
                out.add(self.deal.part(first.0), &packed)?;
            }
        }
        Ok(())
    }

    /// Occurrences (sorted) in columns, which are smaller together than rows are.
    fn columns(&self, own: &[Own], used: &[u32]) -> [Packed; COLUMNS] {
        let mut columns: [Packed; COLUMNS] = Default::default();
        let [shingles, counts, documents, places, flags, runs] = &mut columns;
        let mut last = 0;
        for same in own.chunk_by(|x, y| x.0 == y.0) {
            let Some(&(shingle, ..)) = same.first() else { continue };
            shingles.push(shingle - last);
            last = shingle;
            counts.push(same.len() as u64);
            let asks = self.runs.may_hold(signed(mix(self.deal.value(shingle))));
            for &(_, document, place, run) in same {
                documents.push(used.partition_point(|&other| other < document) as u64);
                places.push(u64::from(place));
                let known = run.hash.filter(|_| asks);
                let marks = [
                    (run.poor, POOR),
                    (run.hash.is_some(), WHOLE),
                    (run.along, ALONG),
                    (known.is_some(), KNOWN),
                ];
                let marks = marks.into_iter().filter(|mark| mark.0).map(|mark| mark.1);
                flags.push(marks.fold(u64::from(run.class), |all, mark| all | mark));
                if let Some(hash) = known {
                    runs.push_bytes(hash, RUN_BYTES);
                }
            }
        }
        columns
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

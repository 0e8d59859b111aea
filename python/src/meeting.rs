//! Occurrences of shingles meet in the tasks of an engine, then documents do.
//!
//! Fed by Python (`wirecopy.spark`) with the rows of `scanning` after a shuffle; feeds the result
//! of `shared_passages`. Documents are dealt out to groups, and every pair of groups is a cell in
//! which all meetings of its pairs of documents are, with the tokens of these documents.
//! Invariant: a cell is processed as a whole, and how rows are cut into batches changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{bytes, numbers, signed, table, whole};
use crate::engine::exception;
use crate::filter::TextFilter;
use crate::inputs::ScanSettings;
use crate::packed::{Packed, Unpacked, block_of, each_of_block, expanded, words_of};
use crate::scanning::{
    ALONG, COLUMNS, KNOWN, POOR, Parts, RUN_BYTES, WHOLE, stages, torn, unzigzag,
};
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::builder::{BinaryBuilder, Int64Builder};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use wirecopy::detect::{Holder, Meeting, Occurrence, OccurrenceRun, ScanStages};
use wirecopy::hash::mix;
use wirecopy::passage::Passage;

/// Meetings of a cell that are packed together.
const PACKED: usize = 1 << 16;

/// The cell of two documents, of which there are so many groups.
fn cell(x: u64, y: u64, groups: u64) -> u64 {
    cell_of_groups(mix(x) % groups, mix(y) % groups)
}

/// The number of a pair of groups.
fn cell_of_groups(x: u64, y: u64) -> u64 {
    x.max(y) * (x.max(y) + 1) / 2 + x.min(y)
}

/// A document in a cell, as a filter knows it.
fn in_cell(document: u64, cell: u64) -> i64 {
    signed(mix(document ^ mix(!cell)))
}

/// Rows of `Occurrences` of one part become meetings, packed by cell (`part`).
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Meetings {
    stages: ScanStages,
    groups: u64,
    houses: u32,
    held: Mutex<HeldMeetings>,
}

#[derive(Debug, Default)]
struct HeldMeetings {
    /// Number and holder of each document of each row, and occurrences in documents of all rows.
    documents: Vec<(u64, Holder)>,
    occurrences: Vec<Occurrence>,
}

#[pymethods]
impl Meetings {
    #[new]
    fn new(settings: ScanSettings, groups: u64, houses: u32) -> PyResult<Self> {
        let (stages, held) = (stages(&settings)?, Mutex::default());
        Ok(Self { stages, groups: groups.max(1), houses, held })
    }

    /// Takes the next rows; nothing is complete before the end.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for packed in bytes(&batch, "packed")?.iter().flatten() {
            expanded(packed).and_then(|packed| held.add(&packed)).ok_or_else(torn)?;
        }
        Parts::default().finish()
    }

    /// Returns the meetings.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = std::mem::take(&mut *held);
        py.detach(|| self.meet(held))
    }
}

impl Meetings {
    fn meet(&self, held: HeldMeetings) -> PyResult<ArrowTable> {
        let HeldMeetings { documents, mut occurrences } = held;
        let mut all: Vec<u64> = documents.iter().map(|document| document.0).collect();
        all.sort_unstable();
        all.dedup();
        let place_of = |number: u64| all.partition_point(|&other| other < number);
        let mut holders = vec![Holder { group: 0, day: None, key: 0 }; all.len()];
        for (number, holder) in &documents {
            // A document without a house is one of its own.
            let place = place_of(*number);
            let alone = self.houses.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
            let group = if holder.group == u32::MAX { alone } else { holder.group };
            holders[place] = Holder { group, ..*holder };
        }
        for one in &mut occurrences {
            let number = documents[one.document as usize].0;
            one.document = u32::try_from(place_of(number)).unwrap_or(u32::MAX);
        }
        let mut cells: BTreeMap<u64, Vec<Meeting>> = BTreeMap::new();
        let mut packs: Vec<(u64, Packed)> = Vec::new();
        let mut sink = |meeting: Meeting| {
            let [x, y] = meeting.map(|(document, _)| all[document as usize]);
            let cell = cell(x, y, self.groups);
            let own = cells.entry(cell).or_default();
            own.push(meeting);
            if own.len() >= PACKED {
                packs.push((cell, pack(own, &all)));
            }
        };
        let found = self.stages.meetings(&holders, &mut occurrences, &mut sink);
        found.map_err(|error| exception(&error))?;
        packs.extend(cells.into_iter().map(|(cell, mut own)| (cell, pack(&mut own, &all))));
        let mut out = Parts::default();
        for (cell, packed) in packs {
            out.add(i64::try_from(cell).unwrap_or(i64::MAX), &packed)?;
        }
        out.finish()
    }
}

/// Meetings of a cell, packed.
fn pack(own: &mut Vec<Meeting>, all: &[u64]) -> Packed {
    own.sort_unstable_by_key(|[x, y]| (x.0, y.0, x.1, y.1));
    let (mut packed, mut last) = (Packed::default(), 0);
    for pair in own.chunk_by(|x, y| x.map(|side| side.0) == y.map(|side| side.0)) {
        let Some([(x, _), (y, _)]) = pair.first().copied() else { continue };
        let (x, y) = (all[x as usize], all[y as usize]);
        packed.push(x - last);
        last = x;
        packed.push(y - x);
        packed.push(pair.len() as u64);
        let mut before = 0;
        for &[(_, at_x), (_, at_y)] in pair {
            packed.push(u64::from(at_x - before));
            packed.push(u64::from(at_y));
            before = at_x;
        }
    }
    own.clear();
    packed
}

/// Calls `sink` with all meetings of a packed row: two documents by number, and both places.
fn unpack(packed: &[u8], mut sink: impl FnMut([u64; 2], [u32; 2])) -> Option<()> {
    let packed = expanded(packed)?;
    let (mut unpacked, mut last) = (Unpacked(&packed), 0);
    while let Some(more) = unpacked.next() {
        last += more;
        let (x, mut before) = (last, 0);
        let y = x + unpacked.next()?;
        for _ in 0..unpacked.next()? {
            before += u32::try_from(unpacked.next()?).ok()?;
            sink([x, y], [before, u32::try_from(unpacked.next()?).ok()?]);
        }
    }
    Some(())
}

impl HeldMeetings {
    fn add(&mut self, packed: &[u8]) -> Option<()> {
        let mut unpacked = Unpacked(packed);
        let first = u32::try_from(self.documents.len()).ok()?;
        for _ in 0..unpacked.next()? {
            let (number, house, day) = (unpacked.next()?, unpacked.next()?, unpacked.next()?);
            let day = day.checked_sub(1).and_then(|day| i32::try_from(unzigzag(day)).ok());
            let group = u32::try_from(house).ok()?.checked_sub(1).unwrap_or(u32::MAX);
            let holder = Holder { group, day, key: unpacked.bytes(8)? };
            self.documents.push((number, holder));
        }
        let mut columns = Vec::with_capacity(COLUMNS);
        for _ in 0..COLUMNS {
            columns.push(unpacked.part()?);
        }
        let [shingles, counts, documents, places, flags, runs] = &mut columns[..] else {
            return None;
        };
        let mut shingle = 0;
        while let Some(more) = shingles.next() {
            shingle += more;
            for _ in 0..counts.next()? {
                let document = first + u32::try_from(documents.next()?).ok()?;
                let place = u32::try_from(places.next()?).ok()?;
                let flags = flags.next()?;
                let known = if flags & KNOWN == 0 { 0 } else { runs.bytes(RUN_BYTES)? };
                let run = OccurrenceRun {
                    // Of one that is there, but is not asked for, any will do.
                    hash: (flags & WHOLE != 0).then_some(known),
                    poor: flags & POOR != 0,
                    along: flags & ALONG != 0,
                    class: (flags & 3) as u8,
                };
                self.occurrences.push(Occurrence { shingle, document, place, run });
            }
        }
        Some(())
    }
}

/// The documents that each cell needs, as a filter knows them (`text`).
#[pyfunction]
pub(crate) fn needed(input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
    let batch = whole(&input)?;
    let (cells, packed) = (numbers(&batch, "part")?, bytes(&batch, "packed")?);
    let mut all = Vec::new();
    for (cell, packed) in cells.values().iter().zip(packed.iter().flatten()) {
        let mut last = [u64::MAX; 2];
        let own = |documents: [u64; 2], _: [u32; 2]| {
            if std::mem::replace(&mut last, documents) != documents {
                all.extend(documents.map(|one| in_cell(one, cell.cast_unsigned())));
            }
        };
        unpack(packed, own).ok_or_else(torn)?;
    }
    all.sort_unstable();
    all.dedup();
    table(vec![("text", Arc::new(Int64Array::from(all)))])
}

/// Tokens of a block of documents, about.
const BLOCK_TOKENS: usize = 1 << 20;

/// The tokens of documents (`number`, `words`) for each cell that needs them, by a filter: blocks
/// of documents (`part`, `packed`), whose `number` is that of the first.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Carried {
    groups: u64,
    filter: TextFilter,
    held: Mutex<BTreeMap<u64, Block>>,
}

/// Documents of a cell, and how many tokens they have.
#[derive(Debug, Default)]
struct Block {
    documents: Vec<(u64, Vec<u32>)>,
    tokens: usize,
}

#[pymethods]
impl Carried {
    #[new]
    fn new(groups: u64, filter: &[u8]) -> Self {
        let filter = TextFilter::from_bytes(filter);
        Self { groups: groups.max(1), filter, held: Mutex::default() }
    }

    /// Takes the next rows, and returns the blocks that are full.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let out: Blocks = filled(py, &self.held, |held, out| self.take(&batch, held, out))?;
        out.finish()
    }

    /// Returns the other blocks.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let rest = |held: &mut BTreeMap<u64, Block>, out: &mut Blocks| {
            std::mem::take(held).into_iter().try_for_each(|(cell, block)| out.add(cell, &block))
        };
        filled(py, &self.held, rest)?.finish()
    }
}

impl Carried {
    fn take(
        &self,
        batch: &RecordBatch,
        held: &mut BTreeMap<u64, Block>,
        out: &mut Blocks,
    ) -> PyResult<()> {
        let (named, words) = (numbers(batch, "number")?, bytes(batch, "words")?);
        for row in 0..batch.num_rows() {
            let document = named.value(row).cast_unsigned();
            let own = mix(document) % self.groups;
            for other in 0..self.groups {
                let cell = cell_of_groups(own, other);
                if !self.filter.may_hold(in_cell(document, cell)) {
                    continue;
                }
                let block = held.entry(cell).or_default();
                let tokens = words_of(words.value(row));
                block.tokens += tokens.len();
                block.documents.push((document, tokens));
                if block.tokens >= BLOCK_TOKENS {
                    out.add(cell, &std::mem::take(block))?;
                }
            }
        }
        Ok(())
    }
}

/// Columns of blocks.
#[derive(Debug, Default)]
struct Blocks {
    part: Int64Builder,
    number: Int64Builder,
    packed: BinaryBuilder,
}

impl Blocks {
    fn add(&mut self, cell: u64, block: &Block) -> PyResult<()> {
        let Some((first, _)) = block.documents.first() else { return Ok(()) };
        self.part.append_value(i64::try_from(cell).unwrap_or(i64::MAX));
        self.number.append_value(first.cast_signed());
        self.packed.append_value(block_of(&block.documents)?);
        Ok(())
    }

    fn finish(mut self) -> PyResult<ArrowTable> {
        table(vec![
            ("part", Arc::new(self.part.finish())),
            ("number", Arc::new(self.number.finish())),
            ("packed", Arc::new(self.packed.finish())),
        ])
    }
}

/// Rows of cells, sorted by `part` and `number` (meetings have none), become passages.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct CellPassages {
    stages: ScanStages,
    held: Mutex<HeldCell>,
}

#[derive(Debug, Default)]
struct HeldCell {
    cell: Option<i64>,
    documents: BTreeMap<u64, Vec<u32>>,
    meetings: Vec<([u64; 2], [u32; 2])>,
}

#[pymethods]
impl CellPassages {
    #[new]
    fn new(settings: ScanSettings) -> PyResult<Self> {
        Ok(Self { stages: stages(&settings)?, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let out: Passages = filled(py, &self.held, |held, out| self.take(&batch, held, out))?;
        out.finish()
    }

    /// Aligns what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let out: Passages = filled(py, &self.held, |held, out| self.align(held, out))?;
        out.finish()
    }
}

impl CellPassages {
    fn take(&self, batch: &RecordBatch, held: &mut HeldCell, out: &mut Passages) -> PyResult<()> {
        let (cells, named) = (numbers(batch, "part")?, numbers(batch, "number")?);
        let packed = bytes(batch, "packed")?;
        for row in 0..batch.num_rows() {
            let cell = Some(cells.value(row));
            if held.cell != cell {
                self.align(held, out)?;
                held.cell = cell;
            }
            let number = named.value(row);
            if number < 0 {
                let meetings = &mut held.meetings;
                unpack(packed.value(row), |documents, places| meetings.push((documents, places)))
                    .ok_or_else(torn)?;
            } else {
                let documents = &mut held.documents;
                each_of_block(packed.value(row), |number, tokens| {
                    documents.insert(number, tokens);
                })
                .ok_or_else(torn)?;
            }
        }
        Ok(())
    }

    fn align(&self, held: &mut HeldCell, out: &mut Passages) -> PyResult<()> {
        let HeldCell { documents, meetings, .. } = std::mem::take(held);
        let all: Vec<u64> = documents.keys().copied().collect();
        let tokens: Vec<&[u32]> = documents.values().map(Vec::as_slice).collect();
        let place = |number: u64| all.binary_search(&number).ok().and_then(|n| n.try_into().ok());
        let meeting = |([x, y], [at_x, at_y]): ([u64; 2], [u32; 2])| {
            Some([(place(x)?, at_x), (place(y)?, at_y)])
        };
        let meetings: Option<Vec<Meeting>> = meetings.into_iter().map(meeting).collect();
        let found = self.stages.passages(&tokens, &meetings.ok_or_else(torn)?);
        for passage in found.map_err(|error| exception(&error))? {
            out.add(&passage, &all);
        }
        Ok(())
    }
}

/// Columns of passages, places in tokens.
#[derive(Debug, Default)]
struct Passages {
    numbers: [Vec<i64>; 9],
    shadows: Vec<bool>,
}

/// Names of the numbers of a passage.
pub(crate) const NUMBERS: [&str; 9] =
    ["a", "b", "a_start", "a_end", "b_start", "b_end", "tokens", "matched", "score"];

impl Passages {
    fn add(&mut self, p: &Passage, all: &[u64]) {
        let document = |n: u32| all.get(n as usize).map_or(-1, |number| number.cast_signed());
        let spans = [p.a.start, p.a.end, p.b.start, p.b.end, p.columns, p.matched];
        let values = [document(p.doc_a), document(p.doc_b)];
        let values = values.into_iter().chain(spans.map(i64::from)).chain([i64::from(p.score)]);
        self.numbers.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        self.shadows.push(p.shadow);
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
        for (name, column) in NUMBERS.into_iter().zip(self.numbers) {
            columns.push((name, Arc::new(Int64Array::from(column))));
        }
        columns.push(("shadow", Arc::new(BooleanArray::from(self.shadows))));
        table(columns)
    }
}

//! Passages of whole components of documents become families.
//!
//! Fed by Python (`wirecopy.spark`) with the rows of one task, sorted by part: the documents of
//! some components and their passages. Of a document only the stretches in passages are sent, with
//! the places in the text where passages start and end. Feeds the result of `shared_passages`.
//! Invariant: a component is gathered as a whole, and how rows are cut into batches changes
//! nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{bytes, numbers, signed, table, texts, whole};
use crate::engine::exception;
use crate::inputs::ScanSettings;
use crate::meeting::NUMBERS;
use crate::packed::{Packed, Unpacked, expanded, push_tokens, words_of};
use crate::scanning::{Parts, stages, torn};
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use pyo3::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use wirecopy::detect::ScanStages;
use wirecopy::hash::mix;
use wirecopy::passage::{DocSpan, Passage};
use wirecopy::text::Span;

/// Tokens after which complete parts are gathered.
const MOST_TOKENS: usize = 4 << 20;

/// Rows of places (`number`, `start`, `end`), sorted by number, become rows of documents with all
/// their places (`number`, `spans`).
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug, Default)]
pub(crate) struct Places {
    held: Mutex<BTreeMap<i64, BTreeSet<(i64, i64)>>>,
}

/// Documents whose places are held.
const MOST_DOCUMENTS: usize = 1 << 12;

#[pymethods]
impl Places {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let [number, start, end] =
            [numbers(&batch, "number")?, numbers(&batch, "start")?, numbers(&batch, "end")?];
        let work = |held: &mut BTreeMap<i64, BTreeSet<(i64, i64)>>, out: &mut Spans| {
            for row in 0..batch.num_rows() {
                let own = number.value(row);
                if held.len() > MOST_DOCUMENTS && !held.contains_key(&own) {
                    out.add(std::mem::take(held));
                }
                held.entry(own).or_default().insert((start.value(row), end.value(row)));
            }
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }

    /// Returns what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let rest = |held: &mut BTreeMap<i64, BTreeSet<(i64, i64)>>, out: &mut Spans| {
            out.add(std::mem::take(held));
            Ok(())
        };
        filled(py, &self.held, rest)?.finish()
    }
}

/// Columns of documents with their places.
#[derive(Debug, Default)]
struct Spans {
    number: Vec<i64>,
    spans: BinaryBuilder,
}

impl Spans {
    fn add(&mut self, documents: BTreeMap<i64, BTreeSet<(i64, i64)>>) {
        for (number, spans) in documents {
            let (mut packed, mut last) = (Packed::default(), 0);
            for (start, end) in spans {
                packed.push((start - last).cast_unsigned());
                packed.push((end - start).cast_unsigned());
                last = start;
            }
            self.number.push(number);
            self.spans.append_value(&packed.0);
        }
    }

    fn finish(mut self) -> PyResult<ArrowTable> {
        table(vec![
            ("number", Arc::new(Int64Array::from(self.number))),
            ("spans", Arc::new(self.spans.finish())),
        ])
    }
}

/// Tokens of a block of documents, about.
const BLOCK_TOKENS: usize = 1 << 20;

/// What families need of documents (`part`, `number`, `id`, `words`, `places`, `spans`): blocks of
/// documents of one part (`part`, `packed`) with the tokens in their places, and where these start
/// and end in code points.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    held: Mutex<BTreeMap<i64, Block>>,
}

/// Documents of one part: of each what is packed, and its tokens.
#[derive(Debug, Default)]
struct Block {
    documents: Vec<(Packed, Vec<u32>)>,
    tokens: usize,
}

impl Block {
    fn packed(self) -> Packed {
        let (documents, texts): (Vec<Packed>, Vec<Vec<u32>>) = self.documents.into_iter().unzip();
        let mut packed = Packed::default();
        packed.push(documents.len() as u64);
        packed.push_all(&documents);
        push_tokens(&mut packed, &texts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        packed
    }
}

#[pymethods]
impl Blocks {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes the next rows, and returns the blocks that are full.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let [part, number] = [numbers(&batch, "part")?, numbers(&batch, "number")?];
        let [words, places, spans] =
            [bytes(&batch, "words")?, bytes(&batch, "places")?, bytes(&batch, "spans")?];
        let id = texts(&batch, "id")?;
        let work = |held: &mut BTreeMap<i64, Block>, out: &mut Parts| {
            for row in 0..batch.num_rows() {
                let own = || {
                    let spans = spans_of(spans.value(row))?;
                    packed_document(&words_of(words.value(row)), places.value(row), &spans)
                };
                let (layout, tokens) = own().ok_or_else(torn)?;
                let mut document = Packed::default();
                document.push(number.value(row).cast_unsigned());
                document.push_part(id.value(row).as_bytes());
                document.push_part(&layout.0);
                let block = held.entry(part.value(row)).or_default();
                block.tokens += tokens.len();
                block.documents.push((document, tokens));
                if block.tokens >= BLOCK_TOKENS {
                    out.add(part.value(row), &std::mem::take(block).packed())?;
                }
            }
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }

    /// Returns the other blocks.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let rest = |held: &mut BTreeMap<i64, Block>, out: &mut Parts| {
            let mut blocks = std::mem::take(held).into_iter();
            blocks.try_for_each(|(part, block)| out.add(part, &block.packed()))
        };
        filled(py, &self.held, rest)?.finish()
    }
}

/// The places of a document, in their order.
fn spans_of(packed: &[u8]) -> Option<Vec<Span>> {
    let (mut unpacked, mut start, mut spans) = (Unpacked(packed), 0_u32, Vec::new());
    while let Some(more) = unpacked.next() {
        start += u32::try_from(more).ok()?;
        spans.push(Span { start, end: start + u32::try_from(unpacked.next()?).ok()? });
    }
    Some(spans)
}

/// Where some places (sorted) of a document are in its text, and the tokens in them.
fn packed_document(words: &[u32], places: &[u8], spans: &[Span]) -> Option<(Packed, Vec<u32>)> {
    let (mut packed, mut tokens) = (Packed::default(), Vec::new());
    let mut stretches: Vec<Span> = Vec::new();
    for span in spans {
        match stretches.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => stretches.push(*span),
        }
    }
    packed.push(stretches.len() as u64);
    let mut last = 0;
    for stretch in stretches {
        packed.push(u64::from(stretch.start - last));
        packed.push(u64::from(stretch.len()));
        tokens.extend_from_slice(words.get(stretch.start as usize..stretch.end as usize)?);
        last = stretch.end;
    }
    let starts: BTreeSet<u32> = spans.iter().map(|span| span.start).collect();
    let ends: BTreeSet<u32> = spans.iter().map(|span| span.end).collect();
    let (mut unpacked, mut at, mut known) = (Unpacked(places), 0, [(0, 0); 2]);
    let total = ends.last().copied().unwrap_or(0);
    packed.push(starts.len() as u64);
    packed.push(ends.len() as u64);
    // Both in one go over the text, in the order of the tokens.
    for token in 0..total {
        at += unpacked.next()?;
        let first = at;
        at += unpacked.next()?;
        let borders = [(0, token, first, &starts), (1, token + 1, at, &ends)];
        for (which, place, at, wanted) in borders {
            if wanted.contains(&place) {
                packed.push(which);
                let [from, to] = &mut known;
                let last = if which == 0 { from } else { to };
                packed.push(u64::from(place - last.0));
                packed.push(at - last.1);
                *last = (place, at);
            }
        }
    }
    Some((packed, tokens))
}

/// A document as far as families need it.
#[derive(Debug, Default)]
struct Held {
    id: String,
    /// Its tokens up to the last that counts; those between stretches are none of its own.
    tokens: Vec<u32>,
    /// Where places start and end in code points.
    starts: BTreeMap<u32, i64>,
    ends: BTreeMap<u32, i64>,
}

impl Held {
    /// The documents of a block with their numbers.
    fn of_block(block: &[u8]) -> Option<Vec<(i64, Self)>> {
        let bytes = expanded(block)?;
        let mut unpacked = Unpacked(&bytes);
        let count = usize::try_from(unpacked.next()?).ok()?;
        let documents = (0..count).map(|_| unpacked.part()).collect::<Option<Vec<_>>>()?;
        let texts = unpacked.tokens(count)?;
        let document = |(mut own, tokens): (Unpacked<'_>, Vec<u32>)| {
            let number = own.next()?.cast_signed();
            let id = String::from_utf8(own.part()?.0.to_vec()).ok()?;
            Some((number, Self::of(id, own.part()?, &tokens)?))
        };
        documents.into_iter().zip(texts).map(document).collect()
    }

    fn of(id: String, mut unpacked: Unpacked<'_>, mut tokens: &[u32]) -> Option<Self> {
        let mut held = Self { id, ..Self::default() };
        for _ in 0..unpacked.next()? {
            let start = held.tokens.len() + usize::try_from(unpacked.next()?).ok()?;
            held.tokens.resize(start, 0);
            let (own, rest) = tokens.split_at_checked(usize::try_from(unpacked.next()?).ok()?)?;
            held.tokens.extend_from_slice(own);
            tokens = rest;
        }
        let borders = unpacked.next()? + unpacked.next()?;
        let mut known = [(0, 0); 2];
        for _ in 0..borders {
            let [from, to] = &mut known;
            let is_start = unpacked.next()? == 0;
            let last = if is_start { from } else { to };
            last.0 += u32::try_from(unpacked.next()?).ok()?;
            last.1 += i64::try_from(unpacked.next()?).ok()?;
            let borders = if is_start { &mut held.starts } else { &mut held.ends };
            borders.insert(last.0, last.1);
        }
        Some(held)
    }

    /// A place in code points.
    fn chars(&self, span: Span) -> Option<[i64; 2]> {
        Some([*self.starts.get(&span.start)?, *self.ends.get(&span.end)?])
    }
}

/// Rows of parts, of which each holds whole components (`part`, columns of passages; of documents
/// `packed` alone), become passages and members with their families.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ComponentFamilies {
    stages: ScanStages,
    held: Mutex<Components>,
}

/// Complete parts, and the open one.
#[derive(Debug, Default)]
struct Components {
    part: Option<i64>,
    documents: BTreeMap<i64, Held>,
    tokens: usize,
    /// Passages, of which the documents go by number.
    passages: Vec<([i64; 2], Passage)>,
}

#[pymethods]
impl ComponentFamilies {
    #[new]
    fn new(settings: ScanSettings) -> PyResult<Self> {
        Ok(Self { stages: stages(&settings)?, held: Mutex::default() })
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let out: Out = filled(py, &self.held, |held, out| self.take(&batch, held, out))?;
        out.finish()
    }

    /// Gathers what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let out: Out = filled(py, &self.held, |held, out| self.gather(held, out))?;
        out.finish()
    }
}

impl ComponentFamilies {
    fn take(&self, batch: &RecordBatch, held: &mut Components, out: &mut Out) -> PyResult<()> {
        let mut columns = Vec::with_capacity(NUMBERS.len());
        for name in NUMBERS {
            columns.push(numbers(batch, name)?);
        }
        let (part, packed) = (numbers(batch, "part")?, bytes(batch, "packed")?);
        let shadow = batch.column_by_name("shadow").and_then(|column| column.as_boolean_opt());
        let shadow = shadow.ok_or_else(torn)?;
        for row in 0..batch.num_rows() {
            let own = Some(part.value(row));
            if held.part != own && held.tokens > MOST_TOKENS {
                self.gather(held, out)?;
            }
            held.part = own;
            let values: Vec<i64> = columns.iter().map(|column| column.value(row)).collect();
            let small = |n: usize| values.get(n).and_then(|&value| u32::try_from(value).ok());
            if packed.is_valid(row) {
                for (number, own) in Held::of_block(packed.value(row)).ok_or_else(torn)? {
                    held.tokens += own.tokens.len();
                    held.documents.insert(number, own);
                }
                continue;
            }
            let span = |n| Some(Span { start: small(n)?, end: small(n + 1)? });
            let passage = || {
                Some(Passage {
                    doc_a: 0,
                    doc_b: 0,
                    a: span(2)?,
                    b: span(4)?,
                    columns: small(6)?,
                    matched: small(7)?,
                    score: i32::try_from(*values.get(8)?).ok()?,
                    shadow: shadow.value(row),
                })
            };
            held.passages.push(([values[0], values[1]], passage().ok_or_else(torn)?));
        }
        Ok(())
    }

    fn gather(&self, held: &mut Components, out: &mut Out) -> PyResult<()> {
        let Components { documents, passages, .. } = std::mem::take(held);
        let all: Vec<i64> = documents.keys().copied().collect();
        let documents: Vec<Held> = documents.into_values().collect();
        let tokens: Vec<&[u32]> = documents.iter().map(|own| &own.tokens[..]).collect();
        let place = |number: i64| all.binary_search(&number).ok().and_then(|n| n.try_into().ok());
        let placed = |([a, b], passage): ([i64; 2], Passage)| {
            Some(Passage { doc_a: place(a)?, doc_b: place(b)?, ..passage })
        };
        let passages: Option<Vec<Passage>> = passages.into_iter().map(placed).collect();
        let mut passages = passages.ok_or_else(torn)?;
        passages.sort_unstable();
        let found = self.stages.families(&tokens, &passages).map_err(|error| exception(&error))?;
        let number = |doc: u32| all.get(doc as usize).copied().unwrap_or(-1);
        let names: Vec<i64> = found.members.iter().map(|members| name(members, number)).collect();
        let side = |place: DocSpan| {
            let own = documents.get(place.doc as usize)?;
            let number = *all.get(place.doc as usize)?;
            Some(Side {
                number,
                id: own.id.clone(),
                span: place.span,
                chars: own.chars(place.span)?,
            })
        };
        for ((members, &exemplar), &family) in found.members.iter().zip(&found.exemplar).zip(&names)
        {
            for (n, member) in members.iter().enumerate() {
                out.add(family, [Some(side(*member).ok_or_else(torn)?), None]);
                out.end([None; 2], (None, Some(n == exemplar)));
            }
        }
        for (passage, &family) in passages.iter().zip(&found.of_passage) {
            let family = names.get(family as usize).copied().unwrap_or(-1);
            let sides = [(passage.doc_a, passage.a), (passage.doc_b, passage.b)];
            let [a, b] = sides.map(|(doc, span)| side(DocSpan { doc, span }));
            out.add(family, [Some(a.ok_or_else(torn)?), Some(b.ok_or_else(torn)?)]);
            let counts = [passage.columns, passage.matched].map(|count| Some(i64::from(count)));
            out.end(counts, (Some(passage.shadow), None));
        }
        Ok(())
    }
}

/// The number of a family, which its members make.
fn name(members: &[DocSpan], number: impl Fn(u32) -> i64) -> i64 {
    let hash = members.iter().fold(members.len() as u64, |hash, member| {
        let span = u64::from(member.span.start) << 32 | u64::from(member.span.end);
        mix(mix(hash ^ number(member.doc).cast_unsigned()) ^ span)
    });
    signed(hash)
}

/// One side of a row: its document, and its place in tokens and in code points.
struct Side {
    number: i64,
    id: String,
    span: Span,
    chars: [i64; 2],
}

/// Members (no `b`) and passages, with their families.
#[derive(Debug, Default)]
struct Out {
    family: Vec<i64>,
    sides: [SideColumns; 2],
    counts: [Vec<Option<i64>>; 2],
    shadow: Vec<Option<bool>>,
    representative: Vec<Option<bool>>,
}

/// Columns of one side.
#[derive(Debug, Default)]
struct SideColumns {
    ids: Vec<Option<String>>,
    /// Its number, its place in tokens, and in code points.
    numbers: [Vec<Option<i64>>; 5],
}

impl Out {
    /// Begins a row.
    fn add(&mut self, family: i64, sides: [Option<Side>; 2]) {
        self.family.push(family);
        for (columns, side) in self.sides.iter_mut().zip(sides) {
            let numbers = side.as_ref().map(|side| {
                let [start, end] = [side.span.start, side.span.end].map(i64::from);
                [side.number, start, end, side.chars[0], side.chars[1]]
            });
            for (n, column) in columns.numbers.iter_mut().enumerate() {
                column.push(numbers.and_then(|numbers| numbers.get(n).copied()));
            }
            columns.ids.push(side.map(|side| side.id));
        }
    }

    /// Ends it.
    fn end(
        &mut self,
        counts: [Option<i64>; 2],
        (shadow, representative): (Option<bool>, Option<bool>),
    ) {
        self.counts.iter_mut().zip(counts).for_each(|(column, count)| column.push(count));
        self.shadow.push(shadow);
        self.representative.push(representative);
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let mut columns: Vec<(String, ArrayRef)> =
            vec![("family".to_owned(), Arc::new(Int64Array::from(self.family)))];
        for (name, side) in ["a", "b"].into_iter().zip(self.sides) {
            columns.push((format!("{name}_id"), Arc::new(StringArray::from(side.ids))));
            let parts = ["", "_start", "_end", "_char_start", "_char_end"];
            for (part, column) in parts.into_iter().zip(side.numbers) {
                columns.push((format!("{name}{part}"), Arc::new(Int64Array::from(column))));
            }
        }
        for (name, column) in ["tokens", "matched"].into_iter().zip(self.counts) {
            columns.push((name.to_owned(), Arc::new(Int64Array::from(column))));
        }
        for (name, column) in [("shadow", self.shadow), ("representative", self.representative)] {
            columns.push((name.to_owned(), Arc::new(BooleanArray::from(column))));
        }
        table(columns.iter().map(|(name, column)| (name.as_str(), Arc::clone(column))).collect())
    }
}

//! Passages of whole components of documents become families.
//!
//! Fed by Python (`wirecopy.spark`) with the rows of one task, sorted by component: first the
//! documents of each, then its passages. Feeds the result of `shared_passages`. Invariant: a
//! component is gathered as a whole, and how rows are cut into batches changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{bytes, numbers, signed, table, whole};
use crate::engine::exception;
use crate::inputs::ScanSettings;
use crate::meeting::NUMBERS;
use crate::packed::words_of;
use crate::scanning::{stages, torn};
use crate::streams::filled;
use crate::table::ArrowTable;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use wirecopy::detect::ScanStages;
use wirecopy::hash::mix;
use wirecopy::passage::{DocSpan, Passage};
use wirecopy::text::Span;

/// Tokens after which complete components are gathered.
const MOST_TOKENS: usize = 4 << 20;

/// Rows of components (`component`, `b` that is none for a document, columns of passages,
/// `packed` tokens of the document `a`) become passages and members with their families.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ComponentFamilies {
    stages: ScanStages,
    held: Mutex<Held>,
}

/// Complete components, and the open one.
#[derive(Debug, Default)]
struct Held {
    component: Option<i64>,
    documents: BTreeMap<i64, Vec<u32>>,
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
    fn take(&self, batch: &RecordBatch, held: &mut Held, out: &mut Out) -> PyResult<()> {
        let mut columns = Vec::with_capacity(NUMBERS.len());
        for name in NUMBERS {
            columns.push(numbers(batch, name)?);
        }
        let (component, packed) = (numbers(batch, "component")?, bytes(batch, "packed")?);
        let shadow = batch.column_by_name("shadow").and_then(|column| column.as_boolean_opt());
        let shadow = shadow.ok_or_else(torn)?;
        for row in 0..batch.num_rows() {
            let own = Some(component.value(row));
            if held.component != own && held.tokens > MOST_TOKENS {
                self.gather(held, out)?;
            }
            held.component = own;
            let values: Vec<i64> = columns.iter().map(|column| column.value(row)).collect();
            let small = |n: usize| values.get(n).and_then(|&value| u32::try_from(value).ok());
            if packed.is_valid(row) {
                let words = words_of(packed.value(row));
                held.tokens += words.len();
                held.documents.insert(values[0], words);
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

    fn gather(&self, held: &mut Held, out: &mut Out) -> PyResult<()> {
        let Held { documents, passages, .. } = std::mem::take(held);
        let all: Vec<i64> = documents.keys().copied().collect();
        let tokens: Vec<&[u32]> = documents.values().map(Vec::as_slice).collect();
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
        for ((members, &exemplar), &family) in found.members.iter().zip(&found.exemplar).zip(&names)
        {
            for (n, member) in members.iter().enumerate() {
                let span = [member.span.start, member.span.end].map(|place| Some(place.into()));
                let own =
                    [Some(number(member.doc)), None, span[0], span[1], None, None, None, None];
                out.add(family, own, (None, Some(n == exemplar)));
            }
        }
        for (passage, &family) in passages.iter().zip(&found.of_passage) {
            let (a, b) = (passage.a, passage.b);
            let spans = [a.start, a.end, b.start, b.end, passage.columns, passage.matched];
            let mut own = [Some(number(passage.doc_a)), Some(number(passage.doc_b))]
                .into_iter()
                .chain(spans.map(|value| Some(i64::from(value))));
            let own = std::array::from_fn(|_| own.next().flatten());
            let family = names.get(family as usize).copied().unwrap_or(-1);
            out.add(family, own, (Some(passage.shadow), None));
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

/// Members (no `b`) and passages, with their families.
#[derive(Debug, Default)]
struct Out {
    family: Vec<i64>,
    numbers: [Vec<Option<i64>>; 8],
    shadow: Vec<Option<bool>>,
    representative: Vec<Option<bool>>,
}

impl Out {
    fn add(
        &mut self,
        family: i64,
        numbers: [Option<i64>; 8],
        (shadow, representative): (Option<bool>, Option<bool>),
    ) {
        self.family.push(family);
        self.numbers.iter_mut().zip(numbers).for_each(|(column, value)| column.push(value));
        self.shadow.push(shadow);
        self.representative.push(representative);
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let mut columns: Vec<(&str, ArrayRef)> =
            vec![("family", Arc::new(Int64Array::from(self.family)))];
        for (name, column) in NUMBERS.into_iter().zip(self.numbers) {
            columns.push((name, Arc::new(Int64Array::from(column))));
        }
        columns.push(("shadow", Arc::new(BooleanArray::from(self.shadow))));
        columns.push(("representative", Arc::new(BooleanArray::from(self.representative))));
        table(columns)
    }
}

//! Sorted rows in, batch by batch, and what their runs make: what an engine's tasks do after a
//! shuffle.
//!
//! Fed by Python (`wirecopy.batch`, `wirecopy.spark`) with the batches of one task, whose rows are
//! sorted as each class says. A class keeps what it needs of the open run, never more; only
//! `Groups` holds whole components. Invariant: how rows are cut into batches changes nothing.
#![expect(clippy::needless_pass_by_value, reason = "Python hands arguments over by value")]

use crate::batch::{bytes, numbers, signed, stages, table, unsigned, whole};
use crate::inputs::DedupSettings;
use crate::table::ArrowTable;
use arrow_array::{Int32Array, Int64Array};
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};
use wirecopy::components::Components;
use wirecopy::detect::{Candidate, Leaders, Stages};
use wirecopy::hash::mix;

/// What `work` makes of the rows that a class holds, without the lock of Python.
///
/// # Errors
/// What `work` returns.
pub(crate) fn filled<H: Send, O: Default + Send>(
    py: Python<'_>,
    held: &Mutex<H>,
    work: impl FnOnce(&mut H, &mut O) -> PyResult<()> + Send,
) -> PyResult<O> {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    let (held, mut out) = (&mut *held, O::default());
    py.detach(|| work(held, &mut out))?;
    Ok(out)
}

/// Rows of band keys, sorted by `key` and `text`, become pairs.
///
/// Of a small bucket all pairs (`low`, `high`) come out; of a larger one its members, with the key
/// of the bucket in `bucket` and the member as `low` and `high`.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Buckets {
    small: usize,
    open: Mutex<Open>,
}

/// The bucket of the moment.
#[derive(Debug, Default)]
struct Open {
    key: Option<i64>,
    members: Vec<i64>,
    /// Members of a large bucket go out at once; this is the last of them.
    last: Option<i64>,
    out: Pairs,
}

#[derive(Debug, Default)]
struct Pairs {
    low: Vec<i64>,
    high: Vec<i64>,
    bucket: Vec<Option<i64>>,
}

#[pymethods]
impl Buckets {
    #[new]
    fn new(settings: DedupSettings) -> PyResult<Self> {
        Ok(Self { small: stages(&settings)?.small_bucket(), open: Mutex::default() })
    }

    /// Takes the next rows, and returns what is complete.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let (keys, texts) = (numbers(&batch, "key")?, numbers(&batch, "text")?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for (&key, &text) in keys.values().iter().zip(texts.values()) {
            open.add(key, text, self.small);
        }
        open.flush()
    }

    /// Ends the last bucket.
    fn finish(&self) -> PyResult<ArrowTable> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.close();
        open.flush()
    }
}

impl Open {
    fn add(&mut self, key: i64, text: i64, small: usize) {
        if self.key != Some(key) {
            self.close();
            self.key = Some(key);
        }
        if self.last == Some(text) {
            return;
        }
        if self.members.len() < small && self.last.is_none_or(|_| !self.members.is_empty()) {
            self.members.push(text);
        } else {
            // The bucket is a large one from here on.
            for member in std::mem::take(&mut self.members).into_iter().chain([text]) {
                self.out.add(member, member, Some(key));
            }
        }
        self.last = Some(text);
    }

    fn close(&mut self) {
        let members = std::mem::take(&mut self.members);
        for (at, &high) in members.iter().enumerate() {
            members[..at].iter().for_each(|&low| self.out.add(low, high, None));
        }
        self.last = None;
    }

    fn flush(&mut self) -> PyResult<ArrowTable> {
        let Pairs { low, high, bucket } = std::mem::take(&mut self.out);
        table(vec![
            ("low", Arc::new(Int64Array::from(low))),
            ("high", Arc::new(Int64Array::from(high))),
            ("bucket", Arc::new(Int64Array::from(bucket))),
        ])
    }
}

impl Pairs {
    fn add(&mut self, low: i64, high: i64, bucket: Option<i64>) {
        self.low.push(low);
        self.high.push(high);
        self.bucket.push(bucket);
    }
}

/// The table of some candidates.
fn candidates(found: &[Candidate]) -> PyResult<ArrowTable> {
    let column = |of: fn(&Candidate) -> i64| found.iter().map(of).collect::<Int64Array>();
    let unequal = found.iter().map(|c| i32::try_from(c.unequal).unwrap_or(i32::MAX));
    table(vec![
        ("high", Arc::new(column(|c| signed(c.high)))),
        ("unequal", Arc::new(unequal.collect::<Int32Array>())),
        ("low", Arc::new(column(|c| signed(c.low)))),
    ])
}

/// Pairs (`low`, `high`) whose signatures (`lanes_low`, `lanes_high`) are similar enough.
#[pyfunction]
pub(crate) fn compare_signatures(
    py: Python<'_>,
    input: Bound<'_, PyAny>,
    settings: DedupSettings,
) -> PyResult<ArrowTable> {
    let stages = stages(&settings)?;
    let batch = whole(&input)?;
    let (low, high) = (numbers(&batch, "low")?, numbers(&batch, "high")?);
    let (of_low, of_high) = (bytes(&batch, "lanes_low")?, bytes(&batch, "lanes_high")?);
    let found: Vec<Candidate> = py.detach(|| {
        let row = |row| {
            let a = (unsigned(low.value(row)), of_low.value(row));
            stages.candidate(a, (unsigned(high.value(row)), of_high.value(row)))
        };
        (0..batch.num_rows()).filter_map(row).collect()
    });
    candidates(&found)
}

/// Members of large buckets (`bucket`, `text`, `lanes`), sorted by bucket and text, become
/// candidates.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct LargeBuckets {
    stages: Stages,
    open: Mutex<Option<(i64, i64, Leaders)>>,
}

#[pymethods]
impl LargeBuckets {
    #[new]
    fn new(settings: DedupSettings) -> PyResult<Self> {
        Ok(Self { stages: stages(&settings)?, open: Mutex::default() })
    }

    /// Takes the next rows, and returns their candidates.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let (buckets, texts) = (numbers(&batch, "bucket")?, numbers(&batch, "text")?);
        let lanes = bytes(&batch, "lanes")?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for row in 0..batch.num_rows() {
            let (bucket, text) = (buckets.value(row), texts.value(row));
            let (mut last, mut leaders) = match open.take() {
                Some((own, last, leaders)) if own == bucket => (Some(last), leaders),
                _ => (None, self.stages.leaders()),
            };
            if last.replace(text) != Some(text) {
                leaders.meet(unsigned(text), lanes.value(row), &mut found);
            }
            *open = Some((bucket, text, leaders));
        }
        candidates(&found)
    }
}

/// Candidates (`high`, `unequal`, `low`), sorted so: repeats are dropped, and of every text all but
/// its best.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Best {
    most: usize,
    open: Mutex<(Option<Candidate>, usize)>,
}

#[pymethods]
impl Best {
    #[new]
    fn new(settings: DedupSettings) -> PyResult<Self> {
        Ok(Self { most: stages(&settings)?.most_candidates(), open: Mutex::default() })
    }

    /// Takes the next rows, and returns those that are kept.
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Vec::new();
        for candidate in read_candidates(&batch)? {
            let (last, count) = *open;
            if last == Some(candidate) {
                continue;
            }
            let same = last.is_some_and(|last| last.high == candidate.high);
            let count = if same { count + 1 } else { 1 };
            *open = (Some(candidate), count);
            if count <= self.most {
                kept.push(candidate);
            }
        }
        candidates(&kept)
    }
}

/// The candidates in the rows of a batch.
pub(crate) fn read_candidates(batch: &arrow_array::RecordBatch) -> PyResult<Vec<Candidate>> {
    let (high, low) = (numbers(batch, "high")?, numbers(batch, "low")?);
    let unequal = numbers(batch, "unequal")?;
    let row = |row| Candidate {
        high: unsigned(high.value(row)),
        unequal: u32::try_from(unequal.value(row)).unwrap_or(u32::MAX),
        low: unsigned(low.value(row)),
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

/// One step of "large star, small star" (Kiveris et al., Symposium on Cloud Computing, 2014): edges
/// (`u`, `v`), sorted so.
///
/// A large star ties every neighbour above `u` to the least neighbour (rows hold both directions);
/// a small star ties `u` and the neighbours below it to the least of them.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct Star {
    large: bool,
    open: Mutex<Option<(i64, i64, i64)>>,
}

#[pymethods]
impl Star {
    #[new]
    fn new(large: bool) -> Self {
        Self { large, open: Mutex::default() }
    }

    /// Takes the next rows, and returns the edges that they become (`u`, `v`).
    fn push(&self, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let (ends, others) = (numbers(&batch, "u")?, numbers(&batch, "v")?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut nodes, mut roots) = (Vec::new(), Vec::new());
        let mut tie = |node: i64, root: i64| {
            if node != root {
                nodes.push(node);
                roots.push(root);
            }
        };
        for (&u, &v) in ends.values().iter().zip(others.values()) {
            let (begins, least, before) = match *open {
                Some((own, least, v)) if own == u => (false, least, Some(v)),
                _ => (true, u.min(v), None),
            };
            *open = Some((u, least, v));
            if before == Some(v) {
                continue;
            }
            if self.large && v > u {
                tie(v, least);
            } else if !self.large && v <= u {
                if begins {
                    tie(u, least);
                }
                tie(v, least);
            }
        }
        table(vec![
            ("u", Arc::new(Int64Array::from(nodes))),
            ("v", Arc::new(Int64Array::from(roots))),
        ])
    }
}

/// Edges of some rows that are contracted together.
const MOST_EDGES: usize = 1 << 22;

/// Edges (`u`, `v`) in any order become fewer that lead to the same nodes: what hangs together
/// among those of one task is tied to its least node, so that the stars of all tasks need few
/// rounds.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug, Default)]
pub(crate) struct Contract {
    held: Mutex<Vec<[i64; 2]>>,
}

#[pymethods]
impl Contract {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes the next rows, and returns the edges of those that are enough.
    fn push(&self, py: Python<'_>, input: Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batch = whole(&input)?;
        let (ends, others) = (numbers(&batch, "u")?, numbers(&batch, "v")?);
        let work = |held: &mut Vec<[i64; 2]>, out: &mut Edges| {
            held.extend(ends.values().iter().zip(others.values()).map(|(&u, &v)| [u, v]));
            if held.len() >= MOST_EDGES {
                out.contract(&std::mem::take(held));
            }
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }

    /// Returns the edges of what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let work = |held: &mut Vec<[i64; 2]>, out: &mut Edges| {
            out.contract(&std::mem::take(held));
            Ok(())
        };
        filled(py, &self.held, work)?.finish()
    }
}

/// Columns of edges.
#[derive(Debug, Default)]
struct Edges([Vec<i64>; 2]);

impl Edges {
    /// Adds an edge from every node to the least that it hangs together with.
    fn contract(&mut self, edges: &[[i64; 2]]) {
        let mut nodes: Vec<i64> = edges.concat();
        nodes.sort_unstable();
        nodes.dedup();
        let count = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        let place = |node| u32::try_from(nodes.partition_point(|&n| n < node)).unwrap_or(u32::MAX);
        let mut components = Components::new(count);
        for &[u, v] in edges {
            components.union(place(u), place(v));
        }
        // The root of a component is its least place, and so its least node.
        for (&node, own) in nodes.iter().zip(0..) {
            let root = nodes[components.find(own) as usize];
            if root != node {
                let [ends, others] = &mut self.0;
                ends.push(node);
                others.push(root);
            }
        }
    }

    fn finish(self) -> PyResult<ArrowTable> {
        let [ends, others] = self.0.map(Int64Array::from);
        table(vec![("u", Arc::new(ends)), ("v", Arc::new(others))])
    }
}

/// A number that two lists of edges (`u`, `v`) share only where they are the same, whatever their
/// order: the number of edges and the sum of their hashes.
#[pyfunction]
pub(crate) fn checksum(input: Bound<'_, PyAny>) -> PyResult<(u64, u64)> {
    let batch = whole(&input)?;
    let (ends, others) = (numbers(&batch, "u")?, numbers(&batch, "v")?);
    let hash = |(&u, &v): (&i64, &i64)| mix(mix(u.cast_unsigned()) ^ v.cast_unsigned());
    let sum = ends.values().iter().zip(others.values()).map(hash).fold(0, u64::wrapping_add);
    Ok((batch.num_rows() as u64, sum))
}

//! Record batches become documents.

use super::cells::{Cells, Leaf, leaves};
use super::file::{OpenFile, open};
use super::parts::{self, Batches, Found};
use super::rows::ArrowRows;
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::format::maker::Emit;
use crate::corpus::format::reader::{JsonLine, RowGroup, RowGroups};
use crate::corpus::format::row_file::{self, Group, Rows, Shared, Stop};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Whether rows of one file fit into the other.
pub(super) fn same_columns(a: &Path, b: &Path) -> bool {
    let opened = |path: &Path| Shared::open(path).ok().and_then(|shared| open(shared).ok());
    // What cannot be opened is reported when it is read.
    let (Some(a), Some(b)) = (opened(a), opened(b)) else { return true };
    a.declared.fields() == b.declared.fields()
}

/// Rows of a source as JSON objects, one a line.
pub(super) fn to_json(
    inputs: &Inputs,
    source: usize,
    rows: &[Range<u64>],
    line: JsonLine<'_>,
) -> crate::error::Result<()> {
    let most = inputs.options.limits.record_bytes;
    ArrowRows::open(&inputs.needed_file(source)?, most)?.to_json(rows, line)
}

/// What the workers share of a file.
#[derive(Debug)]
struct Columns {
    open: OpenFile,
    leaves: Vec<Leaf>,
    /// The columns that are read, in order.
    wanted: Vec<usize>,
}

/// A file that is being cut into record batches.
#[derive(Debug)]
struct Groups {
    columns: Arc<Columns>,
    source: usize,
    batches: Batches,
    ended: bool,
}

/// A record batch, or what is reported in the place of those that cannot be found.
#[derive(Debug)]
struct RowsOfBatch {
    columns: Arc<Columns>,
    place: Group,
    found: Result<Found, String>,
}

/// Opens a source to be read batch by batch.
pub(super) fn open_rows(inputs: &Inputs, source: usize) -> Result<Box<dyn RowGroups>, Refusal> {
    let open = open(row_file::open(inputs, source, "Arrow")?)?;
    let leaves = leaves(open.declared.fields());
    let names: Vec<String> = leaves.iter().map(|leaf| leaf.name.clone()).collect();
    row_file::plan(inputs, source, &names)?;
    if open.parts.is_empty() && open.broken.is_none() {
        return Err(row_file::no_rows());
    }
    let planned = inputs.plan(source).map(|plan| plan.at).unwrap_or_default();
    let first = |n: usize| leaves.get(n).and_then(|leaf| leaf.path.first()).copied();
    let mut wanted: Vec<usize> = planned.into_iter().flatten().filter_map(first).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let batches = Batches::new(&open, Some(&wanted), inputs.options.limits.record_bytes);
    let columns = Arc::new(Columns { open, leaves, wanted });
    Ok(Box::new(Groups { columns, source, batches, ended: false }))
}

impl RowGroups for Groups {
    fn next_group(&mut self) -> Option<Box<dyn RowGroup>> {
        let (columns, source) = (Arc::clone(&self.columns), self.source);
        if let Some(found) = self.batches.next(&columns.open) {
            let place = Group { source, before: found.before, rows: found.rows };
            return Some(Box::new(RowsOfBatch { columns, place, found: Ok(found) }));
        }
        let what = columns.open.broken.clone().filter(|_| !self.ended)?;
        self.ended = true;
        let place = Group { source, before: self.batches.before(), rows: 0 };
        let found = Err(format!("{what} (this row and all after it)"));
        Some(Box::new(RowsOfBatch { columns, place, found }))
    }
}

impl RowGroup for RowsOfBatch {
    fn stored_bytes(&self) -> u64 {
        self.found.as_ref().map_or(0, |found| found.part.head as u64 + found.part.body)
    }

    fn each(&self, inputs: &Inputs, batch: &mut Batch, emit: Emit<'_>) {
        let names = self.columns.leaves.iter().map(|leaf| leaf.name.clone());
        row_file::each((inputs, batch), &self.place, names, emit, |rows| self.read(rows));
    }
}

impl RowsOfBatch {
    fn read(&self, rows: &mut Rows<'_, '_>) -> Result<(), Stop> {
        let found = self.found.as_ref().map_err(String::clone)?;
        let Columns { open, leaves, wanted } = &*self.columns;
        let most = rows.inputs.options.limits.record_bytes;
        let batch = parts::rows(open, found, Some(wanted), most)?;
        let mut columns = [const { None }; COLUMNS];
        for (n, (slot, at)) in columns.iter_mut().zip(rows.wanted).enumerate() {
            let Some(leaf) = at.and_then(|at| leaves.get(at)) else { continue };
            let column = wanted.iter().position(|column| leaf.path.first() == Some(column));
            let cells = column.and_then(|at| Cells::new(&batch, at, leaf, Rows::between(n)));
            if let Some(holds) = cells.as_ref().and_then(Cells::odd) {
                return Err(Rows::odd_column(&leaf.name, holds));
            }
            *slot = cells;
        }
        if !columns[TEXT].as_ref().is_some_and(Cells::are_text) {
            return Err(rows.not_a_text());
        }
        for n in 0..batch.num_rows() {
            rows.row(columns.each_ref().map(|column| column.as_ref()?.get(n)));
        }
        Ok(())
    }
}

//! Row groups become documents.

use super::file::{OpenFile, footer, open, place, plain};
use super::page_sizes::{self, Pages};
use super::rows::ParquetRows;
use super::values::{Values, kind_of};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::format::maker::Emit;
use crate::corpus::format::reader::{JsonLine, RowGroup, RowGroups};
use crate::corpus::format::row_file::{self, Group, Rows, Stop};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use parquet::basic::Repetition;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Rows read at once.
const BATCH_ROWS: usize = 256;

/// Whether rows of one file fit into the other.
pub(super) fn same_columns(a: &Path, b: &Path) -> bool {
    // What cannot be opened is reported when it is read.
    let (Ok(a), Ok(b)) = (open(a), open(b)) else { return true };
    let schema = |open: &OpenFile| open.schema().root_schema_ptr();
    schema(&a).get_fields() == schema(&b).get_fields()
}

/// Rows of a source as JSON objects, one a line.
pub(super) fn to_json(
    inputs: &Inputs,
    source: usize,
    rows: &[Range<u64>],
    line: JsonLine<'_>,
) -> crate::error::Result<()> {
    let most = inputs.options.limits.record_bytes;
    ParquetRows::open(&inputs.needed_file(source)?, most)?.to_json(rows, line)
}

/// A file that is being cut into row groups.
#[derive(Debug)]
struct Groups {
    open: Arc<OpenFile>,
    source: usize,
    group: usize,
    row: u64,
}

/// A row group.
#[derive(Debug)]
struct RowsOfGroup {
    open: Arc<OpenFile>,
    number: usize,
    place: Group,
}

/// Opens a source to be read group by group.
pub(super) fn open_rows(inputs: &Inputs, source: usize) -> Result<Box<dyn RowGroups>, Refusal> {
    let open = Arc::new(footer(row_file::open(inputs, source, "Parquet")?)?);
    row_file::plan(inputs, source, &names(open.schema()))?;
    if open.reader.num_row_groups() == 0 {
        return Err(row_file::no_rows());
    }
    Ok(Box::new(Groups { open, source, group: 0, row: 0 }))
}

impl RowGroups for Groups {
    fn next_group(&mut self) -> Option<Box<dyn RowGroup>> {
        let group = self.open.reader.metadata().row_groups().get(self.group)?;
        let count = u64::try_from(group.num_rows()).unwrap_or(0);
        let place = Group { source: self.source, before: self.row, rows: count };
        let rows = RowsOfGroup { open: Arc::clone(&self.open), number: self.group, place };
        self.group += 1;
        self.row += count;
        Some(Box::new(rows))
    }
}

impl RowGroup for RowsOfGroup {
    fn stored_bytes(&self) -> u64 {
        let group = self.open.reader.metadata().row_groups().get(self.number);
        group.and_then(|group| u64::try_from(group.compressed_size()).ok()).unwrap_or(0)
    }

    fn each(&self, inputs: &Inputs, batch: &mut Batch, emit: Emit<'_>) {
        let names = names(self.open.schema()).into_iter();
        row_file::each((inputs, batch), &self.place, names, emit, |rows| self.read(rows));
    }
}

/// The name of a leaf column: its path, up to the list whose elements it is.
fn name_of(schema: &SchemaDescriptor, column: &ColumnDescriptor) -> String {
    let parts = column.path().parts();
    let mut at = schema.root_schema();
    for (depth, part) in parts.iter().enumerate() {
        let child = at.get_fields().iter().find(|child| child.name() == part);
        let Some(child) = child else { break };
        let info = child.get_basic_info();
        if info.has_repetition() && info.repetition() == Repetition::REPEATED {
            // A list that is repeated by itself has its own name.
            let own = usize::from(child.is_primitive());
            return parts.get(..depth + own).unwrap_or_default().join(".");
        }
        if child.is_primitive() {
            break;
        }
        at = child;
    }
    column.path().string()
}

/// What the leaf columns are called, in order.
fn names(schema: &SchemaDescriptor) -> Vec<String> {
    schema.columns().iter().map(|column| name_of(schema, column)).collect()
}

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        Self::Broken(plain(&error))
    }
}

impl RowsOfGroup {
    fn read(&self, rows: &mut Rows<'_, '_>) -> Result<(), Stop> {
        let group = self.open.reader.get_row_group(self.number)?;
        let most = rows.inputs.options.limits.record_bytes;
        let mut columns = [const { None }; COLUMNS];
        for (n, (slot, wanted)) in columns.iter_mut().zip(rows.wanted).enumerate() {
            if let Some(column) = wanted {
                *slot = Some(self.column(&*group, column, (Rows::between(n), most))?);
            }
        }
        if !columns[TEXT].as_ref().is_some_and(Values::are_text) {
            return Err(rows.not_a_text());
        }
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let count = left.min(BATCH_ROWS);
            for column in columns.iter_mut().flatten() {
                column.fill(count)?;
            }
            for n in 0..count {
                rows.row(columns.each_ref().map(|column| column.as_ref()?.get(n)));
            }
            left -= count;
        }
        Ok(())
    }

    /// A column that may be read: of a known type, and its pages within the limit.
    fn column(
        &self,
        group: &dyn RowGroupReader,
        number: usize,
        (between, most): (&'static str, usize),
    ) -> Result<Values, Stop> {
        let metadata = group.metadata().column(number);
        let description = metadata.column_descr();
        let name = description.path().string();
        let Some(kind) = kind_of(description) else {
            return Err(Rows::odd_column(&name, "lists of lists"));
        };
        let (start, length) = place(metadata)?;
        let pages = Pages { file: self.open.shared(), start, end: start.saturating_add(length) };
        match page_sizes::largest(&pages, most)? {
            size if size > most => Err(Stop::OverLimit(format!(
                "page over the limit of {most} bytes: {size} bytes in column `{name}`"
            ))),
            _ => Ok(Values::new(group.get_column_reader(number)?, kind, description, between)),
        }
    }
}

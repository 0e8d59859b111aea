//! Row groups become documents.

use super::file::{OpenFile, Shared, footer, open, plain, unreadable};
use super::page_sizes::{self, Pages};
use super::rows::ParquetRows;
use super::values::{Kind, Values};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, Plan, TEXT};
use crate::corpus::format::maker::{Emit, Maker, Parsed};
use crate::corpus::format::reader::{JsonLine, RowGroup, RowGroups};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding;
use crate::trace;
use parquet::basic::Repetition;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Rows read at once.
const BATCH_ROWS: usize = 256;

/// Whether rows of one file fit into the other.
pub(super) fn same_columns(a: &Path, b: &Path) -> bool {
    // What cannot be opened is reported when it is read.
    let (Ok(a), Ok(b)) = (open(a), open(b)) else { return true };
    let schema =
        |open: &OpenFile| open.reader.metadata().file_metadata().schema_descr().root_schema_ptr();
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
struct Group {
    open: Arc<OpenFile>,
    source: usize,
    number: usize,
    /// Rows of the groups before.
    before: u64,
}

/// What a whole file is packed with, by its first bytes.
fn packed(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd] => Some("zstd"),
        [b'B', b'Z', b'h', _] => Some("bzip2"),
        _ => None,
    }
}

/// Opens a source to be read group by group.
pub(super) fn open_rows(inputs: &Inputs, source: usize) -> Result<Box<dyn RowGroups>, Refusal> {
    let found = inputs.sources.get(source);
    let Some(found) = found.filter(|found| !found.stream) else {
        return Err(Refusal::new(
            "is Parquet in a stream, which cannot be read from its end",
            "save it to a file first",
        ));
    };
    inputs.copies.stamp(source, found);
    trace::reads(&found.path, found.format.name(), found.bytes);
    let opened = inputs.file(found).and_then(|path| Shared::open(&path));
    let shared = opened.map_err(|error| {
        inputs.note_failure(&found.path, &error);
        unreadable(&error)
    })?;
    if let Ok(head) = shared.bytes(0, 4)
        && let Some(name) = packed(&head)
    {
        return Err(Refusal::new(
            format!("is Parquet inside {name}, which is not read from its end"),
            "unpack it first; Parquet packs its own pages",
        ));
    }
    let open = Arc::new(footer(shared)?);
    let columns = open.reader.metadata().file_metadata().schema_descr().num_columns();
    let most = inputs.options.limits.columns;
    if columns > most {
        return Err(Refusal::new(
            format!("has more columns than the limit of {most}: {columns}"),
            "check the file; if it really has as many, raise {max_columns}",
        ));
    }
    if open.reader.num_row_groups() == 0 {
        return Err(Refusal::new("has no rows", "check what should be in it"));
    }
    let names = names(open.reader.metadata().file_metadata().schema_descr());
    inputs.set_plan(source, Plan::new(inputs.options.columns(), &names));
    Ok(Box::new(Groups { open, source, group: 0, row: 0 }))
}

impl RowGroups for Groups {
    fn next_group(&mut self) -> Option<Box<dyn RowGroup>> {
        let group = self.open.reader.metadata().row_groups().get(self.group)?;
        let (open, source) = (Arc::clone(&self.open), self.source);
        let rows = Group { open, source, number: self.group, before: self.row };
        self.group += 1;
        self.row += u64::try_from(group.num_rows()).unwrap_or(0);
        Some(Box::new(rows))
    }
}

impl RowGroup for Group {
    fn stored_bytes(&self) -> u64 {
        let group = self.open.reader.metadata().row_groups().get(self.number);
        group.and_then(|group| u64::try_from(group.compressed_size()).ok()).unwrap_or(0)
    }

    fn each(&self, inputs: &Inputs, batch: &mut Batch, emit: Emit<'_>) {
        each(inputs, self, batch, emit);
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

/// Turns the rows of a row group into documents.
fn each(inputs: &Inputs, rows: &Group, batch: &mut Batch, emit: Emit<'_>) {
    let metadata = rows.open.reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let wanted = inputs.plan(rows.source).map(|plan| plan.at).unwrap_or_default();
    let most = inputs.options.limits.named_columns;
    for name in names(schema) {
        batch.columns.name(name.as_bytes(), most);
    }
    batch.columns.found(wanted.map(|column| column.is_some()));
    batch.columns.record();
    let Some(mut maker) = Maker::new(inputs, rows.source, batch) else { return };
    let mut group = GroupReader { inputs, rows, wanted, done: 0 };
    let read = catch_unwind(AssertUnwindSafe(|| group.read(&mut maker, emit)));
    let mut cure = "fetch or write the file again; the rows before are used";
    let cause = match read {
        Ok(Ok(())) => return,
        Ok(Err(Stop::Broken(error))) => format!("cannot be read on: {}", plain(&error)),
        Ok(Err(Stop::NoText(cause))) => {
            cure = "name the column of the text with {text_column}";
            cause
        }
        Ok(Err(Stop::Refused(cause))) => {
            cure = "name another column, or write this one in another type";
            cause
        }
        Ok(Err(Stop::OverLimit(cause))) => {
            cure = "write it in smaller pages, or raise {max_record_bytes}";
            cause
        }
        Err(_) => "cannot be read on: its parts do not fit together".to_owned(),
    };
    let row = rows.before + group.done + 1;
    maker.skip(row, cause, cure);
}

/// Why a row group is not read on.
enum Stop {
    Broken(ParquetError),
    NoText(String),
    Refused(String),
    OverLimit(String),
}

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        Self::Broken(error)
    }
}

/// A row group, being read.
struct GroupReader<'a> {
    inputs: &'a Inputs,
    rows: &'a Group,
    wanted: [Option<usize>; COLUMNS],
    done: u64,
}

impl GroupReader<'_> {
    fn read(&mut self, maker: &mut Maker<'_>, emit: Emit<'_>) -> Result<(), Stop> {
        if self.wanted[TEXT].is_none() {
            let name = &self.inputs.options.text.name;
            return Err(Stop::NoText(format!("no text column: `{name}`")));
        }
        let open = &*self.rows.open;
        let group = open.reader.get_row_group(self.rows.number)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut columns = [const { None }; COLUMNS];
        for (n, (slot, wanted)) in columns.iter_mut().zip(self.wanted).enumerate() {
            if let Some(column) = wanted {
                let between = if n == TEXT { "\n\n" } else { ", " };
                *slot = Some(self.column(&*group, column, between)?);
            }
        }
        if !columns[TEXT].as_ref().is_some_and(Values::are_text) {
            let name = &self.inputs.options.text.name;
            return Err(Stop::Refused(format!("the text is not a string: column `{name}`")));
        }
        let mut left = rows;
        while left > 0 {
            let count = left.min(BATCH_ROWS);
            for column in columns.iter_mut().flatten() {
                column.fill(count)?;
            }
            for n in 0..count {
                self.row(n, &columns, maker, emit);
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
        between: &'static str,
    ) -> Result<Values, Stop> {
        let metadata = group.metadata().column(number);
        let description = metadata.column_descr();
        let name = description.path().string();
        let kind = Kind::of(description);
        let Some(kind) = kind else {
            return Err(Stop::Refused(format!(
                "column holds lists of lists, not one text or number a row: `{name}`"
            )));
        };
        let most = self.inputs.options.limits.record_bytes;
        let (start, length) = metadata.byte_range();
        let pages =
            Pages { file: self.rows.open.shared(), start, end: start.saturating_add(length) };
        match page_sizes::largest(&pages, most)? {
            size if size > most => Err(Stop::OverLimit(format!(
                "page over the limit of {most} bytes: {size} bytes in column `{name}`"
            ))),
            _ => Ok(Values::new(group.get_column_reader(number)?, kind, description, between)),
        }
    }

    /// One row.
    fn row(
        &mut self,
        n: usize,
        columns: &[Option<Values>; COLUMNS],
        maker: &mut Maker<'_>,
        emit: &mut dyn FnMut(Parsed<'_>),
    ) {
        self.done += 1;
        let number = self.rows.before + self.done;
        let mut repaired = false;
        let values = columns.each_ref().map(|column| {
            let value = column.as_ref()?.get(n)?;
            repaired |= value.1;
            Some(value.0)
        });
        if repaired {
            maker.report(number, encoding::repair());
        }
        let text = values[TEXT].as_deref().unwrap_or_default();
        let (offset, bytes) = (self.inputs.copies.keep(text), text.len());
        let place = RecordPlace {
            source: u32::try_from(self.rows.source).unwrap_or(u32::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            offset,
            line: number,
        };
        if let Some(found) = maker.document(values, place, number) {
            emit(found);
        }
    }
}

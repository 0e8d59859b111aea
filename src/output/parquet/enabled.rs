//! Writing of typed rows.

use crate::output::rows::{Cell, Column, Type};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type as Schema, TypePtr};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a row group, at most.
const GROUP_ROWS: usize = 1 << 16;
/// Bytes of strings from which a row group ends.
const GROUP_BYTES: usize = 32 << 20;

/// Bytes on their way from the crate, which wants to own its writer, to the writer.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// Writes what has gathered.
    pub(super) fn drain(&self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        out.write_all(&bytes)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How files are written, with the key-value metadata of the file they come from.
pub(super) fn properties(metadata: Option<Vec<KeyValue>>) -> Arc<WriterProperties> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("wirecopy version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(metadata);
    Arc::new(properties.build())
}

pub(super) fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// Values of a column, and which rows have one.
#[derive(Debug)]
struct Values {
    stored: Stored,
    /// 1 where there is a value; empty for columns that always have one.
    levels: Vec<i16>,
    nullable: bool,
}

#[derive(Debug)]
enum Stored {
    Text(Vec<ByteArray>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
}

impl Values {
    fn new(column: &Column) -> Self {
        let stored = match column.kind {
            Type::Text => Stored::Text(Vec::new()),
            Type::Int => Stored::Int(Vec::new()),
            Type::Float => Stored::Float(Vec::new()),
            Type::Bool => Stored::Bool(Vec::new()),
        };
        Self { stored, levels: Vec::new(), nullable: column.nullable }
    }

    /// Adds a value and gives its weight in bytes; false where it is of another type.
    fn add(&mut self, cell: &Cell<'_>) -> Option<usize> {
        let has = !matches!(cell, Cell::Null);
        if self.nullable {
            self.levels.push(i16::from(has));
        }
        match (&mut self.stored, cell) {
            (Stored::Text(values), Cell::Text(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()));
                return Some(text.len());
            }
            (Stored::Int(values), Cell::Int(value)) => values.push(*value),
            (Stored::Float(values), Cell::Float(value)) => values.push(*value),
            (Stored::Bool(values), Cell::Bool(value)) => values.push(*value),
            (_, Cell::Null) if self.nullable => {}
            _ => return None,
        }
        Some(8)
    }

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, Buffer>) -> Parquet<()> {
        let Some(mut column) = group.next_column()? else { return Ok(()) };
        let levels = self.nullable.then_some(&self.levels[..]);
        match &mut self.stored {
            Stored::Text(values) => {
                column.typed::<ByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Stored::Int(values) => {
                column.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Stored::Float(values) => {
                column.typed::<DoubleType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Stored::Bool(values) => {
                column.typed::<BoolType>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        column.close()
    }
}

/// A file being written.
pub struct Table<W> {
    out: W,
    buffer: Buffer,
    writer: SerializedFileWriter<Buffer>,
    columns: Vec<Values>,
    rows: usize,
    bytes: usize,
}

impl<W> std::fmt::Debug for Table<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<W: Write> Table<W> {
    /// Begins a file with these columns; a point in a name makes a group of columns.
    ///
    /// # Errors
    /// What `out` returns; columns that cannot be.
    pub fn new(out: W, columns: &[Column]) -> io::Result<Self> {
        let buffer = Buffer::default();
        let schema = schema(columns).map_err(failed)?;
        let writer = SerializedFileWriter::new(buffer.clone(), schema, properties(None));
        let columns = columns.iter().map(Values::new).collect();
        let writer = writer.map_err(failed)?;
        Ok(Self { out, buffer, writer, columns, rows: 0, bytes: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What `out` returns; a cell that is not of its column's type.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let Some(bytes) = column.add(cell) else {
                return Err(io::Error::other("a value is not of its column's type"));
            };
            self.bytes += bytes;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.group()?;
        }
        Ok(())
    }

    fn group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for column in &mut self.columns {
            column.write(&mut group).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        (self.rows, self.bytes) = (0, 0);
        self.buffer.drain(&mut self.out)
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.group()?;
        }
        self.writer.close().map_err(failed)?;
        self.buffer.drain(&mut self.out)?;
        Ok(self.out)
    }
}

/// The schema of columns; those of a group stand together.
fn schema(columns: &[Column]) -> Parquet<TypePtr> {
    let mut fields: Vec<TypePtr> = Vec::new();
    let mut rest = columns;
    while let Some(first) = rest.first() {
        let Some((group, _)) = first.group() else {
            fields.push(leaf(&first.name, first)?);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let same = rest.iter().take_while(|c| c.group().is_some_and(|(name, _)| name == group));
        let count = same.count();
        let members = rest.get(..count).unwrap_or_default();
        let leaves = members.iter().filter_map(|c| c.group().map(|(_, name)| leaf(name, c)));
        let group = Schema::group_type_builder(group)
            .with_repetition(Repetition::REQUIRED)
            .with_fields(leaves.collect::<Parquet<_>>()?);
        fields.push(Arc::new(group.build()?));
        rest = rest.get(count..).unwrap_or_default();
    }
    Schema::group_type_builder("schema").with_fields(fields).build().map(Arc::new)
}

fn leaf(name: &str, column: &Column) -> Parquet<TypePtr> {
    let (physical, logical) = match column.kind {
        Type::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Type::Int => (Physical::INT64, None),
        Type::Float => (Physical::DOUBLE, None),
        Type::Bool => (Physical::BOOLEAN, None),
    };
    let repetition = if column.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    Schema::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()
        .map(Arc::new)
}

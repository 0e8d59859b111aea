//! The values of one column as text.

use crate::corpus::format::typed::{Kind, joined, moment};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;
use std::borrow::Cow;
use std::ops::Range;

/// What the values of a column mean; none where it holds lists of lists.
pub(super) fn kind_of(column: &ColumnDescriptor) -> Option<Kind> {
    if column.max_rep_level() > 1 {
        return None;
    }
    Some(kind(column.logical_type_ref(), column.converted_type(), column.type_scale()))
}

/// What values mean that are declared so.
pub(super) fn kind(logical: Option<&LogicalType>, converted: ConvertedType, scale: i32) -> Kind {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match (logical, converted) {
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Kind::Days,
        (Some(LogicalType::Timestamp(time)), _) => Kind::Moments(per_second(&time.unit)),
        (None, ConvertedType::TIMESTAMP_MILLIS) => Kind::Moments(1_000),
        (None, ConvertedType::TIMESTAMP_MICROS) => Kind::Moments(1_000_000),
        (Some(LogicalType::Time(time)), _) => Kind::Times(per_second(&time.unit)),
        (None, ConvertedType::TIME_MILLIS) => Kind::Times(1_000),
        (None, ConvertedType::TIME_MICROS) => Kind::Times(1_000_000),
        (Some(LogicalType::Float16), _) => Kind::Half,
        (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => Kind::Decimal(scale),
        (Some(LogicalType::Uuid), _) => Kind::Uuid,
        (Some(LogicalType::Integer(whole)), _) if !whole.is_signed => Kind::Unsigned,
        (
            _,
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64,
        ) => Kind::Unsigned,
        _ => Kind::Plain,
    }
}

/// A column, being read, and a batch of its values.
pub(super) struct Values {
    reader: ColumnReader,
    kind: Kind,
    max_level: i16,
    levels: Vec<i16>,
    batch: Batch,
    /// For each row the numbers of its values: of a list any number, else one or none.
    rows: Vec<Range<usize>>,
    /// Levels at which an element of a list repeats; of what is no list none.
    repeats: Option<Vec<i16>>,
    /// What is between the elements of a list.
    between: &'static str,
}

/// Values as they are stored.
enum Batch {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

fn fill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    (levels, repeats): (&mut Vec<i16>, &mut Option<Vec<i16>>),
    values: &mut Vec<T::T>,
) -> Result<()> {
    values.clear();
    levels.clear();
    if let Some(repeats) = repeats {
        repeats.clear();
    }
    reader.read_records(rows, Some(levels), repeats.as_mut(), values)?;
    Ok(())
}

impl Values {
    /// Of a column whose values mean `kind`; elements of a list are joined by `between`.
    pub(super) fn new(
        reader: ColumnReader,
        kind: Kind,
        column: &ColumnDescriptor,
        between: &'static str,
    ) -> Self {
        let max_level = column.max_def_level();
        let repeats = (column.max_rep_level() > 0).then(Vec::new);
        let batch = match &reader {
            ColumnReader::BoolColumnReader(_) => Batch::Bool(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Batch::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Batch::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Batch::Int96(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Batch::Float(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Batch::Double(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Batch::Bytes(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Batch::Fixed(Vec::new()),
        };
        let (levels, rows) = (Vec::new(), Vec::new());
        Self { reader, kind, max_level, levels, batch, rows, repeats, between }
    }

    /// Whether these are strings.
    pub(super) fn are_text(&self) -> bool {
        matches!(self.batch, Batch::Bytes(_))
    }

    /// Reads the next `rows` rows.
    pub(super) fn fill(&mut self, rows: usize) -> Result<()> {
        let levels = (&mut self.levels, &mut self.repeats);
        match (&mut self.reader, &mut self.batch) {
            (ColumnReader::BoolColumnReader(r), Batch::Bool(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::Int32ColumnReader(r), Batch::Int32(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::Int64ColumnReader(r), Batch::Int64(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::Int96ColumnReader(r), Batch::Int96(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::FloatColumnReader(r), Batch::Float(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::DoubleColumnReader(r), Batch::Double(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::ByteArrayColumnReader(r), Batch::Bytes(v)) => fill(r, rows, levels, v)?,
            (ColumnReader::FixedLenByteArrayColumnReader(r), Batch::Fixed(v)) => {
                fill(r, rows, levels, v)?;
            }
            _ => {}
        }
        self.rows.clear();
        let mut next = 0;
        let mut has = |at: usize| {
            let has = self.max_level == 0 || self.levels.get(at) == Some(&self.max_level);
            next += usize::from(has);
            next - usize::from(has)..next
        };
        let Some(repeats) = &self.repeats else {
            self.rows.extend((0..rows).map(has));
            return Ok(());
        };
        for (at, repeat) in repeats.iter().enumerate() {
            let values = has(at);
            match self.rows.last_mut() {
                Some(row) if *repeat > 0 => row.end = values.end,
                _ => self.rows.push(values),
            }
        }
        Ok(())
    }

    /// The value of a row of the batch; true where wrong bytes had to be replaced.
    pub(super) fn get(&self, row: usize) -> Option<(Cow<'_, str>, bool)> {
        let numbers = self.rows.get(row)?.clone();
        if self.repeats.is_none() || numbers.len() == 1 {
            return numbers.clone().next().and_then(|n| self.one(n));
        }
        joined(numbers.map(|n| self.one(n)), self.between)
    }

    /// A value of the batch.
    fn one(&self, n: usize) -> Option<(Cow<'_, str>, bool)> {
        let plain = |text: String| Some((Cow::Owned(text), false));
        match &self.batch {
            Batch::Bool(values) => plain(values.get(n)?.to_string()),
            Batch::Int32(values) => plain(self.kind.narrow(*values.get(n)?)?),
            Batch::Int64(values) => plain(self.kind.whole(*values.get(n)?)?),
            Batch::Int96(values) => plain(moment(values.get(n)?.to_nanos(), 1_000_000_000)?),
            Batch::Float(values) => plain(values.get(n)?.to_string()),
            Batch::Double(values) => plain(values.get(n)?.to_string()),
            Batch::Bytes(values) => self.kind.bytes(values.get(n)?.data()),
            Batch::Fixed(values) => self.kind.bytes(values.get(n)?.data()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;
    use std::sync::Arc;

    /// The kind of a column that is declared so.
    fn declared(column: &str) -> Option<Kind> {
        let schema = parse_message_type(&format!("message m {{ {column}; }}")).unwrap();
        kind_of(&SchemaDescriptor::new(Arc::new(schema)).column(0))
    }

    #[test]
    fn the_type_of_a_column_says_what_its_values_mean() {
        for (column, expected) in [
            ("required binary x (UTF8)", Some(Kind::Plain)),
            ("optional int64 x", Some(Kind::Plain)),
            ("optional int32 x (DATE)", Some(Kind::Days)),
            ("optional int64 x (TIMESTAMP(MILLIS,true))", Some(Kind::Moments(1_000))),
            ("optional int64 x (TIMESTAMP(MICROS,true))", Some(Kind::Moments(1_000_000))),
            ("optional int64 x (TIMESTAMP(NANOS,false))", Some(Kind::Moments(1_000_000_000))),
            ("optional int64 x (TIMESTAMP_MILLIS)", Some(Kind::Moments(1_000))),
            ("optional int64 x (TIMESTAMP_MICROS)", Some(Kind::Moments(1_000_000))),
            ("optional int32 x (DECIMAL(9,2))", Some(Kind::Decimal(2))),
            ("optional int64 x (INTEGER(64,false))", Some(Kind::Unsigned)),
            ("optional int32 x (UINT_32)", Some(Kind::Unsigned)),
            ("optional fixed_len_byte_array(16) x (UUID)", Some(Kind::Uuid)),
            ("optional int32 x (TIME(MILLIS,true))", Some(Kind::Times(1_000))),
            ("optional int64 x (TIME_MICROS)", Some(Kind::Times(1_000_000))),
            ("optional fixed_len_byte_array(2) x (FLOAT16)", Some(Kind::Half)),
            ("repeated binary x (UTF8)", Some(Kind::Plain)),
        ] {
            assert_eq!(declared(column), expected, "{column}");
        }
    }
}

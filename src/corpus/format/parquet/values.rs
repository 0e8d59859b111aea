//! The values of one column as text.

use jiff::{SignedDuration, Timestamp, civil};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;
use std::borrow::Cow;

/// What the stored values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As they are.
    Plain,
    /// Days since 1970.
    Days,
    /// Such parts of a second since 1970.
    Moments(i64),
}

impl Kind {
    /// Of a column; none where it does not hold one value a row, or one that has no text.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Self> {
        if column.max_rep_level() > 0 {
            return None;
        }
        let per_second = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        };
        Some(match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Self::Days,
            (Some(LogicalType::Timestamp(time)), _) => Self::Moments(per_second(&time.unit)),
            (None, ConvertedType::TIMESTAMP_MILLIS) => Self::Moments(1_000),
            (None, ConvertedType::TIMESTAMP_MICROS) => Self::Moments(1_000_000),
            (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => return None,
            _ => Self::Plain,
        })
    }
}

/// A column, being read, and a batch of its values.
pub(super) struct Values {
    reader: ColumnReader,
    kind: Kind,
    max_level: i16,
    levels: Vec<i16>,
    batch: Batch,
    /// For each row the number of its value, where it has one.
    rows: Vec<Option<usize>>,
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
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<()> {
    values.clear();
    levels.clear();
    reader.read_records(rows, Some(levels), None, values)?;
    Ok(())
}

impl Values {
    pub(super) fn new(reader: ColumnReader, kind: Kind, max_level: i16) -> Self {
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
        Self { reader, kind, max_level, levels: Vec::new(), batch, rows: Vec::new() }
    }

    /// Whether these are strings.
    pub(super) fn are_text(&self) -> bool {
        matches!(self.batch, Batch::Bytes(_))
    }

    /// Reads the next `rows` rows.
    pub(super) fn fill(&mut self, rows: usize) -> Result<()> {
        let levels = &mut self.levels;
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
        for row in 0..rows {
            let has = self.max_level == 0 || self.levels.get(row) == Some(&self.max_level);
            self.rows.push(has.then_some(next));
            next += usize::from(has);
        }
        Ok(())
    }

    /// The value of a row of the batch; true where wrong bytes had to be replaced.
    pub(super) fn get(&self, row: usize) -> Option<(Cow<'_, str>, bool)> {
        let n = self.rows.get(row).copied().flatten()?;
        let plain = |text: String| Some((Cow::Owned(text), false));
        match &self.batch {
            Batch::Bool(values) => plain(values.get(n)?.to_string()),
            Batch::Int32(values) => plain(self.whole(i64::from(*values.get(n)?))?),
            Batch::Int64(values) => plain(self.whole(*values.get(n)?)?),
            Batch::Int96(values) => plain(moment(values.get(n)?.to_nanos(), 1_000_000_000)?),
            Batch::Float(values) => plain(values.get(n)?.to_string()),
            Batch::Double(values) => plain(values.get(n)?.to_string()),
            Batch::Bytes(values) => Some(lossy(values.get(n)?.data())),
            Batch::Fixed(values) => Some(lossy(values.get(n)?.data())),
        }
    }

    fn whole(&self, value: i64) -> Option<String> {
        match self.kind {
            Kind::Plain => Some(value.to_string()),
            Kind::Days => {
                let days = SignedDuration::from_hours(value.checked_mul(24)?);
                Some(civil::date(1970, 1, 1).checked_add(days).ok()?.to_string())
            }
            Kind::Moments(per_second) => moment(value, per_second),
        }
    }
}

/// A moment in RFC 3339.
fn moment(value: i64, per_second: i64) -> Option<String> {
    let second = value.div_euclid(per_second);
    let rest = value.rem_euclid(per_second) * (1_000_000_000 / per_second);
    Some(Timestamp::new(second, i32::try_from(rest).ok()?).ok()?.to_string())
}

fn lossy(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let text = String::from_utf8_lossy(bytes);
    let repaired = matches!(text, Cow::Owned(_));
    (text, repaired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;
    use std::sync::Arc;

    /// The kind of a column that is declared so.
    fn kind(column: &str) -> Option<Kind> {
        let schema = parse_message_type(&format!("message m {{ {column}; }}")).unwrap();
        Kind::of(&SchemaDescriptor::new(Arc::new(schema)).column(0))
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
            ("optional int32 x (DECIMAL(9,2))", None),
            ("repeated binary x (UTF8)", None),
        ] {
            assert_eq!(kind(column), expected, "{column}");
        }
    }

    #[test]
    fn moments_are_written_in_full() {
        assert_eq!(moment(1_500, 1_000).as_deref(), Some("1970-01-01T00:00:01.5Z"));
        assert_eq!(moment(-1, 1_000_000).as_deref(), Some("1969-12-31T23:59:59.999999Z"));
        assert_eq!(moment(0, 1_000_000_000).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(moment(i64::MAX, 1_000), None, "beyond all years");
    }

    #[test]
    fn wrong_bytes_are_reported() {
        assert_eq!(lossy("caf\u{e9}".as_bytes()), (Cow::Borrowed("caf\u{e9}"), false));
        assert_eq!(lossy(b"caf\xe9"), (Cow::Borrowed("caf\u{fffd}"), true));
    }
}

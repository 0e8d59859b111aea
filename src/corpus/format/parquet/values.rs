//! The values of one column as text.

use jiff::{SignedDuration, Timestamp, civil};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;
use std::borrow::Cow;
use std::ops::Range;

/// What the stored values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As they are.
    Plain,
    /// Numbers without a sign.
    Unsigned,
    /// Days since 1970.
    Days,
    /// Such parts of a second since 1970.
    Moments(i64),
    /// Numbers with so many digits after the point.
    Decimal(i32),
    /// Sixteen bytes that are a UUID.
    Uuid,
}

impl Kind {
    /// Of a column; none where it holds lists of lists.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Self> {
        if column.max_rep_level() > 1 {
            return None;
        }
        Some(Self::stored(column.logical_type_ref(), column.converted_type(), column.type_scale()))
    }

    /// Of values that are declared so.
    pub(super) fn stored(
        logical: Option<&LogicalType>,
        converted: ConvertedType,
        scale: i32,
    ) -> Self {
        let per_second = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        };
        match (logical, converted) {
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Self::Days,
            (Some(LogicalType::Timestamp(time)), _) => Self::Moments(per_second(&time.unit)),
            (None, ConvertedType::TIMESTAMP_MILLIS) => Self::Moments(1_000),
            (None, ConvertedType::TIMESTAMP_MICROS) => Self::Moments(1_000_000),
            (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => {
                Self::Decimal(scale)
            }
            (Some(LogicalType::Uuid), _) => Self::Uuid,
            (Some(LogicalType::Integer(whole)), _) if !whole.is_signed => Self::Unsigned,
            (
                _,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Self::Unsigned,
            _ => Self::Plain,
        }
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
        if numbers.is_empty() {
            return None;
        }
        let (mut all, mut repaired) = (String::new(), false);
        for n in numbers {
            let Some((value, odd)) = self.one(n) else { continue };
            if !all.is_empty() {
                all.push_str(self.between);
            }
            all.push_str(&value);
            repaired |= odd;
        }
        Some((Cow::Owned(all), repaired))
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

impl Kind {
    /// A number of 32 bits as text.
    pub(super) fn narrow(self, value: i32) -> Option<String> {
        match self {
            Self::Unsigned => Some(value.cast_unsigned().to_string()),
            _ => self.whole(i64::from(value)),
        }
    }

    /// A number as text.
    pub(super) fn whole(self, value: i64) -> Option<String> {
        match self {
            Self::Plain | Self::Uuid => Some(value.to_string()),
            Self::Unsigned => Some(value.cast_unsigned().to_string()),
            Self::Days => {
                let days = SignedDuration::from_hours(value.checked_mul(24)?);
                Some(civil::date(1970, 1, 1).checked_add(days).ok()?.to_string())
            }
            Self::Moments(per_second) => moment(value, per_second),
            Self::Decimal(scale) => decimal(i128::from(value), scale),
        }
    }

    /// Bytes as text; true where wrong ones had to be replaced.
    pub(super) fn bytes(self, bytes: &[u8]) -> Option<(Cow<'_, str>, bool)> {
        match self {
            Self::Uuid if bytes.len() == 16 => Some((Cow::Owned(uuid(bytes)), false)),
            Self::Decimal(scale) => {
                let value = big_endian(bytes)?;
                Some((Cow::Owned(decimal(value, scale)?), false))
            }
            _ => Some(lossy(bytes)),
        }
    }
}

/// A signed number in as many bytes as there are, the highest first; none where it is too large.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = bytes.first()?;
    if bytes.len() > 16 {
        return None;
    }
    let start = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte)))
}

/// A number with `scale` digits after the point.
fn decimal(value: i128, scale: i32) -> Option<String> {
    let scale = usize::try_from(scale).ok().filter(|scale| *scale <= 64)?;
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// The usual form of a UUID.
fn uuid(bytes: &[u8]) -> String {
    let part = |(n, byte): (usize, &u8)| {
        let sign = if matches!(n, 4 | 6 | 8 | 10) { "-" } else { "" };
        format!("{sign}{byte:02x}")
    };
    bytes.iter().enumerate().map(part).collect::<Vec<_>>().concat()
}

/// A moment in RFC 3339.
pub(super) fn moment(value: i64, per_second: i64) -> Option<String> {
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
            ("optional int32 x (DECIMAL(9,2))", Some(Kind::Decimal(2))),
            ("optional int64 x (INTEGER(64,false))", Some(Kind::Unsigned)),
            ("optional int32 x (UINT_32)", Some(Kind::Unsigned)),
            ("optional fixed_len_byte_array(16) x (UUID)", Some(Kind::Uuid)),
            ("repeated binary x (UTF8)", Some(Kind::Plain)),
        ] {
            assert_eq!(kind(column), expected, "{column}");
        }
    }

    #[test]
    fn numbers_are_printed_as_what_they_are() {
        assert_eq!(Kind::Unsigned.whole(-1).as_deref(), Some("18446744073709551615"));
        assert_eq!(Kind::Unsigned.narrow(-1_294_967_296).as_deref(), Some("3000000000"));
        assert_eq!(Kind::Plain.narrow(-7).as_deref(), Some("-7"));
        assert_eq!(Kind::Decimal(2).whole(-5).as_deref(), Some("-0.05"));
        assert_eq!(Kind::Decimal(0).whole(12).as_deref(), Some("12"));
        let bytes = |kind: Kind, bytes: &[u8]| kind.bytes(bytes).map(|(text, _)| text.into_owned());
        assert_eq!(bytes(Kind::Decimal(3), &[0xff, 0x85]).as_deref(), Some("-0.123"));
        assert_eq!(bytes(Kind::Decimal(3), &[0, 0, 0x30, 0x39]).as_deref(), Some("12.345"));
        assert_eq!(bytes(Kind::Decimal(3), &[1; 17]), None);
        let id: Vec<u8> = (0..16).collect();
        let text = "00010203-0405-0607-0809-0a0b0c0d0e0f";
        assert_eq!(bytes(Kind::Uuid, &id).as_deref(), Some(text));
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

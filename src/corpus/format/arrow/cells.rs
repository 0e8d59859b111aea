//! The values of a column of a record batch as text.
//!
//! Invariant: a value is the same text as in Parquet (`typed`); strings arrive here as bytes.

use crate::corpus::format::typed::{
    Kind, Shown, decimal, joined, lossy, moment, point, time_of_day,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use std::borrow::Cow;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// A column without columns inside it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Its name after those of the groups that it is in.
    pub(super) name: String,
    /// Its place among the columns, then inside each group.
    pub(super) path: Vec<usize>,
}

/// The leaves of a schema, in order.
pub(super) fn leaves(fields: &Fields) -> Vec<Leaf> {
    let mut all = Vec::new();
    add_leaves(fields, "", &[], &mut all);
    all
}

fn add_leaves(fields: &Fields, above: &str, path: &[usize], all: &mut Vec<Leaf>) {
    for (n, field) in fields.iter().enumerate() {
        let name = format!("{above}{}", field.name());
        let path = [path, &[n]].concat();
        match field.data_type() {
            DataType::Struct(inner) => add_leaves(inner, &format!("{name}."), &path, all),
            _ => all.push(Leaf { name, path }),
        }
    }
}

/// A column of a record batch.
pub(super) struct Cells<'a> {
    array: &'a ArrayRef,
    /// The groups that it is in: where one is null, so is the value.
    above: Vec<&'a ArrayRef>,
    /// Sixteen bytes are a UUID.
    uuid: bool,
    /// What is between the values of a list.
    between: &'static str,
}

impl<'a> Cells<'a> {
    /// A leaf, whose first column is number `at` of a batch; none where it is not there.
    pub(super) fn new(
        batch: &'a RecordBatch,
        at: usize,
        leaf: &Leaf,
        between: &'static str,
    ) -> Option<Self> {
        let (mut array, mut above) = (batch.columns().get(at)?, Vec::new());
        let schema = batch.schema_ref();
        let mut field = schema.fields().get(at)?;
        for n in leaf.path.iter().skip(1) {
            above.push(array);
            let DataType::Struct(fields) = field.data_type() else { return None };
            field = fields.get(*n)?;
            array = array.as_struct_opt()?.columns().get(*n)?;
        }
        Some(Self { array, above, uuid: is_uuid(field), between })
    }

    /// Whether these are strings, or lists of them.
    pub(super) fn are_text(&self) -> bool {
        let kind = self.array.data_type();
        is_text(list_of(kind).unwrap_or(kind))
    }

    /// What these are, where they are no texts or numbers.
    pub(super) fn odd(&self) -> Option<&'static str> {
        let kind = self.array.data_type();
        let inner = list_of(kind).unwrap_or(kind);
        match inner {
            kind if list_of(kind).is_some() => Some("lists of lists"),
            DataType::Struct(_) => Some("lists of groups"),
            DataType::Map(..) => Some("maps"),
            DataType::Union(..) => Some("values of several types"),
            DataType::RunEndEncoded(..) => Some("runs of values"),
            DataType::Interval(_) => Some("intervals"),
            DataType::ListView(_) | DataType::LargeListView(_) => Some("views of lists"),
            DataType::FixedSizeList(_, 0) => Some("lists without values"),
            _ => None,
        }
    }

    /// The value of a row.
    pub(super) fn get(&self, row: usize) -> Option<Shown<'a>> {
        if self.above.iter().any(|array| array.is_null(row)) {
            return None;
        }
        if self.uuid && !self.array.is_null(row) {
            let bytes = self.array.as_fixed_size_binary_opt()?.value(row);
            return Kind::Uuid.bytes(bytes);
        }
        match list_of(self.array.data_type()) {
            Some(_) => self.list(row),
            None => text(self.array, row),
        }
    }

    /// The values of a list as one text.
    fn list(&self, row: usize) -> Option<Shown<'a>> {
        let values = elements(self.array, row)?;
        let texts = (0..values.len()).map(|n| text(&values, n));
        joined(texts, self.between)
    }
}

/// The type of the values of a list.
pub(super) fn list_of(kind: &DataType) -> Option<&DataType> {
    match kind {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, 1..) => Some(field.data_type()),
        _ => None,
    }
}

/// The values of the list in a row; none where it is null.
pub(super) fn elements(array: &ArrayRef, row: usize) -> Option<ArrayRef> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::List(_) => array.as_list_opt::<i32>()?.value(row),
        DataType::LargeList(_) => array.as_list_opt::<i64>()?.value(row),
        DataType::FixedSizeList(..) => array.as_fixed_size_list_opt()?.value(row),
        DataType::ListView(_) => array.as_list_view_opt::<i32>()?.value(row),
        DataType::LargeListView(_) => array.as_list_view_opt::<i64>()?.value(row),
        _ => return None,
    })
}

/// Whether values of a type are strings.
pub(super) fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// Whether a field says that it holds UUIDs.
pub(super) fn is_uuid(field: &Field) -> bool {
    let extension = field.metadata().get("ARROW:extension:name");
    matches!(field.data_type(), DataType::FixedSizeBinary(16))
        && extension.is_some_and(|name| name == "arrow.uuid")
}

/// The value of a row as text; none where it is null, or of a type that has no text.
pub(super) fn text(array: &ArrayRef, row: usize) -> Option<Shown<'_>> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Binary => Some(lossy(array.as_binary_opt::<i32>()?.value(row))),
        DataType::LargeBinary => Some(lossy(array.as_binary_opt::<i64>()?.value(row))),
        DataType::BinaryView => Some(lossy(array.as_binary_view_opt()?.value(row))),
        DataType::FixedSizeBinary(_) => Some(lossy(array.as_fixed_size_binary_opt()?.value(row))),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let key = whole(dictionary.keys(), row)?;
            text(dictionary.values(), usize::try_from(key).ok()?)
        }
        _ => Some((Cow::Owned(plain(array, row)?), false)),
    }
}

/// A value that is no string.
fn plain(array: &ArrayRef, row: usize) -> Option<String> {
    if let DataType::Time32(unit) | DataType::Time64(unit) = array.data_type() {
        return time_of_day(i64::try_from(whole(array, row)?).ok()?, per_second(*unit));
    }
    if let Some(number) = whole(array, row) {
        return Some(number.to_string());
    }
    match array.data_type() {
        DataType::Boolean => Some(array.as_boolean_opt()?.value(row).to_string()),
        DataType::Float16 => Some(array.as_primitive_opt::<Float16Type>()?.value(row).to_string()),
        DataType::Float32 => Some(array.as_primitive_opt::<Float32Type>()?.value(row).to_string()),
        DataType::Float64 => Some(array.as_primitive_opt::<Float64Type>()?.value(row).to_string()),
        DataType::Date32 => {
            let days = array.as_primitive_opt::<Date32Type>()?.value(row);
            Kind::Days.whole(i64::from(days))
        }
        DataType::Date64 => {
            let value = array.as_primitive_opt::<Date64Type>()?.value(row);
            match value % DAY_MS {
                0 => Kind::Days.whole(value / DAY_MS),
                _ => moment(value, 1_000),
            }
        }
        DataType::Timestamp(unit, _) => timestamp(array, row, *unit),
        DataType::Decimal32(_, scale) => {
            let value = array.as_primitive_opt::<Decimal32Type>()?.value(row);
            decimal(i128::from(value), i32::from(*scale))
        }
        DataType::Decimal64(_, scale) => {
            let value = array.as_primitive_opt::<Decimal64Type>()?.value(row);
            decimal(i128::from(value), i32::from(*scale))
        }
        DataType::Decimal128(_, scale) => {
            decimal(array.as_primitive_opt::<Decimal128Type>()?.value(row), i32::from(*scale))
        }
        DataType::Decimal256(_, scale) => {
            let value = array.as_primitive_opt::<Decimal256Type>()?.value(row).to_string();
            let (sign, digits) = value.strip_prefix('-').map_or(("", &*value), |rest| ("-", rest));
            Some(format!("{sign}{}", point(digits, i32::from(*scale))?))
        }
        _ => None,
    }
}

fn timestamp(array: &ArrayRef, row: usize, unit: TimeUnit) -> Option<String> {
    let value = match unit {
        TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>()?.value(row),
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.value(row),
        TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row),
        TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>()?.value(row),
    };
    moment(value, per_second(unit))
}

fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// A whole number, also of a time of day or of a duration; none where it is of another type.
pub(super) fn whole(array: &dyn Array, row: usize) -> Option<i128> {
    macro_rules! number {
        ($kind:ty) => {
            i128::from(array.as_primitive_opt::<$kind>()?.value(row))
        };
    }
    Some(match array.data_type() {
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Time32(TimeUnit::Second) => number!(Time32SecondType),
        DataType::Time32(_) => number!(Time32MillisecondType),
        DataType::Time64(TimeUnit::Nanosecond) => number!(Time64NanosecondType),
        DataType::Time64(_) => number!(Time64MicrosecondType),
        DataType::Duration(TimeUnit::Second) => number!(DurationSecondType),
        DataType::Duration(TimeUnit::Millisecond) => number!(DurationMillisecondType),
        DataType::Duration(TimeUnit::Microsecond) => number!(DurationMicrosecondType),
        DataType::Duration(TimeUnit::Nanosecond) => number!(DurationNanosecondType),
        _ => return None,
    })
}

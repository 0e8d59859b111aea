//! Columns of any plain type as strings, numbers or bytes.
//!
//! Used by `columns` and `batch` for what engines and table libraries pass. Written here and not
//! taken from `arrow-cast`, which brings eight more crates into the wheel. Invariant: a null stays a
//! null, and a type that has no plain writing is refused.

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime_with_timezone;
use arrow_array::timezone::Tz;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, Decimal128Type, Decimal256Type,
    DecimalType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, BinaryArray, Float64Array, Int64Array, LargeStringArray};
use arrow_schema::{DataType, TimeUnit};

/// The values as strings; none if values of this type are not written as text, or one of them
/// cannot be.
pub(crate) fn strings(column: &dyn Array) -> Option<LargeStringArray> {
    Some(match column.data_type() {
        DataType::LargeUtf8 => column.as_string::<i64>().clone(),
        DataType::Utf8 => column.as_string::<i32>().iter().collect(),
        DataType::Utf8View => column.as_string_view().iter().collect(),
        DataType::Null => LargeStringArray::new_null(column.len()),
        DataType::Boolean => {
            column.as_boolean().iter().map(|one| one.map(|one| one.to_string())).collect()
        }
        DataType::Dictionary(_, values) if !values.is_nested() => {
            let dictionary = column.as_any_dictionary();
            let values = strings(dictionary.values().as_ref())?;
            if values.is_empty() {
                return Some(LargeStringArray::new_null(column.len()));
            }
            let keys = dictionary.normalized_keys();
            let value = |(row, key): (usize, usize)| {
                (column.is_valid(row) && values.is_valid(key)).then(|| values.value(key))
            };
            keys.into_iter().enumerate().map(value).collect()
        }
        DataType::Int8 => written::<Int8Type>(column),
        DataType::Int16 => written::<Int16Type>(column),
        DataType::Int32 => written::<Int32Type>(column),
        DataType::Int64 => written::<Int64Type>(column),
        DataType::UInt8 => written::<UInt8Type>(column),
        DataType::UInt16 => written::<UInt16Type>(column),
        DataType::UInt32 => written::<UInt32Type>(column),
        DataType::UInt64 => written::<UInt64Type>(column),
        DataType::Float32 => written::<Float32Type>(column),
        DataType::Float64 => written::<Float64Type>(column),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(column),
        DataType::Decimal256(..) => decimals::<Decimal256Type>(column),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            let day = |row| days.value_as_date(row).map(|day| day.to_string());
            each(column, day)?
        }
        DataType::Date64 => {
            let days = column.as_primitive::<Date64Type>();
            let day = |row| days.value_as_datetime(row).map(|moment| format!("{moment:?}"));
            each(column, day)?
        }
        DataType::Timestamp(unit, zone) => {
            let zone = zone.as_deref();
            match unit {
                TimeUnit::Second => moments::<TimestampSecondType>(column, zone)?,
                TimeUnit::Millisecond => moments::<TimestampMillisecondType>(column, zone)?,
                TimeUnit::Microsecond => moments::<TimestampMicrosecondType>(column, zone)?,
                TimeUnit::Nanosecond => moments::<TimestampNanosecondType>(column, zone)?,
            }
        }
        _ => return None,
    })
}

/// The values that `write` makes of the rows that have one; none if it fails.
fn each(column: &dyn Array, write: impl Fn(usize) -> Option<String>) -> Option<LargeStringArray> {
    let value = |row| {
        if column.is_null(row) {
            return Some(None);
        }
        write(row).map(Some)
    };
    (0..column.len()).map(value).collect()
}

/// Numbers as they are written with all their digits: 7, 7.0.
fn written<T: ArrowPrimitiveType>(column: &dyn Array) -> LargeStringArray {
    let values = column.as_primitive::<T>();
    values.iter().map(|one| one.map(|one| format!("{one:?}"))).collect()
}

fn decimals<T: DecimalType>(column: &dyn Array) -> LargeStringArray {
    let values = column.as_primitive::<T>();
    let value = |row| values.is_valid(row).then(|| values.value_as_string(row));
    (0..values.len()).map(value).collect()
}

/// Moments in the form of ISO 8601. Of a zone that is known by its name alone (`Europe/Rome`), the
/// moment is written in UTC.
fn moments<T: ArrowTimestampType>(
    column: &dyn Array,
    zone: Option<&str>,
) -> Option<LargeStringArray> {
    let values = column.as_primitive::<T>();
    let offset = zone.and_then(|zone| zone.parse::<Tz>().ok());
    each(column, |row| {
        let Some(offset) = offset else {
            let mark = if zone.is_some() { "Z" } else { "" };
            return values.value_as_datetime(row).map(|moment| format!("{moment:?}{mark}"));
        };
        let moment = as_datetime_with_timezone::<T>(values.value(row), offset)?;
        Some(moment.to_rfc3339())
    })
}

/// The values as numbers; none if one of them is none.
pub(crate) fn numbers(column: &dyn Array) -> Option<Int64Array> {
    Some(match column.data_type() {
        DataType::Int64 => column.as_primitive::<Int64Type>().clone(),
        DataType::Int32 => column.as_primitive::<Int32Type>().unary(i64::from),
        DataType::Int16 => column.as_primitive::<Int16Type>().unary(i64::from),
        DataType::Int8 => column.as_primitive::<Int8Type>().unary(i64::from),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().unary(i64::from),
        DataType::UInt16 => column.as_primitive::<UInt16Type>().unary(i64::from),
        DataType::UInt8 => column.as_primitive::<UInt8Type>().unary(i64::from),
        DataType::UInt64 => {
            let values = column.as_primitive::<UInt64Type>();
            let value = |one: Option<u64>| one.map(i64::try_from).transpose();
            values.iter().map(value).collect::<Result<_, _>>().ok()?
        }
        DataType::Null => Int64Array::new_null(column.len()),
        _ => return None,
    })
}

/// The values as numbers with a fraction; none if they are no numbers.
pub(crate) fn fractions(column: &dyn Array) -> Option<Float64Array> {
    Some(match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().clone(),
        DataType::Float32 => column.as_primitive::<Float32Type>().unary(f64::from),
        DataType::Null => Float64Array::new_null(column.len()),
        _ => return None,
    })
}

/// The values as bytes; none if they are no bytes.
pub(crate) fn bytes(column: &dyn Array) -> Option<BinaryArray> {
    Some(match column.data_type() {
        DataType::Binary => column.as_binary::<i32>().clone(),
        DataType::LargeBinary => column.as_binary::<i64>().iter().collect(),
        DataType::BinaryView => column.as_binary_view().iter().collect(),
        DataType::Null => BinaryArray::new_null(column.len()),
        _ => return None,
    })
}

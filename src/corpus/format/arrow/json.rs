//! Rows of record batches as JSON objects.
//!
//! Invariant: a value is written as that of a Parquet file would be: numbers and truth values as
//! they are, what JSON has no form for as a string, and no number as null.

use super::cells::{elements, is_text, is_uuid, text, whole};
use crate::corpus::format::json_text::{json_names, string};
use crate::corpus::format::typed::Kind;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float16Type, Float32Type, Float64Type, RunEndIndexType};
use arrow_array::types::{Int16Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields};

/// Appends a row as a JSON object.
pub(super) fn row(batch: &RecordBatch, row: usize, out: &mut Vec<u8>) {
    object(batch.schema_ref().fields(), batch.columns(), row, out);
}

/// Appends an object.
fn object(fields: &Fields, columns: &[ArrayRef], row: usize, out: &mut Vec<u8>) {
    out.push(b'{');
    let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
    let names = json_names(&names);
    for (n, (name, (field, column))) in names.iter().zip(fields.iter().zip(columns)).enumerate() {
        if n > 0 {
            out.push(b',');
        }
        string(name, out);
        out.push(b':');
        value(field, column, row, out);
    }
    out.push(b'}');
}

/// Appends a value.
fn value(field: &Field, array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    if array.is_null(row) {
        return out.extend_from_slice(b"null");
    }
    if is_uuid(field) {
        let bytes = array.as_fixed_size_binary_opt().map(|array| array.value(row));
        let shown = bytes.and_then(|bytes| Kind::Uuid.bytes(bytes));
        return string(&shown.map(|(text, _)| text).unwrap_or_default(), out);
    }
    match array.data_type() {
        DataType::Boolean => write(text(array, row).as_ref().map(|(text, _)| &**text), out),
        DataType::Struct(fields) => {
            let columns = array.as_struct_opt().map(arrow_array::StructArray::columns);
            object(fields, columns.unwrap_or_default(), row, out);
        }
        DataType::List(inner)
        | DataType::LargeList(inner)
        | DataType::FixedSizeList(inner, _)
        | DataType::ListView(inner)
        | DataType::LargeListView(inner) => list(inner, elements(array, row), out),
        DataType::Map(..) => map(array, row, out),
        DataType::Dictionary(..) => {
            let Some(known) = array.as_any_dictionary_opt() else { return };
            let key = whole(known.keys(), row).and_then(|key| usize::try_from(key).ok());
            let inner = Field::new("", known.values().data_type().clone(), true);
            value(&inner, known.values(), key.unwrap_or(usize::MAX), out);
        }
        DataType::Union(..) => union(array, row, out),
        DataType::RunEndEncoded(ends, values) => match ends.data_type() {
            DataType::Int16 => run::<Int16Type>(values, array, row, out),
            DataType::Int32 => run::<Int32Type>(values, array, row, out),
            _ => run::<Int64Type>(values, array, row, out),
        },
        _ => scalar(array, row, out),
    }
}

/// Appends a number as it is, or a string.
fn scalar(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    let finite = match array.data_type() {
        DataType::Float16 => {
            array.as_primitive_opt::<Float16Type>().map(|array| array.value(row).is_finite())
        }
        DataType::Float32 => {
            array.as_primitive_opt::<Float32Type>().map(|array| array.value(row).is_finite())
        }
        DataType::Float64 => {
            array.as_primitive_opt::<Float64Type>().map(|array| array.value(row).is_finite())
        }
        _ => whole(array, row).map(|_| true),
    };
    let shown = text(array, row).map(|(text, _)| text);
    match (finite, shown) {
        (Some(true), shown) => write(shown.as_deref(), out),
        (None, Some(shown)) => string(&shown, out),
        (None, None) if is_text(array.data_type()) => string("", out),
        _ => out.extend_from_slice(b"null"),
    }
}

fn write(text: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(text.unwrap_or("null").as_bytes());
}

fn list(inner: &Field, values: Option<ArrayRef>, out: &mut Vec<u8>) {
    out.push(b'[');
    if let Some(values) = values {
        for n in 0..values.len() {
            if n > 0 {
                out.push(b',');
            }
            value(inner, &values, n, out);
        }
    }
    out.push(b']');
}

fn map(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    let Some(map) = array.as_map_opt() else { return out.extend_from_slice(b"null") };
    let entries = map.value(row);
    let (Some(keys), Some(values)) = (entries.columns().first(), entries.columns().get(1)) else {
        return out.extend_from_slice(b"null");
    };
    let inner = Field::new("", values.data_type().clone(), true);
    out.push(b'{');
    for n in 0..entries.len() {
        if n > 0 {
            out.push(b',');
        }
        string(&text(keys, n).map(|(text, _)| text).unwrap_or_default(), out);
        out.push(b':');
        value(&inner, values, n, out);
    }
    out.push(b'}');
}

fn union(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    let Some(union) = array.as_union_opt() else { return out.extend_from_slice(b"null") };
    let chosen = union.value(row);
    let inner = Field::new("", chosen.data_type().clone(), true);
    value(&inner, &chosen, 0, out);
}

fn run<R: RunEndIndexType>(inner: &Field, array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    match array.as_run_opt::<R>() {
        Some(runs) => value(inner, runs.values(), runs.get_physical_index(row), out),
        None => out.extend_from_slice(b"null"),
    }
}

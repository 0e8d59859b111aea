//! Arrow tables across the border to Python: the `PyCapsule` interface of the Arrow C stream.
//!
//! What comes in feeds `columns`; what goes out is made by `table`. The only place of the wheel
//! with `unsafe`. Invariant: a stream has one owner, and whoever gives it away keeps a released
//! one, as the interface asks (<https://arrow.apache.org/docs/format/CDataInterface>).
#![expect(unsafe_code, reason = "a stream is handed over by its address")]

use arrow_array::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::CStr;

/// The name that the interface gives to capsules of streams.
const STREAM: &CStr = c"arrow_array_stream";

/// Takes the batches of an object that has `__arrow_c_stream__`.
pub(crate) fn import(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let capsule = capsule.cast_into::<PyCapsule>().map_err(|_| {
        PyValueError::new_err("`__arrow_c_stream__` returned no capsule. pass an Arrow table")
    })?;
    let address = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: The capsule has the name that the interface reserves for a pointer to an initialised
    // stream, `pointer_checked` has compared it, and the capsule lives until the end of this
    // function. The stream is moved out and marked as released, so its capsule frees nothing twice.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(address.as_ptr()) };
    let reader = ArrowArrayStreamReader::try_new(stream).map_err(|error| unreadable(&error))?;
    let schema = reader.schema();
    let batches =
        reader.collect::<Result<Vec<_>, ArrowError>>().map_err(|error| unreadable(&error))?;
    Ok((schema, batches))
}

/// A capsule with a stream of these batches.
pub(crate) fn export(
    py: Python<'_>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'_, PyCapsule>> {
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    // Where no one takes the stream out of the capsule, dropping its value releases it.
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

fn unreadable(error: &ArrowError) -> PyErr {
    PyValueError::new_err(format!(
        "the Arrow stream cannot be read: {error}. pass a table with named columns"
    ))
}

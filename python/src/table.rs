//! Records become Arrow tables.
//!
//! Fed by `results` with the records of the library, whose fields and types come from their one
//! declaration in `wirecopy::record`, so that no field can be left out here. A record inside a
//! record is a struct, a list of records a list of structs. Invariant: all columns of a batch have
//! the same length.

use crate::capsule;
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, LargeStringBuilder};
use arrow_array::{
    ArrayRef, LargeListArray, LargeStringArray, RecordBatch, RecordBatchOptions, StructArray,
};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::sync::Arc;
use wirecopy::record::{Evidence, Key, Record, Schema as Describe, Type, Value, Visitor};

/// Rows of a batch.
const BATCH_ROWS: usize = 1 << 14;

/// An Arrow table: every library that knows the `PyCapsule` interface takes it as it is.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl ArrowTable {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches }
    }

    /// The table of these records.
    pub(crate) fn of<R: Record>(records: impl Iterator<Item = R>) -> Result<Self, ArrowError> {
        let mut columns = Columns::of::<R>();
        let schema = Arc::new(Schema::new(columns.fields()));
        let mut batches = Vec::new();
        let mut rows = 0;
        for record in records {
            columns.add(&record);
            rows += 1;
            if rows == BATCH_ROWS {
                batches.push(columns.batch(&schema, rows)?);
                rows = 0;
            }
        }
        if rows > 0 || batches.is_empty() {
            batches.push(columns.batch(&schema, rows)?);
        }
        Ok(Self { schema, batches })
    }
}

#[pymethods]
impl ArrowTable {
    /// The batches as an Arrow C stream, by the `PyCapsule` interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer return its own schema where it cannot cast.
        drop(requested_schema);
        capsule::export(py, Arc::clone(&self.schema), self.batches.clone())
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }
}

/// A table of columns of strings.
#[pyfunction]
pub(crate) fn strings_table(
    names: Vec<String>,
    columns: Vec<Vec<Option<String>>>,
) -> PyResult<ArrowTable> {
    let arrays = columns.into_iter().map(LargeStringArray::from);
    let filled = names.into_iter().zip(arrays.map(|array| Arc::new(array) as ArrayRef));
    let batch =
        RecordBatch::try_from_iter_with_nullable(filled.map(|(name, array)| (name, array, true)));
    let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(ArrowTable { schema: batch.schema(), batches: vec![batch] })
}

/// Columns that grow by one row at a time.
#[derive(Debug, Default)]
struct Columns {
    columns: Vec<Column>,
}

/// One column.
#[derive(Debug)]
struct Column {
    name: &'static str,
    nullable: bool,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Text(LargeStringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Struct(Columns, NullBufferBuilder),
    List(Columns, Vec<i64>),
}

impl Columns {
    fn of<R: Record>() -> Self {
        let mut columns = Self::default();
        R::describe(&mut columns);
        columns
    }

    fn push(&mut self, key: Key, nullable: bool, values: Values) {
        self.columns.push(Column { name: key.name, nullable, values });
    }

    /// Adds a row with the values of a record.
    fn add(&mut self, record: &impl Record) {
        record.visit(&mut Row { columns: self.columns.iter_mut() });
    }

    /// Adds a row that says nothing.
    fn add_nothing(&mut self) {
        self.columns.iter_mut().for_each(|column| column.values.add(Value::Null));
    }

    fn fields(&self) -> Fields {
        self.columns
            .iter()
            .map(|column| Field::new(column.name, column.values.kind(), column.nullable))
            .collect()
    }

    fn arrays(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.columns.iter_mut().map(|column| column.values.finish()).collect()
    }

    fn batch(&mut self, schema: &SchemaRef, rows: usize) -> Result<RecordBatch, ArrowError> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), self.arrays()?, &options)
    }
}

impl Describe for Columns {
    fn value(&mut self, key: Key, kind: Type, nullable: bool) {
        let values = match kind {
            Type::Text => Values::Text(LargeStringBuilder::new()),
            Type::Int => Values::Int(Int64Builder::new()),
            Type::Float => Values::Float(Float64Builder::new()),
            Type::Bool => Values::Bool(BooleanBuilder::new()),
        };
        self.push(key, nullable, values);
    }

    fn record<R: Record>(&mut self, key: Key, nullable: bool) {
        let mut own = Self::of::<R>();
        if nullable {
            // A record that is absent has rows of nothing in its columns.
            own.columns.iter_mut().for_each(|column| column.nullable = true);
        }
        self.push(key, nullable, Values::Struct(own, NullBufferBuilder::new(0)));
    }

    fn list<R: Record>(&mut self, key: Key) {
        self.push(key, false, Values::List(Self::of::<R>(), vec![0]));
    }
}

impl Values {
    fn kind(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::LargeUtf8,
            Self::Int(_) => DataType::Int64,
            Self::Float(_) => DataType::Float64,
            Self::Bool(_) => DataType::Boolean,
            Self::Struct(own, _) => DataType::Struct(own.fields()),
            Self::List(own, _) => DataType::LargeList(item(own.fields())),
        }
    }

    /// Adds a value; one of another type than the column's is nothing, which no record has.
    fn add(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(to), Value::Text(text)) => to.append_value(text),
            (Self::Text(to), Value::Evidence(list)) => to.append_value(Evidence::join(list, "; ")),
            (Self::Text(to), _) => to.append_null(),
            (Self::Int(to), Value::Int(value)) => {
                to.append_value(i64::try_from(value).unwrap_or(i64::MAX));
            }
            (Self::Int(to), _) => to.append_null(),
            (Self::Float(to), Value::Float(value)) => to.append_value(value),
            (Self::Float(to), _) => to.append_null(),
            (Self::Bool(to), Value::Bool(value)) => to.append_value(value),
            (Self::Bool(to), _) => to.append_null(),
            (Self::Struct(own, valid), _) => {
                own.add_nothing();
                valid.append_null();
            }
            (Self::List(_, ends), _) => ends.push(ends.last().copied().unwrap_or_default()),
        }
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Struct(own, valid) => {
                Arc::new(StructArray::try_new(own.fields(), own.arrays()?, valid.finish())?)
            }
            Self::List(own, ends) => {
                let fields = own.fields();
                let ends = std::mem::replace(ends, vec![0]);
                let rows = StructArray::try_new(fields.clone(), own.arrays()?, None)?;
                let offsets = OffsetBuffer::new(ends.into());
                Arc::new(LargeListArray::try_new(item(fields), offsets, Arc::new(rows), None)?)
            }
        })
    }
}

/// The field of what a list holds.
fn item(fields: Fields) -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields), false))
}

/// Adds the fields of one record to the columns, in their order.
struct Row<'c, I: Iterator<Item = &'c mut Column>> {
    columns: I,
}

impl<'a, 'c, I: Iterator<Item = &'c mut Column>> Visitor<'a> for Row<'c, I> {
    fn value(&mut self, _: Key, value: Value<'a>) {
        if let Some(column) = self.columns.next() {
            column.values.add(value);
        }
    }

    fn record(&mut self, _: Key, record: Option<&'a impl Record>) {
        let Some(column) = self.columns.next() else { return };
        match (&mut column.values, record) {
            (Values::Struct(own, valid), Some(record)) => {
                own.add(record);
                valid.append_non_null();
            }
            (values, _) => values.add(Value::Null),
        }
    }

    fn list(&mut self, _: Key, records: &'a [impl Record]) {
        let Some(column) = self.columns.next() else { return };
        match &mut column.values {
            Values::List(own, ends) => {
                for record in records {
                    own.add(record);
                }
                let end = ends.last().copied().unwrap_or_default();
                ends.push(end + i64::try_from(records.len()).unwrap_or_default());
            }
            values => values.add(Value::Null),
        }
    }
}

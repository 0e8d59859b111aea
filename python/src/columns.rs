//! Rows of Arrow tables become documents.
//!
//! Fed by `capsule`, feeds `engine`. Columns are found as in files: by the name that was asked for,
//! else by plain and well-known names. Invariant: every row is a document, or is counted as one
//! without a text; the number of its row goes with every document.

use crate::kinds;
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch};
use arrow_schema::SchemaRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use wirecopy::corpus::{Column, DateFormat, Document, Meta, ReadOptions, read_date};

/// What the columns mean, in the order of `ReadOptions::find_columns`.
const MEANINGS: [&str; 6] = ["text", "id", "outlet", "date", "title", "url"];

/// The documents of a table.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Documents, in the order of the rows.
    pub(crate) documents: Vec<Document>,
    /// Of each document its row.
    pub(crate) numbers: Vec<u64>,
    /// Rows without a text.
    pub(crate) without_text: u64,
    /// Dates that cannot be read, and the first of them.
    pub(crate) unread_dates: (u64, Option<String>),
}

/// Which columns are wanted: the names that the caller chose, by meaning, and how dates are
/// written.
pub(crate) fn options(chosen: &BTreeMap<String, String>) -> PyResult<ReadOptions> {
    let mut options = ReadOptions::default();
    for (meaning, name) in chosen {
        if meaning == "date_format" {
            let format = DateFormat::new(name).map_err(|cause| {
                let cure = "write it in the signs of strftime, such as %d/%m/%Y";
                PyValueError::new_err(format!("date_format: `{name}`: {cause}. {cure}"))
            })?;
            options.date_format = Some(format);
            continue;
        }
        let column = match meaning.as_str() {
            "text" => &mut options.text,
            "id" => &mut options.id,
            "outlet" => &mut options.outlet,
            "date" => &mut options.date,
            "title" => &mut options.title,
            "url" => &mut options.url,
            other => return Err(PyValueError::new_err(format!("no column means `{other}`"))),
        };
        *column = Column { name: name.clone(), chosen: true };
    }
    Ok(options)
}

/// Reads the documents of all batches.
pub(crate) fn read(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    options: &ReadOptions,
) -> PyResult<Rows> {
    let places = find(schema, options)?;
    let mut rows = Rows::default();
    let mut first = 0;
    for batch in batches {
        take(batch, places, options, (&mut rows, first))?;
        first += batch.num_rows() as u64;
    }
    Ok(rows)
}

/// Where the columns are; a chosen one that is absent, or no text, is an error.
fn find(schema: &SchemaRef, options: &ReadOptions) -> PyResult<[Option<usize>; 6]> {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let places = options.find_columns(&names);
    let wanted =
        [&options.text, &options.id, &options.outlet, &options.date, &options.title, &options.url];
    for ((place, column), meaning) in places.iter().zip(wanted).zip(MEANINGS) {
        if place.is_none() && (column.chosen || meaning == "text") {
            return Err(PyValueError::new_err(format!(
                "no column `{}`; the columns are {}. name yours with {meaning}_column",
                column.name,
                names.join(", ")
            )));
        }
    }
    Ok(places)
}

/// Adds the documents of one batch, the first row of which has the number `first`.
fn take(
    batch: &RecordBatch,
    places: [Option<usize>; 6],
    options: &ReadOptions,
    (rows, first): (&mut Rows, u64),
) -> PyResult<()> {
    let [text, id, outlet, date, title, url] = places;
    let strings = |place: Option<usize>| place.map(|n| strings(batch, n)).transpose();
    let (Some(text), id) = (strings(text)?, strings(id)?) else { return Ok(()) };
    let (outlet, date) = (strings(outlet)?, strings(date)?);
    let (title, url) = (strings(title)?, strings(url)?);
    // Few outlets print many articles, so their names are kept once.
    let mut outlets: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for (n, row) in (0..batch.num_rows()).zip(first..) {
        let Some(own) = value(Some(&text), n) else {
            rows.without_text += 1;
            continue;
        };
        let outlet = value(outlet.as_ref(), n).filter(|name| !name.is_empty()).map(|name| {
            let known = outlets.entry(name.to_owned()).or_insert_with(|| name.into());
            Arc::clone(known)
        });
        let written = value(date.as_ref(), n).filter(|date| !date.trim().is_empty());
        let read = written.and_then(|date| read_date(options, date));
        if let Some(unread) = written.filter(|_| read.is_none()) {
            rows.unread_dates.0 += 1;
            rows.unread_dates.1.get_or_insert_with(|| unread.to_owned());
        }
        let meta = Meta {
            outlet,
            date: read,
            title: value(title.as_ref(), n).map(str::to_owned),
            url: value(url.as_ref(), n).map(str::to_owned),
        };
        let id = value(id.as_ref(), n).map_or_else(|| row.to_string(), str::to_owned);
        rows.documents.push(Document { id, text: own.into(), meta });
        rows.numbers.push(row);
    }
    Ok(())
}

fn value(column: Option<&LargeStringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

/// A column as strings, whatever it is stored as: dictionaries, views, numbers, times.
pub(crate) fn strings(batch: &RecordBatch, place: usize) -> PyResult<LargeStringArray> {
    let column: &ArrayRef = batch.column(place);
    let kind = column.data_type();
    let refuse = || {
        let name = batch.schema_ref().field(place).name().clone();
        PyValueError::new_err(format!("column `{name}` holds {kind}. cast it to strings first"))
    };
    kinds::strings(column).ok_or_else(refuse)
}

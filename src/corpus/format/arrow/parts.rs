//! Messages become record batches and dictionaries.
//!
//! Used by the reader of documents and by those who write rows back. Invariant: of a body only the
//! buffers of the wanted columns are read, and none of them is decompressed that claims more than
//! its limit allows.

use super::file::{Holds, OpenFile, Part, message};
use crate::corpus::format::row_file::Stop;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::{Buffer, MutableBuffer};
use arrow_ipc::MetadataVersion;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_schema::{ArrowError, DataType, Field, UnionMode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Values of dictionaries by their numbers, as the crate wants them.
#[expect(clippy::disallowed_types, reason = "the crate asks for this map")]
pub(super) type Dictionaries = std::collections::HashMap<i64, ArrayRef>;

/// How many times the limit of a record the body of a message may have: a batch is many records.
const BODY_RECORDS: u64 = 64;
/// A compressed buffer over the limit of a record may claim so many times its size.
const MOST_GROWTH: u64 = 100;

impl From<ArrowError> for Stop {
    fn from(error: ArrowError) -> Self {
        let text = error.to_string();
        Self::Broken(text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned())
    }
}

impl From<String> for Stop {
    fn from(what: String) -> Self {
        Self::Broken(what)
    }
}

/// Goes through the record batches of a file with the dictionaries that hold for each.
#[derive(Debug)]
pub(super) struct Batches {
    next: usize,
    before: u64,
    dictionaries: Result<Arc<Dictionaries>, String>,
    /// Dictionaries of the wanted columns; none: all.
    wanted: Option<Vec<i64>>,
    most: usize,
}

/// A record batch that is not read yet.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) part: Part,
    /// Rows in it, and before it.
    pub(super) rows: u64,
    pub(super) before: u64,
    pub(super) dictionaries: Result<Arc<Dictionaries>, String>,
}

impl Batches {
    /// Of a file; `columns` are the wanted columns, none means all of them.
    pub(super) fn new(open: &OpenFile, columns: Option<&[usize]>, most: usize) -> Self {
        let wanted = columns.map(|columns| {
            let mut ids = Vec::new();
            let fields = open.schema.fields();
            columns
                .iter()
                .filter_map(|n| fields.get(*n))
                .for_each(|field| numbers(field, &mut ids));
            ids
        });
        let dictionaries = Ok(Arc::default());
        let mut batches = Self { next: 0, before: 0, dictionaries, wanted, most };
        if open.is_file {
            // In a file all of them hold for all rows, wherever they are.
            open.parts.iter().for_each(|part| batches.learn(open, part));
        }
        batches
    }

    /// The next record batch.
    pub(super) fn next(&mut self, open: &OpenFile) -> Option<Found> {
        loop {
            let part = open.parts.get(self.next)?;
            self.next += 1;
            match part.holds {
                Holds::Dictionary(_) if open.is_file => {}
                Holds::Dictionary(_) => self.learn(open, part),
                Holds::Rows(rows) => {
                    let before = self.before;
                    self.before += rows;
                    let dictionaries = self.dictionaries.clone();
                    return Some(Found { part: *part, rows, before, dictionaries });
                }
            }
        }
    }

    /// Rows before the next record batch.
    pub(super) fn before(&self) -> u64 {
        self.before
    }

    /// Reads a dictionary.
    fn learn(&mut self, open: &OpenFile, part: &Part) {
        let Holds::Dictionary(id) = part.holds else { return };
        if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&id)) {
            return;
        }
        let Ok(known) = &mut self.dictionaries else { return };
        let known = Arc::make_mut(known);
        let learned = catch_unwind(AssertUnwindSafe(|| dictionary(open, part, self.most, known)));
        match learned {
            Ok(Ok(())) => {}
            Ok(Err(stop)) => self.dictionaries = Err(stop.cause()),
            Err(_) => self.dictionaries = Err("a dictionary is damaged".to_owned()),
        }
    }
}

/// The numbers of the dictionaries in a field.
fn numbers(field: &Field, ids: &mut Vec<i64>) {
    #[expect(deprecated, reason = "messages name dictionaries by these numbers")]
    ids.extend(field.dict_id());
    match field.data_type() {
        DataType::List(inner)
        | DataType::LargeList(inner)
        | DataType::FixedSizeList(inner, _)
        | DataType::ListView(inner)
        | DataType::LargeListView(inner)
        | DataType::Map(inner, _) => numbers(inner, ids),
        DataType::Struct(fields) => fields.iter().for_each(|field| numbers(field, ids)),
        DataType::Union(fields, _) => fields.iter().for_each(|(_, field)| numbers(field, ids)),
        DataType::RunEndEncoded(_, values) => numbers(values, ids),
        _ => {}
    }
}

fn dictionary(
    open: &OpenFile,
    part: &Part,
    most: usize,
    known: &mut Dictionaries,
) -> Result<(), Stop> {
    let head = head(open, part)?;
    let message = message(&head)?;
    let values = message.header_as_dictionary_batch();
    let Some((values, data)) = values.and_then(|values| Some((values, values.data()?))) else {
        return Err(Stop::Broken("a dictionary holds no values".to_owned()));
    };
    let body = body(open, part, data, message.version(), (None, most))?;
    Ok(read_dictionary(&body, values, &open.schema, known, &message.version())?)
}

/// The rows of a record batch; of the columns in `wanted` alone, which are in order.
pub(super) fn rows(
    open: &OpenFile,
    found: &Found,
    wanted: Option<&[usize]>,
    most: usize,
) -> Result<RecordBatch, Stop> {
    let dictionaries = found.dictionaries.as_ref().map_err(String::clone)?;
    let head = head(open, &found.part)?;
    let message = message(&head)?;
    let Some(batch) = message.header_as_record_batch() else {
        return Err(Stop::Broken("a message is not what it was".to_owned()));
    };
    let (schema, version) = (Arc::clone(&open.schema), message.version());
    let body = body(open, &found.part, batch, version, (wanted, most))?;
    Ok(read_record_batch(&body, batch, schema, dictionaries, wanted, &version)?)
}

fn head(open: &OpenFile, part: &Part) -> Result<Vec<u8>, Stop> {
    open.shared.bytes(part.at, part.head).map_err(|error| Stop::Broken(error.to_string()))
}

/// The body of a message, in which only the buffers of the wanted columns are filled.
fn body(
    open: &OpenFile,
    part: &Part,
    batch: arrow_ipc::RecordBatch<'_>,
    version: MetadataVersion,
    (wanted, most): (Option<&[usize]>, usize),
) -> Result<Buffer, Stop> {
    let limit = (most as u64).saturating_mul(BODY_RECORDS);
    let length = usize::try_from(part.body).ok().filter(|_| part.body <= limit);
    let Some(length) = length else {
        let size = part.body;
        return Err(Stop::OverLimit(format!(
            "batch over the limit of {limit} bytes: {size} bytes"
        )));
    };
    // The system gives zeros without a page of memory for what is not filled.
    let mut all = MutableBuffer::from_len_zeroed(length);
    let mut views = batch.variadicBufferCounts().into_iter().flatten();
    let mut counts = open.schema.fields().iter().enumerate().map(|(n, field)| {
        let count = buffers(field, version, &mut views);
        (count, wanted.is_none_or(|wanted| wanted.contains(&n)))
    });
    let packed = batch.compression().is_some();
    let (mut left, mut reads) = (0, wanted.is_none());
    for buffer in batch.buffers().into_iter().flatten() {
        while wanted.is_some() && left == 0 {
            let Some((count, wants)) = counts.next() else { break };
            (left, reads) = (count, wants);
        }
        left = left.saturating_sub(1);
        let range =
            usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
        let into = range.clone().filter(|_| reads).and_then(|range| all.get_mut(range));
        let (Some(into), Some(range)) = (into, range) else {
            if reads {
                return Err(Stop::Broken("a column ends outside its batch".to_owned()));
            }
            continue;
        };
        let at = part.at + (part.head + range.start) as u64;
        open.shared.fill(at, into).map_err(|error| Stop::Broken(error.to_string()))?;
        if packed {
            check_growth(into, most)?;
        }
    }
    Ok(all.into())
}

/// Refuses a compressed buffer that claims to become too large.
fn check_growth(buffer: &[u8], most: usize) -> Result<(), Stop> {
    let Some(claim) = buffer.first_chunk() else { return Ok(()) };
    let claim = u64::try_from(i64::from_le_bytes(*claim)).unwrap_or(0);
    if claim > most as u64 && claim / MOST_GROWTH > buffer.len() as u64 {
        let stored = buffer.len();
        return Err(Stop::OverLimit(format!(
            "column over the limit of {most} bytes: {claim} bytes from {stored}"
        )));
    }
    Ok(())
}

/// Buffers that a field has in a body.
fn buffers(field: &Field, version: MetadataVersion, views: &mut dyn Iterator<Item = i64>) -> usize {
    use DataType as T;
    let mut inner = |field: &Field| buffers(field, version, views);
    match field.data_type() {
        T::Null => 0,
        T::Utf8 | T::LargeUtf8 | T::Binary | T::LargeBinary => 3,
        T::Utf8View | T::BinaryView => {
            let count = views.next().and_then(|count| usize::try_from(count).ok());
            count.unwrap_or(0).saturating_add(2)
        }
        T::List(field) | T::LargeList(field) | T::Map(field, _) => 2 + inner(field),
        T::ListView(field) | T::LargeListView(field) => 3 + inner(field),
        T::FixedSizeList(field, _) => 1 + inner(field),
        T::Struct(fields) => 1 + fields.iter().map(|field| inner(field)).sum::<usize>(),
        T::RunEndEncoded(ends, values) => inner(ends) + inner(values),
        T::Union(fields, mode) => {
            let own = 1
                + usize::from(version < MetadataVersion::V5)
                + usize::from(*mode == UnionMode::Dense);
            own + fields.iter().map(|(_, field)| inner(field)).sum::<usize>()
        }
        _ => 2,
    }
}

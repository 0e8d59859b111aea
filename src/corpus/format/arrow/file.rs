//! An Arrow file or stream that is open: its schema and the places of its messages.
//!
//! Both are the same messages one after the other; a file has a mark before them and a directory
//! after them, which is not needed to read it from its start. Invariant: every message lies within
//! the file, and what cannot be followed ends the list with the reason.

use super::CONTINUATION;
use crate::corpus::format::row_file::{Shared, unreadable};
use crate::corpus::problem::Refusal;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::{CompressionType, Endianness, Message, root_as_footer, root_as_message};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The first bytes of a file, and its last.
const MARK: &[u8] = b"ARROW1";
/// Bytes of the mark with what fills it up.
const START: u64 = 8;
/// Zeros after it, at most: some writers start the first message at a round place.
const MOST_ZEROS: u64 = 256;
/// Bytes of the mark of the end.
const END_BYTES: u64 = 8;
/// Longest head of a message in bytes.
const HEAD_BYTES: usize = 256 << 20;

/// What a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Values of the dictionary of this number.
    Dictionary(i64),
    /// So many rows.
    Rows(u64),
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// First byte of its head.
    pub(super) at: u64,
    /// Bytes of its head.
    pub(super) head: usize,
    /// Bytes of its body, which follows.
    pub(super) body: u64,
    pub(super) holds: Holds,
}

/// A file or stream whose messages are known.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) shared: Shared,
    /// It is a file and no stream.
    pub(super) is_file: bool,
    /// The schema as it is.
    pub(super) declared: SchemaRef,
    /// The schema as it is read: strings as bytes, so that a wrong byte costs one row at most.
    pub(super) schema: SchemaRef,
    pub(super) parts: Vec<Part>,
    /// Why the messages are not followed to their end.
    pub(super) broken: Option<String>,
    /// How the first rows are compressed.
    pub(super) packing: Option<CompressionType>,
}

/// The refusal of a file that is not what its name says.
fn broken(what: &str) -> Refusal {
    let cause = format!("is not a whole Arrow file: {what}");
    Refusal::new(cause, "fetch or write the file again")
}

/// Finds the messages of a file.
pub(super) fn open(shared: Shared) -> Result<OpenFile, Refusal> {
    let opened = catch_unwind(AssertUnwindSafe(|| messages(shared)));
    opened.unwrap_or_else(|_| Err(broken("its parts do not fit together")))
}

fn messages(shared: Shared) -> Result<OpenFile, Refusal> {
    let start = usize::try_from(START.min(shared.length())).unwrap_or(0);
    let start = shared.bytes(0, start).map_err(|error| unreadable(&error))?;
    let is_file = start.starts_with(MARK);
    if start.starts_with(b"FEA1") {
        return Err(Refusal::new(
            "is Feather of version 1, which this version does not read",
            "write it again with a library of today, which writes version 2",
        ));
    }
    let directory = if is_file { directory(&shared) } else { None };
    let start = if is_file { first(&shared) } else { 0 };
    let mut walk = Walk { at: start, end: shared.length(), blocks: None };
    let mut known = None;
    if let Some((at, length)) = directory {
        walk.end = at;
        let bytes = shared.bytes(at, length).map_err(|error| unreadable(&error))?;
        if let Ok(footer) = root_as_footer(&bytes) {
            let parts = [footer.dictionaries(), footer.recordBatches()];
            let blocks = parts.into_iter().flatten().flatten().map(arrow_ipc::Block::offset);
            let blocks: Vec<u64> = blocks.filter_map(|at| u64::try_from(at).ok()).collect();
            walk.blocks = Some(blocks.into_iter());
            known = footer.schema().map(schemas).transpose().map_err(|what| broken(&what))?;
        }
    }
    let (declared, schema) = match known {
        Some(known) => known,
        None => first_schema(&mut walk, &shared).map_err(|what| broken(&what))?,
    };
    let mut open = OpenFile {
        shared,
        is_file,
        declared,
        schema,
        parts: Vec::new(),
        broken: None,
        packing: None,
    };
    open.broken = follow(&mut walk, &mut open).err();
    if open.broken.is_none() && more(&open, &walk) {
        open.broken = Some("more follows what it says is its last part".to_owned());
    }
    if is_file && directory.is_none() && open.broken.is_none() {
        open.broken = Some("the file ends without its directory".to_owned());
    }
    Ok(open)
}

/// Lists the messages that follow the schema.
fn follow(walk: &mut Walk, open: &mut OpenFile) -> Result<(), String> {
    while let Some((head, part)) = walk.next(&open.shared)? {
        let (holds, packing) = held(&head)?;
        if matches!(holds, Holds::Rows(_)) {
            open.packing = open.packing.or(packing);
        }
        open.parts.push(Part { holds, ..part });
    }
    Ok(())
}

/// Whether something follows the last message: damage can end a stream early, or take parts out of
/// a directory. The mark of the end, and zeros, are nothing.
fn more(open: &OpenFile, walk: &Walk) -> bool {
    let ends =
        open.parts.iter().filter_map(|part| (part.at + part.head as u64).checked_add(part.body));
    let Some(end) = ends.max() else { return false };
    let after = end.saturating_add(END_BYTES);
    let left = usize::try_from(walk.end.saturating_sub(after).min(MOST_ZEROS)).unwrap_or(0);
    left > 0 && open.shared.bytes(after, left).is_ok_and(|rest| rest.iter().any(|byte| *byte != 0))
}

/// The schema in the first message.
fn first_schema(walk: &mut Walk, shared: &Shared) -> Result<(SchemaRef, SchemaRef), String> {
    let Some((head, _)) = walk.next(shared)? else { return Err("it holds no schema".to_owned()) };
    match message(&head)?.header_as_schema() {
        Some(schema) => schemas(schema),
        None => Err("it does not start with a schema".to_owned()),
    }
}

/// Where the first message of a file starts.
fn first(shared: &Shared) -> u64 {
    let words = (START..START + MOST_ZEROS).step_by(8);
    let is_zero = |at: &u64| shared.bytes(*at, 8).is_ok_and(|word| word == [0; 8]);
    START + 8 * words.into_iter().take_while(is_zero).count() as u64
}

/// Where the directory of a file starts, and its length; none where there is none.
fn directory(shared: &Shared) -> Option<(u64, usize)> {
    let last = shared.length().checked_sub(10)?;
    let bytes = shared.bytes(last, 10).ok()?;
    let (length, mark) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    let start = last.checked_sub(u64::from(length)).filter(|start| *start >= START)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= HEAD_BYTES)?;
    (mark == MARK).then_some((start, length))
}

/// Goes from message to message.
struct Walk {
    at: u64,
    end: u64,
    /// Where the messages start, where a directory says so; else they follow each other.
    blocks: Option<std::vec::IntoIter<u64>>,
}

impl Walk {
    /// The next message and its head; none at the end.
    fn next(&mut self, shared: &Shared) -> Result<Option<(Vec<u8>, Part)>, String> {
        let cut = || "it ends inside a message".to_owned();
        let number = |at: u64| -> Result<u32, String> {
            let mut bytes = [0; 4];
            let inside = at.checked_add(4).is_some_and(|end| end <= self.end);
            let read = if inside { shared.fill(at, &mut bytes).ok() } else { None };
            read.ok_or_else(cut)?;
            Ok(u32::from_le_bytes(bytes))
        };
        if let Some(blocks) = &mut self.blocks {
            let Some(block) = blocks.next() else { return Ok(None) };
            self.at = block;
        }
        if self.at == self.end {
            return Ok(None);
        }
        let (mut length, mut at) = (number(self.at)?, self.at + 4);
        // Streams of before 2019 have the length alone.
        if length == u32::from_le_bytes(CONTINUATION) {
            length = number(at)?;
            at += 4;
        }
        let head = usize::try_from(length).ok().filter(|head| *head <= HEAD_BYTES);
        let Some(head) = head else { return Err("a message is not what it should be".to_owned()) };
        if head == 0 {
            return Ok(None);
        }
        let bytes = if at + head as u64 <= self.end { shared.bytes(at, head).ok() } else { None };
        let bytes = bytes.ok_or_else(cut)?;
        let body = u64::try_from(message(&bytes)?.bodyLength()).unwrap_or(u64::MAX);
        let next = (at + head as u64).checked_add(body).filter(|next| *next <= self.end);
        self.at = next.ok_or_else(cut)?;
        Ok(Some((bytes, Part { at, head, body, holds: Holds::Rows(0) })))
    }
}

/// A message by its head.
pub(super) fn message(head: &[u8]) -> Result<Message<'_>, String> {
    root_as_message(head).map_err(|_| "a message is not what it should be".to_owned())
}

/// What a message holds, and how it is compressed.
fn held(head: &[u8]) -> Result<(Holds, Option<CompressionType>), String> {
    let message = message(head)?;
    if let Some(rows) = message.header_as_record_batch() {
        let count = u64::try_from(rows.length()).unwrap_or(0);
        return Ok((Holds::Rows(count), rows.compression().map(|packed| packed.codec())));
    }
    match message.header_as_dictionary_batch() {
        Some(values) => Ok((Holds::Dictionary(values.id()), None)),
        None => Err("a message holds neither rows nor a dictionary".to_owned()),
    }
}

/// A schema as it is, and as it is read.
fn schemas(schema: arrow_ipc::Schema<'_>) -> Result<(SchemaRef, SchemaRef), String> {
    if schema.endianness() != Endianness::Little {
        return Err("its numbers have their highest byte first".to_owned());
    }
    let declared = fb_to_schema(schema);
    let read = Schema::new_with_metadata(bytes_of(declared.fields()), declared.metadata.clone());
    Ok((Arc::new(declared), Arc::new(read)))
}

/// The fields with bytes for strings, which are stored alike.
fn bytes_of(fields: &Fields) -> Fields {
    fields.iter().map(|field| as_bytes(field)).collect()
}

fn as_bytes(field: &Field) -> Arc<Field> {
    Arc::new(field.clone().with_data_type(type_as_bytes(field.data_type())))
}

fn type_as_bytes(kind: &DataType) -> DataType {
    use DataType as T;
    match kind {
        T::Utf8 => T::Binary,
        T::LargeUtf8 => T::LargeBinary,
        T::Utf8View => T::BinaryView,
        T::List(field) => T::List(as_bytes(field)),
        T::LargeList(field) => T::LargeList(as_bytes(field)),
        T::FixedSizeList(field, size) => T::FixedSizeList(as_bytes(field), *size),
        T::ListView(field) => T::ListView(as_bytes(field)),
        T::LargeListView(field) => T::LargeListView(as_bytes(field)),
        T::Map(field, sorted) => T::Map(as_bytes(field), *sorted),
        T::Struct(fields) => T::Struct(bytes_of(fields)),
        T::Dictionary(key, value) => T::Dictionary(key.clone(), Box::new(type_as_bytes(value))),
        other => other.clone(),
    }
}

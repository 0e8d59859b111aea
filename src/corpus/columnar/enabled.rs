//! Reading of Parquet files.

use super::header::{self, Pages};
use super::values::{Kind, Values};
use crate::corpus::encoding::{self, Refusal};
use crate::corpus::found::{Emit, Maker, which};
use crate::corpus::tally::{COLUMNS, TEXT};
use crate::corpus::{Batch, Corpus, Place};
use crate::store;
use crate::trace;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::reader::{ChunkReader, FileReader, Length, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::SchemaDescriptor;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Rows read at once.
const BATCH_ROWS: usize = 256;

/// A file that several threads may read at the same time.
#[derive(Debug, Clone)]
pub(in crate::corpus) struct Shared {
    file: Arc<File>,
    bytes: u64,
}

impl Shared {
    /// Opens a file.
    pub(in crate::corpus) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), bytes })
    }

    /// Bytes `start..start + length`.
    pub(super) fn bytes(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        store::read_at(&self.file, &mut bytes, start)?;
        Ok(bytes)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Shared {
    type T = Window;

    fn get_read(&self, start: u64) -> Parquet<Window> {
        Ok(Window { shared: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        Ok(Bytes::from(self.bytes(start, length)?))
    }
}

/// The rest of a file from some place.
#[derive(Debug)]
pub(in crate::corpus) struct Window {
    shared: Shared,
    at: u64,
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.shared.bytes.saturating_sub(self.at);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..room) else { return Ok(0) };
        store::read_at(&self.shared.file, into, self.at)?;
        self.at += room as u64;
        Ok(room)
    }
}

/// A file whose footer was read, shared by the workers.
pub(in crate::corpus) struct Open {
    pub(in crate::corpus) reader: SerializedFileReader<Shared>,
    shared: Shared,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("bytes", &self.shared.bytes).finish_non_exhaustive()
    }
}

/// Opens a file and reads its footer.
pub(in crate::corpus) fn open(path: &Path) -> Result<Open, Refusal> {
    footer(Shared::open(path).map_err(|error| unreadable(&error))?)
}

fn unreadable(error: &io::Error) -> Refusal {
    Refusal::new(error.to_string(), "check the file")
}

fn footer(shared: Shared) -> Result<Open, Refusal> {
    let broken = |what: String| {
        let cause = format!("is not a whole Parquet file: {what}");
        Refusal::new(cause, "fetch or write the file again")
    };
    let reader = guarded(|| SerializedFileReader::new(shared.clone())).map_err(broken)?;
    Ok(Open { reader, shared })
}

/// Whether rows of one file fit into the other.
pub(in crate::corpus) fn same_columns(a: &Path, b: &Path) -> bool {
    // What cannot be opened is told when it is read.
    let (Ok(a), Ok(b)) = (open(a), open(b)) else { return true };
    let schema =
        |open: &Open| open.reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    schema(&a).get_fields() == schema(&b).get_fields()
}

/// Rows of a source as JSON objects, one a line.
pub(in crate::corpus) fn to_json(
    corpus: &Corpus,
    source: usize,
    rows: &[Range<u64>],
    line: &mut dyn FnMut(&[u8]) -> crate::error::Result<()>,
) -> crate::error::Result<()> {
    let most = corpus.options.limits.record_bytes;
    super::rows::Rows::open(&corpus.source_file(source)?, most)?.to_json(rows, line)
}

impl Open {
    /// The file under the reader.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }
}

/// Runs the crate on bytes that may be anything; a panic there is a broken file.
fn guarded<T>(work: impl FnOnce() -> Parquet<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(plain(&error)),
        Err(_) => Err("its parts do not fit together".to_owned()),
    }
}

/// What the crate says, in one short line.
fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    text.trim_start_matches("Parquet error: ").trim_end_matches('.').to_owned()
}

/// A file that is being cut into row groups.
#[derive(Debug)]
pub(in crate::corpus) struct Table {
    open: Arc<Open>,
    source: usize,
    group: usize,
    row: u64,
}

/// A row group.
#[derive(Debug)]
pub(in crate::corpus) struct Rows {
    open: Arc<Open>,
    source: usize,
    group: usize,
    /// Rows of the groups before.
    before: u64,
}

impl Table {
    /// Opens a source.
    pub(in crate::corpus) fn open(corpus: &Corpus, source: usize) -> Result<Self, Refusal> {
        let found = corpus.sources.get(source);
        let Some(found) = found.filter(|found| !found.stream) else {
            return Err(Refusal::new(
                "is Parquet in a stream, which cannot be read from its end",
                "save it to a file first",
            ));
        };
        corpus.again.stamp(source, found);
        trace::reads(&found.path, found.format.name(), found.bytes);
        let folder = corpus.options.reread.as_deref().or(corpus.options.temp_dir.as_deref());
        let opened = found.file(folder).and_then(|path| Shared::open(&path));
        let shared = opened.map_err(|error| {
            corpus.note_failure(&found.path, &error);
            unreadable(&error)
        })?;
        let open = Arc::new(footer(shared)?);
        let columns = open.reader.metadata().file_metadata().schema_descr().num_columns();
        let most = corpus.options.limits.columns;
        if columns > most {
            return Err(Refusal::new(
                format!("has more columns than the limit of {most}: {columns}"),
                "check the file; if it really has as many, raise --max-columns",
            ));
        }
        if open.reader.num_row_groups() == 0 {
            return Err(Refusal::new("has no rows", "check what should be in it"));
        }
        Ok(Self { open, source, group: 0, row: 0 })
    }

    /// The next row group.
    pub(in crate::corpus) fn next_rows(&mut self, _: &Corpus) -> Option<Rows> {
        let group = self.open.reader.metadata().row_groups().get(self.group)?;
        let (open, source) = (Arc::clone(&self.open), self.source);
        let rows = Rows { open, source, group: self.group, before: self.row };
        self.group += 1;
        self.row += u64::try_from(group.num_rows()).unwrap_or(0);
        Some(rows)
    }
}

impl Rows {
    /// Bytes of the file that the row group takes.
    pub(in crate::corpus) fn stored_bytes(&self) -> u64 {
        let group = self.open.reader.metadata().row_groups().get(self.group);
        group.and_then(|group| u64::try_from(group.compressed_size()).ok()).unwrap_or(0)
    }
}

/// Which leaf column each of the five is, if it is there.
fn wanted(corpus: &Corpus, schema: &SchemaDescriptor) -> [Option<usize>; COLUMNS] {
    let mut wanted = [None; COLUMNS];
    for (number, column) in schema.columns().iter().enumerate() {
        let is = which(corpus, &column.path().string());
        for (slot, _) in wanted.iter_mut().zip(is).filter(|(_, is)| *is) {
            *slot = Some(number);
        }
    }
    wanted
}

/// Turns the rows of a row group into documents.
pub(in crate::corpus) fn each(corpus: &Corpus, rows: &Rows, batch: &mut Batch, emit: Emit<'_>) {
    let metadata = rows.open.reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let wanted = wanted(corpus, schema);
    let most = corpus.options.limits.named_columns;
    for column in schema.columns() {
        batch.columns.name(column.path().string().as_bytes(), most);
    }
    batch.columns.found(wanted.map(|column| column.is_some()));
    batch.columns.record();
    let Some(mut maker) = Maker::new(corpus, rows.source, batch) else { return };
    let mut group = Group { corpus, rows, wanted, done: 0 };
    let read = catch_unwind(AssertUnwindSafe(|| group.read(&mut maker, emit)));
    let cause = match read {
        Ok(Ok(())) => return,
        Ok(Err(Stop::Broken(error))) => format!("cannot be read on: {}", plain(&error)),
        Ok(Err(Stop::Refused(cause))) => cause,
        Err(_) => "cannot be read on: its parts do not fit together".to_owned(),
    };
    let row = rows.before + group.done + 1;
    maker.skip(row, cause, "fetch or write the file again; the rows before are used");
}

/// Why a row group is not read on.
enum Stop {
    Broken(ParquetError),
    Refused(String),
}

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        Self::Broken(error)
    }
}

/// A row group, being read.
struct Group<'a> {
    corpus: &'a Corpus,
    rows: &'a Rows,
    wanted: [Option<usize>; COLUMNS],
    done: u64,
}

impl Group<'_> {
    fn read(&mut self, maker: &mut Maker<'_>, emit: Emit<'_>) -> Result<(), Stop> {
        if self.wanted[TEXT].is_none() {
            let name = &self.corpus.options.text.name;
            return Err(Stop::Refused(format!("no text column: `{name}`")));
        }
        let open = &*self.rows.open;
        let group = open.reader.get_row_group(self.rows.group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut columns = [const { None }; COLUMNS];
        for (slot, wanted) in columns.iter_mut().zip(self.wanted) {
            if let Some(column) = wanted {
                *slot = Some(self.column(&*group, column)?);
            }
        }
        if !columns[TEXT].as_ref().is_some_and(Values::are_text) {
            let name = &self.corpus.options.text.name;
            return Err(Stop::Refused(format!("the text is not a string: column `{name}`")));
        }
        let mut left = rows;
        while left > 0 {
            let count = left.min(BATCH_ROWS);
            for column in columns.iter_mut().flatten() {
                column.fill(count)?;
            }
            for n in 0..count {
                self.row(n, &columns, maker, emit);
            }
            left -= count;
        }
        Ok(())
    }

    /// A column that may be read: of a known type, and its pages within the limit.
    fn column(&self, group: &dyn RowGroupReader, number: usize) -> Result<Values, Stop> {
        let metadata = group.metadata().column(number);
        let description = metadata.column_descr();
        let name = description.path().string();
        let kind = Kind::of(description);
        let Some(kind) = kind else {
            let kind = format!("{:?}", description.physical_type()).to_lowercase();
            return Err(Stop::Refused(format!(
                "column is not one text or number a row but {}: `{name}`",
                if description.max_rep_level() > 0 { "a list" } else { &kind }
            )));
        };
        let most = self.corpus.options.limits.record_bytes;
        let (start, length) = metadata.byte_range();
        let pages =
            Pages { file: &self.rows.open.shared, start, end: start.saturating_add(length) };
        match header::largest(&pages, most)? {
            size if size > most => Err(Stop::Refused(format!(
                "page over the limit of --max-record-bytes: {size} bytes in column `{name}`"
            ))),
            _ => {
                Ok(Values::new(group.get_column_reader(number)?, kind, description.max_def_level()))
            }
        }
    }

    /// One row.
    fn row(
        &mut self,
        n: usize,
        columns: &[Option<Values>; COLUMNS],
        maker: &mut Maker<'_>,
        emit: &mut dyn FnMut(crate::corpus::found::Found<'_>),
    ) {
        self.done += 1;
        let number = self.rows.before + self.done;
        let mut repaired = false;
        let values = columns.each_ref().map(|column| {
            let value = column.as_ref()?.get(n)?;
            repaired |= value.1;
            Some(value.0)
        });
        if repaired {
            maker.note(number, encoding::REPAIRED, encoding::REPAIRED_CURE);
        }
        let text = values[TEXT].as_deref().unwrap_or_default();
        let (offset, bytes) = (self.corpus.again.keep(text), text.len());
        let place = Place {
            source: u32::try_from(self.rows.source).unwrap_or(u32::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            offset,
            line: number,
        };
        if let Some(found) = maker.found(values, place, number) {
            emit(found);
        }
    }
}

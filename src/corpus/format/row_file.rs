//! What files of rows do alike, whether they are Parquet or Arrow.
//!
//! Used by the readers of both: a file is opened for several workers, its columns are planned, and
//! the rows of a group become documents. Invariant: whatever the bytes are, the crates that read
//! them cannot end the run, and a group that breaks names the rows that it costs.

use super::maker::{Emit, Maker, REPEATED};
use super::typed::Shown;
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, Plan, TEXT};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding;
use crate::store;
use crate::trace;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A file that several threads may read at the same time.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    file: Arc<File>,
    bytes: u64,
}

impl Shared {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), bytes })
    }

    /// Bytes of the file.
    pub(crate) fn length(&self) -> u64 {
        self.bytes
    }

    /// Fills `into` with the bytes from `start`, all of them or none.
    pub(crate) fn fill(&self, start: u64, into: &mut [u8]) -> io::Result<()> {
        if start.checked_add(into.len() as u64).is_none_or(|end| end > self.bytes) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        store::read_at(&self.file, into, start)
    }

    /// Bytes `start..start + length`.
    pub(crate) fn bytes(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        self.fill(start, &mut bytes)?;
        Ok(bytes)
    }
}

/// The refusal of a file that the system does not let us read.
pub(crate) fn unreadable(error: &io::Error) -> Refusal {
    Refusal::new(error.to_string(), "check the file")
}

/// What a whole file is packed with, by its first bytes.
fn packed(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd] => Some("zstd"),
        [b'B', b'Z', b'h', _] => Some("bzip2"),
        _ => None,
    }
}

/// Opens a source of rows; `name` is what people call its format.
pub(crate) fn open(inputs: &Inputs, source: usize, name: &str) -> Result<Shared, Refusal> {
    let found = inputs.sources.get(source);
    let Some(found) = found.filter(|found| !found.stream) else {
        return Err(Refusal::new(
            format!("is {name} in a stream, which is read in parts of a file"),
            "save it to a file first",
        ));
    };
    inputs.copies.stamp(source, found);
    trace::reads(&found.path, found.format.name(), found.bytes);
    let opened = inputs.file(found).and_then(|path| Shared::open(&path));
    let shared = opened.map_err(|error| {
        inputs.note_failure(&found.path, &error);
        unreadable(&error)
    })?;
    if let Ok(head) = shared.bytes(0, 4)
        && let Some(packing) = packed(&head)
    {
        return Err(Refusal::new(
            format!("is {name} inside {packing}, which is read in parts of a file"),
            format!("unpack it first; {name} packs its own columns"),
        ));
    }
    Ok(shared)
}

/// Decides which of the columns of a source are read.
pub(crate) fn plan(inputs: &Inputs, source: usize, names: &[String]) -> Result<(), Refusal> {
    let (columns, most) = (names.len(), inputs.options.limits.columns);
    if columns > most {
        return Err(Refusal::new(
            format!("has more columns than the limit of {most}: {columns}"),
            "check the file; if it really has as many, raise {max_columns}",
        ));
    }
    inputs.set_plan(source, Plan::new(inputs.options.columns(), names));
    Ok(())
}

/// The refusal of a file without a row.
pub(crate) fn no_rows() -> Refusal {
    Refusal::new("has no rows", "check what should be in it")
}

/// Why a group of rows is not read on.
pub(crate) enum Stop {
    Broken(String),
    NoText(String),
    Refused(String),
    OverLimit(String),
}

impl Stop {
    /// What is wrong.
    pub(crate) fn cause(self) -> String {
        match self {
            Self::Broken(cause)
            | Self::NoText(cause)
            | Self::Refused(cause)
            | Self::OverLimit(cause) => cause,
        }
    }
}

/// A group of rows on its way to documents.
pub(crate) struct Rows<'a, 'e> {
    pub(crate) inputs: &'a Inputs,
    source: usize,
    /// Rows of the file before those of the group.
    before: u64,
    /// Rows of the group.
    count: u64,
    /// Rows that are read.
    done: u64,
    /// Where the wanted columns are among those of the source.
    pub(crate) wanted: [Option<usize>; COLUMNS],
    maker: Maker<'a>,
    emit: Emit<'e>,
}

impl Rows<'_, '_> {
    /// The name of the column that the text is read from.
    pub(crate) fn text_name(&self) -> &str {
        &self.inputs.options.text.name
    }

    /// What is between the values of a list in column `n`: a list of texts is one of paragraphs.
    pub(crate) fn between(n: usize) -> &'static str {
        if n == TEXT { "\n\n" } else { ", " }
    }

    /// The refusal of a column whose values are no texts or numbers.
    pub(crate) fn odd_column(name: &str, holds: &str) -> Stop {
        Stop::Refused(format!("column holds {holds}, not one text or number a row: `{name}`"))
    }

    /// The refusal of a column of the text that holds something else.
    pub(crate) fn not_a_text(&self) -> Stop {
        Stop::Refused(format!("the text is not a string: column `{}`", self.text_name()))
    }

    /// The next row, of these values.
    pub(crate) fn row(&mut self, values: [Option<Shown<'_>>; COLUMNS]) {
        self.done += 1;
        let number = self.before + self.done;
        if values.iter().flatten().any(|(_, repaired)| *repaired) {
            self.maker.report(number, encoding::repair());
        }
        let mut values = values.map(|value| value.map(|(value, _)| value));
        if let Err(refusal) = self.maker.read_markup(&mut values) {
            return self.maker.refuse(number, refusal);
        }
        let text = values[TEXT].as_deref().unwrap_or_default();
        let (offset, bytes) = (self.inputs.copies.keep(text), text.len());
        let place = RecordPlace {
            source: u32::try_from(self.source).unwrap_or(u32::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            offset,
            line: number,
        };
        if let Some(found) = self.maker.document(values, place, number) {
            (self.emit)(found);
        }
    }

    /// Reports why the rest of the group is left out, with its rows.
    fn stop(&mut self, stop: Stop) {
        let (cause, cure) = match stop {
            Stop::Broken(what) => {
                (format!("cannot be read on: {what}"), "fetch or write the file again")
            }
            Stop::NoText(cause) => (cause, "name the column of the text with {text_column}"),
            Stop::Refused(cause) => {
                (cause, "name another column, or write this one in another type")
            }
            Stop::OverLimit(cause) => {
                (cause, "write it in smaller parts, or raise {max_record_bytes}")
            }
        };
        let (first, last) = (self.before + self.done + 1, self.before + self.count);
        let rows = if last > first { format!(" (rows {first} to {last})") } else { String::new() };
        self.maker.skip(first, format!("{cause}{rows}"), cure);
    }
}

/// Where a group of rows is in its file.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) source: usize,
    /// Rows before it.
    pub(crate) before: u64,
    /// Rows in it.
    pub(crate) rows: u64,
}

/// Turns the rows of a group into documents: `read` hands them on one by one.
pub(crate) fn each<'a>(
    (inputs, batch): (&'a Inputs, &'a mut Batch),
    group: &Group,
    names: impl Iterator<Item = String>,
    emit: Emit<'_>,
    read: impl FnOnce(&mut Rows<'a, '_>) -> Result<(), Stop>,
) {
    let wanted = inputs.plan(group.source).map(|plan| plan.at).unwrap_or_default();
    let most = inputs.options.limits.named_columns;
    for name in names {
        batch.columns.name(name.as_bytes(), most);
    }
    batch.columns.found(wanted.map(|column| column.is_some()));
    batch.columns.record();
    let Some(mut maker) = Maker::new(inputs, group.source, batch) else { return };
    if let Some(plan) = inputs.plan(group.source).filter(|_| group.before == 0) {
        plan.repeated().for_each(|cause| maker.report(1, Refusal::new(cause, REPEATED)));
    }
    let &Group { source, before, rows } = group;
    let mut rows = Rows { inputs, source, before, count: rows, done: 0, wanted, maker, emit };
    if wanted[TEXT].is_none() {
        let cause = format!("no text column: `{}`", rows.text_name());
        return rows.stop(Stop::NoText(cause));
    }
    match catch_unwind(AssertUnwindSafe(|| read(&mut rows))) {
        Ok(Ok(())) => {}
        Ok(Err(stop)) => rows.stop(stop),
        Err(_) => rows.stop(Stop::Broken("its parts do not fit together".to_owned())),
    }
}

/// The parts of `wanted` inside the rows of a group, counted from 0 there.
pub(crate) fn inside(wanted: &[Range<u64>], group: Range<u64>) -> Vec<Range<usize>> {
    let first = wanted.partition_point(|range| range.end <= group.start);
    let inside = wanted.iter().skip(first).take_while(|range| range.start < group.end);
    let narrow = |row: u64| usize::try_from(row - group.start).unwrap_or(usize::MAX);
    inside
        .map(|range| narrow(range.start.max(group.start))..narrow(range.end.min(group.end)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn the_parts_of_ranges_inside_a_group() {
        let wanted = [1..3, 5..9, 12..20];
        assert_eq!(inside(&wanted, 1..11), [0..2, 4..8]);
        assert_eq!(inside(&wanted, 2..6), [0..1, 3..4]);
        assert!(inside(&wanted, 3..5).is_empty());
        assert!(inside(&wanted, 9..12).is_empty());
        assert_eq!(inside(&wanted, 19..40).first(), Some(&(0..1)));
        assert!(inside(&wanted, 20..40).is_empty());
    }
}

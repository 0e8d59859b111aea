//! Rows with all their columns: as JSON objects, or as they are into another file.

use super::apart::{Column, Turns};
use super::file::{OpenFile, open, place};
use super::page_sizes::{self, Pages};
use super::values::kind;
use crate::corpus::format::json_text::{json_names, string};
use crate::corpus::format::reader::{Edit, Rewrite};
use crate::corpus::format::row_file::inside;
use crate::corpus::format::typed::{Kind, moment};
use crate::error::{Error, Result};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::reader::{FileReader as _, RowGroupReader};
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescriptor, Type};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// What is done with a row group, the wanted ranges of its rows and the number of rows before it.
type Work<'w> = &'w mut dyn FnMut(&dyn RowGroupReader, &[Range<usize>], u64) -> Parquet<()>;

/// Rows copied at once.
const BATCH_ROWS: usize = 1024;

/// A file whose rows are read again.
pub(crate) struct ParquetRows {
    open: OpenFile,
    path: PathBuf,
    /// Largest page that is decompressed.
    page_bytes: usize,
}

impl std::fmt::Debug for ParquetRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetRows").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Takes the columns of a row group one after the other.
pub(crate) trait Copier {
    /// Starts a row group.
    ///
    /// # Errors
    /// What writing returns.
    fn group(
        &mut self,
        copy: &mut dyn FnMut(&mut ColumnWriter<'_>, usize) -> Parquet<()>,
    ) -> Parquet<()>;
}

impl ParquetRows {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is not what it claims to be.
    pub(crate) fn open(path: &Path, page_bytes: usize) -> Result<Self> {
        let open = open(path).map_err(|refusal| Error::Input {
            path: path.to_path_buf(),
            cause: refusal.cause,
            cure: refusal.cure,
        })?;
        Ok(Self { open, path: path.to_path_buf(), page_bytes })
    }

    /// Columns and their types.
    #[must_use]
    pub(crate) fn schema(&self) -> &SchemaDescriptor {
        self.open.schema()
    }

    /// The key-value metadata of the file, such as the types of Arrow.
    #[must_use]
    pub(crate) fn metadata(&self) -> Option<Vec<parquet::file::metadata::KeyValue>> {
        self.open.reader.metadata().file_metadata().key_value_metadata().cloned()
    }

    /// Hands the rows of `wanted` (1-based, ascending) to `line`, each as a JSON object with a line
    /// feed.
    ///
    /// # Errors
    /// A damaged file; what `line` returns.
    pub(crate) fn to_json(
        &self,
        wanted: &[Range<u64>],
        line: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut out = Vec::new();
        let fields = self.schema().root_schema().get_fields();
        let turns = Turns::of(fields);
        self.groups(wanted, &mut |group, ranges, _| {
            let mut parts = turns.rows(group)?;
            let mut next = || -> Parquet<Option<Vec<Row>>> {
                parts.iter_mut().map(|rows| rows.next().transpose()).collect()
            };
            let mut at = 0;
            for range in ranges {
                for _ in at..range.start {
                    next()?;
                }
                for _ in range.clone() {
                    let Some(row) = next()? else { break };
                    out.clear();
                    object(&turns.columns(&row, fields), &mut out);
                    out.push(b'\n');
                    line(&out).map_err(|error| ParquetError::External(Box::new(error)))?;
                }
                at = range.end;
            }
            Ok(())
        })
    }

    /// Copies the rows of `wanted` (1-based, ascending) as they are, but for the strings that
    /// `edit` has something else for.
    ///
    /// # Errors
    /// A damaged file; what writing returns.
    pub(crate) fn copy(
        &self,
        wanted: &[Range<u64>],
        mut edit: Edit<'_>,
        to: &mut dyn Copier,
    ) -> Result<()> {
        self.groups(wanted, &mut |group, ranges, before| {
            to.group(&mut |writer, column| {
                let reader = group.get_column_reader(column)?;
                match (reader, writer, &mut edit) {
                    (
                        ColumnReader::ByteArrayColumnReader(reader),
                        ColumnWriter::ByteArrayColumnWriter(writer),
                        Some(edit),
                    ) => run(reader, writer, ranges, &mut |values, levels, at| {
                        edited(values, levels, before + at as u64, edit);
                    }),
                    (reader, writer, _) => copy(reader, writer, ranges),
                }
            })
        })
    }

    /// Runs `work` on each row group that has wanted rows, with their ranges in it.
    fn groups(&self, wanted: &[Range<u64>], work: Work<'_>) -> Result<()> {
        let mut each = || {
            let mut before = 0;
            for number in 0..self.open.reader.num_row_groups() {
                let group = self.open.reader.get_row_group(number)?;
                let rows = u64::try_from(group.metadata().num_rows()).unwrap_or(0);
                let ranges = inside(wanted, before + 1..before + 1 + rows);
                let above = before;
                before += rows;
                if ranges.is_empty() {
                    continue;
                }
                for column in group.metadata().columns() {
                    let (start, length) = place(column)?;
                    let end = start.saturating_add(length);
                    let pages = Pages { file: self.open.shared(), start, end };
                    if page_sizes::largest(&pages, self.page_bytes)? > self.page_bytes {
                        let what = format!("a page is over {} bytes", self.page_bytes);
                        return Err(ParquetError::General(what));
                    }
                }
                work(&*group, &ranges, above)?;
            }
            Ok(())
        };
        let done = catch_unwind(AssertUnwindSafe(&mut each));
        let done = done.unwrap_or_else(|_| Err(ParquetError::General("it is damaged".to_owned())));
        done.map_err(|error| match error {
            ParquetError::External(inner) => match inner.downcast::<Error>() {
                Ok(error) => *error,
                Err(other) => self.broken(&other.to_string()),
            },
            error => self.broken(&error.to_string()),
        })
    }

    fn broken(&self, what: &str) -> Error {
        Error::Input {
            path: self.path.clone(),
            cause: format!("cannot be copied: {what}"),
            cure: "fetch or write the file again".to_owned(),
        }
    }
}

/// Copies the rows of a column.
fn copy(
    reader: ColumnReader,
    writer: &mut ColumnWriter<'_>,
    ranges: &[Range<usize>],
) -> Parquet<()> {
    use ColumnReader as R;
    use ColumnWriter as W;
    match (reader, writer) {
        (R::BoolColumnReader(r), W::BoolColumnWriter(w)) => run(r, w, ranges, &mut |_, _, _| {}),
        (R::Int32ColumnReader(r), W::Int32ColumnWriter(w)) => run(r, w, ranges, &mut |_, _, _| {}),
        (R::Int64ColumnReader(r), W::Int64ColumnWriter(w)) => run(r, w, ranges, &mut |_, _, _| {}),
        (R::Int96ColumnReader(r), W::Int96ColumnWriter(w)) => run(r, w, ranges, &mut |_, _, _| {}),
        (R::FloatColumnReader(r), W::FloatColumnWriter(w)) => run(r, w, ranges, &mut |_, _, _| {}),
        (R::DoubleColumnReader(r), W::DoubleColumnWriter(w)) => {
            run(r, w, ranges, &mut |_, _, _| {})
        }
        (R::ByteArrayColumnReader(r), W::ByteArrayColumnWriter(w)) => {
            run(r, w, ranges, &mut |_, _, _| {})
        }
        (R::FixedLenByteArrayColumnReader(r), W::FixedLenByteArrayColumnWriter(w)) => {
            run(r, w, ranges, &mut |_, _, _| {})
        }
        _ => Err(ParquetError::General("its columns differ from those of the first".to_owned())),
    }
}

/// Levels of the values of some rows, and the highest of both kinds.
struct Levels<'l> {
    defined: &'l [i16],
    repeated: &'l [i16],
    most_defined: i16,
}

/// Changes values of rows of a column, given the number of rows of the group before them.
type Change<'c, T> = &'c mut dyn FnMut(&mut [T], &Levels<'_>, usize);

/// Changes strings of rows, of which `before` are before the first.
fn edited(values: &mut [ByteArray], levels: &Levels<'_>, before: u64, edit: &mut Rewrite<'_>) {
    let cells = if levels.defined.is_empty() { values.len() } else { levels.defined.len() };
    let (mut row, mut values) = (before, values.iter_mut());
    for n in 0..cells {
        row += u64::from(levels.repeated.get(n).is_none_or(|level| *level == 0));
        if levels.defined.get(n).is_some_and(|level| *level < levels.most_defined) {
            continue;
        }
        let Some(value) = values.next() else { return };
        if let Some(other) = edit(row, value.data()) {
            *value = ByteArray::from(other);
        }
    }
}

fn run<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    writer: &mut ColumnWriterImpl<'_, T>,
    ranges: &[Range<usize>],
    change: Change<'_, T::T>,
) -> Parquet<()> {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    let description = writer.get_descriptor().clone();
    let mut at = 0;
    for range in ranges {
        while at < range.start {
            let skipped = reader.skip_records(range.start - at)?;
            if skipped == 0 {
                return Err(ParquetError::EOF("a column ends early".to_owned()));
            }
            at += skipped;
        }
        while at < range.end {
            values.clear();
            levels.clear();
            repeats.clear();
            let count = (range.end - at).min(BATCH_ROWS);
            let (read, _, _) =
                reader.read_records(count, Some(&mut levels), Some(&mut repeats), &mut values)?;
            if read == 0 {
                return Err(ParquetError::EOF("a column ends early".to_owned()));
            }
            let of_values = Levels {
                defined: &levels,
                repeated: &repeats,
                most_defined: description.max_def_level(),
            };
            change(&mut values, &of_values, at);
            at += read;
            let levels = (description.max_def_level() > 0).then_some(&levels[..]);
            let repeats = (description.max_rep_level() > 0).then_some(&repeats[..]);
            writer.write_batch(&values, levels, repeats)?;
        }
    }
    Ok(())
}

/// Appends columns as a JSON object.
fn object(columns: &[Column<'_>], out: &mut Vec<u8>) {
    let mut separator = b'{';
    let names: Vec<&str> = columns.iter().map(|(name, ..)| *name).collect();
    for (name, (_, field, of)) in json_names(&names).iter().zip(columns) {
        out.push(separator);
        separator = b',';
        string(name, out);
        out.push(b':');
        value(field, *of, out);
    }
    if separator == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

/// The columns of a group, of that type where it is known.
fn inner<'r>(row: &'r Row, of: Option<&'r Type>) -> Vec<Column<'r>> {
    let fields = of.filter(|of| of.is_group()).map(Type::get_fields);
    let of = |n: usize| fields.and_then(|fields| fields.get(n)).map(|of| &**of);
    let columns = row.get_column_iter().enumerate();
    columns.map(|(n, (name, field))| (name.as_str(), field, of(n))).collect()
}

/// Appends a value, of that type where it is known; what JSON has no form for becomes a string, and
/// no number becomes null.
fn value(field: &Field, of: Option<&Type>, out: &mut Vec<u8>) {
    if let Some(text) = typed(field, of) {
        return match (field, kind_of(of)) {
            (Field::Int(_) | Field::Long(_), Some(Kind::Unsigned)) => {
                out.extend_from_slice(text.as_bytes());
            }
            _ => string(&text, out),
        };
    }
    let mut plain = |text: &str| out.extend_from_slice(text.as_bytes());
    match field {
        Field::Null => plain("null"),
        Field::Bool(flag) => plain(if *flag { "true" } else { "false" }),
        Field::Float(number) if !number.is_finite() => plain("null"),
        Field::Double(number) if !number.is_finite() => plain("null"),
        Field::Float(_)
        | Field::Double(_)
        | Field::Byte(_)
        | Field::Short(_)
        | Field::Int(_)
        | Field::Long(_)
        | Field::UByte(_)
        | Field::UShort(_)
        | Field::UInt(_)
        | Field::ULong(_) => plain(&field.to_string()),
        Field::Str(text) => string(text, out),
        Field::Bytes(bytes) => string(&String::from_utf8_lossy(bytes.data()), out),
        Field::Group(row) => object(&inner(row, of), out),
        Field::ListInternal(list) => {
            list_of(list.elements(), element(of), out);
        }
        Field::MapInternal(map) => {
            let mut separator = b'{';
            for (key, element) in map.entries() {
                out.push(separator);
                separator = b',';
                string(key.to_string().trim_matches('"'), out);
                out.push(b':');
                value(element, None, out);
            }
            if separator == b'{' {
                out.push(b'{');
            }
            out.push(b'}');
        }
        _ => string(field.to_string().trim_matches('"'), out),
    }
}

/// Appends the elements of a list.
fn list_of(elements: &[Field], of: Option<&Type>, out: &mut Vec<u8>) {
    let mut separator = b'[';
    for element in elements {
        out.push(separator);
        separator = b',';
        value(element, of, out);
    }
    if separator == b'[' {
        out.push(b'[');
    }
    out.push(b']');
}

/// The type of the elements of a list: inside a repeated group, where the list has one.
fn element(of: Option<&Type>) -> Option<&Type> {
    let of = of?;
    if !of.is_group() {
        return Some(of);
    }
    let repeated = of.get_fields().first()?;
    let inner = Some(&**repeated).filter(|of| of.is_group() && of.get_fields().len() == 1);
    let inner = inner.and_then(|of| of.get_fields().first());
    Some(inner.map_or(&**repeated, |of| &**of))
}

/// What the values of a type mean.
fn kind_of(of: Option<&Type>) -> Option<Kind> {
    let of = of.filter(|of| of.is_primitive())?;
    let info = of.get_basic_info();
    // Of a decimal number the crate knows the scale itself.
    Some(kind(info.logical_type_ref(), info.converted_type(), 0))
}

/// Moments in RFC 3339, numbers without a sign and UUIDs, which the crate shows in other ways.
fn typed(field: &Field, of: Option<&Type>) -> Option<String> {
    match (field, kind_of(of)) {
        (Field::TimestampMillis(value), _) => moment(*value, 1_000),
        (Field::TimestampMicros(value), _) => moment(*value, 1_000_000),
        (Field::Long(value), Some(kind @ (Kind::Moments(_) | Kind::Unsigned))) => {
            kind.whole(*value)
        }
        (Field::Int(value), Some(Kind::Unsigned)) => Kind::Unsigned.narrow(*value),
        (Field::Bytes(bytes), Some(Kind::Uuid)) => {
            Some(Kind::Uuid.bytes(bytes.data())?.0.into_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::data_type::{ByteArrayType, Int64Type};
    use parquet::file::writer::SerializedFileWriter;
    use std::sync::Arc;

    #[test]
    fn columns_of_one_name_have_their_own_values() {
        let schema = "message rows { REQUIRED BINARY text (UTF8); REQUIRED INT64 n; \
                      REQUIRED INT64 text; REQUIRED BINARY text (UTF8); REQUIRED INT64 text_2; }";
        let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut out =
            SerializedFileWriter::new(file.reopen().unwrap(), schema, Arc::default()).unwrap();
        let mut group = out.next_row_group().unwrap();
        let texts = |of: &str| ["a", "b"].map(|row| ByteArray::from(&*format!("{of} {row}")));
        for n in 0..5 {
            let mut column = group.next_column().unwrap().unwrap();
            if n == 0 || n == 3 {
                let values = texts(if n == 0 { "first" } else { "last" });
                column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
            } else {
                column.typed::<Int64Type>().write_batch(&[n, n + 10], None, None).unwrap();
            }
            column.close().unwrap();
        }
        group.close().unwrap();
        out.close().unwrap();
        let mut lines = Vec::new();
        let rows = ParquetRows::open(file.path(), 1 << 20).unwrap();
        rows.to_json(std::slice::from_ref(&(2..3)), &mut |line| {
            lines.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        })
        .unwrap();
        let row = r#"{"text":"first b","n":11,"text_3":12,"text_4":"last b","text_2":14}"#;
        assert_eq!(lines, [format!("{row}\n")]);
    }

    #[test]
    fn values_are_json() {
        let json = |field: Field| {
            let mut out = Vec::new();
            value(&field, None, &mut out);
            String::from_utf8(out).unwrap()
        };
        for (field, expected) in [
            (Field::Null, "null"),
            (Field::Bool(true), "true"),
            (Field::Bool(false), "false"),
            (Field::Float(f32::NAN), "null"),
            (Field::Float(0.5), "0.5"),
            (Field::Double(f64::INFINITY), "null"),
            (Field::Double(-1.5), "-1.5E0"),
            (Field::Long(-7), "-7"),
            (Field::UInt(7), "7"),
            (Field::TimestampMillis(1_500), "\"1970-01-01T00:00:01.5Z\""),
            (Field::TimestampMicros(0), "\"1970-01-01T00:00:00Z\""),
            (Field::Str("a \"b\"".to_owned()), "\"a \\\"b\\\"\""),
            (Field::Bytes(vec![b'a', 0xff].into()), "\"a\u{fffd}\""),
        ] {
            assert_eq!(json(field), expected);
        }
    }
}

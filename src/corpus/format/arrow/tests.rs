//! What is written as Arrow is read as documents, and what is damaged is reported.
#![cfg(feature = "arrow")]

use crate::corpus::{Batch, Corpus, Document, Problem, ReadOptions, Tally};
use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, FixedSizeBinaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Documents, problems and the end of a reading.
#[derive(Debug)]
struct Read {
    documents: Vec<Document>,
    problems: Vec<Problem>,
    failure: Option<String>,
}

fn read(path: &Path) -> Read {
    read_with(path, ReadOptions::default())
}

fn read_with(path: &Path, options: ReadOptions) -> Read {
    let input = path.to_str().unwrap().to_owned();
    let (corpus, _) = Corpus::open(&[input], options).unwrap();
    let (mut documents, mut problems, mut tally) = (Vec::new(), Vec::new(), Tally::default());
    for block in corpus.blocks() {
        let batch: Batch = corpus.parse(block.unwrap());
        tally.add(&batch);
        documents.extend(batch.documents);
        problems.extend(batch.problems);
    }
    let failure = corpus.finish(&tally).err().map(|error| error.to_string());
    Read { documents, problems, failure }
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
struct How {
    is_file: bool,
    packing: Option<CompressionType>,
}

const ALL: [How; 6] = [
    How { is_file: true, packing: None },
    How { is_file: true, packing: Some(CompressionType::LZ4_FRAME) },
    How { is_file: true, packing: Some(CompressionType::ZSTD) },
    How { is_file: false, packing: None },
    How { is_file: false, packing: Some(CompressionType::LZ4_FRAME) },
    How { is_file: false, packing: Some(CompressionType::ZSTD) },
];

fn written(batches: &[RecordBatch], how: How) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(how.packing).unwrap();
    let schema = batches[0].schema();
    if how.is_file {
        let mut out = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        for batch in batches {
            out.write(batch).unwrap();
        }
        return out.into_inner().unwrap();
    }
    let mut out = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
    for batch in batches {
        out.write(batch).unwrap();
    }
    out.into_inner().unwrap()
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(n, c)| (*n, c.clone(), true)))
        .unwrap()
}

fn strings(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Documents of a batch with these columns, in a file.
fn documents(columns: &[(&str, ArrayRef)]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    fs::write(&path, written(&[batch(columns)], ALL[0])).unwrap();
    read(&path)
}

/// Rows with numbers in their texts, `count` to a batch.
fn numbered(batches: usize, count: usize) -> Vec<RecordBatch> {
    let one = |start: usize| {
        let rows = start..start + count;
        let ids = Int64Array::from_iter_values(rows.clone().map(|n| i64::try_from(n).unwrap()));
        let texts = rows.clone().map(|n| format!("row {n}: the ferry was late and no crew came"));
        let names = StringArray::from(vec!["alpha", "beta"]);
        let outlets = StringDictionaryBuilder::<Int8Type>::new_with_dictionary(count, &names);
        let mut outlets = outlets.unwrap();
        for n in rows {
            outlets.append_value(["alpha", "beta"][n % 2]);
        }
        batch(&[
            ("id", Arc::new(ids)),
            ("outlet", Arc::new(outlets.finish())),
            ("other", Arc::new(StringArray::from_iter_values(texts.clone()))),
            ("text", Arc::new(StringArray::from_iter_values(texts))),
        ])
    };
    (0..batches).map(|n| one(n * count)).collect()
}

#[test]
fn files_and_streams_are_read_however_they_are_packed() {
    let folder = tempfile::tempdir().unwrap();
    for (n, how) in ALL.into_iter().enumerate() {
        for name in ["a.arrow", "a.feather", "a"] {
            let path = folder.path().join(format!("{n}.{name}"));
            fs::write(&path, written(&numbered(3, 5), how)).unwrap();
            let found = read(&path);
            assert_eq!((found.documents.len(), &found.failure), (15, &None), "{how:?} {name}");
            assert!(found.problems.is_empty(), "{:?}", found.problems);
            let last = &found.documents[14];
            assert_eq!(last.id, "14");
            assert_eq!(last.text, "row 14: the ferry was late and no crew came");
            assert_eq!(last.meta.outlet.as_deref(), Some("alpha"));
        }
    }
}

/// Some writers leave out what comes before the schema, which is in the directory too.
#[test]
fn a_file_is_read_by_its_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    let mut bytes = written(&numbered(3, 5), ALL[0]);
    let start = bytes.iter().position(|byte| *byte == 0xff).unwrap();
    bytes[start..start + 12].fill(0x55);
    fs::write(&path, bytes).unwrap();
    assert_eq!(read(&path).documents.len(), 15);
}

#[test]
fn a_data_set_on_disk_is_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let add = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    add("data-00000-of-00001.arrow", &written(&numbered(2, 2), ALL[3]));
    add("dataset_info.json", b"{\"features\": {\"text\": {\"dtype\": \"string\"}}}");
    add("state.json", b"{\"_split\": \"train\"}");
    let found = read(folder.path());
    assert_eq!((found.documents.len(), found.problems), (4, vec![]));
    add("cache-0123456789abcdef.arrow", &written(&numbered(2, 2), ALL[3]));
    assert_eq!(read(folder.path()).documents.len(), 4, "a cache has them twice");
    let input = folder.path().to_str().unwrap().to_owned();
    let (_, notes) = Corpus::open(&[input], ReadOptions::default()).unwrap();
    assert!(notes[0].cause.ends_with("passed over: 1") && !notes[0].skipped, "{notes:?}");
    fs::remove_file(folder.path().join("data-00000-of-00001.arrow")).unwrap();
    assert_eq!(read(folder.path()).documents.len(), 4, "alone it is the rows");
}

#[test]
fn every_kind_of_string_is_a_text() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("one"), None, Some("two")]);
    lists.append_value([Some("three")]);
    lists.append_null();
    let mut keys = StringDictionaryBuilder::<Int8Type>::new();
    for word in ["three", "three", "one two"] {
        keys.append_value(word);
    }
    let large = LargeStringArray::from(vec![Some("one\n\ntwo"), Some("three"), None]);
    let long = "a text of more than twelve bytes";
    let views = StringViewArray::from(vec![Some("one"), Some(long), None]);
    for (column, texts) in [
        (Arc::new(lists.finish()) as ArrayRef, vec!["one\n\ntwo", "three"]),
        (Arc::new(keys.finish()), vec!["three", "three", "one two"]),
        (Arc::new(large), vec!["one\n\ntwo", "three"]),
        (Arc::new(views), vec!["one", long]),
    ] {
        let found = documents(&[("text", column)]);
        let all: Vec<_> = found.documents.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(all, texts);
        assert_eq!(found.problems.len(), 3 - texts.len(), "{:?}", found.problems);
    }
}

#[test]
fn ids_and_dates_are_what_their_types_say() {
    let uuid = Field::new("id", DataType::FixedSizeBinary(16), true).with_metadata(
        [("ARROW:extension:name".to_owned(), "arrow.uuid".to_owned())].into_iter().collect(),
    );
    let ids: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(UInt64Array::from(vec![u64::MAX])), "18446744073709551615"),
        (Arc::new(Float64Array::from(vec![0.5])), "0.5"),
        (
            Arc::new(Decimal128Array::from(vec![-5]).with_precision_and_scale(9, 2).unwrap()),
            "-0.05",
        ),
    ];
    for (ids, id) in ids {
        let found = documents(&[("id", ids), ("text", strings(&[Some("words")]))]);
        assert_eq!(found.documents[0].id, id);
    }
    let dates: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(Date32Array::from(vec![1])), "1970-01-02"),
        (Arc::new(TimestampSecondArray::from(vec![1])), "1970-01-01T00:00:01Z"),
        (Arc::new(TimestampMillisecondArray::from(vec![1_500])), "1970-01-01T00:00:01.5Z"),
        (
            Arc::new(TimestampNanosecondArray::from(vec![0]).with_timezone("+02:00")),
            "1970-01-01T00:00:00Z",
        ),
    ];
    for (dates, date) in dates {
        let found = documents(&[("date", dates), ("text", strings(&[Some("words")]))]);
        let read = found.documents[0].meta.date.as_ref();
        assert_eq!(read.map(|date| date.text.as_str()), Some(date), "{:?}", found.problems);
    }
    let bytes = FixedSizeBinaryArray::try_from_iter([[7_u8; 16]].iter()).unwrap();
    let schema = Schema::new(vec![uuid, Field::new("text", DataType::Utf8, true)]);
    let columns: Vec<ArrayRef> = vec![Arc::new(bytes), strings(&[Some("words")])];
    let batch = RecordBatch::try_new(Arc::new(schema), columns).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    fs::write(&path, written(&[batch], ALL[0])).unwrap();
    assert_eq!(read(&path).documents[0].id, "07070707-0707-0707-0707-070707070707");
}

#[test]
fn groups_are_paths_and_odd_columns_are_refused_by_name() {
    let inner = vec![
        (Arc::new(Field::new("name", DataType::Utf8, true)), strings(&[Some("alpha"), None])),
        (Arc::new(Field::new("place", DataType::Utf8, true)), strings(&[Some("x"), None])),
    ];
    let groups: ArrayRef = Arc::new(StructArray::from(inner));
    let texts = strings(&[Some("one"), Some("two")]);
    let found = documents(&[("source", groups.clone()), ("body", texts)]);
    assert_eq!(found.documents[0].meta.outlet.as_deref(), Some("alpha"), "by well-known names");
    assert_eq!(found.documents[1].meta.outlet, None);
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let found = documents(&[("text", numbers.clone())]);
    assert!(found.problems[0].cause.contains("not a string"), "{:?}", found.problems);
    let found = documents(&[("words", numbers), ("source", groups)]);
    let failure = found.failure.unwrap();
    assert!(failure.contains("the columns are source.name, source.place, words"), "{failure}");
}

#[test]
fn a_wrong_byte_costs_a_character() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    let mut bytes = written(&numbered(1, 3), ALL[0]);
    let at = bytes.windows(6).rposition(|window| window == b"row 1:").unwrap();
    bytes[at + 1] = 0xff;
    fs::write(&path, bytes).unwrap();
    let found = read(&path);
    let texts: Vec<_> = found.documents.iter().map(|found| &found.text[..7]).collect();
    assert_eq!(texts, ["row 0: ", "r\u{fffd}w 1", "row 2: "]);
    assert_eq!((found.problems[0].line, found.problems[0].skipped), (Some(2), false));
}

/// Every row of a truncated file is a document or lies where a problem says, whatever is left.
#[test]
fn truncation_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    for how in ALL {
        let whole = written(&numbered(4, 5), how);
        for length in (0..whole.len() - 8).step_by(29) {
            fs::write(&path, &whole[..length]).unwrap();
            let found = read(&path);
            let count = found.documents.len() as u64;
            let named = found.problems.iter().any(|problem| {
                problem.skipped && problem.line.is_none_or(|line| line == count + 1)
            });
            // A stream may end after any batch.
            let whole = found.problems.is_empty() && !how.is_file && count.is_multiple_of(5);
            assert!(named || whole, "{how:?} {length} {count} {:?}", found.problems);
        }
    }
}

/// A stream that damage ends early, or a second one, is not passed over in silence.
#[test]
fn what_follows_the_end_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    let stream = written(&numbered(2, 3), ALL[3]);
    for (after, problems) in [(&stream[..], 1), (&[0; 64][..], 0), (&[][..], 0)] {
        fs::write(&path, [&stream, after].concat()).unwrap();
        let found = read(&path);
        assert_eq!((found.documents.len(), found.problems.len()), (6, problems));
    }
}

/// Damage anywhere in a file costs rows of that file, and never the run.
#[test]
fn damage_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    for (n, how) in ALL.into_iter().enumerate() {
        let whole = written(&numbered(2, 3), how);
        for at in (n..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            fs::write(&path, &damaged).unwrap();
            // Where no checksum tells, the rows are at least text, and not more than there were.
            assert!(read(&path).documents.len() <= 6, "{how:?} byte {at}");
        }
    }
}

#[test]
fn what_claims_too_much_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    let words = "many words ".repeat(20_000);
    let texts = strings(&[Some(&words)]);
    let zstd = How { is_file: true, packing: Some(CompressionType::ZSTD) };
    fs::write(&path, written(&[batch(&[("text", texts)])], zstd)).unwrap();
    let mut options = ReadOptions::default();
    options.limits.record_bytes = 10_000;
    let found = read_with(&path, options);
    assert!(found.documents.is_empty());
    assert!(found.problems[0].cause.contains("over the limit of 10000 bytes"), "{found:?}");
    assert_eq!(read(&path).documents.len(), 1);
}

#[test]
fn rows_are_json_with_all_their_columns() {
    let inner = vec![(Arc::new(Field::new("n", DataType::Int64, true)), {
        Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef
    })];
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a"), None]);
    lists.append_null();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("text", strings(&[Some("say \"a\""), None])),
        ("group", Arc::new(StructArray::from(inner))),
        ("list", Arc::new(lists.finish())),
        ("share", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
        ("day", Arc::new(Date32Array::from(vec![1, 2]))),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    fs::write(&path, written(&[batch(&columns)], ALL[2])).unwrap();
    let rows = super::rows::ArrowRows::open(&path, 1 << 20).unwrap();
    let mut out = Vec::new();
    rows.to_json(&[1..2, 2..3], &mut |line| {
        out.extend_from_slice(line);
        Ok(())
    })
    .unwrap();
    let expected = concat!(
        r#"{"text":"say \"a\"","group":{"n":1},"list":["a",null],"share":0.5,"day":"1970-01-02"}"#,
        "\n",
        r#"{"text":null,"group":{"n":null},"list":null,"share":null,"day":"1970-01-03"}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

//! The same of formats whose records are known by numbers or names: lists, nested objects, crawls,
//! archives, exports, Parquet and Arrow.

use super::damage::Dice;
use super::*;
use std::ops::Range;
#[cfg(feature = "parquet")]
use std::sync::Arc;

/// Records of a file.
const ROWS: usize = 12;

/// A file before its damage.
struct Whole {
    name: &'static str,
    bytes: Vec<u8>,
    texts: Vec<String>,
    /// Bytes between the texts belong to a record; else they are of all, as in a directory.
    in_order: bool,
}

fn texts(dice: &mut Dice) -> Vec<String> {
    let words = ["the ferry", "said the port", "was late", "and no crew came"];
    let text = |n: usize| {
        let some = (0..3 + dice.roll(4)).map(|_| words[dice.roll(words.len())]);
        format!("row {n:03} {} end of {n:03}", some.collect::<Vec<_>>().join(" "))
    };
    (0..ROWS).map(text).collect()
}

fn joined(texts: &[String], one: impl Fn(usize, &str) -> String, between: &str) -> String {
    let all = texts.iter().enumerate().map(|(n, text)| one(n, text));
    all.collect::<Vec<_>>().join(between)
}

/// The formats, by name.
const NAMES: &[&str] = &[
    "a.json",
    "nested.json",
    "nested.jsonl",
    "a.wet",
    "b.rtf",
    "b.txt",
    #[cfg(feature = "archives")]
    "a.zip",
    #[cfg(feature = "documents")]
    "c.docx",
    #[cfg(feature = "parquet")]
    "a.parquet",
    #[cfg(feature = "arrow")]
    "a.arrow",
    #[cfg(feature = "arrow")]
    "b.feather",
];

/// A text export of a news database.
fn export(texts: &[String]) -> String {
    let one = |n: usize, text: &str| {
        format!(
            "{} of {ROWS} DOCUMENTS\n\nThe Alpha Post\n\nJanuary {}, 2020 Monday\n\n\
             HEADLINE {n}\n\nLENGTH: 12 words\n\n{text}\n\n",
            n + 1,
            n + 1
        )
    };
    joined(texts, one, "\n")
}

#[cfg(any(feature = "archives", feature = "documents"))]
fn zip(members: &[(String, String)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let stored = options.compression_method(zip::CompressionMethod::Stored);
    for (name, content) in members {
        out.start_file(name.as_str(), stored).unwrap();
        out.write_all(content.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[cfg(feature = "documents")]
fn docx(texts: &[String]) -> Vec<u8> {
    let text = export(texts);
    let lines = text.lines().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"));
    let body = lines.collect::<Vec<_>>().concat();
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"{space}\"><w:body>{body}</w:body>\
         </w:document>"
    );
    zip(&[("word/document.xml".to_owned(), document)])
}

#[cfg(feature = "parquet")]
fn parquet(texts: &[String]) -> Vec<u8> {
    use ::parquet::data_type::{ByteArray, ByteArrayType};
    use ::parquet::file::writer::SerializedFileWriter;
    let schema = "message rows { REQUIRED BINARY text (UTF8); }";
    let schema = ::parquet::schema::parser::parse_message_type(schema).unwrap();
    let (rows, settings) = (Arc::new(schema), Arc::default());
    let mut file = SerializedFileWriter::new(Vec::new(), rows, settings).unwrap();
    let values: Vec<ByteArray> = texts.iter().map(|text| text.as_bytes().to_vec().into()).collect();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    file.into_inner().unwrap()
}

#[cfg(feature = "arrow")]
fn arrow(texts: &[String], is_file: bool) -> Vec<u8> {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_ipc::writer::{FileWriter, StreamWriter};
    let batch = |texts: &[String]| {
        let column: ArrayRef = std::sync::Arc::new(StringArray::from(texts.to_vec()));
        RecordBatch::try_from_iter([("text", column)]).unwrap()
    };
    let batches: Vec<RecordBatch> = texts.chunks(4).map(batch).collect();
    let schema = batches[0].schema();
    if is_file {
        let mut out = FileWriter::try_new(Vec::new(), &schema).unwrap();
        for batch in &batches {
            out.write(batch).unwrap();
        }
        return out.into_inner().unwrap();
    }
    let mut out = StreamWriter::try_new(Vec::new(), &schema).unwrap();
    for batch in &batches {
        out.write(batch).unwrap();
    }
    out.into_inner().unwrap()
}

fn whole(name: &'static str, dice: &mut Dice) -> Whole {
    let texts = texts(dice);
    let record = |_: usize, text: &str| format!("{{\"text\":\"{text}\"}}");
    let nested = |n: usize, text: &str| {
        format!("{{\"id\":{n},\"tags\":[1,{{\"a\":[]}}],\"_source\":{{\"text\":\"{text}\"}}}}")
    };
    let page = |n: usize, text: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://x.example/{n}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let bytes = match name {
        "a.json" => format!("[\n{}\n]\n", joined(&texts, record, ",\n")).into_bytes(),
        "nested.json" => {
            let hits = joined(&texts, nested, ",\n");
            format!("{{\"took\":3,\"hits\":{{\"hits\":[\n{hits}\n]}}}}\n").into_bytes()
        }
        "nested.jsonl" => (joined(&texts, nested, "\n") + "\n").into_bytes(),
        "a.wet" => joined(&texts, page, "").into_bytes(),
        "b.txt" => export(&texts).into_bytes(),
        "b.rtf" => {
            format!("{{\\rtf1\\ansi {}}}", export(&texts).replace('\n', "\\par\n")).into_bytes()
        }
        #[cfg(feature = "archives")]
        "a.zip" => {
            let member = |(n, text): (usize, &String)| (format!("m{n:02}.txt"), text.clone());
            zip(&texts.iter().enumerate().map(member).collect::<Vec<_>>())
        }
        #[cfg(feature = "documents")]
        "c.docx" => docx(&texts),
        #[cfg(feature = "parquet")]
        "a.parquet" => parquet(&texts),
        #[cfg(feature = "arrow")]
        "a.arrow" | "b.feather" => arrow(&texts, name == "b.feather"),
        _ => Vec::new(),
    };
    let in_order =
        matches!(name, "a.json" | "nested.json" | "nested.jsonl" | "a.wet" | "b.txt" | "b.rtf");
    Whole { name, bytes, texts, in_order }
}

/// Damages a file once; returns the range that was damaged.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) -> Range<usize> {
    let at = dice.roll(bytes.len());
    if dice.roll(8) == 0 {
        let end = bytes.len();
        bytes.truncate(at);
        return at..end;
    }
    let length = [0, 1, 1, 2, 9][dice.roll(5)].min(bytes.len() - at);
    let put: &[u8] =
        [&b""[..], b"\"", b"}", b"\n", b"]", b"x", b"{", b"\0", b"\xff\x7f"][dice.roll(9)];
    bytes.splice(at..at + length, put.iter().copied());
    at..at + length
}

/// Whether a problem names record `n`, counted from 1.
fn names(problem: &Problem, file: &Path, n: usize) -> bool {
    if !problem.skipped {
        return false;
    }
    let n = n as u64;
    let Some(line) = problem.line else {
        // A member whose name is damaged is named as it is.
        let named = |n: u64| file.join(format!("m{:02}.txt", n - 1)) == problem.path;
        let is_odd = problem.path.starts_with(file) && !(1..=ROWS as u64).any(named);
        return problem.path == file || named(n) || is_odd;
    };
    let last = problem
        .cause
        .rsplit_once("(rows ")
        .and_then(|(_, rows)| rows.trim_end_matches(')').rsplit_once(" to ")?.1.parse().ok());
    let open_ended = problem.cause.contains("all after it") || problem.cause.contains("read on");
    line == n || (line < n && last.map_or(open_ended, |last: u64| n <= last))
}

/// Records that vanish from `count` damaged files, each with its file.
fn vanished(count: usize, mut dice: Dice) -> Vec<String> {
    let mut lost = Vec::new();
    let folder = Folder::new();
    for n in 0..count {
        let Whole { name, mut bytes, texts, in_order } = whole(NAMES[n % NAMES.len()], &mut dice);
        let before = bytes.clone();
        let hit = damage(&mut bytes, &mut dice);
        let path = folder.add(name, &bytes);
        let opened = open(&[&path], ReadOptions::default());
        // A file that is refused as a whole is named as a whole.
        let Ok((corpus, mut problems)) = opened else { continue };
        let (mut documents, mut tally) = (Vec::new(), Tally::default());
        tally.add_problems(&problems);
        for block in corpus.blocks() {
            let batch = corpus.parse(block.unwrap());
            tally.add(&batch);
            documents.extend(batch.documents);
            problems.extend(batch.problems);
        }
        if corpus.finish(&tally).is_err() {
            continue;
        }
        let mut done = 0;
        for (n, text) in texts.iter().enumerate() {
            let found = memchr::memmem::find(&before, text.as_bytes());
            let range = found.map_or(0..before.len(), |at| at..at + text.len());
            // What is between two records of a text may belong to either.
            let next =
                texts.get(n + 1).and_then(|next| memchr::memmem::find(&before, next.as_bytes()));
            let around = if in_order { done..next.unwrap_or(before.len()) } else { range.clone() };
            done = range.end;
            let touched = around.start <= hit.end && hit.start <= around.end;
            let numbered = format!(":{}", n + 1);
            let is_it = |found: &Document| {
                // Where the file itself is damaged, a row keeps its number, not its bytes.
                found.text.contains(text.as_str()) || (!in_order && found.id.ends_with(&numbered))
            };
            if (touched && in_order) || documents.iter().any(is_it) {
                continue;
            }
            let is_named = problems.iter().any(|problem| names(problem, &path, n + 1));
            let excused = touched && found.is_some();
            if !is_named && !excused {
                lost.push(format!(
                    "{name}: {text:?} after {hit:?}: {problems:?} of {}",
                    String::from_utf8_lossy(&bytes)
                ));
            }
        }
    }
    lost
}

#[test]
fn no_record_vanishes() {
    let lost = vanished(2_200, Dice(11));
    assert_eq!(lost, [""; 0]);
}

/// `just damage`: minutes.
#[test]
#[ignore = "takes minutes; `just damage` runs it"]
fn no_record_vanishes_from_many_files() {
    let lost = vanished(22_000, Dice::of_seed(11));
    let some = lost.get(..lost.len().min(60)).unwrap_or_default().join("\n\n");
    assert!(lost.is_empty(), "{} records vanish, such as {some}", lost.len());
}

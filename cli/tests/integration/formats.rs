//! The same documents give the same result in every format.

use crate::dedup::{gunzip, jsonl, names, news};
use crate::util::{Dir, root, skipped, text_of};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use serde_json::Value;
use std::io::Write as _;
use std::sync::Arc;

/// A field of a table, in quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The lines parsed as JSON.
fn parsed(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const COLUMNS: [&str; 4] = ["id", "date", "n", "text"];

/// The records as a delimited table.
fn table(lines: &[String], separator: &str, quote: fn(&str) -> String) -> String {
    let row = |record: &Value| {
        let cells = COLUMNS.map(|name| match &record[name] {
            Value::String(text) => quote(text),
            other => other.to_string(),
        });
        cells.join(separator) + "\n"
    };
    let rows: String = parsed(lines).iter().map(row).collect();
    COLUMNS.join(separator) + "\n" + &rows
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut out = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn parquet(jsonl: &str) -> Vec<u8> {
    let mut open = || -> std::io::Result<Box<dyn std::io::BufRead>> {
        Ok(Box::new(std::io::Cursor::new(jsonl.to_owned())))
    };
    wirecopy::output::parquet::from_json(&mut open, 100, Vec::new()).unwrap()
}

/// The records as batches of an Arrow file, or of a stream.
pub(crate) fn arrow(lines: &[String], is_file: bool) -> Vec<u8> {
    let records = parsed(lines);
    let batches = records.chunks(100).map(|records| {
        let column = |name: &str| {
            let cell = |record: &Value| match &record[name] {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            Arc::new(records.iter().map(cell).collect::<StringArray>()) as ArrayRef
        };
        let columns = COLUMNS.map(|name| (name, column(name), true));
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    });
    let batches: Vec<RecordBatch> = batches.collect();
    let schema = batches[0].schema();
    let packing = |packing| IpcWriteOptions::default().try_with_compression(packing).unwrap();
    if is_file {
        let zstd = packing(Some(CompressionType::ZSTD));
        let mut out = FileWriter::try_new_with_options(Vec::new(), &schema, zstd).unwrap();
        for batch in &batches {
            out.write(batch).unwrap();
        }
        return out.into_inner().unwrap();
    }
    let plain = packing(None);
    let mut out = StreamWriter::try_new_with_options(Vec::new(), &schema, plain).unwrap();
    for batch in &batches {
        out.write(batch).unwrap();
    }
    out.into_inner().unwrap()
}

/// A folder that holds the same documents in every format, and the file names.
fn stored() -> (Dir, Vec<&'static str>) {
    let lines = news(300);
    let jsonl = jsonl(&lines);
    let json = format!("[\n{}\n]\n", lines.join(",\n"));
    let (csv, tsv) = (table(&lines, ",", quoted), table(&lines, "\t", str::to_owned));
    let dir = Dir::new();
    dir.create("docs.jsonl", &jsonl);
    dir.create(
        "gz.jsonl.gz",
        [gzip(&jsonl.as_bytes()[..5000]), gzip(&jsonl.as_bytes()[5000..])].concat(),
    );
    dir.create("zst.jsonl.zst", zstd::encode_all(jsonl.as_bytes(), 3).unwrap());
    dir.create("bz.jsonl.bz2", bzip2(jsonl.as_bytes()));
    dir.create("wide.jsonl", utf16(&jsonl));
    dir.create("list.json", &json);
    dir.create("one.csv", &csv);
    dir.create("semicolon.csv", table(&lines, ";", quoted));
    dir.create("crlf.csv", csv.replace('\n', "\r\n"));
    dir.create("packed.csv.zst", zstd::encode_all(csv.as_bytes(), 3).unwrap());
    dir.create("one.tsv", tsv);
    dir.create("rows.parquet", parquet(&jsonl));
    dir.create("rows.feather", arrow(&lines, true));
    dir.create("rows.arrow", arrow(&lines, false));
    let names = vec![
        "gz.jsonl.gz",
        "zst.jsonl.zst",
        "bz.jsonl.bz2",
        "wide.jsonl",
        "list.json",
        "one.csv",
        "semicolon.csv",
        "crlf.csv",
        "packed.csv.zst",
        "one.tsv",
        "rows.parquet",
        "rows.feather",
        "rows.arrow",
    ];
    (dir, names)
}

#[test]
fn scan_finds_the_same_in_every_format() {
    let (dir, names) = stored();
    let scan = |name: &str| {
        let run = dir.command(&["scan", name, "--format", "jsonl", "--families", "f.jsonl"]);
        (run.run().expect(0).stdout, dir.read("f.jsonl"))
    };
    let expected = scan("docs.jsonl");
    assert!(expected.0.len() > 10_000, "something is shared");
    for name in names {
        assert!(scan(name) == expected, "{name}");
    }
}

#[test]
fn dedup_finds_the_same_in_every_format() {
    let (dir, files) = stored();
    let dedup = |name: &str, measure: &str| {
        let out = format!("{name}.{measure}");
        let args = ["dedup", name, "-o", &out, "--output-format", "jsonl", "--quiet"];
        dir.command(&args).args(&["--measure", measure]).run().expect(0);
        out
    };
    let file = |out: &str, name: &str| dir.read(&format!("{out}/{name}"));
    let kept = |out: &str| -> Vec<Vec<String>> {
        let packed = names(&dir.join(out));
        let name = packed.iter().find(|name| name.starts_with("kept")).unwrap();
        let bytes = file(out, name);
        let bytes = match name.rsplit_once('.').unwrap().1 {
            "gz" => gunzip(&bytes),
            "zst" => zstd::decode_all(&bytes[..]).unwrap(),
            "bz2" => {
                let mut back = Vec::new();
                let mut from = ::bzip2::read::BzDecoder::new(&bytes[..]);
                std::io::Read::read_to_end(&mut from, &mut back).unwrap();
                back
            }
            _ => bytes,
        };
        let text = String::from_utf8(bytes).unwrap();
        let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let cell = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
        records.map(|record| COLUMNS.map(|name| cell(&record[name])).to_vec()).collect()
    };
    for measure in ["jaccard", "coverage"] {
        let expected = dedup("docs.jsonl", measure);
        for name in &files {
            let out = dedup(name, measure);
            for part in ["duplicates.jsonl", "pairs.jsonl"] {
                assert!(file(&out, part) == file(&expected, part), "{name}: {part}");
            }
            assert!(kept(&out) == kept(&expected), "{name}: the kept records");
        }
    }
}

#[test]
fn kept_records_stay_in_their_format() {
    let (dir, _) = stored();
    let removed = {
        dir.command(&["dedup", "docs.jsonl", "-o", "lines", "--quiet"]).run().expect(0);
        let all = dir.records("lines/duplicates.jsonl");
        let gone = all.iter().filter(|record| record["representative"] == false);
        gone.map(|record| text_of(record, "id").to_owned()).collect::<Vec<_>>()
    };
    for name in ["one.csv", "semicolon.csv", "crlf.csv", "one.tsv"] {
        dir.command(&["dedup", name, "-o", name.trim_end_matches("sv"), "--quiet"]).run().expect(0);
        let folder = name.trim_end_matches("sv");
        let extension = name.rsplit_once('.').unwrap().1;
        assert_eq!(
            names(&dir.join(folder)),
            ["duplicates.jsonl", &format!("kept.{extension}"), "pairs.jsonl", "summary.json"]
        );
        let kept = String::from_utf8(dir.read(&format!("{folder}/kept.{extension}"))).unwrap();
        let whole = String::from_utf8(dir.read(name)).unwrap();
        let id =
            |row: &str| row.split([',', ';', '\t']).next().unwrap().trim_matches('"').to_owned();
        let expected: Vec<&str> =
            whole.split_inclusive('\n').filter(|row| !removed.contains(&id(row))).collect();
        // The header of a CRLF table is written with a plain line feed.
        let body = |text: &str| text.split_once('\n').unwrap().1.to_owned();
        assert_eq!(body(&kept), body(&expected.concat()), "{name}");
        assert!(kept.starts_with("id"), "{name}");
    }
    dir.command(&["dedup", "list.json", "-o", "list", "--quiet"]).run().expect(0);
    let list: Vec<Value> = serde_json::from_slice(&dir.read("list/kept.json")).unwrap();
    assert_eq!(list, dir.records("lines/kept.jsonl"));
}

#[test]
fn kept_rows_of_parquet_are_the_kept_records() {
    let (dir, _) = stored();
    dir.command(&["dedup", "docs.jsonl", "-o", "lines", "--quiet"]).run().expect(0);
    let expected = dir.records("lines/kept.jsonl");
    // Copied as they are, and written from JSON Lines with --output-format: both read back as the
    // same records.
    for (name, format) in
        [("rows.parquet", "same"), ("docs.jsonl", "parquet"), ("list.json", "parquet")]
    {
        let out = format!("{name}.{format}");
        let args = ["dedup", name, "-o", &out, "--quiet", "--output-format", format];
        dir.command(&args).run().expect(0);
        assert_eq!(names(&dir.join(&out))[1], "kept.parquet", "{name}");
        let kept = format!("{out}/kept.parquet");
        let back = format!("{out}.back");
        let args = [
            "dedup",
            &kept,
            "-o",
            &back,
            "--quiet",
            "--output-format",
            "jsonl",
            "--threshold",
            "1",
        ];
        dir.command(&args).run().expect(0);
        let records: Vec<Value> = dir.records(&format!("{back}/kept.jsonl"));
        let ids = |records: &[Value]| -> Vec<String> {
            records
                .iter()
                .map(|r| format!("{} {} {} {}", r["id"], r["n"], r["date"], r["text"]))
                .collect()
        };
        assert_eq!(ids(&records), ids(&expected), "{name}");
        assert_eq!(records[0]["zz"], "[1,null]", "a nested value is JSON in a string");
    }
}

#[test]
fn kept_rows_of_arrow_are_the_kept_records() {
    let (dir, _) = stored();
    dir.command(&["dedup", "docs.jsonl", "-o", "lines", "--quiet"]).run().expect(0);
    let expected = dir.records("lines/kept.jsonl");
    for (name, mark) in [("rows.feather", &b"ARROW1"[..]), ("rows.arrow", &[0xff; 4])] {
        let out = format!("{name}.out");
        dir.command(&["dedup", name, "-o", &out, "--quiet"]).run().expect(0);
        assert_eq!(names(&dir.join(&out))[1], "kept.arrow", "{name}");
        let kept = format!("{out}/kept.arrow");
        assert!(dir.read(&kept).starts_with(mark), "a file stays one, and so does a stream");
        let back = format!("{name}.back");
        let args = ["dedup", &kept, "-o", &back, "--threshold", "1", "--output-format", "jsonl"];
        dir.command(&args).run().expect(0);
        let cell = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
        let cells = |records: &[Value]| -> Vec<[String; 4]> {
            records.iter().map(|record| COLUMNS.map(|name| cell(&record[name]))).collect()
        };
        let records = dir.records(&format!("{back}/kept.jsonl"));
        assert_eq!(cells(&records), cells(&expected), "{name}");
    }
}

#[test]
fn crawls_and_pages_are_kept_as_they_are() {
    let dir = Dir::new();
    let text = |n: usize| {
        format!("the pump house number {n} opens on Saturday after {n} years of work on it")
    };
    let record = |n: usize| {
        let text = text(n % 4);
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://x.example/{n}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let records: Vec<String> = (0..6).map(record).collect();
    dir.create("a.warc", records.concat());
    dir.create("b.warc.gz", records.iter().flat_map(|r| gzip(r.as_bytes())).collect::<Vec<u8>>());
    dir.command(&["dedup", "a.warc", "-o", "a", "--quiet"]).run().expect(0);
    assert_eq!(dir.read("a/kept.warc"), records[..4].concat().as_bytes());
    dir.command(&["dedup", "b.warc.gz", "-o", "b", "--quiet"]).run().expect(0);
    assert_eq!(gunzip(&dir.read("b/kept.warc.gz")), records[..4].concat().as_bytes());
    dir.command(&["dedup", "a.warc", "-o", "c", "--quiet", "--output-format", "jsonl"])
        .run()
        .expect(0);
    let kept = dir.records("c/kept.jsonl");
    assert_eq!(kept.len(), 4);
    assert_eq!(text_of(&kept[1], "url"), "http://x.example/1");
    assert_eq!((text_of(&kept[1], "id"), text_of(&kept[1], "text")), ("a.warc:2", &text(1)[..]));
}

#[test]
fn copies_are_listed_in_every_format_of_tables() {
    let dir = Dir::new();
    let story = |n: usize| (0..120).map(|w| format!("word{n}x{w}")).collect::<Vec<_>>().join(" ");
    let half = story(1).split(' ').take(60).collect::<Vec<_>>().join(" ");
    let docs = [("b", half, "2024-05-02"), ("a", story(1), "2024-05-01"), ("c", story(2), "")];
    let line = |(id, text, date): &(&str, String, &str)| {
        serde_json::json!({"id": id, "text": text, "date": date}).to_string() + "\n"
    };
    dir.create("docs.jsonl", docs.iter().map(line).collect::<String>());
    let scan = |copies: &str| {
        let args = ["scan", "docs.jsonl", "-o", "pairs.jsonl", "--copies", copies, "--quiet"];
        dir.command(&args).run().expect(0);
    };
    scan("copies.jsonl");
    let expected = serde_json::json!({
        "a": "a", "b": "b", "coverage": 0.75, "cover_a": 0.5, "cover_b": 1.0, "tokens": 60,
        "identity": 1.0, "passages": 1, "jaccard": null, "first": "a",
    });
    assert_eq!(dir.records("copies.jsonl"), [expected]);
    scan("copies.csv");
    let table = String::from_utf8(dir.read("copies.csv")).unwrap();
    assert_eq!(
        table,
        "a,b,coverage,cover_a,cover_b,tokens,identity,passages,jaccard,first\n\
         a,b,0.75,0.5,1,60,1,1,,a\n"
    );
    scan("copies.parquet");
    assert!(dir.read("copies.parquet").starts_with(b"PAR1"));
    let same = ["scan", "docs.jsonl", "-o", "x.jsonl", "--copies", "x.jsonl"];
    let said = dir.command(&same).run().expect(2).stderr;
    assert!(said.contains("--copies: names the same file as --output"), "{said}");
}

#[test]
fn results_are_the_same_in_every_format() {
    let (dir, _) = stored();
    let scan = |out: &str, families: &str| {
        let args = ["scan", "docs.jsonl", "-o", out, "--families", families, "--quiet"];
        dir.command(&args).run().expect(0);
    };
    scan("p.jsonl", "f.jsonl");
    scan("p.jsonl.zst", "f.jsonl.gz");
    assert_eq!(zstd::decode_all(&dir.read("p.jsonl.zst")[..]).unwrap(), dir.read("p.jsonl"));
    assert_eq!(gunzip(&dir.read("f.jsonl.gz")), dir.read("f.jsonl"));
    scan("p.csv", "f.csv");
    scan("p.parquet", "f.parquet");
    let pairs = dir.records("p.jsonl");
    let mut table = csv::Reader::from_reader(std::io::Cursor::new(dir.read("p.csv")));
    let head = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), pairs.len());
    for (row, pair) in rows.iter().zip(&pairs) {
        for (name, cell) in head.iter().zip(row) {
            let value = match name.split_once('_').filter(|(side, _)| ["a", "b"].contains(side)) {
                Some((side, field)) => &pair[side][field],
                None => &pair[name],
            };
            let expected = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(all) => {
                    let all: Vec<&str> = all.iter().map(|one| one.as_str().unwrap()).collect();
                    all.join("; ")
                }
                other => other.to_string(),
            };
            let number = |text: &str| text.parse::<f64>().ok();
            // The JSON parser of the test rounds the last digit.
            let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
            let both = number(cell).zip(number(&expected));
            let same = value.is_f64() && both.is_some_and(|(a, b)| near(a, b));
            assert!(same || cell == expected, "{name}: {cell} instead of {expected}");
        }
    }
    // Both list the same number of family members.
    let members: usize =
        dir.records("f.jsonl").iter().map(|f| f["members"].as_array().unwrap().len()).sum();
    let mut table = csv::Reader::from_reader(std::io::Cursor::new(dir.read("f.csv")));
    assert_eq!(table.records().count(), members);
    let args = ["scan", "docs.jsonl", "--format", "passim", "--quiet"];
    let passim = dir.command(&args).run().expect(0).records();
    assert_eq!(passim.len(), members);
    let one = &passim[0];
    for field in
        ["uid", "cluster", "size", "begin", "end", "src", "pboiler", "id", "series", "text"]
    {
        assert!(one.get(field).is_some(), "{field}");
    }
    let length = one["end"].as_u64().unwrap() - one["begin"].as_u64().unwrap();
    assert_eq!(text_of(one, "text").chars().count() as u64, length);
}

#[test]
fn several_formats_become_json_lines() {
    let dir = Dir::new();
    dir.create("a.jsonl", "{\"id\":\"a\",\"text\":\"the old pump house is open\"}\n");
    dir.create(
        "b.csv",
        "id,text,n\nb,the old pump house is open,1\nc,\"another, \"\"text\"\"\",2\n",
    );
    dir.create("c.json", "[{\"id\": \"d\",\n \"text\": \"a third text\", \"l\": [1, \"x y\"]}]");
    dir.command(&["dedup", "a.jsonl", "b.csv", "c.json", "-o", "out", "--quiet"]).run().expect(0);
    let kept = String::from_utf8(dir.read("out/kept.jsonl")).unwrap();
    let expected = "{\"id\":\"a\",\"text\":\"the old pump house is open\"}\n\
        {\"id\":\"c\",\"text\":\"another, \\\"text\\\"\",\"n\":\"2\"}\n\
        {\"id\":\"d\",\"text\":\"a third text\",\"l\":[1,\"x y\"]}\n";
    assert_eq!(kept, expected);
    dir.create("d.csv", "id,body\ne,x\n");
    let args = ["dedup", "b.csv", "d.csv", "-o", "no"];
    let run = dir.command(&args).run().expect(2);
    assert!(run.stderr.contains("d.csv: has other columns than b.csv"), "{}", run.stderr);
    assert!(run.stderr.contains("--output-format jsonl"), "{}", run.stderr);
}

/// A corpus that is not part of the repository, in several formats.
#[test]
fn every_format_gives_the_same_result_on_a_corpus() {
    let base = std::env::var_os("WIRECOPY_CORPORA").map(std::path::PathBuf::from);
    let path = base.unwrap_or_else(|| root().join("../shared/corpora"));
    let Ok(packed) = std::fs::read(path.join("implant_dev/docs.jsonl.zst")) else {
        return skipped("corpus implant_dev: not there");
    };
    let text = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().take(600).collect();
    let jsonl = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
    let columns = ["id", "outlet", "date", "title", "text"];
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(columns).unwrap();
    for line in &lines {
        let record: Value = serde_json::from_str(line).unwrap();
        table.write_record(columns.map(|name| text_of(&record, name))).unwrap();
    }
    let dir = Dir::new();
    dir.create("docs.jsonl", &jsonl);
    dir.create("docs.json", format!("[{}]", lines.join(",")));
    dir.create("docs.csv", table.into_inner().unwrap());
    dir.create("docs.jsonl.gz", gzip(jsonl.as_bytes()));
    dir.create("docs.jsonl.bz2", bzip2(jsonl.as_bytes()));
    dir.create("docs.parquet", parquet(&jsonl));
    let scan = |name: &str| {
        let args = ["scan", name, "--format", "jsonl", "--families", "f.jsonl", "--quiet"];
        (dir.command(&args).run().expect(0).stdout, dir.read("f.jsonl"))
    };
    let expected = scan("docs.jsonl");
    assert!(expected.0.len() > 100_000, "much is shared");
    let packed = ["docs.jsonl.gz", "docs.jsonl.bz2", "docs.parquet"];
    for name in ["docs.json", "docs.csv"].into_iter().chain(packed) {
        assert!(scan(name) == expected, "{name}");
    }
}

/// A text as subtitles, one cue a line.
fn subtitles(text: &str) -> String {
    let cue =
        |(n, line): (usize, &str)| format!("{n}\n00:{n:02}:01,0 --> 00:{n:02}:02,0\n{line}\n");
    text.lines().enumerate().map(cue).collect::<Vec<_>>().join("\n")
}

#[test]
fn subtitles_share_what_their_texts_share() {
    let dir = Dir::new();
    for (n, record) in parsed(&news(60)).iter().enumerate() {
        let words: Vec<&str> = text_of(record, "text").split_whitespace().collect();
        let lines: Vec<String> = words.chunks(8).map(|line| line.join(" ")).collect();
        let text = lines.join("\n");
        dir.create(&format!("texts/{n:03}.txt"), &text);
        dir.create(&format!("cues/{n:03}.srt"), subtitles(&text));
    }
    let scan = |folder: &str| {
        let run = dir.command(&["scan", folder, "--format", "jsonl"]).run().expect(0);
        let name = |side: &Value| {
            let id = text_of(side, "id");
            id.rsplit_once('.').unwrap().0.rsplit_once('/').unwrap().1.to_owned()
        };
        let side = |side: &Value| (name(side), text_of(side, "text").to_owned());
        run.records().iter().map(|pair| (side(&pair["a"]), side(&pair["b"]))).collect::<Vec<_>>()
    };
    let (texts, cues) = (scan("texts"), scan("cues"));
    assert!(texts.len() > 5, "something is shared");
    assert_eq!(cues, texts);
}

#[test]
fn settings_of_csv_are_refused_where_nothing_is_csv() {
    let dir = Dir::new();
    dir.create("a.jsonl", "{\"id\":\"a\",\"text\":\"one two three\"}\n");
    for flag in ["--raw-csv", "--bom"] {
        let refused =
            dir.command(&["scan", "a.jsonl", "-o", "a.json", flag]).run().expect(2).stderr;
        let cause = format!("{flag}: no result is written as CSV or TSV. leave it out");
        assert!(refused.contains(&cause), "{refused}");
        dir.command(&["scan", "a.jsonl", "-o", "a.json", "--flows", "f.csv", flag]).run().expect(0);
        dir.command(&["scan", "a.jsonl", "-o", "a.csv", flag]).run().expect(0);
    }
}

#[test]
fn our_own_tables_are_read_as_they_were_written() {
    let dir = Dir::new();
    let passage = "The old pump house on Canal Row will open to visitors\\nafter four years of work, \
                   the \\\"keeper\\\" said on\\tMonday to all who came.";
    let titles = ["\\\"Open\\\" at last", "\\\"Open", "plain"];
    let line = |(n, title): (usize, &&str)| {
        format!(
            "{{\"id\":\"{n}\",\"outlet\":\"o{n}\",\"title\":\"{title}\",\"text\":\"{passage}\"}}\n"
        )
    };
    dir.create("in.jsonl", titles.iter().enumerate().map(line).collect::<String>());
    let args = ["scan", "in.jsonl", "-q", "-o", "p.tsv", "--families", "f.tsv"];
    dir.command(&args).run().expect(0);
    for (name, rows) in [("p.tsv", 3), ("f.tsv", 3)] {
        let table = String::from_utf8(dir.read(name)).unwrap();
        let columns = table.lines().next().unwrap().split('\t').count();
        assert_eq!(table.lines().count(), rows + 1, "a row is a line: {table}");
        assert!(table.lines().all(|row| row.split('\t').count() == columns), "{table}");
        assert!(table.contains("\t'\"Open\t") && !table.contains("\t\""), "{table}");
        let text = if name == "p.tsv" { "a_text" } else { "member_text" };
        let args = ["scan", name, "--text-column", text, "--scope", "all", "--format", "jsonl"];
        let run = dir.command(&args).run().expect(0);
        assert!(!run.stderr.contains("warning") && !run.stderr.contains(":2:"), "{}", run.stderr);
        let pairs = run.records();
        assert_eq!(pairs.len(), 3, "every row is a document: {pairs:?}");
        let text = pairs[0]["a"]["text"].as_str().unwrap();
        assert!(text.contains("visitors after") && text.contains("the \"keeper\" said on Monday"));
    }
}

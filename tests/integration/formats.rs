//! The same documents in every format give the same result.

use crate::dedup::{gunzip, jsonl, names, news};
use crate::util::{Dir, text_of};
use serde_json::Value;
use std::io::Write as _;

/// A field of a table, in quotation marks.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The records of some lines.
fn parsed(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const COLUMNS: [&str; 4] = ["id", "date", "n", "text"];

/// The records as a table.
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

/// The same documents under every name, as they are stored there.
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
    let dedup = |name: &str| {
        let out = format!("{name}.out");
        let args = ["dedup", name, "-o", &out, "--output-format", "jsonl", "--quiet"];
        dir.command(&args).run().expect(0);
        out
    };
    let expected = dedup("docs.jsonl");
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
    for name in files {
        let out = dedup(name);
        for part in ["duplicates.jsonl", "pairs.jsonl"] {
            assert!(file(&out, part) == file(&expected, part), "{name}: {part}");
        }
        assert!(kept(&out) == kept(&expected), "{name}: the kept records");
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
        // The header of a table with CRLF is written with a line feed alone.
        let body = |text: &str| text.split_once('\n').unwrap().1.to_owned();
        assert_eq!(body(&kept), body(&expected.concat()), "{name}");
        assert!(kept.starts_with("id"), "{name}");
    }
    dir.command(&["dedup", "list.json", "-o", "list", "--quiet"]).run().expect(0);
    let list: Vec<Value> = serde_json::from_slice(&dir.read("list/kept.json")).unwrap();
    assert_eq!(list, dir.records("lines/kept.jsonl"));
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

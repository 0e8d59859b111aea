//! Input that would take all memory or time: refused by the name of its limit, soon and small.

use crate::util::{Dir, Output};
use std::fs::File;
use std::io::{Read, Write, copy, repeat};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Far more than what is needed; the figures that were measured are in docs/reliability.md.
const SECONDS: f64 = 20.0;

#[track_caller]
fn refused(dir: &Dir, args: &[&str], says: &[&str]) -> Output {
    let out = dir.command(args).run().expect(2);
    for part in says {
        assert!(out.stderr.contains(part), "does not say `{part}`: {}", out.stderr);
    }
    let (peak, seconds) = (out.peak_bytes / MIB, out.seconds);
    eprintln!("{}: {peak} MiB, {seconds:.2} s", args.join(" "));
    assert!(peak < 100, "took {peak} MiB");
    assert!(seconds < SECONDS, "took {seconds:.1} s");
    out
}

fn zeros(bytes: u64) -> impl Read {
    repeat(b'0').take(bytes)
}

#[test]
fn a_small_file_that_becomes_a_gibibyte() {
    let dir = Dir::new();
    for name in ["bomb.jsonl.zst", "bomb.txt.zst", "bomb.csv.zst", "bomb.html.zst", "bomb.json.zst"]
    {
        let mut out = zstd::Encoder::new(File::create(dir.join(name)).unwrap(), 3).unwrap();
        let begin: &[u8] = match name {
            "bomb.csv.zst" => b"id,text\nx,",
            "bomb.json.zst" => b"[{\"text\":\"",
            _ => b"",
        };
        out.write_all(begin).unwrap();
        copy(&mut zeros(GIB), &mut out).unwrap();
        out.finish().unwrap();
        refused(&dir, &["scan", name], &[name, "limit", "--max-record-bytes"]);
        let args = ["scan", name, "--max-expanded-bytes", "16MiB"];
        let run = refused(&dir, &args, &[name, "limit: 16777216 bytes"]);
        assert!(run.peak_bytes < 64 * MIB, "{name}: {} MiB", run.peak_bytes / MIB);
    }
}

#[test]
fn a_line_of_a_gibibyte() {
    let dir = Dir::new();
    // Zeros that take no room on the disk.
    File::create(dir.join("line.jsonl")).unwrap().set_len(GIB).unwrap();
    refused(&dir, &["scan", "line.jsonl"], &["line.jsonl:1: record over the limit"]);
    refused(&dir, &["dedup", "line.jsonl", "-o", "x"], &["line.jsonl:1: record over the limit"]);
}

#[test]
fn a_hundred_thousand_columns() {
    let dir = Dir::new();
    let names: Vec<String> = (0..100_000).map(|n| format!("column{n}")).collect();
    dir.create("wide.csv", names.join(",") + "\n" + &"1,".repeat(99_999) + "1\n");
    refused(
        &dir,
        &["scan", "wide.csv"],
        &["wide.csv", "the limit of 10000: 100000", "--max-columns"],
    );
    let args = ["scan", "wide.csv", "--max-columns", "200000"];
    refused(&dir, &args, &["no column `text`"]);
}

#[test]
fn json_a_million_levels_deep() {
    let dir = Dir::new();
    let deep = "[".repeat(1_000_000);
    dir.create("deep.jsonl", format!("{{\"text\":\"x\",\"a\":{deep}{}}}\n", "]".repeat(1_000_000)));
    refused(&dir, &["scan", "deep.jsonl"], &["nested too deeply"]);
    dir.create("deep.json", format!("[{deep}"));
    refused(&dir, &["scan", "deep.json"], &["deep.json", "list"]);
}

#[cfg(feature = "parquet")]
#[test]
fn a_page_of_parquet_that_is_too_large() {
    let dir = Dir::new();
    let text = "0".repeat(80 << 20);
    let lines = format!("{{\"text\":\"{text}\"}}\n");
    let mut open = || -> std::io::Result<Box<dyn std::io::BufRead>> {
        Ok(Box::new(std::io::Cursor::new(lines.clone())))
    };
    let file = wirecopy::report::columnar::from_json(&mut open, 10, Vec::new()).unwrap();
    assert!(file.len() < 100_000, "{}", file.len());
    dir.create("page.parquet", file);
    let says = ["page.parquet:1: page over the limit", "--max-record-bytes"];
    let run = refused(&dir, &["scan", "page.parquet"], &says);
    assert!(run.peak_bytes < 32 * MIB, "{} MiB", run.peak_bytes / MIB);
}

#[cfg(feature = "html")]
#[test]
fn pages_that_grow_when_they_are_parsed() {
    let dir = Dir::new();
    dir.create("deep.html", "<div>".repeat(1_000_000));
    refused(&dir, &["scan", "deep.html"], &["nested too deeply"]);
    // Each paragraph opens all of them anew.
    dir.create("formatting.html", "<b x=1><i>".repeat(200) + &"<p>x".repeat(100_000));
    refused(&dir, &["scan", "formatting.html"], &["more elements than the limit"]);
    dir.create("long.html", format!("<p>{}", "word ".repeat(4 << 20)));
    refused(&dir, &["scan", "long.html"], &["page over the limit", "--max-page-bytes"]);
}

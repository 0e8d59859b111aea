//! Input that would use up memory or time is refused early, in little memory, and the message names
//! the limit.

use crate::util::{Dir, Output};
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom, Write, copy, repeat};
use std::path::Path;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Far more than a refusal needs, so that a busy machine does not fail the test.
const SECONDS: f64 = 60.0;
/// The bound on processor time, which a busy machine changes little.
const CPU_SECONDS: f64 = 2.0;

#[track_caller]
fn refused(dir: &Dir, args: &[&str], says: &[&str]) -> Output {
    check(dir.command(args).run(), args, says)
}

#[track_caller]
fn check(out: Output, args: &[&str], says: &[&str]) -> Output {
    let out = out.expect(2);
    for part in says {
        assert!(out.stderr.contains(part), "does not say `{part}`: {}", out.stderr);
    }
    let (peak, seconds, cpu) = (out.peak_bytes / MIB, out.seconds, out.cpu_seconds);
    eprintln!("{}: {peak} MiB, {seconds:.2} s, {cpu:.2} s computing", args.join(" "));
    assert!(peak < 100, "took {peak} MiB");
    assert!(seconds < SECONDS, "took {seconds:.1} s");
    assert!(cpu < CPU_SECONDS, "took {cpu:.2} s of computing");
    out
}

fn zeros(bytes: u64) -> impl Read {
    repeat(b'0').take(bytes)
}

#[test]
fn a_small_file_that_expands_to_a_gibibyte_is_refused() {
    let dir = Dir::new();
    for name in ["bomb.jsonl.zst", "bomb.txt.zst", "bomb.csv.zst", "bomb.html.zst", "bomb.json.zst"]
    {
        let mut out = zstd::Encoder::new(File::create(dir.join(name)).unwrap(), 3).unwrap();
        let start: &[u8] = match name {
            "bomb.csv.zst" => b"id,text\nx,",
            "bomb.json.zst" => b"[{\"text\":\"",
            _ => b"",
        };
        out.write_all(start).unwrap();
        copy(&mut zeros(GIB), &mut out).unwrap();
        out.finish().unwrap();
        refused(&dir, &["scan", name], &[name, "limit", "--max-record-bytes"]);
        let args = ["scan", name, "--max-expanded-bytes", "16MiB"];
        let run = refused(&dir, &args, &[name, "limit: 16777216 bytes"]);
        assert!(run.peak_bytes < 64 * MIB, "{name}: {} MiB", run.peak_bytes / MIB);
    }
}

/// A record of a gibibyte, and what comes before and after it.
const GIANTS: [(&str, &str, &str); 3] = [
    ("line.jsonl", "{\"text\":\"", "\"}\n"),
    ("field.csv", "id,text\nx,\"", "\"\n"),
    (
        "record.warc",
        "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
         Content-Length: 1073741824\r\n\r\n",
        "\r\n\r\n",
    ),
];

#[test]
fn a_record_of_a_gibibyte_is_refused() {
    let dir = Dir::new();
    for (name, before, after) in GIANTS {
        // The zeros of a sparse file take no room on the disk.
        let mut file = File::create(dir.join(name)).unwrap();
        file.write_all(before.as_bytes()).unwrap();
        file.set_len(before.len() as u64 + GIB).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(after.as_bytes()).unwrap();
        drop(file);
        let says = ["record over the limit: 67108864 bytes", "--max-record-bytes", name];
        let format = Path::new(name).extension().unwrap().to_str().unwrap();
        refused(&dir, &["scan", name], &says);
        let stream = ["scan", "-", "--input-format", format];
        let run = dir.command(&stream).stdin_file(name).run();
        check(run, &stream, &says[..2]);
        if name == "line.jsonl" {
            refused(&dir, &["dedup", name, "-o", "out"], &says);
        }
        for ending in ["gz", "zst"].into_iter().filter(|_| name == "line.jsonl") {
            let packed = format!("{name}.{ending}");
            let (from, to) =
                (File::open(dir.join(name)).unwrap(), File::create(dir.join(&packed)).unwrap());
            pack(from, to, ending == "gz");
            refused(&dir, &["scan", &packed], &says);
        }
        std::fs::remove_file(dir.join(name)).unwrap();
    }
}

fn pack(mut from: File, to: File, gzip: bool) {
    if gzip {
        let mut out = flate2::write::GzEncoder::new(to, flate2::Compression::fast());
        copy(&mut from, &mut out).unwrap();
        out.finish().unwrap();
    } else {
        let mut out = zstd::Encoder::new(to, 1).unwrap();
        copy(&mut from, &mut out).unwrap();
        out.finish().unwrap();
    }
}

#[test]
fn a_hundred_thousand_columns_are_refused() {
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
fn json_a_million_levels_deep_is_refused() {
    let dir = Dir::new();
    let deep = "[".repeat(1_000_000);
    dir.create("deep.jsonl", format!("{{\"text\":\"x\",\"a\":{deep}{}}}\n", "]".repeat(1_000_000)));
    refused(&dir, &["scan", "deep.jsonl"], &["nested too deeply"]);
    dir.create("deep.json", format!("[{deep}"));
    refused(&dir, &["scan", "deep.json"], &["deep.json", "list"]);
}

#[cfg(feature = "parquet")]
#[test]
fn an_oversized_parquet_page_is_refused() {
    let dir = Dir::new();
    let text = "0".repeat(80 << 20);
    let lines = format!("{{\"text\":\"{text}\"}}\n");
    let mut open = || -> std::io::Result<Box<dyn std::io::BufRead>> {
        Ok(Box::new(std::io::Cursor::new(lines.clone())))
    };
    let file = wirecopy::output::parquet::from_json(&mut open, 10, Vec::new()).unwrap();
    assert!(file.len() < 100_000, "{}", file.len());
    dir.create("page.parquet", file);
    let says = ["page.parquet:1: page over the limit", "--max-record-bytes"];
    let run = refused(&dir, &["scan", "page.parquet"], &says);
    assert!(run.peak_bytes < 32 * MIB, "{} MiB", run.peak_bytes / MIB);
}

#[cfg(feature = "html")]
#[test]
fn pages_that_grow_when_parsed_are_refused() {
    let dir = Dir::new();
    dir.create("deep.html", "<div>".repeat(1_000_000));
    refused(&dir, &["scan", "deep.html"], &["more elements than the limit"]);
    // Each paragraph reopens all of them.
    let block = format!("<div>{}</div>", "<b x=1>".repeat(200));
    dir.create("formatting.html", block + &"<p>x".repeat(100_000));
    refused(&dir, &["scan", "formatting.html"], &["more elements than the limit"]);
    dir.create("long.html", format!("<p>{}", "word ".repeat(4 << 20)));
    refused(&dir, &["scan", "long.html"], &["page over the limit", "--max-page-bytes"]);
}

/// Few words make many matches: 24 documents of the same five-word pieces in another order each,
/// where every piece matches six times six times in every pair.
#[test]
fn matches_count_towards_the_budget_of_memory() {
    let dir = Dir::new();
    let (mut lines, mut random) = (Vec::new(), 7_u64);
    for document in 0..24 {
        let mut pieces: Vec<usize> = (0..6 * 300).map(|n| n % 300).collect();
        for n in (1..pieces.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            pieces.swap(n, usize::try_from(random >> 33).unwrap() % (n + 1));
        }
        let words = pieces.iter().flat_map(|n| (0..5).map(move |word| format!("w{n}x{word}")));
        let text = words.collect::<Vec<_>>().join(" ");
        writeln!(lines, "{{\"id\":\"d{document}\",\"text\":\"{text}\"}}").unwrap();
    }
    dir.create("docs.jsonl", lines);
    let peak = |more: &[&str], out: &str| {
        let run = dir.command(&["scan", "docs.jsonl", "-o", out, "-q"]).args(more).run().expect(0);
        run.peak_bytes / MIB
    };
    peak(&[], "free.jsonl");
    let bound = peak(&["--memory", "8MiB"], "bound.jsonl");
    assert!(bound < 8 + 64, "{bound} MiB");
    assert_eq!(dir.read("free.jsonl"), dir.read("bound.jsonl"));
}

/// Beyond the budget and 64 MiB, a document takes 500 bytes: forty thousand short ones, each of
/// which shares its one sentence with two others.
#[test]
fn documents_take_few_bytes_beyond_the_budget() {
    const DOCUMENTS: u64 = 40_000;
    let dir = Dir::new();
    let mut lines = Vec::new();
    for n in 0..DOCUMENTS {
        let shared = (0..18).map(|word| format!("s{}x{word}", n / 3));
        let own = (0..20).map(|word| format!("o{n}x{word}"));
        let text = shared.chain(own).collect::<Vec<_>>().join(" ");
        let outlet = n % 500;
        writeln!(
            lines,
            "{{\"id\":\"document-{n}\",\"outlet\":\"paper {outlet}\",\"date\":\"2024-03-01\",\
             \"title\":\"A headline of ordinary length, number {n}\",\"text\":\"{text}\"}}"
        )
        .unwrap();
    }
    dir.create("docs.jsonl", lines);
    let peak = |more: &[&str], out: &str| {
        let run = dir.command(&["scan", "docs.jsonl", "-o", out, "-q"]).args(more).run().expect(0);
        run.peak_bytes
    };
    peak(&[], "free.jsonl");
    let bound = peak(&["--memory", "8MiB"], "bound.jsonl");
    assert!(bound <= (8 + 64) * MIB + 500 * DOCUMENTS, "{bound} bytes");
    assert_eq!(dir.read("free.jsonl"), dir.read("bound.jsonl"));
}

/// A family is judged place by place and written in parts: twenty thousand documents have a notice,
/// each with another word of it changed.
#[test]
fn a_family_of_all_documents_keeps_the_budget_of_memory() {
    const DOCUMENTS: u64 = 20_000;
    let dir = Dir::new();
    let mut lines = Vec::new();
    for n in 0..DOCUMENTS {
        let changed = 20 + n % 100;
        let word = |at: u64| if at == changed { format!("e{n}") } else { format!("n{at}") };
        let own = (0..20).map(|word| format!("o{n}x{word}"));
        let text = (0..150).map(word).chain(own).collect::<Vec<_>>().join(" ");
        writeln!(
            lines,
            "{{\"id\":\"d{n}\",\"outlet\":\"paper {n}\",\"date\":\"2024-03-01\",\
             \"text\":\"{text}\"}}"
        )
        .unwrap();
    }
    dir.create("docs.jsonl", lines);
    let run = ["scan", "docs.jsonl", "-o", "pairs.jsonl", "--families", "families.jsonl"];
    let run = dir.command(&run).args(&["--memory", "8MiB", "-q"]).run().expect(0);
    assert!(run.peak_bytes <= (8 + 64) * MIB + 500 * DOCUMENTS, "{} bytes", run.peak_bytes);
    let families = dir.records("families.jsonl");
    let members = families.iter().map(|family| family["members"].as_array().unwrap().len());
    assert_eq!(members.collect::<Vec<_>>(), [20_000]);
}

/// Words of texts that are looked through for repeats are in a file where there is a budget: twelve
/// megabytes of short words stay below it and 48 MiB, and every second text loses its notice.
#[test]
fn cuts_keep_the_budget_of_memory() {
    const DOCUMENTS: u64 = 6_000;
    let dir = Dir::new();
    let mut lines = Vec::new();
    let notice = (0..60).map(|n| format!("n{n}")).collect::<Vec<_>>().join(" ");
    for n in 0..DOCUMENTS {
        let text: Vec<String> = (0..400).map(|word| format!("{:x}", n * 400 + word)).collect();
        let notice = if n % 2 == 0 { &*notice } else { "" };
        writeln!(lines, "{{\"id\":\"d{n}\",\"text\":\"{} {notice}\"}}", text.join(" ")).unwrap();
    }
    dir.create("docs.jsonl", lines);
    let run = |more: &[&str], out: &str| {
        let run = ["dedup", "docs.jsonl", "-o", out, "--passages", "-q"];
        dir.command(&run).args(more).run().expect(0).peak_bytes
    };
    run(&[], "free");
    let bound = run(&["--memory", "4MiB"], "bound");
    assert!(bound <= (4 + 48) * MIB, "{bound} bytes");
    for name in ["kept.jsonl", "removed.jsonl"] {
        assert_eq!(dir.read(&format!("free/{name}")), dir.read(&format!("bound/{name}")));
    }
    assert_eq!(dir.records("free/removed.jsonl").len() as u64, DOCUMENTS / 2 - 1);
}

#[test]
fn a_text_that_repeats_itself_is_not_read_anew_for_each_repeat() {
    let dir = Dir::new();
    // Two hundred words that no two texts share by chance, and a text that has them 6,000 times:
    // its tokens are more than stay in memory of a file.
    let words = (0..200_u32).map(|n| format!("w{}", n.wrapping_mul(0x9e37_79b1) >> 12));
    let base = words.collect::<Vec<_>>().join(" ");
    let long = vec![base.as_str(); 6_000].join(" ");
    let line = |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
    dir.create("in.jsonl", line("long", &long) + &line("short", &base));
    let run = |more: &[&str], out: &str| {
        let args = ["scan", "in.jsonl", "--scope", "all", "--threads", "1", "--max-pairs", "100"];
        dir.command(&args).args(more).args(&["-q", "-o", out]).run().expect(0)
    };
    let free = run(&[], "free.jsonl");
    let bound = run(&["--memory", "16MiB"], "bound.jsonl");
    assert!(dir.read("free.jsonl") == dir.read("bound.jsonl"), "the budget changes the result");
    let (seconds, peak) = ([free.cpu_seconds, bound.cpu_seconds], bound.peak_bytes / MIB);
    eprintln!("{seconds:?} s without and with a budget, {peak} MiB with it");
    // Where every repeat was read anew, it took thirty times as long and more.
    assert!(seconds[1] < 8.0 * seconds[0] + 1.0, "{seconds:?} s without and with a budget");
    assert!(peak < 16 + 64, "took {peak} MiB");
}

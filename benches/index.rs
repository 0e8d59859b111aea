//! Time of an index, to add and to ask: `cargo bench --bench index -- FILE [QUERIES]`
//!
//! FILE is JSON Lines. QUERIES documents (200 unless said) are taken out of it, the rest is added
//! to indexes of 1, 4 and 16 segments, and each of those taken out is asked for on one thread and
//! on all of the machine: warm, and cold, with the index opened anew after its files were evicted
//! (by `dd`, on Linux). Of the slowest it says what they are, each with the least of its warm
//! times, which no other work of the machine has lengthened.

#![allow(clippy::unwrap_used, reason = "a measuring program")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wirecopy::corpus::Document;
use wirecopy::detect::{ScanConfig, Silent, each_document, in_workers};
use wirecopy::index::{QueryConfig, Reader, Writer};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some(file) = args.first() else {
        return println!("name a file of JSON Lines");
    };
    let count = args.get(1).map_or(200, |count| count.parse().unwrap());
    let alone = ScanConfig { inputs: vec![file.clone()], threads: 1, ..ScanConfig::default() };
    let mut all: Vec<Document> = each_document(&alone, &Silent, &Ok).unwrap().all;
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let step = all.len() / count;
    let (mut queries, mut rest) = (Vec::new(), Vec::new());
    for (n, document) in all.into_iter().enumerate() {
        let taken = n % step == step / 2 && queries.len() < count;
        if taken { queries.push(document) } else { rest.push(document) }
    }
    println!("{file}: {} queries, {} documents", queries.len(), rest.len());
    bulk(file);
    for segments in [1, 4, 16] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        add(&path, &rest, segments);
        for threads in [1, 0] {
            print!("{}: ", if threads == 1 { "one thread" } else { "all threads" });
            in_workers(&ScanConfig { threads, ..alone.clone() }, || {
                measure(&path, &queries);
                Ok(())
            })
            .unwrap();
        }
    }
}

/// Adds the file at once, with families and without, on all cores.
fn bulk(file: &str) {
    let folder = tempfile::tempdir().unwrap();
    for families in [false, true] {
        let path = folder.path().join(families.to_string());
        let config = ScanConfig { inputs: vec![file.to_owned()], ..ScanConfig::default() };
        let begun = Instant::now();
        let mut writer = Writer::create(&path, 5).unwrap();
        writer.set_families(families);
        writer.add_inputs(&config, &Silent).unwrap();
        let time = begun.elapsed();
        let info = Reader::open(&path).unwrap().info();
        let share = |bytes: u64| 100.0 * bytes as f64 / info.text_bytes.max(1) as f64;
        println!(
            "families {families}: added in {time:.2?}; of the text {:.1} % postings, {:.1} % \
             tables, {:.1} % texts, {:.1} % families; {} bytes a document but for texts",
            share(info.posting_bytes),
            share(info.table_bytes),
            share(info.stored_bytes),
            share(info.family_bytes),
            (info.posting_bytes + info.table_bytes) / info.documents.max(1)
        );
    }
}

/// Adds documents so that segments are not merged: the largest first, three of a size, each size a
/// fourth of the one before.
fn add(path: &Path, documents: &[Document], segments: usize) {
    // In units of the smallest, which are whole numbers.
    let weight = |n: usize| 1_usize << (2 * ((segments - 1) / 3 - n / 3));
    let total: usize = (0..segments).map(weight).sum();
    let mut writer = Writer::create(path, 5).unwrap();
    writer.set_families(false);
    let (mut start, mut sum) = (0, 0);
    for n in 0..segments {
        sum += weight(n);
        let end = documents.len() * sum / total;
        writer.add(documents[start..end].to_vec()).unwrap();
        start = end;
    }
}

fn measure(path: &Path, queries: &[Document]) {
    let config = QueryConfig::default();
    let reader = Reader::open(path).unwrap();
    let ask = |reader: &Reader, query: &Document| {
        let begun = Instant::now();
        let answer = reader.query(query.clone(), &config).unwrap();
        (begun.elapsed(), (answer.candidates, answer.result.pair_count()))
    };
    let (mut warm, mut asked) = (Vec::new(), Vec::new());
    for round in 0..3 {
        for (n, query) in queries.iter().enumerate() {
            let (time, found) = ask(&reader, query);
            if round == 0 {
                asked.push((Duration::MAX, query.text.len(), found));
            } else {
                warm.push(time);
                asked[n].0 = asked[n].0.min(time);
            }
        }
    }
    drop(reader);
    let mut cold = Vec::new();
    for query in queries.iter().take(50) {
        evict(path);
        let begun = Instant::now();
        let reader = Reader::open(path).unwrap();
        ask(&reader, query);
        cold.push(begun.elapsed());
    }
    let segments = Reader::open(path).unwrap().info().segments;
    let (median, p99) = quantiles(&mut warm);
    let (cold_median, cold_p99) = quantiles(&mut cold);
    asked.sort_unstable_by_key(|(_, _, found)| found.0);
    let middle = asked[asked.len() / 2].2.0;
    println!(
        "{segments:>2} segments: warm median {median:.2?}, p99 {p99:.2?} ({:.1} x); cold median \
         {cold_median:.2?}, p99 {cold_p99:.2?}; candidates median {middle}",
        p99.as_secs_f64() / median.as_secs_f64()
    );
    asked.sort_unstable();
    for (time, bytes, (candidates, passages)) in asked.iter().rev().take(SLOWEST) {
        println!(
            "   slow: {time:.2?}, a text of {bytes} bytes, {candidates} candidates, {passages} \
             passages"
        );
    }
}

/// Slow queries that are told of.
const SLOWEST: usize = 5;

fn quantiles(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Drops the pages of all files of the index from the cache.
fn evict(path: &Path) {
    for entry in std::fs::read_dir(path).unwrap().map(Result::unwrap) {
        let of = format!("of={}", entry.path().display());
        let args = ["oflag=nocache", "conv=notrunc,fdatasync", "count=0", of.as_str()];
        Command::new("dd").args(args).stderr(Stdio::null()).status().unwrap();
    }
}

//! `wirecopy eval`, end to end: results of the sample against small tables of truth.

use crate::util::{Dir, wirecopy};
use serde_json::Value;
use std::fmt::Write as _;

const HEAD: &str = "doc_a\tdoc_b\tkind\ttokens\ta_start_byte\ta_end_byte\tb_start_byte\tb_end_byte\t\
                    a_start_char\ta_end_char\tb_start_char\tb_end_char\tnote";

/// What a scan of the sample found as a table of truth, which the scan then matches perfectly.
fn truth_of(records: &[Value]) -> String {
    let mut table = format!("{HEAD}\n");
    for record in records {
        let (a, b) = (&record["a"], &record["b"]);
        let id = |side: &Value| side["id"].as_str().unwrap().to_owned();
        let number = |side: &Value, name: &str| side[name].as_u64().unwrap().to_string();
        let places = [(a, "start"), (a, "end"), (b, "start"), (b, "end")]
            .map(|(side, name)| number(side, name));
        let chars = [(a, "char_start"), (a, "char_end"), (b, "char_start"), (b, "char_end")]
            .map(|(side, name)| number(side, name));
        let tokens = record["tokens"].to_string();
        let row = [id(a), id(b), "found".to_owned(), tokens];
        let cells = row.iter().chain(&places).chain(&chars).cloned().collect::<Vec<_>>();
        writeln!(table, "{}\tsample", cells.join("\t")).unwrap();
    }
    table
}

fn json(dir: &Dir, args: &[&str]) -> Value {
    let run = dir.command(&["eval"]).args(args).args(&["--format", "json"]).run().expect(0);
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn a_result_against_itself_is_perfect_and_a_part_of_it_is_not() {
    let scan = wirecopy(&["scan", "examples/articles.jsonl", "--format", "jsonl"]).run().expect(0);
    let records = scan.records();
    let dir = Dir::new();
    dir.create("found.jsonl", &scan.stdout);
    dir.create("truth.tsv", truth_of(&records));
    let docs = crate::util::root().join("examples/articles.jsonl");
    let docs = docs.to_str().unwrap();
    let args = ["passages", "truth.tsv", "found.jsonl", "--docs", docs, "--by", "kind"];
    let score = json(&dir, &args);
    assert_eq!(score["offsets"]["wrong"], 0);
    assert_eq!(score["offsets"]["checked"], 2 * records.len());
    for name in ["plagdet_micro", "covered", "found_half"] {
        assert!((score[name].as_f64().unwrap() - 1.0).abs() < 1e-9, "{name}: {score}");
    }
    assert_eq!(score["groups"]["found"]["truth"], records.len());
    // Against half of the truth, what matches the other half counts as wrong.
    let table = truth_of(&records[..records.len() / 2]);
    dir.create("half.tsv", table);
    let half = json(&dir, &["passages", "half.tsv", "found.jsonl"]);
    assert!((half["macro"]["recall"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    assert!(half["micro"]["precision"].as_f64().unwrap() < 0.9, "{half}");
    let text = dir.command(&["eval", "passages", "truth.tsv", "found.jsonl"]).run().expect(0);
    assert!(String::from_utf8_lossy(&text.stdout).contains("plagdet"));
}

#[test]
fn pairs_and_clusters_of_a_deduplication() {
    let dir = Dir::new();
    let words =
        |from: usize| (from..from + 60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    let mut lines = String::new();
    for (id, text) in [("a", words(0)), ("b", words(1)), ("c", words(500)), ("d", words(900))] {
        writeln!(lines, "{}", serde_json::json!({"id": id, "text": text})).unwrap();
    }
    dir.create("docs.jsonl", lines);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    // Each set has 56 shingles, of which 55 are shared: 55 of 57.
    dir.create("pairs.tsv", "doc_a\tdoc_b\tjaccard\na\tb\t0.9649\nc\td\t0.9\n");
    let pairs = json(&dir, &["pairs", "pairs.tsv", "out/pairs.jsonl"]);
    assert_eq!((&pairs["all"]["hit"], &pairs["all"]["truth"]), (&1.into(), &2.into()));
    assert!(pairs["largest_difference"].as_f64().unwrap() < 1e-4, "{pairs}");
    dir.create("clusters.tsv", "doc\tcluster\na\t1\nb\t1\nc\t2\nd\t3\n");
    let clusters = json(&dir, &["clusters", "clusters.tsv", "out/duplicates.jsonl"]);
    assert_eq!(clusters["adjusted_rand"], 1.0, "{clusters}");
}

#[test]
fn kinds_of_the_sample() {
    let dir = Dir::new();
    let families = dir.join("families.jsonl");
    let path = families.to_str().unwrap();
    wirecopy(&["scan", "examples/articles.jsonl", "--format", "jsonl", "--families", path])
        .run()
        .expect(0);
    let mut table = "members\thalf\tlabel\treason\n".to_owned();
    for (n, family) in dir.records("families.jsonl").iter().enumerate() {
        let member = &family["members"][0];
        let place =
            format!("{}:{}-{}", member["id"].as_str().unwrap(), member["start"], member["end"]);
        let half = if n % 2 == 0 { "dev" } else { "held" };
        let kind = family["kind"].as_str().unwrap();
        writeln!(table, "{place}\t{half}\t{kind}\tas found").unwrap();
    }
    dir.create("labels.tsv", &table);
    let score = json(&dir, &["kinds", "labels.tsv", "families.jsonl"]);
    assert_eq!((&score["missing"], &score["macro_f1"]), (&0.into(), &1.0.into()), "{score}");
    let held = json(&dir, &["kinds", "labels.tsv", "families.jsonl", "--half", "held"]);
    assert!(held["labels"].as_u64() < score["labels"].as_u64());
    assert!(score["wrong"].is_null() && table.contains("\twire\t"));
    dir.create("labels.tsv", table.replace("\twire\t", "\treuse\t"));
    let wrong = json(&dir, &["kinds", "labels.tsv", "families.jsonl", "--wrong"])["wrong"].take();
    let wrong = wrong.as_array().unwrap();
    assert!(!wrong.is_empty());
    for row in wrong {
        assert_eq!((&row["label"], &row["kind"]), (&"reuse".into(), &"wire".into()), "{row}");
        assert!(row["reason"] == "as found" && !row["text"].as_str().unwrap().is_empty(), "{row}");
    }
}

#[test]
fn faults_in_tables_are_reported() {
    let dir = Dir::new();
    dir.create("found.jsonl", "{\"a\":1}\n");
    dir.create("truth.tsv", "doc_a\tdoc_b\tjaccard\nx\ty\tmuch\n");
    for (args, wanted) in [
        (["pairs", "truth.tsv", "found.jsonl"], "truth.tsv:2: `much`"),
        (["passages", "truth.tsv", "found.jsonl"], "no column `a_start_char`"),
        (["clusters", "truth.tsv", "found.jsonl"], "no column `doc`"),
        (["pairs", "none.tsv", "found.jsonl"], "none.tsv"),
    ] {
        let run = dir.command(&["eval"]).args(&args).run().expect(2);
        assert!(run.stderr.contains(wanted), "{args:?}: {}", run.stderr);
    }
    dir.create("truth.tsv", "doc_a\tdoc_b\tjaccard\nx\ty\t0.9\n");
    let run = dir.command(&["eval", "pairs", "truth.tsv", "found.jsonl"]).run().expect(2);
    assert!(run.stderr.contains("found.jsonl:1: "), "{}", run.stderr);
}

//! `wirecopy dedup`, end to end. Interrupted and failing runs are in `dedup_crash`.

use crate::determinism::Random;
use crate::util::{Dir, count_of, root, skipped, text_of, wirecopy};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

const SAMPLE: &str = "examples/articles.jsonl";
/// The files of a result over JSON Lines, except the summary, which contains times.
const FILES: [&str; 3] = ["kept.jsonl", "duplicates.jsonl", "pairs.jsonl"];
/// The same of a run that cuts passages.
const CUT: [&str; 2] = ["kept.jsonl", "removed.jsonl"];

/// The ways to deduplicate, and the flags that change what is compared with what.
pub(crate) const WAYS: [&[&str]; 5] = [
    &[],
    &["--measure", "coverage"],
    &["--passages"],
    &["--measure", "coverage", "--within", "date", "--until", "10", "--against", "docs.jsonl"],
    &["--passages", "--within", "date", "--against", "docs.jsonl"],
];

/// Invented documents as JSON Lines; every fourth has an edited copy, every ninth an exact one.
pub(crate) fn news(documents: usize) -> Vec<String> {
    let mut random = Random::new(5);
    let mut lines = Vec::new();
    for n in 0..documents {
        let words = random.words(60 + n % 140);
        let line = |id: String, text: &str| {
            json!({"id": id, "date": "2020-01-02", "n": n, "text": text, "zz": [1, null]})
                .to_string()
        };
        lines.push(line(format!("d{n}"), &words.join(" ")));
        if n % 4 == 0 {
            let mut copy = words.clone();
            "corrected".clone_into(&mut copy[n % 60]);
            lines.push(line(format!("edited{n}"), &copy.join(" ")));
        }
        if n % 9 == 0 {
            lines.push(line(format!("same{n}"), &format!("{}!", words.join("  "))));
        }
    }
    random.shuffle(&mut lines);
    lines
}

fn with_line_feeds<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

pub(crate) fn jsonl(lines: &[String]) -> String {
    with_line_feeds(lines.iter().map(String::as_str))
}

/// A folder with `docs.jsonl` of invented news.
pub(crate) fn folder(documents: usize) -> Dir {
    let dir = Dir::new();
    dir.create("docs.jsonl", jsonl(&news(documents)));
    dir
}

/// The names in a folder, hidden ones included.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(crate) fn summary(dir: &Dir, out: &str) -> Value {
    serde_json::from_slice(&dir.read(&format!("{out}/summary.json"))).unwrap()
}

/// Everything of a result that must not differ from run to run.
pub(crate) fn result(dir: &Dir, out: &str) -> Vec<Vec<u8>> {
    let is_cut = dir.join(out).join(CUT[1]).exists();
    let files = if is_cut { &CUT[..] } else { &FILES[..] };
    files.iter().map(|name| dir.read(&format!("{out}/{name}"))).collect()
}

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| text_of(record, "id").to_owned()).collect()
}

/// The ids that `dedup` keeps of `text` under some flags.
fn kept(text: &str, flags: &[&str]) -> Vec<String> {
    let dir = Dir::new();
    dir.create("docs.jsonl", text);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).args(flags).run().expect(0);
    ids(&dir.records("out/kept.jsonl"))
}

#[test]
fn reprint_of_the_sample_is_found() {
    let dir = Dir::new();
    let (out, target) = (dir.join("out"), dir.join("out").display().to_string());
    let run = wirecopy(&["dedup", SAMPLE, "-o", &target, "--threshold", "0.4"]).run().expect(0);
    let duplicates = dir.records("out/duplicates.jsonl");
    let clusters: BTreeSet<String> = ids(&duplicates).into_iter().collect();
    let expected = ["harbor-courier/lighthouse-lamp.txt", "the-meridian/last-keeper.txt"];
    assert!(expected.iter().all(|id| clusters.contains(*id)), "{clusters:?}");
    assert!(run.text().contains("near-duplicates"), "{}", run.text());
    let lines = fs::read_to_string(root().join(SAMPLE)).unwrap();
    let removed: Vec<&Value> =
        duplicates.iter().filter(|d| d["representative"] == json!(false)).collect();
    let kept = fs::read_to_string(out.join("kept.jsonl")).unwrap();
    let stays = |line: &&str| !removed.iter().any(|d| line.contains(text_of(d, "id")));
    assert_eq!(kept, with_line_feeds(lines.lines().filter(stays)));
}

#[test]
fn kept_records_are_the_bytes_of_the_input_in_its_order() {
    let dir = folder(300);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    let duplicates = dir.records("out/duplicates.jsonl");
    let removed: BTreeSet<&str> = duplicates
        .iter()
        .filter(|d| d["representative"] == json!(false))
        .map(|d| text_of(d, "id"))
        .collect();
    let lines = String::from_utf8(dir.read("docs.jsonl")).unwrap();
    let id = |line: &str| text_of(&serde_json::from_str(line).unwrap(), "id").to_owned();
    let stays = |line: &&str| !removed.contains(id(line).as_str());
    let expected = with_line_feeds(lines.lines().filter(stays));
    assert!(
        !removed.is_empty() && String::from_utf8(dir.read("out/kept.jsonl")).unwrap() == expected
    );
    assert_eq!(names(dir.path()), ["docs.jsonl", "out"], "nothing else is left");
}

#[test]
fn odd_lines_are_kept_as_they_are() {
    let dir = Dir::new();
    let odd = "{ \"text\" : \"one two three four five six\",\"id\":\"a\" , \"x\":1e2}\r\n\n  \
               {\"id\":\"b\",\"text\":\"eleven \\u00e9 twelve thirteen fourteen fifteen\"}";
    dir.create("docs.jsonl", odd);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    let kept = String::from_utf8(dir.read("out/kept.jsonl")).unwrap();
    assert_eq!(kept, odd.replace("\n\n", "\n") + "\n", "only the blank line is gone");
}

#[test]
fn exact_and_near_duplicates_are_counted_apart() {
    let dir = folder(200);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    let found = summary(&dir, "out");
    let (exact, near) = (count_of(&found, "exact_duplicates"), count_of(&found, "near_duplicates"));
    assert_eq!(exact + near, 23 + 50);
    // Six documents have copies of both kinds; the first of the three decides how they count.
    assert!((17..=23).contains(&exact), "{exact}");
    assert_eq!(count_of(&found, "clusters"), 23 + 50 - 6);
    let documents = count_of(&found, "documents");
    assert_eq!(documents, count_of(&found, "kept") + count_of(&found, "removed"));
    assert_eq!(dir.records("out/kept.jsonl").len(), count_of(&found, "kept"));
    assert_eq!(dir.records("out/pairs.jsonl").len(), count_of(&found, "pairs"));
}

#[test]
fn keep_decides_which_document_stays() {
    let text = "the quick brown fox jumps over the lazy dog and runs away from the old red barn \
                into the quiet green valley below the hills";
    let line = |id: &str, date: &str, rank: &str, more: &str| {
        format!(r#"{{"id":"{id}","date":"{date}","rank":{rank},"text":"{text}{more}"}}"#)
    };
    let lines = [
        line("b", "2020-05-02", "2", ""),
        line("c", "2020-05-01", "\"7.5\"", " today and"),
        line("a", "2020-05-03", "1", " today"),
    ];
    let lines = jsonl(&lines);
    assert_eq!(kept(&lines, &[]), ["b"]);
    assert_eq!(kept(&lines, &["--keep", "first"]), ["b"]);
    assert_eq!(kept(&lines, &["--keep", "longest"]), ["c"]);
    assert_eq!(kept(&lines, &["--keep", "earliest"]), ["c"]);
    assert_eq!(kept(&lines, &["--keep", "latest"]), ["a"]);
    assert_eq!(kept(&lines, &["--keep", "column:rank"]), ["c"]);
    let dir = Dir::new();
    dir.create("docs.jsonl", &lines);
    for keep in ["column:nowhere", "shortest", "column:"] {
        let flags = ["dedup", "docs.jsonl", "-o", "out", "--keep", keep];
        let run = dir.command(&flags).run().expect(2);
        assert!(run.stderr.contains("--keep"), "{}", run.stderr);
    }
    assert_eq!(names(dir.path()), ["docs.jsonl"]);
}

#[test]
fn threads_and_memory_change_nothing() {
    let dir = folder(400);
    dir.create("more.jsonl", jsonl(&news(600)[200..]));
    for way in WAYS {
        let run = |out: &str, flags: &[&str]| {
            let command = dir.command(&["dedup", "more.jsonl", "-o", out, "--force"]);
            command.args(flags).args(way).run().expect(0);
            result(&dir, out)
        };
        let first = run("one", &["--threads", "1"]);
        assert!(first == run("two", &["--threads", "2"]), "{way:?}");
        assert!(first == run("eight", &["--threads", "8"]), "{way:?}");
        let little = ["--memory", "64KiB", "--temp-dir", "."];
        assert!(first == run("little", &little), "{way:?}");
        let files: Vec<String> = names(dir.path());
        assert_eq!(files, ["docs.jsonl", "eight", "little", "more.jsonl", "one", "two"]);
    }
}

#[test]
fn the_order_of_the_input_changes_no_cluster() {
    let mut lines = news(300);
    let mut random = Random::new(9);
    let clusters = |lines: &[String], way: &[&str]| {
        let dir = Dir::new();
        dir.create("docs.jsonl", jsonl(lines));
        let args = ["dedup", "docs.jsonl", "-o", "out", "--keep", "longest"];
        dir.command(&args).args(way).run().expect(0);
        let mut found: BTreeMap<u64, BTreeSet<(String, bool)>> = BTreeMap::new();
        for record in dir.records("out/duplicates.jsonl") {
            let member =
                (text_of(&record, "id").to_owned(), record["representative"] == json!(true));
            found.entry(record["cluster"].as_u64().unwrap()).or_default().insert(member);
        }
        found.into_values().collect::<BTreeSet<_>>()
    };
    for way in &WAYS[..2] {
        let first = clusters(&lines, way);
        assert!(first.len() > 50);
        for _ in 0..3 {
            random.shuffle(&mut lines);
            assert_eq!(clusters(&lines, way), first, "{way:?}");
        }
    }
}

fn keys(record: &Value) -> Vec<&str> {
    record.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn duplicates_have_the_fields_of_the_contract() {
    let dir = folder(100);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    let mut clusters: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
    let expected = ["cluster", "cluster_size", "duplicate_of", "id", "jaccard", "representative"];
    for record in dir.records("out/duplicates.jsonl") {
        assert_eq!(keys(&record), expected);
        let representative = record["representative"].as_bool().unwrap();
        assert_eq!(record["duplicate_of"].is_null(), representative);
        assert!((0.7..=1.0).contains(&record["jaccard"].as_f64().unwrap()));
        let size = count_of(&record, "cluster_size");
        let cluster = clusters.entry(count_of(&record, "cluster")).or_insert((size, 0, 0));
        *cluster = (size, cluster.1 + 1, cluster.2 + usize::from(representative));
    }
    assert!(clusters.values().all(|&(size, members, kept)| size == members && kept == 1));
    assert!(clusters.keys().copied().eq(0..clusters.len()), "numbered through");
}

#[test]
fn pairs_and_summary_have_the_fields_of_the_contract() {
    let dir = folder(100);
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    for pair in dir.records("out/pairs.jsonl") {
        assert_eq!(keys(&pair), ["a", "b", "jaccard"]);
    }
    let found = summary(&dir, "out");
    for key in ["documents", "kept", "removed", "clusters", "tokens", "input_bytes", "kept_bytes"] {
        assert!(count_of(&found, key) > 0, "{key}");
    }
    assert_eq!(found["threshold"], json!(0.7));
    assert_eq!(found["version"], json!(env!("CARGO_PKG_VERSION")));
    assert!(found["expected_recall"].as_f64().unwrap() > 0.999);
    assert!(found["run"]["stages"].as_array().unwrap().len() >= 5);
    assert!(found["run"]["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(count_of(&found, "kept_bytes"), dir.read("out/kept.jsonl").len());
}

#[test]
fn against_removes_what_is_in_the_other_corpus() {
    let dir = Dir::new();
    let lines = news(120);
    let (old, new): (Vec<String>, Vec<String>) = lines
        .into_iter()
        .partition(|line| serde_json::from_str::<Value>(line).unwrap()["n"].as_u64().unwrap() < 60);
    dir.create("old.jsonl", jsonl(&old));
    dir.create("new.jsonl", jsonl(&new) + &jsonl(&old[..10]));
    for way in &WAYS[..3] {
        let args = ["dedup", "new.jsonl", "--against", "old.jsonl", "-o", "out", "--force"];
        dir.command(&args).args(way).run().expect(0);
        let kept = dir.records("out/kept.jsonl");
        let fresh = |record: &Value| record["n"].as_u64().unwrap() >= 60;
        assert!(kept.iter().all(fresh), "{way:?}: all ten are in the other corpus");
        let found = summary(&dir, "out");
        assert_eq!(count_of(&found, "documents"), new.len() + 10);
        if way.contains(&"--passages") {
            let cuts = dir.records("out/removed.jsonl");
            let of_old = |row: &&Value| old.iter().any(|o| o.contains(&row["kept_in"].to_string()));
            assert!(cuts.iter().filter(of_old).count() >= 10, "{cuts:?}");
            continue;
        }
        assert_eq!(kept.len(), 60, "{way:?}");
        assert_eq!(count_of(&found, "against"), old.len());
    }
}

#[test]
fn dry_run_prints_and_writes_nothing() {
    let dir = folder(50);
    let run = dir.command(&["dedup", "docs.jsonl", "--dry-run"]).run().expect(0);
    for part in ["before", "exact duplicates", "clusters", "bands", "dry run"] {
        assert!(run.text().contains(part), "{}", run.text());
    }
    assert!(run.text().lines().all(|line| line.chars().count() <= 80), "{}", run.text());
    let args = ["dedup", "docs.jsonl", "--dry-run", "--format", "json", "-o", "out", "--quiet"];
    let run = dir.command(&args).run().expect(0);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(count_of(&found, "removed") > 0);
    assert_eq!(names(dir.path()), ["docs.jsonl"]);
    let run = dir.command(&["dedup", "docs.jsonl"]).run().expect(2);
    assert!(run.stderr.contains("--output"), "{}", run.stderr);
}

#[test]
fn an_existing_result_is_replaced_only_by_force() {
    let dir = folder(50);
    let run = |more: &[&str]| dir.command(&["dedup", "docs.jsonl", "-o", "out"]).args(more).run();
    run(&[]).expect(0);
    let first = result(&dir, "out");
    let again = run(&["--threshold", "0.99"]).expect(2);
    assert!(again.stderr.contains("out") && again.stderr.contains("--force"), "{}", again.stderr);
    assert!(result(&dir, "out") == first);
    run(&["--threshold", "0.99", "--force"]).expect(0);
    assert!(result(&dir, "out") != first);
    assert_eq!(names(dir.path()), ["docs.jsonl", "out"]);
    dir.create_dir("empty");
    dir.command(&["dedup", "docs.jsonl", "-o", "empty"]).run().expect(0);
    assert!(result(&dir, "empty") == first);
}

#[test]
fn a_folder_with_other_things_is_never_replaced() {
    let dir = folder(50);
    dir.create("mine/notes.txt", "dear diary");
    let args = ["dedup", "docs.jsonl", "-o", "mine", "--force"];
    let run = dir.command(&args).run().expect(2);
    assert!(run.stderr.contains("notes.txt"), "{}", run.stderr);
    assert_eq!(dir.read("mine/notes.txt"), b"dear diary");
    dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    let own = ["dedup", "out/kept.jsonl", "-o", "out", "--force"];
    let run = dir.command(&own).run().expect(2);
    assert!(run.stderr.contains("holds an input"), "{}", run.stderr);
    dir.create("out/added.txt", "x");
    let args = ["dedup", "docs.jsonl", "-o", "out", "--force"];
    dir.command(&args).run().expect(2);
    assert_eq!(dir.read("out/added.txt"), b"x");
    assert_eq!(names(dir.path()), ["docs.jsonl", "mine", "out"]);
}

#[test]
fn wrong_flags_fail_with_a_cure_before_anything_is_written() {
    let dir = folder(5);
    let table: &[(&[&str], &str)] = &[
        (&["--threshold", "0"], "--threshold"),
        (&["--threshold", "-1"], "--threshold"),
        (&["--threshold=-1"], "--threshold"),
        (&["--threshold", "NaN"], "--threshold"),
        (&["--threshold", "1.5"], "--threshold"),
        (&["--threshold", "high"], "--threshold"),
        (&["--num-perm", "0"], "--num-perm"),
        (&["--num-perm", "128", "--bands", "20", "--rows", "7"], "--bands"),
        (&["--bands", "20"], "--rows"),
        (&["--rows", "5"], "--bands"),
        (&["--bands", "0", "--rows", "3"], "--bands"),
        (&["--ngram-size", "0"], "--ngram-size"),
        (&["--unit", "line"], "--unit"),
        (&["--output-format", "xml"], "same (the format of the input), jsonl, csv and parquet"),
        (&["--memory", "many"], "--memory"),
        (&["--seed", "4"], "--seed"),
        (&["--text-column", "body"], "body"),
        (&["--against", "nowhere.jsonl"], "nowhere.jsonl"),
        (&["--temp-dir", "nowhere"], "--temp-dir"),
        (&["--within", "house"], "name yours with --within"),
        (&["--within", "outlet"], "name its column by --outlet-column"),
        (&["--until", "0"], "--until"),
        (&["--edits", "low"], "--edits"),
        (&["--measure", "coverage", "--threshold", "0"], "--threshold"),
        (&["--measure", "coverage", "--unit", "char"], "--unit"),
        (&["--passages", "--until", "5"], "--until"),
        (&["--passages", "--bands", "5", "--rows", "5"], "--bands"),
        (&["--passages", "--min-tokens", "4"], "--min-tokens"),
        (&["--passages", "--html-text"], "--html-text"),
        (&["--min-left", "4"], "--passages"),
    ];
    for (flags, says) in table {
        let run = dir.command(&["dedup", "docs.jsonl", "-o", "out"]).args(flags).run().expect(2);
        assert!(run.stderr.contains(says), "{flags:?}: {}", run.stderr);
        assert_eq!(names(dir.path()), ["docs.jsonl"], "{flags:?}");
    }
    let args = ["dedup", "docs.jsonl", "-o", "out", "--threshold", "1"];
    dir.command(&args).run().expect(0);
    assert!(count_of(&summary(&dir, "out"), "exact_duplicates") > 0);
    assert_eq!(count_of(&summary(&dir, "out"), "near_duplicates"), 0);
}

#[test]
fn bad_records_are_skipped_and_reported() {
    let dir = Dir::new();
    let text = "one two three four five six seven eight nine ten eleven twelve";
    let lines = [
        format!(r#"{{"id":"a","text":"{text}"}}"#),
        r#"{"id":"none"}"#.to_owned(),
        "broken".to_owned(),
        format!(r#"{{"id":"a","text":"{text}"}}"#),
        format!(r#"{{"text":"{text}"}}"#),
        r#"{"id":"e1","text":""}"#.to_owned(),
        r#"{"id":"e2","text":" ... "}"#.to_owned(),
    ];
    dir.create("docs.jsonl", jsonl(&lines));
    let run = dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    assert!(run.stderr.contains("docs.jsonl:2: ") && run.stderr.contains("docs.jsonl:3: "));
    let found = summary(&dir, "out");
    assert_eq!((count_of(&found, "documents"), count_of(&found, "skipped")), (5, 2));
    assert_eq!(count_of(&found, "empty_documents"), 2);
    let kept = String::from_utf8(dir.read("out/kept.jsonl")).unwrap();
    assert_eq!(kept, jsonl(&[lines[0].clone(), lines[5].clone(), lines[6].clone()]));
    assert_eq!(ids(&dir.records("out/duplicates.jsonl")), ["a", "a", "docs.jsonl:5"]);
    let strict = dir.command(&["dedup", "docs.jsonl", "-o", "strict", "--strict"]).run().expect(2);
    assert!(strict.stderr.contains("--strict"), "{}", strict.stderr);
    assert_eq!(names(dir.path()), ["docs.jsonl", "out"]);
    dir.create("empty.jsonl", "");
    dir.command(&["dedup", "empty.jsonl", "-o", "none"]).run().expect(2);
    assert_eq!(names(dir.path()), ["docs.jsonl", "empty.jsonl", "out"]);
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn compressed_input_and_streams_give_the_same_result() {
    let dir = folder(100);
    let plain = dir.read("docs.jsonl");
    dir.command(&["dedup", "docs.jsonl", "-o", "plain"]).run().expect(0);
    let expected = result(&dir, "plain");
    dir.create("docs.ndjson.gz", gzip(&plain));
    dir.create("docs.jsonl.zst", zstd::encode_all(&plain[..], 1).unwrap());
    dir.command(&["dedup", "docs.ndjson.gz", "-o", "gz"]).run().expect(0);
    dir.command(&["dedup", "docs.jsonl.zst", "-o", "zst"]).run().expect(0);
    assert!(gunzip(&dir.read("gz/kept.ndjson.gz")) == expected[0]);
    assert!(zstd::decode_all(&dir.read("zst/kept.jsonl.zst")[..]).unwrap() == expected[0]);
    for out in ["gz", "zst"] {
        assert!(dir.read(&format!("{out}/duplicates.jsonl")) == expected[1]);
    }
    dir.command(&["dedup", "-", "-o", "stdin"]).stdin(plain).run().expect(0);
    assert!(result(&dir, "stdin") == expected);
    assert!(summary(&dir, "stdin")["fingerprint"].is_null());
    let names = names(dir.path());
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
}

#[test]
fn several_files_become_one() {
    let dir = Dir::new();
    let lines = news(90);
    dir.create("a.jsonl", jsonl(&lines[..30]));
    dir.create("b.ndjson", jsonl(&lines[30..]).trim_end());
    dir.create("all.jsonl", jsonl(&lines));
    dir.command(&["dedup", "a.jsonl", "b.ndjson", "-o", "two"]).run().expect(0);
    dir.command(&["dedup", "all.jsonl", "-o", "one"]).run().expect(0);
    assert!(result(&dir, "two") == result(&dir, "one"));
}

#[test]
fn text_files_are_kept_as_a_tree() {
    let dir = Dir::new();
    let target = dir.join("out").display().to_string();
    let args = ["dedup", "examples/articles", "-o", &target, "--threshold", "0.4"];
    wirecopy(&args).run().expect(0);
    let kept: Vec<PathBuf> = tree(&dir.join("out/kept"));
    let all = tree(&root().join("examples/articles"));
    assert_eq!(kept.len(), count_of(&summary(&dir, "out"), "kept"));
    assert!(kept.len() < all.len());
    for path in &kept {
        let original = root().join("examples/articles").join(path);
        let copy = dir.join("out/kept").join(path);
        assert!(fs::read(&original).unwrap() == fs::read(copy).unwrap(), "{}", path.display());
    }
    let target = dir.join("lines").display().to_string();
    let more = ["--threshold", "0.4", "--output-format", "jsonl"];
    wirecopy(&["dedup", "examples/articles", "-o", &target]).args(&more).run().expect(0);
    let lines = dir.records("lines/kept.jsonl");
    assert_eq!(lines.len(), kept.len());
    let text = fs::read_to_string(root().join(text_of(&lines[0], "id"))).unwrap();
    assert_eq!(text_of(&lines[0], "text"), text);
}

/// The files below a folder, as paths relative to it.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn text_files_and_records_are_kept_side_by_side() {
    let dir = Dir::new();
    let lines = news(20);
    dir.create("in/docs.jsonl", jsonl(&lines));
    dir.create("in/sub/note.txt", "a note of a few words that nobody else has written\n");
    dir.command(&["dedup", "in", "-o", "out"]).run().expect(0);
    assert!(dir.join("out/kept.jsonl").exists());
    assert_eq!(tree(&dir.join("out/kept")), [PathBuf::from("sub/note.txt")]);
    dir.command(&["dedup", "in", "-o", "all", "--output-format", "jsonl"]).run().expect(0);
    let kept = dir.records("all/kept.jsonl");
    assert_eq!(text_of(kept.last().unwrap(), "id"), "in/sub/note.txt");
    let stream = ["dedup", "-", "--input-format", "text", "-o", "stream"];
    let run = dir.command(&stream).stdin("some words").run().expect(2);
    assert!(run.stderr.contains("stream of text"), "{}", run.stderr);
}

#[test]
fn output_that_cannot_be_written_is_refused_at_once() {
    let dir = folder(5);
    dir.create("file", "x");
    for (target, says) in [("no/such", "no/such"), ("file", "is a file"), ("file/x", "file/x")] {
        let run = dir.command(&["dedup", "docs.jsonl", "-o", target]).run().expect(2);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    for target in [".", "/", "/dev/full"] {
        let run = dir.command(&["dedup", "docs.jsonl", "-o", target]).run().expect(2);
        assert!(run.stderr.contains(target), "{}", run.stderr);
    }
    assert_eq!(names(dir.path()), ["docs.jsonl", "file"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        dir.create_dir("locked");
        fs::set_permissions(dir.join("locked"), fs::Permissions::from_mode(0o555)).unwrap();
        if fs::write(dir.join("locked/probe"), "x").is_ok() {
            skipped("the folder without permission: this user may write everywhere");
            return;
        }
        let run = dir.command(&["dedup", "docs.jsonl", "-o", "locked/out"]).run().expect(2);
        assert!(run.stderr.contains("locked"), "{}", run.stderr);
    }
}

#[test]
fn until_takes_the_highest_threshold_that_reaches_a_number() {
    let dir = folder(100);
    dir.command(&["dedup", "docs.jsonl", "-o", "plain"]).run().expect(0);
    let plain = summary(&dir, "plain");
    let rows = plain["thresholds"].as_array().unwrap();
    let own = rows.iter().find(|row| row["threshold"] == json!(0.7)).unwrap();
    assert_eq!(own["removed"], plain["removed"]);
    assert!(rows.iter().all(|row| row["threshold"].as_f64().unwrap() >= 0.7), "{rows:?}");

    let wanted = count_of(&plain, "kept").to_string();
    let run =
        dir.command(&["dedup", "docs.jsonl", "-o", "out", "--until", &wanted]).run().expect(0);
    let found = summary(&dir, "out");
    assert!(count_of(&found, "kept") <= count_of(&plain, "kept"));
    assert!(found["threshold"].as_f64().unwrap() >= 0.7, "{found}");
    assert!(run.text().contains("the highest that leaves at most"), "{}", run.text());

    let run = dir.command(&["dedup", "docs.jsonl", "-o", "few", "--until", "1"]).run().expect(0);
    assert_eq!(summary(&dir, "few")["threshold"], json!(0.4));
    assert!(run.stderr.contains("more than the 1 of --until"), "{}", run.stderr);
}

#[test]
fn evidence_goes_with_the_kept_documents_into_parquet() {
    let dir = folder(100);
    for measure in ["jaccard", "coverage"] {
        let flags = ["dedup", "docs.jsonl", "--force", "--measure", measure];
        dir.command(&flags).args(&["-o", "rows", "--output-format", "parquet"]).run().expect(0);
        dir.command(&flags).args(&["-o", "lines"]).run().expect(0);
        for name in ["duplicates", "pairs"] {
            // The table is read back as records by way of the kept ones of a run over it.
            let table = format!("rows/{name}.parquet");
            let flags =
                ["dedup", &table, "--text-column", ["id", "a"][usize::from(name == "pairs")]];
            let back = ["--threshold", "1", "-o", "back", "--force", "--output-format", "jsonl"];
            dir.command(&flags).args(&back).run().expect(0);
            let kept = dir.records("back/kept.jsonl");
            let plain = |record: &Value| {
                let fields =
                    record.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
                let plain = |value: &Value| value.to_string().trim_matches('"').to_owned();
                fields.map(|(key, value)| (key.clone(), plain(value))).collect::<BTreeMap<_, _>>()
            };
            let lines = dir.records(&format!("lines/{name}.jsonl"));
            let lines: Vec<_> = lines.iter().map(plain).collect();
            assert!(!kept.is_empty(), "{name}");
            for row in &kept {
                assert!(lines.contains(&plain(row)), "{row} {:?}", lines[0]);
            }
        }
        assert!(!dir.join("rows/duplicates.jsonl").exists());
    }
}

#[test]
fn records_of_any_format_are_kept_as_csv() {
    let dir = Dir::new();
    dir.create(
        "a.jsonl",
        "{\"id\":1,\"text\":\"one, two\",\"n\":[1]}\n{\"text\":\"=three\",\"more\":\"x\"}\n",
    );
    dir.create("b.csv", "id,text\n7,\"four\nfive\"\n");
    dir.create("c.csv", "text,id\nsix,8\n");
    dir.create("t/one.txt", "seven");
    let keep = |inputs: &[&str]| {
        let flags = ["-o", "out", "--force", "--output-format", "csv"];
        dir.command(&["dedup"]).args(inputs).args(&flags).run().expect(0);
        String::from_utf8(dir.read("out/kept.csv")).unwrap()
    };
    let table = "id,text,n,more\n1,\"one, two\",[1],\n,=three,,x\n7,\"four\nfive\",,\n";
    assert_eq!(keep(&["a.jsonl", "b.csv"]), table);
    assert_eq!(keep(&["b.csv"]), "id,text\n7,\"four\nfive\"\n", "as it is");
    assert_eq!(keep(&["b.csv", "c.csv"]), "id,text\n7,\"four\nfive\"\n8,six\n");
    assert_eq!(keep(&["c.csv", "t"]).lines().count(), 3, "texts become rows too");
    dir.command(&["dedup", "out/kept.csv", "-o", "again"]).run().expect(0);
}

#[test]
fn an_outlet_that_loses_nearly_everything_is_named() {
    let dir = Dir::new();
    let text = |n: usize| (0..60).map(|w| format!("w{}", n * 997 + w * w)).collect::<Vec<_>>();
    let line = |outlet: &str, n: usize| {
        json!({"id": format!("{outlet}{n}"), "outlet": outlet, "text": text(n).join(" ")})
            .to_string()
    };
    let lines: Vec<String> =
        ["Post", "Herald"].iter().flat_map(|o| (0..12).map(move |n| line(o, n))).collect();
    dir.create("docs.jsonl", jsonl(&lines));
    let run = dir.command(&["dedup", "docs.jsonl", "-o", "out"]).run().expect(0);
    assert!(run.stderr.contains("Herald: 12 of 12 documents are removed"), "{}", run.stderr);
    assert!(run.text().contains("Herald loses 12 of 12"), "{}", run.text());
    let outlets = &summary(&dir, "out")["outlets"];
    assert_eq!(outlets[1], json!({"outlet": "Post", "documents": 12, "removed": 0}));
}

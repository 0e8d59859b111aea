//! Quality on corpora with known passages, which are not part of the repository.
//!
//! They are read from `$WIRECOPY_CORPORA`, else from `../shared/corpora`. Where they are missing,
//! these tests pass and print `SKIPPED`; so do the large ones in a build without optimisation.

use crate::determinism::Random;
use crate::score::{restrict, verbatim, words};
use crate::util::{Dir, count_of, root, skipped, text_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use wirecopy::eval::passages::{PassageScore, SharedPassage, overlap, score as measure, union};

/// The folder of a corpus; prints that the test is skipped if it is missing.
pub(crate) fn corpus(name: &str, large: bool) -> Option<PathBuf> {
    let base = std::env::var_os("WIRECOPY_CORPORA").map(PathBuf::from);
    let folder = base.unwrap_or_else(|| root().join("../shared/corpora")).join(name);
    if !folder.is_dir() {
        skipped(&format!("corpus {name}: not in {}", folder.display()));
        return None;
    }
    if large && cfg!(debug_assertions) {
        skipped(&format!("corpus {name}: large, only with `cargo test --release`"));
        return None;
    }
    Some(folder)
}

/// The text of a corpus file, decompressed if it is compressed.
pub(crate) fn read(path: &Path) -> String {
    let packed = PathBuf::from(format!("{}.zst", path.display()));
    if path.exists() {
        return fs::read_to_string(path).unwrap();
    }
    let file = fs::File::open(&packed).unwrap_or_else(|e| panic!("{}: {e}", packed.display()));
    String::from_utf8(zstd::decode_all(file).unwrap()).unwrap()
}

/// Rows of a table with a header.
pub(crate) fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = read(path);
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        names.iter().map(|n| (*n).to_owned()).zip(line.split('\t').map(str::to_owned)).collect()
    };
    lines.map(row).collect()
}

fn truth(path: &Path) -> Vec<SharedPassage> {
    let runs = table(path).into_iter().map(|row| {
        let number = |name: &str| row[name].parse::<usize>().unwrap();
        let a = (row["doc_a"].clone(), (number("a_start_char"), number("a_end_char")));
        let b = (row["doc_b"].clone(), (number("b_start_char"), number("b_end_char")));
        SharedPassage {
            tokens: number("tokens"),
            kind: row["kind"].clone(),
            ..SharedPassage::new(a, b)
        }
    });
    runs.collect()
}

fn pairs(path: &Path) -> BTreeSet<(String, String)> {
    let ordered = |row: BTreeMap<String, String>| {
        let (a, b) = (row["doc_a"].clone(), row["doc_b"].clone());
        if a <= b { (a, b) } else { (b, a) }
    };
    table(path).into_iter().map(ordered).collect()
}

/// Runs `scan` over the documents of a corpus.
fn scan(folder: &Path, more: &[&str]) -> Vec<Value> {
    let docs = ["docs.jsonl", "docs.jsonl.zst"].map(|name| folder.join(name));
    let docs = docs.iter().find(|path| path.exists()).unwrap();
    let dir = Dir::new();
    let run = dir.command(&["scan", docs.to_str().unwrap(), "--format", "jsonl"]);
    run.args(&["-o", "pairs.jsonl"]).args(more).limit(Duration::from_secs(300)).run().expect(0);
    dir.records("pairs.jsonl")
}

fn detections(records: &[Value]) -> Vec<SharedPassage> {
    let side = |s: &Value| {
        (text_of(s, "id").to_owned(), (count_of(s, "char_start"), count_of(s, "char_end")))
    };
    let run = |r: &Value| SharedPassage {
        tokens: count_of(r, "tokens"),
        family: r["family"].as_u64(),
        ..SharedPassage::new(side(&r["a"]), side(&r["b"]))
    };
    records.iter().map(run).collect()
}

fn score(truth: &[SharedPassage], found: &[SharedPassage], also: &[SharedPassage]) -> PassageScore {
    measure(truth, found, also).0
}

/// The bound that a measure must satisfy.
#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
    /// Printed for people.
    None,
}

/// Prints every measure, then fails on those that miss their bound.
#[track_caller]
fn assert_bounds(title: &str, measures: &[(&str, f64, Bound)]) {
    let mut missed = Vec::new();
    for (name, value, bound) in measures {
        let (kept, limit) = match *bound {
            Bound::AtLeast(least) => (*value >= least, format!(" (at least {least})")),
            Bound::AtMost(most) => (*value <= most, format!(" (at most {most})")),
            Bound::None => (true, String::new()),
        };
        println!("{title}: {name} {value:.4}{limit}");
        if !kept {
            missed.push(format!("{name} {value:.4}{limit}"));
        }
    }
    assert!(missed.is_empty(), "{title}: {}", missed.join("; "));
}

/// Scans the five articles without the table in the same folder.
fn scan_seeds(folder: &Path, more: &[&str]) -> Vec<Value> {
    let dir = Dir::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "txt") {
            dir.create(path.file_name().unwrap().to_str().unwrap(), fs::read(&path).unwrap());
        }
    }
    dir.command(&["scan", ".", "--format", "jsonl"]).args(more).run().expect(0).records()
}

/// Bytes of the longest token at the ends of the seeds' passages, with the space next to it.
const TOKEN_BYTES: usize = 14;

/// Whether both sides of a detection satisfy `test` (found start and end, true start and end).
fn both(
    found: &Value,
    row: &BTreeMap<String, String>,
    test: fn(usize, usize, usize, usize) -> bool,
) -> bool {
    let side = |s: &Value, x: char| {
        let truth = |end: &str| row[&format!("{x}_{end}_byte")].parse::<usize>().unwrap();
        text_of(s, "id").ends_with(&row[&format!("doc_{x}")])
            && test(count_of(s, "start"), count_of(s, "end"), truth("start"), truth("end"))
    };
    side(&found["a"], 'a') && side(&found["b"], 'b')
}

/// Whether the ends are those of the truth, within one token.
fn agrees(found: &Value, row: &BTreeMap<String, String>) -> bool {
    both(found, row, |start, end, from, to| {
        start.abs_diff(from) <= TOKEN_BYTES && end.abs_diff(to) <= TOKEN_BYTES
    })
}

/// Whether the truth is covered: its rows are runs of equal tokens, and a passage may continue
/// after an edit.
fn covers(found: &Value, row: &BTreeMap<String, String>) -> bool {
    both(found, row, |start, end, from, to| start <= from + TOKEN_BYTES && end + TOKEN_BYTES >= to)
}

#[test]
fn seeds_share_one_passage() {
    let Some(folder) = corpus("seeds", false) else { return };
    let found = scan_seeds(&folder, &[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let rows = table(&folder.join("truth.tsv"));
    let cross = rows.iter().find(|r| r["kind"] == "cross").unwrap();
    assert!(agrees(&found[0], cross), "{:#}\ninstead of {cross:?}", found[0]);
    let ranges =
        ["a", "b"].map(|s| (count_of(&found[0][s], "start"), count_of(&found[0][s], "end")));
    println!("seeds: bytes {ranges:?}, truth (2230, 2366) and (331, 467)");
}

#[test]
fn seeds_repeat_inside_articles() {
    let Some(folder) = corpus("seeds", false) else { return };
    let found = scan_seeds(&folder, &["--scope", "all", "--min-tokens", "10"]);
    for row in table(&folder.join("truth.tsv")) {
        let long = row["tokens"].parse::<usize>().unwrap() >= 10;
        if row["kind"] == "internal" && long {
            assert!(found.iter().any(|f| covers(f, &row)), "not found: {row:?}\n{found:#?}");
        }
    }
    let cross = found.iter().filter(|f| f["a"]["id"] != f["b"]["id"]).count();
    assert_eq!(cross, 1, "{found:#?}");
}

#[test]
fn news_runs_are_covered() {
    let Some(folder) = corpus("news_dev", true) else { return };
    let records = scan(&folder, &[]);
    let mut long = 0;
    for record in &records {
        let evidence = count_of(record, "matched") * 3 / 2;
        // A word with an apostrophe is one token.
        let plain = |s: &Value| text_of(s, "text").replace(['\'', '\u{2018}', '\u{2019}'], "");
        let sides = ["a", "b"].map(|s| words(&plain(&record[s])).len());
        let longest = sides.into_iter().fold(count_of(record, "tokens"), usize::max);
        if longest > evidence {
            long += 1;
            println!(
                "news_dev: {longest} tokens on {} matched: {record}",
                count_of(record, "matched")
            );
        }
    }
    let cross = score(&truth(&folder.join("passages_exact20.tsv")), &detections(&records), &[]);
    let all = detections(&scan(&folder, &["--scope", "all"]));
    let every = score(&truth(&folder.join("passages_exact20_all.tsv")), &all, &[]);
    assert_bounds(
        "news_dev",
        &[
            ("covered, between outlets", cross.covered, Bound::AtLeast(0.995)),
            ("covered, every run", every.covered, Bound::AtLeast(0.995)),
            ("share longer than 1.5x its evidence", ratio(long, records.len()), Bound::AtMost(0.0)),
        ],
    );
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn pan13_is_found_in_one_piece() {
    let Some(folder) = corpus("pan13_dev", false) else { return };
    let keep = pairs(&folder.join("pairs.tsv"));
    let mut truth = truth(&folder.join("passages.tsv"));
    let mut found = detections(&scan(&folder, &[]));
    restrict(&mut truth, &keep, true);
    restrict(&mut found, &keep, true);
    let result = score(&truth, &found, &[]);
    assert_bounds(
        "pan13_dev",
        &[
            ("precision", result.macro_.precision, Bound::None),
            ("recall", result.macro_.recall, Bound::None),
            ("plagdet", result.plagdet, Bound::AtLeast(0.94)),
            ("granularity", result.granularity, Bound::AtMost(1.03)),
        ],
    );
}

/// Kinds of planted edit that touch at most a tenth (or a fifth) of the words.
const TENTH: [&str; 5] = ["verbatim", "typography", "word05", "word10", "ocr01"];
const FIFTH: [&str; 7] = ["verbatim", "typography", "word05", "word10", "ocr01", "word20", "ocr03"];

/// Share of the reported text that is neither in `known` passages nor, where `least` is given, in
/// a verbatim run of that many words between both sides.
///
/// The table of natural passages holds runs of 20 words and more, so it lacks shorter ones and
/// edited ones. Only pairs of base articles count: an edited copy (`id~edit`) holds edited runs of
/// everything that its original shares with others.
fn strange(
    records: &[Value],
    known: &[SharedPassage],
    not: &BTreeSet<(String, String)>,
    least: Option<usize>,
) -> f64 {
    let mut by_pair: BTreeMap<&(String, String), Vec<&SharedPassage>> = BTreeMap::new();
    for run in known {
        by_pair.entry(&run.docs).or_default().push(run);
    }
    let (mut all, mut right) = (0, 0);
    for (record, run) in records.iter().zip(detections(records)) {
        if not.contains(&run.docs) || run.docs.0.contains('~') || run.docs.1.contains('~') {
            continue;
        }
        let truths = by_pair.get(&run.docs).map_or(&[][..], Vec::as_slice);
        for (side, other) in [("a", "b"), ("b", "a")] {
            let id = text_of(&record[side], "id");
            let (from, to) =
                (count_of(&record[side], "char_start"), count_of(&record[side], "char_end"));
            let (text, other) = (text_of(&record[side], "text"), text_of(&record[other], "text"));
            let mut parts = least.map_or_else(Vec::new, |least| verbatim(text, other, least));
            for truth in truths {
                let sides = [(&truth.docs.0, truth.a), (&truth.docs.1, truth.b)];
                for (_, r) in sides.into_iter().filter(|(doc, _)| *doc == id) {
                    if overlap(r, (from, to)) > 0 {
                        parts.push((r.0.max(from) - from, r.1.min(to) - from));
                    }
                }
            }
            all += to - from;
            right += union(parts);
        }
    }
    1.0 - ratio(right, all)
}

#[test]
fn planted_passages_are_found() {
    let Some(folder) = corpus("implant_dev", true) else { return };
    let planted = truth(&folder.join("passages.tsv"));
    let natural = truth(&folder.join("passages_exact20_all.tsv"));
    let not = pairs(&folder.join("pairs.tsv"));
    // The default scope pairs different outlets only, and some passages are planted within one.
    let records = scan(&folder, &["--scope", "documents"]);
    let found = detections(&records);
    let share = |kinds: &[&str], from: usize, to: usize| {
        let wanted = |t: &&SharedPassage| {
            kinds.contains(&t.kind.as_str()) && (from..=to).contains(&t.tokens)
        };
        let wanted: Vec<SharedPassage> = planted.iter().filter(wanted).cloned().collect();
        score(&wanted, &found, &[]).found_half
    };
    let known = [planted.clone(), natural].concat();
    assert_bounds(
        "implant_dev",
        &[
            (
                "found, <= 10 % edits, >= 20 tokens",
                share(&TENTH, 20, usize::MAX),
                Bound::AtLeast(0.97),
            ),
            (
                "found, <= 20 % edits, >= 40 tokens",
                share(&FIFTH, 40, usize::MAX),
                Bound::AtLeast(0.97),
            ),
            ("found, <= 20 % edits, 18 to 25 tokens", share(&FIFTH, 18, 25), Bound::AtLeast(0.85)),
            (
                "mean distance of the ends",
                score(&planted, &found, &[]).boundary_error,
                Bound::AtMost(5.0),
            ),
            ("text in no table of truth", strange(&records, &known, &not, None), Bound::None),
            // The tables list runs of 20 words and more, but shorter runs are real too. They count
            // from the length of a seed shingle.
            (
                "the same without runs of 5",
                strange(&records, &known, &not, Some(5)),
                Bound::AtMost(0.05),
            ),
            ("the same without runs of 8", strange(&records, &known, &not, Some(8)), Bound::None),
        ],
    );
}

/// Detections wrong in every way: moved ends, split pieces, false ones, missing ones.
fn spoil(truth: &[SharedPassage]) -> Vec<SharedPassage> {
    let (mut random, mut found) = (Random::new(7), Vec::new());
    for (family, run) in (0u64..).zip(truth) {
        let mut copy = SharedPassage { family: Some(family), ..run.clone() };
        let mut shift = |range: &mut (usize, usize)| {
            range.0 = (range.0 + random.below(60)).saturating_sub(30);
            range.1 = (range.1 + random.below(60)).saturating_sub(30).max(range.0 + 1);
        };
        shift(&mut copy.a);
        shift(&mut copy.b);
        match random.below(8) {
            0 => continue,
            1 | 2 => {
                let mut rest = copy.clone();
                copy.a.1 = copy.a.0.midpoint(copy.a.1);
                copy.b.1 = copy.b.0.midpoint(copy.b.1);
                rest.a.0 = copy.a.1;
                rest.b.0 = copy.b.1;
                rest.family = Some(family + 1_000_000 * (random.below(2) as u64));
                found.push(rest);
            }
            3 => found.push(SharedPassage {
                a: (5, 80),
                family: Some(2_000_000 + family),
                ..copy.clone()
            }),
            _ => {}
        }
        found.push(copy);
    }
    found.retain(|r| r.a.0 < r.a.1 && r.b.0 < r.b.1);
    found
}

#[test]
fn scorer_agrees_with_the_one_of_the_corpora() {
    let Some(folder) = corpus("pan13_dev", false) else { return };
    let tool = folder.join("../tools/score_passages.py");
    if !tool.exists() || Command::new("python3").arg("--version").output().is_err() {
        return skipped("agreement of the scorers: needs python3 and the corpora's tools");
    }
    let truth = truth(&folder.join("passages.tsv"));
    let (also, found) = (&truth[..truth.len() / 5], spoil(&truth));
    let wanted = &truth[truth.len() / 5..];
    let mut lines = String::new();
    for run in &found {
        let side =
            |id: &str, r: (usize, usize)| json!({"id": id, "char_start": r.0, "char_end": r.1});
        let (a, b) = (side(&run.docs.0, run.a), side(&run.docs.1, run.b));
        writeln!(lines, "{}", json!({"a": a, "b": b, "family": run.family})).unwrap();
    }
    let dir = Dir::new();
    dir.create("found.jsonl", lines);
    // The table is split in two: passages that must be found, and others that may be found.
    let table = read(&folder.join("passages.tsv"));
    let (head, rows) = table.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    for (name, rows) in [("also.tsv", &rows[..also.len()]), ("truth.tsv", &rows[also.len()..])] {
        dir.create(name, format!("{head}\n{}\n", rows.join("\n")));
    }
    let mut python = Command::new("python3");
    python.arg(tool).args(["truth.tsv", "found.jsonl", "--also", "also.tsv", "--json"]);
    let out = python.current_dir(dir.path()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let theirs: Value = serde_json::from_slice(&out.stdout).unwrap();
    let ours = score(wanted, &found, also);
    let both = [
        ("precision", ours.macro_.precision, &theirs["macro"]["precision"]),
        ("recall", ours.macro_.recall, &theirs["macro"]["recall"]),
        ("micro recall", ours.micro.recall, &theirs["micro"]["recall"]),
        ("micro plagdet", ours.plagdet_micro, &theirs["micro"]["plagdet"]),
        ("plagdet", ours.plagdet, &theirs["macro"]["plagdet"]),
        ("granularity", ours.granularity, &theirs["granularity"]),
        ("micro precision", ours.micro.precision, &theirs["micro"]["precision"]),
        ("covered", ours.covered, &theirs["covered"]),
    ];
    for (name, ours, theirs) in both {
        let theirs = theirs.as_f64().unwrap();
        assert!((ours - theirs).abs() < 6e-5, "{name}: {ours} here, {theirs} there");
        assert!(ours > 0.05 && (ours - 1.0).abs() > 0.005, "{name} {ours}: too easy to agree");
    }
}

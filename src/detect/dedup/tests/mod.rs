//! The engine from files to result.

mod adversarial;
mod coverage;
mod exhaustive;
mod invariance;
mod oracle;
mod thresholds;

use crate::corpus::{Document, Meta};
use crate::detect::{DedupConfig, DedupResult, Keep, Silent, Unit, dedup, dedup_documents};
use crate::hash::mix;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Prints a line that cannot be overlooked when a test has to leave something out.
fn skipped(what: &str) {
    // Not through eprintln!: the harness would swallow the line of a passing test.
    std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes()).unwrap();
}

/// A made-up word; the lower numbers come up more often.
fn word(random: u64) -> String {
    let at = (mix(random) % 3000) * (mix(random ^ 1) % 3000) / 3000;
    format!("w{at}")
}

/// `count` words drawn by `seed`.
fn words(seed: u64, count: usize) -> Vec<String> {
    (0..count as u64).map(|n| word(mix(seed) ^ n << 20)).collect()
}

/// The words with `edits` of them replaced.
fn edited(words: &[String], seed: u64, edits: usize) -> Vec<String> {
    let mut words = words.to_vec();
    for n in 0..edits as u64 {
        let at = mix(seed ^ n << 32) % words.len().max(1) as u64;
        if let Some(place) = words.get_mut(usize::try_from(at).unwrap()) {
            *place = word(mix(seed) ^ n);
        }
    }
    words
}

/// A corpus of families: some documents are copies of an earlier one, with edits, and some are
/// exact copies in another spelling. Lines of JSON.
fn families(seed: u64, documents: usize) -> Vec<String> {
    let mut texts: Vec<Vec<String>> = Vec::new();
    let mut lines = Vec::new();
    for n in 0..documents {
        let random = mix(seed ^ (n as u64) << 40);
        let source = if n == 0 { 0 } else { usize::try_from(random >> 8).unwrap_or(0) % n };
        let text = match random % 10 {
            0..4 if n > 0 => {
                edited(&texts[source], random, usize::try_from(random >> 50).unwrap() % 12)
            }
            4 if n > 0 => texts[source].clone(),
            5 => words(random, usize::try_from(random >> 60).unwrap()),
            _ => words(random, 40 + usize::try_from(random >> 55).unwrap()),
        };
        let separator = if random % 7 == 4 { " -- " } else { " " };
        let day = random % 28 + 1;
        lines.push(format!(
            "{{\"id\":\"d{n}\",\"date\":\"2024-02-{day:02}\",\"score\":{},\"text\":\"{}\"}}\n",
            random % 1000,
            text.join(separator)
        ));
        texts.push(text);
    }
    lines
}

/// A folder with inputs that goes away with the test.
struct Inputs {
    folder: tempfile::TempDir,
}

impl Inputs {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn create(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// The kept records of JSON Lines as a program writes them back: read again run by run.
fn copied(result: &DedupResult) -> crate::error::Result<Vec<u8>> {
    let corpus = &result.corpora()[0];
    corpus.check_unchanged()?;
    let (mut reader, mut out) = (corpus.reread(), Vec::new());
    for run in result.kept_runs() {
        let start = out.len();
        out.resize(start + usize::try_from(run.bytes).unwrap(), 0);
        reader.read(run.source, run.offset, &mut out[start..])?;
        out.push(b'\n');
    }
    corpus.check_unchanged()?;
    Ok(out)
}

fn config(path: &Path) -> DedupConfig {
    DedupConfig { inputs: vec![path.to_str().unwrap().to_owned()], ..DedupConfig::default() }
}

/// Deduplicates some lines of JSON.
fn run(lines: &[String], change: impl FnOnce(&mut DedupConfig)) -> DedupResult {
    let inputs = Inputs::new();
    let path = inputs.create("docs.jsonl", lines.concat());
    let mut config = config(&path);
    change(&mut config);
    dedup(&config, &Silent).unwrap()
}

/// Deduplicates texts, whose ids are their numbers.
fn run_texts(texts: &[&str], change: impl FnOnce(&mut DedupConfig)) -> DedupResult {
    let line = |(n, text)| format!("{{\"id\":\"{n}\",\"text\":\"{text}\"}}\n");
    let lines: Vec<String> = texts.iter().enumerate().map(line).collect();
    run(&lines, change)
}

/// Everything that is reported of a result, as text.
fn told(result: &DedupResult) -> String {
    let mut told = String::new();
    for duplicate in result.duplicates() {
        writeln!(told, "{}", serde_json::to_string(&duplicate).unwrap()).unwrap();
    }
    for pair in result.pairs() {
        writeln!(told, "{}", serde_json::to_string(&pair).unwrap()).unwrap();
    }
    writeln!(told, "{:?}", result.removed()).unwrap();
    told
}

fn ten(first: &str) -> String {
    format!("{first} two three four five six seven eight nine ten eleven twelve thirteen")
}

#[test]
fn equal_texts_collapse_and_the_first_is_kept() {
    let (a, b) = (ten("one"), ten("ONE --"));
    let result = run_texts(&[&a, "something else", &b, &a], |_| {});
    assert_eq!(result.removed(), [2, 3]);
    assert_eq!(
        (result.summary().counts.exact_duplicates, result.summary().counts.near_duplicates),
        (2, 0)
    );
    let told: Vec<_> = result.duplicates().map(|d| (d.id.into_owned(), d.representative)).collect();
    let expected = [("0", true), ("2", false), ("3", false)];
    assert_eq!(told, expected.map(|(id, is)| (id.to_owned(), is)));
    assert!(result.duplicates().all(|d| d.cluster_size == 3 && d.jaccard >= 1.0));
    assert_eq!(result.pairs().count(), 3);
}

#[test]
fn texts_without_words_are_kept_and_compared_with_nothing() {
    let result = run_texts(&["", "...", "", "one", "One!", "two"], |_| {});
    assert_eq!(result.removed(), [4], "short texts are compared as a whole");
    assert_eq!(
        (result.summary().counts.empty_documents, result.summary().counts.short_documents),
        (3, 3)
    );
}

#[test]
fn missing_and_double_ids_are_told_apart_by_place() {
    let text = ten("one");
    let lines = [
        format!("{{\"text\":\"{text}\"}}\n"),
        "\n".to_owned(),
        format!("{{\"id\":\"x\",\"text\":\"{text}\"}}\n"),
        format!("{{\"id\":\"x\",\"text\":\"{text}\"}}"),
    ];
    let result = run(&lines, |_| {});
    assert!(result.id(0).ends_with("docs.jsonl:1"), "{}", result.id(0));
    assert_eq!((result.id(1), result.id(2)), ("x".into(), "x".into()));
    assert_eq!(result.removed(), [1, 2]);
}

#[test]
fn kept_records_are_copied_unchanged() {
    let (a, b) = (ten("one"), "quite another story");
    let inputs = Inputs::new();
    let kept = [
        format!("{{\"text\" : \"{a}\\n\\u00e9\", \"x\":[1, 2]}}"),
        "  {\"other\":null,\"text\":\"alone \\\"in\\\" the world\"} \r".to_owned(),
        "{\"text\":\"last\"}".to_owned(),
    ];
    let dropped = format!("{{\"text\":\"{a} \u{e9}\"}}");
    let all = format!("{}\n{dropped}\n\nnot json\n{}\n{dropped}\n{}", kept[0], kept[1], kept[2]);
    let path = inputs.create("docs.jsonl", &all);
    let mut second = config(&path);
    let other = format!("{{\"text\":\"{b}\"}}\n");
    second.inputs.push(inputs.create("more.jsonl", &other).to_str().unwrap().to_owned());
    let result = dedup(&second, &Silent).unwrap();
    assert_eq!(result.summary().counts.skipped, 1);
    let out = copied(&result).unwrap();
    let expected = format!("{}\n{}\n{}\n{other}", kept[0], kept[1], kept[2]);
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let runs: Vec<u32> = result.kept_runs().map(|run| run.documents).collect();
    assert_eq!(runs, [1, 1, 1, 1]);
}

#[test]
fn compressed_inputs_give_the_same() {
    let lines = families(3, 300);
    let expected = run(&lines, |_| {});
    let inputs = Inputs::new();
    let bytes = zstd::encode_all(lines.concat().as_bytes(), 1).unwrap();
    let path = inputs.create("docs.jsonl.zst", bytes);
    let result = dedup(&config(&path), &Silent).unwrap();
    assert_eq!(told(&result), told(&expected));
    let (out, mut plain) = (copied(&result).unwrap(), Vec::new());
    for (line, n) in lines.iter().zip(0..) {
        if !result.removed().contains(&n) {
            plain.extend_from_slice(line.as_bytes());
        }
    }
    assert!(out == plain, "kept records of the compressed file");
}

#[test]
fn an_input_that_changes_is_refused() {
    let inputs = Inputs::new();
    let path = inputs.create("docs.jsonl", families(4, 50).concat());
    let result = dedup(&config(&path), &Silent).unwrap();
    inputs.create("docs.jsonl", families(5, 49).concat());
    let error = copied(&result).unwrap_err().to_string();
    assert!(error.contains("docs.jsonl: changed"), "{error}");
}

#[test]
fn policies_choose_the_representative() {
    let long = format!("{} fourteen", ten("one"));
    let record = |id: &str, date: &str, score: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"date\":\"{date}\",\"score\":{score},\"text\":\"{text}\"}}\n")
    };
    let lines = [
        record("c", "2024-01-02", "5", &ten("one")),
        record("b", "", "\"70.5\"", &long),
        record("a", "2024-01-01", "\"none\"", &ten("one")),
        record("d", "2024-01-03", "6", &ten("ONE")),
    ];
    let kept = |keep: Keep| {
        let result = run(&lines, |config| config.keep = keep);
        let kept = result.duplicates().find(|d| d.representative).unwrap().id.into_owned();
        assert_eq!(result.removed().len(), 3);
        kept
    };
    assert_eq!(kept(Keep::First), "c");
    assert_eq!(kept(Keep::Longest), "b");
    assert_eq!(kept(Keep::Earliest), "a");
    assert_eq!(kept(Keep::Latest), "d");
    assert_eq!(kept(Keep::Column("score".to_owned())), "b");
    let missing = Inputs::new();
    let path = missing.create("docs.jsonl", lines.concat());
    let keep = Keep::Column("nowhere".to_owned());
    let error = dedup(&DedupConfig { keep, ..config(&path) }, &Silent).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("keep"), "{error}");
}

#[test]
fn what_is_in_the_other_corpus_is_removed() {
    let inputs = Inputs::new();
    let near = format!("{} fourteen", ten("one"));
    let texts = [near.as_str(), "quite another text", "one of its own", "one of its own"];
    let lines = texts.map(|text| format!("{{\"text\":\"{text}\"}}\n")).concat();
    let path = inputs.create("docs.jsonl", lines);
    let other = [ten("one"), ten("one"), "quite, ANOTHER text".to_owned(), "elsewhere".to_owned()];
    let other = other.map(|text| format!("{{\"text\":\"{text}\"}}\n")).concat();
    let other = inputs.create("other.jsonl", other);
    let against = vec![other.to_str().unwrap().to_owned()];
    let result = dedup(&DedupConfig { against, ..config(&path) }, &Silent).unwrap();
    assert_eq!(result.removed(), [0, 1, 3]);
    assert_eq!((result.summary().counts.documents, result.summary().counts.against), (4, 4));
    let (of, size): (Vec<_>, Vec<_>) = result
        .duplicates()
        .filter_map(|d| Some((d.duplicate_of?.rsplit('/').next()?.to_owned(), d.cluster_size)))
        .unzip();
    assert_eq!(of, ["other.jsonl:1", "other.jsonl:3", "docs.jsonl:3"]);
    assert_eq!(size, [2, 2, 2]);
    let out = copied(&result).unwrap();
    assert_eq!(out, b"{\"text\":\"one of its own\"}\n");
}

#[test]
fn settings_out_of_range_are_refused_before_anything_is_read() {
    let nowhere = config(Path::new("/nonexistent/docs.jsonl"));
    for (name, config) in [
        ("threshold", DedupConfig { threshold: f64::NAN, ..nowhere.clone() }),
        ("bands", DedupConfig { bands: Some(40), rows: Some(200), ..nowhere.clone() }),
        ("num_perm", DedupConfig { num_perm: Some(0), ..nowhere.clone() }),
        ("ngram_size", DedupConfig { ngram_size: 0, ..nowhere.clone() }),
    ] {
        let error = dedup(&config, &Silent).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}

#[test]
fn characters_find_what_words_do_not() {
    let texts = ["the council discussed the new bridge", "the councils discuss the new bridges"];
    assert!(run_texts(&texts, |_| {}).removed().is_empty());
    let by_letters = run_texts(&texts, |config| {
        (config.unit, config.ngram_size, config.threshold) = (Unit::Char, 3, 0.6);
    });
    assert_eq!(by_letters.removed(), [1]);
}

/// The documents of some lines of JSON, with ids and texts.
fn documents(lines: &[String]) -> Vec<Document> {
    let field = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
    let document = |line: &String| {
        let line = serde_json::from_str(line).unwrap();
        let meta = Meta::default();
        Document { id: field(&line, "id"), text: field(&line, "text").into(), meta }
    };
    lines.iter().map(document).collect()
}

#[test]
fn documents_in_memory_give_the_result_of_files() {
    let (lines, old) = (families(11, 400), families(12, 150));
    for keep in [Keep::First, Keep::Longest] {
        let set = |config: &mut DedupConfig| config.keep = keep.clone();
        let config = DedupConfig { keep: keep.clone(), ..DedupConfig::default() };
        let held = dedup_documents(&documents(&lines), &[], &config, &Silent).unwrap();
        assert!(held.removed().len() > 50 && held.removed().len() < 300);
        let files = run(&lines, set);
        assert_eq!(told(&held), told(&files));
        let (held, files) = (&held.summary().counts, &files.summary().counts);
        assert_eq!((held.documents, held.pairs), (files.documents, files.pairs));
    }
    let inputs = Inputs::new();
    let mut config = config(&inputs.create("new.jsonl", lines.concat()));
    let old_lines = [old.as_slice(), &lines[..20]].concat();
    let old_path = inputs.create("old.jsonl", old_lines.concat());
    config.against = vec![old_path.to_str().unwrap().to_owned()];
    let files = dedup(&config, &Silent).unwrap();
    let (new, old) = (documents(&lines), documents(&old_lines));
    let held = dedup_documents(&new, &old, &DedupConfig::default(), &Silent).unwrap();
    assert_eq!(told(&held), told(&files));
    assert_eq!(held.kept().count() + held.removed().len(), 400);
}

#[test]
fn documents_in_memory_may_be_none_and_have_no_columns() {
    let none = dedup_documents(&[], &[], &DedupConfig::default(), &Silent).unwrap();
    assert_eq!((none.kept().count(), none.pairs().count()), (0, 0));
    let config = DedupConfig { keep: Keep::Column("rank".to_owned()), ..DedupConfig::default() };
    let error = dedup_documents(&[], &[], &config, &Silent).unwrap_err().to_string();
    assert!(error.starts_with("keep: documents in memory have no column `rank`"), "{error}");
}

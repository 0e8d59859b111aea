//! Against all pairs, counted naively.

use super::{config, edited, families, run, skipped, words};
use crate::detect::{DedupConfig, DedupResult, Silent, dedup};
use crate::shingle;
use crate::sketch::{Banding, Wanted};
use crate::text::tokenize_plain;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The set of shingles by the definition: the windows themselves, not their hashes.
fn naive_set(text: &str) -> BTreeSet<Vec<u32>> {
    let mut tokens = Vec::new();
    tokenize_plain(text, |token| tokens.push(token.compact()));
    let window = |at: usize| tokens.get(at..at + shingle::window(tokens[at], 5));
    let set: BTreeSet<Vec<u32>> =
        (0..tokens.len()).filter_map(|at| window(at).map(<[u32]>::to_vec)).collect();
    if set.is_empty() && !tokens.is_empty() { BTreeSet::from([tokens]) } else { set }
}

fn naive_jaccard(a: &BTreeSet<Vec<u32>>, b: &BTreeSet<Vec<u32>>) -> f64 {
    let shared = a.intersection(b).count();
    shared as f64 / (a.len() + b.len() - shared) as f64
}

fn field(line: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap();
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Pairs that are listed, and pairs in one cluster, by id.
struct Found {
    listed: BTreeMap<(String, String), f64>,
    cluster: BTreeMap<String, u32>,
}

impl Found {
    fn of(result: &DedupResult) -> Self {
        let pair =
            |p: crate::record::DocumentPair<'_>| ((p.a.into_owned(), p.b.into_owned()), p.jaccard);
        let cluster = result.duplicates().map(|d| (d.id.into_owned(), d.cluster)).collect();
        Self { listed: result.pairs().map(pair).collect(), cluster }
    }

    fn stated(&self, a: &str, b: &str) -> Option<f64> {
        let key = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        self.listed.get(&key(a, b)).or_else(|| self.listed.get(&key(b, a))).copied()
    }

    fn has(&self, a: &str, b: &str) -> bool {
        let of = |id: &str| self.cluster.get(id);
        self.stated(a, b).is_some() || (of(a).is_some() && of(a) == of(b))
    }
}

#[test]
fn all_pairs_of_small_corpora() {
    let (mut true_pairs, mut found_pairs) = (0, 0);
    for seed in 0..if cfg!(debug_assertions) { 3 } else { 12 } {
        let lines = families(100 + seed, 250);
        let result = run(&lines, |_| {});
        let found = Found::of(&result);
        let sets: Vec<_> = lines.iter().map(|line| naive_set(&field(line, "text"))).collect();
        for (b, second) in sets.iter().enumerate() {
            for (a, first) in sets[..b].iter().enumerate() {
                let jaccard = if first.is_empty() { 0.0 } else { naive_jaccard(first, second) };
                let (a, b) = (format!("d{a}"), format!("d{b}"));
                if let Some(stated) = found.stated(&a, &b) {
                    assert!((stated - jaccard).abs() < 1e-15, "{a} {b}: {stated} for {jaccard}");
                    assert!(jaccard >= 0.7, "{a} {b}: {jaccard}");
                }
                true_pairs += usize::from(jaccard >= 0.7);
                found_pairs += usize::from(jaccard >= 0.7 && found.has(&a, &b));
            }
        }
        for duplicate in result.duplicates() {
            assert!(duplicate.jaccard >= 0.7, "members are near their representative");
        }
    }
    println!("{found_pairs} of {true_pairs} pairs at 0.7 or above");
    assert!(true_pairs > 100 && found_pairs as f64 >= 0.995 * true_pairs as f64);
}

#[test]
fn planted_pairs_near_the_threshold_are_found_as_often_as_expected() {
    let pairs = if cfg!(debug_assertions) { 300 } else { 3000 };
    let mut lines = Vec::new();
    for n in 0..pairs {
        // Seven edits of 200 words leave about 0.7 of the shingles common.
        let base = words(n + 1_000_000, 200);
        for (side, text) in [("a", edited(&base, n, 7)), ("b", base)] {
            lines.push(format!("{{\"id\":\"{side}{n}\",\"text\":\"{}\"}}\n", text.join(" ")));
        }
    }
    // Few enough bands that a good part is missed.
    let shape = (Some(14), Some(8), 0.66);
    let result = run(&lines, |config| (config.bands, config.rows, config.threshold) = shape);
    let banding = Banding::choose(0.66, Wanted { lanes: None, bands: shape.0, rows: shape.1 });
    let (found, banding) = (Found::of(&result), banding.unwrap());
    let (mut expected, mut variance, mut hits) = (0.0, 0.0, 0.0);
    for (a, b) in lines.iter().step_by(2).zip(lines.iter().skip(1).step_by(2)) {
        let set = |line| naive_set(&field(line, "text"));
        let jaccard = naive_jaccard(&set(a), &set(b));
        if jaccard >= 0.66 {
            let probability = banding.probability(jaccard);
            expected += probability;
            variance += probability * (1.0 - probability);
            hits += f64::from(u8::from(found.has(&field(a, "id"), &field(b, "id"))));
        }
    }
    println!("planted pairs: {hits} found, {expected:.1} expected, sd {:.1}", variance.sqrt());
    assert!(variance > 50.0 || cfg!(debug_assertions), "the test has something to tell");
    // Lanes of OPHK repel each other, which helps a little.
    assert!(hits > expected - 4.0 * variance.sqrt());
    assert!(hits < expected * 1.05 + 4.0 * variance.sqrt());
}

/// The documents and the table of a corpus, or a visible word that it is not there.
fn corpus(name: &str) -> Option<(PathBuf, String)> {
    let base = std::env::var_os("WIRECOPY_CORPORA").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = base.unwrap_or_else(|| root.join("../shared/corpora")).join(name);
    if !folder.is_dir() {
        skipped(&format!("corpus {name}: not in {}", folder.display()));
        return None;
    }
    if cfg!(debug_assertions) {
        skipped(&format!("corpus {name}: only with `cargo test --release`"));
        return None;
    }
    let docs = ["docs.jsonl", "docs.jsonl.zst"].map(|docs| folder.join(docs));
    let docs = docs.into_iter().find(|path| path.exists())?;
    Some((docs, std::fs::read_to_string(folder.join("exact_pairs_j5.tsv")).unwrap()))
}

fn texts(path: &Path, wanted: &BTreeSet<String>) -> BTreeMap<String, String> {
    let bytes = std::fs::read(path).unwrap();
    let packed = path.extension().is_some_and(|extension| extension == "zst");
    let bytes = if packed { zstd::decode_all(&bytes[..]).unwrap() } else { bytes };
    let lines = std::str::from_utf8(&bytes).unwrap().lines();
    let kept = lines.map(|line| (field(line, "id"), line)).filter(|(id, _)| wanted.contains(id));
    kept.map(|(id, line)| (id, field(line, "text"))).collect()
}

#[test]
fn pairs_of_the_corpora() {
    let names =
        ["news_dev", "copies_dev/reuters21578", "copies_dev/german_press", "copies_dev/arabic_ant"];
    let mut pooled = [(0.7, 0, 0), (0.8, 0, 0)];
    for name in names {
        let Some((docs, table)) = corpus(name) else { return };
        let result = dedup(&DedupConfig { threads: 2, ..config(&docs) }, &Silent).unwrap();
        let found = Found::of(&result);
        let ids: BTreeSet<String> =
            found.listed.keys().flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
        let texts = texts(&docs, &ids);
        for ((a, b), stated) in &found.listed {
            let jaccard = naive_jaccard(&naive_set(&texts[a]), &naive_set(&texts[b]));
            assert!((stated - jaccard).abs() < 1e-15, "{name} {a} {b}: {stated} for {jaccard}");
        }
        for row in table.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            let jaccard: f64 = columns[2].parse().unwrap();
            for (threshold, all, hit) in &mut pooled {
                *all += u32::from(jaccard >= *threshold);
                *hit += u32::from(jaccard >= *threshold && found.has(columns[0], columns[1]));
            }
        }
    }
    println!("(threshold, pairs, found): {pooled:?}");
    let [(_, all, hit), (_, all_high, hit_high)] = pooled;
    assert!(f64::from(hit) >= 0.99 * f64::from(all));
    assert!(f64::from(hit_high) >= 0.999 * f64::from(all_high));
}

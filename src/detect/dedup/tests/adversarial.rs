//! Corpora made to blow up: the work must stay linear.

use super::{edited, run, skipped, words};
use crate::detect::{DedupConfig, DedupResult, Measure};
use std::time::Instant;

/// Documents of the largest set.
const LARGE: usize = 40_000;

/// `count` documents, each made by `text` from its number.
fn lines(count: usize, text: impl Fn(u64) -> Vec<String>) -> Vec<String> {
    let line = |n| format!("{{\"id\":\"{n}\",\"text\":\"{}\"}}\n", text(n).join(" "));
    (0..count as u64).map(line).collect()
}

/// Runs on a quarter, half and all of the documents; growth of candidates, comparisons and pairs.
fn check(name: &str, all: &[String]) {
    let mut before: Option<(u64, u64)> = None;
    for part in [4, 2, 1] {
        let begin = Instant::now();
        let result = run(&all[..all.len() / part], |_| {});
        let summary = &result.summary().counts;
        let (candidates, verified) = (summary.candidates, summary.verified);
        println!(
            "{name} {}: {candidates} candidates, {verified} verified, {} pairs, {} removed, \
             {:.2} s",
            all.len() / part,
            summary.pairs,
            summary.removed,
            begin.elapsed().as_secs_f64(),
        );
        let documents = (all.len() / part) as u64;
        assert!(candidates <= 32 * documents, "{name}: {candidates} candidates");
        assert!(verified <= 64 * documents, "{name}: {verified} verified");
        if let Some((candidates_before, verified_before)) = before {
            let grown = |now: u64, before: u64| now as f64 <= 2.3 * before as f64 + 1000.0;
            assert!(grown(candidates, candidates_before), "{name}: {candidates} candidates");
            assert!(grown(verified, verified_before), "{name}: {verified} verified");
        }
        before = Some((candidates, verified));
    }
}

fn is_too_slow(name: &str) -> bool {
    if cfg!(debug_assertions) {
        skipped(&format!("{name}: large, only with `cargo test --release`"));
    }
    cfg!(debug_assertions)
}

#[test]
fn near_identical_documents_stay_linear() {
    if is_too_slow("near-identical documents") {
        return;
    }
    let base = words(1, 300);
    check("near-identical", &lines(LARGE, |n| edited(&base, n, 3)));
    let all = lines(4000, |n| edited(&base, n, 3));
    assert_eq!(run(&all, |_| {}).removed().len(), all.len() - 1);
}

#[test]
fn identical_documents_stay_linear() {
    if is_too_slow("identical documents") {
        return;
    }
    let base = words(2, 300);
    check("identical", &lines(LARGE, |_| base.clone()));
}

#[test]
fn documents_just_below_the_threshold_stay_linear() {
    if is_too_slow("documents just below the threshold") {
        return;
    }
    let base = words(3, 300);
    check("just below", &lines(LARGE / 4, |n| edited(&base, n, 9)));
}

#[test]
fn chains_stay_linear_and_are_cut() {
    if is_too_slow("chains") {
        return;
    }
    let all = words(4, 300 + 3 * LARGE / 4);
    let window = |n: u64| all[usize::try_from(n).unwrap() * 3..][..300].to_vec();
    let chain = lines(LARGE / 4, window);
    check("chain", &chain);
    let result = run(&chain, |_| {});
    assert!(result.duplicates().all(|d| d.jaccard >= 0.7));
    assert!(result.summary().counts.largest_cluster < 50, "no chaining");
}

#[test]
fn tiny_documents_stay_linear() {
    if is_too_slow("tiny documents") {
        return;
    }
    check("tiny", &lines(200_000, |n| words(n, 3 + usize::try_from(n % 7).unwrap())));
}

#[test]
#[ignore = "a minute: a million documents"]
fn a_million_tiny_documents_stay_linear() {
    check("tiny", &lines(1_000_000, |n| words(n, 3 + usize::try_from(n % 7).unwrap())));
}

/// Documents of the largest set that is compared by coverage: few, since the limit of documents
/// from which a passage is common is lowered with them.
const COVERED: usize = 200;
/// That limit.
const COMMON: usize = 8;

fn by_coverage(config: &mut DedupConfig) {
    config.measure = Measure::Coverage;
    config.threshold = Measure::Coverage.usual_threshold();
    config.read.limits.shingle_documents = COMMON;
}

/// The same as `check` by coverage, on half and all of the documents; the result of all.
fn check_coverage(name: &str, count: usize, text: impl Fn(u64) -> Vec<String>) -> DedupResult {
    let all = lines(count, text);
    let (half, _) = covered(name, &all[..count / 2], None);
    covered(name, &all, Some(half)).1
}

/// Passages, compared pairs and listed pairs of some documents, which must not be many more than
/// those of half of them.
fn covered(name: &str, all: &[String], before: Option<[u64; 3]>) -> ([u64; 3], DedupResult) {
    let begin = Instant::now();
    let result = run(all, by_coverage);
    let counts = &result.summary().counts;
    let work = [counts.candidates, counts.verified, counts.pairs as u64];
    println!(
        "{name} {}: {work:?} passages, compared, listed, {} removed, {:.2} s",
        all.len(),
        counts.removed,
        begin.elapsed().as_secs_f64()
    );
    for (now, before) in work.iter().zip(before.into_iter().flatten()) {
        assert!(*now as f64 <= 2.3 * before as f64 + 100.0, "{name}: {before} to {now}");
    }
    let documents = all.len() as u64;
    assert!(work.iter().all(|count| *count <= 64 * documents), "{name}: {work:?}");
    (work, result)
}

/// Words that only this document has.
fn own(seed: u64, count: u64) -> Vec<String> {
    (0..count).map(|n| format!("x{:x}", crate::hash::mix(seed << 32 | n) >> 30)).collect()
}

#[test]
fn near_identical_documents_stay_linear_by_coverage() {
    if is_too_slow("near-identical documents, by coverage") {
        return;
    }
    let base = words(1, 120);
    let result = check_coverage("near-identical", COVERED, |n| edited(&base, n, 3));
    assert_eq!(result.removed().len(), COVERED - 1);
}

#[test]
fn documents_with_changed_words_stay_linear_by_coverage() {
    if is_too_slow("changed words, by coverage") {
        return;
    }
    let base = words(2, 120);
    check_coverage("changed words", COVERED, |n| edited(&base, n, 16));
}

/// Every document has two thirds of one article, each another choice of them.
#[test]
fn a_star_of_copies_stays_linear_by_coverage() {
    if is_too_slow("a star of copies, by coverage") {
        return;
    }
    let base = words(3, 180);
    let ray = |n: u64| {
        let part = |(at, part): (usize, &[String])| {
            let stays = n == 0 || !crate::hash::mix(n << 8 | at as u64).is_multiple_of(3);
            if stays { part.to_vec() } else { own(n << 8 | at as u64, 30) }
        };
        base.chunks(30).enumerate().flat_map(part).collect()
    };
    check_coverage("star", COVERED, ray);
}

/// Half of every document is the same text, which makes none of them a copy.
#[test]
fn documents_just_below_the_threshold_stay_linear_by_coverage() {
    if is_too_slow("documents just below the threshold, by coverage") {
        return;
    }
    let base = words(4, 50);
    let result = check_coverage("just below", COVERED / 2, |n| {
        [own(2 * n, 35), base.clone(), own(2 * n + 1, 36)].concat()
    });
    assert_eq!(result.removed().len(), 0);
}

#[test]
fn chains_stay_linear_and_are_cut_by_coverage() {
    if is_too_slow("chains, by coverage") {
        return;
    }
    let all = words(5, 120 + 4 * COVERED);
    let window = |n: u64| all[usize::try_from(n).unwrap() * 4..][..120].to_vec();
    let result = check_coverage("chain", COVERED, window);
    let mut members = result.covered_duplicates();
    assert!(members.all(|one| one.coverage.is_some_and(|coverage| coverage >= 0.45)));
    assert!(result.summary().counts.largest_cluster < 50, "no chaining");
}

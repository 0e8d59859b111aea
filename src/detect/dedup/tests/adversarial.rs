//! Corpora made to blow up: the work must stay linear.

use super::{edited, run, skipped, words};
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

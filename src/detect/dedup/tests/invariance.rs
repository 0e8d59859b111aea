//! The result depends on texts, ids and settings alone.

use super::{Keep, families, run, told};
use crate::hash::mix;
use std::collections::BTreeMap;

fn corpus() -> Vec<String> {
    families(11, if cfg!(debug_assertions) { 600 } else { 4000 })
}

#[test]
fn threads_blocks_and_memory_do_not_count() {
    let lines = corpus();
    let expected = told(&run(&lines, |config| config.threads = 1));
    for threads in [2, 5] {
        assert!(told(&run(&lines, |config| config.threads = threads)) == expected);
    }
    for bytes in [500, 20_000] {
        assert!(told(&run(&lines, |config| config.read.limits.block_bytes = bytes)) == expected);
    }
    for memory in [1, 40_000, 1_000_000] {
        let result = run(&lines, |config| config.memory = Some(memory));
        assert!(result.summary().spilled_bytes > 0);
        assert!(told(&result) == expected, "memory {memory}");
    }
}

/// Representative of every document, by id.
fn clusters(lines: &[String], keep: Keep) -> BTreeMap<String, String> {
    let result = run(lines, |config| config.keep = keep);
    let of = result.duplicates().map(|d| {
        let of = d.duplicate_of.as_ref().unwrap_or(&d.id).to_string();
        (d.id.to_string(), of)
    });
    of.collect()
}

/// The pairs, each with the lower id first.
fn pairs(lines: &[String]) -> BTreeMap<(String, String), f64> {
    let result = run(lines, |_| {});
    let pair = |a: String, b: String| if a < b { (a, b) } else { (b, a) };
    result.pairs().map(|p| (pair(p.a.to_string(), p.b.to_string()), p.jaccard)).collect()
}

#[test]
fn the_order_of_the_input_does_not_count() {
    let lines = corpus();
    let policies = [Keep::Longest, Keep::Earliest, Keep::Latest, Keep::Column("score".to_owned())];
    let expected: Vec<_> = policies.iter().map(|keep| clusters(&lines, keep.clone())).collect();
    let expected_pairs = pairs(&lines);
    assert!(expected[0].len() > 100);
    for round in 0..2 {
        let mut shuffled: Vec<_> =
            lines.iter().enumerate().map(|(n, line)| (mix(n as u64 ^ round << 33), line)).collect();
        shuffled.sort_unstable();
        let shuffled: Vec<String> = shuffled.into_iter().map(|(_, line)| line.clone()).collect();
        for (keep, expected) in policies.iter().zip(&expected) {
            assert!(clusters(&shuffled, keep.clone()) == *expected, "{}", keep.name());
        }
        assert!(pairs(&shuffled) == expected_pairs);
    }
}

//! What other thresholds would remove, against runs at these thresholds.

use super::{edited, run, words};
use crate::detect::{DedupConfig, DedupResult};
use crate::hash::mix;
use proptest::prelude::*;

/// Texts of a few families, each a chain or a star of edits.
fn few_families(seed: u64, documents: usize) -> Vec<String> {
    let mut texts: Vec<Vec<String>> = Vec::new();
    for n in 0..documents {
        let random = mix(seed ^ (n as u64) << 40);
        let text = if n < 3 {
            words(random, 60)
        } else {
            let source = usize::try_from(random >> 8).unwrap_or(0) % n.min(9);
            edited(&texts[source], random, usize::try_from(random >> 61).unwrap())
        };
        texts.push(text);
    }
    let line = |(n, text): (usize, &Vec<String>)| {
        format!("{{\"id\":\"d{n}\",\"text\":\"{}\"}}\n", text.join(" "))
    };
    texts.iter().enumerate().map(line).collect()
}

/// One band for every lane: all pairs that matter are candidates at every threshold.
fn by_all_lanes(config: &mut DedupConfig, listed_component: usize) {
    (config.num_perm, config.bands, config.rows) = (Some(128), Some(128), Some(1));
    let limits = &mut config.read.limits;
    limits.listed_component = listed_component;
    (limits.bucket_pairs, limits.document_candidates) = (1000, 1000);
}

fn counts(result: &DedupResult) -> (usize, usize) {
    (result.removed().len(), result.kept().count())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 8 } else { 48 }))]
    #[test]
    fn the_table_and_a_wanted_number_agree_with_runs(
        seed in any::<u64>(),
        documents in 4_usize..60,
        (least, listed, wanted) in (0_usize..3, 2_usize..9, 1_usize..60),
        stepwise in any::<bool>(),
    ) {
        let least = [0.4, 0.6, 0.7][least];
        let lines = few_families(seed, documents);
        let alone = |threshold: f64| {
            run(&lines, |config| {
                by_all_lanes(config, listed);
                config.threshold = threshold;
            })
        };
        let at_least = alone(least);
        for row in &at_least.summary().thresholds {
            prop_assert_eq!(counts(&alone(row.threshold)), (row.removed, row.kept));
        }
        let found = run(&lines, |config| {
            by_all_lanes(config, listed);
            (config.threshold, config.until) = (least, Some(wanted));
            config.read.limits.ladder_texts = if stepwise { 10_000 } else { 0 };
        });
        let threshold = found.summary().settings.threshold;
        let plain = alone(threshold);
        prop_assert_eq!(found.removed(), plain.removed());
        prop_assert!(found.kept().count() <= wanted || threshold <= least, "{}", threshold);
        let listed = |result: &DedupResult| -> Vec<String> {
            result.duplicates().map(|one| serde_json::to_string(&one).unwrap()).collect()
        };
        prop_assert_eq!(listed(&found), listed(&plain));
    }
}

/// Copies of one text, each with another word of it replaced: one component at a low threshold,
/// and many at a high one.
#[test]
fn a_large_component_is_clustered_anew_at_every_threshold() {
    let base: Vec<String> = (0..200).map(|n| format!("w{n}")).collect();
    let line = |n: usize| {
        let mut text = base.clone();
        text[usize::try_from(mix(n as u64)).unwrap_or(0) % 200] = format!("x{n}");
        format!("{{\"id\":\"n{n}\",\"text\":\"{}\"}}\n", text.join(" "))
    };
    let lines: Vec<String> = (0..300).map(line).collect();
    let at = |threshold: f64, until: Option<usize>| {
        run(&lines, |config| {
            (config.num_perm, config.bands, config.rows) = (Some(128), Some(25), Some(5));
            (config.threshold, config.until) = (threshold, until);
        })
    };
    let plain = at(0.7, None);
    let rows = &plain.summary().thresholds;
    assert!(rows.iter().any(|row| row.kept > 1 && row.removed > 9), "{rows:?}");
    for row in rows {
        assert_eq!((row.removed, row.kept), counts(&at(row.threshold, None)), "{}", row.threshold);
    }
    let few = at(0.4, Some(10));
    assert!(few.summary().settings.threshold > 0.88, "{:?}", few.summary().settings);
    assert_eq!(counts(&few).1, 1);
    let none = run(&lines, |config| config.read.limits.ladder_texts = 299);
    assert_eq!(none.summary().thresholds.len(), 1, "the threshold of the run alone");
}

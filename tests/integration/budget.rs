//! A memory budget does not change a single byte of the result.

use proptest::prelude::*;
use wirecopy::corpus::{Date, Document, Meta};
use wirecopy::detect::{ScanConfig, Scope, Silent, scan_documents};
use wirecopy::output::jsonl;

/// Words, outlet and day.
type Draft = (Vec<u16>, (u8, Option<i64>));

/// Documents over a small vocabulary, with stretches that were copied and slightly changed.
fn documents() -> impl Strategy<Value = Vec<Document>> {
    let text = prop::collection::vec(0_u16..400, 0..120);
    let copies = prop::collection::vec((0_usize..9, 0_usize..9, 0_usize..90, 6_usize..60), 0..12);
    let meta = (0_u8..5, prop::option::of(0_i64..40));
    let one = (text, meta);
    (prop::collection::vec(one, 2..10), copies).prop_map(|(mut all, copies)| {
        for (from, to, at, len) in copies {
            let (from, to) = (from % all.len(), to % all.len());
            let source = &all[from].0;
            let end = (at + len).min(source.len());
            let mut stretch = source[at.min(end)..end].to_vec();
            if let Some(word) = stretch.get_mut(len / 2) {
                *word = 999;
            }
            let place = at.min(all[to].0.len());
            all[to].0.splice(place..place, stretch);
        }
        let document = |(n, one): (usize, Draft)| {
            let (words, (outlet, day)) = one;
            let words: Vec<String> = words.iter().map(|word| format!("wörd{word}")).collect();
            let date = day.map(|day| Date {
                text: format!("day {day}"),
                seconds: day * 86_400,
                day_only: true,
                inferred: day % 2 == 1,
            });
            let outlet = (outlet > 0).then(|| format!("outlet {outlet}").into());
            let meta = Meta { outlet, date, title: Some(format!("title {n}")), url: None };
            // Some ids occur twice.
            Document { id: format!("d{}", n % 7), text: words.join(" ").into(), meta }
        };
        all.into_iter().enumerate().map(document).collect()
    })
}

/// Everything a scan reports, as bytes.
fn said(documents: &[Document], against: usize, config: &ScanConfig, threads: usize) -> Vec<u8> {
    let (own, other) = documents.split_at(documents.len() - against.min(documents.len() - 1));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let scan = || scan_documents(own.to_vec(), other.to_vec(), config, &Silent).unwrap();
    let result = pool.install(scan);
    let mut said = Vec::new();
    result.write_pairs(&|pair, to| jsonl::line(pair, to), &mut said).unwrap();
    result.write_families(&|family, to| jsonl::line(family, to), &mut said).unwrap();
    let summary = result.summary();
    let counts = (summary.documents, summary.text_bytes, summary.tokens, summary.pairs);
    let seeds = (summary.shared_shingles, summary.hub_shingles, summary.below_minimum);
    said.extend(format!("{counts:?} {seeds:?}").bytes());
    for document in result.documents() {
        said.extend(document.text.as_bytes());
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn spilled_runs_give_the_bytes_of_runs_in_memory(
        documents in documents(),
        memory in prop_oneof![Just(0_u64), 1_u64..30_000],
        against in prop_oneof![Just(0_usize), 1_usize..5],
        (all, max_days) in (any::<bool>(), prop::option::of(0_u32..20)),
        (most, hubs, repeats) in (1_usize..6, 1_usize..4, 1_usize..4),
    ) {
        let scope = if all { Scope::All } else { Scope::Auto };
        let mut config = ScanConfig { scope, max_days, min_tokens: 8, ..ScanConfig::default() };
        config.read.limits.shingle_documents = most;
        config.read.limits.hubs = hubs;
        config.read.limits.shingle_repeats = repeats;
        let plain = said(&documents, against, &config, 1);
        let budget = ScanConfig { memory: Some(memory), ..config };
        for threads in [1, 2, 5] {
            let spilled = said(&documents, against, &budget, threads);
            prop_assert!(spilled == plain, "{} threads", threads);
        }
    }
}

/// Documents made of the same few pieces share so much that the hits of one pair of blocks are
/// dealt out into parts, and parts into further parts.
#[test]
fn hits_that_are_dealt_out_give_the_same_bytes() {
    let pieces: Vec<String> = (0..10_u32)
        .map(|n| (0..9).map(|m| format!("piece{n}word{m}")).collect::<Vec<_>>().join(" "))
        .collect();
    let document = |n: u64| {
        let mut order: Vec<usize> = (0..40).collect();
        // A different order for each document.
        order.sort_by_key(|&m| (m as u64 * 7919 + 1) * (n * 104_729 + 13) % 65_537);
        let text: Vec<&str> = order.iter().map(|&m| pieces[m % 10].as_str()).collect();
        let meta = Meta { outlet: Some(format!("outlet {n}").into()), ..Meta::default() };
        Document { id: format!("d{n}"), text: text.join(" ").into(), meta }
    };
    let documents: Vec<Document> = (0..9).map(document).collect();
    for scope in [Scope::Auto, Scope::All] {
        let config = ScanConfig { scope, min_tokens: 8, ..ScanConfig::default() };
        let plain = said(&documents, 0, &config, 1);
        for (memory, threads) in [(0, 1), (0, 3), (9_000, 2), (300_000, 2)] {
            let budget = ScanConfig { memory: Some(memory), ..config.clone() };
            let spilled = said(&documents, 0, &budget, threads);
            assert!(spilled == plain, "{memory} bytes, {threads} threads");
        }
    }
}

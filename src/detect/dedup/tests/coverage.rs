//! Copies by coverage: what is found, how it is clustered, and that nothing else matters.

use super::super::cover;
use super::exhaustive::Kept;
use super::{edited, families, run, words};
use crate::corpus::{Date, Document, Meta};
use crate::detect::{DedupConfig, DedupResult, Keep, Measure, Silent, dedup_documents};
use crate::hash::mix;
use std::collections::{BTreeMap, BTreeSet};

fn by_coverage(config: &mut DedupConfig) {
    config.measure = Measure::Coverage;
    config.threshold = Measure::Coverage.usual_threshold();
}

fn line(id: &str, outlet: &str, day: u64, text: &[String]) -> String {
    let text = text.join(" ");
    format!(
        "{{\"id\":\"{id}\",\"outlet\":\"{outlet}\",\"date\":\"2024-03-{day:02}\",\
         \"text\":\"{text}\"}}\n"
    )
}

/// Words that no other text has.
fn own(seed: u64, count: u64) -> Vec<String> {
    (0..count).map(|n| format!("x{:x}", mix(seed << 32 | n) >> 36)).collect()
}

/// Clusters as lists of ids, the kept one first.
fn clusters(result: &DedupResult) -> Vec<Vec<String>> {
    let mut clusters: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for found in result.covered_duplicates() {
        let own = clusters.entry(found.cluster).or_default();
        let at = if found.representative { 0 } else { own.len() };
        own.insert(at, found.id.into_owned());
    }
    clusters.into_values().collect()
}

fn told(result: &DedupResult) -> String {
    let records = result.covered_duplicates().map(|d| serde_json::to_string(&d).unwrap());
    let pairs = result.covered_pairs().map(|pair| serde_json::to_string(&pair).unwrap());
    records.chain(pairs).collect::<Vec<_>>().join("\n")
}

/// A copy of which half was dropped, with a lede of its own and every eighth word changed.
fn cut(text: &[String], seed: u64) -> Vec<String> {
    let kept: Vec<String> = text.chunks(40).step_by(2).flat_map(<[String]>::to_vec).collect();
    let edits = kept.len() / 8;
    [own(seed, 25), edited(&kept, seed, edits)].concat()
}

#[test]
fn cut_and_reworded_copies_are_found_with_their_shares() {
    let story = own(1, 400);
    let lines = [
        line("first", "Post", 1, &story),
        line("other", "Post", 2, &own(2, 300)),
        line("copy", "Herald", 3, &cut(&story, 9)),
    ];
    assert!(run(&lines, |_| {}).removed().is_empty(), "too few shingles are left");
    let result = run(&lines, by_coverage);
    assert_eq!(result.removed(), [2]);
    let copy = result.covered_duplicates().find(|d| !d.representative).unwrap();
    assert_eq!((&*copy.id, copy.duplicate_of.as_deref()), ("copy", Some("first")));
    let (cover, other) = (copy.cover.unwrap(), copy.cover_of_representative.unwrap());
    assert!(cover > 0.75 && (0.35..0.65).contains(&other), "{cover} {other}");
    assert_eq!((copy.coverage, copy.jaccard), (Some(f64::midpoint(cover, other)), None));
    let pair = result.covered_pairs().next().unwrap();
    assert_eq!((&*pair.a, &*pair.b), ("first", "copy"));
    assert_eq!((pair.cover_a, pair.cover_b), (Some(other), Some(cover)));
    assert_eq!((result.duplicates().count(), result.pairs().count()), (0, 0));
}

#[test]
fn texts_shorter_than_a_passage_are_compared_by_their_shingles() {
    let short = own(3, 12);
    let lines = [
        line("a", "Post", 1, &short),
        line("b", "Post", 1, &own(4, 12)),
        line("c", "Post", 2, &[short.clone(), own(5, 1)].concat()),
        line("d", "Post", 2, &short),
    ];
    let result = run(&lines, by_coverage);
    assert_eq!(clusters(&result), [["a", "c", "d"]]);
    for found in result.covered_duplicates() {
        assert!(found.jaccard.is_some_and(|jaccard| jaccard >= 0.7), "{found:?}");
        assert_eq!(
            (found.coverage, found.cover, found.cover_of_representative),
            (None, None, None)
        );
    }
}

/// Each article holds the half of the one before: no two that share nothing are in one cluster, and
/// no two that are kept share half.
#[test]
fn a_chain_does_not_link_its_ends() {
    let part = |n: u64| own(100 + n, 150);
    let link = |n: u64| [part(n), part(n + 1)].concat();
    let lines: Vec<String> =
        (0..9).map(|n| line(&format!("c{n}"), "Post", n + 1, &link(n))).collect();
    let result = run(&lines, by_coverage);
    for cluster in clusters(&result) {
        let numbers: Vec<u32> = cluster.iter().map(|id| id[1..].parse().unwrap()).collect();
        assert!(numbers.len() == 2 && numbers[0].abs_diff(numbers[1]) == 1, "{cluster:?}");
    }
    let kept: Vec<u32> = result.kept().collect();
    assert!(kept.windows(2).all(|pair| pair[1] - pair[0] > 1), "{kept:?}");
}

/// An article that took in another comes first, and is kept by neither: it would join the two.
#[test]
fn an_article_that_holds_two_others_does_not_join_them() {
    let (a, b) = (own(11, 300), own(12, 300));
    let lines = [
        line("both", "Post", 1, &[a.clone(), b.clone()].concat()),
        line("a1", "Post", 2, &a),
        line("a2", "Herald", 3, &edited(&a, 5, 20)),
        line("b1", "Post", 4, &b),
        line("b2", "Herald", 5, &edited(&b, 6, 20)),
    ];
    let result = run(&lines, by_coverage);
    let apart = |cluster: &Vec<String>| {
        let of = |start: char| cluster.iter().any(|id| id.starts_with(start) && id != "both");
        !(of('a') && of('b'))
    };
    let clusters = clusters(&result);
    assert!(clusters.len() == 2 && clusters.iter().all(apart), "{clusters:?}");
}

/// More holders than a shingle may have before hubs are used: all are one cluster.
#[test]
fn very_many_copies_are_one_cluster() {
    let story = own(21, 200);
    let lines: Vec<String> = (0..180)
        .map(|n| {
            let text = [edited(&story, n, 10), own(1000 + n, 20)].concat();
            line(&format!("v{n:03}"), &format!("Paper {n}"), n % 28 + 1, &text)
        })
        .collect();
    let result = run(&lines, by_coverage);
    assert_eq!(result.kept().collect::<Vec<_>>(), [0], "{:?}", clusters(&result));
    assert!(result.covered_duplicates().all(|found| found.coverage.is_some_and(|c| c >= 0.45)));
}

fn corpus() -> Vec<String> {
    let mut lines = Vec::new();
    for n in 0..60 {
        let story = words(n, 150);
        lines.push(line(&format!("s{n}"), "Post", n % 28 + 1, &story));
        lines.push(line(&format!("t{n}"), "Herald", n % 28 + 1, &edited(&story, n, 9)));
        if n % 3 == 0 {
            lines.push(line(&format!("u{n}"), "Mirror", n % 28 + 1, &cut(&story, n)));
        }
        if n % 5 == 0 {
            lines.push(line(&format!("w{n}"), "Mirror", n % 28 + 1, &story));
        }
    }
    lines
}

#[test]
fn threads_memory_and_order_do_not_matter() {
    let lines = corpus();
    let longest = |config: &mut DedupConfig| {
        by_coverage(config);
        config.keep = Keep::Longest;
    };
    let result = run(&lines, longest);
    assert!(result.removed().len() > 60, "{}", result.removed().len());
    let one = run(&lines, |config| {
        longest(config);
        config.threads = 1;
    });
    assert_eq!(told(&one), told(&result));
    let little = run(&lines, |config| {
        longest(config);
        config.memory = Some(1 << 16);
    });
    assert_eq!(told(&little), told(&result));
    let mut turned = lines.clone();
    turned.reverse();
    let sorted = |result: &DedupResult| {
        let mut all = clusters(result);
        for cluster in &mut all {
            cluster[1..].sort();
        }
        all.sort();
        all
    };
    assert_eq!(sorted(&run(&turned, longest)), sorted(&result));
}

/// What is kept is no copy of anything else that is kept, and what is removed is one of what is.
#[test]
fn no_two_kept_documents_cover_each_other() {
    let lines = corpus();
    let result = run(&lines, by_coverage);
    let kept: Vec<String> = result.kept().map(|n| lines[n as usize].clone()).collect();
    assert!(run(&kept, by_coverage).removed().is_empty());
    for found in result.covered_duplicates() {
        assert!(found.coverage.is_some_and(|coverage| coverage >= 0.45), "{found:?}");
    }
}

#[test]
fn copies_inside_one_value_of_a_column_alone() {
    let story = own(31, 200);
    let lines = [
        line("p1", "Post", 1, &story),
        line("h1", "Herald", 1, &story),
        line("p2", "Post", 2, &edited(&story, 1, 9)),
        line("h2", "Herald", 3, &edited(&story, 2, 9)),
        line("m1", "Mirror", 3, &edited(&story, 3, 9)),
        format!("{{\"id\":\"n1\",\"text\":\"{}\"}}\n", story.join(" ")),
        format!("{{\"id\":\"n2\",\"text\":\"{}\"}}\n", story.join(" ")),
    ];
    let within = |config: &mut DedupConfig| config.within = Some("outlet".to_owned());
    let result = run(&lines, |config| {
        by_coverage(config);
        within(config);
    });
    assert_eq!(clusters(&result), [["p1", "p2"], ["h1", "h2"]]);
    let exact = run(&lines, |config| {
        within(config);
        config.threshold = 0.1;
    });
    assert_eq!(exact.removed(), [2, 3]);
}

/// What the table says of another threshold is what a run with that threshold removes.
#[test]
fn the_table_of_thresholds_is_that_of_the_runs() {
    let by_jaccard: fn(&mut DedupConfig) = |_| {};
    let coverage: fn(&mut DedupConfig) = by_coverage;
    let corpora = [(coverage, corpus()), (coverage, house()), (by_jaccard, families(7, 300))];
    for (by, lines) in corpora {
        let result = run(&lines, by);
        let rows = &result.summary().thresholds;
        assert!(rows.len() > 6 && rows.is_sorted_by(|a, b| a.threshold < b.threshold), "{rows:?}");
        assert!(rows.first().unwrap().removed > rows.last().unwrap().removed, "{rows:?}");
        for row in rows {
            let alone = run(&lines, |config| {
                by(config);
                config.threshold = row.threshold;
            });
            assert_eq!((alone.removed().len(), alone.kept().count()), (row.removed, row.kept));
        }
    }
}

#[test]
fn a_number_of_documents_is_reached_by_the_highest_threshold() {
    let lines = corpus();
    for (by, least) in [(by_coverage as fn(&mut DedupConfig), 0.3), (|_| {}, 0.4)] {
        let reached = |until: usize| {
            run(&lines, |config| {
                by(config);
                config.threshold = least;
                config.until = Some(until);
            })
        };
        let alone = |threshold: f64| {
            run(&lines, |config| {
                by(config);
                config.threshold = threshold;
            })
        };
        let fewest = reached(1);
        assert_eq!(
            (fewest.summary().settings.threshold, told(&fewest)),
            (least, told(&alone(least)))
        );
        let wanted = usize::midpoint(fewest.kept().count(), alone(1.0).kept().count());
        let found = reached(wanted);
        let threshold = found.summary().settings.threshold;
        assert!(found.kept().count() <= wanted && threshold > least, "{threshold}");
        assert_eq!(found.removed(), alone(threshold).removed());
        assert!(alone(threshold + 0.001).kept().count() > wanted, "{threshold} is not the highest");
        let all = reached(lines.len());
        assert_eq!(
            (all.summary().settings.threshold, all.kept().count()),
            (1.0, alone(1.0).kept().count())
        );
    }
}

#[test]
fn what_each_outlet_loses_is_counted() {
    let lines = corpus();
    let result = run(&lines, by_coverage);
    let outlets = &result.summary().outlets;
    let names: Vec<_> = outlets.iter().map(|o| o.outlet.as_deref().unwrap()).collect();
    assert_eq!(names, ["Herald", "Mirror", "Post"]);
    assert_eq!(outlets.iter().map(|o| o.documents).sum::<usize>(), lines.len());
    assert_eq!(outlets.iter().map(|o| o.removed).sum::<usize>(), result.removed().len());
    assert!(outlets[0].loses_most() && !outlets[2].loses_most(), "{outlets:?}");
}

/// Pages of one house around a piece of furniture, a story that very many print, and edited copies.
fn house() -> Vec<String> {
    let (box_, viral) = (own(41, 60), own(42, 90));
    let mut lines = corpus();
    for n in 0..40 {
        let page = [own(500 + n, 50), box_.clone(), own(600 + n, 10)].concat();
        lines.push(line(&format!("p{n}"), "Post", n % 28 + 1, &page));
        let text = [edited(&viral, n, 4), own(700 + n, n % 5 * 9)].concat();
        lines.push(line(&format!("v{n}"), &format!("Paper {n}"), n % 28 + 1, &text));
    }
    lines
}

/// Every pair of kept documents with a run of five equal words is aligned by itself and measured
/// with the furniture of the whole run: none of them is a pair of copies. The limits are so low
/// that the search does not list all pairs of what is common.
#[test]
fn no_pair_of_kept_documents_is_one_of_copies_by_the_measure_of_the_run() {
    let lines = house();
    for most in [6, 1 << 20] {
        let limit = |limits: &mut crate::limits::Limits| limits.shingle_documents = most;
        let result = run(&lines, |config| {
            by_coverage(config);
            limit(&mut config.read.limits);
        });
        assert!(result.removed().len() > 100, "{}", result.removed().len());
        let documents: Vec<Document> = lines.iter().map(|line| parsed(line)).collect();
        let mut search = cover::search(&DedupConfig::default());
        limit(&mut search.read.limits);
        let (measured, copies) = Kept::of(&documents, &result, &search).copies(0.45);
        assert!(measured > 100, "{measured}");
        assert_eq!(copies, Vec::<[String; 2]>::new());
    }
}

fn parsed(line: &str) -> Document {
    let record: serde_json::Value = serde_json::from_str(line).unwrap();
    let field = |name: &str| record[name].as_str().unwrap().to_owned();
    let day: i64 = field("date")[8..].parse().unwrap();
    let date =
        Date { text: field("date"), seconds: day * 86_400, day_only: true, ..Date::default() };
    let meta = Meta { outlet: Some(field("outlet").into()), date: Some(date), ..Meta::default() };
    Document { id: field("id"), text: field("text").into(), meta }
}

/// What the other corpus has in common with itself is neither searched nor needed: the pairs are
/// those of one corpus of all documents, less those of two others.
#[test]
fn the_other_corpus_is_not_searched_for_its_own_copies() {
    let (story, unlike) = (own(51, 200), own(52, 200));
    let document = |id: String, text: &[String]| Document::new(id, text.join(" "));
    let theirs: Vec<Document> =
        (0..30).map(|n| document(format!("b{n:02}"), &edited(&story, n, 5))).collect();
    let mut ours: Vec<Document> =
        (100..104).map(|n| document(format!("a{n}"), &edited(&story, n, 5))).collect();
    ours.push(document("a200".to_owned(), &unlike));
    let mut config = DedupConfig::default();
    by_coverage(&mut config);
    let across = dedup_documents(&ours, &theirs, &config, &Silent).unwrap();
    let all: Vec<Document> = ours.iter().chain(&theirs).cloned().collect();
    let within = dedup_documents(&all, &[], &config, &Silent).unwrap();
    let pairs = |result: &DedupResult| -> BTreeSet<(String, String)> {
        let found = result.covered_pairs().filter(|pair| pair.a.starts_with('a'));
        found.map(|pair| (pair.a.into_owned(), pair.b.into_owned())).collect()
    };
    assert_eq!(pairs(&across), pairs(&within));
    assert_eq!(pairs(&across).len(), 4 * 30 + 6);
    assert_eq!(across.removed(), [0, 1, 2, 3]);
    let candidates = |result: &DedupResult| result.summary().counts.candidates;
    assert!(candidates(&within) >= 34 * 33 / 2, "{}", candidates(&within));
    assert!(candidates(&across) <= 2 * (4 * 30 + 6), "{}", candidates(&across));
}

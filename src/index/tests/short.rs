//! Every run of the least length is found, whatever shingles and scripts are.

use super::words;
use crate::corpus::Document;
use crate::detect::ScanConfig;
use crate::index::{QueryConfig, Reader, Writer};

/// Characters that are words of their own, the same for the same seed.
fn characters(seed: u64, count: u64) -> String {
    let of = |n: u64| char::from_u32(0x4e00 + (crate::hash::mix(seed << 32 | n) % 20_000) as u32);
    (0..count).filter_map(of).collect()
}

/// How many of some texts are found in an index of others that each share a run with one of them.
fn found(ngram_size: u32, run: u64, write: &dyn Fn(u64, u64) -> String) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let run_of = |n: u64| write(n, run);
    let text = |n: u64, own: u64| {
        let [before, after] = [own + n, own + 1_000 + n].map(|seed| write(seed, 40 + n % 30));
        Document::new(format!("{own}-{n}"), format!("{before} {} {after}", run_of(n)))
    };
    let min_tokens = u32::try_from(run).unwrap();
    let mut writer = Writer::create_for(&path, ngram_size, min_tokens).unwrap();
    writer.set_families(false);
    writer.add((0..COUNT).map(|n| text(n, 10_000)).collect()).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(u64::from(reader.sure_tokens()), run.min(15));
    let scan = ScanConfig { min_tokens, ngram_size, ..ScanConfig::default() };
    let config = QueryConfig { scan, ..QueryConfig::default() };
    let asks = |n: &u64| reader.query(text(*n, 20_000), &config).unwrap().result.pair_count() > 0;
    (0..COUNT).filter(asks).count()
}

const COUNT: u64 = 60;

#[test]
fn every_run_of_the_minimum_is_found() {
    for (ngram_size, run) in
        [(5, 15), (8, 15), (12, 15), (15, 15), (15, 20), (5, 8), (5, 10), (2, 6)]
    {
        assert_eq!(found(ngram_size, run, &words), 60, "words, {ngram_size} and {run}");
    }
    for (ngram_size, run) in
        [(5, 15), (5, 16), (8, 15), (5, 10), (5, 9), (5, 8), (5, 5), (8, 9), (2, 3)]
    {
        let all = found(ngram_size, run, &characters);
        assert_eq!(all, 60, "characters, {ngram_size} and {run}");
    }
}

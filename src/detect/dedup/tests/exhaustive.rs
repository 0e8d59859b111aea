//! No two kept documents are copies: every pair of them is aligned by itself and measured.

use super::super::cover;
use crate::corpus::{Document, read_all};
use crate::detect::copies::{Furniture, Measured, Sides};
use crate::detect::result::ScanResult;
use crate::detect::scan::between;
use crate::detect::{
    DedupConfig, DedupResult, Measure, ScanConfig, Silent, dedup_documents, scan_documents,
};
use crate::hash::{self, Map, Set};
use crate::text::{Span, Tokenizer};
use rayon::prelude::*;
use std::path::PathBuf;

/// Tokens that may lie between two neighbouring matches of a passage, and before its first or
/// after its last one, with the match: of every so many tokens of a passage some are a shared run
/// of five.
const A_MATCH: usize = 100;

/// Documents of a run, with the furniture that it leaves out.
pub(super) struct Kept<'a> {
    documents: &'a [Document],
    remaining: Vec<u32>,
    search: &'a ScanConfig,
    scan: ScanResult,
    /// Where each document is in `scan`, by its id.
    places: Map<&'a str, u32>,
    furniture: Vec<Vec<(Span, Furniture)>>,
}

impl<'a> Kept<'a> {
    /// The kept documents of a run over `documents`, which keeps the first of each text.
    pub(super) fn of(
        documents: &'a [Document],
        result: &DedupResult,
        search: &'a ScanConfig,
    ) -> Self {
        let mut texts = Set::default();
        let first = documents.iter().filter(|one| texts.insert(&*one.text));
        let scan = scan_documents(first.cloned().collect(), Vec::new(), search, &Silent).unwrap();
        let mut furniture = vec![Vec::new(); scan.documents.len()];
        for (family, own) in scan.furniture().into_iter().enumerate() {
            for place in scan.families.members[family].iter().filter(|_| own != Furniture::No) {
                furniture[place.doc as usize].push((place.span, own));
            }
        }
        let numbers: Map<String, u32> =
            (0..).zip(&scan.documents).map(|(n, one)| (one.id.clone(), n)).collect();
        let places = documents.iter().filter_map(|one| Some((&*one.id, *numbers.get(&one.id)?)));
        let remaining = result.kept().collect();
        Self { documents, remaining, search, places: places.collect(), scan, furniture }
    }

    /// Documents that are kept.
    pub(super) fn count(&self) -> usize {
        self.remaining.len()
    }

    fn document(&self, n: usize) -> &Document {
        &self.documents[self.remaining[n] as usize]
    }

    /// Pairs with enough runs of five equal tokens for a coverage of `threshold`.
    fn candidates(&self, threshold: f64) -> Vec<(usize, usize)> {
        let of = |tokenizer: &mut Tokenizer, n: usize| {
            let mut tokens = Vec::new();
            tokenizer.compact_tokens(&self.document(n).text, &mut tokens);
            let window = |window: &[u32]| {
                let bytes: Vec<u8> = window.iter().flat_map(|token| token.to_le_bytes()).collect();
                hash::xxh3_64(&bytes)
            };
            (tokens.len(), tokens.windows(5).map(window).collect::<Set<u64>>())
        };
        let sets: Vec<(usize, Set<u64>)> =
            (0..self.count()).into_par_iter().map_init(Tokenizer::default, of).collect();
        let mut posted: Vec<(u64, u32)> =
            (0..).zip(&sets).flat_map(|(n, (_, set))| set.iter().map(move |h| (*h, n))).collect();
        posted.par_sort_unstable();
        let mut shared: Vec<u16> = vec![0; self.count() * self.count()];
        for same in posted.chunk_by(|x, y| x.0 == y.0) {
            for (at, (_, x)) in same.iter().enumerate() {
                for (_, y) in &same[at + 1..] {
                    let count = &mut shared[*x as usize * sets.len() + *y as usize];
                    *count = count.saturating_add(1);
                }
            }
        }
        let enough = |&(x, y): &(usize, usize)| {
            let least = threshold * sets[x].0.min(sets[y].0) as f64 / A_MATCH as f64;
            f64::from(shared[x * sets.len() + y]) >= least.max(1.0)
        };
        let all = (0..sets.len()).flat_map(|x| (x + 1..sets.len()).map(move |y| (x, y)));
        all.filter(enough).collect()
    }

    fn are_copies(&self, (x, y): (usize, usize), threshold: f64) -> bool {
        let [a, b] = [x, y].map(|n| self.document(n));
        let [place_a, place_b] = [a, b].map(|one| self.places[&*one.id] as usize);
        let texts = [&*a.text, &*b.text];
        let passages = between(texts, self.search).unwrap();
        let of = |place: usize, span: Span| Furniture::at(span, &self.furniture[place]);
        let passages = passages.iter().map(|p| (of(place_a, p.a).max(of(place_b, p.b)), p));
        let houses = self.scan.houses[place_a].zip(self.scan.houses[place_b]);
        let sides = Sides {
            tokens: [place_a, place_b].map(|place| self.scan.lengths[place]),
            texts,
            of_two_houses: houses.is_some_and(|(a, b)| a != b),
            least: threshold,
        };
        Measured::of(passages, &sides).at(threshold).is_some()
    }

    /// How many pairs were measured, and those that are copies at `threshold`.
    pub(super) fn copies(&self, threshold: f64) -> (usize, Vec<[String; 2]>) {
        let candidates = self.candidates(threshold);
        let found = candidates.par_iter().filter(|pair| self.are_copies(**pair, threshold));
        let ids = |(x, y): &(usize, usize)| [*x, *y].map(|n| self.document(n).id.clone());
        (candidates.len(), found.map(ids).collect())
    }
}

/// Five thousand kept documents of real corpora.
#[test]
#[ignore = "minutes, and the corpora"]
fn no_two_kept_documents_of_corpora_are_copies() {
    let base = std::env::var_os("WIRECOPY_CORPORA").map(PathBuf::from);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let base = base.unwrap_or_else(|| root.join("../shared/corpora"));
    let sets =
        [("copies_dev/german_press", 2500), ("news_dev", 1500), ("copies_dev/reuters21578", 2000)];
    let mut documents = Vec::new();
    for (name, count) in sets {
        let paths = ["docs.jsonl", "docs.jsonl.zst"].map(|docs| base.join(name).join(docs));
        let Some(path) = paths.into_iter().find(|path| path.exists()) else {
            return super::skipped(&format!("corpus {name}: not in {}", base.display()));
        };
        let all = read_all(&[path.to_str().unwrap().to_owned()]).unwrap();
        documents.extend(all.into_iter().take(count));
    }
    let measure = Measure::Coverage;
    let threshold = measure.usual_threshold();
    let config = DedupConfig { measure, threshold, ..DedupConfig::default() };
    let result = dedup_documents(&documents, &[], &config, &Silent).unwrap();
    let search = cover::search(&config);
    let kept = Kept::of(&documents, &result, &search);
    let (measured, copies) = kept.copies(threshold);
    let (all, count) = (documents.len(), kept.count());
    println!("{all} documents, {count} kept, {measured} pairs aligned, copies: {copies:?}");
    assert!(count >= 5000 && measured > count, "{count} kept, {measured} aligned");
    assert!(copies.is_empty(), "{copies:?}");
}

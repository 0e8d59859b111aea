//! The promise of the search against brute force: no verbatim run of the minimum length is left
//! out.
//!
//! Random corpora with repeats, edits, nested and crossing passages, in all scopes, levels of edits
//! and sizes. Every run of equal tokens of the minimum length or more that two wanted places share
//! must have either side inside a listed passage of the two documents, and both inside members of
//! one family. `just oracle` does it for thousands of corpora.

use super::tests::found;
use super::*;
use crate::hash;
use crate::text::Span;

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(1);
        u32::try_from(hash::mix(self.0) % u64::from(bound)).unwrap()
    }

    fn within(&mut self, range: std::ops::RangeInclusive<u32>) -> u32 {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(crate::limits::narrow(all.len())) as usize]
    }
}

/// A random corpus, and the settings it is searched with.
struct Corpus {
    shard: Shard,
    settings: Settings,
}

/// Words of a corpus: tokens of all classes, or mostly of one.
struct Words {
    count: u32,
    characters: u32,
    short: u32,
}

impl Words {
    fn new(random: &mut Random) -> Self {
        let count = *random.one(&[6, 10, 40, 300, 3000]);
        let (characters, short) = *random.one(&[(0, 30), (100, 0), (30, 20), (0, 100), (0, 0)]);
        Self { count, characters, short }
    }

    fn token(&self, number: u32) -> u32 {
        let percent = hash::mix(u64::from(number)) % 100;
        let class = match percent {
            p if p < u64::from(self.characters) => 1,
            p if p < u64::from(self.characters + self.short) => 0,
            _ => 2,
        };
        number << 2 | class
    }

    fn some(&self, random: &mut Random, count: u32) -> Vec<u32> {
        (0..count).map(|_| self.token(random.below(self.count))).collect()
    }
}

/// The passage or a part of it, with edits or without.
fn version(passage: &[u32], words: &Words, random: &mut Random) -> Vec<u32> {
    let mut text = passage.to_vec();
    if random.below(3) == 0 {
        let end = random.within(1..=crate::limits::narrow(text.len()));
        let start = random.below(end);
        text = text[start as usize..end as usize].to_vec();
    }
    if random.below(2) == 0 {
        let rate = random.within(2..=30);
        text = text
            .into_iter()
            .flat_map(|token| match random.below(3 * rate) {
                0 => vec![],
                1 => words.some(random, 1),
                2 => vec![token, words.some(random, 1)[0]],
                _ => vec![token],
            })
            .collect();
    }
    text
}

fn corpus(seed: u64) -> Corpus {
    let mut random = Random(hash::mix(seed));
    let random = &mut random;
    let shingle = random.within(3..=8);
    let longest = *random.one(&[10, 20, 50]);
    let min_tokens = random.within(shingle.max(5)..=longest);
    let words = Words::new(random);
    let mut passages: Vec<Vec<u32>> = Vec::new();
    for _ in 0..random.within(1..=5) {
        let count = random.within(min_tokens / 2 + 1..=3 * min_tokens);
        let mut passage = words.some(random, count);
        if !passages.is_empty() && random.below(3) == 0 {
            // One passage inside another.
            let inner = version(&random.one(&passages).clone(), &words, random);
            let at = random.below(count) as usize;
            passage.splice(at..at, inner);
        }
        passages.push(passage);
    }
    let (mut tokens, mut starts, mut roles) = (Vec::new(), vec![0], Vec::new());
    let outlets = random.within(2..=4);
    let scope = random.below(3);
    for doc in 0..random.within(2..=6) {
        for _ in 0..random.within(0..=7) {
            let own = *random.one(&[2, 20, 60]);
            let own = random.below(own);
            tokens.extend(words.some(random, own));
            let passage = random.one(&passages).clone();
            let between = *random.one(&[0, 0, 1, 9]);
            for _ in 0..*random.one(&[1, 1, 1, 1, 1, 1, 2, 3, 12]) {
                tokens.extend(version(&passage, &words, random));
                tokens.extend(words.some(random, between));
            }
        }
        starts.push(crate::limits::narrow(tokens.len()));
        let group = if scope == 0 { doc % outlets } else { doc };
        roles.push(Role { group, side: 2, day: None, key: u64::from(doc) });
    }
    let mut shard = Shard::new(tokens, starts, roles);
    shard.internal = scope == 2;
    let base = Settings { shingle: shingle as usize, min_tokens, ..Settings::default() };
    let settings = match random.below(3) {
        0 => base,
        1 => Settings { min_identity: 0.9, max_gap: 10, ..base },
        _ => Settings { min_identity: 0.45, min_score_per_token: 1.4, slot_cost: 0, ..base },
    };
    Corpus { shard, settings }
}

/// Two places with equal tokens.
#[derive(Debug, Clone, Copy)]
struct Run {
    a: DocSpan,
    b: DocSpan,
}

/// All longest runs of the minimum length that two wanted places share, by brute force; the two
/// places of one document do not overlap.
fn runs(corpus: &Corpus) -> Vec<Run> {
    let Corpus { shard, settings } = corpus;
    let mut all = Vec::new();
    let documents = crate::limits::narrow(shard.documents());
    for doc_a in 0..documents {
        for doc_b in doc_a..documents {
            if !shard.wants(doc_a, doc_b) {
                continue;
            }
            let (a, b) = (shard.document(doc_a), shard.document(doc_b));
            for i in 0..a.len() {
                let first = if doc_a == doc_b { i + 1 } else { 0 };
                for j in first..b.len() {
                    if a[i] != b[j] || (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
                        continue;
                    }
                    let mut len = mem::equal_run(&a[i..], &b[j..]);
                    if doc_a == doc_b {
                        len = len.min(j - i);
                    }
                    if len >= settings.min_tokens as usize {
                        let place = |doc, start| {
                            let [start, len] = [start, len].map(crate::limits::narrow);
                            DocSpan { doc, span: Span { start, end: start + len } }
                        };
                        all.push(Run { a: place(doc_a, i), b: place(doc_b, j) });
                    }
                }
            }
        }
    }
    all
}

fn holds(outer: DocSpan, inner: DocSpan) -> bool {
    outer.doc == inner.doc
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}

fn sides(p: &Passage) -> [DocSpan; 2] {
    [DocSpan { doc: p.doc_a, span: p.a }, DocSpan { doc: p.doc_b, span: p.b }]
}

/// The runs of a corpus, those with a side in no listed passage of the two documents, and those
/// whose places are in no common family.
fn left_out(corpus: &Corpus) -> (u64, Vec<Run>, Vec<Run>) {
    let passages = found(&corpus.shard, &corpus.settings);
    let families = Families::gather(&passages, &corpus.shard);
    let runs = runs(corpus);
    let is_listed = |run: &Run, place: DocSpan| {
        passages.iter().any(|p| {
            !p.shadow
                && (p.doc_a, p.doc_b) == (run.a.doc, run.b.doc)
                && sides(p).iter().any(|&side| holds(side, place))
        })
    };
    let is_family = |run: &Run| {
        families.members.iter().any(|members| {
            let has = |place| members.iter().any(|&member| holds(member, place));
            has(run.a) && has(run.b)
        })
    };
    let unlisted = runs.iter().filter(|r| !is_listed(r, r.a) || !is_listed(r, r.b)).copied();
    let apart = runs.iter().filter(|run| !is_family(run)).copied();
    (runs.len() as u64, unlisted.collect(), apart.collect())
}

/// Tries corpora of these seeds.
fn check(seeds: std::ops::Range<u64>) {
    let (mut all, mut unlisted, mut apart) = (0, 0, 0);
    let mut first = None;
    for seed in seeds.clone() {
        let corpus = corpus(seed);
        let (runs, without_pair, without_family) = left_out(&corpus);
        all += runs;
        unlisted += without_pair.len();
        apart += without_family.len();
        if let Some(run) = without_pair.first().or(without_family.first()) {
            first = first.or(Some((seed, *run)));
        }
    }
    let count = seeds.end - seeds.start;
    println!("{count} corpora, {all} runs: {unlisted} not listed, {apart} in no common family");
    assert!(all > 20 * count, "too few runs: {all}");
    assert_eq!((unlisted, apart), (0, 0), "first seed and run: {first:?}");
}

#[test]
fn every_verbatim_run_is_listed_and_in_one_family() {
    check(0..if cfg!(miri) { 10 } else { 200 });
}

#[test]
#[ignore = "the long form: just oracle"]
fn every_verbatim_run_of_thousands_of_corpora_is_listed_and_in_one_family() {
    check(1000..11_000);
}

/// A line that documents have so many times each, in words of their own.
fn repeated(times: &[u32], between: u32, least: u32) -> Corpus {
    let line: Vec<u32> = (0..least).map(|n| n << 2 | 2).collect();
    let (mut tokens, mut starts, mut roles, mut own) = (Vec::new(), vec![0], Vec::new(), 1_000);
    for (doc, &times) in (0..).zip(times) {
        for _ in 0..times {
            tokens.extend((own..own + between).map(|n| n << 2 | 2));
            own += between;
            tokens.extend(&line);
        }
        starts.push(crate::limits::narrow(tokens.len()));
        roles.push(Role { group: doc, side: 2, day: None, key: u64::from(doc) });
    }
    let settings = Settings { min_tokens: least, ..Settings::default() };
    Corpus { shard: Shard::new(tokens, starts, roles), settings }
}

#[test]
fn a_line_that_a_document_repeats_very_often_is_listed_at_each_place() {
    for least in [5, 15] {
        for times in [&[12, 10][..], &[12, 1], &[1, 40, 9], &[64, 64], &[64, 64, 64]] {
            let (runs, unlisted, apart) = left_out(&repeated(times, 30, least));
            assert!(runs >= u64::from(times[0] * times[1]), "{times:?}");
            assert_eq!((unlisted.len(), apart.len()), (0, 0), "{times:?}, {least}");
        }
    }
}

#[test]
fn each_place_of_a_viral_line_that_is_repeated_very_often_is_in_its_family() {
    let times: Vec<u32> = (0..70).map(|doc| if doc % 7 == 0 { 12 } else { 1 }).collect();
    let Corpus { shard, settings } = repeated(&times, 30, 15);
    let families = Families::gather(&found(&shard, &settings), &shard);
    let members: Vec<usize> = families.members.iter().map(Vec::len).collect();
    assert_eq!(members, [10 * 12 + 60]);
}

//! Viral passages, cut and edited: no holder is lost, however few the outlets are.

use super::{Role, Settings, Shard, found, hash, settings, shard_of};
use crate::hash::Map;
use crate::limits::narrow;
use crate::passage::Families;
use crate::text::Span;
use proptest::prelude::*;

/// How the copies of a viral passage differ.
#[derive(Debug, Clone, Copy)]
enum Spoilt {
    /// Up to three words at either end are replaced.
    Ends,
    /// Each copy is a stretch, cut at random, of a passage this long.
    Cut(u32),
    /// Each copy is a stretch of this many words of a text of 200.
    Piece(u32),
    /// Cut at random, and every eighth word replaced.
    Edited(u32),
}

/// Numbers at random.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = hash::mix(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15));
        self.0
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap()
    }
}

/// Documents of own words around a copy of one passage each, of some outlets.
fn documents(count: u32, outlets: u32, spoilt: Spoilt, seed: u64) -> Shard {
    let mut random = Random(hash::mix(seed));
    let mut own = 1000_u32;
    let mut fresh = || {
        own += 1;
        own
    };
    let (mut tokens, mut starts, mut roles) = (Vec::new(), vec![0], Vec::new());
    for _ in 0..count {
        let mut text: Vec<u32> = (0..20).map(|_| fresh()).collect();
        let (first, last) = match spoilt {
            Spoilt::Ends => (0, 18),
            Spoilt::Piece(len) => {
                let first = random.below(200 - len);
                (first, first + len)
            }
            Spoilt::Cut(len) | Spoilt::Edited(len) => {
                let (x, y) = (random.below(len), random.below(len));
                (x.min(y), x.max(y) + 1)
            }
        };
        let (head, tail) = (random.below(4), random.below(4));
        for word in first..last {
            let edited = match spoilt {
                Spoilt::Ends => word < head || word >= last - tail,
                Spoilt::Edited(_) => random.below(8) == 0,
                _ => false,
            };
            text.push(if edited { fresh() } else { word });
        }
        text.extend((0..20).map(|_| fresh()));
        tokens.extend(text.iter().map(|word| word.wrapping_mul(2_654_435_761) << 2 | 2));
        starts.push(narrow(tokens.len()));
        let group = random.below(outlets);
        roles.push(Role { group, side: 2, day: None, key: random.next() });
    }
    Shard::new(tokens, starts, roles)
}

/// Every run of the minimum length that a wanted pair of documents shares: its places.
fn shared_runs(shard: &Shard, settings: &Settings) -> Vec<Vec<(u32, u32)>> {
    let mut places: Map<&[u32], Vec<(u32, u32)>> = Map::default();
    for doc in 0..narrow(shard.documents()) {
        for (at, run) in (0..).zip(shard.document(doc).windows(settings.min_tokens as usize)) {
            places.entry(run).or_default().push((doc, at));
        }
    }
    let has_other = |&(doc, at): &(u32, u32), all: &[(u32, u32)]| {
        all.iter().any(|&(other, place)| (other, place) != (doc, at) && shard.wants(doc, other))
    };
    let mut all: Vec<Vec<(u32, u32)>> = places
        .into_values()
        .map(|all| all.iter().filter(|place| has_other(place, &all)).copied().collect())
        .filter(|places: &Vec<(u32, u32)>| !places.is_empty())
        .collect();
    all.sort_unstable();
    all
}

/// Holders of shared runs, those of them that are in no family, and the number of families.
fn lost(shard: &Shard, settings: &Settings) -> (usize, usize, usize) {
    let passages = found(shard, settings);
    let families = Families::gather(&passages, shard);
    let (mut holders, mut left) = (Vec::new(), Vec::new());
    let mut members: Map<u32, Vec<Span>> = Map::default();
    for place in families.members.iter().flatten() {
        members.entry(place.doc).or_default().push(place.span);
    }
    for (doc, at) in shared_runs(shard, settings).concat() {
        holders.push(doc);
        let run = Span { start: at, end: at + settings.min_tokens };
        let held =
            |members: &Vec<Span>| members.iter().any(|m| m.start <= run.start && m.end >= run.end);
        if !members.get(&doc).is_some_and(held) {
            left.push(doc);
        }
    }
    for list in [&mut holders, &mut left] {
        list.sort_unstable();
        list.dedup();
    }
    (holders.len(), left.len(), families.members.len())
}

const KINDS: [Spoilt; 7] = [
    Spoilt::Ends,
    Spoilt::Cut(30),
    Spoilt::Cut(60),
    Spoilt::Piece(30),
    Spoilt::Piece(60),
    Spoilt::Edited(30),
    Spoilt::Edited(60),
];

fn none_lost(seeds: std::ops::Range<u64>, outlets: &[u32]) {
    let settings = Settings::default();
    for kind in KINDS {
        for &outlets in outlets {
            let (mut holders, mut gone, mut families) = (0, 0, Vec::new());
            for seed in seeds.clone() {
                let counts = lost(&documents(200, outlets, kind, seed), &settings);
                holders += counts.0;
                gone += counts.1;
                families.push(counts.2);
            }
            families.sort_unstable();
            let median = families[families.len() / 2];
            let most = families.last().copied().unwrap_or_default();
            println!(
                "{kind:?}, {outlets} outlets: {gone} of {holders} holders lost; \
                 families: median {median}, most {most}"
            );
            assert_eq!(gone, 0, "{kind:?}, {outlets} outlets");
        }
    }
}

#[test]
fn no_holder_of_a_viral_passage_is_lost() {
    none_lost(0..if cfg!(miri) { 0 } else { 2 }, &[2, 3, 10]);
}

#[test]
#[ignore = "the whole table, a minute; `just viral` prints it"]
fn no_holder_of_a_viral_passage_is_lost_in_twenty_draws() {
    none_lost(0..20, &[2, 3, 5, 10, 100]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 200 }))]

    #[test]
    fn every_place_of_a_shared_run_is_matched_in_full_whatever_is_wanted(
        copies in prop::collection::vec(
            (0_u16..20, 8_u16..30, 0_u32..4, prop::option::of(0_i32..60), any::<bool>()), 2..40),
        max_days in prop::option::of(0_u32..30),
        flags in (any::<bool>(), any::<bool>()),
    ) {
        let (internal, two_sets) = flags;
        let texts: Vec<Vec<u16>> = (0..).zip(&copies).map(|(n, &(first, len, ..))| {
            let own = |i: u16| (0..4).map(move |j| 100 + 20 * n + i + j);
            own(0).chain(first..first + len).chain(own(4)).chain(first..first + len / 2).collect()
        }).collect();
        let mut shard = shard_of(&texts, |n| {
            let (_, _, group, day, second) = copies[n as usize];
            let side = if two_sets { u8::from(second) } else { 2 };
            Role { group, side, day, key: hash::mix(n.into()) }
        });
        (shard.internal, shard.max_days) = (internal, max_days);
        let settings = Settings { max_documents: 3, hubs: 2, ..settings() };
        let mems = super::matches(&shard, &settings).buckets.concat();
        for places in shared_runs(&shard, &settings) {
            for (doc, at) in places {
                let holds = |of: u32, start: u32, len: u32| {
                    of == doc && start <= at && start + len >= at + settings.min_tokens
                };
                let matched = mems.iter().any(|mem| {
                    holds(mem.doc_a, mem.a, mem.len) || holds(mem.doc_b, mem.b, mem.len)
                });
                prop_assert!(matched, "document {doc}, token {at}");
            }
        }
    }
}

/// Texts of `len` tokens of `words` different words at random.
fn noise(documents: u32, len: u32, words: u32) -> Shard {
    let mut random = Random(documents.into());
    let tokens = (0..documents * len).map(|_| random.below(words) << 2 | 2).collect();
    let starts = (0..=documents).map(|n| n * len).collect();
    let role = |n| Role { group: n, side: 2, day: None, key: n.into() };
    Shard::new(tokens, starts, (0..documents).map(role).collect())
}

#[test]
fn matches_of_noise_grow_with_its_length_and_its_documents() {
    let (documents, len) = if cfg!(miri) { (4, 100) } else { (20, 2000) };
    for words in [4, 6, 7, 8, 10, 12] {
        let count = |documents, len| {
            super::started(&noise(documents, len, words), &Settings::default()).len()
        };
        let usual = count(documents, len);
        for doubled in [count(2 * documents, len), count(documents, 2 * len)] {
            // Nothing is left to count where every run is another.
            assert!(10 * doubled <= 23 * usual.max(2000), "{words} words: {usual}, {doubled}");
        }
    }
}

#[test]
fn a_run_in_noise_is_found_at_its_last_place() {
    // The passage comes after all its shingles have occurred very often.
    let len = if cfg!(miri) { 400 } else { 20_000 };
    let noise = noise(2, len, 3);
    let mut random = Random(99);
    let passage: Vec<u32> = (0..15).map(|_| random.below(3) << 2 | 2).collect();
    let text =
        |doc: u32| [noise.document(doc), &[4000 + 4 * doc], &passage, &[5000 + 4 * doc]].concat();
    let role = |n| Role { group: n, side: 2, day: None, key: n.into() };
    let shard = Shard::new(
        [text(0), text(1)].concat(),
        vec![0, len + 17, 2 * len + 34],
        vec![role(0), role(1)],
    );
    let found = super::matches(&shard, &Settings::default()).buckets.concat();
    let whole = |start: u32, len_of: u32| start <= len + 1 && start + len_of >= len + 16;
    assert!(found.iter().any(|mem| whole(mem.a, mem.len) || whole(mem.b, mem.len)));
}

#[test]
fn a_run_of_noise_is_found_in_a_text_of_other_words() {
    // The places are poor in one text and not in the other, wherever in the noise the run is.
    for (words, len) in [(3, 15), (8, 15), (12, 15), (8, 40), (12, 90)] {
        let noise = noise(1, 300, words);
        for at in [0, 70, 300 - len] {
            let run = &noise.document(0)[at..at + len];
            let prose = |first: u32| (first..first + 40).map(|n| n << 2 | 2).collect::<Vec<u32>>();
            let texts = [noise.document(0).to_vec(), [&prose(100), run, &prose(200)].concat()];
            let starts = vec![0, 300, 300 + crate::limits::narrow(texts[1].len())];
            let role = |n| Role { group: n, side: 2, day: None, key: n.into() };
            let shard = Shard::new(texts.concat(), starts, vec![role(0), role(1)]);
            let found = super::matches(&shard, &Settings::default()).buckets.concat();
            let (a, len) = (crate::limits::narrow(at), crate::limits::narrow(len));
            let whole = super::Mem { doc_a: 0, doc_b: 1, a, b: 40, len };
            assert!(found.contains(&whole), "{words} words, {len} tokens from {at}: {found:?}");
        }
    }
}

//! The engine against brute force on small random texts.

use super::*;
use crate::hash;
use crate::text::Span;
use proptest::prelude::*;
use std::collections::BTreeSet;

mod lone;
mod viral;

/// Long-word tokens from small numbers.
fn words(values: &[u16]) -> Vec<u32> {
    values.iter().map(|&v| (hash_of(v) << 2) | 2).collect()
}

fn hash_of(value: u16) -> u32 {
    u32::from(value).wrapping_mul(2_654_435_761) >> 2
}

fn shard(texts: &[Vec<u16>]) -> Shard {
    shard_of(texts, |n| Role { group: n, side: 2, day: None, key: u64::from(n) })
}

fn shard_of(texts: &[Vec<u16>], role: impl Fn(u32) -> Role) -> Shard {
    let (mut tokens, mut starts, mut roles) = (Vec::new(), vec![0], Vec::new());
    for (n, text) in (0..).zip(texts) {
        tokens.extend(words(text));
        starts.push(crate::limits::narrow(tokens.len()));
        roles.push(role(n));
    }
    Shard::new(tokens, starts, roles)
}

fn settings() -> Settings {
    Settings { shingle: 3, min_tokens: 8, ..Settings::default() }
}

fn seeds(shard: &Shard, settings: &Settings) -> Seeds {
    let go_on: GoOn<'_, ()> = &|| Ok(());
    Seeds::find(shard, settings, go_on).unwrap()
}

fn matches(shard: &Shard, settings: &Settings) -> Matches {
    let go_on: GoOn<'_, ()> = &|| Ok(());
    seeds(shard, settings).matches(shard, settings, go_on).unwrap()
}

/// All matches, those that are weak and alone too.
fn started(shard: &Shard, settings: &Settings) -> BTreeSet<Mem> {
    seeds(shard, settings).started(shard, settings).into_iter().collect()
}

pub(super) fn found(shard: &Shard, settings: &Settings) -> Vec<Passage> {
    let mems = matches(shard, settings);
    let guard = |_: u32, work: &mut dyn FnMut()| -> Result<(), ()> {
        work();
        Ok(())
    };
    let all = passages(shard, settings, &mems, &guard).unwrap();
    let go_on: GoOn<'_, ()> = &|| Ok(());
    let unsorted = seeds(shard, settings).into_unsorted(shard, settings, go_on).unwrap();
    let one_by_one = passages_of_unsorted(shard, settings, unsorted, &guard).unwrap();
    assert_eq!(one_by_one.passages, all.passages);
    assert_eq!(one_by_one.below_minimum, all.below_minimum);
    all.passages
}

/// All maximal exact matches of `least` tokens between different documents.
fn brute_force(shard: &Shard, least: usize) -> BTreeSet<Mem> {
    let mut all = BTreeSet::new();
    let documents = crate::limits::narrow(shard.documents());
    for doc_a in 0..documents {
        for doc_b in doc_a + 1..documents {
            let (a, b) = (shard.document(doc_a), shard.document(doc_b));
            for i in 0..a.len() {
                for j in 0..b.len() {
                    if i > 0 && j > 0 && a[i - 1] == b[j - 1] {
                        continue;
                    }
                    let len = mem::equal_run(&a[i..], &b[j..]);
                    if len >= least {
                        let [a, b, len] = [i, j, len].map(crate::limits::narrow);
                        all.insert(Mem { doc_a, doc_b, a, b, len });
                    }
                }
            }
        }
    }
    all
}

/// Whether a text has a place of few different words, which is paired by whole runs alone.
fn has_poor(shard: &Shard, settings: &Settings, doc: u32) -> bool {
    let (mut stretches, mut runs) = (Vec::new(), 0);
    add_stretches(shard.document(doc), 0, &mut stretches);
    poor_runs_of(shard.document(doc), settings, |_| runs += 1);
    runs > 0 || !stretches.is_empty()
}

/// Texts over a small vocabulary with copied stretches, some of them edited.
fn texts() -> impl Strategy<Value = Vec<Vec<u16>>> {
    let text = prop::collection::vec(0_u16..150, 0..80);
    let copies = prop::collection::vec((0_usize..5, 0_usize..5, 0_usize..60, 5_usize..40), 0..5);
    (prop::collection::vec(text, 2..6), copies).prop_map(|(mut texts, copies)| {
        for (from, to, at, len) in copies {
            let (from, to) = (from % texts.len(), to % texts.len());
            let source = texts[from].clone();
            let stretch = source.get(at.min(source.len())..(at + len).min(source.len()));
            let mut stretch = stretch.unwrap_or_default().to_vec();
            if let Some(word) = stretch.get_mut(len / 2) {
                *word = 999;
            }
            let place = at.min(texts[to].len());
            texts[to].splice(place..place, stretch);
        }
        texts
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 400 }))]

    #[test]
    fn matches_are_exactly_those_of_brute_force(texts in texts()) {
        let shard = shard(&texts);
        let settings = Settings { max_repeats: 1000, ..settings() };
        let every = brute_force(&shard, settings.shingle);
        let all = started(&shard, &settings);
        prop_assert!(all.is_subset(&every));
        // Where a text has few different words, only whole runs are owed.
        let owed = |mem: &Mem| {
            mem.len >= settings.min_tokens
                || [mem.doc_a, mem.doc_b].iter().all(|&doc| !has_poor(&shard, &settings, doc))
        };
        prop_assert!(every.difference(&all).find(|mem| owed(mem)).is_none());
        let matches = matches(&shard, &settings);
        let kept: BTreeSet<Mem> = matches.buckets.into_iter().flatten().collect();
        prop_assert!(kept.is_subset(&all));
        let dropped: Vec<Mem> = all.difference(&kept).copied().collect();
        prop_assert_eq!(dropped.len() as u64, matches.alone);
        for mem in dropped {
            let linked = |other: &&Mem| {
                other.documents() == mem.documents()
                    && (chain::gain(**other, mem, settings.max_gap).is_some()
                        || chain::gain(mem, **other, settings.max_gap).is_some())
            };
            prop_assert!(all.iter().find(linked).is_none(), "{:?} is not alone", mem);
            let (a, b) = (shard.document(mem.doc_a), shard.document(mem.doc_b));
            let weak = company::is_weak(&mem, a, b, settings.least_matched());
            let hopeless = weak || !outlook::may_be_passage(&mem, (a, b), &settings, merge::DROP);
            prop_assert!(hopeless, "{:?} may be a passage", mem);
        }
    }

    #[test]
    fn every_match_that_holds_a_window_is_found_in_any_script(
        texts in prop::collection::vec(prop::collection::vec(0_u32..9, 0..40), 2..5)
    ) {
        // Odd numbers are characters, whose windows are twice as long.
        let token = |n: &u32| ((n / 2) << 2) | (n % 2);
        let (mut tokens, mut starts, mut roles) = (Vec::new(), vec![0], Vec::new());
        for (n, text) in (0..).zip(&texts) {
            tokens.extend(text.iter().map(token));
            // Words of its own, without which a text would be poor.
            tokens.extend((0..40).map(|own| (100 * (n + 1) + own) << 2 | 2));
            starts.push(crate::limits::narrow(tokens.len()));
            roles.push(Role { group: n, side: 2, day: None, key: u64::from(n) });
        }
        let shard = Shard::new(tokens, starts, roles);
        let settings = Settings { max_repeats: 1000, ..settings() };
        let found = started(&shard, &settings);
        let has_window = |mem: &Mem| {
            let tokens = &shard.document(mem.doc_a)[mem.a as usize..(mem.a + mem.len) as usize];
            (0..tokens.len()).any(|at| {
                at + crate::shingle::window(tokens[at], settings.shingle) <= tokens.len()
            })
        };
        let all = brute_force(&shard, settings.shingle).into_iter().filter(has_window);
        prop_assert_eq!(found, all.collect::<BTreeSet<Mem>>());
    }

    #[test]
    fn hubs_and_bounds_never_invent_a_match(texts in texts(), most in 1_usize..4) {
        let shard = shard(&texts);
        let settings =
            Settings { max_documents: most, hubs: most, max_repeats: most, ..settings() };
        let all = brute_force(&shard, settings.shingle);
        prop_assert!(started(&shard, &settings).is_subset(&all));
    }

    #[test]
    fn long_verbatim_runs_are_covered_and_counts_are_true(texts in texts()) {
        let shard = shard(&texts);
        let settings = Settings { max_repeats: 1000, ..settings() };
        let found = found(&shard, &settings);
        for run in brute_force(&shard, settings.min_tokens as usize) {
            let (a, b) = (span(run.a, run.len), span(run.b, run.len));
            let pair = || found.iter().filter(|p| (p.doc_a, p.doc_b) == run.documents());
            let held = |s: Span, side: fn(&Passage) -> Span| {
                let inside = |at: u32| pair().any(|p| (side(p).start..side(p).end).contains(&at));
                (s.start..s.end).filter(|&at| inside(at)).count()
            };
            let most = run.len as usize / 2;
            let covered = held(a, |p| p.a) > most && held(b, |p| p.b) > most;
            prop_assert!(covered, "{run:?} is in none of {found:?}");
        }
        for passage in &found {
            check(passage, &shard, &settings)?;
        }
    }
}

/// The passages, and how many shingles are shared, by way of the hits of every partition.
fn found_by_hits(shard: &Shard, settings: &Settings) -> (Vec<Passage>, SeedCounts) {
    let all = 0..crate::limits::narrow(shard.documents());
    let postings = Postings::collect(shard, settings, all.clone(), 0..PARTITIONS);
    let stretches = Stretches::all(shard, &[Stretches::of(shard, all.clone())]);
    let at = (shard, settings, &stretches);
    let (mut partitions, mut counts) = (Partitions::default(), SeedCounts::default());
    let mut hits: Vec<Hit> = Vec::new();
    for partition in 0..PARTITIONS {
        let found = partitions.hits(at, postings.partition(partition), |hit, (doc_x, doc_y)| {
            assert_eq!(shard.document_at(first_position(hit)), doc_x);
            assert!(doc_x <= doc_y);
            hits.push(hit);
        });
        counts = counts.plus(found);
    }
    let guard = |_: u32, work: &mut dyn FnMut()| -> Result<(), ()> {
        work();
        Ok(())
    };
    (passages_of_hits(shard, settings, &mut hits, &guard).unwrap().passages, counts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 100 }))]

    #[test]
    fn hits_lead_to_the_same_passages(texts in texts(), most in 1_usize..6, inside: bool) {
        let mut shard = shard(&texts);
        shard.internal = inside;
        let settings = Settings { max_documents: most, hubs: 2, ..settings() };
        let go_on: GoOn<'_, ()> = &|| Ok(());
        let seeds = Seeds::find(&shard, &settings, go_on).unwrap();
        prop_assert_eq!(
            found_by_hits(&shard, &settings),
            (found(&shard, &settings), seeds.counts())
        );
    }
}

fn span(start: u32, len: u32) -> Span {
    Span { start, end: start + len }
}

/// A passage starts and ends on equal tokens, and its counts are possible.
fn check(p: &Passage, shard: &Shard, settings: &Settings) -> Result<(), TestCaseError> {
    let cut = |doc: u32, s: Span| shard.document(doc)[s.start as usize..s.end as usize].to_vec();
    let (a, b) = (cut(p.doc_a, p.a), cut(p.doc_b, p.b));
    prop_assert_eq!(a.first(), b.first());
    prop_assert_eq!(a.last(), b.last());
    prop_assert!(p.matched as usize <= longest_common(&a, &b));
    prop_assert!(p.columns as usize >= a.len().max(b.len()));
    prop_assert!(p.columns as usize <= a.len() + b.len() - p.matched as usize);
    prop_assert!(p.matched as f32 >= settings.min_identity * p.columns as f32);
    Ok(())
}

/// Length of the longest common subsequence.
fn longest_common(a: &[u32], b: &[u32]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let best = if x == y { diagonal + 1 } else { row[j].max(row[j + 1]) };
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}

/// `copies` texts of own words around one passage of `len` words.
fn viral(copies: u16, len: u16) -> Vec<Vec<u16>> {
    let own = |n: u16| (0..40).map(move |i| 1000 + 80 * n + i);
    (0..copies).map(|n| own(n).chain(0..len).chain(own(n).map(|w| w + 40)).collect()).collect()
}

/// Documents that hold a passage which goes round: more than are paired all with all.
const HOLDERS: u16 = if cfg!(miri) { 20 } else { 130 };

/// The usual settings, with hubs for fewer documents where time is short.
fn hubs() -> Settings {
    let usual = Settings::default();
    let max_documents = if cfg!(miri) { 8 } else { usual.max_documents };
    Settings { max_documents, ..usual }
}

#[test]
fn matches_come_in_the_order_of_documents() {
    // More documents than buckets; each shares a passage with the next.
    let own = |n: u16| (16 * n..16 * n + 16).collect::<Vec<u16>>();
    let texts: Vec<Vec<u16>> =
        (0..600).map(|n| [own(n), vec![9999; 3], own(n + 1)].concat()).collect();
    let settings = Settings { shingle: 3, ..hubs() };
    let found: Vec<Mem> = matches(&shard(&texts), &settings).buckets.concat();
    let pairs: BTreeSet<(u32, u32)> = found.iter().map(Mem::documents).collect();
    assert!(found.is_sorted());
    assert!((0..599).all(|n| pairs.contains(&(n, n + 1))));
}

#[test]
fn a_passage_in_many_documents_is_one_family() {
    let many = usize::from(HOLDERS);
    let shard = shard(&viral(HOLDERS, 30));
    let passages = found(&shard, &hubs());
    let families = Families::gather(&passages, &shard);
    assert_eq!(families.members.len(), 1);
    assert_eq!(families.members[0].len(), many);
    assert!(families.members[0].iter().all(|place| place.span == span(40, 30)));
    assert!(passages.len() <= 8 * many, "pairs go through hubs: {}", passages.len());
}

#[test]
fn a_passage_quoted_twice_in_a_document_is_found_twice() {
    let mut texts = viral(2, 25);
    let again = texts[1].clone();
    texts[1].extend(again.iter().map(|&w| if w < 25 { w } else { w + 5000 }));
    let shard = shard(&texts);
    let passages = found(&shard, &Settings::default());
    assert_eq!(passages.len(), 2);
    let families = Families::gather(&passages, &shard);
    assert_eq!(families.members.iter().map(Vec::len).collect::<Vec<_>>(), [3]);
}

#[test]
fn families_do_not_drift() {
    // A shares its end with the start of B, B its end with the start of C.
    let own = |n: u16| (2000 + 100 * n..2050 + 100 * n).collect::<Vec<u16>>();
    let texts = vec![
        [own(0), (0..40).collect(), own(1)].concat(),
        [own(2), (20..60).collect(), own(3)].concat(),
        [own(4), (40..80).collect(), own(5)].concat(),
    ];
    let shard = shard(&texts);
    let families = Families::gather(&found(&shard, &Settings::default()), &shard);
    assert_eq!(families.members.len(), 2);
    assert!(families.members.iter().all(|members| members.len() == 2));
}

#[test]
fn repeats_inside_a_document_are_found_and_never_overlap() {
    let mut text: Vec<u16> = (0..30).collect();
    text.extend(500..540);
    text.extend(0..30);
    let mut shard = shard(&[text, [1_u16; 300].to_vec(), (0..20).cycle().take(400).collect()]);
    shard.internal = true;
    let found = found(&shard, &Settings::default());
    assert!(found.iter().any(|p| p.a == span(0, 30) && p.b == span(70, 30)));
    for passage in found.iter().filter(|p| p.doc_a == p.doc_b) {
        assert!(passage.a.end <= passage.b.start, "{passage:?}");
    }
}

#[test]
fn the_result_does_not_depend_on_the_rounds_or_the_threads() {
    let texts = viral(if cfg!(miri) { 10 } else { 60 }, 30);
    let shard = shard(&texts);
    let settings = hubs();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let eight = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    assert_eq!(
        one.install(|| found(&shard, &settings)),
        eight.install(|| found(&shard, &settings))
    );
}

#[test]
fn an_edited_repeat_inside_a_document_never_overlaps_itself() {
    // One paragraph three times over, one word of the second changed.
    let paragraph: Vec<u16> = (0..30).collect();
    let mut text = [paragraph.clone(), paragraph.clone(), paragraph].concat();
    text[45] = 900;
    let mut shard = shard(&[text]);
    shard.internal = true;
    let found = found(&shard, &Settings::default());
    assert!(!found.is_empty());
    for passage in &found {
        assert!(passage.a.end <= passage.b.start, "{passage:?}");
    }
}

#[test]
fn a_repeat_that_gets_its_head_back_does_not_overlap_itself() {
    // Runs of few words, found by fuzzing: matches of one chain overlap each other.
    let run = |word: u16, len: usize| vec![word; len];
    let text = [run(226, 11), run(230, 1), run(226, 34), run(98, 1), run(226, 25)];
    let mut shard = shard(&[text.concat()]);
    shard.internal = true;
    let settings = Settings { max_repeats: 1000, ..settings() };
    for passage in found(&shard, &settings).iter().filter(|p| p.doc_a == p.doc_b) {
        assert!(passage.a.end <= passage.b.start, "{passage:?}");
    }
}

#[test]
fn a_line_that_occurs_often_in_a_document_does_not_thin_out_the_pairs() {
    // Twenty documents share a passage, one of them holds it twelve times.
    let documents = if cfg!(miri) { 8 } else { 20 };
    let mut texts = viral(documents, 25);
    for n in 0..12 {
        texts[7].extend(5000 + 10 * n..5010 + 10 * n);
        texts[7].extend(0..25);
    }
    let shard = shard(&texts);
    let found = found(&shard, &Settings::default());
    let pairs: BTreeSet<(u32, u32)> = found.iter().map(|p| (p.doc_a, p.doc_b)).collect();
    assert_eq!(pairs.len(), usize::from(documents * (documents - 1) / 2));
}

#[test]
fn a_verbatim_run_of_the_shortest_length_is_a_passage_of_whatever_tokens() {
    let (short, character, long) = (0, 1, 2);
    for shingle in 3..=8 {
        for (least, classes) in (shingle..=2 * shingle + 1).flat_map(|least| {
            [[short; 2], [character; 2], [long; 2], [short, character], [character, long]]
                .map(|classes| (least, classes))
        }) {
            // Two documents with nothing else in common.
            let run = (0..least).map(|n| n << 2 | classes[n as usize % 2]);
            let own = |from: u32| (from..from + 30).map(|n| n << 2 | long);
            let mut tokens: Vec<u32> = own(100).chain(run.clone()).chain(own(200)).collect();
            let start = crate::limits::narrow(tokens.len());
            tokens.extend(own(300).chain(run).chain(own(400)));
            let roles = [0, 1].map(|n| Role { group: n, side: 2, day: None, key: n.into() });
            let shard = Shard::new(tokens, vec![0, start, 2 * start], roles.to_vec());
            let settings =
                Settings { shingle: shingle as usize, min_tokens: least, ..Settings::default() };
            let places: Vec<_> = found(&shard, &settings).iter().map(|p| (p.a, p.b)).collect();
            let place = span(30, least);
            assert_eq!(places, [(place, place)], "{shingle} {least} {classes:?}");
        }
    }
}

/// Roles of documents in the order in which their names make them hubs.
fn in_order_of_hubs(roles: impl IntoIterator<Item = Role>) -> Vec<Role> {
    let mut roles: Vec<Role> = roles.into_iter().collect();
    let mut keys: Vec<u64> = (0..roles.len() as u64).collect();
    keys.sort_by_key(|&key| hash::mix(key));
    roles.iter_mut().zip(keys).for_each(|(role, key)| role.key = key);
    roles
}

/// A document of one set, dated.
fn dated(day: i32, group: u32) -> Role {
    Role { group, side: 2, day: Some(day), key: 0 }
}

/// The pairs of documents that hold one viral passage.
fn pairs_of(roles: &[Role], max_days: Option<u32>) -> BTreeSet<(u32, u32)> {
    let texts = viral(roles.len().try_into().unwrap(), 30);
    let mut shard = shard_of(&texts, |n| roles[n as usize]);
    shard.max_days = max_days;
    found(&shard, &hubs()).iter().map(|p| (p.doc_a, p.doc_b)).collect()
}

#[test]
fn one_outlet_does_not_take_all_hubs() {
    // All holders but the last five are of one outlet.
    let many = u32::from(HOLDERS);
    let role = |n: u32| Role { group: (n + 6).saturating_sub(many), side: 2, ..Role::default() };
    let roles = in_order_of_hubs((0..many).map(role));
    let paired: BTreeSet<u32> =
        pairs_of(&roles, None).into_iter().flat_map(|(a, b)| [a, b]).collect();
    assert_eq!(paired.len(), roles.len(), "every holder is paired with some hub");
}

#[test]
fn either_side_of_a_comparison_has_hubs_of_its_own() {
    let (many, half) = (u32::from(HOLDERS), u32::from(HOLDERS) / 2);
    let role = |n: u32| Role { group: n, side: u8::from(n >= half), ..Role::default() };
    let pairs = pairs_of(&in_order_of_hubs((0..many).map(role)), None);
    assert!(pairs.iter().all(|&(a, b)| a < half && b >= half));
    for doc in 0..many {
        let count = pairs.iter().filter(|&&(a, b)| a == doc || b == doc).count();
        // A hub is paired with the whole other side, the rest with its eight hubs.
        let expected = if doc % half < 8 { half as usize } else { 8 };
        assert_eq!(count, expected, "document {doc}");
    }
}

#[test]
fn the_last_holders_of_a_cell_of_days_are_hubs() {
    // Cells of eleven days. A holder of day 20 has one of another outlet within ten days, of day
    // 10, and neither is a hub by its name or the only one of its outlet.
    let crowd = (0..u32::from(HOLDERS)).map(|n| dated(0, 100 + n));
    let second = [dated(11, 0), dated(20, 0), dated(21, 0)];
    let late = [dated(10, 1), dated(10, 0)];
    let roles = in_order_of_hubs(second.into_iter().chain(crowd).chain(late));
    let last = crate::limits::narrow(roles.len() - 2);
    assert!(pairs_of(&roles, Some(10)).contains(&(1, last)));
}

#[test]
fn the_first_holders_of_a_cell_of_days_are_hubs() {
    let crowd = (0..u32::from(HOLDERS)).map(|n| dated(21, 100 + n));
    let first = [dated(10, 0), dated(1, 0), dated(0, 0)];
    let early = [dated(11, 0), dated(11, 1)];
    // Of one day, the smaller name comes first, and the last but one of these is of outlet 1.
    let roles = in_order_of_hubs(first.into_iter().chain(crowd).chain(early));
    let last = crate::limits::narrow(roles.len() - 1);
    assert!(pairs_of(&roles, Some(10)).contains(&(1, last)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]

    #[test]
    fn within_days_no_holder_of_a_viral_passage_is_left_alone(
        days in prop::collection::vec((prop::option::of(0_i32..400), 0_u32..40),
            if cfg!(miri) { 10..20 } else { 60..150 }),
        max_days in 0_u32..60,
    ) {
        let texts = viral(days.len().try_into().unwrap(), 30);
        let mut shard = shard_of(&texts, |n| {
            let (day, group) = days[n as usize];
            Role { group, side: 2, day, key: u64::from(n) }
        });
        shard.max_days = Some(max_days);
        let found = found(&shard, &hubs());
        let paired: BTreeSet<u32> = found.iter().flat_map(|p| [p.doc_a, p.doc_b]).collect();
        prop_assert!(found.iter().all(|p| shard.wants(p.doc_a, p.doc_b)));
        for doc in 0..crate::limits::narrow(days.len()) {
            let wanted = (0..crate::limits::narrow(days.len())).any(|o| shard.wants(doc, o));
            prop_assert_eq!(wanted, paired.contains(&doc), "document {}", doc);
        }
    }

    #[test]
    fn every_position_finds_its_document_among_empty_ones(
        lengths in prop::collection::vec(prop_oneof![3 => Just(0_u16), 1 => 0_u16..200],
            1..if cfg!(miri) { 40 } else { 300 }),
    ) {
        let texts: Vec<Vec<u16>> = lengths.iter().map(|&len| (0..len).collect()).collect();
        let shard = shard(&texts);
        let mut position = 0;
        for (doc, &len) in (0..).zip(&lengths) {
            for _ in 0..len {
                prop_assert_eq!(shard.document_at(position), doc);
                position += 1;
            }
        }
    }
}

/// Rows that start alike and end differently, as in a table or a list of results.
fn table(rows: u16) -> Vec<u16> {
    (0..rows).flat_map(|row| (0..12).chain([1000 + row, 5000 + row / 7])).collect()
}

#[test]
fn a_match_is_extended_once_however_many_rows_it_holds() {
    let rows = if cfg!(miri) { 20 } else { 400 };
    let shard = shard(&[table(rows), table(rows)]);
    let settings = Settings::default();
    let mut begun = seeds(&shard, &settings).started(&shard, &settings);
    let all = begun.len();
    begun.sort_unstable();
    begun.dedup();
    assert_eq!(begun.len(), all, "some match was extended more than once");
    assert!(begun.iter().any(|mem| mem.len as usize == shard.document(0).len()));
}

#[test]
fn text_of_few_words_is_done_in_bounded_work() {
    // Each was minutes of work before it was bounded; none of it may be lost either.
    let size: u16 = if cfg!(miri) { 400 } else { 20_000 };
    let noise = |seed: u64| {
        let word = move |n: u64| hash::mix(n ^ seed << 32) % 12;
        (0..u64::from(size)).map(move |n| u16::try_from(word(n)).unwrap()).collect::<Vec<u16>>()
    };
    let passage: Vec<u16> = (100..160).collect();
    let alternating = |n: u16| (0..size).map(move |i| if i % 3 == 0 { n } else { i % 7 });
    let texts = [
        [noise(1), passage.clone(), alternating(50).collect()].concat(),
        [noise(2), passage.clone(), alternating(60).collect()].concat(),
    ];
    let shard = shard(&texts);
    let found = found(&shard, &Settings::default());
    let at = |place: Span| place.start <= size.into() && place.end >= u32::from(size) + 60;
    assert!(found.iter().any(|p| at(p.a) && at(p.b)), "the passage is lost in the noise");
}

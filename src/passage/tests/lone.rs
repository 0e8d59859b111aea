//! Whether one text may share a passage with another, against the search itself.

use super::{found, settings, shard, texts, words};
use crate::passage::lone::Lone;
use crate::passage::settings::Settings;
use proptest::prelude::*;

/// Whether a text is said to share a passage with another.
fn may_share(texts: &[Vec<u16>; 2], settings: &Settings) -> bool {
    let [a, b] = texts.each_ref().map(|text| words(text));
    Lone::new(a, settings.clone()).comparer().may_share(&b)
}

#[test]
fn few_matches_are_looked_at_and_many_are_left_to_the_search() {
    let settings = Settings::default();
    let own = |from: u16| (from..from + 40).collect::<Vec<u16>>();
    let around = |shared: &[u16]| [own(1_000), own(2_000)].map(|own| [&own, shared, &own].concat());
    let phrase: Vec<u16> = (0..9).collect();
    assert!(!may_share(&[own(1_000), own(2_000)], &settings));
    assert!(!may_share(&around(&phrase), &settings));
    assert!(may_share(&around(&(0..15).collect::<Vec<_>>()), &settings));
    // Two phrases with one word between them that is replaced.
    let [mut a, b] = around(&(0..17).collect::<Vec<_>>());
    a[48] = 999;
    assert!(may_share(&[a, b], &settings));
    // No passage, but more matches than are looked at.
    let many = [own(1_000), own(2_000)]
        .map(|own| own.chunks(8).flat_map(|own| [own, &phrase].concat()).collect::<Vec<u16>>());
    assert!(may_share(&many, &settings));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 400 }))]

    #[test]
    fn texts_of_which_a_passage_is_found_may_share_one(
        texts in texts(), small in prop::collection::vec(prop::collection::vec(0_u16..6, 0..40), 2),
        normal: bool,
    ) {
        let settings = if normal { Settings::default() } else { settings() };
        let all: Vec<_> = texts.iter().chain(&small).collect();
        for (n, &a) in all.iter().enumerate() {
            for &b in all.iter().skip(n) {
                let pair = [a.clone(), b.clone()];
                let finds = !found(&shard(&pair), &settings).is_empty();
                prop_assert!(may_share(&pair, &settings) || !finds);
            }
        }
    }
}

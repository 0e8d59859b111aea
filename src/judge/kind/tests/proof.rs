//! What proves that a passage was copied.

use super::*;

#[test]
fn reuse_is_proven_by_names_or_by_days() {
    #[track_caller]
    fn assert_proven(change: impl Fn(&mut Features), expected: bool) {
        let (mut features, _) = plain();
        (features.covered_least, features.covered_most, features.tokens) = (0.5, 0.5, 80);
        change(&mut features);
        assert_eq!(is_proven(&features, || false, &T()), expected, "{features:?}");
        // Days alone prove nothing of a release.
        let named = features.joint >= T().joint || features.attributed > 0.0;
        assert_eq!(is_proven(&features, || true, &T()), expected && named, "{features:?}");
    }
    // The same words on one day, even if nothing else is in either.
    assert_proven(|f| (f.covered_least, f.covered_most) = (1.0, 1.0), false);
    assert_proven(|f| f.spread = 1, false);
    assert_proven(|f| f.spread = 2, true);
    assert_proven(|f| (f.spread, f.dated) = (2, 0.5), false);
    assert_proven(|f| (f.spread, f.tokens) = (2, 79), false);
    assert_proven(|f| (f.spread, f.covered_most) = (2, 0.4), false);
    // A column in the first person may be in several papers.
    assert_proven(|f| (f.spread, f.first_person) = (2, 0.05), false);
    // Joint statements name those who made them, in each place.
    assert_proven(|f| (f.joint, f.covered_least, f.tokens) = (1.0, 0.1, 30), true);
    assert_proven(|f| (f.joint, f.covered_least) = (0.6, 0.0), true);
    // One credits the other, and it is a good part of each; a mention is not enough.
    assert_proven(|f| (f.attributed, f.covered_least) = (0.5, 0.25), true);
    assert_proven(|f| (f.attributed, f.covered_least) = (0.5, 0.2), false);
    assert_proven(|f| (f.joint, f.covered_least) = (0.5, 0.25), false);
}

#[test]
fn a_whole_article_days_later_is_a_copy() {
    #[track_caller]
    fn assert_copy(change: impl Fn(&mut Features), expected: bool) {
        let (mut features, _) = plain();
        (features.covered_most, features.tokens, features.spread) = (0.8, 80, 2);
        change(&mut features);
        assert_eq!(is_whole_copy(&features, || false, &T()), expected, "{features:?}");
        assert!(!is_whole_copy(&features, || true, &T()), "{features:?}");
    }
    assert_copy(|_| {}, true);
    assert_copy(|f| f.covered_most = 0.79, false);
    assert_copy(|f| (f.spread, f.documents) = (1, 2), false);
    assert_copy(|f| f.documents = 5, false);
}

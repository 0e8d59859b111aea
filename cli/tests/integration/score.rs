//! What the corpus tests count besides the measures of `wirecopy::eval`: words and verbatim runs.

use std::collections::BTreeSet;
use wirecopy::eval::passages::{CharRange, SharedPassage};

/// Words of a text, lower-cased, with their range in code points.
pub(crate) fn words(text: &str) -> Vec<(String, CharRange)> {
    let (mut words, mut open): (Vec<(String, CharRange)>, bool) = (Vec::new(), false);
    for (at, c) in text.chars().enumerate() {
        let inside = c.is_alphanumeric();
        if inside && !open {
            words.push((String::new(), (at, at)));
        }
        if let Some((word, range)) = words.last_mut().filter(|_| inside) {
            word.extend(c.to_lowercase());
            range.1 = at + 1;
        }
        open = inside;
    }
    words
}

/// Ranges of `text` that occur word for word in `other`, in runs of at least `least` words.
pub(crate) fn verbatim(text: &str, other: &str, least: usize) -> Vec<CharRange> {
    let (text, other) = (words(text), words(other));
    let key = |run: &[(String, CharRange)]| run.iter().map(|(w, _)| w.clone()).collect::<Vec<_>>();
    let known: BTreeSet<Vec<String>> = other.windows(least).map(key).collect();
    let runs = text.windows(least).filter(|run| known.contains(&key(run)));
    runs.map(|run| (run[0].1.0, run[least - 1].1.1)).collect()
}

/// Leaves out (or keeps only) the runs whose documents are in `pairs`.
pub(crate) fn restrict(
    runs: &mut Vec<SharedPassage>,
    pairs: &BTreeSet<(String, String)>,
    keep: bool,
) {
    runs.retain(|r| pairs.contains(&r.docs) == keep);
}

#[test]
fn verbatim_runs_are_marked() {
    assert_eq!(
        words("Größe, 12 b"),
        [("größe", (0, 5)), ("12", (7, 9)), ("b", (10, 11))]
            .map(|(word, range)| (word.to_owned(), range))
    );
    let text = "one two THREE four x five six";
    assert_eq!(verbatim(text, "zero, one two three four five six", 3), [(0, 13), (4, 18)]);
    assert_eq!(verbatim(text, "something else", 3), []);
    assert_eq!(verbatim("too short", "too short", 3), []);
}

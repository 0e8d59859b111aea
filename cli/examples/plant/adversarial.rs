//! Documents that make a careless detector slow, incomplete or wrong.

use crate::planting::Source;
use crate::random::Random;
use crate::shingles::{compare, shingles};
use crate::truth::{Corpus, Document, Pair};

/// Words of a document, for each group.
const WORDS: usize = 200;
/// The similarity that the straddling pairs surround.
const THRESHOLD: f64 = 0.7;

/// `size` documents of each group.
pub(crate) fn make(source: &Source, size: usize) -> Corpus {
    let mut made = Corpus::default();
    let mut random = Random::new(source.seed, "adversarial");
    let base = draw(&source.words, WORDS, &mut random);
    identical(&mut made, &base, size);
    near_identical(&mut made, &base, (&source.words, size), &mut random);
    periodic(&mut made, size);
    tiny(&mut made, (&source.words, size), &mut random);
    straddling(&mut made, (&source.words, size), &mut random);
    made
}

fn draw(words: &[String], count: usize, random: &mut Random) -> Vec<String> {
    (0..count).map(|_| random.choose(words).cloned().unwrap_or_default()).collect()
}

fn add(made: &mut Corpus, group: &str, text: String) -> String {
    let n = made.documents.iter().filter(|d| d.outlet.as_deref() == Some(group)).count();
    let id = format!("{group}-{n:06}");
    let outlet = Some(group.to_owned());
    made.documents.push(Document { id: id.clone(), text, outlet, date: None });
    id
}

/// The same text many times, so that one bucket holds every document.
fn identical(made: &mut Corpus, base: &[String], size: usize) {
    let ids: Vec<String> = (0..size).map(|_| add(made, "identical", base.join(" "))).collect();
    neighbours(made, &ids, "identical");
}

/// Each differs from the base in two words of its own: all pairs are similar, no two are equal.
fn near_identical(
    made: &mut Corpus,
    base: &[String],
    (words, size): (&[String], usize),
    random: &mut Random,
) {
    let mut ids = Vec::new();
    for n in 0..size {
        let mut text = base.to_vec();
        for _ in 0..2 {
            let at = random.below(text.len());
            text[at] = random.choose(words).map_or_else(String::new, |word| format!("{word}{n}"));
        }
        ids.push(add(made, "near", text.join(" ")));
    }
    neighbours(made, &ids, "near");
}

/// A few words repeated over and over: every shingle occurs many times in every document.
fn periodic(made: &mut Corpus, size: usize) {
    for n in 0..size {
        let period = 1 + n % 7;
        let text: Vec<String> = (0..WORDS * 5).map(|at| format!("p{}", at % period)).collect();
        add(made, "periodic", text.join(" "));
    }
}

/// Documents of one to six words, shorter than a shingle or just as long.
fn tiny(made: &mut Corpus, (words, size): (&[String], usize), random: &mut Random) {
    for n in 0..size {
        let text = draw(words, 1 + n % 6, random);
        add(made, "tiny", text.join(" "));
    }
}

/// Pairs just above and just below the threshold: words are changed one by one until it is crossed.
fn straddling(made: &mut Corpus, (words, size): (&[String], usize), random: &mut Random) {
    for n in 0..size / 2 {
        let base = draw(words, WORDS, random);
        let mut copy = base.clone();
        let own = shingles(&base.join(" "));
        let mut above = copy.clone();
        while compare(&own, &shingles(&copy.join(" "))).0 >= THRESHOLD {
            above.clone_from(&copy);
            let at = random.below(copy.len());
            copy[at] = format!("s{n}x{at}");
        }
        let first = add(made, "straddle", base.join(" "));
        // Only one of the two is kept, since they would be copies of each other.
        let (edit, text) = if n % 2 == 0 { ("above", above) } else { ("below", copy) };
        let id = add(made, "straddle", text.join(" "));
        made.pairs.push(Pair { a: first, b: id, edit: edit.to_owned() });
    }
}

/// One pair for each document but the first (all pairs would be the trap itself), and one cluster
/// of both groups, which have one base.
fn neighbours(made: &mut Corpus, ids: &[String], edit: &str) {
    made.clusters.extend(ids.iter().map(|id| (id.clone(), "base".to_owned())));
    for pair in ids.windows(2) {
        let (a, b) = (pair[0].clone(), pair[1].clone());
        made.pairs.push(Pair { a, b, edit: edit.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_what_they_claim() {
        let words: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
        let source = Source { documents: Vec::new(), words, seed: 1 };
        let made = make(&source, 12);
        let text = |id: &str| made.documents.iter().find(|d| d.id == id).unwrap().text.as_str();
        for pair in &made.pairs {
            let jaccard = compare(&shingles(text(&pair.a)), &shingles(text(&pair.b))).0;
            let right = match pair.edit.as_str() {
                "identical" => (jaccard - 1.0).abs() < 1e-12,
                "near" => (0.8..1.0).contains(&jaccard),
                "above" => (THRESHOLD..0.8).contains(&jaccard),
                _ => (0.6..THRESHOLD).contains(&jaccard),
            };
            assert!(right, "{pair:?}: {jaccard}");
        }
        assert_eq!(made.pairs.len(), 11 + 11 + 6);
        assert_eq!(made.documents.len(), 4 * 12 + 12);
    }
}

//! How good detections are against a table of true passages, in code points.
//!
//! The measures of Potthast et al. 2010: a detection detects a true passage when they overlap on
//! both sides. Macro precision is the mean over detections of the share of their characters that
//! lies in true passages they detect; macro recall the mean over true passages of the share of
//! their characters found; granularity the mean number of detections of a detected passage;
//! plagdet = F1 / log2(1 + granularity). `covered` is the share of true passages of which 95 % of
//! both sides are covered by one detection or by the detections of one family.

use std::collections::{BTreeMap, BTreeSet};

/// Half-open range of code points.
pub(crate) type Range = (usize, usize);

/// A passage with both sides, the lesser document first.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) docs: (String, String),
    pub(crate) a: Range,
    pub(crate) b: Range,
    /// Tokens of a true passage or of an alignment.
    pub(crate) tokens: usize,
    /// Kind of edit of a planted passage, else empty.
    pub(crate) kind: String,
    /// Family of a detection.
    pub(crate) family: u64,
}

impl Run {
    /// Puts the sides in order.
    pub(crate) fn new(a: (String, Range), b: (String, Range)) -> Self {
        let ((x, a), (y, b)) = if (&a.0, a.1) <= (&b.0, b.1) { (a, b) } else { (b, a) };
        Self { docs: (x, y), a, b, tokens: 0, kind: String::new(), family: 0 }
    }

    fn size(&self) -> usize {
        length(self.a) + length(self.b)
    }

    fn detects(&self, other: &Self) -> bool {
        overlap(self.a, other.a) > 0 && overlap(self.b, other.b) > 0
    }

    /// Characters on both sides that lie in `others`.
    fn common(&self, others: &[&Self]) -> usize {
        let side = |own: Range, pick: fn(&Self) -> Range| {
            union(others.iter().filter_map(|o| clip(own, pick(o))).collect())
        };
        side(self.a, |o| o.a) + side(self.b, |o| o.b)
    }

    fn spans(&self) -> [(&str, Range); 2] {
        [(&self.docs.0, self.a), (&self.docs.1, self.b)]
    }
}

fn length(range: Range) -> usize {
    range.1 - range.0
}

pub(crate) fn overlap(x: Range, y: Range) -> usize {
    x.1.min(y.1).saturating_sub(x.0.max(y.0))
}

fn clip(own: Range, other: Range) -> Option<Range> {
    (overlap(own, other) > 0).then(|| (own.0.max(other.0), own.1.min(other.1)))
}

/// Characters in the union of ranges.
pub(crate) fn union(mut ranges: Vec<Range>) -> usize {
    ranges.sort_unstable();
    let (mut sum, mut end) = (0, 0);
    for (from, to) in ranges {
        sum += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    sum
}

/// Characters of some spans, each position of a document counted once.
fn pooled<'a>(spans: impl Iterator<Item = (&'a str, Range)>) -> usize {
    let mut by_document: BTreeMap<&str, Vec<Range>> = BTreeMap::new();
    spans.for_each(|(document, range)| by_document.entry(document).or_default().push(range));
    by_document.into_values().map(union).sum()
}

/// Ranges of each family in each document.
struct Families<'a>(BTreeMap<&'a str, BTreeMap<u64, Vec<Range>>>);

impl<'a> Families<'a> {
    fn new(found: &'a [Run]) -> Self {
        let mut all: BTreeMap<&str, BTreeMap<u64, Vec<Range>>> = BTreeMap::new();
        for run in found {
            for (document, range) in run.spans() {
                all.entry(document).or_default().entry(run.family).or_default().push(range);
            }
        }
        Self(all)
    }

    /// Whether one family covers 95 % of both sides.
    fn cover(&self, truth: &Run) -> bool {
        let [(x, _), (y, _)] = truth.spans();
        let (Some(x), Some(y)) = (self.0.get(x), self.0.get(y)) else { return false };
        let enough = |own: Range, spans: &[Range]| {
            let parts = spans.iter().filter_map(|s| clip(own, *s)).collect();
            union(parts) * 20 >= length(own) * 19
        };
        let mut both = x.iter().filter_map(|(family, spans)| Some((spans, y.get(family)?)));
        both.any(|(a, b)| enough(truth.a, a) && enough(truth.b, b))
    }
}

/// The measures of one set of detections.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) granularity: f64,
    pub(crate) plagdet: f64,
    /// Share of the reported characters in true passages that the detection detects.
    pub(crate) micro_precision: f64,
    pub(crate) covered: f64,
}

type Pairs<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Run>>;

fn by_pair(runs: &[Run]) -> Pairs<'_> {
    let mut pairs = Pairs::new();
    for run in runs {
        pairs.entry((&run.docs.0, &run.docs.1)).or_default().push(run);
    }
    pairs
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Scores `found` against `truth`; `also` holds passages that are right but need not be found.
pub(crate) fn score(truth: &[Run], found: &[Run], also: &[Run]) -> Score {
    let (truths, finds, more) = (by_pair(truth), by_pair(found), by_pair(also));
    let families = Families::new(found);
    let (mut recall, mut hits, mut covered) = (Vec::new(), Vec::new(), 0);
    for (pair, truths) in &truths {
        let finds = finds.get(pair).map_or(&[][..], Vec::as_slice);
        for truth in truths {
            let own: Vec<&Run> = finds.iter().copied().filter(|d| d.detects(truth)).collect();
            recall.push(share(truth.common(&own), truth.size()));
            if !own.is_empty() {
                hits.push(own.len() as f64);
            }
            let whole = |d: &&Run| {
                overlap(d.a, truth.a) * 20 >= length(truth.a) * 19
                    && overlap(d.b, truth.b) * 20 >= length(truth.b) * 19
            };
            covered += usize::from(own.iter().any(whole) || families.cover(truth));
        }
    }
    let (mut precision, mut all, mut right) = (Vec::new(), 0, 0);
    for (pair, finds) in &finds {
        let right_ones = [&truths, &more].into_iter().filter_map(|pairs| pairs.get(pair));
        let truths: Vec<&Run> = right_ones.flatten().copied().collect();
        let mut parts: Vec<(&str, Range)> = Vec::new();
        for found in finds {
            let own: Vec<&Run> = truths.iter().copied().filter(|t| found.detects(t)).collect();
            precision.push(share(found.common(&own), found.size()));
            let cut = |t: &Run| [(pair.0, clip(t.a, found.a)), (pair.1, clip(t.b, found.b))];
            let cuts = own.iter().flat_map(|t| cut(t)).filter_map(|(d, r)| Some((d, r?)));
            parts.extend(cuts);
        }
        right += pooled(parts.into_iter());
        all += pooled(finds.iter().flat_map(|d| d.spans()));
    }
    let granularity = if hits.is_empty() { 1.0 } else { mean(&hits) };
    let (precision, recall) = (mean(&precision), mean(&recall));
    let sum = precision + recall;
    let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
    Score {
        precision,
        recall,
        granularity,
        plagdet: f1 / (1.0 + granularity).log2(),
        micro_precision: share(right, all),
        covered: share(covered, truth.len()),
    }
}

/// Share of `truth` of which a half of both sides is covered by detections of that pair.
pub(crate) fn found_half<'a>(truth: impl Iterator<Item = &'a Run>, found: &[Run]) -> f64 {
    let pairs = by_pair(found);
    let half = |truth: &&Run| {
        let pair = pairs.get(&(truth.docs.0.as_str(), truth.docs.1.as_str()));
        let finds = pair.map_or(&[][..], Vec::as_slice);
        let side = |own: Range, pick: fn(&Run) -> Range| {
            union(finds.iter().filter_map(|d| clip(own, pick(d))).collect()) * 2 >= length(own)
        };
        side(truth.a, |d| d.a) && side(truth.b, |d| d.b)
    };
    let all: Vec<&Run> = truth.collect();
    share(all.iter().filter(|t| half(t)).count(), all.len())
}

/// Mean distance between the ends of true passages and of the detections that overlap them most,
/// over the four ends of every true passage that is found at all.
pub(crate) fn boundary_error(truth: &[Run], found: &[Run]) -> f64 {
    let (pairs, mut errors) = (by_pair(found), Vec::new());
    for truth in truth {
        let pair = pairs.get(&(truth.docs.0.as_str(), truth.docs.1.as_str()));
        let finds = pair.map_or(&[][..], Vec::as_slice).iter().filter(|d| d.detects(truth));
        let Some(best) = finds.max_by_key(|d| overlap(d.a, truth.a) + overlap(d.b, truth.b)) else {
            continue;
        };
        let ends = |r: &Run| [r.a.0, r.a.1, r.b.0, r.b.1];
        let pairs = ends(best).into_iter().zip(ends(truth));
        errors.extend(pairs.map(|(x, y)| x.abs_diff(y) as f64));
    }
    mean(&errors)
}

/// Words of a text, lower-cased, with their code points.
pub(crate) fn words(text: &str) -> Vec<(String, Range)> {
    let (mut words, mut open): (Vec<(String, Range)>, bool) = (Vec::new(), false);
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

/// Ranges of `text` that stand word for word in `other`, in runs of at least `least` words.
pub(crate) fn verbatim(text: &str, other: &str, least: usize) -> Vec<Range> {
    let (text, other) = (words(text), words(other));
    let key = |run: &[(String, Range)]| run.iter().map(|(w, _)| w.clone()).collect::<Vec<_>>();
    let known: BTreeSet<Vec<String>> = other.windows(least).map(key).collect();
    let runs = text.windows(least).filter(|run| known.contains(&key(run)));
    runs.map(|run| (run[0].1.0, run[least - 1].1.1)).collect()
}

/// Leaves out (or keeps only) the runs whose documents are in `pairs`.
pub(crate) fn restrict(runs: &mut Vec<Run>, pairs: &BTreeSet<(String, String)>, keep: bool) {
    runs.retain(|r| pairs.contains(&r.docs) == keep);
}

/// A run between documents `x` and `y`.
fn run(a: Range, b: Range, family: u64) -> Run {
    Run { family, ..Run::new(("x".to_owned(), a), ("y".to_owned(), b)) }
}

#[test]
fn perfect_answer_scores_one() {
    let truth = [run((10, 110), (500, 600), 0), run((300, 340), (0, 40), 0)];
    let result = score(&truth, &truth, &[]);
    for value in [result.precision, result.recall, result.plagdet, result.covered] {
        assert!((value - 1.0).abs() < 1e-9, "{result:?}");
    }
    assert!((found_half(truth.iter(), &truth) - 1.0).abs() < 1e-9);
    assert!(boundary_error(&truth, &truth).abs() < 1e-9);
}

#[test]
fn faults_lower_the_score() {
    let truth = [run((0, 100), (0, 100), 0), run((200, 300), (200, 300), 0)];
    // The first in two pieces of one family, the second not at all, and one stray detection.
    let found =
        [run((0, 50), (0, 50), 1), run((50, 100), (50, 100), 1), run((400, 500), (400, 500), 2)];
    let result = score(&truth, &found, &[]);
    let expected = [
        (result.precision, 2.0 / 3.0),
        (result.recall, 0.5),
        (result.granularity, 2.0),
        (result.micro_precision, 0.5),
        (result.covered, 0.5),
        (result.plagdet, (4.0 / 7.0) / 3f64.log2()),
        (found_half(truth.iter(), &found), 0.5),
    ];
    for (number, (got, wanted)) in expected.into_iter().enumerate() {
        assert!((got - wanted).abs() < 1e-9, "{number}: {got} instead of {wanted}: {result:?}");
    }
    // Known to be right although it need not be found.
    let also = [run((400, 500), (400, 500), 0)];
    assert!((score(&truth, &found, &also).precision - 1.0).abs() < 1e-9);
    // Sides in the other order are the same passage.
    let turned = Run::new(("y".to_owned(), (0, 100)), ("x".to_owned(), (0, 100)));
    assert_eq!(turned.docs, truth[0].docs);
    assert!((score(&truth[..1], &[turned], &[]).plagdet - 1.0).abs() < 1e-9);
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

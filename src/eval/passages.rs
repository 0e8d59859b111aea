//! Passages against true passages, in code points.
//!
//! Fed with a table of truth and the pairs that `scan` wrote, feeds the score of a result. The
//! measures of Potthast et al., "An Evaluation Framework for Plagiarism Detection" (COLING
//! 2010). A detection *detects* a true passage when they overlap on both sides. Macro precision is
//! the mean over detections of the share of their characters that lies in true passages they
//! detect; macro recall the mean over true passages of the share of their characters found; micro
//! the same over pooled characters, each position counted once for a pair of documents;
//! granularity the mean number of detections of a detected passage; plagdet = F1 / log2(1 +
//! granularity). `covered` is the share of true passages of which 95 % of both sides are covered by
//! one detection or by the detections of one family. The boundary error is the mean distance, in
//! code points, between the four ends of a detected passage and those of the detection with the
//! largest overlap.

use super::rates::{Rates, mean, share};
use super::table::{TruthRow, TruthTable};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Half-open range of code points.
pub type CharRange = (usize, usize);

/// A passage with both sides, the smaller document id (then place) first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPassage {
    /// Both documents.
    pub docs: (String, String),
    /// Range in the first.
    pub a: CharRange,
    /// Range in the second.
    pub b: CharRange,
    /// Tokens of a true passage or of an alignment; 0 where unknown.
    pub tokens: usize,
    /// Kind of a true passage, else empty.
    pub kind: String,
    /// Note of a true passage, else empty.
    pub note: String,
    /// Family of a detection.
    pub family: Option<u64>,
}

impl SharedPassage {
    /// A passage with its sides in order.
    #[must_use]
    pub fn new(a: (String, CharRange), b: (String, CharRange)) -> Self {
        let ((x, a), (y, b)) = if (&a.0, a.1) <= (&b.0, b.1) { (a, b) } else { (b, a) };
        let (kind, note) = (String::new(), String::new());
        Self { docs: (x, y), a, b, tokens: 0, kind, note, family: None }
    }

    /// A row of a truth table.
    fn from_row(row: TruthRow<'_>) -> Result<Self> {
        let range =
            |start, end| -> Result<CharRange> { Ok((row.number(start)?, row.number(end)?)) };
        let a = (row.get("doc_a")?.to_owned(), range("a_start_char", "a_end_char")?);
        let b = (row.get("doc_b")?.to_owned(), range("b_start_char", "b_end_char")?);
        if a.1.0 >= a.1.1 || b.1.0 >= b.1.1 {
            return Err(row.broken("a passage ends where it starts or before"));
        }
        let mut run = Self::new(a, b);
        run.tokens = row.number("tokens")?;
        row.get("kind")?.clone_into(&mut run.kind);
        // Old tables may lack the last column together with its tab.
        row.get("note").unwrap_or_default().clone_into(&mut run.note);
        Ok(run)
    }

    fn size(&self) -> usize {
        length(self.a) + length(self.b)
    }

    /// Whether both sides overlap.
    fn detects(&self, other: &Self) -> bool {
        overlap(self.a, other.a) > 0 && overlap(self.b, other.b) > 0
    }

    /// Characters of both sides that lie in `others`.
    fn common(&self, others: &[&Self]) -> usize {
        let side = |own: CharRange, pick: fn(&Self) -> CharRange| {
            union(others.iter().filter_map(|o| clip(own, pick(o))).collect())
        };
        side(self.a, |o| o.a) + side(self.b, |o| o.b)
    }

    fn spans(&self) -> [(&str, CharRange); 2] {
        [(&self.docs.0, self.a), (&self.docs.1, self.b)]
    }

    /// The parts that lie in another passage of the same documents.
    fn cut<'a>(&'a self, other: &Self) -> impl Iterator<Item = (&'a str, CharRange)> + use<'a> {
        let sides =
            [(&*self.docs.0, clip(self.a, other.a)), (&*self.docs.1, clip(self.b, other.b))];
        sides.into_iter().filter_map(|(document, part)| Some((document, part?)))
    }
}

/// A detection as `scan` writes it; fields without influence on the score may be missing.
#[derive(Debug, Clone, Deserialize)]
pub struct Detection {
    /// One side.
    pub a: DetectedSide,
    /// The other.
    pub b: DetectedSide,
    /// Columns of the alignment, 0 if unknown.
    #[serde(default)]
    pub tokens: usize,
    /// Family.
    pub family: Option<u64>,
}

/// One side of a [`Detection`].
#[derive(Debug, Clone, Deserialize)]
pub struct DetectedSide {
    /// Document.
    pub id: String,
    /// First code point.
    pub char_start: usize,
    /// First code point after it.
    pub char_end: usize,
    /// First byte.
    pub start: Option<usize>,
    /// First byte after it.
    pub end: Option<usize>,
}

impl From<Detection> for SharedPassage {
    fn from(found: Detection) -> Self {
        let side = |side: DetectedSide| (side.id, (side.char_start, side.char_end));
        let (tokens, family) = (found.tokens, found.family);
        Self { tokens, family, ..Self::new(side(found.a), side(found.b)) }
    }
}

/// All rows of a truth table.
///
/// # Errors
/// A missing column, a value that is not a number, a passage without characters.
pub fn truth(rows: &TruthTable) -> Result<Vec<SharedPassage>> {
    rows.iter().map(SharedPassage::from_row).collect()
}

/// The pairs of documents of a table, the smaller id first.
///
/// # Errors
/// A missing column.
pub fn document_pairs(rows: &TruthTable) -> Result<BTreeSet<(String, String)>> {
    let ordered = |row: TruthRow<'_>| {
        let (a, b) = (row.get("doc_a")?.to_owned(), row.get("doc_b")?.to_owned());
        Ok(if a <= b { (a, b) } else { (b, a) })
    };
    rows.iter().map(ordered).collect()
}

/// The measures of one set of detections.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PassageScore {
    /// True passages.
    pub truth: usize,
    /// Detections.
    pub detections: usize,
    /// Detections that detect no true passage.
    pub detections_without_truth: usize,
    /// True passages that some detection detects.
    pub detected: usize,
    /// Mean number of detections of a detected passage.
    pub granularity: f64,
    /// Means over detections and over true passages.
    #[serde(rename = "macro")]
    pub macro_: Rates,
    /// Shares of pooled characters.
    pub micro: Rates,
    /// `macro.f1 / log2(1 + granularity)`.
    pub plagdet: f64,
    /// `micro.f1 / log2(1 + granularity)`.
    pub plagdet_micro: f64,
    /// Share of true passages covered to 95 % by one detection or one family.
    pub covered: f64,
    /// Share of true passages of which half of both sides is covered.
    pub found_half: f64,
    /// Mean distance of the ends of detected passages, in code points.
    pub boundary_error: f64,
}

/// How far one true passage was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fate {
    /// Share of its characters found.
    pub recall: f64,
    /// Whether it is covered.
    pub covered: bool,
    /// Whether half of both sides is covered by the detections of its pair.
    pub half: bool,
}

/// Ranges of some documents.
type Spans<'a> = Vec<(&'a str, CharRange)>;
type Pairs<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a SharedPassage>>;

fn by_pair(runs: &[SharedPassage]) -> Pairs<'_> {
    let mut pairs = Pairs::new();
    for run in runs {
        pairs.entry((&run.docs.0, &run.docs.1)).or_default().push(run);
    }
    pairs
}

/// Sums over the true passages.
#[derive(Default)]
struct Recalled {
    recall: Vec<f64>,
    hits: Vec<f64>,
    errors: Vec<f64>,
    covered: usize,
    half: usize,
    all: usize,
    right: usize,
}

/// Sums over the detections.
#[derive(Default)]
struct Answered {
    precision: Vec<f64>,
    stray: usize,
    all: usize,
    right: usize,
}

/// Scores `found` against `truth`; passages in `also` are right but need not be found.
/// The fates are in the order of `truth`.
#[must_use]
pub fn score(
    truth: &[SharedPassage],
    found: &[SharedPassage],
    also: &[SharedPassage],
) -> (PassageScore, Vec<Fate>) {
    let finds = by_pair(found);
    let families = Families::new(found);
    let mut fates = vec![Fate { recall: 0.0, covered: false, half: false }; truth.len()];
    let recalled = recall(truth, &finds, &families, &mut fates);
    let answered = precision(&finds, &by_pair(truth), &by_pair(also));
    let granularity = if recalled.hits.is_empty() { 1.0 } else { mean(&recalled.hits) };
    let macro_ = Rates::new(mean(&answered.precision), mean(&recalled.recall));
    let micro =
        Rates::new(share(answered.right, answered.all), share(recalled.right, recalled.all));
    let parts = (1.0 + granularity).log2();
    let score = PassageScore {
        truth: truth.len(),
        detections: found.len(),
        detections_without_truth: answered.stray,
        detected: recalled.hits.len(),
        granularity,
        macro_,
        micro,
        plagdet: macro_.f1 / parts,
        plagdet_micro: micro.f1 / parts,
        covered: share(recalled.covered, truth.len()),
        found_half: share(recalled.half, truth.len()),
        boundary_error: mean(&recalled.errors),
    };
    (score, fates)
}

fn recall(
    truth: &[SharedPassage],
    finds: &Pairs<'_>,
    families: &Families<'_>,
    fates: &mut [Fate],
) -> Recalled {
    let mut sum = Recalled::default();
    let mut by_pair: BTreeMap<(&str, &str), [Spans<'_>; 2]> = BTreeMap::new();
    for (truth, fate) in truth.iter().zip(fates) {
        let pair = (&*truth.docs.0, &*truth.docs.1);
        let finds = finds.get(&pair).map_or(&[][..], Vec::as_slice);
        let own: Vec<&SharedPassage> = finds.iter().copied().filter(|d| d.detects(truth)).collect();
        let whole = |d: &&SharedPassage| most_of(d.a, truth.a) && most_of(d.b, truth.b);
        fate.recall = share(truth.common(&own), truth.size());
        fate.covered = own.iter().any(whole) || families.cover(truth);
        fate.half = half(truth, finds);
        sum.recall.push(fate.recall);
        sum.covered += usize::from(fate.covered);
        sum.half += usize::from(fate.half);
        if !own.is_empty() {
            sum.hits.push(own.len() as f64);
        }
        sum.errors.extend(errors(truth, &own));
        let [all, right] = by_pair.entry(pair).or_default();
        all.extend(truth.spans());
        right.extend(own.iter().flat_map(|d| truth.cut(d)));
    }
    for [all, right] in by_pair.into_values() {
        sum.all += pooled(all);
        sum.right += pooled(right);
    }
    sum
}

fn precision(finds: &Pairs<'_>, truths: &Pairs<'_>, also: &Pairs<'_>) -> Answered {
    let mut sum = Answered::default();
    for (pair, finds) in finds {
        let right = [truths, also].into_iter().filter_map(|pairs| pairs.get(pair));
        let truths: Vec<&SharedPassage> = right.flatten().copied().collect();
        let mut parts = Vec::new();
        for found in finds {
            let own: Vec<&SharedPassage> =
                truths.iter().copied().filter(|t| found.detects(t)).collect();
            sum.stray += usize::from(own.is_empty());
            sum.precision.push(share(found.common(&own), found.size()));
            parts.extend(own.iter().flat_map(|t| found.cut(t)));
        }
        sum.right += pooled(parts);
        sum.all += pooled(finds.iter().flat_map(|d| d.spans()).collect());
    }
    sum
}

/// Mean distance of the four ends from those of the detection with the largest overlap.
fn errors(truth: &SharedPassage, own: &[&SharedPassage]) -> Option<f64> {
    let best = own.iter().max_by_key(|d| overlap(d.a, truth.a) + overlap(d.b, truth.b))?;
    let ends = |r: &SharedPassage| [r.a.0, r.a.1, r.b.0, r.b.1];
    let sum: usize = ends(best).iter().zip(ends(truth)).map(|(x, y)| x.abs_diff(y)).sum();
    Some(sum as f64 / 4.0)
}

/// Whether half of both sides is covered by detections of the pair.
fn half(truth: &SharedPassage, finds: &[&SharedPassage]) -> bool {
    let side = |own: CharRange, pick: fn(&SharedPassage) -> CharRange| {
        union(finds.iter().filter_map(|d| clip(own, pick(d))).collect()) * 2 >= length(own)
    };
    side(truth.a, |d| d.a) && side(truth.b, |d| d.b)
}

/// Ranges of each family in each document; a detection without a family is its own family.
struct Families<'a>(BTreeMap<&'a str, BTreeMap<(bool, u64), Vec<CharRange>>>);

impl<'a> Families<'a> {
    fn new(found: &'a [SharedPassage]) -> Self {
        let mut all: BTreeMap<&str, BTreeMap<(bool, u64), Vec<CharRange>>> = BTreeMap::new();
        for (n, run) in (0..).zip(found) {
            let name = run.family.map_or((false, n), |family| (true, family));
            for (document, range) in run.spans() {
                all.entry(document).or_default().entry(name).or_default().push(range);
            }
        }
        Self(all)
    }

    /// Whether one family covers 95 % of both sides.
    fn cover(&self, truth: &SharedPassage) -> bool {
        let [(x, _), (y, _)] = truth.spans();
        let (Some(x), Some(y)) = (self.0.get(x), self.0.get(y)) else { return false };
        let enough = |own: CharRange, spans: &[CharRange]| {
            let parts = spans.iter().filter_map(|s| clip(own, *s)).collect();
            union(parts) * 20 >= length(own) * 19
        };
        let mut both = x.iter().filter_map(|(family, spans)| Some((spans, y.get(family)?)));
        both.any(|(a, b)| enough(truth.a, a) && enough(truth.b, b))
    }
}

fn length(range: CharRange) -> usize {
    range.1.saturating_sub(range.0)
}

/// Code points that two ranges share.
#[must_use]
pub fn overlap(x: CharRange, y: CharRange) -> usize {
    x.1.min(y.1).saturating_sub(x.0.max(y.0))
}

/// Whether 95 % of `whole` lies in `part`.
fn most_of(part: CharRange, whole: CharRange) -> bool {
    overlap(part, whole) * 20 >= length(whole) * 19
}

fn clip(own: CharRange, other: CharRange) -> Option<CharRange> {
    (overlap(own, other) > 0).then(|| (own.0.max(other.0), own.1.min(other.1)))
}

/// Code points in the union of ranges.
#[must_use]
pub fn union(mut ranges: Vec<CharRange>) -> usize {
    ranges.sort_unstable();
    let (mut sum, mut end) = (0, 0);
    for (from, to) in ranges {
        sum += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    sum
}

/// Characters of some spans, each position of a document counted once.
fn pooled(spans: Spans<'_>) -> usize {
    let mut by_document: BTreeMap<&str, Vec<CharRange>> = BTreeMap::new();
    for (document, range) in spans {
        by_document.entry(document).or_default().push(range);
    }
    by_document.into_values().map(union).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run between documents `x` and `y`.
    fn run(a: CharRange, b: CharRange, family: u64) -> SharedPassage {
        SharedPassage {
            family: Some(family),
            ..SharedPassage::new(("x".to_owned(), a), ("y".to_owned(), b))
        }
    }

    #[test]
    fn a_perfect_answer_scores_one() {
        let truth = [run((10, 110), (500, 600), 0), run((300, 340), (0, 40), 0)];
        let (score, fates) = score(&truth, &truth, &[]);
        for value in [
            score.macro_.precision,
            score.micro.recall,
            score.plagdet,
            score.covered,
            score.plagdet_micro,
            score.found_half,
        ] {
            assert!((value - 1.0).abs() < 1e-9, "{score:?}");
        }
        assert!(score.boundary_error.abs() < 1e-9);
        assert!(fates.iter().all(|fate| fate.covered && fate.half));
    }

    #[test]
    fn errors_lower_the_score() {
        let truth = [run((0, 100), (0, 100), 0), run((200, 300), (200, 300), 0)];
        // The first in two pieces of one family, the second not at all, and one stray detection.
        let found = [
            run((0, 50), (0, 50), 1),
            run((50, 100), (50, 100), 1),
            run((400, 500), (400, 500), 2),
        ];
        let (result, fates) = score(&truth, &found, &[]);
        let expected = [
            (result.macro_.precision, 2.0 / 3.0),
            (result.macro_.recall, 0.5),
            (result.micro.precision, 0.5),
            (result.micro.recall, 0.5),
            (result.granularity, 2.0),
            (result.covered, 0.5),
            (result.found_half, 0.5),
            (result.plagdet, (4.0 / 7.0) / 3f64.log2()),
            (result.plagdet_micro, 0.5 / 3f64.log2()),
            // Of the detected passage: (0 + 50 + 0 + 50) / 4.
            (result.boundary_error, 25.0),
        ];
        for (number, (got, wanted)) in expected.into_iter().enumerate() {
            assert!((got - wanted).abs() < 1e-9, "{number}: {got} not {wanted}: {result:?}");
        }
        assert_eq!((result.detected, result.detections_without_truth), (1, 1));
        assert_eq!([fates[0].covered, fates[1].covered], [true, false]);
        // A right passage that need not be found raises the precision.
        let also = [run((400, 500), (400, 500), 0)];
        assert!((score(&truth, &found, &also).0.macro_.precision - 1.0).abs() < 1e-9);
    }

    #[test]
    fn swapped_sides_are_the_same_passage() {
        let swapped = SharedPassage::new(("y".to_owned(), (0, 100)), ("x".to_owned(), (0, 100)));
        let truth = [run((0, 100), (0, 100), 0)];
        assert_eq!(swapped.docs, truth[0].docs);
        assert!((score(&truth, &[swapped], &[]).0.plagdet - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_found_and_nothing_to_find() {
        let truth = [run((0, 100), (0, 100), 0)];
        let (nothing, _) = score(&truth, &[], &[]);
        assert!(nothing.plagdet.abs() < 1e-12 && nothing.covered.abs() < 1e-12);
        let (stray, _) = score(&[], &truth, &[]);
        assert_eq!((stray.truth, stray.detections_without_truth), (0, 1));
        assert!(stray.plagdet.abs() < 1e-12);
    }

    #[test]
    fn pieces_without_a_family_do_not_cover_together() {
        let truth = [run((0, 100), (0, 100), 0)];
        let alone = |run: SharedPassage| SharedPassage { family: None, ..run };
        let found = [alone(run((0, 50), (0, 50), 1)), alone(run((50, 100), (50, 100), 1))];
        assert!(score(&truth, &found, &[]).0.covered.abs() < 1e-12);
    }
}

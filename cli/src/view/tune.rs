//! What a setting of `dedup` finds, misses and costs: the numbers, and the view for people.
//!
//! Fed by `tune` with a banding; reads no corpus. Formulas: a pair of Jaccard similarity `J` is
//! found with probability `1 - (1 - J^r)^b`; a copy with a share `e` of its words replaced at
//! random keeps `(1 - e)^k` of its shingles, so `J = (1 - e)^k / (2 - (1 - e)^k)`; a passage of
//! `L` tokens has an unedited shingle left while at most `floor(L / k) - 1` tokens are edited.

use super::curve;
use super::numbers::{chance, count, grouped, percent, size};
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use serde::Serialize;
use std::fmt::Write as _;
use wirecopy::sketch::Banding;

/// Assumed similarities of unrelated documents.
const BACKGROUND: [f64; 4] = [0.01, 0.02, 0.05, 0.1];
/// Similarities of the table, in percent.
const TABLE: [u32; 11] = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100];
/// Share of words edited, and the median exact similarity of copies of news articles edited so
/// (replaced, deleted and inserted words; sets of five words).
const MEASURED: [(f64, f64); 5] =
    [(0.02, 0.84), (0.05, 0.65), (0.1, 0.45), (0.2, 0.23), (0.3, 0.11)];
/// Lengths of passages for the edit guarantee.
const PASSAGES: [u32; 6] = [10, 15, 20, 25, 40, 80];
/// Bytes of a document beside its signature and its band keys: place, hash, counts, id.
const RECORD_BYTES: usize = 60;

/// What the numbers are computed for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// Smallest Jaccard similarity of duplicates.
    pub(crate) threshold: f64,
    /// Words of a shingle.
    pub(crate) ngram_size: u32,
    /// How signatures are cut.
    pub(crate) banding: Banding,
    /// Documents of the corpus.
    pub(crate) documents: u64,
}

/// The numbers of a setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Tuning {
    /// Smallest Jaccard similarity of duplicates.
    pub(crate) threshold: f64,
    /// Words of a shingle.
    pub(crate) ngram_size: u32,
    /// Lanes of a signature.
    pub(crate) num_perm: usize,
    /// Bands of the search.
    pub(crate) bands: usize,
    /// Lanes of a band.
    pub(crate) rows: usize,
    /// Chance to find a pair exactly at the threshold.
    pub(crate) expected_recall: f64,
    /// Chance to find a pair, by its similarity from 0 to 1 in steps of 0.01.
    pub(crate) curve: Vec<CurvePoint>,
    /// What unrelated pairs cost.
    pub(crate) background: Vec<Background>,
    /// Documents of the assumed corpus.
    pub(crate) documents: u64,
    /// Bytes of memory for each document.
    pub(crate) bytes_per_document: usize,
    /// Bytes of memory for all of them.
    pub(crate) memory_bytes: u64,
    /// Share of the words of a copy that may be edited at the threshold, by the formula.
    pub(crate) edited_at_threshold: f64,
    /// Similarity of a copy by its edited words.
    pub(crate) edits: Vec<EditedCopy>,
    /// Edited tokens that cannot hide a passage from `scan`.
    pub(crate) passages: Vec<EditGuarantee>,
}

/// Chance to find a pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct CurvePoint {
    /// Jaccard similarity of the pair.
    pub(crate) jaccard: f64,
    /// Chance that it shares a band.
    pub(crate) probability: f64,
}

/// What unrelated pairs cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Background {
    /// Similarity that any two documents are taken to have.
    pub(crate) jaccard: f64,
    /// Chance that such a pair shares a band.
    pub(crate) probability: f64,
    /// Such pairs that are expected among all documents.
    pub(crate) candidates: f64,
}

/// Similarity of an edited copy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct EditedCopy {
    /// Share of the words that were edited.
    pub(crate) edited: f64,
    /// Similarity by the formula.
    pub(crate) jaccard: f64,
    /// Median measured on copies of news articles; known for shingles of five words.
    pub(crate) measured: Option<f64>,
    /// Chance that the search finds the copy (by the formula's similarity).
    pub(crate) found: f64,
}

/// The edit guarantee of passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct EditGuarantee {
    /// Tokens of the passage.
    pub(crate) tokens: u32,
    /// Edited tokens that cannot hide it.
    pub(crate) edits: u32,
}

impl Tuning {
    /// Computes the numbers.
    #[must_use]
    pub(crate) fn new(question: Setting) -> Self {
        let Setting { threshold, ngram_size, banding, documents } = question;
        let pairs = documents as f64 * documents.saturating_sub(1) as f64 / 2.0;
        let background = |jaccard: f64| {
            let probability = banding.probability(jaccard);
            Background { jaccard, probability, candidates: pairs * probability }
        };
        let point = |percent: u32| {
            let jaccard = f64::from(percent) / 100.0;
            CurvePoint { jaccard, probability: banding.probability(jaccard) }
        };
        let bytes = banding.lanes() + 4 * banding.bands() + RECORD_BYTES;
        Self {
            threshold,
            ngram_size,
            num_perm: banding.lanes(),
            bands: banding.bands(),
            rows: banding.rows(),
            expected_recall: banding.probability(threshold),
            curve: (0..=100).map(point).collect(),
            background: BACKGROUND.map(background).to_vec(),
            documents,
            bytes_per_document: bytes,
            memory_bytes: documents.saturating_mul(bytes as u64),
            edited_at_threshold: edited(threshold, ngram_size),
            edits: edits(ngram_size, banding),
            passages: PASSAGES.map(|tokens| guarantee(tokens, ngram_size)).to_vec(),
        }
    }

    /// Chance to find a pair of this similarity in percent.
    fn at(&self, percent: u32) -> f64 {
        self.curve.get(percent as usize).map_or(0.0, |point| point.probability)
    }
}

/// Similarity of a copy with a share `edited` of its words replaced.
fn similarity(edited: f64, ngram_size: u32) -> f64 {
    let left = (1.0 - edited).powf(f64::from(ngram_size));
    left / (2.0 - left)
}

/// Share of edited words at which a copy has this similarity.
fn edited(jaccard: f64, ngram_size: u32) -> f64 {
    let left = 2.0 * jaccard / (1.0 + jaccard);
    1.0 - left.powf(1.0 / f64::from(ngram_size))
}

fn edits(ngram_size: u32, banding: Banding) -> Vec<EditedCopy> {
    let row = |(edited, measured)| {
        let jaccard = similarity(edited, ngram_size);
        let measured = (ngram_size == 5).then_some(measured);
        EditedCopy { edited, jaccard, measured, found: banding.probability(jaccard) }
    };
    MEASURED.map(row).to_vec()
}

fn guarantee(tokens: u32, ngram_size: u32) -> EditGuarantee {
    let edits = tokens.checked_div(ngram_size).unwrap_or(0).saturating_sub(1);
    EditGuarantee { tokens, edits }
}

/// Appends the view for people.
pub(crate) fn view(tuning: &Tuning, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    let Tuning { threshold, ngram_size, bands, rows, num_perm, .. } = tuning;
    heading(&format!("threshold {threshold} on sets of {ngram_size} words"), &mut page);
    let (bands, rows) = (count(*bands, "band", "bands"), count(*rows, "row", "rows"));
    plain(&format!("{bands} x {rows}, from signatures of {num_perm} lanes"), &mut page);
    page.blank();
    heading("Chance that the search finds a pair, by its Jaccard similarity", &mut page);
    page.blank();
    curve::plot(|jaccard| tuning.probability(jaccard), *threshold, &mut page);
    page.blank();
    found(tuning, &mut page);
    page.blank();
    background(tuning, &mut page);
    page.blank();
    words(tuning, &mut page);
    page.blank();
    passages(tuning, &mut page);
}

impl Tuning {
    /// Chance to find a pair of any similarity.
    fn probability(&self, jaccard: f64) -> f64 {
        1.0 - (1.0 - jaccard.powf(self.rows as f64)).powf(self.bands as f64)
    }
}

fn heading(text: &str, page: &mut Page<'_>) {
    page.line(&[Piece::own(Ink::Heading, text)]);
}

fn faint(text: &str, page: &mut Page<'_>) {
    page.line(&[Piece::own(Ink::Faint, text)]);
}

fn plain(text: &str, page: &mut Page<'_>) {
    page.line(&[Piece::own(Ink::Plain, text)]);
}

fn found(tuning: &Tuning, page: &mut Page<'_>) {
    faint("similarity      found   missed of a million", page);
    for at in TABLE {
        let jaccard = f64::from(at) / 100.0;
        let probability = tuning.at(at);
        let line = format!("{jaccard:>10.2} {:>10}", chance(probability));
        if jaccard < tuning.threshold {
            let pieces =
                [Piece::own(Ink::Faint, format!("{line}   verified, and not a duplicate"))];
            page.line(&pieces);
        } else {
            plain(&format!("{line}   {:>19}", approximate((1.0 - probability) * 1e6)), page);
        }
    }
}

fn background(tuning: &Tuning, page: &mut Page<'_>) {
    heading(&format!("What {} documents cost", grouped(tuning.documents)), page);
    let memory = format!(
        "memory: {} ({} bytes a document; --memory SIZE needs less)",
        size(tuning.memory_bytes),
        tuning.bytes_per_document
    );
    plain(&memory, page);
    faint("if any two had    pairs compared by signature", page);
    for row in &tuning.background {
        let pairs = approximate(row.candidates);
        plain(&format!("{:>14.2}    {pairs:>27}", row.jaccard), page);
    }
}

fn words(tuning: &Tuning, page: &mut Page<'_>) {
    let text = format!(
        "{} is a copy with about {} of its words edited",
        tuning.threshold,
        percent(tuning.edited_at_threshold)
    );
    heading(&text, page);
    let k = tuning.ngram_size;
    let known = tuning.edits.iter().any(|row| row.measured.is_some());
    let measured = if known { "   measured*" } else { "" };
    faint(&format!("words edited   similarity{measured}             found"), page);
    for row in &tuning.edits {
        let (edited, similarity) = (percent(row.edited), row.jaccard);
        let measured = row.measured.map_or_else(String::new, |j| format!("{j:>12.2}"));
        let (ink, found) = if similarity < tuning.threshold {
            (Ink::Faint, "not a duplicate".to_owned())
        } else {
            (Ink::Plain, chance(row.found))
        };
        let line = format!("{edited:>12} {similarity:>12.2}{measured}   {found:>15}");
        page.line(&[Piece::own(ink, line)]);
    }
    faint(
        &format!("similarity = (1-e)^{k} / (2 - (1-e)^{k}) for a share e of words replaced"),
        page,
    );
    if known {
        faint("* median of news articles with words replaced, deleted and inserted", page);
    }
}

fn passages(tuning: &Tuning, page: &mut Page<'_>) {
    let text = format!(
        "Passages (scan --ngram-size {}): noticed despite any floor(L/{}) - 1 edits",
        tuning.ngram_size, tuning.ngram_size
    );
    heading(&text, page);
    let cells = |label: &str, of: &dyn Fn(&EditGuarantee) -> u32| {
        let mut line = format!("{label:<16}");
        for passage in &tuning.passages {
            // Writing to a string cannot fail.
            write!(line, "{:>6}", of(passage)).ok();
        }
        line
    };
    faint(&cells("tokens (L)", &|passage| passage.tokens), page);
    plain(&cells("edited tokens", &|passage| passage.edits), page);
}

/// An expected number: exact where it is large, with a digit where it is small.
fn approximate(number: f64) -> String {
    if number <= 0.0 {
        return "0".to_owned();
    }
    if number < 0.05 {
        return "<0.1".to_owned();
    }
    if number < 10.0 {
        return format!("{number:.1}");
    }
    if number >= 1e15 {
        return format!("{number:.1e}");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 10 and 10^15"
    )]
    let whole = number.round() as u64;
    grouped(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy::sketch::Wanted;

    fn tuning(threshold: f64, ngram_size: u32) -> Tuning {
        let banding = Banding::choose(threshold, Wanted::default()).unwrap();
        Tuning::new(Setting { threshold, ngram_size, banding, documents: 1_000_000 })
    }

    fn shown(tuning: &Tuning, width: usize) -> String {
        let mut out = String::new();
        view(tuning, Look { width, color: false }, &mut out);
        out
    }

    #[test]
    fn the_view_fits_a_terminal() {
        let page = shown(&tuning(0.7, 5), 80);
        assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
        insta::assert_snapshot!(page);
        insta::assert_snapshot!(shown(&tuning(1.0, 3), 60));
    }

    #[test]
    fn the_formula_is_near_what_was_measured() {
        for (edited, measured) in MEASURED {
            assert!((similarity(edited, 5) - measured).abs() < 0.04, "{edited}");
        }
    }

    #[test]
    fn words_and_similarity_are_inverse() {
        for percent in 1..=100 {
            let jaccard = f64::from(percent) / 100.0;
            assert!((similarity(edited(jaccard, 5), 5) - jaccard).abs() < 1e-9);
        }
        assert!((edited(0.7, 5) - 0.038).abs() < 0.001);
    }

    #[test]
    fn the_guarantee_is_that_of_the_method() {
        let edits = |tokens, ngram_size| guarantee(tokens, ngram_size).edits;
        assert_eq!([edits(20, 5), edits(40, 5), edits(20, 4), edits(3, 5)], [3, 7, 4, 0]);
        assert_eq!(edits(3, 0), 0);
    }

    #[test]
    fn numbers_are_told_with_the_digits_they_have() {
        let shown = [0.0, 0.01, 1.26, 1234.4, 4.9e17].map(approximate);
        assert_eq!(shown, ["0", "<0.1", "1.3", "1,234", "4.9e17"]);
    }

    #[test]
    fn background_counts_pairs() {
        let numbers = tuning(0.7, 5);
        let row = numbers.background[0];
        // 32 bands of 4 rows: about 32 x 0.01^4 of 5 x 10^11 pairs.
        assert!((row.candidates / 160_000.0 - 1.0).abs() < 0.01, "{}", row.candidates);
        assert_eq!(numbers.curve.len(), 101);
    }
}

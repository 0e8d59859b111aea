//! Kinds of families against labels given by hand.
//!
//! Fed with a table of labels and the families that `scan` wrote, feeds the score of a result. A
//! label names its family by places: `members` lists a few of them as `id:start-end` in bytes,
//! separated by spaces. A family of the result is the labelled one if one of its members overlaps
//! one of these places by at least half of the longer; of several, the one with the largest
//! overlap. Labels without a family are counted as missing, not as wrong.

use super::rates::Rates;
use super::table::{TruthRow, TruthTable};
use crate::error::Result;
use crate::hash::Map;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A family as `scan` writes it.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedFamily {
    /// Number of the family.
    #[serde(default)]
    pub family: u32,
    /// Kind that it was given.
    pub kind: String,
    /// Its places.
    pub members: Vec<FamilyPlace>,
    /// Evidence for the kind, as text.
    #[serde(default)]
    pub why: Vec<String>,
    /// Text of its passage.
    #[serde(default)]
    pub text: String,
}

/// A place of a family.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FamilyPlace {
    /// Document.
    pub id: String,
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Places of the family.
    pub places: Vec<FamilyPlace>,
    /// Its true kind.
    pub kind: String,
    /// Why it is of that kind, in the words of the annotator.
    pub reason: String,
}

/// A family whose kind differs from its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misjudged {
    /// Number of the family.
    pub family: u32,
    /// The true kind.
    pub label: String,
    /// The kind it was given.
    pub kind: String,
    /// Why the label was given.
    pub reason: String,
    /// Evidence for the kind, as text.
    pub why: Vec<String>,
    /// The passage.
    pub text: String,
}

impl FamilyPlace {
    fn parse(text: &str) -> Option<Self> {
        // Ids may hold colons and hyphens, so the numbers are split off at the end.
        let (id, range) = text.rsplit_once(':')?;
        let (start, end) = range.split_once('-')?;
        Some(Self { id: id.to_owned(), start: start.parse().ok()?, end: end.parse().ok()? })
    }

    /// Bytes in both, if they are at least half of the longer place.
    fn overlap(&self, other: &Self) -> Option<usize> {
        let both = self.end.min(other.end).saturating_sub(self.start.max(other.start));
        let longer =
            (self.end - self.start.min(self.end)).max(other.end - other.start.min(other.end));
        (self.id == other.id && both > 0 && 2 * both >= longer).then_some(both)
    }
}

/// The labels of a table with the columns `members`, `label` and, optionally, `reason`; only those
/// of one `half` if it is given.
///
/// # Errors
/// A missing column, a place that is not `id:start-end`.
pub fn truth(rows: &TruthTable, half: Option<&str>) -> Result<Vec<Label>> {
    let mut labels = Vec::new();
    for row in rows.iter() {
        if let Some(half) = half
            && row.get("half")? != half
        {
            continue;
        }
        let kind = row.get("label")?.to_owned();
        let reason = if rows.has("reason") { row.get("reason")?.to_owned() } else { String::new() };
        labels.push(Label { places: places(row)?, kind, reason });
    }
    Ok(labels)
}

fn places(row: TruthRow<'_>) -> Result<Vec<FamilyPlace>> {
    let text = row.get("members")?;
    let wrong = |place: &str| row.broken(&format!("`{place}` is not a place `id:start-end`"));
    text.split(' ').map(|place| FamilyPlace::parse(place).ok_or_else(|| wrong(place))).collect()
}

/// The measures of one result.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KindScore {
    /// Labels.
    pub labels: usize,
    /// Labels whose family is missing from the result.
    pub missing: usize,
    /// Share of the other labels whose family has the right kind.
    pub accuracy: f64,
    /// Mean F1 of the kinds that occur in the truth.
    pub macro_f1: f64,
    /// Rates of every kind.
    pub kinds: BTreeMap<String, Rates>,
    /// Confusion matrix: families by true kind (rows) and by the kind they were given.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
    /// The families whose kind differs from their label, sorted by label and kind, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Vec<Misjudged>>,
}

/// Scores the kinds of families; lists the misjudged ones if `wrong` is set.
#[must_use]
pub fn score(labels: &[Label], families: &[JudgedFamily], wrong: bool) -> KindScore {
    let mut by_document: Map<&str, Vec<(usize, &FamilyPlace)>> = Map::default();
    for (n, family) in families.iter().enumerate() {
        for place in &family.members {
            by_document.entry(&place.id).or_default().push((n, place));
        }
    }
    let meant = |label: &Label| {
        let near = label.places.iter().flat_map(|wanted| {
            let there = by_document.get(wanted.id.as_str()).map_or(&[][..], Vec::as_slice);
            there.iter().filter_map(move |(n, place)| Some((wanted.overlap(place)?, *n)))
        });
        near.max_by_key(|&(overlap, n)| (overlap, std::cmp::Reverse(n))).map(|(_, n)| n)
    };
    let mut score = KindScore { labels: labels.len(), ..KindScore::default() };
    let mut missed = Vec::new();
    for label in labels {
        let Some(family) = meant(label).map(|n| &families[n]) else {
            score.missing += 1;
            continue;
        };
        let given = family.kind.clone();
        if wrong && given != label.kind {
            missed.push(Misjudged::of(label, family));
        }
        *score.confusion.entry(label.kind.clone()).or_default().entry(given).or_default() += 1;
    }
    missed.sort_by(|x, y| (&x.label, &x.kind, x.family).cmp(&(&y.label, &y.kind, y.family)));
    score.wrong = wrong.then_some(missed);
    score.rate();
    score
}

impl Misjudged {
    fn of(label: &Label, family: &JudgedFamily) -> Self {
        Self {
            family: family.family,
            label: label.kind.clone(),
            kind: family.kind.clone(),
            reason: label.reason.clone(),
            why: family.why.clone(),
            text: family.text.clone(),
        }
    }
}

impl KindScore {
    /// Computes the rates from the confusion matrix.
    fn rate(&mut self) {
        let given = self.confusion.values().flat_map(BTreeMap::keys);
        let kinds: BTreeSet<String> = self.confusion.keys().chain(given).cloned().collect();
        let cell = |truth: &str, given: &str| {
            self.confusion.get(truth).and_then(|row| row.get(given)).copied().unwrap_or(0)
        };
        let mut right = 0;
        for kind in &kinds {
            let hit = cell(kind, kind);
            let truth: usize = kinds.iter().map(|other| cell(kind, other)).sum();
            let found: usize = kinds.iter().map(|other| cell(other, kind)).sum();
            right += hit;
            self.kinds.insert(kind.clone(), Rates::of_counts(hit, found, truth));
        }
        let all: usize = self.confusion.values().flat_map(BTreeMap::values).sum();
        self.accuracy = Rates::of_counts(right, all, all).precision;
        let f1: Vec<f64> = self.confusion.keys().map(|kind| self.kinds[kind].f1).collect();
        self.macro_f1 = super::rates::mean(&f1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> FamilyPlace {
        FamilyPlace::parse(text).unwrap()
    }

    fn family(kind: &str, places: &[&str]) -> JudgedFamily {
        JudgedFamily {
            family: 7,
            kind: kind.to_owned(),
            members: places.iter().map(|p| place(p)).collect(),
            why: vec!["said 1.00".to_owned()],
            text: "it held".to_owned(),
        }
    }

    fn label(kind: &str, places: &[&str]) -> Label {
        Label {
            kind: kind.to_owned(),
            places: places.iter().map(|p| place(p)).collect(),
            reason: "read".to_owned(),
        }
    }

    #[test]
    fn places_are_split_at_the_end() {
        assert_eq!(place("a:b-c:3-17"), FamilyPlace { id: "a:b-c".to_owned(), start: 3, end: 17 });
        assert_eq!(FamilyPlace::parse("a:3"), None);
        assert_eq!(FamilyPlace::parse("3-17"), None);
    }

    #[test]
    fn families_are_found_by_place_and_confused_by_kind() {
        let families = [
            family("wire", &["a:0-100", "b:0-100"]),
            family("boilerplate", &["a:200-300", "c:5-105"]),
            family("reuse", &["d:0-50", "e:0-50"]),
        ];
        let labels = [
            label("wire", &["b:10-100"]),
            label("wire", &["c:0-100"]),
            label("reuse", &["d:0-60"]),
            // Only a third of the first is in a family, and the second is in none.
            label("quotation", &["a:0-300"]),
            label("quotation", &["z:0-10"]),
        ];
        let score = score(&labels, &families, true);
        assert_eq!((score.labels, score.missing), (5, 2));
        assert_eq!(score.confusion["wire"]["boilerplate"], 1);
        let wire = score.kinds["wire"];
        assert!((wire.precision - 1.0).abs() < 1e-12 && (wire.recall - 0.5).abs() < 1e-12);
        assert!(score.kinds["boilerplate"].precision.abs() < 1e-12);
        assert!((score.accuracy - 2.0 / 3.0).abs() < 1e-12);
        let wrong = score.wrong.unwrap();
        assert_eq!(wrong.len(), 1);
        assert_eq!((&*wrong[0].label, &*wrong[0].kind), ("wire", "boilerplate"));
        assert_eq!((wrong[0].family, &*wrong[0].reason), (7, "read"));
        // Only the kinds of the truth count: wire 2/3, reuse 1.
        assert!((score.macro_f1 - f64::midpoint(2.0 / 3.0, 1.0)).abs() < 1e-12);
    }
}

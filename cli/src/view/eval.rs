//! Scores of results for people: one measure a line, groups and confusions as tables.
//!
//! Fed by `eval`. Invariant: what is shown is what programs read as JSON, rounded.

use super::numbers::grouped;
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use wirecopy::eval::offsets::Offsets;
use wirecopy::eval::passages::{Fate, PassageScore, SharedPassage};
use wirecopy::eval::{Rates, clusters, kinds, pairs};

/// A score that can be shown.
pub(crate) trait ScoreView {
    /// Appends its lines.
    fn lines(&self, lines: &mut ScoreLines<'_, '_>);
}

/// Writes measures one below the other.
#[derive(Debug)]
pub(crate) struct ScoreLines<'p, 'o>(&'p mut Page<'o>);

/// Appends a score under its title.
pub(crate) fn view(score: &dyn ScoreView, title: &str, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    page.line(&[Piece::name(Ink::Heading, title)]);
    page.blank();
    score.lines(&mut ScoreLines(&mut page));
}

/// Characters shown of a misjudged passage.
const SHOWN_CHARS: usize = 300;
/// Columns of a measure's name.
const NAME: usize = 26;

impl ScoreLines<'_, '_> {
    fn row(&mut self, name: &str, value: &str) {
        let name = format!("{name:NAME$}");
        self.0.line(&[Piece::name(Ink::Plain, &name), Piece::name(Ink::Plain, value)]);
    }

    fn count(&mut self, name: &str, value: usize) {
        self.row(name, &grouped(value as u64));
    }

    fn share(&mut self, name: &str, value: f64) {
        self.row(name, &format!("{value:.4}"));
    }

    fn rates(&mut self, name: &str, rates: Rates) {
        let Rates { precision, recall, f1 } = rates;
        self.row(name, &format!("precision {precision:.4}  recall {recall:.4}  F1 {f1:.4}"));
    }

    fn blank(&mut self) {
        self.0.blank();
    }

    /// A family whose kind is not its label: both, the reasons, the start of its text.
    fn wrong(&mut self, wrong: &kinds::Misjudged) {
        self.0.blank();
        let kinds::Misjudged { family, label, kind, reason, why, text } = wrong;
        let lead = Piece::own(Ink::Heading, format!("#{family}  "));
        let head = [
            Piece::name(Ink::Heading, label),
            Piece::own(Ink::Plain, ", judged "),
            Piece::name(Ink::Heading, kind),
        ];
        self.0.paragraph(&lead, &head);
        let indent = Piece::own(Ink::Plain, "    ");
        for (name, words) in [("label: ", reason), ("because: ", &why.join(", "))] {
            if !words.is_empty() {
                let words = [Piece::own(Ink::Faint, name), Piece::name(Ink::Faint, words)];
                self.0.paragraph(&indent, &words);
            }
        }
        let end = text.char_indices().nth(SHOWN_CHARS).map_or(text.len(), |(at, _)| at);
        let rest = if end < text.len() { " …" } else { "" };
        let shown = [Piece::prose(Ink::Plain, &text[..end]), Piece::own(Ink::Faint, rest)];
        self.0.paragraph(&Piece::own(Ink::Faint, "  ┃ "), &shown);
    }
}

/// What `eval passages` reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PassageReport {
    /// Whether offsets agree, where the documents were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offsets: Option<Offsets>,
    /// The measures.
    #[serde(flatten)]
    pub(crate) score: PassageScore,
    /// Recall by group of truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<BTreeMap<String, GroupScore>>,
}

/// How the true passages of a group fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct GroupScore {
    /// True passages.
    pub(crate) truth: usize,
    /// Mean share of their characters found.
    pub(crate) recall: f64,
    /// Share of them covered to 95 %.
    pub(crate) covered: f64,
    /// Share of them of which half of both sides is covered.
    pub(crate) found_half: f64,
}

/// What true passages are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupBy {
    /// The column `kind`.
    Kind,
    /// The column `note`.
    Note,
    /// Length in tokens.
    Tokens,
}

/// Lengths of passages, each up to the next.
const LENGTHS: [(usize, &str); 4] = [(15, "<15"), (20, "15-19"), (50, "20-49"), (100, "50-99")];

/// Recall of each group of true passages.
#[must_use]
pub(crate) fn group(
    truth: &[SharedPassage],
    fates: &[Fate],
    by: GroupBy,
) -> BTreeMap<String, GroupScore> {
    let length = |tokens: usize| {
        LENGTHS.iter().find(|(end, _)| tokens < *end).map_or("100+", |(_, name)| *name)
    };
    let mut groups: BTreeMap<String, GroupScore> = BTreeMap::new();
    for (run, fate) in truth.iter().zip(fates) {
        let key = match by {
            GroupBy::Kind => run.kind.clone(),
            GroupBy::Note => run.note.clone(),
            GroupBy::Tokens => length(run.tokens).to_owned(),
        };
        let group = groups.entry(key).or_default();
        group.truth += 1;
        group.recall += fate.recall;
        group.covered += f64::from(u8::from(fate.covered));
        group.found_half += f64::from(u8::from(fate.half));
    }
    for group in groups.values_mut() {
        let all = group.truth as f64;
        group.recall /= all;
        group.covered /= all;
        group.found_half /= all;
    }
    groups
}

impl ScoreView for PassageReport {
    fn lines(&self, lines: &mut ScoreLines<'_, '_>) {
        if let Some(offsets) = self.offsets {
            lines.count("offsets checked", offsets.checked);
            lines.count("offsets wrong", offsets.wrong);
        }
        let score = &self.score;
        lines.count("true passages", score.truth);
        lines.count("detections", score.detections);
        lines.count("detections without truth", score.detections_without_truth);
        lines.count("detected", score.detected);
        lines.rates("macro", score.macro_);
        lines.rates("micro", score.micro);
        lines.share("granularity", score.granularity);
        lines.share("plagdet", score.plagdet);
        lines.share("plagdet, micro", score.plagdet_micro);
        lines.share("covered", score.covered);
        lines.share("found by half", score.found_half);
        lines.row("boundary error", &format!("{:.1} characters", score.boundary_error));
        for (n, (name, group)) in self.groups.iter().flatten().enumerate() {
            if n == 0 {
                lines.blank();
            }
            let GroupScore { truth, recall, covered, found_half } = group;
            let text = format!(
                "{truth:>6}  recall {recall:.4}  covered {covered:.4}  half {found_half:.4}"
            );
            lines.row(name, &text);
        }
    }
}

impl ScoreView for pairs::PairScore {
    fn lines(&self, lines: &mut ScoreLines<'_, '_>) {
        lines.share("threshold", self.threshold);
        for (name, counted) in [("all pairs", self.all), ("off the edge", self.off_the_edge)] {
            lines.rates(name, counted.rates);
            let pairs::PairCounts { truth, found, hit, .. } = counted;
            lines.row("", &format!("{truth} true, {found} found, {hit} of them true"));
        }
        lines.count("pairs on the edge", self.edge_pairs);
        lines.count("similarities compared", self.compared);
        lines.row("mean difference", &format!("{:.5}", self.mean_difference));
        lines.row("largest difference", &format!("{:.5}", self.largest_difference));
    }
}

impl ScoreView for clusters::ClusterScore {
    fn lines(&self, lines: &mut ScoreLines<'_, '_>) {
        lines.count("documents", self.documents);
        lines.count("true clusters", self.truth_clusters);
        lines.count("clusters found", self.found_clusters);
        lines.count("unknown documents", self.unknown);
        lines.rates("pairs", self.pairs);
        lines.share("adjusted Rand index", self.adjusted_rand);
        lines.share("homogeneity", self.homogeneity);
        lines.share("completeness", self.completeness);
        lines.share("V-measure", self.v_measure);
    }
}

impl ScoreView for kinds::KindScore {
    fn lines(&self, lines: &mut ScoreLines<'_, '_>) {
        lines.count("labels", self.labels);
        lines.count("without a family", self.missing);
        lines.share("accuracy", self.accuracy);
        lines.share("macro F1", self.macro_f1);
        for (kind, rates) in &self.kinds {
            lines.rates(kind, *rates);
        }
        lines.blank();
        let mut head = String::new();
        for kind in self.kinds.keys() {
            let _ = write!(head, "{kind:>13.12}");
        }
        lines.row("truth \\ judged", &head);
        for (kind, row) in &self.confusion {
            let mut cells = String::new();
            for given in self.kinds.keys() {
                let _ = write!(cells, "{:>13}", row.get(given).copied().unwrap_or(0));
            }
            lines.row(kind, &cells);
        }
        for wrong in self.wrong.iter().flatten() {
            lines.wrong(wrong);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy::eval::passages;

    fn shown(score: &dyn ScoreView) -> String {
        let mut out = String::new();
        view(score, "found.jsonl against truth.tsv", Look { width: 80, color: false }, &mut out);
        out
    }

    #[test]
    fn passages_by_group() {
        let run = |at: usize, tokens: usize, kind: &str| SharedPassage {
            tokens,
            kind: kind.to_owned(),
            ..SharedPassage::new(("a".to_owned(), (at, at + 100)), ("b".to_owned(), (at, at + 100)))
        };
        let truth = [run(0, 12, "verbatim"), run(200, 30, "verbatim"), run(400, 200, "edited")];
        let (score, fates) = passages::score(&truth, &truth[1..], &[]);
        let groups = Some(group(&truth, &fates, GroupBy::Kind));
        let offsets = Some(Offsets { checked: 4, wrong: 0 });
        insta::assert_snapshot!(shown(&PassageReport { offsets, score, groups }));
        let lengths = group(&truth, &fates, GroupBy::Tokens);
        assert_eq!(lengths.keys().collect::<Vec<_>>(), ["100+", "20-49", "<15"]);
        assert!(lengths["<15"].recall.abs() < 1e-12);
        assert!((lengths["20-49"].covered - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_confusion_is_a_table() {
        let place = |id: &str| kinds::FamilyPlace { id: id.to_owned(), start: 0, end: 9 };
        let label = |id, kind: &str| kinds::Label {
            places: vec![place(id)],
            kind: kind.to_owned(),
            reason: "credits the agency".to_owned(),
        };
        let family = |id, kind: &str| kinds::JudgedFamily {
            family: 3,
            kind: kind.to_owned(),
            members: vec![place(id)],
            why: vec!["documents 2".to_owned()],
            text: "The dam held. ".repeat(40),
        };
        let labels = [label("a", "wire"), label("b", "wire"), label("c", "boilerplate")];
        let families = [family("a", "wire"), family("b", "reuse"), family("c", "boilerplate")];
        insta::assert_snapshot!(shown(&kinds::score(&labels, &families, false)));
        insta::assert_snapshot!(shown(&kinds::score(&labels, &families, true)));
    }
}

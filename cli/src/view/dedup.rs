//! What became of a deduplication, as a table for people.
//!
//! Fed by `dedup` with the summary that programs read as JSON. Invariant: what is not known is left
//! out, never shown as 0.

use super::numbers::{chance, count, grouped, percent, seconds, size};
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use std::time::Duration;
use wirecopy::output::dedup::{RunFacts, Summary};
use wirecopy::record::{CutCounts, DedupCounts, DedupSettings, OutletCounts, ThresholdCounts};

/// Where the result is, for the last line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wrote<'a> {
    /// Nowhere: it was a dry run.
    Nothing,
    /// In this folder.
    Folder(&'a str),
}

/// Columns of the labels.
const LABEL: usize = 18;
/// Columns of the numbers.
const NUMBER: usize = 12;

/// Appends the table for people.
pub(crate) fn table(summary: &Summary, wrote: Wrote<'_>, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    before_and_after(summary, matches!(wrote, Wrote::Folder(_)), &mut page);
    page.blank();
    found(&summary.counts, &mut page);
    page.blank();
    row("threshold", &threshold(&summary.settings, summary.counts.kept), &mut page);
    row("search", &search(&summary.settings), &mut page);
    if summary.thresholds.len() > 1 {
        row("removed at", &thresholds(summary), &mut page);
    }
    if let Some(losses) = losses(summary) {
        row("outlets", &losses, &mut page);
    }
    row("time", &times(&summary.run), &mut page);
    match wrote {
        Wrote::Nothing => row("result", "none: this was a dry run", &mut page),
        Wrote::Folder(path) => {
            row("result", &format!("{path}: {}", summary.files.join(", ")), &mut page);
        }
    }
}

/// What became of the documents of which passages were cut.
#[derive(Debug)]
pub(crate) struct CutView<'a> {
    pub(crate) counts: &'a CutCounts,
    /// What is cut, in words.
    pub(crate) how: String,
    pub(crate) run: &'a RunFacts,
    /// Names of the files of the result.
    pub(crate) files: &'a [String],
    pub(crate) wrote: Wrote<'a>,
}

/// Appends the table for people.
pub(crate) fn cut_table(view: &CutView<'_>, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    let counts = view.counts;
    let share = percent(counts.cut_tokens as f64 / counts.tokens.max(1) as f64);
    let left = count(counts.cut_documents, "document lost some", "documents lost some");
    numbered("documents", counts.documents, &format!(", {left}"), &mut page);
    numbered("removed whole", counts.removed, "", &mut page);
    numbered("cuts", counts.cuts, &format!(", {share} of all words"), &mut page);
    if counts.left_alone > 0 {
        numbered("left alone", counts.left_alone, ", see the warnings", &mut page);
    }
    if counts.skipped > 0 {
        numbered("left out", counts.skipped, ", see the warnings", &mut page);
    }
    page.blank();
    row("passages", &view.how, &mut page);
    row("time", &times(view.run), &mut page);
    match view.wrote {
        Wrote::Nothing => row("result", "none: this was a dry run", &mut page),
        Wrote::Folder(path) => {
            row("result", &format!("{path}: {}", view.files.join(", ")), &mut page);
        }
    }
}

/// Sizes are shown only where both are measured in the same way.
fn before_and_after(summary: &Summary, written: bool, page: &mut Page<'_>) {
    let counts = &summary.counts;
    let line = |label: &str, cells: [String; 3]| {
        let [before, after, removed] = cells.map(|cell| format!("{cell:>NUMBER$}"));
        (format!("{label:<LABEL$}"), format!("{before}{after}"), removed)
    };
    let heading = line("", ["before", "after", "removed"].map(str::to_owned));
    page.line(&[Piece::own(Ink::Faint, heading.0 + &heading.1 + &heading.2)]);
    let documents = [counts.documents as u64, counts.kept as u64];
    let mut rows = vec![("documents", documents.map(grouped), documents)];
    if written && counts.against == 0 && counts.kept_bytes <= counts.input_bytes {
        let bytes = [counts.input_bytes, counts.kept_bytes];
        rows.push(("size", bytes.map(size), bytes));
    }
    for (label, [before, after], [all, kept]) in rows {
        let removed = percent(all.saturating_sub(kept) as f64 / all.max(1) as f64);
        let (label, numbers, removed) = line(label, [before, after, removed]);
        let pieces = [(Ink::Faint, label), (Ink::Plain, numbers), (Ink::Heading, removed)];
        page.line(&pieces.map(|(ink, text)| Piece::own(ink, text)));
    }
}

fn found(counts: &DedupCounts, page: &mut Page<'_>) {
    let largest = match counts.largest_cluster {
        0 => String::new(),
        n => format!(", the largest of {}", count(n, "document", "documents")),
    };
    let pairs = match counts.partly_listed {
        0 => String::new(),
        n => format!(", not all of {}", count(n, "large cluster", "large clusters")),
    };
    let plain = String::new;
    numbered("exact duplicates", counts.exact_duplicates, &plain(), page);
    numbered("near-duplicates", counts.near_duplicates, &plain(), page);
    numbered("clusters", counts.clusters, &largest, page);
    numbered("pairs", counts.pairs, &pairs, page);
    if counts.against > 0 {
        numbered("other corpus", counts.against, " documents", page);
    }
    if counts.empty_documents > 0 {
        numbered("without words", counts.empty_documents, ", kept", page);
    }
    if counts.skipped > 0 {
        numbered("left out", counts.skipped, ", see the warnings", page);
    }
}

fn numbered(label: &str, number: usize, rest: &str, page: &mut Page<'_>) {
    let number = grouped(number as u64);
    page.line(&[
        Piece::own(Ink::Faint, format!("{label:<LABEL$}")),
        Piece::own(Ink::Plain, format!("{number:>NUMBER$}{rest}")),
    ]);
}

/// A label and words, wrapped.
fn row(label: &str, text: &str, page: &mut Page<'_>) {
    let lead = format!("{label:<11} ");
    page.hanging(&Piece::own(Ink::Faint, lead), &[Piece::name(Ink::Plain, text)]);
}

fn threshold(settings: &DedupSettings, kept: usize) -> String {
    let unit = match (settings.unit.as_str(), settings.ngram_size) {
        ("char", 1) => "character",
        ("char", _) => "characters",
        (_, 1) => "word",
        _ => "words",
    };
    let within = match &settings.within {
        Some(column) => format!(", inside one {column}"),
        None => String::new(),
    };
    let until = match settings.until {
        Some(most) if kept <= most => {
            format!(" (the highest that leaves at most {} documents)", grouped(most as u64))
        }
        Some(most) => {
            format!(" (the lowest of the search; more than {} are left)", grouped(most as u64))
        }
        None => String::new(),
    };
    match &settings.edits {
        None => format!(
            "{}{until} on sets of {} {unit}{within}; every pair is verified exactly",
            settings.threshold, settings.ngram_size
        ),
        Some(edits) => format!(
            "{}{until} of both texts in passages that they share, edits {edits}{within}; every pair is \
             measured",
            settings.threshold
        ),
    }
}

/// What other thresholds would have removed.
fn thresholds(summary: &Summary) -> String {
    let own = summary.settings.threshold;
    let other = |counts: &&ThresholdCounts| (counts.threshold - own).abs() > 1e-9;
    let one = |counts: &ThresholdCounts| {
        format!("{}: {}", counts.threshold, grouped(counts.removed as u64))
    };
    summary.thresholds.iter().filter(other).map(one).collect::<Vec<_>>().join(", ")
}

/// The outlets that lose nearly everything.
fn losses(summary: &Summary) -> Option<String> {
    const SHOWN: usize = 5;
    let most: Vec<&OutletCounts> =
        summary.outlets.iter().filter(|outlet| outlet.loses_most()).collect();
    let one = |counts: &&OutletCounts| {
        let name = counts.outlet.as_deref().unwrap_or("(no outlet)");
        let [removed, all] = [counts.removed, counts.documents].map(|n| grouped(n as u64));
        format!("{name} loses {removed} of {all}")
    };
    let shown = most.iter().take(SHOWN).map(one).collect::<Vec<_>>().join(", ");
    let more = match most.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(", and {n} more lose nine tenths"),
    };
    (!most.is_empty()).then(|| shown + &more)
}

fn search(settings: &DedupSettings) -> String {
    if settings.edits.is_some() {
        return "passages, as scan finds them; texts shorter than a passage by sets of shingles"
            .to_owned();
    }
    let above = (settings.threshold + 0.1).min(1.0);
    format!(
        "{} x {}; finds {} at {:.2}, {} at {:.2}",
        count(settings.bands, "band", "bands"),
        count(settings.rows, "row", "rows"),
        chance(settings.expected_recall),
        settings.threshold,
        chance(settings.expected_recall_above),
        above
    )
}

fn times(run: &RunFacts) -> String {
    let stage =
        |(name, ns): &(String, u64)| format!("{name} {}", seconds(Duration::from_nanos(*ns)));
    let stages: Vec<String> = run.stages.iter().map(stage).collect();
    let total = seconds(Duration::try_from_secs_f64(run.seconds).unwrap_or_default());
    let resumed = if run.resumed { "; the search was done by an earlier run" } else { "" };
    format!("{total} ({}){resumed}", stages.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy::record::DedupSummary;

    fn sample() -> Summary {
        let counts = DedupCounts {
            documents: 12_000,
            kept: 10_812,
            removed: 1188,
            exact_duplicates: 812,
            near_duplicates: 376,
            clusters: 640,
            largest_cluster: 24,
            pairs: 1204,
            input_bytes: 74_498_905,
            kept_bytes: 67_300_000,
            ..DedupCounts::default()
        };
        let settings = DedupSettings {
            threshold: 0.7,
            ngram_size: 5,
            unit: "word".to_owned(),
            keep: "first".to_owned(),
            num_perm: 128,
            bands: 32,
            rows: 4,
            expected_recall: 0.999_8,
            expected_recall_above: 0.999_999,
            ..DedupSettings::default()
        };
        let stages = vec![("read", 150_000_000), ("search", 12_000_000), ("verify", 8_000_000)];
        let found = DedupSummary { counts, settings, stages, ..DedupSummary::default() };
        let mut summary = Summary::new(&found);
        summary.run.seconds = 0.21;
        summary.files = ["kept.jsonl", "duplicates.jsonl", "pairs.jsonl", "summary.json"]
            .map(str::to_owned)
            .to_vec();
        summary
    }

    fn shown(summary: &Summary, wrote: Wrote<'_>, width: usize) -> String {
        let mut out = String::new();
        table(summary, wrote, Look { width, color: false }, &mut out);
        out
    }

    #[test]
    fn the_table_fits_a_terminal() {
        let mut summary = sample();
        insta::assert_snapshot!(shown(&summary, Wrote::Folder("clean"), 80));
        summary.counts.skipped = 3;
        summary.counts.partly_listed = 1;
        summary.counts.empty_documents = 2;
        summary.counts.against = 500;
        summary.run.resumed = true;
        let narrow = shown(&summary, Wrote::Nothing, 60);
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
        insta::assert_snapshot!(narrow);
    }
}

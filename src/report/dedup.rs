//! The summary of a deduplication: for programs as one JSON object, for people as a small table.
//!
//! Fed by cli with the counts of detect and with what became of the files. Invariant: field names
//! are the contract (`docs/cli.md`), and everything before [`Summary::run`] is the same for every
//! run over the same input with the same settings.

use super::closing::seconds;
use super::page::{Ink, Look, Page, Piece, count, grouped};
use super::wrap::{self, width_of};
use crate::record::DedupSummary;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What `summary.json` holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program.
    pub version: String,
    /// What was read and found.
    #[serde(flatten)]
    pub counts: Counts,
    /// With what settings.
    #[serde(flatten)]
    pub settings: Settings,
    /// Names of the files of the result, the kept ones first.
    pub files: Vec<String>,
    /// Hash of inputs, settings and version, by which `--resume` knows a result; none where
    /// standard input was read.
    pub fingerprint: Option<String>,
    /// What differs from run to run.
    pub run: RunFacts,
}

/// What was read and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Documents read from the inputs.
    pub documents: usize,
    /// Documents kept.
    pub kept: usize,
    /// Documents removed.
    pub removed: usize,
    /// Of these, documents with the token stream of one that stays.
    pub exact_duplicates: usize,
    /// Of these, documents that are only similar to one that stays.
    pub near_duplicates: usize,
    /// Clusters of two or more documents.
    pub clusters: usize,
    /// Documents of the largest cluster.
    pub largest_cluster: usize,
    /// Pairs listed.
    pub pairs: usize,
    /// Clusters too large to list all their pairs: those that tie them together are listed.
    pub partly_listed: usize,
    /// Documents read from the other corpus.
    pub against: usize,
    /// Records left out.
    pub skipped: usize,
    /// Documents without any token, which are kept.
    pub empty_documents: usize,
    /// Documents shorter than a shingle.
    pub short_documents: usize,
    /// Tokens of all documents.
    pub tokens: u64,
    /// Bytes of input, as stored.
    pub input_bytes: u64,
    /// Bytes of the kept records, as decompressed.
    pub kept_bytes: u64,
    /// Pairs that the search proposed.
    pub candidates: u64,
    /// Pairs whose similarity was computed exactly.
    pub verified: u64,
    /// Groups so large that only leaders were compared.
    pub mega_buckets: u64,
}

/// With what settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Smallest Jaccard similarity of duplicates.
    pub threshold: f64,
    /// Tokens or characters of a shingle.
    pub ngram_size: u32,
    /// What shingles are made of.
    pub unit: String,
    /// Which document of a cluster is kept.
    pub keep: String,
    /// Lanes of a signature.
    pub num_perm: usize,
    /// Bands of the search.
    pub bands: usize,
    /// Lanes of a band.
    pub rows: usize,
    /// Share of the pairs exactly at the threshold that the search is expected to find.
    pub expected_recall: f64,
    /// The same at the threshold + 0.1 (at most 1).
    pub expected_recall_above: f64,
    /// Version of the signatures.
    pub sketch_version: u32,
}

/// What differs from run to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Wall time of the run that ended.
    pub seconds: f64,
    /// Name and wall time in nanoseconds of each stage, in order.
    pub stages: Vec<(String, u64)>,
    /// Highest resident memory; none where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes that went to temporary files.
    pub spilled_bytes: u64,
    /// The search was done by an earlier run, which was interrupted.
    pub resumed: bool,
}

impl Summary {
    /// The summary of what `found` counts; files, fingerprint and times are still to be told.
    /// `recall_above` is the chance to find a pair at the threshold + 0.1.
    #[must_use]
    pub fn new(found: &DedupSummary, recall_above: f64) -> Self {
        let stages = found.stages.iter().map(|&(name, ns)| (name.to_owned(), ns)).collect();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            counts: counts(found),
            settings: settings(found, recall_above),
            files: Vec::new(),
            fingerprint: None,
            run: RunFacts { stages, spilled_bytes: found.spilled_bytes, ..RunFacts::default() },
        }
    }

    /// Appends the summary as one JSON object over several lines.
    ///
    /// # Errors
    /// None in practice: numbers and strings always have a form.
    pub fn to_json(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn counts(found: &DedupSummary) -> Counts {
    Counts {
        documents: found.documents,
        kept: found.kept,
        removed: found.removed,
        exact_duplicates: found.exact_duplicates,
        near_duplicates: found.near_duplicates,
        clusters: found.clusters,
        largest_cluster: found.largest_cluster,
        pairs: found.pairs,
        partly_listed: found.partly_listed,
        against: found.against,
        skipped: found.skipped,
        empty_documents: found.empty_documents,
        short_documents: found.short_documents,
        tokens: found.tokens,
        input_bytes: found.input_bytes,
        kept_bytes: 0,
        candidates: found.candidates,
        verified: found.verified,
        mega_buckets: found.mega_buckets,
    }
}

fn settings(found: &DedupSummary, recall_above: f64) -> Settings {
    Settings {
        threshold: found.threshold,
        ngram_size: found.ngram_size,
        unit: found.unit.to_owned(),
        keep: found.keep.clone(),
        num_perm: found.num_perm,
        bands: found.bands,
        rows: found.rows,
        expected_recall: found.expected_recall,
        expected_recall_above: recall_above,
        sketch_version: found.sketch_version,
    }
}

/// Where the result is, for the last line of the table.
#[derive(Debug, Clone, Copy)]
pub enum Wrote<'a> {
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
pub fn table(summary: &Summary, wrote: Wrote<'_>, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    before_and_after(summary, matches!(wrote, Wrote::Folder(_)), &mut page);
    page.blank();
    found(&summary.counts, &mut page);
    page.blank();
    row("threshold", &threshold(&summary.settings), &mut page);
    row("search", &search(&summary.settings), &mut page);
    row("time", &times(&summary.run), &mut page);
    match wrote {
        Wrote::Nothing => row("result", "none: this was a dry run", &mut page),
        Wrote::Folder(path) => {
            row("result", &format!("{path}: {}", summary.files.join(", ")), &mut page);
        }
    }
}

/// Sizes can be compared only where both are told in the same way.
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

fn found(counts: &Counts, page: &mut Page<'_>) {
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
    let room = page.look.columns().saturating_sub(width_of(&lead)).max(1);
    let blank = " ".repeat(lead.len());
    let lines = wrap::wrap(&[Piece::name(Ink::Plain, text)], room);
    for (n, line) in lines.into_iter().enumerate() {
        let lead = if n == 0 { lead.clone() } else { blank.clone() };
        page.lines(&Piece::own(Ink::Faint, lead), [line]);
    }
}

fn threshold(settings: &Settings) -> String {
    let unit = match (settings.unit.as_str(), settings.ngram_size) {
        ("char", 1) => "character",
        ("char", _) => "characters",
        (_, 1) => "word",
        _ => "words",
    };
    format!(
        "{} on sets of {} {unit}; every pair is verified exactly",
        settings.threshold, settings.ngram_size
    )
}

fn search(settings: &Settings) -> String {
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
    let resumed = if run.resumed { "; the search by the run before" } else { "" };
    format!("{total} ({}){resumed}", stages.join(", "))
}

/// A share as percent, with as many digits as tell something.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 {
        return "0 %".to_owned();
    }
    if percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

/// A probability near 1 without rounding it up to certainty.
pub(super) fn chance(probability: f64) -> String {
    if probability >= 1.0 {
        "100 %".to_owned()
    } else if probability >= 0.9999 {
        ">99.99 %".to_owned()
    } else {
        format!("{:.2} %", probability * 100.0)
    }
}

/// `75.1 MiB`.
pub(super) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in units {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Summary {
        let found = DedupSummary {
            documents: 12_000,
            kept: 10_812,
            removed: 1188,
            exact_duplicates: 812,
            near_duplicates: 376,
            clusters: 640,
            largest_cluster: 24,
            pairs: 1204,
            input_bytes: 74_498_905,
            threshold: 0.7,
            ngram_size: 5,
            unit: "word",
            keep: "first".to_owned(),
            num_perm: 128,
            bands: 32,
            rows: 4,
            expected_recall: 0.999_8,
            stages: vec![("read", 150_000_000), ("search", 12_000_000), ("verify", 8_000_000)],
            ..DedupSummary::default()
        };
        let mut summary = Summary::new(&found, 0.999_999);
        summary.counts.kept_bytes = 67_300_000;
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

    #[test]
    fn the_json_can_be_read_back() {
        let summary = sample();
        let bytes = summary.to_json().unwrap();
        assert_eq!(serde_json::from_slice::<Summary>(&bytes).unwrap(), summary);
    }

    #[test]
    fn nothing_is_rounded_up_to_certainty() {
        assert_eq!(chance(1.0), "100 %");
        assert_eq!(chance(0.999_999_9), ">99.99 %");
        assert_eq!(chance(0.999_4), "99.94 %");
        assert_eq!([percent(0.0), percent(0.000_3), percent(0.099)], ["0 %", "0.03 %", "9.9 %"]);
        assert_eq!([size(0), size(1023), size(1536)], ["0 B", "1023 B", "1.5 KiB"]);
    }
}

//! Credits of agencies that a text does not name.
//!
//! Used by `credit` where a text credits none by name. Invariant: reads short lines of the head and
//! the foot.

use crate::judge::finder::{Finder, is_plain};
use std::sync::LazyLock;

/// Longest line that is such a credit, in bytes.
const LINE_BYTES: usize = 60;
/// Longest line that says who reported and who edited, in bytes.
const REPORTING_BYTES: usize = 240;

/// Words of such lines, in lower case.
const WORDS: [&str; 25] = [
    "wire reports",
    "wire services",
    "von agenturen",
    "redacci\u{f3}n y agencias",
    "avec agence",
    "redazione e agenzie",
    "reda\u{e7}\u{e3}o e ag\u{ea}ncias",
    "news service reports",
    "news services",
    "agencies contributed",
    "agency reports",
    "agenturmaterial",
    "mit agenturen",
    "agenturen/",
    "/agenturen",
    "material der agenturen",
    "informaci\u{f3}n de agencias",
    "con agencias",
    "par agences",
    "avec les agences",
    "con agenzie",
    "com ag\u{ea}ncias",
    "informa\u{e7}\u{f5}es de ag\u{ea}ncias",
    "met agentschappen",
    "по материалам агентств",
];
static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(WORDS.to_vec()));

/// Whether a short line at the head or the foot is one.
pub(super) fn credited(head: &str, foot: &str) -> bool {
    let mut lines = head.split('\n').chain(foot.split('\n'));
    lines.any(is_credit) || foot.split('\n').any(is_of_reporters)
}

fn is_credit(line: &str) -> bool {
    let line = line.trim();
    // A sentence of an article ends in a full stop and has more words.
    (1..=LINE_BYTES).contains(&line.len()) && {
        let lower = line.to_lowercase();
        let mut found = false;
        FINDER.each(&lower, is_plain(&lower), |_, _| found = true);
        found
    }
}

/// Whether a line says who reported and who edited, as those of agencies do: `Reporting by Ann
/// Other in Ulm; editing by Ida Brandt`.
fn is_of_reporters(line: &str) -> bool {
    let line = line.trim().trim_start_matches('(');
    line.starts_with("Reporting by ")
        && line.len() <= REPORTING_BYTES
        && (line.contains("; editing by ") || line.contains("; Editing by "))
}

//! What a threshold of coverage means, in words: the numbers, and the view for people.
//!
//! Fed by `tune --measure coverage`; reads no corpus. A copy that keeps a share `k` of the words of
//! its source, and of which a share `n` is new text, has a coverage of `(k + 1 - n) / 2`. Words that
//! were changed inside what was kept hardly lower it, since a passage goes on across them.
//! Invariant: what is said of a threshold follows from this and from the measured medians alone.

use super::numbers::percent;
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use serde::Serialize;

/// Kinds of copies: what was done, the share of the source that was kept, the share of the copy that
/// is new, and the median coverage of 250 news articles treated so (`--edits high`).
const KINDS: [(&str, f64, f64, f64); 9] = [
    ("15 % of the words changed", 1.0, 0.0, 1.0),
    ("30 % of the words changed", 1.0, 0.0, 1.0),
    ("cut by a quarter from the end", 0.75, 0.0, 0.88),
    ("cut by half from the end", 0.5, 0.0, 0.76),
    ("every other sentence dropped", 0.5, 0.0, 0.78),
    ("cut by half, 15 % of the rest changed", 0.5, 0.0, 0.76),
    ("half dropped, 15 % changed, a new lede of 40", 0.5, 0.12, 0.68),
    ("cut by two thirds, 15 % changed", 0.33, 0.0, 0.67),
    ("cut by half, as much new text added", 0.5, 0.5, 0.52),
];

/// What a threshold means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CoverageTuning {
    measure: &'static str,
    /// Smallest coverage of duplicates.
    threshold: f64,
    /// Share of its source that a copy without new text must keep; 0 where any passage does.
    least_kept: f64,
    /// Share of a copy that may be new where all of the source is kept.
    most_new: f64,
    /// Share that two articles of one length must have in common.
    least_shared: f64,
    copies: Vec<CoveredCopy>,
}

/// Coverage of one kind of copy.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct CoveredCopy {
    copy: &'static str,
    /// By the formula.
    coverage: f64,
    /// Median of news articles.
    measured: f64,
    /// Whether most such copies are duplicates.
    duplicate: bool,
}

impl CoverageTuning {
    /// Computes the numbers.
    #[must_use]
    pub(crate) fn new(threshold: f64) -> Self {
        let copies = KINDS.map(|(copy, kept, new, measured)| CoveredCopy {
            copy,
            coverage: f64::midpoint(kept, 1.0 - new),
            measured,
            duplicate: measured >= threshold,
        });
        Self {
            measure: "coverage",
            threshold,
            least_kept: (2.0 * threshold - 1.0).max(0.0),
            most_new: (2.0 - 2.0 * threshold).min(1.0),
            least_shared: threshold,
            copies: copies.to_vec(),
        }
    }
}

/// Appends the view for people.
pub(crate) fn view(tuning: &CoverageTuning, look: Look, out: &mut String) {
    let mut page = Page::new(look, out);
    let line = |page: &mut Page<'_>, ink: Ink, text: &str| page.line(&[Piece::own(ink, text)]);
    let head = format!("threshold {} of both texts in shared passages", tuning.threshold);
    line(&mut page, Ink::Heading, &head);
    let kept = match tuning.least_kept {
        0.0 => "a copy without new text is one however much was cut".to_owned(),
        kept => format!("a copy without new text must keep {} of its source", percent(kept)),
    };
    line(&mut page, Ink::Plain, &kept);
    let new = match tuning.most_new {
        1.0 => "a copy that holds all of its source is one however much was added".to_owned(),
        new => format!("a copy that holds all of its source may be {} new text", percent(new)),
    };
    line(&mut page, Ink::Plain, &new);
    let shared = percent(tuning.least_shared);
    let shared = format!("two articles of one length must have {shared} of both in common");
    line(&mut page, Ink::Plain, &shared);
    page.blank();
    line(&mut page, Ink::Heading, "What becomes of a copy");
    line(&mut page, Ink::Faint, &format!("{:<46}{:>9}{:>10}", "copy", "coverage", "measured*"));
    for copy in &tuning.copies {
        let (ink, verdict) =
            if copy.duplicate { (Ink::Plain, "found") } else { (Ink::Faint, "is kept") };
        let CoveredCopy { copy, coverage, measured, .. } = copy;
        line(&mut page, ink, &format!("{copy:<46}{coverage:>9.2}{measured:>10.2}   {verdict}"));
    }
    line(
        &mut page,
        Ink::Faint,
        "coverage = (share of the source kept + share of the copy not new) / 2;",
    );
    line(&mut page, Ink::Faint, "changed words do not count, a passage goes on across them");
    line(&mut page, Ink::Faint, "* median of 250 news articles, with --edits high");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_in_words() {
        let shown = |threshold: f64| {
            let mut out = String::new();
            view(&CoverageTuning::new(threshold), Look { width: 80, color: false }, &mut out);
            assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
            out
        };
        let usual = shown(0.45);
        assert!(usual.contains("however much was cut") && !usual.contains("is kept"), "{usual}");
        let high = shown(0.8);
        assert!(high.contains("must keep 60.0 %") || high.contains("must keep 60 %"), "{high}");
        assert!(high.contains("may be 40"), "{high}");
        assert_eq!(high.matches("is kept").count(), 6, "{high}");
    }
}

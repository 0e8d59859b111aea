//! Warnings about records: the first ones printed, the rest counted.
//!
//! Fed by progress. Invariant: every record left out is counted once.

use std::collections::BTreeMap;
use wirecopy::corpus::Problem;

/// Decides which problems are printed.
#[derive(Debug)]
pub(super) struct Warnings {
    printable: usize,
    seen: usize,
    /// Records left out, by reason.
    causes: BTreeMap<String, u64>,
    /// Records used in part, by reason.
    notes: BTreeMap<String, u64>,
    /// Records left out for reasons that are not known.
    more: u64,
}

/// Records used in part for one reason that are printed: a column of unreadable dates must not hide
/// all other warnings.
const SHOWN_NOTES: u64 = 5;

/// What the library says of a date that it cannot read.
const UNREADABLE_DATE: &str = "unreadable date";

/// Reasons named in the closing line.
const REASONS: usize = 5;

impl Warnings {
    /// Prints at most `printable` problems.
    pub(super) fn new(printable: usize) -> Self {
        let (causes, notes) = (BTreeMap::new(), BTreeMap::new());
        Self { printable, seen: 0, causes, notes, more: 0 }
    }

    /// Counts a problem and returns its line, if it is to be printed.
    pub(super) fn admit(&mut self, problem: &Problem) -> Option<String> {
        // What varies follows the colon.
        let cause = problem.cause.split([':', '(']).next().unwrap_or_default().trim();
        let causes = if problem.skipped { &mut self.causes } else { &mut self.notes };
        if !causes.contains_key(cause) {
            causes.insert(cause.to_owned(), 0);
        }
        let count = causes.get_mut(cause)?;
        *count += 1;
        if !problem.skipped && *count > SHOWN_NOTES {
            return None;
        }
        self.seen += 1;
        (self.seen <= self.printable).then(|| problem.to_string())
    }

    /// Counts records left out whose reasons are not known.
    pub(super) fn more(&mut self, skipped: u64) {
        self.more += skipped;
    }

    /// What was left out and why, the most frequent reason first; none where nothing was.
    pub(super) fn reasons(&self) -> Option<String> {
        let all = self.more + self.causes.values().sum::<u64>();
        if all == 0 {
            return None;
        }
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let named: Vec<_> = causes.iter().take(REASONS).collect();
        let rest = all - named.iter().map(|(_, count)| **count).sum::<u64>();
        let mut parts: Vec<String> =
            named.iter().map(|(cause, count)| format!("{count} x {cause}")).collect();
        if rest > 0 {
            parts.push(format!("{rest} x other reasons"));
        }
        Some(format!("left out: {}", parts.join(", ")))
    }

    /// What was used in part for a reason that is not printed each time, or that makes a date
    /// unknown; none where there is no such thing.
    pub(super) fn partly(&self) -> Option<String> {
        let counted = self
            .notes
            .iter()
            .filter(|(cause, count)| **count > SHOWN_NOTES || *cause == UNREADABLE_DATE);
        let parts: Vec<String> =
            counted.map(|(cause, count)| format!("{count} x {cause}")).collect();
        (!parts.is_empty()).then(|| format!("used in part: {}", parts.join(", ")))
    }

    /// The line after the last warning; `None` where all were printed. Without a number: only the
    /// first problems of a file are reported here, and the summary has the true counts.
    pub(super) fn closing(&self) -> Option<String> {
        (self.seen > self.printable).then(|| {
            format!("more warnings follow the first {}; they are not shown", self.printable)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: Option<u64>, skipped: bool) -> Problem {
        Problem {
            path: "news.jsonl".into(),
            line,
            cause: "not JSON".to_owned(),
            cure: "mend the line".to_owned(),
            skipped,
        }
    }

    #[test]
    fn what_is_used_in_part_is_printed_a_few_times() {
        let mut warnings = Warnings::new(20);
        let date =
            || Problem { cause: "unreadable date: `soon`".to_owned(), ..problem(None, false) };
        let printed = (0..9).filter(|_| warnings.admit(&date()).is_some()).count();
        assert_eq!(printed, 5);
        assert!(warnings.admit(&problem(None, false)).is_some(), "another reason");
        assert_eq!(warnings.partly().as_deref(), Some("used in part: 9 x unreadable date"));
        assert_eq!(Warnings::new(2).partly(), None);
    }

    #[test]
    fn the_first_are_printed_and_the_rest_counted() {
        let mut warnings = Warnings::new(2);
        assert_eq!(warnings.closing(), None);
        let first = warnings.admit(&problem(Some(7), true));
        assert_eq!(first.as_deref(), Some("news.jsonl:7: not JSON. mend the line"));
        let second = warnings.admit(&problem(None, false));
        assert_eq!(second.as_deref(), Some("news.jsonl: not JSON. mend the line"));
        assert_eq!(warnings.closing(), None);
        assert_eq!(warnings.admit(&problem(Some(9), true)), None);
        warnings.more(7);
        let reasons = "left out: 2 x not JSON, 7 x other reasons";
        assert_eq!(warnings.reasons().as_deref(), Some(reasons));
        assert_eq!(Warnings::new(2).reasons(), None);
        let closing = "more warnings follow the first 2; they are not shown";
        assert_eq!(warnings.closing().as_deref(), Some(closing));
    }
}

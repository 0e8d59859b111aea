//! Warnings about records: the first ones printed, the rest counted.

use crate::corpus::Problem;

/// Decides which problems are printed.
#[derive(Debug)]
pub(super) struct Warnings {
    printable: usize,
    seen: usize,
}

impl Warnings {
    /// Prints at most `printable` problems.
    pub(super) fn new(printable: usize) -> Self {
        Self { printable, seen: 0 }
    }

    /// Counts a problem and gives its line, if it is to be printed.
    pub(super) fn admit(&mut self, problem: &Problem) -> Option<String> {
        self.seen += 1;
        (self.seen <= self.printable).then(|| describe(problem))
    }

    /// The line behind the last warning; `None` where all were printed. Without a number: who
    /// reads reports only the first problems of a file, and the summary has the true counts.
    pub(super) fn closing(&self) -> Option<String> {
        (self.seen > self.printable).then(|| {
            format!("more warnings follow the first {}; they are not shown", self.printable)
        })
    }
}

/// `PATH:LINE: cause. cure`.
fn describe(problem: &Problem) -> String {
    let Problem { path, line, cause, cure, .. } = problem;
    match line {
        Some(line) => format!("{}:{line}: {cause}. {cure}", path.display()),
        None => format!("{}: {cause}. {cure}", path.display()),
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
    fn the_first_are_printed_and_the_rest_counted() {
        let mut warnings = Warnings::new(2);
        assert_eq!(warnings.closing(), None);
        let first = warnings.admit(&problem(Some(7), true));
        assert_eq!(first.as_deref(), Some("news.jsonl:7: not JSON. mend the line"));
        let second = warnings.admit(&problem(None, false));
        assert_eq!(second.as_deref(), Some("news.jsonl: not JSON. mend the line"));
        assert_eq!(warnings.closing(), None);
        assert_eq!(warnings.admit(&problem(Some(9), true)), None);
        let closing = "more warnings follow the first 2; they are not shown";
        assert_eq!(warnings.closing().as_deref(), Some(closing));
    }
}

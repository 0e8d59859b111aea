//! Stored instruction counts, and how a new count compares with them.

use std::collections::BTreeMap;

/// The share by which a count may grow.
pub(crate) const ALLOWED: f64 = 0.03;

/// Counts by stage, and the compiler they were taken with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// `rustc --version`.
    pub(crate) compiler: String,
    pub(crate) stages: BTreeMap<String, u64>,
}

/// How a new count compares with the stored one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    Holds(f64),
    /// It grew by more than is allowed.
    Slower(f64),
    /// It is so much smaller that the stored count no longer guards against a loss.
    Faster(f64),
    /// No count is stored.
    New,
}

impl Counts {
    /// Reads what [`Counts::write`] wrote.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut counts = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(compiler) = line.strip_prefix("# compiler: ") {
                compiler.clone_into(&mut counts.compiler);
            } else if !line.starts_with('#') && !line.is_empty() {
                let row = line
                    .split_once('\t')
                    .and_then(|(stage, count)| Some((stage.to_owned(), count.parse().ok()?)));
                let (stage, count) = row.ok_or(format!("line {number}: no `stage TAB count`"))?;
                counts.stages.insert(stage, count);
            }
        }
        Ok(counts)
    }

    /// The stored form.
    pub(crate) fn write(&self) -> String {
        let mut text = format!(
            "# Instructions of each stage (callgrind), written by `just instructions-bless`.\n\
             # compiler: {}\n",
            self.compiler
        );
        let rows = self.stages.iter().map(|(stage, count)| format!("{stage}\t{count}\n"));
        text.extend(rows);
        text
    }

    /// Judges the count of a stage.
    pub(crate) fn judge(&self, stage: &str, count: u64) -> Verdict {
        let Some(&stored) = self.stages.get(stage) else { return Verdict::New };
        let change = count as f64 / (stored as f64).max(1.0) - 1.0;
        if change > ALLOWED {
            Verdict::Slower(change)
        } else if change < -ALLOWED {
            Verdict::Faster(change)
        } else {
            Verdict::Holds(change)
        }
    }
}

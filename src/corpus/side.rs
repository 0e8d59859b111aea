//! Tables and JSON files that lie beside the texts of a folder and hold none themselves.
//!
//! Run by the corpus on the batch of every block of records, before the tally counts it.
//! Invariant: a file that was found is passed over with one problem for a block without a text;
//! one that was named as an input is remembered, and the tally fails where it has none.

use super::batch::Batch;
use super::columns::NamedSource;
use super::inputs::Inputs;
use super::problem::{NO_TEXT, Problem};
use std::collections::BTreeSet;

/// Columns that a warning lists, and characters of each.
const SHOWN_COLUMNS: usize = 8;
const SHOWN_CHARACTERS: usize = 40;

/// Judges the batch of a block of records of `source`.
pub(super) fn judge(inputs: &Inputs, source: Option<usize>, batch: &mut Batch) {
    let Some((number, found)) = source.and_then(|n| Some((n, inputs.sources.get(n)?))) else {
        return;
    };
    if batch.columns.records == 0 || found.format.is_document() {
        return;
    }
    let has_text = batch.has_text();
    if found.named {
        let names = if has_text { BTreeSet::default() } else { batch.columns.names.clone() };
        let found = NamedSource { has_text, names };
        batch.columns.named.entry(number).or_default().merge(&found);
        return;
    }
    if has_text {
        return;
    }
    let name = &inputs.options.text.name;
    let none = format!("has no column `{name}`");
    let is_about_text =
        |problem: &Problem| problem.cause.starts_with(NO_TEXT) || problem.cause.starts_with(&none);
    let line = batch.problems.iter().filter(|problem| is_about_text(problem)).map(|p| p.line).min();
    batch.problems.retain(|problem| !is_about_text(problem));
    let names = batch.columns.names.iter().take(SHOWN_COLUMNS);
    let names: Vec<String> =
        names.map(|name| name.chars().take(SHOWN_CHARACTERS).collect()).collect();
    let cause = format!("{none}, and is passed over: its columns are {}", names.join(", "));
    let cure = "name the column of the text with {text_column}, or take the file out of the folder";
    let line = line.flatten().filter(|line| *line > 1);
    batch.problems.insert(0, Problem::skipped(&found.path, line, cause, cure));
    batch.unlisted_skipped = 0;
}

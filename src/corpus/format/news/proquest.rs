//! An article of `ProQuest`: its headline, fields by name, the text after one of them, and fields
//! again.
//!
//! Used by `article`. Invariant: the fields that follow a text are one run at the end of an
//! article, each once, so that a line such as `Location: the mill` stays in the text.

use super::lines::{blocks, field, full, is_field, joined, name, paragraphs};
use super::{border, day};
use crate::corpus::format::reader::Article;
use std::ops::Range;

/// The field of the text.
const TEXT: [&str; 1] = ["Full text"];

/// All other fields.
const FIELDS: [&str; 34] = [
    "Abstract",
    "Subject",
    "Location",
    "People",
    "Title",
    "Publication title",
    "Publication info",
    "Publication date",
    "Publication year",
    "Publication subject",
    "Pages",
    "First page",
    "Section",
    "Publisher",
    "Place of publication",
    "Country of publication",
    "ISSN",
    "Source type",
    "Language",
    "Language of publication",
    "Document type",
    "ProQuest document ID",
    "Document URL",
    "Copyright",
    "Last updated",
    "Database",
    "Author",
    "Links",
    "Company / organization",
    "Dateline",
    "Column",
    "Credit",
    "Identifier / keyword",
    "Business indexing term",
];

/// What a file ends with.
const LAST: [&str; 3] = ["Contact us at", "Database copyright", "Terms and Conditions"];

pub(super) fn article(lines: &[&str]) -> Option<Article> {
    let is_known = |line: &str| is_field(line, &FIELDS) || is_field(line, &TEXT);
    let first = lines.iter().position(|line| is_known(line))?;
    let text = lines.iter().position(|line| is_field(line, &TEXT));
    let behind = text.map_or(lines.len(), |text| end_of_text(lines, text + 1));
    let parts = [0..text.unwrap_or(lines.len()), behind..lines.len()];
    let value = |wanted: &str| {
        let found = parts.iter().find_map(|part| value(lines.get(part.clone())?, wanted));
        found.as_deref().and_then(full)
    };
    let body = text.map(|at| {
        let start = lines.get(at).and_then(|line| field(line, &TEXT)).unwrap_or_default();
        let more = lines.get(at + 1..behind).unwrap_or_default();
        paragraphs(std::iter::once(start).chain(more.iter().copied()))
    });
    let head: Vec<&str> = lines.iter().take(first).copied().filter(|line| is_plain(line)).collect();
    let info = value("Publication info");
    let written = value("Publication date");
    let date = written.as_deref().and_then(day::find);
    let outlet = value("Publication title").or_else(|| {
        let name = info.as_deref()?.split(['[', ';', ':']).next()?;
        full(name)
    });
    Some(Article {
        text: body.unwrap_or_default(),
        title: value("Title").or_else(|| joined(&head)),
        outlet,
        author: value("Author"),
        date: date.or_else(|| day::find(info.as_deref()?)).or(written),
        ..Article::default()
    })
}

/// The value of a field among some lines, with the lines in which it goes on.
fn value(lines: &[&str], wanted: &str) -> Option<String> {
    let at = lines.iter().position(|line| is_field(line, &[wanted]))?;
    let start = lines.get(at).and_then(|line| field(line, &[wanted]))?;
    let ends = |line: &&str| line.trim().is_empty() || is_field(line, &FIELDS);
    let more = lines.get(at + 1..).unwrap_or_default().iter().take_while(|line| !ends(line));
    Some(std::iter::once(start).chain(more.copied()).collect::<Vec<_>>().join(" "))
}

/// Whether a line above the fields is part of the headline.
fn is_plain(line: &str) -> bool {
    let line = line.trim();
    !line.trim_matches('_').is_empty() && !border::is_numbered(line.as_bytes())
}

/// Where the fields start that follow the text which starts at `from`.
fn end_of_text(lines: &[&str], from: usize) -> usize {
    let rest = lines.get(from..).unwrap_or_default();
    let known = |line: &str| is_field(line, &FIELDS);
    let (mut end, mut seen) = (lines.len(), Vec::<String>::new());
    let blocks: Vec<Range<usize>> = blocks(rest, known);
    for block in blocks.into_iter().rev() {
        let line = rest.get(block.start).copied().unwrap_or_default().trim();
        if known(line) {
            let name = name(line).unwrap_or_default().to_lowercase();
            if seen.contains(&name) {
                break;
            }
            seen.push(name);
            end = from + block.start;
        } else if LAST.iter().any(|start| line.starts_with(start)) || line.starts_with("____") {
            end = from + block.start;
        } else if !is_like_field(line) {
            break;
        }
    }
    end
}

/// Letters of the name of a field that is not known.
const NAME_LETTERS: usize = 30;

/// Whether a line begins with what looks like a field: a short name.
fn is_like_field(line: &str) -> bool {
    let Some(name) = name(line) else { return false };
    let starts = name.starts_with(|c: char| c.is_ascii_uppercase());
    let fits = |c: char| c.is_ascii_alphabetic() || " /-".contains(c);
    starts && name.len() <= NAME_LETTERS && name.chars().all(fits)
}

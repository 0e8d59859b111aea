//! An article as `LexisNexis` wrote it: its number, outlet, day and headline, fields in capitals,
//! the text, and more fields.
//!
//! Used by `article`. Invariant: a line of the text that looks like a field stays in it, because
//! fields count only where they are: in one run before the text, and in one after it.

use super::lines::{blocks, exact_field, field, full, is_in_capitals, is_rights, joined, name};
use super::lines::{is_field, paragraphs};
use super::{border, day};
use crate::corpus::format::reader::Article;
use std::ops::Range;

/// Filled lines at the start of an article in which its outlet, date and first field are.
const HEAD_LINES: usize = 14;

/// Fields before the text.
const BEFORE: [&str; 22] = [
    "SECTION",
    "LENGTH",
    "BYLINE",
    "DATELINE",
    "HIGHLIGHT",
    "HEADLINE",
    "KOP",
    "RUBRIK",
    "LÄNGE",
    "AUTOR",
    "SERIES",
    "RUBRIQUE",
    "LONGUEUR",
    "AUTEUR",
    "SECCIÓN",
    "LONGITUD",
    "SEZIONE",
    "LUNGHEZZA",
    "AUTORE",
    "LENGTE",
    "ENCART",
    "BODY",
];

/// Fields by which an article ends, whatever follows.
const ENDS: [&str; 9] = [
    "LOAD-DATE",
    "GRAPHIC",
    "PUBLICATION-TYPE",
    "DOCUMENT-TYPE",
    "JOURNAL-CODE",
    "CORRECTION-DATE",
    "DATE-CHARGEMENT",
    "TYPE-PUBLICATION",
    "FECHA-CARGA",
];

/// Fields that are after the text, and words that begin lines of a text as well.
const BEHIND: [&str; 19] = [
    "UPDATE",
    "LANGUAGE",
    "SUBJECT",
    "COMPANY",
    "ORGANIZATION",
    "GEOGRAPHIC",
    "CITY",
    "STATE",
    "COUNTRY",
    "PERSON",
    "TYPE",
    "NOTES",
    "CLASSIFICATION",
    "URL",
    "LANGUE",
    "IDIOMA",
    "SPRACHE",
    "LINGUA",
    "TAAL",
];

/// How the names of fields are written in an article: where one is in capitals, all are.
#[derive(Debug, Clone, Copy)]
enum Names {
    Capitals,
    AnyCase,
}

impl Names {
    fn value<'l>(self, line: &'l str, names: &[&str]) -> Option<&'l str> {
        match self {
            Self::Capitals => exact_field(line.trim_start(), names),
            Self::AnyCase => field(line, names),
        }
    }

    fn is(self, line: &str, names: &[&str]) -> bool {
        self.value(line, names).is_some()
    }
}

/// What precedes the fields.
#[derive(Debug, Default)]
struct Head {
    outlet: Option<String>,
    date: Option<String>,
    headline: Option<String>,
    /// Lines that it takes.
    end: usize,
}

pub(super) fn article(lines: &[&str]) -> Option<Article> {
    let number = lines.iter().position(|line| border::is_numbered(line.trim().as_bytes()))?;
    let lines = lines.get(number + 1..).unwrap_or_default();
    let (first, names) = first_field(lines);
    let head = head(lines, first);
    let (fields, from) = fields(lines, first.unwrap_or(head.end), names);
    let rest = lines.get(from..).unwrap_or_default();
    let body = rest.get(..end_of_text(rest, names)).unwrap_or_default();
    let value = |wanted: &[&str]| {
        let found = fields.iter().find(|(name, _)| is_field(&format!("{name}:"), wanted));
        found.and_then(|(_, value)| full(value))
    };
    // What is on the line of the field that says that the text begins.
    let opening = fields.iter().find(|(name, _)| *name == "BODY").map_or("", |(_, value)| value);
    Some(Article {
        text: paragraphs(std::iter::once(opening).chain(body.iter().copied())),
        title: value(&["HEADLINE", "KOP"]).or(head.headline),
        outlet: head.outlet,
        author: value(&["BYLINE", "AUTOR", "AUTEUR", "AUTORE"]),
        date: head.date,
        ..Article::default()
    })
}

/// The line of the first field before the text, and how names are written.
fn first_field(lines: &[&str]) -> (Option<usize>, Names) {
    let filled = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = filled.take(HEAD_LINES);
    let first =
        |names: Names| head.clone().find(|(_, line)| names.is(line, &BEFORE)).map(|(at, _)| at);
    match first(Names::Capitals) {
        Some(at) => (Some(at), Names::Capitals),
        None => match first(Names::AnyCase) {
            Some(at) => (Some(at), Names::AnyCase),
            None => (None, Names::Capitals),
        },
    }
}

/// Words for an edition, which may be below the day.
const EDITIONS: [&str; 6] = ["edition", "ausgabe", "édition", "edición", "edizione", "editie"];

/// Outlet, day and headline, in the lines before the first field.
fn head(lines: &[&str], first: Option<usize>) -> Head {
    let above = lines.get(..first.unwrap_or(lines.len())).unwrap_or_default();
    let blocks = blocks(above, |_| false);
    let line = |block: &Range<usize>| above.get(block.start).copied().unwrap_or_default();
    // Whose the rights are may be said above the outlet.
    let mut blocks: Vec<Range<usize>> =
        blocks.into_iter().filter(|block| !is_rights(line(block))).collect();
    let all = |block: Option<&Range<usize>>| joined(above.get(block?.clone()).unwrap_or_default());
    let filled = above.iter().enumerate();
    let filled = filled.filter(|(_, line)| !line.trim().is_empty() && !is_rights(line));
    let filled: Vec<(usize, &str)> =
        filled.map(|(at, line)| (at, *line)).take(HEAD_LINES).collect();
    let dated = filled.windows(2).find_map(|pair| match pair {
        [(_, outlet), (at, line)] if day::begins(line) => {
            Some((full(outlet), *at, day::find(line)))
        }
        _ => None,
    });
    if let Some((outlet, at, date)) = dated {
        // The edition is on the lines right below the day, or on a line of its own.
        blocks.retain(|block| block.start > at);
        let is_edition = |block: &Range<usize>| {
            let words = line(block).to_lowercase();
            words.chars().count() < 60 && EDITIONS.iter().any(|word| words.contains(word))
        };
        if first.is_some() && blocks.len() > 1 && blocks.first().is_some_and(is_edition) {
            blocks.remove(0);
        }
        let headline = all(blocks.first());
        let end = blocks.first().map_or(above.len(), |block| block.end);
        return Head { outlet, date, headline, end };
    }
    let Some(first_block) = blocks.first().filter(|_| first.is_some()) else {
        return Head { end: blocks.first().map_or(0, |block| block.start), ..Head::default() };
    };
    // In the place of the day is one that cannot be read, or none.
    let date = blocks.get(1).filter(|block| blocks.len() > 2 && day::seems(line(block)));
    let headline = blocks.get(if date.is_some() { 2 } else { 1 });
    let (outlet, headline) = match headline {
        Some(_) => (all(Some(first_block)), all(headline)),
        None => (None, all(Some(first_block))),
    };
    Head { outlet, date: date.and_then(|block| full(line(block))), headline, end: 0 }
}

/// The fields that follow each other from a line on, each once, and the line behind them.
fn fields<'l>(lines: &[&'l str], from: usize, names: Names) -> (Vec<(&'l str, String)>, usize) {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let rest = lines.get(from..).unwrap_or_default();
    let mut end = from;
    for block in blocks(rest, |line| names.is(line, &BEFORE)) {
        let lines = rest.get(block.clone()).unwrap_or_default();
        let Some(line) = lines.first() else { break };
        let Some(value) = names.value(line, &BEFORE) else {
            // A field in capitals that is not known, and may have known ones behind it.
            match names {
                Names::Capitals if is_in_capitals(line) && !names.is(line, &BEHIND) => continue,
                _ => break,
            }
        };
        let name = name(line).unwrap_or_default();
        if fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            break;
        }
        if name.eq_ignore_ascii_case("BODY") {
            fields.push(("BODY", value.to_owned()));
            return (fields, from + block.start + 1);
        }
        let more = lines.get(1..).unwrap_or_default();
        fields.push((name, [&[value], more].concat().join(" ")));
        end = from + block.end;
    }
    (fields, end)
}

/// Where the fields start that follow the text, or what is said of rights.
fn end_of_text(lines: &[&str], names: Names) -> usize {
    let sure = |line: &&str| matches!(names, Names::Capitals) && names.is(line, &ENDS);
    let last = lines.iter().position(sure).unwrap_or(lines.len());
    let lines = lines.get(..last).unwrap_or_default();
    let known = |line: &str| names.is(line, &BEHIND) || names.is(line, &ENDS);
    let (mut end, mut seen) = (last, Vec::new());
    for block in blocks(lines, known).into_iter().rev() {
        let line = lines.get(block.start).copied().unwrap_or_default();
        if known(line) {
            let name = name(line).unwrap_or_default();
            if seen.contains(&name) {
                break;
            }
            seen.push(name);
        } else if !is_rights(line) {
            match names {
                Names::Capitals if is_in_capitals(line) => continue,
                _ => break,
            }
        }
        end = block.start;
    }
    end
}

//! An article as Nexis Uni writes it: headline, outlet, day and rights, fields, the line `Body`,
//! the text, and what belongs to it.
//!
//! Used by `article`.

use super::day;
use super::lines::{blocks, field, full, is_field, is_rights, joined, paragraphs};
use crate::corpus::format::reader::Article;

/// Fields before the text.
const BEFORE: [&str; 6] = ["Section", "Length", "Byline", "Dateline", "Highlight", "Series"];

pub(super) fn article(lines: &[&str]) -> Option<Article> {
    let body = lines.iter().position(|line| line.trim() == "Body")?;
    let head = lines.get(..body).unwrap_or_default();
    let rest = lines.get(body + 1..).unwrap_or_default();
    let Head { title, outlet, date } = self::head(head);
    Some(Article {
        text: paragraphs(rest.get(..end_of_text(rest)).unwrap_or_default().iter().copied()),
        title,
        outlet,
        author: head.iter().find_map(|line| field(line, &["Byline"])).and_then(full),
        date,
        ..Article::default()
    })
}

struct Head {
    title: Option<String>,
    outlet: Option<String>,
    date: Option<String>,
}

/// Headline, outlet and day, in the lines before the text.
fn head(lines: &[&str]) -> Head {
    // A headline may have a day, too: that of the article is the last above rights and fields.
    let ends = |line: &&str| is_rights(line) || is_field(line, &BEFORE);
    let mut end = lines.iter().position(ends).unwrap_or(lines.len());
    if !lines.iter().take(end).any(|line| day::begins(line)) {
        // Rights that are said above the headline, or a headline like a field.
        end = lines.len();
    }
    let filled = lines.iter().enumerate().take(end).filter(|(_, line)| !line.trim().is_empty());
    let filled: Vec<(usize, &str)> = filled.map(|(at, line)| (at, *line)).collect();
    let dated = filled.iter().rposition(|(_, line)| day::begins(line)).filter(|at| *at > 0);
    // In its place is a day that cannot be read.
    let dated = dated
        .or_else(|| filled.iter().skip(2).position(|(_, line)| day::seems(line)).map(|at| at + 2));
    let line = |at: usize| filled.get(at).map(|(_, line)| *line);
    let Some(at) = dated else {
        return Head { title: line(0).and_then(full), outlet: None, date: None };
    };
    Head {
        title: at
            .checked_sub(2)
            .and_then(|above| filled.get(above))
            .and_then(|(at, _)| title(lines, *at)),
        outlet: at.checked_sub(1).and_then(line).and_then(full),
        date: line(at).map(|line| day::or_as_written(line.trim())),
    }
}

/// The headline whose last line this is: one that was broken for its width has more above it.
fn title(lines: &[&str], last: usize) -> Option<String> {
    let above = lines.get(..=last)?;
    let block = blocks(above, |_| false).pop()?;
    joined(above.get(block)?)
}

/// Where the notes, the list of pictures and the classification start that follow a text.
fn end_of_text(lines: &[&str]) -> usize {
    let last = |lines: &[&str], is: &dyn Fn(&str) -> bool| {
        lines.iter().rposition(|line| is(line.trim())).unwrap_or(lines.len())
    };
    let loaded = |line: &str| field(line, &["Load-Date"]).is_some_and(day::begins);
    let mut end = last(lines, &|line| line == "End of Document");
    for is in [
        &loaded as &dyn Fn(&str) -> bool,
        &|line| line == "Classification",
        &|line| line == "Graphic",
        &|line| line == "Notes",
    ] {
        end = last(lines.get(..end).unwrap_or_default(), is);
    }
    end
}

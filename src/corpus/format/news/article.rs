//! An article of an export, taken apart: title, outlet, date and text.
//!
//! Used by the readers of blocks and by those who write articles as JSON. Lines that were broken
//! for their width are joined again, and paragraphs end with a line feed. Invariant: fields of the
//! database (length, subjects, load date) are never part of the text.

use super::border::has_code;
use super::{Layout, border, day};
use crate::corpus::format::reader::Article;

/// Lines at the start of an article in which its outlet and date are looked for.
const HEAD_LINES: usize = 14;

/// The article in a member of an export; none where there is no article, only what an export says
/// of itself.
pub(super) fn read(member: &str, layout: Layout) -> Option<Article> {
    let lines: Vec<&str> = member.lines().map(str::trim_end).collect();
    match layout {
        Layout::LexisNexis => lexisnexis(&lines),
        Layout::NexisUni => nexis_uni(&lines),
        Layout::Factiva => factiva(&lines),
        Layout::ProQuest => proquest(&lines),
    }
}

/// The value of a field that begins a line: `LENGTH: 500 words`.
fn field<'l>(line: &'l str, names: &[&str]) -> Option<&'l str> {
    // Most lines are none, so that names are compared for few.
    let line = line.trim_start();
    if !line.contains(':') {
        return None;
    }
    names.iter().find_map(|name| {
        let start = line.get(..name.len())?;
        let rest = line.get(name.len()..)?.trim_start().strip_prefix(':')?;
        start.eq_ignore_ascii_case(name).then(|| rest.trim())
    })
}

fn is_field(line: &str, names: &[&str]) -> bool {
    field(line, names).is_some()
}

/// Paragraphs: lines joined by spaces, blank lines between them become one line feed.
fn paragraphs<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let (mut text, mut open) = (String::new(), false);
    for line in lines.map(str::trim) {
        if line.is_empty() {
            open = false;
            continue;
        }
        if !text.is_empty() {
            text.push(if open { ' ' } else { '\n' });
        }
        text.push_str(line);
        open = true;
    }
    text
}

fn full(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

fn is_copyright(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.starts_with("copyright") || line.starts_with("all rights") || line.starts_with('\u{a9}')
}

/// Fields before and behind the text in what `LexisNexis` writes.
const BEFORE: [&str; 20] = [
    "SECTION",
    "LENGTH",
    "BYLINE",
    "DATELINE",
    "HIGHLIGHT",
    "HEADLINE",
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
];
const BEHIND: [&str; 26] = [
    "LOAD-DATE",
    "UPDATE",
    "LANGUAGE",
    "PUBLICATION-TYPE",
    "DOCUMENT-TYPE",
    "JOURNAL-CODE",
    "GRAPHIC",
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
    "DATE-CHARGEMENT",
    "LANGUE",
    "TYPE-PUBLICATION",
    "FECHA-CARGA",
    "IDIOMA",
    "SPRACHE",
    "LINGUA",
    "TAAL",
];

/// Outlet and day at the start of an article, and the number of the line of the day.
fn outlet_and_day(lines: &[&str]) -> (Option<String>, Option<(usize, String)>) {
    let mut outlet = None;
    let head = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (n, line) in head.take(HEAD_LINES) {
        if is_copyright(line) || border::is_numbered(line.trim().as_bytes()) {
            continue;
        }
        if is_field(line, &BEFORE) {
            break;
        }
        if let Some(day) = day::find(line).filter(|_| outlet.is_some()) {
            return (outlet, Some((n, day)));
        }
        outlet = full(line);
    }
    (None, None)
}

fn lexisnexis(lines: &[&str]) -> Option<Article> {
    if !lines.iter().any(|line| border::is_numbered(line.trim().as_bytes())) {
        return None;
    }
    let (outlet, day) = outlet_and_day(lines);
    // The edition is on the lines right below the day.
    let below = day.as_ref().map_or(1, |(n, _)| n + 1);
    let edition = lines.iter().skip(below).take_while(|line| !line.trim().is_empty());
    let head = below + edition.count();
    let rest = lines.get(head..).unwrap_or_default();
    let end = rest.iter().position(|line| is_field(line, &BEHIND)).unwrap_or(rest.len());
    let rest = rest.get(..end).unwrap_or_default();
    let named = |names: &[&str]| rest.iter().find_map(|line| field(line, names)).and_then(full);
    // The text follows the last field, and the lines in which that goes on.
    let last = rest.iter().rposition(|line| is_field(line, &BEFORE));
    let from = last.map_or(0, |last| {
        let more = rest.get(last + 1..).unwrap_or_default();
        last + 1 + more.iter().take_while(|line| !line.trim().is_empty()).count()
    });
    let first = rest.iter().take(from).position(|line| !line.trim().is_empty());
    let headline = rest.iter().skip(first.unwrap_or(0)).take_while(|line| !line.trim().is_empty());
    let headline: Vec<&str> = headline.copied().filter(|line| !is_field(line, &BEFORE)).collect();
    let body = rest.get(from..).unwrap_or_default();
    let body = body.iter().copied().filter(|line| !is_copyright(line));
    Some(Article {
        text: paragraphs(body),
        title: named(&["HEADLINE"]).or_else(|| full(&headline.join(" "))),
        outlet,
        author: named(&["BYLINE", "AUTOR", "AUTEUR", "AUTORE"]),
        date: day.map(|(_, day)| day),
        ..Article::default()
    })
}

fn nexis_uni(lines: &[&str]) -> Option<Article> {
    let body = lines.iter().position(|line| line.trim() == "Body")?;
    let head = lines.get(..body).unwrap_or_default();
    let rest = lines.get(body + 1..).unwrap_or_default();
    let ends = |line: &&str| {
        let line = line.trim();
        is_field(line, &["Load-Date"])
            || ["Classification", "End of Document", "Notes", "Graphic"].contains(&line)
    };
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    let plain = |line: &&&str| !line.trim().is_empty() && !is_copyright(line);
    let plain: Vec<&str> = head.iter().filter(plain).copied().collect();
    let dated = plain.iter().position(|line| day::find(line).is_some());
    let before = |steps: usize| dated.and_then(|n| n.checked_sub(steps)).and_then(|n| plain.get(n));
    let title = before(2).or(plain.first().filter(|_| dated.is_none()));
    Some(Article {
        text: paragraphs(rest.get(..end).unwrap_or_default().iter().copied()),
        title: title.and_then(|line| full(line)),
        outlet: before(1).and_then(|line| full(line)),
        author: head.iter().find_map(|line| field(line, &["Byline"])).and_then(full),
        date: dated.and_then(|n| plain.get(n)).and_then(|line| day::find(line)),
        ..Article::default()
    })
}

/// The fields of Factiva.
const CODES: [&str; 33] = [
    "SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "LA", "CY", "LP", "TD", "CT",
    "RF", "CO", "IN", "NS", "RE", "IPD", "IPC", "PUB", "AN", "CLM", "VOL", "ART", "DLN", "NSC",
    "CX", "ED", "PE",
];

/// The code that begins a line, and what follows it.
fn code(line: &str) -> Option<(&'static str, &str)> {
    let found = CODES.iter().find(|code| has_code(line.as_bytes(), code.as_bytes()))?;
    Some((found, line.get(found.len()..)?.trim_start()))
}

fn factiva(lines: &[&str]) -> Option<Article> {
    let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in lines {
        if let Some((code, value)) = code(line) {
            fields.push((code, vec![value]));
        } else if line.starts_with("Document ") {
            break;
        } else if let Some((_, values)) = fields.last_mut() {
            values.push(line);
        }
    }
    let lines_of = |wanted: &'static str| {
        let of = move |(code, _): &&(&str, Vec<&str>)| *code == wanted;
        fields.iter().filter(of).flat_map(|(_, lines)| lines.iter().copied())
    };
    let value = |wanted| full(&lines_of(wanted).collect::<Vec<_>>().join(" "));
    let Some(title) = value("HD") else { return shown(lines) };
    // Lead and text are two fields, with a paragraph's end between them.
    let text = lines_of("LP").chain([""]).chain(lines_of("TD"));
    let date = value("PD");
    Some(Article {
        text: paragraphs(text),
        title: Some(title),
        outlet: value("SN"),
        author: value("BY"),
        date: date.and_then(|date| day::find(&date)),
        ..Article::default()
    })
}

/// Lines between the outlet's code and the text: edition, page, language, rights.
const SHOWN_LINES: usize = 8;

/// Letters of a line that was broken for its width.
const WIDE_LETTERS: usize = 60;

/// An article as Factiva shows it, without the codes of its fields: the headline, the author, the
/// number of words, the day, the outlet and its code, what belongs to these, and the text.
fn shown(lines: &[&str]) -> Option<Article> {
    let words = lines.iter().position(|line| border::is_words(line.trim().as_bytes()))?;
    let head = lines.get(..words).unwrap_or_default();
    let rest = lines.get(words + 1..).unwrap_or_default();
    let end = rest.iter().position(|line| border::is_factiva_end(line.trim().as_bytes()));
    let rest = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut next = rest.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, dated) = next.next()?;
    let date = day::find(dated)?;
    let is_time = |line: &str| line.contains(':') && line.len() <= 8;
    let (_, outlet) = next.find(|(_, line)| !is_time(line.trim()))?;
    let is_code = |line: &str| border::is_source_code(line.trim().as_bytes());
    let (code, _) = next.next().filter(|(_, line)| is_code(line))?;
    let after = rest.get(code + 1..).unwrap_or_default();
    let is_by = |line: &&&str| line.trim_start().starts_with("By ");
    let author = head.iter().rfind(is_by).and_then(|line| full(line));
    let plain = head.iter().copied().filter(|line| !line.trim_start().starts_with("By "));
    let parts = paragraphs(plain);
    // The name of a section is shorter than a headline is.
    let title = parts.lines().max_by_key(|part| part.chars().count());
    Some(Article {
        text: paragraphs(after.get(shown_head(after)..).unwrap_or_default().iter().copied()),
        title: title.and_then(full),
        outlet: full(outlet),
        author,
        date: Some(date),
        ..Article::default()
    })
}

/// Lines after the code of an outlet that precede the text.
fn shown_head(lines: &[&str]) -> usize {
    let filled = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut head = filled.take(SHOWN_LINES);
    let is_rights = |line: &str| {
        let line = line.trim().to_lowercase();
        line.starts_with("(c)") || is_copyright(&line)
    };
    if let Some((at, line)) = head.clone().find(|(_, line)| is_rights(line)) {
        // What is said of rights may go on in the next lines.
        let mut wide = line.chars().count() >= WIDE_LETTERS;
        let more = lines.get(at + 1..).unwrap_or_default().iter().take_while(|line| {
            let goes_on = wide && !line.trim().is_empty();
            wide &= line.chars().count() >= WIDE_LETTERS;
            goes_on
        });
        return at + 1 + more.count();
    }
    let is_language = |line: &str| LANGUAGES.contains(&line.trim());
    head.find(|(_, line)| is_language(line)).map_or(0, |(at, _)| at + 1)
}

/// Languages as Factiva names them.
const LANGUAGES: [&str; 18] = [
    "English",
    "Anglais",
    "Englisch",
    "French",
    "Français",
    "Französisch",
    "German",
    "Allemand",
    "Deutsch",
    "Spanish",
    "Español",
    "Espagnol",
    "Italian",
    "Italiano",
    "Portuguese",
    "Português",
    "Dutch",
    "Nederlands",
];

/// Fields by which `ProQuest` follows the text.
const PROQUEST_FIELDS: [&str; 34] = [
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

fn proquest(lines: &[&str]) -> Option<Article> {
    let fields: Vec<&str> = PROQUEST_FIELDS.iter().copied().chain(["Full text"]).collect();
    let begins = |line: &&str| is_field(line, &fields);
    let first = lines.iter().position(&begins)?;
    let value = |name: &str| {
        let at = lines.iter().position(|line| is_field(line, &[name]))?;
        let more = lines.get(at + 1..).unwrap_or_default();
        let more = more.iter().take_while(|line| !line.trim().is_empty() && !begins(line));
        let start = lines.get(at).and_then(|line| field(line, &[name]))?;
        full(&std::iter::once(start).chain(more.copied()).collect::<Vec<_>>().join(" "))
    };
    let text = lines.iter().position(|line| is_field(line, &["Full text"])).map(|at| {
        let start = lines.get(at).and_then(|line| field(line, &["Full text"])).unwrap_or_default();
        let more = lines.get(at + 1..).unwrap_or_default().iter().take_while(|line| !begins(line));
        paragraphs(std::iter::once(start).chain(more.copied()))
    });
    let head = lines.get(..first).unwrap_or_default().iter().copied();
    let head: Vec<&str> = head
        .filter(|line| {
            let line = line.trim();
            !line.trim_matches('_').is_empty() && !border::is_numbered(line.as_bytes())
        })
        .collect();
    let info = value("Publication info");
    let date = value("Publication date").or_else(|| info.clone());
    let outlet = value("Publication title").or_else(|| {
        let name = info.as_deref()?.split(['[', ';', ':']).next()?;
        full(name)
    });
    Some(Article {
        text: text.unwrap_or_default(),
        title: value("Title").or_else(|| full(&head.join(" "))),
        outlet,
        author: value("Author"),
        date: date.and_then(|date| day::find(&date)),
        ..Article::default()
    })
}

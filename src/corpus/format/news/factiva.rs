//! An article of Factiva: with its fields by codes of two letters, or as the database shows it.
//!
//! Used by `article`. Invariant: once the text has begun only codes that follow one count, in a run
//! at the end of the article, so that a line such as `IN BRIEF` stays in the text.

use super::border::{self, has_code, is_factiva_end};
use super::day;
use super::lines::{blocks, full, is_rights, joined, paragraphs};
use crate::corpus::format::reader::Article;
use std::ops::Range;

/// The fields before the text.
const BEFORE: [&str; 15] =
    ["SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "CLM"];
/// The fields of the text: its lead, and the rest.
const TEXT: [&str; 2] = ["LP", "TD"];
/// The fields after the text, in their order.
const BEHIND: [&str; 18] = [
    "CX", "PE", "DLN", "CT", "ART", "RF", "CO", "IN", "NS", "NSC", "RE", "IPD", "IPC", "PUB",
    "CLM", "VOL", "ED", "AN",
];

pub(super) fn article(lines: &[&str]) -> Option<Article> {
    let fields = Coded::of(lines);
    let has = |code: &str| fields.head.iter().any(|(known, _)| *known == code);
    if has("HD") && (has("PD") || has("WC") || has("SN")) {
        return Some(fields.article());
    }
    shown(lines)
}

/// The fields of an article.
struct Coded<'l> {
    /// Those before the text, with their lines.
    head: Vec<(&'static str, Vec<&'l str>)>,
    /// Lead and rest.
    text: [Vec<&'l str>; 2],
}

impl<'l> Coded<'l> {
    fn of(lines: &[&'l str]) -> Self {
        let mut found = Self { head: Vec::new(), text: [Vec::new(), Vec::new()] };
        let wide = are_wide(lines);
        let code = |line: &'l str, codes: &[&'static str]| code(line, codes, wide);
        let start = lines.iter().position(|line| code(line, &TEXT).is_some());
        let start = start.unwrap_or(lines.len());
        for line in lines.get(..start).unwrap_or_default() {
            let new = code(line, &BEFORE).or_else(|| code(line, &BEHIND));
            let new = new.filter(|(code, _)| found.head.iter().all(|(known, _)| known != code));
            if let Some((code, value)) = new {
                found.head.push((code, vec![value]));
            } else if is_factiva_end(line.trim().as_bytes()) {
                break;
            } else if let Some((_, values)) = found.head.last_mut() {
                values.push(line);
            }
        }
        let rest = lines.get(start..).unwrap_or_default();
        let end = rest.iter().position(|line| is_factiva_end(line.trim().as_bytes()));
        let rest = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let rest = rest.get(..end_of_text(rest, wide)).unwrap_or_default();
        let mut at = 0;
        for (n, line) in rest.iter().enumerate() {
            // The rest follows the lead once.
            let new = if n == 0 { code(line, &TEXT) } else { code(line, &TEXT[1..]) };
            match new.filter(|_| n == 0 || at == 0) {
                Some((code, value)) => {
                    at = usize::from(code == TEXT[1]);
                    found.text[at].push(value);
                }
                None => found.text[at].push(line),
            }
        }
        found
    }

    fn value(&self, wanted: &str) -> Option<String> {
        let (_, lines) = self.head.iter().find(|(code, _)| *code == wanted)?;
        full(&lines.join(" "))
    }

    fn article(&self) -> Article {
        let [lead, rest] = &self.text;
        // Lead and rest are two fields, with a paragraph's end between them.
        let text = lead.iter().copied().chain([""]).chain(rest.iter().copied());
        Article {
            text: paragraphs(text),
            title: self.value("HD"),
            outlet: self.value("SN"),
            author: self.value("BY"),
            date: self.value("PD").map(|date| day::or_as_written(&date)),
            ..Article::default()
        }
    }
}

/// Whether codes are alone on their lines or have several blanks behind them, as in most exports.
fn are_wide(lines: &[&str]) -> bool {
    lines.iter().find(|line| has_code(line.as_bytes(), b"HD")).is_none_or(|line| is_wide(line, 2))
}

fn is_wide(line: &str, code: usize) -> bool {
    let rest = line.as_bytes().get(code..).unwrap_or_default();
    rest.trim_ascii().is_empty() || rest.starts_with(b"\t") || rest.starts_with(b"  ")
}

/// The code that begins a line, and what follows it.
fn code<'l>(line: &'l str, codes: &[&'static str], wide: bool) -> Option<(&'static str, &'l str)> {
    let found = *codes.iter().find(|code| has_code(line.as_bytes(), code.as_bytes()))?;
    let fits = !wide || is_wide(line, found.len());
    Some((found, line.get(found.len()..)?.trim_start())).filter(|_| fits)
}

/// Where the fields start that follow a text: a run of them, each once, of which none has a
/// paragraph of prose behind it.
fn end_of_text(lines: &[&str], wide: bool) -> usize {
    let place = |line: &str| {
        let (code, _) = code(line, &BEHIND, wide)?;
        BEHIND.iter().position(|known| *known == code)
    };
    let (mut end, mut before, mut seen) = (lines.len(), BEHIND.len(), Vec::new());
    // Paragraphs since the code behind them.
    let mut plain = 0;
    for block in blocks(lines, |line| place(line).is_some()).into_iter().rev() {
        let first = lines.get(block.start).copied().unwrap_or_default();
        let Some(at) = place(first) else {
            // A list of codes with their names goes on; a paragraph is prose.
            plain += usize::from(!first.contains(" : "));
            continue;
        };
        // The value of a code that is alone is on the next line, after an empty one in documents.
        let alone = first.trim() == BEHIND.get(at).copied().unwrap_or_default();
        // Where words that are codes begin lines, too, the order shows which they are.
        if seen.contains(&at) || (!wide && at > before) || plain > usize::from(alone) {
            break;
        }
        seen.push(at);
        (end, before, plain) = (block.start, at, 0);
    }
    end
}

/// Lines between the outlet's code and the text: edition, page, language, rights.
const SHOWN_LINES: usize = 8;
/// Filled lines after the number of words in which the outlet's code is.
const CODE_LINES: usize = 5;
/// Letters of a line that was broken for its width.
const WIDE_LETTERS: usize = 60;

/// An article as Factiva shows it, without the codes of its fields: the headline, the author, the
/// number of words, the day, the outlet and its code, what belongs to these, and the text.
fn shown(lines: &[&str]) -> Option<Article> {
    let words = lines.iter().position(|line| border::is_words(line.trim().as_bytes()))?;
    let rest = lines.get(words + 1..).unwrap_or_default();
    let end = rest.iter().position(|line| is_factiva_end(line.trim().as_bytes()));
    let rest = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut next = rest.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, dated) = next.next().filter(|(_, line)| day::begins(line) || day::seems(line))?;
    let mut next = next.filter(|(_, line)| !is_time(line.trim()));
    let (outlet_at, outlet) = next.next()?;
    let is_code = |line: &str| border::is_source_code(line.trim().as_bytes());
    let code = next.take(CODE_LINES - 1).find(|(_, line)| is_code(line)).map(|(at, _)| at);
    // Without a code it is an article by its end alone.
    let code = code.or_else(|| end.map(|_| outlet_at))?;
    let after = rest.get(code + 1..).unwrap_or_default();
    let (title, author) = headline(lines.get(..words).unwrap_or_default());
    Some(Article {
        text: paragraphs(after.get(shown_head(after)..).unwrap_or_default().iter().copied()),
        title,
        outlet: full(outlet),
        author,
        date: Some(day::or_as_written(dated.trim())),
        ..Article::default()
    })
}

/// `09:31`, `09:31 GMT`.
fn is_time(line: &str) -> bool {
    let clock = line.split_whitespace().next().unwrap_or_default();
    let numbers = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    line.len() <= 24 && clock.contains(':') && clock.split(':').all(numbers)
}

/// Headline and author, in what is above the number of words.
fn headline(head: &[&str]) -> (Option<String>, Option<String>) {
    let is_by = |line: &&&str| line.trim_start().starts_with("By ");
    if let Some(author) = head.iter().rfind(is_by) {
        let plain: Vec<&str> = head.iter().filter(|line| !is_by(line)).copied().collect();
        return (longest(&plain), full(author));
    }
    // A name that stands alone below a section and a headline.
    let parts = parts(head);
    let filled: usize = parts.iter().map(ExactSizeIterator::len).sum();
    let last = parts.last().filter(|part| part.len() == 1 && filled > 2).map(|part| part.start);
    let Some(at) = last.filter(|at| head.get(*at).is_some_and(|line| is_person(line))) else {
        return (longest(head), None);
    };
    (head.get(..at).and_then(longest), head.get(at).and_then(|line| full(line)))
}

/// The section, the headline and the author, each with its lines: a line that is short was not
/// broken for its width, so what follows it is something else.
fn parts(lines: &[&str]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let is_wide = |above: &usize| {
            lines.get(*above).is_some_and(|line| line.trim().chars().count() >= WIDE_LETTERS)
        };
        let goes_on = at.checked_sub(1).as_ref().is_some_and(is_wide);
        match parts.last_mut().filter(|part| part.end == at && goes_on) {
            Some(part) => part.end = at + 1,
            None => parts.push(at..at + 1),
        }
    }
    parts
}

/// The name of a section is shorter than a headline is.
fn longest(lines: &[&str]) -> Option<String> {
    let parts = parts(lines).into_iter().filter_map(|part| joined(lines.get(part)?));
    parts.max_by_key(|part| part.chars().count())
}

/// Words of a name.
const NAME_WORDS: std::ops::RangeInclusive<usize> = 2..=5;

/// Whether a line may be the name of a person: few words that begin with capitals.
fn is_person(line: &str) -> bool {
    let small = ["and", "und", "et", "y", "e", "de", "von", "van", "der", "la", "del", "di", "da"];
    let fits = |word: &str| {
        small.contains(&word)
            || word.chars().next().is_some_and(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || ".'’-,".contains(c))
    };
    NAME_WORDS.contains(&line.split_whitespace().count()) && line.split_whitespace().all(fits)
}

/// Lines after the code of an outlet that precede the text.
fn shown_head(lines: &[&str]) -> usize {
    let filled = lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut head = filled.take(SHOWN_LINES);
    if let Some((at, line)) = head.clone().find(|(_, line)| says_rights(line)) {
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

/// Above a text the word alone is enough.
fn says_rights(line: &str) -> bool {
    let start = line.trim().to_lowercase();
    is_rights(line) || start.starts_with("(c)") || start.starts_with("copyright")
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

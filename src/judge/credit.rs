//! Credit lines of news agencies.
//!
//! Fed by `context` with whole documents and by `occurrence` with stretches of text, feeds the
//! provenance of places and the features of a family. An agency is credited where its name is set
//! off as a credit: in brackets or between slashes near the head (`WASHINGTON (AP) -`, `/TASS/`),
//! on a line of its own or at the end of a byline, after a copyright sign, in brackets or on a
//! short line at the foot, in a sentence at the foot that says who helped (`with material from`),
//! or after a word such as "Quelle:" anywhere. A name in running text
//! ("told Reuters") or under a picture ("AP Photo", "REUTERS/...", "Bild: dpa") is no credit.
//! Abbreviations count only with their capitals and only in brackets, alone, or after such a word.
//! Invariant: reads a bounded stretch of the text and the words after colons, on borders of code
//! points.

mod names;
mod unnamed;

use self::names::{NAMES, is_name, named_in};
use super::agencies::{AGENCIES, Agency, HOSTS, SEVERAL};
use super::lexicon::{ABOUT_AGENCIES, HELPED, PICTURE};
use super::lines::{first_line, floor, last_line, line_end, line_start};
use crate::text::name_form;
use std::sync::LazyLock;

/// Bytes of the head that are searched.
const HEAD_BYTES: usize = 700;
/// Bytes of the foot that are searched.
const FOOT_BYTES: usize = 600;
/// Longest line that can be a credit by itself, in bytes.
const LINE_BYTES: usize = 120;
/// Longest line at the foot that names an agency among the contributors, in bytes.
const HELP_BYTES: usize = 160;

/// The agency that a text credits at its head or foot.
#[must_use]
pub(super) fn agency_of(text: &str) -> Option<&'static str> {
    // Whole lines, so that the first words of a long one are not taken for a short one.
    let mut head = text.get(..floor(text, HEAD_BYTES)).unwrap_or_default();
    if head.len() < text.len() {
        head = head.rfind('\n').map_or(head, |end| &head[..end]);
    }
    let from = floor(text, text.len().saturating_sub(FOOT_BYTES)).max(head.len());
    let foot = text.get(from..).unwrap_or_default();
    let foot = foot.find('\n').map_or(foot, |start| &foot[start..]);
    let end = &text[floor(text, text.len().saturating_sub(FOOT_BYTES))..];
    let in_head = named_in(head);
    // A short text is all head.
    let short = || (head.len() == text.len()).then(|| among_helpers(head, &in_head)).flatten();
    credited(head, &in_head)
        .or_else(short)
        .or_else(|| {
            // What the foot names is looked for once.
            let named = named_in(foot);
            let in_foot = credited(foot, &named).or_else(|| in_last_line(foot, &named));
            in_foot.or_else(|| among_helpers(foot, &named))
        })
        .or_else(|| in_last_words(end))
        .or_else(|| after_last_comma(end))
        .or_else(|| after_label(text))
        .or_else(|| unnamed::credited(head, end).then_some(SEVERAL))
}

/// Words that name a source if a colon and an agency follow.
static LABELS: &[&str] =
    &["Quelle", "Quellen", "Fuente", "Fonte", "Fonti", "Источник", "来源", "來源", "出典"];

/// The bytes that they end in; most words before a colon end in none of these.
static LABEL_ENDS: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let mut ends = [false; 256];
    for byte in LABELS.iter().filter_map(|label| label.as_bytes().last()) {
        ends[usize::from(*byte)] = true;
    }
    ends
});

/// The agency after such a word, anywhere in the text: pages lose their paragraphs, and links to
/// other articles follow (`... blieb. Quelle: dpa Hier lesen Sie ...`).
fn after_label(text: &str) -> Option<&'static str> {
    let labelled = |at: usize, colon: &str| {
        let before = &text.as_bytes()[..at];
        let may_end = before.last().is_some_and(|byte| LABEL_ENDS[usize::from(*byte)]);
        if !(may_end && LABELS.iter().any(|label| before.ends_with(label.as_bytes())))
            || is_of_picture(last_line(&text[floor(text, at.saturating_sub(LAST_BYTES))..at]))
        {
            return None;
        }
        let rest = text[at..].strip_prefix(colon)?.trim_start();
        let near = &rest[..floor(rest, LAST_BYTES)];
        among(near.split_whitespace().next()?)
    };
    // The search for a single byte is vectorised.
    let starts = |byte: u8| memchr::memchr_iter(byte, text.as_bytes());
    starts(b':')
        .find_map(|at| labelled(at, ":"))
        .or_else(|| starts(WIDE_COLON.as_bytes()[0]).find_map(|at| labelled(at, WIDE_COLON)))
}

/// The colon of scripts with characters as wide as high.
const WIDE_COLON: &str = "\u{ff1a}";

/// The first agency among words that may be joined by slashes (`NDR/dpa`).
fn among(words: &str) -> Option<&'static str> {
    written_among(words).map(|(_, agency)| agency)
}

/// The same, with the name as it is written there.
fn written_among(words: &str) -> Option<(&str, &'static str)> {
    let mut words = words.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.find_map(|word| Some((word, agency_written(word)?)))
}

/// Words at the start of a byline.
pub(super) static BYLINES: &[&str] =
    &["By", "Von", "Par", "Por", "Di", "Da", "Door", "Av", "Af", "Texto:"];

/// Whether a line names a person and sets an abbreviation apart: `By Ann Other, AP`. A second comma
/// would make it that of a state, as in `By Ann Other, Lock Haven, PA`.
fn is_signed(before: &str) -> bool {
    let Some(name) = before.trim_end().strip_suffix([',', '|', '/', '\u{2013}', '\u{2014}', '-'])
    else {
        return false;
    };
    let mut words = name.split_whitespace();
    words.next().is_some_and(|word| BYLINES.contains(&word))
        && !name.contains(',')
        && words.clone().count() >= 2
        && words.all(|word| word.starts_with(char::is_uppercase))
}

/// Longest credit after the last sentence, in bytes.
const LAST_BYTES: usize = 32;

/// Bytes before it that may say what is credited.
const LABEL_BYTES: usize = 8;

/// The agency among the few words after the last sentence (`... blieb. NDR/dpa`).
fn in_last_words(foot: &str) -> Option<&'static str> {
    let foot = foot.trim_end();
    let line = last_line(foot);
    let (words, follows) = after_last_sentence(line);
    // The full stop may be that of an abbreviation: `Fot. PAP`.
    let before = &line[..line.len() - words.len()];
    let label = &before[floor(before, before.len().saturating_sub(LABEL_BYTES))..];
    let words = words.trim();
    if words.len() > LAST_BYTES
        || !are_of_credit(words)
        || is_of_picture(words)
        || is_of_picture(label)
    {
        return None;
    }
    // Two letters are a state as well, and a common word may be the last of a sentence without its
    // full stop. A line that is not set off by a sentence is a credit only where it joins names.
    let set_off = |written: &str| {
        follows && (written.len() >= SHORTEST || written.len() == words.len())
            || words.contains('/')
    };
    let (written, agency) = written_among(words)?;
    (agency != SEVERAL && set_off(written)).then_some(agency)
}

/// What stands after the last sentence of a line, and whether there is one before it.
fn after_last_sentence(line: &str) -> (&str, bool) {
    // The sign that ends the line is no border.
    let last = line.rfind(' ').unwrap_or_default();
    let bytes = &line.as_bytes()[..last];
    // The curly marks of either side, too, as they end.
    let is_curly = |at: usize| {
        bytes[..=at].ends_with(b"\xe2\x80\x9c") || bytes[..=at].ends_with(b"\xe2\x80\x9d")
    };
    let ends = |&at: &usize| match bytes[at] {
        b'.' | b'!' | b'?' | b')' | b'"' => true,
        0x9c | 0x9d => is_curly(at),
        _ => false,
    };
    let sentence = (0..last).rev().find(ends);
    (&line[sentence.map_or(0, |at| at + 1)..], sentence.is_some())
}

/// Whether a line speaks of an agency and credits it with nothing: whom somebody told, worked for
/// or is to follow.
fn is_about_agency(line: &str) -> bool {
    let lower = line.to_lowercase();
    ABOUT_AGENCIES.iter().any(|word| lower.contains(word))
}

/// Words that join names in a credit, in lower case.
static JOINING: &[&str] = &[
    "von", "und", "mit", "by", "and", "with", "par", "avec", "et", "por", "con", "y", "di", "e",
    "met", "en", "av", "og", "och",
];

/// Whether words are those of a credit: names, abbreviations, and what joins them. A sentence has
/// other words, too (`She told AFP.`, `Their team plays in AA`).
fn are_of_credit(words: &str) -> bool {
    let mut names = words.split([' ', ',', '/', '|', '+', '&', '(', ')', '\u{a0}']);
    names.all(|word| {
        let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
        word.is_empty()
            || !word.starts_with(char::is_lowercase)
            || JOINING.contains(&word)
            || agency_written(word).is_some()
            || word.chars().count() <= SHORTEST
    })
}

/// Whether words speak of a picture.
fn is_of_picture(words: &str) -> bool {
    let lower = words.to_lowercase();
    PICTURE.iter().any(|word| lower.contains(word))
}

/// Fewest letters of an abbreviation after a comma: shorter ones are those of states, too.
const SHORTEST: usize = 3;

/// The agency that ends the text after a comma, as in `By Ann Other, dpa`.
fn after_last_comma(foot: &str) -> Option<&'static str> {
    let foot = foot.trim_end();
    let mut commas = foot.rmatch_indices(',').map(|(at, _)| at);
    let at = commas.find(|&at| foot[at + 1..].starts_with(' '))?;
    let (before, word) = (&foot[..at], &foot[at + 2..]);
    let agency = agency_written(word).filter(|name| word.len() >= SHORTEST && *name != SEVERAL)?;
    let (names, _) = after_last_sentence(last_line(before));
    let is_byline = are_of_credit(names) || ends_in_person(before);
    (is_byline && !is_of_picture(names)).then_some(agency)
}

/// The agency that the last line names (`The Associated Press contributed to this report.`).
fn in_last_line(foot: &str, named: &[(usize, usize)]) -> Option<&'static str> {
    let line = Some(last_line(foot.trim_end())).filter(|line| line.len() <= HELP_BYTES)?;
    if is_about_agency(line) || !named.iter().any(|(_, name)| NAMES.sorted[*name].2) {
        return None;
    }
    // The longest name is that of the agency: some are parts of those of others.
    let full = NAMES.sorted.iter().filter(|(.., is_full)| *is_full);
    let mut named = full.filter(|(name, ..)| {
        let place = line.find(*name).filter(|&at| is_name(line, at, name));
        place.is_some_and(|at| !of_a_picture(&line[..at], &line[at + name.len()..]))
    });
    named.next().map(|(_, agency, _)| *agency)
}

/// Bytes on either side of a name in which its sentence says that it helped.
const HELPER_BYTES: usize = 90;

/// The agency in a sentence at the foot that says who helped, or what the text was made from.
fn among_helpers(foot: &str, named: &[(usize, usize)]) -> Option<&'static str> {
    named.iter().find_map(|&(at, name)| {
        let (word, agency, _) = NAMES.sorted[name];
        let before = last_line(&foot[floor(foot, at.saturating_sub(HELPER_BYTES))..at]);
        let end = at + word.len();
        let after = first_line(&foot[end..floor(foot, end + HELPER_BYTES)]);
        let helps = |near: &str| {
            let lower = near.to_lowercase();
            HELPED.iter().any(|words| lower.contains(words))
        };
        let helped = agency != SEVERAL && (helps(before) || helps(after));
        (helped && !of_a_picture(before, after)).then_some(agency)
    })
}

/// Whether a word is a name of an agency.
#[must_use]
pub(super) fn is_agency(word: &str) -> bool {
    agency_written(word).is_some()
}

/// The agency that a word is.
fn agency_written(word: &str) -> Option<&'static str> {
    NAMES.agencies.get(word).copied()
}

/// The agency that a name of an outlet is, or the host of one.
#[must_use]
pub(crate) fn agency_named(outlet: &str) -> Option<&'static str> {
    // `AP Fact Check`, `dpa infocom`.
    let first = outlet.split([' ', '-']).next().unwrap_or_default();
    let leads = matches!(first, "AP" | "AFP" | "dpa" | "EFE" | "UPI").then_some(first);
    // The longest name that it has, and the first of equals: some are parts of those of others, as
    // in `Australian Associated Press`.
    let named = named_in(outlet);
    let full = named.iter().rev().map(|(_, name)| NAMES.sorted[*name]).filter(|name| name.2);
    let is = |agency: &&Agency| {
        agency.short.contains(&outlet) || agency.name == outlet || leads == Some(agency.name)
    };
    let short = || AGENCIES.iter().find(is).map(|agency| agency.name);
    let full = full.max_by_key(|name| name.0.len()).map(|name| name.1);
    full.or_else(short).or_else(|| agency_at(outlet))
}

/// The agency whose host a name is.
fn agency_at(outlet: &str) -> Option<&'static str> {
    memchr::memchr(b'.', outlet.as_bytes())?;
    let host = name_form(outlet);
    HOSTS.iter().find(|(own, _)| *own == host).map(|(_, agency)| *agency)
}

/// The agency credited first of those that a stretch of text names; of names at one place, by the
/// longest.
fn credited(stretch: &str, named: &[(usize, usize)]) -> Option<&'static str> {
    let agencies = named.iter().map(|&(at, name)| (at, &NAMES.sorted[name]));
    let mut credits = agencies.filter(|(at, name)| is_credit(stretch, *at, name.0.len(), name.2));
    credits.next().map(|(_, name)| name.1)
}

/// The agencies that a passage names, to be looked at in the text around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Mentions(Vec<(usize, usize)>);

impl Mentions {
    /// Finds them in the words of a passage.
    #[must_use]
    pub(super) fn of(passage: &str) -> Self {
        Self(named_in(passage))
    }

    /// The agency credited first of those in the passage that starts at a byte of `text`, whose
    /// whole lines are read: a word alone after the passage is cut may be the last of a sentence.
    #[must_use]
    pub(super) fn credited(&self, text: &str, start: usize) -> Option<&'static str> {
        let names = self.0.iter().map(|&(at, name)| (start + at, NAMES.sorted[name]));
        let mut credits = names.filter(|(at, name)| is_credit(text, *at, name.0.len(), name.2));
        credits.next().map(|(_, name)| name.1)
    }
}

/// Bytes on either side of a name that show whether it is a credit.
const AROUND_BYTES: usize = 256;

/// Whether the name at `at` is a credit, and not part of running text or of a picture's credit.
fn is_credit(text: &str, at: usize, len: usize, is_full: bool) -> bool {
    // A longer line is no credit, and running text may be one line.
    let from = floor(text, at.saturating_sub(AROUND_BYTES));
    let text = &text[from..floor(text, at + len + AROUND_BYTES)];
    let at = at - from;
    let (before, after) = (&text[..at], &text[at + len..]);
    let (start, end) = (line_start(text, at), line_end(text, at + len));
    let line = text[start..end].trim();
    if of_a_picture(&text[start..at], &text[at + len..end]) {
        return false;
    }
    let bracketed = (encloses(before, after) || is_dated_bracket(before, after))
        && !is_of_a_party(before)
        && !is_of_a_state(before, &text[at..at + len], after)
        && (is_full || !is_defined(before, &text[at..at + len]));
    let alone = line.trim_matches(|c: char| !c.is_alphanumeric()).len() <= len + 24
        && !is_about_agency(line)
        && (is_full || line.chars().filter(|c| c.is_alphabetic()).count() <= len + 8)
        && !is_of_a_state(before, &text[at..at + len], after);
    let own = is_owned(&text[start..at], &text[at + len..end], is_full);
    let last = line.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(&text[at..at + len]);
    let at_start = || from == 0 && !before.contains(char::is_alphanumeric);
    let opens = is_full && !text.as_bytes()[at].is_ascii() && at_start();
    let byline = last && line.len() <= LINE_BYTES && {
        let before = &text[start..at];
        is_full && is_byline(before) || !is_full && is_signed(before) || is_of_desk(before, len)
    };
    let dateline = is_full && is_dateline(&text[start..at], after)
        || len >= SHORTEST && is_dashed(after_joined(after)) && at_start();
    // A post is signed by the agency: `The Associated Press (@AP)`.
    let post = after.trim_start().starts_with("(@") || before.ends_with('@');
    !post && (bracketed || alone || own || opens || byline || dateline)
}

/// Bytes after the name of an agency in a bracket before a dateline.
const DATED_BYTES: usize = 40;

/// Whether a bracket that is for headings has the name and the place and day after it:
/// `【新华社北京5月3日电】`.
fn is_dated_bracket(before: &str, after: &str) -> bool {
    let near = &after[..floor(after, DATED_BYTES)];
    before.ends_with('【') && near.split_once('】').is_some_and(|(inner, _)| !inner.contains('\n'))
}

/// What follows agencies that are joined to the first by slashes, after a blank: `APA/dpa - `.
fn after_joined(after: &str) -> &str {
    let next = |rest: &str| rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    match after.strip_prefix('/').map(|rest| rest.split_at(next(rest))) {
        Some((word, rest)) if is_agency(word) => after_joined(rest),
        _ => after.strip_prefix(' ').unwrap_or_default(),
    }
}

/// Whether a dash follows.
fn is_dashed(after: &str) -> bool {
    let rest = after.trim_start().strip_prefix(['-', '\u{2013}', '\u{2014}']);
    rest.is_some_and(|rest| rest.starts_with(' '))
}

/// Longest place and day in a dateline, in bytes.
const PLACE_BYTES: usize = 48;

/// Whether a line opens with a place and a day before the name, and goes on after a sign: `МОСКВА,
/// 3 мая - РИА Новости.`
fn is_dateline(before: &str, after: &str) -> bool {
    let place = before.trim_end();
    let set_off = place.ends_with(['-', '\u{2013}', '\u{2014}', '.']);
    set_off
        && place.len() <= PLACE_BYTES
        && place.starts_with(char::is_uppercase)
        && place.contains(|c: char| c.is_ascii_digit())
        && (after.starts_with(['.', ',']) || is_dashed(after))
}

/// Words for those who edit a paper, in lower case.
static DESKS: &[&str] = &[
    "redaktion",
    "redaktionell",
    "r\u{e9}daction",
    "redacci\u{f3}n",
    "redazione",
    "reda\u{e7}\u{e3}o",
    "redactie",
    "redakcja",
    "redaksjonen",
    "redaktionen",
];
/// Words between those and an agency.
static TOGETHER: &[&str] =
    &["avec", "mit", "con", "com", "met", "med", "und", "et", "y", "e", "en", "og", "och"];
/// Words in lower case before those who edit a paper.
static OF_DESK: &[&str] =
    &["von", "der", "unserer", "par", "la", "notre", "por", "da", "di", "de", "van", "onze"];
/// Longest line that names those who edit a paper, or a paper, with an agency, in bytes.
const DESK_BYTES: usize = 60;

/// Whether the words before an agency at the end of a line are those who edit a paper, or a name
/// that was printed with it: `Von unserer Redaktion und dpa`, `Redacción EFE`, `Par Ann Other avec
/// AFP`, `Le Ponton avec AFP`.
fn is_of_desk(before: &str, len: usize) -> bool {
    if before.len() > DESK_BYTES || len < SHORTEST {
        return false;
    }
    let words: Vec<&str> =
        before.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let Some((last, names)) = words.split_last() else { return false };
    let together = TOGETHER.contains(last);
    let names = if together { names } else { &words[..] };
    let is_desk = |word: &&str| DESKS.contains(&word.to_lowercase().as_str());
    let led = names.first().is_some_and(|word| BYLINES.contains(word));
    let plain = |word: &&str| {
        word.starts_with(char::is_uppercase)
            || OF_DESK.contains(&word.to_lowercase().as_str())
            || is_desk(word)
    };
    let says = names.iter().any(is_desk) || together && (led || *last == "avec");
    !names.is_empty() && says && names.iter().all(plain)
}

/// Whether brackets, slashes or dashes enclose the name (perhaps with others: `(dpa/AFP)`).
fn encloses(before: &str, after: &str) -> bool {
    let left = before.chars().rev().take(30).find(|c| !part_of_list(*c));
    let right = after.chars().take(30).find(|c| !part_of_list(*c));
    matches!((left, right), (Some('(' | '（' | '[' | '【'), Some(')' | '）' | ']' | '】')))
        || before.ends_with('/') && after.starts_with('/')
}

/// Whether a letter and a hyphen are before the name: the party and the state of a politician, as
/// in `(D-PA)`.
fn is_of_a_party(before: &str) -> bool {
    let mut signs = before.chars().rev();
    let joined = matches!(signs.next(), Some('-' | '\u{2011}' | '\u{2013}'));
    joined
        && signs.next().is_some_and(char::is_alphabetic)
        && !signs.next().is_some_and(char::is_alphanumeric)
}

/// Abbreviations that are codes of states as well.
static STATES: &[&str] = &["PA"];

/// Whether a name may be the code of a state: `Bob Else (PA) and`, `Upper Lock, PA`, `R PA`. In a
/// dateline a dash follows, and slashes join agencies.
fn is_of_a_state(before: &str, name: &str, after: &str) -> bool {
    let dashes = ['-', '\u{2013}', '\u{2014}'];
    let dateline = after.trim_start_matches([')', ']', ' ']).starts_with(dashes);
    let joined = before.ends_with('/') || after.starts_with('/');
    let opens = last_line(before).trim().is_empty();
    STATES.contains(&name) && !dateline && !joined && !opens
}

/// Bytes before a name in which a sign says whose text it is.
const OWNER_BYTES: usize = 80;

/// Whether an agency is said to own the text: after a copyright sign, or right after the year, as
/// in `2019 The Associated Press.`; a year anywhere before may be that of what it reported.
fn is_owned(before: &str, after: &str, is_full: bool) -> bool {
    let near = &before[floor(before, before.len().saturating_sub(OWNER_BYTES))..];
    let ends = || !after.trim_start().starts_with(|sign: char| sign.is_lowercase());
    let after_year = || {
        let mut words = near.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.find(|word| !matches!(*word, "The" | "the" | "by")).is_some_and(has_year)
    };
    near.contains('\u{a9}') || is_full && ends() && after_year()
}

/// Whether the words before the bracket spell an abbreviation: `the Tax Abuse Prevention Act (TAP)`
/// says what it is short for, and credits nobody.
fn is_defined(before: &str, short: &str) -> bool {
    let Some(words) = before.trim_end().strip_suffix(['(', '\u{ff08}', '[']) else { return false };
    let count = short.chars().filter(|c| c.is_alphabetic()).count();
    let capital = |word: &str| word.chars().next().filter(|c| c.is_uppercase());
    let mut initials: Vec<char> =
        words.rsplit(|c: char| !c.is_alphanumeric()).filter_map(capital).take(count + 1).collect();
    initials.reverse();
    let spells = |initials: &[char]| {
        short.chars().filter(|c| c.is_alphabetic()).eq(initials.iter().copied())
    };
    count >= 2
        && (spells(&initials[initials.len().saturating_sub(count)..])
            || initials.len() > count && spells(&initials[..count]))
}

/// Signs that may be between an agency and its brackets.
fn part_of_list(sign: char) -> bool {
    sign.is_alphabetic() || matches!(sign, '/' | ',' | ' ' | '-' | '.' | '+' | '&')
}

/// Words that lead from a byline or a sentence of credit to the agency; any other word in lower
/// case shows that somebody reports what the agency had (`according to the ...`).
static LEADING: &[&str] = &[
    "by", "from", "of", "and", "the", "with", "for", "at", "in", "von", "und", "par", "et", "de",
    "con", "y", "di", "e",
];

/// Whether the words before an agency at the end of a line are names, or lead to a credit.
fn is_byline(before: &str) -> bool {
    let words = before.split_whitespace().rev().take(4);
    words.filter(|word| word.starts_with(char::is_lowercase)).all(|word| LEADING.contains(&word))
}

/// Whether a number of four digits is in the text.
pub(super) fn has_year(text: &str) -> bool {
    let digits = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split(|c: char| !c.is_alphanumeric()).any(digits)
}

/// Whether a text ends in a name of two words: `Ann Other`, but not `dpa` or `today. NDR`.
#[must_use]
pub(super) fn ends_in_person(text: &str) -> bool {
    let mut words = text.rsplit([' ', '\u{a0}', '(', '\n']);
    let mut name = || {
        let word = words.next().unwrap_or_default();
        let letters =
            word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '\u{2019}'));
        letters && word.chars().next().is_some_and(|c| !c.is_lowercase())
    };
    name() && name()
}

/// Whether the line mentions a picture near the name.
fn of_a_picture(before: &str, after: &str) -> bool {
    let near = |text: &str, from: usize, to: usize| {
        let part = text.get(floor(text, from)..floor(text, to)).unwrap_or_default();
        let lower = part.to_lowercase();
        PICTURE.iter().any(|word| lower.contains(word))
    };
    let maker = before.strip_suffix('/').is_some_and(ends_in_person) || before.ends_with(" via ");
    let slash = after.strip_prefix('/').is_some_and(|rest| {
        let name = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        name.chars().count() > 3 && name.chars().any(char::is_lowercase)
    });
    maker
        || slash
        || near(after, 0, 12)
        || near(before, before.len().saturating_sub(40), before.len())
}

#[cfg(test)]
mod tests;

//! Whether a page says that it was updated when another had the passage already.
//!
//! Asked by `context` about the document that is dated before all others of a family. What is on a
//! page may have come there with its last update. A note names the day of that, so it is held to
//! the day of the next member: a page that was updated before is still the first. So is a note that
//! something was set right on a day: what the passage says may be what was changed. A note
//! without a day leaves it open, unless something was only set right. Invariant: reads the lines at
//! the head and the foot of the text.

use super::finder::{Finder, is_plain};
use super::lexicon::{
    ADDED, CORRECTED, CORRECTION, JOINING, LATEST, LIVE, NOT_DONE, OF_DATE, PAGES, SET_RIGHT,
    TO_COME, UPDATE, UPDATED, WAS_DONE, WEEKDAYS,
};
use super::lines::{first_line, floor};
use crate::corpus::{Date, written_date};
use std::sync::LazyLock;

/// Bytes at either end of a text in which it says that it was updated ..
const UPDATE_BYTES: usize = 800;
/// .. bytes after the word in which the day is ..
const UPDATED_BYTES: usize = 60;
/// .. and words between the two that are no part of a date.
const WORDS_BETWEEN: usize = 3;
/// Bytes before a word in which its line says of what it is said.
const LEAD_BYTES: usize = 80;
/// Bytes before a word in which the day is, in scripts that have it there.
const WIDE_BYTES: usize = 24;
/// Days by which a day without its year is before a page if it is of the next year.
const HALF_YEAR: i64 = 180;

/// What a word of such a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Something was done to the page ..
    Done,
    /// .. or set right on it, which is also said of other things.
    SetRight,
    /// It opens a note on that ..
    Update,
    /// .. or on this.
    Correction,
}

/// The words of each kind.
static KINDS: [(Word, &[&str]); 4] = [
    (Word::Done, UPDATED),
    (Word::SetRight, SET_RIGHT),
    (Word::Update, UPDATE),
    (Word::Correction, CORRECTION),
];

/// All of them, ..
fn all_words() -> impl Iterator<Item = (Word, &'static str)> {
    KINDS.iter().flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)))
}

/// .. found in one pass, with the kind and the bytes of each.
static WORDS: LazyLock<(Finder, Vec<(Word, usize)>)> = LazyLock::new(|| {
    let finder = Finder::new(all_words().map(|(_, word)| word).collect());
    (finder, all_words().map(|(kind, word)| (kind, word.len())).collect())
});

/// The day of a page and that of the next member, in days since 1970.
struct Days {
    own: i64,
    next: i64,
    year: i64,
}

impl Days {
    fn is_late(&self, day: i64) -> bool {
        day > self.own && day >= self.next
    }

    /// The day that a date as texts write it is.
    fn read(date: &str) -> Option<i64> {
        written_date(date).map(|date| date.day())
    }

    /// A day of a month of a year, or of the year in which the page may have been updated.
    fn of(&self, day: &str, month: &str, year: Option<&str>) -> Option<i64> {
        if let Some(year) = year {
            return Self::read(&format!("{day} {month} {year}"));
        }
        let read = |year: i64| Self::read(&format!("{day} {month} {year}"));
        let near = read(self.year)?;
        if self.own - near > HALF_YEAR { read(self.year + 1) } else { Some(near) }
    }
}

/// Bytes at the start of a text or title in which it says that it is reported live.
const LIVE_BYTES: usize = 160;

/// Whether a headline says that its page is written on as things happen, maybe for days: what is on
/// it has no date.
pub(super) fn is_live(headline: &str) -> bool {
    let lower = headline[..floor(headline, LIVE_BYTES)].to_lowercase();
    LIVE.iter().any(|words| lower.contains(words))
}

/// Whether a text of a date says that it was updated on the day of the `next` member or after it,
/// or at a time that it does not name.
pub(super) fn is_updated_late(text: &str, date: &Date, next: &Date) -> bool {
    let own = date.day();
    // Years of 365.2425 days.
    let year = 1970 + own * 10_000 / 3_652_425;
    let days = Days { own, next: next.day(), year };
    // Of a short text all is head, so that no line is cut between the two.
    let short = text.len() <= 2 * UPDATE_BYTES;
    let head = if short { text } else { &text[..floor(text, UPDATE_BYTES)] };
    let foot = &text[floor(text, text.len().saturating_sub(UPDATE_BYTES)).max(head.len())..];
    // Most texts have none of the words, which one search shows.
    let mut parts =
        [head, foot].into_iter().filter(|part| !found_in(&part.to_lowercase()).is_empty());
    parts.any(|part| part.split('\n').any(|line| is_late_note(line, &days)))
}

/// The words in a text in lower case: where each starts and ends.
fn found_in(lower: &str) -> Vec<(usize, usize, Word)> {
    let (finder, kinds) = &*WORDS;
    let mut found = Vec::new();
    finder.each(lower, is_plain(lower), |word, end| {
        let (kind, length) = kinds[word];
        found.push((end - length, end, kind));
    });
    found
}

/// Whether a line says so.
fn is_late_note(line: &str, days: &Days) -> bool {
    let lower = line.to_lowercase();
    found_in(&lower).into_iter().any(|(start, end, kind)| {
        let lead = &lower[floor(&lower, start.saturating_sub(LEAD_BYTES))..start];
        let lead = lead.rsplit(['!', '?', ';', '(', '[', '|']).next().unwrap_or_default();
        // An ending of the participle is no word of its own.
        let rest = &lower[end..];
        let rest = rest.trim_start_matches(|sign: char| sign.is_alphabetic() && !is_wide(sign));
        let after = first_line(&rest[..floor(rest, UPDATED_BYTES)]);
        match kind {
            Word::Update => is_late_heading(lead, after, days),
            Word::Correction => is_late_correction(lead, after, days),
            Word::Done | Word::SetRight => {
                // Where nothing was added, only the day counts.
                let right = CORRECTED.iter().any(|word| lower.contains(word));
                is_late_update(lead, after, days, (kind, right))
            }
        }
    })
}

/// Whether a noun opens a line, and a late day follows: `Update (May 9)`.
fn is_late_heading(lead: &str, after: &str, days: &Days) -> bool {
    let opens = lead.split_whitespace().all(|word| LATEST.contains(&bare(word)));
    opens && dates(after, days).is_some_and(|dates| dates.iter().any(|&day| days.is_late(day)))
}

/// Whether a note that something was set right opens a line, and has a late day before what it
/// says: `Correction, May 9: the gates are of oak`.
fn is_late_correction(lead: &str, after: &str, days: &Days) -> bool {
    let opens = lead.split_whitespace().all(|word| LATEST.contains(&bare(word)));
    let after = after.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let heading = after.split([':', '\u{ff1a}']).next().unwrap_or_default();
    let word = heading.split_whitespace().map(bare).find(|word| !OF_DATE.contains(word));
    let dated = word.is_some_and(|word| {
        word.starts_with(|sign: char| sign.is_ascii_digit())
            || weekday(word, days).is_some()
            || Days::read(&format!("1 {word} 2000")).is_some()
    });
    let wide = || !wide_days(&heading[..floor(heading, WIDE_BYTES)], days).is_empty();
    opens && (dated || wide()) && is_late_heading("", heading, days)
}

/// Whether a participle is of the past and has a late day, or is said of the page without any,
/// unless something was only set `right`.
fn is_late_update(lead: &str, after: &str, days: &Days, (kind, right): (Word, bool)) -> bool {
    let mut before = lead.split_whitespace().rev().map(bare).peekable();
    if before.peek().is_some_and(|word| NOT_DONE.contains(word)) {
        return false;
    }
    let opens = before.clone().all(|word| LATEST.contains(&word));
    let wide = &lead[floor(lead, lead.len().saturating_sub(WIDE_BYTES))..];
    let mut named: Vec<i64> = wide_days(wide, days);
    let joined = before.peek().is_some_and(|word| JOINING.contains(word));
    let verb_last = named.is_empty() && !joined && is_of_page(lead);
    if verb_last {
        named.extend(dates(after_aux(lead), days).into_iter().flatten());
    }
    named.extend(dates(after, days).into_iter().flatten());
    let mut aux = 0;
    while before.next_if(|word| WAS_DONE.contains(word)).is_some() {
        aux += 1;
    }
    // `It was printed first on May 3 and has been updated.`
    let of_page = aux > 0
        && before.peek().is_some_and(|word| PAGES.contains(word) || aux > 1 && *word == "and");
    let said = || opens || of_page || verb_last || is_of_page(lead);
    if !named.is_empty() {
        return named.iter().any(|&day| days.is_late(day)) && (kind == Word::Done || said());
    }
    if let Some(day) = weekday(after, days).filter(|_| opens || of_page) {
        return days.is_late(day);
    }
    let timed = after.contains(|sign: char| sign.is_ascii_digit());
    of_page && !timed && !right && kind == Word::Done && !corrects(after)
}

/// Words at the end of a lead in which it says of what something was done, and when.
const SAID_WORDS: usize = 10;

/// The words of a lead after the last that says that something was done, as where the participle
/// comes last: `wurde am 9. Mai aktualisiert`.
fn after_aux(lead: &str) -> &str {
    let mut rest = lead.trim_end();
    for _ in 0..SAID_WORDS {
        let blank = rest.char_indices().rfind(|(_, sign)| sign.is_whitespace());
        let start = blank.map_or(0, |(at, sign)| at + sign.len_utf8());
        if WAS_DONE.contains(&bare(&rest[start..])) {
            return &lead[rest.len()..];
        }
        rest = rest[..start].trim_end();
    }
    ""
}

/// Whether a lead says of a page, or of a passage of it, that something was done.
fn is_of_page(lead: &str) -> bool {
    let words = lead.split_whitespace().rev().take(SAID_WORDS).map(bare);
    let mut words = words.skip_while(|word| !WAS_DONE.contains(word));
    words.next().is_some()
        && words
            .find(|word| !WAS_DONE.contains(word))
            .is_some_and(|word| PAGES.contains(&word) || PAGE_PRONOUNS.contains(&word))
}

/// Words for a page, or for who changed it, in a note below it.
const PAGE_PRONOUNS: [&str; 12] =
    ["it", "this", "we", "wir", "er", "sie", "il", "elle", "nous", "den", "het", "on"];

/// Whether nothing was added, but something set right: `to correct a name`.
fn corrects(after: &str) -> bool {
    let to = after.trim_start().strip_prefix("to ");
    to.is_some_and(|what| !ADDED.iter().any(|word| what.starts_with(word)))
}

/// A word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|sign: char| !sign.is_alphanumeric())
}

/// The next day of the week that the first word names; the day of the page is its own.
fn weekday(after: &str, days: &Days) -> Option<i64> {
    let mut words = after.split_whitespace().map(bare).take(2);
    let weekday = words.find_map(|word| WEEKDAYS.iter().position(|names| names.contains(&word)))?;
    // 1 January 1970 was a Thursday.
    let own = (days.own + 3).rem_euclid(7);
    Some(days.own + (i64::try_from(weekday).ok()? - own).rem_euclid(7))
}

/// The days that the first date after a word may be; none where a time to come is named, or too
/// many words stand between.
fn dates(after: &str, days: &Days) -> Option<Vec<i64>> {
    let wide = wide_days(&after[..floor(after, WIDE_BYTES)], days);
    if !wide.is_empty() {
        return Some(wide);
    }
    let separators = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '(' | ')' | '[');
    let words: Vec<&str> = after.split(separators).map(bare).filter(|w| !w.is_empty()).collect();
    let mut between = 0;
    for (at, word) in words.iter().enumerate() {
        let figures = figures(word);
        if !figures.is_empty() {
            return Some(figures);
        }
        if !word.starts_with(char::is_alphabetic) {
            continue;
        }
        if let Some(day) = beside_month(&words, at, days) {
            return Some(vec![day]);
        }
        between += usize::from(word.chars().count() > 2 && weekday(word, days).is_none());
        if between > WORDS_BETWEEN || TO_COME.contains(word) {
            return None;
        }
    }
    None
}

/// The day that a month and the number beside it are, with the year if that follows.
fn beside_month(words: &[&str], at: usize, days: &Days) -> Option<i64> {
    let month = words.get(at)?;
    Days::read(&format!("1 {month} 2000"))?;
    let linked = |word: &&str| matches!(*word, "de" | "of" | "del");
    let mut before = words.get(..at)?.iter().rev().skip_while(|word| linked(word));
    let mut after = words.get(at + 1..)?.iter().skip_while(|word| linked(word)).peekable();
    let number = |word: &&&str| day_number(word).is_some();
    let day = match before.next().filter(number) {
        Some(day) => day,
        None => after.next_if(number)?,
    };
    let year = after.find(|word| !linked(word)).filter(|word| is_year(word));
    days.of(day_number(day)?, month, year.copied())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a day: `9`, `9th`, `1er`.
fn day_number(word: &str) -> Option<&str> {
    let digits = word.trim_end_matches(|sign: char| !sign.is_ascii_digit());
    let ending = &word[digits.len()..];
    let is_day = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_day && ending.chars().count() <= 2).then_some(digits)
}

/// The days that figures may be, whichever of them is the month: `2022-05-09`, `9.5.2022`,
/// `5/9/2022`. A page is not updated before its date, so the later reading is the right one.
fn figures(word: &str) -> Vec<i64> {
    let word = word.split(['t', '\u{b7}']).next().unwrap_or_default();
    let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
    let [one, two, three] = parts[..] else { return Vec::new() };
    if ![one, two, three].iter().all(|part| part.parse::<u32>().is_ok()) {
        return Vec::new();
    }
    let read =
        |year: &str, month: &str, day: &str| Days::read(&format!("{year}-{month:0>2}-{day:0>2}"));
    if is_year(one) {
        return read(one, two, three).into_iter().collect();
    }
    let year = if three.len() == 2 { format!("20{three}") } else { three.to_owned() };
    // With full stops the day comes first.
    let american = (!word.contains('.')).then(|| read(&year, one, two)).flatten();
    read(&year, two, one).into_iter().chain(american).collect()
}

fn is_wide(sign: char) -> bool {
    u32::from(sign) >= 0x2e80
}

/// The days that are written with the signs for month and day: `2022年5月9日`, `5月9日`.
fn wide_days(text: &str, days: &Days) -> Vec<i64> {
    let digits = |text: &str| {
        let start = text.trim_end_matches(|sign: char| sign.is_ascii_digit()).len();
        (text[start..].to_owned(), start)
    };
    let month = |(at, sign): (usize, char)| {
        let (month, start) = digits(text[..at].trim_end());
        let rest = text[at + sign.len_utf8()..].trim_start();
        let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let after = rest[day.len()..].trim_start();
        let is_day = after.starts_with(['\u{65e5}', '\u{c77c}', '\u{53f7}', '\u{865f}']);
        let before = text[..start].trim_end();
        let year =
            before.strip_suffix(['\u{5e74}', '\u{b144}']).map(|year| digits(year.trim_end()).0);
        let read = |year: i64| Days::read(&format!("{year}-{month:0>2}-{day:0>2}"));
        let year = year.map_or(days.year, |year| year.parse().unwrap_or(days.year));
        is_day.then(|| read(year)).flatten()
    };
    let months = text.char_indices().filter(|(_, sign)| matches!(sign, '\u{6708}' | '\u{c6d4}'));
    months.filter_map(month).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of a page of Tuesday, 3 May 2022.
    fn updated(text: &str, next: &str) -> bool {
        let date = |text: &str| written_date(text).unwrap();
        is_updated_late(text, &date("2022-05-03"), &date(next))
    }

    /// Notes that say 9 May in the languages of the lexicon.
    const NOTES: &[&str] = &[
        "Updated on May 9 at 8:05 a.m.",
        "Updated: May 9, 2022",
        "Last modified: 2022-05-09",
        "First published 3 May, updated 9 May",
        "This story was first published on May 3 and updated on May 9.",
        "[Update, 9 May: the gates are open]",
        "UPDATE (May 9): the gates are open.",
        "Updated at 10:15 a.m. on Monday, May 9",
        "Updated Monday with comment",
        "Edited on May 9",
        "This post was revised on May 9.",
        "It held. Updated on May 9",
        "Aktualisiert am 9. Mai",
        "Artikel vom 3.5.2022, aktualisiert 9.5.2022",
        "Update vom 9. Mai, 10.15 Uhr",
        "Zuletzt ge\u{e4}ndert am 9. Mai",
        "Stand: 09.05.2022, 10:15 Uhr",
        "Mis \u{e0} jour le 9 mai \u{e0} 10h15",
        "Modifi\u{e9} le 9 mai",
        "Actualizado el 9 de mayo",
        "Este art\u{ed}culo fue actualizado el 9 de mayo.",
        "\u{da}ltima actualizaci\u{f3}n: 9 de mayo",
        "Ultimo aggiornamento: 9 maggio",
        "Atualizado em 9 de maio",
        "Bijgewerkt op 9 mei",
        "Laatste update: 9 mei",
        "Uppdaterad 9 maj",
        "Aktualizacja: 9 maja",
        "\u{41e}\u{431}\u{43d}\u{43e}\u{432}\u{43b}\u{435}\u{43d}\u{43e}: 09.05.2022",
        "G\u{fc}ncelleme: 9 May\u{131}s",
        "\u{62a}\u{62d}\u{62f}\u{64a}\u{62b} 9 \u{645}\u{627}\u{64a}\u{648}",
        "\u{66f4}\u{65b0}\u{4e8e}5\u{6708}9\u{65e5}",
        "2022\u{5e74}5\u{6708}9\u{65e5}\u{66f4}\u{65b0}",
        "\u{66f4}\u{65b0}\u{65e5}: 2022/05/09",
        "Dieser Artikel wurde am 9. Mai um 10.15 Uhr aktualisiert.",
        "Dit artikel is op 9 mei bijgewerkt.",
        "Correction, May 9: An earlier version had another number.",
        "CORRECTION (May 9): the gate is of oak.",
        "Clarification, May 9: the gate is of oak.",
        "Editor\u{2019}s note (May 9): A paragraph was added.",
        "Corrected on May 9",
        "It was corrected on May 9.",
        "This story was corrected on May 9 to fix the number of gates.",
        "This article was amended on 9 May. An earlier version had another name.",
        "Richtigstellung vom 9. Mai: Das Tor ist aus Eiche.",
        "Korrektur, 9. Mai: In einer fr\u{fc}heren Version war das Tor aus Eisen.",
        "Korrigiert am 9. Mai",
        "Wir haben das am 9. Mai korrigiert.",
        "Rectificatif du 9 mai : la porte est en bois.",
        "Corrig\u{e9} le 9 mai",
        "Fe de errores, 9 de mayo: la puerta es de roble.",
        "Corregido el 9 de mayo",
        "Errata corrige, 9 maggio: la porta",
        "Corretto il 9 maggio",
        "Corre\u{e7}\u{e3}o, 9 de maio: a porta",
        "Corrigido em 9 de maio",
        "Rectificatie, 9 mei: de poort",
        "Gecorrigeerd op 9 mei",
        "R\u{e4}ttelse 9 maj: porten",
        "R\u{e4}ttad 9 maj",
        "Rettelse 9. maj: porten",
        "Sprostowanie z 9 maja: brama",
        "Исправлено 9 мая",
        "D\u{fc}zeltme, 9 May\u{131}s: kap\u{131}",
        "\u{66f4}\u{6b63}\u{ff1a}\u{672c}\u{6587}\u{4e8e}5\u{6708}9\u{65e5}\u{66f4}\u{6b63}",
        "\u{8a02}\u{6b63}\u{ff08}5\u{6708}9\u{65e5}\u{ff09}\u{ff1a}\u{9580}",
    ];

    #[test]
    fn a_note_is_held_to_the_day_of_the_next_member() {
        for note in NOTES {
            let text = format!("The dam held.\n\n{note}");
            assert!(updated(&text, "2022-05-09"), "{note}");
            assert!(updated(&text, "2022-05-06"), "{note}");
            assert!(!updated(&text, "2022-05-10"), "{note}: the other is later");
            assert!(
                !updated(&text.replace('9', "3"), "2022-05-03") || note.contains("Mon"),
                "{note}"
            );
        }
    }

    #[test]
    fn a_note_without_a_day_leaves_it_open() {
        for note in [
            "Editor's note: This story has been updated with new figures.",
            "This article has been updated to reflect the vote.",
            "It was printed first on Tuesday and has been updated with figures.",
            "Dieser Text wurde aktualisiert.",
            "Der Artikel wurde nachtr\u{e4}glich erg\u{e4}nzt.",
            "Artikeln har uppdaterats.",
        ] {
            assert!(updated(&format!("The dam held.\n\n{note}"), "2022-05-30"), "{note}");
        }
        for note in [
            "This story has been updated to correct the name of a warden.",
            "Correction: An earlier version had another number of gates.",
            "Richtigstellung: Das Tor ist aus Eiche.",
            "Correction: The gates were opened on May 9.",
            "The course was corrected by the pilot on May 9.",
            "Die Feuerwehr rettet am 9. Mai ein Boot.",
            "The Department of Correction, May 9: nobody fled.",
            "It was corrected on May 2.",
            "CORRECTION: This story has been updated to reflect that the gate is of oak.",
            "This story was updated at 9:54 a.m.",
            "This is a developing story and will be updated.",
            "The wardens update the table by May 9.",
            "The list is to be updated on May 9.",
            "Updated figures of the wardens show that it held.",
            "Updated at 10:15 a.m. on Tuesday, May 3",
            "Updated Tuesday",
            "The update of the maps was done by Ann Other.",
        ] {
            assert!(!updated(&format!("The dam held.\n\n{note}"), "2022-05-04"), "{note}");
        }
    }

    #[test]
    fn a_page_is_written_on_as_things_happen() {
        for headline in ["The dam - live updates", "Liveticker: Der Damm", "La digue, en direct :"]
        {
            assert!(is_live(headline), "{headline}");
        }
        let late = format!("{} live updates", "x".repeat(200));
        for headline in ["The dam is alive", "They live by the dam", "", late.as_str()] {
            assert!(!is_live(headline), "{headline}");
        }
    }

    #[test]
    fn a_note_is_read_as_a_whole() {
        for length in [700, 780, 795, 1_500, 1_590, 3_000] {
            let text = format!("{}\n\nCorrection, May 9: a gate.", "x".repeat(length));
            assert!(updated(&text, "2022-05-09"), "{length}");
        }
    }

    #[test]
    fn a_day_without_its_year_may_be_of_the_next() {
        let date = |text: &str| written_date(text).unwrap();
        let note = |text: &str| is_updated_late(text, &date("2022-12-30"), &date("2023-01-02"));
        assert!(note("Updated on January 2"));
        assert!(!note("Updated on December 30") && !note("Updated on November 2"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            text in "(updated |update |May |9 |\u{6708}|\u{66f4}\u{65b0}|20|[./-]|\n|\\PC){0,30}"
        ) {
            updated(&text, "2022-05-04");
        }
    }
}

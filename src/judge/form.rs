//! The forms of furniture: notes on authors, calls to readers, headings and links, and paragraphs
//! that another line introduces.
//!
//! Fed by `occurrence` with a text and a span, feeds the features of a family. A form is recognised
//! by how sentences are built (a name, a verb such as "is" or "writes", an occupation; a sentence
//! that opens with an imperative of web pages; paragraphs without the end of a sentence) and never
//! by whole phrases of one outlet. It decides nothing by itself: `kind` also asks where such a
//! passage is and how often.
//! Invariant: reads the paragraphs of the passage and the line before them, both bounded.

use super::lexicon::{CALLS, CHANGED, ENDINGS, OCCUPATIONS, PARTICLES, PRESENTS, REACHED};
use super::lines::{floor, line_end, line_start};
use super::lists::{Found, List, Lists};
use super::sentence::sentences;
use super::statement;
use crate::hash::Map;
use std::ops::Range;
use std::sync::LazyLock;

/// The form of a passage.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is seen or not")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Form {
    /// It belongs to a sentence that presents a person: a name, a verb of being or working.
    pub(super) person: bool,
    /// It presents somebody who writes or comments, or says how to follow or reach them.
    pub(super) author: bool,
    /// It asks the reader to do something on the page.
    pub(super) call: bool,
    /// It says whose opinions these are, who helped, or what may be done with the text.
    pub(super) notice: bool,
    /// Lines of its own, none of which ends a sentence.
    pub(super) heading: bool,
    /// A name is repeated and runs into the next word, because the text of links was joined to the
    /// names before them; or titles are separated by bars.
    pub(super) joined: bool,
    /// It starts a paragraph, and the line before ends in a colon, or it is a statement that words
    /// before a colon announce.
    pub(super) introduced: bool,
}

/// Longest paragraphs whose form is read, in bytes.
const WIDEST: usize = 1600;
/// A passage has a form if at least one part in so many of it has.
const SHARE: usize = 6;
/// Bytes read on either side of a passage in a text without paragraphs.
const NEAR_BYTES: usize = 200;
/// Bytes before a passage that are read for names that run into it.
const BESIDE_BYTES: usize = 60;
/// Words before a word whose repetition in it is looked for.
const REPEATED_WORDS: usize = 6;
/// Bytes before a passage in which the line before it is looked for.
const BEFORE_BYTES: usize = 400;

/// What the sentences of a passage have: one of them presents a person, and the bytes of those that
/// name an author, are a call or a notice.
type Sentences = (bool, [usize; 3]);

/// The sentences that were read before: the places of a family mostly are in equal paragraphs.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By the bytes of the passage in them, then by their words: texts that lie in a file may not
    /// be read again at any time.
    paragraphs: Map<(usize, usize), Map<Box<str>, Sentences>>,
    /// Bytes of all these.
    bytes: usize,
}

/// Most bytes of the paragraphs of a family that are known.
const MOST_KNOWN: usize = 256 << 10;

/// The same of what is kept beside their words, about.
const KNOWN_BYTES: usize = 128;

impl Known {
    /// The sentences of a passage, in which some lists were found, in its paragraphs.
    fn sentences(
        &mut self,
        own: &str,
        inner: &Range<usize>,
        (lists, found): (&mut Lists, Found),
    ) -> Sentences {
        let key = (inner.start, inner.end);
        if let Some(known) = self.paragraphs.get(&key).and_then(|known| known.get(own)) {
            return *known;
        }
        let read = read_sentences(own, inner, (lists, found));
        self.bytes += own.len() + KNOWN_BYTES;
        if self.bytes <= MOST_KNOWN {
            self.paragraphs.entry(key).or_default().insert(own.into(), read);
        }
        read
    }
}

/// The form of the bytes `span` of a text (on borders of code points), in which some lists were
/// found; `known` is what was read of the same family.
pub(super) fn read(
    text: &str,
    span: &Range<usize>,
    (lists, found): (&mut Lists, Found),
    known: &mut Known,
) -> Form {
    let Some(passage) = text.get(span.clone()) else { return Form::default() };
    let wide = paragraphs(text, span);
    let clipped = clip(text, span, &wide);
    let Some(own) = text.get(clipped.clone()) else { return Form::default() };
    let inner = span.start - clipped.start..span.end - clipped.start;
    let whole = clipped == wide;
    let (person, bytes) = known.sentences(own, &inner, (lists, found));
    // A line of furniture in a long stretch of an article does not make it furniture.
    let [author, call, notice] = bytes.map(|bytes| bytes * SHARE >= passage.len().max(1));
    Form {
        person,
        author,
        call,
        notice,
        heading: whole && passage.len() * 2 >= own.len() && is_heading(text, &wide),
        joined: passage.len() <= WIDEST
            && is_joined(&text[floor(text, span.start.saturating_sub(BESIDE_BYTES))..span.end]),
        introduced: is_introduced(text, span),
    }
}

/// Reads the sentences that have something in common with the bytes `inner` of some paragraphs, in
/// which some lists were found.
fn read_sentences(
    own: &str,
    inner: &Range<usize>,
    (lists, found): (&mut Lists, Found),
) -> Sentences {
    let (mut has_person, mut bytes) = (false, [0; 3]);
    for sentence in sentences(own, inner) {
        let shared = sentence.end.min(inner.end) - sentence.start.max(inner.start);
        let opens = own[..sentence.start].trim_end_matches(' ').ends_with(['\n', '\u{2022}'])
            || sentence.start == 0;
        let within = |at: usize| at.clamp(sentence.start, sentence.end) - sentence.start;
        let read = within(inner.start)..within(inner.end);
        let words = &own[sentence];
        let person = presents_person(words) || opens && presents_in_apposition(words);
        has_person |= person;
        let found = lists.find_forms(words, (read, found));
        let lower = lists.lower();
        let reached = found.has(List::Reached) || opens_reach(lower);
        let author = person && has_occupation(words) || reached;
        let notice = opens_change(lower) || lists.has_notice();
        let forms = [author, is_call(lower), notice];
        for (bytes, is) in bytes.iter_mut().zip(forms) {
            *bytes += if is { shared } else { 0 };
        }
    }
    (has_person, bytes)
}

/// The part of its paragraphs that is read for a passage: all, unless the text has no paragraphs.
fn clip(text: &str, span: &Range<usize>, wide: &Range<usize>) -> Range<usize> {
    if wide.len() <= WIDEST {
        return wide.clone();
    }
    let start = wide.start.max(floor(text, span.start.saturating_sub(NEAR_BYTES)));
    start..wide.end.min(floor(text, span.end + NEAR_BYTES))
}

/// The span widened to whole lines.
fn paragraphs(text: &str, span: &Range<usize>) -> Range<usize> {
    line_start(text, span.start)..line_end(text, span.end)
}

/// Most words before the name in a sentence that presents a person.
const LEAD_WORDS: usize = 3;
/// Most words of a name.
const NAME_WORDS: usize = 7;

/// Whether a sentence starts with a name of two words or more and a verb that presents it.
fn presents_person(sentence: &str) -> bool {
    let mut name = 0;
    let mut given = 0;
    for (n, word) in sentence.split_whitespace().take(LEAD_WORDS + NAME_WORDS).enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            continue;
        }
        if name >= 2 && PRESENTS.contains(&bare) {
            return given >= 2;
        }
        if bare == "The" {
            // An institution.
            return false;
        }
        if bare.chars().next().is_some_and(char::is_uppercase) {
            name += 1;
            given += usize::from(bare.chars().any(char::is_lowercase));
        } else if name == 0 || bare.chars().all(char::is_numeric) {
            // Words before the name, and an age after it.
            if n >= LEAD_WORDS && name == 0 {
                return false;
            }
        } else if !PARTICLES.contains(&bare) {
            return false;
        }
    }
    false
}

/// Whether a sentence starts with a name, has an occupation between commas, and goes on with a verb
/// that presents: `Ann Other, author of two books, is the warden`.
fn presents_in_apposition(sentence: &str) -> bool {
    let Some((name, rest)) = sentence.split_once(',') else { return false };
    let words = name.split_whitespace();
    let cased = words.clone().all(|word| word.starts_with(|c: char| c.is_uppercase()));
    if !cased || !(2..=NAME_WORDS).contains(&words.count()) {
        return false;
    }
    // The verb comes after the comma that ends the apposition.
    !rest.trim_start().starts_with("who")
        && rest.match_indices(',').any(|(at, comma)| {
            let after = rest[at + comma.len()..].trim_start_matches(['"', '\u{201d}', '\u{2019}']);
            let verb = after.split_whitespace().next().unwrap_or_default();
            PRESENTS.contains(&verb) && has_occupation(&rest[..at])
        })
}

fn has_occupation(sentence: &str) -> bool {
    sentence.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| {
        let lower = word.to_lowercase();
        let is = |name: &&str| lower.strip_prefix(name).is_some_and(|end| ENDINGS.contains(&end));
        let last = lower.rsplit('-').next().unwrap_or_default();
        with_byte(&OCCUPATIONS_BY_BYTE, &lower).iter().any(is)
            || with_byte(&OCCUPATIONS_BY_BYTE, last).contains(&last)
    })
}

/// Whether a sentence starts by asking to follow or reach somebody.
fn opens_reach(lower: &str) -> bool {
    let mut words =
        lower.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let opens = |(verb, next): &(&str, &[&str])| {
        *verb == first && next.iter().any(|word| word.is_empty() || *word == second)
    };
    REACHED.iter().any(opens)
}

/// Whether a sentence starts with a call (after "please" or "to").
fn is_call(lower: &str) -> bool {
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    opens(lower.strip_prefix("please ").unwrap_or(lower), &CALLS_BY_BYTE)
}

/// Whether a sentence starts as notes on what was changed do.
fn opens_change(lower: &str) -> bool {
    opens(lower.trim_start_matches(|c: char| !c.is_alphanumeric()), &CHANGED_BY_BYTE)
}

/// Openings by their first byte.
type ByByte = LazyLock<Vec<Vec<&'static str>>>;

static CALLS_BY_BYTE: ByByte = LazyLock::new(|| by_byte(CALLS));
static CHANGED_BY_BYTE: ByByte = LazyLock::new(|| by_byte(CHANGED));
static OCCUPATIONS_BY_BYTE: ByByte = LazyLock::new(|| by_byte(OCCUPATIONS));

fn by_byte(openings: &[&'static str]) -> Vec<Vec<&'static str>> {
    let mut table = vec![Vec::new(); 256];
    for opening in openings {
        table[usize::from(opening.as_bytes()[0])].push(*opening);
    }
    table
}

/// The openings that start with the byte that a text starts with.
fn with_byte<'o>(openings: &'o [Vec<&'static str>], text: &str) -> &'o [&'static str] {
    text.as_bytes().first().map_or(&[], |&byte| &openings[usize::from(byte)])
}

/// Whether a sentence starts with one of the openings, as words.
fn opens(lower: &str, openings: &[Vec<&'static str>]) -> bool {
    with_byte(openings, lower).iter().any(|opening| {
        lower.strip_prefix(opening).is_some_and(|rest| {
            let bare = opening.ends_with(|c: char| !c.is_alphanumeric());
            bare || !opening.is_ascii() || !rest.starts_with(|c: char| c.is_alphanumeric())
        })
    })
}

/// Whether a name runs into the next word (`Ann OtherDam holds`, where `Other` comes before), or
/// titles are separated by bars.
fn is_joined(text: &str) -> bool {
    may_be_joined(text) && joins(text)
}

/// Whether two bars are in the text, or a word may go on with a capital after a small letter, as
/// seen by first bytes. A letter of a script that has capitals may be either, but for those of
/// Western Europe; a space that is not ASCII only leads to a closer look.
fn may_be_joined(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut bars, mut small, mut at) = (0, false, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'a'..=b'z' => small = true,
            b'A'..=b'Z' if small => return true,
            b' ' | b'\t'..=b'\r' => small = false,
            b'|' => bars += 1,
            // U+00C0 to U+00FF, with the capitals first.
            0xc3 => {
                let capital = bytes.get(at).is_some_and(|&next| next < 0x9f);
                if capital && small {
                    return true;
                }
                small |= !capital;
                at += 1;
            }
            // Dashes and curly quotes; Han, kana and others; Hebrew and Arabic.
            0xe2 if bytes.get(at) == Some(&0x80) => at += 2,
            0xe3..=0xe9 => at += 2,
            0xd7..=0xdb => at += 1,
            0x80.. => return true,
            _ => {}
        }
    }
    bars >= 2
}

fn joins(text: &str) -> bool {
    if text.matches(" | ").count() >= 2 {
        return true;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let runs_on = |word: &str| {
        let mut letters = word.chars();
        letters.any(char::is_lowercase) && letters.any(char::is_uppercase)
    };
    words.iter().enumerate().filter(|(_, word)| runs_on(word)).any(|(n, word)| {
        let before = &words[n.saturating_sub(REPEATED_WORDS)..n];
        before.iter().any(|name| {
            let name = name.trim_matches(|c: char| !c.is_alphanumeric());
            let rest = word.strip_prefix(name).filter(|_| name.ends_with(char::is_lowercase));
            name.len() > 2
                && name.starts_with(char::is_uppercase)
                && rest.is_some_and(|rest| rest.starts_with(char::is_uppercase))
        })
    })
}

/// Fewest words of a heading.
const HEADING_WORDS: usize = 3;

/// Whether the lines of `wide` are set apart from the text around and none ends a sentence.
fn is_heading(text: &str, wide: &Range<usize>) -> bool {
    let apart =
        |at: Option<char>, next: Option<char>| at.is_none() || next.is_none_or(char::is_whitespace);
    let mut before = text[..wide.start].chars().rev();
    let mut after = text[wide.end..].chars();
    if !apart(before.next(), before.next()) || !apart(after.next(), after.next()) {
        return false;
    }
    let own = &text[wide.clone()];
    let mut lines = own.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let mut words = 0;
    while let Some(line) = lines.next() {
        let last = line.chars().next_back();
        // A line that names a list ends in a colon.
        let lists = lines.peek().is_some() && last == Some(':');
        if !lists && !last.is_some_and(|c| c.is_alphanumeric() || c == ')') {
            return false;
        }
        words += line.split_whitespace().count();
    }
    words >= HEADING_WORDS
}

/// Whether the passage starts a paragraph and the line before ends in a colon, or whether a line
/// before it, at its start or in its paragraph says that a statement follows.
fn is_introduced(text: &str, span: &Range<usize>) -> bool {
    let from = floor(text, span.start.saturating_sub(BEFORE_BYTES));
    let Some(before) = text.get(from..span.start) else { return false };
    let line = before.rfind('\n');
    let above = line.filter(|line| statement::starts(&before[*line..])).is_some_and(|line| {
        let last = before[..line].trim_end_matches(|c: char| c.is_whitespace());
        last.ends_with([':', '\u{ff1a}'])
    });
    above || statement::is_announced(text, (from, line.map_or(from, |line| from + line + 1)), span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str, passage: &str) -> Form {
        let start = text.find(passage).unwrap();
        form(text, &(start..start + passage.len()), &mut Known::default())
    }

    fn form(text: &str, span: &Range<usize>, known: &mut Known) -> Form {
        let mut lists = Lists::default();
        let found = lists.find(&text[span.clone()]);
        read(text, span, (&mut lists, found), known)
    }

    #[test]
    fn notes_on_authors() {
        for note in [
            "Ann Other is a columnist for the Bay Herald and lives at the dam.",
            "Ann B. Other, 54, is the author of two books on locks.",
            "Ann Other and Ida Brandt are fellows of the institute of locks.",
            "Ann Other, co-author of \u{201c}Locks,\u{201d} and head of a board, is the founder.",
            "Ann Other, co-author of \u{201c}Locks,\u{201d} is the founder of a board.",
            "Ann Other ist Redakteurin im Ressort Wasser.",
            "Ann Other est journaliste à la rédaction.",
            "Follow her on Herring @ann_other.",
            "The warden can be reached at ann@example.org.",
        ] {
            let text = format!("The dam held.\n\n{note}\n\nRain fell.");
            assert!(at(&text, note).author, "{note}");
        }
        // A passage that starts after the name belongs to the note.
        let text = "The dam held.\n\nAnn Other is a writer who lives at the dam.";
        assert!(at(text, "writer who lives at the dam").author);
        for story in [
            "The warden is a writer, too, and he knows it.",
            "On Monday the Bay Herald was sold to a columnist.",
            "The dam in Upper Lock is the oldest of all, the author says.",
            "It is a reporter who found the crack.",
            "The warden, author of two books, is out.",
            "Ann Other, the author, said the dam was safe.",
            "Ann Other, who edits books, is a columnist at heart.",
            "The Bay Herald was the first to report on the author.",
        ] {
            let form = at(story, story);
            assert!(!form.author, "{story}");
        }
        let warden = "Ann Other is the warden of the dam.";
        assert!(at(warden, warden).person && !at(warden, warden).author);
    }

    #[test]
    fn notices() {
        for notice in [
            "The opinions expressed here are solely those of the author.",
            "Ann Other and Ida Brandt contributed to this report.",
            "Alle Rechte am Text vorbehalten.",
            "Correction: This story has been updated with the name of the dam.",
            "An earlier version of this article said that the dam had two gates.",
        ] {
            assert!(at(notice, notice).notice, "{notice}");
        }
        for story in [
            "She expressed no opinions on the rights of way.",
            "Nobody spoke after the Bay Herald had printed the editor's note.",
        ] {
            assert!(!at(story, story).notice, "{story}");
        }
    }

    #[test]
    fn calls_to_readers() {
        for call in [
            "Sign up for our letters here.",
            "Please refresh this page for more.",
            "Lesen Sie auch: Der Damm hielt.",
            "Lea también: La presa aguanta",
            "関連記事：大坝",
        ] {
            let text = format!("The dam held.\n\n{call}\n\nRain fell.");
            assert!(at(&text, call).call, "{call}");
        }
        for story in ["He asked them to sign up.", "Relatedly, it rained.", "Clicks fell by half."]
        {
            assert!(!at(story, story).call, "{story}");
        }
    }

    #[test]
    fn headings_have_no_end_of_a_sentence() {
        let text =
            "The dam held.\n\nWhat to know of the dam:\nHow it was built\nHow it held\n\nRain.";
        assert!(at(text, "What to know of the dam:\nHow it was built\nHow it held").heading);
        assert!(!at(text, "The dam held").heading);
        let wrapped = "The dam held through the\nnight and nobody slept in the\nvillage below it.";
        assert!(!at(wrapped, "night and nobody slept in the").heading, "a broken line");
    }

    #[test]
    fn names_that_run_into_links() {
        let text = "Warden Ann Other Ann B. OtherDam holds for now Gates open MORE said so.";
        assert!(at(text, "OtherDam holds for now").joined);
        assert!(
            at("Dam holds | Gates open | It rains", "Dam holds | Gates open | It rains").joined
        );
        let plain = "Ann McOther of the OtherDam said that the dam held.";
        assert!(!at(plain, plain).joined);
    }

    #[test]
    fn a_text_without_paragraphs_is_read_near_the_passage() {
        let story = "The dam held and nobody slept in the village below it that night. ".repeat(60);
        let text = format!("{story}Alle Rechte an diesem Text vorbehalten. {story}");
        assert!(at(&text, "Alle Rechte an diesem Text vorbehalten").notice);
    }

    #[test]
    fn a_colon_introduces_a_block() {
        let text = "The warden wrote:\n\nThe gates stay shut until spring.\n\nRain fell.";
        assert!(at(text, "The gates stay shut").introduced);
        assert!(!at(text, "until spring").introduced && !at(text, "Rain fell").introduced);
    }

    proptest! {
        #[test]
        fn any_form_of_any_text(
            text in "([a-z ]|[A-Z][a-z]{1,3} |is |[.:@(]|\n|\\PC){0,120}",
            x in 0_usize..200,
            y in 0_usize..200,
        ) {
            let (x, y) = (floor(&text, x), floor(&text, y));
            let span = x.min(y)..x.max(y);
            let mut known = Known::default();
            let read = form(&text, &span, &mut known);
            prop_assert_eq!(form(&text, &span, &mut known), read, "known");
            prop_assert!(!read.author || !text.is_empty());
        }

        #[test]
        fn the_first_look_misses_no_joined_titles(
            text in "([ab]{1,2}|[A-D]|[|() \u{e9}\u{c9}\u{2019}\u{6c34}\u{3000}]|\\PC){0,12}",
            name in "[A-D][a-d]{1,3}|[\u{c9}\u{420}][\u{e9}\u{440}]{2}",
        ) {
            for text in [text.clone(), format!("{text} {name} {text} {name}{name}")] {
                prop_assert!(may_be_joined(&text) || !joins(&text), "{}", text);
            }
        }
    }
}

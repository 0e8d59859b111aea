//! One occurrence of a passage in a document: quotation marks, verbs of saying, position in the
//! text, captions, credits.
//!
//! Fed by `context` with a text and a span, feeds `features` with one occurrence for each place of
//! a family. Invariant: reads the passage and a bounded stretch around it, never the whole text.

use super::credit::{self, Mentions};
use super::finder::is_plain;
use super::form::{self, Form, Known};
use super::lexicon::{POST, WEB};
use super::lines::{first_line, floor, last_line, line_start};
use super::lists::{Found, List, Lists};
use super::quotes::Quoted;
use super::{letters, quotes, sentence, speaker};
use crate::limits::narrow;
use std::ops::Range;

/// What is seen at one place of a passage.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is seen or not")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Occurrence {
    /// Share of the passage inside quotation marks.
    pub(super) quoted: f32,
    /// First byte of the text that is inside them, and the last with the mark that closes them.
    pub(super) marks: Option<(u32, u32)>,
    /// Signed with a handle, as an embedded post is.
    pub(super) signed: bool,
    /// In a paragraph of a transcript that names its speaker.
    pub(super) spoken: bool,
    /// A verb of saying, or a colon, close by.
    pub(super) said: bool,
    /// A verb of saying inside it.
    pub(super) told: bool,
    /// Share of its words in the first person: somebody speaks.
    pub(super) first_person: f32,
    /// Opens as letters do.
    pub(super) letter: bool,
    /// At the head of the document.
    pub(super) head: bool,
    /// At its foot.
    pub(super) foot: bool,
    /// In the first or the last seventh of the document.
    pub(super) outer: bool,
    /// Paragraphs of its own, but for a few letters.
    pub(super) alone: bool,
    /// Starts with a sentence.
    pub(super) starts: bool,
    /// Starts and ends with one.
    pub(super) whole: bool,
    /// Share of the document that it makes up.
    pub(super) covered: f32,
    /// It is a caption or contains one.
    pub(super) caption: bool,
    /// A gallery of pictures is near.
    pub(super) gallery: bool,
    /// It has an address or a copyright sign, or asks the reader to subscribe.
    pub(super) contact: bool,
    /// Its form.
    pub(super) form: Form,
    /// Agency credited right at the passage.
    pub(super) credit: Option<&'static str>,
}

/// What is seen in the text of a passage alone, wherever it is.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is seen or not")]
pub(super) struct Own {
    found: Found,
    signed: bool,
    pictured: bool,
    contact: bool,
    /// Starts with the number of a picture.
    counted: bool,
    /// More than one line.
    lines: bool,
    /// Ends with a sentence or a line.
    whole: bool,
    /// Share of its words in the first person.
    first_person: f32,
    /// Opens as letters do.
    letter: bool,
    agencies: Mentions,
}

impl Own {
    /// Reads the text of a passage.
    pub(super) fn of(passage: &str, lists: &mut Lists) -> Self {
        let found = lists.find(passage);
        let posted = found.has(List::Post) && passage.contains(POST);
        let linked = found.has(List::Web) && WEB.iter().any(|part| passage.contains(part));
        Self {
            found,
            signed: has_handle(passage) || posted,
            pictured: credits_picture(passage),
            contact: linked || is_contact(passage),
            counted: is_count(first_line(passage)),
            lines: memchr::memchr(b'\n', passage.as_bytes()).is_some(),
            whole: sentence::starts_after(passage),
            first_person: first_person(passage),
            letter: letters::opens_letter(passage),
            agencies: Mentions::of(passage),
        }
    }
}

/// Furthest look around a passage, for its paragraph.
const PARAGRAPH_BYTES: usize = 4000;
/// Reach of words that belong to a passage.
const NEAR_BYTES: usize = 90;
/// A passage within this many bytes of the start or the end is at the head or the foot ..
const EDGE_BYTES: usize = 240;
/// .. or within this share of the text.
const EDGE_PERCENT: usize = 4;

/// The first and the last of so many parts of a text are its outer parts.
const OUTER: usize = 7;

/// Reads the passage at the bytes `span` of a text (on borders of code points), whose text shows
/// `own`; `known` is what was read at other places of the family.
#[must_use]
pub(super) fn read(
    text: &str,
    span: &Range<usize>,
    own: &Own,
    (lists, known): &mut (&mut Lists, Known),
) -> Occurrence {
    let Some(passage) = text.get(span.clone()) else { return Occurrence::default() };
    let len = text.len().max(1);
    let edge = EDGE_BYTES.min(len / 8).max(len * EDGE_PERCENT / 100);
    let before = &text[floor(text, span.start.saturating_sub(NEAR_BYTES))..span.start];
    let after = &text[span.end..floor(text, span.end + NEAR_BYTES)];
    let (found_before, found_after) = (lists.find(before), lists.find(after));
    let has = |list| own.found.has(list) || found_before.has(list) || found_after.has(list);
    let caption = own.found.has(List::Caption)
        || own.pictured
        || found_after.has(List::Caption) && is_caption(first_line(after), lists)
        || credits_picture(close(first_line(after)))
        || has_caption_end(text, span, own, lists)
        || is_counted(before)
        || own.counted;
    let said = found_before.has(List::Saying) && lists.find(last_line(before)).has(List::Saying)
        || found_after.has(List::Saying) && lists.find(first_line(after)).has(List::Saying);
    let (quoted, marks) = quoted(text, span);
    let starts = sentence::starts_after(before);
    Occurrence {
        quoted,
        marks,
        signed: own.signed || has_handle(after),
        // `FILE PHOTO: ...` names no speaker.
        spoken: !caption && speaker::is_spoken(text, span.start),
        said: said || follows_colon(before),
        told: own.found.has(List::Saying),
        first_person: own.first_person,
        letter: own.letter,
        head: span.start <= edge,
        foot: text.len() - span.end <= edge,
        outer: span.end <= len / OUTER || text.len() - span.start <= len / OUTER,
        alone: is_alone(text, span),
        starts,
        whole: starts && (own.whole || sentence::ends_before(after)),
        covered: passage.len() as f32 / len as f32,
        caption,
        gallery: has(List::Gallery),
        contact: own.contact || own.found.has(List::Subscribe),
        form: form::read(text, span, (lists, own.found), known),
        credit: own
            .agencies
            .credited(text, span.start)
            .or_else(|| Mentions::of(first_line(after)).credited(text, span.end)),
    }
}

/// Share of the span inside quotation marks, paragraph by paragraph, and from where to where it has
/// any, unless one has no closing mark.
fn quoted(text: &str, span: &Range<usize>) -> (f32, Option<(u32, u32)>) {
    let from = floor(text, span.start.saturating_sub(PARAGRAPH_BYTES));
    let window = &text[from..floor(text, span.end + PARAGRAPH_BYTES)];
    let (mut own_bytes, mut inside) = (0, 0);
    let mut marks: Option<(u32, u32)> = None;
    let mut is_open = false;
    for (range, quoted) in quotes::of_paragraphs(window, span.start - from..span.end - from) {
        let start = span.start.max(from + range.start);
        let own = start..span.end.min(from + range.end);
        if own.start < own.end {
            let first = from + range.start;
            let own = own.start - first..own.end - first;
            let spans = quoted.spans;
            inside += quotes::covered(&own, &spans);
            own_bytes += own.len();
            let mut held = spans.iter().filter(|one| one.start < own.end && own.start < one.end);
            if let Some(one) = held.next() {
                let last = held.next_back().unwrap_or(one);
                is_open |= quoted.is_open && spans.last() == Some(last);
                let [start, end] = [first + one.start, first + last.end].map(narrow);
                marks = Some((marks.map_or(start, |(known, _)| known), end));
            }
        }
    }
    let marks = marks.filter(|_| !is_open);
    let marks = marks.map(|(start, end)| with_marks(text, span, start as usize..end as usize));
    (inside as f32 / own_bytes.max(1) as f32, marks)
}

/// What is inside quotation marks, within the span and with the marks that the span holds.
fn with_marks(text: &str, span: &Range<usize>, inner: Range<usize>) -> (u32, u32) {
    let opening = text[..inner.start].chars().next_back().map_or(0, char::len_utf8);
    // Two single marks may be one.
    let closing = text[inner.end..].chars().take(2).take_while(|sign| quotes::is_mark(*sign));
    let closing: Vec<char> = closing.collect();
    let closing = match closing[..] {
        [sign, second] if sign == second => 2 * sign.len_utf8(),
        [sign, ..] => sign.len_utf8(),
        [] => 0,
    };
    let start = span.start.max(inner.start - opening);
    let end = span.end.min(inner.end + closing);
    (narrow(start), narrow(end))
}

/// Bytes in which a post names who wrote it, before the handle.
const SIGNATURE_BYTES: usize = 80;

/// The words that are somebody's at a place: what is inside quotation marks, with the marks, if
/// that is most of the passage, or a post up to the dash before the name of who wrote it.
pub(super) fn words(text: &str, span: &Range<usize>, seen: &Occurrence) -> Option<(u32, u32)> {
    if seen.quoted >= MOSTLY {
        return seen.marks;
    }
    if !seen.signed {
        return None;
    }
    let reach = text.get(span.start..floor(text, span.end + NEAR_BYTES))?;
    let dash = span.start + signature(reach)?;
    let end = span.start + text.get(span.start..dash.min(span.end))?.trim_end().len();
    (end > span.start).then(|| (narrow(span.start), narrow(end)))
}

/// Where the last signature of a post starts: the dash before the name and the handle.
fn signature(text: &str) -> Option<usize> {
    let handle = text.rfind("(@")?;
    let from = floor(text, handle.saturating_sub(SIGNATURE_BYTES));
    let name = text.get(from..handle)?;
    Some(from + name.rfind(['\u{2014}', '\u{2013}', '\u{2015}'])?)
}

/// Where a whole text has somebody's words: inside quotation marks, and posts up to the signature.
/// Ascending, not overlapping.
pub(crate) fn said(text: &str) -> Vec<Range<usize>> {
    let of_paragraph = |(place, quoted): (Range<usize>, Quoted)| {
        let paragraph = text.get(place.clone()).unwrap_or_default();
        let post = Some(paragraph).filter(|paragraph| has_handle(paragraph)).and_then(signature);
        let spans = post.map_or(quoted.spans, |end| std::iter::once(0..end).collect());
        spans.into_iter().map(move |span| place.start + span.start..place.start + span.end)
    };
    quotes::of_paragraphs(text, 0..text.len()).flat_map(of_paragraph).collect()
}

/// Share of a passage inside quotation marks from which it is somebody's words.
const MOSTLY: f32 = 0.5;

/// Share of the words of a passage that are of the first person.
fn first_person(passage: &str) -> f32 {
    let (mut words, mut own) = (0_u32, 0_u32);
    let mut add = |word: &str| {
        words += u32::from(!word.is_empty());
        own += u32::from(speaker::is_pronoun(word));
    };
    if is_plain(passage) {
        // No letter has more than one byte, and no other sign has bytes of letters.
        let mut start = 0;
        for (at, byte) in passage.bytes().enumerate() {
            if !byte.is_ascii_alphanumeric() {
                add(passage.get(start..at).unwrap_or_default());
                start = at + 1;
            }
        }
        add(passage.get(start..).unwrap_or_default());
    } else {
        passage.split(|c: char| !c.is_alphanumeric()).for_each(add);
    }
    own as f32 / words.max(1) as f32
}

/// Whether a stretch has `(@name)`, as posts are signed.
fn has_handle(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut signs = memchr::memchr_iter(b'@', bytes);
    let opened = signs.find(|&at| at > 0 && bytes[at - 1] == b'(').map(|at| at - 1);
    opened.is_some_and(|at| {
        let name = text[at + 2..].find(|c: char| !c.is_alphanumeric() && c != '_');
        // `Follow us on Twitter (@name)` signs nothing.
        let reached = NETWORKS.iter().any(|word| text[..at].trim_end().ends_with(word));
        !reached && name.is_none_or(|end| end > 0 && text[at + 2 + end..].starts_with(')'))
    })
}

/// Networks on which people have handles.
static NETWORKS: &[&str] = &["Twitter", "Facebook", "Instagram", "Threads", "TikTok", "Bluesky"];

/// Whether a colon is right before the passage.
fn follows_colon(before: &str) -> bool {
    let marks =
        |c: char| c.is_whitespace() || "\"'\u{201c}\u{201e}\u{2018}\u{ab}\u{300c}".contains(c);
    before.trim_end_matches(marks).ends_with([':', '\u{ff1a}'])
}

/// Most letters beside a passage on its line.
const BESIDE_LETTERS: usize = 16;

/// Whether there is hardly more than punctuation between the passage and the ends of its lines.
fn is_alone(text: &str, span: &Range<usize>) -> bool {
    let free = |signs: &mut dyn Iterator<Item = char>| {
        let line = signs.take_while(|c| *c != '\n').take(4 * BESIDE_LETTERS);
        line.filter(|c| c.is_alphanumeric()).take(BESIDE_LETTERS + 1).count() <= BESIDE_LETTERS
    };
    free(&mut text[..span.start].chars().rev()) && free(&mut text[span.end..].chars())
}

/// The part of the text after a passage in which the credit of its picture may be.
fn close(after: &str) -> &str {
    &after[..floor(after, CREDIT_BYTES)]
}

/// Whether the words after a passage on its line belong to a picture.
fn is_caption(after: &str, lists: &mut Lists) -> bool {
    lists.find(close(after)).has(List::Caption)
}

/// Whether the line before a passage is the number of a picture in a gallery: `Image 1 of 12`.
fn is_counted(before: &str) -> bool {
    let own = last_line(before);
    let above = before[..before.len() - own.len()].trim_end();
    own.trim().is_empty() && is_count(last_line(above))
}

/// Whether a line is the number of a picture.
fn is_count(line: &str) -> bool {
    let line = line.trim_end();
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let counts = |word: &str| {
        let lower = word.to_lowercase();
        number(word) || COUNTED.contains(&lower.as_str()) || COUNTS.contains(&lower.as_str())
    };
    line.len() <= COUNTED_BYTES
        && line.bytes().any(|byte| byte.is_ascii_digit())
        && words().all(counts)
        // `3` alone may be the number of a chapter.
        && words().any(|word| !number(word))
}

/// Longest line that is the number of a picture, in bytes.
const COUNTED_BYTES: usize = 24;
/// What is counted in a gallery ..
static COUNTED: &[&str] =
    &["image", "photo", "picture", "slide", "bild", "foto", "imagen", "immagine", "imagem"];
/// .. and words between the numbers.
static COUNTS: &[&str] = &["of", "von", "sur", "de", "di"];

/// Longest paragraph that can be a caption, in bytes.
const CAPTION_BYTES: usize = 600;
/// How far after a passage the end of its caption is looked for, in bytes.
const CAPTION_REACH: usize = 500;
/// Bytes at the end of a caption that contain its credit.
const CAPTION_END: usize = 60;

/// Whether the paragraph of the passage is short and ends in the credit of a picture, as captions
/// do: `... on Monday. Ann Other/AFP`, `... (Ann Other)`, `... via AP`.
fn has_caption_end(text: &str, span: &Range<usize>, own: &Own, lists: &mut Lists) -> bool {
    if own.lines {
        return false;
    }
    let start = line_start(text, span.start);
    let line = first_line(&text[span.end..floor(text, span.end + CAPTION_REACH)]);
    let end = span.end + line.len();
    let whole = text[end..].is_empty() || text[end..].starts_with('\n');
    if !whole || end - start > CAPTION_BYTES {
        return false;
    }
    let line = text[start..end].trim_end();
    let tail = &line[floor(line, line.len().saturating_sub(CAPTION_END))..];
    let found = lists.find(tail);
    credits_picture(tail)
        || found.has(List::Caption)
        || found.has(List::Sold)
        || in_brackets(tail).is_some_and(|inner| {
            let maker = inner.split('/').next().unwrap_or_default();
            maker.split(' ').count() <= 3 && credit::ends_in_person(maker) && credit::has_year(line)
        })
        || tail.rsplit_once(" via ").is_some_and(|(_, name)| {
            credit::is_agency(name.trim_matches(|c: char| !c.is_alphanumeric()))
        })
}

/// The text in brackets at the end.
fn in_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_suffix(')')?;
    Some(&inner[inner.rfind('(')? + 1..])
}

/// How far after a passage the credit of its picture is looked for, in bytes.
const CREDIT_BYTES: usize = 48;

/// Names after a slash that sell pictures, apart from the agencies.
static PICTURES: &[&str] = &["Getty", "EPA", "NurPhoto", "Shutterstock", "Pool", "ZUMA", "Alamy"];

/// Whether the text has the credit of a picture: a person, a slash, an agency (`Ann Other/AFP`).
fn credits_picture(text: &str) -> bool {
    if memchr::memchr(b'/', text.as_bytes()).is_none() {
        return false;
    }
    let signed = text
        .find("REUTERS/")
        .is_some_and(|at| text[at + "REUTERS/".len()..].starts_with(char::is_uppercase));
    signed
        || text.match_indices('/').any(|(at, _)| {
            let word =
                text[at + 1..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let sells = PICTURES.contains(&word) || credit::is_agency(word);
            sells && credit::ends_in_person(&text[..at])
        })
}

/// Whether the text has the address of a mailbox or a copyright sign.
fn is_contact(text: &str) -> bool {
    let mail = memchr::memchr_iter(b'@', text.as_bytes()).any(|at| {
        let before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        before && text[at + 1..].chars().next().is_some_and(char::is_alphanumeric)
    });
    mail || text.contains('\u{a9}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn look(text: &str, span: &Range<usize>) -> Occurrence {
        let mut lists = Lists::default();
        let own = Own::of(&text[span.clone()], &mut lists);
        read(text, span, &own, &mut (&mut lists, Known::default()))
    }

    fn at(text: &str, passage: &str) -> Occurrence {
        let start = text.find(passage).unwrap();
        look(text, &(start..start + passage.len()))
    }

    #[test]
    fn a_quotation_with_its_speaker() {
        let text = "The dam was built long ago.\n\n\u{201c}We will not open the gates before \
                    spring, whatever they write,\u{201d} the warden said on Monday.\n\nRain fell.";
        let occurrence = at(text, "We will not open the gates before spring");
        assert!((occurrence.quoted - 1.0).abs() < 1e-6 && occurrence.said, "{occurrence:?}");
        let occurrence = at(text, "The dam was built");
        assert!(occurrence.quoted < 0.01 && !occurrence.said && occurrence.head, "{occurrence:?}");
    }

    #[test]
    fn a_post_is_signed() {
        let text = "The gates stay shut. Bring boots. \u{2014} The Warden (@dam_warden) May 3";
        assert!(at(text, "The gates stay shut. Bring boots").signed);
        assert!(!at("The gates stay shut (at noon)", "The gates stay shut").signed);
        let reach = "Write to us. Follow the desk on Twitter (@dam_desk) and Instagram.";
        assert!(!at(reach, "Write to us. Follow the desk").signed);
    }

    #[test]
    fn somebodys_words_end_at_their_mark_or_signature() {
        let words_of = |text: &str, passage: &str| {
            let span = text.find(passage).map(|start| start..start + passage.len()).unwrap();
            let found = words(text, &span, &look(text, &span));
            found.map(|(start, end)| text[start as usize..end as usize].to_owned())
        };
        for (text, passage, wanted) in [
            (
                "It rained. \u{201c}The gates stay shut,\u{201d} the warden said.",
                "The gates stay shut,\u{201d} the warden said",
                Some("The gates stay shut,\u{201d}"),
            ),
            (
                "Er sagte: \u{201e}Die Tore sind zu\u{201c}, so der Wart.",
                "\u{201e}Die Tore sind zu\u{201c}, so",
                Some("\u{201e}Die Tore sind zu\u{201c}"),
            ),
            (
                "The gates stay shut. Bring boots. \u{2014} The Warden (@dam_warden) May 3",
                "The gates stay shut. Bring boots. \u{2014} The Warden",
                Some("The gates stay shut. Bring boots."),
            ),
            (
                "Gates shut. \u{2014} A. Other (@a_o) Bring boots. \u{2014} A. Other (@a_o) May 3",
                "Gates shut. \u{2014} A. Other (@a_o) Bring boots. \u{2014} A. Other (@a_o) May",
                Some("Gates shut. \u{2014} A. Other (@a_o) Bring boots."),
            ),
            (
                "The gates are \u{201c}shut\u{201d} until spring.",
                "gates are \u{201c}shut\u{201d} until",
                None,
            ),
            ("The gates stay shut.", "The gates stay", None),
            (
                "\u{201c}The gates of both locks stay shut for now, and that is all. It rained.",
                "The gates of both locks stay shut for now, and that is all. It rained",
                None,
            ),
        ] {
            assert_eq!(words_of(text, passage).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn pictures_of_a_gallery_are_counted() {
        for count in ["Image 1 of 12", "1 of 12", "Bild 3 von 9", "Foto 2"] {
            let text = format!("It rained.\n\n{count}\n\nThe gates at noon.\n\nSo it was.");
            assert!(at(&text, "The gates at noon").caption, "{count}");
            assert!(at(&text, &format!("{count}\n\nThe gates at noon")).caption, "{count}");
            assert!(!at(&text, "So it was").caption, "{count}");
        }
        for other in ["3", "2 of them", "Lock 4"] {
            let text = format!("It rained.\n\n{other}\n\nThe gates at noon.");
            assert!(!at(&text, "The gates at noon").caption, "{other}");
        }
    }

    #[test]
    fn furniture_is_alone_at_the_foot() {
        let story = "The dam held through the night, and nobody slept. ".repeat(40);
        let text = format!("{story}\n\nWrite to the desk at desk@example.org.\n");
        let occurrence = at(&text, "Write to the desk at desk@example.org");
        assert!(
            occurrence.alone && occurrence.foot && occurrence.contact && !occurrence.head,
            "{occurrence:?}"
        );
        let occurrence = at(&text, "nobody slept");
        assert!(!occurrence.alone && !occurrence.foot && !occurrence.contact, "{occurrence:?}");
    }

    proptest! {
        #[test]
        fn any_place_of_any_text(
            text in "([a-z ]|[\"\u{201c}\u{201d}@(:]|\n|\\PC){0,200}",
            x in 0_usize..300,
            y in 0_usize..300,
        ) {
            let (x, y) = (floor(&text, x), floor(&text, y));
            let occurrence = look(&text, &(x.min(y)..x.max(y)));
            prop_assert!((0.0..=1.0).contains(&occurrence.quoted), "{}", occurrence.quoted);
            prop_assert!((0.0..=1.0).contains(&occurrence.covered));
        }

        #[test]
        fn words_of_the_first_person_are_counted_alike_in_all_texts(
            text in "(I|my|Wir|nous|[a-z ,.]|\u{2019}|\u{201c}| ){0,40}",
        ) {
            // With a letter that is not plain, all are read sign by sign.
            let (plain, other) = (first_person(&text), first_person(&format!("{text} \u{e9}")));
            let words = text.split(|sign: char| !sign.is_alphanumeric());
            let words = words.filter(|word| !word.is_empty()).count() as f32;
            prop_assert!((plain * words.max(1.0) - other * (words + 1.0)).abs() < 0.01);
        }
    }
}

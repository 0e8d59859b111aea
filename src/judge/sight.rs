//! What is seen where a passage stands in one document: quotation marks, words of saying, where
//! in the text it is, captions, credits.
//!
//! Feeds evidence, one sight for each place of a family. Invariant: reads the passage and a
//! bounded stretch around it, never the whole text.

use super::credit::{self, floor};
use super::form::{self, Form};
use super::{quotes, wording};
use std::ops::Range;

/// One place of a passage, as it looks.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is seen or not")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sight {
    /// Share of the passage inside quotation marks.
    pub(super) quoted: f32,
    /// Signed with a handle, as an embedded post is.
    pub(super) signed: bool,
    /// In a paragraph of a transcript that names its speaker.
    pub(super) spoken: bool,
    /// A word of saying, or a colon, close by.
    pub(super) said: bool,
    /// At the head of the document.
    pub(super) head: bool,
    /// At its foot.
    pub(super) foot: bool,
    /// In the first or the last seventh of the document.
    pub(super) outer: bool,
    /// Paragraphs of its own, but for a few letters.
    pub(super) alone: bool,
    /// Begins and ends with a sentence.
    pub(super) whole: bool,
    /// Share of the document that it is.
    pub(super) covered: f32,
    /// It is, or holds, what stands under a picture.
    pub(super) caption: bool,
    /// A gallery of pictures is close by.
    pub(super) gallery: bool,
    /// It has an address, a copyright sign, or asks to subscribe.
    pub(super) contact: bool,
    /// What it looks like by its form.
    pub(super) form: Form,
    /// Agency credited right at the passage.
    pub(super) credit: Option<&'static str>,
}

/// Furthest look around a passage, for its paragraph.
const PARAGRAPH_BYTES: usize = 4000;
/// Reach of words that belong to a passage.
const NEAR_BYTES: usize = 90;
/// A passage within this many bytes of the beginning or the end is at the head or the foot ..
const EDGE_BYTES: usize = 240;
/// .. or within this share of the text.
const EDGE_PERCENT: usize = 4;

/// The first and the last of so many parts of a text are its outer parts.
const OUTER: usize = 7;

/// Looks at the bytes `span` of a text (on code-point borders).
#[must_use]
pub(super) fn look(text: &str, span: Range<usize>) -> Sight {
    let Some(passage) = text.get(span.clone()) else { return Sight::default() };
    let len = text.len().max(1);
    let edge = EDGE_BYTES.min(len / 8).max(len * EDGE_PERCENT / 100);
    let before = &text[floor(text, span.start.saturating_sub(NEAR_BYTES))..span.start];
    let behind = &text[span.end..floor(text, span.end + NEAR_BYTES)];
    let lower = passage.to_lowercase();
    let caption = is_caption(&lower, first_line(behind))
        || credits_picture(passage)
        || has_caption_end(text, &span);
    Sight {
        quoted: quoted_share(text, &span),
        signed: is_signed(passage, behind),
        // `FILE PHOTO: ...` names no speaker.
        spoken: !caption && is_spoken(text, span.start),
        said: is_said(before, behind),
        head: span.start <= edge,
        foot: text.len() - span.end <= edge,
        outer: span.end <= len / OUTER || text.len() - span.start <= len / OUTER,
        alone: stands_alone(text, &span),
        whole: wording::ends_sentence(before) && wording::ends_in_sentence(passage, behind),
        covered: passage.len() as f32 / len as f32,
        caption,
        gallery: is_gallery(before) || is_gallery(passage) || is_gallery(behind),
        contact: is_contact(passage) || has_any(&lower, SUBSCRIBE),
        form: form::look(text, &span),
        credit: credit::in_stretch(passage).or_else(|| credit::in_stretch(first_line(behind))),
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

fn has_any(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lower.contains(word))
}

/// Share of the span inside quotation marks, by the paragraphs it stands in.
fn quoted_share(text: &str, span: &Range<usize>) -> f32 {
    let from = floor(text, span.start.saturating_sub(PARAGRAPH_BYTES));
    let window = &text[from..floor(text, span.end + PARAGRAPH_BYTES)];
    let (mut own_bytes, mut inside) = (0, 0);
    for range in quotes::paragraphs(window) {
        let start = span.start.max(from + range.start);
        let own = start..span.end.min(from + range.end);
        if own.start < own.end {
            let first = from + range.start;
            let own = own.start - first..own.end - first;
            inside += quotes::covered(&own, &quotes::quoted(&window[range]));
            own_bytes += own.len();
        }
    }
    inside as f32 / own_bytes.max(1) as f32
}

/// `(@name)` behind a name, in the passage or close behind it.
fn is_signed(passage: &str, behind: &str) -> bool {
    let handle = |text: &str| {
        text.find("(@").is_some_and(|at| {
            let name = text[at + 2..].find(|c: char| !c.is_alphanumeric() && c != '_');
            // `Follow us on Twitter (@name)` signs nothing.
            let reached = NETWORKS.iter().any(|word| text[..at].trim_end().ends_with(word));
            !reached && name.is_none_or(|end| end > 0 && text[at + 2 + end..].starts_with(')'))
        })
    };
    handle(passage) || handle(behind) || passage.contains("pic.twitter.com/")
}

/// Where somebody has a handle.
static NETWORKS: &[&str] = &["Twitter", "Facebook", "Instagram", "Threads", "TikTok", "Bluesky"];

/// Longest name of a speaker, in bytes.
const SPEAKER_BYTES: usize = 48;
/// Fewest letters of one.
const SPEAKER_LETTERS: usize = 4;

/// Whether the paragraph at `start` begins with the name of a speaker in capitals and a colon, as
/// in transcripts: `ANN OTHER: The dam held.`
fn is_spoken(text: &str, start: usize) -> bool {
    let from = floor(text, start.saturating_sub(PARAGRAPH_BYTES));
    let line = text[from..start].rfind('\n').map(|at| from + at + 1);
    line.or((from == 0).then_some(0)).is_some_and(|line| names_speaker(&text[line..]))
}

fn names_speaker(paragraph: &str) -> bool {
    let head = &paragraph[..floor(paragraph, SPEAKER_BYTES)];
    let Some((name, _)) = head.split_once(": ") else { return false };
    let letters = name.chars().filter(|c| c.is_uppercase()).count();
    let other = |c: char| c.is_lowercase() || c.is_numeric();
    letters >= SPEAKER_LETTERS && name.contains(' ') && !name.contains(other)
}

/// Verbs and prepositions of attribution.
static SAYING: &[&str] = &[
    "said",
    "says",
    "saying",
    "told",
    "tells",
    "wrote",
    "writes",
    "writing",
    "tweet",
    "added",
    "adding",
    "stated",
    "statement",
    "according to",
    "asked",
    "replied",
    "testified",
    "declared",
    "continued",
    "reads",
    "quoted",
    "posted",
    "argued",
    "sagte",
    "sagt",
    "erklärte",
    "schrieb",
    "teilte",
    "laut ",
    "betonte",
    "so der",
    "zufolge",
    "twitterte",
    "dijo",
    "dice",
    "según",
    "afirmó",
    "explicó",
    "escribió",
    "aseguró",
    "a dit",
    "déclaré",
    "affirmé",
    "selon",
    "expliqué",
    "écrit",
    "disse",
    "secondo",
    "dichiarato",
    "spiegato",
    "scrive",
    "afirmou",
    "segundo",
    "сказал",
    "заявил",
    "сообщил",
    "отметил",
    "написал",
    "قال",
    "أضاف",
    "أكد",
    "صرح",
    "وفقا",
    "كتب",
    "述べ",
    "語っ",
    "と話",
    "コメント",
    "表示",
    "指出",
    "称",
    "说",
    "表示",
    "말했",
    "밝혔",
];

/// Whether a word of saying stands close by in the paragraph, or a colon before the passage.
fn is_said(before: &str, behind: &str) -> bool {
    let marks =
        |c: char| c.is_whitespace() || "\"'\u{201c}\u{201e}\u{2018}\u{ab}\u{300c}".contains(c);
    let own = before.rsplit('\n').next().unwrap_or_default();
    before.trim_end_matches(marks).ends_with([':', '\u{ff1a}'])
        || has_any(&own.to_lowercase(), SAYING)
        || has_any(&first_line(behind).to_lowercase(), SAYING)
}

/// Letters that may stand beside a passage on its line.
const BESIDE: usize = 16;

/// Whether hardly more than marks stands between the passage and the ends of its lines.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let free = |signs: &mut dyn Iterator<Item = char>| {
        let line = signs.take_while(|c| *c != '\n').take(4 * BESIDE);
        line.filter(|c| c.is_alphanumeric()).count() <= BESIDE
    };
    free(&mut text[..span.start].chars().rev()) && free(&mut text[span.end..].chars())
}

/// Whether a passage (in lower case) belongs to a picture, by what stands in it or `behind` it on
/// its line.
fn is_caption(lower: &str, behind: &str) -> bool {
    let close = &behind[..floor(behind, CREDIT_BYTES)];
    has_any(lower, CAPTION) || has_any(&close.to_lowercase(), CAPTION) || credits_picture(close)
}

/// Longest paragraph that can be a caption, in bytes.
const CAPTION_BYTES: usize = 600;
/// Reach behind a passage of the end of its caption.
const CAPTION_REACH: usize = 500;
/// Bytes at the end of a caption that hold its credit.
const CAPTION_END: usize = 60;

/// Whether the paragraph of the passage is short and ends in the credit of a picture, as captions
/// do: `... on Monday. Ann Other/AFP`, `... (Ann Other)`, `... via AP`.
fn has_caption_end(text: &str, span: &Range<usize>) -> bool {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = first_line(&text[span.end..floor(text, span.end + CAPTION_REACH)]);
    let end = span.end + line.len();
    let whole = text[end..].is_empty() || text[end..].starts_with('\n');
    if !whole || end - start > CAPTION_BYTES || text[span.clone()].contains('\n') {
        return false;
    }
    let line = text[start..end].trim_end();
    let tail = &line[floor(line, line.len().saturating_sub(CAPTION_END))..];
    let lower = tail.to_lowercase();
    credits_picture(tail)
        || has_any(&lower, CAPTION)
        || has_any(&lower, SOLD)
        || in_brackets(tail).is_some_and(|inner| {
            let maker = inner.split('/').next().unwrap_or_default();
            maker.split(' ').count() <= 3 && credit::ends_in_person(maker) && has_year(line)
        })
        || tail.rsplit_once(" via ").is_some_and(|(_, name)| {
            credit::is_agency(name.trim_matches(|c: char| !c.is_alphanumeric()))
        })
}

/// What stands in brackets at the end.
fn in_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_suffix(')')?;
    Some(&inner[inner.rfind('(')? + 1..])
}

fn has_year(text: &str) -> bool {
    let digits = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split(|c: char| !c.is_alphanumeric()).any(digits)
}

fn is_gallery(text: &str) -> bool {
    has_any(&text.to_lowercase(), GALLERY)
}

/// Reach behind a passage of the credit of its picture.
const CREDIT_BYTES: usize = 48;
/// Words of galleries.
static GALLERY: &[&str] = &["hide caption", "toggle caption", "photos: "];

/// Names behind a slash that sell pictures, beside the agencies.
static PICTURES: &[&str] = &["Getty", "EPA", "NurPhoto", "Shutterstock", "Pool", "ZUMA", "Alamy"];

/// Whether the text has a picture's credit: a person, a slash, an agency (`Ann Other/AFP`).
fn credits_picture(text: &str) -> bool {
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

/// Houses that sell pictures, at the end of a caption.
static SOLD: &[&str] = &["imago", "shutterstock", "nurphoto"];

/// What names the maker of a picture, or belongs to a gallery.
static CAPTION: &[&str] = &[
    "ap photo",
    "getty images",
    "image caption",
    "image copyright",
    "media caption",
    "photo by",
    "photo:",
    "photo credit",
    "photo courtesy",
    "photos:",
    "hide caption",
    "toggle caption",
    "file photo",
    "foto:",
    "foto de",
    "bild:",
    "bildquelle",
    "picture alliance",
    "crédit photo",
    "photo d'archives",
    "写真:",
    "写真：",
    "صورة:",
];

/// Asks for subscriptions, and words of rights, in several languages.
static SUBSCRIBE: &[&str] = &[
    "newsletter",
    "subscribe",
    "sign up",
    "all rights reserved",
    "copyright",
    "abonnieren",
    "alle rechte vorbehalten",
    "abonnez",
    "tous droits réservés",
    "suscríb",
    "todos los derechos reservados",
    "iscriviti",
    "tutti i diritti riservati",
    "inscreva-se",
    "todos os direitos reservados",
    "подпис",
    "все права защищены",
    "اشترك",
    "جميع الحقوق محفوظة",
    "メルマガ",
    "无断转载",
    "無断転載",
    "订阅",
    "版权所有",
];

/// Whether the text has an address or a copyright sign.
fn is_contact(text: &str) -> bool {
    let mail = text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        before && text[at + 1..].chars().next().is_some_and(char::is_alphanumeric)
    });
    mail || text.contains('\u{a9}') || text.contains("http") || text.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str, passage: &str) -> Sight {
        let start = text.find(passage).unwrap();
        look(text, start..start + passage.len())
    }

    #[test]
    fn a_quotation_with_its_speaker() {
        let text = "The dam was built long ago.\n\n\u{201c}We will not open the gates before \
                    spring, whatever they write,\u{201d} the warden said on Monday.\n\nRain fell.";
        let sight = at(text, "We will not open the gates before spring");
        assert!((sight.quoted - 1.0).abs() < 1e-6 && sight.said, "{sight:?}");
        let sight = at(text, "The dam was built");
        assert!(sight.quoted < 0.01 && !sight.said && sight.head, "{sight:?}");
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
    fn a_transcript_names_its_speakers() {
        let text = "The dam held.\n\nANN OTHER: We looked at it all night, and it held.\n\n\
                    FILE PHOTO: The dam at night. Ida Brandt/AFP\n\nDam 2: It held, too.";
        assert!(at(text, "We looked at it all night").spoken);
        assert!(at("ANN OTHER: We looked at it.", "We looked at it").spoken);
        for other in ["The dam held", "The dam at night", "It held, too"] {
            assert!(!at(text, other).spoken, "{other}");
        }
    }

    #[test]
    fn furniture_stands_alone_at_the_foot() {
        let story = "The dam held through the night, and nobody slept. ".repeat(40);
        let text = format!("{story}\n\nWrite to the desk at desk@example.org.\n");
        let sight = at(&text, "Write to the desk at desk@example.org");
        assert!(sight.alone && sight.foot && sight.contact && !sight.head, "{sight:?}");
        let sight = at(&text, "nobody slept");
        assert!(!sight.alone && !sight.foot && !sight.contact, "{sight:?}");
    }

    proptest! {
        #[test]
        fn any_place_of_any_text(
            text in "([a-z ]|[\"\u{201c}\u{201d}@(:]|\n|\\PC){0,200}",
            x in 0_usize..300,
            y in 0_usize..300,
        ) {
            let (x, y) = (floor(&text, x), floor(&text, y));
            let sight = look(&text, x.min(y)..x.max(y));
            prop_assert!((0.0..=1.0).contains(&sight.quoted), "{}", sight.quoted);
            prop_assert!((0.0..=1.0).contains(&sight.covered));
        }
    }
}

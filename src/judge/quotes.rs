//! How much of a passage is inside quotation marks.
//!
//! Fed by `occurrence` with the paragraphs of a passage, feeds its quoted share. Marks are read by
//! their position (a mark that opens has a word after it, one that closes has one before it),
//! because the same sign opens in one language and closes in the next (`„…“` and `“…”`, `«…»` and
//! `»…«`). A double quotation that is not closed in its paragraph runs to the end of it if the next
//! one opens with a mark again, as printers set long quotations. Otherwise its closing mark is
//! missing, and nothing shows where the words end: no more than its first sentence is taken for
//! somebody's, and what goes on in the first person. A paragraph that opens with a dash is speech
//! as far as somebody says it.
//! Invariant: spans are ascending, do not overlap, and lie on borders of code points.

use super::lexicon::SPEAKING;
use super::{sentence, speaker};
use std::ops::Range;

/// What a sign does as a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Opens or closes, depending on its position; with its family.
    Either(Family),
    /// Always opens.
    Open(Family),
    /// Always closes.
    Close(Family),
}

/// Signs that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// `"` and the curly and low double marks, two single ones in a row.
    Double,
    /// Single marks and apostrophes.
    Single,
    /// Guillemets.
    Angle,
    /// Corner brackets.
    Corner,
}

fn mark(sign: char) -> Option<Mark> {
    Some(match sign {
        '"' | '\u{201c}' | '\u{201d}' | '\u{201f}' | '\u{ff02}' | '\u{301d}' | '\u{301e}' => {
            Mark::Either(Family::Double)
        }
        '\u{201e}' => Mark::Open(Family::Double),
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2039}' | '\u{203a}' => {
            Mark::Either(Family::Single)
        }
        '\u{201a}' => Mark::Open(Family::Single),
        '\u{ab}' | '\u{bb}' => Mark::Either(Family::Angle),
        '\u{300c}' | '\u{300e}' | '\u{300a}' | '\u{fe41}' | '\u{fe43}' => {
            Mark::Open(Family::Corner)
        }
        '\u{300d}' | '\u{300f}' | '\u{300b}' | '\u{fe42}' | '\u{fe44}' => {
            Mark::Close(Family::Corner)
        }
        _ => return None,
    })
}

/// Whether a sign is a quotation mark.
pub(super) fn is_mark(sign: char) -> bool {
    mark(sign).is_some()
}

/// A quotation that is open.
#[derive(Debug, Clone, Copy)]
struct Opened {
    family: Family,
    sign: char,
    /// First byte after the mark.
    start: usize,
}

/// What is inside the quotation marks of one paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Quoted {
    /// Spans without the outermost marks.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether the last of them has no closing mark.
    pub(super) is_open: bool,
}

/// The paragraphs of a text that share bytes with a span, with what is inside their quotation
/// marks, in bytes of the paragraph. What is open at the end of one is so only if the next does not
/// go on with it.
pub(super) fn of_paragraphs(
    text: &str,
    span: Range<usize>,
) -> impl Iterator<Item = (Range<usize>, Quoted)> + '_ {
    let shared = paragraphs(text).skip_while(move |range| range.end <= span.start);
    shared.take_while(move |range| range.start < span.end).map(|range| {
        let paragraph = text.get(range.clone()).unwrap_or_default();
        let mut quoted = quoted(paragraph);
        if quoted.is_open {
            quoted.is_open = !goes_on(text.get(range.end..).unwrap_or_default());
        }
        if let Some(last) = quoted.spans.last_mut().filter(|_| quoted.is_open) {
            last.end = spoken_end(paragraph, last.start);
        }
        (range, quoted)
    })
}

/// Where somebody's words end at the latest that start at `start` and have no closing mark: after
/// the first sentence, or the last in the first person that follows with no more than one between.
fn spoken_end(paragraph: &str, start: usize) -> usize {
    let mut end = sentence::first_end(paragraph, start);
    let (mut next, mut between) = (end, 0);
    while next < paragraph.len() && between < 2 {
        let from = next;
        next = sentence::first_end(paragraph, from);
        if paragraph.get(from..next).is_some_and(is_first_person) {
            (end, between) = (next, 0);
        } else {
            between += 1;
        }
    }
    end
}

/// Whether a sentence has a word of the first person; `US` is none.
fn is_first_person(sentence: &str) -> bool {
    let words = sentence.split(|sign: char| !sign.is_alphanumeric());
    let mut words = words.filter(|word| *word != "i" && speaker::is_pronoun(word));
    words.any(|word| word.chars().skip(1).all(char::is_lowercase))
}

/// Whether a quotation goes on in the paragraph that follows, which then opens with a mark.
fn goes_on(below: &str) -> bool {
    let sign = below.trim_start().chars().next();
    sign.and_then(mark).is_some_and(|mark| match mark {
        Mark::Either(family) | Mark::Open(family) => family != Family::Single,
        Mark::Close(_) => false,
    })
}

/// Spans inside quotation marks of one paragraph; one that is open runs to its end.
#[must_use]
fn quoted(paragraph: &str) -> Quoted {
    let (nested, plain) = read(paragraph, true);
    // What is open then may have lost its closing mark before another quotation.
    if nested.is_open || !plain { read(paragraph, false).0 } else { nested }
}

/// The same where quotations of one kind are in each other, or where a second opening mark is that
/// of a new paragraph; and whether there was no such mark.
fn read(paragraph: &str, nests: bool) -> (Quoted, bool) {
    let mut spans: Vec<Range<usize>> = after_dash(paragraph).into_iter().collect();
    let mut open: Vec<Opened> = Vec::new();
    let (mut read, mut plain) = (0, true);
    each_mark(paragraph, |at, sign, mark| {
        if at < read {
            return;
        }
        let before = paragraph[..at].chars().next_back();
        let (mark, end) = doubled(paragraph, at, sign).unwrap_or((mark, at + sign.len_utf8()));
        read = end;
        let after = paragraph[end..].chars().next();
        let border = Border { at, end, sign, before, after };
        let is_nested = || nests && is_within_sentence(&paragraph[..at]);
        plain &= apply(mark, (border, &is_nested), &mut open, &mut spans);
    });
    // A single mark was an apostrophe.
    let open = open.iter().find(|opened| opened.family != Family::Single);
    if let Some(first) = open {
        push_span(first.start..paragraph.len(), &mut spans);
    }
    (Quoted { spans, is_open: open.is_some() }, plain)
}

/// Two single marks in a row, which are one double mark, and where they end.
fn doubled(paragraph: &str, at: usize, sign: char) -> Option<(Mark, usize)> {
    let second = at + sign.len_utf8();
    let is_single = matches!(sign, '\'' | '\u{2019}' | '\u{2018}');
    let pair = is_single && paragraph[second..].starts_with(sign);
    pair.then(|| (Mark::Either(Family::Double), second + sign.len_utf8()))
}

/// Dashes that open speech, and that end it.
const DASHES: [char; 3] = ['\u{2013}', '\u{2014}', '\u{2015}'];
/// Words after speech in which a verb of saying comes.
const SAID_WORDS: usize = 2;

/// The speech of a paragraph that opens with a dash, as Spanish, Portuguese, Swedish, Polish or
/// Russian papers print it: up to the dash or the comma after which somebody says it. A list has
/// dashes, too, and nobody who says.
fn after_dash(paragraph: &str) -> Option<Range<usize>> {
    let rest = paragraph.trim_start().strip_prefix(DASHES)?;
    let start = paragraph.len() - rest.trim_start().len();
    let starts = paragraph[start..].chars().find(|sign| sign.is_alphanumeric())?;
    let ends = |(at, _): &(usize, char)| {
        let said = paragraph[*at..].trim_start_matches([',', ' ', '\u{a0}']);
        let said = said.trim_start_matches(DASHES).trim_start();
        let mut words = said.split_whitespace().take(SAID_WORDS);
        words.any(|word| SPEAKING.contains(&word.trim_matches(|c: char| !c.is_alphabetic())))
    };
    let mut breaks = paragraph[start..]
        .char_indices()
        .map(|(at, sign)| (start + at, sign))
        .filter(|(_, sign)| *sign == ',' || DASHES.contains(sign));
    let (end, _) = breaks.find(ends).filter(|_| starts.is_uppercase())?;
    let end = paragraph[..end].trim_end().len();
    (start < end).then_some(start..end)
}

/// Calls `sink` with every mark of a text, in order.
fn each_mark(text: &str, mut sink: impl FnMut(usize, char, Mark)) {
    let bytes = text.as_bytes();
    let mut at_byte = |at: usize| {
        let sign = text.get(at..).and_then(|rest| rest.chars().next());
        if let Some((sign, mark)) = sign.and_then(|sign| Some((sign, mark(sign)?))) {
            sink(at, sign, mark);
        }
    };
    // The first bytes of all marks are these three and those three, and English texts hardly have
    // the others, so that the search for three at a time serves.
    if memchr::memchr3(0xc2, 0xe3, 0xef, bytes).is_none() {
        memchr::memchr3_iter(b'"', b'\'', 0xe2, bytes).for_each(at_byte);
    } else {
        let starts = |byte: u8| matches!(byte, b'"' | b'\'' | 0xc2 | 0xe2 | 0xe3 | 0xef);
        (0..bytes.len()).filter(|&at| starts(bytes[at])).for_each(&mut at_byte);
    }
}

/// A sign with its neighbours.
#[derive(Debug, Clone, Copy)]
struct Border {
    at: usize,
    /// First byte after it.
    end: usize,
    sign: char,
    before: Option<char>,
    after: Option<char>,
}

impl Border {
    /// Whether a quotation can start here: no part of a word before, something of one after.
    fn opens(self) -> bool {
        let free =
            self.before.is_none_or(|c| !c.is_alphanumeric() && c != ',' && !sentence::closes(c));
        free && self.after.is_some_and(|c| !c.is_whitespace())
    }

    /// Whether one can end here.
    fn closes(self) -> bool {
        let held = self.before.is_some_and(|c| !c.is_whitespace());
        held && self.after.is_none_or(|c| !c.is_alphanumeric())
    }

    /// Whether this can end a quotation that was open when the paragraph started.
    fn ends_earlier(self, family: Family) -> bool {
        family != Family::Single && !self.before.is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether it is an apostrophe: between two letters, or before a year.
    fn is_apostrophe(self) -> bool {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        letter(self.before) && letter(self.after)
            || !letter(self.before) && self.after.is_some_and(|c| c.is_ascii_digit())
    }
}

/// Whether the second mark closes what the first opens, and nothing else.
fn are_pair(first: char, second: char) -> bool {
    matches!(
        (first, second),
        ('\u{ab}', '\u{bb}')
            | ('\u{bb}', '\u{ab}')
            | ('\u{201c}', '\u{201d}')
            | ('\u{201e}', '\u{201c}' | '\u{201d}')
    )
}

/// Whether what is before a mark is part of a sentence that goes on.
fn is_within_sentence(before: &str) -> bool {
    // Blanks without a width are not white space.
    let blank = |sign: char| sign.is_whitespace() || matches!(sign, '\u{200b}'..='\u{200f}');
    before.trim_end_matches(blank).chars().next_back().is_some_and(|sign| {
        !sentence::closes(sign) && !matches!(sign, '\u{3002}' | ':') && mark(sign).is_none()
    })
}

/// Opens or closes a quotation. Returns whether the mark is not that of a new paragraph.
fn apply(
    mark: Mark,
    (border, is_nested): (Border, &dyn Fn() -> bool),
    open: &mut Vec<Opened>,
    spans: &mut Vec<Range<usize>>,
) -> bool {
    let (family, opens, closes) = match mark {
        Mark::Open(family) => (family, true, false),
        Mark::Close(family) => (family, false, true),
        Mark::Either(Family::Single) if border.is_apostrophe() => return true,
        Mark::Either(family) => (family, border.opens(), border.closes()),
    };
    let place = open.iter().rposition(|opened| opened.family == family);
    let is_pair = place.is_some_and(|place| are_pair(open[place].sign, border.sign));
    let closing = match (opens, closes) {
        // Whatever stands beside it: a blank (French), or a word (Chinese).
        _ if is_pair => true,
        (true, false) => false,
        (false, true) => true,
        // With spaces on both sides (French) or on neither: whichever fits.
        _ => place.is_some() || family == Family::Angle && border.sign == '\u{bb}',
    };
    if !closing {
        let after = border.end;
        // Apostrophes look like single marks.
        let is_single = family == Family::Single;
        match place {
            // The mark of a new paragraph inside a quotation, where the page has lost paragraphs;
            // within a sentence, one quotation is in another.
            Some(place) if family != Family::Corner && (is_single || !is_nested()) => {
                open.truncate(place + 1);
                return is_single;
            }
            _ => open.push(Opened { family, sign: border.sign, start: after }),
        }
        return true;
    }
    if let Some(place) = place {
        let start = open[place].start;
        open.truncate(place);
        // A single quotation inside an open double one belongs to it.
        if open.iter().all(|opened| opened.family == Family::Single) {
            push_span(start..border.at, spans);
        }
    } else if spans.is_empty() && open.is_empty() && border.ends_earlier(family) {
        push_span(0..border.at, spans);
    }
    true
}

/// The paragraphs of a text: separated by an empty line, by an indented one, or by the end of a
/// line that ends a sentence (lines may be broken anywhere else).
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    let mut ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    std::iter::from_fn(move || {
        loop {
            let at = ends.next()?;
            let (before, after) = (text.get(start..at)?, text.get(at + 1..).unwrap_or_default());
            let indented = after.starts_with(['\n', '\r', '\t']) || after.starts_with("  ");
            if at < text.len() && !indented && !ends_sentence(before) {
                continue;
            }
            let paragraph = start..at;
            start = at + 1;
            return Some(paragraph);
        }
    })
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().chars().next_back().is_none_or(|c| {
        sentence::closes(c)
            || matches!(c, ':' | '\u{3002}' | '\u{ff01}' | '\u{ff1f}')
            || mark(c).is_some()
    })
}

/// Appends a span; drops those inside it.
fn push_span(span: Range<usize>, spans: &mut Vec<Range<usize>>) {
    while spans.last().is_some_and(|last| last.start >= span.start) {
        spans.pop();
    }
    let start = spans.last().map_or(span.start, |last| span.start.max(last.end));
    if start < span.end {
        spans.push(start..span.end);
    }
}

/// Bytes of `span` that lie in one of `spans`.
#[must_use]
pub(super) fn covered(span: &Range<usize>, spans: &[Range<usize>]) -> usize {
    let overlap =
        |other: &Range<usize>| span.end.min(other.end).saturating_sub(span.start.max(other.start));
    spans.iter().map(overlap).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(text: &str) -> Vec<&str> {
        quoted(text).spans.into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn marks_of_many_languages() {
        for text in [
            "She said \"we will not go\" and left.",
            "She said \u{201c}we will not go\u{201d} and left.",
            "Sie sagte \u{201e}we will not go\u{201c} und ging.",
            "Elle dit \u{ab} we will not go \u{bb} et partit.",
            "Elle dit \u{ab}\u{a0}we will not go\u{a0}\u{bb} et partit.",
            "Sie sagte \u{bb}we will not go\u{ab} und ging.",
            "Ella dijo \u{ab}we will not go\u{bb} y se fue.",
            "She said \u{2018}we will not go\u{2019} and left.",
            "She said 'we will not go' and left.",
            "\u{300c}we will not go\u{300d}\u{3068}",
            "\u{201d}we will not go\u{201d}, sade hon.",
            "\u{201c}we will not go\u{201d}hon sade.",
            "\u{ab} we will not go \u{bb}, dit-elle.",
            "\u{ab} we will not go \u{bb}. Elle partit.",
        ] {
            let found: Vec<&str> = inside(text).iter().map(|part| part.trim()).collect();
            assert_eq!(found, ["we will not go"], "{text}");
        }
    }

    #[test]
    fn speech_after_a_dash() {
        for text in [
            "\u{2014}We will not go \u{2014}dijo la alcaldesa.",
            "\u{2013} We will not go \u{2013} disse a prefeita Ana.",
            "\u{2013} We will not go, s\u{e4}ger Ann Other.",
            "\u{2014} We will not go, \u{2014} сказала мэр.",
            "\u{2013} We will not go \u{2013} powiedzia\u{142} burmistrz.",
        ] {
            assert_eq!(inside(text), ["We will not go"], "{text}");
        }
        assert!(inside("\u{2013} Bread, butter and cheese").is_empty());
        assert!(inside("\u{2013} the dam, said to be old").is_empty());
    }

    #[test]
    fn apostrophes_are_not_quotations() {
        assert!(inside("The dogs' owner didn't know it's the '90s o\u{2019}clock").is_empty());
        assert_eq!(inside("He said 'it isn't so' today."), ["it isn't so"]);
    }

    #[test]
    fn every_mark_is_found_by_its_first_byte() {
        for sign in '\0'..=char::MAX {
            let mut found = 0;
            each_mark(&format!("a{sign}"), |_, _, _| found += 1);
            assert_eq!(found, i32::from(mark(sign).is_some()), "{sign:?}");
        }
    }

    #[test]
    fn paragraphs_and_broken_lines() {
        let text = "One line\nof two.\nNext.\n\nThird\r\n\r\n  Fourth\n";
        let found: Vec<&str> = paragraphs(text).map(|range| text[range].trim()).collect();
        let found: Vec<&str> = found.into_iter().filter(|part| !part.is_empty()).collect();
        assert_eq!(found, ["One line\nof two.", "Next.", "Third", "Fourth"]);
    }

    #[test]
    fn nested_and_unclosed() {
        assert_eq!(
            inside("\u{201c}He told me \u{2018}never\u{2019} and went,\u{201d} she said."),
            ["He told me \u{2018}never\u{2019} and went,"]
        );
        assert_eq!(
            inside("\u{201c}He told me \u{201c}never\u{201d} and went,\u{201d} she said."),
            ["He told me \u{201c}never\u{201d} and went,"]
        );
        assert_eq!(inside("\"It held,'' she said. \"Yes.''"), ["It held,", "Yes."]);
        let mixed = "\u{201c}It is no \u{201c}weir and held. \u{201c}Yes,\u{201d} she said. No.";
        assert_eq!(inside(mixed), ["It is no \u{201c}weir and held. \u{201c}Yes,"]);
        let swallowed =
            "\u{201e}Es ist kein \u{201e}Wehr\u{201c} gewesen. \u{201e}Nein\u{201c}, so sie.";
        assert_eq!(inside(swallowed), ["Es ist kein \u{201e}Wehr", "Nein"]);
        let lost = "\u{201c}This goes on. \u{201c}And on,\u{201d} she said. It rained.";
        assert_eq!(inside(lost), ["This goes on. \u{201c}And on,"], "a lost paragraph");
        assert_eq!(inside("\u{201c}This goes on. And on."), ["This goes on. And on."]);
        assert_eq!(inside("\"One,\" he said. \"Two.\""), ["One,", "Two."]);
        assert_eq!(inside("\"One,\"he said.\"Two.\""), ["One,", "Two."]);
    }

    /// The words of each paragraph, and whether they have no end.
    fn by_paragraph(text: &str) -> Vec<(Vec<&str>, bool)> {
        let own = |(range, quoted): (Range<usize>, Quoted)| {
            let spans = quoted.spans.into_iter();
            let words = spans.map(|span| &text[range.start + span.start..range.start + span.end]);
            (words.collect(), quoted.is_open)
        };
        of_paragraphs(text, 0..text.len())
            .map(own)
            .filter(|(words, _): &(Vec<_>, _)| !words.is_empty())
            .collect()
    }

    #[test]
    fn a_quotation_without_its_closing_mark_ends_somewhere() {
        for (open, text) in [
            ("We hold it.", "\u{201c}We hold it. It rained on the wardens at noon."),
            ("We hold it.", "She said: \"We hold it. It rained at noon, and later."),
            ("Wir halten den Damm.", "\u{201e}Wir halten den Damm. Es regnete bis zum Abend."),
            (" Nous tenons la digue.", "\u{ab} Nous tenons la digue. Il a plu toute la nuit."),
            ("\u{5ba4}\u{3002}", "\u{300c}\u{5ba4}\u{3002}\u{96e8}\u{3002}"),
        ] {
            assert_eq!(by_paragraph(text), [(vec![open], true)], "{text}");
            let more = format!("{text}\n\nThe road was shut.");
            assert_eq!(by_paragraph(&more), [(vec![open], true)], "{more}");
        }
        let spoken = "\u{201c}We hold it. It is old. And I know that. It rained. It rained a lot.";
        let words = "We hold it. It is old. And I know that.";
        assert_eq!(by_paragraph(spoken), [(vec![words], true)]);
        let long = "\u{201c}We hold the dam. And on.\n\n\u{201c}So we do,\u{201d} she said.";
        let both = [(vec!["We hold the dam. And on."], false), (vec!["So we do,"], false)];
        assert_eq!(by_paragraph(long), both);
        let lost = long.replace('\u{201d}', "");
        let both = [(vec!["We hold the dam. And on."], false), (vec!["So we do, she said."], true)];
        assert_eq!(by_paragraph(&lost), both);
    }

    #[test]
    fn an_end_without_a_start() {
        assert_eq!(inside("and on,\u{201d} she said. \u{201c}No.\u{201d}"), ["and on,", "No."]);
        assert!(inside("He is 6'5\" tall, she said.").is_empty());
    }

    #[test]
    fn the_share_of_a_span() {
        let text = "He: \"abcd\" end";
        let spans = quoted(text).spans;
        assert_eq!(covered(&(0..text.len()), &spans), 4);
        assert_eq!(covered(&(6..20), &spans), 3);
        assert_eq!(covered(&(10..14), &spans), 0);
    }

    proptest! {
        #[test]
        fn spans_are_ascending_and_on_borders(
            text in "([a-z ,.]|[\"'\u{201c}\u{201d}\u{201e}\u{ab}\u{bb}\u{2018}\u{2019}\
                     \u{300c}\u{300d}]|\\PC){0,80}"
        ) {
            let mut last = 0;
            for span in quoted(&text).spans {
                prop_assert!(span.start >= last && span.start < span.end);
                prop_assert!(text.get(span.clone()).is_some());
                last = span.end;
            }
        }
    }
}

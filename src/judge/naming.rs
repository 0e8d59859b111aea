//! Outlets that texts name: as the source of a passage, or in a credit line.
//!
//! Fed by `context`, feeds `direction` (which outlet is named beside the passage) and `features`
//! (which outlet is credited at the foot of the text, as agencies are). A name counts as texts
//! would write it, with its capitals; the name of a folder (`bay-herald`) as `Bay Herald`.
//! Invariant: reads a bounded stretch around the passage and the last line of the text.

use super::articles;
use super::finder::in_any_case;
use super::hosts;
use super::lexicon::{ASIDE, REPRINTED};
use super::lines::{first_line, floor, last_line};
use super::outlets::without_qualifier;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// Shortest name that is looked for, in bytes.
const LEAST_BYTES: usize = 3;
/// Bytes of a text that is searched for words.
const LONG_BYTES: usize = 1024;
/// Bytes read on either side of a passage.
const NEAR_BYTES: usize = 160;
/// Most words of a credit line: a longer one is a sentence, or a note on the author.
const LINE_WORDS: usize = 6;

/// How texts write the name of an outlet; none if it is too short to be recognised.
pub(super) fn written(outlet: &str) -> Option<String> {
    let main = without_qualifier(outlet).unwrap_or(outlet);
    let main = &hosts::without_host(main);
    let name = if main.chars().any(char::is_uppercase) {
        main.to_owned()
    } else {
        let words = main.split(['-', '_', ' ']).filter(|word| !word.is_empty());
        words.map(hosts::capitalised).collect::<Vec<_>>().join(" ")
    };
    let cased = name.chars().any(char::is_uppercase);
    (name.len() >= LEAST_BYTES && cased).then_some(name)
}

/// Whether the text contains `name` as words of their own.
pub(super) fn holds(text: &str, name: &str) -> bool {
    places(text, name).next().is_some()
}

/// Where the text has `name` as words of their own. A name of more words than one after an article
/// is there with another form of that, too, or without an English one: `the Bay Herald`, `Bay
/// Herald reports`, `vom Neuen Boten`; then its place is without the article.
pub(super) fn places(text: &str, name: &str) -> impl Iterator<Item = Range<usize>> {
    all_places(text, name).filter(move |place| !is_common(place, name))
}

/// Whether a name is at a place of its own with nothing but one word, which may be a common one.
pub(super) fn is_common(place: &Range<usize>, name: &str) -> bool {
    place.len() < name.len() && !articles::parted(name).1.contains([' ', '-'])
}

/// The same with the names of one word after another form of their article (`the Herald`), which
/// may be common words.
pub(super) fn all_places(text: &str, name: &str) -> impl Iterator<Item = Range<usize>> {
    let (article, core) = articles::parted(name);
    // The first word is there as it is: endings come behind it. In a short text a search for words
    // costs more to set up than one for the first byte, which is a capital.
    let word = core.split([' ', '-']).next().unwrap_or_default().as_bytes();
    let is_long = text.len() >= LONG_BYTES && !word.is_empty();
    let of_word = is_long.then(|| memchr::memmem::find_iter(text.as_bytes(), word));
    let first = core.bytes().next().filter(|_| !is_long);
    let of_byte = first.map(|first| memchr::memchr_iter(first, text.as_bytes()));
    let starts = of_word.into_iter().flatten().chain(of_byte.into_iter().flatten());
    let mut from = 0;
    starts.filter_map(move |at| {
        let length = articles::length_in(&text.as_bytes()[at..], core.as_bytes());
        let end = at + length.filter(|_| at >= from)?;
        from = end;
        // Scripts without spaces have letters on either side.
        let letter = |c: char| c.is_alphanumeric() && u32::from(c) < 0x2e80;
        let apart = |before: &str| !before.chars().next_back().is_some_and(letter);
        let (before, after) = (text.get(..at)?, text.get(end..)?);
        if after.chars().next().is_some_and(letter) {
            return None;
        }
        let whole = before.strip_suffix(article).filter(|before| apart(before)).map(str::len);
        let is_there = || articles::is_before(before, article) || articles::is_left(before, name);
        let start = whole.or_else(|| is_there().then_some(at))?;
        Some(start..end)
    })
}

/// The text before and after a passage, within its paragraph.
pub(super) fn beside<'t>(text: &'t str, span: &Range<usize>) -> [&'t str; 2] {
    let before = text.get(floor(text, span.start.saturating_sub(NEAR_BYTES))..span.start);
    let after = text.get(span.end..floor(text, span.end + NEAR_BYTES));
    [last_line(before.unwrap_or_default()), first_line(after.unwrap_or_default())]
}

/// Bytes before a passage, ..
const BEFORE_BYTES: usize = 400;
/// .. after its start, ..
const OPENING_BYTES: usize = 2_400;
/// .. and after its end in which a joint statement names those who made it.
const AFTER_BYTES: usize = 200;

/// The passage, or the start of a long one, with what is around it.
pub(super) fn stretch<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let end = (span.end + AFTER_BYTES).min(span.start + OPENING_BYTES);
    let start = floor(text, span.start.saturating_sub(BEFORE_BYTES));
    text.get(start..floor(text, end)).unwrap_or_default()
}

/// Bytes at the head of a statement in which those who made it are named.
const MAKER_BYTES: usize = 200;

/// Whether a part of a text or its head names the outlet that it is of, in capitals as well; of a
/// name in one word its last part is enough (`BayHerald`).
pub(super) fn names_itself(text: &str, part: &str, name: &str) -> bool {
    let capital = |&(at, sign): &(usize, char)| at > 0 && sign.is_uppercase();
    let last = name.char_indices().rfind(capital).map_or(0, |(at, _)| at);
    let joined = !name.contains([' ', '-']) && name.contains(char::is_lowercase);
    let name = if joined { &name[last..] } else { name }.to_lowercase();
    let head = &text[..floor(text, MAKER_BYTES)];
    [part, head].iter().any(|part| holds(&part.to_lowercase(), &name))
}

/// The last line of a text, if it is short enough to be a credit, or what follows the words of its
/// last paragraph that say where it was printed before.
pub(super) fn credit_line(text: &str) -> &str {
    let last = last_line(text.trim_end());
    let short = |line: &str| line.split_whitespace().take(LINE_WORDS + 1).count() <= LINE_WORDS;
    if short(last) { last } else { reprinted(last).unwrap_or_default() }
}

/// Bytes at the end of a paragraph in which it may say where it was printed before ..
const REPRINT_BYTES: usize = 300;
/// .. and bytes after these words that may name the outlet.
const REPRINT_NAME_BYTES: usize = 60;

/// The words of [`REPRINTED`], made ready once: most passages ask for them at each of their places.
static REPRINTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| in_any_case(REPRINTED.iter().copied()));

/// The end of the words with which a text says where it was printed before.
fn end_of_reprint(text: &str) -> Option<usize> {
    REPRINTS.as_ref()?.find(text.as_bytes()).map(|words| words.end())
}

/// Whether a text says where it was printed before.
pub(super) fn is_reprinted(text: &str) -> bool {
    end_of_reprint(text).is_some()
}

/// What follows `this column first appeared in` and the like.
pub(super) fn reprinted(paragraph: &str) -> Option<&str> {
    let end = &paragraph[floor(paragraph, paragraph.len().saturating_sub(REPRINT_BYTES))..];
    let after = end.get(end_of_reprint(end)?..)?;
    let after = &after[..floor(after, REPRINT_NAME_BYTES)];
    after.split(['.', ',', ';', ':']).next()
}

/// Words with a capital that lead to an outlet, at the start of a credit line.
static LEADING: &[&str] = &[
    "Via",
    "From",
    "By",
    "Source",
    "Source:",
    "The",
    "Courtesy",
    "Copyright",
    "Von",
    "Aus",
    "Quelle:",
    "Mit",
    "With",
    "Fuente:",
    "Fonte:",
    "Par",
    "Por",
    "Di",
    "Da",
];

/// Whether a credit line names the outlet, and not for a picture or an advertisement. A name of one
/// word may be a surname, and the line a signature: after another capital it does not count, unless
/// that leads to it.
pub(super) fn credits(line: &str, name: &str) -> bool {
    let mut words = line.split(|sign: char| !sign.is_alphanumeric());
    let opens = words.find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    if ASIDE.contains(&&*opens) {
        return false;
    }
    let of_one_word = !name.contains([' ', '-']);
    let signed = || {
        let before = line.split(name).next().unwrap_or_default();
        let word = before.split_whitespace().next_back().unwrap_or_default();
        word.chars().next().is_some_and(char::is_uppercase)
            && before.ends_with(|sign: char| sign.is_whitespace())
            && !LEADING.contains(&word)
    };
    holds(line, name) && !(of_one_word && signed())
}

/// Bytes before a passage in which a line may say from whom a block is quoted ..
const BLOCK_BYTES: usize = 1_500;
/// .. and bytes at the end of such a line, or at the start of the block, that are read.
const LEAD_BYTES: usize = 80;

/// The ends of the lines before a passage that starts at `start` that a colon closes (`Via the Bay
/// Herald:`), and what is before the first colon of its own paragraph; all without the colon.
pub(super) fn leads(text: &str, start: usize) -> impl Iterator<Item = &str> {
    let from = floor(text, start.saturating_sub(BLOCK_BYTES));
    let before = text.get(from..start).unwrap_or_default();
    let own = last_line(before);
    let own = &own[..floor(own, LEAD_BYTES)];
    let mut colons = memchr::memchr_iter(b':', own.as_bytes());
    let own = colons.find(|at| own[at + 1..].starts_with(' ')).map(|at| &own[..at]);
    // Most lines end in another sign, which one byte shows.
    let other = |byte: &u8| byte.is_ascii_graphic() && *byte != b':';
    let ends = memchr::memchr_iter(b'\n', before.as_bytes());
    let ends = ends.filter(move |&end| !before.as_bytes()[..end].last().is_some_and(other));
    let lines = ends.filter_map(move |end| {
        let line = last_line(&before[..end]).trim_end().strip_suffix(':')?;
        line.get(floor(line, line.len().saturating_sub(LEAD_BYTES))..)
    });
    lines.chain(own)
}

/// Most letters before a passage that starts its paragraph.
const FIRST_LETTERS: usize = 12;

/// The end of the paragraph above a passage that starts one, where a colon closes it: `The Bay
/// Herald reports:`.
pub(super) fn lead_above(text: &str, start: usize) -> Option<Range<usize>> {
    let before = text.get(floor(text, start.saturating_sub(NEAR_BYTES))..start)?;
    let own = last_line(before);
    let above = before[..before.len() - own.len()].trim_end();
    let lead = above.strip_suffix([':', '\u{ff1a}'])?.trim_end();
    let end = start - before.len() + lead.len();
    let letters = own.chars().filter(|sign| sign.is_alphanumeric()).take(FIRST_LETTERS + 1);
    (letters.count() <= FIRST_LETTERS).then(|| end - last_line(lead).len()..end)
}

/// Words before the name of an outlet of which a block is quoted.
static SOURCES: &[&str] = &[
    "via",
    "from",
    "per",
    "in",
    "laut",
    "aus",
    "bei",
    "selon",
    "dans",
    "seg\u{fa}n",
    "en",
    "secondo",
    "da",
    "segundo",
    "em",
    "im",
    "vom",
    "du",
    "dal",
    "nel",
    "no",
    "na",
    "volgens",
    "uit",
    "enligt",
    "i",
    "fr\u{e5}n",
];

/// Articles between those words and the name.
static ARTICLES: &[&str] = &[
    "the", "der", "die", "das", "dem", "den", "le", "la", "les", "el", "los", "il", "lo", "o", "a",
    "de", "het",
];

/// Whether a lead names an outlet as the source of what follows: `Via the Bay Herald`, `(from
/// Northwire)`, or `Bay Herald reports`; not a person of that name (`Senator Herald`).
pub(super) fn leads_to(lead: &str, name: &str) -> bool {
    let lead = lead.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    let verb = |after: &str| {
        let after = after.trim();
        after.chars().all(char::is_lowercase) && !after.is_empty()
    };
    let Some(place) = all_places(lead, name).last() else { return false };
    let (before, after) = (&lead[..place.start], &lead[place.end..]);
    let mut words = before
        .split_whitespace()
        .rev()
        .map(|word| word.trim_start_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase());
    let last = words.find(|word| !ARTICLES.contains(&word.as_str()));
    let sourced = last.is_none_or(|word| SOURCES.contains(&word.as_str()));
    sourced && (after.is_empty() || after.starts_with(' ') && verb(after))
}

/// Most words of a source in a lead.
const SOURCE_WORDS: usize = 6;

/// Whether a lead is nothing but a source, or has one in brackets, whoever that is: `From Ann
/// Other`, `The dam held (via the Bay Herald)`.
pub(super) fn is_source(lead: &str) -> bool {
    let lead = lead.trim_end_matches(|sign: char| !sign.is_alphanumeric()).trim_start();
    let source = lead.rsplit_once('(').map_or(lead, |(_, inner)| inner);
    let mut words = source.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    let cased = |word: &str| word.starts_with(char::is_uppercase);
    CREDITING.contains(&first.as_str())
        && words.clone().count() <= SOURCE_WORDS
        && words.clone().any(cased)
        && words.all(|word| cased(word) || WITHIN.contains(&word))
}

/// Words inside of names, and between a writer and an outlet.
static WITHIN: &[&str] = &["the", "of", "at", "in", "for", "and", "de", "von", "der"];

/// Words that open a lead that is a source.
static CREDITING: &[&str] =
    &["via", "from", "per", "laut", "aus", "selon", "seg\u{fa}n", "secondo"];

/// Bytes at the end of a text in which a page says who has the rights ..
const RIGHTS_BYTES: usize = 300;
/// .. and bytes after the sign that may name the owner.
const OWNER_BYTES: usize = 60;

/// What follows the copyright sign at the end of a text: whose page it is, whoever is said to have
/// written it.
pub(super) fn owner(text: &str) -> Option<&str> {
    let end = &text[floor(text, text.len().saturating_sub(RIGHTS_BYTES))..];
    let at = end.rfind('\u{a9}').or_else(|| end.rfind("Copyright "))?;
    let owner = &end[at..];
    Some(&owner[..floor(owner, OWNER_BYTES)])
}

/// Bytes before a passage in which its outlet may be said to report what follows.
const REPORT_BYTES: usize = 400;
/// Letters before a passage on its line up to which the paragraph before is read as well.
const START_LETTERS: usize = 60;

/// Words that say who reported something.
static REPORTS: &[&str] = &[
    "report",
    "writes",
    "wrote",
    "according to",
    "via ",
    "bericht",
    "schreibt",
    "schrieb",
    "laut ",
    "selon",
    "rapport",
    "seg\u{fa}n",
    "inform",
    "secondo",
    "segundo",
    "scrive",
    "riferi",
];

/// The words before a passage in which an outlet may be said to report it: its paragraph up to
/// there, and, if it starts one, the paragraph before.
pub(super) fn before<'t>(text: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let from = floor(text, span.start.saturating_sub(REPORT_BYTES));
    let before = text.get(from..span.start)?;
    let own = last_line(before);
    if own.len() > START_LETTERS {
        return Some(own);
    }
    let above = before[..before.len() - own.len()].trim_end();
    before.get(above.len() - last_line(above).len()..)
}

/// Whether somebody reports something in a text.
pub(super) fn reports(text: &str) -> bool {
    let lower = text.to_lowercase();
    REPORTS.iter().any(|word| lower.contains(word))
}

/// Letters after a passage on its line up to which it ends a paragraph.
const END_LETTERS: usize = 3;

/// The paragraph before a passage that is paragraphs of its own, where an excerpt without marks has
/// the name of its outlet.
pub(super) fn before_block<'t>(text: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let from = floor(text, span.start.saturating_sub(REPORT_BYTES));
    let before = text.get(from..span.start)?;
    let own = last_line(before);
    let rest = first_line(text.get(span.end..floor(text, span.end + NEAR_BYTES))?);
    if own.len() > END_LETTERS || rest.trim_end().len() > END_LETTERS || own.len() == before.len() {
        return None;
    }
    Some(last_line(before[..before.len() - own.len()].trim_end()))
}

/// Whether a name can be that of an outlet alone: one word with one capital is a surname as well.
pub(super) fn is_distinctive(name: &str) -> bool {
    name.contains([' ', '-']) || name.chars().filter(|letter| letter.is_uppercase()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_as_texts_write_them() {
        assert_eq!(written("bay-herald").as_deref(), Some("Bay Herald"));
        assert_eq!(written("Bay Herald (Online)").as_deref(), Some("Bay Herald"));
        assert_eq!(written("x"), None);
        assert_eq!(written("\u{65b0}\u{805e}"), None);
        assert!(holds("as the Bay Herald wrote", "Bay Herald"));
        assert!(!holds("as the Bay Heralds wrote", "Bay Herald"));
        for (text, name) in [
            ("as the Bay Herald wrote", "The Bay Herald"),
            ("laut der Neuen Hafenpost", "Die Neue Hafenpost"),
            ("wie der \u{201e}Alte Bote\u{201c} schrieb", "Der Alte Bote"),
            ("seg\u{fa}n el diario, dijo al Faro del Sur", "El Faro del Sur"),
            ("a dit le maire au Phare du Port", "Le Phare du Port"),
            ("H/T Bay Herald", "The Bay Herald"),
        ] {
            assert!(holds(text, name), "{text}");
        }
        assert!(!holds("the East Bay Herald wrote", "The Bay Herald"));
        // One word after another article may be a common one.
        assert!(!holds("up the Hill", "The Hill") && holds("told The Hill", "The Hill"));
        assert_eq!(all_places("told the Hill", "The Hill").next(), Some(9..13));
    }

    #[test]
    fn a_line_introduces_a_block_of_another_outlet() {
        let text = "It rained.\nVia the Bay Herald:\n\nThe dam held.\n\nMuch later: it broke.";
        let start = text.find("broke").unwrap();
        let found: Vec<&str> = leads(text, start).collect();
        assert_eq!(found, ["Via the Bay Herald", "Much later"]);
        assert_eq!(leads("dam", 0).next(), None);
        for lead in [
            "Via the Bay Herald",
            "It broke (via Bay Herald)",
            "Bay Herald",
            "The Bay Herald reports",
            "So it is, from Bay Herald",
        ] {
            assert!(leads_to(lead, "Bay Herald"), "{lead}");
        }
        for lead in ["From Ann Other", "It held (via the Bay Herald)", "via AO"] {
            assert!(is_source(lead), "{lead}");
        }
        let days = "From Monday to Friday";
        for other in ["From now on", "The news from Ulm", "From", "Ann Other", days] {
            assert!(!is_source(other), "{other}");
        }
        for (lead, name) in [
            ("Aus dem Hafenboten", "Der Hafenbote"),
            ("Dans le Phare", "Le Phare"),
            ("Via the Herald", "The Herald"),
        ] {
            assert!(leads_to(lead, name), "{lead}");
        }
        for other in [
            "Senator Bay Herald",
            "Rain at the Bay Herald",
            "Via the Bay Heralds",
            "Via the Bay Herald of Ulm",
            "Via eBay Herald",
            "Via",
        ] {
            assert!(!leads_to(other, "Bay Herald"), "{other}");
        }
    }

    #[test]
    fn the_paragraph_above_leads_to_a_passage() {
        let lead = |text: &str| lead_above(text, text.find("The dam").unwrap());
        for (text, wanted) in [
            ("Rain.\n\nBH News reports:\n\nThe dam", Some("BH News reports")),
            ("Rain.\n\nBH News reports :\n\u{ab} The dam", Some("BH News reports")),
            ("BH News\u{ff1a}\n\nThe dam", Some("BH News")),
            ("BH News reports.\n\nThe dam", None),
            ("BH News reports:\n\nIt rained and rained. The dam", None),
            ("BH News reports: The dam", None),
            ("The dam", None),
        ] {
            assert_eq!(lead(text).map(|lead| &text[lead]), wanted, "{text}");
        }
    }

    #[test]
    fn a_statement_names_who_made_it() {
        let text = "WARDENS HERALD, OTHER OPEN THE GATE\n\nThe gate is open.";
        assert!(names_itself(text, "", "Herald") && names_itself(text, "", "BayHerald"));
        assert!(names_itself("", text, "Other") && !names_itself(text, text, "Bay Herald"));
        assert!(names_itself("By the BH News", "", "BH News") && !names_itself("", "", "Bay"));
    }

    #[test]
    fn the_stretch_of_a_passage_is_bounded() {
        let text = format!("{}The dam.{}", "\u{e9}".repeat(300), "\u{e9}".repeat(2_000));
        let length = |span: Range<usize>| stretch(&text, &span).len();
        // From inside of a letter on either side it goes to its start.
        assert_eq!(length(601..608), 401 + 7 + 200);
        assert_eq!(length(600..4_600), 400 + 2_400);
        assert_eq!(length(0..4), 204);
        assert_eq!(stretch("The dam.", &(4..8)), "The dam.");
    }

    #[test]
    fn an_outlet_is_said_to_report_a_block() {
        let at = |text: &str| {
            before(text, &(text.find("The dam").unwrap()..text.len())).is_some_and(reports)
        };
        assert!(at("It rained.\n\nBH News reported that it broke.\n\nThe dam held."));
        assert!(at("According to BH News, The dam held."));
        assert!(!at("BH News reported rain.\n\nIt rained.\n\nThe dam held."));
        assert!(!at("BH News was there.\n\nThe dam held.") && !at("The dam held."));
        let block = |text: &str| {
            let start = text.find("The dam").unwrap();
            before_block(text, &(start..start + 13)).map(str::to_owned)
        };
        let named = "It rained.\n\nThe Bay Herald was there.\n\n\u{ab}The dam held.\u{bb}\n\nSo.";
        assert_eq!(block(named).as_deref(), Some("The Bay Herald was there."));
        for part in ["BH News:\nThe dam held. It rained.", "BH News:\nOh! The dam held.\n"] {
            assert_eq!(block(part), None, "{part}");
        }
        assert_eq!(block("The dam held."), None);
        assert!(is_distinctive("Bay Herald") && is_distinctive("BHN"));
        assert!(!is_distinctive("Herald"));
        assert_eq!(written("BHNews.com").as_deref(), Some("BH News"));
        assert_eq!(written("BayNews.com").as_deref(), Some("BayNews"));
    }

    #[test]
    fn a_page_says_whose_it_is() {
        let text = "It held.\n\nCopyright \u{a9} 2031 The Bay Herald, LLC. All else is rain.";
        assert!(holds(owner(text).unwrap(), "Bay Herald"));
        assert!(holds(owner("It held. Copyright 2031 Bay Herald").unwrap(), "Bay Herald"));
        assert_eq!(owner("The copyright of the Bay Herald lapsed."), None);
    }

    proptest! {
        #[test]
        fn names_are_found_alike_in_short_and_long_texts(
            pieces in prop::collection::vec((0_usize..5, "[A-Za-z ,.-]{0,6}"), 0..8),
            name in "(Der |The |)(Bay|Neue|Aa)( Herald|-Herald| Bote|a|)",
        ) {
            let words = [&*name, "Neuen Boten", "the ", "Bay-Herald", "im "];
            let text: Vec<String> =
                pieces.iter().map(|(n, more)| format!("{}{more}", words[*n])).collect();
            let text = text.concat();
            let long = format!("{text}\n{}", " .".repeat(LONG_BYTES));
            let found: Vec<_> = all_places(&text, &name).collect();
            prop_assert_eq!(found, all_places(&long, &name).collect::<Vec<_>>());
        }

        #[test]
        fn names_are_held_as_words(
            text in "([ab]|[A-B]|[ \u{e9}]|Ba|\\PC){0,30}",
            name in "[A-B\u{c9}][a-b A-B]{0,3}",
        ) {
            let letter = |c: Option<char>| {
                c.is_some_and(|c| c.is_alphanumeric() && u32::from(c) < 0x2e80)
            };
            let (text, name) = (text.replace('-', " "), name.replace('-', " "));
            let held = text.match_indices(&name).any(|(at, _)| {
                !letter(text[..at].chars().next_back())
                    && !letter(text[at + name.len()..].chars().next())
            });
            prop_assert_eq!(holds(&text, &name), held);
        }
    }

    #[test]
    fn text_beside_a_passage() {
        let text = "No.\nThe Herald wrote: it held. So it did.\nYes.";
        let start = text.find("it held").unwrap();
        assert_eq!(beside(text, &(start..start + 7)), ["The Herald wrote: ", ". So it did."]);
        assert_eq!(credit_line("A story.\n\n(Northwire)\n"), "(Northwire)");
        assert_eq!(credit_line(""), "");
        let note = "Ann Other is a writer. This column first appeared in the Bay-Herald.";
        assert_eq!(credit_line(note), " the Bay-Herald");
        assert!(holds(credit_line(note), "Bay Herald"));
        assert!(credits("(Northwire)", "Northwire") && credits("via Northwire", "Northwire"));
        assert!(credits("with material from Northwire", "Northwire"));
        assert!(credits("Ann Other/Northwire", "Northwire") && credits("Source: Herald", "Herald"));
        assert!(!credits("Charles E. Northwire", "Northwire"));
        assert!(!credits("Ann Northwire", "Northwire") && !credits("R. Northwire.", "Northwire"));
        assert!(credits("Courtesy of the Bay Herald", "Bay Herald"));
        assert_eq!(credit_line("A long last paragraph that credits nobody at all for itself."), "");
    }
}

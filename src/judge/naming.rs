//! Outlets that texts name: as the source of a passage, or in a credit line.
//!
//! Fed by `context`, feeds `direction` (which outlet is named beside the passage) and `features`
//! (which outlet is credited at the foot of the text, as agencies are). A name counts as texts
//! would write it, with its capitals; the name of a folder (`bay-herald`) as `Bay Herald`.
//! Invariant: reads a bounded stretch around the passage and the last line of the text.

use super::lexicon::{ASIDE, REPRINTED};
use super::lines::{first_line, floor, last_line};
use super::outlets::without_qualifier;
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// Shortest name that is looked for, in bytes.
const LEAST_BYTES: usize = 3;
/// Bytes read on either side of a passage.
const NEAR_BYTES: usize = 160;
/// Most words of a credit line: a longer one is a sentence, or a note on the author.
const LINE_WORDS: usize = 6;

/// How texts write the name of an outlet; none if it is too short to be recognised.
pub(super) fn written(outlet: &str) -> Option<String> {
    let main = without_qualifier(outlet).unwrap_or(outlet);
    let main = &without_host(main);
    let name = if main.chars().any(char::is_uppercase) {
        main.to_owned()
    } else {
        let words = main.split(['-', '_', ' ']).filter(|word| !word.is_empty());
        words.map(capitalised).collect::<Vec<_>>().join(" ")
    };
    let cased = name.chars().any(char::is_uppercase);
    (name.len() >= LEAST_BYTES && cased).then_some(name)
}

/// A name without the ending of a host; an abbreviation that ran into the next word is set apart
/// again (`BHNews.com` is written `BH News`).
fn without_host(name: &str) -> String {
    let Some(main) = HOSTS.iter().find_map(|ending| name.strip_suffix(ending)) else {
        return name.to_owned();
    };
    let letters: Vec<char> = main.chars().collect();
    let mut parted = String::with_capacity(main.len() + 1);
    for (n, &letter) in letters.iter().enumerate() {
        let capitals = n >= 2 && letters[n - 2..=n].iter().all(|letter| letter.is_uppercase());
        if capitals && letters.get(n + 1).is_some_and(|next| next.is_lowercase()) {
            parted.push(' ');
        }
        parted.push(letter);
    }
    parted
}

/// Endings of hosts in names of outlets.
static HOSTS: &[&str] = &[".com", ".org", ".net"];

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether the text contains `name` as words of their own.
pub(super) fn holds(text: &str, name: &str) -> bool {
    places(text, name).next().is_some()
}

/// Where the text has `name` as words of their own.
pub(super) fn places(text: &str, name: &str) -> impl Iterator<Item = usize> {
    // Names are short and start with a capital, so that a general search costs more to set up.
    let first = name.as_bytes().first();
    let start = move |&first: &u8| memchr::memchr_iter(first, text.as_bytes());
    let starts = first.into_iter().flat_map(start);
    let mut from = 0;
    starts.filter(move |&at| {
        if at < from || !starts_with(&text.as_bytes()[at..], name.as_bytes()) {
            return false;
        }
        from = at + name.len();
        // Scripts without spaces have letters on either side.
        let letter = |c: char| c.is_alphanumeric() && u32::from(c) < 0x2e80;
        let after = text.get(at + name.len()..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        !before.chars().next_back().is_some_and(letter) && !after.chars().next().is_some_and(letter)
    })
}

/// Whether a text starts with a name; hyphens and blanks are alike, as in `Courier-Journal`.
fn starts_with(text: &[u8], name: &[u8]) -> bool {
    let plain = |byte: &u8| if *byte == b'-' { b' ' } else { *byte };
    text.len() >= name.len() && text.iter().map(plain).take(name.len()).eq(name.iter().map(plain))
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
static FINDERS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| REPRINTED.iter().map(Finder::new).collect());

/// Whether a text says where it was printed before.
pub(super) fn is_reprinted(text: &str) -> bool {
    FINDERS.iter().any(|words| words.find(text.as_bytes()).is_some())
}

/// What follows `this column first appeared in` and the like.
fn reprinted(paragraph: &str) -> Option<&str> {
    let end = &paragraph[floor(paragraph, paragraph.len().saturating_sub(REPRINT_BYTES))..];
    let after = |words: &Finder<'_>| {
        let at = words.find(end.as_bytes())? + words.needle().len();
        end.get(at..)
    };
    let after = FINDERS.iter().find_map(after)?;
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
    let own = own[..floor(own, LEAD_BYTES)].split_once(": ").map(|(lead, _)| lead);
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).filter_map(move |end| {
        let line = last_line(&before[..end]).trim_end().strip_suffix(':')?;
        line.get(floor(line, line.len().saturating_sub(LEAD_BYTES))..)
    });
    lines.chain(own)
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
];

/// Whether a lead names an outlet as the source of what follows: `Via the Bay Herald`, `(from
/// Northwire)`, or `Bay Herald reports`; not a person of that name (`Senator Herald`).
pub(super) fn leads_to(lead: &str, name: &str) -> bool {
    let lead = lead.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    let verb = |after: &str| {
        let after = after.trim();
        after.chars().all(char::is_lowercase) && !after.is_empty()
    };
    let Some(at) = lead.rfind(name) else { return false };
    let (before, after) = (&lead[..at], &lead[at + name.len()..]);
    let mut words = before
        .split_whitespace()
        .rev()
        .map(|word| word.trim_start_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase());
    let last = words.next().map(|word| if word == "the" { words.next() } else { Some(word) });
    let sourced = last.flatten().is_none_or(|word| SOURCES.contains(&word.as_str()));
    let apart = before.chars().next_back().is_none_or(|sign| !sign.is_alphanumeric());
    sourced && apart && (after.is_empty() || after.starts_with(' ') && verb(after))
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

/// Words that open a letter.
static SALUTATIONS: &[&str] = &[
    "Dear ",
    "Sehr geehrte",
    "Liebe ",
    "Lieber ",
    "Estimad",
    "Cher ",
    "Ch\u{e8}re ",
    "Gentile ",
    "Egregi",
    "Prezad",
];
/// Bytes at the start of a letter in which its salutation ends.
const SALUTATION_BYTES: usize = 80;

/// Words of a line that says that a letter follows.
static LETTERS: &[&str] = &["letter", "brief", "lettre", "carta", "lettera", "schreiben"];
/// Bytes at the start of a passage in which that line, the date and the address of a letter are.
const ADDRESS_BYTES: usize = 400;

/// Whether a passage opens with a salutation and what ends one, or with the line that says that a
/// letter follows, and its address.
pub(super) fn opens_letter(passage: &str) -> bool {
    let head = &passage[..floor(passage, ADDRESS_BYTES)];
    let lead = first_line(head);
    let says = || {
        let lower = lead.to_lowercase();
        LETTERS.iter().any(|word| lower.contains(word))
    };
    let short = lead.split_whitespace().take(LEAD_WORDS + 1).count() <= LEAD_WORDS;
    let mut lines = memchr::memchr_iter(b'\n', head.as_bytes());
    salutes(passage) || short && says() && lines.any(|end| salutes(&passage[end + 1..]))
}

/// Most words of a line that says that a letter follows.
const LEAD_WORDS: usize = 12;

/// Whether a line opens with a salutation and what ends one.
fn salutes(passage: &str) -> bool {
    let open = passage.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let opens = SALUTATIONS.iter().any(|words| open.starts_with(words));
    let head = &open[..floor(open, SALUTATION_BYTES)];
    opens && (head.contains([',', ':', '\n']) || head.contains("  "))
}

/// Words that close a letter, before the names of those who signed it.
static CLOSINGS: &[&str] = &[
    "Sincerely",
    "Respectfully",
    "Yours truly",
    "Yours faithfully",
    "Kind regards",
    "Best regards",
    "Mit freundlichen Gr\u{fc}\u{df}en",
    "Hochachtungsvoll",
    "Atentamente",
    "Cordialement",
    "Cordiali saluti",
    "Atenciosamente",
];

/// Bytes at the end of a letter in which it is closed and signed.
const CLOSING_BYTES: usize = 240;

/// Whether the text ends as letters do, so that the names in its last lines are of who wrote it.
pub(super) fn is_letter(text: &str) -> bool {
    let text = text.trim_end();
    let end = &text[floor(text, text.len().saturating_sub(CLOSING_BYTES))..];
    CLOSINGS.iter().any(|words| end.contains(words))
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

    #[test]
    fn a_letter_opens_with_a_salutation() {
        for letter in ["Dear Warden Other:\n\nWe ask", "\u{201e}Sehr geehrte Frau Other, wir"] {
            assert!(opens_letter(letter), "{letter}");
        }
        let late = "Dear friends of the dam and of all that is held by it and below it for long";
        let pasted = "The letter is below.\n\nMay 3, 2006\n\nDear Warden Other:\n\nWe ask";
        assert!(opens_letter(pasted) && !opens_letter(&pasted.replace("letter", "dam")));
        for other in ["It is dear, they say.", &format!("{late} years, it held"), ""] {
            assert!(!opens_letter(other), "{other}");
        }
    }

    #[test]
    fn a_letter_is_signed() {
        assert!(is_letter("We ask for a dam.\n\nSincerely,\n\nAnn Other\nRob Herald\n\n"));
        assert!(!is_letter("He sincerely thought that the dam held.\n\nHerald\n"));
    }

    proptest! {
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

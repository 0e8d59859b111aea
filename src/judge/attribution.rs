//! Whether a text says that it has something from an outlet.
//!
//! Used by `context` for the outlets that `naming` finds near a passage; feeds `direction` and what
//! proves reuse. A name alone is a mention: a paper is sued, moves its printing plant, or is one of
//! several who did something. It is a credit where it is set in a frame of attribution: after words
//! such as `according to` or `told`, or before a verb such as `reported`. Invariant: reads a
//! bounded stretch of the sentence around a name, on borders of code points.

use super::lexicon::{
    AFTER_NAME, BEFORE_VERB, BETWEEN, DATIVE, DENIED, ELIDED, FIRST_TO, FROM, HAVING, INVERTED,
    JOINING, NEWS, OF_CREDIT, OF_REPORT, OWN_AFFAIRS, REPORTED, REPRINTED, TELLERS, TO_WHOM, TOLD,
    TOLD_LAST, TOLD_TO, WEEKDAYS, WROTE,
};
use super::lines::{first_line, floor, last_line};
use super::{namesake, naming};
use std::ops::Range;

/// Bytes of a sentence before a name that are read ..
const BEFORE_BYTES: usize = 96;
/// .. and bytes after it.
const AFTER_BYTES: usize = 120;
/// Letters of a word with a capital up to which a full stop after it ends no sentence: `Sen.`.
const SHORT_LETTERS: usize = 5;
/// Words between the words of a frame and the name.
const FILLED_WORDS: usize = 5;
/// Words after the verb that may say that an outlet speaks of itself.
const OWN_WORDS: usize = 3;
/// Words after a name among which is the verb.
const VERB_WORDS: usize = 6;

/// Whether a text credits what it has to `name`, somewhere in `within`.
pub(super) fn credits(text: &str, within: Range<usize>, name: &str) -> bool {
    let Some(part) = text.get(within.clone()) else { return false };
    naming::all_places(part, name).any(|place| {
        let (start, end) = (within.start + place.start, within.start + place.end);
        let before = before_in_sentence(text.get(..start).unwrap_or_default());
        let after = text.get(end..).unwrap_or_default();
        let after = first_line(&after[..floor(after, AFTER_BYTES)]);
        let frames = if naming::is_common(&place, name) { Frames::Strict } else { Frames::All };
        is_credit(before, name, after, frames)
    })
}

/// Which words before a name credit it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frames {
    All,
    /// Those that no place, time or thing has before it: `in the Atlantic` may be the ocean.
    Strict,
}

impl Frames {
    fn has(self, frame: &str) -> bool {
        self == Self::All || !VAGUE.iter().any(|word| frame.ends_with(word))
    }
}

/// Ends of frames that any place or thing may have before it.
const VAGUE: [&str; 4] = [" in", " on", "via", "gegen\u{fc}ber"];

/// What is before a place in its sentence.
fn before_in_sentence(text: &str) -> &str {
    let near = last_line(&text[floor(text, text.len().saturating_sub(BEFORE_BYTES))..]);
    let ends = |&(at, sign): &(usize, char)| match sign {
        '!' | '?' | '\u{3002}' | ';' => true,
        '.' => near[at + 1..].starts_with([' ', '"', '\u{201d}']) && !is_short(&near[..at]),
        _ => false,
    };
    let end = near.char_indices().rfind(ends);
    end.map_or(near, |(at, sign)| &near[at + sign.len_utf8()..])
}

/// Whether a text ends in a short word with a capital, as titles are shortened.
fn is_short(text: &str) -> bool {
    let word = text.rsplit(|sign: char| sign.is_whitespace()).next().unwrap_or_default();
    word.starts_with(char::is_uppercase) && word.chars().count() <= SHORT_LETTERS
}

fn is_credit(before: &str, name: &str, after: &str, frames: Frames) -> bool {
    if is_part_of_name(before) || is_joined(before, after) || is_longer(before, after) {
        return false;
    }
    let lead = before.to_lowercase();
    if DENIED.iter().any(|words| lead.contains(words)) || namesake::is_other(&lead, after) {
        return false;
    }
    is_set_apart(before, after)
        || is_after_frame(&lead, frames)
        || is_told(&lead)
        || is_told_by_name(before)
        || is_told_to(&lead)
        || is_subject(&lead, name, after)
}

/// Whether somebody is said to have told a name in marks: `sagte Ann Other dem „Herald“`, where the
/// words between are of who spoke.
fn is_told(lead: &str) -> bool {
    let Some(lead) = lead.strip_suffix(['"', '\u{201e}', '\u{201c}', '\u{bb}', '\u{ab}']) else {
        return false;
    };
    let mut words = lead.split_whitespace().rev();
    let dative = words.by_ref().take(2).any(|word| DATIVE.contains(&word));
    dative && words.any(|word| TOLD.contains(&word))
}

/// Most words between a verb of telling and whoever was told.
const TELLER_WORDS: usize = 4;

/// Whether a person is said to have told it: `sagte Ann Other der Hafenpost`. Of somebody with an
/// article the next may be the genitive: `sagte die Chefin der Hafenpost`.
fn is_told_by_name(before: &str) -> bool {
    let mut words = before.split_whitespace().rev();
    let dative = words.next().is_some_and(|word| DATIVE.contains(&word));
    let words: Vec<&str> = words.take(TELLER_WORDS).collect();
    let verb = words.iter().position(|word| TOLD.contains(word));
    let is_name = |word: &&str| {
        TELLERS.contains(word)
            || word.starts_with(char::is_uppercase) && word.ends_with(char::is_alphanumeric)
    };
    dative && verb.is_some_and(|verb| verb > 0 && words[..verb].iter().all(is_name))
}

/// Whether somebody is said to have told it with a preposition before whom: `a dit le maire au
/// Phare`.
fn is_told_to(lead: &str) -> bool {
    let mut words = lead.split_whitespace().rev();
    let to = words.next().is_some_and(|word| TO_WHOM.contains(&word));
    let mut teller =
        words.take(TELLER_WORDS).take_while(|word| word.ends_with(char::is_alphanumeric));
    to && teller.any(|word| TOLD_TO.contains(&word))
}

/// Closing marks and dashes after which a quotation is signed.
const SIGNED: [char; 7] = ['\u{2014}', '\u{2013}', '-', '"', '\u{201d}', '\u{bb}', '('];

/// Whether the name is alone in brackets, or ends a line after somebody's name that signs a
/// quotation: `“It held.” Ann Other, Bay Herald`.
fn is_set_apart(before: &str, after: &str) -> bool {
    if before.ends_with(['(', '[']) && after.starts_with([')', ']']) {
        return true;
    }
    let before = before.strip_suffix("The ").unwrap_or(before);
    let ends = after.trim_start().is_empty() || after.starts_with([')', ']']);
    let Some(person) = before.strip_suffix(", ").filter(|_| ends) else { return false };
    let is_of_name = |word: &str| word.starts_with(char::is_uppercase);
    let words: Vec<&str> = person.split(' ').rev().take_while(|word| is_of_name(word)).collect();
    let length: usize = words.iter().map(|word| word.len() + 1).sum();
    let lead = person.get(..(person.len() + 1).saturating_sub(length)).unwrap_or_default();
    (2..=4).contains(&words.len()) && lead.trim_end().ends_with(SIGNED)
}

/// The last word before a name, and whether nothing but a blank is between them.
fn word_before(before: &str) -> Option<&str> {
    let bare = before.trim_end();
    // The full stop of a title is part of it.
    let joins = |sign: char| sign.is_alphanumeric() || sign == '.';
    let touches = bare.len() < before.len() && bare.ends_with(joins);
    let word = bare.rsplit(|sign: char| sign.is_whitespace()).next();
    word.filter(|word| touches && !word.is_empty())
}

/// Whether a word with a capital is before it: a longer name, or the first name or the title of a
/// person (`Senator Herald`).
fn is_part_of_name(before: &str) -> bool {
    word_before(before).is_some_and(|word| {
        let lower = word.to_lowercase();
        let opens_frame = || FROM.iter().any(|frame| ends_with_words(frame, &lower));
        word.starts_with(char::is_uppercase) && !BETWEEN.contains(&&*lower) && !opens_frame()
    })
}

/// Whether the name goes on after this: `the Bay Herald Street residents`. A day of the week is
/// none of it, and without an article the next sentence may follow without a full stop between.
fn is_longer(before: &str, after: &str) -> bool {
    let is_article = |word: &str| word.eq_ignore_ascii_case("the");
    let Some(word) = after.strip_prefix(' ').and_then(|rest| rest.split_whitespace().next()) else {
        return false;
    };
    let bare = word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
    let is_day = WEEKDAYS.iter().any(|names| names.contains(&&*bare));
    word.starts_with(char::is_uppercase) && !is_day && word_before(before).is_some_and(is_article)
}

/// Whether the name is one of several: `the Bay Herald and the Harbour Daily`, `Ann Other and Bay
/// Herald`. What several do says nothing of one.
fn is_joined(before: &str, after: &str) -> bool {
    let is_joining = |word: &str| JOINING.contains(&word.to_lowercase().as_str());
    let cased = |word: &str| word.starts_with(char::is_uppercase);
    let not_article = |word: &&str| !BETWEEN.contains(word);
    let mut words = after.split_whitespace();
    let next = words.next().is_some_and(is_joining) && words.find(not_article).is_some_and(cased);
    let mut words = before
        .split_whitespace()
        .rev()
        .skip_while(|word| BETWEEN.contains(&word.to_lowercase().as_str()) && !is_joining(word));
    let last = words.next().is_some_and(is_joining) && words.next().is_some_and(cased);
    let touches = after.starts_with(char::is_whitespace);
    next && touches || last
}

/// Whether words before the name say that what the text has is from there.
fn is_after_frame(lead: &str, frames: Frames) -> bool {
    let (mut lead, mut apart) = (lead, false);
    for _ in 0..=FILLED_WORDS {
        let signs = |sign: char| {
            sign.is_whitespace()
                || matches!(sign, '"' | '(' | '*' | '_' | '\u{201c}' | '\u{201e}' | '\u{ab}')
        };
        lead = lead.trim_end_matches(signs);
        if let Some(rest) = ELIDED.iter().find_map(|elided| lead.strip_suffix(elided)) {
            lead = rest;
            continue;
        }
        let mut from = FROM.iter().chain(REPRINTED).filter(|frame| frames.has(frame));
        if from.any(|frame| ends_with_words(lead, frame)) {
            return true;
        }
        // What follows `reports` is who does, but after `reports in` somebody else is meant.
        if !apart && INVERTED.iter().any(|verb| ends_with_words(lead, verb)) {
            return true;
        }
        let word = lead.rsplit(|sign: char| sign.is_whitespace()).next().unwrap_or_default();
        if !BETWEEN.contains(&word) || frames == Frames::Strict && word == "on" {
            return false;
        }
        apart = apart || OF_REPORT.contains(&word);
        lead = &lead[..lead.len() - word.len()];
    }
    false
}

/// Whether a text ends with these words, as words of their own.
fn ends_with_words(text: &str, words: &str) -> bool {
    let apart = |rest: &str| {
        // Scripts without spaces have letters before a word.
        let letter = |c: char| c.is_alphanumeric() && u32::from(c) < 0x2e80;
        !rest.chars().next_back().is_some_and(letter)
    };
    text.strip_suffix(words).is_some_and(apart)
}

/// Whether the name is the subject of a verb that says that an outlet had it.
fn is_subject(lead: &str, name: &str, after: &str) -> bool {
    if AFTER_NAME.iter().any(|word| after.trim_start().starts_with(word)) {
        return true;
    }
    let word = |word: &str| word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
    // `the Herald's Ann Other`; other signs set what follows apart.
    let own = ["'s ", "\u{2019}s ", "\u{201d} ", "\u{201c} ", "\u{bb} ", "\" ", ") ", ", "];
    let rest = own.iter().find_map(|own| after.strip_prefix(own));
    let rest = rest.or_else(|| after.strip_prefix(' ')).unwrap_or_default();
    let is_verb = |verb: &str| {
        // A surname is the subject in letters, too.
        REPORTED.contains(&verb) || naming::is_distinctive(name) && WROTE.contains(&verb)
    };
    let skipped = |raw: &&str| {
        let person = raw.starts_with(char::is_uppercase) && !raw.ends_with(['.', '!', '?']);
        person || BEFORE_VERB.contains(&word(raw).as_str())
    };
    // `in a Bay Herald interview`.
    if word(rest.split_whitespace().next().unwrap_or_default()) == "interview" {
        return true;
    }
    // `The Herald was first to report it.`
    if FIRST_TO.iter().any(|words| rest.starts_with(words)) {
        return true;
    }
    let mut words = rest.split_whitespace().take(VERB_WORDS).skip_while(skipped);
    let verb = words.next().map(word).unwrap_or_default();
    // What is not news is broken by anybody: `broke the law`.
    if verb == "broke" {
        return words.take(OWN_WORDS).any(|raw| NEWS.contains(&word(raw).as_str()));
    }
    if is_verb(&verb) {
        // `reported a loss` is about the outlet.
        return !words.take(OWN_WORDS).any(|raw| OWN_AFFAIRS.contains(&word(raw).as_str()));
    }
    // `Zuvor hatte der Herald davon berichtet.`
    let last = lead.split_whitespace().rev().find(|word| !BETWEEN.contains(word));
    let sentence = after.split(['.', '!', '?', ';']).next().unwrap_or_default();
    last.is_some_and(|word| HAVING.contains(&word))
        && sentence.split_whitespace().any(|told| TOLD_LAST.contains(&word(told).as_str()))
}

/// Whether the credit line of a text says from whom it is, and not only where more is found.
pub(super) fn is_credit_at_foot(text: &str, line: &str, name: &str) -> bool {
    let reprinted = last_line(text.trim_end()) != line || naming::is_reprinted(line);
    reprinted || is_credit_line(line, name)
}

/// Whether a short line at the foot of a text is nothing but a credit to the outlet that it names:
/// names and the words that lead to them.
fn is_credit_line(line: &str, name: &str) -> bool {
    let Some(place) = naming::places(line, name).next() else { return false };
    let rest = [&line[..place.start], &line[place.end..]];
    let mut words = rest.iter().flat_map(|part| part.split(|sign: char| !sign.is_alphanumeric()));
    let opens = line.trim_start().to_lowercase();
    let leads_on = ["more", "read", "follow", "share", "subscribe", "also"];
    !leads_on.iter().any(|word| opens.starts_with(word))
        && words.all(|word| !word.starts_with(char::is_lowercase) || OF_CREDIT.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn credited(text: &str) -> bool {
        credits(text, 0..text.len(), "Bay Herald")
    }

    #[test]
    fn a_frame_of_attribution_credits_an_outlet() {
        for text in [
            "The Bay Herald reported it on Tuesday.",
            "The Bay Herald first reported the vote.",
            "It held, the Bay Herald's Ann Other wrote.",
            "The wardens told the Bay Herald that it held.",
            "The wardens told the Bay Herald Tuesday that it held.",
            "It held, according to a report in the Bay Herald.",
            "According to Bay Herald, it held.",
            "This column first appeared in the Bay Herald.",
            "It held (via Bay Herald)",
            "Source: Bay Herald",
            "It held, reports Bay Herald",
            "It held, reports Bay Herald But it may not hold for long.",
            "\u{201c}It held,\u{201d} Bay Herald reported.",
            "It held. [Bay Herald]",
            "\u{201c}It held.\u{201d} Ann Other, Bay Herald",
            "\u{201c}It held.\u{201d} \u{2014} Ann Other, The Bay Herald",
            "It held, she said in a Bay Herald interview.",
            "Laut Bay Herald hielt der Damm.",
            "Das berichtete die Zeitung \u{201e}Bay Herald\u{201c}.",
            "Es halte, sagte Ann Other dem Ulmer \u{201e}Bay Herald\u{201c}.",
            "Zuvor hatte der Bay Herald \u{fc}ber den Damm berichtet.",
            "Selon le quotidien Bay Herald, la digue tient.",
            "Seg\u{fa}n el diario Bay Herald, el dique aguanta.",
            "Secondo il Bay Herald la diga tiene.",
            "Segundo o jornal Bay Herald, o dique aguenta.",
            "Volgens de Bay Herald houdt de dijk.",
            "Enligt Bay Herald h\u{e5}ller vallen.",
            "Wed\u{142}ug dziennika Bay Herald tama trzyma.",
            "\u{41f}\u{43e} \u{434}\u{430}\u{43d}\u{43d}\u{44b}\u{43c} Bay Herald, \u{2026}",
            "Bay Herald\u{306b}\u{3088}\u{308b}\u{3068}\u{3001}",
            "\u{636e}Bay Herald\u{62a5}\u{9053}\u{ff0c}",
            "The flood was first revealed by the Bay Herald.",
            "The papers, first uncovered by the Bay Herald, name two men.",
            "The Bay Herald was first to report it.",
            "The Bay Herald broke the story.",
            "Les faits ont \u{e9}t\u{e9} r\u{e9}v\u{e9}l\u{e9}s par Bay Herald.",
            "Comme l\u{2019}a r\u{e9}v\u{e9}l\u{e9} le Bay Herald, la digue tient.",
            "As\u{ed} lo publica Bay Herald.",
            "Lo adelant\u{f3} Bay Herald.",
            "Lo rivela il Bay Herald.",
            "A not\u{ed}cia foi avan\u{e7}ada pelo Bay Herald.",
            "Zuerst erschienen im Bay Herald",
            "Das hatte der Bay Herald enth\u{fc}llt.",
            "Der Fall wurde vom Bay Herald aufgedeckt.",
            "Det avsl\u{f6}jades av Bay Herald.",
            "Het werd door de Bay Herald onthuld.",
            "Er halte, sagte Ann Other der Bay Herald.",
            "Er halte, sagte sie dem Bay Herald.",
            "Elle tient, a dit le maire au Bay Herald.",
            "Aguanta, dijo la alcaldesa al Bay Herald.",
            "It held, according to the Bay Herald, a local newspaper.",
            "The wardens told a Bay Herald reporter that it held.",
        ] {
            assert!(credited(text), "{text}");
        }
    }

    #[test]
    fn a_mention_credits_nobody() {
        for text in [
            "The Bay Herald moved its printing plant last year.",
            "The warden has sued the Bay Herald for libel.",
            "She did not address a report in the Bay Herald that she owns two boats.",
            "The Bay Herald and the Harbour Daily reported a loss.",
            "Together with Ann Other and the Bay Herald, they read the files.",
            "It is cosponsored by Sen. Bay Herald.",
            "Senator Bay Herald wrote to the wardens.",
            "It held. Bay Herald",
            "Old Bay Herald reported it.",
            "She did not read the reports in the Bay Herald.",
            "Sie las, sagte sie, in dem \u{201e}Bay Heralds\u{201c}.",
            "The house of Ann Other, Bay Herald",
            "No arrest was made, contrary to what the Bay Herald reported.",
            "Anders als der Bay Herald berichtet, hielt der Damm.",
            "A spokesman denied what he had told the Bay Herald.",
            "It held, according to the Bay Herald Street residents' association.",
            "The Bay Herald reported a loss of two million pounds.",
            "The Bay Herald revealed its new office on Monday.",
            "It held (Ann Other/Bay Herald)",
            "The Bay Heralds reported it.",
            "Bay Herald",
            "She denied a story published in the Bay Herald.",
            "The warden never told the Bay Herald that it held.",
            "The list is to be published in the Bay Herald.",
            "Er halte, sagte die Chefin der Bay Herald.",
            "Elle tient, a dit le maire, au Bay Herald.",
            "The Bay Herald broke the law.",
            "The Bay Herald published a correction.",
            "It held, according to the Bay Herald, a security firm.",
            "The wardens told the Bay Herald's reporter to leave.",
        ] {
            assert!(!credited(text), "{text}");
        }
        let surname = "Herald wrote to the wardens.";
        assert!(!credits(surname, 0..surname.len(), "Herald"));
        assert!(!credits("according to Herald", 0..4, "Herald"), "it is not there");
        for text in ["told the Hill so", "the Hill reported it", "laut dem Boten"] {
            let name = if text.contains("Boten") { "Der Bote" } else { "The Hill" };
            assert!(credits(text, 0..text.len(), name), "{text}");
        }
        for text in ["a storm was reported in the Atlantic", "seen by the wardens on the Atlantic"]
        {
            assert!(!credits(text, 0..text.len(), "The Atlantic"), "{text}");
        }
    }

    #[test]
    fn a_line_is_a_credit_or_about_something_else() {
        for line in ["(Northwire)", "With material from Northwire", "Ann Other/Northwire"] {
            assert!(is_credit_line(line, "Northwire"), "{line}");
        }
        for line in ["Follow Northwire on Kite", "Read more: Northwire", "Northwire has moved", ""]
        {
            assert!(!is_credit_line(line, "Northwire"), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(told |the |Bay Herald|and |[.,;' \n]|\\PC){0,20}") {
            credited(&text);
            is_credit_line(&text, "Bay Herald");
        }
    }
}

//! Outlets that are one house under several names.
//!
//! Fed by `context` with names, agencies and the outlets of furniture, feeds `kind` and `rank`,
//! which count independent outlets. Two names are one house if one is the other with a qualifier
//! set off by punctuation (`Tribune (Online)`, `Tribune - Opinion`) or followed by the name of a
//! section (`Tribune Online`, `Tribune_Sports`, `tribunesports`) or the ending of a host
//! (`tribunenet`), if one is an edition of the other (`Tribune on Sunday`), if both have the same
//! words in another order or in one word, if one is the other without its article or a host of that
//! name (`The Tribune`, `tribune.com`), if both are one
//! agency, or if the data say so: nearly all documents of one that contain furniture contain
//! furniture of the other.
//! Invariant: depends on the set of names and families, not on their order.

mod editions;
mod partners;

use super::thresholds::Thresholds;
use crate::components::Components;
use crate::hash::{Map, xxh3_128};
use crate::limits::narrow;
use crate::text::name_form;
use std::collections::BTreeMap;

/// The house of each outlet.
#[derive(Debug, Clone, Default)]
pub(super) struct Houses {
    /// For each outlet, the smallest outlet of its house.
    house: Vec<u32>,
}

impl Houses {
    /// Joins outlets by their `names` (sorted), by their agencies, and by `furniture`: for each
    /// family that looks like furniture, its outlets with the number of their documents there.
    pub(super) fn find(
        names: &[&str],
        agencies: &[Option<&str>],
        furniture: &[Vec<(u32, u32)>],
        thresholds: &Thresholds,
    ) -> Self {
        let mut components = Components::new(narrow(names.len()));
        let mut of_agency: BTreeMap<&str, u32> = BTreeMap::new();
        for (outlet, agency) in (0..).zip(agencies) {
            if let Some(agency) = agency {
                components.union(*of_agency.entry(agency).or_insert(outlet), outlet);
            }
        }
        for (a, b) in same_names(names).into_iter().chain(partners::partners(furniture, thresholds))
        {
            components.union(a, b);
        }
        let house = (0..narrow(names.len())).map(|outlet| components.find(outlet)).collect();
        Self { house }
    }

    /// Houses that were found before, of each outlet the smallest of its house.
    pub(super) fn known(house: Vec<u32>) -> Self {
        Self { house }
    }

    /// The house of an outlet.
    pub(super) fn of(&self, outlet: u32) -> u32 {
        self.house[outlet as usize]
    }
}

/// Pairs of outlets whose names show that they are one house.
fn same_names(names: &[&str]) -> Vec<(u32, u32)> {
    let mut by_words: Map<u128, u32> = Map::default();
    let mut same = Vec::new();
    let mut meet = |words: Vec<String>, outlet: u32| {
        let house = *by_words.entry(of_words(&words)).or_insert(outlet);
        same.extend((house != outlet).then_some((house, outlet)));
    };
    for (n, name) in (0..).zip(names) {
        meet(vec![name_form(name)], n);
        let words = own_words(name);
        if !words.is_empty() {
            meet(words, n);
        }
    }
    // `Tribune (Online)`, `Tribune - Opinion` and `Tribune_Sports` meet in `Tribune`, even if that
    // is not an outlet.
    for (n, name) in (0..).zip(names) {
        let main = without_qualifier(name).filter(|_| !editions::is_of_country(name));
        let main = main.or_else(|| before_desk(name)).map(own_words);
        if let Some(main) = main.filter(|main| names_a_house(main)) {
            meet(main, n);
        }
    }
    // An abbreviation is a house with a desk after it only if there is such a house, and so is what
    // is written in one word with something before or after it.
    let of_short = |(n, name): (u32, &&str)| {
        let main = before_word(name)?.to_lowercase();
        by_words.get(&of_words(&[main])).map(|&house| (house, n))
    };
    let short: Vec<(u32, u32)> = (0..).zip(names).filter_map(of_short).collect();
    same.extend(short);
    let of_house = |(n, name): (u32, &&str)| {
        let mut mains = in_one_word(name).into_iter();
        mains.find_map(|main| by_words.get(&of_words(&[main])).map(|&house| (house, n)))
    };
    let joined: Vec<(u32, u32)> = (0..).zip(names).filter_map(of_house).collect();
    same.extend(joined);
    same.extend(spelt_alike(names));
    same
}

/// The outlets that write a name in one way: the smallest, and whether all write it with one
/// article, or as one host.
type Spelt = Option<(u32, String)>;

/// Pairs of outlets whose names are the same but for blanks and punctuation, for the article before
/// one of them, or because one is a host of that name. Where outlets have the name with two
/// different articles (`La Presse`, `Die Presse`), or two hosts have it, nobody knows which of them
/// is meant, and none is joined.
fn spelt_alike(names: &[&str]) -> Vec<(u32, u32)> {
    let (mut plain, mut same) = (Map::default(), Vec::new());
    let (mut articled, mut hosts): (BTreeMap<String, Spelt>, BTreeMap<String, Spelt>) =
        Default::default();
    let add = |spelt: &mut BTreeMap<String, Spelt>, key: String, n: u32, way: String| {
        let known = spelt.entry(key).or_insert_with(|| Some((n, way.clone())));
        if known.as_ref().is_some_and(|(_, other)| *other != way) {
            *known = None;
        }
    };
    for (n, name) in (0..).zip(names) {
        if let Some((host, label)) = host_of(name) {
            add(&mut hosts, label, n, host);
            continue;
        }
        let words = words_in_order(name);
        let key = in_one(&words);
        if key.is_empty() {
            continue;
        }
        let house = *plain.entry(key).or_insert(n);
        same.extend((house != n).then_some((house, n)));
        let is_article = |word: &String| ARTICLES.contains(&word.as_str());
        let parted = match &words[..] {
            [article, rest @ ..] if is_article(article) => Some((article, rest)),
            [rest @ .., article] if name.contains(',') && is_article(article) => {
                Some((article, rest))
            }
            _ => None,
        };
        if let Some((article, rest)) = parted.filter(|(_, rest)| names_a_house(rest)) {
            add(&mut articled, in_one(rest), n, article.clone());
        }
    }
    let only = |spelt: &Spelt| spelt.as_ref().map(|(n, _)| *n);
    for (key, with_article) in &articled {
        same.extend(plain.get(key).copied().zip(only(with_article)));
    }
    for (label, host) in &hosts {
        let by_article = || articled.get(label).and_then(only);
        let house = plain.get(label).copied().or_else(by_article);
        same.extend(house.zip(only(host)));
    }
    // Papers of one name in several countries may each have editions.
    let abroad: Vec<String> = names
        .iter()
        .filter_map(|name| editions::main_abroad(name))
        .map(|main| key_of(&main))
        .collect();
    let own = (0..).zip(names).filter(|(_, name)| !editions::is_of_country(name));
    for (n, name) in own {
        let (own, mut alone) = (key_of(name), true);
        for (main, with_article) in editions::mains(name) {
            let (key, articled) = (in_one(&main), articled.get(&in_one(&main)).and_then(only));
            let plain = plain.get(&key).copied();
            // `The Sunday Herald` is of `The Herald`, or of one that has no article.
            let house = if with_article { articled.or(plain) } else { plain.or(articled) };
            let known = !abroad.contains(&key) && !abroad.contains(&own);
            let house = house.filter(|house| known && *house != n);
            alone &= house.is_none();
            same.extend(house.map(|house| (house, n)));
        }
        // `The Sunday Gull` and `The Daily Gull` where there is no `Gull`.
        let key = editions::daily(name).map(|words| in_one(&words));
        let daily = key.filter(|key| alone && !abroad.contains(key) && !abroad.contains(&own));
        let house = daily
            .and_then(|key| articled.get(&key).and_then(only).or_else(|| plain.get(&key).copied()));
        same.extend(house.map(|house| (house, n)));
    }
    same
}

/// A name without its article, as one word.
fn key_of(name: &str) -> String {
    let words = words_in_order(name);
    match &words[..] {
        [article, rest @ ..] if ARTICLES.contains(&article.as_str()) => in_one(rest),
        words => in_one(words),
    }
}

/// The words of a name before its sections, in lower case, as they follow each other.
fn words_in_order(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_lowercase).collect();
    let own = words.iter().rposition(|word| !SECTIONS.contains(&word.as_str()));
    let own = own.map_or(0, |last| last + 1);
    // The parts of a host name are not sections.
    if name.contains(char::is_whitespace) && names_a_house(&words[..own]) {
        words.truncate(own);
    }
    words
}

/// Words written as one; two numbers stay apart.
fn in_one(words: &[String]) -> String {
    let mut one = String::new();
    for word in words {
        if one.ends_with(char::is_numeric) && word.starts_with(char::is_numeric) {
            one.push(' ');
        }
        one.push_str(word);
    }
    name_form(&one)
}

/// Longest part of a host before its last that belongs to the ending: `co` in `tribune.co.uk`.
const SECOND_BYTES: usize = 3;

/// The host that a name is, and the name in it: `tribune` of `tribune.com` and `tribune.co.uk`.
/// What is in front of the name of a house in a longer one may be anybody's.
pub(super) fn host_of(name: &str) -> Option<(String, String)> {
    let host = name_form(name);
    if !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-')) {
        return None;
    }
    let (label, ending) = host.split_once('.')?;
    let ends = match ending.split_once('.') {
        // Before the ending of a country.
        Some((second, last)) => second.len() <= SECOND_BYTES && last.len() == 2,
        None => true,
    };
    let last = ending.rsplit('.').next().unwrap_or_default();
    let label = label.replace('-', "");
    let long = label.chars().count() >= HOUSE_LETTERS;
    let is_host = ends && long && last.len() >= 2 && last.chars().all(char::is_alphabetic);
    (is_host && names_a_house(std::slice::from_ref(&label))).then_some((host, label))
}

/// What stands for the words of a name: there may be a name for each document, each of which has
/// several lists of words.
fn of_words(words: &[String]) -> u128 {
    // No word of a name ends in a byte that is not text.
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.bytes().chain([u8::MAX])).collect();
    xxh3_128(&bytes)
}

/// Desks of a house, as accounts and feeds are named after them: `Tribune_Sports`.
const DESKS: [&str; 28] = [
    "auto",
    "breaking",
    "business",
    "culture",
    "digital",
    "economy",
    "feuilleton",
    "finance",
    "finanzen",
    "gesellschaft",
    "health",
    "kultur",
    "life",
    "live",
    "magazin",
    "news",
    "opinion",
    "panorama",
    "politics",
    "politik",
    "science",
    "sport",
    "sports",
    "tech",
    "top",
    "wirtschaft",
    "wissen",
    "world",
];

/// A name before an underscore and a desk, or two in one word (`Tribune_TopNews`).
fn before_desk(name: &str) -> Option<&str> {
    let (main, desk) = name.rsplit_once('_')?;
    let desk = desk.to_lowercase();
    let is = |part: &str| DESKS.contains(&part);
    let two = || DESKS.iter().any(|first| desk.strip_prefix(first).is_some_and(is));
    (!main.is_empty() && (is(&desk) || two())).then_some(main)
}

/// An abbreviation before the word of a desk: `BHN News`. Other words before it may be part of the
/// name of a house, as in `Bay News`.
fn before_word(name: &str) -> Option<&str> {
    let (main, desk) = name.split_once(' ')?;
    let short = main.len() >= HOUSE_LETTERS && main.chars().all(char::is_uppercase);
    (short && DESKS.contains(&desk.to_lowercase().as_str())).then_some(main)
}

/// Endings of hosts that names have without the dot: `tribunenet`, `tribuneonline`.
const ENDINGS: [&str; 4] = ["online", "net", "com", "de"];
/// Fewest letters of a house to which an ending or a desk is joined.
const HOUSE_LETTERS: usize = 3;

/// The houses that a name of one word may be with the ending of a host (`tribunenet`), a desk
/// (`tribunesports`) or an article (`thetribune`) joined to it.
fn in_one_word(name: &str) -> Vec<String> {
    let word = name.to_lowercase();
    let mains = ENDINGS.iter().chain(&DESKS).filter_map(|ending| word.strip_suffix(ending));
    let bare = ARTICLES.iter().filter_map(|article| word.strip_prefix(article));
    let bare = bare.filter(|main| main.chars().count() > HOUSE_LETTERS);
    let is_house =
        |main: &str| main.chars().all(char::is_alphabetic) && main.chars().count() >= HOUSE_LETTERS;
    mains.chain(bare).filter(|main| is_house(main)).map(str::to_owned).collect()
}

/// Words for a medium or a section of a house.
const SECTIONS: [&str; 12] = [
    "digital",
    "edition",
    "editorial",
    "editorials",
    "online",
    "opinion",
    "opinions",
    "staff",
    "sunday",
    "web",
    "website",
    "weekend",
];
/// Words that do not name a house by themselves.
const ARTICLES: [&str; 16] = [
    "a", "das", "de", "der", "die", "el", "het", "il", "l", "la", "las", "le", "les", "lo", "los",
    "the",
];

/// The words of a name without the sections after it, or all if the sections are the name; sorted,
/// unless each is the title of many papers: `Sun Herald` and `Herald Sun` are two.
fn own_words(name: &str) -> Vec<String> {
    let mut words = words_in_order(name);
    let is_title = |word: &String| {
        editions::TITLES.contains(&word.as_str()) || ARTICLES.contains(&word.as_str())
    };
    if !words.iter().all(is_title) {
        words.sort_unstable();
    }
    words
}

/// Whether there is a word that is neither a section nor an article.
fn names_a_house(words: &[String]) -> bool {
    let names =
        |word: &String| !SECTIONS.contains(&word.as_str()) && !ARTICLES.contains(&word.as_str());
    words.iter().any(names)
}

/// A name before a bracket, a dash between spaces, a colon or a bar.
pub(super) fn without_qualifier(name: &str) -> Option<&str> {
    let marks = [" (", " [", " - ", " \u{2013} ", " \u{2014} ", ": ", " | ", " / "];
    let at = marks.iter().filter_map(|mark| name.find(mark)).min()?;
    let main = name[..at].trim();
    (!main.is_empty()).then_some(main)
}

/// Parts of names under which a publisher prints what others wrote.
static GUESTS: &[&str] = &["guest", "contributor", "contributed", "syndicated", "gastbeitrag"];

/// Whether a name is of guests, who may be of any house.
pub(super) fn is_of_guests(name: &str) -> bool {
    let lower = name.to_lowercase();
    GUESTS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn houses(names: &[&str], furniture: &[Vec<(u32, u32)>]) -> Vec<u32> {
        let found = Houses::find(names, &[], furniture, &Thresholds::default());
        (0..narrow(names.len())).map(|n| found.of(n)).collect()
    }

    #[test]
    fn names_of_one_house() {
        let names = [
            "Bay Herald",
            "Bay Herald (Online)",
            "Bay Herald Online",
            "Herald Bay",
            "Herald of the Bay",
            "Post",
            "Post - News",
            "Tribune - News",
            "Tribune: Opinion",
        ];
        assert_eq!(houses(&names, &[]), [0, 0, 0, 0, 4, 5, 5, 7, 7]);
    }

    #[test]
    fn sections_are_not_names() {
        let apart = [
            "La Opinion",
            "La Web",
            "Online",
            "Opinion",
            "Opinion - Herald",
            "Opinion - Tribune",
            "Opinion Today",
            "The",
            "The Opinion",
            "The Web",
            "Today",
            "online.example",
            "web.example",
        ];
        assert_eq!(houses(&apart, &[]), (0..narrow(apart.len())).collect::<Vec<_>>());
    }

    #[test]
    fn shared_furniture_makes_one_house() {
        let names = ["columnist", "gazette", "herald", "syndicate"];
        let family = |outlets: &[(u32, u32)]| outlets.to_vec();
        // All that the columnist prints is in the frame of the gazette; what the syndicate prints
        // is in frames of two houses.
        let furniture = [
            family(&[(0, 5), (1, 90)]),
            family(&[(0, 4), (1, 30)]),
            family(&[(0, 2), (1, 30)]),
            family(&[(1, 30), (3, 5)]),
            family(&[(2, 30), (3, 5)]),
            family(&[(2, 30), (3, 6)]),
            family(&[(2, 30), (3, 6)]),
            family(&[(1, 30), (3, 9)]),
        ];
        assert_eq!(houses(&names, &furniture), [0, 0, 2, 3]);
    }

    #[test]
    fn an_agency_is_one_house() {
        let names = ["AP Bonn", "AP Ulm", "Post", "Reuters"];
        let agencies = [Some("AP"), Some("AP"), None, Some("Reuters")];
        let found = Houses::find(&names, &agencies, &[], &Thresholds::default());
        assert_eq!([0, 1, 2, 3].map(|outlet| found.of(outlet)), [0, 0, 2, 3]);
    }

    #[test]
    fn names_without_a_word_are_not_one_house() {
        assert_eq!(houses(&["!!!", "???", "Post"], &[]), [0, 1, 2]);
        // The parts of a host name are not sections.
        assert_eq!(houses(&["example", "more.example.online"], &[]), [0, 1]);
    }

    #[test]
    fn one_house_is_spelt_in_several_ways() {
        for (one, other) in [
            ("Bay Herald", "The Bay Herald"),
            ("Bay Herald", "Bay Herald, The"),
            ("L'Ancre", "Ancre"),
            ("Die Ankerpost", "Ankerpost"),
            ("Bay Herald", "BayHerald"),
            ("BAY HERALD", "bayherald.com"),
            ("The Bay Herald", "www.bay-herald.co.uk"),
            ("The Bay Herald", "thebayherald.com"),
            ("Die Ankerpost", "ankerpost.de"),
            ("Le Ponton", "leponton.fr"),
            ("BHN", "BHN.com"),
            ("BHN", "BHN News"),
            ("Bay Herald", "Bay Herald Sunday"),
            ("Bay Herald", "Bay Herald Staff"),
        ] {
            let mut names = [one, other];
            names.sort_unstable();
            assert_eq!(houses(&names, &[]), [0, 0], "{one}, {other}");
        }
        for names in [
            &["Die Ancre", "L'Ancre"][..],
            &["Ancre", "Die Ancre", "L'Ancre"],
            &["Herald", "herald.example", "herald.org"],
            &["Blog", "bay.blog.example", "rain.blog.example"],
            &["Bay", "Bay News"],
            &["Herald Sun", "Sun Herald"],
            &["Star Tribune", "Tribune-Star"],
            &["1 23", "12 3"],
            &["The Sunday", "The Web"],
        ] {
            let apart: Vec<u32> = (0..narrow(names.len())).collect();
            assert_eq!(houses(names, &[]), apart, "{names:?}");
        }
        // Two outlets with one article are one house, whatever else there is.
        assert_eq!(
            houses(&["Herald", "The Herald", "herald.com", "herald.org"], &[]),
            [0, 0, 2, 3]
        );
    }

    #[test]
    fn an_edition_is_of_its_house() {
        for (one, other) in [
            ("Bay Herald", "Bay Herald on Sunday"),
            ("Bay Herald", "The Bay Herald on Saturday"),
            ("The Herald", "The Sunday Herald"),
            ("Herald", "Sunday Herald"),
            ("Die Welle", "Welle am Sonntag"),
            ("Hafenpost", "Hafenpost am Wochenende"),
            ("Hafener Allgemeine Zeitung", "Hafener Allgemeine Sonntagszeitung"),
            ("Le Phare", "Le Phare du Dimanche"),
            ("El Faro", "El Faro Domingo"),
            ("Il Faro", "Il Faro della Domenica"),
            ("De Vuurtoren", "De Vuurtoren op Zondag"),
            ("Bay Herald", "Bay Herald Digital"),
            ("Bay Herald", "Bay Herald Weekend"),
            ("Bay Herald", "Bay Herald Sunday Edition"),
            ("Bay Herald (Online)", "The Bay Herald on Sunday"),
            ("The Daily Telegraph", "The Sunday Telegraph"),
            ("Daily Monitor", "Sunday Monitor"),
            ("Daily Gull", "The Gull on Sunday"),
        ] {
            let mut names = [one, other];
            names.sort_unstable();
            assert_eq!(houses(&names, &[]), [0, 0], "{one}, {other}");
        }
        for names in [
            &["Sunday Herald", "Sunday Post"][..],
            &["Herald (Malta)", "The Herald", "The Sunday Herald"],
            &["Sunday Herald", "Sunday Herald (Ireland)"],
            &["The Herald", "The Sunday Herald (Malta)"],
            &["Herald (Ireland)", "Herald (Malta)"],
            &["Sonntagszeitung", "Zeitung"],
            &["On Sunday", "Sunday", "The Sunday"],
            &["Herald of the Sunday Club", "The Herald"],
            &["Daily Times", "Sunday Times"],
            &["Daily Mirror (Malta)", "Sunday Mirror"],
        ] {
            let apart: Vec<u32> = (0..narrow(names.len())).collect();
            assert_eq!(houses(names, &[]), apart, "{names:?}");
        }
    }

    #[test]
    fn a_section_after_a_name_is_of_its_house() {
        assert_eq!(houses(&["Post", "Post Online", "Web Post"], &[]), [0, 0, 2]);
    }

    #[test]
    fn accounts_of_desks_and_hosts_are_of_their_house() {
        let names = ["Post", "TRB_Politik", "TRB_Sports", "post_of_the_bay", "postnet", "trbnet"];
        assert_eq!(houses(&names, &[]), [0, 1, 1, 3, 0, 1]);
        assert_eq!(houses(&["internet", "postde"], &[]), [0, 1], "no house without the ending");
        let desks = ["TRB_TopNews", "TRB_TopStories", "postsport", "trbfinanzen", "trbsport"];
        assert_eq!(houses(&desks, &[]), [0, 1, 2, 0, 0], "a desk, if there is such a house");
        assert_eq!(houses(&["TRIB_Sports", "dertrib"], &[]), [0, 0], "the article is joined");
        assert_eq!(houses(&["Atre", "Er", "derer", "theater"], &[]), [0, 1, 2, 3]);
    }

    #[test]
    fn qualifiers_are_set_off_by_marks() {
        assert_eq!(without_qualifier("Post (Online) - News"), Some("Post"));
        assert_eq!(without_qualifier("Post | News"), Some("Post"));
        assert_eq!(without_qualifier("Post News"), None);
        assert_eq!(without_qualifier(" (Online)"), None);
    }
}

//! Outlets that are one house under several names.
//!
//! Fed by `context` with names, agencies and the outlets of furniture, feeds `kind` and `rank`,
//! which count independent outlets. Two names are one house if one is the other with a qualifier
//! set off by punctuation (`Tribune (Online)`, `Tribune - Opinion`) or followed by the name of a
//! section (`Tribune Online`, `Tribune_Sports`, `tribunesports`) or the ending of a host
//! (`tribunenet`), if both have the same words in another order or in one word, if one is the other
//! without its article or a host of that name (`The Tribune`, `tribune.com`), if both are one
//! agency, or if the data say so: nearly all documents of one that contain furniture contain
//! furniture of the other.
//! Invariant: depends on the set of names and families, not on their order.

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
        for (a, b) in same_names(names).into_iter().chain(partners(furniture, thresholds)) {
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
        let main = without_qualifier(name).or_else(|| before_desk(name)).map(own_words);
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
    same
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
fn host_of(name: &str) -> Option<(String, String)> {
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
const SECTIONS: [&str; 9] = [
    "editorial",
    "editorials",
    "online",
    "opinion",
    "opinions",
    "staff",
    "sunday",
    "web",
    "website",
];
/// Words that do not name a house by themselves.
const ARTICLES: [&str; 16] = [
    "a", "das", "de", "der", "die", "el", "het", "il", "l", "la", "las", "le", "les", "lo", "los",
    "the",
];

/// The words of a name without the sections after it, or all if the sections are the name; sorted.
fn own_words(name: &str) -> Vec<String> {
    let mut words = words_in_order(name);
    words.sort_unstable();
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

/// Pairs of outlets, nearly all furniture of the first of which is also the other's.
fn partners(furniture: &[Vec<(u32, u32)>], thresholds: &Thresholds) -> Vec<(u32, u32)> {
    // Documents of each outlet in furniture; documents and families of those shared with another.
    let mut all: BTreeMap<u32, u32> = BTreeMap::new();
    let mut with: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
    for outlets in furniture {
        for &(outlet, documents) in outlets {
            *all.entry(outlet).or_default() += documents;
        }
        // Furniture of many outlets says nothing about two of them.
        if outlets.len() > thresholds.house_outlets {
            continue;
        }
        for &(a, documents) in outlets {
            for &(b, _) in outlets.iter().filter(|other| other.0 != a) {
                let shared = with.entry((a, b)).or_default();
                shared.0 += documents;
                shared.1 += 1;
            }
        }
    }
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for ((a, b), (documents, families)) in with {
        let of = |outlet| all.get(&outlet).copied().unwrap_or(0);
        // The smaller of the two decides: all furniture of a paper may also be on the one page that
        // another took from it.
        let most = of(a) <= of(b) && documents as f32 >= thresholds.house_share * of(a) as f32;
        if most && families >= thresholds.house_families {
            pairs.push((a, b));
        }
    }
    pairs
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

    #[test]
    fn partners_share_most_of_the_furniture_of_the_smaller() {
        let pairs = |furniture: &[Vec<(u32, u32)>]| partners(furniture, &Thresholds::default());
        let shared = [vec![(0, 4), (1, 9)], vec![(0, 3), (1, 9)], vec![(0, 1), (1, 9)]];
        let with = |more: Vec<(u32, u32)>| [&shared[..], &[more]].concat();
        assert_eq!(pairs(&shared), [(0, 1)]);
        assert_eq!(pairs(&shared[..2]), [], "two families are too few");
        assert_eq!(pairs(&with(vec![(0, 2)])), [(0, 1)], "eight of ten documents");
        assert_eq!(pairs(&with(vec![(0, 3)])), [], "eight of eleven");
        let equal = vec![vec![(0, 2), (1, 2)]; 3];
        assert_eq!(pairs(&equal), [(0, 1), (1, 0)]);
        // All of the larger is also the smaller's, but not the other way round.
        let unequal = [&equal[..], &[vec![(1, 9)]]].concat();
        assert_eq!(pairs(&unequal), [(0, 1)]);
        let of_outlets = |count: u32| {
            let family: Vec<(u32, u32)> = (0..count).map(|outlet| (outlet, 1)).collect();
            pairs(&vec![family; 3])
        };
        assert_eq!(of_outlets(4).len(), 12);
        assert_eq!(of_outlets(5), [], "furniture of many outlets");
        // Such furniture still counts among what an outlet has.
        let many: Vec<(u32, u32)> = [(0, 9), (1, 9), (2, 9), (3, 9), (4, 9)].to_vec();
        assert_eq!(pairs(&with(many)), []);
    }
}

//! Outlets that are one house under several names.
//!
//! Fed by `context` with names, agencies and the outlets of furniture, feeds `kind` and `rank`,
//! which count independent outlets. Two names are one house if one is the other with a qualifier
//! set off by punctuation (`Tribune (Online)`, `Tribune - Opinion`) or followed by the name of a
//! section (`Tribune Online`, `Tribune_Sports`, `tribunesports`) or the ending of a host
//! (`tribunenet`), if both have the same words in another order, if both are one agency, or if the
//! data say so: nearly all documents of one that contain furniture contain furniture of the other.
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
    // What is written in one word is a house with something before or after it only if there is
    // such a house.
    let of_house = |(n, name): (u32, &&str)| {
        let mut mains = in_one_word(name).into_iter();
        mains.find_map(|main| by_words.get(&of_words(&[main])).map(|&house| (house, n)))
    };
    let joined: Vec<(u32, u32)> = (0..).zip(names).filter_map(of_house).collect();
    same.extend(joined);
    same
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

/// Endings of hosts that names have without the dot: `tribunenet`, `tribuneonline`.
const ENDINGS: [&str; 4] = ["online", "net", "com", "de"];
/// Fewest letters of a house to which an ending or a desk is joined.
const HOUSE_LETTERS: usize = 3;

/// The houses that a name of one word may be with the ending of a host (`tribunenet`) or a desk
/// (`tribunesports`) joined to it.
fn in_one_word(name: &str) -> Vec<String> {
    let word = name.to_lowercase();
    let mains = ENDINGS.iter().chain(&DESKS).filter_map(|ending| word.strip_suffix(ending));
    let is_house =
        |main: &str| main.chars().all(char::is_alphabetic) && main.chars().count() >= HOUSE_LETTERS;
    mains.filter(|main| is_house(main)).map(str::to_owned).collect()
}

/// Words for a medium or a section of a house.
const SECTIONS: [&str; 7] =
    ["editorial", "editorials", "online", "opinion", "opinions", "web", "website"];
/// Words that do not name a house by themselves.
const ARTICLES: [&str; 12] =
    ["a", "das", "der", "die", "el", "il", "l", "la", "las", "le", "los", "the"];

/// The words of a name without the sections after it, or all if the sections are the name; sorted.
fn own_words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_lowercase).collect();
    // The parts of a host name are not sections.
    let own = words.iter().rposition(|word| !SECTIONS.contains(&word.as_str()));
    let own = own.map_or(0, |last| last + 1);
    if name.contains(char::is_whitespace) && names_a_house(&words[..own]) {
        words.truncate(own);
    }
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
        assert_eq!(houses(&["example", "example.online"], &[]), [0, 1]);
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

//! Editions of a paper that have names of their own: of a Sunday, of a weekend; titles of papers.
//!
//! Used by `outlets`, which joins one to the paper if there is one of that name. Papers of several
//! countries may have one name, so nothing is joined where a name says of which it is. Invariant:
//! looks at one name.

use super::{ARTICLES, names_a_house, without_qualifier, words_in_order};

/// Days and weekends of which papers have an edition.
const DAYS: [&str; 22] = [
    "sunday",
    "saturday",
    "weekend",
    "sonntag",
    "samstag",
    "wochenende",
    "dimanche",
    "samedi",
    "domingo",
    "s\u{e1}bado",
    "domenica",
    "sabato",
    "zondag",
    "zaterdag",
    "s\u{f6}ndag",
    "l\u{f6}rdag",
    "s\u{f8}ndag",
    "l\u{f8}rdag",
    "niedziela",
    "weekendowa",
    "pazar",
    "\u{432}\u{43e}\u{441}\u{43a}\u{440}\u{435}\u{441}\u{435}\u{43d}\u{44c}\u{435}",
];
/// Words between the name of the paper and the day.
const LINKS: [&str; 14] =
    ["on", "am", "zum", "du", "de", "del", "della", "do", "di", "op", "p\u{e5}", "at", "the", "i"];
/// Words of an edition before the name.
const BEFORE: [&str; 3] = ["sunday", "saturday", "weekend"];

/// The names that the paper of an edition may have, as words without an article, and whether the
/// name of the edition has one.
pub(super) fn mains(name: &str) -> Vec<(Vec<String>, bool)> {
    let words = words_in_order(without_qualifier(name).unwrap_or(name));
    let (words, with_article) = match &words[..] {
        [article, rest @ ..] if ARTICLES.contains(&article.as_str()) => (rest.to_vec(), true),
        _ => (words, false),
    };
    let mut found = Vec::new();
    if let [rest @ .., day] = &words[..] {
        if DAYS.contains(&day.as_str()) {
            let links = rest.iter().rev().take_while(|word| LINKS.contains(&word.as_str())).count();
            found.push(rest[..rest.len() - links].to_vec());
        }
        if day == "sonntagszeitung" {
            found.push(rest.to_vec());
            found.push(rest.iter().cloned().chain(["zeitung".to_owned()]).collect());
        }
        // The day itself may have been taken for a section.
        let links = words.iter().rev().take_while(|word| LINKS.contains(&word.as_str())).count();
        if links > 0 {
            found.push(words[..words.len() - links].to_vec());
        }
    }
    if let [day, rest @ ..] = &words[..]
        && BEFORE.contains(&day.as_str())
    {
        found.push(rest.to_vec());
    }
    found.retain(|main| names_a_house(main) && main.iter().any(|word| !is_day(word)));
    if found.iter().any(|main| main.as_slice() == ["zeitung"]) {
        found.clear();
    }
    found.into_iter().map(|main| (main, with_article)).collect()
}

/// Last words of papers whose edition of a Sunday has it in place of `Daily`. Of other words one
/// paper has the Sunday and another the week (`Times`, `Mail`), so only these are known.
const DAILIES: [&str; 7] = ["telegraph", "mirror", "express", "star", "monitor", "nation", "trust"];

/// The name that the paper of such an edition has on other days: `daily telegraph` of `The Sunday
/// Telegraph`, `daily mail` of `The Mail on Sunday`.
pub(super) fn daily(name: &str) -> Option<Vec<String>> {
    let words = words_in_order(without_qualifier(name).unwrap_or(name));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = match &words[..] {
        [article, rest @ ..] if ARTICLES.contains(article) => rest,
        words => words,
    };
    let main = match words {
        ["sunday", main] if DAILIES.contains(main) => main,
        // The day may have been taken for a section.
        [main, "on", "sunday"] | [main, "on"] => main,
        _ => return None,
    };
    Some(vec!["daily".to_owned(), (*main).to_owned()])
}

fn is_day(word: &str) -> bool {
    DAYS.contains(&word) || LINKS.contains(&word)
}

/// Whether a name says of which country it is: `The Times (Malta)`, `Telegraph - UK`.
pub(super) fn is_of_country(name: &str) -> bool {
    main_abroad(name).is_some()
}

/// Such a name without its country.
pub(super) fn main_abroad(name: &str) -> Option<String> {
    let main = without_qualifier(name)?;
    let rest = name.get(main.len()..)?.to_lowercase();
    let words: Vec<&str> = rest.split(|sign: char| !sign.is_alphanumeric()).collect();
    let text = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    COUNTRIES.contains(&text.as_str()).then(|| main.to_owned())
}

/// Countries and the like, in lower case.
static COUNTRIES: &[&str] = &[
    "uk",
    "us",
    "usa",
    "united kingdom",
    "united states",
    "britain",
    "england",
    "scotland",
    "wales",
    "ireland",
    "northern ireland",
    "australia",
    "new zealand",
    "canada",
    "india",
    "pakistan",
    "bangladesh",
    "sri lanka",
    "south africa",
    "nigeria",
    "ghana",
    "kenya",
    "uganda",
    "tanzania",
    "zambia",
    "zimbabwe",
    "namibia",
    "malta",
    "gibraltar",
    "jamaica",
    "barbados",
    "trinidad",
    "guyana",
    "bahamas",
    "israel",
    "singapore",
    "malaysia",
    "philippines",
    "hong kong",
    "thailand",
    "japan",
    "korea",
    "china",
    "taiwan",
    "indonesia",
    "germany",
    "deutschland",
    "austria",
    "\u{f6}sterreich",
    "switzerland",
    "schweiz",
    "suisse",
    "svizzera",
    "france",
    "belgium",
    "belgique",
    "belgi\u{eb}",
    "netherlands",
    "nederland",
    "luxembourg",
    "luxemburg",
    "spain",
    "espa\u{f1}a",
    "portugal",
    "italy",
    "italia",
    "mexico",
    "m\u{e9}xico",
    "argentina",
    "chile",
    "colombia",
    "peru",
    "per\u{fa}",
    "venezuela",
    "uruguay",
    "paraguay",
    "bolivia",
    "ecuador",
    "guatemala",
    "honduras",
    "nicaragua",
    "el salvador",
    "costa rica",
    "panama",
    "panam\u{e1}",
    "cuba",
    "puerto rico",
    "brazil",
    "brasil",
    "angola",
    "mozambique",
    "mo\u{e7}ambique",
    "sweden",
    "sverige",
    "norway",
    "norge",
    "denmark",
    "danmark",
    "finland",
    "poland",
    "polska",
    "russia",
    "ukraine",
    "turkey",
    "t\u{fc}rkiye",
    "egypt",
    "morocco",
    "maroc",
    "algeria",
    "alg\u{e9}rie",
    "tunisia",
    "tunisie",
    "senegal",
    "s\u{e9}n\u{e9}gal",
    "lebanon",
    "liban",
    "jordan",
    "qatar",
    "uae",
    "new york",
    "london",
];

/// Titles of many papers, in lower case.
pub(super) static TITLES: &[&str] = &[
    "herald",
    "times",
    "post",
    "news",
    "sun",
    "star",
    "tribune",
    "journal",
    "gazette",
    "press",
    "mail",
    "record",
    "democrat",
    "daily",
    "sentinel",
    "chronicle",
    "courier",
    "dispatch",
    "register",
    "review",
    "leader",
    "examiner",
    "observer",
    "inquirer",
    "telegraph",
    "standard",
    "mirror",
    "express",
    "globe",
    "independent",
    "advocate",
    "republican",
    "citizen",
    "echo",
    "argus",
    "mercury",
    "enquirer",
    "reporter",
    "bulletin",
    "eagle",
    "banner",
    "union",
    "american",
    "weekly",
    "evening",
    "morning",
    "today",
    "report",
    "monitor",
    "free",
    "zeitung",
    "kurier",
    "anzeiger",
    "nachrichten",
    "tageblatt",
    "rundschau",
    "presse",
    "allgemeine",
    "neue",
    "blatt",
    "bote",
    "merkur",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_have_the_name_of_a_paper() {
        let named = |name: &str| -> Vec<String> {
            mains(name).into_iter().map(|(words, _)| words.join(" ")).collect()
        };
        for (name, main) in [
            ("Bay Herald on Sunday", "bay herald"),
            ("The Sunday Herald", "herald"),
            ("Welle am Sonntag", "welle"),
            ("Le Phare du Dimanche", "phare"),
            ("Hafener Sonntagszeitung", "hafener"),
        ] {
            assert!(named(name).contains(&main.to_owned()), "{name}: {:?}", named(name));
        }
        for name in ["Sunday", "The Sunday", "On Sunday", "Herald", "", "Sonntagszeitung", "!"] {
            assert_eq!(named(name), [""; 0], "{name}");
        }
    }

    #[test]
    fn a_name_says_of_which_country_it_is() {
        assert!(is_of_country("The Herald (South Africa)") && is_of_country("Herald - UK"));
        assert!(!is_of_country("Herald (Online)") && !is_of_country("Herald of Malta"));
    }
}

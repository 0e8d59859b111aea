//! Outlets that are one house under several names.
//!
//! Feeds evidence and rank, which count independent outlets. Two names are one house where one is
//! the other with a qualifier set off by a mark (`Tribune (Online)`, `Tribune - Opinion`), where
//! both have the same words in another order, but for those of a section (`Tribune Online`), or
//! where the data say so: nearly all documents of one that hold furniture hold furniture of the
//! other.
//! Invariant: depends on the set of names and families, not on their order.

use super::Thresholds;
use crate::components::Components;
use crate::limits::narrow;
use std::collections::BTreeMap;

/// The house of each outlet.
#[derive(Debug)]
pub(super) struct Houses {
    /// By outlet: the least outlet of its house.
    house: Vec<u32>,
}

impl Houses {
    /// Joins the outlets `names` (sorted) by their names and by `furniture`: for each family that
    /// looks like furniture, its outlets with their documents there.
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

    /// The house of an outlet.
    pub(super) fn of(&self, outlet: u32) -> u32 {
        self.house[outlet as usize]
    }
}

/// Outlets whose names say that they are one house.
fn same_names(names: &[&str]) -> Vec<(u32, u32)> {
    let mut by_words: BTreeMap<Vec<String>, u32> = BTreeMap::new();
    let mut same = Vec::new();
    for (n, name) in (0..).zip(names) {
        let mut words = words(name);
        words.sort_unstable();
        if let Some(&other) = by_words.get(&words) {
            same.push((other, n));
        } else if !words.is_empty() {
            by_words.insert(words, n);
        }
    }
    for (n, name) in (0..).zip(names) {
        let Some(main) = without_qualifier(name) else { continue };
        let mut words = words(main);
        words.sort_unstable();
        if let Some(&other) = by_words.get(&words) {
            same.push((other, n));
        }
    }
    // `Tribune (Online)` and `Tribune - Opinion` meet in `Tribune`, also where that is no outlet.
    let mut mains: BTreeMap<Vec<String>, u32> = BTreeMap::new();
    for (n, name) in (0..).zip(names) {
        let Some(main) = without_qualifier(name) else { continue };
        let main = words(main);
        match mains.get(&main) {
            Some(&other) => same.push((other, n)),
            None => drop(mains.insert(main, n)),
        }
    }
    same
}

/// Words for a medium or a section of a house, which do not name it.
const SECTIONS: [&str; 7] =
    ["editorial", "editorials", "online", "opinion", "opinions", "web", "website"];

/// The words that name a house, or all where none does.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let all: Vec<String> = words.map(str::to_lowercase).collect();
    let own = |word: &&String| SECTIONS.binary_search(&word.as_str()).is_err();
    let own: Vec<String> = all.iter().filter(own).cloned().collect();
    let names = own.iter().any(|word| !["a", "the"].contains(&word.as_str()));
    if names { own } else { all }
}

/// A name before a bracket, a dash between spaces, a colon or a bar.
pub(super) fn without_qualifier(name: &str) -> Option<&str> {
    let marks = [" (", " [", " - ", " \u{2013} ", " \u{2014} ", ": ", " | ", " / "];
    let at = marks.iter().filter_map(|mark| name.find(mark)).min()?;
    let main = name[..at].trim();
    (!main.is_empty()).then_some(main)
}

/// Outlets nearly all of whose furniture is another's.
fn partners(furniture: &[Vec<(u32, u32)>], thresholds: &Thresholds) -> Vec<(u32, u32)> {
    // Documents of an outlet in furniture, and those in furniture that another outlet has too.
    let mut all: BTreeMap<u32, u32> = BTreeMap::new();
    let mut with: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
    for outlets in furniture {
        for &(outlet, documents) in outlets {
            *all.entry(outlet).or_default() += documents;
        }
        // Furniture of many outlets says nothing of two of them.
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
        // The smaller of the two decides: all furniture of a paper may also stand on the one page
        // that another took from it.
        let most = of(a) <= of(b) && documents as f32 >= thresholds.house_share * of(a) as f32;
        if most && families >= thresholds.house_families {
            pairs.push((a, b));
        }
    }
    pairs
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
            "Bay Online Herald",
            "Herald Bay",
            "Herald of the Bay",
            "Post",
            "Post - News",
            "The Opinion",
            "The Web",
            "Tribune - News",
            "Tribune: Opinion",
        ];
        assert_eq!(houses(&names, &[]), [0, 0, 0, 0, 4, 5, 5, 7, 8, 9, 9]);
    }

    #[test]
    fn furniture_tells_of_one_house() {
        let names = ["columnist", "gazette", "herald", "syndicate"];
        let family = |outlets: &[(u32, u32)]| outlets.to_vec();
        // All that the columnist prints stands in the gazette's frame; the syndicate's does in
        // frames of two houses.
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
}

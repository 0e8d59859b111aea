//! Outlets under two names.
//!
//! Asked by scan, once, when all documents are read and in order. Invariant: names are only
//! compared; what a document says of its outlet stays as it is, and nothing is joined that a user
//! has not written as one.

use crate::hash::xxh3_64;
use crate::limits::narrow;
use crate::text::{loose_form, name_form};
use std::collections::BTreeMap;

/// Outlets named in a note.
const SHOWN: usize = 3;

/// The outlets of some documents.
#[derive(Debug)]
pub(super) struct Outlets {
    /// Of each document the house of its outlet, in the order of the documents.
    pub(super) houses: Vec<Option<u32>>,
    /// Different houses.
    pub(super) count: usize,
    /// Different names; a house has the number of one of them.
    pub(super) names: usize,
    /// What must be said of names that look like two of one house.
    pub(super) note: Option<String>,
}

impl Outlets {
    /// Of documents with these outlets.
    pub(super) fn of<'n>(outlets: impl Iterator<Item = Option<&'n str>>) -> Self {
        let outlets: Vec<Option<&str>> = outlets.collect();
        let mut names: Vec<&str> = outlets.iter().copied().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let houses = houses(&names);
        let of = |name: &str| narrow(houses[names.partition_point(|other| *other < name)]);
        Self {
            houses: outlets.iter().map(|name| name.map(of)).collect(),
            count: houses.iter().enumerate().filter(|(n, house)| n == *house).count(),
            names: names.len(),
            note: note(&names),
        }
    }
}

/// The number of each outlet's house: outlets whose names have one form are one. `names` are
/// sorted and different.
fn houses(names: &[&str]) -> Vec<usize> {
    let mut houses: Vec<usize> = (0..names.len()).collect();
    for alike in alike(names, name_form) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for n in alike {
            houses[n] = *first.entry(name_form(names[n])).or_insert(n);
        }
    }
    houses
}

/// The names, by number and ascending, whose forms may be one, since these have one hash; none of
/// a form of its own. There may be a name for each document, so the forms are not kept.
fn alike(names: &[&str], form: impl Fn(&str) -> String) -> Vec<Vec<usize>> {
    let hash = |(n, name): (usize, &&str)| (xxh3_64(form(name).as_bytes()), n);
    let mut hashes: Vec<(u64, usize)> = names.iter().enumerate().map(hash).collect();
    hashes.sort_unstable();
    let several = hashes.chunk_by(|x, y| x.0 == y.0).filter(|alike| alike.len() > 1);
    several.map(|alike| alike.iter().map(|(_, n)| *n).collect()).collect()
}

/// A note about names that look like two of one house, and are compared as two.
fn note(names: &[&str]) -> Option<String> {
    let mut forms: BTreeMap<String, BTreeMap<String, &str>> = BTreeMap::new();
    for n in alike(names, loose_form).into_iter().flatten() {
        let (name, loose) = (names[n], loose_form(names[n]));
        if !loose.is_empty() {
            forms.entry(loose).or_default().entry(name_form(name)).or_insert(name);
        }
    }
    let twins: Vec<String> = forms
        .values()
        .filter(|forms| forms.len() > 1)
        .map(|forms| {
            let names = forms.values().take(SHOWN).map(|name| format!("`{name}`"));
            names.collect::<Vec<_>>().join(" and ")
        })
        .collect();
    let shown = twins.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = match twins.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    (!twins.is_empty()).then(|| {
        format!(
            "{shown}{more} may be one house under several names: what they share counts as shared \
             by outlets. write one name for it in the column of the outlet if it is one"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_one_house() {
        let names = ["CNN", "Post", "cnn", "m.post.example", "www.post.example"];
        assert_eq!(houses(&names), [0, 1, 0, 3, 3]);
    }

    #[test]
    fn documents_have_the_house_of_their_outlet() {
        let named = [Some("cnn"), None, Some("Post"), Some("CNN"), Some("cnn")];
        let outlets = Outlets::of(named.into_iter());
        assert_eq!(outlets.houses, [Some(0), None, Some(1), Some(0), Some(0)]);
        assert_eq!((outlets.count, outlets.names, outlets.note), (2, 3, None));
    }

    #[test]
    fn names_of_one_house_are_said() {
        assert_eq!(note(&["CNN", "cnn", "Post"]), None, "compared as one already");
        let said = note(&["CNN", "Post", "The Post", "cnn.com"]).unwrap();
        assert!(said.starts_with("`CNN` and `cnn.com`, `Post` and `The Post` may be"), "{said}");
        let many: Vec<String> =
            (0..10).flat_map(|n| [format!("a{n}"), format!("a{n}.com")]).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(note(&many).unwrap().contains(", and 7 more may be"));
    }
}

//! Outlets under two names.
//!
//! Asked by scan once all documents are read. Invariant: names are only compared; what a document
//! says of its outlet stays as it is, and nothing is joined that a user has not written as one.

use crate::corpus::Document;
use crate::hash::Map;
use crate::limits::narrow;
use crate::text::{loose_form, name_form};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Outlets named in a note.
const SHOWN: usize = 3;

/// The different names of outlets, sorted.
pub(super) fn names<'n>(outlets: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = outlets.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The house of each document's outlet.
pub(super) fn of_documents(documents: &[Document]) -> Vec<Option<u32>> {
    let outlet = |document: &Document| document.meta.outlet.clone();
    let all: Vec<_> = documents.iter().map(outlet).collect();
    let names = names(all.iter().flatten().map(|name| &**name));
    let houses = houses(&names);
    let house = |name: &Arc<str>| narrow(houses[names.partition_point(|other| *other < &**name)]);
    all.iter().map(|name| name.as_ref().map(house)).collect()
}

/// The number of each outlet's house: outlets whose names have one form are one. `names` are
/// sorted and different.
pub(super) fn houses(names: &[&str]) -> Vec<usize> {
    let mut first: Map<String, usize> = Map::default();
    let of = |(n, name): (usize, &&str)| *first.entry(name_form(name)).or_insert(n);
    names.iter().enumerate().map(of).collect()
}

/// A note about names that look like two of one house, and are compared as two.
pub(super) fn note(names: &[&str]) -> Option<String> {
    let mut alike: BTreeMap<String, BTreeMap<String, &str>> = BTreeMap::new();
    for name in names {
        let loose = loose_form(name);
        if !loose.is_empty() {
            alike.entry(loose).or_default().entry(name_form(name)).or_insert(name);
        }
    }
    let twins: Vec<String> = alike
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

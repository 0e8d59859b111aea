//! What an index has of a document, and which of several an `add` would write.

use super::{ask, documents, index, words};
use crate::corpus::{Document, Meta};
use crate::detect::LeaveOut;
use crate::index::{Known, QueryConfig, Reader, Writer};

#[test]
fn a_document_is_compared_with_the_one_that_has_its_id() {
    let (_folder, path) = index(0..8, 3);
    let reader = Reader::open(&path).unwrap();
    let own = documents(3..4).remove(0);
    let other_text = Document { text: words(7, 30).into(), ..own.clone() };
    let other_facts = Document { meta: Meta::default(), ..own.clone() };
    let absent = Document { id: "elsewhere".to_owned(), ..own.clone() };
    let known = [&own, &other_text, &other_facts, &absent].map(|one| reader.known(one).unwrap());
    assert_eq!(known, [Known::Same, Known::OtherText, Known::OtherFacts, Known::Absent]);
}

#[test]
fn what_is_fresh_is_what_an_add_writes() {
    let (_folder, path) = index(0..8, 3);
    let named = |id: &str, seed: u64| Document::new(id, words(seed, 30));
    let mut all = documents(2..5);
    all.extend([named("d000", 1), named("new", 2), named("new", 3), named("new", 4)]);
    for _ in 0..all.len() {
        all.rotate_left(1);
        let before = Reader::open(&path).unwrap();
        let fresh = before.fresh(&all).unwrap();
        let ids: Vec<&str> = fresh.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["d000", "new"]);
        let mut writer = Writer::open(&path).unwrap();
        let added = writer.add(all.clone()).unwrap();
        assert_eq!((added.added, added.replaced, added.unchanged, added.repeated), (1, 1, 3, 2));
        assert_eq!(added.repeated_id.as_deref(), Some("new"));
        let after = Reader::open(&path).unwrap();
        // Of several of one id the last is kept.
        let last = all.iter().rfind(|one| one.id == "new").map(|one| &one.text);
        assert_eq!(fresh.iter().find(|one| one.id == "new").map(|one| &one.text), last);
        for one in fresh {
            assert_eq!(after.document(&one.id).unwrap(), Some(one));
        }
        writer.remove(&["new".to_owned()]).unwrap();
        writer.add(documents(0..1)).unwrap();
    }
}

#[test]
fn a_text_is_not_paired_with_the_document_of_its_id_but_others_are() {
    let (_folder, path) = index(0..40, 40);
    let asked = documents(0..20);
    let config = QueryConfig { leave_out: LeaveOut::SameId, ..QueryConfig::default() };
    let answer = Reader::open(&path).unwrap().query_all(asked.clone(), &config).unwrap();
    let ids = |answer: &crate::index::Answer| -> Vec<(String, String)> {
        let pairs = (0..answer.result.pair_count()).map(|n| answer.result.pair(n));
        pairs.map(|pair| (pair.a.id.to_owned(), pair.b.id.to_owned())).collect()
    };
    let (all, others) = (ids(&ask(&path, asked)), ids(&answer));
    let expected: Vec<_> = all.into_iter().filter(|(a, b)| a != b).collect();
    assert!(!expected.is_empty());
    assert_eq!(others, expected);
}

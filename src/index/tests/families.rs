//! Promises of the families of an index: they are a scan's, and keys go on.

use super::{bytes, documents, index, words};
use crate::corpus::Document;
use crate::detect::{ScanConfig, Silent, scan_documents};
use crate::index::{FamilyFilter, FamilyState, KeptFamily, Reader, Writer, check};
use crate::record::Kind;
use std::path::Path;

fn all(path: &Path) -> Vec<KeptFamily> {
    let page = Reader::open(path).unwrap().families(&FamilyFilter::default(), 0, usize::MAX);
    let page = page.unwrap();
    assert_eq!(page.total, page.families.len() as u64);
    page.families
}

/// The families of a scan of the same documents, in the order of ranks.
fn scanned(documents: Vec<Document>) -> Vec<KeptFamily> {
    let config = ScanConfig::default();
    let result = scan_documents(documents, Vec::new(), &config, &Silent).unwrap();
    result.ranked().into_iter().map(|n| KeptFamily::of(&result.family(n))).collect()
}

#[test]
fn they_are_those_of_a_scan_however_documents_were_added() {
    let expected = scanned(documents(0..60));
    assert!(expected.len() > 10, "{}", expected.len());
    let (_once, once) = index(0..60, 1_000);
    assert_eq!(all(&once), expected);
    for batch in [7, 25] {
        let (_many, many) = index(0..60, batch);
        assert_eq!(all(&many), expected);
        Writer::open(&many).unwrap().compact().unwrap();
        let of = |path: &Path, suffix: &str| -> Vec<_> {
            bytes(path).into_iter().filter(|(name, _)| name.ends_with(suffix)).collect()
        };
        for suffix in [".families", ".segment"] {
            assert_eq!(of(&many, suffix), of(&once, suffix));
        }
        assert!(check(&many).unwrap().damage.is_empty());
    }
}

#[test]
fn they_are_found_by_key_by_document_and_by_kind() {
    let (_folder, path) = index(0..60, 1_000);
    let reader = Reader::open(&path).unwrap();
    let families = all(&path);
    for family in &families {
        assert_eq!(reader.family(&family.key).unwrap().as_ref(), Some(family));
        for member in &family.members {
            assert!(reader.families_of(&member.id).unwrap().contains(family));
        }
    }
    // Of many places at once, of which some are in no family.
    let documents = reader.documents().unwrap();
    let mut found = 0;
    for chosen in documents.chunks(7) {
        let place = |document: &Document| {
            let bytes = if document.id.ends_with('3') { 0..100 } else { 450..800 };
            (document.id.clone(), bytes)
        };
        let places: Vec<_> = chosen.iter().map(place).collect();
        let at = |(id, bytes): &(String, std::ops::Range<usize>)| {
            reader.families_at(id, bytes.clone()).unwrap()
        };
        let mut apart: Vec<_> = places.iter().flat_map(at).map(|family| family.key).collect();
        let mut keys =
            reader.keys_at(places.iter().map(|(id, bytes)| (id.as_str(), bytes.clone()))).unwrap();
        apart.sort();
        apart.dedup();
        keys.sort();
        assert_eq!(keys, apart);
        found += keys.len();
    }
    assert!(found > 10);
    assert_eq!(reader.family("0123456789abcdef").unwrap(), None);
    assert_eq!(reader.family("no key").unwrap(), None);
    assert!(reader.families_of("none").unwrap().is_empty());
    for kind in Kind::ALL {
        let filter = FamilyFilter { kinds: vec![kind], outlets: 3 };
        let wanted: Vec<_> =
            families.iter().filter(|one| one.kind == kind && one.outlets >= 3).cloned().collect();
        let page = reader.families(&filter, 0, 1_000).unwrap();
        assert_eq!(page.families, wanted);
        let second = reader.families(&filter, 1, 1).unwrap();
        assert_eq!(second.total, wanted.len() as u64);
        assert_eq!(second.families, wanted.into_iter().skip(1).take(1).collect::<Vec<_>>());
    }
}

#[test]
fn a_key_opens_when_no_document_of_its_family_is_left() {
    let (_folder, path) = index(0..30, 1_000);
    let family = all(&path).remove(0);
    let mut writer = Writer::open(&path).unwrap();
    writer.set_families(false);
    let mut left = family.members.len();
    for member in &family.members {
        writer.remove(std::slice::from_ref(&member.id)).unwrap();
        left -= 1;
        let found = Reader::open(&path).unwrap().family(&family.key).unwrap().unwrap();
        assert_eq!((found.members.len(), found.former), (left, left == 0 || found.former));
        assert_eq!(found.key, family.key);
    }
    // A list has what is left alone.
    let listed = Reader::open(&path).unwrap().families(&FamilyFilter::default(), 0, 100).unwrap();
    assert!(listed.families.iter().all(|one| !one.members.is_empty()));
}

#[test]
fn keys_go_on_while_documents_come_and_go() {
    let (_folder, path) = index(10..100, 1_000);
    let before = all(&path);
    let mut writer = Writer::open(&path).unwrap();
    let removed: Vec<String> = (20..100).step_by(10).map(|n| format!("d{n:03}")).collect();
    for round in 0..3 {
        writer.add(documents(0..10)).unwrap();
        assert!(writer.remove(&removed).unwrap().is_empty());
        let reader = Reader::open(&path).unwrap();
        let mut others = 0;
        for family in &before {
            let now = reader.family(&family.key).unwrap();
            let left = family.members.iter().any(|member| !removed.contains(&member.id));
            let now = now.unwrap_or_else(|| panic!("round {round}: {family:?}"));
            if now.members.is_empty() {
                assert!(!left && now.former && now.text.is_empty(), "round {round}: {now:?}");
                continue;
            }
            assert!(now.members.iter().all(|member| !removed.contains(&member.id)));
            let is_old = |id: &str| family.members.iter().any(|member| member.id == id);
            assert!(now.members.iter().any(|member| is_old(&member.id)), "{now:?} of {family:?}");
            others += usize::from(now.key != family.key);
        }
        assert!(others > 3, "round {round}: {others}");
        assert!(check(&path).unwrap().damage.is_empty());
        let back = documents(20..100).into_iter().step_by(10).collect();
        assert_eq!(writer.add(back).unwrap().added, 8);
        let ids: Vec<String> = (0..10).map(|n| format!("d{n:03}")).collect();
        writer.remove(&ids).unwrap();
        assert_eq!(all(&path), before);
    }
}

#[test]
fn what_is_left_of_a_family_opens_under_its_key() {
    let (_folder, path) = index(0..0, 1);
    let shared = words(5, 40);
    let document = |id: &str, own: u64| {
        Document::new(id, format!("{} {shared} {}", words(own, 20), words(own + 1, 20)))
    };
    let mut writer = Writer::open(&path).unwrap();
    writer.add(vec![document("a", 10), document("b", 20)]).unwrap();
    let key = all(&path)[0].key.clone();
    writer.remove(&["a".to_owned()]).unwrap();
    assert!(all(&path).is_empty());
    let left = Reader::open(&path).unwrap().family(&key).unwrap().unwrap();
    assert!(left.former && left.members.len() == 1 && left.members[0].id == "b", "{left:?}");
    assert!(left.text.contains(&words(5, 10)) && left.first.is_none());
    // The same passage comes in another document: the key leads to its family.
    writer.add(vec![document("c", 30)]).unwrap();
    let grown = Reader::open(&path).unwrap().family(&key).unwrap().unwrap();
    assert!(!grown.former && grown.members.len() == 2, "{grown:?}");
    writer.remove(&["b".to_owned(), "c".to_owned()]).unwrap();
    let reader = Reader::open(&path).unwrap();
    let gone = reader.family(&key).unwrap().unwrap();
    assert!(gone.former && gone.members.is_empty() && gone.text.is_empty(), "{gone:?}");
}

#[test]
fn without_families_what_was_removed_is_not_shown() {
    let (_folder, path) = index(0..40, 1_000);
    let before = all(&path);
    let mut writer = Writer::open(&path).unwrap();
    writer.set_families(false);
    let ids: Vec<String> = (0..20).map(|n| format!("d{n:03}")).collect();
    writer.remove(&ids).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.family_state(), FamilyState::Stale);
    for family in all(&path).into_iter().chain(reader.families_of("d030").unwrap()) {
        assert!(family.members.iter().all(|member| !ids.contains(&member.id)), "{family:?}");
        assert!(before.iter().any(|one| one.key == family.key && one.size >= family.size));
    }
    writer.set_families(true);
    writer.add(Vec::new()).unwrap();
    assert_eq!(Reader::open(&path).unwrap().family_state(), FamilyState::Current);
    assert_eq!(all(&path), scanned(documents(20..40)));
}

#[test]
fn documents_and_outlets_are_listed() {
    let (_folder, path) = index(0..50, 7);
    Writer::open(&path).unwrap().remove(&["d003".to_owned(), "d010".to_owned()]).unwrap();
    let reader = Reader::open(&path).unwrap();
    let (mut ids, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = reader.documents_after(after.as_deref(), 9).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        ids.extend(page.into_iter().map(|one| one.id));
    }
    let wanted = documents(0..50).into_iter().map(|one| one.id);
    assert_eq!(ids, wanted.filter(|id| id != "d003" && id != "d010").collect::<Vec<_>>());
    let listed = reader.listed("d004").unwrap().unwrap();
    assert_eq!(Some(listed.meta), reader.document("d004").unwrap().map(|one| one.meta));
    assert_eq!(reader.listed("d003").unwrap(), None);
    let outlets = reader.outlets().unwrap();
    assert_eq!(outlets.iter().map(|one| one.documents).sum::<u64>(), 48);
    let names: Vec<_> = outlets.iter().filter_map(|one| one.outlet.as_deref()).collect();
    assert_eq!(names, ["outlet 0", "outlet 1", "outlet 2", "outlet 3"]);
    assert_eq!(outlets[1].first.as_deref(), Some("day 1"));
    assert_eq!(outlets[1].last.as_deref(), Some("day 49"));
}

//! Readers beside a writer: each sees a commit whole, and waits for nobody.

use super::words;
use crate::corpus::Document;
use crate::index::{FamilyFilter, Reader, Writer, check};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Commits of the writer.
const COMMITS: u64 = 100;
/// Documents of a commit: all or none of them are there.
const TOGETHER: u64 = 3;
/// Commits after which what a commit added is removed.
const KEPT: u64 = 7;

/// The documents of a commit, which share a passage.
fn documents(commit: u64) -> Vec<Document> {
    let shared = words(commit, 20);
    let text = |n| format!("{} {shared} {}", words(1_000 + 10 * commit + n, 8), words(n, 6));
    (0..TOGETHER).map(|n| Document::new(format!("{commit:03}/{n}"), text(n))).collect()
}

/// Opens the index until the writer is done; how often, and how many commits were seen.
fn read(path: &Path, done: &AtomicBool) -> (u64, usize) {
    let (mut opened, mut seen) = (0, BTreeSet::new());
    loop {
        let last = done.load(Ordering::Acquire);
        let reader = Reader::open(path).unwrap();
        let listed = reader.documents_after(None, 10_000).unwrap();
        let commits: BTreeSet<u64> =
            listed.iter().map(|one| one.id[..3].parse().unwrap()).collect();
        assert_eq!(listed.len() as u64, TOGETHER * commits.len() as u64, "half a commit");
        if let (Some(first), Some(newest)) = (commits.first(), commits.last()) {
            assert_eq!(newest - first + 1, commits.len() as u64, "{commits:?}");
            // An add and a remove are a commit each.
            assert!(commits.len() as u64 <= KEPT + 1, "{commits:?}");
            let document = &documents(*newest)[1];
            assert_eq!(reader.document(&document.id).unwrap().as_ref(), Some(document));
            let families = reader.families(&FamilyFilter::default(), 0, 100).unwrap();
            assert_eq!(families.total, commits.len() as u64);
            seen.insert(*newest);
        }
        opened += 1;
        if last {
            return (opened, seen.len());
        }
    }
}

#[test]
fn each_of_eight_readers_sees_whole_commits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let mut writer = Writer::create(&path, 5).unwrap();
    let done = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(|| read(&path, &done))).collect();
        for commit in 0..COMMITS {
            writer.add(documents(commit)).unwrap();
            if let Some(old) = commit.checked_sub(KEPT) {
                let ids: Vec<String> = documents(old).into_iter().map(|one| one.id).collect();
                assert!(writer.remove(&ids).unwrap().is_empty());
            }
        }
        done.store(true, Ordering::Release);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(seen.iter().all(|(opened, commits)| *opened > 5 && *commits > 1), "{seen:?}");
    let checked = check(&path).unwrap();
    assert!(checked.damage.is_empty(), "{:?}", checked.damage);
}

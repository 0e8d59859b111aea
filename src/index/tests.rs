//! Promises of the index: answers are those of a scan, commits are whole, damage is named.

mod beside;
mod families;
mod golden;
mod known;
mod recent;
mod short;
mod withheld;

use super::{Answer, FamilyFilter, QueryConfig, Reader, Writer, check};
use crate::corpus::{Date, Document, Meta};
use crate::detect::{ScanConfig, Silent, scan_documents};
use crate::error::Error;
use crate::hash::mix;
use crate::record::PassagePair;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Words of which a text is made, the same for the same seed.
fn words(seed: u64, count: u64) -> String {
    let word = |n: u64| format!("w{:x}", mix(seed << 32 | n) >> 44);
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// A document of its own words, a story it shares with others, and furniture of its outlet.
fn document(n: u64) -> Document {
    let own = words(1_000 + n, 60);
    let story = words(n % 7, 20 + 5 * (n % 5));
    let edited = words(50 + n % 3, 40).replacen('w', "v", 1 + usize::from(n.is_multiple_of(2)));
    let outlet = n % 4;
    let text =
        format!("{own} {story} {} {edited} {}", words(2_000 + n, 30), words(90 + outlet, 18));
    let date =
        Date { text: format!("day {n}"), seconds: 86_400 * n.cast_signed(), ..Date::default() };
    let meta = Meta {
        outlet: Some(format!("outlet {outlet}").into()),
        date: (!n.is_multiple_of(5)).then_some(date),
        title: (!n.is_multiple_of(3)).then(|| format!("Title {n}")),
        url: None,
    };
    Document { id: format!("d{n:03}"), text: text.into(), meta }
}

fn documents(range: std::ops::Range<u64>) -> Vec<Document> {
    range.map(document).collect()
}

/// A folder with an index of some documents, added so many at a time.
fn index(range: std::ops::Range<u64>, batch: usize) -> (tempfile::TempDir, PathBuf) {
    made(range, batch, true)
}

fn without_families(range: std::ops::Range<u64>, batch: usize) -> (tempfile::TempDir, PathBuf) {
    made(range, batch, false)
}

fn made(range: std::ops::Range<u64>, batch: usize, families: bool) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let mut writer = Writer::create(&path, 5).unwrap();
    writer.set_families(families);
    for part in documents(range).chunks(batch.max(1)) {
        assert_eq!(writer.add(part.to_vec()).unwrap().added, part.len() as u64);
    }
    (folder, path)
}

/// What a pair says, whatever the number of its family.
fn said(pair: &PassagePair<'_>) -> String {
    let PassagePair { a, b, tokens, matched, kind, first, source, .. } = pair;
    format!("{a:?} {b:?} {tokens} {matched} {kind:?} {first:?} {source:?}")
}

fn pairs(answer: &crate::detect::ScanResult) -> Vec<String> {
    (0..answer.pair_count()).map(|n| said(&answer.pair(n))).collect()
}

fn ask(path: &Path, texts: Vec<Document>) -> Answer {
    Reader::open(path).unwrap().query_all(texts, &QueryConfig::default()).unwrap()
}

/// Names and bytes of the files that count.
fn bytes(path: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(path).unwrap().map(Result::unwrap);
    let mut all: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name != "lock")
        .collect();
    all.sort();
    all
}

/// Hashes of the files that count, but for what depends on the history of keys.
fn same(path: &Path) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for (name, mut bytes) in bytes(path) {
        if name.ends_with(".history") {
            continue;
        }
        if name == "wirecopy-index" {
            let text = String::from_utf8(bytes).unwrap();
            let depends = |line: &&str| line.starts_with("history") || line.starts_with("checksum");
            bytes = text.lines().filter(|line| !depends(line)).collect::<String>().into_bytes();
        }
        all.push((name, crate::hash::xxh3_64(&bytes)));
    }
    all
}

#[test]
fn a_budget_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    let line = |n: u64| {
        let document = document(n % 75);
        let record = serde_json::json!({"id": document.id, "text": document.text.as_str()});
        format!("{record}\n")
    };
    // Some come twice.
    fs::write(&input, (0..80).map(line).collect::<String>()).unwrap();
    let mut made = Vec::new();
    for (n, memory) in [None, Some(1), Some(1 << 20)].into_iter().enumerate() {
        let path = folder.path().join(n.to_string());
        let mut writer = Writer::create(&path, 5).unwrap();
        let inputs = vec![input.display().to_string()];
        let config = ScanConfig { inputs, memory, ..ScanConfig::default() };
        let added = writer.add_inputs(&config, &Silent).unwrap();
        assert_eq!((added.added, added.repeated), (75, 5));
        made.push(bytes(&path));
    }
    let (_folder, path) = without_meta(0..75);
    assert!(made.iter().all(|one| *one == bytes(&path)));
}

/// An index of documents of which nothing but the text is known, with their families.
fn without_meta(range: std::ops::Range<u64>) -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = index(0..0, 1);
    let plain = |document: Document| Document { meta: Meta::default(), ..document };
    let all: Vec<Document> = documents(range).into_iter().map(plain).collect();
    Writer::open(&path).unwrap().add(all).unwrap();
    (folder, path)
}

#[test]
fn an_answer_is_that_of_a_scan() {
    let (_folder, path) = index(0..120, 1_000);
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.len(), 120);
    let config = ScanConfig { against: vec!["set".to_owned()], ..ScanConfig::default() };
    for n in 120..140 {
        let text = vec![document(n)];
        let answer = reader.query_all(text.clone(), &QueryConfig::default()).unwrap();
        let scanned = scan_documents(text, documents(0..120), &config, &Silent).unwrap();
        assert!(scanned.pair_count() > 10, "{}", scanned.pair_count());
        assert_eq!(pairs(&answer.result), pairs(&scanned));
        assert_eq!(answer.left_out, 0);
        assert_eq!(answer.result.family_count(), scanned.family_count());
    }
}

#[test]
fn documents_are_read_back() {
    let (_folder, path) = index(0..40, 7);
    let reader = Reader::open(&path).unwrap();
    for n in 0..40 {
        assert_eq!(reader.document(&format!("d{n:03}")).unwrap(), Some(document(n)));
    }
    assert_eq!(reader.document("d0").unwrap(), None);
    assert_eq!(check(&path).unwrap().documents, 40);
}

#[test]
fn batches_give_the_same_answers_and_after_compact_the_same_bytes() {
    let (_one, once) = without_families(0..100, 1_000);
    for batch in [1, 3, 17] {
        let (_many, path) = without_families(0..100, batch);
        let segments = Reader::open(&path).unwrap().info().segments;
        assert!((2..=13).contains(&segments), "{segments} segments of batches of {batch}");
        let texts = documents(100..110);
        assert_eq!(pairs(&ask(&path, texts.clone()).result), pairs(&ask(&once, texts).result));
        Writer::open(&path).unwrap().compact().unwrap();
        assert_eq!(same(&path), same(&once));
    }
}

/// An `add` writes what is new and nothing else; segments are merged after it, for it or by the
/// next one. Readers of before and after see the same.
#[test]
fn an_add_is_acknowledged_before_segments_are_merged() {
    let (_folder, path) = index(0..3, 1);
    let mut writer = Writer::open(&path).unwrap();
    writer.add(documents(3..4)).unwrap();
    let before = Reader::open(&path).unwrap();
    let segments = |path: &Path| Reader::open(path).unwrap().info().segments;
    assert_eq!(segments(&path), 4);
    writer.settle(&ScanConfig::default()).unwrap();
    assert_eq!(segments(&path), 1);
    let families = |reader: &Reader| reader.families(&FamilyFilter::default(), 0, 99).unwrap();
    let after = Reader::open(&path).unwrap();
    assert_eq!(families(&after), families(&before));
    for n in 0..4 {
        let id = format!("d{n:03}");
        assert_eq!(before.document(&id).unwrap(), Some(document(n)));
        assert_eq!(after.document(&id).unwrap(), Some(document(n)));
    }
    writer.settle(&ScanConfig::default()).unwrap();
    for n in 4..104 {
        writer.set_families(false);
        writer.add(documents(n..n + 1)).unwrap();
        assert!(segments(&path) <= 13, "{}", segments(&path));
    }
    assert!(check(&path).unwrap().damage.is_empty());
}

/// What an `add` costs does not grow with what is there.
#[test]
fn small_additions_leave_a_large_segment_alone() {
    let (_folder, path) = without_families(0..70, 70);
    let is_segment = |name: &String| name.ends_with(".segment");
    let names = || bytes(&path).into_iter().map(|(name, _)| name).filter(is_segment);
    let large = names().next().unwrap();
    let mut writer = Writer::open(&path).unwrap();
    writer.set_families(false);
    for n in 70..100 {
        writer.add(documents(n..n + 1)).unwrap();
        writer.settle(&ScanConfig::default()).unwrap();
        assert!(names().any(|name| name == large), "{n}");
        assert!(names().count() <= 8, "{n}: {}", names().count());
    }
    drop(writer);
    assert_eq!(Reader::open(&path).unwrap().len(), 100);
    assert!(check(&path).unwrap().damage.is_empty());
}

#[test]
fn what_is_removed_is_not_found_and_may_come_back() {
    let (_folder, path) = index(0..60, 20);
    let (_less, fewer) = index(20..60, 1_000);
    let (_all, whole) = index(0..60, 1_000);
    let ids: Vec<String> = (0..20).map(|n| format!("d{n:03}")).chain(["none".to_owned()]).collect();
    let mut writer = Writer::open(&path).unwrap();
    assert_eq!(writer.remove(&ids).unwrap(), ["none"]);
    assert_eq!(writer.remove(&ids).unwrap().len(), 21);
    let texts = || documents(60..66);
    assert_eq!(Reader::open(&path).unwrap().len(), 40);
    assert_eq!(pairs(&ask(&path, texts()).result), pairs(&ask(&fewer, texts()).result));
    writer.compact().unwrap();
    assert_eq!(same(&path), same(&fewer));
    assert_eq!(writer.add(documents(0..20)).unwrap().added, 20);
    assert_eq!(pairs(&ask(&path, texts()).result), pairs(&ask(&whole, texts()).result));
    writer.compact().unwrap();
    assert_eq!(same(&path), same(&whole));
    drop(writer);
    let ids: Vec<String> = (0..60).map(|n| format!("d{n:03}")).collect();
    Writer::open(&path).unwrap().remove(&ids).unwrap();
    assert!(Reader::open(&path).unwrap().is_empty());
    assert_eq!(ask(&path, texts()).result.pair_count(), 0);
}

#[test]
fn a_document_takes_the_place_of_another_of_its_id() {
    let (_folder, path) = index(0..10, 10);
    let mut writer = Writer::open(&path).unwrap();
    let mut changed = documents(0..10);
    changed[3].text = words(77, 50).into();
    changed[4].meta.title = Some("Another".to_owned());
    changed.push(changed[5].clone());
    let added = writer.add(changed.clone()).unwrap();
    assert_eq!((added.added, added.replaced, added.unchanged, added.repeated), (0, 2, 8, 1));
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.len(), 10);
    for one in &changed {
        assert_eq!(reader.document(&one.id).unwrap().as_ref(), Some(one));
    }
}

#[test]
fn a_reader_keeps_its_commit_and_a_second_writer_is_refused() {
    let (_folder, path) = index(0..20, 20);
    let reader = Reader::open(&path).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    let refused = Writer::open(&path).unwrap_err().to_string();
    assert!(refused.contains("ix: another process is writing to this index"), "{refused}");
    writer.add(documents(20..90)).unwrap();
    writer.remove(&["d001".to_owned()]).unwrap();
    writer.compact().unwrap();
    assert_eq!(reader.len(), 20);
    assert_eq!(reader.document("d001").unwrap(), Some(document(1)));
    assert_eq!(reader.document("d030").unwrap(), None);
    assert_eq!(Reader::open(&path).unwrap().len(), 89);
}

#[test]
fn too_many_candidates_are_said() {
    let (_folder, path) = index(0..80, 80);
    let config = QueryConfig { max_candidates: 10, ..QueryConfig::default() };
    let answer = Reader::open(&path).unwrap().query(document(80), &config).unwrap();
    assert_eq!(answer.candidates, 10);
    assert!(answer.left_out >= 10, "{}", answer.left_out);
}

#[test]
fn wrong_paths_and_settings_are_refused_with_a_cure() {
    let (folder, path) = index(0..5, 5);
    let said = |error: Error| error.to_string();
    let none = said(Reader::open(folder.path()).unwrap_err());
    assert!(none.contains("there is no index here. check the path"), "{none}");
    assert!(said(Writer::open(folder.path()).unwrap_err()).contains("there is no index here"));
    assert!(!folder.path().join("lock").exists());
    assert!(said(Writer::create(&path, 5).unwrap_err()).contains("the folder is there and is not"));
    let mut config = QueryConfig::default();
    config.scan.ngram_size = 4;
    let size = said(Reader::open(&path).unwrap().query(document(1), &config).unwrap_err());
    assert!(size.contains("shingles of 5 words"), "{size}");
}

/// What an index is asked: what it shares with texts, and which families have keys.
struct Asked {
    texts: Vec<Document>,
    keys: Vec<String>,
}

/// What an index answers to some questions; none where it says that it is damaged.
fn answers(path: &Path, asked: &Asked) -> Option<Vec<String>> {
    let damage = |error: Error| match error {
        Error::Corrupt { .. } | Error::Input { .. } | Error::Io { .. } => None::<()>,
        other => panic!("{other}"),
    };
    let reader = match Reader::open(path) {
        Ok(reader) => reader,
        Err(error) => return damage(error).map(|()| Vec::new()),
    };
    let answer = match reader.query_all(asked.texts.clone(), &QueryConfig::default()) {
        Ok(answer) => answer,
        Err(error) => return damage(error).map(|()| Vec::new()),
    };
    let mut said = pairs(&answer.result);
    match reader.families(&FamilyFilter::default(), 0, usize::MAX) {
        Ok(page) => said.extend(page.families.iter().map(|family| format!("{family:?}"))),
        Err(error) => return damage(error).map(|()| Vec::new()),
    }
    for key in &asked.keys {
        match reader.family(key) {
            Ok(family) => said.push(format!("{key}: {family:?}")),
            Err(error) => return damage(error).map(|()| Vec::new()),
        }
    }
    Some(said)
}

/// Bytes of every file are changed, every file is cut at many lengths, and files change names: an
/// answer is the right one or none, and a check names the file and the byte. Of a page one byte in
/// some is enough, since its checksum knows no place.
#[test]
fn damage_is_named_and_never_answered() {
    for is_kept in [true, false] {
        damaged(61, is_kept);
    }
}

/// The same for every byte and every length: `just damage-index`.
#[test]
#[ignore = "long"]
fn every_damage_is_named_and_never_answered() {
    for is_kept in [true, false] {
        damaged(1, is_kept);
    }
}

/// A small index of every kind of page, in two segments of which one has lost a document, with
/// texts or with their tokens alone; and all keys that its families have had.
fn every_kind(path: &Path, is_kept: bool) -> Vec<String> {
    let create = if is_kept { Writer::create } else { Writer::create_without_texts };
    let mut writer = create(path, 5).unwrap();
    let families = || {
        let page = Reader::open(path).unwrap().families(&FamilyFilter::default(), 0, usize::MAX);
        page.unwrap().families.into_iter().map(|family| family.key)
    };
    writer.add(documents(18..22)).unwrap();
    writer.add(documents(22..25)).unwrap();
    let mut keys: Vec<String> = families().collect();
    writer.remove(&["d018".to_owned()]).unwrap();
    keys.extend(families());
    keys.sort();
    keys.dedup();
    let mut kinds: Vec<String> = bytes(path)
        .iter()
        .filter_map(|(name, _)| name.split_once('.').map(|(_, suffix)| suffix.to_owned()))
        .collect();
    kinds.sort();
    let books: &[&str] = if is_kept { &["families", "history"] } else { &[] };
    assert_eq!(kinds, [books, &["segment"; 2]].concat());
    keys
}

/// Parts of the work, each on a copy of its own.
const PARTS: usize = 2;

fn damaged(step: usize, is_kept: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let asked = Asked { keys: every_kind(&path, is_kept), texts: documents(25..27) };
    assert_eq!(is_kept, !asked.keys.is_empty());
    let right = answers(&path, &asked).unwrap();
    // Without texts there are no families.
    assert!(right.len() > if is_kept { 5 } else { 4 }, "{}", right.len());
    let files = bytes(&path);
    let work = |part: usize| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ix");
        fs::create_dir(&path).unwrap();
        for (name, whole) in &files {
            fs::write(path.join(name), whole).unwrap();
        }
        let mut trial = Trial { path, asked: &asked, right: &right, tried: 0, refused: 0 };
        let one = ScanConfig { threads: 1, ..ScanConfig::default() };
        let whole = || {
            for (name, whole) in &files {
                trial.file((name, whole), (part, step));
            }
            Ok((trial.tried, trial.refused))
        };
        crate::detect::in_workers(&one, whole).unwrap()
    };
    let (tried, refused) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..PARTS).map(|part| scope.spawn(move || work(part))).collect();
        let counts = workers.into_iter().map(|worker| worker.join().unwrap());
        counts.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    });
    let bytes: usize = files.iter().map(|(_, whole)| whole.len()).sum();
    assert!(tried >= 2 * bytes / step / 5, "{tried} of {bytes} bytes");
    assert!(refused > tried / 3, "{refused} of {tried}");
    println!(
        "{tried} kinds of damage to {bytes} bytes: {refused} refused, the rest answered right"
    );
    let segments: Vec<_> = files.iter().filter(|(name, _)| name.ends_with(".segment")).collect();
    let [(first, a), (second, b)] = &segments[..] else { panic!("{} segments", segments.len()) };
    fs::write(path.join(first), b).unwrap();
    fs::write(path.join(second), a).unwrap();
    assert_eq!(answers(&path, &asked), None);
    assert_eq!(check(&path).unwrap().damage.len(), 2);
    fs::remove_file(path.join(first)).unwrap();
    assert_eq!(answers(&path, &asked), None);
    assert_eq!(check(&path).unwrap().damage.len(), 2);
}

/// A copy of an index, of which one file at a time is damaged in its place: to write it anew each
/// time would wait for the disk.
struct Trial<'a> {
    path: PathBuf,
    asked: &'a Asked,
    right: &'a [String],
    tried: usize,
    refused: usize,
}

impl Trial<'_> {
    /// Changes every byte of a file and cuts it at every length, of which it takes its part.
    fn file(&mut self, (name, whole): (&str, &[u8]), (part, step): (usize, usize)) {
        let mut file = fs::OpenOptions::new().write(true).open(self.path.join(name)).unwrap();
        let mut write = |at: usize, bytes: &[u8]| {
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            file.write_all(bytes).unwrap();
        };
        let is_paged = name != "wirecopy-index";
        let (step, cuts) = match (is_paged, step) {
            (true, 1) | (false, _) => (1, 1),
            (true, step) => (step, step * 5),
        };
        for n in (part * step..whole.len()).step_by(PARTS * step) {
            write(n, &[whole[n] ^ 1 << (n % 8)]);
            self.is_right(name, is_paged.then_some(n as u64));
            write(n, &whole[n..=n]);
        }
        write(whole.len(), b"more");
        self.is_right(name, None);
        let lengths: Vec<usize> = (part * cuts..whole.len()).step_by(PARTS * cuts).collect();
        for length in lengths.into_iter().rev() {
            file.set_len(length as u64).unwrap();
            self.is_right(name, None);
        }
        fs::write(self.path.join(name), whole).unwrap();
        assert_eq!(answers(&self.path, self.asked).as_deref(), Some(self.right), "{name}");
    }

    /// What is answered now is right or nothing, and the damage of this file, at this byte if that
    /// is known, is named.
    fn is_right(&mut self, name: &str, at: Option<u64>) {
        let answer = answers(&self.path, self.asked);
        assert!(answer.as_ref().is_none_or(|answer| *answer == self.right), "{name} {at:?}");
        self.tried += 1;
        self.refused += usize::from(answer.is_none());
        match check(&self.path) {
            Ok(checked) => {
                let named = checked.damage.iter().any(|error| match error {
                    Error::Corrupt { path, offset, .. } => {
                        path.ends_with(name)
                            && at.is_none_or(|at| (*offset..*offset + 4096).contains(&at))
                    }
                    _ => false,
                });
                assert!(named, "{name} {at:?}: {:?}", checked.damage);
            }
            // Another version, or no index.
            Err(error) => assert!(error.to_string().contains("ix"), "{error}"),
        }
    }
}

#[test]
fn pages_that_change_places_are_damage() {
    let (_folder, path) = index(0..24, 24);
    let (name, whole) =
        bytes(&path).into_iter().find(|(name, _)| name.ends_with("segment")).unwrap();
    let mut swapped = whole.clone();
    swapped[4096..8192].copy_from_slice(&whole[8192..12288]);
    swapped[8192..12288].copy_from_slice(&whole[4096..8192]);
    fs::write(path.join(&name), swapped).unwrap();
    let checked = check(&path).unwrap();
    assert_eq!(checked.damage.len(), 2, "{:?}", checked.damage);
}

#[test]
fn after_a_failure_a_writer_takes_nothing_more() {
    let (_folder, path) = index(0..5, 5);
    let mut writer = Writer::open(&path).unwrap();
    let (name, whole) =
        bytes(&path).into_iter().find(|(name, _)| name.ends_with("segment")).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(path.join(&name), damaged).unwrap();
    drop(writer);
    writer = Writer::open(&path).unwrap();
    writer.set_families(false);
    writer.add(documents(5..6)).unwrap();
    assert!(matches!(writer.compact().unwrap_err(), Error::Corrupt { .. }));
    let refused = writer.add(documents(6..7)).unwrap_err().to_string();
    assert!(refused.contains("an earlier change of the index failed"), "{refused}");
    assert_eq!(Reader::open(&path).unwrap().len(), 6);
}

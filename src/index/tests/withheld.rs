//! An index that keeps no texts: it finds the same passages, and says what it cannot know.

use super::{Asked, answers, bytes, documents};
use crate::corpus::Document;
use crate::detect::ScanConfig;
use crate::index::{FamilyFilter, FamilyState, QueryConfig, Reader, Writer, check};
use crate::record::{PassagePair, Side};
use std::fs;
use std::path::Path;

/// Documents of which some have letters of more than one byte.
fn texts(range: std::ops::Range<u64>) -> Vec<Document> {
    let accents = |(n, one): (usize, Document)| {
        let text = if n % 2 == 0 { one.text.replace('3', "é字") } else { one.text.into_string() };
        Document { text: text.into(), ..one }
    };
    documents(range).into_iter().enumerate().map(accents).collect()
}

fn made(path: &Path, batch: usize, texts: &[Document], is_kept: bool) {
    let create = if is_kept { Writer::create } else { Writer::create_without_texts };
    let mut writer = create(path, 5).unwrap();
    for part in texts.chunks(batch) {
        writer.add(part.to_vec()).unwrap();
    }
}

/// What a pair says of places.
fn places(pair: &PassagePair<'_>) -> String {
    let side = |side: &Side<'_>| {
        let Side { id, outlet, date, title, start, end, char_start, char_end, .. } = side;
        format!("{id} {outlet:?} {date:?} {title:?} {start} {end} {char_start} {char_end}")
    };
    format!("{} {} {} {}", side(&pair.a), side(&pair.b), pair.tokens, pair.matched)
}

#[test]
fn tokens_alone_lead_to_the_same_passages() {
    let folder = tempfile::tempdir().unwrap();
    let [with, without] = ["with", "without"].map(|name| folder.path().join(name));
    made(&with, 40, &texts(0..80), true);
    made(&without, 40, &texts(0..80), false);
    let [with, without] = [with, without].map(|path| Reader::open(path).unwrap());
    let budget = ScanConfig { memory: Some(1), ..ScanConfig::default() };
    let budget = QueryConfig { scan: budget, ..QueryConfig::default() };
    for text in texts(80..92) {
        let own = text.id.clone();
        let ask =
            |reader: &Reader, config: &QueryConfig| reader.query(text.clone(), config).unwrap();
        let right = ask(&with, &QueryConfig::default()).result;
        let all = |answer: &crate::detect::ScanResult| -> Vec<String> {
            (0..answer.pair_count()).map(|n| places(&answer.pair(n))).collect()
        };
        assert!(right.pair_count() > 5);
        for config in [&QueryConfig::default(), &budget] {
            let answer = ask(&without, config).result;
            assert_eq!(all(&answer), all(&right));
            for pair in (0..answer.pair_count()).map(|n| answer.pair(n)) {
                let is_first = pair.a.id == own;
                let (asked, other) = if is_first { (pair.a, pair.b) } else { (pair.b, pair.a) };
                assert_eq!(asked.text, &text.text[asked.start..asked.end]);
                assert_eq!(other.text, "");
                assert!(pair.kind_confidence <= 0.5, "{}", pair.kind_confidence);
            }
            // Of a family the words are those of the text that was asked about.
            for family in (0..answer.family_count()).map(|n| answer.family(n)) {
                assert!(!family.text.trim().is_empty() && family.kind_confidence <= 0.5);
            }
        }
    }
}

#[test]
fn an_index_without_texts_says_so_and_keeps_no_families() {
    let folder = tempfile::tempdir().unwrap();
    let [once, often] = ["once", "often"].map(|name| folder.path().join(name));
    made(&once, 60, &texts(0..60), false);
    made(&often, 7, &texts(0..60), false);
    let reader = Reader::open(&often).unwrap();
    let info = reader.info();
    assert!(!info.texts && info.family_state == FamilyState::None, "{info:?}");
    assert_eq!(reader.families(&FamilyFilter::default(), 0, 9).unwrap().total, 0);
    let whole = texts(0..60);
    for (one, read) in whole.iter().zip(reader.documents().unwrap()) {
        assert_eq!((&one.id, &one.meta), (&read.id, &read.meta));
        assert!(read.text.as_withheld().is_some() && read.text.trim().is_empty());
        assert_eq!(one.text.len(), read.text.len());
    }
    let mut writer = Writer::open(&often).unwrap();
    writer.set_families(true);
    assert_eq!(writer.add(texts(0..60)).unwrap().unchanged, 60);
    writer.compact().unwrap();
    assert_eq!(bytes(&once), bytes(&often));
    assert!(check(&often).unwrap().damage.is_empty());
}

#[test]
fn damage_of_tokens_is_named_and_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    made(&path, 6, &texts(18..24), false);
    let asked = Asked { texts: texts(24..28), keys: Vec::new() };
    let right = answers(&path, &asked).unwrap();
    assert!(right.len() > 2, "{}", right.len());
    for (name, whole) in bytes(&path) {
        for n in (0..whole.len()).step_by(if name.ends_with(".segment") { 409 } else { 1 }) {
            let mut damaged = whole.clone();
            damaged[n] ^= 1 << (n % 8);
            fs::write(path.join(&name), &damaged).unwrap();
            let answer = answers(&path, &asked);
            assert!(answer.is_none_or(|answer| answer == right), "{name} {n}");
            assert!(check(&path).map_or(true, |checked| !checked.damage.is_empty()), "{name} {n}");
        }
        fs::write(path.join(&name), &whole).unwrap();
    }
    // A manifest that takes the tokens for texts.
    let manifest = path.join("wirecopy-index");
    let text = fs::read_to_string(&manifest).unwrap();
    let lines = text[..text.find("checksum").unwrap()].replace("texts tokens\n", "");
    let sum = crate::hash::xxh3_64(lines.as_bytes());
    fs::write(&manifest, format!("{lines}checksum {sum:016x}\n")).unwrap();
    let error = Reader::open(&path).unwrap_err().to_string();
    assert!(error.contains("header is that of another"), "{error}");
}

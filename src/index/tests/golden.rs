//! Indexes of version 2 that were written once, with texts and without: they open, answer, and are
//! written alike today.

use super::{ask, bytes, documents, pairs};
use crate::hash::xxh3_64;
use crate::index::{FamilyFilter, Reader, Writer, check};
use std::fs;
use std::path::{Path, PathBuf};

/// The index of version 2. `WIRECOPY_BLESS=1` writes it anew, which only a new version may need.
fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/index-v2")
}

/// The manifest of an index that was written by version 1.
const FIRST_VERSION: &str = "\
wirecopy index 1
normal_form 2
ngram_size 5
window 11
segment 2c32c700ef04682d 28672 9 4
segment d0e80b2882d682ae 24576 2 -
families 4c261a12327e9597 20480 7 current
checksum 398abbf6c76f885b
";

/// The same of an index without texts.
fn golden_tokens() -> PathBuf {
    golden().with_file_name("index-v2-tokens")
}

/// An index of a few documents, one of which was removed.
fn written(path: &Path, texts: bool) {
    let create = if texts { Writer::create } else { Writer::create_without_texts };
    let mut writer = create(path, 5).unwrap();
    writer.add(documents(0..9)).unwrap();
    writer.add(documents(9..11)).unwrap();
    writer.remove(&["d004".to_owned()]).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in bytes(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

/// Writes the index anew, in the place of the golden one too where that is wanted; the golden one
/// has the same segments.
fn written_alike(golden: &Path, path: &Path, texts: bool) {
    written(path, texts);
    if std::env::var_os("WIRECOPY_BLESS").is_some() {
        fs::remove_dir_all(golden).ok();
        copy(path, golden);
    }
    // The families are left out: what judges them may learn.
    let segments = |path: &Path| -> Vec<_> {
        let sums = bytes(path).into_iter().map(|(name, bytes)| (name, xxh3_64(&bytes)));
        sums.filter(|(name, _)| name.ends_with(".segment")).collect()
    };
    assert_eq!(segments(path), segments(golden));
    let checked = check(golden).unwrap();
    assert!(checked.damage.is_empty() && checked.segments == 2, "{checked:?}");
}

/// The golden index answers as one written today does.
fn answers_alike(golden: &Path, path: &Path) {
    let texts = documents(11..14);
    let found = pairs(&ask(golden, texts.clone()).result);
    assert!(found.len() > 5, "{}", found.len());
    assert_eq!(found, pairs(&ask(path, texts).result));
}

#[test]
fn version_2_is_read_and_written_as_ever() {
    if !golden().exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    written_alike(&golden(), &path, true);
    let reader = Reader::open(golden()).unwrap();
    for (n, document) in documents(0..11).into_iter().enumerate() {
        let expected = (n != 4).then_some(document);
        assert_eq!(reader.document(&format!("d{n:03}")).unwrap(), expected);
    }
    let families = reader.families(&FamilyFilter::default(), 0, 100).unwrap();
    assert!(families.total > 3, "{}", families.total);
    for family in families.families {
        assert_eq!(reader.family(&family.key).unwrap(), Some(family));
    }
    answers_alike(&golden(), &path);
}

#[test]
fn version_2_without_texts_is_read_and_written_as_ever() {
    if !golden().exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    written_alike(&golden_tokens(), &path, false);
    answers_alike(&golden_tokens(), &path);
}

/// Each as it would come from elsewhere: the error says what is wrong with it.
#[test]
fn what_is_not_of_version_2_is_refused_by_name() {
    if !golden().exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sealed = |lines: &str| {
        let sum = xxh3_64(lines.as_bytes());
        format!("{lines}checksum {sum:016x}\n")
    };
    let text = fs::read_to_string(golden().join("wirecopy-index")).unwrap();
    let lines = text[..text.find("checksum").unwrap()].to_owned();
    let first = lines.lines().find(|line| line.starts_with("segment")).unwrap().to_owned();
    let cases = [
        (sealed(&lines.replace("index 2\n", "index 3\n")), "has format 3"),
        (FIRST_VERSION.to_owned(), "has format 1"),
        (sealed(&lines.replace("normal_form 2", "normal_form 9")), "normal form 9"),
        (sealed(&lines.replace("window 11", "window 12")), "create the index anew"),
        (sealed(&lines.replace("ngram_size 5", "ngram_size 6")), "header is that of another"),
        (sealed(&lines.replace(&first, "segment 00000000000000aa 4096 1 -")), "00000000000000aa"),
        (sealed(&lines.replace(&first, &format!("{first},0"))), "says nothing known"),
        (sealed(&format!("{lines}colour blue\n")), "says nothing known"),
        (lines, "checksum"),
        (text[..40].to_owned(), "checksum"),
        (String::new(), "no manifest"),
    ];
    for (n, (manifest, said)) in cases.into_iter().enumerate() {
        let path = folder.path().join(n.to_string());
        copy(&golden(), &path);
        fs::write(path.join("wirecopy-index"), &manifest).unwrap();
        let error = Reader::open(&path).unwrap_err().to_string();
        assert!(error.contains(said), "{n}: {error}");
    }
    let path = folder.path().join("order");
    copy(&golden(), &path);
    let (name, mut segment) =
        bytes(&path).into_iter().find(|(name, _)| name.ends_with(".segment")).unwrap();
    segment[16..24].reverse();
    fs::write(path.join(&name), segment).unwrap();
    let error = Reader::open(&path).unwrap_err().to_string();
    assert!(error.contains(&name) && error.contains("byte 0"), "{error}");
}

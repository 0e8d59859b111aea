//! What is written is read back, and what is damaged is told.
#![cfg(feature = "parquet")]

use super::from_json;
use crate::corpus::{Corpus, Document, Problem, ReadOptions, Tally};
use std::fs;
use std::io::{BufRead, Cursor};
use std::path::Path;

const SENTENCE: &str = "The old pump house on Canal Row will open to visitors on Saturday, after \
    four years in which volunteers scraped, oiled and argued over every one of its parts. ";

fn parquet(lines: &str) -> Vec<u8> {
    let mut open =
        || -> std::io::Result<Box<dyn BufRead>> { Ok(Box::new(Cursor::new(lines.to_owned()))) };
    from_json(&mut open, 100, Vec::new()).unwrap()
}

/// Documents, problems and the end of a reading.
fn read(path: &Path) -> (Vec<Document>, Vec<Problem>, Option<String>) {
    let input = path.to_str().unwrap().to_owned();
    let (corpus, _) = Corpus::open(&[input], ReadOptions::default()).unwrap();
    let (mut documents, mut problems, mut tally) = (Vec::new(), Vec::new(), Tally::default());
    for block in corpus.blocks() {
        let batch = corpus.parse(block.unwrap());
        tally.add(&batch);
        documents.extend(batch.documents);
        problems.extend(batch.problems);
    }
    (documents, problems, corpus.finish(&tally).err().map(|error| error.to_string()))
}

#[test]
fn rows_are_documents() {
    let lines = "{\"id\":7,\"text\":\"one caf\u{e9}\",\"outlet\":\"cnn\",\"date\":\"2017-12-15\"}\n\
        {\"id\":8,\"text\":null}\n{\"text\":\"two\",\"title\":\"T\",\"more\":[1,2]}\n";
    let folder = tempfile::tempdir().unwrap();
    let add = |name: &str, lines: &str| {
        let path = folder.path().join(name);
        fs::write(&path, parquet(lines)).unwrap();
        path
    };
    let (documents, problems, _) = read(&add("a.parquet", lines));
    let [one, two] = &documents[..] else { panic!("{documents:?}") };
    assert_eq!((one.id.as_str(), one.text.as_str()), ("7", "one caf\u{e9}"));
    assert_eq!(one.meta.outlet.as_deref(), Some("cnn"));
    assert_eq!(one.meta.date.as_ref().unwrap().text, "2017-12-15");
    assert!(two.id.ends_with("a.parquet:3") && two.text == "two");
    assert_eq!(two.meta.title.as_deref(), Some("T"));
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].line, &*problems[0].cause),
        (Some(2), "the text is null: column `text`")
    );
    assert_eq!(read(&add("b", lines)).0.len(), 2, "told by its first bytes");
    let failure = read(&add("c.parquet", "{\"words\":\"x\",\"n\":1}\n")).2.unwrap();
    assert!(failure.contains("the columns are n, words"), "{failure}");
    let (_, problems, _) = read(&add("d.parquet", "{\"text\":1}\n"));
    assert!(problems[0].cause.contains("not a string"), "{problems:?}");
}

/// Damage anywhere in a file costs rows of that file, and never the run.
#[test]
fn damage_is_told() {
    let line = |n| format!("{{\"id\":\"d{n}\",\"text\":\"text {n} {SENTENCE}\"}}\n");
    let whole = parquet(&(0..20).map(line).collect::<Vec<_>>().concat());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    for length in (0..whole.len()).step_by(37) {
        fs::write(&path, &whole[..length]).unwrap();
        let (documents, problems, failure) = read(&path);
        assert!(documents.is_empty() && problems[0].skipped && failure.is_some(), "{length}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        fs::write(&path, &damaged).unwrap();
        // Where no checksum tells, the rows are at least text, and not more than there were.
        assert!(read(&path).0.len() <= 20, "byte {at}");
    }
}

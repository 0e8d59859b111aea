//! What [`Corpus::visit`] hands over is what [`Corpus::parse`] reads, and can be read again.

use super::*;

/// A text without what separates its words: escapes may be spaces.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Visits the same inputs, and compares with what was parsed.
#[track_caller]
pub(super) fn check(inputs: &[&PathBuf], options: ReadOptions, parsed: &Read) {
    let folder = tempfile::tempdir().unwrap();
    let reread = Some(folder.path().to_path_buf());
    let Ok((corpus, problems)) = open(inputs, ReadOptions { reread, ..options }) else {
        return;
    };
    let (mut all, mut tally) = (problems, Tally::default());
    tally.add_problems(&all);
    let mut visited = Vec::new();
    for block in corpus.blocks() {
        let Ok(block) = block else { return };
        let batch = corpus.visit(block, &mut |record| {
            let id = record.id.clone().unwrap_or_default();
            visited.push((id, record.text.to_owned(), record.date.clone(), record.place));
        });
        assert!(batch.documents.is_empty());
        tally.add(&batch);
        all.extend(batch.problems);
    }
    assert_eq!(all, parsed.problems);
    assert_eq!(tally, parsed.tally);
    assert_eq!(visited.len(), parsed.documents.len());
    let mut reread = corpus.reread();
    for ((id, text, date, place), document) in visited.iter().zip(&parsed.documents) {
        assert_eq!(words(text), words(&document.text));
        assert_eq!(*date, document.meta.date);
        let named = if id.is_empty() { corpus.name(place) } else { id.clone() };
        assert_eq!(named, document.id);
        assert_eq!(words(reread.text(place).unwrap()), words(text), "{named} read again");
    }
    corpus.check_unchanged().unwrap();
}

#[test]
fn escapes_and_odd_records() {
    let folder = Folder::new();
    let lines = [
        r#"{"id":"a","text":"one\ntwo \"three\" \\ four"}"#,
        r#"{"id":"b","text":"caf\u00e9 \ud83d\ude00"}"#,
        r#"{"text":"x","date":"2024-01-02","title":"T\n"} "#,
        r#" {"text":7}"#,
        r#"{"id":{"a":1},"text":"y","more":[1,{"z":"]"}]}"#,
        r#"{"id":1e5,"text":"z"}"#,
        r#"{"id":"","text":""}"#,
        r#"{"id":"c","text":"a","text":"b"}"#,
        "{\"id\":\"d\",\"text\":\"tab\there\"}",
        "",
        "{}",
        r#"{"id":"e","text":"last, without a line feed"}"#,
    ];
    let read = {
        folder.add("docs.jsonl", lines.join("\n"));
        folder.read("docs.jsonl")
    };
    assert_eq!(read.documents.len(), 8);
    folder.add("crlf.jsonl", lines.join("\r\n"));
    assert_eq!(folder.read("crlf.jsonl").documents.len(), 8);
}

#[test]
fn one_column_in_two_roles_keeps_its_escapes() {
    let folder = Folder::new();
    let path = folder.add("docs.jsonl", r#"{"text":"one\ntwo"}"#);
    let id = Column { name: "text".to_owned(), chosen: true };
    let read = read(&[&path], ReadOptions { id, ..ReadOptions::default() }).unwrap();
    assert_eq!(read.ids(), ["one\ntwo"]);
}

#[test]
fn a_shorter_or_other_record_is_noticed() {
    let folder = Folder::new();
    let path = folder.add("docs.jsonl", "{\"text\":\"one two\"}\n");
    let reread = Some(folder.path(""));
    let options = ReadOptions { reread, ..ReadOptions::default() };
    let (corpus, _) = open(&[&path], options).unwrap();
    let mut place = None;
    for block in corpus.blocks() {
        corpus.visit(block.unwrap(), &mut |record| place = Some(record.place));
    }
    for content in ["{\"text\":\"one\"}\n", "{\"text\":    [1,2,3]}\n", "not json but as long\n"] {
        fs::write(&path, content).unwrap();
        let error = corpus.reread().text(&place.unwrap()).unwrap_err().to_string();
        assert!(error.contains("docs.jsonl: changed"), "{error}");
        assert!(corpus.check_unchanged().is_err());
    }
}

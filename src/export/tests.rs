//! Kept records from the inputs to the file.

use super::plan::Piece;
use super::{Keeper, Layout};
use crate::detect::{DedupConfig, Silent, dedup};
use crate::error::Result;
use crate::store::FolderDraft;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// Ten words that start with one.
fn ten(first: &str) -> String {
    format!("{first} two three four five six seven eight nine ten")
}

fn record(text: &str) -> String {
    format!("{{\"text\":\"{text}\"}}\n")
}

/// A folder with inputs and a result, which goes away with the test.
struct Run {
    folder: TempDir,
    config: DedupConfig,
}

impl Run {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), config: DedupConfig::default() }
    }

    fn create(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn add(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.create(name, bytes);
        self.config.inputs.push(path.to_str().unwrap().to_owned());
    }

    /// Removes duplicates, and writes what is kept after `meanwhile`. Returns the number of runs
    /// and the bytes of the file `name`.
    fn kept(&self, name: &str, meanwhile: impl FnOnce()) -> Result<(usize, Vec<u8>)> {
        let result = dedup(&self.config, &Silent)?;
        meanwhile();
        let corpus = &result.corpora()[0];
        let layout = Layout::new(corpus, &self.config.inputs, None)?;
        assert_eq!(layout.names(), [name]);
        let target = self.folder.path().join("out");
        let folder = FolderDraft::begin(&target)?;
        let mut pieces = result.kept_runs().map(|run| Ok(Piece::from(run)));
        let written = Keeper::new(corpus, &layout, &folder, &Silent)?.copy(&mut pieces)?;
        folder.publish(false)?;
        let bytes = fs::read(target.join(name)).unwrap();
        assert_eq!(written, bytes.len() as u64);
        Ok((result.kept_runs().count(), bytes))
    }
}

#[test]
fn kept_records_are_copied_unchanged() {
    let a = ten("one");
    let kept = [
        format!("{{\"text\" : \"{a}\\n\\u00e9\", \"x\":[1, 2]}}"),
        "  {\"other\":null,\"text\":\"alone \\\"in\\\" the world\"} \r".to_owned(),
        "{\"text\":\"last\"}".to_owned(),
    ];
    let dropped = format!("{{\"text\":\"{a} \u{e9}\"}}");
    let mut run = Run::new();
    let all = format!("{}\n{dropped}\n\nnot json\n{}\n{dropped}\n{}", kept[0], kept[1], kept[2]);
    run.add("docs.jsonl", all);
    let other = record("quite another story");
    run.add("more.jsonl", &other);
    let (runs, out) = run.kept("kept.jsonl", || {}).unwrap();
    let expected = format!("{}\n{}\n{}\n{other}", kept[0], kept[1], kept[2]);
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    assert_eq!(runs, 4);
}

#[test]
fn compressed_inputs_are_kept_compressed() {
    let lines: Vec<String> = ["one", "two", "one", "three"].map(|n| record(&ten(n))).into();
    let mut run = Run::new();
    run.config.threshold = 1.0;
    run.add("docs.jsonl.zst", zstd::encode_all(lines.concat().as_bytes(), 1).unwrap());
    let (_, out) = run.kept("kept.jsonl.zst", || {}).unwrap();
    let plain = zstd::decode_all(&out[..]).unwrap();
    assert_eq!(plain, [&lines[0][..], &lines[1], &lines[3]].concat().as_bytes());
}

#[test]
fn what_is_in_the_other_corpus_is_not_written() {
    let mut run = Run::new();
    run.add("docs.jsonl", [record(&ten("one")), record("one of its own")].concat());
    let other = run.create("other.jsonl", record(&ten("ONE")));
    run.config.against = vec![other.to_str().unwrap().to_owned()];
    let (_, out) = run.kept("kept.jsonl", || {}).unwrap();
    assert_eq!(out, record("one of its own").as_bytes());
}

#[test]
fn an_input_that_changes_is_refused() {
    let mut run = Run::new();
    run.add("docs.jsonl", record(&ten("one")));
    let change = || drop(run.create("docs.jsonl", record("something shorter")));
    let error = run.kept("kept.jsonl", change).unwrap_err().to_string();
    assert!(error.contains("docs.jsonl: changed"), "{error}");
}

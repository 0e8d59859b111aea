//! The readers end to end, hostile input above all.

#[cfg(feature = "archives")]
mod archives;
mod compressed;
mod cuts;
mod damage;
mod damaged_records;
mod folders;
mod pages;
mod records;
mod services;
mod tables;
mod twin;

use super::blocks::Content;
use super::*;
use crate::error::Error;
use crate::limits::Limits;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use tempfile::TempDir;

/// Everything that a reading returns.
#[derive(Debug, Default)]
struct Read {
    documents: Vec<Document>,
    problems: Vec<Problem>,
    tally: Tally,
    finish: Option<Error>,
}

impl Read {
    fn texts(&self) -> Vec<&str> {
        self.documents.iter().map(|document| document.text.as_str()).collect()
    }
    fn ids(&self) -> Vec<&str> {
        self.documents.iter().map(|document| document.id.as_str()).collect()
    }
    /// The only problem: its line, cause, and whether its record was left out.
    fn problem(&self) -> (Option<u64>, &str, bool) {
        assert_eq!(self.problems.len(), 1, "{:?}", self.problems);
        let problem = &self.problems[0];
        assert!(!problem.cure.is_empty());
        (problem.line, &problem.cause, problem.skipped)
    }
    fn failure(&self) -> String {
        self.finish.as_ref().expect("the reading should fail").to_string()
    }
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    fn add(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
    fn read(&self, name: &str) -> Read {
        read(&[&self.path(name)], ReadOptions::default()).unwrap()
    }
}

fn open(inputs: &[&PathBuf], options: ReadOptions) -> Result<(Corpus, Vec<Problem>)> {
    let inputs: Vec<_> = inputs.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    Corpus::open(&inputs, options)
}

fn read(inputs: &[&PathBuf], options: ReadOptions) -> Result<Read> {
    let (corpus, problems) = open(inputs, options.clone())?;
    let mut all = Read { problems, ..Read::default() };
    all.tally.add_problems(&all.problems);
    for (index, block) in corpus.blocks().enumerate() {
        let block = block?;
        assert_eq!(block.index(), index as u64);
        let batch = corpus.parse(block);
        assert_eq!(batch.index, index as u64);
        all.tally.add(&batch);
        all.documents.extend(batch.documents);
        all.problems.extend(batch.problems);
    }
    all.finish = corpus.finish(&all.tally).err();
    if inputs.iter().all(|path| path.is_file() || path.is_dir()) {
        twin::check(inputs, options, &all);
    }
    Ok(all)
}

fn lines(content: impl AsRef<[u8]>) -> Read {
    lines_with(content, ReadOptions::default())
}

fn lines_with(content: impl AsRef<[u8]>, options: ReadOptions) -> Read {
    let folder = Folder::new();
    let path = folder.add("a.jsonl", content);
    read(&[&path], options).unwrap()
}

fn limited(change: impl FnOnce(&mut Limits)) -> ReadOptions {
    let mut options = ReadOptions::default();
    change(&mut options.limits);
    options
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(content).unwrap();
    out.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    let mut out = zstd::Encoder::new(Vec::new(), 3).unwrap();
    out.include_checksum(true).unwrap();
    out.write_all(content).unwrap();
    out.finish().unwrap()
}

/// Records that differ and do not compress to nothing.
fn many(count: usize) -> String {
    let text = |n: usize| format!("{:x}", crate::hash::xxh3_128(&n.to_string().into_bytes()));
    let record = |n| format!("{{\"id\":{n},\"text\":\"{}\"}}\n", text(n).repeat(4));
    (0..count).map(record).collect::<Vec<_>>().concat()
}

//! What the fuzz targets share: a file of hostile bytes is read as any user's file is.

use std::path::PathBuf;
use wirecopy::corpus::{Corpus, Document, ReadOptions, Tally};
use wirecopy::limits::Limits;

/// Bounds small enough that a hostile file costs little, large enough to get past the head.
fn limits() -> Limits {
    Limits { record_bytes: 1 << 20, expanded_bytes: 8 << 20, ..Limits::default() }
}

/// Reads `bytes` as the file `name`; `None` where the reading as a whole is refused.
///
/// Every document that comes out is checked: its text is what later stages index.
pub fn read(name: &str, bytes: &[u8]) -> Option<Vec<Document>> {
    let path = folder().join(name);
    std::fs::write(&path, bytes).expect("the scratch folder is writable");
    let limits = limits();
    let options = ReadOptions { limits: limits.clone(), ..ReadOptions::default() };
    let inputs = [path.to_string_lossy().into_owned()];
    let (corpus, problems) = Corpus::open(&inputs, options).ok()?;
    let mut tally = Tally::default();
    tally.add_problems(&problems);
    let mut documents = Vec::new();
    for block in corpus.blocks() {
        let mut batch = corpus.parse(block.ok()?);
        tally.add(&batch);
        documents.append(&mut batch.documents);
    }
    assert_eq!(tally.documents(), documents.len() as u64, "the tally counts what comes out");
    assert!(documents.iter().all(|d| d.text.len() <= limits.record_bytes));
    // A refusal must be one that can be told.
    if let Err(error) = tally.finish(&corpus) {
        assert!(!error.to_string().is_empty());
    }
    Some(documents)
}

/// A folder of this process, in memory where there is such a place.
fn folder() -> PathBuf {
    let base = PathBuf::from("/dev/shm");
    let base = if base.is_dir() { base } else { std::env::temp_dir() };
    let folder = base.join(format!("wirecopy-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder can be made");
    folder
}

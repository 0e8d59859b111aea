//! Inputs that fuzzing has found worth keeping hold what every input must.

#[expect(unreachable_pub, reason = "the fuzz targets see them from outside")]
mod checks;

use crate::checkout::{root, skipped};
use std::fs;

/// Runs `check` over the kept inputs of a target.
#[track_caller]
fn all(target: &str, check: fn(&[u8])) {
    let folder = root().join("fuzz/corpus").join(target);
    let Ok(entries) = fs::read_dir(&folder) else {
        return skipped(&format!("inputs of the fuzz target {target}: a package has none"));
    };
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(std::panic::catch_unwind(|| check(&bytes)).is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 0, "no input in {}", folder.display());
}

#[test]
fn tokens_of_kept_inputs() {
    all("tokenize", checks::tokenize);
}

#[test]
fn shingles_of_kept_inputs() {
    all("shingle", checks::shingle);
}

#[test]
fn passages_of_kept_inputs() {
    all("chain", checks::chain);
}

#[test]
fn json_lines_of_kept_inputs() {
    all("jsonl", checks::jsonl);
}

#[test]
fn readers_of_kept_inputs() {
    all("decode", checks::decode);
}

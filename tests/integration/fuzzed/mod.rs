//! The inputs that fuzzing found worth keeping pass the checks of the fuzz targets.

#[expect(unreachable_pub, reason = "the fuzz targets see them from outside")]
mod checks;
#[expect(unreachable_pub, reason = "the fuzz targets see them from outside")]
mod index_checks;

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
fn kept_inputs_tokenize_alike_on_every_kernel() {
    all("tokenize", checks::tokenize);
}

#[test]
fn kept_inputs_shingle_as_each_window_alone() {
    all("shingle", checks::shingle);
}

#[test]
fn kept_inputs_share_what_brute_force_finds() {
    all("chain", checks::chain);
}

#[test]
fn kept_inputs_read_as_a_plain_json_parser_reads_them() {
    all("jsonl", checks::jsonl);
}

#[test]
fn kept_inputs_never_break_a_reader() {
    all("decode", checks::decode);
}

#[test]
fn kept_crawls_documents_archives_and_exports_never_break_a_reader() {
    all("arc", checks::arc);
    all("docx", checks::docx);
    all("rtf", checks::rtf);
    all("markdown", checks::markdown);
    all("markup", checks::markup);
    all("zip", checks::zip);
    all("body", checks::body);
    all("exports", checks::exports);
}

#[test]
fn kept_pages_never_break_a_reader() {
    all("json_ld", checks::json_ld);
    all("attributes", checks::attributes);
}

#[test]
fn kept_arrow_files_and_streams_never_break_a_reader() {
    all("arrow", checks::arrow);
}

#[test]
fn kept_tables_dates_and_envelopes_never_break_a_reader() {
    all("tables", checks::tables);
    all("dates", checks::dates);
    all("envelope", checks::envelope);
}

#[test]
fn kept_inputs_never_break_an_index() {
    all("index_open", index_checks::index_open);
    all("index_ops", index_checks::index_ops);
}

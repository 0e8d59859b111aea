//! Every reader takes any bytes: documents or a refusal, never a panic, in bounded memory.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 14] = [
    "input.jsonl.gz",
    "input.jsonl.zst",
    "input.jsonl.bz2",
    "input.txt",
    "input.txt.gz",
    "input.ndjson",
    "input.json",
    "input.csv",
    "input.tsv",
    "input.csv.zst",
    "input.html",
    "input.parquet",
    "input.warc",
    "input.warc.gz",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(first) % NAMES.len()];
    for document in wirecopy_fuzz::read(name, rest).unwrap_or_default() {
        assert!(!document.id.is_empty());
    }
});

//! JSON Lines against a plain parser: the same documents, with the same texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // A file that begins as a list is read as one.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return;
    }
    let Some(documents) = wirecopy_fuzz::read("input.jsonl", bytes) else { return };
    let mut texts = documents.iter().map(|document| document.text.as_str());
    // A record that a general parser accepts and that has one text must come out unchanged.
    for line in bytes.split(|&byte| byte == b'\n') {
        let Ok(Value::Object(record)) = serde_json::from_slice(line) else { continue };
        let once = line.windows(6).filter(|w| w == b"\"text\"").count() == 1;
        if let Some(Value::String(text)) = record.get("text").filter(|_| once)
            && line.len() < 1000
            && plain(&record)
        {
            assert!(texts.any(|found| found == text), "lost: {text:?}");
        }
    }
});

/// Whether the columns that are read beside the text cannot make a record fail.
fn plain(record: &serde_json::Map<String, Value>) -> bool {
    record.values().all(|value| matches!(value, Value::String(_)))
}

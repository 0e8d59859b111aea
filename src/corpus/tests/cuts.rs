//! Blocks: that the cuts do not matter, buffers, raw records, tallies.

use super::*;
use proptest::prelude::*;

#[test]
fn raw_records_are_exact() {
    let folder = Folder::new();
    folder.add(
        "in/a.jsonl",
        b"\xef\xbb\xbf{\"text\":\"1\"}\r\nbad\n\n {\"text\":\"\xff\"}\n{\"text\":\"3\"}",
    );
    folder.add("in/b.txt", b"\xef\xbb\xbfwhole\n");
    folder.add("in/c.txt", "");
    folder.add("in/d.txt.gz", gzip(b"more\r\n"));
    folder.add("in/e.jsonl.gz", gzip(b"{\"text\":\"4\"}\r\n\n{\"text\":\"5\"}\n"));
    let options = limited(|limits| limits.block_bytes = 20);
    let all = read(&[&folder.path("in")], options.clone()).unwrap();
    assert_eq!(all.texts(), ["1", "\u{fffd}", "3", "whole\n", "more\r\n", "4", "5"]);
    let raw: [&[u8]; 7] = [
        b"{\"text\":\"1\"}\r",
        b" {\"text\":\"\xff\"}",
        b"{\"text\":\"3\"}",
        b"\xef\xbb\xbfwhole\n",
        b"",
        b"{\"text\":\"4\"}\r",
        b"{\"text\":\"5\"}",
    ];
    assert_eq!(raw_records(&folder.path("in"), options), raw);
}

/// The bytes of all records, read a second time as those do who write them back; of a compressed
/// text file nothing, because it is copied as it is stored.
fn raw_records(input: &PathBuf, options: ReadOptions) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let reread = Some(folder.path().to_path_buf());
    let (corpus, _) = open(&[input], ReadOptions { reread, ..options }).unwrap();
    let mut places = Vec::new();
    for block in corpus.blocks() {
        corpus.visit(block.unwrap(), &mut |record| places.push(record.place));
    }
    let mut reader = corpus.reread();
    let mut raw = |place: RecordPlace| {
        let path = corpus.source_path(place.source as usize);
        let packed_text = path.to_string_lossy().ends_with(".txt.gz");
        let mut bytes = vec![0; if packed_text { 0 } else { place.bytes as usize }];
        reader.read(place.source, place.offset, &mut bytes).unwrap();
        bytes
    };
    places.into_iter().map(&mut raw).collect()
}

#[test]
fn small_files_share_blocks() {
    let folder = Folder::new();
    for n in 0..600 {
        folder.add(&format!("in/{n:04}.txt"), format!("text {n}"));
    }
    let (corpus, _) = open(&[&folder.path("in")], ReadOptions::default()).unwrap();
    assert_eq!(corpus.blocks().count(), 3);
    assert_eq!(corpus.source_count(), 600);
    let taken: u64 = corpus.blocks().map(|block| block.unwrap().input_bytes()).sum();
    assert_eq!(taken, corpus.input_bytes());
}

#[test]
fn buffers_come_back() {
    let folder = Folder::new();
    let path = folder.add("a.jsonl", many(2000));
    let (corpus, _) = open(&[&path], limited(|limits| limits.block_bytes = 4096)).unwrap();
    let mut places = std::collections::BTreeSet::new();
    for block in corpus.blocks() {
        let block = block.unwrap();
        if let Content::Records(lines) = &block.content {
            places.insert(lines.raw.as_ptr());
        }
        drop(corpus.parse(block));
    }
    assert!(places.len() <= 3, "{} buffers for one block at a time", places.len());
}

#[test]
fn tallies_merge_in_any_order() {
    let folder = Folder::new();
    let path = folder.add("a.jsonl", many(200) + "bad\n{\"x\":1}\n");
    let (corpus, _) = open(&[&path], limited(|limits| limits.block_bytes = 1000)).unwrap();
    let (mut all, mut even, mut odd) = (Tally::default(), Tally::default(), Tally::default());
    for block in corpus.blocks() {
        let batch = corpus.parse(block.unwrap());
        all.add(&batch);
        if batch.index.is_multiple_of(2) { even.add(&batch) } else { odd.add(&batch) }
    }
    let (mut one, mut two) = (odd.clone(), even.clone());
    one.merge(&even);
    two.merge(&odd);
    assert_eq!((&one, &two), (&all, &all));
    assert_eq!((all.documents(), all.skipped()), (200, 2));
}

fn line() -> impl Strategy<Value = String> {
    let record = |text: String| serde_json::json!({ "text": text }).to_string();
    prop_oneof![
        4 => "[a-zé\\\\\"\n😀]{0,40}".prop_map(record),
        1 => Just("not json".to_owned()),
        1 => Just(" \r".to_owned()),
        1 => Just(format!("{{\"text\":\"{}\"}}", "x".repeat(90))),
        1 => Just("{\"text\":\"cr\"}\r".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cuts_do_not_matter(
        lines in prop::collection::vec(line(), 0..20),
        last in any::<bool>(),
        mark in any::<bool>(),
        record_bytes in prop_oneof![Just(1_usize << 20), 50_usize..110],
    ) {
        let mut content = if mark { "\u{feff}".to_owned() } else { String::new() };
        content += &lines.join("\n");
        if last { content.push('\n'); }
        let folder = Folder::new();
        let path = folder.add("a.jsonl", &content);
        let at = |block_bytes| {
            let options = limited(|limits| {
                limits.block_bytes = block_bytes;
                limits.record_bytes = record_bytes;
            });
            (read(&[&path], options.clone()).unwrap(), raw_records(&path, options))
        };
        let (whole, whole_raw) = at(1 << 20);
        for block_bytes in (1..content.len() + 2).step_by(1 + content.len() / 40) {
            let (cut, cut_raw) = at(block_bytes);
            prop_assert_eq!(&cut.documents, &whole.documents, "{}", block_bytes);
            prop_assert_eq!(&cut.problems, &whole.problems, "{}", block_bytes);
            prop_assert_eq!(&cut_raw, &whole_raw, "{}", block_bytes);
            prop_assert_eq!(cut.tally.skipped(), whole.tally.skipped());
        }
    }

    #[test]
    fn garbage_never_panics(content in prop::collection::vec(any::<u8>(), 0..300)) {
        let folder = Folder::new();
        folder.add("in/a.jsonl", &content);
        folder.add("in/b.txt", &content);
        folder.add("in/c", &content);
        folder.add("in/d.txt.gz", [&b"\x1f\x8b\x08"[..], &content].concat());
        folder.add("in/e.jsonl.zst", [&b"\x28\xb5\x2f\xfd"[..], &content].concat());
        let all = folder.read("in");
        prop_assert!(all.documents.len() + all.problems.len() >= 2);
    }
}

//! Compressed input, whole and broken.

use super::*;

#[test]
fn compressed_files_of_several_members() {
    let folder = Folder::new();
    let content = many(3000);
    let (a, b) = content.split_at(content.len() / 3);
    folder.add("plain.jsonl", &content);
    folder.add("a.jsonl.gz", [gzip(a.as_bytes()), gzip(b.as_bytes())].concat());
    folder.add("b.jsonl.zst", [zstd(a.as_bytes()), zstd(b.as_bytes())].concat());
    folder.add("misnamed.jsonl", gzip(content.as_bytes()));
    folder.add("noname.gz", zstd(content.as_bytes()));
    let plain = folder.read("plain.jsonl");
    assert_eq!(plain.documents.len(), 3000);
    for name in ["a.jsonl.gz", "b.jsonl.zst", "misnamed.jsonl", "noname.gz"] {
        let all = folder.read(name);
        assert_eq!(all.documents, plain.documents, "{name}");
        assert_eq!(all.problems, [], "{name}");
    }
    folder.add("t/x/one.txt.gz", gzip(b"one"));
    folder.add("t/x/two.md.zst", zstd(b"two"));
    assert_eq!(folder.read("t").texts(), ["one", "two"]);
}

#[test]
fn truncated_compression_keeps_what_stood_before() {
    let folder = Folder::new();
    let content = many(20_000);
    for (name, whole) in [("a.gz", gzip(content.as_bytes())), ("a.zst", zstd(content.as_bytes()))] {
        folder.add(name, &whole[..whole.len() / 2]);
        let all =
            read(&[&folder.path(name)], limited(|limits| limits.block_bytes = 64 << 10)).unwrap();
        let count = all.documents.len();
        assert!(count > 1000 && count < 20_000, "{name}: {count}");
        let (line, cause, skipped) = all.problem();
        assert!(skipped && cause.contains("end early"), "{name}: {cause}");
        assert_eq!(line, Some(count as u64 + 1), "{name}");
        let mut corrupt = whole.clone();
        let middle = corrupt.len() / 2;
        corrupt[middle..middle + 64].fill(0x55);
        folder.add(name, corrupt);
        let all = folder.read(name);
        assert!(all.documents.len() > 1000, "{name}");
        let damage = |problem: &&Problem| problem.cause.starts_with("cannot be read on");
        assert_eq!(all.problems.iter().filter(damage).count(), 1, "{name}");
        folder.add(&format!("dir/{name}"), &whole[..7]);
    }
    folder.add("dir/b.txt.gz", &gzip(b"some text")[..12]);
    let all = folder.read("dir");
    assert_eq!(all.documents, []);
    assert_eq!(all.problems.len(), 3);
}

/// Records of a crawl that differ and do not compress to nothing.
fn crawl(count: usize) -> Vec<String> {
    let text = |n: usize| format!("{:x} ", crate::hash::xxh3_128(&n.to_string().into_bytes()));
    let record = |n: usize| {
        let text: String = (0..40).map(|part| text(100 * n + part)).collect();
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    (0..count).map(record).collect()
}

#[test]
fn a_crawl_is_read_on_after_a_damaged_member() {
    let folder = Folder::new();
    let records = crawl(6);
    let mut members: Vec<Vec<u8>> = records.iter().map(|record| gzip(record.as_bytes())).collect();
    for n in [2, 4] {
        let checksum = members[n].len() - 6;
        members[n][checksum] ^= 0x55;
    }
    folder.add("a.warc.gz", members.concat());
    for block_bytes in [700, 1 << 20] {
        let options = limited(|limits| limits.block_bytes = block_bytes);
        let all = read(&[&folder.path("a.warc.gz")], options).unwrap();
        for n in [0, 1, 3, 5] {
            let text = records[n].split("\r\n\r\n").nth(1).unwrap();
            let found =
                all.texts().iter().filter(|found| found.trim_end() == text.trim_end()).count();
            assert_eq!(found, 1, "{n} of blocks of {block_bytes}");
        }
        let parts: Vec<&Problem> =
            all.problems.iter().filter(|problem| problem.cause.contains("(this record,")).collect();
        let lines: Vec<_> = parts.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(3), Some(5)], "{:?}", all.problems);
        assert!(parts.iter().all(|problem| problem.skipped));
    }
    let mut damaged = gzip(many(90).as_bytes());
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8].fill(0x55);
    folder.add("b.jsonl.gz", [&damaged[..], &gzip(many(9).as_bytes())].concat());
    let all = folder.read("b.jsonl.gz");
    let last = &all.problems.last().unwrap().cause;
    assert!(last.ends_with("(this record and all after it)"), "{:?}", all.problems);
}

#[test]
fn the_last_record_of_a_crawl_that_was_cut_off_is_used() {
    let folder = Folder::new();
    let records = crawl(3);
    let whole = records.concat();
    let packed = [gzip(whole.as_bytes()), zstd(whole.as_bytes())];
    for (name, packed) in ["a.warc.gz", "a.warc.zst"].iter().zip(&packed) {
        let end = packed.len() - packed.len() / 12;
        folder.add(name, &packed[..end]);
        let all = folder.read(name);
        let cut = all.problems.iter().find(|problem| problem.cause.contains("end early")).unwrap();
        assert!(cut.cause.ends_with("(this record and all after it)"), "{cut}");
        if *name == "a.warc.gz" {
            assert_eq!((all.documents.len(), cut.line), (3, Some(3)), "{:?}", all.problems);
        }
    }
}

#[test]
fn bombs_are_stopped() {
    let folder = Folder::new();
    folder.add("bomb.jsonl.zst", zstd(&vec![b' '; 32 << 20]));
    folder.add("bomb.txt.zst", zstd(&vec![b'x'; 32 << 20]));
    let options = limited(|limits| {
        limits.expanded_bytes = 1 << 20;
        limits.record_bytes = 4 << 20;
    });
    for name in ["bomb.jsonl.zst", "bomb.txt.zst"] {
        let all = read(&[&folder.path(name)], options.clone()).unwrap();
        assert!(all.problem().1.contains("limit: 1048576 bytes"), "{:?}", all.problems);
        assert!(all.problems[0].path.ends_with(name));
    }
    let all = read(&[&folder.path("bomb.txt.zst")], limited(|l| l.record_bytes = 4096)).unwrap();
    assert!(all.problems[0].cure.contains("{max_record_bytes}"));
}

#[test]
fn bzip2_of_several_members() {
    let pack = |text: &str| {
        let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let folder = Folder::new();
    let members = [pack("{\"text\":\"a\"}\n"), pack("{\"text\":\"b\"}\n")].concat();
    folder.add("a.jsonl.bz2", &members);
    assert_eq!(folder.read("a.jsonl.bz2").texts(), ["a", "b"]);
    folder.add("cut.jsonl.bz2", &members[..members.len() - 30]);
    let all = folder.read("cut.jsonl.bz2");
    assert_eq!((all.texts(), all.tally.skipped()), (vec!["a"], 1));
    folder.add("a.txt.bz2", pack("plain"));
    assert_eq!(folder.read("a.txt.bz2").texts(), ["plain"]);
}

#[test]
fn utf16_records_are_read_and_read_again() {
    let lines = "{\"text\":\"one \u{e9}\"}\n{\"text\":\"two\"}\n";
    let bytes: Vec<u8> = lines.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let folder = Folder::new();
    folder.add("a.jsonl", &bytes);
    let all = folder.read("a.jsonl");
    assert_eq!((all.texts(), all.problems.len()), (vec!["one \u{e9}", "two"], 0));
    folder.add("b.jsonl.gz", gzip(&[&b"\xfe\xff"[..], &bytes].concat()));
    assert_eq!(folder.read("b.jsonl.gz").texts(), ["one \u{e9}", "two"]);
}

/// Such as `wirecopy scan <(zcat x.csv.gz)`: a pipe has no helpful name.
#[cfg(unix)]
#[test]
fn pipes_are_known_by_their_first_bytes() {
    let table = "id,text\n1,\"words, more\"\n2,others\n";
    for content in [table.as_bytes().to_vec(), gzip(table.as_bytes())] {
        let folder = Folder::new();
        let path = folder.path("63");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let to = path.clone();
        let writer = std::thread::spawn(move || fs::write(to, content).unwrap());
        // Inputs are listed more than once in a run.
        let listed = open(&[&path], ReadOptions::default()).unwrap();
        let found = read(&[&path], ReadOptions::default()).unwrap();
        writer.join().unwrap();
        assert_eq!(found.ids(), ["1", "2"]);
        assert_eq!((found.texts(), listed.1.len()), (vec!["words, more", "others"], 0));
    }
}

//! Files in ZIP archives, and files compressed by xz.

use super::*;
use std::io::Cursor;
use zip::write::SimpleFileOptions;

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn members_are_read_as_files_are() {
    let folder = Folder::new();
    let packed = gzip(b"{\"text\":\"c\"}\n{\"text\":\"d\"}");
    let members: [(&str, &[u8]); 8] = [
        ("news/beta/b.txt", b"b"),
        ("news/alpha/a.txt", b"a"),
        ("news/c.jsonl.gz", &packed),
        ("news/.hidden/x.txt", b"x"),
        ("__MACOSX/news/y.txt", b"y"),
        ("news/photo.jpg", b"\xff\xd8\xff"),
        ("news/z.parquet", b"PAR1"),
        ("news/outlet=gamma/e.csv", b"text\ne\n"),
    ];
    folder.add("in.zip", zip(&members));
    let all = folder.read("in.zip");
    assert_eq!(all.texts(), ["a", "b", "c", "d", "e"]);
    let outlets: Vec<_> = all.documents.iter().map(|d| d.meta.outlet.as_deref()).collect();
    assert_eq!(outlets, [Some("alpha"), Some("beta"), None, None, Some("gamma")]);
    assert!(all.ids()[0].ends_with("in.zip/alpha/a.txt"), "{:?}", all.ids());
    assert!(all.ids()[3].ends_with("in.zip/c.jsonl.gz:2"), "{:?}", all.ids());
    let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
    assert_eq!(causes.len(), 2, "{causes:?}");
    assert!(causes[0].contains("is an image") && causes[1].contains("parquet in an archive"));
    folder.add("in/cnn/x.zip", zip(&[("a.txt", b"a")]));
    let all = folder.read("in");
    assert_eq!(all.documents[0].meta.outlet.as_deref(), Some("cnn"), "of the folder it is in");
}

#[test]
fn names_with_a_mark_are_passed_over_as_in_a_folder() {
    let folder = Folder::new();
    let members: [(&str, &[u8]); 5] = [
        ("a/a.txt", b"a"),
        ("a/_SUCCESS", b""),
        ("a/_notes.txt", b"x"),
        ("b/_x/y.txt", b"y"),
        ("b/_committed_1", b"{}"),
    ];
    folder.add("in.zip", zip(&members));
    for (name, content) in members {
        folder.add(&format!("in/{name}"), content);
    }
    for input in ["in.zip", "in"] {
        let all = folder.read(input);
        assert_eq!(all.texts(), ["a"], "{input}");
        let causes: Vec<_> = all.problems.iter().map(|problem| problem.cause.as_str()).collect();
        assert_eq!(causes.len(), 1, "{causes:?}");
        assert!(causes[0].contains("begin with `_`") && all.problems[0].skipped, "{causes:?}");
    }
    folder.add("under.zip", zip(&[("_x/a.txt", b"a"), ("_x/_b.txt", b"b")]));
    assert_eq!(folder.read("under.zip").texts(), ["a"], "the folder around everything is named");
}

#[test]
fn archives_are_known_without_their_name() {
    let folder = Folder::new();
    let packed = zip(&[("archive/alpha/a.txt", b"a"), ("archive/beta/b.txt", b"b")]);
    for name in ["crawl.wacz", "packed"] {
        folder.add(name, &packed);
        assert_eq!(folder.read(name).texts(), ["a", "b"], "{name}");
    }
    folder.add("in/packed", &packed);
    folder.add("in/other.dat", &packed);
    assert_eq!(folder.read("in").texts(), ["a", "b"], "another extension says something else");
}

#[test]
fn of_a_web_archive_only_what_was_crawled_is_read() {
    let folder = Folder::new();
    let record = |text: &str| {
        let length = text.len();
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
             Content-Length: {length}\r\n\r\n{text}\r\n\r\n"
        )
    };
    let crawl = record("words of a page");
    let members: [(&str, &[u8]); 5] = [
        ("archive/data.warc", crawl.as_bytes()),
        ("datapackage.json", b"{\"resources\":[]}"),
        ("indexes/index.cdx", b"x"),
        ("logs/crawl.log", b"words"),
        ("pages/pages.jsonl", b"{\"format\":\"json-pages-1.0\"}\n{\"text\":\"words of a page\"}\n"),
    ];
    for name in ["a.wacz", "a.zip"] {
        folder.add(name, zip(&members));
        let all = folder.read(name);
        assert_eq!((all.texts(), all.problems.len()), (vec!["words of a page"], 0), "{name}");
    }
    let table: [(&str, &[u8]); 2] =
        [("archive/a.csv", b"text\na b\n"), ("datapackage.json", b"{\"resources\":[]}")];
    folder.add("b.zip", zip(&table));
    assert_eq!(folder.read("b.zip").problems.len(), 1, "another package is read as it is");
}

#[test]
fn names_that_lead_out_are_refused() {
    let folder = Folder::new();
    folder.add("in.zip", zip(&[("../up.txt", b"x"), ("a/../../b.txt", b"y"), ("ok.txt", b"z")]));
    let all = folder.read("in.zip");
    assert_eq!(all.texts(), ["z"]);
    assert_eq!(all.problems.len(), 2);
    assert!(all.problems.iter().all(|problem| problem.cause.contains("leads out")));
}

#[test]
fn damage_costs_its_member() {
    let folder = Folder::new();
    let text: String = many(50);
    let whole = zip(&[("a.jsonl", text.as_bytes()), ("b.txt", b"b")]);
    let mut bad = whole.clone();
    bad[200] ^= 0x55;
    folder.add("bad.zip", &bad);
    let all = folder.read("bad.zip");
    assert_eq!(all.texts().last(), Some(&"b"));
    assert!(all.problems.iter().any(|problem| problem.skipped), "{:?}", all.problems);
    for broken in [&whole[..whole.len() - 30], b"words", b""] {
        let path = folder.add("broken.zip", broken);
        let error = read(&[&path], ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains("not a whole ZIP archive"), "{error}");
    }
    let bomb = zip(&[("bomb.jsonl", &vec![b'x'; 32 << 20]), ("b.txt", b"b")]);
    folder.add("bomb.zip", bomb);
    let options = limited(|limits| {
        limits.expanded_bytes = 1 << 20;
        limits.record_bytes = 4 << 20;
    });
    let all = read(&[&folder.path("bomb.zip")], options).unwrap();
    assert_eq!(all.texts(), ["b"]);
    assert_eq!(all.problems.len(), 1, "{:?}", all.problems);
}

#[test]
fn xz_is_read_stream_by_stream() {
    const TWO: &[u8] = &[
        253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 22, 0, 0, 0, 116, 47, 229,
        163, 1, 0, 12, 123, 34, 116, 101, 120, 116, 34, 58, 34, 97, 34, 125, 10, 0, 0, 0, 0, 81,
        20, 170, 235, 159, 79, 69, 212, 0, 1, 37, 13, 113, 25, 196, 182, 31, 182, 243, 125, 1, 0,
        0, 0, 0, 4, 89, 90, 253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 22, 0,
        0, 0, 116, 47, 229, 163, 1, 0, 12, 123, 34, 116, 101, 120, 116, 34, 58, 34, 98, 34, 125,
        10, 0, 0, 0, 0, 53, 246, 223, 141, 125, 209, 118, 242, 0, 1, 37, 13, 113, 25, 196, 182, 31,
        182, 243, 125, 1, 0, 0, 0, 0, 4, 89, 90,
    ];
    let folder = Folder::new();
    folder.add("a.jsonl.xz", TWO);
    assert_eq!(folder.read("a.jsonl.xz").texts(), ["a", "b"]);
    folder.add("cut.jsonl.xz", &TWO[..TWO.len() - 20]);
    let all = folder.read("cut.jsonl.xz");
    assert_eq!(all.texts().first(), Some(&"a"));
    assert!(all.problems[0].skipped, "{:?}", all.problems);
}

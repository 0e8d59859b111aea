//! Crawls cut, read and written back.

use super::*;
use crate::corpus::{Format, ReadOptions};

/// A record of some type with these further headers.
fn made(kind: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {length}\r\n\r\n{body}\r\n\r\n"
    )
}

fn plain(body: &str) -> String {
    made("conversion", "Content-Type: text/plain\r\n", body)
}

fn response(http: &str, body: &str) -> String {
    made(
        "response",
        "Content-Type: application/http; msgtype=response\r\n",
        &format!("{http}\r\n\r\n{body}"),
    )
}

fn ranges(raw: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    RecordRanges::default().records(raw.as_bytes(), &mut |range| {
        found.push(range);
        true
    });
    found
}

#[test]
fn records_end_by_their_lengths() {
    let (a, b) = (plain("one"), plain("two"));
    assert_eq!(ranges(&format!("{a}{b}")), [0..a.len(), a.len()..a.len() + b.len()]);
    let unix = a.replace("\r\n", "\n");
    assert_eq!(ranges(&format!("{unix}{b}"))[0], 0..unix.len(), "line feeds alone");
    let close = a.trim_end();
    assert_eq!(ranges(&format!("{close}{b}"))[0], 0..close.len(), "no empty lines");
    assert!(ranges(close).is_empty(), "it may go on");
    let mut first = Vec::new();
    RecordRanges::default().records(format!("{a}{b}").as_bytes(), &mut |range| {
        first.push(range);
        false
    });
    assert_eq!(first.len(), 1, "until `found` says to stop");
}

#[test]
fn a_wrong_length_ends_at_the_next_record() {
    let next = plain("next");
    for length in ["1", "9", "x"] {
        let bad = plain("words").replace("Content-Length: 5", &format!("Content-Length: {length}"));
        let found = ranges(&format!("{bad}{next}{next}"));
        assert_eq!(found.first(), Some(&(0..bad.len())), "{length}");
    }
    let old = |record: &str| record.replace("WARC/1.0", "WARC/0.18");
    let bad = old(&plain("words").replace("Length: 5", "Length: 1"));
    let found = ranges(&format!("{bad}{}", old(&next).repeat(2)));
    assert_eq!(found.first(), Some(&(0..bad.len())), "an older version");
    let quoting = plain("a\nWARC/x and\nWARC/1");
    assert_eq!(ranges(&format!("{quoting}{next}"))[0], 0..quoting.len());
    let endless = plain("words").replace("Content-Length: 5", "Content-Length: 99999");
    assert!(ranges(&format!("{endless}{next}")).is_empty(), "it may go on");
}

#[test]
fn the_cutter_sees_whole_records() {
    let (a, b) = (plain("one"), plain("two"));
    let all = format!("{a}{b}");
    let mut splitter = Warc.splitter();
    assert_eq!(splitter.last(&all.as_bytes()[..a.len() + 20]), Some(a.len()));
    assert_eq!(splitter.last(all.as_bytes()), Some(all.len()));
    assert_eq!(splitter.count(all.as_bytes()), 2);
    splitter.reset();
    let header = a.find("one").unwrap();
    assert_eq!(splitter.last(&all.as_bytes()[..header]), None);
    assert_eq!(splitter.first(&all.as_bytes()[header..]), Some(a.len() - header));
    splitter.reset();
    assert_eq!(splitter.last(&all.as_bytes()[..10]), None);
    assert_eq!(splitter.first(&all.as_bytes()[10..]), Some(a.len() - 10), "no length was seen");
    assert!(splitter.encoding().is_some() && !splitter.has_lines());
    assert_eq!(splitter.inner_start(all.as_bytes()), Some(a.len()));
    assert_eq!(splitter.inner_start(a.as_bytes()), None);
}

#[test]
fn what_would_have_been_read_matters() {
    assert!(matters(plain("x").as_bytes()));
    assert!(matters(made("resource", "", "x").as_bytes()));
    assert!(!matters(made("request", "", "x").as_bytes()));
    assert!(matters(response("HTTP/1.1 200 OK\r\nContent-Type: text/html", "x").as_bytes()));
    assert!(!matters(response("HTTP/1.1 200 OK\r\nContent-Type: image/png", "x").as_bytes()));
    assert!(matters(b"WARC/1.0 and no end of its header"));
}

#[test]
fn only_text_that_was_found_is_read() {
    let kind = |record: &str| match content(record.as_bytes(), 1000).unwrap().held {
        Held::Text(content) => format!("page {}", content.is_page),
        Held::Other(kind) => kind.into_owned(),
    };
    let of = |kind_of: &str, media: &str| {
        kind(&made(kind_of, &format!("content-TYPE: {media}\r\n"), "x"))
    };
    assert_eq!(kind(&plain("x")), "page false");
    assert_eq!(of("resource", "application/xhtml+xml"), "page true");
    assert_eq!(of("Resource", "image/png"), "image/png");
    assert_eq!(of("metadata", "text/plain"), "metadata");
    let http = |status: &str, media: &str| {
        kind(&response(&format!("{status}\r\nContent-Type: {media}"), "x"))
    };
    assert_eq!(http("HTTP/1.1 200 OK", "Text/HTML; charset=x"), "page true");
    assert_eq!(http("http/1.1 200", "text/html"), "page true");
    assert_eq!(http("HTTP/1.1 404 Gone", "text/html"), "404");
    assert_eq!(http("HTTP/2 200", "video/mp4"), "video/mp4");
    let cause = |record: &str| content(record.as_bytes(), 1000).err().map(|refusal| refusal.cause);
    assert!(cause("words").unwrap().contains("not a WARC record"));
    assert!(cause("WARC/1.0\r\nWARC-Type: conversion\r\n\r\nx").unwrap().contains("no length"));
    let short = plain("words").replace("Length: 5", "Length: 3");
    assert!(!content(short.as_bytes(), 1000).unwrap().whole, "used as far as it goes");
}

#[test]
fn what_is_passed_over_is_counted_by_what_it_is() {
    let png = response("HTTP/1.1 200 OK\r\nContent-Type: image/png", "x");
    let gone = response("HTTP/1.1 404 Gone\r\nContent-Type: text/html", "x");
    let raw = [made("request", "", "x"), png.clone(), gone, png, plain("words")].concat();
    let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
    let mut batch = Batch::default();
    Warc.parse(&inputs, RawRecords::first(raw.as_bytes()), &mut batch);
    assert_eq!((batch.documents.len(), batch.problems.len()), (1, 0));
    let passed: Vec<_> = batch.passed_over.iter().map(|(k, n)| (k.as_str(), *n)).collect();
    assert_eq!(passed, [("404", 1), ("image/png", 2), ("request", 1)]);
}

#[test]
fn headers_are_columns_in_any_case() {
    let id = crate::corpus::Column { name: "warc-target-uri".to_owned(), chosen: true };
    let options = ReadOptions { id, ..ReadOptions::default() };
    let raw = made("conversion", "WARC-Target-URI: u\r\nContent-Type: text/plain\r\n", "words");
    let inputs = Inputs::of_one(Format(&FACTS), options);
    let mut batch = Batch::default();
    Warc.parse(&inputs, RawRecords::first(raw.as_bytes()), &mut batch);
    assert_eq!(batch.documents[0].id, "u");
}

#[test]
fn members_are_numbered_and_written_as_json() {
    let (a, b) = (plain("one"), plain("two"));
    let raw = format!("{a}{b}");
    let mut block = RawRecords::first(&raw.as_bytes()[..raw.len() - 6]);
    block.first_record = 5;
    let mut seen = Vec::new();
    Warc.members(&block, &mut |number, member| seen.push((number, member.len())));
    assert_eq!(seen, [(5, a.len()), (6, b.len() - 6)], "the last one is cut short");
    let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
    let mut out = Vec::new();
    let addressed = a.replacen("WARC-Type", "WARC-Target-URI: <http://x.example/>\r\nWARC-Type", 1);
    Warc.member_to_json(&inputs, "in:1", addressed.as_bytes(), &mut out);
    Warc.member_to_json(&inputs, "in:2", b"no record", &mut out);
    let json = String::from_utf8(out).unwrap();
    assert_eq!(json, "{\"id\":\"in:1\",\"url\":\"http://x.example/\",\"text\":\"one\"}\n");
}

#[test]
fn a_record_that_claims_too_much_leaves_the_next_one() {
    let bad = plain("one").replace("Length: 3", "Length: 4000");
    let raw = format!("{bad}{}", plain("two"));
    let mut seen = Vec::new();
    numbered(&RawRecords::first(raw.as_bytes()), &mut |number, member| {
        seen.push((number, member.len()));
    });
    assert_eq!(seen, [(1, bad.len()), (2, raw.len() - bad.len())]);
}

#[test]
fn what_tells_of_a_crawl_is_no_article() {
    let of = |kind: &str, address: &str| {
        let fields = format!("WARC-Target-URI: {address}\r\nContent-Type: text/plain\r\n");
        match content(made(kind, &fields, "words").as_bytes(), 1000).unwrap().held {
            Held::Text(_) => "text".to_owned(),
            Held::Other(kind) => kind.into_owned(),
        }
    };
    assert_eq!(of("resource", "metadata://gnu.org/software/wget/warc/wget.log"), "metadata");
    assert_eq!(of("resource", "<METADATA:x>"), "metadata");
    assert_eq!(of("resource", "urn:text:https://a.example/1"), "urn:text");
    assert_eq!(of("resource", "urn:pageinfo:https://a.example/1"), "urn:pageinfo");
    for address in ["https://a.example/urn:text:", "urn:uuid:12-34", "file:a.txt", "words"] {
        assert_eq!(of("resource", address), "text", "{address}");
    }
    assert_eq!(of("conversion", "https://a.example/1"), "text");
    let long = made("resource", "WARC-Target-URI: metadata://x\r\n", &"x".repeat(99));
    assert!(!matters(long.as_bytes()), "nothing is lost where it is too long");
}

#[test]
fn a_page_that_the_crawler_cut_is_used_and_said() {
    let raw = made("conversion", "Content-Type: text/plain\r\nWARC-Truncated: length\r\n", "words");
    let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
    let mut batch = Batch::default();
    Warc.parse(&inputs, RawRecords::first(raw.as_bytes()), &mut batch);
    assert_eq!(batch.documents[0].text.as_str(), "words");
    let problem = &batch.problems[0];
    assert!(problem.cause.contains("WARC-Truncated: length"), "{problem}");
    assert_eq!((problem.line, problem.skipped), (Some(1), false));
}

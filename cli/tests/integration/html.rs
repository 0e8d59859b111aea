//! The HTML report is well formed and self-contained, and its shell is the same for any corpus.

use crate::util::{Dir, Output, wirecopy};
use serde_json::json;
use std::collections::BTreeSet;

/// Elements that the shell may contain. The script creates everything else that a page shows.
const ELEMENTS: [&str; 18] = [
    "html", "head", "meta", "title", "style", "body", "a", "header", "div", "p", "span", "nav",
    "main", "noscript", "code", "footer", "script", "!doctype",
];
/// Elements without an end tag.
const VOID: [&str; 2] = ["meta", "!doctype"];
/// Attributes that the shell may contain.
const ATTRIBUTES: [&str; 13] = [
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "href",
    "id",
    "tabindex",
    "type",
    "aria-label",
    "aria-live",
    "role",
];

/// A tag with its attributes, or the text between two tags.
#[derive(Debug)]
enum Part<'a> {
    Open(&'a str, Vec<(&'a str, &'a str)>),
    Close(&'a str),
    Text(&'a str),
}

/// The parts of a page; fails if its markup is not of the simplest form.
fn parts(page: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), page);
    while let Some(at) = rest.find('<') {
        parts.push(Part::Text(&rest[..at]));
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            parts.push(Part::Close(name));
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let raw = matches!(name, "script" | "style");
        parts.push(Part::Open(name, attributes_of(attributes)));
        if raw {
            let end = rest.find(&format!("</{name}")).expect("style and script end");
            parts.push(Part::Text(&rest[..end]));
            rest = &rest[end..];
        }
    }
    parts.push(Part::Text(rest));
    parts
}

/// Pairs of name and value, all values in double quotes.
fn attributes_of(mut text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let Some((name, after)) = text.split_once("=\"") else {
            assert_eq!(text, "html", "only the doctype has an attribute without a value");
            break;
        };
        let (value, after) = after.split_once('"').expect("a value ends");
        found.push((name, value));
        text = after.trim_start();
    }
    found
}

/// Checks a page, and returns the text of its script, style and policy.
fn check(page: &str) -> [String; 3] {
    let (mut open, mut seen) = (Vec::new(), [const { String::new() }; 3]);
    let mut last = ("", String::new());
    for part in parts(page) {
        match part {
            Part::Open(name, attributes) => {
                assert!(ELEMENTS.contains(&name), "<{name}>");
                for (key, value) in &attributes {
                    assert!(ATTRIBUTES.contains(key), "{key} of <{name}>");
                    assert!(*key != "href" || value.starts_with('#'), "a link to {value}");
                    if (*key, *value) == ("http-equiv", "Content-Security-Policy") {
                        let content = attributes.iter().find(|a| a.0 == "content");
                        content.unwrap().1.clone_into(&mut seen[2]);
                    }
                }
                let kind = attributes.iter().find(|a| a.0 == "type").map_or("", |a| a.1);
                last = (name, kind.to_owned());
                if !VOID.contains(&name) {
                    open.push(name);
                }
            }
            Part::Close(name) => assert_eq!(open.pop(), Some(name), "elements end in order"),
            Part::Text(text) => match (open.last().copied(), last.1.as_str()) {
                (Some("style"), _) => seen[1] += text,
                (Some("script"), "") => seen[0] += text,
                (Some("script"), kind) => {
                    assert_eq!(kind, "application/octet-stream", "data is not run");
                    let safe = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
                    assert!(text.chars().all(safe), "data is Base64");
                }
                _ => assert!(!text.contains(['<', '>', '&']), "{text:?}"),
            },
        }
    }
    assert!(open.is_empty(), "open at the end: {open:?}");
    seen
}

fn report(args: &[&str]) -> Output {
    wirecopy(&["scan", "--format", "html"]).args(args).run().expect(0)
}

#[test]
fn page_is_well_formed_and_closed() {
    let out = report(&["examples/articles.jsonl"]);
    let page = out.text();
    assert!(page.starts_with("<!doctype html>\n"));
    let [script, style, policy] = check(page);
    assert!(script.len() > 10_000 && style.len() > 5_000);
    let rules: BTreeSet<&str> = policy.split("; ").collect();
    for rule in [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(rules.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    assert!(out.stderr.contains("the report has 0.2 MiB; nothing left out"), "{}", out.stderr);
}

#[test]
fn page_is_the_same_each_time() {
    let args = ["examples/articles.jsonl"];
    let first = report(&args);
    for threads in ["1", "3"] {
        let again = report(&[args[0], "--threads", threads]);
        assert!(again.stdout == first.stdout, "{threads} threads");
    }
}

#[test]
fn hostile_text_does_not_reach_the_markup() {
    let payload = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> \u{202e}\0";
    let words = "a dozen rowing boats were carried up the beach before the storm broke over the \
        bay and not one of them was lost";
    let dir = Dir::new();
    let lines = ["a", "b"].map(|name| {
        let id = format!("{name}{payload}");
        let text = format!("{payload} {name} says {words} {payload}");
        json!({"id": id, "outlet": id, "title": payload, "date": "2024-03-04", "text": text})
            .to_string()
    });
    dir.create("in.jsonl", lines.join("\n"));
    let out = dir.command(&["scan", "in.jsonl", "-o", "report.html"]).run().expect(0);
    assert!(out.stdout.is_empty());
    let page = String::from_utf8(dir.read("report.html")).unwrap();
    let [script, style, policy] = check(&page);
    let plain = report(&["examples/articles.jsonl"]);
    assert!([script, style, policy] == check(plain.text()), "the shell is a constant");
    assert!(!page.contains("onerror") && !page.contains('\0') && !page.contains('\u{202e}'));
}

#[test]
fn unwanted_kinds_are_not_in_the_page() {
    let all = report(&["examples/articles.jsonl", "--scope", "all"]);
    let some = report(&["examples/articles.jsonl", "--scope", "all", "--kind", "internal"]);
    check(some.text());
    assert!(some.stdout.len() < all.stdout.len());
}

#[test]
fn two_documents_make_a_page() {
    let [a, b] = ["northwire/saltmarsh-crane.txt", "prairie-post/grain-barges.txt"]
        .map(|name| format!("examples/articles/{name}"));
    let out = wirecopy(&["compare", &a, &b, "--format", "html"]).run().expect(0);
    check(out.text());
}

#[test]
fn nothing_found_is_a_page() {
    let out = report(&["examples/articles.jsonl", "--min-tokens", "5000"]);
    check(out.text());
}

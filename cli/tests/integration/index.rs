//! `index` keeps documents and answers as `scan` does; `check` says how much of a draft is known.

use crate::util::Dir;

const QUOTE: &str = "the harbor will stay closed until the last crane has been tested twice by the \
                     port and the unions have seen the papers";

/// An index of four articles in `ix`, two of which hold the quote, and a draft with it.
fn dir() -> Dir {
    let dir = Dir::new();
    let line = |id: &str, outlet: &str, text: String| {
        serde_json::json!({
            "id": id, "outlet": outlet, "date": "2024-05-01", "text": text,
            "url": format!("https://{outlet}.example/{id}"),
        })
        .to_string()
    };
    let lines = [
        line("a1", "herald", format!("We hear from the docks on Monday morning that {QUOTE}.")),
        line("b1", "post", format!("Nothing moves these days: {QUOTE}, a notice said on Tuesday.")),
        line("c1", "times", "The council met to talk of quite other things all day".to_owned()),
    ];
    dir.create("news.jsonl", lines.join("\n"));
    dir.create("more.jsonl", line("d1", "times", format!("Later it was known that {QUOTE}.")));
    dir.create("draft.txt", format!("My own first sentence is here. As they said, {QUOTE}!"));
    dir.create("own.txt", "Nothing of this sentence was ever printed by any other paper in town.");
    dir.command(&["index", "create", "ix"]).run().expect(0);
    let added = dir.command(&["index", "add", "ix", "news.jsonl"]).run();
    assert!(added.expect(0).stderr.contains("3 documents added"));
    dir
}

#[test]
fn a_query_answers_as_a_scan() {
    let dir = dir();
    let query = dir.command(&["index", "query", "ix", "draft.txt", "--format", "jsonl"]).run();
    let scan = ["scan", "draft.txt", "--against", "news.jsonl", "--format", "jsonl"];
    let scan = dir.command(&scan).run();
    assert_eq!(query.records().len(), 2);
    let scan = scan.expect(0);
    assert_eq!(query.expect(0).text(), scan.text());
    let against = ["scan", "draft.txt", "--against", "ix", "--format", "jsonl"];
    assert_eq!(dir.command(&against).run().expect(0).text(), scan.text());
    dir.command(&["index", "query", "ix", "own.txt", "--exit-code"]).run().expect(1);
}

#[test]
fn documents_come_and_go() {
    let dir = dir();
    let found = |draft: &str| {
        let query = dir.command(&["index", "query", "ix", draft, "--format", "jsonl"]).run();
        query.expect(0).records().len()
    };
    dir.command(&["index", "add", "ix", "more.jsonl"]).run().expect(0);
    assert_eq!(found("draft.txt"), 3);
    dir.command(&["index", "remove", "ix", "a1"]).run().expect(0);
    assert_eq!(found("draft.txt"), 2);
    dir.command(&["index", "compact", "ix"]).run().expect(0);
    assert_eq!(found("draft.txt"), 2);
    let info = dir.command(&["index", "info", "ix", "--format", "json"]).run();
    let info = &info.expect(0).records()[0];
    assert_eq!((&info["documents"], &info["removed"]), (&3.into(), &0.into()));
    let check = dir.command(&["index", "check", "ix"]).run();
    assert_eq!(check.expect(0).text(), "3 documents in 1 segments: no damage\n");
    let entries = std::fs::read_dir(dir.join("ix")).unwrap();
    let path = entries.map(|e| e.unwrap().path()).find(|p| p.extension().is_some()).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let check = dir.command(&["index", "check", "ix"]).run().expect(2);
    let name = path.file_name().unwrap().to_str().unwrap();
    let place = format!("{name}: byte 4096: the checksum of the page is another");
    assert!(check.stderr.contains(&place), "{}", check.stderr);
}

#[test]
fn a_check_says_how_much_is_printed_elsewhere() {
    let dir = dir();
    for against in ["ix", "news.jsonl"] {
        let text = dir.command(&["check", "draft.txt", "own.txt", "--against", against]).run();
        let text = text.expect(0).text().to_owned();
        assert!(text.contains("% of this is printed elsewhere: "), "{text}");
        assert!(text.contains("Nothing of this is printed elsewhere."), "{text}");
        assert!(text.contains("herald  2024-05-01  https://herald.example/a1"), "{text}");
        let json = ["check", "draft.txt", "--against", against, "--format", "json"];
        let json = dir.command(&json).run();
        let record = &json.expect(0).records()[0];
        assert!(record["share"].as_f64().unwrap() > 0.6, "{record}");
        assert_eq!(record["passages"][0]["printed"][1]["outlet"], "post");
        let over = ["check", "draft.txt", "--against", against, "--fail-above", "30%"];
        dir.command(&over).run().expect(1);
        let under = ["check", "own.txt", "--against", against, "--fail-above", "30%"];
        dir.command(&under).run().expect(0);
    }
}

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
    dir.create("gone.txt", "a1\nnone\n");
    let removed = dir.command(&["index", "remove", "ix", "@gone.txt"]).run().expect(0).stderr;
    let said = "`none` is not in the index\nwirecopy: 1 document removed, 1 not in the index\n";
    assert!(removed.ends_with(said), "{removed}");
    let again = dir.command(&["index", "remove", "ix", "a1"]).run().expect(0).stderr;
    assert!(again.ends_with("0 documents removed, 1 not in the index\n"), "{again}");
    assert_eq!(found("draft.txt"), 2);
    dir.command(&["index", "compact", "ix"]).run().expect(0);
    assert_eq!(found("draft.txt"), 2);
    let info = dir.command(&["index", "info", "ix", "--format", "json"]).run();
    let info = &info.expect(0).records()[0];
    assert_eq!((&info["documents"], &info["removed"]), (&3.into(), &0.into()));
    let check = dir.command(&["index", "check", "ix"]).run();
    assert_eq!(check.expect(0).text(), "3 documents in 1 segment: no damage\n");
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

#[test]
fn texts_are_answered_one_by_one() {
    let dir = dir();
    let answers = dir.command(&["index", "query", "ix", "draft.txt", "own.txt", "--each"]).run();
    let answers = answers.expect(0).records();
    assert_eq!(answers.len(), 2);
    let of = |id: &str| answers.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(of("draft.txt")["passages"].as_array().unwrap().len(), 2);
    assert_eq!(of("own.txt")["passages"].as_array().unwrap().len(), 0);
    // The two articles that have the quote are a family of the index.
    assert_eq!(of("draft.txt")["keys"].as_array().unwrap().len(), 1);
    let args = ["index", "query", "ix", "own.txt", "--each", "--exit-code"];
    dir.command(&args).run().expect(1);
}

#[test]
fn an_add_reports_what_is_shared_with_what_was_there() {
    let dir = dir();
    let args = ["index", "add", "ix", "more.jsonl", "--report", "new.jsonl"];
    let added = dir.command(&args).run().expect(0);
    assert!(added.stderr.contains("1 document added"), "{}", added.stderr);
    let pairs = dir.records("new.jsonl");
    assert_eq!(pairs.len(), 2);
    assert!(pairs.iter().all(|pair| [&pair["a"]["id"], &pair["b"]["id"]].contains(&&"d1".into())));
}

#[test]
fn what_an_index_holds_is_removed_from_a_new_corpus() {
    let dir = dir();
    let long =
        format!("{} {QUOTE}", (0..80).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" "));
    let line = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();
    dir.create("old.jsonl", line("old", &long));
    let added = dir.command(&["index", "add", "ix", "old.jsonl", "--no-families"]).run();
    added.expect(0);
    dir.create("new.jsonl", [line("copy", &long), line("own", &long.replace('w', "v"))].join("\n"));
    dir.command(&["dedup", "new.jsonl", "--against", "ix", "-o", "out"]).run().expect(0);
    let kept: Vec<_> = dir.records("out/kept.jsonl");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["id"], "own");
    let refused = ["dedup", "new.jsonl", "--against", "ix", "-o", "out2", "--resume"];
    let said = dir.command(&refused).run().expect(2).stderr;
    assert!(said.contains("--resume"), "{said}");
}

#[test]
fn an_index_without_texts_finds_what_is_shared_and_says_what_it_cannot_show() {
    let dir = dir();
    dir.command(&["index", "create", "bare", "--no-text"]).run().expect(0);
    dir.command(&["index", "add", "bare", "news.jsonl"]).run().expect(0);
    let records = |index: &str| {
        let query = dir.command(&["index", "query", index, "draft.txt", "--format", "jsonl"]).run();
        let said = query.stderr.contains("keeps no texts");
        assert_eq!(said, index == "bare", "{}", query.stderr);
        query.expect(0).records()
    };
    let (with, without) = (records("ix"), records("bare"));
    assert_eq!((with.len(), without.len()), (2, 2));
    for (a, b) in with.iter().zip(&without) {
        for side in ["a", "b"] {
            for fact in ["id", "outlet", "start", "end", "char_start", "char_end"] {
                assert_eq!(a[side][fact], b[side][fact], "{side} {fact}");
            }
            let is_draft = a[side]["id"] == "draft.txt";
            let text = b[side]["text"].as_str().unwrap();
            assert_eq!(text, if is_draft { a[side]["text"].as_str().unwrap() } else { "" });
        }
        assert!(b["kind_confidence"].as_f64().unwrap() <= 0.5);
    }
    let shown = dir.command(&["index", "query", "bare", "draft.txt"]).run().expect(0);
    let shown = shown.text();
    assert!(shown.contains(&QUOTE[..30]) && shown.contains("not their words"), "{shown}");
    let check = dir.command(&["check", "draft.txt", "--against", "bare"]).run().expect(0);
    assert!(check.stderr.contains("keeps no texts"), "{}", check.stderr);
    let info = dir.command(&["index", "info", "bare"]).run().expect(0);
    let info = info.text();
    assert!(info.contains("tokens as stored") && info.contains("for want of texts"), "{info}");
    let dedup = dir.command(&["dedup", "news.jsonl", "--against", "bare", "-o", "out"]).run();
    let refused = dedup.expect(2).stderr;
    assert!(refused.contains("--against: the index keeps no texts"), "{refused}");
}

//! What one record may do.

use super::*;

#[test]
fn all_columns() {
    let all = lines(concat!(
        r#"{"id":"x","text":"a\nb","outlet":"cnn","date":"2017-12-15","title":"T","z":[1,{}]}"#,
        "\n",
        r#"{"id":12,"text":"","outlet":7.50,"date":null,"title":""}"#,
    ));
    let first = &all.documents[0];
    assert_eq!((first.id.as_str(), first.text.as_str()), ("x", "a\nb"));
    assert_eq!(first.meta.outlet.as_deref(), Some("cnn"));
    assert_eq!(first.meta.title.as_deref(), Some("T"));
    let date = first.meta.date.as_ref().unwrap();
    assert_eq!((date.text.as_str(), date.day_only), ("2017-12-15", true));
    assert_eq!(all.documents[1].id, "12");
    assert_eq!(all.documents[1].meta.outlet.as_deref(), Some("7.50"), "digits as written");
    assert_eq!(all.documents[1].meta.title, None);
    assert_eq!(all.problems, []);
    assert!(all.finish.is_none());
}

#[test]
fn strings_have_no_spare_room() {
    let all = lines(r#"{"text":"a\nb\u00e9 and so on, for a while","id":"\"q\""}"#);
    assert_eq!(all.documents[0].id.capacity(), all.documents[0].id.len());
}

#[test]
fn ids_without_a_column_count_all_lines() {
    let folder = Folder::new();
    let path =
        folder.add("a.jsonl", "{\"text\":\"1\"}\r\n\r\n  \nbad\n{\"text\":\"5\",\"id\":null}");
    let all = folder.read("a.jsonl");
    let path = path.to_str().unwrap();
    assert_eq!(all.ids(), [format!("{path}:1"), format!("{path}:5")]);
    assert_eq!(all.problem().0, Some(4));
    assert_eq!(all.tally.skipped(), 1);
}

#[test]
fn ids_are_kept_as_they_are() {
    let all = lines(r#"{"text":"a","id":"a\nb\u0007/../c"}"#);
    assert_eq!(all.ids(), ["a\nb\u{7}/../c"]);
}

#[test]
fn nul_and_crlf_are_kept_or_harmless() {
    let all = lines("{\"text\":\"a\\u0000b\\r\\n\"}\r\n");
    assert_eq!(all.texts(), ["a\0b\r\n"]);
    assert_eq!(all.problems, []);
}

#[test]
fn lone_surrogates_are_repaired_and_told() {
    let all = lines("{\"text\":\"a\\ud800b\"}\n{\"text\":\"\\ud83d\\ude00\"}\n");
    assert_eq!(all.texts(), ["a\u{fffd}b", "😀"]);
    let (line, cause, skipped) = all.problem();
    assert!(line == Some(1) && cause.contains("surrogate") && !skipped);
    assert_eq!((all.tally.skipped(), all.tally.noted()), (0, 1));
}

#[test]
fn invalid_utf8_is_repaired_and_told() {
    let all = lines(b"{\"text\":\"good \xc3\xa9\"}\n{\"text\":\"bad \xe9 end\"}\n");
    assert_eq!(all.texts(), ["good é", "bad \u{fffd} end"]);
    let (line, cause, skipped) = all.problem();
    assert!(line == Some(2) && cause.contains("UTF-8") && !skipped);
    assert!(all.problems[0].cure.contains("offsets refer to the repaired text"));
}

#[test]
fn marks() {
    assert_eq!(lines(b"\xef\xbb\xbf{\"text\":\"a\"}\n").texts(), ["a"]);
    for content in [b"\xff\xfe\0\0{\0\0\0", b"\0\0\xfe\xff\0\0\0{"] {
        let all = lines(content);
        assert!(all.problem().1.contains("UTF-"), "{:?}", all.problems);
        assert!(all.problem().2 && all.failure().contains("no readable document"));
    }
}

#[test]
fn wrong_records_cost_themselves_only() {
    for (bad, cause) in [
        ("{\"text\":\"a\"", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ("7", "not a JSON object"),
        ("{\"text\":null}", "null"),
        ("{\"text\":7}", "a number"),
        ("{\"text\":[1]}", "a list"),
        ("{\"txt\":\"a\"}", "no text column"),
        ("{\"text\":\"a\"} {}", "trailing characters"),
        ("{\"text\":\"a\tb\"}", "control character"),
    ] {
        let all = lines(format!("{{\"text\":\"x\"}}\n{bad}\n{{\"text\":\"y\"}}\n"));
        assert_eq!(all.texts(), ["x", "y"], "{bad}");
        let (line, found, skipped) = all.problem();
        assert!(line == Some(2) && skipped && found.contains(cause), "{bad}: {found}");
    }
}

#[test]
fn deep_json_is_a_problem() {
    for deep in ["[".repeat(100_000), format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))] {
        let all = lines(format!("{{\"text\":\"x\"}}\n{{\"text\":\"y\",\"z\":{deep}}}\n"));
        assert_eq!(all.texts(), ["x"]);
        assert_eq!(all.problem().0, Some(2));
    }
}

#[test]
fn odd_metadata_is_unknown_and_told() {
    let all = lines(r#"{"text":"a","outlet":["x","y"],"date":"soon","id":{}}"#);
    assert!(all.documents[0].id.ends_with("a.jsonl:1"));
    assert_eq!(all.documents[0].meta, Meta::default());
    assert_eq!(all.problems.len(), 3);
    assert!(all.problems.iter().all(|problem| !problem.skipped));
}

#[test]
fn one_column_may_play_two_parts() {
    let title = Column { name: "id".to_owned(), chosen: true };
    let options = ReadOptions { title, ..ReadOptions::default() };
    let all = lines_with(r#"{"text":"a","id":"n"}"#, options);
    assert_eq!(all.documents[0].meta.title.as_deref(), Some("n"));
    assert_eq!(all.ids(), ["n"]);
}

#[test]
fn missing_columns_are_errors_that_list_what_is_there() {
    let all = lines("{\"words\":\"a\",\"id\":1}\n{\"kind\":1}\n");
    assert_eq!(all.tally.skipped(), 2);
    let failure = all.failure();
    assert!(failure.contains("no column `text`; the columns are id, kind, words"), "{failure}");
    assert!(failure.contains("text_column"));
    let outlet = Column { name: "series".to_owned(), chosen: true };
    let options = ReadOptions { outlet, ..ReadOptions::default() };
    let failure = lines_with("{\"text\":\"a\",\"source\":1}", options).failure();
    assert!(failure.contains("no column `series`; the columns are source, text"), "{failure}");
    assert!(lines("{\"text\":\"a\"}").finish.is_none(), "a default column may be missing");
}

#[test]
fn well_known_names_are_read_and_said() {
    let record = |n: u32| {
        format!(
            "{{\"_id\":{{\"$oid\":\"{n}\"}},\"source\":{{\"name\":\"The Post\"}},\
             \"content\":[\"a\",\"b\"],\
             \"publishedAt\":{{\"$date\":\"2020-01-0{n}T00:00:00Z\"}},\"score\":NaN}}\n"
        )
    };
    let all = lines(record(1) + &record(2));
    assert_eq!(all.problems, []);
    assert_eq!((all.texts(), all.ids()), (vec!["a\n\nb", "a\n\nb"], vec!["1", "2"]));
    assert_eq!(all.documents[0].meta.outlet.as_deref(), Some("The Post"));
    assert_eq!(all.documents[1].meta.date.as_ref().unwrap().seconds, 1_577_923_200);
    let note = "documents with what was read: `content` as text in 2, `_id` as id in 2, \
        `source.name` as outlet in 2, `publishedAt` as date in 2";
    assert_eq!(all.tally.notes(), [note]);
    let plain = lines("{\"text\":\"a\",\"url\":\"https://x.example/2020/01/05/a\"}");
    assert_eq!(plain.tally.notes(), ["dates read from addresses or file names: 1"]);
}

#[test]
fn paths_and_numbers_name_columns() {
    let text = Column { name: "_source.text".to_owned(), chosen: true };
    let outlet = Column { name: "#2".to_owned(), chosen: true };
    let options = ReadOptions { text, outlet, ..ReadOptions::default() };
    let hit = "{\"_source\":{\"text\":\"a\"},\"paper\":\"b\",\"_source.text\":\"c\"}";
    let all = lines_with(hit, options.clone());
    assert_eq!(all.texts(), ["c"], "a name with a point in it goes first");
    assert_eq!(all.documents[0].meta.outlet.as_deref(), Some("b"));
    let failure = lines_with("{\"_source\":{\"txt\":\"a\"},\"x\":1}", options).failure();
    assert!(failure.contains("no column `_source.text`; the columns are _source, x"), "{failure}");
}

#[test]
fn no_documents_says_why() {
    let folder = Folder::new();
    fs::create_dir(folder.path("none")).unwrap();
    assert!(folder.read("none").failure().contains("no file was found"));
    folder.add("some/a.txt", "");
    folder.add("some/b.txt", " \n");
    folder.add("some/c.xml", "<a/>");
    let failure = folder.read("some").failure();
    assert!(failure.contains("all 3 files and records were left out (2 x is empty"), "{failure}");
    assert!(lines("\n \n").failure().contains("blank lines"));
    assert!(lines("").failure().contains("is empty"));
    assert!(lines("x\ny\n").failure().contains("2 x is not valid JSON"));
}

#[test]
fn json_that_is_not_json_lines_is_told_once() {
    for (content, cause) in
        [("[\n{\"text\":\"a\"},\n", "list"), ("{\n\"text\":\n\"a\"}", "several lines")]
    {
        let all = lines(content);
        assert!(all.problem().1.contains(cause));
        assert!(all.problems[0].cure.contains("{input_format} json"));
    }
}

#[test]
fn long_records_are_passed_over() {
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(5000));
    let content = format!("{{\"text\":\"a\"}}\n{long}\n{{\"text\":\"b\"}}\n{long}\n{long}");
    for block_bytes in [1, 100, 4999, 5000, 5012, 6000, 1 << 20] {
        let options = limited(|limits| {
            limits.record_bytes = 5000;
            limits.block_bytes = block_bytes;
        });
        let all = lines_with(&content, options);
        assert_eq!(all.texts(), ["a", "b"], "{block_bytes}");
        let at: Vec<_> = all.problems.iter().map(|problem| problem.line.unwrap()).collect();
        assert_eq!(at, [2, 4, 5], "{block_bytes}");
        assert!(all.problems[0].cause.contains("5000 bytes"));
        assert!(all.problems[0].cure.contains("{max_record_bytes}"));
        let exact = limited(|limits| {
            limits.record_bytes = long.len();
            limits.block_bytes = block_bytes;
        });
        assert_eq!(lines_with(&content, exact).documents.len(), 5, "{block_bytes}");
    }
}

#[test]
fn floods_of_problems_stay_small_and_counted() {
    let all = lines_with("x\n".repeat(500), limited(|limits| limits.block_problems = 7));
    assert_eq!((all.problems.len(), all.tally.skipped()), (7, 500));
}

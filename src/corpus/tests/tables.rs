//! CSV, TSV and JSON lists.

use super::*;

fn named(name: &str, content: impl AsRef<[u8]>) -> Read {
    let folder = Folder::new();
    folder.add(name, content);
    folder.read(name)
}

#[test]
fn a_table_is_read_by_its_header() {
    let table = "id,text,outlet,date,title\r\n\
        a,\"one, \"\"two\"\"\nthree\",cnn,2017-12-15,\r\n\
        \r\n\
        ,plain \"quoted\" text,,soon,T\r\n\
        c,\"open\"ed,x,,y";
    let all = named("a.csv", table);
    assert_eq!(all.texts(), ["one, \"two\"\nthree", "plain \"quoted\" text", "opened"]);
    assert_eq!(all.documents[0].meta.date.as_ref().unwrap().text, "2017-12-15");
    assert_eq!(all.documents[0].meta.title, None);
    assert!(all.ids()[1].ends_with("a.csv:2"), "the second record, though not the second line");
    assert_eq!(all.problem().0, Some(5), "the line of a warning counts all lines");
    assert_eq!(all.documents[2].meta.title.as_deref(), Some("y"));
}

#[test]
fn the_separator_is_told_by_the_header() {
    for separator in [",", ";", "\t", "|"] {
        let row = |cells: [&str; 2]| cells.join(separator);
        let table = [row(["id", "text"]), row(["a", "b c"])].join("\n");
        assert_eq!(named("a.csv", &table).texts(), ["b c"], "{separator:?}");
    }
    assert_eq!(named("a.tsv", "text\tid\na, b\t1\n").texts(), ["a, b"]);
    assert_eq!(named("a.csv", "text\njust one column\n").texts(), ["just one column"]);
    assert_eq!(named("a.csv", "\u{feff}\"text\",id\nx,1\n").texts(), ["x"], "a mark is no name");
}

#[test]
fn a_ragged_row_costs_itself() {
    let all = named("a.csv", "id,text\na,x\nb\nc,y,z\nd,w\n");
    assert_eq!(all.texts(), ["x", "w"]);
    let reported: Vec<_> = all.problems.iter().map(|p| (p.line, p.cause.as_str())).collect();
    assert_eq!(reported[0], (Some(3), "has 1 field where the header has 2 (separated by `,`)"));
    assert_eq!(reported[1], (Some(4), "has 3 fields where the header has 2 (separated by `,`)"));
}

#[test]
fn an_open_quotation_mark_costs_its_line() {
    let all = named("a.csv", "id,text\na,x\n\"b,y\nc d,z\ne,w\n");
    assert_eq!(all.texts(), ["x", "z", "w"]);
    assert_eq!(all.problem().0, Some(3));
    assert!(all.problem().1.contains("never closed"));
}

#[test]
fn tables_without_what_is_needed() {
    assert!(named("a.csv", "id,words\na,x\n").failure().contains("the columns are id, words"));
    assert!(named("a.csv", "id,text\n").failure().contains("a header and no record"));
    assert!(named("a.csv", "").failure().contains("is empty"));
    assert_eq!(named("a.csv", "id,text\ra,b\rc,d").texts(), ["b", "d"]);
    let long = format!("1,{}\n", "word ".repeat(10_000));
    let failure = named("a.csv", &long).failure();
    assert!(failure.contains("the columns are #1, #2") && failure.len() < 1000, "{failure}");
    let wide: Vec<String> = (0..100_000).map(|n| format!("c{n}")).collect();
    let failure = named("a.csv", wide.join(",") + "\n1,2\n").failure();
    assert!(failure.contains("more columns than the limit of 10000"), "{failure}");
}

#[test]
fn wrong_bytes_in_a_table_are_told() {
    let mut table = b"id,text\na,caf\xc3\xa9 \xc3\xa9\nb,bad \xff\n".to_vec();
    let all = named("a.csv", &table);
    assert_eq!(all.texts(), ["café é", "bad \u{fffd}"]);
    assert_eq!(all.problem().0, Some(3));
    table = b"id,text\na,caf\xe9\n".to_vec();
    let all = named("a.csv", &table);
    assert_eq!(all.texts(), ["café"]);
    assert!(all.problem().1.contains("windows-1252"));
}

#[test]
fn lists_and_single_objects() {
    let list = "[\n {\"id\":\"a\", \"text\":\"x ] } \\\" y\"},\n{\n\"text\": \"z\"\n} ]\n";
    let all = named("a.json", list);
    assert_eq!(all.texts(), ["x ] } \" y", "z"]);
    assert!(all.ids()[1].ends_with("a.json:2"));
    assert_eq!(all.problems, []);
    assert_eq!(named("a.json", "{\n\"text\": \"z\"\n}").texts(), ["z"]);
    assert_eq!(named("a.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}").texts(), ["a", "b"], "lines");
    let envelope = "{\"status\":\"ok\",\"articles\":[{\"text\":\"a\"}, {\"text\":\"b\"}],\"n\":2}";
    assert_eq!(named("a.json", envelope).texts(), ["a", "b"]);
    assert_eq!(named("a.json", "[{\"text\":\"a\"}]\n[{\"text\":\"b\"}]").texts(), ["a", "b"]);
    assert!(named("a.json", "[]").failure().contains("no records"));
    assert!(named("a.json", "7").failure().contains("not a JSON object"));
}

#[test]
fn wrong_values_in_a_list_cost_themselves() {
    let all =
        named("a.json", "[{\"text\":\"a\"}, 7, \"x\", [1], {\"text\":nul}, {\"text\":\"b\"}]");
    assert_eq!(all.texts(), ["a", "b"]);
    let at: Vec<_> = all.problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(at, [2, 3, 4, 5]);
    let all = named("a.json", "[{\"text\":\"a\"}, {\"text\":\"b\"");
    assert_eq!(all.texts(), ["a"]);
    assert!(all.problem().1.contains("not complete"));
    let deep = format!("[{{\"text\":\"a\"}},{}]", "[".repeat(100_000) + &"]".repeat(100_000));
    let all = named("a.json", deep);
    assert_eq!((all.texts(), all.problem().0), (vec!["a"], Some(2)));
}

/// The same documents in three formats, cut into blocks of all sizes.
#[test]
fn cuts_do_not_matter() {
    let texts = ["one", "two, \"three\"\nfour", "[five] {six}", "", "caf\u{e9} \\ \u{1f600}"];
    let (mut table, mut list) = ("id,text\n".to_owned(), Vec::new());
    for (n, text) in texts.iter().enumerate() {
        let text_cell = text.replace('"', "\"\"");
        table.push_str(&[&n.to_string(), ",\"", &text_cell, "\"\n"].concat());
        list.push(serde_json::json!({"id": n, "text": text}).to_string());
    }
    let folder = Folder::new();
    let paths = [
        folder.add("a.csv", &table),
        folder.add("a.json", format!("[{}]", list.join(",\n"))),
        folder.add("b.csv.gz", gzip(table.as_bytes())),
    ];
    for path in &paths {
        for block_bytes in (1..60).chain([1000]) {
            let options = limited(|limits| limits.block_bytes = block_bytes);
            let all = read(&[path], options).unwrap();
            assert_eq!(all.texts(), texts, "{block_bytes} {}", path.display());
            assert_eq!(all.ids(), ["0", "1", "2", "3", "4"]);
            assert_eq!(all.problems, []);
        }
    }
    let all = read(&[&paths[0], &paths[1], &paths[2]], ReadOptions::default()).unwrap();
    assert_eq!(all.documents.len(), 15, "each by a worker of its own");
}

#[test]
fn long_records_of_tables_and_lists_are_passed_over() {
    let long = "x".repeat(5000);
    let table = format!("id,text\na,b\nl,\"{long}\n\"\nc,d\n");
    let list = format!("[{{\"text\":\"b\"}},{{\"text\":\"{long}\"}},{{\"text\":\"d\"}}]");
    for (name, content) in [("a.csv", table), ("a.json", list)] {
        for block_bytes in [1, 100, 1 << 20] {
            let folder = Folder::new();
            let path = folder.add(name, &content);
            let options = limited(|limits| {
                limits.record_bytes = 1000;
                limits.block_bytes = block_bytes;
            });
            let all = read(&[&path], options).unwrap();
            assert_eq!(all.texts(), ["b", "d"], "{name} {block_bytes}");
            assert!(all.problem().1.contains("1000 bytes"));
            assert!(all.ids()[1].ends_with(if name == "a.csv" { "c" } else { ":3" }));
        }
    }
}

#[test]
fn of_two_columns_with_one_name_it_is_said_which_is_read() {
    let all = named("a.csv", "text,id,text\na b,1,c d\n");
    assert_eq!(all.texts(), ["a b"]);
    let (line, cause, _) = all.problem();
    assert_eq!(line, Some(1));
    assert!(cause.contains("#1 is read and #3 is not: `text`"), "{cause}");
    assert_eq!(named("a.csv", "x,text,x\n1,a b,2\n").problems.len(), 0, "neither is read");
    for name in ["a.jsonl", "a.json"] {
        let all = named(name, "{\"text\":\"a b\",\"id\":1,\"text\":\"c d\"}\n");
        assert_eq!(all.texts(), ["c d"], "{name}");
        assert!(all.problem().1.contains("twice, its last value is read: `text`"), "{name}");
        assert_eq!(named(name, "{\"id\":7,\"text\":\"a\",\"id\":7}\n").problems.len(), 0);
    }
}

#[test]
fn rows_that_a_damaged_one_takes_in_are_named() {
    let table = |second: &str| format!("id,outlet,text\n1,o,a b\n{second}\n3,o,\"e f\"\n4,o,g\n");
    let all = named("a.csv", table("{ c, d,\""));
    let (line, cause, skipped) = all.problem();
    assert_eq!((line, skipped), (Some(3), false), "{cause}");
    assert!(cause.contains("lines 3 to 4"), "{cause}");
    let all = named("a.csv", table("x c d, d, z,\""));
    let (line, cause, skipped) = all.problem();
    assert_eq!((line, skipped), (Some(3), true), "{cause}");
    assert!(cause.contains("lines 3 to 4"), "{cause}");
    assert_eq!(all.texts(), ["a b", "g"]);
}

#[test]
fn rows_after_one_that_was_cut_are_what_they_were() {
    let row = |n: usize, text: &str| format!("\"r{n}\",\"o\",\"{text}\"\n");
    let text = |n: usize| format!("Words of {n}, and \"\"more\"\".\n\nA second part of it.");
    for cut in ["\"r", "\"r1\",\"o", "\"r1\",\"o\",\"Words"] {
        let mut table = "\"id\",\"outlet\",\"text\"\n".to_owned() + &row(0, &text(0)) + cut + "\n";
        (2..6).for_each(|n| table.push_str(&row(n, &text(n))));
        let folder = Folder::new();
        let path = folder.add("a.csv", &table);
        for block_bytes in [1, 40, 1 << 20] {
            let options = limited(|limits| limits.block_bytes = block_bytes);
            let all = read(&[&path], options).unwrap();
            let sound = all.documents.iter().filter(|document| document.id != "r1");
            let found: Vec<(&str, &str)> =
                sound.map(|document| (document.id.as_str(), document.text.as_str())).collect();
            let plain = |n: usize| text(n).replace("\"\"", "\"");
            let texts = [0, 2, 3, 4, 5].map(plain);
            let expected: Vec<(&str, &str)> = ["r0", "r2", "r3", "r4", "r5"]
                .into_iter()
                .zip(texts.iter().map(String::as_str))
                .collect();
            assert_eq!(found, expected, "{cut} in blocks of {block_bytes}");
            assert_eq!(all.problem().0, Some(5), "{cut}");
        }
    }
}

#[test]
fn kept_apart_from_the_inputs() {
    let folder = Folder::new();
    let inside = folder.add("in/a.txt", "a b");
    let outside = folder.add("b.txt", "a b");
    folder.add("list", folder.path("in").to_str().unwrap());
    let list = PathBuf::from(format!("@{}", folder.path("list").display()));
    let glob = folder.path("in/*.txt");
    for input in [&folder.path("in"), &list, &glob, &inside] {
        for (file, refused) in [(&inside, true), (&outside, false)] {
            let kept_apart = vec![Kept::new("output", file)];
            let error = open(&[input], ReadOptions { kept_apart, ..ReadOptions::default() }).err();
            assert_eq!(error.is_some(), refused, "{} {}", input.display(), file.display());
            if let Some(error) = error.map(|error| error.to_string()) {
                assert!(error.starts_with("output: would replace "), "{error}");
                assert!(error.contains(&*input.to_string_lossy()), "{error}");
            }
        }
    }
    let kept_apart = vec![Kept::new("output", folder.path("list"))];
    assert!(open(&[&list], ReadOptions { kept_apart, ..ReadOptions::default() }).is_err());
}

#[test]
fn a_table_as_one_object_becomes_rows() {
    let table = r#"{"text":["one","two"],"id":[7,8],"date":["2020-01-05",null]}"#;
    let by_column = r#"{"text":{"0":"one","1":"two"},"id":{"0":7,"1":8}}"#;
    let by_row = r#"{"7":{"text":"one"},"8":{"text":"two"}}"#;
    for content in [table, by_column, by_row] {
        for name in ["a.json", "b"] {
            let all = named(name, content);
            assert_eq!((all.texts(), all.ids()), (vec!["one", "two"], vec!["7", "8"]), "{content}");
            assert_eq!(all.problems, []);
        }
    }
    let indented = table.replace(',', ",\n  ").replace('[', "[\n ");
    assert_eq!(named("a.json", indented).texts(), ["one", "two"]);
    assert_eq!(named("a.json.gz", gzip(table.as_bytes())).texts(), ["one", "two"]);
    let paragraphs = named("a.json", r#"{"text":["one","two"],"id":7,"tags":["x","y"]}"#);
    assert_eq!((paragraphs.texts(), paragraphs.ids()), (vec!["one\n\ntwo"], vec!["7"]));
    let uneven = named("a.json", r#"{"text":["one","two"],"id":[7,8],"n":[1,2,3]}"#);
    assert!(uneven.problem().1.contains("other than 2 values in `n`"));
    let lines = lines(format!("{table}\n{table}\n"));
    assert!(lines.problems[0].cause.contains("several records as one"), "{:?}", lines.problems);
    let group = named("a.json", r#"{"text":{"de":"eins","en":"one"},"id":7}"#);
    assert!(group.problems[0].cure.contains("by its path"), "{:?}", group.problems);
}

#[test]
fn a_table_as_one_object_may_be_larger_than_a_block() {
    let (texts, ids): (Vec<String>, Vec<String>) = (0..3000)
        .map(|n| (format!("\"{}\"", format!("word{n} ").repeat(9)), format!("\"{n}\"")))
        .unzip();
    let table = format!("{{\"id\":[{}],\"text\":[{}]}}", ids.join(","), texts.join(","));
    let folder = Folder::new();
    let path = folder.add("a.json", &table);
    let all = read(&[&path], limited(|limits| limits.block_bytes = 4096)).unwrap();
    assert_eq!((all.documents.len(), all.ids()[2999]), (3000, "2999"));
    let short = limited(|limits| (limits.block_bytes, limits.record_bytes) = (4096, 4096));
    let all = read(&[&path], short).unwrap();
    assert!(all.problems[0].cure.contains("max_record_bytes"), "{:?}", all.problems);
}

#[test]
fn a_list_is_found_however_far_into_its_envelope_it_is() {
    for filler in [70_000, 3_000_000] {
        let filler = "\"x\",".repeat(filler / 4);
        let records = r#"[{"text":"one"},{"text":"two"}]"#;
        let envelope = format!("{{\"facets\":[{filler}0],\"articles\":{records}}}");
        assert_eq!(named("a.json", &envelope).texts(), ["one", "two"]);
        assert_eq!(named("a", &envelope).texts(), ["one", "two"]);
        let records = format!("{{\"id\":1,\"text\":\"one\",\"x\":[{filler}0]}}\n");
        let all = named("a.json", records.repeat(3));
        assert_eq!(all.texts(), ["one"; 3], "records of one long line each");
    }
    let all = lines(r#"{"n":1,"articles":[{"text":"one"}]}"#);
    assert!(all.problems[0].cure.contains("{input_format} json"), "{:?}", all.problems);
}

#[test]
fn what_backslashes_stand_for_in_dumps_of_databases() {
    let copy = "id\toutlet\ttext\n1\t\\N\tOne.\\nTwo\\tthree C:\\\\x.\n2\ta\tFour.\n\\.\n";
    let all = named("a.tsv", copy);
    assert_eq!(all.texts(), ["One.\nTwo\tthree C:\\x.", "Four."]);
    assert_eq!((all.documents[0].meta.outlet.as_deref(), all.problems.len()), (None, 0));
    let mysql = "id\toutlet\ttext\n1\ta\tOne\\\ttwo\\\nthree.\n2\tb\tFour.\n";
    assert_eq!(named("a.tsv", mysql).texts(), ["One\ttwo\nthree.", "Four."]);
    let separated =
        "id,outlet,text\n1,\\N,One\\, \\\"two\\\"\\, three.\n2,b,\"Four, \\\"five\\\".\"\n";
    let all = named("a.csv", separated);
    assert_eq!(all.texts(), ["One, \"two\", three.", "Four, \"five\"."]);
    assert_eq!(all.problems, []);
    let paths = named("a.tsv", "id\ttext\n1\tIn C:\\new\\table.\n2\tIn C:\\New.\n");
    assert_eq!(paths.texts(), ["In C:\\new\\table.", "In C:\\New."]);
    assert_eq!(paths.problems, []);
    let unclear = named("a.tsv", "id\ttext\n1\tIn C:\\new\\table.\n");
    assert_eq!(unclear.texts(), ["In C:\\new\\table."]);
    assert!(unclear.problem().1.starts_with("backslashes may stand"));
}

#[cfg(feature = "html")]
#[test]
fn texts_that_hold_html_are_counted_or_read() {
    let rows = "id,text\n1,<p>One &amp; two.</p><p>Three.</p>\n2,Four < five.\n";
    let list = r#"{"text":"<p>One &amp; two.<\/p>\n<p>Three.<\/p>"}"#;
    let folder = Folder::new();
    let paths = [folder.add("a.csv", rows), folder.add("b.jsonl", list)];
    let all = read(&[&paths[0], &paths[1]], ReadOptions::default()).unwrap();
    assert_eq!(all.texts()[1], "Four < five.");
    assert!(all.texts()[0].starts_with("<p>One &amp;"));
    let notes = all.tally.notes();
    assert!(notes[0].contains("read as words: 2. {html_text}"), "{notes:?}");
    let options = ReadOptions { html_text: true, ..ReadOptions::default() };
    let all = read(&[&paths[0], &paths[1]], options).unwrap();
    let wanted = "One & two.\n\nThree.";
    assert_eq!(all.texts(), [wanted, "Four < five.", wanted]);
    assert!(all.tally.notes().is_empty());
    let post =
        r#"[{"id":7,"title":{"rendered":"T &amp; U"},"content":{"rendered":"<p>One.</p>\n"}}]"#;
    let all = named("a.json", post);
    assert_eq!(
        (all.texts(), all.documents[0].meta.title.as_deref()),
        (vec!["One."], Some("T & U"))
    );
}

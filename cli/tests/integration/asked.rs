//! What an index is asked with: names that collide, reports of an `add`, and what is refused before
//! any work.

use crate::util::{Dir, Output, text_of};
use serde_json::{Value, json};

const NOTICE: &str = "the ferry to the islands will not sail on Thursday because its pilot has \
                      been asked to judge the cake contest in the upper town";

fn line(id: &str, outlet: &str, text: &str) -> String {
    json!({ "id": id, "outlet": outlet, "date": "2024-05-01", "text": text }).to_string()
}

fn notice(before: &str) -> String {
    format!("{before} {NOTICE}.")
}

/// A folder with an empty index in `ix`.
fn dir() -> Dir {
    let dir = Dir::new();
    dir.command(&["index", "create", "ix"]).run().expect(0);
    dir
}

fn documents(dir: &Dir) -> Value {
    let info = dir.command(&["index", "info", "ix", "--format", "json"]).run();
    info.expect(0).records()[0]["documents"].clone()
}

fn ids(pair: &Value) -> [&str; 2] {
    [text_of(&pair["a"], "id"), text_of(&pair["b"], "id")]
}

#[test]
fn a_report_has_what_new_articles_took_from_one_that_is_in_the_same_batch() {
    let dir = dir();
    let old = line("d1", "herald", &notice("It was made known at noon that"));
    dir.create("day1.jsonl", &old);
    dir.command(&["index", "add", "ix", "day1.jsonl"]).run().expect(0);
    let new = line("d2", "post", &notice("Travellers heard on the pier that"));
    dir.create("day2.jsonl", format!("{old}\n{new}\n"));
    let args = ["index", "add", "ix", "day2.jsonl", "--report", "new.jsonl"];
    let added = dir.command(&args).run().expect(0);
    assert!(added.stderr.contains("1 document added, 1 there already"), "{}", added.stderr);
    assert_eq!(dir.records("new.jsonl").iter().map(ids).collect::<Vec<_>>(), [["d1", "d2"]]);
    // The old words of an article that is replaced are no finding, those of another one are.
    let changed = line("d1", "gazette", &notice("Now it is said that"));
    let third = line("d3", "times", &notice("Late at night it came out that"));
    dir.create("day3.jsonl", format!("{changed}\n{third}\n"));
    dir.command(&["index", "add", "ix", "day3.jsonl", "--report", "more.jsonl"]).run().expect(0);
    let more = dir.records("more.jsonl");
    let mut pairs: Vec<_> = more.iter().map(ids).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [["d1", "d2"], ["d1", "d3"], ["d2", "d3"]]);
    let args = ["index", "add", "ix", "day3.jsonl", "--report", "none.jsonl"];
    dir.command(&args).run().expect(0);
    assert!(dir.records("none.jsonl").is_empty(), "nothing was new");
}

#[test]
fn what_a_report_says_is_of_the_documents_that_are_kept() {
    let dir = dir();
    dir.create("day1.jsonl", line("d1", "herald", &notice("It was made known at noon that")));
    dir.command(&["index", "add", "ix", "day1.jsonl"]).run().expect(0);
    let twice = |text: &str| line("k", "post", text);
    let texts = [notice("Zebras heard that"), "Apples and pears, and no word of ships".to_owned()];
    dir.create("twice.jsonl", format!("{}\n{}\n", twice(&texts[0]), twice(&texts[1])));
    let kept = |report: &[&str]| {
        let dir2 = Dir::new();
        dir2.create("day1.jsonl", dir.read("day1.jsonl"));
        dir2.create("twice.jsonl", dir.read("twice.jsonl"));
        dir2.command(&["index", "create", "ix"]).run().expect(0);
        dir2.command(&["index", "add", "ix", "day1.jsonl"]).run().expect(0);
        let args = [&["index", "add", "ix", "twice.jsonl"], report].concat();
        let said = dir2.command(&args).run().expect(0).stderr;
        let wanted = "1 document added, 1 left out because a later one has their id, the first `k`";
        assert!(said.contains(wanted), "{said}");
        dir2.create("q.jsonl", line("q", "times", &notice("And so")));
        let found = ["index", "query", "ix", "q.jsonl", "--format", "jsonl"];
        let found = dir2.command(&found).run().expect(0).records();
        let holds = found.iter().any(|pair| ids(pair).contains(&"k"));
        (holds, if report.is_empty() { holds } else { !dir2.records("r.jsonl").is_empty() })
    };
    let (plain, with) = (kept(&[]), kept(&["--report", "r.jsonl"]));
    assert_eq!(plain, with, "the same one of the two, and the report is of it");
}

#[test]
fn ids_that_are_there_twice_stop_a_strict_add() {
    let dir = dir();
    let twice = ["Today", "Tonight"].map(|before| line("k", "post", &notice(before)));
    dir.create("twice.jsonl", twice.join("\n"));
    let add = ["index", "add", "ix", "twice.jsonl", "--strict"];
    for report in [&[] as &[&str], &["--report", "r.jsonl"]] {
        let refused = dir.command(&[&add, report].concat()).run().expect(2).stderr;
        let cause = "--strict: a document has the id of a later one, the first `k`. give each an \
                     id of its own, or run without --strict";
        assert!(refused.contains(cause), "{refused}");
        assert_eq!(documents(&dir), 0);
        assert!(!dir.join("r.jsonl").exists());
    }
}

#[test]
fn a_text_never_replaces_another_that_was_read_in_the_same_place() {
    let dir = dir();
    let record = |before: &str| json!({ "text": notice(before) }).to_string();
    let add = |before: &str| {
        dir.create("today.jsonl", record(before));
        dir.command(&["index", "add", "ix", "today.jsonl"]).run()
    };
    add("On Monday it was said that").expect(0);
    let again = add("On Monday it was said that").expect(0);
    assert!(again.stderr.contains("1 there already"), "{}", again.stderr);
    let refused = add("On Tuesday it was said that").expect(2).stderr;
    let cause = "ix: it has another text under `today.jsonl:1`, which only says where a text was \
                 read. give texts ids of their own (--id-column), or remove that one first";
    assert!(refused.contains(cause), "{refused}");
    assert_eq!(documents(&dir), 1);
    // A file that is one article is another version of it.
    dir.create("a.txt", notice("On Monday it was said that"));
    dir.command(&["index", "add", "ix", "a.txt"]).run().expect(0);
    dir.create("a.txt", notice("On Tuesday it was said that"));
    let replaced = dir.command(&["index", "add", "ix", "a.txt"]).run().expect(0);
    assert!(replaced.stderr.contains("1 replaced"), "{}", replaced.stderr);
}

#[test]
fn shingles_are_those_of_the_index_unless_others_are_asked_for() {
    let dir = Dir::new();
    dir.command(&["index", "create", "ix", "--ngram-size", "8"]).run().expect(0);
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    dir.command(&["index", "add", "ix", "a.jsonl"]).run().expect(0);
    dir.create("b.jsonl", line("b", "post", &notice("Late at night")));
    for args in [
        &["index", "query", "ix", "b.jsonl", "--format", "jsonl"] as &[&str],
        &["scan", "b.jsonl", "--against", "ix", "--format", "jsonl"],
    ] {
        assert_eq!(dir.command(args).run().expect(0).records().len(), 1, "{args:?}");
        let other = dir.command(&[args, &["--ngram-size", "5"]].concat()).run().expect(2).stderr;
        assert!(other.contains("5 is asked for"), "{other}");
    }
    let check = dir.command(&["check", "b.jsonl", "--against", "ix", "--format", "json"]).run();
    let said = &check.expect(0).records()[0];
    assert!(said["share"].as_f64().is_some_and(|share| share > 0.5), "{said}");
    let limits = ["left_out", "sure_tokens", "same_id_left_out"].map(|name| &said[name]);
    assert_eq!(limits, [&json!(0), &json!(15), &json!(false)]);
}

#[test]
fn documents_of_one_id_and_two_outlets_are_two_holders() {
    let dir = dir();
    dir.create("a.jsonl", line("k", "herald", &notice("Today")));
    dir.command(&["index", "add", "ix", "a.jsonl"]).run().expect(0);
    dir.create("b.jsonl", line("k", "post", &notice("Late at night")));
    let shown = dir.command(&["index", "query", "ix", "b.jsonl"]).run().expect(0);
    let shown = shown.text();
    assert!(shown.contains("2 outlets · 2 documents"), "{shown}");
    assert!(shown.contains("herald") && shown.contains("post"), "{shown}");
}

#[test]
fn an_article_of_the_index_is_not_found_in_itself() {
    let dir = Dir::new();
    dir.command(&["index", "create", "ix"]).run().expect(0);
    dir.create("a.txt", notice("It was made known at noon that"));
    dir.create("b.txt", notice("Late at night it came out that"));
    dir.command(&["index", "add", "ix", "a.txt", "b.txt"]).run().expect(0);
    for format in [&["--format", "jsonl"] as &[&str], &["--each"]] {
        let args = [&["index", "query", "ix", "a.txt"], format].concat();
        let found = dir.command(&args).run().expect(0);
        let said = "the document with the id of the text, `a.txt`, was left out";
        assert!(found.stderr.contains(said), "{}", found.stderr);
        let records = found.records();
        let pairs = records[0]["passages"].as_array().unwrap_or(&records);
        assert_eq!(pairs.iter().map(ids).collect::<Vec<_>>(), [["a.txt", "b.txt"]]);
    }
    // With other words it is another text of that name.
    dir.create("a.txt", notice("Once more it is said that"));
    let args = ["index", "query", "ix", "a.txt", "--format", "jsonl"];
    let found = dir.command(&args).run().expect(0);
    let mut pairs: Vec<_> = found.records().iter().map(|pair| ids(pair).join(" ")).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, ["a.txt a.txt#2", "a.txt#2 b.txt"]);
}

#[test]
fn a_report_that_cannot_be_written_stops_the_add() {
    let dir = dir();
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    dir.create_dir("folder.jsonl");
    let add =
        |report: &str| dir.command(&["index", "add", "ix", "a.jsonl", "--report", report]).run();
    for (report, cause) in [
        ("none/x.jsonl", "there is no folder none"),
        ("x.xyz", "no format is known by the name `x.xyz`"),
        ("x.jsonl.lz4", "no format is known"),
        ("x", "no format is known"),
        ("a.jsonl", "would replace an input"),
        ("folder.jsonl", "folder.jsonl"),
    ] {
        let refused = add(report).expect(2).stderr;
        assert!(refused.contains(cause), "{report}: {refused}");
        assert_eq!(documents(&dir), 0, "{report}");
    }
    let shown = add("-").expect(0);
    assert!(!dir.join("-").exists() && shown.text().is_empty());
    assert_eq!(documents(&dir), 1);
}

#[test]
fn answers_text_by_text_are_in_the_format_that_the_name_says() {
    let dir = dir();
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    for name in ["e.csv", "e.txt", "e.json"] {
        let refused = dir.command(&["index", "query", "ix", "a.jsonl", "--each", "-o", name]).run();
        let refused = refused.expect(2).stderr;
        assert!(refused.contains("--each writes JSON Lines"), "{refused}");
    }
    dir.command(&["index", "query", "ix", "a.jsonl", "--each", "-o", "e.jsonl"]).run().expect(0);
    assert_eq!(dir.records("e.jsonl").len(), 1);
}

#[test]
fn a_text_is_not_taken_for_another_that_was_read_where_it_was() {
    let dir = dir();
    let add = dir.command(&["index", "add", "ix", "-"]).stdin(notice("One paper wrote that"));
    add.run().expect(0);
    let asked = notice("Another one wrote on the next day that");
    let share = |check: &Output| check.records()[0]["share"].as_f64().unwrap();
    let args = ["check", "-", "--against", "ix", "--format", "json"];
    let check = dir.command(&args).stdin(asked.as_str()).run().expect(0);
    assert!(share(&check) > 0.5, "{}", check.text());
    assert_eq!(check.records()[0]["id"], "-#2");
    let over = [&args[..], &["--fail-above", "30%"]].concat();
    let said = dir.command(&over).stdin(asked.as_str()).run().expect(1).stderr;
    assert!(said.contains("% of `-#2` is printed elsewhere, more than 30 %"), "{said}");
    let query = dir.command(&["index", "query", "ix", "-", "--format", "jsonl"]);
    let query = query.stdin(asked.as_str()).run().expect(0).records();
    assert_eq!(ids(&query[0]), ["-", "-#2"]);
    // A record of a file is called by its place as well.
    let record = |text: &str| json!({ "text": text }).to_string();
    dir.create("today.jsonl", record(&notice("In the old paper")));
    dir.command(&["index", "add", "ix", "today.jsonl"]).run().expect(0);
    dir.command(&["index", "remove", "ix", "-"]).run().expect(0);
    let args = ["check", "today.jsonl", "--against", "ix", "--format", "json"];
    let same = dir.command(&args).run().expect(0);
    assert!(share(&same).abs() < 1e-9, "it is the document itself: {}", same.text());
    assert!(same.stderr.contains("`today.jsonl:1`, was left out"), "{}", same.stderr);
    dir.create("today.jsonl", record(&notice("In the paper of another day")));
    let other = dir.command(&args).run().expect(0);
    assert!(share(&other) > 0.5, "{}", other.text());
}

#[test]
fn a_document_with_the_id_of_the_draft_is_left_out_and_said() {
    let dir = dir();
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    dir.command(&["index", "add", "ix", "a.jsonl"]).run().expect(0);
    dir.create("a.jsonl", line("a", "herald", &notice("An hour later")));
    let check = dir.command(&["check", "a.jsonl", "--against", "ix"]).run().expect(0);
    assert!(check.text().contains("Nothing of this is printed elsewhere"), "{}", check.text());
    let said = "the document with the id of the draft, `a`, was left out";
    assert!(check.stderr.contains(said), "{}", check.stderr);
}

#[test]
fn standard_input_is_named_once_and_an_index_is_no_input() {
    let dir = dir();
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    for args in [
        &["check", "-", "--against", "-"][..],
        &["check", "-", "-", "--against", "ix"],
        &["index", "add", "ix", "-", "-"],
        &["index", "query", "ix", "-", "-"],
        &["scan", "-", "--against", "-"],
    ] {
        let refused = dir.command(args).stdin(notice("x")).run().expect(2).stderr;
        assert!(refused.contains("standard input (-) is named twice"), "{args:?}: {refused}");
    }
    for args in [
        &["index", "add", "ix", "ix"][..],
        &["index", "query", "ix", "ix"],
        &["check", "ix", "--against", "ix"],
        &["scan", "a.jsonl", "ix"],
        &["dedup", "ix", "-o", "out"],
        &["compare", "a.jsonl", "ix"],
    ] {
        let refused = dir.command(args).run().expect(2).stderr;
        assert!(
            refused.contains("ix is an index and no folder of articles"),
            "{args:?}: {refused}"
        );
    }
    let refused =
        dir.command(&["check", "a.jsonl", "--against", "ix", "--against", "a.jsonl"]).run();
    let refused = refused.expect(2).stderr;
    assert!(refused.contains("named beside others"), "{refused}");
    assert_eq!(documents(&dir), 0);
    // In a folder that is read it is passed over.
    let scan = dir.command(&["scan", "."]).run().expect(0).stderr;
    assert!(scan.contains("ix: is an index, whose files are no articles"), "{scan}");
    assert!(scan.contains("1 document of 1 outlet, 1 record left out"), "{scan}");
}

#[test]
fn what_is_no_index_and_an_empty_one_are_said() {
    let dir = dir();
    dir.create("a.jsonl", line("a", "herald", &notice("Today")));
    for args in [&["index", "info", "a.jsonl"][..], &["index", "add", "a.jsonl", "a.jsonl"]] {
        let refused = dir.command(args).run().expect(2).stderr;
        assert!(refused.contains("a.jsonl: there is no index here"), "{args:?}: {refused}");
    }
    let refused = dir.command(&["index", "create", "a.jsonl"]).run().expect(2).stderr;
    assert!(refused.contains("a.jsonl: is a file, and an index is a folder"), "{refused}");
    let scan = dir.command(&["scan", "a.jsonl", "--against", "ix"]).run().expect(0).stderr;
    assert!(scan.contains("the index of --against has no documents"), "{scan}");
}

#[test]
fn saved_texts_never_go_among_other_files() {
    let dir = dir();
    dir.create("page.html", format!("<p>{}</p>", notice("Today")));
    dir.create("texts/mine.txt", "kept");
    let args = ["index", "add", "ix", "page.html", "--save-text", "texts"];
    let refused = dir.command(&args).run().expect(2).stderr;
    assert!(refused.contains("texts: the folder is there and is not empty"), "{refused}");
    assert_eq!((documents(&dir), dir.read("texts/mine.txt")), (0.into(), b"kept".to_vec()));
}

/// While nothing comes on standard input, the first Ctrl-C ends the program.
#[cfg(unix)]
#[test]
fn the_first_interrupt_ends_a_run_that_waits_for_standard_input() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let dir = dir();
    let interrupted = |args: &[&str], wait: Duration| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        let run = run.args(args).current_dir(dir.path());
        let run = run.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = run.spawn().unwrap();
        std::thread::sleep(wait);
        Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
        let start = Instant::now();
        // Its standard input stays open meanwhile.
        while run.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(60), "{args:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        run.wait().unwrap().code()
    };
    for args in [
        &["scan", "-"][..],
        &["check", "-", "--against", "ix"],
        &["index", "query", "ix", "-"],
        &["index", "add", "ix", "-", "--report", "r.jsonl"],
    ] {
        // Before its handler is installed, the program is ended by the signal itself.
        let waits = [300, 1_000, 3_000, 9_000].map(Duration::from_millis);
        let code = waits.into_iter().find_map(|wait| interrupted(args, wait));
        assert_eq!(code, Some(130), "{args:?}");
    }
    assert_eq!(documents(&dir), 0);
}

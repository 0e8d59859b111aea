//! Options that would change nothing are refused, with what to do.

use crate::util::Dir;

const TEXT: &str = "The ferry berth at the north pier was closed on Monday for work that will take \
                    the whole of the winter, the port said.";

fn corpus(dir: &Dir) {
    let line = |(id, outlet): (&str, &str)| {
        serde_json::json!({"id": id, "outlet": outlet, "text": TEXT}).to_string() + "\n"
    };
    dir.create("in.jsonl", [("a", "A"), ("b", "B")].map(line).concat());
}

#[test]
fn what_the_text_view_shows_is_asked_of_it_alone() {
    let dir = Dir::new();
    corpus(&dir);
    for (flag, value) in [("--top", "0"), ("--sort", "size")] {
        for written in [["-o", "x.jsonl"], ["--format", "csv"], ["-o", "x.html"]] {
            let run = dir.command(&["scan", "in.jsonl", flag, value]).args(&written).run();
            let run = run.expect(2);
            let said = format!("{flag}: the result is ");
            assert!(run.stderr.contains(&said), "{}", run.stderr);
            assert!(run.stderr.contains("which has everything. leave it out"), "{}", run.stderr);
        }
        for written in [["-o", "x.txt"], ["--format", "text"], ["--families", "f.jsonl"]] {
            dir.command(&["scan", "in.jsonl", flag, value]).args(&written).run().expect(0);
        }
    }
}

#[test]
fn a_dry_run_takes_nothing_about_what_is_written() {
    let dir = Dir::new();
    corpus(&dir);
    let flags: [&[&str]; 4] =
        [&["--output-format", "same"], &["--output-format", "csv"], &["--force"], &["--resume"]];
    for flag in flags {
        let run = dir.command(&["dedup", "in.jsonl", "--dry-run"]).args(flag).run().expect(2);
        let said = format!("{}: a dry run writes nothing. leave it out, or --dry-run", flag[0]);
        assert!(run.stderr.contains(&said) && run.stdout.is_empty(), "{}", run.stderr);
    }
    dir.command(&["dedup", "in.jsonl", "--dry-run", "-o", "out"]).run().expect(0);
}

#[test]
fn texts_without_columns_have_none_to_go_by() {
    let dir = Dir::new();
    dir.create("a/x.txt", TEXT);
    dir.create("b/y.txt", TEXT);
    for (flag, value) in [("--within", "paper"), ("--keep", "column:score")] {
        let run = dir.command(&["dedup", "a", "b", "--dry-run", flag, value]).run().expect(2);
        let said = format!("{flag}: the inputs are files of one document each");
        assert!(run.stderr.contains(&said), "{}", run.stderr);
    }
    dir.command(&["dedup", "a", "b", "--dry-run", "--keep", "longest"]).run().expect(0);
}

#[test]
fn a_folder_without_a_text_is_said() {
    let dir = Dir::new();
    corpus(&dir);
    let said = "no text was taken out of a page or file: --save-text has an empty folder";
    let run = dir.command(&["scan", "in.jsonl", "--save-text", "texts"]).run().expect(0);
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let page = format!("<!doctype html><html><body><p>{TEXT}</p></body></html>");
    dir.create("page.html", page);
    let run = dir.command(&["scan", "page.html", "--save-text", "more"]).run().expect(0);
    assert!(!run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn the_size_of_a_report_counts_for_questions_too() {
    let dir = Dir::new();
    corpus(&dir);
    dir.command(&["index", "create", "news.index"]).run().expect(0);
    dir.command(&["index", "add", "news.index", "in.jsonl"]).run().expect(0);
    dir.create("draft.txt", TEXT);
    let query = ["index", "query", "news.index", "draft.txt", "--report-size"];
    for flags in [&["--each"][..], &[], &["--format", "jsonl"]] {
        let run = dir.command(&query).args(&["1MiB"]).args(flags).run().expect(2);
        assert!(run.stderr.contains("--report-size: the result is no HTML"), "{}", run.stderr);
    }
    let html = ["1MiB", "-o", "report.html"];
    dir.command(&query).args(&html).run().expect(0);
}

//! What `--log` reports of a run.

use crate::dedup::{WAYS, folder, gzip};
use crate::util::Dir;

/// The log lines of standard error.
fn logged(dir: &Dir, args: &[&str], log: &str) -> Vec<String> {
    let run = dir.command(args).args(&["--log", log]).run().expect(0);
    let lines = run.stderr.lines().filter(|line| line.starts_with("wirecopy: ["));
    lines.map(|line| line.split_once(" s] ").unwrap().1.to_owned()).collect()
}

fn has(lines: &[String], parts: &[&str]) -> bool {
    lines.iter().any(|line| parts.iter().all(|part| line.contains(part)))
}

#[test]
fn every_stage_and_file_is_logged() {
    let dir = folder(20);
    dir.create("more.jsonl.gz", gzip(&dir.read("docs.jsonl")));
    let scan = ["scan", "docs.jsonl", "more.jsonl.gz", "-o", "out.jsonl", "--memory", "1KiB"];
    let lines = logged(&dir, &scan, "debug");
    for parts in [
        &["debug corpus: reads", "path=docs.jsonl", "format=\"jsonl\"", "bytes="][..],
        &["debug corpus: reads", "path=more.jsonl.gz"],
        &["debug detect: begins a temporary file", "what=\"texts\""],
        &["info detect: stage name=\"read\"", "close time.busy="],
        &["info detect: stage name=\"judge\"", "close time.busy="],
        &["debug store: published path=out.jsonl"],
    ] {
        assert!(has(&lines, parts), "{parts:?}: {lines:#?}");
    }
    let lines = logged(&dir, &["dedup", "more.jsonl.gz", "-o", "out"], "debug");
    assert!(has(&lines, &["is copied, to be read again", "more.jsonl.gz"]), "{lines:#?}");
    assert!(has(&lines, &["stage name=\"verify\""]), "{lines:#?}");
    assert!(has(&lines, &["published", "out"]), "{lines:#?}");
    for (n, way) in WAYS[1..3].iter().enumerate() {
        let (out, stage) = (format!("way{n}"), ["verify", "cut"][n]);
        let args = ["dedup", "more.jsonl.gz", "-o", &out];
        let lines = logged(&dir, &[&args, *way].concat(), "debug");
        assert!(has(&lines, &["is copied, to be read again", "more.jsonl.gz"]), "{lines:#?}");
        assert!(has(&lines, &[&format!("stage name=\"{stage}\"")]), "{lines:#?}");
        assert!(has(&lines, &["published", &out]), "{lines:#?}");
    }
    let lines = logged(&dir, &["dedup", "docs.jsonl", "-o", "again", "--resume"], "info");
    assert!(has(&lines, &["info detect: starts again"]), "{lines:#?}");
}

#[test]
fn parts_can_be_logged_alone() {
    let dir = folder(20);
    let scan = ["scan", "docs.jsonl", "-o", "out.jsonl"];
    let lines = logged(&dir, &scan, "warn,wirecopy::corpus=debug");
    assert!(lines.iter().all(|line| line.starts_with("debug corpus: ")), "{lines:#?}");
    assert!(has(&lines, &["docs.jsonl"]), "{lines:#?}");
    assert_eq!(logged(&dir, &scan, "warn"), [""; 0]);
    // The summary already has a line with the times of the stages.
    let info = dir.command(&scan).args(&["--log", "info"]).run().expect(0);
    assert!(info.stderr.contains("read ") && info.stderr.contains("judge "), "{}", info.stderr);
    let quiet = dir.command(&scan).args(&["--log", "trace", "--quiet"]).run().expect(0);
    assert_eq!(quiet.stderr, "");
    let bad = dir.command(&scan).args(&["--log", "loud"]).run().expect(2);
    assert!(bad.stderr.contains("`loud` is not a level. give error, warn"), "{}", bad.stderr);
}

#[test]
fn hostile_names_reach_no_terminal() {
    let dir = folder(20);
    dir.create("e\u{1b}[31mvil.jsonl", dir.read("docs.jsonl"));
    let run = dir.command(&["scan", ".", "--log", "trace", "--format", "jsonl"]).run().expect(0);
    assert_eq!(crate::util::unsafe_on_terminal(&run.stderr), None);
    assert!(run.stderr.contains("vil.jsonl"), "{}", run.stderr);
}

//! The README, the sample and the reference page are true.

use crate::util::{root, skipped, text_of, wirecopy};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// Files below examples/articles as `outlet/name.txt`, with their text.
fn articles() -> BTreeMap<String, String> {
    let folder = root().join("examples/articles");
    let mut found = BTreeMap::new();
    for outlet in fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
        for file in fs::read_dir(outlet).unwrap().map(|e| e.unwrap().path()) {
            let name = file.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, fs::read_to_string(file).unwrap());
        }
    }
    found
}

#[test]
fn sample_is_the_same_in_both_forms() {
    let lines = fs::read_to_string(root().join("examples/articles.jsonl")).unwrap();
    let mut records = BTreeMap::new();
    for record in lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        let id = text_of(&record, "id").to_owned();
        assert_eq!(id.split('/').next(), record["outlet"].as_str(), "outlet is the folder");
        assert_eq!(text_of(&record, "text").lines().next(), record["title"].as_str());
        assert_eq!(text_of(&record, "date").len(), "2017-10-01".len());
        records.insert(id, text_of(&record, "text").to_owned());
    }
    assert!(records == articles(), "run scripts/sample_jsonl.py");
}

#[test]
fn sample_script_agrees() {
    let script = root().join("scripts/sample_jsonl.py");
    match Command::new("python3").arg(script).arg("--check").output() {
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr)),
        Err(_) => skipped("scripts/sample_jsonl.py --check needs python3"),
    }
}

/// Lines of the README that start with `$ `, without that prefix.
fn commands() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    readme.lines().filter_map(|l| l.strip_prefix("$ ")).map(str::to_owned).collect()
}

#[test]
fn commands_of_the_readme_run() {
    let mut ran = 0;
    for line in commands() {
        let rest = line.strip_prefix("cargo run --release -- ");
        let Some(rest) = rest.or_else(|| line.strip_prefix("wirecopy ")) else { continue };
        if rest.contains(['|', '>', '<']) || rest.contains("-o ") || rest.contains("--families") {
            continue;
        }
        let args: Vec<&str> = rest.split_whitespace().collect();
        wirecopy(&args).run().expect(0);
        ran += 1;
    }
    assert!(ran >= 2, "the README has commands that can be tried");
}

#[test]
fn output_of_the_readme_is_what_the_first_command_prints() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (shown, after) = rest.split_once("```\n").unwrap();
    let first = &commands()[0];
    let args: Vec<&str> = first.split_once(" -- ").unwrap().1.split_whitespace().collect();
    let run = wirecopy(&args).run().expect(0);
    let now = format!("{}\n", run.text().trim_end());
    if std::env::var_os("WIRECOPY_BLESS").is_some() {
        fs::write(&path, format!("{before}```text\n{now}```\n{after}")).unwrap();
        return;
    }
    assert!(shown == now, "the output is another now: set WIRECOPY_BLESS=1 for this test");
}

#[test]
fn gate_runs_the_commands_of_the_readme() {
    let gate = fs::read_to_string(root().join(".ci/run")).unwrap();
    let firsts = commands();
    assert!(firsts.len() >= 2, "the README has two first commands");
    for line in &firsts[..2] {
        assert!(gate.contains(line.as_str()), ".ci/run does not call `{line}`");
    }
}

/// The reference of all commands, as `--help` prints it.
fn reference() -> String {
    let mut page = "# Commands\n\nWhat `--help` prints, kept true by a test.\n".to_owned();
    let help = |args: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .args(args)
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        assert!(run.status.success(), "{args:?}");
        String::from_utf8(run.stdout).unwrap()
    };
    let top = help(&["--help"]);
    let commands = top.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    let mut section = |title: &str, text: &str| {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let text = lines.join("\n");
        for part in ["\n## ", title, "\n\n```text\n", text.trim_end(), "\n```\n"] {
            page += part;
        }
    };
    section("wirecopy", &top);
    for name in names {
        section(&format!("wirecopy {name}"), &help(&[name, "--help"]));
    }
    page
}

#[test]
fn reference_page_is_what_help_prints() {
    let path = root().join("docs/cli.md");
    let now = reference();
    if std::env::var_os("WIRECOPY_BLESS").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == now, "docs/cli.md is not what --help prints: run `just cli-docs`");
}

#[test]
fn library_of_the_readme_is_the_examples() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown: Vec<&str> = readme.split("```rust\n").skip(1).collect();
    assert_eq!(shown.len(), 3, "the README shows three programs");
    for (name, shown) in ["scan", "dedup", "sketch"].iter().zip(shown) {
        let shown = shown.split("```").next().unwrap_or_default();
        let code = fs::read_to_string(root().join(format!("examples/{name}.rs"))).unwrap();
        let (uses, rest) = code.split_once("\nfn main()").unwrap();
        let main = rest.split("\n}\n").next().unwrap_or_default();
        let body = main.lines().skip(1).filter(|line| line.trim() != "Ok(())");
        let body: Vec<&str> = body.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        assert!(body.len() < 10, "{name}: {} lines", body.len());
        let uses = uses.lines().filter(|line| line.starts_with("use "));
        let lines: Vec<&str> = uses.chain([""]).chain(body).collect();
        assert_eq!(shown.trim_end(), lines.join("\n"), "examples/{name}.rs");
    }
}

//! `wirecopy scan --ignore`: a run that ignores its own result finds nothing, whatever the result
//! is written as, and what is no list of passages is refused.

use crate::util::{Dir, root};

/// A statement that two papers print with what is around it and one prints edited, and a sentence
/// that an agency has in other words.
const TEXTS: [(&str, &str, &str); 4] = [
    (
        "1",
        "gazette",
        "The ice came early this year. \"We will keep the ferry running through the winter, \
         whatever the frost does to the old quay,\" harbor master Orla Teck told the island \
         council on Tuesday evening in the net loft. Nobody objected to the plan.",
    ),
    (
        "2",
        "herald",
        "A crossing is safe for now. \"We will keep the ferry running through the winter, whatever \
         the frost does to the old quay,\" harbor master Orla Teck told the island council on \
         Tuesday evening in the net loft. The bakers were relieved.",
    ),
    (
        "3",
        "courier",
        "Islanders asked about their bread. \"We will keep our ferry running through this winter, \
         whatever the frost may do to the quay,\" harbor master Orla Teck told the council on \
         Tuesday evening in the old net loft. Snow is forecast.",
    ),
    (
        "4",
        "monitor",
        "The winter timetable is unchanged. She will keep the ferry running through the winter \
         whatever the frost does to the old quay, the harbor master told the council in the loft.",
    ),
];

fn corpus(dir: &Dir) {
    let line = |(id, outlet, text): &(&str, &str, &str)| {
        serde_json::json!({"id": id, "outlet": outlet, "text": text}).to_string() + "\n"
    };
    dir.create("in.jsonl", TEXTS.iter().map(line).collect::<String>());
}

#[test]
fn a_run_that_ignores_its_own_result_finds_nothing() {
    let dir = Dir::new();
    corpus(&dir);
    let sample = root().join("examples/articles.jsonl");
    for input in ["in.jsonl", sample.to_str().unwrap()] {
        for name in [
            "f.jsonl",
            "f.json",
            "f.csv",
            "f.tsv",
            "f.parquet",
            "f.jsonl.gz",
            "f.json.zst",
            "f.csv.bz2",
            "f.TSV.gz",
        ] {
            for (flag, other) in [("--families", "-o"), ("-o", "--families")] {
                let args = ["scan", input, "-q", flag, name, other, "other.jsonl"];
                dir.command(&args).run().expect(0);
                assert!(!dir.records("other.jsonl").is_empty(), "{input}: there is a passage");
                let args = ["scan", input, "--ignore", name, "--format", "jsonl"];
                let run = dir.command(&args).run().expect(0);
                assert!(run.records().is_empty(), "{name} of {flag}: {:#?}", run.records());
                assert!(!run.stderr.contains("warning"), "{name} of {flag}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn records_are_known_under_any_name_and_over_several_lines() {
    let dir = Dir::new();
    corpus(&dir);
    dir.command(&["scan", "in.jsonl", "-q", "-o", "p.csv", "--families", "f.jsonl"])
        .run()
        .expect(0);
    let families = dir.records("f.jsonl");
    let pretty = |record| serde_json::to_string_pretty(record).unwrap() + "\n";
    dir.create("pretty", families.iter().map(pretty).collect::<String>());
    dir.create("list", serde_json::to_string_pretty(&families).unwrap());
    dir.create("table.txt", dir.read("p.csv"));
    let passim = dir.command(&["scan", "in.jsonl", "--format", "passim"]).run().expect(0);
    dir.create("passim", &passim.stdout);
    for name in ["pretty", "list", "table.txt", "passim"] {
        let run = dir.command(&["scan", "in.jsonl", "--ignore", name, "--format", "jsonl"]).run();
        let run = run.expect(0);
        assert!(run.records().is_empty(), "{name}: {:#?}", run.records());
        assert!(!run.stderr.contains("warning"), "{name}: {}", run.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_list_may_come_from_a_pipe_where_it_is_no_table() {
    let dir = Dir::new();
    corpus(&dir);
    dir.command(&["scan", "in.jsonl", "-q", "-o", "p.csv", "--families", "f.json"]).run().expect(0);
    let run = |list: &str| {
        let args = ["scan", "in.jsonl", "--ignore", "/dev/stdin", "--format", "jsonl"];
        dir.command(&args).stdin(dir.read(list)).run()
    };
    assert!(run("f.json").expect(0).records().is_empty());
    assert!(run("p.csv").expect(2).stderr.contains("/dev/stdin: this is a table"));
}

#[test]
fn what_is_no_list_of_passages_is_refused() {
    let dir = Dir::new();
    corpus(&dir);
    for name in ["view.txt", "report.html"] {
        dir.command(&["scan", "in.jsonl", "-q", "-o", name]).run().expect(0);
    }
    dir.create("lines.csv", "We will keep the ferry running through the winter, whatever\n");
    dir.create("wide.txt", "W\0e\0 \0w\0i\0l\0l\0");
    dir.create("broken.json", "[\n{\"family\":1,\"text\":\"We will\"},\n{\"fam");
    dir.create("cut.parquet", "PAR1");
    for name in ["view.txt", "report.html", "lines.csv", "wide.txt", "broken.json", "cut.parquet"] {
        let run = dir.command(&["scan", "in.jsonl", "--ignore", name]).run().expect(2);
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
}

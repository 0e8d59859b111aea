//! No result replaces what is read, or another result, whatever its path looks like.

use crate::util::Dir;

const QUOTE: &str = "the ferry to the island was held at the pier for six hours on Friday after a \
                     deckhand found a crack in the stern ramp";

/// Two tables, two texts, a list, and an index of one of the texts.
fn dir() -> Dir {
    let dir = Dir::new();
    let line = |id: &str| serde_json::json!({"id": id, "text": format!("{id} wrote {QUOTE}.")});
    dir.create("a.jsonl", line("a").to_string());
    dir.create("in/b.jsonl", line("b").to_string());
    dir.create("c.csv", format!("id,text\nc,\"c wrote {QUOTE}.\"\n"));
    dir.create("d.txt", format!("d wrote {QUOTE}."));
    dir.create("list.txt", "a.jsonl\nin/b.jsonl\n");
    dir.create("known.txt", "a passage that is known to everybody in the town by the sea\n");
    dir.command(&["index", "create", "ix"]).run().expect(0);
    dir.command(&["index", "add", "ix", "a.jsonl"]).run().expect(0);
    dir
}

#[test]
fn what_is_read_is_never_replaced() {
    let dir = dir();
    let link = dir.join("link.csv");
    #[cfg(unix)]
    std::os::unix::fs::symlink("c.csv", &link).unwrap();
    let files = ["a.jsonl", "in/b.jsonl", "c.csv", "d.txt", "list.txt", "known.txt"];
    let before = files.map(|name| dir.read(name));
    let refused: &[(&[&str], [&str; 2])] = &[
        (&["scan", "c.csv", "a.jsonl", "--skipped", "c.csv"], ["--skipped", "INPUT c.csv"]),
        (&["scan", "./c.csv", "a.jsonl", "--skipped", "in/../c.csv"], ["--skipped", "INPUT"]),
        (&["scan", "a.jsonl", "--against", "c.csv", "-o", "c.csv"], ["--output", "--against"]),
        (&["scan", "in", "a.jsonl", "-o", "in/b.jsonl"], ["--output", "part of in"]),
        (&["scan", "in/*.jsonl", "a.jsonl", "-o", "in/b.jsonl"], ["--output", "part of in/*"]),
        (&["scan", "a.jsonl", "--against", "in", "--copies", "in/b.jsonl"], ["--copies", "of in"]),
        (&["scan", "@list.txt", "-o", "list.txt"], ["--output", "INPUT list.txt"]),
        (&["scan", "@list.txt", "--flows", "in/b.jsonl"], ["--flows", "part of @list.txt"]),
        (&["scan", "in", "--ignore", "known.txt", "-o", "known.txt"], ["--output", "--ignore"]),
        (&["dedup", "c.csv", "-o", "out", "--skipped", "c.csv"], ["--skipped", "INPUT c.csv"]),
        (&["dedup", "in", "-o", "out", "--skipped", "in/b.jsonl"], ["--skipped", "part of in"]),
        (&["compare", "d.txt", "a.jsonl", "-o", "a.jsonl"], ["--output", "B a.jsonl"]),
        (&["compare", "d.txt", "a.jsonl", "-o", "d.txt"], ["--output", "A d.txt"]),
        (&["index", "query", "ix", "a.jsonl", "-o", "a.jsonl"], ["--output", "INPUT a.jsonl"]),
        (&["index", "query", "ix", "a.jsonl", "-o", "ix/a.jsonl"], ["--output", "the index ix"]),
        (&["index", "add", "ix", "c.csv", "--skipped", "c.csv"], ["--skipped", "INPUT c.csv"]),
        (&["index", "add", "ix", "in", "--report", "in/b.jsonl"], ["--report", "part of in"]),
        (&["check", "d.txt", "--against", "in", "--skipped", "in/b.jsonl"], ["--skipped", "of in"]),
    ];
    for (args, said) in refused {
        let error = dir.command(args).run().expect(2).stderr;
        assert!(said.iter().all(|part| error.contains(part)), "{args:?}: {error}");
        assert!(error.contains("would "), "{args:?}: {error}");
    }
    if link.exists() {
        let scan = ["scan", "c.csv", "a.jsonl", "-o", "link.csv"];
        dir.command(&scan).run().expect(2);
    }
    assert_eq!(files.map(|name| dir.read(name)), before);
    assert!(!dir.join("out").exists());
}

#[test]
fn two_results_have_two_files() {
    let dir = dir();
    dir.create_dir("out");
    for args in [
        ["-o", "z.jsonl", "--skipped", "z.jsonl"],
        ["--families", "z.jsonl", "--skipped", "./z.jsonl"],
        ["--copies", "out/../z.jsonl", "--flows", "z.jsonl"],
    ] {
        let scan = [&["scan", "a.jsonl", "in"][..], &args].concat();
        let error = dir.command(&scan).run().expect(2).stderr;
        assert!(error.contains("names the same file as --"), "{args:?}: {error}");
        assert!(!dir.join("z.jsonl").exists());
    }
    let scan = ["scan", "a.jsonl", "in", "-o", "/dev/null", "--families", "/dev/null"];
    dir.command(&scan).run().expect(0);
}

#[test]
fn a_new_file_in_a_folder_of_inputs_is_fine() {
    let dir = dir();
    dir.command(&["scan", "in", "a.jsonl", "-o", "in/pairs.csv"]).run().expect(0);
    assert!(dir.join("in/pairs.csv").exists());
    let other = ["scan", "in/b.jsonl", "a.jsonl", "-o", "in/pairs.csv"];
    dir.command(&other).run().expect(0);
}

#[test]
fn a_list_of_what_is_left_out_may_begin_with_a_mark() {
    let dir = dir();
    let scan = ["scan", "a.jsonl", "in", "-o", "z.csv", "--skipped", "s.csv", "--bom"];
    dir.command(&scan).run().expect(0);
    for name in ["z.csv", "s.csv"] {
        assert!(dir.read(name).starts_with(b"\xef\xbb\xbf"), "{name}");
    }
}

#[test]
fn a_format_that_is_packed_inside_has_its_own_name() {
    let dir = dir();
    for args in [["-o", "z.parquet.gz"], ["--families", "z.parquet.zst"]] {
        let scan = [&["scan", "a.jsonl", "in"][..], &args].concat();
        let error = dir.command(&scan).run().expect(2).stderr;
        assert!(error.contains("compressed inside") && error.contains("z.parquet"), "{error}");
    }
}

//! What is in the place of the program's own folders, and was not put there by it, is neither
//! entered nor emptied: the run ends with status 2 and says what to move away.
#![cfg(unix)]

use crate::dedup::{WAYS, folder};
use crate::util::Dir;
use std::fs;
use std::os::unix::fs::symlink;

/// Commands, and the work folder that each uses.
const RUNS: [(&[&str], &str); 6] = [
    (&["dedup", "docs.jsonl", "-o", "out"], ".out.wirecopy-work"),
    (&["dedup", "docs.jsonl", "-o", "out", "--measure", "coverage"], ".out.wirecopy-work"),
    (&["dedup", "docs.jsonl", "-o", "out", "--passages", "--resume"], ".out.wirecopy-work"),
    (&["dedup", "docs.jsonl", "-o", "out", "--resume"], ".out.wirecopy-work"),
    (&["scan", "docs.jsonl", "-o", "out", "--format", "jsonl", "--resume"], ".out.wirecopy-work"),
    (&["scan", "docs.jsonl", "-o", "x.jsonl", "--save-text", "out"], ".out.wirecopy-work"),
];

/// A folder with an input, and things that must stay as they are.
fn scene() -> Dir {
    let dir = folder(16);
    dir.create("precious/thesis", "thesis");
    dir.create("precious/sub/file", "file");
    dir
}

#[track_caller]
fn refused(dir: &Dir, args: &[&str], work: &str) {
    let out = dir.command(args).run().expect(2);
    assert!(out.stderr.contains(work) && out.stderr.contains("move it away"), "{}", out.stderr);
    assert_eq!(dir.read("precious/thesis"), b"thesis");
    assert_eq!(dir.read("precious/sub/file"), b"file");
    assert!(!dir.join("out").exists());
}

#[test]
fn a_link_in_the_place_of_a_work_folder_is_refused() {
    for (args, work) in RUNS {
        let dir = scene();
        symlink(dir.join("precious"), dir.join(work)).unwrap();
        refused(&dir, args, work);
        fs::remove_file(dir.join(work)).unwrap();
        // A folder of somebody's.
        dir.create(&format!("{work}/notes"), "notes");
        refused(&dir, args, work);
        assert_eq!(dir.read(&format!("{work}/notes")), b"notes");
        fs::remove_file(dir.join(work).join("notes")).unwrap();
        for name in ["lock", "result", "run.json", "texts"] {
            symlink(dir.join("precious/thesis"), dir.join(work).join(name)).unwrap();
            refused(&dir, args, work);
            fs::remove_file(dir.join(work).join(name)).unwrap();
        }
    }
}

#[test]
fn a_work_folder_in_the_folder_of_temporary_files_is_no_other() {
    let args = ["scan", "docs.jsonl", "-o", "out.jsonl", "--memory", "4KiB", "--temp-dir", "tmp"];
    let dir = scene();
    dir.create_dir("tmp");
    let run = |dir: &Dir| dir.command(&args).args(&["--resume"]).run();
    run(&dir).expect(0);
    // The name follows from the path of the result: learnt from a file in the way of the folder.
    let mark = wirecopy::hash::xxh3_64(dir.join("out.jsonl").as_os_str().as_encoded_bytes());
    let work = format!(".out.jsonl.{mark:016x}.wirecopy-work");
    symlink(dir.join("precious"), dir.join("tmp").join(&work)).unwrap();
    fs::remove_file(dir.join("out.jsonl")).unwrap();
    refused(&dir, &args, &work);
}

#[test]
fn links_in_a_result_are_not_replaced() {
    let dir = scene();
    for way in &WAYS[..3] {
        let args = [&["dedup", "docs.jsonl", "-o", "res", "--force"], *way].concat();
        dir.command(&args).run().expect(0);
        symlink(dir.join("precious"), dir.join("res/kept.d")).unwrap();
        let again = dir.command(&args).run().expect(2);
        assert!(again.stderr.contains("kept.d"), "{}", again.stderr);
        assert!(dir.join("res/kept.d").is_symlink());
        assert_eq!(dir.read("precious/thesis"), b"thesis");
        fs::remove_file(dir.join("res/kept.d")).unwrap();
    }
}

//! `scan` and `dedup` on disks that are full or read-only, and with few open files: they end with
//! status 2, name the path, publish nothing and leave nothing.

use crate::dedup::{WAYS, folder, jsonl, names, news, result};
use crate::util::{Dir, Output, skipped};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system, unmounted on drop.
struct Disk(PathBuf);

impl Disk {
    fn new(path: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&path);
        let out = mount.output().ok()?;
        out.status.success().then_some(Self(path))
    }

    /// Makes the file system read-only; returns whether that worked.
    fn lock(&self) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-o", "remount,ro"]).arg(&self.0).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

/// Commands that write to `disk/`, and the flags that replace what is there.
const WRITERS: [(&[&str], &[&str]); 6] = [
    (&["scan", "-o", "disk/out.jsonl", "--families", "disk/families.jsonl"], &[]),
    (&["scan", "-o", "disk/out.csv", "--skipped", "disk/skipped.jsonl", "--memory", "64KiB"], &[]),
    (&["scan", "-o", "disk/out.jsonl", "--families", "disk/families.jsonl", "--resume"], &[]),
    (&["dedup", "-o", "disk/out"], &["--force"]),
    (&["dedup", "-o", "disk/out", "--measure", "coverage"], &["--force"]),
    (&["dedup", "-o", "disk/out", "--passages"], &["--force"]),
];

/// Every file below a folder with its content.
fn everything(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(everything(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    all
}

/// Runs a command that must fail and leave `disk` as it was.
#[track_caller]
fn fails(dir: &Dir, writer: &[&str], more: &[&str], says: &[&str]) -> Output {
    let before = everything(&dir.join("disk"));
    let run = dir.command(writer).args(more).run().expect(2);
    assert!(says.iter().any(|part| run.stderr.contains(part)), "{writer:?}: {}", run.stderr);
    assert!(
        run.stderr.contains("/disk") || run.stderr.contains("disk/"),
        "{writer:?} names no path: {}",
        run.stderr
    );
    let after = everything(&dir.join("disk"));
    assert!(before == after, "{writer:?}: {:?}, then {:?}", before.keys(), after.keys());
    run
}

#[test]
fn a_full_disk_leaves_nothing() {
    let dir = folder(4_000);
    dir.create("few.jsonl", jsonl(&news(20)));
    for (writer, replace) in WRITERS {
        let Some(disk) = Disk::new(dir.join("disk"), "1m") else {
            return skipped("the full disk: this user may not mount");
        };
        fails(&dir, writer, &["docs.jsonl"], &["space"]);
        assert!(names(&disk.0).is_empty(), "{writer:?}: {:?}", names(&disk.0));
        // An earlier result survives a failed replacement.
        dir.command(writer).args(&["few.jsonl"]).run().expect(0);
        assert!(!names(&disk.0).is_empty());
        fails(&dir, writer, &[&["docs.jsonl"], replace].concat(), &["space"]);
    }
}

#[test]
fn an_index_on_a_full_disk_is_as_it_was_and_takes_no_more_room() {
    let dir = folder(4_000);
    dir.create("few.jsonl", jsonl(&news(20)));
    let Some(_disk) = Disk::new(dir.join("disk"), "1m") else {
        return skipped("the index on a full disk: this user may not mount");
    };
    dir.command(&["index", "create", "disk/ix"]).run().expect(0);
    dir.command(&["index", "add", "disk/ix", "few.jsonl"]).run().expect(0);
    fails(&dir, &["index", "add", "disk/ix"], &["docs.jsonl"], &["space"]);
    let info = dir.command(&["index", "info", "disk/ix"]).run().expect(0);
    let info = info.text();
    // Small sizes are no 0.0 MiB.
    assert!(info.contains("KiB") && !info.contains(" 0.0 "), "{info}");
}

#[test]
fn temporary_files_on_a_full_disk_end_the_run() {
    let dir = folder(4_000);
    let Some(disk) = Disk::new(dir.join("disk"), "1m") else {
        return skipped("the full disk of temporary files: this user may not mount");
    };
    let (input, memory) = (dir.read("docs.jsonl"), ["--memory", "64KiB"]);
    let of_dedup = WAYS[..3].iter().map(|way| [&["dedup", "-", "-o", "out"], *way].concat());
    for args in of_dedup.chain([vec!["scan", "-", "-o", "out.jsonl"]]) {
        let command = dir.command(&args).args(&memory).args(&["--temp-dir", "disk"]);
        let run = command.stdin(input.clone()).run().expect(2);
        assert!(run.stderr.contains("disk") && run.stderr.contains("space"), "{}", run.stderr);
        assert!(names(&disk.0).is_empty(), "{args:?}: {:?}", names(&disk.0));
        assert_eq!(names(dir.path()), ["disk", "docs.jsonl"], "{args:?}");
    }
}

#[test]
fn a_read_only_folder_is_named() {
    let dir = folder(40);
    for (writer, replace) in WRITERS {
        let Some(disk) = Disk::new(dir.join("disk"), "1m") else {
            return skipped("the read-only folder: this user may not mount");
        };
        dir.command(writer).args(&["docs.jsonl"]).run().expect(0);
        if !disk.lock() {
            return skipped("the read-only folder: it cannot be mounted again");
        }
        fails(&dir, writer, &[&["docs.jsonl"], replace].concat(), &["Read-only", "read-only"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_is_full_publishes_nothing_beside_it() {
    let dir = folder(400);
    let args = ["scan", "docs.jsonl", "-o", "out.jsonl", "--families", "/dev/full"];
    let run = dir.command(&args).run().expect(2);
    assert!(run.stderr.contains("/dev/full") && run.stderr.contains("space"), "{}", run.stderr);
    let args = ["scan", "docs.jsonl", "-o", "/dev/full", "--families", "families.jsonl"];
    let run = dir.command(&args).run().expect(2);
    assert!(run.stderr.contains("/dev/full") && run.stderr.contains("space"), "{}", run.stderr);
    assert_eq!(names(dir.path()), ["docs.jsonl"]);
}

/// 200 inputs of every form: JSON Lines, plain and compressed, text files, tables.
fn many_files() -> Dir {
    let dir = folder(1);
    for (n, line) in news(200).into_iter().take(200).enumerate() {
        let text: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = text["text"].as_str().unwrap();
        match n % 4 {
            0 => dir.create(&format!("in/{n:03}.jsonl"), line + "\n"),
            1 => dir.create(&format!("in/{n:03}.jsonl.gz"), crate::dedup::gzip(line.as_bytes())),
            2 => dir.create(&format!("in/{n:03}.txt"), text),
            _ => dir.create(&format!("in/{n:03}.csv"), format!("id,text\nt{n},{text}\n")),
        }
    }
    dir
}

#[cfg(unix)]
#[test]
fn thirty_two_open_files_are_enough() {
    let dir = many_files();
    let threads = ["--threads", "100"];
    for more in [&[][..], &["--memory", "16KiB"], &["--resume"]] {
        for few in [false, true] {
            let out = format!("out-{few}.jsonl");
            let args = ["scan", "in", "-o", &out, "--families", "families.jsonl"];
            let command = dir.command(&args).args(&threads).args(more);
            if few { command.open_files(32) } else { command }.run().expect(0);
        }
        assert!(dir.read("out-true.jsonl").len() > 1000, "{more:?}");
        assert!(dir.read("out-true.jsonl") == dir.read("out-false.jsonl"), "{more:?}");
    }
    for (way, more) in WAYS.iter().flat_map(|way| [(way, &[][..]), (way, &["--memory", "16KiB"])]) {
        for few in [false, true] {
            let out = format!("dedup-{few}");
            let args = ["dedup", "in", "-o", &out, "--force", "--output-format", "jsonl"];
            let command = dir.command(&args).args(&threads).args(more).args(way);
            if few { command.open_files(32) } else { command }.run().expect(0);
        }
        assert!(result(&dir, "dedup-true") == result(&dir, "dedup-false"), "{way:?} {more:?}");
    }
}

#[cfg(unix)]
#[test]
fn too_few_open_files_are_refused_by_name() {
    let dir = many_files();
    let of_dedup = WAYS.iter().map(|way| [&["dedup", "in", "-o", "out"], *way].concat());
    let all: Vec<_> = of_dedup.chain([vec!["scan", "in", "-o", "out.jsonl"]]).collect();
    for args in &all {
        let run = dir.command(args).open_files(12).run().expect(2);
        let says = ["--max-open-files: 12 files", "ulimit -n"];
        assert!(says.iter().all(|part| run.stderr.contains(part)), "{}", run.stderr);
        let run = dir.command(args).args(&["--max-open-files", "20"]).run().expect(2);
        assert!(run.stderr.contains("--max-open-files: 20 files"), "{}", run.stderr);
        assert_eq!(names(dir.path()), ["docs.jsonl", "in"]);
    }
    // The flag promises more than the system allows: one file besides the three streams, where a
    // result needs two.
    for args in &all {
        let command = dir.command(args).args(&["--max-open-files", "1000", "--threads", "60"]);
        let run = command.open_files(4).run().expect(2);
        assert!(run.stderr.contains("ulimit -n"), "{}", run.stderr);
        assert_eq!(names(dir.path()), ["docs.jsonl", "in"]);
    }
}

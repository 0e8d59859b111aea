//! `wirecopy scan` disturbed: signals, failing system calls, full disks, and `--resume`.

use crate::dedup::{folder, jsonl, names, news};
use crate::util::{Dir, skipped};
use std::fs;
use std::process::Command;

/// A run that keeps what another may go on with.
const RUN: [&str; 10] = [
    "scan",
    "docs.jsonl",
    "-o",
    "out.jsonl",
    "--families",
    "families.jsonl",
    "--resume",
    "--quiet",
    "--threads",
    "2",
];
const WORK: &str = ".out.jsonl.wirecopy-work";

/// A folder with an input, and the bytes of an undisturbed run in memory.
fn undisturbed() -> (Dir, [Vec<u8>; 2]) {
    let dir = folder(24);
    let plain: Vec<&str> = RUN.into_iter().filter(|flag| *flag != "--resume").collect();
    dir.command(&plain).run().expect(0);
    let whole = results(&dir).map(Option::unwrap);
    assert!(whole.iter().all(|bytes| bytes.len() > 200), "there is something to lose");
    dir.command(&RUN).run().expect(0);
    assert!(results(&dir) == whole.clone().map(Some), "files give what memory gives");
    clear(&dir);
    assert_eq!(names(dir.path()), ["docs.jsonl"]);
    (dir, whole)
}

fn results(dir: &Dir) -> [Option<Vec<u8>>; 2] {
    ["out.jsonl", "families.jsonl"].map(|name| fs::read(dir.join(name)).ok())
}

fn clear(dir: &Dir) {
    for name in ["out.jsonl", "families.jsonl"] {
        fs::remove_file(dir.join(name)).ok();
    }
}

/// Runs under strace, which disturbs the `k`-th call of a kind; `None` where there was none.
fn disturbed(dir: &Dir, call: &str, fault: &str, k: usize) -> Option<(Option<i32>, String)> {
    disturbed_run(dir, &[], (call, fault, k))
}

/// The same with more flags.
fn disturbed_run(
    dir: &Dir,
    more: &[&str],
    (call, fault, k): (&str, &str, usize),
) -> Option<(Option<i32>, String)> {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut strace = Command::new("strace");
    strace.arg("-f").arg("-qq").arg("-o").arg(trace.path());
    strace.args(["-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:{fault}:when={k}")]);
    strace.arg(env!("CARGO_BIN_EXE_wirecopy")).args(RUN).args(more).current_dir(dir.path());
    let out = strace.output().unwrap();
    let trace = fs::read_to_string(trace.path()).unwrap();
    let met = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
    met.then(|| (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned()))
}

/// What is wrong after a kill, and after the run that resumes.
fn after_kill(dir: &Dir, more: &[&str], whole: &[Vec<u8>; 2]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (found, whole) in results(dir).iter().zip(whole) {
        if found.as_ref().is_some_and(|found| found != whole) {
            wrong.push("half a result".to_owned());
        }
    }
    let again = dir.command(&RUN).args(more).run();
    if results(dir) != whole.clone().map(Some) {
        wrong.push(format!("--resume gives something else: {}", again.stderr));
    }
    if names(dir.path()) != ["docs.jsonl", "families.jsonl", "out.jsonl"] {
        wrong.push(format!("stray files: {:?}", names(dir.path())));
    }
    wrong
}

/// What is wrong after an error.
fn after_error(dir: &Dir, (code, said): (Option<i32>, &str), whole: &[Vec<u8>; 2]) -> Vec<String> {
    let mut wrong = Vec::new();
    match code {
        // Some calls may fail without harm (advice, the folder for a lock).
        Some(0) if results(dir) == whole.clone().map(Some) => {}
        Some(2) => {
            if results(dir) != [None, None] {
                wrong.push("published by a run that failed".to_owned());
            }
            // The call that failed may have been that of the message.
            let named = ["out.jsonl", "families.jsonl", "docs.jsonl"];
            if !said.is_empty() && !named.iter().any(|name| said.contains(name)) {
                wrong.push("no path is named".to_owned());
            }
        }
        _ => wrong.push("neither done nor refused".to_owned()),
    }
    let strays = names(dir.path()).into_iter().filter(|name| name.starts_with('.'));
    wrong.extend(strays.map(|name| format!("left behind: {name}")));
    wrong
}

/// All points with `WIRECOPY_CRASH=all`, else every so many.
fn step(quick: usize) -> usize {
    if std::env::var("WIRECOPY_CRASH").is_ok_and(|all| all == "all") { 1 } else { quick }
}

fn no_strace() -> bool {
    let none = Command::new("strace").arg("-V").output().is_err();
    if none {
        skipped("faults at system calls: there is no strace");
    }
    none
}

#[cfg(target_os = "linux")]
#[test]
fn a_kill_at_any_system_call_loses_nothing() {
    if no_strace() {
        return;
    }
    let (dir, whole) = undisturbed();
    let (mut points, mut failures) = (0, Vec::new());
    let calls = [
        "openat",
        "mkdir",
        "write",
        "pwrite64",
        "fsync",
        "rename",
        "renameat",
        "renameat2",
        "unlink",
        "unlinkat",
        "rmdir",
        "close",
    ];
    // The second is cut into many shards.
    let runs: [&[&str]; 2] = [&[], &["--memory", "4KiB"]];
    for (more, call) in runs.into_iter().flat_map(|more| calls.map(|call| (more, call))) {
        for k in (1..400).step_by(step(25)) {
            if disturbed_run(&dir, more, (call, "signal=KILL", k)).is_none() {
                clear(&dir);
                break;
            }
            points += 1;
            for wrong in after_kill(&dir, more, &whole) {
                failures.push(format!("{call} {k} {more:?}: {wrong}"));
            }
            fs::remove_dir_all(dir.join(WORK)).ok();
            clear(&dir);
        }
    }
    eprintln!("{points} points of scan killed");
    assert!(failures.is_empty(), "{} of {points}\n{}", failures.len(), failures.join("\n"));
    assert!(points * step(25) > 200, "{points} points are too few to be all");
}

#[cfg(target_os = "linux")]
#[test]
fn an_error_at_any_write_publishes_nothing() {
    if no_strace() {
        return;
    }
    let (dir, whole) = undisturbed();
    let (mut points, mut failures) = (0, Vec::new());
    for call in ["write", "pwrite64", "fsync", "mkdir", "rename", "renameat"] {
        for error in ["ENOSPC", "EIO", "EACCES"] {
            for k in (1..100).step_by(step(8)) {
                let Some((code, said)) = disturbed(&dir, call, &format!("error={error}"), k) else {
                    clear(&dir);
                    break;
                };
                points += 1;
                for wrong in after_error(&dir, (code, &said), &whole) {
                    failures.push(format!("{call} {k} {error}: {wrong}: {code:?} {said}"));
                }
                fs::remove_dir_all(dir.join(WORK)).ok();
                clear(&dir);
            }
        }
    }
    eprintln!("{points} points of scan with an error");
    assert!(failures.is_empty(), "{} of {points}\n{}", failures.len(), failures.join("\n"));
    assert!(points * step(8) > 30, "{points} points are too few to be all");
}

#[cfg(target_os = "linux")]
#[test]
fn old_results_come_back_where_one_cannot_be_replaced() {
    if no_strace() {
        return;
    }
    let (dir, whole) = undisturbed();
    let old = [b"old pairs\n".to_vec(), b"old families\n".to_vec()].map(Some);
    let (mut points, mut failed) = (0, 0);
    let calls = ["rename", "renameat", "renameat2", "link", "linkat", "fsync"];
    let runs = [&[][..], &["--memory", "4KiB"]];
    for (more, call) in runs.into_iter().flat_map(|more| calls.map(|call| (more, call))) {
        for k in 1..30 {
            dir.create("out.jsonl", "old pairs\n");
            dir.create("families.jsonl", "old families\n");
            let Some((code, said)) = disturbed_run(&dir, more, (call, "error=EIO", k)) else {
                break;
            };
            points += 1;
            failed += usize::from(code == Some(2));
            let expected = if code == Some(0) { whole.clone().map(Some) } else { old.clone() };
            assert!(results(&dir) == expected, "{call} {k} {more:?}: {code:?} {said}");
            let strays = names(dir.path()).into_iter().filter(|name| name.starts_with('.'));
            assert_eq!(strays.collect::<Vec<_>>(), [""; 0], "{call} {k} {more:?}");
        }
    }
    eprintln!("{failed} of {points} runs failed over old results");
    assert!(failed > 8, "{failed} of {points} points are too few to be all");
}

/// Kills a run when it has renamed `k` files, so that state of several stages is there.
#[cfg(target_os = "linux")]
fn killed_with_state(dir: &Dir) -> bool {
    for call in ["renameat2", "renameat", "rename"] {
        if disturbed(dir, call, "signal=KILL", 3).is_some() {
            return true;
        }
        clear(dir);
    }
    false
}

#[cfg(target_os = "linux")]
#[test]
fn what_has_changed_since_is_refused_by_name() {
    if no_strace() {
        return;
    }
    let (dir, whole) = undisturbed();
    assert!(killed_with_state(&dir));
    assert!(dir.join(WORK).join("read.list").exists(), "{:?}", names(&dir.join(WORK)));
    let other = dir.command(&RUN).args(&["--min-tokens", "20"]).run().expect(2);
    assert!(other.stderr.contains("--min-tokens was 15, and is 20"), "{}", other.stderr);
    // Damage is noticed as well.
    let texts = dir.join(WORK).join("texts");
    let good = fs::read(&texts).unwrap();
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 1;
    fs::write(&texts, &bad).unwrap();
    let state: Vec<_> = names(&dir.join(WORK));
    let damaged = dir.command(&RUN).run();
    assert_eq!(damaged.code, Some(2), "{}", damaged.stderr);
    assert!(damaged.stderr.contains("damaged"), "{state:?} {}", damaged.stderr);
    clear(&dir);
    assert!(killed_with_state(&dir));
    let docs = dir.read("docs.jsonl");
    dir.create("docs.jsonl", jsonl(&news(9)));
    let changed = dir.command(&RUN).run().expect(2);
    assert!(changed.stderr.contains("docs.jsonl has changed since"), "{}", changed.stderr);
    dir.create("docs.jsonl", docs);
    let again: Vec<&str> = RUN.into_iter().filter(|flag| *flag != "--resume").collect();
    dir.command(&again).run().expect(0);
    assert!(results(&dir) == whole.map(Some));
}

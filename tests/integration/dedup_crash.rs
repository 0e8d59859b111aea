//! `wirecopy dedup` disturbed: full disks, signals, failing system calls, and `--resume`.

use crate::dedup::{folder, gzip, jsonl, names, news, result, summary};
use crate::util::{Dir, Output, skipped};
use serde_json::json;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The binary at work, to be disturbed.
struct Running {
    child: Child,
}

impl Running {
    fn new(dir: &Dir, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        command.args(args).current_dir(dir.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap() }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        Command::new("kill").args([name, &id]).status().unwrap();
    }

    /// Waits until `seen`, or the process ends; whether it was seen.
    fn wait_for(&mut self, seen: impl Fn() -> bool) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            if seen() {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            thread::sleep(Duration::from_micros(200));
        }
        false
    }

    /// Exit status and standard error.
    fn end(self) -> (Option<i32>, String) {
        let out = self.child.wait_with_output().unwrap();
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// `args` with an input whose kept file takes long to write, since it is compressed.
fn slow() -> (Dir, Vec<Vec<u8>>) {
    let dir = Dir::new();
    dir.create("docs.jsonl.gz", gzip(jsonl(&news(6_000)).as_bytes()));
    dir.command(&["dedup", "docs.jsonl.gz", "-o", "whole"]).run().expect(0);
    let expected = packed(&dir, "whole");
    (dir, expected)
}

fn packed(dir: &Dir, out: &str) -> Vec<Vec<u8>> {
    let files = ["kept.jsonl.gz", "duplicates.jsonl", "pairs.jsonl"];
    files.iter().map(|name| dir.read(&format!("{out}/{name}"))).collect()
}

const SLOW: [&str; 4] = ["dedup", "docs.jsonl.gz", "-o", "out"];
const WORK: &str = ".out.wirecopy-work";

#[cfg(unix)]
#[test]
fn ctrl_c_while_copying_is_resumed_with_the_same_bytes() {
    let (dir, expected) = slow();
    let plan = dir.join(WORK).join("plan");
    let mut run = Running::new(&dir, &SLOW);
    assert!(run.wait_for(|| plan.exists()), "the run ended before its plan was seen");
    run.signal("-INT");
    let (code, said) = run.end();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
    assert_eq!(names(dir.path()), [WORK, "docs.jsonl.gz", "whole"]);
    // Another setting, then a changed input: refused by name, and the state stays.
    let other = dir.command(&SLOW).args(&["--resume", "--threshold", "0.8"]).run().expect(2);
    assert!(other.stderr.contains("--threshold was 0.7, and is 0.8"), "{}", other.stderr);
    let resumed = dir.command(&SLOW).args(&["--resume"]).run().expect(0);
    assert!(resumed.text().contains("by the run before"), "{}", resumed.text());
    assert!(packed(&dir, "out") == expected);
    assert_eq!(summary(&dir, "out")["run"]["resumed"], json!(true));
    assert_eq!(names(dir.path()), ["docs.jsonl.gz", "out", "whole"]);
    let again = dir.command(&SLOW).args(&["--resume"]).run().expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
}

#[cfg(unix)]
#[test]
fn input_that_changed_between_two_runs_is_refused() {
    let (dir, _) = slow();
    let plan = dir.join(WORK).join("plan");
    let mut run = Running::new(&dir, &SLOW);
    assert!(run.wait_for(|| plan.exists()));
    run.signal("-KILL");
    run.end();
    dir.create("docs.jsonl.gz", gzip(jsonl(&news(100)).as_bytes()));
    let refused = dir.command(&SLOW).args(&["--resume"]).run().expect(2);
    let says = "docs.jsonl.gz has changed since";
    assert!(refused.stderr.contains(says), "{}", refused.stderr);
    assert!(plan.exists(), "the state is left for the user to decide");
    dir.command(&SLOW).run().expect(0);
    assert_eq!(names(dir.path()), ["docs.jsonl.gz", "out", "whole"]);
}

/// Calls of a kind that an undisturbed run makes.
fn calls(dir: &Dir, call: &str) -> usize {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "trace", "-e", &format!("trace={call}")]);
    strace.arg(env!("CARGO_BIN_EXE_wirecopy")).args(PLAIN).current_dir(dir.path());
    let out = strace.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    fs::remove_dir_all(dir.join("out")).unwrap();
    let trace = dir.read("trace");
    fs::remove_file(dir.join("trace")).unwrap();
    let begin = format!(" {call}(");
    String::from_utf8_lossy(&trace).lines().filter(|line| line.contains(&begin)).count()
}

/// The time of a signal is a system call of the run, so that the same happens on every machine.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_at_any_time_publishes_nothing_or_all() {
    if Command::new("strace").arg("-V").output().is_err() {
        return skipped("signals at system calls: there is no strace");
    }
    let dir = folder(400);
    dir.command(&["dedup", "docs.jsonl", "-o", "whole"]).run().expect(0);
    let (whole, mut interrupted, mut points) = (result(&dir, "whole"), 0, 0);
    for call in ["openat", "read", "write"] {
        let count = calls(&dir, call);
        for step in 0..5 {
            let k = 1 + count * step / 5;
            let Some((code, said)) = with_fault(&dir, call, "signal=INT", k) else {
                fs::remove_dir_all(dir.join("out")).unwrap();
                continue;
            };
            points += 1;
            let what = format!("{call} {k} of {count}: {code:?} {said}");
            if dir.join("out").exists() {
                assert!(result(&dir, "out") == whole, "{what}: half a result");
            } else {
                // Before it listens, the program ends as the system has it: by the signal.
                assert!(matches!(code, Some(2) | None), "{what}");
                interrupted += usize::from(code == Some(2));
            }
            dir.command(&PLAIN).args(&["--resume"]).run().expect(0);
            assert!(result(&dir, "out") == whole, "{what}: --resume gives other bytes");
            fs::remove_dir_all(dir.join("out")).unwrap();
            assert_eq!(names(dir.path()), ["docs.jsonl", "whole"], "{what}");
        }
    }
    assert!(points >= 12 && interrupted > 2, "{interrupted} of {points} interrupted");
}

#[cfg(unix)]
#[test]
fn two_runs_at_one_folder_do_not_meet() {
    let (dir, expected) = slow();
    let mut run = Running::new(&dir, &SLOW);
    assert!(run.wait_for(|| dir.join(WORK).join("run.json").exists()));
    let second: Output = dir.command(&SLOW).run().expect(2);
    assert!(second.stderr.contains("another run"), "{}", second.stderr);
    let (code, said) = run.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(packed(&dir, "out") == expected);
}

#[test]
fn resume_of_nothing_starts() {
    let dir = folder(30);
    dir.command(&["dedup", "docs.jsonl", "-o", "out", "--resume"]).run().expect(0);
    dir.command(&["dedup", "docs.jsonl", "-o", "plain"]).run().expect(0);
    assert!(result(&dir, "out") == result(&dir, "plain"));
    let stream = ["dedup", "-", "-o", "stream", "--resume"];
    dir.command(&stream).stdin(dir.read("docs.jsonl")).run().expect(0);
    assert!(result(&dir, "stream") == result(&dir, "plain"));
    let run = dir.command(&stream).stdin(dir.read("docs.jsonl")).run().expect(2);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
}

/// Runs the program under strace, which lets the `k`-th call of a kind fail; `None` where there
/// was no such call any more.
fn with_fault(dir: &Dir, call: &str, fault: &str, k: usize) -> Option<(Option<i32>, String)> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "trace", "-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:{fault}:when={k}")]);
    strace.arg(env!("CARGO_BIN_EXE_wirecopy")).args(PLAIN).current_dir(dir.path());
    let out = strace.output().unwrap();
    let trace = String::from_utf8_lossy(&dir.read("trace")).into_owned();
    fs::remove_file(dir.join("trace")).unwrap();
    let signs = ["(INJECTED)", "killed by SIGKILL", "--- SIGINT"];
    let met = signs.iter().any(|sign| trace.contains(sign));
    met.then(|| (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned()))
}

const PLAIN: [&str; 7] = ["dedup", "docs.jsonl", "-o", "out", "--quiet", "--threads", "2"];

/// What is wrong after one fault, and after the run that resumes.
fn after_fault(dir: &Dir, kill: bool, code: Option<i32>, whole: &[Vec<u8>]) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    let (out, work) = (dir.join("out").exists(), dir.join(WORK).exists());
    if out && result(dir, "out") != whole {
        wrong.push("half a result");
    }
    if !kill && out != (code == Some(0)) {
        wrong.push("status and result differ");
    }
    if !kill && (work || !matches!(code, Some(0 | 2))) {
        wrong.push("an error left something, or crashed");
    }
    dir.command(&PLAIN).args(&["--resume"]).run().expect(0);
    if result(dir, "out") != whole || names(dir.path()) != ["docs.jsonl", "out", "whole"] {
        wrong.push("--resume gives something else");
    }
    fs::remove_dir_all(dir.join("out")).unwrap();
    wrong
}

#[cfg(target_os = "linux")]
#[test]
fn a_fault_at_any_system_call_publishes_nothing_or_all() {
    if Command::new("strace").arg("-V").output().is_err() {
        return skipped("faults at system calls: there is no strace");
    }
    let dir = folder(20);
    dir.command(&["dedup", "docs.jsonl", "-o", "whole"]).run().expect(0);
    let (whole, mut points, mut failures) = (result(&dir, "whole"), 0, Vec::new());
    for call in ["openat", "mkdir", "write", "fsync", "rename", "renameat", "unlinkat"] {
        for fault in ["signal=KILL", "error=ENOSPC"] {
            let kill = fault == "signal=KILL";
            if call == "unlinkat" && !kill {
                continue;
            }
            for k in 1..60 {
                let Some((code, said)) = with_fault(&dir, call, fault, k) else {
                    // That run was not disturbed.
                    fs::remove_dir_all(dir.join("out")).unwrap();
                    break;
                };
                points += 1;
                for wrong in after_fault(&dir, kill, code, &whole) {
                    failures.push(format!("{call} {k} {fault}: {wrong}: {code:?} {said}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {points}\n{}", failures.len(), failures.join("\n"));
    assert!(points > 80, "{points} points are too few to be all");
}

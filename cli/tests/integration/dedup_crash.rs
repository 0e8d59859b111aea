//! `wirecopy dedup` under disturbance: signals, failing system calls, and `--resume`.

use crate::dedup::{WAYS, folder, gzip, jsonl, names, news, result, summary};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use crate::faults::{self, Ended, Fault, Tally, step};
use crate::util::{Dir, Output};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use nix::errno::Errno;
use serde_json::json;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The binary while it runs, so that a test can disturb it.
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

    /// Waits until `seen` holds or the process ends; returns whether it held.
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

    /// Waits for the end; returns the exit status and standard error.
    fn end(self) -> (Option<i32>, String) {
        let out = self.child.wait_with_output().unwrap();
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// An input whose kept file takes long to write, since it is compressed, and the result.
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
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
    assert_eq!(names(dir.path()), [WORK, "docs.jsonl.gz", "whole"]);
    // Another setting, then a changed input: each is refused by name, and the state is kept.
    let other = dir.command(&SLOW).args(&["--resume", "--threshold", "0.8"]).run().expect(2);
    assert!(other.stderr.contains("--threshold was 0.7, and is 0.8"), "{}", other.stderr);
    let resumed = dir.command(&SLOW).args(&["--resume"]).run().expect(0);
    assert!(resumed.text().contains("by an earlier run"), "{}", resumed.text());
    assert!(packed(&dir, "out") == expected);
    assert_eq!(summary(&dir, "out")["run"]["resumed"], json!(true));
    assert_eq!(names(dir.path()), ["docs.jsonl.gz", "out", "whole"]);
    let again = dir.command(&SLOW).args(&["--resume"]).run().expect(0);
    assert!(again.stderr.contains("complete already"), "{}", again.stderr);
}

/// What was found is kept, so that only the writing is done again.
#[cfg(unix)]
#[test]
fn ctrl_c_while_copies_or_passages_are_written_is_resumed_with_the_same_bytes() {
    // Other settings are refused, by their names.
    let coverage = (&["--edits", "low"], "--edits", &["duplicates.jsonl", "pairs.jsonl"][..]);
    let passages = (&["--min-left", "9"], "--passages", &["removed.jsonl"][..]);
    let rows = [(WAYS[3], coverage), (WAYS[2], passages), (WAYS[4], passages)];
    for (way, (other, says, tables)) in rows {
        let dir = Dir::new();
        dir.create("docs.jsonl.gz", gzip(jsonl(&news(1_500)).as_bytes()));
        dir.create("docs.jsonl", jsonl(&news(100)));
        let args = [&["dedup", "docs.jsonl.gz"], way].concat();
        dir.command(&args).args(&["-o", "whole"]).run().expect(0);
        let packed = |out: &str| -> Vec<Vec<u8>> {
            let files = tables.iter().chain(&["kept.jsonl.gz"]);
            files.map(|name| dir.read(&format!("{out}/{name}"))).collect()
        };
        let args = [&args[..], &["-o", "out"]].concat();
        let plan = dir.join(WORK).join("plan");
        let mut run = Running::new(&dir, &args);
        assert!(run.wait_for(|| plan.exists()), "the run ended before its plan was seen");
        run.signal("-INT");
        let (code, said) = run.end();
        assert_eq!(code, Some(130), "{way:?}: {said}");
        let other = dir.command(&args).args(&["--resume"]).args(other).run().expect(2);
        assert!(other.stderr.contains(says), "{way:?}: {}", other.stderr);
        dir.command(&args).args(&["--resume"]).run().expect(0);
        assert!(packed("out") == packed("whole"), "{way:?}");
        assert_eq!(summary(&dir, "out")["run"]["resumed"], json!(true));
        assert_eq!(names(dir.path()), ["docs.jsonl", "docs.jsonl.gz", "out", "whole"]);
        let again = dir.command(&args).args(&["--resume"]).run().expect(0);
        assert!(again.stderr.contains("complete already"), "{}", again.stderr);
    }
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

/// The signal is sent at a given system call of the run, so that every machine does the same.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_signal_at_any_time_publishes_nothing_or_all() {
    WAYS[..3].iter().for_each(|way| check_signals(way));
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn check_signals(way: &[&str]) {
    let (dir, temporary) = (folder(400), Dir::new());
    dir.command(&["dedup", "docs.jsonl", "-o", "whole"]).args(way).run().expect(0);
    let args = [&KEPT[..], &["--threads", "2"], way].concat();
    let (whole, mut interrupted, mut points) = (result(&dir, "whole"), 0, 0);
    for k in (1..).step_by(step(7)) {
        let fault = (Fault::Interrupt, k);
        let ended = faults::disturbed((&dir, &temporary), &args, |_| true, fault);
        let Some(call) = ended.met else {
            fs::remove_dir_all(dir.join("out")).unwrap();
            break;
        };
        points += 1;
        let what = format!("{call} {k}: {:?} {}", ended.code, ended.said);
        if dir.join("out").exists() {
            assert!(result(&dir, "out") == whole, "{what}: half a result");
        } else {
            // Before its handler is installed, the program is ended by the signal itself.
            assert!(matches!(ended.code, Some(130) | None), "{what}");
            interrupted += usize::from(ended.code == Some(130));
        }
        dir.command(&args).run().expect(0);
        assert!(result(&dir, "out") == whole, "{what}: --resume writes other bytes");
        fs::remove_dir_all(dir.join("out")).unwrap();
        assert_eq!(names(dir.path()), ["docs.jsonl", "whole"], "{what}");
    }
    assert!(points >= 12 && interrupted > 2, "{way:?}: {interrupted} of {points} interrupted");
}

#[cfg(unix)]
#[test]
fn two_runs_cannot_write_one_folder() {
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
fn resume_without_state_starts_from_scratch() {
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

/// A run that keeps state for another to resume.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const KEPT: [&str; 6] = ["dedup", "docs.jsonl", "-o", "out", "--quiet", "--resume"];
/// The third run spills to temporary files, the last replaces a result.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const VARIANTS: [&[&str]; 4] = [
    &["--threads", "1"],
    &["--threads", "2"],
    &["--threads", "1", "--memory", "1KiB"],
    &["--threads", "1", "--force"],
];

/// The same by coverage: in memory, and by way of temporary files.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const COVERAGE: [&[&str]; 2] = [
    &["--threads", "1", "--measure", "coverage"],
    &["--threads", "1", "--measure", "coverage", "--memory", "1KiB"],
];

/// The same where passages are cut.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const PASSAGES: [&[&str]; 2] = [
    &["--threads", "1", "--passages"],
    &["--threads", "1", "--passages", "--memory", "1KiB", "--force"],
];

/// The same beside another corpus.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const BESIDE: [&[&str]; 2] = [
    &["--measure", "coverage", "--within", "date", "--until", "10", "--against", "few.jsonl"],
    &["--passages", "--within", "date", "--against", "few.jsonl"],
];
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const IN_MEMORY_AND_IN_FILES: [&[&str]; 2] =
    [&["--threads", "1"], &["--threads", "1", "--memory", "1KiB"]];

/// Runs a check for each way to deduplicate beside another corpus.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn beside(check: impl Fn(&[&str], &[&[&str]])) {
    for way in BESIDE {
        let variants = IN_MEMORY_AND_IN_FILES.map(|more| [way, more].concat());
        check(way, &variants.each_ref().map(Vec::as_slice));
    }
}

/// What may be at the target: nothing or an old result before, a complete new one after.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
struct Results {
    whole: Vec<Vec<u8>>,
    old: Option<Vec<Vec<u8>>>,
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
impl Results {
    fn found(dir: &Dir) -> Option<Vec<Vec<u8>>> {
        dir.join("out").exists().then(|| result(dir, "out"))
    }

    /// Restores the folder to its state before the run.
    fn clear(&self, dir: &Dir) {
        for name in ["out", WORK] {
            fs::remove_dir_all(dir.join(name)).ok();
        }
        if self.old.is_some() {
            fs::create_dir(dir.join("out")).unwrap();
            for name in names(&dir.join("old")) {
                fs::copy(dir.join("old").join(&name), dir.join("out").join(&name)).unwrap();
            }
        }
    }

    /// Returns what is wrong after a kill, and after the run that resumes.
    fn after_kill(&self, dir: &Dir, args: &[&str]) -> Vec<String> {
        let (mut wrong, found) = (Vec::new(), Self::found(dir));
        // A replacement in two steps moves the old result aside for a moment.
        if found != self.old && found.is_some_and(|found| found != self.whole) {
            wrong.push("half a result".to_owned());
        }
        let again = dir.command(args).run();
        if Self::found(dir).as_ref() != Some(&self.whole) {
            wrong.push(format!("--resume writes something else: {}", again.stderr));
        }
        if names(dir.path()) != ["docs.jsonl", "few.jsonl", "old", "out", "whole"] {
            wrong.push(format!("stray files: {:?}", names(dir.path())));
        }
        self.clear(dir);
        wrong
    }

    /// Returns what is wrong after an error.
    fn after_error(&self, (dir, temporary): (&Dir, &Dir), ended: &Ended) -> Vec<String> {
        let (mut wrong, found, said) = (Vec::new(), Self::found(dir), &ended.said);
        match ended.code {
            // Some calls may fail harmlessly.
            Some(0) if found.as_ref() == Some(&self.whole) => {}
            Some(2) => {
                if found != self.old {
                    wrong.push("published by a run that failed".to_owned());
                }
                // The call that failed may be the one that writes the message.
                let named = ["out", "docs.jsonl", &temporary.path().display().to_string()];
                if !said.is_empty() && !named.iter().any(|name| said.contains(name)) {
                    wrong.push("no path is named".to_owned());
                }
            }
            code => wrong.push(format!("neither done nor refused: {code:?}")),
        }
        if dir.join(WORK).exists() {
            wrong.push("files not removed".to_owned());
        }
        self.clear(dir);
        wrong.into_iter().map(|wrong| format!("{wrong}: {said}")).collect()
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn undisturbed(by: &[&str]) -> (Dir, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let dir = folder(20);
    dir.create("few.jsonl", jsonl(&news(5)));
    dir.command(&["dedup", "docs.jsonl", "-o", "whole"]).args(by).run().expect(0);
    let alone = by.iter().position(|flag| *flag == "--against").unwrap_or(by.len());
    dir.command(&["dedup", "few.jsonl", "-o", "old"]).args(&by[..alone]).run().expect(0);
    let (whole, old) = (result(&dir, "whole"), result(&dir, "old"));
    assert!(whole != old && whole.iter().all(|bytes| bytes.len() > 100), "something to lose");
    (dir, whole, old)
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_kill_at_any_system_call_publishes_nothing_or_all() {
    check_kills(&[], &VARIANTS);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_kill_of_a_run_by_coverage_publishes_nothing_or_all() {
    check_kills(&["--measure", "coverage"], &COVERAGE);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_kill_of_a_run_that_cuts_passages_publishes_nothing_or_all() {
    check_kills(&["--passages"], &PASSAGES);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_kill_of_a_run_beside_another_corpus_publishes_nothing_or_all() {
    beside(check_kills);
}

/// Kills runs at their system calls; `by` is part of all `variants`.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn check_kills(by: &[&str], variants: &[&[&str]]) {
    let ((dir, whole, old), temporary, mut tally) = (undisturbed(by), Dir::new(), Tally::default());
    for &more in variants {
        let old = more.contains(&"--force").then(|| old.clone());
        let (results, args) = (Results { whole: whole.clone(), old }, [&KEPT[..], more].concat());
        results.clear(&dir);
        let killed = |k| faults::disturbed((&dir, &temporary), &args, |_| true, (Fault::Kill, k));
        for k in (1..).step_by(step(19)) {
            let ended = killed(k);
            let Some(call) = ended.met else {
                assert!(Results::found(&dir).as_ref() == Some(&whole), "{}", ended.said);
                results.clear(&dir);
                break;
            };
            if k % 4 == 0 {
                // The run that resumes is killed as well.
                killed(k / 2 + 1);
            }
            let mut wrong = results.after_kill(&dir, &args);
            if !names(temporary.path()).is_empty() {
                wrong.push("a temporary file".to_owned());
            }
            tally.add(call, &format!("{k} {more:?}"), wrong);
        }
        fs::remove_dir_all(dir.join("out")).ok();
    }
    tally.finish("dedup killed", 400 / step(19));
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn an_error_at_any_write_publishes_nothing() {
    check_errors(&[], &VARIANTS);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn an_error_at_any_write_of_a_run_by_coverage_publishes_nothing() {
    check_errors(&["--measure", "coverage"], &COVERAGE);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn an_error_at_any_write_of_a_run_that_cuts_passages_publishes_nothing() {
    check_errors(&["--passages"], &PASSAGES);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn an_error_at_any_write_of_a_run_beside_another_corpus_publishes_nothing() {
    beside(check_errors);
}

/// Fails the writes of runs; `by` is part of all `variants`.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn check_errors(by: &[&str], variants: &[&[&str]]) {
    let ((dir, whole, old), temporary, mut tally) = (undisturbed(by), Dir::new(), Tally::default());
    for &more in variants {
        let old = more.contains(&"--force").then(|| old.clone());
        let (results, args) = (Results { whole: whole.clone(), old }, [&KEPT[..], more].concat());
        results.clear(&dir);
        for error in [Errno::ENOSPC, Errno::EIO, Errno::EACCES] {
            for k in (1..).step_by(step(11)) {
                let fault = (Fault::Error(error), k);
                let ended = faults::disturbed((&dir, &temporary), &args, faults::is_write, fault);
                let Some(call) = ended.met else {
                    assert!(Results::found(&dir).as_ref() == Some(&whole), "{}", ended.said);
                    results.clear(&dir);
                    break;
                };
                let wrong = results.after_error((&dir, &temporary), &ended);
                tally.add(call, &format!("{k} {error} {more:?}"), wrong);
            }
        }
        fs::remove_dir_all(dir.join("out")).ok();
    }
    tally.finish("dedup with an error", 200 / step(11));
}

//! `wirecopy scan` under disturbance: kills, failing system calls, and `--resume`.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use crate::dedup::{folder, jsonl, names, news};
use crate::faults::{self, Ended, Fault, Tally, step};
use crate::util::Dir;
use nix::errno::Errno;
use std::fs;

/// A run that keeps state for another to resume.
const RUN: [&str; 8] = [
    "scan",
    "docs.jsonl",
    "-o",
    "out.jsonl",
    "--families",
    "families.jsonl",
    "--resume",
    "--quiet",
];
/// The last run is split into many shards.
const VARIANTS: [&[&str]; 3] =
    [&["--threads", "1"], &["--threads", "2"], &["--threads", "1", "--memory", "4KiB"]];
const WORK: &str = ".out.jsonl.wirecopy-work";

/// A folder with an input, and the results of an undisturbed run in memory.
fn undisturbed() -> (Dir, [Vec<u8>; 2]) {
    let dir = folder(16);
    let plain: Vec<&str> = RUN.into_iter().filter(|flag| *flag != "--resume").collect();
    dir.command(&plain).run().expect(0);
    let whole = results(&dir).map(Option::unwrap);
    assert!(whole.iter().all(|bytes| bytes.len() > 200), "there is something to lose");
    dir.command(&RUN).run().expect(0);
    assert!(results(&dir) == whole.clone().map(Some), "spilled files give the result of memory");
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

/// Returns what is wrong after a kill, and after the run that resumes.
fn after_kill(dir: &Dir, args: &[&str], whole: &[Vec<u8>; 2]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (found, whole) in results(dir).iter().zip(whole) {
        if found.as_ref().is_some_and(|found| found != whole) {
            wrong.push("half a result".to_owned());
        }
    }
    let again = dir.command(args).run();
    if results(dir) != whole.clone().map(Some) {
        wrong.push(format!("--resume writes something else: {}", again.stderr));
    }
    if names(dir.path()) != ["docs.jsonl", "families.jsonl", "out.jsonl"] {
        wrong.push(format!("stray files: {:?}", names(dir.path())));
    }
    clear(dir);
    wrong
}

/// Returns what is wrong after an error.
fn after_error(dir: &Dir, ended: &Ended, whole: &[Vec<u8>; 2]) -> Vec<String> {
    let (mut wrong, said) = (Vec::new(), &ended.said);
    match ended.code {
        // Some calls may fail harmlessly (advice, the folder for a lock).
        Some(0) if results(dir) == whole.clone().map(Some) => {}
        Some(2) => {
            if results(dir) != [None, None] {
                wrong.push("published by a run that failed".to_owned());
            }
            // The call that failed may be the one that writes the message.
            let named = ["out.jsonl", "families.jsonl", "docs.jsonl"];
            if !said.is_empty() && !named.iter().any(|name| said.contains(name)) {
                wrong.push("no path is named".to_owned());
            }
        }
        code => wrong.push(format!("neither done nor refused: {code:?}")),
    }
    let strays = names(dir.path()).into_iter().filter(|name| name.starts_with('.'));
    wrong.extend(strays.map(|name| format!("not removed: {name}")));
    fs::remove_dir_all(dir.join(WORK)).ok();
    clear(dir);
    wrong.into_iter().map(|wrong| format!("{wrong}: {said}")).collect()
}

#[test]
fn a_kill_at_any_system_call_loses_nothing() {
    let ((dir, whole), temporary, mut tally) = (undisturbed(), Dir::new(), Tally::default());
    for more in VARIANTS {
        let args = [&RUN[..], more].concat();
        let killed = |k| faults::disturbed((&dir, &temporary), &args, |_| true, (Fault::Kill, k));
        for k in (1..).step_by(step(31)) {
            let ended = killed(k);
            let Some(call) = ended.met else {
                assert!(results(&dir) == whole.clone().map(Some), "{}", ended.said);
                clear(&dir);
                break;
            };
            if k % 4 == 0 {
                // The run that resumes is killed as well.
                killed(k / 2 + 1);
            }
            let mut wrong = after_kill(&dir, &args, &whole);
            if !names(temporary.path()).is_empty() {
                wrong.push("a temporary file".to_owned());
            }
            tally.add(call, &format!("{k} {more:?}"), wrong);
        }
    }
    tally.finish("scan killed", 400 / step(31));
}

#[test]
fn an_error_at_any_write_publishes_nothing() {
    let ((dir, whole), temporary, mut tally) = (undisturbed(), Dir::new(), Tally::default());
    // An error is handled the same way on one thread and on two.
    for more in [VARIANTS[0], VARIANTS[2]] {
        let args = [&RUN[..], more].concat();
        for error in [Errno::ENOSPC, Errno::EIO, Errno::EACCES] {
            for k in (1..).step_by(step(23)) {
                let fault = (Fault::Error(error), k);
                let ended = faults::disturbed((&dir, &temporary), &args, faults::is_write, fault);
                let Some(call) = ended.met else {
                    assert!(results(&dir) == whole.clone().map(Some), "{}", ended.said);
                    clear(&dir);
                    break;
                };
                let wrong = after_error(&dir, &ended, &whole);
                tally.add(call, &format!("{k} {error} {more:?}"), wrong);
            }
        }
    }
    tally.finish("scan with an error", 300 / step(23));
}

#[test]
fn old_results_come_back_where_one_cannot_be_replaced() {
    let ((dir, whole), temporary) = (undisturbed(), Dir::new());
    let old = [b"old pairs\n".to_vec(), b"old families\n".to_vec()].map(Some);
    let replacing =
        |call: &str| ["rename", "link", "fsync"].iter().any(|prefix| call.starts_with(prefix));
    let (mut points, mut failed) = (0, 0);
    for more in [VARIANTS[0], VARIANTS[2]] {
        let args = [&RUN[..], more].concat();
        for k in (1..).step_by(step(3)) {
            dir.create("out.jsonl", "old pairs\n");
            dir.create("families.jsonl", "old families\n");
            let fault = (Fault::Error(Errno::EIO), k);
            let ended = faults::disturbed((&dir, &temporary), &args, replacing, fault);
            let Some(call) = ended.met else { break };
            points += 1;
            failed += usize::from(ended.code == Some(2));
            let expected =
                if ended.code == Some(0) { whole.clone().map(Some) } else { old.clone() };
            let what = format!("{call} {k} {more:?}: {:?} {}", ended.code, ended.said);
            assert!(results(&dir) == expected, "{what}");
            let strays = names(dir.path()).into_iter().filter(|name| name.starts_with('.'));
            assert_eq!(strays.collect::<Vec<_>>(), [""; 0], "{what}");
        }
    }
    eprintln!("{failed} of {points} runs failed over old results");
    assert!(failed > 8, "{failed} of {points} points are too few to be all");
}

/// Kills a run once it has renamed a few files, so that several stages have left state.
fn killed_with_state(dir: &Dir) -> bool {
    let fault = (Fault::Kill, 5);
    faults::disturbed((dir, &Dir::new()), &RUN, |call| call.starts_with("rename"), fault)
        .met
        .is_some()
}

#[test]
fn what_has_changed_since_is_refused_by_name() {
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

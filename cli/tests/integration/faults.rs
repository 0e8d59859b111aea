//! A run that is killed, or whose system call fails, at any one of its system calls.
//!
//! The test itself is the tracer. It counts calls over all threads of the run; tools that count
//! them by thread never reach most calls of a second thread.

use crate::util::Dir;
use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A system call: name and number.
type Call = (&'static str, i64);

/// Every call by which a program changes, opens or closes files.
pub(crate) const CHANGING: [Call; 37] = [
    ("open", libc::SYS_open),
    ("openat", libc::SYS_openat),
    ("creat", libc::SYS_creat),
    ("close", libc::SYS_close),
    ("write", libc::SYS_write),
    ("writev", libc::SYS_writev),
    ("pwrite64", libc::SYS_pwrite64),
    ("pwritev", libc::SYS_pwritev),
    ("pwritev2", libc::SYS_pwritev2),
    ("copy_file_range", libc::SYS_copy_file_range),
    ("sendfile", libc::SYS_sendfile),
    ("splice", libc::SYS_splice),
    ("truncate", libc::SYS_truncate),
    ("ftruncate", libc::SYS_ftruncate),
    ("fallocate", libc::SYS_fallocate),
    ("fsync", libc::SYS_fsync),
    ("fdatasync", libc::SYS_fdatasync),
    ("sync_file_range", libc::SYS_sync_file_range),
    ("syncfs", libc::SYS_syncfs),
    ("msync", libc::SYS_msync),
    ("rename", libc::SYS_rename),
    ("renameat", libc::SYS_renameat),
    ("renameat2", libc::SYS_renameat2),
    ("link", libc::SYS_link),
    ("linkat", libc::SYS_linkat),
    ("symlink", libc::SYS_symlink),
    ("symlinkat", libc::SYS_symlinkat),
    ("unlink", libc::SYS_unlink),
    ("unlinkat", libc::SYS_unlinkat),
    ("rmdir", libc::SYS_rmdir),
    ("mkdir", libc::SYS_mkdir),
    ("mkdirat", libc::SYS_mkdirat),
    ("chmod", libc::SYS_chmod),
    ("fchmod", libc::SYS_fchmod),
    ("fchmodat", libc::SYS_fchmodat),
    ("flock", libc::SYS_flock),
    ("utimensat", libc::SYS_utimensat),
];

/// Calls of [`CHANGING`] whose failure must be detected and reported.
pub(crate) fn is_write(name: &str) -> bool {
    !["open", "openat", "close", "unlink", "unlinkat", "rmdir", "flock", "msync"].contains(&name)
}

/// What is done to the run at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process is killed before the call takes effect.
    Kill,
    /// The process is interrupted as by Ctrl-C, and the call proceeds.
    Interrupt,
    /// The call has no effect and fails.
    Error(Errno),
}

/// How a disturbed run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit status; `None` after a kill.
    pub(crate) code: Option<i32>,
    /// Standard error.
    pub(crate) said: String,
    /// The call that was disturbed; `None` if the run made fewer calls.
    pub(crate) met: Option<&'static str>,
}

/// The step between tested points: 1 with `WIRECOPY_CRASH=all`, else more.
pub(crate) fn step(quick: usize) -> usize {
    if std::env::var("WIRECOPY_CRASH").is_ok_and(|all| all == "all") { 1 } else { quick }
}

/// The points that were tried, by call, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    points: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Tally {
    /// Counts a point, and records what is wrong there.
    pub(crate) fn add(&mut self, call: &'static str, at: &str, wrong: Vec<String>) {
        *self.points.entry(call).or_default() += 1;
        self.wrong.extend(wrong.into_iter().map(|wrong| format!("{call} {at}: {wrong}")));
    }

    /// Fails if anything went wrong or too few points were tried.
    pub(crate) fn finish(self, what: &str, least: usize) {
        let points: usize = self.points.values().sum();
        eprintln!("{points} points of {what}: {:?}", self.points);
        let wrong = self.wrong;
        assert!(wrong.is_empty(), "{} of {points}\n{}", wrong.len(), wrong.join("\n"));
        assert!(points >= least, "{points} points are too few to be all");
    }
}

/// Runs the program in `folder`; the `k`-th (from 1) of the calls that `chosen` names is disturbed.
pub(crate) fn disturbed(
    (folder, temporary): (&Dir, &Dir),
    args: &[&str],
    chosen: fn(&str) -> bool,
    (fault, k): (Fault, usize),
) -> Ended {
    let traced = (fault, k, None);
    run((folder, temporary), args, chosen, traced)
}

/// Runs the program in `folder`; `watch` is called after every call of [`CHANGING`], with the path of
/// the file that it was about where that is open.
pub(crate) fn watched(
    folders: (&Dir, &Dir),
    args: &[&str],
    watch: &mut dyn FnMut(&'static str, Option<PathBuf>),
) -> Ended {
    run(folders, args, |_| true, (Fault::Kill, 0, Some(watch)))
}

/// Sees the calls of a run.
type Watch<'w> = &'w mut dyn FnMut(&'static str, Option<PathBuf>);

fn run(
    (folder, temporary): (&Dir, &Dir),
    args: &[&str],
    chosen: fn(&str) -> bool,
    (fault, k, watch): (Fault, usize, Option<Watch<'_>>),
) -> Ended {
    let mut command = Command::new("sh");
    // Wait for the tracer.
    command.args(["-c", "read go; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_wirecopy")]);
    command.args(args).current_dir(folder.path()).env("TMPDIR", temporary.path());
    // If cargo has set it, the loader searches its folders a varying number of times, so that the
    // last calls of a run have no fixed number.
    command.env_remove("LD_LIBRARY_PATH");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let leader = Pid::from_raw(child.id().try_into().unwrap());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(leader, options).unwrap();
    ptrace::interrupt(leader).unwrap();
    let calls = CHANGING.into_iter().filter(|call| chosen(call.0)).collect();
    let (inside, about) = (BTreeSet::new(), BTreeMap::new());
    let mut tracer = Tracer { leader, calls, fault, left: k, inside, met: None, watch, about };
    let code = tracer.follow(&mut child);
    let met = tracer.met;
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    Ended { code, said, met }
}

struct Tracer<'w> {
    leader: Pid,
    calls: Vec<Call>,
    fault: Fault,
    /// Calls left up to the one that is disturbed.
    left: usize,
    /// Threads that are inside a call; tracked from the start of the program.
    inside: BTreeSet<Pid>,
    met: Option<&'static str>,
    watch: Option<Watch<'w>>,
    /// Of each thread the call that is watched, and the file that it is about.
    about: BTreeMap<Pid, (&'static str, Option<PathBuf>)>,
}

impl Tracer<'_> {
    /// Follows the run until it ends.
    fn follow(&mut self, child: &mut Child) -> Option<i32> {
        let mut started = false;
        let mut go = child.stdin.take();
        loop {
            // Wait for children of this thread only, since other tests have their own.
            let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
            let (pid, signal) = match waitpid(None, Some(flags)).unwrap() {
                WaitStatus::Exited(pid, code) if pid == self.leader => return Some(code),
                WaitStatus::Signaled(pid, ..) if pid == self.leader => return None,
                WaitStatus::PtraceEvent(pid, _, event) => {
                    if event == libc::PTRACE_EVENT_EXEC {
                        started = true;
                        self.inside = BTreeSet::from([pid]);
                    }
                    if let Some(mut go) = go.take() {
                        go.write_all(b"\n").unwrap();
                    }
                    (pid, None)
                }
                WaitStatus::PtraceSyscall(pid) => {
                    if started {
                        self.at_border(pid);
                    }
                    (pid, None)
                }
                WaitStatus::Stopped(pid, signal) => (pid, Some(signal)),
                _ => continue,
            };
            // The thread may just have been killed.
            ptrace::syscall(pid, signal).ok();
        }
    }

    /// Handles the stop of a thread that enters a call or returns from it.
    fn at_border(&mut self, pid: Pid) {
        if self.inside.remove(&pid) {
            if let (Some((call, path)), Some(watch)) = (self.about.remove(&pid), &mut self.watch) {
                watch(call, path);
            }
            return;
        }
        self.inside.insert(pid);
        let Ok(mut registers) = ptrace::getregs(pid) else { return };
        let number = registers.orig_rax.cast_signed();
        let Some(call) = self.calls.iter().find(|call| call.1 == number) else { return };
        if self.watch.is_some() {
            let file = format!("/proc/{}/fd/{}", self.leader, registers.rdi);
            self.about.insert(pid, (call.0, std::fs::read_link(file).ok()));
        }
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if self.left > 0 {
            return;
        }
        self.met = Some(call.0);
        match self.fault {
            Fault::Kill => kill(self.leader, Signal::SIGKILL).unwrap(),
            Fault::Interrupt => kill(self.leader, Signal::SIGINT).unwrap(),
            Fault::Error(error) => {
                // No call has this number, so nothing runs; the result is replaced afterwards.
                registers.orig_rax = u64::MAX;
                ptrace::setregs(pid, registers).unwrap();
                ptrace::syscall(pid, None).unwrap();
                let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
                let back = waitpid(pid, Some(flags)).unwrap();
                assert_eq!(back, WaitStatus::PtraceSyscall(pid));
                self.inside.remove(&pid);
                registers.rax = i64::from(-(error as i32)).cast_unsigned();
                ptrace::setregs(pid, registers).unwrap();
            }
        }
    }
}

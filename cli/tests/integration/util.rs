//! A temporary folder, the binary run in it, and its output.

pub(crate) use crate::checkout::{root, skipped};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Time limit of a command unless the test sets another.
const LIMIT: Duration = Duration::from_secs(120);

/// A temporary folder, removed at the end of the test.
pub(crate) struct Dir {
    temp: tempfile::TempDir,
}

impl Dir {
    pub(crate) fn new() -> Self {
        Self { temp: tempfile::Builder::new().prefix("wirecopy-test-").tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.temp.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and creates the folders above it.
    pub(crate) fn create(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn create_dir(&self, name: &str) {
        fs::create_dir_all(self.join(name)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The JSON Lines of a file.
    pub(crate) fn records(&self, name: &str) -> Vec<Value> {
        records(&self.read(name))
    }

    /// The binary with arguments, run in this folder.
    pub(crate) fn command(&self, args: &[&str]) -> TestCommand {
        TestCommand::new(self.path(), args)
    }
}

/// The binary with arguments, run in the root of the checkout.
pub(crate) fn wirecopy(args: &[&str]) -> TestCommand {
    TestCommand::new(root(), args)
}

/// An invocation of the binary.
pub(crate) struct TestCommand {
    command: Command,
    stdin: Vec<u8>,
    stdin_file: Option<fs::File>,
    limit: Duration,
    line: String,
}

impl TestCommand {
    fn new(folder: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        command.args(args).current_dir(folder);
        command.env_remove("COLUMNS").env("NO_COLOR", "1");
        let line = format!("wirecopy {}", args.join(" "));
        Self { command, stdin: Vec::new(), stdin_file: None, limit: LIMIT, line }
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self.line = format!("{} {}", self.line, args.join(" "));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Sets an environment variable.
    #[cfg(feature = "object-store")]
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a file of the folder as standard input.
    pub(crate) fn stdin_file(mut self, name: &str) -> Self {
        let folder = self.command.get_current_dir().unwrap();
        self.stdin_file = Some(fs::File::open(folder.join(name)).unwrap());
        self
    }

    /// Limits the number of open files (`ulimit -n`).
    pub(crate) fn open_files(mut self, most: usize) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {most}; exec \"$@\""), "sh"]);
        shell.arg(self.command.get_program()).args(self.command.get_args());
        shell.current_dir(self.command.get_current_dir().unwrap());
        shell.env_remove("COLUMNS").env("NO_COLOR", "1");
        self.command = shell;
        self
    }

    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs the command; a process that exceeds the time limit is killed and has no exit status.
    pub(crate) fn run(mut self) -> Output {
        let stdin = self.stdin_file.take().map_or_else(Stdio::piped, Stdio::from);
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Instant::now();
        let mut child = self.command.spawn().unwrap();
        let input = child.stdin.take();
        let bytes = std::mem::take(&mut self.stdin);
        // A process that ends early closes the pipe, which the test may expect.
        let feeder = thread::spawn(move || {
            input.map(|mut input| input.write_all(&bytes));
        });
        let stdout = drain(child.stdout.take().unwrap());
        let stderr = drain(child.stderr.take().unwrap());
        let (mut peak_bytes, mut cpu_seconds) = (0, 0.0_f64);
        let code = loop {
            peak_bytes = peak_bytes.max(resident_peak(child.id()));
            cpu_seconds = cpu_seconds.max(processor_seconds(child.id()));
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            if start.elapsed() > self.limit {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        let seconds = start.elapsed().as_secs_f64();
        feeder.join().unwrap();
        Output {
            line: self.line,
            code,
            stdout: stdout.join().unwrap(),
            stderr: String::from_utf8_lossy(&stderr.join().unwrap()).into_owned(),
            peak_bytes,
            seconds,
            cpu_seconds,
        }
    }

    /// Runs, reads a few bytes of standard output and closes it, as `head` does.
    pub(crate) fn run_closing_early(mut self) -> Output {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let stderr = drain(child.stderr.take().unwrap());
        let mut first = vec![0; 64];
        let mut out = child.stdout.take().unwrap();
        let read = out.read(&mut first).unwrap();
        first.truncate(read);
        drop(out);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > self.limit {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{}: still running after its reader left", self.line);
            }
            thread::sleep(Duration::from_millis(5));
        };
        Output {
            line: self.line,
            code: status.code(),
            stdout: first,
            stderr: String::from_utf8_lossy(&stderr.join().unwrap()).into_owned(),
            peak_bytes: 0,
            seconds: start.elapsed().as_secs_f64(),
            cpu_seconds: 0.0,
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// Highest resident size so far (`VmHWM`), 0 where the system does not report it.
///
/// A spawned process shares the memory of the test process until it has become the command, and the
/// test process continues a moment earlier.
fn resident_peak(pid: u32) -> u64 {
    let program = |of: &str| fs::read_link(format!("/proc/{of}/exe")).ok();
    if program(&pid.to_string()) == program("self") {
        return 0;
    }
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().strip_suffix(" kB")).and_then(|n| n.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// Processor seconds of a process so far, without those of the kernel: on a machine that has just
/// booted, the first use of memory takes longer than everything else.
fn processor_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The fields after the name, which may contain anything; the unit is a hundredth of a second.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let time = fields.skip(11).take(1).find_map(|field| field.parse::<u32>().ok());
    f64::from(time.unwrap_or(0)) / 100.0
}

/// What a command returned and used.
pub(crate) struct Output {
    line: String,
    /// Exit status; `None` if the process was killed.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    /// Highest resident size observed during the run.
    pub(crate) peak_bytes: u64,
    pub(crate) seconds: f64,
    /// Processor seconds observed, 0 where the system does not report them.
    pub(crate) cpu_seconds: f64,
}

impl Output {
    /// Fails and prints the output unless the exit status is `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert!(!self.stderr.contains("panicked at"), "{} panicked:\n{}", self.line, self.stderr);
        let (line, time) = (&self.line, self.seconds);
        assert_eq!(self.code, Some(code), "{line} ({time:.1} s)\nsaid:\n{}", self.stderr);
        self
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    /// Standard output as JSON Lines.
    pub(crate) fn records(&self) -> Vec<Value> {
        records(&self.stdout)
    }
}

fn records(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("records are UTF-8");
    text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
}

/// A string field of a record, empty if it is absent or null.
pub(crate) fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// An integer field of a record.
#[track_caller]
pub(crate) fn count_of(value: &Value, key: &str) -> usize {
    let number = value[key].as_u64().unwrap_or_else(|| panic!("no count `{key}` in {value}"));
    usize::try_from(number).unwrap()
}

/// A short name of a document: the last two parts of its path without the extension.
pub(crate) fn short(id: &str) -> String {
    let parts: Vec<&str> = id.trim_end_matches(".txt").rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// Returns a character that must not reach a terminal: a control other than the line feed, or a
/// mark that changes the direction of text.
pub(crate) fn unsafe_on_terminal(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2066}'..='\u{2069}')
    })
}

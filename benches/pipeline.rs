//! Whole runs compared with what the machine can do: `cargo bench --bench pipeline`
//!
//! Runs `scan` and `dedup` as a user does, and in the same rounds `cat`, `wc -w`, `xxh128sum` (if
//! installed) and a plain JSON parse over the same file. Prints median wall and CPU time, peak
//! memory and MB of input a second, then the cost of each reading step on one core. The input is
//! invented news, or the JSON Lines of `WIRECOPY_BENCH_FILE`. `WIRECOPY_BENCH_ROUNDS` sets the
//! rounds (default 7), `WIRECOPY_BENCH_CSV` a file that gets every single run.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring program")]
#![allow(unsafe_code, reason = "only wait4 reports the memory of a child")]

#[path = "material/mod.rs"]
mod material;

use material::{documents_of_file, json_lines, news};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use wirecopy::corpus::{Corpus, ReadOptions};
use wirecopy::shingle;
use wirecopy::sketch::Sketcher;
use wirecopy::text::Tokenizer;

/// The variable that names the task of a child running this program. The measuring process itself
/// must stay small, because a child's peak memory is never reported below that of its parent.
const TASK: &str = "WIRECOPY_PIPELINE_TASK";
/// Articles of the invented news.
const ARTICLES: usize = 8_000;

fn main() {
    match std::env::var(TASK).as_deref() {
        Ok("make") => make(&file()),
        Ok("json") => parse_json(&file()),
        Ok("steps") => steps(&file()),
        _ => driver(),
    }
}

/// The file to measure on, from the environment of a task.
fn file() -> PathBuf {
    PathBuf::from(std::env::var_os("WIRECOPY_PIPELINE_FILE").unwrap())
}

fn make(path: &Path) {
    let documents = documents_of_file().unwrap_or_else(|| news(ARTICLES, 900, 11));
    std::fs::write(path, json_lines(&documents)).unwrap();
}

/// What a plain reader of JSON Lines extracts.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn parse_json(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    black_box(texts_by_serde(&bytes));
}

fn texts_by_serde(bytes: &[u8]) -> usize {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice::<Line>(line).unwrap().text.len()).sum()
}

/// A command to measure.
struct Job {
    name: String,
    command: Vec<String>,
    task: Option<&'static str>,
}

/// What one run took.
#[derive(Clone, Copy)]
struct Run {
    wall: f64,
    cpu: f64,
    peak_bytes: u64,
}

fn run(job: &Job, path: &Path) -> Option<Run> {
    let (program, args) = job.command.split_first()?;
    let mut command = Command::new(program);
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    command.env("LC_ALL", "C.UTF-8").env("WIRECOPY_PIPELINE_FILE", path);
    if let Some(task) = job.task {
        command.env(TASK, task);
    }
    let start = Instant::now();
    let child = command.spawn().ok()?;
    let (mut status, pid) = (0, i32::try_from(child.id()).ok()?);
    // SAFETY: `rusage` is a struct of integers, for which all zeroes is valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers refer to locals that outlive the call.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    let wall = start.elapsed().as_secs_f64();
    let peak_bytes = u64::try_from(usage.ru_maxrss).ok()? * 1024;
    let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    (waited == pid && status == 0).then_some(Run { wall, cpu, peak_bytes })
}

fn jobs(path: &Path, folder: &Path) -> Vec<Job> {
    let (input, out) = (path.display().to_string(), folder.display());
    let plain = |name: &str, command: &[&str]| Job {
        name: name.to_owned(),
        command: command.iter().map(|&part| part.to_owned()).chain([input.clone()]).collect(),
        task: None,
    };
    let mut jobs = vec![plain("cat", &["cat"]), plain("wc -w", &["wc", "-w"])];
    if Command::new("xxh128sum").arg("--version").stderr(Stdio::null()).output().is_ok() {
        jobs.push(plain("xxh128sum", &["xxh128sum"]));
    }
    let this = std::env::current_exe().unwrap().display().to_string();
    jobs.push(Job { task: Some("json"), ..plain("JSON parse (serde_json)", &[&this]) });
    for threads in ["1", "2"] {
        let mut ours = |verb: &str, rest: &[String]| {
            let mut job = plain(
                &format!("wirecopy {verb}, threads {threads}"),
                &[env!("CARGO_BIN_EXE_wirecopy"), verb, "--quiet", "--threads", threads],
            );
            job.command.extend_from_slice(rest);
            jobs.push(job);
        };
        let path = |flag: &str, name: &str| [flag.to_owned(), format!("{out}/{name}")];
        let families = path("--families", "families.jsonl");
        let format = ["--format".to_owned(), "jsonl".to_owned()];
        ours("scan", &[&format[..], &families, &path("-o", "pairs.jsonl")].concat());
        ours("dedup", &[&path("-o", "clean")[..], &["--force".to_owned()]].concat());
    }
    jobs
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn driver() {
    let folder = tempfile::tempdir().unwrap();
    let path = match std::env::var_os("WIRECOPY_BENCH_FILE") {
        Some(path) => PathBuf::from(path),
        None => folder.path().join("news.jsonl"),
    };
    let this = std::env::current_exe().unwrap().display().to_string();
    let task = |task| Job { name: String::new(), command: vec![this.clone()], task: Some(task) };
    if std::env::var_os("WIRECOPY_BENCH_FILE").is_none() {
        run(&task("make"), &path).unwrap();
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let rounds: usize = number("WIRECOPY_BENCH_ROUNDS").unwrap_or(7);
    let megabytes = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
    let jobs = jobs(&path, folder.path());
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); jobs.len()];
    let mut csv = String::from("round,job,wall_s,cpu_s,peak_bytes\n");
    for round in 0..rounds {
        for (job, runs) in jobs.iter().zip(&mut runs) {
            let Some(run) = run(job, &path) else { continue };
            let Run { wall, cpu, peak_bytes } = run;
            writeln!(csv, "{round},\"{}\",{wall:.4},{cpu:.4},{peak_bytes}", job.name).unwrap();
            runs.push(run);
        }
    }
    if let Some(to) = std::env::var_os("WIRECOPY_BENCH_CSV") {
        std::fs::write(to, csv).unwrap();
    }
    println!("{megabytes:.1} MB, medians of {rounds} rounds, {}\n", load());
    println!(
        "| run | wall s | CPU s | peak MB | MB/s | beside `wc -w` |\n|---|---|---|---|---|---|"
    );
    let wall = |runs: &[Run]| median(runs.iter().map(|run| run.wall).collect());
    let wc = wall(&runs[1]);
    for (job, runs) in jobs.iter().zip(&runs) {
        if runs.is_empty() {
            println!("| {} | failed | | | | |", job.name);
            continue;
        }
        let (wall, cpu) = (wall(runs), median(runs.iter().map(|run| run.cpu).collect()));
        let peak = runs.iter().map(|run| run.peak_bytes).max().unwrap_or(0) as f64 / 1e6;
        let (rate, ratio) = (megabytes / wall, wall / wc);
        println!("| {} | {wall:.3} | {cpu:.3} | {peak:.0} | {rate:.0} | {ratio:.2}x |", job.name);
    }
    let mut steps = Command::new(&this);
    steps.env(TASK, "steps").env("WIRECOPY_PIPELINE_FILE", &path);
    assert!(steps.status().unwrap().success(), "the steps failed");
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    format!("load average {}", load.join(" "))
}

/// CPU seconds of this thread, which exclude other work of the machine.
fn thread_cpu() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer refers to a local that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

/// Prints the cost of each reading step on one core, all in memory, as the median of nine runs.
fn steps(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let inputs = [path.display().to_string()];
    let (corpus, _) = Corpus::open(&inputs, ReadOptions::default()).unwrap();
    let mut sketcher = Sketcher::new(128).unwrap();
    let mut tokenizer = Tokenizer::default();
    let (mut tokens, mut hashes, mut lanes) = (Vec::new(), Vec::new(), vec![0; 128]);
    let mut read = |depth: usize| {
        for block in corpus.blocks() {
            corpus.visit(block.unwrap(), &mut |record| {
                if depth > 0 {
                    tokens.clear();
                    tokenizer.compact_tokens(record.text, &mut tokens);
                }
                if depth > 1 {
                    hashes.clear();
                    shingle::document_shingles(&tokens, 5, &mut hashes);
                }
                if depth > 2 {
                    sketcher.sketch_into(&hashes, &mut lanes);
                }
                black_box((&tokens, &hashes, &lanes, record.text.len()));
            });
        }
    };
    let mut times = vec![Vec::new(); 6];
    for _ in 0..9 {
        let mut time = |n: usize, work: &mut dyn FnMut()| {
            let start = thread_cpu();
            work();
            times[n].push(thread_cpu() - start);
        };
        time(0, &mut || {
            // Without the outer `black_box` the sum is computed only once.
            black_box(sum(black_box(&bytes)));
        });
        time(1, &mut || {
            black_box(texts_by_serde(&bytes));
        });
        for depth in 0..4 {
            time(2 + depth, &mut || read(depth));
        }
    }
    let names = [
        "read the bytes from memory",
        "JSON parse (serde_json)",
        "our reader, texts only",
        "and tokenise",
        "and shingle",
        "and sketch, 128 lanes",
    ];
    let times: Vec<f64> = times.into_iter().map(median).collect();
    let megabytes = bytes.len() as f64 / 1e6;
    println!("\nOne core, CPU time, median of 9, {}:\n", load());
    println!("| step | MB/s | time beside the JSON parse | beside memory |\n|---|---|---|---|");
    for (name, time) in names.iter().zip(&times) {
        let (json, memory) = (time / times[1], time / times[0]);
        println!("| {name} | {:.0} | {json:.2}x | {memory:.1}x |", megabytes / time);
    }
}

/// Reads every byte, eight at a time.
fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.as_chunks::<8>().0;
    words.iter().fold(0, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)))
}

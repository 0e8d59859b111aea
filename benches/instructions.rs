//! Instruction counts of the hot stages against stored ones: `cargo bench --bench instructions`
//!
//! Counts are the same in every run, whatever the load of the machine, so they show a loss of a few
//! per cent where a clock cannot. Each stage runs in its own process under callgrind, on one
//! thread, with the plain and the AVX2 kernel (valgrind does not support AVX-512); of two runs of
//! the stage only the second is counted. A count more than 3 % above the stored one
//! (`benches/instructions.tsv`) fails. `WIRECOPY_BLESS=1` stores the counts instead.
//!
//! A count is valid for one compiler. With another compiler nothing is compared, and without
//! valgrind nothing is counted; either is printed as `SKIPPED`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring program")]
#![allow(clippy::exit, reason = "the exit status says whether the counts hold")]

#[path = "material/counts.rs"]
mod counts;
#[path = "material/mod.rs"]
mod material;

use counts::{Counts, Verdict};
use material::stages::{Setting, Stage, all};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};
use wirecopy::simd::Kernel;

/// Articles that each stage is counted on.
const ARTICLES: usize = 24;
/// The variable that names the stage a child runs.
const CHILD: &str = "WIRECOPY_COUNTED_STAGE";
/// Stages whose work is our own code; the rest is mostly the system's or that of other crates.
const COUNTED: [&str; 9] =
    ["tokenise", "shingle", "sketch", "band", "verify", "seed", "chain", "align", "family"];
const ALSO: [&str; 4] = ["read/jsonl", "read/csv", "write/pairs_jsonl", "write/families_jsonl"];

fn main() {
    match std::env::var(CHILD) {
        Ok(name) => child(&name),
        Err(_) => exit(driver()),
    }
}

/// The name under which the count of a stage on a kernel is stored.
fn label(stage: &str, kernel: Kernel) -> String {
    format!("{stage}/{kernel:?}").to_lowercase()
}

/// Stages to count, with their kernels.
fn counted() -> Vec<(Stage, Kernel)> {
    let mut list = Vec::new();
    for kernel in [Kernel::Plain, Kernel::Avx2] {
        for stage in all() {
            let group = stage.name.split('/').next().unwrap_or_default();
            let by_kernel = matches!(group, "tokenise" | "sketch");
            let ours = COUNTED.contains(&group) || ALSO.contains(&stage.name.as_str());
            if ours && (by_kernel || kernel == Kernel::Avx2) {
                list.push((stage, kernel));
            }
        }
    }
    list
}

/// The counted region: callgrind collects only inside this function.
#[inline(never)]
fn counted_region(work: &mut dyn FnMut()) {
    work();
}

fn child(name: &str) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        for (stage, kernel) in counted() {
            if label(&stage.name, kernel) == name {
                let mut work = (stage.make)(Setting { kernel, articles: ARTICLES });
                (work.run)();
                counted_region(&mut *work.run);
            }
        }
    });
}

fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.tsv")
}

/// The first line of a program's `--version`.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

/// Why nothing can be counted here.
fn obstacle() -> Option<&'static str> {
    if version("valgrind").is_none() {
        return Some("valgrind is not installed (Debian, Ubuntu: apt-get install valgrind)");
    }
    if !Kernel::all().contains(&Kernel::Avx2) {
        return Some("the stored counts are for processors with AVX2");
    }
    None
}

fn driver() -> i32 {
    if let Some(why) = obstacle() {
        println!("instruction counts: SKIPPED, {why}");
        return 0;
    }
    let compiler = version("rustc").unwrap_or_else(|| "unknown".to_owned());
    let bless = std::env::var_os("WIRECOPY_BLESS").is_some();
    let text = std::fs::read_to_string(stored()).unwrap_or_default();
    let before = match Counts::read(&text) {
        Ok(before) => before,
        Err(what) => {
            println!("{}: {what}", stored().display());
            return 2;
        }
    };
    if !bless && before.compiler != compiler {
        println!(
            "instruction counts: SKIPPED, they were stored with\n  {}\nand this is\n  {compiler}\n\
             To move to this compiler: `WIRECOPY_BLESS=1 cargo bench --bench instructions` on a \
             commit that is known to be good, then commit benches/instructions.tsv.",
            before.compiler
        );
        return 0;
    }
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| name.contains(filter));
    let mut after = Counts { compiler, ..Counts::default() };
    for (stage, kernel) in counted() {
        let name = label(&stage.name, kernel);
        if wanted(&name) {
            match count(&name) {
                Ok(count) => after.stages.insert(name, count),
                Err(what) => {
                    println!("{name}: {what}");
                    return 2;
                }
            };
        }
    }
    if bless {
        std::fs::write(stored(), after.write()).unwrap();
        println!("{} counts stored in {}", after.stages.len(), stored().display());
        return 0;
    }
    compare(&before, &after, filter.is_none())
}

/// Prints every count next to the stored one; returns 1 if one does not hold.
fn compare(before: &Counts, after: &Counts, whole: bool) -> i32 {
    let mut failed = 0;
    for (name, &count) in &after.stages {
        let (change, word) = match before.judge(name, count) {
            Verdict::Holds(change) => (change, "holds"),
            Verdict::Slower(change) => (change, "SLOWER"),
            Verdict::Faster(change) => (change, "faster: store the new count"),
            Verdict::New => (f64::NAN, "NOT STORED"),
        };
        failed += usize::from(matches!(word, "SLOWER" | "NOT STORED"));
        println!("{name:36} {count:>12} {:>+8.2} %  {word}", change * 100.0);
    }
    let gone = before.stages.keys().filter(|name| whole && !after.stages.contains_key(*name));
    for name in gone {
        failed += 1;
        println!("{name:36} is stored but was not counted");
    }
    if failed > 0 {
        println!(
            "{failed} counts do not hold. If that is meant: \
             WIRECOPY_BLESS=1 cargo bench --bench instructions, and say why in the commit."
        );
    }
    i32::from(failed > 0)
}

/// Settings of the C library without which counts of stages that copy differ by 3 % from run to run:
/// whether a buffer can grow where it is depends on chance, a mapping always can; and one
/// instruction that copies a whole block, used or not by the distance of the two, counts as many.
const STEADY: &str =
    "glibc.malloc.mmap_threshold=4096:glibc.cpu.x86_rep_movsb_threshold=1073741824";

/// Instructions of a stage.
fn count(name: &str) -> Result<u64, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let out = folder.path().join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*counted_region*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().map_err(|error| error.to_string())?)
        .env(CHILD, name)
        .env("GLIBC_TUNABLES", STEADY)
        .env_remove("WIRECOPY_BENCH_FILE")
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = std::fs::read_to_string(&out).map_err(|error| error.to_string())?;
    let total = text.lines().find_map(|line| {
        let rest = line.strip_prefix("summary:").or_else(|| line.strip_prefix("totals:"))?;
        rest.trim().parse().ok()
    });
    total.filter(|&count| count > 0).ok_or("callgrind counted nothing".to_owned())
}

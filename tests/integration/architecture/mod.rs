//! The order of the modules and the boundaries of the library.
//!
//! A module names only modules above it in `src/lib.rs`. A plain text scan holds this: it reads
//! `crate::x` on lines of code; groups (`crate::{...}`) are banned so that it can stay this simple.
//! What only some modules may do is scanned for in the same way ([`BOUNDARIES`]). Circles of files
//! need the code itself ([`graph`]).

mod graph;

use crate::checkout::root;
use graph::Graph;
use std::fs;
use std::path::{Path, PathBuf};

/// Names of the `pub mod` lines, lowest first.
fn order(lib: &str) -> Vec<&str> {
    let lines = lib.lines().map(str::trim);
    lines.filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect()
}

/// The top-level module that a file below `src` belongs to.
fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Identifiers that follow `prefix` in a line.
fn names_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(prefix).filter_map(move |(at, _)| {
        let outside = !line[..at].ends_with(|c: char| is_name(c) || c == '$');
        let rest = &line[at + prefix.len()..];
        outside.then(|| &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())])
    })
}

/// What only some of the library may do.
struct Boundary {
    /// What it is called where it is crossed.
    what: &'static str,
    /// Paths of code that do it; each is preceded by no letter.
    signs: &'static [&'static str],
    /// Files or folders of `src` that may do it.
    inside: &'static [&'static str],
}

const BOUNDARIES: [Boundary; 4] = [
    Boundary { what: "unsafe", signs: &["unsafe"], inside: &["simd/", "store/map.rs"] },
    Boundary {
        what: "threads",
        signs: &["rayon::", "std::thread", "thread::spawn"],
        inside: &["detect/", "passage/", "judge/", "corpus/source/remote/"],
    },
    Boundary {
        what: "files",
        signs: &["std::fs", "fs::", "File::open", "File::create", "OpenOptions", "tempfile::"],
        inside: &["store", "corpus/", "detect/", "eval/", "export/"],
    },
    Boundary {
        what: "the environment",
        signs: &[
            "env::var",
            "env::vars",
            "env::temp_dir",
            "env::home_dir",
            "env::args",
            "from_env",
        ],
        // The folder of temporary files, where the caller names none.
        inside: &["store.rs"],
    },
];

impl Boundary {
    fn is_crossed(&self, file: &str, line: &str) -> bool {
        !self.inside.iter().any(|inside| file.starts_with(inside))
            && self.signs.iter().any(|sign| has_word(line, sign))
    }
}

/// Whether `sign` is in `line`, and not as a part of a longer name.
fn has_word(line: &str, sign: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(sign).any(|(at, _)| {
        let goes_on = sign.ends_with(is_name) && line[at + sign.len()..].starts_with(is_name);
        !goes_on && !line[..at].ends_with(is_name)
    })
}

/// Whether a line names a flag of a command line, such as `--min-tokens`.
fn names_flag(line: &str) -> bool {
    // How to build is said in the words of cargo.
    if line.contains("cargo ") {
        return false;
    }
    line.match_indices("--").any(|(at, _)| {
        let opens = line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        opens && line[at + 2..].starts_with(|c: char| c.is_ascii_lowercase())
    })
}

/// What is wrong with one file of `src`.
fn violations(order: &[&str], file: &str, source: &str) -> Vec<String> {
    let (module, mut found) = (module_of(file), Vec::new());
    let mut tests = file.ends_with("tests.rs") || file.contains("/tests/");
    let rank = order.iter().position(|m| *m == module);
    if rank.is_none() && file != "lib.rs" {
        found.push(format!("src/{file}:1: `{module}` has no `pub mod` line in src/lib.rs"));
    }
    let depth = file.trim_end_matches("/mod.rs").matches('/').count();
    let to_root = format!("use {}", "super::".repeat(depth + 1));
    for (number, line) in source.lines().enumerate() {
        let mut report = |what: String| found.push(format!("src/{file}:{}: {what}", number + 1));
        if line.chars().count() > 100 {
            report("longer than 100 columns".to_owned());
        }
        tests |= line.starts_with("mod tests");
        if !tests && names_flag(line) {
            report("names a flag; the library knows settings by name".to_owned());
        }
        let line = code(line);
        for boundary in BOUNDARIES.iter().filter(|_| !tests) {
            if boundary.is_crossed(file, line) {
                report(format!("{} outside {}", boundary.what, boundary.inside.join(", ")));
            }
        }
        if line.starts_with(&to_root) || line.starts_with(&format!("pub {to_root}")) {
            report("reaches the root through super; write crate::".to_owned());
        }
        for name in names_after(line, "crate::") {
            match order.iter().position(|m| *m == name) {
                _ if name.is_empty() => report("a group hides what it names".to_owned()),
                None => report(format!("`crate::{name}` names no module")),
                Some(other) if rank.is_some_and(|r| other > r) => {
                    report(format!("{module} looks up to {name}"));
                }
                Some(_) => {}
            }
        }
    }
    if source.lines().count() > 600 {
        found.push(format!("src/{file}:601: more than 600 lines"));
    }
    found
}

/// Files below `folder` with one of the extensions, sorted.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn modules_look_down_only() {
    let src = root().join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let order = order(&lib);
    assert!(order.len() > 5, "src/lib.rs lists its modules as `pub mod x;`: {order:?}");
    let mut found = Vec::new();
    for path in files(&src, &["rs"]) {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        found.extend(violations(&order, &name, &fs::read_to_string(&path).unwrap()));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn files_form_no_circle() {
    let src = root().join("src");
    let sources: Vec<(String, String)> = files(&src, &["rs"])
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        })
        .filter(|(name, _)| !name.ends_with("tests.rs") && !name.contains("/tests/"))
        .collect();
    assert!(sources.len() > 100, "{} files", sources.len());
    let graph = Graph::read(sources.iter().map(|(name, source)| (&name[..], &source[..])));
    let circles: Vec<String> =
        graph.circles().iter().map(|circle| format!("src: {}", circle.join(" <-> "))).collect();
    assert!(circles.is_empty(), "circles of files:\n{}", circles.join("\n"));
}

#[test]
fn prose_has_no_long_dashes() {
    let mut all = files(&root().join("src"), &["rs"]);
    all.extend(files(&root().join("docs"), &["md"]));
    all.extend(fs::read_dir(root()).unwrap().map(|e| e.unwrap().path()));
    all.retain(|p| p.extension().is_some_and(|e| e == "md" || e == "rs"));
    assert!(all.iter().any(|p| p.ends_with("README.md")), "README.md is among the files");
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let line = text.lines().position(|l| l.contains('\u{2014}'));
        assert!(line.is_none(), "{}:{}: long dash", path.display(), line.unwrap_or(0) + 1);
    }
}

const LIB: &str =
    "//! Made up.\npub mod low;\n#[cfg(feature = \"x\")]\npub mod mid;\npub mod top;\n";

/// What the scan says about a made-up file.
#[track_caller]
fn assert_scan(file: &str, source: &str, expected: &[&str]) {
    assert_eq!(violations(&order(LIB), file, source), expected);
}

#[test]
fn scan_accepts_looking_down() {
    assert_eq!(order(LIB), ["low", "mid", "top"]);
    assert_scan("mid/mod.rs", "use crate::low::Thing;\nuse crate::mid::own;\n", &[]);
    assert_scan("low.rs", "/// See [`x`](crate::top::x). unsafe is only a word here.\n", &[]);
    assert_scan("mid/part.rs", "use super::Other;\nlet x = $crate::top::x; // crate::top\n", &[]);
    assert_scan("low.rs", "mod tests {\n    use super::*;\n}\n#![deny(unsafe_code)]\n", &[]);
    assert_scan("low.rs", "mod tests {\n    fn f() { std::fs::read(p); }\n}\n", &[]);
    assert_scan("low.rs", "// A line of ---- or a -- b or x--y; buffs::x()\n", &[]);
    assert_scan("simd.rs", "", &["src/simd.rs:1: `simd` has no `pub mod` line in src/lib.rs"]);
}

#[test]
fn scan_can_fail() {
    let up = "\nfn f() { crate::top::go() }\n";
    assert_scan("mid/part.rs", up, &["src/mid/part.rs:2: mid looks up to top"]);
    let group = "use crate::{low, top};\n";
    assert_scan("mid/mod.rs", group, &["src/mid/mod.rs:1: a group hides what it names"]);
    assert_scan("low.rs", "use crate::Error;", &["src/low.rs:1: `crate::Error` names no module"]);
    assert_scan("top.rs", "unsafe { x() }", &["src/top.rs:1: unsafe outside simd/, store/map.rs"]);
    let files = "files outside store, corpus/, detect/, eval/, export/";
    assert_scan("low.rs", "let x = fs::read(p);", &[&format!("src/low.rs:1: {files}")]);
    let environment = "\nlet x = std::env::temp_dir();";
    assert_scan("low.rs", environment, &["src/low.rs:2: the environment outside store.rs"]);
    let threads = "threads outside detect/, passage/, judge/, corpus/source/remote/";
    assert_scan("top.rs", "use rayon::prelude::*;", &[&format!("src/top.rs:1: {threads}")]);
    let flag = "names a flag; the library knows settings by name";
    assert_scan("low.rs", "/// See `--min-tokens`.", &[&format!("src/low.rs:1: {flag}")]);
    let root = "reaches the root through super; write crate::";
    assert_scan("low.rs", "use super::top;", &[&format!("src/low.rs:1: {root}")]);
    assert_scan("mid/a.rs", "pub use super::super::top;", &[&format!("src/mid/a.rs:1: {root}")]);
    assert_scan("mid/in/mod.rs", "use super::other;", &[]);
    let wide = "x".repeat(101);
    assert_scan("low.rs", &wide, &["src/low.rs:1: longer than 100 columns"]);
    assert_scan("low.rs", &"\n".repeat(601), &["src/low.rs:601: more than 600 lines"]);
}

//! The tests that docs/reliability.md names exist.

use crate::checkout::{root, skipped};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Adds the functions below a folder that have a line `fn NAME(` or `fn NAME<`.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let names = source.lines().filter_map(|line| line.trim().strip_prefix("fn "));
            found.extend(names.filter_map(|name| Some(name.split_once(['(', '<'])?.0.to_owned())));
        }
    }
}

/// The names `file::test` between backticks of a page, which may have more modules before.
fn cited(page: &str) -> impl Iterator<Item = &str> {
    let code = page.split('`').skip(1).step_by(2);
    code.filter(|name| {
        name.contains("::") && name.chars().all(|c| c.is_alphanumeric() || "_:".contains(c))
    })
}

#[test]
fn every_test_that_the_page_names_exists() {
    if !root().join("cli").is_dir() {
        return skipped("the page of promises: a package has no tests of the program");
    }
    let page = fs::read_to_string(root().join("docs/reliability.md")).unwrap();
    let mut known = BTreeSet::new();
    for folder in ["src", "tests", "cli/src", "cli/tests"] {
        functions(&root().join(folder), &mut known);
    }
    let lost = |name: &&str| name.rsplit("::").next().is_none_or(|test| !known.contains(test));
    let lost: Vec<&str> = cited(&page).filter(lost).collect();
    assert!(cited(&page).count() > 40, "the page names its tests");
    assert!(lost.is_empty(), "docs/reliability.md names what is not a test: {lost:?}");
}

//! The checkout that the tests of both packages read from.

use std::io::Write as _;
use std::path::Path;

/// The root folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("ARCHITECTURE.md").is_file()).unwrap()
}

/// Prints a visible line when a test has to skip something.
pub(crate) fn skipped(what: &str) {
    // Not with eprintln!, because the harness swallows the output of a passing test.
    std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes()).unwrap();
}

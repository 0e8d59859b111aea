//! The checkout that the tests of both packages look into.

use std::io::Write as _;
use std::path::Path;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("ARCHITECTURE.md").is_file()).unwrap()
}

/// Prints a line that cannot be overlooked when a test has to leave something out.
pub(crate) fn skipped(what: &str) {
    // Not through eprintln!: the harness would swallow the line of a passing test.
    std::io::stderr().write_all(format!("SKIPPED: {what}\n").as_bytes()).unwrap();
}

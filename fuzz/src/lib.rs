//! What the fuzz targets check, shared with the tests that run the kept inputs.

#[path = "../../tests/integration/fuzzed/checks.rs"]
pub mod checks;

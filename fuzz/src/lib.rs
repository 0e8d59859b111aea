//! What the fuzz targets check, shared with the tests that run the kept inputs.

#[path = "../../tests/integration/fuzzed/checks.rs"]
pub mod checks;

#[path = "../../tests/integration/fuzzed/index_checks.rs"]
pub mod index_checks;

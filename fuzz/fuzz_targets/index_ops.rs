//! See `index_checks::index_ops`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wirecopy_fuzz::index_checks::index_ops(bytes));

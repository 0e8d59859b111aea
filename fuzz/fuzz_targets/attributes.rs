//! See `checks::attributes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wirecopy_fuzz::checks::attributes(bytes));

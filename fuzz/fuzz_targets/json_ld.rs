//! See `checks::json_ld`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wirecopy_fuzz::checks::json_ld(bytes));

//! See `checks::markdown`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wirecopy_fuzz::checks::markdown(bytes));

//! See `checks::arrow`. The crate that reads Arrow may panic on what does not fit together, which its
//! caller turns into a refusal; so here only a panic that is not caught ends the run.
#![no_main]

use std::sync::Once;

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    wirecopy_fuzz::checks::arrow(bytes);
});

//! Every kernel gives the tokens of the plain machine, in order, on code-point borders.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::text::{Token, Tokenizer, tokenize_plain};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut plain: Vec<Token> = Vec::new();
    tokenize_plain(&text, |token| plain.push(token));
    let mut last = 0;
    for token in &plain {
        assert!(last <= token.start && token.start < token.end);
        assert!(text.get(token.start..token.end).is_some(), "not on borders of code points");
        last = token.end;
    }
    for kernel in wirecopy::simd::Kernel::all() {
        let mut fast: Vec<Token> = Vec::new();
        Tokenizer::with_kernel(kernel).tokenize(&text, |token| fast.push(token));
        assert_eq!(plain, fast, "{kernel:?}");
    }
});

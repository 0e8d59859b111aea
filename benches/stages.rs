//! Speed of the first stages, one core: `cargo bench --bench stages -- FILE...`
//!
//! Each line of a FILE is one text. Prints MB of text per second of the fastest of nine rounds,
//! so that it can stand beside `LC_ALL=C.UTF-8 wc -w FILE` in the same run.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring program")]

use std::hint::black_box;
use std::time::Instant;
use wirecopy::simd::Kernel;
use wirecopy::text::Tokenizer;
use wirecopy::{shingle, text};

/// Fastest of nine rounds in nanoseconds.
fn best(mut work: impl FnMut()) -> f64 {
    (0..9)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e9
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    for path in std::env::args().skip(1).filter(|a| !a.starts_with('-')) {
        let all = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let texts: Vec<&str> = all.lines().collect();
        println!("{path}: {} bytes, {} lines", all.len(), texts.len());
        let report = |name: &str, ns: f64, tokens: usize| {
            let (rate, each) = (all.len() as f64 * 1e3 / ns, ns / tokens.max(1) as f64);
            println!("  {name:32} {rate:8.0} MB/s  {each:6.2} ns/token  {tokens} tokens");
        };
        for kernel in Kernel::all() {
            let mut tokenizer = Tokenizer::with_kernel(kernel);
            let mut tokens = Vec::new();
            let ns = best(|| {
                for text in &texts {
                    tokens.clear();
                    tokenizer.tokenize(text, |t| tokens.push(shingle::compact(t.hash)));
                }
            });
            let mut count = 0;
            for text in &texts {
                tokenizer.tokenize(text, |_| count += 1);
            }
            report(&format!("tokenise {kernel:?}"), ns, count);
            let ns = best(|| {
                let mut sum = 0;
                for text in &texts {
                    tokens.clear();
                    tokenizer.tokenize(text, |t| tokens.push(shingle::compact(t.hash)));
                    shingle::shingles(&tokens, 5, |_, hash| sum ^= hash);
                }
                black_box(sum);
            });
            report(&format!("tokenise + shingle {kernel:?}"), ns, count);
        }
        let mut count = 0;
        let ns = best(|| {
            count = 0;
            let mut sum = 0;
            for text in &texts {
                text::tokenize_plain(text, |token| {
                    count += 1;
                    sum ^= token.hash;
                });
            }
            black_box(sum);
        });
        report("tokenise, definition", ns, count);
    }
}

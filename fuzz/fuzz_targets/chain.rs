//! The passage engine against brute force: every long verbatim run is found, every count is
//! possible, and no place leaves its text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::corpus::{Document, Meta};
use wirecopy::detect::{ScanConfig, Scope, Silent, scan_documents};
use wirecopy::limits::Limits;

/// Document and bytes.
type Place = (usize, usize, usize);

/// Tokens of a passage.
const LEAST: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let texts: Vec<Vec<u8>> = bytes
        .split(|&byte| byte == 0)
        .take(6)
        .map(|text| text.iter().copied().take(300).collect())
        .collect();
    let word = |byte: &u8| format!("word{byte}");
    let documents = texts.iter().enumerate().map(|(n, text)| Document {
        id: n.to_string(),
        text: text.iter().map(word).collect::<Vec<_>>().join(" "),
        meta: Meta::default(),
    });
    let config = ScanConfig {
        min_tokens: u32::try_from(LEAST).unwrap_or(8),
        ngram_size: 3,
        scope: Scope::All,
        threads: 1,
        limits: Limits { shingle_repeats: 1000, ..Limits::default() },
        ..ScanConfig::default()
    };
    let result = scan_documents(documents.collect(), Vec::new(), &config, &Silent)
        .expect("small texts are no reason to fail");
    for n in 0..result.pair_count() {
        let pair = result.pair(n);
        assert!(pair.matched <= pair.tokens && pair.identity <= 1.0);
        for side in [&pair.a, &pair.b] {
            assert_eq!(side.text.split(' ').count(), count(side.text), "cut inside a word");
        }
        if pair.a.id == pair.b.id {
            assert!(pair.a.end <= pair.b.start, "a repeat overlaps itself");
        }
    }
    // Families are complete; pairs that only repeat listed places are left to them.
    let mut places: Vec<Place> = Vec::new();
    for n in 0..result.family_count() {
        for member in result.family(n).members {
            let doc: usize = member.id.parse().expect("ids are numbers");
            places.push((doc, member.start, member.end));
        }
    }
    covered(&texts, &places);
});

fn count(text: &str) -> usize {
    text.split(' ').filter(|word| word.starts_with("word")).count()
}

/// Of every verbatim run between two texts, more than half lies in places of families.
fn covered(texts: &[Vec<u8>], places: &[Place]) {
    let starts: Vec<Vec<usize>> = texts
        .iter()
        .map(|text| {
            let mut at = 0;
            let mut starts = Vec::new();
            for byte in text {
                starts.push(at);
                at += format!("word{byte} ").len();
            }
            starts
        })
        .collect();
    let held = |doc: usize, from: usize, len: usize| {
        let inside = |at: usize| {
            let byte = starts[doc][at];
            places.iter().any(|place| place.0 == doc && place.1 <= byte && byte < place.2)
        };
        (from..from + len).filter(|&at| inside(at)).count()
    };
    for (x, a) in texts.iter().enumerate() {
        for (y, b) in texts.iter().enumerate().skip(x + 1) {
            for i in 0..a.len() {
                for j in 0..b.len() {
                    if i > 0 && j > 0 && a[i - 1] == b[j - 1] {
                        continue;
                    }
                    let len = a[i..].iter().zip(&b[j..]).take_while(|(p, q)| p == q).count();
                    if len >= LEAST {
                        assert!(2 * held(x, i, len) > len, "run {x}:{i} {y}:{j} of {len} lost");
                        assert!(2 * held(y, j, len) > len, "run {x}:{i} {y}:{j} of {len} lost");
                    }
                }
            }
        }
    }
}

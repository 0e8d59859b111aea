//! Shingles of a text are those of each window alone, whatever stands around it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::shingle;

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let k = usize::from(first % 31) + 2;
    let (words, _) = rest.as_chunks::<4>();
    let tokens: Vec<u32> = words.iter().map(|&word| u32::from_le_bytes(word) & !2).collect();
    let mut found = Vec::new();
    shingle::shingles(&tokens, k, |at, hash| found.push((at, hash)));
    let mut expected = Vec::new();
    for at in 0..tokens.len() {
        let size = if tokens[at] & 1 == 1 { 2 * k } else { k };
        if at + size <= tokens.len() {
            let mut alone = Vec::new();
            shingle::shingles(&tokens[at..at + size], k, |at, hash| alone.push((at, hash)));
            expected.push((at, alone[0].1));
        }
    }
    assert_eq!(found, expected);
    let mut whole = Vec::new();
    let short = shingle::document_shingles(&tokens, k, &mut whole);
    assert_eq!(short, found.is_empty() && !tokens.is_empty());
    assert_eq!(whole.len(), found.len() + usize::from(short));
});

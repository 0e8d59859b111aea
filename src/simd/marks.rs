//! Places of the bytes that matter in a JSON string: quotes, backslashes and controls.
//!
//! Feeds corpus. Invariant: the marks depend on the bytes alone, never on the kernel.

use super::kernel::Kernel;
use super::masks::BLOCK;

/// Bit `i` of word `n` is set where byte `64 * n + i` is `"`, `\` or below 0x20.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(Vec<u64>);

impl Marks {
    /// Marks the bytes of `line` with `kernel`, replacing what was there.
    pub fn fill(&mut self, line: &[u8], kernel: Kernel) {
        self.0.clear();
        self.0.reserve(line.len().div_ceil(BLOCK));
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 if std::arch::is_x86_feature_detected!("avx512bw") => {
                // SAFETY: the line above asked the processor for AVX-512BW (which implies F).
                unsafe { self.fill_avx512(line) }
            }
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 if std::arch::is_x86_feature_detected!("avx2") => {
                // SAFETY: the line above asked the processor for AVX2.
                unsafe { self.fill_avx2(line) }
            }
            _ => self.fill_with(line, plain),
        }
    }

    /// The first marked place at or after `at`.
    #[inline(always)]
    #[must_use]
    pub fn next(&self, at: usize) -> Option<usize> {
        let mut word = at / BLOCK;
        let mut bits = self.0.get(word)? & u64::MAX << (at % BLOCK);
        while bits == 0 {
            word += 1;
            bits = *self.0.get(word)?;
        }
        Some(word * BLOCK + bits.trailing_zeros() as usize)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn fill_avx512(&mut self, line: &[u8]) {
        self.fill_with(line, |block| avx512(block));
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&mut self, line: &[u8]) {
        self.fill_with(line, |block| avx2(block));
    }

    #[inline(always)]
    fn fill_with(&mut self, line: &[u8], mark: impl Fn(&[u8; BLOCK]) -> u64) {
        let (blocks, rest) = line.as_chunks::<BLOCK>();
        self.0.extend(blocks.iter().map(&mark));
        if !rest.is_empty() {
            // Padded with a byte that is not marked.
            let mut block = [b' '; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.0.push(mark(&block));
        }
    }
}

/// The twin: one byte after the other.
fn plain(block: &[u8; BLOCK]) -> u64 {
    let marked = |byte: u8| u64::from(byte == b'"' || byte == b'\\' || byte < 0x20);
    block.iter().enumerate().fold(0, |bits, (i, &byte)| bits | marked(byte) << i)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn avx512(block: &[u8; BLOCK]) -> u64 {
    use std::arch::x86_64::{
        _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_loadu_si512, _mm512_set1_epi8,
    };
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    // SAFETY: reads the 64 bytes of `block`; the load needs no alignment.
    let v = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
    _mm512_cmpeq_epi8_mask(v, all(b'"'))
        | _mm512_cmpeq_epi8_mask(v, all(b'\\'))
        | _mm512_cmplt_epu8_mask(v, all(0x20))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn avx2(block: &[u8; BLOCK]) -> u64 {
    use std::arch::x86_64::{
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8,
    };
    let all = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let mut bits = 0;
    for (n, half) in block.as_chunks::<32>().0.iter().enumerate() {
        // SAFETY: reads the 32 bytes of `half`; the load needs no alignment.
        let v = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
        let either =
            _mm256_or_si256(_mm256_cmpeq_epi8(v, all(b'"')), _mm256_cmpeq_epi8(v, all(b'\\')));
        // At most 0x1f: the minimum with it is the byte itself.
        let control = _mm256_cmpeq_epi8(_mm256_min_epu8(v, all(0x1f)), v);
        let marked = _mm256_movemask_epi8(_mm256_or_si256(either, control));
        bits |= u64::from(marked.cast_unsigned()) << (32 * n);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_found_in_order() {
        let mut marks = Marks::default();
        marks.fill(format!("{{\"a\\n\tb{}\"", "x".repeat(200)).as_bytes(), Kernel::Plain);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(place) = marks.next(at) {
            found.push(place);
            at = place + 1;
        }
        assert_eq!(found, [1, 3, 5, 207]);
        assert_eq!(marks.next(100_000), None);
    }

    proptest! {
        #[test]
        fn kernels_agree_on_any_bytes(
            line in prop::collection::vec(
                prop_oneof![any::<u8>(), Just(b'"'), Just(b'\\'), 0x1e_u8..0x22], 0..300)
        ) {
            let mut expected = Marks::default();
            expected.fill(&line, Kernel::Plain);
            for kernel in Kernel::all() {
                let mut marks = Marks::default();
                marks.fill(&line, kernel);
                prop_assert_eq!(&marks, &expected, "{:?}", kernel);
            }
        }
    }
}

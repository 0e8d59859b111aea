//! Byte classes of a text as bit masks.
//!
//! Feeds text. Invariant: masks depend on the bytes alone, never on the kernel that made them.

use super::kernel::Kernel;

/// Bytes that one mask word describes.
pub(crate) const BLOCK: usize = 64;

/// Byte classes of a text: bit `i` of word `n` describes byte `64 * n + i`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    /// ASCII letters and digits.
    pub(crate) word: Vec<u64>,
    /// Bytes above 0x7f, without those of U+2010 to U+203F except the quotation marks U+2018 and
    /// U+2019 (which may be apostrophes): that punctuation separates and needs no closer look.
    pub(crate) high: Vec<u64>,
    /// ASCII apostrophes.
    pub(crate) apostrophe: Vec<u64>,
}

/// The classes of one block, before punctuation is taken out of `high`.
#[derive(Debug, Clone, Copy, Default)]
struct Raw {
    word: u64,
    high: u64,
    apostrophe: u64,
    /// Bytes 0xE2.
    lead: u64,
    /// Bytes 0x80.
    middle: u64,
    /// Bytes 0x90 to 0xBF but 0x98 and 0x99.
    last: u64,
}

impl Masks {
    /// Classifies `text` with `kernel`, replacing what was there.
    ///
    /// `text` must be valid UTF-8 for the punctuation rule to mean what it says; any bytes are
    /// safe. A kernel this processor lacks falls back to the plain twin.
    pub(crate) fn fill(&mut self, text: &[u8], kernel: Kernel) {
        self.word.clear();
        self.high.clear();
        self.apostrophe.clear();
        let blocks = text.len().div_ceil(BLOCK);
        self.word.reserve(blocks);
        self.high.reserve(blocks);
        self.apostrophe.reserve(blocks);
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512 if std::arch::is_x86_feature_detected!("avx512bw") => {
                // SAFETY: the line above asked the processor for AVX-512BW (which implies F).
                unsafe { self.fill_avx512(text) }
            }
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 if std::arch::is_x86_feature_detected!("avx2") => {
                // SAFETY: the line above asked the processor for AVX2.
                unsafe { self.fill_avx2(text) }
            }
            _ => self.fill_with(text, plain),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn fill_avx512(&mut self, text: &[u8]) {
        self.fill_with(text, |block| avx512(block));
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&mut self, text: &[u8]) {
        self.fill_with(text, |block| avx2(block));
    }

    #[inline(always)]
    fn fill_with(&mut self, text: &[u8], classify: impl Fn(&[u8; BLOCK]) -> Raw) {
        let mut carry = Raw::default();
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        for block in blocks {
            carry = self.push(classify(block), carry);
        }
        if !rest.is_empty() {
            let mut block = [0_u8; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.push(classify(&block), carry);
        }
    }

    /// Appends a block, taking U+2010..=U+203F out of `high` here and at the end of the block
    /// before, whose classes are `before`.
    #[inline(always)]
    fn push(&mut self, raw: Raw, before: Raw) -> Raw {
        let mut high = raw.high;
        if high != 0 {
            let lead = raw.lead << 2 | before.lead >> 62;
            let middle = raw.middle << 1 | before.middle >> 63;
            let ends = lead & middle & raw.last;
            high &= !(ends | ends >> 1 | ends >> 2);
            if let Some(previous) = self.high.last_mut() {
                *previous &= !(ends << 63 | ends << 62);
            }
        }
        self.word.push(raw.word);
        self.high.push(high);
        self.apostrophe.push(raw.apostrophe);
        raw
    }
}

/// The twin: one byte after the other.
fn plain(block: &[u8; BLOCK]) -> Raw {
    let mut raw = Raw::default();
    for (i, &byte) in block.iter().enumerate() {
        raw.word |= u64::from(byte.is_ascii_alphanumeric()) << i;
        raw.high |= u64::from(byte >= 0x80) << i;
        raw.apostrophe |= u64::from(byte == b'\'') << i;
        raw.lead |= u64::from(byte == 0xe2) << i;
        raw.middle |= u64::from(byte == 0x80) << i;
        raw.last |= u64::from(matches!(byte, 0x90..=0x97 | 0x9a..=0xbf)) << i;
    }
    raw
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn avx512(block: &[u8; BLOCK]) -> Raw {
    use std::arch::x86_64::{
        _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_loadu_si512, _mm512_movepi8_mask,
        _mm512_or_si512, _mm512_set1_epi8, _mm512_sub_epi8,
    };
    let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
    // SAFETY: reads the 64 bytes of `block`; the load needs no alignment.
    let v = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
    let within = |v, first: u8, count: u8| {
        _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, all(first)), all(count))
    };
    let lower = _mm512_or_si512(v, all(0x20));
    let high = _mm512_movepi8_mask(v);
    let mut raw = Raw {
        word: within(lower, b'a', 26) | within(v, b'0', 10),
        high,
        apostrophe: _mm512_cmpeq_epi8_mask(v, all(b'\'')),
        ..Raw::default()
    };
    if high != 0 {
        raw.lead = _mm512_cmpeq_epi8_mask(v, all(0xe2));
        raw.middle = _mm512_cmpeq_epi8_mask(v, all(0x80));
        raw.last = within(v, 0x90, 0x30) & !within(v, 0x98, 2);
    }
    raw
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn avx2(block: &[u8; BLOCK]) -> Raw {
    let (low, high) = (avx2_half(block, 0), avx2_half(block, 32));
    Raw {
        word: low.word | high.word << 32,
        high: low.high | high.high << 32,
        apostrophe: low.apostrophe | high.apostrophe << 32,
        lead: low.lead | high.lead << 32,
        middle: low.middle | high.middle << 32,
        last: low.last | high.last << 32,
    }
}

/// Classes of 32 bytes from `offset` (0 or 32), in the low halves of the masks.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn avx2_half(block: &[u8; BLOCK], offset: usize) -> Raw {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };
    let all = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let bits = |v: __m256i| u64::from(_mm256_movemask_epi8(v).cast_unsigned());
    let half: &[u8; 32] =
        if offset == 0 { block.first_chunk() } else { block.last_chunk() }.unwrap_or(&[0; 32]);
    // SAFETY: reads the 32 bytes of `half`; the load needs no alignment.
    let v = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
    // Signed compares: no byte above 0x7f lies between ASCII bounds, nor the other way round.
    let within = |v: __m256i, below: u8, above: u8| {
        _mm256_and_si256(_mm256_cmpgt_epi8(v, all(below)), _mm256_cmpgt_epi8(all(above), v))
    };
    let lower = _mm256_or_si256(v, all(0x20));
    let letters = within(lower, b'a' - 1, b'z' + 1);
    let high = bits(v);
    let mut raw = Raw {
        word: bits(_mm256_or_si256(letters, within(v, b'0' - 1, b'9' + 1))),
        high,
        apostrophe: bits(_mm256_cmpeq_epi8(v, all(b'\''))),
        ..Raw::default()
    };
    if high != 0 {
        raw.lead = bits(_mm256_cmpeq_epi8(v, all(0xe2)));
        raw.middle = bits(_mm256_cmpeq_epi8(v, all(0x80)));
        raw.last = bits(within(v, 0x8f, 0xc0)) & !bits(within(v, 0x97, 0x9a));
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fill(text: &[u8], kernel: Kernel) -> Masks {
        let mut masks = Masks::default();
        masks.fill(text, kernel);
        masks
    }

    #[test]
    fn general_punctuation_is_taken_out_across_a_block_border() {
        for pad in 58..70 {
            let text = format!("{}\u{201c}a\u{2019}b\u{2014}", "x".repeat(pad));
            let masks = fill(text.as_bytes(), Kernel::Plain);
            let high: Vec<usize> =
                (0..text.len()).filter(|i| masks.high[i / 64] >> (i % 64) & 1 == 1).collect();
            assert_eq!(high, [pad + 4, pad + 5, pad + 6], "only U+2019 stays, pad {pad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn kernels_agree_on_any_bytes(
            text in prop::collection::vec(
                prop_oneof![any::<u8>(), Just(0xe2), Just(0x80), 0x8f_u8..0xc1, Just(b'\'')],
                0..400,
            )
        ) {
            let plain = fill(&text, Kernel::Plain);
            for kernel in Kernel::all() {
                prop_assert_eq!(&fill(&text, kernel), &plain, "{:?}", kernel);
            }
        }
    }
}

//! Lane minima: the second round of the document sketch, and the comparison of its lanes.
//!
//! Feeds sketch and lsh. Shapes: shingles are 64-bit hashes, of which the low 32 bits are used;
//! lanes come in rows of [`LANES`].
//! Invariant: every kernel computes `min over x of (a * x mod 2^32)` exactly.

use super::kernel::Kernel;

/// Lanes of one row: one AVX-512 register of 32-bit values, two of AVX2.
pub(crate) const LANES: usize = 16;

/// Lowers every lane of `least` to the minimum of `factors[lane] * x mod 2^32` over all shingles,
/// where `x` is the low half of a shingle.
///
/// Rows beyond the shorter of `factors` and `least` are left alone. A kernel that this processor
/// lacks falls back to the plain twin.
pub(crate) fn least_products(
    shingles: &[u64],
    factors: &[[u32; LANES]],
    least: &mut [[u32; LANES]],
    kernel: Kernel,
) {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx512 if std::arch::is_x86_feature_detected!("avx512f") => {
            // SAFETY: the line above asked the processor for AVX-512F.
            unsafe { avx512(shingles, factors, least) }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 if std::arch::is_x86_feature_detected!("avx2") => {
            // SAFETY: the line above asked the processor for AVX2.
            unsafe { avx2(shingles, factors, least) }
        }
        _ => plain(shingles, factors, least),
    }
}

/// The twin: one lane after the other.
fn plain(shingles: &[u64], factors: &[[u32; LANES]], least: &mut [[u32; LANES]]) {
    for (factors, least) in factors.iter().zip(least) {
        for &shingle in shingles {
            let x = (shingle & 0xffff_ffff) as u32;
            for (lane, factor) in least.iter_mut().zip(factors) {
                *lane = (*lane).min(factor.wrapping_mul(x));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(shingles: &[u64], factors: &[[u32; LANES]], least: &mut [[u32; LANES]]) {
    use std::arch::x86_64::{
        __m512i, _mm512_loadu_si512, _mm512_min_epu32, _mm512_mullo_epi32, _mm512_set1_epi32,
        _mm512_storeu_si512,
    };
    /// Rows held in registers at once: enough to hide the latency of the multiplication.
    const ROWS: usize = 4;
    // SAFETY: reads the 64 bytes of the row; the load needs no alignment.
    let load = |row: &[u32; LANES]| unsafe { _mm512_loadu_si512(row.as_ptr().cast()) };
    for (factors, least) in factors.chunks(ROWS).zip(least.chunks_mut(ROWS)) {
        let mut a = [_mm512_set1_epi32(0); ROWS];
        let mut low: [__m512i; ROWS] = [_mm512_set1_epi32(-1); ROWS];
        for (n, (factors, least)) in factors.iter().zip(least.iter()).enumerate() {
            (a[n % ROWS], low[n % ROWS]) = (load(factors), load(least));
        }
        let mut run = |rows: usize| {
            for &shingle in shingles {
                let x = _mm512_set1_epi32(((shingle & 0xffff_ffff) as u32).cast_signed());
                for n in 0..rows {
                    low[n] = _mm512_min_epu32(low[n], _mm512_mullo_epi32(a[n], x));
                }
            }
        };
        // Constant counts let the compiler keep the rows in registers.
        match least.len() {
            1 => run(1),
            2 => run(2),
            3 => run(3),
            _ => run(ROWS),
        }
        for (least, low) in least.iter_mut().zip(low) {
            // SAFETY: writes the 64 bytes of the row; the store needs no alignment.
            unsafe { _mm512_storeu_si512(least.as_mut_ptr().cast(), low) };
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(shingles: &[u64], factors: &[[u32; LANES]], least: &mut [[u32; LANES]]) {
    use std::arch::x86_64::{
        _mm256_loadu_si256, _mm256_min_epu32, _mm256_mullo_epi32, _mm256_set1_epi32,
        _mm256_storeu_si256,
    };
    for (factors, least) in factors.iter().zip(least) {
        let [first, second] = factors.as_chunks::<8>().0 else { continue };
        let [low_first, low_second] = least.as_chunks_mut::<8>().0 else { continue };
        // SAFETY: each reads the 32 bytes of half a row; the loads need no alignment.
        let (a, b, mut low_a, mut low_b) = unsafe {
            (
                _mm256_loadu_si256(first.as_ptr().cast()),
                _mm256_loadu_si256(second.as_ptr().cast()),
                _mm256_loadu_si256(low_first.as_ptr().cast()),
                _mm256_loadu_si256(low_second.as_ptr().cast()),
            )
        };
        for &shingle in shingles {
            let x = _mm256_set1_epi32(((shingle & 0xffff_ffff) as u32).cast_signed());
            low_a = _mm256_min_epu32(low_a, _mm256_mullo_epi32(a, x));
            low_b = _mm256_min_epu32(low_b, _mm256_mullo_epi32(b, x));
        }
        // SAFETY: each writes the 32 bytes of half a row; the stores need no alignment.
        unsafe {
            _mm256_storeu_si256(low_first.as_mut_ptr().cast(), low_a);
            _mm256_storeu_si256(low_second.as_mut_ptr().cast(), low_b);
        }
    }
}

/// Number of places at which two strings of bytes agree; compared up to the shorter one's end.
///
/// Eight bytes a word, so that it is quick on any processor: a byte of the difference is zero
/// where its lowest seven bits carry nothing into the eighth and the eighth is not set.
#[must_use]
pub(crate) fn equal_bytes(a: &[u8], b: &[u8]) -> usize {
    const LOW: u64 = u64::MAX / 255;
    let size = a.len().min(b.len());
    let (a, b) = (&a[..size], &b[..size]);
    let ((words_a, rest_a), (words_b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut different = 0;
    // A byte of the sum counts to 255 at most.
    for (words_a, words_b) in words_a.chunks(255).zip(words_b.chunks(255)) {
        let mut sums = 0;
        for (x, y) in words_a.iter().zip(words_b) {
            let x = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
            sums += (((x & (LOW * 0x7f)) + LOW * 0x7f) | x) >> 7 & LOW;
        }
        different += sums.to_le_bytes().iter().map(|&byte| usize::from(byte)).sum::<usize>();
    }
    different += rest_a.iter().zip(rest_b).filter(|(x, y)| x != y).count();
    size - different
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes that differ in single bits above all.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![Just(0_u8), Just(128), Just(255), any::<u8>()]
    }

    fn rows(of: &[u32]) -> Vec<[u32; LANES]> {
        of.as_chunks::<LANES>().0.to_vec()
    }

    #[test]
    fn the_twin_is_the_minimum_of_the_products() {
        let factors = rows(&(0..32).map(|i| 2 * i + 1).collect::<Vec<u32>>());
        let mut least = vec![[u32::MAX; LANES]; 2];
        plain(&[5, 0xffff_ffff_0000_0003], &factors, &mut least);
        assert_eq!(least[0][0], 3);
        assert_eq!(least[1][15], 63 * 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn kernels_agree(
            shingles in prop::collection::vec(any::<u64>(), 0..70),
            factors in prop::collection::vec(any::<u32>(), 0..16 * 11),
        ) {
            let factors = rows(&factors);
            let start = vec![[u32::MAX; LANES]; factors.len()];
            let mut expected = start.clone();
            plain(&shingles, &factors, &mut expected);
            for kernel in Kernel::all() {
                let mut least = start.clone();
                least_products(&shingles, &factors, &mut least, kernel);
                prop_assert_eq!(&least, &expected, "{:?}", kernel);
            }
        }

        #[test]
        fn equal_bytes_counts_like_a_loop(
            a in prop::collection::vec(byte(), 0..300),
            b in prop::collection::vec(byte(), 0..300),
        ) {
            let expected = a.iter().zip(&b).filter(|(x, y)| x == y).count();
            prop_assert_eq!(equal_bytes(&a, &b), expected);
        }
    }

    #[test]
    fn equal_bytes_of_long_strings() {
        assert_eq!(equal_bytes(&[1; 10_000], &[2; 10_000]), 0);
        assert_eq!(equal_bytes(&[1; 10_000], &[1; 9_999]), 9_999);
    }
}

//! Equal tokens near a match: how many there are beside it, and which rows of a band hold theirs.
//!
//! Feeds passage. Every count and every row is of a fixed length: with AVX2 a side is two vectors,
//! with AVX-512 it is one, and what is equal is one mask.
//! Invariant: every kernel returns what the loop returns.

use super::kernel::Kernel;

/// Tokens of a side, or rows of a band, that are looked at together.
pub(crate) const SIDE: usize = 16;
/// Neighbouring diagonals on which tokens count as equal.
const DIAGONALS: usize = 5;
/// Tokens of the other text that are compared with a side.
pub(crate) const BESIDE: usize = SIDE + DIAGONALS - 1;
/// Tokens of the band of one row.
const BAND: usize = 13;
/// Tokens of the bands of all rows.
pub(crate) const BANDS: usize = SIDE + BAND - 1;

/// Two sides of a match in one text, each with what it is compared with in the other.
pub(crate) type Sides<'a> = [(&'a [u32; SIDE], &'a [u32; BESIDE]); 2];

/// How many tokens are equal on the diagonals of both sides.
#[inline]
pub(crate) fn equal_beside(sides: Sides<'_>, kernel: Kernel) -> u32 {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx512 if std::arch::is_x86_feature_detected!("avx512bw") => {
            // SAFETY: the line above asked the processor for AVX-512BW (which implies F).
            unsafe { equal_beside_avx512(sides) }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 if std::arch::is_x86_feature_detected!("avx2") => {
            // SAFETY: the line above asked the processor for AVX2.
            unsafe { equal_beside_avx2(sides) }
        }
        _ => equal_beside_plain(sides),
    }
}

#[inline(always)]
fn equal_beside_plain(sides: Sides<'_>) -> u32 {
    let mut counts = [0_u32; SIDE];
    for (side, other) in sides {
        for diagonal in 0..DIAGONALS {
            let other = &other[diagonal..diagonal + SIDE];
            for (count, (x, y)) in counts.iter_mut().zip(side.iter().zip(other)) {
                *count += u32::from(x == y);
            }
        }
    }
    counts.iter().sum()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn equal_beside_avx2(sides: Sides<'_>) -> u32 {
    use std::arch::x86_64::{_mm256_add_epi32, _mm256_cmpeq_epi32, _mm256_setzero_si256};
    // What is equal is minus one, so each lane counts downwards.
    let [mut front, mut back] = [_mm256_setzero_si256(); 2];
    for (side, other) in sides {
        let [side_front, side_back] = halves(side);
        for with in other.windows(SIDE).filter_map(<[u32]>::first_chunk) {
            let [with_front, with_back] = halves(with);
            front = _mm256_add_epi32(front, _mm256_cmpeq_epi32(side_front, with_front));
            back = _mm256_add_epi32(back, _mm256_cmpeq_epi32(side_back, with_back));
        }
    }
    lanes_below(_mm256_add_epi32(front, back))
}

/// How far all lanes together are below zero.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn lanes_below(lanes: std::arch::x86_64::__m256i) -> u32 {
    use std::arch::x86_64::{
        _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_castsi256_si128,
        _mm256_extracti128_si256,
    };
    let four = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256::<1>(lanes));
    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
    let one = _mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two));
    _mm_cvtsi128_si32(one).unsigned_abs()
}

/// The tokens of a side as two vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn halves(tokens: &[u32; SIDE]) -> [std::arch::x86_64::__m256i; 2] {
    use std::arch::x86_64::_mm256_loadu_si256;
    let (front, back) = tokens.split_at(SIDE / 2);
    // SAFETY: each half of the array is as long as a vector, and the loads ask for no alignment.
    unsafe { [front, back].map(|half| _mm256_loadu_si256(half.as_ptr().cast())) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
fn equal_beside_avx512(sides: Sides<'_>) -> u32 {
    use std::arch::x86_64::_mm512_cmpeq_epi32_mask;
    let mut equal = 0;
    for (side, other) in sides {
        let side = vector(side);
        for with in other.windows(SIDE).filter_map(<[u32]>::first_chunk) {
            equal += _mm512_cmpeq_epi32_mask(side, vector(with)).count_ones();
        }
    }
    equal
}

/// The tokens of a side as one vector.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[inline]
fn vector(tokens: &[u32; SIDE]) -> std::arch::x86_64::__m512i {
    // SAFETY: the array is as long as the vector, and the load asks for no alignment.
    unsafe { std::arch::x86_64::_mm512_loadu_epi32(tokens.as_ptr().cast()) }
}

/// Which rows have a token that is in their band: bit `i` is that of `rows[i]`, whose band starts
/// at `bands[i]`. Of the bands only what is from place `from` on and before place `to` counts.
#[inline]
pub(crate) fn held(
    rows: &[u32; SIDE],
    bands: &[u32; BANDS],
    (from, to): (usize, usize),
    kernel: Kernel,
) -> u32 {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx512 if std::arch::is_x86_feature_detected!("avx512bw") => {
            // SAFETY: the line above asked the processor for AVX-512BW (which implies F).
            unsafe { held_avx512(rows, bands, (from, to)) }
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 if std::arch::is_x86_feature_detected!("avx2") => {
            // SAFETY: the line above asked the processor for AVX2.
            unsafe { held_avx2(rows, bands, (from, to)) }
        }
        _ => held_plain(rows, bands, (from, to)),
    }
}

#[inline(always)]
fn held_plain(rows: &[u32; SIDE], bands: &[u32; BANDS], (from, to): (usize, usize)) -> u32 {
    let mut counts = [0_u32; BANDS];
    for (count, at) in counts.iter_mut().zip(0_usize..) {
        *count = u32::from(from <= at && at < to);
    }
    let mut found = [0_u32; SIDE];
    for column in 0..BAND {
        let (band, counts) = (&bands[column..column + SIDE], &counts[column..column + SIDE]);
        for i in 0..SIDE {
            found[i] |= u32::from(rows[i] == band[i]) & counts[i];
        }
    }
    found.iter().zip(0_u32..).fold(0, |all, (&one, i)| all | one << i)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn held_avx2(rows: &[u32; SIDE], bands: &[u32; BANDS], ends: (usize, usize)) -> u32 {
    use std::arch::x86_64::{_mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_movemask_ps};
    let mut counts = places(ends);
    let ([rows_front, rows_back], mut found) = (halves(rows), 0);
    for band in bands.windows(SIDE).filter_map(<[u32]>::first_chunk) {
        let [band_front, band_back] = halves(band);
        let front =
            _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(rows_front, band_front)));
        let back =
            _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(rows_back, band_back)));
        found |= (front | back << 8).cast_unsigned() & counts;
        counts >>= 1;
    }
    found
}

/// The places of bands that count, those from one end on and before the other, as bits.
#[cfg(target_arch = "x86_64")]
#[inline]
fn places((from, to): (usize, usize)) -> u32 {
    let below = |end: usize| (1_u32 << end.min(BANDS)) - 1;
    below(to) & !below(from)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
fn held_avx512(rows: &[u32; SIDE], bands: &[u32; BANDS], ends: (usize, usize)) -> u32 {
    use std::arch::x86_64::_mm512_cmpeq_epi32_mask;
    let mut counts = places(ends);
    let (rows, mut found) = (vector(rows), 0);
    for band in bands.windows(SIDE).filter_map(<[u32]>::first_chunk) {
        found |= u32::from(_mm512_cmpeq_epi32_mask(rows, vector(band))) & counts;
        counts >>= 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens<const N: usize>(of: &[u32]) -> [u32; N] {
        std::array::from_fn(|n| of[n % of.len()])
    }

    proptest! {
        #[test]
        fn kernels_count_and_find_as_defined(
            a in prop::collection::vec(0_u32..6, 31),
            b in prop::collection::vec(0_u32..6, 37),
            (from, to) in (0_usize..9, 9_usize..30),
        ) {
            let (left, right): ([u32; SIDE], [u32; SIDE]) = (tokens(&a), tokens(&a[5..]));
            let (left_b, right_b): ([u32; BESIDE], [u32; BESIDE]) = (tokens(&b), tokens(&b[7..]));
            let bands: [u32; BANDS] = tokens(&b);
            let mut equal = 0;
            for (side, other) in [(left, left_b), (right, right_b)] {
                for (i, token) in side.iter().enumerate() {
                    equal += (i..i + DIAGONALS).filter(|&n| other[n] == *token).count();
                }
            }
            let in_band = |&i: &usize| {
                (i..i + BAND).any(|n| from <= n && n < to && bands[n] == left[i])
            };
            let rows = (0..SIDE).filter(in_band).fold(0, |all, i| all | 1_u32 << i);
            for kernel in Kernel::all() {
                let sides = [(&left, &left_b), (&right, &right_b)];
                prop_assert_eq!(equal_beside(sides, kernel) as usize, equal, "{:?}", kernel);
                prop_assert_eq!(held(&left, &bands, (from, to), kernel), rows, "{:?}", kernel);
            }
        }
    }
}

//! The hashes of the project, and the one map type.
//!
//! The only caller of `xxhash-rust`. Feeds text (tokens), shingle, sketch, lsh and store.
//! Invariant: every hash that can reach a file or the output is specified here with fixed
//! constants, so that it is the same on every machine.

use std::hash::{BuildHasherDefault, Hasher};

/// Hash map with the project's hasher; never iterate one into output.
pub type Map<K, V> = hashbrown::HashMap<K, V, BuildHasherDefault<Xxh3>>;
/// Hash set with the project's hasher; never iterate one into output.
pub type Set<K> = hashbrown::HashSet<K, BuildHasherDefault<Xxh3>>;

/// First key of the folded multiply (digits of pi).
pub(crate) const KEY0: u64 = 0x243f_6a88_85a3_08d3;
/// Second key of the folded multiply (digits of pi).
pub(crate) const KEY1: u64 = 0x1319_8a2e_0370_7344;

/// 64 x 64 -> 128 bit product with its halves added without carry: the mixer of tokens and
/// shingles.
#[inline(always)]
#[must_use]
pub fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    low64(product) ^ low64(product >> 64)
}

/// The lower half of a 128-bit value.
#[inline(always)]
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
pub(crate) fn low64(value: u128) -> u64 {
    value as u64
}

/// xxHash64 of bytes, as other programs compute it.
#[must_use]
pub(crate) fn xxh64(bytes: &[u8], seed: u64) -> u64 {
    xxhash_rust::xxh64::xxh64(bytes, seed)
}

/// A strong bijective mix of one 64-bit value (the finaliser of `SplitMix64`, Steele et al.,
/// OOPSLA 2014).
#[inline(always)]
#[must_use]
pub fn mix(value: u64) -> u64 {
    let a = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    b ^ (b >> 31)
}

/// XXH3-64 of some bytes.
#[must_use]
pub fn xxh3_64(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

/// XXH3-128 of some bytes.
#[must_use]
pub fn xxh3_128(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// [`Hasher`] for [`Map`] and [`Set`]: XXH3-64 with a secret seed per process, so that no
/// content can be made to collide.
///
/// What is written is hashed at once, with the hash of what came before as seed: the streaming
/// form fills 600 bytes of state for every key, most of them of 8 bytes.
#[derive(Clone, Debug)]
pub struct Xxh3(u64);

impl Default for Xxh3 {
    fn default() -> Self {
        Self(process_seed())
    }
}

impl Hasher for Xxh3 {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxhash_rust::xxh3::xxh3_64_with_seed(bytes, self.0);
    }
}

fn process_seed() -> u64 {
    use std::hash::BuildHasher as _;
    static SEED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *SEED.get_or_init(|| std::hash::RandomState::new().hash_one(0_u8))
}

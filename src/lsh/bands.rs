//! Lanes become band keys.
//!
//! Fed by sketch, feeds buckets.
//! Invariant: the key of a band depends on its number and lanes alone, so that documents have
//! equal keys where all lanes of a band agree, and otherwise only once in 2^32 cases (of `N`
//! documents such pairs number `N^2 / 2^33` per band, and the comparison of signatures drops them).

use crate::hash;
use crate::sketch::Banding;

/// Appends one key for each band of the signature `lanes`.
pub fn band_keys(lanes: &[u32], banding: Banding, keys: &mut Vec<u32>) {
    for (band, lanes) in lanes.chunks_exact(banding.rows()).take(banding.bands()).enumerate() {
        let mut state = hash::KEY1 ^ band as u64;
        let (pairs, rest) = lanes.as_chunks::<2>();
        for &[low, high] in pairs {
            let pair = u64::from(low) | u64::from(high) << 32;
            state = hash::fold(state ^ pair, hash::KEY0);
        }
        for &lane in rest {
            state = hash::fold(state ^ u64::from(lane), hash::KEY0);
        }
        keys.push((hash::mix(state) >> 32) as u32);
    }
}

/// Packs a key and a document into 8 bytes: the key in the upper half.
#[inline(always)]
#[must_use]
pub(crate) fn entry(key: u32, document: u32) -> u64 {
    u64::from(key) << 32 | u64::from(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::Wanted;

    #[test]
    fn equal_lanes_give_equal_keys_and_others_do_not() {
        let wanted = Wanted { bands: Some(3), rows: Some(3), lanes: Some(10) };
        let banding = Banding::choose(0.7, wanted).unwrap();
        let keys = |lanes: &[u32]| {
            let mut keys = Vec::new();
            band_keys(lanes, banding, &mut keys);
            keys
        };
        let lanes = [1, 2, 3, 1, 2, 3, 4, 5, 6, 7];
        let first = keys(&lanes);
        assert_eq!(first.len(), 3, "the last lane is in no band");
        assert_ne!(first[0], first[1], "the number of the band counts");
        let mut other = lanes;
        other[5] = 9;
        let second = keys(&other);
        assert_eq!((first[0], first[2]), (second[0], second[2]));
        assert_ne!(first[1], second[1]);
    }

    #[test]
    fn golden_keys_of_version_1() {
        let wanted = Wanted { bands: Some(3), rows: Some(3), lanes: Some(9) };
        let mut keys = Vec::new();
        let lanes: Vec<u32> = (1..10).map(|n| (hash::mix(n) & 0xffff_ffff) as u32).collect();
        band_keys(&lanes, Banding::choose(0.7, wanted).unwrap(), &mut keys);
        assert_eq!(keys, [3_226_267_934, 2_391_554_247, 674_502_408]);
        assert_eq!(entry(0x8000_0001, 0x9000_0003), 0x8000_0001_9000_0003);
    }
}

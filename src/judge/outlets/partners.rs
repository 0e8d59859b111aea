//! Outlets that are one house because they share their furniture.
//!
//! Used by `outlets`. Invariant: depends on the set of families, not on their order.

use crate::judge::thresholds::Thresholds;
use std::collections::BTreeMap;

/// Pairs of outlets, nearly all furniture of the first of which is also the other's.
pub(super) fn partners(furniture: &[Vec<(u32, u32)>], thresholds: &Thresholds) -> Vec<(u32, u32)> {
    // Documents of each outlet in furniture; documents and families of those shared with another.
    let mut all: BTreeMap<u32, u32> = BTreeMap::new();
    let mut with: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
    for outlets in furniture {
        for &(outlet, documents) in outlets {
            *all.entry(outlet).or_default() += documents;
        }
        // Furniture of many outlets says nothing about two of them.
        if outlets.len() > thresholds.house_outlets {
            continue;
        }
        for &(a, documents) in outlets {
            for &(b, _) in outlets.iter().filter(|other| other.0 != a) {
                let shared = with.entry((a, b)).or_default();
                shared.0 += documents;
                shared.1 += 1;
            }
        }
    }
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for ((a, b), (documents, families)) in with {
        let of = |outlet| all.get(&outlet).copied().unwrap_or(0);
        // The smaller of the two decides: all furniture of a paper may also be on the one page that
        // another took from it.
        let most = of(a) <= of(b) && documents as f32 >= thresholds.house_share * of(a) as f32;
        if most && families >= thresholds.house_families {
            pairs.push((a, b));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_share_most_of_the_furniture_of_the_smaller() {
        let pairs = |furniture: &[Vec<(u32, u32)>]| partners(furniture, &Thresholds::default());
        let shared = [vec![(0, 4), (1, 9)], vec![(0, 3), (1, 9)], vec![(0, 1), (1, 9)]];
        let with = |more: Vec<(u32, u32)>| [&shared[..], &[more]].concat();
        assert_eq!(pairs(&shared), [(0, 1)]);
        assert_eq!(pairs(&shared[..2]), [], "two families are too few");
        assert_eq!(pairs(&with(vec![(0, 2)])), [(0, 1)], "eight of ten documents");
        assert_eq!(pairs(&with(vec![(0, 3)])), [], "eight of eleven");
        let equal = vec![vec![(0, 2), (1, 2)]; 3];
        assert_eq!(pairs(&equal), [(0, 1), (1, 0)]);
        // All of the larger is also the smaller's, but not the other way round.
        let unequal = [&equal[..], &[vec![(1, 9)]]].concat();
        assert_eq!(pairs(&unequal), [(0, 1)]);
        let of_outlets = |count: u32| {
            let family: Vec<(u32, u32)> = (0..count).map(|outlet| (outlet, 1)).collect();
            pairs(&vec![family; 3])
        };
        assert_eq!(of_outlets(4).len(), 12);
        assert_eq!(of_outlets(5), [], "furniture of many outlets");
        // Such furniture still counts among what an outlet has.
        let many: Vec<(u32, u32)> = [(0, 9), (1, 9), (2, 9), (3, 9), (4, 9)].to_vec();
        assert_eq!(pairs(&with(many)), []);
    }
}

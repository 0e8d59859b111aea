//! Keys of families: what a family is called in every run.
//!
//! Used by the records of a scan. A key is that of the first member, by its id, its place and its
//! text, so that a family keeps it while others join. Invariant: no two families of a run that
//! begin with the same place have one key: as many of their members count as tell them apart.

use super::ScanResult;
use crate::hash::{Map, fold, mix, xxh3_64};
use crate::limits::narrow;
use crate::passage::DocSpan;
use crate::record::Member;

/// Members that tell families apart, at most.
const MOST_MEMBERS: usize = 16;

impl ScanResult {
    /// The key of a family, of which the first member is given.
    pub(super) fn key(&self, family: usize, first: &Member<'_>) -> String {
        let text = xxh3_64(first.text.as_bytes());
        let plain = fold(mix(text ^ first.start as u64), xxh3_64(first.id.as_bytes()));
        let beginnings = self.beginnings.get_or_init(|| self.shared_beginnings());
        let key = beginnings.get(&narrow(family)).map_or(plain, |more| mix(plain ^ more));
        format!("{key:016x}")
    }

    /// What tells families apart that begin with the same place, by family.
    fn shared_beginnings(&self) -> Map<u32, u64> {
        let count = self.families.members.len();
        let mut firsts: Vec<(DocSpan, usize)> =
            (0..count).filter_map(|n| Some((self.first_place(n)?, n))).collect();
        firsts.sort_unstable();
        let mut more = Map::default();
        for same in firsts.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let families: Vec<usize> = same.iter().map(|&(_, family)| family).collect();
            for (family, hash) in families.iter().zip(self.apart(&families)) {
                more.insert(narrow(*family), hash);
            }
        }
        more
    }

    /// The place that a family's record begins with.
    fn first_place(&self, family: usize) -> Option<DocSpan> {
        let places = self.families.members[family].iter();
        places.copied().min_by_key(|&place| (self.by_date(place), place))
    }

    /// Hashes of as many members as tell these families apart; of equal ones also their number.
    fn apart(&self, families: &[usize]) -> Vec<u64> {
        let orders: Vec<Vec<usize>> = families.iter().map(|&family| self.order(family)).collect();
        let hash = |n: usize, most: usize| {
            let places = &self.families.members[families[n]];
            let counted = orders[n].iter().take(most).map(|&member| places[member]);
            counted.fold(0, |state, place| {
                let id = &self.documents[place.doc as usize].id;
                mix(fold(state ^ u64::from(place.span.start), xxh3_64(id.as_bytes())))
            })
        };
        let mut hashes = Vec::new();
        for most in 2..=MOST_MEMBERS {
            hashes = (0..families.len()).map(|n| hash(n, most)).collect();
            let mut different = hashes.clone();
            different.sort_unstable();
            different.dedup();
            if different.len() == hashes.len() {
                return hashes;
            }
        }
        (0_u64..).zip(hashes).map(|(n, hash)| mix(hash ^ mix(n))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;
    use crate::passage::Families;
    use crate::text::Span;

    #[test]
    fn families_that_begin_with_the_same_place_are_told_apart() {
        let place = |doc, start| DocSpan { doc, span: Span { start, end: start + 20 } };
        let members = vec![
            vec![place(0, 0), place(1, 0)],
            vec![place(0, 0), place(2, 0)],
            vec![place(0, 0), place(1, 0), place(2, 0)],
            vec![place(1, 5), place(2, 5)],
            vec![place(0, 9), place(1, 9)],
            vec![place(0, 9), place(1, 9)],
        ];
        let documents = ["a", "b", "c"].map(|id| Document::new(id, "")).to_vec();
        let families = Families { members, ..Families::default() };
        let result = ScanResult { documents, families, ..ScanResult::default() };
        let more = result.shared_beginnings();
        let mut told: Vec<u32> = more.keys().copied().collect();
        told.sort_unstable();
        assert_eq!(told, [0, 1, 2, 4, 5], "one is alone with its beginning");
        for same in [vec![0_u32, 1, 2], vec![4, 5]] {
            let mut hashes: Vec<u64> = same.iter().map(|family| more[family]).collect();
            hashes.sort_unstable();
            hashes.dedup();
            assert_eq!(hashes.len(), same.len(), "{same:?}");
        }
    }
}

//! Weak matches: short ones without company, of which most are alone.
//!
//! Used by gather and search. A weak match counts only as part of a chain, so it needs another
//! match of the same two documents that a chain could link it with: one on a near diagonal. Most
//! have none, and in news they are most of all matches. They are kept in eight bytes, and those
//! that are alone are dropped before anything is sorted.
//! Invariant: what is dropped could be in no chain but one of its own, which would be put aside.

use super::company::LONE;
use super::hits::{Hit, first_position, second_position};
use super::mem::Mem;
use super::settings::Settings;
use crate::hash;

/// Diagonals between two weak matches that a chain can link, at most: a link to one costs less
/// than the twice `LONE - 1` half tokens that it adds.
const REACH: i64 = 2 * (LONE as i64 - 1) - 1;
/// Diagonals of one cell; more than twice the reach, so that of two grids moved by a half one has
/// two matches within reach in the same cell.
const CELL: i64 = 32;

/// Diagonals to either side on which a match can be linked with a weak one.
fn reach(len: u32, settings: &Settings) -> i64 {
    let weak = i64::from(LONE) - 1;
    (2 * i64::from(len)).min(i64::from(settings.max_gap) + weak).max(REACH)
}

/// Which weak matches of some first documents may not be alone: a filter that knows too many
/// rather than too few.
#[derive(Debug, Default)]
pub(super) struct Filter {
    once: Vec<u64>,
    twice: Vec<u64>,
}

/// A match for the filter: its first document, and its diagonal in positions of the shard.
pub(super) type Diagonal = (u32, i64);

impl Filter {
    /// Forgets everything, and makes room for this many matches.
    pub(super) fn clear(&mut self, matches: usize) {
        let words = (matches / 4).next_power_of_two().max(16);
        for bits in [&mut self.once, &mut self.twice] {
            bits.clear();
            bits.resize(words, 0);
        }
    }

    /// Adds a weak match.
    pub(super) fn add_weak(&mut self, (doc, diagonal): Diagonal) {
        for half in [0, CELL / 2] {
            let (word, bit) = self.place(doc, (diagonal + half).div_euclid(CELL), half);
            self.twice[word] |= self.once[word] & bit;
            self.once[word] |= bit;
        }
    }

    /// Adds any other match of `len` tokens.
    pub(super) fn add(&mut self, (doc, diagonal): Diagonal, len: u32, settings: &Settings) {
        let reach = reach(len, settings);
        for cell in (diagonal - reach).div_euclid(CELL)..=(diagonal + reach).div_euclid(CELL) {
            let (word, bit) = self.place(doc, cell, 0);
            self.once[word] |= bit;
            self.twice[word] |= bit;
        }
    }

    /// Whether a weak match that was added may have another within reach.
    pub(super) fn may_have_other(&self, (doc, diagonal): Diagonal) -> bool {
        [0, CELL / 2].into_iter().any(|half| {
            let (word, bit) = self.place(doc, (diagonal + half).div_euclid(CELL), half);
            self.twice[word] & bit != 0
        })
    }

    /// Word and bit of a cell.
    #[inline]
    fn place(&self, doc: u32, cell: i64, half: i64) -> (usize, u64) {
        let key = u64::from(doc) << 32 ^ cell.cast_unsigned() << 1 ^ u64::from(half != 0);
        let hash = hash::mix(key);
        ((hash >> 32) as usize & (self.once.len() - 1), 1 << (hash & 63))
    }
}

/// The diagonal of a weak match of documents of which the first is known.
pub(super) fn diagonal(doc: u32, weak: Hit) -> Diagonal {
    (doc, i64::from(second_position(weak)) - i64::from(first_position(weak)))
}

/// Takes those matches of two documents out of `mems` that are alone; `is_weak` says which are
/// weak. Returns how many were taken out.
///
/// As [`Filter`], but exactly: what is left does not depend on whether a filter went before.
pub(super) fn drop_alone(
    mems: &mut Vec<Mem>,
    settings: &Settings,
    is_weak: impl Fn(&Mem) -> bool,
) -> u64 {
    // Diagonal, place in the list, and the reach of those that are not weak.
    let mut sorted: Vec<(i64, usize, Option<i64>)> = Vec::with_capacity(mems.len());
    for (n, mem) in mems.iter().enumerate() {
        let strong = (!is_weak(mem)).then(|| reach(mem.len, settings));
        sorted.push((i64::from(mem.b) - i64::from(mem.a), n, strong));
    }
    sorted.sort_unstable();
    let mut kept = vec![false; mems.len()];
    let (mut furthest, mut before) = (i64::MIN, None);
    for &(diagonal, n, strong) in &sorted {
        let near = before.is_some_and(|last: i64| diagonal - last <= REACH);
        kept[n] |= strong.is_some() || near || diagonal <= furthest;
        furthest = furthest.max(strong.map_or(i64::MIN, |reach| diagonal + reach));
        before = Some(diagonal);
    }
    let (mut furthest, mut after) = (i64::MAX, None);
    for &(diagonal, n, strong) in sorted.iter().rev() {
        kept[n] |= after.is_some_and(|next: i64| next - diagonal <= REACH) || diagonal >= furthest;
        furthest = furthest.min(strong.map_or(i64::MAX, |reach| diagonal - reach));
        after = Some(diagonal);
    }
    let all = mems.len();
    let mut kept = kept.into_iter();
    mems.retain(|_| kept.next().unwrap_or(true));
    (all - mems.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::super::chain::gain;
    use super::super::hits::hit;
    use super::*;
    use proptest::prelude::*;

    fn mem(a: u32, b: u32, len: u32) -> Mem {
        Mem { doc_a: 0, doc_b: 1, a, b, len }
    }

    proptest! {
        #[test]
        fn what_can_be_linked_is_kept(
            matches in prop::collection::vec((0_u32..400, 0_u32..400, 3_u32..30), 0..12),
            max_gap in prop_oneof![Just(80_u32), Just(10)],
        ) {
            let settings = Settings { max_gap, ..Settings::default() };
            let mut mems: Vec<Mem> = matches.iter().map(|&(a, b, len)| mem(a, b, len)).collect();
            mems.sort_unstable();
            mems.dedup();
            let weak = |mem: &Mem| mem.len < LONE;
            let linked = |x: &Mem| mems.iter().any(|y| {
                gain(*x, *y, max_gap).is_some() || gain(*y, *x, max_gap).is_some()
            });
            let wanted: Vec<Mem> = mems.iter().filter(|m| !weak(m) || linked(m)).copied().collect();
            // The second document starts at position 1000.
            let of = |m: &Mem| diagonal(7, hit(m.a, 1000 + m.b));
            let mut filter = Filter::default();
            filter.clear(mems.len());
            for m in &mems {
                if weak(m) {
                    filter.add_weak(of(m));
                } else {
                    filter.add(of(m), m.len, &settings);
                }
            }
            let mut exact = mems.clone();
            let dropped = drop_alone(&mut exact, &settings, weak);
            prop_assert_eq!(dropped, (mems.len() - exact.len()) as u64);
            for m in &wanted {
                prop_assert!(exact.contains(m), "{:?}", m);
            }
            for m in exact.iter().filter(|m| weak(m)) {
                prop_assert!(filter.may_have_other(of(m)), "{:?}", m);
            }
        }
    }

    #[test]
    fn a_weak_match_alone_on_its_diagonals_is_dropped() {
        let settings = Settings::default();
        let left = |mut mems: Vec<Mem>| {
            drop_alone(&mut mems, &settings, |mem| mem.len < LONE);
            mems.len()
        };
        assert_eq!(left(vec![mem(0, 0, 5)]), 0);
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 33, 5)]), 2);
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 34, 5)]), 0);
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 34, 8)]), 2, "a longer one reaches further");
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 200, 50)]), 1);
        let mut filter = Filter::default();
        filter.clear(100);
        filter.add_weak((3, 5000));
        assert!(!filter.may_have_other((3, 5000)));
        filter.add_weak((4, 5000));
        assert!(!filter.may_have_other((3, 5000)), "of another document");
        filter.add_weak((3, 5013));
        assert!(filter.may_have_other((3, 5000)));
    }
}

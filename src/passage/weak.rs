//! Short matches that are alone.
//!
//! Used by gather and search. A weak match, one without company, counts only as part of a chain,
//! and so does any other match below the minimum length that no alignment makes a passage. Such a
//! match needs another one of the same two documents that a chain could link it with: one on a near
//! diagonal. Most have none, and in news they are most of all matches. Short ones are kept in eight
//! bytes, and those that are alone are dropped before anything is sorted.
//! Invariant: what is dropped could be in no chain but one of its own, which would be put aside.

use super::hits::{Hit, first_position, second_position};
use super::mem::Mem;
use super::settings::Settings;
use crate::hash;

/// A match of fewer tokens is short.
const SHORT: u32 = 15;
/// Diagonals between two short matches that a chain can link, at most: a link to one costs less
/// than the twice `SHORT - 1` half tokens that it adds.
const REACH: i64 = 2 * (SHORT as i64 - 1) - 1;
/// Diagonals of one cell; more than twice the reach, so that of two grids moved by a half one has
/// two matches within reach in the same cell.
const CELL: i64 = 64;

/// Whether a match is no passage by itself, and so short that it is dropped where it is alone and
/// cannot become one.
pub(super) fn is_short(mem: &Mem, settings: &Settings) -> bool {
    // The length of a repeat inside one document is more than a matter of its start.
    mem.len < SHORT.min(settings.min_tokens) && mem.doc_a != mem.doc_b
}

/// Diagonals to either side on which a match can be linked with a short one.
fn reach(len: u32, settings: &Settings) -> i64 {
    let short = i64::from(SHORT) - 1;
    (2 * i64::from(len)).min(i64::from(settings.max_gap) + short).max(REACH)
}

/// Diagonals whose cells are in one line of the filter.
const LINE: i64 = 32 * CELL;

/// Which short matches of some first documents may not be alone: a filter that knows too many
/// rather than too few.
#[derive(Debug, Default)]
pub(super) struct Filter {
    lines: Vec<Line>,
}

/// Bits of cells with a match, and of those with two: a line of the cache, for all that is asked
/// about a diagonal.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Line {
    once: [u64; 4],
    twice: [u64; 4],
}

/// A match for the filter: its first document, and its diagonal in positions of the shard.
pub(super) type Diagonal = (u32, i64);

impl Filter {
    /// Forgets everything, and makes room for this many matches.
    pub(super) fn clear(&mut self, matches: usize) {
        self.lines.clear();
        self.lines.resize((matches / 8).next_power_of_two().max(4), Line::default());
    }

    /// Adds a short match.
    pub(super) fn add_short(&mut self, (doc, diagonal): Diagonal) {
        let (line, base) = self.line(doc, diagonal.div_euclid(LINE));
        let line = &mut self.lines[line];
        for half in [false, true] {
            let (word, bit) = bit(base, diagonal, half);
            line.twice[word] |= line.once[word] & bit;
            line.once[word] |= bit;
        }
    }

    /// Adds any other match of `len` tokens.
    pub(super) fn add(&mut self, (doc, diagonal): Diagonal, len: u32, settings: &Settings) {
        let reach = reach(len, settings);
        for cell in (diagonal - reach).div_euclid(CELL)..=(diagonal + reach).div_euclid(CELL) {
            let (line, base) = self.line(doc, (cell * CELL).div_euclid(LINE));
            let (word, bit) = bit(base, cell * CELL, false);
            self.lines[line].once[word] |= bit;
            self.lines[line].twice[word] |= bit;
        }
    }

    /// Whether a short match that was added may have another within reach.
    pub(super) fn may_have_other(&self, (doc, diagonal): Diagonal) -> bool {
        let of_line = |diagonal: i64| diagonal.div_euclid(LINE);
        // The other one may be in the next line.
        if of_line(diagonal - CELL / 2) != of_line(diagonal + CELL / 2) {
            return true;
        }
        let (line, base) = self.line(doc, of_line(diagonal));
        [false, true].into_iter().any(|half| {
            let (word, bit) = bit(base, diagonal, half);
            self.lines[line].twice[word] & bit != 0
        })
    }

    /// The line for some diagonals of a first document, and where its cells start there.
    #[inline]
    fn line(&self, doc: u32, diagonals: i64) -> (usize, u32) {
        let hash = hash::mix(u64::from(doc) << 32 ^ diagonals.cast_unsigned());
        ((hash >> 32) as usize & (self.lines.len() - 1), (hash & 255) as u32)
    }
}

/// Word and bit of the cell of a diagonal, in one of the two grids.
#[inline]
fn bit(base: u32, diagonal: i64, half: bool) -> (usize, u64) {
    let from = if half { CELL / 2 } else { 0 };
    let cell = (diagonal + from).div_euclid(CELL);
    let bit = (base + 2 * (cell.cast_unsigned() & 31) as u32 + u32::from(half)) % 256;
    (bit as usize / 64, 1 << (bit % 64))
}

/// The diagonal of a match of documents of which the first is known, from where it starts.
pub(super) fn diagonal(doc: u32, places: Hit) -> Diagonal {
    (doc, i64::from(second_position(places)) - i64::from(first_position(places)))
}

/// Whether a chain could link a short match with another one of the same two documents.
pub(super) fn may_be_linked(short: &Mem, other: &Mem, settings: &Settings) -> bool {
    let diagonal = |mem: &Mem| i64::from(mem.b) - i64::from(mem.a);
    let reach = if is_short(other, settings) { REACH } else { reach(other.len, settings) };
    (diagonal(short) - diagonal(other)).abs() <= reach
}

/// Takes those matches of two documents out of `mems` that are alone and, being short, can be no
/// passage: `is_hopeless` says which cannot. Returns how many were taken out.
///
/// As [`Filter`], but exactly: what is left does not depend on whether a filter went before.
pub(super) fn drop_alone(
    mems: &mut Vec<Mem>,
    settings: &Settings,
    is_hopeless: impl Fn(&Mem) -> bool,
) -> u64 {
    // Diagonal, place in the list, and the reach of those that are not short.
    let mut sorted: Vec<(i64, usize, Option<i64>)> = Vec::with_capacity(mems.len());
    for (n, mem) in mems.iter().enumerate() {
        let long = (!is_short(mem, settings)).then(|| reach(mem.len, settings));
        sorted.push((i64::from(mem.b) - i64::from(mem.a), n, long));
    }
    sorted.sort_unstable();
    let mut kept = vec![false; mems.len()];
    let (mut furthest, mut before) = (i64::MIN, None);
    for &(diagonal, n, long) in &sorted {
        let near = before.is_some_and(|last: i64| diagonal - last <= REACH);
        kept[n] |= long.is_some() || near || diagonal <= furthest;
        furthest = furthest.max(long.map_or(i64::MIN, |reach| diagonal + reach));
        before = Some(diagonal);
    }
    let (mut furthest, mut after) = (i64::MAX, None);
    for &(diagonal, n, long) in sorted.iter().rev() {
        kept[n] |= after.is_some_and(|next: i64| next - diagonal <= REACH) || diagonal >= furthest;
        furthest = furthest.min(long.map_or(i64::MAX, |reach| diagonal - reach));
        after = Some(diagonal);
    }
    let all = mems.len();
    let mut kept = kept.into_iter();
    mems.retain(|mem| kept.next().unwrap_or(true) || !is_hopeless(mem));
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
            let short = |mem: &Mem| is_short(mem, &settings);
            let linked = |x: &Mem| mems.iter().any(|y| {
                gain(*x, *y, max_gap).is_some() || gain(*y, *x, max_gap).is_some()
            });
            let wanted = mems.iter().filter(|m| !short(m) || linked(m));
            let wanted: Vec<Mem> = wanted.copied().collect();
            // The second document starts at position 1000.
            let of = |m: &Mem| diagonal(7, hit(m.a, 1000 + m.b));
            let mut filter = Filter::default();
            filter.clear(mems.len());
            for m in &mems {
                if short(m) {
                    filter.add_short(of(m));
                } else {
                    filter.add(of(m), m.len, &settings);
                }
            }
            let mut exact = mems.clone();
            let dropped = drop_alone(&mut exact, &settings, |_| true);
            prop_assert_eq!(dropped, (mems.len() - exact.len()) as u64);
            for (n, m) in mems.iter().enumerate().filter(|(_, m)| short(m)) {
                let mut others = mems[..n].iter().chain(&mems[n + 1..]);
                let linked = others.any(|other| may_be_linked(m, other, &settings));
                prop_assert_eq!(exact.contains(m), linked, "{:?}", m);
            }
            for m in &wanted {
                prop_assert!(exact.contains(m), "{:?}", m);
            }
            for m in exact.iter().filter(|m| short(m)) {
                prop_assert!(filter.may_have_other(of(m)), "{:?}", m);
            }
        }
    }

    #[test]
    fn a_short_match_alone_on_its_diagonals_is_dropped() {
        let settings = Settings::default();
        let left = |mut mems: Vec<Mem>| {
            drop_alone(&mut mems, &settings, |_| true);
            mems.len()
        };
        assert_eq!(left(vec![mem(0, 0, 14)]), 0);
        assert_eq!(left(vec![mem(0, 0, 15)]), 1, "it is a passage");
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 47, 5)]), 2);
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 48, 5)]), 0);
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 50, 15)]), 2, "a longer one reaches further");
        assert_eq!(left(vec![mem(0, 0, 5), mem(20, 200, 50)]), 1);
        let mut mems = vec![mem(0, 0, 9)];
        assert_eq!(drop_alone(&mut mems, &settings, |_| false), 0, "it may become a passage");
        let mut filter = Filter::default();
        filter.clear(100);
        filter.add_short((3, 5000));
        assert!(!filter.may_have_other((3, 5000)));
        filter.add_short((4, 5000));
        assert!(!filter.may_have_other((3, 5000)), "of another document");
        filter.add_short((3, 5027));
        assert!(filter.may_have_other((3, 5000)));
        filter.clear(100);
        filter.add_short((3, LINE - 20));
        filter.add_short((3, LINE + 7));
        assert!(filter.may_have_other((3, LINE - 20)), "in the next line");
        assert!(filter.may_have_other((3, LINE + 7)), "in the line before");
    }
}

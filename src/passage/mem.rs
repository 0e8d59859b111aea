//! Maximal exact matches: equal runs of tokens that cannot be extended either way.
//!
//! Fed by seed through gather and hits, feeds chain. A pair of positions of one group is a hit;
//! hits of one diagonal belong to one match, so only the leftmost is extended: a hit whose left
//! neighbours are equal as well is skipped when the group of those neighbours yields the same pair.
//! Invariant: every match is equal token for token and maximal, and holds a whole window.

use super::seed::Pairing;
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;

/// A maximal exact match between two documents (or inside one, then `a < b`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mem {
    /// Document with the smaller number.
    pub doc_a: u32,
    /// The other document.
    pub doc_b: u32,
    /// Position in `doc_a`, counted from its first token.
    pub a: u32,
    /// Position in `doc_b`.
    pub b: u32,
    /// Tokens.
    pub len: u32,
}

impl Mem {
    /// The two documents.
    #[inline]
    #[must_use]
    pub fn documents(&self) -> (u32, u32) {
        (self.doc_a, self.doc_b)
    }
}

/// Hits of one group (its positions, and how they are paired): its pairs `x < y` of
/// positions in wanted pairs of documents.
#[inline]
pub(super) fn group_hits<T: Tokens>(
    shard: &Shard<T>,
    (positions, pairing): (&[u32], Pairing),
    is_hub: impl Fn(u32) -> bool,
    sink: &mut impl FnMut((u32, u32), (u32, u32)),
) {
    let mut pair = |x: u32, y: u32| {
        let (doc_x, doc_y) = (shard.document_at(x), shard.document_at(y));
        if shard.wants(doc_x, doc_y) {
            sink((x, doc_x), (y, doc_y));
        }
    };
    if pairing == Pairing::All {
        for (i, &x) in positions.iter().enumerate() {
            positions[i + 1..].iter().for_each(|&y| pair(x, y));
        }
        return;
    }
    let hubs = Hubs::of(shard, positions, &is_hub);
    for &x in positions {
        hubs.each(shard, x, is_hub(x), |n| {
            let hub = hubs.0[n].1;
            pair(x.min(hub), x.max(hub));
        });
    }
}

/// The hubs of a group, by cell of days and position.
pub(super) struct Hubs(Vec<(i64, u32)>);

impl Hubs {
    pub(super) fn of<T>(shard: &Shard<T>, positions: &[u32], is_hub: impl Fn(u32) -> bool) -> Self {
        let of_cell = |&p: &u32| shard.cell_at(p).map(|cell| (cell, p));
        let mut hubs: Vec<(i64, u32)> =
            positions.iter().filter(|&&p| is_hub(p)).filter_map(of_cell).collect();
        hubs.sort_unstable();
        Self(hubs)
    }

    /// Positions of the hubs, in order.
    pub(super) fn positions(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|hub| hub.1)
    }

    /// Calls `sink` with the number of every hub that a position is paired with.
    #[inline]
    pub(super) fn each<T>(
        &self,
        shard: &Shard<T>,
        position: u32,
        is_hub: bool,
        mut sink: impl FnMut(usize),
    ) {
        let Some(cell) = shard.cell_at(position) else { return };
        // Holders dated within the days are in the same cell or in a neighbour.
        let first = self.0.partition_point(|hub| hub.0 < cell - 1);
        for (n, &(_, hub)) in
            self.0.iter().enumerate().skip(first).take_while(|(_, hub)| hub.0 <= cell + 1)
        {
            // A pair of two hubs is listed once.
            if hub > position || (hub < position && !is_hub) {
                sink(n);
            }
        }
    }
}

/// Two positions with their documents.
pub(super) type Places = ((u32, u32), (u32, u32));

/// The match that a hit (two places, and how many tokens are equal at least; their windows in any
/// case) starts, or nothing if another hit starts it; `is_hit` says which hits there are beside
/// it, given two positions and how many tokens from there on are known to be equal.
#[inline]
pub(super) fn extend<T: Tokens>(
    shard: &Shard<T>,
    settings: &Settings,
    (((x, doc_x), (y, doc_y)), least): (Places, usize),
    is_hit: impl Fn(u32, u32, usize) -> bool,
) -> Option<Mem> {
    let (tokens_x, tokens_y) = (shard.document(doc_x), shard.document(doc_y));
    let (start_x, start_y) = (narrow(shard.range(doc_x).start), narrow(shard.range(doc_y).start));
    let (at_x, at_y) = ((x - start_x) as usize, (y - start_y) as usize);
    let is_hit = |a: usize, b: usize, len| is_hit(start_x + narrow(a), start_y + narrow(b), len);
    let (a, b, mut len) = maximal(settings, (tokens_x, at_x), (tokens_y, at_y), least, is_hit)?;
    if doc_x == doc_y {
        // A repeat that overlaps itself (a a a a) is cut to two adjacent places.
        len = len.min(b - a);
        if len < settings.window(tokens_x[at_x]) {
            return None;
        }
    }
    Some(Mem { doc_a: doc_x, doc_b: doc_y, a: narrow(a), b: narrow(b), len: narrow(len) })
}

/// Where the match of two places starts in the tokens of either, and its length; nothing if the
/// windows there differ, or if another hit starts it.
#[inline]
pub(super) fn maximal(
    settings: &Settings,
    (x, mut a): (&[u32], usize),
    (y, mut b): (&[u32], usize),
    least: usize,
    is_hit: impl Fn(usize, usize, usize) -> bool,
) -> Option<(usize, usize, usize)> {
    let goes_left = |a: usize, b: usize| a > 0 && b > 0 && x[a - 1] == y[b - 1];
    let mut len = settings.window(x[a]).max(least);
    let (window_x, window_y) = (x.get(a..a + len), y.get(b..b + len));
    if window_x.is_none() || window_x != window_y {
        return None;
    }
    // To the left first: a hit there starts the match, and most calls end here. A window may be
    // longer than what is equal (it starts with a character).
    while goes_left(a, b) {
        (a, b, len) = (a - 1, b - 1, len + 1);
        if settings.window(x[a]) <= len && is_hit(a, b, len) {
            return None;
        }
    }
    len += equal_run(&x[a + len..], &y[b + len..]);
    Some((a, b, len))
}

/// Length of the equal run of two documents from these places.
pub(super) fn run_from<T: Tokens>(shard: &Shard<T>, x: (u32, u32), y: (u32, u32)) -> u32 {
    let rest = |(doc, at): (u32, u32)| &shard.document(doc)[at as usize..];
    narrow(equal_run(rest(x), rest(y)))
}

/// Length of the common prefix.
#[inline]
pub(super) fn equal_run(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;

    /// Documents of ten positions each, of two outlets in turn.
    fn shard(internal: bool) -> Shard {
        let role = |n: u32| Role { group: n % 2, side: 2, day: None, key: 0 };
        let mut shard =
            Shard::new((0..40).collect(), vec![0, 10, 20, 30, 40], (0..4).map(role).collect());
        shard.internal = internal;
        shard
    }

    /// The hits of a group whose hubs are these positions.
    fn hits(positions: &[u32], hubs: Option<&[u32]>, internal: bool) -> Vec<(u32, u32)> {
        let (is_hub, mut found) = (|p| hubs.unwrap_or_default().contains(&p), Vec::new());
        let pairing = if hubs.is_some() { Pairing::Hubs } else { Pairing::All };
        group_hits(&shard(internal), (positions, pairing), is_hub, &mut |x, y| {
            found.push((x.0, y.0));
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn a_group_has_each_pair_of_its_positions_once() {
        assert_eq!(hits(&[3, 14, 25], None, false), [(3, 14), (14, 25)]);
        let all = [(3, 5), (3, 14), (3, 25), (5, 14), (5, 25), (14, 25)];
        assert_eq!(hits(&[3, 5, 14, 25], None, true), all);
    }

    #[test]
    fn a_group_through_hubs_has_each_pair_with_a_hub_once() {
        let positions = [3, 14, 25, 36];
        assert_eq!(hits(&positions, Some(&[14]), false), [(3, 14), (14, 25)]);
        assert_eq!(hits(&positions, Some(&[14, 25]), false), [(3, 14), (14, 25), (25, 36)]);
        let with_either = [(3, 14), (3, 25), (14, 25), (14, 36), (25, 36)];
        assert_eq!(hits(&positions, Some(&[14, 25]), true), with_either);
    }

    /// The match of a hit in two documents of these tokens.
    fn extended(a: &[u32], b: &[u32], (x, y): (u32, u32), size: usize) -> Option<Mem> {
        let start = narrow(a.len());
        let roles = vec![Role::default(); 2];
        let shard = Shard::new([a, b].concat(), vec![0, start, start + narrow(b.len())], roles);
        let settings = Settings { shingle: size, ..Settings::default() };
        extend(&shard, &settings, (((x, 0), (start + y, 1)), 0), |_, _, _| false)
    }

    #[test]
    fn a_hash_only_proposes() {
        let (a, b) = ([4, 8, 12, 16, 20], [4, 8, 12, 99, 20]);
        let mem = Mem { doc_a: 0, doc_b: 1, a: 0, b: 0, len: 3 };
        assert_eq!(extended(&a, &b, (0, 0), 3), Some(mem));
        assert_eq!(extended(&a, &b, (1, 1), 3), None, "the windows differ");
        assert_eq!(extended(&a, &b, (3, 3), 3), None, "there is no window");
        assert_eq!(extended(&a, &b[..2], (0, 0), 3), None, "there is no second window");
    }

    #[test]
    fn a_repeat_that_overlaps_itself_is_cut_to_two_neighbours() {
        let within = |tokens: &[u32], y| {
            let starts = vec![0, narrow(tokens.len())];
            let tokens: Vec<u32> = tokens.iter().map(|n| n << 2).collect();
            let shard = Shard::new(tokens, starts, vec![Role::default()]);
            let settings = Settings { shingle: 3, ..Settings::default() };
            extend(&shard, &settings, (((0, 0), (y, 0)), 0), |_, _, _| false).map(|mem| mem.len)
        };
        assert_eq!(within(&[1, 2, 3, 4, 1, 2, 3, 4, 1], 4), Some(4));
        assert_eq!(within(&[1, 2, 3, 1, 2, 3, 1], 3), Some(3));
        assert_eq!(within(&[1, 2, 1, 2, 1, 2], 2), None, "less than a window is left");
    }
}

//! Families as a union-find that keeps what all members have in common.
//!
//! Used by family, which unites the places that passages connect.
//! Invariant: the core of a family is held by all its members, and is as long as every
//! union asked for.

use crate::limits::narrow;
use crate::text::Span;

/// How long the core must be when two families are united: half of the shortest or half of the
/// longest member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CoreBound {
    /// For two places that a passage connects.
    Shortest,
    /// For two places of one document that overlap.
    Longest,
}

/// Union-find whose nodes know their offset to the root, so that spans of different documents
/// can be laid over one another.
#[derive(Debug, Default)]
pub(super) struct Forest {
    parent: Vec<u32>,
    /// Position in the root's document = position here + offset.
    offset: Vec<i64>,
    /// At a root: what all members hold, in the root's positions.
    core: Vec<(i64, i64)>,
    /// At a root: tokens of the shortest member and of the longest.
    lengths: Vec<(i64, i64)>,
    size: Vec<u32>,
}

impl Forest {
    /// Adds a node that is a family of its own.
    pub(super) fn push(&mut self, span: Span) -> u32 {
        let node = narrow(self.parent.len());
        self.parent.push(node);
        self.offset.push(0);
        self.core.push((i64::from(span.start), i64::from(span.end)));
        self.lengths.push((i64::from(span.len()), i64::from(span.len())));
        self.size.push(1);
        node
    }

    /// Root of a node and the offset to it.
    pub(super) fn find(&mut self, node: u32) -> (u32, i64) {
        let (mut root, mut total) = (node, 0);
        while self.parent[root as usize] != root {
            total += self.offset[root as usize];
            root = self.parent[root as usize];
        }
        let (mut at, mut rest) = (node, total);
        while at != root {
            let next = self.parent[at as usize];
            let step = self.offset[at as usize];
            self.parent[at as usize] = root;
            self.offset[at as usize] = rest;
            rest -= step;
            at = next;
        }
        (root, total)
    }

    /// Unites the families of `x` and `y`, where a position in `y` plus `apart` is the position
    /// in `x`; returns false, and changes nothing, if too little would be common to all.
    pub(super) fn unite(&mut self, x: u32, y: u32, apart: i64, guard: CoreBound) -> bool {
        let ((x, from_x), (y, from_y)) = (self.find(x), self.find(y));
        if x == y {
            return true;
        }
        // Root y + shift = root x.
        let shift = apart + from_x - from_y;
        let (core_x, core_y) = (self.core[x as usize], self.core[y as usize]);
        let core = (core_x.0.max(core_y.0 + shift), core_x.1.min(core_y.1 + shift));
        let (of_x, of_y) = (self.lengths[x as usize], self.lengths[y as usize]);
        let lengths = (of_x.0.min(of_y.0), of_x.1.max(of_y.1));
        let measure = if guard == CoreBound::Shortest { lengths.0 } else { lengths.1 };
        if 2 * (core.1 - core.0) < measure {
            return false;
        }
        let (root, child, shift) = if self.size[x as usize] >= self.size[y as usize] {
            (x as usize, y as usize, shift)
        } else {
            (y as usize, x as usize, -shift)
        };
        let moved = if root == x as usize { 0 } else { shift };
        self.parent[child] = narrow(root);
        self.offset[child] = shift;
        self.core[root] = (core.0 + moved, core.1 + moved);
        self.lengths[root] = lengths;
        self.size[root] += self.size[child];
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    #[test]
    fn half_of_the_shortest_member_is_common_to_all() {
        // Of 100 tokens and 60 in the coordinates of the first; 30 is half of the shorter.
        let unite = |apart: i64| {
            let mut forest = Forest::default();
            let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 60)));
            forest.unite(x, y, apart, CoreBound::Shortest)
        };
        assert!(unite(70));
        assert!(!unite(71));
        assert!(unite(-30));
        assert!(!unite(-31));
    }

    #[test]
    fn half_of_the_longest_member_is_common_where_places_overlap() {
        let unite = |apart: i64| {
            let mut forest = Forest::default();
            let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 60)));
            forest.unite(x, y, apart, CoreBound::Longest)
        };
        assert!(unite(50));
        assert!(!unite(51));
    }

    #[test]
    fn the_core_is_kept_in_the_coordinates_of_the_root() {
        // Two nodes of one family are joined by a smaller one: what all share is 1000..1080 in
        // the coordinates of the larger family, whichever side is named first.
        for swapped in [false, true] {
            let mut forest = Forest::default();
            let [x, y, z] =
                [span(0, 100), span(1000, 1100), span(1000, 1100)].map(|span| forest.push(span));
            assert!(forest.unite(y, z, 0, CoreBound::Shortest));
            let united = if swapped {
                forest.unite(y, x, 980, CoreBound::Shortest)
            } else {
                forest.unite(x, y, -980, CoreBound::Shortest)
            };
            assert!(united);
            let root = forest.find(x).0;
            assert_eq!((root, forest.core[root as usize]), (y, (1000, 1080)));
            assert_eq!(forest.size[root as usize], 3);
            let late = forest.push(span(1031, 1131));
            assert!(!forest.unite(y, late, 0, CoreBound::Shortest), "49 tokens are left");
            let late = forest.push(span(1030, 1130));
            assert!(forest.unite(y, late, 0, CoreBound::Shortest), "50 tokens are left");
        }
    }

    #[test]
    fn members_of_one_family_are_united_without_asking() {
        let mut forest = Forest::default();
        let (x, y) = (forest.push(span(0, 100)), forest.push(span(0, 100)));
        assert!(forest.unite(x, y, 0, CoreBound::Shortest));
        assert!(forest.unite(x, y, 5000, CoreBound::Shortest), "they are united already");
        assert_eq!(forest.core[0], (0, 100));
    }

    proptest! {
        #[test]
        fn offsets_lay_all_members_over_one_another(
            bases in prop::collection::vec(0_i64..5000, 2..20),
            unions in prop::collection::vec((0_usize..20, 0_usize..20), 0..40),
        ) {
            // All members are copies of one stretch, each at its base.
            let mut forest = Forest::default();
            for &base in &bases {
                let start = u32::try_from(base).unwrap();
                forest.push(span(start, start + 10));
            }
            for (x, y) in unions {
                let (x, y) = (x % bases.len(), y % bases.len());
                prop_assert!(forest.unite(narrow(x), narrow(y), bases[x] - bases[y],
                    CoreBound::Longest));
            }
            let mut members = vec![0; bases.len()];
            for (node, &base) in bases.iter().enumerate() {
                let (root, offset) = forest.find(narrow(node));
                prop_assert_eq!(base + offset, bases[root as usize]);
                prop_assert_eq!(forest.core[root as usize].0, bases[root as usize]);
                members[root as usize] += 1;
            }
            for (root, count) in members.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                prop_assert_eq!(forest.size[root], count);
            }
        }
    }
}

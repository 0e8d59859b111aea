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
pub(super) struct Forest(Vec<Node>);

/// A node, in half a line of the cache: there are up to two for each passage.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Position in the root's document = position here + offset.
    offset: i64,
    parent: u32,
    size: u32,
    /// At a root: what all members hold, in the root's positions. It is part of the root's own
    /// span.
    core: (u32, u32),
    /// At a root: tokens of the shortest member and of the longest.
    lengths: (u32, u32),
}

impl Forest {
    /// Adds a node that is a family of its own.
    pub(super) fn push(&mut self, span: Span) -> u32 {
        let parent = narrow(self.0.len());
        let (core, lengths) = ((span.start, span.end), (span.len(), span.len()));
        self.0.push(Node { offset: 0, parent, size: 1, core, lengths });
        parent
    }

    /// Root of a node and the offset to it.
    pub(super) fn find(&mut self, node: u32) -> (u32, i64) {
        let (mut root, mut total) = (node, 0);
        while self.0[root as usize].parent != root {
            total += self.0[root as usize].offset;
            root = self.0[root as usize].parent;
        }
        let (mut at, mut rest) = (node, total);
        while at != root {
            let node = &mut self.0[at as usize];
            let (next, step) = (node.parent, node.offset);
            (node.parent, node.offset) = (root, rest);
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
        let (of_x, of_y) = (self.0[x as usize], self.0[y as usize]);
        let wide = |(start, end): (u32, u32)| (i64::from(start), i64::from(end));
        let (core_x, core_y) = (wide(of_x.core), wide(of_y.core));
        let core = (core_x.0.max(core_y.0 + shift), core_x.1.min(core_y.1 + shift));
        let (shortest, longest) =
            (of_x.lengths.0.min(of_y.lengths.0), of_x.lengths.1.max(of_y.lengths.1));
        let measure = if guard == CoreBound::Shortest { shortest } else { longest };
        if 2 * (core.1 - core.0) < i64::from(measure) {
            return false;
        }
        let (root, child, shift) =
            if of_x.size >= of_y.size { (x, y, shift) } else { (y, x, -shift) };
        let moved = if root == x { 0 } else { shift };
        let child = &mut self.0[child as usize];
        (child.parent, child.offset) = (root, shift);
        let root = &mut self.0[root as usize];
        root.core = (position(core.0 + moved), position(core.1 + moved));
        root.lengths = (shortest, longest);
        root.size = of_x.size + of_y.size;
        true
    }
}

/// A position within the document of a root.
fn position(at: i64) -> u32 {
    u32::try_from(at).unwrap_or_default()
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
            let node = &forest.0[root as usize];
            assert_eq!((root, node.core, node.size), (y, (1000, 1080), 3));
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
        assert_eq!(forest.0[0].core, (0, 100));
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
                prop_assert_eq!(i64::from(forest.0[root as usize].core.0), bases[root as usize]);
                members[root as usize] += 1;
            }
            for (root, count) in members.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                prop_assert_eq!(forest.0[root].size, count);
            }
        }
    }
}

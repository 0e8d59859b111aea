//! Buckets become candidate edges.
//!
//! In a small bucket all pairs are compared by signature. In a large one every member is compared
//! only with a few leaders (members, in the order of their numbers, that resembled no earlier
//! leader), so that a bucket costs a constant for each member. Each member keeps a bounded number
//! of edges, the most similar ones first. Fed by buckets, feeds detect.
//! Invariant: edges depend on the set of buckets alone, not on the order in which they come.

/// A pair of documents whose signatures are similar; ordered by the higher document, then by
/// similarity, then by the lower document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The document with the higher number, which owns the edge.
    pub high: u32,
    /// Lanes in which the two differ.
    pub unequal: u32,
    /// The document with the lower number.
    pub low: u32,
}

/// What is compared and what is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Most lanes in which a candidate pair may differ.
    pub(crate) most_unequal: u32,
    /// Lanes in which a member may differ from a leader without becoming one itself.
    pub(crate) follows: u32,
    /// Members up to which all pairs of a bucket are compared.
    pub(crate) small: usize,
    /// Most leaders of a bucket.
    pub(crate) leaders: usize,
    /// Members from which a bucket is counted as a mega-bucket.
    pub(crate) mega: usize,
    /// Most edges that one document owns.
    pub(crate) most_edges: usize,
}

/// Edges that one member of a large bucket proposes.
const PROPOSED: usize = 2;

/// Compares the next member of a large bucket with its leaders so far. Returns the edges that it
/// proposes, and whether it has become a leader itself.
pub(crate) fn lead(
    rules: &Rules,
    leaders: &mut Vec<u32>,
    high: u32,
    unequal: impl Fn(u32, u32) -> u32,
) -> ([Option<Edge>; PROPOSED], bool) {
    let mut best = [(u32::MAX, 0); PROPOSED];
    for &low in leaders.iter() {
        let found = (unequal(low, high), low);
        if let Some(at) = best.iter().position(|other| found < *other) {
            best[at..].rotate_right(1);
            best[at] = found;
        }
    }
    let leads = best[0].0 > rules.follows && leaders.len() < rules.leaders;
    if leads {
        leaders.push(high);
    }
    let edge = |(unequal, low)| {
        let near = unequal <= rules.most_unequal;
        near.then_some(Edge { high, unequal, low })
    };
    (best.map(edge), leads)
}

/// Candidate edges of the buckets seen so far.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    rules: Rules,
    edges: Vec<Edge>,
    /// Edges after the last [`Candidates::compact`].
    compacted: usize,
    mega_buckets: u64,
    leaders: Vec<u32>,
}

/// Edges that are always allowed to gather before they are compacted.
const ROOM: usize = 1 << 20;

/// Whether so many edges must be compacted, of which `compacted` were left the last time.
fn is_full(edges: usize, compacted: usize) -> bool {
    edges > 2 * compacted.max(ROOM)
}

impl Candidates {
    /// No edges yet.
    #[must_use]
    pub(crate) fn new(rules: Rules) -> Self {
        Self { rules, edges: Vec::new(), compacted: 0, mega_buckets: 0, leaders: Vec::new() }
    }

    /// Adds the edges of a bucket.
    ///
    /// `members` are the documents in ascending order; `unequal` counts the lanes in which two
    /// signatures differ.
    pub(crate) fn add(&mut self, members: &[u32], unequal: impl Fn(u32, u32) -> u32) {
        if members.len() <= self.rules.small {
            self.all_pairs(members, unequal);
        } else {
            self.mega_buckets += u64::from(members.len() > self.rules.mega);
            self.through_leaders(members, unequal);
        }
        self.compact_if_many();
    }

    fn compact_if_many(&mut self) {
        if is_full(self.edges.len(), self.compacted) {
            self.compact();
        }
    }

    fn all_pairs(&mut self, members: &[u32], unequal: impl Fn(u32, u32) -> u32) {
        for (at, &high) in members.iter().enumerate() {
            for &low in &members[..at] {
                let unequal = unequal(low, high);
                if unequal <= self.rules.most_unequal {
                    self.edges.push(Edge { high, unequal, low });
                }
            }
        }
    }

    fn through_leaders(&mut self, members: &[u32], unequal: impl Fn(u32, u32) -> u32) {
        self.leaders.clear();
        for &high in members {
            let (found, _) = lead(&self.rules, &mut self.leaders, high, &unequal);
            self.edges.extend(found.into_iter().flatten());
        }
    }

    /// Drops repeats, and of every document all but its best edges.
    fn compact(&mut self) {
        self.edges.sort_unstable();
        self.edges.dedup();
        let (mut owner, mut count) = (None, 0);
        let most = self.rules.most_edges;
        self.edges.retain(|edge| {
            count = if owner == Some(edge.high) { count + 1 } else { 1 };
            owner = Some(edge.high);
            count <= most
        });
        self.compacted = self.edges.len();
    }

    /// Adds the edges of other buckets.
    pub(crate) fn merge(&mut self, other: Self) {
        self.edges.extend(other.edges);
        self.mega_buckets += other.mega_buckets;
        self.compact_if_many();
    }

    /// The edges in order, and the number of mega-buckets met.
    #[must_use]
    pub(crate) fn finish(mut self) -> (Vec<Edge>, u64) {
        self.compact();
        (self.edges, self.mega_buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    fn rules() -> Rules {
        Rules { most_unequal: 50, follows: 30, small: 4, leaders: 8, mega: 100, most_edges: 5 }
    }

    /// Documents of one family (equal number modulo `families`) are alike, others are not.
    fn like(families: u32) -> impl Fn(u32, u32) -> u32 {
        move |a, b| if a % families == b % families { 10 } else { 90 }
    }

    fn edges(members: &[u32], families: u32) -> Vec<Edge> {
        let mut candidates = Candidates::new(rules());
        candidates.add(members, like(families));
        candidates.finish().0
    }

    #[test]
    fn small_buckets_give_all_similar_pairs() {
        let found: Vec<_> = edges(&[1, 3, 4, 5], 2).iter().map(|e| (e.low, e.high)).collect();
        assert_eq!(found, [(1, 3), (1, 5), (3, 5)]);
    }

    #[test]
    fn all_pairs_are_compared_up_to_the_size_of_a_small_bucket() {
        let members: Vec<u32> = (0..5).collect();
        assert_eq!(edges(&members[..4], 1).len(), 6, "all pairs of four");
        assert_eq!(edges(&members, 1).len(), 4, "each with the leader");
    }

    #[test]
    fn buckets_above_the_bound_are_counted_as_mega_buckets() {
        let mega = |count: u32| {
            let mut candidates = Candidates::new(rules());
            candidates.add(&(0..count).collect::<Vec<u32>>(), like(1));
            candidates.finish().1
        };
        assert_eq!((mega(100), mega(101)), (0, 1));
    }

    #[test]
    fn repeated_edges_do_not_pile_up() {
        assert!(!is_full(2 * ROOM, 0));
        assert!(is_full(2 * ROOM + 1, ROOM));
        assert!(!is_full(2 * ROOM + 1, ROOM + 1), "when many are left there is more room");
        if cfg!(miri) {
            return;
        }
        let mut candidates = Candidates::new(rules());
        for _ in 0..ROOM / 2 {
            candidates.add(&[1, 2, 3, 4], like(1));
        }
        assert!(candidates.edges.len() <= 2 * ROOM);
        assert_eq!(candidates.finish().0.len(), 6);
    }

    #[test]
    fn large_buckets_tie_every_member_to_its_leader() {
        let members: Vec<u32> = (0..1000).collect();
        for families in [1, 3, 8] {
            let found = edges(&members, families);
            assert_eq!(found.len(), 1000 - families as usize, "{families} families");
            assert!(found.iter().all(|e| e.low < families), "leaders are the first of each");
        }
    }

    #[test]
    fn comparisons_and_edges_stay_linear() {
        let size = if cfg!(miri) { 500 } else { 20_000 };
        for families in [1, 7, 100, 100_000] {
            let members: Vec<u32> = (0..size).collect();
            let count = std::cell::Cell::new(0_u64);
            let mut candidates = Candidates::new(rules());
            candidates.add(&members, |a, b| {
                count.set(count.get() + 1);
                like(families)(a, b)
            });
            assert!(count.get() <= 8 * u64::from(size));
            let (edges, mega) = candidates.finish();
            assert!(edges.len() <= 2 * members.len());
            assert_eq!(mega, 1);
        }
    }

    #[test]
    fn order_of_buckets_does_not_count_and_edges_are_bounded() {
        let (documents, count) = if cfg!(miri) { (40, 12) } else { (200, 40) };
        let bucket =
            |n: u64| (0..documents).filter(move |&m| mix(n ^ u64::from(m) << 8).is_multiple_of(3));
        let buckets: Vec<Vec<u32>> = (0..count).map(|n| bucket(n).collect()).collect();
        let unequal = |a: u32, b: u32| (mix(u64::from(a) << 32 | u64::from(b)) % 100) as u32;
        let mut forward = Candidates::new(rules());
        for members in &buckets {
            forward.add(members, unequal);
        }
        let (first, second) = buckets.split_at(buckets.len() / 3);
        let (mut one, mut two) = (Candidates::new(rules()), Candidates::new(rules()));
        for members in second.iter().rev() {
            one.add(members, unequal);
        }
        for members in first {
            two.add(members, unequal);
        }
        one.compact();
        one.merge(two);
        let edges = forward.finish().0;
        assert_eq!(one.finish().0, edges);
        assert!(edges.chunk_by(|a, b| a.high == b.high).all(|own| own.len() <= 5));
    }
}

//! Chains: exact matches of two documents in the same order on both sides.
//!
//! Fed by mem, feeds merge. Dynamic programming over the matches of one pair of documents with a
//! bounded look-back (as minimap2, Li, Bioinformatics 2018), so that the time is linear in the
//! number of matches whatever the texts are.
//! Invariant: every match is in exactly one chain.

use super::mem::Mem;

/// How many earlier matches are tried as predecessors.
pub(super) const LOOK_BACK: usize = 50;

/// Chains of matches, each a list of indices into the matches in order of place.
#[derive(Debug, Default)]
pub(super) struct Chainer {
    score: Vec<i64>,
    previous: Vec<usize>,
    order: Vec<usize>,
    used: Vec<bool>,
}

const NONE: usize = usize::MAX;

impl Chainer {
    /// Calls `sink` with every chain of `mems` (one pair of documents, sorted by place), best
    /// first. Every match is in one chain. Neighbours lie at most `max_gap` tokens apart.
    pub(super) fn chains(&mut self, mems: &[Mem], max_gap: u32, mut sink: impl FnMut(&[usize])) {
        if mems.len() == 1 {
            return sink(&[0]);
        }
        self.link(mems, max_gap);
        self.order.clear();
        self.order.extend(0..mems.len());
        self.order.sort_by_key(|&i| (std::cmp::Reverse(self.score[i]), i));
        self.used.clear();
        self.used.resize(mems.len(), false);
        let mut chain = Vec::new();
        for n in 0..self.order.len() {
            let mut at = self.order[n];
            chain.clear();
            while at != NONE && !self.used[at] {
                self.used[at] = true;
                chain.push(at);
                at = self.previous[at];
            }
            if !chain.is_empty() {
                chain.reverse();
                sink(&chain);
            }
        }
    }

    /// Best predecessor of every match.
    fn link(&mut self, mems: &[Mem], max_gap: u32) {
        self.score.clear();
        self.previous.clear();
        for (i, mem) in mems.iter().enumerate() {
            let (mut best, mut from) = (i64::from(mem.len) * 2, NONE);
            for j in (i.saturating_sub(LOOK_BACK)..i).rev() {
                if let Some(gain) = gain(mems[j], *mem, max_gap)
                    && self.score[j] + gain > best
                {
                    (best, from) = (self.score[j] + gain, j);
                }
            }
            self.score.push(best);
            self.previous.push(from);
        }
    }
}

/// What `next` adds to a chain that ends in `last` (in half tokens), if it may follow.
pub(super) fn gain(last: Mem, next: Mem, max_gap: u32) -> Option<i64> {
    let ahead = |from: u32, len: u32, to: u32| i64::from(to) - i64::from(from) - i64::from(len);
    if next.a <= last.a || next.b <= last.b {
        return None;
    }
    let (dx, dy) = (ahead(last.a, last.len, next.a), ahead(last.b, last.len, next.b));
    let overlap = (-dx.min(dy)).max(0);
    let fresh = i64::from(next.len) - overlap;
    if dx.max(dy) > i64::from(max_gap) || fresh <= 0 {
        return None;
    }
    // A link that costs more than the match adds is no link: the match starts a chain of its own.
    Some(2 * fresh - (dx - dy).abs() - dx.max(dy).max(0) / 8).filter(|&gain| gain > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A match of `len` tokens from `a` in one document and `b` in the other.
    fn mem(a: u32, b: u32, len: u32) -> Mem {
        Mem { doc_a: 0, doc_b: 1, a, b, len }
    }

    /// The chains of matches, best first.
    fn chains(mems: &[Mem], max_gap: u32) -> Vec<Vec<usize>> {
        let mut all = Vec::new();
        Chainer::default().chains(mems, max_gap, |chain| all.push(chain.to_vec()));
        all
    }

    #[test]
    fn a_match_adds_twice_its_fresh_tokens() {
        assert_eq!(gain(mem(0, 0, 10), mem(10, 10, 6), 80), Some(12));
        assert_eq!(gain(mem(0, 0, 10), mem(7, 7, 6), 80), Some(6), "three tokens overlap");
        assert_eq!(gain(mem(0, 0, 10), mem(9, 7, 6), 80), Some(4), "the larger overlap counts");
        assert_eq!(gain(mem(0, 0, 10), mem(4, 4, 6), 80), None, "nothing is fresh");
        assert_eq!(gain(mem(0, 0, 10), mem(4, 4, 7), 80), Some(2));
    }

    #[test]
    fn a_jump_to_another_diagonal_costs_its_width() {
        assert_eq!(gain(mem(0, 0, 10), mem(12, 15, 6), 80), Some(9));
        assert_eq!(gain(mem(0, 0, 10), mem(15, 12, 6), 80), Some(9));
        assert_eq!(gain(mem(0, 0, 10), mem(10, 16, 3), 80), None, "it costs all it adds");
        assert_eq!(gain(mem(0, 0, 10), mem(10, 15, 3), 80), Some(1));
    }

    #[test]
    fn a_distant_match_costs_an_eighth_of_the_gap() {
        assert_eq!(gain(mem(0, 0, 10), mem(17, 17, 6), 80), Some(12));
        assert_eq!(gain(mem(0, 0, 10), mem(18, 18, 6), 80), Some(11));
        assert_eq!(gain(mem(0, 0, 10), mem(90, 90, 6), 80), Some(2), "the longest gap");
        assert_eq!(gain(mem(0, 0, 10), mem(91, 91, 6), 80), None);
    }

    #[test]
    fn a_link_rises_in_both_documents() {
        assert_eq!(gain(mem(5, 5, 10), mem(5, 20, 30), 80), None);
        assert_eq!(gain(mem(5, 5, 10), mem(20, 5, 30), 80), None);
        assert_eq!(gain(mem(5, 5, 10), mem(20, 4, 30), 80), None);
    }

    #[test]
    fn the_nearest_diagonal_is_followed() {
        // The second would bring more tokens, but lies thirty tokens aside.
        let mems = [mem(0, 0, 10), mem(0, 30, 12), mem(12, 12, 20)];
        assert_eq!(chains(&mems, 80), [vec![0, 2], vec![1]]);
    }

    #[test]
    fn of_two_equal_links_the_nearer_match_is_followed() {
        let mems = [mem(0, 5, 10), mem(5, 0, 10), mem(20, 20, 10)];
        assert_eq!(gain(mems[0], mems[2], 80), gain(mems[1], mems[2], 80));
        assert_eq!(chains(&mems, 80), [vec![1, 2], vec![0]]);
    }

    #[test]
    fn every_match_is_in_one_chain_and_the_best_chain_comes_first() {
        let mems = [mem(0, 500, 9), mem(100, 0, 20), mem(120, 20, 20), mem(140, 540, 8)];
        assert_eq!(chains(&mems, 80), [vec![1, 2], vec![0], vec![3]]);
        assert_eq!(chains(&mems[..1], 80), [vec![0]]);
        assert_eq!(chains(&[], 80), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_chain_that_loses_its_head_to_a_better_one_keeps_its_tail() {
        // Both tails would follow the head; the longer one gets it.
        let mems = [mem(0, 0, 10), mem(10, 10, 30), mem(11, 12, 20)];
        assert_eq!(chains(&mems, 80), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn matches_further_back_than_the_bound_are_not_linked() {
        // Between two matches of one diagonal lie matches that nothing can follow.
        let between = |count: u32| {
            let aside = (0..count).map(|n| mem(10, 900 + 20 * n, 8));
            [vec![mem(0, 0, 10)], aside.collect(), vec![mem(11, 11, 10)]].concat()
        };
        let longest = |mems: &[Mem]| chains(mems, 80)[0].len();
        assert_eq!(longest(&between(49)), 2);
        assert_eq!(longest(&between(50)), 1);
    }
}

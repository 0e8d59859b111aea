//! Chains: exact matches of two documents in the same order on both sides.
//!
//! Fed by mem, feeds merge. Dynamic programming over the matches of one pair of documents with a
//! bounded look-back (as minimap2, Li, Bioinformatics 2018), so that the time is linear in the
//! number of matches whatever the texts are.

use super::mem::Mem;

/// Matches looked back over.
const LOOK_BACK: usize = 50;

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
fn gain(last: Mem, next: Mem, max_gap: u32) -> Option<i64> {
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
    // A link that costs more than the match adds is no link: the match begins a chain of its own.
    Some(2 * fresh - (dx - dy).abs() - dx.max(dy).max(0) / 8).filter(|&gain| gain > 0)
}

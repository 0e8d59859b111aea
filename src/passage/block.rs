//! Blocks: stretches of an alignment, and when two of them become one.
//!
//! Used by merge, which lays the matches of a chain as blocks and joins what the evidence supports.
//! Invariant: a block starts and ends with equal tokens.

use super::align::{self, Cell, EDIT, Tally};
use super::mem::Mem;
use crate::text::Span;

/// A stretch of an alignment that starts and ends with equal tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) a: Span,
    pub(super) b: Span,
    pub(super) tally: Tally,
    /// Columns before trimming.
    pub(super) untrimmed: u32,
    /// Matches at its head given up to the block before.
    pub(super) cut: u32,
    /// Tokens of its longest match, what it gave up included.
    pub(super) longest: u32,
}

impl Block {
    /// A match as a block.
    pub(super) fn of_mem(mem: &Mem, tokens: &[u32]) -> Self {
        let span = |start: u32| Span { start, end: start + mem.len };
        let tally = Tally::of_match(&tokens[mem.a as usize..(mem.a + mem.len) as usize]);
        Self { a: span(mem.a), b: span(mem.b), tally, untrimmed: 0, cut: 0, longest: mem.len }
    }

    /// Gives up the first `n` matches (they overlap the block before).
    pub(super) fn without_head(mut self, n: u32, tokens: &[u32]) -> Self {
        let cut = Tally::of_match(&tokens[self.a.start as usize..(self.a.start + n) as usize]);
        self.a.start += n;
        self.b.start += n;
        self.tally.score -= cut.score;
        self.tally.columns -= n;
        self.tally.matched -= n;
        self.cut = n;
        self
    }

    /// Takes back what [`Self::without_head`] gave up, if the two blocks were not joined.
    pub(super) fn with_head(mut self, tokens: &[u32]) -> Self {
        let n = std::mem::take(&mut self.cut);
        self.a.start -= n;
        self.b.start -= n;
        let head = &tokens[self.a.start as usize..(self.a.start + n) as usize];
        self.tally = self.tally.plus(Tally::of_match(head));
        self
    }
}

/// The two blocks and what lies between as one, if the evidence supports the gap.
pub(super) fn joined_with(
    left: &Block,
    right: &Block,
    (a, b): (&[u32], &[u32]),
    rows: &mut Vec<Cell>,
) -> Option<Block> {
    let (dx, dy) = (right.a.start.checked_sub(left.a.end)?, right.b.start.checked_sub(left.b.end)?);
    let weaker = left.tally.score.min(right.tally.score);
    // The best that the gap could cost: all replaced words but the difference in length.
    let least = dx.abs_diff(dy).cast_signed().saturating_mul(-EDIT) / 2;
    if least > weaker {
        return None;
    }
    let gap_a = &a[left.a.end as usize..right.a.start as usize];
    let gap_b = &b[left.b.end as usize..right.b.start as usize];
    if -align::most_between(gap_a, gap_b) > weaker {
        return None;
    }
    let gap = align::between(gap_a, gap_b, rows);
    if -gap.score > weaker {
        return None;
    }
    Some(Block {
        a: Span { start: left.a.start, end: right.a.end },
        b: Span { start: left.b.start, end: right.b.end },
        tally: left.tally.plus(gap).plus(right.tally),
        untrimmed: left.untrimmed + gap.columns + right.untrimmed,
        cut: left.cut,
        longest: left.longest.max(right.longest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of long words: 4 points each.
    fn words(numbers: impl IntoIterator<Item = u32>) -> Vec<u32> {
        numbers.into_iter().map(|n| n << 2 | 2).collect()
    }

    fn mem(a: u32, b: u32, len: u32) -> Mem {
        Mem { doc_a: 0, doc_b: 1, a, b, len }
    }

    #[test]
    fn a_head_that_was_given_up_comes_back() {
        // Long and short words in turn: 4 and 2 points.
        let tokens: Vec<u32> = (0..40).map(|n| n << 2 | (n % 2) << 1).collect();
        let block = Block::of_mem(&mem(11, 30, 6), &tokens);
        let tally = Tally { score: 18, columns: 6, matched: 6 };
        let span = |start, end| Span { start, end };
        let expected =
            Block { a: span(11, 17), b: span(30, 36), tally, untrimmed: 0, cut: 0, longest: 6 };
        assert_eq!(block, expected);
        let cut = block.without_head(3, &tokens);
        let tally = Tally { score: 8, columns: 3, matched: 3 };
        let expected =
            Block { a: span(14, 17), b: span(33, 36), tally, untrimmed: 0, cut: 3, longest: 6 };
        assert_eq!(cut, expected);
        assert_eq!(cut.with_head(&tokens), block);
    }

    /// Blocks of `left` and `right` words with gaps between them, joined if they can be.
    fn joined(left: u32, (gap_a, gap_b): (&[u32], &[u32]), right: u32) -> Option<Block> {
        let text = |gap: &[u32]| {
            let gap = gap.iter().copied();
            words((0..left).chain(gap).chain(100..100 + right))
        };
        let (a, b) = (text(gap_a), text(gap_b));
        let len = |gap: &[u32]| left + u32::try_from(gap.len()).unwrap();
        let mems = [mem(0, 0, left), mem(len(gap_a), len(gap_b), right)];
        let [first, second] = mems.map(|mem| Block::of_mem(&mem, &a));
        let first = Block { untrimmed: left, cut: 1, ..first };
        let second = Block { untrimmed: right, cut: 2, ..second };
        joined_with(&first, &second, (&a, &b), &mut Vec::new())
    }

    #[test]
    fn a_gap_costs_no_more_than_the_weaker_side_is_worth() {
        let (old, new): (Vec<u32>, Vec<u32>) = ((200..230).collect(), (300..330).collect());
        let replaced = |count: usize| (&old[..count], &new[..count]);
        // Three words are worth twelve, four replaced ones cost as much.
        assert!(joined(3, replaced(4), 9).is_some());
        assert!(joined(9, replaced(4), 3).is_some());
        assert!(joined(3, replaced(5), 9).is_none());
        assert!(joined(9, replaced(5), 3).is_none());
        assert!(joined(9, replaced(12), 9).is_some());
        assert!(joined(9, (&old[..4], &[]), 3).is_some(), "dropped words cost the same");
        assert!(joined(9, (&[], &new[..5]), 3).is_none());
    }

    #[test]
    fn sides_of_very_different_length_are_not_joined_whatever_lies_between() {
        // Twelve equal words in the gap; every two tokens more on one side cost three at least.
        let common: Vec<u32> = (200..212).collect();
        let longer = |more: u32| [&common[..], &(300..300 + more).collect::<Vec<_>>()].concat();
        assert!(joined(3, (&common, &longer(8)), 3).is_some());
        assert!(joined(3, (&common, &longer(9)), 3).is_none());
        assert!(joined(3, (&longer(9), &common), 3).is_none());
        assert!(joined(4, (&longer(11), &common), 4).is_some());
        assert!(joined(4, (&longer(12), &common), 4).is_none());
    }

    #[test]
    fn what_is_joined_counts_both_blocks_and_the_gap() {
        // One word replaced, one inserted, one equal between them.
        let both = joined(6, (&[200, 210], &[300, 210, 301]), 8).unwrap();
        let tally = Tally { score: 24 + 4 - 6 + 32, columns: 17, matched: 15 };
        let expected = Block {
            a: Span { start: 0, end: 16 },
            b: Span { start: 0, end: 17 },
            tally,
            untrimmed: 17,
            cut: 1,
            longest: 8,
        };
        assert_eq!(both, expected);
    }

    #[test]
    fn blocks_that_overlap_are_not_joined() {
        let a = words(0..30);
        let block = |a_start: u32, b_start: u32| Block::of_mem(&mem(a_start, b_start, 10), &a);
        let join = |x: Block, y: Block| joined_with(&x, &y, (&a, &a), &mut Vec::new());
        assert!(join(block(0, 0), block(10, 10)).is_some());
        assert!(join(block(0, 0), block(9, 12)).is_none());
        assert!(join(block(0, 0), block(12, 9)).is_none());
    }
}

//! Chains become passages: aligned, joined where the evidence bears the gap, trimmed.
//!
//! Fed by mem and chain, feeds family and detect. A chain is first a row of blocks (its exact
//! matches) with gaps. Two neighbouring blocks join when what lies between costs less than the
//! weaker of them is worth: a gap must be borne by evidence on both sides, so long passages may
//! bridge more than short ones. What is left as separate blocks is reported apart. Joined blocks
//! are extended outwards while that pays, and end on equal tokens.

use super::align::{self, EDIT, Tally};
use super::aligned::{Aligned, Passage};
use super::chain::Chainer;
use super::mem::Mem;
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use crate::simd;
use crate::text::Span;

/// A stretch of an alignment that begins and ends with equal tokens.
#[derive(Debug, Clone, Copy)]
struct Block {
    a: Span,
    b: Span,
    tally: Tally,
    /// Columns before trimming.
    untrimmed: u32,
    /// Matches at its head given up to the block before.
    cut: u32,
}

impl Block {
    fn of_mem(mem: &Mem, tokens: &[u32]) -> Self {
        let span = |start: u32| Span { start, end: start + mem.len };
        let tally = Tally::of_match(&tokens[mem.a as usize..(mem.a + mem.len) as usize]);
        Self { a: span(mem.a), b: span(mem.b), tally, untrimmed: 0, cut: 0 }
    }

    /// Gives up the first `n` matches (they overlap the block before).
    fn without_head(mut self, n: u32, tokens: &[u32]) -> Self {
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
    fn with_head(mut self, tokens: &[u32]) -> Self {
        let n = std::mem::take(&mut self.cut);
        self.a.start -= n;
        self.b.start -= n;
        let head = &tokens[self.a.start as usize..(self.a.start + n) as usize];
        self.tally = self.tally.plus(Tally::of_match(head));
        self
    }
}

/// Works off pairs of documents; keeps its scratch space.
pub(super) struct Merger<'a, T> {
    shard: &'a Shard<T>,
    settings: &'a Settings,
    chainer: Chainer,
    rows: Vec<Tally>,
    /// Rows of extension that the pair in work may still take freely.
    rows_left: usize,
    blocks: Vec<Block>,
    /// Passages of the pair in work.
    passages: Vec<Passage>,
    covered: Covered,
}

/// Which tokens of two documents lie in passages of theirs; kept only once the free rows are used
/// up. A chain on such tokens alone would say nothing new.
#[derive(Debug, Default)]
struct Covered {
    a: Vec<bool>,
    b: Vec<bool>,
    /// Passages that are marked.
    marked: usize,
}

impl Covered {
    fn clear(&mut self) {
        self.a.clear();
        self.b.clear();
        self.marked = 0;
    }

    /// Whether all matches of a chain lie in `passages` on both sides.
    fn holds(&mut self, mems: &[Mem], chain: &[usize], passages: &[Passage]) -> bool {
        for passage in &passages[self.marked..] {
            mark(&mut self.a, passage.a);
            mark(&mut self.b, passage.b);
        }
        self.marked = passages.len();
        chain.iter().map(|&n| &mems[n]).all(|mem| {
            let within = |marks: &[bool], start: u32| {
                let place = start as usize..(start + mem.len) as usize;
                marks.get(place).is_some_and(|place| place.iter().all(|&marked| marked))
            };
            within(&self.a, mem.a) && within(&self.b, mem.b)
        })
    }
}

fn mark(marks: &mut Vec<bool>, place: Span) {
    let (start, end) = (place.start as usize, place.end as usize);
    marks.resize(marks.len().max(end), false);
    marks[start..end].fill(true);
}

/// Score below its best at which an extension gives up.
const DROP: i32 = 14;
/// Rows of extension that every pair of documents may take, and for each of their tokens: ten
/// thousands of matches in a text of few different words would each go thousands of rows, all
/// over the same tokens. Far above what texts of people need.
const FREE_ROWS: usize = 4096;
const ROWS_PER_TOKEN: usize = 8;
/// Tokens to either side of a short match that are looked at first.
const AROUND: usize = 16;
/// A lone match shorter than this must show more matches close by before it is aligned.
const LONE: u32 = 8;

impl<'a, T: Tokens> Merger<'a, T> {
    pub(super) fn new(shard: &'a Shard<T>, settings: &'a Settings) -> Self {
        Self {
            shard,
            settings,
            chainer: Chainer::default(),
            rows: Vec::new(),
            rows_left: 0,
            blocks: Vec::new(),
            passages: Vec::new(),
            covered: Covered::default(),
        }
    }

    /// Asks for the tokens around a match that will soon be worked off: second documents are in
    /// no order.
    pub(super) fn expect(&self, later: &Mem) {
        let around = (later.b as usize).saturating_sub(AROUND);
        simd::prefetch(self.shard.document(later.doc_b), around, 3 * AROUND);
    }

    /// Finds the passages of one pair of documents from all its matches.
    pub(super) fn pair(&mut self, mems: &[Mem], found: &mut Aligned) {
        self.passages.clear();
        self.covered.clear();
        let (doc_a, doc_b) = mems[0].documents();
        self.rows_left = FREE_ROWS
            + ROWS_PER_TOKEN
                * (self.shard.document(doc_a).len() + self.shard.document(doc_b).len());
        let mut chainer = std::mem::take(&mut self.chainer);
        chainer.chains(mems, self.settings.max_gap, |chain| self.chain(mems, chain, found));
        self.chainer = chainer;
        self.drop_covered();
        self.passages.sort_unstable();
        found.passages.extend_from_slice(&self.passages);
    }

    fn chain(&mut self, mems: &[Mem], chain: &[usize], found: &mut Aligned) {
        let (doc_a, doc_b) = mems[chain[0]].documents();
        let (a, b) = (self.shard.document(doc_a), self.shard.document(doc_b));
        if let [one] = chain
            && mems[*one].len < LONE
            && !has_company(&mems[*one], a, b, self.least_matched())
        {
            found.below_minimum += 1;
            return;
        }
        let same_document = doc_a == doc_b;
        if self.rows_left == 0 && self.covered.holds(mems, chain, &self.passages) {
            return;
        }
        self.lay_blocks(mems, chain, a);
        self.join(a, b, same_document);
        for block in &mut self.blocks {
            *block = block.with_head(a);
        }
        for n in 0..self.blocks.len() {
            let block = self.extend(n, a, b, same_document);
            self.blocks[n] = block;
        }
        self.join(a, b, same_document);
        let blocks = std::mem::take(&mut self.blocks);
        for block in &blocks {
            let tally = block.tally;
            if self.settings.stands(tally.columns, block.untrimmed, tally.matched, tally.score) {
                self.passages.push(Passage {
                    doc_a,
                    doc_b,
                    a: block.a,
                    b: block.b,
                    columns: tally.columns,
                    matched: tally.matched,
                    score: tally.score,
                    shadow: false,
                });
            } else {
                found.below_minimum += 1;
            }
        }
        self.blocks = blocks;
    }

    /// Equal tokens without which no passage is reported.
    fn least_matched(&self) -> u32 {
        let settings = self.settings;
        (0..settings.min_tokens).find(|&n| settings.may_stand(n)).unwrap_or(settings.min_tokens)
    }

    /// Blocks of a chain: its matches, each without what overlaps the one before.
    fn lay_blocks(&mut self, mems: &[Mem], chain: &[usize], a: &[u32]) {
        self.blocks.clear();
        for &n in chain {
            let mut block = Block::of_mem(&mems[n], a);
            if let Some(last) = self.blocks.last() {
                let over = |end: u32, start: u32| end.saturating_sub(start);
                let overlap = over(last.a.end, block.a.start).max(over(last.b.end, block.b.start));
                if overlap >= block.a.len() {
                    continue;
                }
                block = block.without_head(overlap, a);
            }
            self.blocks.push(block);
        }
    }

    /// Joins neighbouring blocks while the weaker of two is worth more than the gap costs.
    ///
    /// One pass with a stack: what has grown is tried with the block before it at once, and every
    /// try either takes a block away or ends the growth, so there are at most two for each block.
    fn join(&mut self, a: &[u32], b: &[u32], same_document: bool) {
        let mut joined: Vec<Block> = Vec::with_capacity(self.blocks.len());
        for &block in &self.blocks {
            let mut block = block;
            while let Some(last) = joined.last()
                // The second place begins with the head it may get back.
                && !(same_document && block.a.end > last.b.start - last.cut)
                && let Some(both) = joined_with(last, &block, (a, b), &mut self.rows)
                && self.settings.bears(both.tally.matched, both.tally.columns)
            {
                block = both;
                joined.pop();
            }
            joined.push(block);
        }
        self.blocks = joined;
    }

    /// Rows that the next extension may take; never fewer than show what lies close by.
    fn most_rows(&self) -> usize {
        self.rows_left.max(2 * AROUND)
    }

    /// Extends block `n` outwards, up to its neighbours.
    fn extend(&mut self, n: usize, a: &[u32], b: &[u32], same_document: bool) -> Block {
        let block = self.blocks[n];
        let before = n.checked_sub(1).and_then(|p| self.blocks.get(p));
        let behind = self.blocks.get(n + 1);
        let (left_a, mut left_b) = before.map_or((0, 0), |p| (p.a.end, p.b.end));
        let (mut right_a, right_b) =
            behind.map_or((narrow(a.len()), narrow(b.len())), |p| (p.a.start, p.b.start));
        if same_document {
            right_a = right_a.min(block.b.start);
        }
        // Neighbours may overlap the block on one side; then there is no room.
        let right = align::extend(
            room(a, block.a.end, right_a).iter().copied(),
            room(b, block.b.end, right_b).iter().copied(),
            (DROP, self.most_rows()),
        );
        self.rows_left = self.rows_left.saturating_sub(right.rows);
        if same_document {
            // The two places of a repeat never run into each other.
            left_b = left_b.max(block.a.end + right.best.a);
        }
        let left = align::extend(
            room(a, left_a, block.a.start).iter().rev().copied(),
            room(b, left_b, block.b.start).iter().rev().copied(),
            (DROP, self.most_rows()),
        );
        self.rows_left = self.rows_left.saturating_sub(left.rows);
        let tally = block.tally.plus(right.best.tally).plus(left.best.tally);
        if !self.settings.bears(tally.matched, tally.columns) {
            return Block { untrimmed: tally.columns, ..block };
        }
        Block {
            a: Span { start: block.a.start - left.best.a, end: block.a.end + right.best.a },
            b: Span { start: block.b.start - left.best.b, end: block.b.end + right.best.b },
            tally,
            untrimmed: block.tally.columns + left.columns + right.columns,
            cut: 0,
        }
    }

    /// Drops passages that lie mostly inside a better one on both sides, and marks shadows.
    fn drop_covered(&mut self) {
        if self.passages.len() < 2 {
            return;
        }
        self.passages.sort_by_key(|p| (std::cmp::Reverse(p.score), *p));
        let mut kept: Vec<Passage> = Vec::with_capacity(self.passages.len());
        for passage in &self.passages {
            let better = || kept.iter().rev().take(COMPARED);
            let covered = better().any(|k| is_covered(passage, k));
            if covered {
                continue;
            }
            let same = passage.doc_a == passage.doc_b;
            let listed = |place: Span, second: bool| {
                better().filter(|k| !k.shadow).any(|k| {
                    let (here, there) = if second { (k.b, k.a) } else { (k.a, k.b) };
                    place.lies_in(here) || (same && place.lies_in(there))
                })
            };
            let half = better().any(|k| !k.shadow && is_half_in(passage, k));
            let shadow = half || (listed(passage.a, false) && listed(passage.b, true));
            kept.push(Passage { shadow, ..*passage });
        }
        self.passages = kept;
    }
}

/// Whether a passage tells nothing beside a better one: nearly all of it lies there.
fn is_covered(passage: &Passage, better: &Passage) -> bool {
    passage.a.lies_in(better.a) && passage.b.lies_in(better.b)
}

/// Whether more than half of either side lies in a better passage.
fn is_half_in(passage: &Passage, better: &Passage) -> bool {
    let half = |inner: Span, outer: Span| 2 * inner.overlap(outer) > inner.len();
    half(passage.a, better.a) && half(passage.b, better.b)
}

/// Better passages of a pair of documents that a passage is compared with.
const COMPARED: usize = 64;

/// Whether a short match has so many equal tokens close by, on near diagonals, that together
/// they can make a passage. Cheap; it looks [`AROUND`] tokens far and `SHIFTS` to the side, so it
/// says no to what only a wider alignment would bring together.
fn has_company(mem: &Mem, a: &[u32], b: &[u32], needed: u32) -> bool {
    const SHIFTS: usize = 2;
    let (start_a, start_b) = (mem.a as usize, mem.b as usize);
    let (end_a, end_b) = (start_a + mem.len as usize, start_b + mem.len as usize);
    let right_a = &a[end_a..a.len().min(end_a + AROUND)];
    let mut equal = mem.len;
    // Both sides are compared straight, then with one moved against the other.
    for shift in 0..=2 * SHIFTS {
        let border = start_b + shift;
        if border >= SHIFTS {
            let back = AROUND.min(start_a).min(border - SHIFTS);
            let left_b = &b[border - SHIFTS - back..b.len().min(border - SHIFTS)];
            equal += count_equal(&a[start_a - back..start_a], left_b);
        }
        let right_b = b.get(end_b + shift - SHIFTS..).unwrap_or_default();
        equal += count_equal(right_a, right_b);
        if equal >= needed {
            return true;
        }
    }
    false
}

#[inline]
fn count_equal(a: &[u32], b: &[u32]) -> u32 {
    // The usual length as a constant compiles to a few vector compares.
    if let (Ok(a), Some(b)) = (<&[u32; 16]>::try_from(a), b.first_chunk::<16>()) {
        return a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum();
    }
    a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum()
}

/// The tokens from `start` to `end`, none if the two have crossed.
fn room(tokens: &[u32], start: u32, end: u32) -> &[u32] {
    tokens.get(start as usize..end as usize).unwrap_or_default()
}

/// The two blocks and what lies between as one, if the evidence bears the gap.
fn joined_with(
    left: &Block,
    right: &Block,
    (a, b): (&[u32], &[u32]),
    rows: &mut Vec<Tally>,
) -> Option<Block> {
    let (dx, dy) = (right.a.start.checked_sub(left.a.end)?, right.b.start.checked_sub(left.b.end)?);
    let weaker = left.tally.score.min(right.tally.score);
    // The best that the gap could cost: all replaced words but the difference in length.
    let least = dx.abs_diff(dy).cast_signed().saturating_mul(-EDIT) / 2;
    if least > weaker {
        return None;
    }
    let gap = align::between(
        &a[left.a.end as usize..right.a.start as usize],
        &b[left.b.end as usize..right.b.start as usize],
        rows,
    );
    if -gap.score > weaker {
        return None;
    }
    Some(Block {
        a: Span { start: left.a.start, end: right.a.end },
        b: Span { start: left.b.start, end: right.b.end },
        tally: left.tally.plus(gap).plus(right.tally),
        untrimmed: left.untrimmed + gap.columns + right.untrimmed,
        cut: left.cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// A passage of two documents at these places.
    fn passage(a: Span, b: Span, score: i32) -> Passage {
        let columns = a.len().max(b.len());
        Passage { doc_a: 0, doc_b: 1, a, b, columns, matched: columns, score, shadow: false }
    }

    /// What is kept of the passages of two documents, best first, and which are shadows.
    fn kept(passages: &[Passage]) -> Vec<(Span, Span, bool)> {
        let (shard, settings) = (<Shard>::default(), Settings::default());
        let mut merger = Merger::new(&shard, &settings);
        merger.passages.extend_from_slice(passages);
        merger.drop_covered();
        merger.passages.iter().map(|p| (p.a, p.b, p.shadow)).collect()
    }

    #[test]
    fn a_passage_inside_a_better_one_is_dropped() {
        let whole = passage(span(0, 100), span(200, 300), 400);
        let inside = |a, b| kept(&[passage(a, b, 100), whole]).len() == 1;
        assert!(inside(span(10, 50), span(210, 250)));
        // Nine tenths of 80 tokens are 72.
        assert!(inside(span(28, 108), span(228, 308)));
        assert!(!inside(span(29, 109), span(228, 308)));
        assert!(!inside(span(28, 108), span(229, 309)));
        assert!(!inside(span(10, 50), span(410, 450)), "the second place is elsewhere");
        assert!(!inside(span(310, 350), span(210, 250)), "the first place is elsewhere");
    }

    #[test]
    fn a_line_that_stands_twice_in_both_documents_is_listed_twice_and_known_four_times() {
        let (first, second) = (span(0, 20), span(100, 120));
        let found = kept(&[
            passage(first, first, 80),
            passage(second, second, 79),
            passage(first, second, 60),
            passage(second, first, 59),
        ]);
        let shadows: Vec<bool> = found.iter().map(|p| p.2).collect();
        assert_eq!(shadows, [false, false, true, true]);
    }

    #[test]
    fn a_passage_with_a_place_of_its_own_is_listed() {
        // The first document quotes once what the second has twice, and the other way about.
        let (first, second) = (span(0, 20), span(100, 120));
        let shadows = |x: Passage| kept(&[passage(first, first, 80), x])[1].2;
        assert!(!shadows(passage(first, second, 60)));
        assert!(!shadows(passage(second, first, 60)));
    }

    #[test]
    fn a_passage_of_which_more_than_half_is_in_a_better_one_on_both_sides_is_a_shadow() {
        let better = passage(span(0, 100), span(200, 300), 400);
        let shadows = |a, b| kept(&[better, passage(a, b, 100)])[1].2;
        assert!(shadows(span(79, 119), span(279, 319)));
        assert!(!shadows(span(80, 120), span(279, 319)), "half of the first place is its own");
        assert!(!shadows(span(79, 119), span(280, 320)), "half of the second place is its own");
    }

    #[test]
    fn what_is_not_listed_makes_no_shadow() {
        let (first, second) = (span(0, 20), span(100, 120));
        let crossed = passage(first, second, 70);
        let listed = [passage(first, first, 80), passage(second, second, 79), crossed];
        // More than half of both places is in the shadow, and in no listed passage.
        let aside = passage(span(8, 28), span(108, 128), 60);
        let found = kept(&[&listed[..], &[aside]].concat());
        assert_eq!([found[2].2, found[3].2], [true, false]);
        // Each place is in some passage, the first only in a shadow.
        let found = kept(&[
            passage(span(0, 100), span(0, 100), 400),
            passage(span(40, 120), span(40, 120), 300),
            passage(span(600, 620), span(500, 520), 80),
            passage(span(100, 120), span(500, 520), 60),
        ]);
        assert_eq!(found.iter().map(|p| p.2).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn three_places_of_one_document_are_two_pairs_and_a_shadow() {
        let [first, second, third] = [span(0, 20), span(50, 70), span(100, 120)];
        let pairs =
            [passage(first, second, 80), passage(first, third, 79), passage(second, third, 78)];
        let shadows = |pairs: &[Passage]| kept(pairs).iter().map(|p| p.2).collect::<Vec<_>>();
        assert_eq!(shadows(&pairs), [false; 3], "two documents: the third pair has a new place");
        let inside = pairs.map(|pair| Passage { doc_b: 0, ..pair });
        assert_eq!(shadows(&inside), [false, false, true]);
    }
}

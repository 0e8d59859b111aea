//! Chains become passages: aligned, joined where the evidence supports the gap, trimmed.
//!
//! Fed by mem and chain, feeds family and detect. A chain is first a row of blocks (its exact
//! matches) with gaps. Two neighbouring blocks join when what lies between costs no more than the
//! weaker of them is worth: a gap needs evidence on both sides, so long passages may
//! bridge more than short ones. Blocks that stay separate are reported separately. Joined blocks
//! are extended outwards while that pays, and end on equal tokens.
//! Invariant: the work on a pair of documents is linear in its tokens and matches.

use super::align::{self, Cell, Tally};
use super::aligned::{Aligned, Passage};
use super::block::{Block, joined_with};
use super::chain::Chainer;
use super::company::{AROUND, is_weak};
use super::covered::Covered;
use super::evidence::Evidence;
use super::mem::Mem;
use super::outlook::may_be_passage;
use super::settings::Settings;
use super::shadow::{Runs, drop_covered};
use crate::limits::narrow;
use crate::text::Span;

/// Processes pairs of documents; keeps its scratch space.
pub(super) struct Merger<'a> {
    settings: &'a Settings,
    chainer: Chainer,
    rows: Vec<Cell>,
    /// Rows of extension that the current pair may still take freely.
    rows_left: usize,
    blocks: Vec<Block>,
    /// The blocks before they were last joined: scratch space.
    joined: Vec<Block>,
    /// Passages of the current pair.
    passages: Vec<Passage>,
    /// Their verbatim runs of the minimum length.
    runs: Runs,
    covered: Covered,
    evidence: Evidence,
}

/// Score below its best at which an extension gives up.
pub(super) const DROP: i32 = 14;
/// Rows of extension that every pair of documents may take, and further ones for each of their
/// tokens: tens of thousands of matches in a text of few different words would each take thousands
/// of rows, all over the same tokens. Far more than ordinary texts need.
const FREE_ROWS: usize = 4096;
const ROWS_PER_TOKEN: usize = 8;

impl<'a> Merger<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            chainer: Chainer::default(),
            rows: Vec::new(),
            rows_left: 0,
            blocks: Vec::new(),
            joined: Vec::new(),
            passages: Vec::new(),
            runs: Runs::default(),
            covered: Covered::default(),
            evidence: Evidence::default(),
        }
    }

    /// Finds the passages of one pair of documents, given by their tokens, from all its matches.
    pub(super) fn pair(&mut self, documents: (&[u32], &[u32]), mems: &[Mem], found: &mut Aligned) {
        self.passages.clear();
        self.covered.clear();
        self.runs.clear();
        self.rows_left = FREE_ROWS + ROWS_PER_TOKEN * (documents.0.len() + documents.1.len());
        let mut chainer = std::mem::take(&mut self.chainer);
        chainer
            .chains(mems, self.settings.max_gap, |chain| self.chain(documents, mems, chain, found));
        self.chainer = chainer;
        drop_covered(&mut self.passages, &self.runs, self.settings);
        self.passages.sort_unstable();
        found.passages.extend_from_slice(&self.passages);
    }

    fn chain(
        &mut self,
        (a, b): (&[u32], &[u32]),
        mems: &[Mem],
        chain: &[usize],
        found: &mut Aligned,
    ) {
        let (doc_a, doc_b) = mems[chain[0]].documents();
        if let [one] = chain
            && is_weak(&mems[*one], a, b, self.settings.least_matched())
        {
            found.below_minimum += 1;
            return;
        }
        let same_document = doc_a == doc_b;
        if let [one] = chain
            && !same_document
            && !self.is_run(&mems[*one])
            && !may_be_passage(&mems[*one], (a, b), self.settings, DROP)
        {
            found.below_minimum += 1;
            return;
        }
        let covered = self.rows_left == 0 && self.covered.holds(mems, chain, &self.passages);
        if covered && !chain.iter().any(|&n| self.is_run(&mems[n])) {
            return;
        }
        self.lay_blocks(mems, chain, a);
        self.join(a, b, same_document);
        for block in &mut self.blocks {
            *block = block.with_head(a);
        }
        // A run among covered tokens is known to the family, but takes no more rows.
        if !covered {
            for n in 0..self.blocks.len() {
                let block = self.extend(n, a, b, same_document);
                self.blocks[n] = block;
            }
            self.join(a, b, same_document);
        }
        self.take_passages((a, b), mems, chain, found);
    }

    /// Takes those blocks of a chain that are passages, each with its verbatim runs.
    fn take_passages(
        &mut self,
        documents: (&[u32], &[u32]),
        mems: &[Mem],
        chain: &[usize],
        found: &mut Aligned,
    ) {
        let (doc_a, doc_b) = mems[chain[0]].documents();
        let mut chain = chain.iter().map(|&n| &mems[n]).peekable();
        let blocks = std::mem::take(&mut self.blocks);
        for block in &blocks {
            let tally = block.tally;
            // The matches of a chain are in the order of its blocks.
            let within =
                |mem: &&Mem| mem.a + mem.len <= block.a.end && mem.b + mem.len <= block.b.end;
            while let Some(mem) = chain.next_if(within) {
                if self.is_run(mem) {
                    self.runs.push(mem);
                }
            }
            if self.is_passage(block, documents) {
                self.runs.end();
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

    /// Whether a match is a passage by itself.
    fn is_run(&self, mem: &Mem) -> bool {
        mem.len >= self.settings.min_tokens
    }

    /// Whether a block is a passage: a verbatim run of the minimum length always is, of whatever
    /// tokens.
    fn is_passage(&mut self, block: &Block, (a, b): (&[u32], &[u32])) -> bool {
        let Tally { score, columns, matched } = block.tally;
        let place = |tokens, span: Span| room(tokens, span.start, span.end);
        block.longest >= self.settings.min_tokens
            || (self.settings.accepts(columns, block.untrimmed, matched, score)
                && self.evidence.is_enough(
                    block.tally,
                    (place(a, block.a), place(b, block.b)),
                    self.settings,
                ))
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
    /// One pass with a stack: a block that has grown is tried with the block before it at once, and
    /// every try either removes a block or ends the growth, so there are at most two per block.
    fn join(&mut self, a: &[u32], b: &[u32], same_document: bool) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for &block in &self.blocks {
            let mut block = block;
            while let Some(last) = joined.last()
                // The second place starts with the head it may get back.
                && !(same_document && block.a.end > last.b.start - last.cut)
                && let Some(both) = joined_with(last, &block, (a, b), &mut self.rows)
                && self.settings.supports(both.tally.matched, both.tally.columns)
            {
                block = both;
                joined.pop();
            }
            joined.push(block);
        }
        self.joined = std::mem::replace(&mut self.blocks, joined);
    }

    /// Rows that the next extension may take; always enough to see what lies close by.
    fn most_rows(&self) -> usize {
        self.rows_left.max(2 * AROUND)
    }

    /// Extends block `n` outwards, up to its neighbours.
    fn extend(&mut self, n: usize, a: &[u32], b: &[u32], same_document: bool) -> Block {
        let block = self.blocks[n];
        let before = n.checked_sub(1).and_then(|p| self.blocks.get(p));
        let after = self.blocks.get(n + 1);
        let (left_a, mut left_b) = before.map_or((0, 0), |p| (p.a.end, p.b.end));
        let (mut right_a, right_b) =
            after.map_or((narrow(a.len()), narrow(b.len())), |p| (p.a.start, p.b.start));
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
            // The two places of a repeat never overlap.
            left_b = left_b.max(block.a.end + right.best.a);
        }
        let left = align::extend(
            room(a, left_a, block.a.start).iter().rev().copied(),
            room(b, left_b, block.b.start).iter().rev().copied(),
            (DROP, self.most_rows()),
        );
        self.rows_left = self.rows_left.saturating_sub(left.rows);
        let tally = block.tally.plus(right.best.tally).plus(left.best.tally);
        if !self.settings.supports(tally.matched, tally.columns) {
            return Block { untrimmed: tally.columns, ..block };
        }
        Block {
            a: Span { start: block.a.start - left.best.a, end: block.a.end + right.best.a },
            b: Span { start: block.b.start - left.best.b, end: block.b.end + right.best.b },
            tally,
            untrimmed: block.tally.columns + left.columns + right.columns,
            cut: 0,
            longest: block.longest,
        }
    }
}

/// The tokens from `start` to `end`, none if the two have crossed.
fn room(tokens: &[u32], start: u32, end: u32) -> &[u32] {
    tokens.get(start as usize..end as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document of long words: 4 points each.
    fn document(text: &[u32]) -> Vec<u32> {
        text.iter().map(|n| n << 2 | 2).collect()
    }

    fn mem(a: u32, b: u32, len: u32) -> Mem {
        Mem { doc_a: 0, doc_b: 1, a, b, len }
    }

    /// Passages of two texts as (a, b, columns, matched), and how many fell short.
    type Pairs = (Vec<([u32; 2], [u32; 2], u32, u32)>, u64);

    fn pairs(aligned: &Aligned) -> Pairs {
        let pair = |p: &Passage| ([p.a.start, p.a.end], [p.b.start, p.b.end], p.columns, p.matched);
        (aligned.passages.iter().map(pair).collect(), aligned.below_minimum)
    }

    /// What becomes of matches of two texts.
    fn merged(a: &[u32], b: &[u32], mems: &[Mem], settings: &Settings) -> Pairs {
        let (a, b, mut found) = (document(a), document(b), Aligned::default());
        Merger::new(settings).pair((&a, &b), mems, &mut found);
        pairs(&found)
    }

    fn run(words: std::ops::Range<u32>) -> Vec<u32> {
        words.collect()
    }

    /// A text from its parts.
    fn text(parts: &[std::ops::Range<u32>]) -> Vec<u32> {
        parts.iter().cloned().flatten().collect()
    }

    /// As often as `count` says a word of its own, counted from `own`, and one of both texts.
    fn alternating(own: u32, count: u32) -> Vec<u32> {
        (0..count).flat_map(|n| [own + n, 5000 + n]).collect()
    }

    fn usual() -> Settings {
        Settings::default()
    }

    #[test]
    fn matches_around_a_replaced_word_are_one_passage() {
        let (a, b) = (text(&[900..940, 0..8, 50..51, 8..16]), text(&[0..8, 60..61, 8..16]));
        let found = merged(&a, &b, &[mem(40, 0, 8), mem(49, 9, 8)], &usual());
        assert_eq!(found, (vec![([40, 57], [0, 17], 17, 16)], 0));
    }

    #[test]
    fn two_places_of_a_document_are_joined_up_to_where_they_meet() {
        let paragraph = |edit: u32| text(&[0..8, edit..edit + 1, 8..16]);
        let twice = document(&[paragraph(50), paragraph(60)].concat());
        let inside = |a, b, len| Mem { doc_b: 0, ..mem(a, b, len) };
        let mut found = Aligned::default();
        let mems = [inside(0, 17, 8), inside(9, 26, 8)];
        Merger::new(&usual()).pair((&twice, &twice), &mems, &mut found);
        assert_eq!(pairs(&found), (vec![([0, 17], [17, 34], 17, 16)], 0));
    }

    #[test]
    fn a_passage_goes_on_over_edits_at_both_ends() {
        // Three equal words before and after, too few for a match of their own.
        let a = text(&[900..910, 0..3, 50..51, 10..20, 51..52, 30..33, 910..920]);
        let b = text(&[700..705, 0..3, 60..61, 10..20, 61..62, 30..33, 705..715]);
        let found = merged(&a, &b, &[mem(14, 9, 10)], &usual());
        assert_eq!(found, (vec![([10, 28], [5, 23], 18, 16)], 0));
    }

    #[test]
    fn passages_go_on_up_to_their_neighbours() {
        // The gap of forty words is too costly; equal words on either side of it are not.
        let a = text(&[0..20, 100..101, 30..33, 110..150, 40..43, 101..102, 50..70]);
        let b = text(&[0..20, 200..201, 30..33, 210..250, 40..43, 201..202, 50..70]);
        let found = merged(&a, &b, &[mem(0, 0, 20), mem(68, 68, 20)], &usual());
        let expected = vec![([0, 24], [0, 24], 24, 23), ([64, 88], [64, 88], 24, 23)];
        assert_eq!(found, (expected, 0));
        // Where there is no gap on one side, neither takes what is the other's.
        let (a, b) = (run(0..40), text(&[0..20, 200..240, 20..40]));
        let found = merged(&a, &b, &[mem(0, 0, 20), mem(20, 60, 20)], &usual());
        let expected = vec![([0, 20], [0, 20], 20, 20), ([20, 40], [60, 80], 20, 20)];
        assert_eq!(found, (expected, 0));
    }

    #[test]
    fn a_passage_does_not_go_on_where_too_few_tokens_are_equal() {
        // Every other word is equal: 8 + n of 8 + 2n tokens.
        let grown = |n: u32| {
            let a = [run(0..8), alternating(1000, n)].concat();
            let b = [run(0..8), alternating(2000, n)].concat();
            merged(&a, &b, &[mem(0, 0, 8)], &usual())
        };
        assert_eq!(grown(7), (vec![([0, 22], [0, 22], 22, 15)], 0));
        assert_eq!(grown(8), (vec![], 1));
    }

    /// Nineteen words of which one is edited, and their matches from `at` on.
    fn nineteen(edit: u32) -> Vec<u32> {
        text(&[0..9, edit..edit + 1, 10..19])
    }

    fn matches_of_nineteen(at: u32) -> [Mem; 2] {
        [mem(at, at, 9), mem(at + 10, at + 10, 9)]
    }

    #[test]
    fn what_was_too_thin_to_add_still_counts_for_the_minimum_length() {
        let settings = Settings { min_tokens: 20, ..usual() };
        let grown = |n: u32| {
            let a = [nineteen(40), alternating(1000, n)].concat();
            let b = [nineteen(50), alternating(2000, n)].concat();
            merged(&a, &b, &matches_of_nineteen(0), &settings)
        };
        assert_eq!(grown(20), (vec![([0, 19], [0, 19], 19, 18)], 0));
        assert_eq!(grown(0), (vec![], 1));
    }

    #[test]
    fn equal_words_that_are_trimmed_count_for_the_minimum_length() {
        // Two edits and an equal word beside nineteen: twenty tokens are reached at either end.
        let settings = Settings { min_tokens: 20, ..usual() };
        let after = |edit| [nineteen(edit), text(&[edit + 20..edit + 22, 90..91])].concat();
        let found = merged(&after(40), &after(50), &matches_of_nineteen(0), &settings);
        assert_eq!(found, (vec![([0, 19], [0, 19], 19, 18)], 0));
        let before = |edit| [text(&[90..91, edit + 20..edit + 22]), nineteen(edit)].concat();
        let found = merged(&before(40), &before(50), &matches_of_nineteen(3), &settings);
        assert_eq!(found, (vec![([3, 22], [3, 22], 19, 18)], 0));
        // A verbatim run of nineteen is too short.
        let (a, b) = (text(&[0..19, 50..52, 90..91]), text(&[0..19, 60..62, 90..91]));
        assert_eq!(merged(&a, &b, &[mem(0, 0, 19)], &settings), (vec![], 1));
    }

    #[test]
    fn a_list_of_like_lines_is_no_passage() {
        // Three lines of six words, of which one is another in each.
        let list = |own: u32| {
            let lines = (0..3).flat_map(|line| [1, 2, 3, 4, 5, own + line]);
            lines.take(17).collect::<Vec<u32>>()
        };
        let mems = [mem(0, 0, 5), mem(6, 6, 5), mem(12, 12, 5)];
        assert_eq!(merged(&list(100), &list(200), &mems, &usual()), (vec![], 1));
    }

    /// A short match, and eight equal words after four that one text has alone: too far to the
    /// side to count as company, but not for an alignment.
    fn aside(len: u32) -> Pairs {
        let (a, b) = (text(&[0..len, 20..28]), text(&[0..len, 50..54, 20..28]));
        merged(&a, &b, &[mem(0, 0, len)], &usual())
    }

    #[test]
    fn a_lone_short_match_without_company_is_put_aside() {
        assert_eq!(aside(8), (vec![([0, 16], [0, 20], 20, 16)], 0));
        assert_eq!(aside(7), (vec![], 1));
        let (a, b) = (text(&[0..7, 50..51, 7..15]), text(&[0..7, 60..61, 7..15]));
        let found = merged(&a, &b, &[mem(0, 0, 7)], &usual());
        assert_eq!(found, (vec![([0, 16], [0, 16], 16, 15)], 0), "with company");
    }

    #[test]
    fn everything_that_falls_short_is_counted() {
        let (a, b) = (text(&[0..6, 500..600, 10..16]), text(&[10..16, 700..800, 0..6]));
        let found = merged(&a, &b, &[mem(0, 106, 6), mem(106, 0, 6)], &usual());
        assert_eq!(found, (vec![], 2), "each alone");
        // Seven words and seven in one chain, too far apart to be one passage.
        let (a, b) = (text(&[0..7, 500..530, 10..17]), text(&[0..7, 700..730, 10..17]));
        let found =
            merged(&a, &b, &[mem(0, 0, 7), mem(37, 37, 7)], &Settings { max_gap: 80, ..usual() });
        assert_eq!(found, (vec![], 2));
    }

    #[test]
    fn a_pair_of_documents_has_free_rows_by_its_tokens() {
        let (a, b) = (document(&run(0..20)), document(&text(&[900..911, 0..20])));
        let settings = usual();
        let mut merger = Merger::new(&settings);
        merger.pair((&a, &b), &[mem(0, 11, 20)], &mut Aligned::default());
        assert_eq!(merger.rows_left, 4096 + 8 * (20 + 31), "no extension took any");
    }

    #[test]
    fn without_free_rows_an_extension_goes_on_for_thirty_two() {
        // Every tenth word is edited, and only the first match is known.
        let edited = |own: u32| (0..100).map(move |n| if n % 10 == 9 { own + n } else { n });
        let [a, b] = [1000, 2000].map(|own| document(&edited(own).collect::<Vec<u32>>()));
        let settings = usual();
        let mut merger = Merger::new(&settings);
        let mut ends = Vec::new();
        for rows in [0, 1000] {
            merger.rows_left = rows;
            merger.chain((&a, &b), &[mem(0, 0, 9)], &[0], &mut Aligned::default());
            ends.extend(merger.passages.last().map(|passage| passage.a.end));
        }
        assert_eq!(ends, [9 + 32, 99]);
    }

    #[test]
    fn without_free_rows_a_chain_of_covered_tokens_is_passed_over() {
        let text = document(&run(0..40));
        let settings = usual();
        let mut merger = Merger::new(&settings);
        let mut found = Aligned::default();
        let mems = [mem(0, 0, 20), mem(2, 2, 14), mem(4, 4, 15)];
        let mut count = |rows, chain: &[usize]| {
            merger.rows_left = rows;
            merger.chain((&text, &text), &mems, chain, &mut found);
            merger.passages.len()
        };
        assert_eq!(count(0, &[0]), 1);
        assert_eq!(count(0, &[1]), 1, "in a passage on both sides");
        assert_eq!(count(0, &[2]), 2, "a run of the minimum length");
        assert_eq!(count(40, &[1]), 3, "there are free rows");
        assert_eq!(found.below_minimum, 0);
    }
}

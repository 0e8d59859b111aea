//! Alignment of short stretches: between two exact matches, and outwards from the ends.
//!
//! Used by merge. Dynamic programming in a band around the diagonal. The score follows the
//! evidence: an equal long word is worth more than an equal function word or character, an edit
//! costs as much as it takes to make chance agreement unlikely.
//! Invariant: the cells of an extension are bounded by its rows, those of a gap by a constant.

use super::mem::equal_run;
use crate::text::TokenClass;

/// Score of an equal token.
#[inline(always)]
pub(super) fn weight(token: u32) -> i32 {
    match TokenClass::of(u64::from(token)) {
        TokenClass::Long => 4,
        TokenClass::Short | TokenClass::Character => 2,
    }
}

/// Score of a replaced, inserted or dropped token.
pub(super) const EDIT: i32 = -3;

/// Sum of the weights of equal tokens.
pub(super) fn weights(tokens: &[u32]) -> i32 {
    tokens.iter().map(|&t| weight(t)).sum()
}

/// Counts of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Weights of matches less costs of edits.
    pub(super) score: i32,
    /// Columns.
    pub(super) columns: u32,
    /// Columns of equal tokens.
    pub(super) matched: u32,
}

impl Tally {
    pub(super) fn of_match(tokens: &[u32]) -> Self {
        let len = crate::limits::narrow(tokens.len());
        Self { score: weights(tokens), columns: len, matched: len }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            score: self.score + other.score,
            columns: self.columns + other.columns,
            matched: self.matched + other.matched,
        }
    }
}

/// How far an extension reaches, and its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extension {
    /// Tokens taken on either side.
    pub(super) a: u32,
    /// Tokens taken on the other side.
    pub(super) b: u32,
    /// Counts up to there.
    pub(super) tally: Tally,
}

/// Cells to either side of the diagonal in an extension.
pub(super) const REACH: usize = 6;
/// Cells of a row of an extension.
pub(super) const WIDTH: usize = 2 * REACH + 1;
/// Most rows of an extension, so that the counts fit a [`Cell`].
const MAX_ROWS: usize = 1 << 13;

/// Where an extension may end: at its best score, and at the last match within the drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    /// The best score: where the passage ends.
    pub(super) best: Extension,
    /// Columns of the furthest cell that ends in a match and is not hopeless: how long the
    /// passage is before its edge is trimmed.
    pub(super) columns: u32,
    /// Rows that were computed.
    pub(super) rows: usize,
}

/// A [`Tally`] in one number, so that the better of two is the larger: score in the upper 32
/// bits, then matches, then columns, 16 bits each.
pub(super) type Cell = i64;
const HOPELESS: Cell = i64::MIN / 2;
const EDIT_CELL: Cell = ((EDIT as i64) << 32) + 1;

#[inline(always)]
fn match_cell(token: u32) -> Cell {
    (i64::from(weight(token)) << 32) + (1 << 16) + 1
}

#[inline(always)]
fn score_of(cell: Cell) -> i32 {
    (cell >> 32) as i32
}

/// The count in the lowest 16 bits.
fn count(cell: Cell) -> u32 {
    (cell.cast_unsigned() & 0xffff) as u32
}

fn tally_of(cell: Cell) -> Tally {
    Tally { score: score_of(cell), columns: count(cell), matched: count(cell >> 16) }
}

/// Extends an alignment over `a` and `b` from their first tokens, until the score falls `drop`
/// below its best or `most_rows` are done.
pub(super) fn extend(
    a: impl Iterator<Item = u32>,
    b: impl Iterator<Item = u32>,
    (drop, most_rows): (i32, usize),
) -> Reach {
    // Column `c` of row `i` is the cell (i tokens of a, i + c - REACH tokens of b); `of_b[c]`
    // is the token of b before it.
    let mut b = b.fuse();
    let mut row = [HOPELESS; WIDTH];
    let mut of_b = [None; WIDTH];
    row[REACH] = 0;
    for c in REACH + 1..WIDTH {
        of_b[c] = b.next();
        row[c] = if of_b[c].is_some() { row[c - 1] + EDIT_CELL } else { HOPELESS };
    }
    let (mut reach, mut best) = (Reach::default(), 0);
    for (i, token) in (1..=most_rows.min(MAX_ROWS)).zip(a) {
        reach.rows = i;
        of_b.copy_within(1.., 0);
        of_b[WIDTH - 1] = b.next();
        let (mut left, mut top) = (HOPELESS, HOPELESS);
        let mut hit = None;
        for c in 0..WIDTH {
            let equal = of_b[c] == Some(token);
            let straight = row[c] + if equal { match_cell(token) } else { EDIT_CELL };
            let above = if c + 1 < WIDTH { row[c + 1] + EDIT_CELL } else { HOPELESS };
            // After the end of b, tokens of a can only be dropped.
            let inside = of_b[c].is_some();
            let cell = if inside { straight.max(above).max(left + EDIT_CELL) } else { above };
            row[c] = cell;
            left = cell;
            top = top.max(cell);
            if equal && cell >= hit.map_or(HOPELESS, |h: (usize, Cell)| h.1) {
                hit = Some((c, cell));
            }
        }
        if let Some((c, cell)) = hit {
            reach.note(cell, &mut best, drop, (i, i + c - REACH));
        }
        if score_of(top) <= score_of(best) - drop {
            break;
        }
    }
    reach
}

impl Reach {
    /// Notes the best cell of a row that ends in a match.
    #[inline]
    fn note(&mut self, cell: Cell, best: &mut Cell, drop: i32, (a, b): (usize, usize)) {
        if score_of(cell) > score_of(*best) {
            *best = cell;
            let (a, b) = (crate::limits::narrow(a), crate::limits::narrow(b));
            self.best = Extension { a, b, tally: tally_of(cell) };
        }
        if score_of(cell) > score_of(*best) - drop / 2 {
            self.columns = self.columns.max(tally_of(cell).columns);
        }
    }
}

/// Most cells of one alignment between two matches.
const MAX_CELLS: usize = 1 << 14;

/// No alignment of `a` with `b` from end to end has a higher score: every token of the longer one
/// is equal to one of the other or costs an edit. Linear in their tokens.
pub(super) fn most_between(a: &[u32], b: &[u32]) -> i32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // A token of one bit is there if another with this bit is.
    let place = |token: u32| ((token >> 8) as usize % 8, 1_u64 << ((token >> 2) % 64));
    let mut held = [0_u64; 8];
    for &token in long {
        let (word, bit) = place(token);
        held[word] |= bit;
    }
    let mut most = EDIT.saturating_mul(long.len().try_into().unwrap_or(i32::MAX));
    for &token in short {
        let (word, bit) = place(token);
        if held[word] & bit != 0 {
            most = most.saturating_add(weight(token) - EDIT);
        }
    }
    most
}

/// Aligns `a` with `b` from end to end.
pub(super) fn between(a: &[u32], b: &[u32], rows: &mut Vec<Cell>) -> Tally {
    let head = equal_run(a, b);
    let (a, b, tally) = (&a[head..], &b[head..], Tally::of_match(&a[..head]));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let most = crate::limits::narrow(long.len());
    if short.is_empty() || short.len() * long.len() > MAX_CELLS {
        let score = EDIT.saturating_mul(long.len().try_into().unwrap_or(i32::MAX));
        return tally.plus(Tally { score, columns: most, matched: 0 });
    }
    rows.clear();
    rows.extend((0..=short.len()).scan(0, |cell, _| {
        let now = *cell;
        *cell += EDIT_CELL;
        Some(now)
    }));
    for &token in long {
        let (mut diagonal, mut left) = (rows[0], rows[0] + EDIT_CELL);
        rows[0] = left;
        let equal = match_cell(token);
        for (row, &other) in rows[1..].iter_mut().zip(short) {
            let straight = diagonal + if token == other { equal } else { EDIT_CELL };
            diagonal = *row;
            left = better(straight, better(left, diagonal) + EDIT_CELL);
            *row = left;
        }
    }
    tally.plus(tally_of(rows[short.len()]))
}

/// The better of two cells by score and matches, the first if they are equal in both.
#[inline(always)]
fn better(x: Cell, y: Cell) -> Cell {
    if y >> 16 > x >> 16 { y } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The alignment from end to end by its definition.
    fn plain(a: &[u32], b: &[u32]) -> Tally {
        let head = equal_run(a, b);
        let (a, b, tally) = (&a[head..], &b[head..], Tally::of_match(&a[..head]));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let edit = |t: Tally| t.plus(Tally { score: EDIT, columns: 1, matched: 0 });
        let better = |x: Tally, y: Tally| {
            if (y.score, y.matched) > (x.score, x.matched) { y } else { x }
        };
        let mut table = vec![vec![Tally::default(); short.len() + 1]; long.len() + 1];
        for i in 0..=long.len() {
            for j in 0..=short.len() {
                table[i][j] = match (i, j) {
                    (0, 0) => Tally::default(),
                    (0, j) => edit(table[0][j - 1]),
                    (i, 0) => edit(table[i - 1][0]),
                    (i, j) => {
                        let before = table[i - 1][j - 1];
                        let equal = long[i - 1] == short[j - 1];
                        let matched = before.plus(Tally::of_match(&long[i - 1..i]));
                        let straight = if equal { matched } else { edit(before) };
                        better(straight, edit(better(table[i][j - 1], table[i - 1][j])))
                    }
                };
            }
        }
        tally.plus(table[long.len()][short.len()])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 1000 }))]

        #[test]
        fn gaps_are_aligned_as_defined_and_bounded(
            a in prop::collection::vec((0_u32..9, 0_u32..3).prop_map(|(n, c)| n << 2 | c), 0..24),
            b in prop::collection::vec((0_u32..9, 0_u32..3).prop_map(|(n, c)| n << 2 | c), 0..24),
        ) {
            let tally = between(&a, &b, &mut Vec::new());
            prop_assert_eq!(tally, plain(&a, &b));
            prop_assert!(tally.score <= most_between(&a, &b));
        }
    }

    #[test]
    fn the_bound_of_a_gap_counts_what_both_sides_hold() {
        let words = |from: u32, to: u32| (from..to).map(|n| n << 2 | 2).collect::<Vec<u32>>();
        assert_eq!(most_between(&words(0, 10), &words(0, 10)), 40);
        assert_eq!(most_between(&words(0, 10), &words(20, 32)), -36);
        assert_eq!(most_between(&words(0, 2), &words(0, 12)), -36 + 14);
        assert_eq!(most_between(&[], &[]), 0);
    }

    fn long(values: &[u32]) -> Vec<u32> {
        values.iter().map(|v| v << 2 | 2).collect()
    }

    #[test]
    fn an_extension_crosses_an_edit_that_pays_and_stops_at_chance() {
        let a = long(&[1, 2, 9, 3, 4, 50, 51, 52, 53, 54, 55]);
        let b = long(&[1, 2, 8, 3, 4, 60, 61, 62, 63, 64, 65]);
        let reach = extend(a.iter().copied(), b.iter().copied(), (12, 99));
        assert_eq!((reach.best.a, reach.best.b), (5, 5));
        assert_eq!((reach.best.tally.columns, reach.best.tally.matched), (5, 4));
    }

    #[test]
    fn an_extension_follows_insertions() {
        let a = long(&[1, 2, 3, 4, 5]);
        let b = long(&[1, 2, 7, 3, 4, 5]);
        let reach = extend(a.iter().copied(), b.iter().copied(), (12, 99));
        assert_eq!((reach.best.a, reach.best.b, reach.best.tally.matched), (5, 6, 5));
        let reach = extend(b.iter().copied(), a.iter().copied(), (12, 99));
        assert_eq!((reach.best.a, reach.best.b, reach.best.tally.matched), (6, 5, 5));
    }

    #[test]
    fn between_counts_columns_and_matches() {
        let tally = between(&long(&[1, 2, 3]), &long(&[1, 9, 3, 4]), &mut Vec::new());
        assert_eq!((tally.columns, tally.matched), (4, 2));
        let tally = between(&[], &long(&[1, 2]), &mut Vec::new());
        assert_eq!((tally.columns, tally.matched), (2, 0));
    }

    /// Where an extension over two texts of long words ends, and the columns it reaches.
    fn extended(a: &[u32], b: &[u32], drop: i32) -> ((u32, u32), u32) {
        let reach = extend(long(a).into_iter(), long(b).into_iter(), (drop, 99));
        ((reach.best.a, reach.best.b), reach.columns)
    }

    /// Words from `first` on.
    fn run(first: u32, count: u32) -> Vec<u32> {
        (first..first + count).collect()
    }

    #[test]
    fn an_extension_reaches_six_tokens_to_either_side() {
        let inserted = |count| [run(0, 10), run(500, count), run(10, 10)].concat();
        assert_eq!(extended(&run(0, 20), &inserted(6), 100).0, (20, 26));
        assert_eq!(extended(&inserted(6), &run(0, 20), 100).0, (26, 20));
        assert_eq!(extended(&run(0, 20), &inserted(7), 100).0, (10, 10));
        assert_eq!(extended(&inserted(7), &run(0, 20), 100).0, (10, 10));
    }

    #[test]
    fn an_extension_may_start_with_an_edit() {
        let edited = |count| [run(500, count), run(0, 10)].concat();
        assert_eq!(extended(&run(0, 10), &edited(2), 14).0, (10, 12));
        assert_eq!(extended(&edited(2), &run(0, 10), 14).0, (12, 10));
    }

    #[test]
    fn an_extension_gives_up_where_its_score_has_fallen_by_the_drop() {
        let edited = |own, count| [run(0, 10), run(own, count), run(10, 10)].concat();
        assert_eq!(extended(&edited(500, 4), &edited(600, 4), 14).0, (24, 24));
        assert_eq!(extended(&edited(500, 5), &edited(600, 5), 14).0, (10, 10));
    }

    #[test]
    fn an_extension_ends_at_the_first_of_its_best_scores() {
        // Of the two places of the last word the one on the diagonal is better.
        assert_eq!(extended(&[1, 2, 3, 4], &[1, 2, 3, 4, 4], 14).0, (4, 4));
        // Two edits, a short word and a long one make up for each other.
        let text = |own: u32| [long(&run(0, 5)), long(&run(own, 2)), vec![0], long(&[9])].concat();
        let reach = extend(text(50).into_iter(), text(60).into_iter(), (14, 99));
        assert_eq!((reach.best.a, reach.columns), (5, 9));
    }

    #[test]
    fn equal_words_within_half_the_drop_are_reached_though_they_are_trimmed() {
        let reached = |edits, last: u32| {
            let text = |own| [long(&run(0, 10)), long(&run(own, edits)), vec![last]].concat();
            let reach = extend(text(50).into_iter(), text(60).into_iter(), (14, 99));
            assert_eq!(reach.best.a, 10);
            reach.columns
        };
        assert_eq!(reached(2, 9 << 2 | 2), 13);
        assert_eq!(reached(3, 9 << 2 | 2), 14, "five below the best");
        assert_eq!(reached(4, 9 << 2 | 2), 10, "eight below the best");
        assert_eq!(reached(3, 9 << 2), 10, "seven below the best");
    }

    #[test]
    fn of_a_large_gap_only_the_length_counts() {
        let gap = |a: u32, b: u32| {
            // The first words differ, the others are equal.
            let text = |own, count| long(&[run(own, 1), run(100, count - 1)].concat());
            let tally = between(&text(1, a), &text(2, b), &mut Vec::new());
            (tally.columns, tally.matched)
        };
        assert_eq!(gap(128, 128), (128, 127));
        assert_eq!(gap(128, 129), (129, 0));
        assert_eq!(gap(129, 128), (129, 0));
        assert_eq!(gap(300, 2), (300, 1));
        let tally = between(&long(&run(0, 200)), &long(&run(500, 210)), &mut Vec::new());
        assert_eq!((tally.score, tally.columns), (-630, 210));
    }
}

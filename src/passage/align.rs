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

    fn with_match(self, token: u32) -> Self {
        Self {
            score: self.score + weight(token),
            columns: self.columns + 1,
            matched: self.matched + 1,
        }
    }

    fn with_edit(self) -> Self {
        Self { score: self.score + EDIT, columns: self.columns + 1, matched: self.matched }
    }

    fn better(self, other: Self) -> Self {
        if (other.score, other.matched) > (self.score, self.matched) { other } else { self }
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
type Cell = i64;
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

/// Aligns `a` with `b` from end to end.
pub(super) fn between(a: &[u32], b: &[u32], rows: &mut Vec<Tally>) -> Tally {
    let head = equal_run(a, b);
    let (a, b, mut tally) = (&a[head..], &b[head..], Tally::of_match(&a[..head]));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let most = crate::limits::narrow(long.len());
    if short.is_empty() || short.len() * long.len() > MAX_CELLS {
        let score = EDIT.saturating_mul(long.len().try_into().unwrap_or(i32::MAX));
        tally = tally.plus(Tally { score, columns: most, matched: 0 });
        return tally;
    }
    rows.clear();
    rows.extend((0..=short.len()).scan(Tally::default(), |t, _| {
        let now = *t;
        *t = t.with_edit();
        Some(now)
    }));
    for &token in long {
        let mut diagonal = rows[0];
        rows[0] = rows[0].with_edit();
        for (j, &other) in short.iter().enumerate() {
            let straight =
                if token == other { diagonal.with_match(token) } else { diagonal.with_edit() };
            diagonal = rows[j + 1];
            let sideways = rows[j].better(rows[j + 1]).with_edit();
            rows[j + 1] = straight.better(sideways);
        }
    }
    tally.plus(rows[short.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! Whether an alignment with edits shows that something was copied.
//!
//! Used by merge for what holds no verbatim run of the minimum length. Two kinds of text agree
//! without any copying from one another: lists of like lines, which repeat the same words, and
//! forms, in which a name or a date of several words is filled in. So what both texts repeat
//! counts once, and in a short alignment the further tokens of one edit cost more than edits apart.
//! Invariant: the work is bounded by a constant beside that of sorting the tokens.

use super::align::{EDIT, Tally, weight, weights};
use super::settings::Settings;
use crate::limits::narrow;

/// Judges alignments; keeps its scratch space.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    sorted: (Vec<u32>, Vec<u32>),
    row: Vec<Ends>,
}

/// The best alignments of a cell, which end in equal tokens or in an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    equal: Cell,
    edit: Cell,
}

/// Score in the upper 32 bits, then matches, then how many edits have none before them less than
/// [`FEWEST`]: the better of two is the larger.
type Cell = i64;
const HOPELESS: Cell = i64::MIN / 2;
const FEWEST: Cell = 0xffff;
const EDIT_CELL: Cell = (EDIT as i64) << 32;

/// Most cells of an alignment whose edits are looked at one by one. In a longer one, edits of
/// several tokens are no rarity.
const MAX_CELLS: usize = 1 << 14;

impl Evidence {
    /// Whether the alignment of `a` with `b` with these counts is enough.
    pub(super) fn is_enough(
        &mut self,
        tally: Tally,
        (a, b): (&[u32], &[u32]),
        settings: &Settings,
    ) -> bool {
        let edits = (tally.columns - tally.matched).cast_signed();
        let equal = i64::from(tally.score - EDIT * edits);
        let distinct = (equal - i64::from(self.repeated(a, b))).max(0);
        // A share of the score, so that it holds for texts of any length.
        let is_enough = |score: f64| {
            score * distinct as f64 >= f64::from(settings.least_score()) * equal as f64
        };
        let score = f64::from(tally.score);
        if settings.slot_cost == 0 || !is_enough(score) {
            return is_enough(score);
        }
        let usual = usual(tally.columns, settings);
        let less = |further: u32| {
            let slots = (f64::from(further) - usual).max(0.0);
            is_enough(score + f64::from(settings.slot_cost * EDIT) * slots)
        };
        let most = most_further(tally.score, (a, b));
        less(most) || less(self.further_edits(a, b, most as usize + 1))
    }

    /// Sum of the weights of the tokens that both texts repeat, less that of their first places.
    fn repeated(&mut self, a: &[u32], b: &[u32]) -> i32 {
        let (sorted_a, sorted_b) = &mut self.sorted;
        for (sorted, tokens) in [(&mut *sorted_a, a), (&mut *sorted_b, b)] {
            sorted.clear();
            sorted.extend_from_slice(tokens);
            sorted.sort_unstable();
        }
        let mut rest = &sorted_b[..];
        let mut sum = 0;
        for same in sorted_a.chunk_by(|x, y| x == y) {
            let less = rest.iter().take_while(|&&token| token < same[0]).count();
            let there = rest[less..].iter().take_while(|&&token| token == same[0]).count();
            rest = &rest[less + there..];
            let more = same.len().min(there).saturating_sub(1);
            sum += weight(same[0]) * narrow(more).cast_signed();
        }
        sum
    }

    /// Edits that come right after another in the best alignment of two texts from end to end, the
    /// fewest if there are several; none if the texts are long. No best alignment has more than
    /// `most` edits, so none comes to a diagonal from which it could not come back with them.
    fn further_edits(&mut self, a: &[u32], b: &[u32], most: usize) -> u32 {
        if a.len() * b.len() > MAX_CELLS {
            return 0;
        }
        let spare = most.saturating_sub(a.len().abs_diff(b.len())) / 2;
        let (below, above) =
            (a.len().saturating_sub(b.len()) + spare, b.len().saturating_sub(a.len()) + spare);
        let edited = |from: Ends| (from.equal + EDIT_CELL).max(from.edit + EDIT_CELL - 1);
        let none = Ends { equal: HOPELESS, edit: HOPELESS };
        self.row.clear();
        let mut ends = Ends { equal: FEWEST, edit: HOPELESS };
        self.row.push(ends);
        for _ in &b[..above.min(b.len())] {
            ends = Ends { equal: HOPELESS, edit: edited(ends) };
            self.row.push(ends);
        }
        self.row.resize(b.len() + 1, none);
        for (i, &token) in a.iter().enumerate() {
            let first = (i + 1).saturating_sub(below);
            let last = (i + 1 + above).min(b.len());
            // Left of the first cell is none, or the edge of the matrix.
            let start = first.saturating_sub(1);
            let mut diagonal = self.row[start];
            let edge = Ends { equal: HOPELESS, edit: edited(diagonal) };
            self.row[start] = if first == 0 { edge } else { none };
            for (j, &other) in b.iter().enumerate().take(last).skip(start) {
                let above = self.row[j + 1];
                let edit = edited(diagonal).max(edited(above)).max(edited(self.row[j]));
                let before = diagonal.equal.max(diagonal.edit);
                let is_equal = token == other;
                let equal = if is_equal { before + match_cell(token) } else { HOPELESS };
                self.row[j + 1] = Ends { equal, edit };
                diagonal = above;
            }
        }
        let last = self.row[b.len()];
        u32::try_from(FEWEST - (last.equal.max(last.edit) & FEWEST)).unwrap_or(u32::MAX)
    }
}

/// No best alignment of two texts, of which some alignment has this score, has more edits that come
/// right after another: what all of the lighter text is worth more than the score, in edits, less
/// the first.
fn most_further(score: i32, (a, b): (&[u32], &[u32])) -> u32 {
    let edits = (weights(a).min(weights(b)) - score) / -EDIT;
    (edits - 1).max(0).unsigned_abs()
}

fn match_cell(token: u32) -> Cell {
    (i64::from(weight(token)) << 32) + (1 << 16)
}

/// Further edits that say nothing in an alignment of so many columns: none up to one and a half
/// times the minimum length, then four for each length of it.
fn usual(columns: u32, settings: &Settings) -> f64 {
    let lengths = f64::from(columns) / f64::from(settings.min_tokens.max(1));
    (4.0 * lengths - 6.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Tokens of long words: 4 points each.
    fn words(numbers: impl IntoIterator<Item = u32>) -> Vec<u32> {
        numbers.into_iter().map(|n| n << 2 | 2).collect()
    }

    /// What both texts repeat, by counting.
    fn counted(a: &[u32], b: &[u32]) -> i32 {
        let count = |tokens: &[u32]| {
            let mut counts = BTreeMap::new();
            for &token in tokens {
                *counts.entry(token).or_insert(0) += 1;
            }
            counts
        };
        let (a, b) = (count(a), count(b));
        let both = a.iter().filter_map(|(token, x)| b.get(token).map(|y| (*token, *x.min(y))));
        both.map(|(token, times): (u32, i32)| (times - 1) * weight(token)).sum()
    }

    /// The best alignment of what is left of two texts, edit after edit: its score, its matches
    /// and how many edits less than none come right after another.
    fn aligned(a: &[u32], b: &[u32], after_edit: bool) -> (i32, i32, i32) {
        let edit = |rest: (i32, i32, i32)| (rest.0 + EDIT, rest.1, rest.2 - i32::from(after_edit));
        let mut all = Vec::new();
        if let ([x, a @ ..], [y, b @ ..]) = (a, b) {
            all.push(edit(aligned(a, b, true)));
            if x == y {
                let rest = aligned(a, b, false);
                all.push((rest.0 + weight(*x), rest.1 + 1, rest.2));
            }
        }
        if let [_, a @ ..] = a {
            all.push(edit(aligned(a, b, true)));
        }
        if let [_, b @ ..] = b {
            all.push(edit(aligned(a, b, true)));
        }
        all.into_iter().max().unwrap_or_default()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 256 }))]

        #[test]
        fn repeats_and_further_edits_are_those_of_the_plain_ways(
            a in prop::collection::vec((0_u32..5, 0_u32..3).prop_map(|(n, c)| n << 2 | c), 0..6),
            b in prop::collection::vec((0_u32..5, 0_u32..3).prop_map(|(n, c)| n << 2 | c), 0..6),
        ) {
            let mut evidence = Evidence::default();
            prop_assert_eq!(evidence.repeated(&a, &b), counted(&a, &b));
            let further = evidence.further_edits(&a, &b, a.len() + b.len()).cast_signed();
            let best = aligned(&a, &b, false);
            prop_assert_eq!(further, -best.2);
            // As well where the alignment at hand is not the best one.
            for less in 0..4 {
                let most = most_further(best.0 - less, (&a, &b));
                prop_assert!(further.unsigned_abs() <= most);
                let near = evidence.further_edits(&a, &b, most as usize + 1);
                prop_assert_eq!(near, further.unsigned_abs());
            }
        }

        #[test]
        fn far_diagonals_need_not_be_looked_at(
            columns in prop::collection::vec((0_u32..9, 0_u32..9, 0_u32..3, 0_u32..12), 0..90),
            less in 0_i32..9,
        ) {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for (x, y, class, edit) in columns {
                a.extend((edit != 1).then_some(x << 2 | class));
                b.extend((edit != 2).then_some(if edit == 3 { y } else { x } << 2 | class));
            }
            let mut evidence = Evidence::default();
            let all = evidence.further_edits(&a, &b, a.len() + b.len());
            let best = super::super::align::between(&a, &b, &mut Vec::new()).score;
            let most = most_further(best - less, (&a, &b)) as usize + 1;
            prop_assert_eq!(evidence.further_edits(&a, &b, most), all);
        }
    }

    #[test]
    fn a_word_that_both_texts_repeat_counts_once() {
        let repeated = |a: &[u32], b: &[u32]| {
            // Odd words are long, even ones short.
            let text = |n: &[u32]| n.iter().map(|n| n << 2 | (n % 2 * 2)).collect::<Vec<u32>>();
            Evidence::default().repeated(&text(a), &text(b))
        };
        assert_eq!(repeated(&[1, 2, 3, 4], &[1, 2, 3, 4]), 0);
        assert_eq!(repeated(&[1, 2, 1, 2, 1], &[2, 1, 1, 2]), 4 + 2);
        assert_eq!(repeated(&[7, 7, 7, 9], &[9, 7]), 0);
        assert_eq!(repeated(&[7, 7, 7, 9], &[5, 9, 7, 7, 7, 7]), 8);
    }

    /// Whether texts with these counts are evidence of a passage of fifteen tokens.
    fn is_enough(a: &[u32], b: &[u32], slot_cost: i32) -> bool {
        let tally = super::super::align::between(a, b, &mut Vec::new());
        let settings = Settings { slot_cost, ..Settings::default() };
        Evidence::default().is_enough(tally, (a, b), &settings)
    }

    #[test]
    fn a_list_of_like_lines_is_no_evidence() {
        // Three times the same five words, with another date after each.
        let list = |own: u32| {
            let lines = (0..3).flat_map(|line| [1, 2, 3, 4, 5, own + line]);
            words(lines.take(17).collect::<Vec<u32>>())
        };
        assert!(!is_enough(&list(100), &list(200), 2));
        let fresh = |own: u32| words([1, 2, 3, 4, 5, own, 7, 8, 9, 10, 11, own + 1, 13, 14, 15]);
        assert!(is_enough(&fresh(100), &fresh(200), 2));
    }

    #[test]
    fn in_a_short_alignment_edits_apart_are_better_evidence_than_one_of_several_words() {
        let text = |own: u32, edited: &[u32]| {
            let own = move |n: u32| if edited.contains(&n) { own + n } else { n };
            words((0..15).map(own).collect::<Vec<u32>>())
        };
        let is_one = |edited: &[u32]| is_enough(&text(100, edited), &text(200, edited), 2);
        // 44 points less 12; three of the four edits are further ones, and cost 18 more.
        assert!(is_one(&[3, 6, 8, 11]));
        assert!(!is_one(&[6, 7, 8, 9]));
        assert!(is_enough(&text(100, &[6, 7, 8, 9]), &text(200, &[6, 7, 8, 9]), 0));
    }

    #[test]
    fn in_a_long_alignment_edits_of_several_words_are_usual() {
        let settings = Settings::default();
        for (columns, free) in [(15, 0.0), (22, 0.0), (30, 2.0), (60, 10.0)] {
            assert!((usual(columns, &settings) - free).abs() < 1e-9, "{columns}");
        }
    }
}

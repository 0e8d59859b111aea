//! Whether a lone match can still become a passage: a bound that costs little.
//!
//! Used by merge. Most pairs of documents share one match of less than the minimum length, and
//! nearly all of these fall short after their alignment on both sides. Here the score that a side
//! could add is bounded from above, by whether the band of the alignment has a token equal to that
//! of each row at all.
//! Invariant: no match is given up that the alignment would make a passage.

use super::align::{EDIT, REACH, WIDTH, weight, weights};
use super::mem::Mem;
use super::settings::Settings;
use crate::limits::narrow;
use crate::simd::{self, BANDS, Kernel, SIDE};

/// Most that one side of a match can add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Most {
    score: i32,
    columns: u32,
}

/// Rows of a side that are looked at; what needs more is aligned.
const ROWS: usize = 48;

/// Whether an extension that gives up at `drop` below its best may make a passage of a match that
/// is alone between these documents and shorter than the minimum.
pub(super) fn may_be_passage(
    mem: &Mem,
    (a, b): (&[u32], &[u32]),
    settings: &Settings,
    drop: i32,
) -> bool {
    let len = mem.len as usize;
    let near = |tokens: &[u32], start: u32| {
        let start = start as usize;
        Some(start.checked_sub(NEAR)?..start + len + NEAR).filter(|near| near.end <= tokens.len())
    };
    let near = near(a, mem.a).zip(near(b, mem.b)).and_then(|(near_a, near_b)| {
        let near = (&a[near_a], &b[near_b]);
        may_be_passage_near((NEAR, len), near, settings, (drop, Kernel::best()))
    });
    near.unwrap_or_else(|| may_be_passage_anywhere(mem, (a, b), settings, drop))
}

/// Tokens to either side of a match that [`may_be_passage_near`] looks at.
const NEAR: usize = SIDE + BEYOND;

/// As [`may_be_passage`], wherever in its texts the match is and however far it goes on.
fn may_be_passage_anywhere(
    mem: &Mem,
    (a, b): (&[u32], &[u32]),
    settings: &Settings,
    drop: i32,
) -> bool {
    let (start_a, start_b) = (mem.a as usize, mem.b as usize);
    let (end_a, end_b) = (start_a + mem.len as usize, start_b + mem.len as usize);
    let own = weights(&a[start_a..end_a]);
    let is_enough = |more: Most| {
        settings.may_accept(mem.len.saturating_add(more.columns), own.saturating_add(more.score))
    };
    let mut right = Side::new(drop);
    for (i, &token) in a[end_a..].iter().take(ROWS).enumerate() {
        // Of row `i` (from 0), the band goes from `REACH` tokens before to as many after.
        let from = (end_b + i).saturating_sub(REACH).max(end_b);
        let to = (end_b + i + REACH + 1).min(b.len());
        if !right.row(token, holds(b, from, to, token)) {
            break;
        }
    }
    let right = right.most(a.len() - end_a);
    let Some(right) = right else { return true };
    if is_enough(right) {
        return true;
    }
    let mut left = Side::new(drop);
    for (i, &token) in a[..start_a].iter().rev().take(ROWS).enumerate() {
        let to = (start_b + REACH).saturating_sub(i).min(start_b);
        let from = (start_b).saturating_sub(i + REACH + 1);
        if !left.row(token, holds(b, from, to, token)) {
            break;
        }
    }
    let Some(left) = left.most(start_a) else { return true };
    is_enough(Most { score: right.score + left.score, columns: right.columns + left.columns })
}

/// Tokens of a copy beyond the rows of [`may_be_passage_near`].
pub(super) const BEYOND: usize = REACH;

/// As [`may_be_passage`] for a match of `len` tokens, from copies of the tokens around it: it
/// starts `at` tokens from the start of both. Where a document ends its copy goes on with tokens
/// that are equal to no other. Nothing if the copies do not reach far enough: [`SIDE`] rows and
/// [`BEYOND`] on either side are looked at.
#[inline]
pub(super) fn may_be_passage_near(
    (at, len): (usize, usize),
    (a, b): (&[u32], &[u32]),
    settings: &Settings,
    (drop, kernel): (i32, Kernel),
) -> Option<bool> {
    let end = at + len;
    let (own, len) = (weights(&a[at..end]), narrow(len));
    let is_enough = |more: Most| {
        settings.may_accept(len.saturating_add(more.columns), own.saturating_add(more.score))
    };
    let rows = a.get(end..)?.first_chunk::<SIDE>()?;
    let bands = b.get(end.checked_sub(BEYOND)?..)?.first_chunk::<BANDS>()?;
    // The bands of the first rows start with the row, and where the copies end is not the end.
    let held = simd::held(rows, bands, (BEYOND, BANDS), kernel);
    let right = of_rows(rows.iter(), held, drop)?;
    if is_enough(right) {
        return Some(true);
    }
    let rows = a.get(at.checked_sub(SIDE)?..)?.first_chunk::<SIDE>()?;
    let bands = b.get(at.checked_sub(SIDE + BEYOND)?..)?.first_chunk::<BANDS>()?;
    let held = simd::held(rows, bands, (0, SIDE + BEYOND), kernel);
    let left = of_rows(rows.iter().rev(), held.reverse_bits() >> (u32::BITS - NARROW_SIDE), drop)?;
    let both = Most { score: right.score + left.score, columns: right.columns + left.columns };
    Some(is_enough(both))
}

/// [`SIDE`] as a number of bits.
const NARROW_SIDE: u32 = 16;

/// The most that a side adds whose first rows these are, of which those are held whose bits are
/// set; nothing if it goes on.
#[inline]
fn of_rows<'a>(rows: impl Iterator<Item = &'a u32>, mut held: u32, drop: i32) -> Option<Most> {
    let mut side = Side::new(drop);
    for &token in rows {
        if !side.row(token, held & 1 == 1) {
            break;
        }
        held >>= 1;
    }
    side.most(usize::MAX)
}

/// Whether `token` is in `tokens[from..to]`.
#[inline]
fn holds(tokens: &[u32], from: usize, to: usize, token: u32) -> bool {
    is_in(tokens.get(from..to).unwrap_or_default(), token)
}

/// Whether `token` is in the band of its row.
#[inline]
fn is_in(band: &[u32], token: u32) -> bool {
    // The usual length as a constant compiles to a few vector compares.
    if let Ok(band) = <&[u32; WIDTH]>::try_from(band) {
        return band.iter().map(|&t| u32::from(t == token)).sum::<u32>() > 0;
    }
    band.contains(&token)
}

/// The rows of one side, one by one.
#[derive(Debug)]
struct Side {
    drop: i32,
    rows: u32,
    /// No alignment has a higher score after the rows so far.
    score: i32,
    /// Of that, what the edit before the first equal token costs where no row was charged for it.
    first_edit: i32,
    most: Most,
    /// No alignment goes on.
    over: bool,
}

impl Side {
    fn new(drop: i32) -> Self {
        Self { drop, rows: 0, score: 0, first_edit: 0, most: Most::default(), over: false }
    }

    /// Takes a row whose band holds its token or does not; returns whether to go on.
    #[inline]
    fn row(&mut self, token: u32, is_held: bool) -> bool {
        self.rows += 1;
        if is_held {
            // A match is maximal: before the next equal token there is an edit.
            if self.rows == 1 {
                self.first_edit = EDIT;
                self.score += EDIT;
            }
            self.score += weight(token);
            if self.score > 0 {
                // Tokens of the other side alone are columns too, and each is an edit.
                let inserted = (self.score - 1 - self.first_edit) / -EDIT;
                self.most.columns = self.most.columns.max(self.rows + inserted.unsigned_abs());
                self.most.score = self.most.score.max(self.score);
            }
        } else {
            self.score += EDIT;
            // The best of an alignment is at least that of adding nothing.
            self.over = self.score <= -self.drop;
        }
        !self.over
    }

    /// The most that this side of `len` tokens adds; nothing if too few rows were looked at.
    fn most(&self, len: usize) -> Option<Most> {
        (self.over || self.rows as usize == len).then_some(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::super::align::{self, Tally};
    use super::*;
    use proptest::prelude::*;

    const DROP: i32 = 14;

    /// Whether the alignment on both sides makes a passage of the match.
    fn is_passage(mem: &Mem, (a, b): (&[u32], &[u32]), settings: &Settings) -> bool {
        let (start_a, start_b) = (mem.a as usize, mem.b as usize);
        let (end_a, end_b) = (start_a + mem.len as usize, start_b + mem.len as usize);
        let right = align::extend(
            a[end_a..].iter().copied(),
            b[end_b..].iter().copied(),
            (DROP, usize::MAX),
        );
        let left = align::extend(
            a[..start_a].iter().rev().copied(),
            b[..start_b].iter().rev().copied(),
            (DROP, usize::MAX),
        );
        let own = Tally::of_match(&a[start_a..end_a]);
        let all = own.plus(right.best.tally).plus(left.best.tally);
        let untrimmed = own.columns + right.columns + left.columns;
        let tally = if settings.supports(all.matched, all.columns) { all } else { own };
        settings.accepts(tally.columns, untrimmed, tally.matched, tally.score)
    }

    /// A text around a match, with the edits of one who copies.
    fn around(words: u32) -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        let token = (0..words, 0_u32..3).prop_map(|(n, class)| n << 2 | class);
        let edit = prop_oneof![12 => Just(0), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
        prop::collection::vec((token.clone(), token, edit), 0..40).prop_map(|columns| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for (x, y, edit) in columns {
                a.extend((edit != 1).then_some(x));
                b.extend((edit != 2).then_some(if edit == 3 { y } else { x }));
            }
            (a, b)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 4000 }))]

        #[test]
        fn no_match_is_given_up_that_is_a_passage_when_aligned(
            (left, right) in prop_oneof![
                (around(4), around(4)), (around(30), around(30)), (around(4000), around(4000)),
            ],
            len in 3_u32..20,
            own in 0_u32..3,
            (min_tokens, level) in (5_u32..30, 0..3),
        ) {
            // One token more on each side, so that the match is maximal.
            let run: Vec<u32> = (0..len).map(|n| (9000 + n) << 2 | own).collect();
            let a = [&left.0[..], &[8001 << 2], &run[..], &[8002 << 2], &right.0[..]].concat();
            let b = [&left.1[..], &[8003 << 2], &run[..], &[8004 << 2], &right.1[..]].concat();
            let place = |side: &Vec<u32>| crate::limits::narrow(side.len() + 1);
            let mem = Mem { doc_a: 0, doc_b: 1, a: place(&left.0), b: place(&left.1), len };
            let base = Settings { min_tokens, ..Settings::default() };
            let settings = match level {
                0 => base,
                1 => Settings { min_identity: 0.9, ..base },
                _ => Settings { min_identity: 0.45, min_score_per_token: 1.4, ..base },
            };
            if !may_be_passage(&mem, (&a, &b), &settings, DROP) {
                prop_assert!(!is_passage(&mem, (&a, &b), &settings));
            }
        }

        #[test]
        fn copies_of_what_is_near_say_the_same(
            (left, right) in prop_oneof![
                (around(4), around(4)), (around(30), around(30)), (around(4000), around(4000)),
            ],
            len in 3_u32..8,
            (copied_left, copied_right) in (0_usize..40, 0_usize..40),
        ) {
            let run: Vec<u32> = (0..len).map(|n| (9000 + n) << 2).collect();
            let a = [&left.0[..], &[8001 << 2], &run[..], &[8002 << 2], &right.0[..]].concat();
            let b = [&left.1[..], &[8003 << 2], &run[..], &[8004 << 2], &right.1[..]].concat();
            let place = |side: &Vec<u32>| narrow(side.len() + 1);
            let mem = Mem { doc_a: 0, doc_b: 1, a: place(&left.0), b: place(&left.1), len };
            let copy = |text: &[u32], at: u32, name: u32| {
                let token = |n: usize| {
                    (at as usize + n).checked_sub(copied_left).and_then(|n| text.get(n))
                };
                let all = 0..copied_left + len as usize + copied_right;
                all.map(|n| *token(n).unwrap_or(&(name << 2 | 3))).collect::<Vec<u32>>()
            };
            let (near_a, near_b) = (copy(&a, mem.a, 1), copy(&b, mem.b, 2));
            let settings = Settings::default();
            let place = (copied_left, len as usize);
            let near =
                may_be_passage_near(place, (&near_a, &near_b), &settings, (DROP, Kernel::best()));
            let plain = may_be_passage_anywhere(&mem, (&a, &b), &settings, DROP);
            prop_assert_eq!(may_be_passage(&mem, (&a, &b), &settings, DROP), plain);
            prop_assert!(near.is_none_or(|near| near == plain));
            // Nothing goes on for twenty rows of which none is held.
            let is_far = copied_left.min(copied_right) >= 36 && left.0.len() + right.0.len() == 0;
            prop_assert!(near.is_some() || !is_far);
        }
    }

    /// Whether eight long words may be a passage between these tokens on either side.
    fn hopeful(before: [&[u32]; 2], after: [&[u32]; 2]) -> bool {
        let run: Vec<u32> = (100..108).collect();
        let text = |side: usize| {
            let tokens = [before[side], &run, after[side]].concat();
            tokens.iter().map(|n| n << 2 | 2).collect::<Vec<u32>>()
        };
        let place = |side: &[u32]| crate::limits::narrow(side.len());
        let mem = Mem { doc_a: 0, doc_b: 1, a: place(before[0]), b: place(before[1]), len: 8 };
        may_be_passage(&mem, (&text(0), &text(1)), &Settings::default(), DROP)
    }

    #[test]
    fn a_match_with_too_few_equal_tokens_around_is_given_up() {
        let own = |from: u32, count: u32| (from..from + count).collect::<Vec<u32>>();
        let more = |count| [own(500, 1), own(0, count), own(520, 20)].concat();
        let other = |count| [own(600, 1), own(0, count), own(620, 20)].concat();
        assert!(hopeful([&[], &[]], [&more(6), &other(6)]));
        assert!(!hopeful([&[], &[]], [&more(2), &other(2)]), "too short");
        let back = |mut tokens: Vec<u32>| {
            tokens.reverse();
            tokens
        };
        assert!(hopeful([&back(more(6)), &back(other(6))], [&[], &[]]));
        assert!(!hopeful([&back(more(2)), &back(other(2))], [&[], &[]]));
        assert!(hopeful([&back(more(2)), &back(other(2))], [&more(2), &other(2)]), "both sides");
        assert!(!hopeful([&[], &[]], [&own(500, 60), &own(600, 60)]), "nothing is equal");
    }
}

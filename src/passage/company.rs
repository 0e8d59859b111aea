//! Whether a short match has others close by.
//!
//! Used by gather and merge: very many pairs of documents share one short match and nothing else,
//! such as a name with a title, and to align each of them would cost more than all the rest.

use super::mem::Mem;
use crate::simd::{BESIDE, Kernel, SIDE, Sides, equal_beside};

/// A lone match shorter than this must have company before it is aligned.
pub(super) const LONE: u32 = 8;

/// Tokens to either side of a short match that are looked at.
pub(super) const AROUND: usize = 16;

/// Diagonals to either side of that of the match on which equal tokens count.
pub(super) const SHIFTS: usize = 2;

/// Whether a short match has so many equal tokens close by, on near diagonals, that together with
/// it they are `needed` or more. Cheap; it looks [`AROUND`] tokens far and [`SHIFTS`] to the side,
/// so it says no to what only a wider alignment would bring together.
pub(super) fn has_company(mem: &Mem, a: &[u32], b: &[u32], needed: u32) -> bool {
    let (start_a, start_b) = (mem.a as usize, mem.b as usize);
    let (end_a, end_b) = (start_a + mem.len as usize, start_b + mem.len as usize);
    if let Some(sides) = sides((start_a, end_a, a), (start_b, end_b, b)) {
        return mem.len + equal_beside(sides, Kernel::best()) >= needed;
    }
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

/// Both sides of a match, given by its ends in either text, if they are of full length.
#[inline]
fn sides<'a>(
    (start_a, end_a, a): (usize, usize, &'a [u32]),
    (start_b, end_b, b): (usize, usize, &'a [u32]),
) -> Option<Sides<'a>> {
    let side = |at: usize| a.get(at..)?.first_chunk::<SIDE>();
    let with = |at: usize| b.get(at..)?.first_chunk::<BESIDE>();
    let left = (side(start_a.checked_sub(AROUND)?)?, with(start_b.checked_sub(AROUND + SHIFTS)?)?);
    Some([left, (side(end_a)?, with(end_b - SHIFTS)?)])
}

/// Whether a match of the documents `a` and `b` is short and has no company.
pub(super) fn is_weak(mem: &Mem, a: &[u32], b: &[u32], needed: u32) -> bool {
    mem.len < LONE && !has_company(mem, a, b, needed)
}

fn count_equal(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Equal tokens beside a match, one by one, with those of the match.
    fn counted(mem: &Mem, a: &[u32], b: &[u32]) -> u32 {
        let (a, b): (Vec<i64>, Vec<i64>) =
            (a.iter().map(|&t| t.into()).collect(), b.iter().map(|&t| t.into()).collect());
        let equal = |x: i64, y: i64| {
            let token = |tokens: &[i64], at: i64| {
                usize::try_from(at).ok().and_then(|at| tokens.get(at).copied())
            };
            token(&a, x).is_some_and(|x| token(&b, y) == Some(x))
        };
        let (start_a, start_b) = (i64::from(mem.a), i64::from(mem.b));
        let (end_a, end_b) = (start_a + i64::from(mem.len), start_b + i64::from(mem.len));
        let mut count = mem.len;
        for shift in -2..=2 {
            let left = (1..=16).filter(|&i| equal(start_a - i, start_b + shift - i)).count();
            let right = (0..16).filter(|&i| equal(end_a + i, end_b + shift + i)).count();
            count += u32::try_from(left + right).unwrap();
        }
        count
    }

    proptest! {
        #[test]
        fn equal_tokens_within_sixteen_on_five_diagonals_are_company(
            mut a in prop::collection::vec(0_u32..4, 0..60),
            mut b in prop::collection::vec(0_u32..4, 0..60),
            at in (0_usize..60, 0_usize..60),
            len in 3_usize..8,
        ) {
            let (at_a, at_b) = (at.0.min(a.len()), at.1.min(b.len()));
            let run: Vec<u32> = (100..).take(len).collect();
            a.splice(at_a..at_a, run.iter().copied());
            b.splice(at_b..at_b, run);
            let [start_a, start_b, len] = [at_a, at_b, len].map(crate::limits::narrow);
            let mem = Mem { doc_a: 0, doc_b: 1, a: start_a, b: start_b, len };
            let count = counted(&mem, &a, &b);
            prop_assert!(has_company(&mem, &a, &b, count));
            prop_assert!(!has_company(&mem, &a, &b, count + 1));
        }
    }
}

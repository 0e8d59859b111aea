//! The tokens around the positions of a group, copied once so that all its pairs are judged from
//! the cache.
//!
//! Used by gather. A group of n positions has up to n(n-1)/2 pairs, and the tokens of each position
//! lie somewhere else in memory.
//! Invariant: what is decided here is what [`extend`](super::mem::extend) and
//! [`has_company`](company::has_company) decide from the documents; where the copy does not reach,
//! nothing is decided.

use super::company::{self, AROUND, LONE, SHIFTS, count_equal};
use super::mem::{Mem, Places};
use super::settings::Settings;
use super::shard::{Role, Shard, Tokens};
use crate::limits::narrow;

/// Tokens before a position that are copied.
const LEFT: usize = AROUND + SHIFTS;
/// Longest match that is judged from copies.
const MOST: usize = LONE as usize - 1;
/// Tokens that are copied.
const COPIED: usize = LEFT + MOST + AROUND + SHIFTS + 1;

/// A position of a group with the tokens around it.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub(super) position: u32,
    pub(super) doc: u32,
    /// The same, from the first token of the document.
    at: u32,
    pub(super) role: Role,
    /// The group of the shingle one token to the left is followed.
    left_followed: bool,
    /// All tokens around it exist and are copied.
    whole: bool,
    tokens: [u32; COPIED],
}

/// What a pair of positions is found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// No match, or one that another hit starts.
    Nothing,
    /// A short match that starts here and has no company.
    Weak,
    /// Any other match that starts here.
    Match(Mem),
    /// The copies do not reach far enough.
    Open,
}

impl Around {
    /// Copies the tokens around a position.
    pub(super) fn of<T: Tokens>(
        shard: &Shard<T>,
        position: u32,
        followed: impl Fn(u32) -> bool,
    ) -> Self {
        let doc = shard.document_at(position);
        let range = shard.range(doc);
        let at = position as usize - range.start;
        let mut tokens = [0; COPIED];
        let mut whole = false;
        if let Some(first) = at.checked_sub(LEFT)
            && let Some(near) = shard.document(doc).get(first..first + COPIED)
        {
            tokens.copy_from_slice(near);
            whole = true;
        }
        let left_followed = whole && followed(position - 1);
        Self { position, doc, at: narrow(at), role: shard.role(doc), left_followed, whole, tokens }
    }

    /// Position and document.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.position, self.doc)
    }

    /// Judges the pair of this position and a later one of its group, whose shingles have `size`
    /// tokens; a short match needs `needed` equal tokens with those close by.
    #[inline]
    pub(super) fn judge(&self, other: &Self, settings: &Settings, needed: u32) -> Judged {
        let size = settings.window(self.tokens[LEFT]);
        if !(self.whole && other.whole) || self.doc == other.doc || size > MOST {
            return Judged::Open;
        }
        let left = self.tokens[LEFT - 1];
        if left == other.tokens[LEFT - 1] {
            // The pair to the left starts the match, if its shingle is known to be equal.
            let followed = self.left_followed && other.left_followed;
            return if followed && settings.window(left) <= size + 1 {
                Judged::Nothing
            } else {
                Judged::Open
            };
        }
        let pairs = self.tokens[LEFT..=LEFT + MOST].iter().zip(&other.tokens[LEFT..=LEFT + MOST]);
        let len = pairs.take_while(|(x, y)| x == y).count();
        if len < size {
            // A hash only proposes.
            return Judged::Nothing;
        }
        if len > MOST {
            return Judged::Open;
        }
        if !self.has_company(other, len, needed) {
            return Judged::Weak;
        }
        let (a, b, len) = (self.at, other.at, narrow(len));
        Judged::Match(Mem { doc_a: self.doc, doc_b: other.doc, a, b, len })
    }

    /// [`has_company`](company::has_company) of the match of `len` tokens that starts here.
    #[inline]
    fn has_company(&self, other: &Self, len: usize, needed: u32) -> bool {
        let mut equal = narrow(len);
        let (left, right) = (&self.tokens[LEFT - AROUND..LEFT], LEFT + len);
        let right_here = &self.tokens[right..right + AROUND];
        for shift in 0..=2 * SHIFTS {
            let from = right + shift - SHIFTS;
            equal += count_equal(left, &other.tokens[shift..shift + AROUND]);
            equal += count_equal(right_here, &other.tokens[from..from + AROUND]);
            if equal >= needed {
                return true;
            }
        }
        false
    }
}

/// [`is_weak`](company::is_weak) of a match in a shard, from the documents themselves.
pub(super) fn is_weak<T: Tokens>(shard: &Shard<T>, mem: &Mem, needed: u32) -> bool {
    company::is_weak(mem, shard.document(mem.doc_a), shard.document(mem.doc_b), needed)
}

/// Both places of a pair.
pub(super) fn places(x: &Around, y: &Around) -> Places {
    (x.place(), y.place())
}

#[cfg(test)]
mod tests {
    use super::super::mem::extend;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn copies_say_what_the_documents_say(
            mut a in prop::collection::vec(0_u32..4, 50..90),
            mut b in prop::collection::vec(0_u32..4, 50..90),
            at in (0_usize..90, 0_usize..90),
            len in 3_usize..10,
            left: bool,
            needed in 5_u32..40,
        ) {
            let run: Vec<u32> = (100..).take(len).collect();
            let (at_a, at_b) = (at.0.min(a.len()), at.1.min(b.len()));
            a.splice(at_a..at_a, run.iter().copied());
            b.splice(at_b..at_b, run);
            let [a, b] = [a, b].map(|text| text.iter().map(|n| n << 2 | 2).collect::<Vec<u32>>());
            let ends = vec![0, narrow(a.len()), narrow(a.len() + b.len())];
            let (x, y) = (narrow(at_a), ends[1] + narrow(at_b));
            let shard = Shard::new([a, b].concat(), ends, vec![Role::default(); 2]);
            let settings = Settings { shingle: 3, ..Settings::default() };
            let around = |position| Around::of(&shard, position, |_| left);
            let (here, there) = (around(x), around(y));
            let plain = extend(&shard, &settings, (((x, 0), (y, 1)), 0), |_, _, _| left);
            match here.judge(&there, &settings, needed) {
                Judged::Open => {}
                Judged::Nothing => prop_assert_eq!(plain, None),
                Judged::Match(mem) => {
                    prop_assert_eq!(plain, Some(mem));
                    prop_assert!(!is_weak(&shard, &mem, needed));
                }
                Judged::Weak => {
                    let mem = plain.unwrap();
                    prop_assert!(is_weak(&shard, &mem, needed));
                    prop_assert_eq!((mem.a, mem.b), (narrow(at_a), narrow(at_b)));
                }
            }
        }
    }

    #[test]
    fn a_match_in_the_middle_of_two_texts_is_decided() {
        let text = |own: u32| {
            (0..30).map(move |n| own + n).chain(0..5).chain((30..60).map(move |n| own + n))
        };
        let tokens: Vec<u32> = text(1000).chain(text(2000)).map(|n| n << 2).collect();
        let shard = Shard::new(tokens, vec![0, 65, 130], vec![Role::default(); 2]);
        let settings = Settings::default();
        let judged = |needed| {
            let around = |position| Around::of(&shard, position, |_| true);
            around(30).judge(&around(95), &settings, needed)
        };
        let mem = Mem { doc_a: 0, doc_b: 1, a: 30, b: 30, len: 5 };
        assert_eq!((judged(6), judged(5)), (Judged::Weak, Judged::Match(mem)));
    }
}

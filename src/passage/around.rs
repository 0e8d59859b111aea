//! The tokens around the positions of a group, copied once so that all its pairs are judged from
//! the cache.
//!
//! Used by gather. A group of n positions has up to n(n-1)/2 pairs, and the tokens of each position
//! lie somewhere else in memory.
//! Invariant: what is decided here is what [`extend`](super::mem::extend),
//! [`has_company`](company::has_company) and
//! [`may_be_passage`](super::outlook::may_be_passage) decide from the documents; where the copy
//! does not reach, nothing is decided.

use super::company::{self, AROUND, LONE, SHIFTS};
use super::mem::{Mem, Places};
use super::merge::DROP;
use super::outlook::{BEYOND, may_be_passage_near};
use super::seed::{Part, Parts};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use crate::simd::{BESIDE, Kernel, SIDE, Sides, equal_beside};

/// Tokens before a position that are copied: as many as the outlook of a match needs.
pub(super) const LEFT: usize = SIDE + BEYOND;
/// Longest match that is judged from copies.
const MOST: usize = LONE as usize - 1;
/// Tokens that are copied.
pub(super) const COPIED: usize = LEFT + MOST + SIDE + BEYOND;

/// A position of a group with the tokens around it.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub(super) position: u32,
    pub(super) doc: u32,
    /// The same, from the first token of the document.
    at: u32,
    pub(super) group: u32,
    /// What the position one token to the left is to its group.
    left: Part,
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

/// How pairs of a group are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) settings: &'a Settings,
    /// Equal tokens that a short match needs, with those close by.
    pub(super) needed: u32,
    /// Tokens from each position on that are known to be equal, if their hash is right.
    pub(super) least: usize,
    /// How tokens are compared.
    pub(super) kernel: Kernel,
}

impl Around {
    /// Copies the tokens around a position. Beyond the ends of its document the copy has tokens
    /// that occur in no text, and in no copy of another `name`.
    pub(super) fn of<T: Tokens>(
        shard: &Shard<T>,
        position: u32,
        parts: &Parts,
        name: usize,
    ) -> Self {
        let doc = shard.document_at(position);
        let at = position as usize - shard.range(doc).start;
        let document = shard.document(doc);
        let near = at.checked_sub(LEFT).and_then(|first| document.get(first..));
        let tokens = match near.and_then(<[u32]>::first_chunk) {
            Some(near) => *near,
            None => copy_near(document, at, narrow(name) << 2 | NO_CLASS),
        };
        let left = if at == 0 { Part::default() } else { parts.get(position - 1) };
        Self { position, doc, at: narrow(at), group: shard.group(doc), left, tokens }
    }

    /// Position and document.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.position, self.doc)
    }

    /// Judges the pair of this position and a later one of its group.
    #[inline]
    pub(super) fn judge(&self, other: &Self, rule: Rule<'_>) -> Judged {
        let known = rule.settings.window(self.tokens[LEFT]).max(rule.least);
        if self.doc == other.doc {
            return Judged::Open;
        }
        let left = self.tokens[LEFT - 1];
        if left == other.tokens[LEFT - 1] {
            // The pair to the left starts the match, if it is a hit.
            let len = known + 1;
            let is_hit = rule.settings.window(left) <= len
                && self.left.pairs_up(other.left, len, rule.settings);
            return if is_hit { Judged::Nothing } else { Judged::Open };
        }
        if known > MOST {
            return Judged::Open;
        }
        let pairs = self.tokens[LEFT..=LEFT + MOST].iter().zip(&other.tokens[LEFT..=LEFT + MOST]);
        let len = pairs.take_while(|(x, y)| x == y).count();
        if len < known {
            // A hash only proposes.
            return Judged::Nothing;
        }
        if len > MOST {
            return Judged::Open;
        }
        if !self.has_company(other, len, rule) {
            return Judged::Weak;
        }
        let (a, b, len) = (self.at, other.at, narrow(len));
        Judged::Match(Mem { doc_a: self.doc, doc_b: other.doc, a, b, len })
    }

    /// [`has_company`](company::has_company) of the match of `len` tokens that starts here.
    #[inline]
    fn has_company(&self, other: &Self, len: usize, rule: Rule<'_>) -> bool {
        let equal = self.beside(other, len).map_or(0, |sides| equal_beside(sides, rule.kernel));
        narrow(len) + equal >= rule.needed
    }

    /// Both sides of a match of `len` tokens that starts here, and what they are compared with;
    /// they are always there.
    #[inline]
    fn beside<'a>(&'a self, other: &'a Self, len: usize) -> Option<Sides<'a>> {
        let (left, right) = (LEFT - AROUND, LEFT + len);
        let side = |at: usize| self.tokens.get(at..)?.first_chunk::<SIDE>();
        let with = |at: usize| other.tokens.get(at - SHIFTS..)?.first_chunk::<BESIDE>();
        Some([(side(left)?, with(left)?), (side(right)?, with(right)?)])
    }

    /// Whether a match of `len` tokens that starts here, is alone and shorter than the minimum may
    /// be a passage, if the copies say.
    #[inline]
    pub(super) fn outlook(&self, other: &Self, len: u32, rule: Rule<'_>) -> Option<bool> {
        let tokens = (&self.tokens[..], &other.tokens[..]);
        may_be_passage_near((LEFT, len as usize), tokens, rule.settings, (DROP, rule.kernel))
    }
}

/// The lowest bits of a token of no class, so of no text.
const NO_CLASS: u32 = 3;

/// Copies what there is around a place near the start or the end of its document.
#[cold]
fn copy_near(document: &[u32], at: usize, filler: u32) -> [u32; COPIED] {
    let mut tokens = [filler; COPIED];
    let missing = LEFT.saturating_sub(at);
    let first = at.saturating_sub(LEFT);
    let near = &document[first..document.len().min(at + COPIED - LEFT)];
    tokens[missing..missing + near.len()].copy_from_slice(near);
    tokens
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
    use super::super::seed::Mark;
    use super::super::shard::Role;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn copies_say_what_the_documents_say(
            mut a in prop::collection::vec(0_u32..4, 0..90),
            mut b in prop::collection::vec(0_u32..4, 0..90),
            at in (0_usize..90, 0_usize..90),
            len in 3_usize..10,
            left: bool,
            needed in 5_u32..40,
            least in prop_oneof![Just(0_usize), Just(6), Just(9)],
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
            let parts = parts(&shard, left);
            let here = Around::of(&shard, x, &parts, 0);
            let there = Around::of(&shard, y, &parts, 1);
            let plain = extend(&shard, &settings, (((x, 0), (y, 1)), least), |_, _, _| left);
            let kernel = Kernel::best();
            match here.judge(&there, Rule { settings: &settings, needed, least, kernel }) {
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

    /// Parts of all positions, in groups that are followed or in none.
    fn parts(shard: &Shard, followed: bool) -> Parts {
        let parts = Parts::new(shard.len());
        (0..narrow(shard.len())).filter(|_| followed).for_each(|at| parts.set(at, Mark::Followed));
        parts
    }

    #[test]
    fn a_match_is_decided_wherever_in_two_texts_it_is() {
        let text = |own: u32| {
            (0..30).map(move |n| own + n).chain(0..5).chain((30..60).map(move |n| own + n))
        };
        let tokens: Vec<u32> = text(1000).chain(text(2000)).map(|n| n << 2).collect();
        let shard = Shard::new(tokens, vec![0, 65, 130], vec![Role::default(); 2]);
        let settings = Settings::default();
        let judged = |shard: &Shard, (x, y), needed| {
            let around = |position, name| Around::of(shard, position, &parts(shard, true), name);
            let kernel = Kernel::Plain;
            let rule = Rule { settings: &settings, needed, least: 0, kernel };
            around(x, 0).judge(&around(y, 1), rule)
        };
        let mem = Mem { doc_a: 0, doc_b: 1, a: 30, b: 30, len: 5 };
        assert_eq!(judged(&shard, (30, 95), 6), Judged::Weak);
        assert_eq!(judged(&shard, (30, 95), 5), Judged::Match(mem));
        let whole: Vec<u32> = (0..5).chain(0..5).map(|n| n << 2).collect();
        let shard = Shard::new(whole, vec![0, 5, 10], vec![Role::default(); 2]);
        assert_eq!(judged(&shard, (0, 5), 6), Judged::Weak, "both ends of both texts");
        assert_eq!(judged(&shard, (0, 5), 5), Judged::Match(Mem { a: 0, b: 0, ..mem }));
    }
}

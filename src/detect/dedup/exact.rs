//! Which stretches of texts are repeats of what other texts keep.
//!
//! Fed by `cut` with the tokens of all texts in the order of their claims, and with the passages
//! that a search found. A repeat that was edited is cut where the search found it; runs of equal
//! tokens are found here, all of them, by a hash of every window. What is left of a text joins
//! where something was cut, so this goes on until no window occurs twice.
//! Invariant: of every run of `min_tokens` equal tokens one is left, and what was cut is kept
//! elsewhere.

use crate::hash::{self, Map, Set};
use crate::limits::narrow;
use rayon::prelude::*;

/// A stretch that is cut, in tokens of the text, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Text that keeps it, and its tokens there.
    pub(super) kept_in: u32,
    pub(super) kept_start: u32,
    pub(super) kept_end: u32,
}

/// What is cut and how.
pub(super) struct Rules<'a> {
    /// Shortest repeat.
    pub(super) min_tokens: usize,
    /// A text of which less is left after a cut goes whole.
    pub(super) min_left: usize,
    /// Repeats count only between texts of one group.
    pub(super) group: &'a (dyn Fn(u32) -> u64 + Sync),
    /// Texts of which nothing is cut.
    pub(super) fixed: &'a (dyn Fn(u32) -> bool + Sync),
    /// For every text its passages with others.
    pub(super) passages: &'a [Vec<Cut>],
}

/// What became of one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Ascending, not overlapping.
    pub(super) cuts: Vec<Cut>,
    /// What is left goes too.
    pub(super) whole: bool,
}

/// Share of a passage that its other text must still have for it to be a repeat of that.
const STILL_THERE: f64 = 0.95;
/// Parts of the space of hashes that are looked at one after the other, to hold few at a time.
const PARTS: u64 = 16;
/// Factor of the rolling hash: odd, with bits all over.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Cuts repeats out of `texts`, those that come first in `order` keeping theirs.
pub(super) fn cut(texts: &[Vec<u32>], order: &[u32], rules: &Rules<'_>) -> Vec<Outcome> {
    let mut work = Work::new(texts, rules);
    let mut first = true;
    loop {
        let twice = work.twice();
        if twice.is_empty() && !first {
            break;
        }
        let mut windows = Windows::default();
        let mut any = false;
        for &text in order {
            if first {
                work.cut_passages(text);
            }
            any |= work.cut_runs(text, &twice, &mut windows, first);
        }
        work.settle();
        first = false;
        if !any {
            break;
        }
    }
    work.outcomes.iter_mut().for_each(|outcome| outcome.cuts.sort_unstable());
    work.outcomes
}

/// Where windows are kept: text, and place in what is left of it.
type Windows = Map<u64, (u32, u32)>;

/// What is left of a text: tokens, and where they were.
#[derive(Debug, Clone, Default)]
struct Left {
    tokens: Vec<u32>,
    places: Vec<u32>,
}

struct Work<'a> {
    rules: &'a Rules<'a>,
    left: Vec<Left>,
    /// Tokens that were cut, of texts with cuts.
    gone: Map<u32, Vec<bool>>,
    outcomes: Vec<Outcome>,
    /// Texts that have changed since what is left was made.
    changed: Vec<u32>,
    /// Which texts had their turn.
    done: Vec<bool>,
}

impl<'a> Work<'a> {
    fn new(texts: &[Vec<u32>], rules: &'a Rules<'a>) -> Self {
        let left = texts.par_iter().map(|tokens| Left {
            tokens: tokens.clone(),
            places: (0..narrow(tokens.len())).collect(),
        });
        Self {
            rules,
            left: left.collect(),
            gone: Map::default(),
            outcomes: vec![Outcome::default(); texts.len()],
            changed: Vec::new(),
            done: vec![false; texts.len()],
        }
    }

    /// Hashes of windows that occur twice in what is left.
    fn twice(&self) -> Set<u64> {
        let mut twice = Set::default();
        for part in 0..PARTS {
            let of_text = |(text, left): (usize, &Left)| {
                let mut hashes = self.hashes(narrow(text), left);
                hashes.retain(|hash| hash % PARTS == part);
                hashes
            };
            let mut all: Vec<u64> =
                self.left.par_iter().enumerate().flat_map_iter(of_text).collect();
            all.par_sort_unstable();
            twice.extend(all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        }
        twice
    }

    /// Hash of every window of a text, in which its group is mixed.
    fn hashes(&self, text: u32, left: &Left) -> Vec<u64> {
        let length = self.rules.min_tokens;
        if left.tokens.len() < length || self.outcomes[text as usize].whole {
            return Vec::new();
        }
        let group = (self.rules.group)(text);
        let term = |token: u32| hash::mix(u64::from(token) + 1);
        let mut top = 1_u64;
        (1..length).for_each(|_| top = top.wrapping_mul(FACTOR));
        let mut sum = 0_u64;
        let mut hashes = Vec::with_capacity(left.tokens.len() + 1 - length);
        for (n, &token) in left.tokens.iter().enumerate() {
            sum = sum.wrapping_mul(FACTOR).wrapping_add(term(token));
            if n + 1 >= length {
                hashes.push(hash::mix(sum ^ group));
                sum = sum.wrapping_sub(term(left.tokens[n + 1 - length]).wrapping_mul(top));
            }
        }
        hashes
    }

    /// Cuts the passages that a text shares with texts that come before it, or with an earlier
    /// place of its own.
    fn cut_passages(&mut self, text: u32) {
        let fixed = (self.rules.fixed)(text);
        for &passage in self.rules.passages.get(text as usize).into_iter().flatten() {
            let own = passage.kept_in == text;
            let before = if own {
                passage.kept_end <= passage.start
            } else {
                self.done[passage.kept_in as usize]
            };
            let same = (self.rules.group)(text) == (self.rules.group)(passage.kept_in);
            if !fixed && before && same && self.is_there(&passage) {
                self.take(text, passage);
            }
        }
        self.done[text as usize] = true;
        if self.changed.last() == Some(&text) {
            self.changed.pop();
            self.renew(text);
        }
    }

    /// Whether the other text of a passage still has it.
    fn is_there(&self, passage: &Cut) -> bool {
        if self.outcomes[passage.kept_in as usize].whole {
            return false;
        }
        let Some(gone) = self.gone.get(&passage.kept_in) else { return true };
        let range = passage.kept_start as usize..passage.kept_end as usize;
        let there = gone[range.clone()].iter().filter(|gone| !**gone).count();
        there as f64 >= STILL_THERE * range.len() as f64
    }

    /// Cuts what is not cut yet of a stretch.
    fn take(&mut self, text: u32, cut: Cut) {
        let total = self.left[text as usize].places.last().map_or(0, |&last| last as usize + 1);
        let gone = self.gone.entry(text).or_default();
        gone.resize(gone.len().max(total), false);
        let mut start = cut.start;
        while start < cut.end {
            let Some(free) = (start..cut.end).find(|&n| !gone[n as usize]) else { break };
            let end = (free..cut.end).find(|&n| gone[n as usize]).unwrap_or(cut.end);
            gone[free as usize..end as usize].fill(true);
            // Of an edited passage the places inside are not known; the whole of it is kept there.
            self.outcomes[text as usize].cuts.push(Cut { start: free, end, ..cut });
            start = end;
        }
        if self.changed.last() != Some(&text) {
            self.changed.push(text);
        }
    }

    /// Makes anew what is left of a text.
    fn renew(&mut self, text: u32) {
        let Some(gone) = self.gone.get(&text) else { return };
        let left = &mut self.left[text as usize];
        let stays: Vec<bool> = left.places.iter().map(|&place| !gone[place as usize]).collect();
        let mut stay = stays.iter();
        left.tokens.retain(|_| stay.next().is_some_and(|stays| *stays));
        let mut stay = stays.iter();
        left.places.retain(|_| stay.next().is_some_and(|stays| *stays));
    }

    /// Cuts the runs of a text that are kept already, and notes what it keeps.
    fn cut_runs(
        &mut self,
        text: u32,
        twice: &Set<u64>,
        windows: &mut Windows,
        may_go: bool,
    ) -> bool {
        let length = self.rules.min_tokens;
        let hashes = self.hashes(text, &self.left[text as usize]);
        let runs = if (self.rules.fixed)(text) {
            Vec::new()
        } else {
            self.runs(text, &hashes, twice, windows)
        };
        let mut cut = vec![false; self.left[text as usize].tokens.len()];
        for run in &runs {
            cut[run.at..run.at + run.length].fill(true);
        }
        let stays = cut.iter().filter(|cut| !**cut).count();
        let has_cuts = !runs.is_empty() || !self.outcomes[text as usize].cuts.is_empty();
        for run in &runs {
            self.take_run(text, run);
        }
        if may_go && has_cuts && stays < self.rules.min_left {
            self.outcomes[text as usize].whole = true;
            return !runs.is_empty();
        }
        // The first token that is cut from where we are on.
        let mut next_cut = (hashes.len()..cut.len()).find(|&n| cut[n]).unwrap_or(cut.len());
        for (at, hash) in hashes.iter().enumerate().rev() {
            next_cut = if cut[at] { at } else { next_cut };
            if next_cut >= at + length && twice.contains(hash) {
                windows.insert(*hash, (text, narrow(at)));
            }
        }
        !runs.is_empty()
    }

    /// The runs of a text that are in windows of others, or in earlier ones of its own.
    fn runs(&self, text: u32, hashes: &[u64], twice: &Set<u64>, windows: &Windows) -> Vec<Run> {
        let length = self.rules.min_tokens;
        let tokens = &self.left[text as usize].tokens;
        let (mut own, mut runs, mut at) = (Map::<u64, usize>::default(), Vec::new(), 0);
        while let Some(hash) = hashes.get(at) {
            if !twice.contains(hash) {
                at += 1;
                continue;
            }
            let window = &tokens[at..at + length];
            let other = windows.get(hash).filter(|&&(other, place)| {
                self.left[other as usize].tokens[place as usize..].starts_with(window)
            });
            if let Some(&(other, place)) = other {
                let follows = |n: &usize| {
                    let place = place + narrow(*n);
                    let next = self.left[other as usize].tokens.get(place as usize + length - 1);
                    let known = hashes.get(at + n).and_then(|hash| windows.get(hash));
                    known == Some(&(other, place)) && next == tokens.get(at + n + length - 1)
                };
                let more = (1..hashes.len()).take_while(follows).count();
                let run = Run { at, length: length + more, text: other, place: place as usize };
                at += run.length;
                runs.push(run);
                continue;
            }
            let known = own.get(hash).copied();
            let Some(place) = known.filter(|&place| tokens[place..].starts_with(window)) else {
                own.insert(*hash, at);
                at += 1;
                continue;
            };
            let pairs = tokens[at..].iter().zip(&tokens[place..]);
            let equal = pairs.take_while(|(x, y)| x == y).count();
            // Of stretches that repeat themselves the first one stays whole.
            let skip = (place + length).saturating_sub(at);
            if equal > skip {
                let (at, place) = (at + skip, place + skip);
                runs.push(Run { at, length: equal - skip, text, place });
            }
            at += equal;
        }
        runs
    }

    /// Cuts a run, in pieces that are unbroken in both texts.
    fn take_run(&mut self, text: u32, run: &Run) {
        let mut from = 0;
        while from < run.length {
            let (own, other) = (&self.left[text as usize], &self.left[run.text as usize]);
            let (start, kept) = (own.places[run.at + from], other.places[run.place + from]);
            let unbroken = |n: &usize| {
                let far = narrow(*n - from);
                own.places.get(run.at + n) == Some(&(start + far))
                    && other.places.get(run.place + n) == Some(&(kept + far))
            };
            let end = (from..run.length).take_while(unbroken).last().unwrap_or(from) + 1;
            let tokens = narrow(end - from);
            let (kept_start, kept_end) = (kept, kept + tokens);
            let (end_token, kept_in) = (start + tokens, run.text);
            self.take(text, Cut { start, end: end_token, kept_in, kept_start, kept_end });
            from = end;
        }
    }

    /// Makes anew what is left of all texts that have changed.
    fn settle(&mut self) {
        for text in std::mem::take(&mut self.changed) {
            self.renew(text);
        }
    }
}

/// A run of equal tokens, in what is left of its text and of the one that keeps it.
struct Run {
    at: usize,
    length: usize,
    text: u32,
    place: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(texts: &[Vec<u32>], min_tokens: usize, min_left: usize) -> Vec<Outcome> {
        let order: Vec<u32> = (0..narrow(texts.len())).collect();
        let (group, fixed) = (|_: u32| 0, |_: u32| false);
        let rules = Rules { min_tokens, min_left, group: &group, fixed: &fixed, passages: &[] };
        cut(texts, &order, &rules)
    }

    /// What is left of a text.
    fn rest(text: &[u32], outcome: &Outcome) -> Vec<u32> {
        let is_cut = |n: u32| outcome.cuts.iter().any(|cut| (cut.start..cut.end).contains(&n));
        let all = text.iter().zip(0..).filter(|(_, n)| !is_cut(*n)).map(|(token, _)| *token);
        if outcome.whole { Vec::new() } else { all.collect() }
    }

    #[test]
    fn the_first_text_keeps_what_is_repeated() {
        let shared: Vec<u32> = (100..108).collect();
        let texts = [
            [vec![1, 2], shared.clone(), vec![3]].concat(),
            [vec![4], shared.clone(), vec![5, 6]].concat(),
            [shared.clone(), vec![7], shared.clone()].concat(),
        ];
        let found = plain(&texts, 6, 0);
        let cut = |start, end, kept_in, kept_start| Cut {
            start,
            end,
            kept_in,
            kept_start,
            kept_end: kept_start + end - start,
        };
        assert_eq!(found[0].cuts, []);
        assert_eq!(found[1].cuts, [cut(1, 9, 0, 2)]);
        assert_eq!(found[2].cuts, [cut(0, 8, 0, 2), cut(9, 17, 0, 2)]);
        assert!(plain(&texts, 6, 2)[2].whole, "one token is left");
    }

    #[test]
    fn what_is_joined_by_a_cut_is_looked_at_again() {
        let (add, left, right) = (vec![1, 2, 3, 4, 5], vec![10, 11, 12], vec![13, 14, 15]);
        let texts = [
            add.clone(),
            [left.clone(), right.clone()].concat(),
            [left, add, right, vec![16]].concat(),
        ];
        let found = plain(&texts, 5, 0);
        assert_eq!(rest(&texts[2], &found[2]), [16]);
        let kept: Vec<u32> = found[2].cuts.iter().map(|cut| cut.kept_in).collect();
        assert_eq!(kept, [1, 0, 1]);
    }

    #[test]
    fn a_text_that_repeats_itself_keeps_one_window() {
        let texts = [vec![7; 40]];
        let found = plain(&texts, 6, 0);
        assert_eq!(rest(&texts[0], &found[0]), [7; 6]);
    }

    #[test]
    fn an_edited_passage_is_cut_where_the_other_text_still_has_it() {
        let texts = [(0..20).collect::<Vec<u32>>(), (0..20).map(|n| n * 3 % 21).collect()];
        let passage = Cut { start: 2, end: 18, kept_in: 0, kept_start: 2, kept_end: 18 };
        let back = Cut { kept_in: 1, ..passage };
        let passages = [vec![back], vec![passage]];
        let (group, fixed) = (|_: u32| 0, |_: u32| false);
        let rules = Rules {
            min_tokens: 10,
            min_left: 0,
            group: &group,
            fixed: &fixed,
            passages: &passages,
        };
        let found = cut(&texts, &[0, 1], &rules);
        assert_eq!((found[0].cuts.len(), &found[1].cuts[..]), (0, &[passage][..]));
        let all = |_: u32| true;
        let found = cut(&texts, &[0, 1], &Rules { fixed: &all, ..rules });
        assert!(found.iter().all(|outcome| outcome.cuts.is_empty()));
    }

    proptest! {
        /// The plain twin: windows of what is left, all in one list.
        #[test]
        fn no_window_is_left_twice_and_nothing_else_is_cut(
            texts in prop::collection::vec(prop::collection::vec(0_u32..3, 0..40), 0..8),
            min_tokens in 2_usize..6,
        ) {
            let found = plain(&texts, min_tokens, 0);
            let left: Vec<Vec<u32>> =
                texts.iter().zip(&found).map(|(text, outcome)| rest(text, outcome)).collect();
            let mut windows: Vec<&[u32]> =
                left.iter().flat_map(|tokens| tokens.windows(min_tokens)).collect();
            windows.sort_unstable();
            prop_assert!(windows.windows(2).all(|pair| pair[0] != pair[1]), "{left:?}");
            for (text, outcome) in texts.iter().zip(&found) {
                for cut in &outcome.cuts {
                    let own = &text[cut.start as usize..cut.end as usize];
                    let kept = &texts[cut.kept_in as usize];
                    let kept = &kept[cut.kept_start as usize..cut.kept_end as usize];
                    prop_assert_eq!(own, kept);
                }
                prop_assert!(outcome.cuts.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}

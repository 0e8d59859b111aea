//! Which stretches of texts are repeats of what other texts keep.
//!
//! Fed by `cut` with the tokens of all texts, the order of their claims, and the passages that a
//! search found. A repeat that was edited is cut where the search found it; runs of equal tokens
//! are found here, all of them, by a hash of every window. What is left of a text joins where
//! something was cut, so `joins` goes on from there until no window occurs twice.
//! Invariant: of every run of `min_tokens` equal tokens one is left, and what was cut is kept
//! elsewhere.

use super::edited::{Cut, Edited};
use super::joins::Joins;
use super::left::{Gone, Left, Tokens, View};
use super::rules::{Outcome, Rules};
use super::windows::{self, Windows};
use crate::error::Result;
use crate::hash::Map;
use crate::limits::narrow;
use rayon::prelude::*;

/// Share of a passage that its other text must still have for it to be a repeat of that.
const STILL_THERE: f64 = 0.95;

/// Cuts repeats out of texts, those that come first in `order` keeping theirs; `edited` has the
/// passages between texts that may lose something to each other.
pub(super) fn cut(
    tokens: &Tokens,
    order: &[u32],
    edited: &mut Edited<'_>,
    rules: &Rules<'_>,
) -> Result<Vec<Outcome>> {
    let mut work = Work::new(tokens, rules);
    let mut windows = Windows::new(work.twice());
    for (rank, &text) in (0..).zip(order) {
        work.cut_edited(rank, text, edited)?;
        work.cut_runs(text, &mut windows, true);
    }
    drop(windows);
    let mut outcomes = Joins::new(tokens, order, rules, (work.gone, work.outcomes)).cut()?;
    outcomes.par_iter_mut().for_each(|outcome| outcome.cuts.sort_unstable());
    Ok(outcomes)
}

struct Work<'a> {
    rules: &'a Rules<'a>,
    tokens: &'a Tokens,
    left: Vec<Left>,
    /// Tokens that were cut, of texts with cuts.
    gone: Map<u32, Gone>,
    outcomes: Vec<Outcome>,
    /// Texts that have changed since what is left was made.
    changed: Vec<u32>,
}

impl<'a> Work<'a> {
    fn new(tokens: &'a Tokens, rules: &'a Rules<'a>) -> Self {
        Self {
            rules,
            tokens,
            left: vec![Left::default(); tokens.texts()],
            gone: Map::default(),
            outcomes: vec![Outcome::default(); tokens.texts()],
            changed: Vec::new(),
        }
    }

    fn view(&self, text: u32) -> View<'_> {
        View::new(self.tokens, text, &self.left[text as usize])
    }

    /// Hashes of windows that occur twice in what is left, ascending.
    fn twice(&self) -> Vec<u64> {
        let bits = windows::parts(8 * self.tokens.count() as u64, self.rules.memory);
        let mut twice = Vec::new();
        for part in 0..1_u64 << bits {
            let of_text = |(own, all): &mut (Vec<u32>, Vec<u64>), text: u32| {
                self.view(text).fill(own);
                self.hashes(text, own, all);
                all.retain(|hash| hash >> (u64::BITS - bits) == part);
                all.clone()
            };
            let texts = 0..narrow(self.tokens.texts());
            let all = texts.into_par_iter().map_init(Default::default, of_text);
            let mut all: Vec<u64> = all.flatten_iter().collect();
            all.par_sort_unstable();
            let same = all.chunk_by(|x, y| x == y).filter(|same| same.len() > 1);
            twice.extend(same.map(|same| same[0]));
        }
        twice
    }

    /// Hash of every window of what is left of a text, in which its group is mixed.
    fn hashes(&self, text: u32, tokens: &[u32], hashes: &mut Vec<u64>) {
        if self.outcomes[text as usize].whole {
            hashes.clear();
            return;
        }
        let group = (self.rules.group)(text);
        windows::hashes(tokens, self.rules.min_tokens, group, hashes);
    }

    /// Cuts the passages that a text shares with texts that come before it, or with an earlier
    /// place of its own.
    fn cut_edited(&mut self, rank: u32, text: u32, edited: &mut Edited<'_>) -> Result<()> {
        while let Some(passage) = edited.next_of(rank)? {
            if self.is_there(&passage) {
                self.take(text, passage);
            }
        }
        if self.changed.last() == Some(&text) {
            self.changed.pop();
            self.renew(text);
        }
        Ok(())
    }

    /// Whether the other text of a passage still has it.
    fn is_there(&self, passage: &Cut) -> bool {
        if self.outcomes[passage.kept_in as usize].whole {
            return false;
        }
        let Some(gone) = self.gone.get(&passage.kept_in) else { return true };
        let range = passage.kept_start..passage.kept_end;
        let there = range.end - range.start - gone.count(&range);
        f64::from(there) >= STILL_THERE * f64::from(range.end - range.start)
    }

    /// Cuts what is not cut yet of a stretch.
    fn take(&mut self, text: u32, cut: Cut) {
        let is_equal = cut.is_equal(text, self.tokens);
        for free in self.gone.entry(text).or_default().take(cut.start..cut.end) {
            // Of an edited passage the places inside are not known; the whole of it is kept there.
            let mut piece = Cut { start: free.start, end: free.end, ..cut };
            if is_equal {
                piece.kept_start = cut.kept_start + (free.start - cut.start);
                piece.kept_end = piece.kept_start + (free.end - free.start);
            }
            self.outcomes[text as usize].cuts.push(piece);
        }
        if self.changed.last() != Some(&text) {
            self.changed.push(text);
        }
    }

    /// Makes anew what is left of a text.
    fn renew(&mut self, text: u32) {
        if let Some(gone) = self.gone.get(&text) {
            self.left[text as usize] = Left::without(gone, self.tokens, text);
        }
    }

    /// Cuts the runs of a text that are kept already, and notes what it keeps.
    fn cut_runs(&mut self, text: u32, windows: &mut Windows, may_go: bool) -> bool {
        let length = self.rules.min_tokens;
        let (mut tokens, mut hashes) = (Vec::new(), Vec::new());
        self.view(text).fill(&mut tokens);
        self.hashes(text, &tokens, &mut hashes);
        let runs = if (self.rules.fixed)(text) {
            Vec::new()
        } else {
            self.runs(text, (&tokens, &hashes), windows)
        };
        let mut cut = vec![false; tokens.len()];
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
        let mut next_cut = 0;
        for (at, hash) in hashes.iter().enumerate() {
            if next_cut <= at {
                next_cut = (at..cut.len()).find(|&n| cut[n]).unwrap_or(cut.len());
            }
            if next_cut >= at + length {
                windows.keep(*hash, (text, narrow(at)));
            }
        }
        !runs.is_empty()
    }

    /// The runs of a text that are in windows of others, or in earlier ones of its own.
    fn runs(&self, text: u32, (tokens, hashes): (&[u32], &[u64]), windows: &Windows) -> Vec<Run> {
        let length = self.rules.min_tokens;
        let (mut own, mut runs, mut at) = (Map::<u64, usize>::default(), Vec::new(), 0);
        while let Some(&hash) = hashes.get(at) {
            if !windows.contains(hash) {
                at += 1;
                continue;
            }
            let window = &tokens[at..at + length];
            let other = windows.kept(hash);
            let is_same = |&(other, place): &(u32, u32)| self.view(other).goes_on(place, window);
            if let Some((other, place)) = other.filter(is_same) {
                let view = self.view(other);
                let follows = |n: &usize| {
                    let next = view.token(place as usize + n + length - 1);
                    let known = hashes.get(at + n).and_then(|hash| windows.kept(*hash));
                    known == Some((other, place + narrow(*n)))
                        && next == tokens.get(at + n + length - 1).copied()
                };
                let more = (1..hashes.len()).take_while(follows).count();
                let run = Run { at, length: length + more, text: other, place: place as usize };
                at += run.length;
                runs.push(run);
                continue;
            }
            let known = own.get(&hash).copied();
            let Some(place) = known.filter(|&place| tokens[place..].starts_with(window)) else {
                own.insert(hash, at);
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
            let (own, other) = (self.view(text), self.view(run.text));
            let (Some(start), Some(kept)) =
                (own.place(run.at + from), other.place(run.place + from))
            else {
                break;
            };
            let unbroken = |n: &usize| {
                let far = narrow(*n - from);
                own.place(run.at + n) == Some(start + far)
                    && other.place(run.place + n) == Some(kept + far)
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
    #[cfg(test)]
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
    use super::super::edited::Gathering;
    use super::*;
    use crate::detect::table::Filing;
    use crate::store::{Vault, Words};
    use proptest::prelude::*;

    /// Cuts `texts` in their order, in memory; and the same by way of files, with the same outcome.
    fn cut_texts(
        texts: &[Vec<u32>],
        passages: &[(u32, Cut)],
        (min_tokens, min_left): (usize, usize),
    ) -> Vec<Outcome> {
        let order: Vec<u32> = (0..narrow(texts.len())).collect();
        let (group, fixed) = (|_: u32| 0, |_: u32| false);
        let vault = Vault::scratch(None);
        let [in_memory, in_files] = [None, Some(&vault)].map(|vault| {
            let filing = Filing::new(vault, 1);
            let mut gathering = Gathering::new(&order, &filing);
            for (text, cut) in passages {
                gathering.add(*text, *cut).unwrap();
            }
            let words = match vault {
                None => Words::Held(texts.concat()),
                Some(vault) => {
                    let spill = vault.nameless().unwrap();
                    spill.words(&texts.concat()).unwrap();
                    Words::of(spill).unwrap()
                }
            };
            let tokens = Tokens::new(words, texts.iter().map(Vec::len));
            let memory = if vault.is_some() { 1 } else { u64::MAX };
            let (group, fixed) = (&group, &fixed);
            let rules = Rules { min_tokens, min_left, group, fixed, memory, vault };
            cut(&tokens, &order, &mut gathering.finish().unwrap(), &rules).unwrap()
        });
        let facts = |all: &[Outcome]| -> Vec<(Vec<Cut>, bool)> {
            all.iter().map(|one| (one.cuts.clone(), one.whole)).collect()
        };
        assert_eq!(facts(&in_memory), facts(&in_files));
        in_memory
    }

    fn plain(texts: &[Vec<u32>], min_tokens: usize, min_left: usize) -> Vec<Outcome> {
        cut_texts(texts, &[], (min_tokens, min_left))
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
        let found = cut_texts(&texts, &[(0, back), (1, passage)], (10, 0));
        assert_eq!((found[0].cuts.len(), &found[1].cuts[..]), (0, &[passage][..]));
    }

    #[test]
    fn a_text_that_is_fixed_loses_nothing() {
        let texts = [0..9, 0..9].map(Iterator::collect::<Vec<u32>>);
        let tokens = Tokens::new(Words::Held(texts.concat()), [9, 9].into_iter());
        let (group, fixed) = (|_: u32| 0, |text: u32| text == 1);
        let rules = Rules {
            min_tokens: 5,
            min_left: 0,
            group: &group,
            fixed: &fixed,
            memory: u64::MAX,
            vault: None,
        };
        let filing = Filing::new(None, u64::MAX);
        let mut edited = Gathering::new(&[0, 1], &filing).finish().unwrap();
        let found = cut(&tokens, &[0, 1], &mut edited, &rules).unwrap();
        assert!(found.iter().all(|outcome| outcome.cuts.is_empty()));
        let mut edited = Gathering::new(&[1, 0], &filing).finish().unwrap();
        let found = cut(&tokens, &[1, 0], &mut edited, &rules).unwrap();
        assert_eq!((found[0].cuts.len(), found[1].cuts.len()), (1, 0));
    }

    /// The plain twin: rounds over all windows of all texts.
    fn cut_in_rounds(
        tokens: &Tokens,
        order: &[u32],
        edited: &mut Edited<'_>,
        rules: &Rules<'_>,
    ) -> Vec<Outcome> {
        let mut work = Work::new(tokens, rules);
        let mut first = true;
        loop {
            let mut windows = Windows::new(work.twice());
            let mut any = false;
            for (rank, &text) in (0..).zip(order) {
                if first {
                    work.cut_edited(rank, text, edited).unwrap();
                }
                any |= work.cut_runs(text, &mut windows, first);
            }
            work.settle();
            if !any && !first {
                break;
            }
            first = false;
        }
        work.outcomes.iter_mut().for_each(|outcome| outcome.cuts.sort_unstable());
        work.outcomes
    }

    /// Runs of new words on both sides of each other, as deep as there are lengths, the innermost
    /// first; with the text of each pair of runs before it.
    fn nested(sides: &[(u32, u32)]) -> Vec<Vec<u32>> {
        let (mut whole, mut texts, mut next) = (Vec::new(), Vec::new(), 1000);
        for &(left, right) in sides {
            let (middle, end) = (next + left, next + left + right);
            texts.push((next..end).collect::<Vec<u32>>());
            whole = (next..middle).chain(whole).chain(middle..end).collect();
            next = end;
        }
        texts.push(whole);
        texts
    }

    #[test]
    fn what_is_nested_deep_is_cut_to_the_last_and_fast() {
        // Rounds over all windows would take minutes.
        let texts = nested(&[(5, 4); 2000]);
        let found = plain(&texts, 6, 0);
        assert!(rest(&texts[2000], &found[2000]).is_empty());
        assert_eq!(found[2000].cuts.len(), 2 * 2000 - 1);
        assert!(found[..2000].iter().all(|one| one.cuts.is_empty()));
    }

    /// Texts of few words and of nested runs.
    fn some_texts() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let few = prop::collection::vec(prop::collection::vec(0_u32..3, 0..40), 0..8);
        let sides = prop::collection::vec((0_u32..5, 0_u32..5), 0..12);
        let copied = prop::collection::vec((0_usize..99, 0_usize..99, 0_usize..40), 0..6);
        (few, sides, copied).prop_map(|(few, sides, copied)| {
            let mut texts = [few, nested(&sides)].concat();
            for (from, to, at) in copied {
                let some = texts[from % texts.len()].clone();
                let to = to % texts.len();
                let at = at.min(texts[to].len());
                texts[to].splice(at..at, some);
            }
            for text in &mut texts {
                text.truncate(300);
            }
            texts
        })
    }

    proptest! {
        #[test]
        fn the_joins_alone_lead_to_what_all_windows_do(
            texts in some_texts(),
            shuffle in any::<u64>(),
            passages in prop::collection::vec(
                (0_u32..9, 0_u32..30, 4_u32..12, 0_u32..9, 0_u32..30), 0..4
            ),
            (min_tokens, min_left, groups, is_fixed) in
                (2_usize..7, 0_usize..9, 1_u64..3, any::<u8>()),
        ) {
            let count = narrow(texts.len());
            let mut order: Vec<u32> = (0..count).collect();
            order.sort_unstable_by_key(|text| crate::hash::mix(shuffle ^ u64::from(*text)));
            let mut ranks = vec![0; texts.len()];
            (0..).zip(&order).for_each(|(rank, &text)| ranks[text as usize] = rank);
            let group = |text: u32| u64::from(text) % groups;
            let fixed = |text: u32| text < 8 && is_fixed & 0x11 << (text % 4) == 0x11 << (text % 4);
            let fits = |text: u32, range: std::ops::Range<u32>| {
                range.end as usize <= texts[text as usize].len()
            };
            let passages = passages.iter().map(|&(text, start, length, kept_in, kept_start)| {
                let (end, kept_end) = (start + length, kept_start + length);
                (text % count, Cut { start, end, kept_in: kept_in % count, kept_start, kept_end })
            });
            let passages: Vec<(u32, Cut)> = passages
                .filter(|(text, cut)| !fixed(*text) && fits(*text, cut.start..cut.end))
                .filter(|(_, cut)| fits(cut.kept_in, cut.kept_start..cut.kept_end))
                .collect();
            let tokens = Tokens::new(Words::Held(texts.concat()), texts.iter().map(Vec::len));
            let (group, fixed) = (&group, &fixed);
            let facts = |threads: usize, memory: u64, twin: bool| -> Vec<(Vec<Cut>, bool)> {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let outcomes = pool.install(|| {
                    let (vault, filing) = (Vault::scratch(None), Filing::new(None, u64::MAX));
                    let mut gathering = Gathering::new(&ranks, &filing);
                    for &(text, cut) in &passages {
                        gathering.add(text, cut).unwrap();
                    }
                    let mut edited = gathering.finish().unwrap();
                    let vault = (memory < u64::MAX).then_some(&vault);
                    let rules = Rules { min_tokens, min_left, group, fixed, memory, vault };
                    if twin {
                        return cut_in_rounds(&tokens, &order, &mut edited, &rules);
                    }
                    cut(&tokens, &order, &mut edited, &rules).unwrap()
                });
                outcomes.into_iter().map(|one| (one.cuts, one.whole)).collect()
            };
            let twin = facts(1, u64::MAX, true);
            prop_assert_eq!(&facts(1, u64::MAX, false), &twin);
            prop_assert_eq!(&facts(3, 1, false), &twin);
        }

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

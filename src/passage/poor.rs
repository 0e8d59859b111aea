//! Places where a text has few different words.
//!
//! Used by seed, hubs and hits: there a shingle says little, since it occurs everywhere and nearly
//! all its pairs are chance. A single **run**, the tokens that make the shortest passage, is judged
//! by itself, and counts only where its shingle is frequent. A **stretch** is judged by more
//! tokens, so it tells random text of ten words from a list that repeats itself, which no run
//! does; in a stretch no shingle is followed, however rare.
//! Invariant: what is poor depends on the tokens of one document alone.

use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::limits::narrow;
use std::ops::Range;

/// Tokens of a run that are looked at, at most.
const LOOKED_AT: usize = 16;

/// Whether the run at the start of `rest` has few different tokens: two of five or less. A run of
/// news has some thirteen in fifteen, a list that repeats itself eight or nine.
fn is_poor(rest: &[u32], settings: &Settings) -> bool {
    let Some(run) = run_tokens(rest, settings).and_then(|size| rest.get(..size)) else {
        return false;
    };
    let run = &run[..run.len().min(LOOKED_AT)];
    let most = run.len() * 2 / 5;
    if remainders(run) > most {
        return false;
    }
    let new = |&(n, token): &(usize, &u32)| !run[..n].contains(token);
    run.iter().enumerate().filter(new).count() <= most
}

/// Whether the place (position and document) is poor.
pub(super) fn is_poor_at<T: Tokens>(
    shard: &Shard<T>,
    settings: &Settings,
    (position, doc): (u32, u32),
) -> bool {
    let at = position as usize - shard.range(doc).start;
    is_poor(&shard.document(doc)[at..], settings)
}

/// Calls `sink` with the start of every poor run of `tokens`, in order; quick where there are few.
pub(crate) fn poor_runs_of(tokens: &[u32], settings: &Settings, mut sink: impl FnMut(usize)) {
    let size = (settings.min_tokens as usize).min(LOOKED_AT);
    // So many tokens, of which one may occur twice, are more different ones than a poor run has.
    let block = (size * 2 / 5 + 2).min(size);
    // Every run that starts within a step before a block holds the whole block.
    let step = size - block + 1;
    for start in (0..tokens.len()).step_by(step) {
        let runs = start..tokens.len().min(start + step);
        let held = tokens.get(start + step - 1..start + step - 1 + block);
        if held.is_some_and(|held| remainders(held) > size * 2 / 5) {
            continue;
        }
        runs.filter(|&at| is_poor(&tokens[at..], settings)).for_each(&mut sink);
    }
}

/// How many different remainders some tokens have; there are at least as many different tokens.
fn remainders(tokens: &[u32]) -> usize {
    tokens.iter().fold(0_u64, |bits, token| bits | 1 << ((token >> 2) % 64)).count_ones() as usize
}

/// Tokens of the run that starts with the shingle at the start of `rest`; none if the shingle is
/// all of it.
pub(super) fn run_tokens(rest: &[u32], settings: &Settings) -> Option<usize> {
    let shingle = settings.window(*rest.first()?);
    let run = settings.min_tokens as usize;
    (run > shingle).then_some(run)
}

/// Tokens in a row by which a stretch is judged; all of a shorter document.
const LOOKED_ALONG: usize = 64;
/// Windows that are looked at together.
const WINDOWS: usize = 32;

/// Most different tokens in a row of `size` that is poor: 16 of 64, where prose has 45 and lists
/// have 20 and more, and in short texts as many as in a poor run.
fn most_along(size: usize) -> usize {
    (size / 8 + 8).min(size * 2 / 5)
}

/// How many different tokens a window has, but for those that eight bits do not tell apart.
struct Window {
    counts: [u8; 256],
    different: usize,
}

impl Window {
    fn of(tokens: &[u32]) -> Self {
        let mut window = Self { counts: [0; 256], different: 0 };
        for &token in tokens {
            window.add(token);
        }
        window
    }

    fn add(&mut self, token: u32) {
        let count = &mut self.counts[(token >> 2) as usize % 256];
        self.different += usize::from(*count == 0);
        *count += 1;
    }

    fn remove(&mut self, token: u32) {
        let count = &mut self.counts[(token >> 2) as usize % 256];
        *count -= 1;
        self.different -= usize::from(*count == 0);
    }
}

/// Calls `sink` with every poor window of `tokens`, in order; quick where there are few.
fn poor_windows(tokens: &[u32], mut sink: impl FnMut(Range<usize>)) {
    if tokens.is_empty() {
        return;
    }
    let size = tokens.len().min(LOOKED_ALONG);
    let most = most_along(size);
    let windows = tokens.len() + 1 - size;
    for first in (0..windows).step_by(WINDOWS) {
        let last = (first + WINDOWS).min(windows) - 1;
        // All of these windows hold these tokens.
        if tokens.get(last..first + size).is_some_and(|held| remainders(held) > most) {
            continue;
        }
        let mut window = Window::of(&tokens[first..first + size]);
        for start in first..=last {
            if window.different <= most {
                sink(start..start + size);
            }
            if start < last {
                window.remove(tokens[start]);
                window.add(tokens[start + size]);
            }
        }
    }
}

/// Appends the stretches of a document whose first token has this position.
pub(crate) fn add_stretches(tokens: &[u32], first: usize, found: &mut Vec<(u32, u32)>) {
    let before = found.len();
    poor_windows(tokens, |window| {
        let [start, end] = [window.start, window.end].map(|at| narrow(first + at));
        match found.get_mut(before..).and_then(<[_]>::last_mut) {
            Some(last) if start <= last.1 => last.1 = end,
            _ => found.push((start, end)),
        }
    });
}

/// Whether a position is in one of some stretches, which are in order.
pub(crate) fn is_along(stretches: &[(u32, u32)], position: u32) -> bool {
    let next = stretches.partition_point(|stretch| stretch.0 <= position);
    next.checked_sub(1).is_some_and(|n| position < stretches[n].1)
}

/// The stretches of all documents.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    /// Positions, in order; none touches the next.
    stretches: Vec<(u32, u32)>,
    /// One bit for each document that has one.
    documents: Vec<u64>,
}

impl Stretches {
    /// The stretches of some documents.
    pub(crate) fn of<T: Tokens>(
        shard: &Shard<T>,
        docs: impl Iterator<Item = u32>,
    ) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for doc in docs {
            add_stretches(shard.document(doc), shard.range(doc).start, &mut found);
        }
        found
    }

    /// Those of all documents, from [`of`](Self::of).
    pub(crate) fn all<T>(shard: &Shard<T>, parts: &[Vec<(u32, u32)>]) -> Self {
        let mut stretches = parts.concat();
        stretches.sort_unstable();
        let mut documents = Vec::new();
        for &(start, _) in &stretches {
            documents.resize(shard.documents().div_ceil(64), 0);
            let doc = shard.document_at(start) as usize;
            documents[doc / 64] |= 1 << (doc % 64);
        }
        Self { stretches, documents }
    }

    /// Whether a place (position and document) is in one.
    #[inline]
    pub(super) fn has(&self, (position, doc): (u32, u32)) -> bool {
        let of_document = self.documents.get(doc as usize / 64);
        of_document.is_some_and(|bits| bits >> (doc % 64) & 1 == 1) && self.holds(position)
    }

    #[cold]
    fn holds(&self, position: u32) -> bool {
        is_along(&self.stretches, position)
    }
}

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;
    use proptest::prelude::*;

    /// Tokens of one class: parts of so many different words, so long each.
    fn text(parts: Vec<(u32, usize)>, class: u32) -> Vec<u32> {
        let mut state = 1_u32;
        let mut token = |words: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) % words) << 2 | class
        };
        let mut tokens = Vec::new();
        for (words, len) in parts {
            tokens.extend(std::iter::repeat_with(|| token(words)).take(len));
        }
        tokens
    }

    proptest! {
        #[test]
        fn poor_runs_are_found_wherever_they_are(
            parts in prop::collection::vec((1_u32..60, 0_usize..30), 0..8),
            min_tokens in 3_u32..40,
            class in 0_u32..3,
        ) {
            let tokens = text(parts, class);
            let settings = Settings { shingle: 3, min_tokens, ..Settings::default() };
            let mut found = Vec::new();
            poor_runs_of(&tokens, &settings, |at| found.push(at));
            let one_by_one = (0..tokens.len()).filter(|&at| is_poor(&tokens[at..], &settings));
            prop_assert_eq!(found, one_by_one.collect::<Vec<usize>>());
        }

        #[test]
        fn stretches_are_the_windows_of_few_different_tokens(
            documents in prop::collection::vec(
                prop::collection::vec((1_u32..60, 0_usize..90), 0..5), 1..5),
            class in 0_u32..3,
        ) {
            let documents: Vec<Vec<u32>> =
                documents.into_iter().map(|parts| text(parts, class)).collect();
            let mut starts = vec![0];
            let mut poor = Vec::new();
            for document in &documents {
                starts.push(starts.last().unwrap() + narrow(document.len()));
                let (size, before) = (document.len().min(64), poor.len());
                poor.resize(before + document.len(), false);
                for (at, window) in document.windows(size.max(1)).enumerate() {
                    let mut different: Vec<u32> = window.to_vec();
                    different.sort_unstable();
                    different.dedup();
                    if different.len() <= (size / 8 + 8).min(size * 2 / 5) {
                        poor[before + at..before + at + size].fill(true);
                    }
                }
            }
            let roles = vec![Role::default(); documents.len()];
            let shard = Shard::new(documents.concat(), starts, roles);
            let (first, second) = (0..1, 1..narrow(documents.len()));
            let parts = [second, first].map(|docs| Stretches::of(&shard, docs)).to_vec();
            let stretches = Stretches::all(&shard, &parts);
            for (at, &expected) in poor.iter().enumerate() {
                let at = narrow(at);
                prop_assert_eq!(stretches.has((at, shard.document_at(at))), expected, "{}", at);
            }
        }
    }
}

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
    place: (u32, u32),
) -> bool {
    is_poor(shard.following(place, settings.min_tokens as usize), settings)
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

/// Which of 64 remainders some tokens have; there are at least as many different tokens.
fn remainders_of(tokens: &[u32]) -> u64 {
    tokens.iter().fold(0, |bits, token| bits | 1 << ((token >> 2) % 64))
}

/// How many these are.
fn remainders(tokens: &[u32]) -> usize {
    remainders_of(tokens).count_ones() as usize
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

/// Calls `sink` with every poor window of `tokens`, in order; quick where there are few. `parts`
/// are the remainders of every [`WINDOWS`] tokens.
fn poor_windows(tokens: &[u32], parts: &[u64], mut sink: impl FnMut(Range<usize>)) {
    if tokens.is_empty() {
        return;
    }
    let size = tokens.len().min(LOOKED_ALONG);
    let most = most_along(size);
    let windows = tokens.len() + 1 - size;
    for first in (0..windows).step_by(WINDOWS) {
        let last = (first + WINDOWS).min(windows) - 1;
        // All of these windows hold the second half of the first, ..
        let half = parts.get(first / WINDOWS + 1).filter(|_| size == 2 * WINDOWS);
        if half.is_some_and(|half| half.count_ones() as usize > most) {
            continue;
        }
        // .. and these tokens.
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

/// Tokens of a block: longer stretches are judged by whole blocks.
const BLOCK: usize = 64;
/// Blocks of a longer stretch, and how many different tokens one has at most, but for those that
/// seven bits do not tell apart: some 40 of 512, 32 of 256 and 24 of 128. In millions of tokens of
/// so few words most shingles occur elsewhere by chance.
const LONGER: [(usize, u32); 3] = [(BLOCKS, 34), (4, 28), (2, 22)];
/// Blocks of the longest.
const BLOCKS: usize = 8;

/// Which of 128 remainders some tokens have.
fn words_of(tokens: &[u32]) -> u128 {
    tokens.iter().fold(0, |bits, token| bits | 1 << ((token >> 2) % 128))
}

/// Whether there are a third as many different pairs of neighbours as tokens, or more, but for
/// those that ten bits do not tell apart: in a list that repeats itself it is always the same few.
fn is_shuffled(tokens: &[u32]) -> bool {
    let mut bits = [0_u64; 16];
    for (x, y) in tokens.iter().zip(&tokens[1..]) {
        let pair = (x >> 2).wrapping_mul(0x9e37_79b1) ^ (y >> 2).wrapping_mul(0x85eb_ca6b);
        bits[(pair >> 28) as usize] |= 1 << (pair >> 22 & 63);
    }
    let different: u32 = bits.iter().map(|bits| bits.count_ones()).sum();
    different as usize * 3 >= tokens.len()
}

/// Calls `sink` with the longest window of whole blocks that ends with these tokens and is poor;
/// `words` are those of the last blocks, where they are known.
fn poor_blocks(
    tokens: &[u32],
    words: &mut [Option<u128>; BLOCKS],
    mut sink: impl FnMut(Range<usize>),
) {
    for (known, block) in words.iter_mut().rev().zip(tokens.rchunks_exact(BLOCK)) {
        known.get_or_insert_with(|| words_of(block));
    }
    for (blocks, most) in LONGER {
        let Some(start) = tokens.len().checked_sub(blocks * BLOCK) else { continue };
        let own = words[BLOCKS - blocks..].iter().flatten();
        let all = own.fold(0, |all, words| all | words);
        if all.count_ones() <= most && is_shuffled(&tokens[start..]) {
            return sink(start..tokens.len());
        }
    }
}

/// Calls `sink` with windows of several blocks that are poor, of those that end a whole number of
/// blocks after the first token or with the last one; quick where there are few.
/// `parts` are the remainders of every [`WINDOWS`] tokens.
fn poor_long_windows(tokens: &[u32], parts: &[u64], mut sink: impl FnMut(Range<usize>)) {
    // Every window holds the last two blocks, and no more remainders than words.
    let may_be_poor = |remainders: u64| remainders.count_ones() <= LONGER[0].1;
    let mut words = [None; BLOCKS];
    let mut before = u64::MAX;
    for (n, block) in parts.chunks_exact(BLOCK / WINDOWS).enumerate() {
        let own = block.iter().fold(0, |all, part| all | part);
        words.rotate_left(1);
        words[BLOCKS - 1] = None;
        if may_be_poor(before | own) {
            poor_blocks(&tokens[..(n + 1) * BLOCK], &mut words, &mut sink);
        }
        before = own;
    }
    let last = tokens.len().checked_sub(2 * BLOCK).map(|start| remainders_of(&tokens[start..]));
    if !tokens.len().is_multiple_of(BLOCK) && last.is_some_and(may_be_poor) {
        poor_blocks(tokens, &mut [None; BLOCKS], &mut sink);
    }
}

/// Appends the stretches of a document whose first token has this position.
pub(crate) fn add_stretches(tokens: &[u32], first: usize, found: &mut Vec<(u32, u32)>) {
    let before = found.len();
    let place = |window: Range<usize>| (narrow(first + window.start), narrow(first + window.end));
    let parts: Vec<u64> = tokens.chunks_exact(WINDOWS).map(remainders_of).collect();
    poor_windows(tokens, &parts, |window| add(found, before, place(window)));
    if found.get(before) == Some(&place(0..tokens.len())) {
        return;
    }
    let after = found.len();
    poor_long_windows(tokens, &parts, |window| found.push(place(window)));
    if found.len() > after {
        found[before..].sort_unstable();
        let all = found.split_off(before);
        for stretch in all {
            add(found, before, stretch);
        }
    }
}

/// Adds a stretch, in order of their starts, to those from `before` on.
fn add(found: &mut Vec<(u32, u32)>, before: usize, (start, end): (u32, u32)) {
    match found.get_mut(before..).and_then(<[_]>::last_mut) {
        Some(last) if start <= last.1 => last.1 = last.1.max(end),
        _ => found.push((start, end)),
    }
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
    all: Vec<(u32, u32)>,
    /// One bit for each document that has one.
    documents: Vec<u64>,
    /// Of each document the first that is in it or behind it; none where there are no stretches.
    firsts: Vec<u32>,
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
        let mut all = parts.concat();
        all.sort_unstable();
        let (mut documents, mut firsts) = (Vec::new(), Vec::new());
        if !all.is_empty() {
            documents.resize(shard.documents().div_ceil(64), 0_u64);
            firsts.reserve_exact(shard.documents() + 1);
        }
        for (n, &(start, _)) in all.iter().enumerate() {
            let doc = shard.document_at(start) as usize;
            documents[doc / 64] |= 1 << (doc % 64);
            firsts.resize((doc + 1).max(firsts.len()), narrow(n));
        }
        if !all.is_empty() {
            firsts.resize(shard.documents() + 1, narrow(all.len()));
        }
        Self { all, documents, firsts }
    }

    /// Whether a place (position and document) is in one.
    #[inline]
    pub(super) fn has(&self, (position, doc): (u32, u32)) -> bool {
        let of_document = self.documents.get(doc as usize / 64);
        of_document.is_some_and(|bits| bits >> (doc % 64) & 1 == 1)
            && self.holds(position, doc as usize)
    }

    #[cold]
    fn holds(&self, position: u32, doc: usize) -> bool {
        let first = |doc: usize| self.firsts.get(doc).map(|&first| first as usize);
        let own = first(doc).zip(first(doc + 1)).and_then(|(from, to)| self.all.get(from..to));
        own.is_some_and(|own| is_along(own, position))
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

    /// The longer windows of few different tokens and many different neighbours, one by one.
    fn long_windows(tokens: &[u32]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (blocks, most) in [(8, 34), (4, 28), (2, 22)] {
            let size = 64 * blocks;
            let ends =
                (0..=tokens.len()).filter(|end| end.is_multiple_of(64) || *end == tokens.len());
            for end in ends.filter(|&end| end >= size) {
                let window = &tokens[end - size..end];
                let count = |mut all: Vec<u32>| {
                    all.sort_unstable();
                    all.dedup();
                    all.len()
                };
                let words = count(window.iter().map(|token| token / 4 % 128).collect());
                let pair = |two: &[u32]| {
                    let (x, y) = (u64::from(two[0] / 4), u64::from(two[1] / 4));
                    let both = ((x * 0x9e37_79b1) ^ (y * 0x85eb_ca6b)) & 0xffff_ffff;
                    u32::try_from(both >> 22).unwrap()
                };
                let pairs = count(window.windows(2).map(pair).collect());
                if words <= most && 3 * pairs >= size {
                    found.push(end - size..end);
                }
            }
        }
        found
    }

    #[test]
    fn long_texts_of_few_words_in_no_order_are_poor_and_lists_that_repeat_are_not() {
        let random = |words, len| text(vec![(words, len)], 0);
        let stretches = |tokens: &[u32]| {
            let mut found = Vec::new();
            add_stretches(tokens, 7, &mut found);
            found
        };
        for words in [10, 18, 20, 25, 30] {
            for len in [600, 1000, 1023] {
                assert_eq!(stretches(&random(words, len)), [(7, 7 + narrow(len))], "{words}");
            }
        }
        assert_eq!(stretches(&random(200, 1000)), []);
        for period in [20, 30, 40] {
            let list: Vec<u32> = (0..1000).map(|n| (n % period) << 2).collect();
            assert_eq!(stretches(&list), [], "{period}");
        }
        // Between others whole blocks are found, and not much more.
        let between = [random(500, 200), random(22, 400), random(500, 200)].concat();
        let found = stretches(&between);
        let [(start, end)] = found[..] else { panic!("{found:?}") };
        assert!((7 + 128..=7 + 256).contains(&start), "{start}");
        assert!((7 + 576..=7 + 640).contains(&end), "{end}");
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
                prop::collection::vec((1_u32..60, 0_usize..300), 0..5), 1..5),
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
                for window in long_windows(document) {
                    poor[before + window.start..before + window.end].fill(true);
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

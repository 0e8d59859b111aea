//! Many words looked for in one pass over a text.
//!
//! Used by `lists` (words in lower case) and `credit` (names of agencies). A deterministic
//! automaton takes one step a byte, however many words there are. English texts are searched with
//! a small automaton that leaves out the words that cannot be in them. Each step waits for the one
//! before, so longer texts are searched in a few parts side by side.
//! Invariant: reports each place where a word occurs once, overlapping ones too, in no order.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{AhoCorasick, Anchored, MatchKind, StartKind};
use std::sync::OnceLock;

/// Words to look for, with automata for plain text and for any, which are made when they are first
/// needed.
pub(super) struct Finder {
    words: Vec<&'static str>,
    plain: OnceLock<Option<Search>>,
    any: OnceLock<Option<Search>>,
}

/// An automaton for some of the words.
struct Search {
    automaton: DFA,
    start: StateID,
    /// Number of each of its words among all.
    numbers: Vec<usize>,
    /// Bytes before a place that decide which words end there: those of the longest but one.
    overlap: usize,
}

/// Parts of a text that are searched side by side.
const LANES: usize = 4;

impl Search {
    /// None if the automaton would be too large, which is so for no list of ours.
    fn new(words: Vec<(usize, &'static str)>) -> Option<Self> {
        let (numbers, words): (Vec<usize>, Vec<&str>) = words.into_iter().unzip();
        let overlap = words.iter().map(|word| word.len()).max().unwrap_or(1).saturating_sub(1);
        let mut builder = DFA::builder();
        builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
        let automaton = builder.build(words).ok()?;
        let start = automaton.start_state(Anchored::No).ok()?;
        Some(Self { automaton, start, numbers, overlap })
    }

    /// Calls `sink` with the number of each word in the text and where it ends.
    fn each(&self, text: &[u8], sink: &mut impl FnMut(usize, usize)) {
        if text.len() < 3 * self.overlap.max(LANES) {
            self.each_after(text, (0, self.start), sink);
        } else {
            self.each_in_lanes(text, sink);
        }
    }

    /// The same, byte by byte from a place on that is reached in a state.
    fn each_after(
        &self,
        text: &[u8],
        (from, mut state): (usize, StateID),
        sink: &mut impl FnMut(usize, usize),
    ) {
        for (&byte, end) in text[from..].iter().zip(from + 1..) {
            state = self.automaton.next_state(Anchored::No, state, byte);
            self.note(state, end, sink);
        }
    }

    /// The same in parts, each of which starts with the bytes that decide which words end after
    /// them; only the first reports what ends in these. Of texts no shorter than these bytes.
    fn each_in_lanes(&self, text: &[u8], sink: &mut impl FnMut(usize, usize)) {
        let steps = (text.len() + (LANES - 1) * self.overlap) / LANES;
        let apart = steps - self.overlap;
        let lane = |n: usize| &text[n * apart..][..steps];
        let (first, second, third, fourth) = (lane(0), lane(1), lane(2), lane(3));
        let mut states = [self.start; LANES];
        for step in 0..steps {
            let next = |state, byte| self.automaton.next_state(Anchored::No, state, byte);
            let [a, b, c, d] = states;
            let bytes = [first[step], second[step], third[step], fourth[step]];
            states = [next(a, bytes[0]), next(b, bytes[1]), next(c, bytes[2]), next(d, bytes[3])];
            let special = states.map(|state| self.automaton.is_special(state));
            if special[0] | special[1] | special[2] | special[3] {
                // The lane before reports what ends in the bytes that both have.
                let own = if step < self.overlap { 1 } else { LANES };
                for (n, &state) in states.iter().enumerate().take(own) {
                    self.note(state, n * apart + step + 1, sink);
                }
            }
        }
        self.each_after(text, ((LANES - 1) * apart + steps, states[LANES - 1]), sink);
    }

    /// Calls `sink` with the words that end where a state is reached.
    #[inline]
    fn note(&self, state: StateID, end: usize, sink: &mut impl FnMut(usize, usize)) {
        if self.automaton.is_special(state) && self.automaton.is_match(state) {
            for n in 0..self.automaton.match_len(state) {
                let word = self.automaton.match_pattern(state, n).as_usize();
                sink(self.numbers[word], end);
            }
        }
    }
}

/// A search for words in small letters or capitals, which need not be told apart where they
/// overlap. None if the words are too many, which is so for no list of ours.
pub(super) fn in_any_case<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
}

impl Finder {
    pub(super) fn new(words: Vec<&'static str>) -> Self {
        Self { words, plain: OnceLock::new(), any: OnceLock::new() }
    }

    /// The automaton for texts that are plain or not.
    fn search(&self, plain: bool) -> Option<&Search> {
        let cell = if plain { &self.plain } else { &self.any };
        let words = self.words.iter().copied().enumerate();
        cell.get_or_init(|| {
            Search::new(words.filter(|(_, word)| !plain || is_plain(word)).collect())
        })
        .as_ref()
    }

    /// Calls `sink` with the number of each word in the text and where it ends. `plain` is what
    /// [`is_plain`] says of the text.
    #[inline]
    pub(super) fn each(&self, text: &str, plain: bool, mut sink: impl FnMut(usize, usize)) {
        match self.search(plain) {
            Some(search) => search.each(text.as_bytes(), &mut sink),
            None => self.each_plainly(text, sink),
        }
    }

    /// The same, word by word, in the order of the words.
    fn each_plainly(&self, text: &str, mut sink: impl FnMut(usize, usize)) {
        for (number, word) in self.words.iter().enumerate() {
            for end in word.len()..=text.len() {
                if text.as_bytes()[..end].ends_with(word.as_bytes()) {
                    sink(number, end);
                }
            }
        }
    }
}

/// Whether a text is ASCII but for general punctuation (U+2000 to U+203F: dashes, curly quotes).
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.is_ascii() || {
        let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
        let signs = memchr::memchr_iter(0xe2, bytes);
        high == 3 * signs.filter(|&at| bytes.get(at + 1) == Some(&0x80)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_texts_are_ascii_and_punctuation() {
        for plain in ["", "a dam", "the dam\u{2019}s \u{201c}gate\u{201d} \u{2014}"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["caf\u{e9}", "\u{2019}\u{e9}", "\u{20ac}", "\u{6c34}", "\u{f600}"] {
            assert!(!is_plain(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_a_search_for_each_word_finds(
            text in "([abc\u{e9}\u{2019} ]|ab|bca|\\PC){0,60}"
        ) {
            let words = vec!["ab", "b", "bca", "abc", "\u{e9}a", "c\u{e9}", "abcabcab", " "];
            let finder = Finder::new(words);
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            finder.each(&text, is_plain(&text), |word, end| found.push((word, end)));
            finder.each_plainly(&text, |word, end| expected.push((word, end)));
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

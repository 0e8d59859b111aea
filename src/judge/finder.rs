//! Many words looked for in one pass over a text.
//!
//! Used by `lists` (words in lower case) and `credit` (names of agencies). A deterministic
//! automaton takes one step a byte, however many words there are. English texts are searched with
//! a small automaton that leaves out the words that cannot be in them.
//! Invariant: reports each place where a word occurs, overlapping ones too, in order of their ends.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind, StartKind};
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
}

impl Search {
    /// None if the automaton would be too large, which is so for no list of ours.
    fn new(words: Vec<(usize, &'static str)>) -> Option<Self> {
        let (numbers, words): (Vec<usize>, Vec<&str>) = words.into_iter().unzip();
        let mut builder = DFA::builder();
        builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).prefilter(false);
        let automaton = builder.build(words).ok()?;
        let start = automaton.start_state(Anchored::No).ok()?;
        Some(Self { automaton, start, numbers })
    }

    #[inline]
    fn each(&self, text: &[u8], sink: &mut impl FnMut(usize, usize)) {
        let mut state = self.start;
        for (&byte, end) in text.iter().zip(1..) {
            state = self.automaton.next_state(Anchored::No, state, byte);
            if self.automaton.is_special(state) && self.automaton.is_match(state) {
                for n in 0..self.automaton.match_len(state) {
                    let word = self.automaton.match_pattern(state, n).as_usize();
                    sink(self.numbers[word], end);
                }
            }
        }
    }
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
            text in "([abc\u{e9}\u{2019} ]|ab|bca|\\PC){0,40}"
        ) {
            let finder = Finder::new(vec!["ab", "b", "bca", "abc", "\u{e9}a", "c\u{e9}"]);
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            finder.each(&text, is_plain(&text), |word, end| found.push((word, end)));
            finder.each_plainly(&text, |word, end| expected.push((word, end)));
            prop_assert!(found.is_sorted_by_key(|place| place.1));
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

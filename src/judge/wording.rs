//! The words of the places of a family: what was edited, and which versions are near.
//!
//! Fed by `context` with the text of each place, feeds `features` (are edits figures and names?)
//! and
//! `direction` (the nearest version). Two versions are compared as bags of words between the first
//! and the last word that they share, so that a passage cut shorter is not an edit. Invariant: cost
//! grows with the words of the places, never with pairs of places.

use crate::hash;
use crate::text::Tokenizer;

/// A word and its properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    hash: u64,
    /// Has a digit.
    figure: bool,
    /// Starts with a capital.
    name: bool,
    /// Has two capitals or more and no lower-case letter.
    loud: bool,
}

/// The words of a passage at one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Wording {
    words: Vec<Word>,
    /// Hash of the words; equal for equal wordings.
    pub(super) identity: u64,
}

impl Wording {
    pub(super) fn of(text: &str, tokenizer: &mut Tokenizer) -> Self {
        let mut words = Vec::new();
        tokenizer.tokenize(text, |token| {
            let own = text.get(token.start..token.end).unwrap_or_default();
            let figure = own.chars().any(char::is_numeric);
            let name = own.chars().next().is_some_and(char::is_uppercase);
            let capitals = || own.chars().filter(|c| c.is_uppercase()).count();
            let loud = !own.chars().any(char::is_lowercase) && capitals() >= 2;
            words.push(Word { hash: token.hash, figure, name, loud });
        });
        let identity = words.iter().fold(0, |hash, word| hash::mix(hash ^ word.hash));
        Self { words, identity }
    }

    /// Words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Words that start with a capital.
    pub(super) fn names(&self) -> usize {
        self.words.iter().filter(|word| word.name).count()
    }

    /// Words all in capitals.
    pub(super) fn loud(&self) -> usize {
        self.words.iter().filter(|word| word.loud).count()
    }

    /// Words with a digit.
    pub(super) fn figures(&self) -> usize {
        self.words.iter().filter(|word| word.figure).count()
    }

    /// What was edited from this version to another.
    pub(super) fn edits(&self, other: &Self) -> Edits {
        if self.identity == other.identity {
            return Edits::default();
        }
        let mut edits = Edits::default();
        edits.count(self.missing_in(other));
        edits.count(other.missing_in(self));
        edits
    }

    /// The words that `other` lacks, between the first and the last that both have.
    fn missing_in<'a>(&'a self, other: &Self) -> impl Iterator<Item = &'a Word> {
        let mut bag: Vec<u64> = other.words.iter().map(|word| word.hash).collect();
        bag.sort_unstable();
        let mut used = vec![0_usize; bag.len()];
        let mut has = |word: &Word| {
            let first = bag.partition_point(|&hash| hash < word.hash);
            let same = bag[first..].iter().take_while(|&&hash| hash == word.hash).count();
            let free = same > 0 && used[first] < same;
            if free {
                used[first] += 1;
            }
            free
        };
        let held: Vec<bool> = self.words.iter().map(&mut has).collect();
        let first = held.iter().position(|&held| held).unwrap_or(0);
        let last = held.iter().rposition(|&held| held).unwrap_or(0);
        let inner = self.words.iter().zip(held).take(last).skip(first);
        inner.filter(|(_, held)| !held).map(|(word, _)| word)
    }
}

/// Share of the words of a text that start with a capital, not counting the first of each line or
/// sentence. What is usual depends on the language.
pub(super) fn capital_share(text: &str) -> f32 {
    let (mut words, mut capitals, mut fresh) = (0_u32, 0_u32, true);
    for word in text.split_whitespace() {
        let first = word.chars().find(|c| c.is_alphanumeric());
        if !fresh && let Some(first) = first {
            words += 1;
            capitals += u32::from(first.is_uppercase());
        }
        fresh = word.ends_with(['.', '!', '?', ':', '"', '\u{201d}']);
    }
    capitals as f32 / words.max(1) as f32
}

/// Words that differ between two versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edits {
    /// All of them.
    pub(super) words: u32,
    /// Of these, with a digit.
    pub(super) figures: u32,
    /// Of these, with a capital and no digit.
    pub(super) names: u32,
}

impl Edits {
    fn count<'a>(&mut self, words: impl Iterator<Item = &'a Word>) {
        for word in words {
            self.words += 1;
            self.figures += u32::from(word.figure);
            self.names += u32::from(word.name && !word.figure);
        }
    }

    /// Sums up.
    pub(super) fn add(&mut self, other: Self) {
        self.words += other.words;
        self.figures += other.figures;
        self.names += other.names;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edits(a: &str, b: &str) -> (u32, u32, u32) {
        let mut tokenizer = Tokenizer::default();
        let (a, b) = (Wording::of(a, &mut tokenizer), Wording::of(b, &mut tokenizer));
        let edits = a.edits(&b);
        assert_eq!(edits, b.edits(&a));
        (edits.words, edits.figures, edits.names)
    }

    #[test]
    fn edits_are_figures_names_or_words() {
        assert_eq!(
            edits("the dam held at 5 in Ulm today", "the dam held at 7 in Bonn today"),
            (4, 2, 2)
        );
        assert_eq!(edits("the dam held firm today", "the dam held well today"), (2, 0, 0));
        assert_eq!(edits("a a b", "a b"), (1, 0, 0));
    }

    #[test]
    fn words_in_capitals_are_not_names() {
        let loud = |text: &str| Wording::of(text, &mut Tokenizer::default()).loud();
        assert_eq!(loud("the UN and Ms. Adams of Ulm at the G7, A NATO and"), 2);
        assert_eq!(loud("NEVER LEAVE THE DAM, Adams"), 4);
    }

    #[test]
    fn ends_are_no_edits() {
        assert_eq!(edits("we know the dam held at noon", "the dam held"), (0, 0, 0));
        assert_eq!(edits("", "the dam held"), (0, 0, 0));
        assert_eq!(edits("wholly other", "the dam held"), (0, 0, 0));
    }

    proptest! {
        #[test]
        fn equal_wordings_have_no_edits(text in "[a-c0-9 A-C]{0,40}", more in "[a-c ]{0,9}") {
            prop_assert_eq!(edits(&text, &text.to_uppercase()).0, 0);
            let (words, figures, names) = edits(&text, &more);
            prop_assert!(figures + names <= words);
        }
    }
}

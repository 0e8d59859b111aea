//! The words of the places of a family: what was edited, and which versions are near.
//!
//! Fed by `context` with the text of each place, feeds `features` (are edits figures and names?)
//! and
//! `direction` (the nearest version). Two versions are compared as bags of words between the first
//! and the last word that they share, so that a passage cut shorter is not an edit. Invariant: cost
//! grows with the words of the places, never with pairs of places.

use crate::hash::{self, Map};
use crate::limits::narrow;
use crate::text::Tokenizer;
use std::borrow::Cow;
use std::cell::OnceCell;

/// A word and its properties, in eight bytes: a family may have thousands of long versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(u64);

impl Word {
    /// Has a digit.
    const FIGURE: u64 = 1;
    /// Starts with a capital.
    const NAME: u64 = 2;
    /// Has two capitals or more and no lower-case letter.
    const LOUD: u64 = 4;
    /// All of these; the other bits are those of the hash.
    const ALL: u64 = 7;

    fn of(hash: u64, word: &str) -> Self {
        let figure = word.chars().any(char::is_numeric);
        let name = word.chars().next().is_some_and(char::is_uppercase);
        let capitals = || word.chars().filter(|c| c.is_uppercase()).count();
        let loud = !word.chars().any(char::is_lowercase) && capitals() >= 2;
        Self::new(hash, figure, name, loud)
    }

    /// The same for a word of ASCII letters and digits, byte by byte.
    fn of_ascii(hash: u64, word: &[u8]) -> Self {
        let (mut seen, mut two_capitals) = (0, false);
        for byte in word {
            let class = CLASSES[usize::from(*byte)];
            two_capitals |= seen & class & CAPITAL != 0;
            seen |= class;
        }
        let name = word.first().is_some_and(u8::is_ascii_uppercase);
        Self::new(hash, seen & DIGIT != 0, name, seen & SMALL == 0 && two_capitals)
    }

    fn new(hash: u64, figure: bool, name: bool, loud: bool) -> Self {
        let properties = u64::from(figure) | u64::from(name) << 1 | u64::from(loud) << 2;
        Self(hash & !Self::ALL | properties)
    }

    fn has(self, property: u64) -> bool {
        self.0 & property != 0
    }

    fn hash(self) -> u64 {
        self.0 & !Self::ALL
    }
}

const DIGIT: u8 = 1;
const SMALL: u8 = 2;
const CAPITAL: u8 = 4;

/// What each ASCII byte is: words are short, so that a look at a table beats a few comparisons.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Bytes of a word and the space before it, in most texts no more: room for all words from the
/// start.
const WORD_BYTES: usize = 5;

/// The words of a passage at one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Wording {
    words: Vec<Word>,
    /// The positions of the words by hash, then position; sorted when versions are first compared.
    bag: OnceCell<Vec<u32>>,
    /// Hash of the words; equal for equal wordings.
    pub(super) identity: u64,
}

impl Wording {
    pub(super) fn of(text: &str, tokenizer: &mut Tokenizer) -> Self {
        let mut words = Vec::with_capacity(text.len() / WORD_BYTES);
        tokenizer.tokenize(text, |token| {
            let own = text.get(token.start..token.end).unwrap_or_default();
            words.push(if own.is_ascii() {
                Word::of_ascii(token.hash, own.as_bytes())
            } else {
                Word::of(token.hash, own)
            });
        });
        words.shrink_to_fit();
        let identity = words.iter().fold(0, |hash, word| hash::mix(hash ^ word.hash()));
        Self { words, bag: OnceCell::new(), identity }
    }

    /// Words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Words that start with a capital.
    pub(super) fn names(&self) -> usize {
        self.words.iter().filter(|word| word.has(Word::NAME)).count()
    }

    /// Words all in capitals.
    pub(super) fn loud(&self) -> usize {
        self.words.iter().filter(|word| word.has(Word::LOUD)).count()
    }

    /// Words with a digit.
    pub(super) fn figures(&self) -> usize {
        self.words.iter().filter(|word| word.has(Word::FIGURE)).count()
    }

    /// The words by hash, then position, each as its hash and its position.
    fn bag(&self) -> impl Iterator<Item = (u64, u32)> {
        let bag = self.bag.get_or_init(|| {
            let words = self.words.iter().zip(0..);
            let mut bag: Vec<(u64, u32)> = words.map(|(word, at)| (word.hash(), at)).collect();
            bag.sort_unstable();
            // By reference, so that the list is not kept in the room of the pairs.
            bag.iter().map(|&(_, at)| at).collect()
        });
        let word = |&at: &u32| Some((self.words.get(at as usize)?.hash(), at));
        bag.iter().filter_map(word)
    }

    /// What was edited from this version to another.
    pub(super) fn edits(&self, other: &Self) -> Edits {
        if self.identity == other.identity {
            return Edits::default();
        }
        let mut held = [Vec::new(), Vec::new()];
        for (own, theirs) in self.shared(other) {
            held[0].push(own);
            held[1].push(theirs);
        }
        let [own, theirs] = held;
        let mut edits = Edits::default();
        edits.count(missing(&self.words, own));
        edits.count(missing(&other.words, theirs));
        edits
    }

    /// How many words were edited from this version to another.
    pub(super) fn distance(&self, other: &Self) -> u32 {
        if self.identity == other.identity {
            return 0;
        }
        // The first and the last word that is shared, on either side.
        let (mut count, mut own, mut theirs) = (0, (u32::MAX, 0), (u32::MAX, 0));
        for (x, y) in self.shared(other) {
            count += 1;
            own = (own.0.min(x), own.1.max(x));
            theirs = (theirs.0.min(y), theirs.1.max(y));
        }
        if count == 0 {
            return 0;
        }
        let missing = |(first, last): (u32, u32)| last - first + 1 - count;
        missing(own) + missing(theirs)
    }

    /// The words of both, as pairs of positions; of a word that one has more often, the first ones.
    fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (u32, u32)> + 'a {
        let (mut own, mut theirs) = (self.bag(), other.bag());
        let (mut x, mut y) = (own.next(), theirs.next());
        std::iter::from_fn(move || {
            loop {
                let ((hash, at), (other, place)) = (x?, y?);
                if hash <= other {
                    x = own.next();
                }
                if other <= hash {
                    y = theirs.next();
                }
                if hash == other {
                    return Some((at, place));
                }
            }
        })
    }
}

/// The words that are not at the positions `held`, between the first and the last of these.
fn missing(words: &[Word], mut held: Vec<u32>) -> impl Iterator<Item = &Word> {
    held.sort_unstable();
    let gaps = held.clone().into_iter().zip(held.into_iter().skip(1));
    gaps.flat_map(move |(x, y)| words.iter().take(y as usize).skip(x as usize + 1))
}

/// The texts of a family's places, each by the first place that has it: all of them at once may be
/// more than there is room for.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// Number of the text of a hash, or of the next hash where another text has it.
    numbers: Map<u64, u32>,
    /// For each text, the first place that has it.
    pub(super) first: Vec<u32>,
    /// For each place, its text.
    pub(super) of_place: Vec<u32>,
}

impl Versions {
    /// Of the places that have these texts; `text_of` has the text of one of them again.
    pub(super) fn of<'t>(
        places: impl Iterator<Item = &'t str>,
        text_of: impl Fn(usize) -> &'t str,
    ) -> Self {
        let mut versions = Self::default();
        for text in places {
            versions.add(text, &text_of);
        }
        versions
    }

    /// Adds a place with its text, and returns the number of the text.
    pub(super) fn add<'t>(&mut self, text: &str, text_of: impl Fn(usize) -> &'t str) -> usize {
        let next = narrow(self.first.len());
        let mut hash = hash::xxh3_64(text.as_bytes());
        let number = loop {
            let number = *self.numbers.entry(hash).or_insert(next);
            let first = self.first.get(number as usize);
            if first.is_none_or(|first| text_of(*first as usize) == text) {
                break number;
            }
            hash = hash::mix(hash);
        };
        if number == next {
            self.first.push(narrow(self.of_place.len()));
        }
        self.of_place.push(number);
        number as usize
    }
}

/// Most words of wordings that are held at a time.
const HELD_WORDS: usize = 128 << 10;

/// The distinct wordings of a family: those for which there is room, and the others made anew from
/// their texts where they are asked for.
pub(super) struct Wordings<'a> {
    held: Vec<Wording>,
    identities: Vec<u64>,
    make: &'a dyn Fn(usize) -> Wording,
}

impl<'a> Wordings<'a> {
    /// So many wordings, as `make` makes them.
    pub(super) fn new(count: usize, make: &'a dyn Fn(usize) -> Wording) -> Self {
        Self::within(HELD_WORDS, count, make)
    }

    /// The same with room for so many words.
    pub(super) fn within(room: usize, count: usize, make: &'a dyn Fn(usize) -> Wording) -> Self {
        let (mut held, mut words) = (Vec::new(), 0);
        let mut take = |number: usize| {
            let wording = make(number);
            let identity = wording.identity;
            words += wording.len();
            if words <= room {
                held.push(wording);
            }
            identity
        };
        let identities = (0..count).map(&mut take).collect();
        Self { held, identities, make }
    }

    /// Those that are held, which come first.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// One of them.
    pub(super) fn get(&self, number: usize) -> Cow<'_, Wording> {
        self.held.get(number).map_or_else(|| Cow::Owned((self.make)(number)), Cow::Borrowed)
    }

    /// What is equal for equal wordings.
    pub(super) fn identity(&self, number: usize) -> u64 {
        self.identities[number]
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
            self.figures += u32::from(word.has(Word::FIGURE));
            self.names += u32::from(word.has(Word::NAME) && !word.has(Word::FIGURE));
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

    /// The words of one that the other lacks, word by word.
    fn lacking<'a>(one: &'a Wording, other: &Wording) -> Vec<&'a Word> {
        let mut left: Vec<u64> = other.words.iter().map(|word| word.hash()).collect();
        let mut take = |word: &Word| {
            let at = left.iter().position(|&hash| hash == word.hash());
            at.map(|at| left.swap_remove(at)).is_some()
        };
        let held: Vec<bool> = one.words.iter().map(&mut take).collect();
        let first = held.iter().position(|&held| held).unwrap_or(0);
        let last = held.iter().rposition(|&held| held).unwrap_or(0);
        let inner = one.words.iter().zip(held).take(last).skip(first);
        inner.filter(|(_, held)| !held).map(|(word, _)| word).collect()
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

    #[test]
    fn a_text_has_one_number_whatever_its_hash() {
        let texts = ["a", "b", "a", "", "c", "b", ""];
        let numbers = [0, 1, 0, 2, 3, 1, 2];
        let versions = Versions::of(texts.into_iter(), |n| texts[n]);
        assert_eq!(versions.of_place, numbers);
        assert_eq!(versions.first, [0, 1, 3, 4]);
        // The hash of another text is taken.
        let mut taken = Versions::default();
        assert_eq!(taken.add("b", |n| texts[n]), 0);
        taken.first[0] = 1;
        let hash = hash::xxh3_64(b"a");
        taken.numbers.insert(hash, 0);
        taken.numbers.insert(hash::mix(hash), 0);
        taken.of_place.push(0);
        let numbers = ["a", "a", "b"].map(|text| taken.add(text, |n| texts[n]));
        assert_eq!((numbers, &taken.first[..]), ([1, 1, 0], &[1, 2][..]));
    }

    proptest! {
        #[test]
        fn wordings_are_those_of_their_texts_wherever_they_are(
            texts in prop::collection::vec("[a-c ]{0,9}", 0..9),
            room in 0_usize..12,
        ) {
            let of = |text: &str| Wording::of(text, &mut Tokenizer::default());
            let make = |n: usize| of(&texts[n]);
            let wordings = Wordings::within(room, texts.len(), &make);
            let held: usize = (0..wordings.held()).map(|n| of(&texts[n]).len()).sum();
            prop_assert!(held <= room);
            for (n, text) in texts.iter().enumerate() {
                prop_assert_eq!(&wordings.get(n).words, &of(text).words);
                prop_assert_eq!(wordings.identity(n), of(text).identity);
            }
        }

        #[test]
        fn equal_wordings_have_no_edits(text in "[a-c0-9 A-C]{0,40}", more in "[a-c ]{0,9}") {
            prop_assert_eq!(edits(&text, &text.to_uppercase()).0, 0);
            let (words, figures, names) = edits(&text, &more);
            prop_assert!(figures + names <= words);
        }

        #[test]
        fn ascii_words_are_read_as_others(word in "[a-c0-9A-C'.]{0,6}") {
            prop_assert_eq!(Word::of_ascii(1, word.as_bytes()), Word::of(1, &word));
        }

        #[test]
        fn edits_are_the_words_that_a_version_lacks(
            a in "([a-cA-B0-1]{1,2} ){0,12}",
            b in "([a-cA-B0-1]{1,2} ){0,12}",
        ) {
            let mut tokenizer = Tokenizer::default();
            let (a, b) = (Wording::of(&a, &mut tokenizer), Wording::of(&b, &mut tokenizer));
            let mut expected = Edits::default();
            expected.count(lacking(&a, &b).into_iter());
            expected.count(lacking(&b, &a).into_iter());
            prop_assert_eq!(a.edits(&b), expected);
            prop_assert_eq!(a.distance(&b), expected.words);
        }
    }
}

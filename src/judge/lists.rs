//! Which word lists have a word in a stretch of text.
//!
//! Used by `occurrence` and `form`, which read the text around a place: all lists of `lexicon` that
//! are looked for as parts of words are found in one pass of `finder` over the stretch in lower
//! case. Invariant: a list is found exactly if one of its words is in the stretch as
//! `str::to_lowercase` has it.

use super::finder::{Finder, is_plain};
use super::lexicon;
use super::lines::floor;
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;

/// A list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Verbs and prepositions of attribution.
    Saying,
    /// Words at pictures.
    Caption,
    /// Words on galleries.
    Gallery,
    /// Pleas to subscribe and notices of rights.
    Subscribe,
    /// Houses that sell pictures.
    Sold,
    /// The first words of notices.
    Notice,
    /// Ways to reach somebody.
    Reached,
    /// Parts of addresses.
    Web,
    /// Address of the pictures of posts.
    Post,
}

impl List {
    const ALL: [Self; 9] = [
        Self::Saying,
        Self::Caption,
        Self::Gallery,
        Self::Subscribe,
        Self::Sold,
        Self::Notice,
        Self::Reached,
        Self::Web,
        Self::Post,
    ];

    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Saying => lexicon::SAYING.to_vec(),
            Self::Caption => lexicon::CAPTION.to_vec(),
            Self::Gallery => lexicon::GALLERY.to_vec(),
            Self::Subscribe => lexicon::SUBSCRIBE.to_vec(),
            Self::Sold => lexicon::SOLD.to_vec(),
            Self::Notice => lexicon::NOTICES.iter().map(|notice| notice.0).collect(),
            Self::Reached => lexicon::WAYS.to_vec(),
            Self::Web => lexicon::WEB.to_vec(),
            Self::Post => vec![lexicon::POST],
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The lists that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Found(u16);

impl Found {
    /// Whether a word of the list is there.
    pub(super) fn has(self, list: List) -> bool {
        self.0 & list.bit() != 0
    }
}

/// The words of all lists.
struct Words {
    finder: Finder,
    /// For each the list that it is in, and its number there.
    places: Vec<(u16, usize)>,
    /// Bytes of the longest.
    longest: usize,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let of_list = |list: &List| {
        let bit = list.bit();
        list.words().into_iter().enumerate().map(move |(n, word)| (word, (bit, n)))
    };
    let (words, places): (Vec<&str>, _) = List::ALL.iter().flat_map(of_list).unzip();
    let longest = words.iter().map(|word| word.len()).max().unwrap_or_default();
    Words { finder: Finder::new(words), places, longest }
});

/// Most words that are looked for at many bytes at once.
const TOGETHER: usize = 32;

/// The words of the two lists of forms alone; none where the processor cannot look for them so.
static FORMS: LazyLock<Option<Vec<Searcher>>> = LazyLock::new(|| {
    let mut words = [List::Reached.words(), List::Notice.words()].concat();
    words.sort_unstable();
    words.dedup();
    words.chunks(TOGETHER).map(Searcher::new).collect()
});

/// Looks for lists in stretches, with room for one of them in lower case.
#[derive(Debug, Default)]
pub(super) struct Lists {
    lower: String,
    /// The first words of notices in the last stretch: which notice, and where they end.
    notices: Vec<(usize, usize)>,
}

impl Lists {
    /// The lists with a word in the stretch.
    pub(super) fn find(&mut self, stretch: &str) -> Found {
        let plain = self.fold(stretch);
        let mut found = 0;
        self.notices.clear();
        WORDS.finder.each(&self.lower, plain, |word, end| {
            let (bit, n) = WORDS.places[word];
            found |= bit;
            if bit == List::Notice.bit() {
                self.notices.push((n, end));
            }
        });
        Found(found)
    }

    /// As [`find`](Self::find), as far as ways to reach somebody and notices go. A part of the
    /// stretch, on borders of code points, is of a text in which the lists `known` were found:
    /// where that has neither, only what is around the part is looked through.
    pub(super) fn find_forms(
        &mut self,
        stretch: &str,
        (read, known): (Range<usize>, Found),
    ) -> Found {
        let mut may_be_in = |part: &str| {
            self.fold(part);
            let is_in = |some: &Searcher| some.find(&self.lower).is_some();
            FORMS.as_ref().is_none_or(|forms| forms.iter().any(is_in))
        };
        // A letter may have three bytes of which one is left in lower case: the sign of kelvins.
        let longest = WORDS.longest * if is_plain(stretch) { 1 } else { 3 };
        let before = &stretch[..floor(stretch, read.start + longest)];
        let after = &stretch[floor(stretch, read.end.saturating_sub(longest))..];
        if known.has(List::Reached)
            || known.has(List::Notice)
            || read.start > 0 && may_be_in(before)
            || read.end < stretch.len() && may_be_in(after)
        {
            return self.find(stretch);
        }
        self.fold(stretch);
        self.notices.clear();
        Found::default()
    }

    /// Whether the last stretch has the words of a notice, the second after the first.
    pub(super) fn has_notice(&self) -> bool {
        let has = |&(n, end): &(usize, usize)| self.lower[end..].contains(lexicon::NOTICES[n].1);
        self.notices.iter().any(has)
    }

    /// The last stretch in lower case.
    pub(super) fn lower(&self) -> &str {
        &self.lower
    }

    /// Puts a stretch in lower case into its room; returns whether it is plain.
    fn fold(&mut self, stretch: &str) -> bool {
        self.lower.clear();
        let plain = is_plain(stretch);
        if plain {
            self.lower.push_str(stretch);
            self.lower.make_ascii_lowercase();
        } else if stretch.contains('\u{3a3}') {
            // How the capital sigma is written depends on its neighbours.
            self.lower.push_str(&stretch.to_lowercase());
        } else {
            for sign in stretch.chars() {
                match sign {
                    '\0'..='\x7f' => self.lower.push(sign.to_ascii_lowercase()),
                    // Punctuation, and scripts without capitals.
                    '\u{2000}'..='\u{206f}' | '\u{2e80}'..='\u{a63f}' => self.lower.push(sign),
                    _ => self.lower.extend(sign.to_lowercase()),
                }
            }
        }
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_letter_in_lower_case() {
        let mut lists = Lists::default();
        for letter in '\0'..=char::MAX {
            let text = letter.to_string();
            if text.to_lowercase() != text || letter.is_ascii() {
                lists.fold(&text);
                assert_eq!(lists.lower(), text.to_lowercase());
            }
        }
    }

    fn plainly(stretch: &str) -> Vec<bool> {
        let lower = stretch.to_lowercase();
        let held = |list: &List| list.words().iter().any(|word| lower.contains(word));
        List::ALL.iter().map(held).collect()
    }

    proptest! {
        #[test]
        fn lists_are_found_as_by_a_search_for_each_word(
            pieces in prop::collection::vec((0_usize..200, "[A-Za-z \u{c9}\u{2019}]|\\PC|"), 0..9),
            loud in any::<bool>(),
        ) {
            let words: Vec<&str> = List::ALL.iter().flat_map(|list| list.words()).collect();
            let text: String = pieces
                .iter()
                .flat_map(|(n, more)| [words.get(*n).copied().unwrap_or_default(), more])
                .collect();
            let text = if loud { text.to_uppercase() } else { text };
            let mut lists = Lists::default();
            let found = lists.find(&text);
            let lower = text.to_lowercase();
            let has_notice = lexicon::NOTICES.iter().any(|(one, other)| {
                lower.find(one).is_some_and(|at| lower[at + one.len()..].contains(other))
            });
            prop_assert_eq!(lists.has_notice(), has_notice);
            let found: Vec<bool> = List::ALL.iter().map(|list| found.has(*list)).collect();
            prop_assert_eq!(found, plainly(&text));
        }

        #[test]
        fn a_part_is_looked_through_where_the_whole_gives_reason(
            pieces in prop::collection::vec((0_usize..400, "[A-Za-z \u{c9}\u{3a3}]|\\PC|"), 0..5),
            (x, y) in (0_usize..80, 0_usize..80),
            (before, after) in (0_usize..40, 0_usize..40),
        ) {
            let words: Vec<&str> = List::ALL.iter().flat_map(|list| list.words()).collect();
            let text: String = pieces
                .iter()
                .flat_map(|(n, more)| [words.get(*n).copied().unwrap_or_default(), more])
                .collect();
            let (mut lists, mut plain) = (Lists::default(), Lists::default());
            let (x, y) = (floor(&text, x.min(y)), floor(&text, x.max(y)));
            let known = lists.find(&text[x..y]);
            // What is read of the stretch is any part of what is known, and all of it at its edges.
            let from = floor(&text, x.saturating_sub(before));
            let to = floor(&text, y + after);
            let part = &text[from..to];
            let (found, expected) =
                (lists.find_forms(part, (x - from..y - from, known)), plain.find(part));
            prop_assert_eq!(found.has(List::Reached), expected.has(List::Reached));
            prop_assert_eq!(lists.has_notice(), plain.has_notice());
            prop_assert_eq!(lists.lower(), plain.lower());
        }
    }
}

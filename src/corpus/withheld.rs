//! What is there of a text that is not kept: its tokens, and where in the text they were.
//!
//! Made and stored by index, for indexes that keep no texts; held by [`Text`](super::Text), from
//! which detect takes tokens and places. Invariant: tokens and places are those that the text
//! itself would give, and no word of the text can be read from it.

use crate::store::varint;

/// The tokens of a text without the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// As long as the text, all spaces: what asks for words of it finds none.
    blank: Box<str>,
    /// XXH3-64 of the text.
    hash: u64,
    tokens: Vec<u32>,
    /// Whether the text is ASCII, then for each token the bytes between it and the one before, its
    /// own, and unless it is ASCII the same in code points; numbers of seven bits a byte.
    layout: Vec<u8>,
}

/// First byte, byte after the last, and the same in code points.
pub type TokenPlace = [u32; 4];

/// First byte of the layout of an ASCII text, and of another.
const ASCII: u8 = 0;
const OTHER: u8 = 1;
/// Most bytes of a number of the layout.
const NUMBER_BYTES: u32 = 5;

impl Withheld {
    /// Of a text with these tokens, which are at these bytes.
    #[must_use]
    pub fn of(text: &str, hash: u64, tokens: &[u32], places: &[(usize, usize)]) -> Self {
        let is_ascii = text.is_ascii();
        let mut layout = vec![if is_ascii { ASCII } else { OTHER }];
        let mut before = 0;
        for &(start, end) in places {
            let parts = [before..start, start..end].map(|part| text.get(part).unwrap_or_default());
            for part in &parts {
                varint::put(part.len() as u64, &mut layout);
            }
            if !is_ascii {
                for part in &parts {
                    varint::put(part.chars().count() as u64, &mut layout);
                }
            }
            before = end;
        }
        Self { blank: blank(text.len()), hash, tokens: tokens.to_vec(), layout }
    }

    /// As bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 * self.tokens.len() + self.layout.len());
        self.tokens.iter().for_each(|token| bytes.extend_from_slice(&token.to_le_bytes()));
        bytes.extend_from_slice(&self.layout);
        bytes
    }

    /// From bytes, of a text of so many bytes with so many tokens; none where they do not fit.
    #[must_use]
    pub fn read(bytes: &[u8], count: u32, text_bytes: u32, hash: u64) -> Option<Self> {
        let (tokens, layout) = bytes.split_at_checked(4 * usize::try_from(count).ok()?)?;
        let tokens = tokens.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut places = Places::new(layout)?;
        let (mut read, mut end) = (0_u32, 0);
        for place in places.by_ref() {
            (read, end) = (read + 1, place[1]);
        }
        let fits = places.left.is_empty() && read == count && end <= text_bytes;
        fits.then(|| Self {
            blank: blank(usize::try_from(text_bytes).unwrap_or_default()),
            hash,
            tokens: tokens.collect(),
            layout: layout.to_vec(),
        })
    }

    /// Most bytes that so many tokens take.
    #[must_use]
    pub fn most_bytes(count: u32) -> usize {
        // Four numbers of at most five bytes each.
        24 * usize::try_from(count).unwrap_or_default() + 1
    }

    /// As long as the text, all spaces.
    #[must_use]
    pub fn blank(&self) -> &str {
        &self.blank
    }

    /// XXH3-64 of the text.
    #[must_use]
    pub fn text_hash(&self) -> u64 {
        self.hash
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Where each token was.
    pub fn places(&self) -> impl Iterator<Item = TokenPlace> + '_ {
        Places::new(&self.layout).into_iter().flatten()
    }
}

fn blank(bytes: usize) -> Box<str> {
    " ".repeat(bytes).into_boxed_str()
}

/// Places that are being read; ends early where the bytes are none.
struct Places<'a> {
    left: &'a [u8],
    is_ascii: bool,
    /// Ends of the token before, in bytes and in code points.
    byte: u32,
    char: u32,
}

impl<'a> Places<'a> {
    fn new(layout: &'a [u8]) -> Option<Self> {
        let (&first, left) = layout.split_first()?;
        (first <= OTHER).then_some(Self { left, is_ascii: first == ASCII, byte: 0, char: 0 })
    }

    fn number(&mut self) -> Option<u32> {
        u32::try_from(varint::take(&mut self.left, NUMBER_BYTES)?).ok()
    }

    fn read(&mut self) -> Option<TokenPlace> {
        let (gap, length) = (self.number()?, self.number()?);
        let chars = if self.is_ascii { (gap, length) } else { (self.number()?, self.number()?) };
        let (start, end) = Self::step(&mut self.byte, gap, length)?;
        let (char_start, char_end) = Self::step(&mut self.char, chars.0, chars.1)?;
        Some([start, end, char_start, char_end])
    }

    /// Goes on by a gap and a length.
    fn step(at: &mut u32, gap: u32, length: u32) -> Option<(u32, u32)> {
        let start = at.checked_add(gap)?;
        *at = start.checked_add(length)?;
        Some((start, *at))
    }
}

impl Iterator for Places<'_> {
    type Item = TokenPlace;

    fn next(&mut self) -> Option<TokenPlace> {
        if self.left.is_empty() {
            return None;
        }
        let before = self.left;
        let place = self.read();
        if place.is_none() {
            // What is left says that these were no places.
            self.left = before;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Words of a text: what lies between spaces.
    fn words(text: &str) -> Vec<(usize, usize)> {
        let start = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
        text.split_whitespace().map(|word| (start(word), start(word) + word.len())).collect()
    }

    proptest! {
        #[test]
        fn tokens_and_places_are_read_back(text in "([a-z]{0,9}|[ä字€ ]{0,5}| )*", hash: u64) {
            let places = words(&text);
            let tokens: Vec<u32> = (7..).step_by(977).take(places.len()).collect();
            let withheld = Withheld::of(&text, hash, &tokens, &places);
            let bytes = withheld.write();
            let (count, length) =
                (u32::try_from(tokens.len()).unwrap(), u32::try_from(text.len()).unwrap());
            prop_assert!(bytes.len() <= Withheld::most_bytes(count));
            let read = Withheld::read(&bytes, count, length, hash).unwrap();
            prop_assert_eq!(&read, &withheld);
            prop_assert_eq!(read.tokens(), tokens);
            prop_assert!(read.blank().len() == text.len() && read.blank().trim().is_empty());
            let chars = |byte: usize| text[..byte].chars().count();
            let found: Vec<TokenPlace> = read.places().collect();
            let expected = places.iter().map(|&(start, end)| {
                [start, end, chars(start), chars(end)].map(|n| u32::try_from(n).unwrap())
            });
            prop_assert_eq!(found, expected.collect::<Vec<_>>());
            for end in 0..bytes.len() {
                prop_assert_eq!(Withheld::read(&bytes[..end], count, length, hash), None);
            }
            prop_assert_eq!(Withheld::read(&bytes, count + 1, length, hash), None);
        }

        #[test]
        fn other_bytes_are_refused_or_read_whole(
            bytes in prop::collection::vec(any::<u8>(), 0..90), count in 0_u32..9,
        ) {
            if let Some(read) = Withheld::read(&bytes, count, 1_000, 1) {
                prop_assert_eq!(read.write(), bytes);
                prop_assert_eq!(read.places().count(), read.tokens().len());
            }
        }
    }
}

//! A text becomes its shingles, of words or of characters.

use super::window::{document_shingles, has_window};
use crate::hash;
use crate::text::{self, Tokenizer};

/// What shingles are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Words (characters in scripts without spaces).
    #[default]
    Word,
    /// Folded characters: the tokens joined by single spaces, cut into windows of characters.
    Char,
}

impl Unit {
    /// The name in settings and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Char => "char",
        }
    }
}

/// Turns texts into shingles; keeps its scratch space from text to text.
///
/// # Examples
/// ```
/// use wirecopy::shingle::Shingler;
/// use wirecopy::verify::{make_set, overlap};
/// let mut shingler = Shingler::default(); // of five words
/// let mut a = shingler.shingles("Don't stop: the ferry sails at noon.").to_vec();
/// let mut b = shingler.shingles("dont stop, the ferry sails at NINE").to_vec();
/// make_set(&mut a);
/// make_set(&mut b);
/// assert_eq!((a.len(), overlap(&a, &b).shared), (3, 2));
/// ```
#[derive(Debug)]
pub struct Shingler {
    unit: Unit,
    size: usize,
    tokenizer: Tokenizer,
    tokens: Vec<u32>,
    bytes: Vec<u8>,
    hashes: Vec<u64>,
    short: bool,
}

impl Default for Shingler {
    fn default() -> Self {
        Self::new(Unit::Word, 5)
    }
}

impl Shingler {
    /// For shingles of `size` words or characters; a size of 0 counts as 1.
    #[must_use]
    pub fn new(unit: Unit, size: usize) -> Self {
        Self {
            unit,
            size: size.max(1),
            tokenizer: Tokenizer::default(),
            tokens: Vec::new(),
            bytes: Vec::new(),
            hashes: Vec::new(),
            short: false,
        }
    }

    /// The shingle hashes of a text, in order and with repeats; what the other methods return is
    /// about this text.
    ///
    /// A text too short for any window is one shingle over all its tokens; a text without tokens
    /// has none.
    pub fn shingles(&mut self, text: &str) -> &[u64] {
        self.tokenise(text);
        self.short = document_shingles(&self.tokens, self.size, &mut self.hashes);
        &self.hashes
    }

    /// Reads a text of which no shingle is asked for: what the other methods return is about this
    /// text, but there are no hashes.
    pub fn read(&mut self, text: &str) {
        self.tokenise(text);
        self.short = !self.tokens.is_empty() && !has_window(&self.tokens, self.size);
    }

    fn tokenise(&mut self, text: &str) {
        let tokens = &mut self.tokens;
        tokens.clear();
        match self.unit {
            Unit::Word => self.tokenizer.compact_tokens(text, tokens),
            // The lowest bits are the class: a letter counts as a word of its own.
            Unit::Char => {
                text::letters(&mut self.tokenizer, text, |c| tokens.push(u32::from(c) << 2));
            }
        }
        self.hashes.clear();
    }

    /// The [compact](text::Token::compact) tokens of the text, or its characters.
    #[must_use]
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Whether the text is one shingle because it is shorter than any window.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.short
    }

    /// The shingle hashes, in order and with repeats.
    #[must_use]
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The shingle hashes, for use in place.
    pub fn hashes_mut(&mut self) -> &mut Vec<u64> {
        &mut self.hashes
    }

    /// XXH3-128 of the tokens: equal for texts that are equal in normal form.
    pub fn text_hash(&mut self) -> u128 {
        self.bytes.resize(self.tokens.len() * 4, 0);
        for (to, token) in self.bytes.as_chunks_mut::<4>().0.iter_mut().zip(&self.tokens) {
            *to = token.to_le_bytes();
        }
        hash::xxh3_128(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(unit: Unit, size: usize, text: &str) -> Vec<u64> {
        Shingler::new(unit, size).shingles(text).to_vec()
    }

    #[test]
    fn short_and_empty_texts() {
        let mut shingler = Shingler::new(Unit::Word, 5);
        for (text, tokens, shingles, short) in [
            ("", 0, 0, false),
            (" ...! ", 0, 0, false),
            ("one", 1, 1, true),
            ("one two three four", 4, 1, true),
            ("one two three four five", 5, 1, false),
            ("one two three four five six", 6, 2, false),
        ] {
            shingler.shingles(text);
            let found = (shingler.tokens().len(), shingler.hashes().len(), shingler.is_short());
            assert_eq!(found, (tokens, shingles, short), "{text}");
            shingler.read(text);
            let read = (shingler.tokens().len(), shingler.hashes().len(), shingler.is_short());
            assert_eq!(read, (tokens, 0, short), "{text}");
        }
        assert_ne!(hashes(Unit::Word, 5, "one two"), hashes(Unit::Word, 5, "two one"));
    }

    #[test]
    fn characters_make_windows_across_words() {
        assert_eq!(hashes(Unit::Char, 3, "ab  cd").len(), 3, "`ab `, `b c`, ` cd`");
        assert_eq!(hashes(Unit::Char, 3, "AB-CD"), hashes(Unit::Char, 3, "ab cd"));
    }

    #[test]
    fn escapes_blanked_by_the_reader_change_no_token() {
        for separator in ["\n", "\"", "\\", "/", "\u{8}", "\u{c}", "\r", "\t"] {
            for (before, after) in [("a", "b"), ("a'", "b"), ("a", "'b"), ("\u{65e5}", "\u{301}b")]
            {
                let hash = |middle: &str| {
                    let mut shingler = Shingler::new(Unit::Word, 5);
                    shingler.shingles(&format!("{before}{middle}{after} c"));
                    shingler.text_hash()
                };
                assert_eq!(hash(separator), hash("  "), "{before}{separator:?}{after}");
            }
        }
    }

    #[test]
    fn the_text_hash_is_that_of_the_normal_form() {
        let hash = |text: &str| {
            let mut shingler = Shingler::new(Unit::Word, 5);
            shingler.shingles(text);
            shingler.text_hash()
        };
        assert_eq!(hash("Don't stop"), hash("DONT -- stop!"));
        assert_ne!(hash("dont stop"), hash("stop dont"));
    }
}

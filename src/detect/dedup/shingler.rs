//! A text becomes its shingles, in the unit of the run.

use super::Unit;
use crate::hash;
use crate::shingle;
use crate::text::{self, Tokenizer};

/// Turns texts into shingles; keeps its scratch space from text to text.
#[derive(Debug)]
pub(super) struct Shingler {
    unit: Unit,
    size: usize,
    tokenizer: Tokenizer,
    tokens: Vec<u32>,
    bytes: Vec<u8>,
    hashes: Vec<u64>,
    short: bool,
}

impl Shingler {
    /// For shingles of `size` tokens, or characters.
    pub(super) fn new(unit: Unit, size: u32) -> Self {
        Self {
            unit,
            size: size.max(1) as usize,
            tokenizer: Tokenizer::default(),
            tokens: Vec::new(),
            bytes: Vec::new(),
            hashes: Vec::new(),
            short: false,
        }
    }

    /// Takes a text: what the other methods tell is about this one.
    pub(super) fn take(&mut self, text: &str) {
        let tokens = &mut self.tokens;
        tokens.clear();
        match self.unit {
            Unit::Word => {
                self.tokenizer.tokenize(text, |token| tokens.push(shingle::compact(token.hash)));
            }
            // The lowest bits are the class: a letter counts as a word of its own.
            Unit::Char => {
                text::letters(&mut self.tokenizer, text, |c| tokens.push(u32::from(c) << 2));
            }
        }
        self.hashes.clear();
        self.short = shingle::document_shingles(tokens, self.size, &mut self.hashes);
    }

    /// Tokens (or characters) of the text.
    pub(super) fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Whether the text is one shingle because it is shorter than any window.
    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    /// The shingle hashes, in order and with repeats.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The set of those shingle hashes that are `within` some part; takes them out of `hashes`.
    pub(super) fn set(&mut self, within: &dyn Fn(u64) -> bool) -> Box<[u64]> {
        self.hashes.retain(|&hash| within(hash));
        crate::verify::make_set(&mut self.hashes);
        self.hashes.as_slice().into()
    }

    /// XXH3-128 of the tokens: equal texts in normal form are equal here.
    pub(super) fn text_hash(&mut self) -> u128 {
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

    fn hashes(unit: Unit, size: u32, text: &str) -> Vec<u64> {
        let mut shingler = Shingler::new(unit, size);
        shingler.take(text);
        shingler.hashes().to_vec()
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
            shingler.take(text);
            let found = (shingler.tokens(), shingler.hashes().len(), shingler.is_short());
            assert_eq!(found, (tokens, shingles, short), "{text}");
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
                    shingler.take(&format!("{before}{middle}{after} c"));
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
            shingler.take(text);
            shingler.text_hash()
        };
        assert_eq!(hash("Don't stop"), hash("DONT -- stop!"));
        assert_ne!(hash("dont stop"), hash("stop dont"));
    }
}

//! The folded letters of a text, for comparisons by character.
//!
//! Feeds shingle, for shingles of characters.
//! Invariant: the letters are those whose hashes are the tokens.

use super::fold::{Class, FOLD, Folded};
use super::token::{Token, TokenClass, Tokenizer};

/// Calls `sink` with every folded code point of `text`, in order, and with a space between two
/// tokens, except between two characters of a script without spaces.
pub(crate) fn letters(tokenizer: &mut Tokenizer, text: &str, mut sink: impl FnMut(char)) {
    let mut folded = Folded::default();
    let mut last = None;
    tokenizer.tokenize(text, |token| {
        let class = TokenClass::of(token.hash);
        if last.is_some_and(|last| last != TokenClass::Character || class != last) {
            sink(' ');
        }
        last = Some(class);
        fold(text, token, &mut folded);
        folded.take(|bytes, _| String::from_utf8_lossy(bytes).chars().for_each(&mut sink));
    });
}

/// Appends the folded form of a token.
fn fold(text: &str, token: Token, to: &mut Folded) {
    let table = &*FOLD;
    for letter in text.get(token.start..token.end).unwrap_or_default().chars() {
        let entry = table.entry(u32::from(letter));
        if matches!(entry.class(), Class::Word | Class::Character | Class::Extend) {
            let source = letter.encode_utf8(&mut [0; 4]).len();
            let mut bytes = [0; 4];
            letter.encode_utf8(&mut bytes);
            table.append(entry, u32::from(letter), bytes.get(..source).unwrap_or_default(), to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::hash_bytes;
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> String {
        let mut found = String::new();
        letters(&mut Tokenizer::default(), text, |letter| found.push(letter));
        found
    }

    #[test]
    fn words_are_joined_by_one_space_and_characters_by_none() {
        assert_eq!(of("Don\u{2019}t  STOP -- Caf\u{e9}!"), "dont stop cafe");
        // Kana lose their voicing marks in the normal form.
        assert_eq!(of("\u{65e5}\u{672c} abc\u{3067}"), "\u{65e5}\u{672c} abc \u{3066}");
        assert_eq!(of(" ... "), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 1000 }))]
        #[test]
        fn letters_are_those_of_the_tokens(
            text in "([a-zA-Z0-9 '\u{2019}.,]|[\u{e0}-\u{ff}\u{430}-\u{44f}\u{621}-\u{652}]|\
                     [\u{4e00}-\u{4e20}\u{ac00}-\u{ac20}\u{e01}-\u{e4e}\u{fb01}\u{301}]|\\PC){0,60}"
        ) {
            let mut folded = Folded::default();
            Tokenizer::default().tokenize(&text, |token| {
                fold(&text, token, &mut folded);
                let character = TokenClass::of(token.hash) == TokenClass::Character;
                let hash = folded.take(|bytes, lanes| hash_bytes(bytes, lanes, character));
                assert_eq!(hash, token.hash, "{:?}", &text[token.start..token.end]);
            });
        }
    }
}

//! Text of strangers, made safe for terminals.
//!
//! Used by every format and by the messages of the command line. Invariant: what comes out holds
//! no control character (but the newline and tab of [`prose`]), no character that changes the
//! direction of its neighbours, and none that hides.

use std::borrow::Cow;

/// Whether a character could steer a terminal, reorder its neighbours, or hide.
///
/// Joiners (U+200C, U+200D) are left alone: Persian, Indic scripts and emoji need them.
#[inline]
#[must_use]
pub fn is_unsafe(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Running text: newlines and tabs stay (the view wraps them), soft hyphens and carriage returns
/// before a newline go, any other unsafe character becomes U+FFFD.
#[must_use]
pub fn prose(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\t' => safe.push(character),
            '\u{ad}' => {}
            '\r' if characters.peek() == Some(&'\n') => {}
            _ if is_unsafe(character) => safe.push(char::REPLACEMENT_CHARACTER),
            _ => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

/// A name (path, id, outlet) or message on one line: unsafe characters are spelled out, as `\n`,
/// `\x1b` or `\u{202e}`.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\r' => safe.push_str("\\r"),
            _ if !is_unsafe(character) => safe.push(character),
            _ if character.is_ascii() => {
                safe.push_str("\\x");
                safe.extend([4, 0].map(|shift| hex_digit(u32::from(character) >> shift)));
            }
            _ => safe.extend(character.escape_unicode()),
        }
    }
    Cow::Owned(safe)
}

/// The lowest four bits as a digit.
fn hex_digit(bits: u32) -> char {
    char::from_digit(bits & 15, 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every character that the promise names, written out once more (the oracle).
    fn is_forbidden(character: char) -> bool {
        let code = u32::from(character);
        code < 0x20
            || (0x7f..=0x9f).contains(&code)
            || [0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff].contains(&code)
            || (0x202a..=0x202e).contains(&code)
            || (0x2066..=0x2069).contains(&code)
    }

    /// Text rich in dangerous characters.
    fn hostile() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            any::<char>(),
            (0_u8..0xa0).prop_map(char::from),
            (0x2000_u32..0x2070).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        ];
        prop::collection::vec(character, 0..60).prop_map(|all| all.into_iter().collect())
    }

    #[test]
    fn names_spell_out_what_is_unsafe() {
        assert_eq!(line("a\x1b[31mb\n\u{202e}c\u{85}"), r"a\x1b[31mb\n\u{202e}c\u{85}");
        assert!(matches!(line("plain/ñame.txt"), Cow::Borrowed(_)));
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(prose("a\r\nb\tc\u{ad}d\x1be\rf"), "a\nb\tcd\u{fffd}e\u{fffd}f");
        assert!(matches!(prose("two\nlines"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_forbidden_passes(text in hostile()) {
            prop_assert!(!line(&text).chars().any(is_forbidden));
            let allowed = |c: char| c == '\n' || c == '\t';
            prop_assert!(!prose(&text).chars().any(|c| is_forbidden(c) && !allowed(c)));
        }

        #[test]
        fn safe_text_is_left_alone(text in "[a-zA-Z0-9 äöü東京,.!]{0,40}") {
            prop_assert_eq!(line(&text), text.as_str());
            prop_assert_eq!(prose(&text), text.as_str());
        }
    }
}

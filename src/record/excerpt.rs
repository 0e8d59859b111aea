//! Part of the text of a document, read where it is asked for.
//!
//! A family holds the texts of all its members, and each may lie in a temporary file: what is read
//! of such a file is counted when it is asked for, and let go after much of it. Invariant: an
//! excerpt is used as any `&str`, wherever its text is kept.

use super::{Field, Key, Schema, Type, Value, Visitor};
use crate::corpus::Text;
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, Range};

/// A string, or part of the text of a document.
#[derive(Clone, Copy)]
pub struct Excerpt<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Held(&'a str),
    Part { text: &'a Text, start: u32, end: u32 },
}

impl<'a> Excerpt<'a> {
    /// These bytes of a text; nothing where they are not in it, or cut a character.
    pub(crate) fn of(text: &'a Text, bytes: Range<u32>) -> Self {
        Self(Source::Part { text, start: bytes.start, end: bytes.end })
    }

    /// The words, read now.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        match self.0 {
            Source::Held(text) => text,
            Source::Part { text, start, end } => {
                text.as_str().get(start as usize..end as usize).unwrap_or_default()
            }
        }
    }
}

impl<'a> From<&'a str> for Excerpt<'a> {
    fn from(text: &'a str) -> Self {
        Self(Source::Held(text))
    }
}

impl Deref for Excerpt<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Excerpt<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), to)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), to)
    }
}

impl PartialEq for Excerpt<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Excerpt<'_> {}

impl PartialEq<str> for Excerpt<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Excerpt<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Excerpt<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl Field for Excerpt<'_> {
    #[inline]
    fn visit<'v>(&'v self, key: Key, visitor: &mut impl Visitor<'v>) {
        visitor.value(key, Value::Text(self.as_str()));
    }

    fn describe(key: Key, schema: &mut impl Schema) {
        schema.value(key, Type::Text, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_its_words() {
        let text = Text::from("żółw na plaży");
        for (bytes, words) in [(0..7, "żółw"), (8..10, "na"), (1..7, ""), (8..99, ""), (3..3, "")]
        {
            let excerpt = Excerpt::of(&text, bytes);
            assert_eq!(excerpt, words);
            assert_eq!(excerpt, Excerpt::from(words));
            assert_eq!(serde_json::to_value(excerpt).unwrap(), words);
            assert_eq!(format!("{excerpt} {excerpt:?}"), format!("{words} {words:?}"));
        }
        assert_ne!(Excerpt::of(&text, 0..7), "na");
    }
}

//! The text of a document: in memory, in a temporary file where memory is short, or withheld.

use super::withheld::Withheld;
use crate::hash::xxh3_64;
use crate::store::MappedText;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The text of a document. It is used as any `&str`, wherever it is kept.
#[derive(Clone)]
pub struct Text(Storage);

#[derive(Clone)]
enum Storage {
    Held(Box<str>),
    Shared(Arc<str>),
    Mapped(MappedText),
    Withheld(Arc<Withheld>),
}

impl Text {
    /// A text of which only the tokens are there. As a `&str` it is blank: as long, all spaces.
    #[must_use]
    pub fn withheld(text: Withheld) -> Self {
        Self(Storage::Withheld(Arc::new(text)))
    }

    /// What is there of a text that is withheld.
    #[must_use]
    pub fn as_withheld(&self) -> Option<&Withheld> {
        match &self.0 {
            Storage::Withheld(text) => Some(text),
            _ => None,
        }
    }

    /// The same text, of which a clone takes no further room.
    #[must_use]
    pub(crate) fn shared(self) -> Self {
        match self.0 {
            Storage::Held(text) => Self(Storage::Shared(text.into())),
            other => Self(other),
        }
    }

    /// XXH3-64 of the text, also where only its tokens are there.
    pub(crate) fn text_hash(&self) -> u64 {
        let of_text = || xxh3_64(self.as_bytes());
        self.as_withheld().map_or_else(of_text, Withheld::text_hash)
    }

    /// A text in a mapped file.
    #[must_use]
    pub fn mapped(text: MappedText) -> Self {
        Self(Storage::Mapped(text))
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Storage::Held(text) => text,
            Storage::Shared(text) => text,
            Storage::Mapped(text) => text.as_str(),
            Storage::Withheld(text) => text.blank(),
        }
    }

    /// Bytes, without reading the text.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Storage::Held(text) => text.len(),
            Storage::Shared(text) => text.len(),
            Storage::Mapped(text) => text.len(),
            Storage::Withheld(text) => text.blank().len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text by itself.
    #[must_use]
    pub fn into_string(self) -> String {
        match self.0 {
            Storage::Held(text) => text.into(),
            Storage::Shared(text) => (*text).to_owned(),
            Storage::Mapped(text) => text.as_str().to_owned(),
            Storage::Withheld(text) => text.blank().to_owned(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Storage::Held(Box::default()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Storage::Held(text.into_boxed_str()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Storage::Held(text.into()))
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), to)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.as_str()
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, other: &Text) -> bool {
        self == other.as_str()
    }
}

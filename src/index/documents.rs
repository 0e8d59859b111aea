//! What a segment knows of each document: its name and metadata, and where its text is.
//!
//! Made by prepared, written and read by segment. Invariant: bytes that are no record give an
//! error, never a panic and never another document.

use super::words::{Left, put, put_text, word};
use crate::corpus::{Date, Meta};

/// Numbers of an entry in the table of documents.
pub(super) const ENTRY_WORDS: u64 = 5;

/// A row of the table of documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where the metadata starts in its section.
    pub(super) meta: u64,
    pub(super) meta_bytes: u32,
    /// Tokens of the text.
    pub(super) tokens: u32,
    /// Where the text starts in its section.
    pub(super) text: u64,
    /// Bytes of the text as it is stored.
    pub(super) stored_bytes: u32,
    /// Bytes of the text as it was read.
    pub(super) text_bytes: u32,
    /// XXH3-64 of the text.
    pub(super) text_hash: u64,
}

fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn halves(both: u64) -> (u32, u32) {
    ((both & 0xffff_ffff) as u32, (both >> 32) as u32)
}

impl Entry {
    /// As numbers.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        put(self.meta, to);
        put(pair(self.meta_bytes, self.tokens), to);
        put(self.text, to);
        put(pair(self.stored_bytes, self.text_bytes), to);
        put(self.text_hash, to);
    }

    /// From numbers.
    pub(super) fn read(words: [u64; 5]) -> Self {
        let [meta, first, text, second, text_hash] = words;
        let ((meta_bytes, tokens), (stored_bytes, text_bytes)) = (halves(first), halves(second));
        Self { meta, meta_bytes, tokens, text, stored_bytes, text_bytes, text_hash }
    }
}

/// Bits of what a document has.
const OUTLET: u8 = 1;
const DATE: u8 = 2;
const TITLE: u8 = 4;
const URL: u8 = 8;
const DAY_ONLY: u8 = 16;
const INFERRED: u8 = 32;

/// Name and metadata as bytes.
pub(super) fn write(id: &str, meta: &Meta) -> Vec<u8> {
    let bit = |has: bool, bit: u8| if has { bit } else { 0 };
    let date = meta.date.as_ref();
    let flags = bit(meta.outlet.is_some(), OUTLET)
        | bit(date.is_some(), DATE)
        | bit(meta.title.is_some(), TITLE)
        | bit(meta.url.is_some(), URL)
        | bit(date.is_some_and(|date| date.day_only), DAY_ONLY)
        | bit(date.is_some_and(|date| date.inferred), INFERRED);
    let mut bytes = Vec::new();
    put_text(id, &mut bytes);
    bytes.push(flags);
    if let Some(outlet) = &meta.outlet {
        put_text(outlet, &mut bytes);
    }
    if let Some(date) = date {
        put_text(&date.text, &mut bytes);
        bytes.extend_from_slice(&date.seconds.to_le_bytes());
    }
    for text in [&meta.title, &meta.url].into_iter().flatten() {
        put_text(text, &mut bytes);
    }
    bytes
}

/// The name alone.
pub(super) fn id(bytes: &[u8]) -> Option<&str> {
    Left(bytes).text()
}

/// Whether there is an outlet.
pub(super) fn has_outlet(bytes: &[u8]) -> bool {
    let mut left = Left(bytes);
    left.text().and_then(|_| left.byte()).is_some_and(|flags| flags & OUTLET != 0)
}

/// The outlet alone.
pub(super) fn outlet(bytes: &[u8]) -> Option<&str> {
    let mut left = Left(bytes);
    left.text()?;
    if left.byte()? & OUTLET == 0 { None } else { left.text() }
}

/// Name and metadata from bytes; none where they are no record.
pub(super) fn read(bytes: &[u8]) -> Option<(String, Meta)> {
    let mut left = Left(bytes);
    let id = left.text()?.to_owned();
    let flags = left.byte()?;
    let has = |bit: u8| flags & bit != 0;
    let mut meta = Meta::default();
    if has(OUTLET) {
        meta.outlet = Some(left.text()?.into());
    }
    if has(DATE) {
        let text = left.text()?.to_owned();
        let seconds = word(left.take(8)?.try_into().ok()?).cast_signed();
        let (day_only, inferred) = (has(DAY_ONLY), has(INFERRED));
        meta.date = Some(Date { text, seconds, day_only, inferred });
    }
    if has(TITLE) {
        meta.title = Some(left.text()?.to_owned());
    }
    if has(URL) {
        meta.url = Some(left.text()?.to_owned());
    }
    left.0.is_empty().then_some((id, meta))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            texts in prop::collection::vec(prop::option::of(".{0,40}"), 5),
            seconds: i64, bits in 0_u8..4,
        ) {
            let text = |n: usize| texts[n].clone();
            let (day_only, inferred) = (bits & 1 > 0, bits & 2 > 0);
            let date = |text| Date { text, seconds, day_only, inferred };
            let meta = Meta {
                outlet: text(1).map(Into::into),
                date: text(2).map(date),
                title: text(3),
                url: text(4),
            };
            let name = text(0).unwrap_or_default();
            let bytes = write(&name, &meta);
            prop_assert_eq!(id(&bytes), Some(name.as_str()));
            prop_assert_eq!(has_outlet(&bytes), meta.outlet.is_some());
            prop_assert_eq!(read(&bytes), Some((name, meta)));
            for end in 0..bytes.len() {
                prop_assert_eq!(read(&bytes[..end]), None);
            }
        }
    }

    #[test]
    fn an_entry_is_read_back() {
        let entry = Entry {
            meta: 1,
            meta_bytes: 2,
            tokens: u32::MAX,
            text: 1 << 40,
            stored_bytes: 5,
            text_bytes: 6,
            text_hash: u64::MAX,
        };
        let mut bytes = Vec::new();
        entry.write(&mut bytes);
        let words: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|b| word(*b)).collect();
        assert_eq!(words.len() as u64, ENTRY_WORDS);
        assert_eq!(Entry::read(words.try_into().unwrap()), entry);
    }
}

//! Tokens and texts of the documents that questions looked at lately.
//!
//! Held by reader and its clones, asked by any worker. What furniture and much-quoted phrases lead
//! to is looked at for question after question: to read and tokenise it anew was a quarter of the
//! work of a server, and a text that lies in much furniture has hundreds of others unpacked. Two
//! generations take turns: what is asked for comes into the young one; when that is full it becomes
//! the old one, and what nobody asked for since the turn before goes. Invariant: there is never
//! more than there is room for, and what is found at a place is what was put there.

use super::words::at;
use crate::corpus::Document;
use crate::hash::{Map, mix};
use std::sync::{Arc, Mutex};

/// The number of a segment and that of a document in it.
type Place = (usize, u32);

/// Bytes of tokens there is room for, and of documents.
const TOKENS: usize = 32 << 20;
const DOCUMENTS: usize = 32 << 20;
/// Parts with a lock of their own, so that workers seldom wait for each other.
const PARTS: usize = 16;
/// Bytes that an entry takes beside the tokens, or the text.
const ENTRY: usize = 64;
const RECORD: usize = 512;

#[derive(Debug)]
pub(super) struct Recent {
    tokens: Turns<Arc<[u32]>>,
    documents: Turns<Document>,
}

impl Default for Recent {
    fn default() -> Self {
        Self { tokens: Turns::with_room(TOKENS), documents: Turns::with_room(DOCUMENTS) }
    }
}

impl Recent {
    /// The tokens of a document, if they are there.
    pub(super) fn tokens(&self, place: Place) -> Option<Arc<[u32]>> {
        self.tokens.get(place)
    }

    /// Keeps the tokens of a document for a while.
    pub(super) fn remember(&self, place: Place, tokens: &Arc<[u32]>) {
        self.tokens.put(place, tokens, size_of_val(&**tokens) + ENTRY);
    }

    /// A document, if it is there.
    pub(super) fn document(&self, place: Place) -> Option<Document> {
        self.documents.get(place)
    }

    /// Keeps a document for a while, if it has its text; gives it back.
    pub(super) fn note(&self, place: Place, document: Document) -> Document {
        if document.text.as_withheld().is_some() {
            return document;
        }
        let document = Document { text: document.text.shared(), ..document };
        self.documents.put(place, &document, document.text.len() + RECORD);
        document
    }
}

/// What was asked for lately, by its place.
#[derive(Debug)]
struct Turns<T> {
    parts: Vec<Mutex<Part<T>>>,
}

impl<T: Clone> Turns<T> {
    /// With room for so many bytes.
    fn with_room(bytes: usize) -> Self {
        let part = || {
            let (young, old) = (Map::default(), Map::default());
            Mutex::new(Part { young, old, room: bytes / PARTS / 2, taken: 0 })
        };
        Self { parts: std::iter::repeat_with(part).take(PARTS).collect() }
    }

    fn part(&self, (member, doc): Place) -> Option<&Mutex<Part<T>>> {
        let hash = mix((member as u64) << 32 | u64::from(doc));
        self.parts.get(at(hash % PARTS as u64))
    }

    fn get(&self, place: Place) -> Option<T> {
        let mut part = self.part(place)?.lock().ok()?;
        if let Some((one, _)) = part.young.get(&place) {
            return Some(one.clone());
        }
        let (one, size) = part.old.remove(&place)?;
        part.put(place, &one, size);
        Some(one)
    }

    fn put(&self, place: Place, one: &T, size: usize) {
        if let Some(Ok(mut part)) = self.part(place).map(Mutex::lock) {
            part.put(place, one, size);
        }
    }
}

#[derive(Debug)]
struct Part<T> {
    /// Each with its size in bytes.
    young: Map<Place, (T, usize)>,
    old: Map<Place, (T, usize)>,
    /// Room for a generation, and what of it the young one takes.
    room: usize,
    taken: usize,
}

impl<T: Clone> Part<T> {
    fn put(&mut self, place: Place, one: &T, size: usize) {
        if size > self.room || self.young.contains_key(&place) {
            return;
        }
        if self.taken + size > self.room {
            self.old = std::mem::take(&mut self.young);
            self.taken = 0;
        }
        self.taken += size;
        self.young.insert(place, (one.clone(), size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(place: Place, len: usize) -> Arc<[u32]> {
        (0..).take(len).map(|n| place.1.wrapping_mul(31).wrapping_add(n)).collect()
    }

    /// Bytes of what there is, with those that entries count for.
    fn held(turns: &Turns<Arc<[u32]>>) -> usize {
        let of = |part: &Mutex<Part<Arc<[u32]>>>| {
            let part = part.lock().unwrap();
            let all = part.young.values().chain(part.old.values());
            all.map(|(tokens, size)| {
                assert_eq!(*size, 4 * tokens.len() + ENTRY);
                size
            })
            .sum::<usize>()
        };
        turns.parts.iter().map(of).sum()
    }

    fn with_room(bytes: usize) -> Recent {
        Recent { tokens: Turns::with_room(bytes), documents: Turns::with_room(bytes) }
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_their_place_and_never_more_than_there_is_room_for(
            asked in prop::collection::vec((0_usize..3, 0_u32..60), 0..400),
            room in 0_usize..160_000,
        ) {
            let recent = with_room(room);
            for &place in &asked {
                let tokens = made(place, place.1 as usize * 3);
                match recent.tokens(place) {
                    Some(found) => prop_assert_eq!(found, tokens),
                    None => recent.remember(place, &tokens),
                }
                prop_assert!(held(&recent.tokens) <= room);
            }
        }
    }

    #[test]
    fn what_is_asked_for_again_and_again_stays() {
        let recent = with_room(4 * PARTS * 2 * 1_000);
        let (often, len) = ((0, 7), 100);
        recent.remember(often, &made(often, len));
        for doc in 100..5_000 {
            recent.remember((1, doc), &made((1, doc), len));
            assert_eq!(recent.tokens(often), Some(made(often, len)), "{doc}");
        }
        // What was looked at once is gone.
        assert_eq!(recent.tokens((1, 100)), None);
        // Nor is one kept that would push out all others.
        recent.remember((2, 0), &made((2, 0), 2_000));
        assert_eq!(recent.tokens((2, 0)), None);
    }

    #[test]
    fn a_document_is_given_back_as_it_was_and_clones_share_its_text() {
        let recent = with_room(PARTS * 2 * 4_000);
        let document = Document::new("a", "Nine ships were seen off the bar.");
        let noted = recent.note((0, 1), document.clone());
        let found = recent.document((0, 1)).unwrap();
        assert_eq!((&noted, &found), (&document, &document));
        assert_eq!(noted.text.as_ptr(), found.text.as_ptr());
        assert_eq!(recent.document((0, 2)), None);
        // One that would push out all others is given back as well.
        let long = Document::new("b", "x".repeat(4_000));
        assert_eq!(recent.note((0, 3), long.clone()), long);
        assert_eq!(recent.document((0, 3)), None);
    }
}

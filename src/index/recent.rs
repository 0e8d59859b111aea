//! Tokens of the documents that questions looked at lately.
//!
//! Held by reader and its clones, asked by any worker. What furniture and much-quoted phrases lead
//! to is looked at for question after question, and to read and tokenise it anew was a quarter of
//! the work of a server. Two generations take turns: what is asked for comes into the young one;
//! when that is full it becomes the old one, and what nobody asked for since the turn before goes.
//! Invariant: there are never more tokens than there is room for, and those of a place are those
//! that were put there.

use super::words::at;
use crate::hash::{Map, mix};
use std::sync::{Arc, Mutex};

/// The number of a segment and that of a document in it.
type Place = (usize, u32);

/// Tokens there is room for: 32 MiB.
const ROOM: usize = 8 << 20;
/// Parts with a lock of their own, so that workers seldom wait for each other.
const PARTS: usize = 16;
/// Tokens that the entry of a document takes the room of.
const ENTRY: usize = 16;

#[derive(Debug)]
pub(super) struct Recent {
    parts: Vec<Mutex<Part>>,
}

impl Default for Recent {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Recent {
    /// With room for so many tokens.
    fn with_room(tokens: usize) -> Self {
        let part = || Mutex::new(Part { room: tokens / PARTS / 2, ..Part::default() });
        Self { parts: std::iter::repeat_with(part).take(PARTS).collect() }
    }

    fn part(&self, (member, doc): Place) -> Option<&Mutex<Part>> {
        let hash = mix((member as u64) << 32 | u64::from(doc));
        self.parts.get(at(hash % PARTS as u64))
    }

    /// The tokens of a document, if they are there.
    pub(super) fn tokens(&self, place: Place) -> Option<Arc<[u32]>> {
        let mut part = self.part(place)?.lock().ok()?;
        if let Some(tokens) = part.young.get(&place) {
            return Some(Arc::clone(tokens));
        }
        let tokens = part.old.remove(&place)?;
        part.put(place, &tokens);
        Some(tokens)
    }

    /// Keeps the tokens of a document for a while.
    pub(super) fn remember(&self, place: Place, tokens: &Arc<[u32]>) {
        if let Some(Ok(mut part)) = self.part(place).map(Mutex::lock) {
            part.put(place, tokens);
        }
    }
}

#[derive(Debug, Default)]
struct Part {
    young: Map<Place, Arc<[u32]>>,
    old: Map<Place, Arc<[u32]>>,
    /// Room for a generation, and what of it the young one takes.
    room: usize,
    taken: usize,
}

impl Part {
    fn put(&mut self, place: Place, tokens: &Arc<[u32]>) {
        let size = tokens.len() + ENTRY;
        if size > self.room || self.young.contains_key(&place) {
            return;
        }
        if self.taken + size > self.room {
            self.old = std::mem::take(&mut self.young);
            self.taken = 0;
        }
        self.taken += size;
        self.young.insert(place, Arc::clone(tokens));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(place: Place, len: usize) -> Arc<[u32]> {
        (0..).take(len).map(|n| place.1.wrapping_mul(31).wrapping_add(n)).collect()
    }

    /// Tokens that there are, with those that entries count for.
    fn held(recent: &Recent) -> usize {
        let of = |part: &Mutex<Part>| {
            let part = part.lock().unwrap();
            let all = part.young.values().chain(part.old.values());
            all.map(|tokens| tokens.len() + ENTRY).sum::<usize>()
        };
        recent.parts.iter().map(of).sum()
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_their_place_and_never_more_than_there_is_room_for(
            asked in prop::collection::vec((0_usize..3, 0_u32..60), 0..400),
            room in 0_usize..40_000,
        ) {
            let recent = Recent::with_room(room);
            for &place in &asked {
                let tokens = made(place, place.1 as usize * 3);
                match recent.tokens(place) {
                    Some(found) => prop_assert_eq!(found, tokens),
                    None => recent.remember(place, &tokens),
                }
                prop_assert!(held(&recent) <= room);
            }
        }
    }

    #[test]
    fn what_is_asked_for_again_and_again_stays() {
        let recent = Recent::with_room(PARTS * 2 * 1_000);
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
}

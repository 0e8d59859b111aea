//! Names looked for at the starts of words.
//!
//! Used by `credit` for the names of agencies in plain letters: a word that starts with none of
//! their letters is passed over with its neighbours, so that a search costs a third of one by an
//! automaton. Invariant: reports each place where a name is not after a plain letter or digit once,
//! in the order of the places; what follows the name is not looked at.

use crate::hash::Map;

/// Small letters with which names start; all capitals may.
const SMALL: [u8; 5] = [b'a', b'd', b'e', b'r', b's'];

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Names by their first two bytes.
pub(super) struct Starts {
    /// A bit for each two bytes with which a name starts.
    heads: Vec<u64>,
    names: Map<[u8; 2], Vec<(usize, &'static str)>>,
}

impl Starts {
    /// Of names with their numbers, as far as [`is_held`] says that they can be looked for.
    pub(super) fn new(names: impl Iterator<Item = (usize, &'static str)>) -> Self {
        let mut starts = Self { heads: vec![0; 1 << 10], names: Map::default() };
        for (number, name) in names.filter(|(_, name)| is_held(name)) {
            let Some(head) = name.as_bytes().first_chunk::<2>() else { continue };
            let bit = usize::from(u16::from_le_bytes(*head));
            starts.heads[bit / 64] |= 1 << (bit % 64);
            starts.names.entry(*head).or_default().push((number, name));
        }
        starts
    }

    /// Calls `sink` with the number of each name that starts a word of the text, and where.
    pub(super) fn each(&self, text: &str, mut sink: impl FnMut(usize, usize)) {
        let bytes = text.as_bytes();
        let Some(first) = bytes.first() else { return };
        if may_start(b' ', *first) {
            self.at(text, 0, &mut sink);
        }
        let (before, own) = (&bytes[..bytes.len() - 1], &bytes[1..]);
        let blocks = before.as_chunks::<BLOCK>().0.iter().zip(own.as_chunks::<BLOCK>().0);
        let mut at = 1;
        for (before, own) in blocks {
            let mut seen = [0_u8; BLOCK];
            for (seen, (before, own)) in seen.iter_mut().zip(before.iter().zip(own)) {
                *seen = u8::from(may_start(*before, *own));
            }
            for (n, eight) in seen.as_chunks::<8>().0.iter().enumerate() {
                let mut places = u64::from_le_bytes(*eight);
                while places != 0 {
                    self.at(text, at + 8 * n + places.trailing_zeros() as usize / 8, &mut sink);
                    places &= places - 1;
                }
            }
            at += BLOCK;
        }
        for at in at..bytes.len() {
            if may_start(bytes[at - 1], bytes[at]) {
                self.at(text, at, &mut sink);
            }
        }
    }

    /// Calls `sink` with the names at a place.
    fn at(&self, text: &str, at: usize, sink: &mut impl FnMut(usize, usize)) {
        let rest = &text.as_bytes()[at..];
        let Some(head) = rest.first_chunk::<2>() else { return };
        let bit = usize::from(u16::from_le_bytes(*head));
        if self.heads[bit / 64] >> (bit % 64) & 1 == 0 {
            return;
        }
        for (number, name) in self.names.get(head).into_iter().flatten() {
            if rest.starts_with(name.as_bytes()) {
                sink(*number, at);
            }
        }
    }
}

/// Whether a name can be looked for: one of two plain letters or more, of which the first may start
/// one.
pub(super) fn is_held(name: &str) -> bool {
    name.is_ascii()
        && name.len() >= 2
        && name.bytes().next().is_some_and(|own| may_start(b' ', own))
}

/// Whether a name may start with a byte after another.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches many bytes are looked at at once"
)]
fn may_start(before: u8, own: u8) -> bool {
    let capital = own.wrapping_sub(b'A') < 26;
    let small = SMALL.iter().fold(false, |is, letter| is | (own == *letter));
    let letter = (before | 0x20).wrapping_sub(b'a') < 26;
    let digit = before.wrapping_sub(b'0') < 10;
    (capital | small) & !letter & !digit
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_found_where_they_start_words(
            text in "([A-Za-z. \u{e9}]|AP|dpa|Reuters|\u{2019}|\u{201c}| ){0,90}",
        ) {
            let names = ["AP", "dpa", "Reuters", "AP News", "DPA", "rtr"];
            let starts = Starts::new(names.into_iter().enumerate());
            let mut found = Vec::new();
            starts.each(&text, |name, at| found.push((at, name)));
            found.sort_unstable();
            let letter = |sign: char| sign.is_ascii_alphanumeric();
            let begins = |at: usize| !text[..at].ends_with(letter);
            let places = |(n, name): (usize, &str)| {
                let places: Vec<usize> = text.match_indices(name).map(|(at, _)| at).collect();
                places.into_iter().filter(|&at| begins(at)).map(move |at| (at, n)).collect()
            };
            let of_each: Vec<Vec<(usize, usize)>> =
                names.into_iter().enumerate().map(places).collect();
            let mut expected = of_each.concat();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

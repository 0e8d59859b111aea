//! Postings of a segment: which documents keep a shingle.
//!
//! A posting is a number: the bits of a [`Key`], then those of a document. They are sorted, so the
//! postings of a shingle follow each other. Asked by candidates, merged by merge. Invariant: every
//! posting of the shingles asked for is found, wherever pages end.

use super::keys::Key;
use super::page::PAGE_WORDS;
use super::segment::{DOCUMENT_BITS, Segment};
use super::words::{at, word};
use crate::error::Result;

/// A posting of a key and a document.
pub(super) fn posting(key: Key, doc: u32) -> u64 {
    key.bits() << DOCUMENT_BITS | u64::from(doc)
}

/// Key and document of a posting.
pub(super) fn parts(posting: u64) -> (Key, u32) {
    let doc = posting & ((1 << DOCUMENT_BITS) - 1);
    (Key::of_bits(posting >> DOCUMENT_BITS), (doc & 0xffff_ffff) as u32)
}

/// Bits of a posting that are not those of the shingle.
const SHIFT: u32 = 32;

/// The first of these, which ascend, that does not come before `wanted`, looked for around a
/// guess. Hashes are spread evenly, so a guess is a few places off, where halving would touch a
/// dozen places of a page that is not in the processor's cache.
fn first_from<T>(all: &[T], of: impl Fn(&T) -> u64, wanted: u64, guess: usize) -> usize {
    let is_before = |n: usize| all.get(n).is_some_and(|one| of(one) < wanted);
    let (mut low, mut step) = (guess.min(all.len()), 4);
    let mut high = low;
    while low > 0 && !is_before(low - 1) {
        high = low - 1;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while is_before(high) {
        low = high + 1;
        high = (high + step).min(all.len());
        step *= 2;
    }
    let between = all.get(low..high).unwrap_or_default();
    low + between.partition_point(|one| of(one) < wanted)
}

/// Where in `count` places from `first` to `last` a number is if all are spread evenly.
fn guess(number: u64, (first, last): (u64, u64), count: usize) -> usize {
    let (from, of) = (number.saturating_sub(first), last.saturating_sub(first).max(1));
    // Numbers have 32 bits, and there are fewer places.
    at(from.saturating_mul(count as u64) / of)
}

/// The page with the first posting of a shingle, if there is any.
fn first_page(segment: &Segment, shingle: u64) -> u64 {
    let fences = segment.fences();
    let guess = guess(shingle, (0, 1 << 32), fences.len());
    first_from(fences, |fence| fence >> SHIFT, shingle, guess).saturating_sub(1) as u64
}

/// Appends the postings of a shingle.
pub(super) fn of_shingle(segment: &Segment, shingle: u64, to: &mut Vec<u64>) -> Result<()> {
    let section = segment.postings();
    let of = |bytes: &[u8; 8]| word(*bytes) >> SHIFT;
    let fence = |page: u64| segment.fences().get(at(page)).map_or(1 << 32, |fence| fence >> SHIFT);
    for page in first_page(segment, shingle)..section.pages() {
        let words = segment.pages().words(section, page)?;
        let guess = guess(shingle, (fence(page), fence(page + 1)), words.len());
        let from = first_from(words, of, shingle, guess);
        let found = words.get(from..).unwrap_or_default();
        let count = found.iter().take_while(|bytes| of(bytes) == shingle).count();
        to.extend(found.iter().take(count).map(|bytes| word(*bytes)));
        // Others follow on the page, so these were all.
        if count < found.len() {
            break;
        }
    }
    Ok(())
}

/// Says that the postings of these shingles will be needed soon.
pub(super) fn expect(segment: &Segment, shingles: impl Iterator<Item = u64>) {
    let mut last = None;
    for shingle in shingles {
        let page = first_page(segment, shingle);
        if last.replace(page) != Some(page) {
            segment.pages().expect(segment.postings(), page);
        }
    }
}

/// Calls `sink` with every posting, ascending, a page at a time.
pub(super) fn each(segment: &Segment, sink: &mut dyn FnMut(&[u64]) -> Result<()>) -> Result<()> {
    let (section, mut postings) = (segment.postings(), Vec::with_capacity(PAGE_WORDS));
    for page in 0..section.words().div_ceil(PAGE_WORDS as u64) {
        postings.clear();
        postings.extend(segment.pages().words(section, page)?.iter().map(|bytes| word(*bytes)));
        sink(&postings)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_is_found_from_any_guess(
            mut all in prop::collection::vec(0_u64..60, 0..200), wanted in 0_u64..62, off: usize,
        ) {
            all.sort_unstable();
            let expected = all.partition_point(|&one| one < wanted);
            for guess in [off % 220, guess(wanted, (0, 60), all.len())] {
                prop_assert_eq!(first_from(&all, |&one| one, wanted, guess), expected);
            }
        }
    }
}
